package main

import (
	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"
)

// casbinModel is a matcher that is one function in Go, which is where casbin's
// users end up for speed. casbin goes through the lines of a policy one by one: a
// line for each permission of a role is a thousand evaluations of the matcher.
// So there are none. And it reads the text of the matcher at each question, and
// collects the functions: each condition that is written there costs a
// microsecond.
const casbinModel = `
[request_definition]
r = q

[policy_definition]
p = q

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = may(r.q)
`

// casbins decide with the data of the bitset.
type casbins struct{ *bits }

func loadCasbin(h *helpdesk) (loaded, error) {
	b, err := loadBits(h)
	if err != nil {
		return nil, err
	}
	return casbins{b.(*bits)}, nil
}

func (c casbins) prepare(questions []question) (engine, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	enforcer.AddFunction("may", func(args ...any) (any, error) {
		q := args[0].(*question)
		return c.allowed(q.who, q.act, q.on) && (q.to < 0 || c.takes(q.to, q.on)), nil
	})
	return casbinEngine{enforcer, questions}, nil
}

type casbinEngine struct {
	enforcer  *casbin.Enforcer
	questions []question
}

func (e casbinEngine) ask(n int) (bool, error) { return e.enforcer.Enforce(&e.questions[n]) }

func (e casbinEngine) list(who, tickets int) (n int, err error) {
	requests := make([][]any, tickets)
	for on := range requests {
		requests[on] = []any{&question{who: int32(who), on: int32(on), to: -1}}
	}
	allowed, err := e.enforcer.BatchEnforce(requests)
	for _, is := range allowed {
		if is {
			n++
		}
	}
	return n, err
}
