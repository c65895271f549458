// Package querybuilders lists the open tickets that an agent can see, newest first,
// with each of the common Go libraries for SQL. For each library, a test shows a common
// mistake.
package querybuilders

import (
	"database/sql"
	"errors"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Tickets describes the desk's tables: see schema.sql.
var Tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:              "tickets",
	ID:                sqlfilter.IntegerColumn("id"),
	Account:           sqlfilter.TextColumn("account_id"),
	Workspace:         sqlfilter.TextColumn("workspace_id"),
	Group:             sqlfilter.TextColumn("group_id"),
	Assignee:          sqlfilter.TextColumn("assignee_id"),
	NoneConfidential:  true,
	Requester:         sqlfilter.TextColumn("requester_id"),
	GloballyUniqueIDs: true,
	Mentions: sqlfilter.MentionColumns{
		Table:  "ticket_mentions",
		Ticket: sqlfilter.IntegerColumn("ticket_id"),
		Agent:  sqlfilter.TextColumn("agent_id"),
	},
	CRM: sqlfilter.CRMTable{
		Table:     "contacts",
		ID:        sqlfilter.TextColumn("id"),
		Account:   sqlfilter.TextColumn("account_id"),
		Owner:     sqlfilter.TextColumn("owner"),
		Territory: sqlfilter.TextColumn("territory"),
		Team: sqlfilter.TeamTable{
			Table:    "contact_team",
			Customer: sqlfilter.TextColumn("contact_id"),
			User:     sqlfilter.TextColumn("user_id"),
			Access:   sqlfilter.TextColumn("access"),
			Account:  sqlfilter.TextColumn("account_id"),
		},
	},
}

// Visible returns the condition that all of the examples use.
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
