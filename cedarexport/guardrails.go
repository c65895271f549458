package cedarexport

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// A forbidder writes the forbids, in the order of the steps of Authorize.
type forbidder struct {
	*Exporter
	policies []policy
}

// forbids returns everything that denies whatever the roles say.
func (e *Exporter) forbids() []policy {
	f := forbidder{Exporter: e}
	f.accounts()
	f.liveness()
	f.ofShared()
	f.ofSupport()
	f.ofRoles()
	f.ofAuthority()
	f.ofTargets()
	f.ofPlans()
	f.ofOwners()
	f.ofEligibility()
	return f.policies
}

// because adds a policy with the reason; variant tells it from others of that reason.
func (f *forbidder) because(reason deskpolicy.Reason, variant string, p policy) {
	p.effect, p.id = "forbid", reason.String()
	if variant != "" {
		p.id += "/" + variant
	}
	p.notes = []note{{"reason", reason.String()}, {"source", reason.Sources()}}
	f.policies = append(f.policies, p)
}

func onType(name string) expr { return "is " + typeName(name) }

// ofPrincipal returns that what the resource says of itself is the principal's account.
func ofPrincipal(attribute expr) expr {
	return all(has("principal", "account"), has("resource", attribute), equal("resource."+attribute, "principal.account"))
}

// accounts is step 2.
func (f *forbidder) accounts() {
	f.because(deskpolicy.OtherAccount, "", policy{unless: []expr{either(
		ofPrincipal("account"),
		all(has("principal", "account"), isAny("resource", "Role"), "resource.builtIn", // a part of every account, but for one
			either(not(equal("resource", sharedAgentRole)), "principal.account.integrated")),
	)}})
	integrated := []expr{has("principal", "account"), "principal.account.integrated"}
	for _, gives := range f.giving(equal("resource.role", sharedAgentRole), "hasCRMRole") {
		gives.unless = integrated
		f.because(deskpolicy.OtherAccount, "crm-"+gives.id, gives)
	}
	f.because(deskpolicy.OtherAccount, "role", policy{
		resource: onType("RoleAssignment"),
		when:     []expr{has("resource.role", "account")},
		unless:   []expr{has("principal", "account"), has("resource.role", "account"), equal("resource.role.account", "principal.account")},
	})
	f.because(deskpolicy.OtherAccount, "group", policy{resource: onType("GroupMembership"), unless: []expr{ofPrincipal("groupAccount")}})
	for _, name := range []string{"TicketAssignment", "ConversationAssignment"} {
		f.because(deskpolicy.OtherAccount, name+"-group", policy{
			resource: onType(name), when: []expr{"resource.moves"}, unless: []expr{ofPrincipal("groupAccount")},
		})
		f.because(deskpolicy.OtherAccount, name+"-target", policy{
			resource: onType(name), when: []expr{has("resource", "targetKind")}, unless: []expr{ofPrincipal("targetAccount")},
		})
	}
}

// liveness is step 3.
func (f *forbidder) liveness() {
	f.because(deskpolicy.Deactivated, "agent", policy{principal: onType("Agent"), when: []expr{"principal.deactivated"}})
	f.because(deskpolicy.Deactivated, "shared", policy{principal: onType("SharedAgent"), when: []expr{"principal.deactivated"}})
	f.because(deskpolicy.CRMInactive, "", policy{
		principal: onType("SharedAgent"), when: []expr{either(equal("principal.crm.id", `""`), "principal.crm.deactivated")},
	})
	f.because(deskpolicy.NotIntegrated, "", policy{
		principal: onType("SharedAgent"), unless: []expr{has("principal", "account"), "principal.account.integrated"},
	})
	f.because(deskpolicy.NotAnAgent, "", policy{principal: onType("CRMOnlyUser")})

	// A grant lives from its start to its end, which is not part of it [G10].
	var (
		none    = not(all(has("principal", "grant"), has("principal.grant", "account"), has("principal", "account"), equal("principal.grant.account", "principal.account"), has("context", "now")))
		revoked = all(has("principal.grant", "revoked"), "principal.grant.revoked < principal.grant.end", "context.now >= principal.grant.revoked")
	)
	session, grant := onType("SupportSession"), []expr{has("principal", "grant"), has("context", "now")}
	f.because(deskpolicy.NoGrant, "", policy{principal: session, when: []expr{none}})
	f.because(deskpolicy.GrantNotStarted, "", policy{
		principal: session, when: append(slices.Clone(grant), not(revoked), "context.now < principal.grant.end", "context.now < principal.grant.start"),
	})
	f.because(deskpolicy.GrantExpired, "", policy{
		principal: session, when: append(slices.Clone(grant), not(revoked), "context.now >= principal.grant.end"),
	})
	f.because(deskpolicy.GrantRevoked, "", policy{principal: session, when: append(slices.Clone(grant), revoked)})
}

// forbiddenToShared is what a shared agent's kind forbids (A20): some actions, or all
// on a kind of resource. It is forbidden, and counts for nothing in an authority.
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

func (f *forbidder) ofShared() {
	for _, never := range forbiddenToShared {
		p := policy{principal: onType("SharedAgent")}
		if never.on != "" {
			p.resource = onType(never.on)
		} else {
			p.action = f.within(f.actions(never.does))
		}
		f.because(never.reason, never.on, p)
	}
}

// administers reports whether the action is one that no shared agent is to have (A21).
func administers(id deskpolicy.ActionID) bool {
	return slices.Contains([]string{"people", "roles", "account", "support access"}, id.Category())
}

func (f *forbidder) ofClass(class deskpolicy.Class) expr {
	return f.within(f.actions(func(id deskpolicy.ActionID) bool { return id.InClass(class) }))
}

// ofSupport is what is forbidden to support engineers.
func (f *forbidder) ofSupport() {
	session := onType("SupportSession")
	f.because(deskpolicy.SupportNoGrants, "", policy{principal: session, resource: onType("SupportGrant")})
	f.because(deskpolicy.SupportNoRoles, "", policy{principal: session, action: f.ofClass(deskpolicy.ClassRoleAuthoring)})
	f.because(deskpolicy.SupportNoAgents, "", policy{principal: session, action: f.ofClass(deskpolicy.ClassAgentMutation)})
	f.because(deskpolicy.SupportNoExport, "", policy{principal: session, action: f.ofClass(deskpolicy.ClassExport)})
}

// mutating are the actions that change who may do what.
func mutating(id deskpolicy.ActionID) bool {
	return id.InClass(deskpolicy.ClassAgentMutation | deskpolicy.ClassRoleAuthoring)
}

// but returns the actions that change who may do what, but for some.
func (f *forbidder) but(without ...deskpolicy.ActionID) expr {
	return f.within(f.actions(func(id deskpolicy.ActionID) bool { return mutating(id) && !slices.Contains(without, id) }))
}

// makesRoles returns that somebody is the built-in account administrator.
func makesRoles(who expr) expr {
	return either(contains(who+".roles", held(accountAdministrator, quote(outside))), contains(who+".roles", held(accountAdministrator, quote(everywhere))))
}

// ofRoles is about roles themselves.
func (f *forbidder) ofRoles() {
	f.because(deskpolicy.BuiltInImmutable, "", policy{
		action: f.but(deskpolicy.RoleClone.ID()), resource: onType("Role"), when: []expr{"resource.builtIn"},
	})
	f.because(deskpolicy.RoleAuthoringReserved, "", policy{
		action: f.ofClass(deskpolicy.ClassRoleAuthoring),
		unless: []expr{isAny("principal", "Agent", "SharedAgent", "SupportSession"), makesRoles("principal")},
	})
	f.because(deskpolicy.SharedOnlyFromCRM, "agent", policy{
		action: f.within([]deskpolicy.ActionID{deskpolicy.AgentCreate.ID()}), resource: onType("Agent"),
		when: []expr{in("resource", sharedAgentRole)},
	})
	f.because(deskpolicy.SharedOnlyFromCRM, "role_assignment", policy{
		action: f.but(deskpolicy.AgentRoleRemove.ID()), resource: onType("RoleAssignment"),
		when: []expr{equal("resource.role", sharedAgentRole), not("resource.shared")},
	})
	f.because(deskpolicy.SharedOwnRoles, "", policy{
		action: f.but(deskpolicy.AgentRoleRemove.ID()), resource: onType("RoleAssignment"),
		when: []expr{"resource.shared", "resource.role.builtIn", not(equal("resource.role", sharedAgentRole))},
	})
}

// ofAuthority is about who acts on whom.
func (f *forbidder) ofAuthority() {
	f.ofOwnAuthority()
	f.beyondAuthority()
	f.ofLastAdministrators()
}

const (
	themselves = "resource.id == principal.id"
	others     = "resource.id != principal.id"
)

// inBothRecords returns that a set has the element, by the record of somebody that is
// changed and by the one that asks (A41).
func inBothRecords(set, element expr) expr {
	return all(contains("resource."+set, element), contains("principal."+set, element))
}

// ofOwnAuthority: of oneself one may only let go.
func (f *forbidder) ofOwnAuthority() {
	remove, rescope := deskpolicy.AgentRoleRemove.ID(), deskpolicy.AgentScopeEdit.ID()
	for _, name := range []string{"Agent", "SharedAgent"} {
		f.because(deskpolicy.OwnAuthority, name, policy{action: f.but(), resource: onType(name), when: []expr{themselves}})
	}
	f.because(deskpolicy.OwnAuthority, "role_assignment", policy{
		action: f.but(remove, rescope), resource: onType("RoleAssignment"), when: []expr{themselves},
	})
	row := held("resource.role", "resource.roleWorkspace")
	f.because(deskpolicy.OwnAuthority, "scope", policy{
		action: f.within([]deskpolicy.ActionID{rescope}), resource: onType("RoleAssignment"), when: []expr{themselves},
		unless: []expr{isAny("principal", "Agent", "SharedAgent"), either(
			all(contains(set(quote("none"), quote("restricted")), "resource.ticketScope"), inBothRecords("ticketRoles.restricted", row)),
			all(equal("resource.ticketScope", quote("group")), inBothRecords("ticketRoles.group", row)),
			all(equal("resource.ticketScope", quote("global")), inBothRecords("ticketRoles.global", row)),
		)},
	})
	f.because(deskpolicy.OwnAuthority, "group_membership", policy{
		action: f.but(), resource: onType("GroupMembership"), when: []expr{themselves},
		unless: []expr{either(
			equal("resource.access", quote("none")),
			all(equal("resource.access", quote("view")), isAny("principal", "Agent", "SharedAgent"), inBothRecords("groups.view", "resource.inGroup")),
			all(equal("resource.access", quote("edit")), isAny("principal", "Agent", "SharedAgent"), inBothRecords("groups.edit", "resource.inGroup")),
		)},
	})
}

// covered returns that the principal may do all that the authority comes to for
// somebody with the groups: everywhere what that does everywhere, with its own
// what that does with its own; and in groups either by groups, if it is in all of
// them, or everywhere.
func covered(authority, groups expr) expr {
	const mine = "principal.authority"
	return all(
		covers(mine+".all", authority+".all"),
		covers(mine+".held", authority+".held"),
		either(
			all(covers("principal.groups.view", groups+".view"), covers(mine+".groupView", authority+".groupView")),
			covers(mine+".all", authority+".groupView"),
		),
		either(
			all(covers("principal.groups.edit", groups+".edit"), covers(mine+".groupEdit", authority+".groupEdit")),
			covers(mine+".all", authority+".groupEdit"),
		),
	)
}

// coveredInGroup returns that the principal may do what the authority comes to in one more group.
func coveredInGroup(access, actions expr) expr {
	return either(
		all(contains("principal.groups"+access, "resource.inGroup"), covers("principal.authority"+actions, "resource.gives"+actions)),
		covers("principal.authority.all", "resource.gives"+actions),
	)
}

// beyondAuthority: nobody acts on anybody whose authority theirs does not cover,
// nor gives what exceeds it.
func (f *forbidder) beyondAuthority() {
	isAgent := all(is("principal", agent), has("principal", "authority"))
	unlessCovers := func(conditions ...expr) []expr {
		return []expr{either(
			all(is("principal", agent), makesRoles("principal")),
			all(append([]expr{isAgent}, conditions...)...),
		)}
	}
	person := covered("resource.authority", "resource.groups")
	hasAuthority, hasGives := has("resource", "authority"), has("resource", "gives")

	for _, name := range []string{"Agent", "SharedAgent"} {
		f.because(deskpolicy.BeyondAuthority, name, policy{
			action: f.but(inTheirName...), resource: onType(name), when: []expr{others}, unless: unlessCovers(hasAuthority, person),
		})
	}
	f.because(deskpolicy.BeyondAuthority, "name", policy{ // the account administrator too has to reach what is theirs
		action: f.within(inTheirName), resource: onType("Agent"), when: []expr{others},
		unless: []expr{isAgent, hasAuthority, person, either(
			equal("resource.id", `""`), // to nobody nothing is assigned
			covers("principal.authority.all", "resource.authority.assigned"),
		)},
	})
	remove := deskpolicy.AgentRoleRemove.ID()
	f.because(deskpolicy.BeyondAuthority, "remove", policy{
		action: f.within([]deskpolicy.ActionID{remove}), resource: onType("RoleAssignment"),
		when: []expr{others}, unless: unlessCovers(hasAuthority, person),
	})
	f.because(deskpolicy.BeyondAuthority, "role_assignment", policy{
		action: f.but(remove), resource: onType("RoleAssignment"),
		when: []expr{others}, unless: unlessCovers(hasAuthority, hasGives, person, covered("resource.gives", "resource.groups")),
	})
	f.because(deskpolicy.BeyondAuthority, "group_membership", policy{
		action: f.but(), resource: onType("GroupMembership"), when: []expr{others},
		unless: unlessCovers(hasAuthority, hasGives, person,
			either(equal("resource.access", quote("none")), coveredInGroup(".view", ".groupView")),
			either(not(equal("resource.access", quote("edit"))), coveredInGroup(".edit", ".groupEdit")),
		),
	})
	f.because(deskpolicy.BeyondAuthority, "grant", policy{
		action: f.but(), resource: onType("SupportGrant"),
		unless: unlessCovers(hasAuthority,
			covers("principal.authority.all", "resource.authority.all"), covers("principal.authority.held", "resource.authority.held")),
	})
}

// ofLastAdministrators: an account keeps its last account administrator.
func (f *forbidder) ofLastAdministrators() {
	last := []expr{
		makesRoles("resource"), has("principal", "account"),
		covers(set("resource.id"), "principal.account.administrators"), // nobody else is known to be one
	}
	f.because(deskpolicy.LastAdministrator, "agent", policy{
		action:   f.within([]deskpolicy.ActionID{deskpolicy.AgentDeactivate.ID(), deskpolicy.AgentDelete.ID()}),
		resource: onType("Agent"), when: last,
	})
	for _, h := range [...]struct{ variant, place, other string }{{"role", outside, everywhere}, {"role-everywhere", everywhere, outside}} {
		f.because(deskpolicy.LastAdministrator, h.variant, policy{
			action: f.within([]deskpolicy.ActionID{deskpolicy.AgentRoleRemove.ID()}), resource: onType("RoleAssignment"),
			when: append([]expr{
				not("resource.shared"), // a shared agent administers nothing
				equal("resource.role", accountAdministrator), equal("resource.roleWorkspace", quote(h.place)),
				not(contains("resource.roles", held(accountAdministrator, quote(h.other)))),
			}, last...),
		})
	}
}

// ofTargets is about whom a ticket or a conversation is to go to.
func (f *forbidder) ofTargets() {
	for _, name := range []string{"TicketAssignment", "ConversationAssignment"} {
		f.because(deskpolicy.SharedNeverAssigned, name, policy{
			resource: onType(name), when: []expr{has("resource", "targetKind"), equal("resource.targetKind", quote("shared_agent"))},
		})
	}
}

// planHas returns that the plan of the principal's account has the feature.
func planHas(feature deskpolicy.Features) expr {
	return all(has("principal", "account"), contains("principal.account.features", quote(feature.String())))
}

// ofPlans is step 5.
func (f *forbidder) ofPlans() {
	for feature := deskpolicy.Features(1); feature < deskpolicy.AllFeatures; feature <<= 1 {
		f.because(deskpolicy.PlanLacksFeature, feature.String(), policy{
			action: f.within(f.actions(func(id deskpolicy.ActionID) bool { return id.RequiredFeatures() == feature })),
			unless: []expr{planHas(feature)},
		})
	}
	for _, gives := range f.giving(has("resource.role", "account"), "hasCustomRole") { // a custom role (A37)
		gives.unless = []expr{planHas(deskpolicy.FeatureCustomRoles)}
		f.because(deskpolicy.PlanLacksFeature, "giving-"+gives.id, gives)
	}
}

// giving returns when an action newly gives a role: by an appointment of which the
// condition holds, or as an agent or a grant says of its roles.
func (f *forbidder) giving(appointed, said expr) []policy {
	said = "resource." + said
	return []policy{
		{id: "role_assignment", action: f.but(deskpolicy.AgentRoleRemove.ID(), deskpolicy.AgentScopeEdit.ID()), resource: onType("RoleAssignment"), when: []expr{appointed}},
		{id: "agent", action: f.within([]deskpolicy.ActionID{deskpolicy.AgentCreate.ID()}), resource: onType("Agent"), when: []expr{said}},
		{id: "grant", action: f.but(), resource: onType("SupportGrant"), when: []expr{said}},
	}
}

// ofOwners is the first half of step 8.
func (f *forbidder) ofOwners() {
	f.because(deskpolicy.NotOwn, "", policy{
		action: f.within(ownOnly), unless: []expr{has("resource", "owner"), equal("resource.owner", "principal.id")},
	})
}

// ofEligibility is the second half of step 8: who cannot take it. It is asked
// about as the one who receives, with the thing as if they had it.
func (f *forbidder) ofEligibility() {
	for _, name := range []string{"TicketAssignment", "ConversationAssignment"} {
		f.because(deskpolicy.IneligibleTarget, name, policy{
			resource: onType(name), when: []expr{has("resource", "targetKind"), equal("resource.targetKind", quote("support_session"))},
		})
	}
	f.because(deskpolicy.IneligibleTarget, "support", policy{
		principal: onType("SupportSession"), action: f.within([]deskpolicy.ActionID{deskpolicy.TicketBeAssigned.ID(), deskpolicy.ConversationTake.ID()}),
	})
	f.viewsOnly(deskpolicy.TicketBeAssigned.ID(), "ticketRoles.global", "ticketRoles.group")
	f.viewsOnly(deskpolicy.ConversationReply.ID(), "roles", "roles")
}

// viewsOnly: who only views the group, and reaches the thing by that, takes no
// part in assignment. The sets say where a role counts at Global and at Group.
func (f *forbidder) viewsOnly(take deskpolicy.ActionID, global, group expr) {
	var anywhere, byGroup []expr
	for _, role := range f.roles {
		p := f.permitterFor(role)
		if p.has(take, deskpolicy.ScopeGlobal) {
			anywhere = append(anywhere, p.counts(global))
		}
		if p.has(take, deskpolicy.ScopeGroup) {
			byGroup = append(byGroup, p.counts(group))
		}
	}
	f.because(deskpolicy.IneligibleTarget, f.vocabulary.Name(take), policy{
		principal: onType("Agent"), action: f.within([]deskpolicy.ActionID{take}),
		when: []expr{
			has("context", "receives"), "context.receives",
			has("resource", "group"), contains("principal.groups.view", "resource.group"), not(contains("principal.groups.edit", "resource.group")),
			either(byGroup...),
		},
		unless: []expr{either(anywhere...)},
	})
}

// counts returns that the role is held where the resource is, and counts in that account.
func (p *permitter) counts(set expr) expr {
	if account := p.role.Account(); account != "" {
		return all(has("principal", "account"), equal("principal.account", accountUID(account).literal()), p.heldHere(set))
	}
	return p.heldHere(set)
}
