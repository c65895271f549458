package deskpolicy_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F2"] = libraryActionsOnHostTypes
	faults["F16"] = referencesAsResources
}

// Types of a host's that look like the library's.
type (
	hostTicket   struct{ what Attributes }
	embedsTicket struct{ Ticket }
	embedsChat   struct{ Conversation }
)

func (t hostTicket) Attributes() Attributes { return t.what }

// A library's action is on the library's type and on no other, for the check and for the list.
func libraryActionsOnHostTypes(t *testing.T) {
	boss := riya(wide(AccountAdministratorRole(), Global))
	on := func(reason, listed Reason, arms int) {
		t.Helper()
		assert.Equal(t, WrongResource, reason)
		assert.Equal(t, WrongResource, listed)
		assert.Zero(t, arms)
	}
	mine, embedded, chat := hostTicket{Attributes{Account: "acme"}}, embedsTicket{ticketOf("", "")}, embedsChat{chatOf("", "")}
	f := FilterFor(boss, Action[hostTicket](TicketView))
	on(Authorize(boss, Action[hostTicket](TicketView), &mine).Reason, f.Reason(), count(f.Arms()))
	g := FilterFor(boss, Action[embedsTicket](TicketView))
	on(Authorize(boss, Action[embedsTicket](TicketView), &embedded).Reason, g.Reason(), count(g.Arms()))
	h := FilterFor(boss, Action[embedsChat](ConversationView))
	on(Authorize(boss, Action[embedsChat](ConversationView), &chat).Reason, h.Reason(), count(h.Arms()))
	i := FilterFor(boss, Action[embedsChat](TicketView))
	on(Authorize(boss, Action[embedsChat](TicketView), &chat).Reason, i.Reason(), count(i.Arms()))
}

// A resource type that is a pointer or an interface is refused where it is named,
// and malformed where it is asked about; nothing panics.
func referencesAsResources(t *testing.T) {
	for name, action := range map[string]HostAction{
		"a pointer to the library's": Named(Action[*Ticket](HostViews), "x.view"),
		"an interface":               Named(Action[Resource](HostViews), "x.view"),
		"a pointer to a host's":      Named(Action[*invoice](HostViews), "x.view"),
	} {
		_, err := NewVocabulary(action)
		require.ErrorContains(t, err, `action "x.view": its resource type is a pointer or an interface`, name)
	}
	boss := riya(wide(AccountAdministratorRole(), Global))
	ticket, bill := ticketOf("", ""), invoice{"acme", "", ""}
	pointer, asInterface, toBill := &ticket, Resource(&ticket), &bill
	for name, d := range map[string]Decision{
		"a pointer":               Authorize(boss, Action[*Ticket](HostViews), &pointer),
		"an interface":            Authorize(boss, Action[Resource](HostViews), &asInterface),
		"a host's pointer":        Authorize(boss, Action[*invoice](HostViews), &toBill),
		"a host's nil pointer":    Authorize(boss, Action[*invoice](HostViews), new(*invoice)),
		"a pointer in a request":  Request{Subject: boss, Action: TicketView.ID(), Resource: (*Ticket)(nil)}.Decide(),
		"no resource":             Request{Subject: boss, Action: TicketView.ID()}.Decide(),
		"another type in request": Request{Subject: boss, Action: TicketView.ID(), Resource: bill}.Decide(),
	} {
		assert.Equal(t, WrongResource, d.Reason, name)
	}
	v, err := NewVocabulary(Named(invoiceView, "invoice.view"))
	require.NoError(t, err)
	for _, resource := range []Resource{(*invoice)(nil), nil, (*Ticket)(nil), ticket} {
		assert.Equal(t, WrongResource, Request{Subject: boss, Action: ActionID(invoiceView), Resource: resource, Vocabulary: v}.Decide().Reason)
	}
}

// count returns how many values there are.
func count[T any](values iter.Seq[T]) (n int) {
	for range values {
		n++
	}
	return n
}
