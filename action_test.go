package deskpolicy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

var classes = map[Class]string{
	ClassExport: "export", ClassAccessChange: "access change", ClassChannel: "channel", ClassRoleAuthoring: "role authoring",
}

func TestVocabulary(t *testing.T) {
	declared := declaredActions(t)
	ids := slices.Collect(Actions())
	require.Len(t, ids, len(declared), "Actions yields every constant")
	for id := range Actions() {
		assert.Equal(t, TicketView.ID(), id)
		break // the iteration can stop early
	}

	seen := make(map[string]ActionID)
	for i, id := range ids {
		name, constant := id.String(), declared[i]
		assert.NotContains(t, seen, name, "%s is named twice", name)
		seen[name] = id

		assert.Regexp(t, regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`), name, constant.name)
		assert.NotEmpty(t, constant.doc, "%s has no comment", constant.name)
		assert.NotEmpty(t, id.Category(), "%s has no category", constant.name)
		assert.Contains(t, []Access{View, Edit}, id.RequiredAccess(), "%s has no required access", constant.name)
		assert.True(t, id.Valid())
		assert.False(t, id.IsHost())
		assert.Equal(t, constant.resource, resourceOf(t, id), "%s accepts the resource of its type", constant.name)

		inAll := true
		for class := range classes {
			inAll = inAll && id.InClass(class)
		}
		assert.False(t, inAll, "%s is not classified", constant.name)

		assert.Equal(t, name, Action[Ticket](id).String())
		parsed, err := library.ParseAction(name)
		require.NoError(t, err)
		assert.Equal(t, id, parsed)
	}
}

// The name of an action shows its classes.
func TestClassesFollowNames(t *testing.T) {
	for id := range Actions() {
		name := id.String()
		export := strings.HasSuffix(name, ".export") || name == "report.schedule" || name == "ticket.forward"
		assert.Equal(t, export, id.InClass(ClassExport), name)
		assert.Equal(t, strings.HasPrefix(name, "channel.") && strings.HasSuffix(name, ".use"), id.InClass(ClassChannel), name)
		authoring := strings.HasPrefix(name, "role.custom.")
		assert.Equal(t, authoring, id.InClass(ClassRoleAuthoring), name)
		mutation := strings.Contains(name, "agent.") && !strings.HasSuffix(name, "agent.view") || authoring || name == "contact.key.manage" || name == "support_grant.create" || name == "support_grant.extend"
		assert.Equal(t, mutation, id.InClass(ClassAccessChange), name)
	}
}

func TestNumbersThatAreNotActions(t *testing.T) {
	effort.Alone(t)
	me := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	var valid int
	for id := range ActionID(1<<16 - 1) {
		if id.Valid() {
			valid++
			continue
		}
		assert.Equal(t, NoAccess, id.RequiredAccess())
		assert.Empty(t, id.Category())
		assert.Equal(t, fmt.Sprintf("unknown(%d)", id), id.String())
		for class := range classes {
			assert.True(t, id.InClass(class))
		}
		assert.Equal(t, Permissions{}, NewPermissions(id.At(ScopeGlobal)))
		assert.False(t, AccountAdministratorRole.Role().Permissions().Has(id.At(ScopeGlobal)))
		assert.Equal(t, UnknownAction, Authorize(me, Action[Ticket](id), ptr(ticketOf("", ""))).Reason)
	}
	assert.Equal(t, len(slices.Collect(Actions()))+8*HostRangeLength, valid)
}

func TestHostRanges(t *testing.T) {
	in := func(id ActionID) (names []string) {
		for class := ClassExport; class <= ClassRoleAuthoring; class <<= 1 {
			if id.InClass(class) {
				names = append(names, classes[class])
			}
		}
		return names
	}
	for _, test := range []struct {
		first   ActionID
		need    Access
		classes []string
	}{
		{FirstHostView, View, nil},
		{FirstHostEdit, Edit, nil},
		{FirstHostExport, View, []string{"export"}},
		{FirstHostChannel, Edit, []string{"channel"}},
		{FirstHostInAllClasses, Edit, []string{"export", "access change", "channel", "role authoring"}},
		{FirstHostPublicView, View, nil},
		{FirstHostPublicEdit, Edit, nil},
	} {
		for id := test.first; id < test.first+HostRangeLength; id++ {
			assert.True(t, id.IsHost())
			assert.Equal(t, "host", id.Category())
			assert.Equal(t, test.need, id.RequiredAccess(), id)
			assert.Equal(t, test.classes, in(id), id)
			assert.Equal(t, fmt.Sprintf("host(%d)", id), id.String())
		}
		assert.False(t, (test.first - 1).Valid())
		assert.False(t, (test.first + HostRangeLength).Valid(), "an iota that overruns the range is not an action")
	}
}

func TestParseAction(t *testing.T) {
	for _, test := range []struct{ text, err string }{
		{"ticket.repl", `deskpolicy: unknown action "ticket.repl" (did you mean "ticket.reply"?)`},
		{"Ticket.Reply", `deskpolicy: unknown action "Ticket.Reply" (did you mean "ticket.reply"?)`},
		{"tickets.reply", `deskpolicy: unknown action "tickets.reply" (did you mean "ticket.reply"?)`},
		{"pigs.fly", `deskpolicy: unknown action "pigs.fly"`},
		{"", `deskpolicy: unknown action ""`},
		{"host(304)", `deskpolicy: unknown action "host(304)"`},
		{"ticket.reply\n", `deskpolicy: unknown action "ticket.reply\n" (did you mean "ticket.reply"?)`},
		{strings.Repeat("ticket.reply", 9), `deskpolicy: unknown action "` + strings.Repeat("ticket.reply", 9) + `"`},
	} {
		id, err := library.ParseAction(test.text)
		require.EqualError(t, err, test.err)
		assert.Zero(t, id)
	}
}

type declaredAction struct{ name, resource, doc string }

// declaredActions returns the constants of type Action in action.go, in order.
func declaredActions(t *testing.T) (actions []declaredAction) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "action.go", nil, parser.ParseComments)
	require.NoError(t, err)
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.IndexExpr); ok && typ.X.(*ast.Ident).Name == "Action" {
			actions = append(actions, declaredAction{spec.Names[0].Name, typ.Index.(*ast.Ident).Name, strings.TrimSpace(spec.Comment.Text())})
		}
		return true
	})
	return actions
}

// resourceOf returns the name of the only resource type that the action accepts.
func resourceOf(t *testing.T, id ActionID) string {
	t.Helper()
	var accepted []string
	for _, resource := range prototypes {
		if (Request{Subject: riya(), Action: id, Resource: resource}).Authorize().Reason != WrongResource {
			accepted = append(accepted, strings.TrimPrefix(fmt.Sprintf("%T", resource), "deskpolicy."))
		}
	}
	require.Len(t, accepted, 1, "%v accepts one resource type", id)
	return accepted[0]
}

// Exactly the actions whose names end in _own are denied because the resource belongs to
// another agent, even to the account administrator.
func TestActionsOnOwnResources(t *testing.T) {
	resources := []Resource{
		Note{ticketOf("", ""), "bob"}, TimeEntry{ticketOf("", ""), "bob"}, TicketList{Account: "acme", Owner: "bob"},
		Article{Account: "acme", Author: "bob"}, FAQ{Account: "acme", Author: "bob"}, Topic{Account: "acme", Author: "bob"},
		Report{Account: "acme", Owner: "bob"}, Dashboard{Account: "acme", Owner: "bob"}, Campaign{Account: "acme", Author: "bob"},
		Contact{Account: "acme", Owner: "bob"}, Company{Account: "acme", Owner: "bob"}, AgentProfile{"acme", "bob"},
	}
	var own, want, asked []string
	for id := range Actions() {
		if strings.HasSuffix(id.String(), "_own") {
			want = append(want, id.String())
		}
		for _, resource := range resources {
			switch (Request{Subject: owner(), Action: id, Resource: resource}).Authorize().Reason {
			case WrongResource:
				continue
			case NotOwn:
				own = append(own, id.String())
			}
			asked = append(asked, id.String())
		}
	}
	assert.Subset(t, own, []string{"ticket.note.edit_own", "ticket.list.manage_own", "time.log_own", "topic.edit_own", "profile.edit_own"})
	assert.Equal(t, want, own, "their names end in _own")
	assert.GreaterOrEqual(t, len(asked), 43)
}
