package sqlfilter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A Table describes the table that holds the host application's resources of type
// R. It is plain data and safe for concurrent use while it is not modified. The
// zero Table is invalid; functions return an error for it.
//
// A field left zero means that the table has no such column; the value is then
// empty in every row. A filter for what is in no group, has no assignee, has participants
// or is not confidential is an error if the table does not describe that. A value that is NULL
// or an empty string is empty in its row.
// For resources that are never assigned, such as reports, set both Assignee and
// Owner to the owner's column.
type Table[R deskpolicy.Resource] struct {
	Name  string // such as "tickets", or "desk.tickets"
	Alias string // the table's alias in the host's query; the last part of Name if empty

	// ID is the column of the resource's ID. It must be unique within an account,
	// under its collation too, and never NULL.
	ID Column

	// Account is the column of the account's ID. If the table has none, all of its
	// rows must belong to one account, SingleAccount; filters for other accounts
	// then select nothing.
	Account       Column
	SingleAccount deskpolicy.AccountID

	Workspace Column // for a table of workspaces, the same column as ID
	Group     Column // the group or team
	Assignee  Column
	Owner     Column // who the resource belongs to, for actions on the agent's own resources: see [deskpolicy.ConditionOwn]
	Mentions  MentionColumns

	// Confidential is the name of a boolean column that says whether the row is
	// confidential; a row in which it is NULL counts as confidential. If nothing in the
	// table ever is, set NoneConfidential instead: statements then have fewer conditions.
	// A filter that depends on it is an error if neither is set.
	Confidential     string
	NoneConfidential bool

	// Participants has the agents who take part in a ticket, and CCs the contacts in CC.
	Participants, CCs ParticipantTable

	// Requester is the column of the ID of the contact who requested the ticket.
	// Leave it zero for contacts and companies, which are customers themselves.
	Requester Column
	CRM       CRMTable

	// GloballyUniqueIDs says that IDs in this table are unique across accounts. Tables
	// that refer to this one then need no account column.
	GloballyUniqueIDs bool
}

// MentionColumns describe how the host application stores the agents mentioned in a
// ticket. Set at most one of Array, JSON and Table. The zero MentionColumns mean
// that no agent is ever mentioned.
type MentionColumns struct {
	// Array is a PostgreSQL array of text, bigint or uuid. It needs a GIN index, and
	// queries need the right to read every column of the table.
	Array Column

	// JSON is a JSON array that contains only IDs. In PostgreSQL it must be jsonb
	// and needs a GIN index. The other databases read it row by row, and MariaDB
	// compares escapes as they are written.
	JSON Column

	// Table has a row for each ticket and mentioned agent.
	Table   string
	Ticket  Column // the ticket's ID
	Agent   Column
	Account Column
}

// A ParticipantTable describes a table with a row for each ticket and each participant,
// or each contact in CC. The zero ParticipantTable means that the host does not store
// them; a filter that needs them is an error.
type ParticipantTable struct {
	Table       string
	Ticket      Column // the ticket's ID
	Participant Column // the ID of the agent or, for CCs, of the contact

	// Access is the participant's access to the ticket: the text "view" or "edit", or
	// the integer 1 or 2.
	Access  Column
	Account Column
}

// A CRMTable describes how the host application stores what it and the CRM know about
// customers. The zero CRMTable means that the host stores none of it and knows
// customers only by the IDs in a [deskpolicy.CRMVisibility]; a filter that needs
// more is an error.
//
// If Table is empty, the requester of a ticket is assumed to be a contact of the
// ticket's account.
type CRMTable struct {
	// Table has one row for each customer; for a table of tickets, those are the
	// contacts. If empty, all other columns but ID and Account are columns of the
	// resource's own row.
	Table   string
	ID      Column // the customer's ID
	Account Column // the customer's account; always needed for tickets

	Owner     Column // the CRM user who owns the customer
	Territory Column
	Team      TeamTable

	// Company and DeskOwner are about the requester of a ticket: the company that the
	// contact belongs to, and the agent who owns the contact on the desk.
	Company, DeskOwner Column

	// RequesterForeignKey says that every ticket's requester is in Table and is a
	// contact of the ticket's account, as a foreign key on both columns ensures. If
	// it is false, statements look that up where it matters.
	RequesterForeignKey bool
}

// A TeamTable describes a table with a row for each customer and each CRM user on
// the customer's team. The zero TeamTable means that the host does not store teams.
type TeamTable struct {
	Table    string
	Customer Column // the customer's ID
	User     Column

	// Access is the user's access to the customer: the text "view" or "edit", or
	// the integer 1 or 2.
	Access  Column
	Account Column
}

// A Column is a column that stores IDs, and the form that it stores them in. The zero
// Column means that the host application has no such column.
//
// [TextColumn], [IntegerColumn] and [UUIDColumn] make Columns. The column's type
// in the database must be one of these:
//
//	           TextColumn                  IntegerColumn              UUIDColumn
//	PostgreSQL text, varchar, name         smallint, integer, bigint  uuid
//	MariaDB    char, varchar, text, enum,  any integer, unsigned or   uuid
//	           and bytes that are UTF-8    not, and decimal(20)
//	SQLite     any value stored as text    as an integer              as text
//
// If the type is another one, PostgreSQL reports an error; in MariaDB and SQLite
// the column matches no ID. In SQLite, a column of NUMERIC affinity, such as one
// declared STRING or UUID, stores text that looks like a number as a number.
//
// Two kinds of type are not detected and select wrong rows: char(n) in PostgreSQL,
// which ignores trailing spaces in comparisons, and types with fractions that are
// described as integers, such as numeric(20, 2), double precision or float.
//
// Describe columns that are compared with each other in the same way, such as a
// ticket's requester and a contact's ID.
type Column struct {
	name    string
	kind    columnKind
	charset string // in MariaDB; empty if not given
	notNull bool
}

type columnKind uint8

const (
	text columnKind = iota
	integer
	uuid
)

func (k columnKind) String() string { return [...]string{"text", "integer", "UUID"}[k] }

// TextColumn returns a column with the name that stores IDs as strings.
func TextColumn(name string) Column { return Column{name: name, kind: text} }

// IntegerColumn returns a column with the name that stores IDs as integers of up to
// 64 bits. In MariaDB they may be unsigned.
func IntegerColumn(name string) Column { return Column{name: name, kind: integer} }

// UUIDColumn returns a column with the name that stores IDs as UUIDs: of type uuid,
// or in SQLite, as text in lower case. In PostgreSQL and MariaDB, use [TextColumn]
// for a column of text that holds UUIDs.
func UUIDColumn(name string) Column { return Column{name: name, kind: uuid} }

// NotNull returns a copy of c that is never NULL. For the Workspace column this halves
// the lookups of every list, because otherwise NULL is looked up as well.
func (c Column) NotNull() Column {
	c.notNull = true
	return c
}

// exists reports whether the host has the column.
func (c Column) exists() bool { return c != Column{} }

// A table is a Table without its resource type.
type table struct {
	Table[deskpolicy.Account] // the type argument is arbitrary
	customer                  customer
}

// A customer says who the customer is in conditions about customers.
type customer uint8

const (
	requester  customer = iota // the requester of a ticket, or of the host's own type
	contactRow                 // the row, which is a contact
	companyRow                 // the row, which is a company
)

func tableOf[R deskpolicy.Resource](t Table[R]) table {
	c := requester
	switch any((*R)(nil)).(type) {
	case *deskpolicy.Contact:
		c = contactRow
	case *deskpolicy.Company:
		c = companyRow
	}
	return table{Table[deskpolicy.Account](t), c}
}

// looksUpRequester reports whether the CRM's table must be read to know that a
// requester is a contact of the account.
func (t *table) looksUpRequester() bool {
	return t.customer == requester && t.CRM.Table != "" && !t.CRM.RequesterForeignKey
}

// customerColumn returns the column of the customer's ID.
func (t *table) customerColumn() Column {
	if t.customer == requester {
		return t.Requester
	}
	return t.ID
}

// alias returns the table's alias in queries.
func (t *table) alias() string {
	if t.Alias != "" {
		return t.Alias
	}
	return t.Name[strings.LastIndexByte(t.Name, '.')+1:]
}

// unusedPrefix returns a prefix that no table's name or alias begins with.
func (t *table) unusedPrefix() string {
	names := "v"
	for _, name := range append(t.related(), t.alias(), t.Name) {
		for strings.HasPrefix(strings.ToLower(name), names) {
			names += "w"
		}
	}
	return names
}

// related returns the names of the tables that refer to this one or that it refers to,
// including empty names.
func (t *table) related() []string {
	return []string{t.Mentions.Table, t.Participants.Table, t.CCs.Table, t.CRM.Table, t.CRM.Team.Table}
}

// check returns an error for everything that is wrong with the description.
func (t *table) check(d Dialect) (err error) {
	problem := func(wrong bool, format string, args ...any) {
		if wrong {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: "+format, append([]any{t.Name}, args...)...))
		}
	}
	m, crm := &t.Mentions, &t.CRM
	problem(t.Name == "", "Name is empty; set it to the table's name")
	problem(!t.ID.exists(), "ID is missing; set it to the column of the ID")
	problem(t.Account.exists() == (t.SingleAccount != ""), "set either Account or SingleAccount")
	problem(t.Confidential != "" && t.NoneConfidential, "set either Confidential or NoneConfidential")
	problem(t.customer != requester && t.Requester.exists(), "contacts and companies have no requester; leave Requester zero")
	problem(countTrue(m.Array.exists(), m.JSON.exists(), m.Table != "") > 1, "Mentions: set only one of Array, JSON and Table")
	problem(m.Array.exists() && d != PostgreSQL, "Mentions.Array: %v has no arrays; use JSON or Table", d)
	problem(m.Table == "" && countTrue(m.Ticket.exists(), m.Agent.exists(), m.Account.exists()) > 0, "Mentions: Ticket, Agent and Account need Table")
	problem(m.Table != "" && countTrue(m.Ticket.exists(), m.Agent.exists()) < 2, "Mentions.Table needs Ticket and Agent")
	problem(m.Table != "" && !t.isBoundToAccount(m.Account, true), "Mentions.Table needs Account, or set GloballyUniqueIDs")
	problem(crm.Table == "" && countTrue(crm.ID.exists(), crm.Account.exists()) > 0, "CRM: ID and Account need Table")
	problem(crm.Table != "" && !crm.ID.exists(), "CRM.Table needs ID")
	problem(crm.Table != "" && !t.isBoundToAccount(crm.Account, t.customer != requester), "CRM.Table needs Account, or for contacts and companies, GloballyUniqueIDs")
	problem(crm.Team != (TeamTable{}) && (crm.Team.Table == "" || countTrue(crm.Team.Customer.exists(), crm.Team.User.exists(), crm.Team.Access.exists()) < 3),
		"CRM.Team needs Table, Customer, User and Access")
	problem(crm.Team.Access.kind == uuid, "CRM.Team.Access cannot be a UUID; use TextColumn or IntegerColumn")
	problem(crm.Team.Table != "" && !t.isBoundToAccount(crm.Team.Account, true), "CRM.Team needs Account, or set GloballyUniqueIDs")
	return errors.Join(err, t.checkParticipants("Participants", &t.Participants), t.checkParticipants("CCs", &t.CCs), t.checkKinds(), t.checkNames())
}

// checkParticipants returns an error for everything that is wrong with the field.
func (t *table) checkParticipants(field string, p *ParticipantTable) (err error) {
	for _, c := range []struct {
		wrong bool
		what  string
	}{
		{*p != ParticipantTable{} && (p.Table == "" || countTrue(p.Ticket.exists(), p.Participant.exists(), p.Access.exists()) < 3), " needs Table, Ticket, Participant and Access"},
		{p.Access.kind == uuid, ".Access cannot be a UUID; use TextColumn or IntegerColumn"},
		{p.Table != "" && !t.isBoundToAccount(p.Account, true), " needs Account, or set GloballyUniqueIDs"},
	} {
		if c.wrong {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: %s%s", t.Name, field, c.what))
		}
	}
	return err
}

// checkKinds returns an error for columns that are compared with columns of another
// kind, and for unknown character sets.
func (t *table) checkKinds() (err error) {
	m, crm := &t.Mentions, &t.CRM
	for _, pair := range [][2]Column{
		{t.ID, m.Ticket}, {t.ID, t.Participants.Ticket}, {t.ID, t.CCs.Ticket}, {t.customerColumn(), crm.ID}, {t.customerColumn(), crm.Team.Customer}, {crm.ID, crm.Team.Customer},
	} {
		if a, b := pair[0], pair[1]; a.exists() && b.exists() && a.kind != b.kind {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: columns %q (%v) and %q (%v) are compared and must be described alike", t.Name, a.name, a.kind, b.name, b.kind))
		}
	}
	for _, c := range t.columns() {
		if _, ok := charsets[c.charset]; !ok || c.charset != "" && c.kind != text {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: column %q (%v) cannot have the character set %q", t.Name, c.name, c.kind, c.charset))
		}
	}
	return err
}

// columns returns all columns of the description, including zero ones.
func (t *table) columns() []Column {
	m, crm := &t.Mentions, &t.CRM
	return []Column{
		t.ID, t.Account, t.Workspace, t.Group, t.Assignee, t.Owner, t.Requester,
		m.Array, m.JSON, m.Ticket, m.Agent, m.Account,
		t.Participants.Ticket, t.Participants.Participant, t.Participants.Access, t.Participants.Account,
		t.CCs.Ticket, t.CCs.Participant, t.CCs.Access, t.CCs.Account,
		crm.ID, crm.Account, crm.Owner, crm.Territory, crm.Company, crm.DeskOwner, crm.Team.Customer, crm.Team.User, crm.Team.Access, crm.Team.Account,
	}
}

// isBoundToAccount reports whether rows of a table that refers to this one are
// restricted to the account: because t has a single account, by that table's account
// column or, if byID, by the globally unique IDs of t.
func (t *table) isBoundToAccount(account Column, byID bool) bool {
	return account.exists() || t.SingleAccount != "" || byID && t.GloballyUniqueIDs
}

// checkNames returns an error for names that cannot be quoted.
func (t *table) checkNames() (err error) {
	for _, c := range t.columns() {
		if c.exists() {
			err = errors.Join(err, checkName(c.name))
		}
	}
	names := append(strings.Split(t.Name, "."), t.alias())
	if t.Confidential != "" {
		names = append(names, t.Confidential)
	}
	for _, name := range t.related() {
		if name != "" {
			names = append(names, strings.Split(name, ".")...)
		}
	}
	for _, name := range names {
		err = errors.Join(err, checkName(name))
	}
	return err
}

// checkName returns an error for a name that cannot be quoted, or that contains what a
// query builder would take for a placeholder or an escape.
func checkName(name string) error {
	if name == "" || !isText(name) || strings.ContainsAny(name, "?\\") {
		return fmt.Errorf("sqlfilter: name of a table or column %q: must be non-empty UTF-8 text without NUL, ? or \\", name)
	}
	return nil
}

// countTrue returns how many of the conditions are true.
func countTrue(conditions ...bool) (n int) {
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}
