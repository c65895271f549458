package corpus_test

import (
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

const dir = "testdata"

func read(t *testing.T) *corpus.Corpus {
	t.Helper()
	c, err := corpus.Read(dir)
	require.NoError(t, err)
	return c
}

// decided returns a decision in the corpus's form.
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

// TestCorpus asks each request in every way that the library offers.
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
		require.Equal(t, got, decided(q.Request().Authorize()), "request %d with its types erased", r.ID)
		require.Equal(t, got, decided(pointer.Authorize()), "request %d with its types erased, by a pointer", r.ID)
		require.Equal(t, got, decided(reread.Authorize()), "request %d after a round trip", r.ID)
		require.Equal(t, got, decided(reread.Request().Authorize()), "request %d after a round trip, with its types erased", r.ID)
		if selected := q.Resource.Filter(q.Subject, q.Action).Match(q.Resource); selected || listable(c, r) {
			require.Equal(t, got.Allowed, selected, "request %d in a list", r.ID)
		}
		require.Equal(t, ask.expect(r), got, "request %d as the oracle has it", r.ID)
		changes.note(r, got)
	}
	assert.Empty(t, changes.String(), "decisions have changed; go test ./corpus -update accepts them, and CHANGELOG.md has to say why")
}

// listable reports whether a filter exists for the request: see deskpolicy.FilterFor.
func listable(c *corpus.Corpus, r *corpus.Request) bool {
	m := c.World.Resources[r.Resource]
	if m == nil || slices.Contains([]string{"ticket_pair", "contact_pair", "ticket_assignment", "conversation_assignment"}, m.Kind) {
		return false
	}
	compared := slices.Contains([]string{"agent", "shared_agent", "role_assignment", "group_membership", "role", "support_grant"}, m.Kind)
	id := worlds.ActionID(r.Action)
	return !compared || !id.InClass(deskpolicy.ClassAccessChange|deskpolicy.ClassRoleAuthoring)
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
	for role := range (deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles() {
		held := map[string]bool{}
		for p := range role.Permissions().All() {
			if name := worlds.HostVocabulary.Name(p.Action); !strings.HasPrefix(name, "host(") { // unnamed host actions behave like the named ones
				held[name+"@"+p.Scope.String()] = true
			}
		}
		assert.Equal(t, held, spelled[role.Name()], role.Name())
		delete(spelled, role.Name())
	}
	assert.Empty(t, spelled)
}
