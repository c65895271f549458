package oracle

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// LetsGo reports that the agent only loses something (step 4).
func (r *Thing) LetsGo(a *Action) bool {
	rank := map[string]int{"view": 1, "edit": 2}
	return r.Kind == "group_membership" && rank[r.Access] <= rank[r.Agent.Groups[r.Team.ID]] || // may not do more in the group than before
		r.Kind != "group_membership" && a.Name == "agent.role.remove" ||
		r.Kind != "group_membership" && a.Name == "agent.scope.edit" && r.narrows()
}

// by returns the same thing about the record of the agent that the subject has.
func (r *Thing) by(s *Agent) *Thing {
	same := *r
	same.Agent = s
	return &same
}

// NotHeld reports that the ticket scope is to be changed of a role that the agent
// does not hold there (step 1) (A40). A role is known by its name and account, as it
// may have been read again.
func (r *Thing) NotHeld(a *Action) bool {
	return r.Kind == "role_assignment" && a.Name == "agent.scope.edit" && r.Binding.Role != nil && !slices.ContainsFunc(r.Agent.Bindings, r.Binding.names)
}

// names reports that the bindings are of a role of one name, in one workspace.
func (b Binding) names(other Binding) bool {
	return b.Workspace == other.Workspace && other.Role != nil && b.Role.Name == other.Role.Name && b.Role.Account == other.Role.Account
}

// Nobody reports that an agent without an ID is to be changed, who can only be created (step 1).
func (r *Thing) Nobody(a *Action) bool {
	return (r.Kind == "agent" || r.Kind == "shared_agent") && r.Agent.ID == "" && (a.Authority || a.Authoring) && a.Name != "agent.create"
}

// Given returns the roles that the action newly gives somebody (A37): to appoint, to
// create with roles, to make a grant or to have it last longer. To change a scope gives none.
func (r *Thing) Given(a *Action) (roles []*Role) {
	keeps := []string{"agent.role.remove", "agent.scope.edit"}
	switch changes := a.Authority || a.Authoring; {
	case changes && r.Kind == "role_assignment" && !slices.Contains(keeps, a.Name):
		roles = []*Role{r.Binding.Role}
	case r.Kind == "agent" && (a.Name == "agent.create" || a.Name == "agent.role.assign"):
		for _, b := range r.Agent.Bindings {
			roles = append(roles, b.Role)
		}
	case changes && r.Kind == "support_grant":
		roles = r.Everywhere()
		for _, there := range r.Granted {
			roles = append(slices.Clone(roles), there...)
		}
	}
	return slices.DeleteFunc(slices.Clone(roles), func(role *Role) bool { return role == nil })
}

// Everywhere returns what the grant gives in the account: for a grant has to give
// something, a role without permissions if there is nothing else of its account's.
func (r *Thing) Everywhere() []*Role {
	if slices.ContainsFunc(r.Gives, func(role *Role) bool { return role.BuiltIn || role.Account == r.Account }) {
		return r.Gives
	}
	return append(slices.Clone(r.Gives), &Role{Name: "Guest", Account: r.Account})
}

// OfCRMRole reports that it is about the role that comes with the CRM, or gives it [S12].
func (r *Thing) OfCRMRole(a *Action) bool {
	return r.Kind == "role" && r.Role.fromCRM() || slices.ContainsFunc(r.Given(a), (*Role).fromCRM)
}

// givesCustom reports that the action gives a custom role: an agent any, a grant those of its account.
func (r *Thing) givesCustom(a *Action) bool {
	return slices.ContainsFunc(r.Given(a), func(role *Role) bool {
		return !role.BuiltIn && (r.Kind != "support_grant" || role.Account == r.Account)
	})
}

// fromCRM reports that it is the Shared Agent role.
func (r *Role) fromCRM() bool { return r != nil && r.BuiltIn && r.Name == "Shared Agent" }

// narrows reports that the agent holds the role there, at the scope or a wider one.
func (r *Thing) narrows() bool {
	to := slices.Index(scopes, cmp.Or(r.Binding.TicketScope, "none"))
	return slices.ContainsFunc(r.Agent.Bindings, func(held Binding) bool {
		at := slices.Index(scopes, held.TicketScope)
		return held.Like(r.Binding) && at > 0 && 0 <= to && to <= at
	})
}

// scopes are the ticket scopes, and none before them.
var scopes = []string{"none", "restricted", "group", "global"}

// Like reports that the bindings are of one role, in one workspace.
func (b Binding) Like(other Binding) bool {
	return b.Workspace == other.Workspace && (b.Role == other.Role ||
		b.Role != nil && other.Role != nil && b.Role.BuiltIn && other.Role.BuiltIn && b.Role.Name == other.Role.Name)
}

// without returns the bindings but for those of that role in that workspace.
func (s *Agent) without(b Binding) []Binding {
	return slices.DeleteFunc(slices.Clone(s.Bindings), b.Like)
}

// after returns the agent that the thing is about as the action leaves them.
func (r *Thing) after(a *Action) *Agent {
	then := *r.Agent
	switch {
	case r.Kind == "group_membership":
		then.Groups = map[string]string{}
		maps.Copy(then.Groups, r.Agent.Groups)
		then.Groups[r.Team.ID] = r.Access
	case r.Kind != "role_assignment": // what they hold stays
	case a.Name == "agent.role.remove":
		then.Bindings = then.without(r.Binding)
	case a.Name == "agent.scope.edit":
		then.Bindings = append(then.without(r.Binding), r.Binding)
	default:
		then.Bindings = append(slices.Clone(then.Bindings), r.Binding)
	}
	return &then
}

// mayAct reports that the subject may act on the agent that the thing is about:
// it covers them before and after. Of the account administrator that is taken
// for granted; but acting in somebody's name wants of everybody that what is
// assigned to the other is within reach as well.
func (s *Agent) mayAct(a *Action, r *Thing) bool {
	inTheirName := a.Name == "agent.impersonate" || a.Name == "agent.key.manage"
	return inTheirName && s.covers(r.Agent, false) && (r.Agent.ID == "" || s.covers(r.Agent, true)) || // to nobody nothing is assigned
		!inTheirName && (s.makesRoles() || s.covers(r.Agent, false) && s.covers(r.after(a), false)) // (B26, B55)
}

// mayGrant reports that the subject may let somebody in with each of the grant's
// roles, as if it were to be an agent's (B26).
func (s *Agent) mayGrant(r *Thing) bool {
	given := map[string][]*Role{"*": r.Gives}
	for workspace, roles := range r.Granted {
		given[workspace] = append(slices.Clone(r.Gives), roles...)
	}
	may := true
	for workspace, roles := range given {
		for _, role := range roles {
			to := &Agent{Bindings: []Binding{{role, workspace, "global"}}}
			may = may && (s.makesRoles() || s.covers(to, false))
		}
	}
	return may
}

// unseats reports that the action takes the account administrator's role from
// somebody, or them from the account.
func (r *Thing) unseats(a *Action) bool {
	leaves := a.Name == "agent.deactivate" || a.Name == "agent.delete"
	taken := a.Name == "agent.role.remove" && !r.after(a).makesRoles()
	return !r.Agent.Shared() && r.Agent.makesRoles() && (leaves || taken)
}

// onlyAdministrator reports that nobody else is known to administer the account.
func (m Account) onlyAdministrator(id string) bool {
	return !slices.ContainsFunc(m.Administrators, func(other string) bool { return other != "" && other != id })
}

// covers reports that the subject may do whatever the other may, with anything
// that there could be. The other is judged in the subject's account and, if
// shared, as if the CRM let it see everybody. The two are taken for one person,
// unless they are to be kept apart: then what is the other's is not the subject's.
func (s *Agent) covers(other *Agent, apart bool) bool {
	covered := true
	for _, their := range other.Bindings {
		covered = covered && (!their.holds(s.Account) || s.coversRemembered(other, their, apart))
	}
	return covered
}

// coversRemembered is coversBinding, but for those who met before.
func (s *Agent) coversRemembered(other *Agent, their Binding, apart bool) bool {
	meeting, short := s.meets(other, their, apart)
	covered, known := met.find(meeting)
	if !short || !known {
		covered = s.coversBinding(other, their, apart)
	}
	if short && !known {
		met.keep(meeting, covered)
	}
	return covered
}

// coversBinding reports that the subject may do whatever the other may by that binding.
func (s *Agent) coversBinding(other *Agent, their Binding, apart bool) bool {
	alike := Agent{ID: s.ID, Account: s.Account, Kind: other.Kind, Groups: other.Groups, Bindings: []Binding{their}}
	alike.User = User{ID: "everybody's", Scope: "global"}
	workspaces, groups := s.workspacesWith(other), s.groupsWith(other)
	covered := true
	for name, held := range their.Role.all() {
		a := Actions[name]
		named := a != nil && held != Held{}                  // not another number of a host's, which is like the one that is named
		nobodys := named && apart && a.Own                   // nobody's note is the other's
		never := named && a.Authoring && !other.makesRoles() // [R9]
		if !named || nobodys || never {
			continue
		}
		for _, kind := range a.kinds() {
			limited := alike.limit(a, kind).Reason != ""                                 // step 4, what the other's kind forbids
			forbidden := s.limit(a, kind).Reason != "" || a.Authoring && !s.makesRoles() // step 4
			for f := range places(kind, workspaces, groups, s.ID, other.Shared()) {
				mine := f
				if apart {
					mine = f.notOf(s.ID)
				}
				covered = covered && (limited || !alike.reaches(a, f) || !forbidden && s.reaches(a, mine))
			}
		}
	}
	return covered
}

// all returns what the role permits, with what takes no permission of its own.
func (r *Role) all() map[string]Held {
	all := maps.Clone(r.May)
	if login := r.may(Actions["session.login"]); login != (Held{}) {
		all["session.login"] = login
	}
	return all
}

// reaches reports that any of the bindings allows it, whatever the plan.
func (s *Agent) reaches(a *Action, f facts) bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool {
		return b.holds(s.Account) && s.alone(b, a, f).Allowed
	})
}

// places yields all the ways in which a thing of the kind may stand to the
// person: in each workspace and group, assigned to them or not, written by them,
// by nobody yet or by somebody else; and to a shared agent, with them mentioned or not, about a customer or not.
func places(kind string, workspaces, groups []string, me string, shared bool) iter.Seq[facts] {
	k, none, persons := Kinds[kind], []string{""}, []string{me, ""}
	if k.Author && !k.Assignee {
		persons = append(persons, "somebody else") // what is to be made is nobody's or somebody else's (A34)
	}
	either := func(has bool, values, otherwise []string) []string {
		if has {
			return values
		}
		return otherwise
	}
	customer := &Thing{Kind: kind, ID: "someone's"}
	f := facts{Ticket: k.Ticket}
	if k.Record {
		f.Record = customer
	}
	return func(yield func(facts) bool) {
		for _, f.Workspace = range either(k.Workspace, workspaces, none) {
			for _, f.Group = range either(k.Group, groups, none) {
				for _, f.Author = range either(k.Author, persons, none) {
					for _, f.Assignee = range either(k.Assignee, persons, []string{f.Author}) {
						if !yield(f) {
							return
						}
						if !k.Ticket || !shared {
							continue
						}
						mentioned, requested := f, f
						mentioned.Mentions, requested.Requester = map[string]bool{me: true}, customer
						if !yield(mentioned) || !yield(requested) {
							return
						}
					}
				}
			}
		}
	}
}

// notOf returns the place with somebody else in the person's.
func (f facts) notOf(me string) facts {
	if f.Assignee == me {
		f.Assignee = "somebody else"
	}
	if f.Author == me {
		f.Author = "somebody else"
	}
	f.Mentions = nil
	return f
}

// workspacesWith are all workspaces that mean anything to either, none, and one
// of which neither knows.
func (s *Agent) workspacesWith(other *Agent) []string {
	workspaces := append([]string{"", "a fresh one"}, s.Account.Open...) // a fresh one, for what is held everywhere
	for _, b := range append(slices.Clone(s.Bindings), other.Bindings...) {
		workspaces = append(workspaces, b.Workspace)
	}
	return Distinct(workspaces)
}

// groupsWith are all groups that mean anything to either, none, and one of which neither knows.
func (s *Agent) groupsWith(other *Agent) []string {
	groups := slices.AppendSeq([]string{"", "a fresh one"}, maps.Keys(s.Groups))
	return Distinct(slices.AppendSeq(groups, maps.Keys(other.Groups)))
}

// Distinct returns the values in order, each once.
func Distinct(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// An encounter is all that matters of whether somebody covers somebody's
// binding, by which the answer is kept: in the enumerations few meet often.
type encounter struct {
	account, open     string
	bindings          [3]Binding
	groups            string
	their             Binding
	theirs, theirKind string
	author, apart     bool
}

// meets returns the meeting, and whether it is worth keeping: it is a short one,
// and no matter of what the CRM lets the subject see.
func (s *Agent) meets(other *Agent, their Binding, apart bool) (meeting encounter, short bool) {
	short = len(s.Bindings) <= len(meeting.bindings) && s.Kind == ""
	copy(meeting.bindings[:], s.Bindings)
	meeting.account, meeting.open, meeting.groups = s.Account.ID, strings.Join(s.Account.Open, "|"), keysOf(s.Groups)
	meeting.their, meeting.theirs, meeting.theirKind = their, keysOf(other.Groups), other.Kind
	meeting.author, meeting.apart = other.makesRoles(), apart
	return meeting, short
}

func keysOf(groups map[string]string) string {
	if len(groups) == 0 {
		return ""
	}
	return fmt.Sprint(groups)
}

// modelMeetings are the meetings that were judged before.
var met meetings

type meetings struct {
	lock  sync.Mutex
	known map[encounter]bool
}

func (m *meetings) find(meeting encounter) (covered, known bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	covered, known = m.known[meeting]
	return covered, known
}

func (m *meetings) keep(meeting encounter, covered bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.known == nil || len(m.known) > 1<<18 {
		m.known = map[encounter]bool{}
	}
	m.known[meeting] = covered
}
