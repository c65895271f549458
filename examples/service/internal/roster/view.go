package roster

import (
	"context"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// AskToView asks whether the context's subject can view the person and the thing that a question
// is about, as an answer tells about both. The thing can be nil. The error is for
// deskhttp.Problem.
func AskToView(ctx context.Context, p Person, thing deskpolicy.Resource) error {
	if err := askToViewPerson(ctx, p); err != nil {
		return err
	}
	switch t := thing.(type) {
	case *deskpolicy.Ticket:
		return deskhttp.Authorize(ctx, deskpolicy.TicketView, t)
	case *deskpolicy.TicketAssignment:
		if err := deskhttp.Authorize(ctx, deskpolicy.TicketView, &t.Ticket); err != nil || t.To == nil {
			return err
		}
		return AskToView(ctx, Person{Subject: t.To}, nil)
	case *deskpolicy.Agent:
		return deskhttp.Authorize(ctx, deskpolicy.AgentView, t)
	case *deskpolicy.Role:
		return deskhttp.Authorize(ctx, deskpolicy.RoleView, t)
	case *deskpolicy.Account:
		return deskhttp.Authorize(ctx, deskpolicy.SessionLogin, t)
	}
	return nil
}

func askToViewPerson(ctx context.Context, p Person) error {
	p = p.Principal()
	if shared := p.Shared(); shared != nil {
		return deskhttp.Authorize(ctx, deskpolicy.SharedAgentView, shared)
	}
	if p.Contact != nil {
		return deskhttp.Authorize(ctx, deskpolicy.ContactView, p.Contact)
	}
	return deskhttp.Authorize(ctx, deskpolicy.AgentView, p.Agent())
}
