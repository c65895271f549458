package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A mode says which of the two decides.
type mode int

const (
	legacyAlone mode = iota
	shadow           // legacy decides, the policy is asked as well
	policyFirst      // the policy decides, legacy is asked as well
	policyAlone
)

// A gate is the one place where the service asks for permission.
type gate struct {
	mode        mode
	asked       int
	differences map[difference][]string // who asked for what, on which
}

func newGate(m mode) *gate { return &gate{mode: m, differences: make(map[difference][]string)} }

// A difference is what the two say, and why the policy says so.
type difference struct {
	legacyAllows bool
	reason       deskpolicy.Reason
}

// may decides the request, and notes where the other says something else. What the
// other says changes nothing.
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

// note keeps a difference. A service would log the record and count the reason.
func (g *gate) note(d difference, r deskpolicy.AuditRecord) {
	g.differences[d] = append(g.differences[d], fmt.Sprintf("%s %s %s", r.Subject, r.Action, r.ResourceID))
}

// lines returns the differences, by what the two say and why, with who met them.
func (g *gate) lines() (lines []string) {
	order := slices.SortedFunc(maps.Keys(g.differences), func(a, b difference) int {
		return cmp.Or(strings.Compare(a.says(), b.says()), cmp.Compare(a.reason, b.reason))
	})
	for _, d := range order {
		met := g.differences[d]
		lines = append(lines, fmt.Sprintf("%2d  %-28s  %-13s  %s", len(met), d.says(), d.reason, strings.Join(met, "; ")))
	}
	return lines
}

func (d difference) says() string {
	if d.legacyAllows {
		return "legacy allows, policy denies"
	}
	return "policy allows, legacy denies"
}
