// Package querybuilders lists the open tickets that an agent may see, newest
// first, with each of the tools that programs in Go query databases with. The
// tests show, for each, a mistake that is easily made with it.
package querybuilders

import (
	"database/sql"
	"errors"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Tickets is where this desk keeps its tickets: see schema.sql.
var Tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:      "tickets",
	ID:        sqlfilter.Integer("id"),
	Account:   sqlfilter.Text("account_id"),
	Workspace: sqlfilter.Text("workspace_id"),
	Group:     sqlfilter.Text("group_id"),
	Assignee:  sqlfilter.Text("assignee_id"),
	Requester: sqlfilter.Text("requester_id"),
	GlobalIDs: true,
	Mentions: sqlfilter.Mentions{
		Table:  "ticket_mentions",
		Ticket: sqlfilter.Integer("ticket_id"),
		Agent:  sqlfilter.Text("agent_id"),
	},
	CRM: sqlfilter.CRM{
		Table:     "contacts",
		ID:        sqlfilter.Text("id"),
		Account:   sqlfilter.Text("account_id"),
		Owner:     sqlfilter.Text("owner"),
		Territory: sqlfilter.Text("territory"),
		Team: sqlfilter.Team{
			Table:    "contact_team",
			Customer: sqlfilter.Text("contact_id"),
			User:     sqlfilter.Text("user_id"),
			Access:   sqlfilter.Text("access"),
			Account:  sqlfilter.Text("account_id"),
		},
	},
}

// Visible returns the condition that all of the examples take.
func Visible(who deskpolicy.Subject, dialect sqlfilter.Dialect) (sqlfilter.Fragment, error) {
	filter := deskpolicy.FilterFor(who, deskpolicy.TicketView)
	return sqlfilter.Where(filter, Tickets, dialect)
}

// ids reads the only column of the rows.
func ids(rows *sql.Rows, err error) (list []int64, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, errors.Join(rows.Err(), rows.Close())
}
