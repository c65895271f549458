package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Each sentence of docs/customers.md, and what would be different if it were wrong.
func TestCustomersPageStatements(t *testing.T) {
	checkPage(t, "docs/customers.md", []saying{
		{[]string{"An end user of the portal is a `Customer`: a contact, perhaps of a company, with bindings like an agent's.",
			"It reaches what it requested and what it is in CC of:",
			"On tickets, and on a host's own types, the scopes of roles only choose among three relations: `requested`, `participating` by CC, and `same_company`.",
			"No other relation ever holds, and an agent with the same ID is somebody else (`TestCustomers`).",
			"A customer without an ID is denied everything, an empty company is nobody's, and a deactivated customer is denied at once."}, TestCustomers},
		{[]string{"`global` reaches no more there, so that a role for agents given to a customer by mistake shows it no ticket of another company."}, globalReachesNoMore},
		{[]string{"Whatever its roles, a customer does only these; everything else is inside the desk and `not_for_customers`.",
			"The table is complete, and a test asks about every action with every role that can be built (`TestCustomersStayOutside`)."}, TestCustomersStayOutside},
		{[]string{
			"| `ticket.view` | `requested`, `participating` | `requested`, `participating`, `same_company` |",
			"| `ticket.reply`, `ticket.note.public`, `ticket.attach` | `requested`, `participating` | `requested`, `participating` |",
			"| `ticket.close`, `ticket.reopen` | `requested`, `participating` | `requested`, `participating` |",
			"| `ticket.confidential`, beside the others on what is confidential | `requested`, `participating` | `requested`, `participating` |",
			"| `ticket.create`, `article.view`, `faq.view` | `global` | `global` |",
			"| `topic.view` | by a custom role | by a custom role |",
			"| `portal.login` | by any role | by any role |",
		}, tableOfCustomers},
		{[]string{"Closing and reopening are actions of their own: `ticket.status.set` sets any status, and is for agents (`TestClosingAndReopening`).",
			"Agents who may set the status hold both, so that a handler asks the same of everyone."}, TestClosingAndReopening},
		{[]string{"The library does not know which articles are published.",
			"Keep internal ones in a workspace where customers hold no role, or add a condition of your own to the list."}, internalArticles},
		{[]string{"What a company shares is a role:",
			"In `ExampleCustomer_company`, customers with this and other roles ask for a colleague's ticket and for another company's:"}, companyShares},
		{[]string{"Load the contact for each request: then a new company, or another role, holds from the next request on."}, recordOfTheRequest},
		{[]string{"It asks for the requester, the contacts in CC and the requester's company, which the table describes:"}, conditionsOfThePortal},
		{[]string{"If you leave out `Requester`, the customer's own tickets are missing from the list without an error."}, listWithoutRequester},
		{[]string{"This table is for customers only.",
			"The filter of an agent can return an error, such as `the condition participant of the filter needs Participants`: see [which columns a table needs](lists.md#which-columns-a-table-needs)."}, portalTableOfAgents},
		{[]string{"Who may edit the contact may give it any role that a customer can hold: no authority is compared (A65), as it opens only what is open to customers."}, contactEditIsEnough},
		{[]string{"A ticket and the list never differ (`TestFilterAgrees`)."}, listOfCustomersAgrees},
		{[]string{"A customer logs in to the portal only: ask `PortalLogin`, by any role that permits anything.",
			"`SessionLogin`, to the desk, is never allowed to one (`TestPortalLogin`).",
			"Who can log in to the portal can view their own contact: `CanView` says so."}, TestPortalLogin},
		{[]string{"To let customers change it, use an action of your own."}, ownRecordIsNotEdited},
		{[]string{"An agent can ask for help as well: `Agent.Contact` and `Agent.Company` say who it is then, and a second binding what it may do.",
			"A contact who becomes an agent this way loses nothing (`TestCustomersAndAgents`)."}, TestCustomersAndAgents},
		{[]string{"It cannot merge that contact with another (A53)."}, ownContactIsNotMerged},
		{[]string{"Tom replies to his own ticket and writes no private notes on it; on tickets that are assigned to him he does both."}, agentWithTwoParts},
		{[]string{"The actions that change agents take no customer, and nothing is assigned to one (`TestNobodyAppointsCustomers`)."}, TestNobodyAppointsCustomers},
		{[]string{"Remedies for a customer are checked so, and never give a role for agents (`TestRemediesForCustomers`)."}, TestRemediesForCustomers},
		{[]string{"A host's action is closed to customers unless its number is in one of the two ranges that are open to them:",
			"These are open on your own types and on tickets, articles, FAQs, topics, workspaces and the account, and on nothing else.",
			"Of your own types, say the `Requester`, or the `CCs`, in `Attributes`: without them no customer reaches a thing of yours (`ExampleCustomer_host`)."}, actionsOfHosts},
		{[]string{ // what the host does
			"[examples/portal](../examples/portal) is a portal over HTTP with SQLite, which customers and agents ask at the same addresses.",
			"The list and its count are a filter, as an agent's are: see [lists.md](lists.md).",
			"A customer's record is its contact's: ask `ContactEdit` before you change its roles, and `ContactKeyManage` before you make an API key for it.",
		}, nil},
	})
}

// The most that a binding can say, with each built-in role, about another company's ticket.
func globalReachesNoMore(t *testing.T) {
	for role := range acme.BuiltInRoles() {
		for _, held := range []WorkspaceID{AccountWide, OpenWorkspaces, Everywhere} {
			c := carla(Binding{Role: role, Workspace: held, TicketScope: Anything})
			allow(t, false, c, TicketView, from(strangers()))
			allow(t, false, c, TicketView, from(nil))
			allow(t, false, c, TicketView, ticketOf("billing", ""))
			allow(t, role.Permissions().Scope(TicketView.ID())&(Requested|Anything) != 0, c, TicketView, from(carlas()))
		}
	}
}

// The table's rows are compared in TestCustomersPage; here, that each is what is decided.
func tableOfCustomers(t *testing.T) {
	TestCustomersPage(t)
	for _, role := range []BuiltInRoleName{CustomerRole, CompanyCustomerRole} {
		c, cc := carla(wide(role.Role(), ScopeGlobal)), from(strangers())
		cc.CCs = map[ContactID]Access{"c-1": Edit}
		for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketNotePublic, TicketAttach, TicketClose, TicketReopen} {
			allow(t, true, c, action, from(carlas()))
			allow(t, true, c, action, cc)
			allow(t, role == CompanyCustomerRole && action == TicketView, c, action, from(colleagues()))
			allow(t, false, c, action, from(strangers()))
			secret := from(carlas())
			secret.Confidential = true
			allow(t, true, c, action, secret)
		}
		allow(t, true, c, TicketCreate, Workspace{Account: "acme"})
		allow(t, true, c, ArticleView, Article{Account: "acme"})
		allow(t, true, c, FAQView, FAQ{Account: "acme"})
		allow(t, false, c, TopicView, Topic{Account: "acme"})
	}
	allow(t, true, carla(custom(t, TopicView.At(Anything))), TopicView, Topic{Account: "acme"})
	allow(t, true, carla(custom(t, FAQView.At(Anything))), PortalLogin, acme)
	allow(t, false, carla(custom(t)), PortalLogin, acme)
}

// An article in a workspace is read by those who hold a role there, however it is held.
func internalArticles(t *testing.T) {
	for held, open := range map[WorkspaceID]bool{AccountWide: false, "it": false, OpenWorkspaces: false, "legal": true, Everywhere: true} {
		c := carla(Binding{Role: CustomerRole.Role(), Workspace: held, TicketScope: Anything})
		allow(t, open, c, ArticleView, Article{Account: "acme", Workspace: "legal"})
	}
	allow(t, true, inPortal(), ArticleView, Article{Account: "acme"})
}

// Without the relation in the role, a colleague's ticket is hidden, and no role shows another
// company's.
func companyShares(t *testing.T) {
	for scope, want := range map[Scope]bool{Requested: false, Participating: false, Requested | Participating: false, SameCompany: true, Requested | SameCompany: true, Anything: true} {
		c := carla(custom(t, TicketView.At(scope)))
		allow(t, want, c, TicketView, from(colleagues()))
		allow(t, false, c, TicketView, from(strangers()))
		c.Company = ""
		allow(t, false, c, TicketView, from(colleagues()))
		c.Bindings[0].TicketScope = Requested
		allow(t, false, c, TicketView, from(colleagues()))
	}
	for _, other := range []Role{CustomerRole.Role(), CompanyCustomerRole.Role(), AccountAdministratorRole.Role()} {
		allow(t, other != CustomerRole.Role(), carla(wide(other, ScopeGlobal)), TicketView, from(colleagues()))
		allow(t, false, carla(wide(other, ScopeGlobal)), TicketView, from(strangers()))
	}
}

// The next question is answered by the record as it is then.
func recordOfTheRequest(t *testing.T) {
	c := carla(wide(CompanyCustomerRole.Role(), ScopeGlobal))
	allow(t, true, c, TicketView, from(colleagues()))
	allow(t, false, c, TicketView, from(strangers()))
	c.Company = "hooli"
	allow(t, false, c, TicketView, from(colleagues()))
	allow(t, true, c, TicketView, from(strangers()))
	c.Bindings = inPortal().Bindings
	allow(t, false, c, TicketView, from(strangers()))
	allow(t, true, c, TicketView, from(carlas()))
}

// The kinds of conditions in the list of a customer with every relation.
func conditionsOfThePortal(t *testing.T) {
	kinds := map[ConditionKind]bool{}
	for clause := range FilterFor(carla(wide(CompanyCustomerRole.Role(), ScopeGlobal)), TicketView).Clauses() {
		for c := range clause.Conditions() {
			kinds[c.Kind] = true
		}
	}
	delete(kinds, ConditionNotConfidential)
	delete(kinds, ConditionWorkspace)
	assert.Equal(t, map[ConditionKind]bool{ConditionRequester: true, ConditionCC: true, ConditionRequesterCompany: true}, kinds)
}

// Each customer and ticket of the page's examples, and on drawn questions TestFilterAgrees.
func listOfCustomersAgrees(t *testing.T) {
	selected := 0
	for role := range acme.BuiltInRoles() {
		f := FilterFor(carla(wide(role, ScopeGlobal)), TicketView)
		for _, requester := range []*Contact{carlas(), colleagues(), strangers(), nil} {
			for _, access := range []Access{NoAccess, View, Edit} {
				ticket := from(requester)
				ticket.CCs = map[ContactID]Access{"c-1": access}
				d := Authorize(carla(wide(role, ScopeGlobal)), TicketView, &ticket)
				assert.Equal(t, d.Allowed(), f.Match(&ticket), "%v: %v", role, d)
				if d.Allowed() {
					selected++
				}
			}
		}
	}
	assert.Positive(t, selected)
}

// portalTable returns the page's table.
func portalTable() sqlfilter.Table[Ticket] {
	return sqlfilter.Table[Ticket]{
		Name: "tickets", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account_id"), Requester: sqlfilter.TextColumn("requester_id"), NoneConfidential: true,
		CCs: sqlfilter.ParticipantTable{Table: "ccs", Account: sqlfilter.TextColumn("account_id"), Ticket: sqlfilter.TextColumn("ticket_id"), Participant: sqlfilter.TextColumn("contact_id"), Access: sqlfilter.TextColumn("access")},
		CRM: sqlfilter.CRMTable{Table: "contacts", Account: sqlfilter.TextColumn("account_id"), ID: sqlfilter.TextColumn("id"), Company: sqlfilter.TextColumn("company_id")},
	}
}

// A customer's filter and an agent's, on the page's table.
func portalTableOfAgents(t *testing.T) {
	for role := range acme.BuiltInRoles() {
		_, err := sqlfilter.Where(FilterFor(carla(wide(role, ScopeGlobal)), TicketView), portalTable(), sqlfilter.SQLite)
		require.NoError(t, err)
	}
	_, err := sqlfilter.Where(FilterFor(riya(custom(t, TicketView.At(Participating))), TicketView), portalTable(), sqlfilter.SQLite)
	assert.ErrorContains(t, err, "the condition participant of the filter needs Participants")
}

// An agent who may do nothing but edit contacts, and a customer with more roles than theirs.
func contactEditIsEnough(t *testing.T) {
	check(t, riya(custom(t, ContactEdit.At(Anything))), ContactEdit, *carlas(), AllowedAll)
	check(t, riya(custom(t, ContactView.At(Anything))), ContactEdit, *carlas(), NoPermission)
	TestCustomersStayOutside(t)
}

// A table without the column selects by the others alone.
func listWithoutRequester(t *testing.T) {
	sql := func(table sqlfilter.Table[Ticket]) string {
		condition, err := sqlfilter.Where(FilterFor(inPortal(), TicketView), table, sqlfilter.SQLite)
		require.NoError(t, err)
		text, _ := condition.SQL(1)
		return text
	}
	table := portalTable()
	assert.Contains(t, sql(table), "requester_id")
	table.Requester = sqlfilter.Column{}
	assert.NotContains(t, sql(table), "requester_id")
	assert.Contains(t, sql(table), "ccs")
}

// Nothing of the library's lets a customer change its own record, whatever the role.
func ownRecordIsNotEdited(t *testing.T) {
	for _, role := range slices.Collect(acme.BuiltInRoles()) {
		allow(t, false, carla(wide(role, ScopeGlobal)), ContactEdit, *carlas())
	}
	c := carla(custom(t, ContactEdit.At(Anything), SurveyAnswer.At(Requested)))
	check(t, c, ContactEdit, *carlas(), NotForCustomers)
	check(t, c, SurveyAnswer, Survey{"acme", carlas()}, AllowedRequested)
}

// Neither as the first nor as the second of two; another agent merges the two.
func ownContactIsNotMerged(t *testing.T) {
	both := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	check(t, both, ContactMerge, ContactPair{*carlas(), *strangers()}, AllowedAll)
	both.Contact = "c-1"
	check(t, both, ContactMerge, ContactPair{*carlas(), *strangers()}, OwnAuthority)
	check(t, both, ContactMerge, ContactPair{*strangers(), *carlas()}, OwnAuthority)
	check(t, both, ContactMerge, ContactPair{*strangers(), *colleagues()}, AllowedAll)
}

// Each of the two bindings reaches its own part.
func agentWithTwoParts(t *testing.T) {
	tom := bob(wide(AgentRole.Role(), ScopeRestricted), wide(CustomerRole.Role(), Anything))
	tom.Contact = "c-1"
	assigned := from(strangers())
	assigned.Assignee = "bob"
	allow(t, true, tom, TicketReply, from(carlas()))
	allow(t, false, tom, TicketNotePrivate, from(carlas()))
	allow(t, true, tom, TicketReply, assigned)
	allow(t, true, tom, TicketNotePrivate, assigned)
	allow(t, false, tom, TicketReply, from(strangers()))
	tom.Bindings = tom.Bindings[:1]
	allow(t, false, tom, TicketReply, from(carlas()))
}

// The ranges and the types are those of TestCustomersStayOutside; here, what a thing of the
// host's says about customers.
func actionsOfHosts(t *testing.T) {
	c := carla(custom(t, SurveyView.At(Anything), SurveyAnswer.At(Anything), SurveyDelete.At(Anything)))
	for _, at := range []Attributes{
		{Account: "acme"}, {Account: "acme", Owner: "c-1"}, {Account: "acme", Assignee: "c-1"}, {Account: "acme", Requester: strangers()},
		{Account: "acme", Participants: map[AgentID]Access{"c-1": Edit}}, {Account: "acme", Mentions: map[AgentID]bool{"c-1": true}}, {Account: "acme", CCs: map[ContactID]Access{"c-3": Edit}},
	} {
		allow(t, false, c, Action[hostThing](FirstHostPublicView), hostThing{at})
		at.CCs = map[ContactID]Access{"c-1": Edit}
		allow(t, true, c, Action[hostThing](FirstHostPublicView), hostThing{at})
		allow(t, true, c, Action[hostThing](FirstHostPublicEdit), hostThing{at})
		allow(t, false, c, Action[hostThing](FirstHostEdit), hostThing{at})
	}
	check(t, c, SurveyDelete, Survey{"acme", carlas()}, NotForCustomers)
}
