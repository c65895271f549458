package cedarexport

import (
	"reflect"
	"slices"
	"sync"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

// A kind is a type of resource, and what resources of this type can have.
type kind struct {
	name string

	bounded  bool // a ticket or a part of one, where the binding's ticket scope counts
	customer bool // the CRM decides which shared agents see it
	placed   bool // it can be in a workspace
	grouped  bool // it can be in a group
	held     bool // it can have an assignee or an owner
	owned    bool // its owner counts as its assignee

	assignable bool // it can be assigned, or to nobody
	requested  bool // it can have a requester, participants and mentions, and be confidential

	examples []deskpolicy.Resource
}

// hostKind is the kind of the host's own resources.
var hostKind = kind{name: "Thing", placed: true, grouped: true, held: true, assignable: true, requested: true}

// kinds are the library's resource types.
var kinds = sync.OnceValue(func() []kind {
	all := detailedKinds
	for _, t := range plaintype.All() {
		all = append(all, kind{
			name: t.Name(), placed: t.Placed, grouped: t.Grouped, held: t.Owned, owned: t.Owned, examples: examplesOf(deref(t.New(plaintype.Place{}))),
		})
	}
	return all
})

// allKinds are the library's resource types and the host's own resources.
var allKinds = sync.OnceValue(func() []kind { return append(slices.Clone(kinds()), hostKind) })

// detailedKinds are the types that have more than a place, an owner and a group. A pair of tickets
// or contacts is two questions, one on each.
var detailedKinds = []kind{
	{name: "Ticket", bounded: true, placed: true, grouped: true, held: true, assignable: true, requested: true, examples: examplesOf(deskpolicy.Ticket{}, deskpolicy.TicketPair{})},
	{name: "TicketAssignment", bounded: true, placed: true, grouped: true, held: true, assignable: true, requested: true, examples: examplesOf(deskpolicy.TicketAssignment{Group: aGroup})},
	{name: "Note", bounded: true, placed: true, grouped: true, held: true, assignable: true, requested: true, examples: examplesOf(deskpolicy.Note{})},
	{name: "TimeEntry", bounded: true, placed: true, grouped: true, held: true, assignable: true, requested: true, examples: examplesOf(deskpolicy.TimeEntry{})},
	{name: "Conversation", placed: true, grouped: true, held: true, assignable: true, requested: true, examples: examplesOf(deskpolicy.Conversation{})},
	{name: "ConversationAssignment", placed: true, grouped: true, held: true, assignable: true, requested: true, examples: examplesOf(deskpolicy.ConversationAssignment{Group: aGroup})},
	{name: "Contact", customer: true, held: true, owned: true, examples: examplesOf(deskpolicy.Contact{ID: "c"}, deskpolicy.ContactPair{})},
	{name: "Company", customer: true, held: true, owned: true, examples: examplesOf(deskpolicy.Company{})},
	{name: "Account", examples: examplesOf(deskpolicy.Account{})},
	{name: "Role", examples: examplesOf(deskpolicy.Role{})},
	{name: "SupportGrant", examples: examplesOf(deskpolicy.SupportGrant{})},
	{name: "Agent", examples: examplesOf(*anAgent)},
	{name: "SharedAgent", examples: examplesOf(deskpolicy.SharedAgent{ID: "a"})},
	{name: "RoleAssignment", examples: examplesOf(deskpolicy.RoleAssignment{Holder: &deskpolicy.Agent{ID: "a", Bindings: []deskpolicy.Binding{aBinding}}, Binding: aBinding})},
	{name: "GroupMembership", examples: examplesOf(deskpolicy.GroupMembership{Member: anAgent, Group: aGroup})},
}

// anAgent, aGroup and aBinding complete the examples.
var (
	anAgent = &deskpolicy.Agent{ID: "a"}
	aGroup  = deskpolicy.AgentGroup{ID: "g"}

	aBinding = deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide}
)

func examplesOf(examples ...deskpolicy.Resource) []deskpolicy.Resource { return examples }

// kindOf maps each of the library's actions to the kind of resource that it is on.
var kindOf = sync.OnceValue(func() map[deskpolicy.ActionID]*kind {
	on := make(map[deskpolicy.ActionID]*kind)
	for id := range deskpolicy.Actions() {
		on[id] = &kinds()[slices.IndexFunc(kinds(), func(k kind) bool { return k.hasAction(id) })]
	}
	return on
})

// hasAction reports whether the action is on this kind.
func (k kind) hasAction(id deskpolicy.ActionID) bool {
	return slices.ContainsFunc(k.examples, func(example deskpolicy.Resource) bool { return appliesTo(id, example) })
}

// kindOfType returns the kind of the resource's type, or nil for a host's type.
func kindOfType(resource deskpolicy.Resource) *kind {
	i := slices.IndexFunc(kinds(), func(k kind) bool {
		return slices.ContainsFunc(k.examples, func(example deskpolicy.Resource) bool {
			return reflect.TypeOf(example) == reflect.TypeOf(resource)
		})
	})
	if i < 0 {
		return nil
	}
	return &kinds()[i]
}

// appliesTo reports whether the action is on resources of that type and, if it changes something that
// a person has, whether the person has it (A40).
func appliesTo(id deskpolicy.ActionID, resource deskpolicy.Resource) bool {
	q := deskpolicy.Request{Subject: anAgent, Action: id, Resource: resource}
	return q.Authorize().Reason != deskpolicy.WrongResource
}

// has reports whether people can have the relation to resources of the kind.
func (k *kind) has(r deskpolicy.Scope) bool {
	switch r {
	case deskpolicy.Anything:
		return true
	case deskpolicy.InGroup:
		return k.grouped
	case deskpolicy.Assigned:
		return k.held
	case deskpolicy.GroupQueue, deskpolicy.Unassigned, deskpolicy.Unrouted:
		return k.assignable
	case deskpolicy.MyCustomers:
		return k.requested || k.customer
	default:
		return k.requested
	}
}

// ownOnly are the library's actions that are only for what belongs to the subject.
var ownOnly = []deskpolicy.ActionID{
	deskpolicy.TicketNoteEditOwn.ID(), deskpolicy.TicketListManageOwn.ID(), deskpolicy.TimeLogOwn.ID(),
	deskpolicy.TopicEditOwn.ID(), deskpolicy.ProfileEditOwn.ID(),
}

// isOwnOnly reports whether the action is only for what belongs to the subject.
func isOwnOnly(id deskpolicy.ActionID) bool {
	return slices.Contains(ownOnly, id) || id.IsHost() && id < deskpolicy.FirstHostView
}

// creating are the actions that create a resource, which might not have an owner yet.
var creating = []deskpolicy.ActionID{
	deskpolicy.ArticleDraft.ID(), deskpolicy.FAQCreate.ID(), deskpolicy.TopicCreate.ID(), deskpolicy.ContactCreate.ID(),
	deskpolicy.CampaignCreate.ID(), deskpolicy.ReportCreate.ID(),
}

// givenAnywhere are the actions that a role permits wherever in the account it is held. A role with
// any permission permits login, to the desk and to the portal.
var (
	login         = deskpolicy.SessionLogin.ID()
	portalLogin   = deskpolicy.PortalLogin.ID()
	givenAnywhere = []deskpolicy.ActionID{login, portalLogin, deskpolicy.ProfileEditOwn.ID()}
)

// public are the library's actions that are open to customers (A62).
var public = []deskpolicy.ActionID{
	deskpolicy.TicketView.ID(), deskpolicy.TicketCreate.ID(), deskpolicy.TicketReply.ID(), deskpolicy.TicketNotePublic.ID(), deskpolicy.TicketClose.ID(),
	deskpolicy.TicketReopen.ID(), deskpolicy.TicketAttach.ID(), deskpolicy.TicketConfidential.ID(), deskpolicy.ArticleView.ID(), deskpolicy.FAQView.ID(),
	deskpolicy.TopicView.ID(), portalLogin,
}

// isPublic reports whether the action is open to customers.
func isPublic(id deskpolicy.ActionID) bool {
	return slices.Contains(public, id) || id.IsHost() && id >= deskpolicy.FirstHostPublicView
}

// impersonating are the actions that let the subject act as another agent or as a shared agent.
var impersonating = []deskpolicy.ActionID{deskpolicy.AgentImpersonate.ID(), deskpolicy.AgentKeyManage.ID(), deskpolicy.SharedAgentKeyManage.ID()}

// A hostRange is one of the ranges of host actions. Its actions without a name are interchangeable,
// because no custom role has them.
type hostRange struct {
	name  string // has an "@", so that it differs from every action's name
	first deskpolicy.ActionID
}

var hostRanges = []hostRange{
	{"@own", deskpolicy.FirstHostOwn}, {"@views", deskpolicy.FirstHostView}, {"@edits", deskpolicy.FirstHostEdit}, {"@exports", deskpolicy.FirstHostExport},
	{"@channels", deskpolicy.FirstHostChannel}, {"@actions", deskpolicy.FirstHostInAllClasses}, {"@public-views", deskpolicy.FirstHostPublicView}, {"@public-edits", deskpolicy.FirstHostPublicEdit},
}

// findHostActions finds the host actions that have names.
func (e *Exporter) findHostActions() {
	for _, r := range hostRanges {
		named := len(e.hosts)
		for id := r.first; id < r.first+deskpolicy.HostRangeLength; id++ {
			if e.isNamed(id) {
				e.hosts = append(e.hosts, id)
			}
		}
		if len(e.hosts)-named < deskpolicy.HostRangeLength {
			e.unnamed = append(e.unnamed, r)
		}
	}
	e.literals = make(map[deskpolicy.ActionID]expr)
	for _, id := range e.actions(func(deskpolicy.ActionID) bool { return true }) {
		e.literals[id] = e.actionUID(id).literal()
	}
}

// isNamed reports whether the vocabulary names the host action. A name that equals the action's
// default name, its number, does not count.
func (e *Exporter) isNamed(id deskpolicy.ActionID) bool { return e.vocabulary.Name(id) != id.String() }

// actions returns the wanted actions: the library's, then the host's.
func (e *Exporter) actions(wanted func(deskpolicy.ActionID) bool) []deskpolicy.ActionID {
	var ids []deskpolicy.ActionID
	for id := range deskpolicy.Actions() {
		if wanted(id) {
			ids = append(ids, id)
		}
	}
	return append(ids, e.hostActions(wanted)...)
}

func (e *Exporter) hostActions(wanted func(deskpolicy.ActionID) bool) []deskpolicy.ActionID {
	return slices.DeleteFunc(slices.Clone(e.hosts), func(id deskpolicy.ActionID) bool { return !wanted(id) })
}

// within returns the scope of a policy for the actions, sorted. A long list has one line for each
// action, so that adding an action adds a line.
func (e *Exporter) within(ids []deskpolicy.ActionID) expr {
	literals, length := make([]expr, len(ids)), 0
	for i, id := range ids {
		literals[i] = e.literals[id]
		length += len(literals[i])
	}
	slices.Sort(literals)
	switch {
	case len(literals) == 1:
		return "== " + literals[0]
	case length > longLine:
		return "in [\n    " + list(",\n    ", literals) + "\n  ]"
	default:
		return "in " + set(literals...)
	}
}

func (e *Exporter) actionUID(id deskpolicy.ActionID) UID {
	return UID{Namespace + "::Action", e.vocabulary.Name(id)}
}
