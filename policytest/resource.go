package policytest

import (
	"slices"
	"sync"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

// ResourcesFor returns a generator of what the action is on, as it stands to the
// subject: within its reach for the most part, and else just beyond. The subject
// may be nil, for resources of the desk at large.
func ResourcesFor[R deskpolicy.Resource](d Desk, subject deskpolicy.Subject, action deskpolicy.Action[R]) *rapid.Generator[*R] {
	return gen(d, func(t *rapid.T, w *world) *R {
		s := w.stand(t, holdingOf(subject), action.ID(), rapid.Bool().Draw(t, "beyond"))
		return any(w.kindOf(action.ID()).put(&s)).(*R)
	})
}

// Tickets returns a generator of the desk's tickets.
func (d Desk) Tickets() *rapid.Generator[*deskpolicy.Ticket] {
	return ResourcesFor(d, nil, deskpolicy.TicketView)
}

// Conversations returns a generator of the desk's conversations.
func (d Desk) Conversations() *rapid.Generator[*deskpolicy.Conversation] {
	return ResourcesFor(d, nil, deskpolicy.ConversationView)
}

// Contacts returns a generator of the desk's contacts.
func (d Desk) Contacts() *rapid.Generator[*deskpolicy.Contact] {
	return ResourcesFor(d, nil, deskpolicy.ContactView)
}

// A kind is a type of resource, and how to make one.
type kind struct {
	name  string
	marks marks
	put   func(*standing) deskpolicy.Resource // a pointer
}

// marks are what there is to say of where a resource stands.
type marks uint16

const (
	grouped   marks = 1 << iota // a group has it
	assigned                    // somebody works on it
	owned                       // somebody owns it, which is as if it were assigned to them
	authored                    // somebody wrote it, wherever it is
	mentioned                   // somebody is mentioned in it
	customer                    // the CRM says who sees it
	peopled                     // it is about somebody
	rolled                      // it is about a role
	granted                     // it is about a grant
	paired                      // it is two of a kind
	handed                      // it goes to somebody
)

// A standing is where a resource stands. What a type has no room for is left out.
type standing struct {
	account   deskpolicy.AccountID
	workspace deskpolicy.WorkspaceID
	group     deskpolicy.GroupID
	holder    deskpolicy.AgentID // the assignee; of what is never assigned the owner
	author    deskpolicy.AgentID // of a note or a time entry
	id        string
	mentions  map[deskpolicy.AgentID]bool
	requester *deskpolicy.Contact
	record    deskpolicy.CRMRecord

	person  deskpolicy.Subject // acted on, or to whom it is to go
	binding deskpolicy.Binding // to be held by the person
	team    deskpolicy.AgentGroup
	access  deskpolicy.Access
	role    deskpolicy.Role
	grant   deskpolicy.SupportGrant

	second *standing // of a pair; nil if it stands where the first does
}

// attributes returns what a host's resource has of the standing.
func (s *standing) attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: s.account, Workspace: s.workspace, Group: s.group, Assignee: s.holder}
}

func (s *standing) other() *standing {
	if s.second == nil {
		return s
	}
	return s.second
}

func (s *standing) ticket() deskpolicy.Ticket {
	return deskpolicy.Ticket{
		ID: deskpolicy.TicketID(s.id), Account: s.account, Workspace: s.workspace, Group: s.group, Assignee: s.holder,
		Requester: s.requester, Mentions: s.mentions,
	}
}

func (s *standing) conversation() deskpolicy.Conversation {
	return deskpolicy.Conversation{
		ID: deskpolicy.ConversationID(s.id), Account: s.account, Workspace: s.workspace, Group: s.group, Assignee: s.holder,
	}
}

func (s *standing) contact() deskpolicy.Contact {
	return deskpolicy.Contact{ID: deskpolicy.ContactID(s.id), Account: s.account, Owner: s.holder, CRM: s.record}
}

// kinds are the library's types of resource: the plain ones and those that have more
// than their place.
var kinds = sync.OnceValue(func() []kind {
	all := particularKinds
	for _, t := range plaintype.All() {
		var has marks
		if t.Grouped {
			has |= grouped
		}
		if t.Owned {
			has |= owned
		}
		all = append(all, kind{t.Name(), has, func(s *standing) deskpolicy.Resource {
			return t.New(plaintype.Place{Account: s.account, Workspace: s.workspace, Group: s.group, Owner: s.holder})
		}})
	}
	return all
})

// particularKinds are those with a row here.
var particularKinds = []kind{
	{"ticket", grouped | assigned | mentioned | customer, func(s *standing) deskpolicy.Resource { return ptr(s.ticket()) }},
	{"ticket pair", grouped | assigned | mentioned | customer | paired, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.TicketPair{From: s.ticket(), Into: s.other().ticket()}
	}},
	{"ticket_assignment", grouped | assigned | mentioned | customer | handed, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.TicketAssignment{Ticket: s.ticket(), To: s.person, Group: s.team}
	}},
	{"note", grouped | assigned | mentioned | customer | authored, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.Note{Ticket: s.ticket(), Author: s.author}
	}},
	{"time entry", grouped | assigned | mentioned | customer | authored, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.TimeEntry{Ticket: s.ticket(), Agent: s.author}
	}},
	{"conversation", grouped | assigned, func(s *standing) deskpolicy.Resource { return ptr(s.conversation()) }},
	{"conversation_assignment", grouped | assigned | handed, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.ConversationAssignment{Conversation: s.conversation(), To: s.person, Group: s.team}
	}},
	{"contact", owned | customer, func(s *standing) deskpolicy.Resource { return ptr(s.contact()) }},
	{"contact pair", owned | customer | paired, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.ContactPair{From: s.contact(), Into: s.other().contact()}
	}},
	{"company", owned | customer, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.Company{ID: deskpolicy.CompanyID(s.id), Account: s.account, Owner: s.holder, CRM: s.record}
	}},
	{"account", 0, func(s *standing) deskpolicy.Resource { return &deskpolicy.Account{ID: s.account} }},
	{"agent", peopled, func(s *standing) deskpolicy.Resource { return s.agent() }},
	{"shared agent", peopled, func(s *standing) deskpolicy.Resource { return s.sharedAgent() }},
	{"role_assignment", peopled, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.RoleAssignment{Holder: s.person, Binding: s.binding}
	}},
	{"group_membership", peopled, func(s *standing) deskpolicy.Resource {
		return &deskpolicy.GroupMembership{Member: s.person, Group: s.team, Access: s.access}
	}},
	{"role", rolled, func(s *standing) deskpolicy.Resource { return ptr(s.role) }},
	{"support_grant", granted, func(s *standing) deskpolicy.Resource { return ptr(s.grant) }},
}

// agent returns the person as an agent, whatever they are.
func (s *standing) agent() *deskpolicy.Agent {
	if agent, ok := s.person.(*deskpolicy.Agent); ok {
		return agent
	}
	h := holdingOf(s.person)
	return &deskpolicy.Agent{ID: h.id, Account: h.account, Bindings: h.bindings, Groups: h.groups}
}

// sharedAgent returns the person as a shared agent, whatever they are.
func (s *standing) sharedAgent() *deskpolicy.SharedAgent {
	if shared, ok := s.person.(*deskpolicy.SharedAgent); ok {
		return shared
	}
	h := holdingOf(s.person)
	return &deskpolicy.SharedAgent{ID: h.id, Account: h.account, Bindings: h.bindings, Groups: h.groups, CRM: deskpolicy.CRMUser{ID: "u"}}
}

func ptr[T any](v T) *T { return &v }

// pointerTo returns a pointer to a resource as a resource, which it is by its
// type's method.
func pointerTo[R deskpolicy.Resource](r *R) deskpolicy.Resource {
	pointer, _ := any(r).(deskpolicy.Resource)
	return pointer
}

// sample is a standing of which every kind makes something complete.
var sample = standing{
	account: "a", person: &deskpolicy.Agent{ID: "p", Account: deskpolicy.Account{ID: "a"}},
	team: deskpolicy.AgentGroup{ID: "g", Account: "a"},
}

// kindsByAction are the kinds that the library's actions are on: those that it
// does not take for the wrong type.
var kindsByAction = sync.OnceValue(func() map[deskpolicy.ActionID]*kind {
	by := make(map[deskpolicy.ActionID]*kind)
	for action := range deskpolicy.Actions() {
		i := slices.IndexFunc(kinds(), func(k kind) bool {
			asked := deskpolicy.Request{Subject: sample.person, Action: action, Resource: k.put(&sample)}
			return asked.Authorize().Reason != deskpolicy.WrongResource
		})
		by[action] = &kinds()[i]
	}
	return by
})

// kindOfType returns the kind of a type of the library's, nil for any other.
func kindOfType[R deskpolicy.Resource]() *kind {
	for i, k := range kinds() {
		if _, ok := any(k.put(&sample)).(*R); ok {
			return &kinds()[i]
		}
	}
	return nil
}
