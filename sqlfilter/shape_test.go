package sqlfilter_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// set sets a threshold for the test.
func set(t *testing.T, threshold *int, n int) {
	was := *threshold
	*threshold = n
	t.Cleanup(func() { *threshold = was })
}

// fewAreMany lowers the thresholds so that two values count as many.
func fewAreMany(t *testing.T) {
	for _, threshold := range []*int{
		&thresholds.Values, &thresholds.Looked, &thresholds.PostgreSQL, &thresholds.MariaDB, &thresholds.SQLite,
	} {
		set(t, threshold, 1)
	}
	set(t, &thresholds.Hashed, 2)
}

// crossing returns an agent who sees everything in the CRM, in one workspace and
// outside workspaces.
func crossing() *deskpolicy.SharedAgent {
	s := sam("sam", "c1")
	s.Account.OpenWorkspaces = []deskpolicy.WorkspaceID{"it"}
	s.CRM.Sees = deskpolicy.AllRecords
	for _, place := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "it"} {
		s.Bindings = append(s.Bindings, deskpolicy.Binding{Role: deskpolicy.SharedAgentRole.Role(), Workspace: place, TicketScope: deskpolicy.ScopeRestricted})
	}
	return s
}

// TestShapes pins the statements for many values, with lowered thresholds, and for
// other kinds of tables.
func TestShapes(t *testing.T) {
	p := &pinned{T: t}
	request := sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject", "id", "subject"}}
	after, err := request.CursorAfter("2026-11-05 08:00", "4711")
	require.NoError(t, err)
	nullable := tickets
	nullable.Workspace = sqlfilter.TextColumn("workspace_id")
	for _, d := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			fewAreMany(t)
			page, err := sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), nullable, d, request)
			p.write(fmt.Sprintf("%v: page, two groups are many, in or outside of workspaces", d), page, err)
			later, oldest := request, request
			later.After, oldest.Ascending = after, true
			later.Order, oldest.Columns = "updated_at", nil
			open, err := sqlfilter.Raw("status = ?", "open")
			require.NoError(t, err)
			later.Conditions = []sqlfilter.Fragment{open}
			page, err = sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), tickets, d, later)
			p.write(fmt.Sprintf("%v: later page, two groups are many, open ones", d), page, err)
			integers := nullable
			integers.Workspace = sqlfilter.IntegerColumn("workspace_id")
			page, err = sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), integers, d, oldest)
			p.write(fmt.Sprintf("%v: oldest, two groups are many, all of them outside of workspaces", d), page, err)
			count, err := sqlfilter.Count(deskpolicy.FilterFor(riya, deskpolicy.TicketView), nullable, d)
			p.write(fmt.Sprintf("%v: count, two groups are many, in or outside of workspaces", d), count, err)
		})
		known := whole()
		known.CRM.RequesterForeignKey = true
		where, err := sqlfilter.Where(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView), known, d)
		p.write(fmt.Sprintf("%v: where, a shared agent, requesters are referenced", d), where, err)
		page, err := sqlfilter.Page(deskpolicy.FilterFor(crossing(), deskpolicy.TicketView), known, d, sqlfilter.PageRequest{Limit: 50})
		p.write(fmt.Sprintf("%v: page by ID, all customers who are referenced, in two workspaces", d), page, err)
		contacts := sqlfilter.Table[deskpolicy.Contact]{
			Name: "crm.contacts", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account_id"), GloballyUniqueIDs: true,
			CRM: sqlfilter.CRMTable{Owner: sqlfilter.TextColumn("owner"), Territory: sqlfilter.TextColumn("territory"), Team: known.CRM.Team},
		}
		where, err = sqlfilter.Where(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.ContactView), contacts, d)
		p.write(fmt.Sprintf("%v: where, the contacts of a shared agent", d), where, err)
		companies := sqlfilter.Table[deskpolicy.Company]{
			Name: "companies", Alias: "v", ID: sqlfilter.IntegerColumn("id"), SingleAccount: "acme", CRM: sqlfilter.CRMTable{Owner: sqlfilter.TextColumn("owner"), Territory: sqlfilter.TextColumn("territory")},
		}
		user := deskpolicy.CRMUser{ID: "u1", Visibility: deskpolicy.CRMVisibility{Companies: map[deskpolicy.CompanyID]deskpolicy.Access{"7": deskpolicy.View, "8": deskpolicy.View}, AsOf: noon, MaxAge: 1}}
		listed := deskpolicy.NewSharedAgent("sam", acme, user)
		listed.Now = noon
		where, err = sqlfilter.Where(deskpolicy.FilterFor(listed, deskpolicy.CompanyView), companies, d)
		p.write(fmt.Sprintf("%v: where, the companies of a shared agent", d), where, err)
		mentioning := tickets
		mentioning.Mentions.JSON = sqlfilter.IntegerColumn("mentions")
		mentioned := deskpolicy.NewSharedAgent("12", acme, deskpolicy.CRMUser{ID: "u1"})
		where, err = sqlfilter.Where(deskpolicy.FilterFor(mentioned, deskpolicy.TicketView), mentioning, d)
		p.write(fmt.Sprintf("%v: where, mentioned in JSON", d), where, err)
	}
	p.compare("shapes.golden")
}

// Generated aliases differ from the host's names, so that subqueries find the host's
// tables.
func TestNames(t *testing.T) {
	table := whole()
	table.Name, table.Mentions.Table, table.CRM.Team.Table = "tickets", "vhits", "VWteam"
	page, err := sqlfilter.Page(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView), table, sqlfilter.PostgreSQL, sqlfilter.PageRequest{Limit: 1})
	require.NoError(t, err)
	text, _ := page.SQL(1)
	assert.True(t, strings.HasPrefix(text, `WITH "vwwhits" AS`), text)
	assert.Contains(t, text, `FROM "vhits" AS "vwws"`)
}

// The text of a statement is the same for other contacts and for more of them, up to
// a threshold, so that PostgreSQL can reuse the prepared statement.
func TestSameText(t *testing.T) {
	text := func(contacts int) string {
		s := sam("sam", "c1")
		for i := range contacts {
			s.CRM.Visibility.Contacts[deskpolicy.ContactID(fmt.Sprint("n", i))] = deskpolicy.View
		}
		page, err := sqlfilter.Page(deskpolicy.FilterFor(s, deskpolicy.TicketView), whole(), sqlfilter.PostgreSQL, sqlfilter.PageRequest{Order: "updated_at", Limit: 50})
		require.NoError(t, err)
		text, _ := page.SQL(1)
		return text
	}
	assert.Equal(t, text(20), text(900))
	assert.Equal(t, text(2000), text(9000))
	assert.NotEqual(t, text(900), text(2000), "it need not be asked how many there are")
}

// apart describes tickets whose IDs are not unique across accounts: every related
// table has an account column, and all columns have different names.
func apart() sqlfilter.Table[deskpolicy.Ticket] {
	table := whole()
	table.GloballyUniqueIDs = false
	table.ID, table.Account = sqlfilter.IntegerColumn("t_id"), sqlfilter.IntegerColumn("t_account")
	table.Workspace = sqlfilter.TextColumn("t_workspace")
	table.Requester = sqlfilter.IntegerColumn("t_requester")
	table.Mentions = sqlfilter.MentionColumns{Table: "mentions", Ticket: sqlfilter.IntegerColumn("m_ticket"), Agent: sqlfilter.TextColumn("m_agent"), Account: sqlfilter.IntegerColumn("m_account")}
	table.Participants = sqlfilter.ParticipantTable{Table: "participants", Ticket: sqlfilter.IntegerColumn("p_ticket"), Participant: sqlfilter.TextColumn("p_agent"), Access: sqlfilter.TextColumn("p_access"), Account: sqlfilter.IntegerColumn("p_account")}
	table.CCs = sqlfilter.ParticipantTable{Table: "ccs", Ticket: sqlfilter.IntegerColumn("y_ticket"), Participant: sqlfilter.IntegerColumn("y_contact"), Access: sqlfilter.IntegerColumn("y_access"), Account: sqlfilter.IntegerColumn("y_account")}
	table.CRM = sqlfilter.CRMTable{
		Table: "contacts", ID: sqlfilter.IntegerColumn("c_id"), Account: sqlfilter.IntegerColumn("c_account"), Owner: sqlfilter.TextColumn("c_owner"), Territory: sqlfilter.TextColumn("c_territory"),
		Team: sqlfilter.TeamTable{Table: "team", Customer: sqlfilter.IntegerColumn("x_contact"), User: sqlfilter.TextColumn("x_user"), Access: sqlfilter.IntegerColumn("x_access"), Account: sqlfilter.IntegerColumn("x_account")},
	}
	return table
}

// TestConditions pins the SQL of each condition for each kind of description.
func TestConditions(t *testing.T) {
	p := &pinned{T: t}
	seven := acme
	seven.ID, seven.OpenWorkspaces = "7", []deskpolicy.WorkspaceID{"it"}
	agent, shared := *riya, sam("sam", "12")
	agent.Account, shared.Account = seven, seven
	agent.Bindings = []deskpolicy.Binding{
		{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup},
		{Role: deskpolicy.AgentRole.Role(), Workspace: "it", TicketScope: deskpolicy.ScopeRestricted},
	}
	everyone := *shared
	everyone.CRM.Sees, everyone.Groups = deskpolicy.AllRecords, nil
	unrelated := *shared
	unrelated.CRM.Territories, unrelated.CRM.Visibility.Contacts, unrelated.Groups = nil, map[deskpolicy.ContactID]deskpolicy.Access{"x": deskpolicy.Edit}, nil
	view := func(s deskpolicy.Subject) deskpolicy.Filter[deskpolicy.Ticket] {
		return deskpolicy.FilterFor(s, deskpolicy.TicketView)
	}
	for _, d := range dialects {
		for _, kept := range []struct {
			how    string
			change func(*sqlfilter.Table[deskpolicy.Ticket])
		}{
			{"as it is", func(*sqlfilter.Table[deskpolicy.Ticket]) {}},
			{"workspaces never NULL", func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Workspace = t.Workspace.NotNull() }},
			{"workspaces are integers", func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Workspace = sqlfilter.IntegerColumn("t_workspace") }},
			{"no workspaces", func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Workspace = sqlfilter.Column{} }},
			{"mentions in JSON", func(t *sqlfilter.Table[deskpolicy.Ticket]) {
				t.Mentions = sqlfilter.MentionColumns{JSON: sqlfilter.TextColumn("t_mentions")}
			}},
			{"no mentions", func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions = sqlfilter.MentionColumns{} }},
			{"requesters are known", func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.RequesterForeignKey = true }},
			{"customers are text", func(t *sqlfilter.Table[deskpolicy.Ticket]) {
				t.Requester, t.CRM.ID, t.CRM.Team.Customer = sqlfilter.TextColumn("t_requester"), sqlfilter.TextColumn("c_id"), sqlfilter.TextColumn("x_contact")
			}},
			{"character sets", func(t *sqlfilter.Table[deskpolicy.Ticket]) {
				t.Group, t.Assignee = sqlfilter.TextColumn("t_group").Charset("latin1"), sqlfilter.TextColumn("t_assignee").Charset("binary")
				t.Requester, t.CRM.ID = sqlfilter.TextColumn("t_requester").Charset("utf16"), sqlfilter.TextColumn("c_id").Charset("ascii")
				t.CRM.Team.Customer = sqlfilter.TextColumn("x_contact")
			}},
			{"no requesters", func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Requester = sqlfilter.Column{} }},
			{"the CRM's columns here", func(t *sqlfilter.Table[deskpolicy.Ticket]) {
				t.CRM.Table, t.CRM.ID, t.CRM.Account = "", sqlfilter.Column{}, sqlfilter.Column{}
			}},
		} {
			table := apart()
			kept.change(&table)
			for who, subject := range inOrder("agent", &agent, "shared agent", shared, "shared agent who sees every contact", &everyone, "shared agent who sees none", &unrelated) {
				where, err := sqlfilter.Where(view(subject), table, d)
				p.write(fmt.Sprintf("%v, %s: %s", d, kept.how, who), where, err)
			}
		}
		notes := sqlfilter.Table[deskpolicy.Note]{Name: "desk.notes", Alias: "n", NoneConfidential: true, ID: sqlfilter.TextColumn("id"), SingleAccount: "7", Assignee: sqlfilter.TextColumn("n_assignee"), Owner: sqlfilter.TextColumn("n_author")}
		where, err := sqlfilter.Where(deskpolicy.FilterFor(&agent, deskpolicy.TicketNoteEditOwn), notes, d)
		p.write(fmt.Sprintf("%v, one's own notes", d), where, err)
		companies := sqlfilter.Table[deskpolicy.Company]{Name: "companies", ID: sqlfilter.IntegerColumn("k_id"), SingleAccount: "7", CRM: apart().CRM}
		shared.CRM.Visibility.Companies = map[deskpolicy.CompanyID]deskpolicy.Access{"5": deskpolicy.Edit, "x": deskpolicy.Edit}
		for _, action := range []deskpolicy.Action[deskpolicy.Company]{deskpolicy.CompanyView, deskpolicy.CompanyEdit} {
			where, err := sqlfilter.Where(deskpolicy.FilterFor(shared, action), companies, d)
			p.write(fmt.Sprintf("%v, companies: %v", d, action), where, err)
		}
		contacts := sqlfilter.Table[deskpolicy.Contact]{Name: "contacts", ID: sqlfilter.IntegerColumn("c_id"), Account: sqlfilter.IntegerColumn("c_account"), CRM: apart().CRM}
		contacts.CRM.Team.Access = sqlfilter.TextColumn("x_access")
		for _, who := range []*deskpolicy.SharedAgent{shared, &everyone} {
			where, err := sqlfilter.Where(deskpolicy.FilterFor(who, deskpolicy.ContactView), contacts, d)
			p.write(fmt.Sprintf("%v, contacts: %v", d, who.CRM.Sees), where, err)
		}
	}
	p.compare("conditions.golden")
}

// TestPages pins the statements of pages with cursors, columns and conditions.
func TestPages(t *testing.T) {
	p := &pinned{T: t}
	open, err := sqlfilter.Raw("status = ?", "open")
	require.NoError(t, err)
	recent, err := sqlfilter.Raw("updated_at > ?", 9)
	require.NoError(t, err)
	where := []sqlfilter.Fragment{open, recent}
	mine := *riya
	mine.Groups = nil
	for _, d := range dialects {
		for _, request := range []sqlfilter.PageRequest{
			{}, {Ascending: true}, {Order: "updated_at"}, {Order: "updated_at", Ascending: true}, {Order: "id", Columns: []string{"subject", "id", "status"}},
		} {
			name := fmt.Sprintf("order %q, oldest %t", request.Order, request.Ascending)
			request.Limit, request.Conditions = 50, where
			for who, subject := range inOrder("of groups", riya, "mine", &mine, "all", adminOf(acme), "nil agent", (*deskpolicy.Agent)(nil)) {
				filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView)
				first, err := sqlfilter.Page(filter, tickets, d, request)
				p.write(fmt.Sprintf("%v, %s: first page, %s", d, name, who), first, err)
				next := request
				var value any
				if request.Order == "updated_at" {
					value = 8
				}
				next.After, err = request.CursorAfter(value, "4711")
				require.NoError(t, err)
				later, err := sqlfilter.Page(filter, tickets, d, next)
				p.write(fmt.Sprintf("%v, %s: later page, %s", d, name, who), later, err)
			}
		}
		for who, subject := range inOrder("of groups", riya, "all", adminOf(acme)) {
			filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView)
			count, err := sqlfilter.Count(filter, tickets, d, where...)
			p.write(fmt.Sprintf("%v: count, %s", d, who), count, err)
			upTo, err := sqlfilter.CountUpTo(filter, tickets, d, 0, where...)
			p.write(fmt.Sprintf("%v: count up to 0, %s", d, who), upTo, err)
		}
	}
	p.compare("pages.golden")
}
