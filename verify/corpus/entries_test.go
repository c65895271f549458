package corpus_test

import (
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

// What the drawer puts into the tables of the world, each entry once.

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
		ID: m.ID, Features: set(m.Features), Integrated: m.Integrated, Authors: m.Authors, Workspaces: set(m.Open), Administrators: set(m.Administrators),
	})
}

// set returns the values in order, each once.
func set(values []string) []string { return slices.Compact(slices.Sorted(slices.Values(values))) }

func (d *drawer) role(m *oracle.Role) string {
	if m == nil {
		return ""
	}
	role := &corpus.Role{Name: m.Name, Account: m.Account, Permissions: spelled(m)}
	return keep(d, "r", d.World.Roles, role)
}

// spelled returns the permissions of the role by name.
func spelled(m *oracle.Role) []string {
	permissions := []string{}
	for _, action := range slices.Sorted(maps.Keys(m.May)) {
		held := m.May[action]
		if oracle.Actions[action] == nil {
			continue // a host's without a name
		}
		if scope := scopeText(held); scope != "" {
			permissions = append(permissions, action+"@"+scope)
		}
	}
	return permissions
}

// scopeText returns the scope in the form that files have; "" for none.
func scopeText(held oracle.Held) string { return strings.TrimPrefix(held.String(), "none") }

// ticketScope returns the ticket scope in that form, or "unknown".
func ticketScope(text string) string {
	if text == "beyond" || text == "unknown" {
		return "unknown"
	}
	return scopeText(oracle.ScopeOf(text))
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
	return corpus.Binding{Role: d.role(m.Role), Workspace: m.Workspace, Group: m.Group, TicketScope: ticketScope(m.TicketScope), Window: windowText(m.From, m.Until)}
}

// windowText returns the window between two days, either of which can be open; "" for always.
func windowText(from, until int) string {
	if from == 0 && until == 0 {
		return ""
	}
	text, err := deskpolicy.NewWindow(worlds.Day(from), worlds.Day(until)).MarshalText()
	if err != nil {
		panic(err)
	}
	return string(text)
}

// dayText returns the first instant of the day; "" for none.
func dayText(day int) string {
	if day == 0 {
		return ""
	}
	return worlds.Day(day).Format(time.RFC3339)
}

const secondsInDay = 24 * 60 * 60

func (d *drawer) subject(m *oracle.Agent) string {
	if m == nil {
		return ""
	}
	if m.Delegate() {
		return d.delegate(m)
	}
	s := &corpus.Subject{Kind: "agent", ID: m.ID, Account: d.account(m.Account), Deactivated: m.Deactivated, Groups: accesses(m.Groups), Now: dayText(m.Now)}
	for _, b := range m.Bindings {
		s.Bindings = append(s.Bindings, d.binding(b))
	}
	if m.Customer() {
		s.Kind, s.Groups = "customer", nil
	} else if m.Kind != "" {
		s.Kind = map[string]string{"shared_agent": "shared_agent", "non_agent": "crm_user"}[m.Kind]
		s.CRM = &corpus.User{
			ID: m.User.ID, Deactivated: m.User.Deactivated, Sees: named(m.User.Sees), Territories: set(m.User.Territories), Parents: m.User.Parents,
			Contacts: accesses(m.User.Contacts), Companies: accesses(m.User.Companies), AsOf: dayText(m.User.AsOf), MaxAge: m.User.Limit * secondsInDay,
		}
	}
	if s.Kind == "crm_user" { // the desk knows nothing of them
		s.ID, s.Deactivated, s.Bindings, s.Groups, s.Now = "", false, nil, nil, ""
	}
	switch s.Kind {
	case "agent":
		s.Contact, s.Company = m.Contact, m.Company
	case "customer":
		s.Company = m.Company
	}
	return keep(d, "s", d.World.Subjects, s)
}

// delegate keeps who acts for the agent, and the agent as another subject.
func (d *drawer) delegate(m *oracle.Agent) string {
	s := &corpus.Subject{Kind: "delegate", Principal: d.subject(m.ActedFor(nil)), Actor: &corpus.Actor{Kind: m.Acts.Kind, ID: m.Acts.ID}}
	if s.Actor.Kind == "nobody" {
		s.Actor.Kind = ""
	}
	for _, l := range m.Acts.Limits {
		s.Limits = append(s.Limits, corpus.Limit{Permissions: spelled(&oracle.Role{May: l.May}), Workspaces: l.Workspaces, Window: windowText(l.From, l.Until)})
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
	case "ticket_assignment", "conversation_assignment":
		r.Part, r.Subject, r.Team = d.part(m.Part), d.subject(m.To), team(m.Team)
	case "note", "time_entry":
		r.Part, r.Author = d.part(m.Part), m.Author
	case "agent", "shared_agent":
		r.Subject = d.subject(m.Agent)
	case "role_assignment":
		binding := d.binding(m.Binding)
		r.Subject, r.Binding = d.subject(m.Agent), &binding
	case "group_membership":
		r.Subject, r.Team, r.Access = d.subject(m.Agent), team(m.Team), named(m.Access)
	case "role":
		r.Role = d.role(m.Role)
	case "support_grant":
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
	if m.Kind == "contact" {
		r.Company = m.Company
	}
	if kind.People { // a note and a time entry have those of their ticket
		r.Requester, r.Mentions, r.Confidential = d.part(m.Requester), m.Mentions, m.Confidential
		r.Participants, r.CCs = accesses(m.Participants), accesses(m.CCs)
	}
}

func team(m oracle.Team) *corpus.Team {
	if m == (oracle.Team{}) {
		return nil
	}
	return &corpus.Team{ID: m.ID, Account: m.Account}
}

// eve is the engineer that the grants let in.
var eve = []corpus.Engineer{{ID: "eve", Email: "eve@vendor.example"}}

// grant keeps a grant that gives the roles of the thing's account.
func (d *drawer) grant(m *oracle.Thing) string {
	own := func(roles []*oracle.Role) []*oracle.Role {
		return slices.DeleteFunc(slices.Clone(roles), func(role *oracle.Role) bool { return !role.BuiltIn && role.Account != m.Account })
	}
	g := &corpus.Grant{
		ID: "g", Account: m.Account, By: "ann", Start: noon.Format(time.RFC3339), End: noon.Add(7 * 24 * time.Hour).Format(time.RFC3339),
		Roles: d.roles(own(m.Everywhere())), Engineers: eve,
	}
	for _, workspace := range slices.Sorted(maps.Keys(m.Granted)) {
		if g.Workspaces == nil {
			g.Workspaces = map[string][]string{}
		}
		g.Workspaces[workspace] = d.roles(own(m.Granted[workspace]))
	}
	return keep(d, "g", d.World.Grants, g)
}
