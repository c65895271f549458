package corpus

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A Builder makes the library's values from a world, each one once.
type Builder struct {
	world    *World
	again    bool // roles and grants are written to JSON and read back
	roles    map[string]deskpolicy.Role
	grants   map[string]deskpolicy.SupportGrant
	subjects map[string]deskpolicy.Subject
}

// NewBuilder returns a builder for the world. If again is true, it writes roles and support
// grants to JSON and reads them back.
func NewBuilder(world *World, again bool) *Builder {
	return &Builder{world, again, make(map[string]deskpolicy.Role), make(map[string]deskpolicy.SupportGrant), make(map[string]deskpolicy.Subject)}
}

// Build returns the question of a request.
func (b *Builder) Build(r *Request) (worlds.Question, error) {
	var q worlds.Question
	var err error
	if q.Action, err = actionID(r.Action); err != nil {
		return q, err
	}
	if q.Subject, err = b.subject(r.Subject, r.Instant); err != nil {
		return q, err
	}
	q.Resource, err = b.resource(b.world.Resources[r.Resource])
	return q, err
}

// actionID returns the ID of an action of the library or a host; "number 511" is the ID 511,
// which is not an action.
func actionID(name string) (deskpolicy.ActionID, error) {
	var n uint16
	if _, err := fmt.Sscanf(name, "number %d", &n); err == nil {
		return deskpolicy.ActionID(n), nil
	}
	return worlds.HostVocabulary.ParseAction(name)
}

// role returns the role, or the zero Role for "".
func (b *Builder) role(key string) (deskpolicy.Role, error) {
	role, built := b.roles[key]
	if key == "" || built {
		return role, nil
	}
	m := b.world.Roles[key]
	permissions, err := parsePermissions(m.Permissions)
	if err != nil {
		return role, err
	}
	if m.Account == "" {
		role, err = deskpolicy.BuiltInRole(m.Name)
	} else if role, err = deskpolicy.NewRole(deskpolicy.AccountID(m.Account), m.Name, permissions, nil); err == nil && b.again {
		role, err = reread(role)
	}
	b.roles[key] = role
	return role, err
}

// reread writes a custom role to JSON and returns the role that is read back.
func reread(role deskpolicy.Role) (deskpolicy.Role, error) {
	set, err := deskpolicy.NewRoleSet(role.Account(), role)
	if err != nil {
		return role, err
	}
	data, err := set.Encode(worlds.HostVocabulary)
	if err != nil {
		return role, err
	}
	if set, err = deskpolicy.DecodeRoles(data, worlds.HostVocabulary); err != nil {
		return role, err
	}
	return set.Role(role.Name())
}

// grant returns the support grant, or the zero SupportGrant for "".
func (b *Builder) grant(key string) (deskpolicy.SupportGrant, error) {
	grant, built := b.grants[key]
	if key == "" || built {
		return grant, nil
	}
	data, err := json.Marshal(b.world.Grants[key])
	if err != nil {
		return grant, err
	}
	if grant, err = deskpolicy.DecodeSupportGrant(data, b.role); err == nil && b.again {
		grant, err = b.rereadGrant(grant)
	}
	b.grants[key] = grant
	return grant, err
}

// rereadGrant writes a support grant to JSON and returns the grant that is read back.
func (b *Builder) rereadGrant(grant deskpolicy.SupportGrant) (deskpolicy.SupportGrant, error) {
	byName := make(map[string]deskpolicy.Role)
	for _, role := range grant.Roles() {
		byName[role.Name()] = role
	}
	for _, roles := range grant.Workspaces() {
		for _, role := range roles {
			if known, taken := byName[role.Name()]; taken && known != role {
				return grant, fmt.Errorf("grant %q has two roles with the name %q", grant.ID(), role)
			}
			byName[role.Name()] = role
		}
	}
	data, err := json.Marshal(grant)
	if err != nil {
		return grant, err
	}
	return deskpolicy.DecodeSupportGrant(data, func(name string) (deskpolicy.Role, error) { return byName[name], nil })
}

// subject returns the subject, or nil for "". Each instant has its own support session.
func (b *Builder) subject(key, instant string) (deskpolicy.Subject, error) {
	if subject, built := b.subjects[key+instant]; key == "" || built {
		return subject, nil
	}
	m := b.world.Subjects[key]
	build := b.newSubject
	if m.Kind == "delegate" {
		build = b.delegate
	}
	subject, err := build(m, instant)
	b.subjects[key+instant] = subject
	return subject, err
}

func (b *Builder) newSubject(m *Subject, instant string) (deskpolicy.Subject, error) {
	account, err := b.account(m.Account)
	if err != nil {
		return nil, err
	}
	bindings, err := b.bindings(m.Bindings)
	if err != nil {
		return nil, err
	}
	groups, err := accesses[deskpolicy.GroupID](m.Groups)
	if err != nil {
		return nil, err
	}
	user, err := user(m.CRM)
	if err != nil {
		return nil, err
	}
	now, err := instantOf(m.Now)
	if err != nil {
		return nil, err
	}
	switch id := deskpolicy.AgentID(m.ID); m.Kind {
	case "agent":
		return &deskpolicy.Agent{ID: id, Account: account, Deactivated: m.Deactivated, Now: now, Bindings: bindings, Groups: groups, Contact: deskpolicy.ContactID(m.Contact), Company: deskpolicy.CompanyID(m.Company)}, nil
	case "shared_agent":
		return &deskpolicy.SharedAgent{ID: id, Account: account, Deactivated: m.Deactivated, Now: now, Bindings: bindings, Groups: groups, CRM: user}, nil
	case "customer":
		return &deskpolicy.Customer{ID: deskpolicy.ContactID(m.ID), Account: account, Deactivated: m.Deactivated, Now: now, Bindings: bindings, Company: deskpolicy.CompanyID(m.Company)}, nil
	case "crm_user":
		return &deskpolicy.CRMOnlyUser{Account: account, CRM: user}, nil
	default:
		grant, err := b.grant(m.Grant)
		if err != nil {
			return nil, err
		}
		now, err := time.Parse(time.RFC3339Nano, instant)
		return grant.Session(deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(m.ID)}, account, now), err
	}
}

// delegate returns the delegate of a principal, which is another subject.
func (b *Builder) delegate(m *Subject, instant string) (deskpolicy.Subject, error) {
	principal, err := b.subject(m.Principal, instant)
	d := &deskpolicy.Delegate{Principal: principal, Actor: deskpolicy.Actor{Kind: actorKinds[m.Actor.Kind], ID: m.Actor.ID}}
	for _, l := range m.Limits {
		permissions, permissionsErr := parsePermissions(l.Permissions)
		window, windowErr := windowOf(l.Window)
		err = errors.Join(err, permissionsErr, windowErr)
		d.Limits = append(d.Limits, deskpolicy.Limit{Permissions: permissions, Workspaces: ids[deskpolicy.WorkspaceID](l.Workspaces), Window: window})
	}
	return d, err
}

// actorKinds are the kinds of actors by name.
var actorKinds = map[string]deskpolicy.ActorKind{
	"key": deskpolicy.ActorKey, "integration": deskpolicy.ActorIntegration, "ai": deskpolicy.ActorAI, "person": deskpolicy.ActorPerson,
}

// parsePermissions returns the permissions with these texts.
func parsePermissions(texts []string) (deskpolicy.Permissions, error) {
	var permissions []deskpolicy.Permission
	for _, text := range texts {
		p, err := worlds.HostVocabulary.ParsePermission(text)
		if err != nil {
			return deskpolicy.Permissions{}, err
		}
		permissions = append(permissions, p)
	}
	return deskpolicy.NewPermissions(permissions...), nil
}

// windowOf returns the window with the text; the zero Window for "".
func windowOf(text string) (window deskpolicy.Window, err error) {
	if text != "" {
		err = window.UnmarshalText([]byte(text))
	}
	return window, err
}

func (b *Builder) account(key string) (account deskpolicy.Account, err error) {
	m := b.world.Accounts[key]
	account = deskpolicy.Account{ID: deskpolicy.AccountID(m.ID), Integrated: m.Integrated, OpenWorkspaces: ids[deskpolicy.WorkspaceID](m.Workspaces), Administrators: ids[deskpolicy.AgentID](m.Administrators)}
	if m.Authors {
		account.RoleAuthors = deskpolicy.AuthorsByPermission
	}
	for _, name := range m.Features {
		var feature deskpolicy.Features
		err = errors.Join(err, feature.UnmarshalText([]byte(name)))
		account.Plan.Features |= feature
	}
	return account, err
}

func (b *Builder) bindings(ms []Binding) (bindings []deskpolicy.Binding, err error) {
	for _, m := range ms {
		binding, bindingErr := b.binding(m)
		bindings, err = append(bindings, binding), errors.Join(err, bindingErr)
	}
	return bindings, err
}

func (b *Builder) binding(m Binding) (deskpolicy.Binding, error) {
	role, err := b.role(m.Role)
	scope, scopeErr := named[deskpolicy.Scope](m.TicketScope)
	window, windowErr := windowOf(m.Window)
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.WorkspaceID(m.Workspace), Group: deskpolicy.GroupID(m.Group), TicketScope: scope, Window: window}, errors.Join(err, scopeErr, windowErr)
}

// instantOf returns the instant; the zero time for "".
func instantOf(text string) (at time.Time, err error) {
	if text != "" {
		at, err = time.Parse(time.RFC3339Nano, text)
	}
	return at, err
}

// named returns the value with that name: zero for "", and an undefined number for "unknown".
func named[T ~uint8 | ~uint16, P interface {
	*T
	encoding.TextUnmarshaler
}](name string) (value T, err error) {
	switch name {
	case "":
		return 0, nil
	case "unknown":
		return ^value, nil
	}
	err = P(&value).UnmarshalText([]byte(name))
	return value, err
}

func accesses[ID ~string](m map[string]string) (byID map[ID]deskpolicy.Access, err error) {
	byID = make(map[ID]deskpolicy.Access)
	for id, name := range m {
		a, accessErr := named[deskpolicy.Access](name)
		byID[ID(id)], err = a, errors.Join(err, accessErr)
	}
	return byID, err
}

func ids[ID ~string](texts []string) (ids []ID) {
	for _, text := range texts {
		ids = append(ids, ID(text))
	}
	return ids
}

// longest is the longest time, in seconds, that a [time.Duration] can have.
const longest = int(math.MaxInt64 / time.Second)

func user(m *User) (user deskpolicy.CRMUser, err error) {
	if m == nil {
		return user, nil
	}
	user = deskpolicy.CRMUser{ID: deskpolicy.CRMUserID(m.ID), Deactivated: m.Deactivated, Territories: ids[deskpolicy.TerritoryID](m.Territories)}
	if m.Parents != nil {
		user.Hierarchy = make(map[deskpolicy.TerritoryID]deskpolicy.TerritoryID)
	}
	for territory, parent := range m.Parents {
		user.Hierarchy[deskpolicy.TerritoryID(territory)] = deskpolicy.TerritoryID(parent)
	}
	var asOfErr, seesErr, contactsErr, companiesErr error
	user.Visibility.AsOf, asOfErr = instantOf(m.AsOf)
	user.Visibility.MaxAge = time.Duration(min(m.MaxAge, longest)) * time.Second
	user.Sees, seesErr = named[deskpolicy.CRMRecords](m.Sees)
	user.Visibility.Contacts, contactsErr = accesses[deskpolicy.ContactID](m.Contacts)
	user.Visibility.Companies, companiesErr = accesses[deskpolicy.CompanyID](m.Companies)
	return user, errors.Join(asOfErr, seesErr, contactsErr, companiesErr)
}
