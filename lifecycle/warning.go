package lifecycle

import "log/slog"

// A Warning is an effect of a change that is easy to miss or to regret. Numbers and names do not
// change between versions. The zero Warning is invalid and has the name "unknown".
type Warning uint8

const (
	// TicketsBecomeUnassigned warns that deleting an agent unassigns its tickets [S50]. [Change.UnassignedTickets]
	// is their number.
	TicketsBecomeUnassigned Warning = 1 + iota
	// ActivitiesRemoved warns that purging a contact removes its activity [S54]. Deleting the contact has
	// the same warning.
	ActivitiesRemoved
	// UserNotMapped warns that a CRM user is not mapped because the desk has a contact at the address [S46].
	UserNotMapped
)

var warnings = [...]struct {
	name          string
	level         slog.Level
	effect, avoid string
}{
	{"unknown", slog.LevelError, "unknown", "do nothing"},
	{
		"tickets_become_unassigned", slog.LevelWarn,
		"all tickets that are assigned to the agent become unassigned",
		"give the agent a dummy address instead of deleting it",
	},
	{
		"activities_removed", slog.LevelError,
		"purging the contact removes its forum topics, emails, tickets and other activity for good",
		"give the contact a dummy address instead of deleting it",
	},
	{
		"not_mapped_existing_identity", slog.LevelInfo,
		"the CRM user does not become a shared agent, as the desk has a contact at the address",
		"give the contact a dummy address, or delete it for good; then deactivate the user in the CRM and activate them",
	},
}

// String returns the warning's name, such as "tickets_become_unassigned".
func (w Warning) String() string { return warnings[w.known()].name }

// Level returns the severity: Info if nothing is lost, Warn if the change can be undone, Error if
// something is lost for good.
func (w Warning) Level() slog.Level { return warnings[w.known()].level }

// Effect returns a sentence that says what happens.
func (w Warning) Effect() string { return warnings[w.known()].effect }

// Advice returns a sentence that says how to avoid the effect [S51] [S55].
func (w Warning) Advice() string { return warnings[w.known()].avoid }

// known returns w, or 0 if w is not a known warning.
func (w Warning) known() Warning {
	if int(w) < len(warnings) {
		return w
	}
	return 0
}
