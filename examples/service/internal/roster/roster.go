// Package roster has what a desk knows about its people, roles and support access, as plain
// values. The store fills them in, and pages show them.
package roster

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A Desk is an account with its people, roles and support grants, at one instant.
type Desk struct {
	Name       string // of the account, for pages
	Now        time.Time
	Account    deskpolicy.Account
	Roles      deskpolicy.RoleSet // built-in ones and the account's own
	Workspaces []Workspace
	Groups     []Group
	People     []Person
	Grants     []deskpolicy.SupportGrant
	Keys       []Key
	Customers  []Person // those that API keys act for, sorted by ID
}

// A Who names somebody: a person on the desk or, by the ID of its contact, a customer of the portal.
// The two IDs can be the same text.
type Who struct {
	Person   deskpolicy.AgentID
	Customer deskpolicy.ContactID // instead of Person, if it is not ""
}

// String returns the ID, as `riya` or `customer c-001`.
func (w Who) String() string {
	if w.Customer != "" {
		return "customer " + string(w.Customer)
	}
	return string(w.Person)
}

// A Person works on the desk, or is a customer of its portal, or has an API key that acts for them.
// The Subject is an *Agent, a *SharedAgent, a *Customer or, with a Key, a *Delegate.
type Person struct {
	ID      deskpolicy.AgentID
	Name    string
	Subject deskpolicy.Subject
	Contact *deskpolicy.Contact // the record of a customer; nil for others
	Key     *Key                // what acts for the person; nil if they act themselves
}

// A Workspace is a part of the account. One that is not open is restricted.
type Workspace struct {
	ID   deskpolicy.WorkspaceID
	Name string
	Open bool
}

// A Group is a team of agents.
type Group struct {
	ID   deskpolicy.GroupID
	Name string
}

// Person returns the person with the ID, and whether there is one.
func (d *Desk) Person(id deskpolicy.AgentID) (Person, bool) { return Find(d.People, id) }

// Find returns the one with the ID of the people, which are sorted by ID, and whether there is one.
func Find(people []Person, id deskpolicy.AgentID) (Person, bool) {
	i, found := slices.BinarySearchFunc(people, id, func(p Person, id deskpolicy.AgentID) int { return cmp.Compare(p.ID, id) })
	if !found {
		return Person{}, false
	}
	return people[i], true
}

// Grant returns the support grant with the ID, and whether there is one.
func (d *Desk) Grant(id deskpolicy.SupportGrantID) (deskpolicy.SupportGrant, bool) {
	i := slices.IndexFunc(d.Grants, func(g deskpolicy.SupportGrant) bool { return g.ID() == id })
	if i < 0 {
		return deskpolicy.SupportGrant{}, false
	}
	return d.Grants[i], true
}

// Holders returns the people who hold the role, sorted by ID.
func (d *Desk) Holders(role string) []Person {
	return slices.DeleteFunc(slices.Clone(d.People), func(p Person) bool {
		return !slices.ContainsFunc(p.Bindings(), func(b deskpolicy.Binding) bool { return b.Role.Name() == role })
	})
}

// Bindings returns the roles that the person holds.
func (p Person) Bindings() []deskpolicy.Binding {
	switch s := p.Subject.(type) {
	case *deskpolicy.Agent:
		return s.Bindings
	case *deskpolicy.SharedAgent:
		return s.Bindings
	case *deskpolicy.Customer:
		return s.Bindings
	}
	return nil
}

// Groups returns the person's access to groups.
func (p Person) Groups() map[deskpolicy.GroupID]deskpolicy.Access {
	switch s := p.Subject.(type) {
	case *deskpolicy.Agent:
		return s.Groups
	case *deskpolicy.SharedAgent:
		return s.Groups
	}
	return nil
}

// Deactivated reports whether the person is denied everything.
func (p Person) Deactivated() bool {
	switch s := p.Subject.(type) {
	case *deskpolicy.Agent:
		return s.Deactivated
	case *deskpolicy.SharedAgent:
		return s.Deactivated
	case *deskpolicy.Customer:
		return s.Deactivated
	}
	return true
}

// With returns a copy of the person with other roles, groups and activation. A customer is in no group.
func (p Person) With(bindings []deskpolicy.Binding, groups map[deskpolicy.GroupID]deskpolicy.Access, deactivated bool) Person {
	switch s := p.Subject.(type) {
	case *deskpolicy.Agent:
		agent := *s
		agent.Bindings, agent.Groups, agent.Deactivated = bindings, groups, deactivated
		p.Subject = &agent
	case *deskpolicy.SharedAgent:
		agent := *s
		agent.Bindings, agent.Groups, agent.Deactivated = bindings, groups, deactivated
		p.Subject = &agent
	case *deskpolicy.Customer:
		customer := *s
		customer.Bindings, customer.Deactivated = bindings, deactivated
		p.Subject = &customer
	}
	return p
}

// Who returns the name of the person, or of who the key acts for.
func (p Person) Who() Who {
	if p.Contact != nil {
		return Who{Customer: p.Contact.ID}
	}
	return Who{Person: p.ID}
}

// Principal returns who the key acts for, or the person without one.
func (p Person) Principal() Person {
	if d, isKey := p.Subject.(*deskpolicy.Delegate); isKey {
		p.Subject, p.Key = d.Principal, nil
	}
	return p
}

// Shared returns the person as a shared agent, or nil.
func (p Person) Shared() *deskpolicy.SharedAgent {
	shared, _ := p.Subject.(*deskpolicy.SharedAgent)
	return shared
}

// Agent returns the person as an agent, or nil.
func (p Person) Agent() *deskpolicy.Agent {
	agent, _ := p.Subject.(*deskpolicy.Agent)
	return agent
}

// An Event is an entry of the log: a change that was made.
type Event struct {
	Version int64 // of the account after the change
	At      time.Time
	Actor   string
	What    string
	Records []deskpolicy.AuditRecord // the decisions that allowed it
}

// HasGroup reports whether the desk has the group.
func (d *Desk) HasGroup(id deskpolicy.GroupID) bool {
	return slices.ContainsFunc(d.Groups, func(g Group) bool { return g.ID == id })
}

// HasWorkspace reports whether the desk has the workspace.
func (d *Desk) HasWorkspace(id deskpolicy.WorkspaceID) bool {
	return slices.ContainsFunc(d.Workspaces, func(w Workspace) bool { return w.ID == id })
}

// HasPlace reports whether the desk has the workspace and the group of the binding.
func (d *Desk) HasPlace(b deskpolicy.Binding) bool {
	return d.Holds(b.Workspace) && (b.Group == "" || d.HasGroup(b.Group))
}

// Holds reports whether a role or a key can be held in the workspace, or in what stands for several.
func (d *Desk) Holds(w deskpolicy.WorkspaceID) bool {
	return w == deskpolicy.AccountWide || w == deskpolicy.OpenWorkspaces || w == deskpolicy.Everywhere || d.HasWorkspace(w)
}
