package policytest

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// DescribeRequest describes the request, including everything that its subject holds and all
// fields of its resource. A failing property should print it.
func DescribeRequest(r deskpolicy.Request) string {
	d := r.Authorize()
	return fmt.Sprintf("%s\n  %s\n  %s", sentence(r.AuditRecord(d)), describeSubject(r.Subject), describeResource(r.Resource))
}

// who describes the subject of the record, and what acts for it.
func who(r deskpolicy.AuditRecord) string {
	if r.ActorKind != "" {
		kind := r.ActorKind
		r.ActorKind = ""
		return fmt.Sprintf("%s %q for %s", kind, r.Actor, who(r))
	}
	switch r.SubjectKind {
	case "":
		return "nobody"
	case "crm_user":
		return fmt.Sprintf("CRM user %q", r.CRMUser)
	case "support_session":
		return fmt.Sprintf("support engineer %q", r.Engineer)
	}
	return fmt.Sprintf("%s %q", strings.ReplaceAll(r.SubjectKind, "_", " "), r.Subject)
}

// what describes the resource of the record.
func what(r deskpolicy.AuditRecord) string {
	text := cmp.Or(strings.ReplaceAll(r.ResourceKind, "_", " "), "nothing")
	if r.ResourceID != "" {
		text += fmt.Sprintf(" %q", r.ResourceID)
	}
	if r.SecondID != "" {
		text += fmt.Sprintf(" with %q", r.SecondID)
	}
	return text
}

func describeSubject(s deskpolicy.Subject) string {
	switch s := s.(type) {
	case *deskpolicy.Agent:
		if s != nil {
			return fmt.Sprintf("agent %q%s", s.ID, joinParts(labelled("", describeHeld(s.Account, s.Bindings, s.Groups)), describeNow(s.Now, isTimed(s.Bindings)), flagName("deactivated", s.Deactivated)))
		}
	case *deskpolicy.SharedAgent:
		if s != nil {
			return fmt.Sprintf("shared agent %q%s", s.ID, joinParts(
				labelled("", describeHeld(s.Account, s.Bindings, s.Groups)), describeNow(s.Now, isTimed(s.Bindings) || isAnswer(s.CRM.Visibility)), flagName("deactivated", s.Deactivated),
				flagName("not connected to the CRM", !s.Account.Integrated), labelled("CRM user ", describeUser(s.CRM))))
		}
	case *deskpolicy.Customer:
		if s != nil {
			return fmt.Sprintf("customer %q%s", s.ID, joinParts(labelled("", describeHeld(s.Account, s.Bindings, nil)), flagName("deactivated", s.Deactivated), labelled("company ", string(s.Company))))
		}
	case *deskpolicy.CRMOnlyUser:
		if s != nil {
			return "CRM user " + describeUser(s.CRM) + "; " + describeAccount(s.Account)
		}
	case *deskpolicy.SupportSession:
		if s != nil {
			return fmt.Sprintf("support engineer %q at %s under %s", s.Engineer().ID, instant(s.Now()), describeGrant(s.Grant()))
		}
	case *deskpolicy.Delegate:
		if s != nil {
			return describeDelegate(s)
		}
	}
	return "nobody"
}

// isTimed reports whether any of the roles has a window.
func isTimed(bindings []deskpolicy.Binding) bool {
	return slices.ContainsFunc(bindings, func(b deskpolicy.Binding) bool { return b.Window != deskpolicy.Window{} })
}

// isAnswer reports whether the CRM has answered with IDs.
func isAnswer(v deskpolicy.CRMVisibility) bool { return len(v.Contacts)+len(v.Companies) > 0 }

// describeNow describes when the subject asks, if time matters for it.
func describeNow(at time.Time, timed bool) string {
	switch {
	case !timed:
		return ""
	case at.IsZero():
		return "at no instant"
	}
	return "at " + instant(at)
}

func describeHeld(account deskpolicy.Account, bindings []deskpolicy.Binding, groups map[deskpolicy.GroupID]deskpolicy.Access) string {
	parts := []string{describeAccount(account)}
	for _, b := range bindings {
		parts = append(parts, describeBinding(b))
		if b.Workspace == deskpolicy.OpenWorkspaces && len(account.OpenWorkspaces) > 0 {
			parts = append(parts, fmt.Sprintf("open workspaces %q", account.OpenWorkspaces))
		}
		if b.Role == deskpolicy.AccountAdministratorRole.Role() {
			parts = append(parts, fmt.Sprintf("administrators %q", account.Administrators))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		parts = append(parts, fmt.Sprintf("group %q: %v", id, groups[id]))
	}
	return strings.Join(parts, "; ")
}

// describeAccount describes only the parts of an account that most decisions depend on.
func describeAccount(a deskpolicy.Account) string {
	text := fmt.Sprintf("of account %q", a.ID)
	switch missing := deskpolicy.AllFeatures &^ a.Plan.Features; missing {
	case 0:
	case deskpolicy.AllFeatures:
		text += " without features"
	default:
		text += fmt.Sprintf(" without %v", missing)
	}
	if a.RoleAuthors == deskpolicy.AuthorsByPermission {
		text += " with role authors by permission"
	}
	return text
}

func describeBinding(b deskpolicy.Binding) string { return "role " + b.String() }

func describeUser(u deskpolicy.CRMUser) string {
	return fmt.Sprintf("%q%s", u.ID, joinParts(
		flagName("deactivated", u.Deactivated), fmt.Sprintf("sees %v", u.Sees), list("territories", u.Territories),
		labelled("hierarchy ", accesses(u.Hierarchy)), describeVisible(u.Visibility)))
}

func describeVisible(v deskpolicy.CRMVisibility) string {
	if !isAnswer(v) {
		return ""
	}
	return fmt.Sprintf("answered at %s, which counts for %v:", instant(v.AsOf), v.MaxAge) +
		labelled(" contacts ", accesses(v.Contacts)) + labelled(" companies ", accesses(v.Companies))
}

func describeGrant(g deskpolicy.SupportGrant) string {
	text := fmt.Sprintf("support grant %q of account %q from %s to %s", g.ID(), g.Account(), instant(g.Start()), instant(g.End()))
	if !g.RevokedAt().IsZero() {
		text += ", revoked at " + instant(g.RevokedAt())
	}
	text += ":" + roleNames(g.Roles())
	workspaces := g.Workspaces()
	for _, w := range slices.Sorted(maps.Keys(workspaces)) {
		text += fmt.Sprintf("; in %q:%s", w, roleNames(workspaces[w]))
	}
	return text
}

func roleNames(roles []deskpolicy.Role) (text string) {
	for _, r := range roles {
		text += fmt.Sprintf(" %q", r.Name())
	}
	return text
}

func instant(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.999999999Z") }

func describeResource(r deskpolicy.Resource) string {
	v := reflect.ValueOf(r)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return "nothing"
	}
	return describeValue(v)
}

// describeValue describes a value. Of a struct it lists the exported fields that are not zero.
func describeValue(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case deskpolicy.Subject:
		return describeSubject(x)
	case deskpolicy.Agent:
		return describeSubject(&x)
	case deskpolicy.SharedAgent:
		return describeSubject(&x)
	case deskpolicy.Binding:
		return describeBinding(x)
	case deskpolicy.Role:
		return fmt.Sprintf("role %q of account %q", x.Name(), x.Account())
	case deskpolicy.SupportGrant:
		return describeGrant(x)
	case deskpolicy.Account:
		return fmt.Sprintf("account %q", x.ID)
	case fmt.Stringer:
		return x.String()
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return describeValue(v.Elem())
	case reflect.Struct:
		return describeStruct(v)
	case reflect.Map:
		return describeMap(v)
	}
	return fmt.Sprintf("%#v", v.Interface())
}

func describeStruct(v reflect.Value) string {
	var parts []string
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && !v.Field(i).IsZero() {
			parts = append(parts, f.Name+": "+describeValue(v.Field(i)))
		}
	}
	return v.Type().Name() + "{" + strings.Join(parts, ", ") + "}"
}

func describeMap(v reflect.Value) string {
	var parts []string
	for _, key := range v.MapKeys() {
		parts = append(parts, fmt.Sprintf("%q: %v", key.String(), v.MapIndex(key)))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}

// accesses returns a map of IDs as text, sorted.
func accesses[K ~string, V any](m map[K]V) string {
	if len(m) == 0 {
		return ""
	}
	return describeMap(reflect.ValueOf(m))
}

// joinParts joins the parts that are not empty.
func joinParts(parts ...string) string {
	return " " + strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}

func flagName(name string, set bool) string {
	if !set {
		return ""
	}
	return name
}

func list[T ~string](name string, items []T) string {
	if len(items) == 0 {
		return ""
	}
	return fmt.Sprintf("%s %q", name, items)
}

// indent indents each line of the text.
func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ")
}
