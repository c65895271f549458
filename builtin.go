package deskpolicy

import "iter"

// BuiltInRoles yields the account's built-in roles: the desk's, then the messenger's.
// They include the Shared Agent role if the account is connected to the CRM [S12].
// An account without an ID has no roles.
func (a Account) BuiltInRoles() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		for _, role := range builtIns {
			if what := role.Attributes(); what.in(&a) && !yield(role) {
				return
			}
		}
	}
}

// BuiltInRole returns the built-in role with exactly that name, such as "Supervisor".
// It accepts the other names in the documents: "Account Admin" and "Owner" for the
// Account Administrator, "Admin" for the Administrator [R16] (A33), and "Shared agent"
// for the Shared Agent [S1]. The error quotes an unknown name and suggests the nearest.
func BuiltInRole(name string) (Role, error) {
	if role, known := aliases[name]; known {
		return role, nil
	}
	return parseOne("built-in role", name, builtIns)
}

// A BuiltInRoleName is the name of a built-in role. The zero BuiltInRoleName names no role.
type BuiltInRoleName string

const (
	// AgentRole works on tickets and administers nothing.
	AgentRole BuiltInRoleName = "Agent"
	// SupervisorRole also sees reports and manages its holder's groups.
	SupervisorRole BuiltInRoleName = "Supervisor"
	// AdministratorRole does everything that the account administrator does, on the
	// desk and in the messenger, except create custom roles [R4] (A23). Its holder
	// cannot act on agents with more authority, such as account administrators.
	AdministratorRole BuiltInRoleName = "Administrator"
	// AccountAdministratorRole does everything [R5], on the desk and in the messenger.
	// It is the only role that creates custom roles [R9].
	AccountAdministratorRole BuiltInRoleName = "Account Administrator"
	// TicketCollaboratorRole contributes private notes to tickets.
	TicketCollaboratorRole BuiltInRoleName = "Ticket Collaborator"
	// AnalyticsCollaboratorRole contributes private notes to tickets and sees reports.
	AnalyticsCollaboratorRole BuiltInRoleName = "Analytics Collaborator"
	// SharedAgentRole is for users of the connected CRM [S5].
	SharedAgentRole BuiltInRoleName = "Shared Agent"

	// SupportAgentRole has the fewest features of the messenger's roles: conversations,
	// the people section, and the holder's own profile [R2].
	SupportAgentRole BuiltInRoleName = "Support Agent"
	// SupportManagerRole also creates and edits campaigns and FAQs [R3].
	SupportManagerRole BuiltInRoleName = "Support Manager"

	// The document names five more roles, but not what they permit [R16]. The library
	// infers small sets of permissions for them (A27).

	// MarketingUserRole drafts campaigns.
	MarketingUserRole BuiltInRoleName = "Marketing User"
	// MarketingManagerRole drafts campaigns.
	MarketingManagerRole BuiltInRoleName = "Marketing Manager"
	// RestrictedUserRole adds contacts, and works on the contacts that its holder owns.
	RestrictedUserRole BuiltInRoleName = "Restricted User"
	// SalesUserRole works on contacts.
	SalesUserRole BuiltInRoleName = "Sales User"
	// SalesManagerRole works on contacts and reads reports.
	SalesManagerRole BuiltInRoleName = "Sales Manager"
)

// Role returns the built-in role with that name. For any other name it returns the
// zero Role, which permits nothing.
func (name BuiltInRoleName) Role() Role {
	for _, role := range builtIns {
		if role.Name() == string(name) {
			return role
		}
	}
	return Role{}
}

// The built-in roles and what they permit. The desk's roles are columns of deskTable.
var (
	agentRole                 = builtIn(AgentRole, deskPermissions(0))
	supervisorRole            = builtIn(SupervisorRole, deskPermissions(1))
	administratorRole         = builtIn(AdministratorRole, everything.Minus(roleAuthoring)) // [R4]
	accountAdministratorRole  = builtIn(AccountAdministratorRole, everything)               // [R5]
	ticketCollaboratorRole    = builtIn(TicketCollaboratorRole, deskPermissions(2))
	analyticsCollaboratorRole = builtIn(AnalyticsCollaboratorRole, deskPermissions(3))
	sharedAgentRole           = builtIn(SharedAgentRole, deskPermissions(4))

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

// aliases maps the roles' other names in the documents to the roles (A25).
var aliases = map[string]Role{
	"Account Admin": accountAdministratorRole,
	"Owner":         accountAdministratorRole,
	"Admin":         administratorRole,
	"Shared agent":  sharedAgentRole,
}

func builtIn(name BuiltInRoleName, permissions Permissions) Role {
	return Role{newRoleDef(string(name), "", permissions)}
}

// everything is every permission at Global [R5], including the host's. Logging in is
// not a permission.
var everything = globalPermissions(func(id ActionID) bool { return id.info().class&anyRole == 0 })

// roleAuthoring is the permissions that only the account administrator has [R9].
var roleAuthoring = globalPermissions(func(id ActionID) bool { return id.InClass(ClassRoleAuthoring) })

// globalPermissions returns the permissions at Global to do the wanted actions.
func globalPermissions(wanted func(ActionID) bool) Permissions {
	var set Permissions
	for id := range ActionID(actionSpace) {
		if wanted(id) {
			set.add(id.At(ScopeGlobal))
		}
	}
	return set
}

// supportAgentPermissions are the permissions of support agents in the document:
// conversations, the people section and their own profile [R2]. The document gives no
// scope. Global is inferred, as custom roles keep teams apart [R12].
var supportAgentPermissions = NewPermissions(
	ConversationView.At(ScopeGlobal),
	ConversationReply.At(ScopeGlobal),
	ConversationNotePrivate.At(ScopeGlobal),
	ConversationTake.At(ScopeGlobal),
	ConversationResolve.At(ScopeGlobal),
	PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), // the section shows contacts (A36)
	ProfileEditOwn.At(ScopeGlobal),
)

// campaignsAndFAQs are the additional permissions of support managers [R3]. They can
// view what they edit (A36). Launching a campaign is not included (A24).
var campaignsAndFAQs = NewPermissions(
	CampaignView.At(ScopeGlobal),
	CampaignCreate.At(ScopeGlobal),
	CampaignEdit.At(ScopeGlobal),
	FAQView.At(ScopeGlobal),
	FAQCreate.At(ScopeGlobal),
	FAQEdit.At(ScopeGlobal),
)

// inferred holds the permissions of the roles that no document defines (A27).
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
