package corpus

import (
	"errors"
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// resource returns the resource, or nil for "".
func (b *Builder) resource(m *Resource) (worlds.Resource, error) {
	if m == nil {
		return worlds.On[deskpolicy.Ticket](nil), nil
	}
	if of, plain := worlds.PlainTypes[m.Kind]; plain {
		return of(plaintype.Place{
			Account: deskpolicy.AccountID(m.Account), Workspace: deskpolicy.WorkspaceID(m.Workspace), Group: deskpolicy.GroupID(m.Group), Owner: deskpolicy.AgentID(m.Author),
		}), nil
	}
	switch m.Kind {
	case "account":
		return worlds.On(&deskpolicy.Account{ID: deskpolicy.AccountID(m.Account)}), nil
	case "invoice":
		return worlds.On(&worlds.Invoice{Account: m.Account, Workspace: m.Workspace, Group: m.Group, Assignee: m.Assignee}), nil
	case "role":
		role, err := b.role(m.Role)
		return worlds.On(&role), err
	case "support_grant":
		grant, err := b.grant(m.Grant)
		return worlds.On(&grant), err
	case "agent", "shared_agent", "role_assignment", "group_membership":
		return b.aboutSomebody(m)
	default:
		return b.aboutCustomers(m)
	}
}

// aboutSomebody makes a resource that contains an agent.
func (b *Builder) aboutSomebody(m *Resource) (worlds.Resource, error) {
	subject, err := b.subject(m.Subject, "")
	if err != nil {
		return worlds.Resource{}, err
	}
	switch m.Kind {
	case "agent":
		if agent, is := subject.(*deskpolicy.Agent); is {
			return worlds.On(agent), nil
		}
	case "shared_agent":
		if agent, is := subject.(*deskpolicy.SharedAgent); is {
			return worlds.On(agent), nil
		}
	case "role_assignment":
		binding, err := b.binding(*m.Binding)
		return worlds.On(&deskpolicy.RoleAssignment{Holder: subject, Binding: binding}), err
	case "group_membership":
		access, err := named[deskpolicy.Access](m.Access)
		return worlds.On(&deskpolicy.GroupMembership{Member: subject, Group: team(m.Team), Access: access}), err
	}
	return worlds.Resource{}, fmt.Errorf("subject %s is not a %s", m.Subject, m.Kind)
}

// aboutCustomers makes a ticket or a resource like it, a conversation, a customer, or a
// resource that contains one.
func (b *Builder) aboutCustomers(m *Resource) (worlds.Resource, error) {
	parts := maker{}
	author := deskpolicy.AgentID(m.Author)
	var r worlds.Resource
	switch m.Kind {
	case "ticket":
		r = on(parts.ticket(m))
	case "ticket_pair":
		r = on(deskpolicy.TicketPair{From: parts.ticket(m.From), Into: parts.ticket(m.Into)})
	case "note":
		r = on(deskpolicy.Note{Ticket: parts.ticket(m.Part), Author: author})
	case "time_entry":
		r = on(deskpolicy.TimeEntry{Ticket: parts.ticket(m.Part), Agent: author})
	case "conversation":
		r = on(parts.conversation(m))
	case "task":
		r = on(parts.task(m))
	case "visit":
		r = on(worlds.Visit(parts.task(m)))
	case "contact":
		r = on(parts.contact(m))
	case "contact_pair":
		r = on(deskpolicy.ContactPair{From: parts.contact(m.From), Into: parts.contact(m.Into)})
	case "company":
		r = on(deskpolicy.Company{ID: deskpolicy.CompanyID(m.ID), Account: deskpolicy.AccountID(m.Account), Owner: author, CRM: parts.record(m.Record)})
	case "ticket_assignment", "conversation_assignment":
		to, err := b.subject(m.Subject, "")
		if r = on(deskpolicy.ConversationAssignment{Conversation: parts.conversation(m.Part), To: to, Group: team(m.Team)}); m.Kind == "ticket_assignment" {
			r = on(deskpolicy.TicketAssignment{Ticket: parts.ticket(m.Part), To: to, Group: team(m.Team)})
		}
		return r, errors.Join(err, parts.err)
	default:
		return r, fmt.Errorf("unknown kind %q", m.Kind)
	}
	return r, parts.err
}

func on[R deskpolicy.Resource](r R) worlds.Resource { return worlds.On(&r) }

// A maker makes parts of resources and collects errors.
type maker struct{ err error }

func (p *maker) ticket(m *Resource) deskpolicy.Ticket {
	ticket := deskpolicy.Ticket{
		ID: deskpolicy.TicketID(m.ID), Account: deskpolicy.AccountID(m.Account), Workspace: deskpolicy.WorkspaceID(m.Workspace),
		Group: deskpolicy.GroupID(m.Group), Assignee: deskpolicy.AgentID(m.Assignee), Confidential: m.Confidential,
	}
	ticket.Requester, ticket.Participants, ticket.CCs, ticket.Mentions = p.people(m)
	return ticket
}

// people returns the requester, the participants, those in CC and the mentions.
func (p *maker) people(m *Resource) (requester *deskpolicy.Contact, participants map[deskpolicy.AgentID]deskpolicy.Access, ccs map[deskpolicy.ContactID]deskpolicy.Access, mentions map[deskpolicy.AgentID]bool) {
	if m.Requester != nil {
		contact := p.contact(m.Requester)
		requester = &contact
	}
	participants, err := accesses[deskpolicy.AgentID](m.Participants)
	ccs, ccErr := accesses[deskpolicy.ContactID](m.CCs)
	p.err = errors.Join(p.err, err, ccErr)
	mentions = make(map[deskpolicy.AgentID]bool)
	for id, mentioned := range m.Mentions {
		mentions[deskpolicy.AgentID(id)] = mentioned
	}
	return requester, participants, ccs, mentions
}

func (p *maker) contact(m *Resource) deskpolicy.Contact {
	return deskpolicy.Contact{
		ID: deskpolicy.ContactID(m.ID), Account: deskpolicy.AccountID(m.Account), Owner: deskpolicy.AgentID(m.Author), Company: deskpolicy.CompanyID(m.Company), CRM: p.record(m.Record),
	}
}

func (p *maker) record(m *Record) deskpolicy.CRMRecord {
	if m == nil {
		return deskpolicy.CRMRecord{}
	}
	team, err := accesses[deskpolicy.CRMUserID](m.Team)
	p.err = errors.Join(p.err, err)
	return deskpolicy.CRMRecord{Owner: deskpolicy.CRMUserID(m.Owner), Territory: deskpolicy.TerritoryID(m.Territory), Team: team}
}

func (p *maker) conversation(m *Resource) deskpolicy.Conversation {
	c := deskpolicy.Conversation{
		ID: deskpolicy.ConversationID(m.ID), Account: deskpolicy.AccountID(m.Account), Workspace: deskpolicy.WorkspaceID(m.Workspace),
		Group: deskpolicy.GroupID(m.Group), Assignee: deskpolicy.AgentID(m.Assignee), Confidential: m.Confidential,
	}
	c.Requester, c.Participants, c.CCs, c.Mentions = p.people(m)
	return c
}

func (p *maker) task(m *Resource) worlds.Task {
	task := worlds.Task{
		Account: deskpolicy.AccountID(m.Account), Workspace: deskpolicy.WorkspaceID(m.Workspace), Group: deskpolicy.GroupID(m.Group),
		Assignee: deskpolicy.AgentID(m.Assignee), Author: deskpolicy.AgentID(m.Author), Confidential: m.Confidential,
	}
	task.Requester, task.Participants, task.CCs, task.Mentions = p.people(m)
	return task
}

func team(m *Team) deskpolicy.AgentGroup {
	if m == nil {
		return deskpolicy.AgentGroup{}
	}
	return deskpolicy.AgentGroup{ID: deskpolicy.GroupID(m.ID), Account: deskpolicy.AccountID(m.Account)}
}
