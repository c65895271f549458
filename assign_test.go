package deskpolicy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/deskpolicy/deskpolicy"
)

// A permission that reaches a ticket by the subject's groups alone takes it to these groups
// and to agents in them (A50).
func TestAssigningInTheGroups(t *testing.T) {
	agent := wide(AgentRole.Role(), ScopeGlobal)
	inBilling, inApac, inNone, views := bob(agent), bob(agent), bob(agent), bob(agent)
	inBilling.Groups, inApac.Groups = map[GroupID]Access{"billing": Edit}, map[GroupID]Access{"apac": Edit, "": Edit}
	inNone.Groups = map[GroupID]Access{"billing": NoAccess}
	views.Groups = map[GroupID]Access{"refunds": View, "billing": Edit}

	ticket, mine, chat := ticketOf("billing", "ann"), ticketOf("billing", "riya"), chatOf("billing", "ann")
	for _, c := range []struct {
		name  string
		scope Scope
		to    Subject
		want  [3]Reason // on another's ticket, on the subject's own, on another's conversation
	}{
		{"nobody", InGroup, nil, [...]Reason{AllowedGroup, AllowedGroup, AllowedGroup}},
		{"the subject", InGroup, riya(agent), [...]Reason{AllowedGroup, AllowedGroup, AllowedGroup}},
		{"a member", InGroup, inBilling, [...]Reason{AllowedGroup, AllowedGroup, AllowedGroup}},
		{"a member of another group", InGroup, inApac, [...]Reason{OutOfScope, OutOfScope, OutOfScope}},
		{"a member of none", InGroup, inNone, [...]Reason{OutOfScope, OutOfScope, OutOfScope}},
		{"one's own, to a member of another group", ScopeGroup, inApac, [...]Reason{OutOfScope, AllowedAssigned, OutOfScope}},
		{"anything, to a member of another group", Anything, inApac, [...]Reason{AllowedAll, AllowedAll, AllowedAll}},
		{"a member of a group that the subject only views", InGroup, views, [...]Reason{AllowedGroup, AllowedGroup, AllowedGroup}},
	} {
		me := riya(custom(t, TicketAssign.At(c.scope), ConversationAssign.At(c.scope)))
		me.Groups["refunds"] = View
		check(t, me, TicketAssign, TicketAssignment{Ticket: ticket, To: c.to}, c.want[0])
		check(t, me, TicketAssign, TicketAssignment{Ticket: mine, To: c.to}, c.want[1])
		if d := Authorize(me, ConversationAssign, &ConversationAssignment{Conversation: chat, To: c.to}); c.to == nil || c.want[2].Outcome() != OutcomeAllowed {
			assert.Equal(t, c.want[2], d.Reason, c.name)
		} else {
			assert.Contains(t, []Reason{c.want[2], IneligibleTarget}, d.Reason, c.name)
		}
	}

	// To view one of the other's groups is not to share it.
	me := riya(custom(t, TicketAssign.At(InGroup)))
	me.Groups["refunds"] = View
	inRefunds := bob(agent)
	inRefunds.Groups = map[GroupID]Access{"refunds": Edit}
	check(t, me, TicketAssign, TicketAssignment{Ticket: ticket, To: inRefunds}, OutOfScope)
	inRefunds.Groups["billing"] = View // to be a member is enough for the other
	check(t, me, TicketAssign, TicketAssignment{Ticket: ticketOf("billing", "ann"), To: inRefunds}, AllowedGroup)

	// A company in common takes nothing out of the groups.
	colleague := riya(custom(t, TicketAssign.At(InGroup|SameCompany)))
	check(t, colleague, TicketAssign, TicketAssignment{Ticket: ticket, To: inApac}, OutOfScope)

	// To view it in another way as well is not what is missing.
	watches, watched := riya(custom(t, TicketAssign.At(InGroup|Participating))), ticketOf("billing", "ann")
	watched.Participants = map[AgentID]Access{"riya": View}
	check(t, watches, TicketAssign, TicketAssignment{Ticket: watched, To: inApac}, OutOfScope)
	check(t, watches, TicketAssign, TicketAssignment{Ticket: watched, To: inBilling}, AllowedGroup)
	assert.True(t, Explain(NewRequest(watches, TicketAssign, &TicketAssignment{Ticket: watched, To: inApac})).Parts[0].Leaves)
	watched.Group = "apac"
	check(t, watches, TicketAssign, TicketAssignment{Ticket: watched, To: inApac}, ViewOnly)

	// Neither an unknown access nor the group without an ID is shared.
	me = riya(custom(t, TicketAssign.At(InGroup)))
	me.Groups[""] = Edit
	check(t, me, TicketAssign, TicketAssignment{Ticket: ticket, To: inApac}, OutOfScope)
	unknown := bob(agent)
	unknown.Groups = map[GroupID]Access{"billing": Edit + 1}
	check(t, me, TicketAssign, TicketAssignment{Ticket: ticket, To: unknown}, OutOfScope)

	// The ticket scope says which tickets, and not where they go.
	desk := riya(wide(AgentRole.Role(), ScopeGroup))
	check(t, desk, TicketAssign, TicketAssignment{Ticket: ticket, To: inApac}, AllowedGroup)
	check(t, desk, TicketRoute, TicketAssignment{Ticket: ticket, Group: AgentGroup{"apac", "acme"}}, AllowedGroup)
	check(t, desk, TicketRoute, TicketAssignment{Ticket: ticketOf("apac", ""), Group: AgentGroup{"billing", "acme"}}, OutOfScope)
}

// A recipient who could only view a ticket if it were not assigned cannot take it if that is what
// they may do in its group (A43). What else lets them view it does not matter, and a role that lets
// them edit it for a time lets them take it for as long.
func TestRecipientsWhoOnlyView(t *testing.T) {
	boss := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
	boss.Now = day(4)
	taking := []Permission{TicketBeAssigned.At(Assigned | InGroup | Participating), TicketView.At(Assigned | InGroup | Participating)}
	takes := wide(roleNamed(t, "Takes", taking...), Anything)
	ticket := ticketOf("billing", "")
	assigned := func(to *Agent) Decision {
		return Authorize(boss, TicketAssign, &TicketAssignment{Ticket: ticket, To: to})
	}

	member, follower := bob(takes), bob(takes)
	member.Groups, follower.Groups = map[GroupID]Access{"billing": View}, nil
	assert.Equal(t, IneligibleTarget, assigned(member).Reason)
	ticket.Participants = map[AgentID]Access{"bob": View}
	assert.Equal(t, AllowedAll, assigned(follower).Reason, "only a group limits its members to viewing")

	ticket.Participants = nil
	meanwhile := wide(roleNamed(t, "Edits", TicketBeAssigned.At(Unassigned)), Anything)
	meanwhile.Window = NewWindow(day(1), day(9))
	member.Bindings = append(member.Bindings, meanwhile)
	d := assigned(member)
	assert.Equal(t, AllowedAll, d.Reason)
	assert.Equal(t, day(9), d.Until())
}

// Routing is an action of its own, and reaches the subject's groups by InGroup (A50).
func TestRouting(t *testing.T) {
	to := func(group GroupID) AgentGroup { return AgentGroup{group, "acme"} }
	ticket, chat, unrouted := ticketOf("billing", ""), chatOf("billing", ""), ticketOf("", "")
	routes := riya(custom(t, TicketRoute.At(InGroup|Unrouted), ConversationRoute.At(InGroup)))
	routes.Groups = map[GroupID]Access{"billing": Edit, "refunds": Edit, "sales": View}
	check(t, routes, TicketRoute, TicketAssignment{Ticket: ticket, Group: to("refunds")}, AllowedGroup)
	check(t, routes, TicketRoute, TicketAssignment{Ticket: ticket, Group: to("sales")}, OutOfScope)
	check(t, routes, TicketRoute, TicketAssignment{Ticket: ticket, Group: to("apac")}, OutOfScope)
	check(t, routes, TicketRoute, TicketAssignment{Ticket: unrouted, Group: to("apac")}, AllowedUnrouted)
	check(t, routes, ConversationRoute, ConversationAssignment{Conversation: chat, Group: to("refunds")}, AllowedGroup)
	check(t, routes, ConversationRoute, ConversationAssignment{Conversation: chat, Group: to("apac")}, OutOfScope)
	check(t, routes, TicketAssign, TicketAssignment{Ticket: ticket, To: routes}, NoPermission)
	check(t, routes, TicketRoute, TicketAssignment{Ticket: ticket, Group: AgentGroup{"refunds", "globex"}}, OtherAccount)
	for _, malformed := range []TicketAssignment{{Ticket: ticket}, {Ticket: ticket, To: routes}, {Ticket: ticket, To: routes, Group: to("refunds")}, {Ticket: ticket, Group: AgentGroup{Account: "acme"}}} {
		check(t, routes, TicketRoute, malformed, WrongResource)
	}

	// To assign and route at once takes both permissions, and the recipient takes it in its new group.
	agent := wide(AgentRole.Role(), ScopeGroup)
	helper := bob(agent)
	helper.Groups = map[GroupID]Access{"refunds": Edit}
	both := TicketAssignment{Ticket: ticket, To: helper, Group: to("refunds")}
	for _, c := range []struct {
		holds []Permission
		want  Reason
	}{
		{[]Permission{TicketAssign.At(Anything)}, NoPermission},
		{[]Permission{TicketRoute.At(Anything)}, NoPermission},
		{[]Permission{TicketAssign.At(Anything), TicketRoute.At(Anything)}, AllowedAll},
		{[]Permission{TicketAssign.At(Anything), TicketRoute.At(InGroup)}, OutOfScope},
		{[]Permission{TicketAssign.At(InGroup), TicketRoute.At(Anything)}, OutOfScope},
	} {
		me := riya(custom(t, c.holds...))
		me.Groups = map[GroupID]Access{"billing": Edit}
		check(t, me, TicketAssign, both, c.want)
	}
	views := bob(agent)
	views.Groups = map[GroupID]Access{"refunds": View}
	check(t, owner(), TicketAssign, TicketAssignment{Ticket: ticket, To: views, Group: to("refunds")}, IneligibleTarget)
}

// An explanation says that something leaves the groups only of an action that moves it, to
// another agent.
func TestLeavingIsExplained(t *testing.T) {
	const act Action[TicketAssignment] = FirstHostView
	me := bob(custom(t, TicketAssign.At(InGroup), act.ID().At(InGroup)))
	toRiya, toMyself := TicketAssignment{Ticket: ticketOf("billing", ""), To: riya()}, TicketAssignment{Ticket: ticketOf("billing", ""), To: me}
	assert.True(t, Explain(NewRequest(me, TicketAssign, &toRiya)).Parts[0].Leaves)
	assert.False(t, Explain(NewRequest(me, TicketAssign, &toMyself)).Parts[0].Leaves)
	assert.False(t, Explain(NewRequest(me, act, &toRiya)).Parts[0].Leaves)
}

// That the recipient belongs to another account comes before what it is.
func TestSharedRecipientOfAnotherAccount(t *testing.T) {
	other := sam()
	other.Account.ID = "globex"
	check(t, riya(custom(t, TicketAssign.At(Anything))), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: other}, OtherAccount)
}

// A ticket moves to another workspace by ticket.move on it as it is and as it will be (A51).
func TestMoving(t *testing.T) {
	from, into := ticketOf("billing", "ann"), ticketOf("", "")
	from.Workspace, into.Workspace = "it", "hr"
	role := custom(t, TicketMove.At(Anything)).Role
	in := func(w WorkspaceID) Binding { return Binding{Role: role, Workspace: w, TicketScope: ScopeGlobal} }
	check(t, riya(in("it"), in("hr")), TicketMove, TicketPair{from, into}, AllowedAll)
	check(t, riya(in("it")), TicketMove, TicketPair{from, into}, OtherWorkspace)
	check(t, riya(in("hr")), TicketMove, TicketPair{from, into}, OtherWorkspace)
	check(t, riya(in(Everywhere)), TicketMove, TicketPair{from, into}, AllowedAll)
	groups := riya(Binding{Role: role, Workspace: Everywhere, TicketScope: ScopeGroup})
	check(t, groups, TicketMove, TicketPair{from, into}, OutOfScope) // it would leave the group
	into.Group = "billing"
	check(t, groups, TicketMove, TicketPair{from, into}, AllowedGroup)

	// To move is not to assign, nor to route in the same workspace.
	all := riya(in(Everywhere))
	assigned, routed, cleared := into, from, from
	assigned.Assignee, routed.Group, cleared.Assignee = "bob", "apac", ""
	check(t, all, TicketMove, TicketPair{from, assigned}, WrongResource)
	check(t, all, TicketMove, TicketPair{from, routed}, WrongResource)
	check(t, all, TicketMove, TicketPair{from, cleared}, AllowedAll)
	e := Explain(NewRequest(all, TicketMove, &TicketPair{from, routed}))
	assert.Contains(t, e.String(), "problem: a move takes a ticket to another workspace, and gives it to no other assignee")
}

// Reading a private note is not viewing its ticket.
func TestReadingNotes(t *testing.T) {
	note := Note{ticketOf("billing", "riya"), "bob"}
	views, reads := riya(custom(t, TicketView.At(Anything))), riya(custom(t, TicketNoteRead.At(ScopeGroup)))
	check(t, views, TicketNoteRead, note, NoPermission)
	check(t, reads, TicketNoteRead, note, AllowedGroup)
	check(t, reads, TicketView, note.Ticket, NoPermission)
	reads.Groups = map[GroupID]Access{"billing": View}
	check(t, reads, TicketNoteRead, Note{ticketOf("billing", ""), "bob"}, AllowedGroup)
	for role := range acme.BuiltInRoles() {
		has := role.Permissions()
		if role.Name() == string(CustomerRole) || role.Name() == string(CompanyCustomerRole) { // who never read them
			assert.Zero(t, has.Scope(TicketNoteRead.ID()))
			continue
		}
		assert.Equal(t, has.Scope(TicketView.ID()), has.Scope(TicketNoteRead.ID()), role.Name())
	}
}

// A remedy lets the subject edit in the group that something goes to.
func TestRemediesOfAssigning(t *testing.T) {
	role := custom(t, TicketAssign.At(InGroup), TicketRoute.At(InGroup))
	me, taker := riya(role), bob(wide(AgentRole.Role(), ScopeGlobal))
	me.Groups = map[GroupID]Access{"billing": Edit, "refunds": View}
	taker.Groups = map[GroupID]Access{"sales": Edit, "refunds": View}
	in := func(group GroupID) TicketAssignment {
		return TicketAssignment{Ticket: ticketOf(group, ""), Group: AgentGroup{"apac", "acme"}}
	}
	give := func(group GroupID) TicketAssignment { return TicketAssignment{Ticket: ticketOf(group, ""), To: taker} }
	for _, c := range []struct {
		request Request
		want    string
	}{
		{ask(me, TicketRoute, in("billing")), `give the agent edit access in group "apac" (by an administrator)`},
		{ask(me, TicketRoute, in("refunds")), `give the agent edit access in group "apac" (by an administrator) and give the agent edit access in group "refunds" (by an administrator)`},
		{ask(me, TicketRoute, in("apac")), `give the agent edit access in group "apac" (by an administrator)`},
		{ask(me, TicketAssign, give("billing")), `give the agent edit access in group "refunds" (by an administrator)
give the agent edit access in group "sales" (by an administrator)
give the recipient view access in group "billing" (by an administrator)`},
		{ask(me, TicketAssign, TicketAssignment{Ticket: ticketOf("billing", ""), To: taker, Group: AgentGroup{"refunds", "acme"}}), `give the agent edit access in group "refunds" (by an administrator)`},
	} {
		e := Explain(c.request)
		assert.Equal(t, OutOfScope, e.Decision.Reason)
		remedies := Remedies(e, role.Role)
		assert.Equal(t, c.want, said(remedies), "%v", e)
		for _, remedy := range remedies {
			subject, resource := remedy.Apply(c.request.Subject, c.request.Resource)
			assert.True(t, Request{Subject: subject, Action: c.request.Action, Resource: resource}.Authorize().Allowed(), "%v", remedy)
		}
	}
}
