// Package admin is an administrator's pages: what roles permit, who has them, why somebody is
// denied, who may, and who has support access and API keys. It knows the program around it only by two
// interfaces, [Records] and [Changes]. The pages ask the policy like any other: an auditor sees
// the roles without a form, and who may see nothing gets what does not exist.
package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/page"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// Records are what the pages show, of the account of the request's subject.
type Records interface {
	Desk(context.Context) (*roster.Desk, error)
	Ticket(context.Context, deskpolicy.TicketID) (*deskpolicy.Ticket, error)                 // or deskhttp.ErrNotFound
	Customer(context.Context, *roster.Desk, deskpolicy.ContactID) (roster.Person, error)     // or deskhttp.ErrNotFound
	CustomersOf(context.Context, *roster.Desk, deskpolicy.TicketID) ([]roster.Person, error) // who could have a part in it
	CustomersWith(ctx context.Context, desk *roster.Desk, role string) ([]roster.Person, error)
	Events(ctx context.Context, limit int) ([]roster.Event, error) // newest first
	SupportLog(context.Context) (deskpolicy.SupportAccessLog, error)
}

// Changes are what the pages change. Each asks whether the request's subject may make the
// change, in the transaction that makes it: what a page offers is never enough. An error is for
// deskhttp.Problem, or a roster.Refusal.
type Changes interface {
	CreateRole(ctx context.Context, name string, permissions deskpolicy.Permissions, from string) error
	UpdateRole(ctx context.Context, name string, before, after deskpolicy.Permissions) error
	DeleteRole(ctx context.Context, name string) error

	GiveRole(context.Context, roster.Holding) error
	TakeRole(context.Context, roster.Holding) error
	SetScope(context.Context, roster.Holding, deskpolicy.Scope) error
	SetGroup(context.Context, deskpolicy.AgentID, deskpolicy.GroupID, deskpolicy.Access) error
	Activate(context.Context, roster.Who) error
	Deactivate(context.Context, roster.Who) error
	Admit(context.Context, deskpolicy.ContactID) error
	SetCompany(context.Context, deskpolicy.ContactID, deskpolicy.CompanyID) error

	CanCarryOut(deskpolicy.Remedy) bool
	CarryOut(ctx context.Context, q roster.Question, remedy string) error

	GiveAccess(context.Context, roster.SupportAccess) error
	ExtendAccess(ctx context.Context, id deskpolicy.SupportGrantID, end time.Time) error
	RevokeAccess(context.Context, deskpolicy.SupportGrantID) error

	MakeKey(context.Context, roster.NewKey) (secret string, err error)
	RevokeKey(ctx context.Context, id string) error
}

// Pages are the pages of a program.
type Pages struct {
	Records Records
	Changes Changes
	Now     func() time.Time
	Prefix  string                       // the path that the pages are under, such as "/admin/"
	Links   []page.Link                  // of the program, for the menu
	Who     func(context.Context) string // the name of who is logged in, for the menu
	Exit    string                       // the path that logs them out
}

// Routes returns the handler of the pages, each with its rule.
func (p *Pages) Routes() *deskhttp.Mux {
	mux := new(deskhttp.Mux)
	mux.Handle("GET "+p.Prefix+"style.css", deskhttp.Public(http.HandlerFunc(page.Style)))
	for path, show := range map[string]func(*visit) (view, error){
		"{$}": showIndex, "roles": showRoles, "role": showRole, "why": showWhy, "who": showWho,
		"people": showPeople, "person": showPerson, "access": showAccess, "log": showLog,
	} {
		mux.Handle("GET "+p.Prefix+path, deskhttp.Asks(p.shown(show)))
	}
	mux.Handle("POST "+p.Prefix+"role/preview", deskhttp.Asks(p.shown(previewRole)))
	mux.Handle("POST "+p.Prefix+"key/make", deskhttp.Asks(p.shown(makeKey)))
	for path, change := range map[string]func(*visit) (string, error){
		"role/save": saveRole, "role/clone": cloneRole, "role/delete": deleteRole,
		"person/give": giveRole, "person/take": takeRole, "person/scope": setScope, "person/group": setGroup,
		"person/activate": activate, "person/deactivate": deactivate, "person/admit": admit, "person/company": setCompany,
		"why/remedy": carryOut, "access/give": giveAccess, "access/extend": extendAccess, "access/revoke": revokeAccess, "key/revoke": revokeKey,
	} {
		mux.Handle("POST "+p.Prefix+path, deskhttp.Asks(p.changed(change)))
	}
	return mux
}

// A visit is a request of a page.
type visit struct {
	*Pages
	*http.Request
	desk    *roster.Desk
	subject deskpolicy.Subject
	now     time.Time
	loaded  *deskpolicy.Ticket // see finder.Ticket
	people  []roster.Person    // see visiblePeople
}

// A view is a page to show.
type view struct {
	template *page.Template
	title    string
	data     any
}

const maxForm = 1 << 20

// visit reads the form and loads the desk.
func (p *Pages) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	v := &visit{Pages: p, Request: r, subject: deskhttp.SubjectFrom(r.Context()), now: p.Now()}
	if v.subject == nil {
		return v, deskhttp.ErrNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return v, errors.Join(deskhttp.ErrBadRequest, err)
	}
	desk, err := p.Records.Desk(r.Context())
	v.desk = desk
	return v, err
}

// shown returns the handler of a page.
func (p *Pages) shown(show func(*visit) (view, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := p.visit(w, r)
		var content view
		if err == nil {
			content, err = show(v)
		}
		if err == nil {
			err = p.render(w, v, http.StatusOK, content)
		}
		p.fail(w, v, err)
	})
}

// changed returns the handler of a change, which returns the page to show afterwards.
func (p *Pages) changed(change func(*visit) (string, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := p.visit(w, r)
		var next string
		if err == nil {
			next, err = change(v)
		}
		if err == nil {
			http.Redirect(w, r, p.Prefix+next, http.StatusSeeOther)
		}
		p.fail(w, v, err)
	})
}

// fail answers an error, if there is one.
func (p *Pages) fail(w http.ResponseWriter, v *visit, err error) {
	var refusal roster.Refusal
	if errors.As(err, &refusal) {
		err = p.render(w, v, http.StatusUnprocessableEntity, view{refusedPage, "This was not done", struct{ Text, Back string }{refusal.Error(), v.base()}})
	}
	if err != nil {
		deskhttp.Problem(w, v.Request, err)
	}
}

func (p *Pages) render(w http.ResponseWriter, v *visit, status int, content view) error {
	return content.template.Render(w, v.Request, status, page.Page{
		Title: content.title, Base: v.base(), Links: v.menu(), Who: p.Who(v.Context()), Exit: p.Exit, Data: content.data,
	})
}

// base is the path from the page to the root of the pages.
func (v *visit) base() string {
	if rest := v.URL.Path[len(v.Prefix):]; len(rest) > 0 && containsSlash(rest) {
		return "../"
	}
	return ""
}

// link returns a page with a query of names and values.
func link(path string, pairs ...string) string {
	query := make(url.Values)
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return path + "?" + query.Encode()
}
