package cedarexport

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// A forbidder collects the forbids, in the order of the steps of Authorize.
type forbidder struct {
	*Exporter
	policies []policy
}

// forbids returns the policies that deny regardless of roles.
func (e *Exporter) forbids() []policy {
	f := forbidder{Exporter: e}
	f.addAccounts()
	f.addActivity()
	f.addSharedAgents()
	f.addSupport()
	f.addCustomers()
	f.addRoles()
	f.addAuthority()
	f.addRecipients()
	f.addPlans()
	f.addParts()
	f.addConfidential()
	f.addOwners()
	f.addEligibility()
	return f.policies
}

// forbid adds p as a forbid with the reason. The variant distinguishes forbids with the same
// reason.
func (f *forbidder) forbid(reason deskpolicy.Reason, variant string, p policy) {
	p.effect, p.id = "forbid", reason.String()
	if variant != "" {
		p.id += "/" + variant
	}
	p.notes = []note{{"reason", reason.String()}, {"source", reason.Sources()}}
	f.policies = append(f.policies, p)
}

// addConfidential adds the forbids for what is confidential, one for each access: they hold
// unless a role of the principal, whichever it is, clears it (A52).
func (f *forbidder) addConfidential() {
	for _, need := range []string{"view", "edit"} {
		var cleared []expr
		for _, p := range f.permitting(deskpolicy.TicketConfidential.ID()) {
			cleared = append(cleared, p.clears(need))
		}
		f.forbid(deskpolicy.Confidential, need, policy{
			action: f.within(f.actions(func(id deskpolicy.ActionID) bool {
				return id.RequiredAccess().String() == need && (id.IsHost() || kindOf()[id].requested)
			})),
			when:   []expr{has("resource", "confidential"), "resource.confidential"},
			unless: []expr{has("principal", "ticketRoles"), either(cleared...)},
		})
	}
}

// A permission has the roles of one account, or the built-in ones, that permit an action at one scope.
type permission struct {
	scope deskpolicy.Scope
	roles anyRole
}

// permitting returns the roles that permit the action.
func (f *forbidder) permitting(id deskpolicy.ActionID) (all []permission) {
	for _, role := range f.roles {
		scope := role.Permissions().Scope(id)
		alike := func(p permission) bool { return p.scope == scope && p.roles[0].Account() == role.Account() }
		switch i := slices.IndexFunc(all, alike); {
		case scope == 0:
		case i < 0:
			all = append(all, permission{scope, anyRole{role}})
		default:
			all[i].roles = append(all[i].roles, role)
		}
	}
	return all
}

// clears returns the condition that one of the roles counts in the account, is held where the
// resource is, and reaches it at the scope of ticket.confidential.
func (p *permission) clears(need string) expr {
	at := reach{need: need}
	held := either(all(isBounded, p.held(at, true)), all(not(isBounded), p.held(at, false)))
	return all(append(p.reaches(at), held)...)
}

// reaches returns the conditions that the roles count in the account, and reach the resource at the
// scope.
func (p *permission) reaches(at reach) []expr {
	conditions := p.roles.counts()
	if by := at.by(p.scope); by != "" {
		conditions = append(conditions, by)
	}
	return conditions
}

// held returns the condition that one of the roles is held where the resource is.
func (p *permission) held(at reach, bounded bool) expr {
	return inEitherGroup(func(group expr) expr { return at.held(p.roles, group, bounded) })
}

func onType(name string) expr { return "is " + typeName(name) }

// isPrincipals returns the condition that the resource's attribute is the principal's account.
func isPrincipals(attribute expr) expr {
	return all(has("principal", "account"), has("resource", attribute), equal("resource."+attribute, "principal.account"))
}

// addAccounts adds the forbids of step 2.
func (f *forbidder) addAccounts() {
	f.forbid(deskpolicy.OtherAccount, "", policy{unless: []expr{either(
		isPrincipals("account"),
		all(has("principal", "account"), isAny("resource", "Role"), "resource.builtIn", // built-in roles belong to every account, but the CRM's only to integrated ones
			either(not(equal("resource", sharedAgentRole)), "principal.account.integrated")),
	)}})
	integrated := []expr{has("principal", "account"), "principal.account.integrated"}
	for _, gives := range f.giving(equal("resource.role", sharedAgentRole), "hasCRMRole") {
		gives.unless = integrated
		f.forbid(deskpolicy.OtherAccount, "crm-"+gives.id, gives)
	}
	f.forbid(deskpolicy.OtherAccount, "role", policy{
		resource: onType("RoleAssignment"),
		when:     []expr{has("resource.role", "account")},
		unless:   []expr{has("principal", "account"), has("resource.role", "account"), equal("resource.role.account", "principal.account")},
	})
	f.forbid(deskpolicy.OtherAccount, "group", policy{resource: onType("GroupMembership"), unless: []expr{isPrincipals("groupAccount")}})
	for _, name := range []string{"TicketAssignment", "ConversationAssignment"} {
		f.forbid(deskpolicy.OtherAccount, name+"-group", policy{
			resource: onType(name), when: []expr{"resource.moves"}, unless: []expr{isPrincipals("groupAccount")},
		})
		f.forbid(deskpolicy.OtherAccount, name+"-target", policy{
			resource: onType(name), when: []expr{has("resource", "targetKind")}, unless: []expr{isPrincipals("targetAccount")},
		})
	}
}

// addActivity adds the forbids of step 3: the subject must be active.
func (f *forbidder) addActivity() {
	f.forbid(deskpolicy.Deactivated, "agent", policy{principal: onType("Agent"), when: []expr{"principal.deactivated"}})
	f.forbid(deskpolicy.Deactivated, "shared", policy{principal: onType("SharedAgent"), when: []expr{"principal.deactivated"}})
	f.forbid(deskpolicy.Deactivated, "customer", policy{principal: onType("Customer"), when: []expr{"principal.deactivated"}})
	f.forbid(deskpolicy.CRMInactive, "", policy{
		principal: onType("SharedAgent"), when: []expr{either(equal("principal.crm.id", `""`), "principal.crm.deactivated")},
	})
	f.forbid(deskpolicy.NotIntegrated, "", policy{
		principal: onType("SharedAgent"), unless: []expr{has("principal", "account"), "principal.account.integrated"},
	})
	f.forbid(deskpolicy.NotAnAgent, "", policy{principal: onType("CRMOnlyUser")})

	// A support grant is active from its start until before its end [G10].
	var (
		none    = not(all(has("principal", "grant"), has("principal.grant", "account"), has("principal", "account"), equal("principal.grant.account", "principal.account"), has("context", "now")))
		revoked = all(has("principal.grant", "revoked"), "principal.grant.revoked < principal.grant.end", "context.now >= principal.grant.revoked")
	)
	session, grant := onType("SupportSession"), []expr{has("principal", "grant"), has("context", "now")}
	f.forbid(deskpolicy.NoGrant, "", policy{principal: session, when: []expr{none}})
	f.forbid(deskpolicy.GrantNotStarted, "", policy{
		principal: session, when: append(slices.Clone(grant), not(revoked), "context.now < principal.grant.end", "context.now < principal.grant.start"),
	})
	f.forbid(deskpolicy.GrantExpired, "", policy{
		principal: session, when: append(slices.Clone(grant), not(revoked), "context.now >= principal.grant.end"),
	})
	f.forbid(deskpolicy.GrantRevoked, "", policy{principal: session, when: append(slices.Clone(grant), revoked)})
}

// forbiddenToShared are the actions that shared agents can never do, and the kinds of resource that
// they can never act on (A20). The authority of a shared agent does not include them.
var forbiddenToShared = []struct {
	reason deskpolicy.Reason
	does   func(deskpolicy.ActionID) bool
	on     string
}{
	{deskpolicy.SharedNeverAssigned, func(id deskpolicy.ActionID) bool { return id == deskpolicy.TicketBeAssigned.ID() }, ""},
	{deskpolicy.SharedNoChannels, func(id deskpolicy.ActionID) bool { return id.InClass(deskpolicy.ClassChannel) }, ""},
	{deskpolicy.SharedNoChannels, nil, "Channel"},
	{deskpolicy.SharedNoChannels, nil, "Conversation"},
	{deskpolicy.SharedNoChannels, nil, "ConversationAssignment"},
	{deskpolicy.SharedNoAdministration, administers, ""},
}

func (f *forbidder) addSharedAgents() {
	for _, never := range forbiddenToShared {
		p := policy{principal: onType("SharedAgent")}
		if never.on != "" {
			p.resource = onType(never.on)
		} else {
			p.action = f.within(f.actions(never.does))
		}
		f.forbid(never.reason, never.on, p)
	}
}

// administers reports whether the action is one that no shared agent can have (A21).
func administers(id deskpolicy.ActionID) bool {
	return slices.Contains([]string{"people", "roles", "account", "support access"}, id.Category())
}

func (f *forbidder) inClass(class deskpolicy.Class) expr {
	return f.within(f.actions(func(id deskpolicy.ActionID) bool { return id.InClass(class) }))
}

// addSupport adds what support engineers can never do.
func (f *forbidder) addSupport() {
	session := onType("SupportSession")
	f.forbid(deskpolicy.SupportNoGrants, "", policy{principal: session, resource: onType("SupportGrant")})
	f.forbid(deskpolicy.SupportNoRoles, "", policy{principal: session, action: f.inClass(deskpolicy.ClassRoleAuthoring)})
	f.forbid(deskpolicy.SupportNoAgents, "", policy{principal: session, action: f.inClass(deskpolicy.ClassAccessChange)})
	f.forbid(deskpolicy.SupportNoExport, "", policy{principal: session, action: f.inClass(deskpolicy.ClassExport)})
}

// openToCustomers are the kinds of resource that customers can act on (A62).
var openToCustomers = []string{"Ticket", "Article", "FAQ", "Topic", "Workspace", "Account", hostKind.name}

// addCustomers adds what customers can never do: all that is not open to them, and host actions on
// what is inside the desk.
func (f *forbidder) addCustomers() {
	f.forbid(deskpolicy.NotForCustomers, "", policy{
		principal: onType("Customer"), action: f.within(f.actions(func(id deskpolicy.ActionID) bool { return !isPublic(id) })),
	})
	f.forbid(deskpolicy.NotForCustomers, "resource", policy{principal: onType("Customer"), unless: []expr{isAny("resource", openToCustomers...)}})
	f.forbid(deskpolicy.NotForCustomers, "pair", policy{principal: onType("Customer"), when: []expr{has("context", "pair"), "context.pair"}})
}

// addParts forbids customers what they have no part in, for each access, whatever the scope (A61).
func (f *forbidder) addParts() {
	for _, need := range []string{"view", "edit"} {
		f.forbid(deskpolicy.OutOfScope, "customer-"+need, policy{
			principal: onType("Customer"),
			action: f.within(f.actions(func(id deskpolicy.ActionID) bool {
				return isPublic(id) && id.RequiredAccess().String() == need && (id.IsHost() || kindOf()[id].requested)
			})),
			when: []expr{has("resource", "participants")}, unless: []expr{reach{need: need}.hasPart()},
		})
	}
}

// changesAuthority reports whether the action can change what people may do.
func changesAuthority(id deskpolicy.ActionID) bool {
	return id.InClass(deskpolicy.ClassAccessChange | deskpolicy.ClassRoleAuthoring)
}

// changesExcept returns the scope of the actions for which changesAuthority is true, without the
// given ones.
func (f *forbidder) changesExcept(without ...deskpolicy.ActionID) expr {
	return f.within(f.actions(func(id deskpolicy.ActionID) bool { return changesAuthority(id) && !slices.Contains(without, id) }))
}

// administering are the places where the built-in role makes its holder an account administrator.
var administering = []string{outside, inOpen, everywhere}

// isAccountAdministrator returns the condition that who is an account administrator: holds the
// built-in role at one of the places.
func isAccountAdministrator(who expr) expr {
	return either(administersAt(who, administering)...)
}

// administersAt returns, for each place, the condition that who holds the account administrator's
// role there.
func administersAt(who expr, places []string) (conditions []expr) {
	for _, place := range places {
		conditions = append(conditions, contains(who+".roles", held(accountAdministrator, quote(place), whateverGroup)))
	}
	return conditions
}

// addRoles adds the guardrails about roles.
func (f *forbidder) addRoles() {
	f.forbid(deskpolicy.BuiltInImmutable, "", policy{
		action: f.changesExcept(deskpolicy.RoleClone.ID()), resource: onType("Role"), when: []expr{"resource.builtIn"},
	})
	f.forbid(deskpolicy.RoleAuthoringReserved, "", policy{
		action: f.inClass(deskpolicy.ClassRoleAuthoring),
		unless: []expr{isAny("principal", "Agent", "SharedAgent", "SupportSession"), either(
			isAccountAdministrator("principal"), all(has("principal", "account"), "principal.account.authorsByPermission"),
		)},
	})
	f.forbid(deskpolicy.SharedOnlyFromCRM, "agent", policy{
		action: f.within([]deskpolicy.ActionID{deskpolicy.AgentCreate.ID()}), resource: onType("Agent"),
		when: []expr{in("resource", sharedAgentRole)},
	})
	f.forbid(deskpolicy.SharedOnlyFromCRM, "role_assignment", policy{
		action: f.changesExcept(deskpolicy.AgentRoleRemove.ID()), resource: onType("RoleAssignment"),
		when: []expr{equal("resource.role", sharedAgentRole), not("resource.shared")},
	})
	f.forbid(deskpolicy.SharedRoleNotAllowed, "", policy{
		action: f.changesExcept(deskpolicy.AgentRoleRemove.ID()), resource: onType("RoleAssignment"),
		when: []expr{"resource.shared", "resource.role.builtIn", not(equal("resource.role", sharedAgentRole))},
	})
}

// addAuthority adds the guardrails about people who act on others or on themselves.
func (f *forbidder) addAuthority() {
	f.addOwnAuthority()
	f.addBeyondAuthority()
	f.addLastAdministrators()
}

const (
	onSelf   = "resource.id == principal.id"
	onOthers = "resource.id != principal.id"
)

// addOwnAuthority forbids subjects to make their own authority wider, and to merge their own
// contact (A53). What they change of themselves, they must reach before. A record of a shared agent
// with the subject's ID can only lose roles.
func (f *forbidder) addOwnAuthority() {
	f.forbid(deskpolicy.OwnAuthority, "SharedAgent", policy{action: f.changesExcept(), resource: onType("SharedAgent"), when: []expr{onSelf}})
	reached := all(not("resource.shared"), isAgent, hasGives, covered("resource.gives"))
	f.forbid(deskpolicy.OwnAuthority, "role_assignment", policy{
		action: f.changesExcept(deskpolicy.AgentRoleRemove.ID()), resource: onType("RoleAssignment"), when: []expr{onSelf}, unless: []expr{reached},
	})
	f.forbid(deskpolicy.OwnAuthority, "contact", policy{
		action: f.within([]deskpolicy.ActionID{deskpolicy.ContactMerge.ID()}), resource: onType("Contact"),
		when: []expr{is("principal", typeName("Agent")), has("principal", "contact"), `(resource.id == principal.contact || resource.id == "")`},
	})
	f.forbid(deskpolicy.OwnAuthority, "group_membership", policy{
		action: f.changesExcept(), resource: onType("GroupMembership"), when: []expr{onSelf}, unless: []expr{reached},
	})
}

// addBeyondAuthority forbids subjects to act on a person with more authority than their own, or to
// give more than their own authority.
func (f *forbidder) addBeyondAuthority() {
	f.addBeyondPeople()
	f.addBeyondAssignments()
	f.forbid(deskpolicy.BeyondAuthority, "grant", policy{
		action: f.changesExcept(), resource: onType("SupportGrant"),
		unless: unlessCovers(hasAuthority, covered("resource.authority")),
	})
	f.forbid(deskpolicy.BeyondAuthority, "role", policy{
		action: f.inClass(deskpolicy.ClassRoleAuthoring), resource: onType("Role"),
		unless: unlessCovers(hasAuthority, covered("resource.authority")),
	})
}

// The conditions that compare the authority of the principal with that of the person acted on.
var (
	isAgent      = all(is("principal", agent), has("principal", "reaches"))
	hasAuthority = has("resource", "authority")
	hasGives     = has("resource", "gives")
)

// covered returns the condition that the principal may do everything that the authority allows.
func covered(authority expr) expr { return covers("principal.reaches.all", authority) }

// unlessCovers returns the exception for agents that meet the conditions, and for account administrators.
func unlessCovers(conditions ...expr) []expr {
	return []expr{either(
		all(is("principal", agent), isAccountAdministrator("principal")),
		all(append([]expr{isAgent}, conditions...)...),
	)}
}

// addBeyondPeople adds the forbids about actions on people.
func (f *forbidder) addBeyondPeople() {
	for _, name := range []string{"Agent", "SharedAgent"} {
		f.forbid(deskpolicy.BeyondAuthority, name, policy{
			action: f.changesExcept(impersonating...), resource: onType(name), when: []expr{onOthers}, unless: unlessCovers(hasAuthority, covered("resource.authority")),
		})
		f.forbid(deskpolicy.BeyondAuthority, "name/"+name, policy{ // account administrators, too, must reach what belongs to the agent
			action: f.within(impersonating), resource: onType(name), when: []expr{onOthers},
			unless: []expr{isAgent, hasAuthority, covered("resource.authority"), either(
				equal("resource.id", `""`), // nothing is assigned to an agent without an ID
				covers("principal.reaches.asOther", "resource.authority"),
			)},
		})
	}
}

// addBeyondAssignments adds the forbids about role assignments and group memberships.
func (f *forbidder) addBeyondAssignments() {
	remove := deskpolicy.AgentRoleRemove.ID()
	f.forbid(deskpolicy.BeyondAuthority, "remove", policy{
		action: f.within([]deskpolicy.ActionID{remove}), resource: onType("RoleAssignment"),
		when: []expr{onOthers}, unless: unlessCovers(hasAuthority, covered("resource.authority")),
	})
	f.forbid(deskpolicy.BeyondAuthority, "role_assignment", policy{
		action: f.changesExcept(remove), resource: onType("RoleAssignment"),
		when: []expr{onOthers}, unless: unlessCovers(hasGives, covered("resource.gives")),
	})
	f.forbid(deskpolicy.BeyondAuthority, "group_membership", policy{
		action: f.changesExcept(), resource: onType("GroupMembership"), when: []expr{onOthers},
		unless: unlessCovers(hasGives, covered("resource.gives")),
	})
}

// addLastAdministrators forbids taking the account's last account administrator from it.
func (f *forbidder) addLastAdministrators() {
	last := []expr{
		isAccountAdministrator("resource"), has("principal", "account"),
		covers(set("resource.id"), "principal.account.administrators"), // no other administrator is known
	}
	f.forbid(deskpolicy.LastAdministrator, "agent", policy{
		action:   f.within([]deskpolicy.ActionID{deskpolicy.AgentDeactivate.ID(), deskpolicy.AgentDelete.ID()}),
		resource: onType("Agent"), when: last,
	})
	for i, variant := range []string{"role", "role-open", "role-everywhere"} {
		place := administering[i]
		var notElsewhere []expr
		for _, elsewhere := range administersAt("resource", slices.Delete(slices.Clone(administering), i, i+1)) {
			notElsewhere = append(notElsewhere, not(elsewhere))
		}
		f.forbid(deskpolicy.LastAdministrator, variant, policy{
			action: f.within([]deskpolicy.ActionID{deskpolicy.AgentRoleRemove.ID()}), resource: onType("RoleAssignment"),
			when: append([]expr{
				not("resource.shared"), // a shared agent is not an administrator
				equal("resource.role", accountAdministrator), equal("resource.roleWorkspace", quote(place)), equal("resource.roleGroup", whateverGroup),
			}, append(notElsewhere, last...)...),
		})
	}
}

// addRecipients adds the guardrails about the recipient of a ticket or conversation.
func (f *forbidder) addRecipients() {
	for _, name := range []string{"TicketAssignment", "ConversationAssignment"} {
		f.forbid(deskpolicy.SharedNeverAssigned, name, policy{
			resource: onType(name), when: []expr{has("resource", "targetKind"), equal("resource.targetKind", quote("shared_agent"))},
		})
	}
}

// planHas returns the condition that the plan of the principal's account has the feature.
func planHas(feature deskpolicy.Features) expr {
	return all(has("principal", "account"), contains("principal.account.features", quote(feature.String())))
}

// addPlans adds the forbids of step 5.
func (f *forbidder) addPlans() {
	for feature := deskpolicy.Features(1); feature < deskpolicy.AllFeatures; feature <<= 1 {
		f.forbid(deskpolicy.PlanLacksFeature, feature.String(), policy{
			action: f.within(f.actions(func(id deskpolicy.ActionID) bool { return id.RequiredFeatures() == feature })),
			unless: []expr{planHas(feature)},
		})
	}
	for _, gives := range f.giving(has("resource.role", "account"), "hasCustomRole") { // a custom role (A37)
		gives.unless = []expr{planHas(deskpolicy.FeatureCustomRoles)}
		f.forbid(deskpolicy.PlanLacksFeature, "giving-"+gives.id, gives)
	}
}

// giving returns policies for the actions that newly give a role: by a role assignment that meets
// the condition assigns, or with a new agent or a support grant for which the attribute is true.
func (f *forbidder) giving(assigns, attribute expr) []policy {
	attribute = "resource." + attribute
	return []policy{
		{id: "role_assignment", action: f.changesExcept(deskpolicy.AgentRoleRemove.ID(), deskpolicy.AgentScopeEdit.ID()), resource: onType("RoleAssignment"), when: []expr{assigns}},
		{id: "agent", action: f.within([]deskpolicy.ActionID{deskpolicy.AgentCreate.ID()}), resource: onType("Agent"), when: []expr{attribute}},
		{id: "grant", action: f.changesExcept(), resource: onType("SupportGrant"), when: []expr{attribute}},
	}
}

// addOwners adds the forbids of the first half of step 8.
func (f *forbidder) addOwners() {
	f.forbid(deskpolicy.NotOwn, "", policy{
		action: f.within(f.actions(isOwnOnly)), unless: []expr{has("resource", "owner"), equal("resource.owner", "principal.id")},
	})
}

// addEligibility adds the forbids of the second half of step 8: recipients who cannot take the
// resource. In the question, the recipient is the principal, and the resource is already assigned
// to the recipient.
func (f *forbidder) addEligibility() {
	for _, name := range []string{"TicketAssignment", "ConversationAssignment"} {
		f.forbid(deskpolicy.IneligibleTarget, name, policy{
			resource: onType(name), when: []expr{has("resource", "targetKind"), contains(set(quote("customer"), quote("support_session")), "resource.targetKind")},
		})
	}
	f.forbid(deskpolicy.IneligibleTarget, "support", policy{
		principal: onType("SupportSession"), action: f.within([]deskpolicy.ActionID{deskpolicy.TicketBeAssigned.ID(), deskpolicy.ConversationTake.ID()}),
	})
	f.addViewers(deskpolicy.TicketBeAssigned.ID(), true)
	f.addViewers(deskpolicy.ConversationReply.ID(), false)
}

// addViewers forbids assigning a resource to an agent who is a member of its group for viewing only
// and, before it is assigned, can only view it.
// bounded says whether ticket scopes count for it.
func (f *forbidder) addViewers(take deskpolicy.ActionID, bounded bool) {
	var views, edits []expr
	view, edit := reach{need: "view"}.inGroup(), reach{need: "edit"}.inGroup()
	for _, p := range f.permitting(take) {
		views = append(views, p.reachesFree("view", bounded))
		edits = append(edits, p.reachesFree("edit", bounded))
	}
	f.forbid(deskpolicy.IneligibleTarget, f.vocabulary.Name(take), policy{
		principal: onType("Agent"), action: f.within([]deskpolicy.ActionID{take}),
		when:   []expr{has("context", "receives"), "context.receives", view, either(views...)},
		unless: []expr{either(append(edits, edit)...)},
	})
}

// reachesFree returns the condition that one of the roles counts in the account, is held where the
// resource is, and reaches the resource at the scope if that is assigned to nobody.
func (p *permission) reachesFree(need string, bounded bool) expr {
	at := reach{need: need, free: true}
	return all(append(p.reaches(at), p.held(at, bounded))...)
}
