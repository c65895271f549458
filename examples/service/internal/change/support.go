package change

import (
	"context"
	"errors"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// GiveAccess gives a support engineer access.
func (m Maker) GiveAccess(ctx context.Context, a roster.SupportAccess) error {
	return m.make(ctx, func(tx *store.Tx) error {
		given, err := terms(tx, a)
		if err != nil {
			return err
		}
		if _, found := tx.Desk.Grant(a.ID); found {
			return roster.Refusal("There is support access with this ID already.")
		}
		grant, _, err := deskpolicy.NewSupportGrant(tx.Actor, given, tx.Now)
		if errors.Is(err, deskpolicy.ErrDenied) && !seesSupport(tx) {
			return deskhttp.ErrNotFound
		}
		if err != nil {
			return roster.Refusal(err.Error())
		}
		if err := store.Ask(tx, deskpolicy.SupportGrantCreate, &grant); err != nil {
			return err
		}
		return tx.PutGrant(grant)
	}, "give %s support access %q", a.Engineer.ID, a.ID)
}

func terms(tx *store.Tx, a roster.SupportAccess) (deskpolicy.SupportGrantTerms, error) {
	terms := deskpolicy.SupportGrantTerms{ID: a.ID, End: a.End, Engineers: []deskpolicy.SupportEngineer{a.Engineer}, Workspaces: make(map[deskpolicy.WorkspaceID][]deskpolicy.Role)}
	for _, name := range a.Roles {
		role, err := tx.Desk.Roles.Role(name)
		if err != nil {
			return terms, deskhttp.ErrNotFound
		}
		terms.Roles = append(terms.Roles, role)
	}
	for _, id := range a.Workspaces {
		if !tx.Desk.HasWorkspace(id) {
			return terms, deskhttp.ErrNotFound
		}
		terms.Workspaces[id] = nil
	}
	return terms, nil
}

// ExtendAccess lets support access end later.
func (m Maker) ExtendAccess(ctx context.Context, id deskpolicy.SupportGrantID, end time.Time) error {
	return m.make(ctx, func(tx *store.Tx) error {
		grant, found := tx.Desk.Grant(id)
		if !found {
			return deskhttp.ErrNotFound
		}
		if err := store.Ask(tx, deskpolicy.SupportGrantExtend, &grant); err != nil {
			return err
		}
		extended, _, err := deskpolicy.ExtendSupportGrant(tx.Actor, grant, end, tx.Now, nil)
		if err != nil {
			return roster.Refusal(err.Error())
		}
		return tx.PutGrant(extended)
	}, "extend support access %q", id)
}

// RevokeAccess ends support access at once.
func (m Maker) RevokeAccess(ctx context.Context, id deskpolicy.SupportGrantID) error {
	return m.make(ctx, func(tx *store.Tx) error {
		grant, found := tx.Desk.Grant(id)
		if !found {
			return deskhttp.ErrNotFound
		}
		if err := store.Ask(tx, deskpolicy.SupportGrantRevoke, &grant); err != nil {
			return err
		}
		revoked, _, err := deskpolicy.RevokeSupportGrant(tx.Actor, grant, tx.Now)
		if err != nil {
			return roster.Refusal(err.Error())
		}
		return tx.PutGrant(revoked)
	}, "revoke support access %q", id)
}

// seesSupport reports whether the actor can see support access.
func seesSupport(tx *store.Tx) bool {
	return deskpolicy.FilterFor(tx.Actor, deskpolicy.SupportGrantView).Kind() != deskpolicy.FilterNone
}
