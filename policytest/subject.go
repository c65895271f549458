package policytest

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// Subjects returns a generator of subjects of the kinds in Desk.SubjectKinds, mostly agents.
func (d Desk) Subjects() *rapid.Generator[deskpolicy.Subject] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.Subject { return w.subject(t) })
}

// Agents returns a generator of agents.
func (d Desk) Agents() *rapid.Generator[*deskpolicy.Agent] {
	return gen(d, func(t *rapid.T, w *fullDesk) *deskpolicy.Agent { return w.agent(t, w.personID(t)) })
}

// SharedAgents returns a generator of shared agents.
func (d Desk) SharedAgents() *rapid.Generator[*deskpolicy.SharedAgent] {
	return gen(d, func(t *rapid.T, w *fullDesk) *deskpolicy.SharedAgent { return w.sharedAgent(t, w.personID(t)) })
}

// Customers returns a generator of customers. Their IDs are those of contacts, and sometimes of
// agents as well.
func (d Desk) Customers() *rapid.Generator[*deskpolicy.Customer] {
	return gen(d, func(t *rapid.T, w *fullDesk) *deskpolicy.Customer { return w.customer(t) })
}

// CRMOnlyUsers returns a generator of CRM users who are not agents.
func (d Desk) CRMOnlyUsers() *rapid.Generator[*deskpolicy.CRMOnlyUser] {
	return gen(d, func(t *rapid.T, w *fullDesk) *deskpolicy.CRMOnlyUser { return w.crmOnlyUser(t) })
}

// Accounts returns a generator of variants of the desk's account: with its plan or a lesser one,
// connected to the CRM or not, with different administrators.
func (d Desk) Accounts() *rapid.Generator[deskpolicy.Account] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.Account { return w.account(t) })
}

// Bindings returns a generator of bindings: account-wide or in a workspace, at each ticket scope,
// always or in a window around Now.
func (d Desk) Bindings() *rapid.Generator[deskpolicy.Binding] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.Binding { return w.binding(t) })
}

// GroupAccess returns a generator of the access that an agent has to the desk's groups.
func (d Desk) GroupAccess() *rapid.Generator[map[deskpolicy.GroupID]deskpolicy.Access] {
	return gen(d, func(t *rapid.T, w *fullDesk) map[deskpolicy.GroupID]deskpolicy.Access { return w.groupAccess(t) })
}

// Permissions returns a generator of sets of permissions for the desk's actions that a custom role
// can hold.
func (d Desk) Permissions() *rapid.Generator[deskpolicy.Permissions] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.Permissions { return w.permissions(t) })
}

// CustomRoles returns a generator of custom roles of the account.
func (d Desk) CustomRoles() *rapid.Generator[deskpolicy.Role] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.Role { return w.customRole(t) })
}

// A holding is what a subject of any kind holds.
type holding struct {
	id       deskpolicy.AgentID
	account  deskpolicy.Account
	bindings []deskpolicy.Binding
	groups   map[deskpolicy.GroupID]deskpolicy.Access
	user     deskpolicy.CRMUserID // set for a shared agent
	contact  deskpolicy.ContactID // that an agent asks by
	company  deskpolicy.CompanyID
}

// holdingOf returns what the subject holds. For nil and for a CRM-only user, it is empty.
func holdingOf(s deskpolicy.Subject) holding {
	switch s := s.(type) {
	case *deskpolicy.Agent:
		if s != nil {
			return holding{s.ID, s.Account, s.Bindings, s.Groups, "", s.Contact, s.Company}
		}
	case *deskpolicy.SharedAgent:
		if s != nil {
			return holding{s.ID, s.Account, s.Bindings, s.Groups, s.CRM.ID, "", ""}
		}
	case *deskpolicy.Customer:
		if s != nil {
			return holding{id: deskpolicy.AgentID(s.ID), account: s.Account, bindings: s.Bindings, contact: s.ID, company: s.Company}
		}
	case *deskpolicy.SupportSession:
		if s != nil {
			return holding{id: s.ID(), account: deskpolicy.Account{ID: s.Grant().Account()}, bindings: bindingsOf(s.Grant())}
		}
	case *deskpolicy.Delegate:
		if s != nil {
			return holdingOf(s.Principal)
		}
	}
	return holding{}
}

// bindingsOf returns what a support engineer holds under the support grant.
func bindingsOf(g deskpolicy.SupportGrant) (bindings []deskpolicy.Binding) {
	hold := func(w deskpolicy.WorkspaceID, roles []deskpolicy.Role) {
		for _, role := range roles {
			bindings = append(bindings, deskpolicy.Binding{Role: role, Workspace: w, TicketScope: deskpolicy.ScopeGlobal})
		}
	}
	hold(deskpolicy.AccountWide, g.Roles())
	workspaces := g.Workspaces()
	for _, w := range slices.Sorted(maps.Keys(workspaces)) {
		hold(w, slices.Concat(g.Roles(), workspaces[w]))
	}
	return bindings
}

// subject draws the subject of a request.
func (w *fullDesk) subject(t *rapid.T) deskpolicy.Subject {
	draws := []struct {
		kind  SubjectKinds
		times int
		draw  func() deskpolicy.Subject
	}{
		{Agents, 20, func() deskpolicy.Subject { return w.agent(t, w.personID(t)) }},
		{SharedAgents, 8, func() deskpolicy.Subject { return w.sharedAgent(t, w.personID(t)) }},
		{SupportSessions, 6, func() deskpolicy.Subject { return w.session(t) }},
		{Customers, 6, func() deskpolicy.Subject { return w.customer(t) }},
		{Delegates, 5, func() deskpolicy.Subject { return w.delegate(t) }},
		{CRMOnlyUsers, 1, func() deskpolicy.Subject { return w.crmOnlyUser(t) }},
	}
	var any []func() deskpolicy.Subject
	for _, d := range draws {
		if w.SubjectKinds&d.kind != 0 {
			any = append(any, slices.Repeat([]func() deskpolicy.Subject{d.draw}, d.times)...)
		}
	}
	return anyOf(t, any)()
}

// personID draws a person's ID, mostly that of the first person.
func (w *fullDesk) personID(t *rapid.T) deskpolicy.AgentID {
	if rarely(t, 2) {
		return anyOf(t, w.People)
	}
	return w.People[0]
}

// agent draws an agent with that ID.
func (w *fullDesk) agent(t *rapid.T, id deskpolicy.AgentID) *deskpolicy.Agent {
	agent := &deskpolicy.Agent{
		ID: id, Account: w.account(t), Bindings: w.bindings(t), Groups: w.groupAccess(t), Deactivated: rarely(t, 6),
	}
	if !rarely(t, 1) {
		agent.Contact, agent.Company = deskpolicy.ContactID("contact of "+id), pick[deskpolicy.CompanyID](t, "1", "2")
	}
	agent.Now = w.now(t)
	return agent
}

// sharedAgent draws a shared agent with that ID.
func (w *fullDesk) sharedAgent(t *rapid.T, id deskpolicy.AgentID) *deskpolicy.SharedAgent {
	shared := deskpolicy.NewSharedAgent(id, w.account(t), w.user(t))
	if rapid.Bool().Draw(t, "given roles") || w.NoBuiltInRoles {
		shared.Bindings = w.bindings(t)
	}
	shared.Groups, shared.Deactivated, shared.Now = w.groupAccess(t), rarely(t, 6), w.now(t)
	return shared
}

// customer draws a customer, mostly with a built-in role for customers if the desk has these.
func (w *fullDesk) customer(t *rapid.T) *deskpolicy.Customer {
	id := w.personID(t)
	customer := &deskpolicy.Customer{
		ID: deskpolicy.ContactID("contact of " + id), Account: w.account(t), Bindings: w.bindings(t), Company: pick[deskpolicy.CompanyID](t, "1", "2", ""), Deactivated: rarely(t, 6),
	}
	if rarely(t, 3) {
		customer.ID = deskpolicy.ContactID(id)
	}
	for i := range customer.Bindings {
		if len(w.builtIns) > 0 && !rarely(t, 2) {
			customer.Bindings[i].Role = pick(t, deskpolicy.CustomerRole, deskpolicy.CompanyCustomerRole).Role()
		}
	}
	return customer
}

// crmOnlyUser draws a CRM-only user.
func (w *fullDesk) crmOnlyUser(t *rapid.T) *deskpolicy.CRMOnlyUser {
	return &deskpolicy.CRMOnlyUser{Account: w.account(t), CRM: w.user(t)}
}

// account draws a variant of the desk's account, or another account.
func (w *fullDesk) account(t *rapid.T) deskpolicy.Account {
	account := w.Account
	if rarely(t, 3) {
		account.Plan.Features &^= pick(t, deskpolicy.AllFeatures, deskpolicy.FeatureCustomRoles, deskpolicy.FeatureAttachments)
	}
	if !w.NoSharedAgents && rarely(t, 4) {
		account.Integrated = !account.Integrated
	}
	if rarely(t, 3) {
		account.RoleAuthors = deskpolicy.AuthorsByPermission - account.RoleAuthors
	}
	if rarely(t, 1) {
		account.Administrators = pick(t, nil, w.People[:1], []deskpolicy.AgentID{"olga"})
	}
	if !w.NoOtherAccounts && rarely(t, 6) {
		account.ID = w.otherAccount(t)
	}
	return account
}

// otherAccount draws an account that is not the desk's.
func (w *fullDesk) otherAccount(t *rapid.T) deskpolicy.AccountID {
	return pick(t, "not-"+w.Account.ID, "")
}

// bindings draws the bindings of a subject, or rarely none.
func (w *fullDesk) bindings(t *rapid.T) []deskpolicy.Binding {
	if rarely(t, 5) {
		return nil
	}
	return rapid.SliceOfN(rapid.Custom(w.binding), 1, 3).Draw(t, "bindings")
}

func (w *fullDesk) binding(t *rapid.T) deskpolicy.Binding {
	return deskpolicy.Binding{Role: w.role(t), Workspace: w.heldIn(t), TicketScope: w.ticketScope(t), Window: w.window(t)}
}

// window draws when a role is held: mostly always, or rarely until or from about now.
func (w *fullDesk) window(t *rapid.T) deskpolicy.Window {
	if w.NoWindows || !rarely(t, 3) {
		return deskpolicy.Window{}
	}
	from, until := w.Now.Add(pick[time.Duration](t, -time.Hour, 0, 1)), w.Now.Add(pick[time.Duration](t, time.Hour, 1, 0))
	return deskpolicy.NewWindow(pick(t, from, time.Time{}), pick(t, until, time.Time{}))
}

// now draws the instant at which a subject asks: rarely none.
func (w *fullDesk) now(t *rapid.T) time.Time {
	if rarely(t, 4) {
		return time.Time{}
	}
	return w.Now
}

// role draws one of the desk's roles, or rarely a built-in one or the zero Role.
func (w *fullDesk) role(t *rapid.T) deskpolicy.Role {
	switch {
	case !w.NoBuiltInRoles && rarely(t, 4):
		return anyOf(t, w.builtIns)
	case !w.NoBuiltInRoles && rarely(t, 4):
		return deskpolicy.AccountAdministratorRole.Role()
	case rarely(t, 6):
		return deskpolicy.Role{}
	}
	return anyOf(t, w.Roles)
}

// customRole draws a custom role that is not one of the desk's.
func (w *fullDesk) customRole(t *rapid.T) deskpolicy.Role {
	return must(deskpolicy.NewRole(w.Account.ID, pick(t, "Interns", "Night Shift", "Ärzte 24/7"), w.permissions(t), nil))
}

// heldIn draws where a role is held.
func (w *fullDesk) heldIn(t *rapid.T) deskpolicy.WorkspaceID {
	if w.NoWorkspaces || !rarely(t, 2) {
		return deskpolicy.AccountWide
	}
	return anyOf(t, slices.Concat(w.Account.OpenWorkspaces, w.RestrictedWorkspaces, []deskpolicy.WorkspaceID{"elsewhere", "", deskpolicy.OpenWorkspaces, deskpolicy.Everywhere}))
}

func (w *fullDesk) ticketScope(t *rapid.T) deskpolicy.Scope {
	if w.NoTicketScopes {
		return deskpolicy.ScopeGlobal
	}
	if rarely(t, 5) {
		return pick(t, 0, deskpolicy.Scope(1<<15))
	}
	if rarely(t, 2) {
		return w.scope(t, deskpolicy.TicketView.ID().Relations())
	}
	return anyOf(t, []deskpolicy.Scope{deskpolicy.ScopeGlobal, deskpolicy.ScopeGroup, deskpolicy.ScopeRestricted, deskpolicy.ScopeShared})
}

// groupAccess draws the groups of an agent, with the access to each.
func (w *fullDesk) groupAccess(t *rapid.T) map[deskpolicy.GroupID]deskpolicy.Access {
	if rarely(t, 3) {
		return nil
	}
	return rapid.MapOfN(rapid.Custom(w.group), rapid.Custom(w.access), 0, 2).Draw(t, "groups")
}

// group draws one of the desk's groups, or an unknown one.
func (w *fullDesk) group(t *rapid.T) deskpolicy.GroupID {
	if rarely(t, 4) {
		return pick[deskpolicy.GroupID](t, "elsewhere", "")
	}
	return anyOf(t, w.Groups)
}

func (w *fullDesk) access(t *rapid.T) deskpolicy.Access {
	if rarely(t, 5) {
		return pick(t, deskpolicy.NoAccess, deskpolicy.Edit+1)
	}
	return pick(t, deskpolicy.Edit, deskpolicy.View)
}

// permissions draws permissions that NewRole accepts.
func (w *fullDesk) permissions(t *rapid.T) deskpolicy.Permissions {
	var may []deskpolicy.ActionID
	for _, action := range w.Actions {
		if action.Relations() != 0 {
			may = append(may, action)
		}
	}
	permission := rapid.Custom(func(t *rapid.T) deskpolicy.Permission {
		if len(may) == 0 {
			return deskpolicy.Permission{} // permits nothing
		}
		action := anyOf(t, may)
		return action.At(w.scope(t, action.Relations()))
	})
	return deskpolicy.NewPermissions(rapid.SliceOfN(permission, 0, 6).Draw(t, "permissions")...)
}

// scope draws a scope of one or a few of the relations.
func (w *fullDesk) scope(t *rapid.T, of deskpolicy.Scope) (s deskpolicy.Scope) {
	var relations []deskpolicy.Scope
	for ; of != 0; of &= of - 1 {
		relations = append(relations, of&-of)
	}
	for range rapid.IntRange(1, 3).Draw(t, "relations") {
		s |= anyOf(t, relations)
	}
	return s
}

// person draws the person that the subject acts on: one who may do less, as much, or something
// else. Sometimes it is the subject, or a person without an ID.
func (w *fullDesk) person(t *rapid.T, by holding) deskpolicy.Subject {
	id := anyOf(t, append([]deskpolicy.AgentID{"bob"}, w.People...))
	agent := &deskpolicy.Agent{ID: id, Account: by.account}
	switch anyOf(t, []string{"lesser", "lesser", "peer", "peer", "any", "administrator", "administrator", "shared", "themselves"}) {
	case "peer":
		agent.Bindings, agent.Groups = by.bindings, by.groups
	case "any":
		return w.agent(t, id)
	case "administrator":
		agent.Bindings = w.administering(t)
	case "shared":
		if w.NoSharedAgents {
			return w.agent(t, id)
		}
		return w.sharedAgent(t, id)
	case "themselves":
		agent.ID, agent.Bindings, agent.Groups = by.id, by.bindings, by.groups
	}
	if rarely(t, 6) {
		agent.ID = ""
	}
	return agent
}

// administering returns the bindings of an account administrator or, if the desk has none, of any
// agent.
func (w *fullDesk) administering(t *rapid.T) []deskpolicy.Binding {
	if w.NoBuiltInRoles {
		return w.bindings(t)
	}
	return w.owner.Bindings
}

// recipient draws the recipient of a ticket or conversation, mostly one who can be assigned it.
func (w *fullDesk) recipient(t *rapid.T, by holding, take deskpolicy.ActionID) deskpolicy.Subject {
	if rarely(t, 1) {
		return w.person(t, by)
	}
	able := slices.DeleteFunc(slices.Concat(w.Roles, w.builtIns), func(r deskpolicy.Role) bool {
		return !r.Permissions().Has(take.At(deskpolicy.ScopeRestricted)) && !r.Permissions().Has(take.At(deskpolicy.ScopeGroup))
	})
	if len(able) == 0 {
		able = w.Roles
	}
	colleague := &deskpolicy.Agent{ID: "bob", Account: by.account}
	for _, b := range append(slices.Clone(by.bindings), deskpolicy.Binding{Workspace: deskpolicy.AccountWide}) {
		b.Role, b.TicketScope = anyOf(t, able), deskpolicy.ScopeGlobal
		colleague.Bindings = append(colleague.Bindings, b)
	}
	return colleague
}
