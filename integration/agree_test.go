package integration

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// ---- subjects

var now = time.Date(2026, 11, 5, 8, 0, 0, 0, time.UTC)

// drawRelations draws a named set or a random union of relations.
func drawRelations(t *rapid.T, label string) deskpolicy.Scope {
	if rapid.Bool().Draw(t, label+" named") {
		return rapid.SampledFrom([]deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeShared, deskpolicy.ScopeGlobal}).Draw(t, label)
	}
	var s deskpolicy.Scope
	for range rapid.IntRange(1, 4).Draw(t, label+" relations") {
		s |= 1 << rapid.IntRange(0, 9).Draw(t, label) // without Anything, which includes the others
	}
	return s
}

// customisable are the permissions from which the tests draw custom roles.
var customisable = []interface {
	At(deskpolicy.Scope) deskpolicy.Permission
}{
	deskpolicy.TicketView, deskpolicy.TicketReply, deskpolicy.TicketNoteEditOwn, deskpolicy.ConversationView, deskpolicy.TicketView, deskpolicy.TicketReply,
	deskpolicy.ContactView, deskpolicy.ContactEdit, deskpolicy.CompanyView, deskpolicy.CompanyEdit,
	deskpolicy.ReportView, deskpolicy.ReportCreate, deskpolicy.ContactCreate, deskpolicy.DashboardView, deskpolicy.TicketListManageOwn,
}

func drawRole(t *rapid.T, account string) deskpolicy.Role {
	builtIn := []deskpolicy.Role{
		deskpolicy.AgentRole.Role(), deskpolicy.SharedAgentRole.Role(), deskpolicy.SupervisorRole.Role(), deskpolicy.AdministratorRole.Role(), deskpolicy.SupportAgentRole.Role(), deskpolicy.RestrictedUserRole.Role(),
	}
	if i := rapid.IntRange(0, len(builtIn)+5).Draw(t, "role"); i < len(builtIn) {
		return builtIn[i]
	}
	var held []deskpolicy.Permission
	for _, action := range rapid.SliceOfN(rapid.SampledFrom(customisable), 1, 10).Draw(t, "permissions") {
		held = append(held, action.At(drawRelations(t, "scope")))
	}
	role, err := deskpolicy.NewRole(deskpolicy.AccountID(account), "Custom", deskpolicy.NewPermissions(held...), nil)
	if err != nil {
		panic(err)
	}
	return role
}

func drawAccount(t *rapid.T, n names) deskpolicy.Account {
	a := deskpolicy.Account{
		ID: deskpolicy.AccountID(account(t, n)), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures},
		Integrated: rapid.IntRange(0, 9).Draw(t, "integrated") > 0,
	}
	for _, w := range rapid.SliceOfN(rapid.SampledFrom(n.workspaces), 0, 2).Draw(t, "open") {
		a.OpenWorkspaces = append(a.OpenWorkspaces, deskpolicy.WorkspaceID(w))
	}
	return a
}

func drawBindings(t *rapid.T, n names, account string) (bindings []deskpolicy.Binding) {
	places := append(slices.Clone(n.workspaces), "*", "*", "*", "*open*", "*open*", "*open*", "**", n.alien[0])
	for range several(t, 1, 4, "bindings") {
		bindings = append(bindings, deskpolicy.Binding{
			Role: drawRole(t, account), Workspace: deskpolicy.WorkspaceID(pick(t, places, "workspace")),
			TicketScope: rapid.OneOf(rapid.Just(deskpolicy.ScopeGlobal), rapid.Custom(func(t *rapid.T) deskpolicy.Scope { return drawRelations(t, "relations") })).Draw(t, "ticket scope"),
		})
	}
	return bindings
}

func drawAccesses[ID ~string](t *rapid.T, from, alien []string, label string) map[ID]deskpolicy.Access {
	accesses := map[ID]deskpolicy.Access{}
	for range several(t, 1, 4, label) {
		name := pick(t, from, label)
		if rapid.IntRange(0, 5).Draw(t, "alien") == 5 {
			name = pick(t, alien, "alien")
		}
		accesses[ID(name)] = deskpolicy.Access(rapid.IntRange(0, 2).Draw(t, "access"))
	}
	return accesses
}

func drawUser(t *rapid.T, n names) deskpolicy.CRMUser {
	u := deskpolicy.CRMUser{
		ID: deskpolicy.CRMUserID(pick(t, n.users, "user")), Sees: deskpolicy.CRMRecords(rapid.IntRange(0, 3).Draw(t, "sees")),
		Visibility: deskpolicy.CRMVisibility{
			Contacts:  drawAccesses[deskpolicy.ContactID](t, n.contacts, n.alien, "visible contacts"),
			Companies: drawAccesses[deskpolicy.CompanyID](t, n.companies, n.alien, "visible companies"),
			AsOf:      now.Add(-time.Duration(rapid.IntRange(0, 3).Draw(t, "age"))), MaxAge: 3, // expired at 3
		},
	}
	for _, territory := range rapid.SliceOfN(rapid.SampledFrom(n.territories), 0, 2).Draw(t, "territories") {
		u.Territories = append(u.Territories, deskpolicy.TerritoryID(territory))
	}
	if rapid.Bool().Draw(t, "hierarchy") {
		u.Hierarchy = map[deskpolicy.TerritoryID]deskpolicy.TerritoryID{deskpolicy.TerritoryID(pick(t, n.territories, "child")): deskpolicy.TerritoryID(pick(t, n.territories, "parent"))}
	}
	return u
}

// drawSubject draws a subject of any kind, sometimes nil.
func drawSubject(t *rapid.T, n names) deskpolicy.Subject {
	id := deskpolicy.AgentID(pick(t, n.agents, "agent"))
	if rapid.IntRange(0, 9).Draw(t, "alien") == 9 {
		id = deskpolicy.AgentID(pick(t, n.alien, "alien"))
	}
	account := drawAccount(t, n)
	switch kind := rapid.IntRange(0, 11).Draw(t, "kind"); {
	case kind < 4:
		return &deskpolicy.Agent{
			ID: id, Account: account, Bindings: drawBindings(t, n, string(account.ID)), Contact: deskpolicy.ContactID(pick(t, append(n.contacts, ""), "own contact")), Company: deskpolicy.CompanyID(pick(t, append(n.companies, ""), "own company")),
			Groups: drawAccesses[deskpolicy.GroupID](t, n.groups, n.alien, "groups"),
		}
	case kind < 9:
		s := deskpolicy.NewSharedAgent(id, account, drawUser(t, n))
		if rapid.Bool().Draw(t, "custom") {
			s.Bindings = drawBindings(t, n, string(account.ID))
		}
		s.Groups, s.Now = drawAccesses[deskpolicy.GroupID](t, n.groups, n.alien, "groups"), now
		return s
	case kind == 9:
		return drawSession(t, account)
	case kind == 10:
		return &deskpolicy.Agent{ID: id, Account: account, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}}}
	default:
		return []deskpolicy.Subject{
			nil, &deskpolicy.Agent{}, &deskpolicy.Agent{ID: id, Account: account, Deactivated: true}, &deskpolicy.CRMOnlyUser{Account: account, CRM: deskpolicy.CRMUser{ID: "ursa"}},
		}[rapid.IntRange(0, 3).Draw(t, "nobody")]
	}
}

// eve is a support engineer.
var eve = deskpolicy.SupportEngineer{ID: "eve", Email: "eve@vendor.example"}

// drawSession draws the session of a support engineer before, during or after the
// term of a support grant.
func drawSession(t *rapid.T, account deskpolicy.Account) deskpolicy.Subject {
	owner := &deskpolicy.Agent{ID: "1", Account: account, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}}}
	terms := deskpolicy.SupportGrantTerms{ID: "g", Start: now.Add(time.Hour), End: now.Add(48 * time.Hour), Roles: []deskpolicy.Role{deskpolicy.AdministratorRole.Role()}, Engineers: []deskpolicy.SupportEngineer{eve}}
	for _, w := range account.OpenWorkspaces[:min(1, len(account.OpenWorkspaces))] {
		terms.Workspaces = map[deskpolicy.WorkspaceID][]deskpolicy.Role{w: {deskpolicy.SupervisorRole.Role()}}
	}
	grant, _, err := deskpolicy.NewSupportGrant(owner, terms, now)
	if err != nil {
		panic(err)
	}
	after := rapid.SampledFrom([]time.Duration{0, time.Hour, 2 * time.Hour, 48 * time.Hour}).Draw(t, "at")
	return grant.Session(eve, account, now.Add(after))
}

// drawThresholds usually lowers the thresholds until the test ends, so that a few
// rows and values count as many.
func drawThresholds(t *testing.T, rt *rapid.T) {
	for _, n := range []struct {
		is          *int
		least, most int
	}{
		{&thresholds.Values, 0, 4}, {&thresholds.Clauses, 0, 8}, {&thresholds.Looked, 0, 3}, {&thresholds.Newest, 0, 12},
		{&thresholds.PostgreSQL, 0, 4}, {&thresholds.MariaDB, 0, 4}, {&thresholds.SQLite, 0, 4}, {&thresholds.Hashed, 1, 4}, {&thresholds.Inline, 1, 4},
	} {
		was := *n.is
		t.Cleanup(func() { *n.is = was })
		if rapid.IntRange(0, 3).Draw(rt, "lower") > 0 {
			*n.is = rapid.IntRange(n.least, n.most).Draw(rt, "threshold")
		}
	}
}

// ---- the comparison

// A tally counts comparisons.
type tally struct {
	filters, some, selected, rows, pages, refused int
}

func (c tally) String() string {
	return fmt.Sprintf("%d filters, %d of which select anything; %d rows compared, %d of which selected; %d pages; %d filters refused",
		c.filters, c.some, c.rows, c.selected, c.pages, c.refused)
}

func (c *tally) add(more tally) {
	c.filters, c.some, c.selected = c.filters+more.filters, c.some+more.some, c.selected+more.selected
	c.rows, c.pages, c.refused = c.rows+more.rows, c.pages+more.pages, c.refused+more.refused
}

// A testDB is a database with the rows of a dataset.
type testDB struct {
	t     *rapid.T
	on    server
	of    layout
	tally *tally
}

// ints returns the numbers that the statement selects in its first column.
func (b testDB) ints(f sqlfilter.Fragment, columns int) (numbers []int, last []any) {
	text, args := f.SQL(1)
	rows, err := b.on.Query(text, args...)
	require.NoError(b.t, err, "%s %q", text, args)
	defer rows.Close()
	for rows.Next() {
		var n int
		values, into := make([]any, columns), make([]any, columns)
		for i := range values {
			into[i] = &values[i]
		}
		into[columns-1] = &n
		require.NoError(b.t, rows.Scan(into...), "%s", text)
		numbers, last = append(numbers, n), values
	}
	require.NoError(b.t, rows.Err(), "%s %q", text, args)
	return numbers, last
}

func (b testDB) raw(text string) sqlfilter.Fragment {
	f, err := sqlfilter.Raw(text)
	require.NoError(b.t, err)
	return f
}

// selected returns the seq of the rows that the condition selects.
func (b testDB) selected(from string, where sqlfilter.Fragment, order string) []int {
	text, args := where.SQL(1)
	rows, err := b.on.Query("SELECT seq FROM "+from+" WHERE NOT (1=0) AND "+text+order, args...)
	require.NoError(b.t, err, "%s %q", text, args)
	defer rows.Close()
	seqs := []int{}
	for rows.Next() {
		var seq int
		require.NoError(b.t, rows.Scan(&seq))
		seqs = append(seqs, seq)
	}
	require.NoError(b.t, rows.Err())
	return seqs
}

// agree compares the rows that the filter's statements select with those that it
// matches. The rows are the things, with the numbers seqs.
func agree[R deskpolicy.Resource](b testDB, subject deskpolicy.Subject, action deskpolicy.Action[R], table sqlfilter.Table[R], seqs []int, things []R) {
	filter := deskpolicy.FilterFor(subject, action)
	where, err := sqlfilter.Where(filter, table, b.on.dialect)
	if b.of.crm == "none" && err != nil {
		require.Regexp(b.t, "set its columns in CRM|needs (CRM.Company|CRM.DeskOwner|Participants|CCs|Group); set it", err)
		b.tally.refused++
		return
	}
	require.NoError(b.t, err)
	want := []int{}
	for i := range things {
		if filter.Match(&things[i]) {
			want = append(want, seqs[i])
		}
	}
	from, name := table.Name, table.Name
	if table.Alias != "" {
		from, name = from+" AS "+table.Alias, table.Alias
	}
	text, args := where.SQL(1)
	what := fmt.Sprintf("%v on %s by %#v: %s %q", action, b.of.name, subject, text, args)
	require.Equal(b.t, want, b.selected(from, where, " ORDER BY seq"), what)
	b.tally.filters, b.tally.rows, b.tally.selected = b.tally.filters+1, b.tally.rows+len(things), b.tally.selected+len(want)
	if len(want) > 0 {
		b.tally.some++
	}

	count, err := sqlfilter.Count(filter, table, b.on.dialect)
	require.NoError(b.t, err)
	n, _ := b.ints(count, 1)
	require.Equal(b.t, []int{len(want)}, n, what)
	count, err = sqlfilter.Count(filter, table, b.on.dialect, b.raw("1=2 OR seq > 2"))
	require.NoError(b.t, err)
	n, _ = b.ints(count, 1)
	require.Equal(b.t, []int{len(later(want))}, n, what)
	for _, most := range []int{0, 1, len(want) - 1, len(want), len(want) + 1} {
		if most >= 0 {
			upTo, err := sqlfilter.CountUpTo(filter, table, b.on.dialect, most)
			require.NoError(b.t, err)
			n, _ := b.ints(upTo, 1)
			require.Equal(b.t, []int{min(len(want), most+1)}, n, "up to %d: %s", most, what)
		}
	}
	for _, order := range []string{"updated", ""} {
		for _, direction := range []string{" DESC", ""} {
			by := fmt.Sprintf(" ORDER BY %s.id%s", name, direction)
			if order != "" {
				by = fmt.Sprintf(" AND %s.updated IS NOT NULL ORDER BY %[1]s.updated%[2]s, %[1]s.id%[2]s", name, direction)
			}
			all := b.selected(from, where, by)
			size := 1 + rand.IntN(len(all)+1)
			sizes := []int{size}
			if rand.IntN(40) == 0 {
				for sizes = nil; len(sizes) <= len(all); {
					sizes = append(sizes, len(sizes)+1)
				}
			}
			for _, size := range sizes {
				request := sqlfilter.PageRequest{Order: order, Ascending: direction == "", Limit: size, Columns: []string{"seq"}}
				if rand.IntN(3) == 0 {
					request.Columns = []string{"seq", "updated", "id", "seq"}
				}
				right := all
				if rand.IntN(2) == 0 {
					request.Conditions = []sqlfilter.Fragment{b.raw("1=2 OR seq > 2")}
					right = later(all)
				}
				require.Equal(b.t, right, walk(b, filter, table, request), "%s in pages of %d: %s", by, size, what)
			}
		}
	}
}

// later returns the rows that meet the raw condition.
func later(seqs []int) []int {
	left := []int{}
	for _, seq := range seqs {
		if seq > 2 {
			left = append(left, seq)
		}
	}
	return left
}

// walk returns the rows of all pages.
func walk[R deskpolicy.Resource](b testDB, filter deskpolicy.Filter[R], table sqlfilter.Table[R], request sqlfilter.PageRequest) []int {
	all := []int{}
	for {
		statement, err := sqlfilter.Page(filter, table, b.on.dialect, request)
		require.NoError(b.t, err)
		columns := 1 + len(request.Columns)
		if request.Order != "" {
			columns++
		}
		seqs, last := b.ints(statement, columns)
		b.tally.pages++
		require.LessOrEqual(b.t, len(seqs), request.Limit)
		all = append(all, seqs...)
		if len(seqs) < request.Limit {
			return all
		}
		request.After = b.next(request, last)
	}
}

// next returns the cursor of the page's last row, marshaled and unmarshaled.
func (b testDB) next(request sqlfilter.PageRequest, last []any) (c sqlfilter.Cursor) {
	var value any
	if request.Order != "" {
		value = last[1]
	}
	if raw, is := value.([]byte); is {
		value = string(raw)
	}
	made, err := request.CursorAfter(value, b.id(last[0]))
	require.NoError(b.t, err)
	text, err := made.MarshalText()
	require.NoError(b.t, err)
	require.NoError(b.t, c.UnmarshalText(text))
	return c
}

// id returns the text of an ID that the driver returned.
func (b testDB) id(value any) string {
	switch v := value.(type) {
	case []byte:
		return string(v)
	case [16]byte:
		return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
	default:
		return fmt.Sprint(v)
	}
}

// layouts returns the layouts that the tests use with the dialect.
func layouts(d sqlfilter.Dialect) []layout {
	all := []layout{
		{name: "text, JSON", ids: "text", mentions: "json", crm: "joined", times: true},
		{name: "text, mentions in a table, IDs per account", ids: "text", mentions: "table", crm: "joined", perAccount: true},
		{name: "integers, mentions in a table", ids: "integer", mentions: "table", crm: "joined"},
		{name: "integers, JSON, IDs per account, contact sets", ids: "integer", mentions: "json", crm: "none", perAccount: true, times: true},
		{name: "text, mentions in a table, contacts referenced", ids: "text", mentions: "table", crm: "joined", referenced: true},
		{name: "UUIDs, JSON", ids: "uuid", mentions: "json", crm: "joined"},
		{name: "UUIDs, mentions in a table, one account", ids: "uuid", mentions: "table", crm: "joined", oneAccount: true},
		{name: "text, nothing but people", ids: "text", mentions: "none", crm: "none", bare: true},
	}
	if d == sqlfilter.PostgreSQL {
		all = append(all,
			layout{name: "text, arrays", ids: "text", mentions: "array", crm: "joined"},
			layout{name: "integers, arrays", ids: "integer", mentions: "array", crm: "joined", times: true},
			layout{name: "UUIDs, arrays, IDs per account", ids: "uuid", mentions: "array", crm: "none", perAccount: true},
		)
	}
	return all
}

// TestAgreement draws datasets and subjects, and compares the rows that each filter
// selects in SQL with those that it matches.
func TestAgreement(t *testing.T) {
	var all tally
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			for _, l := range layouts(s.open(t).dialect) {
				t.Run(strings.ReplaceAll(l.name, " ", "_"), func(t *testing.T) { agreement(t, s.open(t), l, &all) })
			}
		})
	}
	t.Logf("total: %v", all)
	require.GreaterOrEqual(t, 8*all.some, all.filters, "an eighth of the filters select something")
}

func agreement(t *testing.T, on server, l layout, all *tally) {
	on.tables(t, l)
	n := namesOf(l)
	var count tally
	rapid.Check(t, func(rt *rapid.T) {
		w := drawDataset(rt, l, n)
		on.fill(t, l, w)
		drawThresholds(t, rt)
		b := testDB{rt, on, l, &count}
		var seqs, contactSeqs, companySeqs []int
		var tickets []deskpolicy.Ticket
		var notes []deskpolicy.Note
		var conversations []deskpolicy.Conversation
		var reports []deskpolicy.Report
		var dashboards []deskpolicy.Dashboard
		for _, r := range w.things {
			ticket := w.ticket(l, r)
			seqs = append(seqs, r.seq)
			tickets = append(tickets, ticket)
			notes = append(notes, deskpolicy.Note{Ticket: ticket, Author: or[deskpolicy.AgentID](r.owner)})
			conversations = append(conversations, chat(ticket))
			reports = append(reports, deskpolicy.Report{Account: ticket.Account, Workspace: ticket.Workspace, Team: ticket.Group, Owner: or[deskpolicy.AgentID](r.owner)})
			dashboards = append(dashboards, deskpolicy.Dashboard{Account: ticket.Account, Workspace: ticket.Workspace, Team: ticket.Group, Owner: or[deskpolicy.AgentID](r.owner)})
		}
		var contacts []deskpolicy.Contact
		for _, p := range w.contacts {
			contacts, contactSeqs = append(contacts, p.contact()), append(contactSeqs, p.seq)
		}
		var companies []deskpolicy.Company
		for _, p := range w.companies {
			companies, companySeqs = append(companies, p.company()), append(companySeqs, p.seq)
		}
		for range 3 {
			subject := drawSubject(rt, n)
			agree(b, subject, deskpolicy.TicketView, describeTickets[deskpolicy.Ticket](l, ""), seqs, tickets)
			agree(b, subject, deskpolicy.TicketReply, describeTickets[deskpolicy.Ticket](l, "v"), seqs, tickets)
			agree(b, subject, deskpolicy.TicketNoteEditOwn, describeTickets[deskpolicy.Note](l, "vs"), seqs, notes)
			agree(b, subject, deskpolicy.ConversationView, describeTickets[deskpolicy.Conversation](l, ""), seqs, conversations)
			reportTable := describe[deskpolicy.Report](l, "r")
			reportTable.Assignee = reportTable.Owner
			agree(b, subject, deskpolicy.ReportView, reportTable, seqs, reports)
			agree(b, subject, deskpolicy.ReportCreate, reportTable, seqs, reports) // reports may have no owner
			dashboardTable := describe[deskpolicy.Dashboard](l, "")
			dashboardTable.Assignee = dashboardTable.Owner
			agree(b, subject, deskpolicy.DashboardView, dashboardTable, seqs, dashboards)
			aside := rapid.Bool().Draw(rt, "aside")
			agree(b, subject, deskpolicy.ContactView, describePeople[deskpolicy.Contact](l, "contacts", "team", aside), contactSeqs, contacts)
			agree(b, subject, deskpolicy.ContactCreate, describePeople[deskpolicy.Contact](l, "contacts", "team", aside), contactSeqs, contacts)
			agree(b, subject, deskpolicy.ContactEdit, describePeople[deskpolicy.Contact](l, "contacts", "team", !aside), contactSeqs, contacts)
			agree(b, subject, deskpolicy.CompanyView, describePeople[deskpolicy.Company](l, "companies", "company_team", aside), companySeqs, companies)
		}
	})
	t.Log(count)
	all.add(count)
}
