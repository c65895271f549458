package deskpolicy_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A scene is a request in a small enumeration: of an agent or a shared agent, on a ticket,
// on two tickets, on the assignment of a ticket or in a conversation that is like the ticket.
type scene struct {
	agent  Agent
	user   *CRMUser // if set, the subject is a shared agent
	action ActionID
	first  Ticket
	second Ticket
	to     *Agent
	routes bool    // whether a role has GroupQueue, so that tickets are routed
	limits []Limit // if set, the subject is a key of the agent or the shared agent
}

// clone returns a copy that shares nothing that moves change.
func (s scene) clone() *scene {
	s.agent = cloneAgent(s.agent)
	s.limits = slices.Clone(s.limits)
	s.first, s.second = cloneTicket(s.first), cloneTicket(s.second)
	if s.user != nil {
		user := *s.user
		s.user = &user
	}
	if s.to != nil {
		to := cloneAgent(*s.to)
		s.to = &to
	}
	return &s
}

func cloneAgent(a Agent) Agent {
	a.Bindings, a.Groups = slices.Clone(a.Bindings), maps.Clone(a.Groups)
	return a
}

func cloneTicket(t Ticket) Ticket {
	t.Mentions, t.Participants = maps.Clone(t.Mentions), maps.Clone(t.Participants)
	if t.Requester != nil {
		requester := *t.Requester
		requester.CRM.Team = maps.Clone(requester.CRM.Team)
		t.Requester = &requester
	}
	return t
}

func (s *scene) subject() Subject {
	if s.limits == nil {
		return s.principal()
	}
	return keyWith(s.principal(), s.limits...)
}

// principal returns the subject or, if it is a key, whose key it is.
func (s *scene) principal() Subject {
	if s.user == nil {
		return &s.agent
	}
	return &SharedAgent{
		ID: s.agent.ID, Account: s.agent.Account, Deactivated: s.agent.Deactivated, CRM: *s.user,
		Bindings: s.agent.Bindings, Groups: s.agent.Groups,
	}
}

func (s *scene) request() Request {
	r := Request{Subject: s.subject(), Action: s.action}
	switch s.action {
	case TicketMerge.ID():
		r.Resource = &TicketPair{s.first, s.second}
	case TicketAssign.ID():
		r.Resource = &TicketAssignment{Ticket: s.first, To: s.to}
	case ConversationReply.ID():
		chat := asChat(s.first)
		r.Resource = &chat
	default:
		r.Resource = &s.first
	}
	return r
}

// asChat returns a conversation that is like the ticket.
func asChat(t Ticket) Conversation {
	return Conversation{
		ID: ConversationID(t.ID), Account: t.Account, Workspace: t.Workspace, Group: t.Group, Assignee: t.Assignee,
		Requester: t.Requester, Participants: t.Participants, CCs: t.CCs, Mentions: t.Mentions, Confidential: t.Confidential,
	}
}

// A move is a change of a scene, with the fields by which moves are compared.
type move struct {
	name      string // the kind, and what it changes
	binding   Binding
	access    Access
	recipient bool
	assigns   *Ticket // the ticket that the move assigns, as it was before
	make      func(*scene)
}

// moves returns every possible move of the scene.
func (s *scene) moves(roles []Role) (all []move) {
	all = append(all,
		move{name: "reactivate", make: func(s *scene) { s.agent.Deactivated = false }},
		move{name: "upgrade", make: func(s *scene) { s.agent.Account.Plan.Features = AllFeatures }},
	)
	all = append(all, movesOf(&s.agent, roles, false, func(s *scene) *Agent { return &s.agent }, s.first.Group, s.second.Group)...)
	all = append(all, s.movesOfLimits()...)
	if s.to != nil {
		all = append(all, move{name: "recipient reactivate", make: func(s *scene) { s.to.Deactivated = false }})
		all = append(all, movesOf(s.to, roles, true, func(s *scene) *Agent { return s.to }, s.first.Group)...)
		all = append(all, movesInPerson(s.to.ID, "recipient mention 0", "recipient participant 0", func(s *scene) *Ticket { return &s.first })...)
	}
	for i, of := range []func(*scene) *Ticket{func(s *scene) *Ticket { return &s.first }, func(s *scene) *Ticket { return &s.second }} {
		all = append(all, movesInPerson(s.agent.ID, fmt.Sprint("mention ", i), fmt.Sprint("participant ", i), of)...)
		all = append(all, s.movesOff(i, of)...)
		if s.user == nil {
			all = append(all, move{name: fmt.Sprint("assign ", i), assigns: of(s), make: func(s *scene) { of(s).Assignee = s.agent.ID }})
			continue
		}
		for _, access := range []Access{View, Edit} {
			all = append(all, move{name: fmt.Sprint("see ", i), access: access, make: func(s *scene) {
				if of(s).Requester != nil {
					of(s).Requester.CRM.Team = map[CRMUserID]Access{s.user.ID: access}
				}
			}})
		}
	}
	if s.user != nil {
		all = append(all,
			move{name: "reactivate in CRM", make: func(s *scene) { s.user.Deactivated = false }},
			move{name: "connect", make: func(s *scene) { s.agent.Account.Integrated = true }},
		)
	}
	return all
}

// movesOfLimits returns the moves that widen a limit of a key, each by one permission or one place.
func (s *scene) movesOfLimits() (all []move) {
	for i := range s.limits {
		name := fmt.Sprint("limit ", i+1)
		for _, scope := range []Scope{Assigned, InGroup, Participating, Mentioned, GroupQueue, Unassigned, MyCustomers, Assigned | InGroup, Anything} {
			permission := s.action.At(scope)
			all = append(all, move{name: name + " permits " + s.action.String(), make: func(s *scene) {
				s.limits[i].Permissions = s.limits[i].Permissions.Union(NewPermissions(permission))
			}})
		}
		for _, w := range []WorkspaceID{AccountWide, "it"} {
			all = append(all, move{name: name + " in " + string(w), make: func(s *scene) {
				s.limits[i].Workspaces = append(slices.Clone(s.limits[i].Workspaces), w)
			}})
		}
	}
	return all
}

// movesInPerson returns the moves that mention the agent in a ticket and add it as a participant.
func movesInPerson(id AgentID, mention, participant string, of func(*scene) *Ticket) []move {
	all := []move{{name: mention, make: func(s *scene) { of(s).Mentions = map[AgentID]bool{id: true} }}}
	for _, access := range []Access{View, Edit} {
		all = append(all, move{name: participant, access: access, make: func(s *scene) {
			if of(s).Participants == nil {
				of(s).Participants = map[AgentID]Access{}
			}
			of(s).Participants[id] = access
		}})
	}
	return all
}

// movesOff returns the moves that take a ticket off its assignee and that route it to a
// group of the agent.
func (s *scene) movesOff(i int, of func(*scene) *Ticket) []move {
	all := []move{
		{name: fmt.Sprint("unassign ", i), make: func(s *scene) { of(s).Assignee = "" }},
		{name: fmt.Sprint("not confidential ", i), make: func(s *scene) { of(s).Confidential = false }},
	}
	if !s.routes || s.action == TicketAssign.ID() {
		return all
	}
	for _, group := range slices.Sorted(maps.Keys(s.agent.Groups)) {
		if s.agent.Groups[group] == Edit {
			all = append(all, move{name: fmt.Sprint("route ", i, " ", group), make: func(s *scene) { of(s).Group = group }})
		}
	}
	return all
}

// movesOf returns the moves that change one agent's bindings and groups.
func movesOf(a *Agent, roles []Role, recipient bool, of func(*scene) *Agent, groups ...GroupID) (all []move) {
	prefix := ""
	if recipient {
		prefix = "recipient "
	}
	for _, role := range roles {
		for _, workspace := range []WorkspaceID{AccountWide, "it"} {
			for _, scope := range levels {
				b := Binding{Role: role, Workspace: workspace, TicketScope: scope}
				all = append(all, move{name: "binding", binding: b, recipient: recipient, make: func(s *scene) {
					of(s).Bindings = append(of(s).Bindings, b)
				}})
			}
		}
	}
	for i, b := range a.Bindings {
		wider := slices.ContainsFunc(a.Bindings, func(other Binding) bool {
			return other.Role == b.Role && other.Workspace == b.Workspace && other.TicketScope > b.TicketScope
		})
		for _, scope := range levels {
			if wider || b.TicketScope.Covers(scope) {
				continue
			}
			b := Binding{Role: b.Role, Workspace: b.Workspace, TicketScope: b.TicketScope | scope}
			all = append(all, move{name: "binding", binding: b, recipient: recipient, make: func(s *scene) { of(s).Bindings[i] = b }})
		}
	}
	slices.Sort(groups)
	for _, group := range slices.Compact(groups) {
		for _, access := range []Access{View, Edit} {
			if group != "" && a.Groups[group] < access {
				all = append(all, move{name: prefix + "join " + string(group), access: access, make: func(s *scene) {
					if of(s).Groups == nil {
						of(s).Groups = map[GroupID]Access{}
					}
					of(s).Groups[group] = access
				}})
			}
		}
	}
	return all
}

// moved returns a copy of the scene with the moves made.
func (s *scene) moved(moves ...move) *scene {
	changed := s.clone()
	for _, m := range moves {
		m.make(changed)
	}
	return changed
}

// possible reports whether the moves can be made: a ticket is assigned only to an agent who
// can take it.
func (s *scene) possible(moves ...move) bool {
	changed := s.moved(moves...)
	for _, m := range moves {
		if m.assigns == nil {
			continue
		}
		boss := bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal), Binding{Role: AccountAdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal})
		if s.action == ConversationReply.ID() {
			if !Authorize(boss, ConversationAssign, &ConversationAssignment{Conversation: asChat(*m.assigns), To: changed.principal()}).Allowed() {
				return false
			}
		} else if !Authorize(boss, TicketAssign, &TicketAssignment{Ticket: *m.assigns, To: changed.principal()}).Allowed() {
			return false
		}
	}
	return true
}

// asMove returns the fix as a move without its function.
func asMove(f Fix, s *scene) move {
	part := 0
	if f.ForSecond {
		part = 1
	}
	prefix := ""
	if f.ForRecipient {
		prefix = "recipient "
	}
	switch f.Kind {
	case FixReactivate:
		return move{name: prefix + "reactivate"}
	case FixUpgradePlan:
		return move{name: "upgrade"}
	case FixReactivateInCRM:
		return move{name: "reactivate in CRM"}
	case FixConnectCRM:
		return move{name: "connect"}
	case FixWidenScope: // what it adds
		f.Binding.TicketScope &^= heldScope(holderOf(s.request(), f), f.Binding)
		return move{name: "binding", binding: f.Binding, recipient: f.ForRecipient}
	case FixAssignRole:
		return move{name: "binding", binding: f.Binding, recipient: f.ForRecipient}
	case FixGroupAccess:
		return move{name: prefix + "join " + string(f.Group), access: f.Access}
	case FixAssign:
		return move{name: fmt.Sprint("assign ", part)}
	case FixMention:
		return move{name: prefix + fmt.Sprint("mention ", part)}
	case FixAddParticipant:
		return move{name: prefix + fmt.Sprint("participant ", part), access: f.Access}
	case FixUnassign:
		return move{name: fmt.Sprint("unassign ", part)}
	case FixWidenLimit:
		name := fmt.Sprint("limit ", f.Limit)
		if f.Permission == (Permission{}) {
			return move{name: name + " in " + string(f.Binding.Workspace)}
		}
		return move{name: name + " permits " + f.Permission.Action.String()} // at the first relation that is enough
	case FixNotConfidential:
		return move{name: fmt.Sprint("not confidential ", part)}
	case FixRoute:
		return move{name: fmt.Sprint("route ", part, " ", f.Group)}
	case FixCustomerAccess:
		return move{name: fmt.Sprint("see ", part), access: f.Access}
	default:
		return move{name: "unknown " + f.String()}
	}
}

// within reports whether a permits no more than b.
func (a move) within(b move) bool {
	if a.name != b.name || a.recipient != b.recipient || a.access > b.access || !b.binding.TicketScope.Covers(a.binding.TicketScope) {
		return false
	}
	open := b.binding.Workspace == OpenWorkspaces // as "it" is
	return (a.binding.Workspace == b.binding.Workspace || open) && b.binding.Role.Permissions().Covers(a.binding.Role.Permissions())
}

// covered reports whether the remedy permits no more than the moves.
func covered(r Remedy, s *scene, moves []move) bool {
	if len(r) > len(moves) {
		return false
	}
	if len(r) == 0 {
		return true
	}
	for i, m := range moves {
		if asMove(r[0], s).within(m) && covered(r[1:], s, slices.Delete(slices.Clone(moves), i, i+1)) {
			return true
		}
	}
	return false
}

// liveForbidden reports whether a guardrail would forbid the request if the subject were live.
func (s *scene) liveForbidden() bool {
	live := s.clone()
	live.agent.Deactivated = false
	live.agent.Account.Integrated = true
	if live.user != nil {
		live.user.Deactivated = false
	}
	d := live.request().Authorize()
	return d.Reason.Outcome() == OutcomeForbidden
}

// needs reports whether the principal of a key needs those of the moves that are not about
// limits: then they are a remedy of the principal. A relation that only a limit needs is none.
func (s *scene) needs(made []move) bool {
	own := s.clone()
	own.limits = nil
	made = slices.DeleteFunc(slices.Clone(made), func(m move) bool { return strings.HasPrefix(m.name, "limit ") })
	for i := range made {
		if own.moved(slices.Delete(slices.Clone(made), i, i+1)...).request().Authorize().Allowed() {
			return false
		}
	}
	return own.moved(made...).request().Authorize().Allowed()
}

// complete fails the test if one or two moves allow the request and no remedy is within them.
func (s *scene) complete(t *testing.T, roles []Role, pairs bool) (remedies int) {
	t.Helper()
	e := Explain(s.request())
	found := Remedies(e, roles...)
	if e.Decision.Reason.Outcome() != OutcomeNotGranted {
		require.Empty(t, found)
		return 0
	}
	if s.liveForbidden() {
		require.Empty(t, found, "%v", e)
		return 0
	}
	for _, r := range found {
		verify(t, s.request(), r)
	}
	moves := s.moves(roles)
	try := func(made ...move) {
		if s.limits != nil && !s.needs(made) {
			return
		}
		if len(found) == MaxRemedies || !s.moved(made...).request().Authorize().Allowed() || !s.possible(made...) {
			return
		}
		if !slices.ContainsFunc(found, func(r Remedy) bool { return covered(r, s, made) }) {
			t.Fatalf("%v%+v would be enough, and no remedy is within them:\n%v\n%v", e, made, said(found), s.agent)
		}
	}
	for i, m := range moves {
		try(m)
		if pairs {
			for _, other := range moves[i+1:] {
				try(m, other)
			}
		}
	}
	return len(found)
}

// verify fails the test if the remedy does not allow the request, if it still does with a fix
// left out or reduced, or if Apply changes its arguments.
func verify(t require.TestingT, r Request, remedy Remedy) {
	allowed := func(remedy Remedy) bool {
		changed := r
		changed.Subject, changed.Resource = remedy.Apply(r.Subject, r.Resource)
		return changed.Authorize().Allowed()
	}
	require.True(t, allowed(remedy), "%v\nshould allow\n%v", remedy, Explain(r))
	for i := range remedy {
		without := slices.Delete(slices.Clone(remedy), i, i+1)
		// Another fix can be there only so that the subject can be assigned the ticket.
		if !slices.ContainsFunc(without, func(f Fix) bool { return f.Kind == FixAssign }) {
			require.False(t, allowed(without), "%v\nhas a fix too many for\n%v", remedy, Explain(r))
		}
		for _, less := range narrower(r, remedy, i) {
			if !slices.ContainsFunc(less, func(f Fix) bool { return f.Kind == FixAssign }) {
				require.False(t, allowed(less), "%v\ngoes further than needed for\n%v", remedy, Explain(r))
			}
		}
	}
	require.False(t, r.Authorize().Allowed(), "Apply changed what it was given")
}

// narrower returns the remedies with less by the fix at index i: a ticket scope that adds
// less to what is held, or less access.
func narrower(request Request, r Remedy, i int) (all []Remedy) {
	add := func(change func(*Fix)) {
		less := slices.Clone(r)
		change(&less[i])
		all = append(all, less)
	}
	switch f := r[i]; {
	case f.Kind == FixAssignRole || f.Kind == FixWidenScope:
		held := Scope(0)
		if f.Kind == FixWidenScope {
			held = heldScope(holderOf(request, f), f.Binding)
		}
		for _, level := range levels {
			if scope := held | level; f.Binding.TicketScope.Covers(scope) && !scope.Covers(f.Binding.TicketScope) {
				add(func(f *Fix) { f.Binding.TicketScope = scope })
			}
		}
	case f.Kind == FixWidenLimit:
		for scope := f.Permission.Scope; scope&(scope-1) != 0; scope &= scope - 1 {
			add(func(f *Fix) { f.Permission.Scope &^= scope & -scope })
		}
	case f.Access == Edit:
		add(func(f *Fix) { f.Access = View })
	}
	return all
}

// holderOf returns who the fix is about: the subject or the recipient of the request.
func holderOf(r Request, f Fix) Subject {
	if f.ForRecipient {
		return reflect.Indirect(reflect.ValueOf(r.Resource)).FieldByName("To").Interface().(Subject)
	}
	return r.Subject
}

// heldScope returns all that is in the ticket scopes of the valid bindings of the role in the workspace.
func heldScope(who Subject, of Binding) (held Scope) {
	for _, b := range bindingsOf(who) {
		if b.Role == of.Role && b.Workspace == of.Workspace && b.TicketScope.Valid() {
			held |= b.TicketScope
		}
	}
	return held
}

// bindingsOf returns the bindings of an agent, a shared agent or a customer, or of a delegate's principal.
func bindingsOf(who Subject) []Binding {
	switch who := who.(type) {
	case *Delegate:
		return bindingsOf(who.Principal)
	case *Agent:
		return who.Bindings
	case *SharedAgent:
		return who.Bindings
	case *Customer:
		return who.Bindings
	}
	return nil
}

// worldRemedyRoles returns the offered roles.
func worldRemedyRoles(t *testing.T) []Role {
	role := func(name string, permissions ...Permission) Role {
		role, err := NewRole("acme", name, NewPermissions(permissions...), nil)
		require.NoError(t, err)
		return role
	}
	return []Role{
		role("Reader", TicketView.At(ScopeGlobal), TicketMerge.At(ScopeRestricted)),
		role("Worker", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup), TicketAttach.At(ScopeGlobal), TicketBeAssigned.At(ScopeGroup), TicketMerge.At(ScopeGroup), TicketAssign.At(ScopeGroup)),
		role("Lead", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), TicketAttach.At(ScopeGlobal), TicketBeAssigned.At(ScopeGlobal), TicketMerge.At(ScopeGlobal), TicketAssign.At(ScopeGlobal), SettingsManage.At(ScopeGlobal)),
		role("Cleaner", TicketReply.At(ScopeRestricted), TicketMerge.At(ScopeGroup)),
	}
}

// Whatever one or two moves allow in a small enumeration of scenes, a remedy is within them.
func TestRemediesAreComplete(t *testing.T) {
	t.Parallel()
	roles := worldRemedyRoles(t)
	scenes := smallScenes(roles)
	remedies, denied := 0, 0
	for i, s := range scenes {
		n := s.complete(t, roles, i%effort.Of(49, 7, 1) == 0)
		remedies += n
		if n > 0 {
			denied++
		}
	}
	t.Logf("%d scenes, %d denied with remedies, %d remedies", len(scenes), denied, remedies)
	require.Greater(t, denied, len(scenes)/2)
}

// For keys, what the principal needs together with what limits need to be widened by is enough.
func TestRemediesOfDelegatesAreComplete(t *testing.T) {
	t.Parallel()
	roles := worldRemedyRoles(t)
	limit := func(scope Scope, workspaces ...WorkspaceID) (l Limit) {
		l.Workspaces = workspaces
		for _, action := range []Action[Ticket]{TicketView, TicketReply} {
			l.Permissions = l.Permissions.Union(NewPermissions(action.At(scope)))
		}
		return l
	}
	keys := [][]Limit{
		{limit(Anything, AccountWide, "it")}, {limit(Assigned, AccountWide)}, {limit(InGroup, "it")}, {{}},
		{limit(Anything, AccountWide), limit(InGroup|Mentioned, "it", AccountWide)},
	}
	scenes := smallScenes(roles)
	asked, denied, widened := 0, 0, 0
	for i, s := range scenes {
		if i%effort.Of(49, 14, 1) != 0 {
			continue
		}
		for _, limits := range keys {
			s.limits = limits
			asked++
			if s.complete(t, roles, i%effort.Of(49*7, 98, 7) == 0) > 0 {
				denied++
			}
			for _, r := range Remedies(Explain(s.request()), roles...) {
				if r[0].Kind == FixWidenLimit {
					widened++
				}
			}
		}
	}
	t.Logf("%d scenes, %d denied with remedies, %d of them by limits alone", asked, denied, widened)
	require.Greater(t, denied, asked/2)
	require.Positive(t, widened)
}

// smallScenes returns the scenes of the enumeration.
func smallScenes(roles []Role) (scenes []*scene) {
	holdings := [][]Binding{nil}
	for i, role := range roles {
		for _, scope := range []Scope{0, ScopeRestricted, ScopeGroup} {
			holdings = append(holdings, []Binding{{Role: role, Workspace: AccountWide, TicketScope: scope}})
		}
		holdings = append(holdings,
			[]Binding{{Role: role, Workspace: "it", TicketScope: ScopeRestricted}},
			[]Binding{{Role: role, Workspace: "it", TicketScope: ScopeRestricted}, {Role: role, Workspace: AccountWide, TicketScope: ScopeRestricted}, {Role: roles[(i+1)%len(roles)], Workspace: AccountWide, TicketScope: ScopeGroup}},
		)
	}
	requester := &Contact{ID: "c", Account: "acme", CRM: CRMRecord{Owner: "u-else"}}
	tickets := []Ticket{
		{ID: "1", Account: "acme", Group: "g", Assignee: "else"},
		{ID: "2", Account: "acme", Workspace: "it", Group: "h", Assignee: "riya", Requester: requester},
		{ID: "3", Account: "acme", Requester: requester},
	}
	actions := []ActionID{TicketView.ID(), TicketReply.ID(), TicketAttach.ID(), TicketMerge.ID(), TicketAssign.ID()}
	for h, bindings := range holdings {
		for i, first := range tickets {
			for access := NoAccess; access <= Edit; access++ {
				for k, action := range actions {
					n := h + i + int(access) + k
					agent := Agent{ID: "riya", Account: acme, Bindings: bindings, Groups: map[GroupID]Access{"g": access}, Deactivated: n%5 == 0}
					if n%3 == 0 {
						agent.Account.Plan.Features = 0
					}
					to := bob(wide(roles[n%len(roles)], []Scope{0, ScopeRestricted, ScopeGroup}[n%3]))
					to.Deactivated = n%4 == 0
					to.Groups = map[GroupID]Access{"g": View}
					s := &scene{agent: agent, action: action, first: first, second: tickets[(i+1+n%2)%3], to: to}
					scenes = append(scenes, s)
					if action == TicketAssign.ID() {
						continue
					}
					shared := s.clone()
					shared.user = &CRMUser{ID: "u", Sees: OwnRecords, Deactivated: n%4 == 0}
					shared.agent.Account.Integrated = n%6 != 0
					shared.to = nil
					scenes = append(scenes, shared)
				}
			}
		}
	}
	return scenes
}

// relationRoles returns roles with relations that have no level.
func relationRoles(t *testing.T) []Role {
	return []Role{
		roleNamed(t, "Queue", TicketView.At(ScopeGlobal), TicketReply.At(GroupQueue), TicketMerge.At(Unassigned), TicketBeAssigned.At(InGroup|Mentioned),
			TicketAssign.At(GroupQueue|Mentioned), ConversationReply.At(GroupQueue)),
		roleNamed(t, "Helper", TicketView.At(Participating|Mentioned), TicketReply.At(Participating|Unrouted), TicketMerge.At(Mentioned|InGroup), TicketBeAssigned.At(Participating),
			TicketAssign.At(Participating|Unassigned), ConversationReply.At(Participating|Mentioned)),
		roleNamed(t, "Peer", TicketView.At(Requested|SameCompany), TicketReply.At(ScopeShared), TicketMerge.At(Mentioned|MyCustomers|GroupQueue), TicketAssign.At(ScopeShared), ConversationReply.At(Assigned|Unassigned)),
		roleNamed(t, "Lead", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), TicketMerge.At(ScopeGlobal), TicketBeAssigned.At(ScopeGlobal),
			TicketAssign.At(ScopeGlobal), ConversationReply.At(ScopeGlobal), SettingsManage.At(ScopeGlobal)),
	}
}

// The same holds for roles and ticket scopes with any relations.
func TestRemediesOfRelationsAreComplete(t *testing.T) {
	t.Parallel()
	roles := relationRoles(t)
	kinds := map[FixKind]int{}
	for i, s := range relationScenes(roles) {
		if i%effort.Of(5, 1, 1) != 0 {
			continue
		}
		s.complete(t, roles, i%effort.Of(245, 49, 7) == 0)
		for _, r := range Remedies(Explain(s.request()), roles...) {
			for _, f := range r {
				kinds[f.Kind]++
			}
		}
	}
	t.Log(kinds)
	for _, kind := range []FixKind{FixAssign, FixMention, FixAddParticipant, FixUnassign, FixRoute, FixCustomerAccess, FixGroupAccess, FixWidenScope, FixAssignRole} {
		require.NotZero(t, kinds[kind], kind)
	}
}

// The same holds for what is confidential (A52), with the permission for that in the same role
// and in others.
func TestRemediesOfConfidentialAreComplete(t *testing.T) {
	t.Parallel()
	roles := []Role{
		roleNamed(t, "Keys", TicketConfidential.At(Assigned|Mentioned)),
		roleNamed(t, "Vault", TicketConfidential.At(InGroup), TicketReply.At(Participating|Unassigned), TicketMerge.At(Assigned)),
		roleNamed(t, "Worker", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup), TicketMerge.At(ScopeGroup), TicketBeAssigned.At(ScopeGlobal),
			TicketAssign.At(ScopeGlobal), ConversationReply.At(ScopeGroup), TicketConfidential.At(GroupQueue)),
		roleNamed(t, "Lead", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), TicketMerge.At(ScopeGlobal), TicketBeAssigned.At(ScopeGlobal),
			TicketAssign.At(ScopeGlobal), ConversationReply.At(ScopeGlobal), TicketConfidential.At(ScopeGlobal), SettingsManage.At(ScopeGlobal)),
	}
	holdings := [][]Binding{nil}
	for i, role := range roles {
		for j, scope := range []Scope{0, ScopeRestricted, ScopeGroup, ScopeGlobal, Mentioned | Unassigned} {
			holdings = append(holdings, []Binding{wide(role, scope)}, []Binding{wide(role, scope), wide(roles[(i+1+j%2)%len(roles)], []Scope{ScopeGlobal, ScopeRestricted, InGroup}[j%3])})
		}
		holdings = append(holdings, []Binding{wide(role, ScopeGlobal), {Role: roles[(i+1)%len(roles)], Workspace: "it", TicketScope: ScopeGroup}})
	}
	requester := &Contact{ID: "c", Account: "acme", CRM: CRMRecord{Owner: "u-else"}}
	tickets := []Ticket{
		{ID: "1", Account: "acme", Group: "g", Assignee: "else", Confidential: true},
		{ID: "2", Account: "acme", Workspace: "it", Group: "h", Confidential: true, Requester: requester},
		{ID: "3", Account: "acme", Group: "g", Participants: map[AgentID]Access{"riya": View}, Confidential: true},
		{ID: "4", Account: "acme", Group: "g", Assignee: "bob"},
	}
	kinds, denied := map[FixKind]int{}, 0
	for h, bindings := range holdings {
		for i, first := range tickets {
			for k, action := range []ActionID{TicketView.ID(), TicketReply.ID(), TicketMerge.ID(), TicketAssign.ID(), ConversationReply.ID()} {
				n := h*len(tickets)*5 + i*5 + k
				if n%effort.Of(14, 7, 3) != 0 {
					continue
				}
				agent := Agent{ID: "riya", Account: acme, Bindings: bindings, Groups: map[GroupID]Access{"g": Access(n % 3), "h": Edit}}
				to := bob(wide(roles[n%len(roles)], []Scope{0, ScopeRestricted, ScopeGlobal}[n%3]), wide(roles[2], ScopeGlobal))
				to.Groups = map[GroupID]Access{"g": Access(h % 3)}
				s := &scene{agent: agent, action: action, first: first, second: tickets[(i+1+n%3)%len(tickets)], to: to}
				if n%5 == 0 && action != TicketAssign.ID() && action != ConversationReply.ID() {
					s.user, s.to = &CRMUser{ID: "u", Sees: OwnRecords}, nil
				}
				if s.complete(t, roles, n%effort.Of(196, 98, 105) == 0) > 0 {
					denied++
				}
				for _, r := range Remedies(Explain(s.request()), roles...) {
					for _, f := range r {
						kinds[f.Kind]++
					}
				}
			}
		}
	}
	t.Log(denied, "denied:", kinds)
	for _, kind := range []FixKind{FixAssign, FixMention, FixAddParticipant, FixUnassign, FixNotConfidential, FixGroupAccess, FixWidenScope, FixAssignRole} {
		require.NotZero(t, kinds[kind], kind)
	}
}

// relationScenes returns the scenes of that enumeration.
func relationScenes(roles []Role) (scenes []*scene) {
	holdings := [][]Binding{nil}
	for _, role := range roles {
		for _, scope := range []Scope{0, ScopeRestricted, ScopeGroup, ScopeGlobal, InGroup, GroupQueue, Mentioned | Unassigned, Participating} {
			holdings = append(holdings, []Binding{{Role: role, Workspace: AccountWide, TicketScope: scope}})
		}
		holdings = append(holdings, []Binding{{Role: role, Workspace: AccountWide, TicketScope: Mentioned}, {Role: role, Workspace: AccountWide, TicketScope: InGroup}})
	}
	requester := &Contact{ID: "c", Account: "acme", CRM: CRMRecord{Owner: "u-else"}}
	tickets := []Ticket{
		{ID: "1", Account: "acme", Group: "g", Assignee: "else", Participants: map[AgentID]Access{"riya": View}},
		{ID: "2", Account: "acme", Workspace: "it", Group: "h", Assignee: "bob", Requester: requester},
		{ID: "3", Account: "acme", Requester: requester, Mentions: map[AgentID]bool{"bob": true}},
		{ID: "4", Account: "acme", Group: "g"},
		{ID: "5", Account: "acme", Assignee: "else"},
	}
	for h, bindings := range holdings {
		for i, first := range tickets {
			for access := NoAccess; access <= Edit; access++ {
				for k, action := range []ActionID{TicketView.ID(), TicketReply.ID(), TicketMerge.ID(), TicketAssign.ID(), ConversationReply.ID()} {
					n := h + i + int(access) + k
					agent := Agent{ID: "riya", Account: acme, Bindings: bindings, Groups: map[GroupID]Access{"g": access, "k": []Access{View, Edit}[n%2]}}
					to := bob(wide(roles[n%len(roles)], []Scope{0, ScopeRestricted, Mentioned, InGroup}[n/2%4]))
					to.Groups = map[GroupID]Access{"g": View}
					s := &scene{agent: agent, action: action, first: first, second: tickets[(i+1+n%2)%len(tickets)], to: to}
					s.routes = action == TicketReply.ID() || action == TicketMerge.ID() || action == ConversationReply.ID()
					scenes = append(scenes, s)
					if action != TicketAssign.ID() && action != ConversationReply.ID() {
						shared := s.clone()
						shared.user, shared.to = &CRMUser{ID: "u", Sees: OwnRecords}, nil
						scenes = append(scenes, shared)
					}
				}
			}
		}
	}
	return scenes
}

// Whatever one or two fixes allow for a drawn request, a remedy is within them. These
// requests vary more than the scenes, and Apply makes the changes.
func TestRemediesLackNothing(t *testing.T) {
	checkOften(t)
	denied, tried, would := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.Requests.Draw(t, "request")
		if q.Subject.Delegate() { // whose limits would be further fixes
			q.Subject = q.Subject.ActedFor(nil)
		}
		roles := map[*oracle.Role]Role{}
		r := worlds.NewBuilder(roles).Build(q).Request()
		e := Explain(r)
		var offered []Role
		for role := range roles {
			offered = append(offered, roles[role])
		}
		slices.SortFunc(offered, func(a, b Role) int { return strings.Compare(a.Name(), b.Name()) })
		found := Remedies(e, offered...)
		if sameCustomer(r) {
			for i := range found {
				found[i] = ofTheFirst(found[i])
			}
		}
		if toItself(r) {
			for i := range found {
				found[i] = ofTheSubject(found[i])
			}
		}
		if len(offered) == 0 || e.Decision.Reason.Outcome() != OutcomeNotGranted {
			return
		}
		for _, remedy := range found {
			for _, fix := range remedy {
				given := fix.Kind == FixAssignRole || fix.Kind == FixCreateSupportGrant
				require.True(t, !given || slices.Contains(offered, fix.Binding.Role), "%v is not offered", fix)
				require.True(t, fix.Kind != FixMakeSharedAgent || slices.Contains(offered, SharedAgentRole.Role()), "%v is not offered", fix)
			}
		}
		if _, outside := r.Subject.(*CRMOnlyUser); outside && !slices.Contains(offered, SharedAgentRole.Role()) {
			return
		}
		gates := []Fix{{Kind: FixMakeSharedAgent}, {Kind: FixReactivate}, {Kind: FixReactivateInCRM}, {Kind: FixConnectCRM}}
		live := r
		live.Subject, live.Resource = Remedy(gates).Apply(r.Subject, r.Resource)
		if live.Authorize().Reason.Step() == 4 {
			require.Empty(t, found, "%v", e)
			return
		}
		fixes := possibleFixes(q, offered)
		if q.Action == "ticket.move" { // it keeps the assignee
			fixes = slices.DeleteFunc(fixes, func(f Fix) bool { return f.Kind == FixAssign || f.Kind == FixUnassign })
		}
		try := func(made Remedy) {
			after := r
			after.Subject, after.Resource = made.Apply(r.Subject, r.Resource)
			tried++
			if !after.Authorize().Allowed() || !assignable(r, after.Subject, made) {
				return
			}
			would++
			if sameCustomer(r) {
				made = ofTheFirst(made)
			}
			if toItself(r) {
				made = ofTheSubject(made)
			}
			made = withHeld(r, made)
			if !slices.ContainsFunc(found, func(r Remedy) bool { return under(r, made) }) {
				t.Fatalf("%#v\n%v%v would be enough, and no remedy is within them:\n%v", q, e, made, said(found))
			}
		}
		denied++
		for i, fix := range fixes {
			try(Remedy{fix})
			for _, other := range fixes[i+1:] {
				try(Remedy{fix, other})
			}
		}
	})
	t.Logf("%d denied, %d tried, %d would do", denied, tried, would)
	require.Greater(t, would, 20)
}

// sameCustomer reports whether both resources of a pair have one customer and the CRM's
// answers decide what the subject sees, so that a fix for one serves both.
func sameCustomer(r Request) bool {
	var user CRMUser
	switch who := r.Subject.(type) {
	case *SharedAgent:
		user = who.CRM
	case *CRMOnlyUser:
		user = who.CRM
	}
	if OwnRecords <= user.Sees && user.Sees <= AllRecords {
		return false
	}
	switch pair := r.Resource.(type) {
	case TicketPair:
		from, into := pair.From.Requester, pair.Into.Requester
		return from != nil && into != nil && from.ID == into.ID
	case ContactPair:
		return pair.From.ID == pair.Into.ID
	}
	return false
}

// ofTheFirst returns the remedy with fixes for the first customer in place of the second.
func ofTheFirst(r Remedy) Remedy {
	r = slices.Clone(r)
	for i := range r {
		if r[i].Kind == FixCustomerAccess {
			r[i].ForSecond = false
		}
	}
	return r
}

// withHeld returns the remedy with each assignment of a role at what the agent then reaches
// there by the role, or by another that it holds and that permits no more.
func withHeld(r Request, made Remedy) Remedy {
	made = slices.Clone(made)
	for i, fix := range made {
		if fix.Kind != FixAssignRole {
			continue
		}
		holder := holderOf(r, fix)
		for _, held := range bindingsOf(holder) {
			if fix.Binding.Role.Permissions().Covers(held.Role.Permissions()) {
				of := fix.Binding
				of.Role = held.Role
				made[i].Binding.TicketScope |= heldScope(holder, of)
			}
		}
	}
	return made
}

// toItself reports whether the subject would assign the ticket to itself.
func toItself(r Request) bool {
	by, isAgent := r.Subject.(*Agent)
	a, isAssignment := r.Resource.(TicketAssignment)
	to, ofAgent := a.To.(*Agent)
	return isAgent && isAssignment && ofAgent && by != nil && to != nil && by.ID == to.ID
}

// ofTheSubject returns the remedy with what relates the recipient to the ticket in person as
// relating the subject, who is the same.
func ofTheSubject(r Remedy) Remedy {
	r = slices.Clone(r)
	for i := range r {
		if r[i].Kind == FixMention || r[i].Kind == FixAddParticipant {
			r[i].ForRecipient = false
		}
	}
	return r
}

// possibleFixes returns all single fixes of a drawn request, by kind.
func possibleFixes(q oracle.Request, offered []Role) (fixes []Fix) {
	fixes = []Fix{
		{Kind: FixMakeSharedAgent}, {Kind: FixReactivate}, {Kind: FixReactivateInCRM}, {Kind: FixConnectCRM}, {Kind: FixUpgradePlan, Features: AllFeatures},
		{Kind: FixAssign}, {Kind: FixAssign, ForSecond: true}, {Kind: FixMention}, {Kind: FixMention, ForSecond: true},
		{Kind: FixUnassign}, {Kind: FixUnassign, ForSecond: true}, {Kind: FixNotConfidential}, {Kind: FixNotConfidential, ForSecond: true},
	}
	if q.Subject == nil || q.Subject.Kind != "" {
		fixes = slices.DeleteFunc(fixes, func(f Fix) bool { return f.Kind == FixAssign })
	}
	for _, second := range []bool{false, true} {
		for _, access := range []Access{View, Edit} {
			fixes = append(fixes, Fix{Kind: FixCustomerAccess, Access: access, ForSecond: second}, Fix{Kind: FixAddParticipant, Access: access, ForSecond: second})
		}
	}
	for _, group := range []GroupID{"billing", "sales"} {
		for _, access := range []Access{View, Edit} {
			fixes = append(fixes, Fix{Kind: FixGroupAccess, Group: group, Access: access})
		}
	}
	if q.Subject != nil && (q.Subject.Kind == "shared_agent" || q.Subject.Kind == "non_agent") {
		offered = slices.DeleteFunc(slices.Clone(offered), func(role Role) bool { return role.BuiltIn() && role != SharedAgentRole.Role() })
	}
	if ofCustomer(q) {
		offered = slices.DeleteFunc(slices.Clone(offered), func(role Role) bool { return !suitsCustomers(role) })
	} else { // an agent is given no role that is built in for customers (A65)
		offered = slices.DeleteFunc(slices.Clone(offered), func(role Role) bool {
			return role == CustomerRole.Role() || role == CompanyCustomerRole.Role()
		})
	}
	held := []WorkspaceID{AccountWide, "it", "hr"}
	if a := oracle.Actions[q.Action]; a != nil && a.Anywhere {
		held = held[:1] // a role held anywhere is enough, and remedies use this workspace (A31)
	}
	for _, role := range offered {
		if role == (Role{}) || role == SharedAgentRole.Role() && q.Subject != nil && q.Subject.Kind == "" {
			continue
		}
		for _, workspace := range held {
			for _, scope := range levels {
				fixes = append(fixes, Fix{Kind: FixAssignRole, Binding: Binding{Role: role, Workspace: workspace, TicketScope: scope}})
			}
		}
	}
	if q.Thing != nil && q.Thing.To != nil && q.Thing.To != q.Subject {
		for _, fix := range slices.Clone(fixes) {
			if fix.Kind == FixReactivate || fix.Kind == FixGroupAccess || fix.Kind == FixAssignRole && fix.Binding.Role != SharedAgentRole.Role() {
				fix.ForRecipient = true
				fixes = append(fixes, fix)
			}
		}
	}
	for i := range fixes {
		fixes[i].ForCustomer = ofCustomer(q)
	}
	return fixes
}

func ofCustomer(q oracle.Request) bool { return q.Subject != nil && q.Subject.Customer() }

// suitsCustomers reports whether the role permits only what is open to customers.
func suitsCustomers(role Role) bool {
	for p := range role.Permissions().All() {
		if !slices.Contains(portalActions, p.Action) && p.Action < FirstHostPublicView {
			return false
		}
	}
	return true
}

// assignable reports whether who can take what the fixes assign.
func assignable(r Request, who Subject, made Remedy) bool {
	for _, fix := range made {
		if fix.Kind != FixAssign {
			continue
		}
		account := who.(*Agent).Account
		at := r.Resource.Attributes().Workspace
		if pair, ok := r.Resource.(TicketPair); ok && fix.ForSecond {
			at = pair.Into.Workspace
		}
		boss := &Agent{ID: "the boss", Account: account, Bindings: []Binding{inOpen(AccountAdministratorRole.Role(), ScopeGlobal), {Role: AccountAdministratorRole.Role(), Workspace: at, TicketScope: ScopeGlobal}}}
		give := Request{Subject: boss, Action: TicketAssign.ID()}
		switch thing := r.Resource.(type) {
		case Ticket:
			give.Resource = TicketAssignment{Ticket: thing, To: who}
		case TicketPair:
			if give.Resource = (TicketAssignment{Ticket: thing.From, To: who}); fix.ForSecond {
				give.Resource = TicketAssignment{Ticket: thing.Into, To: who}
			}
		case Note:
			give.Resource = TicketAssignment{Ticket: thing.Ticket, To: who}
		case TimeEntry:
			give.Resource = TicketAssignment{Ticket: thing.Ticket, To: who}
		case TicketAssignment:
			give.Resource = TicketAssignment{Ticket: thing.Ticket, To: who}
		case Conversation:
			give.Action, give.Resource = ConversationAssign.ID(), ConversationAssignment{Conversation: thing, To: who}
		case ConversationAssignment:
			give.Action, give.Resource = ConversationAssign.ID(), ConversationAssignment{Conversation: thing.Conversation, To: who}
		default:
			continue // the kind is never assigned, and the fix does nothing
		}
		if !give.Authorize().Allowed() {
			return false
		}
	}
	return true
}

// under reports whether the remedy permits no more than the fixes.
func under(r Remedy, made Remedy) bool {
	if len(r) == 0 || len(r) > len(made) {
		return len(r) == 0
	}
	for i, fix := range made {
		if notMore(r[0], fix) && under(r[1:], slices.Delete(slices.Clone(made), i, i+1)) {
			return true
		}
	}
	return false
}

// notMore reports whether a permits no more than b.
func notMore(a, b Fix) bool {
	if (a.Kind == FixAssignRole || a.Kind == FixWidenScope) && b.Kind == FixAssignRole {
		place := a.Binding.Workspace == b.Binding.Workspace || b.Binding.Workspace == OpenWorkspaces
		return a.ForRecipient == b.ForRecipient && place && b.Binding.TicketScope.Covers(a.Binding.TicketScope) &&
			b.Binding.Role.Permissions().Covers(a.Binding.Role.Permissions())
	}
	return a.Kind == b.Kind && a.ForRecipient == b.ForRecipient && a.ForSecond == b.ForSecond && a.Group == b.Group && a.Access <= b.Access
}
