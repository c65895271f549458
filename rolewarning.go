package deskpolicy

import "fmt"

// A RoleWarning reports a permission that is of no use in its role, or of no use on some of
// what it reaches. Warnings are for the
// author of the role: permissions are independent of each other, and no decision depends
// on a warning. The zero RoleWarning has the zero Permission.
type RoleWarning struct {
	Permission Permission

	// Needs is a permission that the role lacks and that would make Permission fully useful.
	// Other permissions might do so as well. Needs is the zero Permission if the scope of
	// Permission never reaches anything.
	Needs Permission
}

// String returns the warning as text, such as
// "faq.edit@global is of full use only with faq.view@global".
func (w RoleWarning) String() string {
	if w.Needs == (Permission{}) {
		return fmt.Sprintf("%v reaches nothing", w.Permission)
	}
	return fmt.Sprintf("%v is of full use only with %v", w.Permission, w.Needs)
}

// Warnings returns a warning for each permission of the role that is not of full use, in
// the order of [Permissions.All]. Such a permission is at a scope that reaches nothing, or
// reaches resources that the role does not let its holder view or create.
//
// Warnings considers this role alone, not the other roles of its holder, and does not
// check the host's actions. It accepts [TicketConfidential] without other permissions: a role
// with it adds to others.
func (r Role) Warnings() (warnings []RoleWarning) {
	for p := range r.Permissions().All() {
		switch {
		case p.Action.IsHost():
		case p.Scope.closed()&p.Action.info().on.relations() == 0:
			warnings = append(warnings, RoleWarning{Permission: p})
		default:
			if needs := r.missingFor(p); needs != (Permission{}) {
				warnings = append(warnings, RoleWarning{p, needs})
			}
		}
	}
	return warnings
}

// missingFor returns a permission that the role lacks and that would make p useful, or the
// zero Permission if p is useful already.
func (r Role) missingFor(p Permission) Permission {
	held := r.Permissions()
	if view, needed := viewPermission(p); needed && !held.Has(view) {
		return view
	}
	anyOf := prerequisites[p.Action]
	for _, id := range anyOf {
		if held.scope(id) != 0 {
			return Permission{}
		}
	}
	if anyOf == nil {
		return Permission{}
	}
	return anyOf[0].At(anyOf[0].narrowest())
}

// viewPermission returns the permission to view the resources of p, and whether p is of
// no use without it. Exports do not need it. The permission has the scope of p, except
// that actions on new resources and on the holder's own need only Restricted.
func viewPermission(p Permission) (view Permission, needed bool) {
	info := p.Action.info()
	id, viewable := viewActions[info.on]
	if !viewable || id == p.Action || p.Action == TicketConfidential.ID() || info.class&ClassExport != 0 {
		return Permission{}, false
	}
	own := info.class&creates != 0 || info.class&ownOnly != 0 && info.on.has(anOwner)
	if own {
		return id.At(ScopeRestricted), true
	}
	return id.At(p.Scope), true
}

// viewActions maps a kind of resource to the action that views it or, for a kind such as
// a note, the resource that it is about. Because it calls no function, here or below, a
// program without warnings does not link it.
var viewActions = map[kind]ActionID{
	kindTicket: ActionID(TicketView), kindTicketPair: ActionID(TicketView), kindTicketAssignment: ActionID(TicketView), kindNote: ActionID(TicketView),
	kindTimeEntry: ActionID(TimeView), kindConversation: ActionID(ConversationView), kindConversationAssignment: ActionID(ConversationView),
	kindCannedResponse: ActionID(CannedResponseUse), kindArticle: ActionID(ArticleView), kindFAQ: ActionID(FAQView), kindTopic: ActionID(TopicView),
	kindContact: ActionID(ContactView), kindContactPair: ActionID(ContactView), kindCompany: ActionID(CompanyView), kindCampaign: ActionID(CampaignView),
	kindReport: ActionID(ReportView), kindDashboard: ActionID(DashboardView),
	kindAgent: ActionID(AgentView), kindSharedAgent: ActionID(SharedAgentView), kindRole: ActionID(RoleView), kindSupportGrant: ActionID(SupportGrantView),
}

// prerequisites maps an action to the actions that make it useful. A role needs one of
// them, at any scope.
var prerequisites = map[ActionID][]ActionID{
	ActionID(TicketCreate):      {ActionID(TicketView)},
	ActionID(TicketNoteEditOwn): {ActionID(TicketNotePrivate), ActionID(TicketNotePublic)},
	ActionID(TopicEditOwn):      {ActionID(TopicCreate)},
	ActionID(ContactImport):     {ActionID(ContactView)},
	ActionID(PeopleView):        {ActionID(ContactView), ActionID(CompanyView)},
	ActionID(AgentRoleAssign):   {ActionID(AgentView), ActionID(SharedAgentView)},
	ActionID(AgentRoleRemove):   {ActionID(AgentView), ActionID(SharedAgentView)},
	ActionID(AgentScopeEdit):    {ActionID(AgentView), ActionID(SharedAgentView)},
	ActionID(AgentGroupAssign):  {ActionID(AgentView), ActionID(SharedAgentView)},
}
