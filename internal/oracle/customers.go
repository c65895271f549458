package oracle

import "slices"

// knows reports that the CRM shows the contact to the shared agent, in whatever way [S16].
func (s *Agent) knows(contact *Thing) bool {
	return contact != nil && s.User.sees(contact) != ""
}

// sees returns what the CRM lets the user do with a contact or a company: "",
// "view" or "edit". Nobody and the deactivated have been denied before (step 3).
func (u User) sees(r *Thing) string {
	onTeam, answered := r.Record.Team[u.ID], u.Contacts[r.ID]
	if r.Kind == "company" {
		answered = u.Companies[r.ID]
	}
	valid := u.Scope == "global" || u.Scope == "group" || u.Scope == "restricted"
	fresh := r.ID != "" && u.Age >= 0 && u.Age < u.Limit // an answer ages; nothing has no ID
	edits := u.Scope == "global" ||
		valid && r.Record.Owner == u.ID ||
		u.Scope == "group" && u.covers(r.Record.Territory) ||
		valid && onTeam == "edit" ||
		fresh && answered == "edit"
	views := valid && onTeam == "view" ||
		fresh && answered == "view"

	access := given(views, "view")
	if edits {
		access = "edit"
	}
	return access
}

// covers reports that the territory is one of the user's, or below one. It takes
// no more steps up than there are parents, so that a cycle has an end; of no
// territory there is nothing above.
func (u User) covers(territory string) (covered bool) {
	for range len(u.Parents) + 1 {
		covered = covered || territory != "" && slices.Contains(u.Territories, territory)
		if territory != "" {
			territory = u.Parents[territory]
		}
	}
	return covered
}
