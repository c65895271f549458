package main

import (
	"errors"
	"iter"
	"slices"

	"github.com/cedar-policy/cedar-go"
	cedarast "github.com/cedar-policy/cedar-go/ast"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/batch"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
)

// exported evaluates the output of cedarexport with cedar-go: policies, and entities with
// roles as they are bound. For speed, entities are made beforehand and most are found
// without a map, and policies are indexed by scope, so that only the conditions of those
// that fit the question are evaluated.
type exported struct {
	*helpdesk
	exporter *cedarexport.Exporter
	policies []exportedPolicy
	slices   map[exportedScope]*exportedSlice
	people   []exportedPerson
	things   []exportedThing
	store    map[cedar.EntityUID]*cedar.Entity // people, accounts, roles, grants, territories, contacts and tickets
}

type exportedPolicy struct {
	id cedar.PolicyID
	*cedar.Policy
}

// An exportedScope holds what the scopes of policies test, except roles.
type exportedScope struct {
	action              cedar.EntityUID
	principal, resource cedar.EntityType
}

// An exportedSlice holds the policies of a scope: those for every principal, and those for
// principals with a role.
type exportedSlice struct {
	anybody []exportedPolicy
	roles   map[cedar.EntityUID][]exportedPolicy
}

type exportedPerson struct {
	entity  *cedar.Entity
	context cedar.Record
}

type exportedThing struct{ entity, requester *cedar.Entity } // requester is nil if there is none

func loadExported(h *helpdesk) (loaded, error) {
	exporter, err := cedarexport.New(nil, h.roles...)
	if err != nil {
		return nil, err
	}
	x := &exported{helpdesk: h, exporter: exporter, slices: make(map[exportedScope]*exportedSlice), store: make(map[cedar.EntityUID]*cedar.Entity)}
	list, err := cedar.NewPolicyListFromBytes("", exporter.Policies())
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		x.policies = append(x.policies, exportedPolicy{cedar.PolicyID(p.Annotations()["id"]), p})
	}
	for who := range h.people {
		if err := x.addPerson(who); err != nil {
			return nil, err
		}
	}
	acts := actsOn()
	for n := range h.things {
		if err := x.addThing(n, acts[h.things[n].kind]); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// actsOn returns one action for each kind of thing. The entities are the same for all
// actions, except where authorities are compared, which no question does.
func actsOn() (on [thingKinds]deskpolicy.ActionID) {
	for _, a := range slices.Backward(acts) {
		on[a.on] = a.id
	}
	return on
}

// addPerson adds the person as a principal, with their roles.
func (x *exported) addPerson(who int) error {
	read, err := x.read(x.subjects[who], deskpolicy.RoleView.ID(), &x.roles[0])
	if err != nil {
		return err
	}
	q := read[0]
	x.keep(q.entities)
	x.people = append(x.people, exportedPerson{x.store[q.request.Principal], q.request.Context})
	return nil
}

// addThing adds the thing and its requester. They do not depend on the subject.
func (x *exported) addThing(n int, act deskpolicy.ActionID) error {
	read, err := x.read(x.subjects[subjects-1], act, x.resources[n])
	if err != nil {
		return err
	}
	t := x.thing(&read[0])
	x.things = append(x.things, t)
	if n < tickets {
		x.store[t.entity.UID] = t.entity // for lists
	}
	return nil
}

// thing returns the entities of the question's thing. Things without IDs share one UID, so
// they are not in the store.
func (x *exported) thing(q *exportedText) exportedThing {
	is := q.entities[q.request.Resource]
	delete(q.entities, q.request.Resource)
	x.keep(q.entities)
	t := exportedThing{entity: &is}
	if requester, ok := is.Attributes.Get("requester"); ok {
		t.requester = x.store[requester.(cedar.EntityUID)]
	}
	return t
}

// keep adds entities that the store does not have yet.
func (x *exported) keep(entities cedar.EntityMap) {
	for uid, e := range entities {
		if x.store[uid] == nil {
			x.store[uid] = &e
		}
	}
}

// An exportedText is a question that cedarexport wrote, parsed.
type exportedText struct {
	request  cedar.Request
	entities cedar.EntityMap
}

// read returns the questions that cedarexport writes, or an error if one cannot be exported.
func (x *exported) read(subject deskpolicy.Subject, action deskpolicy.ActionID, resource deskpolicy.Resource) ([]exportedText, error) {
	questions, err := x.exporter.Questions(subject, action, resource)
	if err != nil {
		return nil, err
	}
	read := make([]exportedText, len(questions))
	for i, q := range questions {
		t := &read[i]
		t.request = cedar.Request{Principal: cedarUID(q.Principal), Action: cedarUID(q.Action), Resource: cedarUID(q.Resource)}
		if err := errors.Join(t.entities.UnmarshalJSON(q.Entities), t.request.Context.UnmarshalJSON(q.Context)); err != nil {
			return nil, err
		}
	}
	return read, nil
}

func cedarUID(u cedarexport.UID) cedar.EntityUID {
	return cedar.NewEntityUID(cedar.EntityType(u.Type), cedar.String(u.ID))
}

// slice returns the policies whose scopes fit the request.
func (x *exported) slice(r *cedar.Request) *exportedSlice {
	scope := exportedScope{r.Action, r.Principal.Type, r.Resource.Type}
	if s := x.slices[scope]; s != nil {
		return s
	}
	s := &exportedSlice{roles: make(map[cedar.EntityUID][]exportedPolicy)}
	for _, p := range x.policies {
		is := (*ast.Policy)(p.AST())
		if !scope.fits(is) {
			continue
		}
		p.Policy = withoutScope(is)
		switch of := is.Principal.(type) {
		case ast.ScopeTypeIn:
			s.roles[of.Entity] = append(s.roles[of.Entity], p)
		case ast.ScopeTypeIsIn:
			s.roles[of.Entity] = append(s.roles[of.Entity], p)
		default:
			s.anybody = append(s.anybody, p)
		}
	}
	x.slices[scope] = s
	return s
}

// withoutScope returns the policy without its scope, which the index has already checked.
// cedar-go would make a map of the scope's actions for each evaluation.
func withoutScope(p *ast.Policy) *cedar.Policy {
	conditions := *p
	conditions.Principal, conditions.Action, conditions.Resource = ast.ScopeTypeAll{}, ast.ScopeTypeAll{}, ast.ScopeTypeAll{}
	return cedar.NewPolicyFromAST((*cedarast.Policy)(&conditions))
}

func (s *exportedScope) fits(p *ast.Policy) bool {
	return fitsType(p.Principal, s.principal) && fitsType(p.Resource, s.resource) && fitsAction(p.Action, s.action)
}

func fitsType(scope ast.IsScopeNode, is cedar.EntityType) bool {
	switch of := scope.(type) {
	case ast.ScopeTypeIs:
		return of.Type == is
	case ast.ScopeTypeIsIn:
		return of.Type == is
	}
	return true
}

func fitsAction(scope ast.IsScopeNode, is cedar.EntityUID) bool {
	switch of := scope.(type) {
	case ast.ScopeTypeEq:
		return of.Entity == is
	case ast.ScopeTypeInSet:
		return slices.Contains(of.Entities, is)
	}
	return true
}

// An exportedQuestion holds a request, the policies that fit it and its entities.
type exportedQuestion struct {
	*exportedSlice
	store               map[cedar.EntityUID]*cedar.Entity
	principal           *cedar.Entity
	resource, requester *cedar.Entity
	request             cedar.Request
}

// All implements [cedar.PolicyIterator]. It yields the policies for every principal and
// those for the principal's roles.
func (q *exportedQuestion) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for i := range q.anybody {
			if !yield(q.anybody[i].id, q.anybody[i].Policy) {
				return
			}
		}
		for role := range q.principal.Parents.All() {
			for _, p := range q.roles[role] {
				if !yield(p.id, p.Policy) {
					return
				}
			}
		}
	}
}

// Get implements [types.EntityGetter].
func (q *exportedQuestion) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	switch {
	case uid == q.principal.UID:
		return *q.principal, true
	case uid == q.resource.UID:
		return *q.resource, true
	case q.requester != nil && uid == q.requester.UID:
		return *q.requester, true
	}
	if e := q.store[uid]; e != nil {
		return *e, true
	}
	return cedar.Entity{}, false
}

var (
	_ cedar.PolicyIterator = (*exportedQuestion)(nil)
	_ types.EntityGetter   = (*exportedQuestion)(nil)
)

// question returns the person's question about a thing.
func (x *exported) question(by *exportedPerson, action cedar.EntityUID, t exportedThing, context cedar.Record) exportedQuestion {
	q := exportedQuestion{
		store: x.store, principal: by.entity, resource: t.entity, requester: t.requester,
		request: cedar.Request{Principal: by.entity.UID, Action: action, Resource: t.entity.UID, Context: context},
	}
	q.exportedSlice = x.slice(&q.request)
	return q
}

// asked returns the question with these numbers.
func (x *exported) asked(who int, act uint8, on int) exportedQuestion {
	action := cedar.NewEntityUID(cedarexport.Namespace+"::Action", cedar.String(acts[act].id.String()))
	return x.question(&x.people[who], action, x.things[on], x.people[who].context)
}

// assigned returns the questions of an assignment: whether the subject can assign the
// thing, and whether the recipient can take it. Each has its own copy of the thing.
func (x *exported) assigned(q question) (both [2]exportedQuestion, err error) {
	r := x.request(q)
	read, err := x.read(r.Subject, r.Action, r.Resource)
	if err != nil {
		return both, err
	}
	for i, who := range []int32{q.who, q.to} {
		both[i] = x.question(&x.people[who], read[i].request.Action, x.thing(&read[i]), read[i].request.Context)
	}
	return both, nil
}

func (x *exported) prepare(questions []question) (engine, error) {
	e := exportedEngine{x, make([][2]exportedQuestion, len(questions))}
	for i, q := range questions {
		if q.to < 0 {
			e.questions[i][0] = x.asked(int(q.who), q.act, int(q.on))
			continue
		}
		var err error
		if e.questions[i], err = x.assigned(q); err != nil {
			return nil, err
		}
	}
	return e, nil
}

type exportedEngine struct {
	*exported
	questions [][2]exportedQuestion // the second is about the recipient of an assignment
}

func (e exportedEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	allowed, err := q[0].authorize()
	if err != nil || !allowed || q[1].principal == nil {
		return allowed, err
	}
	return q[1].authorize()
}

func (q *exportedQuestion) authorize() (bool, error) { return cedarAllows(q, q, q.request) }

// list asks about all tickets in one batch.
func (e exportedEngine) list(who, tickets int) (int, error) {
	all := make([]types.Value, tickets)
	for on := range all {
		all[on] = e.things[on].entity.UID
	}
	q := e.asked(who, 0, 0)
	request := batch.Request{
		Principal: q.request.Principal, Action: q.request.Action, Resource: batch.Variable("ticket"), Context: q.request.Context,
		Variables: batch.Variables{"ticket": all},
	}
	return cedarAllowed(&q, &q, request)
}
