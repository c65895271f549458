package cedarexport

import (
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// An atom says that a person reaches some resources with an action: those in a workspace that are in
// a situation. The authority of a person is a set of atoms. It depends on the situations alone which
// other atoms a person reaches.
type atom struct {
	on    actionOn
	place string
	situation
}

// An actionOn is an action on a kind of resource.
type actionOn struct {
	id   deskpolicy.ActionID
	kind *kind
	name string
}

// A situation is how a resource stands to a person: what a relation of a permission's scope needs
// and, on tickets, a relation of a ticket scope. The zero situation has no relation to the person.
type situation struct {
	mine, free bool               // whether it is assigned to the person, or to nobody
	nowhere    bool               // whether it is in no group
	group      deskpolicy.GroupID // the group that it is in; "" for a group of others
	others     deskpolicy.Scope   // the other relations that hold
	secret     bool               // whether it is confidential
	goal
}

// A goal is where an action that assigns or routes takes a resource: to a group or a member of it,
// to people and groups that share nothing with the person, or, if it is zero, to the person or to
// nobody.
type goal struct {
	to     deskpolicy.GroupID
	leaves bool
}

// and returns the situation that is both, and reports whether there is one.
func (s situation) and(t situation) (situation, bool) {
	both := situation{s.mine || t.mine, s.free || t.free, s.nowhere || t.nowhere, max(s.group, t.group), s.others | t.others, s.secret || t.secret, s.goal}
	inTwo := s.group != "" && t.group != "" && s.group != t.group
	return both, !(both.mine && both.free || both.nowhere && both.group != "" || inTwo)
}

// String returns the situation as part of an atom's text.
func (s situation) String() string {
	var parts []string
	for _, part := range []struct {
		name string
		is   bool
	}{{"assigned", s.mine}, {"unassigned", s.free}, {"no group", s.nowhere}, {"confidential", s.secret}, {"goes to others", s.leaves}} {
		if part.is {
			parts = append(parts, part.name)
		}
	}
	if s.group != "" {
		parts = append(parts, "in "+atomEscaper.Replace(string(s.group)))
	}
	if s.to != "" {
		parts = append(parts, "goes to "+atomEscaper.Replace(string(s.to)))
	}
	if s.others != 0 {
		parts = append(parts, s.others.String())
	}
	return strings.Join(parts, ", ")
}

// atomEscaper escapes names in the text of an atom, so that different atoms have different texts.
var atomEscaper = strings.NewReplacer("%", "%25", "@", "%40", ",", "%2C")

func (a *atom) String() string {
	return a.on.name + "@" + atomEscaper.Replace(a.place) + "@" + a.situation.String()
}

// A person has the facts that determine an authority.
type person struct {
	account  deskpolicy.Account // as in the principal's record
	bindings []deskpolicy.Binding
	groups   map[deskpolicy.GroupID]deskpolicy.Access
	shared   bool
	author   bool // makes roles, so that the authority includes role authoring
	company  deskpolicy.CompanyID

	id      deskpolicy.AgentID
	contact deskpolicy.ContactID
	self    bool // is the principal

	// For each access, examples of the groups in which the person has it or more: each group in which
	// one of the compared people holds a role and, of the others, one for each access of the principal.
	examples [deskpolicy.Edit + 1][]deskpolicy.GroupID
	// Examples of the groups that the person can take things to: one for each access of the principal.
	goals []deskpolicy.GroupID
}

// personOf returns the person of a member, with the account in the principal's record, and notes
// whether that person and the principal are two people of one company.
func (d *draft) personOf(m member) *person {
	d.oneCompany = m.company != "" && m.company == d.by.company
	p := &person{account: d.account, bindings: m.bindings, groups: m.groups, shared: m.shared, author: authors(d.account, m.bindings), company: m.company, contact: m.contact}
	p.self = !m.shared && m.id != "" && m.id == d.by.id
	for _, access := range []deskpolicy.Access{deskpolicy.View, deskpolicy.Edit} {
		p.examples[access] = d.firstGroups(p, access, d.groups)
		for group := range d.groups {
			if known(p.groups[group]) >= access {
				p.examples[access] = append(p.examples[access], group)
			}
		}
	}
	p.goals = d.firstGroups(p, deskpolicy.Edit, nil)
	return p
}

// principalOf returns the principal as a person with an authority. Only agents have one.
func principalOf(subject deskpolicy.Subject) *person {
	a, ok := subject.(*deskpolicy.Agent)
	if !ok {
		return &person{}
	}
	m := ofAgent(a)
	return &person{account: a.Account, bindings: m.bindings, groups: m.groups, author: authors(a.Account, m.bindings), company: m.company, contact: m.contact, id: m.id}
}

// actedOn returns the entity of the person, and notes that the question is about that person.
func (d *draft) actedOn(e entity, m member) entity {
	d.acted = &m
	return e
}

// addAuthority adds the authority of the person acted on, and what the principal reaches of it. The
// two can be one entity.
func (d *draft) addAuthority(acted UID) {
	if d.acted != nil {
		d.entities[acted].attrs["authority"] = d.authorityOf(d.personOf(*d.acted))
	}
	if d.made != nil {
		d.entities[acted].attrs["authority"] = d.roleAuthority(*d.made)
	}
	if d.principal.Type == string(agent) {
		all, asOther := d.reached()
		d.entities[d.principal].attrs["reaches"] = record{"all": all, "asOther": asOther}
	}
}

// impossible returns the relations by a contact and a company that do not count for the person.
// An agent might be given both, except by the agent's own change; a shared agent has neither.
func (p *person) impossible() (never deskpolicy.Scope) {
	if p.shared || p.self && p.contact == "" {
		never |= deskpolicy.Requested
	}
	if p.shared || p.self && p.company == "" {
		never |= deskpolicy.SameCompany
	}
	return never
}

// authorityOf returns a person's authority as a set, and notes the atoms, for the principal's. For a
// shared agent, it assumes that the CRM shows every customer.
func (d *draft) authorityOf(p *person) collection {
	atoms := make(map[string]*atom)
	for _, b := range p.bindings {
		if !p.counts(b) {
			continue
		}
		for _, place := range d.placesOf(b, p.account) {
			for _, on := range d.actionsOn(b) {
				if place == outside || on.kind.placed {
					d.addAtoms(atoms, p, b, on, place)
				}
			}
		}
		for _, on := range d.anywhereOn(b) {
			d.addAtoms(atoms, p, b, on, outside)
		}
	}
	texts := collection{}
	for text, a := range atoms {
		texts = append(texts, text)
		d.compared[text] = a
	}
	return texts
}

// counts reports whether the binding has a role that has an effect (B09).
func (p *person) counts(b deskpolicy.Binding) bool {
	account := b.Role.Account()
	return b.Workspace != "" && (account == "" || account == p.account.ID)
}

// addAtoms adds what the binding allows for the action.
func (d *draft) addAtoms(atoms map[string]*atom, p *person, b deskpolicy.Binding, on actionOn, place string) {
	if !p.canHave(on.id, on.kind) {
		return
	}
	var reached []situation
	for _, to := range p.goalsOf(on.id) {
		for _, s := range d.reachedBy(p, b, on, p.toward(to, permitted(b, on.id))) {
			s.goal = to
			reached = append(reached, s)
		}
	}
	if on.kind.requested {
		reached = append(reached, together(reached, d.clearedBy(p, on, place, b.Group))...)
	}
	for _, s := range reached {
		if on.kind.owned && isOwnOnly(on.id) { // at any scope, only the person's own resources
			s.mine = true
		}
		a := &atom{on, place, s}
		atoms[a.String()] = a
	}
}

// goalsOf returns where the person can take resources with the action: to groups of the person's,
// one for each access of the principal, to the person, and to others. It returns the zero goal alone
// if the action takes them nowhere.
func (p *person) goalsOf(id deskpolicy.ActionID) (all []goal) {
	if !goes(id) {
		return []goal{{}}
	}
	for _, group := range p.goals {
		all = append(all, goal{to: group})
	}
	if slices.Contains(assigning, id) {
		all = append(all, goal{})
	}
	return append(all, goal{leaves: true})
}

// goes reports whether the action assigns or routes resources.
func goes(id deskpolicy.ActionID) bool {
	return slices.Contains(assigning, id) || slices.Contains(routing, id)
}

// toward returns what of the permission's scope counts for taking a resource there (A50).
func (p *person) toward(to goal, scope deskpolicy.Scope) deskpolicy.Scope {
	if to.leaves || to.to != "" && known(p.groups[to.to]) < deskpolicy.Edit {
		return leaving(scope)
	}
	return scope
}

// leaving returns what of a permission's scope counts for taking something out of the groups.
func leaving(scope deskpolicy.Scope) deskpolicy.Scope {
	if scope.Covers(deskpolicy.Anything) {
		return scope
	}
	return scope &^ (deskpolicy.InGroup | deskpolicy.GroupQueue)
}

// reachedBy returns the situations in which a permission at the scope, by the binding, reaches
// resources of the kind, with the access that the action on them needs.
func (d *draft) reachedBy(p *person, b deskpolicy.Binding, on actionOn, scope deskpolicy.Scope) []situation {
	only := b.Group
	switch {
	case slices.Contains(givenAnywhere, on.id):
		only = ""
	case only != "" && !on.kind.grouped:
		return nil
	}
	reached := d.situations(p, on, scope, only)
	if on.kind.bounded {
		reached = together(reached, d.situations(p, on, ticketBound(b, p.shared), only))
	}
	return together(reached, []situation{{group: only}})
}

// clearedBy returns the situations of what is confidential, in the only group or, if it is "", in any,
// in which the person is cleared for it there by any binding (A52).
func (d *draft) clearedBy(p *person, on actionOn, place string, only deskpolicy.GroupID) (cleared []situation) {
	for _, b := range p.bindings {
		scope := permitted(b, deskpolicy.TicketConfidential.ID())
		elsewhere := only != "" && b.Group != "" && b.Group != only
		if scope != 0 && !elsewhere && p.counts(b) && p.holdsAt(b, place) {
			cleared = append(cleared, d.reachedBy(p, b, on, scope)...)
		}
	}
	for i := range cleared {
		cleared[i].secret = true
	}
	return cleared
}

// together returns the situations that are one of each.
func together(one, other []situation) (both []situation) {
	for _, t := range other {
		for _, s := range one {
			if b, possible := s.and(t); possible {
				both = append(both, b)
			}
		}
	}
	return both
}

// ticketBound returns the scope that limits what the binding's role permits on tickets. That of a
// shared agent includes what it reaches at any ticket scope (A8), and not Assigned: nothing is
// assigned to it.
func ticketBound(b deskpolicy.Binding, shared bool) deskpolicy.Scope {
	switch {
	case !b.TicketScope.Valid():
		return 0
	case shared:
		return b.TicketScope&^deskpolicy.Assigned | deskpolicy.ScopeShared
	}
	return b.TicketScope
}

// situations returns the situations in which the person reaches resources at the scope, in the only
// group or, if it is "", in any, as they are for the principal: to a shared agent, the CRM shows
// customers who are not the principal's.
func (d *draft) situations(p *person, on actionOn, scope deskpolicy.Scope, only deskpolicy.GroupID) (all []situation) {
	relations := relationsOf(scope)
	if p.shared && on.kind.customer && scope.Covers(deskpolicy.Anything) && !slices.Contains(creating, on.id) {
		relations = relationsOf(deskpolicy.Assigned | deskpolicy.MyCustomers)
	}
	for _, r := range relations {
		if r.scope&p.impossible() == 0 && on.kind.has(r.scope) {
			all = append(all, d.situationsOf(p, on, r.scope, only)...)
		}
	}
	return all
}

func (d *draft) situationsOf(p *person, on actionOn, r deskpolicy.Scope, only deskpolicy.GroupID) (all []situation) {
	switch r {
	case deskpolicy.Anything:
		return []situation{{}}
	case deskpolicy.InGroup, deskpolicy.GroupQueue:
		for _, group := range p.groupsWith(on.id.RequiredAccess(), only) {
			all = append(all, situation{group: group, free: r == deskpolicy.GroupQueue})
		}
		return all
	case deskpolicy.Unassigned:
		return []situation{{free: true}}
	case deskpolicy.Unrouted:
		return []situation{{free: true, nowhere: true}}
	case deskpolicy.Assigned:
		if slices.Contains(creating, on.id) {
			all = append(all, situation{free: true})
		}
		if !(p.shared && on.kind.assignable) {
			all = append(all, situation{mine: true})
		}
		return all
	case deskpolicy.MyCustomers:
		switch {
		case p.shared:
			return []situation{{}}
		case on.kind.customer:
			return []situation{{mine: true}}
		}
	}
	return []situation{{others: r}}
}

// groupsWith returns the only group if the person has the access to it or more. If it is "", it returns
// the examples of the groups with that access.
func (p *person) groupsWith(need deskpolicy.Access, only deskpolicy.GroupID) []deskpolicy.GroupID {
	switch {
	case only == "":
		return p.examples[need]
	case known(p.groups[only]) >= need:
		return []deskpolicy.GroupID{only}
	}
	return nil
}

// firstGroups returns, for each access of the principal, the first of the person's groups with the
// access or more, apart from those in without.
func (d *draft) firstGroups(p *person, need deskpolicy.Access, without map[deskpolicy.GroupID]bool) []deskpolicy.GroupID {
	var first [deskpolicy.Edit + 1]deskpolicy.GroupID
	for group, access := range p.groups {
		if of := &first[known(d.by.groups[group])]; group != "" && !without[group] && known(access) >= need && (*of == "" || group < *of) {
			*of = group
		}
	}
	return slices.DeleteFunc(first[:], func(group deskpolicy.GroupID) bool { return group == "" })
}

// known returns the access, or NoAccess if there is no such access.
func known(access deskpolicy.Access) deskpolicy.Access {
	if access > deskpolicy.Edit {
		return deskpolicy.NoAccess
	}
	return access
}

// reached returns those of the noted atoms that the principal's authority covers, and those that it
// covers without what stands to the principal in person. The company stands to every person in it.
func (d *draft) reached() (all, asOther collection) {
	all, asOther = collection{}, collection{}
	for text, a := range d.compared {
		addIf(&all, d.covers(a, a.situation), text)
		addIf(&asOther, isOwnOnly(a.on.id) || d.covers(a, situation{free: a.free, nowhere: a.nowhere, group: a.group, others: a.others & deskpolicy.SameCompany, secret: a.secret, goal: a.goal}), text)
	}
	return all, asOther
}

// covers reports whether the principal reaches the atom's resources in the situation.
func (d *draft) covers(a *atom, s situation) bool {
	p := d.by
	if !p.canHave(a.on.id, a.on.kind) || a.on.kind.owned && isOwnOnly(a.on.id) && !s.mine {
		return false
	}
	hold := d.holding(a.on, s)
	return d.permits(a, a.on.id, s.goal, hold) && (!s.secret || d.permits(a, deskpolicy.TicketConfidential.ID(), goal{}, hold))
}

// permits reports whether the principal has the permission where the atom's resources are, and
// reaches them by the relations that hold, to take them there.
func (d *draft) permits(a *atom, permission deskpolicy.ActionID, to goal, hold deskpolicy.Scope) bool {
	p := d.by
	for _, b := range p.bindings {
		anywhere := slices.Contains(givenAnywhere, a.on.id)
		here := (b.Group == "" || b.Group == a.group) && p.holdsAt(b, a.place)
		if !p.counts(b) || !anywhere && !here {
			continue
		}
		if reaches(p.toward(to, permitted(b, permission)), hold) && (!a.on.kind.bounded || reaches(b.TicketScope, hold)) {
			return true
		}
	}
	return false
}

// permitted returns the scope at which the binding's role permits the action. A role with any
// permission permits login.
func permitted(b deskpolicy.Binding, id deskpolicy.ActionID) deskpolicy.Scope {
	if id == login && !b.Role.Permissions().Empty() {
		return deskpolicy.Anything
	}
	return b.Role.Permissions().Scope(id)
}

// reaches reports whether one of the relations that hold is of the scope.
func reaches(scope, hold deskpolicy.Scope) bool {
	return slices.ContainsFunc(relations, func(r relation) bool { return hold&r.scope != 0 && scope.Covers(r.scope) })
}

// holding returns the relations that the principal has to a resource in the situation, with the
// access that the action needs.
func (d *draft) holding(on actionOn, s situation) deskpolicy.Scope {
	hold := deskpolicy.Anything | s.others
	if !d.oneCompany { // a company gives access as a group does
		hold &^= deskpolicy.SameCompany
	}
	member := s.group != "" && known(d.by.groups[s.group]) >= on.id.RequiredAccess()
	for _, has := range []struct {
		relations deskpolicy.Scope
		is        bool
	}{
		{deskpolicy.Assigned, s.mine || s.free && slices.Contains(creating, on.id)},
		{deskpolicy.MyCustomers, s.mine && on.kind.customer},
		{deskpolicy.InGroup, member},
		{deskpolicy.GroupQueue, member && s.free},
		{deskpolicy.Unassigned, s.free},
		{deskpolicy.Unrouted, s.free && s.nowhere},
	} {
		if has.is {
			hold |= has.relations
		}
	}
	possible := deskpolicy.Scope(0)
	for _, r := range relations {
		if on.kind.has(r.scope) {
			possible |= r.scope
		}
	}
	return hold & possible
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

// holdsAt reports whether the binding's role is held in the workspace, which is one of the question's.
func (p *person) holdsAt(b deskpolicy.Binding, place string) bool {
	switch b.Workspace {
	case "":
		return false
	case deskpolicy.OpenWorkspaces:
		return place == outside || slices.Contains(openIn(p.account), place)
	case deskpolicy.Everywhere:
		return true
	}
	return heldPlace(b.Workspace) == place
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
	for _, w := range d.workspaces {
		if w != "" && w != deskpolicy.OpenWorkspaces {
			places = append(places, heldPlace(w))
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// findHeld finds the workspaces and groups in which the compared people hold roles: the subject, and
// the person or support grant acted on.
func (d *draft) findHeld(subject deskpolicy.Subject, resource deskpolicy.Resource) {
	d.groups = make(map[deskpolicy.GroupID]bool)
	add := func(bindings []deskpolicy.Binding) {
		for _, b := range bindings {
			d.workspaces = append(d.workspaces, b.Workspace)
			if b.Group != "" {
				d.groups[b.Group] = true
			}
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
			d.workspaces = append(d.workspaces, w)
		}
	}
}

// actionsOn returns the actions that the binding's role permits, each on the kinds that determine
// what it allows. That is for the library's actions their own kind, and for host actions every kind
// of host's resource, which determine the others.
func (e *Exporter) actionsOn(b deskpolicy.Binding) (all []actionOn) {
	for p := range b.Role.Permissions().All() {
		if k := kindOf()[p.Action]; k != nil && !slices.Contains(givenAnywhere, p.Action) {
			all = append(all, actionOn{p.Action, k, p.Action.String()})
		}
	}
	host := func(id deskpolicy.ActionID, name string) {
		if b.Role.Permissions().Scope(id) != 0 {
			for i := range comparedThings {
				all = append(all, actionOn{id, &comparedThings[i].kind, name + "@" + comparedThings[i].text})
			}
		}
	}
	for _, id := range e.hosts {
		host(id, e.vocabulary.Name(id))
	}
	for _, r := range e.unnamed { // only built-in roles permit host actions without a name: see New
		host(e.unnamedIn(r), r.name)
	}
	return all
}

// comparedThings are the kinds of hosts' resources.
var comparedThings = func() (things []struct {
	kind kind
	text string
}) {
	for _, text := range []string{"thing", "assignable thing", "thing on a ticket", "assignable thing on a ticket"} {
		k := hostKind
		k.assignable, k.bounded = strings.HasPrefix(text, "assignable"), strings.HasSuffix(text, "ticket")
		things = append(things, struct {
			kind kind
			text string
		}{k, text})
	}
	return things
}()

// anywhereOn returns the actions that the binding's role permits wherever it is held.
func (e *Exporter) anywhereOn(b deskpolicy.Binding) (all []actionOn) {
	for _, id := range givenAnywhere {
		if permitted(b, id) != 0 {
			all = append(all, actionOn{id, kindOf()[id], id.String()})
		}
	}
	return all
}

// unnamedIn returns a host action in the range that has no name.
func (e *Exporter) unnamedIn(r hostRange) deskpolicy.ActionID {
	id := r.first
	for slices.Contains(e.hosts, id) {
		id++
	}
	return id
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

// addIf adds the text to c if wanted.
func addIf(c *collection, wanted bool, text string) {
	if wanted {
		*c = append(*c, text)
	}
}

// authors reports whether permissions to make roles count for the holder of the bindings.
func authors(account deskpolicy.Account, bindings []deskpolicy.Binding) bool {
	return account.RoleAuthors == deskpolicy.AuthorsByPermission || administersAccount(bindings)
}

// administersAccount reports whether the bindings make their holder an account administrator.
func administersAccount(bindings []deskpolicy.Binding) bool {
	return slices.ContainsFunc(bindings, func(b deskpolicy.Binding) bool {
		return slices.Contains(administering, heldPlace(b.Workspace)) && b.Group == "" && b.Role == deskpolicy.AccountAdministratorRole.Role()
	})
}
