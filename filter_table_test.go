package deskpolicy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// clause is the clause of these conditions.
func clause(conditions ...Condition) []Condition { return conditions }

// asks is a condition of the kind with the IDs.
func asks(kind ConditionKind, ids ...string) Condition { return Condition{Kind: kind, IDs: ids} }

// clausesOf returns the conditions of each clause.
func clausesOf[R Resource](f Filter[R]) (clauses [][]Condition) {
	for clause := range f.Clauses() {
		clauses = append(clauses, slices.Collect(clause.Conditions()))
	}
	return clauses
}

// lists fails the test if the filter has other clauses for what is not confidential.
func lists[R Resource](t *testing.T, subject Subject, action Action[R], want ...[]Condition) {
	t.Helper()
	clauses := clausesOf(FilterFor(subject, action))
	if diff := cmp.Diff(want, clausesOf(FilterFor(subject, action).NoneConfidential())); diff != "" {
		t.Errorf("which may %s do %v to?\n%s", nameOf(subject), action, diff)
	}
	listsExactly(t, subject, action, clauses...)
}

// listsExactly fails the test if the filter has other clauses.
func listsExactly[R Resource](t *testing.T, subject Subject, action Action[R], want ...[]Condition) {
	t.Helper()
	f := FilterFor(subject, action)
	if diff := cmp.Diff(want, clausesOf(f)); diff != "" {
		t.Errorf("which may %s do %v to?\n%s", nameOf(subject), action, diff)
	}
	kind := FilterSome
	switch {
	case len(want) == 0:
		kind = FilterNone
	case len(want[0]) == 0:
		kind = FilterAll
	}
	assert.Equal(t, kind, f.Kind(), "%v by %s", action, nameOf(subject))
}

// never fails the test if the filter selects anything or has another reason.
func never[R Resource](t *testing.T, subject Subject, action Action[R], want Reason) {
	t.Helper()
	lists(t, subject, action)
	assert.Equal(t, want, FilterFor(subject, action).Reason(), "%v by %s", action, nameOf(subject))
}

var (
	outside = asks(ConditionWorkspace, "")
	billing = asks(ConditionGroup, "billing")
	both    = asks(ConditionGroup, "billing", "refunds")
	mine    = asks(ConditionAssignee, "riya")
)

// What typical subjects may list, clause by clause.
func TestFilters(t *testing.T) {
	t.Run("what is confidential", func(t *testing.T) { // (A52)
		open, mentioned := asks(ConditionNotConfidential), asks(ConditionMentions, "riya")
		follows := func(access Access) Condition { return Condition{ConditionParticipant, []string{"riya"}, access} }
		listsExactly(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketReply,
			clause(outside, open), clause(outside, mine), clause(outside, follows(Edit)), clause(outside, mentioned))
		listsExactly(t, riya(wide(AgentRole.Role(), ScopeGroup)), TicketView, clause(outside, both, open), clause(outside, mine),
			clause(outside, both, follows(View)), clause(outside, both, mentioned))
		listsExactly(t, riya(wide(AccountAdministratorRole.Role(), ScopeGlobal)), TicketReply, clause(outside))
		listsExactly(t, riya(custom(t, ConversationReply.At(ScopeGlobal))), ConversationReply, clause(outside, open))
		listsExactly(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketNoteEditOwn, clause(outside, open, asks(ConditionOwn, "riya")),
			clause(outside, mine, asks(ConditionOwn, "riya")), clause(outside, follows(Edit), asks(ConditionOwn, "riya")), clause(outside, mentioned, asks(ConditionOwn, "riya")))
		listsExactly(t, riya(custom(t, invoiceView.At(ScopeGlobal))), invoiceView, clause(outside, open))
		listsExactly(t, riya(custom(t, ArticleView.At(ScopeGlobal))), ArticleView, clause(outside)) // an article cannot be
		listsExactly(t, riya(custom(t, TicketConfidential.At(ScopeGlobal))), TicketConfidential, clause(outside))

		// By another role, where both are held.
		reply, secret := custom(t, TicketReply.At(ScopeGlobal)).Role, custom(t, TicketConfidential.At(InGroup)).Role
		legal := asks(ConditionWorkspace, "legal")
		listsExactly(t, riya(wide(reply, Anything), wide(secret, Anything)), TicketReply, clause(outside, billing), clause(outside, open))
		listsExactly(t, riya(wide(reply, Anything), inWorkspace("legal", secret)), TicketReply, clause(outside, open))
		listsExactly(t, riya(wide(reply, Anything), wide(secret, Assigned)), TicketReply, clause(outside, open), clause(outside, billing, mine))
		listsExactly(t, riya(Binding{Role: reply, Workspace: Everywhere, TicketScope: Anything}, inWorkspace("legal", secret)), TicketReply,
			clause(legal, billing), clause(open))
		in := Binding{Role: custom(t, TicketConfidential.At(Anything)).Role, Workspace: Everywhere, Group: "apac", TicketScope: Anything}
		listsExactly(t, riya(wide(reply, Anything), in), TicketReply, clause(outside, asks(ConditionGroup, "apac")), clause(outside, open))
	})
	t.Run("agents on tickets", func(t *testing.T) {
		lists(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketReply, clause(outside))
		lists(t, riya(wide(AgentRole.Role(), ScopeGroup)), TicketView, clause(outside, both), clause(outside, mine))
		lists(t, riya(wide(AgentRole.Role(), ScopeGroup)), TicketReply, clause(outside, billing), clause(outside, mine)) // refunds is for viewing
		lists(t, riya(wide(AgentRole.Role(), ScopeRestricted)), TicketReply, clause(outside, mine))
		lists(t, bob(wide(AgentRole.Role(), ScopeGroup)), TicketReply, clause(outside, asks(ConditionAssignee, "bob"))) // in no group

		three := riya(wide(AgentRole.Role(), ScopeGroup))
		three.Groups = map[GroupID]Access{"billing": Edit, "refunds": View, "sales": Edit}
		lists(t, three, TicketView, clause(outside, asks(ConditionGroup, "billing", "refunds", "sales")), clause(outside, mine))
		lists(t, three, TicketReply, clause(outside, asks(ConditionGroup, "billing", "sales")), clause(outside, mine))
	})
	t.Run("relations of two scopes", func(t *testing.T) {
		view := func(scope, bound Scope) Binding {
			return wide(custom(t, TicketView.At(scope)).Role, bound)
		}
		nobody, mentioned := asks(ConditionUnassigned), asks(ConditionMentions, "riya")
		lists(t, riya(view(GroupQueue, Anything), view(InGroup, Unassigned)), TicketView, clause(outside, both, nobody))
		lists(t, riya(view(InGroup, Unrouted)), TicketView)
		lists(t, riya(view(Assigned, Unassigned)), TicketView)
		clears := func(scope Scope) Binding { return wide(custom(t, TicketConfidential.At(scope)).Role, Anything) }
		open := asks(ConditionNotConfidential)
		listsExactly(t, riya(view(Mentioned, Assigned), clears(Unassigned)), TicketView, clause(outside, mine, mentioned, open))
		listsExactly(t, riya(view(Mentioned, InGroup), clears(Unrouted)), TicketView, clause(outside, both, mentioned, open))
	})
	t.Run("open workspaces, each by a list of its own", func(t *testing.T) {
		view := func(w WorkspaceID, scope Scope) Binding {
			return Binding{Role: custom(t, TicketView.At(scope)).Role, Workspace: w, TicketScope: Anything}
		}
		me := riya(view(OpenWorkspaces, Assigned|Participating|Mentioned), view(AccountWide, InGroup), view(OpenWorkspaces, GroupQueue))
		me.Account.OpenWorkspaces = []WorkspaceID{"hr", "it"}
		open, inside := asks(ConditionWorkspace, "", "hr", "it"), asks(ConditionWorkspace, "hr", "it")
		follows := Condition{ConditionParticipant, []string{"riya"}, View}
		lists(t, me, TicketView, clause(outside, both), clause(open, mine), clause(inside, both, asks(ConditionUnassigned)), clause(open, follows), clause(open, asks(ConditionMentions, "riya")))
		me.Bindings = []Binding{view(OpenWorkspaces, Assigned|Mentioned), view(Everywhere, Assigned)}
		lists(t, me, TicketView, clause(mine), clause(open, asks(ConditionMentions, "riya")))
	})
	t.Run("agents on conversations", func(t *testing.T) { // (A9)
		lists(t, riya(custom(t, ConversationView.At(InGroup))), ConversationView, clause(outside, both))
		lists(t, riya(custom(t, ConversationReply.At(InGroup))), ConversationReply, clause(outside, billing))
		lists(t, riya(custom(t, ConversationReply.At(ScopeGroup))), ConversationReply, clause(outside, billing), clause(outside, mine))
	})
	t.Run("other relations", func(t *testing.T) { // (A48)
		nobody, ungrouped := asks(ConditionUnassigned), asks(ConditionNoGroup)
		asking := func(bound Scope, of ...Permission) *Agent {
			me := riya(wide(custom(t, of...).Role, bound))
			me.Contact, me.Company = "c-riya", "m-riya"
			return me
		}
		follows, copied := asks(ConditionParticipant, "riya"), asks(ConditionCC, "c-riya")
		follows.Access, copied.Access = Edit, Edit
		for scope, want := range map[Scope][][]Condition{
			GroupQueue:              {clause(outside, billing, nobody)},
			Unassigned:              {clause(outside, nobody)},
			Unrouted:                {clause(outside, nobody, ungrouped)},
			Unassigned | InGroup:    {clause(outside, billing), clause(outside, nobody)},
			Unassigned | GroupQueue: {clause(outside, nobody)},
			Requested:               {clause(outside, asks(ConditionRequester, "c-riya"))},
			Participating:           {clause(outside, follows), clause(outside, copied)},
			Mentioned:               {clause(outside, asks(ConditionMentions, "riya"))},
			MyCustomers:             {clause(outside, asks(ConditionRequesterOwner, "riya"))},
			SameCompany:             {clause(outside, asks(ConditionRequesterCompany, "m-riya"))},
		} {
			lists(t, asking(Anything, TicketReply.At(scope)), TicketReply, want...)
			lists(t, asking(scope, TicketReply.At(Anything)), TicketReply, want...)
		}
		lists(t, asking(Unassigned, TicketReply.At(InGroup)), TicketReply, clause(outside, billing, nobody))
		lists(t, asking(Mentioned, TicketReply.At(ScopeGroup)), TicketReply, clause(outside, billing, asks(ConditionMentions, "riya")), clause(outside, mine, asks(ConditionMentions, "riya")))
		never(t, asking(Assigned, TicketReply.At(Unassigned)), TicketReply, Undecided)
		never(t, asking(InGroup, TicketReply.At(Unrouted)), TicketReply, Undecided)
		never(t, riya(wide(custom(t, TicketReply.At(Requested|SameCompany)).Role, ScopeGlobal)), TicketReply, Undecided) // she has no contact

		// A role that is held in a group.
		reply := custom(t, TicketReply.At(InGroup|GroupQueue)).Role
		in := func(group GroupID) Binding {
			return Binding{Role: reply, Workspace: AccountWide, Group: group, TicketScope: Anything}
		}
		lists(t, riya(in("billing")), TicketReply, clause(outside, billing))
		never(t, riya(in("apac")), TicketReply, Undecided)
		lists(t, riya(in("billing"), wide(reply, Anything)), TicketReply, clause(outside, billing))
		everything := Binding{Role: custom(t, TicketReply.At(Anything)).Role, Workspace: Everywhere, Group: "apac", TicketScope: Anything}
		lists(t, riya(everything, wide(reply, Anything)), TicketReply, clause(asks(ConditionGroup, "apac")), clause(outside, billing))
	})
	t.Run("workspaces", func(t *testing.T) {
		admin := inOpen(AdministratorRole.Role(), ScopeGlobal)
		lists(t, riya(admin), TicketView, clause(asks(ConditionWorkspace, "", "it"))) // it is open, legal is not
		lists(t, riya(inWorkspace("legal", AgentRole.Role())), TicketView, clause(asks(ConditionWorkspace, "legal")))
		lists(t, riya(inWorkspace("legal", AgentRole.Role()), wide(AgentRole.Role(), ScopeRestricted)), TicketView,
			clause(asks(ConditionWorkspace, "legal")), clause(outside, mine))
		// The first clause selects everything in these workspaces.
		lists(t, riya(inWorkspace("legal", AgentRole.Role()), admin, Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGroup}, Binding{Role: AgentRole.Role(), Workspace: "hr", TicketScope: ScopeGroup}), TicketView,
			clause(asks(ConditionWorkspace, "", "it", "legal")), clause(asks(ConditionWorkspace, "hr"), both), clause(asks(ConditionWorkspace, "hr"), mine))
		// Viewing everything and replying to your own tickets does not let you reply to everything (B16).
		viewer := custom(t, TicketView.At(ScopeGlobal))
		lists(t, riya(viewer, wide(AgentRole.Role(), ScopeRestricted)), TicketView, clause(outside))
		lists(t, riya(viewer, wide(AgentRole.Role(), ScopeRestricted)), TicketReply, clause(outside, mine))
	})
	t.Run("what has no workspace, group or assignee", func(t *testing.T) {
		lists(t, riya(wide(AgentRole.Role(), ScopeRestricted)), ContactView, clause()) // everything
		lists(t, riya(wide(RestrictedUserRole.Role(), ScopeGlobal)), ContactEdit, clause(mine))
		lists(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), RoleView, clause())
		never(t, riya(custom(t, SettingsManage.At(ScopeRestricted))), SettingsManage, Undecided)
		never(t, riya(inWorkspace("it", AgentRole.Role())), ContactView, OtherWorkspace)
		lists(t, riya(wide(SupervisorRole.Role(), ScopeGlobal)), DashboardManage, clause(outside, billing), clause(outside, mine))
	})
	t.Run("relations", func(t *testing.T) {
		me := riya(custom(t, TicketView.At(GroupQueue|Unrouted|SameCompany|MyCustomers|Participating), ContactCreate.At(MyCustomers)))
		me.Contact, me.Company = "c-me", "co"
		free, self := asks(ConditionUnassigned), []string{"riya"}
		lists(t, me, TicketView,
			clause(outside, both, free), clause(outside, free, asks(ConditionNoGroup)),
			clause(outside, Condition{ConditionParticipant, self, View}), clause(outside, Condition{ConditionCC, []string{"c-me"}, View}),
			clause(outside, asks(ConditionRequesterOwner, "riya")), clause(outside, asks(ConditionRequesterCompany, "co")))
		lists(t, me, ContactCreate, clause(mine)) // not what has no owner
		nobodys := Contact{Account: "acme"}
		assert.False(t, Authorize(me, ContactCreate, &nobodys).Allowed())
		assert.False(t, FilterFor(me, ContactCreate).Match(&nobodys))
		lists(t, riya(custom(t, ContactCreate.At(MyCustomers|Assigned))), ContactCreate, clause(mine), clause(free))
	})
	t.Run("a host's contacts are not in the CRM", func(t *testing.T) {
		seer, theirs := sam(custom(t, invoiceView.At(MyCustomers))), contactRow{Contact{ID: "c-1", Account: "acme"}}
		seer.CRM.Sees = AllRecords
		assert.False(t, Authorize(seer, Action[contactRow](invoiceView), &theirs).Allowed())
		assert.False(t, FilterFor(seer, Action[contactRow](invoiceView)).Match(&theirs))
	})
	t.Run("your own things", func(t *testing.T) { // within reach, and your own (B21)
		own := asks(ConditionOwn, "riya")
		lists(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketNoteEditOwn, clause(outside, own))
		lists(t, riya(wide(AgentRole.Role(), ScopeGroup)), TicketNoteEditOwn, clause(outside, billing, own), clause(outside, mine, own))
		lists(t, riya(wide(AgentRole.Role(), ScopeRestricted)), ProfileEditOwn, clause(own))
	})
	t.Run("shared agents on tickets", func(t *testing.T) {
		mentioned, owned := asks(ConditionMentions, "sam"), asks(ConditionCustomerOwner, "u-sam")
		team := Condition{Kind: ConditionCustomerTeam, IDs: []string{"u-sam"}, Access: View}
		lists(t, sam(), TicketReply,
			clause(outside, mentioned), clause(outside, owned), clause(outside, asks(ConditionCustomerTerritory, "emea")), clause(outside, team))

		everywhere, nowhere, told, below := sam(), sam(), sam(), sam()
		everywhere.CRM.Sees = AllRecords
		everywhere.Groups = map[GroupID]Access{"refunds": View, "billing": Edit, "apac": NoAccess, "": Edit}
		lists(t, everywhere, TicketView, clause(outside, both), clause(outside, mentioned), clause(outside, asks(ConditionCustomerKnown)))
		lists(t, everywhere, TicketReply, clause(outside, billing), clause(outside, mentioned), clause(outside, asks(ConditionCustomerKnown)))
		nowhere.CRM.Sees = 0
		lists(t, nowhere, TicketReply, clause(outside, mentioned))
		told.CRM.Sees, told.CRM.Visibility = OwnRecords, CRMVisibility{
			Contacts: map[ContactID]Access{"c-2": View, "c-1": Edit, "c-3": NoAccess, "": Edit}, AsOf: day(4), MaxAge: time.Minute,
		}
		told.Now = day(4)
		lists(t, told, TicketReply, clause(outside, mentioned), clause(outside, owned), clause(outside, team), clause(outside, asks(ConditionContact, "c-1", "c-2")))
		told.Now = day(4).Add(time.Minute) // and no longer counts
		lists(t, told, TicketReply, clause(outside, mentioned), clause(outside, owned), clause(outside, team))
		below.CRM.Territories = []TerritoryID{"emea", "dach", "", "emea"}
		below.CRM.Hierarchy = map[TerritoryID]TerritoryID{"berlin": "dach", "dach": "emea", "apac": "world", "loop": "pool", "pool": "loop"}
		lists(t, below, TicketReply,
			clause(outside, mentioned), clause(outside, owned), clause(outside, asks(ConditionCustomerTerritory, "berlin", "dach", "emea")), clause(outside, team))
		lists(t, sam(wide(SharedAgentRole.Role(), ScopeGlobal)), TicketReply, clause(outside))
	})
	t.Run("shared agents on customers", func(t *testing.T) {
		emea, owned := asks(ConditionCustomerTerritory, "emea"), clause(asks(ConditionAssignee, "sam")) // on the desk
		lists(t, sam(), ContactView, owned, clause(asks(ConditionCustomerOwner, "u-sam")), clause(emea), clause(Condition{Kind: ConditionCustomerTeam, IDs: []string{"u-sam"}, Access: View}))
		lists(t, sam(), ContactEdit, owned, clause(asks(ConditionCustomerOwner, "u-sam")), clause(emea), clause(Condition{Kind: ConditionCustomerTeam, IDs: []string{"u-sam"}, Access: Edit}))
		lists(t, sam(), ContactCreate, clause())
		told := sam()
		told.CRM.Sees, told.CRM.Visibility = 0, CRMVisibility{
			Contacts: map[ContactID]Access{"c-1": View, "c-2": Edit}, Companies: map[CompanyID]Access{"m-1": View}, AsOf: day(4), MaxAge: 1,
		}
		told.Now = day(4)
		lists(t, told, ContactEdit, owned, clause(asks(ConditionContact, "c-2")))
		lists(t, told, CompanyView, owned, clause(asks(ConditionCompany, "m-1")))
		told.CRM.Visibility.Companies = nil
		lists(t, told, CompanyView, owned)
		told.CRM.Sees = AllRecords
		lists(t, told, CompanyView, clause())
		never(t, sam(), ConversationView, SharedNoChannels)
		never(t, sam(), AgentView, SharedNoAdministration)
	})
	t.Run("support engineers", func(t *testing.T) {
		grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{"legal": {AdministratorRole.Role()}}})
		session := at(grant, noon)
		lists(t, session, TicketReply, clause(asks(ConditionWorkspace, "", "legal")))
		lists(t, session, SettingsManage, clause(asks(ConditionWorkspace, "legal")))
		never(t, session, AuditView, NoPermission) // the account is in no workspace
		never(t, session, TicketExport, SupportNoExport)
	})
	t.Run("hosts", func(t *testing.T) {
		me := riya(custom(t, invoiceRefund.At(ScopeGroup), invoiceView.At(ScopeGlobal)))
		lists(t, me, invoiceView, clause(outside))
		lists(t, me, invoiceRefund, clause(outside, billing), clause(outside, mine))
		never(t, me, invoiceAnnul, RoleAuthoringReserved) // unclassified
		seer := sam()
		seer.CRM.Sees = AllRecords
		never(t, seer, Action[ticketRow](TicketView), WrongResource)
		seer.Bindings = []Binding{custom(t, invoiceView.At(ScopeRestricted))}
		lists(t, seer, Action[contactRow](invoiceView), clause(outside, asks(ConditionAssignee, "sam"))) // the CRM knows only the library's contacts
		never(t, seer, Action[ticketRow](invoiceView), Undecided)                                        // no ticket is assigned to a shared agent
		seer.Bindings = []Binding{custom(t, invoiceView.At(ScopeShared))}
		lists(t, seer, Action[ticketRow](invoiceView), clause(outside, asks(ConditionMentions, "sam")), clause(outside, asks(ConditionCustomerKnown)))
		lists(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), invoiceAnnul, clause(asks(ConditionWorkspace, "", "it")))
	})
}

// The account of a filter, why it selects nothing, and until when.
func TestFilterReasons(t *testing.T) {
	agent := wide(AgentRole.Role(), ScopeGlobal)
	gone, poor, nobodys := riya(agent), riya(agent), riya(agent)
	gone.Deactivated, poor.Account.Plan, nobodys.Account.ID = true, Plan{}, ""
	inactive, alone := sam(), sam()
	inactive.CRM.Deactivated, alone.Account.Integrated = true, false
	never(t, nil, TicketView, NoSubject)
	assert.Equal(t, NoSubject, FilterFor((*Agent)(nil), TicketView).Reason())
	never(t, riya(agent), Action[Ticket](0), UnknownAction)
	never(t, riya(agent), Action[Conversation](TicketView), WrongResource)
	never(t, riya(agent), Action[Resource](TicketView), WrongResource)
	never(t, riya(agent), Action[*Ticket](TicketView), WrongResource)
	never(t, nobodys, TicketView, OtherAccount)
	never(t, gone, TicketView, Deactivated)
	never(t, inactive, TicketView, CRMInactive)
	never(t, alone, TicketView, NotIntegrated)
	never(t, &CRMOnlyUser{Account: acme, CRM: sam().CRM}, TicketView, NotAnAgent)
	never(t, poor, TicketAttach, PlanLacksFeature)
	never(t, riya(), TicketView, NoRole)
	never(t, riya(wide(Role{}, ScopeGlobal)), TicketView, NoRole)
	never(t, riya(agent), TicketPurge, NoPermission)
	never(t, riya(Binding{Role: AgentRole.Role(), Workspace: "", TicketScope: ScopeGlobal}), TicketView, OtherWorkspace)
	never(t, riya(wide(AgentRole.Role(), 0)), TicketView, Undecided)
	never(t, bob(custom(t, ConversationView.At(InGroup))), ConversationView, Undecided) // in no group

	assert.Equal(t, AccountID("acme"), FilterFor(riya(agent), TicketView).Account())
	assert.Equal(t, AccountID("acme"), FilterFor(gone, TicketView).Account())
	assert.Empty(t, FilterFor(nil, TicketView).Account())
	assert.Zero(t, FilterFor(riya(agent), TicketView).Until())

	grant := granted(t, SupportGrantTerms{Start: noon.Add(time.Hour)})
	revoked, _, err := RevokeSupportGrant(owner(), grant, noon.Add(2*time.Hour))
	require.NoError(t, err)
	for _, c := range []struct {
		session *SupportSession
		reason  Reason
		until   time.Time
	}{
		{at(grant, time.Time{}), NoInstant, time.Time{}},
		{at(SupportGrant{}, noon), NoGrant, time.Time{}},
		{at(grant, noon), GrantNotStarted, grant.Start()},
		{at(grant, grant.Start()), Undecided, grant.End()},
		{at(grant, grant.End()), GrantExpired, time.Time{}},
		{at(revoked, grant.Start()), Undecided, noon.Add(2 * time.Hour)},
		{at(revoked, noon.Add(2*time.Hour)), GrantRevoked, time.Time{}},
	} {
		f := FilterFor(c.session, TicketReply)
		assert.Equal(t, c.reason, f.Reason())
		assert.Equal(t, c.until, f.Until())
		assert.Equal(t, c.reason == Undecided, f.Kind() == FilterSome)
	}
}

// Filters select nothing where one filter cannot answer for all resources.
func TestFilterNever(t *testing.T) {
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	pair := TicketPair{ticketOf("", ""), ticketOf("", "")}
	require.True(t, Authorize(boss, TicketMerge, &pair).Allowed())
	never(t, boss, TicketMerge, Undecided)
	never(t, boss, TicketAssign, Undecided)
	never(t, boss, ConversationAssign, Undecided)
	never(t, boss, ContactMerge, Undecided)
	require.True(t, Authorize(boss, AgentEdit, bob()).Allowed())
	never(t, boss, AgentEdit, Undecided)
	never(t, boss, SharedAgentEdit, Undecided)
	never(t, boss, AgentRoleAssign, Undecided)
	never(t, boss, RoleUpdate, Undecided)
	never(t, boss, SupportGrantCreate, Undecided)
	never(t, boss, Action[Role](FirstHostInAllClasses), Undecided)
	lists(t, boss, AgentView, clause())
	lists(t, boss, SupportGrantRevoke, clause())
	lists(t, boss, Action[Agent](FirstHostChannel), clause()) // calling an agent does not change any authority

	// Values of a host type that are not of the zero value's kind are not selected.
	lists(t, boss, Action[either](FirstHostView), clause(asks(ConditionWorkspace, "", "it")))
	f, ticket := FilterFor(boss, Action[either](FirstHostView)), ticketOf("", "")
	assert.True(t, f.Match(&either{invoice{account: "acme"}}))
	assert.False(t, f.Match(&either{ticket}))
	assert.False(t, f.Match(&either{Contact{Account: "acme", ID: "c-1"}}), "another kind")
	assert.False(t, f.Match(&either{withAttributes{Account: "acme", Assignable: true}}))
	assert.False(t, f.Match(&either{withAttributes{Account: "acme", OnTicket: true}}))
	assert.True(t, f.Match(&either{withAttributes{Account: "acme"}}))
	never(t, boss, Action[ticketRef](FirstHostView), WrongResource) // the zero value has no ticket
	never(t, boss, Action[anythingElse](FirstHostView), WrongResource)
	assert.False(t, FilterFor(boss, Action[ticketRef](FirstHostView)).Match(&ticketRef{})) // Match does not examine it
	assert.False(t, FilterFor(boss, Action[ticketRef](FirstHostView)).Match(&ticketRef{&ticket}))
}

// either is a host's type whose values are of several kinds.
type either struct{ of Resource }

func (e either) Attributes() Attributes {
	if e.of == nil {
		return Attributes{}
	}
	return e.of.Attributes()
}

// withAttributes is a host's type that has exactly these attributes.
type withAttributes Attributes

func (w withAttributes) Attributes() Attributes { return Attributes(w) }

// A list of roles has the Shared Agent role if the account is integrated, as a decision does.
func TestFilterOfBuiltInRoles(t *testing.T) {
	boss := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
	role := SharedAgentRole.Role()
	for _, integrated := range []bool{true, false} {
		boss.Account.Integrated = integrated
		assert.Equal(t, integrated, FilterFor(boss, RoleView).Match(&role))
		assert.Equal(t, integrated, Authorize(boss, RoleView, &role).Allowed())
	}
}

// Zero values select nothing.
func TestZeroFilter(t *testing.T) {
	var f Filter[Ticket]
	assert.Equal(t, FilterNone, f.Kind())
	assert.Empty(t, f.Account())
	assert.Empty(t, clausesOf(f))
	assert.Equal(t, Undecided, f.Reason())
	assert.Zero(t, f.Until())
	assert.False(t, f.Match(&Ticket{}))
	assert.False(t, f.Match(&Ticket{Account: "acme"}))
	assert.False(t, FilterFor(riya(wide(AgentRole.Role(), ScopeGlobal)), TicketView).Match(nil))
	assert.Empty(t, slices.Collect(Clause{}.Conditions()))
	assert.Equal(t, []string{"none", "some", "all", "unknown"}, []string{FilterNone.String(), FilterSome.String(), FilterAll.String(), (FilterAll + 1).String()})
}

// Each kind has its own name.
func TestConditionKinds(t *testing.T) {
	var names []string
	for kind := range ConditionCompany + 2 {
		names = append(names, kind.String())
	}
	assert.Equal(t, []string{
		"none", "workspace", "group", "assignee", "unassigned",
		"no_group", "requester", "requester_company", "requester_owner", "participant", "cc",
		"own", "mentions", "not_confidential", "customer_known", "customer_owner",
		"customer_territory", "customer_team", "contact", "company", "unknown",
	}, names)
}

// A filter does not change when the subject does.
func TestFiltersKeepNothing(t *testing.T) {
	me, told := riya(wide(AgentRole.Role(), ScopeGroup), inWorkspace("it", AgentRole.Role())), sam()
	told.CRM.Visibility = CRMVisibility{Contacts: map[ContactID]Access{"c-1": View}, AsOf: day(4), MaxAge: 1}
	told.Now = day(4)
	account := acme
	account.OpenWorkspaces = []WorkspaceID{"it", "hr", "legal"}[:2]
	admin := riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
	admin.Account = account
	f, g, h := FilterFor(me, TicketView), FilterFor(told, TicketView), FilterFor(admin, TicketView)
	assert.Equal(t, WorkspaceID("legal"), account.OpenWorkspaces[:3][2], "nothing is written behind the subject's lists")
	was := fmt.Sprint(clausesOf(f), clausesOf(g), clausesOf(h))
	me.ID, me.Account.ID, me.Bindings[1], me.Groups["apac"] = "bob", "globex", Binding{}, Edit
	told.CRM.Territories[0], told.CRM.Visibility.Contacts["c-2"], told.CRM.ID = "apac", Edit, "u-else"
	account.OpenWorkspaces[0] = "legal"
	assert.Equal(t, was, fmt.Sprint(clausesOf(f), clausesOf(g), clausesOf(h)))
	assert.Equal(t, AccountID("acme"), f.Account())
}

// TestFilterBugs has a subtest for each bug in another helpdesk's lists, by its number: a
// list has exactly the resources on which the action is allowed.
func TestFilterBugs(t *testing.T) {
	same := func(t *testing.T, subject Subject, ticket Ticket, want bool) {
		t.Helper()
		assert.Equal(t, want, FilterFor(subject, TicketView).Match(&ticket), "the list of %s", nameOf(subject))
		assert.Equal(t, want, Authorize(subject, TicketView, &ticket).Allowed(), "the ticket by its ID for %s", nameOf(subject))
	}
	chat := func(t *testing.T, subject Subject, chat Conversation, want bool) {
		t.Helper()
		assert.Equal(t, want, FilterFor(subject, ConversationView).Match(&chat), "the list of %s", nameOf(subject))
		assert.Equal(t, want, Authorize(subject, ConversationView, &chat).Allowed(), "the conversation by its ID for %s", nameOf(subject))
	}
	t.Run("B01", func(t *testing.T) { // a search finds what the custom role reaches, and no more
		me := riya(custom(t, ConversationView.At(InGroup)))
		lists(t, me, ConversationView, clause(outside, both))
		chat(t, me, chatOf("billing", "bob"), true)
		chat(t, me, chatOf("apac", "bob"), false)
		chat(t, me, chatOf("", ""), false)
	})
	t.Run("B02", func(t *testing.T) { // so does every other list
		me := riya(custom(t, ConversationView.At(ScopeRestricted)), custom(t, TicketView.At(ScopeRestricted)))
		lists(t, me, ConversationView, clause(outside, mine))
		lists(t, me, TicketView, clause(outside, mine))
		chat(t, me, chatOf("billing", ""), false)
		same(t, me, ticketOf("billing", "bob"), false)
		same(t, me, ticketOf("billing", "riya"), true)
	})
	t.Run("B03", func(t *testing.T) { // an agent who is notified of an event may view what it is about
		news := chatOf("refunds", "")
		told := map[AgentID]bool{}
		everybody := []*Agent{
			riya(custom(t, ConversationView.At(InGroup))), bob(custom(t, ConversationView.At(InGroup))),
			{ID: "ann", Account: acme, Bindings: []Binding{custom(t, ConversationView.At(ScopeGlobal))}},
			{ID: "tom", Account: acme, Bindings: []Binding{custom(t, ConversationReply.At(ScopeGlobal))}},
		}
		for _, who := range everybody {
			told[who.ID] = FilterFor(who, ConversationView).Match(&news)
			assert.Equal(t, Authorize(who, ConversationView, &news).Allowed(), told[who.ID])
		}
		assert.Equal(t, map[AgentID]bool{"riya": true, "bob": false, "ann": true, "tom": false}, told)
	})
	t.Run("B08", func(t *testing.T) { // the list has all conversations that the agent takes part in
		same(t, riya(wide(AgentRole.Role(), ScopeGroup)), ticketOf("apac", "riya"), true)
		mentioned := ticketOf("apac", "bob")
		mentioned.Mentions = map[AgentID]bool{"sam": true}
		same(t, sam(), mentioned, true)
		mentioned.Mentions = map[AgentID]bool{"sam": false}
		same(t, sam(), mentioned, false)
	})
	t.Run("B27", func(t *testing.T) { // an agent who sees only their own tickets is notified of no others
		me := riya(wide(AgentRole.Role(), ScopeRestricted))
		lists(t, me, TicketView, clause(outside, mine))
		same(t, me, ticketOf("billing", ""), false)
		same(t, me, ticketOf("", ""), false)
	})
	t.Run("B28", func(t *testing.T) { // a customer's page lists only the tickets that the agent may view
		history := []Ticket{from(customer("emea")), from(customer("emea")), from(customer("emea")), from(customer("apac"))}
		history[1].Workspace, history[2].Group = "legal", "billing"
		views := func(subject Subject) (seen []int) {
			f := FilterFor(subject, TicketView)
			for i := range history {
				if f.Match(&history[i]) {
					seen = append(seen, i)
				}
				assert.Equal(t, Authorize(subject, TicketView, &history[i]).Allowed(), f.Match(&history[i]))
			}
			return seen
		}
		assert.Equal(t, []int{0, 2, 3}, views(riya(wide(AgentRole.Role(), ScopeGlobal))))
		assert.Equal(t, []int{2}, views(riya(wide(AgentRole.Role(), ScopeGroup))))
		assert.Equal(t, []int{0, 2}, views(sam()))
		assert.Equal(t, []int{1}, views(riya(inWorkspace("legal", AgentRole.Role()))))
	})
	t.Run("B29", func(t *testing.T) { // a deactivated agent lists nothing, and nothing brings that back
		gone := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		gone.Deactivated = true
		never(t, gone, TicketView, Deactivated)
		same(t, gone, ticketOf("billing", "riya"), false)
		grant := granted(t, SupportGrantTerms{})
		revoked, _, err := RevokeSupportGrant(owner(), grant, noon)
		require.NoError(t, err)
		for _, session := range []*SupportSession{at(revoked, noon), at(revoked, grant.End()), at(grant, grant.End())} {
			same(t, session, ticketOf("", ""), false)
			assert.Zero(t, FilterFor(session, TicketView).Until())
		}
	})
	t.Run("B30", func(t *testing.T) { // the ID in a URL is decided like the row in a list
		me := riya(wide(AgentRole.Role(), ScopeRestricted))
		for _, ticket := range []Ticket{ticketOf("billing", "bob"), ticketOf("refunds", ""), ticketOf("", ""), {Account: "globex", Assignee: "riya"}} {
			same(t, me, ticket, false)
		}
		same(t, me, ticketOf("apac", "riya"), true)
	})
}

// Match does not allocate, wherever the resource is.
func TestMatchDoesNotAllocate(t *testing.T) {
	group, shared := FilterFor(manyGroups(), TicketView), FilterFor(sam(), TicketView)
	contacts, invoices := FilterFor(sam(), ContactView), FilterFor(riya(custom(t, invoiceView.At(ScopeGroup))), invoiceView)
	notes := FilterFor(riya(wide(AgentRole.Role(), ScopeGroup)), TicketNoteEditOwn)
	requester := customer("apac")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		ticket, contact, bill := ticketOf("apac", "bob"), Contact{Account: "acme"}, invoice{account: "acme"}
		group.Match(&ticket)
		ticket.Requester = requester
		shared.Match(&ticket)
		contacts.Match(&contact)
		invoices.Match(&bill)
		notes.Match(&Note{Ticket: ticket, Author: "riya"})
	}))
}

// Appending to a condition's list does not reach the list of another clause.
func TestConditionListsAreSeparate(t *testing.T) {
	own, any := custom(t, TopicCreate.At(ScopeRestricted)).Role, custom(t, TopicCreate.At(ScopeGlobal)).Role
	me := riya(Binding{Role: own, Workspace: "it", TicketScope: ScopeGlobal}, Binding{Role: any, Workspace: "legal", TicketScope: ScopeGlobal})
	clauses := slices.Collect(FilterFor(me, TopicCreate).Clauses())
	require.Len(t, clauses, 3)
	for _, clause := range clauses {
		for c := range clause.Conditions() {
			assert.Len(t, c.IDs, cap(c.IDs), "%v", c.Kind)
		}
	}
}

// A filter with more clauses and conditions than Match numbers selects what Authorize allows.
func TestMatchOfManyConditions(t *testing.T) {
	me := riya()
	for i := range 80 {
		b := wide(AgentRole.Role(), ScopeGlobal)
		b.Workspace, b.Group = WorkspaceID(fmt.Sprint("w", i)), GroupID(fmt.Sprint("g", i))
		me.Bindings = append(me.Bindings, b)
	}
	f := FilterFor(me, TicketView)
	for i := range 81 {
		for j := range 81 {
			ticket := ticketOf(GroupID(fmt.Sprint("g", j)), "")
			ticket.Workspace = WorkspaceID(fmt.Sprint("w", i))
			assert.Equal(t, Authorize(me, TicketView, &ticket).Allowed(), f.Match(&ticket), "%d %d", i, j)
			assert.Equal(t, i == j && i < 80, f.Match(&ticket), "%d %d", i, j)
		}
	}
}

// A single clause too many for its number is still one that selects.
func TestMatchOfOneClauseTooMany(t *testing.T) {
	for n := 63; n <= 66; n++ {
		me, role := riya(), custom(t, TicketView.At(Anything), TicketConfidential.At(Anything))
		for i := range n {
			role.Workspace, role.Group = WorkspaceID(fmt.Sprint("w", i)), GroupID(fmt.Sprint("g", i))
			me.Bindings = append(me.Bindings, role)
		}
		f := FilterFor(me, TicketView)
		require.Len(t, clausesOf(f), n)
		for i := range n {
			ticket := ticketOf(GroupID(fmt.Sprint("g", i)), "")
			ticket.Workspace = WorkspaceID(fmt.Sprint("w", i))
			assert.True(t, f.Match(&ticket), "%d of %d", i, n)
			ticket.Group = "another"
			assert.False(t, f.Match(&ticket), "%d of %d", i, n)
		}
	}
}
