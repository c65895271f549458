package deskpolicy_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/deskpolicy/deskpolicy"
)

// teamLead may act on people and let engineers in, views the tickets of her groups,
// and has neither a plan nor a CRM.
func teamLead(t testing.TB) *Agent {
	lead := riya(custom(t, AgentEdit.At(Global), SharedAgentEdit.At(Global), AgentRoleAssign.At(Global), AgentGroupAssign.At(Global),
		AgentImpersonate.At(Global), GrantExtend.At(Global), TicketView.At(Group)))
	lead.Account.Plan, lead.Account.Integrated = Plan{}, false
	return lead
}

// What somebody lacks to act on others is all that they may do, or are to be able to
// do, and she may not; each can be asked again as either of the two.
func TestMissing(t *testing.T) {
	lead := teamLead(t)
	viewer, editor := custom(t, TicketView.At(Group)), custom(t, TicketView.At(Group), TicketReply.At(Group))
	among := func(s *Agent, access Access) *Agent {
		s.Groups = map[GroupID]Access{"apac": access}
		return s
	}
	grant := granted(t, Terms{
		Roles:      []Role{roleNamed(t, "Desk", TicketView.At(Restricted), TicketTagEdit.At(Global))},
		Workspaces: map[WorkspaceID][]Role{"it": {roleNamed(t, "IT", TicketReply.At(Group))}, "hr": {roleNamed(t, "HR", TicketView.At(Restricted))}},
	})
	for name, c := range map[string]struct {
		missing iter.Seq[Difference]
		want    string
	}{
		"an agent":       {lacking(lead, AgentEdit, *bob(custom(t, TicketView.At(Restricted), TicketAttach.At(Global)))), "ticket.attach@global"},
		"a shared agent": {lacking(lead, SharedAgentEdit, *sam(custom(t, ContactView.At(Restricted), TicketReply.At(Restricted)))), "ticket.reply@restricted, contact.view@restricted"},
		"all that a shared agent may do with customers": {lacking(lead, SharedAgentEdit, *sam(custom(t, ContactView.At(Restricted), ContactEdit.At(Restricted), CompanyView.At(Restricted), CompanyEdit.At(Restricted)))), "contact.view@restricted, contact.edit@restricted, company.view@restricted, company.edit@restricted"},
		"a role":                                 {lacking(lead, AgentRoleAssign, Appointment{bob(), custom(t, TicketReply.At(Restricted))}), "ticket.reply@restricted"},
		"a role besides another":                 {lacking(lead, AgentRoleAssign, Appointment{bob(custom(t, ContactView.At(Global))), custom(t, TicketReply.At(Restricted))}), "ticket.reply@restricted, contact.view@global"},
		"a host's action":                        {lacking(lead, AgentRoleAssign, Appointment{bob(), custom(t, ActionID(invoiceRefund).At(Global))}), "host(304)@global"},
		"a role that is held nowhere":            {lacking(lead, AgentRoleAssign, Appointment{bob(custom(t, TicketReply.At(Restricted))), Binding{AgentRole(), "", Global}}), "ticket.reply@restricted"},
		"a role for a shared agent":              {lacking(lead, AgentRoleAssign, Appointment{sam(custom(t, TopicView.At(Global))), custom(t, CompanyView.At(Restricted))}), "topic.view@global, company.view@restricted"},
		"a group":                                {lacking(lead, AgentGroupAssign, inGroup(bob(viewer), "apac", View)), "ticket.view@group"},
		"a group for a shared agent":             {lacking(lead, AgentGroupAssign, inGroup(sam(custom(t, DashboardView.At(Group))), "apac", View)), "dashboard.view@group"},
		"a group in which they have more":        {lacking(lead, AgentGroupAssign, inGroup(among(bob(editor), Edit), "apac", View)), "ticket.view@group, ticket.reply@group"},
		"a group in which they have no access":   {lacking(lead, AgentGroupAssign, inGroup(among(bob(viewer), 99), "apac", View)), "ticket.view@group"},
		"no access to a group in which they are": {lacking(lead, AgentGroupAssign, inGroup(among(bob(viewer), View), "apac", 99)), "ticket.view@group"},
		"a name":                                 {lacking(lead, AgentImpersonate, *bob(custom(t, TicketView.At(Restricted)))), "ticket.view@restricted"},
		"a grant": {lacking(lead, GrantExtend, grant), `ticket.tag.edit@global, ` +
			`ticket.view@restricted in workspace "hr", ticket.tag.edit@global in workspace "hr", ticket.reply@group in workspace "it", ticket.tag.edit@global in workspace "it"`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, strings.Join(sentences(c.missing), ", "))
			for d := range c.missing {
				replays(t, d)
			}
		})
	}
}

// A role that reaches into the open workspaces exceeds one that has the same outside of them.
func TestMissingInOpenWorkspaces(t *testing.T) {
	lead := riya(custom(t, AgentEdit.At(Global)), custom(t, TicketReply.At(Global)))
	reaches := custom(t, AgentEdit.At(Global), TicketReply.At(Global))
	check(t, lead, AgentEdit, *bob(custom(t, AgentEdit.At(Global)), custom(t, TicketReply.At(Global))), AllowedAll)
	check(t, lead, AgentEdit, *bob(reaches), BeyondAuthority)
	assert.Equal(t, []string{`ticket.reply@global in workspace "it"`}, sentences(lacking(lead, AgentEdit, *bob(reaches))))
}

// What only account administrators may do is lacking to make one, and not to give the
// role in a workspace, where it makes nobody that.
func TestMissingToMakeAdministrators(t *testing.T) {
	annul := ActionID(invoiceAnnul).String()
	for w, makes := range map[WorkspaceID]bool{AccountWide: true, "legal": false} {
		all := strings.Join(sentences(Missing(NewRequest(teamLead(t), AgentRoleAssign, &Appointment{bob(), Binding{AccountAdministratorRole(), w, Global}}))), ", ")
		assert.Contains(t, all, TicketReply.At(Global).String())
		assert.Equal(t, makes, strings.Contains(all, RoleCreate.At(Global).String()))
		assert.Equal(t, makes, strings.Contains(all, annul))
	}
}

// The questions that show what is missing have what it takes, and nothing else.
func TestMissingExamples(t *testing.T) {
	var examples []Resource
	for d := range lacking(teamLead(t), SharedAgentEdit, *sam(custom(t, TicketReply.At(Global), ContactView.At(Restricted), CompanyView.At(Restricted)))) {
		examples = append(examples, d.Allowed.Resource)
		assert.Equal(t, NoPermission, d.Denied.Decide().Reason)
	}
	assert.Equal(t, []Resource{
		Ticket{ID: "example", Account: "acme"}, Contact{ID: "example", Account: "acme"}, Company{ID: "example", Account: "acme"},
	}, examples)
}

func lacking[R Resource](by Subject, action Action[R], on R) iter.Seq[Difference] {
	return Missing(NewRequest(by, action, &on))
}

// What is missing is told of people as they are, and stays as it was told.
func TestMissingKeepsNothing(t *testing.T) {
	held := append(make([]Binding, 0, 2), wide(AgentRole(), Group))
	colleague := bob(held...)
	colleague.Groups = map[GroupID]Access{"apac": Edit}
	var told []Difference
	for d := range Missing(NewRequest(teamLead(t), AgentRoleAssign, &Appointment{colleague, wide(SupervisorRole(), Group)})) {
		told = append(told, d)
	}
	assert.Zero(t, held[:2][1], "nothing is written behind the agent's list")
	clear(colleague.Bindings)
	clear(colleague.Groups)
	assert.NotEmpty(t, told)
	for _, d := range told {
		replays(t, d)
	}
}
