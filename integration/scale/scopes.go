package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A scope is a subject that lists tickets, with the statements written by hand for it.
type scope struct {
	name    string
	subject deskpolicy.Subject
	table   sqlfilter.Table[deskpolicy.Ticket]
	hand    hand
	args    []any // arguments of the statements by hand after $1, the account
}

// tickets describes the table of a host that knows the contacts that each agent sees,
// and stores mentions in a table.
var tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name: "tickets",

	NoneConfidential: true,

	ID:        sqlfilter.IntegerColumn("id"),
	Account:   sqlfilter.IntegerColumn("account_id"),
	Workspace: sqlfilter.IntegerColumn("workspace_id"),
	Group:     sqlfilter.IntegerColumn("group_id"),
	Assignee:  sqlfilter.IntegerColumn("assignee_id"),
	Requester: sqlfilter.IntegerColumn("requester_id"),
	Mentions: sqlfilter.MentionColumns{
		Table: "mentions", Ticket: sqlfilter.IntegerColumn("ticket_id"), Agent: sqlfilter.IntegerColumn("agent_id"), Account: sqlfilter.IntegerColumn("account_id"),
	},
	Participants: sqlfilter.ParticipantTable{
		Table: "participants", Ticket: sqlfilter.IntegerColumn("ticket_id"), Participant: sqlfilter.IntegerColumn("agent_id"), Access: sqlfilter.TextColumn("access"),
		Account: sqlfilter.IntegerColumn("account_id"),
	},
}

// withArray stores mentions in an array. withCRM has a table with what the CRM knows of
// contacts, and sets RequesterForeignKey; lookedUp is the same without it.
var withArray, withCRM, lookedUp = tickets, tickets, tickets

func init() {
	withArray.Mentions = sqlfilter.MentionColumns{Array: sqlfilter.IntegerColumn("mentioned")}
	withCRM.CRM = sqlfilter.CRMTable{
		Table: "contacts", ID: sqlfilter.IntegerColumn("id"), Account: sqlfilter.IntegerColumn("account_id"),
		Owner: sqlfilter.IntegerColumn("owner_id"), Territory: sqlfilter.IntegerColumn("territory_id"),
		Team: sqlfilter.TeamTable{
			Table: "team", Customer: sqlfilter.IntegerColumn("contact_id"), User: sqlfilter.IntegerColumn("user_id"), Access: sqlfilter.TextColumn("access"),
			Account: sqlfilter.IntegerColumn("account_id"),
		},
	}
	lookedUp.CRM = withCRM.CRM
	withCRM.CRM.RequesterForeignKey = true
}

var account = deskpolicy.Account{ID: deskpolicy.AccountID(text(ours)), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}

// inSupport binds the role in the workspace with most tickets.
func inSupport(role deskpolicy.Role, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.WorkspaceID(text(support)), TicketScope: scope}}
}

// agent returns the agent me with the scope and groups.
func agent(scope deskpolicy.Scope, groups ...int64) *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: deskpolicy.AgentID(text(me)), Account: account, Bindings: inSupport(deskpolicy.AgentRole.Role(), scope), Groups: privileges(groups),
	}
}

// in returns the agent with the role bound in the places instead, at the same scope.
func in(a *deskpolicy.Agent, places ...deskpolicy.WorkspaceID) *deskpolicy.Agent {
	held := a.Bindings[0]
	a.Bindings = nil
	for _, held.Workspace = range places {
		a.Bindings = append(a.Bindings, held)
	}
	return a
}

// called returns the agent with the ID instead.
func called(id int, a *deskpolicy.Agent) *deskpolicy.Agent {
	a.ID = deskpolicy.AgentID(text(int64(id)))
	return a
}

// noon is the instant at which shared agents ask.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// shared returns the shared agent with the ID, who sees the contacts, and other
// customers in the CRM by level and territories.
func shared(id int, contacts []int64, groups []int64, sees deskpolicy.CRMRecords, territories ...int64) *deskpolicy.SharedAgent {
	user := deskpolicy.CRMUser{ID: deskpolicy.CRMUserID(text(me)), Sees: sees}
	user.Visibility = deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{}, AsOf: noon, MaxAge: time.Hour}
	for _, contact := range contacts {
		user.Visibility.Contacts[deskpolicy.ContactID(text(contact))] = deskpolicy.Edit
	}
	for _, territory := range territories {
		user.Territories = append(user.Territories, deskpolicy.TerritoryID(text(territory)))
	}
	s := deskpolicy.NewSharedAgent(deskpolicy.AgentID(text(int64(id))), account, user)
	s.Now, s.Bindings, s.Groups = noon, inSupport(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted), privileges(groups)
	return s
}

func privileges(groups []int64) map[deskpolicy.GroupID]deskpolicy.Access {
	accesses := map[deskpolicy.GroupID]deskpolicy.Access{}
	for _, group := range groups {
		accesses[deskpolicy.GroupID(text(group))] = deskpolicy.View
	}
	return accesses
}

// contacts returns n contacts of the account, including the chatty one if n >= 100.
func (s Sizes) contacts(n int) (ids []int64) {
	r := rand.New(rand.NewPCG(2, uint64(n)))
	if n >= 100 {
		ids = append(ids, chatty)
	}
	for len(ids) < n {
		if id := chatty + 1 + r.Int64N(int64(s.Contacts-1)); accountOf(id) == ours && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// quiet returns up to n contacts of the account who have tickets, but no new ones.
func (s Sizes) quiet(n int) (ids []int64) {
	heard := map[int64]bool{} // whether the contact has a new ticket
	for t := range s.rows() {
		if t.account == ours {
			heard[t.requester] = t.id > int64(s.Tickets)*3/4
		}
	}
	for id := int64(1); id <= int64(s.Contacts) && len(ids) < n; id++ {
		if lately, ever := heard[id]; ever && !lately {
			ids = append(ids, id)
		}
	}
	return ids
}

// list returns the IDs as a PostgreSQL array literal.
func list(ids []int64) string {
	text := "{"
	for i, id := range ids {
		text += fmt.Sprintf("%.*s%d", min(i, 1), ",", id)
	}
	return text + "}"
}

var dense = []int64{1, 2, 3} // groups with many tickets

// sparse returns the groups with only old tickets.
func (s Sizes) sparse() []int64 { return []int64{int64(s.Groups - 1), int64(s.Groups)} }

// scopes returns the scopes to measure, in the order of the report.
func (s Sizes) scopes() []scope { return append(s.agentScopes(), s.sharedScopes()...) }

// agentScopes returns the scopes of agents.
func (s Sizes) agentScopes() []scope {
	sparse := s.sparse()
	var all []int64
	for group := range s.Groups {
		all = append(all, int64(group+1))
	}
	return []scope{
		{"global", agent(deskpolicy.ScopeGlobal), tickets, everything, []any{int64(support)}},
		{"global, outside of workspaces", in(agent(deskpolicy.ScopeGlobal), deskpolicy.AccountWide), tickets, everythingOutside, nil},
		{"global, in two workspaces", in(agent(deskpolicy.ScopeGlobal), "1", "2"), tickets, everythingInTwo, []any{int64(support), int64(support + 1)}},
		{"group: 3 big ones", agent(deskpolicy.ScopeGroup, dense...), tickets, threeGroups, []any{int64(support), dense[0], dense[1], dense[2], int64(me)}},
		{"group: 1 of them", agent(deskpolicy.ScopeGroup, middling), tickets, oneGroup, []any{int64(support), int64(middling), int64(me)}},
		{"group: 2 old ones", agent(deskpolicy.ScopeGroup, sparse...), tickets, twoGroups, []any{int64(support), sparse[0], sparse[1], int64(me)}},
		{"group: all of them", agent(deskpolicy.ScopeGroup, all...), tickets, manyGroups, []any{int64(support), list(all), int64(me)}},
		{"group: 3 big ones, outside of workspaces", in(agent(deskpolicy.ScopeGroup, dense...), deskpolicy.AccountWide), tickets, threeGroupsOutside, []any{dense[0], dense[1], dense[2], int64(me)}},
		{"queue: 3 big groups", agent(deskpolicy.GroupQueue, dense...), tickets, threeQueues, []any{int64(support), dense[0], dense[1], dense[2]}},
		{"queue: 2 old groups", agent(deskpolicy.GroupQueue, sparse...), tickets, twoQueues, []any{int64(support), sparse[0], sparse[1]}},
		{"unassigned", agent(deskpolicy.Unassigned), tickets, unassigned, []any{int64(support)}},
		{"participating", agent(deskpolicy.Participating), tickets, participating, []any{int64(support), int64(me)}},
		{"participating much", called(s.Agents, agent(deskpolicy.Participating)), tickets, participating, []any{int64(support), int64(s.Agents)}},
		{"restricted", agent(deskpolicy.ScopeRestricted), tickets, assigned, []any{int64(support), int64(me)}},
	}
}

// sharedScopes returns the scopes of shared agents.
func (s Sizes) sharedScopes() []scope {
	sparse, sam, quiet := s.sparse(), s.Agents-1, s.quiet(5000)
	of := func(contacts int) []int64 { return s.contacts(min(contacts, s.Contacts/2)) }
	return []scope{
		{"shared: 5 contacts", shared(sam, of(5), nil, 0), tickets, fewContactsOrMentioned, []any{int64(support), list(of(5)), int64(sam)}},
		{"shared: 500 contacts", shared(sam, of(500), nil, 0), tickets, contactsOrMentioned, []any{int64(support), list(of(500)), int64(sam)}},
		{"shared: 5,000 contacts", shared(sam, of(5000), nil, 0), tickets, newestContactsOrMentioned, []any{int64(support), list(of(5000)), int64(sam)}},
		{"shared: 5,000 contacts, all quiet", shared(sam, quiet, nil, 0), tickets, newestContactsOrMentioned, []any{int64(support), list(quiet), int64(sam)}},
		{"shared: 500 contacts, 2 old groups", shared(sam, of(500), sparse, 0), tickets, contactsGroupsOrMentioned, []any{int64(support), list(of(500)), int64(sam), sparse[0], sparse[1]}},
		{"shared: 500 contacts, 2 big groups", shared(sam, of(500), dense[:2], 0), tickets, contactsGroupsOrMentioned, []any{int64(support), list(of(500)), int64(sam), dense[0], dense[1]}},
		{"shared: 500 contacts, mentioned much", shared(s.Agents, of(500), nil, 0), tickets, newestContactsOrMentioned, []any{int64(support), list(of(500)), int64(s.Agents)}},
		{"shared: 500 contacts, mentions in an array", shared(sam, of(500), nil, 0), withArray, contactsOrInArray, []any{int64(support), list(of(500)), int64(sam)}},
		{"shared: 500 contacts, those in a table", shared(sam, of(500), nil, 0), withCRM, contactsOrMentioned, []any{int64(support), list(of(500)), int64(sam)}},
		{"shared: 500 contacts, each looked up", shared(sam, of(500), nil, 0), lookedUp, contactsOrMentioned, []any{int64(support), list(of(500)), int64(sam)}},
		{"shared: a small territory, own contacts", shared(sam, nil, nil, deskpolicy.TerritoryRecords, region+1), withCRM, territoryOrMentioned, []any{int64(support), int64(region + 1), int64(sam), int64(me)}},
		{"shared: a tenth of the contacts", shared(sam, nil, nil, deskpolicy.TerritoryRecords, region), withCRM, territoryOrMentioned, []any{int64(support), int64(region), int64(sam), int64(me)}},
	}
}
