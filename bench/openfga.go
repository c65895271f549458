package main

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	openfgav1 "github.com/openfga/api/proto/openfga/v1"
	"github.com/openfga/language/pkg/go/transformer"
	"github.com/openfga/openfga/pkg/server"
	"github.com/openfga/openfga/pkg/storage/memory"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/deskpolicy/deskpolicy"
)

//go:embed desk.fga
var deskFGA string

// fgas is a server in this process with a model and no tuples, because the in-memory store
// scans all tuples for each look-up. Each question brings its facts as contextual tuples.
type fgas struct {
	*helpdesk
	server       *server.Server
	store, model string
	all          []held
	context      *structpb.Struct
}

func loadFGA(h *helpdesk) (loaded, error) {
	f := &fgas{helpdesk: h}
	model, err := transformer.TransformDSLToProto(deskFGA)
	if err != nil {
		return nil, err
	}
	if f.server, err = server.NewServerWithOpts(server.WithDatastore(memory.New()), server.WithListObjectsMaxResults(0), server.WithListObjectsDeadline(time.Minute)); err != nil {
		return nil, err
	}
	ctx := context.Background()
	store, err := f.server.CreateStore(ctx, &openfgav1.CreateStoreRequest{Name: "acme"})
	if err != nil {
		return nil, err
	}
	f.store = store.GetId()
	written, err := f.server.WriteAuthorizationModel(ctx, &openfgav1.WriteAuthorizationModelRequest{
		StoreId: f.store, SchemaVersion: model.GetSchemaVersion(), TypeDefinitions: model.GetTypeDefinitions(), Conditions: model.GetConditions(),
	})
	if err != nil {
		return nil, err
	}
	f.model = written.GetAuthorizationModelId()
	for who := range h.people {
		f.all = append(f.all, h.held(who))
	}
	f.context, err = structpb.NewStruct(map[string]any{"now": now.Format(time.RFC3339)})
	return f, err
}

// user returns the OpenFGA user for the person, or "" for none and for one who is not an agent.
func (f *fgas) user(who int) string {
	if who < 0 {
		return ""
	}
	name := [...]string{"agent", "shared", "engineer", ""}[f.people[who].kind]
	if name == "" {
		return ""
	}
	return fmt.Sprint(name, ":", who)
}

// relation returns the relation to check for the question.
func (f *fgas) relation(who int32, act uint8) string {
	a, kind := &acts[act], f.people[who].kind
	verb := "edits"
	if a.need == deskpolicy.View {
		verb = "views"
	}
	switch {
	case act == beAssigned:
		return "takes"
	case a.changesBuiltIn():
		return "changes"
	case kind == sharedAgent && a.on == aContact:
		verb = "contact_" + verb
	case kind == sharedAgent && a.on.ticketLike():
		verb = "shared_" + verb
	}
	if a.own {
		verb += "_own"
	}
	return verb
}

// facts are the contextual tuples of a question.
type facts []*openfgav1.TupleKey

func (f *facts) add(user, relation, object string) {
	if user != "" {
		*f = append(*f, &openfgav1.TupleKey{User: user, Relation: relation, Object: object})
	}
}

// facts returns the tuples about the question's person, thing and customer.
func (f *fgas) facts(who int32, act uint8, on int32) (known facts) {
	t, user := &f.things[on], f.user(int(who))
	thing := fmt.Sprint("thing:", on)
	if !t.ours || user == "" {
		return nil
	}
	f.holds(&known, who, f.all[who][t.place][act], thing)
	if t.group >= 0 {
		group := fmt.Sprint("group:", t.group)
		known.add(group, "group", thing)
		switch f.people[who].groups[t.group] {
		case deskpolicy.View:
			known.add(user, "viewer", group)
		case deskpolicy.Edit:
			known.add(user, "editor", group)
		}
	}
	if f.people[who].kind == supportEngineer {
		return known
	}
	known.add(f.user(t.holder), "holder", thing)
	known.add(f.user(t.owner), "owner", thing)
	if acts[act].changesBuiltIn() && !t.locked && f.people[who].kind == anyAgent {
		known.add(user, "changeable", thing)
	}
	for _, mentioned := range t.mentions {
		known.add(f.user(mentioned), "mentioned", thing)
	}
	if t.requester >= 0 && f.people[who].kind == sharedAgent {
		known.add(fmt.Sprint("contact:", t.requester), "requester", thing)
		f.sees(&known, who, t.requester)
	}
	return known
}

// holds adds the scopes at which the person holds the action in the thing's place.
func (f *fgas) holds(known *facts, who int32, at reach, thing string) {
	p := &f.people[who]
	if p.kind == supportEngineer {
		if at&global != 0 {
			lives, err := structpb.NewStruct(map[string]any{"from": time.Unix(p.from, 0).UTC().Format(time.RFC3339), "until": time.Unix(p.until, 0).UTC().Format(time.RFC3339)})
			if err != nil {
				panic(err) // a map of strings always converts
			}
			*known = append(*known, &openfgav1.TupleKey{User: f.user(int(who)), Relation: "all", Object: thing, Condition: &openfgav1.RelationshipCondition{Name: "alive", Context: lives}})
		}
		return
	}
	for bit, relation := range []string{"held", "grouped", "all"} {
		if at>>bit&1 != 0 {
			known.add(f.user(int(who)), relation, thing)
		}
	}
}

// sees adds the person's access to the contact in the CRM.
func (f *fgas) sees(known *facts, who int32, n int) {
	p, c := &f.people[who], &f.contacts[n]
	user, contact, territory := f.user(int(who)), fmt.Sprint("contact:", n), fmt.Sprint("territory:", c.territory)
	known.add(territory, "territory", contact)
	sees := crmWaysOf(p.crm.sees)
	if sees&seesAll != 0 {
		known.add(user, "everybody", contact)
	}
	if sees&seesOwn != 0 {
		known.add(f.user(c.owner), "owner", contact)
	}
	if sees&seesTerritories != 0 && slices.Contains(p.crm.territories, c.territory) {
		known.add(user, "user", territory)
	}
	access := deskpolicy.NoAccess
	if sees&seesTeams != 0 {
		access = c.team[int(who)]
	}
	if p.crm.fresh {
		access = max(access, p.crm.visible[n])
	}
	switch access {
	case deskpolicy.View:
		known.add(user, "member", contact)
	case deskpolicy.Edit:
		known.add(user, "editing", contact)
	}
}

func (f *fgas) question(who int32, act uint8, on int32) *openfgav1.CheckRequest {
	user := f.user(int(who))
	if user == "" {
		user = "agent:nobody"
	}
	return &openfgav1.CheckRequest{
		StoreId: f.store, AuthorizationModelId: f.model, Context: f.context,
		TupleKey:         &openfgav1.CheckRequestTupleKey{User: user, Relation: f.relation(who, act), Object: fmt.Sprint("thing:", on)},
		ContextualTuples: &openfgav1.ContextualTupleKeys{TupleKeys: f.facts(who, act, on)},
	}
}

func (f *fgas) prepare(questions []question) (engine, error) {
	e := fgaEngine{f, make([][2]*openfgav1.CheckRequest, len(questions))}
	for i, q := range questions {
		e.questions[i][0] = f.question(q.who, q.act, q.on)
		if q.to >= 0 {
			e.questions[i][1] = f.question(q.to, beAssigned, q.on)
		}
	}
	return e, nil
}

type fgaEngine struct {
	*fgas
	questions [][2]*openfgav1.CheckRequest // for an assignment, the second asks whether the recipient can take it
}

func (e fgaEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	allowed, err := e.check(q[0])
	if err != nil || !allowed || q[1] == nil {
		return allowed, err
	}
	return e.check(q[1])
}

func (e fgaEngine) check(q *openfgav1.CheckRequest) (bool, error) {
	answer, err := e.server.Check(context.Background(), q)
	return answer.GetAllowed(), err
}

func (e fgaEngine) list(who, tickets int) (n int, err error) {
	for on := range tickets {
		allowed, err := e.check(e.question(int32(who), 0, int32(on)))
		if err != nil {
			return 0, err
		}
		if allowed {
			n++
		}
	}
	return n, nil
}
