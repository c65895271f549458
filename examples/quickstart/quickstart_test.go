package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
)

var update = flag.Bool("update", false, "rewrite the golden file in testdata")

func TestOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), "stderr: %s", &stderr)
	require.Empty(t, stderr.String())
	path := filepath.Join("testdata", "output.golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, stdout.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), stdout.String()); diff != "" {
		t.Errorf("an answer has changed (-file +now, go test ./examples/quickstart -update accepts):\n%s", diff)
	}
}

func TestItRunsFromAnywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), "stderr: %s", &stderr)
	require.NotEmpty(t, stdout.String())
}

// Every question must be about something: a helpdesk that has drifted away from
// its questions would be answered with denials that nobody notices.
func TestEveryQuestionMakesSense(t *testing.T) {
	questions, err := load(embedded)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(questions), 32)

	asked := make(map[string]bool)
	reasons := make(map[deskpolicy.Reason]bool)
	for _, q := range questions {
		text := q.who + " " + q.request.Action.String() + " " + q.on
		require.NotNil(t, q.request.Resource, text)
		require.NotEqual(t, deskpolicy.Malformed, q.request.Decide().Reason.Outcome(), text)
		require.False(t, asked[text], "asked twice: %s", text)
		asked[text] = true
		reasons[q.request.Decide().Reason] = true
	}
	for reason := range deskpolicy.Reasons() {
		if reason.Outcome() != deskpolicy.Malformed {
			require.True(t, reasons[reason], "no question shows the reason %v", reason)
		}
	}
}

func TestEverySourceIsARequirement(t *testing.T) {
	requirements, err := os.ReadFile(filepath.Join("..", "..", "docs", "requirements.md"))
	require.NoError(t, err)
	questions, err := load(embedded)
	require.NoError(t, err)
	drawn := make(map[string]bool)
	for _, q := range questions {
		for number := range strings.FieldsSeq(q.source) {
			drawn[number] = true
			listed := strings.Contains(string(requirements), "| "+number+" |") || strings.Contains(string(requirements), "| ["+number+"](")
			require.True(t, listed, "%s of %s is in no document", number, q.on)
		}
	}
	for _, number := range []string{"R1", "R2", "R3", "R4", "R5", "R6", "R8", "R9", "R10", "R11", "R12", "R13", "R15", "R16", "R17", "R18", "R19", "R20"} {
		require.True(t, drawn[number], "no question is drawn from %s", number)
	}
}

// small is a helpdesk with one thing of most kinds.
const small = `{
"accounts": [
	{"id": "acme", "plan": {"name": "Pro", "features": ["custom_roles"]},
		"open_workspaces": ["it"], "restricted_workspaces": ["hr"], "groups": ["emea"]}
],
"roles": [
	{"account": "acme", "name": "Intern", "level": "global", "permissions": ["conversation.view", "ticket.reply@group"]},
	{"account": "acme", "name": "Helper", "clone": "Agent"}
],
"agents": [
	{"id": "riya", "account": "acme", "groups": {"emea": "edit"}, "deactivated": false, "bindings": [
		{"role": "Intern", "workspace": "*", "ticket_scope": "group"},
		{"role": "Supervisor", "workspace": "it", "ticket_scope": "global"}
	]}
],
"resources": {
	"ticket": [
		{"id": "4711", "account": "acme", "group": "emea", "assignee": "riya"}
	],
	"assignment": [
		{"id": "a1", "ticket": "4711", "to": "riya"}
	]
},
"questions": [
	{"who": "riya", "may": "ticket.reply", "on": "ticket:4711", "source": "R11"}
]
}
`

func TestAFileCanBeGiven(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run([]string{file(t, small)}, &stdout, &stderr), "stderr: %s", &stderr)
	require.Empty(t, stderr.String())
	require.Equal(t, `WHO   MAY           ON           DECISION  REASON                                      SOURCE
riya  ticket.reply  ticket:4711  allow     role "Intern" reaches it through its group  R11
`, stdout.String())
}

// The sections refer to each other and may still be in any order.
func TestTheOrderOfSectionsIsFree(t *testing.T) {
	accounts, rest, _ := strings.Cut(strings.TrimPrefix(small, "{\n"), "\"roles\"")
	turned := "{\n\"roles\"" + strings.TrimSuffix(rest, "\n}\n") + ",\n" + strings.TrimSuffix(accounts, ",\n") + "\n}\n"
	got, err := load([]byte(turned))
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, deskpolicy.AllowedGroup, got[0].request.Decide().Reason)
}

func TestBadFilesAreRefused(t *testing.T) {
	tests := []struct {
		name     string
		old, new string // what is changed in the small helpdesk
		problems string
	}{
		{
			"an unknown built-in role", `"Supervisor"`, `"Supervsor"`,
			`line 13: agents[0].bindings[1].role: unknown built-in role "Supervsor" (did you mean "Supervisor"?)`,
		},
		{
			"an unknown action", `"may": "ticket.reply"`, `"may": "ticket.repl"`,
			`line 25: questions[0].may: unknown action "ticket.repl" (did you mean "ticket.reply"?)`,
		},
		{
			"an unknown scope", `"ticket_scope": "group"`, `"ticket_scope": "groups"`,
			`line 12: agents[0].bindings[0].ticket_scope: unknown scope "groups" (did you mean "group"?)`,
		},
		{
			"an unknown group access", `{"emea": "edit"}`, `{"emea": "Edit"}`,
			`line 11: agents[0].groups.emea: unknown access "Edit" (did you mean "edit"?)`,
		},
		{
			"an unknown feature", `"features": ["custom_roles"]`, `"features": ["custom_role", "phone"]`,
			`line 3: accounts[0].plan.features[0]: unknown feature "custom_role" (did you mean "custom_roles"?)
line 3: accounts[0].plan.features[1]: unknown feature "phone"`,
		},
		{
			"an unknown action and scope of a permission", `"ticket.reply@group"`, `"ticket.repl@grup"`,
			`line 7: roles[0].permissions[1]: unknown action "ticket.repl" (did you mean "ticket.reply"?)
line 7: roles[0].permissions[1]: unknown scope "grup" (did you mean "group"?)`,
		},
		{
			"a permission with an empty scope", `"conversation.view"`, `"conversation.view@"`,
			`line 7: roles[0].permissions[0]: unknown scope ""`,
		},
		{
			"an unknown level", `"level": "global"`, `"level": "all"`,
			`line 7: roles[0].level: unknown scope "all"`,
		},
		{
			"a permission that no custom role may hold", `"ticket.reply@group"`, `"role.custom.create", "role.custom.delete"`,
			`line 7: roles[0]: role "Intern": no custom role may hold role.custom.create@global
line 7: roles[0]: role "Intern": no custom role may hold role.custom.delete@global`,
		},

		{
			"a built-in role's name", `"Helper"`, `"agent"`,
			`line 8: roles[1]: role "agent": the name is taken by the built-in role "Agent"`,
		},
		{
			"a name in other case", `"Helper"`, `"INTERN"`,
			`line 6: roles: role "INTERN": the name is taken by role "Intern"`,
		},
		{
			"a clone of nothing", `"clone": "Agent"`, `"clone": "Agnt"`,
			`line 8: roles[1].clone: unknown built-in role "Agnt" (did you mean "Agent"?)`,
		},
		{
			"a clone with permissions of its own", `"clone": "Agent"`, `"clone": "Agent", "permissions": []`,
			`line 8: roles[1].permissions: unknown key`,
		},
		{
			"a name on two lines", `"Helper"`, `"Hel\nper"`,
			`line 8: roles[1].name: "Hel\nper" is no name: want one line of text`,
		},
		{
			"an empty name", `"R11"`, `" "`,
			`line 25: questions[0].source: " " is no name: want one line of text`,
		},

		{
			"a duplicate account", `"groups": ["emea"]}`, `"groups": ["emea"]}, {"id": "acme", "plan": {"name": "Pro", "features": []}}`,
			`line 4: accounts[1].id: duplicate account "acme"`,
		},
		{
			"a duplicate workspace", `"restricted_workspaces": ["hr"]`, `"restricted_workspaces": ["it"]`,
			`line 4: accounts[0].restricted_workspaces[0]: duplicate workspace "it"`,
		},
		{
			"a duplicate group", `"groups": ["emea"]`, `"groups": ["emea", "emea"]`,
			`line 4: accounts[0].groups[1]: duplicate group "emea"`,
		},
		{
			"a duplicate agent", "\t]}\n],", "\t]},\n\t{\"id\": \"riya\", \"account\": \"acme\", \"bindings\": []}\n],",
			`line 15: agents[1].id: duplicate agent "riya"`,
		},
		{
			"a duplicate ticket", `"ticket": [`, `"ticket": [{"id": "4711", "account": "acme"},`,
			`line 18: resources.ticket[1].id: duplicate resource "ticket:4711"`,
		},
		{
			"an ID like a reference", `"id": "a1"`, `"id": "a:1"`,
			`line 21: resources.assignment[0].id: "a:1" is no ID: want letters, digits and ._-`,
		},
		{
			"two bad IDs", `"groups": ["emea"]`, `"groups": ["", "emea", ""]`,
			`line 4: accounts[0].groups[0]: "" is no ID: want letters, digits and ._-
line 4: accounts[0].groups[2]: "" is no ID: want letters, digits and ._-`,
		},

		{
			"an agent of no account", `"id": "riya", "account": "acme"`, `"id": "riya", "account": "acne"`,
			`line 11: agents[0].account: unknown account "acne"`,
		},
		{
			"a role of no account", `{"account": "acme", "name": "Helper"`, `{"account": "acne", "name": "Helper"`,
			`line 8: roles[1].account: unknown account "acne"`,
		},
		{
			"a ticket of no account", `"4711", "account": "acme"`, `"4711", "account": "acne"`,
			`line 18: resources.ticket[0].account: unknown account "acne"`,
		},
		{
			"a binding in no workspace", `"workspace": "it"`, `"workspace": "IT"`,
			`line 13: agents[0].bindings[1].workspace: unknown workspace "IT"`,
		},
		{
			"a ticket in no workspace", `"assignee": "riya"`, `"workspace": "*"`,
			`line 18: resources.ticket[0].workspace: unknown workspace "*"`,
		},
		{
			"an agent in no group", `{"emea": "edit"}`, `{"emea": "edit", "amer": "edit"}`,
			`line 11: agents[0].groups.amer: unknown group "amer"`,
		},
		{
			"a ticket of no group", `"group": "emea"`, `"group": "amer"`,
			`line 18: resources.ticket[0].group: unknown group "amer"`,
		},
		{
			"a ticket of no agent", `"assignee": "riya"`, `"assignee": "Riya"`,
			`line 18: resources.ticket[0].assignee: unknown agent "Riya"`,
		},
		{
			"an assignment of no ticket", `"ticket": "4711"`, `"ticket": "4712"`,
			`line 21: resources.assignment[0].ticket: unknown resource "ticket:4712"`,
		},
		{
			"an assignment to no agent", `"to": "riya"`, `"to": "bob"`,
			`line 21: resources.assignment[0].to: unknown agent "bob"`,
		},
		{
			"a question by no agent", `"who": "riya"`, `"who": "bob"`,
			`line 25: questions[0].who: unknown agent "bob"`,
		},
		{
			"a question about nothing", `"ticket:4711"`, `"ticket:4712"`,
			`line 25: questions[0].on: unknown resource "ticket:4712"`,
		},
		{
			"a question without sense", `"ticket:4711"`, `"assignment:a1"`,
			`line 25: questions[0].on: ticket.reply cannot be asked about "assignment:a1"`,
		},

		{
			"a missing field", `, "source": "R11"`, ``,
			`line 25: questions[0].source: missing`,
		},
		{
			"a missing section", "\"questions\": [\n\t{\"who\": \"riya\", \"may\": \"ticket.reply\", \"on\": \"ticket:4711\", \"source\": \"R11\"}\n]", `"x": {}`,
			"line 1: questions: missing\nline 24: x: unknown key",
		},
		{
			"a missing ticket scope", `, "ticket_scope": "group"`, ``,
			`line 12: agents[0].bindings[0].ticket_scope: missing`,
		},
		{
			"a null field", `"deactivated": false`, `"deactivated": null`,
			`line 11: agents[0].deactivated: null`,
		},
		{
			"a number for a boolean", `"deactivated": false`, `"deactivated": 0`,
			`line 11: agents[0].deactivated: want a boolean, not a number`,
		},
		{
			"a string for an array", `"features": ["custom_roles"]`, `"features": "custom_roles"`,
			`line 3: accounts[0].plan.features: want an array, not a string`,
		},
		{
			"an array for an object", `{"emea": "edit"}`, `["emea"]`,
			`line 11: agents[0].groups: want an object, not an array`,
		},
		{
			"a duplicate key", `"deactivated": false`, `"deactivated": true, "deactivated": false`,
			`line 11: agents[0].deactivated: duplicate key`,
		},
		{
			"an unknown key", `"assignee": "riya"`, `"Assignee": "riya"`,
			`line 18: resources.ticket[0].Assignee: unknown key`,
		},
		{
			"an unknown type of resource", `"assignment": [`, `"assigment": [`,
			`line 20: resources.assigment: unknown key`,
		},
		{
			"trailing data", "]\n}\n", "]\n}\n{}\n",
			`line 28: invalid character '{' after top-level value`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad := strings.Replace(small, test.old, test.new, 1)
			require.NotEqual(t, small, bad)
			path := file(t, bad)
			var stdout, stderr bytes.Buffer
			require.Equal(t, 1, run([]string{path}, &stdout, &stderr))
			require.Empty(t, stdout.String())
			require.Equal(t, path+" is refused:\n"+test.problems+"\n", stderr.String())
		})
	}
}

func TestABadFileIsRefusedWithAllItsProblems(t *testing.T) {
	bad := strings.NewReplacer(
		`"custom_roles"`, `"custom_role"`,
		`"Helper"`, `"Agent"`,
		`"Supervisor"`, `"Supervsor"`,
		`"group": "emea"`, `"group": "amer", "colour": "red"`,
		`"who": "riya", "may": "ticket.reply"`, `"who": "bob", "who": "riya"`,
	).Replace(small)
	_, err := load([]byte(bad))
	require.EqualError(t, err, `line 3: accounts[0].plan.features[0]: unknown feature "custom_role" (did you mean "custom_roles"?)
line 8: roles[1]: role "Agent": the name is taken by the built-in role "Agent"
line 13: agents[0].bindings[1].role: unknown built-in role "Supervsor" (did you mean "Supervisor"?)
line 18: resources.ticket[0].group: unknown group "amer"
line 18: resources.ticket[0].colour: unknown key
line 25: questions[0].may: missing
line 25: questions[0].who: unknown agent "bob"
line 25: questions[0].who: duplicate key`)
}

// An account that cannot be read is one problem, and not one more for whatever
// refers to its groups, workspaces and roles.
func TestAProblemDoesNotCauseOthers(t *testing.T) {
	_, err := load([]byte(strings.Replace(small, `{"id": "riya", "account": "acme"`, `{"id": "riya", "account": "acne"`, 1)))
	require.EqualError(t, err, `line 11: agents[0].account: unknown account "acne"`)
}

// Nothing in a file is a number, and no object has the key "x", so that wherever
// one of them is put the file must be refused, and must not upset the loader.
func TestNothingIsLetThroughAnywhere(t *testing.T) {
	var root any
	require.NoError(t, json.Unmarshal([]byte(small), &root))
	places := 0
	everywhere(root, func(value any) { root = value }, func(old any, put func(any)) {
		places++
		wrong := []any{7, nil, []any{7}, map[string]any{"x": "x"}}
		if object, ok := old.(map[string]any); ok {
			more := maps.Clone(object)
			more["x"] = "x"
			wrong = append(wrong, more)
		}
		for _, value := range wrong {
			put(value)
			data, err := json.Marshal(root)
			require.NoError(t, err)
			_, err = load(data)
			require.Error(t, err, "%s", data)
		}
		put(old)
	})
	require.Greater(t, places, 50)
}

// everywhere calls visit with each value in the tree, and what replaces it there.
func everywhere(value any, put func(any), visit func(value any, put func(any))) {
	visit(value, put)
	switch value := value.(type) {
	case []any:
		for i := range value {
			everywhere(value[i], func(v any) { value[i] = v }, visit)
		}
	case map[string]any:
		for key := range value {
			everywhere(value[key], func(v any) { value[key] = v }, visit)
		}
	}
}

func TestExitStatus(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.json")
	_, notThere := os.ReadFile(missing)
	for _, test := range []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"a file that is not there", []string{missing}, 1, notThere.Error() + "\n"},
		{"two files", []string{"a.json", "b.json"}, 2, "usage: quickstart [file.json]\n"},
		{"an unknown flag", []string{"-x"}, 2, "flag provided but not defined: -x\nusage: quickstart [file.json]\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Equal(t, test.status, run(test.args, &stdout, &stderr))
			require.Empty(t, stdout.String())
			require.Equal(t, test.stderr, stderr.String())
		})
	}
	t.Run("output that cannot be written", func(t *testing.T) {
		var stderr bytes.Buffer
		require.Equal(t, 1, run(nil, full{}, &stderr))
		require.Equal(t, "no space left\n", stderr.String())
	})
}

// full is a device that takes nothing more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// file returns the path of a file with that content.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "helpdesk.json")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
