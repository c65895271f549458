package deskpolicy

import (
	"cmp"
	"fmt"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// A SupportEngineer is a member of the vendor's support staff. A SupportEngineer without
// an ID is denied everything.
type SupportEngineer struct {
	ID    SupportEngineerID
	Name  string
	Email string
}

// A SupportEngineerID identifies a support engineer at the vendor. The empty ID identifies
// no support engineer.
type SupportEngineerID string

// String returns the support engineer as `"eve" ("Eve Novak", "eve@vendor.example")`.
func (e SupportEngineer) String() string { return fmt.Sprintf("%q (%q, %q)", e.ID, e.Name, e.Email) }

// compare orders support engineers by ID, name and e-mail address.
func (e SupportEngineer) compare(other SupportEngineer) int {
	return cmp.Or(cmp.Compare(e.ID, other.ID), cmp.Compare(e.Name, other.Name), cmp.Compare(e.Email, other.Email))
}

// hasEngineer reports whether the support grant names the support engineer.
func (d *grantDef) hasEngineer(id SupportEngineerID) bool {
	for _, e := range d.engineers {
		if e.ID == id {
			return true
		}
	}
	return false
}

// checkEngineers reports support engineers who cannot be notified or told apart [G19].
func (d *grantDef) checkEngineers(wrong *problems) {
	if len(d.engineers) == 0 {
		wrong.add(d.problem("no support engineer is named; name at least one"))
	}
	seen, addresses := make(map[SupportEngineerID]bool), make(map[string]bool)
	for _, e := range d.engineers {
		address := legible.Fold(e.Email)
		switch {
		case e.ID == "":
			wrong.add(d.problem("a support engineer has no ID; set it"))
		case seen[e.ID]:
			wrong.add(d.problem("support engineer %q is named twice; remove one", e.ID))
		case !legible.IsAddress(e.Email):
			wrong.add(d.problem("support engineer %q: %q is not an e-mail address such as eve@vendor.example", e.ID, e.Email))
		case addresses[address]:
			wrong.add(d.problem("support engineer %q: the e-mail address %q belongs to another support engineer; use a different one", e.ID, e.Email))
		}
		seen[e.ID], addresses[address] = true, true
	}
}
