package main

import (
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A check asks the policy what one permission of the product permits. The resource is made of the
// conversation, if the permission is about conversations. The author of a
// note about a contact is the conversation's assignee.
type check struct {
	permission string
	decide     func(by deskpolicy.Subject, c *conversation) deskpolicy.Decision
}

// checks are the permissions about which both must agree: all but those that change users, teams,
// roles and who has a conversation, where the policy asks for more.
func (a *adapter) checks() []check { return append(a.conversationChecks(), a.deskChecks()...) }

func (a *adapter) conversationChecks() []check {
	ticket := func(c *conversation) *deskpolicy.Ticket { return a.ticket(c) }
	note := func(c *conversation) *deskpolicy.Note { return &deskpolicy.Note{Ticket: *a.ticket(c), Author: "zoe"} }
	return []check{
		ask("conversations:read", deskpolicy.TicketView, ticket),
		ask("conversations:update_priority", deskpolicy.TicketPropertiesEdit, ticket),
		ask("conversations:update_status", deskpolicy.TicketStatusSet, ticket),
		ask("conversations:update_tags", deskpolicy.TicketTagEdit, ticket),
		ask("messages:read", deskpolicy.TicketNoteRead, note),
		ask("messages:write", deskpolicy.TicketReply, ticket),
		ask("messages:write_private", deskpolicy.TicketNotePrivate, ticket),
		ask("messages:write_as_contact", MessageWriteAsContact, ticket),
	}
}

func (a *adapter) deskChecks() []check {
	id := a.account.ID
	settings := always(deskpolicy.Settings{Account: id})
	note := func(c *conversation) *contactNote {
		return &contactNote{account: id, author: deskpolicy.AgentID(c.assignee)}
	}
	contact := always(deskpolicy.Contact{ID: "emil", Account: id})
	return []check{
		ask("conversations:write", deskpolicy.TicketCreate, always(deskpolicy.Workspace{Account: id})),
		ask("contacts:read_all", deskpolicy.PeopleView, always(a.account)),
		ask("contacts:read", deskpolicy.ContactView, contact),
		ask("contacts:write", deskpolicy.ContactEdit, contact),
		ask("contact_notes:read", ContactNoteRead, note),
		ask("contact_notes:write", ContactNoteWrite, note),
		ask("contact_notes:delete", ContactNoteDelete, note),
		ask("view:manage", deskpolicy.TicketListManageOwn, always(deskpolicy.TicketList{Account: id, Owner: "ana"})),
		ask("shared_views:manage", deskpolicy.TicketListManageShared, always(deskpolicy.TicketList{Account: id})),
		ask("macros:manage", deskpolicy.CannedResponseManage, always(deskpolicy.CannedResponse{Account: id})),
		ask("inboxes:manage", deskpolicy.ChannelManage, always(deskpolicy.Channel{Account: id})),
		ask("reports:manage", deskpolicy.ReportView, always(deskpolicy.Report{Account: id})),
		ask("activity_logs:manage", deskpolicy.AuditView, always(a.account)),
		ask("automations:manage", deskpolicy.AutomationManage, settings),
		ask("sla:manage", deskpolicy.SLAManage, settings),
		ask("general_settings:manage", deskpolicy.SettingsManage, settings),
		ask("status:manage", StatusManage, settings),
		ask("tags:manage", TagsManage, settings),
		ask("webhooks:manage", WebhooksManage, settings),
		ask("context_links:manage", ContextLinksManage, settings),
		ask("templates:manage", TemplatesManage, settings),
		ask("business_hours:manage", BusinessHoursManage, settings),
		ask("notification_settings:manage", NotificationSettingsManage, settings),
		ask("oidc:manage", OIDCManage, settings),
		ask("ai:manage", AIManage, settings),
		ask("custom_attributes:manage", CustomAttributesManage, settings),
	}
}

// always returns a function that returns the resource, whatever the conversation.
func always[R deskpolicy.Resource](resource R) func(*conversation) *R {
	return func(*conversation) *R { return &resource }
}

func ask[R deskpolicy.Resource](permission string, action deskpolicy.Action[R], resource func(*conversation) *R) check {
	return check{permission, func(by deskpolicy.Subject, c *conversation) deskpolicy.Decision {
		return deskpolicy.Authorize(by, action, resource(c))
	}}
}

// ticket returns the conversation as the policy sees it.
func (a *adapter) ticket(c *conversation) *deskpolicy.Ticket {
	return &deskpolicy.Ticket{
		ID: deskpolicy.TicketID(c.id), Account: a.account.ID, Assignee: deskpolicy.AgentID(c.assignee), Group: deskpolicy.GroupID(c.team),
	}
}

// legacyMay returns the old answer to the check.
func (a *adapter) legacyMay(u *user, permission string, c *conversation) bool {
	if permission == "contact_notes:delete" {
		return a.legacy.mayDeleteNote(u, c.assignee)
	}
	if permission == "conversations:write" || !strings.HasPrefix(permission, "conversations:") && !strings.HasPrefix(permission, "messages:") {
		return a.legacy.may(u, permission)
	}
	return a.legacy.mayOn(u, permission, c)
}

// compareAll asks both about every set of reading permissions, every kind of conversation and every
// check. It returns how many questions it asked and how many answers differed.
func compareAll() (asked, different int) {
	reading := []string{"read_all", "read_assigned", "read_team_all", "read_team_inbox", "read_unassigned", "read"}
	for set := range 1 << len(reading) {
		role := []string{"messages:read", "messages:write", "conversations:update_status", "contacts:read", "contact_notes:write", "view:manage"}
		for i, name := range reading {
			if set>>i&1 != 0 {
				role = append(role, "conversations:"+name)
			}
		}
		a := newAdapter()
		a.legacy.roles["Set"] = role
		u := &user{id: "ana", roles: []string{"Set"}, teams: []string{"billing"}}
		by := a.agent(u)
		for _, c := range conversations(u.id, u.teams[0]) {
			for _, check := range a.checks() {
				asked++
				if check.decide(by, c).Allowed() != a.legacyMay(u, check.permission, c) {
					different++
				}
			}
		}
	}
	return asked, different
}
