package cedarexport

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// An authority is what somebody's bindings come to, as sets of actions, each with
// the workspace that it is done in: see covered, in guardrails.go, for what
// has to be among what.
type authority struct {
	all       collection // with everything that there is
	groupView collection // with what the groups have, for what needs to view
	groupEdit collection // and for what changes something
	held      collection // with what is assigned to them, or theirs
	assigned  collection // the same, but for what is done to one's own things only
}

func (a *authority) record() record {
	return record{"all": a.all, "groupView": a.groupView, "groupEdit": a.groupEdit, "held": a.held, "assigned": a.assigned}
}

// A person is somebody whose authority is worked out, in an account as the one who asks has it.
type person struct {
	account  deskpolicy.Account
	bindings []deskpolicy.Binding
	shared   bool
	author   bool // the account administrator: what makes roles counts
	views    bool // a member of some group, to view or more
	edits    bool
}

// authorityOf works it out. A shared agent's is what it would be if the CRM let
// it see everybody: what it reaches by being mentioned or by the CRM it may reach
// without its being theirs, which takes reaching everything.
func (d *draft) authorityOf(p person) *authority {
	var a authority
	for _, b := range p.bindings {
		if account := b.Role.Account(); account != "" && account != p.account.ID { // gives nothing (B09)
			continue
		}
		for _, place := range d.placesOf(b, p.account) {
			d.addBinding(&a, &p, b, place)
		}
		d.addAnywhere(&a, &p, b)
	}
	return &a
}

// placesOf returns where the binding's role is held, of those that the question is about.
func (d *draft) placesOf(b deskpolicy.Binding, account deskpolicy.Account) []string {
	switch {
	case b.Workspace == "":
		return nil
	case b.Workspace == deskpolicy.Everywhere:
		return d.places(account)
	case b.Workspace != deskpolicy.AccountWide:
		return []string{workspaceOf(b.Workspace)}
	case !b.Role.Administrative():
		return []string{outside}
	}
	return append([]string{outside}, openIn(account)...)
}

// openIn returns the account's open workspaces.
func openIn(account deskpolicy.Account) (places []string) {
	for _, w := range account.Workspaces {
		if w != "" {
			places = append(places, workspaceOf(w))
		}
	}
	return places
}

// places returns those that a question about authority is about: where somebody
// holds something, the open ones, and one that stands for all others.
func (d *draft) places(account deskpolicy.Account) []string {
	places := append([]string{outside, everywhere}, openIn(account)...)
	for _, w := range d.named {
		if w != "" {
			places = append(places, heldPlace(w))
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// heldBy returns where those hold something whom the question compares: who asks,
// and who is acted on or let in.
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

// addBinding adds what one binding comes to in one place.
func (e *Exporter) addBinding(a *authority, p *person, b deskpolicy.Binding, place string) {
	may := b.Role.Permissions()
	for id := range deskpolicy.Actions() {
		if !may.Has(id.At(deskpolicy.ScopeRestricted)) && !may.Has(id.At(deskpolicy.ScopeGroup)) {
			continue
		}
		if k := kindOf()[id]; p.counts(id, k) && !slices.Contains(anywhere, id) {
			e.addAction(a, p, b, actionOn{id, k, id.String(), place})
		}
	}
	for _, id := range e.hosts {
		e.addHost(a, p, b, id, e.vocabulary.Name(id), place)
	}
	for _, r := range e.unnamed {
		// Only who has everything has numbers without a name, each of them: see New.
		if b.Role.BuiltIn() {
			e.addHost(a, p, b, e.unnamedIn(r), r.name, place)
		}
	}
}

// addAnywhere adds what the binding gives wherever it is held.
func (e *Exporter) addAnywhere(a *authority, p *person, b deskpolicy.Binding) {
	if b.Workspace == "" {
		return
	}
	own := deskpolicy.ProfileEditOwn.ID()
	e.addAction(a, p, b, actionOn{own, kindOf()[own], own.String(), outside})
	add(&a.all, !b.Role.Permissions().Empty(), login.String()+"@"+outside)
}

// unnamedIn returns a number of the range that has no name.
func (e *Exporter) unnamedIn(r hostRange) deskpolicy.ActionID {
	id := r.first
	for slices.Contains(e.hosts, id) {
		id++
	}
	return id
}

// addHost adds a host's action: on a host's own resources, and on tickets, which
// a ticket scope bounds. What it comes to on the library's other kinds follows.
func (e *Exporter) addHost(a *authority, p *person, b deskpolicy.Binding, id deskpolicy.ActionID, name, place string) {
	if !p.counts(id, &thing) {
		return
	}
	ticket := &particularKinds[0]
	e.addAction(a, p, b, actionOn{id, &thing, name + "@thing", place})
	e.addAction(a, p, b, actionOn{id, ticket, name + "@ticket", place})
	if p.shared && place == outside && b.Role.Permissions().Has(id.At(deskpolicy.ScopeRestricted)) {
		a.all = append(a.all, name+"@thing@"+place) // on contacts, whom the CRM lets it see
	}
}

// counts reports whether the action is one that the kind of person may do at all.
func (p *person) counts(id deskpolicy.ActionID, k *kind) bool {
	for _, never := range forbiddenToShared {
		if p.shared && (never.on == k.name || never.on == "" && never.does(id)) {
			return false
		}
	}
	return p.author || !id.InClass(deskpolicy.ClassRoleAuthoring)
}

// An actionOn is an action on a kind of resource in a place.
type actionOn struct {
	id   deskpolicy.ActionID
	kind *kind
	name string
	at   string
}

// addAction adds what the binding comes to for the action.
func (e *Exporter) addAction(a *authority, p *person, b deskpolicy.Binding, on actionOn) {
	if on.at != outside && !on.kind.placed {
		return
	}
	has := func(scope deskpolicy.Scope) bool {
		return b.Role.Permissions().Has(on.id.At(scope)) && (!on.kind.bounded || b.TicketScope.Valid() && scope <= b.TicketScope)
	}
	global, group, restricted := has(deskpolicy.ScopeGlobal), has(deskpolicy.ScopeGroup), has(deskpolicy.ScopeRestricted)
	own := slices.Contains(ownOnly, on.id)
	switch {
	case p.shared && on.kind.bounded, p.shared && on.kind.customer && on.id != deskpolicy.ContactCreate.ID():
		global = restricted
	case own && on.kind.owned: // whoever may do it at all, may do it to what is theirs
		global, group, restricted = false, false, restricted || group
	}
	atom := on.name + "@" + on.at
	add(&a.all, global, atom)
	add(&a.groupView, group && on.kind.grouped && on.id.RequiredAccess() == deskpolicy.View && p.views, atom)
	add(&a.groupEdit, group && on.kind.grouped && on.id.RequiredAccess() == deskpolicy.Edit && p.edits, atom)
	add(&a.held, restricted && on.kind.held, atom)
	add(&a.assigned, restricted && on.kind.held && !own, atom)
}

func add(c *collection, wanted bool, atom string) {
	if wanted {
		*c = append(*c, atom)
	}
}

// administersAccount reports whether the bindings make their holder the account administrator.
func administersAccount(bindings []deskpolicy.Binding) bool {
	return slices.ContainsFunc(bindings, func(b deskpolicy.Binding) bool {
		wide := b.Workspace == deskpolicy.AccountWide || b.Workspace == deskpolicy.Everywhere
		return wide && b.Role == deskpolicy.AccountAdministratorRole.Role()
	})
}
