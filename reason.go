package deskpolicy

import (
	"fmt"
	"iter"
	"slices"
)

// A Reason is why a decision is what it is: a stable code. The zero Reason
// denies.
//
// Numbers and names do not change between versions; new ones may be added. The
// upper half byte is the step of [Authorize] that decided.
type Reason uint8

const (
	// Undecided is the zero Reason: nobody asked the policy. It denies.
	Undecided Reason = 0x00

	// NoSubject is step 1: the subject is nil or has no ID.
	NoSubject Reason = 0x11
	// UnknownAction is step 1: the number names no action.
	UnknownAction Reason = 0x12
	// WrongResource is step 1: the resource is nil, lacks a part, or is not of the action's type.
	WrongResource Reason = 0x13

	// NoInstant is step 1: a support session's instant is zero or absurd.
	NoInstant Reason = 0x14

	// OtherAccount is step 2: the resource, or a part of it, belongs to another account or to none.
	OtherAccount Reason = 0x21

	// Deactivated is step 3: the agent is deactivated.
	Deactivated Reason = 0x31

	// CRMInactive is step 3: the shared agent's CRM user is deactivated, or there is none (A29).
	CRMInactive Reason = 0x32
	// NotIntegrated is step 3: desk and CRM of the shared agent's account are not connected [S12] (A29).
	NotIntegrated Reason = 0x33
	// NotAnAgent is step 3: the CRM user is no agent of the desk [S4].
	NotAnAgent Reason = 0x34

	// NoGrant is step 3: no grant lets the support engineer into the account [G9].
	NoGrant Reason = 0x35
	// GrantNotStarted is step 3: the grant starts later; see [Decision.Until].
	GrantNotStarted Reason = 0x36
	// GrantExpired is step 3: the grant's end has come [G4].
	GrantExpired Reason = 0x37
	// GrantRevoked is step 3: the grant was revoked [G23].
	GrantRevoked Reason = 0x38

	// BuiltInImmutable is step 4: built-in roles are never changed [S21].
	BuiltInImmutable Reason = 0x41
	// RoleAuthoringReserved is step 4: only the built-in account administrator makes roles [R9].
	RoleAuthoringReserved Reason = 0x42
	// OwnAuthority is step 4: nobody changes what they themselves may do (B18, B50).
	OwnAuthority Reason = 0x43
	// BeyondAuthority is step 4: nobody changes or gives what exceeds their own authority (B26, B55).
	BeyondAuthority Reason = 0x44

	// SharedNeverAssigned is step 4: nothing is assigned to a shared agent [S27] [S43].
	SharedNeverAssigned Reason = 0x45
	// SharedNoChannels is step 4: a shared agent has neither phone nor chat [S28] [S29] [S43].
	SharedNoChannels Reason = 0x46
	// SharedNoAdministration is step 4: a shared agent administers no people, roles or account (A21).
	SharedNoAdministration Reason = 0x47
	// SharedOnlyFromCRM is step 4: the desk makes nobody a shared agent [S41] [S45].
	SharedOnlyFromCRM Reason = 0x48

	// SupportNoGrants is step 4: a support engineer does not act on grants.
	SupportNoGrants Reason = 0x49
	// SupportNoRoles is step 4: a support engineer does not make roles.
	SupportNoRoles Reason = 0x4a
	// SupportNoAgents is step 4: a support engineer does not modify agents, whatever the role [G14].
	SupportNoAgents Reason = 0x4b
	// SupportNoExport is step 4: a support engineer does not export data, whatever the role [G15].
	SupportNoExport Reason = 0x4c

	// LastAdministrator is step 4: an account keeps its last account administrator.
	LastAdministrator Reason = 0x4d

	// SharedOwnRoles is step 4: a shared agent holds the Shared Agent role or custom ones [S23].
	SharedOwnRoles Reason = 0x4e

	// PlanLacksFeature is step 5: the account's plan does not have the feature [S11] [R8].
	PlanLacksFeature Reason = 0x51

	// NoRole is step 6: the subject holds no role at all [R1].
	NoRole Reason = 0x61
	// NoPermission is step 6: none of the subject's roles has the permission.
	NoPermission Reason = 0x62
	// OtherWorkspace is step 6: a role has the permission, but is not held in the resource's workspace.
	OtherWorkspace Reason = 0x63

	// OutOfScope is step 7: the resource is out of reach of every role that has the permission.
	OutOfScope Reason = 0x71
	// ViewOnly is step 7: the resource is within reach for viewing only, and the action changes it.
	ViewOnly Reason = 0x72

	// NotOwn is step 8: the action is for one's own things, and this is somebody else's.
	NotOwn Reason = 0x81
	// IneligibleTarget is step 8: whom the thing is to go to cannot take it.
	IneligibleTarget Reason = 0x82

	// Step 9 allows. The higher the number, the sooner the ground is chosen.

	// AllowedOwn is step 9: it is the subject's own.
	AllowedOwn Reason = 0x91
	// AllowedContact is step 9: the shared agent sees the contact or company in the CRM [S16].
	AllowedContact Reason = 0x92
	// AllowedMentioned is step 9: the shared agent is mentioned in it [S15].
	AllowedMentioned Reason = 0x93
	// AllowedAssigned is step 9: it is assigned to the subject.
	AllowedAssigned Reason = 0x94
	// AllowedGroup is step 9: through the group that has it.
	AllowedGroup Reason = 0x95
	// AllowedAll is step 9: the scope is Global.
	AllowedAll Reason = 0x96
)

// An Outcome is what a Reason comes to. The zero Outcome is Malformed.
type Outcome uint8

const (
	// OutcomeMalformed is a denial because the question makes no sense: a mistake of the caller's.
	OutcomeMalformed Outcome = iota
	// OutcomeForbidden is a denial that no role can lift.
	OutcomeForbidden
	// OutcomeNotGranted is a denial that somebody could lift, by giving the subject something.
	OutcomeNotGranted
	// OutcomeAllowed is the only outcome that allows.
	OutcomeAllowed
)

var outcomeNames = [...]string{"malformed", "forbidden", "not_granted", "allowed"}

// String returns the outcome's name, or "unknown" outside the four.
func (o Outcome) String() string { return nameOf(outcomeNames[:], o) }

// Reasons yields every Reason that a decision can have, by number.
func Reasons() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for r := range reasons {
			if reasons[r].name != "" && !yield(Reason(r)) {
				return
			}
		}
	}
}

// MarshalText returns the reason's name; an error for a number that is no Reason.
func (r Reason) MarshalText() ([]byte, error) {
	if r.info().name == "" {
		return nil, fmt.Errorf("deskpolicy: no reason has the number %d", uint8(r))
	}
	return []byte(r.String()), nil
}

// UnmarshalText sets r to the reason that text names, such as "out_of_scope". The
// error quotes the text and suggests the nearest name; then r is Undecided.
func (r *Reason) UnmarshalText(text []byte) (err error) {
	*r, err = parseOne("reason", string(text), slices.Collect(Reasons()))
	return err
}

// Outcome returns what r comes to; Malformed for a number that is no Reason.
func (r Reason) Outcome() Outcome { return r.info().outcome }

// Step returns the step of [Authorize] that decided, 1 to 9; 0 for Undecided.
func (r Reason) Step() int { return int(r >> 4) }

// Sources returns the numbers of the statements in docs/requirements.md that r
// comes from, such as "S27 S43"; "" for Undecided and for a number that is no Reason.
func (r Reason) Sources() string { return r.info().sources }

// String returns the reason's name, such as "out_of_scope", or "unknown".
func (r Reason) String() string {
	if name := r.info().name; name != "" {
		return name
	}
	return "unknown"
}

// reasonInfo is a reason's name, outcome, sentence for the operator, and where it comes from.
type reasonInfo struct {
	name     string
	outcome  Outcome
	sentence string // %r is the role, %s the scope
	sources  string // see Sources
}

// info returns what is known of r; for a number that is no Reason, the zero reasonInfo.
func (r Reason) info() *reasonInfo {
	if int(r) >= len(reasons) {
		return &noReason
	}
	return &reasons[r]
}

var noReason reasonInfo

var reasons = [...]reasonInfo{
	Undecided: {"undecided", OutcomeMalformed, "nothing was decided", ""},

	NoSubject:     {"no_subject", OutcomeMalformed, "the request has no subject", "B23"},
	UnknownAction: {"unknown_action", OutcomeMalformed, "the request names no known action", "B36"},
	WrongResource: {"wrong_resource", OutcomeMalformed, "the request's resource is missing, incomplete or not of the action's type", "B23"},

	NoInstant: {"no_instant", OutcomeMalformed, "the support session has no instant", "G4"},

	OtherAccount: {"other_account", OutcomeForbidden, "the resource is not of the subject's account", "B05 B09"},

	Deactivated: {"deactivated", OutcomeNotGranted, "the agent is deactivated", "B29 B57"},

	CRMInactive:   {"crm_inactive", OutcomeNotGranted, "the shared agent's user in the CRM is deactivated or missing", "S53 A29"},
	NotIntegrated: {"not_integrated", OutcomeNotGranted, "the account's desk and CRM are not connected", "S12 A29"},
	NotAnAgent:    {"not_an_agent", OutcomeNotGranted, "a CRM user has no part in the desk; as a shared agent they would", "S4"},

	NoGrant:         {"no_grant", OutcomeNotGranted, "no grant lets the support engineer into this account", "G9"},
	GrantNotStarted: {"grant_not_started", OutcomeNotGranted, "the grant has not started", "G4"},
	GrantExpired:    {"grant_expired", OutcomeNotGranted, "the grant has expired", "G4 G10"},
	GrantRevoked:    {"grant_revoked", OutcomeNotGranted, "the grant was revoked", "G5 G23"},

	BuiltInImmutable:      {"built_in_immutable", OutcomeForbidden, "a built-in role is never changed", "S21 B54"},
	RoleAuthoringReserved: {"role_authoring_reserved", OutcomeForbidden, "only the account administrator makes and changes roles", "R9"},
	OwnAuthority:          {"own_authority", OutcomeForbidden, "nobody changes their own authority", "B18 B50"},
	BeyondAuthority:       {"beyond_authority", OutcomeForbidden, "it exceeds the subject's own authority", "B26 B38 B55"},

	SharedNeverAssigned:    {"shared_never_assigned", OutcomeForbidden, "nothing is assigned to a shared agent", "S27 S43"},
	SharedNoChannels:       {"shared_no_channels", OutcomeForbidden, "a shared agent has neither phone nor chat", "S28 S29 S43"},
	SharedNoAdministration: {"shared_no_administration", OutcomeForbidden, "a shared agent administers no people, roles or account", "A21"},
	SharedOnlyFromCRM:      {"shared_only_from_crm", OutcomeForbidden, "only the CRM makes somebody a shared agent", "S41 S45"},

	SupportNoGrants: {"support_no_grants", OutcomeForbidden, "a support engineer does not act on grants", "A13"},
	SupportNoRoles:  {"support_no_roles", OutcomeForbidden, "a support engineer does not make roles", "R9 A13"},
	SupportNoAgents: {"support_no_agents", OutcomeForbidden, "a support engineer does not modify agents, whatever the role", "G14 A13"},
	SupportNoExport: {"support_no_export", OutcomeForbidden, "a support engineer does not export data, whatever the role", "G15 A14"},

	LastAdministrator: {"last_administrator", OutcomeForbidden, "an account keeps its last account administrator", "B55"},

	SharedOwnRoles: {"shared_own_roles", OutcomeForbidden, "a shared agent holds the Shared Agent role or custom roles", "S23"},

	PlanLacksFeature: {"plan_lacks_feature", OutcomeNotGranted, "the account's plan does not have the feature", "S11 R8 A28"},

	NoRole:         {"no_role", OutcomeNotGranted, "the subject holds no role", "R1"},
	NoPermission:   {"no_permission", OutcomeNotGranted, "no role of the subject's has the permission", "R1 B36"},
	OtherWorkspace: {"other_workspace", OutcomeNotGranted, "role %r has the permission, but is not held in this workspace", "G16 A11"},

	OutOfScope: {"out_of_scope", OutcomeNotGranted, "role %r has the permission, but does not reach this: its scope is %s", "R17 R19 R20"},
	ViewOnly:   {"view_only", OutcomeNotGranted, "role %r reaches this for viewing only", "S18 B11 P:FD-adv"},

	NotOwn:           {"not_own", OutcomeForbidden, "role %r allows this for the subject's own things only", "S33 B21"},
	IneligibleTarget: {"ineligible_target", OutcomeNotGranted, "whom it is to go to cannot take it", "B05"},

	AllowedOwn:       {"allowed_own", OutcomeAllowed, "role %r reaches it, as it is the subject's own", "S33"},
	AllowedContact:   {"allowed_contact", OutcomeAllowed, "role %r reaches it, as the shared agent sees the customer in the CRM", "S16 S36 S37 A6"},
	AllowedMentioned: {"allowed_mentioned", OutcomeAllowed, "role %r reaches it, as the shared agent is mentioned in it", "S15 A6"},
	AllowedAssigned:  {"allowed_assigned", OutcomeAllowed, "role %r reaches it, as it is assigned to the subject", "R20 B33"},
	AllowedGroup:     {"allowed_group", OutcomeAllowed, "role %r reaches it through its group", "S18 R19"},
	AllowedAll:       {"allowed_all", OutcomeAllowed, "role %r reaches everything here", "R18"},
}
