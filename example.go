package deskpolicy

import "slices"

// An exampleSpec specifies an example resource of any kind. Fields that the kind does not
// have are ignored.
type exampleSpec struct {
	vocabulary *Vocabulary // names the host's actions
	account    AccountID
	workspace  WorkspaceID
	group      GroupID
	assignee   AgentID   // or the owner, for kinds that are never assigned
	author     AgentID   // the author of a note or a time entry
	other      AgentID   // an agent who is neither subject
	stranger   ContactID // a contact who is neither subject
	mentioned  AgentID
	takesPart  AgentID // a participant
	inCC       ContactID
	secret     bool     // whether it is confidential
	contact    *Contact // the requester of a ticket, or the contact itself
	company    *Company
	crmRole    bool            // whether an example role is the Shared Agent role
	action     *comparedAction // which says what a host's type is like
	goal       GroupID         // see sample
}

// take sets the fields to those of a resource to which a subject with these IDs stands so.
func (p *exampleSpec) take(at stance, self AgentID, contact ContactID, company CompanyID) {
	switch at.holder() {
	case heldBySelf:
		p.assignee = self
	case heldByOther:
		p.assignee = p.otherAgent().ID
	}
	if at.holds(Mentioned) {
		p.mentioned = self
	}
	p.secret = at.confidential()
	if at.holds(Requested) || at.holds(SameCompany) || at.holds(MyCustomers) {
		p.setRequester(at, self, contact, company)
	}
}

// setRequester sets the contact so that the subject stands so to what it requests.
func (p *exampleSpec) setRequester(at stance, self AgentID, contact ContactID, company CompanyID) {
	if p.contact == nil {
		p.contact = &Contact{ID: p.stranger, Account: p.account}
	}
	if at.holds(Requested) {
		p.contact.ID = contact
	}
	if at.holds(SameCompany) {
		p.contact.Company = company
	}
	if at.holds(MyCustomers) {
		p.contact.Owner = self
	}
}

// example returns an example of the kind.
func (p *exampleSpec) example(on kind) Resource {
	if int(on) < len(examples) {
		return examples[on](p)
	}
	return p.plainExample(on)
}

// plainExample returns an example of the kinds without an entry in examples.
func (p *exampleSpec) plainExample(on kind) Resource {
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

// examples holds, by kind, a function that returns an example. It has an entry for each kind
// that is a constant. The agents, roles and support grants in examples permit nothing, so
// that every administrator is allowed to administer them.
var examples = [...]func(*exampleSpec) Resource{
	kindHost: func(p *exampleSpec) Resource {
		return hostThing{p.attributes()}
	},
	kindTicket:     func(p *exampleSpec) Resource { return p.ticket() },
	kindTicketPair: func(p *exampleSpec) Resource { return TicketPair{p.ticket(), p.ticket()} },
	kindTicketAssignment: func(p *exampleSpec) Resource {
		to, group := p.destination()
		return TicketAssignment{p.ticket(), to, group}
	},
	kindNote:         func(p *exampleSpec) Resource { return Note{p.ticket(), p.author} },
	kindTimeEntry:    func(p *exampleSpec) Resource { return TimeEntry{p.ticket(), p.author} },
	kindConversation: func(p *exampleSpec) Resource { return p.conversation() },
	kindConversationAssignment: func(p *exampleSpec) Resource {
		to, group := p.destination()
		return ConversationAssignment{p.conversation(), to, group}
	},
	kindChannel:     func(p *exampleSpec) Resource { return Channel{p.account, p.workspace, p.group} },
	kindContact:     func(p *exampleSpec) Resource { return p.exampleContact() },
	kindContactPair: func(p *exampleSpec) Resource { return ContactPair{p.exampleContact(), p.exampleContact()} },
	kindCompany:     func(p *exampleSpec) Resource { return p.exampleCompany() },
	kindAgent:       func(p *exampleSpec) Resource { return *p.otherAgent() },
	kindSharedAgent: func(p *exampleSpec) Resource {
		return SharedAgent{ID: p.otherAgent().ID, Account: Account{ID: p.account}}
	},
	kindRoleAssignment: func(p *exampleSpec) Resource {
		holder, b := p.otherAgent(), Binding{Role: p.role(), Workspace: AccountWide}
		holder.Bindings = []Binding{b}
		return RoleAssignment{holder, b}
	},
	kindGroupMembership: func(p *exampleSpec) Resource { return GroupMembership{Member: p.otherAgent(), Group: p.anyGroup()} },
	kindRole:            func(p *exampleSpec) Resource { return p.role() },
	kindSupportGrant:    func(p *exampleSpec) Resource { return SupportGrant{&grantDef{id: "example", account: p.account}} },
	kindAccount:         func(p *exampleSpec) Resource { return Account{ID: p.account} },
}

// otherAgent returns an agent who is neither subject and holds no role.
func (p *exampleSpec) otherAgent() *Agent {
	return &Agent{ID: p.other, Account: Account{ID: p.account}}
}

// unlike returns an ID that is none of the others: the name, followed by as many primes as it takes.
func unlike[ID ~string](name ID, others ...ID) ID {
	for slices.Contains(others, name) {
		name += "'"
	}
	return name
}

// destination returns where an assignment goes: to the group, or to an agent in it who can
// take everything.
func (p *exampleSpec) destination() (Subject, AgentGroup) {
	if p.action.rule.class&routes != 0 {
		return nil, AgentGroup{p.goal, p.account}
	}
	if p.goal == "" {
		return nil, AgentGroup{}
	}
	to := p.otherAgent()
	to.Groups = map[GroupID]Access{p.goal: Edit}
	to.Bindings = []Binding{{Role: accountAdministratorRole, Workspace: Everywhere, TicketScope: Anything}}
	return to, AgentGroup{}
}

func (p *exampleSpec) role() Role {
	if p.crmRole {
		return sharedAgentRole
	}
	return Role{&roleDef{name: "Example", account: p.account}}
}

func (p *exampleSpec) ticket() Ticket {
	t := Ticket{
		ID: "example", Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee, Requester: p.contact,
	}
	t.Participants, t.CCs, t.Mentions, t.Confidential = p.participants(), p.ccs(), p.mentions(), p.secret
	return t
}

func (p *exampleSpec) conversation() Conversation {
	return Conversation{
		ID: "example", Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee,
		Requester: p.contact, Participants: p.participants(), CCs: p.ccs(), Mentions: p.mentions(), Confidential: p.secret,
	}
}

// attributes returns the attributes of a thing of the host's.
func (p *exampleSpec) attributes() Attributes {
	what := Attributes{
		Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee, Owner: p.author,
		Requester: p.contact, Participants: p.participants(), CCs: p.ccs(), Mentions: p.mentions(), Confidential: p.secret,
	}
	if p.action != nil {
		what.Assignable, what.OnTicket = p.action.assignable, p.action.onTicket
		if what.neverAssigned() && p.action.rule.class&ownOnly == 0 {
			what.Owner = what.Assignee // an owner would count as the assignee
		}
	}
	return what
}

func (p *exampleSpec) participants() map[AgentID]Access {
	if p.takesPart == "" {
		return nil
	}
	return map[AgentID]Access{p.takesPart: Edit}
}

func (p *exampleSpec) ccs() map[ContactID]Access {
	if p.inCC == "" {
		return nil
	}
	return map[ContactID]Access{p.inCC: Edit}
}

func (p *exampleSpec) mentions() map[AgentID]bool {
	if p.mentioned == "" {
		return nil
	}
	return map[AgentID]bool{p.mentioned: true}
}

func (p *exampleSpec) exampleContact() Contact {
	c := Contact{ID: p.stranger, Account: p.account}
	if p.contact != nil {
		c = *p.contact
	}
	c.Owner = p.assignee
	return c
}

func (p *exampleSpec) exampleCompany() Company {
	c := Company{ID: "example", Account: p.account}
	if p.company != nil {
		c = *p.company
	}
	c.Owner = p.assignee
	return c
}

// anyGroup returns a group to assign a resource to.
func (p *exampleSpec) anyGroup() AgentGroup { return AgentGroup{"example", p.account} }

// A hostThing is an example of a host's own resource type.
type hostThing struct{ at Attributes }

// Attributes implements [Resource].
func (t hostThing) Attributes() Attributes { return t.at }

// request returns the subject's request to perform the action on an example of the kind.
func (p *exampleSpec) request(subject Subject, id ActionID, on kind) Request {
	r := Request{Subject: subject, Action: id, Resource: p.example(on)}
	if id.IsHost() {
		var reader resourceReader = on
		if on == kindHost {
			reader = readerOf[hostThing]{}
		}
		named := HostAction{id: id, name: p.vocabulary.Name(id), reader: reader}
		r.Vocabulary = &Vocabulary{host: []HostAction{named}, byName: map[string]ActionID{named.name: id}}
	}
	return r
}
