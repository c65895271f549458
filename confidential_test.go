package deskpolicy_test

import (
	"slices"
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
			case role == AccountAdministratorRole.Role():
				want = Anything
			case role.Permissions().Scope(TicketView.ID()) == 0:
				want = 0
			}
			assert.Equal(t, want, role.Permissions().Scope(TicketConfidential.ID()), role)
		}
		agent, admin, owner := riya(wide(AgentRole.Role(), Anything)), riya(wide(AdministratorRole.Role(), Anything)), riya(wide(AccountAdministratorRole.Role(), Anything))
		check(t, agent, TicketReply, secretOf("billing", "riya"), AllowedAll)
		check(t, agent, TicketReply, secretOf("billing", "bob"), Confidential)
		check(t, admin, TicketReply, secretOf("billing", "bob"), Confidential)
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
		check(t, admin, AgentRoleAssign, RoleAssignment{member, secrets}, BeyondAuthority)
		check(t, admin, AgentGroupAssign, inGroup(holder, "billing", View), BeyondAuthority)
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
