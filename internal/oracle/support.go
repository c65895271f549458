package oracle

import (
	"cmp"
	"slices"
)

// Support access: what an engineer may do under a grant, read a second time from
// the rules G1 to G24 and A10 to A16. Instants are nanoseconds since some noon.

// A SupportGrant is a grant and each revocation of it, in any order.
type Grant struct {
	Account    string
	Engineers  []string // the IDs of those that it lets in
	Start, End int64
	Revoked    []int64
	Roles      []*GivenRole
	Workspaces map[string][]*GivenRole
}

// A GivenRole is a role: what it may do, each action at one level.
type GivenRole struct {
	Name string
	All  bool // everything, at Global [R5]
	May  map[string]string
}

// A Visit is an engineer who acts under a grant at an instant.
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

	Assignee, Owner string
	Into            *Errand // of two things, the other

	Own       bool // the action is on one's own things only
	Anywhere  bool // by a role wherever it is held (A31)
	Feature   string
	OnGrant   bool
	CRMRole   bool // it is about the Shared Agent role, or gives it [S12]
	NotHeld   bool // it changes the scope of a role that the agent does not hold there (A40)
	Nobody    bool // it changes an agent without an ID
	Authoring bool // class RoleAuthoring
	Authority bool // class AgentMutation
	Export    bool // class Export
}

// FilterNone is the instant that does not come.
const Never = -1 << 62

// An Answer is an answer, and when time alone changes it.
type Answer struct {
	Reason, Role, Scope string
	Until               int64
}

// SupportSteps are the reasons in their order, each with the step that gives it.
var SupportSteps = []struct {
	Reason string
	Step   int
}{
	{"no_subject", 1}, {"no_instant", 1}, {"wrong_resource", 1}, {"other_account", 2},
	{"no_grant", 3}, {"grant_not_started", 3}, {"grant_expired", 3}, {"grant_revoked", 3},
	{"support_no_grants", 4}, {"support_no_roles", 4}, {"support_no_agents", 4}, {"support_no_export", 4},
	{"plan_lacks_feature", 5}, {"no_permission", 6}, {"other_workspace", 6}, {"out_of_scope", 7}, {"not_own", 8}, {"ineligible_target", 8},
	{"allowed_own", 9}, {"allowed_assigned", 9}, {"allowed_all", 9},
}

// rank is the place of the reason among them.
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

// Status is where the grant is in its life: "active", or why it lets nobody in (step 3).
func (g *Grant) Status(at int64) string {
	revoked := slices.ContainsFunc(g.Revoked, func(r int64) bool {
		return r <= at && r < g.End // from the revocation on; after the end it changes nothing
	})
	denied := first(
		gate{"grant_revoked", revoked},          // [G5] [G22] [G23] (A12)
		gate{"grant_expired", at >= g.End},      // at the end instant access is gone [G10]
		gate{"grant_not_started", at < g.Start}, // [G4]
	)
	return cmp.Or(denied.Reason, "active")
}

// until is the next instant after at at which the status changes.
func (g *Grant) until(at int64) int64 {
	until := int64(Never)
	for _, b := range append([]int64{g.Start, g.End}, g.Revoked...) {
		if b > at && g.Status(b) != g.Status(at) && (until == Never || b < until) {
			until = b
		}
	}
	return until
}

// Decide answers what the engineer may do. Of two things both are reached; the
// earlier step denies.
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

// without reports that no grant lets the engineer into the account: there is none, or it
// is for another account or for other engineers (A45).
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
		gate{"wrong_resource", q.Nobody},                                                       // step 1: an agent who is not there
		gate{"other_account", v.Account == ""},                                                 // step 2: before the grant is looked at
		gate{"other_account", q.Account != v.Account && q.Account != "every"},                  // step 2 (B09)
		gate{"other_account", q.CRMRole && !v.CRM},                                             // step 2: on that desk there is no such role [S12]
		gate{"no_grant", none},                                                                 // step 3 [G9] (A45)
		gate{status, status != "active"},                                                       // step 3 [G4] [G10] [G23] [G24]
		gate{"support_no_grants", q.OnGrant},                                                   // step 4: never on grants
		gate{"support_no_roles", q.Authoring},                                                  // step 4: never makes roles
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

// best is what the best role comes to. The account's roles hold outside of
// workspaces and in every granted one, a workspace's roles there besides (A11)
// [G13] [G16] [G17].
func (v *Visit) best(q *Errand) Answer {
	more, granted := v.Grant.Workspaces[q.Workspace]
	held := q.Workspace == "" || granted
	if q.Anywhere { // (A31)
		for _, roles := range v.Grant.Workspaces {
			more = append(slices.Clone(more), roles...)
		}
	}
	best := Answer{"no_permission", "", "none", Never}
	for _, role := range append(slices.Clone(v.Grant.Roles), more...) {
		if a := v.underRole(role, held, q); a.before(best) {
			best = a
		}
	}
	own := q.Owner == "support:"+v.Engineer
	allowed := best.step() == 9
	if allowed && q.Own && !own { // step 8 [S33]
		best.Reason = "not_own"
	}
	if allowed && q.Own && own {
		best.Reason = "allowed_own"
	}
	if allowed && (q.Action == "ticket.be_assigned" || q.Action == "conversation.take") { // step 8: an engineer has nothing assigned (A43)
		best.Reason = "ineligible_target"
	}
	return best
}

// underRole is what one role comes to; a session is in no group.
func (v *Visit) underRole(role *GivenRole, held bool, q *Errand) Answer {
	level := role.May[q.Action]
	works := role.All || len(role.May) > 0
	if role.All || works && q.Action == "session.login" { // [R5] (A31)
		level = "global"
	}
	mine := q.Assignee == "support:"+v.Engineer
	literal := level == "group" && q.Kind == "conversation" // a conversation's group is literally that (A9)
	reason := first(
		gate{"no_permission", level == ""},                      // step 6
		gate{"other_workspace", !held},                          // step 6
		gate{"allowed_all", level == "global"},                  // [R18]
		gate{"out_of_scope", !mine},                             // step 7
		gate{"out_of_scope", literal},                           // step 7 [R19]
		gate{"allowed_own", mine && q.Owner == q.Assignee},      // [R20]
		gate{"allowed_assigned", mine && q.Owner != q.Assignee}, // [R20]
	).Reason
	answer := Answer{reason, role.Name, level, Never}
	if reason == "other_workspace" {
		answer.Scope = "none"
	}
	if reason == "no_permission" {
		answer = Answer{reason, "", "none", Never}
	}
	return answer
}

// before reports whether a is the better of two roles' answers: the later
// reason, then the wider scope, then the role whose name sorts first.
func (a Answer) before(b Answer) bool {
	reasons, scopes := a.rank()-b.rank(), widths[a.Scope]-widths[b.Scope]
	return reasons > 0 || reasons == 0 && scopes > 0 || reasons == 0 && scopes == 0 && a.Role < b.Role
}
