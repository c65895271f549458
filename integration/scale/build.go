package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/deskpolicy/deskpolicy"
)

// schema creates the tables. Each column in conditions of lists has an index on the
// account, the workspace, the column and the order of pages.
const schema = `
CREATE TABLE contacts (
	id           bigint NOT NULL,
	account_id   bigint NOT NULL,
	owner_id     bigint NOT NULL,
	territory_id bigint NOT NULL
);
CREATE TABLE tickets (
	id           bigint NOT NULL,
	account_id   bigint NOT NULL,
	workspace_id bigint,          -- NULL outside of workspaces
	group_id     bigint,
	assignee_id  bigint,
	requester_id bigint NOT NULL,
	updated_at   timestamptz NOT NULL,
	subject      text NOT NULL,
	mentioned    bigint[] NOT NULL -- the same as the table of mentions
);
CREATE TABLE team (
	account_id bigint NOT NULL,
	contact_id bigint NOT NULL,
	user_id    bigint NOT NULL,
	access     text NOT NULL
);
CREATE TABLE mentions (
	account_id bigint NOT NULL,
	agent_id   bigint NOT NULL,
	ticket_id  bigint NOT NULL
);
CREATE TABLE participants ( -- who is mentioned takes part
	account_id bigint NOT NULL,
	agent_id   bigint NOT NULL,
	ticket_id  bigint NOT NULL,
	access     text NOT NULL
)`

var indexes = []string{
	`ALTER TABLE tickets ADD PRIMARY KEY (id)`,
	`CREATE INDEX tickets_newest ON tickets (account_id, workspace_id, updated_at DESC, id DESC)`,
	`CREATE INDEX tickets_group ON tickets (account_id, workspace_id, group_id, updated_at DESC, id DESC)`,
	`CREATE INDEX tickets_assignee ON tickets (account_id, workspace_id, assignee_id, updated_at DESC, id DESC)`,
	`CREATE INDEX tickets_requester ON tickets (account_id, workspace_id, requester_id, updated_at DESC, id DESC)`,
	`CREATE INDEX tickets_queue ON tickets (account_id, workspace_id, group_id, updated_at DESC, id DESC) WHERE assignee_id IS NULL`,
	`CREATE INDEX tickets_unassigned ON tickets (account_id, workspace_id, updated_at DESC, id DESC) WHERE assignee_id IS NULL`,
	`CREATE INDEX tickets_mentioned ON tickets USING gin (mentioned)`,
	`ALTER TABLE mentions ADD PRIMARY KEY (account_id, agent_id, ticket_id)`,
	`ALTER TABLE participants ADD PRIMARY KEY (account_id, agent_id, ticket_id)`,
	`ALTER TABLE contacts ADD PRIMARY KEY (id)`,
	`CREATE INDEX contacts_territory ON contacts (account_id, territory_id, id)`,
	`CREATE INDEX contacts_owner ON contacts (account_id, owner_id, id)`,
	`CREATE INDEX team_user ON team (account_id, user_id, access, contact_id)`,
	`VACUUM (ANALYZE) contacts`,
	`VACUUM (ANALYZE) team`,
	`VACUUM (ANALYZE) mentions`,
	`VACUUM (ANALYZE) participants`,
	`VACUUM (ANALYZE) tickets`,
}

// built returns a description of what the database is built from, which is stored in
// a table that is created last.
func (s Sizes) built() string {
	return fmt.Sprintf("%+v\n%s\n%s", s, schema, strings.Join(indexes, "\n"))
}

// build creates the database, unless it exists already with the same sizes.
func build(ctx context.Context, server *pgx.ConnConfig, s Sizes, to io.Writer) error {
	name := pgx.Identifier{server.Database}.Sanitize()
	if db, err := pgx.ConnectConfig(ctx, server); err == nil {
		var built string
		err := db.QueryRow(ctx, "SELECT of FROM built").Scan(&built)
		if err := errors.Join(ignore(err, "42P01"), db.Close(ctx)); err != nil {
			return err
		}
		if built == s.built() {
			return nil
		}
	} else if ignore(err, "3D000") != nil {
		return err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if err := administer(ctx, server, statement); err != nil {
			return err
		}
	}
	db, err := pgx.ConnectConfig(ctx, server)
	if err != nil {
		return err
	}
	return errors.Join(s.fill(ctx, db, to), db.Close(ctx))
}

// ignore returns the error, or nil if it is the server's error with the code.
func ignore(err error, code string) error {
	if pgErr := (*pgconn.PgError)(nil); errors.As(err, &pgErr) && pgErr.Code == code {
		return nil
	}
	return err
}

// administer runs a statement about the database while connected to another one.
func administer(ctx context.Context, server *pgx.ConnConfig, statement string) error {
	elsewhere := server.Copy()
	elsewhere.Database = "postgres"
	db, err := pgx.ConnectConfig(ctx, elsewhere)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, statement)
	return errors.Join(err, db.Close(ctx))
}

func (s Sizes) fill(ctx context.Context, db *pgx.Conn, to io.Writer) error {
	if _, err := db.Exec(ctx, "SET synchronous_commit = off; SET maintenance_work_mem = '256MB';"+schema); err != nil {
		return err
	}
	for _, table := range []struct {
		name    string
		columns []string
		rows    iter.Seq[[]any]
	}{
		{"contacts", []string{"id", "account_id", "owner_id", "territory_id"}, s.contactRows},
		{"team", []string{"account_id", "contact_id", "user_id", "access"}, s.teamRows},
		{"tickets", []string{"id", "account_id", "workspace_id", "group_id", "assignee_id", "requester_id", "updated_at", "subject", "mentioned"}, s.ticketRows},
		{"mentions", []string{"account_id", "agent_id", "ticket_id"}, s.mentionRows},
		{"participants", []string{"account_id", "agent_id", "ticket_id", "access"}, s.participantRows},
	} {
		fmt.Fprintln(to, "filling", table.name)
		next, stop := iter.Pull(table.rows)
		_, err := db.CopyFrom(ctx, pgx.Identifier{table.name}, table.columns, pgx.CopyFromFunc(func() ([]any, error) {
			values, _ := next()
			return values, nil
		}))
		stop()
		if err != nil {
			return err
		}
	}
	for _, statement := range indexes {
		fmt.Fprintln(to, statement)
		if _, err := db.Exec(ctx, statement); err != nil {
			return err
		}
	}
	_, err := db.Exec(ctx, "CREATE TABLE built AS SELECT "+literal(s.built())+" AS of")
	return err
}

func (s Sizes) contactRows(yield func([]any) bool) {
	for id := int64(1); id <= int64(s.Contacts); id++ {
		if !yield([]any{id, accountOf(id), ownerOf(id), territoryOf(id)}) {
			return
		}
	}
}

func (s Sizes) teamRows(yield func([]any) bool) {
	for id := int64(1); id <= int64(s.Contacts); id++ {
		if user := memberOf(id); user != 0 && !yield([]any{accountOf(id), id, user, deskpolicy.View.String()}) {
			return
		}
	}
}

func (s Sizes) ticketRows(yield func([]any) bool) {
	for t := range s.rows() {
		mentions := t.mentions
		if mentions == nil {
			mentions = []int64{}
		}
		subject := fmt.Sprintf("Ticket %d: what a customer writes into the subject of a message, more or less", t.id)
		if !yield([]any{t.id, t.account, null(t.workspace), null(t.group), null(t.assignee), t.requester, t.updated, subject, mentions}) {
			return
		}
	}
}

func (s Sizes) mentionRows(yield func([]any) bool) {
	for t := range s.rows() {
		for _, agent := range t.mentions {
			if !yield([]any{t.account, agent, t.id}) {
				return
			}
		}
	}
}

func (s Sizes) participantRows(yield func([]any) bool) {
	for row := range s.mentionRows {
		if !yield(append(row, deskpolicy.View.String())) {
			return
		}
	}
}

// null returns the ID, or NULL if it is 0.
func null(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
