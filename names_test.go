package deskpolicy_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

func TestScopes(t *testing.T) {
	for _, scope := range []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal} {
		parsed, err := read[Scope](scope.String())
		require.NoError(t, err)
		assert.Equal(t, scope, parsed)
		assert.True(t, scope.Valid())
	}
	assert.False(t, Scope(0).Valid())
	assert.False(t, (Scope(1 << 15)).Valid())
	assert.Equal(t, "none", Scope(0).String())
	assert.Equal(t, "unknown", Scope(1<<15).String())
	for text, want := range map[string]string{
		"globl": `deskpolicy: unknown scope "globl" (did you mean "global"?)`,
		"":      `deskpolicy: unknown scope ""` + allScopes,

		"assigned|grup":       `deskpolicy: unknown scope "grup" (did you mean "group"?)`,
		"mentioned|requestd":  `deskpolicy: unknown scope "requestd" (did you mean "requested"?)`,
		"assigned|group":      `deskpolicy: scope "assigned|group": "group" includes another part, or is included in one; write only the wider`,
		"group|assigned":      `deskpolicy: scope "group|assigned": "assigned" includes another part, or is included in one; write only the wider`,
		"mentioned|mentioned": `deskpolicy: scope "mentioned|mentioned": "mentioned" includes another part, or is included in one; write only the wider`,
	} {
		scope, err := read[Scope](text)
		require.EqualError(t, err, want)
		assert.Zero(t, scope)
	}
	none, err := read[Scope]("none")
	require.NoError(t, err)
	assert.Zero(t, none)
	_, err = read[Scope](strings.Repeat("mentioned|", 25) + "mentioned")
	require.EqualError(t, err, `deskpolicy: scope "`+strings.Repeat("mentioned|", 20)+`": "mentioned" includes another part, or is included in one; write only the wider`)
}

// What a relation includes, and nothing else.
func TestScopeCovers(t *testing.T) {
	includes := map[Scope]Scope{InGroup: GroupQueue, Unassigned: GroupQueue | Unrouted, Anything: Anything - 1, Unassigned | Anything: Anything - 1}
	for _, one := range append(relationsOf(Anything-1), Anything, Unassigned|Anything) {
		for _, other := range relationsOf(Anything<<1 - 1) {
			assert.Equal(t, (one|includes[one])&other != 0, one.Covers(other), "%v covers %v", one, other)
		}
		assert.True(t, one.Covers(0), "%v", one)
		assert.True(t, one.Covers(1<<15), "%v: what is not valid reaches nothing", one)
		assert.False(t, (Scope(1 << 15)).Covers(one), "%v", one)
	}
}

// read returns the value with that name.
func read[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](name string) (value T, err error) {
	err = P(&value).UnmarshalText([]byte(name))
	return value, err
}

// UnmarshalText reads what MarshalText writes, and MarshalText refuses invalid values.
func TestTexts(t *testing.T) {
	var features Features
	require.NoError(t, json.Unmarshal([]byte(`"attachments|custom_roles"`), &features))
	assert.Equal(t, FeatureAttachments|FeatureCustomRoles, features)
	require.NoError(t, json.Unmarshal([]byte(`"none"`), &features))
	assert.Zero(t, features)
	require.EqualError(t, json.Unmarshal([]byte(`"attachments|magic"`), &features), `deskpolicy: unknown feature "magic"; write one of attachments, ticket_templates, canned_responses, dependent_fields, dynamic_sections, collaboration, custom_roles`)
	assert.Zero(t, features)
	require.EqualError(t, json.Unmarshal([]byte(`"custom_roles|attachments"`), &features),
		`deskpolicy: features "custom_roles|attachments" are repeated or out of order; write "attachments|custom_roles"`)
	assert.Zero(t, features)

	text, err := json.Marshal([]any{ScopeGroup, Scope(0), Edit, FeatureAttachments | FeatureCustomRoles, Features(0), OutOfScope, Undecided})
	require.NoError(t, err)
	assert.JSONEq(t, `["group", "none", "edit", "attachments|custom_roles", "none", "out_of_scope", "undecided"]`, string(text))
	for _, none := range []encoding.TextMarshaler{Scope(1 << 15), Access(9), CRMRecords(4), Features(1 << 15), Reason(0xff), Reason(0x10), ActorPerson + 1} {
		_, err := none.MarshalText()
		assert.ErrorContains(t, err, "has the number", "%#v", none)
	}
	_, err = Access(9).MarshalText()
	require.EqualError(t, err, "deskpolicy: no access has the number 9")
	for kind := ActorKind(0); kind <= ActorPerson; kind++ {
		text, err := kind.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, kind.String(), string(text))
		parsed, err := read[ActorKind](string(text))
		require.NoError(t, err)
		assert.Equal(t, kind, parsed)
	}
	kind, err := read[ActorKind]("keys")
	require.EqualError(t, err, `deskpolicy: unknown actor kind "keys" (did you mean "key"?)`)
	assert.Zero(t, kind)
	reason, err := read[Reason]("none of them")
	require.Error(t, err)
	assert.Equal(t, Undecided, reason)
}

func TestAccesses(t *testing.T) {
	for _, access := range []Access{NoAccess, View, Edit} {
		parsed, err := read[Access](access.String())
		require.NoError(t, err)
		assert.Equal(t, access, parsed)
	}
	access, err := read[Access]("edti")
	require.EqualError(t, err, `deskpolicy: unknown access "edti"; write one of none, view, edit`)
	assert.Equal(t, NoAccess, access)
	assert.Equal(t, "unknown", Access(3).String())
}

func TestFeatures(t *testing.T) {
	var all Features
	for feature := FeatureAttachments; feature <= FeatureCustomRoles; feature <<= 1 {
		all |= feature
		parsed, err := read[Features](feature.String())
		require.NoError(t, err)
		assert.Equal(t, feature, parsed)
		assert.True(t, Features(AllFeatures).Has(feature))
		assert.False(t, Features(0).Has(feature))
	}
	assert.Equal(t, all, Features(AllFeatures), "all features, and nothing else")
	assert.False(t, FeatureCustomRoles.Has(FeatureCustomRoles|FeatureAttachments))
	assert.Equal(t, "attachments|custom_roles", (FeatureAttachments | FeatureCustomRoles).String())
	assert.Equal(t, "attachments|unknown(32768)", (FeatureAttachments | 1<<15).String())
	assert.Equal(t, "none", Features(0).String())
	feature, err := read[Features]("customroles")
	require.EqualError(t, err, `deskpolicy: unknown feature "customroles" (did you mean "custom_roles"?)`)
	assert.Zero(t, feature)
}

// An error suggests the nearest name if at most a third of it differs.
func TestSuggestions(t *testing.T) {
	for text, hint := range map[string]string{
		"ticket.vew":       `"ticket.view"`,
		"ticket.viewing":   `"ticket.view"`,
		"ticket.forwards":  `"ticket.forward"`,
		"icket.view":       `"ticket.view"`,
		"TICKET.VIEW":      `"ticket.view"`,
		"contact.creates":  `"contact.create"`,
		"campaign.create ": `"campaign.create"`,
	} {
		_, err := library.ParseAction(text)
		require.ErrorContains(t, err, "did you mean "+hint)
	}
	long := strings.Repeat("n", 94) // the name has 99 bytes
	vocabulary, err := NewVocabulary(NewHostAction(invoiceView, "view."+long))
	require.NoError(t, err)
	_, err = vocabulary.ParseAction("viewn." + long)
	require.ErrorContains(t, err, "did you mean ")
	_, err = vocabulary.ParseAction("viewnn." + long)
	require.EqualError(t, err, "deskpolicy: unknown action \"viewnn."+long+"\"", "no suggestion for more than 100 bytes")
	for _, text := range []string{"t", "xxxxxx.view", "ticket"} {
		_, err := library.ParseAction(text)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "did you mean")
	}
}

// A name that is much longer than the text is skipped.
func TestSuggestionsSkipLongNames(t *testing.T) {
	v, err := NewVocabulary(NewHostAction(invoiceView, strings.Repeat("x", 400)), NewHostAction(invoiceRefund, "invoice.refund"))
	require.NoError(t, err)
	_, err = v.ParseAction("invoice.refnd")
	require.EqualError(t, err, `deskpolicy: unknown action "invoice.refnd" (did you mean "invoice.refund"?)`)
}

// The suggestion is the first name with the fewest edits, as counted by plainEdits.
func TestSuggestionsAreTheNearest(t *testing.T) {
	effort.Checks(t, 200, 1000, 10_000)
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("abABé")), 1, 9, -1)
	rapid.Check(t, func(t *rapid.T) {
		drawn := rapid.SliceOfNDistinct(letters, 1, 8, strings.ToLower).Draw(t, "names")
		set, err := NewRoleSet("acme", func() (roles []Role) {
			for _, name := range drawn {
				role, err := NewRole("acme", name, Permissions{}, nil)
				require.NoError(t, err)
				roles = append(roles, role)
			}
			return roles
		}()...)
		require.NoError(t, err)
		text := letters.Draw(t, "text")
		if slices.Contains(drawn, text) {
			return
		}
		_, err = set.Without(text)
		want := fmt.Sprintf("deskpolicy: unknown role %q", text)
		best, fewest := "", 1+len(text)/3
		for _, name := range slices.Sorted(slices.Values(drawn)) {
			if n := plainEdits(strings.ToLower(text), strings.ToLower(name)); n < fewest {
				best, fewest = name, n
			}
		}
		if best != "" {
			want += fmt.Sprintf(" (did you mean %q?)", best)
		}
		require.EqualError(t, err, want)
	})
}

// plainEdits returns the fewest bytes to add, drop or replace, by the definition.
func plainEdits(a, b string) int {
	switch {
	case a == "" || b == "":
		return len(a) + len(b)
	case a[0] == b[0]:
		return plainEdits(a[1:], b[1:])
	}
	return 1 + min(plainEdits(a[1:], b), plainEdits(a, b[1:]), plainEdits(a[1:], b[1:]))
}

// The search for a suggestion is bounded, however many names there are.
func TestSuggestionsAreBounded(t *testing.T) {
	bounds.Check(t, 20_000, 1<<20, func(n int) func() {
		_, err := rolesNamed(t, "acme", longNames('x', n)).Role(longNames('y', 1)[0])
		return func() { _ = err.Error() }
	})
}
