package sqlfilter_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// tickets describes a host application's table of tickets.
var tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:      "tickets",
	ID:        sqlfilter.IntegerColumn("id"),
	Account:   sqlfilter.TextColumn("account_id"),
	Workspace: sqlfilter.TextColumn("workspace_id").NotNull(),
	Group:     sqlfilter.TextColumn("group_id"),
	Assignee:  sqlfilter.TextColumn("assignee_id"),

	NoneConfidential: true, // no ticket is
}

// riya is an agent who replies to the tickets of two groups and to those assigned to
// her.
var riya = &deskpolicy.Agent{
	ID:       "riya",
	Account:  deskpolicy.Account{ID: "acme"},
	Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
	Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
}

func ExampleWhere() {
	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	condition, err := sqlfilter.Where(filter, tickets, sqlfilter.PostgreSQL)
	if err != nil {
		panic(err)
	}
	text, args := condition.SQL(2)
	fmt.Println("SELECT subject FROM tickets WHERE status = $1 AND", strings.ReplaceAll(text, " OR (", "\n  OR ("))
	fmt.Printf("%q\n", append([]any{"open"}, args...))
	// Output:
	// SELECT subject FROM tickets WHERE status = $1 AND ("tickets"."account_id" = CAST($2 AS text) AND (("tickets"."workspace_id" = CAST($3 AS text) AND "tickets"."group_id" = ANY(CAST($4 AS text[])))
	//   OR ("tickets"."workspace_id" = CAST($5 AS text) AND "tickets"."assignee_id" = CAST($6 AS text))))
	// ["open" "acme" "" "{\"billing\",\"refunds\"}" "" "riya"]
}

// The statements for a page of a list and for their number. See docs/lists.md.
func ExamplePage_list() {
	// newest returns the statement for a page of open tickets.
	newest := func(filter deskpolicy.Filter[deskpolicy.Ticket], cursor string) (string, []any, error) {
		open, err := sqlfilter.Raw("status = ?", "open") // a condition of the host
		if err != nil {
			return "", nil, err
		}
		request := sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}, Conditions: []sqlfilter.Fragment{open}}
		if cursor != "" {
			if err := request.After.UnmarshalText([]byte(cursor)); err != nil {
				return "", nil, err
			}
		}
		page, err := sqlfilter.Page(filter, tickets, sqlfilter.SQLite, request)
		if err != nil {
			return "", nil, err
		}
		query, args := page.SQL(1)
		return query, args, nil
	}

	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	_, args, err := newest(filter, "")
	fmt.Println(len(args), err)

	after, err := sqlfilter.PageRequest{Order: "updated_at"}.CursorAfter("2026-11-05 08:00", "4711")
	if err != nil {
		panic(err)
	}
	cursor, err := after.MarshalText() // to send to the client
	if err != nil {
		panic(err)
	}
	query, _, err := newest(filter, string(cursor))
	fmt.Println(strings.Contains(query, `("tickets"."updated_at", "tickets"."id") < (?, ?)`), err)
	_, _, err = newest(filter, "4712")
	fmt.Println(errors.Is(err, sqlfilter.ErrInvalidCursor))

	all, err := sqlfilter.Count(filter, tickets, sqlfilter.SQLite)
	if err != nil {
		panic(err)
	}
	count, err := sqlfilter.CountUpTo(filter, tickets, sqlfilter.SQLite, 1000)
	if err != nil {
		panic(err)
	}
	for _, statement := range []sqlfilter.Fragment{all, count} {
		query, _ = statement.SQL(1)
		fmt.Println(strings.Contains(query, "COUNT(*)"))
	}
	// Output:
	// 10 <nil>
	// true <nil>
	// true
	// true
	// true
}

// portalTickets describes a table of tickets with a requester and contacts in CC.
var portalTickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:      "tickets",
	ID:        sqlfilter.TextColumn("id"),
	Account:   sqlfilter.TextColumn("account_id"),
	Requester: sqlfilter.TextColumn("requester_id"),
	CCs: sqlfilter.ParticipantTable{ // a row for each contact in CC; the access is 'view' or 'edit'
		Table: "ccs", Account: sqlfilter.TextColumn("account_id"), Ticket: sqlfilter.TextColumn("ticket_id"),
		Participant: sqlfilter.TextColumn("contact_id"), Access: sqlfilter.TextColumn("access"),
	},
	CRM: sqlfilter.CRMTable{ // the table of contacts, whether there is a CRM or not
		Table: "contacts", Account: sqlfilter.TextColumn("account_id"), ID: sqlfilter.TextColumn("id"), Company: sqlfilter.TextColumn("company_id"),
	},
	NoneConfidential: true,
}

// The list of a customer, whose company shares its tickets. See docs/customers.md.
func ExampleWhere_customer() {
	carla := &deskpolicy.Customer{
		ID: "c-1", Company: "initech", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.CompanyCustomerRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Anything}},
	}
	condition, err := sqlfilter.Where(deskpolicy.FilterFor(carla, deskpolicy.TicketView), portalTickets, sqlfilter.PostgreSQL)
	_, args := condition.SQL(1)
	fmt.Println(args, err)
	// Output:
	// [acme acme c-1 acme initech acme c-1 {"view","edit"}] <nil>
}

func ExamplePage() {
	mine := *riya
	mine.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}}
	filter := deskpolicy.FilterFor(&mine, deskpolicy.TicketView)
	open, err := sqlfilter.Raw("status = ?", "open")
	if err != nil {
		panic(err)
	}
	request := sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}, Conditions: []sqlfilter.Fragment{open}}

	// The second page starts after the last row of the first:
	if request.After, err = request.CursorAfter("2026-11-05 08:00", "4711"); err != nil {
		panic(err)
	}
	page, err := sqlfilter.Page(filter, tickets, sqlfilter.SQLite, request)
	if err != nil {
		panic(err)
	}
	text, args := page.SQL(1)
	fmt.Println(strings.NewReplacer(" FROM", "\nFROM", " WHERE", "\nWHERE", " AND", "\n  AND", " ORDER", "\nORDER").Replace(text))
	fmt.Println(args...)
	// Output:
	// SELECT "tickets"."id", "tickets"."updated_at", "tickets"."subject"
	// FROM "tickets" AS "tickets"
	// WHERE ("tickets"."account_id" COLLATE BINARY = ?
	//   AND typeof("tickets"."account_id") = 'text')
	//   AND ("tickets"."workspace_id" COLLATE BINARY = ?
	//   AND typeof("tickets"."workspace_id") = 'text')
	//   AND ("tickets"."assignee_id" COLLATE BINARY = ?
	//   AND typeof("tickets"."assignee_id") = 'text')
	//   AND ("tickets"."updated_at", "tickets"."id") < (?, ?)
	//   AND (status = ?)
	// ORDER BY "tickets"."updated_at" DESC, "tickets"."id" DESC LIMIT 50
	// acme  riya 2026-11-05 08:00 4711 open
}
