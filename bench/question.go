package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// A question asks whether a person can do an action to a thing. All three are numbers.
type question struct {
	who int32
	act uint8
	to  int32 // the recipient of an assignment, or -1
	on  int32 // the thing, or the ticket of an assignment

	reason deskpolicy.Reason // the library's answer
}

func (q question) allowed() bool { return q.reason.Outcome() == deskpolicy.OutcomeAllowed }

// request returns the question as a request with its types erased.
func (h *helpdesk) request(q question) deskpolicy.Request {
	r := deskpolicy.Request{Subject: h.subjects[q.who], Action: acts[q.act].id, Resource: h.resources[q.on]}
	if acts[q.act].on == anAssignment {
		r.Resource = h.assignment(q)
	}
	return r
}

func (h *helpdesk) assignment(q question) *deskpolicy.TicketAssignment {
	return &deskpolicy.TicketAssignment{Ticket: *h.resources[q.on].(*deskpolicy.Ticket), To: h.subjects[q.to]}
}

// String returns the question in words.
func (h *helpdesk) String(q question) string {
	text := fmt.Sprintf("can %s %d do %s to %s %d", subjectNames[h.people[q.who].kind], q.who, acts[q.act].id, thingNames[h.things[q.on].kind], q.on)
	if q.to >= 0 {
		text += fmt.Sprintf(" for %s %d", subjectNames[h.people[q.to].kind], q.to)
	}
	return text + "?"
}

// tries is the number of questions drawn for a kind of subject and an action to find one
// with the wanted answer.
const tries = 100

// ask draws questions; the library allows half of them. It draws the kind of subject and
// the action, then subjects and things until the library gives the wanted answer. If it
// never does, ask draws another kind and action. One thing in three is assigned to, owned
// by or mentions the subject, and one in three belongs to a group of theirs, if there is one.
func (h *helpdesk) ask(seed uint64, n int) []question {
	d := drawer{generator{rand.New(rand.NewPCG(seed, 100)), h}, h.theirs(), h.ofGroups(), [subjectKinds][]int32{}, [groups][]int32{}}
	for i := range h.people {
		p := &h.people[i]
		d.people[p.kind] = append(d.people[p.kind], int32(i))
		for group := range p.groups {
			if p.kind == anyAgent {
				d.members[group] = append(d.members[group], int32(i))
			}
		}
	}
	questions := make([]question, 0, n)
	for len(questions) < n {
		wanted := len(questions)%2 == 0
		if q, found := d.draw(wanted); found {
			questions = append(questions, q)
		}
	}
	d.Shuffle(n, func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
	return questions
}

type drawer struct {
	generator
	theirs  [][thingKinds][]int32 // the things related to each person
	grouped [groups][thingKinds][]int32
	people  [subjectKinds][]int32 // by kind
	members [groups][]int32       // agents
}

func (d *drawer) draw(wanted bool) (question, bool) {
	people := d.people[d.pick(60, 27, 12, 1)]
	act := uint8(d.IntN(int(beAssigned)))
	if d.chance(60) { // mostly work on tickets and contacts
		act = uint8(d.IntN(len(acts)))
		for on := acts[act].on; !on.ticketLike() && on != aContact || act == beAssigned; on = acts[act].on {
			act = uint8(d.IntN(len(acts)))
		}
	}
	for range tries {
		q := question{who: people[d.IntN(len(people))], act: act, to: -1}
		q.on = d.thing(q.who, acts[act].on)
		if acts[act].on == anAssignment {
			q.to = d.receiver(q.who, d.things[q.on].group)
		}
		if q.reason = d.request(q).Authorize().Reason; q.allowed() == wanted {
			return q, true
		}
	}
	return question{}, false
}

func (d *drawer) thing(who int32, kind thingKind) int32 {
	if kind == anAssignment {
		kind = aTicket
	}
	among := d.of[kind]
	switch d.IntN(3) {
	case 0:
		if theirs := d.theirs[who][kind]; len(theirs) > 0 {
			among = theirs
		}
	case 1:
		if in := slices.Sorted(maps.Keys(d.helpdesk.people[who].groups)); len(in) > 0 {
			if theirs := d.grouped[in[d.IntN(len(in))]][kind]; len(theirs) > 0 {
				among = theirs
			}
		}
	}
	return among[d.IntN(len(among))]
}

// receiver draws the recipient of the ticket: an agent, often one of its group, sometimes
// the subject, or a shared agent.
func (d *drawer) receiver(who int32, group int) int32 {
	switch d.pick(30, 40, 20, 10) {
	case 0:
		return int32(d.IntN(agents))
	case 1:
		if group >= 0 && len(d.members[group]) > 0 {
			return d.members[group][d.IntN(len(d.members[group]))]
		}
	case 2:
		if who < agents+shareds {
			return who
		}
	}
	return int32(agents + d.IntN(shareds))
}

// ofGroups returns the things of each group.
func (h *helpdesk) ofGroups() (grouped [groups][thingKinds][]int32) {
	for i := range h.things {
		if t := &h.things[i]; t.group >= 0 {
			grouped[t.group][t.kind] = append(grouped[t.group][t.kind], int32(i))
		}
	}
	return grouped
}

// theirs returns the things that are assigned to, owned by or mention each person.
func (h *helpdesk) theirs() [][thingKinds][]int32 {
	theirs := make([][thingKinds][]int32, len(h.people))
	for i := range h.things {
		t := &h.things[i]
		for _, who := range append(slices.Clone(t.mentions), t.holder, t.owner) {
			if who >= 0 {
				theirs[who][t.kind] = append(theirs[who][t.kind], int32(i))
			}
		}
	}
	return theirs
}
