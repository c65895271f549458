// Package seed fills a new database with a helpdesk to look at: people with all kinds of roles,
// 1,000 tickets, support access that is over, active and still to start, and API keys. Equal databases
// result, except for the instants.
package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// Account is the account that is filled.
const Account = "acme"

// Tickets is the number of tickets.
const Tickets = 1000

// Fill adds the account, unless it is there already.
func Fill(ctx context.Context, s *store.Store, now time.Time) error {
	grants, err := grants(now)
	if err != nil {
		return err
	}
	err = s.Fill(ctx, Account, "Acme", deskpolicy.Features(deskpolicy.AllFeatures&^deskpolicy.FeatureCollaboration).String(), func(f *store.Filler) {
		places(f)
		people(f)
		f.Insert("bindings", "account_id, person_id, role, workspace_id, group_id, ticket_scope, ends_at", // dora stands in for two weeks
			[]any{Account, "dora", "Closer", "*", "", "group", now.AddDate(0, 0, 14).UnixMilli()})
		contacts(f)
		tickets(f, now)
		f.Insert("support_grants", "account_id, id, document", grants...)
		keys(f, now)
	})
	if err != nil {
		return err
	}
	return s.Analyze(ctx)
}

// The secrets of the API keys. Real ones are random, and shown once.
const (
	ReadingKey = "riya-reads-tickets" // acts for riya until 90 days after the database was filled
	EndedKey   = "chen-read-tickets"  // acted for chen
	SharedKey  = "tia-reads-tickets"  // acts for tia, a shared agent, as long as the first

	CustomerKey = "c-002-reads-tickets" // acts for c-002, a customer, as long as the first
)

// keys adds API keys for reading tickets, three active ones and one that has ended.
func keys(f *store.Filler, now time.Time) {
	const day = 24 * time.Hour
	limit := deskpolicy.Limit{
		Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything), deskpolicy.ReportView.At(deskpolicy.Anything)),
		Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.OpenWorkspaces}, Window: deskpolicy.NewWindow(now, now.Add(90*day)),
	}
	f.AddKey(Account, roster.Key{ID: "k-1", Who: roster.Who{Person: "riya"}, Name: "Weekly figures", Limit: limit}, ReadingKey)
	f.AddKey(Account, roster.Key{ID: "k-3", Who: roster.Who{Person: "tia"}, Name: "Field app", Limit: limit}, SharedKey)
	f.AddKey(Account, roster.Key{ID: "k-4", Who: roster.Who{Customer: "c-002"}, Name: "Intranet", Limit: limit}, CustomerKey)
	limit.Window = deskpolicy.NewWindow(now.Add(-91*day), now.Add(-day))
	f.AddKey(Account, roster.Key{ID: "k-2", Who: roster.Who{Person: "chen"}, Name: "Wallboard", Limit: limit}, EndedKey)
}

func places(f *store.Filler) {
	f.Insert("workspaces", "account_id, id, name, open", []any{Account, "hr", "Human resources", false}, []any{Account, "it", "IT", true})
	for _, g := range groups {
		f.Insert("agent_groups", "account_id, id, name", []any{Account, g, g})
	}
	for _, r := range roles {
		f.Insert("roles", "account_id, name, permissions", []any{Account, r.name, r.permissions})
	}
}

var groups = []string{"billing", "refunds", "sales", "technical"}

// roles are the account's own roles, with their permissions, one a line.
var roles = []struct{ name, permissions string }{
	{"Auditor", "ticket.view@global\nreport.view@global\naudit.view\nrole.view\nagent.view\nsupport_grant.view\n"},
	{"Closer", "ticket.view@group\nticket.status.set@group\nticket.reply@group\nticket.tag.edit@group\n"},
	{"Night shift", "ticket.view@group_queue|assigned\nticket.reply@group_queue|assigned\nticket.note.private@group_queue|assigned\nticket.assign@group_queue|assigned\nticket.be_assigned@global\n"},
	{"Replier", "ticket.view@group\nticket.reply@restricted\nticket.note.private@group\n"},
}

// A person is somebody on the desk.
type person struct {
	id, name string
	gone     bool
	crm      string // the CRM user, of a shared agent
	roles    []held
	groups   map[string]string
}

// held is a role that a person holds.
type held struct{ role, workspace, group, scope string }

// staff are those with names to remember.
var staff = []person{
	{id: "olga", name: "Olga Petrova", roles: []held{{"Account Administrator", "**", "", "global"}}},
	{id: "adam", name: "Adam Novak", roles: []held{{"Administrator", "*open*", "", "global"}}},
	{id: "aiko", name: "Aiko Mori", roles: []held{{"Account Administrator", "*open*", "", "global"}}},
	{id: "bob", name: "Bob Jansen", roles: []held{{"Agent", "*", "", "restricted"}}, groups: map[string]string{"technical": "edit"}},
	{id: "chen", name: "Chen Wei", roles: []held{{"Supervisor", "*open*", "", "group"}}, groups: map[string]string{"billing": "edit", "technical": "edit"}},
	{id: "dora", name: "Dora Silva", roles: []held{{"Replier", "*", "", "group"}}, groups: map[string]string{"refunds": "edit"}},
	{id: "eli", name: "Eli Cohen", gone: true, roles: []held{{"Agent", "*", "", "group"}}, groups: map[string]string{"sales": "edit"}},
	{id: "fay", name: "Fay O'Neill", roles: []held{{"Auditor", "*open*", "", "global"}}},
	{id: "gus", name: "Gus Larsen", roles: []held{{"Agent", "hr", "", "global"}}},
	{id: "hal", name: "Hal Brandt"},
	{id: "noor", name: "Noor Haddad", roles: []held{{"Night shift", "*open*", "", "global"}}, groups: map[string]string{"billing": "edit", "technical": "edit"}},
	{id: "riya", name: "Riya Shah", roles: []held{{"Agent", "*open*", "", "group"}, {"Closer", "*", "refunds", "group"}}, groups: map[string]string{"billing": "edit", "refunds": "view"}},
	{id: "sam", name: "Sam Okoro", crm: "crm-sam", roles: []held{{"Shared Agent", "*", "", "restricted"}}},
	{id: "tia", name: "Tia Koskinen", crm: "crm-tia", roles: []held{{"Shared Agent", "*", "", "restricted"}}, groups: map[string]string{"sales": "view"}},
}

func people(f *store.Filler) {
	f.Insert("crm_users", "account_id, id, deactivated, sees, territory", []any{Account, "crm-sam", false, "territory", "north"}, []any{Account, "crm-tia", false, "own", ""})
	everybody := staff
	for i := range 30 {
		access := []string{"edit", "edit", "view"}[i%3]
		everybody = append(everybody, person{
			id: fmt.Sprintf("agent-%02d", i+1), name: fmt.Sprintf("Agent %d", i+1),
			roles: []held{{"Agent", "*", "", "group"}}, groups: map[string]string{groups[i%len(groups)]: access},
		})
	}
	for _, p := range everybody {
		kind, crm := "agent", any(nil)
		if p.crm != "" {
			kind, crm = "shared_agent", p.crm
		}
		f.Insert("people", "account_id, id, kind, name, deactivated, crm_user_id", []any{Account, p.id, kind, p.name, p.gone, crm})
		for _, h := range p.roles {
			f.Insert("bindings", "account_id, person_id, role, workspace_id, group_id, ticket_scope", []any{Account, p.id, h.role, h.workspace, h.group, h.scope})
		}
		for group, access := range p.groups {
			f.Insert("memberships", "account_id, person_id, group_id, access", []any{Account, p.id, group, access})
		}
	}
}

const (
	contactCount = 200
	companyCount = 20
)

func contacts(f *store.Filler) {
	var companies, rows, teams [][]any
	for i := range companyCount {
		companies = append(companies, []any{Account, fmt.Sprintf("co-%02d", i), fmt.Sprintf("Company %d", i)})
	}
	for i := range contactCount {
		var owner, territory any
		if i%10 == 0 {
			owner = "crm-tia"
		}
		if i%4 == 0 {
			territory = "north"
		}
		id := fmt.Sprintf("c-%03d", i)
		rows = append(rows, []any{Account, id, fmt.Sprintf("Customer %d", i), fmt.Sprintf("co-%02d", i%companyCount), owner, territory})
		if i%25 == 3 {
			teams = append(teams, []any{Account, id, "crm-tia", "view"})
		}
	}
	f.Insert("companies", "account_id, id, name", companies...)
	f.Insert("contacts", "account_id, id, name, company_id, crm_owner, crm_territory", rows...)
	f.Insert("crm_teams", "account_id, contact_id, user_id, access", teams...)
	for _, c := range []struct{ id, role string }{{"c-001", "Customer"}, {"c-002", "Company Customer"}, {"c-003", "Customer"}} {
		f.Insert("customers", "account_id, contact_id, deactivated", []any{Account, c.id, c.id == "c-003"})
		f.Insert("customer_bindings", "account_id, contact_id, role, workspace_id, ticket_scope", []any{Account, c.id, c.role, "*open*", "global"})
	}
}

var topics = []string{"I cannot log in", "Invoice is wrong", "Where is my order?", "Refund for last month", "Printer does not print", "How do I export my data?", "Change of address", "The app is slow"}

func tickets(f *store.Filler, now time.Time) {
	random := rand.New(rand.NewPCG(1, 2))
	var rows, messages, mentions, participants [][]any
	assignees := []any{nil, nil, "bob", "chen", "riya", "noor", "agent-01", "agent-02", "agent-03"}
	for i := range Tickets {
		id, requester := fmt.Sprint(i+1), fmt.Sprintf("c-%03d", random.IntN(contactCount))
		var workspace, group any
		if n := random.IntN(10); n < 2 {
			workspace = []string{"it", "hr"}[n]
		}
		if random.IntN(10) > 0 {
			group = groups[random.IntN(len(groups))]
		}
		updated := now.Add(-time.Duration(Tickets-i) * 7 * time.Minute).UnixMilli()
		topic := topics[random.IntN(len(topics))]
		rows = append(rows, []any{
			Account, id, workspace, group, assignees[random.IntN(len(assignees))], requester, random.IntN(20) == 0, topic,
			[]string{"open", "open", "pending", "solved"}[random.IntN(4)], updated,
		})
		messages = append(messages, []any{Account, id, "first", updated, requester, topic + ".\nCan you help me?"})
		if random.IntN(40) == 0 {
			mentions = append(mentions, []any{Account, id, "sam"})
		}
		if random.IntN(40) == 0 {
			participants = append(participants, []any{Account, id, "dora", "view"})
		}
	}
	f.Insert("tickets", "account_id, id, workspace_id, group_id, assignee_id, requester_id, confidential, subject, status, updated_at", rows...)
	f.Insert("messages", "account_id, ticket_id, id, at, author, text", messages...)
	f.Insert("mentions", "account_id, ticket_id, person_id", mentions...)
	f.Insert("participants", "account_id, ticket_id, person_id, access", participants...)
}

// grants returns support access that is over, that is active, and that has not started.
func grants(now time.Time) (rows [][]any, err error) {
	const day = 24 * time.Hour
	olga := &deskpolicy.Agent{
		ID: "olga", Account: deskpolicy.Account{ID: Account, Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal}},
	}
	eve := deskpolicy.SupportEngineer{ID: "eve", Name: "Eve Novotna", Email: "eve@vendor.example"}
	weber := deskpolicy.SupportEngineer{ID: "max", Name: "Max Weber", Email: "max@vendor.example"}
	for _, g := range []struct {
		id       deskpolicy.SupportGrantID
		engineer deskpolicy.SupportEngineer
		role     deskpolicy.BuiltInRoleName
		given    time.Time
		start    time.Time
	}{
		{"import", weber, deskpolicy.AdministratorRole, now.Add(-20 * day), time.Time{}},
		{"slow-app", eve, deskpolicy.SupervisorRole, now.Add(-2 * day), time.Time{}},
		{"upgrade", weber, deskpolicy.AgentRole, now, now.Add(3 * day)},
	} {
		terms := deskpolicy.SupportGrantTerms{
			ID: g.id, Start: g.start, Roles: []deskpolicy.Role{g.role.Role()}, Engineers: []deskpolicy.SupportEngineer{g.engineer},
			Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{"it": nil},
		}
		grant, _, err := deskpolicy.NewSupportGrant(olga, terms, g.given)
		if err != nil {
			return nil, err
		}
		document, err := json.Marshal(grant)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []any{Account, string(g.id), string(document)})
	}
	return rows, nil
}
