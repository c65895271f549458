package deskpolicy

import (
	"fmt"
	"strings"
)

// An Account is one customer of the helpdesk. Subjects reach only the resources of their
// own account.
// The zero Account has no ID: it owns nothing, and its agents are denied everything.
type Account struct {
	ID   AccountID
	Plan Plan

	// Integrated reports whether the desk is connected to the CRM. If it is not, there
	// is no Shared Agent role [S12] and shared agents are denied everything (A29).
	Integrated bool

	// RoleAuthors says who can create, change, clone and delete custom roles (A68).
	RoleAuthors RoleAuthors

	// OpenWorkspaces are the account's open workspaces. A role that is held in
	// [OpenWorkspaces] reaches them. Every other workspace is restricted: only a role held
	// in that workspace or [Everywhere] reaches it.
	OpenWorkspaces []WorkspaceID

	// Administrators are the active agents who hold the Account Administrator role without a
	// window, [AccountWide], in [OpenWorkspaces] or [Everywhere]. The last administrator cannot lose
	// the role; an administrator is the last unless the list names another agent (A46).
	Administrators []AgentID
}

// RoleAuthors says who can create, change, clone and delete the custom roles of an account
// (A68). The zero RoleAuthors is [AuthorsAreAdministrators], and so is every unknown value.
type RoleAuthors uint8

const (
	// AuthorsAreAdministrators are only the holders of the built-in Account Administrator
	// role, whatever a custom role permits [R9].
	AuthorsAreAdministrators RoleAuthors = iota
	// AuthorsByPermission are also the agents with the permission, such as role.custom.update,
	// for each role that their own authority covers wherever it is held. Use it in a product
	// with roles of its own.
	AuthorsByPermission
)

// An AccountID identifies an account. The empty AccountID matches nothing.
type AccountID string

// A Plan is what an account has paid for [S11]. The zero Plan has no features.
type Plan struct {
	Features Features
}

// Features is a set of features that depend on the plan. The host decides which features
// a plan has; an action that requires a feature that the plan lacks is denied (A28).
// The zero Features is the empty set.
type Features uint16

const (
	FeatureAttachments     Features = 1 << iota // attaching files to tickets [S4]
	FeatureTicketTemplates                      // ticket templates [S4]
	FeatureCannedResponses                      // canned responses [S4]
	FeatureDependentFields                      // dependent fields [S4]
	FeatureDynamicSections                      // dynamic sections [S4]
	FeatureCollaboration                        // internal discussions [S4]
	FeatureCustomRoles                          // creating, changing, cloning and assigning custom roles, on Pro and Enterprise [R8] (A37)

	AllFeatures = 1<<iota - 1 // every feature
)

var featureNames = [...]string{
	"attachments", "ticket_templates", "canned_responses", "dependent_fields", "dynamic_sections", "collaboration", "custom_roles",
}

// MarshalText returns the same text as [Features.String]. It returns an error if f has a
// bit that is not a feature.
func (f Features) MarshalText() ([]byte, error) {
	if unknown := f &^ AllFeatures; unknown != 0 {
		return nil, fmt.Errorf("deskpolicy: no feature has the number %d", uint16(unknown))
	}
	return []byte(f.String()), nil
}

// UnmarshalText sets f to the features that text names, such as "custom_roles",
// "attachments|custom_roles" or "none". The text must name each feature once, in the
// order of the constants. If UnmarshalText returns an error, f is empty. The error quotes
// an unknown name and suggests the nearest one.
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
		return fmt.Errorf("deskpolicy: features %q are repeated or out of order; write %q", text, all)
	}
	*f = all
	return nil
}

// Has reports whether f has every feature in other.
func (f Features) Has(other Features) bool { return f&other == other }

// String returns the names of the features, such as "attachments|custom_roles", or
// "none" for the empty set.
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
