package deskpolicy

// A standing is where an example of a resource stands. What a type of resource
// has no room for, its example leaves out.
type standing struct {
	account   AccountID
	workspace WorkspaceID
	group     GroupID
	assignee  AgentID // of what is never assigned, the owner
	author    AgentID // of a note or a time entry
	mentioned AgentID
	contact   *Contact // the requester of a ticket, or the contact itself
	company   *Company
}

// example returns a resource of the kind that stands so.
func (p *standing) example(on kind) Resource { return resourceTypes[on].example(p) }

// somebody is an agent who is not the author and holds no role.
func (p *standing) somebody() *Agent {
	id := AgentID("somebody")
	if p.author == id {
		id = "somebody else"
	}
	return &Agent{ID: id, Account: Account{ID: p.account}}
}

func (p *standing) ticket() Ticket {
	t := Ticket{
		ID: "example", Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee, Requester: p.contact,
	}
	if p.mentioned != "" {
		t.Mentions = map[AgentID]bool{p.mentioned: true}
	}
	return t
}

func (p *standing) conversation() Conversation {
	return Conversation{ID: "example", Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee}
}

func (p *standing) customer() Contact {
	c := Contact{ID: "example", Account: p.account}
	if p.contact != nil {
		c = *p.contact
	}
	c.Owner = p.assignee
	return c
}

func (p *standing) organisation() Company {
	c := Company{ID: "example", Account: p.account}
	if p.company != nil {
		c = *p.company
	}
	c.Owner = p.assignee
	return c
}

// anyGroup is a group that a thing is to go to.
func (p *standing) anyGroup() AgentGroup { return AgentGroup{"example", p.account} }

// A hostThing stands for whatever a host may have.
type hostThing struct{ at Attributes }

// Attributes implements [Resource].
func (t hostThing) Attributes() Attributes { return t.at }

// ask returns the request whether the subject may do the action to the example
// of that kind.
func (p *standing) ask(subject Subject, id ActionID, on kind) Request {
	r := Request{Subject: subject, Action: id, Resource: p.example(on)}
	if id.Host() {
		open := resourceTypes[on].open
		if on == kindHost {
			open = openHostThing
		}
		r.Vocabulary, _ = NewVocabulary(HostAction{id: id, name: id.String(), open: open})
	}
	return r
}

// openHostThing opens what stands for a host's resource.
func openHostThing(r Resource) (Attributes, any) { return open[hostThing](r) }
