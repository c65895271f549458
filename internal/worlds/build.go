package worlds

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

// An Invoice is a resource type of the host's.
type Invoice struct{ Account, Workspace, Group, Assignee string }

// Attributes returns the invoice's location and assignee.
func (i Invoice) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{
		Account:   deskpolicy.AccountID(i.Account),
		Workspace: deskpolicy.WorkspaceID(i.Workspace),
		Group:     deskpolicy.GroupID(i.Group),
		Assignee:  deskpolicy.AgentID(i.Assignee),
	}
}

// A Task is a host's resource on a ticket that can be assigned, with an author.
type Task struct {
	Account   deskpolicy.AccountID
	Workspace deskpolicy.WorkspaceID
	Group     deskpolicy.GroupID
	Assignee  deskpolicy.AgentID
	Author    deskpolicy.AgentID

	Requester    *deskpolicy.Contact
	Participants map[deskpolicy.AgentID]deskpolicy.Access
	CCs          map[deskpolicy.ContactID]deskpolicy.Access
	Mentions     map[deskpolicy.AgentID]bool
	Confidential bool
}

// Attributes returns all attributes that a host can set.
func (t Task) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{
		Account: t.Account, Workspace: t.Workspace, Group: t.Group, Assignee: t.Assignee, Owner: t.Author,
		Assignable: true, OnTicket: true,
		Requester: t.Requester, Participants: t.Participants, CCs: t.CCs, Mentions: t.Mentions, Confidential: t.Confidential,
	}
}

// A Visit is a host's resource on a ticket that is never assigned: its Assignee is the agent
// who makes the visit, and its Author the one who planned it.
type Visit Task

// Attributes returns all attributes that a host can set, but for Assignable.
func (v Visit) Attributes() deskpolicy.Attributes {
	what := Task(v).Attributes()
	what.Assignable = false
	return what
}

// The host's actions, at the edges of their ranges.
const (
	HostAmend   deskpolicy.Action[Task]               = deskpolicy.FirstHostOwn
	HostInspect deskpolicy.Action[deskpolicy.Ticket]  = deskpolicy.FirstHostView
	HostAttend  deskpolicy.Action[Visit]              = deskpolicy.FirstHostView + deskpolicy.HostRangeLength - 1
	HostChange  deskpolicy.Action[deskpolicy.Ticket]  = deskpolicy.FirstHostEdit
	HostBill    deskpolicy.Action[Invoice]            = deskpolicy.FirstHostEdit + deskpolicy.HostRangeLength - 1
	HostExtract deskpolicy.Action[Invoice]            = deskpolicy.FirstHostExport
	HostCall    deskpolicy.Action[deskpolicy.Channel] = deskpolicy.FirstHostChannel
	HostAct     deskpolicy.Action[deskpolicy.Agent]   = deskpolicy.FirstHostInAllClasses + deskpolicy.HostRangeLength - 1
	HostFollow  deskpolicy.Action[Task]               = deskpolicy.FirstHostPublicView
	HostRate    deskpolicy.Action[deskpolicy.Article] = deskpolicy.FirstHostPublicEdit + deskpolicy.HostRangeLength - 1
)

// HostActions maps the names of the host's actions to their IDs.
var HostActions = map[string]deskpolicy.ActionID{
	"host.inspect": HostInspect.ID(), "host.change": HostChange.ID(), "host.bill": HostBill.ID(),
	"host.extract": HostExtract.ID(), "host.call": HostCall.ID(), "host.act": HostAct.ID(), "host.amend": HostAmend.ID(), "host.attend": HostAttend.ID(), "host.follow": HostFollow.ID(), "host.rate": HostRate.ID(),
}

// HostVocabulary gives the host's actions their names.
var HostVocabulary = func() *deskpolicy.Vocabulary {
	v, err := deskpolicy.NewVocabulary(
		deskpolicy.NewHostAction(HostInspect, "host.inspect"), deskpolicy.NewHostAction(HostChange, "host.change"), deskpolicy.NewHostAction(HostBill, "host.bill"),
		deskpolicy.NewHostAction(HostExtract, "host.extract"), deskpolicy.NewHostAction(HostCall, "host.call"), deskpolicy.NewHostAction(HostAct, "host.act"),
		deskpolicy.NewHostAction(HostAmend, "host.amend"), deskpolicy.NewHostAction(HostAttend, "host.attend"),
		deskpolicy.NewHostAction(HostFollow, "host.follow"), deskpolicy.NewHostAction(HostRate, "host.rate"))
	if err != nil {
		panic(err)
	}
	return v
}()

// A Question is a request in the library's types, which can be asked with static types
// (Authorize) and without (Request).
type Question struct {
	Subject  deskpolicy.Subject
	Action   deskpolicy.ActionID
	Resource Resource
}

// A Resource is a resource in the form that each way of asking needs.
type Resource struct {
	Value, Pointer deskpolicy.Resource
	Authorize      func(deskpolicy.Subject, deskpolicy.ActionID) deskpolicy.Decision
	Filter         func(deskpolicy.Subject, deskpolicy.ActionID) Filter
	Request        func(deskpolicy.Subject, deskpolicy.ActionID) deskpolicy.Request // with static types
	CanView        func(deskpolicy.Subject) bool
	WhoCan         func(deskpolicy.ActionID, ...deskpolicy.Subject) []deskpolicy.AllowedSubject
	HostAction     func(deskpolicy.ActionID) deskpolicy.HostAction // the action on the resource's type
	Nil, Zero      func() Resource                                 // a nil pointer of its type, and the zero value
}

// A Filter is a deskpolicy.Filter without its type parameter.
type Filter struct {
	Kind    deskpolicy.FilterKind
	Account deskpolicy.AccountID
	Clauses []deskpolicy.Clause
	Reason  deskpolicy.Reason
	Until   time.Time
	Match   func(Resource) bool
}

// On returns the resource that the pointer points to. The pointer may be nil.
func On[R deskpolicy.Resource](resource *R) Resource {
	var a Resource
	a.Pointer, _ = any(resource).(deskpolicy.Resource) // a pointer to a reference type is not a resource
	if resource != nil {
		a.Value = *resource
	}
	a.Authorize = func(subject deskpolicy.Subject, id deskpolicy.ActionID) deskpolicy.Decision {
		return deskpolicy.Authorize(subject, deskpolicy.Action[R](id), resource)
	}
	a.Filter = func(subject deskpolicy.Subject, id deskpolicy.ActionID) Filter {
		f := deskpolicy.FilterFor(subject, deskpolicy.Action[R](id))
		match := func(a Resource) bool {
			if pointer, ok := any(a.Pointer).(*R); ok {
				return f.Match(pointer)
			}
			return f.Match(resource) // a pointer to a reference type
		}
		return Filter{f.Kind(), f.Account(), slices.Collect(f.Clauses()), f.Reason(), f.Until(), match}
	}
	a.Request = func(subject deskpolicy.Subject, id deskpolicy.ActionID) deskpolicy.Request {
		return deskpolicy.NewRequest(subject, deskpolicy.Action[R](id), resource)
	}
	a.CanView = func(subject deskpolicy.Subject) bool { return deskpolicy.CanView(subject, resource) }
	a.WhoCan = func(id deskpolicy.ActionID, subjects ...deskpolicy.Subject) []deskpolicy.AllowedSubject {
		return deskpolicy.WhoCan(deskpolicy.Action[R](id), resource, subjects...)
	}
	a.HostAction = func(id deskpolicy.ActionID) deskpolicy.HostAction {
		return deskpolicy.NewHostAction(deskpolicy.Action[R](id), "the host's")
	}
	a.Nil = func() Resource { return On[R](nil) }
	a.Zero = func() Resource { return On(new(R)) }
	return a
}

// Authorize returns the library's decision.
func (b Question) Authorize() deskpolicy.Decision { return b.Resource.Authorize(b.Subject, b.Action) }

// Request returns the request with its types erased.
func (b Question) Request() deskpolicy.Request {
	return deskpolicy.Request{Subject: b.Subject, Action: b.Action, Resource: b.Resource.Value, Vocabulary: HostVocabulary}
}

// A Builder converts the oracle's values to the library's, each one once.
type Builder struct {
	Roles    map[*oracle.Role]deskpolicy.Role
	subjects map[*oracle.Agent]deskpolicy.Subject
}

// NewBuilder returns a builder that shares the roles already built.
func NewBuilder(roles map[*oracle.Role]deskpolicy.Role) Builder {
	return Builder{roles, map[*oracle.Agent]deskpolicy.Subject{}}
}

// Build builds the request.
func Build(q oracle.Request) Question {
	return NewBuilder(map[*oracle.Role]deskpolicy.Role{}).Build(q)
}

// Build builds the request.
func (b Builder) Build(q oracle.Request) Question {
	return Question{b.Subject(q.Subject), ActionID(q.Action), b.Resource(q.Thing)}
}

// ActionID returns the ID of the named action; "number 4711" is the ID 4711.
// It panics if there is no such action.
func ActionID(name string) deskpolicy.ActionID {
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
	panic("unknown action: " + name)
}

// actionIDs maps the names of the vocabulary to their IDs.
var actionIDs = func() map[string]deskpolicy.ActionID {
	ids := maps.Clone(HostActions)
	for id := range deskpolicy.Actions() {
		ids[id.String()] = id
	}
	return ids
}()

// Subject builds the subject. It returns nil for a nil pointer.
func (b Builder) Subject(m *oracle.Agent) deskpolicy.Subject {
	if m == nil {
		return nil
	}
	subject, built := b.subjects[m]
	switch {
	case built:
	case m.Acts != nil:
		subject = b.delegate(m)
	default:
		subject = b.newSubject(m)
	}
	b.subjects[m] = subject
	return subject
}

// newSubject builds the subject without who acts for it.
func (b Builder) newSubject(m *oracle.Agent) (subject deskpolicy.Subject) {
	var bindings []deskpolicy.Binding
	for _, binding := range m.Bindings {
		bindings = append(bindings, b.binding(binding))
	}
	groups := buildAccesses[deskpolicy.GroupID](m.Groups)
	switch id, account := deskpolicy.AgentID(m.ID), buildAccount(m.Account); m.Kind {
	case "":
		subject = &deskpolicy.Agent{
			ID: id, Account: account, Deactivated: m.Deactivated, Now: Day(m.Now), Bindings: bindings, Groups: groups,
			Contact: deskpolicy.ContactID(m.Contact), Company: deskpolicy.CompanyID(m.Company),
		}
	case "shared_agent":
		subject = &deskpolicy.SharedAgent{ID: id, Account: account, Deactivated: m.Deactivated, Now: Day(m.Now), Bindings: bindings, Groups: groups, CRM: buildUser(m.User)}
	case "customer":
		subject = &deskpolicy.Customer{
			ID: deskpolicy.ContactID(m.ID), Account: account, Deactivated: m.Deactivated, Now: Day(m.Now), Bindings: bindings, Company: deskpolicy.CompanyID(m.Company),
		}
	case "non_agent":
		subject = &deskpolicy.CRMOnlyUser{Account: account, CRM: buildUser(m.User), Now: Day(m.Now)}
	default:
		panic("unknown kind of subject: " + m.Kind)
	}
	return subject
}

// agentOf builds the agent as an A, without anybody who acts for it. It returns nil for a nil pointer.
func agentOf[A any](b Builder, m *oracle.Agent) *A {
	if m == nil {
		return nil
	}
	if m.Delegate() {
		m = m.ActedFor(nil)
	}
	return any(b.Subject(m)).(*A)
}

func buildUser(m oracle.User) deskpolicy.CRMUser {
	user := deskpolicy.CRMUser{
		ID: deskpolicy.CRMUserID(m.ID), Deactivated: m.Deactivated, Sees: buildRecords(m.Sees),
		Visibility: deskpolicy.CRMVisibility{
			Contacts: buildAccesses[deskpolicy.ContactID](m.Contacts), Companies: buildAccesses[deskpolicy.CompanyID](m.Companies),
			AsOf: Day(m.AsOf), MaxAge: days(m.Limit),
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

// buildAccesses returns the accesses by ID. It returns nil for a nil map.
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
	if m.Authors {
		account.RoleAuthors = deskpolicy.AuthorsByPermission
	}
	for _, name := range m.Features {
		account.Plan.Features |= Named[deskpolicy.Features](name)
	}
	for _, id := range m.Administrators {
		account.Administrators = append(account.Administrators, deskpolicy.AgentID(id))
	}
	for _, workspace := range m.Open {
		account.OpenWorkspaces = append(account.OpenWorkspaces, deskpolicy.WorkspaceID(workspace))
	}
	return account
}

func (b Builder) binding(m oracle.Binding) deskpolicy.Binding {
	return deskpolicy.Binding{Role: b.Role(m.Role), Workspace: deskpolicy.WorkspaceID(m.Workspace), Group: deskpolicy.GroupID(m.Group), TicketScope: buildScope(m.TicketScope), Window: deskpolicy.NewWindow(Day(m.From), Day(m.Until))}
}

// Day returns the first instant of a day in the oracle's month; the zero time for 0, and an
// invalid instant for a negative day. The days from 1 up to, but not including, 7 are within
// each support grant that is built.
func Day(n int) time.Time {
	switch {
	case n == 0:
		return time.Time{}
	case n < 0:
		return time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(2026, 11, 2+n, 12, 0, 0, 0, time.UTC)
}

// days returns the length of n days; the largest there is for more.
func days(n int) time.Duration {
	const day = 24 * time.Hour
	if n > int(math.MaxInt64/day) {
		return math.MaxInt64
	}
	return time.Duration(n) * day
}

// buildRecords returns the CRM records with that name: 0 for "" and "none", and a value above
// AllRecords for "unknown" and "beyond".
func buildRecords(name string) deskpolicy.CRMRecords {
	switch name {
	case "":
		return 0
	case "unknown":
		return deskpolicy.AllRecords + 1
	case "beyond":
		return 255
	default:
		return Named[deskpolicy.CRMRecords](name)
	}
}

// buildScope returns the scope with that text: 0 for "" and "none", and values with a bit
// that is no relation for "unknown" and "beyond".
func buildScope(name string) deskpolicy.Scope {
	switch name {
	case "", "none":
		return 0
	case "unknown":
		return deskpolicy.Scope(1 << 15)
	case "beyond":
		return deskpolicy.ScopeGroup | deskpolicy.Scope(1<<15)
	default:
		return ScopeOf(name)
	}
}

// ScopeOf returns the scope of the relations and sets that the text names, even if some
// include others.
func ScopeOf(text string) (s deskpolicy.Scope) {
	for word := range strings.SplitSeq(text, "|") {
		s |= Named[deskpolicy.Scope](word)
	}
	return s
}

// buildAccess returns the access with that name, and a value above Edit for "unknown".
func buildAccess(name string) deskpolicy.Access {
	if name == "unknown" {
		return deskpolicy.Edit + 1
	}
	return Named[deskpolicy.Access](name)
}

// Named returns the value with that name. It panics if there is none.
func Named[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](name string) (value T) {
	if err := P(&value).UnmarshalText([]byte(name)); err != nil {
		panic(err)
	}
	return value
}

// Role builds the role. It returns the zero Role for a nil pointer.
func (b Builder) Role(m *oracle.Role) deskpolicy.Role {
	if m == nil {
		return deskpolicy.Role{}
	}
	if role, ok := b.Roles[m]; ok {
		return role
	}
	role, err := deskpolicy.BuiltInRole(m.Name)
	if !m.BuiltIn {
		role, err = deskpolicy.NewRole(deskpolicy.AccountID(m.Account), m.Name, buildPermissions(m.May), nil)
	}
	if err != nil {
		panic(err)
	}
	b.Roles[m] = role
	return role
}

// buildPermissions returns the permissions at their scopes. A permission without a scope
// is added at invalid scopes, which permit nothing.
func buildPermissions(may map[string]oracle.Held) deskpolicy.Permissions {
	var permissions []deskpolicy.Permission
	for name, held := range may {
		id := ActionID(name)
		if held == (oracle.Held{}) {
			permissions = append(permissions, id.At(0), id.At(deskpolicy.Scope(1<<15)), id.At(deskpolicy.ScopeGroup|deskpolicy.Scope(1<<15)))
			continue
		}
		permissions = append(permissions, id.At(ScopeOf(held.String())))
	}
	return deskpolicy.NewPermissions(permissions...)
}

// Resource builds the resource from the fields of the thing that its kind has.
func (b Builder) Resource(m *oracle.Thing) Resource {
	if m == nil {
		return On[deskpolicy.Ticket](nil)
	}
	if build, plain := PlainTypes[m.Kind]; plain {
		return build(plaintype.Place{
			Account: deskpolicy.AccountID(m.Account), Workspace: deskpolicy.WorkspaceID(m.Workspace),
			Group: deskpolicy.GroupID(m.Group), Owner: deskpolicy.AgentID(m.Author),
		})
	}
	build, known := resourceBuilders[m.Kind]
	if !known {
		panic("unknown kind of thing: " + m.Kind)
	}
	return build(b, m)
}

// resourceBuilders has a function for each kind that is not a plain type.
var resourceBuilders = map[string]func(Builder, *oracle.Thing) Resource{
	"ticket": func(_ Builder, m *oracle.Thing) Resource { return On(ptrTo(buildTicket(m))) },
	"ticket_pair": func(_ Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.TicketPair{From: buildTicket(m.From), Into: buildTicket(m.Into)})
	},
	"ticket_assignment": func(b Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.TicketAssignment{Ticket: buildTicket(m.Part), To: b.target(m.To, m.NilTo), Group: buildTeam(m.Team)})
	},
	"note": func(_ Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.Note{Ticket: buildTicket(m.Part), Author: deskpolicy.AgentID(m.Author)})
	},
	"time_entry": func(_ Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.TimeEntry{Ticket: buildTicket(m.Part), Agent: deskpolicy.AgentID(m.Author)})
	},
	"conversation": func(_ Builder, m *oracle.Thing) Resource { return On(ptrTo(buildConversation(m))) },
	"conversation_assignment": func(b Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.ConversationAssignment{Conversation: buildConversation(m.Part), To: b.target(m.To, m.NilTo), Group: buildTeam(m.Team)})
	},
	"contact": func(_ Builder, m *oracle.Thing) Resource { return On(ptrTo(buildContact(m))) },
	"contact_pair": func(_ Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.ContactPair{From: buildContact(m.From), Into: buildContact(m.Into)})
	},
	"company": func(_ Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.Company{
			ID: deskpolicy.CompanyID(m.ID), Account: deskpolicy.AccountID(m.Account), Owner: deskpolicy.AgentID(m.Author), CRM: buildRecord(m.Record),
		})
	},
	"account": func(_ Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.Account{ID: deskpolicy.AccountID(m.Account)})
	},
	"agent":        func(b Builder, m *oracle.Thing) Resource { return On(agentOf[deskpolicy.Agent](b, m.Agent)) },
	"shared_agent": func(b Builder, m *oracle.Thing) Resource { return On(agentOf[deskpolicy.SharedAgent](b, m.Agent)) },
	"role":         func(b Builder, m *oracle.Thing) Resource { return On(ptrTo(b.Role(m.Role))) },
	"role_assignment": func(b Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.RoleAssignment{Holder: b.target(m.Agent, m.NilTo), Binding: b.binding(m.Binding)})
	},
	"group_membership": func(b Builder, m *oracle.Thing) Resource {
		return On(&deskpolicy.GroupMembership{Member: b.target(m.Agent, m.NilTo), Group: buildTeam(m.Team), Access: buildAccess(cmp.Or(m.Access, "none"))})
	},
	"support_grant": func(b Builder, m *oracle.Thing) Resource { return On(ptrTo(b.Grant(m))) },
	"invoice": func(_ Builder, m *oracle.Thing) Resource {
		return On(&Invoice{m.Account, m.Workspace, m.Group, m.Assignee})
	},
	"task":  func(_ Builder, m *oracle.Thing) Resource { return On(ptrTo(buildTask(m))) },
	"visit": func(_ Builder, m *oracle.Thing) Resource { return On(ptrTo(Visit(buildTask(m)))) },
}

// PlainTypes has a function for each plain type that builds a resource at a place.
var PlainTypes = map[string]func(plaintype.Place) Resource{
	"channel":         plainOn[deskpolicy.Channel],
	"canned_response": plainOn[deskpolicy.CannedResponse],
	"ticket_list":     plainOn[deskpolicy.TicketList],
	"article":         plainOn[deskpolicy.Article],
	"faq":             plainOn[deskpolicy.FAQ],
	"topic":           plainOn[deskpolicy.Topic],
	"campaign":        plainOn[deskpolicy.Campaign],
	"report":          plainOn[deskpolicy.Report],
	"dashboard":       plainOn[deskpolicy.Dashboard],
	"app":             plainOn[deskpolicy.App],
	"settings":        plainOn[deskpolicy.Settings],
	"workspace":       plainOn[deskpolicy.Workspace],
	"agent_profile":   plainOn[deskpolicy.AgentProfile],
}

func plainOn[R deskpolicy.Resource](at plaintype.Place) Resource {
	return On(plaintype.New[R](at))
}

// Grant builds a support grant of the account with the thing's roles. If there are none,
// the grant gives a role without permissions, because a grant needs at least one role.
func (b Builder) Grant(m *oracle.Thing) deskpolicy.SupportGrant {
	if m.Account == "" {
		return deskpolicy.SupportGrant{}
	}
	roles := map[string]*oracle.Role{}
	names := func(given ...*oracle.Role) (names []string) {
		for _, role := range given {
			if role.BuiltIn || role.Account == m.Account {
				name := fmt.Sprintf("%s %p", role.Name, role) // roles with the same name are different roles here
				names, roles[name] = append(names, name), role
			}
		}
		return names
	}
	text, err := json.Marshal(map[string]any{
		"id": "g", "account": m.Account, "by": "ann", "start": "2026-11-02T12:00:00Z", "end": "2026-11-09T12:00:00Z",
		"engineers": []map[string]string{{"id": "eve", "email": "eve@vendor.example"}},
		"roles":     names(m.Everywhere()...), "workspaces": func() map[string][]string {
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
	grant, err := deskpolicy.DecodeSupportGrant(text, func(name string) (deskpolicy.Role, error) { return b.Role(roles[name]), nil })
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
	ticket.Requester, ticket.Mentions = buildRequester(m), buildMentions(m)
	ticket.Confidential = m.Confidential
	ticket.Participants, ticket.CCs = buildAccesses[deskpolicy.AgentID](m.Participants), buildAccesses[deskpolicy.ContactID](m.CCs)
	return ticket
}

// buildRequester returns the contact who asked for the thing; nil if there is none.
func buildRequester(m *oracle.Thing) *deskpolicy.Contact {
	if m.Requester == nil {
		return nil
	}
	return ptrTo(buildContact(m.Requester))
}

// buildMentions returns the mentions. It returns nil for a nil map.
func buildMentions(m *oracle.Thing) map[deskpolicy.AgentID]bool {
	if m.Mentions == nil {
		return nil
	}
	mentions := map[deskpolicy.AgentID]bool{}
	for agent, mentioned := range m.Mentions {
		mentions[deskpolicy.AgentID(agent)] = mentioned
	}
	return mentions
}

func buildConversation(m *oracle.Thing) deskpolicy.Conversation {
	conversation := deskpolicy.Conversation{
		ID:        deskpolicy.ConversationID(m.ID),
		Account:   deskpolicy.AccountID(m.Account),
		Workspace: deskpolicy.WorkspaceID(m.Workspace),
		Group:     deskpolicy.GroupID(m.Group),
		Assignee:  deskpolicy.AgentID(m.Assignee),
	}
	conversation.Requester, conversation.Mentions = buildRequester(m), buildMentions(m)
	conversation.Confidential = m.Confidential
	conversation.Participants, conversation.CCs = buildAccesses[deskpolicy.AgentID](m.Participants), buildAccesses[deskpolicy.ContactID](m.CCs)
	return conversation
}

func buildTask(m *oracle.Thing) Task {
	return Task{
		Account:      deskpolicy.AccountID(m.Account),
		Workspace:    deskpolicy.WorkspaceID(m.Workspace),
		Group:        deskpolicy.GroupID(m.Group),
		Assignee:     deskpolicy.AgentID(m.Assignee),
		Author:       deskpolicy.AgentID(m.Author),
		Requester:    buildRequester(m),
		Participants: buildAccesses[deskpolicy.AgentID](m.Participants),
		CCs:          buildAccesses[deskpolicy.ContactID](m.CCs),
		Mentions:     buildMentions(m),
		Confidential: m.Confidential,
	}
}

func buildContact(m *oracle.Thing) deskpolicy.Contact {
	return deskpolicy.Contact{
		ID: deskpolicy.ContactID(m.ID), Account: deskpolicy.AccountID(m.Account), Owner: deskpolicy.AgentID(m.Author),
		Company: deskpolicy.CompanyID(m.Company), CRM: buildRecord(m.Record),
	}
}

func buildTeam(m oracle.Team) deskpolicy.AgentGroup {
	return deskpolicy.AgentGroup{ID: deskpolicy.GroupID(m.ID), Account: deskpolicy.AccountID(m.Account)}
}

// target returns the recipient: a subject, nil, or a nil pointer of the kind.
func (b Builder) target(to *oracle.Agent, nilTo string) deskpolicy.Subject {
	switch nilTo {
	case "agent":
		return (*deskpolicy.Agent)(nil)
	case "shared_agent":
		return (*deskpolicy.SharedAgent)(nil)
	case "non_agent":
		return (*deskpolicy.CRMOnlyUser)(nil)
	case "customer":
		return (*deskpolicy.Customer)(nil)
	default:
		return b.Subject(to)
	}
}
