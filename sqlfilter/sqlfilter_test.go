package sqlfilter_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

var dialects = []sqlfilter.Dialect{sqlfilter.PostgreSQL, sqlfilter.MariaDB, sqlfilter.SQLite}

// acme is an account with a connected CRM.
var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}

// noon is when the CRM answered, and the shared agents ask.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// sam returns a shared agent who sees customers in every way except all of them.
func sam(id deskpolicy.AgentID, contact deskpolicy.ContactID) *deskpolicy.SharedAgent {
	s := deskpolicy.NewSharedAgent(id, acme, deskpolicy.CRMUser{
		ID: "u1", Sees: deskpolicy.TerritoryRecords, Territories: []deskpolicy.TerritoryID{"emea", "apac"},
		Visibility: deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{contact: deskpolicy.Edit, "c2": deskpolicy.View}, AsOf: noon, MaxAge: time.Hour},
	})
	s.Now = noon
	s.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit}
	return s
}

func adminOf(account deskpolicy.Account) *deskpolicy.Agent {
	return &deskpolicy.Agent{ID: "olga", Account: account, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}}}
}

// whole returns a description of tickets with all columns.
func whole() sqlfilter.Table[deskpolicy.Ticket] {
	table := tickets
	table.ID, table.GloballyUniqueIDs = sqlfilter.TextColumn("id"), true
	table.Workspace = table.Workspace.NotNull()
	table.Requester = sqlfilter.TextColumn("requester_id")
	table.Mentions = sqlfilter.MentionColumns{Table: "mentions", Ticket: sqlfilter.TextColumn("ticket_id"), Agent: sqlfilter.TextColumn("agent_id")}
	table.Participants = sqlfilter.ParticipantTable{Table: "participants", Ticket: sqlfilter.TextColumn("ticket_id"), Participant: sqlfilter.TextColumn("agent_id"), Access: sqlfilter.TextColumn("access")}
	table.CCs = sqlfilter.ParticipantTable{Table: "ccs", Ticket: sqlfilter.TextColumn("ticket_id"), Participant: sqlfilter.TextColumn("contact_id"), Access: sqlfilter.IntegerColumn("access")}
	table.CRM = sqlfilter.CRMTable{
		Company: sqlfilter.TextColumn("company_id"), DeskOwner: sqlfilter.TextColumn("agent_id"),
		Table: "crm.contacts", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account_id"), Owner: sqlfilter.TextColumn("owner"), Territory: sqlfilter.TextColumn("territory"),
		Team: sqlfilter.TeamTable{Table: "crm.team", Customer: sqlfilter.TextColumn("contact_id"), User: sqlfilter.TextColumn("user_id"), Access: sqlfilter.TextColumn("access")},
	}
	return table
}

// anna returns an agent with a contact and a company, whose role reaches tickets by the
// scope, as far as the bound reaches them as well.
func anna(t *testing.T, scope, bound deskpolicy.Scope) *deskpolicy.Agent {
	role, err := deskpolicy.NewRole("acme", "Relations", deskpolicy.NewPermissions(deskpolicy.TicketView.At(scope), deskpolicy.TicketReply.At(scope)), nil)
	require.NoError(t, err)
	return &deskpolicy.Agent{
		ID: "anna", Account: acme, Contact: "ca", Company: "co", Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "sales": deskpolicy.Edit},
		Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: bound}},
	}
}

// relations are the relations that can be in a clause on tickets.
var relations = []deskpolicy.Scope{
	deskpolicy.InGroup, deskpolicy.Assigned, deskpolicy.GroupQueue, deskpolicy.Unassigned, deskpolicy.Unrouted, deskpolicy.Requested,
	deskpolicy.Participating, deskpolicy.Mentioned, deskpolicy.MyCustomers, deskpolicy.SameCompany,
}

// TestGoldenRelations pins the SQL of each relation, and of clauses with several.
func TestGoldenRelations(t *testing.T) {
	p := &pinned{T: t}
	for _, d := range dialects {
		for _, scope := range relations {
			where, err := sqlfilter.Where(deskpolicy.FilterFor(anna(t, scope, deskpolicy.Anything), deskpolicy.TicketView), whole(), d)
			p.write(fmt.Sprintf("%v: where, %v", d, scope), where, err)
		}
		both := deskpolicy.FilterFor(anna(t, deskpolicy.Participating|deskpolicy.SameCompany, deskpolicy.Unrouted|deskpolicy.InGroup), deskpolicy.TicketReply)
		where, err := sqlfilter.Where(both, whole(), d)
		p.write(fmt.Sprintf("%v: where, two bounds", d), where, err)
		for _, scope := range []deskpolicy.Scope{deskpolicy.GroupQueue, deskpolicy.Unassigned, deskpolicy.Participating} {
			page, err := sqlfilter.Page(deskpolicy.FilterFor(anna(t, scope, deskpolicy.Anything), deskpolicy.TicketView), whole(), d, sqlfilter.PageRequest{Order: "updated_at", Limit: 50})
			p.write(fmt.Sprintf("%v: page, %v", d, scope), page, err)
		}
	}
	p.compare("relations.golden")
}

// If a filter needs a relation that the table does not describe, the error names what to
// add. What only narrows a filter when it is empty selects nothing without it.
func TestRelationErrors(t *testing.T) {
	for want, change := range map[string]func(*sqlfilter.Table[deskpolicy.Ticket]){
		"condition unassigned of the filter needs Assignee; set it":           func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Assignee = sqlfilter.Column{} },
		"condition no_group of the filter needs Group; set it":                func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Group = sqlfilter.Column{} },
		"condition participant of the filter needs Participants; set it":      func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Participants = sqlfilter.ParticipantTable{} },
		"condition cc of the filter needs CCs; set it":                        func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CCs = sqlfilter.ParticipantTable{} },
		"condition requester_company of the filter needs CRM.Company; set it": func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Company = sqlfilter.Column{} },
		"condition requester_owner of the filter needs CRM.DeskOwner; set it": func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.DeskOwner = sqlfilter.Column{} },
		"Participants needs Table, Ticket, Participant and Access":            func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Participants.Table = "" },
		"CCs needs Table, Ticket, Participant and Access":                     func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CCs.Access = sqlfilter.Column{} },
		"CCs.Access cannot be a UUID":                                         func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CCs.Access = sqlfilter.UUIDColumn("a") },
		"Participants needs Account, or set GloballyUniqueIDs":                func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.GloballyUniqueIDs = false },
		`columns "id" (text) and "n" (integer) are compared and must be`:      func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CCs.Ticket = sqlfilter.IntegerColumn("n") },
	} {
		t.Run(want, func(t *testing.T) {
			table, all := whole(), deskpolicy.Scope(0)
			change(&table)
			for _, scope := range relations {
				all |= scope
			}
			where, err := sqlfilter.Where(deskpolicy.FilterFor(anna(t, all&^deskpolicy.Unassigned, deskpolicy.Anything), deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
			require.ErrorContains(t, err, want)
			text, _ := where.SQL(1)
			assert.Equal(t, "(1=0)", text)
		})
	}
	for _, scope := range []deskpolicy.Scope{deskpolicy.Requested, deskpolicy.SameCompany, deskpolicy.MyCustomers} {
		table := whole()
		table.Requester = sqlfilter.Column{}
		where, err := sqlfilter.Where(deskpolicy.FilterFor(anna(t, scope, deskpolicy.Anything), deskpolicy.TicketView), table, sqlfilter.SQLite)
		require.NoError(t, err)
		text, _ := where.SQL(1)
		assert.Equal(t, "(1=0)", text, scope)
	}
}

// A pinned collects statements for a golden file, to be read in review.
type pinned struct {
	*testing.T
	strings.Builder
}

func (p *pinned) write(name string, f sqlfilter.Fragment, err error) {
	require.NoError(p, err, name)
	text, args := f.SQL(1)
	for _, word := range []string{" FROM (", " UNION ", " CROSS JOIN ", " STRAIGHT_JOIN ", " OR ((", " OR (\"", " OR (`", " + "} {
		text = strings.ReplaceAll(text, word, "\n   "+word)
	}
	listed := make([]string, len(args))
	for i, arg := range args {
		listed[i] = fmt.Sprint(arg)
		if text, is := arg.(string); is {
			listed[i] = strconv.Quote(text)
		}
	}
	fmt.Fprintf(p, "## %s\n%s\n%v\n\n", name, text, listed)
}

// compare compares the statements with the golden file, which -update rewrites.
func (p *pinned) compare(file string) { golden.File(p.T, file, p.Builder.String()) }

// TestGolden pins the SQL of typical filters.
func TestGolden(t *testing.T) {
	p := &pinned{T: t}
	write := p.write
	for _, d := range dialects {
		for name, subject := range inOrder("an administrator", adminOf(acme), "nil agent", (*deskpolicy.Agent)(nil), "an agent of groups", riya, "a shared agent", sam("sam", "c1")) {
			filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView)
			where, err := sqlfilter.Where(filter, whole(), d)
			write(fmt.Sprintf("%v: where, %s", d, name), where, err)
			page, err := sqlfilter.Page(filter, whole(), d, sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}})
			write(fmt.Sprintf("%v: page, %s", d, name), page, err)
			count, err := sqlfilter.Count(filter, whole(), d)
			write(fmt.Sprintf("%v: count, %s", d, name), count, err)
		}
		nullable := tickets
		nullable.Workspace = sqlfilter.TextColumn("workspace_id")
		page, err := sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), nullable, d, sqlfilter.PageRequest{Order: "updated_at", Limit: 50})
		write(fmt.Sprintf("%v: page, an agent of groups, in or outside of workspaces", d), page, err)
		if d == sqlfilter.PostgreSQL {
			searched := tickets
			searched.Mentions = sqlfilter.MentionColumns{Array: sqlfilter.TextColumn("mentioned")}
			page, err := sqlfilter.Page(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView), searched, d, sqlfilter.PageRequest{Order: "updated_at", Limit: 50})
			write(fmt.Sprintf("%v: page, a shared agent, mentions in an array", d), page, err)
		}
		upTo, err := sqlfilter.CountUpTo(deskpolicy.FilterFor(riya, deskpolicy.TicketView), nullable, d, 99)
		write(fmt.Sprintf("%v: count up to 99, an agent of groups", d), upTo, err)
	}
	p.compare("statements.golden")
}

// inOrder yields the names and subjects in order.
func inOrder(pairs ...any) func(func(string, deskpolicy.Subject) bool) {
	return func(yield func(string, deskpolicy.Subject) bool) {
		for i := 0; i < len(pairs); i += 2 {
			if !yield(pairs[i].(string), pairs[i+1].(deskpolicy.Subject)) {
				return
			}
		}
	}
}

// If the description lacks what a filter needs, the functions return an error and a
// Fragment that selects nothing.
func TestErrors(t *testing.T) {
	for want, change := range map[string]func(*sqlfilter.Table[deskpolicy.Ticket]){
		"Name is empty":                                          func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Name = "" },
		"ID is missing":                                          func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.ID = sqlfilter.Column{} },
		"set either Account":                                     func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Account = sqlfilter.Column{} },
		"or SingleAccount":                                       func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.SingleAccount = "acme" },
		"Mentions.Table needs Account":                           func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.GloballyUniqueIDs = false },
		"CRM.Table needs Account":                                func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Account = sqlfilter.Column{} },
		"CRM.Table needs ID":                                     func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.ID = sqlfilter.Column{} },
		"CRM: ID and Account need Table":                         func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Table = "" },
		"set only one of Array, JSON and Table":                  func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions.JSON = sqlfilter.TextColumn("m") },
		"Mentions: Ticket, Agent and Account need Table":         func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions.Table = "" },
		"Mentions.Table needs Ticket and Agent":                  func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions.Agent = sqlfilter.Column{} },
		"CRM.Team needs Table, Customer, User and Access":        func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Team.Access = sqlfilter.Column{} },
		"CRM.Team.Access cannot be a UUID":                       func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Team.Access = sqlfilter.UUIDColumn("a") },
		"must be non-empty UTF-8 text without NUL":               func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Group = sqlfilter.TextColumn("a\x00") },
		`column "desk?": must be`:                                func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Name = "desk?.tickets" },
		"a customer_owner condition; set its columns in CRM":     func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Owner = sqlfilter.Column{} },
		"a customer_territory condition; set its columns in CRM": func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Territory = sqlfilter.Column{} },
		"a customer_team condition; set its columns in CRM":      func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Team = sqlfilter.TeamTable{} },
	} {
		t.Run(want, func(t *testing.T) {
			table := whole()
			change(&table)
			filter := deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView)
			where, err := sqlfilter.Where(filter, table, sqlfilter.PostgreSQL)
			require.ErrorContains(t, err, want)
			text, args := where.SQL(1)
			assert.Equal(t, "(1=0)", text)
			assert.Empty(t, args)
			_, err = sqlfilter.Page(filter, table, sqlfilter.PostgreSQL, sqlfilter.PageRequest{Limit: 1})
			assert.ErrorContains(t, err, want)
			_, err = sqlfilter.Count(filter, table, sqlfilter.PostgreSQL)
			assert.ErrorContains(t, err, want)
			_, err = sqlfilter.CountUpTo(filter, table, sqlfilter.PostgreSQL, 1)
			assert.ErrorContains(t, err, want)
		})
	}
	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	for _, d := range []sqlfilter.Dialect{0, 4, 255} {
		_, err := sqlfilter.Where(filter, tickets, d)
		assert.Error(t, err, d)
		assert.Equal(t, "unknown", d.String())
	}
	arrays := tickets
	arrays.Mentions.Array = sqlfilter.TextColumn("mentions")
	_, err := sqlfilter.Where(filter, arrays, sqlfilter.SQLite)
	assert.ErrorContains(t, err, "SQLite has no arrays; use JSON or Table")
	_, err = sqlfilter.CountUpTo(filter, tickets, sqlfilter.SQLite, -1)
	assert.Error(t, err)
	for _, page := range []sqlfilter.PageRequest{{}, {Limit: -1}, {Limit: 1, Order: "a?"}, {Limit: 1, Columns: []string{""}}} {
		_, err = sqlfilter.Page(filter, tickets, sqlfilter.SQLite, page)
		assert.Error(t, err, page)
	}
	contacts := sqlfilter.Table[deskpolicy.Contact]{Name: "contacts", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account"), Requester: sqlfilter.TextColumn("requester")}
	_, err = sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.ContactView), contacts, sqlfilter.SQLite)
	assert.ErrorContains(t, err, "contacts and companies have no requester")
}

// A table says whether a ticket is confidential, or that none ever is.
func TestConfidential(t *testing.T) {
	table := whole()
	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	where := func() string {
		fragment, err := sqlfilter.Where(filter, table, sqlfilter.PostgreSQL)
		require.NoError(t, err)
		text, _ := fragment.SQL(1)
		return text
	}
	none := where()
	assert.NotContains(t, none, "FALSE")
	table.Confidential, table.NoneConfidential = "is_private", false
	text := where()
	assert.Contains(t, text, `"group_id" = ANY(CAST($3 AS text[])) AND "tickets"."is_private" = FALSE)`)
	assert.Contains(t, text, `"assignee_id" = CAST($5 AS text))`)
	assert.Equal(t, 1, strings.Count(text, "FALSE"))
	assert.Equal(t, 3, strings.Count(text, " OR ")) // with what takes part in and what mentions her

	table.NoneConfidential = true
	_, err := sqlfilter.Where(filter, table, sqlfilter.PostgreSQL)
	assert.EqualError(t, err, `sqlfilter: table "tickets": set either Confidential or NoneConfidential`)
	table.Confidential, table.NoneConfidential = "", false
	_, err = sqlfilter.Where(filter, table, sqlfilter.PostgreSQL)
	assert.EqualError(t, err, `sqlfilter: table "tickets": the condition not_confidential of the filter needs Confidential or NoneConfidential; set it`)
	_, err = sqlfilter.Where(deskpolicy.FilterFor(adminOf(riya.Account), deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
	assert.NoError(t, err) // it does not matter
	table.Confidential = "a?"
	_, err = sqlfilter.Where(filter, table, sqlfilter.PostgreSQL)
	assert.ErrorContains(t, err, `name of a table or column "a?"`)
	_, err = sqlfilter.NewParams(filter)
	assert.ErrorContains(t, err, "pass filter.NoneConfidential()")
}

// Filters for another account select nothing in a table of a single account.
func TestOnlyOf(t *testing.T) {
	table := tickets
	table.Account, table.SingleAccount = sqlfilter.Column{}, "acme"
	for account, want := range map[deskpolicy.AccountID]bool{"acme": true, "globex": false} {
		where, err := sqlfilter.Where(deskpolicy.FilterFor(adminOf(deskpolicy.Account{ID: account}), deskpolicy.TicketView), table, sqlfilter.SQLite)
		require.NoError(t, err)
		text, _ := where.SQL(1)
		assert.Equal(t, want, text != "(1=0)", text)
	}
}

// A column does not match, or cast, an ID that its type cannot hold.
func TestNoSuchID(t *testing.T) {
	for kind, ids := range map[string][]string{
		"text": {"a\x00", "\xff"}, "integer": {"", "01", "+1", " 1", "1.0", "0x1", "-0", "9223372036854775808"},
		"uuid": {"x", "0000000A-00FF-4000-8000-000000000001", "{0000000a-00ff-4000-8000-000000000001}", "0000000a-00ff-4000-8000-00000000000g", "0000000a00ff-4000-8000-0000000000011"},
	} {
		for _, id := range ids {
			column := map[string]func(string) sqlfilter.Column{"text": sqlfilter.TextColumn, "integer": sqlfilter.IntegerColumn, "uuid": sqlfilter.UUIDColumn}[kind]
			text, _ := assignedTo(t, id, column("assignee_id"))
			assert.Equal(t, "(1=0)", text, "%s %q", kind, id)
		}
	}
}

func TestFragment(t *testing.T) {
	zero, args, err := sqlfilter.Fragment{}.ToSql()
	require.NoError(t, err)
	assert.Equal(t, "(1=0)", zero)
	assert.Empty(t, args)

	filter := deskpolicy.FilterFor(adminOf(acme), deskpolicy.TicketView)
	where, err := sqlfilter.Where(filter, tickets, sqlfilter.PostgreSQL)
	require.NoError(t, err)
	numbered, args := where.SQL(7)
	assert.Contains(t, numbered, "CAST($7 AS text)")
	assert.Equal(t, "acme", args[0])
	marked, _, _ := where.ToSql()
	assert.NotContains(t, marked, "$")
	var walked strings.Builder
	where.Walk(func(text string) { walked.WriteString(text) }, func(any) { walked.WriteString("?") })
	assert.Equal(t, marked, walked.String())

	for _, text := range []string{"", "a = ?", "a) OR (1=1", "(a", "a'", "a --", "a /* */", "a; b", "a # b", `'\'`, "$1", "a\x00", ")("} {
		_, err := sqlfilter.Raw(text)
		assert.Error(t, err, text)
	}
	raw, err := sqlfilter.Raw("status = ? OR note = '?)'", "open")
	require.NoError(t, err)
	page, err := sqlfilter.Page(filter, tickets, sqlfilter.PostgreSQL, sqlfilter.PageRequest{Limit: 1, Conditions: []sqlfilter.Fragment{raw, {}}})
	require.NoError(t, err)
	text, args := page.SQL(1)
	assert.Contains(t, text, ` AND (status = $3 OR note = '?)') AND ((1=0))`)
	assert.Equal(t, "open", args[2])
}

func TestCursor(t *testing.T) {
	request := sqlfilter.PageRequest{Order: "updated_at", Limit: 1}
	for _, value := range []any{nil, 7, int32(7), int64(-7), "x\u2028", time.Now()} {
		made, err := request.CursorAfter(value, "é'")
		require.NoError(t, err)
		text, err := made.MarshalText()
		require.NoError(t, err)
		var read sqlfilter.Cursor
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, made, read)
		for i := range text {
			changed := append([]byte(nil), text...)
			changed[i] ^= 1
			var other sqlfilter.Cursor
			if other.UnmarshalText(changed) == nil {
				again, _ := other.MarshalText()
				assert.Equal(t, changed, again, "one text, one cursor")
			}
		}
		assert.ErrorIs(t, read.UnmarshalText(append(text, 'A')), sqlfilter.ErrInvalidCursor)
	}
	for _, value := range []any{1.5, []byte("x"), "\xff", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, err := request.CursorAfter(value, "1")
		assert.Error(t, err, value)
	}
	_, err := request.CursorAfter(1, "")
	assert.Error(t, err)
	assert.NotErrorIs(t, err, sqlfilter.ErrInvalidCursor, "the error is the host's")
	var zero sqlfilter.Cursor
	require.NoError(t, zero.UnmarshalText(nil))
	assert.Equal(t, sqlfilter.Cursor{}, zero)

	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	for _, wrong := range []sqlfilter.PageRequest{{Order: "created_at"}, {Order: "updated_at", Ascending: true}, {}} {
		wrong.Limit = 1
		after, err := wrong.CursorAfter(1, "1")
		require.NoError(t, err)
		request.After = after
		_, err = sqlfilter.Page(filter, tickets, sqlfilter.PostgreSQL, request)
		assert.ErrorIs(t, err, sqlfilter.ErrInvalidCursor, "%+v", wrong)
	}
	for value, id := range map[any]string{1: "x", nil: "1"} { // not an integer; no value
		request.After, err = request.CursorAfter(value, id)
		require.NoError(t, err)
		_, err = sqlfilter.Page(filter, tickets, sqlfilter.PostgreSQL, request)
		assert.ErrorIs(t, err, sqlfilter.ErrInvalidCursor)
	}
	request.After, request.Limit = sqlfilter.Cursor{}, 0
	_, err = sqlfilter.Page(filter, tickets, sqlfilter.PostgreSQL, request)
	assert.Error(t, err)
	assert.NotErrorIs(t, err, sqlfilter.ErrInvalidCursor)
}

func TestParams(t *testing.T) {
	p, err := sqlfilter.NewParams(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView).NoneConfidential())
	require.NoError(t, err)
	outside := []string{""}
	assert.Equal(t, sqlfilter.Params{
		Account: "acme", Agent: "sam", GroupsIn: outside, MentionedIn: outside, CustomersIn: outside, Groups: []string{"billing"},
		CustomerOwners: []string{"u1"}, Territories: []string{"apac", "emea"}, Member: "u1", MemberAccess: []string{"view", "edit"}, Contacts: []string{"c1", "c2"},
	}, p)
	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(adminOf(acme), deskpolicy.ContactView))
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", EverythingIn: outside}, p)
	p, err = sqlfilter.NewParams(deskpolicy.Filter[deskpolicy.Ticket]{})
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{}, p)

	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(anna(t, deskpolicy.Assigned, deskpolicy.InGroup), deskpolicy.TicketView).NoneConfidential())
	require.EqualError(t, err, "sqlfilter: Params cannot represent a clause with several conditions; use Where or Page")
	assert.Equal(t, sqlfilter.Params{}, p)
	_, err = sqlfilter.NewParams(deskpolicy.FilterFor(anna(t, deskpolicy.Participating, deskpolicy.Anything), deskpolicy.TicketView).NoneConfidential())
	require.ErrorContains(t, err, "(participant); use Where or Page")

	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(riya, deskpolicy.TicketNoteEditOwn).NoneConfidential())
	require.EqualError(t, err, "sqlfilter: Params cannot represent a filter for the agent's own resources; use Where or Page")
	assert.Equal(t, sqlfilter.Params{}, p)
}
