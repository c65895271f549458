package cedarexport

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// An authority is what a person's bindings allow, as sets of actions with their workspaces. The
// function covered says which set must contain which.
type authority struct {
	all       collection // on every resource
	groupView collection // on resources of the person's groups, for actions that need view access
	groupEdit collection // the same, for actions that need edit access
	held      collection // on resources that are assigned to the person or belong to them
	assigned  collection // the same, without the actions that are only for the person's own resources
}

func (a *authority) record() record {
	return record{"all": a.all, "groupView": a.groupView, "groupEdit": a.groupEdit, "held": a.held, "assigned": a.assigned}
}

// A person has the facts that determine an authority.
type person struct {
	account  deskpolicy.Account // as in the principal's record
	bindings []deskpolicy.Binding
	shared   bool
	author   bool // is an account administrator, so that the authority includes role authoring
	views    bool // is in a group with view or edit access
	edits    bool // is in a group with edit access
}

// authorityOf computes a person's authority. For a shared agent, it assumes that the CRM shows
// every customer: the agent can reach any resource by a mention or through the CRM, so only a
// person who reaches every resource covers that.
func (d *draft) authorityOf(p person) *authority {
	var a authority
	for _, b := range p.bindings {
		if account := b.Role.Account(); account != "" && account != p.account.ID { // the role has no effect (B09)
			continue
		}
		for _, place := range d.placesOf(b, p.account) {
			d.addBinding(&a, &p, b, place)
		}
		d.addAnywhere(&a, &p, b)
	}
	return &a
}

// placesOf returns the question's workspaces in which the binding's role is held.
func (d *draft) placesOf(b deskpolicy.Binding, account deskpolicy.Account) []string {
	switch b.Workspace {
	case "":
		return nil
	case deskpolicy.OpenWorkspaces:
		return append([]string{outside}, openIn(account)...)
	case deskpolicy.Everywhere:
		return d.places(account)
	}
	return []string{heldPlace(b.Workspace)}
}

// openIn returns the account's open workspaces.
func openIn(account deskpolicy.Account) (places []string) {
	for _, w := range account.OpenWorkspaces {
		if w != "" {
			places = append(places, workspaceOf(w))
		}
	}
	return places
}

// places returns the workspaces of a question about authority: outside, the open workspaces, those
// in which a person in the question holds a role, and everywhere, which represents all others.
func (d *draft) places(account deskpolicy.Account) []string {
	places := append([]string{outside, everywhere}, openIn(account)...)
	for _, w := range d.named {
		if w != "" && w != deskpolicy.OpenWorkspaces {
			places = append(places, heldPlace(w))
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// heldBy returns the workspaces in which the compared people hold roles: the subject, and the
// person or support grant acted on.
func heldBy(subject deskpolicy.Subject, resource deskpolicy.Resource) (held []deskpolicy.WorkspaceID) {
	add := func(bindings []deskpolicy.Binding) {
		for _, b := range bindings {
			held = append(held, b.Workspace)
		}
	}
	person := func(of deskpolicy.Subject) {
		if m, ok := memberOf(of); ok {
			add(m.bindings)
		}
	}
	person(subject)
	switch r := resource.(type) {
	case deskpolicy.Agent:
		add(r.Bindings)
	case deskpolicy.SharedAgent:
		add(r.Bindings)
	case deskpolicy.RoleAssignment:
		person(r.Holder)
		add([]deskpolicy.Binding{r.Binding})
	case deskpolicy.GroupMembership:
		person(r.Member)
	case deskpolicy.SupportGrant:
		for w := range r.Workspaces() {
			held = append(held, w)
		}
	}
	return held
}

// addBinding adds what the binding allows in one workspace.
func (e *Exporter) addBinding(a *authority, p *person, b deskpolicy.Binding, place string) {
	may := b.Role.Permissions()
	for id := range deskpolicy.Actions() {
		if !may.Has(id.At(deskpolicy.ScopeRestricted)) && !may.Has(id.At(deskpolicy.ScopeGroup)) {
			continue
		}
		if k := kindOf()[id]; p.canHave(id, k) && !slices.Contains(givenAnywhere, id) {
			a.addAction(p, b, actionOn{id, k, id.String(), place})
		}
	}
	for _, id := range e.hosts {
		e.addHost(a, p, b, id, e.vocabulary.Name(id), place)
	}
	for _, r := range e.unnamed {
		// Only built-in roles permit host actions without a name, and then all of them: see New.
		if b.Role.BuiltIn() {
			e.addHost(a, p, b, e.unnamedIn(r), r.name, place)
		}
	}
}

// addAnywhere adds what the binding allows wherever it is held.
func (e *Exporter) addAnywhere(a *authority, p *person, b deskpolicy.Binding) {
	if b.Workspace == "" {
		return
	}
	own := deskpolicy.ProfileEditOwn.ID()
	a.addAction(p, b, actionOn{own, kindOf()[own], own.String(), outside})
	addIf(&a.all, !b.Role.Permissions().Empty(), login.String()+"@"+outside)
}

// unnamedIn returns a host action in the range that has no name.
func (e *Exporter) unnamedIn(r hostRange) deskpolicy.ActionID {
	id := r.first
	for slices.Contains(e.hosts, id) {
		id++
	}
	return id
}

// addHost adds a host action: on the host's own resources, and on tickets, where the ticket scope
// counts. These determine what it allows on the library's other types.
func (e *Exporter) addHost(a *authority, p *person, b deskpolicy.Binding, id deskpolicy.ActionID, name, place string) {
	if !p.canHave(id, &hostKind) {
		return
	}
	ticket := &detailedKinds[0]
	a.addAction(p, b, actionOn{id, &hostKind, name + "@thing", place})
	a.addAction(p, b, actionOn{id, ticket, name + "@ticket", place})
	if p.shared && place == outside && b.Role.Permissions().Has(id.At(deskpolicy.ScopeRestricted)) {
		a.all = append(a.all, name+"@thing@"+place) // on the contacts that it sees in the CRM
	}
}

// canHave reports whether this kind of person can do the action at all.
func (p *person) canHave(id deskpolicy.ActionID, k *kind) bool {
	for _, never := range forbiddenToShared {
		if p.shared && (never.on == k.name || never.on == "" && never.does(id)) {
			return false
		}
	}
	return p.author || !id.InClass(deskpolicy.ClassRoleAuthoring)
}

// An actionOn is an action on a kind of resource in a workspace.
type actionOn struct {
	id   deskpolicy.ActionID
	kind *kind
	name string
	at   string
}

// addAction adds what the binding allows for the action.
func (a *authority) addAction(p *person, b deskpolicy.Binding, on actionOn) {
	if on.at != outside && !on.kind.placed {
		return
	}
	at, need := p.scopesOf(b, on), on.id.RequiredAccess()
	inGroups, held := at.group && on.kind.grouped, at.restricted && on.kind.held
	atom := on.name + "@" + on.at
	addIf(&a.all, at.global, atom)
	addIf(&a.groupView, inGroups && p.views && need == deskpolicy.View, atom)
	addIf(&a.groupEdit, inGroups && p.edits && need == deskpolicy.Edit, atom)
	addIf(&a.held, held, atom)
	addIf(&a.assigned, held && !slices.Contains(ownOnly, on.id), atom)
}

// scopes are the scopes at which a binding gives an action.
type scopes struct{ global, group, restricted bool }

// scopesOf returns the scopes at which the binding gives the person the action.
func (p *person) scopesOf(b deskpolicy.Binding, on actionOn) scopes {
	has := func(scope deskpolicy.Scope) bool {
		return b.Role.Permissions().Has(on.id.At(scope)) && (!on.kind.bounded || b.TicketScope.Valid() && scope <= b.TicketScope)
	}
	at := scopes{global: has(deskpolicy.ScopeGlobal), group: has(deskpolicy.ScopeGroup), restricted: has(deskpolicy.ScopeRestricted)}
	switch {
	case p.shared && on.throughCustomer():
		at.global = at.restricted
	case on.kind.owned && slices.Contains(ownOnly, on.id): // at any scope, only the person's own resources
		at = scopes{restricted: at.restricted || at.group}
	}
	return at
}

// throughCustomer reports whether shared agents reach the resource through its customer or a mention.
func (on actionOn) throughCustomer() bool {
	return on.kind.bounded || on.kind.customer && on.id != deskpolicy.ContactCreate.ID()
}

// addIf adds the atom to c if wanted.
func addIf(c *collection, wanted bool, atom string) {
	if wanted {
		*c = append(*c, atom)
	}
}

// administersAccount reports whether the bindings make their holder an account administrator.
func administersAccount(bindings []deskpolicy.Binding) bool {
	return slices.ContainsFunc(bindings, func(b deskpolicy.Binding) bool {
		return slices.Contains(administering, heldPlace(b.Workspace)) && b.Role == deskpolicy.AccountAdministratorRole.Role()
	})
}
