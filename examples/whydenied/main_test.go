package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), "stderr: %s", &stderr)
	require.Empty(t, stderr.String())
	golden.File(t, "output.golden", stdout.String())
}

// Every question of the file can be asked in its words, and every answer says what would help.
func TestQuestions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "helpdesk.json")
	require.NoError(t, os.WriteFile(path, helpdesk.Sample, 0o600))
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"allowed", []string{"-file", path, "elsa", "conversation.view", "conversation:emea"}, `Elsa of EMEA, conversation.view, conversation:emea
allowed: role "Regional Agent" reaches this through its group [R19]
conversation.view on conversation, by agent "elsa"
  passed  request, account, subject, guardrails, plan, roles, reach, ownership
  allowed at grounds: allowed_group [R19]
  group   edit access to "emea"
  role    "Regional Agent" account-wide, tickets at group: allowed_group at group
`},
		{"by an administrator", []string{"-by", "olga", "gary", "ticket.reply", "ticket:amer"}, `Gary, group tickets, ticket.reply, ticket:amer
denied: role "Agent" has the permission, but reaches this for viewing only [B11 P:FD-adv]
ticket.reply on ticket, by agent "gary"
  passed  request, account, subject, guardrails, plan, roles
  denied  at reach: view_only [B11 P:FD-adv]
  group   view access to "amer"
  role    "Agent" account-wide, tickets at group: view_only at group
any of these would allow it:
- give the agent edit access in group "amer" (by an administrator)
- widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
`},
		{"by an agent who may not", []string{"-by", "gary", "gary", "ticket.reply", "ticket:amer"}, `Gary, group tickets, ticket.reply, ticket:amer
denied: role "Agent" has the permission, but reaches this for viewing only [B11 P:FD-adv]
ticket.reply on ticket, by agent "gary"
  passed  request, account, subject, guardrails, plan, roles
  denied  at reach: view_only [B11 P:FD-adv]
  group   view access to "amer"
  role    "Agent" account-wide, tickets at group: view_only at group
no change found that would allow it
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Zero(t, run(c.args, &stdout, &stderr), "stderr: %s", &stderr)
			require.Equal(t, c.want, stdout.String())
		})
	}
}

func TestExitStatus(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "helpdesk.json")
	require.NoError(t, os.WriteFile(broken, []byte("{"), 0o600))
	for _, c := range []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"two words", []string{"gary", "ticket.reply"}, 2, usage},
		{"an unknown flag", []string{"-x"}, 2, "flag provided but not defined: -x"},
		{"no such file", []string{"-file", broken + "x"}, 1, "no such file"},
		{"no JSON", []string{"-file", broken}, 1, "unexpected end"},
		{"nobody", []string{"nobody", "ticket.reply", "ticket:amer"}, 1, `unknown agent "nobody"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Equal(t, c.status, run(c.args, &stdout, &stderr))
			require.Contains(t, stderr.String(), c.stderr)
			require.Empty(t, stdout.String())
		})
	}
	var stderr bytes.Buffer
	require.Equal(t, 1, run(nil, full{}, &stderr))
}

// full is a device without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }
