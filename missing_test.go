package deskpolicy_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/deskpolicy/deskpolicy"
)

// teamLead returns an agent who is allowed to act on people and support grants and to view
// her groups' tickets. Her account has no plan features and no CRM.
func teamLead(t testing.TB) *Agent {
	lead := riya(custom(t, AgentEdit.At(ScopeGlobal), SharedAgentEdit.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal),
		AgentImpersonate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), TicketView.At(ScopeGroup)))
	lead.Account.Plan, lead.Account.Integrated = Plan{}, false
	return lead
}

// MissingAuthority yields everything that the other agent is or would be allowed and the
// lead is not. Each difference replays.
func TestMissing(t *testing.T) {
	lead := teamLead(t)
	viewer, editor := custom(t, TicketView.At(ScopeGroup)), custom(t, TicketView.At(ScopeGroup), TicketReply.At(ScopeGroup))
	among := func(s *Agent, access Access) *Agent {
		s.Groups = map[GroupID]Access{"apac": access}
		return s
	}
	grant := granted(t, SupportGrantTerms{
		Roles:      []Role{roleNamed(t, "Desk", TicketView.At(ScopeRestricted), TicketTagEdit.At(ScopeGlobal))},
		Workspaces: map[WorkspaceID][]Role{"it": {roleNamed(t, "IT", TicketReply.At(ScopeGroup))}, "hr": {roleNamed(t, "HR", TicketView.At(ScopeRestricted))}},
	})
	for name, c := range map[string]struct {
		missing iter.Seq[Difference]
		want    string
	}{
		"an agent":       {lacking(lead, AgentEdit, *bob(custom(t, TicketView.At(ScopeRestricted), TicketAttach.At(ScopeGlobal)))), "ticket.attach@global"},
		"a shared agent": {lacking(lead, SharedAgentEdit, *sam(custom(t, ContactView.At(ScopeRestricted), TicketReply.At(ScopeShared)))), "ticket.reply@shared, contact.view@restricted"},
		"all customer permissions of a shared agent": {lacking(lead, SharedAgentEdit, *sam(custom(t, ContactView.At(ScopeRestricted), ContactEdit.At(ScopeRestricted), CompanyView.At(ScopeRestricted), CompanyEdit.At(ScopeRestricted)))), "contact.view@restricted, contact.edit@restricted, company.view@restricted, company.edit@restricted"},
		"a role":                                   {lacking(lead, AgentRoleAssign, RoleAssignment{bob(), custom(t, TicketReply.At(ScopeRestricted))}), "ticket.reply@restricted"},
		"a role in addition to another":            {lacking(lead, AgentRoleAssign, RoleAssignment{bob(custom(t, ContactView.At(ScopeGlobal))), custom(t, TicketReply.At(ScopeRestricted))}), "ticket.reply@restricted, contact.view@global"},
		"a host's action":                          {lacking(lead, AgentRoleAssign, RoleAssignment{bob(), custom(t, ActionID(invoiceRefund).At(ScopeGlobal))}), "host(304)@global"},
		"a role for a shared agent":                {lacking(lead, AgentRoleAssign, RoleAssignment{sam(custom(t, TopicView.At(ScopeGlobal))), custom(t, CompanyView.At(ScopeRestricted))}), "topic.view@global, company.view@restricted"},
		"a group":                                  {lacking(lead, AgentGroupAssign, inGroup(bob(viewer), "apac", View)), `ticket.view@group in group "apac"`},
		"a group for a shared agent":               {lacking(lead, AgentGroupAssign, inGroup(sam(custom(t, DashboardView.At(ScopeGroup))), "apac", View)), `dashboard.view@group in group "apac"`},
		"a group in which they have more access":   {lacking(lead, AgentGroupAssign, inGroup(among(bob(editor), Edit), "apac", View)), `ticket.view@group in group "apac", ticket.reply@group in group "apac"`},
		"a group in which they have no access":     {lacking(lead, AgentGroupAssign, inGroup(among(bob(viewer), NoAccess), "apac", View)), `ticket.view@group in group "apac"`},
		"no access to a group that they belong to": {lacking(lead, AgentGroupAssign, inGroup(among(bob(viewer), View), "apac", NoAccess)), `ticket.view@group in group "apac"`},
		"a name": {lacking(lead, AgentImpersonate, *bob(custom(t, TicketView.At(ScopeRestricted)))), "ticket.view@restricted"},
		"a grant": {lacking(lead, SupportGrantExtend, grant), `ticket.tag.edit@global, ` +
			`ticket.view@restricted in workspace "hr", ticket.tag.edit@global in workspace "hr", ticket.view@restricted in workspace "it", ticket.reply@group in workspace "it", ticket.tag.edit@global in workspace "it"`},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, strings.Join(sentences(c.missing), ", "))
			for d := range c.missing {
				replays(t, d)
			}
		})
	}
}

// A role held in the open workspaces exceeds the same role held account-wide. Whether its
// permissions are in one role or in two does not matter (A47).
func TestMissingInOpenWorkspaces(t *testing.T) {
	lead := riya(custom(t, AgentEdit.At(ScopeGlobal)), custom(t, TicketReply.At(ScopeGlobal)))
	both := custom(t, AgentEdit.At(ScopeGlobal), TicketReply.At(ScopeGlobal))
	check(t, lead, AgentEdit, *bob(custom(t, AgentEdit.At(ScopeGlobal)), custom(t, TicketReply.At(ScopeGlobal))), AllowedAll)
	check(t, lead, AgentEdit, *bob(both), AllowedAll)
	reaches := inOpen(both.Role, ScopeGlobal)
	check(t, lead, AgentEdit, *bob(reaches), BeyondAuthority)
	assert.Equal(t, []string{`ticket.reply@global in workspace "it"`}, sentences(lacking(lead, AgentEdit, *bob(reaches))))
}

// The actions for account administrators only are missing to make an agent one. They are
// not missing to give the role in a single workspace, which does not make an account
// administrator.
func TestMissingToMakeAdministrators(t *testing.T) {
	annul := ActionID(invoiceAnnul).String()
	for w, makes := range map[WorkspaceID]bool{AccountWide: true, OpenWorkspaces: true, Everywhere: true, "legal": false} {
		all := strings.Join(sentences(MissingAuthority(NewRequest(teamLead(t), AgentRoleAssign, &RoleAssignment{bob(), Binding{Role: AccountAdministratorRole.Role(), Workspace: w, TicketScope: ScopeGlobal}}))), ", ")
		assert.Contains(t, all, TicketReply.At(ScopeGlobal).String())
		assert.Equal(t, makes, strings.Contains(all, RoleCreate.At(ScopeGlobal).String()))
		assert.Equal(t, makes, strings.Contains(all, annul))
	}
}

// The examples have only the fields that are needed.
func TestMissingExamples(t *testing.T) {
	var examples []Resource
	for d := range lacking(teamLead(t), SharedAgentEdit, *sam(custom(t, TicketReply.At(ScopeGlobal), ContactView.At(MyCustomers), CompanyView.At(MyCustomers)))) {
		examples = append(examples, d.Allowed.Resource)
		assert.Equal(t, NoPermission, d.Denied.Authorize().Reason)
	}
	assert.Equal(t, []Resource{
		Ticket{ID: "example", Account: "acme"}, Contact{ID: "example", Account: "acme"}, Company{ID: "example", Account: "acme"},
	}, examples)
}

func lacking[R Resource](by Subject, action Action[R], on R) iter.Seq[Difference] {
	return MissingAuthority(NewRequest(by, action, &on))
}

// MissingAuthority changes nothing that it is given, and its differences keep copies.
func TestMissingKeepsNothing(t *testing.T) {
	held := append(make([]Binding, 0, 2), wide(AgentRole.Role(), ScopeGroup))
	colleague := bob(held...)
	colleague.Groups = map[GroupID]Access{"apac": Edit}
	var found []Difference
	for d := range MissingAuthority(NewRequest(teamLead(t), AgentRoleAssign, &RoleAssignment{colleague, wide(SupervisorRole.Role(), ScopeGroup)})) {
		found = append(found, d)
	}
	assert.Zero(t, held[:2][1], "the spare capacity of the list is not written to")
	clear(colleague.Bindings)
	clear(colleague.Groups)
	assert.NotEmpty(t, found)
	for _, d := range found {
		replays(t, d)
	}
}
