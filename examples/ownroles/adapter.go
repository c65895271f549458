package main

import (
	"slices"
	"sync"

	policy "github.com/deskpolicy/deskpolicy"
)

// table says what each permission of the product is in the policy. What adds to what the user reads
// stands before what needs it.
var table = []struct {
	permission            string
	reads                 policy.Scope      // the conversations that it adds to those that the user reads
	onRead, anywhere, own []policy.ActionID // on conversations that the user reads, on everything, on what the user wrote
}{
	{permission: "conversations:read_all", reads: policy.Anything},
	{permission: "conversations:read_assigned", reads: policy.Assigned},
	{permission: "conversations:read_team_all", reads: policy.InGroup},
	{permission: "conversations:read_team_inbox", reads: policy.GroupQueue},
	{permission: "conversations:read_unassigned", reads: policy.Unrouted},
	{permission: "conversations:read", onRead: ids(policy.TicketView.ID()), anywhere: ids(policy.TicketBeAssigned.ID())},
	{permission: "conversations:write", anywhere: ids(policy.TicketCreate.ID())},
	{permission: "conversations:update_user_assignee", onRead: ids(policy.TicketAssign.ID())},
	{permission: "conversations:update_team_assignee", onRead: ids(policy.TicketRoute.ID())},
	{permission: "conversations:update_priority", onRead: ids(policy.TicketPropertiesEdit.ID())},
	{permission: "conversations:update_status", onRead: ids(policy.TicketStatusSet.ID())},
	{permission: "conversations:update_tags", onRead: ids(policy.TicketTagEdit.ID())},
	{permission: "messages:read", onRead: ids(policy.TicketNoteRead.ID())},
	{permission: "messages:write", onRead: ids(policy.TicketReply.ID())},
	{permission: "messages:write_private", onRead: ids(policy.TicketNotePrivate.ID())},
	{permission: "messages:write_as_contact", onRead: ids(MessageWriteAsContact.ID())},
	{permission: "contacts:read_all", anywhere: ids(policy.PeopleView.ID())},
	{permission: "contacts:read", anywhere: ids(policy.ContactView.ID())},
	{permission: "contacts:write", anywhere: ids(policy.ContactCreate.ID(), policy.ContactEdit.ID())},
	{permission: "contact_notes:read", anywhere: ids(ContactNoteRead.ID())},
	{permission: "contact_notes:write", anywhere: ids(ContactNoteWrite.ID()), own: ids(ContactNoteDelete.ID())},
	{permission: "contact_notes:delete", anywhere: ids(ContactNoteDelete.ID())},
	{permission: "users:manage", anywhere: ids(policy.AgentView.ID(), policy.AgentCreate.ID(), policy.AgentEdit.ID(), policy.AgentDeactivate.ID(), policy.AgentDelete.ID(), policy.AgentKeyManage.ID(), policy.AgentRoleAssign.ID(), policy.AgentRoleRemove.ID(), policy.AgentGroupAssign.ID())},
	{permission: "teams:manage", anywhere: ids(policy.GroupManage.ID(), policy.AgentGroupAssign.ID())},
	{permission: "roles:manage", anywhere: ids(policy.RoleView.ID(), policy.RoleCreate.ID(), policy.RoleUpdate.ID(), policy.RoleDelete.ID(), policy.RoleClone.ID())},
	{permission: "view:manage", anywhere: ids(policy.TicketListManageOwn.ID())},
	{permission: "shared_views:manage", anywhere: ids(policy.TicketListManageShared.ID())},
	{permission: "macros:manage", anywhere: ids(policy.CannedResponseManage.ID())},
	{permission: "automations:manage", anywhere: ids(policy.AutomationManage.ID())},
	{permission: "inboxes:manage", anywhere: ids(policy.ChannelManage.ID())},
	{permission: "sla:manage", anywhere: ids(policy.SLAManage.ID())},
	{permission: "reports:manage", anywhere: ids(policy.ReportView.ID())},
	{permission: "activity_logs:manage", anywhere: ids(policy.AuditView.ID())},
	{permission: "general_settings:manage", anywhere: ids(policy.SettingsManage.ID())},
	{permission: "status:manage", anywhere: ids(StatusManage.ID())},
	{permission: "tags:manage", anywhere: ids(TagsManage.ID())},
	{permission: "webhooks:manage", anywhere: ids(WebhooksManage.ID())},
	{permission: "context_links:manage", anywhere: ids(ContextLinksManage.ID())},
	{permission: "templates:manage", anywhere: ids(TemplatesManage.ID())},
	{permission: "business_hours:manage", anywhere: ids(BusinessHoursManage.ID())},
	{permission: "notification_settings:manage", anywhere: ids(NotificationSettingsManage.ID())},
	{permission: "oidc:manage", anywhere: ids(OIDCManage.ID())},
	{permission: "ai:manage", anywhere: ids(AIManage.ID())},
	{permission: "custom_attributes:manage", anywhere: ids(CustomAttributesManage.ID())},
}

func ids(actions ...policy.ActionID) []policy.ActionID { return actions }

// translate returns what a user with these permissions may do. It takes the whole set, because what
// is permitted on conversations reaches those that the user reads.
func translate(held []string) policy.Permissions {
	var reads policy.Scope
	var permissions []policy.Permission
	add := func(scope policy.Scope, actions []policy.ActionID) {
		for _, action := range actions {
			permissions = append(permissions, action.At(scope))
		}
	}
	for _, row := range table {
		if slices.Contains(held, row.permission) && (row.reads == 0 || slices.Contains(held, "conversations:read")) {
			reads |= row.reads
			add(reads, row.onRead)
			add(policy.Anything, row.anywhere)
			add(policy.Assigned, row.own)
		}
	}
	return policy.NewPermissions(permissions...)
}

// An adapter makes subjects of the product's users. It is safe for concurrent use. Make another one
// when a role is saved.
type adapter struct {
	account policy.Account
	legacy  legacyDesk
	made    sync.Map // the policy's role for each set of the product's roles, by their joined names
}

// agent returns the user as a subject. If the user's role cannot be made, the policy denies both what
// the agent does and what is done to the agent.
func (a *adapter) agent(u *user) *policy.Agent {
	agent := &policy.Agent{ID: policy.AgentID(u.id), Account: a.account, Deactivated: u.deactivated}
	if len(u.roles) > 0 {
		agent.Bindings = []policy.Binding{{Role: a.role(u.roles), Workspace: policy.Everywhere, TicketScope: policy.Anything}}
	}
	agent.Groups = make(map[policy.GroupID]policy.Access, len(u.teams))
	for _, team := range u.teams {
		agent.Groups[policy.GroupID(team)] = policy.Edit
	}
	return agent
}

// role returns the role that permits what the product's roles permit together. It is one role for one
// set of names, in any order, or the zero Role if it cannot be made.
func (a *adapter) role(names []string) policy.Role {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	key := joined(names)
	if known, found := a.made.Load(key); found {
		return known.(policy.Role)
	}
	role := newRole(a.account.ID, names, translate(a.legacy.permissionsOf(&user{roles: names})))
	a.made.Store(key, role)
	return role
}

// mayChange decides whether the user may give the role these permissions. A user's permissions are
// united before they are used, so it asks about the role alone and about each set of roles that users
// hold it in: to write messages means more beside a role that reads.
func (a *adapter) mayChange(by *policy.Agent, role string, to []string, heldIn ...[]string) (d policy.Decision) {
	after := &adapter{account: a.account, legacy: a.legacy.with(role, to)}
	for _, roles := range append([][]string{{role}}, heldIn...) {
		c := policy.RoleChange{Name: role, Before: a.role(roles), After: after.role(roles)}
		if c.Added() || c.Removed() { // one of them cannot be made: not the same as a role that is new or goes
			return policy.Decision{Reason: policy.WrongResource}
		}
		if d = policy.AuthorizeRoleChange(by, c); !d.Allowed() {
			break
		}
	}
	return d
}
