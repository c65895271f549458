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

// Decide decides the request.
func Decide(q Request) Verdict {
	a := Actions[q.Action]
	switch {
	case !q.Subject.Somebody(): // step 1
		return denied("no_subject")
	case a == nil: // step 1
		return denied("unknown_action")
	case q.Thing == nil || q.Thing.Kind != a.Kind && a.Category != "host" || !q.Thing.whole(): // step 1
		return denied("wrong_resource")
	}
	switch r := q.Thing; r.Kind {
	case "ticket_pair", "contact_pair": // both parts are judged (B13)
		return sooner(judge(q.Subject, a, r.From), judge(q.Subject, a, r.Into))
	case "assignment":
		given := judge(q.Subject, a, r.Part)
		return sooner(given, r.taken(q.Subject, "ticket.be_assigned", given))
	case "transfer":
		given := judge(q.Subject, a, r.Part)
		return sooner(given, r.taken(q.Subject, "conversation.reply", given))
	default:
		return judge(q.Subject, a, r)
	}
}

func denied(reason string) Verdict { return Verdict{Reason: reason, Scope: "none"} }

// sooner returns the part whose step is earlier; at the same step, the first.
func sooner(first, second Verdict) Verdict {
	if Steps[second.Reason] < Steps[first.Reason] {
		return second
	}
	return first
}

// whole reports that no part of the thing is missing (step 1).
func (r *Thing) whole() bool {
	switch r.Kind {
	case "assignment", "transfer":
		return (r.To != nil || r.Team.ID != "") && // neither an agent nor a group: nobody to go to
			r.NilTo == "" &&
			(r.To == nil || r.To.Somebody()) &&
			(r.Team == Team{} || r.Team.ID != "")
	case "appointment":
		return r.Agent.Somebody() && r.Agent.Kind != "non_agent" // who is no agent holds no role
	case "membership":
		return r.Agent.Somebody() && r.Agent.Kind != "non_agent" && r.Team.ID != "" // nor is in a group
	default:
		return true
	}
}

// taken judges the second part of an assignment or a transfer: whom it is to go
// to. If they can take it, it has nothing to say against what was given.
func (r *Thing) taken(s *Agent, by string, given Verdict) Verdict {
	moved := *r.Part
	if r.Team.ID != "" {
		moved.Group = r.Team.ID
	}
	a := Actions[by]
	switch {
	case r.To != nil && r.To.Account.ID != s.Account.ID, // step 2 (B05)
		r.Team.ID != "" && r.Team.Account != s.Account.ID: // step 2
		return denied("other_account")
	case r.To != nil && r.To.Shared(): // step 4, whoever asks and whatever its roles [S27] [S43] (A4)
		return denied("shared_never_assigned")
	case r.To != nil && judge(r.To, a, moved.assignedTo("")).Reason == "view_only", // step 8: a view-only group takes no part in assignment
		r.To != nil && !judge(r.To, a, moved.assignedTo(r.To.ID)).Allowed: // step 8
		return denied("ineligible_target") // no role of the subject's decided that
	}
	return given
}

func (r Thing) assignedTo(to string) *Thing {
	r.Assignee = to
	return &r
}

// judge takes steps 2 to 9 for one part.
func judge(s *Agent, a *Action, r *Thing) Verdict {
	f := r.facts()
	authority := a.Authority || a.Authoring
	onAgent := r.Kind == "agent" || r.Kind == "shared_agent" || r.Kind == "appointment" || r.Kind == "membership"
	switch {
	case s.Account.ID == "" || f.Account != s.Account.ID && !f.BuiltIn: // step 2, exactly (B09, B44)
		return denied("other_account")
	case s.Kind == "non_agent": // step 3 [S4]
		return denied("not_an_agent")
	case s.Deactivated: // step 3
		return denied("deactivated")
	case s.Shared() && (s.User.ID == "" || s.User.Deactivated): // step 3 [S53] (A29)
		return denied("crm_inactive")
	case s.Shared() && !s.Account.Integrated: // step 3 [S12] (A29)
		return denied("not_integrated")
	case s.limit(a, r.Kind) != "": // step 4
		return denied(s.limit(a, r.Kind))
	case authority && f.BuiltIn && a.Name != "role.custom.clone": // step 4 [S21]
		return denied("built_in_immutable")
	case a.Authoring && !s.makesRoles(): // step 4 [R9]
		return denied("role_authoring_reserved")
	case a.Name == "agent.create" && slices.ContainsFunc(r.Agent.Bindings, Binding.sharedAgents), // step 4 [S41] [S45]
		authority && a.Name != "agent.role.remove" && r.Kind == "appointment" && !r.Agent.Shared() && r.Binding.sharedAgents(): // step 4 [S41]
		return denied("shared_only_from_crm")
	case authority && onAgent && r.Agent.ID == s.ID && !r.LetsGo(a): // step 4 (B18)
		return denied("own_authority")
	case authority && onAgent && r.Agent.ID != s.ID && !s.mayAct(a, r), // step 4 (B26, B55)
		authority && r.Kind == "grant" && !s.mayGrant(r):
		return denied("beyond_authority")
	case authority && onAgent && r.unseats(a) && s.Account.onlyAdministrator(r.Agent.ID): // step 4
		return denied("last_administrator")
	case a.Feature != "" && !slices.Contains(s.Account.Features, a.Feature): // step 5 [S11] [R8]
		return denied("plan_lacks_feature")
	}
	best := denied("no_role") // step 6 [R1]
	for _, b := range s.Bindings {
		if b.holds(s.Account) {
			best = better(best, s.alone(b, a, f))
		}
	}
	return best
}

// alone takes steps 6 to 9 for one binding by itself: a scope travels with its role (B16).
func (s *Agent) alone(b Binding, a *Action, f facts) Verdict {
	may := b.Role.May[a.Name]

	// Step 7: the levels that count.
	global := may.Global && (!f.Ticket || b.TicketScope == "global")
	group := (may.Global || may.Group) && (!f.Ticket || b.TicketScope == "global" || b.TicketScope == "group")
	restricted := (may.Global || may.Restricted || may.Group && !a.Literal()) &&
		(!f.Ticket || b.TicketScope == "global" || b.TicketScope == "group" || b.TicketScope == "restricted")

	// Step 7: the grounds on which it is reached, the first one first.
	var grounds [4]ground
	switch {
	case s.Shared() && f.Record != nil && a.Name != "contact.create": // [S36] [S37] (A30); what is new the CRM does not know [S35]
		grounds = [4]ground{{"allowed_contact", s.User.sees(f.Record)}}
	case s.Shared() && f.Ticket: // never by assignment [S14]
		grounds = [4]ground{
			{"allowed_all", edit(global)},
			{"allowed_group", given(restricted, s.access(f.Group))},       // at any scope [S18] (A8)
			{"allowed_mentioned", edit(restricted && f.Mentions[s.ID])},   // [S15] (A6)
			{"allowed_contact", edit(restricted && s.knows(f.Requester))}, // [S16] (A6, A7)
		}
	default:
		grounds = [4]ground{
			{"allowed_all", edit(global)},                                // [R18]
			{"allowed_group", given(group, s.access(f.Group))},           // [S18]
			{"allowed_assigned", edit(restricted && f.Assignee == s.ID)}, // [R20]
		}
		if f.Author == s.ID {
			grounds[2].Reason = "allowed_own"
		}
	}
	reached, enough := false, ""
	for _, ground := range grounds {
		if ground.Access == "view" || ground.Access == "edit" {
			reached = true
			if enough == "" && (ground.Access == "edit" || a.Need == "view") {
				enough = ground.Reason
			}
		}
	}

	v := Verdict{Role: b.Role.Name, Scope: "none"}
	switch {
	case global:
		v.Scope = "global"
	case group:
		v.Scope = "group"
	case restricted:
		v.Scope = "restricted"
	}
	switch {
	case may == Held{}: // step 6
		return denied("no_permission")
	case !b.heldIn(f.Workspace, s.Account): // step 6
		return Verdict{Reason: "other_workspace", Role: b.Role.Name, Scope: "none"}
	case !reached: // step 7
		v.Reason = "out_of_scope"
	case enough == "": // step 7
		v.Reason = "view_only"
	case a.Own && f.Author != s.ID: // step 8 [S33]
		v.Reason = "not_own"
	case a.Own: // step 9
		v.Reason = "allowed_own"
	default: // step 9
		v.Reason = enough
	}
	v.Allowed = Steps[v.Reason] == 9
	return v
}

// A ground is what reaches a thing, and the access that it gives.
type ground struct{ Reason, Access string }

// edit is the access of a ground that is there or not.
func edit(there bool) string { return given(there, "edit") }

// given is the access that a ground gives if it is there.
func given(there bool, access string) string {
	if !there {
		return ""
	}
	return access
}

// access returns what the groups' members may do; belonging to no group matches nobody.
func (s *Agent) access(group string) string {
	return given(group != "", s.Groups[group])
}

// better returns which of two bindings' verdicts is reported (step 9).
func better(v, w Verdict) Verdict {
	reasons := ranks[v.Reason] - ranks[w.Reason]
	widths := widths[v.Scope] - widths[w.Scope]
	if reasons > 0 || reasons == 0 && widths > 0 || reasons == 0 && widths == 0 && v.Role < w.Role {
		return v
	}
	return w
}

var widths = map[string]int{"none": 0, "restricted": 1, "group": 2, "global": 3}

// heldIn reports that the binding counts for what is in the workspace (step 6).
func (b Binding) heldIn(workspace string, account Account) bool {
	switch {
	case workspace == "": // outside of workspaces
		return b.Workspace == "*"
	case b.Workspace == "*": // an administrator's role, in an open workspace
		return b.Role.Administrative() && slices.Contains(account.Open, workspace)
	default:
		return b.Workspace == workspace
	}
}

// Administrative reports that the role is an administrator's: it holds something administrative over all (step 6).
func (r *Role) Administrative() bool {
	for name, held := range r.May {
		a := Actions[name] // none for a host's action that the vocabulary here does without
		if held.Global && a != nil && slices.Contains([]string{"people", "roles", "operations", "account", "support access"}, a.Category) {
			return true
		}
	}
	return false
}

// makesRoles reports that the agent is the built-in account administrator, account-wide (step 4) [R9].
func (s *Agent) makesRoles() bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool {
		return b.Role != nil && b.Role.BuiltIn && b.Role.Name == "Account Administrator" && b.Workspace == "*"
	})
}

// sharedAgents reports that the binding has the role that only the CRM gives [S41].
func (b Binding) sharedAgents() bool {
	return b.Role != nil && b.Role.BuiltIn && b.Role.Name == "Shared Agent"
}

// holds reports that the binding has a role, and not another account's custom one (step 6) (B09).
func (b Binding) holds(account Account) bool {
	return b.Role != nil && (b.Role.BuiltIn || b.Role.Account == account.ID)
}

// limit returns what the kind of the agent forbids it, whatever its roles (step 4).
func (s *Agent) limit(a *Action, kind string) string {
	switch {
	case s.Shared() && a.Name == "ticket.be_assigned": // [S19] [S27] [S43]
		return "shared_never_assigned"
	case s.Shared() && (a.Channel || kind == "conversation"): // [S28] [S29] [S43]
		return "shared_no_channels"
	case s.Shared() && a.Administers(): // [S39] (A20, A21)
		return "shared_no_administration"
	default:
		return ""
	}
}

// ---- who may act on whom (step 4)

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
	case "agent", "shared_agent", "appointment", "membership":
		f.Account = r.Agent.Account.ID
		if r.Kind == "membership" && r.Team.Account != f.Account { // step 2: a part of it
			f.Account = ""
		}
		if r.Kind == "appointment" && r.Binding.Role != nil && !r.Binding.holds(r.Agent.Account) { // step 2: a part of it
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
