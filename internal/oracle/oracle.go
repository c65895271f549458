// Package oracle is a second implementation of the policy, which tests compare with the
// library: the numbered steps of Authorize, written from its comment and
// docs/requirements.md.
//
// It shares no code and no type with the library, so that a mistake must be made twice to
// go unnoticed. Its values are strings and maps. Each clause names its step or requirement.
package oracle

import (
	"slices"
	"strings"
)

// A gate is one clause of the rules: if shut is true, the request is denied with the reason.
type gate struct {
	reason string
	shut   bool
}

// first returns the denial of the first gate that is shut, or the zero Verdict if all are
// open.
func first(gates ...gate) (v Verdict) {
	for _, g := range gates {
		if g.shut && v.Reason == "" {
			v = Verdict{Reason: g.reason, Scope: "none"}
		}
	}
	return v
}

// Decide returns the verdict on the request.
func Decide(q Request) Verdict {
	a := Actions[q.Action]
	v := first(
		gate{q.Subject.nobody(), q.Subject.nobody() != ""},                                                                        // step 1
		gate{"unknown_action", a == nil},                                                                                          // step 1
		gate{"wrong_resource", q.Thing == nil},                                                                                    // step 1: missing
		gate{"wrong_resource", q.Thing != nil && !q.Thing.Whole(a)},                                                               // step 1: incomplete
		gate{"wrong_resource", q.Thing != nil && a != nil && a.Category != "host" && q.Thing.Kind != a.Kind},                      // step 1: of another type
		gate{"wrong_resource", q.Thing != nil && a != nil && q.Thing.Whole(a) && q.Thing.NotHeld(a)},                              // step 1: a role that the agent does not hold there (A40)
		gate{"wrong_resource", q.Thing != nil && q.Action == "ticket.move" && q.Thing.Kind == "ticket_pair" && !q.Thing.isMove()}, // step 1: another assignee, or another group only (A51)
		gate{"wrong_resource", q.Thing != nil && a != nil && q.Thing.Whole(a) && q.Thing.Nobody(a)},                               // step 1: an agent or a contact without an ID
	)
	if v.Reason == "" {
		v = q.parts(a)
	}
	return v
}

// parts judges the thing part by part (B13). The earlier step denies; at the same step the
// first part does.
func (q Request) parts(a *Action) (v Verdict) {
	var second Verdict // zero if there is no second part
	switch r := q.Thing; r.Kind {
	case "ticket_pair", "contact_pair":
		v, second = judge(q.Subject, a, r.From.of(r)), judge(q.Subject, a, r.Into.of(r))
	case "ticket_assignment":
		v, second = judgeGoing(q.Subject, a, r.Part.of(r), r), r.taken(q.Subject, "ticket.be_assigned")
	case "conversation_assignment":
		v, second = judgeGoing(q.Subject, a, r.Part.of(r), r), r.taken(q.Subject, "conversation.reply")
	default:
		v = judge(q.Subject, a, r)
	}
	if second.Reason != "" && Steps[second.Reason] < Steps[v.Reason] {
		v = second
	}
	for _, give := range q.gives(a) {
		thing, goes := q.Thing, (*Thing)(nil)
		if a.Assigns {
			thing, goes = q.Thing.Part, q.Thing
		}
		if third := judgeGoing(q.Subject, Actions[give], thing, goes); Steps[third.Reason] < Steps[v.Reason] {
			v = third
		}
	}
	return v
}

// of returns the thing as a part of the whole.
func (r *Thing) of(whole *Thing) *Thing {
	part := *r
	part.Of = whole.Kind
	return &part
}

// gives returns the other actions that the request includes: creating an agent gives the
// roles and groups (A40), and assigning to a group as well routes (A50).
func (q Request) gives(a *Action) (actions []string) {
	if a.Assigns && q.Thing.Team.ID != "" {
		return []string{strings.TrimSuffix(a.Name, "assign") + "route"}
	}
	creates := q.Action == "agent.create" && q.Thing.Kind == "agent"
	if creates && len(q.Thing.Agent.Bindings) > 0 {
		actions = append(actions, "agent.role.assign")
	}
	if creates && len(q.Thing.Agent.Groups) > 0 {
		actions = append(actions, "agent.group.assign")
	}
	return actions
}

// isMove reports whether the pair is a ticket before and after a move to another workspace (A51).
func (r *Thing) isMove() bool {
	keeps := r.Into.Assignee == r.From.Assignee || r.Into.Assignee == ""
	routes := r.Into.Workspace == r.From.Workspace && r.Into.Group != r.From.Group
	return keeps && !routes
}

// Whole reports whether the thing has all its parts (step 1): also what an agent holds whose access
// changes (A71).
func (r *Thing) Whole(a *Action) bool {
	if a != nil && a.Authority && r.Agent != nil && !r.Agent.whole() {
		return false
	}
	switch r.Kind {
	case "ticket_assignment", "conversation_assignment":
		return r.hasDestination(a != nil && a.Routes)
	case "role_assignment":
		return r.hasHolder() && r.Binding.whole()
	case "group_membership":
		return r.hasHolder() && r.Team.ID != "" && isAccess(r.Access)
	default:
		return true
	}
}

// whole reports whether what the agent holds is known: each role, where, when and at which ticket
// scope it is held, each group and the access to it.
func (s *Agent) whole() bool {
	for _, b := range s.Bindings {
		if !b.whole() {
			return false
		}
	}
	for group, access := range s.Groups {
		if group == "" || !isAccess(access) {
			return false
		}
	}
	return true
}

// isAccess reports whether the access could be read: it can also be none, which "" is as well.
func isAccess(access string) bool {
	return slices.Contains([]string{"", "none", "view", "edit"}, access)
}

// whole reports whether the binding has a role and a workspace, and a ticket scope and days that
// could be read. Days in the wrong order could.
func (b Binding) whole() bool {
	return b.Role != nil && b.Workspace != "" && b.TicketScope != "unknown" && b.TicketScope != "beyond" && b.From >= 0 && b.Until >= 0
}

// hasDestination reports whether the agent and the group of an assignment are valid, if it
// has them. Routing needs a group, and has no agent (A50).
func (r *Thing) hasDestination(routes bool) bool {
	agent, group := r.NilTo != "" || r.To != nil, r.Team != Team{}
	validAgent := r.NilTo == "" && (r.To == nil || r.To.Somebody())
	validGroup := !group || r.Team.ID != ""
	return validAgent && validGroup && (!routes || group && !agent)
}

// hasHolder reports whether the thing is about an agent; a CRM-only user is not one: they
// hold no role and are in no group [S4]; nor is a customer, whose record is its contact's (A65),
// nor who acts for another.
func (r *Thing) hasHolder() bool {
	return r.Agent.Somebody() && r.Agent.Kind != "non_agent" && !r.Agent.Customer() && !r.Agent.Delegate()
}

// taken judges the recipient, the second part of a ticket or conversation assignment. It
// returns the zero Verdict if the recipient can take it.
func (r *Thing) taken(s *Agent, by string) Verdict {
	moved, held := *r.Part, *r.Part
	if r.Team.ID != "" {
		moved.Group, held.Group = r.Team.ID, r.Team.ID
	}
	var before, after Verdict // of the recipient, without and with the assignment
	if r.To != nil {
		to := *r.To
		to.Now = s.Now // it is the subject who asks
		moved.Assignee, held.Assignee = "", to.ID
		before, after = judge(&to, Actions[by], &moved), judge(&to, Actions[by], &held)
	}
	return first(
		gate{"other_account", r.To != nil && r.To.Account.ID != s.Account.ID},    // step 2 (B05)
		gate{"other_account", r.Team.ID != "" && r.Team.Account != s.Account.ID}, // step 2 (B05)
		gate{"shared_never_assigned", r.To != nil && r.To.Shared()},              // step 4, for every subject [S19] [S27] [S43] (A4)
		gate{"ineligible_target", r.To.Delegate()},                               // step 8: something that acts for another is no agent
		gate{"ineligible_target", r.To != nil && before.Reason == "view_only"},   // step 8: members of a view-only group are not assigned
		gate{"ineligible_target", r.To != nil && !after.Allowed},                 // step 8
	)
}

// judge applies steps 2 to 9 to one part.
func judge(s *Agent, a *Action, r *Thing) Verdict { return judgeGoing(s, a, r, nil) }

// judgeGoing is judge for a part that an assignment takes somewhere.
func judgeGoing(s *Agent, a *Action, r, goes *Thing) Verdict {
	f := r.facts()
	f.Goes = goes
	authority := a.Authority || a.Authoring
	onAgent := r.Kind == "agent" || r.Kind == "shared_agent" || r.Kind == "role_assignment" || r.Kind == "group_membership"
	onSelf, onOther := onAgent && r.Agent.ID == s.ID, onAgent && r.Agent.ID != s.ID
	becomesShared := r.Kind == "role_assignment" && !r.Agent.Shared() && r.Binding.sharedAgents()
	desksOwn := r.Kind == "role_assignment" && r.Agent.Shared() && r.Binding.Role != nil && r.Binding.Role.BuiltIn && !r.Binding.sharedAgents()
	limit := s.limit(a, r.Kind)
	pair := r.Of != "" // customers act on things, not on what becomes of two or where one goes

	v := first(
		gate{"other_account", s.Account.ID == ""},                                                                               // step 2 (B44)
		gate{"other_account", f.Account != s.Account.ID && !f.BuiltIn},                                                          // step 2, exactly (B09, B44)
		gate{"other_account", !s.Account.Integrated && r.OfCRMRole(a)},                                                          // step 2: such an account does not have the role [S12]
		gate{"not_an_agent", s.Kind == "non_agent"},                                                                             // step 3 [S4]
		gate{"deactivated", s.Deactivated},                                                                                      // step 3
		gate{"crm_inactive", s.Shared() && s.User.ID == ""},                                                                     // step 3 [S53] (A29)
		gate{"crm_inactive", s.Shared() && s.User.Deactivated},                                                                  // step 3 [S53] (A29)
		gate{"not_integrated", s.Shared() && !s.Account.Integrated},                                                             // step 3 [S12] (A29)
		gate{"limit_not_in_force", s.limitNotInForce()},                                                                         // step 3 (A58)
		gate{limit.Reason, limit.Reason != ""},                                                                                  // step 4 [S43] (A20, A21)
		gate{"not_for_customers", s.Customer() && pair},                                                                         // step 4 (A62)
		gate{"built_in_immutable", authority && f.BuiltIn && a.Name != "role.custom.clone"},                                     // step 4 [S21] (B54)
		gate{"role_authoring_reserved", a.Authoring && !s.authors()},                                                            // step 4 [R9] (A68)
		gate{"beyond_authority", a.Authoring && r.Kind == "role" && limit.Reason == "" && !s.Shared() && !s.mayAuthor(r.Role)},  // step 4 (A68)
		gate{"shared_only_from_crm", a.Name == "agent.create" && r.Agent.sharedAgent()},                                         // step 4 [S41] [S45]
		gate{"shared_only_from_crm", authority && a.Name != "agent.role.remove" && becomesShared},                               // step 4 [S41]
		gate{"shared_role_not_allowed", authority && a.Name != "agent.role.remove" && desksOwn},                                 // step 4 [S23]
		gate{"own_authority", authority && onSelf && limit.Reason == "" && !s.Shared() && s.widens(a, r)},                       // step 4 (B18, B50): by either record
		gate{"own_authority", a.Name == "contact.merge" && s.Contact != "" && (r.ID == s.Contact || r.ID == "")},                // step 4 (A53) (A71): what the other contact asked for would be theirs
		gate{"beyond_authority", authority && onOther && limit.Reason == "" && !s.Shared() && !s.mayAct(a, r)},                  // step 4 (B26, B38, B55); shared agents are denied by limit
		gate{"beyond_authority", authority && r.Kind == "support_grant" && limit.Reason == "" && !s.Shared() && !s.mayGrant(r)}, // step 4 (B26)
		gate{"last_administrator", authority && onAgent && r.unseats(a) && s.Account.onlyAdministrator(r.Agent.ID)},             // step 4
		gate{"plan_lacks_feature", a.Feature != "" && !slices.Contains(s.Account.Features, a.Feature)},                          // step 5 [S11] [R8] (A28)
		gate{"plan_lacks_feature", r.givesCustom(a) && !slices.Contains(s.Account.Features, "custom_roles")},                    // step 5 [R8] (A37)
	)
	if v.Reason == "" {
		v = s.within(a, f, s.best(a, f))
	}
	return v
}

// best applies steps 6 to 9 and returns the verdict of the best binding [R1].
func (s *Agent) best(a *Action, f facts) Verdict {
	best := Verdict{Reason: "no_role", Scope: "none"} // step 6
	for _, b := range s.Bindings {
		if b.holds(s.Account) {
			best = better(best, s.alone(b, a, f))
		}
	}
	return best
}

// alone applies steps 6 to 9 to one binding, without the others: a scope belongs to its role (B16).
func (s *Agent) alone(b Binding, a *Action, f facts) Verdict {
	may, bound := b.Role.may(a).reach(), s.bound(b, f)
	reached, enough := s.throughToward(a, f, may, bound)
	somewhere := a.Anywhere && b.Workspace != "" // the role counts wherever it is held (A31)
	v := first(
		gate{"no_permission", may.none()},                                          // step 6 [R1] (B36)
		gate{"other_workspace", !somewhere && !b.heldIn(f.Workspace, s.Account)},   // step 6
		gate{"other_workspace", !somewhere && b.Group != "" && b.Group != f.Group}, // step 6 (A49)
		gate{"outside_window", !b.counts(s.Now)},                                   // step 6 (A54)
		gate{"out_of_scope", !reached},                                             // step 7 [R18] [R19] [R20]
		gate{"view_only", enough == ""},                                            // step 7 [S18] (B11)
		gate{"confidential", f.Confidential && !s.cleared(a, f)},                   // step 7 (A52)
		gate{"not_own", a.Own && !s.owns(f)},                                       // step 8 [S33] (A60)
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
	if v.Reason != "no_permission" && v.Reason != "other_workspace" && v.Reason != "outside_window" {
		v.Scope = "none"
		if !bound.none() {
			v.Scope = may.common(bound).String()
		}
	}
	return v
}

// cleared reports whether any role that the agent holds where the thing is reaches it by
// ticket.confidential, with the access that the action needs (step 7) (A52).
func (s *Agent) cleared(a *Action, f facts) bool {
	bindings := s.Bindings
	if s.Clearing != nil {
		bindings = s.Clearing
	}
	return slices.ContainsFunc(bindings, func(b Binding) bool {
		if !b.holds(s.Account) || !b.counts(s.Now) || !b.heldIn(f.Workspace, s.Account) || b.Group != "" && b.Group != f.Group {
			return false
		}
		_, enough := s.through(a, f, b.Role.May["ticket.confidential"].reach(), s.bound(b, f))
		return enough != ""
	})
}

// bound returns the relations of which one has to reach the thing beside the permission:
// on tickets those of the binding's ticket scope. That of a shared agent has those of
// shared agents as well, unless it has none (A8), and not what is assigned to it.
func (s *Agent) bound(b Binding, f facts) reach {
	scope := ScopeOf(b.TicketScope)
	switch {
	case !f.Ticket:
		scope = Held{Global: true}
	case s.Shared() && scope != (Held{}) && !scope.Global:
		own := scope.plus(Held{Shared: true}).reach()
		own[assigned] = false // nothing is assigned to it
		return own
	}
	return scope.reach()
}

// may returns the levels at which the role has the permission. Logging in is not a
// permission: any permission is enough (A31).
func (r *Role) may(a *Action) (may Held) {
	may = r.May[a.Name]
	if slices.Contains(logins, a.Name) {
		may = Held{}
		for _, held := range r.May {
			may.Global = may.Global || held != Held{}
		}
	}
	return may
}

// edit returns "edit" if the condition holds, and "" otherwise.
func edit(holds bool) string { return given(holds, "edit") }

// given returns the access if the condition holds, and "" otherwise.
func given(holds bool, access string) string {
	if !holds {
		access = ""
	}
	return access
}

// access returns the agent's access through the group; the group "" gives none.
func (s *Agent) access(group string) string {
	return given(group != "", s.Groups[group])
}

// better returns the verdict to report of two bindings' (step 9): the one with the later
// reason, then the wider scope, then the role name that sorts first.
func better(v, w Verdict) Verdict {
	reasons := ranks[v.Reason] - ranks[w.Reason]
	widths := 0
	if reasons == 0 {
		widths = compareScopes(v.Scope, w.Scope)
	}
	best := w
	if reasons > 0 || reasons == 0 && widths > 0 || reasons == 0 && widths == 0 && v.Role < w.Role {
		best = v
	}
	return best
}

// heldIn reports whether the binding counts in the workspace (step 6).
func (b Binding) heldIn(workspace string, account Account) bool {
	many := slices.Contains(many, b.Workspace)
	return b.Workspace == "**" || // everywhere (A32)
		workspace == "" && many || // outside of workspaces
		workspace != "" && !many && b.Workspace == workspace || // in one
		workspace != "" && b.Workspace == "*open*" && slices.Contains(account.Open, workspace) // in an open one, whatever the role permits (A47)
}

// many are the places of a binding that is not in a single workspace: outside of
// workspaces, also in the open ones, and everywhere (A47).
var many = []string{"*", "*open*", "**"}

// authors reports whether the agent can have the permission to make roles (step 4) [R9] (A68).
func (s *Agent) authors() bool { return s.Account.Authors || s.makesRoles() }

// makesRoles reports whether the agent holds the built-in account administrator's role,
// not only in one workspace (step 4) [R9] (A32).
func (s *Agent) makesRoles() bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool { return b.makesRoles() && b.counts(s.Now) })
}

// makesRoles is that of one binding, on the days on which it counts.
func (b Binding) makesRoles() bool {
	return b.Role != nil && b.Role.BuiltIn && b.Role.Name == "Account Administrator" && b.Group == "" && slices.Contains(many, b.Workspace)
}

// sharedAgents reports whether the binding has the Shared Agent role, which only the CRM gives [S41].
func (b Binding) sharedAgents() bool {
	return b.Role.fromCRM()
}

// holds reports whether the binding has a role that counts in the account: built in, or a custom role of the account (step 6) (B09).
func (b Binding) holds(account Account) bool {
	return b.Role != nil && (b.Role.BuiltIn || b.Role.Account == account.ID)
}

// sharedAgent reports whether the agent holds the Shared Agent role, which only the CRM gives [S41].
func (s *Agent) sharedAgent() bool { return slices.ContainsFunc(s.Bindings, Binding.sharedAgents) }

// limit returns the denial for what the agent's kind forbids, whatever its roles (step 4)
// (A20), or the zero Verdict.
func (s *Agent) limit(a *Action, kind string) Verdict {
	return first(
		gate{"delegate_no_administration", s.Delegate() && neverDelegated(a, kind)},        // (A59)
		gate{"shared_never_assigned", s.Shared() && a.Name == "ticket.be_assigned"},        // [S19] [S27] [S43] (A4)
		gate{"shared_no_channels", s.Shared() && a.Channel},                                // [S28] [S29] [S43]
		gate{"shared_no_channels", s.Shared() && kind == "conversation"},                   // [S29] [S43]
		gate{"shared_no_channels", s.Shared() && kind == "channel"},                        // [S28] [S29] [S43]
		gate{"shared_no_administration", s.Shared() && a.Administers()},                    // [S39] (A21)
		gate{"not_for_customers", s.Customer() && !a.Public},                               // (A62)
		gate{"not_for_customers", s.Customer() && !slices.Contains(openToCustomers, kind)}, // (A62)
	)
}

// facts are the properties of a thing that the steps use.
type facts struct {
	Account, Workspace, Group, Assignee, Author string

	Ticket     bool // limited by the binding's ticket scope
	Assignable bool // can be assigned, so that it is assigned to nobody if it has no assignee
	BuiltIn    bool // a built-in role, which belongs to every account

	Record            *Thing            // the thing, if it is a CRM record
	Requestable       bool              // whether somebody can ask for such a thing; the host's own can all be asked for
	Requester         *Thing            // nil if from another account
	Participants, CCs map[string]string // who takes part
	Mentions          map[string]bool   // who is mentioned
	Goes              *Thing            // the assignment that takes the thing to an agent or a group; nil for other questions

	Confidential bool // whether it also takes ticket.confidential (A52)
}

func (r *Thing) facts() facts {
	kind, place := Kinds[r.Kind], r
	if r.Part != nil {
		place = r.Part // a note is reached as its ticket is (B21)
	}
	f := facts{
		Account: r.account(place), Ticket: kind.Ticket, Assignable: kind.Assignable, BuiltIn: r.Kind == "role" && r.Role != nil && r.Role.BuiltIn,
		Workspace: given(kind.Workspace, place.Workspace), Group: given(kind.Group, place.Group),
		Author: given(kind.Author, r.Author),
	}
	f.Assignee = f.Author // a thing without an assignee is assigned to its author
	if kind.Assignee {
		f.Assignee = place.Assignee
	}
	if kind.People {
		f.Participants, f.CCs, f.Mentions, f.Confidential = place.Participants, place.CCs, place.Mentions, place.Confidential
	}
	if kind.People && place.Requester != nil && place.Requester.Account == place.Account {
		f.Requester = place.Requester
	}
	if kind.Record {
		f.Record = r
	}
	f.Requestable = kind.People || slices.Contains(HostKinds, r.Kind)
	return f
}

// account returns the account that the thing belongs to, "" if its parts belong to
// different accounts (step 2).
func (r *Thing) account(place *Thing) string {
	switch r.Kind {
	case "agent", "shared_agent":
		return r.Agent.Account.ID
	case "group_membership":
		return given(r.Team.Account == r.Agent.Account.ID, r.Agent.Account.ID)
	case "role_assignment":
		return given(r.Binding.Role == nil || r.Binding.holds(r.Agent.Account), r.Agent.Account.ID)
	case "role":
		if r.Role == nil {
			return ""
		}
		return r.Role.Account
	default:
		return place.Account
	}
}
