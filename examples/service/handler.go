package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/admin"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/change"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/desk"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/page"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// newHandler returns the whole service: what secures pages, what authenticates, the guard, and
// the routes.
func newHandler(s *store.Store, now func() time.Time, log *slog.Logger) http.Handler {
	d := &desk.Desk{Store: s, Now: now, Log: log}
	guard := deskhttp.Guard{Logger: log, Answer: desk.Answer, Observe: s.ObserveSupport, Challenge: `Bearer realm="desk", Session realm="desk"`}
	return page.Secure(d.Authenticate(guard.Handler(routes(d))))
}

// routes returns all routes, each with its rule.
func routes(d *desk.Desk) *deskhttp.Mux {
	mux := d.Routes()
	mux.Handle("GET /style.css", deskhttp.Public(http.HandlerFunc(page.Style)))
	pages := admin.Pages{
		Records: records{d.Store, d.Now},
		Changes: change.Maker{Store: d.Store, Token: desk.TokenFrom, Now: d.Now},
		Now:     d.Now, Prefix: "/admin/", Links: desk.Links("/")[:1], Exit: "/logout",
		Who: func(ctx context.Context) string { return store.IDOf(deskhttp.SubjectFrom(ctx)) },
	}
	mux.Handle("/admin/", pages.Routes())
	return mux
}
