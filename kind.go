package deskpolicy

import "reflect"

// A kind tells the library's resource types apart. A host's types are kind 0. Those that
// the rules name are constants; the others are numbered by their rows in resourceTypes.
type kind uint8

const (
	kindHost       kind = iota
	kindIncomplete      // a resource that lacks a part: no action is on it
	kindTicket
	kindTicketPair
	kindTicketAssignment
	kindNote
	kindTimeEntry
	kindConversation
	kindConversationAssignment
	kindChannel
	kindContact
	kindContactPair
	kindCompany
	kindAgent
	kindSharedAgent
	kindRoleAssignment
	kindGroupMembership
	kindRole
	kindSupportGrant
	kindAccount
)

// fields are what the resources of a type may have, as bits. A rule about what
// they never have is always met, or never.
type fields uint16

const (
	aWorkspace fields = 1 << iota
	aGroup
	aHolder // an assignee or, if it is never assigned, an owner
	anOwner // who is the holder
	aRecord // in the CRM, which says who sees it
	aTicket // that it is, or is reached by: a binding's ticket scope bounds it
	aSecond // thing of the same type, to be checked as well
	aTarget // a recipient or a group, to be checked as well
	aPerson // somebody on the desk, who has to be on record

	anything  = aWorkspace | aGroup | aHolder // a host's types may have, as tickets and conversations do
	ofTicket  = anything | aTicket
	ofContent = aWorkspace | aHolder | anOwner
	ofView    = ofContent | aGroup
	ofRecord  = aHolder | anOwner | aRecord
)

// A resourceType is what there is to know about one of the library's resource types.
// Only its example is elsewhere, in examples: this is in every program.
type resourceType struct {
	name string
	has  fields
	mark any // the type's
}

// A mark stands for the type R where types are told apart as values. A pointer to R
// would do, but for its methods: a type that is in an interface keeps all of them in
// a program that looks methods up by name, as text/template does.
type mark[R Resource] struct{}

// resourceTypes are the library's, by kind; of those without a constant, kindOf tells it.
var resourceTypes = [...]resourceType{
	kindHost:                   {"host", anything, nil},
	kindIncomplete:             {name: "incomplete"},
	kindTicket:                 {"ticket", ofTicket, mark[Ticket]{}},
	kindTicketPair:             {"ticket_pair", ofTicket | aSecond, mark[TicketPair]{}},
	kindTicketAssignment:       {"ticket_assignment", ofTicket | aTarget, mark[TicketAssignment]{}},
	kindNote:                   {"note", ofTicket, mark[Note]{}},
	kindTimeEntry:              {"time_entry", ofTicket, mark[TimeEntry]{}},
	kindConversation:           {"conversation", anything, mark[Conversation]{}},
	kindConversationAssignment: {"conversation_assignment", anything | aTarget, mark[ConversationAssignment]{}},
	kindChannel:                {"channel", aWorkspace | aGroup, mark[Channel]{}},
	kindContact:                {"contact", ofRecord, mark[Contact]{}},
	kindContactPair:            {"contact_pair", ofRecord | aSecond, mark[ContactPair]{}},
	kindCompany:                {"company", ofRecord, mark[Company]{}},
	kindAgent:                  {"agent", aPerson, mark[Agent]{}},
	kindSharedAgent:            {"shared_agent", aPerson, mark[SharedAgent]{}},
	kindRoleAssignment:         {"role_assignment", aPerson, mark[RoleAssignment]{}},
	kindGroupMembership:        {"group_membership", 0, mark[GroupMembership]{}},
	kindRole:                   {"role", 0, mark[Role]{}},
	kindSupportGrant:           {"support_grant", 0, mark[SupportGrant]{}},
	kindAccount:                {"account", 0, mark[Account]{}},

	{"canned_response", aWorkspace | aGroup, mark[CannedResponse]{}},
	{"ticket_list", ofView, mark[TicketList]{}},
	{"article", ofContent, mark[Article]{}},
	{"faq", ofContent, mark[FAQ]{}},
	{"topic", ofContent, mark[Topic]{}},
	{"campaign", ofContent, mark[Campaign]{}},
	{"report", ofView, mark[Report]{}},
	{"dashboard", ofView, mark[Dashboard]{}},
	{"app", aWorkspace, mark[App]{}},
	{"agent_profile", aHolder | anOwner, mark[AgentProfile]{}},
	{"settings", aWorkspace | aGroup, mark[Settings]{}},
	{"workspace", aWorkspace, mark[Workspace]{}},
}

// String returns the kind's name.
func (k kind) String() string { return resourceTypes[k].name }

// has reports whether resources of the kind have any of the fields.
func (k kind) has(any fields) bool { return resourceTypes[k].has&any != 0 }

// customer reports whether the CRM says who sees it.
func (k kind) customer() bool { return k.has(aRecord) }

// ticketLike reports whether a binding's ticket scope bounds the reach.
func (k kind) ticketLike() bool { return k.has(aTicket) }

// compound reports whether the resource has a second part to check.
func (k kind) compound() bool { return k.has(aSecond | aTarget) }

// pair reports whether it is two things of one kind.
func (k kind) pair() bool { return k.has(aSecond) }

// kindOf returns the kind of the library's type that has the mark, kindHost for a
// host's. It looks first where the type probably is.
func kindOf(of any, first kind) kind {
	if resourceTypes[first].mark == of {
		return first
	}
	for k := range resourceTypes {
		if resourceTypes[k].mark == of {
			return kind(k)
		}
	}
	return kindHost
}

// attributesOf fills in what the rules look at in the resource, and returns the
// resource; nil if there is none.
func attributesOf[R Resource](resource *R, what *Attributes) (thing any) {
	switch {
	case resource == nil:
		return nil
	case fillFrequent(resource, what):
		return resource
	case isReference[R]():
		return nil
	}
	*what = (*resource).Attributes()
	what.embedded = what.kind != kindHost && resourceTypes[what.kind].mark != any(mark[R]{})
	return resource
}

// attributesOfAll fills in what all resources of type R have alike, which is their kind.
// It returns a nil pointer to R in place of a resource, and what they may have. What a
// host's type is, its zero value says for all; it is incomplete if that one has no attributes.
func attributesOfAll[R Resource](first kind, what *Attributes) (thing any, has fields) {
	if isReference[R]() {
		return nil, 0
	}
	what.kind = kindOf(mark[R]{}, first)
	has = resourceTypes[what.kind].has
	if what.kind == kindHost {
		what.kind, what.embedded = zeroKind[R]()
	}
	return (*R)(nil), has
}

// zeroKind returns what attributesOf says that the zero value of R is.
func zeroKind[R Resource]() (k kind, embedded bool) {
	defer func() {
		if recover() != nil {
			k = kindIncomplete
		}
	}()
	var zero Attributes
	attributesOf(new(R), &zero)
	return zero.kind, zero.embedded
}

// fillFrequent is attributesOf for a pointer to one of the types that are asked
// about most, and reports whether it is that. To name a type spares a call
// through a table, a seventh of a decision.
func fillFrequent(resource any, what *Attributes) bool {
	switch r := resource.(type) {
	case *Ticket:
		r.fill(what, kindTicket)
	case *Conversation:
		r.fill(what, kindConversation)
	case *TicketPair:
		r.From.fill(what, kindTicketPair)
	case *TicketAssignment:
		r.Ticket.fill(what, kindTicketAssignment)
	case *ConversationAssignment:
		r.Conversation.fill(what, kindConversationAssignment)
	case *Note:
		r.fill(what)
	case *TimeEntry:
		r.fill(what)
	case *Contact:
		r.fill(what, kindContact)
	case *Company:
		r.fill(what)
	default:
		return false
	}
	return true
}

// isReference reports whether R is a pointer or an interface: what such a thing
// leads to may be missing.
func isReference[R Resource]() bool {
	k := reflect.TypeFor[*R]().Elem().Kind()
	return k == reflect.Pointer || k == reflect.Interface
}

// An resourceReader takes a resource out of its interface: it returns what the rules
// look at and a pointer to the resource, nil if it is of another type.
type resourceReader interface {
	read(Resource) (what Attributes, thing any)
}

// An readerOf is the opener of R, for a value and for a pointer.
type readerOf[R Resource] struct{}

func (readerOf[R]) read(resource Resource) (what Attributes, thing any) {
	switch r := any(resource).(type) {
	case *R:
		thing = attributesOf(r, &what)
	case R:
		thing = attributesOf(&r, &what)
	}
	return what, thing
}

// read is the opener of the library's type of that kind. It is one function for all
// kinds: thirty instances of openerOf would add 70 kB to whatever decides a Request.
func (k kind) read(resource Resource) (what Attributes, thing any) {
	v := reflect.ValueOf(resource)
	if !v.IsValid() {
		return what, nil
	}
	t, pointer := v.Type(), v.Kind() == reflect.Pointer
	if pointer {
		t = t.Elem()
	}
	if t.PkgPath() != ownPath || pointer && v.IsNil() {
		return what, nil
	}
	switch what = resource.Attributes(); {
	case what.kind != k && what.kind != kindIncomplete:
		return Attributes{}, nil
	case pointer:
		return what, resource
	}
	copied := reflect.New(t)
	copied.Elem().Set(v)
	return what, copied.Interface()
}

// ownPath is the path of the package, which no type of a host's has.
var ownPath = reflect.TypeFor[kind]().PkgPath()
