package deskpolicy_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A history is a sequence of actions by people on a desk, each carried out only if
// the library allows it, as a host would. No history gives its actors anything that
// none of them could do at the start: they can promote neither themselves nor each other.

// A historyPerson is an agent or a shared agent as the host stores them. It is
// immutable: a change makes a copy.
type historyPerson struct {
	id          AgentID
	shared      bool
	deactivated bool
	bindings    []Binding
	groups      map[GroupID]Access
	authors     RoleAuthors // of the account

	reached *historyReach // see reach
}

// historyMe is the ID under which people are compared, so that "assigned to me" means the same.
const historyMe = AgentID("support:me")

// historyEngineer is the support engineer with that ID.
var historyEngineer = SupportEngineer{ID: "me", Email: "me@vendor.example"}

// subject returns the person as a subject of the account with the ID.
func (p *historyPerson) subject(account Account, id AgentID) Subject {
	if p.shared {
		user := CRMUser{ID: "u-sam", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}}
		return &SharedAgent{ID: id, Account: account, Deactivated: p.deactivated, CRM: user, Bindings: p.bindings, Groups: p.groups}
	}
	return &Agent{ID: id, Account: account, Deactivated: p.deactivated, Bindings: p.bindings, Groups: p.groups}
}

// self returns the person as a subject under historyMe, for comparison.
func (p *historyPerson) self() Subject {
	account := acme
	account.RoleAuthors = p.authors
	return p.subject(account, historyMe)
}

// covers reports whether p can do everything that other can.
func (p *historyPerson) covers(other *historyPerson) bool { return Covers(p.self(), other.self()) }

// reach returns what the person can do in the small model.
func (p *historyPerson) reach() *historyReach {
	if p.reached == nil {
		p.reached = historyReachOf(p.self())
	}
	return p.reached
}

// isAccountAdministrator reports whether the person is an account administrator, active
// or deactivated. A shared agent is not one, with any role.
func (p *historyPerson) isAccountAdministrator() bool {
	return !p.shared && slices.ContainsFunc(p.bindings, func(b Binding) bool {
		return b.Role == AccountAdministratorRole.Role() && slices.Contains([]WorkspaceID{AccountWide, OpenWorkspaces, Everywhere}, b.Workspace)
	})
}

// changed returns a copy of the person with the change.
func (p *historyPerson) changed(change func(p *historyPerson)) *historyPerson {
	other := *p
	other.reached, other.bindings, other.groups = nil, slices.Clone(p.bindings), maps.Clone(p.groups)
	if other.groups == nil {
		other.groups = make(map[GroupID]Access)
	}
	change(&other)
	return &other
}

// removeRole removes the person's role in a workspace, at any ticket scope.
func (p *historyPerson) removeRole(b Binding) {
	p.bindings = slices.DeleteFunc(p.bindings, func(held Binding) bool { return held.Role == b.Role && held.Workspace == b.Workspace })
}

// replaceRole replaces the role with that name; the zero Role removes it.
func (p *historyPerson) replaceRole(name string, role Role) {
	for i := range p.bindings {
		if p.bindings[i].Role.Name() == name {
			p.bindings[i].Role = role
		}
	}
	p.bindings = slices.DeleteFunc(p.bindings, func(b Binding) bool { return b.Role == Role{} })
}

// String describes the person.
func (p *historyPerson) String() string {
	return fmt.Sprintf("%s%s %v", p.id, rolesOf(p.bindings), p.groups)
}

// GoString is what rapid prints for a drawn value.
func (p *historyPerson) GoString() string { return p.String() }

// united returns a person of p's type with the roles and groups of all the others.
func (p *historyPerson) united(others []*historyPerson) *historyPerson {
	all := &historyPerson{shared: p.shared, authors: p.authors, groups: make(map[GroupID]Access)}
	for _, other := range others {
		if other.deactivated {
			continue
		}
		all.bindings = append(all.bindings, other.bindings...)
		for group, access := range other.groups {
			all.groups[group] = max(all.groups[group], access)
		}
	}
	return all
}

// A historyReach is a bit set of the questions of the small model that Authorize
// allows. It does not use Compare.
type historyReach [10]uint64

// within reports whether every bit of r is set in one of the others.
func (r *historyReach) within(others ...*historyReach) bool {
	for word := range r {
		left := r[word]
		for _, other := range others {
			left &^= other[word]
		}
		if left != 0 {
			return false
		}
	}
	return true
}

func historyReachOf(subject Subject) *historyReach {
	var reach historyReach
	for i, asks := range historyQuestions() {
		if asks(subject) {
			reach[i/64] |= 1 << (i % 64)
		}
	}
	return &reach
}

func historyQuestion[R Resource](action Action[R], resource R) func(Subject) bool {
	return func(subject Subject) bool { return Authorize(subject, action, &resource).Allowed() }
}

// historyQuestions returns the questions of the small model: tickets, conversations,
// reports and settings in every workspace and group, customers, the account, and the
// administration of an agent without permissions.
var historyQuestions = sync.OnceValue(func() (questions []func(Subject) bool) {
	add := func(asks ...func(Subject) bool) { questions = append(questions, asks...) }
	for _, w := range []WorkspaceID{"", "it", "legal", "hr"} {
		for _, g := range []GroupID{"", "billing", "refunds", "apac"} {
			for _, holder := range []AgentID{"other", historyMe} {
				ticket := Ticket{Account: "acme", Workspace: w, Group: g, Assignee: holder}
				add(historyTicketQuestions(ticket)...)
				add(historyQuestion(TicketNoteEditOwn, Note{ticket, historyMe}))
				chat := Conversation{Account: "acme", Workspace: w, Group: g, Assignee: holder}
				add(historyQuestion(ConversationView, chat), historyQuestion(ConversationReply, chat), historyQuestion(ConversationNotePrivate, chat))
				report := Report{Account: "acme", Workspace: w, Team: g, Owner: holder}
				add(historyQuestion(ReportView, report), historyQuestion(ReportExport, report))
			}
			mentioned := Ticket{Account: "acme", Workspace: w, Group: g, Mentions: map[AgentID]bool{historyMe: true}}
			seen := Ticket{Account: "acme", Workspace: w, Group: g, Requester: customer("emea")}
			add(historyQuestion(TicketView, mentioned), historyQuestion(TicketReply, mentioned), historyQuestion(TicketView, seen), historyQuestion(TicketReply, seen))
			settings := Settings{"acme", w, g}
			add(historyQuestion(SettingsManage, settings), historyQuestion(AutomationManage, settings))
		}
	}
	for _, territory := range []TerritoryID{"emea", "apac"} {
		for _, holder := range []AgentID{"other", historyMe} {
			contact := *customer(territory)
			contact.Owner = holder
			add(historyQuestion(ContactView, contact), historyQuestion(ContactEdit, contact))
		}
	}
	add(historyQuestion(SessionLogin, acme), historyQuestion(AuditView, acme), historyQuestion(DataExport, acme), historyQuestion(BillingManage, acme))
	add(historyQuestion(ProfileEditOwn, AgentProfile{"acme", historyMe}), historyQuestion(TimeLogOwn, TimeEntry{Ticket{Account: "acme"}, historyMe}))
	return append(questions, historyPeopleQuestions()...)
})

func historyTicketQuestions(ticket Ticket) (questions []func(Subject) bool) {
	for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketDelete, TicketExport, TicketBeAssigned} {
		questions = append(questions, historyQuestion(action, ticket))
	}
	return questions
}

func historyPeopleQuestions() (questions []func(Subject) bool) {
	nobody := Agent{ID: "somebody", Account: acme}
	for _, action := range []Action[Agent]{AgentView, AgentCreate, AgentEdit, AgentDeactivate, AgentDelete, AgentImpersonate, AgentKeyManage} {
		questions = append(questions, historyQuestion(action, nobody))
	}
	for _, action := range []Action[RoleAssignment]{AgentRoleAssign, AgentRoleRemove, AgentScopeEdit} {
		questions = append(questions, historyQuestion(action, RoleAssignment{&nobody, wide(historyRole("Nothing"), ScopeGlobal)}))
	}
	for _, action := range []Action[SharedAgent]{SharedAgentView, SharedAgentEdit, SharedAgentDelete, SharedAgentKeyManage} {
		questions = append(questions, historyQuestion(action, SharedAgent{ID: "somebody", Account: acme}))
	}
	role := historyRole("Nothing")
	for _, action := range []Action[Role]{RoleView, RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		questions = append(questions, historyQuestion(action, role))
	}
	grant, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g", Engineers: []SupportEngineer{historyEngineer}, Roles: []Role{role}}, noon)
	if err != nil {
		panic(err)
	}
	for _, action := range []Action[SupportGrant]{SupportGrantView, SupportGrantCreate, SupportGrantExtend, SupportGrantRevoke} {
		questions = append(questions, historyQuestion(action, grant))
	}
	return append(questions, historyQuestion(AgentGroupAssign, GroupMembership{Member: &nobody, Group: AgentGroup{"billing", "acme"}, Access: Edit}))
}

func historyRole(name string, permissions ...Permission) Role {
	role, err := NewRole("acme", name, NewPermissions(permissions...), nil)
	if err != nil {
		panic(err)
	}
	return role
}

func historyClone(of Role, name string) Role {
	role, err := CloneRole(of, "acme", name)
	if err != nil {
		panic(err)
	}
	return role
}

// historyAuthoring are the permissions of an agent who makes roles.
var historyAuthoring = []Permission{RoleCreate.At(ScopeGlobal), RoleUpdate.At(ScopeGlobal), RoleDelete.At(ScopeGlobal), RoleClone.At(ScopeGlobal), TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal)}

// historyPeoplePermissions are the permissions of an agent who manages people.
var historyPeoplePermissions = []Permission{
	AgentView.At(ScopeGlobal), AgentCreate.At(ScopeGlobal), AgentEdit.At(ScopeGlobal), AgentDeactivate.At(ScopeGlobal), AgentDelete.At(ScopeGlobal),
	AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal),
	AgentImpersonate.At(ScopeGlobal), SharedAgentEdit.At(ScopeGlobal), SharedAgentDelete.At(ScopeGlobal),
}

// historyRoles returns the initial custom roles of the account.
func historyRoles() []Role {
	tickets := []Permission{
		TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), TicketDelete.At(ScopeGroup), TicketExport.At(ScopeGroup), TicketBeAssigned.At(ScopeRestricted),
		ConversationView.At(InGroup), ConversationNotePrivate.At(ScopeRestricted), ReportView.At(ScopeGroup), TicketNoteEditOwn.At(ScopeGlobal),
	}
	supportWork := []Permission{AgentKeyManage.At(ScopeGlobal), SupportGrantView.At(ScopeGlobal), SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), SupportGrantRevoke.At(ScopeGlobal)}
	return []Role{
		historyClone(AccountAdministratorRole.Role(), "Second in Command"),
		historyClone(AdministratorRole.Role(), "Deputy"),
		historyRole("Team Lead", append(slices.Clone(historyPeoplePermissions),
			TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup), ConversationView.At(InGroup), SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal))...),
		historyRole("Night Lead", slices.Concat(historyPeoplePermissions, supportWork, tickets)...),
		historyRole("People", historyPeoplePermissions...),
		historyRole("Clerk", TicketView.At(ScopeGroup), TicketReply.At(ScopeRestricted), ConversationView.At(InGroup), ConversationNotePrivate.At(ScopeRestricted)),
		historyRole("Author", TicketNoteEditOwn.At(ScopeGlobal), TimeLogOwn.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal), TicketView.At(ScopeRestricted)),
		historyRole("Teams", AgentGroupAssign.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), ConversationView.At(InGroup), TicketView.At(ScopeGroup)),
	}
}

// A historyDesk is the account as the host stores it.
type historyDesk struct {
	people   []*historyPerson
	roles    []Role // the custom roles
	grants   []SupportGrant
	features Features // of the plan
	authors  RoleAuthors

	named  int            // number of names made
	done   []string       // what was allowed
	counts map[string]int // by action: allowed, denied and for which reasons
	last   Decision       // the last decision
}

// account returns the account with its current administrators.
func (d *historyDesk) account() Account {
	account := acme
	account.Plan.Features, account.RoleAuthors = d.features, d.authors
	for _, p := range d.people {
		if p.isAccountAdministrator() && !p.deactivated {
			account.Administrators = append(account.Administrators, p.id)
		}
	}
	return account
}

// person returns the person with the ID, or nil after a deletion.
func (d *historyDesk) person(id AgentID) *historyPerson {
	if i := d.index(id); i >= 0 {
		return d.people[i]
	}
	return nil
}

func (d *historyDesk) index(id AgentID) int {
	return slices.IndexFunc(d.people, func(p *historyPerson) bool { return p.id == id })
}

// subject returns the person with the ID as a subject.
func (d *historyDesk) subject(id AgentID) Subject { return d.person(id).subject(d.account(), id) }

// change changes a person.
func (d *historyDesk) change(id AgentID, change func(p *historyPerson)) {
	d.people = slices.Clone(d.people)
	i := d.index(id)
	d.people[i] = d.people[i].changed(change)
}

// changeAll changes every person.
func (d *historyDesk) changeAll(change func(p *historyPerson)) {
	for _, p := range d.people {
		d.change(p.id, change)
	}
}

// name returns a new name.
func (d *historyDesk) name(prefix string) string {
	d.named++
	return fmt.Sprintf("%s %d", prefix, d.named)
}

// A historyAttempt is an action that a person attempts.
type historyAttempt struct {
	by             AgentID
	impersonations []historyImpersonation // a chain, each one through the one before
	action         ActionID

	on       AgentID
	binding  Binding
	group    GroupID
	access   Access
	newcomer *historyPerson
	role     Role // the role to make, clone or delete, or the changed role
	terms    SupportGrantTerms
	grant    int
}

// A historyImpersonation is a user to impersonate and the action that makes it possible.
type historyImpersonation struct {
	action ActionID
	target AgentID
}

// GoString is what rapid prints for a drawn value.
func (h historyAttempt) GoString() string { return h.String() }

func (h historyAttempt) String() string {
	s := string(h.by)
	for _, g := range h.impersonations {
		s += fmt.Sprintf(" as %s by %v", g.target, g.action)
	}
	s += fmt.Sprintf(": %v", h.action)
	switch h.action {
	case AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID():
		return s + fmt.Sprintf(" %s%s", h.on, rolesOf([]Binding{h.binding}))
	case AgentGroupAssign.ID():
		return s + fmt.Sprintf(" %s %s %v", h.on, h.group, h.access)
	case AgentCreate.ID():
		return s + fmt.Sprintf(" %v", h.newcomer)
	case SupportGrantCreate.ID():
		return s + fmt.Sprintf(" %v %v", h.terms.Roles, h.terms.Workspaces)
	}
	return s + fmt.Sprintf(" %s%v", h.on, h.role)
}

// try attempts the action and reports whether it was allowed.
func (d *historyDesk) try(h historyAttempt) bool {
	who := d.actingSubject(h)
	return who != nil && d.tryAs(who, h)
}

// actingSubject returns the subject after all impersonations, or nil if one is denied.
func (d *historyDesk) actingSubject(h historyAttempt) Subject {
	who := d.subject(h.by)
	for _, g := range h.impersonations {
		if !d.allowed(who, g.action, historyAttempt{on: g.target}) {
			return nil
		}
		who = d.subject(g.target)
	}
	return who
}

// tryAs attempts the action as the subject.
func (d *historyDesk) tryAs(who Subject, h historyAttempt) bool {
	switch h.action {
	case SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID():
		return d.trySupportGrant(who, h)
	}
	if !d.allowed(who, h.action, h) {
		return false
	}
	d.done = append(d.done, h.String())
	d.effect(h)
	return true
}

// allowed reports whether the subject is allowed the action, and counts the decision.
func (d *historyDesk) allowed(who Subject, action ActionID, h historyAttempt) bool {
	decision := Request{Subject: who, Action: action, Resource: d.resource(action, h)}.Authorize()
	if i := slices.IndexFunc(d.roles, func(r Role) bool { return r.Name() == h.role.Name() }); action == RoleUpdate.ID() && i >= 0 {
		decision = AuthorizeRoleChange(who, RoleChange{h.role.Name(), d.roles[i], h.role})
	}
	d.count(action, decision)
	return decision.Allowed()
}

func (d *historyDesk) count(action ActionID, decision Decision) {
	d.last = decision
	if d.counts == nil {
		return
	}
	if decision.Allowed() {
		d.counts[action.String()]++
		return
	}
	d.counts[action.String()+" denied"]++
	d.counts[decision.Reason.String()]++
}

// resource returns the resource of the attempt.
func (d *historyDesk) resource(action ActionID, h historyAttempt) Resource {
	switch action {
	case AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID():
		return RoleAssignment{Holder: d.subject(h.on), Binding: h.binding}
	case AgentGroupAssign.ID():
		return GroupMembership{Member: d.subject(h.on), Group: AgentGroup{h.group, "acme"}, Access: h.access}
	case AgentCreate.ID():
		return *h.newcomer.subject(d.account(), h.newcomer.id).(*Agent)
	case RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID():
		return h.role
	}
	switch somebody := d.subject(h.on).(type) {
	case *Agent:
		return *somebody
	case *SharedAgent:
		return *somebody
	}
	panic("nothing to do it to")
}

// effect carries out the allowed action.
func (d *historyDesk) effect(h historyAttempt) {
	switch h.action {
	case AgentRoleAssign.ID():
		d.change(h.on, func(p *historyPerson) { p.bindings = append(p.bindings, h.binding) })
	case AgentRoleRemove.ID():
		d.change(h.on, func(p *historyPerson) { p.removeRole(h.binding) })
	case AgentScopeEdit.ID():
		d.change(h.on, func(p *historyPerson) { p.removeRole(h.binding); p.bindings = append(p.bindings, h.binding) })
	case AgentGroupAssign.ID():
		d.change(h.on, func(p *historyPerson) { p.groups[h.group] = h.access })
	case AgentCreate.ID():
		d.people = append(slices.Clone(d.people), h.newcomer)
	case AgentEdit.ID(), SharedAgentEdit.ID(): // editing can reactivate
		d.change(h.on, func(p *historyPerson) { p.deactivated = false })
	case AgentDeactivate.ID():
		d.change(h.on, func(p *historyPerson) { p.deactivated = true })
	case AgentDelete.ID(), SharedAgentDelete.ID():
		d.people = slices.DeleteFunc(slices.Clone(d.people), func(p *historyPerson) bool { return p.id == h.on })
	case RoleCreate.ID():
		d.roles = append(slices.Clone(d.roles), h.role)
	case RoleClone.ID():
		d.roles = append(slices.Clone(d.roles), historyClone(h.role, d.name("Clone")))
	case RoleUpdate.ID():
		d.replaceRole(h.role.Name(), h.role)
	case RoleDelete.ID():
		d.replaceRole(h.role.Name(), Role{})
	}
}

// replaceRole replaces the role with that name for all its holders; the zero Role removes it.
func (d *historyDesk) replaceRole(name string, role Role) {
	d.roles = slices.DeleteFunc(slices.Clone(d.roles), func(r Role) bool { return r.Name() == name })
	if role != (Role{}) {
		d.roles = append(d.roles, role)
	}
	d.changeAll(func(p *historyPerson) { p.replaceRole(name, role) })
}

// trySupportGrant makes, extends or revokes a support grant as the subject, if allowed.
func (d *historyDesk) trySupportGrant(who Subject, h historyAttempt) bool {
	var grant SupportGrant
	var err error
	switch h.action {
	case SupportGrantCreate.ID():
		grant, _, err = NewSupportGrant(who, h.terms, noon)
	case SupportGrantExtend.ID():
		grant, _, err = ExtendSupportGrant(who, d.grants[h.grant], d.grants[h.grant].End().Add(time.Minute), noon, nil)
	case SupportGrantRevoke.ID():
		grant, _, err = RevokeSupportGrant(who, d.grants[h.grant], noon)
	}
	var denied *DeniedError
	if errors.As(err, &denied) {
		d.count(h.action, denied.Decision)
	}
	if err != nil {
		return false
	}
	d.count(h.action, Decision{Reason: AllowedAll})
	d.done = append(d.done, h.String())
	d.grants = slices.Clone(d.grants)
	if h.action == SupportGrantCreate.ID() {
		d.grants = append(d.grants, grant)
	} else {
		d.grants[h.grant] = grant
	}
	return true
}

// A historyBaseline records what people could do at some time and who has acted since.
type historyBaseline struct {
	start map[AgentID]*historyPerson // everyone at the start
	acted []AgentID                  // people who have acted since
}

func newHistoryBaseline(d *historyDesk) *historyBaseline {
	w := &historyBaseline{start: make(map[AgentID]*historyPerson)}
	for _, p := range d.people {
		w.start[p.id] = p
	}
	return w
}

// sources returns the people whose authority the person can have: at the start, the
// person themselves and everyone who has acted.
func (w *historyBaseline) sources(id AgentID) (sources []*historyPerson) {
	for _, source := range append([]AgentID{id}, w.acted...) {
		if p := w.start[source]; p != nil {
			sources = append(sources, p)
		}
	}
	return sources
}

// promoted describes a person with more authority than their sources, or returns "".
func (w *historyBaseline) promoted(d *historyDesk) string {
	for _, p := range d.people {
		if how := p.exceeds(w.sources(p.id)); how != "" {
			return fmt.Sprintf("%v %s", p, how)
		}
	}
	return ""
}

// exceeds describes how the person can do more than the sources, or returns "". Three
// checks must hold: one source alone covers the person; all sources united cover
// the person; and in the small model Authorize allows one of the sources each thing
// that the person can do.
func (p *historyPerson) exceeds(sources []*historyPerson) string {
	reaches := make([]*historyReach, len(sources))
	for i, source := range sources {
		reaches[i] = source.reach()
	}
	switch {
	case !p.reach().within(reaches...):
		return "can do what none of the sources could"
	case !p.united(sources).covers(p):
		return "is not covered by the united sources"
	case !p.hasNothing() && !slices.ContainsFunc(sources, func(source *historyPerson) bool { return source.covers(p) }):
		return "is not covered by any one source"
	}
	return ""
}

// hasNothing reports whether the person can do nothing.
func (p *historyPerson) hasNothing() bool { return Covers((*Agent)(nil), p.self()) }

// A historyRun is the state of a rapid state machine.
type historyRun struct {
	desk     *historyDesk
	baseline *historyBaseline
}

// historyActions are the actions of histories.
var historyActions = []ActionID{
	AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID(), AgentGroupAssign.ID(),
	AgentCreate.ID(), AgentEdit.ID(), AgentDeactivate.ID(), AgentDelete.ID(),
	RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID(),
	SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID(),
}

// historyImpersonatingActions are the actions that let a user act as another: editing a record can
// change its address, and with that its password (B38).
var historyImpersonatingActions = []ActionID{AgentImpersonate.ID(), AgentImpersonate.ID(), AgentKeyManage.ID(), AgentEdit.ID()}

// drawBinding draws a role assignment.
func (d *historyDesk) drawBinding(t *rapid.T, administrators bool) Binding {
	roles := slices.Concat(d.roles, d.roles, d.roles, []Role{AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role(), SupportAgentRole.Role()})
	if administrators {
		roles = append(roles, AccountAdministratorRole.Role(), AccountAdministratorRole.Role(), SharedAgentRole.Role())
	}
	held := []WorkspaceID{AccountWide, AccountWide, OpenWorkspaces, OpenWorkspaces, "it", "legal"}
	if d.authors == AuthorsByPermission { // who needs to hold roles everywhere
		held = append(held, Everywhere, Everywhere, Everywhere, Everywhere)
	}
	return Binding{
		Role:        rapid.SampledFrom(roles).Draw(t, "role"),
		Workspace:   rapid.SampledFrom(held).Draw(t, "workspace"),
		TicketScope: rapid.SampledFrom([]Scope{ScopeGlobal, ScopeGlobal, ScopeGroup, ScopeRestricted}).Draw(t, "ticket scope"),
	}
}

var historyGroups = []GroupID{"billing", "refunds", "apac"}

// drawPerson draws a person with one to three roles, in some groups.
func (d *historyDesk) drawPerson(t *rapid.T, id AgentID, administrators bool) *historyPerson {
	draw := func(t *rapid.T) *historyPerson { return d.newPerson(t, id, administrators) }
	return rapid.Custom(draw).Draw(t, "person")
}

func (d *historyDesk) newPerson(t *rapid.T, id AgentID, administrators bool) *historyPerson {
	p := &historyPerson{id: id, groups: make(map[GroupID]Access), authors: d.authors}
	for range rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "roles") {
		p.bindings = append(p.bindings, d.drawBinding(t, administrators))
	}
	for _, group := range historyGroups {
		if access := rapid.SampledFrom([]Access{NoAccess, View, Edit}).Draw(t, "access"); access != NoAccess {
			p.groups[group] = access
		}
	}
	return p
}

// drawHistoryDesk draws a desk of four to six people. The last is a shared agent;
// with administrators, the first is an account administrator.
func drawHistoryDesk(t *rapid.T, administrators bool, authors RoleAuthors, counts map[string]int) *historyDesk {
	d := &historyDesk{roles: historyRoles(), features: AllFeatures, authors: authors, counts: counts}
	if authors == AuthorsByPermission {
		d.roles = append(d.roles, historyRole("Role Author", append(slices.Clone(historyPeoplePermissions), historyAuthoring...)...))
		slices.Reverse(d.roles)
	}
	mixture := rapid.SliceOfN(rapid.SampledFrom(historyPermissions), 1, 12).Draw(t, "permissions")
	d.roles = append(d.roles, historyRole("Mixture", mixture...))
	ids := []AgentID{"riya", "bob", "mara", "olga", "yuki"}[:rapid.IntRange(3, 5).Draw(t, "people")]
	for i, id := range ids {
		p := d.drawPerson(t, id, false)
		if i < 2 { // has some authority
			p.bindings[0] = wide(rapid.SampledFrom(d.roles[:5]).Draw(t, "role"), ScopeGlobal)
		}
		if i > 0 && rapid.IntRange(0, 2).Draw(t, "as the first") == 0 { // except for the groups
			p.bindings = d.people[0].bindings[:1:1]
		}
		d.people = append(d.people, p)
	}
	shared := d.drawPerson(t, "sam", false)
	shared.shared = true
	if rapid.Bool().Draw(t, "as the CRM made it") {
		shared.bindings = sam().Bindings
	}
	if administrators {
		d.people[0].bindings = append(d.people[0].bindings, inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	} else if rapid.Bool().Draw(t, "administrator of a workspace") {
		d.people[0].bindings = append(d.people[0].bindings, inWorkspace("it", AccountAdministratorRole.Role()))
	}
	d.people = append(d.people, shared)
	return d
}

// historyPermissions are the permissions of drawn custom roles.
var historyPermissions = func() (all []Permission) {
	for _, id := range []ActionID{
		TicketView.ID(), TicketReply.ID(), TicketExport.ID(), TicketNoteEditOwn.ID(),
		ConversationView.ID(), ConversationNotePrivate.ID(), ReportView.ID(), ContactView.ID(), ContactEdit.ID(),
	} {
		all = append(all, id.At(ScopeRestricted), id.At(ScopeGroup), id.At(ScopeGlobal))
	}
	for _, p := range historyPeoplePermissions {
		all = append(all, p, p)
	}
	return append(all, SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), AgentKeyManage.At(ScopeGlobal), SettingsManage.At(ScopeGroup))
}()

func (d *historyDesk) drawID(t *rapid.T, label string) AgentID {
	return rapid.SampledFrom(d.people).Draw(t, label).id
}

// drawAttempt draws an attempt.
func (d *historyDesk) drawAttempt(t *rapid.T, action ActionID) historyAttempt {
	draw := func(t *rapid.T) historyAttempt { return d.newAttempt(t, action) }
	return rapid.Custom(draw).Draw(t, "attempt")
}

func (d *historyDesk) newAttempt(t *rapid.T, action ActionID) historyAttempt {
	h := historyAttempt{by: d.drawID(t, "by"), on: d.drawID(t, "on"), action: action}
	if rapid.Bool().Draw(t, "by one of the first") {
		h.by = d.people[rapid.IntRange(0, min(1, len(d.people)-1)).Draw(t, "of these")].id
	}
	last := h.by
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2}).Draw(t, "impersonations") {
		g := historyImpersonation{rapid.SampledFrom(historyImpersonatingActions).Draw(t, "means"), d.drawID(t, "in the name of")}
		if !d.person(g.target).shared {
			h.impersonations, last = append(h.impersonations, g), g.target
		}
	}
	switch action {
	case AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID():
		h.binding = d.drawBindingFor(t, last, h.on)
		if action == AgentScopeEdit.ID() {
			h.binding.TicketScope = rapid.SampledFrom([]Scope{ScopeRestricted, ScopeGroup, ScopeGlobal, 0}).Draw(t, "ticket scope")
		}
	case AgentGroupAssign.ID():
		h.group = rapid.SampledFrom(historyGroups).Draw(t, "group")
		h.access = rapid.SampledFrom([]Access{NoAccess, View, Edit}).Draw(t, "access")
	case AgentCreate.ID():
		h.newcomer = d.drawPerson(t, AgentID(d.name("newcomer")), true)
		h.newcomer.bindings[0] = d.drawBindingFor(t, last, last)
	case AgentEdit.ID(), AgentDelete.ID():
		if d.person(h.on).shared {
			h.action = map[ActionID]ActionID{AgentEdit.ID(): SharedAgentEdit.ID(), AgentDelete.ID(): SharedAgentDelete.ID()}[action]
		}
	case AgentDeactivate.ID():
		if d.person(h.on).shared {
			t.Skip("only the CRM deactivates a shared agent")
		}
	case RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID():
		h.role = d.drawRole(t, action)
	case SupportGrantCreate.ID():
		h.terms = d.drawTerms(t, last)
	case SupportGrantExtend.ID(), SupportGrantRevoke.ID():
		if len(d.grants) == 0 {
			t.Skip("there is no support grant")
		}
		h.grant = rapid.IntRange(0, len(d.grants)-1).Draw(t, "grant")
		if by := d.person(d.grants[h.grant].CreatedBy()); by != nil && rapid.Bool().Draw(t, "by its maker") {
			h.by, h.impersonations = by.id, nil
		}
	}
	return h
}

// drawBindingFor draws a role assignment that one of the two holds, or any.
func (d *historyDesk) drawBindingFor(t *rapid.T, by, on AgentID) Binding {
	held := slices.Concat(d.person(by).bindings, d.person(on).bindings)
	if len(held) > 0 && rapid.IntRange(0, 2).Draw(t, "held") > 0 {
		return rapid.SampledFrom(held).Draw(t, "binding")
	}
	return d.drawBinding(t, true)
}

// drawRole draws a role to make, change, delete or clone, sometimes a built-in role.
func (d *historyDesk) drawRole(t *rapid.T, action ActionID) Role {
	known := append(slices.Clone(d.roles), AgentRole.Role(), AccountAdministratorRole.Role())
	role := rapid.SampledFrom(known).Draw(t, "of the roles")
	switch {
	case role.BuiltIn(), action == RoleDelete.ID(), action == RoleClone.ID():
		return role
	case action == RoleCreate.ID():
		return historyRole(d.name("Role"), rapid.SliceOfN(rapid.SampledFrom(historyPermissions), 0, 8).Draw(t, "permissions")...)
	}
	return historyRole(role.Name(), rapid.SliceOfN(rapid.SampledFrom(historyPermissions), 0, 8).Draw(t, "permissions")...)
}

// drawTerms draws the terms of a support grant.
func (d *historyDesk) drawTerms(t *rapid.T, by AgentID) SupportGrantTerms {
	terms := SupportGrantTerms{ID: SupportGrantID(d.name("grant")), Engineers: []SupportEngineer{historyEngineer}, Roles: []Role{d.drawBindingFor(t, by, by).Role}, Workspaces: make(map[WorkspaceID][]Role)}
	for _, w := range rapid.SliceOfDistinct(rapid.SampledFrom([]WorkspaceID{"it", "legal"}), rapid.ID).Draw(t, "workspaces") {
		terms.Workspaces[w] = nil
		if rapid.Bool().Draw(t, "with a role of its own") {
			terms.Workspaces[w] = []Role{d.drawBindingFor(t, by, by).Role}
		}
	}
	return terms
}

// session returns a support engineer's session under the support grant.
func (d *historyDesk) session(grant SupportGrant) *SupportSession {
	return grant.Session(historyEngineer, d.account(), noon)
}

// try attempts the action and checks everyone's authority afterwards.
func (r *historyRun) try(t *rapid.T, h historyAttempt) {
	before := *r.desk
	actor, account := before.person(h.by), before.account()
	if !r.desk.try(h) {
		return
	}
	story := func() string { return "\n" + strings.Join(r.desk.done, "\n") }
	byAdministrator := slices.Contains(account.Administrators, h.by)
	if len(account.Administrators) > 0 {
		require.NotEmpty(t, r.desk.account().Administrators, "the account keeps an administrator%s", story())
	}
	if byAdministrator {
		r.baseline = newHistoryBaseline(r.desk)
		return
	}
	if account.RoleAuthors == AuthorsAreAdministrators { // otherwise a custom role can cover theirs
		require.Equal(t, account.Administrators, r.desk.account().Administrators, "only administrators add or remove administrators%s", story())
		require.Equal(t, before.roles, r.desk.roles, "only administrators change roles%s", story())
	}
	if !slices.Contains(r.baseline.acted, h.by) {
		r.baseline.acted = append(r.baseline.acted, h.by)
	}
	require.Empty(t, r.baseline.promoted(r.desk), "%s", story())
	if now := r.desk.person(h.by); now != nil {
		require.Empty(t, now.exceeds([]*historyPerson{actor}), "by their own action%s", story())
	}
	if h.action == SupportGrantCreate.ID() || h.action == SupportGrantExtend.ID() {
		r.checkSupportGrant(t, actor, h, story)
	}
}

// checkSupportGrant checks that the new or extended support grant gives support engineers nothing
// that its maker lacks.
func (r *historyRun) checkSupportGrant(t *rapid.T, maker *historyPerson, h historyAttempt, story func() string) {
	grant := r.desk.grants[len(r.desk.grants)-1]
	if h.action == SupportGrantExtend.ID() {
		grant = r.desk.grants[h.grant]
	}
	session := r.desk.session(grant)
	require.True(t, Covers(maker.self(), session), "the support grant gives no more than its maker has%s", story())
	require.True(t, historyReachOf(session).within(maker.reach()), "the support grant reaches no further than its maker%s", story())
}

// trySupport attempts the action as a support engineer, who cannot change anything.
func (r *historyRun) trySupport(t *rapid.T, h historyAttempt) {
	if len(r.desk.grants) == 0 {
		t.Skip("there is no support grant")
	}
	before := *r.desk
	grant := rapid.SampledFrom(r.desk.grants).Draw(t, "support grant")
	require.False(t, r.desk.tryAs(r.desk.session(grant), h), "a support engineer cannot change anything")
	require.Equal(t, before.people, r.desk.people)
}

// resign removes an account administrator's own role.
func (r *historyRun) resign(t *rapid.T) {
	administrators := r.desk.account().Administrators
	id := rapid.SampledFrom(administrators).Draw(t, "administrator")
	r.try(t, historyAttempt{by: id, action: AgentRoleRemove.ID(), on: id, binding: inOpen(AccountAdministratorRole.Role(), ScopeGlobal)})
}

// steps returns the state machine's actions by name.
func (r *historyRun) steps() map[string]func(*rapid.T) {
	steps := map[string]func(*rapid.T){
		"a support engineer tries": func(t *rapid.T) {
			r.trySupport(t, r.desk.drawAttempt(t, rapid.SampledFrom(historyActions).Draw(t, "action")))
		},
		"": func(*rapid.T) {},
	}
	for _, action := range historyActions {
		steps[action.String()] = func(t *rapid.T) {
			if len(r.desk.people) == 0 {
				t.Skip("the desk has no people")
			}
			r.try(t, r.desk.drawAttempt(t, action))
		}
	}
	return steps
}

// TestHistories checks random histories.
func TestHistories(t *testing.T) {
	t.Run("without administrators", func(t *testing.T) {
		effort.Checks(t, 50, 100, 400)
		counts := make(map[string]int)
		rapid.Check(t, func(t *rapid.T) {
			run := &historyRun{desk: drawHistoryDesk(t, false, AuthorsAreAdministrators, counts)}
			run.baseline = newHistoryBaseline(run.desk)
			t.Repeat(run.steps())
			require.False(t, slices.ContainsFunc(run.desk.people, (*historyPerson).isAccountAdministrator), "%s", strings.Join(run.desk.done, "\n"))
		})
		checkHistoryCounts(t, counts, OwnAuthority, BeyondAuthority, NoPermission, OtherWorkspace, BuiltInImmutable, RoleAuthoringReserved,
			SharedOnlyFromCRM, SharedNoAdministration, SupportNoAgents, SupportNoGrants, SupportNoRoles, GrantRevoked, Deactivated)
		for _, action := range []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()} {
			assert.Zero(t, counts[action.String()], "%v", action)
		}
	})
	t.Run("with role authors by permission", func(t *testing.T) {
		effort.Checks(t, 50, 100, 400)
		counts := make(map[string]int)
		rapid.Check(t, func(t *rapid.T) {
			run := &historyRun{desk: drawHistoryDesk(t, rapid.Bool().Draw(t, "administrators"), AuthorsByPermission, counts)}
			run.baseline = newHistoryBaseline(run.desk)
			t.Repeat(run.steps())
		})
		checkHistoryCounts(t, counts, OwnAuthority, BeyondAuthority, NoPermission, BuiltInImmutable)
		assert.Zero(t, counts[RoleAuthoringReserved.String()])
		for _, action := range []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()} {
			assert.True(t, effort.Short() || counts[action.String()] >= 3, "%v", action)
		}
	})
	t.Run("with administrators", func(t *testing.T) {
		effort.Checks(t, 50, 100, 400)
		counts := make(map[string]int)
		rapid.Check(t, func(t *rapid.T) {
			run := &historyRun{desk: drawHistoryDesk(t, true, AuthorsAreAdministrators, counts)}
			run.baseline = newHistoryBaseline(run.desk)
			steps := run.steps()
			steps["the plan changes"] = func(*rapid.T) { run.desk.features ^= FeatureCustomRoles }
			steps["an administrator resigns"] = run.resign
			t.Repeat(steps)
		})
		checkHistoryCounts(t, counts, OwnAuthority, BeyondAuthority, LastAdministrator, BuiltInImmutable, RoleAuthoringReserved, PlanLacksFeature)
		for _, action := range []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()} {
			assert.True(t, !effort.Full() || counts[action.String()] >= 3, "%v", action)
		}
	})
	historyRegressions(t)
}

// checkHistoryCounts logs how often each action was allowed and denied, and requires each of
// the actions and reasons to occur.
func checkHistoryCounts(t *testing.T, counts map[string]int, reasons ...Reason) {
	t.Helper()
	kinds := append(slices.Clone(historyActions), AgentImpersonate.ID(), AgentKeyManage.ID(), SharedAgentEdit.ID(), SharedAgentDelete.ID())
	for _, action := range kinds {
		done, refused := counts[action.String()], counts[action.String()+" denied"]
		t.Logf("%-22v allowed %5d, denied %5d: %2d %%", action, done, refused, 100*done/max(1, done+refused))
		authoring := action.InClass(ClassRoleAuthoring)
		assert.True(t, !effort.Full() || done >= 3 || authoring, "%v is never allowed", action)
		assert.True(t, !effort.Full() || refused >= 3, "%v is never denied", action)
	}
	for _, reason := range reasons {
		t.Logf("%-24v %5d", reason, counts[reason.String()])
		assert.True(t, !effort.Full() || counts[reason.String()] >= 3, "%v never occurs", reason)
	}
}

// The attempts, with the actor first and the target second.

func historyAssignRole(by, to AgentID, b Binding) historyAttempt {
	return historyAttempt{by: by, action: AgentRoleAssign.ID(), on: to, binding: b}
}

func historyRemoveRole(by, from AgentID, b Binding) historyAttempt {
	return historyAttempt{by: by, action: AgentRoleRemove.ID(), on: from, binding: b}
}

func historyEditScope(by, whose AgentID, b Binding) historyAttempt {
	return historyAttempt{by: by, action: AgentScopeEdit.ID(), on: whose, binding: b}
}

func historySetGroup(by, target AgentID, group GroupID, access Access) historyAttempt {
	return historyAttempt{by: by, action: AgentGroupAssign.ID(), on: target, group: group, access: access}
}

func historyCreateAgent(by, target AgentID, bindings ...Binding) historyAttempt {
	return historyAttempt{by: by, action: AgentCreate.ID(), newcomer: &historyPerson{id: target, bindings: bindings}}
}

func historyActOn[R Resource](by AgentID, action Action[R], on AgentID) historyAttempt {
	return historyAttempt{by: by, action: action.ID(), on: on}
}

func historyEditRole(by AgentID, action Action[Role], role Role) historyAttempt {
	return historyAttempt{by: by, action: action.ID(), role: role}
}

func historyGrantSupport(by AgentID, roles ...Role) historyAttempt {
	return historyAttempt{by: by, action: SupportGrantCreate.ID(), terms: SupportGrantTerms{ID: "g1", Engineers: []SupportEngineer{historyEngineer}, Roles: roles}}
}

// impersonating returns the attempt made while impersonating the target.
func (h historyAttempt) impersonating(action Action[Agent], target AgentID) historyAttempt {
	h.impersonations = append(slices.Clone(h.impersonations), historyImpersonation{action.ID(), target})
	return h
}

// mustAllow and mustDeny attempt the action and check the decision.
func (d *historyDesk) mustAllow(t *testing.T, h historyAttempt) {
	t.Helper()
	assert.True(t, d.try(h), "%v\n%v", h, d.last)
}

func (d *historyDesk) mustDeny(t *testing.T, h historyAttempt, why Reason) {
	t.Helper()
	assert.False(t, d.try(h), "%v", h)
	assert.Equal(t, why, d.last.Reason, "%v", h)
}

// historyOffice returns a desk with the account administrator ada; riya, who only
// manages people; her colleague bob; and mara, an administrator.
func historyOffice() *historyDesk {
	manager := historyRole("User Administrator", append(slices.Clone(historyPeoplePermissions), AgentKeyManage.At(ScopeGlobal),
		SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), TicketView.At(ScopeGlobal), ConversationView.At(InGroup))...)
	clerk := historyRole("Clerk", TicketView.At(ScopeGroup), ConversationView.At(InGroup))
	return &historyDesk{features: AllFeatures, roles: []Role{manager, clerk}, people: []*historyPerson{
		{id: "ada", bindings: []Binding{inOpen(AccountAdministratorRole.Role(), ScopeGlobal)}},
		{id: "riya", bindings: []Binding{wide(manager, ScopeGlobal)}, groups: map[GroupID]Access{"billing": Edit}},
		{id: "bob", bindings: []Binding{wide(clerk, ScopeGroup)}},
		{id: "mara", bindings: []Binding{inOpen(AdministratorRole.Role(), ScopeGlobal)}, groups: map[GroupID]Access{"billing": Edit, "refunds": Edit}},
	}}
}

// historyRegressions are bugs of other helpdesks as histories, by their numbers in docs/requirements.md.
func historyRegressions(t *testing.T) {
	administrator, accountAdministrator := inOpen(AdministratorRole.Role(), ScopeGlobal), inOpen(AccountAdministratorRole.Role(), ScopeGlobal)

	t.Run("B07", historyLostPlan)
	t.Run("B18", func(t *testing.T) { // a user manager makes herself an administrator
		for _, role := range []Binding{administrator, accountAdministrator} {
			t.Run(role.Role.Name(), func(t *testing.T) { historySelfPromotion(t, role) })
		}
		t.Run("through a clone", historyClonedRole)
		t.Run("through a support grant", historySupportGrant)
		t.Run("through actions on own notes", historyOwnNotes)
	})
	t.Run("B26", func(t *testing.T) { // a user manager gives a colleague what she lacks
		d := historyOffice()
		manager, clerk := d.roles[0], d.roles[1]
		d.mustDeny(t, historyAssignRole("riya", "bob", wide(AgentRole.Role(), ScopeGlobal)), BeyondAuthority)
		d.mustDeny(t, historyAssignRole("riya", "bob", inWorkspace("legal", clerk)), BeyondAuthority)
		d.mustDeny(t, historySetGroup("riya", "bob", "apac", View), BeyondAuthority)
		d.mustAllow(t, historySetGroup("riya", "bob", "billing", View))
		d.mustAllow(t, historyEditScope("riya", "bob", wide(clerk, ScopeGlobal)))
		d.mustAllow(t, historyAssignRole("riya", "bob", wide(manager, ScopeGlobal)))
		d.mustDeny(t, historySetGroup("bob", "riya", "apac", View), BeyondAuthority) // two managers have no more authority than one

		d.mustAllow(t, historySetGroup("ada", "riya", "apac", View)) // she can pass on what she is given
		d.mustAllow(t, historySetGroup("riya", "bob", "apac", Edit)) // their roles permit no more with Edit
		d.mustAllow(t, historyAssignRole("ada", "bob", wide(AgentRole.Role(), ScopeGroup)))
		d.mustDeny(t, historySetGroup("riya", "bob", "refunds", View), BeyondAuthority) // she cannot change an agent with more authority
		d.mustDeny(t, historySetGroup("riya", "bob", "billing", NoAccess), BeyondAuthority)
		d.mustDeny(t, historyRemoveRole("riya", "bob", wide(AgentRole.Role(), ScopeGroup)), BeyondAuthority)

		// Permissions on people move no other permission into the open workspaces; holding the role there does (A47).
		people, reader := historyRole("People", historyPeoplePermissions...), historyRole("Reader", TicketView.At(ScopeGlobal))
		both := historyRole("People Reader", TicketView.At(ScopeGlobal), AgentView.At(ScopeGlobal))
		d = historyOffice()
		d.mustAllow(t, historyCreateAgent("ada", "olga", wide(people, ScopeGlobal), wide(reader, ScopeGlobal)))
		d.mustAllow(t, historyCreateAgent("olga", "yuki", wide(people, ScopeGlobal), wide(reader, ScopeGlobal)))
		d.mustDeny(t, historyAssignRole("olga", "yuki", inOpen(both, ScopeGlobal)), BeyondAuthority)
		d.mustAllow(t, historyAssignRole("olga", "yuki", wide(both, ScopeGlobal)))

		// A shared agent can see any contact in the CRM.
		own := wide(historyRole("Own Contacts", ContactView.At(MyCustomers)), ScopeGlobal)
		d.people = append(d.people, &historyPerson{id: "sam", shared: true})
		d.mustAllow(t, historyAssignRole("ada", "olga", own))
		d.mustAllow(t, historyAssignRole("olga", "yuki", own))
		d.mustDeny(t, historyAssignRole("olga", "sam", own), BeyondAuthority)
	})
	t.Run("B38", func(t *testing.T) { // editing a user's record or keys lets the editor act as that user
		d := historyOffice()
		for _, action := range []Action[Agent]{AgentEdit, AgentKeyManage, AgentImpersonate} {
			d.mustDeny(t, historyActOn("riya", action, "ada"), BeyondAuthority)
			d.mustDeny(t, historyActOn("riya", action, "mara"), BeyondAuthority)
			d.mustAllow(t, historyActOn("riya", action, "bob"))
			d.mustDeny(t, historyAssignRole("riya", "riya", administrator).impersonating(action, "bob"), BeyondAuthority)
		}
		d.mustAllow(t, historyAssignRole("mara", "bob", wide(SupervisorRole.Role(), ScopeGroup)))
		for _, action := range []Action[Agent]{AgentEdit, AgentKeyManage, AgentImpersonate} {
			d.mustDeny(t, historyActOn("riya", action, "bob"), BeyondAuthority)
		}
		d.mustAllow(t, historyRemoveRole("mara", "bob", wide(SupervisorRole.Role(), ScopeGroup)))
		d.mustAllow(t, historyActOn("riya", AgentEdit, "bob"))

		worker := wide(historyRole("Worker", TicketReply.At(ScopeRestricted)), ScopeGlobal) // bob's tickets are not assigned to riya
		d.mustAllow(t, historyAssignRole("ada", "riya", worker))
		d.mustAllow(t, historyAssignRole("riya", "bob", worker))
		d.mustDeny(t, historyActOn("riya", AgentImpersonate, "bob"), BeyondAuthority)
		d.mustDeny(t, historyActOn("riya", AgentKeyManage, "bob"), BeyondAuthority)

		for _, target := range []AgentID{"riya", "bob", "mara"} { // the account administrator has no role in a restricted workspace
			d.mustAllow(t, historyActOn("ada", AgentImpersonate, target))
			d.mustAllow(t, historyAssignRole("ada", target, inWorkspace("legal", AgentRole.Role())))
			d.mustAllow(t, historyActOn("ada", AgentEdit, target))
			d.mustDeny(t, historyActOn("ada", AgentImpersonate, target), BeyondAuthority)
			d.mustDeny(t, historyActOn("ada", AgentKeyManage, target), BeyondAuthority)
		}
	})
	t.Run("B50", func(t *testing.T) { // a user manager changes her own role and edits the owner
		d := historyOffice()
		manager := d.roles[0]
		d.mustDeny(t, historyAssignRole("riya", "riya", Binding{Role: manager, Workspace: Everywhere, TicketScope: ScopeGlobal}), OwnAuthority)
		d.mustAllow(t, historyAssignRole("riya", "riya", wide(manager, ScopeGlobal))) // she holds it already
		d.mustDeny(t, historyEditScope("riya", "riya", administrator), WrongResource)
		d.mustDeny(t, historySetGroup("riya", "riya", "apac", Edit), OwnAuthority)
		d.mustAllow(t, historyActOn("riya", AgentEdit, "riya"))
		d.mustAllow(t, historyEditScope("riya", "riya", wide(manager, ScopeGroup))) // gives up a part
		d.mustDeny(t, historyEditScope("riya", "riya", wide(manager, ScopeGlobal)), OwnAuthority)
		d.mustAllow(t, historyAssignRole("ada", "riya", inWorkspace("it", d.roles[1])))
		d.mustDeny(t, historyEditScope("riya", "riya", inWorkspace("legal", d.roles[1])), WrongResource)
		d.mustAllow(t, historySetGroup("riya", "riya", "billing", View))
		d.mustAllow(t, historySetGroup("riya", "riya", "billing", NoAccess))
		d.mustDeny(t, historySetGroup("riya", "riya", "billing", View), OwnAuthority)

		for _, by := range []AgentID{"riya", "mara"} {
			d.mustDeny(t, historyActOn(by, AgentEdit, "ada"), BeyondAuthority)
			d.mustDeny(t, historyRemoveRole(by, "ada", accountAdministrator), BeyondAuthority)
			d.mustDeny(t, historyEditScope(by, "ada", inOpen(AccountAdministratorRole.Role(), ScopeRestricted)), BeyondAuthority)
			d.mustDeny(t, historySetGroup(by, "ada", "billing", View), BeyondAuthority)
		}
		d.mustAllow(t, historyRemoveRole("riya", "riya", wide(manager, ScopeGroup)))
		d.mustDeny(t, historyAssignRole("riya", "riya", wide(manager, ScopeGroup)), OwnAuthority) // cannot take it back
		d.mustDeny(t, historyAssignRole("riya", "bob", wide(manager, ScopeGroup)), BeyondAuthority)
	})
	t.Run("B54", historyBuiltInRoles)
	t.Run("B55", func(t *testing.T) { // a user manager locks the administrators out
		d := historyOffice()
		for _, by := range []AgentID{"riya", "mara"} {
			d.mustDeny(t, historyActOn(by, AgentDeactivate, "ada"), BeyondAuthority)
			d.mustDeny(t, historyActOn(by, AgentDelete, "ada"), BeyondAuthority)
			d.mustDeny(t, historyRemoveRole(by, "ada", accountAdministrator), BeyondAuthority)
		}
		d.people = append(d.people, &historyPerson{id: "sam", shared: true, bindings: []Binding{wide(AgentRole.Role(), ScopeGlobal)}})
		d.mustDeny(t, historyActOn("riya", SharedAgentEdit, "sam"), BeyondAuthority) // nor shared agents with more authority
		d.mustDeny(t, historyActOn("riya", SharedAgentDelete, "sam"), BeyondAuthority)
		d.mustDeny(t, historyRemoveRole("ada", "ada", accountAdministrator), LastAdministrator)
		d.mustDeny(t, historyActOn("ada", AgentDelete, "ada"), LastAdministrator)

		d.mustAllow(t, historyAssignRole("ada", "bob", accountAdministrator))
		d.mustAllow(t, historyActOn("ada", AgentDeactivate, "bob"))
		d.mustDeny(t, historyRemoveRole("ada", "ada", accountAdministrator), LastAdministrator) // a deactivated agent does not count
		d.mustAllow(t, historyActOn("ada", AgentEdit, "bob"))
		d.mustAllow(t, historyRemoveRole("ada", "ada", accountAdministrator))
		d.mustDeny(t, historyRemoveRole("ada", "bob", accountAdministrator), BeyondAuthority)
		d.mustDeny(t, historyRemoveRole("bob", "bob", accountAdministrator), LastAdministrator)
		d.mustDeny(t, historyActOn("mara", AgentDeactivate, "bob"), BeyondAuthority)
		d.mustAllow(t, historyEditScope("bob", "bob", inOpen(AccountAdministratorRole.Role(), ScopeRestricted))) // he stays account administrator
		d.mustDeny(t, historyRemoveRole("bob", "bob", accountAdministrator), LastAdministrator)
		assert.Equal(t, []AgentID{"bob"}, d.account().Administrators)

		// If the host does not list the administrators, each counts as the last.
		check(t, riya(accountAdministrator), AgentDeactivate, *bob(accountAdministrator), LastAdministrator)
		check(t, riya(accountAdministrator), AgentDelete, *bob(accountAdministrator), LastAdministrator)
		check(t, riya(accountAdministrator), AgentEdit, *bob(accountAdministrator), AllowedAll)
	})
}

// historyLostPlan: after the loss of the plan, existing custom roles are
// unchanged and can be deleted (B07).
func historyLostPlan(t *testing.T) {
	d := historyOffice()
	manager, clerk := d.roles[0], d.roles[1]
	d.mustAllow(t, historyAssignRole("ada", "bob", inWorkspace("legal", clerk)))
	d.mustAllow(t, historySetGroup("ada", "bob", "refunds", View))
	reaches := func() (all []historyReach) {
		for _, p := range d.people[1:] {
			reach := historyReachOf(p.subject(d.account(), historyMe))
			n := len(historyQuestions())
			for _, i := range []int{n - 17, n - 4, n - 3} { // giving a custom role, and making and extending a support grant of one
				reach[i/64] &^= 1 << (i % 64)
			}
			all = append(all, *reach)
		}
		return all
	}
	before := reaches()
	for _, features := range []Features{AllFeatures &^ FeatureCustomRoles, 0} {
		d.features = features
		assert.Equal(t, before, reaches())
		for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleClone} {
			d.mustDeny(t, historyEditRole("ada", action, clerk), PlanLacksFeature)
			d.mustDeny(t, historyEditRole("mara", action, clerk), RoleAuthoringReserved)
		}
		d.mustDeny(t, historySetGroup("riya", "bob", "apac", View), BeyondAuthority)
		d.mustDeny(t, historyAssignRole("ada", "bob", wide(clerk, ScopeGlobal)), PlanLacksFeature) // custom roles cannot be given (A37)
		d.mustDeny(t, historyCreateAgent("ada", "olga", wide(clerk, ScopeGlobal)), PlanLacksFeature)
	}
	d.mustAllow(t, historyEditScope("ada", "bob", Binding{Role: clerk, Workspace: "legal", TicketScope: ScopeRestricted}))
	d.mustAllow(t, historyRemoveRole("ada", "bob", inWorkspace("legal", clerk)))
	d.mustAllow(t, historyEditRole("ada", RoleDelete, manager))
	d.mustAllow(t, historyEditRole("ada", RoleDelete, clerk))
	after := reaches()
	for i := range after[:2] {
		assert.Zero(t, after[i], "they held no other role")
	}
	assert.Equal(t, before[2], after[2])
	d.features = AllFeatures
	assert.Equal(t, after, reaches(), "the plan does not restore deleted roles")
}

// historySelfPromotion: riya, a user manager, tries to get the role in one
// step, through colleagues, by impersonation and through new agents (B18).
func historySelfPromotion(t *testing.T, want Binding) {
	d := historyOffice()
	w := newHistoryBaseline(d)
	w.acted = []AgentID{"riya", "bob"}
	manager := wide(d.roles[0], ScopeGlobal)
	d.mustDeny(t, historyAssignRole("riya", "riya", want), OwnAuthority)
	d.mustDeny(t, historyCreateAgent("riya", "riya", want), OwnAuthority)

	d.mustDeny(t, historyAssignRole("riya", "bob", want), BeyondAuthority)
	d.mustAllow(t, historyAssignRole("riya", "bob", manager))
	d.mustAllow(t, historySetGroup("riya", "bob", "billing", Edit))
	d.mustDeny(t, historyAssignRole("bob", "riya", want), BeyondAuthority)
	d.mustAllow(t, historyAssignRole("bob", "riya", manager)) // she has it already

	for _, target := range []AgentID{"mara", "ada"} {
		for _, means := range []Action[Agent]{AgentImpersonate, AgentKeyManage, AgentEdit} {
			d.mustDeny(t, historyAssignRole("riya", "riya", want).impersonating(means, target), BeyondAuthority)
			d.mustDeny(t, historyAssignRole("riya", "riya", want).impersonating(means, "bob").impersonating(means, target), BeyondAuthority)
		}
	}
	d.mustDeny(t, historyAssignRole("riya", "riya", want).impersonating(AgentImpersonate, "bob"), BeyondAuthority)
	d.mustDeny(t, historyAssignRole("riya", "bob", want).impersonating(AgentImpersonate, "bob"), OwnAuthority)
	d.mustDeny(t, historyAssignRole("riya", "riya", want).impersonating(AgentImpersonate, "bob").impersonating(AgentImpersonate, "riya"), OwnAuthority)
	d.mustDeny(t, historyAssignRole("riya", "riya", want).impersonating(AgentImpersonate, "riya"), OwnAuthority)

	d.mustDeny(t, historyCreateAgent("riya", "newcomer", want), BeyondAuthority)
	d.mustAllow(t, historyCreateAgent("riya", "newcomer", manager))
	d.mustDeny(t, historyAssignRole("newcomer", "riya", want), BeyondAuthority)
	d.mustAllow(t, historyActOn("riya", AgentDelete, "bob"))
	d.mustDeny(t, historyCreateAgent("riya", "bob", manager, want), BeyondAuthority)
	assert.Empty(t, w.promoted(d))
}

// historyClonedRole: the holder of a clone of the account administrator's role is not an
// account administrator and cannot make one (B18).
func historyClonedRole(t *testing.T) {
	d := historyOffice()
	d.mustDeny(t, historyEditRole("riya", RoleClone, AccountAdministratorRole.Role()), RoleAuthoringReserved)
	d.mustAllow(t, historyEditRole("ada", RoleClone, AccountAdministratorRole.Role()))
	clone := d.roles[len(d.roles)-1]
	d.mustDeny(t, historyAssignRole("riya", "bob", wide(clone, ScopeGlobal)), BeyondAuthority)
	d.mustAllow(t, historyAssignRole("ada", "mara", inOpen(clone, ScopeGlobal)))
	d.mustAllow(t, historyRemoveRole("mara", "mara", inOpen(AdministratorRole.Role(), ScopeGlobal)))

	wider := historyRole("User Administrator", AccountManage.At(ScopeGlobal))
	for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		d.mustDeny(t, historyEditRole("mara", action, wider), RoleAuthoringReserved)
	}
	d.mustDeny(t, historyAssignRole("mara", "mara", inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), OwnAuthority)
	d.mustDeny(t, historyAssignRole("mara", "bob", inOpen(AccountAdministratorRole.Role(), ScopeRestricted)), BeyondAuthority)
	d.mustDeny(t, historyActOn("mara", AgentEdit, "ada"), BeyondAuthority)

	d.mustAllow(t, historyAssignRole("mara", "bob", wide(clone, ScopeGlobal))) // within her authority
	d.mustAllow(t, historyAssignRole("mara", "bob", inWorkspace("it", AccountAdministratorRole.Role())))
	for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		d.mustDeny(t, historyEditRole("bob", action, wider), RoleAuthoringReserved)
		d.mustDeny(t, historyEditRole("mara", action, wider).impersonating(AgentImpersonate, "bob"), RoleAuthoringReserved)
	}
	d.mustDeny(t, historyAssignRole("bob", "mara", inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), BeyondAuthority)
	assert.Equal(t, []AgentID{"ada"}, d.account().Administrators)
}

// historySupportGrant: riya cannot give support engineers what she cannot give a colleague,
// and support engineers cannot change the desk (B18).
func historySupportGrant(t *testing.T) {
	d := historyOffice()
	for _, role := range []Role{AdministratorRole.Role(), AccountAdministratorRole.Role(), AgentRole.Role()} {
		d.mustDeny(t, historyGrantSupport("riya", role), BeyondAuthority)
		d.mustDeny(t, historyGrantSupport("riya", d.roles[0], role), BeyondAuthority)
	}
	elsewhere := historyGrantSupport("riya", d.roles[0])
	elsewhere.terms.Workspaces = map[WorkspaceID][]Role{"legal": nil}
	d.mustDeny(t, elsewhere, BeyondAuthority)
	d.mustAllow(t, historyGrantSupport("riya", d.roles[0]))
	d.mustAllow(t, historyGrantSupport("mara", AdministratorRole.Role()))
	d.mustAllow(t, historyGrantSupport("ada", AccountAdministratorRole.Role()))
	d.mustDeny(t, historyAttempt{by: "riya", action: SupportGrantExtend.ID(), grant: 1}, BeyondAuthority)
	d.mustDeny(t, historyAttempt{by: "riya", action: SupportGrantRevoke.ID(), grant: 1}, NoPermission)

	people := d.people
	for _, grant := range d.grants {
		for _, try := range []struct {
			attempt historyAttempt
			why     Reason
		}{
			{historyAssignRole("", "riya", inOpen(AdministratorRole.Role(), ScopeGlobal)), SupportNoAgents},
			{historyAssignRole("", "riya", wide(d.roles[1], ScopeRestricted)), SupportNoAgents},
			{historyActOn("", AgentImpersonate, "ada"), SupportNoAgents},
			{historyActOn("", AgentKeyManage, "bob"), SupportNoAgents},
			{historyEditRole("", RoleUpdate, d.roles[0]), SupportNoRoles},
			{historyGrantSupport("", d.roles[1]), SupportNoGrants},
			{historyAttempt{action: SupportGrantExtend.ID()}, SupportNoGrants},
		} {
			assert.False(t, d.tryAs(d.session(grant), try.attempt), "%v", try.attempt)
			assert.Equal(t, try.why, d.last.Reason, "%v", try.attempt)
		}
	}
	assert.Equal(t, people, d.people)
}

// historyOwnNotes: bob can also edit his own notes, and can give that permission.
// riya, who lacks it, cannot impersonate him to get it (B18).
func historyOwnNotes(t *testing.T) {
	work := []Permission{AgentImpersonate.At(ScopeGlobal), AgentKeyManage.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), TicketView.At(ScopeGlobal)}
	lead, author := historyRole("Lead", work...), historyRole("Author", append(slices.Clone(work), TicketNoteEditOwn.At(ScopeGlobal))...)
	for _, means := range []Action[Agent]{AgentImpersonate, AgentKeyManage} {
		d := &historyDesk{features: AllFeatures, roles: []Role{lead, author}, people: []*historyPerson{
			{id: "riya", bindings: []Binding{wide(lead, ScopeGlobal)}}, {id: "bob", bindings: []Binding{wide(author, ScopeGlobal)}},
		}}
		riya := d.person("riya")
		d.mustDeny(t, historyAssignRole("riya", "bob", wide(lead, ScopeGlobal)), BeyondAuthority)
		d.mustDeny(t, historyAssignRole("riya", "riya", wide(author, ScopeGlobal)).impersonating(means, "bob"), BeyondAuthority)
		assert.Empty(t, d.person("riya").exceeds([]*historyPerson{riya}))
	}
}

// historyBuiltInRoles: built-in roles cannot be changed, and changing a clone does
// not change its source or the source's holders (B54).
func historyBuiltInRoles(t *testing.T) {
	d := historyOffice()
	for role := range acme.BuiltInRoles() {
		permissions := role.Permissions()
		d.mustAllow(t, historyEditRole("ada", RoleClone, role))
		clone := d.roles[len(d.roles)-1]
		d.mustAllow(t, historyAssignRole("ada", "bob", wide(clone, ScopeGlobal)))
		d.mustAllow(t, historyEditRole("ada", RoleUpdate, historyRole(clone.Name(), AccountManage.At(ScopeGlobal))))
		assert.Equal(t, permissions, role.Permissions())
		mara := *d.person("mara").reach()
		for _, by := range []AgentID{"ada", "mara", "riya", "bob"} {
			for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete} {
				d.mustDeny(t, historyEditRole(by, action, role), BuiltInImmutable)
			}
		}
		d.mustAllow(t, historyEditRole("ada", RoleDelete, d.roles[len(d.roles)-1]))
		assert.Equal(t, mara, *d.person("mara").reach())
	}
}

// A historyState is three people after a history, and a bit for each who has acted.
type historyState struct {
	people [3]*historyPerson
	acted  uint8
}

// A historySearch enumerates all histories of a small model.
type historySearch struct {
	first    historyState
	attempts [][]historyAttempt // grouped by actor and impersonation
	desk     historyDesk
	people   map[string]*historyPerson // equal people share a pointer
	answers  map[historyComparison]string

	seen         map[historyState]bool
	done, denied int
}

// A historyComparison is the arguments of exceeds, for memoization.
type historyComparison struct {
	p       *historyPerson
	sources [4]*historyPerson
}

// newHistorySearch returns a model of a lead who manages people, a plain agent, and another
// lead in another group and a restricted workspace. Each attempts every action on each
// of them, as themselves and impersonating each of the others.
func newHistorySearch() *historySearch {
	lead := historyRole("Lead", append(slices.Clone(historyPeoplePermissions), TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), ConversationView.At(InGroup))...)
	clerk := historyRole("Clerk", TicketView.At(ScopeGroup), TicketReply.At(ScopeGroup), ConversationView.At(InGroup))
	people := [3]*historyPerson{
		{id: "riya", bindings: []Binding{wide(lead, ScopeGlobal)}, groups: map[GroupID]Access{"billing": Edit}},
		{id: "bob", bindings: []Binding{wide(clerk, ScopeGroup)}},
		{id: "olga", bindings: []Binding{wide(lead, ScopeGlobal), inWorkspace("legal", clerk)}, groups: map[GroupID]Access{"refunds": Edit}},
	}
	s := &historySearch{
		first: historyState{people: people}, desk: historyDesk{features: AllFeatures},
		people: make(map[string]*historyPerson), answers: make(map[historyComparison]string), seen: make(map[historyState]bool),
	}
	for _, by := range people {
		for _, as := range people {
			var attempts []historyAttempt
			for _, on := range people {
				attempts = append(attempts, historyAttemptsOn(by.id, on.id, lead, clerk)...)
			}
			for i := range attempts {
				if as != by {
					attempts[i] = attempts[i].impersonating(AgentImpersonate, as.id)
				}
			}
			s.attempts = append(s.attempts, attempts)
		}
	}
	return s
}

// historyAttemptsOn returns the attempts of one person on another.
func historyAttemptsOn(by, on AgentID, lead, clerk Role) []historyAttempt {
	return []historyAttempt{
		historyAssignRole(by, on, wide(lead, ScopeGlobal)),
		historyAssignRole(by, on, wide(clerk, ScopeGlobal)),
		historyAssignRole(by, on, inWorkspace("legal", clerk)),
		historyRemoveRole(by, on, wide(lead, ScopeGlobal)),
		historyEditScope(by, on, wide(clerk, ScopeGroup)),
		historySetGroup(by, on, "billing", Edit),
		historySetGroup(by, on, "refunds", View),
		historyActOn(by, AgentDeactivate, on),
		historyActOn(by, AgentEdit, on),
	}
}

// canonical returns the representative of all people equal to p.
func (s *historySearch) canonical(p *historyPerson) *historyPerson {
	slices.SortFunc(p.bindings, func(a, b Binding) int {
		return cmp.Or(cmp.Compare(a.Role.Name(), b.Role.Name()), cmp.Compare(a.Workspace, b.Workspace), cmp.Compare(a.TicketScope, b.TicketScope))
	})
	p.bindings = slices.Compact(p.bindings)
	key := fmt.Sprint(p, p.deactivated)
	if s.people[key] == nil {
		s.people[key] = p
	}
	return s.people[key]
}

// after returns the state after the attempt, and whether it was allowed.
func (s *historySearch) after(state historyState, who Subject, h historyAttempt) (historyState, bool) {
	s.desk.people, s.desk.done = state.people[:], nil
	if who == nil || !s.desk.tryAs(who, h) {
		return state, false
	}
	state.acted |= 1 << s.desk.index(h.by)
	for i, p := range s.desk.people {
		if state.people[i] != p {
			state.people[i] = s.canonical(p)
		}
	}
	return state, true
}

// promoted describes a person who can do what none of the actors could at the start, or returns "".
func (s *historySearch) promoted(state historyState) string {
	for i, p := range state.people {
		sources := [4]*historyPerson{s.first.people[i]}
		for j, source := range s.first.people {
			if state.acted&(1<<j) != 0 {
				sources[j+1] = source
			}
		}
		if how := s.exceeds(p, sources); how != "" {
			return fmt.Sprintf("%v %s", p, how)
		}
	}
	return ""
}

func (s *historySearch) exceeds(p *historyPerson, sources [4]*historyPerson) string {
	q := historyComparison{p, sources}
	how, known := s.answers[q]
	if !known {
		how = p.exceeds(slices.DeleteFunc(sources[:], func(p *historyPerson) bool { return p == nil }))
		s.answers[q] = how
	}
	return how
}

// step makes every attempt in the state and returns the new states.
func (s *historySearch) step(t *testing.T, state historyState) (found []historyState) {
	for _, attempts := range s.attempts {
		s.desk.people = state.people[:]
		who := s.desk.actingSubject(attempts[0])
		for _, h := range attempts {
			after, done := s.after(state, who, h)
			if !done {
				s.denied++
				continue
			}
			s.done++
			if s.isNew(t, state, h, after) {
				found = append(found, after)
			}
		}
	}
	return found
}

// isNew checks the state after an attempt and reports whether it is new.
func (s *historySearch) isNew(t *testing.T, before historyState, h historyAttempt, after historyState) bool {
	by := s.desk.index(h.by)
	how := s.exceeds(after.people[by], [4]*historyPerson{before.people[by]})
	require.Empty(t, how, "%v, by their own action: %v", before.people, h)
	if s.seen[after] {
		return false
	}
	require.Empty(t, s.promoted(after), "%v: %v", before.people, h)
	s.seen[after] = true
	return true
}

// TestEveryHistory enumerates the histories of a small model, with -full of any length. That is
// finite: a denied attempt changes nothing, and what can follow depends only on the
// three people and on who has acted.
func TestEveryHistory(t *testing.T) {
	effort.Alone(t)
	t.Parallel()
	longest := effort.Of(1, 2, 100)
	s := newHistorySearch()
	s.seen[s.first] = true
	frontier, length, attempts := []historyState{s.first}, 0, float64(len(slices.Concat(s.attempts...)))
	for ; len(frontier) > 0 && length < longest; length++ {
		var next []historyState
		for _, state := range frontier {
			next = append(next, s.step(t, state)...)
		}
		if frontier = next; length < 6 {
			t.Logf("%.0f histories of length %d lead to %d states", math.Pow(attempts, float64(length+1)), length+1, len(s.seen))
		}
	}
	t.Logf("histories of up to %d attempts lead to %d states, with %d people: %d attempts allowed, %d denied", length, len(s.seen), len(s.people), s.done, s.denied)
	assert.Greater(t, len(s.seen), effort.Of(20, 100, 3000))
	assert.Greater(t, s.done, effort.Of(20, 200, 30_000))
	assert.Greater(t, s.denied, effort.Of(200, 2_000, 500_000))
	effort.Documented(t, ".", len(s.seen), s.done, s.denied)
}
