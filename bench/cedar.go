package main

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/batch"

	"github.com/deskpolicy/deskpolicy"
)

// cedars holds policies and entities for cedar-go, made for speed. Each question is evaluated
// against one policy, for its kind of subject, workspace and action. Entities are made
// beforehand and found without a map. What a person holds is a numeric attribute for each
// workspace and action.
type cedars struct {
	*helpdesk
	policies [subjectKinds][places][]*cedarSlice // by action
	people   []cedar.Entity
	things   []cedar.Entity
	contacts []cedar.Entity // the last one is empty
	context  cedar.Record
}

// A cedarSlice holds the policy for a question, or none if the action is forbidden to the
// kind of subject.
type cedarSlice struct {
	all iter.Seq2[cedar.PolicyID, *cedar.Policy]
}

// All implements [cedar.PolicyIterator].
func (s *cedarSlice) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] { return s.all }

// cedarSliceOf returns a slice of the policies.
func cedarSliceOf(policies ...*cedar.Policy) *cedarSlice {
	return &cedarSlice{func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, policy := range policies {
			if !yield("permit", policy) {
				return
			}
		}
	}}
}

// The scope at which a person holds an action in a workspace, as an attribute.
const (
	cedarNothing = iota
	cedarHolder  // what is assigned to them or their own
	cedarGroup   // what is in their groups
	cedarBoth
	cedarAll
)

func cedarLevel(r reach) int {
	if r&global != 0 {
		return cedarAll
	}
	return int(r)
}

// cedarPermit returns the policy for a kind of subject, a place and an action.
func cedarPermit(kind subjectKind, in place, act int) string {
	a := &acts[act]
	var when []string
	if kind == supportEngineer {
		when = append(when, "context.now >= principal.from && context.now < principal.until")
	}
	if a.own {
		when = append(when, "resource.owner == principal")
	}
	if a.changesBuiltIn() {
		when = append(when, "!resource.builtIn")
	}
	groups, team, visible := "principal.views", "resource.requester.team", "principal.visible"
	if a.need == deskpolicy.Edit {
		groups = "principal.edits"
	}
	if a.on == aContact && a.need == deskpolicy.Edit {
		team, visible = "resource.requester.editors", "principal.editable"
	}
	inGroup := groups + ".contains(resource.group)"
	seen := "(principal.crm == 3 || principal.crm >= 1 && (resource.requester.owner == principal || " + team + ".contains(principal)) || " +
		"principal.crm == 2 && principal.territories.contains(resource.requester.territory) || " + visible + ".contains(resource.requester))"
	switch {
	case act == int(beAssigned):
		when = append(when, "($held == $all || $held == $holder || $held != $nothing && (principal.edits.contains(resource.group) || !principal.views.contains(resource.group)))")
	case kind == sharedAgent && a.on == aContact:
		when = append(when, "$held != $nothing && "+seen)
	case kind == sharedAgent && a.on.ticketLike():
		when = append(when, "($held == $all || $held != $nothing && "+inGroup+" || $held != $nothing && $held != $group && (resource.mentions.contains(principal) || resource.asked && "+seen+"))")
	default:
		when = append(when, "($held == $all || $held >= $group && "+inGroup+" || ($held == $holder || $held == $both) && resource.holder == principal)")
	}
	return strings.NewReplacer(
		"$held", fmt.Sprintf(`principal["%d/%d"]`, in, act),
		"$nothing", fmt.Sprint(cedarNothing), "$holder", fmt.Sprint(cedarHolder), "$group", fmt.Sprint(cedarGroup), "$both", fmt.Sprint(cedarBoth), "$all", fmt.Sprint(cedarAll),
	).Replace("permit (principal, action, resource) when { " + strings.Join(when, " && ") + " };")
}

func loadCedar(h *helpdesk) (loaded, error) {
	c := &cedars{helpdesk: h, context: cedar.NewRecord(cedar.RecordMap{"now": cedar.Long(now.Unix())})}
	none := cedarSliceOf()
	for kind := range subjectKinds {
		for in := range places {
			for i := range acts {
				slice := none
				if !acts[i].barred[kind] && acts[i].planned() {
					var policy cedar.Policy
					if err := policy.UnmarshalCedar([]byte(cedarPermit(kind, in, i))); err != nil {
						return nil, err
					}
					slice = cedarSliceOf(&policy)
				}
				c.policies[kind][in] = append(c.policies[kind][in], slice)
			}
		}
	}
	for n := range h.contacts {
		c.contacts = append(c.contacts, h.cedarContact(n))
	}
	c.contacts = append(c.contacts, h.cedarContact(-1))
	for who := range h.people {
		c.people = append(c.people, c.person(who))
	}
	for n := range h.things {
		c.things = append(c.things, c.thing(n))
	}
	return c, nil
}

func cedarPerson(who int) cedar.EntityUID {
	return cedar.NewEntityUID("Agent", cedar.String(fmt.Sprint(who)))
}

func (c *cedars) person(who int) cedar.Entity {
	p := &c.helpdesk.people[who]
	views, edits := []cedar.Value{}, []cedar.Value{}
	for group, access := range p.groups {
		views = append(views, cedar.Long(group))
		if access == deskpolicy.Edit {
			edits = append(edits, cedar.Long(group))
		}
	}
	in, visible, editable := []cedar.Value{}, []cedar.Value{}, []cedar.Value{}
	for _, t := range p.crm.territories {
		in = append(in, cedar.Long(t))
	}
	for n, access := range p.crm.visible {
		if !p.crm.fresh {
			break
		}
		visible = append(visible, c.contacts[n].UID)
		if access == deskpolicy.Edit {
			editable = append(editable, c.contacts[n].UID)
		}
	}
	attributes := cedar.RecordMap{
		"from": cedar.Long(p.from), "until": cedar.Long(p.until), "views": cedar.NewSet(views...), "edits": cedar.NewSet(edits...),
		"crm": cedar.Long(p.crm.sees), "territories": cedar.NewSet(in...), "visible": cedar.NewSet(visible...), "editable": cedar.NewSet(editable...),
	}
	all := c.held(who)
	for in := range places {
		for i := range acts {
			attributes[cedar.String(fmt.Sprintf("%d/%d", in, i))] = cedar.Long(cedarLevel(all[in][i]))
		}
	}
	return cedar.Entity{UID: cedarPerson(who), Attributes: cedar.NewRecord(attributes)}
}

func (h *helpdesk) cedarContact(n int) cedar.Entity {
	team, editors := []cedar.Value{}, []cedar.Value{}
	row := contact{owner: -1, territory: -1}
	if n >= 0 {
		row = h.contacts[n]
	}
	for who, access := range row.team {
		team = append(team, cedarPerson(who))
		if access == deskpolicy.Edit {
			editors = append(editors, cedarPerson(who))
		}
	}
	return cedar.Entity{UID: cedar.NewEntityUID("Contact", cedar.String(fmt.Sprint(n))), Attributes: cedar.NewRecord(cedar.RecordMap{
		"owner": cedarPerson(row.owner), "territory": cedar.Long(row.territory), "team": cedar.NewSet(team...), "editors": cedar.NewSet(editors...),
	})}
}

func (c *cedars) thing(n int) cedar.Entity {
	t := &c.helpdesk.things[n]
	mentions := []cedar.Value{}
	for _, who := range t.mentions {
		mentions = append(mentions, cedarPerson(who))
	}
	return cedar.Entity{UID: cedar.NewEntityUID("Thing", cedar.String(fmt.Sprint(n))), Attributes: cedar.NewRecord(cedar.RecordMap{
		"group": cedar.Long(t.group), "holder": cedarPerson(t.holder), "owner": cedarPerson(t.owner), "mentions": cedar.NewSet(mentions...),
		"requester": c.requester(t).UID, "asked": cedar.Boolean(t.requester >= 0), "builtIn": cedar.Boolean(t.locked),
	})}
}

// requester returns the thing's requester, or an empty contact.
func (c *cedars) requester(t *thing) *cedar.Entity {
	if t.requester < 0 {
		return &c.contacts[len(c.contacts)-1]
	}
	return &c.contacts[t.requester]
}

// A cedarQuestion is a request and its entities.
type cedarQuestion struct {
	principal, resource, requester *cedar.Entity
	policies                       *cedarSlice
	request                        cedar.Request
}

// Get implements [types.EntityGetter].
func (q *cedarQuestion) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	switch uid {
	case q.principal.UID:
		return *q.principal, true
	case q.resource.UID:
		return *q.resource, true
	case q.requester.UID:
		return *q.requester, true
	}
	return cedar.Entity{}, false
}

var _ types.EntityGetter = (*cedarQuestion)(nil)

func (c *cedars) question(who int32, act uint8, on int32) cedarQuestion {
	t := &c.helpdesk.things[on]
	q := cedarQuestion{principal: &c.people[who], resource: &c.things[on], requester: c.requester(t), policies: c.policies[nonAgent][outside][0]}
	if t.ours { // no policy permits anything in another account
		q.policies = c.policies[c.helpdesk.people[who].kind][t.place][act]
	}
	q.request = cedar.Request{Principal: q.principal.UID, Action: cedar.NewEntityUID("Action", cedar.String(acts[act].id.String())), Resource: q.resource.UID, Context: c.context}
	return q
}

func (c *cedars) prepare(questions []question) (engine, error) {
	e := cedarEngine{c, make([][2]cedarQuestion, len(questions))}
	for i, q := range questions {
		e.questions[i][0] = c.question(q.who, q.act, q.on)
		if q.to >= 0 {
			e.questions[i][1] = c.question(q.to, beAssigned, q.on)
		}
	}
	return e, nil
}

type cedarEngine struct {
	*cedars
	questions [][2]cedarQuestion // of an assignment, the second is whether it can be taken
}

func (e cedarEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	allowed, err := q[0].authorize()
	if err != nil || !allowed || q[1].principal == nil {
		return allowed, err
	}
	return q[1].authorize()
}

func (q *cedarQuestion) authorize() (bool, error) { return cedarAllows(q.policies, q, q.request) }

// cedarAllows reports whether cedar-go allows the request. It returns an error if a policy fails.
func cedarAllows(policies cedar.PolicyIterator, entities types.EntityGetter, request cedar.Request) (bool, error) {
	decision, diagnostic := cedar.Authorize(policies, entities, request)
	if len(diagnostic.Errors) > 0 {
		return false, fmt.Errorf("cedar: %v", diagnostic.Errors)
	}
	return decision == cedar.Allow, nil
}

// cedarAllowed returns the number of requests of a batch that cedar-go allows.
func cedarAllowed(policies cedar.PolicyIterator, entities types.EntityGetter, request batch.Request) (n int, err error) {
	err = batch.Authorize(context.Background(), policies, entities, request, func(r batch.Result) error {
		if r.Decision == cedar.Allow {
			n++
		}
		return nil
	})
	return n, err
}

// list asks about all tickets of a workspace in one batch, which evaluates the
// policy for the principal once before it looks at tickets.
func (e cedarEngine) list(who, tickets int) (allowed int, err error) {
	var in [places][]types.Value
	for n := range tickets {
		if t := &e.helpdesk.things[n]; t.ours {
			in[t.place] = append(in[t.place], e.things[n].UID)
		}
	}
	for at := range places {
		request := batch.Request{
			Principal: e.people[who].UID, Action: cedar.NewEntityUID("Action", "ticket.view"), Resource: batch.Variable("ticket"), Context: e.context,
			Variables: batch.Variables{"ticket": in[at]},
		}
		policies := e.policies[e.helpdesk.people[who].kind][at][0]
		n, err := cedarAllowed(policies, cedarStore{e.cedars, who}, request)
		if err != nil {
			return 0, err
		}
		allowed += n
	}
	return allowed, nil
}

// A cedarStore holds the entities of all things and of one person.
type cedarStore struct {
	*cedars
	who int
}

// Get implements [types.EntityGetter].
func (s cedarStore) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	n, err := strconv.Atoi(string(uid.ID))
	switch {
	case err != nil:
		return cedar.Entity{}, false
	case uid.Type == "Thing":
		return s.things[n], true
	case uid.Type == "Contact" && n >= 0:
		return s.contacts[n], true
	case uid.Type == "Contact":
		return s.contacts[len(s.contacts)-1], true
	}
	return s.people[s.who], n == s.who
}
