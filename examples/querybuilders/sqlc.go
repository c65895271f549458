package querybuilders

import (
	"context"

	"github.com/deskpolicy/deskpolicy/examples/querybuilders/sqlc"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

//go:generate sqlc generate -f sqlc/sqlc.yaml

// Sqlc lists the tickets with code that sqlc generated from sqlc/queries.sql. The query is
// static; only its arguments depend on the filter.
func Sqlc(ctx context.Context, db sqlc.DBTX, p sqlfilter.Params) ([]int64, error) {
	return sqlc.New(db).OpenTickets(ctx, sqlc.OpenTicketsParams{
		Account:        p.Account,
		EverythingIn:   p.EverythingIn,
		GroupsIn:       p.GroupsIn,
		Groups:         p.Groups,
		AssignedIn:     p.AssignedIn,
		Agent:          p.Agent,
		MentionedIn:    p.MentionedIn,
		CustomersIn:    p.CustomersIn,
		EveryCustomer:  p.EveryCustomer,
		CustomerOwners: p.CustomerOwners,
		Territories:    p.Territories,
		Contacts:       p.Contacts,
		Member:         p.Member,
		MemberAccess:   p.MemberAccess,
		WholeAccount:   p.WholeAccount,
	})
}
