package deskpolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Explain decides as [Request.Authorize] does, and tells what it found on the way: how
// each part of the resource fared, what each role comes to by itself, and which
// rule decided. It is for operators and for programs: what it says names roles
// and must not be shown to the requester.
//
// It costs more than a decision, so ask for it when somebody wants to know. It
// keeps the subject and the resource, which must not be changed as long as it is used.
func Explain(r Request) Explanation {
	asked := r.question()
	e := Explanation{Decision: asked.decide(r.Subject), request: r}
	e.about = asked.subjectMatter()
	if e.Decision.Reason.Step() <= 1 {
		return e
	}
	e.add(asked.part())
	if asked.what.kind.compound() {
		e.add(asked.secondPart())
	}
	for _, action := range asked.given() {
		give := asked.alsoTo(action)
		e.add(give.part())
	}
	return e
}

// add adds a part, with the names of the request.
func (e *Explanation) add(p ExplainedPart) {
	p.vocabulary = e.request.Vocabulary
	e.Parts = append(e.Parts, p)
}

// An Explanation is a [Decision] and what was found on the way to it.
//
// The zero Explanation is of the zero Decision. An Explanation may be shared
// between goroutines that do not change it. Its text and its JSON do not depend on
// the order of bindings.
type Explanation struct {
	Decision Decision

	// Parts are what was found of each part of the resource: one, of what has two
	// parts two, of a new agent also its roles and groups. A malformed request has none.
	Parts []ExplainedPart

	request Request
	about   subjectMatter
}

// A ExplainedPart is what was found of one part of a resource, or of whoever is to
// receive it.
type ExplainedPart struct {
	Name     string   // "from" and "into" of a pair, "recipient" of what is handed over, "roles" and "groups" of a new agent, or what it is: "ticket"
	Subject  AgentID  // who has to be able to do it: who asks, or the recipient
	Action   ActionID // what they have to be able to do
	Decision Decision // what this part comes to

	// Cause is why a recipient cannot take it; elsewhere it is the Decision.
	Cause Decision

	// Bindings are what each binding comes to by itself at the steps 6 and 7, the
	// one that came furthest first. They say nothing of the other steps. Of another
	// account's resource there are none.
	Bindings []ExplainedBinding

	Group       GroupID // the group that has it, "" if none
	GroupAccess Access  // what Who may do in that group
	CRMAccess   Access  // what Who, a shared agent, may do in the CRM with the customer whom it is about

	vocabulary *Vocabulary // of the request
	about      subjectMatter
	missing    string // see question.lacking
}

// A ExplainedBinding is what one binding comes to by itself. The decision's Scope is how
// far the permission effectively reaches: no further than the role's and, on
// tickets, the binding's.
type ExplainedBinding struct {
	Binding  Binding
	Decision Decision
}

// stepNames are what the steps of [Authorize] look at.
var stepNames = [...]string{"", "request", "account", "subject", "guardrails", "plan", "roles", "reach", "whose it is", "grounds"}

// part returns what is found of the question's own part.
func (q *question) part() ExplainedPart {
	p := ExplainedPart{Name: q.partName(), Subject: q.who.id, Action: q.action, Decision: q.judge()}
	p.Cause, p.about = p.Decision, q.subjectMatter()
	p.missing = q.lacking(p.Cause)
	q.find(&p)
	return p
}

// partName returns what the part of the resource is called.
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
	case q.what.kind == kindAgent && q.action == AgentRoleAssign.ID():
		return "roles"
	case q.what.kind == kindAgent && q.action == AgentGroupAssign.ID():
		return "groups"
	}
	return q.what.kind.String()
}

// secondPart returns what is found of the second of two parts, as judgeSecond judges it.
func (q *question) secondPart() ExplainedPart {
	if q.what.kind.pair() {
		into := q.into()
		return into.part()
	}
	take := q.recipient()
	p := ExplainedPart{Name: "recipient", Subject: take.who.id, Action: take.action, Decision: q.judgeSecond()}
	p.Cause, p.about = p.Decision, take.subjectMatter()
	if take.who.account == nil || take.who.crm != nil || take.who.session != nil || p.Decision.Reason == OtherAccount {
		return p
	}
	p.Cause = take.judgeTaking()
	p.missing = take.lacking(p.Cause)
	take.what.Assignee = take.who.id
	take.find(&p)
	return p
}

// recipient returns the question whether whoever is to have the thing could take it.
func (q *question) recipient() question {
	var take question
	switch thing := q.thing.(type) {
	case *TicketAssignment:
		take, _ = q.ofReceiver(thing.To, thing.Group, TicketBeAssigned.ID())
	case *ConversationAssignment:
		take, _ = q.ofReceiver(thing.To, thing.Group, ConversationReply.ID())
	}
	return take
}

// find adds what each binding comes to, and what group and customer are to who.
func (q *question) find(p *ExplainedPart) {
	if p.Decision.Reason.Step() <= 2 {
		return
	}
	p.Group, p.GroupAccess = q.what.Group, q.groupAccess()
	if q.who.crm != nil {
		p.CRMAccess = q.crmAccess()
	}
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		p.Bindings = append(p.Bindings, ExplainedBinding{*b, b.decide(q)})
	}
	slices.SortFunc(p.Bindings, ExplainedBinding.compare)
}

// compare orders findings as the decisions on them come, then by binding.
func (f ExplainedBinding) compare(other ExplainedBinding) int {
	return cmp.Or(f.Decision.compare(other.Decision), f.Binding.compare(other.Binding))
}

// compare orders bindings by the role's name and account, by workspace and by scope.
func (b Binding) compare(other Binding) int {
	return cmp.Or(
		strings.Compare(b.Role.Name(), other.Role.Name()),
		strings.Compare(string(b.Role.Account()), string(other.Role.Account())),
		strings.Compare(string(b.Workspace), string(other.Workspace)),
		cmp.Compare(b.TicketScope, other.TicketScope),
	)
}

// String returns the explanation as a short tree for the operator.
func (e Explanation) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%v%s\n%s\n", e.Decision, bracketed(e.Decision.Reason.sourcesOn(e.about)), e.question())
	if until := e.Decision.Until(); !until.IsZero() {
		fmt.Fprintf(&text, "  until %s\n", until.Format(layout))
	}
	if wrong := e.wrong(); wrong != "" {
		fmt.Fprintf(&text, "  wrong %s\n", wrong)
	}
	if lack := e.lack(); lack != "" {
		fmt.Fprintf(&text, "  lacks %s\n", lack)
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

// layout is how the text has instants: in UTC, to the second.
const layout = "2006-01-02 15:04:05Z07:00"

// bracketed returns the sources in brackets, if there are any.
func bracketed(sources string) string {
	if sources == "" {
		return ""
	}
	return " [" + sources + "]"
}

// question returns what was asked, such as `ticket.reply on ticket "4711", by agent "riya"`.
func (e Explanation) question() string {
	r := e.record()
	return fmt.Sprintf("%s on %s, by %s", r.Action, r.resource(), r.subject())
}

// wrong returns what is wrong with the resource of a malformed request.
func (e Explanation) wrong() string {
	if e.Decision.Reason != WrongResource {
		return ""
	}
	r := e.request
	q := r.question()
	switch thing := q.thing.(type) {
	case nil:
		return ofNoType(r.Action, r.Resource)
	case *Agent:
		return "the agent has no ID"
	case *SharedAgent:
		return "the shared agent has no ID"
	case *RoleAssignment:
		if q.what.kind == kindIncomplete {
			return "the appointment is of nobody who has an ID and can hold roles"
		}
		return fmt.Sprintf("the agent does not hold role %q %s", thing.Binding.Role.Name(), thing.Binding.where())
	case *GroupMembership:
		if thing.Group.ID == "" {
			return "the group has no ID"
		}
		return "the membership is of nobody who has an ID and can be in groups"
	case *TicketAssignment:
		return toNobody(thing.To, thing.Group)
	case *ConversationAssignment:
		return toNobody(thing.To, thing.Group)
	}
	return ofNoType(r.Action, r.Resource)
}

// ofNoType says of what type the resource is not.
func ofNoType(action ActionID, resource Resource) string {
	on := action.info().on
	switch {
	case resource == nil:
		return "the request has no resource"
	case action.IsHost():
		return fmt.Sprintf("the resource, a %T, is missing or not of the action's type", resource)
	}
	return fmt.Sprintf("the action is on a %v; the resource, a %T, is missing or another thing", on, resource)
}

// toNobody says why a thing has no recipient.
func toNobody(to Subject, group AgentGroup) string {
	switch {
	case to != nil:
		return "the recipient has no ID"
	case group != (AgentGroup{}):
		return "the group has no ID"
	}
	return "there is neither a recipient nor a group"
}

// lack returns the first thing that is missing in an authority that does not
// cover another: see [MissingAuthority].
func (e Explanation) lack() string {
	if e.Decision.Reason != BeyondAuthority {
		return ""
	}
	var first Difference
	for first = range MissingAuthority(e.request) {
		break
	}
	return first.String()
}

// String returns the part as a line: who has to do what, and the decision.
func (p ExplainedPart) String() string {
	return fmt.Sprintf("%s: %v by %q, in group %q: %v", shown(p.Name), p.vocabulary.Name(p.Action), p.Subject, p.Group, p.Decision)
}

// headline returns the part and what it comes to.
func (p ExplainedPart) headline() string {
	switch {
	case p.Name == "recipient" && p.Subject != "":
		return fmt.Sprintf("recipient %q: %v", p.Subject, p.Decision)
	case p.Decision.Allowed() && p.Decision.Role == "":
		return fmt.Sprintf("%s: allowed: a group takes what it is given", p.Name)
	}
	return fmt.Sprintf("%s: %v", p.Name, p.Decision)
}

// write writes the steps that the part took, and what each binding comes to.
func (p ExplainedPart) write(to *strings.Builder, indent string) {
	last := p.Cause.Reason.Step()
	fmt.Fprintf(to, "%spassed  %s\n", indent, strings.Join(passed(last), ", "))
	verdict := "denied  "
	if p.Cause.Allowed() {
		verdict = "allowed "
	}
	fmt.Fprintf(to, "%s%s%s: %v%s\n", indent, verdict, stepNames[last], p.Cause.Reason, bracketed(p.Cause.Reason.sourcesOn(p.about)))
	if p.missing != "" {
		fmt.Fprintf(to, "%smissing %s\n", indent, p.missing)
	}
	if p.Group != "" {
		fmt.Fprintf(to, "%sgroup   %q: %v\n", indent, p.Group, p.GroupAccess)
	}
	if p.CRMAccess != NoAccess {
		fmt.Fprintf(to, "%sCRM     the customer: %v\n", indent, p.CRMAccess)
	}
	for _, f := range p.Bindings {
		fmt.Fprintf(to, "%srole    %s: %s\n", indent, f.Binding, f.outcome())
	}
}

// passed returns the names of the steps before one.
func passed(step int) []string { return stepNames[1:step] }

// String returns the binding as `"Agent" account-wide, tickets at group`.
func (b Binding) String() string {
	return fmt.Sprintf("%q %s, tickets at %v", b.Role.Name(), b.where(), b.TicketScope)
}

// where returns where the binding's role is held.
func (b Binding) where() string {
	switch b.Workspace {
	case AccountWide:
		return "account-wide"
	case Everywhere:
		return "everywhere"
	case "":
		return "without a workspace"
	}
	return fmt.Sprintf("in workspace %q", b.Workspace)
}

// String returns the finding as `"Agent" account-wide, tickets at group: allowed_group at group`.
func (f ExplainedBinding) String() string { return fmt.Sprintf("%v: %s", f.Binding, f.outcome()) }

// outcome returns the reason and, from step 7 on, the scope, such as "out_of_scope at group".
func (f ExplainedBinding) outcome() string {
	if f.Decision.Reason.Step() < 7 {
		return f.Decision.Reason.String()
	}
	return fmt.Sprintf("%v at %v", f.Decision.Reason, f.Decision.Scope)
}

// LogValue returns the decision, what was asked, and the cause for log/slog.
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

// MarshalJSON writes the explanation with its names, in the order of its text.
// An explanation is not read back: it is asked for again.
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
	}{e.Decision, e.sources(), e.record(), e.wrong(), e.lack(), parts})
}

// sources returns the sources of the decision; none if it has none.
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
	CRMAccess   string                 `json:"crm_access,omitempty"`
	Roles       []explainedBindingJSON `json:"roles"`
}

type explainedBindingJSON struct {
	Role        string   `json:"role"`
	Workspace   string   `json:"workspace"`
	TicketScope string   `json:"ticket_scope"`
	Decision    Decision `json:"decision"`
}

func (p ExplainedPart) json() explainedPartJSON {
	j := explainedPartJSON{
		Name: p.Name, Who: jsonText(string(p.Subject)), Action: p.vocabulary.Name(p.Action), Decision: p.Decision, Cause: p.Cause, Passed: passed(p.Cause.Reason.Step()), Missing: jsonText(p.missing),
		Group: jsonText(string(p.Group)), Roles: make([]explainedBindingJSON, 0, len(p.Bindings)),
	}
	if p.Group != "" {
		j.GroupAccess = p.GroupAccess.String()
	}
	if p.CRMAccess != NoAccess {
		j.CRMAccess = p.CRMAccess.String()
	}
	for _, f := range p.Bindings {
		j.Roles = append(j.Roles, explainedBindingJSON{f.Binding.Role.Name(), jsonText(string(f.Binding.Workspace)), f.Binding.TicketScope.String(), f.Decision})
	}
	return j
}

// record returns the record of the decision, redacted.
func (e Explanation) record() AuditRecord { return e.request.AuditRecord(e.Decision).Redacted() }
