package admin

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// whyView is a question with its answer.
type whyView struct {
	questionForm
	Name     string // of the person
	Decision deskpolicy.Decision
	Tree     string
	Told     string // what the person reads
	Mine     []remedyView
	Others   []deskpolicy.Remedy // that the subject may not carry out
	More     int                 // how many remedies there are beside these
	Preview  *effect
	Done     bool
}

// A remedyView is a remedy that the subject may carry out.
type remedyView struct {
	Text      string
	Href      string // of its preview
	Possible  bool   // here
	Elsewhere string // otherwise, where
}

// An effect is what a remedy would do.
type effect struct {
	Remedy   string
	Decision deskpolicy.Decision // the answer afterwards
	Impact   impact              // what else the person gains
}

const shownRemedies = 20 // of each list; the ones that change least are first

func showWhy(v *visit) (view, error) {
	if err := v.askForPeople(); err != nil {
		return view{}, err
	}
	q, form, err := v.form()
	if err != nil || form.IsOpen {
		return view{whyPage, "Why?", whyView{questionForm: form}}, err
	}
	request, person, err := v.request(q)
	if err != nil {
		return view{}, err
	}
	explanation := deskpolicy.Explain(request)
	data := whyView{
		questionForm: form, Name: person.Name, Decision: explanation.Decision, Tree: explanation.String(), Told: told(request, explanation.Decision),
		Done: v.FormValue("done") != "",
	}
	if !explanation.Decision.Allowed() {
		mine := deskpolicy.RemediesBy(v.subject, explanation, slices.Collect(v.desk.Roles.All())...)
		data.Mine, data.Others = v.remedies(explanation, mine, form)
		data.More = len(data.Mine) + len(data.Others)
		data.Mine, data.Others = data.Mine[:min(len(data.Mine), shownRemedies)], data.Others[:min(len(data.Others), shownRemedies)]
		data.More -= len(data.Mine) + len(data.Others)
		data.Preview = v.effect(request, person, mine)
	}
	return view{whyPage, "Why?", data}, nil
}

// remedies returns the remedies that the subject may carry out, and the others.
func (v *visit) remedies(denied deskpolicy.Explanation, byMe []deskpolicy.Remedy, form questionForm) (mine []remedyView, others []deskpolicy.Remedy) {
	texts := make(map[string]bool)
	for _, remedy := range byMe {
		text := remedy.String()
		texts[text] = true
		mine = append(mine, remedyView{text, form.link("why", "remedy", text), v.Changes.CanCarryOut(remedy), elsewhere(remedy)})
	}
	if len(mine) > shownRemedies { // enough to choose from
		return mine, nil
	}
	for _, remedy := range deskpolicy.Remedies(denied, slices.Collect(v.desk.Roles.All())...) {
		if !texts[remedy.String()] {
			others = append(others, remedy)
		}
	}
	return mine, others
}

// elsewhere says where to carry out a remedy that the page cannot.
func elsewhere(remedy deskpolicy.Remedy) string {
	for _, fix := range remedy {
		switch fix.Kind {
		case deskpolicy.FixWidenLimit:
			return "by a new key"
		case deskpolicy.FixCreateSupportGrant:
			return "by new support access"
		}
	}
	return "in the CRM"
}

// effect returns what the remedy that the request names would do, or nil if it is none of those that
// the subject may carry out.
func (v *visit) effect(request deskpolicy.Request, person roster.Person, mine []deskpolicy.Remedy) *effect {
	text := v.FormValue("remedy")
	for _, remedy := range mine {
		if remedy.String() == text {
			after := request
			after.Subject, after.Resource = remedy.Apply(request.Subject, request.Resource)
			return &effect{text, after.Authorize(), newImpact(person.Name, deskpolicy.Compare(request.Subject, after.Subject))}
		}
	}
	return nil
}

// told returns what the person reads who asks for it: nothing that is a secret to them.
func told(request deskpolicy.Request, d deskpolicy.Decision) string {
	if d.Allowed() {
		return ""
	}
	if canView(request) {
		return "You can view this, but you cannot do this to it."
	}
	return d.UserMessage()
}

// canView reports whether the request's subject can view what it is about.
func canView(request deskpolicy.Request) bool {
	switch t := request.Resource.(type) {
	case *deskpolicy.Ticket:
		return deskpolicy.CanView(request.Subject, t)
	case *deskpolicy.TicketAssignment:
		return deskpolicy.CanView(request.Subject, t)
	case *deskpolicy.Agent:
		return deskpolicy.CanView(request.Subject, t)
	case *deskpolicy.Role:
		return deskpolicy.CanView(request.Subject, t)
	case *deskpolicy.Account:
		return deskpolicy.CanView(request.Subject, t)
	}
	return false
}

// carryOut carries out a remedy, and shows the answer to the question afterwards.
func carryOut(v *visit) (string, error) {
	q, form, err := v.form()
	if err != nil {
		return "", err
	}
	return form.link("why", "done", "yes"), v.Changes.CarryOut(v.Context(), q, v.PostFormValue("remedy"))
}
