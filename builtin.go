package deskpolicy

import (
	"iter"
	"slices"
)

// BuiltInRoles yields the account's built-in roles: the desk's, with those of customers, then
// the messenger's.
// They include the Shared Agent role only if the account is connected to the CRM [S12].
// An account without an ID has no roles.
func (a Account) BuiltInRoles() iter.Seq[Role] {
	return func(yield func(Role) bool) {
		for _, role := range builtIns {
			if what := role.Attributes(); what.in(a.ID, a.Integrated) && !yield(role) {
				return
			}
		}
	}
}

// BuiltInRole returns the built-in role with exactly that name, such as "Supervisor".
// It also accepts the other names that the documents use: "Account Admin" and "Owner" for the
// Account Administrator, "Admin" for the Administrator [R16] (A33), and "Shared agent"
// for the Shared Agent [S1]. It answers as a [RoleSet] that offers every built-in role
// and has no other; use [RoleSet.Role] if the account has a set. The error quotes an unknown name and suggests the nearest.
func BuiltInRole(name string) (Role, error) {
	if role := aliased(name); role != (Role{}) {
		return role, nil
	}
	return parseOne("built-in role", name, builtIns)
}

// A BuiltInRoleName is the name of a built-in role. The zero BuiltInRoleName names no role.
type BuiltInRoleName string

const (
	// AgentRole permits work on tickets, but no administration.
	AgentRole BuiltInRoleName = "Agent"
	// SupervisorRole permits everything that AgentRole does, and also reports, dashboards,
	// deleting and exporting tickets, publishing articles, and managing the assignment
	// rules of its holder's groups.
	SupervisorRole BuiltInRoleName = "Supervisor"
	// AdministratorRole permits everything that AccountAdministratorRole does, on the desk
	// and in the messenger, except for creating, changing, deleting and cloning custom
	// roles [R4] (A23). Its holder cannot act on agents with more authority, such as
	// account administrators.
	AdministratorRole BuiltInRoleName = "Administrator"
	// AccountAdministratorRole permits everything [R5], on the desk and in the messenger.
	// Only its holders can create custom roles [R9].
	AccountAdministratorRole BuiltInRoleName = "Account Administrator"
	// TicketCollaboratorRole permits viewing tickets, adding private notes, mentions and
	// attachments to them, and collaborating on them.
	TicketCollaboratorRole BuiltInRoleName = "Ticket Collaborator"
	// AnalyticsCollaboratorRole permits what TicketCollaboratorRole does, and viewing reports.
	AnalyticsCollaboratorRole BuiltInRoleName = "Analytics Collaborator"
	// SharedAgentRole is for users of the connected CRM [S5].
	SharedAgentRole BuiltInRoleName = "Shared Agent"

	// CustomerRole is for customers in the portal. It permits creating tickets, and viewing,
	// replying to, adding public notes and files to, closing and reopening those that its
	// holder requested or is in CC of; and reading articles and FAQs (A65).
	CustomerRole BuiltInRoleName = "Customer"
	// CompanyCustomerRole permits what CustomerRole does, and viewing what the holder's
	// company requested.
	CompanyCustomerRole BuiltInRoleName = "Company Customer"

	// SupportAgentRole is the smallest of the messenger's roles. It permits work on
	// conversations, the people section, and the holder's own profile [R2].
	SupportAgentRole BuiltInRoleName = "Support Agent"
	// SupportManagerRole permits what SupportAgentRole does, and creating and editing
	// campaigns and FAQs [R3].
	SupportManagerRole BuiltInRoleName = "Support Manager"

	// The document names five more roles, but does not say what they permit [R16]. The
	// library infers a small set of permissions for each (A27).

	// MarketingUserRole permits drafting and editing campaigns.
	MarketingUserRole BuiltInRoleName = "Marketing User"
	// MarketingManagerRole permits what MarketingUserRole does: the document names both
	// without a difference (A27).
	MarketingManagerRole BuiltInRoleName = "Marketing Manager"
	// RestrictedUserRole permits adding contacts, and viewing and editing those that its
	// holder owns.
	RestrictedUserRole BuiltInRoleName = "Restricted User"
	// SalesUserRole permits adding, viewing, editing, deleting and importing contacts.
	SalesUserRole BuiltInRoleName = "Sales User"
	// SalesManagerRole permits what SalesUserRole does, and viewing reports.
	SalesManagerRole BuiltInRoleName = "Sales Manager"
)

// Role returns the built-in role with that name, or the zero Role, which permits nothing,
// if there is no such role. It does not know the other names that [BuiltInRole] accepts.
func (name BuiltInRoleName) Role() Role {
	for _, role := range builtIns {
		if role.Name() == string(name) {
			return role
		}
	}
	return Role{}
}

// The built-in roles. What most of the desk's roles permit is in the columns of deskTable.
var (
	agentRole                 = deskRole(AgentRole, 0)
	supervisorRole            = deskRole(SupervisorRole, 1)
	administratorRole         = builtIn(AdministratorRole, permissionsWithout(anyRole|ClassRoleAuthoring)) // [R4]
	accountAdministratorRole  = builtIn(AccountAdministratorRole, permissionsWithout(anyRole))             // [R5]
	ticketCollaboratorRole    = deskRole(TicketCollaboratorRole, 2)
	analyticsCollaboratorRole = deskRole(AnalyticsCollaboratorRole, 3)
	sharedAgentRole           = deskRole(SharedAgentRole, 4)
	customerRole              = builtIn(CustomerRole, customerPermissions)
	companyCustomerRole       = builtIn(CompanyCustomerRole, customerPermissions, []Permission{TicketView.At(SameCompany)})

	builtIns = []Role{
		agentRole, supervisorRole, administratorRole, accountAdministratorRole,
		ticketCollaboratorRole, analyticsCollaboratorRole, sharedAgentRole, customerRole, companyCustomerRole,

		builtIn(SupportAgentRole, supportAgentPermissions),
		builtIn(SupportManagerRole, supportAgentPermissions, campaignsAndFAQs),
		builtIn(MarketingUserRole, inferred.campaigns),
		builtIn(MarketingManagerRole, inferred.campaigns),
		builtIn(RestrictedUserRole, inferred.contactsOwned),
		builtIn(SalesUserRole, inferred.contacts),
		builtIn(SalesManagerRole, inferred.contacts, inferred.reports),
	}
)

// aliases has the other names that the documents use for roles (A25).
var aliases = [...]struct {
	alias string
	role  BuiltInRoleName
}{
	{"Account Admin", AccountAdministratorRole},
	{"Owner", AccountAdministratorRole},
	{"Admin", AdministratorRole},
	{"Shared agent", SharedAgentRole},
}

// aliased returns the role with that other name, or the zero Role.
func aliased(name string) Role {
	for _, other := range aliases {
		if other.alias == name {
			return other.role.Role()
		}
	}
	return Role{}
}

// builtIn returns the built-in role with the permissions of all lists.
func builtIn(name BuiltInRoleName, lists ...[]Permission) Role {
	return Role{newRoleDef(string(name), "", NewPermissions(slices.Concat(lists...)...))}
}

// everything has every permission at Global [R5], including those for the host's actions.
var everything = accountAdministratorRole.Permissions()

// permissionsWithout returns the permissions, at Global, to do every action that is in none of the
// classes. Those in anyRole, such as logging in, are not permissions.
func permissionsWithout(classes Class) (all []Permission) {
	for id := range ActionID(actionSpace) {
		if !id.InClass(classes) {
			all = append(all, id.At(ScopeGlobal))
		}
	}
	return all
}

// supportAgentPermissions has what the document permits support agents: conversations,
// the people section and their own profile [R2]. The document gives no scope. Global is
// inferred, because it is custom roles that keep teams apart [R12].
var supportAgentPermissions = []Permission{
	ConversationView.At(ScopeGlobal),
	ConversationReply.At(ScopeGlobal),
	ConversationNotePrivate.At(ScopeGlobal),
	ConversationTake.At(ScopeGlobal),
	ConversationResolve.At(ScopeGlobal),
	TicketConfidential.At(inTouch),                          // which counts for conversations, too (A52)
	PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), // the section shows contacts (A36)
	ProfileEditOwn.At(ScopeGlobal),
}

// customerPermissions has what customers may do in the portal (A65).
var customerPermissions = []Permission{
	TicketView.At(havingPart), TicketReply.At(havingPart), TicketNotePublic.At(havingPart), TicketAttach.At(havingPart),
	TicketClose.At(havingPart), TicketReopen.At(havingPart), TicketConfidential.At(havingPart),
	TicketCreate.At(ScopeGlobal), ArticleView.At(ScopeGlobal), FAQView.At(ScopeGlobal),
}

// havingPart is the scope at which CustomerRole reaches tickets.
const havingPart = Requested | Participating

// campaignsAndFAQs has the additional permissions of support managers [R3]. They can view
// what they edit (A36), but cannot launch a campaign (A24).
var campaignsAndFAQs = []Permission{
	CampaignView.At(ScopeGlobal),
	CampaignCreate.At(ScopeGlobal),
	CampaignEdit.At(ScopeGlobal),
	FAQView.At(ScopeGlobal),
	FAQCreate.At(ScopeGlobal),
	FAQEdit.At(ScopeGlobal),
}

// inferred holds the permissions of the roles that no document defines (A27).
var inferred = struct{ campaigns, contactsOwned, contacts, reports []Permission }{
	campaigns: []Permission{
		CampaignView.At(ScopeGlobal), CampaignCreate.At(ScopeGlobal), CampaignEdit.At(ScopeGlobal),
		PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
	},
	contactsOwned: []Permission{
		ContactView.At(ScopeRestricted), ContactCreate.At(ScopeGlobal), ContactEdit.At(ScopeRestricted),
		PeopleView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
	},
	contacts: []Permission{
		ContactView.At(ScopeGlobal), ContactCreate.At(ScopeGlobal), ContactEdit.At(ScopeGlobal), ContactDelete.At(ScopeGlobal), ContactImport.At(ScopeGlobal),
		PeopleView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
	},
	reports: []Permission{ReportView.At(ScopeGlobal)},
}
