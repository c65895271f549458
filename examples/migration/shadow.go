package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A mode says whether legacy or the policy decides, and whether the gate also asks the other one.
type mode int

const (
	legacyAlone mode = iota
	shadow           // legacy decides, the policy is asked too
	policyFirst      // the policy decides, legacy is asked too
	policyAlone
)

// A gate is the single place where the service asks for permission.
type gate struct {
	mode        mode
	asked       int
	differences map[difference][]string // the subject, action and resource of each request
}

func newGate(m mode) *gate { return &gate{mode: m, differences: make(map[difference][]string)} }

// A difference is a pair of different answers, with the policy's reason.
type difference struct {
	legacyAllows bool
	reason       deskpolicy.Reason
}

// may decides the request, and records a difference. The other answer has no effect on the
// decision.
func (g *gate) may(r deskpolicy.Request) bool {
	g.asked++
	switch g.mode {
	case legacyAlone:
		return legacy(r)
	case policyAlone:
		return r.Authorize().Allowed()
	}
	before, d := legacy(r), r.Authorize()
	if before != d.Allowed() {
		g.note(difference{before, d.Reason}, r.AuditRecord(d))
	}
	if g.mode == shadow {
		return before
	}
	return d.Allowed()
}

// note records a difference. A service would log the record and count the reason.
func (g *gate) note(d difference, r deskpolicy.AuditRecord) {
	g.differences[d] = append(g.differences[d], fmt.Sprintf("%s %s %s", r.Subject, r.Action, r.ResourceID))
}

// lines returns a line for each difference, with its requests.
func (g *gate) lines() (lines []string) {
	order := slices.SortedFunc(maps.Keys(g.differences), func(a, b difference) int {
		return cmp.Or(strings.Compare(a.says(), b.says()), cmp.Compare(a.reason, b.reason))
	})
	for _, d := range order {
		requests := g.differences[d]
		lines = append(lines, fmt.Sprintf("%2d  %-28s  %-13s  %s", len(requests), d.says(), d.reason, strings.Join(requests, "; ")))
	}
	return lines
}

func (d difference) says() string {
	if d.legacyAllows {
		return "legacy allows, policy denies"
	}
	return "policy allows, legacy denies"
}
