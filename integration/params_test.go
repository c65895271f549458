package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// static is the query of the comment on sqlfilter.Params, for the tests' tables.
const static = `SELECT seq FROM things WHERE account = $1 AND (
	      COALESCE(workspace, '') = ANY ($2::text[])
	   OR COALESCE(workspace, '') = ANY ($3::text[]) AND grp = ANY ($4::text[])
	   OR COALESCE(workspace, '') = ANY ($5::text[]) AND assignee = $6
	   OR COALESCE(workspace, '') = ANY ($7::text[]) AND $6 = ANY (mentions)
	   OR COALESCE(workspace, '') = ANY ($8::text[]) AND EXISTS (
	         SELECT FROM contacts c WHERE c.account = things.account AND c.id = requester AND (
	            $9::boolean
	         OR c.crm_user = ANY ($10::text[])
	         OR c.territory = ANY ($11::text[])
	         OR c.id = ANY ($12::text[])
	         OR EXISTS (SELECT FROM team m WHERE m.customer = c.id AND m.member = $13 AND m.access = ANY ($14::text[]))))
	   OR $15::boolean
	) ORDER BY seq`

// TestParams compares the rows of the static query with those that filters match.
func TestParams(t *testing.T) {
	l := layout{name: "text, arrays", ids: "text", mentions: "array", crm: "joined"}
	on := postgres(t, "auto")
	on.tables(t, l)
	n := namesOf(l)
	n.alien = []string{"1=1", "riya') OR (1=1"} // arguments of the query must be text
	var compared, matched int
	rapid.Check(t, func(rt *rapid.T) {
		w := drawDataset(rt, l, n)
		on.fill(t, l, w)
		for range 5 {
			subject := drawSubject(rt, n)
			filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView).NoneConfidential()
			if _, err := sqlfilter.NewParams(filter); err != nil {
				require.ErrorContains(rt, err, "sqlfilter: Params cannot represent ")
				continue // Params cannot represent less than everything in every workspace
			}
			want := []int{}
			for _, r := range w.things {
				ticket := w.ticket(l, r)
				if filter.Match(&ticket) {
					want = append(want, r.seq)
				}
			}
			require.Equal(rt, want, asked(rt, on, filter), "%#v", subject)
			compared, matched = compared+len(w.things), matched+len(want)
		}
	})
	t.Logf("%d rows compared, %d of which selected", compared, matched)
}

// asked returns the rows that the static query selects.
func asked[R deskpolicy.Resource](t *rapid.T, on server, filter deskpolicy.Filter[R]) []int {
	p, err := sqlfilter.NewParams(filter)
	require.NoError(t, err)
	rows, err := on.Query(static, p.Account, p.EverythingIn, p.GroupsIn, p.Groups, p.AssignedIn, p.Agent, p.MentionedIn, p.CustomersIn,
		p.EveryCustomer, p.CustomerOwners, p.Territories, p.Contacts, p.Member, p.MemberAccess, p.WholeAccount)
	require.NoError(t, err)
	defer rows.Close()
	seqs := []int{}
	for rows.Next() {
		var seq int
		require.NoError(t, rows.Scan(&seq))
		seqs = append(seqs, seq)
	}
	require.NoError(t, rows.Err())
	return seqs
}
