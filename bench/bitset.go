package main

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// bits is a hand-written check, made for speed: it has numbers for IDs, held actions as
// bits by place and scope, and returns a bool. It implements all the rules that the
// questions test.
type bits struct {
	people   []bitPerson
	things   []bitThing
	contacts []bitContact
	actionBits
	now int64
}

// actionBits are sets of actions, by the properties that the rules use.
type actionBits struct {
	locked   uint64 // never allowed on locked things
	needEdit uint64
	own      uint64 // only on the subject's own things
}

// placeBits are the actions that a person holds, by place and scope, Restricted first.
type placeBits [places][3]uint64

type bitPerson struct {
	from, until int64
	held        placeBits
	view, edit  uint64 // groups
	territories uint16
	sees        crmWays
	kind        subjectKind
	visible     map[int32]deskpolicy.Access
}

// crmWays is the ways in which a CRM user sees records, as bits.
type crmWays uint8

const (
	seesAll crmWays = 1 << iota
	seesOwn
	seesTerritories
	seesTeams
)

type bitThing struct {
	mentions                 []int32
	requester, holder, owner int32
	place                    place
	group                    int8
	kind                     thingKind
	ours, locked             bool
}

type bitContact struct {
	owner     int32
	territory uint8
	team      []bitMember
}

type bitMember struct {
	who    int32
	access deskpolicy.Access
}

func loadBits(h *helpdesk) (loaded, error) {
	b := &bits{actionBits: newActionBits(), now: now.Unix()}
	for who := range h.people {
		b.people = append(b.people, h.bitPerson(who))
	}
	for i := range h.things {
		t := &h.things[i]
		thing := bitThing{
			requester: int32(t.requester), holder: int32(t.holder), owner: int32(t.owner),
			place: t.place, group: int8(t.group), kind: t.kind, ours: t.ours, locked: t.locked,
		}
		for _, who := range t.mentions {
			thing.mentions = append(thing.mentions, int32(who))
		}
		b.things = append(b.things, thing)
	}
	for i := range h.contacts {
		c := &h.contacts[i]
		contact := bitContact{owner: int32(c.owner), territory: uint8(c.territory)}
		for who, access := range c.team {
			contact.team = append(contact.team, bitMember{int32(who), access})
		}
		b.contacts = append(b.contacts, contact)
	}
	return b, nil
}

func newActionBits() (b actionBits) {
	for i, a := range acts {
		if a.need == deskpolicy.Edit {
			b.needEdit |= 1 << i
		}
		if a.own {
			b.own |= 1 << i
		}
		if a.changesBuiltIn() {
			b.locked |= 1 << i
		}
	}
	return b
}

// placeBits returns the actions that the person holds.
func (h *helpdesk) placeBits(who int) (b placeBits) {
	all := h.held(who)
	for in := range places {
		for i, reach := range all[in] {
			for scope := range 3 {
				b[in][scope] |= uint64(reach>>scope&1) << i
			}
		}
	}
	return b
}

// span returns the half-open interval in which the person has access.
func (p *person) span() (from, until int64) {
	if p.kind != supportEngineer {
		return 0, 1<<63 - 1
	}
	return p.from, p.until
}

func (h *helpdesk) bitPerson(who int) bitPerson {
	p := &h.people[who]
	person := bitPerson{kind: p.kind, held: h.placeBits(who), sees: crmWaysOf(p.crm.sees)}
	person.from, person.until = p.span()
	for group, access := range p.groups {
		person.view |= 1 << group
		if access == deskpolicy.Edit {
			person.edit |= 1 << group
		}
	}
	for _, t := range p.crm.territories {
		person.territories |= 1 << t
	}
	if p.crm.fresh && p.crm.visible != nil {
		person.visible = make(map[int32]deskpolicy.Access)
		for n, access := range p.crm.visible {
			person.visible[int32(n)] = access
		}
	}
	return person
}

func crmWaysOf(r deskpolicy.CRMRecords) crmWays {
	return [...]crmWays{0, seesOwn | seesTeams, seesOwn | seesTerritories | seesTeams, seesAll}[r]
}

// allowed decides one part of a question.
func (b *bits) allowed(who int32, act uint8, on int32) bool {
	p, t := &b.people[who], &b.things[on]
	bit := uint64(1) << act
	if b.forbidden(p, t, bit) || b.own&bit != 0 && t.owner != who {
		return false
	}
	return b.reaches(p, who, t, bit)
}

// reaches reports whether the person's permissions reach the thing.
func (b *bits) reaches(p *bitPerson, who int32, t *bitThing, bit uint64) bool {
	held := &p.held[t.place]
	crm := p.kind == sharedAgent
	switch {
	case crm && t.kind == aContact:
		return (held[0]|held[1]|held[2])&bit != 0 && b.onContact(p, who, t, bit)
	case held[2]&bit != 0:
		return true
	case crm && t.kind.ticketLike():
		return b.onSharedTicket(p, who, t, bit)
	}
	return held[1]&bit != 0 && b.inGroup(p, t, bit) || held[0]&bit != 0 && t.holder == who
}

// forbidden reports whether the account, a guardrail or the support grant's time denies it.
func (b *bits) forbidden(p *bitPerson, t *bitThing, bit uint64) bool {
	return !t.ours || t.locked && b.locked&bit != 0 || b.now < p.from || b.now >= p.until
}

// onContact reports whether the CRM lets the shared agent do the action on the contact.
func (b *bits) onContact(p *bitPerson, who int32, t *bitThing, bit uint64) bool {
	access := b.sees(p, who, t.requester)
	return access == deskpolicy.Edit || access == deskpolicy.View && b.needEdit&bit == 0
}

// onSharedTicket reports whether the shared agent reaches the ticket: through a group, a
// mention or its requester.
func (b *bits) onSharedTicket(p *bitPerson, who int32, t *bitThing, bit uint64) bool {
	held := &p.held[t.place]
	if (held[0]|held[1])&bit != 0 && b.inGroup(p, t, bit) {
		return true
	}
	return held[0]&bit != 0 && (slices.Contains(t.mentions, who) || t.requester >= 0 && b.sees(p, who, t.requester) != deskpolicy.NoAccess)
}

// inGroup reports whether a group of the person gives enough access to the thing for the action.
func (b *bits) inGroup(p *bitPerson, t *bitThing, bit uint64) bool {
	in := p.view
	if b.needEdit&bit != 0 {
		in = p.edit
	}
	return t.group >= 0 && in>>t.group&1 != 0
}

// sees returns the shared agent's access to the contact in the CRM.
func (b *bits) sees(p *bitPerson, who, n int32) (access deskpolicy.Access) {
	c := &b.contacts[n]
	if p.sees&seesAll != 0 || p.sees&seesOwn != 0 && c.owner == who || p.sees&seesTerritories != 0 && p.territories>>c.territory&1 != 0 {
		return deskpolicy.Edit
	}
	if p.visible != nil {
		access = p.visible[n]
	}
	if p.sees&seesTeams != 0 {
		for _, member := range c.team {
			if member.who == who {
				access = max(access, member.access)
			}
		}
	}
	return access
}

// takes reports whether the ticket can be assigned to the person: they could work on it as
// its assignee, and their groups do not limit them to viewing it.
func (b *bits) takes(who, on int32) bool {
	p, t := &b.people[who], &b.things[on]
	bit := uint64(1) << beAssigned
	held := &p.held[t.place]
	if p.kind != anyAgent || held[0]&bit == 0 {
		return false
	}
	return held[2]&bit != 0 || held[1]&bit == 0 || t.group < 0 || p.view>>t.group&1 == 0 || p.edit>>t.group&1 != 0
}

func (b *bits) prepare(questions []question) (engine, error) { return bitEngine{b, questions}, nil }

type bitEngine struct {
	*bits
	questions []question
}

func (e bitEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	return e.allowed(q.who, q.act, q.on) && (q.to < 0 || e.takes(q.to, q.on)), nil
}

func (e bitEngine) list(who, tickets int) (n int, err error) {
	for on := range int32(tickets) {
		if e.allowed(int32(who), 0, on) {
			n++
		}
	}
	return n, nil
}
