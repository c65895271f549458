// Package oracle decides requests a second time, for tests to compare with: the
// numbered steps of Authorize, read from its comment and docs/requirements.md.
//
// It shares no code and no type with the library, so that a slip would have to
// be made twice to go unseen. Its values are strings and maps, as one would say
// them. Each clause says which step or requirement it is.
package oracle

import (
	"slices"
)

// A gate is one clause of the rules, and what is denied for where it holds.
type gate struct {
	reason string
	shut   bool
}

// first returns the denial of the first gate that is shut; the zero Verdict if
// all are open.
func first(gates ...gate) (v Verdict) {
	for _, g := range gates {
		if g.shut && v.Reason == "" {
			v = Verdict{Reason: g.reason, Scope: "none"}
		}
	}
	return v
}

// Decide decides the request.
func Decide(q Request) Verdict {
	a := Actions[q.Action]
	v := first(
		gate{"no_subject", !q.Subject.Somebody()},                                                            // step 1
		gate{"unknown_action", a == nil},                                                                     // step 1
		gate{"wrong_resource", q.Thing == nil},                                                               // step 1: missing
		gate{"wrong_resource", q.Thing != nil && !q.Thing.whole()},                                           // step 1: incomplete
		gate{"wrong_resource", q.Thing != nil && a != nil && a.Category != "host" && q.Thing.Kind != a.Kind}, // step 1: of another type
		gate{"wrong_resource", q.Thing != nil && a != nil && q.Thing.whole() && q.Thing.NotHeld(a)},          // step 1: a role that is not held there (A40)
		gate{"wrong_resource", q.Thing != nil && a != nil && q.Thing.whole() && q.Thing.Nobody(a)},           // step 1: an agent who is not there
	)
	if v.Reason == "" {
		v = q.parts(a)
	}
	return v
}

// parts judges the thing part by part (B13); the earlier step denies, and at the
// same step the first part.
func (q Request) parts(a *Action) (v Verdict) {
	var second Verdict // zero has nothing to say
	switch r := q.Thing; r.Kind {
	case "ticket_pair", "contact_pair":
		v, second = judge(q.Subject, a, r.From), judge(q.Subject, a, r.Into)
	case "ticket_assignment":
		v, second = judge(q.Subject, a, r.Part), r.taken(q.Subject, "ticket.be_assigned")
	case "conversation_assignment":
		v, second = judge(q.Subject, a, r.Part), r.taken(q.Subject, "conversation.reply")
	default:
		v = judge(q.Subject, a, r)
	}
	if second.Reason != "" && Steps[second.Reason] < Steps[v.Reason] {
		v = second
	}
	for _, give := range q.gives() {
		if third := judge(q.Subject, Actions[give], q.Thing); Steps[third.Reason] < Steps[v.Reason] {
			v = third
		}
	}
	return v
}

// gives are the actions that creating an agent with roles or groups takes as well (A40).
func (q Request) gives() (actions []string) {
	creates := q.Action == "agent.create" && q.Thing.Kind == "agent"
	if creates && len(q.Thing.Agent.Bindings) > 0 {
		actions = append(actions, "agent.role.assign")
	}
	if creates && len(q.Thing.Agent.Groups) > 0 {
		actions = append(actions, "agent.group.assign")
	}
	return actions
}

// whole reports that no part of the thing is missing (step 1).
func (r *Thing) whole() bool {
	goes := r.Kind == "ticket_assignment" || r.Kind == "conversation_assignment"
	person := r.Kind == "role_assignment" || r.Kind == "group_membership"
	incomplete := goes && r.To == nil && r.Team.ID == "" || // neither an agent nor a group: nobody to go to
		goes && r.NilTo != "" ||
		goes && r.To != nil && !r.To.Somebody() ||
		goes && r.Team.ID == "" && r.Team.Account != "" || // a group without an ID
		person && !r.Agent.Somebody() ||
		person && r.Agent != nil && r.Agent.Kind == "non_agent" || // who is no agent holds no role, and is in no group [S4]
		r.Kind == "group_membership" && r.Team.ID == ""
	return !incomplete
}

// taken judges the second part of an assignment or a transfer: whom it is to go
// to. It is the zero Verdict if they can take it.
func (r *Thing) taken(s *Agent, by string) Verdict {
	moved, held := *r.Part, *r.Part
	if r.Team.ID != "" {
		moved.Group, held.Group = r.Team.ID, r.Team.ID
	}
	var before, after Verdict // what they may do without having it, and once they have it
	if r.To != nil {
		moved.Assignee, held.Assignee = "", r.To.ID
		before, after = judge(r.To, Actions[by], &moved), judge(r.To, Actions[by], &held)
	}
	return first(
		gate{"other_account", r.To != nil && r.To.Account.ID != s.Account.ID},    // step 2 (B05)
		gate{"other_account", r.Team.ID != "" && r.Team.Account != s.Account.ID}, // step 2 (B05)
		gate{"shared_never_assigned", r.To != nil && r.To.Shared()},              // step 4, whoever asks [S19] [S27] [S43] (A4)
		gate{"ineligible_target", r.To != nil && before.Reason == "view_only"},   // step 8: a view-only group takes no part in assignment
		gate{"ineligible_target", r.To != nil && !after.Allowed},                 // step 8
	)
}

// judge takes steps 2 to 9 for one part.
func judge(s *Agent, a *Action, r *Thing) Verdict {
	f := r.facts()
	authority := a.Authority || a.Authoring
	onAgent := r.Kind == "agent" || r.Kind == "shared_agent" || r.Kind == "role_assignment" || r.Kind == "group_membership"
	onSelf, onOther := onAgent && r.Agent.ID == s.ID, onAgent && r.Agent.ID != s.ID
	becomesShared := r.Kind == "role_assignment" && !r.Agent.Shared() && r.Binding.sharedAgents()
	desksOwn := r.Kind == "role_assignment" && r.Agent.Shared() && r.Binding.Role != nil && r.Binding.Role.BuiltIn && !r.Binding.sharedAgents()
	limit := s.limit(a, r.Kind)

	v := first(
		gate{"other_account", s.Account.ID == ""},                                                                   // step 2 (B44)
		gate{"other_account", f.Account != s.Account.ID && !f.BuiltIn},                                              // step 2, exactly (B09, B44)
		gate{"other_account", !s.Account.Integrated && r.OfCRMRole(a)},                                              // step 2: on that desk there is no such role [S12]
		gate{"not_an_agent", s.Kind == "non_agent"},                                                                 // step 3 [S4]
		gate{"deactivated", s.Deactivated},                                                                          // step 3
		gate{"crm_inactive", s.Shared() && s.User.ID == ""},                                                         // step 3 [S53] (A29)
		gate{"crm_inactive", s.Shared() && s.User.Deactivated},                                                      // step 3 [S53] (A29)
		gate{"not_integrated", s.Shared() && !s.Account.Integrated},                                                 // step 3 [S12] (A29)
		gate{limit.Reason, limit.Reason != ""},                                                                      // step 4 [S43] (A20, A21)
		gate{"built_in_immutable", authority && f.BuiltIn && a.Name != "role.custom.clone"},                         // step 4 [S21] (B54)
		gate{"role_authoring_reserved", a.Authoring && !s.makesRoles()},                                             // step 4 [R9]
		gate{"shared_only_from_crm", a.Name == "agent.create" && r.Agent.sharedAgent()},                             // step 4 [S41] [S45]
		gate{"shared_only_from_crm", authority && a.Name != "agent.role.remove" && becomesShared},                   // step 4 [S41]
		gate{"shared_own_roles", authority && a.Name != "agent.role.remove" && desksOwn},                            // step 4 [S23]
		gate{"own_authority", authority && onSelf && !(r.LetsGo(a) && r.by(s).LetsGo(a))},                           // step 4 (B18, B50): by either record
		gate{"beyond_authority", authority && onOther && !s.Shared() && !s.mayAct(a, r)},                            // step 4 (B26, B38, B55); a shared agent has none at all, see limit
		gate{"beyond_authority", authority && r.Kind == "support_grant" && !s.Shared() && !s.mayGrant(r)},           // step 4 (B26)
		gate{"last_administrator", authority && onAgent && r.unseats(a) && s.Account.onlyAdministrator(r.Agent.ID)}, // step 4
		gate{"plan_lacks_feature", a.Feature != "" && !slices.Contains(s.Account.Features, a.Feature)},              // step 5 [S11] [R8] (A28)
		gate{"plan_lacks_feature", r.givesCustom(a) && !slices.Contains(s.Account.Features, "custom_roles")},        // step 5 [R8] (A37)
	)
	if v.Reason == "" {
		v = s.best(a, f)
	}
	return v
}

// best takes steps 6 to 9: what the best binding by itself comes to [R1].
func (s *Agent) best(a *Action, f facts) Verdict {
	best := Verdict{Reason: "no_role", Scope: "none"} // step 6
	for _, b := range s.Bindings {
		if b.holds(s.Account) {
			best = better(best, s.alone(b, a, f))
		}
	}
	return best
}

// alone takes steps 6 to 9 for one binding by itself: a scope travels with its role (B16).
func (s *Agent) alone(b Binding, a *Action, f facts) Verdict {
	level := b.levels(a, f)
	reached, enough := s.reached(a, f, level)
	somewhere := a.Anywhere && b.Workspace != "" // wherever it is held, it counts (A31)
	v := first(
		gate{"no_permission", b.Role.may(a) == Held{}},                           // step 6 [R1] (B36)
		gate{"other_workspace", !somewhere && !b.heldIn(f.Workspace, s.Account)}, // step 6
		gate{"out_of_scope", !reached},                                           // step 7 [R18] [R19] [R20]
		gate{"view_only", enough == ""},                                          // step 7 [S18] (B11)
		gate{"not_own", a.Own && f.Author != s.ID},                               // step 8 [S33]
	)
	if v.Reason == "" { // step 9
		v = Verdict{Allowed: true, Reason: enough}
	}
	if v.Allowed && a.Own {
		v.Reason = "allowed_own"
	}
	if v.Reason != "no_permission" {
		v.Role = b.Role.Name
	}
	if v.Reason != "no_permission" && v.Reason != "other_workspace" {
		v.Scope = level.widest()
	}
	return v
}

// levels returns the levels of the permission that count for the thing (step 7):
// of a ticket, within the binding's ticket scope.
func (b Binding) levels(a *Action, f facts) Held {
	may := b.Role.may(a)
	toGlobal := !f.Ticket || b.TicketScope == "global"
	toGroup := toGlobal || b.TicketScope == "group"
	toRestricted := toGroup || b.TicketScope == "restricted"
	return Held{
		Global:     toGlobal && may.Global,                                                      // [R18]
		Group:      toGroup && (may.Global || may.Group),                                        // [R19] [S18]
		Restricted: toRestricted && (may.Global || may.Restricted || may.Group && !a.Literal()), // [R20] [S13] (A9)
	}
}

// may returns the levels at which the role has the permission. To log in is no
// permission: whoever has any works here, and logs in (A31).
func (r *Role) may(a *Action) (may Held) {
	may = r.May[a.Name]
	if a.Name == "session.login" {
		may = Held{}
		for _, held := range r.May {
			may.Global = may.Global || held != Held{}
		}
	}
	return may
}

// widest is the widest of the levels.
func (h Held) widest() string {
	widest := "none"
	if h.Restricted {
		widest = "restricted"
	}
	if h.Group {
		widest = "group"
	}
	if h.Global {
		widest = "global"
	}
	return widest
}

// A ground is what reaches a thing, and the access that it gives.
type ground struct{ reason, access string }

// reached returns whether the thing is reached on any ground, and the first that
// is enough for the action.
func (s *Agent) reached(a *Action, f facts, level Held) (reached bool, enough string) {
	for _, g := range s.grounds(a, f, level) {
		reached = reached || g.access == "view" || g.access == "edit"
		if enough == "" && (g.access == "edit" || g.access == "view" && a.Need == "view") {
			enough = g.reason
		}
	}
	return reached, enough
}

// grounds are those on which the thing is reached (step 7), the first one first.
func (s *Agent) grounds(a *Action, f facts, level Held) (grounds [4]ground) {
	switch {
	case s.Shared() && f.Record != nil && a.Name != "contact.create": // what is new the CRM does not know [S35]
		grounds = [4]ground{
			{"allowed_contact", s.User.sees(f.Record)},                  // [S36] [S37] (A30)
			{"allowed_own", edit(level.Restricted && f.Author == s.ID)}, // and what it owns on the desk (A35)
		}
	case s.Shared() && f.Ticket: // never by assignment [S14]
		grounds = [4]ground{
			{"allowed_all", edit(level.Global)},                                 // [R18]
			{"allowed_group", given(level.Restricted, s.access(f.Group))},       // at any scope [S18] (A8)
			{"allowed_mentioned", edit(level.Restricted && f.Mentions[s.ID])},   // [S15] (A6)
			{"allowed_contact", edit(level.Restricted && s.knows(f.Requester))}, // [S16] (A6, A7)
		}
	case f.Author == s.ID || a.Creates && f.Author == "": // what is to be made, and nobody has, is one's own (A34)
		grounds = [4]ground{
			{"allowed_all", edit(level.Global)},                                                              // [R18]
			{"allowed_group", given(level.Group, s.access(f.Group))},                                         // [S18] [R19]
			{"allowed_own", edit(level.Restricted && (f.Assignee == s.ID || a.Creates && f.Assignee == ""))}, // [R20] (B21)
		}
	default:
		grounds = [4]ground{
			{"allowed_all", edit(level.Global)},                                // [R18]
			{"allowed_group", given(level.Group, s.access(f.Group))},           // [S18] [R19]
			{"allowed_assigned", edit(level.Restricted && f.Assignee == s.ID)}, // [R20] (A26)
		}
	}
	return grounds
}

// edit is the access of a ground that is there or not.
func edit(there bool) string { return given(there, "edit") }

// given is the access that a ground gives if it is there.
func given(there bool, access string) string {
	if !there {
		access = ""
	}
	return access
}

// access returns what the groups' members may do; belonging to no group matches nobody.
func (s *Agent) access(group string) string {
	return given(group != "", s.Groups[group])
}

// better returns which of two bindings' verdicts is reported (step 9): the later
// reason, then the wider scope, then the role whose name sorts first.
func better(v, w Verdict) Verdict {
	reasons := ranks[v.Reason] - ranks[w.Reason]
	widths := widths[v.Scope] - widths[w.Scope]
	best := w
	if reasons > 0 || reasons == 0 && widths > 0 || reasons == 0 && widths == 0 && v.Role < w.Role {
		best = v
	}
	return best
}

var widths = map[string]int{"none": 0, "restricted": 1, "group": 2, "global": 3}

// heldIn reports that the binding counts for what is in the workspace (step 6).
func (b Binding) heldIn(workspace string, account Account) bool {
	return b.Workspace == "**" || // everywhere (A32)
		workspace == "" && b.Workspace == "*" || // outside of workspaces
		workspace != "" && b.Workspace != "*" && b.Workspace == workspace || // in one
		workspace != "" && b.Workspace == "*" && slices.Contains(account.Open, workspace) && b.Role.Administrative() // an administrator's role, in an open workspace
}

// Administrative reports that the role is an administrator's: it holds something administrative over all (step 6).
func (r *Role) Administrative() (administrative bool) {
	for name, held := range r.May {
		administrative = administrative || held.Global && Actions[name].ofAdministrators()
	}
	return administrative
}

// makesRoles reports that the agent is the built-in account administrator,
// account-wide or everywhere (step 4) [R9] (A32).
func (s *Agent) makesRoles() bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool {
		return b.Role != nil && b.Role.BuiltIn && b.Role.Name == "Account Administrator" && (b.Workspace == "*" || b.Workspace == "**")
	})
}

// sharedAgents reports that the binding has the role that only the CRM gives [S41].
func (b Binding) sharedAgents() bool {
	return b.Role.fromCRM()
}

// holds reports that the binding has a role, and not another account's custom one (step 6) (B09).
func (b Binding) holds(account Account) bool {
	return b.Role != nil && (b.Role.BuiltIn || b.Role.Account == account.ID)
}

// sharedAgent reports that the agent has the role that only the CRM gives [S41].
func (s *Agent) sharedAgent() bool { return slices.ContainsFunc(s.Bindings, Binding.sharedAgents) }

// limit returns what the kind of the agent forbids it, whatever its roles
// (step 4) (A20); the zero Verdict if nothing.
func (s *Agent) limit(a *Action, kind string) Verdict {
	return first(
		gate{"shared_never_assigned", s.Shared() && a.Name == "ticket.be_assigned"}, // [S19] [S27] [S43] (A4)
		gate{"shared_no_channels", s.Shared() && a.Channel},                         // [S28] [S29] [S43]
		gate{"shared_no_channels", s.Shared() && kind == "conversation"},            // [S29] [S43]
		gate{"shared_no_channels", s.Shared() && kind == "channel"},                 // [S28] [S29] [S43]
		gate{"shared_no_administration", s.Shared() && a.Administers()},             // [S39] (A21)
	)
}

// facts are what the steps look at in a thing.
type facts struct {
	Account, Workspace, Group, Assignee, Author string

	Ticket  bool // the binding's ticket scope bounds it
	BuiltIn bool // a built-in role, of every account

	Record    *Thing          // itself, if the CRM has it too
	Requester *Thing          // of the ticket; nil if they are of another account
	Mentions  map[string]bool // in the ticket
}

func (r *Thing) facts() facts {
	kind, place := Kinds[r.Kind], r
	if r.Part != nil {
		place = r.Part // a note is reached as its ticket is (B21)
	}
	f := facts{Account: place.Account, Ticket: kind.Ticket, Mentions: place.Mentions}
	if place.Requester != nil && place.Requester.Account == place.Account {
		f.Requester = place.Requester
	}
	if kind.Record {
		f.Record = r
	}
	if kind.Workspace {
		f.Workspace = place.Workspace
	}
	if kind.Group {
		f.Group = place.Group
	}
	if kind.Author {
		f.Author, f.Assignee = r.Author, r.Author // what has no assignee is its author's
	}
	if kind.Assignee {
		f.Assignee = place.Assignee
	}
	switch r.Kind {
	case "agent", "shared_agent", "role_assignment", "group_membership":
		f.Account = r.Agent.Account.ID
		if r.Kind == "group_membership" && r.Team.Account != f.Account { // step 2: a part of it
			f.Account = ""
		}
		if r.Kind == "role_assignment" && r.Binding.Role != nil && !r.Binding.holds(r.Agent.Account) { // step 2: a part of it
			f.Account = ""
		}
	case "role":
		f.Account = ""
		if r.Role != nil {
			f.Account, f.BuiltIn = r.Role.Account, r.Role.BuiltIn
		}
	}
	return f
}
