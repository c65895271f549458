package deskpolicy

import (
	"fmt"
	"strings"
)

// An Account is one customer of the helpdesk, the boundary that no decision
// crosses. The zero Account owns nothing, and nobody in it may do anything.
type Account struct {
	ID   AccountID
	Plan Plan

	// Integrated is whether desk and CRM are connected. Without it there is no
	// Shared Agent role [S12], and shared agents may do nothing (A29).
	Integrated bool

	// Workspaces are the account's open workspaces: those that an
	// administrator's role reaches when it is held [AccountWide]. A workspace that
	// is not listed is restricted: it takes a binding of its own, or one [Everywhere].
	Workspaces []WorkspaceID

	// Administrators are the agents, of those who are not deactivated, who hold
	// the Account Administrator role [AccountWide] or [Everywhere]. The last of them stays; who
	// is not known to have a colleague is taken for the last.
	Administrators []AgentID
}

// An AccountID identifies an account. The empty one matches nothing.
type AccountID string

// A Plan is what an account has paid for. The zero Plan has no features. [S11]
type Plan struct {
	Features Features
}

// Features is a set of the features that depend on the plan. Which plan has
// which, the host says; what it leaves out is denied (A28).
type Features uint16

const (
	FeatureAttachments     Features = 1 << iota // attaching files to tickets [S4]
	FeatureTicketTemplates                      // ticket templates [S4]
	FeatureCannedResponses                      // canned responses [S4]
	FeatureDependentFields                      // dependent fields [S4]
	FeatureDynamicSections                      // dynamic sections [S4]
	FeatureCollaboration                        // internal discussions [S4]
	FeatureCustomRoles                          // making, changing and giving custom roles: Pro and Enterprise [R8] (A37)

	AllFeatures = 1<<iota - 1 // each of them
)

var featureNames = [...]string{
	"attachments", "ticket_templates", "canned_responses", "dependent_fields", "dynamic_sections", "collaboration", "custom_roles",
}

// MarshalText returns what String does; an error if f has a bit that is no feature.
func (f Features) MarshalText() ([]byte, error) {
	if unknown := f &^ AllFeatures; unknown != 0 {
		return nil, fmt.Errorf("deskpolicy: no feature has the number %d", uint16(unknown))
	}
	return []byte(f.String()), nil
}

// UnmarshalText sets f to the features that text names, such as "custom_roles",
// "attachments|custom_roles" or "none": each once, in the order of the constants.
// The error quotes a name that it does not know and suggests the nearest; then f
// has none.
func (f *Features) UnmarshalText(text []byte) error {
	*f = 0
	if string(text) == "none" {
		return nil
	}
	var all Features
	for name := range strings.SplitSeq(string(text), "|") {
		i, err := parseName("feature", name, featureNames[:])
		if err != nil {
			return err
		}
		all |= 1 << i
	}
	if all.String() != string(text) {
		return fmt.Errorf("deskpolicy: features %q are not each once and in order: write %q", text, all)
	}
	*f = all
	return nil
}

// Has reports whether f has each feature of other.
func (f Features) Has(other Features) bool { return f&other == other }

// String returns the features' names, such as "attachments|custom_roles"; "none" for none.
func (f Features) String() string {
	var names []string
	for i, name := range featureNames {
		if f.Has(1 << i) {
			names = append(names, name)
		}
	}
	if unknown := f &^ AllFeatures; unknown != 0 {
		names = append(names, fmt.Sprintf("unknown(%d)", uint16(unknown)))
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, "|")
}
