package deskpolicy_test

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// carla returns a customer of acme: the contact "c-1" of the company "initech".
func carla(bindings ...Binding) *Customer {
	return &Customer{ID: "c-1", Company: "initech", Account: acme, Bindings: bindings}
}

// inPortal returns a customer who holds the Customer role.
func inPortal() *Customer { return carla(wide(CustomerRole.Role(), ScopeGlobal)) }

// Contacts of acme: carla's own, one of a colleague of hers and one of another company.
func carlas() *Contact     { return &Contact{ID: "c-1", Account: "acme", Company: "initech"} }
func colleagues() *Contact { return &Contact{ID: "c-2", Account: "acme", Company: "initech"} }
func strangers() *Contact  { return &Contact{ID: "c-3", Account: "acme", Company: "hooli"} }

// portalActions are the library's actions that are open to customers (A62).
var portalActions = []ActionID{
	TicketView.ID(), TicketCreate.ID(), TicketReply.ID(), TicketNotePublic.ID(), TicketClose.ID(), TicketReopen.ID(), TicketAttach.ID(), TicketConfidential.ID(),
	ArticleView.ID(), FAQView.ID(), TopicView.ID(), PortalLogin.ID(),
}

// What a customer is: each row is one of them and one question (A61).
func TestCustomers(t *testing.T) {
	own, theirs, others := from(carlas()), from(colleagues()), from(strangers())
	change := func(change func(*Customer)) *Customer {
		c := inPortal()
		change(c)
		return c
	}
	company := carla(wide(CompanyCustomerRole.Role(), ScopeGlobal))
	t.Run("their own tickets", func(t *testing.T) {
		check(t, inPortal(), TicketView, own, AllowedRequested)
		check(t, inPortal(), TicketReply, own, AllowedRequested)
		check(t, inPortal(), TicketReopen, own, AllowedRequested)
		check(t, inPortal(), TicketView, theirs, OutOfScope)
		check(t, inPortal(), TicketView, others, OutOfScope)
		check(t, inPortal(), TicketView, from(nil), OutOfScope)
	})
	t.Run("in CC", func(t *testing.T) {
		for access, want := range map[Access][2]Reason{
			NoAccess: {OutOfScope, OutOfScope}, View: {AllowedParticipating, ViewOnly}, Edit: {AllowedParticipating, AllowedParticipating}, Edit + 1: {OutOfScope, OutOfScope},
		} {
			others := others
			others.CCs = map[ContactID]Access{"c-1": access}
			check(t, inPortal(), TicketView, others, want[0])
			check(t, inPortal(), TicketReply, others, want[1])
		}
	})
	t.Run("their company's", func(t *testing.T) {
		check(t, company, TicketView, theirs, AllowedCompany)
		check(t, company, TicketReply, theirs, OutOfScope)
		check(t, company, TicketView, others, OutOfScope)
		theirs := theirs
		theirs.Confidential = true
		check(t, company, TicketView, theirs, Confidential)
		own := own
		own.Confidential = true
		check(t, company, TicketReply, own, AllowedRequested)
	})
	t.Run("an agent with the same ID is somebody else", func(t *testing.T) {
		hers := Ticket{Account: "acme", Assignee: "c-1", Participants: map[AgentID]Access{"c-1": Edit}, Mentions: map[AgentID]bool{"c-1": true}, Requester: &Contact{ID: "c-3", Account: "acme", Owner: "c-1"}}
		everything := wide(AccountAdministratorRole.Role(), ScopeGlobal)
		check(t, carla(everything), TicketView, hers, OutOfScope)
		check(t, &Agent{ID: "c-1", Account: acme, Bindings: []Binding{custom(t, TicketView.At(Assigned))}}, TicketView, hers, AllowedAssigned)
		f := FilterFor(carla(everything), TicketView)
		assert.False(t, f.Match(&hers))
	})
	t.Run("deactivated", func(t *testing.T) {
		check(t, change(func(c *Customer) { c.Deactivated = true }), TicketView, own, Deactivated)
		check(t, change(func(c *Customer) { c.Deactivated = true }), PortalLogin, acme, Deactivated)
	})
	t.Run("the company changes", func(t *testing.T) {
		moved := carla(wide(CompanyCustomerRole.Role(), ScopeGlobal))
		moved.Company = "hooli"
		check(t, moved, TicketView, theirs, OutOfScope)
		check(t, moved, TicketView, others, AllowedCompany)
		check(t, moved, TicketView, own, AllowedRequested)
		requesterMoved := theirs
		requesterMoved.Requester = &Contact{ID: "c-2", Account: "acme", Company: "hooli"}
		check(t, company, TicketView, requesterMoved, OutOfScope)
	})
	t.Run("no company, and a requester without one", func(t *testing.T) {
		alone := carla(wide(CompanyCustomerRole.Role(), ScopeGlobal))
		alone.Company = ""
		check(t, alone, TicketView, from(&Contact{ID: "c-2", Account: "acme"}), OutOfScope)
	})
	t.Run("no ID", func(t *testing.T) {
		check(t, change(func(c *Customer) { c.ID = "" }), TicketView, from(&Contact{Account: "acme"}), NoSubject)
	})
	t.Run("the zero Customer, and none", func(t *testing.T) {
		check(t, &Customer{}, TicketView, own, NoSubject)
		check(t, (*Customer)(nil), TicketView, own, NoSubject)
	})
	t.Run("of another account", func(t *testing.T) {
		check(t, change(func(c *Customer) { c.Account.ID = "initech" }), TicketView, own, OtherAccount)
		foreign := own
		foreign.Requester = &Contact{ID: "c-1", Account: "initech"}
		check(t, inPortal(), TicketView, foreign, OutOfScope)
	})
	t.Run("without a role", func(t *testing.T) {
		check(t, carla(), TicketView, own, NoRole)
		check(t, carla(), PortalLogin, acme, NoRole)
	})
	t.Run("held in a workspace", func(t *testing.T) {
		own := own
		own.Workspace = "it"
		check(t, inPortal(), TicketView, own, OtherWorkspace)
		check(t, carla(inOpen(CustomerRole.Role(), ScopeGlobal)), TicketView, own, AllowedRequested)
	})
	t.Run("without a ticket scope", func(t *testing.T) {
		check(t, carla(wide(CustomerRole.Role(), 0)), TicketView, own, OutOfScope)
		check(t, carla(wide(CustomerRole.Role(), Participating)), TicketView, own, OutOfScope)
	})
}

// An agent can ask for help as well, a contact can become an agent, and the other way round.
func TestCustomersAndAgents(t *testing.T) {
	own, others := from(carlas()), from(strangers())
	both := riya(custom(t, TicketView.At(Assigned)), wide(CustomerRole.Role(), ScopeGlobal))
	both.Contact, both.Company = "c-1", "initech"
	check(t, both, TicketView, own, AllowedRequested)
	check(t, both, TicketReply, own, AllowedRequested)
	check(t, both, TicketNotePrivate, own, NoPermission)
	check(t, both, TicketView, others, OutOfScope)
	check(t, both, SessionLogin, acme, AllowedAll)
	check(t, both, PortalLogin, acme, AllowedAll)

	// As an agent, nothing that the contact had is lost.
	become := Compare(inPortal(), both)
	assert.Equal(t, OrderingWider, become.Ordering())
	assert.Empty(t, slices.Collect(become.Lost()))
	for d := range become.Gained() {
		replays(t, d)
	}
	assert.True(t, Covers(both, inPortal()))
	assert.False(t, Covers(inPortal(), both))

	// Without the agent's contact, nothing is its own.
	both.Contact = ""
	check(t, both, TicketView, own, OutOfScope)
	assert.Equal(t, OrderingIncomparable, Compare(inPortal(), both).Ordering())

	// A role for customers held by an agent, and one for agents held by a customer.
	check(t, riya(wide(CustomerRole.Role(), ScopeGlobal)), TicketNotePrivate, own, NoPermission)
	check(t, riya(wide(CustomerRole.Role(), ScopeGlobal)), ArticleView, Article{Account: "acme"}, AllowedAll)
	everything := carla(wide(AccountAdministratorRole.Role(), ScopeGlobal))
	check(t, everything, TicketNotePrivate, own, NotForCustomers)
	check(t, everything, TicketView, own, AllowedRequested)
	check(t, everything, TicketView, from(colleagues()), AllowedCompany)
	check(t, everything, TicketView, others, OutOfScope)
	check(t, everything, RoleCreate, newRole(t, "Tier 2"), NotForCustomers)
}

// Whatever the role, a customer does only what is open to customers (A62): each action, with
// every built-in role and with everything that a custom role can have.
func TestCustomersStayOutside(t *testing.T) {
	every := []Permission{}
	for id := range ActionID(FirstHostPublicEdit + HostRangeLength) {
		if id.Valid() && grantable(id) && !id.InClass(ClassRoleAuthoring) {
			every = append(every, id.At(Anything))
		}
	}
	bindings := []Binding{custom(t, every...)}
	for role := range acme.BuiltInRoles() {
		bindings = append(bindings, wide(role, ScopeGlobal))
	}
	customer := carla(bindings...)
	customer.Account.Administrators = []AgentID{"c-1"}
	asked := map[ActionID]bool{}
	for _, name := range oracle.Names {
		id := worlds.ActionID(name)
		asked[id] = true
		for _, thing := range enumThings(oracle.Actions[name].Kind, []string{"acme"}, []string{""}, []string{""}, []string{"c-1", "tom", ""}) {
			on := worlds.NewBuilder(map[*oracle.Role]Role{}).Resource(thing)
			d := on.Authorize(customer, id)
			open := slices.Contains(portalActions, id) || id >= FirstHostPublicView
			if open {
				require.NotEqual(t, NotForCustomers, d.Reason, name)
				continue
			}
			want := []Reason{NotForCustomers}
			if d.Reason == WrongResource { // malformed, for everyone
				want = []Reason{WrongResource}
			}
			require.Contains(t, want, d.Reason, "%s on %+v", name, on.Value)
			f := on.Filter(customer, id)
			require.Equal(t, FilterNone, f.Kind, name)
		}
	}
	for id := range Actions() {
		require.True(t, asked[id], id)
	}

	// Of a host's actions, those of the last two ranges, and not on what is inside (A66).
	requested := from(carlas())
	for id := ActionID(FirstHostOwn); id < FirstHostPublicEdit+HostRangeLength; id++ {
		if !id.IsHost() {
			continue
		}
		want := NotForCustomers
		if id >= FirstHostPublicView {
			want = AllowedRequested
		}
		check(t, customer, Action[Ticket](id), requested, want)
		check(t, customer, Action[hostThing](id), hostThing{Attributes{Account: "acme", Owner: "c-1", Assignee: "c-1", Requester: carlas()}}, want)
		check(t, customer, Action[Note](id), Note{Ticket: requested}, NotForCustomers)
		check(t, customer, Action[Contact](id), *carlas(), NotForCustomers)
		check(t, customer, Action[Agent](id), *bob(), NotForCustomers)
		check(t, customer, Action[Conversation](id), Conversation{Account: "acme", Requester: carlas()}, NotForCustomers)
		check(t, customer, Action[TicketAssignment](id), TicketAssignment{Ticket: requested}, NotForCustomers)
	}
	// A host's own thing is reached only with a part in it, at anything too.
	check(t, customer, Action[hostThing](FirstHostPublicView), hostThing{Attributes{Account: "acme"}}, OutOfScope)
	check(t, customer, Action[hostThing](FirstHostPublicView), hostThing{Attributes{Account: "acme", Requester: colleagues()}}, AllowedCompany)
	check(t, customer, Action[Article](FirstHostPublicEdit), Article{Account: "acme"}, AllowedAll)
}

// Closing and reopening are actions of their own, so that a customer sets no other status; who
// sets any status on the desk has both (A63).
func TestClosingAndReopening(t *testing.T) {
	for role := range acme.BuiltInRoles() {
		has := role.Permissions()
		assert.Equal(t, has.Scope(TicketClose.ID()), has.Scope(TicketReopen.ID()), role.Name())
		if has.Scope(TicketClose.ID()) != has.Scope(TicketStatusSet.ID()) {
			assert.Contains(t, []string{"Customer", "Company Customer"}, role.Name())
		}
	}
	check(t, inPortal(), TicketClose, from(carlas()), AllowedRequested)
	check(t, inPortal(), TicketStatusSet, from(carlas()), NotForCustomers)
}

// A customer logs in to the portal, and to nothing else (A64).
func TestPortalLogin(t *testing.T) {
	check(t, inPortal(), PortalLogin, acme, AllowedAll)
	check(t, inPortal(), SessionLogin, acme, NotForCustomers)
	check(t, carla(wide(AgentRole.Role(), ScopeGlobal)), SessionLogin, acme, NotForCustomers)
	check(t, riya(wide(AgentRole.Role(), ScopeGroup)), PortalLogin, acme, AllowedAll)
	check(t, riya(), PortalLogin, acme, NoRole)
	_, err := NewRole("acme", "Portal", NewPermissions(PortalLogin.At(Anything)), nil)
	assert.ErrorContains(t, err, "a role cannot hold portal.login, which any role that permits something allows; remove it")

	assert.True(t, CanView(inPortal(), &Account{ID: "acme"}))
	assert.True(t, CanView(inPortal(), carlas()), "their own record")
	assert.False(t, CanView(inPortal(), colleagues()))
	assert.False(t, CanView(inPortal(), &Contact{ID: "c-1", Account: "initech"}))
	assert.False(t, CanView(carla(), carlas()), "who cannot log in")
	assert.False(t, CanView((*Customer)(nil), carlas()))
	assert.False(t, CanView(inPortal(), &Agent{ID: "c-1", Account: acme}), "an agent with the same ID")
	assert.False(t, CanView(inPortal(), &TicketAssignment{Ticket: from(carlas()), To: &Agent{ID: "c-1", Account: acme}}))
}

// The actions that change agents take no customer, and nothing is assigned to one (A65).
func TestNobodyAppointsCustomers(t *testing.T) {
	owner, held := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), wide(CustomerRole.Role(), ScopeGlobal)
	check(t, owner, AgentRoleAssign, RoleAssignment{inPortal(), held}, WrongResource)
	check(t, owner, AgentRoleRemove, RoleAssignment{inPortal(), held}, WrongResource)
	check(t, owner, AgentScopeEdit, RoleAssignment{inPortal(), held}, WrongResource)
	check(t, owner, AgentGroupAssign, inGroup(inPortal(), "billing", Edit), WrongResource)
	check(t, owner, TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: inPortal()}, IneligibleTarget)
	check(t, owner, ConversationAssign, ConversationAssignment{Conversation: chatOf("", ""), To: carla(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))}, IneligibleTarget)
	check(t, owner, AgentRoleAssign, RoleAssignment{bob(), held}, AllowedAll)
	check(t, owner, AgentRoleAssign, RoleAssignment{sam(), held}, SharedRoleNotAllowed)
	asked := Explain(ask(owner, TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: inPortal()}))
	assert.Equal(t, NotForCustomers, asked.Parts[1].Cause.Reason)
	assert.Empty(t, Remedies(asked, slices.Collect(acme.BuiltInRoles())...))

	// An agent with the customer's ID shares no group with it.
	routes := riya(custom(t, TicketAssign.At(InGroup)))
	check(t, routes, TicketAssign, TicketAssignment{Ticket: ticketOf("billing", ""), To: &Customer{ID: "riya", Account: acme}}, OutOfScope)
}

// What the built-in roles of customers permit (A65).
func TestCustomerRoles(t *testing.T) {
	for name, at := range map[BuiltInRoleName]Scope{CustomerRole: Requested | Participating, CompanyCustomerRole: Requested | Participating | SameCompany} {
		has := name.Role().Permissions()
		assert.Equal(t, at, has.Scope(TicketView.ID()))
		for _, id := range portalActions {
			switch id {
			case TicketReply.ID(), TicketNotePublic.ID(), TicketClose.ID(), TicketReopen.ID(), TicketAttach.ID(), TicketConfidential.ID():
				assert.Equal(t, Requested|Participating, has.Scope(id), id)
			case TicketCreate.ID(), ArticleView.ID(), FAQView.ID():
				assert.Equal(t, Anything, has.Scope(id), id)
			}
		}
		assert.Len(t, slices.Collect(has.All()), 10)
		assert.Empty(t, name.Role().Warnings())
	}
	own, err := NewRole("acme", "customer", NewPermissions(TicketView.At(Requested)), nil)
	require.NoError(t, err)
	_, err = NewRoleSet("acme", CustomerRole.Role(), own)
	assert.ErrorContains(t, err, `the name is taken by the built-in role "Customer"`)
	custom, err := CloneRole(CompanyCustomerRole.Role(), "acme", "Key User")
	require.NoError(t, err)
	check(t, carla(wide(custom, ScopeGlobal)), TicketView, from(colleagues()), AllowedCompany)
}

// The remedies of a customer's denial speak of customers, and are checked by contact.edit.
func TestRemediesForCustomers(t *testing.T) {
	builtIn := slices.Collect(acme.BuiltInRoles())
	gone := carla()
	gone.Deactivated = true
	other, theirs := from(strangers()), from(colleagues())
	shown := from(strangers())
	shown.CCs = map[ContactID]Access{"c-1": View}
	for _, c := range []struct {
		request Request
		want    string
	}{
		{ask(carla(), TicketView, from(carlas())), `give the customer the role "Customer" account-wide, tickets at requested|participating (by an administrator)`},
		{ask(gone, TicketView, from(carlas())), `reactivate the customer (by an administrator) and give the customer the role "Customer" account-wide, tickets at requested|participating (by an administrator)`},
		{ask(inPortal(), TicketReply, other), `put the customer in CC of it with edit access (by a colleague)`},
		{ask(inPortal(), TicketReply, shown), `put the customer in CC of it with edit access (by a colleague)`},
		{ask(inPortal(), TicketView, theirs), "put the customer in CC of it with view access (by a colleague)\n" +
			`give the customer the role "Company Customer" account-wide, tickets at requested|participating|same_company (by an administrator)`},
		{ask(carla(wide(CustomerRole.Role(), Participating)), TicketView, from(carlas())), "put the customer in CC of it with view access (by a colleague)\n" +
			"widen the customer's ticket scope for role \"Customer\" account-wide to requested|participating (by an administrator)"},
		{ask(inPortal(), TicketNotePrivate, from(carlas())), ""},
	} {
		e := Explain(c.request)
		remedies := Remedies(e, builtIn...)
		assert.Equal(t, c.want, said(remedies), "%v", e)
		for _, remedy := range remedies {
			subject, resource := remedy.Apply(c.request.Subject, c.request.Resource)
			assert.True(t, Request{Subject: subject, Action: c.request.Action, Resource: resource}.Authorize().Allowed(), "%v", remedy)
		}
		boss := bob(wide(AdministratorRole.Role(), ScopeGlobal))
		for _, remedy := range remedies {
			assert.Contains(t, said(RemediesBy(boss, e, builtIn...)), remedy.String())
		}
		for _, remedy := range RemediesBy(bob(custom(t, TicketPropertiesEdit.At(Anything))), e, builtIn...) {
			assert.Equal(t, FixAddParticipant, remedy[0].Kind, "who cannot edit contacts")
		}
	}

	// Roles of agents are not given to customers, nor those of customers to agents.
	e := Explain(ask(carla(), ArticleView, Article{Account: "acme"}))
	assert.Equal(t, `give the customer the role "Customer" account-wide, tickets at restricted (by an administrator)`, said(Remedies(e, builtIn...)))
	assert.Empty(t, Remedies(e, AgentRole.Role()))
	assert.NotContains(t, said(Remedies(Explain(ask(bob(), ArticleView, Article{Account: "acme"})), builtIn...)), "Customer")

	// A fix that does not fit a customer changes nothing.
	applied, _ := Remedy{{Kind: FixGroupAccess, Group: "billing", Access: Edit}}.Apply(inPortal(), &other)
	assert.Equal(t, inPortal(), applied)
	text, err := Fix{Kind: FixReactivate, ForCustomer: true}.MarshalJSON()
	require.NoError(t, err)
	assert.JSONEq(t, `{"kind": "reactivate", "by": "administrator", "customer": true}`, string(text))
}

// Explanations, records and reviews say that it is a customer.
func TestCustomersInText(t *testing.T) {
	r := ask(inPortal(), TicketView, from(strangers()))
	e := Explain(r)
	assert.Contains(t, e.String(), `ticket.view on ticket "4711", by customer "c-1"`)
	assert.Contains(t, e.String(), "out_of_scope [A61]\n  missing a part in it: as its requester, in CC or, if the scope says so, as one of the requester's company")
	record := r.AuditRecord(e.Decision)
	assert.Equal(t, []any{"customer", AgentID("c-1"), AccountID("acme"), "out_of_scope"}, []any{record.SubjectKind, record.Subject, record.Account, record.Reason})
	global := Explain(ask(carla(wide(AgentRole.Role(), ScopeGlobal)), TicketView, from(strangers())))
	assert.Contains(t, global.Decision.String(), "a customer only what it has a part in")
	assert.Equal(t, "This does not exist, or you do not have access to it.", e.Decision.UserMessage())

	who := WhoCan(TicketView, ptr(from(colleagues())), inPortal(), carla(wide(CompanyCustomerRole.Role(), ScopeGlobal)), riya(wide(AgentRole.Role(), ScopeGlobal)))
	require.Len(t, who, 2)
	assert.Equal(t, []Reason{AllowedCompany, AllowedAll}, []Reason{who[0].Decision.Reason, who[1].Decision.Reason})

	before, err := NewRoleSet("acme", custom(t, TicketView.At(Requested)).Role)
	require.NoError(t, err)
	after, err := NewRoleSet("acme", custom(t, TicketView.At(Requested|SameCompany)).Role)
	require.NoError(t, err)
	customer := carla(custom(t, TicketView.At(Requested)))
	affected := Impact(before, after, customer, (*Customer)(nil))
	require.Len(t, affected, 1)
	assert.Equal(t, OrderingWider, affected[0].Ordering())
	for d := range affected[0].Gained() {
		assert.Equal(t, "ticket.view@requested|same_company", d.String())
		replays(t, d)
	}
}

// Compare is exact for customers: it agrees with every question about a small desk, for every
// pair of customers and agents, who count as one person.
func TestCompareWithCustomers(t *testing.T) {
	effort.Alone(t)
	hosted := func(id ActionID, at Scope) Permission { return id.At(at) }
	bindings := [][]Binding{
		nil,
		{wide(CustomerRole.Role(), ScopeGlobal)}, {wide(CompanyCustomerRole.Role(), ScopeGlobal)}, {wide(CompanyCustomerRole.Role(), Requested)}, {wide(CustomerRole.Role(), 0)},
		{wide(AgentRole.Role(), ScopeGlobal)}, {wide(AccountAdministratorRole.Role(), ScopeGlobal)},
		{custom(t, TicketView.At(Participating), TicketReply.At(Participating))}, {custom(t, TicketView.At(Requested), TicketView.At(Mentioned))}, {custom(t, TicketView.At(SameCompany))},
		{custom(t, TicketView.At(Unassigned|MyCustomers|Assigned|InGroup))}, {custom(t, TicketView.At(Anything), TicketConfidential.At(Participating))},
		{custom(t, TicketView.At(Requested|Participating|SameCompany), TicketConfidential.At(Participating))},
		{custom(t, hosted(FirstHostPublicView, Anything))}, {custom(t, hosted(FirstHostPublicView, Requested|Participating|SameCompany))}, {custom(t, hosted(FirstHostPublicView, Assigned|Requested))},
		{custom(t, hosted(FirstHostView, Anything))},
		{custom(t, TicketView.At(Requested)), wide(CustomerRole.Role(), Participating)},
	}
	var subjects []Subject
	for _, held := range bindings {
		for _, company := range []CompanyID{"", "initech"} {
			subjects = append(subjects, &Customer{ID: "c-1", Company: company, Account: acme, Bindings: held})
			for _, contact := range []ContactID{"", "c-1"} {
				subjects = append(subjects, &Agent{ID: "riya", Account: acme, Bindings: held, Groups: map[GroupID]Access{"billing": View}, Contact: contact, Company: company})
			}
		}
	}
	subjects = append(subjects, &SharedAgent{ID: "riya", Account: acme, CRM: CRMUser{ID: "u", Sees: OwnRecords}, Bindings: bindings[11]}, nil, &Customer{Account: acme, Bindings: bindings[1]}, &Customer{ID: "c-1", Account: acme, Bindings: bindings[1], Deactivated: true})
	questions := portalQuestions()
	may := make([][]bool, len(subjects))
	for i, subject := range subjects {
		for _, q := range questions {
			may[i] = append(may[i], q(subject))
		}
	}
	orderings := map[Ordering]int{}
	for i, before := range subjects {
		for j, after := range subjects {
			if (i+j)%effort.Of(4, 1, 1) != 0 {
				continue
			}
			if _, customer := before.(*Customer); !customer {
				if _, customer := after.(*Customer); !customer {
					continue // other tests compare agents
				}
			}
			var gained, lost bool
			for n := range questions {
				gained, lost = gained || may[j][n] && !may[i][n], lost || may[i][n] && !may[j][n]
			}
			c := Compare(before, after)
			want := map[[2]bool]Ordering{{}: OrderingEqual, {true, false}: OrderingWider, {false, true}: OrderingNarrower, {true, true}: OrderingIncomparable}[[2]bool{gained, lost}]
			if c.Ordering() != want {
				t.Fatalf("%v is %v than %v, and not %v\ngained %v\nlost %v", described(after), want, described(before), c.Ordering(), sentences(c.Gained()), sentences(c.Lost()))
			}
			for _, differences := range []iter.Seq[Difference]{c.Gained(), c.Lost()} {
				for d := range differences {
					if (i+3*j)%4 == 0 {
						replays(t, d)
					}
				}
			}
			orderings[want]++
		}
	}
	t.Log(orderings)
	for _, o := range []Ordering{OrderingEqual, OrderingWider, OrderingNarrower, OrderingIncomparable} {
		assert.Greater(t, orderings[o], 20, o)
	}
}

func described(s Subject) string { return fmt.Sprintf("%T%+v", s, s) }

// portalQuestions returns questions that tell apart what customers and agents may do, each
// about a thing to which the agent riya, the contact c-1 and the company initech stand in
// another way.
func portalQuestions() (questions []func(Subject) bool) {
	var all []Attributes
	for n := range 1 << 9 {
		has := func(bit int) bool { return n>>bit&1 != 0 }
		what := Attributes{Account: "acme", OnTicket: true, Assignable: true, Confidential: has(0), Assignee: "bob"}
		if has(1) {
			what.CCs = map[ContactID]Access{"c-1": Edit}
		}
		if has(2) {
			what.Participants = map[AgentID]Access{"riya": Edit}
		}
		if has(3) {
			what.Mentions = map[AgentID]bool{"riya": true}
		}
		if has(4) {
			what.Assignee = "riya"
		}
		if has(5) {
			what.Group = "billing"
		}
		requester := Contact{ID: "c-9", Account: "acme"}
		if has(6) {
			requester.ID = "c-1"
		}
		if has(7) {
			requester.Company = "initech"
		}
		if has(8) {
			requester.Owner = "riya"
		}
		what.Requester = &requester
		all = append(all, what)
	}
	unassigned := all[0]
	unassigned.Assignee = ""
	for _, what := range append(all, unassigned) {
		ticket := Ticket{
			Account: what.Account, Group: what.Group, Assignee: what.Assignee, Requester: what.Requester,
			Participants: what.Participants, CCs: what.CCs, Mentions: what.Mentions, Confidential: what.Confidential,
		}
		for _, id := range []ActionID{TicketView.ID(), TicketReply.ID(), TicketClose.ID(), TicketConfidential.ID(), TicketNotePrivate.ID(), FirstHostPublicView, FirstHostView} {
			questions = append(questions, func(s Subject) bool { return Authorize(s, Action[Ticket](id), &ticket).Allowed() })
		}
		for _, id := range []ActionID{FirstHostPublicView, FirstHostView} {
			what := what
			for range 2 {
				thing := hostThing{what}
				questions = append(questions, func(s Subject) bool { return Authorize(s, Action[hostThing](id), &thing).Allowed() })
				what.OnTicket = false
			}
		}
	}
	for _, author := range []AgentID{"riya", "bob"} {
		article, topic := Article{Account: "acme", Author: author}, Topic{Account: "acme", Author: author}
		questions = append(questions, func(s Subject) bool { return Authorize(s, ArticleView, &article).Allowed() }, func(s Subject) bool { return Authorize(s, TopicView, &topic).Allowed() })
		for _, id := range []ActionID{FirstHostPublicView, FirstHostView} {
			questions = append(questions, func(s Subject) bool { return Authorize(s, Action[Article](id), &article).Allowed() })
		}
	}
	for _, id := range []ActionID{SessionLogin.ID(), PortalLogin.ID(), AuditView.ID()} {
		questions = append(questions, func(s Subject) bool { return Authorize(s, Action[Account](id), &acme).Allowed() })
	}
	return questions
}

// docs/customers.md has every action that is open to customers, at the scopes of the built-in
// roles, and names tests and examples that exist.
func TestCustomersPage(t *testing.T) {
	page, tests := readFile(t, "docs/customers.md"), ""
	for _, name := range glob(t, "*_test.go") {
		tests += readFile(t, name)
	}
	for _, named := range regexp.MustCompile("`((?:Test|Example)[A-Z]\\w+)`").FindAllStringSubmatch(page, -1) {
		assert.Contains(t, tests, "func "+named[1]+"(", "a test or an example")
	}
	var listed []ActionID
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(page, -1) {
		for _, name := range regexp.MustCompile("`([a-z_.]+)`").FindAllStringSubmatch(row[1], -1) {
			id, err := library.ParseAction(name[1])
			require.NoError(t, err)
			listed = append(listed, id)
			for i, role := range []BuiltInRoleName{CustomerRole, CompanyCustomerRole} {
				at := strings.ReplaceAll(strings.ReplaceAll(row[2+i], "`", ""), ", ", "|")
				if has := role.Role().Permissions().Scope(id); has != 0 || !strings.HasPrefix(at, "by ") {
					assert.Equal(t, at, has.String(), "%v of %v", id, role)
				}
			}
		}
	}
	assert.ElementsMatch(t, portalActions, listed)
}
