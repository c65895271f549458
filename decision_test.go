package deskpolicy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

// Every reason with its number, outcome, and what operator and requester read. They are API.
func TestReasonsGolden(t *testing.T) {
	var text strings.Builder
	for reason := range Reasons() {
		d := Decision{Reason: reason, Role: "Agent", Scope: ScopeGroup}
		fmt.Fprintf(&text, "%#02x %v: %v at step %d\n      sources: %s\n     operator: %v\n    requester: %s\n", uint8(reason), reason, reason.Outcome(), reason.Step(), reason.Sources(), d, d.UserMessage())
	}
	golden.File(t, "reasons.golden", text.String())
}

func TestReasons(t *testing.T) {
	all := slices.Collect(Reasons())
	names := make(map[string]bool)
	for reason := range 256 {
		r := Reason(reason)
		d := Decision{Reason: r}
		if !slices.Contains(all, r) {
			assert.Equal(t, "unknown", r.String())
			assert.Equal(t, OutcomeMalformed, r.Outcome())
			assert.False(t, d.Allowed())
			assert.Equal(t, fmt.Sprintf("denied: unknown reason %d", reason), d.String())
			continue
		}
		assert.False(t, names[r.String()], "%v is named twice", r)
		names[r.String()] = true
		parsed, err := read[Reason](r.String())
		require.NoError(t, err)
		assert.Equal(t, r, parsed)
		assert.Equal(t, r.Step() == 9, d.Allowed(), "step 9 allows, and nothing else")
		assert.Equal(t, r.Step() < 2, r.Outcome() == OutcomeMalformed, r)
	}
	for range Reasons() {
		break // an iteration may stop
	}
	_, err := read[Reason]("out_of_scop")
	require.EqualError(t, err, `deskpolicy: unknown reason "out_of_scop" (did you mean "out_of_scope"?)`)
	assert.Equal(t, "unknown", Outcome(4).String())
}

// Of several steps that deny, or parts that are denied, the first gives the reason.
func TestTheFirstStepGivesTheReason(t *testing.T) {
	assert.Equal(t, NoSubject, Request{Action: 9999, Resource: Ticket{Account: "acme"}}.Authorize().Reason, "and not that there is no such action")
	elsewhere := ticketOf("", "")
	elsewhere.Account = "initech"
	check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketAssign, TicketAssignment{Ticket: elsewhere}, WrongResource) // and not another account's
	check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketAssign, TicketAssignment{Ticket: elsewhere, To: riya()}, OtherAccount)
	gone := sam()
	gone.CRM.Deactivated, gone.Account.Integrated = true, false
	check(t, gone, TicketView, elsewhere, OtherAccount)
	check(t, gone, TicketView, ticketOf("", ""), CRMInactive)
	mentioned := from(customer("emea"))
	mentioned.Mentions = map[AgentID]bool{"sam": true}
	check(t, sam(), TicketView, mentioned, AllowedMentioned) // and not by the contact
}

// What the CRM knows nothing of, shared agents reach by their scope.
func TestSharedAgentsOnCampaigns(t *testing.T) {
	check(t, sam(custom(t, CampaignView.At(ScopeGlobal))), CampaignView, Campaign{Account: "acme"}, AllowedAll)
	check(t, sam(custom(t, CampaignView.At(ScopeRestricted))), CampaignView, Campaign{Account: "acme"}, OutOfScope)
}

// All denials of well-formed requests read alike to the requester.
func TestNoticeGivesNothingAway(t *testing.T) {
	notices := make(map[string][]Reason)
	for reason := range Reasons() {
		d := Decision{Reason: reason, Role: "Secret Role", Scope: ScopeGlobal}
		notices[d.UserMessage()] = append(notices[d.UserMessage()], reason)
		assert.NotContains(t, d.UserMessage(), "Secret Role")
	}
	assert.Len(t, notices, 3, "allowed, denied, malformed")
	assert.Equal(t, Decision{Reason: OutOfScope}.UserMessage(), Decision{Reason: WrongResource}.UserMessage(), "what is absent reads like what is hidden")
}

func TestDecisionErr(t *testing.T) {
	require.EqualError(t, ErrDenied, "deskpolicy: denied")
	require.NoError(t, Decision{Reason: AllowedGroup}.Err())

	d := Decision{Reason: OutOfScope, Role: "Agent", Scope: ScopeGroup}
	err := fmt.Errorf("reply: %w", d.Err())
	require.ErrorIs(t, err, ErrDenied)
	var denied *DeniedError
	require.True(t, errors.As(err, &denied))
	assert.Equal(t, d, denied.Decision)
	require.EqualError(t, err, `reply: deskpolicy: denied: role "Agent" has the permission, but does not reach this: its scope is group`)
}

func TestDecisionJSON(t *testing.T) {
	later := granted(t, SupportGrantTerms{Start: noon.Add(time.Hour)})
	for _, test := range []struct {
		decision Decision
		want     string
	}{
		{Decision{}, `{"allowed":false,"outcome":"malformed","reason":"undecided"}`},
		{Authorize(at(later, noon), TicketView, &Ticket{Account: "acme"}), `{"allowed":false,"outcome":"not_granted","reason":"grant_not_started","until":"2026-11-02T13:00:00Z"}`},
		{Decision{Reason: NoPermission}, `{"allowed":false,"outcome":"not_granted","reason":"no_permission"}`},
		{Decision{Reason: OtherWorkspace, Role: "Agent"}, `{"allowed":false,"outcome":"not_granted","reason":"other_workspace","role":"Agent"}`},
		{Decision{Reason: AllowedGroup, Role: `"Tier" 2`, Scope: ScopeGroup}, `{"allowed":true,"outcome":"allowed","reason":"allowed_group","role":"\"Tier\" 2","scope":"group"}`},
	} {
		got, err := json.Marshal(test.decision)
		require.NoError(t, err)
		assert.Equal(t, test.want, string(got))
	}
}

func TestDecisionLogValue(t *testing.T) {
	var out bytes.Buffer
	withoutTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	logger := slog.New(slog.NewTextHandler(&out, withoutTime))
	logger.Info("reply", "decision", Decision{Reason: AllowedGroup, Role: "Agent", Scope: ScopeGroup})
	logger.Info("reply", "decision", Decision{Reason: NoRole})
	logger.Info("reply", "decision", Authorize(at(granted(t, SupportGrantTerms{Start: noon.Add(time.Hour)}), noon), TicketView, &Ticket{Account: "acme"}))
	assert.Equal(t, `level=INFO msg=reply decision.allowed=true decision.outcome=allowed decision.reason=allowed_group decision.role=Agent decision.scope=group
level=INFO msg=reply decision.allowed=false decision.outcome=not_granted decision.reason=no_role
level=INFO msg=reply decision.allowed=false decision.outcome=not_granted decision.reason=grant_not_started decision.until=2026-11-02T13:00:00.000Z
`, out.String())
}
