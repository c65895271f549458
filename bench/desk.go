package main

import "github.com/deskpolicy/deskpolicy"

// desk is the library. It takes the host's values and stores nothing.
type desk struct{ *helpdesk }

func loadDesk(h *helpdesk) (loaded, error) { return desk{h}, nil }

// asked is a question in the form of a host program: a subject, a resource and an action.
type asked struct {
	subject  deskpolicy.Subject
	resource deskpolicy.Resource
	action   deskpolicy.ActionID
}

func (d desk) prepare(questions []question) (engine, error) {
	e := deskEngine{d.helpdesk, make([]asked, len(questions))}
	for i, q := range questions {
		r := d.request(q)
		e.questions[i] = asked{r.Subject, r.Resource, r.Action}
	}
	return e, nil
}

type deskEngine struct {
	*helpdesk
	questions []asked
}

func (e deskEngine) ask(n int) (bool, error) { return e.questions[n].decide().Allowed(), nil }

// decide calls Authorize with the resource's static type, as a handler would.
func (q *asked) decide() deskpolicy.Decision {
	switch on := q.resource.(type) {
	case *deskpolicy.Ticket:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Ticket](q.action), on)
	case *deskpolicy.Contact:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Contact](q.action), on)
	case *deskpolicy.Note:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Note](q.action), on)
	case *deskpolicy.TicketAssignment:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.TicketAssignment](q.action), on)
	case *deskpolicy.Conversation:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Conversation](q.action), on)
	case *deskpolicy.Channel:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Channel](q.action), on)
	case *deskpolicy.Article:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Article](q.action), on)
	case *deskpolicy.Topic:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Topic](q.action), on)
	case *deskpolicy.Report:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Report](q.action), on)
	case *deskpolicy.Settings:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Settings](q.action), on)
	case *deskpolicy.Account:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Account](q.action), on)
	case *deskpolicy.Agent:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Agent](q.action), on)
	case *deskpolicy.Role:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.Role](q.action), on)
	case *deskpolicy.SupportGrant:
		return deskpolicy.Authorize(q.subject, deskpolicy.Action[deskpolicy.SupportGrant](q.action), on)
	}
	return deskpolicy.Decision{}
}

func (e deskEngine) list(who, tickets int) (n int, err error) {
	for i := range tickets {
		if deskpolicy.Authorize(e.subjects[who], deskpolicy.TicketView, e.resources[i].(*deskpolicy.Ticket)).Allowed() {
			n++
		}
	}
	return n, nil
}
