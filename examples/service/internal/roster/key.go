package roster

import (
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A Key is an API key: a program that has its secret acts for an agent or a shared agent, within a
// limit whose window has an end.
type Key struct {
	ID     string
	Person deskpolicy.AgentID // who it acts for
	Name   string             // what it is for
	Limit  deskpolicy.Limit
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

// KeysOf returns the keys that act for the person.
func (d *Desk) KeysOf(id deskpolicy.AgentID) []Key {
	return slices.DeleteFunc(slices.Clone(d.Keys), func(k Key) bool { return k.Person != id })
}

// Asking returns the key as who asks a question: the person that it acts for, as far as it may.
func (d *Desk) Asking(k Key) (Person, bool) {
	p, found := d.Person(k.Person)
	p.Key = &k
	p.Subject = k.Delegate(d.Account.ID, p.Subject)
	return p, found
}

// MayHaveKeysBy reports whether the subject, who may change the shared agent, may also make keys for
// them. The policy has an action about an agent's keys and none about those of a shared agent, so
// this has its rule: who makes a key can act as the shared agent, and has to be allowed all that
// they ever are, by roles without an end. An account administrator who does not reach a restricted
// workspace changes shared agents there, and makes no key for them.
func MayHaveKeysBy(by deskpolicy.Subject, shared *deskpolicy.SharedAgent) bool {
	agent, isAgent := by.(*deskpolicy.Agent)
	if !isAgent {
		return false
	}
	lasting, ever := *agent, *shared
	lasting.Bindings = slices.DeleteFunc(slices.Clone(agent.Bindings), func(b deskpolicy.Binding) bool { return !b.Window.Until().IsZero() })
	ever.Bindings = slices.Clone(shared.Bindings)
	for i := range ever.Bindings {
		ever.Bindings[i].Window = deskpolicy.Window{}
	}
	ever.Deactivated, ever.CRM.Deactivated, ever.CRM.Sees = false, false, deskpolicy.AllRecords
	return deskpolicy.Covers(&lasting, &ever)
}
