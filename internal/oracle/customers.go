package oracle

import "slices"

// knows reports whether the CRM shows the contact to the shared agent in any way [S16].
func (s *Agent) knows(contact *Thing) bool {
	return contact != nil && s.sees(contact) != ""
}

// sees returns what the CRM lets the user of the shared agent do with a contact or a company: "",
// "view" or "edit". Missing and deactivated users are denied before (step 3).
func (s *Agent) sees(r *Thing) string {
	byLevel, answered := s.User.seesByLevel(r), s.User.answered(r, s.Now)
	access := given(byLevel == "view" || answered == "view", "view")
	if byLevel == "edit" || answered == "edit" {
		access = "edit"
	}
	return access
}

// seesByLevel returns what the user's level lets them do with the record: all of it, what
// they own, what is in their territories, what their teams may do.
func (u User) seesByLevel(r *Thing) string {
	onTeam := r.Record.Team[u.ID]
	valid := u.Sees == "all" || u.Sees == "territory" || u.Sees == "own"
	edits := u.Sees == "all" ||
		valid && r.Record.Owner == u.ID ||
		u.Sees == "territory" && u.covers(r.Record.Territory)
	if edits {
		onTeam = "edit"
	}
	return given(valid, onTeam)
}

// answered returns what the CRM said about the record, "" if the answer does not count on the day.
func (u User) answered(r *Thing, today int) string {
	answer := u.Contacts[r.ID]
	if r.Kind == "company" {
		answer = u.Companies[r.ID]
	}
	return given(r.ID != "" && u.answerCounts(today), answer) // a record without an ID has no answer
}

// answerCounts reports whether what the CRM said counts on the day: from the day on which it said so,
// as many days as its limit says. A day that is missing or invalid is no day (A57).
func (u User) answerCounts(today int) bool {
	age := today - u.AsOf
	return today > 0 && u.AsOf > 0 && age >= 0 && age < u.Limit
}

// covers reports whether the territory is one of the user's, or below one of them. It goes
// up at most as many steps as there are parents, so that a cycle ends. The territory ""
// has no parent.
func (u User) covers(territory string) (covered bool) {
	for range len(u.Parents) + 1 {
		covered = covered || territory != "" && slices.Contains(u.Territories, territory)
		if territory != "" {
			territory = u.Parents[territory]
		}
	}
	return covered
}
