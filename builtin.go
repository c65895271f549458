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

// OfferedRoles yields the built-in roles that somebody who is added on the desk of
// any account can be given: all but the Shared Agent role [S41].
func OfferedRoles() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		for _, role := range builtIns {
			if role != sharedAgentRole && !yield(role) {
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

// The desk's roles. What each permits is the table below.

// AgentRole works on tickets, without any administration.
func AgentRole() Role { return agentRole }

// SupervisorRole is an agent who also sees reports and steers its own groups.
func SupervisorRole() Role { return supervisorRole }

// AdministratorRole does everything that the account administrator does, on the
// desk and in the messenger, but for making custom roles [R4] (A23). Those whose
// authority exceeds its own, such as account administrators, it does not act on.
func AdministratorRole() Role { return administratorRole }

// AccountAdministratorRole has access to everything [R5], on the desk and in the
// messenger alike, and is the only role that makes roles [R9].
func AccountAdministratorRole() Role { return accountAdministratorRole }

// TicketCollaboratorRole helps on tickets with private notes.
func TicketCollaboratorRole() Role { return ticketCollaboratorRole }

// AnalyticsCollaboratorRole is a ticket collaborator who also sees reports.
func AnalyticsCollaboratorRole() Role { return analyticsCollaboratorRole }

// SharedAgentRole is for users of the connected CRM [S5].
func SharedAgentRole() Role { return sharedAgentRole }

// The messenger's roles.

// SupportAgentRole has the least features: conversations, people, its own profile [R2].
func SupportAgentRole() Role { return supportAgentRole }

// SupportManagerRole also creates and edits campaigns and FAQs [R3].
func SupportManagerRole() Role { return supportManagerRole }

// The document names five more roles without saying what they permit [R16]. What
// they permit here is inferred, and little (A27).

// MarketingUserRole drafts campaigns.
func MarketingUserRole() Role { return marketingUserRole }

// MarketingManagerRole drafts campaigns.
func MarketingManagerRole() Role { return marketingManagerRole }

// RestrictedUserRole adds contacts, and works on those that it owns.
func RestrictedUserRole() Role { return restrictedUserRole }

// SalesUserRole works on contacts.
func SalesUserRole() Role { return salesUserRole }

// SalesManagerRole works on contacts and reads reports.
func SalesManagerRole() Role { return salesManagerRole }

var (
	agentRole                 = builtIn("Agent", desk(0))
	supervisorRole            = builtIn("Supervisor", desk(1))
	administratorRole         = builtIn("Administrator", everything.Minus(roleAuthoring)) // [R4]
	accountAdministratorRole  = builtIn("Account Administrator", everything)              // [R5]
	ticketCollaboratorRole    = builtIn("Ticket Collaborator", desk(2))
	analyticsCollaboratorRole = builtIn("Analytics Collaborator", desk(3))
	sharedAgentRole           = builtIn("Shared Agent", desk(4))

	supportAgentRole     = builtIn("Support Agent", supportAgentPermissions)
	supportManagerRole   = builtIn("Support Manager", supportAgentPermissions.Union(campaignsAndFAQs))
	marketingUserRole    = builtIn("Marketing User", inferred.campaigns)
	marketingManagerRole = builtIn("Marketing Manager", inferred.campaigns)
	restrictedUserRole   = builtIn("Restricted User", inferred.contactsOwned)
	salesUserRole        = builtIn("Sales User", inferred.contacts)
	salesManagerRole     = builtIn("Sales Manager", inferred.contacts.Union(inferred.reports))

	builtIns = []Role{
		agentRole, supervisorRole, administratorRole, accountAdministratorRole,
		ticketCollaboratorRole, analyticsCollaboratorRole, sharedAgentRole,
		supportAgentRole, supportManagerRole,
		marketingUserRole, marketingManagerRole, restrictedUserRole, salesUserRole, salesManagerRole,
	}
)

// aliases are the other names that the documents have for the roles (A25).
var aliases = map[string]Role{
	"Account Admin": accountAdministratorRole,
	"Owner":         accountAdministratorRole,
	"Admin":         administratorRole,
	"Shared agent":  sharedAgentRole,
}

func builtIn(name string, permissions Permissions) Role { return Role{define(name, "", permissions)} }

// everything is every permission at Global, a host's included [R5]. Logging in
// takes no permission of its own.
var everything = those(func(id ActionID) bool { return id.info().class&anyRole == 0 })

// roleAuthoring is what only the account administrator may do [R9].
var roleAuthoring = those(func(id ActionID) bool { return id.In(ClassRoleAuthoring) })

// those returns the permissions, at Global, to do the actions that are wanted. A
// number that names none adds nothing.
func those(wanted func(ActionID) bool) Permissions {
	var set Permissions
	for id := range ActionID(actionSpace) {
		if wanted(id) {
			set.add(id.At(Global))
		}
	}
	return set
}

// supportAgentPermissions are what the document gives support agents: to engage
// in conversations, the people section and their own profile [R2]. Nothing says
// how far: Global is inferred, as keeping teams apart is what custom roles are
// for [R12].
var supportAgentPermissions = PermissionsOf(
	ConversationView.At(Global),
	ConversationReply.At(Global),
	ConversationNote.At(Global),
	ConversationTake.At(Global),
	ConversationResolve.At(Global),
	PeopleView.At(Global), ContactView.At(Global), // in the section there is somebody to see (A36)
	ProfileEditOwn.At(Global),
)

// campaignsAndFAQs are what support managers have more [R3]: what they edit they
// see (A36). Launching is a thing of its own (A24).
var campaignsAndFAQs = PermissionsOf(
	CampaignView.At(Global),
	CampaignCreate.At(Global),
	CampaignEdit.At(Global),
	FAQView.At(Global),
	FAQCreate.At(Global),
	FAQEdit.At(Global),
)

// inferred are the permissions of the roles that no document defines (A27).
var inferred = struct{ campaigns, contactsOwned, contacts, reports Permissions }{
	campaigns: PermissionsOf(
		CampaignView.At(Global), CampaignCreate.At(Global), CampaignEdit.At(Global),
		PeopleView.At(Global), ContactView.At(Global), ProfileEditOwn.At(Global),
	),
	contactsOwned: PermissionsOf(
		ContactView.At(Restricted), ContactCreate.At(Global), ContactEdit.At(Restricted),
		PeopleView.At(Global), ProfileEditOwn.At(Global),
	),
	contacts: PermissionsOf(
		ContactView.At(Global), ContactCreate.At(Global), ContactEdit.At(Global), ContactDelete.At(Global), ContactImport.At(Global),
		PeopleView.At(Global), ProfileEditOwn.At(Global),
	),
	reports: PermissionsOf(ReportView.At(Global)),
}
