package policytest

import (
	"cmp"
	"slices"
	"sync"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

// ResourcesNear returns a generator of resources of the action's type, about half of them within
// the subject's reach and half just beyond. If subject is nil, the resources are anywhere on the
// desk.
func ResourcesNear[R deskpolicy.Resource](d Desk, subject deskpolicy.Subject, action deskpolicy.Action[R]) *rapid.Generator[*R] {
	return gen(d, func(t *rapid.T, w *fullDesk) *R {
		s := w.placement(t, holdingOf(subject), action.ID(), rapid.Bool().Draw(t, "beyond"))
		return any(w.kindOf(action.ID()).build(&s)).(*R)
	})
}

// Tickets returns a generator of the desk's tickets.
func (d Desk) Tickets() *rapid.Generator[*deskpolicy.Ticket] {
	return ResourcesNear(d, nil, deskpolicy.TicketView)
}

// Conversations returns a generator of the desk's conversations.
func (d Desk) Conversations() *rapid.Generator[*deskpolicy.Conversation] {
	return ResourcesNear(d, nil, deskpolicy.ConversationView)
}

// Contacts returns a generator of the desk's contacts.
func (d Desk) Contacts() *rapid.Generator[*deskpolicy.Contact] {
	return ResourcesNear(d, nil, deskpolicy.ContactView)
}

// A kind is a type of resource, with a function that makes one.
type kind struct {
	name       string
	properties properties
	build      func(*placement) deskpolicy.Resource // a pointer
}

// properties say which parts of a placement a kind has.
type properties uint16

const (
	hasGroup     properties = 1 << iota // it can be in a group
	hasAssignee                         // it can be assigned
	hasOwner                            // it has an owner, who counts as its assignee
	hasAuthor                           // it has an author
	hasMentions                         // people ask for it, take part in it and are mentioned in it
	hasCustomer                         // the CRM decides which shared agents see it
	aboutPerson                         // it is about a person
	aboutRole                           // it is about a role
	aboutGrant                          // it is about a support grant
	isPair                              // it is a pair
	isAssignment                        // it has a recipient
)

// A placement is the account, workspace, group and people of a resource to be made. A kind ignores
// what its type has no field for.
type placement struct {
	account   deskpolicy.AccountID
	workspace deskpolicy.WorkspaceID
	group     deskpolicy.GroupID
	holder    deskpolicy.AgentID // the assignee, or the owner of what is never assigned
	author    deskpolicy.AgentID // the author of a note or a time entry
	id        string
	mentions  map[deskpolicy.AgentID]bool
	takePart  map[deskpolicy.AgentID]deskpolicy.Access
	ccs       map[deskpolicy.ContactID]deskpolicy.Access
	requester *deskpolicy.Contact
	secret    bool // whether it is confidential
	record    deskpolicy.CRMRecord

	person  deskpolicy.Subject // the person acted on, or the recipient
	binding deskpolicy.Binding // the binding that the person is to hold
	team    deskpolicy.AgentGroup
	access  deskpolicy.Access
	role    deskpolicy.Role
	grant   deskpolicy.SupportGrant

	second *placement // of a pair; nil if both have the same placement
}

// attributes returns the attributes of a host's resource.
func (s *placement) attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: s.account, Workspace: s.workspace, Group: s.group, Assignee: s.holder, Confidential: s.secret}
}

func (s *placement) other() *placement {
	if s.second == nil {
		return s
	}
	return s.second
}

func (s *placement) ticket() deskpolicy.Ticket {
	return deskpolicy.Ticket{
		ID: deskpolicy.TicketID(s.id), Account: s.account, Workspace: s.workspace, Group: s.group, Assignee: s.holder,
		Requester: s.requester, Participants: s.takePart, CCs: s.ccs, Mentions: s.mentions, Confidential: s.secret,
	}
}

func (s *placement) conversation() deskpolicy.Conversation {
	return deskpolicy.Conversation{
		ID: deskpolicy.ConversationID(s.id), Account: s.account, Workspace: s.workspace, Group: s.group, Assignee: s.holder,
		Requester: s.requester, Participants: s.takePart, CCs: s.ccs, Mentions: s.mentions, Confidential: s.secret,
	}
}

// contact returns a contact, which always has an ID, as some actions take one.
func (s *placement) contact() deskpolicy.Contact {
	return deskpolicy.Contact{ID: deskpolicy.ContactID(cmp.Or(s.id, "one")), Account: s.account, Owner: s.holder, CRM: s.record}
}

// kinds are the library's resource types.
var kinds = sync.OnceValue(func() []kind {
	all := detailedKinds
	for _, t := range plaintype.All() {
		var has properties
		if t.Grouped {
			has |= hasGroup
		}
		if t.Owned {
			has |= hasOwner
		}
		all = append(all, kind{t.Name(), has, func(s *placement) deskpolicy.Resource {
			return t.New(plaintype.Place{Account: s.account, Workspace: s.workspace, Group: s.group, Owner: s.holder})
		}})
	}
	return all
})

// detailedKinds are the types that have more than a place, an owner and a group.
var detailedKinds = []kind{
	{"ticket", hasGroup | hasAssignee | hasMentions | hasCustomer, func(s *placement) deskpolicy.Resource { return ptr(s.ticket()) }},
	{"ticket pair", hasGroup | hasAssignee | hasMentions | hasCustomer | isPair, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.TicketPair{From: s.ticket(), Into: s.other().ticket()}
	}},
	{"ticket assignment", hasGroup | hasAssignee | hasMentions | hasCustomer | isAssignment, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.TicketAssignment{Ticket: s.ticket(), To: s.person, Group: s.team}
	}},
	{"note", hasGroup | hasAssignee | hasMentions | hasCustomer | hasAuthor, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.Note{Ticket: s.ticket(), Author: s.author}
	}},
	{"time entry", hasGroup | hasAssignee | hasMentions | hasCustomer | hasAuthor, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.TimeEntry{Ticket: s.ticket(), Agent: s.author}
	}},
	{"conversation", hasGroup | hasAssignee | hasMentions | hasCustomer, func(s *placement) deskpolicy.Resource { return ptr(s.conversation()) }},
	{"conversation assignment", hasGroup | hasAssignee | hasMentions | hasCustomer | isAssignment, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.ConversationAssignment{Conversation: s.conversation(), To: s.person, Group: s.team}
	}},
	{"contact", hasOwner | hasCustomer, func(s *placement) deskpolicy.Resource { return ptr(s.contact()) }},
	{"contact pair", hasOwner | hasCustomer | isPair, func(s *placement) deskpolicy.Resource {
		from, into := s.contact(), s.other().contact()
		if s.id == "" {
			into.ID = "another"
		}
		return &deskpolicy.ContactPair{From: from, Into: into}
	}},
	{"company", hasOwner | hasCustomer, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.Company{ID: deskpolicy.CompanyID(s.id), Account: s.account, Owner: s.holder, CRM: s.record}
	}},
	{"account", 0, func(s *placement) deskpolicy.Resource { return &deskpolicy.Account{ID: s.account} }},
	{"agent", aboutPerson, func(s *placement) deskpolicy.Resource { return s.agent() }},
	{"shared agent", aboutPerson, func(s *placement) deskpolicy.Resource { return s.sharedAgent() }},
	{"role assignment", aboutPerson, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.RoleAssignment{Holder: s.person, Binding: s.binding}
	}},
	{"group membership", aboutPerson, func(s *placement) deskpolicy.Resource {
		return &deskpolicy.GroupMembership{Member: s.person, Group: s.team, Access: s.access}
	}},
	{"role", aboutRole, func(s *placement) deskpolicy.Resource { return ptr(s.role) }},
	{"support grant", aboutGrant, func(s *placement) deskpolicy.Resource { return ptr(s.grant) }},
}

// agent returns the person as an agent, whatever kind of subject they are.
func (s *placement) agent() *deskpolicy.Agent {
	if agent, ok := s.person.(*deskpolicy.Agent); ok {
		return agent
	}
	h := holdingOf(s.person)
	return &deskpolicy.Agent{ID: h.id, Account: h.account, Bindings: h.bindings, Groups: h.groups}
}

// sharedAgent returns the person as a shared agent, whatever kind of subject they are.
func (s *placement) sharedAgent() *deskpolicy.SharedAgent {
	if shared, ok := s.person.(*deskpolicy.SharedAgent); ok {
		return shared
	}
	h := holdingOf(s.person)
	return &deskpolicy.SharedAgent{ID: h.id, Account: h.account, Bindings: h.bindings, Groups: h.groups, CRM: deskpolicy.CRMUser{ID: "u"}}
}

func ptr[T any](v T) *T { return &v }

// asResource returns r as a resource: a pointer has the methods of its element.
func asResource[R deskpolicy.Resource](r *R) deskpolicy.Resource {
	pointer, _ := any(r).(deskpolicy.Resource)
	return pointer
}

// sample is a placement from which every kind makes a complete resource.
var sample = placement{
	account: "a", person: &deskpolicy.Agent{ID: "p", Account: deskpolicy.Account{ID: "a"}, Bindings: []deskpolicy.Binding{sampleBinding}},
	team: deskpolicy.AgentGroup{ID: "g", Account: "a"}, binding: sampleBinding,
}

var sampleBinding = deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide}

// routes reports whether the action routes its resource to a group, so that it has no recipient.
func routes(action deskpolicy.ActionID) bool {
	return action == deskpolicy.TicketRoute.ID() || action == deskpolicy.ConversationRoute.ID()
}

// kindByAction maps each of the library's actions to its kind of resource: the one on which
// Authorize does not deny the action as WrongResource.
var kindByAction = sync.OnceValue(func() map[deskpolicy.ActionID]*kind {
	by := make(map[deskpolicy.ActionID]*kind)
	for action := range deskpolicy.Actions() {
		i := slices.IndexFunc(kinds(), func(k kind) bool {
			of := sample
			if routes(action) {
				of.person = nil
			}
			asked := deskpolicy.Request{Subject: sample.person, Action: action, Resource: k.build(&of)}
			return asked.Authorize().Reason != deskpolicy.WrongResource
		})
		by[action] = &kinds()[i]
	}
	return by
})

// kindOfType returns the kind of a resource type of the library, or nil for any other type.
func kindOfType[R deskpolicy.Resource]() *kind {
	for i, k := range kinds() {
		if _, ok := any(k.build(&sample)).(*R); ok {
			return &kinds()[i]
		}
	}
	return nil
}
