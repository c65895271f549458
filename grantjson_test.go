package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// acmesRole returns a lookup of acme's roles by name: the built-in ones and "Tier 2".
func acmesRole(t testing.TB) func(string) (Role, error) {
	tier2 := newRole(t, "Tier 2")
	return func(name string) (Role, error) {
		if name == "Tier 2" {
			return tier2, nil
		}
		return BuiltInRole(name)
	}
}

// fullGrant returns a support grant with every field set, and the event of its revocation.
func fullGrant(t testing.TB) (SupportGrant, SupportGrantEvent) {
	tier2, err := acmesRole(t)("Tier 2")
	require.NoError(t, err)
	grant := granted(t, SupportGrantTerms{
		ID: "g<1>", Start: noon.Add(1), End: noon.Add(time.Hour), Roles: []Role{SupervisorRole.Role(), tier2},
		Workspaces: map[WorkspaceID][]Role{"legal": nil, "it": {AgentRole.Role(), SupervisorRole.Role()}}, Engineers: []SupportEngineer{eve, {"z<oë>", "Zoë", "zoë@vendor.example"}},
	})
	ended, event, err := RevokeSupportGrant(owner(), grant, noon.Add(time.Minute))
	require.NoError(t, err)
	return ended, event
}

// The JSON form does not change between versions.
func TestGrantJSON(t *testing.T) {
	grant, event := fullGrant(t)
	const before = `{"id":"g\u003c1\u003e","account":"acme","by":"riya","start":"2026-11-02T12:00:00.000000001Z","end":"2026-11-02T13:00:00Z",` +
		`"roles":["Supervisor","Tier 2"],"built_in":["Agent","Supervisor"],"workspaces":{"it":["Agent","Supervisor"],"legal":[]},"engineers":[{"id":"eve","name":"Eve Novak","email":"eve@vendor.example"},{"id":"z\u003coë\u003e","name":"Zoë","email":"zoë@vendor.example"}]}`
	after := strings.Replace(before, `"roles"`, `"revoked":"2026-11-02T12:01:00Z","roles"`, 1)
	assert.Equal(t, after, writtenAs(t, grant))
	data, err := json.Marshal(event)
	require.NoError(t, err)
	assert.Equal(t, `{"action":"support_grant.revoke","by":"riya","at":"2026-11-02T12:01:00Z","before":`+before+`,"after":`+after+`}`, string(data))

	least, created, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}}, noon)
	require.NoError(t, err)
	assert.Equal(t, leastGrant, writtenAs(t, least))
	data, err = json.Marshal(created)
	require.NoError(t, err)
	assert.Equal(t, leastEvent, string(data))

	_, err = json.Marshal(SupportGrant{})
	require.ErrorContains(t, err, "deskpolicy: the zero SupportGrant cannot be written as JSON")
	_, err = json.Marshal(SupportGrantEvent{})
	require.ErrorContains(t, err, "deskpolicy: the zero SupportGrant cannot be written as JSON")
}

const (
	leastGrant     = `{"id":"g1","account":"acme","by":"riya","start":"2026-11-02T12:00:00Z","end":"2026-11-09T12:00:00Z","roles":["Agent"],"built_in":["Agent"],` + leastEngineers + `}`
	leastEngineers = `"engineers":[{"id":"eve","name":"Eve Novak","email":"eve@vendor.example"}]`
	leastEvent     = `{"action":"support_grant.create","by":"riya","at":"2026-11-02T12:00:00Z","after":` + leastGrant + `}`
)

// A support grant that is written and read back has the same JSON form and gives the same
// decisions.
func TestGrantJSONRoundTrip(t *testing.T) {
	asks := supportQuestions(t)
	lookup := func(name string) (Role, error) {
		for model, role := range supportRoles {
			if model.Name == name {
				return role, nil
			}
		}
		return Role{}, fmt.Errorf("unknown role %q", name)
	}
	for i, life := range supportLives() {
		if i%effort.Of(10, 1, 1) != 0 {
			continue
		}
		for _, content := range supportContents() {
			life.Roles, life.Workspaces = content.Roles, content.Workspaces
			grant := issued(t, &life)
			written := writtenAs(t, grant)
			read, err := DecodeSupportGrant([]byte(written), lookup)
			require.NoError(t, err)
			require.Equal(t, written, writtenAs(t, read))
			for _, moment := range supportMoments()[:6] {
				now := noon.Add(time.Duration(moment))
				for i := range asks {
					require.True(t, asks[i].ask(at(grant, now)) == asks[i].ask(at(read, now)), "%+v", asks[i].model)
				}
			}
		}
	}
}

// Every event is read back with the same JSON form.
func TestGrantEventJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		life := rapid.Custom(func(t *rapid.T) time.Duration { return time.Duration(rapid.Int64Range(1, int64(30*days)).Draw(t, "")) })
		now := noon
		grant, event, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: now.Add(life.Draw(t, "life"))}, now)
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			if err == nil { // a refused change has no event
				data, err := json.Marshal(event)
				require.NoError(t, err)
				read, err := DecodeSupportGrantEvent(data, nil)
				require.NoError(t, err, string(data))
				again, err := json.Marshal(read)
				require.NoError(t, err)
				require.Equal(t, string(data), string(again))
				grant = read.After
			}
			now = now.Add(life.Draw(t, "time"))
			if rapid.Bool().Draw(t, "extend") {
				_, event, err = ExtendSupportGrant(owner(), grant, now.Add(life.Draw(t, "life")), now, nil)
			} else {
				_, event, err = RevokeSupportGrant(owner(), grant, now.Add(-life.Draw(t, "told late")))
			}
		}
	})
}

// With any text, a support grant is either refused or its events are read back unchanged.
func TestEveryGrantIsReadBack(t *testing.T) {
	checkOften(t)
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		text := func(of, usual string) string {
			return rapid.OneOf(rapid.Just(usual), rapid.Just(usual), rapid.Just(usual), anyText).Draw(t, of)
		}
		who := func() *Agent {
			by := owner()
			by.ID, by.Account.ID = AgentID(text("by", "riya")), AccountID(text("account", "acme"))
			return by
		}
		w := WorkspaceID(text("workspace", "legal"))
		by := who()
		by.Bindings = append(by.Bindings, Binding{Role: AccountAdministratorRole.Role(), Workspace: w, TicketScope: ScopeGlobal})
		terms := SupportGrantTerms{
			ID: SupportGrantID(text("ID", "g1")), Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{w: nil},
			Engineers: []SupportEngineer{{SupportEngineerID(text("engineer", "eve")), text("name", "Eve"), text("address", "eve@vendor.example")}, zoe},
		}
		grant, event, err := NewSupportGrant(by, terms, noon)
		for change := range 3 {
			if err != nil {
				return
			}
			made++
			requireReadBack(t, event)
			require.Equal(t, terms.Engineers, event.After.Engineers())
			if by = who(); change == 0 {
				grant, event, err = ExtendSupportGrant(by, grant, grant.End().Add(1), noon, nil)
			} else {
				grant, event, err = RevokeSupportGrant(by, grant, noon)
			}
		}
	})
	require.Positive(t, made)
}

// Two different roles with the same name are refused.
func TestGrantOfTwoRolesWithTheSameName(t *testing.T) {
	one, same, other := newRole(t, "Tier 2"), newRole(t, "Tier 2"), roleOf(t, "Tier 2", FAQView.At(ScopeGlobal))
	issue := func(in ...Role) error {
		_, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{one}, Workspaces: map[WorkspaceID][]Role{"it": in}}, noon)
		return err
	}
	require.NoError(t, issue(one, same))
	require.EqualError(t, issue(one, other), `deskpolicy: support grant "g1": two different roles are named "Tier 2" and cannot be told apart when read back; rename one`)
}

// DecodeSupportGrant reports each problem with its line and its path.
func TestDecodeGrantRefuses(t *testing.T) {
	plain := func(document string) string { return strings.Replace(document, `"built_in":["Agent"],`, "", 1) } // which it need not have
	leastGrant, leastEvent := plain(leastGrant), plain(leastEvent)
	replaced := func(old, new string) string {
		require.Equal(t, 1, strings.Count(leastGrant, old))
		return strings.Replace(leastGrant, old, new, 1)
	}
	const noInstant = ` is not an instant in UTC such as "2026-11-21T09:30:00Z"`
	start := func(text string) string { return replaced(`"start":"2026-11-02T12:00:00Z"`, `"start":"`+text+`"`) }
	for _, c := range []struct{ name, document, want string }{
		{"a duplicate key", replaced(`"id":"g1"`, `"id":"g1","id":"g2"`), `line 1: id: duplicate key`},
		{"a duplicate key, escaped", replaced(`"id":"g1"`, `"id":"g1","\u0069d":"g2"`), `line 1: id: duplicate key`},
		{"a workspace twice", replaced(`"roles"`, "\"workspaces\":{\"it\":[],\n\"it\":[\"Administrator\"]},\"roles\""), `line 2: workspaces.it: duplicate key`},
		{"an additional key in other case", replaced(`"roles"`, `"Revoked":"2026-11-02T12:00:00Z","roles"`), `line 1: Revoked: unknown key`},
		{"a key in other case", replaced(`"end"`, `"END"`), "line 1: end: missing\nline 1: END: unknown key"},
		{"a key with the Kelvin sign", replaced(`"roles"`, `"wor\u212aspaces":{"it":[]},"roles"`), "line 1: [\"wor\u212aspaces\"]: unknown key"},
		{"a key with the long s", replaced(`"start"`, `"ſtart"`), "line 1: start: missing\nline 1: [\"ſtart\"]: unknown key"},
		{"an unknown key", replaced(`"roles"`, `"forever":true,"roles"`), `line 1: forever: unknown key`},
		{"a trailing object", leastGrant + "\n{}", `line 2: invalid character '{' after top-level value`},
		{"trailing text", leastGrant + " x", `line 1: invalid character 'x' after top-level value`},
		{"a trailing bracket", leastGrant + "}", `line 1: invalid character '}' after top-level value`},
		{"null", `null`, `line 1: null`},
		{"a null end", replaced(`"2026-11-09T12:00:00Z"`, "\nnull"), `line 2: end: null`},
		{"a null revocation", replaced(`"roles"`, `"revoked":null,"roles"`), `line 1: revoked: null`},
		{"a null workspace", replaced(`"roles"`, `"workspaces":{"it":null},"roles"`), `line 1: workspaces.it: null`},
		{"nothing", `{}`, "line 1: id: missing\nline 1: account: missing\nline 1: by: missing\nline 1: start: missing\nline 1: end: missing\nline 1: roles: missing\nline 1: engineers: missing"},
		{"no end", replaced(`"end":"2026-11-09T12:00:00Z",`, ""), `line 1: end: missing`},
		{"an empty document", "", `the document is empty`},
		{"invalid UTF-8", replaced(`"g1"`, "\n\"\xff\""), `line 2: invalid UTF-8`},
		{"half a surrogate pair", replaced(`"g1"`, `"\ud83d"`), `line 1: id: the string has NUL, U+FFFD or half a surrogate pair`},
		{"U+FFFD", replaced(`"g1"`, `"�"`), `line 1: id: the string has NUL, U+FFFD or half a surrogate pair`},
		{"NUL", replaced(`"riya"`, `"ri\u0000ya"`), `line 1: by: the string has NUL, U+FFFD or half a surrogate pair`},
		{"depth", replaced(`"Agent"`, `[[[[[[[[]]]]]]]]`), `line 1: roles[0]: want a string, not an array
line 1: roles[0][0][0][0][0][0][0]: more than 8 objects and arrays within one another`},
		{"length", leastGrant + strings.Repeat(" ", 1<<20), `the document is longer than 1048576 bytes`},
		{"an array", "[" + leastGrant + "]", `line 1: want an object, not an array`},
		{"a number for an instant", replaced(`"2026-11-09T12:00:00Z"`, `1762000000`), `line 1: end: want a string, not a number`},
		{"one role", replaced(`["Agent"]`, `"Agent"`), `line 1: roles: want an array, not a string`},

		{"a comma", start("2026-11-02T12:00:00,5Z"), `line 1: start: "2026-11-02T12:00:00,5Z"` + noInstant},
		{"an offset of nothing", start("2026-11-02T12:00:00+00:00"), `line 1: start: "2026-11-02T12:00:00+00:00"` + noInstant},
		{"an offset", start("2026-11-02T13:00:00+01:00"), `line 1: start: "2026-11-02T13:00:00+01:00"` + noInstant},
		{"an offset of a day", start("2026-11-02T12:00:00+24:00"), `line 1: start: "2026-11-02T12:00:00+24:00"` + noInstant},
		{"a small z", start("2026-11-02T12:00:00z"), `line 1: start: "2026-11-02T12:00:00z"` + noInstant},
		{"a small t", start("2026-11-02t12:00:00Z"), `line 1: start: "2026-11-02t12:00:00Z"` + noInstant},
		{"a leap second", start("2026-11-02T23:59:60Z"), `line 1: start: "2026-11-02T23:59:60Z"` + noInstant},
		{"24 o'clock", start("2026-11-02T24:00:00Z"), `line 1: start: "2026-11-02T24:00:00Z"` + noInstant},
		{"one digit of an hour", start("2026-11-02T3:00:00Z"), `line 1: start: "2026-11-02T3:00:00Z"` + noInstant},
		{"ten digits", start("2026-11-02T12:00:00.1234567891Z"), `line 1: start: "2026-11-02T12:00:00.1234567891Z"` + noInstant},
		{"a trailing zero", start("2026-11-02T12:00:00.10Z"), `line 1: start: "2026-11-02T12:00:00.10Z"` + noInstant},
		{"a date that does not exist", start("2026-02-29T12:00:00Z"), `line 1: start: "2026-02-29T12:00:00Z"` + noInstant},
		{"a space", start("2026-11-02 12:00:00Z"), `line 1: start: "2026-11-02 12:00:00Z"` + noInstant},
		{"a date", start("2026-11-02"), `line 1: start: "2026-11-02"` + noInstant},
		{"an empty instant", start(""), `line 1: start: ""` + noInstant},
		{"the year 0", start("0000-01-01T00:00:00Z"), `line 1: start: 0000-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`},
		{"the zero time", start("0001-01-01T00:00:00Z"), `line 1: start: 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`},
		{"just before 1970", start("1969-12-31T23:59:59.999999999Z"), `line 1: start: 1969-12-31T23:59:59.999999999Z is outside the years 1970 to 2199; use an instant in that range`},
		{"2200", replaced(`2026-11-09T12:00:00Z`, `2200-01-01T00:00:00Z`), `line 1: end: 2200-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`},
		{"the year 9999", replaced(`2026-11-09T12:00:00Z`, `9999-12-31T23:59:59Z`), `line 1: end: 9999-12-31T23:59:59Z is outside the years 1970 to 2199; use an instant in that range`},
		{"a revocation at the zero time", replaced(`"roles"`, `"revoked":"0001-01-01T00:00:00Z","roles"`),
			`line 1: revoked: 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`},

		{"an unknown role", replaced(`"Agent"`, `"Superviser"`), `line 1: roles[0]: unknown built-in role "Superviser" (did you mean "Supervisor"?)`},
		{"a custom role that is not found", replaced(`["Agent"]`, "[\"Agent\",\n\"Tier 2\"]"), `line 2: roles[1]: unknown built-in role "Tier 2"`},
		{"an unknown role in a workspace", replaced(`"roles"`, `"workspaces":{"on call":["agent"]},"roles"`),
			`line 1: workspaces["on call"][0]: unknown built-in role "agent" (did you mean "Agent"?)`},

		{"an empty ID", replaced(`"g1"`, `""`), `line 1: support grant "": the ID is empty; set it`},
		{"no account and no creator", strings.NewReplacer(`"acme"`, `""`, `"riya"`, `""`).Replace(leastGrant),
			"line 1: support grant \"g1\": \"account\" is empty; set it to the ID of the account\nline 1: support grant \"g1\": \"by\" is empty; set it to the ID of the agent who created the support grant"},
		{"no account and no roles", strings.NewReplacer(`"acme"`, `""`, `["Agent"]`, `[]`).Replace(leastGrant),
			"line 1: support grant \"g1\": no role is named for the account; name at least one\nline 1: support grant \"g1\": \"account\" is empty; set it to the ID of the account"},
		{"no roles", replaced(`["Agent"]`, `[]`), `line 1: support grant "g1": no role is named for the account; name at least one`},
		{"a workspace without ID", replaced(`"roles"`, `"workspaces":{"":[],"*":[]},"roles"`),
			"line 1: support grant \"g1\": \"\" is not the ID of a workspace; name a single workspace\nline 1: support grant \"g1\": \"*\" is not the ID of a workspace; name a single workspace"},
		{"the end at the start", start("2026-11-09T12:00:00Z"),
			`line 1: support grant "g1": the end 2026-11-09T12:00:00Z is not after the start 2026-11-09T12:00:00Z; choose a later end`},
		{"several problems", strings.NewReplacer(`"id":"g1"`, `"id":7`, `["Agent"]`, `["Agen"]`, `"by"`, "\n\"By\"").Replace(leastGrant), `line 1: by: missing
line 1: id: want a string, not a number
line 2: By: unknown key
line 2: roles[0]: unknown built-in role "Agen" (did you mean "Agent"?)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			grant, err := DecodeSupportGrant([]byte(c.document), nil)
			require.EqualError(t, err, c.want)
			require.Equal(t, SupportGrant{}, grant)
			event, err := DecodeSupportGrantEvent([]byte(strings.Replace(leastEvent, leastGrant, c.document, 1)), nil)
			require.Error(t, err, "it is refused in an event too")
			require.Equal(t, SupportGrantEvent{}, event)
		})
	}

	_, err := DecodeSupportGrant([]byte(replaced(`"Agent"`, `"Night Shift"`)), func(string) (Role, error) { return foreignRole(t), nil })
	require.EqualError(t, err, `line 1: support grant "g1": role "Night Shift" in "*" does not belong to account "acme"; name a built-in role or a role of the account`)
	_, err = DecodeSupportGrant([]byte(leastGrant), func(string) (Role, error) { return Role{}, nil })
	require.EqualError(t, err, `line 1: support grant "g1": role "" in "*" does not belong to account "acme"; name a built-in role or a role of the account`)
	grant, err := DecodeSupportGrant([]byte(replaced(`"Agent"`, `"Tier 2"`)), acmesRole(t))
	require.NoError(t, err)
	require.Equal(t, "Tier 2", grant.Roles()[0].Name())
}

// An event is refused if its change does not turn the support grant before into the one after.
func TestDecodeGrantEventRefuses(t *testing.T) {
	const (
		longer  = `{"id":"g1","account":"acme","by":"riya","start":"2026-11-02T12:00:00Z","end":"2026-11-10T12:00:00Z","roles":["Agent"],"built_in":["Agent"],` + leastEngineers + `}`
		revoked = `{"id":"g1","account":"acme","by":"riya","start":"2026-11-02T12:00:00Z","end":"2026-11-09T12:00:00Z","revoked":"2026-11-03T12:00:00Z","roles":["Agent"],"built_in":["Agent"],` + leastEngineers + `}`
		noState = "line 1: support grant \"g1\": \"before\" must be absent for support_grant.create and present for any other action"
		notThat = "line 1: support grant \"g1\": \"after\" is not the support grant that the change returned; write that one"
	)
	event := func(action, by, at, before, after string) string {
		if before != "" {
			before = `"before":` + before + ","
		}
		return fmt.Sprintf(`{"action":"support_grant.%s","by":%q,"at":%q,%s"after":%s}`, action, by, at, before, after)
	}
	const second, third = "2026-11-02T12:00:00Z", "2026-11-03T12:00:00Z"
	other := func(grant, old, new string) string {
		require.Contains(t, grant, old)
		return strings.Replace(grant, old, new, 1)
	}
	for _, c := range []struct{ name, document, want string }{
		{"created", event("create", "riya", second, "", leastGrant), ""},
		{"extended", event("extend", "bob", third, leastGrant, longer), ""},
		{"revoked", event("revoke", "bob", third, leastGrant, revoked), ""},
		{"revoked again, later", event("revoke", "bob", "2026-11-04T12:00:00Z", revoked, revoked), ""},
		{"revoked again, earlier", event("revoke", "bob", second, revoked, other(revoked, `"revoked":"2026-11-03`, `"revoked":"2026-11-02`)), ""},

		{"created with a before", event("create", "riya", second, leastGrant, leastGrant), noState},
		{"extended without a before", event("extend", "riya", second, "", longer), noState},
		{"revoked without a before", event("revoke", "riya", third, "", revoked), noState},
		{"no agent, no before", event("revoke", "", third, "", revoked), "line 1: support grant \"g1\": \"by\" is empty; set it to the ID of the agent who made the change\n" + noState},
		{"no agent", event("revoke", "", third, leastGrant, revoked), "line 1: support grant \"g1\": \"by\" is empty; set it to the ID of the agent who made the change"},
		{"no agent, created after the start", event("create", "", third, "", other(leastGrant, `"roles"`, `"revoked":"2026-11-03T12:00:00Z","roles"`)),
			"line 1: support grant \"g1\": \"by\" is empty; set it to the ID of the agent who made the change\nline 1: support grant \"g1\": the start 2026-11-02T12:00:00Z is in the past; start now or later\n" + notThat},
		{"no agent, not extended", event("extend", "", third, leastGrant, leastGrant),
			"line 1: support grant \"g1\": \"by\" is empty; set it to the ID of the agent who made the change\n" + `line 1: support grant "g1": the new end 2026-11-09T12:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end`},
		{"no agent, not extended after it expired", event("extend", "", "2026-11-09T12:00:00Z", leastGrant, leastGrant), "line 1: support grant \"g1\": \"by\" is empty; set it to the ID of the agent who made the change\n" +
			"line 1: support grant \"g1\": expired support grants cannot be extended; create a new one\n" +
			`line 1: support grant "g1": the new end 2026-11-09T12:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end` + "\n" +
			`line 1: support grant "g1": the end 2026-11-09T12:00:00Z is in the past; choose a later end`},
		{"created by another agent", event("create", "bob", second, "", leastGrant), notThat},
		{"created revoked", event("create", "riya", second, "", revoked), notThat},
		{"created after the start", event("create", "riya", third, "", leastGrant), `line 1: support grant "g1": the start 2026-11-02T12:00:00Z is in the past; start now or later`},
		{"not extended", event("extend", "bob", third, leastGrant, leastGrant),
			`line 1: support grant "g1": the new end 2026-11-09T12:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end`},
		{"shortened", event("extend", "bob", third, longer, leastGrant),
			`line 1: support grant "g1": the new end 2026-11-09T12:00:00Z is not after the current end 2026-11-10T12:00:00Z; choose a later end`},
		{"extended after it expired", event("extend", "bob", "2026-11-09T12:00:00Z", leastGrant, longer), `line 1: support grant "g1": expired support grants cannot be extended; create a new one`},
		{"extended after it was revoked", event("extend", "bob", third, revoked, other(revoked, "09T12", "10T12")), `line 1: support grant "g1": revoked support grants cannot be extended; create a new one`},
		{"revived", event("extend", "bob", second, revoked, longer), notThat},
		{"extended and revoked", event("extend", "bob", third, leastGrant, other(revoked, "09T12", "10T12")), notThat},
		{"extended into another grant", event("extend", "bob", third, leastGrant, other(longer, "g1", "g2")), strings.Replace(notThat, "g1", "g2", 1)},
		{"extended into another account", event("extend", "bob", third, leastGrant, other(longer, "acme", "globex")), notThat},
		{"extended to another creator", event("extend", "bob", third, leastGrant, other(longer, "riya", "bob")), notThat},
		{"extended to an earlier start", event("extend", "bob", third, leastGrant, other(longer, "02T12", "01T12")), notThat},
		{"extended to more roles", event("extend", "bob", third, leastGrant, other(longer, `"Agent"`, `"Agent","Administrator"`)), notThat},
		{"extended to more workspaces", event("extend", "bob", third, leastGrant, other(longer, `"roles"`, `"workspaces":{"it":[]},"roles"`)), notThat},
		{"extended to another engineer", event("extend", "bob", third, leastGrant, other(longer, `"id":"eve"`, `"id":"zoe"`)), notThat},
		{"not revoked", event("revoke", "bob", third, leastGrant, leastGrant), notThat},
		{"revoked at another time", event("revoke", "bob", second, leastGrant, revoked), notThat},
		{"revoked and extended", event("revoke", "bob", third, leastGrant, other(revoked, "09T12", "10T12")), notThat},
		{"a revocation undone", event("revoke", "bob", "2026-11-04T12:00:00Z", revoked, leastGrant), notThat},
		{"a revocation moved later", event("revoke", "bob", "2026-11-04T12:00:00Z", revoked, other(revoked, `"revoked":"2026-11-03`, `"revoked":"2026-11-04`)), notThat},
		{"another grant revoked", event("revoke", "bob", third, leastGrant, other(revoked, "g1", "g2")), strings.Replace(notThat, "g1", "g2", 1)},

		{"another change", event("view", "riya", third, leastGrant, leastGrant),
			`line 1: action: unknown change of a support grant "support_grant.view" (did you mean "support_grant.create"?)`},
		{"an unknown change", event("extnd", "riya", third, leastGrant, longer),
			`line 1: action: unknown change of a support grant "support_grant.extnd" (did you mean "support_grant.extend"?)`},
		{"no instant", event("create", "riya", "0001-01-01T00:00:00Z", "", leastGrant), `line 1: at: 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`},
		{"a null before", event("create", "riya", second, "null", leastGrant), `line 1: before: null`},
		{"a key in other case", other(event("create", "riya", second, "", leastGrant), `"at"`, `"AT"`), "line 1: at: missing\nline 1: AT: unknown key"},
		{"a bad grant before", event("extend", "bob", third, "\n{}", longer), `line 2: before.id: missing
line 2: before.account: missing
line 2: before.by: missing
line 2: before.start: missing
line 2: before.end: missing
line 2: before.roles: missing
line 2: before.engineers: missing`},
		{"an invalid support grant after", event("create", "riya", second, "", other(leastGrant, `["Agent"]`, `[]`)), `line 1: after: support grant "g1": no role is named for the account; name at least one`},
		{"nothing", `{}`, "line 1: action: missing\nline 1: by: missing\nline 1: at: missing\nline 1: after: missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			event, err := DecodeSupportGrantEvent([]byte(c.document), nil)
			if c.want == "" {
				require.NoError(t, err)
				data, err := json.Marshal(event)
				require.NoError(t, err)
				require.Equal(t, c.document, string(data))
				return
			}
			require.EqualError(t, err, c.want)
			require.Equal(t, SupportGrantEvent{}, event)
		})
	}
}

// requireSound checks what must hold for every support grant.
func requireSound(t *testing.T, grant SupportGrant) {
	t.Helper()
	require.NotEmpty(t, grant.ID())
	require.NotEmpty(t, grant.Account())
	require.NotEmpty(t, grant.CreatedBy())
	require.NotEmpty(t, grant.Roles())
	require.True(t, grant.End().After(grant.Start()))
	require.Equal(t, SupportGrantExpired == grant.Status(grant.End()), !grant.RevokedAt().Before(grant.End()) || grant.RevokedAt().IsZero())
	require.NotEqual(t, SupportGrantActive, grant.Status(grant.End()))

	written := writtenAs(t, grant)
	again, err := DecodeSupportGrant([]byte(written), nil)
	require.NoError(t, err, "accepted once, accepted again")
	require.Equal(t, written, writtenAs(t, again))
	for _, now := range []time.Time{grant.Start(), grant.RevokedAt(), grant.End().Add(-1), grant.End()} {
		account := Account{ID: grant.Account()}
		ticket := Ticket{Account: grant.Account()}
		d := Authorize(grant.Session(eve, account, now), TicketView, &ticket)
		require.True(t, d == Authorize(again.Session(eve, account, now), TicketView, &ticket))
		require.False(t, d.Allowed() && grant.Status(now) != SupportGrantActive)
	}
}

// json.Unmarshal, which cannot look up custom roles, does not read a support grant.
func TestGrantIsNotUnmarshalled(t *testing.T) {
	var grant SupportGrant
	require.EqualError(t, json.Unmarshal([]byte(`{}`), &grant), "deskpolicy: a SupportGrant cannot be unmarshaled; use DecodeSupportGrant")
}
