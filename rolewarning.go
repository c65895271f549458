package deskpolicy

import (
	"fmt"
	"slices"
)

// A RoleWarning is a permission of a role that is of no use as it is. Permissions
// stay independent of each other: a warning is for who makes the role, and nothing
// is decided by it.
type RoleWarning struct {
	Permission Permission

	// Needs is what the role lacks for the permission to be of use, or one of
	// several. It is the zero Permission if nothing is ever within that scope.
	Needs Permission
}

// String returns the warning as "faq.edit@global is of no use without faq.view@global".
func (w RoleWarning) String() string {
	if w.Needs == (Permission{}) {
		return fmt.Sprintf("%v reaches nothing", w.Permission)
	}
	return fmt.Sprintf("%v is of no use without %v", w.Permission, w.Needs)
}

// Warnings returns the permissions of the role that are of no use, in the order of
// [Permissions.All]: at a scope within which there is nothing, or for things that
// the role does not let its holder view, or make. What another role of the holder's
// adds it does not know, and nothing of a host's actions.
func (r Role) Warnings() (warnings []RoleWarning) {
	for p := range r.Permissions().All() {
		switch scopes := p.Action.scopes(); {
		case p.Action.IsHost():
		case !slices.Contains(scopes, p.Scope) && !slices.Contains(scopes, ScopeRestricted): // at Group there is one's own as well
			warnings = append(warnings, RoleWarning{Permission: p})
		default:
			if without := r.lacks(p); without != (Permission{}) {
				warnings = append(warnings, RoleWarning{p, without})
			}
		}
	}
	return warnings
}

// lacks returns what the role lacks for the permission to be of use, the zero
// Permission if that is nothing.
func (r Role) lacks(p Permission) Permission {
	held := r.Permissions()
	if view, needed := viewing(p); needed && !held.Has(view) {
		return view
	}
	before := presupposed[p.Action]
	for _, id := range before {
		if held.levels(id) != 0 {
			return Permission{}
		}
	}
	if before == nil {
		return Permission{}
	}
	return before[0].At(before[0].scopes()[0])
}

// viewing returns the permission to view what p is used on, as far as p reaches,
// if there is one: to take data out of the desk is a thing of its own. What is to
// be made or is one's own needs to be viewed as one's own only.
func viewing(p Permission) (view Permission, needed bool) {
	info := p.Action.info()
	id, viewable := viewedBy[info.on]
	if !viewable || id == p.Action || info.class&ClassExport != 0 {
		return Permission{}, false
	}
	own := info.class&creates != 0 || info.class&ownOnly != 0 && info.on.has(anOwner)
	if own {
		return id.At(ScopeRestricted), true
	}
	return id.At(p.Scope), true
}

// viewedBy says which action views the things of a kind, or what they are about.
var viewedBy = map[kind]ActionID{
	kindTicket: TicketView.ID(), kindTicketPair: TicketView.ID(), kindTicketAssignment: TicketView.ID(), kindNote: TicketView.ID(),
	kindTimeEntry: TimeView.ID(), kindConversation: ConversationView.ID(), kindConversationAssignment: ConversationView.ID(),
	kindCannedResponse: CannedResponseUse.ID(), kindArticle: ArticleView.ID(), kindFAQ: FAQView.ID(), kindTopic: TopicView.ID(),
	kindContact: ContactView.ID(), kindContactPair: ContactView.ID(), kindCompany: CompanyView.ID(), kindCampaign: CampaignView.ID(),
	kindReport: ReportView.ID(), kindDashboard: DashboardView.ID(),
	kindAgent: AgentView.ID(), kindSharedAgent: SharedAgentView.ID(), kindRole: RoleView.ID(), kindSupportGrant: SupportGrantView.ID(),
}

// presupposed are actions of which a role needs one, at whatever scope, for
// another to be of use.
var presupposed = map[ActionID][]ActionID{
	TicketCreate.ID():      {TicketView.ID()},
	TicketNoteEditOwn.ID(): {TicketNotePrivate.ID(), TicketNotePublic.ID()},
	TopicEditOwn.ID():      {TopicCreate.ID()},
	ContactImport.ID():     {ContactView.ID()},
	PeopleView.ID():        {ContactView.ID(), CompanyView.ID()},
	AgentRoleAssign.ID():   {AgentView.ID(), SharedAgentView.ID()},
	AgentRoleRemove.ID():   {AgentView.ID(), SharedAgentView.ID()},
	AgentScopeEdit.ID():    {AgentView.ID(), SharedAgentView.ID()},
	AgentGroupAssign.ID():  {AgentView.ID(), SharedAgentView.ID()},
}
