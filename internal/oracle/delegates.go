package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Delegates, read from A58 to A60. A limit is read as a role: what it reaches is what the
// principal would if it held that role and nothing else.

// An Acting is who acts for an agent, and how far.
type Acting struct {
	Kind, ID string // of who acts: "key", "integration", "ai" or "person"; others are nobody
	Limits   []Limit
}

// A Limit is one limit of a delegate.
type Limit struct {
	May         map[string]Held // by action
	Workspaces  []string        // as of a Binding
	From, Until int             // as of a Binding
}

// mostLimits is how many limits a delegate can have (A58).
const mostLimits = 4

// delegated reports whether the delegate has a principal that can have one, an actor and one to
// four limits (step 1) (A58).
func (s *Agent) delegated() bool {
	acts := slices.Contains([]string{"key", "integration", "ai", "person"}, s.Acts.Kind) && s.Acts.ID != ""
	return acts && s.ID != "" && s.Kind != "non_agent" && 1 <= len(s.Acts.Limits) && len(s.Acts.Limits) <= mostLimits
}

// ActedFor returns the agent as somebody acts for it.
func (s *Agent) ActedFor(by *Acting) *Agent {
	principal := *s
	principal.Acts = by
	return &principal
}

// Delegate reports whether somebody acts for the agent.
func (s *Agent) Delegate() bool { return s != nil && s.Acts != nil }

// nobody returns why nobody asks: there is no subject, or a delegate is not complete (step 1).
func (s *Agent) nobody() string {
	if s.Delegate() {
		return given(!s.delegated(), "incomplete_delegate") // (A58)
	}
	return given(!s.Somebody(), "no_subject")
}

// owns reports whether the thing is the agent's own. Nothing is, if a person acts for it (A60).
func (s *Agent) owns(f facts) bool {
	return f.Author == s.ID && !(s.Delegate() && s.Acts.Kind == "person")
}

// neverDelegated reports whether no delegate can do the action (step 4) (A59).
func neverDelegated(a *Action, kind string) bool {
	return a.Authority || a.Authoring || kind == "support_grant" || slices.Contains(logins, a.Name)
}

// limitNotInForce reports whether a limit does not count on the day (step 3) (A58).
func (s *Agent) limitNotInForce() bool {
	return s.Delegate() && slices.ContainsFunc(s.Acts.Limits, func(l Limit) bool {
		return !Binding{From: l.From, Until: l.Until}.counts(s.Now)
	})
}

// within returns the verdict on a delegate, given that on its principal: a limit without the
// permission comes first, and otherwise the earlier step does (steps 6 and 7) (A58).
func (s *Agent) within(a *Action, f facts, v Verdict) Verdict {
	if !s.Delegate() {
		return v
	}
	for _, l := range s.Acts.Limits {
		if l.May[a.Name].reach().none() {
			return Verdict{Reason: "limit_lacks_permission", Scope: "none"}
		}
	}
	for _, l := range s.Acts.Limits {
		if alone := s.holding(l).best(a, f).ofLimit(); alone.Reason != "" && Steps[alone.Reason] < Steps[v.Reason] {
			v = alone
		}
	}
	return v
}

// holding returns the principal as if its only role were the limit.
func (s *Agent) holding(l Limit) *Agent {
	principal := s.ActedFor(nil)
	principal.Bindings = nil
	role := &Role{Name: "limit", Account: s.Account.ID, May: l.May}
	for _, workspace := range l.Workspaces {
		principal.Bindings = append(principal.Bindings, Bound(role, workspace, "global"))
	}
	return principal
}

// ofLimit returns the denial of a delegate whose limit, as a role, has this verdict; the zero
// Verdict if the limit reaches the thing.
func (v Verdict) ofLimit() Verdict {
	switch v.Reason {
	case "no_role", "other_workspace":
		return Verdict{Reason: "limit_other_workspace", Scope: "none"}
	case "out_of_scope", "view_only", "confidential":
		return Verdict{Reason: "out_of_limit", Scope: v.Scope}
	}
	return Verdict{} // step 8 is about what the principal's role reaches
}

// actingText describes nobody, or a delegate.
func (s *Agent) actingText() string {
	if s == nil {
		return "nobody"
	}
	return s.Acts.String() + " for " + s.ActedFor(nil).String()
}

// String describes who acts.
func (a *Acting) String() string {
	var limits []string
	for _, l := range a.Limits {
		limits = append(limits, l.String())
	}
	return fmt.Sprintf("%s %q within [%s]", a.Kind, a.ID, strings.Join(limits, "; "))
}

// String describes the limit.
func (l Limit) String() string {
	role := Role{Name: "limit", May: maps.Clone(l.May)}
	s := fmt.Sprintf("%s in %q", role.String(), l.Workspaces)
	if l.From != 0 || l.Until != 0 {
		s += fmt.Sprintf(" from day %d until %d", l.From, l.Until)
	}
	return s
}
