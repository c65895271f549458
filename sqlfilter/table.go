package sqlfilter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A Table says where the host keeps its resources of type R. It is plain data,
// and may be shared between goroutines that do not change it. The zero Table is
// an error.
//
// A column that is left out is one that the host lacks: empty in every row. A
// column that is NULL, or an empty string, is empty in that row. What is never
// assigned, such as a report, has its owner's column as Assignee and as Owner.
type Table[R deskpolicy.Resource] struct {
	Name  string // such as "tickets", or "desk.tickets"
	Alias string // what the host's query calls the table; the last part of the name if left out

	// ID is the column of the ID. It tells the rows of an account apart, under its
	// collation as well, and is never NULL.
	ID Column

	// Account is the column of the account. A table without one has to say whose
	// rows it has, all of them: filters of another account select nothing in it.
	Account       Column
	SingleAccount deskpolicy.AccountID

	Workspace Column // of a Workspace, its ID
	Group     Column // or team
	Assignee  Column
	Owner     Column // of what is for actions on one's own: see [deskpolicy.ConditionOwner]
	Mentions  MentionColumns

	// Requester is the column of the ID of the contact who requested a ticket. It
	// is left out for contacts and companies, which are customers themselves.
	Requester Column
	CRM       CRMTable

	// GloballyUniqueIDs is whether an ID in this table is never another one's in another
	// account, so that a table that goes with this one needs no account's column.
	GloballyUniqueIDs bool
}

// MentionColumns say where the host keeps who is mentioned in a ticket: at most one of
// the three. The zero MentionColumns are of a host that has none.
type MentionColumns struct {
	Array Column // PostgreSQL: an array of text, bigint or uuid, which needs a GIN index, and the right to read the whole table
	JSON  Column // an array of IDs in JSON, and of nothing else: jsonb in PostgreSQL, which needs a GIN index; else read row by row. MariaDB takes escapes as they are written

	// Table has a row for each ticket and agent who is mentioned in it.
	Table   string
	Ticket  Column // the ticket's ID
	Agent   Column
	Account Column
}

// A CRM says where the host keeps what the CRM says of customers. The zero CRM
// is of a host that knows only what the CRM answered with IDs: see
// [deskpolicy.CRMVisibility]. A filter that asks more is an error.
//
// Without a CRMTable.Table, whoever is a ticket's requester is taken to be a contact
// of the ticket's account.
type CRMTable struct {
	// Table has one row for each customer: the contacts of a table of tickets. If
	// left out, Owner and Territory are columns of the rows themselves.
	Table   string
	ID      Column // the customer's ID
	Account Column // whose contact it is; always needed for tickets

	Owner     Column // the user of the CRM who owns the customer
	Territory Column
	Team      TeamTable

	// RequesterForeignKey is whether the requester of a ticket is always in the Table, and
	// a contact of the ticket's account, as a foreign key of both columns sees to.
	// If not, that is looked up wherever it counts.
	RequesterForeignKey bool
}

// A TeamTable is a table with a row for each customer and user of the CRM who is on
// the customer's team. The zero TeamTable is of a host that does not know them.
type TeamTable struct {
	Table    string
	Customer Column // the customer's ID
	User     Column

	// Access is what the user may do: text "view" or "edit", or the integer 1 or 2.
	Access  Column
	Account Column
}

// A Column is a column of IDs, as they are written there. The zero Column is one
// that the host lacks.
//
// It has to be of a type that holds what it is described as:
//
//	           [TextColumn]                      [IntegerColumn]                  [UUIDColumn]
//	PostgreSQL text, varchar, name         smallint, integer, bigint  uuid
//	MariaDB    char, varchar, text, enum,  all integers, unsigned     uuid
//	           and bytes that are UTF-8    ones and decimal(20) too
//	SQLite     whatever is stored as text  as an integer              as text
//
// With another type PostgreSQL reports an error, and in MariaDB and SQLite no ID
// is in the column: SQLite stores a number for text that looks like one where the
// type is NUMERIC by its rules, such as STRING or UUID. What no database tells, and
// selects other rows than it should: char(n) in PostgreSQL, which is compared
// without the spaces at its end, and numbers with fractions as integers, such as
// numeric(20, 2), double precision or float.
//
// Columns that are compared with each other are described alike, such as that of a
// ticket's requester and that of a contact's ID.
type Column struct {
	name    string
	kind    columnKind
	charset string // of MariaDB's; empty if it does not say
	notNull bool
}

type columnKind uint8

const (
	text columnKind = iota
	integer
	uuid
)

func (k columnKind) String() string { return [...]string{"text", "integer", "UUID"}[k] }

// TextColumn returns the column of that name, in which IDs are strings.
func TextColumn(name string) Column { return Column{name: name, kind: text} }

// IntegerColumn returns the column of that name, in which IDs are integers of up to 64
// bits: with a sign or, in MariaDB, without one as well.
func IntegerColumn(name string) Column { return Column{name: name, kind: integer} }

// UUID returns the column of that name, in which IDs are of the type uuid. In
// SQLite they are text in lower case; a column of text is one for [TextColumn].
func UUIDColumn(name string) Column { return Column{name: name, kind: uuid} }

// NotNull returns the column as one that is never NULL. For a workspace's, that
// saves every list half of its look-ups: those for NULL.
func (c Column) NotNull() Column {
	c.notNull = true
	return c
}

// exists reports whether the host has the column.
func (c Column) exists() bool { return c != Column{} }

// A table is a Table whatever its resources.
type table struct {
	Table[deskpolicy.Account] // of whom nothing is taken but the columns
	customer                  customer
}

// A customer says whom the conditions about a customer are about.
type customer uint8

const (
	requester  customer = iota // the requester of a ticket, or of the host's own type
	contactRow                 // the row itself
	companyRow
)

func tableOf[R deskpolicy.Resource](t Table[R]) table {
	is := requester
	switch any((*R)(nil)).(type) {
	case *deskpolicy.Contact:
		is = contactRow
	case *deskpolicy.Company:
		is = companyRow
	}
	return table{Table[deskpolicy.Account](t), is}
}

// looksUpRequester reports whether it takes the CRM's table to know that a requester is a
// contact of the account.
func (t *table) looksUpRequester() bool {
	return t.customer == requester && t.CRM.Table != "" && !t.CRM.RequesterForeignKey
}

// customerColumn returns the column with the ID of the customer.
func (t *table) customerColumn() Column {
	if t.customer == requester {
		return t.Requester
	}
	return t.ID
}

// alias returns what queries call the table.
func (t *table) alias() string {
	if t.Alias != "" {
		return t.Alias
	}
	return t.Name[strings.LastIndexByte(t.Name, '.')+1:]
}

// unusedPrefix returns how names begin that are none of a table's.
func (t *table) unusedPrefix() string {
	names := "v"
	for _, name := range []string{t.alias(), t.Name, t.Mentions.Table, t.CRM.Table, t.CRM.Team.Table} {
		for strings.HasPrefix(strings.ToLower(name), names) {
			names += "w"
		}
	}
	return names
}

// check reports what is wrong with the description.
func (t *table) check(d Dialect) (err error) {
	problem := func(wrong bool, format string, args ...any) {
		if wrong {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: "+format, append([]any{t.Name}, args...)...))
		}
	}
	m, crm := &t.Mentions, &t.CRM
	problem(t.Name == "", "no name")
	problem(!t.ID.exists(), "no column of the ID")
	problem(t.Account.exists() == (t.SingleAccount != ""), "needs either a column of the account or the one account that it is of")
	problem(t.customer != requester && t.Requester.exists(), "a customer has no requester")
	problem(countTrue(m.Array.exists(), m.JSON.exists(), m.Table != "") > 1, "mentions in more than one place")
	problem(m.Array.exists() && d != PostgreSQL, "%v has no arrays", d)
	problem(m.Table == "" && countTrue(m.Ticket.exists(), m.Agent.exists(), m.Account.exists()) > 0, "columns of mentions without a table")
	problem(m.Table != "" && countTrue(m.Ticket.exists(), m.Agent.exists()) < 2, "mentions need the columns of ticket and agent")
	problem(m.Table != "" && !t.isBoundToAccount(m.Account, true), "mentions need a column of the account")
	problem(crm.Table == "" && countTrue(crm.ID.exists(), crm.Account.exists()) > 0, "columns of a CRM without a table")
	problem(crm.Table != "" && !crm.ID.exists(), "the CRM needs a column of the ID")
	problem(crm.Table != "" && !t.isBoundToAccount(crm.Account, t.customer != requester), "the CRM needs a column of the account")
	problem(crm.Team != (TeamTable{}) && (crm.Team.Table == "" || countTrue(crm.Team.Customer.exists(), crm.Team.User.exists(), crm.Team.Access.exists()) < 3),
		"a team needs a table and the columns of customer, user and access")
	problem(crm.Team.Access.kind == uuid, "a team's access is no UUID")
	problem(crm.Team.Table != "" && !t.isBoundToAccount(crm.Team.Account, true), "a team needs a column of the account")
	return errors.Join(err, t.checkKinds(), t.checkNames())
}

// checkKinds reports columns that hold other things than those with which they are
// compared, and character sets that nothing is in.
func (t *table) checkKinds() (err error) {
	m, crm := &t.Mentions, &t.CRM
	for _, pair := range [][2]Column{
		{t.ID, m.Ticket}, {t.customerColumn(), crm.ID}, {t.customerColumn(), crm.Team.Customer}, {crm.ID, crm.Team.Customer},
	} {
		if a, b := pair[0], pair[1]; a.exists() && b.exists() && a.kind != b.kind {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: %q is %v and %q is %v", t.Name, a.name, a.kind, b.name, b.kind))
		}
	}
	for _, c := range t.columns() {
		if _, is := charsets[c.charset]; !is || c.charset != "" && c.kind != text {
			err = errors.Join(err, fmt.Errorf("sqlfilter: table %q: %q is %v in the character set %q", t.Name, c.name, c.kind, c.charset))
		}
	}
	return err
}

// columns returns all columns that the description may name.
func (t *table) columns() []Column {
	m, crm := &t.Mentions, &t.CRM
	return []Column{
		t.ID, t.Account, t.Workspace, t.Group, t.Assignee, t.Owner, t.Requester,
		m.Array, m.JSON, m.Ticket, m.Agent, m.Account,
		crm.ID, crm.Account, crm.Owner, crm.Territory, crm.Team.Customer, crm.Team.User, crm.Team.Access, crm.Team.Account,
	}
}

// isBoundToAccount reports whether a table that goes with this one keeps to the account:
// by its own column or, if the IDs of this one will do, by those.
func (t *table) isBoundToAccount(account Column, byID bool) bool {
	return account.exists() || t.SingleAccount != "" || byID && t.GloballyUniqueIDs
}

// checkNames reports names that cannot be written.
func (t *table) checkNames() (err error) {
	m, crm := &t.Mentions, &t.CRM
	for _, c := range t.columns() {
		if c.exists() {
			err = errors.Join(err, checkName(c.name))
		}
	}
	names := append(strings.Split(t.Name, "."), t.alias())
	for _, name := range []string{m.Table, crm.Table, crm.Team.Table} {
		if name != "" {
			names = append(names, strings.Split(name, ".")...)
		}
	}
	for _, name := range names {
		err = errors.Join(err, checkName(name))
	}
	return err
}

// checkName reports a name that cannot be quoted, or that a builder of queries
// would take for more than a name.
func checkName(name string) error {
	if name == "" || !isText(name) || strings.ContainsAny(name, "?\\") {
		return fmt.Errorf("sqlfilter: %q is no name of a table or a column", name)
	}
	return nil
}

// countTrue counts what holds.
func countTrue(holds ...bool) (n int) {
	for _, h := range holds {
		if h {
			n++
		}
	}
	return n
}
