package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// hostActions returns a vocabulary with actions on a host's type, on a library's type and on
// another of the host's, whose numbers are not in the order of the types.
func hostActions(t testing.TB) *Vocabulary {
	v, err := NewVocabulary(
		NewHostAction(Action[invoice](FirstHostEdit+1), "invoice.refund"),
		NewHostAction(Action[Ticket](FirstHostView+1), "ticket.transcribe"),
		NewHostAction(Action[roleCard](FirstHostView+2), "card.view"),
		NewHostAction(Action[invoice](FirstHostView+3), "invoice.view"),
	)
	require.NoError(t, err)
	return v
}

// buttons returns what ActionsOn yields, and requires that each decision is that of Authorize.
func buttons[R Resource](t testing.TB, who Subject, resource *R, v *Vocabulary) (actions []ActionID) {
	for action, d := range ActionsOn(who, resource, v) {
		require.Equal(t, Authorize(who, action, resource), d, "%v", action)
		actions = append(actions, action.ID())
	}
	return actions
}

// ActionsOn yields the library's and the host's actions on the type and no others, each with
// the decision of Authorize.
func TestActionsOn(t *testing.T) {
	v, me := hostActions(t), riya(wide(AgentRole.Role(), ScopeGroup))
	ticket, conversation, bill := ticketOf("billing", "bob"), Conversation{Account: "acme", Assignee: "riya"}, invoice{"acme", "billing", ""}

	var onTickets []ActionID
	for id := range Actions() {
		if (Request{Subject: me, Action: id, Resource: &ticket}).Authorize().Reason != WrongResource {
			onTickets = append(onTickets, id)
		}
	}
	require.Greater(t, len(onTickets), 20)
	assert.Equal(t, onTickets, buttons(t, me, &ticket, nil), "without a vocabulary, only the library's")
	assert.Equal(t, append(slices.Clone(onTickets), FirstHostView+1), buttons(t, me, &ticket, v))
	assert.Equal(t, []ActionID{FirstHostEdit + 1, FirstHostView + 3}, buttons(t, me, &bill, v), "in the order of the vocabulary")
	assert.Empty(t, buttons(t, me, &bill, nil))
	assert.Contains(t, buttons(t, me, &conversation, v), ConversationReply.ID())
	assert.NotContains(t, buttons(t, me, &conversation, v), TicketReply.ID())
}

// What cannot be asked about is denied for every action, and never panics.
func TestActionsOnNothing(t *testing.T) {
	v, me := hostActions(t), riya(wide(AgentRole.Role(), ScopeGroup))
	for action, d := range ActionsOn[Ticket](me, nil, v) {
		assert.Equal(t, WrongResource, d.Reason, "%v", action)
	}
	ticket := ticketOf("billing", "bob")
	for action, d := range ActionsOn(nil, &ticket, v) {
		assert.Equal(t, NoSubject, d.Reason, "%v", action)
	}
	pointer := &ticket
	for action := range ActionsOn(Subject(me), &pointer, v) {
		t.Errorf("%v is an action on a pointer to a ticket", action)
	}
	for action := range ActionsOn(me, &ticketInDisguise{ticket}, v) {
		t.Errorf("%v is an action on a host's type", action)
	}
	for range ActionsOn(me, &ticket, v) {
		break // a loop can end early, among the library's actions
	}
	bill := invoice{"acme", "billing", ""}
	for range ActionsOn(me, &bill, v) {
		break // and among the host's
	}
}

// A ticketInDisguise is a host's type that embeds the library's.
type ticketInDisguise struct{ Ticket }

func TestActionsOnAllocatesNothing(t *testing.T) {
	v, me := hostActions(t), riya(wide(AgentRole.Role(), ScopeGroup))
	ticket, bill, allowed := ticketOf("billing", "bob"), invoice{"acme", "billing", ""}, 0
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		for _, d := range ActionsOn(me, &ticket, v) {
			if d.Allowed() {
				allowed++
			}
		}
		for _, d := range ActionsOn(me, &bill, v) {
			if d.Allowed() {
				allowed++
			}
		}
	}))
}

// BenchmarkActionsOn asks for all buttons of a ticket.
func BenchmarkActionsOn(b *testing.B) {
	v, me, ticket, allowed := hostActions(b), riya(wide(AgentRole.Role(), ScopeGroup)), ticketOf("billing", "bob"), 0
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range ActionsOn(me, &ticket, v) {
			if d.Allowed() {
				allowed++
			}
		}
	}
}
