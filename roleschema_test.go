package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

// The published schema is that of the library's vocabulary.
func TestRolesSchemaGolden(t *testing.T) {
	golden.File(t, filepath.Join("..", "schema", "roles.schema.json"), string(RolesJSONSchema(nil)))
}

// A rolesSchema is the part of a schema that the tests read.
type rolesSchema struct {
	Required   []string
	Properties map[string]struct {
		Const int
		Items struct{ Enum []string }
	}
	Defs struct {
		Role struct {
			Required   []string
			Properties struct {
				Name struct {
					MinLength, MaxLength int
					Pattern              string
				}
				Level struct {
					Pattern string
					Default string
				}
				Permissions any
			}
		}
		Permission struct {
			AnyOf []struct {
				Enum    []string
				Pattern string
			}
		}
	} `json:"$defs"`
}

func schemaOf(t *testing.T, v *Vocabulary) (s rolesSchema) {
	t.Helper()
	require.NoError(t, json.Unmarshal(RolesJSONSchema(v), &s))
	return s
}

// The schema lists exactly the permissions and keys that DecodeRoles reads.
func TestRolesSchemaMatchesDecodeRoles(t *testing.T) {
	schema := schemaOf(t, nil)
	offered := make(map[Permission]bool)
	for _, text := range schema.Defs.Permission.AnyOf[0].Enum {
		p, err := library.ParsePermission(text)
		require.NoError(t, err)
		offered[p] = true
		set, err := DecodeRoles([]byte(fmt.Sprintf(`{"version": 1, "account": "acme", "roles": [{"name": "R", "permissions": [%q]}]}`, text)), nil)
		require.NoError(t, err)
		role, err := set.Role("R")
		require.NoError(t, err)
		require.Equal(t, NewPermissions(p), role.Permissions())
	}
	for id := range Actions() {
		for _, scope := range levels {
			require.Equal(t, grantable(id) && scoped(id, scope) == id.At(scope), offered[id.At(scope)], id.At(scope)) // R9 A31 A34
		}
		require.Equal(t, grantable(id), slices.Contains(schema.Defs.Permission.AnyOf[0].Enum, id.String()))
	}
	level := regexp.MustCompile(schema.Defs.Role.Properties.Level.Pattern)
	for _, scope := range append(scopeTexts, "group|unassigned") {
		assert.Regexp(t, level, scope)
	}
	assert.NotRegexp(t, level, "none")
	assert.Equal(t, "restricted", schema.Defs.Role.Properties.Level.Default)
	assert.Equal(t, 1, schema.Properties["version"].Const)
	var builtIn []string
	for _, role := range everyBuiltIn {
		builtIn = append(builtIn, role.Name())
		file := fmt.Sprintf(`{"version": 1, "account": "acme", "built_in": [%q], "roles": []}`, role.Name())
		require.NoError(t, second(DecodeRoles([]byte(file), nil)))
	}
	assert.Equal(t, builtIn, schema.Properties["built_in"].Items.Enum)

	// DecodeRoles reads every key of the schema and requires those that the schema requires.
	file := map[string]any{"$schema": "x", "version": 1, "account": "acme", "built_in": []any{}, "roles": []any{}}
	assert.Len(t, schema.Properties, len(file))
	for key := range schema.Properties {
		assert.Contains(t, file, key)
	}
	for _, key := range schema.Required {
		assert.ErrorContains(t, decodeWithout(file, key), key+": missing")
	}
	assert.NoError(t, decodeWithout(file, "$schema"))
	assert.NoError(t, decodeWithout(file, "built_in"))
	for _, key := range schema.Defs.Role.Required {
		role := map[string]any{"name": "R", "permissions": []any{}, "level": "group"}
		file["roles"] = []any{role}
		assert.NoError(t, decodeWithout(file, ""))
		delete(role, key)
		assert.ErrorContains(t, decodeWithout(file, ""), key+": missing")
	}
}

// scopeTexts are the names that a scope is written with.
var scopeTexts = []string{
	"restricted", "group", "shared", "global",
	"in_group", "assigned", "group_queue", "unassigned", "unrouted", "requested", "participating", "mentioned", "my_customers", "same_company",
}

// The schema accepts every scope that DecodeRoles reads.
func TestRolesSchemaScopes(t *testing.T) {
	pattern := regexp.MustCompile(schemaOf(t, nil).Defs.Permission.AnyOf[1].Pattern)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(append(scopeTexts, "", "anything", "none")), 1, 4).Draw(t, "parts")
		text := "ticket.view@" + strings.Join(parts, "|")
		if _, err := library.ParsePermission(text); err == nil && !slices.Contains(parts, "anything") {
			require.Regexp(t, pattern, text)
		}
		if slices.Contains(parts, "") || slices.Contains(parts, "none") {
			require.NotRegexp(t, pattern, text)
		}
	})
	for _, text := range []string{"ticket.vieww@group", "agent.edit@group", "role.custom.create@group", "ticketxview@group"} {
		assert.NotRegexp(t, pattern, text)
	}
}

// decodeWithout reads the file without one of its keys.
func decodeWithout(file map[string]any, key string) error {
	rest := make(map[string]any)
	for each, value := range file {
		if each != key {
			rest[each] = value
		}
	}
	data, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	_, err = DecodeRoles(data, nil)
	return err
}

// The schema accepts every name that a role can have.
func TestRolesSchemaNames(t *testing.T) {
	name := schemaOf(t, nil).Defs.Role.Properties.Name
	pattern := regexp.MustCompile(name.Pattern)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(roleNameGen, rapid.String(), rapid.StringN(95, 105, -1)).Draw(t, "name")
		n := utf8.RuneCountInString(text)
		if _, err := NewRole("acme", text, Permissions{}, nil); err == nil {
			require.True(t, pattern.MatchString(text) && name.MinLength <= n && n <= name.MaxLength)
		}
	})
	for _, text := range []string{"", " ", " R", "R ", "R\nS"} {
		assert.NotRegexp(t, pattern, text)
	}
	_, err := NewRole("acme", strings.Repeat("n", name.MaxLength), Permissions{}, nil)
	require.NoError(t, err)
	_, err = NewRole("acme", strings.Repeat("n", name.MaxLength+1), Permissions{}, nil)
	require.Error(t, err)
}

// The schema lists a host's actions by name, in the order of their numbers.
func TestRolesSchemaOfAHost(t *testing.T) {
	vocabulary, err := NewVocabulary(NewHostAction(invoiceAnnul, "invoice.annul"), NewHostAction(invoiceRefund, "invoice.refund"), NewHostAction(invoiceView, "invoice.view"))
	require.NoError(t, err)
	library := schemaOf(t, nil).Defs.Permission.AnyOf[0].Enum
	want := library
	for _, name := range []string{"invoice.view", "invoice.refund", "invoice.annul"} {
		want = append(want, name)
		for _, scope := range scopeTexts[:4] {
			want = append(want, name+"@"+scope)
		}
	}
	assert.Equal(t, want, schemaOf(t, vocabulary).Defs.Permission.AnyOf[0].Enum)
}
