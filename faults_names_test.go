package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() { faults["F21"] = hostActionsAreNamed }

// errorsWithoutActions are the exported functions whose errors do not name a host
// action: they concern roles, accounts, times, documents or library actions.
var errorsWithoutActions = strings.Fields(`
	BuiltInRole CloneRole NewRoleSet RevokeSupportGrant DecodeSupportGrant DecodeSupportGrantEvent
	NewVocabulary RoleSet.Role RoleSet.With RoleSet.Without`)

// Everything that takes a vocabulary prints host actions by their names in it.
func hostActionsAreNamed(t *testing.T) {
	v, err := NewVocabulary(NewHostAction(invoiceRefund, "invoice.refund"), NewHostAction(invoiceAnnul, "invoice.annul"))
	require.NoError(t, err)
	printers := namePrinters(t, v)
	for api, values := range printers {
		require.NotEmpty(t, values, api)
		for _, value := range values {
			for _, text := range printedAs(t, value) {
				assert.NotContains(t, text, "host(", api)
			}
			assert.Contains(t, strings.Join(printedAs(t, value), ""), "invoice.", api)
		}
	}
	for _, api := range append(takesVocabulary(t), returnsError(t)...) {
		if api == "NewRole" || api == "Request.UserMessage" { // the errors of one are about actions without a name, the other names no action
			continue
		}
		assert.Contains(t, printers, api, "%s prints names of actions: add it to namePrinters", api)
	}
	namesNoHostAction(t, v)
}

// printedAs returns the value as text, as JSON and in a log.
func printedAs(t *testing.T, value any) []string {
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return []string{fmt.Sprintf("%v", value), fmt.Sprintf("%+v", value), string(data), loggedAsJSON(t, value)}
}

// namePrinters maps each API that prints an action's name to what it prints for a host action.
func namePrinters(t *testing.T, v *Vocabulary) map[string][]any {
	bill := invoice{"acme", "billing", ""}
	refunds := custom(t, invoiceRefund.At(ScopeGlobal))
	me, lead := riya(refunds), riya(custom(t, AgentRoleAssign.At(ScopeGlobal), SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal)))
	typed, literal := NewRequest(me, invoiceRefund, &bill), Request{Subject: me, Action: invoiceRefund.ID(), Resource: bill}
	assigns := NewRequest(lead, AgentRoleAssign, &RoleAssignment{bob(), refunds})
	compared := Compare(bob(), bob(refunds))
	affected := Impact(rolesOfAcme(t, roleNamed(t, "Custom")), rolesOfAcme(t, refunds.Role), me)
	require.Len(t, affected, 1)
	for _, given := range []**Vocabulary{&typed.Vocabulary, &literal.Vocabulary, &assigns.Vocabulary, &compared.Vocabulary, &affected[0].Vocabulary} {
		*given = v
	}
	var missing, missingRole, gained, lost, impact []any
	for d := range MissingRoleAuthority(author(authorOf(t, makesRoles...)), RoleChange{Name: "Custom", After: refunds.Role}, v) {
		missingRole = append(missingRole, d.String())
	}
	for d := range MissingAuthority(assigns) {
		missing = append(missing, d.String(), d.Allowed.AuditRecord(Decision{}), Explain(d.Denied))
	}
	for d := range compared.Gained() {
		if !d.Permission.Action.IsHost() {
			continue // every role permits login
		}
		gained = append(gained, d.String(), d.Allowed.AuditRecord(d.Allowed.Authorize()), Explain(d.Denied))
	}
	back := Compare(bob(refunds), bob())
	back.Vocabulary = v
	for d := range back.Lost() {
		if d.Permission.Action.IsHost() {
			lost = append(lost, d.String())
		}
	}
	for d := range affected[0].Gained() {
		if d.Permission.Action.IsHost() {
			impact = append(impact, d.String())
		}
	}
	terms := SupportGrantTerms{ID: "g", Roles: []Role{refunds.Role}, Engineers: letIn}
	grant := granted(t, terms)
	terms.Vocabulary = v
	failed := func(err error) []any {
		require.Error(t, err)
		return []any{err.Error()}
	}
	_, _, created := NewSupportGrant(lead, terms, noon)
	_, _, extended := ExtendSupportGrant(lead, grant, grant.End().Add(1), noon, v)
	_, decoded := DecodeRoles([]byte(`{"version": 1, "account": "acme", "roles": [{"name": "R", "permissions": ["invoice.refund@group", "invoice.refund@group"]}]}`), v)
	encoded, err := rolesOfAcme(t, refunds.Role).Encode(v)
	require.NoError(t, err)
	_, action := v.ParseAction("invoice.refnd")
	_, permission := v.ParsePermission("invoice.refnd@group")
	e := Explain(typed)
	return map[string][]any{
		"Request.AuditRecord":        {typed.AuditRecord(typed.Authorize()), literal.AuditRecord(literal.Authorize()), typed.AuditRecord(Decision{}).String(), readBack(t, typed.AuditRecord(Decision{}))},
		"Explain":                    {e, Explain(literal), e.Parts[0], e.Parts[0].String()},
		"Explain, what is lacking":   {Explain(assigns)},
		"MissingAuthority":           missing,
		"MissingRoleAuthority":       missingRole,
		"Comparison.Gained":          gained,
		"Comparison.Lost":            lost,
		"Impact":                     impact,
		"NewSupportGrant":            failed(created),
		"ExtendSupportGrant":         failed(extended),
		"DecodeRoles":                failed(decoded),
		"RoleSet.Encode":             {string(encoded)},
		"RolesJSONSchema":            {string(RolesJSONSchema(v))},
		"Vocabulary.Name":            {v.Name(invoiceRefund.ID())},
		"Vocabulary.PermissionName":  {v.PermissionName(invoiceRefund.At(ScopeGroup))},
		"Vocabulary.ParseAction":     failed(action),
		"Vocabulary.ParsePermission": failed(permission),
	}
}

// readBack returns the record after a round trip through JSON.
func readBack(t *testing.T, r AuditRecord) (read AuditRecord) {
	data, err := json.Marshal(r)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, r, read)
	return read
}

// namesNoHostAction checks that values without a vocabulary do not print an action's name.
func namesNoHostAction(t *testing.T, v *Vocabulary) {
	refunds := custom(t, invoiceRefund.At(ScopeGlobal), invoiceView.At(ScopeGroup))
	bill, me := invoice{"acme", "billing", ""}, bob(refunds)
	request := NewRequest(riya(), invoiceRefund, &bill)
	request.Vocabulary = v
	session := at(granted(t, SupportGrantTerms{Roles: []Role{refunds.Role}}), noon)
	var log SupportAccessLog
	d := AuthorizeAndLogSupport(&log, session, invoiceRefund, &bill)
	require.True(t, d.Allowed())
	before, after := rolesOfAcme(t), rolesOfAcme(t, refunds.Role)
	for _, value := range []any{
		d, Authorize(riya(), invoiceRefund, &bill).Err().Error(), log.String(), session.String(), FilterFor(me, invoiceRefund),
		WhoCan(invoiceRefund, &bill, me)[0].Decision, refunds, refunds.Role, refunds.Role.Warnings(), after, before.Diff(after), *v,
		Remedies(Explain(request), refunds.Role)[0].String(), Explain(request).Parts[0].Bindings,
	} {
		for _, verb := range []string{"%v", "%+v"} {
			assert.NotContains(t, fmt.Sprintf(verb, value), "host(", "%T", value)
		}
	}
}

// takesVocabulary returns the exported functions that take a vocabulary, or a struct that holds one,
// to print names.
func takesVocabulary(t *testing.T) []string {
	with := map[string]bool{"Vocabulary": true}
	eachDeclaration(t, func(spec *ast.TypeSpec, _ *ast.FuncDecl) {
		fields, is := (*ast.StructType)(nil), false
		if spec != nil {
			fields, is = spec.Type.(*ast.StructType)
		}
		for i := 0; is && i < len(fields.Fields.List); i++ {
			if f := fields.Fields.List[i]; len(f.Names) == 1 && f.Names[0].Name == "Vocabulary" {
				with[spec.Name.Name] = true
			}
		}
	})
	require.GreaterOrEqual(t, len(with), 4)
	return functions(t, func(f *ast.FuncDecl) bool {
		from := f.Type.Params.List
		if f.Recv != nil {
			from = append(from, f.Recv.List...)
		}
		prints := !slices.Contains([]string{"ActionsOn", "Authorize", "LatestEnd", "Ordering"}, f.Name.Name)
		return prints && hasType(from, with)
	})
}

// returnsError returns the exported functions that return an error, except errorsWithoutActions.
func returnsError(t *testing.T) []string {
	without := map[string]bool{}
	for _, name := range errorsWithoutActions {
		without[name] = true
	}
	return functions(t, func(f *ast.FuncDecl) bool {
		marshals := strings.HasPrefix(f.Name.Name, "Marshal") || strings.HasPrefix(f.Name.Name, "Unmarshal")
		fails := f.Type.Results != nil && hasType(f.Type.Results.List, map[string]bool{"error": true})
		return fails && !marshals && !without[declaredAs(f)] && f.Name.Name != "Err" && f.Name.Name != "Unwrap"
	})
}

func functions(t *testing.T, are func(*ast.FuncDecl) bool) (names []string) {
	eachDeclaration(t, func(_ *ast.TypeSpec, f *ast.FuncDecl) {
		if f != nil && f.Name.IsExported() && ast.IsExported(strings.Split(declaredAs(f), ".")[0]) && are(f) {
			names = append(names, declaredAs(f))
		}
	})
	require.NotEmpty(t, names)
	return names
}

// declaredAs returns the function's name, with its receiver's type for a method.
func declaredAs(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	return typeName(f.Recv.List[0].Type) + "." + f.Name.Name
}

func hasType(fields []*ast.Field, of map[string]bool) bool {
	for _, f := range fields {
		if of[typeName(f.Type)] {
			return true
		}
	}
	return false
}

// typeName returns the name of a type, or of the type that a pointer points to.
func typeName(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.StarExpr:
		return typeName(of.X)
	case *ast.IndexExpr:
		return typeName(of.X)
	case *ast.Ident:
		return of.Name
	}
	return ""
}

// eachDeclaration visits the types and the functions of the library.
func eachDeclaration(t testing.TB, visit func(*ast.TypeSpec, *ast.FuncDecl)) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, declared := range file.Decls {
			switch declared := declared.(type) {
			case *ast.FuncDecl:
				visit(nil, declared)
			case *ast.GenDecl:
				for _, spec := range declared.Specs {
					if of, is := spec.(*ast.TypeSpec); is {
						visit(of, nil)
					}
				}
			}
		}
	}
}
