package deskpolicy_test

import (
	"encoding/json"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F2"] = libraryActionsOnHostTypes
	faults["F4"] = actionsDoNotReplaceEachOther
	faults["F5"] = copiesOfYourOwnRecord
	faults["F7"] = channelsByTheirKind
	faults["F16"] = referencesAsResources
	faults["F17"] = whoCanBeAssigned
	faults["F18"] = rolesOfSharedAgents
	faults["F20"] = whatIsWrongWithTheResource
}

// A shared agent can be given the Shared Agent role and custom roles only, by every
// action that gives roles [S23]. Other roles that it holds can be taken away.
func rolesOfSharedAgents(t *testing.T) {
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	for role := range acme.BuiltInRoles() {
		want := SharedRoleNotAllowed
		if role == SharedAgentRole.Role() {
			want = AllowedAll
		}
		held := wide(role, ScopeGroup)
		check(t, boss, AgentRoleAssign, RoleAssignment{sam(), held}, want)
		check(t, boss, AgentScopeEdit, RoleAssignment{sam(held), held}, want)
		check(t, boss, AgentRoleRemove, RoleAssignment{sam(held), held}, AllowedAll)
	}
	check(t, boss, AgentRoleAssign, RoleAssignment{sam(), custom(t, TicketView.At(ScopeGlobal))}, AllowedAll)
}

// An explanation says what is wrong with a malformed resource.
func whatIsWrongWithTheResource(t *testing.T) {
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	nobody, held, ticket, chat := &Agent{Account: acme}, wide(AgentRole.Role(), ScopeGlobal), ticketOf("", ""), chatOf("", "")
	noGroup, unreadable := AgentGroup{Account: "acme"}, held
	unreadable.Window = NewWindow(time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
	for want, request := range map[string]Request{
		"the agent has no ID":        ask(boss, AgentEdit, *nobody),
		"the shared agent has no ID": ask(boss, SharedAgentEdit, SharedAgent{Account: acme}),
		"the role assignment needs an agent or shared agent with an ID":                                           ask(boss, AgentRoleAssign, RoleAssignment{nobody, held}),
		"the role assignment needs a role and a workspace":                                                        ask(boss, AgentRoleAssign, RoleAssignment{Holder: bob()}),
		"the agent's record is incomplete: a role held account-wide is missing; load it, or leave out a role":     ask(boss, AgentEdit, *bob(held, Binding{Workspace: AccountWide})),
		`the agent's record is incomplete: the workspace of role "Shared Agent" is missing; load it`:              ask(boss, SharedAgentEdit, *sam(Binding{Role: SharedAgentRole.Role()})),
		"the agent's record is incomplete: a role held account-wide is missing":                                   ask(boss, AgentRoleRemove, RoleAssignment{bob(Binding{Workspace: AccountWide}), held}),
		`the agent's record is incomplete: a role held in workspace "it" is missing`:                              ask(boss, AgentGroupAssign, GroupMembership{Member: bob(Binding{Workspace: "it"}), Group: AgentGroup{"x", "acme"}}),
		`the agent's record is incomplete: the window of role "Agent" account-wide could not be read, or has an`:  ask(boss, AgentKeyManage, *bob(unreadable)),
		`the role assignment is incomplete: the window of role "Agent" account-wide could not be read, or has an`: ask(boss, AgentRoleAssign, RoleAssignment{bob(), unreadable}),
		`the role assignment is incomplete: the ticket scope of role "Agent" account-wide, number 32768, is not`:  ask(boss, AgentRoleAssign, RoleAssignment{bob(), wide(AgentRole.Role(), 1<<15)}),
		"the agent's record is incomplete: the ID of a group is missing; load it, or leave out a group":           ask(boss, AgentEdit, Agent{ID: "bob", Account: acme, Groups: map[GroupID]Access{"": NoAccess, "a": 9}}),
		`the agent's record is incomplete: the access to group "a", number 9, is not an access; load it`:          ask(boss, AgentEdit, Agent{ID: "bob", Account: acme, Groups: map[GroupID]Access{"b": View, "a": 9}}),
		`the group membership is incomplete: the access to group "x", number 9, is not an access; load it`:        ask(boss, AgentGroupAssign, GroupMembership{bob(), AgentGroup{"x", "acme"}, 9}),
		"the contact has no ID": ask(boss, ContactKeyManage, Contact{Account: "acme"}),
		"the action needs a resource of kind ticket, but the resource (type deskpolicy.Contact)": ask(boss, Action[Contact](TicketView), Contact{Account: "acme"}),
		`the agent does not hold role "Agent" account-wide`:                                      ask(boss, AgentScopeEdit, RoleAssignment{bob(), held}),
		"the group membership needs an agent or shared agent with an ID":                         ask(boss, AgentGroupAssign, GroupMembership{Member: nobody, Group: AgentGroup{"x", "acme"}}),
		"the group has no ID":                       ask(boss, AgentGroupAssign, GroupMembership{Member: bob(), Group: noGroup}),
		"the assignment names no group to route to": ask(boss, TicketRoute, TicketAssignment{Ticket: ticket}),
		"routing names a group and no recipient":    ask(boss, ConversationRoute, ConversationAssignment{Conversation: chat, To: bob(), Group: AgentGroup{"x", "acme"}}),
		"the recipient has no ID":                   ask(boss, ConversationAssign, ConversationAssignment{Conversation: chat, To: nobody}),
		"the request has no resource":               {Subject: boss, Action: TicketView.ID()},
		"the action needs a resource of kind ticket, but the resource (type deskpolicy.Agent)":    ask(boss, Action[Agent](TicketView), *bob()),
		"the action needs a resource of kind contact, but the resource (type *deskpolicy.Ticket)": {Subject: boss, Action: ContactView.ID(), Resource: &ticket},
		"the action needs a resource of kind note, but the resource (type *deskpolicy.Note)":      {Subject: boss, Action: TicketNoteEditAny.ID(), Resource: (*Note)(nil)},
	} {
		e := Explain(request)
		require.Equal(t, WrongResource, e.Decision.Reason, want)
		assert.Contains(t, e.String(), "\n  problem: "+want)
	}
	e := Explain(NewRequest(boss, Action[Conversation](TicketView), &chat))
	assert.Contains(t, e.String(), "\n  problem: the action needs a resource of kind ticket, but the resource (type *deskpolicy.Conversation) is nil or of another kind\n")
	toNoGroup := TicketAssignment{Ticket: ticket, Group: noGroup}
	assert.Contains(t, Explain(NewRequest(boss, TicketAssign, &toNoGroup)).String(), "\n  problem: the group has no ID\n")
	hosts := Explain(NewRequest(boss, Action[Agent](FirstHostInAllClasses), nobody))
	assert.Contains(t, hosts.String(), "\n  problem: the agent has no ID\n")
	v, err := NewVocabulary(NewHostAction(invoiceView, "invoice.view"))
	require.NoError(t, err)
	another := Explain(Request{Subject: boss, Action: ActionID(invoiceView), Resource: ticket, Vocabulary: v})
	assert.Contains(t, another.String(), "\n  problem: the resource (type deskpolicy.Ticket) is nil, or the action is for another type\n")
	pointer := &ticket
	assert.Contains(t, Explain(NewRequest(boss, Action[*Ticket](FirstHostView), &pointer)).String(), "\n  problem: the request has no resource\n")
	text, err := json.Marshal(Explain(ask(boss, AgentEdit, *nobody)))
	require.NoError(t, err)
	assert.Contains(t, string(text), `"wrong":"the agent has no ID"`)
	assert.NotContains(t, Explain(NewRequest(boss, TicketView, &ticket)).String(), "problem:")
}

// A support engineer cannot be assigned anything, by any action (A43).
func whoCanBeAssigned(t *testing.T) {
	session := at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon)
	boss, ticket, chat := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), ticketOf("", ""), chatOf("", "")
	check(t, session, TicketBeAssigned, ticket, IneligibleTarget)
	check(t, session, ConversationTake, chat, IneligibleTarget)
	check(t, boss, TicketAssign, TicketAssignment{Ticket: ticket, To: session}, IneligibleTarget)
	check(t, boss, ConversationAssign, ConversationAssignment{Conversation: chat, To: session}, IneligibleTarget)
	assert.Equal(t, FilterNone, FilterFor(session, TicketBeAssigned).Kind())
	assert.Equal(t, FilterNone, FilterFor(session, ConversationTake).Kind())
	admitted := WhoCan(TicketBeAssigned, &ticket, session, boss)
	require.Len(t, admitted, 1)
	assert.Equal(t, Subject(boss), admitted[0].Subject)
	// A role that reaches assigned tickets only makes its holder eligible for any ticket.
	check(t, boss, TicketAssign, TicketAssignment{Ticket: ticket, To: bob(wide(AgentRole.Role(), ScopeRestricted))}, AllowedAll)
}

// Host types with the same fields as the library's types.
type (
	hostTicket   struct{ what Attributes }
	embedsTicket struct{ Ticket }
	embedsChat   struct{ Conversation }
)

func (t hostTicket) Attributes() Attributes { return t.what }

// A library action applies to the library's type only, in Authorize and in FilterFor.
func libraryActionsOnHostTypes(t *testing.T) {
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	on := func(reason, listed Reason, clauses int) {
		t.Helper()
		assert.Equal(t, WrongResource, reason)
		assert.Equal(t, WrongResource, listed)
		assert.Zero(t, clauses)
	}
	mine, embedded, chat := hostTicket{Attributes{Account: "acme"}}, embedsTicket{ticketOf("", "")}, embedsChat{chatOf("", "")}
	f := FilterFor(boss, Action[hostTicket](TicketView))
	on(Authorize(boss, Action[hostTicket](TicketView), &mine).Reason, f.Reason(), count(f.Clauses()))
	g := FilterFor(boss, Action[embedsTicket](TicketView))
	on(Authorize(boss, Action[embedsTicket](TicketView), &embedded).Reason, g.Reason(), count(g.Clauses()))
	h := FilterFor(boss, Action[embedsChat](ConversationView))
	on(Authorize(boss, Action[embedsChat](ConversationView), &chat).Reason, h.Reason(), count(h.Clauses()))
	i := FilterFor(boss, Action[embedsChat](TicketView))
	on(Authorize(boss, Action[embedsChat](TicketView), &chat).Reason, i.Reason(), count(i.Clauses()))
}

// An action does not replace another action that needs its own permission: only the
// ticket scope of a held role can be changed, and creating an agent with roles or
// groups needs the permissions that give them.
func actionsDoNotReplaceEachOther(t *testing.T) {
	supervisor, inHR := wide(SupervisorRole.Role(), ScopeGroup), Binding{Role: SupervisorRole.Role(), Workspace: "hr", TicketScope: ScopeGroup}
	sid := riya(wide(SupervisorRole.Role(), ScopeGlobal), Binding{Role: SupervisorRole.Role(), Workspace: "hr", TicketScope: ScopeGlobal}, custom(t, AgentScopeEdit.At(ScopeGlobal)))
	check(t, sid, AgentScopeEdit, RoleAssignment{bob(), supervisor}, WrongResource)
	check(t, sid, AgentScopeEdit, RoleAssignment{bob(supervisor), inHR}, WrongResource)
	check(t, sid, AgentScopeEdit, RoleAssignment{bob(inHR), supervisor}, WrongResource)
	check(t, sid, AgentScopeEdit, RoleAssignment{bob(supervisor), wide(SupervisorRole.Role(), ScopeRestricted)}, AllowedAll)

	with := func(permissions ...Permission) *Agent {
		return riya(wide(SupervisorRole.Role(), ScopeGlobal), custom(t, append(permissions, AgentCreate.At(ScopeGlobal))...))
	}
	plain, held, in, both := bob(), bob(supervisor), bob(), bob(supervisor)
	in.Groups, both.Groups = map[GroupID]Access{"billing": Edit}, map[GroupID]Access{"billing": View}
	check(t, with(), AgentCreate, *plain, AllowedAll)
	check(t, with(), AgentCreate, *held, NoPermission)
	check(t, with(), AgentCreate, *in, NoPermission)
	check(t, with(AgentRoleAssign.At(ScopeGlobal)), AgentCreate, *held, AllowedAll)
	check(t, with(AgentRoleAssign.At(ScopeGlobal)), AgentCreate, *both, NoPermission)
	check(t, with(AgentGroupAssign.At(ScopeGlobal)), AgentCreate, *in, AllowedAll)
	check(t, with(AgentGroupAssign.At(ScopeGlobal)), AgentCreate, *both, NoPermission)
	check(t, with(AgentRoleAssign.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal)), AgentCreate, *both, AllowedAll)

	e := Explain(NewRequest(with(), AgentCreate, both))
	require.Len(t, e.Parts, 3)
	assert.Equal(t, []string{"agent", "roles", "groups"}, []string{e.Parts[0].Name, e.Parts[1].Name, e.Parts[2].Name})
	assert.Equal(t, NoPermission, e.Parts[2].Decision.Reason)
}

// A change to another record of yourself cannot give you more than your own record
// has (A41).
func copiesOfYourOwnRecord(t *testing.T) {
	lead := custom(t, AgentGroupAssign.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal))
	tess := riya(lead, wide(AgentRole.Role(), ScopeRestricted))
	more := riya(lead, wide(AgentRole.Role(), ScopeGlobal))
	more.Groups = map[GroupID]Access{"board": Edit, "billing": Edit}
	check(t, tess, AgentGroupAssign, inGroup(more, "board", Edit), AllowedAll) // at Restricted, a group widens nothing (F19)
	tess.Bindings[1].TicketScope = ScopeGroup
	check(t, tess, AgentGroupAssign, inGroup(more, "board", Edit), OwnAuthority)
	check(t, tess, AgentGroupAssign, inGroup(more, "board", View), OwnAuthority)
	check(t, tess, AgentGroupAssign, inGroup(more, "billing", Edit), AllowedAll)
	check(t, tess, AgentGroupAssign, inGroup(more, "board", NoAccess), AllowedAll)
	check(t, tess, AgentScopeEdit, RoleAssignment{more, wide(AgentRole.Role(), ScopeGlobal)}, OwnAuthority)
	tess.Bindings[1].TicketScope = ScopeRestricted
	check(t, tess, AgentScopeEdit, RoleAssignment{more, wide(AgentRole.Role(), ScopeGroup)}, OwnAuthority)
	check(t, tess, AgentScopeEdit, RoleAssignment{more, wide(AgentRole.Role(), ScopeRestricted)}, AllowedAll)
}

// Channels are denied to shared agents by the type of the resource, not by the
// action's name or the assignee [S43] (A42).
func channelsByTheirKind(t *testing.T) {
	const inspect, change Action[Channel] = FirstHostView, FirstHostEdit
	me := sam(custom(t, ChannelManage.At(ScopeGlobal), inspect.At(ScopeGlobal), change.At(ScopeGlobal), ChannelPhoneUse.At(ScopeGlobal)))
	for _, action := range []Action[Channel]{ChannelManage, inspect, change, ChannelPhoneUse, ChannelChatUse} {
		check(t, me, action, Channel{Account: "acme"}, SharedNoChannels)
		assert.Equal(t, SharedNoChannels, FilterFor(me, action).Reason(), "%v", action)
		assert.Zero(t, count(FilterFor(me, action).Clauses()), "%v", action)
	}
	chats := sam(custom(t, readChats.At(ScopeGlobal)))
	check(t, chats, readChats, chatOf("", ""), SharedNoChannels)
}

// readChats is a host action on conversations.
const readChats Action[Conversation] = FirstHostView

// NewVocabulary refuses a pointer or an interface as a resource type, and Authorize
// denies such a request as malformed. Neither panics.
func referencesAsResources(t *testing.T) {
	for name, action := range map[string]HostAction{
		"a pointer to the library's": NewHostAction(Action[*Ticket](FirstHostView), "x.view"),
		"an interface":               NewHostAction(Action[Resource](FirstHostView), "x.view"),
		"a pointer to a host's":      NewHostAction(Action[*invoice](FirstHostView), "x.view"),
	} {
		_, err := NewVocabulary(action)
		require.ErrorContains(t, err, `action "x.view": its resource type is a pointer or an interface`, name)
	}
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	ticket, bill := ticketOf("", ""), invoice{"acme", "", ""}
	pointer, asInterface, toBill := &ticket, Resource(&ticket), &bill

	// A request keeps the type that it was made for only as long as it keeps the action.
	moved := NewRequest(boss, invoiceView, &bill)
	assert.Equal(t, AllowedAll, moved.Authorize().Reason)
	moved.Action = roleInspect.ID()
	assert.Equal(t, UnknownAction, moved.Authorize().Reason)
	known, err := NewVocabulary(NewHostAction(roleInspect, "role.inspect"))
	require.NoError(t, err)
	moved.Vocabulary = known
	assert.Equal(t, WrongResource, moved.Authorize().Reason)

	for name, d := range map[string]Decision{
		"a pointer":               Authorize(boss, Action[*Ticket](FirstHostView), &pointer),
		"an interface":            Authorize(boss, Action[Resource](FirstHostView), &asInterface),
		"a host's pointer":        Authorize(boss, Action[*invoice](FirstHostView), &toBill),
		"a host's nil pointer":    Authorize(boss, Action[*invoice](FirstHostView), new(*invoice)),
		"a pointer in a request":  Request{Subject: boss, Action: TicketView.ID(), Resource: (*Ticket)(nil)}.Authorize(),
		"no resource":             Request{Subject: boss, Action: TicketView.ID()}.Authorize(),
		"another type in request": Request{Subject: boss, Action: TicketView.ID(), Resource: bill}.Authorize(),
	} {
		assert.Equal(t, WrongResource, d.Reason, name)
	}
	v, err := NewVocabulary(NewHostAction(invoiceView, "invoice.view"))
	require.NoError(t, err)
	for _, resource := range []Resource{(*invoice)(nil), nil, (*Ticket)(nil), ticket} {
		assert.Equal(t, WrongResource, Request{Subject: boss, Action: ActionID(invoiceView), Resource: resource, Vocabulary: v}.Authorize().Reason)
	}
}

// count returns the number of values.
func count[T any](values iter.Seq[T]) (n int) {
	for range values {
		n++
	}
	return n
}
