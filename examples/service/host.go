package main

import (
	"context"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/desk"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// records are what the administrator's pages show, from the store.
type records struct {
	store *store.Store
	now   func() time.Time
}

func (r records) Desk(ctx context.Context) (*roster.Desk, error) {
	return r.store.Desk(ctx, desk.TokenFrom(ctx), r.now())
}

func (r records) Ticket(ctx context.Context, id deskpolicy.TicketID) (*deskpolicy.Ticket, error) {
	t, err := r.store.Ticket(ctx, account(ctx), id)
	if err != nil {
		return nil, err
	}
	return &t.Ticket, nil
}

func (r records) Customer(ctx context.Context, desk *roster.Desk, id deskpolicy.ContactID) (roster.Person, error) {
	return r.store.Customer(ctx, desk, id)
}

func (r records) CustomersOf(ctx context.Context, desk *roster.Desk, id deskpolicy.TicketID) ([]roster.Person, error) {
	return r.store.CustomersOf(ctx, desk, id)
}

func (r records) CustomersWith(ctx context.Context, desk *roster.Desk, role string) ([]roster.Person, error) {
	return r.store.CustomersWith(ctx, desk, role)
}

func (r records) Events(ctx context.Context, limit int) ([]roster.Event, error) {
	return r.store.Events(ctx, account(ctx), limit)
}

func (r records) SupportLog(ctx context.Context) (deskpolicy.SupportAccessLog, error) {
	return r.store.SupportLog(ctx, account(ctx))
}

// account is the account of who asks.
func account(ctx context.Context) deskpolicy.AccountID {
	return store.AccountOf(deskhttp.SubjectFrom(ctx))
}
