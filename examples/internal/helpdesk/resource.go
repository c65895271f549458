package helpdesk

import (
	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// resourceTypes are the sections of "resources". Each comes after those that it refers to. A file
// cannot have sections of other types.
var resourceTypes = []struct {
	name string
	read func(f fields) deskpolicy.Resource
}{
	{"contact", func(f fields) deskpolicy.Resource {
		return deskpolicy.Contact{ID: deskpolicy.ContactID(f.id()), Account: f.account(), Owner: f.agent("owner"), CRM: f.crmRecord()}
	}},
	{"company", func(f fields) deskpolicy.Resource {
		return deskpolicy.Company{ID: deskpolicy.CompanyID(f.id()), Account: f.account(), Owner: f.agent("owner"), CRM: f.crmRecord()}
	}},
	{"ticket", func(f fields) deskpolicy.Resource {
		return deskpolicy.Ticket{
			Account: f.account(), Workspace: f.workspace(), Group: f.group("group"), Assignee: f.agent("assignee"),
			Requester: f.contact("requester"), Mentions: f.mentions(),
		}
	}},
	{"ticket_pair", func(f fields) deskpolicy.Resource {
		return deskpolicy.TicketPair{From: f.ticket("from"), Into: f.ticket("into")}
	}},
	{"ticket_assignment", func(f fields) deskpolicy.Resource {
		return deskpolicy.TicketAssignment{Ticket: f.ticket("ticket"), To: f.person("to").subject}
	}},
	{"note", func(f fields) deskpolicy.Resource {
		return deskpolicy.Note{Ticket: f.ticket("ticket"), Author: deskpolicy.AgentID(f.person("author").id)}
	}},
	{"canned_response", func(f fields) deskpolicy.Resource {
		return deskpolicy.CannedResponse{Account: f.account(), Workspace: f.workspace(), Group: f.group("group")}
	}},
	{"conversation", func(f fields) deskpolicy.Resource {
		return deskpolicy.Conversation{Account: f.account(), Workspace: f.workspace(), Group: f.group("group"), Assignee: f.agent("assignee")}
	}},
	{"conversation_assignment", func(f fields) deskpolicy.Resource {
		return deskpolicy.ConversationAssignment{Conversation: f.conversation("conversation"), To: f.person("to").subject}
	}},
	{"channel", func(f fields) deskpolicy.Resource {
		return deskpolicy.Channel{Account: f.account(), Workspace: f.workspace(), Group: f.group("group")}
	}},
	{"article", func(f fields) deskpolicy.Resource {
		return deskpolicy.Article{Account: f.account(), Workspace: f.workspace(), Author: f.agent("author")}
	}},
	{"faq", func(f fields) deskpolicy.Resource {
		return deskpolicy.FAQ{Account: f.account(), Workspace: f.workspace(), Author: f.agent("author")}
	}},
	{"topic", func(f fields) deskpolicy.Resource {
		return deskpolicy.Topic{Account: f.account(), Workspace: f.workspace(), Author: f.agent("author")}
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
	{"app", func(f fields) deskpolicy.Resource {
		return deskpolicy.App{Account: f.account(), Workspace: f.workspace()}
	}},
	{"settings", func(f fields) deskpolicy.Resource {
		return deskpolicy.Settings{Account: f.account(), Workspace: f.workspace(), Team: f.group("team")}
	}},
	{"role_assignment", func(f fields) deskpolicy.Resource {
		to := f.person("to")
		return deskpolicy.RoleAssignment{Holder: to.subject, Binding: to.account.readBinding(f.Value)}
	}},
	{"group_membership", func(f fields) deskpolicy.Resource {
		of := f.person("of")
		return deskpolicy.GroupMembership{
			Member: of.subject,
			Group:  deskpolicy.AgentGroup{ID: strictjson.As(f.Required("group"), of.account.groups.find), Account: of.accountID()},
			Access: strictjson.AsText[deskpolicy.Access](f.Required("access")),
		}
	}},
}

// readResources reads the sections in the order of resourceTypes.
func (h *helpdesk) readResources(v *strictjson.Value) {
	for _, of := range resourceTypes {
		for thing := range v.Optional(of.name).Elements() {
			h.resources.add(of.name+":", thing.Required("id"), of.read(fields{h, thing}))
		}
	}
}

// resourceOf returns a function that finds the resource of that type with the ID.
func (h *helpdesk) resourceOf(of string) func(id string) (deskpolicy.Resource, error) {
	return func(id string) (deskpolicy.Resource, error) { return h.resources.find(of + ":" + id) }
}

func accountOfResource(r deskpolicy.Resource) deskpolicy.AccountID { return r.Attributes().Account }

// fields reads the fields that several resource types have.
type fields struct {
	*helpdesk
	*strictjson.Value
}

func (f fields) id() string { return strictjson.As(f.Required("id"), identifier) }

func (f fields) account() deskpolicy.AccountID { return f.accountOf(f.Value).record.ID }

func (f fields) workspace() deskpolicy.WorkspaceID {
	return strictjson.As(f.Optional("workspace"), f.accountOf(f.Value).workspaces.find)
}

func (f fields) group(key string) deskpolicy.GroupID {
	return strictjson.As(f.Optional(key), f.accountOf(f.Value).groups.find)
}

func (f fields) agent(key string) deskpolicy.AgentID { return f.agentIn(f.Optional(key)) }

func (f fields) agentIn(v *strictjson.Value) deskpolicy.AgentID {
	return deskpolicy.AgentID(strictjson.As(v, within(f.accountOf(f.Value), f.agents.find, person.accountID)).id)
}

func (f fields) mentions() map[deskpolicy.AgentID]bool {
	mentioned := make(map[deskpolicy.AgentID]bool)
	for v := range f.Optional("mentions").Elements() {
		mentioned[f.agentIn(v)] = true
	}
	return mentioned
}

// person returns an agent of any account: the policy decides whether it is the right account.
func (f fields) person(key string) person { return strictjson.As(f.Required(key), f.agents.find) }

func (f fields) contact(key string) *deskpolicy.Contact {
	found := strictjson.As(f.Optional(key), within(f.accountOf(f.Value), f.resourceOf("contact"), accountOfResource))
	if contact, ok := found.(deskpolicy.Contact); ok {
		return &contact
	}
	return nil
}

func (f fields) ticket(key string) deskpolicy.Ticket {
	ticket, _ := strictjson.As(f.Required(key), f.resourceOf("ticket")).(deskpolicy.Ticket)
	return ticket
}

func (f fields) conversation(key string) deskpolicy.Conversation {
	conversation, _ := strictjson.As(f.Required(key), f.resourceOf("conversation")).(deskpolicy.Conversation)
	return conversation
}

// Types returns the resource types that a file can describe in their own section.
func Types() (names []string) {
	for _, of := range resourceTypes {
		names = append(names, of.name)
	}
	return names
}
