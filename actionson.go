package deskpolicy

import "iter"

// ActionsOn yields the actions on resources of type R with their decisions by [Authorize],
// for the buttons of a page: the library's in the order of [Actions], followed by the
// vocabulary's in its own. The vocabulary can be nil if the host has no actions.
//
// Actions that need more than the resource are not among those on a [Ticket]: assigning it is
// an action on a [TicketAssignment]. Two that are among them are not buttons:
// [TicketConfidential] and [TicketBeAssigned], which other actions take. For many resources at once, use a [FilterFor] each action.
//
// ActionsOn does not keep its arguments, and is safe for concurrent use. A loop over its
// result allocates nothing.
func ActionsOn[R Resource](subject Subject, resource *R, vocabulary *Vocabulary) iter.Seq2[Action[R], Decision] {
	return func(yield func(Action[R], Decision) bool) {
		each(subject, resource, vocabulary, yield)
	}
}

// each calls yield with each action and its decision. It is apart from ActionsOn so that
// this is inlined, and its result stays on the caller's stack.
func each[R Resource](subject Subject, resource *R, vocabulary *Vocabulary, yield func(Action[R], Decision) bool) {
	if of := kindOf(mark[R]{}, kindTicket); of != kindHost {
		for id := firstAction; id <= lastAction; id++ {
			if id.info().on == of && !yield(Action[R](id), authorize(subject, id, resource)) {
				return
			}
		}
	}
	for _, host := range vocabulary.hosts() {
		if host.reader == (readerOf[R]{}) && !yield(Action[R](host.id), authorize(subject, host.id, resource)) {
			return
		}
	}
}
