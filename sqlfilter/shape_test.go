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

// fewAreMany sets the thresholds so that two are many.
func fewAreMany(t *testing.T) {
	for _, threshold := range []*int{
		&thresholds.Values, &thresholds.Looked, &thresholds.PostgreSQL, &thresholds.MariaDB, &thresholds.SQLite,
	} {
		set(t, threshold, 1)
	}
	set(t, &thresholds.Hashed, 2)
}

// crossing is an agent who sees everything in the CRM, in one workspace and outside of all.
func crossing() *deskpolicy.SharedAgent {
	s := sam("sam", "c1")
	s.Account.Workspaces = []deskpolicy.WorkspaceID{"it"}
	s.CRM.Scope = deskpolicy.Global
	for _, place := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "it"} {
		s.Bindings = append(s.Bindings, deskpolicy.Binding{Role: deskpolicy.SharedAgentRole(), Workspace: place, TicketScope: deskpolicy.Restricted})
	}
	return s
}

// TestShapes pins the statements of many values, where two are many, and of tables
// of other kinds.
func TestShapes(t *testing.T) {
	p := &pinned{T: t}
	request := sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject", "id", "subject"}}
	after, err := request.Next("2026-11-05 08:00", "4711")
	require.NoError(t, err)
	nullable := tickets
	nullable.Workspace = sqlfilter.Text("workspace_id")
	for _, d := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			fewAreMany(t)
			page, err := sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), nullable, d, request)
			p.write(fmt.Sprintf("%v: page, two groups are many, in or outside of workspaces", d), page, err)
			later, oldest := request, request
			later.After, oldest.Oldest = after, true
			later.Order, oldest.Columns = "updated_at", nil
			open, err := sqlfilter.Raw("status = ?", "open")
			require.NoError(t, err)
			later.Where = []sqlfilter.Fragment{open}
			page, err = sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), tickets, d, later)
			p.write(fmt.Sprintf("%v: later page, two groups are many, open ones", d), page, err)
			integers := nullable
			integers.Workspace = sqlfilter.Integer("workspace_id")
			page, err = sqlfilter.Page(deskpolicy.FilterFor(riya, deskpolicy.TicketView), integers, d, oldest)
			p.write(fmt.Sprintf("%v: oldest, two groups are many, all of them outside of workspaces", d), page, err)
			count, err := sqlfilter.Count(deskpolicy.FilterFor(riya, deskpolicy.TicketView), nullable, d)
			p.write(fmt.Sprintf("%v: count, two groups are many, in or outside of workspaces", d), count, err)
		})
		known := whole()
		known.CRM.Referenced = true
		where, err := sqlfilter.Where(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView), known, d)
		p.write(fmt.Sprintf("%v: where, a shared agent, requesters are referenced", d), where, err)
		page, err := sqlfilter.Page(deskpolicy.FilterFor(crossing(), deskpolicy.TicketView), known, d, sqlfilter.PageRequest{Limit: 50})
		p.write(fmt.Sprintf("%v: page by ID, all customers who are referenced, in two workspaces", d), page, err)
		contacts := sqlfilter.Table[deskpolicy.Contact]{
			Name: "crm.contacts", ID: sqlfilter.Text("id"), Account: sqlfilter.Text("account_id"), GlobalIDs: true,
			CRM: sqlfilter.CRM{Owner: sqlfilter.Text("owner"), Territory: sqlfilter.Text("territory"), Team: known.CRM.Team},
		}
		where, err = sqlfilter.Where(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.ContactView), contacts, d)
		p.write(fmt.Sprintf("%v: where, the contacts of a shared agent", d), where, err)
		companies := sqlfilter.Table[deskpolicy.Company]{
			Name: "companies", Alias: "v", ID: sqlfilter.Integer("id"), OnlyOf: "acme", CRM: sqlfilter.CRM{Owner: sqlfilter.Text("owner"), Territory: sqlfilter.Text("territory")},
		}
		user := deskpolicy.CRMUser{ID: "u1", Visible: deskpolicy.Visible{Companies: map[deskpolicy.CompanyID]deskpolicy.Access{"7": deskpolicy.View, "8": deskpolicy.View}, Limit: 1}}
		where, err = sqlfilter.Where(deskpolicy.FilterFor(deskpolicy.NewSharedAgent("sam", acme, user), deskpolicy.CompanyView), companies, d)
		p.write(fmt.Sprintf("%v: where, the companies of a shared agent", d), where, err)
		mentioning := tickets
		mentioning.Mentions.JSON = sqlfilter.Integer("mentions")
		mentioned := deskpolicy.NewSharedAgent("12", acme, deskpolicy.CRMUser{ID: "u1"})
		where, err = sqlfilter.Where(deskpolicy.FilterFor(mentioned, deskpolicy.TicketView), mentioning, d)
		p.write(fmt.Sprintf("%v: where, mentioned in JSON", d), where, err)
	}
	p.compare("shapes.golden")
}

// Names of ours are none of the host's, whose tables are found from within.
func TestNames(t *testing.T) {
	table := whole()
	table.Name, table.Mentions.Table, table.CRM.Team.Table = "tickets", "vhits", "VWteam"
	page, err := sqlfilter.Page(deskpolicy.FilterFor(sam("sam", "c1"), deskpolicy.TicketView), table, sqlfilter.PostgreSQL, sqlfilter.PageRequest{Limit: 1})
	require.NoError(t, err)
	text, _ := page.SQL(1)
	assert.True(t, strings.HasPrefix(text, `WITH "vwwhits" AS`), text)
	assert.Contains(t, text, `FROM "vhits" AS "vwws"`)
}

// A statement that PostgreSQL keeps is the same for other contacts, and for more
// of them, up to where it is another one for all.
func TestSameText(t *testing.T) {
	text := func(contacts int) string {
		s := sam("sam", "c1")
		for i := range contacts {
			s.CRM.Visible.Contacts[deskpolicy.ContactID(fmt.Sprint("n", i))] = deskpolicy.View
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
