package roster

import (
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A Key is an API key: a program that has its secret acts for an agent, a shared agent or a customer,
// within a limit whose window has an end.
type Key struct {
	Who   // who it acts for
	ID    string
	Name  string // what it is for
	Limit deskpolicy.Limit
}

// Delegate returns the subject of a request with the key, for the person as they are now.
func (k Key) Delegate(account deskpolicy.AccountID, principal deskpolicy.Subject) *deskpolicy.Delegate {
	return deskpolicy.NewDelegate(principal, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: string(account), ID: k.ID}, k.Limit)
}

// Ended reports whether the key is over at the instant.
func (k Key) Ended(now time.Time) bool { return !k.Limit.Window.Holds(now) }

// Key returns the key with the ID, and whether there is one.
func (d *Desk) Key(id string) (Key, bool) {
	i := slices.IndexFunc(d.Keys, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return d.Keys[i], true
}

// KeysOf returns the keys that act for the person or the customer.
func (d *Desk) KeysOf(w Who) []Key {
	return slices.DeleteFunc(slices.Clone(d.Keys), func(k Key) bool { return k.Who != w })
}

// Asking returns the key as who asks a question: who it acts for, as far as it may.
func (d *Desk) Asking(k Key) (Person, bool) {
	p, found := d.Person(k.Person)
	if k.Customer != "" {
		p, found = Find(d.Customers, deskpolicy.AgentID(k.Customer))
	}
	p.Key = &k
	p.Subject = k.Delegate(d.Account.ID, p.Subject)
	return p, found
}
