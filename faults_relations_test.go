package deskpolicy_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F1"] = scopesMeanTheSame
	faults["F8"] = whatIsOnTickets
	faults["F9"] = hostActionsOnOwnThings
	faults["F15"] = theFirstComparison
}

// A scope means the same for every action on a type, a host's included.
func scopesMeanTheSame(t *testing.T) {
	const (
		tag     Action[Conversation] = FirstHostEdit
		inspect Action[Conversation] = FirstHostView
	)
	own := chatOf("apac", "riya")
	for scope, want := range map[Scope]Reason{InGroup: OutOfScope, GroupQueue: OutOfScope, ScopeGroup: AllowedAssigned, Assigned: AllowedAssigned, Anything: AllowedAll} {
		me := riya(custom(t, tag.At(scope), inspect.At(scope), ConversationReply.At(scope), ConversationView.At(scope)))
		for _, action := range []Action[Conversation]{tag, inspect, ConversationReply, ConversationView} {
			check(t, me, action, own, want)
			assert.Equal(t, want.Outcome() == OutcomeAllowed, ptr(FilterFor(me, action)).Match(&own), "%v@%v", action, scope)
		}
	}
}

// A hostTask is a task of the host's that hangs on a ticket.
type hostTask struct {
	Ticket   Ticket
	Assignee AgentID
	Author   AgentID
}

// Attributes implements [Resource].
func (task hostTask) Attributes() Attributes {
	return Attributes{
		Account: task.Ticket.Account, Workspace: task.Ticket.Workspace, Group: task.Ticket.Group,
		Assignee: task.Assignee, Assignable: true, Owner: task.Author, OnTicket: true,
	}
}

// A ticket scope limits what hangs on a ticket as it limits the ticket.
func whatIsOnTickets(t *testing.T) {
	const view Action[hostTask] = FirstHostView
	tasks := []hostTask{{Ticket: ticketOf("apac", "bob"), Assignee: "bob"}, {Ticket: ticketOf("apac", "bob"), Assignee: "riya"}, {Ticket: ticketOf("billing", "bob")}}
	role := custom(t, view.At(Anything), TicketView.At(Anything)).Role
	for scope, want := range map[Scope][3]Reason{
		0:               {OutOfScope, OutOfScope, OutOfScope},
		ScopeRestricted: {OutOfScope, AllowedAssigned, OutOfScope},
		ScopeGroup:      {OutOfScope, AllowedAssigned, AllowedGroup},
		GroupQueue:      {OutOfScope, OutOfScope, AllowedQueue},
		ScopeGlobal:     {AllowedAll, AllowedAll, AllowedAll},
	} {
		me := riya(wide(role, scope))
		filter := FilterFor(me, view)
		for i, task := range tasks {
			check(t, me, view, task, want[i])
			assert.Equal(t, want[i].Outcome() == OutcomeAllowed, filter.Match(&task))
		}
	}
	shared := sam(wide(custom(t, view.At(ScopeShared)).Role, ScopeRestricted))
	check(t, shared, view, tasks[2], OutOfScope)
	shared.Groups = map[GroupID]Access{"billing": View}
	check(t, shared, view, tasks[2], AllowedGroup)

	// Compare knows it too.
	wider := Compare(riya(wide(role, ScopeRestricted)), riya(wide(role, ScopeGroup)))
	assert.Equal(t, OrderingWider, wider.Ordering())
	assert.Contains(t, sentences(wider.Gained()), ActionID(view).At(ScopeGroup).String()+` in group "refunds"`)
	for d := range wider.Gained() {
		replays(t, d)
	}
}

// A host's action can be on the subject's own things only, within reach; the owner is not
// the assignee.
func hostActionsOnOwnThings(t *testing.T) {
	const (
		edit  Action[hostTask] = FirstHostOwn
		amend Action[Note]     = FirstHostOwn + 1
	)
	mine, theirs := hostTask{Ticket: ticketOf("billing", ""), Author: "riya"}, hostTask{Ticket: ticketOf("billing", ""), Author: "bob", Assignee: "riya"}
	far := hostTask{Ticket: ticketOf("apac", ""), Author: "riya"}
	me := riya(wide(custom(t, edit.At(Anything), amend.At(Anything)).Role, ScopeGroup))
	check(t, me, edit, mine, AllowedOwn)
	check(t, me, edit, theirs, NotOwn)
	check(t, me, edit, far, OutOfScope) // being its author does not reach it (B21)
	check(t, me, edit, hostTask{Ticket: ticketOf("billing", "")}, NotOwn)
	check(t, me, amend, Note{ticketOf("billing", "bob"), "riya"}, AllowedOwn)
	check(t, me, amend, Note{ticketOf("billing", "bob"), "bob"}, NotOwn)
	check(t, me, amend, Note{ticketOf("apac", "bob"), "riya"}, OutOfScope)
	for i, task := range []hostTask{mine, theirs, far} {
		assert.Equal(t, i == 0, ptr(FilterFor(me, edit)).Match(&task), "%+v", task)
	}
	assert.Equal(t, Edit, edit.ID().RequiredAccess())
	assert.True(t, edit.ID().IsHost())
	for d := range Compare(riya(), me).Gained() {
		replays(t, d)
	}
}

// The first comparison of a process derives no more than it needs.
func theFirstComparison(t *testing.T) {
	const first = "DESKPOLICY_FIRST_COMPARISON"
	if os.Getenv(first) == "" {
		command := exec.Command(os.Args[0], "-test.run=^TestFaults$/^F15$", "-test.v")
		command.Env = append(os.Environ(), first+"=1")
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Regexp(t, `allocations: \d+\n`, string(out))
		return
	}
	before, after := riya(wide(AgentRole.Role(), ScopeGroup)), riya(wide(SupervisorRole.Role(), ScopeGlobal))
	var start, end runtime.MemStats
	runtime.ReadMemStats(&start)
	Compare(before, after)
	runtime.ReadMemStats(&end)
	fmt.Printf("allocations: %d\n", end.Mallocs-start.Mallocs)
	assert.LessOrEqual(t, end.Mallocs-start.Mallocs, uint64(1000))
	assert.LessOrEqual(t, end.TotalAlloc-start.TotalAlloc, uint64(1<<20))
}
