package admin

import (
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// whoView is who may do something.
type whoView struct {
	questionForm
	Allowed []allowedPerson
	Asked   int // how many people and customers were asked about

	Customers int // how many of them are customers
}

// An allowedPerson may do it, for a reason.
type allowedPerson struct {
	roster.Person
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
	data := whoView{questionForm: form, Asked: len(form.People) + len(customers), Customers: len(customers)}
	for _, p := range slices.Concat(form.People, customers) {
		request, err := v.desk.RequestOf(p, q, finder{v})
		if err := v.askAbout(p, request, err); err != nil {
			return view{}, err
		}
		if d := request.Authorize(); d.Allowed() {
			about := form
			if about.Person, about.Customer = string(p.ID), ""; p.Contact != nil {
				about.Person, about.Customer = "", string(p.ID)
			}
			data.Allowed = append(data.Allowed, allowedPerson{p, d, d.Until(), about.link("why")})
		}
	}
	return view{whoPage, "Who may?", data}, nil
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
