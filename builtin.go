package deskpolicy

import "iter"

// BuiltInRoles yields the built-in roles that the account has: the desk's, then the
// messenger's. The Shared Agent role is among them if desk and CRM are connected
// [S12]. An account without an ID has none.
func (a Account) BuiltInRoles() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		for _, role := range builtIns {
			if what := role.Attributes(); what.in(&a) && !yield(role) {
				return
			}
		}
	}
}

// BuiltInRole returns the built-in role of that exact name, such as "Supervisor".
// It knows the documents' other names as well: "Account Admin" and "Owner" for the
// Account Administrator, "Admin" for the Administrator [R16] (A33).
func BuiltInRole(name string) (Role, error) {
	if role, known := aliases[name]; known {
		return role, nil
	}
	return parseOne("built-in role", name, builtIns)
}

// A BuiltInRoleName is the name of a built-in role. Its Role method returns the role.
type BuiltInRoleName string

const (
	// AgentRole works on tickets, without any administration.
	AgentRole BuiltInRoleName = "Agent"
	// SupervisorRole is an agent who also sees reports and manages their own groups.
	SupervisorRole BuiltInRoleName = "Supervisor"
	// AdministratorRole does everything that the account administrator does, on the
	// desk and in the messenger, except make custom roles [R4] (A23). It cannot act on
	// agents whose authority exceeds its own, such as account administrators.
	AdministratorRole BuiltInRoleName = "Administrator"
	// AccountAdministratorRole has access to everything [R5], on the desk and in the
	// messenger, and is the only role that makes roles [R9].
	AccountAdministratorRole BuiltInRoleName = "Account Administrator"
	// TicketCollaboratorRole helps on tickets with private notes.
	TicketCollaboratorRole BuiltInRoleName = "Ticket Collaborator"
	// AnalyticsCollaboratorRole is a ticket collaborator who also sees reports.
	AnalyticsCollaboratorRole BuiltInRoleName = "Analytics Collaborator"
	// SharedAgentRole is for users of the connected CRM [S5].
	SharedAgentRole BuiltInRoleName = "Shared Agent"

	// SupportAgentRole has the fewest features of the messenger's roles:
	// conversations, people, its own profile [R2].
	SupportAgentRole BuiltInRoleName = "Support Agent"
	// SupportManagerRole also creates and edits campaigns and FAQs [R3].
	SupportManagerRole BuiltInRoleName = "Support Manager"

	// The document names five more roles without saying what they permit [R16]. What
	// they permit here is inferred, and little (A27).

	// MarketingUserRole drafts campaigns.
	MarketingUserRole BuiltInRoleName = "Marketing User"
	// MarketingManagerRole drafts campaigns.
	MarketingManagerRole BuiltInRoleName = "Marketing Manager"
	// RestrictedUserRole adds contacts, and works on those that it owns.
	RestrictedUserRole BuiltInRoleName = "Restricted User"
	// SalesUserRole works on contacts.
	SalesUserRole BuiltInRoleName = "Sales User"
	// SalesManagerRole works on contacts and reads reports.
	SalesManagerRole BuiltInRoleName = "Sales Manager"
)

// Role returns the built-in role of that name; the zero Role, which permits nothing, if
// there is none.
func (name BuiltInRoleName) Role() Role {
	for _, role := range builtIns {
		if role.Name() == string(name) {
			return role
		}
	}
	return Role{}
}

// What each role permits. The desk's are columns of the table in desktable.go.
var (
	agentRole                 = builtIn(AgentRole, desk(0))
	supervisorRole            = builtIn(SupervisorRole, desk(1))
	administratorRole         = builtIn(AdministratorRole, everything.Minus(roleAuthoring)) // [R4]
	accountAdministratorRole  = builtIn(AccountAdministratorRole, everything)               // [R5]
	ticketCollaboratorRole    = builtIn(TicketCollaboratorRole, desk(2))
	analyticsCollaboratorRole = builtIn(AnalyticsCollaboratorRole, desk(3))
	sharedAgentRole           = builtIn(SharedAgentRole, desk(4))

	builtIns = []Role{
		agentRole, supervisorRole, administratorRole, accountAdministratorRole,
		ticketCollaboratorRole, analyticsCollaboratorRole, sharedAgentRole,

		builtIn(SupportAgentRole, supportAgentPermissions),
		builtIn(SupportManagerRole, supportAgentPermissions.Union(campaignsAndFAQs)),
		builtIn(MarketingUserRole, inferred.campaigns),
		builtIn(MarketingManagerRole, inferred.campaigns),
		builtIn(RestrictedUserRole, inferred.contactsOwned),
		builtIn(SalesUserRole, inferred.contacts),
		builtIn(SalesManagerRole, inferred.contacts.Union(inferred.reports)),
	}
)

// aliases are the other names that the documents have for the roles (A25).
var aliases = map[string]Role{
	"Account Admin": accountAdministratorRole,
	"Owner":         accountAdministratorRole,
	"Admin":         administratorRole,
	"Shared agent":  sharedAgentRole,
}

func builtIn(name BuiltInRoleName, permissions Permissions) Role {
	return Role{define(string(name), "", permissions)}
}

// everything is every permission at Global, a host's included [R5]. Logging in
// takes no permission of its own.
var everything = those(func(id ActionID) bool { return id.info().class&anyRole == 0 })

// roleAuthoring is what only the account administrator may do [R9].
var roleAuthoring = those(func(id ActionID) bool { return id.InClass(ClassRoleAuthoring) })

// those returns the permissions, at Global, to do the actions that are wanted. A
// number that names none adds nothing.
func those(wanted func(ActionID) bool) Permissions {
	var set Permissions
	for id := range ActionID(actionSpace) {
		if wanted(id) {
			set.add(id.At(ScopeGlobal))
		}
	}
	return set
}

// supportAgentPermissions are what the document gives support agents: to engage
// in conversations, the people section and their own profile [R2]. Nothing says
// how far: Global is inferred, as keeping teams apart is what custom roles are
// for [R12].
var supportAgentPermissions = NewPermissions(
	ConversationView.At(ScopeGlobal),
	ConversationReply.At(ScopeGlobal),
	ConversationNote.At(ScopeGlobal),
	ConversationTake.At(ScopeGlobal),
	ConversationResolve.At(ScopeGlobal),
	PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), // in the section there is somebody to see (A36)
	ProfileEditOwn.At(ScopeGlobal),
)

// campaignsAndFAQs are what support managers have more [R3]: what they edit they
// see (A36). Launching is a thing of its own (A24).
var campaignsAndFAQs = NewPermissions(
	CampaignView.At(ScopeGlobal),
	CampaignCreate.At(ScopeGlobal),
	CampaignEdit.At(ScopeGlobal),
	FAQView.At(ScopeGlobal),
	FAQCreate.At(ScopeGlobal),
	FAQEdit.At(ScopeGlobal),
)

// inferred are the permissions of the roles that no document defines (A27).
var inferred = struct{ campaigns, contactsOwned, contacts, reports Permissions }{
	campaigns: NewPermissions(
		CampaignView.At(ScopeGlobal), CampaignCreate.At(ScopeGlobal), CampaignEdit.At(ScopeGlobal),
		PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
	),
	contactsOwned: NewPermissions(
		ContactView.At(ScopeRestricted), ContactCreate.At(ScopeGlobal), ContactEdit.At(ScopeRestricted),
		PeopleView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
	),
	contacts: NewPermissions(
		ContactView.At(ScopeGlobal), ContactCreate.At(ScopeGlobal), ContactEdit.At(ScopeGlobal), ContactDelete.At(ScopeGlobal), ContactImport.At(ScopeGlobal),
		PeopleView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
	),
	reports: NewPermissions(ReportView.At(ScopeGlobal)),
}
