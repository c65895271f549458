package admin

import (
	"errors"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// questionForm is the form for a question, as it was filled in.
type questionForm struct {
	People                []roster.Person // that the subject can view
	Keys                  []keyOf         // of these people
	Kinds                 []kindForm
	Person, Customer, Key string
	Action, About, To     string
	IsOpen                bool // whether there is no question yet
}

// link returns the page with the question, and further pairs of names and values.
func (f questionForm) link(page string, more ...string) string {
	return link(page, append([]string{"person", f.Person, "customer", f.Customer, "key", f.Key, "action", f.Action, "about", f.About, "to", f.To}, more...)...)
}

// A kindForm has the actions on one kind of thing.
type kindForm struct {
	Kind    roster.Kind
	Actions []deskpolicy.ActionID
}

// form returns the question of the request, and its form.
func (v *visit) form() (roster.Question, questionForm, error) {
	form := questionForm{
		People: v.visiblePeople(), Keys: v.visibleKeys(), Person: v.FormValue("person"), Customer: strings.TrimSpace(v.FormValue("customer")), Key: v.FormValue("key"),
		About: v.FormValue("about"), To: v.FormValue("to"), Action: v.FormValue("action"),
	}
	for _, kind := range roster.Kinds {
		form.Kinds = append(form.Kinds, kindForm{kind, kind.Actions()})
	}
	if form.Action == "" {
		form.IsOpen = true
		return roster.Question{}, form, nil
	}
	action, err := (*deskpolicy.Vocabulary)(nil).ParseAction(form.Action)
	if err != nil {
		return roster.Question{}, form, roster.Refusal(err.Error())
	}
	if form.Customer != "" && form.Key != "" {
		return roster.Question{}, form, roster.Refusal("Ask about a customer or about a key, not about both.")
	}
	return roster.Question{
		Person: deskpolicy.AgentID(form.Person), Customer: deskpolicy.ContactID(form.Customer), Key: form.Key, Action: action, About: form.About, To: deskpolicy.AgentID(form.To),
	}, form, nil
}

// visiblePeople returns the people that the subject can view, sorted by ID.
func (v *visit) visiblePeople() []roster.Person {
	if v.people == nil {
		v.people = v.findPeople()
	}
	return v.people
}

func (v *visit) findPeople() (people []roster.Person) {
	agents, shared := deskpolicy.FilterFor(v.subject, deskpolicy.AgentView), deskpolicy.FilterFor(v.subject, deskpolicy.SharedAgentView)
	for _, p := range v.desk.People {
		if agent := p.Agent(); agent != nil && agents.Match(agent) || p.Shared() != nil && shared.Match(p.Shared()) {
			people = append(people, p)
		}
	}
	return people
}

// A keyOf is an API key with who it acts for.
type keyOf struct {
	roster.Key
	Holder roster.Person
}

// visibleKeys returns the keys of the people and the customers that the subject can view.
func (v *visit) visibleKeys() (keys []keyOf) {
	people, contacts := v.visiblePeople(), deskpolicy.FilterFor(v.subject, deskpolicy.ContactView)
	for _, key := range v.desk.Keys {
		holder, found := roster.Find(people, key.Person)
		if key.Customer != "" {
			holder, found = roster.Find(v.desk.Customers, deskpolicy.AgentID(key.Customer))
			found = found && contacts.Match(holder.Contact)
		}
		if found {
			keys = append(keys, keyOf{key, holder})
		}
	}
	return keys
}

// askForPeople asks whether the subject can view people at all.
func (v *visit) askForPeople() error {
	_, agentErr := deskhttp.FilterFor(v.Context(), deskpolicy.AgentView)
	if len(v.visiblePeople()) == 0 {
		return errors.Join(agentErr, deskhttp.ErrNotFound)
	}
	return agentErr
}

// request returns the question as a request. The subject must be able to view the person and
// the thing that it is about; the explanation tells about both.
func (v *visit) request(q roster.Question) (deskpolicy.Request, roster.Person, error) {
	request, person, err := v.desk.Request(q, finder{v})
	return request, person, v.askAbout(person, request, err)
}

// askAbout asks whether the subject can view the person of the request and its thing. The error is
// that of finding them, if there is one.
func (v *visit) askAbout(person roster.Person, request deskpolicy.Request, err error) error {
	switch {
	case errors.Is(err, roster.ErrNoSuch):
		return deskhttp.ErrNotFound
	case err != nil:
		return err
	}
	return roster.AskToView(v.Context(), person, request.Resource)
}

// A finder finds what a question is about.
type finder struct{ *visit }

// Customer returns the customer.
func (f finder) Customer(id deskpolicy.ContactID) (roster.Person, error) {
	return f.Records.Customer(f.Context(), f.desk, id)
}

// Ticket returns the ticket, which it loads once.
func (f finder) Ticket(id deskpolicy.TicketID) (t *deskpolicy.Ticket, err error) {
	if f.loaded == nil || f.loaded.ID != id {
		if f.loaded, err = f.Records.Ticket(f.Context(), id); err != nil {
			return nil, err
		}
	}
	return f.loaded, nil
}
