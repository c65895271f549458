package oracle

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// widens reports whether the action on the subject's own record makes it wider (step 4) (A41):
// whether the subject does not cover what it is afterwards, or the record as it is does not
// cover what that is afterwards. A record of another kind only loses roles.
func (s *Agent) widens(a *Action, r *Thing) bool {
	if r.Agent.Shared() {
		return !(r.Kind == "role_assignment" && a.Name == "agent.role.remove")
	}
	return slices.ContainsFunc(s.days(r), func(day int) bool { return s.widensOn(a, r, day) })
}

// widensOn is widens on one day (A55).
func (s *Agent) widensOn(a *Action, r *Thing, day int) bool {
	known := day
	if s.Now <= 0 {
		known = 0
	}
	mine, theirs, edited, whole := *s.on(known), *r.Agent.on(known), *s, *r.Agent
	theirs.Account, whole.Account = s.Account, s.Account
	edited.Contact, edited.Company = theirs.Contact, theirs.Company
	switch {
	case r.Kind == "agent" && a.Name == "agent.create":
		return !mine.covers(whole.on(day), oneself)
	case r.Kind == "agent" && a.Name == "agent.edit":
		return !mine.covers(edited.on(day), oneself)
	case r.Kind == "agent", a.Name == "agent.role.remove":
		return false
	}
	return !mine.covers(r.by(s).after(a).on(day), oneself) || !theirs.covers(r.by(&whole).after(a).on(day), oneself)
}

// by returns the thing with the subject's own record in place of the agent's.
func (r *Thing) by(s *Agent) *Thing {
	same := *r
	same.Agent = s
	return &same
}

// NotHeld reports whether the action changes the ticket scope of a role that the agent does
// not hold there (step 1) (A40). Roles are compared by name and account, because the host
// may have loaded the role again.
func (r *Thing) NotHeld(a *Action) bool {
	return r.Kind == "role_assignment" && a.Name == "agent.scope.edit" && !slices.ContainsFunc(r.Agent.Bindings, r.Binding.names)
}

// names reports whether the bindings name the same role in the same workspace, group and window.
func (b Binding) names(other Binding) bool {
	return b.Workspace == other.Workspace && b.Group == other.Group && b.From == other.From && b.Until == other.Until && other.Role != nil && b.Role.Name == other.Role.Name && b.Role.Account == other.Role.Account
}

// Nobody reports whether the action changes an agent without an ID, who can only be created, or
// gives access as a contact without one (A73) (step 1).
func (r *Thing) Nobody(a *Action) bool {
	if r.Kind == "contact" {
		return r.ID == "" && (a.Authority || a.Name == "contact.impersonate")
	}
	return (r.Kind == "agent" || r.Kind == "shared_agent") && r.Agent.ID == "" && (a.Authority || a.Authoring) && a.Name != "agent.create"
}

// Given returns the roles that the action newly assigns (A37): by a role assignment, to a
// new agent, or by creating or extending a support grant. Changing a scope assigns none.
func (r *Thing) Given(a *Action) (roles []*Role) {
	keeps := []string{"agent.role.remove", "agent.scope.edit"}
	switch changes := a.Authority || a.Authoring; {
	case changes && r.Kind == "role_assignment" && !slices.Contains(keeps, a.Name):
		roles = []*Role{r.Binding.Role}
	case r.Kind == "agent" && (a.Name == "agent.create" || a.Name == "agent.role.assign"):
		for _, b := range r.Agent.Bindings {
			roles = append(roles, b.Role)
		}
	case changes && r.Kind == "support_grant":
		roles = r.Everywhere()
		for _, there := range r.Granted {
			roles = append(slices.Clone(roles), there...)
		}
	}
	return slices.DeleteFunc(slices.Clone(roles), func(role *Role) bool { return role == nil })
}

// Everywhere returns the roles that the support grant gives in the account. A grant needs at
// least one role, so if no other is valid there, it has a role without permissions.
func (r *Thing) Everywhere() []*Role {
	if slices.ContainsFunc(r.Gives, func(role *Role) bool { return role.BuiltIn || role.Account == r.Account }) {
		return r.Gives
	}
	return append(slices.Clone(r.Gives), &Role{Name: "Guest", Account: r.Account})
}

// OfCRMRole reports whether the action is on the Shared Agent role or assigns it [S12].
func (r *Thing) OfCRMRole(a *Action) bool {
	return r.Kind == "role" && r.Role.fromCRM() || slices.ContainsFunc(r.Given(a), (*Role).fromCRM)
}

// givesCustom reports whether the action assigns a custom role; a support grant only one of its account.
func (r *Thing) givesCustom(a *Action) bool {
	return slices.ContainsFunc(r.Given(a), func(role *Role) bool {
		return !role.BuiltIn && (r.Kind != "support_grant" || role.Account == r.Account)
	})
}

// fromCRM reports whether the role is the Shared Agent role.
func (r *Role) fromCRM() bool { return r != nil && r.BuiltIn && r.Name == "Shared Agent" }

// Like reports whether the bindings have the same role in the same workspace, group and window.
func (b Binding) Like(other Binding) bool {
	return b.Workspace == other.Workspace && b.Group == other.Group && b.From == other.From && b.Until == other.Until && (b.Role == other.Role ||
		b.Role != nil && other.Role != nil && b.Role.BuiltIn && other.Role.BuiltIn && b.Role.Name == other.Role.Name)
}

// without returns the bindings except those with that role in that workspace, group and window.
func (s *Agent) without(b Binding) []Binding {
	return slices.DeleteFunc(slices.Clone(s.Bindings), b.Like)
}

// after returns the agent as they are after the action.
func (r *Thing) after(a *Action) *Agent {
	then := *r.Agent
	switch {
	case r.Kind == "group_membership":
		then.Groups = map[string]string{}
		maps.Copy(then.Groups, r.Agent.Groups)
		then.Groups[r.Team.ID] = r.Access
	case r.Kind != "role_assignment": // their roles stay
	case a.Name == "agent.role.remove":
		then.Bindings = then.without(r.Binding)
	case a.Name == "agent.scope.edit":
		then.Bindings = append(then.without(r.Binding), r.Binding)
	default:
		then.Bindings = append(slices.Clone(then.Bindings), r.Binding)
	}
	return &then
}

// mayAct reports whether the subject can act on the agent: on every day from today on, the
// subject covers the agent before and after the action (A55). An account administrator always does. To act in the agent's
// name, every subject must also reach what is assigned to the agent.
func (s *Agent) mayAct(a *Action, r *Thing) bool {
	for _, day := range s.days(r) {
		if !s.today(day).mayActOn(a, r.Agent.on(day), r.after(a).on(day)) {
			return false
		}
	}
	return true
}

// mayActOn is mayAct on one day.
func (s *Agent) mayActOn(a *Action, before, after *Agent) bool {
	inTheirName := slices.Contains([]string{"agent.impersonate", "agent.key.manage", "shared_agent.key.manage"}, a.Name)
	switch {
	case inTheirName && before.ID == "": // nothing is assigned to an agent without an ID
		return s.covers(before, onePerson)
	case inTheirName:
		return s.covers(before, bothRelated) && s.covers(before, theirsOnly)
	default:
		return s.makesRoles() || s.covers(before, onePerson) && s.covers(after, onePerson) // (B26, B55)
	}
}

// A view says whose the things are by which one agent is compared with another.
type view string

const (
	onePerson   view = "one person"   // the two count as one person
	bothRelated view = "both related" // what stands to one stands to the other, as far as each can stand to it
	theirsOnly  view = "theirs only"  // nothing stands to the subject in person
	oneself     view = "oneself"      // the two are one person, before and after
)

// mayGrant reports whether the subject could assign each of the support grant's roles to an
// agent (B26).
func (s *Agent) mayGrant(r *Thing) bool {
	given := map[string][]*Role{"*": r.Gives}
	for workspace, roles := range r.Granted {
		given[workspace] = append(slices.Clone(r.Gives), roles...)
	}
	may := true
	for workspace, roles := range given {
		to := &Agent{}
		for _, role := range roles {
			to.Bindings = append(to.Bindings, Bound(role, workspace, "global"))
		}
		for _, day := range s.days(r) { // on which it gives access (A55)
			giver := s.today(day)
			may = may && (giver.makesRoles() || giver.covers(to, onePerson))
		}
	}
	return may
}

// mayAuthor reports whether the subject, on every day from today on (A55), covers everyone who
// could hold the role: an agent or a shared agent who holds it everywhere and edits in a group that
// is not the subject's (A68).
func (s *Agent) mayAuthor(role *Role) bool {
	if role == nil || s.makesRoles() {
		return true
	}
	held := []Binding{Bound(role, "**", "global")}
	agent := &Agent{Bindings: held, Groups: map[string]string{"a group of theirs": "edit"}}
	shared := &Agent{Bindings: held, Groups: agent.Groups, Kind: "shared_agent"}
	for _, day := range s.days(&Thing{}) {
		author := s.today(day)
		if !author.makesRoles() && !(author.covers(agent, onePerson) && (!s.Account.Integrated || author.covers(shared, onePerson))) {
			return false
		}
	}
	return true
}

// unseats reports whether the action leaves an account administrator without that role or
// removes them from the account.
func (r *Thing) unseats(a *Action) bool {
	stays := func(b Binding) bool { return b.makesRoles() && b.forGood() } // (A56)
	leaves := a.Name == "agent.deactivate" || a.Name == "agent.delete"
	taken := (a.Name == "agent.role.remove" || a.Name == "agent.scope.edit") && r.Binding.makesRoles() && !slices.ContainsFunc(r.after(a).Bindings, stays)
	return !r.Agent.Shared() && slices.ContainsFunc(r.Agent.Bindings, Binding.makesRoles) && (leaves || taken)
}

// onlyAdministrator reports whether the account has no other known administrator.
func (m Account) onlyAdministrator(id string) bool {
	return !slices.ContainsFunc(m.Administrators, func(other string) bool { return other != "" && other != id })
}

// covers reports whether the subject can do whatever the other agent can, with any possible
// thing. The other is judged in the subject's account; a shared agent, as if it sees every
// CRM record.
func (s *Agent) covers(other *Agent, as view) bool {
	covered := true
	for _, their := range other.Bindings {
		covered = covered && (!their.holds(s.Account) || s.coversRemembered(other, their, other.clearing(), as))
	}
	return covered
}

// clearing returns the bindings by which the agent may reach what is confidential (A52).
func (s *Agent) clearing() (some []Binding) {
	some = []Binding{} // not nil, which stands for the agent's bindings
	for _, b := range s.Bindings {
		if b.Role != nil && b.Role.May["ticket.confidential"] != (Held{}) {
			some = append(some, b)
		}
	}
	return some
}

// coversRemembered is coversBinding with a cache.
func (s *Agent) coversRemembered(other *Agent, their Binding, clearing []Binding, as view) bool {
	key, cacheable := s.cacheKey(other, their, clearing, as)
	covered, known := remembered.find(key)
	if !cacheable || !known {
		covered = s.coversBinding(other, their, clearing, as)
	}
	if cacheable && !known {
		remembered.keep(key, covered)
	}
	return covered
}

// The contact and the company of agents that are compared.
const theContact, theCompany = "the agent's contact", "the agent's company"

// likened returns the subject and somebody who is like the other agent, with the contacts and
// companies by which the two are compared.
func (s *Agent) likened(other *Agent, as view) (me, alike Agent) {
	me, alike = *s, Agent{ID: s.ID, Account: s.Account, Kind: other.Kind, Groups: other.Groups, User: User{ID: "everybody's", Sees: "all"}}
	company := given(s.Company != "" && s.Company == other.Company, theCompany) // is shared, as a group is
	me.Contact, me.Company = theContact, company
	alike.Contact, alike.Company = theContact, theCompany // the other might be given both
	switch {
	case as == oneself: // each has its own
		me.Contact = given(s.Contact != "" && s.Contact == other.Contact, theContact)
		alike.Contact, alike.Company = given(other.Contact != "", theContact), given(other.Company != "", theCompany)
	case other.Shared(): // it has no contact, and its customers are those that the CRM shows
		alike.Contact, alike.Company = "", ""
	}
	return me, alike
}

// coversBinding reports whether the subject can do whatever that binding lets the other do,
// together with those that clear the other for what is confidential.
func (s *Agent) coversBinding(other *Agent, their Binding, clearing []Binding, as view) bool {
	me, alike := s.likened(other, as)
	alike.Bindings, alike.Clearing = []Binding{their}, clearing
	owner := s.ID // of the customers
	if other.Shared() {
		owner = ""
	}
	workspaces, groups := s.workspacesWith(other), s.groupsWith(other)
	covered, asked := true, map[string]bool{}
	for name, held := range their.Role.all() {
		a := Actions[name]
		if a == nil || held == (Held{}) || !other.mayEver(s.Account, a, as) { // unnamed host actions behave like the named ones
			continue
		}
		like := me.likeness(a, held)
		if asked[like] {
			continue
		}
		asked[like] = true
		stand := held.plus(ScopeOf(their.TicketScope)).plus(Held{Shared: other.Shared()})
		secret := stand // with the relations by which the other reaches what is confidential
		for _, b := range clearing {
			secret = secret.plus(b.Role.May["ticket.confidential"]).plus(ScopeOf(b.TicketScope))
		}
		for _, kind := range a.kinds() {
			for _, goes := range a.destinations(s.ID, groups) {
				covered = covered && me.coversKind(&alike, a, kind, places(kind, workspaces, groups, s.ID, owner, stand), goes, as)
				if len(clearing) > 0 && kindOf(kind).People {
					covered = covered && me.coversKind(&alike, a, kind, confidential(places(kind, workspaces, groups, s.ID, owner, secret)), goes, as)
				}
			}
		}
	}
	return covered
}

// likeness describes everything about an action that decides where the agent, and another who
// holds it so, reach with it: the rules about it, and at what it is held. Of actions that are
// alike, one is asked about.
func (s *Agent) likeness(a *Action, held Held) string {
	name := "" // of those with a rule of their own
	if slices.Contains([]string{"session.login", "portal.login", "ticket.confidential", "ticket.be_assigned"}, a.Name) {
		name = a.Name
	}
	like := fmt.Sprint(name, a.kinds(), a.Need, a.Own, a.Anywhere, a.Creates, a.Assigns, a.Routes, a.Authoring, a.Channel, a.Administers(), held)
	for _, b := range s.Bindings {
		if b.Role != nil {
			like += fmt.Sprint(b.Role.may(a))
		}
	}
	return like
}

// confidential yields the facts as of a thing that is confidential.
func confidential(places iter.Seq[facts]) iter.Seq[facts] {
	return func(yield func(facts) bool) {
		for f := range places {
			if f.Confidential = true; !yield(f) {
				return
			}
		}
	}
}

// mayEver reports whether the action counts when the agent is compared with another: an
// action on own things does not if the two are apart, nor does role authoring if the agent
// is not an account administrator, unless permissions are enough in the account [R9] (A68).
func (s *Agent) mayEver(in Account, a *Action, as view) bool {
	return !(as == theirsOnly && a.Own) && !(a.Authoring && !in.Authors && !s.makesRoles())
}

// coversKind reports whether the subject can do the action in each of the places where
// alike, who has the other's binding, can.
func (s *Agent) coversKind(alike *Agent, a *Action, kind string, places iter.Seq[facts], goes *Thing, as view) bool {
	limited := alike.limit(a, kind).Reason != ""                              // step 4, what the other's kind forbids
	forbidden := s.limit(a, kind).Reason != "" || a.Authoring && !s.authors() // step 4
	for f := range places {
		f.Goes = goes
		mine := f
		if as == theirsOnly {
			mine = f.notOf(s.ID, s)
			if goes != nil && goes.To != nil && goes.To.ID == s.ID { // who takes it is another agent to the subject
				mine.Goes = &Thing{To: &Agent{ID: "the other", Groups: alike.Groups}}
			}
		}
		if !limited && alike.reaches(a, f) && (forbidden || !s.reaches(a, mine)) {
			return false
		}
	}
	return true
}

// destinations returns where the action can take a thing: into each of the groups; to
// nobody, to the agent with the ID, and to a member of each of the groups and of none. For
// other actions, it returns nil once.
func (a *Action) destinations(me string, groups []string) (all []*Thing) {
	switch {
	case a.Routes:
		for _, group := range groups {
			all = append(all, &Thing{Team: Team{ID: group}})
		}
	case a.Assigns:
		all = []*Thing{{}, {To: &Agent{ID: me}}}
		for _, group := range groups {
			all = append(all, &Thing{To: &Agent{ID: "a colleague", Groups: map[string]string{group: "edit"}}})
		}
	default:
		all = []*Thing{nil}
	}
	return all
}

// all returns what the role permits, including actions that take no permission.
func (r *Role) all() map[string]Held {
	all := maps.Clone(r.May)
	for _, name := range logins {
		if login := r.may(Actions[name]); login != (Held{}) {
			all[name] = login
		}
	}
	return all
}

// reaches reports whether any of the bindings allows the action, whatever the plan.
func (s *Agent) reaches(a *Action, f facts) bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool {
		return b.holds(s.Account) && s.alone(b, a, f).Allowed
	})
}

// places yields a thing of the kind in every relationship to the agent: in each workspace
// and group, assigned to them, to another agent or to nobody, and written by them, by
// another agent or without an author; and, of the relations in person that the scope has,
// with each set of them. The owner is that of the customers. A relation that the other does
// not use only helps the subject.
func places(kind string, workspaces, groups []string, me, owner string, stand Held) iter.Seq[facts] {
	k, none, persons := kindOf(kind), []string{""}, []string{me, "", "somebody else"}
	either := func(has bool, values, otherwise []string) []string {
		if has {
			return values
		}
		return otherwise
	}
	authors := persons
	if k.Assignee {
		authors = persons[:2]
	}
	f := facts{Ticket: k.Ticket, Assignable: k.Assignable}
	return func(yield func(facts) bool) {
		for _, f.Workspace = range either(k.Workspace, workspaces, none) {
			for _, f.Group = range either(k.Group, groups, none) {
				for _, f.Author = range either(k.Author, authors, none) {
					for _, f.Assignee = range either(k.Assignee, persons, []string{f.Author}) {
						if k.Record {
							f.Record = &Thing{Kind: kind, ID: "someone's", Author: f.Author}
						}
						if !f.inPerson(k, me, owner, stand, yield) {
							return
						}
					}
				}
			}
		}
	}
}

// inPerson yields the facts with each set of the relations in person that the scope has.
func (f facts) inPerson(k Kind, me, owner string, stand Held, yield func(facts) bool) bool {
	all := []facts{f}
	with := func(has bool, relate func(f *facts)) {
		if !has || !k.People {
			return
		}
		for _, f := range all { // those so far
			relate(&f)
			all = append(all, f)
		}
	}
	asks := func(f *facts, ask func(requester *Thing)) {
		requester := Thing{Kind: "contact", ID: "someone's"}
		if f.Requester != nil {
			requester = *f.Requester
		}
		ask(&requester)
		f.Requester = &requester
	}
	stand.Global = false // anything is reached without them
	reach := stand.reach()
	with(reach[mentioned], func(f *facts) { f.Mentions = map[string]bool{me: true} })
	with(reach[participating], func(f *facts) { f.Participants = map[string]string{me: "edit"} })
	with(reach[participating], func(f *facts) { f.CCs = map[string]string{theContact: "edit"} })
	with(reach[requested], func(f *facts) { asks(f, func(r *Thing) { r.ID = theContact }) })
	with(reach[sameCompany], func(f *facts) { asks(f, func(r *Thing) { r.Company = theCompany }) })
	with(reach[myCustomers], func(f *facts) { asks(f, func(r *Thing) { r.Author = owner }) })
	for _, f := range all {
		if !yield(f) {
			return false
		}
	}
	return true
}

// notOf returns the facts with another agent in place of the agent, who still is of its
// company.
func (f facts) notOf(me string, colleague *Agent) facts {
	if f.Assignee == me {
		f.Assignee = "somebody else"
	}
	if f.Author == me {
		f.Author = "somebody else"
	}
	if f.Record != nil {
		f.Record = &Thing{Kind: f.Record.Kind, ID: f.Record.ID, Author: f.Author}
	}
	f.Participants, f.CCs, f.Mentions = nil, nil, nil
	if f.Requester != nil {
		f.Requester = &Thing{Kind: "contact", ID: "somebody else's", Company: given(f.Requester.Company == colleague.Company, colleague.Company)}
	}
	return f
}

// workspacesWith returns the workspaces that either agent's bindings or the account name,
// none, and one that neither agent knows.
func (s *Agent) workspacesWith(other *Agent) []string {
	workspaces := append([]string{"", "a fresh one"}, s.Account.Open...) // the fresh one tests roles held everywhere
	for _, b := range append(slices.Clone(s.Bindings), other.Bindings...) {
		workspaces = append(workspaces, b.Workspace)
	}
	return Distinct(workspaces)
}

// groupsWith returns the groups of both agents and of their bindings, none, and one that neither agent knows.
func (s *Agent) groupsWith(other *Agent) []string {
	groups := slices.AppendSeq([]string{"", "a fresh one"}, maps.Keys(s.Groups))
	for _, b := range append(slices.Clone(s.Bindings), other.Bindings...) {
		groups = append(groups, b.Group)
	}
	return Distinct(slices.AppendSeq(groups, maps.Keys(other.Groups)))
}

// Distinct returns the values in order, each once.
func Distinct(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// A coverKey holds everything that decides whether a subject covers a binding of another
// agent. The enumerations ask about the same few keys again and again.
type coverKey struct {
	account, open     string
	bindings          [3]Binding
	groups            string
	their             Binding
	clearing          [3]Binding
	theirs, theirKind string
	author, authors   bool
	contacts          [2]bool // whether the other has a contact and a company, if the two are one person
	sameContact       bool
	colleagues        bool // whether they are of one company
	as                view
}

// cacheKey returns the key, and reports whether the answer can be cached: the subject has
// few bindings, and the answer does not depend on CRM visibility.
func (s *Agent) cacheKey(other *Agent, their Binding, clearing []Binding, as view) (key coverKey, cacheable bool) {
	cacheable = len(s.Bindings) <= len(key.bindings) && len(clearing) <= len(key.clearing) && s.Kind == ""
	copy(key.bindings[:], s.Bindings)
	copy(key.clearing[:], clearing)
	key.account, key.open, key.groups = s.Account.ID, strings.Join(s.Account.Open, "|"), groupsText(s.Groups)
	key.their, key.theirs, key.theirKind = their, groupsText(other.Groups), other.Kind
	key.author, key.authors, key.as = other.makesRoles(), s.Account.Authors, as
	if as == oneself {
		key.contacts, key.sameContact = [2]bool{other.Contact != "", other.Company != ""}, s.Contact != "" && s.Contact == other.Contact
	}
	key.colleagues = s.Company != "" && s.Company == other.Company
	return key, cacheable
}

func groupsText(groups map[string]string) string {
	if len(groups) == 0 {
		return ""
	}
	return fmt.Sprint(groups)
}

// remembered caches the answers of coversBinding. It is safe for concurrent use.
var remembered coverCache

type coverCache struct {
	lock  sync.Mutex
	known map[coverKey]bool
}

func (m *coverCache) find(key coverKey) (covered, known bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	covered, known = m.known[key]
	return covered, known
}

func (m *coverCache) keep(key coverKey, covered bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.known == nil || len(m.known) > 1<<18 {
		m.known = map[coverKey]bool{}
	}
	m.known[key] = covered
}
