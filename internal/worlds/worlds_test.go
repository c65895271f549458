package worlds_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	m.Run()
}

func TestGenerators(t *testing.T) {
	t.Run("the vocabulary is the library's", func(t *testing.T) {
		var names []string
		for id := range deskpolicy.Actions() {
			names = append(names, id.String())
		}
		require.Equal(t, append(names, slices.Sorted(maps.Keys(worlds.HostActions))...), sortedHost(oracle.Names))
		for _, name := range oracle.Names {
			id, a := worlds.ActionID(name), oracle.Actions[name]
			require.Equal(t, a.Need, id.RequiredAccess().String(), "need of %s", name)
			require.Equal(t, a.Category, id.Category(), "category of %s", name)
			require.Equal(t, a.Authority, id.InClass(deskpolicy.ClassAccessChange), "%s changes authority", name)
			require.Equal(t, a.Authoring, id.InClass(deskpolicy.ClassRoleAuthoring), "%s makes roles", name)
			require.Equal(t, a.Channel, id.InClass(deskpolicy.ClassChannel), "%s is phone or chat", name)
			require.Equal(t, cmp.Or(a.Feature, "none"), id.RequiredFeatures().String(), "feature of %s", name)
		}
	})
	t.Run("the reasons are the library's", func(t *testing.T) {
		known := 0
		for reason := range deskpolicy.Reasons() {
			if step, ok := oracle.Steps[reason.String()]; ok { // the rest is of support sessions
				require.Equal(t, step, reason.Step(), "step of %v", reason)
				known++
			}
		}
		require.Len(t, oracle.Steps, known)
	})
	t.Run("unknown numbers name nothing", func(t *testing.T) {
		for _, name := range worlds.UnknownActions {
			require.False(t, worlds.ActionID(name).Valid(), name)
		}
	})
	t.Run("roles hold what was drawn", rapid.MakeCheck(func(t *rapid.T) {
		m := worlds.DrawRole(t, oracle.Names, "role")
		role := worlds.Builder{Roles: map[*oracle.Role]deskpolicy.Role{}}.Role(m)
		for _, name := range oracle.Names {
			at := role.Permissions().Scope(worlds.ActionID(name))
			require.Equal(t, m.May[name].String(), at.String(), "%s has %s", m.String(), name)
		}
	}))
	t.Run("every kind of thing is built and asked about", func(t *testing.T) {
		things := map[string]string{}
		for _, a := range oracle.Actions {
			things[a.Kind] = a.Name
		}
		require.Equal(t, slices.Sorted(maps.Keys(oracle.Kinds)), slices.Sorted(maps.Keys(things)))
		for kind, action := range things {
			thing := rapid.Custom(func(t *rapid.T) *oracle.Thing {
				return worlds.World{Roles: []*oracle.Role{nil}, Close: rapid.Just(oracle.Binding{TicketScope: "none"})}.Thing(t, kind)
			}).Example(1)
			b := worlds.Build(oracle.Request{Subject: &oracle.Agent{ID: "riya"}, Action: action, Thing: thing})
			require.NotNil(t, b.Resource.Pointer, kind)
		}
	})
}

// sortedHost returns the names with the host's, which come last, in order.
func sortedHost(names []string) []string {
	i := slices.Index(names, "host.inspect")
	return append(slices.Clone(names[:i]), slices.Sorted(slices.Values(names[i:]))...)
}
