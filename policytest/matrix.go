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

// update is not named -update, because programs define that flag for their own golden files.
var update = flag.Bool("policytest.update", false, "policytest: rewrite matrices that differ")

// AssertMatrix compares the roles' matrix, as [MatrixText] returns it, with a golden file. If they
// differ, it fails the test and lists what each role gains and loses.
//
// With -policytest.update, or with an -update flag that the test's package defines, AssertMatrix
// writes the file instead. Review the change: the file says who may do what.
func AssertMatrix(t TB, path string, roles ...deskpolicy.Role) {
	t.Helper()
	Desk{Roles: roles}.AssertMatrix(t, path)
}

// AssertMatrix compares the matrix of the desk's roles with a golden file, as the function
// [AssertMatrix] does.
func (d Desk) AssertMatrix(t TB, path string) {
	t.Helper()
	got := d.MatrixText()
	if updating() {
		if err := write(path, got); err != nil {
			t.Errorf("cannot write the matrix: %v", err)
		}
		return
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("cannot read the matrix to compare with: %v\nto write it: %s", err, accept(t))
		return
	}
	if want := strings.ReplaceAll(string(golden), "\r\n", "\n"); want != got {
		t.Errorf("%s: what roles allow has changed:\n%s\nto accept the change: %s", path, changes(want, got), accept(t))
	}
}

// updating reports whether to write golden files.
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

// accept returns the command that accepts a changed matrix.
func accept(t TB) string {
	command := "go test"
	if named, ok := t.(interface{ Name() string }); ok {
		command += fmt.Sprintf(" -run '^%s$'", strings.ReplaceAll(named.Name(), "/", "$/^"))
	}
	return command + " -policytest.update"
}

// MatrixText returns a table of what the roles allow: for each role and action, where an agent, a
// shared agent or a support engineer who holds the role may do it. Without arguments it covers the
// built-in roles. Actions that are always denied are left out.
//
// Each cell holds answers of Authorize, not the role's permissions. So an action that a guardrail
// forbids is left out even if the role permits it. A cell does not say what another of its words
// includes: what is in the holder's groups includes what waits there.
//
// Equal answers give equal text. Columns have a fixed width, so that a change of one cell changes
// one line, and each role's heading starts at the beginning of a line, so that git diff shows it.
func MatrixText(roles ...deskpolicy.Role) string { return Desk{Roles: roles}.MatrixText() }

const legend = `# What roles allow. Each cell is an answer of Authorize; what is not listed is denied.
#
# An agent holds the role account-wide, at ticket scope global, group or restricted;
# a shared agent has it from the CRM, a support engineer by a support grant.
#
#   all         everything outside of workspaces
#   group:edit  everything in groups that the holder may edit
#   group:view  everything in groups that the holder may view or edit
#   assigned    what is assigned to the holder
#   queue       what is in groups that the holder may edit, and assigned to nobody
#   unassigned  what is assigned to nobody
#   unrouted    what is assigned to nobody and in no group
#   own         what the holder owns or wrote; own:assigned: what the holder wrote on tickets assigned to them
#   requested   what the holder asked for
#   part:edit   where the holder takes part and may edit
#   part:view   where the holder takes part and may view or edit
#   mentioned   where the holder is mentioned
#   customer    what customers of the holder requested
#   company     what people of the holder's company requested
#   contact     contacts that the shared agent sees in the CRM, and their tickets
#   lesser      people who hold nothing; peer: who hold the same; owner: account administrators;
#               for support grants and role assignments: those that give what such people hold
#   self        the holder
#   custom      custom roles
#   built-in    built-in roles
`

// MatrixText returns the table for the desk's roles, as the function [MatrixText] does, with the
// plan of the desk's account and the names of its host actions.
func (d Desk) MatrixText() string {
	w := d.full()
	var text strings.Builder
	text.WriteString(legend)
	for _, role := range w.Roles {
		w.sheet(role).writeTo(&text, w)
	}
	return text.String()
}

// A hostThing is a resource of the host application.
type hostThing struct{ at deskpolicy.Attributes }

// Attributes implements [deskpolicy.Resource].
func (t hostThing) Attributes() deskpolicy.Attributes { return t.at }

// hostKind is the kind of resource that a host action without a name is on.
var hostKind = kindFor(func(at deskpolicy.Attributes) hostThing { return hostThing{at} })

// columns are the ways of holding a role.
var columns = [...]string{"global", "group", "restricted", "shared", "support"}

// row returns a line of the matrix. Columns are as wide as their longest common cells; a longer
// cell shifts the rest of its own line only.
func row(action string, cells []string) string {
	line := fmt.Sprintf("  %-28s %-19s %-23s %-19s %-32s %s", action, cells[0], cells[1], cells[2], cells[3], cells[4])
	return strings.TrimRight(line, " ") + "\n"
}

// A sheet is one role's part of the matrix, with a holder of the role for each column.
type sheet struct {
	role       deskpolicy.Role
	nothing    deskpolicy.Role // a role that permits nothing
	account    deskpolicy.Account
	owner      *deskpolicy.Agent // makes the support grants
	now        time.Time
	vocabulary *deskpolicy.Vocabulary
	holders    [len(columns)]deskpolicy.Subject
	noBuiltIns bool
}

// The IDs in the matrix.
const (
	someone   deskpolicy.AgentID = "someone"
	holder    deskpolicy.AgentID = "holder"
	elsewhere deskpolicy.GroupID = "elsewhere"
)

// sheet returns the sheet of the role.
func (w *fullDesk) sheet(role deskpolicy.Role) *sheet {
	s := &sheet{role: role, account: w.Account, now: w.Now, vocabulary: w.vocabulary, noBuiltIns: w.NoBuiltInRoles}
	if role.Account() != "" {
		s.account.ID = role.Account()
	}
	s.account.OpenWorkspaces, s.account.Administrators = []deskpolicy.WorkspaceID{"open"}, []deskpolicy.AgentID{"olga", "adam"}
	s.nothing, _ = deskpolicy.NewRole(s.account.ID, "Nothing", deskpolicy.Permissions{}, nil)
	s.owner = &deskpolicy.Agent{ID: "olga", Account: withAll(s.account), Bindings: w.owner.Bindings}
	groups := map[deskpolicy.GroupID]deskpolicy.Access{"edit": deskpolicy.Edit, "view": deskpolicy.View}
	for i, scope := range []deskpolicy.Scope{deskpolicy.ScopeGlobal, deskpolicy.ScopeGroup, deskpolicy.ScopeRestricted} {
		s.holders[i] = &deskpolicy.Agent{ID: holder, Account: s.account, Bindings: held(role, scope), Groups: groups, Contact: "holder's", Company: "holder's"}
	}
	shared := deskpolicy.NewSharedAgent(holder, s.account, deskpolicy.CRMUser{ID: "user", Sees: deskpolicy.OwnRecords})
	shared.Bindings, shared.Groups, shared.Account.Integrated = held(role, deskpolicy.ScopeRestricted), groups, true
	s.holders[3] = shared
	s.holders[4] = s.grant(role).Session(eve, s.account, s.now)
	return s
}

// held returns the binding of a role that is held account-wide.
func held(role deskpolicy.Role, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}
}

// grant returns a support grant of the role, by an account administrator. For the zero Role it
// returns the zero SupportGrant.
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

// writeTo writes the role's part of the matrix.
func (s *sheet) writeTo(to *strings.Builder, w *fullDesk) {
	fmt.Fprintf(to, "\n%s\n%s", s.heading(), row("", columns[:]))
	for _, action := range w.everyAction() {
		s.writeRow(to, w.vocabulary.Name(action), s.cells(w.kindOf(action), action))
	}
	for first, last := range s.unnamed(w) {
		name := first.String()
		if last != first {
			name += "-" + last.String()
		}
		s.writeRow(to, name, s.cells(hostKind, first))
	}
}

// writeRow writes a line, unless the action is denied in every column.
func (s *sheet) writeRow(to *strings.Builder, name string, cells []string) {
	if !slices.Equal(cells, denied) {
		to.WriteString(row(name, cells))
	}
}

// cells returns the cells of the action, one for each column.
func (s *sheet) cells(k *kind, action deskpolicy.ActionID) (cells []string) {
	for _, who := range s.holders {
		cells = append(cells, s.cell(who, k, action))
	}
	return cells
}

// unnamed yields the host actions that the role permits and the desk does not name, as ranges of
// numbers: an administrator's role permits whole ranges.
func (s *sheet) unnamed(w *fullDesk) iter.Seq2[deskpolicy.ActionID, deskpolicy.ActionID] {
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
