package policytest

import (
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// The flag is not named -update, which programs define for golden files of their own.
var update = flag.Bool("policytest.update", false, "policytest: rewrite matrices that differ")

// AssertMatrix compares what the roles come to, as [MatrixText] has it, with a golden
// file, and fails with the cells that differ: what each role may do that it might
// not before, and the other way round.
//
// With -policytest.update, or an -update flag that the test's own package defines,
// it writes the file instead. Review what that changes: it is who may do what.
func AssertMatrix(t TB, path string, roles ...deskpolicy.Role) {
	t.Helper()
	Desk{Roles: roles}.AssertMatrix(t, path)
}

// AssertMatrix compares what the desk's roles come to with a golden file: see [AssertMatrix].
func (d Desk) AssertMatrix(t TB, path string) {
	t.Helper()
	got := d.MatrixText()
	if updating() {
		if err := write(path, got); err != nil {
			t.Errorf("the matrix is not written: %v", err)
		}
		return
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("there is no matrix to compare with: %v\nto write it: %s", err, accept(t))
		return
	}
	if want := strings.ReplaceAll(string(golden), "\r\n", "\n"); want != got {
		t.Errorf("%s: roles do not come to what they did:\n%s\nif that is meant: %s", path, changes(want, got), accept(t))
	}
}

// updating reports whether golden files are to be written.
func updating() bool {
	own := flag.Lookup("update")
	return *update || own != nil && own.Value.String() == "true"
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// accept returns the command that accepts a matrix.
func accept(t TB) string {
	command := "go test"
	if named, ok := t.(interface{ Name() string }); ok {
		command += fmt.Sprintf(" -run '^%s$'", strings.ReplaceAll(named.Name(), "/", "$/^"))
	}
	return command + " -policytest.update"
}

// MatrixText returns what the roles come to, as a table of role, action and way of
// holding it; without roles, the built-in ones. It has no line of what is denied.
//
// Nothing is read out of the roles: each cell is what Authorize answers to somebody
// who holds one, about a thing in each situation that makes a difference.
// So what guardrails forbid is not there, whatever a role permits.
//
// The text is the same for the same answers. Columns have a fixed width, and each
// role a heading that starts its line, so that a change of one cell is a change of
// one line, and git shows whose it is.
func MatrixText(roles ...deskpolicy.Role) string { return Desk{Roles: roles}.MatrixText() }

const legend = `# What roles come to. Each cell is what Authorize answers; what is not here is denied.
#
# An agent holds the role account-wide, at ticket scope global, group or restricted;
# a shared agent as the CRM gives it; a support engineer by a grant.
#
#   all         everything that is outside of workspaces
#   group:edit  what the groups have in which the holder may edit
#   group:view  what the groups have in which the holder may view, or edit
#   assigned    what is assigned to the holder
#   own         what the holder owns or wrote; own:assigned is what they wrote on such a ticket
#   mentioned   where the shared agent is mentioned
#   contact     whom the shared agent sees in the CRM, and their tickets
#   lesser      people who hold nothing, peer: who hold the same, owner: account administrators;
#               of grants and roles to give, those with what these hold
#   self        the holder, of people
#   custom      custom roles
#   built-in    built-in roles
#   open        besides, what is in the open workspaces of the account
`

// MatrixText returns what the desk's roles come to, on its account's plan, with the
// host's actions by their names: see [MatrixText].
func (d Desk) MatrixText() string {
	w := d.world()
	var text strings.Builder
	text.WriteString(legend)
	for _, role := range w.Roles {
		w.sheet(role).write(&text, w)
	}
	return text.String()
}

// A hostThing is some thing of the host's.
type hostThing struct{ at deskpolicy.Attributes }

// Attributes implements [deskpolicy.Resource].
func (t hostThing) Attributes() deskpolicy.Attributes { return t.at }

// hostKind is the kind of a host's thing that has no name.
var hostKind = kindFor(func(at deskpolicy.Attributes) hostThing { return hostThing{at} })

// columns are the ways of holding a role.
var columns = [...]string{"global", "group", "restricted", "shared", "support"}

// row returns a line of the matrix. The widths are those of the longest cells that
// are common; a longer one pushes what follows, on its own line only.
func row(action string, cells []string) string {
	line := fmt.Sprintf("  %-28s %-19s %-23s %-19s %-32s %s", action, cells[0], cells[1], cells[2], cells[3], cells[4])
	return strings.TrimRight(line, " ") + "\n"
}

// A sheet is one role's part of the matrix: those who hold it, in each way.
type sheet struct {
	role       deskpolicy.Role
	nothing    deskpolicy.Role // one that permits nothing
	account    deskpolicy.Account
	owner      *deskpolicy.Agent // who makes grants
	now        time.Time
	vocabulary *deskpolicy.Vocabulary
	holders    [len(columns)]deskpolicy.Subject
}

// Who and what there is in the matrix's world.
const (
	someone   deskpolicy.AgentID = "someone"
	holder    deskpolicy.AgentID = "holder"
	elsewhere deskpolicy.GroupID = "elsewhere"
)

// sheet returns the holders of the role.
func (w *world) sheet(role deskpolicy.Role) *sheet {
	s := &sheet{role: role, account: w.Account, now: w.Now, vocabulary: w.vocabulary}
	if role.Account() != "" {
		s.account.ID = role.Account()
	}
	s.account.Workspaces, s.account.Administrators = []deskpolicy.WorkspaceID{"open"}, []deskpolicy.AgentID{"olga", "adam"}
	s.nothing, _ = deskpolicy.NewRole(s.account.ID, "Nothing", deskpolicy.Permissions{}, nil)
	s.owner = &deskpolicy.Agent{ID: "olga", Account: withAll(s.account), Bindings: w.owner.Bindings}
	groups := map[deskpolicy.GroupID]deskpolicy.Access{"edit": deskpolicy.Edit, "view": deskpolicy.View}
	for i, scope := range []deskpolicy.Scope{deskpolicy.ScopeGlobal, deskpolicy.ScopeGroup, deskpolicy.ScopeRestricted} {
		s.holders[i] = &deskpolicy.Agent{ID: holder, Account: s.account, Bindings: held(role, scope), Groups: groups}
	}
	shared := deskpolicy.NewSharedAgent(holder, s.account, deskpolicy.CRMUser{ID: "user", Scope: deskpolicy.ScopeRestricted})
	shared.Bindings, shared.Groups, shared.Account.Integrated = held(role, deskpolicy.ScopeRestricted), groups, true
	s.holders[3] = shared
	s.holders[4] = s.grant(role).Session(eve, s.account, s.now)
	return s
}

// held returns the role as it is held account-wide.
func held(role deskpolicy.Role, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}
}

// grant returns an account administrator's grant of the role. Of the zero Role
// there is none.
func (s *sheet) grant(role deskpolicy.Role) deskpolicy.SupportGrant {
	g, _, _ := deskpolicy.NewSupportGrant(s.owner, deskpolicy.SupportGrantTerms{ID: "g", Roles: []deskpolicy.Role{role}, Engineers: []deskpolicy.SupportEngineer{eve}}, s.now)
	return g
}

func (s *sheet) heading() string {
	if s.role.BuiltIn() {
		return fmt.Sprintf("role %q, built in", s.role.Name())
	}
	return fmt.Sprintf("role %q of %q", s.role.Name(), s.role.Account())
}

// write writes the role's part of the matrix.
func (s *sheet) write(to *strings.Builder, w *world) {
	fmt.Fprintf(to, "\n%s\n%s", s.heading(), row("", columns[:]))
	var listed []deskpolicy.ActionID
	for _, action := range w.everyAction() {
		if s.writeRow(to, w.vocabulary.Name(action), s.cells(w.kindOf(action), action)) {
			listed = append(listed, action)
		}
	}
	for first, last := range s.unnamed(w) {
		name := first.String()
		if last != first {
			name += "-" + last.String()
		}
		s.writeRow(to, name, s.cells(hostKind, first))
	}
	s.writeRow(to, "workspaces", s.each(func(who deskpolicy.Subject) string { return s.open(w, who, listed) }))
}

// writeRow writes a line, unless it is denied in each way of holding the role, and
// reports whether it did.
func (s *sheet) writeRow(to *strings.Builder, name string, cells []string) bool {
	if slices.Equal(cells, denied) {
		return false
	}
	to.WriteString(row(name, cells))
	return true
}

// cells returns what the action comes to in each way of holding the role.
func (s *sheet) cells(k *kind, action deskpolicy.ActionID) []string {
	return s.each(func(who deskpolicy.Subject) string { return s.cell(who, k, action) })
}

func (s *sheet) each(cell func(who deskpolicy.Subject) string) (cells []string) {
	for _, who := range s.holders {
		cells = append(cells, cell(who))
	}
	return cells
}

// unnamed yields what the role permits of the host's that the desk has no name for,
// by first and last number: an administrator's role permits whole ranges.
func (s *sheet) unnamed(w *world) iter.Seq2[deskpolicy.ActionID, deskpolicy.ActionID] {
	return func(yield func(first, last deskpolicy.ActionID) bool) {
		var first, last deskpolicy.ActionID
		for p := range s.role.Permissions().All() {
			switch {
			case !p.Action.IsHost(), w.kindOf(p.Action) != nil:
			case last+1 == p.Action && slices.Equal(s.cells(hostKind, last), s.cells(hostKind, p.Action)):
				last = p.Action
			default:
				if first != 0 {
					yield(first, last)
				}
				first, last = p.Action, p.Action
			}
		}
		if first != 0 {
			yield(first, last)
		}
	}
}

// open returns whether the role lets the holder do any of the actions in open workspaces.
func (s *sheet) open(w *world, who deskpolicy.Subject, actions []deskpolicy.ActionID) string {
	for _, action := range actions {
		if s.reachesOpen(who, w.kindOf(action), action) {
			return "open"
		}
	}
	return "-"
}
