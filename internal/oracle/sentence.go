package oracle

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// GoString returns the request as a sentence, also for rapid's reports.
func (q Request) GoString() string {
	return q.Subject.String() + " may " + q.Action + " on " + q.Thing.String()
}

// String describes the agent and their bindings.
func (a *Agent) String() string {
	if a == nil || a.Acts != nil {
		return a.actingText()
	}
	var bindings []string
	for _, b := range a.Bindings {
		bindings = append(bindings, b.String())
	}
	id := cmp.Or(a.ID, "someone without an ID")
	switch a.Kind {
	case "shared_agent":
		id = "shared agent " + id
	case "customer":
		id = "customer " + id
	case "non_agent":
		return fmt.Sprintf("%s of %s, not an agent", a.User.String(), cmp.Or(a.Account.ID, "no account"))
	}
	s := fmt.Sprintf("%s of %s (%s)", id, cmp.Or(a.Account.ID, "no account"), cmp.Or(strings.Join(bindings, "; "), "no role"))
	if a.Shared() {
		s += " who is " + a.User.String()
		if !a.Account.Integrated {
			s += ", not integrated,"
		}
	}
	s += a.personText()
	for _, group := range slices.Sorted(maps.Keys(a.Groups)) {
		s += fmt.Sprintf(" with %s in %q", a.Groups[group], group)
	}
	if len(a.Account.Features) > 0 {
		s += " on a plan with " + strings.Join(a.Account.Features, ", ")
	}
	if len(a.Account.Open) > 0 {
		s += fmt.Sprintf(", open workspaces %q,", a.Account.Open)
	}
	if len(a.Account.Administrators) > 0 {
		s += fmt.Sprintf(" administered by %q,", a.Account.Administrators)
	}
	return s
}

// personText describes the agent's own record as a contact, and whether it is deactivated.
func (a *Agent) personText() (s string) {
	if a.Contact != "" || a.Company != "" {
		s += fmt.Sprintf(" as contact %q of company %q", a.Contact, a.Company)
	}
	if a.Deactivated {
		s += ", deactivated,"
	}
	if a.Now != 0 {
		s += fmt.Sprintf(" on day %d", a.Now)
	}
	return s
}

// String describes the CRM user and what they see.
func (u User) String() string {
	s := fmt.Sprintf("%s in the CRM, who sees %s of its records", cmp.Or(u.ID, "nobody"), cmp.Or(u.Sees, "none"))
	if u.Deactivated {
		s += ", deactivated there,"
	}
	if len(u.Territories) > 0 {
		s += fmt.Sprintf(" in %q", u.Territories)
	}
	if len(u.Parents) > 0 {
		s += fmt.Sprintf(" under %q", u.Parents)
	}
	if len(u.Contacts)+len(u.Companies) > 0 {
		s += fmt.Sprintf(" shown contacts %q and companies %q on day %d for %d days", u.Contacts, u.Companies, u.AsOf, u.Limit)
	}
	return s
}

// String describes the role and where it is held.
func (b Binding) String() string {
	s := fmt.Sprintf("%s, %s, in %q", b.Role.String(), b.TicketScope, b.Workspace)
	if b.Group != "" {
		s += fmt.Sprintf(" for %q", b.Group)
	}
	if !b.forGood() {
		s += fmt.Sprintf(" from day %d until %d", b.From, b.Until)
	}
	return s
}

// String describes the role and its permissions.
func (r *Role) String() string {
	if r == nil || r.BuiltIn {
		if r == nil {
			return "the zero role"
		}
		return r.Name
	}
	var permissions []string
	for _, name := range slices.Sorted(maps.Keys(r.May)) {
		permissions = append(permissions, name+"@"+r.May[name].String())
	}
	return fmt.Sprintf("%s {%s}", r.Name, strings.Join(permissions, " "))
}

// String describes the thing with the fields of its kind.
func (r *Thing) String() string {
	if r == nil {
		return "nothing"
	}
	switch r.Kind {
	case "ticket_pair", "contact_pair":
		return r.From.String() + " into " + r.Into.String()
	case "note", "time_entry":
		return fmt.Sprintf("a %s by %s on %s", r.Kind, cmp.Or(r.Author, "nobody"), r.Part.String())
	case "ticket_assignment", "conversation_assignment":
		return r.Part.String() + r.recipientText()
	case "agent", "shared_agent":
		return r.Agent.String()
	case "role_assignment":
		return r.Agent.String() + " to become " + r.Binding.String()
	case "group_membership":
		return fmt.Sprintf("%s to have %s in %s", r.Agent.String(), cmp.Or(r.Access, "none"), r.Team.String())
	case "role":
		return "role " + r.Role.String()
	case "support_grant":
		return r.grantText()
	default:
		return r.placeText() + r.peopleText()
	}
}

// recipientText describes the recipient of an assignment.
func (r *Thing) recipientText() string {
	to := ""
	if r.NilTo != "" {
		to += " to a nil " + r.NilTo
	}
	if r.To != nil {
		to += " to " + r.To.String()
	}
	if r.Team != (Team{}) {
		to += " to " + r.Team.String()
	}
	return cmp.Or(to, " to nobody")
}

// String describes the group.
func (m Team) String() string {
	return fmt.Sprintf("group %q of %s", m.ID, cmp.Or(m.Account, "no account"))
}

// grantText describes the roles of a support grant.
func (r *Thing) grantText() string {
	s := "grant of " + cmp.Or(r.Account, "no account")
	for _, role := range r.Gives {
		s += " of " + role.String()
	}
	for _, workspace := range slices.Sorted(maps.Keys(r.Granted)) {
		s += fmt.Sprintf(" in %q", workspace)
		for _, role := range r.Granted[workspace] {
			s += " of " + role.String()
		}
	}
	return s
}

// placeText describes where the thing is, whose it is and its CRM record.
func (r *Thing) placeText() string {
	s, kind := strings.TrimSpace(r.Kind+" "+r.ID)+" of "+cmp.Or(r.Account, "no account"), Kinds[r.Kind]
	if kind.Workspace {
		s += fmt.Sprintf(" in %q", r.Workspace)
	}
	if kind.Group {
		s += fmt.Sprintf(" with group %q", r.Group)
	}
	if kind.Assignee {
		s += " assigned to " + cmp.Or(r.Assignee, "nobody")
	}
	if kind.Author {
		s += " by " + cmp.Or(r.Author, "nobody")
	}
	if kind.Record {
		s += fmt.Sprintf(" (owner %q, territory %q, team %q)", r.Record.Owner, r.Record.Territory, r.Record.Team)
	}
	return s
}

// peopleText describes the requester of a ticket, who takes part in it and the agents
// mentioned in it.
func (r *Thing) peopleText() (s string) {
	if r.Company != "" {
		s += fmt.Sprintf(" at company %q", r.Company)
	}
	if r.Requester != nil {
		s += " from " + r.Requester.String()
	}
	if len(r.Participants)+len(r.CCs) > 0 {
		s += fmt.Sprintf(" with participants %q and %q in CC", r.Participants, r.CCs)
	}
	if len(r.Mentions) > 0 {
		s += fmt.Sprintf(" with mentions %v", r.Mentions)
	}
	if r.Confidential {
		s += ", confidential"
	}
	return s
}
