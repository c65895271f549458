package store

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// keyColumns are those of keyRow.
const keyColumns = "account_id, id, person_id, contact_id, name, secret, permissions, workspaces, starts_at, ends_at"

// keyRow returns the row of a key with the secret.
func keyRow(account deskpolicy.AccountID, key roster.Key, secret string) ([]any, error) {
	workspaces, err := json.Marshal(key.Limit.Workspaces)
	return []any{
		string(account), key.ID, orNull(key.Person), orNull(key.Customer), key.Name, KeyToken(secret).key(), permissionLines(key.Limit.Permissions), string(workspaces),
		key.Limit.Window.From().UnixMilli(), key.Limit.Window.Until().UnixMilli(),
	}, err
}

// AddKey adds the key to the desk, with a new ID and a new secret, which it returns and which
// nobody can read later.
func (tx *Tx) AddKey(key roster.Key) (secret string, err error) {
	key.ID, secret = rand.Text(), rand.Text()
	row, err := keyRow(tx.Desk.Account.ID, key, secret)
	if err != nil {
		return "", err
	}
	return secret, tx.exec("INSERT INTO api_keys ("+keyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", row[1:]...)
}

// PutKey writes what the key may do, and where.
func (tx *Tx) PutKey(key roster.Key) error {
	workspaces, err := json.Marshal(key.Limit.Workspaces)
	return errors.Join(err, tx.exec(`UPDATE api_keys SET permissions = $3, workspaces = $4 WHERE account_id = $1 AND id = $2`,
		key.ID, permissionLines(key.Limit.Permissions), string(workspaces)))
}

// DeleteKey deletes the key: a request that brings it is nobody's.
func (tx *Tx) DeleteKey(id string) error {
	return tx.exec(`DELETE FROM api_keys WHERE account_id = $1 AND id = $2`, id)
}

// AddKey adds the key with the secret.
func (f *Filler) AddKey(account deskpolicy.AccountID, key roster.Key, secret string) {
	row, err := keyRow(account, key, secret)
	f.err = cmp.Or(f.err, err)
	f.Insert("api_keys", keyColumns, row)
}

// keys reads the keys.
func (l *loaded) keys() error {
	for _, r := range slices.Concat(l.rows["key"], l.rows["customer_key"]) {
		key := roster.Key{ID: r.a, Who: roster.Who{Person: deskpolicy.AgentID(r.b)}, Name: r.c}
		if r.part == "customer_key" {
			key.Who = roster.Who{Customer: deskpolicy.ContactID(r.b)}
		}
		permissions, err := parsePermissions(r.d)
		if err == nil {
			err = json.Unmarshal([]byte(r.e), &key.Limit.Workspaces)
		}
		if err == nil {
			key.Limit.Window, err = parseWindow(r.f)
		}
		if err != nil {
			return fmt.Errorf("key %q: %w", r.a, err)
		}
		key.Limit.Permissions = permissions
		l.desk.Keys = append(l.desk.Keys, key)
	}
	slices.SortFunc(l.desk.Keys, func(a, b roster.Key) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

// delegate returns what acts by the key of the session, for its person as they are now.
func (l *loaded) delegate(session row) deskpolicy.Subject {
	key, isKey := l.desk.Key(session.c)
	person, found := l.desk.Asking(key)
	if !found || !isKey {
		return nil
	}
	return person.Subject
}
