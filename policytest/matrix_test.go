package policytest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// Programs define this flag for their own golden files.
var _ = flag.Bool("update", false, "rewrite the golden files in testdata")

func TestMatrixOfBuiltInRoles(t *testing.T) { policytest.AssertMatrix(t, "testdata/builtin.matrix") }

func TestMatrixOfOwnRoles(t *testing.T) { helpdesk.AssertMatrix(t, "testdata/own.matrix") }

// lineOf returns the cells of an action, single-spaced; "" if it has no line.
func lineOf(matrix, action string) string {
	for line := range strings.Lines(matrix) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == action && !strings.HasPrefix(line, "#") {
			return strings.Join(words[1:], " ")
		}
	}
	return ""
}

// Roles that permit something at different scopes have different cells, so that no change of a
// scope goes unseen.
func TestMatrixOfEveryScope(t *testing.T) {
	cells := map[string]deskpolicy.Scope{}
	includesItself := func(s deskpolicy.Scope) bool {
		for r := deskpolicy.Scope(1); r <= s; r <<= 1 {
			if s&r != 0 && (s &^ r).Covers(r) {
				return true
			}
		}
		return false
	}
	for scope := deskpolicy.Scope(1); scope <= deskpolicy.Anything; scope++ {
		if includesItself(scope) {
			continue // it is like one without what it includes
		}
		cell := lineOf(policytest.MatrixText(role("Some", deskpolicy.TicketView.At(scope))), "ticket.view")
		require.NotEmpty(t, cell, "%v", scope)
		require.Zero(t, cells[cell], "%v: %s", scope, cell)
		cells[cell] = scope
	}
	assert.Equal(t, 512, len(cells))
}

// The cells follow from the rules, one case at a time.
func TestMatrixText(t *testing.T) {
	at := func(p ...deskpolicy.Permission) string { return policytest.MatrixText(role("Some", p...)) }
	const global, group, restricted = deskpolicy.ScopeGlobal, deskpolicy.ScopeGroup, deskpolicy.ScopeRestricted
	for _, c := range []struct {
		name   string
		matrix string
		action string
		want   string // by an agent at global, at group, at restricted; by a shared agent; by a support engineer
	}{
		{"reading everywhere", at(deskpolicy.TicketView.At(global)), "ticket.view",
			"all group:view+assigned assigned group:view+mentioned+contact all"},
		{"replying changes", at(deskpolicy.TicketReply.At(global)), "ticket.reply",
			"all group:edit+assigned assigned group:edit+mentioned+contact all"},
		{"replying in groups", at(deskpolicy.TicketReply.At(group)), "ticket.reply",
			"group:edit+assigned group:edit+assigned assigned group:edit assigned"},
		{"replying to one's own", at(deskpolicy.TicketReply.At(restricted)), "ticket.reply",
			"assigned assigned assigned - assigned"},
		{"one's own notes", at(deskpolicy.TicketNoteEditOwn.At(group)), "ticket.note.edit_own",
			"own:group:edit+assigned own:group:edit+assigned own:assigned own:group:edit own:assigned"},
		{"one's own topics", at(deskpolicy.TopicEditOwn.At(global)), "topic.edit_own", "own own own own own"},
		{"conversations of groups and one's own", at(deskpolicy.ConversationReply.At(group)), "conversation.reply",
			"group:edit+assigned group:edit+assigned group:edit+assigned - assigned"},
		{"conversations of groups alone", at(deskpolicy.ConversationReply.At(deskpolicy.InGroup)), "conversation.reply",
			"group:edit group:edit group:edit - -"},
		{"the queue of a team, and the inbox", at(deskpolicy.TicketView.At(deskpolicy.GroupQueue | deskpolicy.Unrouted)), "ticket.view",
			"queue+unrouted queue - queue unrouted"},
		{"what is one's own in person", at(deskpolicy.TicketReply.At(deskpolicy.Requested | deskpolicy.Participating | deskpolicy.MyCustomers | deskpolicy.SameCompany)), "ticket.reply",
			"requested+part:edit+customer+company - - contact part:edit+customer"},
		{"conversations that nobody has", at(deskpolicy.ConversationView.At(deskpolicy.Unassigned | deskpolicy.Participating)), "conversation.view",
			"unassigned+part:view unassigned+part:view unassigned+part:view - unassigned+part:view"},
		{"contacts that one owns", at(deskpolicy.ContactEdit.At(restricted)), "contact.edit", "own own own own own"},
		{"no phone for shared agents", at(deskpolicy.ChannelPhoneUse.At(global)), "channel.phone.use", "all all all - all"},
		{"no exports for support engineers", at(deskpolicy.TicketExport.At(global)), "ticket.export",
			"all group:view+assigned assigned group:view+mentioned+contact -"},
		{"nothing assigned to shared agents", at(deskpolicy.TicketBeAssigned.At(global)), "ticket.be_assigned",
			"all group:edit+assigned assigned - -"},
		{"people within one's authority", at(deskpolicy.AgentEdit.At(global)), "agent.edit", "lesser+peer+self lesser+peer+self lesser+peer+self - -"},
		{"grants within one's authority", at(deskpolicy.SupportGrantCreate.At(global), deskpolicy.TicketView.At(global)), "support_grant.create",
			"lesser+peer lesser lesser - -"},
		{"roles are for account administrators", policytest.MatrixText(deskpolicy.AccountAdministratorRole.Role()), "role.custom.update",
			"custom custom custom - -"},
		{"what is not permitted is not listed", at(deskpolicy.TicketView.At(global)), "ticket.reply", ""},
		{"the host's own, without a name", at(invoicePrint.At(group)), "host(256)",
			"group:view+assigned group:view+assigned group:view+assigned group:view+assigned assigned"},
		{"ranges of them", policytest.MatrixText(deskpolicy.AccountAdministratorRole.Role()), "host(256)-host(295)", "all all all all all"},
		{"the host's own, on tickets", policytest.Desk{HostActions: helpdesk.HostActions, Roles: []deskpolicy.Role{role("Some", ticketArchive.At(global))}}.MatrixText(),
			"ticket.archive", "all group:edit+assigned assigned group:edit+mentioned+contact all"},
		{"what the plan lacks", policytest.Desk{
			Account: deskpolicy.Account{ID: "globex"}, Roles: []deskpolicy.Role{role("Some", deskpolicy.TicketAttach.At(global))},
		}.MatrixText(), "ticket.attach", ""},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, lineOf(c.matrix, c.action)) })
	}
}

// A matrix has only actions that the role permits, and a role that permits more has no cell with
// less, except in the cells of people: those who hold the role can do more, too.
func TestMatrixLaws(t *testing.T) {
	desk := policytest.Desk{HostActions: helpdesk.HostActions}
	for action := range deskpolicy.Actions() {
		if !action.InClass(deskpolicy.ClassAccessChange) {
			desk.Actions = append(desk.Actions, action)
		}
	}
	desk.Actions = append(desk.Actions, invoicePrint.ID(), ticketArchive.ID())
	permissions := desk.Permissions()
	rapid.Check(t, func(t *rapid.T) {
		some, more := permissions.Draw(t, "some"), permissions.Draw(t, "more")
		before, after := matrixOf(some), matrixOf(some.Union(more))
		for line := range strings.Lines(before[strings.Index(before, "\nrole"):]) {
			action, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			id, err := vocabulary.ParseAction(action)
			if err == nil && id != deskpolicy.SessionLogin.ID() && id != deskpolicy.PortalLogin.ID() && some.Scope(id) == 0 {
				t.Fatalf("%s is listed, and %v not permitted", line, id)
			}
		}
		if message := record(func(t *recorder) { compare(t, before, after) }).errors; before != after && !onlyMore(message) {
			t.Fatalf("it permits more, and yet: %s", message)
		}
	})
}

func matrixOf(p deskpolicy.Permissions) string {
	var all []deskpolicy.Permission
	for permission := range p.All() {
		all = append(all, permission)
	}
	return policytest.Desk{HostActions: helpdesk.HostActions, Roles: []deskpolicy.Role{role("Some", all...)}}.MatrixText()
}

var vocabulary, _ = deskpolicy.NewVocabulary(deskpolicy.NewHostAction(invoicePrint, "invoice.print"), deskpolicy.NewHostAction(ticketArchive, "ticket.archive"))

// onlyMore reports whether every line of the message is a gain.
func onlyMore(message []string) bool {
	return len(message) == 1 && !strings.Contains(message[0], "    less ") && !strings.Contains(message[0], "    other ")
}

// compare compares a matrix with a golden file that has the text.
func compare(t policytest.TB, golden, text string) {
	policytest.MatrixDiff(t, golden, text)
}

func TestMatrix(t *testing.T) {
	setting(t, "update", "false") // which may be set for the files above
	path := filepath.Join(t.TempDir(), "new", "roles.matrix")
	matrix := func(roles ...deskpolicy.Role) func(*recorder) {
		return func(t *recorder) { policytest.AssertMatrix(t, path, roles...) }
	}
	before := []deskpolicy.Role{interns, role("Old", deskpolicy.FAQView.At(deskpolicy.ScopeGlobal))}

	message := fails(t, matrix(before...))
	assert.Contains(t, message, "cannot read the matrix to compare with: ")
	assert.Contains(t, message, "to write it: go test -run '^TestIt$' -policytest.update")

	updating(t, "policytest.update", func() { passes(t, matrix(before...)) })
	passes(t, matrix(before...))
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, policytest.MatrixText(before...), string(written))

	t.Run("what differs", func(t *testing.T) {
		require.Equal(t, path+`: what roles allow has changed:
  role "Interns" of "globex"
    less    ticket.view                  global, group: group:view+assigned → assigned; shared: group:view → -
    more    ticket.reply                 global, support: assigned → all; group: assigned → group:edit+assigned; shared: - → group:edit+mentioned+contact
    more    conversation.view            global, group, restricted, support: - → all
  role "New" of "globex": added
    more    contact.view                 global, group, restricted, support: - → all; shared: - → own+contact
    more    session.login                global, group, restricted, shared, support: - → all
    more    portal.login                 global, group, restricted, shared, support: - → all
  role "Old" of "globex": removed
    less    faq.view                     global, group, restricted, shared, support: all → -
    less    session.login                global, group, restricted, shared, support: all → -
    less    portal.login                 global, group, restricted, shared, support: all → -
to accept the change: go test -run '^TestIt$' -policytest.update`,
			fails(t, matrix(
				role("Interns", deskpolicy.TicketView.At(deskpolicy.ScopeRestricted), deskpolicy.TicketReply.At(deskpolicy.ScopeGlobal), deskpolicy.ConversationView.At(deskpolicy.ScopeGlobal)),
				role("New", deskpolicy.ContactView.At(deskpolicy.ScopeGlobal)),
			)))
	})
	t.Run("the program's own -update", func(t *testing.T) {
		updating(t, "update", func() { passes(t, matrix(interns)) })
		passes(t, matrix(interns))
		require.NotEmpty(t, fails(t, matrix(before...)))
	})
	t.Run("line ends of Windows", func(t *testing.T) {
		require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(policytest.MatrixText(interns), "\n", "\r\n")), 0o600))
		passes(t, matrix(interns))
	})
	t.Run("written by hand", func(t *testing.T) {
		require.NoError(t, os.WriteFile(path, []byte(policytest.MatrixText(interns)+"  not a line\n"), 0o600))
		require.Contains(t, fails(t, matrix(interns)), "only the layout differs; the cells are the same")
	})
	t.Run("where nothing can be written", func(t *testing.T) {
		for _, nowhere := range []string{filepath.Join(path, "roles.matrix"), t.TempDir()} {
			updating(t, "update", func() {
				require.Contains(t, fails(t, func(t *recorder) { policytest.AssertMatrix(t, nowhere, interns) }), "cannot write the matrix: ")
			})
		}
	})
	t.Run("in a test without a name", func(t *testing.T) {
		require.Contains(t, fails(t, func(r *recorder) { policytest.AssertMatrix(unnamed{r}, path, before...) }), "go test -policytest.update")
	})
}

// An unnamed test reports to its recorder, and has no name.
type unnamed struct{ r *recorder }

func (u unnamed) Helper()                           {}
func (u unnamed) Logf(format string, args ...any)   { u.r.Logf(format, args...) }
func (u unnamed) Errorf(format string, args ...any) { u.r.Errorf(format, args...) }

// updating sets a flag during the call.
func updating(t *testing.T, name string, meanwhile func()) {
	t.Helper()
	t.Run("with -"+name, func(t *testing.T) {
		setting(t, name, "true")
		meanwhile()
	})
}

// setting sets a flag for the test.
func setting(t *testing.T, name, value string) {
	t.Helper()
	was := flag.Lookup(name).Value.String()
	require.NoError(t, flag.Set(name, value))
	t.Cleanup(func() { require.NoError(t, flag.Set(name, was)) })
}

// A cell includes another if it has every situation of the other.
func TestMatrixTendency(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"-", "all", "more"},
		{"all", "-", "less"},
		{"assigned", "group:edit+assigned", "more"},
		{"group:edit+assigned", "group:view+assigned", "more"},
		{"group:view+assigned", "group:edit+assigned", "less"},
		{"own:assigned", "assigned", "more"},
		{"assigned", "own:all", "other"},
		{"own:assigned", "own:all", "more"},
		{"own:all", "own:assigned", "less"},
		{"own", "all", "more"},
		{"lesser+peer", "lesser+self", "other"},
		{"group:edit", "assigned", "other"},
	} {
		line := "\nrole \"R\"\n  a.b  " + strings.TrimSpace(strings.Repeat("CELL ", 5)) + "\n"
		message := fails(t, func(t *recorder) {
			compare(t, strings.ReplaceAll(line, "CELL", c.was), strings.ReplaceAll(line, "CELL", c.is))
		})
		assert.Contains(t, message, "    "+c.want+" ", "%s to %s", c.was, c.is)
	}
}
