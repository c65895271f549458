package deskpolicy_test

import (
	"fmt"
	"go/ast"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

func init() { faults["F25"] = hostileTextIsQuoted }

// hostile is text with terminal escapes, a line break and invalid UTF-8.
const hostile = "g\n\x1b[31mallowed: \u202e\u200b\xff"

// notPrinted are the exported structs that are not made for printing: the host fills
// them in, or takes them apart. All other structs are printed for people and quote
// the host's text. Plain resource types are not printed either.
var notPrinted = strings.Fields(`
	Account Plan Agent AgentGroup SharedAgent Customer CRMOnlyUser CRMUser CRMRecord CRMVisibility SupportGrantTerms Request Attributes HostAction
	Ticket TicketPair TicketAssignment Note TimeEntry Conversation ConversationAssignment Contact ContactPair Company RoleAssignment GroupMembership
	Condition Clause`)

// printed returns a value of each printed struct, full of hostile text.
func printed(t *testing.T) []any {
	eng := SupportEngineer{hostile, hostile, hostile}
	grant := granted(t, SupportGrantTerms{ID: "g\n\x1b", Engineers: []SupportEngineer{{"g\n", "\x1b", "e@x"}}})
	me := &Agent{ID: hostile, Account: Account{ID: hostile}, Groups: map[GroupID]Access{hostile: Edit}, Bindings: []Binding{wide(AgentRole.Role(), ScopeGroup), {Role: AgentRole.Role(), Workspace: hostile, TicketScope: ScopeGlobal}}}
	ticket := Ticket{ID: hostile, Account: hostile, Group: hostile, Workspace: hostile}
	e := Explain(NewRequest(me, TicketReply, &ticket))
	require.NotEmpty(t, e.Parts)
	other := *me
	other.Bindings = other.Bindings[1:]
	compared := Compare(me, &other)
	var difference Difference
	for difference = range compared.Gained() {
		break
	}
	for difference = range compared.Lost() {
		break
	}
	require.NotZero(t, difference)
	_, event, err := RevokeSupportGrant(owner(), grant, noon)
	require.NoError(t, err)
	event.By = hostile
	var log SupportAccessLog
	session := grant.Session(eng, Account{ID: hostile}, noon)
	d := AuthorizeAndLogSupport(&log, session, TicketReply, &ticket)
	role := newRole(t, "Tier 2")
	set, err := NewRoleSet(hostile, newRoleIn(t, hostile))
	require.NoError(t, err)
	vocabulary := invoices(t)
	binding := Binding{Role: AgentRole.Role(), Workspace: hostile, TicketScope: ScopeGroup}
	fix := Fix{Kind: FixGroupAccess, Group: hostile, Access: Edit, Binding: binding}
	return []any{
		eng, grant, event, session, log, log.Entries(noon, grant)[0], NewRequest(session, TicketReply, &ticket).AuditRecord(d),
		AuditRecord{hostile, noon, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, true, hostile, hostile, hostile, hostile, hostile, true, "key", hostile, hostile},
		Decision{Role: hostile, Reason: AllowedAll, Scope: ScopeGlobal}, DeniedError{Decision{Role: hostile, Reason: OutOfScope}}, e, e.Parts[0], e.Parts[0].Bindings[1], binding, fix, Remedy{fix},
		compared, difference, AllowedSubject{me, d}, AffectedSubject{me, compared}, RoleChange{Name: "Tier 2", Before: role}, Permission{TicketView.ID(), ScopeGlobal}, RoleWarning{Permission{TicketView.ID(), ScopeGlobal}, Permission{}}, Permissions{}, role, set, Window{}, Actor{ActorKey, hostile, hostile}, NewDelegate(me, Actor{ActorAI, hostile, hostile}, Limit{}), Limit{Workspaces: []WorkspaceID{hostile}},
		*vocabulary,
	}
}

func hostileTextIsQuoted(t *testing.T) {
	values := printed(t)
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			text := fmt.Sprintf(verb, value)
			for _, raw := range []string{"\x1b", "\u202e", "\u200b", "\xff", "g\n"} {
				assert.NotContains(t, text, raw, "%s of %T", verb, value)
			}
		}
	}
	covered := map[string]bool{}
	for _, value := range values {
		covered[reflect.Indirect(reflect.ValueOf(value)).Type().Name()] = true
	}
	for _, name := range notPrinted {
		covered[name] = true
	}
	for _, plain := range plaintype.All() {
		covered[plain.Name()] = true
	}
	for _, name := range exportedStructs(t) {
		assert.True(t, covered[name], "%s is printed: add a value of it with hostile text", name)
	}
}

// exportedStructs returns the names of the library's exported struct types.
func exportedStructs(t testing.TB) (names []string) {
	eachDeclaration(t, func(spec *ast.TypeSpec, _ *ast.FuncDecl) {
		if spec == nil || !spec.Name.IsExported() || spec.TypeParams != nil {
			return
		}
		if _, is := spec.Type.(*ast.StructType); is {
			names = append(names, spec.Name.Name)
		}
	})
	require.Greater(t, len(names), 50)
	return names
}

func newRoleIn(t *testing.T, account AccountID) Role {
	role, err := NewRole(account, "Tier 2", Permissions{}, nil)
	require.NoError(t, err)
	return role
}
