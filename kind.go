package deskpolicy

import "reflect"

// A kind identifies the type of a resource. All of a host's types are kindHost.
type kind uint8

const (
	kindHost       kind = iota
	kindIncomplete      // a resource that lacks a part; every action on it is malformed
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
	kindCannedResponse
	kindTicketList
	kindArticle
	kindFAQ
	kindTopic
	kindCampaign
	kindReport
	kindDashboard
	kindApp
	kindProfile
	kindSettings
	kindWorkspace
)

// fields is a set of what resources of a kind can have. A rule about a field that they
// cannot have decides alike for all of them.
type fields uint16

const (
	aWorkspace fields = 1 << iota
	aGroup
	aHolder    // an assignee or, if the kind is never assigned, an owner
	anOwner    // an owner, who is also the holder
	aRecord    // a record in the CRM, which determines who sees it
	aTicket    // it is a ticket or is reached like one, so a binding's ticket scope limits it
	aSecond    // a second thing of the same type, which is checked as well
	aTarget    // a recipient, which is checked as well
	aPerson    // an agent, who must be on record
	anAssignee // an assignee, or none
	anAuthor   // an author, who is not the holder
	aRequester // a requester, participants and mentions
	aSecret    // it can be confidential
	isPublic   // customers can act on it, by actions that are open to them

	anything  = aWorkspace | aGroup | aHolder | anAssignee | aRequester | aSecret // what a host's types, tickets and conversations can have
	ofTicket  = anything | aTicket
	ofContent = aWorkspace | aHolder | anOwner
	ofView    = ofContent | aGroup
	ofRecord  = aHolder | anOwner | aRecord
)

// A resourceType describes one of the library's resource types. Examples are kept apart,
// in examples, because resourceTypes is linked into every program.
type resourceType struct {
	name string
	has  fields
	mark any // mark[R] for the type R
}

// A mark[R] represents the type R as a comparable value. A pointer to R would do as well,
// but in a program that looks up methods by name, as text/template does, the linker keeps
// all methods of every type that is converted to an interface.
type mark[R Resource] struct{}

// resourceTypes holds the library's types by kind.
var resourceTypes = [...]resourceType{
	kindHost:                   {"host", anything | anAuthor | isPublic, nil},
	kindIncomplete:             {name: "incomplete"},
	kindTicket:                 {"ticket", ofTicket | isPublic, mark[Ticket]{}},
	kindTicketPair:             {"ticket_pair", ofTicket | aSecond, mark[TicketPair]{}},
	kindTicketAssignment:       {"ticket_assignment", ofTicket | aTarget, mark[TicketAssignment]{}},
	kindNote:                   {"note", ofTicket | anAuthor, mark[Note]{}},
	kindTimeEntry:              {"time_entry", ofTicket | anAuthor, mark[TimeEntry]{}},
	kindConversation:           {"conversation", anything, mark[Conversation]{}},
	kindConversationAssignment: {"conversation_assignment", anything | aTarget, mark[ConversationAssignment]{}},
	kindChannel:                {"channel", aWorkspace | aGroup, mark[Channel]{}},
	kindContact:                {"contact", ofRecord, mark[Contact]{}},
	kindContactPair:            {"contact_pair", ofRecord | aSecond, mark[ContactPair]{}},
	kindCompany:                {"company", ofRecord, mark[Company]{}},
	kindAgent:                  {"agent", aPerson, mark[Agent]{}},
	kindSharedAgent:            {"shared_agent", aPerson, mark[SharedAgent]{}},
	kindRoleAssignment:         {"role_assignment", aPerson, mark[RoleAssignment]{}},
	kindGroupMembership:        {"group_membership", aPerson, mark[GroupMembership]{}},
	kindRole:                   {"role", 0, mark[Role]{}},
	kindSupportGrant:           {"support_grant", 0, mark[SupportGrant]{}},
	kindAccount:                {"account", isPublic, mark[Account]{}},
	kindCannedResponse:         {"canned_response", aWorkspace | aGroup, mark[CannedResponse]{}},
	kindTicketList:             {"ticket_list", ofView, mark[TicketList]{}},
	kindArticle:                {"article", ofContent | isPublic, mark[Article]{}},
	kindFAQ:                    {"faq", ofContent | isPublic, mark[FAQ]{}},
	kindTopic:                  {"topic", ofContent | isPublic, mark[Topic]{}},
	kindCampaign:               {"campaign", ofContent, mark[Campaign]{}},
	kindReport:                 {"report", ofView, mark[Report]{}},
	kindDashboard:              {"dashboard", ofView, mark[Dashboard]{}},
	kindApp:                    {"app", aWorkspace, mark[App]{}},
	kindProfile:                {"agent_profile", aHolder | anOwner, mark[AgentProfile]{}},
	kindSettings:               {"settings", aWorkspace | aGroup, mark[Settings]{}},
	kindWorkspace:              {"workspace", aWorkspace | isPublic, mark[Workspace]{}},
}

// String returns the kind's name.
func (k kind) String() string { return resourceTypes[k].name }

// has reports whether resources of the kind can have any of the fields.
func (k kind) has(any fields) bool { return resourceTypes[k].has&any != 0 }

// relations returns the relations that subjects can have to resources of the kind.
func (k kind) relations() Scope { return resourceTypes[k].has.relations() }

// relations returns the relations that subjects can have to resources with the fields.
func (f fields) relations() Scope {
	relations := Anything
	for _, of := range relationsOf {
		if f&of.field != 0 {
			relations |= of.relations
		}
	}
	return relations
}

// relationsOf has the relations that a field makes possible.
var relationsOf = [...]struct {
	field     fields
	relations Scope
}{
	{aGroup, InGroup},
	{aHolder, Assigned},
	{anAssignee, GroupQueue | Unassigned | Unrouted},
	{aRequester, Requested | Participating | Mentioned | MyCustomers | SameCompany},
	{aRecord, MyCustomers},
}

// customer reports whether resources of the kind are contacts or companies, which have a
// record in the CRM.
func (k kind) customer() bool { return k.has(aRecord) }

// ticketLike reports whether a binding's ticket scope limits permissions on the kind.
func (k kind) ticketLike() bool { return k.has(aTicket) }

// compound reports whether resources of the kind have a second part to check.
func (k kind) compound() bool { return k.has(aSecond | aTarget) }

// pair reports whether a resource of the kind is two things of one type.
func (k kind) pair() bool { return k.has(aSecond) }

// kindOf returns the kind of the library's type with the mark, and kindHost for any other
// mark. It tries the kind first before it searches the others.
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

// attributesOf sets what to the resource's attributes and returns the resource; nil if it
// is missing.
func attributesOf[R Resource](resource *R, what *Attributes) (thing any) {
	if resource == nil {
		return nil
	}
	if t, is := any(resource).(*Ticket); is { // most resources are tickets
		t.fill(what, kindTicket)
		return resource
	}
	switch {
	case fillFrequent(resource, what):
		return resource
	case isReference[R]():
		return nil
	}
	*what = (*resource).Attributes().withHolder()
	what.embedded = what.kind != kindHost && resourceTypes[what.kind].mark != any(mark[R]{})
	return resource
}

// attributesOfAll sets the attributes that all resources of type R share: the kind, whether
// they can be assigned and whether they are on tickets. It returns a nil pointer to R in
// place of a resource, and the fields that R can have. The zero value of a host's type
// determines the kind of all its values; the kind is kindIncomplete if the zero value's
// Attributes method panics.
func attributesOfAll[R Resource](first kind, what *Attributes) (thing any, has fields) {
	if isReference[R]() {
		return nil, 0
	}
	what.kind = kindOf(mark[R]{}, first)
	has = resourceTypes[what.kind].has
	what.Assignable, what.OnTicket = what.kind.has(anAssignee), what.kind.ticketLike()
	if what.kind == kindHost {
		zero := attributesOfZero[R]()
		what.kind, what.embedded, what.Assignable, what.OnTicket = zero.kind, zero.embedded, zero.Assignable, zero.OnTicket
	}
	return (*R)(nil), has
}

// attributesOfZero returns the attributes of R's zero value. The kind is kindIncomplete if
// its Attributes method panics.
func attributesOfZero[R Resource]() (zero Attributes) {
	defer func() {
		if recover() != nil {
			zero = Attributes{kind: kindIncomplete}
		}
	}()
	attributesOf(new(R), &zero)
	return zero
}

// fillFrequent does the work of attributesOf for other frequent types, and reports
// whether the resource is a pointer to one of them. Naming the types saves an indirect
// call, which takes a seventh of the time of a decision.
func fillFrequent(resource any, what *Attributes) bool {
	switch r := resource.(type) {
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

// isReference reports whether R is a pointer or an interface, whose values can be nil.
func isReference[R Resource]() bool {
	k := reflect.TypeFor[*R]().Elem().Kind()
	return k == reflect.Pointer || k == reflect.Interface
}

// A resourceReader reads resources of one type from an interface. It returns the
// resource's attributes and a pointer to it, or nil if the resource has another type.
type resourceReader interface {
	read(Resource) (what Attributes, thing any)
}

// A readerOf[R] is the resourceReader of type R. It reads values and pointers.
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

// read implements resourceReader for the library's type of kind k. One function serves all
// kinds, because thirty instances of readerOf would add 70 kB to programs that decide a
// Request.
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

// ownPath is the import path of this package, which no host type has.
var ownPath = reflect.TypeFor[kind]().PkgPath()
