package deskpolicy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// A reasonCase is a question and the reason of its decision. The question is a Request
// and a typed call.
type reasonCase struct {
	want      Reason
	request   Request
	authorize func() Decision
}

// gives returns the case of a question whose decision has the reason.
func gives[R Resource](want Reason, subject Subject, action Action[R], resource R) reasonCase {
	return reasonCase{
		want:      want,
		request:   ask(subject, action, resource),
		authorize: func() Decision { return Authorize(subject, action, &resource) },
	}
}

// ask returns a Request without static types.
func ask[R Resource](subject Subject, action Action[R], resource R) Request {
	return Request{Subject: subject, Action: action.ID(), Resource: resource}
}

// everyReason returns a question for every reason, by number. Add a new reason here:
// every test that covers all reasons uses this list.
func everyReason(t testing.TB) []reasonCase {
	agent := wide(AgentRole.Role(), ScopeGroup)
	me, owner := riya(agent), riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	admin, boss := riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	gone, poor := riya(agent), riya(agent)
	gone.Deactivated, poor.Account.Plan = true, Plan{}
	billing, apac := ticketOf("billing", "bob"), ticketOf("apac", "bob")
	shared, stale, alone := sam(), sam(), sam()
	stale.CRM.Deactivated, alone.Account.Integrated = true, false
	mentioned := ticketOf("apac", "bob")
	mentioned.Mentions = map[AgentID]bool{"sam": true}
	seen := from(customer("emea"))
	at9 := func(scope Scope, ticket Ticket) reasonCase { // Step 9 by a relation that no built-in role is held at
		asks := riya(custom(t, TicketReply.At(scope)))
		asks.Contact, asks.Company = "c-1", "m-1"
		return gives(map[Scope]Reason{
			SameCompany: AllowedCompany, Participating: AllowedParticipating, Requested: AllowedRequested,
			Unrouted: AllowedUnrouted, Unassigned: AllowedUnassigned, GroupQueue: AllowedQueue,
		}[scope], asks, TicketReply, ticket)
	}
	secret := ticketOf("billing", "bob")
	secret.Confidential = true
	followed, colleagues := ticketOf("apac", "bob"), from(&Contact{ID: "c-2", Account: "acme", Company: "m-1"})
	followed.Participants = map[AgentID]Access{"riya": Edit}
	grant := granted(t, SupportGrantTerms{Start: noon.Add(time.Hour)})
	revoked, _, err := RevokeSupportGrant(owner, grant, noon)
	require.NoError(t, err)
	active := at(grant, grant.Start())
	return []reasonCase{
		gives(NoSubject, nil, TicketReply, billing),
		gives(UnknownAction, me, Action[Ticket](0), billing),
		{WrongResource, Request{Subject: me, Action: TicketReply.ID()}, func() Decision { return Authorize(me, TicketReply, nil) }},
		gives(NoInstant, at(grant, time.Time{}), TicketReply, billing),
		gives(IncompleteDelegate, &Delegate{Principal: me}, TicketReply, billing),
		gives(OtherAccount, me, TicketReply, Ticket{Account: "initech"}),
		gives(Deactivated, gone, TicketReply, billing),
		gives(CRMInactive, stale, TicketReply, seen),
		gives(NotIntegrated, alone, TicketReply, seen),
		gives(NotAnAgent, &CRMOnlyUser{Account: acme, CRM: sam().CRM}, TicketReply, seen),
		gives(NoGrant, at(SupportGrant{}, noon), TicketReply, billing),
		gives(GrantNotStarted, at(grant, noon), TicketReply, billing),
		gives(GrantExpired, at(grant, grant.End()), TicketReply, billing),
		gives(GrantRevoked, at(revoked, noon), TicketReply, billing),
		gives(LimitNotInForce, NewDelegate(askingOn(4, riya(agent)), Actor{Kind: ActorKey, ID: "k"}, Limit{Window: NewWindow(day(1), day(2))}), TicketReply, billing),
		gives(DelegateNoAdministration, NewDelegate(owner, Actor{Kind: ActorKey, ID: "k"}, Limit{}), AgentEdit, *boss),
		gives(BuiltInImmutable, owner, RoleUpdate, SupervisorRole.Role()),
		gives(RoleAuthoringReserved, admin, RoleUpdate, newRole(t, "Tier 2")),
		gives(OwnAuthority, admin, AgentRoleAssign, RoleAssignment{admin, inOpen(AccountAdministratorRole.Role(), ScopeGlobal)}),
		gives(BeyondAuthority, admin, AgentEdit, *boss),
		gives(SharedNeverAssigned, me, TicketAssign, TicketAssignment{Ticket: billing, To: shared}),
		gives(SharedNoChannels, shared, ChannelPhoneUse, Channel{Account: "acme"}),
		gives(SharedNoAdministration, shared, AgentView, *boss),
		gives(SharedOnlyFromCRM, owner, AgentCreate, *bob(shared.Bindings...)),
		gives(SupportNoGrants, active, SupportGrantView, grant),
		gives(SupportNoRoles, active, RoleUpdate, newRole(t, "Tier 2")),
		gives(SupportNoAgents, active, AgentEdit, *boss),
		gives(SupportNoExport, active, DataExport, acme),
		gives(LastAdministrator, owner, AgentDelete, *boss),
		gives(SharedRoleNotAllowed, owner, AgentRoleAssign, RoleAssignment{shared, wide(AgentRole.Role(), ScopeGroup)}),
		gives(NotForCustomers, carla(wide(CustomerRole.Role(), ScopeGlobal)), TicketNotePrivate, seen),
		gives(PlanLacksFeature, poor, TicketAttach, billing),
		gives(NoRole, riya(), TicketReply, billing),
		gives(NoPermission, me, TicketPurge, billing),
		gives(OtherWorkspace, riya(Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGroup}), TicketReply, billing),
		gives(OutsideWindow, askingOn(4, riya(during(0, 2, wide(AgentRole.Role(), ScopeGroup)))), TicketReply, billing),
		gives(LimitLacksPermission, NewDelegate(me, Actor{Kind: ActorKey, ID: "k"}, Limit{}), TicketReply, billing),
		gives(LimitOtherWorkspace, NewDelegate(me, Actor{Kind: ActorKey, ID: "k"}, Limit{Permissions: NewPermissions(TicketReply.At(Anything))}), TicketReply, billing),
		gives(OutOfScope, me, TicketReply, apac),
		gives(ViewOnly, me, TicketReply, ticketOf("refunds", "bob")),
		gives(Confidential, me, TicketReply, secret),
		gives(OutOfLimit, NewDelegate(me, Actor{Kind: ActorKey, ID: "k"}, Limit{Permissions: NewPermissions(TicketReply.At(Mentioned)), Workspaces: []WorkspaceID{AccountWide}}), TicketReply, billing),
		gives(NotOwn, me, TicketNoteEditOwn, Note{billing, "bob"}),
		gives(IneligibleTarget, me, TicketAssign, TicketAssignment{Ticket: billing, To: bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))}),
		gives(AllowedOwn, me, TicketNoteEditOwn, Note{billing, "riya"}),
		at9(SameCompany, colleagues),
		gives(AllowedContact, shared, TicketReply, seen),
		gives(AllowedMentioned, shared, TicketReply, mentioned),
		at9(Participating, followed),
		at9(Requested, seen),
		at9(Unrouted, ticketOf("", "")),
		at9(Unassigned, ticketOf("apac", "")),
		at9(GroupQueue, ticketOf("billing", "")),
		gives(AllowedAssigned, me, TicketReply, ticketOf("", "riya")),
		gives(AllowedGroup, me, TicketReply, billing),
		gives(AllowedAll, owner, TicketReply, billing),
	}
}
