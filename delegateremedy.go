package deskpolicy

import (
	"fmt"
	"slices"
)

// The remedies of a delegate: those of its principal, with the limits to widen.

// delegateRemedies returns each remedy of the delegate's principal, or none if the principal is
// allowed, together with what the limits lack then.
func (f *finder) delegateRemedies(d *Delegate) (found []Remedy) {
	own := f.e.request
	own.Subject = d.Principal
	e, principals := Explain(own), []Remedy{nil}
	if !e.Decision.Allowed() {
		principal := finder{e: &e, offered: f.offered, by: f.by, checked: f.checked, started: f.started}
		principals = principal.find()
	}
	widens := !f.checked || f.managesKeys(d.Principal) // asked once: there can be a remedy for each role
	for _, r := range principals {
		widened := f.missingLimits(r.Apply(d, own.Resource))
		if len(widened) > 0 && !widens {
			continue
		}
		r = r.and(widened)
		if subject, resource := r.Apply(d, own.Resource); f.allows(subject, resource) {
			found = append(found, f.needed(r, d))
		}
	}
	return found
}

// managesKeys reports whether the administrator may change what acts for the principal.
func (f *finder) managesKeys(principal Subject) bool {
	switch who := principal.(type) {
	case *Agent:
		return Authorize(f.by, AgentKeyManage, who).Allowed()
	case *SharedAgent:
		return Authorize(f.by, SharedAgentKeyManage, who).Allowed()
	}
	customer, isCustomer := principal.(*Customer)
	return isCustomer && Authorize(f.by, ContactKeyManage, customer.record()).Allowed()
}

// needed returns the remedy without the fixes of limits, and their relations, that others make
// needless.
func (f *finder) needed(r Remedy, d *Delegate) Remedy {
	enough := func(r Remedy) bool {
		subject, resource := r.Apply(d, f.e.request.Resource)
		return f.allows(subject, resource)
	}
	for i := len(r) - 1; i >= 0; i-- {
		if less := slices.Delete(slices.Clone(r), i, i+1); enough(less) {
			r = less
		}
	}
	for i := range r {
		for scope := r[i].Permission.Scope; scope != 0; scope &= scope - 1 {
			less := slices.Clone(r)
			if less[i].Permission.Scope &^= scope.first(); less[i].Permission.Scope != 0 && enough(less) {
				r = less
			}
		}
	}
	return r
}

// missingLimits returns what the limits of the delegate lack for each part of the request.
func (f *finder) missingLimits(subject Subject, resource Resource) (lacking Remedy) {
	changed := f.e.request
	changed.Subject, changed.Resource = subject, resource
	q := changed.question()
	q.decide(subject)
	parts := []question{q}
	if q.what.kind.pair() {
		parts = append(parts, q.into())
	}
	for _, action := range q.given() {
		parts = append(parts, q.alsoTo(action))
	}
	for i := range parts {
		for n, limit := range parts[i].who.limits() {
			for _, fix := range parts[i].missingIn(limit) {
				fix.Kind, fix.Limit = FixWidenLimit, n+1
				lacking = lacking.including(fix)
			}
		}
	}
	slices.SortFunc(lacking, Fix.compare)
	return lacking
}

// including returns the remedy with the fix of a limit. One permission is in one fix, at every
// relation that a part of the request needs.
func (r Remedy) including(fix Fix) Remedy {
	for i := range r {
		switch has := &r[i]; {
		case *has == fix:
			return r
		case has.Limit == fix.Limit && has.Permission.Action == fix.Permission.Action && fix.Permission.Action != 0:
			has.Permission.Scope = (has.Permission.Scope | fix.Permission.Scope).reduced()
			return r
		}
	}
	return append(r, fix)
}

// missingIn returns what one limit lacks: an instant, a place and the narrowest permissions.
func (q *question) missingIn(limit Limit) (lacking Remedy) {
	if !limit.Window.holds(q.who.at) && q.who.at.known() {
		lacking = append(lacking, Fix{Binding: Binding{Window: Window{q.who.at.from, q.who.at.from + 1}}})
	}
	widen := func(f Fix) {
		lacking = append(lacking, f)
		limit.widen(f)
	}
	if !limit.isFor(q) {
		place := q.what.Workspace
		if place == "" {
			place = AccountWide
		}
		widen(Fix{Binding: Binding{Workspace: place}})
	}
	open := *q
	open.what.Confidential = false
	for _, part := range [...]struct {
		on     *question
		action ActionID
	}{{&open, q.action}, {q, TicketConfidential.ID()}} {
		if fix := (Fix{Permission: limit.missingPermission(part.on, part.action)}); fix != (Fix{}) {
			widen(fix)
		}
	}
	return lacking
}

// narrowestFirst has the relations, each before those that include it.
var narrowestFirst = [...]Scope{
	Assigned, Requested, Participating, Mentioned, GroupQueue, InGroup, Unrouted, Unassigned, MyCustomers, SameCompany, Anything,
}

// missingPermission returns the permission for the action at the first relation by which the limit
// reaches what it does not reach yet; the zero Permission if it does.
func (l Limit) missingPermission(q *question, action ActionID) (missing Permission) {
	for _, relation := range narrowestFirst {
		wider := l
		wider.widen(Fix{Permission: missing})
		if wider.weigh(q).reason() == AllowedAll {
			break
		}
		missing = action.At(relation)
	}
	return missing
}

// widen includes in the limit what the fix says.
func (l *Limit) widen(f Fix) {
	if f.Permission.Action.Valid() {
		l.Permissions = l.Permissions.Union(NewPermissions(f.Permission))
	}
	if w := f.Binding.Workspace; w != "" {
		l.Workspaces = append(slices.Clip(l.Workspaces), w)
	}
	if at := f.Binding.Window; at != (Window{}) {
		l.Window = l.Window.including(at)
	}
}

// including returns the window, extended to hold in the whole of another that does not end open.
func (w Window) including(other Window) Window {
	if w.isEmpty() {
		return other
	}
	if w.until != 0 {
		w.until = max(w.until, other.until)
	}
	return Window{min(w.from, other.from), w.until}
}

// limitInstruction returns the text of a fix of a limit.
func (f Fix) limitInstruction() string {
	text := fmt.Sprintf("widen limit %d of the delegate", f.Limit)
	switch {
	case f.Permission.Action.Valid():
		return text + " to include " + f.Permission.String()
	case f.Binding.Workspace != "":
		return text + " to hold " + f.Binding.where()
	}
	return text + " to be in force at " + f.Binding.Window.From().Format(layout)
}
