package policytest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// A Desk describes a program's helpdesk to the generators: its roles, its groups, its workspaces.
// They draw mostly from these, and otherwise from edge cases: another account, an unknown group,
// the instant before a support grant ends.
//
// The zero Desk describes a small helpdesk with the built-in roles. Each field that is not set has
// the value that it has there, except RestrictedWorkspaces: if Account is set, there are only the given
// ones. A Desk is safe for concurrent use while it is not modified.
//
// Failures shrink toward the first element of each list.
type Desk struct {
	// Account is the account of subjects and resources. If its ID is empty, generators use the
	// account of the first custom role, with a plan that has every feature.
	Account deskpolicy.Account

	// Roles are the roles that subjects hold. Generators sometimes draw built-in roles as well,
	// unless NoBuiltInRoles is set.
	Roles []deskpolicy.Role

	// The following are for a program that does not have such things: nothing that the generators
	// draw has them, so that [Agree] compares what the program has.
	NoWorkspaces    bool // roles are held account-wide, and resources are outside of workspaces
	NoOtherAccounts bool // everything belongs to the desk's account
	NoSharedAgents  bool // there is no CRM: no shared agents, no other CRM users, no actions on them
	NoBuiltInRoles  bool // there are only the custom Roles; generators panic if none is the account's
	NoTicketScopes  bool // agents hold roles at the ticket scope Global
	NoConfidential  bool // nothing is confidential
	NoWindows       bool // roles are always held

	Groups               []deskpolicy.GroupID
	RestrictedWorkspaces []deskpolicy.WorkspaceID // the restricted ones; Account has the open ones
	People               []deskpolicy.AgentID     // the first one is the subject of most requests
	Territories          []deskpolicy.TerritoryID // of the connected CRM

	// Actions are the actions of requests. If empty, these are all actions of the library and the
	// host.
	Actions []deskpolicy.ActionID

	// SubjectKinds are the kinds of subject in requests; zero means all of them.
	SubjectKinds SubjectKinds

	// HostActions are the host's own actions. Generators panic if two of them have the same number
	// or name, or if Actions has a host action that is not listed here.
	HostActions []HostAction

	// Now is the instant at which agents and shared agents ask, and when support grants are made.
	// Support grants start then, or up to an hour later.
	Now time.Time
}

// SubjectKinds is a set of kinds of subject. The zero SubjectKinds in a Desk means all of them.
type SubjectKinds uint8

const (
	Agents          SubjectKinds = 1 << iota // [deskpolicy.Agent]
	SharedAgents                             // [deskpolicy.SharedAgent]
	CRMOnlyUsers                             // [deskpolicy.CRMOnlyUser]
	SupportSessions                          // [deskpolicy.SupportSession]
	Customers                                // [deskpolicy.Customer]
	Delegates                                // [deskpolicy.Delegate]
)

// A HostAction is an action of the host application, with a function that makes resources for it.
// [NewHostAction] returns one; the zero HostAction is not valid.
type HostAction struct {
	id    deskpolicy.ActionID
	named deskpolicy.HostAction
	kind  *kind
}

// NewHostAction returns the host action with that name. To make a resource for the action,
// generators call place with the account, workspace, group and assignee; place can set the
// resource's other fields to anything. If R is one of the library's resource types, place can be
// nil. NewHostAction panics if place is nil for any other type.
func NewHostAction[R deskpolicy.Resource](action deskpolicy.Action[R], name string, place func(at deskpolicy.Attributes) R) HostAction {
	return HostAction{action.ID(), deskpolicy.NewHostAction(action, name), kindFor(place)}
}

// kindFor returns the kind of resource that place makes or, if place is nil, the library's kind
// for R.
func kindFor[R deskpolicy.Resource](place func(at deskpolicy.Attributes) R) *kind {
	if place == nil {
		k := kindOfType[R]()
		if k == nil {
			panic(fmt.Sprintf("policytest: NewHostAction does not know how to make a %T; give it place", *new(R)))
		}
		return k
	}
	return &kind{name: "host", properties: hasGroup | hasAssignee, build: func(s *placement) deskpolicy.Resource {
		resource := place(s.attributes())
		return asResource(&resource)
	}}
}

// A fullDesk is a Desk with every field set.
type fullDesk struct {
	Desk
	vocabulary *deskpolicy.Vocabulary
	builtIns   []deskpolicy.Role
	simplest   deskpolicy.Role   // a role that the account has
	owner      *deskpolicy.Agent // the account administrator who made the support grants, with every feature
}

// full returns the desk with its missing fields set as in the zero Desk.
func (d Desk) full() *fullDesk {
	if d.Account.ID == "" {
		d.Account = deskpolicy.Account{
			ID: accountOf(d.Roles), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true,
			OpenWorkspaces: []deskpolicy.WorkspaceID{"it"}, Administrators: []deskpolicy.AgentID{"olga", "adam"},
		}
		d.RestrictedWorkspaces = orElse(d.RestrictedWorkspaces, "hr")
	}
	d.Groups = orElse(d.Groups, "billing", "sales")
	d.People = orElse(d.People, "ana", "bob", "cleo")
	d.Territories = orElse(d.Territories, "emea", "apac")
	d.SubjectKinds = cmp.Or(d.SubjectKinds, Agents|SharedAgents|CRMOnlyUsers|SupportSessions|Customers|Delegates)
	if d.Now.IsZero() {
		d.Now = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	}
	w := &fullDesk{Desk: d, vocabulary: vocabularyOf(d.HostActions)}
	w.omit()
	w.setRoles()
	w.Actions = orElse(d.Actions, w.everyAction()...)
	for _, action := range w.Actions {
		if w.kindOf(action) == nil {
			panic(fmt.Sprintf("policytest: %v is not a known action; add it to Desk.HostActions with NewHostAction", action))
		}
	}
	w.owner = &deskpolicy.Agent{ID: "olga", Account: withAll(w.Account), Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal},
	}}
	if w.NoWorkspaces {
		w.owner.Bindings[0].Workspace = deskpolicy.AccountWide
	}
	return w
}

// omit removes what the program does not have.
func (w *fullDesk) omit() {
	if w.NoWorkspaces {
		w.Account.OpenWorkspaces, w.RestrictedWorkspaces = nil, nil
	}
	if w.NoSharedAgents {
		w.Account.Integrated = false
		w.SubjectKinds &^= SharedAgents | CRMOnlyUsers
	}
}

// setRoles sets the roles that are drawn.
func (w *fullDesk) setRoles() {
	if !w.NoBuiltInRoles {
		w.builtIns, w.simplest = slices.Collect(w.Account.BuiltInRoles()), deskpolicy.AgentRole.Role()
		w.Roles = orElse(w.Roles, w.builtIns...)
		return
	}
	w.Roles = slices.DeleteFunc(slices.Clone(w.Roles), deskpolicy.Role.BuiltIn)
	i := slices.IndexFunc(w.Roles, func(r deskpolicy.Role) bool { return r.Account() == w.Account.ID })
	if i < 0 {
		panic(fmt.Sprintf("policytest: a desk without built-in roles has no custom role of account %q; set Desk.Roles", w.Account.ID))
	}
	w.simplest = w.Roles[i]
}

// withAll returns the account with every feature and with the CRM connected.
func withAll(account deskpolicy.Account) deskpolicy.Account {
	account.Plan.Features, account.Integrated = deskpolicy.AllFeatures, true
	return account
}

// accountOf returns the account of the first custom role, or "acme" if there is none.
func accountOf(roles []deskpolicy.Role) deskpolicy.AccountID {
	for _, r := range roles {
		if r.Account() != "" {
			return r.Account()
		}
	}
	return "acme"
}

func orElse[T any](given []T, otherwise ...T) []T {
	if len(given) > 0 {
		return given
	}
	return otherwise
}

func vocabularyOf(host []HostAction) *deskpolicy.Vocabulary {
	var named []deskpolicy.HostAction
	for _, h := range host {
		named = append(named, h.named)
	}
	return must(deskpolicy.NewVocabulary(named...))
}

// must returns v, and panics if err is not nil.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// everyAction returns the library's actions, without those on what the desk does not have, and
// the host's.
func (w *fullDesk) everyAction() []deskpolicy.ActionID {
	all := slices.DeleteFunc(slices.Collect(deskpolicy.Actions()), func(action deskpolicy.ActionID) bool {
		return w.NoSharedAgents && kindByAction()[action].name == "shared agent"
	})
	for _, h := range w.HostActions {
		all = append(all, h.id)
	}
	return all
}

// kindOf returns the kind of resource that the action is on, or nil if the action is unknown.
func (w *fullDesk) kindOf(action deskpolicy.ActionID) *kind {
	for _, h := range w.HostActions {
		if h.id == action {
			return h.kind
		}
	}
	return kindByAction()[action]
}

// gen returns a generator of the values that draw returns.
func gen[T any](d Desk, draw func(*rapid.T, *fullDesk) T) *rapid.Generator[T] {
	w := d.full()
	return rapid.Custom(func(t *rapid.T) T { return draw(t, w) })
}

// rarely returns true with probability 1/2^n.
func rarely(t *rapid.T, n int) bool {
	for range n {
		if !rapid.Bool().Draw(t, "rarely") {
			return false
		}
	}
	return true
}

// pick returns one of the items; if there are many, the first ones more often.
func pick[T any](t *rapid.T, items ...T) T { return rapid.SampledFrom(items).Draw(t, "pick") }

// anyOf returns one of the items, each about equally often. It draws the same number of bits for
// shorter lists, so that later draws stay the same when a list gets shorter and failures shrink.
func anyOf[T any](t *rapid.T, items []T) T {
	bits := 4
	for len(items) > 1<<(bits-1) {
		bits *= 2
	}
	i := 0
	for range bits {
		i *= 2
		if rapid.Bool().Draw(t, "any of") {
			i++
		}
	}
	return items[i%len(items)]
}
