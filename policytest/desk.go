package policytest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// A Desk is a program's own helpdesk, as generators draw from it: its roles, its
// groups, its workspaces. What they draw is about these for the most part, and at
// the edges for the rest: another account, a group that nobody has heard of, an
// instant before the end of a grant.
//
// The zero Desk is a small one with the built-in roles. What is left out of a Desk
// is as the zero Desk has it, but for workspaces, of which it then has none if its
// account is given. A Desk may be shared as long as nobody changes it.
//
// What comes first in each list is what failures shrink to.
type Desk struct {
	// Account is what subjects and resources are of. Without an ID it is the
	// account of the first custom role, with a plan that has every feature.
	Account deskpolicy.Account

	// Roles are what subjects hold. The built-in ones are drawn now and then besides:
	// every account has them.
	Roles []deskpolicy.Role

	Groups      []deskpolicy.GroupID
	Workspaces  []deskpolicy.WorkspaceID // restricted ones; the open ones are the account's
	People      []deskpolicy.AgentID     // the first is who asks, for the most part
	Territories []deskpolicy.TerritoryID // of the connected CRM

	// Actions are what requests ask for; without any, for all of the library's and
	// the host's.
	Actions []deskpolicy.ActionID

	// SubjectKinds are the kinds of subject that ask; zero is all of them.
	SubjectKinds SubjectKinds

	// HostActions are the host's own actions, with what they are about. Two of one number or
	// name, or an action above that is not among them, are a panic.
	HostActions []HostAction

	// Now is the instant around which grants are made.
	Now time.Time
}

// SubjectKinds is a set of the kinds of subject.
type SubjectKinds uint8

const (
	Agents          SubjectKinds = 1 << iota // [deskpolicy.Agent]
	SharedAgents                             // [deskpolicy.SharedAgent]
	CRMOnlyUsers                             // [deskpolicy.CRMOnlyUser]
	SupportSessions                          // [deskpolicy.SupportSession]
)

// A HostAction is an action of the host's, and how to make something that it is
// about: see [NewHostAction].
type HostAction struct {
	id    deskpolicy.ActionID
	named deskpolicy.HostAction
	kind  *kind
}

// NewHostAction returns the host's action of that name. To make what it is about, place says
// where that is, and whose work; a resource's other fields are the host's to
// invent. For a resource type of the library's place is nil: the generators know
// it. On panics if they do not.
func NewHostAction[R deskpolicy.Resource](action deskpolicy.Action[R], name string, place func(at deskpolicy.Attributes) R) HostAction {
	return HostAction{action.ID(), deskpolicy.NewHostAction(action, name), kindFor(place)}
}

// kindFor returns the kind that place makes, or without it the library's.
func kindFor[R deskpolicy.Resource](place func(at deskpolicy.Attributes) R) *kind {
	if place == nil {
		k := kindOfType[R]()
		if k == nil {
			panic(fmt.Sprintf("policytest: On does not know how to make a %T", *new(R)))
		}
		return k
	}
	return &kind{name: "host", marks: grouped | assigned, put: func(s *standing) deskpolicy.Resource {
		resource := place(s.attributes())
		return pointerTo(&resource)
	}}
}

// A world is a Desk with everything filled in.
type world struct {
	Desk
	vocabulary *deskpolicy.Vocabulary
	builtIns   []deskpolicy.Role
	owner      *deskpolicy.Agent // an account administrator, who made grants when the account had all that they give
}

// world returns the desk with what is left out as the zero Desk has it.
func (d Desk) world() *world {
	if d.Account.ID == "" {
		d.Account = deskpolicy.Account{
			ID: accountOf(d.Roles), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true,
			Workspaces: []deskpolicy.WorkspaceID{"it"}, Administrators: []deskpolicy.AgentID{"olga", "adam"},
		}
		d.Workspaces = orElse(d.Workspaces, "hr")
	}
	d.Groups = orElse(d.Groups, "billing", "sales")
	d.People = orElse(d.People, "ana", "bob", "cleo")
	d.Territories = orElse(d.Territories, "emea", "apac")
	d.SubjectKinds = cmp.Or(d.SubjectKinds, Agents|SharedAgents|CRMOnlyUsers|SupportSessions)
	if d.Now.IsZero() {
		d.Now = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	}
	w := &world{Desk: d, vocabulary: vocabularyOf(d.HostActions), builtIns: slices.Collect(d.Account.BuiltInRoles())}
	w.Roles = orElse(d.Roles, w.builtIns...)
	w.Actions = orElse(d.Actions, w.everyAction()...)
	for _, action := range w.Actions {
		if w.kindOf(action) == nil {
			panic(fmt.Sprintf("policytest: what is %v on? See On and Desk.Host", action))
		}
	}
	w.owner = &deskpolicy.Agent{ID: "olga", Account: withAll(d.Account), Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal},
	}}
	return w
}

// withAll returns the account with every feature, and connected to the CRM.
func withAll(account deskpolicy.Account) deskpolicy.Account {
	account.Plan.Features, account.Integrated = deskpolicy.AllFeatures, true
	return account
}

// accountOf returns the account of the first custom role, or another name.
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

// must returns v, and panics if there is an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// everyAction returns the library's actions and the host's.
func (w *world) everyAction() []deskpolicy.ActionID {
	all := slices.Collect(deskpolicy.Actions())
	for _, h := range w.HostActions {
		all = append(all, h.id)
	}
	return all
}

// kindOf returns the kind of resource that the action is on, nil if it is not known.
func (w *world) kindOf(action deskpolicy.ActionID) *kind {
	for _, h := range w.HostActions {
		if h.id == action {
			return h.kind
		}
	}
	return kindsByAction()[action]
}

// ---- drawing

// gen returns the generator of what draw returns of the desk.
func gen[T any](d Desk, draw func(*rapid.T, *world) T) *rapid.Generator[T] {
	w := d.world()
	return rapid.Custom(func(t *rapid.T) T { return draw(t, w) })
}

// rarely reports true once in 2 to the power of n draws.
func rarely(t *rapid.T, n int) bool {
	for range n {
		if !rapid.Bool().Draw(t, "rarely") {
			return false
		}
	}
	return true
}

// pick returns one of the items, the first ones rather than the last if there are many.
func pick[T any](t *rapid.T, items ...T) T { return rapid.SampledFrom(items).Draw(t, "pick") }

// anyOf returns one of the items, each about as often as any other. It draws the same
// number of bits for a few items as for fewer: what is drawn after it stays as it
// is when there are, so that failures shrink.
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
