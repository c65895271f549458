package cedarexport

import (
	"reflect"
	"slices"
	"sync"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

// A kind is a type of resource and what its resources have.
type kind struct {
	name string

	bounded  bool // a ticket or what is reached as its ticket is: a binding's ticket scope counts
	customer bool // the CRM says which shared agents see it
	placed   bool // it may be in a workspace
	grouped  bool // a group may have it
	held     bool // it is assigned to somebody, or somebody's
	owned    bool // held by whoever owns it
	examples []deskpolicy.Resource
}

// thing is the kind of a host's own resources.
var thing = kind{name: "Thing", placed: true, grouped: true, held: true}

// kinds are the library's: the plain types and those that have more than their place.
var kinds = sync.OnceValue(func() []kind {
	all := particularKinds
	for _, t := range plaintype.All() {
		all = append(all, kind{
			name: t.Name(), placed: t.Placed, grouped: t.Grouped, held: t.Owned, owned: t.Owned, examples: of(deref(t.New(plaintype.Place{}))),
		})
	}
	return all
})

// everyKind are the kinds, and that of a host's own resources.
var everyKind = sync.OnceValue(func() []kind { return append(slices.Clone(kinds()), thing) })

// particularKinds are those with a row here. Of two tickets that become one each is
// asked about by itself, and of two contacts.
var particularKinds = []kind{
	{name: "Ticket", bounded: true, placed: true, grouped: true, held: true, examples: of(deskpolicy.Ticket{}, deskpolicy.TicketPair{})},
	{name: "TicketAssignment", bounded: true, placed: true, grouped: true, held: true, examples: of(deskpolicy.TicketAssignment{Group: aGroup})},
	{name: "Note", bounded: true, placed: true, grouped: true, held: true, examples: of(deskpolicy.Note{})},
	{name: "TimeEntry", bounded: true, placed: true, grouped: true, held: true, examples: of(deskpolicy.TimeEntry{})},
	{name: "Conversation", placed: true, grouped: true, held: true, examples: of(deskpolicy.Conversation{})},
	{name: "ConversationAssignment", placed: true, grouped: true, held: true, examples: of(deskpolicy.ConversationAssignment{Group: aGroup})},
	{name: "Contact", customer: true, held: true, owned: true, examples: of(deskpolicy.Contact{}, deskpolicy.ContactPair{})},
	{name: "Company", customer: true, held: true, owned: true, examples: of(deskpolicy.Company{})},
	{name: "Account", examples: of(deskpolicy.Account{})},
	{name: "Role", examples: of(deskpolicy.Role{})},
	{name: "SupportGrant", examples: of(deskpolicy.SupportGrant{})},
	{name: "Agent", examples: of(*anAgent)},
	{name: "SharedAgent", examples: of(deskpolicy.SharedAgent{ID: "a"})},
	{name: "RoleAssignment", examples: of(deskpolicy.RoleAssignment{Holder: anAgent})},
	{name: "GroupMembership", examples: of(deskpolicy.GroupMembership{Member: anAgent, Group: aGroup})},
}

// anAgent and aGroup make the examples complete.
var (
	anAgent = &deskpolicy.Agent{ID: "a"}
	aGroup  = deskpolicy.AgentGroup{ID: "g"}
)

func of(examples ...deskpolicy.Resource) []deskpolicy.Resource { return examples }

// kindOf are the kinds of the library's actions.
var kindOf = sync.OnceValue(func() map[deskpolicy.ActionID]*kind {
	on := make(map[deskpolicy.ActionID]*kind)
	for id := range deskpolicy.Actions() {
		on[id] = &kinds()[slices.IndexFunc(kinds(), func(k kind) bool { return k.takes(id) })]
	}
	return on
})

// takes reports whether the action is on this kind.
func (k kind) takes(id deskpolicy.ActionID) bool {
	return slices.ContainsFunc(k.examples, func(example deskpolicy.Resource) bool { return goesWith(id, example) })
}

// kindOfType returns the kind of resources of that type, nil for a host's.
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

// goesWith reports whether the action is on resources of that type.
func goesWith(id deskpolicy.ActionID, resource deskpolicy.Resource) bool {
	q := deskpolicy.Request{Subject: anAgent, Action: id, Resource: resource}
	return q.Authorize().Reason != deskpolicy.WrongResource
}

// ownOnly are the actions on one's own things.
var ownOnly = []deskpolicy.ActionID{
	deskpolicy.TicketNoteEditOwn.ID(), deskpolicy.TicketListManageOwn.ID(), deskpolicy.TimeLogOwn.ID(),
	deskpolicy.TopicEditOwn.ID(), deskpolicy.ProfileEditOwn.ID(),
}

// creating are the actions on what is to be made, which may be nobody's yet.
var creating = []deskpolicy.ActionID{
	deskpolicy.ArticleDraft.ID(), deskpolicy.FAQCreate.ID(), deskpolicy.TopicCreate.ID(), deskpolicy.ContactCreate.ID(),
	deskpolicy.CampaignCreate.ID(), deskpolicy.ReportCreate.ID(),
}

// anywhere are the actions that a role gives wherever in the account it is held:
// login by whatever the role permits, the other by its permission.
var (
	login    = deskpolicy.SessionLogin.ID()
	anywhere = []deskpolicy.ActionID{login, deskpolicy.ProfileEditOwn.ID()}
)

// inTheirName are the actions that make the subject act as somebody else.
var inTheirName = []deskpolicy.ActionID{deskpolicy.AgentImpersonate.ID(), deskpolicy.AgentKeyManage.ID()}

// A hostRange is one of the ranges of a host's numbers, in which those without a
// name are alike: no custom role holds them.
type hostRange struct {
	name  string // like no action's, as there is an "@" in it
	first deskpolicy.ActionID
}

var hostRanges = []hostRange{
	{"@views", deskpolicy.FirstHostView}, {"@edits", deskpolicy.FirstHostEdit}, {"@exports", deskpolicy.FirstHostExport},
	{"@channels", deskpolicy.FirstHostChannel}, {"@actions", deskpolicy.FirstHostUnclassified},
}

// nameHosts looks up which of a host's numbers have names.
func (e *Exporter) nameHosts() {
	for _, r := range hostRanges {
		named := len(e.hosts)
		for id := r.first; id < r.first+deskpolicy.HostRangeLength; id++ {
			if e.names(id) {
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

// names reports whether the vocabulary names the host's action. A name that
// reads like a number without one names nothing.
func (e *Exporter) names(id deskpolicy.ActionID) bool { return e.vocabulary.Name(id) != id.String() }

// actions returns the library's actions that are wanted, and then the host's.
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

// within returns the scope of a policy that is about the actions, by name: many are a
// line each, so that one more is one line more.
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
