package corpus_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/verify/corpus"
)

// shares are how many requests are of something, such as "reason no_role".
type shares map[string]int

// leastShares are what the corpus has to have of everything, so that nothing is left out
// of it. They follow from the library: a new action or reason is in them.
func leastShares() shares {
	least := shares{}
	atLeast := func(n int, what string, names ...string) {
		for _, name := range names {
			least[fmt.Sprintf(what, name)] = n
		}
	}
	for reason := range deskpolicy.Reasons() {
		if reason != deskpolicy.Undecided {
			atLeast(enough, "reason %s", reason.String())
		}
	}
	for id := range deskpolicy.Actions() {
		atLeast(20, "action %s", id.String())
		atLeast(3, "action %s allowed", id.String())
	}
	for role := range (deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles() {
		atLeast(10, "role %s", role.Name())
		atLeast(10, "in open %s", role.Name())
	}
	for _, action := range oracle.Actions {
		atLeast(40, "on %s", action.Kind)
	}
	atLeast(40, "on %s", "nothing")
	atLeast(40, "by %s", "agent", "shared_agent", "customer", "delegate", "crm_user", "support_session", "nobody")
	atLeast(500, "scope %s", "restricted", "group", "global")
	atLeast(40, "at %s", edges...)
	atLeast(100, "until %s", "2026-11-02T13:00:00Z", "2026-11-02T12:00:00Z")
	for _, state := range answerStates {
		atLeast(20, "answer "+state+" %s", "ticket", "contact", "company")
	}
	return least
}

// edges are instants at the ends of grants, and just before.
var edges = []string{
	"2026-11-02T11:59:59.999999999Z", "2026-11-02T12:00:00Z", "2026-11-02T12:29:59.999999999Z", "2026-11-02T12:30:00Z",
	"2026-11-02T12:59:59.999999999Z", "2026-11-02T13:00:00Z", "1969-12-31T23:59:59.999999999Z", "2200-01-01T00:00:00Z",
}

// sharesOf counts what the corpus has.
func sharesOf(c *corpus.Corpus) shares {
	has := shares{}
	for _, r := range c.Requests {
		has.add(newSample(c.World, r, r.Expected))
	}
	return has
}

func (s shares) add(one sample) {
	for _, share := range one.shares() {
		s[share]++
	}
}

// over returns what there is to be more of than there is.
func (s shares) over(has shares) (missing []string) {
	for _, share := range slices.Sorted(maps.Keys(s)) {
		if has[share] < s[share] {
			missing = append(missing, share)
		}
	}
	return missing
}

// exceedAny reports whether there is to be more of any of these.
func (s shares) exceedAny(has shares, of []string) bool {
	return slices.ContainsFunc(of, func(share string) bool { return has[share] < s[share] })
}

// answerStates are what an answer of the CRM by IDs can be when a shared agent asks: see answerState.
var answerStates = []string{"in force", "just expired", "expired", "to come", "at no instant", "of no instant", "without an age"}

// answerState says what the answer of a day is on another, if it counts for so many days.
func answerState(asOf, limit, now int) string {
	switch {
	case now <= 0:
		return "at no instant"
	case asOf <= 0:
		return "of no instant"
	case limit <= 0:
		return "without an age"
	case now < asOf:
		return "to come"
	case now == asOf+limit:
		return "just expired"
	case now > asOf+limit:
		return "expired"
	}
	return "in force"
}

// A sample is what a request adds to the shares.
type sample struct {
	action, on, by, at string
	answer             string // the state of the CRM's answer to a shared agent, if there is one
	open               bool   // whether the subject holds a role in open workspaces
	corpus.Expected
}

// newSample returns the sample of a request that is decided so.
func newSample(w corpus.World, r *corpus.Request, e corpus.Expected) sample {
	s := sample{action: r.Action, on: "nothing", by: "nobody", at: r.Instant, Expected: e}
	if resource := w.Resources[r.Resource]; resource != nil {
		s.on = resource.Kind
	}
	if subject := w.Subjects[r.Subject]; subject != nil {
		s.by = subject.Kind
		s.open = slices.ContainsFunc(subject.Bindings, func(b corpus.Binding) bool { return b.Workspace == "*open*" })
		if user := subject.CRM; subject.Kind == "shared_agent" && len(user.Contacts)+len(user.Companies) > 0 {
			s.answer = answerState(dayOf(user.AsOf), user.MaxAge/secondsInDay, dayOf(subject.Now))
		}
	}
	return s
}

func (d *drawer) sample(r *corpus.Request, e corpus.Expected) sample {
	return newSample(d.World, r, e)
}

// sampleOf returns the sample of a request before it is put into the tables.
func sampleOf(q oracle.Request, v oracle.Verdict) sample {
	s := sample{action: q.Action, on: "nothing", by: "nobody", Expected: corpus.Expected{Allowed: v.Allowed, Reason: v.Reason, Role: v.Role, Scope: v.Scope}}
	if q.Thing != nil {
		s.on = q.Thing.Kind
	}
	if q.Subject != nil {
		s.by = map[string]string{"": "agent", "shared_agent": "shared_agent", "customer": "customer", "non_agent": "crm_user"}[q.Subject.Kind]
		s.open = slices.ContainsFunc(q.Subject.Bindings, func(b oracle.Binding) bool { return b.Workspace == "*open*" })
		if user := q.Subject.User; q.Subject.Shared() && len(user.Contacts)+len(user.Companies) > 0 {
			s.answer = answerState(user.AsOf, user.Limit, q.Subject.Now)
		}
		if q.Subject.Delegate() {
			s.by, s.open, s.answer = "delegate", false, ""
		}
	}
	return s
}

func (s sample) ofReason() string { return "reason " + s.Reason }

func (s sample) shares() []string {
	all := []string{s.ofReason(), "action " + s.action, "on " + s.on, "by " + s.by, "role " + s.Role, "scope " + s.Scope, "at " + s.at, "until " + s.Until, "answer " + s.answer + " " + s.on}
	if s.open {
		all = append(all, "in open "+s.Role)
	}
	if s.Allowed {
		all = append(all, "action "+s.action+" allowed")
	}
	return all
}

// TestShares holds what the corpus has against what it has to have.
func TestShares(t *testing.T) {
	c := read(t)
	has, allowed := sharesOf(c), 0
	for _, r := range c.Requests {
		if r.Allowed {
			allowed++
		}
	}
	for _, share := range leastShares().over(has) {
		t.Errorf("%s: %d requests, and it should be %d; go test ./corpus -update adds what internal/worlds draws", share, has[share], leastShares()[share])
	}
	t.Logf("%d requests, %d allowed, revision %s", len(c.Requests), allowed, c.Revision(len(c.Requests)))
	assert.GreaterOrEqual(t, len(c.Requests), 10_000)
	assert.InDelta(t, 0.5, float64(allowed)/float64(len(c.Requests)), 0.1, "about half are allowed")
}
