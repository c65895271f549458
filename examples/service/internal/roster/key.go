package roster

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// A Key is an API key: a program that has its secret acts for an agent, within a limit whose
// window has an end.
type Key struct {
	ID     string
	Person deskpolicy.AgentID
	Name   string // what it is for
	Limit  deskpolicy.Limit
}

// Delegate returns the subject of a request with the key, for the agent as it is now.
func (k Key) Delegate(account deskpolicy.AccountID, agent deskpolicy.Subject) *deskpolicy.Delegate {
	return deskpolicy.NewDelegate(agent, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: string(account), ID: k.ID}, k.Limit)
}

// Key returns the key with the ID, and whether there is one.
func (d *Desk) Key(id string) (Key, bool) {
	i := slices.IndexFunc(d.Keys, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return d.Keys[i], true
}
