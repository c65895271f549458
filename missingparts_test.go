package deskpolicy_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// mayBeMissing are the fields of an agent who is changed, and of the change, whose zero value is
// allowed, with what it means. Every other field that a host could not load denies (A71).
var mayBeMissing = map[string]string{
	".Deactivated": "the agent is active", ".Now": "the subject's instant counts", ".Contact": "the agent is no contact", ".Company": "the agent is of no company",
	".Account.Plan": "the subject's account decides", ".Account.Integrated": "the subject's account decides", ".Account.RoleAuthors": "the subject's account decides",
	".Account.OpenWorkspaces": "the subject's account decides", ".Account.Administrators": "the subject's account decides",
	".Now unreadable": "the subject's instant counts", ".Account.RoleAuthors unreadable": "the subject's account decides",
	".CRM": "a shared agent counts as one who sees every record", ".Bindings": "the agent holds nothing", ".Groups": "the agent is in no group",
	".Bindings[0].Group": "held whatever the group, which is most", ".Bindings[0].TicketScope": "reaches no tickets", ".Bindings[0].Window": "always, which is longest",
	".Groups[billing]": "not a member", ".Groups[sales]": "not a member", ".Access": "to remove the agent",
	".Binding.Group": "held whatever the group, which is most", ".Binding.TicketScope": "reaches no tickets", ".Binding.Window": "always, which is longest",
	"agent.create.ID": "the host gives it", ".Was": "the role is new", ".Will": "the role goes", ".Owner": "nobody's",
	".From.Owner": "nobody's", ".From.Company": "of no company", ".From.CRM": "not in the CRM", ".Into.Owner": "nobody's", ".Into.Company": "of no company", ".Into.CRM": "not in the CRM",
}

// A missingCase is a change of people that is allowed.
type missingCase struct {
	name string
	make func() any // a pointer to the resource
	ask  func(any) Decision
}

func missingIn[R Resource](action Action[R], build func() R) missingCase {
	ask := func(resource any) Decision { return Authorize(missingBoss(), action, resource.(*R)) }
	return missingCase{action.String(), func() any { r := build(); return &r }, ask}
}

// resetPassword is a host's action that changes access.
const resetPassword Action[Contact] = FirstHostInAllClasses

// missingBoss returns an account administrator who is a contact, and may do a host's action too.
func missingBoss() *Agent {
	v, err := NewVocabulary(NewHostAction(resetPassword, "contact.password.reset"))
	if err != nil {
		panic(err)
	}
	role, err := NewRole("acme", "Support of the portal", NewPermissions(resetPassword.At(ScopeGlobal)), v)
	if err != nil {
		panic(err)
	}
	boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}, Binding{Role: role, Workspace: Everywhere})
	boss.Contact, boss.Now, boss.Account.Administrators = "c-boss", day(4), []AgentID{"riya", "olga"}
	return boss
}

func missingCases(t *testing.T) (cases []missingCase) {
	account := acme
	account.OpenWorkspaces = slices.Clone(acme.OpenWorkspaces) // which a test removes
	account.RoleAuthors, account.Administrators = AuthorsByPermission, []AgentID{"riya"}
	held := func(role Role) []Binding {
		return []Binding{during(1, 9, Binding{Role: role, Workspace: "it", Group: "billing", TicketScope: ScopeGlobal})}
	}
	agent := func() Agent {
		return Agent{
			ID: "bob", Account: account, Deactivated: true, Now: day(4), Bindings: held(AgentRole.Role()),
			Groups: map[GroupID]Access{"billing": Edit}, Contact: "c-bob", Company: "m-bob",
		}
	}
	shared := func() SharedAgent {
		return SharedAgent{
			ID: "sam", Account: account, Deactivated: true, Now: day(4), CRM: sam().CRM, Bindings: held(SharedAgentRole.Role()),
			Groups: map[GroupID]Access{"billing": Edit},
		}
	}
	for _, action := range []Action[Agent]{AgentCreate, AgentEdit, AgentDeactivate, AgentDelete, AgentImpersonate, AgentKeyManage} {
		cases = append(cases, missingIn(action, agent))
	}
	for _, action := range []Action[SharedAgent]{SharedAgentEdit, SharedAgentDelete, SharedAgentKeyManage} {
		cases = append(cases, missingIn(action, shared))
	}
	for _, action := range []Action[RoleAssignment]{AgentRoleAssign, AgentRoleRemove, AgentScopeEdit} {
		cases = append(cases, missingIn(action, func() RoleAssignment { a := agent(); return RoleAssignment{&a, a.Bindings[0]} }))
		cases = append(cases, missingIn(action, func() RoleAssignment { a := shared(); return RoleAssignment{&a, a.Bindings[0]} }))
	}
	cases = append(cases, missingIn(AgentGroupAssign, func() GroupMembership { a := agent(); return inGroup(&a, "sales", View) }))
	contact := func() Contact {
		return Contact{ID: "1", Account: "acme", Owner: "bob", Company: "m", CRM: customer("emea").CRM}
	}
	for _, action := range []Action[Contact]{ContactImpersonate, ContactKeyManage, resetPassword} {
		cases = append(cases, missingIn(action, contact))
	}
	cases = append(cases, missingIn(ContactMerge, func() ContactPair { other := contact(); other.ID = "2"; return ContactPair{contact(), other} }))
	type form struct{ Before, After Agent }
	cases = append(cases, missingCase{"a form", func() any { a := agent(); b := agent(); b.Groups["sales"] = View; return &form{a, b} }, func(f any) Decision {
		d, _ := AuthorizeAgentChange(missingBoss(), &f.(*form).Before, &f.(*form).After)
		return d
	}})
	type roleForm struct{ Was, Will Role }
	cases = append(cases, missingCase{"a role form", func() any { return &roleForm{newRole(t, "R"), newRole(t, "R")} }, func(f any) Decision {
		return AuthorizeRoleChange(missingBoss(), RoleChange{"R", f.(*roleForm).Was, f.(*roleForm).Will})
	}})
	type holderForm struct {
		Was, Will Role
		Holder    *Agent
	}
	cases = append(cases, missingCase{"a role form with a holder", func() any {
		was, holder := newRole(t, "R"), agent()
		holder.Bindings = held(was)
		return &holderForm{was, roleNamed(t, "R", TicketReply.At(ScopeGlobal)), &holder}
	}, func(f any) Decision {
		form := f.(*holderForm)
		return AuthorizeRoleChange(missingBoss(), RoleChange{"R", form.Was, form.Will}, form.Holder)
	}})
	return cases
}

// unreadable has, by type, a value that a host has in place of one that it could not read.
var unreadable = map[reflect.Type]any{
	reflect.TypeFor[Window]():      NewWindow(time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)),
	reflect.TypeFor[Access]():      Edit + 1,
	reflect.TypeFor[Scope]():       ScopeGlobal << 1,
	reflect.TypeFor[RoleAuthors](): AuthorsByPermission + 1,
	reflect.TypeFor[Features]():    Features(1 << 15),
	reflect.TypeFor[CRMRecords]():  AllRecords + 1,
	reflect.TypeFor[time.Time]():   time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
}

// eachPart calls visit with each part of the value that can be missing or unreadable, by its path,
// and a function that removes it or makes it unreadable.
func eachPart(path string, v reflect.Value, visit func(path string, remove func())) {
	if path != "" && v.CanSet() && !v.IsZero() {
		visit(path, v.SetZero)
	}
	if !v.IsValid() {
		return
	}
	if bad, ok := unreadable[v.Type()]; ok && v.CanSet() {
		visit(path+" unreadable", func() { v.Set(reflect.ValueOf(bad)) })
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		eachPart(path, v.Elem(), visit)
	case reflect.Slice:
		for i := range v.Len() {
			eachPart(fmt.Sprintf("%s[%d]", path, i), v.Index(i), visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := v.MapIndex(key)
			visit(fmt.Sprintf("%s[%v]", path, key), func() { v.SetMapIndex(key, reflect.Zero(value.Type())) })
			if bad, ok := unreadable[value.Type()]; ok {
				visit(fmt.Sprintf("%s[%v] unreadable", path, key), func() { v.SetMapIndex(key, reflect.ValueOf(bad)) })
			}
			visit(fmt.Sprintf("%s key %v", path, key), func() { v.SetMapIndex(key, reflect.Value{}); v.SetMapIndex(reflect.Zero(key.Type()), value) })
			visit(fmt.Sprintf("%s key %v and value", path, key), func() {
				v.SetMapIndex(key, reflect.Value{})
				v.SetMapIndex(reflect.Zero(key.Type()), reflect.Zero(value.Type()))
			})
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type() != reflect.TypeFor[time.Time]() {
				eachPart(path+"."+v.Type().Field(i).Name, v.Field(i), visit)
			}
		}
	}
}

// What is missing of an agent who is changed, or of the change, allows nothing that is not allowed with it, unless the
// table says what it means. What could not be loaded might be more than anybody has.
func TestMissingPartsDeny(t *testing.T) {
	used := map[string]bool{}
	for _, c := range missingCases(t) {
		require.True(t, c.ask(c.make()).Allowed(), "%s: %v", c.name, c.ask(c.make()))
		var paths []string
		eachPart("", reflect.ValueOf(c.make()), func(path string, _ func()) { paths = append(paths, path) })
		require.NotEmpty(t, paths)
		for _, path := range paths {
			resource := c.make()
			eachPart("", reflect.ValueOf(resource), func(other string, remove func()) {
				if other == path {
					remove()
				}
			})
			allowed, known := c.ask(resource).Allowed(), ""
			part := path
			for _, of := range []string{".Holder", ".Member", ".Before", ".After"} {
				part = strings.TrimPrefix(part, of)
			}
			for missing := range mayBeMissing {
				whole := missing == ".Bindings" || missing == ".Groups" // their elements have entries of their own
				below := !whole && (strings.HasPrefix(part, missing+".") || strings.HasPrefix(part, missing+"["))
				if part == missing || path == missing || c.name+path == missing || below {
					known = missing
				}
			}
			if known == "" {
				assert.False(t, allowed, "%s without %s", c.name, path)
			}
			used[known] = used[known] || allowed
		}
	}
	for missing := range mayBeMissing {
		assert.True(t, used[missing], "%s is denied wherever it is missing: remove it from the table", missing)
	}
}

// A lead can change an agent who has no more than the lead, also by what is known to give nothing, but
// not one with a window that could not be read, which might be always (A71).
func TestUnreadableWindows(t *testing.T) {
	lead := riya(Binding{Role: custom(t, AgentKeyManage.At(ScopeGlobal), AgentEdit.At(ScopeGlobal)).Role, Workspace: Everywhere})
	lead.Now = day(4)
	boss := wide(AdministratorRole.Role(), ScopeGlobal)
	endless := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	var failed Window
	require.Error(t, failed.UnmarshalText([]byte("2026-11-21/soon")))
	for _, c := range []struct {
		window Window
		want   Reason
	}{
		{Window{}, BeyondAuthority}, {NewWindow(day(6), day(9)), BeyondAuthority},
		{NewWindow(day(9), day(6)), AllowedAll}, {NewWindow(day(6), day(6)), AllowedAll}, {NewWindow(day(1), day(3)), AllowedAll},
		{NewWindow(time.Time{}, endless), WrongResource}, {NewWindow(endless, time.Time{}), WrongResource}, {NewWindow(day(1), endless), WrongResource},
		{NewWindow(time.Time{}, time.Unix(0, 0)), WrongResource}, {failed, WrongResource},
	} {
		boss.Window = c.window
		check(t, lead, AgentKeyManage, *bob(boss), c.want)
		check(t, lead, AgentEdit, *bob(boss), c.want)
		_, refused := AuthorizeAgentChange(missingBoss(), bob(), bob(boss))
		assert.Equal(t, Request{}, refused)
		d, _ := AuthorizeAgentChange(missingBoss(), bob(boss), bob())
		assert.Equal(t, c.want != WrongResource, d.Allowed(), "%v", c.window)
	}
}

// Lists, reviews and buttons agree that nothing gives access as a contact without an ID (A73).
func TestContactsWithoutID(t *testing.T) {
	boss, known := missingBoss(), Contact{ID: "c-1", Account: "acme"}
	unknown := Contact{Account: "acme"}
	for action, d := range ActionsOn(boss, &unknown, nil) {
		gives := action == ContactKeyManage || action == ContactImpersonate
		assert.Equal(t, gives, d.Reason == WrongResource, "%v", action)
		filter := FilterFor(boss, action)
		assert.True(t, filter.Match(&known))
		assert.Equal(t, !gives, filter.Match(&unknown), "%v", action)
		assert.Len(t, WhoCan(action, &known, boss), 1)
		assert.Equal(t, gives, len(WhoCan(action, &unknown, boss)) == 0, "%v", action)
	}
	assert.False(t, FilterFor(boss, resetPassword).Match(&unknown))
	check(t, boss, ContactMerge, ContactPair{known, Contact{ID: "c-2", Account: "acme"}}, AllowedAll)
}
