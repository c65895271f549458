package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// TestCollation stores requesters whose IDs are equal under a collation in successive
// rows, so that a cached result for one would be used for the next.
func TestCollation(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			on := s.open(t)
			l := layout{ids: "text", mentions: "json", crm: "joined"}
			on.tables(t, l)
			var w dataset
			quiet, loud, acme := "quiet", "loud", "acme"
			for i, id := range []string{"ca1", "CA1", "ca1 ", "cá1"} {
				user := &loud
				if i == 0 {
					user = &quiet
				}
				w.contacts = append(w.contacts, person{seq: i + 1, id: id, account: acme, user: user})
			}
			for i := range 40 {
				asker := w.contacts[i%4].id
				w.things = append(w.things, row{seq: i + 1, id: l.id(i + 1), account: acme, requesterID: &asker, mentions: []string{[]string{"SAM", "sam ", "sám", "Sam"}[i%4]}})
			}
			on.fill(t, l, w)
			for _, sees := range []deskpolicy.CRMRecords{deskpolicy.OwnRecords, deskpolicy.TerritoryRecords} {
				filter := deskpolicy.FilterFor(sharedAs("quiet", sees), deskpolicy.TicketView)
				where, err := sqlfilter.Where(filter, describeTickets[deskpolicy.Ticket](l, ""), on.dialect)
				require.NoError(t, err)
				text, args := where.SQL(1)
				var n, wrong int
				require.NoError(t, on.QueryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN seq % 4 = 1 THEN 0 ELSE 1 END), 0) FROM things WHERE "+text, args...).Scan(&n, &wrong))
				require.Equal(t, 10, n)
				require.Zero(t, wrong)
				count, err := sqlfilter.Count(filter, describeTickets[deskpolicy.Ticket](l, ""), on.dialect)
				require.NoError(t, err)
				text, args = count.SQL(1)
				require.NoError(t, on.QueryRow(text, args...).Scan(&n))
				require.Equal(t, 10, n)
			}
		})
	}
}

// TestForeignRequester stores a ticket whose requester is another account's contact,
// which the CRM user sees in every way. The ticket must not be selected (A7).
func TestForeignRequester(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			on := s.open(t)
			l := layout{ids: "text", mentions: "table", crm: "joined"}
			on.tables(t, l)
			user, emea, asker := "u1", "emea", "c1"
			for account, want := range map[string]int{"acme": 1, "globex": 0} {
				w := dataset{
					contacts: []person{{seq: 1, id: asker, account: account, user: &user, territory: &emea, team: map[string]string{user: "edit"}}},
					things:   []row{{seq: 1, id: "t1", account: "acme", requesterID: &asker}},
				}
				on.fill(t, l, w)
				team, set := sharedAs("u1", deskpolicy.OwnRecords), sharedAs("u2", 0)
				set.CRM.Visibility = deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"c1": deskpolicy.Edit}, AsOf: now, MaxAge: 1}
				set.Now = now
				for _, subject := range []*deskpolicy.SharedAgent{team, set, sharedAs("u2", deskpolicy.AllRecords), sharedAs("u2", deskpolicy.TerritoryRecords, "emea")} {
					filter, n := deskpolicy.FilterFor(subject, deskpolicy.TicketReply), 0
					count, err := sqlfilter.Count(filter, describeTickets[deskpolicy.Ticket](l, ""), on.dialect)
					require.NoError(t, err)
					text, args := count.SQL(1)
					require.NoError(t, on.QueryRow(text, args...).Scan(&n))
					require.Equal(t, want, n, "%s: %#v", account, subject.CRM)
				}
				run(t, on.DB, "UPDATE contacts SET crm_user = 'u3'") // on the team only
				count, err := sqlfilter.Count(deskpolicy.FilterFor(team, deskpolicy.TicketReply), describeTickets[deskpolicy.Ticket](l, ""), on.dialect)
				require.NoError(t, err)
				text, args := count.SQL(1)
				n := 0
				require.NoError(t, on.QueryRow(text, args...).Scan(&n))
				require.Equal(t, want, n)
			}
		})
	}
}
