package store

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

var errUnasked = errors.New("store: a change was not asked about")

// exec runs a statement about the desk's account, whose ID is $1.
func (tx *Tx) exec(statement string, args ...any) error {
	_, err := tx.tx.ExecContext(tx.ctx, statement, slices.Insert(args, 0, any(string(tx.Desk.Account.ID)))...)
	return err
}

// PutRole adds the custom role, or replaces the one with its name.
func (tx *Tx) PutRole(role deskpolicy.Role) error {
	return tx.exec(`INSERT INTO roles (account_id, name, permissions) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, name) DO UPDATE SET permissions = excluded.permissions`, role.Name(), permissionLines(role.Permissions()))
}

// DeleteRole deletes the custom role.
func (tx *Tx) DeleteRole(name string) error {
	return tx.exec(`DELETE FROM roles WHERE account_id = $1 AND name = $2`, name)
}

// PutPerson writes the person's roles, groups and activation.
func (tx *Tx) PutPerson(p roster.Person) error {
	id := string(p.ID)
	err := errors.Join(
		tx.exec(`UPDATE people SET deactivated = $3 WHERE account_id = $1 AND id = $2`, id, p.Deactivated()),
		tx.exec(`DELETE FROM bindings WHERE account_id = $1 AND person_id = $2`, id),
		tx.exec(`DELETE FROM memberships WHERE account_id = $1 AND person_id = $2`, id),
	)
	for _, b := range p.Bindings() {
		from, until, never := windowColumns(b.Window)
		err = errors.Join(err, never, tx.exec(`INSERT INTO bindings (account_id, person_id, role, workspace_id, group_id, ticket_scope, starts_at, ends_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id, b.Role.Name(), string(b.Workspace), string(b.Group), b.TicketScope.String(), from, until))
	}
	for group, access := range p.Groups() {
		if access != deskpolicy.NoAccess {
			err = errors.Join(err, tx.exec(`INSERT INTO memberships (account_id, person_id, group_id, access) VALUES ($1, $2, $3, $4)`, id, string(group), access.String()))
		}
	}
	return err
}

// PutAccount writes the account's plan, and whether it is connected to the CRM.
func (tx *Tx) PutAccount(account deskpolicy.Account) error {
	return tx.exec(`UPDATE accounts SET features = $2, integrated = $3 WHERE id = $1`, account.Plan.Features.String(), account.Integrated)
}

// PutGrant adds the support grant, or replaces the one with its ID.
func (tx *Tx) PutGrant(grant deskpolicy.SupportGrant) error {
	document, err := json.Marshal(grant)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO support_grants (account_id, id, document) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, id) DO UPDATE SET document = excluded.document`, string(grant.ID()), string(document))
}

// Ticket returns the ticket as it is now.
func (tx *Tx) Ticket(id deskpolicy.TicketID) (*Ticket, error) {
	return ticket(tx.ctx, tx.tx, tx.Desk.Account.ID, id)
}

// PutTicket writes who stands how to the ticket: its group, assignee, participants, contacts in CC
// and mentions, and whether it is confidential.
func (tx *Tx) PutTicket(t *deskpolicy.Ticket) error {
	id := string(t.ID)
	err := errors.Join(
		tx.exec(`UPDATE tickets SET group_id = $3, assignee_id = $4, confidential = $5, updated_at = $6 WHERE account_id = $1 AND id = $2`,
			id, orNull(t.Group), orNull(t.Assignee), t.Confidential, tx.Now.UnixMilli()),
		tx.exec(`DELETE FROM participants WHERE account_id = $1 AND ticket_id = $2`, id),
		tx.exec(`DELETE FROM ccs WHERE account_id = $1 AND ticket_id = $2`, id),
		tx.exec(`DELETE FROM mentions WHERE account_id = $1 AND ticket_id = $2`, id),
	)
	for person, access := range t.Participants {
		err = errors.Join(err, tx.exec(`INSERT INTO participants (account_id, ticket_id, person_id, access) VALUES ($1, $2, $3, $4)`, id, string(person), access.String()))
	}
	for contact, access := range t.CCs {
		err = errors.Join(err, tx.exec(`INSERT INTO ccs (account_id, ticket_id, contact_id, access) VALUES ($1, $2, $3, $4)`, id, string(contact), access.String()))
	}
	for person := range t.Mentions {
		err = errors.Join(err, tx.exec(`INSERT INTO mentions (account_id, ticket_id, person_id) VALUES ($1, $2, $3)`, id, string(person)))
	}
	return err
}

// orNull returns NULL for the empty ID.
func orNull[ID ~string](id ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}
