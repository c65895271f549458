package policytest_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// A desk is drawn without what its program does not have, and the zero desk has it all.
func TestDeskWithout(t *testing.T) {
	own := []deskpolicy.Role{
		role("Interns", deskpolicy.TicketView.At(deskpolicy.ScopeGroup)),
		role("Admin", deskpolicy.TicketAssign.At(deskpolicy.ScopeGlobal), deskpolicy.AgentRoleAssign.At(deskpolicy.ScopeGlobal)),
	}
	for name, c := range map[string]struct {
		desk policytest.Desk
		has  func(any) bool // whether a part of a request is what the desk does not have
	}{
		"workspaces": {policytest.Desk{NoWorkspaces: true}, func(part any) bool {
			w, ok := part.(deskpolicy.WorkspaceID)
			return ok && w != "" && w != deskpolicy.AccountWide
		}},
		"other accounts": {policytest.Desk{Account: helpdesk.Account, NoOtherAccounts: true}, func(part any) bool {
			account, ok := part.(deskpolicy.Account)
			return ok && account.ID != "globex"
		}},
		"shared agents": {policytest.Desk{NoSharedAgents: true}, func(part any) bool {
			_, shared := part.(deskpolicy.SharedAgent)
			_, user := part.(deskpolicy.CRMOnlyUser)
			account, _ := part.(deskpolicy.Account)
			return shared || user || account.Integrated
		}},
		"built-in roles": {policytest.Desk{Roles: own, NoBuiltInRoles: true}, func(part any) bool {
			role, _ := part.(deskpolicy.Role)
			return role.BuiltIn()
		}},
		"ticket scopes": {policytest.Desk{NoTicketScopes: true, NoSharedAgents: true}, func(part any) bool {
			b, held := part.(deskpolicy.Binding)
			return held && b.TicketScope != deskpolicy.ScopeGlobal
		}},
		"confidential tickets": {policytest.Desk{NoConfidential: true}, func(part any) bool {
			ticket, _ := part.(deskpolicy.Ticket)
			chat, _ := part.(deskpolicy.Conversation)
			return ticket.Confidential || chat.Confidential
		}},
		"windows": {policytest.Desk{NoWindows: true}, func(part any) bool {
			w, ok := part.(deskpolicy.Window)
			return ok && w != deskpolicy.Window{}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			with := c.desk
			with.NoWorkspaces, with.NoOtherAccounts, with.NoSharedAgents, with.NoBuiltInRoles = false, false, false, false
			with.NoTicketScopes, with.NoConfidential, with.NoWindows = false, false, false
			n := effort.Of(1_500, 10_000, 10_000)
			found := func(r deskpolicy.Request) bool { return hasPart(r, c.has) }
			require.Greater(t, share(draws(with.Requests(), n), found), 0.01, "otherwise it is drawn")
			requests := draws(c.desk.Requests(), n)
			for _, r := range requests {
				require.False(t, found(r), "%s", policytest.DescribeRequest(r))
			}
			assert.InDelta(t, 0.5, share(requests, allowed), 0.2, "about half are allowed")
		})
	}
	require.PanicsWithValue(t, `policytest: a desk without built-in roles has no custom role of account "acme"; set Desk.Roles`, func() {
		policytest.Desk{NoBuiltInRoles: true}.Requests()
	})
	agrees := policytest.Desk{Roles: own, NoWorkspaces: true, NoOtherAccounts: true, NoSharedAgents: true, NoBuiltInRoles: true}
	passes(t, agree(agrees, policy))
	text := agrees.MatrixText()
	for _, word := range []string{"owner", "built-in", "built in"} {
		assert.NotContains(t, text[len(legendOf(text)):], word)
	}
}

// legendOf returns the comments at the beginning of a matrix.
func legendOf(matrix string) string {
	for i := range matrix {
		if i > 0 && matrix[i-1] == '\n' && matrix[i] != '#' {
			return matrix[:i]
		}
	}
	return matrix
}

// hasPart reports whether the request, or a part of it, has the property. The roles and
// workspaces of a support grant are parts of it.
func hasPart(r deskpolicy.Request, property func(any) bool) bool {
	return hasPartIn(reflect.ValueOf(r.Subject), property) || hasPartIn(reflect.ValueOf(r.Resource), property)
}

func hasPartIn(v reflect.Value, property func(any) bool) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	if property(v.Interface()) {
		return true
	}
	switch part := v.Interface().(type) {
	case deskpolicy.SupportGrant:
		return hasPartIn(reflect.ValueOf(part.Roles()), property) || hasPartIn(reflect.ValueOf(part.Workspaces()), property)
	case *deskpolicy.SupportSession:
		return part != nil && hasPartIn(reflect.ValueOf(part.Grant()), property)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return hasPartIn(v.Elem(), property)
	case reflect.Struct:
		for i := range v.NumField() {
			if hasPartIn(v.Field(i), property) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if hasPartIn(v.Index(i), property) {
				return true
			}
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			if hasPartIn(key, property) || hasPartIn(value, property) {
				return true
			}
		}
	}
	return false
}
