package main

import (
	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// resourceTypes are the sections of "resources", each before those that refer to
// it. A type that is added here can be in the file.
var resourceTypes = []struct {
	name string
	read func(f fields) deskpolicy.Resource
}{
	{"ticket", func(f fields) deskpolicy.Resource {
		return deskpolicy.Ticket{Account: f.account(), Workspace: f.workspace(), Group: f.group("group"), Assignee: f.agent("assignee")}
	}},
	{"ticket_pair", func(f fields) deskpolicy.Resource {
		return deskpolicy.TicketPair{From: f.ticket("from"), Into: f.ticket("into")}
	}},
	{"assignment", func(f fields) deskpolicy.Resource {
		return deskpolicy.Assignment{Ticket: f.ticket("ticket"), To: f.subject("to")}
	}},
	{"conversation", func(f fields) deskpolicy.Resource {
		return deskpolicy.Conversation{Account: f.account(), Workspace: f.workspace(), Group: f.group("group"), Assignee: f.agent("assignee")}
	}},
	{"transfer", func(f fields) deskpolicy.Resource {
		return deskpolicy.Transfer{Conversation: f.conversation("conversation"), To: f.subject("to")}
	}},
	{"faq", func(f fields) deskpolicy.Resource {
		return deskpolicy.FAQ{Account: f.account(), Workspace: f.workspace(), Author: f.agent("author")}
	}},
	{"topic", func(f fields) deskpolicy.Resource {
		return deskpolicy.Topic{Account: f.account(), Workspace: f.workspace(), Author: f.agent("author")}
	}},
	{"contact", func(f fields) deskpolicy.Resource {
		return deskpolicy.Contact{Account: f.account(), Owner: f.agent("owner")}
	}},
	{"campaign", func(f fields) deskpolicy.Resource {
		return deskpolicy.Campaign{Account: f.account(), Workspace: f.workspace(), Author: f.agent("author")}
	}},
	{"report", func(f fields) deskpolicy.Resource {
		return deskpolicy.Report{Account: f.account(), Workspace: f.workspace(), Team: f.group("team"), Owner: f.agent("owner")}
	}},
	{"dashboard", func(f fields) deskpolicy.Resource {
		return deskpolicy.Dashboard{Account: f.account(), Workspace: f.workspace(), Team: f.group("team"), Owner: f.agent("owner")}
	}},
	{"settings", func(f fields) deskpolicy.Resource {
		return deskpolicy.Settings{Account: f.account(), Workspace: f.workspace(), Team: f.group("team")}
	}},
	{"appointment", func(f fields) deskpolicy.Resource {
		appointed := strictjson.As(f.Required("agent"), f.agents.find)
		return deskpolicy.Appointment{Agent: &appointed.record, Binding: appointed.account.readBinding(f.Value)}
	}},
}

// readResources reads the sections in the order of the table.
func (h *helpdesk) readResources(v *strictjson.Value) {
	for _, of := range resourceTypes {
		for thing := range v.Optional(of.name).Elements() {
			h.resources.add(of.name+":", thing.Required("id"), of.read(fields{h, thing}))
		}
	}
}

// fields reads the fields that several types of resource have.
type fields struct {
	*helpdesk
	*strictjson.Value
}

func (f fields) account() deskpolicy.AccountID { return f.accountOf(f.Value).record.ID }

func (f fields) workspace() deskpolicy.WorkspaceID {
	return strictjson.As(f.Optional("workspace"), f.accountOf(f.Value).workspaces.find)
}

func (f fields) group(key string) deskpolicy.GroupID {
	return strictjson.As(f.Optional(key), f.accountOf(f.Value).groups.find)
}

func (f fields) agent(key string) deskpolicy.AgentID {
	return strictjson.As(f.Optional(key), f.agents.find).record.ID
}

func (f fields) subject(key string) deskpolicy.Subject {
	taker := strictjson.As(f.Required(key), f.agents.find)
	return &taker.record
}

func (f fields) ticket(key string) deskpolicy.Ticket {
	ticket, _ := f.part("ticket:", key).(deskpolicy.Ticket)
	return ticket
}

func (f fields) conversation(key string) deskpolicy.Conversation {
	conversation, _ := f.part("conversation:", key).(deskpolicy.Conversation)
	return conversation
}

// part returns the resource of that type whose ID the field is.
func (f fields) part(of, key string) deskpolicy.Resource {
	return strictjson.As(f.Required(key), func(id string) (deskpolicy.Resource, error) { return f.resources.find(of + id) })
}
