package change

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// An oracle is a desk in memory. It shares no code with Maker and the store: only the policy is
// the same.
type oracle struct {
	account deskpolicy.AccountID
	roles   map[string]deskpolicy.Permissions
	people  map[string]*member   // customers as "customer " and their contact's ID
	grants  map[string]string    // as JSON, which has the roles by name
	keys    map[string]oracleKey // by name
	now     time.Time
}

// An oracleKey is an API key that was made and not revoked. Its person is a key of the oracle's people.
type oracleKey struct {
	person, workspace string
	permissions       deskpolicy.Permissions
	made, end         time.Time
}

// A member is a person, or a customer of a company. Each binding is its role, workspace, group, scope
// and window, which is two days with a slash between them, or "".
type member struct {
	shared, customer, gone bool
	company                string
	bindings               map[[5]string]bool
	groups                 map[string]deskpolicy.Access
}

// contactIn is the contact with the name of a customer in a step, which starts with "customer ".
func contactIn(name string) (deskpolicy.ContactID, bool) {
	id, isCustomer := strings.CutPrefix(name, "customer ")
	return deskpolicy.ContactID(id), isCustomer
}

// The outcomes of a step.
const (
	done    = "done"
	denied  = "denied"
	refused = "refused"
)

func (o *oracle) role(name string) (deskpolicy.Role, bool) {
	if p, found := o.roles[name]; found {
		role, err := deskpolicy.NewRole(o.account, name, p, nil)
		return role, err == nil
	}
	role, err := deskpolicy.BuiltInRole(name)
	return role, err == nil
}

// by returns who makes a step: a person, a key, or nobody.
func (o *oracle) by(actor string) deskpolicy.Subject {
	name, isKey := strings.CutPrefix(actor, "key ")
	if !isKey {
		return o.subject(actor)
	}
	key, found := o.keys[name]
	if !found {
		return nil
	}
	return &deskpolicy.Delegate{Principal: o.subject(key.person), Actor: deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: name}, Limits: []deskpolicy.Limit{{
		Permissions: key.permissions, Workspaces: []deskpolicy.WorkspaceID{deskpolicy.WorkspaceID(key.workspace)}, Window: deskpolicy.NewWindow(key.made, key.end),
	}}}
}

// subject returns the person as a subject, with the account as it is now.
func (o *oracle) subject(id string) deskpolicy.Subject {
	m, found := o.people[id]
	if !found {
		return nil
	}
	var bindings []deskpolicy.Binding
	for b := range m.bindings {
		bindings = append(bindings, o.binding(b))
	}
	groups := make(map[deskpolicy.GroupID]deskpolicy.Access)
	for group, access := range m.groups {
		groups[deskpolicy.GroupID(group)] = access
	}
	if m.customer {
		contact := o.contact(id)
		return &deskpolicy.Customer{ID: contact.ID, Account: o.facts(), Company: contact.Company, Deactivated: m.gone, Now: o.now, Bindings: bindings}
	}
	if m.shared {
		return &deskpolicy.SharedAgent{ID: deskpolicy.AgentID(id), Account: o.facts(), Deactivated: m.gone, Now: o.now, CRM: deskpolicy.CRMUser{ID: "crm", Sees: deskpolicy.OwnRecords}, Bindings: bindings, Groups: groups}
	}
	return &deskpolicy.Agent{ID: deskpolicy.AgentID(id), Account: o.facts(), Deactivated: m.gone, Now: o.now, Bindings: bindings, Groups: groups}
}

// contact returns the record of the customer.
func (o *oracle) contact(name string) *deskpolicy.Contact {
	id, _ := contactIn(name)
	return &deskpolicy.Contact{ID: id, Account: o.account, Company: deskpolicy.CompanyID(o.people[name].company)}
}

func (o *oracle) binding(b [5]string) deskpolicy.Binding {
	role, _ := o.role(b[0])
	var scope deskpolicy.Scope
	if err := scope.UnmarshalText([]byte(b[3])); err != nil {
		panic(err)
	}
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.WorkspaceID(b[1]), Group: deskpolicy.GroupID(b[2]), TicketScope: scope, Window: windowOf(b[4])}
}

func windowOf(text string) deskpolicy.Window {
	start, end := daysOf(text)
	return deskpolicy.NewWindow(start, end)
}

// daysOf returns the start and the end of a window; zero for what is open.
func daysOf(text string) (start, end time.Time) {
	from, until, _ := strings.Cut(text, "/")
	start, _ = time.Parse(time.DateOnly, from)
	end, _ = time.Parse(time.DateOnly, until)
	return start, end
}

func (o *oracle) facts() deskpolicy.Account {
	a := deskpolicy.Account{ID: o.account, Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true, OpenWorkspaces: []deskpolicy.WorkspaceID{"it"}}
	for id, m := range o.people {
		for b := range m.bindings {
			if b[0] == "Account Administrator" && (b[1] == "*" || b[1] == "**" || b[1] == "*open*") && b[2] == "" && b[4] == "" && !m.gone && !m.shared && !m.customer {
				a.Administrators = append(a.Administrators, deskpolicy.AgentID(id))
				break
			}
		}
	}
	return a
}

// dump returns the state as text, as dumpDesk does.
func (o *oracle) dump() string {
	var lines []string
	for name, p := range o.roles {
		lines = append(lines, fmt.Sprintf("role %s %v", name, slices.Collect(p.All())))
	}
	for id, m := range o.people {
		var has []string
		for b := range m.bindings {
			has = append(has, strings.Join(b[:], "/"))
		}
		for group, access := range m.groups {
			if access != deskpolicy.NoAccess {
				has = append(has, group+" "+access.String())
			}
		}
		slices.Sort(has)
		if m.customer {
			lines = append(lines, fmt.Sprintf("%s of %q %v %v", id, m.company, m.gone, has))
		} else {
			lines = append(lines, fmt.Sprintf("person %s %v %v %v", id, m.shared, m.gone, has))
		}
	}
	for _, document := range o.grants {
		lines = append(lines, "grant "+document)
	}
	for name, k := range o.keys {
		lines = append(lines, fmt.Sprintf("key %s %s %v in %s, %v to %v", name, k.person, slices.Collect(k.permissions.All()), k.workspace, k.made, k.end))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// day returns the date, or "" for the zero time.
func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}

// dumpDesk returns what the store has as text, with the customers.
func dumpDesk(d *roster.Desk, customers []roster.Person) string {
	var lines []string
	for role := range d.Roles.All() {
		if !role.BuiltIn() {
			lines = append(lines, fmt.Sprintf("role %s %v", role.Name(), slices.Collect(role.Permissions().All())))
		}
	}
	for _, p := range slices.Concat(d.People, customers) {
		var has []string
		for _, b := range p.Bindings() {
			window := ""
			if from, until := b.Window.From(), b.Window.Until(); !from.IsZero() || !until.IsZero() {
				window = day(from) + "/" + day(until)
			}
			has = append(has, strings.Join([]string{b.Role.Name(), string(b.Workspace), string(b.Group), b.TicketScope.String(), window}, "/"))
		}
		for group, access := range p.Groups() {
			has = append(has, string(group)+" "+access.String())
		}
		slices.Sort(has)
		if p.Contact != nil {
			lines = append(lines, fmt.Sprintf("%v of %q %v %v", p.Who(), p.Contact.Company, p.Deactivated(), has))
		} else {
			lines = append(lines, fmt.Sprintf("person %s %v %v %v", p.ID, p.Shared() != nil, p.Deactivated(), has))
		}
	}
	for _, g := range d.Grants {
		document, err := json.Marshal(g)
		if err != nil {
			panic(err)
		}
		lines = append(lines, "grant "+string(document))
	}
	for _, k := range d.Keys {
		w := k.Limit.Window
		lines = append(lines, fmt.Sprintf("key %s %v %v in %s, %v to %v", k.Name, k.Who, slices.Collect(k.Limit.Permissions.All()), k.Limit.Workspaces[0], w.From(), w.Until()))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// A step is a change that somebody tries to make.
type step struct {
	kind, actor, person, role, workspace, group, scope, to string
	window, company                                        string
	key                                                    string // the name of one
	end                                                    time.Time
	permissions                                            deskpolicy.Permissions
	access                                                 deskpolicy.Access
	now                                                    time.Time
}

// take takes the step, and returns its outcome.
func (o *oracle) take(s step) string {
	o.now = s.now
	by := o.by(s.actor)
	if s.kind == "ask" {
		return answersTo(by, o.account)
	}
	if by == nil {
		return denied
	}
	switch s.kind {
	case "make key", "revoke key":
		return o.takeOnKey(s, by)
	case "create role", "update role", "delete role":
		return o.takeOnRole(s, by)
	case "give access", "extend access", "revoke access":
		return o.takeOnGrant(s, by)
	}
	if s.kind == "admit" {
		return o.admit(s, by)
	}
	holder, found := o.subject(s.person), o.people[s.person]
	if found == nil {
		return denied
	}
	if found.customer {
		return o.takeOnCustomer(s, by, found)
	}
	switch s.kind {
	case "set company":
		return denied // there is no such customer
	case "activate", "deactivate":
		if !o.mayActivate(by, holder, s.kind == "activate") {
			return denied
		}
		found.gone = s.kind == "deactivate"
		return done
	case "set group":
		membership := deskpolicy.GroupMembership{Member: holder, Group: deskpolicy.AgentGroup{ID: deskpolicy.GroupID(s.group), Account: o.account}, Access: s.access}
		if !deskpolicy.Authorize(by, deskpolicy.AgentGroupAssign, &membership).Allowed() {
			return denied
		}
		if s.group != "billing" && s.group != "sales" {
			return refused
		}
		found.groups[s.group] = s.access
		return done
	}
	return o.takeOnBinding(s, by, holder, found)
}

// admit makes the contact a customer.
func (o *oracle) admit(s step, by deskpolicy.Subject) string {
	id, isContact := contactIn(s.person)
	if m := o.people[s.person]; m != nil && m.customer {
		if !o.edits(by, s.person) {
			return denied
		}
		return refused
	}
	if !isContact || id != "con" || !deskpolicy.Authorize(by, deskpolicy.ContactEdit, &deskpolicy.Contact{ID: id, Account: o.account}).Allowed() {
		return denied
	}
	o.people[s.person] = &member{customer: true}
	return done
}

// edits reports whether the subject may change the customer's record.
func (o *oracle) edits(by deskpolicy.Subject, customer string) bool {
	return deskpolicy.Authorize(by, deskpolicy.ContactEdit, o.contact(customer)).Allowed()
}

func (o *oracle) takeOnCustomer(s step, by deskpolicy.Subject, m *member) string {
	if _, isRole := o.role(s.role); s.kind == "set group" || strings.HasSuffix(s.kind, "role") && !isRole || s.kind == "set scope" && !isRole || !o.edits(by, s.person) {
		return denied
	}
	switch s.kind {
	case "activate", "deactivate":
		m.gone = s.kind == "deactivate"
		return done
	case "set company":
		if s.company == "nothing" {
			return refused
		}
		m.company = s.company
		return done
	}
	if s.kind == "give role" && (s.group != "" || s.window != "") {
		return refused
	}
	return o.changeBinding(s, m)
}

func (o *oracle) mayActivate(by, holder deskpolicy.Subject, active bool) bool {
	switch p := holder.(type) {
	case *deskpolicy.SharedAgent:
		return deskpolicy.Authorize(by, deskpolicy.SharedAgentEdit, p).Allowed()
	case *deskpolicy.Agent:
		if active {
			return deskpolicy.Authorize(by, deskpolicy.AgentEdit, p).Allowed()
		}
		return deskpolicy.Authorize(by, deskpolicy.AgentDeactivate, p).Allowed()
	}
	return false
}

func (o *oracle) takeOnBinding(s step, by, holder deskpolicy.Subject, m *member) string {
	if _, found := o.role(s.role); !found {
		return denied
	}
	key := [5]string{s.role, s.workspace, s.group, s.scope, s.window}
	asked, action := o.binding(key), deskpolicy.AgentRoleAssign
	switch s.kind {
	case "take role":
		action = deskpolicy.AgentRoleRemove
	case "set scope":
		asked, action = o.binding([5]string{s.role, s.workspace, s.group, s.to, s.window}), deskpolicy.AgentScopeEdit
	}
	if !deskpolicy.Authorize(by, action, &deskpolicy.RoleAssignment{Holder: holder, Binding: asked}).Allowed() {
		return denied
	}
	return o.changeBinding(s, m)
}

// changeBinding makes the change, which was allowed, if it makes sense.
func (o *oracle) changeBinding(s step, m *member) string {
	key := [5]string{s.role, s.workspace, s.group, s.scope, s.window}
	changed := make(map[[5]string]bool)
	maps.Copy(changed, m.bindings)
	switch s.kind {
	case "give role":
		start, end := daysOf(s.window)
		over := !end.IsZero() && (!end.After(s.now) || !end.After(start))
		if s.workspace == "mars" || s.group == "mars" || changed[key] || over {
			return refused
		}
		changed[key] = true
	case "take role":
		if !changed[key] {
			return refused
		}
		delete(changed, key)
	case "set scope":
		to := [5]string{s.role, s.workspace, s.group, s.to, s.window}
		if !changed[key] || changed[to] {
			return refused
		}
		delete(changed, key)
		changed[to] = true
	}
	m.bindings = changed
	return done
}

func (o *oracle) takeOnRole(s step, by deskpolicy.Subject) string {
	role, found := o.role(s.role)
	switch s.kind {
	case "create role":
		fresh, err := deskpolicy.NewRole(o.account, s.role, deskpolicy.Permissions{}, nil)
		if err != nil {
			return refused
		}
		if !deskpolicy.Authorize(by, deskpolicy.RoleCreate, &fresh).Allowed() {
			return denied
		}
		if _, err := deskpolicy.NewRole(o.account, s.role, s.permissions, nil); err != nil || found {
			return refused
		}
		o.roles[s.role] = s.permissions
		return done
	case "update role":
		if !found || !deskpolicy.Authorize(by, deskpolicy.RoleUpdate, &role).Allowed() {
			return denied
		}
		o.roles[s.role] = s.permissions
		return done
	}
	if !found || !deskpolicy.Authorize(by, deskpolicy.RoleDelete, &role).Allowed() {
		return denied
	}
	for _, m := range o.people {
		for b := range m.bindings {
			if b[0] == s.role {
				return refused
			}
		}
	}
	for _, document := range o.grants {
		g, err := deskpolicy.DecodeSupportGrant([]byte(document), o.named)
		status := g.Status(s.now)
		if err == nil && strings.Contains(document, fmt.Sprintf("%q", s.role)) && (status == deskpolicy.SupportGrantActive || status == deskpolicy.SupportGrantScheduled) {
			return refused
		}
	}
	delete(o.roles, s.role)
	return done
}

// named returns the role, or one of that name that permits nothing.
func (o *oracle) named(name string) (deskpolicy.Role, error) {
	if role, found := o.role(name); found {
		return role, nil
	}
	return deskpolicy.NewRole(o.account, name, deskpolicy.Permissions{}, nil)
}

func (o *oracle) takeOnGrant(s step, by deskpolicy.Subject) string {
	var changed deskpolicy.SupportGrant
	var err error
	id := "g-" + s.person
	if s.kind == "give access" {
		role, found := o.role(s.role)
		if !found {
			return denied
		}
		if _, found := o.grants[id]; found {
			return refused
		}
		changed, _, err = deskpolicy.NewSupportGrant(by, deskpolicy.SupportGrantTerms{
			ID: deskpolicy.SupportGrantID(id), Roles: []deskpolicy.Role{role}, Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{"it": nil},
			Engineers: []deskpolicy.SupportEngineer{{ID: "eve", Name: "Eve", Email: "eve@vendor.example"}},
		}, s.now)
		if err != nil {
			return o.deniedOr(err, deskpolicy.FilterFor(by, deskpolicy.SupportGrantView).Kind() == deskpolicy.FilterNone)
		}
	} else {
		document, found := o.grants[id]
		if !found {
			return denied
		}
		grant, err := deskpolicy.DecodeSupportGrant([]byte(document), o.named)
		if err != nil {
			panic(err)
		}
		action := deskpolicy.SupportGrantRevoke
		if s.kind == "extend access" { // who may extend it, but not for so long, is told so
			action = deskpolicy.SupportGrantExtend
			changed, _, err = deskpolicy.ExtendSupportGrant(by, grant, s.now.Add(20*24*time.Hour), s.now, nil)
		} else {
			changed, _, err = deskpolicy.RevokeSupportGrant(by, grant, s.now)
		}
		if err != nil {
			return o.deniedOr(err, !deskpolicy.Authorize(by, action, &grant).Allowed())
		}
	}
	document, err := json.Marshal(changed)
	if err != nil {
		panic(err)
	}
	o.grants[id] = string(document)
	return done
}

func (o *oracle) deniedOr(err error, hides bool) string {
	if errors.Is(err, deskpolicy.ErrDenied) && hides {
		return denied
	}
	return refused
}

// managesKeys reports whether the subject may make keys for the person.
func (o *oracle) managesKeys(by deskpolicy.Subject, person string) bool {
	switch p := o.subject(person).(type) {
	case *deskpolicy.Agent:
		return deskpolicy.Authorize(by, deskpolicy.AgentKeyManage, p).Allowed()
	case *deskpolicy.SharedAgent:
		return deskpolicy.Authorize(by, deskpolicy.SharedAgentKeyManage, p).Allowed()
	case *deskpolicy.Customer:
		return deskpolicy.Authorize(by, deskpolicy.ContactKeyManage, o.contact(person)).Allowed()
	}
	return false
}

func (o *oracle) takeOnKey(s step, by deskpolicy.Subject) string {
	person := s.person
	if s.kind == "revoke key" {
		person = o.keys[s.key].person
	}
	switch {
	case !o.managesKeys(by, person):
		return denied
	case s.kind == "revoke key":
		delete(o.keys, s.key)
	case s.workspace == "mars" || s.permissions == deskpolicy.Permissions{} || !s.end.After(s.now):
		return refused
	default:
		o.keys[s.key] = oracleKey{s.person, s.workspace, s.permissions, s.now, s.end}
	}
	return done
}
