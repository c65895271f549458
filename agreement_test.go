package deskpolicy_test

import (
	"fmt"
	"iter"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// TestEveryWayToAskAgrees asks every question of the small models, and questions that are
// malformed in every way, by each way to ask: [deskpolicy.Authorize], a Request of a value
// and of a pointer, both explanations, the filter, its clauses read as a query, and WhoCan.
// For some of them it also makes the records, the missing authority and the remedies. All
// must give the same answer. It takes every 200th block of the small models, with -short every
// 800th and with -full every 100th.
func TestEveryWayToAskAgrees(t *testing.T) {
	every, atLeast := effort.Of[uint64](800, 200, 100), effort.Of[uint64](100_000, 400_000, 800_000)
	var total uint64
	ask := func(name string, blocks iter.Seq[block], every uint64) {
		t.Run(name, func(t *testing.T) {
			asked, allowed := askEveryWay(t, blocks, every)
			total += asked
			t.Logf("%d questions, %d of them allowed", asked, allowed)
			require.Positive(t, asked)
		})
	}
	for _, family := range enumerations {
		ask(family.name, family.blocks, every)
	}
	ask("support engineers", func(yield func(block) bool) { enumerateSessions(t, yield) }, every)
	ask("malformed", func(yield func(block) bool) { enumerateMalformed(t, yield) }, 1)
	t.Logf("%d questions in all", total)
	require.GreaterOrEqual(t, total, atLeast)
}

// askEveryWay asks all questions of every n-th block, starting with the first. It returns
// how many it asked and how many were allowed.
func askEveryWay(t *testing.T, blocks iter.Seq[block], every uint64) (asked, allowed uint64) {
	queue, all := make(chan block, 64), make(chan *inquiry)
	for range runtime.GOMAXPROCS(0) {
		go func() {
			in := &inquiry{vocabularies: map[reflect.Type]*deskpolicy.Vocabulary{}}
			for b := range queue {
				in.ask(b)
			}
			all <- in
		}()
	}
	n := uint64(0)
	for b := range blocks {
		if n++; n%every == 1 || every == 1 {
			queue <- b
		}
	}
	close(queue)
	failures := make(chan string, 1000)
	for range runtime.GOMAXPROCS(0) {
		in := <-all
		asked, allowed = asked+in.asked, allowed+in.allowed
		for _, failure := range in.failures {
			failures <- failure
		}
	}
	close(failures)
	reportFailures(t, failures)
	return asked, allowed
}

// An inquiry asks questions in every way and counts them.
type inquiry struct {
	asked, allowed uint64
	failures       []string
	vocabularies   map[reflect.Type]*deskpolicy.Vocabulary // with the host's actions, by the type of the resource
}

// A question is one of an inquiry's questions, with the decision of Authorize.
type question struct {
	subject deskpolicy.Subject
	action  deskpolicy.ActionID
	on      enumThing
	d       deskpolicy.Decision
}

func (in *inquiry) fail(q question, format string, args ...any) {
	if len(in.failures) < 20 { // more would not help
		record, on := q.on.library.Request(q.subject, q.action).AuditRecord(q.d), fmt.Sprintf("%T", q.on.library.Pointer)
		if q.on.model != nil {
			on = q.on.model.String()
		}
		in.failures = append(in.failures, fmt.Sprintf("Authorize: %v (%T, %s), but %s", record, q.subject, on, fmt.Sprintf(format, args...)))
	}
}

// ask asks all questions of the block.
func (in *inquiry) ask(b block) {
	for _, name := range b.actions {
		id := worlds.ActionID(name)
		who := make([][]deskpolicy.AllowedSubject, len(b.things)) // who is allowed
		for _, subject := range b.subjects {
			filters := map[reflect.Type]worlds.Filter{}
			for i, thing := range b.things {
				q := question{subject.library, id, thing, thing.library.Authorize(subject.library, id)}
				if in.asked++; q.d.Allowed() {
					in.allowed++
					who[i] = append(who[i], deskpolicy.AllowedSubject{Subject: q.subject, Decision: q.d})
				}
				in.requests(q)
				in.explanation(q, "Explain of a typed request", deskpolicy.Explain(thing.library.Request(q.subject, id)))
				of := reflect.TypeOf(thing.library.Pointer)
				f, known := filters[of]
				if !known || of == nil {
					f = thing.library.Filter(q.subject, id)
					filters[of] = f
				}
				in.filter(q, f, name)
				if in.asked%101 == 0 {
					in.rest(q)
				}
			}
		}
		in.whoMay(b, id, who)
	}
}

// requests asks with erased types, by a value and by a pointer.
func (in *inquiry) requests(q question) {
	v, ok := in.vocabulary(q)
	if !ok {
		return // there is no such Request
	}
	for _, resource := range []deskpolicy.Resource{q.on.library.Value, q.on.library.Pointer} {
		r := deskpolicy.Request{Subject: q.subject, Action: q.action, Resource: resource, Vocabulary: v}
		if d := r.Authorize(); d != q.d {
			in.fail(q, "Decide of a %T: %v", resource, d)
		}
		in.explanation(q, fmt.Sprintf("Explain of a %T", resource), deskpolicy.Explain(r))
		if r.Vocabulary = nil; v != nil && q.d.Reason != deskpolicy.NoSubject {
			unknown := q
			unknown.d = deskpolicy.Decision{Reason: deskpolicy.UnknownAction} // nothing in the request gives the action a type
			in.explanation(unknown, "Explain without a vocabulary", deskpolicy.Explain(r))
			if d := r.Authorize(); d != unknown.d {
				in.fail(q, "Decide without a vocabulary: %v", d)
			}
		}
	}
}

// vocabulary returns a vocabulary with the question's action; nil if the action is the
// library's. It returns false if no vocabulary accepts the action, because its type is a
// pointer or an interface.
func (in *inquiry) vocabulary(q question) (*deskpolicy.Vocabulary, bool) {
	of := reflect.TypeOf(q.on.library.Pointer)
	switch {
	case of == nil:
		return nil, false
	case !q.action.IsHost():
		return nil, true
	}
	v := in.vocabularies[of]
	if v == nil || v.Name(q.action) == q.action.String() {
		v, _ = deskpolicy.NewVocabulary(q.on.library.HostAction(q.action))
		in.vocabularies[of] = v
	}
	return v, v != nil
}

// explanation compares an explanation and its parts with the decision.
func (in *inquiry) explanation(q question, way string, e deskpolicy.Explanation) {
	if e.Decision != q.d {
		in.fail(q, "%s: %v", way, e.Decision)
	}
	var first deskpolicy.Decision // of the part that denies, or else of the first
	for i, part := range e.Parts {
		if i == 0 || part.Decision.Reason.Step() < first.Reason.Step() {
			first = part.Decision
		}
	}
	if wellFormed := q.d.Reason.Step() > 1; wellFormed != (len(e.Parts) > 0) || wellFormed && (first.Reason != q.d.Reason || first.Role != q.d.Role || first.Scope != q.d.Scope) {
		in.fail(q, "%s has parts of which the first to decide is %v: %v", way, first, e.Parts)
	}
}

// filter compares the filter, and its clauses read as a query, with the decision. The
// filter must be FilterNone where no single filter can answer for all resources of the type.
func (in *inquiry) filter(q question, f worlds.Filter, action string) {
	thing, same := q.on.library, uniform(action, kindNames[reflect.TypeOf(q.on.library.Pointer)])
	selected, match := thing.Value != nil && thing.Pointer != nil && selects(f, hostRow(thing.Pointer)), f.Match(thing)
	if !same || unlisted(thing.Pointer) {
		if f.Kind != deskpolicy.FilterNone || match || selected {
			in.fail(q, "the filter, which should be never, is %v", f.Kind)
		}
		return
	}
	byItself := f.Reason == deskpolicy.NoSubject || f.Reason == deskpolicy.UnknownAction || f.Reason == deskpolicy.NoInstant || f.Reason == deskpolicy.WrongResource
	byRequest := q.d.Reason == deskpolicy.NoSubject || q.d.Reason == deskpolicy.UnknownAction || q.d.Reason == deskpolicy.NoInstant
	switch {
	case match != q.d.Allowed(), selected != q.d.Allowed() && !(noRow(thing.Pointer) && q.d.Reason == deskpolicy.OtherAccount):
		in.fail(q, "the filter matches: %t, its clauses: %t: %v", match, selected, f.Clauses)
	case (byItself || byRequest) && f.Reason != q.d.Reason, byItself && len(f.Clauses) > 0, thing.Pointer == nil && f.Reason != q.d.Reason:
		in.fail(q, "the filter is %v for %v, with %d clauses", f.Kind, f.Reason, len(f.Clauses))
	case thing.Value == nil, thing.Pointer == nil:
		return // one resource says nothing about the others of its type
	}
	if problem := disagrees(f, q.d, thing, hostRow(thing.Pointer)); problem != "" {
		in.fail(q, "of the filter: %s", problem)
	}
}

// noRow reports whether the resource is the Shared Agent role and the desk does not have
// that role, so that no row represents it.
func noRow(resource deskpolicy.Resource) bool {
	role, ok := resource.(*deskpolicy.Role)
	return ok && role != nil && rowOf(role).crmRole
}

// whoMay compares the subjects that WhoCan lists, and their decisions, with those who are allowed.
func (in *inquiry) whoMay(b block, id deskpolicy.ActionID, who [][]deskpolicy.AllowedSubject) {
	subjects := make([]deskpolicy.Subject, len(b.subjects))
	for i, subject := range b.subjects {
		subjects[i] = subject.library
	}
	for i, thing := range b.things {
		left := map[deskpolicy.AllowedSubject]int{}
		for _, a := range who[i] {
			left[a]++
		}
		for _, a := range thing.library.WhoCan(id, subjects...) {
			left[a]--
		}
		for a, n := range left {
			if n != 0 {
				in.fail(question{a.Subject, id, thing, a.Decision}, "WhoCan lists them %d times too few", n)
			}
		}
	}
}

// rest compares, typed and erased, what takes long to make: the text, the record, the first
// missing authority and the remedies.
func (in *inquiry) rest(q question) {
	if q.d.Reason.Step() == 1 || q.action.IsHost() {
		return // the resource cannot be read, and Explain has no names for a host's actions
	}
	r := deskpolicy.Request{Subject: q.subject, Action: q.action, Resource: q.on.library.Pointer}
	typed, erased := deskpolicy.Explain(q.on.library.Request(q.subject, q.action)), deskpolicy.Explain(r)
	if typed.String() != erased.String() {
		in.fail(q, "the explanations are\n%v\n%v", typed, erased)
	}
	if one, other := q.on.library.Request(q.subject, q.action).AuditRecord(q.d), r.AuditRecord(q.d); one != other {
		in.fail(q, "the records are\n%v\n%v", one, other)
	}
	lacks := ""
	for difference := range deskpolicy.MissingAuthority(q.on.library.Request(q.subject, q.action)) {
		lacks = "  missing authority: " + difference.String() + "\n"
		break
	}
	if text := typed.String(); !strings.Contains(text, lacks) || (lacks != "") != strings.Contains(text, "\n  missing authority: ") || lacks != "" && q.d.Reason != deskpolicy.BeyondAuthority {
		in.fail(q, "Missing has first %q, and the explanation is\n%s", lacks, text)
	}
	one, other := deskpolicy.Remedies(typed, everyBuiltIn...), deskpolicy.Remedies(erased, everyBuiltIn...)
	if !slices.EqualFunc(one, other, slices.Equal[deskpolicy.Remedy]) || len(one) > 0 && q.d.Reason.Outcome() != deskpolicy.OutcomeNotGranted {
		in.fail(q, "the remedies are\n%v\n%v", one, other)
	}
}

// kindNames holds the model's names of the library's types and of its own.
var kindNames = func() map[reflect.Type]string {
	names := map[reflect.Type]string{}
	for kind := range oracle.Kinds {
		names[reflect.TypeOf(plain(kind).Pointer)] = kind
	}
	return names
}()

// ---- malformed and nearly malformed questions

// enumerateMalformed combines everything that can be wrong with a subject, an action and a
// resource.
func enumerateMalformed(t testing.TB, yield func(block) bool) {
	actions := slices.Concat(oracle.Names, worlds.UnknownActions, []string{"number 0", "number 65535"})
	slices.Sort(actions)
	subjects, things := anySubject(t), anyResource()
	for chunk := range slices.Chunk(slices.Compact(actions), 5) {
		if !yield(block{subjects: subjects, actions: chunk, things: things}) {
			return
		}
	}
}

// anySubject returns subjects that are invalid, that may do nothing, and that may do something.
func anySubject(t testing.TB) (subjects []enumSubject) {
	boss, shared := riya(wide(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal)), sam()
	gone, outside := *boss, *shared
	gone.Deactivated, outside.Account.Integrated = true, false
	elsewhere := *boss
	elsewhere.Account.ID = "globex"
	grant := issued(t, &oracle.Grant{Account: "acme", Engineers: []string{"eve"}, Start: 0, End: supportInstants[2], Roles: supportContents()[0].Roles})
	eve, instant := deskpolicy.SupportEngineer{ID: "eve"}, noon.Add(time.Minute)
	other := acme
	other.ID = "globex"
	for _, subject := range []deskpolicy.Subject{
		nil, (*deskpolicy.Agent)(nil), (*deskpolicy.SharedAgent)(nil), (*deskpolicy.SupportSession)(nil), (*deskpolicy.CRMOnlyUser)(nil),
		&deskpolicy.Agent{}, &deskpolicy.SharedAgent{}, &deskpolicy.SupportSession{}, &deskpolicy.CRMOnlyUser{},
		&deskpolicy.Agent{Account: acme, Bindings: boss.Bindings}, &deskpolicy.SharedAgent{ID: "sam", Account: acme},
		boss, shared, &gone, &outside, &elsewhere, &deskpolicy.CRMOnlyUser{Account: acme, CRM: shared.CRM},
		grant.Session(eve, acme, instant), grant.Session(eve, acme, time.Time{}), grant.Session(deskpolicy.SupportEngineer{}, acme, instant),
		grant.Session(eve, other, instant), deskpolicy.SupportGrant{}.Session(eve, acme, instant),
	} {
		subjects = append(subjects, enumSubject{nil, subject})
	}
	return subjects
}

// embedsAgent is another host type that looks like one of the library's.
type embedsAgent struct{ deskpolicy.Agent }

// anyResource returns a value, the zero value and a nil pointer of each library type, and
// of host types that embed, point to or look like one.
func anyResource() (things []enumThing) {
	ticket := deskpolicy.Ticket{Account: "acme", Assignee: "riya"}
	pointer, asInterface, bill := &ticket, deskpolicy.Resource(&ticket), &worlds.Invoice{Account: "acme"}
	var nilPointer *deskpolicy.Ticket
	var nilInterface deskpolicy.Resource
	some := []worlds.Resource{
		worlds.On(bill), worlds.On(&hostTicket{deskpolicy.Attributes{Account: "acme"}}),
		worlds.On(&embedsTicket{ticket}), worlds.On(&embedsChat{deskpolicy.Conversation{Account: "acme"}}), worlds.On(&embedsAgent{*riya()}),
		worlds.On(&ticketRef{&ticket}), worlds.On(&anythingElse{ticket}),
		worlds.On(&pointer), worlds.On(&nilPointer), worlds.On(&bill), worlds.On(&asInterface), worlds.On(&nilInterface),
	}
	for kind := range oracle.Kinds {
		of := plain(kind)
		some = append(some, of, of.Nil(), of.Zero())
	}
	some = append(some, worlds.On(riya()), worlds.On(sam()), worlds.On(&ticket), worlds.On(&hostTicket{}), worlds.On[hostTicket](nil), worlds.On[embedsTicket](nil))
	for _, resource := range some {
		things = append(things, enumThing{nil, resource})
	}
	return things
}

// unlisted reports whether the Attributes method of the type's zero value panics, so that
// filters select nothing of the type.
func unlisted(resource deskpolicy.Resource) bool {
	switch resource.(type) {
	case *ticketRef, *anythingElse:
		return true
	}
	return false
}

// hostRow is rowOf for host types as well.
func hostRow(resource deskpolicy.Resource) row {
	switch r := resource.(type) {
	case *embedsTicket:
		return rowOf(&r.Ticket)
	case *embedsChat:
		return rowOf(&r.Conversation)
	case *embedsAgent:
		return rowOf(&r.Agent)
	case *hostTicket:
		return row{account: r.what.Account}
	case *ticketRef, *anythingElse:
		return row{account: r.Attributes().Account}
	}
	return rowOf(resource)
}
