package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// secretOf returns a confidential ticket of acme.
func secretOf(group GroupID, assignee AgentID) Ticket {
	ticket := ticketOf(group, assignee)
	ticket.Confidential = true
	return ticket
}

// What is confidential takes ticket.confidential as well (A52).
func TestConfidential(t *testing.T) {
	reply := custom(t, TicketReply.At(Anything), TicketView.At(Anything), TicketConfidential.At(0)).Role
	clears := func(scope Scope) Role { return roleNamed(t, "Secrets", TicketConfidential.At(scope)) }

	t.Run("by any role that is held there", func(t *testing.T) {
		secret := secretOf("billing", "bob")
		check(t, riya(wide(reply, Anything)), TicketReply, ticketOf("billing", "bob"), AllowedAll)
		check(t, riya(wide(reply, Anything)), TicketReply, secret, Confidential)
		check(t, riya(wide(reply, Anything), wide(clears(InGroup), Anything)), TicketReply, secret, AllowedAll)
		check(t, riya(wide(reply, Anything), wide(clears(Assigned), Anything)), TicketReply, secret, Confidential)
		check(t, riya(wide(reply, Anything), inWorkspace("it", clears(Anything))), TicketReply, secret, Confidential)
		check(t, riya(wide(reply, Anything), Binding{Role: clears(Anything), Workspace: Everywhere, Group: "billing", TicketScope: Anything}), TicketReply, secret, AllowedAll)
		check(t, riya(wide(reply, Anything), Binding{Role: clears(Anything), Workspace: Everywhere, Group: "apac", TicketScope: Anything}), TicketReply, secret, Confidential)
		check(t, riya(wide(clears(Anything), Anything)), TicketReply, secret, NoPermission) // it permits nothing else
		check(t, riya(wide(reply, Anything), Binding{}), TicketReply, secret, Confidential)
	})
	t.Run("with the access that the action needs, within the ticket scope", func(t *testing.T) {
		viewed := secretOf("refunds", "bob")
		check(t, riya(wide(reply, Anything), wide(clears(InGroup), Anything)), TicketView, viewed, AllowedAll)
		check(t, riya(wide(reply, Anything), wide(clears(InGroup), Anything)), TicketReply, viewed, Confidential)
		check(t, riya(wide(reply, InGroup), wide(clears(Anything), Anything)), TicketReply, viewed, ViewOnly)
		check(t, riya(wide(reply, Anything), wide(clears(Anything), Assigned)), TicketReply, secretOf("billing", "bob"), Confidential)
		check(t, riya(wide(reply, Anything), wide(clears(InGroup), Assigned)), TicketReply, secretOf("billing", "riya"), AllowedAll) // each by a relation of its own
		check(t, riya(wide(reply, Anything), wide(clears(Anything), 0)), TicketReply, secretOf("billing", "bob"), Confidential)
	})
	t.Run("asked about itself", func(t *testing.T) {
		me := riya(wide(clears(InGroup), Anything))
		check(t, me, TicketConfidential, secretOf("billing", "bob"), AllowedGroup)
		check(t, me, TicketConfidential, ticketOf("billing", "bob"), AllowedGroup)
		check(t, me, TicketConfidential, secretOf("refunds", "bob"), AllowedGroup) // it needs View
		check(t, me, TicketConfidential, secretOf("apac", "bob"), OutOfScope)
	})
	t.Run("explained by its own rule", func(t *testing.T) {
		me := riya(custom(t, TicketNoteEditOwn.At(Anything), TicketConfidential.At(InGroup)))
		part := Explain(NewRequest(me, TicketNoteEditOwn, &Note{secretOf("billing", "bob"), "bob"})).Parts[0]
		assert.Equal(t, NotOwn, part.Bindings[0].Decision.Reason)
		assert.Equal(t, AllowedGroup, part.Clearing[0].Decision.Reason)
	})
	t.Run("what can be confidential", func(t *testing.T) {
		secret, chat := secretOf("billing", "bob"), chatOf("billing", "bob")
		chat.Confidential = true
		permissions := []Permission{ConversationReply.At(Anything), TicketNoteEditOwn.At(Anything), TimeView.At(Anything), TicketMerge.At(Anything), invoiceView.At(Anything)}
		me, cleared := riya(custom(t, permissions...)), riya(custom(t, append(permissions, TicketConfidential.At(InGroup))...))
		bill := hostThing{Attributes{Account: "acme", Group: "billing", Confidential: true}}
		for _, who := range []struct {
			*Agent
			want, own Reason
		}{{me, Confidential, Confidential}, {cleared, AllowedAll, NotOwn}} {
			check(t, who.Agent, ConversationReply, chat, who.want)
			check(t, who.Agent, TimeView, TimeEntry{Ticket: secret, Agent: "riya"}, who.want)
			check(t, who.Agent, TicketMerge, TicketPair{ticketOf("", ""), secret}, who.want)
			check(t, who.Agent, TicketMerge, TicketPair{secret, ticketOf("", "")}, who.want)
			check(t, who.Agent, Action[hostThing](invoiceView), bill, who.want)
			check(t, who.Agent, TicketNoteEditOwn, Note{secret, "bob"}, who.own) // step 7 is before step 8
		}
	})
	t.Run("recipients", func(t *testing.T) {
		assign := riya(custom(t, TicketAssign.At(Anything), TicketConfidential.At(Anything)))
		secret := secretOf("billing", "")
		check(t, assign, TicketAssign, TicketAssignment{Ticket: secret, To: bob(custom(t, TicketBeAssigned.At(Anything)))}, IneligibleTarget)
		check(t, assign, TicketAssign, TicketAssignment{Ticket: secret, To: bob(wide(AgentRole.Role(), Anything))}, AllowedAll)
	})
	t.Run("built-in roles", func(t *testing.T) {
		for role := range acme.BuiltInRoles() {
			want := Assigned | Requested | Participating | Mentioned
			switch {
			case role == AccountAdministratorRole.Role(), role == AdministratorRole.Role():
				want = Anything
			case role == CustomerRole.Role(), role == CompanyCustomerRole.Role():
				want = Requested | Participating
			case role.Permissions().Scope(TicketView.ID())|role.Permissions().Scope(ConversationView.ID()) == 0:
				want = 0
			}
			assert.Equal(t, want, role.Permissions().Scope(TicketConfidential.ID()), role)
		}
		agent, admin, owner := riya(wide(AgentRole.Role(), Anything)), riya(wide(AdministratorRole.Role(), Anything)), riya(wide(AccountAdministratorRole.Role(), Anything))
		check(t, agent, TicketReply, secretOf("billing", "riya"), AllowedAll)
		check(t, agent, TicketReply, secretOf("billing", "bob"), Confidential)
		check(t, admin, TicketReply, secretOf("billing", "bob"), AllowedAll)
		check(t, owner, TicketReply, secretOf("billing", "bob"), AllowedAll)
		mentioned := secretOf("apac", "bob")
		mentioned.Mentions = map[AgentID]bool{"riya": true, "sam": true}
		check(t, agent, TicketReply, mentioned, AllowedAll)
		check(t, sam(), TicketReply, mentioned, AllowedMentioned)
		requested := from(customer("emea"))
		requested.Confidential = true
		check(t, sam(), TicketReply, requested, Confidential) // that the CRM shows the requester is not enough
		secrets := wide(clears(InGroup), Anything)
		member, holder := bob(), bob(secrets) // giving the second half takes authority, whichever it is
		member.Groups = map[GroupID]Access{"billing": View}
		lead := riya(wide(SupervisorRole.Role(), Anything), custom(t, AgentRoleAssign.At(Anything), AgentGroupAssign.At(Anything)))
		check(t, lead, AgentRoleAssign, RoleAssignment{member, secrets}, BeyondAuthority)
		check(t, lead, AgentGroupAssign, inGroup(holder, "billing", View), BeyondAuthority)
		check(t, owner, AgentRoleAssign, RoleAssignment{member, secrets}, AllowedAll)
		check(t, owner, AgentGroupAssign, inGroup(holder, "billing", View), AllowedAll)
	})
}

// A hostThing is a resource of a host's own type.
type hostThing struct{ what Attributes }

func (h hostThing) Attributes() Attributes { return h.what }

// The filter of a host without anything confidential selects the same, and nothing that is
// confidential; its clauses are as short as those of other filters.
func TestNoneConfidential(t *testing.T) {
	checkOften(t)
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.Requests.Draw(t, "request")
		b := worlds.Build(q)
		ticket, isTicket := b.Resource.Pointer.(*Ticket)
		if !isTicket || ticket == nil {
			return
		}
		filter := FilterFor(b.Subject, Action[Ticket](b.Action))
		none, open, secret := filter.NoneConfidential(), *ticket, *ticket
		open.Confidential, secret.Confidential = false, true
		require.Equal(t, filter.Match(&open), none.Match(&open), "%#v", q)
		require.False(t, none.Match(&secret), "%#v", q)
		clauses := slices.Collect(none.Clauses())
		require.NoError(t, normal(clauses), "%#v: %v", q, clauses)
		require.LessOrEqual(t, len(clauses), len(slices.Collect(filter.Clauses())))
		for _, clause := range clauses {
			for c := range clause.Conditions() {
				require.NotEqual(t, ConditionNotConfidential, c.Kind, "%#v", q)
			}
		}
		read := worlds.Filter{Account: none.Account(), Clauses: clauses}
		require.Equal(t, none.Match(&open), selects(read, rowOf(&open)) && none.Kind() != FilterNone, "%#v", q)
		if none.Kind() == FilterAll {
			require.Len(t, clauses, 1)
		}
	})
	me := riya(wide(AgentRole.Role(), ScopeRestricted), inWorkspace("legal", AgentRole.Role()))
	assert.Equal(t, FilterAll, FilterFor(riya(Binding{Role: AgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}), TicketView).NoneConfidential().Kind())
	assert.Equal(t, [][]Condition{clause(asks(ConditionWorkspace, "legal")), clause(outside, mine)}, clausesOf(FilterFor(me, TicketView).NoneConfidential()))
}

// A role that only adds ticket.confidential to others is not warned of.
func TestWarningsOfConfidential(t *testing.T) {
	assert.Empty(t, roleNamed(t, "Vault", TicketConfidential.At(InGroup)).Warnings())
}

// Explanations say which role reaches what is confidential, and which decides.
func TestExplainConfidential(t *testing.T) {
	secret := secretOf("billing", "bob")
	reply := wide(roleNamed(t, "Reply", TicketReply.At(Anything)), ScopeGlobal)
	vault, own := wide(roleNamed(t, "Vault", TicketConfidential.At(InGroup)), ScopeGlobal), wide(roleNamed(t, "Own", TicketConfidential.At(Assigned)), ScopeGlobal)
	explained := func(bindings ...Binding) string {
		return Explain(NewRequest(riya(bindings...), TicketReply, &secret)).String()
	}
	assert.Equal(t, `denied: role "Reply" has the permission and reaches this, but no role here reaches what is confidential [A52]
ticket.reply on ticket "4711", by agent "riya"
  passed  request, account, subject, guardrails, plan, roles
  denied  at reach: confidential [A52]
  missing ticket.confidential with edit access
  group   edit access to "billing"
  role    "Reply" account-wide, tickets at global: confidential at global
  secret  no role has ticket.confidential
`, explained(reply))
	assert.Equal(t, `allowed: role "Reply" reaches everything here [P:FD-adv]
ticket.reply on ticket "4711", by agent "riya"
  passed  request, account, subject, guardrails, plan, roles, reach, ownership
  allowed at grounds: allowed_all [P:FD-adv]
  group   edit access to "billing"
  role    "Reply" account-wide, tickets at global: allowed_all at global
  role    "Own" account-wide, tickets at global: no_permission
  role    "Vault" account-wide, tickets at global: no_permission
  secret  "Vault" account-wide, tickets at global: allowed_group at in_group
  secret  "Own" account-wide, tickets at global: out_of_scope at restricted
`, explained(own, reply, vault))
	data, err := json.Marshal(Explain(NewRequest(riya(reply, vault), TicketReply, &secret)))
	require.NoError(t, err)
	assert.Contains(t, string(data), `"confidential":true,"clearing":[{"role":"Vault","workspace":"*","ticket_scope":"global","decision":{"allowed":true`)
}

// The ways to reach what is confidential, and who can carry them out.
func TestRemediesOfConfidential(t *testing.T) {
	secret, chat := secretOf("billing", "bob"), chatOf("billing", "bob")
	chat.Confidential = true
	reply, vault := roleNamed(t, "Reply", TicketReply.At(Anything), ConversationReply.At(Anything)), roleNamed(t, "Vault", TicketConfidential.At(InGroup))
	me := riya(wide(reply, ScopeGlobal))
	e := Explain(NewRequest(me, TicketReply, &secret))
	lines := func(remedies []Remedy) []string { return strings.Split(said(remedies), "\n") }
	open := "say that it is no longer confidential (by an administrator)"
	assert.Equal(t, []string{open, `give the agent the role "Vault" account-wide, tickets at group (by an administrator)`}, lines(Remedies(e, vault, reply)))
	assert.Equal(t, []string{"mention the agent in it (by a colleague)", open}, lines(Remedies(Explain(NewRequest(riya(wide(reply, ScopeGlobal), wide(roleNamed(t, "Vault", TicketConfidential.At(Mentioned)), ScopeGlobal)), TicketReply, &secret)), reply)))
	inChat := Explain(NewRequest(me, ConversationReply, &chat))
	assert.Equal(t, open, lines(Remedies(inChat, reply))[0])

	// It takes being cleared to say so.
	edits := custom(t, TicketPropertiesEdit.At(Anything), ConversationAssign.At(Anything))
	clears := custom(t, TicketPropertiesEdit.At(Anything), ConversationAssign.At(Anything), TicketConfidential.At(Anything))
	for _, denied := range []Explanation{e, inChat} {
		assert.Empty(t, RemediesBy(bob(edits), denied, reply))
		assert.Equal(t, []string{open}, lines(RemediesBy(bob(clears), denied, reply)))
	}

	// A host's own thing cannot be changed by a fix.
	bill := hostThing{Attributes{Account: "acme", Group: "billing", Confidential: true}}
	viewer := wide(roleNamed(t, "Viewer", invoiceView.At(Anything)), ScopeGlobal)
	assert.Equal(t, []string{`give the agent the role "Vault" account-wide, tickets at restricted (by an administrator)`},
		lines(Remedies(Explain(NewRequest(riya(viewer), Action[hostThing](invoiceView), &bill)), vault, viewer.Role)))

	// A new support grant has both roles, or the ticket is opened; of two, each that is confidential.
	merge := roleNamed(t, "Merge", TicketReply.At(Anything), TicketMerge.At(Anything))
	all := roleNamed(t, "All", TicketConfidential.At(Anything))
	session := at(granted(t, SupportGrantTerms{Roles: []Role{merge}}), noon)
	assert.Equal(t, []string{open,
		`create a support grant with role "All" account-wide (by the account administrator) and create a support grant with role "Merge" account-wide (by the account administrator)`},
		lines(Remedies(Explain(NewRequest(session, TicketReply, &secret)), merge, all)))
	pair := TicketPair{ticketOf("", ""), secret}
	assert.Contains(t, lines(Remedies(Explain(NewRequest(session, TicketMerge, &pair)), merge, all)), "say that the second ticket is no longer confidential (by an administrator)")
	none := at(granted(t, SupportGrantTerms{Roles: []Role{all}}), noon)
	assert.Contains(t, lines(Remedies(Explain(NewRequest(none, TicketReply, &secret)), merge)),
		`create a support grant with role "Merge" account-wide (by the account administrator) and say that it is no longer confidential (by an administrator)`)
}

// A filter over many workspaces selects what is allowed in each of them.
func TestConfidentialInManyWorkspaces(t *testing.T) {
	views, clears := roleNamed(t, "Views", TicketView.At(Anything)), roleNamed(t, "Clears", TicketConfidential.At(Anything))
	in := func(i int) WorkspaceID { return WorkspaceID(fmt.Sprint("w", i)) }
	me := riya()
	for i := range 12 {
		me.Bindings = append(me.Bindings, Binding{Role: views, Workspace: in(i), TicketScope: Anything})
		if i%3 == 0 {
			me.Bindings = append(me.Bindings, Binding{Role: clears, Workspace: in(i + 6), TicketScope: Anything})
		}
		me.Bindings = append(me.Bindings, Binding{Role: clears, Workspace: Everywhere, Group: GroupID(fmt.Sprint("g", i)), TicketScope: Anything})
		me.Account.OpenWorkspaces = append(me.Account.OpenWorkspaces, in(2*i))
	}
	me.Bindings = append(me.Bindings, Binding{Role: clears, Workspace: OpenWorkspaces, Group: "open", TicketScope: Anything})
	f, selected := FilterFor(me, TicketView), 0
	for i := range 20 {
		for _, group := range []GroupID{"", "g3", "g11", "open", "apac"} {
			for _, confidential := range []bool{false, true} {
				ticket := Ticket{Account: "acme", Workspace: in(i), Group: group, Confidential: confidential}
				allowed := Authorize(me, TicketView, &ticket).Allowed()
				assert.Equal(t, allowed, f.Match(&ticket), "%+v", ticket)
				if allowed && confidential {
					selected++
				}
			}
		}
	}
	assert.Equal(t, 12*2+6+5, selected, "in g3 and g11, in the open group of six workspaces, and where riya is cleared in w6 and w9")
}
