package cedarexport

import (
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// firstInstant and lastInstant bound the instants that Authorize accepts: from firstInstant until
// before lastInstant. Their nanoseconds since 1970 fit into an int64.
var (
	firstInstant = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	lastInstant  = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// A draft is a question under construction.
type draft struct {
	*Exporter
	entities   entities
	principal  UID
	account    deskpolicy.Account          // the principal's
	compares   bool                        // whether the action compares authority
	by         *person                     // if so, the principal
	compared   map[string]*atom            // and the authority of the people acted on
	acted      *member                     // the person acted on, if the resource is one
	made       *deskpolicy.Role            // the role acted on, if the action makes or changes it
	oneCompany bool                        // whether the principal and that person are of one company
	workspaces []deskpolicy.WorkspaceID    // if so, where the people of the question hold roles
	groups     map[deskpolicy.GroupID]bool // and the groups in which they hold roles
	err        error
}

func (d *draft) add(e entity) { d.err = errors.Join(d.err, d.entities.add(e)) }

// isMissing reports whether the subject is nil or has no ID.
func isMissing(subject deskpolicy.Subject) bool {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		return s == nil || s.ID == ""
	case *deskpolicy.SharedAgent:
		return s == nil || s.ID == ""
	case *deskpolicy.SupportSession:
		return s == nil || s.Engineer().ID == ""
	case *deskpolicy.Customer:
		return s == nil || s.ID == ""
	case *deskpolicy.CRMOnlyUser:
		return s == nil || s.CRM.ID == ""
	case *deskpolicy.Delegate:
		return s == nil
	default:
		return true
	}
}

// idOf returns the agent ID of the subject, or "" for a customer or a CRM-only user.
func idOf(subject deskpolicy.Subject) deskpolicy.AgentID {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		return s.ID
	case *deskpolicy.SharedAgent:
		return s.ID
	case *deskpolicy.SupportSession:
		return s.ID()
	default:
		return ""
	}
}

// subject adds the principal, which must not be missing, and its account.
func (d *draft) subject(subject deskpolicy.Subject) {
	var e entity
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		d.account = s.Account
		e = d.agent(s)
	case *deskpolicy.SharedAgent:
		d.account = s.Account
		e = d.sharedAgent(s)
		e.attrs["crm"] = crmUser(&s.CRM, d.territories(&s.CRM, s.Account.ID))
	case *deskpolicy.SupportSession:
		d.account = s.Account()
		e = d.session(s)
	case *deskpolicy.Customer:
		d.account = s.Account
		e = d.customer(s)
	case *deskpolicy.CRMOnlyUser:
		d.account = s.Account
		e = entity{uid: uidOf("CRMOnlyUser", string(s.Account.ID), string(s.CRM.ID)), attrs: record{"id": ""}}
	}
	setAccount(e.attrs, "account", d.account.ID)
	d.principal = e.uid
	d.add(e)
	d.addAccount()
}

// setAccount sets the attribute to the account, unless the ID is empty.
func setAccount(attrs record, attribute string, account deskpolicy.AccountID) {
	if account != "" {
		attrs[attribute] = accountUID(account)
	}
}

// addAccount adds the principal's account, as in the principal's record.
func (d *draft) addAccount() {
	if d.account.ID == "" {
		return
	}
	features := collection{}
	for feature := deskpolicy.Features(1); feature < deskpolicy.AllFeatures; feature <<= 1 {
		if d.account.Plan.Features.Has(feature) {
			features = append(features, feature.String())
		}
	}
	open := collection{}
	for _, w := range d.account.OpenWorkspaces {
		if w != "" {
			open = append(open, workspaceOf(w))
		}
	}
	attrs := accountAttrs(d.account.ID)
	maps.Copy(attrs, record{
		"features": features, "integrated": d.account.Integrated, "authorsByPermission": d.account.RoleAuthors == deskpolicy.AuthorsByPermission, "workspaces": open,
		"administrators": stringSet(slices.DeleteFunc(slices.Clone(d.account.Administrators), func(id deskpolicy.AgentID) bool { return id == "" })),
	})
	d.add(entity{uid: accountUID(d.account.ID), attrs: attrs})
}

// accountAttrs returns the attributes of an account when only its ID matters.
func accountAttrs(id deskpolicy.AccountID) record {
	attrs := record{"workspace": outside, "features": collection{}, "integrated": false, "authorsByPermission": false, "workspaces": collection{}, "administrators": collection{}}
	setAccount(attrs, "account", id)
	return attrs
}

// agent returns the agent, as the principal or as a resource.
func (d *draft) agent(a *deskpolicy.Agent) entity {
	e := d.member(uidOf("Agent", string(a.Account.ID), string(a.ID)), ofAgent(a))
	e.attrs["deactivated"] = a.Deactivated
	if a.Contact != "" {
		e.attrs["contact"] = string(a.Contact)
	}
	if a.Company != "" {
		e.attrs["company"] = string(a.Company)
	}
	setAccount(e.attrs, "account", a.Account.ID)
	e.setRoleFlags(a.Bindings)
	return e
}

// customer returns the customer, as the principal. It has no ID of an agent, which would match one.
func (d *draft) customer(c *deskpolicy.Customer) entity {
	e := d.holder(uidOf("Customer", string(c.Account.ID), string(c.ID)), "", c.Bindings, false)
	e.attrs["deactivated"], e.attrs["contact"] = c.Deactivated, string(c.ID)
	if c.Company != "" {
		e.attrs["company"] = string(c.Company)
	}
	return e
}

// setRoleFlags sets whether the bindings include a custom role, and whether they include the
// shared agents' role.
func (e entity) setRoleFlags(bindings []deskpolicy.Binding) {
	custom, ofCRM := false, false
	for _, b := range bindings {
		custom, ofCRM = custom || b.Role.Account() != "", ofCRM || b.Role == deskpolicy.SharedAgentRole.Role()
	}
	e.attrs["hasCustomRole"], e.attrs["hasCRMRole"] = custom, ofCRM
}

// sharedAgent returns the shared agent as a resource. Only a principal's territories count.
func (d *draft) sharedAgent(a *deskpolicy.SharedAgent) entity {
	e := d.member(uidOf("SharedAgent", string(a.Account.ID), string(a.ID)), ofSharedAgent(a))
	e.attrs["deactivated"] = a.Deactivated
	e.attrs["crm"] = crmUser(&a.CRM, collection{})
	setAccount(e.attrs, "account", a.Account.ID)
	return e
}

// member returns a person who holds roles and is in groups.
func (d *draft) member(uid UID, m member) entity {
	e := d.holder(uid, string(m.id), m.bindings, m.shared)
	view, edit := byAccess(m.groups)
	e.attrs["groups"] = record{"view": view, "edit": edit}
	return e
}

// holder returns a person or support engineer who holds roles.
func (d *draft) holder(uid UID, id string, bindings []deskpolicy.Binding, shared bool) entity {
	roles, groups, somewhere := collection{}, collection{}, collection{}
	within := record{}
	for _, r := range relations {
		within[string(r.name)] = collection{}
	}
	e := entity{uid: uid}
	for _, b := range bindings {
		d.checkWindow(b)
		row := record{"role": d.role(b.Role), "workspace": heldPlace(b.Workspace), "group": string(b.Group)}
		e.parents = append(e.parents, d.role(b.Role))
		if b.Workspace != "" { // the empty workspace is nowhere
			somewhere = append(somewhere, d.role(b.Role))
		}
		roles = append(roles, row)
		addIf(&groups, b.Group != "", string(b.Group))
		for _, r := range relationsOf(ticketBound(b, shared)) {
			within[string(r.name)] = append(within[string(r.name)].(collection), row)
		}
	}
	e.attrs = record{"id": id, "workspace": outside, "roles": roles, "roleGroups": groups, "rolesAnywhere": somewhere, "ticketRoles": within}
	return e
}

// role adds the role, which must be one that the policies know.
func (d *draft) role(role deskpolicy.Role) UID {
	d.err = errors.Join(d.err, d.checkKnown(role))
	d.add(roleEntity(role))
	return roleUID(role)
}

// checkWindow notes an error for a binding with a window: the policies know no instant but that of
// support grants.
func (d *draft) checkWindow(b deskpolicy.Binding) {
	if b.Window != (deskpolicy.Window{}) {
		d.err = errors.Join(d.err, notExpressible("role %q is held %v, and Cedar knows no windows; give the subject the roles that it holds now", b.Role.Name(), b.Window))
	}
}

func roleEntity(role deskpolicy.Role) entity {
	attrs := record{"workspace": outside, "builtIn": role.BuiltIn()}
	setAccount(attrs, "account", role.Account())
	return entity{uid: roleUID(role), attrs: attrs}
}

// byAccess returns the IDs with View or Edit, and those with Edit.
func byAccess[ID ~string](accesses map[ID]deskpolicy.Access) (view, edit collection) {
	view, edit = collection{}, collection{}
	for id, access := range accesses {
		if id == "" || access > deskpolicy.Edit { // an empty ID and an unknown access match nothing
			continue
		}
		addIf(&view, access >= deskpolicy.View, string(id))
		addIf(&edit, access == deskpolicy.Edit, string(id))
	}
	return view, edit
}

// session returns the support engineer. The support grant's account-wide roles are held outside of
// workspaces and in each granted workspace, a workspace's own roles only there.
func (d *draft) session(s *deskpolicy.SupportSession) entity {
	grant := s.Grant()
	bindings := bindingsOf(deskpolicy.AccountWide, grant.Roles())
	for w, roles := range grant.Workspaces() {
		bindings = append(bindings, bindingsOf(w, grant.Roles())...)
		bindings = append(bindings, bindingsOf(w, roles)...)
	}
	e := d.holder(uidOf("SupportSession", string(d.account.ID), string(grant.ID()), string(s.Engineer().ID)), string(s.ID()), bindings, false)
	named := func(e deskpolicy.SupportEngineer) bool { return e.ID == s.Engineer().ID }
	if slices.ContainsFunc(grant.Engineers(), named) { // other engineers cannot act under it
		of := d.grant(&grant)
		d.add(of)
		e.attrs["grant"] = of.uid
	}
	return e
}

func bindingsOf(w deskpolicy.WorkspaceID, roles []deskpolicy.Role) (bindings []deskpolicy.Binding) {
	for _, role := range roles {
		bindings = append(bindings, deskpolicy.Binding{Role: role, Workspace: w, TicketScope: deskpolicy.ScopeGlobal})
	}
	return bindings
}

// grant returns the support grant, as a resource or for a session.
func (d *draft) grant(g *deskpolicy.SupportGrant) entity {
	e := entity{uid: uidOf("SupportGrant", string(g.Account()), string(g.ID())), attrs: record{"workspace": outside}}
	setAccount(e.attrs, "account", g.Account())
	e.attrs["start"], e.attrs["end"] = nanoseconds(g.Start()), nanoseconds(g.End())
	if !g.RevokedAt().IsZero() {
		e.attrs["revoked"] = nanoseconds(g.RevokedAt())
	}
	if d.compares {
		e.attrs["authority"] = d.grantAuthority(g)
	}
	e.setRoleFlags(bindingsOf("", slices.Concat(append(slices.Collect(maps.Values(g.Workspaces())), g.Roles())...)))
	return e
}

// nanoseconds returns the nanoseconds since 1970; 0 for the zero Time.
func nanoseconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixNano()
}

// grantAuthority returns the authority of support engineers under the support grant: what they hold
// outside of the granted workspaces and in each of these.
func (d *draft) grantAuthority(g *deskpolicy.SupportGrant) collection {
	bindings := bindingsOf(deskpolicy.AccountWide, g.Roles())
	for w, roles := range g.Workspaces() {
		bindings = append(bindings, bindingsOf(w, g.Roles())...)
		bindings = append(bindings, bindingsOf(w, roles)...)
	}
	return d.authorityOf(d.personOf(member{bindings: bindings}))
}

// roleAuthority returns the authority of those who can do the most with the role: an agent and, if
// the account is connected to the CRM, a shared agent, who hold it everywhere and edit in a group
// that is not the principal's.
func (d *draft) roleAuthority(role deskpolicy.Role) collection {
	for p := range role.Permissions().All() {
		if !role.BuiltIn() && p.Action.IsHost() && !d.isNamed(p.Action) {
			d.err = errors.Join(d.err, notExpressible("role %q: %v has no name in the vocabulary; add it", role, p.Action))
		}
	}
	group := deskpolicy.GroupID("a group of a holder")
	for d.by.groups[group] != deskpolicy.NoAccess || d.groups[group] {
		group += "'"
	}
	holder := member{
		bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal}},
		groups:   map[deskpolicy.GroupID]deskpolicy.Access{group: deskpolicy.Edit},
	}
	authority := d.authorityOf(d.personOf(holder))
	if d.account.Integrated {
		holder.shared = true
		authority = append(authority, d.authorityOf(d.personOf(holder))...)
	}
	return authority
}

// crmUser returns the CRM user of the shared agent.
func crmUser(u *deskpolicy.CRMUser, territories collection) record {
	viewContacts, editContacts := byAccess(u.Visibility.Contacts)
	viewCompanies, editCompanies := byAccess(u.Visibility.Companies)
	asOf, until := answerCounts(&u.Visibility)
	return record{
		"id": string(u.ID), "deactivated": u.Deactivated, "sees": u.Sees.String(), "territories": territories,
		"contacts":  record{"view": viewContacts, "edit": editContacts},
		"companies": record{"view": viewCompanies, "edit": editCompanies},
		"asOf":      asOf, "until": until,
	}
}

// answerCounts returns when the CRM's answer counts: from the first instant until the second, in
// nanoseconds since 1970. They are 0 if it never does.
func answerCounts(v *deskpolicy.CRMVisibility) (from, until int64) {
	if v.AsOf.Before(firstInstant) || !v.AsOf.Before(lastInstant) || v.MaxAge <= 0 {
		return 0, 0
	}
	from, until = v.AsOf.UnixNano(), math.MaxInt64
	if age := int64(v.MaxAge); age < until-from {
		until = from + age
	}
	return from, until
}

// territories adds the territories with their parents, and returns the user's. The first territory
// of a cycle represents the whole cycle: it is the parent of the others, and a user who has one of
// them also has the first.
func (d *draft) territories(u *deskpolicy.CRMUser, account deskpolicy.AccountID) collection {
	uid := func(id deskpolicy.TerritoryID) UID { return uidOf("Territory", string(account), string(id)) }
	first := cycles(u.Hierarchy)
	territories := collection{}
	for _, id := range u.Territories {
		if id == "" {
			continue
		}
		territories = append(territories, uid(id))
		if of, inCycle := first[id]; inCycle {
			territories = append(territories, uid(of))
		}
	}
	for id, parent := range u.Hierarchy {
		if of, inCycle := first[id]; inCycle {
			parent = of
		}
		if id != "" && parent != "" && parent != id {
			d.add(entity{uid: uid(id), attrs: record{}, parents: []UID{uid(parent)}})
		}
	}
	return territories
}

// cycles returns, for each territory that is its own ancestor, the first territory of its cycle.
func cycles(parents map[deskpolicy.TerritoryID]deskpolicy.TerritoryID) map[deskpolicy.TerritoryID]deskpolicy.TerritoryID {
	first := make(map[deskpolicy.TerritoryID]deskpolicy.TerritoryID)
	for id := range parents {
		cycle := []deskpolicy.TerritoryID{id}
		for up := parents[id]; up != "" && up != id && len(cycle) <= len(parents); up = parents[up] {
			cycle = append(cycle, up)
		}
		if last := cycle[len(cycle)-1]; id != "" && parents[last] == id {
			first[id] = slices.Min(cycle)
		}
	}
	return first
}
