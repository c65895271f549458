package integration

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A list must agree with the check. TestClauses asks for every action, including the
// host's ranges and invalid ones, on every type of resource, the library's and a
// host's, for subjects of all kinds. It compares Authorize, row by row, with a naive
// evaluation of the filter's clauses and with the rows that their SQL selects in
// SQLite.

// ---- clauses evaluated by columns

// A naive evaluates clauses on the columns of a row, without its resource type.
type naive struct {
	filter  interface{ Account() deskpolicy.AccountID }
	clauses []deskpolicy.Clause
	data    *dataset
	layout  layout
	owned   bool // never assigned
	unowned bool // without an owner or author, whatever the row says
	apart   bool // a host's contacts and companies, which are not customers
}

func (n naive) selects(r row, c *person) bool {
	if deskpolicy.AccountID(r.account) != n.filter.Account() {
		return false
	}
	return slices.ContainsFunc(n.clauses, func(cl deskpolicy.Clause) bool {
		for condition := range cl.Conditions() {
			if !n.meets(condition, r, c) {
				return false
			}
		}
		return true
	})
}

func (n naive) meets(is deskpolicy.Condition, r row, c *person) bool {
	has := func(id *string) bool { return slices.Contains(is.IDs, or[string](id)) }
	switch is.Kind {
	case deskpolicy.ConditionWorkspace:
		return has(r.workspace)
	case deskpolicy.ConditionGroup:
		return has(r.group)
	case deskpolicy.ConditionAssignee:
		return has(r.assignee)
	case deskpolicy.ConditionUnassigned:
		if n.owned {
			return or[string](r.owner) == ""
		}
		return or[string](r.assignee) == ""
	case deskpolicy.ConditionNoGroup:
		return or[string](r.group) == ""
	case deskpolicy.ConditionParticipant:
		return isEnough(r.participants[is.IDs[0]], is)
	case deskpolicy.ConditionCC:
		return isEnough(r.ccs[is.IDs[0]], is)
	case deskpolicy.ConditionNotConfidential:
		return true // no row is
	case deskpolicy.ConditionOwn:
		return !n.unowned && has(r.owner)
	case deskpolicy.ConditionMentions:
		return slices.ContainsFunc(r.mentions, func(id string) bool { return has(&id) })
	}
	if c == nil { // the requester

		for i := range n.data.contacts {
			if p := &n.data.contacts[i]; r.requesterID != nil && p.id == *r.requesterID && p.account == r.account {
				c = p
			}
		}
	}
	return c != nil && !n.apart && c.meets(is)
}

// isEnough reports whether the access is at least the condition's.
func isEnough(access string, is deskpolicy.Condition) bool {
	return access == "edit" || access == "view" && is.Access == deskpolicy.View
}

func (p *person) meets(is deskpolicy.Condition) bool {
	has := func(id *string) bool { return slices.Contains(is.IDs, or[string](id)) }
	switch is.Kind {
	case deskpolicy.ConditionCustomerKnown:
		return true
	case deskpolicy.ConditionCustomerOwner:
		return has(p.user)
	case deskpolicy.ConditionCustomerTerritory:
		return has(p.territory)
	case deskpolicy.ConditionCustomerTeam:
		return isEnough(p.team[is.IDs[0]], is)
	case deskpolicy.ConditionRequester:
		return has(&p.id)
	case deskpolicy.ConditionRequesterCompany:
		return has(p.worksAt)
	case deskpolicy.ConditionRequesterOwner:
		return has(p.owner)
	case deskpolicy.ConditionContact, deskpolicy.ConditionCompany:
		return has(&p.id)
	}
	panic(fmt.Sprintf("unknown condition kind %d", is.Kind))
}

// ---- types of resources

// A host's resource types: its own, and those that embed the library's.
type (
	hostRow    struct{ what deskpolicy.Attributes }
	ticketRow  struct{ deskpolicy.Ticket }
	noteRow    struct{ deskpolicy.Note }
	chatRow    struct{ deskpolicy.Conversation }
	contactRow struct{ deskpolicy.Contact }
	companyRow struct{ deskpolicy.Company }
	ticketRef  struct{ *deskpolicy.Ticket }
	anyRow     struct{ deskpolicy.Resource }
	pairRow    struct{ deskpolicy.TicketPair }
	reportRow  struct { // with attributes of its own
		deskpolicy.Report
		hostRow
	}
	roleRow struct { // likewise
		deskpolicy.Role
		hostRow
	}
	changingRow struct { // has the attributes of a ticket or of something else
		deskpolicy.Ticket
		plain bool
	}
)

func (h hostRow) Attributes() deskpolicy.Attributes { return h.what }

func (r roleRow) Attributes() deskpolicy.Attributes {
	what := r.withPeople(r.Role.Attributes())
	what.Workspace, what.Group, what.Assignee, what.Owner = r.what.Workspace, r.what.Group, r.what.Assignee, r.what.Owner
	return what
}

func (r reportRow) Attributes() deskpolicy.Attributes { return r.withPeople(r.Report.Attributes()) }

// withPeople returns the attributes with those of the host's that are about people.
func (h hostRow) withPeople(what deskpolicy.Attributes) deskpolicy.Attributes {
	what.Requester, what.Participants, what.CCs, what.Mentions = h.what.Requester, h.what.Participants, h.what.CCs, h.what.Mentions
	return what
}

func (t changingRow) Attributes() deskpolicy.Attributes {
	if t.plain {
		return hostOf(row{}, t.Ticket).what
	}
	return t.Ticket.Attributes()
}

// A resourceType is a type of resources, with the rows of its table.
type resourceType struct {
	name           string
	table          string // things, contacts or companies
	listIncomplete bool   // the list can lack resources that the check allows, as FilterFor documents
	ask            func(subject deskpolicy.Subject, action deskpolicy.ActionID) answers
}

// answers are the answers of the list and of the check.
type answers struct {
	naive   naive
	where   func() (sqlfilter.Fragment, error)
	allowed func(row int) bool
	matches func(row int) bool
}

// typeOf returns the type R with the table that describes it.
func typeOf[R deskpolicy.Resource](w *dataset, l layout, name string, table sqlfilter.Table[R], things []R) resourceType {
	unowned := !slices.ContainsFunc(things, func(thing R) bool { return thing.Attributes().Owner != "" })
	if unowned {
		table.Owner = sqlfilter.Column{}
	}
	return resourceType{name: name, table: table.Name, ask: func(subject deskpolicy.Subject, id deskpolicy.ActionID) answers {
		action := deskpolicy.Action[R](id)
		_, library := any(*new(R)).(deskpolicy.Contact)
		if _, company := any(*new(R)).(deskpolicy.Company); company {
			library = true
		}
		filter := deskpolicy.FilterFor(subject, action)
		return answers{
			naive:   naive{filter, slices.Collect(filter.Clauses()), w, l, table.Assignee == table.Owner, unowned, !library && table.Name != "things"},
			where:   func() (sqlfilter.Fragment, error) { return sqlfilter.Where(filter, table, sqlfilter.SQLite) },
			allowed: func(i int) bool { return deskpolicy.Authorize(subject, action, &things[i]).Allowed() },
			matches: func(i int) bool { return filter.Match(&things[i]) },
		}
	}}
}

// thingsOf returns the type R in the table of things. Resources that are never
// assigned have their owner in both columns.
func thingsOf[R deskpolicy.Resource](w *dataset, l layout, name string, owned bool, of func(row, deskpolicy.Ticket) R) resourceType {
	var things []R
	for _, r := range w.things {
		things = append(things, of(r, w.ticket(l, r)))
	}
	table := describeTickets[R](l, "")
	if owned {
		table.Assignee = table.Owner
	}
	return typeOf(w, l, name, table, things)
}

// withIncompleteList returns the type as one whose list can be incomplete.
func (r resourceType) withIncompleteList() resourceType {
	r.listIncomplete = true
	return r
}

func agentIn(account deskpolicy.AccountID, id deskpolicy.AgentID) *deskpolicy.Agent {
	return &deskpolicy.Agent{ID: id, Account: deskpolicy.Account{ID: account}}
}

// resourceTypes returns all of the library's types and the host's.
func resourceTypes(w *dataset, l layout) []resourceType {
	return slices.Concat(ticketTypes(w, l), ownedTypes(w, l), otherTypes(w, l), customerTypes(w, l), hostTypes(w, l))
}

func ticketTypes(w *dataset, l layout) []resourceType {
	return []resourceType{
		thingsOf(w, l, "Ticket", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Ticket { return t }),
		thingsOf(w, l, "Note", false, func(r row, t deskpolicy.Ticket) deskpolicy.Note {
			return deskpolicy.Note{Ticket: t, Author: or[deskpolicy.AgentID](r.owner)}
		}),
		thingsOf(w, l, "TimeEntry", false, func(r row, t deskpolicy.Ticket) deskpolicy.TimeEntry {
			return deskpolicy.TimeEntry{Ticket: t, Agent: or[deskpolicy.AgentID](r.owner)}
		}),
		thingsOf(w, l, "Conversation", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Conversation { return chat(t) }),
		thingsOf(w, l, "TicketPair", false, func(_ row, t deskpolicy.Ticket) deskpolicy.TicketPair { return deskpolicy.TicketPair{From: t, Into: t} }).withIncompleteList(),
		thingsOf(w, l, "TicketAssignment", false, func(r row, t deskpolicy.Ticket) deskpolicy.TicketAssignment {
			return deskpolicy.TicketAssignment{Ticket: t, Group: deskpolicy.AgentGroup{ID: "sales", Account: t.Account}}
		}).withIncompleteList(),
		thingsOf(w, l, "ConversationAssignment", false, func(r row, t deskpolicy.Ticket) deskpolicy.ConversationAssignment {
			return deskpolicy.ConversationAssignment{Conversation: chat(t), Group: deskpolicy.AgentGroup{ID: "sales", Account: t.Account}}
		}).withIncompleteList(),
	}
}

func chat(t deskpolicy.Ticket) deskpolicy.Conversation {
	return deskpolicy.Conversation{
		Account: t.Account, Workspace: t.Workspace, Group: t.Group, Assignee: t.Assignee,
		Requester: t.Requester, Participants: t.Participants, CCs: t.CCs, Mentions: t.Mentions,
	}
}

func ownedTypes(w *dataset, l layout) []resourceType {
	owner := func(r row) deskpolicy.AgentID { return or[deskpolicy.AgentID](r.owner) }
	return []resourceType{
		thingsOf(w, l, "TicketList", true, func(r row, t deskpolicy.Ticket) deskpolicy.TicketList {
			return deskpolicy.TicketList{Account: t.Account, Workspace: t.Workspace, Group: t.Group, Owner: owner(r)}
		}),
		thingsOf(w, l, "Article", true, func(r row, t deskpolicy.Ticket) deskpolicy.Article {
			return deskpolicy.Article{Account: t.Account, Workspace: t.Workspace, Author: owner(r)}
		}),
		thingsOf(w, l, "FAQ", true, func(r row, t deskpolicy.Ticket) deskpolicy.FAQ {
			return deskpolicy.FAQ{Account: t.Account, Workspace: t.Workspace, Author: owner(r)}
		}),
		thingsOf(w, l, "Topic", true, func(r row, t deskpolicy.Ticket) deskpolicy.Topic {
			return deskpolicy.Topic{Account: t.Account, Workspace: t.Workspace, Author: owner(r)}
		}),
		thingsOf(w, l, "Campaign", true, func(r row, t deskpolicy.Ticket) deskpolicy.Campaign {
			return deskpolicy.Campaign{Account: t.Account, Workspace: t.Workspace, Author: owner(r)}
		}),
		thingsOf(w, l, "Report", true, func(r row, t deskpolicy.Ticket) deskpolicy.Report { return report(r, t) }),
		thingsOf(w, l, "Dashboard", true, func(r row, t deskpolicy.Ticket) deskpolicy.Dashboard {
			return deskpolicy.Dashboard{Account: t.Account, Workspace: t.Workspace, Team: t.Group, Owner: owner(r)}
		}),
		thingsOf(w, l, "AgentProfile", true, func(r row, t deskpolicy.Ticket) deskpolicy.AgentProfile {
			return deskpolicy.AgentProfile{Account: t.Account, Agent: owner(r)}
		}),
	}
}

func report(r row, t deskpolicy.Ticket) deskpolicy.Report {
	return deskpolicy.Report{Account: t.Account, Workspace: t.Workspace, Team: t.Group, Owner: or[deskpolicy.AgentID](r.owner)}
}

func otherTypes(w *dataset, l layout) []resourceType {
	plain := func(r row, t deskpolicy.Ticket) *deskpolicy.Agent { return agentIn(t.Account, cmpOr(r.owner, "bob")) }
	return []resourceType{
		thingsOf(w, l, "Channel", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Channel {
			return deskpolicy.Channel{Account: t.Account, Workspace: t.Workspace, Group: t.Group}
		}),
		thingsOf(w, l, "CannedResponse", false, func(_ row, t deskpolicy.Ticket) deskpolicy.CannedResponse {
			return deskpolicy.CannedResponse{Account: t.Account, Workspace: t.Workspace, Group: t.Group}
		}),
		thingsOf(w, l, "App", false, func(_ row, t deskpolicy.Ticket) deskpolicy.App {
			return deskpolicy.App{Account: t.Account, Workspace: t.Workspace}
		}),
		thingsOf(w, l, "Settings", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Settings {
			return deskpolicy.Settings{Account: t.Account, Workspace: t.Workspace, Team: t.Group}
		}),
		thingsOf(w, l, "Workspace", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Workspace {
			return deskpolicy.Workspace{ID: t.Workspace, Account: t.Account}
		}),
		thingsOf(w, l, "Account", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Account { return deskpolicy.Account{ID: t.Account} }),
		thingsOf(w, l, "Agent", false, func(r row, t deskpolicy.Ticket) deskpolicy.Agent { return *plain(r, t) }).withIncompleteList(),
		thingsOf(w, l, "SharedAgent", false, func(r row, t deskpolicy.Ticket) deskpolicy.SharedAgent {
			return *deskpolicy.NewSharedAgent("sam", deskpolicy.Account{ID: t.Account}, deskpolicy.CRMUser{ID: "ursa"})
		}).withIncompleteList(),
		thingsOf(w, l, "RoleAssignment", false, func(r row, t deskpolicy.Ticket) deskpolicy.RoleAssignment {
			return deskpolicy.RoleAssignment{Holder: plain(r, t), Binding: deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: cmp.Or(t.Workspace, deskpolicy.AccountWide), TicketScope: deskpolicy.ScopeRestricted}}
		}).withIncompleteList(),
		thingsOf(w, l, "GroupMembership", false, func(r row, t deskpolicy.Ticket) deskpolicy.GroupMembership {
			return deskpolicy.GroupMembership{Member: plain(r, t), Group: deskpolicy.AgentGroup{ID: "sales", Account: t.Account}, Access: deskpolicy.View}
		}).withIncompleteList(),
		thingsOf(w, l, "Role", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Role { return roleIn(t.Account) }).withIncompleteList(),
		thingsOf(w, l, "SupportGrant", false, func(_ row, t deskpolicy.Ticket) deskpolicy.SupportGrant { return grantIn(t.Account) }).withIncompleteList(),
	}
}

// roleIn returns a custom role of the account, and grantIn a support grant. Without an
// account they return the zero value.
func roleIn(account deskpolicy.AccountID) deskpolicy.Role {
	role, _ := deskpolicy.NewRole(account, "Custom", deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)), nil)
	return role
}

func grantIn(account deskpolicy.AccountID) deskpolicy.SupportGrant {
	owner := agentIn(account, "1")
	owner.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}}
	grant, _, _ := deskpolicy.NewSupportGrant(owner, deskpolicy.SupportGrantTerms{ID: "g", Engineers: []deskpolicy.SupportEngineer{eve}, Start: now, End: now.Add(time.Hour), Roles: []deskpolicy.Role{deskpolicy.AdministratorRole.Role()}}, now)
	return grant
}

func cmpOr(p *string, other deskpolicy.AgentID) deskpolicy.AgentID {
	if p == nil || *p == "" {
		return other
	}
	return deskpolicy.AgentID(*p)
}

func customerTypes(w *dataset, l layout) []resourceType {
	var contacts []deskpolicy.Contact
	var contactRows []contactRow
	var pairs []deskpolicy.ContactPair
	for _, p := range w.contacts {
		c := p.contact()
		contacts, contactRows, pairs = append(contacts, c), append(contactRows, contactRow{c}), append(pairs, deskpolicy.ContactPair{From: c, Into: c})
	}
	var companies []deskpolicy.Company
	var companyRows []companyRow
	for _, p := range w.companies {
		companies, companyRows = append(companies, p.company()), append(companyRows, companyRow{p.company()})
	}
	return []resourceType{
		typeOf(w, l, "Contact", describePeople[deskpolicy.Contact](l, "contacts", "team", true), contacts),
		typeOf(w, l, "ContactPair", describePeople[deskpolicy.ContactPair](l, "contacts", "team", false), pairs).withIncompleteList(),
		typeOf(w, l, "Company", describePeople[deskpolicy.Company](l, "companies", "company_team", true), companies),
		typeOf(w, l, "a host's with a Contact", describePeople[contactRow](l, "contacts", "team", false), contactRows).withIncompleteList(),
		typeOf(w, l, "a host's with a Company", describePeople[companyRow](l, "companies", "company_team", false), companyRows).withIncompleteList(),
	}
}

func hostOf(r row, t deskpolicy.Ticket) hostRow {
	return hostRow{deskpolicy.Attributes{Owner: or[deskpolicy.AgentID](r.owner), Account: t.Account, Workspace: t.Workspace, Group: t.Group, Assignee: t.Assignee, Requester: t.Requester, Participants: t.Participants, CCs: t.CCs, Mentions: t.Mentions}}
}

func hostTypes(w *dataset, l layout) []resourceType {
	return []resourceType{
		thingsOf(w, l, "a host's", false, func(r row, t deskpolicy.Ticket) hostRow { return hostOf(r, t) }),
		thingsOf(w, l, "a host's with a Ticket", false, func(_ row, t deskpolicy.Ticket) ticketRow { return ticketRow{t} }),
		thingsOf(w, l, "a host's with a Note", false, func(r row, t deskpolicy.Ticket) noteRow {
			return noteRow{deskpolicy.Note{Ticket: t, Author: or[deskpolicy.AgentID](r.owner)}}
		}),
		thingsOf(w, l, "a host's with a Conversation", false, func(_ row, t deskpolicy.Ticket) chatRow { return chatRow{chat(t)} }),
		thingsOf(w, l, "a host's with a Report", true, func(r row, t deskpolicy.Ticket) reportRow { return reportRow{report(r, t), hostOf(r, t)} }),
		thingsOf(w, l, "a host's with a *Ticket", false, func(_ row, t deskpolicy.Ticket) ticketRef { return ticketRef{&t} }).withIncompleteList(),
		thingsOf(w, l, "a host's with a TicketPair", false, func(_ row, t deskpolicy.Ticket) pairRow { return pairRow{deskpolicy.TicketPair{From: t, Into: t}} }).withIncompleteList(),
		thingsOf(w, l, "a host's with a Role", false, func(r row, t deskpolicy.Ticket) roleRow { return roleRow{roleIn(t.Account), hostOf(r, t)} }).withIncompleteList(),
		thingsOf(w, l, "a host's with a Resource", false, func(_ row, t deskpolicy.Ticket) anyRow { return anyRow{t} }).withIncompleteList(),
		thingsOf(w, l, "a pointer to a host's", false, func(_ row, t deskpolicy.Ticket) *ticketRow { return &ticketRow{t} }).withIncompleteList(),
		thingsOf(w, l, "a pointer to a Ticket", false, func(_ row, t deskpolicy.Ticket) *deskpolicy.Ticket { return &t }).withIncompleteList(),
		thingsOf(w, l, "a Resource", false, func(_ row, t deskpolicy.Ticket) deskpolicy.Resource { return t }).withIncompleteList(),
		thingsOf(w, l, "a turncoat", false, func(r row, t deskpolicy.Ticket) changingRow { return changingRow{t, false} }),
	}
}

// ---- subjects and actions

// hostile returns subjects of every kind, with IDs and bindings of every kind.
func clauseSubjects(t *testing.T, account deskpolicy.Account) (subjects []deskpolicy.Subject) {
	all := everything(t, account.ID)
	roles := []deskpolicy.Role{all[0], all[1], all[2], all[3], all[4], all[5], deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role(), deskpolicy.AdministratorRole.Role(), deskpolicy.AccountAdministratorRole.Role(), {}}
	places := []deskpolicy.WorkspaceID{deskpolicy.OpenWorkspaces, "ita", "", deskpolicy.AccountWide, "ita", ""}
	for i, role := range roles {
		for level, scope := range []deskpolicy.Scope{0, deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal, deskpolicy.Unassigned | deskpolicy.Participating} {
			for _, id := range []deskpolicy.AgentID{"riya", ""}[:1+i/3%2] {
				groups := map[deskpolicy.GroupID]deskpolicy.Access{"sales": deskpolicy.Edit, "": deskpolicy.Edit, `["sales"]`: deskpolicy.View, "riya\x00": deskpolicy.Edit}
				bindings := []deskpolicy.Binding{{Role: role, Workspace: places[i%len(places)], TicketScope: scope}}
				if i%2 == 1 {
					bindings = append(bindings, deskpolicy.Binding{Role: all[1], Workspace: "ITA", TicketScope: deskpolicy.ScopeRestricted})
				}
				subjects = append(subjects, &deskpolicy.Agent{ID: id, Account: account, Bindings: bindings, Groups: groups, Contact: "ca1", Company: "co"})
				shared := deskpolicy.NewSharedAgent(id, account, deskpolicy.CRMUser{
					ID: "ursa", Sees: deskpolicy.CRMRecords(level % 4), Territories: []deskpolicy.TerritoryID{"emea", ""},
					Visibility: deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"ca1": deskpolicy.View, "": deskpolicy.Edit}, AsOf: now, MaxAge: time.Hour},
				})
				shared.Groups, shared.Bindings, shared.Now = groups, append(shared.Bindings, bindings...), now
				subjects = append(subjects, shared)
			}
		}
	}
	elsewhere, gone := account, account
	elsewhere.ID, gone.ID = "acme ", ""
	for _, other := range []deskpolicy.Account{elsewhere, gone} {
		subjects = append(subjects, &deskpolicy.Agent{ID: "riya", Account: other, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}}})
	}
	return append(subjects, nil, (*deskpolicy.Agent)(nil), (*deskpolicy.SharedAgent)(nil), &deskpolicy.SupportSession{}, &deskpolicy.CRMOnlyUser{Account: account, CRM: deskpolicy.CRMUser{ID: "ursa"}},
		sessionAt(t, account, 0), sessionAt(t, account, 2*time.Hour), sessionAt(t, account, 48*time.Hour))
}

// everything returns roles with all permissions that a custom role can have, at each
// level.
func everything(t *testing.T, account deskpolicy.AccountID) (roles []deskpolicy.Role) {
	for _, level := range []deskpolicy.Scope{
		deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal, deskpolicy.ScopeShared | deskpolicy.GroupQueue,
		deskpolicy.Unrouted | deskpolicy.Requested | deskpolicy.SameCompany, deskpolicy.Unassigned | deskpolicy.Participating,
	} {
		var permissions []deskpolicy.Permission
		for id := deskpolicy.ActionID(0); id < deskpolicy.FirstHostInAllClasses+2*deskpolicy.HostRangeLength; id++ {
			if _, err := deskpolicy.NewRole(account, "One", deskpolicy.NewPermissions(id.At(level)), nil); err == nil {
				permissions = append(permissions, id.At(level))
			}
		}
		role, err := deskpolicy.NewRole(account, "Everything", deskpolicy.NewPermissions(permissions...), nil)
		require.NoError(t, err)
		roles = append(roles, role)
	}
	return roles
}

// sessionAt returns the session of a support engineer at a time after a support grant
// was made. The grant starts after an hour and ends after two days.
func sessionAt(t *testing.T, account deskpolicy.Account, after time.Duration) deskpolicy.Subject {
	owner := &deskpolicy.Agent{ID: "1", Account: account, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}}}
	terms := deskpolicy.SupportGrantTerms{ID: "g", Engineers: []deskpolicy.SupportEngineer{eve}, Start: now.Add(time.Hour), End: now.Add(48 * time.Hour), Roles: []deskpolicy.Role{deskpolicy.AdministratorRole.Role()}}
	grant, _, err := deskpolicy.NewSupportGrant(owner, terms, now)
	require.NoError(t, err)
	return grant.Session(eve, account, now.Add(after))
}

// clauseActions returns all actions, some of each of the host's ranges, and invalid
// ones.
func clauseActions() (ids []deskpolicy.ActionID) {
	known := 0
	for id := deskpolicy.ActionID(0); id < deskpolicy.FirstHostView; id++ {
		if id.Valid() || known < 3 {
			ids = append(ids, id)
		}
		if !id.Valid() {
			known++
		}
	}
	for _, from := range []deskpolicy.ActionID{deskpolicy.FirstHostView, deskpolicy.FirstHostEdit, deskpolicy.FirstHostExport, deskpolicy.FirstHostChannel, deskpolicy.FirstHostInAllClasses} {
		ids = append(ids, from, from+deskpolicy.HostRangeLength-1, from+deskpolicy.HostRangeLength)
	}
	return append(ids, 1<<16-1)
}

// ---- the comparison

// clauseData returns things that combine a few accounts, workspaces, groups and
// people; a prime number selects the combinations.
func clauseData() (w dataset) {
	p := func(s string) *string { return &s }
	accounts := []string{"acme", "acme", "acme", "ACME", "acme ", ""}
	places := []*string{nil, p(""), p("ita"), p("ITA"), p("*")}
	groups := []*string{nil, p(""), p("sales"), p(`["sales"]`), p("SALES"), p("other")}
	people := []*string{nil, p(""), p("riya"), p("RIYA"), p("bob"), p("support:eve")}
	for i := range 40 {
		n := i * 7919
		pick := func(from []*string) *string {
			s := from[n%len(from)]
			n /= len(from)
			return s
		}
		r := row{seq: i + 1, id: fmt.Sprint("t", i+1), account: accounts[n%len(accounts)]}
		r.workspace, r.group, r.assignee, r.owner = pick(places), pick(groups), pick(people), pick(people)
		r.requesterID = []*string{nil, p("ca1"), p("ca2"), p("ca3"), p("")}[i%5]
		r.mentions = [][]string{nil, {"riya"}, {"bob", "RIYA"}}[i%3]
		r.participants = []map[string]string{nil, {"riya": "view"}, {"riya": "edit", "bob": "view"}, {"RIYA": "edit"}, {"riya": "none"}, {"riya": "EDIT"}, nil}[i%7]
		r.ccs = []map[string]string{nil, {"ca1": "view"}, nil, {"ca1": "edit"}, {"CA1": "edit", "ca2": "edit"}, nil, nil, {"ca1": "none"}}[i%8]
		w.things = append(w.things, r)
	}
	for i := range 30 {
		c := person{seq: i + 1, id: fmt.Sprint("ca", i/2+1), account: []string{"acme", "ACME"}[i%2], owner: people[i%6]}
		c.user, c.territory = []*string{nil, p(""), p("ursa"), p("URSA")}[i%4], []*string{nil, p(""), p("emea"), p("apac")}[i/4%4]
		c.team = []map[string]string{nil, {"ursa": "view"}, {"ursa": "edit"}, {"URSA": "edit"}, {"ursa": "none"}}[i%5]
		c.worksAt = []*string{nil, p("co"), p(""), p("CO"), p("other")}[i%5]
		w.contacts, w.companies = append(w.contacts, c), append(w.companies, c)
	}
	return w
}

func TestClauses(t *testing.T) {
	on, l, w := sqlite(t), layout{name: "clauses", ids: "text", mentions: "table", crm: "joined", perAccount: true}, clauseData()
	on.tables(t, l)
	on.fill(t, l, w)
	account := deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true, OpenWorkspaces: []deskpolicy.WorkspaceID{"ita"}}
	c := clauses{T: t, on: on, rows: rowsOf(&w), selected: map[string][]int{}}
	subjects, actions := clauseSubjects(t, account), clauseActions()
	for _, ty := range resourceTypes(&w, l) {
		t.Run(strings.ReplaceAll(ty.name, " ", "_"), func(t *testing.T) {
			c.T = t
			for _, subject := range subjects {
				for _, action := range actions {
					c.compare(ty, subject, action)
				}
			}
		})
	}
	t.Logf("%d filters; %d decisions, of which %d allow; %d different statements", c.filters, c.decisions, c.allowed, len(c.selected))
	assert.Greater(t, c.allowed, 50_000)
}

// clauses compares lists with checks.
type clauses struct {
	*testing.T
	on                          server
	rows                        map[string][]clauseRow // by table
	selected                    map[string][]int       // by statement and arguments
	filters, decisions, allowed int
}

func (c *clauses) compare(ty resourceType, subject deskpolicy.Subject, action deskpolicy.ActionID) {
	is := ty.ask(subject, action)
	where, err := is.where()
	if is.naive.apart && err != nil { // the table has no groups or participants
		require.ErrorContains(c, err, "; set it")
		return
	}
	require.NoError(c, err)
	var listed []int
	if len(is.naive.clauses) > 0 {
		listed = c.run(ty.table, where)
	}
	c.filters++
	for i, r := range c.rows[ty.table] {
		_, inSQL := slices.BinarySearch(listed, r.row.seq)
		naively, allowed := is.naive.selects(r.row, r.customer), is.allowed(i)
		c.decisions++
		if allowed {
			c.allowed++
		}
		complete := allowed == naively || allowed && ty.listIncomplete && len(is.naive.clauses) == 0
		if naively != inSQL || naively != is.matches(i) || !complete {
			text, args := where.SQL(1)
			require.Fail(c, "the list and the check disagree", "%v on %s %+v by %#v: allowed %t; the clauses %t, SQL %t, Match %t: %v; %s %q",
				action, ty.name, r.row, subject, allowed, naively, inSQL, is.matches(i), is.naive.clauses, text, args)
		}
	}
}

// A clauseRow is a row of any of the tables.
type clauseRow struct {
	row      row
	customer *person
}

func rowsOf(w *dataset) map[string][]clauseRow {
	rows := map[string][]clauseRow{}
	for _, r := range w.things {
		rows["things"] = append(rows["things"], clauseRow{row: r})
	}
	for table, people := range map[string][]person{"contacts": w.contacts, "companies": w.companies} {
		for i := range people {
			p := &people[i]
			rows[table] = append(rows[table], clauseRow{row{seq: p.seq, id: p.id, account: p.account, assignee: p.owner, owner: p.owner}, p})
		}
	}
	return rows
}

// run returns the rows that the condition selects. It runs each condition once.
func (c *clauses) run(table string, where sqlfilter.Fragment) []int {
	text, args := where.SQL(1)
	key := fmt.Sprintf("%s %s %q", table, text, args)
	seqs, known := c.selected[key]
	if !known {
		seqs = column(c, c.on.DB, "SELECT seq FROM "+table+" WHERE "+text+" ORDER BY seq", args...)
		c.selected[key] = seqs
	}
	return seqs
}
