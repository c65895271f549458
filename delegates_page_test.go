package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// Each sentence of docs/delegates.md, and what would be different if it were wrong.
func TestDelegatesPage(t *testing.T) {
	checkPage(t, "docs/delegates.md", []saying{
		{[]string{
			"A `Delegate` is a subject that acts for another one: an API key, an integration, an AI agent, or a colleague during leave.",
			"It is a plain value, made for one request:",
		}, delegateIsPlain},
		{[]string{"Ask with it as with any subject: `Authorize`, `FilterFor`, `ActionsOn`, `Explain`, `WhoCan`, `Compare`."}, TestEveryAPITakesDelegatesAndCustomers},
		{[]string{"The principal is an `Agent`, a `SharedAgent` or a `Customer`, and its `Now` is the delegate's."}, principalsOfDelegates},
		{[]string{"Never more than its principal at that instant.", "If riya is deactivated or loses a role, her keys lose it with her, at once.",
			"If what the account has paid for no longer includes something, they lose that.", "A shared agent's key loses what the CRM no longer shows its user."}, delegateFollowsPrincipal},
		{[]string{"A customer's key does only what is open to customers, to what that customer has a part in."}, keyOfCustomerStaysOutside},
		{[]string{"Never more than each of its limits.",
			"A limit has permissions with scopes, workspaces and a window; it reaches by the principal's relations, so `ticket.view@assigned` in a key of riya's is what is assigned to riya."}, limitReaches},
		{[]string{"The zero limit permits nothing."}, zeroLimitPermitsNothing},
		{[]string{"Never agents, their roles or groups, custom roles, support grants, keys or login, whatever the limits: `delegate_no_administration`."}, delegateNeverAdministers},
		{[]string{"An export, and an action on one's own things such as editing a note, only if every limit names it."}, everyLimitNamesIt},
		{[]string{"What is confidential only if every limit has `ticket.confidential` for it."}, everyLimitHasConfidential},
		{[]string{"`Narrow` adds a limit, for something that acts for the delegate, such as a tool of an AI agent.", "It can only take away:",
			"The new actor takes the place of the old one.", "A delegate has at most four limits.",
			"A fifth makes a delegate that is denied everything, and so does `Narrow` of a delegate without a limit."}, narrowTakesAway},
		{[]string{"A colleague who stands in is a delegate with an actor of kind `ActorPerson`.",
			"The absent agent's own things stay theirs: a stand-in does not edit their notes or their profile (`not_own`).",
			"In their own name the colleague asks as the agent that they are, and nothing changes."}, standInLeavesOwnThings},
		{[]string{"`WhoCan` takes delegates next to agents and customers.", "It lists each principal before what acts for it, and its text tells two keys of one agent apart:"}, keysAreToldApart},
		{[]string{"`Impact` says what each key loses by a change of roles, if it is passed the keys as well as the agents (`ExampleImpact_keys`):"}, impactOnKeys},
		{[]string{"`Compare` and `Covers` are exact for delegates too."}, TestCompareDelegatesDrawn},
		{[]string{"A record has the principal in `subject_kind` and `subject`, and the actor in `actor_kind`, `actor_issuer` and `actor`, like the `act` claim of RFC 8693.",
			"A `Delegate`, a record and an explanation log both as values of log/slog, and the text of an explanation has both.", "A `Decision` has neither.",
			"Records name only the last, so keep which key it came from."}, bothAreRecorded},
		{[]string{"`Request.UserMessage` names both to the requester, and nothing else, so that a hidden ticket still reads like one that does not exist:",
			"To a user who can view the ticket, print `ViewerMessage` as well: it says why, and names nobody."}, requesterReadsBoth},
		{[]string{"The answers of `deskhttp` and `authzen` name nobody."}, answersNameNobody},
		{[]string{"An agent and a contact can have one ID, so the ID alone is not enough."}, principalsWithOneID},
		{[]string{"Answer 401, before anything is asked, if the row or the principal is gone, if the key is revoked, or if it has ended:",
			"If you do not check, nothing is allowed either, but the caller is not told: a ticket is a 404, and a list is empty.",
			"Do not choose the status by the `Reason` about a ticket: that tells which tickets exist.",
			"| `limit_not_in_force` | the limit's window has not started or has ended: answer 401 ([above](#what-the-host-does)), and make a new key |"}, endedKeys},
		{[]string{"A deactivated agent denies all of their keys."}, delegateFollowsPrincipal},
		{[]string{"To make, extend or revoke a key takes the action for its principal.", "Of the built-in roles, Administrator and Account Administrator permit all three.",
			"A key itself is always denied them, and so is a shared agent, a support engineer or a customer:"}, keysAreManagedByPeople},
		{[]string{
			"| agent | `agent.key.manage` | the `Agent` | the subject may do all that the agent may do by its roles, now and later, and reaches what is assigned to the agent |",
			"| shared agent | `shared_agent.key.manage` | the `SharedAgent` | the subject may do all that the shared agent may do by its roles, now and later, whatever the CRM shows it (A72) |",
			"| customer | `contact.key.manage` | its `Contact` | none: the permission is enough (A73) |",
			"Who makes a key can act as its principal.",
			"So the authority is needed of account administrators as well, and by roles that last as long as the principal's: somebody whose own role ends makes no key for an agent whose role stays.",
		}, keysTakeAuthority},
		{[]string{"Everybody may manage their own keys if a role of theirs permits it."}, ownKeys},
		{[]string{"Authority is compared first, so a user without the permission may be told `beyond_authority`.",
			"To find out whether they may manage keys at all, ask about an agent without roles ([types.md](types.md#questions-without-a-resource))."}, whoManagesKeysAtAll},
		{[]string{"Store a limit's permissions as names, with `PermissionName` and `ParsePermission` of a `Vocabulary`, its workspaces as text, and its window with `MarshalText` and `UnmarshalText`.",
			"The kinds of actors are `ActorKey`, `ActorIntegration`, `ActorAI` and `ActorPerson`, and their names `key`, `integration`, `ai` and `person`."}, limitsAreText},
		{[]string{"A service account is an agent that is not a person: give it an `Agent` record with the roles that it needs and nobody's login, and a delegate of it for each key."}, serviceAccount},
		{[]string{
			"| `incomplete_delegate` | give it a principal, an actor with a kind and an ID, and one to four limits |",
			"| `delegate_no_administration` | ask as the agent |",
			"| `limit_lacks_permission`, `limit_other_workspace`, `out_of_limit` | `Explain` says which limit, such as `limit 2 of the delegate`; make a key with a wider one |",
			"Limits are numbered from 1: the first is the key's own, and each `Narrow` adds one.",
			"It is `out_of_limit` as well if a ticket is confidential and a limit lacks `ticket.confidential` for it.",
			"| `not_own` | ask as the agent: nobody stands in for another in what is the other's own |",
			"| any other | the principal is denied as well |",
		}, reasonsOfDelegates},
		{[]string{"Cedar knows no delegates: `cedarexport` returns an error for one."}, cedarKnowsNoDelegates},
		{[]string{ // what the host does
			"Keys are the host's: their table, their secrets, and how many a principal may have.",
			"Keep a hash of the secret, the principal's kind and ID, the limit, and an end for every key; put the end into the limit's window.",
			"To revoke a key, set a column such as `revoked_at` and keep the row: then records of it can still be read.",
			"Read the row and the principal for each request and make the delegate then.",
			"Do the same for what acts for the key, such as an AI agent with a row of its own: without the row of the key there is no delegate to narrow.",
			"[examples/aiagent](../examples/aiagent) makes its delegates so, and [examples/service](../examples/service) has the whole table of keys in a database.",
		}, nil},
	})
}

// keyWith returns a key of the principal with these limits.
func keyWith(principal Subject, limits ...Limit) *Delegate {
	return &Delegate{Principal: principal, Actor: Actor{Kind: ActorKey, Issuer: "acme", ID: "k-1"}, Limits: limits}
}

// everyPermission has every action that a permission can be for, at anything.
func everyPermission() Permissions {
	var all []Permission
	for id := ActionID(1); id < FirstHostPublicEdit+HostRangeLength; id++ {
		if id.Valid() {
			all = append(all, id.At(Anything))
		}
	}
	return NewPermissions(all...)
}

// anything is a limit that takes nothing away.
func anything() Limit {
	return Limit{Permissions: everyPermission(), Workspaces: []WorkspaceID{Everywhere}}
}

// allow fails unless the subject is allowed the action, by the decision and by the list, exactly
// if want says so.
func allow[R Resource](t *testing.T, want bool, subject Subject, action Action[R], resource R) {
	t.Helper()
	d, f := Authorize(subject, action, &resource), FilterFor(subject, action)
	assert.Equal(t, want, d.Allowed(), "%v %v on %+v: %v", subject, action, resource, d)
	assert.Equal(t, want, f.Match(&resource), "the list: %v on %+v", action, resource)
}

// A key before, in and after its window: inForce says what the library decides, the reason about
// a ticket depends on the ticket, and the list is empty.
func endedKeys(t *testing.T) {
	me, window := riya(wide(AgentRole.Role(), ScopeGroup)), anything()
	window.Window = NewWindow(day(2), day(5))
	for of := range MaxLimits {
		key := keyWith(me, append(slices.Repeat([]Limit{anything()}, of), window)...)
		for at, want := range map[time.Time]bool{day(1): false, day(2): true, day(5).Add(-1): true, day(5): false, {}: false} {
			me.Now = at
			assert.Equal(t, want, inForce(key, at), "%v", at)
			allow(t, want, key, TicketView, ticketOf("billing", ""))
			if want {
				continue
			}
			ours := ticketOf("billing", "")
			assert.False(t, CanView(key, &ours))
			assert.Equal(t, FilterNone, FilterFor(key, TicketView).Kind())
			check(t, key, TicketView, ours, LimitNotInForce)
			other := ticketOf("billing", "")
			other.Account = "globex"
			check(t, key, TicketView, other, OtherAccount)
			check(t, key, TicketView, Ticket{}, OtherAccount)
		}
	}
}

// Without the permission, an agent with more authority is told apart from one without roles.
func whoManagesKeysAtAll(t *testing.T) {
	nobody, boss := Agent{ID: "new", Account: acme}, *bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	without, lead := riya(wide(AgentRole.Role(), ScopeGroup)), riya(custom(t, AgentKeyManage.At(Anything)))
	check(t, without, AgentKeyManage, boss, BeyondAuthority)
	check(t, without, AgentKeyManage, nobody, NoPermission)
	check(t, lead, AgentKeyManage, boss, BeyondAuthority)
	check(t, lead, AgentKeyManage, nobody, AllowedAll)
}

// A limit that is read back from its texts, and the names of all kinds.
func limitsAreText(t *testing.T) {
	var names *Vocabulary
	for _, window := range []Window{{}, NewWindow(day(1), day(9)), NewWindow(day(1), time.Time{})} {
		for p := range everyPermission().All() {
			if p.Action.IsHost() {
				continue // which takes a Vocabulary that names it
			}
			got, err := names.ParsePermission(names.PermissionName(p))
			require.NoError(t, err)
			assert.Equal(t, p, got)
		}
		text, err := window.MarshalText()
		require.NoError(t, err)
		var got Window
		require.NoError(t, got.UnmarshalText(text))
		assert.Equal(t, window, got)
	}
	for kind, name := range map[ActorKind]string{ActorKey: "key", ActorIntegration: "integration", ActorAI: "ai", ActorPerson: "person", 0: "none", ActorPerson + 1: "unknown"} {
		assert.Equal(t, name, kind.String())
	}
}

// The kinds of actors, a value that nothing is kept of, and one request after another.
func delegateIsPlain(t *testing.T) {
	me, mine := riya(wide(AgentRole.Role(), ScopeGroup)), ticketOf("billing", "riya")
	for _, kind := range []ActorKind{ActorKey, ActorIntegration, ActorAI, ActorPerson} {
		d := keyWith(me, anything())
		d.Actor.Kind = kind
		allow(t, true, d, TicketReply, mine)
	}
	d := keyWith(me, anything())
	allow(t, true, d, TicketReply, mine)
	d.Limits[0].Permissions = NewPermissions(TicketView.At(Anything))
	allow(t, false, d, TicketReply, mine)
}

// Each kind of principal at its own instant, and no other subject.
func principalsOfDelegates(t *testing.T) {
	window := anything()
	window.Window = NewWindow(day(1), day(9))
	me, member, customer := riya(wide(AgentRole.Role(), ScopeGroup)), sam(), inPortal()
	me.Now, member.Now, customer.Now = day(4), day(4), day(4)
	allow(t, true, keyWith(me, window), TicketReply, ticketOf("billing", ""))
	allow(t, false, keyWith(me, window), TicketReply, ticketOf("apac", ""))
	allow(t, true, keyWith(member, window), TicketReply, from(customerOf("emea", "c-7")))
	allow(t, false, keyWith(member, window), TicketReply, from(customerOf("apac", "c-7")))
	allow(t, false, keyWith(member, window), ChannelPhoneUse, Channel{Account: "acme"})
	for _, c := range []struct {
		ticket Ticket
		want   bool
	}{{from(carlas()), true}, {from(colleagues()), false}, {from(strangers()), false}} {
		allow(t, c.want, keyWith(customer, window), TicketReply, c.ticket)
		allow(t, false, keyWith(customer, window), TicketNotePrivate, c.ticket)
	}
	for _, at := range []time.Time{{}, day(1).Add(-1), day(9)} {
		me.Now, member.Now, customer.Now = at, at, at
		check(t, keyWith(me, window), TicketReply, ticketOf("billing", ""), LimitNotInForce)
		check(t, keyWith(member, window), TicketReply, from(customerOf("emea", "c-7")), LimitNotInForce)
		check(t, keyWith(customer, window), TicketReply, from(carlas()), LimitNotInForce)
	}
	for _, other := range []Subject{
		nil, (*Agent)(nil), (*Customer)(nil), &Agent{Account: acme}, &SharedAgent{}, &Customer{Account: acme},
		at(granted(t, SupportGrantTerms{}), noon), &CRMOnlyUser{Account: acme, CRM: sam().CRM}, keyWith(me, anything()), (*Delegate)(nil),
	} {
		check(t, keyWith(other, anything()), TicketView, ticketOf("billing", "riya"), IncompleteDelegate)
		assert.Equal(t, FilterNone, FilterFor(keyWith(other, anything()), TicketView).Kind())
	}
}

// customerOf is customer with an ID.
func customerOf(territory TerritoryID, id ContactID) *Contact {
	c := customer(territory)
	c.ID = id
	return c
}

// What the principal loses between two requests, whatever that is, with limits that name it.
func delegateFollowsPrincipal(t *testing.T) {
	mine := ticketOf("billing", "riya")
	for name, lose := range map[string]func(*Agent){
		"deactivated":     func(a *Agent) { a.Deactivated = true },
		"without a role":  func(a *Agent) { a.Bindings = nil },
		"another role":    func(a *Agent) { a.Bindings = []Binding{wide(AnalyticsCollaboratorRole.Role(), ScopeGlobal)} },
		"a ticket scope":  func(a *Agent) { a.Bindings = []Binding{wide(AgentRole.Role(), Requested)} },
		"the workspace":   func(a *Agent) { a.Bindings[0].Workspace = "it" },
		"the time":        func(a *Agent) { a.Bindings = []Binding{during(1, 3, wide(AgentRole.Role(), ScopeGroup))} },
		"another account": func(a *Agent) { a.Account.ID = "globex" },
	} {
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		me.Now = day(4)
		key := keyWith(me, anything())
		allow(t, true, key, TicketReply, mine)
		lose(me)
		assert.False(t, Authorize(me, TicketReply, &mine).Allowed(), name)
		allow(t, false, key, TicketReply, mine)
	}
	me := riya(wide(AgentRole.Role(), ScopeGroup))
	allow(t, true, keyWith(me, anything()), TicketAttach, mine)
	me.Account.Plan = Plan{}
	check(t, keyWith(me, anything()), TicketAttach, mine, Authorize(me, TicketAttach, &mine).Reason)
	allow(t, false, keyWith(me, anything()), TicketAttach, mine)

	customer := inPortal()
	key := keyWith(customer, anything())
	allow(t, true, key, TicketView, from(carlas()))
	customer.Deactivated = true
	check(t, key, TicketView, from(carlas()), Deactivated)
	customer.Deactivated, customer.Bindings = false, nil
	check(t, key, TicketView, from(carlas()), NoRole)

	member := sam()
	key = keyWith(member, anything())
	allow(t, true, key, TicketView, from(customer2("emea")))
	member.CRM.Territories = nil
	allow(t, false, key, TicketView, from(customer2("emea")))
	member.CRM.Deactivated = true
	check(t, key, TicketView, from(customer2("emea")), CRMInactive)
}

// customer2 is another contact in the territory.
func customer2(territory TerritoryID) *Contact { return customerOf(territory, "c-7") }

// Each part of a limit takes away, in each place of a chain, and its relations are the
// principal's.
func limitReaches(t *testing.T) {
	owner := owner()
	owner.Now = day(4)
	inIT := Ticket{Account: "acme", Workspace: "it", Assignee: "riya"}
	for name, narrow := range map[string]func(*Limit){
		"permissions": func(l *Limit) { l.Permissions = l.Permissions.Minus(NewPermissions(TicketView.At(Anything))) },
		"a scope": func(l *Limit) {
			l.Permissions = l.Permissions.Minus(NewPermissions(TicketView.At(Anything))).Union(NewPermissions(TicketView.At(Requested)))
		},
		"workspaces":  func(l *Limit) { l.Workspaces = []WorkspaceID{AccountWide, "legal"} },
		"a workspace": func(l *Limit) { l.Workspaces = []WorkspaceID{""} },
		"nowhere":     func(l *Limit) { l.Workspaces = nil },
		"a window":    func(l *Limit) { l.Window = NewWindow(day(5), day(6)) },
		"an end":      func(l *Limit) { l.Window = NewWindow(time.Time{}, day(4)) },
		"never":       func(l *Limit) { l.Window = NewWindow(day(6), day(5)) },
	} {
		for of := 1; of <= MaxLimits; of++ {
			for which := range of {
				limits := slices.Repeat([]Limit{anything()}, of)
				allow(t, true, keyWith(owner, limits...), TicketView, inIT)
				narrow(&limits[which])
				d := Authorize(keyWith(owner, limits...), TicketView, &inIT)
				assert.False(t, d.Allowed(), "%s in limit %d of %d", name, which+1, of)
				assert.False(t, FilterFor(keyWith(owner, limits...), TicketView).Match(&inIT), "%s in limit %d of %d", name, which+1, of)
			}
		}
	}
	assigned := Limit{Permissions: NewPermissions(TicketView.At(Assigned)), Workspaces: []WorkspaceID{Everywhere}}
	key := keyWith(owner, assigned)
	key.Actor = Actor{Kind: ActorPerson, ID: "bob"}
	allow(t, true, key, TicketView, Ticket{Account: "acme", Assignee: "riya"})
	allow(t, false, key, TicketView, Ticket{Account: "acme", Assignee: "bob"}) // the actor's relations are not the key's
	allow(t, false, key, TicketView, Ticket{Account: "acme"})
	requested := Limit{Permissions: NewPermissions(TicketView.At(Requested)), Workspaces: []WorkspaceID{Everywhere}}
	both := carla(wide(CompanyCustomerRole.Role(), ScopeGlobal))
	allow(t, true, both, TicketView, from(colleagues()))
	allow(t, false, keyWith(both, requested), TicketView, from(colleagues()))
	allow(t, true, keyWith(both, requested), TicketView, from(carlas()))
	seen := Limit{Permissions: NewPermissions(TicketView.At(MyCustomers)), Workspaces: []WorkspaceID{Everywhere}}
	mention := from(customer2("apac"))
	mention.Mentions = map[AgentID]bool{"sam": true}
	allow(t, true, sam(), TicketView, mention)
	allow(t, false, keyWith(sam(), seen), TicketView, mention)
	allow(t, true, keyWith(sam(), seen), TicketView, from(customer2("emea")))
}

// Nothing, of the most that a principal can have, also as one of several limits.
func zeroLimitPermitsNothing(t *testing.T) {
	for _, q := range questionsIn(t, "") {
		for _, limits := range [][]Limit{{{}}, {anything(), {}}, {{}, anything()}, {{Window: NewWindow(day(1), day(9))}}, {{Workspaces: []WorkspaceID{Everywhere}}}} {
			q.Subject = keyWith(owner(), limits...)
			assert.False(t, q.Authorize().Allowed(), "%v", q.Action)
		}
	}
	keys := map[string]Limit{"k-1": anything()}
	me, mine := riya(wide(AgentRole.Role(), ScopeGroup)), ticketOf("billing", "riya")
	asks := func() Decision { return Authorize(keyWith(me, keys["k-1"]), TicketView, &mine) }
	assert.True(t, asks().Allowed())
	me.Deactivated = true
	assert.Equal(t, Deactivated, asks().Reason)
	me.Deactivated = false
	delete(keys, "k-1")
	assert.Equal(t, LimitLacksPermission, asks().Reason)
}

// Every action that changes who can do what, about every resource, by each kind of principal.
func delegateNeverAdministers(t *testing.T) {
	boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
	forbidden := map[ActionID]bool{}
	for _, kind := range []ActorKind{ActorKey, ActorIntegration, ActorAI, ActorPerson} {
		for _, q := range questionsIn(t, "") {
			on := fmt.Sprintf("%T", q.Resource)
			q.Subject = boss
			allowed := q.Authorize()
			key := keyWith(boss, anything())
			key.Actor.Kind = kind
			q.Subject = key
			d := q.Authorize()
			administers := q.Action.InClass(ClassAccessChange) || q.Action.InClass(ClassRoleAuthoring) || on == "deskpolicy.SupportGrant" || q.Action == SessionLogin.ID() || q.Action == PortalLogin.ID()
			if administers {
				forbidden[q.Action] = true
				assert.Equal(t, DelegateNoAdministration, d.Reason, "%v on %s", q.Action, on)
			} else if allowed.Allowed() && kind != ActorPerson {
				assert.True(t, d.Allowed(), "%v on %s: %v", q.Action, on, d)
			}
		}
	}
	for _, id := range []ActionID{
		AgentCreate.ID(), AgentEdit.ID(), AgentDeactivate.ID(), AgentDelete.ID(), AgentImpersonate.ID(), AgentKeyManage.ID(), AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID(), AgentGroupAssign.ID(),
		SharedAgentEdit.ID(), SharedAgentDelete.ID(), SharedAgentKeyManage.ID(), ContactKeyManage.ID(), RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID(),
		SupportGrantView.ID(), SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID(), SessionLogin.ID(), PortalLogin.ID(),
	} {
		assert.True(t, forbidden[id], "%v", id)
	}
	check(t, keyWith(inPortal(), anything()), PortalLogin, acme, DelegateNoAdministration)
	check(t, keyWith(sam(), anything()), SessionLogin, acme, DelegateNoAdministration)
	_, _, err := NewSupportGrant(keyWith(boss, anything()), SupportGrantTerms{ID: "g", Roles: []Role{AgentRole.Role()}}, noon)
	assert.ErrorIs(t, err, ErrDenied)
	d, _ := AuthorizeAgentChange(keyWith(boss, anything()), bob(), bob(wide(AgentRole.Role(), ScopeGlobal)))
	assert.Equal(t, DelegateNoAdministration, d.Reason)
	changed := RoleChange{Name: "Tier 2", Before: newRole(t, "Tier 2"), After: roleNamed(t, "Tier 2")}
	assert.Equal(t, DelegateNoAdministration, AuthorizeRoleChange(keyWith(boss, anything()), changed).Reason)
}

// Each export and each action on one's own things, named in some of one to four limits, by each
// kind of principal that may do it.
func everyLimitNamesIt(t *testing.T) {
	boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
	var every Permissions
	for id := range Actions() {
		if grantable(id) && (slices.Contains(ownOnly, id) || id.InClass(ClassExport)) {
			every = every.Union(NewPermissions(id.At(Anything)))
		}
	}
	member, customer := sam(custom(t, slices.Collect(every.All())...)), inPortal()
	member.ID, customer.ID = "riya", "riya"
	asked := map[string]map[ActionID]bool{"agent": {}, "shared agent": {}, "customer": {}}
	for _, q := range questionsIn(t, "") {
		if !slices.Contains(ownOnly, q.Action) && !q.Action.InClass(ClassExport) {
			continue
		}
		for kind, principal := range map[string]Subject{"agent": boss, "shared agent": member, "customer": customer} {
			q.Subject = principal
			if q.Authorize().Allowed() {
				asked[kind][q.Action] = true
				namedInSome(t, q)
			} else {
				q.Subject = keyWith(principal, anything())
				assert.False(t, q.Authorize().Allowed(), "%v by a key of a %s", q.Action, kind)
			}
		}
	}
	for id := range Actions() {
		assert.Equal(t, slices.Contains(ownOnly, id) || id.InClass(ClassExport), asked["agent"][id], "%v", id)
	}
	assert.NotEmpty(t, asked["shared agent"])
	assert.Empty(t, asked["customer"], "a customer exports nothing")
	note := Note{Ticket: ticketOf("billing", "riya"), Author: "bob"}
	check(t, keyWith(boss, anything()), TicketNoteEditOwn, note, NotOwn)
}

// namedInSome asks by keys of the principal with one to four limits, of which some do not name the action.
func namedInSome(t *testing.T, q Request) {
	principal, unnamed := q.Subject, anything()
	unnamed.Permissions = unnamed.Permissions.Minus(NewPermissions(q.Action.At(Anything)))
	for of := 1; of <= MaxLimits; of++ {
		for set := range 1 << of {
			limits := slices.Repeat([]Limit{anything()}, of)
			for i := range limits {
				if set>>i&1 != 0 {
					limits[i] = unnamed
				}
			}
			q.Subject = keyWith(principal, limits...)
			d := q.Authorize()
			assert.Equal(t, set == 0, d.Allowed(), "%v, not in %b of %d: %v", q.Action, set, of, d)
		}
	}
}

// Each limit of one to four, with and without ticket.confidential and with one that reaches less.
func everyLimitHasConfidential(t *testing.T) {
	boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
	secret := ticketOf("billing", "bob")
	secret.Confidential = true
	for _, scope := range []Scope{0, Assigned, InGroup, Anything} {
		for of := 1; of <= MaxLimits; of++ {
			for which := range of {
				limits := slices.Repeat([]Limit{anything()}, of)
				has := limits[which].Permissions.Minus(NewPermissions(TicketConfidential.At(Anything)))
				if scope != 0 {
					has = has.Union(NewPermissions(TicketConfidential.At(scope)))
				}
				limits[which].Permissions = has
				allow(t, scope&(InGroup|Anything) != 0, keyWith(boss, limits...), TicketView, secret)
				allow(t, true, keyWith(boss, limits...), TicketView, ticketOf("billing", "bob"))
			}
		}
	}
}

// A narrowed delegate is covered by the one that it is of, which Narrow does not change, also if
// both are narrowed again, and a fifth limit denies everything.
func narrowTakesAway(t *testing.T) {
	me, tool := riya(wide(AgentRole.Role(), ScopeGroup)), Actor{Kind: ActorAI, ID: "tool"}
	view := limitOf(TicketView.At(Anything))
	chain := keyWith(me, anything())
	for of := 2; of <= MaxLimits; of++ {
		before := *chain
		narrowed := chain.Narrow(tool, view)
		other := chain.Narrow(tool, limitOf(TicketReply.At(Anything)))
		assert.Equal(t, before, *chain)
		assert.Len(t, narrowed.Limits, of)
		assert.Equal(t, tool, narrowed.Actor)
		assert.True(t, Covers(chain, narrowed))
		allow(t, true, narrowed, TicketView, ticketOf("billing", ""))
		allow(t, false, narrowed, TicketReply, ticketOf("billing", ""))
		allow(t, of == 2, other, TicketReply, ticketOf("billing", "")) // later, the chain has view alone
		assert.False(t, Covers(narrowed, keyWith(me, anything())))
		chain = narrowed
	}
	fifth := chain.Narrow(tool, anything())
	assert.Len(t, fifth.Limits, MaxLimits+1)
	for _, d := range []*Delegate{fifth, keyWith(me).Narrow(tool, anything()), (&Delegate{Principal: me, Limits: []Limit{anything()}}).Narrow(tool, anything())} {
		for _, q := range questionsIn(t, "") {
			q.Subject = d
			assert.False(t, q.Authorize().Allowed(), "%v", q.Action)
		}
		assert.True(t, Covers(riya(), d))
	}
}

// limitOf returns a limit of the permissions, everywhere and always.
func limitOf(permissions ...Permission) Limit {
	return Limit{Permissions: NewPermissions(permissions...), Workspaces: []WorkspaceID{Everywhere}}
}

// Every action on one's own things, by a person and by a key; and the colleague's own name.
func standInLeavesOwnThings(t *testing.T) {
	boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
	standIn, key := keyWith(boss, anything()), keyWith(boss, anything())
	standIn.Actor = Actor{Kind: ActorPerson, ID: "bob"}
	asked := 0
	for _, q := range questionsIn(t, "") {
		q.Subject = key
		byKey := q.Authorize()
		q.Subject = standIn
		d := q.Authorize()
		if !slices.Contains(ownOnly, q.Action) {
			assert.Equal(t, byKey.Allowed(), d.Allowed(), "%v", q.Action)
			continue
		}
		asked++
		assert.True(t, byKey.Allowed(), "%v", q.Action)
		assert.Equal(t, NotOwn, d.Reason, "%v", q.Action)
	}
	assert.Equal(t, len(ownOnly), asked)
	colleague := bob(wide(AgentRole.Role(), ScopeGroup))
	note := Note{Ticket: ticketOf("billing", "bob"), Author: "bob"}
	allow(t, true, colleague, TicketNoteEditOwn, note)
	allow(t, false, standIn, TicketNoteEditOwn, note)
	allow(t, false, colleague, TicketReply, ticketOf("billing", "riya"))
	allow(t, true, standIn, TicketReply, ticketOf("billing", "riya"))
}

// WhoCan and Impact sort by principal and then by actor, whatever the order of the arguments.
func keysAreToldApart(t *testing.T) {
	me, customer, member := riya(wide(AgentRole.Role(), ScopeGroup)), inPortal(), sam(wide(AgentRole.Role(), ScopeShared))
	ticket := from(carlas())
	ticket.Assignee, ticket.Mentions = "riya", map[AgentID]bool{"sam": true}
	by := func(principal Subject, kind ActorKind, issuer, id string) Subject {
		return NewDelegate(principal, Actor{kind, issuer, id}, anything())
	}
	view := NewDelegate(me, Actor{ActorKey, "acme", "k-0"}, limitOf(TicketView.At(Anything)))
	gone := *me
	gone.Deactivated = true
	want := []Subject{
		customer, by(customer, ActorKey, "acme", "k-1"),
		me, by(me, ActorKey, "acme", "k-1"), by(me, ActorKey, "acme", "k-2"), by(me, ActorKey, "idp", "k-1"), by(me, ActorIntegration, "acme", "k-1"), by(me, ActorAI, "", "k-1"), by(me, ActorPerson, "acme", "bob"),
		member, by(member, ActorAI, "acme", "triage"),
	}
	texts := map[string]bool{}
	for range 8 {
		asked := append(slices.Clone(want), view, by(&gone, ActorKey, "acme", "k-3"), (*Delegate)(nil), &Delegate{}, nil)
		slices.Reverse(asked)
		var got []Subject
		for _, who := range WhoCan(TicketReply, &ticket, asked...) {
			got = append(got, who.Subject)
			texts[who.String()] = true
		}
		assert.Equal(t, want, got)
		want = got
	}
	assert.Len(t, texts, len(want), "each has a text of its own")
	assert.Equal(t, "no subject: "+Decision{}.String(), AllowedSubject{}.String())
	assert.Equal(t, "no subject: incomparable", AffectedSubject{}.String())
}

// What keys lose, gain and keep by a change of a role, for each kind of principal.
func impactOnKeys(t *testing.T) {
	role := func(permissions ...Permission) RoleSet { return rolesOfAcme(t, roleNamed(t, "Tier 2", permissions...)) }
	before, after := role(TicketView.At(Anything), TicketReply.At(Anything)), role(TicketView.At(Anything), TicketDelete.At(Anything))
	held, err := before.Role("Tier 2")
	require.NoError(t, err)
	to := func(principal Subject, id string, permissions ...Permission) Subject {
		return NewDelegate(principal, Actor{ActorKey, "acme", id}, limitOf(permissions...))
	}
	me, member, customer := riya(wide(held, ScopeGlobal)), sam(wide(held, ScopeGlobal)), carla(wide(held, ScopeGlobal))
	me.ID, member.ID, customer.ID = "1", "2", "3"
	standIn := NewDelegate(me, Actor{ActorPerson, "acme", "bob"}, limitOf(TicketDelete.At(Assigned)))
	view, reply, remove := TicketView.At(Anything), TicketReply.At(Anything), TicketDelete.At(Anything)
	var got []string
	for _, affected := range Impact(before, after,
		to(customer, "view", view), to(customer, "both", view, reply), customer,
		to(member, "reply", reply), to(member, "view", view),
		standIn, to(me, "remove", remove), to(me, "both", remove, reply), to(me, "reply", reply), to(me, "view", view), me,
	) {
		line := affected.String()
		for d := range affected.Lost() {
			line += " -" + d.String()
			replays(t, d)
		}
		for d := range affected.Gained() {
			line += " +" + d.String()
			replays(t, d)
		}
		got = append(got, line)
	}
	assert.Equal(t, []string{
		`agent "1": incomparable -ticket.reply@global +ticket.delete@global`,
		`key "both" of "acme" for agent "1": incomparable -ticket.reply@global +ticket.delete@global`,
		`key "remove" of "acme" for agent "1": wider +ticket.delete@global`,
		`key "reply" of "acme" for agent "1": narrower -ticket.reply@global`,
		`person "bob" of "acme" for agent "1": wider +ticket.delete@global`,
		`key "reply" of "acme" for shared agent "2": narrower -ticket.reply@global`,
		`customer "3": narrower -ticket.reply@global`,
		`key "both" of "acme" for customer "3": narrower -ticket.reply@global`,
	}, got)
}

// The record, its JSON, its text, the log value of each, and the explanation, for each kind of
// principal and whether allowed or denied.
func bothAreRecorded(t *testing.T) {
	ticket := from(customer2("emea"))
	ticket.Assignee = "riya"
	for _, c := range []struct {
		principal Subject
		kind, id  string
		text      string
	}{
		{riya(wide(AgentRole.Role(), ScopeGroup)), "agent", "riya", `agent "riya"`},
		{sam(), "shared_agent", "sam", `shared agent "sam"`},
		{inPortal(), "customer", "c-1", `customer "c-1"`},
	} {
		key := NewDelegate(c.principal, Actor{ActorIntegration, "idp", "i-9"}, anything())
		r := NewRequest(key, TicketReply, &ticket)
		d := r.Authorize()
		record := r.AuditRecord(d)
		assert.Equal(t, []string{c.kind, c.id, "integration", "idp", "i-9"}, []string{record.SubjectKind, string(record.Subject), record.ActorKind, record.ActorIssuer, record.Actor})
		data, err := json.Marshal(record)
		require.NoError(t, err)
		var fields map[string]any
		require.NoError(t, json.Unmarshal(data, &fields))
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("asked", "by", key, "record", record, "why", Explain(r))
		for field, want := range map[string]string{"subject_kind": c.kind, "subject": c.id, "actor_kind": "integration", "actor_issuer": "idp", "actor": "i-9"} {
			assert.Equal(t, want, fields[field])
			for _, group := range []string{"by.", "record.", "why.record."} {
				assert.Contains(t, log.String(), " "+group+field+"="+want)
			}
		}
		both := `integration "i-9" of "idp" for ` + c.text
		assert.Contains(t, record.String(), ", by "+both)
		assert.Contains(t, Explain(r).String(), ", by "+both+"\n")
		own := r
		own.Subject = c.principal
		plain := own.AuditRecord(d)
		assert.Equal(t, []string{"", "", ""}, []string{plain.ActorKind, plain.ActorIssuer, plain.Actor})
	}
}

// The requester's text, for each reason, is a function of the subject and of what the decision's
// own text for the requester says: it names nothing of the resource or the roles.
func requesterReadsBoth(t *testing.T) {
	me := riya(wide(AgentRole.Role(), ScopeGroup))
	key := keyWith(me, anything())
	hidden, absent := ticketOf("apac", "bob"), Decision{}
	d := Authorize(key, TicketView, &hidden)
	require.Equal(t, OutOfScope, d.Reason)
	want := `This does not exist, or you do not have access to it as key "k-1" of "acme" for agent "riya".`
	assert.Equal(t, want, NewRequest(key, TicketView, &hidden).UserMessage(d))
	assert.Equal(t, want, Request{Subject: key}.UserMessage(absent))
	assert.Equal(t, want, NewRequest(key, TicketView, (*Ticket)(nil)).UserMessage(Authorize(key, TicketView, nil)))

	seen := map[string]bool{}
	for reason := range Reasons() {
		of := Decision{Reason: reason, Role: "Secret Role", Scope: ScopeGlobal}
		message := Request{Subject: key}.UserMessage(of)
		seen[message] = true
		assert.NotContains(t, message, "Secret Role")
		for _, principal := range []Subject{me, inPortal(), sam(), nil, (*Agent)(nil)} {
			assert.Equal(t, of.UserMessage(), Request{Subject: principal}.UserMessage(of), "without a delegate nothing is added")
		}
		for _, invalid := range []*Delegate{nil, {}, {Principal: me}, keyWith(me), keyWith(nil, anything())} {
			assert.Equal(t, of.UserMessage(), Request{Subject: invalid}.UserMessage(of))
		}
	}
	assert.Equal(t, map[string]bool{
		want: true, "This request cannot be answered.": true,
		`You have access as key "k-1" of "acme" for agent "riya".`: true,
	}, seen)
	named := NewDelegate(inPortal(), Actor{ActorPerson, "", "a\n\x1b"}, anything())
	assert.Equal(t, `You have access as person "a\n\x1b" for customer "c-1".`, Request{Subject: named}.UserMessage(Decision{Reason: AllowedAll}))
}

// Neither package names a delegate in an answer: see their own tests, which compare answers.
func answersNameNobody(t *testing.T) {
	for _, name := range slices.Concat(glob(t, "deskhttp/*.go"), glob(t, "authzen/*.go")) {
		if source := readFile(t, name); !strings.HasSuffix(name, "_test.go") {
			assert.NotRegexp(t, `\bDelegate\b|\.Actor\b|[rR]equest[^.]*\.UserMessage`, source, name)
		}
	}
}

// managedKeys asks who may manage the keys of one principal of each kind.
func managedKeys(t *testing.T, who Subject, agent *Agent, want ...Reason) {
	t.Helper()
	check(t, who, AgentKeyManage, *agent, want[0])
	check(t, who, SharedAgentKeyManage, *sam(custom(t)), want[1])
	check(t, who, ContactKeyManage, *carlas(), want[2])
}

// Keys are made and revoked by agents who may, and by nobody else: no delegate of any kind, no
// shared agent, no support engineer and no customer, whatever they hold (A72) (A73).
func keysAreManagedByPeople(t *testing.T) {
	all := Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}
	manage := custom(t, AgentKeyManage.At(Anything), SharedAgentKeyManage.At(Anything), ContactKeyManage.At(Anything), ContactImpersonate.At(Anything))
	boss := riya(all)
	managedKeys(t, boss, bob(), AllowedAll, AllowedAll, AllowedAll)
	managedKeys(t, riya(manage), bob(), AllowedAll, AllowedAll, AllowedAll)
	managedKeys(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), bob(), AllowedAll, AllowedAll, AllowedAll)
	for role := range acme.BuiltInRoles() {
		if name := role.Name(); name != "Account Administrator" && name != "Administrator" {
			managedKeys(t, riya(inOpen(role, ScopeGlobal)), bob(), NoPermission, NoPermission, NoPermission)
		}
	}
	for _, kind := range []ActorKind{ActorKey, ActorIntegration, ActorAI, ActorPerson} {
		for _, principal := range []Subject{boss, riya(manage), sam(manage), carla(manage)} {
			key := keyWith(principal, anything())
			key.Actor.Kind = kind
			managedKeys(t, key, bob(), DelegateNoAdministration, DelegateNoAdministration, DelegateNoAdministration)
			managedKeys(t, key, boss, DelegateNoAdministration, DelegateNoAdministration, DelegateNoAdministration)
		}
	}
	for _, held := range []Binding{all, manage} {
		managedKeys(t, sam(held), bob(), SharedNoAdministration, SharedNoAdministration, SharedNoAdministration)
		managedKeys(t, carla(held), bob(), NotForCustomers, NotForCustomers, NotForCustomers)
		managedKeys(t, at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon), bob(), SupportNoAgents, SupportNoAgents, SupportNoAgents)
	}
	check(t, sam(manage), ContactImpersonate, *customer("emea"), AllowedContact) // which is another matter
	check(t, keyWith(riya(manage), anything()), ContactImpersonate, *carlas(), AllowedAll)
}

// Who manages keys of agents and shared agents covers them at every instant, by roles that last; the
// contact of a customer is not compared, and has to be reached.
func keysTakeAuthority(t *testing.T) {
	manage := custom(t, AgentKeyManage.At(Anything), SharedAgentKeyManage.At(Anything))
	reading, own := custom(t, TicketView.At(ScopeGlobal)), custom(t, TicketView.At(ScopeRestricted))
	seen := custom(t, TicketView.At(MyCustomers))
	restricted := Binding{Role: reading.Role, Workspace: "legal", TicketScope: ScopeGlobal}
	for name, c := range map[string]struct {
		who, theirs    []Binding
		agents, shared Reason
	}{
		"nothing to cover":               {[]Binding{manage}, nil, AllowedAll, AllowedAll},
		"all that they may":              {[]Binding{manage, reading}, []Binding{reading}, AllowedAll, AllowedAll},
		"less than they may":             {[]Binding{manage, seen}, []Binding{reading}, BeyondAuthority, BeyondAuthority},
		"what is assigned to each":       {[]Binding{manage, own}, []Binding{own}, BeyondAuthority, AllowedAll}, // nothing is assigned to a shared agent
		"what the CRM shows":             {[]Binding{manage, reading}, []Binding{seen}, AllowedAll, AllowedAll},
		"what the CRM would show":        {[]Binding{manage, own}, []Binding{seen}, BeyondAuthority, BeyondAuthority},
		"a role that ends":               {[]Binding{manage, during(1, 9, reading)}, []Binding{reading}, BeyondAuthority, BeyondAuthority},
		"a permission that ends":         {[]Binding{during(1, 9, manage), reading}, []Binding{reading}, AllowedAll, AllowedAll},
		"a role that ends with theirs":   {[]Binding{manage, during(1, 9, reading)}, []Binding{during(1, 9, reading)}, AllowedAll, AllowedAll},
		"a role that ends before theirs": {[]Binding{manage, during(1, 8, reading)}, []Binding{during(1, 9, reading)}, BeyondAuthority, BeyondAuthority},
		"a role that they hold later":    {[]Binding{manage}, []Binding{during(6, 9, reading)}, BeyondAuthority, BeyondAuthority},
		"a role that they held":          {[]Binding{manage}, []Binding{during(1, 2, reading)}, AllowedAll, AllowedAll},
		"an administrator":               {[]Binding{inOpen(AccountAdministratorRole.Role(), ScopeGlobal)}, []Binding{restricted}, BeyondAuthority, BeyondAuthority},
		"an owner":                       {[]Binding{{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}}, []Binding{restricted}, AllowedAll, AllowedAll},
	} {
		t.Run(name, func(t *testing.T) {
			me, shared := riya(c.who...), sam(c.theirs...)
			me.Now, me.Groups = day(4), nil
			shared.Bindings, shared.CRM = c.theirs, CRMUser{ID: "u-sam"}
			check(t, me, AgentKeyManage, *bob(c.theirs...), c.agents)
			check(t, me, SharedAgentKeyManage, *shared, c.shared)
			shared.Deactivated, shared.CRM.Deactivated = true, true // they can be activated again
			check(t, me, SharedAgentKeyManage, *shared, c.shared)
		})
	}
	apart := sam(restricted)
	check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), SharedAgentEdit, *apart, AllowedAll) // which is another matter

	me, owned := riya(custom(t, ContactKeyManage.At(ScopeRestricted))), carlas()
	check(t, me, ContactKeyManage, *owned, OutOfScope)
	owned.Owner = "riya"
	check(t, me, ContactKeyManage, *owned, AllowedOwn)
	check(t, me, TicketView, from(owned), NoPermission) // which the customer may
}

// One's own, by the permission alone.
func ownKeys(t *testing.T) {
	me := riya(custom(t, AgentKeyManage.At(Anything), TicketView.At(ScopeGlobal)), during(1, 9, wide(SupervisorRole.Role(), ScopeGlobal)))
	me.Now = day(4)
	check(t, me, AgentKeyManage, *me, AllowedAll)
	without := riya(wide(SupervisorRole.Role(), ScopeGlobal))
	check(t, without, AgentKeyManage, *without, NoPermission)
}

// Keys of an agent and of a customer with one ID, which are those of two.
func principalsWithOneID(t *testing.T) {
	agent, customer := riya(custom(t, TicketView.At(Assigned))), inPortal()
	customer.ID = ContactID(agent.ID)
	requested := from(&Contact{ID: customer.ID, Account: "acme"})
	allow(t, true, keyWith(agent, anything()), TicketView, ticketOf("billing", "riya"))
	allow(t, false, keyWith(agent, anything()), TicketView, requested)
	allow(t, false, keyWith(customer, anything()), TicketView, ticketOf("billing", "riya"))
	allow(t, true, keyWith(customer, anything()), TicketView, requested)
}

// Each action, with roles and a limit that permit everything: only those that are open to customers.
func keyOfCustomerStaysOutside(t *testing.T) {
	key := keyWith(carla(inOpen(AccountAdministratorRole.Role(), ScopeGlobal), wide(CustomerRole.Role(), ScopeGlobal)), anything())
	open := make(map[ActionID]bool)
	for _, q := range questionsIn(t, "") {
		q.Subject = key
		if q.Authorize().Allowed() {
			assert.Contains(t, portalActions, q.Action)
			open[q.Action] = true
		}
	}
	assert.True(t, open[ArticleView.ID()])
	allow(t, true, key, TicketReply, from(carlas()))
	allow(t, false, key, TicketReply, from(strangers()))
	allow(t, false, key, TicketNotePrivate, from(carlas()))
}

// An agent that is not a person, and a key of it.
func serviceAccount(t *testing.T) {
	sync := &Agent{ID: "sync", Account: acme, Bindings: []Binding{wide(AgentRole.Role(), ScopeGlobal)}}
	key := keyWith(sync, limitOf(TicketView.At(Anything)))
	allow(t, true, key, TicketView, ticketOf("apac", "bob"))
	allow(t, false, key, TicketReply, ticketOf("apac", "bob"))
	allow(t, false, key, SessionLogin, acme)
}

// The reasons that delegates alone are denied for, each with what lifts it, and on drawn
// questions no other unless the principal is denied as well.
func reasonsOfDelegates(t *testing.T) {
	me := riya(wide(AgentRole.Role(), ScopeGroup))
	me.Now = day(4)
	mine := ticketOf("billing", "riya")
	ended := anything()
	ended.Window = NewWindow(time.Time{}, day(4))
	elsewhere := anything()
	elsewhere.Workspaces = []WorkspaceID{"it"}
	for want, limit := range map[Reason]Limit{
		LimitNotInForce: ended, LimitLacksPermission: limitOf(TicketView.At(Anything)), LimitOtherWorkspace: elsewhere, OutOfLimit: limitOf(TicketReply.At(Requested)),
	} {
		second := keyWith(me, anything(), limit)
		check(t, second, TicketReply, mine, want)
		assert.Contains(t, Explain(NewRequest(second, TicketReply, &mine)).String(), "limit 2 of the delegate")
		allow(t, true, keyWith(me, anything(), anything()), TicketReply, mine)
		assert.Contains(t, Explain(NewRequest(keyWith(me, limit), TicketReply, &mine)).String(), "limit 1 of the delegate")
		narrowed := keyWith(me, anything()).Narrow(Actor{Kind: ActorAI, ID: "tool"}, limit)
		assert.Contains(t, Explain(NewRequest(narrowed, TicketReply, &mine)).String(), "limit 2 of the delegate")
	}
	boss, secret := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal)), ticketOf("billing", "bob")
	secret.Confidential = true
	check(t, keyWith(boss, limitOf(TicketView.At(Anything))), TicketView, secret, OutOfLimit)
	for _, incomplete := range []*Delegate{
		{Actor: Actor{ActorKey, "", "k"}, Limits: []Limit{anything()}}, {Principal: me, Limits: []Limit{anything()}}, {Principal: me, Actor: Actor{Kind: ActorKey}, Limits: []Limit{anything()}},
		{Principal: me, Actor: Actor{ID: "k"}, Limits: []Limit{anything()}}, keyWith(me), keyWith(me, slices.Repeat([]Limit{anything()}, 5)...),
	} {
		check(t, incomplete, TicketReply, mine, IncompleteDelegate)
	}
	effort.Checks(t, 2_000, 10_000, 200_000)
	alone, drawn := []Reason{IncompleteDelegate, LimitNotInForce, DelegateNoAdministration, LimitLacksPermission, LimitOtherWorkspace, OutOfLimit, NotOwn}, map[Reason]int{}
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.Drawn.Draw(t, "request")
		if q.Subject == nil {
			return
		}
		q.Subject = q.Subject.ActedFor(nil)
		principal := decide(q)
		q.Subject = q.Subject.ActedFor(worlds.DrawActing(t, q.Subject, q.Action))
		d := decide(q)
		if principal.Allowed() && !d.Allowed() {
			drawn[d.Reason]++
			require.Contains(t, alone, d.Reason, "%v", d)
		}
	})
	assert.Greater(t, len(drawn), 3, "%v", drawn)
}

// A delegate of each kind of principal, asked about and among the people of a desk.
func cedarKnowsNoDelegates(t *testing.T) {
	e, err := cedarexport.New(nil)
	require.NoError(t, err)
	ticket := ticketOf("billing", "riya")
	for _, principal := range []Subject{riya(wide(AgentRole.Role(), ScopeGroup)), sam(), inPortal()} {
		_, err := e.Questions(principal, TicketView.ID(), &ticket)
		assert.NoError(t, err)
		_, err = e.Questions(keyWith(principal, anything()), TicketView.ID(), &ticket)
		assert.ErrorContains(t, err, "delegate")
	}
}
