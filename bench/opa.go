package main

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/deskpolicy/deskpolicy"
)

//go:embed desk.rego
var deskRego string

// opaRules has the names of the rules in desk.rego to query.
var opaRules = []string{"agent", "own", "custom", "engineer", "own_engineer", "shared", "own_shared", "view_contact", "edit_contact", "take", "never"}

// opas holds prepared queries, and the helpdesk as OPA values, so that nothing is converted
// for a question.
type opas struct {
	*helpdesk
	rules    map[string]*rego.PreparedEvalQuery
	people   []*ast.Term
	things   []*ast.Term
	contacts []*ast.Term
	slots    [places][]*ast.Term
	words    map[string]*ast.Term
	now      *ast.Term
}

func loadOPA(h *helpdesk) (loaded, error) {
	o := &opas{helpdesk: h, rules: make(map[string]*rego.PreparedEvalQuery), words: make(map[string]*ast.Term), now: ast.IntNumberTerm(int(now.Unix()))}
	for _, rule := range opaRules {
		// Partial evaluation makes these rules slower: OPA indexes them by the values that they compare.
		query, err := rego.New(rego.Query("data.desk."+rule), rego.Module("desk.rego", deskRego)).PrepareForEval(context.Background())
		if err != nil {
			return nil, err
		}
		o.rules[rule] = &query
	}
	for in := range places {
		for i := range acts {
			o.slots[in] = append(o.slots[in], ast.StringTerm(fmt.Sprintf("%d/%d", in, i)))
		}
	}
	for n := range h.contacts {
		o.contacts = append(o.contacts, o.contact(n))
	}
	for who := range h.people {
		o.people = append(o.people, o.person(who))
	}
	for n := range h.things {
		o.things = append(o.things, o.thing(n))
	}
	return o, nil
}

// word returns the string as a term. Equal strings share one term.
func (o *opas) word(s string) *ast.Term {
	if o.words[s] == nil {
		o.words[s] = ast.StringTerm(s)
	}
	return o.words[s]
}

func (o *opas) number(n int) *ast.Term { return o.word(fmt.Sprint(n)) }

func (o *opas) access(a deskpolicy.Access) *ast.Term { return o.word(a.String()) }

// object returns an object of alternating names and values.
func (o *opas) object(pairs ...any) *ast.Term {
	var items [][2]*ast.Term
	for i := 0; i < len(pairs); i += 2 {
		items = append(items, [2]*ast.Term{o.word(pairs[i].(string)), pairs[i+1].(*ast.Term)})
	}
	return ast.NewTerm(ast.NewObject(items...))
}

func (o *opas) person(who int) *ast.Term {
	p := &o.helpdesk.people[who]
	held, views, edits, in, visible := ast.NewObject(), ast.NewSet(), ast.NewSet(), ast.NewSet(), ast.NewObject()
	all := o.held(who)
	for at := range places {
		for i := range acts {
			if level := cedarLevel(all[at][i]); level != cedarNothing {
				held.Insert(o.slots[at][i], ast.IntNumberTerm(level))
			}
		}
	}
	for group, access := range p.groups {
		views.Add(o.number(group))
		if access == deskpolicy.Edit {
			edits.Add(o.number(group))
		}
	}
	for _, t := range p.crm.territories {
		in.Add(o.number(t))
	}
	for n, access := range p.crm.visible {
		if p.crm.fresh {
			visible.Insert(o.number(n), o.access(access))
		}
	}
	return o.object(
		"id", o.number(who), "held", ast.NewTerm(held), "views", ast.NewTerm(views), "edits", ast.NewTerm(edits),
		"crm", ast.IntNumberTerm(int(p.crm.sees)), "territories", ast.NewTerm(in), "visible", ast.NewTerm(visible),
		"from", ast.IntNumberTerm(int(p.from)), "until", ast.IntNumberTerm(int(p.until)),
	)
}

func (o *opas) contact(n int) *ast.Term {
	c := &o.helpdesk.contacts[n]
	team := ast.NewObject()
	for who, access := range c.team {
		team.Insert(o.number(who), o.access(access))
	}
	return o.object("id", o.number(n), "owner", o.number(c.owner), "territory", o.number(c.territory), "team", ast.NewTerm(team))
}

func (o *opas) thing(n int) *ast.Term {
	t := &o.helpdesk.things[n]
	mentions := ast.NewSet()
	for _, who := range t.mentions {
		mentions.Add(o.number(who))
	}
	return o.object("id", o.number(n), "group", o.number(t.group), "holder", o.number(t.holder), "owner", o.number(t.owner),
		"mentions", ast.NewTerm(mentions), "builtIn", ast.BooleanTerm(t.locked))
}

// rule returns the name of the policy's rule for the question. It is "never" if the thing
// belongs to another account or the action is forbidden to the kind of subject.
func (h *helpdesk) rule(who int32, act uint8, on int32) string {
	a, kind := &acts[act], h.people[who].kind
	switch {
	case !h.things[on].ours || a.barred[kind] || !a.planned():
		return "never"
	case act == beAssigned:
		return "take"
	case kind == supportEngineer && a.own:
		return "own_engineer"
	case kind == supportEngineer:
		return "engineer"
	case kind == sharedAgent && a.on == aContact:
		return contactRule(a)
	case kind == sharedAgent && a.on.ticketLike():
		return sharedTicketRule(a)
	case a.own:
		return "own"
	case a.changesBuiltIn():
		return "custom"
	}
	return "agent"
}

func contactRule(a *act) string {
	if a.need == deskpolicy.Edit {
		return "edit_contact"
	}
	return "view_contact"
}

func sharedTicketRule(a *act) string {
	if a.own {
		return "own_shared"
	}
	return "shared"
}

// An opaQuestion holds a rule and its input.
type opaQuestion struct {
	rule  *rego.PreparedEvalQuery
	input ast.Value
}

func (o *opas) question(who int32, act uint8, on int32) opaQuestion {
	t := &o.helpdesk.things[on]
	person := o.people[who]
	groups := person.Get(o.word("views"))
	if acts[act].need == deskpolicy.Edit {
		groups = person.Get(o.word("edits"))
	}
	contact := o.word("nobody")
	if t.requester >= 0 {
		contact = o.contacts[t.requester]
	}
	input := o.object("who", person, "on", o.things[on], "contact", contact,
		"groups", groups, "slot", o.slots[t.place][act], "now", o.now).Value
	return opaQuestion{o.rules[o.rule(who, act, on)], input}
}

func (o *opas) prepare(questions []question) (engine, error) {
	e := opaEngine{o, make([][2]opaQuestion, len(questions)), []rego.EvalOption{
		rego.EvalMetrics(metrics.NoOp()), rego.EvalExternalCancel(topdown.NewCancel()), rego.EvalSortSets(false),
	}}
	for i, q := range questions {
		e.questions[i][0] = o.question(q.who, q.act, q.on)
		if q.to >= 0 {
			e.questions[i][1] = o.question(q.to, beAssigned, q.on)
		}
	}
	return e, nil
}

type opaEngine struct {
	*opas
	questions [][2]opaQuestion // for an assignment, the second asks whether the recipient can take it
	options   []rego.EvalOption
}

func (e opaEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	allowed, err := e.decide(q[0])
	if err != nil || !allowed || q[1].rule == nil {
		return allowed, err
	}
	return e.decide(q[1])
}

func (e opaEngine) decide(q opaQuestion) (bool, error) {
	results, err := q.rule.Eval(context.Background(), append(e.options[:len(e.options):len(e.options)], rego.EvalParsedInput(q.input))...)
	return results.Allowed(), err
}

func (e opaEngine) list(who, tickets int) (n int, err error) {
	for on := range tickets {
		allowed, err := e.decide(e.question(int32(who), 0, int32(on)))
		if err != nil {
			return 0, err
		}
		if allowed {
			n++
		}
	}
	return n, nil
}
