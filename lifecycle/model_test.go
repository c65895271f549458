package lifecycle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

// A modelState is a person in the words of the model, which is a second implementation of the
// lifecycle, as a table.
//
// On the desk a person is nobody, contact, ex-contact (a contact who was an agent), deleted,
// ex-deleted, agent, busy (an agent with tickets) or shared. A person holds nothing ("-"), or one
// of a few sets of roles and groups. For an agent who is an account administrator, admins says
// whether there are others, the agent is alone, or has no ID, which counts as alone.
type modelState struct{ desk, holds, crm, integration, admins string }

// last reports whether the person is the last account administrator.
func (s modelState) last() string {
	if s.holds == "admin" && s.admins != "others" {
		return "yes"
	}
	return "no"
}

// transitionTable has a row for each transition: the event, the person before, and the person
// after. A comma means "or", "*" anything, "=" unchanged. The first row that matches counts; an
// event without a matching row is refused.
const transitionTable = `
event              | desk               | last | crm      | integr.   | desk       | holds   | crm      | integr. | admins | effects

integrate          | nobody             | *    | active   | never,was | shared     | default | =        | is      | =      |
integrate          | contact,ex-contact | *    | active   | never,was | =          | =       | =        | is      | =      | !unmapped
integrate          | deleted,ex-deleted | *    | active   | never,was | =          | =       | =        | is      | =      | !unmapped
integrate          | *                  | *    | *        | never,was | =          | =       | =        | is      | =      |
disconnect         | *                  | *    | *        | is        | =          | =       | =        | was     | =      |

add to crm         | nobody             | *    | none     | is        | shared     | default | active   | =       | =      |
add to crm         | contact,ex-contact | *    | none     | is        | =          | =       | active   | =       | =      | !unmapped
add to crm         | deleted,ex-deleted | *    | none     | is        | =          | =       | active   | =       | =      | !unmapped
add to crm         | *                  | *    | none     | *         | =          | =       | active   | =       | =      |
activate           | nobody             | *    | inactive | is        | shared     | default | active   | =       | =      |
activate           | contact,ex-contact | *    | inactive | is        | =          | =       | active   | =       | =      | !unmapped
activate           | deleted,ex-deleted | *    | inactive | is        | =          | =       | active   | =       | =      | !unmapped
activate           | *                  | *    | inactive | *         | =          | =       | active   | =       | =      |
deactivate         | *                  | *    | active   | *         | =          | =       | inactive | =       | =      |

add agent          | nobody             | *    | *        | *         | agent      | plain   | =        | =       | =      | seat+1
convert            | contact,ex-contact | *    | *        | *         | agent      | plain   | =        | =       | =      | seat+1
edit: custom       | shared,agent,busy  | no   | *        | *         | =          | custom  | =        | =       | =      |
edit: plain        | agent,busy         | no   | *        | *         | =          | plain   | =        | =       | =      |
edit: admin        | agent,busy         | *    | *        | *         | =          | admin   | =        | =       | =      |
edit: wide         | shared             | *    | *        | *         | =          | wide    | =        | =       | =      |
edit: groups       | shared             | *    | *        | *         | =          | groups  | =        | =       | =      |
edit: nothing      | shared,agent,busy  | no   | *        | *         | =          | -       | =        | =       | =      |
edit custom role   | *                  | *    | *        | *         | =          | =       | =        | =       | =      |
delete agent       | shared             | *    | *        | *         | ex-contact | -       | =        | =       | no ID  |
delete agent       | agent              | no   | *        | *         | ex-contact | -       | =        | =       | no ID  | seat-1 !unassigned
delete agent       | busy               | no   | *        | *         | ex-contact | -       | =        | =       | no ID  | unassigned seat-1 !unassigned

delete contact     | contact            | *    | *        | *         | deleted    | =       | =        | =       | =      | !removed
delete contact     | ex-contact         | *    | *        | *         | ex-deleted | =       | =        | =       | =      |
restore            | deleted            | *    | *        | *         | contact    | =       | =        | =       | =      |
restore            | ex-deleted         | *    | *        | *         | ex-contact | =       | =        | =       | =      |
purge              | deleted            | *    | *        | *         | nobody     | =       | =        | =       | =      | removed !removed
purge              | ex-deleted         | *    | *        | *         | nobody     | =       | =        | =       | =      |

change address     | contact,ex-contact | *    | *        | *         | nobody     | -       | =        | =       | no ID  | moved
change address     | deleted,ex-deleted | *    | *        | *         | nobody     | -       | =        | =       | no ID  | moved
change address     | agent,busy         | *    | *        | *         | nobody     | -       | =        | =       | no ID  | moved
`

// transitions are the rows of the table, as cells.
var transitions = func() [][]string {
	var rows [][]string
	for _, line := range strings.Split(strings.TrimSpace(transitionTable), "\n")[1:] {
		if line == "" {
			continue
		}
		row := strings.Split(line, "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	return rows
}()

// model returns what the table says about the event.
func model(s modelState, event string) (next modelState, effects string, fits bool) {
	is := func(cell, now string) bool { return cell == "*" || slices.Contains(strings.Split(cell, ","), now) }
	then := func(cell, now string) string {
		if cell == "=" {
			return now
		}
		return cell
	}
	for _, row := range transitions {
		if row[0] == event && is(row[1], s.desk) && is(row[2], s.last()) && is(row[3], s.crm) && is(row[4], s.integration) {
			next = modelState{then(row[5], s.desk), then(row[6], s.holds), then(row[7], s.crm), then(row[8], s.integration), then(row[9], s.admins)}
			return next, row[10], true
		}
	}
	return s, "", false
}

// allStates returns all states, except that it has only some of agents who are alone or have no ID.
func allStates() []modelState {
	holds := map[string][]string{"agent": {"plain", "custom", "admin", "-"}, "busy": {"plain", "custom", "admin", "-"}, "shared": {"default", "wide", "groups", "custom", "-"}}
	var states []modelState
	for _, desk := range []string{"nobody", "contact", "ex-contact", "deleted", "ex-deleted", "agent", "busy", "shared"} {
		for _, crm := range []string{"none", "active", "inactive"} {
			for _, integration := range []string{"never", "is", "was"} {
				if desk == "shared" && (crm == "none" || integration == "never") {
					continue
				}
				for _, held := range append(holds[desk], "-")[:max(1, len(holds[desk]))] {
					admins := []string{"no ID"}
					switch agent := desk == "agent" || desk == "busy"; {
					case agent && crm == "active" && integration == "is": // which the rule does not look at
						admins = []string{"no ID", "alone", "others"}
					case agent:
						admins = []string{"others"}
					}
					for _, known := range admins {
						states = append(states, modelState{desk, held, crm, integration, known})
					}
				}
			}
		}
	}
	return states
}

// The words of the model, and their values in the library.
var (
	statuses     = []string{"none", "active", "inactive"}
	integrations = []string{"never", "is", "was"}
	holdings     = map[string]Person{
		"-":       {},
		"plain":   {Bindings: holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)},
		"custom":  {Bindings: holding(custom, deskpolicy.ScopeGroup)},
		"admin":   {Bindings: holding(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal)},
		"default": {Bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)},
		"wide":    {Bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeGlobal)},
		"groups":  {Bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted), Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View}},
	}
	desks = map[string]Person{
		"nobody":     {},
		"contact":    {Desk: ContactRecord},
		"ex-contact": {Desk: ContactRecord, WasAgent: true},
		"deleted":    {Desk: DeletedContactRecord},
		"ex-deleted": {Desk: DeletedContactRecord, WasAgent: true},
		"agent":      {Desk: AgentRecord},
		"busy":       {Desk: AgentRecord, AssignedTickets: 3},
		"shared":     {Desk: SharedAgentRecord},
	}
	admins = map[string]Person{
		"no ID":  {Administrators: []deskpolicy.AgentID{"emily", "ada"}},
		"alone":  {ID: "emily", Administrators: []deskpolicy.AgentID{"emily"}},
		"others": {ID: "emily", Administrators: []deskpolicy.AgentID{"emily", "ada"}},
	}
	sameRoles = cmp.Options{cmp.Comparer(func(a, b deskpolicy.Role) bool { return a == b })}
)

type namedEvent struct {
	name  string
	event Event
}

// allEvents returns the events that the model knows, and others that it refuses.
func allEvents() []namedEvent {
	edit := func(holds string) EditAgent {
		return EditAgent{ByAddress: adminAddress, Bindings: slices.Clone(holdings[holds].Bindings), Groups: holdings[holds].Groups}
	}
	byMyself := edit("wide")
	byMyself.ByAddress = emilyAddress
	return []namedEvent{
		{"integrate", ConnectCRM{}},
		{"disconnect", DisconnectCRM{}},
		{"add to crm", AddToCRM{}},
		{"activate", ActivateInCRM{}},
		{"deactivate", DeactivateInCRM{}},
		{"add agent", AddAgent{holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)}},
		{"add shared agent", AddAgent{holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)}},
		{"convert", ConvertToAgent{holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)}},
		{"convert to shared agent", ConvertToAgent{holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)}},
		{"edit: plain", edit("plain")},
		{"edit: custom", edit("custom")},
		{"edit: admin", edit("admin")},
		{"edit: wide", edit("wide")},
		{"edit: groups", edit("groups")},
		{"edit: nothing", edit("-")},
		{"edit oneself", byMyself},
		{"edit built-in role", EditRole{deskpolicy.SharedAgentRole.Role()}},
		{"edit custom role", EditRole{custom}},
		{"delete agent", DeleteAgent{}},
		{"delete contact", DeleteContact{}},
		{"restore", RestoreContact{}},
		{"purge", PurgeContact{}},
		{"change address", ChangeAddress{To: dummyAddress, AddressIsFree: true}},
		{"change to a taken address", ChangeAddress{To: dummyAddress}},
	}
}

// personOf returns the person in a state.
func personOf(s modelState) Person {
	p := desks[s.desk]
	p.Address = emilyAddress
	p.Bindings, p.Groups = slices.Clone(holdings[s.holds].Bindings), holdings[s.holds].Groups
	p.ID, p.Administrators = admins[s.admins].ID, admins[s.admins].Administrators
	p.CRM = Status(slices.Index(statuses, s.crm))
	p.Integration = Status(slices.Index(integrations, s.integration))
	return p
}

// inWords returns a person in the model's words, or the whole person if there are no words.
func inWords(p Person) modelState {
	s := modelState{desk: fmt.Sprintf("%+v", p), holds: fmt.Sprintf("%+v", p), admins: "no ID"}
	for word, q := range desks {
		if p.Desk == q.Desk && p.WasAgent == q.WasAgent && (p.AssignedTickets > 0) == (q.AssignedTickets > 0) {
			s.desk = word
		}
	}
	for word, q := range holdings {
		if cmp.Equal(p.Bindings, q.Bindings, sameRoles) && cmp.Equal(p.Groups, q.Groups) {
			s.holds = word
		}
	}
	for word, q := range admins {
		if p.ID != "" && p.ID == q.ID && slices.Equal(p.Administrators, q.Administrators) {
			s.admins = word
		}
	}
	s.crm, s.integration = statuses[p.CRM], integrations[p.Integration]
	return s
}

// effectsInWords returns the other effects of a change in the model's words.
func effectsInWords(before Person, c Change) string {
	var words []string
	switch c.UnassignedTickets {
	case 0:
	case before.AssignedTickets:
		words = append(words, "unassigned")
	default:
		words = append(words, fmt.Sprintf("unassigned %d of %d", c.UnassignedTickets, before.AssignedTickets))
	}
	if !cmp.Equal(c.AtNewAddress, Person{}, sameRoles) {
		old := before
		old.Address, old.CRM = c.Event.(ChangeAddress).To, 0
		words = append(words, "moved"+cmp.Diff(old, c.AtNewAddress, sameRoles))
	}
	if len(c.RemovedActivity) > 0 {
		words = append(words, "removed")
	}
	if c.Seats != 0 {
		words = append(words, fmt.Sprintf("seat%+d", c.Seats))
	}
	for _, w := range c.Warnings {
		words = append(words, map[Warning]string{TicketsBecomeUnassigned: "!unassigned", ActivitiesRemoved: "!removed", UserNotMapped: "!unmapped"}[w])
	}
	return strings.Join(words, " ")
}

// compareWithModel plans the event, and checks that the library and the model agree about it.
func compareWithModel(t require.TestingT, s modelState, p Person, event namedEvent) (modelState, Person, Change) {
	next, effects, fits := model(s, event.name)
	changes, err := Plan(p, event.event)
	require.Equal(t, fits, err == nil, "%+v: %s: %v", s, event.name, err)
	if err != nil {
		require.Nil(t, changes)
		require.Contains(t, err.Error(), fmt.Sprintf("%q", p.Address))
		return s, p, Change{}
	}
	require.Len(t, changes, 1)
	require.Equal(t, next, inWords(changes[0].Person), "%+v: %s", s, event.name)
	require.Equal(t, effects, effectsInWords(p, changes[0]), "%+v: %s", s, event.name)
	require.Equal(t, p.Address, changes[0].Person.Address)
	require.Equal(t, p.Administrators, changes[0].Person.Administrators)
	require.NoError(t, changes[0].Person.Check(), "%+v: %s: what is planned is no contradiction", s, event.name)
	return next, changes[0].Person, changes[0]
}

// TestHistories compares every history of six events, including refused ones, from every state.
// What follows depends only on the state, so each state is compared once at each length.
func TestHistories(t *testing.T) {
	type point struct {
		state  modelState
		person string
		left   int
	}
	const length = 6
	events := allEvents()
	counted := make(map[point]int)
	compared := 0
	var histories func(s modelState, p Person, left int) int
	histories = func(s modelState, p Person, left int) int {
		if left == 0 {
			return 1
		}
		at := point{s, fmt.Sprintf("%+v", p), left}
		if n, known := counted[at]; known {
			return n
		}
		n := 0
		for _, event := range events {
			compared++
			next, person, _ := compareWithModel(t, s, p, event)
			n += histories(next, person, left-1)
		}
		counted[at] = n
		return n
	}
	total, want := 0, len(allStates())
	for _, state := range allStates() {
		require.NoError(t, personOf(state).Check())
		require.Equal(t, state, inWords(personOf(state)))
		total += histories(state, personOf(state), length)
	}
	for range length {
		want *= len(events)
	}
	require.Equal(t, want, total)
	t.Logf("%d histories of %d events out of %d, from %d states, in %d comparisons", total, length, len(events), len(allStates()), compared)
	effort.Documented(t, "..", total, compared)

	rows := make(map[string]bool)
	for _, row := range transitions {
		require.False(t, rows[strings.Join(row, "|")], "%v is there twice", row)
		rows[strings.Join(row, "|")] = true
	}
}
