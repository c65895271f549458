package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// everyTicket returns a ticket for every way in which the agent "riya", with the contact
// "c-riya" and the company "m-riya", can stand to one.
func everyTicket() (tickets []Ticket) {
	for _, workspace := range []WorkspaceID{"", "it", "hr"} {
		for _, group := range []GroupID{"", "billing", "refunds", "apac"} {
			for _, assignee := range []AgentID{"", "riya", "bob"} {
				for _, takesPart := range []Access{NoAccess, View, Edit} {
					for bits := range 16 {
						ticket := Ticket{ID: "4711", Account: "acme", Workspace: workspace, Group: group, Assignee: assignee}
						ticket.Participants = map[AgentID]Access{"riya": takesPart}
						ticket.Mentions = map[AgentID]bool{"riya": bits&1 != 0}
						if bits&14 != 0 {
							requester := Contact{ID: "c-2", Account: "acme"}
							if bits&2 != 0 {
								requester.ID = "c-riya"
							}
							if bits&4 != 0 {
								requester.Company = "m-riya"
							}
							if bits&8 != 0 {
								requester.Owner = "riya"
							}
							ticket.Requester = &requester
						}
						tickets = append(tickets, ticket)
					}
				}
			}
		}
	}
	return tickets
}

// scopeGen draws scopes: the levels, and sets of any relations.
var scopeGen = rapid.Custom(func(t *rapid.T) (s Scope) {
	if rapid.Bool().Draw(t, "named") {
		return rapid.SampledFrom([]Scope{0, ScopeRestricted, ScopeGroup, ScopeShared, ScopeGlobal}).Draw(t, "level")
	}
	for range rapid.IntRange(1, 4).Draw(t, "relations") {
		s |= Scope(1) << rapid.IntRange(0, 9).Draw(t, "relation")
	}
	return s
})

// relatedGen draws agents with riya's ID, whose roles have scopes of any relations.
var relatedGen = rapid.Custom(func(t *rapid.T) *Agent {
	me := riya()
	for range rapid.IntRange(1, 3).Draw(t, "bindings") {
		role := must(NewRole("acme", "R", NewPermissions(
			TicketView.At(scopeGen.Draw(t, "view")), TicketReply.At(scopeGen.Draw(t, "reply")), TicketNotePrivate.At(scopeGen.Draw(t, "note")),
		), nil))
		workspace := rapid.SampledFrom([]WorkspaceID{AccountWide, OpenWorkspaces, "it", Everywhere}).Draw(t, "workspace")
		group := rapid.SampledFrom([]GroupID{"", "", "billing", "apac"}).Draw(t, "group")
		me.Bindings = append(me.Bindings, Binding{Role: role, Workspace: workspace, Group: group, TicketScope: scopeGen.Draw(t, "ticket scope")})
	}
	me.Groups = map[GroupID]Access{}
	for _, group := range []GroupID{"billing", "refunds"} {
		me.Groups[group] = rapid.SampledFrom([]Access{NoAccess, View, Edit}).Draw(t, "access")
	}
	if rapid.Bool().Draw(t, "asks") {
		me.Contact = "c-riya"
	}
	if rapid.Bool().Draw(t, "works at") {
		me.Company = "m-riya"
	}
	return me
})

// TestCompareRelations holds Compare against all tickets, for agents whose roles and ticket
// scopes are sets of any relations (A48).
func TestCompareRelations(t *testing.T) {
	tickets := everyTicket()
	var orderings [4]int
	rapid.Check(t, func(t *rapid.T) {
		before, after := relatedGen.Draw(t, "before"), relatedGen.Draw(t, "after")
		gained, lost := map[ActionID]bool{}, map[ActionID]bool{}
		for i := range tickets {
			for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketNotePrivate} {
				was, is := Authorize(before, action, &tickets[i]).Allowed(), Authorize(after, action, &tickets[i]).Allowed()
				if is && !was {
					gained[action.ID()] = true
				}
				if was && !is {
					lost[action.ID()] = true
				}
			}
		}
		c := Compare(before, after)
		found := func(differences func(func(Difference) bool)) map[ActionID]bool {
			found := map[ActionID]bool{}
			for d := range differences {
				replays(t, d)
				if d.Permission.Action != SessionLogin.ID() && d.Permission.Action != PortalLogin.ID() {
					found[d.Permission.Action] = true
				}
			}
			return found
		}
		require.Equal(t, gained, found(c.Gained()), "%+v\n%+v", before, after)
		require.Equal(t, lost, found(c.Lost()), "%+v\n%+v", before, after)
		orderings[c.Ordering()]++
	})
	for ordering, n := range orderings {
		if n == 0 {
			t.Logf("no two agents were %v", Ordering(ordering))
		}
	}
}

// relatedSharedGen draws shared agents with riya's ID.
var relatedSharedGen = rapid.Custom(func(t *rapid.T) *SharedAgent {
	agent := relatedGen.Draw(t, "agent")
	sees := rapid.SampledFrom([]CRMRecords{0, OwnRecords, AllRecords}).Draw(t, "sees")
	return &SharedAgent{ID: agent.ID, Account: acme, Bindings: agent.Bindings, Groups: agent.Groups, CRM: CRMUser{ID: "u-riya", Sees: sees}}
})

// TestFilterRelations holds filters against all tickets.
func TestFilterRelations(t *testing.T) {
	tickets := everyTicket()
	for i, seen := 0, 0; i < len(tickets); i++ {
		if r := tickets[i].Requester; r != nil {
			if seen++; seen%2 == 0 {
				r.CRM.Owner = "u-riya"
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var who Subject = relatedGen.Draw(t, "agent")
		if rapid.Bool().Draw(t, "shared") {
			who = relatedSharedGen.Draw(t, "shared agent")
		}
		for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketNotePrivate} {
			f := FilterFor(who, action)
			for i := range tickets {
				if d := Authorize(who, action, &tickets[i]); d.Allowed() != f.Match(&tickets[i]) {
					t.Fatalf("%v by %+v on %+v: %v\n%v", action, who, tickets[i], d, f)
				}
			}
		}
	})
}

// TestFilterSize holds the number of clauses of one binding, for all pairs of closed scopes.
func TestFilterSize(t *testing.T) {
	closed := make([]Scope, len(closedScopes))
	for i, text := range closedScopes {
		require.NoError(t, closed[i].UnmarshalText([]byte(text)))
	}
	me, most := riya(), 0
	me.Contact, me.Company = "c-riya", "m-riya"
	for _, scope := range closed {
		role := must(NewRole("acme", "R", NewPermissions(TicketView.At(scope)), nil))
		for _, bound := range closed {
			me.Bindings = []Binding{{Role: role, Workspace: AccountWide, TicketScope: bound}}
			n := 0
			for range FilterFor(me, TicketView).Clauses() {
				n++
			}
			most = max(most, n)
		}
	}
	t.Logf("at most %d clauses", most)
	require.LessOrEqual(t, most, 18+9) // a participant can be in CC instead
}

// A role that is held in a group reaches what that group has, and nothing else (A49).
func TestHeldInAGroup(t *testing.T) {
	closer := roleNamed(t, "Closer", TicketStatusSet.At(Anything), TicketView.At(Anything), ReportView.At(ScopeGroup), ContactView.At(Anything))
	replier := roleNamed(t, "Replier", TicketReply.At(InGroup|Unrouted))
	me := riya(
		Binding{Role: closer, Workspace: AccountWide, Group: "billing", TicketScope: ScopeGlobal},
		Binding{Role: replier, Workspace: AccountWide, Group: "apac", TicketScope: ScopeGlobal},
	)
	me.Groups = map[GroupID]Access{"apac": Edit}
	check(t, me, TicketStatusSet, ticketOf("billing", "bob"), AllowedAll)
	check(t, me, TicketStatusSet, ticketOf("apac", "bob"), OtherWorkspace)
	check(t, me, TicketStatusSet, ticketOf("", "riya"), OtherWorkspace)
	check(t, me, TicketReply, ticketOf("apac", "bob"), AllowedGroup)
	check(t, me, TicketReply, ticketOf("billing", "bob"), OtherWorkspace)
	check(t, me, TicketReply, ticketOf("", ""), OtherWorkspace)
	check(t, me, ReportView, Report{Account: "acme", Team: "billing"}, OutOfScope) // she is not in the group
	check(t, me, ContactView, *customer("emea"), OtherWorkspace)                   // contacts are in no group
	check(t, me, SessionLogin, acme, AllowedAll)

	ticket := ticketOf("apac", "bob")
	assert.Contains(t, Explain(NewRequest(me, TicketStatusSet, &ticket)).String(), `role    "Closer" account-wide, in group "billing", tickets at global: other_workspace`)
	assert.Contains(t, Explain(NewRequest(me, TicketStatusSet, &ticket)).String(), `missing role "Closer" in group`)
	boss := Binding{Role: AccountAdministratorRole.Role(), Workspace: AccountWide, Group: "billing", TicketScope: ScopeGlobal}
	check(t, riya(boss), RoleCreate, newRole(t, "Tier 2"), RoleAuthoringReserved) // held in a group, the role makes nobody an administrator

	// To give a role in a group takes authority in that group.
	lead := riya(custom(t, AgentRoleAssign.At(Anything)), Binding{Role: closer, Workspace: AccountWide, Group: "billing", TicketScope: ScopeGlobal})
	for group, want := range map[GroupID]Reason{"billing": AllowedAll, "apac": BeyondAuthority, "": BeyondAuthority} {
		check(t, lead, AgentRoleAssign, RoleAssignment{bob(), Binding{Role: closer, Workspace: AccountWide, Group: group, TicketScope: ScopeGlobal}}, want)
	}
	held := bob(Binding{Role: replier, Workspace: AccountWide, Group: "apac", TicketScope: ScopeGroup})
	owner := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	for group, want := range map[GroupID]Reason{"apac": AllowedAll, "billing": WrongResource, "": WrongResource} {
		check(t, owner, AgentScopeEdit, RoleAssignment{held, Binding{Role: replier, Workspace: AccountWide, Group: group, TicketScope: ScopeGlobal}}, want)
	}
}

// Comparisons of many bindings agree with those of few, in groups and with many ticket scopes.
func TestCompareManyBindings(t *testing.T) {
	viewer := custom(t, TicketView.At(Anything)).Role
	few := riya(wide(viewer, GroupQueue))
	few.Groups = map[GroupID]Access{"another group": Edit}
	many := riya()
	many.Groups = few.Groups
	for _, scope := range []Scope{GroupQueue, Requested, Participating, Mentioned, MyCustomers, SameCompany, Unrouted} {
		many.Bindings = append(many.Bindings, wide(viewer, scope))
	}
	many.Contact, many.Company = "c-riya", "m-riya"
	c := Compare(few, many)
	assert.Equal(t, OrderingWider, c.Ordering())
	for d := range c.Gained() {
		replays(t, d)
	}
	for i := range 100 {
		group := GroupID(territory(i % 3))
		many.Bindings = append(many.Bindings, Binding{Role: viewer, Workspace: Everywhere, Group: group, TicketScope: GroupQueue})
	}
	more := riya(many.Bindings...)
	more.Groups, more.Contact, more.Company = many.Groups, many.Contact, many.Company
	more.Bindings = append(more.Bindings, Binding{Role: viewer, Workspace: Everywhere, Group: "another group", TicketScope: Assigned})
	assert.Equal(t, []string{
		`ticket.view@restricted in group "another group"`, `ticket.view@restricted in group "another group" in workspace "example"`,
		`ticket.view@restricted in group "another group" in workspace "it"`,
	}, sentences(Compare(many, more).Gained()))
	for d := range Compare(many, more).Gained() {
		replays(t, d)
		assert.Equal(t, GroupID("another group"), d.Allowed.Resource.(Ticket).Group)
	}
	here := riya(append(slices.Clone(more.Bindings), Binding{Role: viewer, Workspace: "it", Group: "network", TicketScope: Assigned})...)
	here.Groups, here.Contact, here.Company = more.Groups, more.Contact, more.Company
	assert.Equal(t, OrderingWider, Compare(more, here).Ordering())
}

// Which of the relations that hold gives the reason, and the scope of the decision.
func TestGroundOfTwoScopes(t *testing.T) {
	mentioned := ticketOf("apac", "riya")
	mentioned.Mentions = map[AgentID]bool{"riya": true}
	for _, c := range []struct {
		permission, bound Scope
		on                Ticket
		reason            Reason
		scope             Scope
	}{
		{InGroup, Assigned, ticketOf("billing", "riya"), AllowedGroup, InGroup}, // the permission's, where no relation is in both
		{Assigned, InGroup, ticketOf("billing", "riya"), AllowedAssigned, Assigned},
		{Unassigned, InGroup, ticketOf("billing", ""), AllowedQueue, GroupQueue}, // what both include
		{InGroup, Unassigned, ticketOf("billing", ""), AllowedQueue, GroupQueue},
		{InGroup | Mentioned, Assigned, mentioned, AllowedMentioned, InGroup | Mentioned}, // only what holds
		{Assigned | Mentioned, Anything, mentioned, AllowedAssigned, Assigned | Mentioned},
		{InGroup | Assigned, InGroup | Mentioned, mentioned, AllowedAssigned, InGroup},
		{InGroup, 0, ticketOf("billing", ""), OutOfScope, 0},
	} {
		me := riya(wide(custom(t, TicketView.At(c.permission)).Role, c.bound))
		d := Authorize(me, TicketView, &c.on)
		assert.Equal(t, c.reason, d.Reason, "%v within %v", c.permission, c.bound)
		assert.Equal(t, c.scope, d.Scope, "%v within %v", c.permission, c.bound)
	}
	me := riya(custom(t, ArticleView.At(Assigned), ReportView.At(Assigned|InGroup)))
	check(t, me, ArticleView, Article{Account: "acme", Author: "riya"}, AllowedOwn)
	check(t, me, ReportView, Report{Account: "acme", Team: "billing", Owner: "riya"}, AllowedGroup)
	check(t, me, ReportView, Report{Account: "acme", Owner: "riya"}, AllowedOwn)
}

// An access that is not an Access is none: it neither counts nor hides another.
func TestUnknownAccess(t *testing.T) {
	me := riya(custom(t, TicketView.At(GroupQueue|Participating)))
	me.Contact, me.Groups = "c-riya", map[GroupID]Access{"billing": Edit + 1}
	ticket := ticketOf("billing", "")
	check(t, me, TicketView, ticket, OutOfScope)
	ticket.Participants = map[AgentID]Access{"riya": Edit + 1}
	check(t, me, TicketView, ticket, OutOfScope)
	ticket.CCs = map[ContactID]Access{"c-riya": View}
	check(t, me, TicketView, ticket, AllowedParticipating)
	ticket.Participants, ticket.CCs = map[AgentID]Access{"riya": View}, map[ContactID]Access{"c-riya": Edit + 1}
	check(t, me, TicketView, ticket, AllowedParticipating)

	// A filter selects the same.
	f := FilterFor(me, TicketView)
	for part := range Edit + 2 {
		for copied := range Edit + 2 {
			ticket.Participants, ticket.CCs = map[AgentID]Access{"riya": part}, map[ContactID]Access{"c-riya": copied}
			assert.Equal(t, part == View || part == Edit || copied == View || copied == Edit, f.Match(&ticket), "%v, %v in CC", part, copied)
		}
	}
}

// Nothing is assigned to a shared agent, whatever the type and whether on a ticket [S14].
func TestSharedAgentHoldsNoHostsThing(t *testing.T) {
	me := sam(custom(t, invoiceView.At(Assigned)))
	view := Action[hostThing](invoiceView)
	check(t, me, view, hostThing{Attributes{Account: "acme", Assignee: "sam", Assignable: true}}, OutOfScope)
	check(t, me, view, hostThing{Attributes{Account: "acme", Assignee: "sam", Assignable: true, OnTicket: true}}, OutOfScope)
	check(t, me, view, hostThing{Attributes{Account: "acme", Assignee: "sam"}}, AllowedAssigned)
}

// What somebody else will own is not Assigned to the agent who creates it (A34).
func TestCreatingForAnother(t *testing.T) {
	me := riya(custom(t, ArticleDraft.At(Assigned)))
	check(t, me, ArticleDraft, Article{Account: "acme"}, AllowedOwn)
	check(t, me, ArticleDraft, Article{Account: "acme", Author: "riya"}, AllowedOwn)
	check(t, me, ArticleDraft, Article{Account: "acme", Author: "bob"}, OutOfScope)
}

// What clears a subject does not stand for its access to the group, which other roles need.
func TestConfidentialByTwoRelations(t *testing.T) {
	first := roleNamed(t, "A", TicketView.At(Assigned), TicketConfidential.At(Assigned))
	second := roleNamed(t, "B", TicketView.At(InGroup))
	check(t, riya(wide(first, Anything), wide(second, Anything)), TicketView, secretOf("billing", "riya"), AllowedGroup)
}

// The two contacts of a pair have an owner each.
func TestMergingOwnedContacts(t *testing.T) {
	me := riya(custom(t, ContactMerge.At(MyCustomers)))
	mine, theirs := Contact{ID: "c-1", Account: "acme", Owner: "riya"}, Contact{ID: "c-2", Account: "acme", Owner: "bob"}
	check(t, me, ContactMerge, ContactPair{mine, mine}, AllowedContact)
	check(t, me, ContactMerge, ContactPair{mine, theirs}, OutOfScope)
	check(t, me, ContactMerge, ContactPair{theirs, mine}, OutOfScope)
}

// An agent who is a contact as well cannot merge that contact with another, and so reach what
// the other requested (A53).
func TestMergingOwnContact(t *testing.T) {
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	boss.Contact = "c-riya"
	own, other, third := Contact{ID: "c-riya", Account: "acme", Owner: "riya"}, Contact{ID: "c-2", Account: "acme"}, Contact{ID: "c-3", Account: "acme"}
	check(t, boss, ContactMerge, ContactPair{own, other}, OwnAuthority)
	check(t, boss, ContactMerge, ContactPair{other, own}, OwnAuthority)
	check(t, boss, ContactMerge, ContactPair{own, own}, OwnAuthority)
	check(t, boss, ContactMerge, ContactPair{other, third}, AllowedAll)
	check(t, boss, ContactEdit, own, AllowedAll)
	check(t, boss, ContactMerge, ContactPair{own, Contact{ID: "c-2", Account: "initech"}}, OtherAccount)
	check(t, &SharedAgent{ID: "c-riya", Account: acme, CRM: sam().CRM, Bindings: []Binding{custom(t, ContactMerge.At(Anything))}}, ContactMerge, ContactPair{own, other}, OutOfScope)

	nobodys := riya(boss.Bindings...)
	check(t, nobodys, ContactMerge, ContactPair{own, other}, AllowedAll)
	check(t, nobodys, ContactMerge, ContactPair{Contact{Account: "acme"}, other}, AllowedAll)

	why := Explain(NewRequest(boss, ContactMerge, &ContactPair{other, own}))
	assert.Empty(t, Remedies(why, everyBuiltIn...))
	assert.Equal(t, OwnAuthority, why.Parts[1].Decision.Reason)
	assert.Equal(t, AllowedAll, why.Parts[0].Decision.Reason)
	assert.Contains(t, why.String(), "own_authority [B18 B50 A53]\n    missing another agent to merge it: this contact is the subject's own")
}

// Bindings that hold nothing, and subjects that are nobody.
func TestNothingIsHeld(t *testing.T) {
	ticket := ticketOf("billing", "riya")
	assert.Equal(t, Decision{Reason: NoRole}, Authorize(riya(Binding{}), TicketView, &ticket))
	check(t, riya(Binding{Role: AgentRole.Role(), TicketScope: Anything}), SessionLogin, acme, OtherWorkspace)
	check(t, (*CRMOnlyUser)(nil), TicketView, ticket, NoSubject)
	outsider := &CRMOnlyUser{Account: acme, CRM: CRMUser{ID: "u-1"}}
	check(t, owner(), AgentRoleAssign, RoleAssignment{outsider, wide(AgentRole.Role(), Anything)}, WrongResource)
	check(t, owner(), AgentGroupAssign, inGroup(outsider, "billing", View), WrongResource)
	me := sam()
	me.Deactivated, me.CRM.Deactivated = true, true
	check(t, me, TicketView, ticket, Deactivated)
}

// What a shared agent's ticket scope includes is closed, and not for a zero one (A8).
func TestSharedTicketScope(t *testing.T) {
	queue := ticketOf("billing", "")
	me := sam(wide(custom(t, TicketView.At(Unassigned)).Role, ScopeRestricted))
	me.Groups = map[GroupID]Access{"billing": Edit}
	check(t, me, TicketView, queue, AllowedQueue)
	for _, none := range []Scope{0, 1 << 15, Unassigned | 1<<15} {
		me.Bindings[0].TicketScope = none
		check(t, me, TicketView, queue, OutOfScope)
	}
}

// A memo is a host's type that is never assigned: it has an owner only.
type memo struct{ author, assignee AgentID }

func (m memo) Attributes() Attributes {
	return Attributes{Account: "acme", Owner: m.author, Assignee: m.assignee}
}

const (
	memoRead   Action[memo] = FirstHostView + 7
	memoAmend  Action[memo] = FirstHostEdit + 7
	memoRevise Action[memo] = FirstHostOwn + 7
)

// Of a type that is never assigned, Assigned means the owner, unless it names an assignee.
func TestOwnerOfAHostsType(t *testing.T) {
	me := riya(custom(t, memoRead.At(Assigned), memoAmend.At(Assigned), memoRevise.At(Assigned)))
	for _, c := range []struct {
		memo memo
		want Reason
	}{{memo{"riya", ""}, AllowedOwn}, {memo{"bob", ""}, OutOfScope}, {memo{"", ""}, OutOfScope}, {memo{"riya", "bob"}, OutOfScope}, {memo{"bob", "riya"}, AllowedAssigned}} {
		check(t, me, memoRead, c.memo, c.want)
		check(t, me, memoAmend, c.memo, c.want)
		for _, action := range []Action[memo]{memoRead, memoRevise} {
			assert.Equal(t, Authorize(me, action, &c.memo).Allowed(), FilterFor(me, action).Match(&c.memo), "%v %v", action, c.memo)
		}
	}
	check(t, me, memoRevise, memo{"riya", ""}, AllowedOwn)
	check(t, me, memoRevise, memo{"riya", "bob"}, OutOfScope)
	for _, wider := range []Scope{Requested, InGroup | Assigned, Anything} {
		found := 0
		more := riya(custom(t, memoRead.At(wider), memoRevise.At(wider)))
		for d := range Compare(me, more).Gained() {
			require.True(t, d.Allowed.Authorize().Allowed(), d)
			require.False(t, d.Denied.Authorize().Allowed(), d)
			found++
		}
		assert.Equal(t, wider != Requested, found > 0, wider)
	}
	asks := *riya(custom(t, memoRevise.At(Assigned|Requested)))
	asks.Contact = "c-1"
	assert.False(t, Covers(riya(custom(t, memoRevise.At(Assigned))), &asks))
	assert.True(t, Covers(&asks, riya(custom(t, memoRevise.At(Assigned)))))
}
