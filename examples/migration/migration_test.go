package main

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
	"github.com/deskpolicy/deskpolicy/policytest"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	os.Exit(m.Run())
}

func TestOutput(t *testing.T) {
	var output bytes.Buffer
	require.NoError(t, run(&output))
	golden.File(t, "output.golden", output.String())
}

func TestOutputThatCannotBeWritten(t *testing.T) {
	full := errors.New("disk full")
	require.ErrorIs(t, run(failing{full}), full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func (r roleSet) all() []deskpolicy.Role {
	return []deskpolicy.Role{r.agent, r.contractor, r.supervisor, r.admin}
}

// Before the policy decides: every difference on generated requests for tickets is known. The list is
// what the migration changes.
func TestDifferences(t *testing.T) {
	desk := policytest.Desk{
		Account:      acme,
		Roles:        newRoles.all(),
		Groups:       []deskpolicy.GroupID{"billing", "refunds", "sales"},
		SubjectKinds: policytest.Agents,
		Actions:      []deskpolicy.ActionID{deskpolicy.TicketView.ID(), deskpolicy.TicketReply.ID()},
	}
	policytest.Agree(t, desk, before,
		policytest.KnownDifference{Reason: deskpolicy.OtherAccount, Because: "it knew one account only"},
		policytest.KnownDifference{Reason: deskpolicy.NoRole, Because: "it did not ask whose role it was"},
		policytest.KnownDifference{Reason: deskpolicy.Deactivated, Because: "it did not ask"},
		policytest.KnownDifference{Reason: deskpolicy.OtherWorkspace, Because: "it knew no workspaces"},
		policytest.KnownDifference{Reason: deskpolicy.OutsideWindow, Because: "its roles had no end"},
		policytest.KnownDifference{Reason: deskpolicy.OutOfScope, Because: "it knew no scopes"},
		policytest.KnownDifference{Reason: deskpolicy.Confidential, Because: "it knew nothing confidential"},
		policytest.KnownDifference{Reason: deskpolicy.ViewOnly, Action: deskpolicy.TicketReply.ID(), Because: "it knew no groups"},
	)
}

// before answers as the checker did. For agents with roles that it had no names for, it answers
// as the policy does: that they count is no difference to review one by one.
func before(r deskpolicy.Request) bool {
	unnamed := func(b deskpolicy.Binding) bool { return !slices.Contains(newRoles.all(), b.Role) }
	if agent, ok := r.Subject.(*deskpolicy.Agent); ok && agent != nil && slices.ContainsFunc(agent.Bindings, unnamed) {
		return r.Authorize().Allowed()
	}
	return legacy(r)
}

// After the migration: a change of what the program's own role allows is reviewed.
func TestRoles(t *testing.T) {
	policytest.AssertMatrix(t, "testdata/roles.matrix", newRoles.contractor)
}

// The policy does not have the bugs of the checker.
func TestBugs(t *testing.T) {
	d := newDesk(newRoles)
	denied := map[string]deskpolicy.Reason{
		"ana ticket.view 9001":          deskpolicy.OtherAccount,
		"ana ticket.view 4713":          deskpolicy.OutOfScope,
		"ana ticket.reply 4712":         deskpolicy.ViewOnly,
		"ana ticket.note.edit_any 4711": deskpolicy.NoPermission,
		"bob ticket.reply 4714":         deskpolicy.Deactivated,
		"sue ticket.purge 4711":         deskpolicy.NoPermission,
		"adam agent.role.assign adam":   deskpolicy.OwnAuthority,
	}
	for _, r := range d.day() {
		rec := r.AuditRecord(r.Authorize())
		if reason, bug := denied[string(rec.Subject)+" "+rec.Action+" "+rec.ResourceID]; bug {
			require.True(t, legacy(r))
			policytest.AssertReason(t, r, reason)
			delete(denied, string(rec.Subject)+" "+rec.Action+" "+rec.ResourceID)
		}
	}
	require.Empty(t, denied, "every one is asked about")
}

func TestLegacyKnowsAgentsOnly(t *testing.T) {
	require.False(t, legacy(deskpolicy.Request{Subject: &deskpolicy.SharedAgent{ID: "sam"}, Action: deskpolicy.TicketView.ID()}))
}
