package deskpolicy

import (
	"cmp"
	"fmt"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// An SupportEngineer is a support engineer of the vendor.
type SupportEngineer struct {
	ID    SupportEngineerID
	Name  string
	Email string
}

// An SupportEngineerID identifies a support engineer at the vendor. The empty one is nobody.
type SupportEngineerID string

// String returns the engineer as `"eve" ("Eve Novak", "eve@vendor.example")`.
func (e SupportEngineer) String() string { return fmt.Sprintf("%q (%q, %q)", e.ID, e.Name, e.Email) }

// compare orders engineers by ID, name and address.
func (e SupportEngineer) compare(other SupportEngineer) int {
	return cmp.Or(cmp.Compare(e.ID, other.ID), cmp.Compare(e.Name, other.Name), cmp.Compare(e.Email, other.Email))
}

// names reports whether the grant lets the engineer in.
func (d *grantDef) names(id SupportEngineerID) bool {
	for _, e := range d.engineers {
		if e.ID == id {
			return true
		}
	}
	return false
}

// checkEngineers reports engineers who could not be told, or not be told apart [G19].
func (d *grantDef) checkEngineers(wrong *problems) {
	if len(d.engineers) == 0 {
		wrong.add(d.problem("it names no engineer, so nobody can be told of it"))
	}
	seen, addresses := make(map[SupportEngineerID]bool), make(map[string]bool)
	for _, e := range d.engineers {
		address := legible.Fold(e.Email)
		switch {
		case e.ID == "":
			wrong.add(d.problem("an engineer has no ID"))
		case seen[e.ID]:
			wrong.add(d.problem("engineer %q is named twice", e.ID))
		case !legible.IsAddress(e.Email):
			wrong.add(d.problem("engineer %q: %q is not an address such as eve@vendor.example", e.ID, e.Email))
		case addresses[address]:
			wrong.add(d.problem("engineer %q: another has the address %q", e.ID, e.Email))
		}
		seen[e.ID], addresses[address] = true, true
	}
}
