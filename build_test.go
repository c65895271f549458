package deskpolicy_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
)

// A hostInvoice is a resource of the host's own.
type hostInvoice struct{ Account, Workspace, Group, Assignee string }

func (i hostInvoice) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{
		Account:   deskpolicy.AccountID(i.Account),
		Workspace: deskpolicy.WorkspaceID(i.Workspace),
		Group:     deskpolicy.GroupID(i.Group),
		Assignee:  deskpolicy.AgentID(i.Assignee),
	}
}

// The host's actions lie at the edges of their ranges.
const (
	hostInspect deskpolicy.Action[deskpolicy.Ticket]  = deskpolicy.HostViews
	hostChange  deskpolicy.Action[deskpolicy.Ticket]  = deskpolicy.HostEdits
	hostBill    deskpolicy.Action[hostInvoice]        = deskpolicy.HostEdits + deskpolicy.HostRange - 1
	hostExtract deskpolicy.Action[hostInvoice]        = deskpolicy.HostExports
	hostCall    deskpolicy.Action[deskpolicy.Channel] = deskpolicy.HostChannels
	hostAct     deskpolicy.Action[deskpolicy.Agent]   = deskpolicy.HostActions + deskpolicy.HostRange - 1
)

var hostActions = map[string]deskpolicy.ActionID{
	"host.inspect": hostInspect.ID(), "host.change": hostChange.ID(), "host.bill": hostBill.ID(),
	"host.extract": hostExtract.ID(), "host.call": hostCall.ID(), "host.act": hostAct.ID(),
}

var hostVocabulary = func() *deskpolicy.Vocabulary {
	v, err := deskpolicy.NewVocabulary(
		deskpolicy.Named(hostInspect, "host.inspect"), deskpolicy.Named(hostChange, "host.change"), deskpolicy.Named(hostBill, "host.bill"),
		deskpolicy.Named(hostExtract, "host.extract"), deskpolicy.Named(hostCall, "host.call"), deskpolicy.Named(hostAct, "host.act"))
	if err != nil {
		panic(err)
	}
	return v
}()

// A built is a request in the library's types, to be asked in both ways.
type built struct {
	subject deskpolicy.Subject
	action  deskpolicy.ActionID
	about   about
}

// An about is a resource as each way of asking wants it.
type about struct {
	value, pointer deskpolicy.Resource
	authorize      func(deskpolicy.Subject, deskpolicy.ActionID) deskpolicy.Decision
	filter         func(deskpolicy.Subject, deskpolicy.ActionID) listed
}

// A listed is a filter without its type.
type listed struct {
	kind    deskpolicy.FilterKind
	account deskpolicy.AccountID
	arms    []deskpolicy.Arm
	reason  deskpolicy.Reason
	until   time.Time
	match   func(about) bool
}

// on returns the resource, nil for none.
func on[R deskpolicy.Resource](resource *R) about {
	a := about{pointer: any(resource).(deskpolicy.Resource)}
	if resource != nil {
		a.value = *resource
	}
	a.authorize = func(subject deskpolicy.Subject, id deskpolicy.ActionID) deskpolicy.Decision {
		return deskpolicy.Authorize(subject, deskpolicy.Action[R](id), resource)
	}
	a.filter = func(subject deskpolicy.Subject, id deskpolicy.ActionID) listed {
		f := deskpolicy.FilterFor(subject, deskpolicy.Action[R](id))
		match := func(a about) bool { return f.Match(any(a.pointer).(*R)) }
		return listed{f.Kind(), f.Account(), slices.Collect(f.Arms()), f.Reason(), f.Until(), match}
	}
	return a
}

func (b built) authorize() deskpolicy.Decision { return b.about.authorize(b.subject, b.action) }

// request returns the request with its types erased.
func (b built) request() deskpolicy.Request {
	return deskpolicy.Request{Subject: b.subject, Action: b.action, Resource: b.about.value, Vocabulary: hostVocabulary}
}

// A builder turns the model's values into the library's, each one once.
type builder struct {
	roles    map[*oracle.Role]deskpolicy.Role
	subjects map[*oracle.Agent]deskpolicy.Subject
}

// build builds the request.
func build(q oracle.Request) built {
	return newBuilder(map[*oracle.Role]deskpolicy.Role{}).build(q)
}

func (b builder) build(q oracle.Request) built {
	return built{b.subject(q.Subject), actionID(q.Action), b.about(q.Thing)}
}

// actionID returns the number of a name of the vocabulary, or that of "number 4711".
func actionID(name string) deskpolicy.ActionID {
	if id, ok := actionIDs[name]; ok {
		return id
	}
	if digits, ok := strings.CutPrefix(name, "number "); ok {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			panic(err)
		}
		return deskpolicy.ActionID(n)
	}
	panic("no such action: " + name)
}

// actionIDs are the numbers of the vocabulary's names.
var actionIDs = func() map[string]deskpolicy.ActionID {
	ids := maps.Clone(hostActions)
	for id := range deskpolicy.Actions() {
		ids[id.String()] = id
	}
	return ids
}()

func (b builder) subject(m *oracle.Agent) deskpolicy.Subject {
	if m == nil {
		return nil
	}
	if subject, ok := b.subjects[m]; ok {
		return subject
	}
	var bindings []deskpolicy.Binding
	for _, binding := range m.Bindings {
		bindings = append(bindings, b.binding(binding))
	}
	groups := buildAccesses[deskpolicy.GroupID](m.Groups)
	var subject deskpolicy.Subject
	switch id, account := deskpolicy.AgentID(m.ID), buildAccount(m.Account); m.Kind {
	case "":
		subject = &deskpolicy.Agent{ID: id, Account: account, Deactivated: m.Deactivated, Bindings: bindings, Groups: groups}
	case "shared_agent":
		subject = &deskpolicy.SharedAgent{ID: id, Account: account, Deactivated: m.Deactivated, Bindings: bindings, Groups: groups, CRM: buildUser(m.User)}
	case "non_agent":
		subject = &deskpolicy.NonAgent{Account: account, CRM: buildUser(m.User)}
	default:
		panic("no such kind of subject: " + m.Kind)
	}
	b.subjects[m] = subject
	return subject
}

// agentOf returns the agent of that type; nil for nobody.
func agentOf[A any](b builder, m *oracle.Agent) *A {
	if m == nil {
		return nil
	}
	return any(b.subject(m)).(*A)
}

func buildUser(m oracle.User) deskpolicy.CRMUser {
	user := deskpolicy.CRMUser{
		ID: deskpolicy.CRMUserID(m.ID), Deactivated: m.Deactivated, Scope: buildScope(m.Scope),
		Visible: deskpolicy.Visible{
			Contacts: buildAccesses[deskpolicy.ContactID](m.Contacts), Companies: buildAccesses[deskpolicy.CompanyID](m.Companies),
			Age: time.Duration(m.Age), Limit: time.Duration(m.Limit),
		},
	}
	for _, territory := range m.Territories {
		user.Territories = append(user.Territories, deskpolicy.TerritoryID(territory))
	}
	if m.Parents != nil {
		user.Hierarchy = map[deskpolicy.TerritoryID]deskpolicy.TerritoryID{}
	}
	for territory, parent := range m.Parents {
		user.Hierarchy[deskpolicy.TerritoryID(territory)] = deskpolicy.TerritoryID(parent)
	}
	return user
}

func buildRecord(m oracle.Record) deskpolicy.CRMRecord {
	return deskpolicy.CRMRecord{
		Owner: deskpolicy.CRMUserID(m.Owner), Territory: deskpolicy.TerritoryID(m.Territory), Team: buildAccesses[deskpolicy.CRMUserID](m.Team),
	}
}

// buildAccesses returns the accesses by ID, nil for nil.
func buildAccesses[ID ~string](m map[string]string) map[ID]deskpolicy.Access {
	if m == nil {
		return nil
	}
	accesses := map[ID]deskpolicy.Access{}
	for id, access := range m {
		accesses[ID(id)] = buildAccess(access)
	}
	return accesses
}

func buildAccount(m oracle.Account) deskpolicy.Account {
	account := deskpolicy.Account{ID: deskpolicy.AccountID(m.ID), Integrated: m.Integrated}
	for _, name := range m.Features {
		feature, err := deskpolicy.ParseFeature(name)
		if err != nil {
			panic(err)
		}
		account.Plan.Features |= feature
	}
	for _, id := range m.Administrators {
		account.Administrators = append(account.Administrators, deskpolicy.AgentID(id))
	}
	for _, workspace := range m.Open {
		account.Workspaces = append(account.Workspaces, deskpolicy.WorkspaceID(workspace))
	}
	return account
}

func (b builder) binding(m oracle.Binding) deskpolicy.Binding {
	return deskpolicy.Binding{Role: b.role(m.Role), Workspace: deskpolicy.WorkspaceID(m.Workspace), TicketScope: buildScope(m.TicketScope)}
}

// buildScope returns the scope of that name, and a number beyond the scopes for any other.
func buildScope(name string) deskpolicy.Scope {
	switch name {
	case "", "none":
		return 0
	case "unknown":
		return deskpolicy.Global + 1
	case "beyond":
		return 255
	default:
		scope, err := deskpolicy.ParseScope(name)
		if err != nil {
			panic(err)
		}
		return scope
	}
}

// buildAccess returns the access of that name, and a number beyond the accesses for "unknown".
func buildAccess(name string) deskpolicy.Access {
	if name == "unknown" {
		return deskpolicy.Edit + 1
	}
	access, err := deskpolicy.ParseAccess(name)
	if err != nil {
		panic(err)
	}
	return access
}

func (b builder) role(m *oracle.Role) deskpolicy.Role {
	if m == nil {
		return deskpolicy.Role{}
	}
	if role, ok := b.roles[m]; ok {
		return role
	}
	role, err := deskpolicy.BuiltInRole(m.Name)
	if !m.BuiltIn {
		role, err = deskpolicy.NewRole(deskpolicy.AccountID(m.Account), m.Name, buildPermissions(m.May))
	}
	if err != nil {
		panic(err)
	}
	b.roles[m] = role
	return role
}

// buildPermissions returns the permissions at their levels. One without a level
// is added at scopes that do not exist, which permit nothing.
func buildPermissions(may map[string]oracle.Held) deskpolicy.Permissions {
	var permissions []deskpolicy.Permission
	for name, held := range may {
		id := actionID(name)
		for scope, has := range map[deskpolicy.Scope]bool{
			deskpolicy.Restricted: held.Restricted, deskpolicy.Group: held.Group, deskpolicy.Global: held.Global,
			0: held == oracle.Held{}, deskpolicy.Global + 1: held == oracle.Held{},
		} {
			if has {
				permissions = append(permissions, id.At(scope))
			}
		}
	}
	return deskpolicy.PermissionsOf(permissions...)
}

// about builds the resource. Of a thing's fields it takes those that the kind has.
func (b builder) about(m *oracle.Thing) about {
	if m == nil {
		return on[deskpolicy.Ticket](nil)
	}
	account, workspace := deskpolicy.AccountID(m.Account), deskpolicy.WorkspaceID(m.Workspace)
	group, author := deskpolicy.GroupID(m.Group), deskpolicy.AgentID(m.Author)
	switch m.Kind {
	case "ticket":
		return on(ptrTo(buildTicket(m)))
	case "ticket_pair":
		return on(&deskpolicy.TicketPair{From: buildTicket(m.From), Into: buildTicket(m.Into)})
	case "assignment":
		return on(&deskpolicy.Assignment{Ticket: buildTicket(m.Part), To: b.target(m.To, m.NilTo), Group: buildTeam(m.Team)})
	case "note":
		return on(&deskpolicy.Note{Ticket: buildTicket(m.Part), Author: author})
	case "time_entry":
		return on(&deskpolicy.TimeEntry{Ticket: buildTicket(m.Part), Agent: author})
	case "conversation":
		return on(ptrTo(buildConversation(m)))
	case "transfer":
		return on(&deskpolicy.Transfer{Conversation: buildConversation(m.Part), To: b.target(m.To, m.NilTo), Group: buildTeam(m.Team)})
	case "channel":
		return on(&deskpolicy.Channel{Account: account, Workspace: workspace, Group: group})
	case "canned_response":
		return on(&deskpolicy.CannedResponse{Account: account, Workspace: workspace, Group: group})
	case "ticket_list":
		return on(&deskpolicy.TicketList{Account: account, Workspace: workspace, Group: group, Owner: author})
	case "article":
		return on(&deskpolicy.Article{Account: account, Workspace: workspace, Author: author})
	case "faq":
		return on(&deskpolicy.FAQ{Account: account, Workspace: workspace, Author: author})
	case "topic":
		return on(&deskpolicy.Topic{Account: account, Workspace: workspace, Author: author})
	case "contact":
		return on(ptrTo(buildContact(m)))
	case "contact_pair":
		return on(&deskpolicy.ContactPair{From: buildContact(m.From), Into: buildContact(m.Into)})
	case "company":
		return on(&deskpolicy.Company{ID: deskpolicy.CompanyID(m.ID), Account: account, Owner: author, CRM: buildRecord(m.Record)})
	case "campaign":
		return on(&deskpolicy.Campaign{Account: account, Workspace: workspace, Author: author})
	case "report":
		return on(&deskpolicy.Report{Account: account, Workspace: workspace, Team: group, Owner: author})
	case "dashboard":
		return on(&deskpolicy.Dashboard{Account: account, Workspace: workspace, Team: group, Owner: author})
	case "app":
		return on(&deskpolicy.App{Account: account, Workspace: workspace})
	case "settings":
		return on(&deskpolicy.Settings{Account: account, Workspace: workspace, Team: group})
	case "workspace":
		return on(&deskpolicy.Workspace{ID: workspace, Account: account})
	case "account":
		return on(&deskpolicy.Account{ID: account})
	case "agent":
		return on(agentOf[deskpolicy.Agent](b, m.Agent))
	case "shared_agent":
		return on(agentOf[deskpolicy.SharedAgent](b, m.Agent))
	case "profile":
		return on(&deskpolicy.Profile{Account: account, Of: author})
	case "role":
		return on(ptrTo(b.role(m.Role)))
	case "appointment":
		return on(&deskpolicy.Appointment{To: b.target(m.Agent, m.NilTo), Binding: b.binding(m.Binding)})
	case "membership":
		return on(&deskpolicy.Membership{Of: b.target(m.Agent, m.NilTo), Group: buildTeam(m.Team), Access: buildAccess(cmp.Or(m.Access, "none"))})
	case "grant":
		return on(ptrTo(b.grant(m)))
	case "invoice":
		return on(&hostInvoice{m.Account, m.Workspace, m.Group, m.Assignee})
	default:
		panic("no such kind of thing: " + m.Kind)
	}
}

// grant returns a grant of the account that gives the roles and, for there has
// to be one, a role without permissions.
func (b builder) grant(m *oracle.Thing) deskpolicy.Grant {
	if m.Account == "" {
		return deskpolicy.Grant{}
	}
	guest := &oracle.Role{Name: "Guest", Account: m.Account}
	roles := map[string]*oracle.Role{}
	names := func(given ...*oracle.Role) (names []string) {
		for _, role := range given {
			if role.BuiltIn || role.Account == m.Account {
				name := fmt.Sprintf("%s %p", role.Name, role) // roles of a name are different ones here
				names, roles[name] = append(names, name), role
			}
		}
		return names
	}
	text, err := json.Marshal(map[string]any{
		"id": "g", "account": m.Account, "by": "ann", "start": "2026-11-02T12:00:00Z", "end": "2026-11-09T12:00:00Z",
		"roles": names(append(slices.Clone(m.Gives), guest)...), "workspaces": func() map[string][]string {
			granted := map[string][]string{}
			for workspace, given := range m.Granted {
				granted[workspace] = append([]string{}, names(given...)...)
			}
			return granted
		}(),
	})
	if err != nil {
		panic(err)
	}
	grant, err := deskpolicy.DecodeGrant(text, func(name string) (deskpolicy.Role, error) { return b.role(roles[name]), nil })
	if err != nil {
		panic(err)
	}
	return grant
}

func ptrTo[T any](v T) *T { return &v }

func buildTicket(m *oracle.Thing) deskpolicy.Ticket {
	ticket := deskpolicy.Ticket{
		ID:        deskpolicy.TicketID(m.ID),
		Account:   deskpolicy.AccountID(m.Account),
		Workspace: deskpolicy.WorkspaceID(m.Workspace),
		Group:     deskpolicy.GroupID(m.Group),
		Assignee:  deskpolicy.AgentID(m.Assignee),
	}
	if m.Requester != nil {
		ticket.Requester = ptrTo(buildContact(m.Requester))
	}
	if m.Mentions != nil {
		ticket.Mentions = map[deskpolicy.AgentID]bool{}
	}
	for agent, mentioned := range m.Mentions {
		ticket.Mentions[deskpolicy.AgentID(agent)] = mentioned
	}
	return ticket
}

func buildConversation(m *oracle.Thing) deskpolicy.Conversation {
	return deskpolicy.Conversation{
		ID:        deskpolicy.ConversationID(m.ID),
		Account:   deskpolicy.AccountID(m.Account),
		Workspace: deskpolicy.WorkspaceID(m.Workspace),
		Group:     deskpolicy.GroupID(m.Group),
		Assignee:  deskpolicy.AgentID(m.Assignee),
	}
}

func buildContact(m *oracle.Thing) deskpolicy.Contact {
	return deskpolicy.Contact{
		ID: deskpolicy.ContactID(m.ID), Account: deskpolicy.AccountID(m.Account), Owner: deskpolicy.AgentID(m.Author), CRM: buildRecord(m.Record),
	}
}

func buildTeam(m oracle.Team) deskpolicy.AgentGroup {
	return deskpolicy.AgentGroup{ID: deskpolicy.GroupID(m.ID), Account: deskpolicy.AccountID(m.Account)}
}

// target returns whom a thing is to go to: somebody, nobody, or a nil pointer of the kind.
func (b builder) target(to *oracle.Agent, nilTo string) deskpolicy.Subject {
	switch nilTo {
	case "agent":
		return (*deskpolicy.Agent)(nil)
	case "shared_agent":
		return (*deskpolicy.SharedAgent)(nil)
	case "non_agent":
		return (*deskpolicy.NonAgent)(nil)
	default:
		return b.subject(to)
	}
}
