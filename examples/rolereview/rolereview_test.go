package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestReviewOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, 1, run(nil, &stdout, &stderr))
	require.Empty(t, stderr.String())
	golden.File(t, "output.golden", stdout.String())

	var named bytes.Buffer
	require.Equal(t, 1, run([]string{"before.json", "after.json"}, &named, &stderr))
	require.Equal(t, stdout.String(), named.String(), "the samples are those files")
}

// written writes a file with the roles and returns its name.
func written(t *testing.T, account, roles string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roles.json")
	document := `{"version": 1, "account": "` + account + `", "roles": [` + roles + "]}\n"
	require.NoError(t, os.WriteFile(path, []byte(document), 0o644))
	return path
}

// The exit status says whether any role permits more.
func TestReviewStatus(t *testing.T) {
	const (
		none   = ``
		idle   = `{"name": "R", "permissions": []}`
		own    = `{"name": "R", "permissions": ["conversation.view@restricted"]}`
		groups = `{"name": "R", "permissions": ["conversation.view@in_group"]}`
		both   = `{"name": "R", "permissions": ["conversation.view@in_group", "conversation.view@unassigned"]}`
		all    = `{"name": "R", "permissions": ["conversation.view@global"]}`
		admin  = `{"name": "R", "permissions": ["conversation.view@global", "audit.view@global"]}`
		sla    = `{"name": "R", "permissions": ["sla.manage@global"]}`
	)
	for name, c := range map[string]struct {
		before, after string
		status        int
		output        string
	}{
		"nothing changes":       {all, all, 0, "No role changes.\n"},
		"a role without rights": {none, idle, 0, "R: added\n\nRoles that change: 1 added\nPermits more than before: nothing\n"},
		"added":                 {none, own, 1, "R: added\n  conversations\n    + conversation.view          restricted\n\nRoles that change: 1 added\nPermits more than before: R\n"},
		"removed":               {all, none, 0, "R: removed\n  conversations\n    - conversation.view          global\n\nRoles that change: 1 removed\nPermits more than before: nothing\n"},
		"wider":                 {both, all, 1, "R: wider\n  conversations\n    + conversation.view          in_group|unassigned → global\n\nRoles that change: 1 wider\nPermits more than before: R\n"},
		"narrower":              {all, groups, 0, "R: narrower\n  conversations\n    - conversation.view          global → in_group\n\nRoles that change: 1 narrower\nPermits more than before: nothing\n"},
		"neither":               {own, groups, 1, "R: wider and narrower\n  conversations\n    ± conversation.view          restricted → in_group\n\nRoles that change: 1 wider and narrower\nPermits more than before: R\n"},
		"one more":              {all, admin, 1, "R: wider\n  account\n    + audit.view                 global\n\nRoles that change: 1 wider\nPermits more than before: R\n"},
		"of two":                {none, admin, 1, "R: added\n  conversations\n    + conversation.view          global\n  account\n    + audit.view                 global\n\nRoles that change: 1 added\nPermits more than before: R\n"},
		"a built-in role":       {``, `], "built_in": ["Agent", "Supervisor"`, 1, "Agent: offered\n\nSupervisor: offered\n\nRoles that change: 2 offered\nPermits more than before: Agent, Supervisor\n"},
		"one no more":           {`], "built_in": ["Agent"`, ``, 0, "Agent: no longer offered\n\nRoles that change: 1 no longer offered\nPermits more than before: nothing\n"},
		"of other categories":   {sla, admin, 1, "R: wider and narrower\n  conversations\n    + conversation.view          global\n  operations\n    - sla.manage                 global\n  account\n    + audit.view                 global\n\nRoles that change: 1 wider and narrower\nPermits more than before: R\n"},
		"one less":              {admin, all, 0, "R: narrower\n  account\n    - audit.view                 global\n\nRoles that change: 1 narrower\nPermits more than before: nothing\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Equal(t, c.status, run([]string{written(t, "acme", c.before), written(t, "acme", c.after)}, &stdout, &stderr))
			require.Equal(t, c.output, stdout.String())
			require.Empty(t, stderr.String())
		})
	}
}

// All problems with both files are reported, and the files are not compared.
func TestReviewProblems(t *testing.T) {
	good := written(t, "acme", "")
	bad := written(t, "acme", `{"name": "Agent", "permissions": ["ticket.vew"]}], "built_in": ["Agent"`)
	const problems = ` is refused:
line 1: roles[0].name: role "Agent": the name is taken by the built-in role "Agent"; choose another name
line 1: roles[0].permissions[0]: unknown action "ticket.vew" (did you mean "ticket.view"?)
`
	const usage = "usage: rolereview [before.json after.json]\n"
	other := written(t, "initech", "")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"before":           {[]string{bad, good}, bad + problems},
		"after":            {[]string{good, bad}, bad + problems},
		"both":             {[]string{bad, bad}, bad + problems + bad + problems},
		"a missing file":   {[]string{good + "x", bad}, "open " + good + "x: no such file or directory\n" + bad + problems},
		"another account":  {[]string{good, other}, good + ` has the roles of account "acme", ` + other + ` those of "initech"` + "\n"},
		"one file":         {[]string{good}, usage},
		"three files":      {[]string{good, good, good}, usage},
		"an unknown flag":  {[]string{"-quiet"}, "flag provided but not defined: -quiet\n" + usage},
		"an empty content": {[]string{os.DevNull, good}, os.DevNull + " is refused:\nthe document is empty\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Equal(t, 2, run(c.args, &stdout, &stderr))
			require.Equal(t, c.want, stderr.String())
			require.Empty(t, stdout.String())
		})
	}

	var stderr strings.Builder
	require.Equal(t, 2, run(nil, failing{errors.New("disk full")}, &stderr))
	require.Equal(t, "disk full\n", stderr.String())
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
