package corpus_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
	"github.com/deskpolicy/deskpolicy/verify/corpus"
)

// A drawer chooses requests, and fills the tables with what they refer to.
type drawer struct {
	corpus.Corpus
	ask  *asker
	keys map[string]string // of the tables' entries, by the table's letter and the entry as it is written
	last map[string]int    // the number of each table's last entry
	met  map[string]int    // how many requests are of a sort

	anew  bool   // there was no corpus
	least shares // what there is to be
	has   shares // what there is
	done  bool   // there is enough of everything
}

// draw returns the corpus with requests added of what it has too few of, and the rest as
// it was. Of no corpus, it returns a new one.
func draw(frozen *corpus.Corpus) *corpus.Corpus {
	d := &drawer{
		keys: map[string]string{}, last: map[string]int{}, met: map[string]int{},
		anew: len(frozen.Requests) == 0, least: leastShares(), has: sharesOf(frozen),
	}
	d.done = !d.anew && len(d.least.over(d.has)) == 0
	for _, r := range frozen.Requests {
		d.met[written(r)]++
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
	for role := range (deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles() {
		d.role(worlds.BuiltIn(role.Name()))
	}
	if d.anew {
		d.drawn(20_000, always)
	}
	d.drawn(50_000, d.lacksDelegates) // no other request is a delegate's
	d.related()
	d.answered()
	d.crossed()
	d.builtIns()
	d.support()
	if !d.anew { // what is there already may do
		d.drawn(50_000, always)
	}
	d.Requests = append(slices.Clone(frozen.Requests), d.Requests...)
	for i, r := range d.Requests {
		r.ID = i + 1
	}
	drop(&d.Corpus)
	if d.anew {
		return draw(&d.Corpus) // few of each sort may be too few of something
	}
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

// wants reports whether a request is to be added: to a new corpus, if there are few of its
// sort; to one that there is, if it has too few of what the request is, and of a reason
// however many there are of its sort.
func (d *drawer) wants(s sample, few bool) bool {
	if d.anew {
		return few
	}
	return few && d.least.exceedAny(d.has, s.shares()) || d.least.exceedAny(d.has, []string{s.ofReason()})
}

func always() bool { return true }

// lacksDelegates reports whether there are too few requests by delegates, or of a reason that
// only they get.
func (d *drawer) lacksDelegates() bool {
	return slices.ContainsFunc(d.least.over(d.has), func(share string) bool {
		return strings.Contains(share, "delegate") || strings.Contains(share, "limit")
	})
}

// drawn adds requests of the generators, a few of each sort, up to n draws and while more are
// needed.
func (d *drawer) drawn(n int, needed func() bool) {
	for seed := 0; seed < n && !d.done && (seed%16 > 0 || needed()); seed++ {
		q := worlds.Requests.Example(seed + 1)
		if !plain(q) {
			continue
		}
		v := oracle.Decide(q)
		sort, reason := fmt.Sprint("drawn ", q.Action, " ", v.Reason), fmt.Sprint("reason ", v.Reason)
		few := d.met[sort] < 1 || v.Allowed && d.met[sort] < 4 || d.met[reason] < enough
		if d.wants(sampleOf(q, v), few) {
			d.add(&corpus.Request{Subject: d.subject(q.Subject), Action: q.Action, Resource: d.resource(q.Thing)}, sort, reason)
		}
	}
}

// related adds requests by roles that are held at one relation each, on tickets that stand
// to their holder in each way. Few such requests are drawn.
func (d *drawer) related() {
	owned := &oracle.Thing{Kind: "contact", ID: "2", Account: "acme", Company: "c1", Author: "riya"}
	var tickets []*oracle.Thing
	for _, group := range []string{"", "billing", "sales", "legal"} {
		for _, assignee := range []string{"", "riya", "tom"} {
			ticket := oracle.Thing{Kind: "ticket", ID: "1", Account: "acme", Group: group, Assignee: assignee}
			asked, followed := ticket, ticket
			asked.Requester = owned
			followed.Participants, followed.Mentions = map[string]string{"riya": "view"}, map[string]bool{"riya": true}
			tickets = append(tickets, &ticket, &asked, &followed)
		}
	}
	for _, relation := range worlds.Relations {
		may := map[string]oracle.Held{}
		for name, action := range oracle.Actions {
			if action.Kind == "ticket" && action.Category == "tickets" && action.Feature == "" {
				may[name] = oracle.ScopeOf(relation)
			}
		}
		holder := &oracle.Agent{
			ID: "riya", Account: oracle.Account{ID: "acme"}, Groups: map[string]string{"billing": "edit", "sales": "view"}, Contact: "2", Company: "c1",
			Bindings: []oracle.Binding{oracle.Bound(&oracle.Role{Name: relation, Account: "acme", May: may}, "*", "global")},
		}
		for _, ticket := range tickets {
			for _, action := range slices.Sorted(maps.Keys(may)) {
				q := oracle.Request{Subject: holder, Action: action, Thing: ticket}
				v := oracle.Decide(q)
				reason := fmt.Sprint("reason ", v.Reason)
				if d.wants(sampleOf(q, v), d.met[reason] < enough) {
					d.add(&corpus.Request{Subject: d.subject(holder), Action: action, Resource: d.resource(ticket)}, reason)
				}
			}
		}
	}
}

// answered adds requests of shared agents with an answer of the CRM by IDs, before, while and after the
// answer counts, about records of which it shows more than they do, and others. Few such requests are
// drawn.
func (d *drawer) answered() {
	viewed := oracle.Record{Team: map[string]string{"ursa": "view"}}
	things := map[string][]*oracle.Thing{}
	for _, kind := range []string{"contact", "company"} {
		for _, id := range []string{"1", "2", "3"} {
			things[kind] = append(things[kind], &oracle.Thing{Kind: kind, ID: id, Account: "acme"}, &oracle.Thing{Kind: kind, ID: id, Account: "acme", Record: viewed})
		}
	}
	for _, contact := range things["contact"] {
		things["ticket"] = append(things["ticket"], &oracle.Thing{Kind: "ticket", ID: "1", Account: "acme", Requester: contact})
	}
	for _, sees := range []string{"none", "own"} {
		for _, day := range []int{4, 3, 2, 1, 5, 0, -1} {
			for _, limit := range []int{1, 2, 0, -1, worlds.Endless} {
				for _, now := range []int{4, 3, 5, 0, -1} {
					answer := map[string]string{"1": "view", "2": "edit"}
					asker := &oracle.Agent{
						ID: "riya", Kind: "shared_agent", Account: oracle.Account{ID: "acme", Integrated: true}, Now: now,
						User:     oracle.User{ID: "ursa", Sees: sees, Contacts: answer, Companies: answer, AsOf: day, Limit: limit},
						Bindings: []oracle.Binding{oracle.Bound(worlds.BuiltIn("Account Administrator"), "*", "restricted")},
					}
					d.each(asker, things, "ticket.reply", "contact.view", "contact.edit", "company.view", "company.edit")
				}
			}
		}
	}
}

// each adds the subject's requests for the actions on the things of their kind that are wanted.
func (d *drawer) each(subject *oracle.Agent, things map[string][]*oracle.Thing, actions ...string) {
	for _, action := range actions {
		for _, thing := range things[oracle.Actions[action].Kind] {
			q := oracle.Request{Subject: subject, Action: action, Thing: thing}
			if d.wants(sampleOf(q, oracle.Decide(q)), true) {
				d.add(&corpus.Request{Subject: d.subject(subject), Action: action, Resource: d.resource(thing)})
			}
		}
	}
}

// enough is how many requests there are to be for each reason, whatever else they are.
const enough = 40

// plain reports that the corpus can say the request: there are no nil pointers
// outside of Go, without a type a host's action is on its own type only, and a
// number that the library has not used yet may name an action one day.
func plain(q oracle.Request) bool {
	a := oracle.Actions[q.Action]
	var n int
	if _, err := fmt.Sscanf(q.Action, "number %d", &n); err == nil && 0 < n && n < deskpolicy.FirstHostView {
		return false
	}
	if q.Thing == nil {
		return true
	}
	return q.Thing.NilTo == "" && !(a != nil && a.Category == "host" && a.Kind != q.Thing.Kind) && !(q.Thing.Kind == "support_grant" && q.Thing.Account == "")
}

// crossed adds requests of the subjects that there are on the resources that there
// are, those that are allowed above all.
func (d *drawer) crossed() {
	byKind := d.actionsOn()
	subjects, resources := keysOf(d.World.Subjects), keysOf(d.World.Resources)
	subjects = slices.DeleteFunc(subjects, func(key string) bool { return d.World.Subjects[key].Kind == "support_session" })
	for i, subject := range subjects {
		for j := i % 31; j < len(resources) && !d.done; j += 31 {
			m := d.World.Resources[resources[j]]
			on := byKind[m.Kind]
			for k := range min(len(on), 3) {
				r := &corpus.Request{Subject: subject, Action: on[(i+j+k*7)%len(on)], Resource: resources[j]}
				e := d.ask.expect(r)
				sort := fmt.Sprint("crossed ", r.Action, " ", e.Reason, " ", e.Scope, " ", d.World.Subjects[subject].Kind)
				limit := 1
				if e.Allowed && d.anew {
					limit = 14
				}
				if d.wants(d.sample(r, e), d.met[sort] < limit) {
					d.add(r, sort)
				}
			}
		}
	}
}

// actionsOn are the actions to be drawn on each kind of resource: all, unless only
// requests for some actions are missing.
func (d *drawer) actionsOn() map[string][]string {
	byKind := map[string][]string{}
	missing := d.least.over(d.has)
	all := d.anew || slices.ContainsFunc(missing, func(share string) bool { return !strings.HasPrefix(share, "action ") })
	for _, name := range slices.Sorted(maps.Keys(d.World.Actions)) {
		if on := d.World.Actions[name].On; all || slices.Contains(missing, "action "+name) || slices.Contains(missing, "action "+name+" allowed") {
			byKind[on] = append(byKind[on], name)
		}
	}
	return byKind
}

// builtIns adds requests of those who hold one built-in role, in each way.
func (d *drawer) builtIns() {
	resources, byKind := keysOf(d.World.Resources), d.actionsOn()
	features := []string{"attachments", "custom_roles", "collaboration", "ticket_templates", "canned_responses", "dependent_fields", "dynamic_sections"}
	for role := range (deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles() {
		for i, held := range []oracle.Binding{
			oracle.Bound(worlds.BuiltIn(role.Name()), "*", "global"), oracle.Bound(worlds.BuiltIn(role.Name()), "*", "group"),
			oracle.Bound(worlds.BuiltIn(role.Name()), "it", "global"), oracle.Bound(worlds.BuiltIn(role.Name()), "it", "restricted"),
			oracle.Bound(worlds.BuiltIn(role.Name()), "*open*", "global"), oracle.Bound(worlds.BuiltIn(role.Name()), "*open*", "group"),
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
					if held.Workspace == "*open*" { // corpora from before this place have the sort already
						sort, short = sort+" in open", short+" in open"
					}
					if d.wants(d.sample(r, e), d.met[sort] < 1 || e.Allowed && d.met[short] < 5) {
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
		g.ID, g.Account, g.By, g.Engineers = fmt.Sprintf("g%d", i+1), "acme", "olga", eve
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
					few := d.met[sort] < 1 || e.Allowed && d.met[sort] < 8 && d.met[short] < 8 || d.met[short] < 1 || d.met[reason] < enough
					if d.wants(d.sample(r, e), few) {
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
	case "ticket_assignment", "conversation_assignment":
		return false
	case "role_assignment", "group_membership":
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
	return append(things, &oracle.Thing{Kind: "agent_profile", Account: "acme", Author: me}, &oracle.Thing{Kind: "account", Account: "acme"})
}

// add adds a request of those sorts, unless it is there.
func (d *drawer) add(r *corpus.Request, sorts ...string) {
	for _, sort := range sorts {
		d.met[sort]++
	}
	if d.met[written(r)]++; d.met[written(r)] > 1 {
		return
	}
	r.Expected = d.ask.expect(r)
	d.Requests = append(d.Requests, r)
	d.has.add(d.sample(r, r.Expected))
	d.done = !d.anew && len(d.least.over(d.has)) == 0
}

// written is what is asked, as a sort.
func written(r *corpus.Request) string {
	return fmt.Sprint("request ", r.Subject, r.Action, r.Resource, r.Instant)
}

// drop drops what no request refers to.
func drop(c *corpus.Corpus) {
	used := map[string]bool{}
	var use func(text []byte)
	use = func(text []byte) {
		for _, key := range strings.FieldsFunc(string(text), func(c rune) bool { return strings.ContainsRune(`{}[]":, `, c) }) {
			if used[key] {
				continue
			}
			used[key] = true
			for _, entry := range []any{c.World.Subjects[key], c.World.Resources[key], c.World.Grants[key]} {
				use(encoded(entry))
			}
		}
	}
	for _, r := range c.Requests {
		use([]byte(r.Subject + " " + r.Resource))
	}
	keepUsed(c.World.Subjects, used)
	keepUsed(c.World.Resources, used)
	keepUsed(c.World.Grants, used)
	keepUsed(c.World.Accounts, used)
	maps.DeleteFunc(c.World.Roles, func(key string, role *corpus.Role) bool { return !used[key] && role.Account != "" })
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
