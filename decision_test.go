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
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// Every reason with its number, outcome, and what operator and requester read. They are API.
func TestReasonsGolden(t *testing.T) {
	var text strings.Builder
	for reason := range Reasons() {
		d := Decision{Reason: reason, Role: "Agent", Scope: ScopeGroup}
		fmt.Fprintf(&text, "%#02x %v: %v at step %d\n      sources: %s\n     operator: %v\n    requester: %s\n       viewer: %s\n", uint8(reason), reason, reason.Outcome(), reason.Step(), reason.Sources(), d, d.UserMessage(), d.ViewerMessage())
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
		assert.Equal(t, r.Step() < 2, r.Outcome() == OutcomeMalformed, "the outcome of %v, in outcomes of reason.go", r)
		assert.NotContains(t, []string{"denied: ", "allowed: "}, d.String(), "%v has no sentence in reasons of reason.go", r)
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
	check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketRoute, TicketAssignment{Ticket: elsewhere}, WrongResource) // and not another account's
	check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketAssign, TicketAssignment{Ticket: elsewhere, To: riya()}, OtherAccount)
	gone := sam()
	gone.CRM.Deactivated, gone.Account.Integrated = true, false
	check(t, gone, TicketView, elsewhere, OtherAccount)
	check(t, gone, TicketView, ticketOf("", ""), CRMInactive)
	mentioned := from(customer("emea"))
	mentioned.Mentions = map[AgentID]bool{"sam": true}
	check(t, sam(), TicketView, mentioned, AllowedMentioned) // and not by the contact
}

func init() { faults["F47"] = reasonsSayWhatIsMissing }

// A reason says what is missing, and an explanation more precisely.
func reasonsSayWhatIsMissing(t *testing.T) {
	agent := AgentRole.Role()
	poor := riya(wide(agent, ScopeGroup))
	poor.Account.Plan.Features = AllFeatures &^ (FeatureAttachments | FeatureCustomRoles)
	hidden, visible := *customer("apac"), *customer("emea")
	team := hidden
	team.CRM.Team = map[CRMUserID]Access{"u-sam": View}
	grouped := from(&hidden)
	grouped.Group = "apac"
	edits := custom(t, ContactView.At(ScopeGlobal), ContactEdit.At(ScopeGlobal), ContactMerge.At(ScopeGlobal), CompanyView.At(ScopeGlobal))
	inHR := ticketOf("billing", "")
	inHR.Workspace = "hr"
	for _, test := range []struct {
		name                       string
		request                    Request
		sentence, sources, missing string
	}{
		{"a contact that the CRM hides", ask(sam(edits), ContactView, hidden),
			`role "Custom" has the permission, but a shared agent reaches only the customers that the CRM shows it, and a customer only what it has a part in`, "S36 S37 A30", "access to the contact in the CRM"},
		{"a company that the CRM hides", ask(sam(edits), CompanyView, Company{Account: "acme"}),
			`role "Custom" has the permission, but a shared agent reaches only the customers that the CRM shows it, and a customer only what it has a part in`, "S36 S37 A30", "access to the company in the CRM"},
		{"the second of two contacts", ask(sam(edits), ContactMerge, ContactPair{visible, hidden}),
			`role "Custom" has the permission, but a shared agent reaches only the customers that the CRM shows it, and a customer only what it has a part in`, "S36 S37 A30", "access to the contact in the CRM"},
		{"a contact that the CRM shows", ask(sam(edits), ContactEdit, team),
			`role "Custom" has the permission, but reaches this for viewing only`, "B11 S36 S37", "the right to edit the contact in the CRM"},
		{"a ticket of a hidden contact", ask(sam(), TicketReply, from(&hidden)),
			`role "Shared Agent" has the permission, but its scope (shared) does not reach this`, "S13 S15 S16 S18", "a mention, or access to the requester in the CRM"},
		{"one in a group", ask(sam(), TicketReply, grouped),
			`role "Shared Agent" has the permission, but its scope (shared) does not reach this`, "S13 S15 S16 S18", "a mention, access to the requester in the CRM, or membership of the group"},
		{"no workspace", ask(riya(Binding{Role: agent, Workspace: "", TicketScope: ScopeGlobal}), TicketReply, inHR),
			`role "Agent" has the permission, but is not held where this is`, "G16 A11 A49", `role "Agent" in workspace "hr"`},
		{"a workspace", ask(riya(Binding{Role: agent, Workspace: "hr", TicketScope: ScopeGlobal}), TicketReply, ticketOf("", "")),
			`role "Agent" has the permission, but is not held where this is`, "G16 A11 A49", `role "Agent" outside of workspaces`},
		{"no ticket scope", ask(riya(Binding{Role: agent, Workspace: AccountWide, TicketScope: 0}), TicketReply, ticketOf("", "")),
			`role "Agent" has the permission, but is held without a ticket scope`, "A9 P:FD-adv", ""},
		{"a ticket", ask(riya(wide(agent, ScopeGroup)), TicketReply, ticketOf("apac", "bob")),
			`role "Agent" has the permission, but its scope (group) does not reach this`, "A9 P:FD-adv", ""},
		{"a conversation", ask(riya(custom(t, ConversationReply.At(InGroup))), ConversationReply, chatOf("apac", "bob")),
			`role "Custom" has the permission, but its scope (in_group) does not reach this`, "R17 R19 R20", ""},
		{"a report", ask(riya(custom(t, ReportView.At(ScopeGroup))), ReportView, Report{Account: "acme", Team: "apac"}),
			`role "Custom" has the permission, but its scope (group) does not reach this`, "R13 R17", ""},
		{"a feature", ask(poor, TicketAttach, ticketOf("billing", "")),
			"the account's plan lacks a feature that this needs", "S11 R8 A28", "plan feature attachments"},
		{"a recipient without a workspace", ask(riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}), TicketAssign, TicketAssignment{Ticket: inHR, To: bob(Binding{Role: agent, Workspace: "", TicketScope: ScopeGlobal})}),
			"the recipient cannot be assigned this", "B05", `role "Agent" in workspace "hr"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := Explain(test.request)
			text := e.String()
			assert.True(t, strings.HasPrefix(text, "denied: "+test.sentence+" ["), text)
			assert.ElementsMatch(t, strings.Fields(test.sources), sourcesOf(t, e), text)
			_, missing, _ := strings.Cut(text, "missing ")
			missing, _, _ = strings.Cut(missing, "\n")
			assert.Equal(t, test.missing, missing, text)
			data, err := json.Marshal(test.missing)
			require.NoError(t, err)
			if all, err := json.Marshal(e); assert.NoError(t, err) {
				assert.Equal(t, test.missing != "", strings.Contains(string(all), `"missing":`+string(data)), string(all))
			}
		})
	}
	assert.Contains(t, Explain(ask(riya(Binding{Role: agent, Workspace: "", TicketScope: ScopeGlobal}), TicketReply, inHR)).String(), `"Agent" without a workspace, tickets at global`)
}

// Where a reason's sources depend on the resource, an explanation cites only those for
// its own. At Global, nothing is out of scope but what the CRM hides, and what a customer has no
// part in.
func TestExplanationsCiteTheirOwnSources(t *testing.T) {
	narrowed := []Reason{OutOfScope, ViewOnly, AllowedOwn, AllowedContact, AllowedAssigned, AllowedGroup, AllowedAll}
	rapid.Check(t, func(t *rapid.T) {
		b := worlds.Build(worlds.Requests.Draw(t, "request"))
		e := Explain(b.Request())
		d := e.Decision
		all, cited := strings.Fields(d.Reason.Sources()), sourcesOf(t, e)
		require.Subset(t, all, cited, "%v", e)
		require.Equal(t, slices.Contains(narrowed, d.Reason), len(cited) < len(all), "%v", e)
		if d.Reason == OutOfScope && d.Scope == ScopeGlobal {
			_, customer := b.Subject.(*Customer)
			require.Contains(t, cited, map[bool]string{false: "A30", true: "A61"}[customer], "%v", e)
		}
	})
}

// sourcesOf returns the sources that the explanation cites.
func sourcesOf(t require.TestingT, e Explanation) []string {
	data, err := json.Marshal(e)
	require.NoError(t, err)
	var cites struct{ Sources []string }
	require.NoError(t, json.Unmarshal(data, &cites))
	return cites.Sources
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
	assert.Equal(t, Decision{}.UserMessage(), Decision{Reason: WrongResource}.UserMessage(), "a handler may not have asked about what is absent")
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
	require.EqualError(t, err, `reply: deskpolicy: denied: role "Agent" has the permission, but its scope (group) does not reach this`)
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
