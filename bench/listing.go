package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A way is a way to list the tickets that a person can view.
type way struct {
	name    string
	tickets int // the number of tickets to list from; times are scaled up to all
	list    func(who int) (int, error)
	pages   bool // it finds only one page
	quick   bool // it is timed in each repetition: a figure is about it
}

// listers draws people of each kind who can view at least one ticket.
func (h *helpdesk) listers() (people []int) {
	for kind, wanted := range map[subjectKind]int{anyAgent: 10, sharedAgent: 6, supportEngineer: 2} {
		for who := 0; wanted > 0 && who < len(h.people); who++ {
			if h.people[who].kind == kind && who%3 == 0 && h.views(who) > 0 {
				people = append(people, who)
				wanted--
			}
		}
	}
	slices.Sort(people) // the order of kinds is random
	return people
}

// views returns the number of tickets that the person can view.
func (h *helpdesk) views(who int) (n int) {
	f := deskpolicy.FilterFor(h.subjects[who], deskpolicy.TicketView)
	for i := range tickets {
		if f.Match(h.resources[i].(*deskpolicy.Ticket)) {
			n++
		}
	}
	return n
}

// ways returns one way to list for each engine, and several for the library.
func (h *helpdesk) ways(contestants []contestant, store *sql.DB) (ways []way) {
	for i, c := range contestants {
		n := upTo(c.listed, tickets)
		ways = append(ways, way{name: c.name + ": " + c.lists, tickets: n, list: func(who int) (int, error) { return c.engine.list(who, n) }, quick: i < bitsets})
		if c.name == makers[0].name {
			ways = append(ways,
				way{name: c.name + ": `Filter.Match`", tickets: tickets, list: func(who int) (int, error) { return h.views(who), nil }, quick: true},
				way{name: c.name + ": SQLite, every ID", tickets: tickets, list: func(who int) (int, error) { return h.selectAll(store, who) }},
				way{name: c.name + ": SQLite, the newest 50", tickets: tickets, pages: true, list: func(who int) (int, error) { return h.selectPage(store, who) }},
			)
		}
	}
	return ways
}

// right returns the number of tickets that the way should find.
func (h *helpdesk) right(w way, who int) (n int) {
	for i := range w.tickets {
		if deskpolicy.Authorize(h.subjects[who], deskpolicy.TicketView, h.resources[i].(*deskpolicy.Ticket)).Allowed() {
			n++
		}
	}
	if w.pages {
		n = min(n, page)
	}
	return n
}

// measureListing lists the tickets of the person, and returns the time, scaled up to all tickets. It
// returns an error if a number is wrong. The right number is found first, so that every way starts
// with the same records in the cache.
func (h *helpdesk) measureListing(w way, who int) (took time.Duration, err error) {
	right := h.right(w, who)
	start := processorTime()
	n, err := w.list(who)
	took = processorTime() - start
	if err != nil {
		return 0, fmt.Errorf("%s: %w", w.name, err)
	}
	if n != right {
		return 0, fmt.Errorf("%s finds %d tickets for %s %d, not %d", w.name, n, subjectNames[h.people[who].kind], who, right)
	}
	return took * time.Duration(tickets/w.tickets), nil
}

// page is the number of tickets on a page.
const page = 50

// ticketTable describes the host's tickets table.
var ticketTable = sqlfilter.Table[deskpolicy.Ticket]{
	Name:      "tickets",
	ID:        sqlfilter.IntegerColumn("id"),
	Account:   sqlfilter.TextColumn("account"),
	Workspace: sqlfilter.TextColumn("workspace").NotNull(),
	Group:     sqlfilter.TextColumn("team"),
	Assignee:  sqlfilter.TextColumn("assignee"),
	Requester: sqlfilter.TextColumn("requester"),

	NoneConfidential: true,

	Mentions: sqlfilter.MentionColumns{Table: "mentions", Ticket: sqlfilter.IntegerColumn("ticket"), Agent: sqlfilter.TextColumn("agent"), Account: sqlfilter.TextColumn("account")},
	CRM: sqlfilter.CRMTable{
		Table: "contacts", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account"), Owner: sqlfilter.TextColumn("owner"), Territory: sqlfilter.TextColumn("territory"),
		Team: sqlfilter.TeamTable{Table: "members", Customer: sqlfilter.TextColumn("contact"), User: sqlfilter.TextColumn("user"), Access: sqlfilter.TextColumn("access"), Account: sqlfilter.TextColumn("account")},
	},
}

const schema = `
CREATE TABLE tickets (id INTEGER PRIMARY KEY, account TEXT, workspace TEXT NOT NULL, team TEXT, assignee TEXT, requester TEXT, updated INTEGER);
CREATE TABLE mentions (account TEXT, ticket INTEGER, agent TEXT);
CREATE TABLE contacts (id TEXT PRIMARY KEY, account TEXT, owner TEXT, territory TEXT);
CREATE TABLE members (account TEXT, contact TEXT, user TEXT, access TEXT);`

const indexes = `
CREATE INDEX tickets_newest ON tickets (account, workspace, updated DESC, id DESC);
CREATE INDEX tickets_team ON tickets (account, workspace, team, updated DESC, id DESC);
CREATE INDEX tickets_assignee ON tickets (account, workspace, assignee, updated DESC, id DESC);
CREATE INDEX tickets_requester ON tickets (account, workspace, requester, updated DESC, id DESC);
CREATE INDEX mentions_agent ON mentions (account, agent, ticket);
CREATE INDEX contacts_owner ON contacts (account, owner, id);
CREATE INDEX contacts_territory ON contacts (account, territory, id);
CREATE INDEX members_user ON members (account, user, access, contact);
ANALYZE;`

// store returns an in-memory database with the tickets and contacts.
func (h *helpdesk) store() (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:bench?mode=memory&cache=private")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetConnMaxLifetime(0)
	if err := h.fill(db); err != nil {
		return nil, fmt.Errorf("SQLite: %w", err)
	}
	return db, nil
}

func (h *helpdesk) fill(db *sql.DB) error {
	if _, err := db.Exec(schema); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	rows := inserter{tx: tx}
	h.insertTickets(&rows)
	h.insertContacts(&rows)
	if rows.err != nil {
		return rows.err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.Exec(indexes)
	return err
}

// An inserter inserts rows until the first error.
type inserter struct {
	tx  *sql.Tx
	err error
}

func (i *inserter) insert(into string, values ...any) {
	if i.err == nil {
		_, i.err = i.tx.Exec(into, values...)
	}
}

func (h *helpdesk) insertTickets(rows *inserter) {
	for n := range tickets {
		t := h.resources[n].(*deskpolicy.Ticket)
		var requester any
		if t.Requester != nil {
			requester = string(t.Requester.ID)
		}
		rows.insert("INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?)", n, string(t.Account), string(t.Workspace), null(t.Group), null(t.Assignee), requester, n*7919%tickets)
		for agent := range t.Mentions {
			rows.insert("INSERT INTO mentions VALUES (?, ?, ?)", string(t.Account), n, string(agent))
		}
	}
}

func (h *helpdesk) insertContacts(rows *inserter) {
	for n := range h.contacts {
		c := h.contactOf(n, "")
		rows.insert("INSERT INTO contacts VALUES (?, ?, ?, ?)", string(c.ID), string(c.Account), null(c.CRM.Owner), string(c.CRM.Territory))
		for user, access := range c.CRM.Team {
			rows.insert("INSERT INTO members VALUES (?, ?, ?, ?)", string(c.Account), string(c.ID), string(user), access.String())
		}
	}
}

func null[ID ~string](id ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}

func (h *helpdesk) selectAll(db *sql.DB, who int) (int, error) {
	where, err := sqlfilter.Where(deskpolicy.FilterFor(h.subjects[who], deskpolicy.TicketView), ticketTable, sqlfilter.SQLite)
	if err != nil {
		return 0, err
	}
	text, args := where.SQL(1)
	return countRows(db, 1, "SELECT id FROM tickets WHERE "+text, args)
}

func (h *helpdesk) selectPage(db *sql.DB, who int) (int, error) {
	fragment, err := sqlfilter.Page(deskpolicy.FilterFor(h.subjects[who], deskpolicy.TicketView), ticketTable, sqlfilter.SQLite, sqlfilter.PageRequest{Order: "updated", Limit: page})
	if err != nil {
		return 0, err
	}
	text, args := fragment.SQL(1)
	return countRows(db, 2, text, args)
}

// countRows reads all rows and returns their number.
func countRows(db *sql.DB, columns int, text string, args []any) (n int, err error) {
	rows, err := db.QueryContext(context.Background(), text, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var numbers [2]int64
	into := []any{&numbers[0], &numbers[1]}[:columns]
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
	}
	return n, rows.Err()
}
