package oracle

import (
	"cmp"
	"slices"
)

// Support access: what a support engineer can do under a support grant, implemented a
// second time from the rules G1 to G24 and A10 to A16. Instants are nanoseconds since a
// fixed noon.

// A Grant is a support grant with its revocations, in any order.
type Grant struct {
	Account    string
	Engineers  []string // the IDs of the support engineers that it admits
	Start, End int64
	Revoked    []int64
	Roles      []*GivenRole
	Workspaces map[string][]*GivenRole
}

// A GivenRole is a role of a support grant: each permitted action with its level.
type GivenRole struct {
	Name string
	All  bool              // everything, at Global [R5]
	May  map[string]string // scopes: see ScopeOf
}

// A Visit is a support engineer who acts under a support grant at an instant.
type Visit struct {
	Engineer string
	Grant    *Grant // nil if there is none
	Account  string
	Features []string
	CRM      bool // the account is integrated [S12]
	Now      int64
	Absurd   bool // Now is before 1970, or in or after 2200
}

// An Errand is an action on a thing.
type Errand struct {
	Action, Kind, Account, Workspace string

	Assignee, Owner, Group string
	Participants           map[string]string // who takes part, with "view" or "edit"
	Mentions               map[string]bool
	Confidential           bool
	RequesterOwner         string // who owns the requester, a contact without an ID

	Into *Errand // the second thing of a pair
	Need string  // "view" or "edit", of an action that the vocabulary does not have

	Own       bool // the action is on one's own things only
	Anywhere  bool // a role counts wherever in the account it is held (A31)
	Feature   string
	OnGrant   bool
	CRMRole   bool // is on the Shared Agent role or assigns it [S12]
	NotHeld   bool // changes the scope of a role that the agent does not hold there (A40)
	Nobody    bool // changes an agent without an ID, or one with a part missing (A71), or gives access as a contact without an ID (A73)
	Authoring bool // class RoleAuthoring
	Authority bool // class AgentMutation
	Export    bool // class Export
}

// Never is the Until of an answer that time does not change.
const Never = -1 << 62

// An Answer is a decision, and the instant at which time alone changes it.
type Answer struct {
	Reason, Role, Scope string
	Until               int64
}

// SupportSteps lists the reasons in order of rank, each with its step.
var SupportSteps = []struct {
	Reason string
	Step   int
}{
	{"no_subject", 1}, {"no_instant", 1}, {"wrong_resource", 1}, {"other_account", 2},
	{"no_grant", 3}, {"grant_not_started", 3}, {"grant_expired", 3}, {"grant_revoked", 3},
	{"support_no_grants", 4}, {"support_no_roles", 4}, {"support_no_agents", 4}, {"support_no_export", 4},
	{"plan_lacks_feature", 5}, {"no_permission", 6}, {"other_workspace", 6}, {"out_of_scope", 7}, {"view_only", 7}, {"confidential", 7}, {"not_own", 8}, {"ineligible_target", 8},
	{"allowed_own", 9}, {"allowed_company", 9}, {"allowed_contact", 9}, {"allowed_mentioned", 9}, {"allowed_participating", 9}, {"allowed_requested", 9},
	{"allowed_unrouted", 9}, {"allowed_unassigned", 9}, {"allowed_queue", 9}, {"allowed_assigned", 9}, {"allowed_group", 9}, {"allowed_all", 9},
}

// rank returns the index of the reason in SupportSteps.
func (a Answer) rank() int {
	rank := -1
	for i := range SupportSteps {
		if SupportSteps[i].Reason == a.Reason {
			rank = i
		}
	}
	return rank
}

func (a Answer) step() int { return SupportSteps[a.rank()].Step }

// Status returns "active", or the reason that denies every session at the instant (step 3).
func (g *Grant) Status(at int64) string {
	revoked := slices.ContainsFunc(g.Revoked, func(r int64) bool {
		return r <= at && r < g.End // effective at once; a revocation after the end has no effect
	})
	denied := first(
		gate{"grant_revoked", revoked},          // [G5] [G22] [G23] (A12)
		gate{"grant_expired", at >= g.End},      // access ends at the end instant [G10]
		gate{"grant_not_started", at < g.Start}, // [G4]
	)
	return cmp.Or(denied.Reason, "active")
}

// until returns the next instant after at when the status changes, or Never.
func (g *Grant) until(at int64) int64 {
	until := int64(Never)
	for _, b := range append([]int64{g.Start, g.End}, g.Revoked...) {
		if b > at && g.Status(b) != g.Status(at) && (until == Never || b < until) {
			until = b
		}
	}
	return until
}

// Decide returns the decision on the errand. Both things of a pair are judged; the earlier
// step denies.
func (v *Visit) Decide(q *Errand) Answer {
	answer := v.decidePart(q)
	if q.Into != nil && v.decidePart(q.Into).step() < answer.step() {
		answer = v.decidePart(q.Into)
	}
	if answer.step() >= 3 && !v.without() {
		answer.Until = v.Grant.until(v.Now)
	}
	return answer
}

// without reports whether the engineer has no support grant for the account: there is none,
// or it is for another account or for other engineers (A45).
func (v *Visit) without() bool {
	return v.Grant == nil || v.Grant.Account != v.Account || !slices.Contains(v.Grant.Engineers, v.Engineer)
}

func (v *Visit) decidePart(q *Errand) Answer {
	none := v.without()
	status := "active"
	if !none {
		status = v.Grant.Status(v.Now)
	}
	denied := first(
		gate{"no_subject", v.Engineer == ""},                                                   // step 1: nobody
		gate{"no_instant", v.Absurd},                                                           // step 1
		gate{"wrong_resource", q.NotHeld},                                                      // step 1 (A40)
		gate{"wrong_resource", q.Nobody},                                                       // step 1: an agent without an ID
		gate{"other_account", v.Account == ""},                                                 // step 2: before the grant is checked
		gate{"other_account", q.Account != v.Account && q.Account != "every"},                  // step 2 (B09)
		gate{"other_account", q.CRMRole && !v.CRM},                                             // step 2: such an account does not have the role [S12]
		gate{"no_grant", none},                                                                 // step 3 [G9] (A45)
		gate{status, status != "active"},                                                       // step 3 [G4] [G10] [G23] [G24]
		gate{"support_no_grants", q.OnGrant},                                                   // step 4: never on grants
		gate{"support_no_roles", q.Authoring},                                                  // step 4: never on role authoring
		gate{"support_no_agents", q.Authority},                                                 // step 4 [G14] (A13)
		gate{"support_no_export", q.Export},                                                    // step 4 [G15] (A14)
		gate{"plan_lacks_feature", q.Feature != "" && !slices.Contains(v.Features, q.Feature)}, // step 5
	)
	answer := Answer{denied.Reason, "", "none", Never}
	if denied.Reason == "" {
		answer = v.best(q)
	}
	return answer
}

// best returns the answer of the best role. The grant's account-wide roles count outside of
// workspaces and in every granted workspace; a workspace's own roles count there too (A11)
// [G13] [G16] [G17].
func (v *Visit) best(q *Errand) Answer {
	more, granted := v.Grant.Workspaces[q.Workspace]
	held := q.Workspace == "" || granted
	if q.Anywhere { // (A31)
		for _, roles := range v.Grant.Workspaces {
			more = append(slices.Clone(more), roles...)
		}
	}
	roles := append(slices.Clone(v.Grant.Roles), more...)
	best := v.bestRole(roles, held, q)
	own := q.Owner == "support:"+v.Engineer
	allowed := best.step() == 9
	if allowed && q.Own && !own { // step 8 [S33]
		best.Reason = "not_own"
	}
	if allowed && q.Own && own {
		best.Reason = "allowed_own"
	}
	if allowed && (q.Action == "ticket.be_assigned" || q.Action == "conversation.take") { // step 8: nothing is assigned to an engineer (A43)
		best.Reason = "ineligible_target"
	}
	return best
}

// bestRole returns the answer of the best role at steps 6 and 7.
func (v *Visit) bestRole(roles []*GivenRole, held bool, q *Errand) Answer {
	cleared := slices.ContainsFunc(roles, func(role *GivenRole) bool { return role.clears(v.engineer(), q) })
	best := Answer{"no_permission", "", "none", Never}
	for _, role := range roles {
		a := v.underRole(role, held, q)
		if a.step() == 9 && q.Confidential && !cleared { // step 7 (A52)
			a.Reason = "confidential"
		}
		if a.before(best) {
			best = a
		}
	}
	return best
}

// engineer returns the engineer as an agent. A session belongs to no group, and has no
// record as a contact.
func (v *Visit) engineer() *Agent { return &Agent{ID: "support:" + v.Engineer} }

// clears reports whether the role, which is held there if the action's is, reaches the thing
// by ticket.confidential (A52).
func (role *GivenRole) clears(engineer *Agent, q *Errand) bool {
	level := ScopeOf(role.May["ticket.confidential"])
	if role.All {
		level = Held{Global: true}
	}
	_, enough := engineer.through(q.need(), q.facts(), level.reach(), Held{Global: true}.reach())
	return enough != ""
}

// underRole returns the answer of one role.
func (v *Visit) underRole(role *GivenRole, held bool, q *Errand) Answer {
	level := ScopeOf(role.May[q.Action])
	works := role.All || len(role.May) > 0
	if role.All || works && slices.Contains(logins, q.Action) { // [R5] (A31)
		level = Held{Global: true}
	}
	reached, enough := v.engineer().through(q.need(), q.facts(), level.reach(), Held{Global: true}.reach())
	reason := first(
		gate{"no_permission", level == Held{}}, // step 6
		gate{"other_workspace", !held},         // step 6
		gate{"out_of_scope", !reached},         // step 7
		gate{"view_only", enough == ""},        // step 7
		gate{enough, true},                     // step 9 [R18] [R20]
	).Reason
	answer := Answer{reason, role.Name, level.String(), Never}
	if reason == "other_workspace" {
		answer.Scope = "none"
	}
	if reason == "no_permission" {
		answer = Answer{reason, "", "none", Never}
	}
	return answer
}

// need returns what counts of the errand's action; one that is not in the vocabulary needs
// the errand's access.
func (q *Errand) need() *Action {
	if a := Actions[q.Action]; a != nil {
		return a
	}
	return &Action{Need: q.Need}
}

// facts returns what counts of the errand's thing.
func (q *Errand) facts() facts {
	f := facts{Workspace: q.Workspace, Assignee: q.Assignee, Author: q.Owner}
	kind := Kinds[q.Kind]
	if kind.Assignable {
		f.Assignable, f.Group = true, q.Group
	}
	if kind.People {
		f.Participants, f.Mentions = q.Participants, q.Mentions
		f.Requester = &Thing{Author: q.RequesterOwner}
	}
	return f
}

// before reports whether a is better than b: it has the later reason, then the wider scope,
// then the role name that sorts first.
func (a Answer) before(b Answer) bool {
	reasons, scopes := a.rank()-b.rank(), compareScopes(a.Scope, b.Scope)
	return reasons > 0 || reasons == 0 && scopes > 0 || reasons == 0 && scopes == 0 && a.Role < b.Role
}
