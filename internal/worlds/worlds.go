// Package worlds draws random requests about small helpdesks and builds them in the
// library's types. It is for tests only.
//
// A test draws an oracle request ([Requests]), asks the oracle, builds the request in
// the library's types ([Build]), asks the library and compares the answers ([Agree]).
// A helpdesk has so few accounts, groups and people that rules often conflict.
package worlds

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
)

// The values that requests are drawn from. The first values are drawn most often, and a
// failing request shrinks to them.
var (
	accounts   = mostly(60, "acme", "globex", "")
	Workspaces = mostly(8, "", "it", "it", "hr", "*")
	Groups     = mostly(2, "billing", "sales", "")
	people     = []string{"riya", "tom", "", "riya"}
	Holds      = []string{"*", "it", "*open*", "*", "**", "hr", "*open*", "*", ""} // where bindings are held
	Scopes     = []string{"global", "relation", "group", "relations", "restricted", "relation", "shared", "global", "none", "unknown", "beyond"}
	Relations  = []string{"unrouted", "unassigned", "requested", "participating", "group_queue", "same_company", "mentioned", "my_customers", "in_group", "assigned"}
	relations  = append(slices.Clip(Relations), "group_queue", "group_queue") // which holds of few things
	heldFor    = mostly(8, "", "billing", "sales")                            // the groups that bindings are held for
	Accesses   = []string{"view", "edit", "view", "none", "unknown", "edit"}
	roleNames  = []string{"Day Shift", "Night Shift", "Interns"}

	users       = []string{"ursa", "ugo", "", "ursa"} // of the CRM
	territories = []string{"emea", "berlin", "apac", ""}
	RecordIDs   = []string{"1", "2", ""} // contacts and companies by ID
	companies   = []string{"c1", "c1", "c2", "c1", ""}
)

// mostly returns the usual value n times, followed by the others.
func mostly(n int, usual string, others ...string) []string {
	return append(slices.Repeat([]string{usual}, n), others...)
}

// AgentActions are the actions that requests of agents ask about most: one or two for each
// kind of behaviour. One request in four draws from the whole vocabulary instead.
var AgentActions = []string{
	"ticket.view", "ticket.reply", "ticket.assign", "ticket.route", "ticket.note.edit_own", "agent.role.assign", "agent.edit", "conversation.view", "conversation.reply",
	"conversation.assign", "conversation.route", "ticket.merge", "ticket.move", "ticket.note.read", "role.custom.update", "role.custom.clone", "role.custom.create", "report.view", "ticket.list.manage_own", "topic.edit_own",
	"ticket.attach", "ticket.note.edit_any", "settings.manage", "dashboard.manage", "time.log_own", "profile.edit_own", "host.act", "ticket.export",
	"agent.create", "shared_agent.edit", "contact.edit", "company.view", "agent.role.remove", "agent.scope.edit", "agent.group.assign", "agent.deactivate",
	"support_grant.create", "agent.impersonate", "host.amend", "host.attend",
}

// SharedActions are the actions that requests of shared agents ask about most: those with
// grounds of their own for shared agents, and those that shared agents can never do.
var SharedActions = []string{
	"ticket.view", "ticket.reply", "contact.edit", "contact.view", "ticket.note.edit_own", "contact.merge", "ticket.merge", "company.view",
	"ticket.reply", "ticket.view", "company.edit", "ticket.assign", "time.log_own", "topic.edit_own", "contact.create", "profile.edit_own",
	"ticket.be_assigned", "conversation.view", "channel.phone.use", "agent.view", "host.change", "ticket.attach", "settings.manage", "report.view",
	"host.amend", "host.attend",
}

// CustomerActions are the actions that requests of customers ask about most: those that are
// open to them, and one or two of each class that is not.
var CustomerActions = []string{
	"ticket.view", "ticket.reply", "ticket.view", "ticket.close", "ticket.create", "ticket.attach", "article.view", "ticket.confidential", "host.follow", "host.rate",
	"ticket.reopen", "ticket.note.public", "faq.view", "topic.view", "portal.login", "session.login",
	"ticket.note.private", "ticket.note.read", "ticket.assign", "ticket.merge", "ticket.export", "contact.view", "agent.view", "agent.role.assign",
	"canned_response.use", "conversation.view", "channel.chat.use", "host.inspect", "host.amend", "host.attend", "role.custom.create", "support_grant.create",
}

// UnknownActions are numbers that are not actions: the edges of every range, and far outside.
var UnknownActions = func() []string {
	last := 0
	for id := range deskpolicy.Actions() {
		last = int(id)
	}
	numbers := []int{0, last + 1, deskpolicy.FirstHostOwn - 1, deskpolicy.FirstHostView - 1}
	for _, first := range []int{deskpolicy.FirstHostOwn, deskpolicy.FirstHostView, deskpolicy.FirstHostEdit, deskpolicy.FirstHostExport, deskpolicy.FirstHostChannel, deskpolicy.FirstHostInAllClasses, deskpolicy.FirstHostPublicView, deskpolicy.FirstHostPublicEdit} {
		numbers = append(numbers, first+deskpolicy.HostRangeLength)
	}
	var names []string
	for _, n := range append(numbers, deskpolicy.FirstHostEdit-1, deskpolicy.FirstHostInAllClasses-1, deskpolicy.FirstHostPublicEdit-1, 511, 512, 1<<16-1) {
		names = append(names, fmt.Sprintf("number %d", n))
	}
	return names
}()

// BuiltIns are the built-in roles that drawn agents hold.
var BuiltIns = []*oracle.Role{
	BuiltIn("Account Administrator"), BuiltIn("Administrator"), BuiltIn("Supervisor"), BuiltIn("Agent"),
	BuiltIn("Ticket Collaborator"), BuiltIn("Support Agent"), BuiltIn("Sales Manager"), BuiltIn("Restricted User"),
	SharedAgentRole, BuiltIn("Customer"), BuiltIn("Company Customer"),
}

// SharedAgentRole is the role that only the CRM gives.
var SharedAgentRole = BuiltIn("Shared Agent")

// BuiltIn returns the oracle's value of a built-in role. The oracle copies the role's
// permissions from the library; the golden matrix pins them.
func BuiltIn(name string) *oracle.Role {
	role, err := deskpolicy.BuiltInRole(name)
	if err != nil {
		panic(err)
	}
	may := map[string]oracle.Held{}
	for p := range role.Permissions().All() {
		may[p.Action.String()] = oracle.ScopeOf(p.Scope.String())
	}
	for name, action := range HostActions { // the library does not know the names of host actions
		if held, ok := may[action.String()]; ok {
			may[name] = held
			delete(may, action.String())
		}
	}
	return &oracle.Role{Name: name, BuiltIn: true, May: may}
}

// Rarely returns true about once in n draws.
func Rarely(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n/2+1
}

func drawAccount(t *rapid.T, label string) oracle.Account {
	return oracle.Account{
		ID:       rapid.SampledFrom(accounts).Draw(t, label+" account"),
		Features: rapid.SliceOfN(rapid.SampledFrom([]string{"custom_roles", "attachments", "collaboration", "canned_responses"}), 0, 4).Draw(t, label+" features"),
		Open:     rapid.SliceOfN(rapid.SampledFrom([]string{"it", "hr", "it", "", "*"}), 0, 3).Draw(t, label+" open workspaces"),

		Integrated:     !Rarely(t, 12, label+" not integrated"),
		Authors:        rapid.Bool().Draw(t, label+" role authors by permission"),
		Administrators: rapid.SampledFrom(AdministratorLists).Draw(t, label+" administrators"),
	}
}

// AdministratorLists are the values of Account.Administrators.
var AdministratorLists = [][]string{nil, {"tom"}, {"riya"}, {"riya", "tom"}, {"ann", ""}, {""}, {"riya", "ann"}}

// DrawRole draws a custom role that holds some of the permissions, at some levels.
func DrawRole(t *rapid.T, permissions []string, label string) *oracle.Role {
	role := &oracle.Role{
		Name:    rapid.SampledFrom(roleNames).Draw(t, label+" name"),
		Account: rapid.SampledFrom(mostly(9, "acme", "globex")).Draw(t, label+" account"),
		May:     map[string]oracle.Held{},
	}
	for _, name := range rapid.SliceOfN(rapid.SampledFrom(permissions), 1, 5).Draw(t, label+" permissions") {
		if oracle.Grantable(name) {
			role.May[name] = oracle.Actions[name].Takes(oracle.ScopeOf(DrawScope(t, label+" scope of "+name)))
		}
	}
	return role
}

// DrawBinding draws a binding of one of the roles.
func DrawBinding(t *rapid.T, roles []*oracle.Role, label string) oracle.Binding {
	return oracle.Binding{
		Role:        rapid.SampledFrom(roles).Draw(t, label+" role"),
		Workspace:   rapid.SampledFrom(Holds).Draw(t, label+" held in"),
		Group:       rapid.SampledFrom(heldFor).Draw(t, label+" held for"),
		TicketScope: drawTicketScope(t, label),
	}
}

// drawTicketScope draws a ticket scope, which reaches everything in two of three cases,
// so that the scope of a permission decides.
func drawTicketScope(t *rapid.T, label string) string {
	if Rarely(t, 3, label+" bounded") {
		return DrawScope(t, label+" ticket scope")
	}
	return "global"
}

// DrawScope draws the text of a scope: mostly that of a set with a name or of one that
// reaches nothing, and otherwise up to four relations, of which some may include others.
func DrawScope(t *rapid.T, label string) string {
	switch scope := rapid.SampledFrom(Scopes).Draw(t, label); scope {
	case "relation":
		return rapid.SampledFrom(relations).Draw(t, label+" relation")
	case "relations":
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(Relations), 1, 4, func(relation string) string { return relation })
		return strings.Join(some.Draw(t, label+" relations"), "|")
	default:
		return scope
	}
}

// Endless is the limit of an answer of the CRM that never expires.
const Endless = math.MaxInt32

// WithoutWindows returns the request as if all roles were always held.
func WithoutWindows(q oracle.Request) oracle.Request {
	always := func(s *oracle.Agent) {
		if s != nil {
			s.Bindings = slices.Clone(s.Bindings)
			for i := range s.Bindings {
				s.Bindings[i].From, s.Bindings[i].Until = 0, 0
			}
		}
	}
	always(q.Subject)
	if q.Thing != nil {
		always(q.Thing.Agent)
		always(q.Thing.To)
		q.Thing.Binding.From, q.Thing.Binding.Until = 0, 0
	}
	return q
}

// DrawAgent draws an agent with that ID who holds some of the bindings.
func DrawAgent(t *rapid.T, id string, bindings *rapid.Generator[oracle.Binding], label string) *oracle.Agent {
	agent := &oracle.Agent{ID: id, Account: drawAccount(t, label), Deactivated: Rarely(t, 24, label+" deactivated")}
	if !Rarely(t, 12, label+" without bindings") {
		agent.Bindings = rapid.SliceOfN(bindings, 1, 3).Draw(t, label+" bindings")
	}
	if !Rarely(t, 12, label+" without groups") {
		agent.Groups = rapid.MapOfN(rapid.SampledFrom(Groups), rapid.SampledFrom(Accesses), 1, 2).Draw(t, label+" groups")
	}
	agent.Contact = rapid.SampledFrom([]string{"1", "1", "1", "2", ""}).Draw(t, label+" contact")
	agent.Company = rapid.SampledFrom(companies).Draw(t, label+" company")
	return agent
}

// DrawShared draws a shared agent, or rarely a CRM-only user.
func DrawShared(t *rapid.T, id string, bindings *rapid.Generator[oracle.Binding], label string) *oracle.Agent {
	agent := DrawAgent(t, id, bindings, label)
	agent.Kind, agent.User, agent.Contact, agent.Company = "shared_agent", drawUser(t, label), "", ""
	if Rarely(t, 12, label+" is no agent") {
		agent.Kind = "non_agent"
	}
	return agent
}

// DrawCustomer draws a customer. Its ID is that of a contact, which now and then an agent has
// as well.
func DrawCustomer(t *rapid.T, id string, bindings *rapid.Generator[oracle.Binding], label string) *oracle.Agent {
	customer := DrawAgent(t, id, bindings, label)
	if id != "" && !Rarely(t, 6, label+" has the ID of an agent") {
		customer.ID = rapid.SampledFrom([]string{"1", "1", "2"}).Draw(t, label+" contact ID")
	}
	customer.Kind, customer.Contact, customer.Groups = "customer", "", nil
	return customer
}

// drawUser draws a CRM user at the edges of CRM visibility: territories above, below and
// in a cycle, and answers that start and expire around the days on which subjects ask.
func drawUser(t *rapid.T, label string) oracle.User {
	user := oracle.User{
		ID:          "ursa",
		Deactivated: Rarely(t, 24, label+" deactivated in the CRM"),
		Sees:        rapid.SampledFrom([]string{"territory", "own", "territory", "none", "all", "own", "unknown", "beyond"}).Draw(t, label+" sees"),
		Territories: rapid.SliceOfN(rapid.SampledFrom(territories), 0, 2).Draw(t, label+" territories"),
		AsOf:        rapid.SampledFrom([]int{2, 1, 3, 4, 0, -1, 2}).Draw(t, label+" day of the answer"),
		Limit:       rapid.SampledFrom([]int{2, 1, 3, 0, Endless, 2}).Draw(t, label+" limit"),
	}
	if Rarely(t, 16, label+" not in the CRM") {
		user.ID = rapid.SampledFrom(users).Draw(t, label+" CRM user")
	}
	if rapid.Bool().Draw(t, label+" hierarchy") {
		user.Parents = rapid.MapOfN(rapid.SampledFrom(territories), rapid.SampledFrom(territories), 1, 3).Draw(t, label+" parents")
	}
	answer := rapid.MapOfN(rapid.SampledFrom(RecordIDs), rapid.SampledFrom(Accesses), 0, 2)
	if Rarely(t, 3, label+" answered") {
		user.Contacts, user.Companies = answer.Draw(t, label+" contacts"), answer.Draw(t, label+" companies")
	}
	return user
}

// drawRecord draws the CRM record of a contact or company.
func drawRecord(t *rapid.T, label string) oracle.Record {
	record := oracle.Record{
		Owner:     rapid.SampledFrom([]string{"ugo", "ursa", "", "ugo"}).Draw(t, label+" CRM owner"),
		Territory: rapid.SampledFrom(territories).Draw(t, label+" territory"),
	}
	if Rarely(t, 3, label+" has a team") {
		record.Team = rapid.MapOfN(rapid.SampledFrom(users), rapid.SampledFrom(Accesses), 1, 2).Draw(t, label+" team")
	}
	return record
}

// A World holds what the parts of one request are drawn from.
type World struct {
	Subject *oracle.Agent
	Roles   []*oracle.Role
	// Close draws bindings like the subject's own, so that the subject's authority is sometimes enough.
	Close *rapid.Generator[oracle.Binding]
	// Administrators reports whether the request is about account administrators.
	Administrators bool
}

// Administrator is a binding that makes its holder an account administrator.
var Administrator = oracle.Bound(BuiltIns[0], "*", "global")

// Place draws the fields that any kind of thing can have, mostly in the workspaces and
// groups of the subject.
func (w World) Place(t *rapid.T, kind, label string) *oracle.Thing {
	workspaces, groups := Workspaces, Groups
	if w.Subject != nil && !Rarely(t, 3, label+" anywhere") {
		if held := w.Subject.Bindings; len(held) > 0 {
			workspaces = nil
			for _, b := range held {
				if b.Workspace == "*open*" {
					workspaces = append(workspaces, w.Subject.Account.Open...)
				}
				workspaces = append(workspaces, strings.TrimPrefix(strings.Trim(b.Workspace, "*"), "open"))
			}
		}
		groups = append(slices.Sorted(maps.Keys(w.Subject.Groups)), "billing")
	}
	r := &oracle.Thing{
		Kind:      kind,
		ID:        rapid.SampledFrom(RecordIDs).Draw(t, label+" ID"),
		Account:   rapid.SampledFrom(accounts).Draw(t, label+" account"),
		Workspace: rapid.SampledFrom(workspaces).Draw(t, label+" workspace"),
		Group:     rapid.SampledFrom(groups).Draw(t, label+" group"),
		Assignee:  rapid.SampledFrom(people).Draw(t, label+" assignee"),
		Author:    rapid.SampledFrom(people).Draw(t, label+" author"),
	}
	if oracle.Kinds[kind].Record {
		r.Record = drawRecord(t, label)
	}
	if kind == "contact" {
		r.Company = rapid.SampledFrom(companies).Draw(t, label+" company")
	}
	if kind != "note" && kind != "time_entry" && oracle.Kinds[kind].People { // these two have the people of their ticket
		w.people(t, r, label)
	}
	return r
}

// people draws the requester of a ticket or of something like it, who takes part in it, who is
// mentioned in it and whether it is confidential.
func (w World) people(t *rapid.T, ticket *oracle.Thing, label string) {
	if !Rarely(t, 3, label+" without participants") {
		ticket.Participants = rapid.MapOfN(rapid.SampledFrom(people), rapid.SampledFrom(Accesses), 1, 2).Draw(t, label+" participants")
		ticket.CCs = rapid.MapOfN(rapid.SampledFrom(RecordIDs), rapid.SampledFrom(Accesses), 1, 2).Draw(t, label+" in CC")
	}
	if !Rarely(t, 3, label+" not requested") {
		ticket.Requester = w.Place(t, "contact", label+" requester")
	}
	if Rarely(t, 3, label+" mentions") {
		ticket.Mentions = rapid.MapOfN(rapid.SampledFrom(people), rapid.SampledFrom([]bool{true, true, true, false}), 1, 3).Draw(t, label+" mentions")
	}
	ticket.Confidential = Rarely(t, 3, label+" confidential")
}

// Thing draws a resource of the kind.
func (w World) Thing(t *rapid.T, kind string) *oracle.Thing {
	r := w.Place(t, kind, kind)
	switch kind {
	case "ticket_pair":
		r.From, r.Into = w.Place(t, "ticket", "from"), w.Place(t, "ticket", "into")
	case "contact_pair":
		r.From, r.Into = w.Place(t, "contact", "from"), w.Place(t, "contact", "into")
	case "note", "time_entry":
		r.Part = w.Place(t, "ticket", "ticket")
	case "ticket_assignment", "conversation_assignment":
		r.Part = w.Place(t, oracle.Parts[kind], "part")
		w.recipient(t, r)
	case "role_assignment":
		w.roleToAssign(t, r)
		w.holder(t, r, "nobody appointed", "shared agent appointed")
	case "group_membership":
		r.Team, r.Access = w.team(t), rapid.SampledFrom(Accesses).Draw(t, "access to give")
		w.holder(t, r, "nobody's", "shared agent's")
	case "agent":
		w.agentActedOn(t, r)
	case "shared_agent":
		r.Agent = DrawShared(t, rapid.SampledFrom(colleagues).Draw(t, "shared agent acted on"), w.Close, "shared agent acted on")
		r.Agent.Kind = "shared_agent"
	case "role":
		r.Role = rapid.SampledFrom(w.Roles).Draw(t, "role acted on")
	case "support_grant":
		w.grantedRoles(t, r)
	}
	if r.Agent != nil && !Rarely(t, 8, "as drawn") {
		r.Agent, r.Binding, r.Access = onRecord(r.Agent), whole(r.Binding), known(r.Access)
	}
	if w.Administrators && r.Agent != nil {
		r.Agent.Bindings, r.Binding = append(slices.Clone(r.Agent.Bindings), Administrator), Administrator
	}
	return r
}

// onRecord returns the agent without the roles and groups of which a part is missing. Later,
// drawTime rarely gives a role a window that cannot be read.
func onRecord(agent *oracle.Agent) *oracle.Agent {
	on := *agent
	on.Bindings = slices.DeleteFunc(slices.Clone(agent.Bindings), func(b oracle.Binding) bool { return b != whole(b) })
	on.Groups = maps.Clone(agent.Groups)
	maps.DeleteFunc(on.Groups, func(group, access string) bool { return group == "" || access != known(access) })
	return &on
}

// whole returns the binding with a role, a workspace and a ticket scope in place of those that are
// missing.
func whole(b oracle.Binding) oracle.Binding {
	if b.Role == nil {
		b.Role = BuiltIns[0]
	}
	if b.TicketScope == "unknown" || b.TicketScope == "beyond" {
		b.TicketScope = "global"
	}
	b.Workspace = cmp.Or(b.Workspace, "*")
	return b
}

// known returns the access, or view if it is not one.
func known(access string) string {
	if access == "unknown" {
		return "view"
	}
	return access
}

// recipient draws who an assignment assigns its part to: an agent, a group, both or neither.
func (w World) recipient(t *rapid.T, r *oracle.Thing) {
	switch rapid.SampledFrom([]string{"agent", "both", "agent", "subject", "group", "agent", "both", "nobody", "nil", "shared", "shared"}).Draw(t, "to") {
	case "agent":
		r.To = w.other(t, "target")
	case "shared":
		r.To = w.shared(t, "target")
	case "subject":
		r.To = w.Subject
	case "group":
		r.Team = w.team(t)
	case "both":
		r.To, r.Team = w.other(t, "target"), w.team(t)
	case "nil":
		r.NilTo, r.Team = rapid.SampledFrom(SubjectKinds).Draw(t, "nil"), w.team(t)
	}
}

// roleToAssign draws the binding that a role assignment adds.
func (w World) roleToAssign(t *rapid.T, r *oracle.Thing) {
	r.Binding = w.Close.Draw(t, "binding to give")
	if Rarely(t, 4, "the CRM's role") {
		r.Binding.Role = SharedAgentRole
	}
}

// holder draws who gets the role or the membership: an agent, a shared agent or, rarely, nobody.
func (w World) holder(t *rapid.T, r *oracle.Thing, nobody, shared string) {
	switch {
	case Rarely(t, 24, nobody):
		r.NilTo = rapid.SampledFrom(append([]string{""}, SubjectKinds...)).Draw(t, "nil")
	case Rarely(t, 3, shared):
		r.Agent = w.shared(t, "agent acted on")
	default:
		r.Agent = w.other(t, "agent acted on")
	}
}

// agentActedOn draws an agent, sometimes the subject, sometimes one who holds the Shared Agent role.
func (w World) agentActedOn(t *rapid.T, r *oracle.Thing) {
	if r.Agent = w.other(t, "agent acted on"); w.Subject != nil && w.Subject.Kind == "" && Rarely(t, 10, "themselves") {
		r.Agent = w.Subject
	}
	if Rarely(t, 3, "one of the CRM's") {
		r.Agent.Bindings = append(slices.Clone(r.Agent.Bindings), oracle.Bound(SharedAgentRole, "*", "restricted"))
	}
}

// grantedRoles draws the roles that a support grant gives in the account and in a workspace.
func (w World) grantedRoles(t *rapid.T, r *oracle.Thing) {
	r.Gives = w.given(t, "roles to give")
	if Rarely(t, 3, "granted workspaces") {
		r.Granted = map[string][]*oracle.Role{rapid.SampledFrom([]string{"it", "hr"}).Draw(t, "granted"): w.given(t, "roles to give there")}
	}
}

// given draws roles for a support grant: built-in roles and custom roles of its account.
func (w World) given(t *rapid.T, label string) (roles []*oracle.Role) {
	for _, role := range append(slices.Clone(w.Roles), BuiltIns...) {
		if role != nil && (role.BuiltIn || role.Account == "acme") {
			roles = append(roles, role)
		}
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(roles), 0, 2, func(role *oracle.Role) string { return role.Name }).Draw(t, label)
}

// other draws another agent, sometimes one with the subject's ID.
func (w World) other(t *rapid.T, label string) *oracle.Agent {
	return DrawAgent(t, rapid.SampledFrom(colleagues).Draw(t, label), w.Close, label)
}

// shared draws another shared agent, or rarely a CRM-only user or a customer.
func (w World) shared(t *rapid.T, label string) *oracle.Agent {
	draw := drawAgent(DrawShared)
	if Rarely(t, 12, label+" is a customer") {
		draw = DrawCustomer
	}
	return draw(t, rapid.SampledFrom(colleagues).Draw(t, label), w.Close, label)
}

var (
	colleagues   = []string{"tom", "ann", "tom", "riya", "ann", "tom", "ann", ""}
	SubjectKinds = []string{"agent", "shared_agent", "non_agent", "customer"}
)

func (w World) team(t *rapid.T) oracle.Team {
	return oracle.Team{
		ID:      rapid.SampledFrom(Groups).Draw(t, "target group"),
		Account: rapid.SampledFrom(accounts).Draw(t, "target group account"),
	}
}

// Drawn draws requests of agents, of shared agents and of customers, four, two and one time in
// seven. Requests draws the same, but one request in eight resembles a fuzz seed.
var (
	AgentRequests    = requests(AgentActions, DrawAgent)
	SharedRequests   = requests(SharedActions, DrawShared)
	CustomerRequests = requests(CustomerActions, DrawCustomer)
	Drawn            = rapid.OneOf(AgentRequests, AgentRequests, AgentRequests, AgentRequests, SharedRequests, SharedRequests, CustomerRequests)
	Requests         = rapid.OneOf(Drawn, Drawn, Drawn, Drawn, near, Drawn, Drawn, Drawn)
)

// A drawAgent function draws a subject of that ID who holds some of the bindings.
type drawAgent func(t *rapid.T, id string, bindings *rapid.Generator[oracle.Binding], label string) *oracle.Agent

// requests draws a few roles that hold the action that is asked about, agents who
// hold these roles, and resources that belong to these agents.
func requests(actions []string, draw drawAgent) *rapid.Generator[oracle.Request] {
	return rapid.Custom(func(t *rapid.T) oracle.Request { return drawRequest(t, actions, draw) })
}

func drawRequest(t *rapid.T, actions []string, draw drawAgent) oracle.Request {
	q := oracle.Request{Action: drawAction(t, actions)}
	w := drawWorld(t, q.Action)
	w.drawSubject(t, draw)
	q.Subject = w.Subject
	w.drawAdministrators(t, q.Action)
	q.Thing = w.drawThing(t, q.Action)
	drawTime(t, q)
	if q.Subject != nil && Rarely(t, 6, "by a delegate") { // last as well
		q.Subject = q.Subject.ActedFor(DrawActing(t, q.Subject, q.Action))
	}
	return q
}

// drawTime draws when the roles of a request's agents are held, and when the subject asks. It
// comes last, so that what is drawn before stays the same.
func drawTime(t *rapid.T, q oracle.Request) {
	agents := []*oracle.Agent{q.Subject}
	if q.Thing != nil {
		agents = append(agents, q.Thing.Agent, q.Thing.To)
		drawWindow(t, &q.Thing.Binding, "binding to give")
	}
	for i, agent := range agents {
		if agent == nil || slices.Contains(agents[:i], agent) {
			continue
		}
		agent.Now = rapid.SampledFrom([]int{3, 4, 3, 2, 5, 8, 0, -1}).Draw(t, "asks on day")
		agent.Bindings = slices.Clone(agent.Bindings)
		for j := range agent.Bindings {
			drawWindow(t, &agent.Bindings[j], "binding")
		}
	}
}

// drawWindow draws when the role is held: mostly always, rarely from or until what is no day.
func drawWindow(t *rapid.T, b *oracle.Binding, label string) {
	for _, side := range [...]*int{&b.From, &b.Until} {
		if Rarely(t, 8, label+" has a window") {
			*side = rapid.SampledFrom([]int{2, 3, 4, 5, 6, 8, 3, -1}).Draw(t, label+" day")
		}
	}
}

// drawWorld draws the roles for requests about the action.
func drawWorld(t *rapid.T, name string) World {
	action := oracle.Actions[name]
	w := World{Roles: drawRoles(t, action, permissionsFor(action, kindOf(action)))}
	w.Close = rapid.Custom(func(t *rapid.T) oracle.Binding { return DrawBinding(t, w.Roles, "binding") })
	return w
}

// kindOf returns the kind of thing that the action is on; a ticket if the action is unknown.
func kindOf(action *oracle.Action) string {
	if action == nil {
		return "ticket"
	}
	return action.Kind
}

// drawThing draws the thing that the action is asked about, mostly of its kind and rarely none.
func (w World) drawThing(t *rapid.T, name string) *oracle.Thing {
	action := oracle.Actions[name]
	kind := kindOf(action)
	if Rarely(t, 48, "wrong kind") || action != nil && action.Category == "host" && Rarely(t, 4, "another of the host's") {
		kind = rapid.SampledFrom(slices.Sorted(maps.Keys(oracle.Kinds))).Draw(t, "kind")
	}
	if Rarely(t, 48, "no resource") {
		return nil
	}
	thing := w.Thing(t, kind)
	if action != nil && action.Routes && !Rarely(t, 8, "routed to an agent") {
		thing.To, thing.NilTo, thing.Team = nil, "", w.team(t)
	}
	complete(t, name, thing)
	return thing
}

// complete mostly gives the thing what the action needs: the assignee that a move keeps, and the ID
// of a contact.
func complete(t *rapid.T, name string, thing *oracle.Thing) {
	if name == "ticket.move" && thing.Kind == "ticket_pair" && !Rarely(t, 8, "to another assignee") {
		thing.Into.Assignee = thing.From.Assignee
	}
	if action := oracle.Actions[name]; action != nil && thing.Kind == "contact" && thing.Nobody(action) && !Rarely(t, 8, "a contact without an ID") {
		thing.ID = "1"
	}
}

// A Crowd is people with roles in common and things near them. Each of the people can be asked
// about each of the things.
type Crowd struct {
	Action string
	People []*oracle.Agent // every third a shared agent or a customer, and somebody acts for two of five; nil is no subject
	Things []*oracle.Thing // nil is no resource
}

// Crowds draws crowds of the size; of a quarter of the people and things, if the action changes
// access, for which the oracle takes hundreds of times as long.
func Crowds(people, things int) *rapid.Generator[Crowd] {
	return rapid.Custom(func(t *rapid.T) Crowd {
		people, things := people, things
		c := Crowd{Action: drawAction(t, slices.Concat(AgentActions, SharedActions, CustomerActions[:16]))}
		if a := oracle.Actions[c.Action]; a != nil && a.Authority {
			if Rarely(t, 4, "on authority") {
				people, things = people/4, things/4
			} else {
				c.Action = rapid.SampledFrom(SharedActions).Draw(t, "another action")
			}
		}
		common := drawWorld(t, c.Action)
		var near []World
		for i := range people {
			w, draw := common, drawAgent(DrawAgent)
			switch i % 6 {
			case 2:
				draw = DrawShared
			case 5:
				draw = DrawCustomer
			}
			w.drawSubject(t, draw)
			w.drawAdministrators(t, c.Action)
			near, c.People = append(near, w), append(c.People, w.Subject)
		}
		for i := range things {
			c.Things = append(c.Things, near[i%people].drawThing(t, c.Action))
		}
		c.drawActing(t) // last, so that the things are near to the principals
		return c
	})
}

// drawActing draws who acts for two of five people, and when the roles of two of three are held.
func (c *Crowd) drawActing(t *rapid.T) {
	for i, person := range c.People {
		if person == nil {
			continue
		}
		if i%3 != 1 {
			drawTime(t, oracle.Request{Subject: person})
		}
		if i%5%3 == 1 {
			c.People[i] = person.ActedFor(DrawActing(t, person, c.Action))
		}
	}
}

// drawAction draws one of the actions, rarely any action or an unknown one.
func drawAction(t *rapid.T, actions []string) string {
	action := rapid.SampledFrom(actions).Draw(t, "action")
	switch {
	case Rarely(t, 4, "any action"):
		action = rapid.SampledFrom(oracle.Names).Draw(t, "action")
	case Rarely(t, 48, "unknown action"):
		action = rapid.SampledFrom(UnknownActions).Draw(t, "action")
	}
	return action
}

// permissionsFor returns the permissions that roles are drawn from: mostly the action
// itself, and what the recipient of an assignment and what is confidential need.
func permissionsFor(action *oracle.Action, kind string) []string {
	permissions := []string{"ticket.view", "settings.manage"}
	if action != nil {
		permissions = append([]string{action.Name, action.Name, action.Name, action.Name}, permissions...)
	}
	if oracle.Kinds[kind].People || oracle.Kinds[oracle.Parts[kind]].People {
		permissions = append(permissions, "ticket.confidential", "ticket.confidential")
	}
	switch kind {
	case "ticket_assignment":
		permissions = append(permissions, "ticket.be_assigned", "ticket.be_assigned")
	case "conversation_assignment":
		permissions = append(permissions, "conversation.reply", "conversation.reply")
	}
	return permissions
}

// drawRoles draws three custom roles, and sometimes built-in roles and nil.
func drawRoles(t *rapid.T, action *oracle.Action, permissions []string) (roles []*oracle.Role) {
	for i := range 3 {
		roles = append(roles, DrawRole(t, permissions, fmt.Sprintf("role %d", i)))
	}
	if Rarely(t, 3, "a built-in role, and none") {
		roles = append(roles, rapid.SampledFrom(BuiltIns).Draw(t, "built-in role"), nil)
	}
	if action == nil || action.Authority || Rarely(t, 8, "administrators") {
		roles = append([]*oracle.Role{BuiltIns[0], BuiltIns[1]}, roles...)
	}
	if Rarely(t, 8, "the CRM's role") {
		roles = append(roles, SharedAgentRole)
	}
	return roles
}

// drawSubject draws the subject, and sets Close to prefer the subject's own bindings.
func (w *World) drawSubject(t *rapid.T, draw drawAgent) {
	if Rarely(t, 48, "no subject") {
		return
	}
	id := "riya"
	if Rarely(t, 48, "anonymous") {
		id = ""
	}
	bindings := w.Close
	w.Subject = draw(t, id, bindings, "subject")
	if len(w.Subject.Bindings) > 0 {
		w.Close = rapid.OneOf(rapid.SampledFrom(w.Subject.Bindings), bindings)
	}
}

// drawAdministrators decides whether the request is about account administrators, and
// makes the subject one if so.
func (w *World) drawAdministrators(t *rapid.T, action string) {
	unseats := slices.Contains([]string{"agent.deactivate", "agent.delete", "agent.role.remove"}, action)
	w.Administrators = unseats && !Rarely(t, 3, "any agent")
	if w.Administrators && w.Subject != nil && w.Subject.Kind == "" {
		w.Subject.Bindings = append(slices.Clone(w.Subject.Bindings), Administrator)
	}
}
