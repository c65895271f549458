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

// A history is what people on a desk do one after the other, each deed done
// only if the library allows it, as a host would. Whatever they do, and whoever
// they are, together they come to nothing that none of them could at the start:
// there is no way to promote oneself, and none to promote one another.

// A historyPerson is somebody on the desk, as the host's record has them. It is
// never changed: what happens to somebody makes another.
type historyPerson struct {
	id          AgentID
	shared      bool
	deactivated bool
	bindings    []Binding
	groups      map[GroupID]Access

	reached *historyReach // see reach
}

// historyMe is the ID under which people are compared, so that "assigned to me" means the same.
const historyMe = AgentID("support:me")

// historyEngineer is the support engineer with that ID.
var historyEngineer = SupportEngineer{ID: "me", Email: "me@vendor.example"}

// as returns the person as a subject of the account with the ID.
func (p *historyPerson) as(account Account, id AgentID) Subject {
	if p.shared {
		user := CRMUser{ID: "u-sam", Scope: ScopeGroup, Territories: []TerritoryID{"emea"}}
		return &SharedAgent{ID: id, Account: account, Deactivated: p.deactivated, CRM: user, Bindings: p.bindings, Groups: p.groups}
	}
	return &Agent{ID: id, Account: account, Deactivated: p.deactivated, Bindings: p.bindings, Groups: p.groups}
}

// self returns the person as they are compared.
func (p *historyPerson) self() Subject { return p.as(acme, historyMe) }

// covers reports whether p may do all that the other may.
func (p *historyPerson) covers(other *historyPerson) bool { return Covers(p.self(), other.self()) }

// reach returns what the person may do in the small universe.
func (p *historyPerson) reach() *historyReach {
	if p.reached == nil {
		p.reached = historyReachOf(p.self())
	}
	return p.reached
}

// administers reports whether the person is an account administrator, perhaps a
// deactivated one. A shared agent is none, whatever roles it holds.
func (p *historyPerson) administers() bool {
	return !p.shared && slices.ContainsFunc(p.bindings, func(b Binding) bool {
		return b.Role == AccountAdministratorRole.Role() && b.Workspace == AccountWide
	})
}

// but returns the person with something changed.
func (p *historyPerson) but(change func(p *historyPerson)) *historyPerson {
	other := *p
	other.reached, other.bindings, other.groups = nil, slices.Clone(p.bindings), maps.Clone(p.groups)
	if other.groups == nil {
		other.groups = make(map[GroupID]Access)
	}
	change(&other)
	return &other
}

// without takes a role from the person in a workspace, whatever the ticket scope.
func (p *historyPerson) without(b Binding) {
	p.bindings = slices.DeleteFunc(p.bindings, func(held Binding) bool { return held.Role == b.Role && held.Workspace == b.Workspace })
}

// rebind gives the person the role in place of the one of that name; none, if it is zero.
func (p *historyPerson) rebind(name string, role Role) {
	for i := range p.bindings {
		if p.bindings[i].Role.Name() == name {
			p.bindings[i].Role = role
		}
	}
	p.bindings = slices.DeleteFunc(p.bindings, func(b Binding) bool { return b.Role == Role{} })
}

// String returns the person in words.
func (p *historyPerson) String() string {
	return fmt.Sprintf("%s%s %v", p.id, rolesOf(p.bindings), p.groups)
}

// GoString and that of a deed are how rapid shows what it draws.
func (p *historyPerson) GoString() string { return p.String() }

// united returns a person of p's kind who holds all that the others hold and is
// in all their groups.
func (p *historyPerson) united(others []*historyPerson) *historyPerson {
	all := &historyPerson{shared: p.shared, groups: make(map[GroupID]Access)}
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

// A historyReach is what somebody may do in a small universe, a bit for each
// question, as Authorize answers it: it owes nothing to Compare.
type historyReach [10]uint64

// within reports whether r has nothing that none of the others has.
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
	for i, asks := range historyUniverse() {
		if asks(subject) {
			reach[i/64] |= 1 << (i % 64)
		}
	}
	return &reach
}

func historyAsks[R Resource](action Action[R], resource R) func(Subject) bool {
	return func(subject Subject) bool { return Authorize(subject, action, &resource).Allowed() }
}

// historyUniverse are the questions: every place of tickets, conversations,
// reports and settings, customers, the account, and the administration of
// somebody who may do nothing.
var historyUniverse = sync.OnceValue(func() (questions []func(Subject) bool) {
	add := func(asks ...func(Subject) bool) { questions = append(questions, asks...) }
	for _, w := range []WorkspaceID{"", "it", "legal", "hr"} {
		for _, g := range []GroupID{"", "billing", "refunds", "apac"} {
			for _, holder := range []AgentID{"other", historyMe} {
				ticket := Ticket{Account: "acme", Workspace: w, Group: g, Assignee: holder}
				add(historyTicketQuestions(ticket)...)
				add(historyAsks(TicketNoteEditOwn, Note{ticket, historyMe}))
				chat := Conversation{Account: "acme", Workspace: w, Group: g, Assignee: holder}
				add(historyAsks(ConversationView, chat), historyAsks(ConversationReply, chat), historyAsks(ConversationNote, chat))
				report := Report{Account: "acme", Workspace: w, Team: g, Owner: holder}
				add(historyAsks(ReportView, report), historyAsks(ReportExport, report))
			}
			mentioned := Ticket{Account: "acme", Workspace: w, Group: g, Mentions: map[AgentID]bool{historyMe: true}}
			seen := Ticket{Account: "acme", Workspace: w, Group: g, Requester: customer("emea")}
			add(historyAsks(TicketView, mentioned), historyAsks(TicketReply, mentioned), historyAsks(TicketView, seen), historyAsks(TicketReply, seen))
			settings := Settings{"acme", w, g}
			add(historyAsks(SettingsManage, settings), historyAsks(AutomationManage, settings))
		}
	}
	for _, territory := range []TerritoryID{"emea", "apac"} {
		for _, holder := range []AgentID{"other", historyMe} {
			contact := *customer(territory)
			contact.Owner = holder
			add(historyAsks(ContactView, contact), historyAsks(ContactEdit, contact))
		}
	}
	add(historyAsks(SessionLogin, acme), historyAsks(AuditView, acme), historyAsks(DataExport, acme), historyAsks(BillingManage, acme))
	add(historyAsks(ProfileEditOwn, AgentProfile{"acme", historyMe}), historyAsks(TimeLogOwn, TimeEntry{Ticket{Account: "acme"}, historyMe}))
	return append(questions, historyPeopleQuestions()...)
})

func historyTicketQuestions(ticket Ticket) (questions []func(Subject) bool) {
	for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketDelete, TicketExport, TicketBeAssigned} {
		questions = append(questions, historyAsks(action, ticket))
	}
	return questions
}

func historyPeopleQuestions() (questions []func(Subject) bool) {
	nobody := Agent{ID: "somebody", Account: acme}
	for _, action := range []Action[Agent]{AgentView, AgentCreate, AgentEdit, AgentDeactivate, AgentDelete, AgentImpersonate, AgentKeyManage} {
		questions = append(questions, historyAsks(action, nobody))
	}
	for _, action := range []Action[RoleAssignment]{AgentRoleAssign, AgentRoleRemove, AgentScopeEdit} {
		questions = append(questions, historyAsks(action, RoleAssignment{Holder: &nobody}))
	}
	for _, action := range []Action[SharedAgent]{SharedAgentView, SharedAgentEdit, SharedAgentDelete} {
		questions = append(questions, historyAsks(action, SharedAgent{ID: "somebody", Account: acme}))
	}
	role := historyRole("Nothing")
	for _, action := range []Action[Role]{RoleView, RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		questions = append(questions, historyAsks(action, role))
	}
	grant, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g", Engineers: []SupportEngineer{historyEngineer}, Roles: []Role{role}}, noon)
	if err != nil {
		panic(err)
	}
	for _, action := range []Action[SupportGrant]{SupportGrantView, SupportGrantCreate, SupportGrantExtend, SupportGrantRevoke} {
		questions = append(questions, historyAsks(action, grant))
	}
	return append(questions, historyAsks(AgentGroupAssign, GroupMembership{Member: &nobody, Group: AgentGroup{"billing", "acme"}, Access: Edit}))
}

func historyRole(name string, permissions ...Permission) Role {
	role, err := NewRole("acme", name, NewPermissions(permissions...), nil)
	if err != nil {
		panic(err)
	}
	return role
}

func historyClone(of Role, name string) Role {
	role, _, err := CloneRole(of, "acme", name)
	if err != nil {
		panic(err)
	}
	return role
}

// historyPeopleWork are the permissions of whoever manages people.
var historyPeopleWork = []Permission{
	AgentView.At(ScopeGlobal), AgentCreate.At(ScopeGlobal), AgentEdit.At(ScopeGlobal), AgentDeactivate.At(ScopeGlobal), AgentDelete.At(ScopeGlobal),
	AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal),
	AgentImpersonate.At(ScopeGlobal), SharedAgentEdit.At(ScopeGlobal), SharedAgentDelete.At(ScopeGlobal),
}

// historyRoles are the custom roles that an account begins with.
func historyRoles() []Role {
	tickets := []Permission{
		TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), TicketDelete.At(ScopeGroup), TicketExport.At(ScopeGroup), TicketBeAssigned.At(ScopeRestricted),
		ConversationView.At(ScopeGroup), ConversationNote.At(ScopeRestricted), ReportView.At(ScopeGroup), TicketNoteEditOwn.At(ScopeGlobal),
	}
	supportWork := []Permission{AgentKeyManage.At(ScopeGlobal), SupportGrantView.At(ScopeGlobal), SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), SupportGrantRevoke.At(ScopeGlobal)}
	return []Role{
		historyClone(AccountAdministratorRole.Role(), "Second in Command"),
		historyClone(AdministratorRole.Role(), "Deputy"),
		historyRole("Team Lead", append(slices.Clone(historyPeopleWork),
			TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup), ConversationView.At(ScopeGroup), SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal))...),
		historyRole("Night Lead", slices.Concat(historyPeopleWork, supportWork, tickets)...),
		historyRole("People", historyPeopleWork...),
		historyRole("Clerk", TicketView.At(ScopeGroup), TicketReply.At(ScopeRestricted), ConversationView.At(ScopeGroup), ConversationNote.At(ScopeRestricted)),
		historyRole("Author", TicketNoteEditOwn.At(ScopeGlobal), TimeLogOwn.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal), TicketView.At(ScopeRestricted)),
		historyRole("Teams", AgentGroupAssign.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), ConversationView.At(ScopeGroup), TicketView.At(ScopeGroup)),
	}
}

// A historyDesk is the account as the host has it on record.
type historyDesk struct {
	people   []*historyPerson
	roles    []Role // the custom ones
	grants   []SupportGrant
	features Features // of the plan

	named  int            // how many names were given
	done   []string       // what was done
	counts map[string]int // how often what was done, and how often it was refused and why
	last   Decision       // on what was tried last
}

// account returns the account as it is, with its administrators.
func (d *historyDesk) account() Account {
	account := acme
	account.Plan.Features = d.features
	for _, p := range d.people {
		if p.administers() && !p.deactivated {
			account.Administrators = append(account.Administrators, p.id)
		}
	}
	return account
}

// person returns who has the ID; nobody, if they have left.
func (d *historyDesk) person(id AgentID) *historyPerson {
	if i := d.index(id); i >= 0 {
		return d.people[i]
	}
	return nil
}

func (d *historyDesk) index(id AgentID) int {
	return slices.IndexFunc(d.people, func(p *historyPerson) bool { return p.id == id })
}

// subject returns who has the ID as somebody who asks, or to whom something is done.
func (d *historyDesk) subject(id AgentID) Subject { return d.person(id).as(d.account(), id) }

// change makes of somebody another.
func (d *historyDesk) change(id AgentID, change func(p *historyPerson)) {
	d.people = slices.Clone(d.people)
	i := d.index(id)
	d.people[i] = d.people[i].but(change)
}

// changeAll makes of everybody another.
func (d *historyDesk) changeAll(change func(p *historyPerson)) {
	for _, p := range d.people {
		d.change(p.id, change)
	}
}

// name returns a name that nobody has.
func (d *historyDesk) name(prefix string) string {
	d.named++
	return fmt.Sprintf("%s %d", prefix, d.named)
}

// A historyDeed is what somebody tries to do.
type historyDeed struct {
	by     AgentID
	guises []historyGuise // in whose names, one through the other
	action ActionID

	on       AgentID
	binding  Binding
	group    GroupID
	access   Access
	newcomer *historyPerson
	role     Role // the one to make, to clone, to delete, or as it is to be
	terms    SupportGrantTerms
	grant    int
}

// A historyGuise is somebody in whose name one acts, and what gave the means.
type historyGuise struct {
	action ActionID
	whom   AgentID
}

// GoString returns the deed in words.
func (h historyDeed) GoString() string { return h.String() }

func (h historyDeed) String() string {
	s := string(h.by)
	for _, g := range h.guises {
		s += fmt.Sprintf(" as %s by %v", g.whom, g.action)
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

// does lets the deed be tried, and reports whether it was done.
func (d *historyDesk) does(h historyDeed) bool {
	who := d.disguised(h)
	return who != nil && d.doesAs(who, h)
}

// disguised returns the one in whose name the deed is tried; nil if they may not act so.
func (d *historyDesk) disguised(h historyDeed) Subject {
	who := d.subject(h.by)
	for _, g := range h.guises {
		if !d.may(who, g.action, historyDeed{on: g.whom}) {
			return nil
		}
		who = d.subject(g.whom)
	}
	return who
}

// doesAs lets the subject try the deed.
func (d *historyDesk) doesAs(who Subject, h historyDeed) bool {
	switch h.action {
	case SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID():
		return d.doesGrant(who, h)
	}
	if !d.may(who, h.action, h) {
		return false
	}
	d.done = append(d.done, h.String())
	d.effect(h)
	return true
}

// may asks whether the subject may do the deed, and counts.
func (d *historyDesk) may(who Subject, action ActionID, h historyDeed) bool {
	decision := Request{Subject: who, Action: action, Resource: d.resource(action, h)}.Authorize()
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
	d.counts[action.String()+" in vain"]++
	d.counts[decision.Reason.String()]++
}

// resource returns what the deed is done to.
func (d *historyDesk) resource(action ActionID, h historyDeed) Resource {
	switch action {
	case AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID():
		return RoleAssignment{Holder: d.subject(h.on), Binding: h.binding}
	case AgentGroupAssign.ID():
		return GroupMembership{Member: d.subject(h.on), Group: AgentGroup{h.group, "acme"}, Access: h.access}
	case AgentCreate.ID():
		return *h.newcomer.as(d.account(), h.newcomer.id).(*Agent)
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

// effect does what was allowed.
func (d *historyDesk) effect(h historyDeed) {
	switch h.action {
	case AgentRoleAssign.ID():
		d.change(h.on, func(p *historyPerson) { p.bindings = append(p.bindings, h.binding) })
	case AgentRoleRemove.ID():
		d.change(h.on, func(p *historyPerson) { p.without(h.binding) })
	case AgentScopeEdit.ID():
		d.change(h.on, func(p *historyPerson) { p.without(h.binding); p.bindings = append(p.bindings, h.binding) })
	case AgentGroupAssign.ID():
		d.change(h.on, func(p *historyPerson) { p.groups[h.group] = h.access })
	case AgentCreate.ID():
		d.people = append(slices.Clone(d.people), h.newcomer)
	case AgentEdit.ID(), SharedAgentEdit.ID(): // as it takes back a deactivation
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
		d.rebind(h.role.Name(), h.role)
	case RoleDelete.ID():
		d.rebind(h.role.Name(), Role{})
	}
}

// rebind puts the role in place of the one of that name, for all who hold it.
func (d *historyDesk) rebind(name string, role Role) {
	d.roles = slices.DeleteFunc(slices.Clone(d.roles), func(r Role) bool { return r.Name() == name })
	if role != (Role{}) {
		d.roles = append(d.roles, role)
	}
	d.changeAll(func(p *historyPerson) { p.rebind(name, role) })
}

// doesGrant lets the subject make a grant, extend or revoke one.
func (d *historyDesk) doesGrant(who Subject, h historyDeed) bool {
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

// A historyWatch looks at a desk from some moment on.
type historyWatch struct {
	start map[AgentID]*historyPerson // what everybody could do then
	acted []AgentID                  // who has done something since
}

func newHistoryWatch(d *historyDesk) *historyWatch {
	w := &historyWatch{start: make(map[AgentID]*historyPerson)}
	for _, p := range d.people {
		w.start[p.id] = p
	}
	return w
}

// sources returns those from whom the person could have what they hold: as they
// were at the start, themselves and whoever has acted.
func (w *historyWatch) sources(id AgentID) (sources []*historyPerson) {
	for _, source := range append([]AgentID{id}, w.acted...) {
		if p := w.start[source]; p != nil {
			sources = append(sources, p)
		}
	}
	return sources
}

// promoted returns who may do something that they should not, and in which sense; "" if nobody may.
func (w *historyWatch) promoted(d *historyDesk) string {
	for _, p := range d.people {
		if how := p.exceeds(w.sources(p.id)); how != "" {
			return fmt.Sprintf("%v %s", p, how)
		}
	}
	return ""
}

// exceeds returns in which sense the person may do more than the sources. It is
// held in three ways against them: all that the person may do, one of the sources
// may do alone; so may all of them taken for one; and in the small universe each
// single thing one of them may do, as Authorize answers.
func (p *historyPerson) exceeds(sources []*historyPerson) string {
	reaches := make([]*historyReach, len(sources))
	for i, source := range sources {
		reaches[i] = source.reach()
	}
	switch {
	case !p.reach().within(reaches...):
		return "may do what nobody could"
	case !p.united(sources).covers(p):
		return "is not covered by all together"
	case !p.nothing() && !slices.ContainsFunc(sources, func(source *historyPerson) bool { return source.covers(p) }):
		return "is not covered by anybody"
	}
	return ""
}

// nothing reports whether the person may do nothing at all.
func (p *historyPerson) nothing() bool { return Covers((*Agent)(nil), p.self()) }

// A historyRun is a desk and its watch, as a state machine of rapid's.
type historyRun struct {
	desk  *historyDesk
	watch *historyWatch
}

// historyKinds are what there is to do.
var historyKinds = []ActionID{
	AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID(), AgentGroupAssign.ID(),
	AgentCreate.ID(), AgentEdit.ID(), AgentDeactivate.ID(), AgentDelete.ID(),
	RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID(),
	SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID(),
}

// historyMeans are what makes one act in somebody's name: to change a record is to
// change its address, and so its password (B38).
var historyMeans = []ActionID{AgentImpersonate.ID(), AgentImpersonate.ID(), AgentKeyManage.ID(), AgentEdit.ID()}

// drawBinding draws one of the desk's roles, held somewhere.
func (d *historyDesk) drawBinding(t *rapid.T, administrators bool) Binding {
	roles := slices.Concat(d.roles, d.roles, d.roles, []Role{AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role(), SupportAgentRole.Role()})
	if administrators {
		roles = append(roles, AccountAdministratorRole.Role(), AccountAdministratorRole.Role(), SharedAgentRole.Role())
	}
	return Binding{
		Role:        rapid.SampledFrom(roles).Draw(t, "role"),
		Workspace:   rapid.SampledFrom([]WorkspaceID{AccountWide, AccountWide, AccountWide, "it", "legal"}).Draw(t, "workspace"),
		TicketScope: rapid.SampledFrom([]Scope{ScopeGlobal, ScopeGlobal, ScopeGroup, ScopeRestricted}).Draw(t, "ticket scope"),
	}
}

var historyGroups = []GroupID{"billing", "refunds", "apac"}

// drawPerson draws somebody with a role or two, and in some groups.
func (d *historyDesk) drawPerson(t *rapid.T, id AgentID, administrators bool) *historyPerson {
	draw := func(t *rapid.T) *historyPerson { return d.newPerson(t, id, administrators) }
	return rapid.Custom(draw).Draw(t, "person")
}

func (d *historyDesk) newPerson(t *rapid.T, id AgentID, administrators bool) *historyPerson {
	p := &historyPerson{id: id, groups: make(map[GroupID]Access)}
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

// drawHistoryDesk draws a desk of four to six people, of whom the last is a shared
// agent. With administrators, the first is one.
func drawHistoryDesk(t *rapid.T, administrators bool, counts map[string]int) *historyDesk {
	d := &historyDesk{roles: historyRoles(), features: AllFeatures, counts: counts}
	mixture := rapid.SliceOfN(rapid.SampledFrom(historyPermissions), 1, 12).Draw(t, "permissions")
	d.roles = append(d.roles, historyRole("Mixture", mixture...))
	ids := []AgentID{"riya", "bob", "mara", "olga", "yuki"}[:rapid.IntRange(3, 5).Draw(t, "people")]
	for i, id := range ids {
		p := d.drawPerson(t, id, false)
		if i < 2 { // who can do something
			p.bindings[0] = wide(rapid.SampledFrom(d.roles[:5]).Draw(t, "role"), ScopeGlobal)
		}
		if i > 0 && rapid.IntRange(0, 2).Draw(t, "as the first") == 0 { // but for the groups
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
		d.people[0].bindings = append(d.people[0].bindings, wide(AccountAdministratorRole.Role(), ScopeGlobal))
	} else if rapid.Bool().Draw(t, "administrator of a workspace") {
		d.people[0].bindings = append(d.people[0].bindings, inWorkspace("it", AccountAdministratorRole.Role()))
	}
	d.people = append(d.people, shared)
	return d
}

// historyPermissions are what a custom role is drawn from.
var historyPermissions = func() (all []Permission) {
	for _, id := range []ActionID{
		TicketView.ID(), TicketReply.ID(), TicketExport.ID(), TicketNoteEditOwn.ID(),
		ConversationView.ID(), ConversationNote.ID(), ReportView.ID(), ContactView.ID(), ContactEdit.ID(),
	} {
		all = append(all, id.At(ScopeRestricted), id.At(ScopeGroup), id.At(ScopeGlobal))
	}
	for _, p := range historyPeopleWork {
		all = append(all, p, p)
	}
	return append(all, SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), AgentKeyManage.At(ScopeGlobal), SettingsManage.At(ScopeGroup))
}()

func (d *historyDesk) drawID(t *rapid.T, label string) AgentID {
	return rapid.SampledFrom(d.people).Draw(t, label).id
}

// drawDeed draws what somebody tries.
func (d *historyDesk) drawDeed(t *rapid.T, action ActionID) historyDeed {
	draw := func(t *rapid.T) historyDeed { return d.newDeed(t, action) }
	return rapid.Custom(draw).Draw(t, "deed")
}

func (d *historyDesk) newDeed(t *rapid.T, action ActionID) historyDeed {
	h := historyDeed{by: d.drawID(t, "by"), on: d.drawID(t, "on"), action: action}
	if rapid.Bool().Draw(t, "by one of the first") {
		h.by = d.people[rapid.IntRange(0, min(1, len(d.people)-1)).Draw(t, "of these")].id
	}
	last := h.by
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2}).Draw(t, "guises") {
		g := historyGuise{rapid.SampledFrom(historyMeans).Draw(t, "means"), d.drawID(t, "in the name of")}
		if !d.person(g.whom).shared {
			h.guises, last = append(h.guises, g), g.whom
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
			t.Skip("there is no grant")
		}
		h.grant = rapid.IntRange(0, len(d.grants)-1).Draw(t, "grant")
		if by := d.person(d.grants[h.grant].CreatedBy()); by != nil && rapid.Bool().Draw(t, "by whoever made it") {
			h.by, h.guises = by.id, nil
		}
	}
	return h
}

// drawBindingFor draws a role that either of the two holds, or any.
func (d *historyDesk) drawBindingFor(t *rapid.T, by, on AgentID) Binding {
	held := slices.Concat(d.person(by).bindings, d.person(on).bindings)
	if len(held) > 0 && rapid.IntRange(0, 2).Draw(t, "held") > 0 {
		return rapid.SampledFrom(held).Draw(t, "binding")
	}
	return d.drawBinding(t, true)
}

// drawRole draws the role to make, to change, to delete or to clone: now and
// then a built-in one.
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

// drawTerms draws what support engineers are to be given.
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

// session returns a support engineer at work under the grant.
func (d *historyDesk) session(grant SupportGrant) *SupportSession {
	return grant.Session(historyEngineer, d.account(), noon)
}

// tries lets a deed be tried, and looks at what has become of everybody.
func (r *historyRun) tries(t *rapid.T, h historyDeed) {
	before := *r.desk
	actor, account := before.person(h.by), before.account()
	if !r.desk.does(h) {
		return
	}
	story := func() string { return "\n" + strings.Join(r.desk.done, "\n") }
	byAdministrator := slices.Contains(account.Administrators, h.by)
	if len(account.Administrators) > 0 {
		require.NotEmpty(t, r.desk.account().Administrators, "the account keeps an administrator%s", story())
	}
	if byAdministrator {
		r.watch = newHistoryWatch(r.desk)
		return
	}
	require.Equal(t, account.Administrators, r.desk.account().Administrators, "only administrators make or unseat any%s", story())
	require.Equal(t, before.roles, r.desk.roles, "only administrators change roles%s", story())
	if !slices.Contains(r.watch.acted, h.by) {
		r.watch.acted = append(r.watch.acted, h.by)
	}
	require.Empty(t, r.watch.promoted(r.desk), "%s", story())
	if now := r.desk.person(h.by); now != nil {
		require.Empty(t, now.exceeds([]*historyPerson{actor}), "by a deed of their own%s", story())
	}
	if h.action == SupportGrantCreate.ID() || h.action == SupportGrantExtend.ID() {
		r.lets(t, actor, h, story)
	}
}

// lets looks at what a grant that somebody made or extended lets support
// engineers do: nothing that the maker may not.
func (r *historyRun) lets(t *rapid.T, maker *historyPerson, h historyDeed, story func() string) {
	grant := r.desk.grants[len(r.desk.grants)-1]
	if h.action == SupportGrantExtend.ID() {
		grant = r.desk.grants[h.grant]
	}
	session := r.desk.session(grant)
	require.True(t, Covers(maker.self(), session), "the grant gives no more than its maker has%s", story())
	require.True(t, historyReachOf(session).within(maker.reach()), "the grant reaches no further than its maker%s", story())
}

// works lets a support engineer try the deed.
func (r *historyRun) works(t *rapid.T, h historyDeed) {
	if len(r.desk.grants) == 0 {
		t.Skip("there is no grant")
	}
	before := *r.desk
	grant := rapid.SampledFrom(r.desk.grants).Draw(t, "under the grant")
	require.False(t, r.desk.doesAs(r.desk.session(grant), h), "a support engineer changes nothing")
	require.Equal(t, before.people, r.desk.people)
}

// resigns lets an administrator give up the role.
func (r *historyRun) resigns(t *rapid.T) {
	administrators := r.desk.account().Administrators
	id := rapid.SampledFrom(administrators).Draw(t, "administrator")
	r.tries(t, historyDeed{by: id, action: AgentRoleRemove.ID(), on: id, binding: wide(AccountAdministratorRole.Role(), ScopeGlobal)})
}

// steps are what can happen.
func (r *historyRun) steps() map[string]func(*rapid.T) {
	steps := map[string]func(*rapid.T){
		"a support engineer tries": func(t *rapid.T) {
			r.works(t, r.desk.drawDeed(t, rapid.SampledFrom(historyKinds).Draw(t, "action")))
		},
		"": func(*rapid.T) {},
	}
	for _, action := range historyKinds {
		steps[action.String()] = func(t *rapid.T) {
			if len(r.desk.people) == 0 {
				t.Skip("everybody has left")
			}
			r.tries(t, r.desk.drawDeed(t, action))
		}
	}
	return steps
}

// TestHistories lets people do whatever they are allowed to.
func TestHistories(t *testing.T) {
	t.Run("of plain people", func(t *testing.T) { // none of whom is an account administrator
		effort.Checks(t, 50, 200, 1_000)
		counts := make(map[string]int)
		rapid.Check(t, func(t *rapid.T) {
			run := &historyRun{desk: drawHistoryDesk(t, false, counts)}
			run.watch = newHistoryWatch(run.desk)
			t.Repeat(run.steps())
			require.False(t, slices.ContainsFunc(run.desk.people, (*historyPerson).administers), "%s", strings.Join(run.desk.done, "\n"))
		})
		historyShares(t, counts, OwnAuthority, BeyondAuthority, NoPermission, OtherWorkspace, BuiltInImmutable, RoleAuthoringReserved,
			SharedOnlyFromCRM, SharedNoAdministration, SupportNoAgents, SupportNoGrants, SupportNoRoles, GrantRevoked, Deactivated)
		for _, action := range []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()} {
			assert.Zero(t, counts[action.String()], "%v", action)
		}
	})
	t.Run("with administrators", func(t *testing.T) {
		effort.Checks(t, 50, 200, 1_000)
		counts := make(map[string]int)
		rapid.Check(t, func(t *rapid.T) {
			run := &historyRun{desk: drawHistoryDesk(t, true, counts)}
			run.watch = newHistoryWatch(run.desk)
			steps := run.steps()
			steps["the plan changes"] = func(*rapid.T) { run.desk.features ^= FeatureCustomRoles }
			steps["an administrator resigns"] = run.resigns
			t.Repeat(steps)
		})
		historyShares(t, counts, OwnAuthority, BeyondAuthority, LastAdministrator, BuiltInImmutable, RoleAuthoringReserved, PlanLacksFeature)
		for _, action := range []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()} {
			assert.True(t, !effort.Full() || counts[action.String()] >= 3, "%v", action)
		}
	})
	historyRegressions(t)
}

// historyShares logs what happened how often, and wants all of it to have
// happened, and to have been refused, for each of the reasons.
func historyShares(t *testing.T, counts map[string]int, reasons ...Reason) {
	t.Helper()
	kinds := append(slices.Clone(historyKinds), AgentImpersonate.ID(), AgentKeyManage.ID(), SharedAgentEdit.ID(), SharedAgentDelete.ID())
	for _, action := range kinds {
		done, refused := counts[action.String()], counts[action.String()+" in vain"]
		t.Logf("%-22v done %5d, refused %5d: %2d %%", action, done, refused, 100*done/max(1, done+refused))
		authoring := action.InClass(ClassRoleAuthoring)
		assert.True(t, !effort.Full() || done >= 3 || authoring, "%v is done", action)
		assert.True(t, !effort.Full() || refused >= 3, "%v is refused", action)
	}
	for _, reason := range reasons {
		t.Logf("%-24v %5d", reason, counts[reason.String()])
		assert.True(t, !effort.Full() || counts[reason.String()] >= 3, "%v is met", reason)
	}
}

// A deed in words: who does what to whom.

func historyGives(by, to AgentID, b Binding) historyDeed {
	return historyDeed{by: by, action: AgentRoleAssign.ID(), on: to, binding: b}
}

func historyTakes(by, from AgentID, b Binding) historyDeed {
	return historyDeed{by: by, action: AgentRoleRemove.ID(), on: from, binding: b}
}

func historyRescopes(by, whose AgentID, b Binding) historyDeed {
	return historyDeed{by: by, action: AgentScopeEdit.ID(), on: whose, binding: b}
}

func historyPuts(by, whom AgentID, group GroupID, access Access) historyDeed {
	return historyDeed{by: by, action: AgentGroupAssign.ID(), on: whom, group: group, access: access}
}

func historyAdds(by, whom AgentID, bindings ...Binding) historyDeed {
	return historyDeed{by: by, action: AgentCreate.ID(), newcomer: &historyPerson{id: whom, bindings: bindings}}
}

func historyActs[R Resource](by AgentID, action Action[R], on AgentID) historyDeed {
	return historyDeed{by: by, action: action.ID(), on: on}
}

func historyMakes(by AgentID, action Action[Role], role Role) historyDeed {
	return historyDeed{by: by, action: action.ID(), role: role}
}

func historyLetsIn(by AgentID, roles ...Role) historyDeed {
	return historyDeed{by: by, action: SupportGrantCreate.ID(), terms: SupportGrantTerms{ID: "g1", Engineers: []SupportEngineer{historyEngineer}, Roles: roles}}
}

// as returns the deed as it is done in somebody's name.
func (h historyDeed) as(action Action[Agent], whom AgentID) historyDeed {
	h.guises = append(slices.Clone(h.guises), historyGuise{action.ID(), whom})
	return h
}

// does and cannot are a step of a story, and how it ends.
func (d *historyDesk) mustDo(t *testing.T, h historyDeed) {
	t.Helper()
	assert.True(t, d.does(h), "%v\n%v", h, d.last)
}

func (d *historyDesk) cannot(t *testing.T, h historyDeed, why Reason) {
	t.Helper()
	assert.False(t, d.does(h), "%v", h)
	assert.Equal(t, why, d.last.Reason, "%v", h)
}

// historyOffice is a desk with the account administrator ada; riya, who manages
// people and holds nothing else; her colleague bob, and mara, an administrator.
func historyOffice() *historyDesk {
	manager := historyRole("User Administrator", append(slices.Clone(historyPeopleWork), AgentKeyManage.At(ScopeGlobal),
		SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), TicketView.At(ScopeGlobal), ConversationView.At(ScopeGroup))...)
	clerk := historyRole("Clerk", TicketView.At(ScopeGroup), ConversationView.At(ScopeGroup))
	return &historyDesk{features: AllFeatures, roles: []Role{manager, clerk}, people: []*historyPerson{
		{id: "ada", bindings: []Binding{wide(AccountAdministratorRole.Role(), ScopeGlobal)}},
		{id: "riya", bindings: []Binding{wide(manager, ScopeGlobal)}, groups: map[GroupID]Access{"billing": Edit}},
		{id: "bob", bindings: []Binding{wide(clerk, ScopeGroup)}},
		{id: "mara", bindings: []Binding{wide(AdministratorRole.Role(), ScopeGlobal)}, groups: map[GroupID]Access{"billing": Edit, "refunds": Edit}},
	}}
}

// historyRegressions are the stories of what went wrong elsewhere, by the numbers of docs/requirements.md.
func historyRegressions(t *testing.T) {
	administrator, accountAdministrator := wide(AdministratorRole.Role(), ScopeGlobal), wide(AccountAdministratorRole.Role(), ScopeGlobal)

	t.Run("B07", historyOfAPlanThatIsLost)
	t.Run("B18", func(t *testing.T) { // who manages users makes herself an administrator
		for _, role := range []Binding{administrator, accountAdministrator} {
			t.Run(role.Role.Name(), func(t *testing.T) { historyOfASelfMadeAdministrator(t, role) })
		}
		t.Run("through a clone", historyOfAClone)
		t.Run("through a grant", historyOfAGrant)
		t.Run("through what is one's own", historyOfOwnThings)
	})
	t.Run("B26", func(t *testing.T) { // who manages users gives a colleague what she does not have
		d := historyOffice()
		manager, clerk := d.roles[0], d.roles[1]
		d.cannot(t, historyGives("riya", "bob", wide(AgentRole.Role(), ScopeGlobal)), BeyondAuthority)
		d.cannot(t, historyGives("riya", "bob", inWorkspace("legal", clerk)), BeyondAuthority)
		d.cannot(t, historyPuts("riya", "bob", "apac", View), BeyondAuthority)
		d.mustDo(t, historyPuts("riya", "bob", "billing", View))
		d.mustDo(t, historyRescopes("riya", "bob", wide(clerk, ScopeGlobal)))
		d.mustDo(t, historyGives("riya", "bob", wide(manager, ScopeGlobal)))
		d.cannot(t, historyPuts("bob", "riya", "apac", View), BeyondAuthority) // nor does it help that there are two of them

		d.mustDo(t, historyPuts("ada", "riya", "apac", View)) // she may give on what she is given
		d.mustDo(t, historyPuts("riya", "bob", "apac", Edit)) // as there is nothing there that Edit would add
		d.mustDo(t, historyGives("ada", "bob", wide(AgentRole.Role(), ScopeGroup)))
		d.cannot(t, historyPuts("riya", "bob", "refunds", View), BeyondAuthority) // of what bob has from others she takes and adds nothing
		d.cannot(t, historyPuts("riya", "bob", "billing", NoAccess), BeyondAuthority)
		d.cannot(t, historyTakes("riya", "bob", wide(AgentRole.Role(), ScopeGroup)), BeyondAuthority)

		// An administrator's role reaches into the open workspaces, and with it all that is in the role.
		people, reader := historyRole("People", historyPeopleWork...), historyRole("Reader", TicketView.At(ScopeGlobal))
		both := historyRole("People Reader", TicketView.At(ScopeGlobal), AgentView.At(ScopeGlobal))
		d = historyOffice()
		d.mustDo(t, historyAdds("ada", "olga", wide(people, ScopeGlobal), wide(reader, ScopeGlobal)))
		d.mustDo(t, historyAdds("olga", "yuki", wide(people, ScopeGlobal), wide(reader, ScopeGlobal)))
		d.cannot(t, historyGives("olga", "yuki", wide(both, ScopeGlobal)), BeyondAuthority)

		// A shared agent sees in the CRM whomever it will.
		own := wide(historyRole("Own Contacts", ContactView.At(ScopeRestricted)), ScopeGlobal)
		d.people = append(d.people, &historyPerson{id: "sam", shared: true})
		d.mustDo(t, historyGives("ada", "olga", own))
		d.mustDo(t, historyGives("olga", "yuki", own))
		d.cannot(t, historyGives("olga", "sam", own), BeyondAuthority)
	})
	t.Run("B38", func(t *testing.T) { // to write somebody's record or keys is to be them
		d := historyOffice()
		for _, action := range []Action[Agent]{AgentEdit, AgentKeyManage, AgentImpersonate} {
			d.cannot(t, historyActs("riya", action, "ada"), BeyondAuthority)
			d.cannot(t, historyActs("riya", action, "mara"), BeyondAuthority)
			d.mustDo(t, historyActs("riya", action, "bob"))
			d.cannot(t, historyGives("riya", "riya", administrator).as(action, "bob"), BeyondAuthority)
		}
		d.mustDo(t, historyGives("mara", "bob", wide(SupervisorRole.Role(), ScopeGroup)))
		for _, action := range []Action[Agent]{AgentEdit, AgentKeyManage, AgentImpersonate} {
			d.cannot(t, historyActs("riya", action, "bob"), BeyondAuthority)
		}
		d.mustDo(t, historyTakes("mara", "bob", wide(SupervisorRole.Role(), ScopeGroup)))
		d.mustDo(t, historyActs("riya", AgentEdit, "bob"))

		worker := wide(historyRole("Worker", TicketReply.At(ScopeRestricted)), ScopeGlobal) // what is assigned to bob is not to riya
		d.mustDo(t, historyGives("ada", "riya", worker))
		d.mustDo(t, historyGives("riya", "bob", worker))
		d.cannot(t, historyActs("riya", AgentImpersonate, "bob"), BeyondAuthority)
		d.cannot(t, historyActs("riya", AgentKeyManage, "bob"), BeyondAuthority)

		for _, whom := range []AgentID{"riya", "bob", "mara"} { // nor is the account administrator anybody in a restricted workspace
			d.mustDo(t, historyActs("ada", AgentImpersonate, whom))
			d.mustDo(t, historyGives("ada", whom, inWorkspace("legal", AgentRole.Role())))
			d.mustDo(t, historyActs("ada", AgentEdit, whom))
			d.cannot(t, historyActs("ada", AgentImpersonate, whom), BeyondAuthority)
			d.cannot(t, historyActs("ada", AgentKeyManage, whom), BeyondAuthority)
		}
	})
	t.Run("B50", func(t *testing.T) { // who manages agents sets her own role, and edits the owner
		d := historyOffice()
		manager := d.roles[0]
		d.cannot(t, historyGives("riya", "riya", wide(manager, ScopeGlobal)), OwnAuthority)
		d.cannot(t, historyRescopes("riya", "riya", administrator), WrongResource)
		d.cannot(t, historyPuts("riya", "riya", "apac", Edit), OwnAuthority)
		d.cannot(t, historyActs("riya", AgentEdit, "riya"), OwnAuthority)
		d.mustDo(t, historyRescopes("riya", "riya", wide(manager, ScopeGroup))) // letting go of some of it
		d.cannot(t, historyRescopes("riya", "riya", wide(manager, ScopeGlobal)), OwnAuthority)
		d.mustDo(t, historyGives("ada", "riya", inWorkspace("it", d.roles[1])))
		d.cannot(t, historyRescopes("riya", "riya", inWorkspace("legal", d.roles[1])), WrongResource)
		d.mustDo(t, historyPuts("riya", "riya", "billing", View))
		d.cannot(t, historyPuts("riya", "riya", "billing", Edit), OwnAuthority)

		for _, by := range []AgentID{"riya", "mara"} {
			d.cannot(t, historyActs(by, AgentEdit, "ada"), BeyondAuthority)
			d.cannot(t, historyTakes(by, "ada", accountAdministrator), BeyondAuthority)
			d.cannot(t, historyRescopes(by, "ada", wide(AccountAdministratorRole.Role(), ScopeRestricted)), BeyondAuthority)
			d.cannot(t, historyPuts(by, "ada", "billing", View), BeyondAuthority)
		}
		d.mustDo(t, historyTakes("riya", "riya", wide(manager, ScopeGroup)))
		d.cannot(t, historyGives("riya", "riya", wide(manager, ScopeGroup)), OwnAuthority) // there is no way back
		d.cannot(t, historyGives("riya", "bob", wide(manager, ScopeGroup)), BeyondAuthority)
	})
	t.Run("B54", historyOfBuiltInRoles)
	t.Run("B55", func(t *testing.T) { // who manages users locks the administrators out
		d := historyOffice()
		for _, by := range []AgentID{"riya", "mara"} {
			d.cannot(t, historyActs(by, AgentDeactivate, "ada"), BeyondAuthority)
			d.cannot(t, historyActs(by, AgentDelete, "ada"), BeyondAuthority)
			d.cannot(t, historyTakes(by, "ada", accountAdministrator), BeyondAuthority)
		}
		d.people = append(d.people, &historyPerson{id: "sam", shared: true, bindings: []Binding{wide(AgentRole.Role(), ScopeGlobal)}})
		d.cannot(t, historyActs("riya", SharedAgentEdit, "sam"), BeyondAuthority) // nor shared agents who may do more
		d.cannot(t, historyActs("riya", SharedAgentDelete, "sam"), BeyondAuthority)
		d.cannot(t, historyTakes("ada", "ada", accountAdministrator), LastAdministrator)
		d.cannot(t, historyActs("ada", AgentDelete, "ada"), OwnAuthority)

		d.mustDo(t, historyGives("ada", "bob", accountAdministrator))
		d.mustDo(t, historyActs("ada", AgentDeactivate, "bob"))
		d.cannot(t, historyTakes("ada", "ada", accountAdministrator), LastAdministrator) // bob is none, deactivated
		d.mustDo(t, historyActs("ada", AgentEdit, "bob"))
		d.mustDo(t, historyTakes("ada", "ada", accountAdministrator))
		d.cannot(t, historyTakes("ada", "bob", accountAdministrator), BeyondAuthority)
		d.cannot(t, historyTakes("bob", "bob", accountAdministrator), LastAdministrator)
		d.cannot(t, historyActs("mara", AgentDeactivate, "bob"), BeyondAuthority)
		d.mustDo(t, historyRescopes("bob", "bob", wide(AccountAdministratorRole.Role(), ScopeRestricted))) // who stays what he is
		d.cannot(t, historyTakes("bob", "bob", accountAdministrator), LastAdministrator)
		assert.Equal(t, []AgentID{"bob"}, d.account().Administrators)

		// Where the host does not say who the administrators are, each is taken for the last.
		check(t, riya(accountAdministrator), AgentDeactivate, *bob(accountAdministrator), LastAdministrator)
		check(t, riya(accountAdministrator), AgentDelete, *bob(accountAdministrator), LastAdministrator)
		check(t, riya(accountAdministrator), AgentEdit, *bob(accountAdministrator), AllowedAll)
	})
}

// historyOfAPlanThatIsLost: the custom roles that there are stay exactly as they
// are, and can be done without (B07).
func historyOfAPlanThatIsLost(t *testing.T) {
	d := historyOffice()
	manager, clerk := d.roles[0], d.roles[1]
	d.mustDo(t, historyGives("ada", "bob", inWorkspace("legal", clerk)))
	d.mustDo(t, historyPuts("ada", "bob", "refunds", View))
	reaches := func() (all []historyReach) {
		for _, p := range d.people[1:] {
			reach := historyReachOf(p.as(d.account(), historyMe))
			for i := len(historyUniverse()) - 4; i < len(historyUniverse())-2; i++ { // making and extending the grant, which gives a custom role
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
			d.cannot(t, historyMakes("ada", action, clerk), PlanLacksFeature)
			d.cannot(t, historyMakes("mara", action, clerk), RoleAuthoringReserved)
		}
		d.cannot(t, historyPuts("riya", "bob", "apac", View), BeyondAuthority)
		d.cannot(t, historyGives("ada", "bob", wide(clerk, ScopeGlobal)), PlanLacksFeature) // nor can they be newly given (A37)
		d.cannot(t, historyAdds("ada", "olga", wide(clerk, ScopeGlobal)), PlanLacksFeature)
	}
	d.mustDo(t, historyRescopes("ada", "bob", Binding{clerk, "legal", ScopeRestricted}))
	d.mustDo(t, historyTakes("ada", "bob", inWorkspace("legal", clerk)))
	d.mustDo(t, historyMakes("ada", RoleDelete, manager))
	d.mustDo(t, historyMakes("ada", RoleDelete, clerk))
	after := reaches()
	for i := range after[:2] {
		assert.Zero(t, after[i], "who held nothing else may do nothing")
	}
	assert.Equal(t, before[2], after[2])
	d.features = AllFeatures
	assert.Equal(t, after, reaches(), "the plan alone brings nothing back")
}

// historyOfASelfMadeAdministrator: riya, who manages users, wants the role, in
// one step, through her colleagues, in their names, and through new ones (B18).
func historyOfASelfMadeAdministrator(t *testing.T, want Binding) {
	d := historyOffice()
	w := newHistoryWatch(d)
	w.acted = []AgentID{"riya", "bob"}
	manager := wide(d.roles[0], ScopeGlobal)
	d.cannot(t, historyGives("riya", "riya", want), OwnAuthority)
	d.cannot(t, historyAdds("riya", "riya", want), OwnAuthority)

	d.cannot(t, historyGives("riya", "bob", want), BeyondAuthority)
	d.mustDo(t, historyGives("riya", "bob", manager))
	d.mustDo(t, historyPuts("riya", "bob", "billing", Edit))
	d.cannot(t, historyGives("bob", "riya", want), BeyondAuthority)
	d.mustDo(t, historyGives("bob", "riya", manager)) // which she has

	for _, whom := range []AgentID{"mara", "ada"} {
		for _, means := range []Action[Agent]{AgentImpersonate, AgentKeyManage, AgentEdit} {
			d.cannot(t, historyGives("riya", "riya", want).as(means, whom), BeyondAuthority)
			d.cannot(t, historyGives("riya", "riya", want).as(means, "bob").as(means, whom), BeyondAuthority)
		}
	}
	d.cannot(t, historyGives("riya", "riya", want).as(AgentImpersonate, "bob"), BeyondAuthority)
	d.cannot(t, historyGives("riya", "bob", want).as(AgentImpersonate, "bob"), OwnAuthority)
	d.cannot(t, historyGives("riya", "riya", want).as(AgentImpersonate, "bob").as(AgentImpersonate, "riya"), OwnAuthority)
	d.cannot(t, historyGives("riya", "riya", want).as(AgentImpersonate, "riya"), OwnAuthority)

	d.cannot(t, historyAdds("riya", "newcomer", want), BeyondAuthority)
	d.mustDo(t, historyAdds("riya", "newcomer", manager))
	d.cannot(t, historyGives("newcomer", "riya", want), BeyondAuthority)
	d.mustDo(t, historyActs("riya", AgentDelete, "bob"))
	d.cannot(t, historyAdds("riya", "bob", manager, want), BeyondAuthority)
	assert.Empty(t, w.promoted(d))
}

// historyOfAClone: who holds a clone of the account administrator's role is no
// account administrator, and makes none (B18).
func historyOfAClone(t *testing.T) {
	d := historyOffice()
	d.cannot(t, historyMakes("riya", RoleClone, AccountAdministratorRole.Role()), RoleAuthoringReserved)
	d.mustDo(t, historyMakes("ada", RoleClone, AccountAdministratorRole.Role()))
	clone := d.roles[len(d.roles)-1]
	d.cannot(t, historyGives("riya", "bob", wide(clone, ScopeGlobal)), BeyondAuthority)
	d.mustDo(t, historyGives("ada", "mara", wide(clone, ScopeGlobal)))
	d.mustDo(t, historyTakes("mara", "mara", wide(AdministratorRole.Role(), ScopeGlobal)))

	wider := historyRole("User Administrator", AccountManage.At(ScopeGlobal))
	for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		d.cannot(t, historyMakes("mara", action, wider), RoleAuthoringReserved)
	}
	d.cannot(t, historyGives("mara", "mara", wide(AccountAdministratorRole.Role(), ScopeGlobal)), OwnAuthority)
	d.cannot(t, historyGives("mara", "bob", wide(AccountAdministratorRole.Role(), ScopeRestricted)), BeyondAuthority)
	d.cannot(t, historyActs("mara", AgentEdit, "ada"), BeyondAuthority)

	d.mustDo(t, historyGives("mara", "bob", wide(clone, ScopeGlobal))) // it is hers to give
	d.mustDo(t, historyGives("mara", "bob", inWorkspace("it", AccountAdministratorRole.Role())))
	for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		d.cannot(t, historyMakes("bob", action, wider), RoleAuthoringReserved)
		d.cannot(t, historyMakes("mara", action, wider).as(AgentImpersonate, "bob"), RoleAuthoringReserved)
	}
	d.cannot(t, historyGives("bob", "mara", wide(AccountAdministratorRole.Role(), ScopeGlobal)), BeyondAuthority)
	assert.Equal(t, []AgentID{"ada"}, d.account().Administrators)
}

// historyOfAGrant: what riya cannot give a colleague she cannot give support
// engineers, and what they have changes nothing on the desk (B18).
func historyOfAGrant(t *testing.T) {
	d := historyOffice()
	for _, role := range []Role{AdministratorRole.Role(), AccountAdministratorRole.Role(), AgentRole.Role()} {
		d.cannot(t, historyLetsIn("riya", role), BeyondAuthority)
		d.cannot(t, historyLetsIn("riya", d.roles[0], role), BeyondAuthority)
	}
	elsewhere := historyLetsIn("riya", d.roles[0])
	elsewhere.terms.Workspaces = map[WorkspaceID][]Role{"legal": nil}
	d.cannot(t, elsewhere, BeyondAuthority)
	d.mustDo(t, historyLetsIn("riya", d.roles[0]))
	d.mustDo(t, historyLetsIn("mara", AdministratorRole.Role()))
	d.mustDo(t, historyLetsIn("ada", AccountAdministratorRole.Role()))
	d.cannot(t, historyDeed{by: "riya", action: SupportGrantExtend.ID(), grant: 1}, BeyondAuthority)
	d.cannot(t, historyDeed{by: "riya", action: SupportGrantRevoke.ID(), grant: 1}, NoPermission)

	people := d.people
	for _, grant := range d.grants {
		for _, try := range []struct {
			deed historyDeed
			why  Reason
		}{
			{historyGives("", "riya", wide(AdministratorRole.Role(), ScopeGlobal)), SupportNoAgents},
			{historyGives("", "riya", wide(d.roles[1], ScopeRestricted)), SupportNoAgents},
			{historyActs("", AgentImpersonate, "ada"), SupportNoAgents},
			{historyActs("", AgentKeyManage, "bob"), SupportNoAgents},
			{historyMakes("", RoleUpdate, d.roles[0]), SupportNoRoles},
			{historyLetsIn("", d.roles[1]), SupportNoGrants},
			{historyDeed{action: SupportGrantExtend.ID()}, SupportNoGrants},
		} {
			assert.False(t, d.doesAs(d.session(grant), try.deed), "%v", try.deed)
			assert.Equal(t, try.why, d.last.Reason, "%v", try.deed)
		}
	}
	assert.Equal(t, people, d.people)
}

// historyOfOwnThings: bob may change his own notes besides, and has the means to
// give that on. Who is to act in his name has to have it, or gives it to herself (B18).
func historyOfOwnThings(t *testing.T) {
	work := []Permission{AgentImpersonate.At(ScopeGlobal), AgentKeyManage.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), TicketView.At(ScopeGlobal)}
	lead, author := historyRole("Lead", work...), historyRole("Author", append(slices.Clone(work), TicketNoteEditOwn.At(ScopeGlobal))...)
	for _, means := range []Action[Agent]{AgentImpersonate, AgentKeyManage} {
		d := &historyDesk{features: AllFeatures, roles: []Role{lead, author}, people: []*historyPerson{
			{id: "riya", bindings: []Binding{wide(lead, ScopeGlobal)}}, {id: "bob", bindings: []Binding{wide(author, ScopeGlobal)}},
		}}
		riya := d.person("riya")
		d.cannot(t, historyGives("riya", "bob", wide(lead, ScopeGlobal)), BeyondAuthority)
		d.cannot(t, historyGives("riya", "riya", wide(author, ScopeGlobal)).as(means, "bob"), BeyondAuthority)
		assert.Empty(t, d.person("riya").exceeds([]*historyPerson{riya}))
	}
}

// historyOfBuiltInRoles: nobody changes them, and a clone that is changed leaves
// its original and those who hold it as they are (B54).
func historyOfBuiltInRoles(t *testing.T) {
	d := historyOffice()
	for role := range acme.BuiltInRoles() {
		permissions := role.Permissions()
		d.mustDo(t, historyMakes("ada", RoleClone, role))
		clone := d.roles[len(d.roles)-1]
		d.mustDo(t, historyGives("ada", "bob", wide(clone, ScopeGlobal)))
		d.mustDo(t, historyMakes("ada", RoleUpdate, historyRole(clone.Name(), AccountManage.At(ScopeGlobal))))
		assert.Equal(t, permissions, role.Permissions())
		mara := *d.person("mara").reach()
		for _, by := range []AgentID{"ada", "mara", "riya", "bob"} {
			for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete} {
				d.cannot(t, historyMakes(by, action, role), BuiltInImmutable)
			}
		}
		d.mustDo(t, historyMakes("ada", RoleDelete, d.roles[len(d.roles)-1]))
		assert.Equal(t, mara, *d.person("mara").reach())
	}
}

// A historyState is what has become of three people, and which of them have done anything.
type historyState struct {
	people [3]*historyPerson
	acted  uint8
}

// A historySearch goes through all histories of a small world.
type historySearch struct {
	first   historyState
	deeds   [][]historyDeed // those of one person in one name together
	desk    historyDesk
	alike   map[string]*historyPerson // those who are alike are one
	answers map[historyQuestion]string

	seen         map[historyState]bool
	done, denied int
}

// A historyQuestion is whether somebody exceeds the sources.
type historyQuestion struct {
	p       *historyPerson
	sources [4]*historyPerson
}

// historyWorld are a lead who manages people, a plain agent, and another lead,
// who is in another group and in a restricted workspace. Each tries everything
// with each of them, in their own name and in that of each of the others.
func historyWorld() *historySearch {
	lead := historyRole("Lead", append(slices.Clone(historyPeopleWork), TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal), ConversationView.At(ScopeGroup))...)
	clerk := historyRole("Clerk", TicketView.At(ScopeGroup), TicketReply.At(ScopeGroup), ConversationView.At(ScopeGroup))
	people := [3]*historyPerson{
		{id: "riya", bindings: []Binding{wide(lead, ScopeGlobal)}, groups: map[GroupID]Access{"billing": Edit}},
		{id: "bob", bindings: []Binding{wide(clerk, ScopeGroup)}},
		{id: "olga", bindings: []Binding{wide(lead, ScopeGlobal), inWorkspace("legal", clerk)}, groups: map[GroupID]Access{"refunds": Edit}},
	}
	s := &historySearch{
		first: historyState{people: people}, desk: historyDesk{features: AllFeatures},
		alike: make(map[string]*historyPerson), answers: make(map[historyQuestion]string), seen: make(map[historyState]bool),
	}
	for _, by := range people {
		for _, as := range people {
			var deeds []historyDeed
			for _, on := range people {
				deeds = append(deeds, historyDeedsOf(by.id, on.id, lead, clerk)...)
			}
			for i := range deeds {
				if as != by {
					deeds[i] = deeds[i].as(AgentImpersonate, as.id)
				}
			}
			s.deeds = append(s.deeds, deeds)
		}
	}
	return s
}

// historyDeedsOf are what somebody tries with somebody.
func historyDeedsOf(by, on AgentID, lead, clerk Role) []historyDeed {
	return []historyDeed{
		historyGives(by, on, wide(lead, ScopeGlobal)),
		historyGives(by, on, wide(clerk, ScopeGlobal)),
		historyGives(by, on, inWorkspace("legal", clerk)),
		historyTakes(by, on, wide(lead, ScopeGlobal)),
		historyRescopes(by, on, wide(clerk, ScopeGroup)),
		historyPuts(by, on, "billing", Edit),
		historyPuts(by, on, "refunds", View),
		historyActs(by, AgentDeactivate, on),
		historyActs(by, AgentEdit, on),
	}
}

// one returns the one who stands for all who are like the person.
func (s *historySearch) one(p *historyPerson) *historyPerson {
	slices.SortFunc(p.bindings, func(a, b Binding) int {
		return cmp.Or(cmp.Compare(a.Role.Name(), b.Role.Name()), cmp.Compare(a.Workspace, b.Workspace), cmp.Compare(a.TicketScope, b.TicketScope))
	})
	p.bindings = slices.Compact(p.bindings)
	key := fmt.Sprint(p, p.deactivated)
	if s.alike[key] == nil {
		s.alike[key] = p
	}
	return s.alike[key]
}

// after returns what comes of the deed of who is disguised, and whether it was done.
func (s *historySearch) after(state historyState, who Subject, h historyDeed) (historyState, bool) {
	s.desk.people, s.desk.done = state.people[:], nil
	if who == nil || !s.desk.doesAs(who, h) {
		return state, false
	}
	state.acted |= 1 << s.desk.index(h.by)
	for i, p := range s.desk.people {
		if state.people[i] != p {
			state.people[i] = s.one(p)
		}
	}
	return state, true
}

// promoted returns in which sense somebody may do what nobody could who has acted.
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
	q := historyQuestion{p, sources}
	how, known := s.answers[q]
	if !known {
		how = p.exceeds(slices.DeleteFunc(sources[:], func(p *historyPerson) bool { return p == nil }))
		s.answers[q] = how
	}
	return how
}

// step tries every deed in the state, and returns the states that are new.
func (s *historySearch) step(t *testing.T, state historyState) (found []historyState) {
	for _, deeds := range s.deeds {
		s.desk.people = state.people[:]
		who := s.desk.disguised(deeds[0])
		for _, h := range deeds {
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

// isNew looks at what has come of a deed, and reports whether it is seen for the first time.
func (s *historySearch) isNew(t *testing.T, before historyState, h historyDeed, after historyState) bool {
	by := s.desk.index(h.by)
	how := s.exceeds(after.people[by], [4]*historyPerson{before.people[by]})
	require.Empty(t, how, "%v, by a deed of their own: %v", before.people, h)
	if s.seen[after] {
		return false
	}
	require.Empty(t, s.promoted(after), "%v: %v", before.people, h)
	s.seen[after] = true
	return true
}

// TestEveryHistory goes through every history of a small world, however long: a
// deed that is refused changes nothing, and what may follow depends only on
// what has become of the three and on who has acted.
func TestEveryHistory(t *testing.T) {
	s := historyWorld()
	s.seen[s.first] = true
	frontier, length, deeds := []historyState{s.first}, 0, float64(len(slices.Concat(s.deeds...)))
	for ; len(frontier) > 0; length++ {
		var next []historyState
		for _, state := range frontier {
			next = append(next, s.step(t, state)...)
		}
		if frontier = next; length < 6 {
			t.Logf("%.0f histories of length %d come to %d states", math.Pow(deeds, float64(length+1)), length+1, len(s.seen))
		}
	}
	t.Logf("those of any length come to %d states after %d deeds, with %d people: %d deeds done, %d refused", len(s.seen), length-1, len(s.alike), s.done, s.denied)
	assert.Greater(t, len(s.seen), 3000)
	assert.Greater(t, s.done, 30_000)
	assert.Greater(t, s.denied, 500_000)
	effort.Documented(t, ".", len(s.seen), s.done, s.denied)
}
