package deskpolicy

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A Reason is a stable code for why a decision allows or denies. The zero Reason
// denies.
//
// Numbers and names of reasons do not change between versions; later versions may add
// reasons. The upper four bits are the step of [Authorize] that decided.
type Reason uint8

const (
	// Undecided is the zero Reason: no decision was made. It denies.
	Undecided Reason = 0x00

	// NoSubject denies at step 1: the subject is nil or has no ID.
	NoSubject Reason = 0x11
	// UnknownAction denies at step 1: no action has this number.
	UnknownAction Reason = 0x12
	// WrongResource denies at step 1: the resource is nil, incomplete or not of the action's type.
	WrongResource Reason = 0x13

	// NoInstant denies at step 1: the support session's instant is zero or outside the years 1970 to 2199.
	NoInstant Reason = 0x14
	// IncompleteDelegate denies at step 1: the delegate has no principal or no actor, or not one to four limits.
	IncompleteDelegate Reason = 0x15

	// OtherAccount denies at step 2: the resource, or part of it, belongs to another account or to none.
	OtherAccount Reason = 0x21

	// Deactivated denies at step 3: the agent or the customer is deactivated.
	Deactivated Reason = 0x31

	// CRMInactive denies at step 3: the shared agent's CRM user is deactivated or missing (A29).
	CRMInactive Reason = 0x32
	// NotIntegrated denies at step 3: the shared agent's account does not connect its desk to the CRM [S12] (A29).
	NotIntegrated Reason = 0x33
	// NotAnAgent denies at step 3: the CRM user is not an agent of the desk [S4].
	NotAnAgent Reason = 0x34

	// NoGrant denies at step 3: no support grant lets the support engineer into the account [G9].
	NoGrant Reason = 0x35
	// GrantNotStarted denies at step 3: the support grant starts later; see [Decision.Until].
	GrantNotStarted Reason = 0x36
	// GrantExpired denies at step 3: the support grant has ended [G4].
	GrantExpired Reason = 0x37
	// GrantRevoked denies at step 3: the support grant was revoked [G23].
	GrantRevoked Reason = 0x38

	// LimitNotInForce denies at step 3: a limit of the delegate is not in force at this instant (A58).
	LimitNotInForce Reason = 0x39

	// DelegateNoAdministration denies at step 4: no delegate can change agents, roles or groups, act on support grants, manage keys or log in (A59).
	DelegateNoAdministration Reason = 0x40

	// BuiltInImmutable denies at step 4: built-in roles cannot be changed [S21].
	BuiltInImmutable Reason = 0x41
	// RoleAuthoringReserved denies at step 4: only account administrators can create or change roles, unless [Account.RoleAuthors] lets others [R9] (A68).
	RoleAuthoringReserved Reason = 0x42
	// OwnAuthority denies at step 4: agents cannot make their own authority wider (B18, B50) (A69), nor merge their own contact (A53).
	OwnAuthority Reason = 0x43
	// BeyondAuthority denies at step 4: the subject's authority does not cover the agent that it acts on, or what it gives (B26, B55).
	BeyondAuthority Reason = 0x44

	// SharedNeverAssigned denies at step 4: nothing can be assigned to a shared agent [S27] [S43].
	SharedNeverAssigned Reason = 0x45
	// SharedNoChannels denies at step 4: a shared agent cannot use phone or chat [S28] [S29] [S43].
	SharedNoChannels Reason = 0x46
	// SharedNoAdministration denies at step 4: a shared agent cannot administer people, roles, support access or the account (A21).
	SharedNoAdministration Reason = 0x47
	// SharedOnlyFromCRM denies at step 4: only the CRM can make a person a shared agent [S41] [S45].
	SharedOnlyFromCRM Reason = 0x48

	// SupportNoGrants denies at step 4: a support engineer cannot act on support grants.
	SupportNoGrants Reason = 0x49
	// SupportNoRoles denies at step 4: a support engineer cannot create or change roles.
	SupportNoRoles Reason = 0x4a
	// SupportNoAgents denies at step 4: a support engineer cannot modify agents, whatever the role [G14].
	SupportNoAgents Reason = 0x4b
	// SupportNoExport denies at step 4: a support engineer cannot export data, whatever the role [G15].
	SupportNoExport Reason = 0x4c

	// LastAdministrator denies at step 4: an account must keep its last account administrator.
	LastAdministrator Reason = 0x4d

	// SharedRoleNotAllowed denies at step 4: a shared agent can hold only the Shared Agent role and custom roles [S23].
	SharedRoleNotAllowed Reason = 0x4e

	// NotForCustomers denies at step 4: the action is inside the desk, and a customer cannot do it, whatever the role (A62).
	NotForCustomers Reason = 0x4f

	// PlanLacksFeature denies at step 5: the account's plan lacks a feature [S11] [R8].
	PlanLacksFeature Reason = 0x51

	// NoRole denies at step 6: the subject holds no role in the account [R1].
	NoRole Reason = 0x61
	// NoPermission denies at step 6: none of the subject's roles has the permission.
	NoPermission Reason = 0x62
	// OtherWorkspace denies at step 6: a role has the permission, but is not held where the
	// resource is: in its workspace and, if the role is held in one group only, in that group.
	OtherWorkspace Reason = 0x63
	// OutsideWindow denies at step 6: a role has the permission and is held where the resource is,
	// but not at the subject's instant (A54).
	OutsideWindow Reason = 0x64
	// LimitLacksPermission denies at step 6: a limit of the delegate does not have the permission (A58).
	LimitLacksPermission Reason = 0x65
	// LimitOtherWorkspace denies at step 6: a limit of the delegate is not for where the resource is (A58).
	LimitOtherWorkspace Reason = 0x66

	// OutOfScope denies at step 7: no role that has the permission reaches the resource.
	OutOfScope Reason = 0x71
	// ViewOnly denies at step 7: a role reaches the resource for viewing only, and the action changes it.
	ViewOnly Reason = 0x72
	// Confidential denies at step 7: a role reaches the resource, which is confidential, but none has ticket.confidential there (A52).
	Confidential Reason = 0x73
	// OutOfLimit denies at step 7: a limit of the delegate does not reach the resource, or not with the access that the action needs (A58).
	OutOfLimit Reason = 0x74

	// NotOwn denies at step 8: the action is allowed only on the subject's own things, and this is not one of them.
	NotOwn Reason = 0x81
	// IneligibleTarget denies at step 8: the recipient cannot be assigned the resource.
	IneligibleTarget Reason = 0x82

	// Step 9 allows. If there are several grounds, the one with the highest number counts.

	// AllowedOwn allows at step 9: the resource is the subject's own.
	AllowedOwn Reason = 0x91
	// AllowedCompany allows at step 9: somebody of the subject's company requested the resource.
	AllowedCompany Reason = 0x92
	// AllowedContact allows at step 9: the subject sees the contact or company that the resource is, or is from [S16].
	AllowedContact Reason = 0x93
	// AllowedMentioned allows at step 9: the resource mentions the subject [S15].
	AllowedMentioned Reason = 0x94
	// AllowedParticipating allows at step 9: the subject takes part in the resource.
	AllowedParticipating Reason = 0x95
	// AllowedRequested allows at step 9: the subject requested the resource.
	AllowedRequested Reason = 0x96
	// AllowedUnrouted allows at step 9: the resource is assigned to nobody and in no group.
	AllowedUnrouted Reason = 0x97
	// AllowedUnassigned allows at step 9: the resource is assigned to nobody.
	AllowedUnassigned Reason = 0x98
	// AllowedQueue allows at step 9: the resource is assigned to nobody, and the subject has access to its group.
	AllowedQueue Reason = 0x99
	// AllowedAssigned allows at step 9: the resource is assigned to the subject.
	AllowedAssigned Reason = 0x9a
	// AllowedGroup allows at step 9: the subject has access to the resource's group.
	AllowedGroup Reason = 0x9b
	// AllowedAll allows at step 9: the permission reaches anything.
	AllowedAll Reason = 0x9c
)

// An Outcome classifies a [Reason]. The zero Outcome is OutcomeMalformed.
type Outcome uint8

const (
	// OutcomeMalformed denies because the request is invalid: the caller made a mistake.
	OutcomeMalformed Outcome = iota
	// OutcomeForbidden denies by a rule that the action's permission cannot override.
	OutcomeForbidden
	// OutcomeNotGranted denies until something is given or changed, such as the subject's roles.
	OutcomeNotGranted
	// OutcomeAllowed is the only outcome that allows.
	OutcomeAllowed
)

var outcomeNames = [...]string{"malformed", "forbidden", "not_granted", "allowed"}

// String returns the outcome's name; "unknown" if o is not an Outcome.
func (o Outcome) String() string { return nameOf(outcomeNames[:], o) }

// Reasons yields every Reason, ordered by number.
func Reasons() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for r := range reasons {
			if reasons[r].name != "" && !yield(Reason(r)) {
				return
			}
		}
	}
}

// MarshalText returns the reason's name. It returns an error if no reason has the number.
func (r Reason) MarshalText() ([]byte, error) {
	if r.info().name == "" {
		return nil, fmt.Errorf("deskpolicy: no reason has the number %d", uint8(r))
	}
	return []byte(r.String()), nil
}

// UnmarshalText sets r to the reason that text names, such as "out_of_scope". For an
// unknown name it sets r to Undecided and returns an error that quotes the text and
// suggests the nearest name.
func (r *Reason) UnmarshalText(text []byte) (err error) {
	*r, err = parseOne("reason", string(text), slices.Collect(Reasons()))
	return err
}

// Outcome returns the outcome of decisions with this reason; OutcomeMalformed if r is
// not a Reason.
func (r Reason) Outcome() Outcome {
	if int(r) >= len(outcomes) {
		return OutcomeMalformed
	}
	return outcomes[r]
}

// Step returns the step of [Authorize] that decided, 1 to 9; 0 for Undecided.
func (r Reason) Step() int { return int(r >> 4) }

// Sources returns the numbers of the statements in docs/requirements.md that r follows
// from, such as "S27 S43"; "" for Undecided and if r is not a Reason. If they depend on
// the resource and the subject, it returns all of them; [Explain] cites only those that
// apply to the request.
func (r Reason) Sources() string {
	sources := r.info().sources
	for _, more := range r.sourcesBySubject() {
		for source := range strings.FieldsSeq(more) {
			if !slices.Contains(strings.Fields(sources), source) {
				sources = strings.TrimPrefix(sources+" "+source, " ")
			}
		}
	}
	return sources
}

// String returns the reason's name, such as "out_of_scope"; "unknown" if r is not a Reason.
func (r Reason) String() string {
	if name := r.info().name; name != "" {
		return name
	}
	return "unknown"
}

// A reasonInfo describes a reason.
type reasonInfo struct {
	name     string
	sentence string // for the operator; %r is the role, %s the scope
	sources  string // see Sources; "" if only sourcesBySubject has them
	toViewer string // for the user who asked, if they can view the resource; "" if nobody who can has this reason
}

// info returns the description of r; the zero reasonInfo if r is not a Reason.
func (r Reason) info() *reasonInfo {
	if int(r) >= len(reasons) {
		return &noReason
	}
	return &reasons[r]
}

var noReason reasonInfo

// sentence returns the decision's reason as a sentence for the operator.
func (d Decision) sentence() string {
	sentence := d.Reason.info().sentence
	switch {
	case d.Reason == AllowedAll && d.Role == "": // where something goes, or a change of nothing
		sentence = "this takes no permission"
	case d.Reason == OutOfScope && d.Scope == Anything: // on what the subject reaches only in person
		sentence = "role %r has the permission, but a shared agent reaches only the customers that the CRM shows it, and a customer only what it has a part in"
	case d.Reason == OutOfScope && d.Scope == 0:
		sentence = "role %r has the permission, but is held without a ticket scope"
	}
	return strings.NewReplacer("%r", fmt.Sprintf("%q", d.Role), "%s", d.Scope.String()).Replace(sentence)
}

// Sentences that several reasons have for a user who can view the resource.
const (
	cannotDoThis    = "You can view this, but you cannot do this to it."
	noneOfYourRoles = "You can view this, but none of your roles lets you do this to it."
	notInTheirName  = "You can view this, but not do this to it in the name of somebody else."
)

// outcomes has the outcome of each reason, but for those of malformed requests. It is apart from
// reasons, so that a program that only decides does not link the sentences.
var outcomes = [...]Outcome{
	OtherAccount: OutcomeForbidden,

	Deactivated:     OutcomeNotGranted,
	CRMInactive:     OutcomeNotGranted,
	NotIntegrated:   OutcomeNotGranted,
	NotAnAgent:      OutcomeNotGranted,
	NoGrant:         OutcomeNotGranted,
	GrantNotStarted: OutcomeNotGranted,
	GrantExpired:    OutcomeNotGranted,
	GrantRevoked:    OutcomeNotGranted,
	LimitNotInForce: OutcomeNotGranted,

	DelegateNoAdministration: OutcomeForbidden,
	BuiltInImmutable:         OutcomeForbidden,
	RoleAuthoringReserved:    OutcomeForbidden,
	OwnAuthority:             OutcomeForbidden,
	BeyondAuthority:          OutcomeForbidden,
	SharedNeverAssigned:      OutcomeForbidden,
	SharedNoChannels:         OutcomeForbidden,
	SharedNoAdministration:   OutcomeForbidden,
	SharedOnlyFromCRM:        OutcomeForbidden,
	SupportNoGrants:          OutcomeForbidden,
	SupportNoRoles:           OutcomeForbidden,
	SupportNoAgents:          OutcomeForbidden,
	SupportNoExport:          OutcomeForbidden,
	LastAdministrator:        OutcomeForbidden,
	SharedRoleNotAllowed:     OutcomeForbidden,
	NotForCustomers:          OutcomeForbidden,

	PlanLacksFeature: OutcomeNotGranted,

	NoRole:               OutcomeNotGranted,
	NoPermission:         OutcomeNotGranted,
	OtherWorkspace:       OutcomeNotGranted,
	OutsideWindow:        OutcomeNotGranted,
	LimitLacksPermission: OutcomeNotGranted,
	LimitOtherWorkspace:  OutcomeNotGranted,

	OutOfScope:   OutcomeNotGranted,
	ViewOnly:     OutcomeNotGranted,
	Confidential: OutcomeNotGranted,
	OutOfLimit:   OutcomeNotGranted,

	NotOwn:           OutcomeForbidden,
	IneligibleTarget: OutcomeNotGranted,

	AllowedOwn:           OutcomeAllowed,
	AllowedCompany:       OutcomeAllowed,
	AllowedContact:       OutcomeAllowed,
	AllowedMentioned:     OutcomeAllowed,
	AllowedParticipating: OutcomeAllowed,
	AllowedRequested:     OutcomeAllowed,
	AllowedUnrouted:      OutcomeAllowed,
	AllowedUnassigned:    OutcomeAllowed,
	AllowedQueue:         OutcomeAllowed,
	AllowedAssigned:      OutcomeAllowed,
	AllowedGroup:         OutcomeAllowed,
	AllowedAll:           OutcomeAllowed,
}

var reasons = [...]reasonInfo{
	Undecided: {"undecided", "no decision was made", "", ""},

	NoSubject:     {"no_subject", "the subject is missing or has no ID", "B23", ""},
	UnknownAction: {"unknown_action", "the action is unknown", "B36", ""},
	WrongResource: {"wrong_resource", "the resource is missing, incomplete or not of the action's type", "B23", ""},

	NoInstant: {"no_instant", "the support session has no valid instant", "G4", ""},

	IncompleteDelegate: {"incomplete_delegate", "the delegate needs a principal who is an agent, a shared agent or a customer, an actor with a kind and an ID, and one to four limits", "A58", ""},

	OtherAccount: {"other_account", "the resource, or part of it, does not belong to the subject's account", "B05 B09", cannotDoThis},

	Deactivated: {"deactivated", "the agent or customer is deactivated", "B29 B57", ""},

	CRMInactive:   {"crm_inactive", "the shared agent's CRM user is deactivated or missing", "S53 A29", ""},
	NotIntegrated: {"not_integrated", "the account's desk and CRM are not connected", "S12 A29", ""},
	NotAnAgent:    {"not_an_agent", "this CRM user is not an agent; make them a shared agent to give access", "S4", ""},

	NoGrant:         {"no_grant", "no support grant lets the support engineer into this account", "G9", ""},
	GrantNotStarted: {"grant_not_started", "the support grant has not started", "G4", ""},
	GrantExpired:    {"grant_expired", "the support grant has expired", "G4 G10", ""},
	GrantRevoked:    {"grant_revoked", "the support grant was revoked", "G5 G23", ""},

	LimitNotInForce: {"limit_not_in_force", "a limit of the delegate is not in force at this time", "A58", ""},

	DelegateNoAdministration: {"delegate_no_administration", "a delegate cannot change agents, roles or groups, act on support grants, manage keys or log in", "A59", "A key, a program or a stand-in cannot do this."},

	BuiltInImmutable:      {"built_in_immutable", "a built-in role cannot be changed", "S21 B54", "A built-in role cannot be changed."},
	RoleAuthoringReserved: {"role_authoring_reserved", "only the built-in account administrator can make or change roles", "R9", "Only an account administrator can do this."},
	OwnAuthority:          {"own_authority", "agents cannot make their own access wider", "B18 B50 A53", "You cannot give yourself more access than you have."},
	BeyondAuthority:       {"beyond_authority", "this takes authority that the subject does not have", "B26 B38 B55", "This takes access that you do not have yourself."},

	SharedNeverAssigned:    {"shared_never_assigned", "nothing can be assigned to a shared agent", "S27 S43", "Nothing can be assigned to a shared agent."},
	SharedNoChannels:       {"shared_no_channels", "a shared agent cannot use phone or chat", "S28 S29 S43", "A shared agent cannot use phone or chat."},
	SharedNoAdministration: {"shared_no_administration", "a shared agent cannot administer people, roles, support access or the account", "A21", "A shared agent cannot administer the desk."},
	SharedOnlyFromCRM:      {"shared_only_from_crm", "only the CRM can make a person a shared agent", "S41 S45", "Only the CRM can make a person a shared agent."},

	SupportNoGrants: {"support_no_grants", "a support engineer cannot view or change support grants", "A13", "A support engineer cannot do this."},
	SupportNoRoles:  {"support_no_roles", "a support engineer cannot make or change roles", "R9 A13", "A support engineer cannot do this."},
	SupportNoAgents: {"support_no_agents", "a support engineer cannot modify agents, whatever the role", "G14 A13", "A support engineer cannot do this."},
	SupportNoExport: {"support_no_export", "a support engineer cannot export data, whatever the role", "G15 A14", "A support engineer cannot do this."},

	LastAdministrator: {"last_administrator", "the account must keep its last account administrator", "B55", "The account must keep its last administrator."},

	SharedRoleNotAllowed: {"shared_role_not_allowed", "a shared agent can hold only the Shared Agent role and custom roles", "S23", "A shared agent cannot hold this role."},

	NotForCustomers: {"not_for_customers", "this is inside the desk, and customers cannot do it, whatever the role", "A62", cannotDoThis},

	PlanLacksFeature: {"plan_lacks_feature", "the account's plan lacks a feature that this needs", "S11 R8 A28", "The plan of your account does not include this."},

	NoRole:         {"no_role", "the subject holds no role in this account", "R1", noneOfYourRoles},
	NoPermission:   {"no_permission", "none of the subject's roles has the permission here", "R1 B36", noneOfYourRoles},
	OtherWorkspace: {"other_workspace", "role %r has the permission, but is not held where this is", "G16 A11 A49", noneOfYourRoles},
	OutsideWindow:  {"outside_window", "role %r has the permission here, but is not held at this time", "A54", "You can view this, but none of your roles lets you do this to it now."},

	LimitLacksPermission: {"limit_lacks_permission", "a limit of the delegate does not have the permission", "A58", notInTheirName},
	LimitOtherWorkspace:  {"limit_other_workspace", "a limit of the delegate is not for where this is", "A58", notInTheirName},

	OutOfScope: {"out_of_scope", "role %r has the permission, but its scope (%s) does not reach this", "", noneOfYourRoles},
	ViewOnly:   {"view_only", "role %r has the permission, but reaches this for viewing only", "", "You can view this, but you cannot change it."},

	Confidential: {"confidential", "role %r has the permission and reaches this, but no role here reaches what is confidential", "A52", "You can view this, but it is confidential, and none of your roles lets you do this to it."},

	OutOfLimit: {"out_of_limit", "a limit of the delegate (%s) does not reach this", "A58", notInTheirName},

	NotOwn:           {"not_own", "role %r allows this only on the subject's own things", "S33 B21", "You can do this only to what is your own."},
	IneligibleTarget: {"ineligible_target", "the recipient cannot be assigned this", "B05", "The recipient cannot take this."},

	AllowedOwn:           {"allowed_own", "role %r reaches this because it is the subject's own", "", ""},
	AllowedCompany:       {"allowed_company", "role %r reaches this because somebody of the subject's company requested it", "A48", ""},
	AllowedContact:       {"allowed_contact", "role %r reaches this because the subject sees the customer", "", ""},
	AllowedMentioned:     {"allowed_mentioned", "role %r reaches this because it mentions the subject", "S15 A6", ""},
	AllowedParticipating: {"allowed_participating", "role %r reaches this because the subject takes part in it", "A48", ""},
	AllowedRequested:     {"allowed_requested", "role %r reaches this because the subject requested it", "A48", ""},
	AllowedUnrouted:      {"allowed_unrouted", "role %r reaches this because it is assigned to nobody and in no group", "A48", ""},
	AllowedUnassigned:    {"allowed_unassigned", "role %r reaches this because it is assigned to nobody", "A48", ""},
	AllowedQueue:         {"allowed_queue", "role %r reaches this through its group, because it is assigned to nobody", "A48", ""},
	AllowedAssigned:      {"allowed_assigned", "role %r reaches this because it is assigned to the subject", "", ""},
	AllowedGroup:         {"allowed_group", "role %r reaches this through its group", "", ""},
	AllowedAll:           {"allowed_all", "role %r reaches everything here", "", ""},
}

// A subjectMatter is a class of subjects and resources for which the same sources say how
// far permissions reach. The zero subjectMatter is any other subject and resource.
type subjectMatter uint8

const (
	aboutAnything       subjectMatter = iota
	aboutTicket                       // an agent or a support engineer and a ticket
	aboutConversation                 // any subject and a conversation
	aboutSharedTicket                 // a shared agent and a ticket
	aboutSharedCustomer               // a shared agent and a contact or a company
	aboutPart                         // a customer and what a customer can have a part in
	subjectMatters      = iota
)

// subjectMatter returns what the question is about, once its subject is set.
func (q *question) subjectMatter() subjectMatter {
	shared := q.who.crm != nil
	switch kind := q.what.kind; {
	case q.who.customer && kind.has(aRequester):
		return aboutPart
	case kind == kindConversation, kind == kindConversationAssignment:
		return aboutConversation
	case shared && kind.ticketLike():
		return aboutSharedTicket
	case shared && kind.customer():
		return aboutSharedCustomer
	case kind.ticketLike():
		return aboutTicket
	}
	return aboutAnything
}

// sourcesOn returns the sources of r in a decision about the subject matter.
func (r Reason) sourcesOn(about subjectMatter) string {
	return cmp.Or(r.sourcesBySubject()[about], r.Sources())
}

// sourcesBySubject returns the sources, by subject matter, of a reason about reach. It
// returns none for other reasons, and none for a subject matter that cannot have the reason.
func (r Reason) sourcesBySubject() (sources [subjectMatters]string) {
	switch r {
	case OutOfScope:
		sources = [subjectMatters]string{aboutAnything: "R13 R17", aboutTicket: "A9 P:FD-adv", aboutConversation: "R17 R19 R20", aboutSharedTicket: "S13 S15 S16 S18", aboutSharedCustomer: "S36 S37 A30", aboutPart: "A61"}
	case ViewOnly:
		sources = [subjectMatters]string{aboutAnything: "B11", aboutTicket: "B11 P:FD-adv", aboutConversation: "B11 R19", aboutSharedTicket: "S18 B11", aboutSharedCustomer: "S36 S37 B11", aboutPart: "A61 B11"}
	case AllowedOwn:
		sources = [subjectMatters]string{aboutAnything: "S33 A34", aboutTicket: "B21 A34", aboutConversation: "A34", aboutSharedTicket: "B21 A34", aboutSharedCustomer: "A35"}
	case AllowedContact:
		sources = [subjectMatters]string{aboutAnything: "A48", aboutTicket: "A48", aboutConversation: "A48", aboutSharedTicket: "S16 A6", aboutSharedCustomer: "S36 S37"}
	case AllowedAssigned:
		sources = [subjectMatters]string{aboutAnything: "R17", aboutTicket: "A9 B33", aboutConversation: "R20 A26"}
	case AllowedGroup:
		sources = [subjectMatters]string{aboutAnything: "R13 R17", aboutTicket: "A9 P:FD-adv", aboutConversation: "R19", aboutSharedTicket: "S18"}
	case AllowedAll:
		sources = [subjectMatters]string{aboutAnything: "R17", aboutTicket: "P:FD-adv", aboutConversation: "R18", aboutSharedTicket: "S17", aboutSharedCustomer: "S35"}
	}
	return sources
}

// lacking returns what the subject lacks, if the question says more about it than the
// decision's sentence, and "" otherwise.
func (q *question) lacking(d Decision, about subjectMatter) string {
	if limit := q.lackingLimit(d.Reason); limit != "" {
		return limit
	}
	if d.Reason == OutsideWindow {
		return q.lackingTime(d.Role)
	}
	return q.lackingOtherwise(d, about)
}

// lackingOtherwise is lacking for everything but time and the limits of a delegate.
func (q *question) lackingOtherwise(d Decision, about subjectMatter) string {
	switch {
	case d.Reason == PlanLacksFeature:
		return fmt.Sprintf("plan feature %v", q.requires()&^q.who.account.Plan.Features)
	case d.Reason == OwnAuthority && q.what.kind.customer():
		return "another agent to merge it: this contact is the subject's own"
	case d.Reason == OtherWorkspace:
		return fmt.Sprintf("role %q %s", d.Role, q.lackingPlace(d.Role))
	case d.Reason == Confidential:
		return fmt.Sprintf("%v with %v access", TicketConfidential, q.rule.need)
	case d.Reason == OutOfScope && about == aboutPart:
		return "a part in it: as its requester, in CC or, if the scope says so, as one of the requester's company"
	case about == aboutSharedCustomer, about == aboutSharedTicket:
		return q.lackingOfShared(d, about)
	}
	return ""
}

// lackingOfShared is lacking for a shared agent and the reasons about reach. If the CRM's answer
// would give more access at another instant, it says so.
func (q *question) lackingOfShared(d Decision, about subjectMatter) string {
	lacks, answer := q.lackingReach(d, about), q.lackingAnswer()
	switch {
	case answer == "" || d.Reason != OutOfScope && d.Reason != ViewOnly:
		return lacks
	case lacks == "":
		return "access to the requester in the CRM; " + answer
	}
	return lacks + "; " + answer
}

// lackingAnswer returns why the CRM's answer does not give the access to the customer that it
// would give at another instant, or "".
func (q *question) lackingAnswer() string {
	v := &q.who.crm.Visibility
	switch _, ages := q.who.crm.access(q.customer(), q.who.at); {
	case !ages || v.counts(q.who.at):
		return ""
	case v.window() == never:
		return "the CRM's answer never counts: it needs an AsOf from 1970 to 2199 and a positive MaxAge"
	case !q.who.at.known():
		return "the CRM's answer counts at an instant only, and the subject does not say when it asks"
	case q.who.at.from < v.window().from:
		return "the CRM's answer counts only from " + v.window().From().Format(layout)
	}
	return "the CRM's answer expired at " + v.window().Until().Format(layout)
}

// lackingReach is lackingOfShared without the CRM's answer.
func (q *question) lackingReach(d Decision, about subjectMatter) string {
	switch {
	case d.Reason == OutOfScope && about == aboutSharedCustomer:
		return "access to the " + q.customerName() + " in the CRM"
	case d.Reason == ViewOnly && about == aboutSharedCustomer:
		return "the right to edit the " + q.customerName() + " in the CRM"
	case d.Reason == OutOfScope && about == aboutSharedTicket && q.what.Group == "":
		return "a mention, or access to the requester in the CRM"
	case d.Reason == OutOfScope && about == aboutSharedTicket:
		return "a mention, access to the requester in the CRM, or membership of the group"
	}
	return ""
}

// lackingPlace returns where the role would have to be held, such as `in workspace "it"`.
func (q *question) lackingPlace(role string) string {
	switch forOther := q.isForOtherGroup(role); {
	case forOther && q.what.Group == "":
		return "whatever the group"
	case forOther:
		return fmt.Sprintf("in group %q", q.what.Group)
	case q.what.Workspace == "":
		return "outside of workspaces"
	}
	return fmt.Sprintf("in workspace %q", q.what.Workspace)
}

// lackingTime returns when the role is held where the resource is: in its next window, or in
// its last.
func (q *question) lackingTime(role string) string {
	if !q.who.at.known() {
		return fmt.Sprintf("role %q now; the subject does not say when it asks", role)
	}
	var when Window
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		if b.decide(q).Reason != OutsideWindow || b.Role.Name() != role {
			continue
		}
		if w := b.Window; when == (Window{}) || w.isNearer(when, q.who.at.from) {
			when = w
		}
	}
	return fmt.Sprintf("role %q at this time; it is held %v", role, when)
}

// lackingLimit returns the first limit of a delegate that denies for the reason, and what it
// lacks; "" if none does.
func (q *question) lackingLimit(reason Reason) string {
	for i := range q.who.limits() {
		l := &q.who.limits()[i]
		scope := l.Permissions.scope(q.action)
		switch {
		case reason == LimitNotInForce && !l.Window.holds(q.who.at):
			return fmt.Sprintf("limit %d of the delegate at this time; it is in force %v", i+1, l.Window)
		case reason == LimitLacksPermission && scope == 0:
			return fmt.Sprintf("the permission in limit %d of the delegate", i+1)
		case reason == LimitOtherWorkspace && l.weigh(q).reason() == reason:
			return fmt.Sprintf("limit %d of the delegate %s", i+1, q.lackingPlace(""))
		case reason == OutOfLimit && l.weigh(q).reason() == reason && q.isReachedBy(scope):
			return fmt.Sprintf("%v in limit %d of the delegate", TicketConfidential, i+1)
		case reason == OutOfLimit && l.weigh(q).reason() == reason:
			return fmt.Sprintf("reach in limit %d of the delegate, which is at %v", i+1, scope.reduced())
		}
	}
	return ""
}

// isForOtherGroup reports whether the role is held where the resource is, but for another group.
func (q *question) isForOtherGroup(role string) bool {
	return slices.ContainsFunc(q.who.bindings, func(b Binding) bool {
		return b.Role.Name() == role && !b.heldInGroup(q.what.Group) && b.heldIn(q.what.Workspace, b.reachesOpen() && q.isOpen())
	})
}

// customerName returns "company" or "contact".
func (q *question) customerName() string {
	if q.what.kind == kindCompany {
		return kindCompany.String()
	}
	return kindContact.String()
}
