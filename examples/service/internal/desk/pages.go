package desk

import (
	"embed"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/page"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

//go:embed pages/*.html
var files embed.FS

var (
	doorPage    = page.Parse(files, "pages/door.html")
	ticketsPage = page.Parse(files, "pages/tickets.html")
	ticketPage  = page.Parse(files, "pages/ticket.html")
	answerPage  = page.Parse(files, "pages/answer.html")
)

// Links are the desk's entries in the menu.
func Links(base string) []page.Link {
	return []page.Link{{Href: base + "tickets", Text: "Tickets"}, {Href: base + "admin/", Text: "Administration"}}
}

// render writes a page of the desk.
func render(w http.ResponseWriter, r *http.Request, t *page.Template, status int, title, base string, data any) {
	links := Links(base)
	links[0].Current = title == "Tickets"
	p := page.Page{Title: title, Base: base, Links: links, Who: store.IDOf(deskhttp.SubjectFrom(r.Context())), Exit: base + "logout", Data: data}
	if err := t.Render(w, r, status, p); err != nil {
		deskhttp.Problem(w, r, err)
	}
}

// Answer writes the response to an error, for the guard: a page for people, and JSON for
// programs. It says the same of what is hidden and of what does not exist.
func Answer(w http.ResponseWriter, r *http.Request, status int) {
	text := map[int]string{
		http.StatusBadRequest:   "This request is not valid.",
		http.StatusUnauthorized: "You are not logged in.",
		http.StatusForbidden:    "You can view this, but you cannot do this to it.",
		http.StatusNotFound:     deskpolicy.Decision{}.UserMessage(),
	}[status]
	if text == "" {
		text = "Something went wrong. Try again later."
	}
	if IsAPI(r) {
		respond(w, status, map[string]string{"error": text})
		return
	}
	base := strings.Repeat("../", strings.Count(r.URL.Path, "/")-1)
	_ = answerPage.Render(w, r, status, page.Page{
		Title: http.StatusText(status), Base: base, Links: Links(base), Who: store.IDOf(deskhttp.SubjectFrom(r.Context())), Exit: base + "logout",
		Data: struct{ Text, Base string }{text, base},
	}) // which cannot fail
}

func (d *Desk) listPage(w http.ResponseWriter, r *http.Request) {
	l, err := d.tickets(r)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	render(w, r, ticketsPage, http.StatusOK, "Tickets", "", struct {
		listing
		NextHref string
		MayOpen  bool
	}{l, "tickets?after=" + url.QueryEscape(l.Next), d.mayOpen(r)})
}

// mayOpen reports whether a customer asks who may open a ticket.
func (d *Desk) mayOpen(r *http.Request) bool {
	subject := deskhttp.SubjectFrom(r.Context())
	_, isCustomer := customerOf(subject)
	place, err := d.place(r)
	return isCustomer && err == nil && deskpolicy.Authorize(subject, deskpolicy.TicketCreate, place).Allowed()
}

// createForm opens a ticket of the customer who asks, which was decided on, from a page.
func (d *Desk) createForm(w http.ResponseWriter, r *http.Request, _ *deskpolicy.Workspace) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	id, err := d.openTicket(r, r.PostFormValue("subject"), r.PostFormValue("text"))
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	http.Redirect(w, r, "tickets/"+url.PathEscape(string(id)), http.StatusSeeOther)
}

func (d *Desk) ticketPage(w http.ResponseWriter, r *http.Request) {
	t, err := d.ticket(r)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	render(w, r, ticketPage, http.StatusOK, t.Subject, "../", t)
}

// replyForm answers the ticket, which was decided on, from a page.
func (d *Desk) replyForm(w http.ResponseWriter, r *http.Request, t *deskpolicy.Ticket) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	text := r.PostFormValue("text")
	if strings.TrimSpace(text) == "" {
		deskhttp.Problem(w, r, deskhttp.ErrBadRequest)
		return
	}
	if err := d.Store.Reply(r.Context(), t, store.IDOf(deskhttp.SubjectFrom(r.Context())), text, d.Now()); err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	http.Redirect(w, r, "../"+url.PathEscape(string(t.ID)), http.StatusSeeOther)
}

// door shows who can log in.
func (d *Desk) door(w http.ResponseWriter, r *http.Request) {
	visitors, err := d.Store.Visitors(r.Context(), d.Now())
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	if err := doorPage.Render(w, r, http.StatusOK, page.Page{Title: "Who are you?", Data: visitors}); err != nil {
		deskhttp.Problem(w, r, err)
	}
}

// login starts a session. It takes no password: that is not part of this example.
func (d *Desk) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	who := store.Login{
		Account: deskpolicy.AccountID(r.PostFormValue("account")), Subject: r.PostFormValue("who"), Grant: deskpolicy.SupportGrantID(r.PostFormValue("grant")),
		IsCustomer: r.PostFormValue("customer") != "",
	}
	token, err := d.enter(r, who)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: token.Secret(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil, MaxAge: int(sessionLength.Seconds())})
	http.Redirect(w, r, "tickets", http.StatusSeeOther)
}

// enter returns the token of a new session, unless the policy denies logging in.
func (d *Desk) enter(r *http.Request, who store.Login) (store.Token, error) {
	token, err := d.Store.Login(r.Context(), who, d.Now().Add(sessionLength))
	if errors.Is(err, store.ErrNoAccount) {
		return store.Token{}, deskhttp.ErrNotFound
	}
	if err != nil {
		return store.Token{}, err
	}
	subject, err := d.Store.Subject(r.Context(), token, d.Now())
	if err != nil {
		return store.Token{}, err
	}
	account := deskpolicy.Account{ID: who.Account}
	if err := deskhttp.Authorize(deskhttp.WithSubject(r.Context(), subject), store.LoginOf(subject), &account); err != nil {
		return store.Token{}, errors.Join(err, d.Store.Logout(r.Context(), token))
	}
	return token, nil
}

func (d *Desk) logout(w http.ResponseWriter, r *http.Request) {
	if err := d.Store.Logout(r.Context(), TokenFrom(r.Context())); err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1})
	http.Redirect(w, r, ".", http.StatusSeeOther)
}
