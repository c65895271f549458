package change

import (
	"context"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// MakeKey makes an API key for an agent, a shared agent or a customer, and returns its secret, which
// is kept nowhere.
func (m Maker) MakeKey(ctx context.Context, k roster.NewKey) (secret string, err error) {
	err = m.make(ctx, func(tx *store.Tx) error {
		p, err := askAboutKeys(tx, k.Who)
		if err != nil {
			return err
		}
		key := roster.Key{Who: p.Who(), Name: strings.TrimSpace(k.Name), Limit: deskpolicy.Limit{
			Permissions: k.Permissions, Workspaces: k.Workspaces, Window: deskpolicy.NewWindow(tx.Now, k.End),
		}}
		if err := check(tx, key); err != nil {
			return err
		}
		secret, err = tx.AddKey(key)
		return err
	}, "make the key %q for %s", k.Name, k.Who)
	if err != nil {
		return "", err
	}
	return secret, nil
}

// askAboutKeys returns the person or the customer, if the actor may manage their keys.
func askAboutKeys(tx *store.Tx, who roster.Who) (roster.Person, error) {
	p, err := person(tx, who)
	if err != nil {
		return p, err
	}
	return p, ask(tx, p, roster.ManageKeys)
}

const maxKeyName = 100

// check refuses a key that could do nothing, or that has no end.
func check(tx *store.Tx, key roster.Key) error {
	switch window := key.Limit.Window; {
	case key.Name == "" || len(key.Name) > maxKeyName:
		return roster.Refusal("Say in at most 100 bytes what the key is for.")
	case window.Until().IsZero() || !window.Holds(tx.Now):
		return roster.Refusal("A key needs an end, in the future and before the year 2200.")
	case key.Limit.Permissions == deskpolicy.Permissions{}:
		return roster.Refusal("A key needs a permission at least, such as ticket.view@global.")
	case len(key.Limit.Workspaces) == 0:
		return roster.Refusal("Say in which workspaces the key may act.")
	}
	for _, w := range key.Limit.Workspaces {
		if !tx.Desk.Holds(w) {
			return roster.Refusal("There is no such workspace.")
		}
	}
	return nil
}

// RevokeKey revokes an API key at once.
func (m Maker) RevokeKey(ctx context.Context, id string) error {
	return m.make(ctx, func(tx *store.Tx) error {
		key, found := tx.Desk.Key(id)
		if !found {
			return deskhttp.ErrNotFound
		}
		if _, err := askAboutKeys(tx, key.Who); err != nil {
			return err
		}
		return tx.DeleteKey(id)
	}, "revoke the key %s", id)
}
