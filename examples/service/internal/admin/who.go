package admin

import (
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// whoView is who may do something.
type whoView struct {
	questionForm
	Allowed []allowedPerson
	Asked   int // how many people were asked about
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
	data := whoView{questionForm: form, Asked: len(form.People)}
	for _, p := range form.People {
		q.Person = p.ID
		request, _, err := v.request(q)
		if err != nil {
			return view{}, err
		}
		if d := request.Authorize(); d.Allowed() {
			href := link("why", "person", string(p.ID), "action", form.Action, "about", form.About, "to", form.To)
			data.Allowed = append(data.Allowed, allowedPerson{p, d, d.Until(), href})
		}
	}
	return view{whoPage, "Who may?", data}, nil
}
