package corpus_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
	"github.com/deskpolicy/deskpolicy/verify/corpus"
)

var (
	update = flag.Bool("update", false, "accept what is decided of the requests now")
	dir    = "testdata"
)

func read(t *testing.T) *corpus.Corpus {
	t.Helper()
	c, err := corpus.Read(dir)
	require.NoError(t, err)
	return c
}

// decided is a decision as the corpus has it.
func decided(d deskpolicy.Decision) corpus.Expected {
	e := corpus.Expected{Allowed: d.Allowed(), Reason: d.Reason.String(), Role: d.Role}
	if d.Scope != 0 {
		e.Scope = d.Scope.String()
	}
	if !d.Until().IsZero() {
		e.Until = d.Until().Format(time.RFC3339Nano)
	}
	return e
}

// TestCorpus asks each request in every way there is.
func TestCorpus(t *testing.T) {
	c := read(t)
	first, again, ask := corpus.NewBuilder(&c.World, false), corpus.NewBuilder(&c.World, true), newAsker(&c.World)
	changes := changes{}
	for _, r := range c.Requests {
		q, err := first.Build(r)
		require.NoError(t, err, "request %d", r.ID)
		reread, err := again.Build(r)
		require.NoError(t, err, "request %d after a round trip", r.ID)
		pointer := q.Request()
		pointer.Resource = q.Resource.Pointer

		got := decided(q.Authorize())
		require.Equal(t, got, decided(q.Request().Decide()), "request %d with its types erased", r.ID)
		require.Equal(t, got, decided(pointer.Decide()), "request %d with its types erased, by a pointer", r.ID)
		require.Equal(t, got, decided(reread.Authorize()), "request %d after a round trip", r.ID)
		require.Equal(t, got, decided(reread.Request().Decide()), "request %d after a round trip, with its types erased", r.ID)
		if selected := q.Resource.Filter(q.Subject, q.Action).Match(q.Resource); selected || listable(c, r) {
			require.Equal(t, got.Allowed, selected, "request %d in a list", r.ID)
		}
		require.Equal(t, ask.expect(r), got, "request %d as the oracle has it", r.ID)
		changes.note(r, got)
	}
	if *update {
		c.World.Actions = actions()
		require.NoError(t, c.Write(dir))
		t.Logf("%d expected values accepted: revision %s, which CHANGELOG.md has to name", changes.count(), c.Revision())
		return
	}
	assert.Empty(t, changes.String(), "decisions have changed; go test ./corpus -update accepts them, and CHANGELOG.md has to say why")
}

// listable reports that a filter says all that Authorize does: see deskpolicy.FilterFor.
func listable(c *corpus.Corpus, r *corpus.Request) bool {
	m := c.World.Resources[r.Resource]
	if m == nil || slices.Contains([]string{"ticket_pair", "contact_pair", "assignment", "transfer"}, m.Kind) {
		return false
	}
	compared := slices.Contains([]string{"agent", "shared_agent", "appointment", "membership", "role", "grant"}, m.Kind)
	id := worlds.ActionID(r.Action)
	return !compared || !id.In(deskpolicy.ClassAgentMutation|deskpolicy.ClassRoleAuthoring)
}

// changes are the requests that are decided otherwise than expected, by what was
// expected and what came.
type changes map[string][]int

// note takes what came for what is expected from now on.
func (c changes) note(r *corpus.Request, got corpus.Expected) {
	if r.Expected != got {
		change := fmt.Sprintf("%s -> %s", r.Reason, got.Reason)
		c[change] = append(c[change], r.ID)
		r.Expected = got
	}
}

// String lists the changes, each with the first few requests that are decided so.
func (c changes) String() string {
	var text strings.Builder
	for _, change := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&text, "%s: %d requests, such as %v\n", change, len(c[change]), c[change][:min(5, len(c[change]))])
	}
	return text.String()
}

func (c changes) count() (n int) {
	for _, ids := range c {
		n += len(ids)
	}
	return n
}

// What is decided of the corpus's requests is what CHANGELOG.md says it is: the
// last revision that it names under "Decisions changed", with a reason. Accepting
// other values gives another revision; to name it is a person's.
func TestRevision(t *testing.T) {
	changelog, err := os.ReadFile(filepath.Join("..", "..", "CHANGELOG.md"))
	require.NoError(t, err)
	named, why := lastRevision(string(changelog))
	assert.Equal(t, read(t).Revision(), named, "CHANGELOG.md is to say under Decisions changed why the corpus is of this revision now")
	assert.Greater(t, len(why), 20, "and why")
}

var revision = regexp.MustCompile("(?m)^- Corpus revision `([0-9a-f]{12})`: (.*)$")

// lastRevision returns the first revision in the changelog, whose newest version
// comes first, that is under a version's "Decisions changed", and what is said of it.
func lastRevision(changelog string) (named, why string) {
	for _, version := range strings.Split(changelog, "\n## ")[1:] {
		_, section, _ := strings.Cut(version, "**Decisions changed**")
		section, _, _ = strings.Cut(section, "\nAdded\n")
		if found := revision.FindStringSubmatch(section); found != nil {
			return found[1], found[2]
		}
	}
	return "", ""
}

func TestLastRevision(t *testing.T) {
	const line = "- Corpus revision `0123456789ab`: who is deactivated is denied later\n"
	for changelog, want := range map[string]string{
		"# Changelog\n\n## Unreleased\n\n**Decisions changed**\n\n" + line:                                                                            "0123456789ab",
		"# Changelog\n\n## Unreleased\n\n**Decisions changed** since then:\n\n- x\n" + line + strings.ReplaceAll(line, "01", "aa"):                    "0123456789ab",
		"# Changelog\n\n## Unreleased\n\nAdded\n\n- x\n\n## 1.0\n\n**Decisions changed**\n\n" + line:                                                  "0123456789ab",
		"# Changelog\n\n## Unreleased\n\nAdded\n\n" + line:                                                                                            "",
		"# Changelog\n\n## Unreleased\n\n**Decisions changed**\n\n- none\n\nAdded\n\n" + line:                                                         "",
		"# Changelog\n\n## Unreleased\n\n**Decisions changed**\n\n" + strings.ReplaceAll(line, "01", "bb") + "\n## 1\n\n**Decisions changed**" + line: "bb23456789ab",
	} {
		named, _ := lastRevision(changelog)
		assert.Equal(t, want, named, changelog)
	}
}

// The vocabulary in the corpus is the library's.
func TestActions(t *testing.T) {
	assert.Equal(t, actions(), read(t).World.Actions)
}

// The built-in roles in the corpus are the library's, permission by permission.
func TestBuiltInRoles(t *testing.T) {
	c := read(t)
	spelled := map[string]map[string]bool{}
	for _, role := range c.World.Roles {
		if role.Account == "" {
			spelled[role.Name] = map[string]bool{}
			for _, permission := range role.Permissions {
				spelled[role.Name][permission] = true
			}
		}
	}
	for role := range deskpolicy.BuiltInRoles() {
		held := map[string]bool{}
		for p := range role.Permissions().All() {
			if name := worlds.HostVocabulary.Name(p.Action); !strings.HasPrefix(name, "host(") { // the host's others are like those that are named
				held[name+"@"+p.Scope.String()] = true
			}
		}
		assert.Equal(t, held, spelled[role.Name()], role.Name())
		delete(spelled, role.Name())
	}
	assert.Empty(t, spelled)
}

// TestShares pins what the corpus has of everything, lest it go vacuous.
func TestShares(t *testing.T) {
	c := read(t)
	require.GreaterOrEqual(t, len(c.Requests), 10_000)
	count := func(of func(r *corpus.Request) string) map[string]int {
		counts := map[string]int{}
		for _, r := range c.Requests {
			counts[of(r)]++
		}
		delete(counts, "")
		return counts
	}
	atLeast := func(what string, least int, counts map[string]int, names ...string) {
		for _, name := range names {
			assert.GreaterOrEqual(t, counts[name], least, "%s %s", what, name)
		}
		least, most := slices.Min(slices.Collect(maps.Values(counts))), slices.Max(slices.Collect(maps.Values(counts)))
		t.Logf("%-24s %4d, %d to %d requests each", what, len(counts), least, most)
	}
	kinds := func(m *corpus.Resource) string {
		if m == nil {
			return "nothing"
		}
		return m.Kind
	}

	var reasons, names, builtIns []string
	for reason := range deskpolicy.Reasons() {
		if reason != deskpolicy.Undecided {
			reasons = append(reasons, reason.String())
		}
	}
	for id := range deskpolicy.Actions() {
		names = append(names, id.String())
	}
	for role := range deskpolicy.BuiltInRoles() {
		builtIns = append(builtIns, role.Name())
	}
	resources := append(slices.Collect(maps.Keys(onAnything(c))), "nothing")
	verdict := count(func(r *corpus.Request) string { return fmt.Sprint(r.Allowed) })
	t.Logf("%d requests, %d allowed, revision %s", len(c.Requests), verdict["true"], c.Revision())
	assert.InDelta(t, 0.5, float64(verdict["true"])/float64(len(c.Requests)), 0.1, "about half are allowed")
	atLeast("reasons", 40, count(func(r *corpus.Request) string { return r.Reason }), reasons...)
	atLeast("actions", 20, count(func(r *corpus.Request) string { return r.Action }), names...)
	atLeast("actions, allowed", 3, count(func(r *corpus.Request) string { return map[bool]string{true: r.Action}[r.Allowed] }), names...)
	atLeast("kinds of resource", 40, count(func(r *corpus.Request) string { return kinds(c.World.Resources[r.Resource]) }), resources...)
	atLeast("kinds of subject", 40, count(func(r *corpus.Request) string {
		if s := c.World.Subjects[r.Subject]; s != nil {
			return s.Kind
		}
		return "nobody"
	}), "agent", "shared_agent", "crm_user", "support_session", "nobody")
	atLeast("scopes", 500, count(func(r *corpus.Request) string { return r.Scope }), "restricted", "group", "global")
	atLeast("roles that decide", 10, count(func(r *corpus.Request) string {
		return map[bool]string{true: r.Role}[slices.Contains(builtIns, r.Role)]
	}), builtIns...)
	atLeast("instants", 40, count(func(r *corpus.Request) string { return r.Instant }), edges...)
	atLeast("until", 100, count(func(r *corpus.Request) string { return r.Until }), "2026-11-02T13:00:00Z", "2026-11-02T12:00:00Z")
}

// edges are instants at the ends of grants, and just before.
var edges = []string{
	"2026-11-02T11:59:59.999999999Z", "2026-11-02T12:00:00Z", "2026-11-02T12:29:59.999999999Z", "2026-11-02T12:30:00Z",
	"2026-11-02T12:59:59.999999999Z", "2026-11-02T13:00:00Z", "1969-12-31T23:59:59.999999999Z", "2200-01-01T00:00:00Z",
}

// onAnything are the kinds of resource that there are actions on.
func onAnything(c *corpus.Corpus) map[string]bool {
	kinds := map[string]bool{}
	for _, a := range c.World.Actions {
		kinds[a.On] = true
	}
	return kinds
}
