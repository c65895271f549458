package corpus_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
	"github.com/deskpolicy/deskpolicy/verify/corpus"
)

var redraw = flag.Bool("update-corpus", false, "draw requests for the actions that the corpus has none of; all, if there is no corpus")

// TestDraw adds requests for new actions to the corpus, if that is wanted. Those that
// are in it stay; where there is no corpus, it draws one.
func TestDraw(t *testing.T) {
	if !*redraw {
		t.Skip("without -update-corpus the requests stay as they are")
	}
	c, err := corpus.Read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		c, err = &corpus.Corpus{}, nil
	}
	require.NoError(t, err)
	drawn := draw(c)
	require.NoError(t, drawn.Write(dir))
	t.Logf("drew %d requests, revision %s", len(drawn.Requests)-len(c.Requests), drawn.Revision())
}

// What is drawn for a new action is added, and leaves the rest as it was.
func TestDrawAdds(t *testing.T) {
	const added = "faq.edit"
	without := func() *corpus.Corpus {
		c := read(t)
		c.Requests = slices.DeleteFunc(c.Requests, func(r *corpus.Request) bool { return r.Action == added })
		return c
	}
	drawn, frozen := draw(without()), without()
	require.Greater(t, len(drawn.Requests), len(frozen.Requests)+10)
	for i, r := range drawn.Requests {
		if i >= len(frozen.Requests) {
			require.Equal(t, added, r.Action)
			continue
		}
		frozen.Requests[i].ID = i + 1
		require.Equal(t, frozen.Requests[i], r)
		require.Equal(t, frozen.World.Subjects[r.Subject], drawn.World.Subjects[r.Subject])
		require.Equal(t, frozen.World.Resources[r.Resource], drawn.World.Resources[r.Resource])
	}
}

// A drawer chooses requests, and fills the tables with what they refer to.
type drawer struct {
	corpus.Corpus
	ask  *asker
	keys map[string]string // of the tables' entries, by the table's letter and the entry as it is written
	last map[string]int    // the number of each table's last entry
	had  map[string]bool   // the actions that there are requests of
	met  map[string]int    // how many requests are of a sort
}

// draw returns the corpus with what is drawn for the actions that it has no request of.
func draw(frozen *corpus.Corpus) *corpus.Corpus {
	d := &drawer{keys: map[string]string{}, last: map[string]int{}, had: map[string]bool{}, met: map[string]int{}}
	for _, r := range frozen.Requests {
		d.had[r.Action] = true
	}
	d.World = corpus.World{
		Format: corpus.Format, Actions: actions(), Accounts: map[string]*corpus.Account{}, Roles: map[string]*corpus.Role{},
		Grants: map[string]*corpus.Grant{}, Subjects: map[string]*corpus.Subject{}, Resources: map[string]*corpus.Resource{},
	}
	d.ask = newAsker(&d.World)
	keepAll(d, "a", d.World.Accounts, frozen.World.Accounts)
	keepAll(d, "r", d.World.Roles, frozen.World.Roles)
	keepAll(d, "g", d.World.Grants, frozen.World.Grants)
	keepAll(d, "s", d.World.Subjects, frozen.World.Subjects)
	keepAll(d, "x", d.World.Resources, frozen.World.Resources)
	for role := range deskpolicy.BuiltInRoles() {
		d.role(worlds.BuiltIn(role.Name()))
	}
	d.drawn(20_000)
	d.crossed()
	d.builtIns()
	d.support()
	d.Requests = append(slices.Clone(frozen.Requests), d.Requests...)
	for i, r := range d.Requests {
		r.ID = i + 1
	}
	d.drop()
	return &d.Corpus
}

// keepAll puts the entries of a corpus's table into the drawer's, by their keys.
func keepAll[T any](d *drawer, letter string, into, from map[string]*T) {
	for key, entry := range from {
		var n int
		if _, err := fmt.Sscanf(key, letter+"%d", &n); err != nil {
			panic(err)
		}
		into[key], d.keys[letter+string(encoded(entry))], d.last[letter] = entry, key, max(n, d.last[letter])
	}
}

func encoded(entry any) []byte {
	data, err := json.Marshal(entry)
	if err != nil {
		panic(err)
	}
	return data
}

// actions are all actions as the oracle and the library know them.
func actions() map[string]corpus.Action {
	all := map[string]corpus.Action{}
	for name, a := range oracle.Actions {
		var classes []string
		for class, of := range map[string]deskpolicy.Class{
			"export": deskpolicy.ClassExport, "agent_mutation": deskpolicy.ClassAgentMutation, "channel": deskpolicy.ClassChannel, "role_authoring": deskpolicy.ClassRoleAuthoring,
		} {
			if worlds.ActionID(name).In(of) {
				classes = append(classes, class)
			}
		}
		slices.Sort(classes)
		all[name] = corpus.Action{On: a.Kind, Need: a.Need, Category: a.Category, Feature: a.Feature, Own: a.Own, Classes: classes}
	}
	return all
}

// drawn adds requests of the generators, a few of each sort.
func (d *drawer) drawn(n int) {
	for seed := range n {
		q := worlds.Requests.Example(seed + 1)
		if !plain(q) || d.had[q.Action] {
			continue
		}
		v := oracle.Decide(q)
		sort, reason := fmt.Sprint("drawn ", q.Action, " ", v.Reason), fmt.Sprint("reason ", v.Reason)
		if d.met[sort] < 1 || v.Allowed && d.met[sort] < 4 || d.met[reason] < enough {
			d.add(&corpus.Request{Subject: d.subject(q.Subject), Action: q.Action, Resource: d.resource(q.Thing)}, sort, reason)
		}
	}
}

// enough is how many requests there are to be for each reason, whatever else they are.
const enough = 40

// plain reports that the corpus can say the request: there are no nil pointers
// outside of Go, and without a type a host's action is on its own type only.
func plain(q oracle.Request) bool {
	a := oracle.Actions[q.Action]
	if q.Thing == nil {
		return true
	}
	return q.Thing.NilTo == "" && !(a != nil && a.Category == "host" && a.Kind != q.Thing.Kind) && !(q.Thing.Kind == "grant" && q.Thing.Account == "")
}

// crossed adds requests of the subjects that there are on the resources that there
// are, those that are allowed above all.
func (d *drawer) crossed() {
	byKind := d.actionsOn()
	subjects, resources := keysOf(d.World.Subjects), keysOf(d.World.Resources)
	subjects = slices.DeleteFunc(subjects, func(key string) bool { return d.World.Subjects[key].Kind == "support_session" })
	for i, subject := range subjects {
		for j := i % 31; j < len(resources); j += 31 {
			m := d.World.Resources[resources[j]]
			on := byKind[m.Kind]
			for k := range min(len(on), 3) {
				r := &corpus.Request{Subject: subject, Action: on[(i+j+k*7)%len(on)], Resource: resources[j]}
				e := d.ask.expect(r)
				sort := fmt.Sprint("crossed ", r.Action, " ", e.Reason, " ", e.Scope, " ", d.World.Subjects[subject].Kind)
				limit := map[bool]int{true: 14, false: 1}[e.Allowed]
				if d.met[sort] < limit {
					d.add(r, sort)
				}
			}
		}
	}
}

// actionsOn are the actions to be drawn on each kind of resource.
func (d *drawer) actionsOn() map[string][]string {
	byKind := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(d.World.Actions)) {
		if on := d.World.Actions[name].On; !d.had[name] {
			byKind[on] = append(byKind[on], name)
		}
	}
	return byKind
}

// builtIns adds requests of those who hold one built-in role, in each way.
func (d *drawer) builtIns() {
	resources, byKind := keysOf(d.World.Resources), d.actionsOn()
	features := []string{"attachments", "custom_roles", "collaboration", "ticket_templates", "canned_responses", "dependent_fields", "dynamic_sections"}
	for role := range deskpolicy.BuiltInRoles() {
		for i, held := range []oracle.Binding{
			oracle.Bound(worlds.BuiltIn(role.Name()), "*", "global"), oracle.Bound(worlds.BuiltIn(role.Name()), "*", "group"),
			oracle.Bound(worlds.BuiltIn(role.Name()), "it", "global"), oracle.Bound(worlds.BuiltIn(role.Name()), "it", "restricted"),
		} {
			subject := d.subject(&oracle.Agent{
				ID: "riya", Bindings: []oracle.Binding{held}, Groups: map[string]string{"billing": "edit", "sales": "view"},
				Account: oracle.Account{ID: "acme", Open: []string{"it"}, Features: features[:7-3*(i%2)]},
			})
			for j := i; j < len(resources); j += 2 {
				for k, name := range byKind[d.World.Resources[resources[j]].Kind] {
					if (i+j/2+k)%3 > 0 {
						continue
					}
					r := &corpus.Request{Subject: subject, Action: name, Resource: resources[j]}
					e := d.ask.expect(r)
					sort, short := fmt.Sprint("built-in ", role, " ", d.World.Actions[name].Category, " ", e.Reason, " ", e.Scope), fmt.Sprint("built-in ", role, " ", name, e.Allowed)
					if d.met[sort] < 1 || e.Allowed && d.met[short] < 5 {
						d.add(r, sort, short)
					}
				}
			}
		}
	}
}

// support adds requests of support engineers, at the edges of their grants.
func (d *drawer) support() {
	tier := d.role(&oracle.Role{Name: "Tier 2", Account: "acme", May: map[string]oracle.Held{
		"ticket.view": {Global: true}, "ticket.reply": {Restricted: true}, "ticket.note.edit_own": {Group: true}, "ticket.attach": {Global: true}, "ticket.export": {Global: true},
		"conversation.reply": {Group: true}, "conversation.view": {Restricted: true}, "topic.edit_own": {Restricted: true}, "profile.edit_own": {Restricted: true}, "agent.edit": {Global: true},
	}})
	boss, supervisor, agent := d.role(worlds.BuiltIn("Account Administrator")), d.role(worlds.BuiltIn("Supervisor")), d.role(worlds.BuiltIn("Agent"))
	at := func(after time.Duration) string { return noon.Add(after).Format(time.RFC3339Nano) }
	const hour = time.Hour
	var subjects []string
	for i, g := range []corpus.Grant{
		{Start: at(0), End: at(hour), Roles: []string{boss}, Workspaces: map[string][]string{"it": {}}},
		{Start: at(0), End: at(hour), Roles: []string{tier}, Workspaces: map[string][]string{"it": {agent}, "hr": {}}},
		{Start: at(0), End: at(hour), Revoked: at(hour / 2), Roles: []string{supervisor, tier}},
		{Start: at(hour), End: at(2 * hour), Revoked: at(hour / 2), Roles: []string{agent}, Workspaces: map[string][]string{"it": {supervisor}}},
		{Start: at(0), End: at(1), Roles: []string{boss}, Workspaces: map[string][]string{"it": {tier}, "hr": {boss}}},
		{Start: at(0), End: at(hour), Revoked: at(hour), Roles: []string{agent, tier}, Workspaces: map[string][]string{"it": {}}},
	} {
		g.ID, g.Account, g.By = fmt.Sprintf("g%d", i+1), "acme", "olga"
		grant := keep(d, "g", d.World.Grants, &g)
		for _, s := range []*corpus.Subject{
			{ID: "eve", Account: d.account(oracle.Account{ID: "acme", Features: []string{"attachments", "custom_roles"}}), Grant: grant},
			{ID: "eve", Account: d.account(oracle.Account{ID: "acme", Open: []string{"hr"}}), Grant: grant},
			{ID: "eve", Account: d.account(oracle.Account{ID: "globex"}), Grant: grant},
			{ID: "eve", Account: d.account(oracle.Account{ID: "acme"})},
			{Account: d.account(oracle.Account{ID: "acme"}), Grant: grant},
		} {
			s.Kind = "support_session"
			if key := keep(d, "s", d.World.Subjects, s); !slices.Contains(subjects, key) {
				subjects = append(subjects, key)
			}
		}
	}
	own := len(d.World.Resources)
	for _, thing := range supportThings() {
		d.resource(thing)
	}
	moments := []string{"1969-12-31T23:59:59.999999999Z", "2200-01-01T00:00:00Z"}
	for _, after := range []time.Duration{0, 1, hour / 2, hour, 2 * hour} {
		moments = append(moments, at(after-1), at(after))
	}
	byKind := d.actionsOn()
	for i, subject := range subjects {
		for j, resource := range keysOf(d.World.Resources) {
			if j < own && (i+j)%5 > 0 || !d.forSupport(d.World.Resources[resource]) {
				continue
			}
			for k, name := range byKind[d.World.Resources[resource].Kind] {
				if (i+j+k)%3 > 0 {
					continue
				}
				for _, moment := range moments {
					r := &corpus.Request{Subject: subject, Action: name, Resource: resource, Instant: moment}
					e := d.ask.expect(r)
					sort, reason := fmt.Sprint("support ", subject, " ", e.Reason, " ", moment), fmt.Sprint("reason ", e.Reason)
					short := fmt.Sprint("support ", name, " ", e.Reason, e.Scope)
					if d.met[sort] < 1 || e.Allowed && d.met[sort] < 8 && d.met[short] < 8 || d.met[short] < 1 || d.met[reason] < enough {
						d.add(r, sort, short, reason)
					}
				}
			}
		}
	}
}

// forSupport reports that the oracle of support access knows such a resource:
// whole, and not to be handed over.
func (d *drawer) forSupport(m *corpus.Resource) bool {
	switch m.Kind {
	case "assignment", "transfer":
		return false
	case "appointment", "membership":
		s := d.World.Subjects[m.Subject]
		return s != nil && s.ID != "" && s.Kind != "crm_user" && (m.Team == nil || m.Team.ID != "")
	}
	return true
}

// supportThings are things that a support engineer has.
func supportThings() (things []*oracle.Thing) {
	const me = "support:eve"
	for _, workspace := range []string{"", "it", "hr"} {
		for _, who := range []string{me, "bob", ""} {
			ticket := &oracle.Thing{Kind: "ticket", ID: "t1", Account: "acme", Workspace: workspace, Assignee: who}
			things = append(things, ticket, &oracle.Thing{Kind: "note", Part: ticket, Author: me}, &oracle.Thing{Kind: "time_entry", Part: ticket, Author: who},
				&oracle.Thing{Kind: "conversation", ID: "k1", Account: "acme", Workspace: workspace, Group: "billing", Assignee: who},
				&oracle.Thing{Kind: "topic", Account: "acme", Workspace: workspace, Author: who},
				&oracle.Thing{Kind: "report", Account: "acme", Workspace: workspace, Group: "billing", Author: who})
		}
		things = append(things, &oracle.Thing{Kind: "settings", Account: "acme", Workspace: workspace}, &oracle.Thing{Kind: "workspace", Account: "acme", Workspace: workspace})
	}
	return append(things, &oracle.Thing{Kind: "profile", Account: "acme", Author: me}, &oracle.Thing{Kind: "account", Account: "acme"})
}

// add adds a request of those sorts.
func (d *drawer) add(r *corpus.Request, sorts ...string) {
	for _, sort := range sorts {
		d.met[sort]++
	}
	written := fmt.Sprint("request ", r.Subject, r.Action, r.Resource, r.Instant)
	if d.met[written]++; d.met[written] > 1 {
		return
	}
	r.ID, r.Expected = len(d.Requests)+1, d.ask.expect(r)
	d.Requests = append(d.Requests, r)
}

// drop drops what no request refers to.
func (d *drawer) drop() {
	used := map[string]bool{}
	var use func(text []byte)
	use = func(text []byte) {
		for _, key := range strings.FieldsFunc(string(text), func(c rune) bool { return strings.ContainsRune(`{}[]":, `, c) }) {
			if used[key] {
				continue
			}
			used[key] = true
			for _, entry := range []any{d.World.Subjects[key], d.World.Resources[key], d.World.Grants[key]} {
				use(encoded(entry))
			}
		}
	}
	for _, r := range d.Requests {
		use([]byte(r.Subject + " " + r.Resource))
	}
	keepUsed(d.World.Subjects, used)
	keepUsed(d.World.Resources, used)
	keepUsed(d.World.Grants, used)
	keepUsed(d.World.Accounts, used)
	maps.DeleteFunc(d.World.Roles, func(key string, role *corpus.Role) bool { return !used[key] && role.Account != "" })
}

func keepUsed[T any](table map[string]T, used map[string]bool) {
	maps.DeleteFunc(table, func(key string, _ T) bool { return !used[key] })
}

// keysOf returns the keys in the order in which they were given.
func keysOf[T any](table map[string]T) (keys []string) {
	return slices.SortedFunc(maps.Keys(table), func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
}

// keep puts the entry into the table, unless it is there, and returns its key.
func keep[T any](d *drawer, letter string, table map[string]*T, entry *T) string {
	written := letter + string(encoded(entry))
	if d.keys[written] == "" {
		d.last[letter]++
		d.keys[written] = fmt.Sprintf("%s%d", letter, d.last[letter])
		table[d.keys[written]] = entry
	}
	return d.keys[written]
}

func (d *drawer) account(m oracle.Account) string {
	return keep(d, "a", d.World.Accounts, &corpus.Account{
		ID: m.ID, Features: set(m.Features), Integrated: m.Integrated, Workspaces: set(m.Open), Administrators: set(m.Administrators),
	})
}

// set returns the values in order, each once.
func set(values []string) []string { return slices.Compact(slices.Sorted(slices.Values(values))) }

func (d *drawer) role(m *oracle.Role) string {
	if m == nil {
		return ""
	}
	role := &corpus.Role{Name: m.Name, Account: m.Account, Permissions: []string{}}
	for _, action := range slices.Sorted(maps.Keys(m.May)) {
		held := m.May[action]
		if oracle.Actions[action] == nil {
			continue // a host's without a name
		}
		for _, level := range []struct {
			scope string
			has   bool
		}{{"restricted", held.Restricted}, {"group", held.Group}, {"global", held.Global}} {
			if level.has {
				role.Permissions = append(role.Permissions, action+"@"+level.scope)
			}
		}
	}
	return keep(d, "r", d.World.Roles, role)
}

func (d *drawer) roles(ms []*oracle.Role) []string {
	keys := []string{}
	for _, m := range ms {
		keys = append(keys, d.role(m))
	}
	return keys
}

// named returns the name, "unknown" for the numbers beyond the names, and "" for "none".
func named(name string) string {
	if name == "beyond" {
		return "unknown"
	}
	return strings.TrimPrefix(name, "none")
}

func accesses(m map[string]string) map[string]string {
	named := maps.Clone(m)
	maps.DeleteFunc(named, func(_, access string) bool { return access == "none" })
	return named
}

func (d *drawer) binding(m oracle.Binding) corpus.Binding {
	return corpus.Binding{Role: d.role(m.Role), Workspace: m.Workspace, TicketScope: named(m.TicketScope)}
}

func (d *drawer) subject(m *oracle.Agent) string {
	if m == nil {
		return ""
	}
	s := &corpus.Subject{Kind: "agent", ID: m.ID, Account: d.account(m.Account), Deactivated: m.Deactivated, Groups: accesses(m.Groups)}
	for _, b := range m.Bindings {
		s.Bindings = append(s.Bindings, d.binding(b))
	}
	if m.Kind != "" {
		s.Kind = map[string]string{"shared_agent": "shared_agent", "non_agent": "crm_user"}[m.Kind]
		s.CRM = &corpus.User{
			ID: m.User.ID, Deactivated: m.User.Deactivated, Scope: named(m.User.Scope), Territories: set(m.User.Territories), Parents: m.User.Parents,
			Contacts: accesses(m.User.Contacts), Companies: accesses(m.User.Companies), Age: m.User.Age, Limit: m.User.Limit,
		}
	}
	if s.Kind == "crm_user" { // of whom the desk knows nothing
		s.ID, s.Deactivated, s.Bindings, s.Groups = "", false, nil, nil
	}
	return keep(d, "s", d.World.Subjects, s)
}

// resource keeps the thing with those of its fields that its kind has.
func (d *drawer) resource(m *oracle.Thing) string {
	if m == nil {
		return ""
	}
	return keep(d, "x", d.World.Resources, d.part(m))
}

func (d *drawer) part(m *oracle.Thing) *corpus.Resource {
	if m == nil {
		return nil
	}
	r := &corpus.Resource{Kind: m.Kind}
	kind := oracle.Kinds[m.Kind]
	switch m.Kind {
	case "ticket_pair", "contact_pair":
		r.From, r.Into = d.part(m.From), d.part(m.Into)
	case "assignment", "transfer":
		r.Part, r.Subject, r.Team = d.part(m.Part), d.subject(m.To), team(m.Team)
	case "note", "time_entry":
		r.Part, r.Author = d.part(m.Part), m.Author
	case "agent", "shared_agent":
		r.Subject = d.subject(m.Agent)
	case "appointment":
		binding := d.binding(m.Binding)
		r.Subject, r.Binding = d.subject(m.Agent), &binding
	case "membership":
		r.Subject, r.Team, r.Access = d.subject(m.Agent), team(m.Team), named(m.Access)
	case "role":
		r.Role = d.role(m.Role)
	case "grant":
		r.Grant = d.grant(m)
	default:
		r.Account = m.Account
		d.place(r, m, kind)
	}
	return r
}

func (d *drawer) place(r *corpus.Resource, m *oracle.Thing, kind oracle.Kind) {
	if kind.Workspace {
		r.Workspace = m.Workspace
	}
	if kind.Group {
		r.Group = m.Group
	}
	if kind.Assignee {
		r.Assignee = m.Assignee
	}
	if kind.Author {
		r.Author = m.Author
	}
	if kind.Record {
		r.ID, r.Record = m.ID, &corpus.Record{Owner: m.Record.Owner, Territory: m.Record.Territory, Team: accesses(m.Record.Team)}
	}
	if m.Kind == "ticket" {
		r.Requester, r.Mentions = d.part(m.Requester), m.Mentions
	}
}

func team(m oracle.Team) *corpus.Team {
	if m == (oracle.Team{}) {
		return nil
	}
	return &corpus.Team{ID: m.ID, Account: m.Account}
}

// grant keeps a grant that gives the roles of the thing's account and, for there
// has to be one, a role without permissions.
func (d *drawer) grant(m *oracle.Thing) string {
	own := func(roles []*oracle.Role) []*oracle.Role {
		return slices.DeleteFunc(slices.Clone(roles), func(role *oracle.Role) bool { return !role.BuiltIn && role.Account != m.Account })
	}
	g := &corpus.Grant{
		ID: "g", Account: m.Account, By: "ann", Start: noon.Format(time.RFC3339), End: noon.Add(7 * 24 * time.Hour).Format(time.RFC3339),
		Roles: d.roles(append(own(m.Gives), &oracle.Role{Name: "Guest", Account: m.Account})),
	}
	for _, workspace := range slices.Sorted(maps.Keys(m.Granted)) {
		if g.Workspaces == nil {
			g.Workspaces = map[string][]string{}
		}
		g.Workspaces[workspace] = d.roles(own(m.Granted[workspace]))
	}
	return keep(d, "g", d.World.Grants, g)
}
