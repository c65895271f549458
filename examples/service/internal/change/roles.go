package change

import (
	"cmp"
	"context"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// CreateRole adds a custom role. If it is a clone, from is the name of the role that it was
// made from; otherwise it is empty.
func (m Maker) CreateRole(ctx context.Context, name string, permissions deskpolicy.Permissions, from string) error {
	return m.make(ctx, func(tx *store.Tx) error {
		if err := askToCreate(tx, name, from); err != nil {
			return err
		}
		role, err := deskpolicy.NewRole(tx.Desk.Account.ID, name, permissions, nil)
		if err != nil {
			return roster.Refusal(err.Error())
		}
		if _, err := tx.Desk.Roles.Role(name); err == nil {
			return roster.Refusal("There is a role with this name already.")
		}
		if _, err := tx.Desk.Roles.With(role); err != nil {
			return roster.Refusal(err.Error())
		}
		return tx.PutRole(role)
	}, "create role %q", name)
}

// askToCreate asks about a role that does not exist yet, or about the one that is cloned.
func askToCreate(tx *store.Tx, name, from string) error {
	if from == "" {
		role, err := deskpolicy.NewRole(tx.Desk.Account.ID, name, deskpolicy.Permissions{}, nil)
		if err != nil {
			return roster.Refusal(err.Error())
		}
		return store.Ask(tx, deskpolicy.RoleCreate, &role)
	}
	original, err := tx.Desk.Roles.Role(from)
	if err != nil {
		return deskhttp.ErrNotFound
	}
	return store.Ask(tx, deskpolicy.RoleClone, &original)
}

// UpdateRole gives the role other permissions. Before are those that the actor saw.
func (m Maker) UpdateRole(ctx context.Context, name string, before, after deskpolicy.Permissions) error {
	return m.make(ctx, func(tx *store.Tx) error {
		role, err := tx.Desk.Roles.Role(name)
		if err != nil {
			return deskhttp.ErrNotFound
		}
		if err := store.Ask(tx, deskpolicy.RoleUpdate, &role); err != nil {
			return err
		}
		if role.Permissions() != before {
			return roster.ErrStale
		}
		changed, err := deskpolicy.NewRole(tx.Desk.Account.ID, name, after, nil)
		if err != nil {
			return roster.Refusal(err.Error())
		}
		return tx.PutRole(changed)
	}, "change role %q", name)
}

// DeleteRole deletes a role that nobody holds.
func (m Maker) DeleteRole(ctx context.Context, name string) error {
	return m.make(ctx, func(tx *store.Tx) error {
		role, err := tx.Desk.Roles.Role(name)
		if err != nil {
			return deskhttp.ErrNotFound
		}
		if err := store.Ask(tx, deskpolicy.RoleDelete, &role); err != nil {
			return err
		}
		if len(tx.Desk.Holders(name)) > 0 {
			return roster.Refusal("People hold this role. Take it from them first.")
		}
		if customers, err := tx.CustomersWith(name); err != nil || len(customers) > 0 {
			return cmp.Or(err, error(roster.Refusal("Customers hold this role. Take it from them first.")))
		}
		for _, grant := range tx.Desk.Grants {
			if givesNowOrLater(grant, name, tx) {
				return roster.Refusal("Support access gives this role. Revoke it first.")
			}
		}
		return tx.DeleteRole(name)
	}, "delete role %q", name)
}

// givesNowOrLater reports whether the support grant gives the role, unless it is over.
func givesNowOrLater(grant deskpolicy.SupportGrant, role string, tx *store.Tx) bool {
	status := grant.Status(tx.Now)
	if status != deskpolicy.SupportGrantActive && status != deskpolicy.SupportGrantScheduled {
		return false
	}
	roles := grant.Roles()
	for _, extra := range grant.Workspaces() {
		roles = append(roles, extra...)
	}
	for _, r := range roles {
		if r.Name() == role {
			return true
		}
	}
	return false
}
