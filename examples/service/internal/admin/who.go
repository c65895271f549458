package admin

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// whoView is who may do something.
type whoView struct {
	questionForm
	Allowed  []allowedPerson
	ByPeople tally // also customers
	ByKeys   tally

	Customers int // how many of the people are customers
}

// A tally says how many may, of how many.
type tally struct{ May, Of int }

// An allowedPerson may do it, for a reason, also by an API key.
type allowedPerson struct {
	roster.Person
	By       string // who the key acts for
	Decision deskpolicy.Decision
	Until    time.Time
	Href     string // of the explanation
}

func showWho(v *visit) (view, error) {
	if err := v.askForPeople(); err != nil {
		return view{}, err
	}
	q, form, err := v.form()
	if err != nil || form.IsOpen {
		return view{whoPage, "Who may?", whoView{questionForm: form}}, err
	}
	customers, err := v.customersOf(q)
	if err != nil {
		return view{}, err
	}
	data := whoView{questionForm: form, Customers: len(customers)}
	for _, p := range slices.Concat(form.People, customers) {
		err = cmp.Or(err, data.ask(v, q, allowedPerson{Person: p}, &data.ByPeople))
	}
	for _, key := range form.Keys {
		p, _ := v.desk.Asking(key.Key)
		p.Name = key.Name
		err = cmp.Or(err, data.ask(v, q, allowedPerson{Person: p, By: key.Holder.Name}, &data.ByKeys))
	}
	return view{whoPage, "Who may?", data}, err
}

// ask asks whether the person may do what the question is about.
func (data *whoView) ask(v *visit, q roster.Question, p allowedPerson, count *tally) error {
	request, err := v.desk.RequestOf(p.Person, q, finder{v})
	if err := v.askAbout(p.Person, request, err); err != nil {
		return err
	}
	count.Of++
	if p.Decision = request.Authorize(); p.Decision.Allowed() {
		count.May++
		p.Until, p.Href = p.Decision.Until(), data.about(p.Person).link("why")
		data.Allowed = append(data.Allowed, p)
	}
	return nil
}

// about returns the form with the question about the person.
func (f questionForm) about(p roster.Person) questionForm {
	f.Person, f.Customer, f.Key = "", "", ""
	switch {
	case p.Key != nil:
		f.Key = p.Key.ID
	case p.Contact != nil:
		f.Customer = string(p.ID)
	default:
		f.Person = string(p.ID)
	}
	return f
}

// customersOf returns the customers who may have a part in what the question is about, if it is a
// ticket, as far as the subject can view them. Customers reach nothing else that questions are
// about, except that they log in.
func (v *visit) customersOf(q roster.Question) ([]roster.Person, error) {
	if q.Kind() != roster.OnTicket {
		return nil, nil
	}
	found, err := v.Records.CustomersOf(v.Context(), v.desk, deskpolicy.TicketID(q.About))
	visible := deskpolicy.FilterFor(v.subject, deskpolicy.ContactView)
	return slices.DeleteFunc(found, func(p roster.Person) bool { return !visible.Match(p.Contact) }), err
}
