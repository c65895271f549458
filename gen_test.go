package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// The small world: so few of everything that rules collide. What comes first is
// drawn most, and is what a failing request shrinks to.
var (
	worldAccounts   = mostly(60, "acme", "globex", "")
	worldWorkspaces = mostly(8, "", "it", "it", "hr", "*")
	worldGroups     = mostly(2, "billing", "sales", "")
	worldPeople     = []string{"riya", "tom", "", "riya"}
	worldHolds      = []string{"*", "it", "*", "*", "*", "hr", "*", ""} // where bindings are held
	worldScopes     = []string{"global", "group", "restricted", "group", "none", "global", "unknown", "beyond"}
	worldAccess     = []string{"view", "edit", "view", "none", "unknown", "edit"}
	worldRoleNames  = []string{"Day Shift", "Night Shift", "Interns"}

	worldUsers       = []string{"ursa", "ugo", "", "ursa"} // of the CRM
	worldTerritories = []string{"emea", "berlin", "apac", ""}
	worldRecords     = []string{"1", "2", ""} // contacts and companies by ID
)

// mostly returns the usual value n times, and then the others.
func mostly(n int, usual string, others ...string) []string {
	return append(slices.Repeat([]string{usual}, n), others...)
}

// modelNames is the vocabulary's names in its order.
var modelNames = func() (names []string) {
	for line := range strings.Lines(modelVocabulary) {
		if words := strings.Fields(line); len(words) > 2 { // not a heading
			names = append(names, words[0])
		}
	}
	return names
}()

// worldActions is what requests ask for most: an action or two for each kind of
// behaviour. The whole vocabulary comes besides.
var worldActions = []string{
	"ticket.view", "ticket.reply", "ticket.assign", "ticket.note.edit_own", "agent.role.assign", "agent.edit", "conversation.view", "conversation.reply",
	"conversation.assign", "ticket.merge", "role.custom.update", "role.custom.clone", "role.custom.create", "report.view", "ticket.list.manage_own", "topic.edit_own",
	"ticket.attach", "ticket.note.edit_any", "settings.manage", "dashboard.manage", "time.log_own", "profile.edit_own", "host.act", "ticket.export",
	"agent.create", "shared_agent.edit", "contact.edit", "company.view", "agent.role.remove", "agent.scope.edit", "agent.group.assign", "agent.deactivate",
	"support_grant.create", "agent.impersonate",
}

// worldSharedActions is what shared agents ask for most: what their kind has
// grounds of its own for, and what it may never do.
var worldSharedActions = []string{
	"ticket.view", "ticket.reply", "contact.edit", "contact.view", "ticket.note.edit_own", "contact.merge", "ticket.merge", "company.view",
	"ticket.reply", "ticket.view", "company.edit", "ticket.assign", "time.log_own", "topic.edit_own", "contact.create", "profile.edit_own",
	"ticket.be_assigned", "conversation.view", "channel.phone.use", "agent.view", "host.change", "ticket.attach", "settings.manage", "report.view",
}

// worldUnknown are numbers that name no action: the edges of every range, and far out.
var worldUnknown = func() []string {
	last := 0
	for id := range deskpolicy.Actions() {
		last = int(id)
	}
	numbers := []int{0, last + 1, deskpolicy.HostViews - 1}
	for _, first := range []int{deskpolicy.HostViews, deskpolicy.HostEdits, deskpolicy.HostExports, deskpolicy.HostChannels, deskpolicy.HostActions} {
		numbers = append(numbers, first+deskpolicy.HostRange)
	}
	var names []string
	for _, n := range append(numbers, deskpolicy.HostEdits-1, deskpolicy.HostActions-1, 511, 512, 1<<16-1) {
		names = append(names, fmt.Sprintf("number %d", n))
	}
	return names
}()

// worldBuiltIns are the built-in roles that the world's agents hold.
var worldBuiltIns = []*modelRole{
	builtIn("Account Administrator"), builtIn("Administrator"), builtIn("Supervisor"), builtIn("Agent"),
	builtIn("Ticket Collaborator"), builtIn("Support Agent"), builtIn("Messenger Administrator"), builtIn("Restricted User"),
	worldSharedRole,
}

// worldSharedRole is the role that only the CRM gives.
var worldSharedRole = builtIn("Shared Agent")

// builtIn returns the model of a built-in role. What each holds is data, which
// the golden matrix pins; the oracle takes it as it is.
func builtIn(name string) *modelRole {
	role, err := deskpolicy.BuiltInRole(name)
	if err != nil {
		panic(err)
	}
	may := map[string]modelHeld{}
	for p := range role.Permissions().All() {
		held := may[p.Action.String()]
		held.Restricted = held.Restricted || p.Scope == deskpolicy.Restricted
		held.Group = held.Group || p.Scope == deskpolicy.Group
		held.Global = held.Global || p.Scope == deskpolicy.Global
		may[p.Action.String()] = held
	}
	for name, action := range hostActions { // the names of the host's are not the library's
		if held, ok := may[action.String()]; ok {
			may[name] = held
			delete(may, action.String())
		}
	}
	return &modelRole{Name: name, BuiltIn: true, May: may}
}

// rarely returns true about once in n draws.
func rarely(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n/2+1
}

func drawAccount(t *rapid.T, label string) modelAccount {
	return modelAccount{
		ID:       rapid.SampledFrom(worldAccounts).Draw(t, label+" account"),
		Features: rapid.SliceOfN(rapid.SampledFrom([]string{"custom_roles", "attachments", "collaboration", "canned_responses"}), 0, 4).Draw(t, label+" features"),
		Open:     rapid.SliceOfN(rapid.SampledFrom([]string{"it", "hr", "it", "", "*"}), 0, 3).Draw(t, label+" open workspaces"),

		Integrated:     !rarely(t, 12, label+" not integrated"),
		Administrators: rapid.SampledFrom(worldAdministrators).Draw(t, label+" administrators"),
	}
}

// worldAdministrators are who is known to hold the account administrator's role.
var worldAdministrators = [][]string{nil, {"tom"}, {"riya"}, {"riya", "tom"}, {"ann", ""}, {""}, {"riya", "ann"}}

// grantable reports that a custom role may hold the permission [R9].
func grantable(name string) bool { return !modelActions[name].Authoring }

// drawRole draws a custom role that holds some of the permissions, at some levels.
func drawRole(t *rapid.T, permissions []string, label string) *modelRole {
	role := &modelRole{
		Name:    rapid.SampledFrom(worldRoleNames).Draw(t, label+" name"),
		Account: rapid.SampledFrom(mostly(9, "acme", "globex")).Draw(t, label+" account"),
		May:     map[string]modelHeld{},
	}
	levels := rapid.SampledFrom([]modelHeld{
		{Group: true}, {Restricted: true}, {Global: true}, {Group: true, Restricted: true}, {Global: true, Group: true}, {},
	})
	for _, name := range rapid.SliceOfN(rapid.SampledFrom(permissions), 1, 5).Draw(t, label+" permissions") {
		if grantable(name) {
			role.May[name] = levels.Draw(t, label+" level of "+name)
		}
	}
	return role
}

func drawBinding(t *rapid.T, roles []*modelRole, label string) modelBinding {
	return modelBinding{
		Role:        rapid.SampledFrom(roles).Draw(t, label+" role"),
		Workspace:   rapid.SampledFrom(worldHolds).Draw(t, label+" held in"),
		TicketScope: rapid.SampledFrom(worldScopes).Draw(t, label+" ticket scope"),
	}
}

func drawAgent(t *rapid.T, id string, bindings *rapid.Generator[modelBinding], label string) *modelAgent {
	agent := &modelAgent{ID: id, Account: drawAccount(t, label), Deactivated: rarely(t, 24, label+" deactivated")}
	if !rarely(t, 12, label+" without bindings") {
		agent.Bindings = rapid.SliceOfN(bindings, 1, 3).Draw(t, label+" bindings")
	}
	if !rarely(t, 12, label+" without groups") {
		agent.Groups = rapid.MapOfN(rapid.SampledFrom(worldGroups), rapid.SampledFrom(worldAccess), 1, 2).Draw(t, label+" groups")
	}
	return agent
}

// drawShared draws a shared agent, now and then a user of the CRM who is none.
func drawShared(t *rapid.T, id string, bindings *rapid.Generator[modelBinding], label string) *modelAgent {
	agent := drawAgent(t, id, bindings, label)
	agent.Kind, agent.User = "shared_agent", drawUser(t, label)
	if rarely(t, 12, label+" is no agent") {
		agent.Kind = "non_agent"
	}
	return agent
}

// drawUser draws a user of the CRM, as the borders of what they see have it:
// territories above, below and in a circle; answers just before, at and after their limit.
func drawUser(t *rapid.T, label string) modelUser {
	user := modelUser{
		ID:          "ursa",
		Deactivated: rarely(t, 24, label+" deactivated in the CRM"),
		Scope:       rapid.SampledFrom([]string{"group", "restricted", "group", "none", "global", "restricted", "unknown", "beyond"}).Draw(t, label+" CRM scope"),
		Territories: rapid.SliceOfN(rapid.SampledFrom(worldTerritories), 0, 2).Draw(t, label+" territories"),
		Age:         rapid.SampledFrom([]int{1, 2, 3, 0, -1, 1}).Draw(t, label+" age of the answer"),
		Limit:       rapid.SampledFrom([]int{2, 2, 2, 0}).Draw(t, label+" limit"),
	}
	if rarely(t, 16, label+" not in the CRM") {
		user.ID = rapid.SampledFrom(worldUsers).Draw(t, label+" CRM user")
	}
	if rapid.Bool().Draw(t, label+" hierarchy") {
		user.Parents = rapid.MapOfN(rapid.SampledFrom(worldTerritories), rapid.SampledFrom(worldTerritories), 1, 3).Draw(t, label+" parents")
	}
	answer := rapid.MapOfN(rapid.SampledFrom(worldRecords), rapid.SampledFrom(worldAccess), 0, 2)
	if rarely(t, 3, label+" answered") {
		user.Contacts, user.Companies = answer.Draw(t, label+" contacts"), answer.Draw(t, label+" companies")
	}
	return user
}

// drawRecord draws what the CRM says of a contact or a company.
func drawRecord(t *rapid.T, label string) modelRecord {
	record := modelRecord{
		Owner:     rapid.SampledFrom([]string{"ugo", "ursa", "", "ugo"}).Draw(t, label+" CRM owner"),
		Territory: rapid.SampledFrom(worldTerritories).Draw(t, label+" territory"),
	}
	if rarely(t, 3, label+" has a team") {
		record.Team = rapid.MapOfN(rapid.SampledFrom(worldUsers), rapid.SampledFrom(worldAccess), 1, 2).Draw(t, label+" team")
	}
	return record
}

// A world is what the parts of one request are drawn from.
type world struct {
	subject *modelAgent
	roles   []*modelRole
	// close are bindings like the subject's own, so that authority is now and then enough.
	close *rapid.Generator[modelBinding]
	// administrators is whether it is about them.
	administrators bool
}

// worldAdministrator makes its holder the account administrator.
var worldAdministrator = modelBinding{worldBuiltIns[0], "*", "global"}

// place draws the fields that every kind of thing may have, for the most part
// where the subject has something to say.
func (w world) place(t *rapid.T, kind, label string) *modelThing {
	workspaces, groups := worldWorkspaces, worldGroups
	if w.subject != nil && !rarely(t, 3, label+" anywhere") {
		if held := w.subject.Bindings; len(held) > 0 {
			workspaces = nil
			for _, b := range held {
				workspaces = append(workspaces, strings.Trim(b.Workspace, "*"))
			}
		}
		groups = append(slices.Sorted(maps.Keys(w.subject.Groups)), "billing")
	}
	r := &modelThing{
		Kind:      kind,
		ID:        rapid.SampledFrom(worldRecords).Draw(t, label+" ID"),
		Account:   rapid.SampledFrom(worldAccounts).Draw(t, label+" account"),
		Workspace: rapid.SampledFrom(workspaces).Draw(t, label+" workspace"),
		Group:     rapid.SampledFrom(groups).Draw(t, label+" group"),
		Assignee:  rapid.SampledFrom(worldPeople).Draw(t, label+" assignee"),
		Author:    rapid.SampledFrom(worldPeople).Draw(t, label+" author"),
	}
	if modelKinds[kind].Record {
		r.Record = drawRecord(t, label)
	}
	if kind == "ticket" {
		w.people(t, r, label)
	}
	return r
}

// people draws whom a ticket is from and who is mentioned in it.
func (w world) people(t *rapid.T, ticket *modelThing, label string) {
	if rarely(t, 3, label+" requested") {
		ticket.Requester = w.place(t, "contact", label+" requester")
	}
	if rarely(t, 3, label+" mentions") {
		ticket.Mentions = rapid.MapOfN(rapid.SampledFrom(worldPeople), rapid.SampledFrom([]bool{true, true, true, false}), 1, 3).Draw(t, label+" mentions")
	}
}

// thing draws a resource of the kind.
func (w world) thing(t *rapid.T, kind string) *modelThing {
	r := w.place(t, kind, kind)
	switch kind {
	case "ticket_pair":
		r.From, r.Into = w.place(t, "ticket", "from"), w.place(t, "ticket", "into")
	case "contact_pair":
		r.From, r.Into = w.place(t, "contact", "from"), w.place(t, "contact", "into")
	case "note", "time_entry":
		r.Part = w.place(t, "ticket", "ticket")
	case "assignment", "transfer":
		r.Part = w.place(t, map[string]string{"assignment": "ticket", "transfer": "conversation"}[kind], "part")
		switch rapid.SampledFrom([]string{"agent", "both", "agent", "subject", "group", "agent", "both", "nobody", "nil", "shared", "shared"}).Draw(t, "to") {
		case "agent":
			r.To = w.other(t, "target")
		case "shared":
			r.To = w.shared(t, "target")
		case "subject":
			r.To = w.subject
		case "group":
			r.Team = w.team(t)
		case "both":
			r.To, r.Team = w.other(t, "target"), w.team(t)
		case "nil":
			r.NilTo, r.Team = rapid.SampledFrom(worldKinds).Draw(t, "nil"), w.team(t)
		}
	case "agent":
		if r.Agent = w.other(t, "agent acted on"); w.subject != nil && w.subject.Kind == "" && rarely(t, 10, "themselves") {
			r.Agent = w.subject
		}
		if rarely(t, 3, "one of the CRM's") {
			r.Agent.Bindings = append(slices.Clone(r.Agent.Bindings), modelBinding{worldSharedRole, "*", "restricted"})
		}
	case "shared_agent":
		r.Agent = drawShared(t, rapid.SampledFrom(worldColleagues).Draw(t, "shared agent acted on"), w.close, "shared agent acted on")
		r.Agent.Kind = "shared_agent"
	case "appointment":
		r.Binding = w.close.Draw(t, "binding to give")
		if rarely(t, 4, "the CRM's role") {
			r.Binding.Role = worldSharedRole
		}
		switch {
		case rarely(t, 24, "nobody appointed"):
			r.NilTo = rapid.SampledFrom(append([]string{""}, worldKinds...)).Draw(t, "nil")
		case rarely(t, 3, "shared agent appointed"):
			r.Agent = w.shared(t, "agent acted on")
		default:
			r.Agent = w.other(t, "agent acted on")
		}
	case "membership":
		r.Team, r.Access = w.team(t), rapid.SampledFrom(worldAccess).Draw(t, "access to give")
		switch {
		case rarely(t, 24, "nobody's"):
			r.NilTo = rapid.SampledFrom(append([]string{""}, worldKinds...)).Draw(t, "nil")
		case rarely(t, 3, "shared agent's"):
			r.Agent = w.shared(t, "agent acted on")
		default:
			r.Agent = w.other(t, "agent acted on")
		}
	case "role":
		r.Role = rapid.SampledFrom(w.roles).Draw(t, "role acted on")
	case "grant":
		r.Gives = w.given(t, "roles to give")
		if rarely(t, 3, "granted workspaces") {
			r.Granted = map[string][]*modelRole{rapid.SampledFrom([]string{"it", "hr"}).Draw(t, "granted"): w.given(t, "roles to give there")}
		}
	}
	if w.administrators && r.Agent != nil {
		r.Agent.Bindings, r.Binding = append(slices.Clone(r.Agent.Bindings), worldAdministrator), worldAdministrator
	}
	return r
}

// given draws roles for a grant: of its account, and such as there are.
func (w world) given(t *rapid.T, label string) (roles []*modelRole) {
	for _, role := range append(slices.Clone(w.roles), worldBuiltIns...) {
		if role != nil && (role.BuiltIn || role.Account == "acme") {
			roles = append(roles, role)
		}
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(roles), 0, 2, func(role *modelRole) string { return role.Name }).Draw(t, label)
}

// other draws another agent of the world, now and then one with the subject's ID.
func (w world) other(t *rapid.T, label string) *modelAgent {
	return drawAgent(t, rapid.SampledFrom(worldColleagues).Draw(t, label), w.close, label)
}

// shared draws another shared agent of the world, or one who is none.
func (w world) shared(t *rapid.T, label string) *modelAgent {
	return drawShared(t, rapid.SampledFrom(worldColleagues).Draw(t, label), w.close, label)
}

var (
	worldColleagues = []string{"tom", "ann", "tom", "riya", "ann", "tom", "ann", ""}
	worldKinds      = []string{"agent", "shared_agent", "non_agent"}
)

func (w world) team(t *rapid.T) modelTeam {
	return modelTeam{
		ID:      rapid.SampledFrom(worldGroups).Draw(t, "target group"),
		Account: rapid.SampledFrom(worldAccounts).Draw(t, "target group account"),
	}
}

// modelRequests are those of agents and, one in three, of shared agents.
var (
	agentRequests  = requests(worldActions, drawAgent)
	sharedRequests = requests(worldSharedActions, drawShared)
	modelRequests  = rapid.OneOf(agentRequests, agentRequests, sharedRequests)
)

// requests draws a world of a few roles that hold the action that is then
// asked for, agents that hold these roles, and things that these agents have.
func requests(actions []string, draw func(*rapid.T, string, *rapid.Generator[modelBinding], string) *modelAgent) *rapid.Generator[modelRequest] {
	return rapid.Custom(func(t *rapid.T) modelRequest { return drawRequest(t, actions, draw) })
}

func drawRequest(t *rapid.T, actions []string, draw func(*rapid.T, string, *rapid.Generator[modelBinding], string) *modelAgent) modelRequest {
	q := modelRequest{Action: rapid.SampledFrom(actions).Draw(t, "action")}
	switch {
	case rarely(t, 4, "any action"):
		q.Action = rapid.SampledFrom(modelNames).Draw(t, "action")
	case rarely(t, 48, "unknown action"):
		q.Action = rapid.SampledFrom(worldUnknown).Draw(t, "action")
	}
	action := modelActions[q.Action]
	kind := "ticket"
	if action != nil {
		kind = action.Kind
	}

	permissions := []string{"ticket.view", "settings.manage"}
	if action != nil {
		permissions = append([]string{q.Action, q.Action, q.Action, q.Action}, permissions...)
	}
	switch kind {
	case "assignment":
		permissions = append(permissions, "ticket.be_assigned", "ticket.be_assigned")
	case "transfer":
		permissions = append(permissions, "conversation.reply", "conversation.reply")
	}
	w := world{}
	for i := range 3 {
		w.roles = append(w.roles, drawRole(t, permissions, fmt.Sprintf("role %d", i)))
	}
	if rarely(t, 3, "a built-in role, and none") {
		w.roles = append(w.roles, rapid.SampledFrom(worldBuiltIns).Draw(t, "built-in role"), nil)
	}
	if action == nil || action.Authority || rarely(t, 8, "administrators") {
		w.roles = append([]*modelRole{worldBuiltIns[0], worldBuiltIns[1]}, w.roles...)
	}
	if rarely(t, 8, "the CRM's role") {
		w.roles = append(w.roles, worldSharedRole)
	}
	bindings := rapid.Custom(func(t *rapid.T) modelBinding { return drawBinding(t, w.roles, "binding") })

	w.close = bindings
	if !rarely(t, 48, "no subject") {
		id := "riya"
		if rarely(t, 48, "anonymous") {
			id = ""
		}
		w.subject = draw(t, id, bindings, "subject")
		if len(w.subject.Bindings) > 0 {
			w.close = rapid.OneOf(rapid.SampledFrom(w.subject.Bindings), bindings)
		}
	}
	q.Subject = w.subject
	w.administrators = slices.Contains([]string{"agent.deactivate", "agent.delete", "agent.role.remove"}, q.Action) && !rarely(t, 3, "whoever")
	if w.administrators && w.subject != nil && w.subject.Kind == "" {
		w.subject.Bindings = append(slices.Clone(w.subject.Bindings), worldAdministrator)
	}

	if rarely(t, 48, "wrong kind") || action != nil && action.Category == "host" && rarely(t, 4, "another of the host's") {
		kind = rapid.SampledFrom(slices.Sorted(maps.Keys(modelKinds))).Draw(t, "kind")
	}
	if !rarely(t, 48, "no resource") {
		q.Thing = w.thing(t, kind)
	}
	return q
}

// ---- from the model's values to the library's

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
	roles    map[*modelRole]deskpolicy.Role
	subjects map[*modelAgent]deskpolicy.Subject
}

// build builds the request.
func build(q modelRequest) built {
	return newBuilder(map[*modelRole]deskpolicy.Role{}).build(q)
}

func (b builder) build(q modelRequest) built {
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

func (b builder) subject(m *modelAgent) deskpolicy.Subject {
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
func agentOf[A any](b builder, m *modelAgent) *A {
	if m == nil {
		return nil
	}
	return any(b.subject(m)).(*A)
}

func buildUser(m modelUser) deskpolicy.CRMUser {
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

func buildRecord(m modelRecord) deskpolicy.CRMRecord {
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

func buildAccount(m modelAccount) deskpolicy.Account {
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

func (b builder) binding(m modelBinding) deskpolicy.Binding {
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

func (b builder) role(m *modelRole) deskpolicy.Role {
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
func buildPermissions(may map[string]modelHeld) deskpolicy.Permissions {
	var permissions []deskpolicy.Permission
	for name, held := range may {
		id := actionID(name)
		for scope, has := range map[deskpolicy.Scope]bool{
			deskpolicy.Restricted: held.Restricted, deskpolicy.Group: held.Group, deskpolicy.Global: held.Global,
			0: held == modelHeld{}, deskpolicy.Global + 1: held == modelHeld{},
		} {
			if has {
				permissions = append(permissions, id.At(scope))
			}
		}
	}
	return deskpolicy.PermissionsOf(permissions...)
}

// about builds the resource. Of a thing's fields it takes those that the kind has.
func (b builder) about(m *modelThing) about {
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
		return on(&deskpolicy.Membership{Of: b.target(m.Agent, m.NilTo), Group: buildTeam(m.Team), Access: buildAccess(orElse(m.Access, "none"))})
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
func (b builder) grant(m *modelThing) deskpolicy.Grant {
	if m.Account == "" {
		return deskpolicy.Grant{}
	}
	guest := &modelRole{Name: "Guest", Account: m.Account}
	roles := map[string]*modelRole{}
	names := func(given ...*modelRole) (names []string) {
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

func buildTicket(m *modelThing) deskpolicy.Ticket {
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

func buildConversation(m *modelThing) deskpolicy.Conversation {
	return deskpolicy.Conversation{
		ID:        deskpolicy.ConversationID(m.ID),
		Account:   deskpolicy.AccountID(m.Account),
		Workspace: deskpolicy.WorkspaceID(m.Workspace),
		Group:     deskpolicy.GroupID(m.Group),
		Assignee:  deskpolicy.AgentID(m.Assignee),
	}
}

func buildContact(m *modelThing) deskpolicy.Contact {
	return deskpolicy.Contact{
		ID: deskpolicy.ContactID(m.ID), Account: deskpolicy.AccountID(m.Account), Owner: deskpolicy.AgentID(m.Author), CRM: buildRecord(m.Record),
	}
}

func buildTeam(m modelTeam) deskpolicy.AgentGroup {
	return deskpolicy.AgentGroup{ID: deskpolicy.GroupID(m.ID), Account: deskpolicy.AccountID(m.Account)}
}

// target returns whom a thing is to go to: somebody, nobody, or a nil pointer of the kind.
func (b builder) target(to *modelAgent, nilTo string) deskpolicy.Subject {
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

// ---- what a failure says

// GoString says the request in a sentence, for rapid's report too.
func (q modelRequest) GoString() string {
	return q.Subject.sentence() + " may " + q.Action + " on " + q.Thing.sentence()
}

func (a *modelAgent) sentence() string {
	if a == nil {
		return "nobody"
	}
	var bindings []string
	for _, b := range a.Bindings {
		bindings = append(bindings, b.sentence())
	}
	id := orElse(a.ID, "someone without an ID")
	switch a.Kind {
	case "shared_agent":
		id = "shared agent " + id
	case "non_agent":
		return fmt.Sprintf("%s of %s, no agent", a.User.sentence(), orElse(a.Account.ID, "no account"))
	}
	s := fmt.Sprintf("%s of %s (%s)", id, orElse(a.Account.ID, "no account"), orElse(strings.Join(bindings, "; "), "no role"))
	if a.shared() {
		s += " who is " + a.User.sentence()
		if !a.Account.Integrated {
			s += ", not integrated,"
		}
	}
	if a.Deactivated {
		s += ", deactivated,"
	}
	for _, group := range slices.Sorted(maps.Keys(a.Groups)) {
		s += fmt.Sprintf(" with %s in %q", a.Groups[group], group)
	}
	if len(a.Account.Features) > 0 {
		s += " on a plan with " + strings.Join(a.Account.Features, ", ")
	}
	if len(a.Account.Open) > 0 {
		s += fmt.Sprintf(", open workspaces %q,", a.Account.Open)
	}
	if len(a.Account.Administrators) > 0 {
		s += fmt.Sprintf(" administered by %q,", a.Account.Administrators)
	}
	return s
}

func (u modelUser) sentence() string {
	s := fmt.Sprintf("%s in the CRM with %s scope", orElse(u.ID, "nobody"), orElse(u.Scope, "no"))
	if u.Deactivated {
		s += ", deactivated there,"
	}
	if len(u.Territories) > 0 {
		s += fmt.Sprintf(" in %q", u.Territories)
	}
	if len(u.Parents) > 0 {
		s += fmt.Sprintf(" under %q", u.Parents)
	}
	if len(u.Contacts)+len(u.Companies) > 0 {
		s += fmt.Sprintf(" shown contacts %q and companies %q, %d old of %d", u.Contacts, u.Companies, u.Age, u.Limit)
	}
	return s
}

func (b modelBinding) sentence() string {
	return fmt.Sprintf("%s, %s, in %q", b.Role.sentence(), b.TicketScope, b.Workspace)
}

func (r *modelRole) sentence() string {
	if r == nil || r.BuiltIn {
		if r == nil {
			return "the zero role"
		}
		return r.Name
	}
	var permissions []string
	for _, name := range slices.Sorted(maps.Keys(r.May)) {
		held := r.May[name]
		for _, level := range []struct {
			name string
			has  bool
		}{{"global", held.Global}, {"group", held.Group}, {"restricted", held.Restricted}, {"no level", held == modelHeld{}}} {
			if level.has {
				permissions = append(permissions, name+"@"+level.name)
			}
		}
	}
	return fmt.Sprintf("%s {%s}", r.Name, strings.Join(permissions, " "))
}

func (r *modelThing) sentence() string {
	if r == nil {
		return "nothing"
	}
	switch r.Kind {
	case "ticket_pair", "contact_pair":
		return r.From.sentence() + " into " + r.Into.sentence()
	case "note", "time_entry":
		return fmt.Sprintf("a %s by %s on %s", r.Kind, orElse(r.Author, "nobody"), r.Part.sentence())
	case "assignment", "transfer":
		to := ""
		if r.NilTo != "" {
			to += " to a nil " + r.NilTo
		}
		if r.To != nil {
			to += " to " + r.To.sentence()
		}
		if r.Team != (modelTeam{}) {
			to += fmt.Sprintf(" to group %q of %s", r.Team.ID, orElse(r.Team.Account, "no account"))
		}
		return r.Part.sentence() + orElse(to, " to nobody")
	case "agent", "shared_agent":
		return r.Agent.sentence()
	case "appointment":
		return r.Agent.sentence() + " to become " + r.Binding.sentence()
	case "membership":
		return fmt.Sprintf("%s to have %s in group %q of %s", r.Agent.sentence(), orElse(r.Access, "none"), r.Team.ID, orElse(r.Team.Account, "no account"))
	case "role":
		return "role " + r.Role.sentence()
	case "grant":
		s := "grant of " + orElse(r.Account, "no account")
		for _, role := range r.Gives {
			s += " of " + role.sentence()
		}
		for _, workspace := range slices.Sorted(maps.Keys(r.Granted)) {
			s += fmt.Sprintf(" in %q", workspace)
			for _, role := range r.Granted[workspace] {
				s += " of " + role.sentence()
			}
		}
		return s
	}
	s, kind := strings.TrimSpace(r.Kind+" "+r.ID)+" of "+orElse(r.Account, "no account"), modelKinds[r.Kind]
	if kind.Workspace {
		s += fmt.Sprintf(" in %q", r.Workspace)
	}
	if kind.Group {
		s += fmt.Sprintf(" with group %q", r.Group)
	}
	if kind.Assignee {
		s += " assigned to " + orElse(r.Assignee, "nobody")
	}
	if kind.Author {
		s += " by " + orElse(r.Author, "nobody")
	}
	if kind.Record {
		s += fmt.Sprintf(" (owner %q, territory %q, team %q)", r.Record.Owner, r.Record.Territory, r.Record.Team)
	}
	if r.Requester != nil {
		s += " from " + r.Requester.sentence()
	}
	if len(r.Mentions) > 0 {
		s += fmt.Sprintf(" with mentions %v", r.Mentions)
	}
	return s
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// ---- the generators themselves

func TestGenerators(t *testing.T) {
	t.Run("the vocabulary is the library's", func(t *testing.T) {
		var names []string
		for id := range deskpolicy.Actions() {
			names = append(names, id.String())
		}
		require.Equal(t, append(names, slices.Sorted(maps.Keys(hostActions))...), sortedHost(modelNames))
		for _, name := range modelNames {
			id, a := actionID(name), modelActions[name]
			require.Equal(t, a.Need, id.Need().String(), "need of %s", name)
			require.Equal(t, a.Category, id.Category(), "category of %s", name)
			require.Equal(t, a.Authority, id.In(deskpolicy.ClassAgentMutation), "%s changes authority", name)
			require.Equal(t, a.Authoring, id.In(deskpolicy.ClassRoleAuthoring), "%s makes roles", name)
			require.Equal(t, a.Channel, id.In(deskpolicy.ClassChannel), "%s is phone or chat", name)
			require.Equal(t, orElse(a.Feature, "none"), id.Requires().String(), "feature of %s", name)
		}
	})
	t.Run("the reasons are the library's", func(t *testing.T) {
		for reason := range deskpolicy.Reasons() {
			if reason != deskpolicy.Undecided && !ofSessions[reason] {
				require.Equal(t, modelSteps[reason.String()], reason.Step(), "step of %v", reason)
			}
		}
	})
	t.Run("unknown numbers name nothing", func(t *testing.T) {
		for _, name := range worldUnknown {
			require.False(t, actionID(name).Valid(), name)
		}
	})
	t.Run("roles hold what was drawn", rapid.MakeCheck(func(t *rapid.T) {
		m := drawRole(t, modelNames, "role")
		role := builder{roles: map[*modelRole]deskpolicy.Role{}}.role(m)
		for _, name := range modelNames {
			held := m.May[name]
			for scope, want := range map[deskpolicy.Scope]bool{
				deskpolicy.Global:     held.Global,
				deskpolicy.Group:      held.Global || held.Group,
				deskpolicy.Restricted: held.Global || held.Restricted || held.Group && !modelActions[name].literal(),
			} {
				require.Equal(t, want, role.Permissions().Has(actionID(name).At(scope)), "%s has %s@%v", m.sentence(), name, scope)
			}
		}
	}))
	t.Run("every kind of thing is built and asked about", func(t *testing.T) {
		things := map[string]string{}
		for _, a := range modelActions {
			things[a.Kind] = a.Name
		}
		require.Equal(t, slices.Sorted(maps.Keys(modelKinds)), slices.Sorted(maps.Keys(things)))
		for kind, action := range things {
			thing := rapid.Custom(func(t *rapid.T) *modelThing {
				return world{roles: []*modelRole{nil}, close: rapid.Just(modelBinding{TicketScope: "none"})}.thing(t, kind)
			}).Example(1)
			b := build(modelRequest{&modelAgent{ID: "riya"}, action, thing})
			require.NotNil(t, b.about.pointer, kind)
		}
	})
}

// sortedHost returns the names with the host's, which come last, in order.
func sortedHost(names []string) []string {
	i := slices.Index(names, "host.inspect")
	return append(slices.Clone(names[:i]), slices.Sorted(slices.Values(names[i:]))...)
}
