package deskpolicy_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A sight is a resource, and the permissions that together let an agent view it.
type sight struct {
	of      Resource
	takes   []Permission
	canView func(Subject) bool
}

func sightOf[R Resource](resource R, takes ...Permission) sight {
	return sight{resource, takes, func(subject Subject) bool { return CanView(subject, &resource) }}
}

// unviewable marks a sight that nobody has.
var unviewable = TicketView.At(0)

// sights has one for each resource type, and for each part of a resource with several.
func sights(t *testing.T) []sight {
	t.Helper()
	ticket, chat, contact := ticketOf("apac", ""), chatOf("apac", ""), Contact{Account: "acme"}
	views, chats, contacts := TicketView.At(Anything), ConversationView.At(Anything), ContactView.At(Anything)
	people, shared := AgentView.At(Anything), SharedAgentView.At(Anything)
	billing, nobodys := AgentGroup{"billing", "acme"}, AgentGroup{"apac", "acme"}
	held := wide(roleNamed(t, "Held", TicketView.At(Anything)), ScopeGlobal)
	return []sight{
		sightOf(ticket, views),
		sightOf(TicketPair{ticket, ticketOf("emea", "")}, views),
		sightOf(TicketAssignment{Ticket: ticket}, views),
		sightOf(TicketAssignment{Ticket: ticket, To: bob()}, views, people),
		sightOf(TicketAssignment{Ticket: ticket, To: sam()}, views, shared),
		sightOf(TicketAssignment{Ticket: ticket, To: riya()}, views),
		sightOf(TicketAssignment{Ticket: ticket, Group: billing}, views),
		sightOf(TicketAssignment{Ticket: ticket, Group: nobodys}, unviewable),
		sightOf(TicketAssignment{Ticket: ticket, Group: AgentGroup{"billing", "globex"}}, unviewable),
		sightOf(TicketAssignment{Ticket: ticket, To: (*Agent)(nil)}, unviewable),
		sightOf(TicketAssignment{Ticket: ticket, To: at(granted(t, SupportGrantTerms{}), noon)}, unviewable),
		sightOf(Note{Ticket: ticket}, TicketNoteRead.At(Anything)),
		sightOf(TimeEntry{Ticket: ticket}, TimeView.At(Anything)),
		sightOf(chat, chats),
		sightOf(ConversationAssignment{Conversation: chat, To: bob(), Group: billing}, chats, people),
		sightOf(Channel{Account: "acme"}, unviewable),
		sightOf(CannedResponse{Account: "acme"}, CannedResponseUse.At(Anything)),
		sightOf(TicketList{Account: "acme"}, unviewable),
		sightOf(Article{Account: "acme"}, ArticleView.At(Anything)),
		sightOf(FAQ{Account: "acme"}, FAQView.At(Anything)),
		sightOf(Topic{Account: "acme"}, TopicView.At(Anything)),
		sightOf(contact, contacts),
		sightOf(ContactPair{contact, contact}, contacts),
		sightOf(Company{Account: "acme"}, CompanyView.At(Anything)),
		sightOf(Campaign{Account: "acme"}, CampaignView.At(Anything)),
		sightOf(Report{Account: "acme"}, ReportView.At(Anything)),
		sightOf(Dashboard{Account: "acme"}, DashboardView.At(Anything)),
		sightOf(App{Account: "acme"}, AppUse.At(Anything)),
		sightOf(Settings{Account: "acme"}, unviewable),
		sightOf(Workspace{ID: "it", Account: "acme"}, unviewable),
		sightOf(Workspace{Account: "acme"}, FAQView.At(Anything)),
		sightOf(acme, FAQView.At(Anything)),
		sightOf(AgentProfile{Account: "acme", Agent: "riya"}, unviewable),
		sightOf(*bob(), people),
		sightOf(*riya(), FAQView.At(Anything)),
		sightOf(*sam(), shared),
		sightOf(RoleAssignment{bob(), held}, people, RoleView.At(Anything)),
		sightOf(GroupMembership{Member: bob(), Group: billing}, people),
		sightOf(GroupMembership{Member: bob(), Group: nobodys}, unviewable),
		sightOf(held.Role, RoleView.At(Anything)),
		sightOf(granted(t, SupportGrantTerms{}), SupportGrantView.At(Anything)),
		sightOf(Invoice{Account: "acme"}, unviewable),
		sightOf(struct{ Ticket }{ticket}, unviewable),
	}
}

// A subject can view a resource if it has every permission that this takes, and no other
// subject can.
func TestCanView(t *testing.T) {
	gone, stranger := owner(), owner()
	gone.Deactivated, stranger.Account.ID = true, "globex"
	seen := make(map[reflect.Type]bool)
	for _, s := range sights(t) {
		seen[reflect.TypeOf(s.of)] = true
		hidden := s.takes[0] == unviewable
		holding := func(permissions []Permission) Subject {
			return riya(wide(roleNamed(t, "Viewer", permissions...), ScopeGlobal))
		}
		assert.Equal(t, !hidden, s.canView(owner()), "an account administrator, %T %+v", s.of, s.of)
		assert.Equal(t, !hidden, s.canView(holding(s.takes)), "an agent with %v, %T %+v", s.takes, s.of, s.of)
		for i := range s.takes {
			assert.False(t, s.canView(holding(without(s.takes, i))), "an agent without %v, %T %+v", s.takes[i], s.of, s.of)
		}
		for name, subject := range map[string]Subject{
			"a deactivated administrator": gone, "another account's administrator": stranger, "an agent without roles": riya(),
			"an agent without an ID": &Agent{Account: acme, Bindings: owner().Bindings}, "nil": nil, "a nil agent": (*Agent)(nil),
		} {
			assert.False(t, s.canView(subject), "%s, %T %+v", name, s.of, s.of)
		}
	}
	for _, c := range everyType {
		assert.True(t, seen[reflect.TypeOf(c.prototype)], "%T has no row", c.prototype)
	}
}

// A type that an action views can be viewed: CanView knows the action.
func TestViewersAreKnown(t *testing.T) {
	canView := make(map[reflect.Type]bool)
	for _, s := range sights(t) {
		of := reflect.TypeOf(s.of)
		canView[of] = canView[of] || s.canView(owner())
	}
	viewed := 0
	for _, s := range sights(t) {
		for id := range Actions() {
			if strings.HasSuffix(id.String(), ".view") && (Request{Subject: owner(), Action: id, Resource: s.of}).Authorize().Reason != WrongResource {
				assert.True(t, canView[reflect.TypeOf(s.of)], "%v views %T: add it to viewActions in rolewarning.go", id, s.of)
				viewed++
			}
		}
	}
	assert.Greater(t, viewed, 15)
}

// A user who can view a resource is told why they cannot do something to it, by a sentence that names
// nothing; any other reason reads as UserMessage does.
func TestViewerMessage(t *testing.T) {
	effort.Checks(t, 20_000, 20_000, 100_000)
	told := make(map[Reason]bool)
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.Build(worlds.Drawn.Draw(t, "request"))
		d := q.Authorize()
		if d.Allowed() || d.Reason.Outcome() == OutcomeMalformed || !q.Resource.CanView(q.Subject) {
			return
		}
		told[d.Reason] = true
		require.NotEqual(t, d.UserMessage(), d.ViewerMessage(), "%v", d)
		require.Equal(t, d.ViewerMessage(), Decision{Reason: d.Reason}.ViewerMessage(), "only the reason counts")
	})
	for _, reason := range []Reason{NoPermission, OtherWorkspace, OutOfScope, NotOwn, BeyondAuthority, PlanLacksFeature} {
		assert.True(t, told[reason], "%v is never drawn", reason)
	}
	for reason := range Reasons() {
		if d := (Decision{Reason: reason}); d.Allowed() || reason.Step() < 4 && reason != OtherAccount {
			assert.Equal(t, d.UserMessage(), d.ViewerMessage(), "%v", reason)
		}
	}
}

// without returns a copy of the list without the element at i.
func without[T any](list []T, i int) []T { return append(append([]T(nil), list[:i]...), list[i+1:]...) }

// What cannot be viewed at all: a nil pointer, and types that are pointers or interfaces.
func TestCanViewNothing(t *testing.T) {
	ticket := &Ticket{Account: "acme"}
	require.True(t, CanView(owner(), ticket))
	assert.False(t, CanView(owner(), (*Ticket)(nil)))
	assert.False(t, CanView(owner(), &ticket))
	asInterface := Resource(ticket)
	assert.False(t, CanView(owner(), &asInterface))
	empty := riya()
	empty.Groups = map[GroupID]Access{"": Edit, "odd": 9}
	empty.Bindings = owner().Bindings
	for _, group := range []GroupID{"", "odd"} {
		assert.False(t, CanView(empty, &TicketAssignment{Ticket: *ticket, Group: AgentGroup{group, "acme"}}), "%q", group)
	}
}

// Of two tickets, and of a role assignment, each part can be hidden.
func TestCanViewEveryPart(t *testing.T) {
	agent := riya(wide(AgentRole.Role(), ScopeGroup)) // in billing and refunds
	seen, hidden := ticketOf("billing", ""), ticketOf("apac", "")
	for pair, want := range map[*TicketPair]bool{{seen, seen}: true, {seen, hidden}: false, {hidden, seen}: false} {
		assert.Equal(t, want, CanView(agent, pair), "%+v", pair)
	}
	mine, theirs := Contact{Account: "acme", Owner: "riya"}, Contact{Account: "acme", Owner: "bob"}
	owns := riya(custom(t, ContactView.At(Assigned)))
	for pair, want := range map[*ContactPair]bool{{mine, mine}: true, {mine, theirs}: false, {theirs, mine}: false} {
		assert.Equal(t, want, CanView(owns, pair), "%+v", pair)
	}
	secret := ticketOf("billing", "")
	secret.Confidential = true
	assert.False(t, CanView(agent, &secret))
}

// A shared agent views its own record, and a CRM user who is not an agent views none.
func TestCanViewOneself(t *testing.T) {
	assert.True(t, CanView(sam(), sam()))
	other := sam()
	other.ID = "sue"
	assert.False(t, CanView(sam(), other))
	lee := &CRMOnlyUser{Account: acme, CRM: CRMUser{ID: "u-lee"}}
	ticket := ticketOf("", "")
	assert.False(t, CanView(lee, &TicketAssignment{Ticket: ticket, To: lee}))
	assert.False(t, CanView(owner(), &TicketAssignment{Ticket: ticket, To: lee}))
}

// The session of a support engineer views what its roles permit, while it lasts.
func TestCanViewInASession(t *testing.T) {
	grant, ticket := granted(t, SupportGrantTerms{}), ticketOf("apac", "")
	assert.True(t, CanView(at(grant, noon), &ticket))
	assert.True(t, CanView(at(grant, noon), &TicketAssignment{Ticket: ticket, To: bob()}))
	assert.False(t, CanView(at(grant, noon.AddDate(0, 2, 0)), &ticket))
	assert.False(t, CanView(at(grant, noon), &grant), "no support engineer views support grants")
}
