package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), "stderr: %s", &stderr)
	require.Empty(t, stderr.String())
	golden.File(t, "output.golden", stdout.String())
}

func TestItRunsFromAnywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), "stderr: %s", &stderr)
	require.NotEmpty(t, stdout.String())
}

// Every question must be about an existing resource: without the check, a helpdesk that no longer
// matches its questions would be answered with denials.
func TestEveryQuestionMakesSense(t *testing.T) {
	questions, err := helpdesk.Load(helpdesk.Sample)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(questions), 190)

	asked := make(map[string]bool)
	reasons := make(map[deskpolicy.Reason]bool)
	for _, q := range questions {
		text := q.Who + " " + q.Request.Action.String() + " " + q.On
		require.NotNil(t, q.Request.Resource, text)
		require.NotEqual(t, deskpolicy.OutcomeMalformed, q.Request.Authorize().Reason.Outcome(), text)
		require.False(t, asked[text], "asked twice: %s", text)
		asked[text] = true
		reasons[q.Request.Authorize().Reason] = true
	}
	require.GreaterOrEqual(t, len(reasons), 36, "the helpdesk shows nearly every reason")
}

func TestEverySourceIsARequirement(t *testing.T) {
	requirements, err := os.ReadFile(filepath.Join("..", "..", "docs", "requirements.md"))
	require.NoError(t, err)
	questions, err := helpdesk.Load(helpdesk.Sample)
	require.NoError(t, err)
	drawn := make(map[string]bool)
	for _, q := range questions {
		for number := range strings.FieldsSeq(q.Source) {
			drawn[number] = true
			listed := strings.Contains(string(requirements), "| "+number+" |") || strings.Contains(string(requirements), "| ["+number+"](")
			require.True(t, listed, "%s of %s is in no document", number, q.On)
		}
	}
	for number := range strings.FieldsSeq(`
		S4 S5 S7 S9 S10 S11 S12 S13 S14 S15 S16 S17 S18 S19 S20 S21 S23 S25 S26 S27 S28 S29 S30 S31 S32 S33 S34 S35 S36 S37 S38 S39 S40 S41 S42 S43 S44
		R1 R2 R3 R4 R5 R6 R8 R9 R10 R11 R12 R13 R15 R16 R17 R18 R19 R20
		G1 G3 G4 G5 G6 G7 G9 G10 G11 G12 G13 G14 G15 G16 G17 G18 G20 G22 G23 G24
		A5 A6 A8 A9 A11 A13 A14 A16 A20 A21 A29 A30`) {
		require.True(t, drawn[number], "no question is drawn from %s", number)
	}
}

func TestAFileCanBeGiven(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run([]string{file(t, small)}, &stdout, &stderr), "stderr: %s", &stderr)
	require.Empty(t, stderr.String())
	require.Equal(t, `WHO                            MAY           ON           DECISION  UNTIL             STATEMENT  REASON
riya                           ticket.reply  ticket:4711  allow                       R11        role "Intern" reaches this through its group
Eve Novak at 2026-11-03 08:00  ticket.reply  ticket:it    allow     2026-11-05 12:00  G17        role "Agent" reaches everything here
`, stdout.String())
}

// The sections refer to each other, but can be in any order.
func TestTheOrderOfSectionsIsFree(t *testing.T) {
	accounts, rest, _ := strings.Cut(strings.TrimPrefix(small, "{\n"), "\"roles\"")
	turned := "{\n\"roles\"" + strings.TrimSuffix(rest, "\n}\n") + ",\n" + strings.TrimSuffix(accounts, ",\n") + "\n}\n"
	got, err := helpdesk.Load([]byte(turned))
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, deskpolicy.AllowedGroup, got[0].Request.Authorize().Reason)
	require.Equal(t, deskpolicy.AllowedAll, got[1].Request.Authorize().Reason)
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

// A full is a writer that accepts nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// file writes a file with that content, and returns its path.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "helpdesk.json")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
