package change

import (
	"context"
	"errors"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// CarryOut makes what a question is about possible, by the remedy with the given text. It finds
// the remedies anew and takes the one that says the same, so that it can neither carry out one
// that no longer helps, nor one that the actor made up.
func (m Maker) CarryOut(ctx context.Context, q roster.Question, remedy string) error {
	return m.make(ctx, func(tx *store.Tx) error {
		request, p, err := request(tx, q)
		if err != nil {
			return err
		}
		if err := roster.AskToView(tx.Context(), p, request.Resource); err != nil {
			return err
		}
		found, ok := findRemedy(tx, request, remedy)
		if !ok {
			return roster.Refusal("This remedy is not possible any more, or you may not carry it out.")
		}
		if !m.CanCarryOut(found) {
			return roster.Refusal("This has to be done elsewhere.")
		}
		return carryOut(tx, found, p, request.Resource)
	}, "let %s do %v to %q: %s", q.Who(), q.Action, q.About, remedy)
}

// A finder finds what is asked about, in the transaction.
type finder struct{ tx *store.Tx }

func (f finder) Ticket(id deskpolicy.TicketID) (*deskpolicy.Ticket, error) {
	t, err := f.tx.Ticket(id)
	if err != nil {
		return nil, err
	}
	return &t.Ticket, nil
}

func (f finder) Customer(id deskpolicy.ContactID) (roster.Person, error) { return f.tx.Customer(id) }

// request returns the question as a request about the desk as it is now.
func request(tx *store.Tx, q roster.Question) (deskpolicy.Request, roster.Person, error) {
	request, p, err := tx.Desk.Request(q, finder{tx})
	if errors.Is(err, roster.ErrNoSuch) || errors.Is(err, store.ErrNoTicket) {
		err = deskhttp.ErrNotFound
	}
	return request, p, err
}

func findRemedy(tx *store.Tx, denied deskpolicy.Request, text string) (deskpolicy.Remedy, bool) {
	for _, remedy := range deskpolicy.RemediesBy(tx.Actor, deskpolicy.Explain(denied), slices.Collect(tx.Desk.Roles.All())...) {
		if remedy.String() == text {
			return remedy, true
		}
	}
	return nil, false
}

// CanCarryOut reports whether the desk can carry out the remedy. What is in the CRM is changed
// there, support access has a form of its own, and a key that has ended is over.
func (m Maker) CanCarryOut(remedy deskpolicy.Remedy) bool {
	return !slices.ContainsFunc(remedy, func(fix deskpolicy.Fix) bool {
		return fix.By() == deskpolicy.FixOwnerCRMOwner || fix.Kind == deskpolicy.FixCreateSupportGrant ||
			fix.Kind == deskpolicy.FixWidenLimit && fix.Binding.Window != deskpolicy.Window{}
	})
}
