// Package change has the changes that people make to a desk's roles, people, tickets and support
// access. Each is one transaction, in which the policy is asked about the actor as it is now.
package change

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// A Maker makes changes in a store. Its methods return an error for deskhttp.Problem if the
// actor may not make the change, and a [roster.Refusal] if the change makes no sense.
type Maker struct {
	Store *store.Store
	Token func(context.Context) store.Token // the token of who makes the change
	Now   func() time.Time
}

// make runs a change. The text is for the log.
func (m Maker) make(ctx context.Context, change func(*store.Tx) error, what string, args ...any) error {
	return m.Store.Change(ctx, m.Token(ctx), m.Now(), fmt.Sprintf(what, args...), change)
}

// person returns the person or the customer, or deskhttp.ErrNotFound.
func person(tx *store.Tx, who roster.Who) (roster.Person, error) {
	if who.Customer != "" {
		return tx.Customer(who.Customer)
	}
	p, found := tx.Desk.Person(who.Person)
	if !found {
		return p, deskhttp.ErrNotFound
	}
	return p, nil
}

// ask asks about one of the actions, which are the same for each kind of person.
func ask(tx *store.Tx, p roster.Person, on roster.Actions) error {
	if p.Contact != nil {
		return store.Ask(tx, on.Contact, p.Contact)
	}
	if shared := p.Shared(); shared != nil {
		return store.Ask(tx, on.SharedAgent, shared)
	}
	return store.Ask(tx, on.Agent, p.Agent())
}
