package deskpolicy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// The golden file has the texts for operator and requester for every reason, and the remedies.
func TestExplanationsGolden(t *testing.T) {
	var text strings.Builder
	var reached []Reason
	for _, c := range everyReason(t) {
		e := Explain(c.request)
		require.Equal(t, c.want, e.Decision.Reason, "%v", e)
		reached = append(reached, c.want)
		fmt.Fprintf(&text, "== %v\n%v", c.want, e)
		for _, remedy := range Remedies(e, everyBuiltIn...) {
			fmt.Fprintf(&text, "- %v\n", remedy)
		}
		fmt.Fprintf(&text, "requester: %s\n", e.Decision.UserMessage())
	}
	assert.Equal(t, slices.Collect(Reasons())[1:], reached, "every reason but undecided")
	golden.File(t, "explanations.golden", text.String())
}

// A denial with outcome not_granted has a remedy, and the others have none.
func TestEveryReasonHasRemediesOrNone(t *testing.T) {
	for _, c := range everyReason(t) {
		remedies := Remedies(Explain(c.request), everyBuiltIn...)
		assert.Equal(t, c.want.Outcome() == OutcomeNotGranted, len(remedies) > 0, "%v: %v", c.want, remedies)
		for _, remedy := range remedies {
			verify(t, c.request, remedy)
		}
	}
}

// An explanation has the decision of Authorize, and its parts are consistent with it.
func TestExplanationsAgree(t *testing.T) {
	checkOften(t)
	rapid.Check(t, func(t *rapid.T) {
		b := worlds.Build(worlds.Requests.Draw(t, "request"))
		e := Explain(b.Request())
		require.Equal(t, b.Request().Authorize(), e.Decision, "%v", e)
		if !b.Action.IsHost() { // a host's action on a resource of another type does not compile
			require.Equal(t, b.Authorize(), e.Decision, "%v", e)
		}
		consistent(t, e)
		for _, remedy := range Remedies(e, everyBuiltIn...) {
			verify(t, b.Request(), remedy)
		}
	})
}

// consistent checks that the parts explain the decision.
func consistent(t require.TestingT, e Explanation) {
	if e.Decision.Reason.Step() <= 1 {
		require.Empty(t, e.Parts)
		return
	}
	first := e.Parts[0]
	for _, p := range e.Parts[1:] {
		if p.Decision.Reason.Step() < first.Decision.Reason.Step() {
			first = p
		}
	}
	require.Equal(t, first.Decision.Reason, e.Decision.Reason, "the earlier step denies, and at the same step the first part: %v", e)
	for _, p := range e.Parts {
		if p.Name == "recipient" && p.Decision.Reason == IneligibleTarget {
			require.False(t, p.Cause.Allowed(), "%v", e)
		} else {
			require.Equal(t, p.Decision, p.Cause, "%v", e)
		}
		if step := p.Cause.Reason.Step(); step < 6 || len(p.Bindings) == 0 || p.Cause.Reason == IneligibleTarget {
			continue
		}
		best := p.Bindings[0].Decision
		for _, f := range p.Bindings[1:] {
			require.GreaterOrEqual(t, best.Reason, f.Decision.Reason, "%v", e)
		}
		switch p.Cause.Reason {
		case ViewOnly: // for a recipient, it is their access without the assignment
			require.True(t, best == p.Cause || p.Name == "recipient", "%v", e)
		case LimitLacksPermission, LimitOtherWorkspace, OutOfLimit: // the principal's roles get as far
			require.GreaterOrEqual(t, best.Reason.Step(), p.Cause.Reason.Step(), "%v", e)
		default:
			require.Equal(t, best, p.Cause, "%v", e)
		}
	}
}

// An explanation does not depend on the order of roles, groups and maps.
func TestExplanationsDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.Requests.Draw(t, "request")
		if q.Subject == nil {
			return
		}
		shuffled := *q.Subject
		shuffled.Bindings = rapid.Permutation(q.Subject.Bindings).Draw(t, "bindings")
		roles := map[*oracle.Role]Role{}
		said := func(q oracle.Request, offered ...Role) string {
			b := worlds.NewBuilder(roles).Build(q)
			e := Explain(b.Request())
			text, err := json.Marshal(struct {
				Explanation Explanation
				Remedies    []Remedy
			}{e, Remedies(e, offered...)})
			require.NoError(t, err)
			return e.String() + string(text) + fmt.Sprint(e.LogValue(), Remedies(e, offered...))
		}
		offered := rolesOfAgents()
		want := said(q, offered...)
		if q.Thing != nil && q.Thing.To == q.Subject || q.Thing != nil && q.Thing.Agent == q.Subject {
			return // the same subject would be both shuffled and not
		}
		q.Subject = &shuffled
		require.Equal(t, want, said(q, rapid.Permutation(offered).Draw(t, "offered")...))
	})
}

// Typed and erased requests have the same explanation, also for types of the host.
func TestExplainGenerically(t *testing.T) {
	me, billing := riya(wide(AgentRole.Role(), ScopeGroup)), ticketOf("billing", "bob")
	assert.Equal(t, Explain(ask(me, TicketReply, billing)).String(), Explain(NewRequest(me, TicketReply, &billing)).String())

	bill := invoice{"acme", "apac", ""}
	owner := riya(custom(t, invoiceRefund.At(ScopeGroup)))
	e := Explain(NewRequest(owner, invoiceRefund, &bill))
	assert.Equal(t, OutOfScope, e.Decision.Reason)
	assert.Contains(t, e.String(), "on host, by agent \"riya\"")
	joins := Remedy{{Kind: FixGroupAccess, Group: "apac", Access: Edit}}
	require.Equal(t, []Remedy{{{Kind: FixGroupAccess, Group: "apac", Access: Edit}}, {{Kind: FixAssignRole, Binding: wide(AccountAdministratorRole.Role(), ScopeRestricted)}}},
		Remedies(e, AccountAdministratorRole.Role()))
	subject, resource := joins.Apply(owner, bill)
	assert.Equal(t, bill, resource)
	assert.Equal(t, Edit, subject.(*Agent).Groups["apac"])

	var none *Ticket
	assert.Equal(t, WrongResource, Explain(NewRequest(me, TicketReply, none)).Decision.Reason)
	assert.Empty(t, Remedies(Explain(NewRequest(me, TicketReply, none)), everyBuiltIn...))
	pointer := &billing
	assert.Equal(t, WrongResource, Explain(NewRequest(me, Action[*Ticket](TicketReply.ID()), &pointer)).Decision.Reason, "like Authorize")
	assert.Equal(t, "ticket.reply on no resource, by agent \"riya\"", strings.Split(Explain(NewRequest(me, TicketReply, none)).String(), "\n")[1])

	unknown := Request{Subject: me, Action: FirstHostView, Resource: bill}
	assert.Equal(t, UnknownAction, Explain(unknown).Decision.Reason)
	assert.Equal(t, unknown.Authorize(), Explain(unknown).Decision)
	assert.Contains(t, Explain(unknown).String(), "host(")
	named := Request{Subject: owner, Action: invoiceRefund.ID(), Resource: bill, Vocabulary: invoices(t)}
	assert.Contains(t, Explain(named).String(), "invoice.refund on host")
	assert.Equal(t, Decision{}, Explanation{}.Decision)
	assert.Equal(t, "denied: no decision was made\nunknown(0) on no resource, by no subject\n", Explanation{}.String())
	assert.Empty(t, Remedies(Explanation{}, everyBuiltIn...))
}

// invoices returns a vocabulary with the host's actions.
func invoices(t *testing.T) *Vocabulary {
	t.Helper()
	v, err := NewVocabulary(NewHostAction(invoiceRefund, "invoice.refund"))
	require.NoError(t, err)
	return v
}

// Each part is shown, and for a recipient the reason why they cannot be assigned this.
func TestExplainBothParts(t *testing.T) {
	me := riya(wide(AgentRole.Role(), ScopeGlobal))
	billing, refunds := ticketOf("billing", "bob"), ticketOf("refunds", "bob")
	member := bob(wide(AgentRole.Role(), ScopeGroup))
	member.Groups = map[GroupID]Access{"refunds": View}
	gone := bob(wide(AgentRole.Role(), ScopeGlobal))
	gone.Deactivated = true
	chat := chatOf("billing", "bob")
	for _, c := range []struct {
		name    string
		request Request
		parts   string
		second  string // subject, action, group and number of roles of the second part
	}{
		{"a pair", ask(riya(wide(AgentRole.Role(), ScopeGroup)), TicketMerge, TicketPair{billing, refunds}), "from allowed_group allowed_group; into view_only view_only", `riya, ticket.merge, in "refunds", 1 roles`},
		{"two contacts", ask(sam(custom(t, ContactMerge.At(ScopeGlobal))), ContactMerge, ContactPair{*customer("emea"), *customer("apac")}), "from allowed_contact allowed_contact; into out_of_scope out_of_scope", `sam, contact.merge, in "", 1 roles`},
		{"to an agent without the permission", ask(me, TicketAssign, TicketAssignment{Ticket: billing, To: bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))}), "ticket allowed_all allowed_all; recipient ineligible_target no_permission", `bob, ticket.be_assigned, in "billing", 1 roles`},
		{"to an agent with view access", ask(me, TicketAssign, TicketAssignment{Ticket: refunds, To: member}), "ticket allowed_all allowed_all; recipient ineligible_target view_only", `bob, ticket.be_assigned, in "refunds", 1 roles`},
		{"to a deactivated agent", ask(me, TicketAssign, TicketAssignment{Ticket: refunds, To: gone}), "ticket allowed_all allowed_all; recipient ineligible_target deactivated", `bob, ticket.be_assigned, in "refunds", 1 roles`},
		{"to an agent in another group", ask(me, TicketAssign, TicketAssignment{Ticket: refunds, To: bob(wide(AgentRole.Role(), ScopeGlobal)), Group: AgentGroup{"apac", "acme"}}), "ticket allowed_all allowed_all; recipient allowed_all allowed_all; routing allowed_all allowed_all", `bob, ticket.be_assigned, in "apac", 1 roles`},
		{"to a group", ask(me, TicketRoute, TicketAssignment{Ticket: refunds, Group: AgentGroup{"apac", "acme"}}), "ticket allowed_all allowed_all; recipient allowed_all allowed_all", `, ticket.be_assigned, in "", 0 roles`},
		{"to a support engineer", ask(me, TicketAssign, TicketAssignment{Ticket: refunds, To: at(granted(t, SupportGrantTerms{}), noon)}), "ticket allowed_all allowed_all; recipient ineligible_target ineligible_target", `support:eve, ticket.be_assigned, in "", 0 roles`},
		{"to a shared agent", ask(me, TicketAssign, TicketAssignment{Ticket: refunds, To: sam()}), "ticket allowed_all allowed_all; recipient shared_never_assigned shared_never_assigned", `sam, ticket.be_assigned, in "", 0 roles`},
		{"to an agent of another account", ask(me, TicketAssign, TicketAssignment{Ticket: refunds, To: &Agent{ID: "x", Account: Account{ID: "initech"}}}), "ticket allowed_all allowed_all; recipient other_account other_account", `x, ticket.be_assigned, in "", 0 roles`},
		{"a conversation", ask(riya(custom(t, ConversationAssign.At(ScopeGlobal))), ConversationAssign, ConversationAssignment{Conversation: chat, To: bob()}), "conversation allowed_all allowed_all; recipient ineligible_target no_role", `bob, conversation.reply, in "billing", 0 roles`},
	} {
		e := Explain(c.request)
		var parts []string
		for _, p := range e.Parts {
			parts = append(parts, fmt.Sprint(p.Name, " ", p.Decision.Reason, " ", p.Cause.Reason))
			if p.Name == "recipient" && p.Cause == p.Decision && !p.Decision.Allowed() {
				assert.Empty(t, p.Group, c.name)
				assert.Empty(t, p.Bindings, c.name)
			}
		}
		assert.Equal(t, c.parts, strings.Join(parts, "; "), c.name)
		second := e.Parts[1]
		assert.Equal(t, c.second, fmt.Sprintf("%s, %v, in %q, %d roles", second.Subject, second.Action, second.Group, len(second.Bindings)), c.name)
		consistent(t, e)
		assert.Equal(t, c.request.Authorize(), e.Decision)
	}
	toGroup := Explain(ask(me, TicketRoute, TicketAssignment{Ticket: refunds, Group: AgentGroup{"apac", "acme"}}))
	assert.Contains(t, toGroup.String(), "\n  recipient: allowed: ")
	assert.Contains(t, Explain(ask(me, TicketAssign, TicketAssignment{Ticket: billing, To: gone})).String(), "\n  recipient \"bob\", ticket.be_assigned: denied: ")
}

// Bindings are ordered by decision, the best first, then by role, account, workspace and
// scope.
func TestExplainOrdersFindings(t *testing.T) {
	role := func(account AccountID, name string, permissions ...Permission) Role {
		r, err := NewRole(account, name, NewPermissions(permissions...), nil)
		require.NoError(t, err)
		return r
	}
	// The decision on a role of another account is always the same.
	initechs, umbrellas := role("initech", "B"), role("umbrella", "B")
	want := []Binding{
		wide(role("acme", "Z", TicketPurge.At(ScopeGlobal)), ScopeGlobal),
		{Role: role("umbrella", "A"), Workspace: "it", TicketScope: ScopeGroup},
		{Role: initechs, Workspace: "it", TicketScope: ScopeGroup},
		{Role: umbrellas, Workspace: AccountWide, TicketScope: ScopeGlobal},
		{Role: umbrellas, Workspace: "it", TicketScope: ScopeRestricted},
		{Role: umbrellas, Workspace: "it", TicketScope: ScopeGroup},
	}
	for range 20 {
		bindings := slices.Clone(want)
		rand.Shuffle(len(bindings), func(i, j int) { bindings[i], bindings[j] = bindings[j], bindings[i] })
		e := Explain(ask(riya(bindings...), TicketPurge, ticketOf("billing", "bob")))
		var got []Binding
		for _, f := range e.Parts[0].Bindings {
			got = append(got, f.Binding)
		}
		require.Equal(t, want, got)
		require.Equal(t, len(want), strings.Count(e.String(), "\n  role    "), "%v", e)
	}
}

// An explanation of two parts has both, as text, as JSON and in logs, each with its
// decision and its cause.
func TestExplanationsOfTwoPartsSayBoth(t *testing.T) {
	me, billing := riya(wide(AgentRole.Role(), ScopeGlobal)), ticketOf("billing", "bob")
	views := bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal), Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGroup})
	e := Explain(NewRequest(me, TicketAssign, &TicketAssignment{Ticket: billing, To: views}))
	assert.Equal(t, `denied: the recipient cannot be assigned this [B05]
ticket.assign on ticket assignment "4711" with "bob", by agent "riya"
  ticket: allowed: role "Agent" reaches everything here
    passed  request, account, subject, guardrails, plan, roles, reach, ownership
    allowed at grounds: allowed_all [P:FD-adv]
    group   edit access to "billing"
    role    "Agent" account-wide, tickets at global: allowed_all at global
  recipient "bob", ticket.be_assigned: denied: the recipient cannot be assigned this
    passed  request, account, subject, guardrails, plan
    denied  at roles: other_workspace [G16 A11 A49]
    missing role "Agent" outside of workspaces
    group   no access to "billing"
    role    "Agent" in workspace "it", tickets at group: other_workspace
    role    "Ticket Collaborator" account-wide, tickets at global: no_permission
`, e.String())
	assert.Contains(t, logged(e), `v.ticket.who=riya v.ticket.reason=allowed_all v.ticket.roles=1 `+
		`v.recipient.who=bob v.recipient.reason=other_workspace v.recipient.roles=2`)
	part := func(e Explanation) string {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		_, part, _ := strings.Cut(string(data), `},{"name":"recipient"`)
		return part
	}
	assert.Equal(t, `,"who":"bob","action":"ticket.be_assigned",`+
		`"decision":{"allowed":false,"outcome":"not_granted","reason":"ineligible_target"},`+
		`"cause":{"allowed":false,"outcome":"not_granted","reason":"other_workspace","role":"Agent"},`+
		`"passed":["request","account","subject","guardrails","plan"],"missing":"role \"Agent\" outside of workspaces","group":"billing","group_access":"none","roles":[`+
		`{"role":"Agent","workspace":"it","ticket_scope":"group",`+
		`"decision":{"allowed":false,"outcome":"not_granted","reason":"other_workspace","role":"Agent"}},`+
		`{"role":"Ticket Collaborator","workspace":"*","ticket_scope":"global",`+
		`"decision":{"allowed":false,"outcome":"not_granted","reason":"no_permission"}}]}]}`, part(e))

	nobody := Explain(NewRequest(me, TicketRoute, &TicketAssignment{Ticket: billing, Group: AgentGroup{"apac", "acme"}}))
	assert.Contains(t, nobody.String(), "\n  recipient: allowed: every group of the account can be assigned this\n")
	elsewhere := Explain(NewRequest(me, TicketRoute, &TicketAssignment{Ticket: billing, Group: AgentGroup{"apac", "globex"}}))
	assert.Contains(t, elsewhere.String(), "\n  recipient: denied: the resource, or part of it, does not belong to the subject's account\n")
	assert.Equal(t, `,"action":"ticket.be_assigned","decision":{"allowed":true,"outcome":"allowed","reason":"allowed_all"},`+
		`"cause":{"allowed":true,"outcome":"allowed","reason":"allowed_all"},`+
		`"passed":["request","account","subject","guardrails","plan","roles","reach","ownership"],"roles":[]}]}`, part(nobody))
}

// Bindings in a text are ordered by decision, then by the role's name and account,
// workspace and scope.
func TestExplanationsOrderBindings(t *testing.T) {
	initech, err := NewRole("initech", "Night Shift", NewPermissions(TicketView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	umbrella, err := NewRole("umbrella", "Day Shift", NewPermissions(TicketView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	ordered := []Binding{
		wide(SupervisorRole.Role(), ScopeGlobal),
		wide(SupervisorRole.Role(), ScopeGroup), // out of scope
		{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal},
		{Role: TicketCollaboratorRole.Role(), Workspace: AccountWide, TicketScope: ScopeGroup},
		{Role: TicketCollaboratorRole.Role(), Workspace: AccountWide, TicketScope: ScopeGlobal},
		{Role: TicketCollaboratorRole.Role(), Workspace: "it", TicketScope: ScopeRestricted},
		{Role: umbrella, Workspace: "it", TicketScope: ScopeGlobal},
		{Role: foreignRole(t), Workspace: "it", TicketScope: ScopeGlobal},
		{Role: initech, Workspace: AccountWide, TicketScope: ScopeGlobal},
	}
	backwards := slices.Clone(ordered)
	slices.Reverse(backwards)
	for _, bindings := range [][]Binding{ordered, backwards} {
		ticket := ticketOf("apac", "bob")
		e := Explain(NewRequest(riya(bindings...), TicketReply, &ticket))
		var told []Binding
		for _, f := range e.Parts[0].Bindings {
			told = append(told, f.Binding)
		}
		assert.Equal(t, ordered, told)
		assert.Equal(t, len(ordered), strings.Count(e.String(), "\n  role    "))
	}
}

// The text and the JSON name what the subject's authority lacks.
func TestExplainNamesMissingAuthority(t *testing.T) {
	admin, boss := riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	text := Explain(NewRequest(admin, AgentEdit, boss)).String()
	assert.Regexp(t, regexp.MustCompile(`(?m)^  missing authority: role.custom.create$`), text)
	data, err := json.Marshal(Explain(NewRequest(admin, AgentEdit, boss)))
	require.NoError(t, err)
	assert.Regexp(t, `"lacks":"role.custom.create"`, string(data))
	for d := range MissingAuthority(NewRequest(boss, AgentEdit, admin)) {
		t.Error("missing although allowed:", d)
	}
}

// The JSON form has the same facts as the text.
func TestExplanationJSON(t *testing.T) {
	ticket := ticketOf("refunds", "bob")
	e := Explain(NewRequest(riya(wide(AgentRole.Role(), ScopeGroup), Binding{Role: SupervisorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}), TicketReply, &ticket))
	got, err := json.MarshalIndent(e, "", "  ")
	require.NoError(t, err)
	seen := from(customer("apac"))
	seen.Group = "billing"
	visible := sam()
	visible.CRM.Sees = AllRecords
	shared, err := json.MarshalIndent(Explain(NewRequest(visible, TicketReply, &seen)), "", "  ")
	require.NoError(t, err)
	remedies, err := json.MarshalIndent(append(Remedies(e, everyBuiltIn...), Remedies(Explain(NewRequest(sam(), TicketReply, &seen)), everyBuiltIn...)...), "", "  ")
	require.NoError(t, err)
	poor := riya(wide(AgentRole.Role(), ScopeGroup))
	poor.Account.Plan = Plan{}
	billing := ticketOf("billing", "bob")
	upgrade, err := json.MarshalIndent(Remedies(Explain(NewRequest(poor, TicketAttach, &billing)), everyBuiltIn...), "", "  ")
	require.NoError(t, err)
	undecided, err := json.Marshal(Explanation{})
	require.NoError(t, err)
	handedOver, err := json.MarshalIndent(Explain(ask(owner(), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))})), "", "  ")
	require.NoError(t, err)
	toGroup, err := json.Marshal(Explain(ask(owner(), TicketRoute, TicketAssignment{Ticket: billing, Group: AgentGroup{"apac", "acme"}})))
	require.NoError(t, err)
	lacking, err := json.Marshal(Explain(ask(riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), AgentEdit, *bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)))))
	require.NoError(t, err)
	golden.File(t, "explanation.json.golden", string(got)+"\n"+string(shared)+"\n"+string(remedies)+"\n"+string(upgrade)+"\n"+string(undecided)+"\n"+
		string(handedOver)+"\n"+string(toGroup)+"\n"+string(lacking)+"\n")
}

// logged returns the line that slog's text handler writes.
func logged(value any) string {
	var out bytes.Buffer
	withoutTime := &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}}
	slog.New(slog.NewTextHandler(&out, withoutTime)).Info("m", "v", value)
	return strings.TrimPrefix(strings.TrimSpace(out.String()), "level=INFO msg=m ")
}

func TestExplanationLogValue(t *testing.T) {
	ticket := ticketOf("refunds", "bob")
	e := Explain(NewRequest(riya(wide(AgentRole.Role(), ScopeGroup)), TicketReply, &ticket))
	assert.Equal(t, `v.decision.allowed=false v.decision.outcome=not_granted v.decision.reason=view_only v.decision.role=Agent v.decision.scope=group `+
		`v.record.library=`+Version+` v.record.subject_kind=agent v.record.subject=riya v.record.account=acme v.record.action=ticket.reply `+
		`v.record.resource_kind=ticket v.record.resource_id=4711 v.record.allowed=false v.record.outcome=not_granted v.record.reason=view_only `+
		`v.record.role=Agent v.record.scope=group v.record.role_built_in=true v.ticket.who=riya v.ticket.reason=view_only v.ticket.roles=1`, logged(e))
	refused := Explain(ask(owner(), TicketAssign, TicketAssignment{Ticket: ticket, To: bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))}))
	assert.Contains(t, logged(refused), "v.ticket.roles=2 v.recipient.who=bob v.recipient.reason=no_permission v.recipient.roles=1")
}

// Explanations have no names and addresses of support engineers; only unredacted records do.
func TestExplanationsHaveNoAddresses(t *testing.T) {
	ticket := ticketOf("billing", "bob")
	e := Explain(NewRequest(at(granted(t, SupportGrantTerms{}), noon), TicketReply, &ticket))
	data, err := json.Marshal(e)
	require.NoError(t, err)
	for _, private := range []string{"@vendor", "Novak"} {
		assert.NotContains(t, string(data)+logged(e)+e.String(), private)
	}
}

// Every source of a reason is listed in docs/requirements.md.
func TestReasonSources(t *testing.T) {
	text := readFile(t, "docs/requirements.md")
	for reason := range Reasons() {
		for _, source := range strings.Fields(reason.Sources()) {
			assert.Regexp(t, `(?m)^\| \[?`+regexp.QuoteMeta(source)+`[\]| ]`, text, "%v", reason)
		}
		assert.Equal(t, reason == Undecided, reason.Sources() == "", reason)
	}
	assert.Empty(t, Reason(255).Sources())
	assert.Equal(t, "S27 S43", SharedNeverAssigned.Sources())
}

// The requester reads the same message for a missing resource and for a hidden one.
func TestRequesterLearnsNothing(t *testing.T) {
	hidden := Decision{Reason: OutOfScope}.UserMessage()
	for _, c := range everyReason(t) {
		switch notice := Explain(c.request).Decision.UserMessage(); {
		case c.want.Step() >= 2 && c.want.Outcome() != OutcomeAllowed, c.want == WrongResource:
			assert.Equal(t, hidden, notice, c.want)
		default:
			assert.NotEqual(t, hidden, notice, c.want)
		}
	}
}

// WhoCan returns the allowed subjects in order, with their decisions.
func TestWhoCan(t *testing.T) {
	ticket := ticketOf("billing", "bob")
	everybody := []Subject{
		riya(wide(AgentRole.Role(), ScopeGroup)), bob(wide(AgentRole.Role(), ScopeRestricted)), sam(), nil,
		&Agent{ID: "ann", Account: acme, Bindings: []Binding{wide(AgentRole.Role(), ScopeGlobal)}},
		&Agent{ID: "ann", Account: acme, Bindings: []Binding{wide(AgentRole.Role(), ScopeGlobal)}},
		&Agent{ID: "ann", Account: acme, Bindings: []Binding{wide(SupervisorRole.Role(), ScopeGlobal)}},
		&Agent{ID: "zoe", Account: acme},
	}
	want := []string{"ann allowed_all Agent", "ann allowed_all Agent", "ann allowed_all Supervisor", "bob allowed_assigned Agent", "riya allowed_group Agent"}
	for range 20 {
		rand.Shuffle(len(everybody), func(i, j int) { everybody[i], everybody[j] = everybody[j], everybody[i] })
		var got []string
		for _, a := range WhoCan(TicketReply, &ticket, everybody...) {
			got = append(got, fmt.Sprint(a.Subject.(*Agent).ID, " ", a.Decision.Reason, " ", a.Decision.Role))
		}
		require.Equal(t, want, got)
	}
	assert.Empty(t, WhoCan(TicketReply, nil, everybody...))
}

// An audit record has the same keys in JSON and in logs.
func TestRecord(t *testing.T) {
	var text strings.Builder
	for _, c := range everyReason(t) {
		record := c.request.AuditRecord(c.request.Authorize())
		data, err := json.Marshal(record)
		require.NoError(t, err)
		fmt.Fprintf(&text, "%s\n", data)
		var fields map[string]any
		require.NoError(t, json.Unmarshal(data, &fields))
		var keys []string
		for _, field := range strings.Split(logged(record), " v.") {
			key, _, _ := strings.Cut(strings.TrimPrefix(field, "v."), "=")
			keys = append(keys, key)
		}
		assert.ElementsMatch(t, slices.Collect(maps.Keys(fields)), keys)
	}
	golden.File(t, "records.golden", text.String())
}

// A session at an instant that RFC 3339 cannot represent is denied, and its record has no
// instant.
func TestRecordOfAnInstantThatCannotBeWritten(t *testing.T) {
	ticket := ticketOf("billing", "bob")
	for year, kept := range map[int]bool{-1: false, 0: true, 9999: true, 10000: false} {
		session := at(granted(t, SupportGrantTerms{}), time.Date(year, 7, 1, 0, 0, 0, 0, time.UTC))
		record := NewRequest(session, TicketView, &ticket).AuditRecord(Authorize(session, TicketView, &ticket))
		assert.Equal(t, "no_instant", record.Reason)
		assert.Equal(t, kept, !record.At.IsZero(), "the year %d", year)
		_, err := json.Marshal(record)
		require.NoError(t, err)
		_, err = json.Marshal(Explain(NewRequest(session, TicketView, &ticket)))
		require.NoError(t, err)
	}
}

func TestRecordOf(t *testing.T) {
	session := at(granted(t, SupportGrantTerms{}), noon)
	ticket := ticketOf("billing", "bob")
	d := Authorize(session, TicketReply, &ticket)
	record := NewRequest(session, TicketReply, &ticket).AuditRecord(d)
	assert.Equal(t, "eve@vendor.example", record.EngineerEmail)
	assert.Equal(t, "Eve Novak", record.EngineerName)
	assert.Empty(t, record.Redacted().EngineerEmail+record.Redacted().EngineerName)
	assert.Equal(t, "eve@vendor.example", record.EngineerEmail)
	assert.Equal(t, noon, record.At)
	assert.Equal(t, ask(session, TicketReply, ticket).AuditRecord(d), record)
	assert.Equal(t, AuditRecord{Library: Version, Action: "unknown(0)", Outcome: "malformed", Reason: "undecided"}, Request{}.AuditRecord(Decision{}))
	assert.Equal(t, "ticket.reply", NewRequest(nil, TicketReply, nil).AuditRecord(Decision{}).Action)

	chat, role, guest := chatOf("g", ""), newRole(t, "Tier 2"), bob()
	for _, c := range []struct {
		resource Resource
		action   ActionID
		want     string
	}{
		{ticket, TicketView.ID(), "ticket 4711 "},
		{TicketPair{ticket, Ticket{ID: "5"}}, TicketMerge.ID(), "ticket_pair 4711 5"},
		{TicketAssignment{Ticket: ticket, To: guest}, TicketAssign.ID(), "ticket_assignment 4711 bob"},
		{TicketAssignment{Ticket: ticket, Group: AgentGroup{"g", "acme"}}, TicketAssign.ID(), "ticket_assignment 4711 g"},
		{TicketAssignment{Ticket: ticket, To: guest, Group: AgentGroup{"g", "acme"}}, TicketAssign.ID(), "ticket_assignment 4711 bob"},
		{Note{Ticket: ticket}, TicketNoteEditAny.ID(), "note 4711 "},
		{TimeEntry{Ticket: ticket}, TimeView.ID(), "time_entry 4711 "},
		{chat, ConversationView.ID(), "conversation c1 "},
		{ConversationAssignment{Conversation: chat, To: guest}, ConversationAssign.ID(), "conversation_assignment c1 bob"},
		{ConversationAssignment{Conversation: chat, To: guest, Group: AgentGroup{"h", "acme"}}, ConversationAssign.ID(), "conversation_assignment c1 bob"},
		{ConversationAssignment{Conversation: chat, Group: AgentGroup{"h", "acme"}}, ConversationAssign.ID(), "conversation_assignment c1 h"},
		{*customer("emea"), ContactView.ID(), "contact c-1 "},
		{ContactPair{*customer("emea"), Contact{ID: "c-2"}}, ContactMerge.ID(), "contact_pair c-1 c-2"},
		{Company{ID: "k"}, CompanyView.ID(), "company k "},
		{*guest, AgentView.ID(), "agent bob "},
		{*sam(), SharedAgentView.ID(), "shared_agent sam "},
		{AgentProfile{Agent: "bob"}, ProfileEditOwn.ID(), "agent_profile bob "},
		{RoleAssignment{guest, wide(role, ScopeGroup)}, AgentRoleAssign.ID(), "role_assignment bob Tier 2"},
		{inGroup(guest, "g", View), AgentGroupAssign.ID(), "group_membership bob g"},
		{role, RoleView.ID(), "role Tier 2 "},
		{session.Grant(), SupportGrantView.ID(), "support_grant g1 "},
		{Workspace{ID: "it"}, WorkspaceManage.ID(), "workspace it "},
		{acme, AccountManage.ID(), "account acme "},
		{Channel{}, ChannelPhoneUse.ID(), "channel  "},
		{CannedResponse{}, CannedResponseUse.ID(), "canned_response  "},
		{TicketList{}, TicketListManageShared.ID(), "ticket_list  "},
		{Article{}, ArticleView.ID(), "article  "},
		{FAQ{}, FAQView.ID(), "faq  "},
		{Topic{}, TopicView.ID(), "topic  "},
		{Campaign{}, CampaignView.ID(), "campaign  "},
		{Report{}, ReportView.ID(), "report  "},
		{Dashboard{}, DashboardManage.ID(), "dashboard  "},
		{App{}, AppManage.ID(), "app  "},
		{Settings{}, SettingsManage.ID(), "settings  "},
		{RoleAssignment{}, AgentRoleAssign.ID(), "incomplete  "},
		{GroupMembership{}, AgentGroupAssign.ID(), "incomplete  "},
	} {
		r := Request{Action: c.action, Resource: c.resource}.AuditRecord(Decision{})
		assert.Equal(t, c.want, r.ResourceKind+" "+r.ResourceID+" "+r.SecondID)
	}

	// Each kind of resource has a name.
	var kinds []string
	for _, resource := range prototypes {
		for id := range Actions() {
			if kind := (Request{Action: id, Resource: resource}).AuditRecord(Decision{}).ResourceKind; kind != "" && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	assert.Len(t, kinds, len(prototypes))
	assert.Subset(t, kinds, []string{"ticket", "ticket_pair", "shared_agent", "time_entry", "canned_response", "faq", "app"})
	assert.Equal(t, "incomplete", Request{Action: AgentGroupAssign.ID(), Resource: GroupMembership{}}.AuditRecord(Decision{}).ResourceKind)
}

// A key is assigned nothing, whatever its principal could take, and its explanation says so only.
func TestExplainAssigningToAKey(t *testing.T) {
	taker := bob(custom(t, TicketBeAssigned.At(ScopeGlobal)))
	key := keyWith(taker, Limit{Permissions: everyPermission(), Workspaces: []WorkspaceID{Everywhere}})
	boss := riya(custom(t, TicketAssign.At(ScopeGlobal)))
	e := Explain(NewRequest(boss, TicketAssign, &TicketAssignment{Ticket: ticketOf("billing", ""), To: key}))
	require.Equal(t, IneligibleTarget, e.Decision.Reason)
	require.Len(t, e.Parts, 2)
	assert.Equal(t, e.Decision.Reason, e.Parts[1].Cause.Reason)
	assert.NotContains(t, e.Parts[1].String(), "allowed at")
}
