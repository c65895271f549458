package integration

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// longestLists has agents with 70,000 and 300,000 groups or workspaces, and shared
// agents with as many contacts: more than the maximum number of arguments in any of
// the databases. The IDs are text, integers and UUIDs.
func longestLists(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			for _, ids := range []string{"text", "integer", "uuid"} {
				on := s.open(t)
				l := layout{ids: ids, mentions: "none", crm: "none"}
				on.tables(t, l)
				on.fill(t, l, farApart(l))
				list := longList{t, on, l, 70_000}
				list.selects(list.inGroups())
				if ids == "text" {
					list.selects(list.everywhere())
					list.selects(list.seeing())
					list.n = 300_000
					list.selects(list.inGroups())
				}
			}
		})
	}
}

// longID returns the ith of the layout's many IDs.
func longID(l layout, n int) string {
	switch l.ids {
	case "text":
		return fmt.Sprintf("gé%d", n)
	case "integer":
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("0000000a-00ff-4000-8000-%012d", n)
}

// farApart returns things with the first and the last of the many groups, workspaces
// and contacts, and with those just outside the lists.
func farApart(l layout) (w dataset) {
	for i, n := range []int{0, 1, 69_999, 70_000, 299_999, 300_000, 300_001} {
		id, first := longID(l, n), longID(l, 1)
		for j, r := range []row{{workspace: &first, group: &id}, {workspace: &id, group: &first}, {workspace: &id, group: &id}, {requesterID: &id}, {group: &id}, {assignee: &first}, {workspace: &id, assignee: &first}} {
			r.seq, r.id, r.account, r.updated = 10*i+j+1, l.id(10*i+j+1), longID(l, 7), 10*i+j
			w.things = append(w.things, r)
		}
	}
	return w
}

type longList struct {
	*testing.T
	on server
	of layout
	n  int
}

func (c longList) account() deskpolicy.Account {
	return deskpolicy.Account{ID: deskpolicy.AccountID(longID(c.of, 7)), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}
}

// inGroups returns an agent with n groups.
func (c longList) inGroups() *deskpolicy.Agent {
	agent := &deskpolicy.Agent{ID: deskpolicy.AgentID(longID(c.of, 1)), Account: c.account(), Groups: map[deskpolicy.GroupID]deskpolicy.Access{}}
	agent.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}
	for i := range c.n {
		agent.Groups[deskpolicy.GroupID(longID(c.of, i+1))] = deskpolicy.Edit
	}
	return agent
}

// everywhere returns an agent with n groups in as many workspaces and outside
// workspaces.
func (c longList) everywhere() *deskpolicy.Agent {
	agent := c.inGroups()
	for i := range c.n {
		agent.Bindings = append(agent.Bindings, deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.WorkspaceID(longID(c.of, i+1)), TicketScope: deskpolicy.ScopeGroup})
	}
	return agent
}

// seeing returns a shared agent who sees n contacts.
func (c longList) seeing() *deskpolicy.SharedAgent {
	visible := deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{}, AsOf: now, MaxAge: 1}
	for i := range c.n {
		visible.Contacts[deskpolicy.ContactID(longID(c.of, i+1))] = deskpolicy.Edit
	}
	s := deskpolicy.NewSharedAgent("nobody", c.account(), deskpolicy.CRMUser{ID: "u1", Visibility: visible})
	s.Now = now
	return s
}

// selects compares the rows that every statement selects with those that the filter
// matches.
func (c longList) selects(subject deskpolicy.Subject) {
	filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView)
	w, want := farApart(c.of), []int{}
	for _, r := range w.things {
		if ticket := w.ticket(c.of, r); filter.Match(&ticket) {
			want = append(want, r.seq)
		}
	}
	require.NotEmpty(c, want)
	table := describeTickets[deskpolicy.Ticket](c.of, "")
	where, err := sqlfilter.Where(filter, table, c.on.dialect)
	require.NoError(c, err)
	text, args := where.SQL(1)
	require.Equal(c, want, column(c, c.on.DB, "SELECT seq FROM things WHERE "+text+" ORDER BY seq", args...))
	count, err := sqlfilter.Count(filter, table, c.on.dialect)
	require.NoError(c, err)
	text, args = count.SQL(1)
	require.Equal(c, []int{len(want)}, column(c, c.on.DB, text, args...))
	upTo, err := sqlfilter.CountUpTo(filter, table, c.on.dialect, 2)
	require.NoError(c, err)
	text, args = upTo.SQL(1)
	require.Equal(c, []int{min(3, len(want))}, column(c, c.on.DB, text, args...))
	page, err := sqlfilter.Page(filter, table, c.on.dialect, sqlfilter.PageRequest{Order: "updated", Ascending: true, Limit: 3, Columns: []string{"seq"}})
	require.NoError(c, err)
	text, args = page.SQL(1)
	require.Equal(c, want[:min(3, len(want))], column(c, c.on.DB, "SELECT seq FROM ("+text+") AS page ORDER BY seq", args...))
}
