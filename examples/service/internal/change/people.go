package change

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// find returns the person and the binding of the holding.
func find(tx *store.Tx, h roster.Holding) (roster.Person, deskpolicy.Binding, error) {
	p, err := person(tx, h.Who)
	if err != nil {
		return p, deskpolicy.Binding{}, err
	}
	role, err := tx.Desk.Roles.Role(h.Role)
	if err != nil {
		return p, deskpolicy.Binding{}, deskhttp.ErrNotFound
	}
	return p, deskpolicy.Binding{Role: role, Workspace: h.Workspace, Group: h.Group, TicketScope: h.Scope, Window: h.Window}, nil
}

// askForRole asks about an action on a role of the person. A customer's roles are part of its contact's
// record.
func askForRole(tx *store.Tx, action deskpolicy.Action[deskpolicy.RoleAssignment], p roster.Person, b deskpolicy.Binding) error {
	if p.Contact != nil {
		return store.Ask(tx, deskpolicy.ContactEdit, p.Contact)
	}
	return store.Ask(tx, action, &deskpolicy.RoleAssignment{Holder: p.Subject, Binding: b})
}

// GiveRole gives the person a role.
func (m Maker) GiveRole(ctx context.Context, h roster.Holding) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, binding, err := find(tx, h)
		if err != nil {
			return err
		}
		// First, as the question would deny a date after 2199 without saying why (A71).
		if !comes(binding.Window, tx.Now) {
			return roster.Refusal("The role would never be held: it has to end in the future, after its start and before the year 2200.")
		}
		if err := askForRole(tx, deskpolicy.AgentRoleAssign, p, binding); err != nil {
			return err
		}
		if !tx.Desk.HasPlace(binding) {
			return roster.Refusal("There is no such workspace or group.")
		}
		if p.Contact != nil && (binding.Group != "" || binding.Window != deskpolicy.Window{}) {
			return roster.Refusal("A customer holds roles for always, and in no group.")
		}
		if slices.ContainsFunc(p.Bindings(), isBinding(binding)) {
			return roster.Refusal("They hold this role already.")
		}
		return putPerson(tx, p.With(append(slices.Clone(p.Bindings()), binding), p.Groups(), p.Deactivated()))
	}, "give %s %v", h.Who, h)
}

// comes reports whether the window holds at the instant or later.
func comes(w deskpolicy.Window, now time.Time) bool {
	return w.Holds(now) || w.From().After(now) && w.Holds(w.From())
}

// TakeRole takes a role from the person.
func (m Maker) TakeRole(ctx context.Context, h roster.Holding) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, binding, err := find(tx, h)
		if err != nil {
			return err
		}
		if err := askForRole(tx, deskpolicy.AgentRoleRemove, p, binding); err != nil {
			return err
		}
		left := slices.DeleteFunc(slices.Clone(p.Bindings()), isBinding(binding))
		if len(left) == len(p.Bindings()) {
			return roster.Refusal("They do not hold this role.")
		}
		return putPerson(tx, p.With(left, p.Groups(), p.Deactivated()))
	}, "take %v from %s", h, h.Who)
}

// SetScope changes the tickets that a held role reaches.
func (m Maker) SetScope(ctx context.Context, h roster.Holding, scope deskpolicy.Scope) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, binding, err := find(tx, h)
		if err != nil {
			return err
		}
		changed := binding
		changed.TicketScope = scope
		if err := askForRole(tx, deskpolicy.AgentScopeEdit, p, changed); err != nil {
			return err
		}
		bindings := slices.Clone(p.Bindings())
		i := slices.IndexFunc(bindings, isBinding(binding))
		if i < 0 {
			return roster.Refusal("They do not hold this role.")
		}
		if slices.ContainsFunc(bindings, isBinding(changed)) {
			return roster.Refusal("They hold the role at this scope already.")
		}
		bindings[i] = changed
		return putPerson(tx, p.With(bindings, p.Groups(), p.Deactivated()))
	}, "change the tickets of %s as %q in %s to %s", h.Who, h.Role, h.Workspace, scope)
}

// isBinding returns a function that reports whether a binding says the same.
func isBinding(b deskpolicy.Binding) func(deskpolicy.Binding) bool {
	return func(other deskpolicy.Binding) bool {
		return b.Role.Equal(other.Role) && b.Workspace == other.Workspace && b.Group == other.Group && b.TicketScope == other.TicketScope && b.Window == other.Window
	}
}

// SetGroup gives the person access to a group; NoAccess removes them from it.
func (m Maker) SetGroup(ctx context.Context, id deskpolicy.AgentID, group deskpolicy.GroupID, access deskpolicy.Access) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, err := person(tx, roster.Who{Person: id})
		if err != nil {
			return err
		}
		membership := deskpolicy.GroupMembership{Member: p.Subject, Group: deskpolicy.AgentGroup{ID: group, Account: tx.Desk.Account.ID}, Access: access}
		if err := store.Ask(tx, deskpolicy.AgentGroupAssign, &membership); err != nil {
			return err
		}
		if !tx.Desk.HasGroup(group) {
			return roster.Refusal("There is no such group.")
		}
		groups := maps.Clone(p.Groups())
		if groups == nil {
			groups = make(map[deskpolicy.GroupID]deskpolicy.Access)
		}
		groups[group] = access
		return putPerson(tx, p.With(p.Bindings(), groups, p.Deactivated()))
	}, "give %s %s access in group %s", id, access, group)
}

// Deactivate denies the person everything, until they are activated again.
func (m Maker) Deactivate(ctx context.Context, who roster.Who) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, err := person(tx, who)
		if err != nil {
			return err
		}
		if err := ask(tx, p, roster.Deactivate); err != nil {
			return err
		}
		return putPerson(tx, p.With(p.Bindings(), p.Groups(), true))
	}, "deactivate %s", who)
}

// Activate activates the person again.
func (m Maker) Activate(ctx context.Context, who roster.Who) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, err := person(tx, who)
		if err != nil {
			return err
		}
		if err := ask(tx, p, roster.Activate); err != nil {
			return err
		}
		return putPerson(tx, p.With(p.Bindings(), p.Groups(), false))
	}, "activate %s", who)
}
