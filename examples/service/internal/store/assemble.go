package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// A row is a row of load.sql. What its columns mean depends on the part.
type row struct{ part, a, b, c, d, e, f string }

// loaded is what a statement read.
type loaded struct {
	rows map[string][]row // by part
	now  time.Time        // at which the subjects ask
	desk roster.Desk
}

// assemble builds the desk from the rows. Rows that make no sense are an error, never a guess:
// then nobody is let in.
func (l *loaded) assemble() error {
	if len(l.rows["account"]) == 0 { // the token is unknown
		return nil
	}
	for _, step := range []func() error{l.account, l.roles, l.places, l.people, l.addCustomers, l.grants, l.keys} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *loaded) account() error {
	r := l.rows["account"][0]
	l.desk.Name = r.b
	l.desk.Account = deskpolicy.Account{ID: deskpolicy.AccountID(r.a), Integrated: r.d != ""}
	for _, w := range l.rows["workspace"] {
		if w.c != "" {
			l.desk.Account.OpenWorkspaces = append(l.desk.Account.OpenWorkspaces, deskpolicy.WorkspaceID(w.a))
		}
	}
	for _, a := range l.rows["administrator"] {
		l.desk.Account.Administrators = append(l.desk.Account.Administrators, deskpolicy.AgentID(a.a))
	}
	return l.desk.Account.Plan.Features.UnmarshalText([]byte(r.c))
}

// roles builds the set of the account's own roles and the built-in ones, which it offers all.
func (l *loaded) roles() (err error) {
	roles := slices.Collect(l.desk.Account.BuiltInRoles())
	for _, r := range l.rows["role"] {
		role, err := parseRole(l.desk.Account.ID, r.a, r.b)
		if err != nil {
			return err
		}
		roles = append(roles, role)
	}
	l.desk.Roles, err = deskpolicy.NewRoleSet(l.desk.Account.ID, roles...)
	return err
}

// parseRole returns the role with the permissions, one a line.
func parseRole(account deskpolicy.AccountID, name, permissions string) (deskpolicy.Role, error) {
	parsed, err := parsePermissions(permissions)
	if err != nil {
		return deskpolicy.Role{}, fmt.Errorf("role %q: %w", name, err)
	}
	return deskpolicy.NewRole(account, name, parsed, nil)
}

// parsePermissions reads permissions, one a line.
func parsePermissions(text string) (deskpolicy.Permissions, error) {
	var parsed []deskpolicy.Permission
	for line := range strings.Lines(text) {
		p, err := (*deskpolicy.Vocabulary)(nil).ParsePermission(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return deskpolicy.Permissions{}, err
		}
		parsed = append(parsed, p)
	}
	return deskpolicy.NewPermissions(parsed...), nil
}

// permissionLines returns the permissions as parsePermissions reads them.
func permissionLines(permissions deskpolicy.Permissions) string {
	var text strings.Builder
	for p := range permissions.All() {
		fmt.Fprintln(&text, p)
	}
	return text.String()
}

func (l *loaded) places() error {
	for _, r := range l.rows["workspace"] {
		l.desk.Workspaces = append(l.desk.Workspaces, roster.Workspace{ID: deskpolicy.WorkspaceID(r.a), Name: r.b, Open: r.c != ""})
	}
	slices.SortFunc(l.desk.Workspaces, func(a, b roster.Workspace) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range l.rows["group"] {
		l.desk.Groups = append(l.desk.Groups, roster.Group{ID: deskpolicy.GroupID(r.a), Name: r.b})
	}
	slices.SortFunc(l.desk.Groups, func(a, b roster.Group) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

func (l *loaded) people() error {
	bindings, err := l.bindings("binding")
	if err != nil {
		return err
	}
	groups, err := l.memberships()
	if err != nil {
		return err
	}
	users, err := l.crmUsers()
	if err != nil {
		return err
	}
	for _, r := range l.rows["person"] {
		id, deactivated := deskpolicy.AgentID(r.a), r.d != ""
		var subject deskpolicy.Subject = &deskpolicy.Agent{ID: id, Account: l.desk.Account, Now: l.now}
		if r.c == "shared_agent" {
			subject = &deskpolicy.SharedAgent{ID: id, Account: l.desk.Account, Now: l.now, CRM: users[r.e]}
		}
		person := roster.Person{ID: id, Name: r.b, Subject: subject}
		l.desk.People = append(l.desk.People, person.With(bindings[r.a], groups[r.a], deactivated))
	}
	slices.SortFunc(l.desk.People, func(a, b roster.Person) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// bindings returns who holds what, by the rows of the part.
func (l *loaded) bindings(part string) (map[string][]deskpolicy.Binding, error) {
	bindings := make(map[string][]deskpolicy.Binding)
	for _, r := range l.rows[part] {
		role, err := l.desk.Roles.Role(r.b)
		if err != nil { // held, but no longer offered
			role, err = deskpolicy.BuiltInRole(r.b)
		}
		if err != nil {
			return nil, err
		}
		b := deskpolicy.Binding{Role: role, Workspace: deskpolicy.WorkspaceID(r.c), Group: deskpolicy.GroupID(r.d)}
		if b.Window, err = parseWindow(r.f); err != nil {
			return nil, err
		}
		if err := b.TicketScope.UnmarshalText([]byte(r.e)); err != nil {
			return nil, err
		}
		bindings[r.a] = append(bindings[r.a], b)
	}
	for _, held := range bindings {
		slices.SortFunc(held, func(a, b deskpolicy.Binding) int { return strings.Compare(a.String(), b.String()) })
	}
	return bindings, nil
}

func (l *loaded) memberships() (map[string]map[deskpolicy.GroupID]deskpolicy.Access, error) {
	groups := make(map[string]map[deskpolicy.GroupID]deskpolicy.Access)
	for _, r := range l.rows["membership"] {
		var access deskpolicy.Access
		if err := access.UnmarshalText([]byte(r.c)); err != nil {
			return nil, err
		}
		if groups[r.a] == nil {
			groups[r.a] = make(map[deskpolicy.GroupID]deskpolicy.Access)
		}
		groups[r.a][deskpolicy.GroupID(r.b)] = access
	}
	return groups, nil
}

func (l *loaded) crmUsers() (map[string]deskpolicy.CRMUser, error) {
	users := make(map[string]deskpolicy.CRMUser)
	for _, r := range l.rows["crm_user"] {
		user := deskpolicy.CRMUser{ID: deskpolicy.CRMUserID(r.a), Deactivated: r.d != ""}
		if r.c != "" {
			user.Territories = []deskpolicy.TerritoryID{deskpolicy.TerritoryID(r.c)}
		}
		if err := user.Sees.UnmarshalText([]byte(r.b)); err != nil {
			return nil, err
		}
		users[r.a] = user
	}
	return users, nil
}

func (l *loaded) grants() error {
	for _, r := range l.rows["grant"] {
		grant, err := deskpolicy.DecodeSupportGrant([]byte(r.b), l.roleOfGrant)
		if err != nil {
			return fmt.Errorf("support grant %q: %w", r.a, err)
		}
		l.desk.Grants = append(l.desk.Grants, grant)
	}
	slices.SortFunc(l.desk.Grants, func(a, b deskpolicy.SupportGrant) int { return cmp.Compare(a.ID(), b.ID()) })
	return nil
}

// roleOfGrant returns the account's own role with the name. One that was deleted since a past grant named
// it permits nothing.
func (l *loaded) roleOfGrant(name string) (deskpolicy.Role, error) {
	role, err := l.desk.Roles.Role(name)
	if err != nil {
		return deskpolicy.NewRole(l.desk.Account.ID, name, deskpolicy.Permissions{}, nil)
	}
	return role, nil
}

// subject returns the subject of the session or the key, or nil if there is none.
func (l *loaded) subject() (deskpolicy.Subject, error) {
	if len(l.rows["session"]) == 0 {
		return nil, nil
	}
	session := l.rows["session"][0]
	switch session.a {
	case "engineer":
		return l.engineer(session), nil
	case "key", "customer key":
		return l.delegate(session), nil
	}
	people := l.desk.People
	if session.a == "customer" {
		people = l.desk.Customers
	}
	if person, found := roster.Find(people, deskpolicy.AgentID(session.b)); found {
		return person.Subject, nil
	}
	return nil, nil
}

func (l *loaded) addCustomers() (err error) {
	l.desk.Customers, err = l.customers()
	return err
}

// engineer returns the session of a support engineer under the support grant, which decides
// whether it is the engineer's and what it gives now.
func (l *loaded) engineer(session row) deskpolicy.Subject {
	grant, found := l.desk.Grant(deskpolicy.SupportGrantID(session.c))
	if !found {
		return nil
	}
	engineer := deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(session.b)}
	for _, named := range grant.Engineers() {
		if named.ID == engineer.ID {
			engineer = named
		}
	}
	return grant.Session(engineer, l.desk.Account, l.now)
}
