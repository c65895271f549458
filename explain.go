package deskpolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// Explain returns the decision of [Request.Authorize] with the findings behind it: the
// decision on each part of the resource, the decision on each binding alone, and the rule
// that decided. An Explanation is for operators and programs. It names roles, so do not
// show it to the user who made the request: see [Decision.UserMessage].
//
// Explain costs more than a decision, so call it only when an explanation is needed. The
// Explanation refers to the subject and the resource, which must not be changed while it
// is in use.
func Explain(r Request) Explanation {
	asked := r.question()
	e := Explanation{Decision: asked.decide(r.Subject), request: r}
	e.about = asked.subjectMatter()
	if e.Decision.Reason.Step() <= 1 {
		return e
	}
	e.add(asked.part())
	if to, group := asked.destination(); asked.what.kind.pair() || to != nil || group != (AgentGroup{}) {
		e.add(asked.secondPart())
	}
	for _, action := range asked.given() {
		give := asked.alsoTo(action)
		p := give.part()
		p.Name = givenName(action)
		e.add(p)
	}
	return e
}

// add adds a part, with the vocabulary of the request.
func (e *Explanation) add(p ExplainedPart) {
	p.vocabulary = e.request.Vocabulary
	e.Parts = append(e.Parts, p)
}

// An Explanation is a [Decision] with the findings behind it.
//
// The zero Explanation explains the zero Decision. An Explanation is safe for concurrent
// use as long as it is not changed. Its text and its JSON do not depend on the order of the
// subject's bindings.
type Explanation struct {
	Decision Decision

	// Parts are the findings on each part of the resource. Most resources have one part,
	// and a pair or an assignment has two. A new agent also has a part for its roles and one
	// for its groups. A malformed request has none.
	Parts []ExplainedPart

	request Request
	about   subjectMatter
}

// An ExplainedPart holds the findings on one part of a resource, or on the recipient of an
// assignment.
type ExplainedPart struct {
	Name     string   // "from" or "into" for a pair, "recipient" for an assignment, "routing" if it names a group as well, "roles" or "groups" for a new agent, otherwise the kind, such as "ticket"
	Subject  AgentID  // the agent who must be allowed the Action: the subject of the request, or the recipient
	Action   ActionID // the action that the Subject must be allowed
	Decision Decision // the decision on this part; it has no Until, as the whole has

	// Cause is the decision that explains why a recipient cannot be assigned the resource.
	// For the other parts, it equals Decision.
	Cause Decision

	// Bindings has the decision on each binding alone, at steps 6 to 9 only, given
	// Clearing. The binding that got furthest is first. Bindings is empty if the resource belongs to
	// another account.
	Bindings []ExplainedBinding

	Group       GroupID // the group of the resource, "" if none
	GroupAccess Access  // the Subject's access in that group
	Leaves      bool    // whether it is OutOfScope for groups because the resource would leave the Subject's groups (A50)
	CRMAccess   Access  // for a shared agent, the Subject's access in the CRM to the customer of the resource

	// CRMAnswer is the access to the customer that the CRM's answer by IDs gives, if it is more
	// than the customer's record gives, and CRMAnswerWindow is when it counts.
	CRMAnswer       Access
	CRMAnswerWindow Window

	// Confidential says that the resource is confidential. Clearing then has the decision on
	// ticket.confidential, with the access that the Action needs, by each binding that
	// permits it. The binding that got furthest is first.
	Confidential bool
	Clearing     []ExplainedBinding

	vocabulary *Vocabulary // the request's
	about      subjectMatter
	missing    string // see question.lacking
}

// An ExplainedBinding is a binding with the decision on that binding alone. The decision's
// Scope is the role's scope or, on tickets, the relations that the role's scope and the
// binding's ticket scope have in common; the role's scope if they have none.
type ExplainedBinding struct {
	Binding  Binding
	Decision Decision
}

// stepNames are the names of the steps of [Authorize], by number.
var stepNames = [...]string{"", "request", "account", "subject", "guardrails", "plan", "roles", "reach", "ownership", "grounds"}

// part returns the findings on the part that the question is about.
func (q *question) part() ExplainedPart {
	p := ExplainedPart{Name: q.partName(), Subject: q.who.id, Action: q.action, Decision: q.judge().timeless()}
	p.Cause, p.about = p.Decision, q.subjectMatter()
	p.missing = q.lacking(p.Cause, p.about)
	q.fillFindings(&p)
	return p
}

// timeless returns the decision without its until.
func (d Decision) timeless() Decision {
	d.until = 0
	return d
}

// partName returns the name of the part: see ExplainedPart.
func (q *question) partName() string {
	switch {
	case q.second:
		return "into"
	case q.what.kind.pair():
		return "from"
	case q.what.kind == kindTicketAssignment:
		return kindTicket.String()
	case q.what.kind == kindConversationAssignment:
		return kindConversation.String()
	}
	return q.what.kind.String()
}

// givenName returns the name of the part that the action is about, which is one that a change of
// an agent or a route gives: see question.given.
func givenName(action ActionID) string {
	switch action {
	case ActionID(AgentRoleAssign):
		return "roles"
	case ActionID(AgentGroupAssign):
		return "groups"
	}
	return "routing"
}

// secondPart returns the findings on the second of two parts, the one that judgeSecond judges.
func (q *question) secondPart() ExplainedPart {
	if q.what.kind.pair() {
		into := q.into()
		return into.part()
	}
	take := q.recipient()
	p := ExplainedPart{Name: "recipient", Subject: take.who.id, Action: take.action, Decision: q.judgeSecond().timeless()}
	p.Cause, p.about = p.Decision, take.subjectMatter()
	if take.who.account == nil || take.who.crm != nil || take.who.session != nil || take.who.delegate != nil || p.Decision.Reason == OtherAccount {
		return p
	}
	p.Cause = take.judgeTaking().timeless()
	p.missing = take.lacking(p.Cause, p.about)
	take.assignTo(take.who.id)
	take.fillFindings(&p)
	return p
}

// recipient returns the question of whether the recipient can be assigned the resource.
func (q *question) recipient() question {
	take, _ := q.ofReceiver(q.destination())
	return take
}

// fillFindings sets the decision on each binding, and the access in the group and in the CRM.
func (q *question) fillFindings(p *ExplainedPart) {
	if p.Decision.Reason.Step() <= 2 {
		return
	}
	p.Group, p.GroupAccess = q.what.Group, q.groupAccess()
	p.Leaves = p.Decision.Reason == OutOfScope && !q.staysInGroups()
	if q.who.crm != nil {
		p.CRMAccess = q.crmAccess()
		if _, ages := q.who.crm.access(q.customer(), q.who.at); ages {
			p.CRMAnswer, p.CRMAnswerWindow = q.who.crm.Visibility.access(q.customer()), q.who.crm.Visibility.window()
		}
	}
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		p.Bindings = append(p.Bindings, ExplainedBinding{*b, b.decide(q)})
	}
	slices.SortFunc(p.Bindings, ExplainedBinding.compare)
	if q.what.Confidential {
		q.fillClearing(p)
	}
}

// fillClearing sets what the part says about the resource, which is confidential.
func (q *question) fillClearing(p *ExplainedPart) {
	p.Confidential = true
	c := q.clearing()
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		if d := b.decide(&c); d.Reason >= OtherWorkspace {
			p.Clearing = append(p.Clearing, ExplainedBinding{*b, d})
		}
	}
	slices.SortFunc(p.Clearing, ExplainedBinding.compare)
}

// compare orders bindings by decision, the better decision first, and then by binding.
func (f ExplainedBinding) compare(other ExplainedBinding) int {
	return cmp.Or(f.Decision.compare(other.Decision), f.Binding.compare(other.Binding))
}

// compare orders bindings by the role's name and account, by workspace, group and scope.
func (b Binding) compare(other Binding) int {
	return cmp.Or(
		strings.Compare(b.Role.Name(), other.Role.Name()),
		strings.Compare(string(b.Role.Account()), string(other.Role.Account())),
		strings.Compare(string(b.Workspace), string(other.Workspace)),
		strings.Compare(string(b.Group), string(other.Group)),
		cmp.Compare(b.TicketScope, other.TicketScope),
		b.Window.compare(other.Window),
	)
}

// String returns the explanation as a short tree for operators.
func (e Explanation) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%v%s\n%s\n", e.Decision, bracketed(e.Decision.Reason.sourcesOn(e.about)), e.question())
	if until := e.Decision.Until(); !until.IsZero() {
		fmt.Fprintf(&text, "  holds until %s\n", until.Format(layout))
	}
	if problem := e.problem(); problem != "" {
		fmt.Fprintf(&text, "  problem: %s\n", problem)
	}
	if missing := e.firstMissing(); missing != "" {
		fmt.Fprintf(&text, "  missing authority: %s\n", missing)
	}
	indent := "  "
	for _, p := range e.Parts {
		if len(e.Parts) > 1 {
			fmt.Fprintf(&text, "  %s\n", p.headline())
			indent = "    "
		}
		p.write(&text, indent)
	}
	return text.String()
}

// layout is the format of instants in text: in UTC, to the second.
const layout = "2006-01-02 15:04:05Z07:00"

// bracketed returns the sources in brackets, or "" if there are none.
func bracketed(sources string) string {
	if sources == "" {
		return ""
	}
	return " [" + sources + "]"
}

// question returns the request in words, such as `ticket.reply on ticket "4711", by agent "riya"`.
func (e Explanation) question() string {
	r := e.record()
	return fmt.Sprintf("%s on %s, by %s", r.Action, r.resource(), r.subject())
}

// problem describes what is wrong with the resource of a malformed request, or returns "".
func (e Explanation) problem() string {
	if e.Decision.Reason != WrongResource {
		return ""
	}
	r := e.request
	q := r.question()
	switch thing := q.thing.(type) {
	case nil:
		return wrongType(r.Action, r.Resource)
	case *Agent:
		return thing.held().problem("the agent has no ID")
	case *SharedAgent:
		return thing.held().problem("the shared agent has no ID")
	case *RoleAssignment:
		return thing.problem()
	case *GroupMembership:
		return thing.problem()
	case *Contact:
		if isUnknownContact(thing) && q.givesAccess() {
			return "the contact has no ID"
		}
	case *TicketAssignment, *ConversationAssignment:
		return q.wrongDestination()
	case *TicketPair:
		if thing != nil && q.action == TicketMove.ID() {
			return "a move takes a ticket to another workspace, and gives it to no other assignee"
		}
	}
	return wrongType(r.Action, r.Resource)
}

// problem describes what is wrong with the assignment.
func (a *RoleAssignment) problem() string {
	var holder actor
	switch known := holder.setMember(a.Holder); {
	case !known:
		return "the role assignment needs an agent or shared agent with an ID"
	case a.Binding.Role == Role{}, a.Binding.Workspace == "":
		return "the role assignment needs a role and a workspace"
	case !a.Binding.isWhole():
		return "the role assignment is incomplete: " + a.Binding.problem()
	}
	return holder.problem(fmt.Sprintf("the agent does not hold role %q %s", a.Binding.Role.Name(), a.Binding.where()))
}

// problem describes what is wrong with the membership.
func (m *GroupMembership) problem() string {
	var member actor
	switch known := member.setMember(m.Member); {
	case m.Group.ID == "":
		return "the group has no ID"
	case !known:
		return "the group membership needs an agent or shared agent with an ID"
	case m.Access != m.Access.known():
		return "the group membership is incomplete: " + m.Access.problem(m.Group.ID)
	}
	return member.problem("")
}

// problem describes what is missing of an agent on record, or returns the other problem.
func (who actor) problem(other string) string {
	for i := range who.bindings {
		if b := &who.bindings[i]; !b.isWhole() {
			return "the agent's record is incomplete: " + b.problem()
		}
	}
	for _, group := range slices.Sorted(maps.Keys(who.groups)) {
		if access := who.groups[group]; group == "" || access != access.known() {
			return "the agent's record is incomplete: " + access.problem(group)
		}
	}
	return other
}

// problem describes what is missing of the binding, which is not whole.
func (b *Binding) problem() string {
	switch {
	case b.Role == Role{}:
		return fmt.Sprintf("a role held %s is missing; load it, or leave out a role that no longer exists", b.where())
	case b.Workspace == "":
		return fmt.Sprintf("the workspace of role %q is missing; load it, or leave out a role whose workspace no longer exists", b.Role.Name())
	case b.Window == never:
		return fmt.Sprintf("the window of role %q %s could not be read, or has an instant outside the years 1970 to 2199; load it, and use the zero time for a side that is open", b.Role.Name(), b.where())
	}
	return fmt.Sprintf("the ticket scope of role %q %s, number %d, is not a scope; load it", b.Role.Name(), b.where(), uint16(b.TicketScope))
}

// problem describes what is missing of the access to the group.
func (a Access) problem(group GroupID) string {
	if group == "" {
		return "the ID of a group is missing; load it, or leave out a group that no longer exists"
	}
	return fmt.Sprintf("the access to group %q, number %d, is not an access; load it", group, uint8(a))
}

// wrongType describes how the resource does not match the action's type.
func wrongType(action ActionID, resource Resource) string {
	on := action.info().on
	switch {
	case resource == nil:
		return "the request has no resource"
	case action.IsHost():
		return fmt.Sprintf("the resource (type %T) is nil, or the action is for another type", resource)
	}
	return fmt.Sprintf("the action needs a resource of kind %v, but the resource (type %T) is nil or of another kind", on, resource)
}

// wrongDestination describes why an assignment does not say where its resource goes.
func (q *question) wrongDestination() string {
	to, group := q.destination()
	switch {
	case to != nil && q.rule.class&routes != 0:
		return "routing names a group and no recipient"
	case to != nil:
		return "the recipient has no ID"
	case group == AgentGroup{}:
		return "the assignment names no group to route to"
	}
	return "the group has no ID"
}

// firstMissing returns the first thing that [MissingAuthority] yields if the denial is for
// missing authority, or "".
func (e Explanation) firstMissing() string {
	if e.Decision.Reason != BeyondAuthority {
		return ""
	}
	var first Difference
	for first = range MissingAuthority(e.request) {
		break
	}
	return first.String()
}

// String returns the part as one line: the action, the subject, the group and the decision.
func (p ExplainedPart) String() string {
	return fmt.Sprintf("%s: %v by %q, in group %q: %v", shown(p.Name), p.vocabulary.Name(p.Action), p.Subject, p.Group, p.Decision)
}

// headline returns the name of the part and the decision on it.
func (p ExplainedPart) headline() string {
	switch {
	case p.Name == "recipient" && p.Subject != "":
		return fmt.Sprintf("recipient %q, %v: %v", p.Subject, p.vocabulary.Name(p.Action), p.Decision)
	case p.Decision.Allowed() && p.Decision.Role == "":
		return fmt.Sprintf("%s: allowed: every group of the account can be assigned this", p.Name)
	}
	return fmt.Sprintf("%s: %v", p.Name, p.Decision)
}

// write writes the steps that the part passed, the step that decided, and the decision on
// each binding.
func (p ExplainedPart) write(to *strings.Builder, indent string) {
	last := p.Cause.Reason.Step()
	fmt.Fprintf(to, "%spassed  %s\n", indent, strings.Join(passed(last), ", "))
	verdict := "denied "
	if p.Cause.Allowed() {
		verdict = "allowed"
	}
	fmt.Fprintf(to, "%s%s at %s: %v%s\n", indent, verdict, stepNames[last], p.Cause.Reason, bracketed(p.Cause.Reason.sourcesOn(p.about)))
	if p.missing != "" {
		fmt.Fprintf(to, "%smissing %s\n", indent, p.missing)
	}
	if p.Group != "" {
		fmt.Fprintf(to, "%sgroup   %s to %q\n", indent, accessText(p.GroupAccess), p.Group)
	}
	if p.Leaves {
		fmt.Fprintf(to, "%sgoes    out of the groups of %q [A50]\n", indent, p.Subject)
	}
	if p.CRMAccess != NoAccess {
		fmt.Fprintf(to, "%sCRM     %s to the customer\n", indent, accessText(p.CRMAccess))
	}
	if p.CRMAnswer != NoAccess {
		fmt.Fprintf(to, "%sanswer  %s to the customer, %v\n", indent, accessText(p.CRMAnswer), p.CRMAnswerWindow)
	}
	for _, f := range p.Bindings {
		fmt.Fprintf(to, "%srole    %s: %s\n", indent, f.Binding, f.outcome())
	}
	if p.Confidential && len(p.Clearing) == 0 {
		fmt.Fprintf(to, "%ssecret  no role has %v\n", indent, TicketConfidential)
	}
	for _, f := range p.Clearing {
		fmt.Fprintf(to, "%ssecret  %s: %s\n", indent, f.Binding, f.outcome())
	}
}

// accessText returns the access in words, such as "edit access".
func accessText(a Access) string {
	if a == NoAccess {
		return "no access"
	}
	return a.String() + " access"
}

// passed returns the names of the steps before the given step.
func passed(step int) []string { return stepNames[1:step] }

// String returns the binding as `"Agent" account-wide, tickets at group`, with its window if
// it has one.
func (b Binding) String() string {
	line := fmt.Sprintf("%q %s, tickets at %v", b.Role.Name(), b.where(), b.TicketScope)
	if b.Window != (Window{}) {
		line += ", " + b.Window.String()
	}
	return line
}

// where returns where the role is held, such as `in workspace "it"`.
func (b Binding) where() string {
	if b.Group != "" {
		group := b.Group
		b.Group = ""
		return fmt.Sprintf("%s, in group %q", b.where(), group)
	}
	switch b.Workspace {
	case AccountWide:
		return "account-wide"
	case OpenWorkspaces:
		return "in open workspaces"
	case Everywhere:
		return "everywhere"
	case "":
		return "without a workspace"
	}
	return fmt.Sprintf("in workspace %q", b.Workspace)
}

// String returns the binding and its decision as
// `"Agent" account-wide, tickets at group: allowed_group at group`.
func (f ExplainedBinding) String() string { return fmt.Sprintf("%v: %s", f.Binding, f.outcome()) }

// outcome returns the reason and, from step 7 on, the scope, such as "out_of_scope at group".
func (f ExplainedBinding) outcome() string {
	if f.Decision.Reason.Step() < 7 {
		return f.Decision.Reason.String()
	}
	return fmt.Sprintf("%v at %v", f.Decision.Reason, f.Decision.Scope)
}

// LogValue returns the decision, the redacted record and the cause of each part as a
// log/slog group.
func (e Explanation) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Any("decision", e.Decision), slog.Any("record", e.record())}
	for _, p := range e.Parts {
		attrs = append(attrs, slog.Group(p.Name,
			slog.String("who", jsonText(string(p.Subject))),
			slog.String("reason", p.Cause.Reason.String()),
			slog.Int("roles", len(p.Bindings)),
		))
	}
	return slog.GroupValue(attrs...)
}

// MarshalJSON returns the explanation as JSON, with names instead of numbers, in the order
// of the text. There is no UnmarshalJSON: call [Explain] again.
func (e Explanation) MarshalJSON() ([]byte, error) {
	parts := make([]explainedPartJSON, 0, len(e.Parts))
	for _, p := range e.Parts {
		parts = append(parts, p.json())
	}
	return json.Marshal(struct {
		Decision Decision            `json:"decision"`
		Sources  []string            `json:"sources"`
		Record   AuditRecord         `json:"record"`
		Wrong    string              `json:"wrong,omitempty"`
		Lacks    string              `json:"lacks,omitempty"`
		Parts    []explainedPartJSON `json:"parts"`
	}{e.Decision, e.sources(), e.record(), e.problem(), e.firstMissing(), parts})
}

// sources returns the sources of the decision's reason.
func (e Explanation) sources() []string { return strings.Fields(e.Decision.Reason.sourcesOn(e.about)) }

type explainedPartJSON struct {
	Name        string                 `json:"name"`
	Who         string                 `json:"who,omitempty"`
	Action      string                 `json:"action"`
	Decision    Decision               `json:"decision"`
	Cause       Decision               `json:"cause"`
	Passed      []string               `json:"passed"`
	Missing     string                 `json:"missing,omitempty"`
	Group       string                 `json:"group,omitempty"`
	GroupAccess string                 `json:"group_access,omitempty"`
	Leaves      bool                   `json:"leaves,omitempty"`
	CRMAccess   string                 `json:"crm_access,omitempty"`
	CRMAnswer   *explainedAnswerJSON   `json:"crm_answer,omitempty"`
	Roles       []explainedBindingJSON `json:"roles"`

	Confidential bool                   `json:"confidential,omitempty"`
	Clearing     []explainedBindingJSON `json:"clearing,omitempty"`
}

type explainedAnswerJSON struct {
	Access string `json:"access"`
	Window Window `json:"window"`
}

type explainedBindingJSON struct {
	Role        string   `json:"role"`
	Workspace   string   `json:"workspace"`
	Group       string   `json:"group,omitempty"`
	TicketScope string   `json:"ticket_scope"`
	Window      string   `json:"window,omitempty"`
	Decision    Decision `json:"decision"`
}

// json returns the JSON form of the part.
func (p ExplainedPart) json() explainedPartJSON {
	j := explainedPartJSON{
		Name: p.Name, Who: jsonText(string(p.Subject)), Action: p.vocabulary.Name(p.Action), Decision: p.Decision, Cause: p.Cause, Passed: passed(p.Cause.Reason.Step()), Missing: jsonText(p.missing),
		Group: jsonText(string(p.Group)), Leaves: p.Leaves, Roles: make([]explainedBindingJSON, 0, len(p.Bindings)), Confidential: p.Confidential,
	}
	if p.Group != "" {
		j.GroupAccess = p.GroupAccess.String()
	}
	if p.CRMAccess != NoAccess {
		j.CRMAccess = p.CRMAccess.String()
	}
	if p.CRMAnswer != NoAccess {
		j.CRMAnswer = &explainedAnswerJSON{p.CRMAnswer.String(), p.CRMAnswerWindow}
	}
	for _, f := range p.Bindings {
		j.Roles = append(j.Roles, f.json())
	}
	for _, f := range p.Clearing {
		j.Clearing = append(j.Clearing, f.json())
	}
	return j
}

// json returns the JSON form of the binding and its decision.
func (f ExplainedBinding) json() explainedBindingJSON {
	b := f.Binding
	return explainedBindingJSON{b.Role.Name(), jsonText(string(b.Workspace)), jsonText(string(b.Group)), b.TicketScope.String(), b.Window.orNone(), f.Decision}
}

// record returns the redacted record of the decision.
func (e Explanation) record() AuditRecord { return e.request.AuditRecord(e.Decision).Redacted() }
