package main

import (
	"github.com/casbin/casbin/v3"
	"github.com/casbin/casbin/v3/model"
)

// casbinModel has a matcher that calls one Go function, which is how casbin's users make it
// fast. casbin evaluates the matcher for each line of a policy, which would be a thousand
// times with a line for each permission of a role; so the policy has no lines. It also
// parses the matcher for each question, and each condition written there costs a
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

// casbins is casbin with the bitset as its function.
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
