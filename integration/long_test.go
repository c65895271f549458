package integration

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// longest are the lengths of lists above which the statement has another shape.
var longest = map[sqlfilter.Dialect][]int{
	sqlfilter.PostgreSQL: {thresholds.Values, thresholds.Looked, thresholds.PostgreSQL},
	sqlfilter.MariaDB:    {thresholds.MariaDB},
	sqlfilter.SQLite:     {thresholds.SQLite},
}

// TestLongLists compares the selected with the matched rows for lists of the maximum
// length of each shape of the statement, and for lists with one more value.
func TestLongLists(t *testing.T) {
	l := layout{name: "text, mentions in a table", ids: "text", mentions: "table", crm: "none"}
	n := namesOf(l)
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			on := s.open(t)
			on.tables(t, l)
			var count tally
			rapid.Check(t, func(rt *rapid.T) {
				w := drawDataset(rt, l, n)
				on.fill(t, l, w)
				var seqs []int
				var tickets []deskpolicy.Ticket
				for _, r := range w.things {
					seqs, tickets = append(seqs, r.seq), append(tickets, w.ticket(l, r))
				}
				for _, most := range longest[on.dialect] {
					sam := seesMany(rt, n, most+rapid.IntRange(0, 1).Draw(rt, "more"))
					agree(testDB{rt, on, l, &count}, sam, deskpolicy.TicketView, describeTickets[deskpolicy.Ticket](l, ""), seqs, tickets)
				}
			})
			t.Log(count)
		})
	}
}

// seesMany returns a shared agent who sees n contacts, including most of the names'.
func seesMany(t *rapid.T, n names, contacts int) *deskpolicy.SharedAgent {
	visible := deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{}, AsOf: now, MaxAge: time.Hour}
	for _, name := range n.contacts[rapid.IntRange(0, len(n.contacts)-1).Draw(t, "but for"):] {
		visible.Contacts[deskpolicy.ContactID(name)] = deskpolicy.Edit
	}
	for i := len(visible.Contacts); i < contacts; i++ {
		visible.Contacts[deskpolicy.ContactID(fmt.Sprint("far away ", i))] = deskpolicy.Edit
	}
	account := deskpolicy.Account{ID: deskpolicy.AccountID(n.accounts[0]), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}
	s := deskpolicy.NewSharedAgent(deskpolicy.AgentID(n.agents[0]), account, deskpolicy.CRMUser{ID: "ursa", Visibility: visible})
	s.Now = now
	return s
}
