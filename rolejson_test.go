package deskpolicy_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// internsFile is a file as Encode writes it.
const internsFile = `{
  "version": 1,
  "account": "acme",
  "roles": [
    {
      "name": "Interns",
      "permissions": [
        "conversation.view@global",
        "conversation.reply@restricted"
      ]
    },
    {
      "name": "R&D <2>",
      "permissions": []
    }
  ]
}
`

// interns returns the set in internsFile.
func interns(t testing.TB) RoleSet {
	t.Helper()
	role, err := NewRole("acme", "Interns", NewPermissions(ConversationView.At(ScopeGlobal), ConversationReply.At(ScopeRestricted)), nil)
	require.NoError(t, err)
	idle, err := NewRole("acme", "R&D <2>", Permissions{}, nil)
	require.NoError(t, err)
	return setOf(t, idle, role)
}

func requireSameRoles(t require.TestingT, want, got RoleSet) {
	require.Equal(t, want.Account(), got.Account())
	require.True(t, slices.EqualFunc(slices.Collect(want.All()), slices.Collect(got.All()), Role.Equal))
	require.Empty(t, want.Diff(got))
}

// Hosts store the bytes: they do not change between versions.
func TestRolesJSON(t *testing.T) {
	data, err := interns(t).Encode(nil)
	require.NoError(t, err)
	assert.Equal(t, internsFile, string(data))
	read, err := DecodeRoles(data, nil)
	require.NoError(t, err)
	requireSameRoles(t, interns(t), read)

	data, err = setOf(t).Encode(nil)
	require.NoError(t, err)
	assert.Equal(t, "{\n  \"version\": 1,\n  \"account\": \"acme\",\n  \"roles\": []\n}\n", string(data))

	// In another document the JSON is the same, without the white space.
	type record struct{ Roles RoleSet }
	data, err = json.Marshal(record{interns(t)})
	require.NoError(t, err)
	var again record
	require.NoError(t, json.Unmarshal(data, &again))
	requireSameRoles(t, interns(t), again.Roles)
	for _, document := range []string{`{"Roles": null}`, `{"Roles": {}}`, strings.Replace(string(data), `"version":1`, `"version":1,"version":1`, 1)} {
		require.Error(t, json.Unmarshal([]byte(document), &again))
		requireSameRoles(t, interns(t), again.Roles) // unchanged
	}
}

// A file can be written in several ways that mean the same.
func TestDecodeRoles(t *testing.T) {
	read, err := DecodeRoles([]byte(`{"$schema": "../roles.schema.json", "roles": [
		{"permissions": [], "name": "R\u0026D <2>"},
		{"level": "global", "name": "Interns", "permissions": ["conversation.reply@restricted", "conversation.view"]}
	], "account": "\u0061cme", "version": 1}`), nil)
	require.NoError(t, err)
	requireSameRoles(t, interns(t), read)

	for level, scope := range map[string]Scope{``: ScopeRestricted, `"level": "restricted", `: ScopeRestricted, `"level": "group", `: ScopeGroup, `"level": "global", `: ScopeGlobal} { // R17
		set, err := DecodeRoles([]byte(`{"version": 1, "account": "acme", "roles": [{"name": "R", `+level+`"permissions": ["conversation.view"]}]}`), nil)
		require.NoError(t, err)
		role, err := set.Role("R")
		require.NoError(t, err)
		assert.Equal(t, NewPermissions(ConversationView.At(scope)), role.Permissions())
	}

	// A file can repeat a permission at a narrower scope.
	set, err := DecodeRoles([]byte(`{"version": 1, "account": "acme", "roles": [{"name": "R", "permissions": ["ticket.view@group", "ticket.view@global"]}]}`), nil)
	require.NoError(t, err)
	data, err := set.Encode(nil)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "ticket.view@group")
}

// encoding/json accepts or silently corrects many of these.
func TestDecodeRolesRefuses(t *testing.T) {
	const file = `{"version": 1, "account": "acme", "roles": [
{"name": "Interns",
"permissions": ["ticket.view@group",
"ticket.reply"]}]}`
	replaced := func(old, new string) string {
		require.Equal(t, 1, strings.Count(file, old))
		return strings.Replace(file, old, new, 1)
	}
	for _, c := range []struct{ name, document, want string }{
		{"a duplicate key", replaced(`"account": "acme"`, `"account": "acme", "account": "initech"`), `line 1: account: duplicate key`},
		{"a duplicate key, escaped", replaced(`"name": "Interns"`, `"name": "Interns", "\u006eame": "Admins"`), `line 2: roles[0].name: duplicate key`},
		{"permissions twice", replaced(`"permissions"`, `"permissions": [], "permissions"`), `line 3: roles[0].permissions: duplicate key`},
		{"a second key in other case", replaced(`"permissions"`, `"Permissions": ["billing.manage@global"], "permissions"`), `line 3: roles[0].Permissions: unknown key`},
		{"a key in other case", replaced(`"name"`, `"NAME"`), "line 2: roles[0].name: missing\nline 2: roles[0].NAME: unknown key"},
		{"a key with the long s", replaced(`"permissions"`, `"permi\u017fsion\u017f"`), "line 2: roles[0].permissions: missing\nline 3: roles[0][\"permi\u017fsion\u017f\"]: unknown key"},
		{"a key with the Kelvin sign", replaced(`"name"`, `"\u212aind": "x", "name"`), "line 2: roles[0][\"\u212aind\"]: unknown key"},
		{"an unknown key", replaced(`"version"`, `"inherits": "Administrator", "version"`), `line 1: inherits: unknown key`},
		{"an unknown key of a role", replaced(`"name"`, `"inherits": ["Administrator"], "name"`), `line 2: roles[0].inherits: unknown key`},
		{"a trailing object", file + "\n{}", `line 5: invalid character '{' after top-level value`},
		{"trailing text", file + " x", `line 4: invalid character 'x' after top-level value`},
		{"a trailing bracket", file + "}", `line 4: invalid character '}' after top-level value`},
		{"a byte order mark", "\ufeff" + file, `line 1: invalid character 'ï' looking for beginning of value`},
		{"a null document", `null`, `line 1: null`},
		{"a null field", replaced(`"acme"`, `null`), `line 1: account: null`},
		{"a null role", replaced(`"roles": [`, `"roles": [null, `), `line 1: roles[0]: null`},
		{"a null permission", replaced(`"ticket.reply"`, `null`), `line 4: roles[0].permissions[1]: null`},
		{"a null level", replaced(`"permissions"`, `"level": null, "permissions"`), `line 3: roles[0].level: null`},
		{"a null schema", replaced(`"version"`, `"$schema": null, "version"`), `line 1: ["$schema"]: null`},
		{"nothing", `{}`, "line 1: version: missing\nline 1: account: missing\nline 1: roles: missing"},
		{"a missing field", replaced(`"version": 1, `, ``), `line 1: version: missing`},
		{"a role of nothing", `{"version": 1, "account": "acme", "roles": [{}]}`, "line 1: roles[0].name: missing\nline 1: roles[0].permissions: missing"},
		{"invalid UTF-8", replaced(`Interns`, "Inter\xffns"), `line 2: invalid UTF-8`},
		{"half a surrogate pair", replaced(`Interns`, `\ud83d`), "line 2: roles[0].name: the string has NUL, U+FFFD or half a surrogate pair"},
		{"U+FFFD", replaced(`acme`, "ac\ufffdme"), "line 1: account: the string has NUL, U+FFFD or half a surrogate pair"},
		{"NUL", replaced(`Interns`, `In\u0000terns`), "line 2: roles[0].name: the string has NUL, U+FFFD or half a surrogate pair"},
		{"depth", replaced(`"ticket.reply"`, `[[[[[]]]]]`), "line 4: roles[0].permissions[1]: want a string, not an array\nline 4: roles[0].permissions[1][0][0][0][0]: more than 8 objects and arrays within one another"},
		{"length", file + strings.Repeat(" ", 4<<20), `the document is longer than 4194304 bytes`},
		{"an empty document", " ", `the document is empty`},

		{"an array", "[" + file + "]", `line 1: want an object, not an array`},
		{"another version", replaced(`1`, `2`), `line 1: version: version 2 is not supported; use version 1`},
		{"version 0", replaced(`1`, `0`), `line 1: version: version 0 is not supported; use version 1`},
		{"a version with a fraction", replaced(`1`, `1.0`), `line 1: version: want a whole number, not 1.0`},
		{"a version in words", replaced(`1`, `"1"`), `line 1: version: want a number, not a string`},
		{"a schema that is not a string", replaced(`"version"`, `"$schema": {}, "version"`), `line 1: ["$schema"]: want a string, not an object`},
		{"no account", replaced(`acme`, ``), `line 1: account: the account ID is empty; give the account that the roles belong to`},
		{"one role", `{"version": 1, "account": "acme", "roles": {"Interns": []}}`, `line 1: roles: want an array, not an object`},
		{"permissions by action", replaced(`"ticket.reply"]`, `"ticket.reply"], "level": {"ticket.view": "global"}`), `line 4: roles[0].level: want a string, not an object`},

		{"an empty name", replaced(`Interns`, ``), `line 2: roles[0].name: role "": the name is blank; give the role a name`},
		{"a name that is not trimmed", replaced(`Interns`, `Interns `), `line 2: roles[0].name: role "Interns ": the name begins or ends with a space; remove it`},
		{"a name with a hidden character", replaced(`Interns`, `In\u200bterns`), `line 2: roles[0].name: role "In\u200bterns": the name contains an invisible character; remove it`},
		{"a name of a built-in role that is offered", strings.Replace(replaced(`Interns`, `AGENT`), `"roles"`, `"built_in": ["Agent"], "roles"`, 1), `line 2: roles[0].name: role "AGENT": the name is taken by the built-in role "Agent"; choose another name`},
		{"a name that is taken", replaced(`"roles": [`, `"roles": [{"name": "interns", "permissions": []},`), `line 2: roles[1].name: role "Interns": the name is taken by role "interns"; choose another name`},
		{"a name that folds to a taken one", replaced(`"roles": [`, `"roles": [{"name": "intern\u017f", "permissions": []},`), "line 2: roles[1].name: role \"Interns\": the name is taken by role \"intern\u017f\"; choose another name"},
		{"a long name", replaced(`Interns`, strings.Repeat("n", 1000)), `line 2: roles[0].name: role "` + strings.Repeat("n", 100) + `"...: the name is longer than 100 characters; shorten it`},

		{"an unknown action", replaced(`ticket.reply`, `ticket.repply`), `line 4: roles[0].permissions[1]: unknown action "ticket.repply" (did you mean "ticket.reply"?)`},
		{"an unknown action and scope", replaced(`ticket.reply`, `ticket.repply@globl`), `line 4: roles[0].permissions[1]: unknown action "ticket.repply" (did you mean "ticket.reply"?)
line 4: roles[0].permissions[1]: unknown scope "globl" (did you mean "global"?)`},
		{"a pattern", replaced(`ticket.reply`, `ticket.*`), `line 4: roles[0].permissions[1]: unknown action "ticket.*"`},
		{"everything", replaced(`ticket.reply`, `*`), `line 4: roles[0].permissions[1]: unknown action "*"`},
		{"an action that is not named", replaced(`ticket.reply`, `host(304)`), `line 4: roles[0].permissions[1]: unknown action "host(304)"`},
		{"an unknown level", replaced(`"permissions"`, `"level": "groups", "permissions"`), `line 3: roles[0].level: unknown scope "groups" (did you mean "group"?)`},
		{"a permission twice", replaced(`"ticket.reply"`, `"ticket.view@group"`), `line 4: roles[0].permissions[1]: duplicate permission ticket.view@group; remove it`},
		{"a permission twice, once by the level", replaced(`"ticket.reply"]`, `"ticket.view"], "level": "group"`), `line 4: roles[0].permissions[1]: duplicate permission ticket.view@group; remove it`},
		{"a scope where none is taken", replaced(`ticket.reply`, `people.view@group`), `line 4: roles[0].permissions[1]: permission "people.view@group": people.view takes no scope; write "people.view"`}, // A34
		{"a permission twice, once without a scope", strings.NewReplacer(`ticket.view@group`, `people.view`, `ticket.reply`, `people.view@global`).Replace(file), `line 4: roles[0].permissions[1]: duplicate permission people.view; remove it`},
		{"logging in", replaced(`ticket.reply`, `session.login`), `line 4: roles[0].permissions[1]: a role cannot hold session.login, which any role that permits something allows; remove it`}, // A31

		{"several problems", strings.NewReplacer(`1`, `3`, `acme`, ``, `Interns`, ` `, `ticket.view@group`, `ticket.viw`, `"ticket.reply"`, `7`).Replace(file), `line 1: version: version 3 is not supported; use version 1
line 1: account: the account ID is empty; give the account that the roles belong to
line 2: roles[0].name: role " ": the name is blank; give the role a name
line 3: roles[0].permissions[0]: unknown action "ticket.viw" (did you mean "ticket.view"?)
line 4: roles[0].permissions[1]: want a string, not a number`},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := DecodeRoles([]byte(c.document), nil)
			require.EqualError(t, err, c.want)
			require.Equal(t, RoleSet{}, set)
		})
	}
	_, err := DecodeRoles([]byte(file), nil)
	require.NoError(t, err)
}

// Refusing a document is fast, and the error is not much longer than the document.
func TestDecodeRolesOfHostileSizes(t *testing.T) {
	const open, size = `{"version": 1, "account": "acme", "roles": [{"name": "R", "permissions": [`, 1 << 20
	fill := func(element string) string {
		return open + strings.Repeat(element+",", size/len(element)) + element + `]}]}`
	}
	long := strings.Repeat("n", size)
	for name, document := range map[string]string{
		"unknown actions":    fill(`"ticket.rply.publicly"`),
		"numbers":            fill(`1`),
		"nulls":              fill(`null`),
		"one permission":     fill(`"ticket.view"`),
		"empty arrays":       fill(`[]`),
		"deep arrays":        open + strings.Repeat("[", size) + strings.Repeat("]", size) + `]}]}`,
		"a long action":      fill(`"` + long + `"`),
		"a long name":        strings.Replace(fill(`"role.custom.create"`), `"R"`, `"`+long+`"`, 1),
		"a long account":     strings.Replace(fill(`"`+long+`"`), `acme`, long, 1),
		"a long version":     strings.Replace(fill(`"`+long+`"`), `1`, "1"+strings.Repeat("0", size), 1),
		"a long key":         strings.Replace(fill(`""`), `"name"`, `"`+long+`": 1, "name"`, 1),
		"roles of one name":  strings.ReplaceAll(fill(`]}, {"name": "r", "permissions": [`), "[,", "["),
		"keys of one object": `{` + strings.Repeat(`"a": 1, `, size/8) + `"a": 1}`,
	} {
		t.Run(name, func(t *testing.T) {
			set, err := DecodeRoles([]byte(document), nil)
			require.Error(t, err)
			require.Equal(t, RoleSet{}, set)
			require.Less(t, len(err.Error()), 3*size)
			require.LessOrEqual(t, strings.Count(err.Error(), "\n"), 1001, "a thousand problems, and what was left out")
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	_, err := RoleSet{}.Encode(nil)
	require.EqualError(t, err, "deskpolicy: role set: the zero RoleSet has no account; use NewRoleSet")
	_, err = json.Marshal(RoleSet{})
	require.ErrorContains(t, err, "deskpolicy: role set: the zero RoleSet has no account; use NewRoleSet")
	for _, account := range []AccountID{"a\x00b", "a\ufffdb", "a\xffb", "\xff"} {
		set, err := NewRoleSet(account)
		require.NoError(t, err)
		_, err = set.Encode(nil)
		require.EqualError(t, err, fmt.Sprintf("deskpolicy: account %q: JSON cannot hold the ID; use valid UTF-8 without NUL or U+FFFD", account))
	}

	// The limit is exactly 4 MiB.
	data, err := setOf(t).Encode(nil)
	require.NoError(t, err)
	room := 4<<20 - len(data) + len("acme")
	largest, err := NewRoleSet(AccountID(strings.Repeat("a", room)))
	require.NoError(t, err)
	data, err = largest.Encode(nil)
	require.NoError(t, err)
	require.Equal(t, 4<<20, len(data))
	larger, err := NewRoleSet(AccountID(strings.Repeat("a", room+1)))
	require.NoError(t, err)
	_, err = larger.Encode(nil)
	require.EqualError(t, err, "deskpolicy: role set: the JSON is longer than 4194304 bytes; remove roles or permissions")
}

// Only a vocabulary has names for a host's actions.
func TestRolesOfAHost(t *testing.T) {
	role, err := NewRole("acme", "Refunds", NewPermissions(TicketView.At(ScopeGlobal), invoiceRefund.At(ScopeGroup), invoiceView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	set := setOf(t, role)
	vocabulary, err := NewVocabulary(NewHostAction(invoiceRefund, "invoice.refund"), NewHostAction(invoiceView, "invoice.view"), NewHostAction(invoiceAnnul, "invoice.annul"))
	require.NoError(t, err)

	data, err := set.Encode(vocabulary)
	require.NoError(t, err)
	assert.Contains(t, string(data), "\"ticket.view@global\",\n        \"invoice.view@global\",\n        \"invoice.refund@group\"\n")
	read, err := DecodeRoles(data, vocabulary)
	require.NoError(t, err)
	requireSameRoles(t, set, read)

	_, err = DecodeRoles(data, nil)
	require.EqualError(t, err, `line 9: roles[0].permissions[1]: unknown action "invoice.view"
line 10: roles[0].permissions[2]: unknown action "invoice.refund"`)
	_, err = set.Encode(nil)
	require.EqualError(t, err, `deskpolicy: role "Refunds": the vocabulary does not name host(256); add it to the vocabulary
deskpolicy: role "Refunds": the vocabulary does not name host(304); add it to the vocabulary`)
	misleading, err := NewVocabulary(NewHostAction(invoiceView, "invoice.view"), NewHostAction(ticketEscalate, "host(304)"))
	require.NoError(t, err)
	_, err = set.Encode(misleading)
	require.EqualError(t, err, `deskpolicy: role "Refunds": the vocabulary does not name host(304); add it to the vocabulary`)

}

var (
	roleNameGen = rapid.StringMatching(`[A-Za-zäß营&<>"\\'🙂]{1,3}( [0-9]{1,2})?`)
	roleSetGen  = rapid.Custom(func(t *rapid.T) RoleSet {
		var roles []Role
		if rapid.Bool().Draw(t, "offers built-in roles") {
			roles = rapid.SliceOfNDistinct(rapid.SampledFrom(everyBuiltIn), 0, 4, Role.Name).Draw(t, "built-in roles")
		}
		for _, name := range rapid.SliceOfNDistinct(roleNameGen, 0, 5, strings.ToLower).Draw(t, "names") {
			var permissions []Permission
			for _, p := range rapid.SliceOfN(rapid.IntRange(0, 3*200), 0, 8).Draw(t, "permissions") {
				permissions = append(permissions, scoped(ActionID(p/3), ScopeRestricted+Scope(p%3)))
			}
			held := NewPermissions(permissions...).Intersect(AdministratorRole.Role().Permissions())
			role, err := NewRole("acme", name, held, nil)
			require.NoError(t, err)
			roles = append(roles, role)
		}
		set, err := NewRoleSet("acme", roles...)
		require.NoError(t, err)
		return set
	})
)

// DecodeRoles reads what Encode writes, and Encode writes it as the same bytes.
func TestRolesJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := roleSetGen.Draw(t, "set")
		data, err := set.Encode(nil)
		require.NoError(t, err)
		requireFixed(t, data)
		read, err := DecodeRoles(data, nil)
		require.NoError(t, err, string(data))
		requireSameRoles(t, set, read)
		compact, err := json.Marshal(set)
		require.NoError(t, err)
		read, err = DecodeRoles(compact, nil)
		require.NoError(t, err)
		requireSameRoles(t, set, read)
	})
}

// requireFixed checks that the set in data is one that NewRoleSet accepts, and that
// encoding and decoding it changes nothing.
func requireFixed(t require.TestingT, data []byte) {
	set, err := DecodeRoles(data, nil)
	require.NoError(t, err)
	checked, err := NewRoleSet(set.Account(), slices.Collect(set.All())...)
	require.NoError(t, err, "NewRoleSet accepts the set")
	for role := range checked.All() {
		if role.BuiltIn() {
			continue
		}
		again, err := NewRole(role.Account(), role.Name(), role.Permissions(), nil)
		require.NoError(t, err)
		require.True(t, again.Equal(role))
	}
	written, err := set.Encode(nil)
	require.NoError(t, err)
	read, err := DecodeRoles(written, nil)
	require.NoError(t, err, "DecodeRoles reads what Encode writes")
	requireSameRoles(t, set, read)
	again, err := read.Encode(nil)
	require.NoError(t, err)
	require.Equal(t, string(written), string(again))
}

// A file means the same in every version. The frozen files are never rewritten, so the
// test fails if a name changes or an old file grants an action that it does not name.
func TestFrozenRoles(t *testing.T) {
	for _, frozen := range []struct {
		name, sum string
		roles     int
		actions   int
	}{
		{"testdata/roles-1.json", "fddce9be86b6f99a73cd81ad5756c4de75ce8a5a7b9536dcf66af3d646766599", 3, 122},
		{"testdata/roles-1-early.json", "4d99c7fdefd4aeaf42b13313bec455b4278b6e1238579c1ec2671ca640d540d5", 2, 8},
	} {
		t.Run(frozen.name, func(t *testing.T) {
			data := readFile(t, frozen.name)
			require.Equal(t, frozen.sum, fmt.Sprintf("%x", sha256.Sum256([]byte(data))), "the file must not change")
			set, err := DecodeRoles([]byte(data), nil)
			require.NoError(t, err)

			var file struct {
				Roles []struct {
					Name, Level string
					Permissions []string
				}
			}
			require.NoError(t, json.Unmarshal([]byte(data), &file))
			require.Len(t, file.Roles, frozen.roles)
			named := make(map[string]bool)
			for _, written := range file.Roles {
				role, err := set.Role(written.Name)
				require.NoError(t, err)
				if written.Level == "" {
					written.Level = "restricted"
				}
				want := make(map[string]bool)
				for _, text := range written.Permissions {
					name, scope, given := strings.Cut(text, "@")
					named[name] = true
					id, err := library.ParseAction(name)
					require.NoError(t, err)
					switch {
					case !given && id.Relations() == Anything:
						scope = "global" // the action takes no scope (A34)
					case !given:
						scope = written.Level
					}
					want[name+" at "+scope] = true
				}
				for id := range Actions() {
					at := func(scope string) bool { return want[id.String()+" at "+scope] }
					require.Equal(t, at("global"), role.Permissions().Has(id.At(ScopeGlobal)), "%v %v", role, id)
					require.Equal(t, at("global") || at("group"), role.Permissions().Has(id.At(ScopeGroup)), "%v %v", role, id)
					require.Equal(t, at("global") || at("group") || at("restricted"), role.Permissions().Has(id.At(ScopeRestricted)), "%v %v", role, id)
				}
				for id := ActionID(FirstHostView); id < FirstHostPublicEdit+HostRangeLength; id++ {
					require.False(t, role.Permissions().Has(id.At(ScopeRestricted)))
				}
			}
			require.Len(t, named, frozen.actions)
		})
	}
}

// manyRoles returns a set of n roles of 40 permissions each.
func manyRoles(t testing.TB, n int) RoleSet {
	t.Helper()
	ids := slices.Collect(Actions())[:80]
	roles := make([]Role, n)
	for i := range roles {
		var permissions []Permission
		for j := range 40 {
			permissions = append(permissions, scoped(ids[(i+2*j)%len(ids)], ScopeRestricted+Scope(i+j)%3))
		}
		role, err := NewRole("acme", fmt.Sprintf("Role %d", i), NewPermissions(permissions...), nil)
		require.NoError(t, err)
		roles[i] = role
	}
	set, err := NewRoleSet("acme", roles...)
	require.NoError(t, err)
	return set
}

func BenchmarkDecodeRoles(b *testing.B) {
	data, err := manyRoles(b, 1000).Encode(nil)
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := DecodeRoles(data, nil); err != nil {
			b.Fatal(err)
		}
	}
}
