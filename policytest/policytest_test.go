package policytest_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
	"github.com/deskpolicy/deskpolicy/policytest"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	if err := flag.Set("rapid.nofailfile", "true"); err != nil { // most failures here are meant
		panic(err)
	}
	os.Exit(m.Run())
}

// Tests pass these as a TB.
var (
	_ policytest.TB = (*testing.T)(nil)
	_ policytest.TB = (*testing.B)(nil)
	_ policytest.TB = (*rapid.T)(nil)
)

// A recorder is a TB that records what is reported to it.
type recorder struct {
	rapid.TB
	errors, logs []string
}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return "TestIt" }
func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Failed() bool { return len(r.errors) > 0 }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// record runs a test, and returns what it reported.
func record(test func(t *recorder)) *recorder {
	r, done := &recorder{}, make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r
}

// passes requires that a test passes, and fails that it fails with that text.
func passes(t *testing.T, test func(t *recorder)) *recorder {
	t.Helper()
	r := record(test)
	require.Empty(t, r.errors)
	return r
}

func fails(t *testing.T, test func(t *recorder)) string {
	t.Helper()
	r := record(test)
	require.Len(t, r.errors, 1)
	return r.errors[0]
}

// On the desk of these tests, ana can reply within her groups.
var (
	acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}}
	ana  = &deskpolicy.Agent{
		ID: "ana", Account: acme,
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
	bill   = &deskpolicy.Ticket{ID: "4", Account: "acme", Group: "billing"}
	refund = &deskpolicy.Ticket{ID: "7", Account: "acme", Group: "refunds"}
)

const explained = `
  denied: role "Agent" has the permission, but reaches this for viewing only [B11 P:FD-adv]
  ticket.reply on ticket "7", by agent "ana"
    passed  request, account, subject, guardrails, plan, roles
    denied  at reach: view_only [B11 P:FD-adv]
    group   view access to "refunds"
    role    "Agent" account-wide, tickets at group: view_only at group`

func TestAllowed(t *testing.T) {
	passes(t, func(t *recorder) {
		policytest.AssertAllowed(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, bill))
	})
	require.Equal(t, `agent "ana" is denied ticket.reply on ticket "7":`+explained,
		fails(t, func(t *recorder) {
			policytest.AssertAllowed(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, refund))
		}))
}

func TestDenied(t *testing.T) {
	passes(t, func(t *recorder) {
		policytest.AssertDenied(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, refund), deskpolicy.ViewOnly)
	})
	t.Run("allowed", func(t *testing.T) {
		require.True(t, strings.HasPrefix(
			fails(t, func(t *recorder) {
				policytest.AssertDenied(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, bill), deskpolicy.ViewOnly)
			}),
			"agent \"ana\" is allowed ticket.reply on ticket \"4\", for allowed_group; want denied, for view_only:\n  allowed: "))
	})
	t.Run("for another reason", func(t *testing.T) {
		require.Equal(t, `agent "ana" is denied ticket.reply on ticket "7", for view_only; want denied, for out_of_scope:`+explained,
			fails(t, func(t *recorder) {
				policytest.AssertDenied(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, refund), deskpolicy.OutOfScope)
			}))
	})
	t.Run("for a reason that allows", func(t *testing.T) {
		require.Equal(t, "allowed_all is a reason to allow; give the reason of a denial, or call AssertAllowed",
			fails(t, func(t *recorder) {
				policytest.AssertDenied(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, bill), deskpolicy.AllowedAll)
			}))
	})
}

func TestDecides(t *testing.T) {
	request := deskpolicy.Request{Subject: ana, Action: deskpolicy.TicketReply.ID(), Resource: bill}
	passes(t, func(t *recorder) { policytest.AssertReason(t, request, deskpolicy.AllowedGroup) })
	require.True(t, strings.HasPrefix(
		fails(t, func(t *recorder) { policytest.AssertReason(t, request, deskpolicy.AllowedAll) }),
		`agent "ana" is allowed ticket.reply on ticket "4", for allowed_group; want allowed, for allowed_all:`))
	request.Subject = nil
	passes(t, func(t *recorder) { policytest.AssertReason(t, request, deskpolicy.NoSubject) })
}

// A failed assertion in a property fails the property.
func TestAssertionsInProperties(t *testing.T) {
	message := fails(t, func(t *recorder) {
		defer func() { _ = recover() }() // rapid ends the test by FailNow, which the recorder has not
		rapid.Check(t, func(t *rapid.T) {
			policytest.AssertAllowed(t, deskpolicy.NewRequest(ana, deskpolicy.TicketReply, refund))
		})
	})
	require.Contains(t, message, `agent "ana" is denied ticket.reply on ticket "7"`)
}

// Assertions print a host action by its name.
func TestHostActionsAreNamed(t *testing.T) {
	request := deskpolicy.NewRequest(ana, invoicePrint, &invoice{})
	request.Vocabulary = vocabulary
	for _, text := range []string{
		policytest.DescribeRequest(request),
		fails(t, func(t *recorder) { policytest.AssertAllowed(t, request) }),
		fails(t, func(t *recorder) { policytest.AssertDenied(t, request, deskpolicy.OutOfScope) }),
		fails(t, func(t *recorder) { policytest.AssertReason(t, request, deskpolicy.AllowedAll) }),
	} {
		require.Contains(t, text, "invoice.print")
		require.NotContains(t, text, "host(")
	}
}
