package deskpolicy

// A exampleSubject is where an example of a resource stands. What a type of resource
// has no room for, its example leaves out.
type exampleSubject struct {
	vocabulary *Vocabulary // of the host's actions
	account    AccountID
	workspace  WorkspaceID
	group      GroupID
	assignee   AgentID // of what is never assigned, the owner
	author     AgentID // of a note or a time entry
	mentioned  AgentID
	contact    *Contact // the requester of a ticket, or the contact itself
	company    *Company
	crmRole    bool // it is the Shared Agent role
}

// example returns a resource of the kind that stands so.
func (p *exampleSubject) example(on kind) Resource {
	if int(on) < len(examples) {
		return examples[on](p)
	}
	return p.plainExample(on)
}

// plainExample returns an example of the kinds that have no constant.
func (p *exampleSubject) plainExample(on kind) Resource {
	return map[kind]Resource{
		kindCannedResponse: CannedResponse{p.account, p.workspace, p.group},
		kindTicketList:     TicketList{p.account, p.workspace, p.group, p.assignee},
		kindArticle:        Article{p.account, p.workspace, p.assignee},
		kindFAQ:            FAQ{p.account, p.workspace, p.assignee},
		kindTopic:          Topic{p.account, p.workspace, p.assignee},
		kindCampaign:       Campaign{p.account, p.workspace, p.assignee},
		kindReport:         Report{p.account, p.workspace, p.group, p.assignee},
		kindDashboard:      Dashboard{p.account, p.workspace, p.group, p.assignee},
		kindApp:            App{p.account, p.workspace},
		kindProfile:        AgentProfile{p.account, p.assignee},
		kindSettings:       Settings{p.account, p.workspace, p.group},
		kindWorkspace:      Workspace{p.workspace, p.account},
	}[on]
}

// examples make resources of the kinds that have a constant. The people, roles and grants of the
// examples can do nothing: who may administer anybody may administer them.
var examples = [...]func(*exampleSubject) Resource{
	kindHost: func(p *exampleSubject) Resource {
		return hostThing{Attributes{Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee}}
	},
	kindTicket:           func(p *exampleSubject) Resource { return p.ticket() },
	kindTicketPair:       func(p *exampleSubject) Resource { return TicketPair{p.ticket(), p.ticket()} },
	kindTicketAssignment: func(p *exampleSubject) Resource { return TicketAssignment{Ticket: p.ticket(), Group: p.anyGroup()} },
	kindNote:             func(p *exampleSubject) Resource { return Note{p.ticket(), p.author} },
	kindTimeEntry:        func(p *exampleSubject) Resource { return TimeEntry{p.ticket(), p.author} },
	kindConversation:     func(p *exampleSubject) Resource { return p.conversation() },
	kindConversationAssignment: func(p *exampleSubject) Resource {
		return ConversationAssignment{Conversation: p.conversation(), Group: p.anyGroup()}
	},
	kindChannel:     func(p *exampleSubject) Resource { return Channel{p.account, p.workspace, p.group} },
	kindContact:     func(p *exampleSubject) Resource { return p.customer() },
	kindContactPair: func(p *exampleSubject) Resource { return ContactPair{p.customer(), p.customer()} },
	kindCompany:     func(p *exampleSubject) Resource { return p.organisation() },
	kindAgent:       func(p *exampleSubject) Resource { return *p.somebody() },
	kindSharedAgent: func(p *exampleSubject) Resource {
		return SharedAgent{ID: p.somebody().ID, Account: Account{ID: p.account}}
	},
	kindRoleAssignment:  func(p *exampleSubject) Resource { return RoleAssignment{Holder: p.somebody()} },
	kindGroupMembership: func(p *exampleSubject) Resource { return GroupMembership{Member: p.somebody(), Group: p.anyGroup()} },
	kindRole:            func(p *exampleSubject) Resource { return p.role() },
	kindSupportGrant:    func(p *exampleSubject) Resource { return SupportGrant{&grantDef{id: "example", account: p.account}} },
	kindAccount:         func(p *exampleSubject) Resource { return Account{ID: p.account} },
}

// somebody is an agent who is not the author and holds no role.
func (p *exampleSubject) somebody() *Agent {
	id := AgentID("somebody")
	if p.author == id {
		id = "somebody else"
	}
	return &Agent{ID: id, Account: Account{ID: p.account}}
}

func (p *exampleSubject) role() Role {
	if p.crmRole {
		return sharedAgentRole
	}
	return Role{&roleDef{name: "Example", account: p.account}}
}

func (p *exampleSubject) ticket() Ticket {
	t := Ticket{
		ID: "example", Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee, Requester: p.contact,
	}
	if p.mentioned != "" {
		t.Mentions = map[AgentID]bool{p.mentioned: true}
	}
	return t
}

func (p *exampleSubject) conversation() Conversation {
	return Conversation{ID: "example", Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee}
}

func (p *exampleSubject) customer() Contact {
	c := Contact{ID: "example", Account: p.account}
	if p.contact != nil {
		c = *p.contact
	}
	c.Owner = p.assignee
	return c
}

func (p *exampleSubject) organisation() Company {
	c := Company{ID: "example", Account: p.account}
	if p.company != nil {
		c = *p.company
	}
	c.Owner = p.assignee
	return c
}

// anyGroup is a group that a thing is to go to.
func (p *exampleSubject) anyGroup() AgentGroup { return AgentGroup{"example", p.account} }

// A hostThing stands for whatever a host may have.
type hostThing struct{ at Attributes }

// Attributes implements [Resource].
func (t hostThing) Attributes() Attributes { return t.at }

// ask returns the request whether the subject may do the action to the example
// of that kind.
func (p *exampleSubject) ask(subject Subject, id ActionID, on kind) Request {
	r := Request{Subject: subject, Action: id, Resource: p.example(on)}
	if id.IsHost() {
		var opener resourceReader = on
		if on == kindHost {
			opener = readerOf[hostThing]{}
		}
		named := HostAction{id: id, name: p.vocabulary.Name(id), reader: opener}
		r.Vocabulary = &Vocabulary{host: []HostAction{named}, byName: map[string]ActionID{named.name: id}}
	}
	return r
}
