package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// The rows as the library's values. No two records share a string, as if they were read
// from a database.

func accountID() deskpolicy.AccountID        { return deskpolicy.AccountID(fmt.Sprint("acme")) }
func groupID(n int) deskpolicy.GroupID       { return deskpolicy.GroupID(fmt.Sprint("g", n)) }
func contactID(n int) deskpolicy.ContactID   { return deskpolicy.ContactID(fmt.Sprint("c", n)) }
func crmID(who int) deskpolicy.CRMUserID     { return deskpolicy.CRMUserID(fmt.Sprint("u", who)) }
func territory(n int) deskpolicy.TerritoryID { return deskpolicy.TerritoryID(fmt.Sprint("t", n)) }

// agentID returns the ID under which the person acts.
func agentID(who int) deskpolicy.AgentID {
	if who >= agents+shareds {
		return deskpolicy.AgentID(fmt.Sprint("support:e", who))
	}
	return deskpolicy.AgentID(fmt.Sprint("a", who))
}

// orNone returns the ID of the number, or "" for none.
func orNone[ID ~string](id func(int) ID, n int) (none ID) {
	if n < 0 {
		return none
	}
	return id(n)
}

func (p place) id() deskpolicy.WorkspaceID {
	switch p {
	case accountWide:
		return deskpolicy.AccountWide
	case inOpen:
		return deskpolicy.OpenWorkspaces
	}
	return deskpolicy.WorkspaceID(fmt.Sprint(workspaces[p]))
}

// accountOfSomebody returns a copy of the account for one subject.
func (h *helpdesk) accountOfSomebody() deskpolicy.Account {
	account := h.account
	account.ID = accountID()
	account.OpenWorkspaces = slices.Clone(account.OpenWorkspaces)
	return account
}

// subject returns the agent or the shared agent.
func (h *helpdesk) subject(who int) deskpolicy.Subject {
	p := &h.people[who]
	var bindings []deskpolicy.Binding
	for _, b := range p.bindings {
		bindings = append(bindings, deskpolicy.Binding{Role: h.roles[b.role], Workspace: b.place.id(), TicketScope: b.scope})
	}
	in := make(map[deskpolicy.GroupID]deskpolicy.Access)
	for group, access := range p.groups {
		in[groupID(group)] = access
	}
	if p.kind == anyAgent {
		return &deskpolicy.Agent{ID: agentID(who), Account: h.accountOfSomebody(), Deactivated: p.deactivated, Bindings: bindings, Groups: in}
	}
	return &deskpolicy.SharedAgent{
		ID: agentID(who), Account: h.accountOfSomebody(), Deactivated: p.deactivated, Now: now, Bindings: bindings, Groups: in, CRM: p.crm.user(who),
	}
}

// hierarchy maps each territory to its parent.
var hierarchy = func() map[deskpolicy.TerritoryID]deskpolicy.TerritoryID {
	parents := make(map[deskpolicy.TerritoryID]deskpolicy.TerritoryID)
	for n := 1; n < territories; n++ {
		parents[territory(n)] = territory(parent(n))
	}
	return parents
}()

func (c *crmUser) user(who int) deskpolicy.CRMUser {
	user := deskpolicy.CRMUser{ID: crmID(who), Deactivated: c.deactivated, Sees: c.sees}
	for _, t := range c.own {
		user.Territories = append(user.Territories, territory(t))
	}
	user.Hierarchy = hierarchy
	if c.visible != nil {
		user.Visibility = deskpolicy.CRMVisibility{Contacts: make(map[deskpolicy.ContactID]deskpolicy.Access), AsOf: now.Add(-time.Hour), MaxAge: time.Hour}
		if c.fresh {
			user.Visibility.MaxAge = 2 * time.Hour
		}
		for n, access := range c.visible {
			user.Visibility.Contacts[contactID(n)] = access
		}
	}
	return user
}

// resource returns a pointer to the library's value of the thing.
func (h *helpdesk) resource(n int) deskpolicy.Resource {
	t := &h.things[n]
	account, workspace, group := accountID(), t.place.id(), orNone(groupID, t.group)
	holder, owner := orNone(agentID, t.holder), orNone(agentID, t.owner)
	nth := len(h.of[t.kind]) - 1
	switch t.kind {
	case aTicket:
		return h.ticketOf(n, t)
	case aNote:
		return &deskpolicy.Note{Ticket: *h.ticketOf(n, t), Author: owner}
	case aConversation:
		return &deskpolicy.Conversation{ID: deskpolicy.ConversationID(fmt.Sprint(n)), Account: account, Workspace: workspace, Group: group, Assignee: holder}
	case aChannel:
		return &deskpolicy.Channel{Account: account, Workspace: workspace, Group: group}
	case anArticle:
		return &deskpolicy.Article{Account: account, Workspace: workspace, Author: owner}
	case aTopic:
		return &deskpolicy.Topic{Account: account, Workspace: workspace, Author: owner}
	case aContact:
		return h.contactOf(t.requester, owner)
	case aReport:
		return &deskpolicy.Report{Account: account, Workspace: workspace, Team: group, Owner: owner}
	case someSettings:
		return &deskpolicy.Settings{Account: account, Workspace: workspace, Team: group}
	case anAgent:
		return h.subjects[t.owner].(*deskpolicy.Agent)
	case aRole:
		return &h.roles[nth]
	case aGrant:
		return &h.grants[nth]
	default:
		account := h.accountOfSomebody()
		return &account
	}
}

func (h *helpdesk) ticketOf(n int, t *thing) *deskpolicy.Ticket {
	ticket := &deskpolicy.Ticket{
		ID: deskpolicy.TicketID(fmt.Sprint(n)), Account: accountID(), Workspace: t.place.id(), Group: orNone(groupID, t.group), Assignee: orNone(agentID, t.holder),
	}
	if !t.ours {
		ticket.Account = "initech"
	}
	if t.requester >= 0 {
		ticket.Requester = h.contactOf(t.requester, "")
	}
	for _, who := range t.mentions {
		if ticket.Mentions == nil {
			ticket.Mentions = make(map[deskpolicy.AgentID]bool)
		}
		ticket.Mentions[agentID(who)] = true
	}
	return ticket
}

func (h *helpdesk) contactOf(n int, owner deskpolicy.AgentID) *deskpolicy.Contact {
	row := &h.contacts[n]
	record := deskpolicy.CRMRecord{Owner: orNone(crmID, row.owner), Territory: territory(row.territory)}
	for who, access := range row.team {
		if record.Team == nil {
			record.Team = make(map[deskpolicy.CRMUserID]deskpolicy.Access)
		}
		record.Team[crmID(who)] = access
	}
	return &deskpolicy.Contact{ID: contactID(n), Account: accountID(), Owner: owner, CRM: record}
}
