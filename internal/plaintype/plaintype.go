// Package plaintype lists the library's plain resource types: structs with only a location
// and an owner. It finds them by the types of their fields, so that code for all plain types
// also handles new ones.
package plaintype

import (
	"reflect"
	"slices"
	"sync"

	"github.com/deskpolicy/deskpolicy"
)

// A Type is a plain resource type.
type Type struct {
	reflect.Type
	Placed  bool // has a workspace
	Grouped bool // has a group
	Owned   bool // has an agent
}

// A Place is the location and the owner of a resource.
type Place struct {
	Account   deskpolicy.AccountID
	Workspace deskpolicy.WorkspaceID
	Group     deskpolicy.GroupID
	Owner     deskpolicy.AgentID
}

// All returns the plain types that the library's actions are on, in the order of the
// actions. It takes them from the examples of Compare between an agent without roles and
// the account administrator, which cover every action.
var All = sync.OnceValue(func() (types []Type) {
	nobody := &deskpolicy.Agent{ID: "a", Account: deskpolicy.Account{ID: "a"}}
	everybody := *nobody
	everybody.Bindings = []deskpolicy.Binding{{
		Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal,
	}}
	examples := make(map[deskpolicy.ActionID]deskpolicy.Resource)
	for gained := range deskpolicy.Compare(nobody, &everybody).Gained() {
		examples[gained.Permission.Action] = gained.Allowed.Resource
	}
	for id := range deskpolicy.Actions() {
		if t, plain := of(reflect.TypeOf(examples[id])); plain && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
})

var (
	account   = reflect.TypeFor[deskpolicy.AccountID]()
	workspace = reflect.TypeFor[deskpolicy.WorkspaceID]()
	group     = reflect.TypeFor[deskpolicy.GroupID]()
	agent     = reflect.TypeFor[deskpolicy.AgentID]()
)

// of returns the description of the type, and reports whether it is plain.
func of(resources reflect.Type) (t Type, plain bool) {
	t.Type = resources
	for i := range t.NumField() {
		switch t.Field(i).Type {
		case account:
		case workspace:
			t.Placed = true
		case group:
			t.Grouped = true
		case agent:
			t.Owned = true
		default:
			return t, false
		}
	}
	return t, true
}

// New returns a pointer to a resource of the type, with the fields of the place that it has.
func (t Type) New(at Place) deskpolicy.Resource {
	pointer := reflect.New(t.Type)
	fill(pointer.Elem(), at)
	return pointer.Interface().(deskpolicy.Resource)
}

// New returns a resource of a plain type, with the fields of the place that it has.
func New[R deskpolicy.Resource](at Place) *R {
	resource := new(R)
	fill(reflect.ValueOf(resource).Elem(), at)
	return resource
}

func fill(resource reflect.Value, at Place) {
	for i := range resource.NumField() {
		switch field := resource.Field(i); field.Type() {
		case account:
			field.SetString(string(at.Account))
		case workspace:
			field.SetString(string(at.Workspace))
		case group:
			field.SetString(string(at.Group))
		case agent:
			field.SetString(string(at.Owner))
		default:
			panic(resource.Type().String() + " is not a plain type: it has a field that Place lacks")
		}
	}
}
