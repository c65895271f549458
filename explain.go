package deskpolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Explain decides as [Authorize] does, and tells what it found on the way: how
// each part of the resource fared, what each role comes to by itself, and which
// rule decided. It is for operators and for programs: what it says names roles
// and must not be shown to the requester.
//
// It costs more than a decision, so ask for it when somebody wants to know. It
// keeps the subject and the resource, which must not be changed as long as it is used.
func Explain[R Resource](subject Subject, action Action[R], resource *R) Explanation {
	r, opener := erase(subject, action, resource)
	return r.explain(opener)
}

// ExplainRequest answers as [Request.Decide] does, and tells what it found: see [Explain].
func ExplainRequest(r Request) Explanation { return r.explain(r.opener()) }

// An Explanation is a [Decision] and what was found on the way to it.
//
// The zero Explanation is of the zero Decision. An Explanation may be shared
// between goroutines that do not change it. Its text and its JSON do not depend on
// the order of bindings.
type Explanation struct {
	Decision Decision

	// Parts are what was found of each part of the resource: one, of what has two
	// parts two, of a new agent also its roles and groups. A malformed request has none.
	Parts []Part

	request Request
	opener  opener // what takes the resource out of its interface
}

// A Part is what was found of one part of a resource, or of whoever is to
// receive it.
type Part struct {
	Name     string   // "from" and "into" of a pair, "recipient" of what is handed over, "roles" and "groups" of a new agent, or what it is: "ticket"
	Who      AgentID  // who has to be able to do it: who asks, or the recipient
	Action   ActionID // what they have to be able to do
	Decision Decision // what this part comes to

	// Cause is why a recipient cannot take it; elsewhere it is the Decision.
	Cause Decision

	// Findings are what each binding comes to by itself at the steps 6 and 7, the
	// one that came furthest first. They say nothing of the other steps. Of another
	// account's resource there are none.
	Findings []Finding

	Group       GroupID // the group that has it, "" if none
	GroupAccess Access  // what Who may do in that group
	CRMAccess   Access  // what Who, a shared agent, may do in the CRM with the customer whom it is about
}

// A Finding is what one binding comes to by itself. The decision's Scope is how
// far the permission effectively reaches: no further than the role's and, on
// tickets, the binding's.
type Finding struct {
	Binding  Binding
	Decision Decision
}

// stepNames are what the steps of [Authorize] look at.
var stepNames = [...]string{"", "request", "account", "subject", "guardrails", "plan", "roles", "reach", "whose it is", "grounds"}

// explain decides, and finds out what each part comes to.
func (r Request) explain(opener opener) Explanation {
	e := Explanation{request: r, opener: opener}
	asked := r.question(opener)
	e.Decision = asked.decide(r.Subject)
	if e.Decision.Reason.Step() <= 1 {
		return e
	}
	e.Parts = []Part{asked.part()}
	if asked.what.kind.compound() {
		e.Parts = append(e.Parts, asked.secondPart())
	}
	for _, action := range asked.given() {
		give := asked.alsoTo(action)
		e.Parts = append(e.Parts, give.part())
	}
	return e
}

// part returns what is found of the question's own part.
func (q *question) part() Part {
	p := Part{Name: q.partName(), Who: q.who.id, Action: q.action, Decision: q.judge()}
	p.Cause = p.Decision
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
	case q.what.kind == kindAssignment:
		return kindTicket.String()
	case q.what.kind == kindTransfer:
		return kindConversation.String()
	case q.what.kind == kindAgent && q.action == AgentRoleAssign.ID():
		return "roles"
	case q.what.kind == kindAgent && q.action == AgentGroupAssign.ID():
		return "groups"
	}
	return q.what.kind.String()
}

// secondPart returns what is found of the second of two parts, as judgeSecond judges it.
func (q *question) secondPart() Part {
	if q.what.kind.pair() {
		into := q.into()
		return into.part()
	}
	take := q.recipient()
	p := Part{Name: "recipient", Who: take.who.id, Action: take.action, Decision: q.judgeSecond()}
	p.Cause = p.Decision
	if take.who.account == nil || take.who.crm != nil || take.who.session != nil || p.Decision.Reason == OtherAccount {
		return p
	}
	p.Cause = take.judgeTaking()
	take.what.Assignee = take.who.id
	take.find(&p)
	return p
}

// recipient returns the question whether whoever is to have the thing could take it.
func (q *question) recipient() question {
	var take question
	switch thing := q.thing.(type) {
	case *Assignment:
		take, _ = q.ofReceiver(thing.To, thing.Group, TicketBeAssigned.ID())
	case *Transfer:
		take, _ = q.ofReceiver(thing.To, thing.Group, ConversationReply.ID())
	}
	return take
}

// find adds what each binding comes to, and what group and customer are to who.
func (q *question) find(p *Part) {
	if p.Decision.Reason.Step() <= 2 {
		return
	}
	p.Group, p.GroupAccess = q.what.Group, q.groupAccess()
	if q.who.crm != nil {
		p.CRMAccess = q.crmAccess()
	}
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		p.Findings = append(p.Findings, Finding{*b, b.decide(q)})
	}
	slices.SortFunc(p.Findings, Finding.compare)
}

// compare orders findings as the decisions on them come, then by binding.
func (f Finding) compare(other Finding) int {
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
	fmt.Fprintf(&text, "%v%s\n%s\n", e.Decision, bracketed(e.Decision.Reason), e.question())
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

// bracketed returns the sources of the reason in brackets, if there are any.
func bracketed(r Reason) string {
	if r.Sources() == "" {
		return ""
	}
	return " [" + r.Sources() + "]"
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
	q := r.question(e.opener)
	switch thing := q.thing.(type) {
	case nil:
		return ofNoType(r.Action, r.Resource)
	case *Agent:
		return "the agent has no ID"
	case *SharedAgent:
		return "the shared agent has no ID"
	case *Appointment:
		if q.what.kind == kindIncomplete {
			return "the appointment is of nobody who has an ID and can hold roles"
		}
		return fmt.Sprintf("the agent does not hold role %q %s", thing.Binding.Role.Name(), thing.Binding.where())
	case *Membership:
		if thing.Group.ID == "" {
			return "the group has no ID"
		}
		return "the membership is of nobody who has an ID and can be in groups"
	case *Assignment:
		return toNobody(thing.To, thing.Group)
	case *Transfer:
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
	case action.Host():
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
// cover another: see [Missing].
func (e Explanation) lack() string {
	if e.Decision.Reason != BeyondAuthority {
		return ""
	}
	var first Difference
	q := e.request.question(e.opener)
	q.eachMissing(e.request.Subject, func(d Difference) bool {
		first = d
		return false
	})
	return first.String()
}

// String returns the part as a line: who has to do what, and the decision.
func (p Part) String() string {
	return fmt.Sprintf("%s: %v by %q, in group %q: %v", shown(p.Name), p.Action, p.Who, p.Group, p.Decision)
}

// headline returns the part and what it comes to.
func (p Part) headline() string {
	switch {
	case p.Name == "recipient" && p.Who != "":
		return fmt.Sprintf("recipient %q: %v", p.Who, p.Decision)
	case p.Decision.Allowed() && p.Decision.Role == "":
		return fmt.Sprintf("%s: allowed: a group takes what it is given", p.Name)
	}
	return fmt.Sprintf("%s: %v", p.Name, p.Decision)
}

// write writes the steps that the part took, and what each binding comes to.
func (p Part) write(to *strings.Builder, indent string) {
	last := p.Cause.Reason.Step()
	fmt.Fprintf(to, "%spassed  %s\n", indent, strings.Join(passed(last), ", "))
	verdict := "denied  "
	if p.Cause.Allowed() {
		verdict = "allowed "
	}
	fmt.Fprintf(to, "%s%s%s: %v%s\n", indent, verdict, stepNames[last], p.Cause.Reason, bracketed(p.Cause.Reason))
	if p.Group != "" {
		fmt.Fprintf(to, "%sgroup   %q: %v\n", indent, p.Group, p.GroupAccess)
	}
	if p.CRMAccess != NoAccess {
		fmt.Fprintf(to, "%sCRM     the customer: %v\n", indent, p.CRMAccess)
	}
	for _, f := range p.Findings {
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
	}
	return fmt.Sprintf("in workspace %q", b.Workspace)
}

// String returns the finding as `"Agent" account-wide, tickets at group: allowed_group at group`.
func (f Finding) String() string { return fmt.Sprintf("%v: %s", f.Binding, f.outcome()) }

// outcome returns the reason and, from step 7 on, the scope, such as "out_of_scope at group".
func (f Finding) outcome() string {
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
			slog.String("who", jsonText(string(p.Who))),
			slog.String("reason", p.Cause.Reason.String()),
			slog.Int("roles", len(p.Findings)),
		))
	}
	return slog.GroupValue(attrs...)
}

// MarshalJSON writes the explanation with its names, in the order of its text.
// An explanation is not read back: it is asked for again.
func (e Explanation) MarshalJSON() ([]byte, error) {
	parts := make([]partJSON, 0, len(e.Parts))
	for _, p := range e.Parts {
		parts = append(parts, p.json(e.request.Vocabulary))
	}
	return json.Marshal(struct {
		Decision Decision   `json:"decision"`
		Sources  []string   `json:"sources"`
		Record   Record     `json:"record"`
		Wrong    string     `json:"wrong,omitempty"`
		Lacks    string     `json:"lacks,omitempty"`
		Parts    []partJSON `json:"parts"`
	}{e.Decision, e.sources(), e.record(), e.wrong(), e.lack(), parts})
}

// sources returns the sources of the decision, none for what has none.
func (e Explanation) sources() []string { return strings.Fields(e.Decision.Reason.Sources()) }

type partJSON struct {
	Name        string        `json:"name"`
	Who         string        `json:"who,omitempty"`
	Action      string        `json:"action"`
	Decision    Decision      `json:"decision"`
	Cause       Decision      `json:"cause"`
	Passed      []string      `json:"passed"`
	Group       string        `json:"group,omitempty"`
	GroupAccess string        `json:"group_access,omitempty"`
	CRMAccess   string        `json:"crm_access,omitempty"`
	Roles       []findingJSON `json:"roles"`
}

type findingJSON struct {
	Role        string   `json:"role"`
	Workspace   string   `json:"workspace"`
	TicketScope string   `json:"ticket_scope"`
	Decision    Decision `json:"decision"`
}

func (p Part) json(v *Vocabulary) partJSON {
	j := partJSON{
		Name: p.Name, Who: jsonText(string(p.Who)), Action: v.Name(p.Action), Decision: p.Decision, Cause: p.Cause, Passed: passed(p.Cause.Reason.Step()),
		Group: jsonText(string(p.Group)), Roles: make([]findingJSON, 0, len(p.Findings)),
	}
	if p.Group != "" {
		j.GroupAccess = p.GroupAccess.String()
	}
	if p.CRMAccess != NoAccess {
		j.CRMAccess = p.CRMAccess.String()
	}
	for _, f := range p.Findings {
		j.Roles = append(j.Roles, findingJSON{f.Binding.Role.Name(), jsonText(string(f.Binding.Workspace)), f.Binding.TicketScope.String(), f.Decision})
	}
	return j
}

// record returns the record of the decision, redacted.
func (e Explanation) record() Record {
	q := e.request.question(e.opener)
	return q.record(e.request.Subject, e.request.Vocabulary, e.Decision).Redacted()
}
