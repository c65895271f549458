package main

import (
	"slices"

	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"

	"github.com/deskpolicy/deskpolicy"
)

// casbinModel is a matcher over attributes. casbin goes through the lines of a
// policy one by one, and has none here: with one for each permission of a role, a
// question would be evaluated some thousand times. Names begin functions in Go,
// which is where casbin's users end up for speed; what is left for casbin is how
// they make the decision.
const casbinModel = `
[request_definition]
r = q

[policy_definition]
p = q

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = live(r.q) && (everything(r.q) || grouped(r.q) || theirs(r.q) || mentioned(r.q) || seen(r.q)) && taken(r.q)
`

// casbins decide by attributes that are prepared as for the bitset.
type casbins struct{ *bits }

func loadCasbin(h *helpdesk) (loaded, error) {
	b, err := loadBits(h)
	if err != nil {
		return nil, err
	}
	return casbins{b.(*bits)}, nil
}

// A casbinQuestion is what the matcher's functions are given.
type casbinQuestion struct {
	who, on, to  int32
	act          uint8
	bit          uint64
	p            *bitPerson
	t            *bitThing
	held         *[3]uint64
	ofCRM, ofOwn bool
}

func (c casbins) question(who int32, act uint8, on, to int32) *casbinQuestion {
	q := &casbinQuestion{who: who, on: on, to: to, act: act, bit: 1 << act, p: &c.people[who], t: &c.things[on]}
	q.held, q.ofOwn = &q.p.held[q.t.place], c.own>>act&1 != 0
	q.ofCRM = q.p.kind == sharedAgent && (q.t.kind.ticketLike() || q.t.kind == aContact)
	return q
}

func (c casbins) live(q *casbinQuestion) bool {
	return q.t.ours && (!q.t.locked || c.locked&q.bit == 0) && c.now >= q.p.from && c.now < q.p.until && (!q.ofOwn || q.t.owner == q.who)
}

func (c casbins) everything(q *casbinQuestion) bool {
	return q.held[2]&q.bit != 0 && !(q.ofCRM && q.t.kind == aContact)
}

func (c casbins) grouped(q *casbinQuestion) bool {
	return (q.held[1]|q.held[0]&c.shared(q))&q.bit != 0 && c.inGroup(q.p, q.t, q.bit)
}

// shared returns all bits for tickets and shared agents, to whom Restricted is as good as Group.
func (c casbins) shared(q *casbinQuestion) (all uint64) {
	if q.ofCRM {
		all = ^all
	}
	return all
}

func (c casbins) theirs(q *casbinQuestion) bool {
	return !q.ofCRM && q.held[0]&q.bit != 0 && q.t.holder == q.who
}

func (c casbins) mentioned(q *casbinQuestion) bool {
	return q.ofCRM && q.held[0]&q.bit != 0 && slices.Contains(q.t.mentions, q.who)
}

func (c casbins) seen(q *casbinQuestion) bool {
	if !q.ofCRM || (q.held[0]|q.held[1]|q.held[2])&q.bit == 0 || q.t.requester < 0 {
		return false
	}
	least := deskpolicy.View
	if q.t.kind == aContact && c.needEdit&q.bit != 0 {
		least = deskpolicy.Edit
	}
	return c.sees(q.p, q.who, q.t.requester) >= least
}

func (c casbins) taken(q *casbinQuestion) bool { return q.to < 0 || c.takes(q.to, q.on) }

func (c casbins) prepare(questions []question) (engine, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	for name, rule := range map[string]func(*casbinQuestion) bool{
		"live": c.live, "everything": c.everything, "grouped": c.grouped, "theirs": c.theirs, "mentioned": c.mentioned, "seen": c.seen, "taken": c.taken,
	} {
		enforcer.AddFunction(name, func(args ...any) (any, error) { return rule(args[0].(*casbinQuestion)), nil })
	}
	e := casbinEngine{c, enforcer, nil}
	for _, q := range questions {
		e.questions = append(e.questions, c.question(q.who, q.act, q.on, q.to))
	}
	return e, nil
}

type casbinEngine struct {
	casbins
	enforcer  *casbin.Enforcer
	questions []*casbinQuestion
}

func (e casbinEngine) ask(n int) (bool, error) { return e.enforcer.Enforce(e.questions[n]) }

func (e casbinEngine) list(who, tickets int) (n int, err error) {
	requests := make([][]any, tickets)
	for on := range requests {
		requests[on] = []any{e.question(int32(who), 0, int32(on), -1)}
	}
	allowed, err := e.enforcer.BatchEnforce(requests)
	for _, is := range allowed {
		if is {
			n++
		}
	}
	return n, err
}
