package deskpolicy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// The readings of docs/requirements.md that are tested only here, by number.
func init() {
	faults["F48"] = func(t *testing.T) {
		t.Run("A2", unclearCellsDeny)
		t.Run("A4", noAssignmentOfAnyKind)
		t.Run("A7", onlyTheRequester)
		t.Run("A9", ownConversationsInOtherGroups)
		t.Run("A13", supportChangesNobody)
		t.Run("A14", exportsByTheirClass)
		t.Run("A16", whoGivesSupportAccess)
		t.Run("A21", sharedAgentsDoNotAdminister)
		t.Run("A22", equalsAdministerEachOther)
		t.Run("A23", administratorsBelowAccountAdministrators)
		t.Run("A28", missingFeaturesDeny)
		t.Run("A30", contactsOfSharedAgents)
		t.Run("A34", actionsWithoutScope)
		t.Run("A42", channelsByTheirClass)
		t.Run("A48", levelsAreSets)
	}
}

// allOn returns the library's actions on the resource's type.
func allOn[R Resource](resource R) (actions []Action[R]) {
	for id := range Actions() {
		if (Request{Subject: riya(), Action: id, Resource: resource}).Authorize().Reason != WrongResource {
			actions = append(actions, Action[R](id))
		}
	}
	return actions
}

// The Shared Agent role does not permit reports or exports.
func unclearCellsDeny(t *testing.T) {
	for p := range SharedAgentRole.Role().Permissions().All() {
		assert.NotEqual(t, "analytics", p.Action.Category(), "%v", p)
		assert.False(t, p.Action.InClass(ClassExport), "%v", p)
	}
}

// A shared agent cannot be assigned anything, by any action.
func noAssignmentOfAnyKind(t *testing.T) {
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	me := sam(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	me.Groups = map[GroupID]Access{"billing": Edit}
	ticket, chat, team := ticketOf("billing", ""), chatOf("billing", ""), AgentGroup{"billing", "acme"}
	for _, group := range []AgentGroup{{}, team} {
		check(t, boss, TicketAssign, TicketAssignment{ticket, me, group}, SharedNeverAssigned)
		check(t, boss, ConversationAssign, ConversationAssignment{chat, me, group}, SharedNeverAssigned)
		check(t, me, TicketAssign, TicketAssignment{ticket, me, group}, SharedNeverAssigned)
	}
	check(t, me, TicketBeAssigned, ticket, SharedNeverAssigned)
	check(t, me, ConversationTake, chat, SharedNoChannels)
}

// A ticket is reached through its requester only, not through other contacts.
func onlyTheRequester(t *testing.T) {
	seen, unseen := customer("emea"), customer("apac")
	unseen.ID = "c-2"
	check(t, sam(), TicketView, from(seen), AllowedContact)
	for name, ticket := range map[string]Ticket{
		"the requester is another contact":   from(unseen),
		"no requester":                       from(nil),
		"the requester is a contact it owns": from(&Contact{Account: "acme", Owner: "sam"}),
	} {
		t.Run(name, func(t *testing.T) { check(t, sam(), TicketView, ticket, OutOfScope) })
	}
	check(t, sam(), TicketReply, from(seen), AllowedContact)
	link := custom(t, TicketLink.At(ScopeShared))
	check(t, sam(link), TicketLink, TicketPair{from(seen), from(seen)}, AllowedContact)
	check(t, sam(link), TicketLink, TicketPair{from(seen), from(unseen)}, OutOfScope) // each by its own requester
	check(t, sam(link), TicketLink, TicketPair{from(unseen), from(seen)}, OutOfScope)
}

// The messenger's level Group is InGroup and no more; the scope group includes the
// subject's own tickets and conversations in other groups.
func ownConversationsInOtherGroups(t *testing.T) {
	owns(t, ticketOf("apac", "riya"), ticketOf("billing", "bob"))
	owns(t, chatOf("apac", "riya"), chatOf("billing", "bob"))
	chat, to := chatOf("apac", "riya"), bob(wide(SupportAgentRole.Role(), ScopeGlobal))
	check(t, riya(custom(t, ConversationAssign.At(InGroup))), ConversationAssign, ConversationAssignment{Conversation: chat, To: to}, OutOfScope)
	check(t, riya(custom(t, ConversationAssign.At(ScopeGroup))), ConversationAssign, ConversationAssignment{Conversation: chat, To: to}, AllowedAssigned)
}

// owns checks every action on what is assigned to riya in another group, and on what is
// in her group.
func owns[R Resource](t *testing.T, own, grouped R) {
	t.Helper()
	for _, action := range allOn(own) {
		for scope, want := range map[Scope]Reason{InGroup: OutOfScope, ScopeGroup: AllowedAssigned, Assigned: AllowedAssigned} {
			me := riya(custom(t, action.At(scope)))
			check(t, me, action, own, want)
			assert.Equal(t, want == AllowedAssigned, ptr(FilterFor(me, action)).Match(&own), "%v", action)
			if scope != Assigned {
				check(t, me, action, grouped, AllowedGroup)
			}
		}
	}
}

// A support engineer cannot change an agent, a role, a group or a support grant,
// including their own, with any role. The permission to edit their own profile works.
func supportChangesNobody(t *testing.T) {
	boss := AccountAdministratorRole.Role()
	grant := granted(t, SupportGrantTerms{Roles: []Role{boss}, Workspaces: map[WorkspaceID][]Role{"it": {boss}}})
	session := at(grant, noon)
	itself := &Agent{ID: session.ID(), Account: acme, Bindings: []Binding{wide(boss, ScopeGlobal)}}
	held := wide(AgentRole.Role(), ScopeRestricted)
	things := []Resource{*itself, *bob(held), *sam(), RoleAssignment{itself, held}, RoleAssignment{bob(held), held}, inGroup(itself, "billing", View), inGroup(bob(), "billing", NoAccess), newRole(t, "Tier 2"), SupervisorRole.Role(), grant, *carlas()}
	for _, id := range administering(ClassAccessChange|ClassRoleAuthoring, "support access") {
		asked := 0
		for _, thing := range things {
			switch d := (Request{Subject: session, Action: id, Resource: thing}).Authorize(); d.Reason {
			case SupportNoAgents, SupportNoRoles, SupportNoGrants:
				asked++
			default:
				assert.Equal(t, WrongResource, d.Reason, "%v of %T", id, thing)
			}
		}
		assert.Positive(t, asked, "%v", id)
	}
	check(t, session, AgentView, *bob(held), AllowedAll)

	own := AgentProfile{"acme", session.ID()}
	check(t, session, ProfileEditOwn, own, AllowedOwn)
	check(t, session, ProfileEditOwn, AgentProfile{"acme", "bob"}, NotOwn)
	replies := at(granted(t, SupportGrantTerms{Roles: []Role{custom(t, TicketReply.At(ScopeGlobal)).Role}}), noon)
	check(t, replies, ProfileEditOwn, own, NoPermission)
}

// administering returns the library's actions in one of the classes or categories.
func administering(class Class, categories ...string) (ids []ActionID) {
	for id := range Actions() {
		if id.InClass(class) || slices.Contains(categories, id.Category()) {
			ids = append(ids, id)
		}
	}
	return ids
}

// A support engineer cannot do what is in the export class, but can do everything
// else on the same resources, such as listing and viewing attachments.
func exportsByTheirClass(t *testing.T) {
	session := at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon)
	ticket := ticketOf("", "")
	for _, action := range allOn(ticket) {
		want := AllowedAll
		switch {
		case action.ID().InClass(ClassExport):
			want = SupportNoExport
		case action == TicketBeAssigned: // (A43)
			want = IneligibleTarget
		}
		check(t, session, action, ticket, want)
		assert.Equal(t, want == AllowedAll, ptr(FilterFor(session, action)).Match(&ticket), "%v", action)
	}
	check(t, session, ReportView, Report{Account: "acme"}, AllowedAll)
	for _, action := range []Action[Report]{ReportSchedule, ReportExport} {
		check(t, session, action, Report{Account: "acme"}, SupportNoExport)
	}
	var exports []string
	for _, id := range administering(ClassExport) {
		exports = append(exports, id.String())
	}
	assert.Equal(t, []string{
		"ticket.forward", "ticket.export", "conversation.export", "contact.export", "report.schedule", "report.export", "data.export",
	}, exports)
}

// Two built-in roles can give support access, and a custom role can.
func whoGivesSupportAccess(t *testing.T) {
	var gives []string
	for role := range acme.BuiltInRoles() {
		if role.Permissions().Has(SupportGrantCreate.At(ScopeRestricted)) {
			gives = append(gives, role.Name())
		}
	}
	assert.ElementsMatch(t, []string{"Account Administrator", "Administrator"}, gives)
	desk := custom(t, SupportGrantCreate.At(ScopeGlobal), TicketView.At(ScopeGlobal))
	terms := func(role Role) SupportGrantTerms {
		return SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{role}}
	}
	_, _, err := NewSupportGrant(riya(desk), terms(custom(t, TicketView.At(ScopeGlobal)).Role), noon)
	require.NoError(t, err)
	_, _, err = NewSupportGrant(riya(desk), terms(AgentRole.Role()), noon)
	require.ErrorIs(t, err, ErrDenied)
}

// A shared agent cannot administer people, roles, the account or support access with
// any role. It can configure the desk.
func sharedAgentsDoNotAdminister(t *testing.T) {
	everything, err := CloneRole(AccountAdministratorRole.Role(), "acme", "All")
	require.NoError(t, err)
	me := sam(inOpen(AccountAdministratorRole.Role(), ScopeGlobal), Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}, wide(everything, ScopeGlobal))
	held := wide(everything, ScopeRestricted)
	things := []Resource{*bob(held), *sam(held), *me, RoleAssignment{bob(held), held}, RoleAssignment{me, held}, inGroup(bob(), "billing", View), inGroup(me, "billing", View), newRole(t, "Tier 2"), SharedAgentRole.Role(), acme, granted(t, SupportGrantTerms{}), *carlas()}
	for _, id := range administering(0, "people", "roles", "account", "support access") {
		denied := 0
		for _, thing := range things {
			d := Request{Subject: me, Action: id, Resource: thing}.Authorize()
			if d.Reason == SharedNoAdministration {
				denied++
			} else {
				assert.Equal(t, WrongResource, d.Reason, "%v of %T", id, thing)
			}
		}
		assert.Positive(t, denied, "%v", id)
	}
	for _, action := range allOn(Settings{Account: "acme"}) {
		check(t, me, action, Settings{Account: "acme"}, AllowedAll)
		check(t, sam(), action, Settings{Account: "acme"}, NoPermission) // [S39]
	}
}

// The Administrator cannot make roles, and can give and take roles within its own
// authority, including equal ones.
func equalsAdministerEachOther(t *testing.T) {
	adam := &Agent{ID: "adam", Account: acme, Bindings: []Binding{inOpen(AdministratorRole.Role(), ScopeGlobal)}}
	for id := range Actions() {
		if strings.HasPrefix(id.String(), "role.custom.") {
			assert.False(t, AdministratorRole.Role().Permissions().Has(id.At(ScopeRestricted)), "%v", id)
			d := Request{Subject: adam, Action: id, Resource: newRole(t, "Tier 2")}.Authorize()
			assert.Equal(t, RoleAuthoringReserved, d.Reason, "%v", id)
		}
	}
	administers(t, adam, inOpen(AdministratorRole.Role(), ScopeGlobal), AllowedAll)
	assigns := []Permission{AgentEdit.At(ScopeGlobal), AgentDelete.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), TicketReply.At(ScopeGroup)}
	lead := riya(custom(t, assigns...))
	administers(t, lead, custom(t, assigns...), AllowedAll)
	administers(t, lead, custom(t, TicketReply.At(ScopeRestricted)), AllowedAll)
	administers(t, lead, custom(t, TicketReply.At(ScopeGlobal)), BeyondAuthority)
	administers(t, lead, custom(t, append(assigns, TicketView.At(ScopeRestricted))...), BeyondAuthority)
}

// The Administrator can manage billing and delete administrators [R4], but cannot
// act on an account administrator.
func administratorsBelowAccountAdministrators(t *testing.T) {
	adam := &Agent{ID: "adam", Account: acme, Bindings: []Binding{inOpen(AdministratorRole.Role(), ScopeGlobal)}}
	check(t, adam, BillingManage, acme, AllowedAll)
	check(t, adam, AgentDelete, *bob(inOpen(AdministratorRole.Role(), ScopeGlobal)), AllowedAll)
	for _, action := range allOn(*bob()) {
		want := BeyondAuthority
		if action == AgentView {
			want = AllowedAll
		}
		check(t, adam, action, *bob(inOpen(AccountAdministratorRole.Role(), ScopeRestricted)), want)
	}
}

// An action that needs a feature is denied on a plan without that feature, whatever
// other features the plan has and whatever the roles permit.
func missingFeaturesDeny(t *testing.T) {
	asked := 0
	for id := range Actions() {
		feature := id.RequiredFeatures()
		if feature == 0 {
			continue
		}
		asked++
		for _, thing := range []Resource{ticketOf("", ""), CannedResponse{Account: "acme"}, newRole(t, "Tier 2")} {
			boss := owner()
			with := Request{Subject: boss, Action: id, Resource: thing}
			if with.Authorize().Reason == WrongResource {
				continue
			}
			assert.True(t, with.Authorize().Allowed(), "%v", id)
			for _, plan := range []Plan{{}, {Features: AllFeatures &^ feature}} {
				boss.Account.Plan = plan
				assert.Equal(t, PlanLacksFeature, with.Authorize().Reason, "%v on %+v", id, plan)
			}
			boss.Account.Plan = Plan{Features: feature}
			assert.True(t, with.Authorize().Allowed(), "%v", id)
		}
	}
	assert.GreaterOrEqual(t, asked, 8)
}

// A shared agent reaches the contacts that the CRM shows it and those that it owns,
// with every role and scope. Reaching a ticket does not give it the requester.
func contactsOfSharedAgents(t *testing.T) {
	const inspect Action[Contact] = FirstHostView
	seen, unseen, owned := *customer("emea"), *customer("apac"), *customer("apac")
	owned.Owner = "sam"
	for _, action := range append(allOn(seen), inspect) {
		for scope, want := range map[Scope][3]Reason{
			Assigned:    {OutOfScope, OutOfScope, AllowedOwn},
			ScopeGroup:  {OutOfScope, OutOfScope, AllowedOwn},
			MyCustomers: {AllowedContact, OutOfScope, OutOfScope},
			Anything:    {AllowedContact, OutOfScope, AllowedOwn},
		} {
			me := sam(custom(t, action.At(scope)))
			switch {
			case action == ContactCreate && scope == Anything: // the contact does not exist yet (A34)
				want = [3]Reason{AllowedAll, AllowedAll, AllowedAll}
			case action == ContactCreate && scope != MyCustomers:
				want = [3]Reason{AllowedOwn, AllowedOwn, AllowedOwn}
			case action == ContactKeyManage:
				want = [3]Reason{SharedNoAdministration, SharedNoAdministration, SharedNoAdministration}
			}
			check(t, me, action, seen, want[0])
			check(t, me, action, unseen, want[1])
			check(t, me, action, owned, want[2])
		}
	}
	ticket := from(&unseen)
	ticket.Mentions = map[AgentID]bool{"sam": true}
	me := sam(custom(t, TicketView.At(ScopeShared), ContactView.At(ScopeGlobal), CompanyView.At(ScopeGlobal)))
	check(t, me, TicketView, ticket, AllowedMentioned)
	check(t, me, ContactView, *ticket.Requester, OutOfScope)
	check(t, me, CompanyView, Company{Account: "acme"}, OutOfScope)
	everything := sam(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	check(t, everything, TicketView, ticket, AllowedAll)
	check(t, everything, ContactView, *ticket.Requester, OutOfScope)
}

// The levels of the documents are sets of relations, and reach what any of these does; no
// built-in role is held at a relation beyond them alone.
func levelsAreSets(t *testing.T) {
	for level, relations := range map[Scope][]Scope{ScopeRestricted: {Assigned}, ScopeGroup: {Assigned, InGroup}, ScopeShared: {Mentioned, MyCustomers, InGroup}, ScopeGlobal: {Anything}} {
		mentioned := ticketOf("apac", "bob")
		mentioned.Mentions = map[AgentID]bool{"riya": true, "sam": true}
		for _, ticket := range []Ticket{ticketOf("apac", "riya"), ticketOf("billing", "bob"), ticketOf("apac", ""), mentioned, from(customer("emea"))} {
			for _, who := range []func(...Binding) Subject{func(b ...Binding) Subject { return riya(b...) }, func(b ...Binding) Subject { return sam(b...) }} {
				any := false
				for _, relation := range relations {
					any = any || Authorize(who(custom(t, TicketReply.At(relation))), TicketReply, &ticket).Allowed()
				}
				assert.Equal(t, any, Authorize(who(custom(t, TicketReply.At(level))), TicketReply, &ticket).Allowed(), "%v of %v", level, ticket)
			}
		}
	}
	for role := range acme.BuiltInRoles() {
		for p := range role.Permissions().All() {
			ofCustomers := role == CustomerRole.Role() || role == CompanyCustomerRole.Role()                                         // (A65)
			assert.True(t, slices.Contains(levels, p.Scope) || p.Action == TicketConfidential.ID() || ofCustomers, "%v %v", role, p) // (A52)
		}
	}
}

// The actions without a scope are those on an account, a workspace, an app, people,
// roles and support grants.
func actionsWithoutScope(t *testing.T) {
	scopeless := []string{"Account", "Workspace", "App", "Agent", "SharedAgent", "RoleAssignment", "GroupMembership", "Role", "SupportGrant"}
	for id := range Actions() {
		if grantable(id) {
			on := resourceOf(t, id)
			assert.Equal(t, slices.Contains(scopeless, on), id.Relations() == Anything, "%v is on %s", id, on)
		}
	}
}

// A shared agent cannot do what is in the channel class, on any resource.
// channelsByTheirKind tests resources that are channels or conversations.
func channelsByTheirClass(t *testing.T) {
	const call, annul Action[invoice] = FirstHostChannel, FirstHostInAllClasses
	check(t, sam(custom(t, call.At(ScopeGlobal))), call, invoice{account: "acme"}, SharedNoChannels)
	check(t, sam(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), annul, invoice{account: "acme"}, SharedNoChannels) // an unclassified action is in every class
	check(t, riya(custom(t, call.At(ScopeGlobal))), call, invoice{account: "acme"}, AllowedAll)
	for _, id := range administering(ClassChannel) {
		d := Request{Subject: sam(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), Action: id, Resource: Channel{Account: "acme"}}.Authorize()
		assert.Equal(t, SharedNoChannels, d.Reason, "%v", id)
	}
}
