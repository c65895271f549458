package deskpolicy

import "reflect"

// A kind tells the library's resource types apart. A host's types are kind 0.
type kind uint8

const (
	kindHost       kind = iota
	kindIncomplete      // a resource that lacks a part: no action is on it
	kindTicket
	kindTicketPair
	kindAssignment
	kindNote
	kindTimeEntry
	kindConversation
	kindTransfer
	kindChannel
	kindCannedResponse
	kindTicketList
	kindArticle
	kindFAQ
	kindTopic
	kindContact
	kindContactPair
	kindCompany
	kindCampaign
	kindReport
	kindDashboard
	kindApp
	kindAgent
	kindSharedAgent
	kindProfile
	kindAppointment
	kindMembership
	kindRole
	kindGrant
	kindSettings
	kindWorkspace
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

	anything  = aWorkspace | aGroup | aHolder // a host's types may have, as tickets and conversations do
	ofTicket  = anything | aTicket
	ofContent = aWorkspace | aHolder | anOwner
	ofView    = ofContent | aGroup
	ofRecord  = aHolder | anOwner | aRecord
)

// A resourceType is what there is to know about one of the library's resource types.
type resourceType struct {
	name    string
	has     fields
	pointer any                        // a nil pointer to the type
	open    opener                     // takes such a resource out of its interface
	example func(p *standing) Resource // makes one that stands so
}

// resourceTypes are the library's, by kind. The people, roles and grants of the
// examples can do nothing: who may administer anybody may administer them.
var resourceTypes = [...]resourceType{
	kindHost: {"host", anything, nil, nil, func(p *standing) Resource {
		return hostThing{Attributes{Account: p.account, Workspace: p.workspace, Group: p.group, Assignee: p.assignee}}
	}},
	kindIncomplete:     {name: "incomplete"},
	kindTicket:         {"ticket", ofTicket, (*Ticket)(nil), open[Ticket], func(p *standing) Resource { return p.ticket() }},
	kindTicketPair:     {"ticket_pair", ofTicket | aSecond, (*TicketPair)(nil), open[TicketPair], func(p *standing) Resource { return TicketPair{p.ticket(), p.ticket()} }},
	kindAssignment:     {"assignment", ofTicket | aTarget, (*Assignment)(nil), open[Assignment], func(p *standing) Resource { return Assignment{Ticket: p.ticket(), Group: p.anyGroup()} }},
	kindNote:           {"note", ofTicket, (*Note)(nil), open[Note], func(p *standing) Resource { return Note{p.ticket(), p.author} }},
	kindTimeEntry:      {"time_entry", ofTicket, (*TimeEntry)(nil), open[TimeEntry], func(p *standing) Resource { return TimeEntry{p.ticket(), p.author} }},
	kindConversation:   {"conversation", anything, (*Conversation)(nil), open[Conversation], func(p *standing) Resource { return p.conversation() }},
	kindTransfer:       {"transfer", anything | aTarget, (*Transfer)(nil), open[Transfer], func(p *standing) Resource { return Transfer{Conversation: p.conversation(), Group: p.anyGroup()} }},
	kindChannel:        {"channel", aWorkspace | aGroup, (*Channel)(nil), open[Channel], func(p *standing) Resource { return Channel{p.account, p.workspace, p.group} }},
	kindCannedResponse: {"canned_response", aWorkspace | aGroup, (*CannedResponse)(nil), open[CannedResponse], func(p *standing) Resource { return CannedResponse{p.account, p.workspace, p.group} }},
	kindTicketList:     {"ticket_list", ofView, (*TicketList)(nil), open[TicketList], func(p *standing) Resource { return TicketList{p.account, p.workspace, p.group, p.assignee} }},
	kindArticle:        {"article", ofContent, (*Article)(nil), open[Article], func(p *standing) Resource { return Article{p.account, p.workspace, p.assignee} }},
	kindFAQ:            {"faq", ofContent, (*FAQ)(nil), open[FAQ], func(p *standing) Resource { return FAQ{p.account, p.workspace, p.assignee} }},
	kindTopic:          {"topic", ofContent, (*Topic)(nil), open[Topic], func(p *standing) Resource { return Topic{p.account, p.workspace, p.assignee} }},
	kindContact:        {"contact", ofRecord, (*Contact)(nil), open[Contact], func(p *standing) Resource { return p.customer() }},
	kindContactPair:    {"contact_pair", ofRecord | aSecond, (*ContactPair)(nil), open[ContactPair], func(p *standing) Resource { return ContactPair{p.customer(), p.customer()} }},
	kindCompany:        {"company", ofRecord, (*Company)(nil), open[Company], func(p *standing) Resource { return p.organisation() }},
	kindCampaign:       {"campaign", ofContent, (*Campaign)(nil), open[Campaign], func(p *standing) Resource { return Campaign{p.account, p.workspace, p.assignee} }},
	kindReport:         {"report", ofView, (*Report)(nil), open[Report], func(p *standing) Resource { return Report{p.account, p.workspace, p.group, p.assignee} }},
	kindDashboard:      {"dashboard", ofView, (*Dashboard)(nil), open[Dashboard], func(p *standing) Resource { return Dashboard{p.account, p.workspace, p.group, p.assignee} }},
	kindApp:            {"app", aWorkspace, (*App)(nil), open[App], func(p *standing) Resource { return App{p.account, p.workspace} }},
	kindAgent:          {"agent", 0, (*Agent)(nil), open[Agent], func(p *standing) Resource { return *p.somebody() }},
	kindSharedAgent:    {"shared_agent", 0, (*SharedAgent)(nil), open[SharedAgent], func(p *standing) Resource { return SharedAgent{ID: p.somebody().ID, Account: Account{ID: p.account}} }},
	kindProfile:        {"profile", aHolder | anOwner, (*Profile)(nil), open[Profile], func(p *standing) Resource { return Profile{p.account, p.assignee} }},
	kindAppointment:    {"appointment", 0, (*Appointment)(nil), open[Appointment], func(p *standing) Resource { return Appointment{To: p.somebody()} }},
	kindMembership:     {"membership", 0, (*Membership)(nil), open[Membership], func(p *standing) Resource { return Membership{Of: p.somebody(), Group: p.anyGroup()} }},
	kindRole:           {"role", 0, (*Role)(nil), open[Role], func(p *standing) Resource { return Role{&roleDef{name: "Example", account: p.account}} }},
	kindGrant:          {"grant", 0, (*Grant)(nil), open[Grant], func(p *standing) Resource { return Grant{&grantDef{id: "example", account: p.account}} }},
	kindSettings:       {"settings", aWorkspace | aGroup, (*Settings)(nil), open[Settings], func(p *standing) Resource { return Settings{p.account, p.workspace, p.group} }},
	kindWorkspace:      {"workspace", aWorkspace, (*Workspace)(nil), open[Workspace], func(p *standing) Resource { return Workspace{p.workspace, p.account} }},
	kindAccount:        {"account", 0, (*Account)(nil), open[Account], func(p *standing) Resource { return Account{ID: p.account} }},
}

// String returns the kind's name.
func (k kind) String() string {
	if int(k) >= len(resourceTypes) {
		return "unknown"
	}
	return resourceTypes[k].name
}

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

// kindOf returns the kind of the library's type to which pointer is a nil pointer,
// kindHost for a host's. It looks first where the type probably is.
func kindOf(pointer any, first kind) kind {
	if resourceTypes[first].pointer == pointer {
		return first
	}
	for k := range resourceTypes {
		if resourceTypes[k].pointer == pointer {
			return kind(k)
		}
	}
	return kindHost
}

// attributesOf fills in what the rules look at in the resource, and reports
// whether there is one.
func attributesOf[R Resource](resource *R, what *Attributes) bool {
	switch {
	case resource == nil:
		return false
	case fillFrequent(resource, what):
		return true
	case isReference[R]():
		return false
	}
	*what = (*resource).Attributes()
	what.embedded = what.kind != kindHost && resourceTypes[what.kind].pointer != any((*R)(nil))
	return true
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
	case *Assignment:
		r.Ticket.fill(what, kindAssignment)
	case *Transfer:
		r.Conversation.fill(what, kindTransfer)
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

// An opener takes a resource out of its interface: it returns what the rules
// look at and a pointer to the resource, nil if it is of another type.
type opener func(Resource) (what Attributes, thing any)

// open is the opener of R, for a value and for a pointer.
func open[R Resource](resource Resource) (what Attributes, thing any) {
	switch r := any(resource).(type) {
	case *R:
		if r != nil {
			return (*r).Attributes(), r
		}
	case R:
		return r.Attributes(), &r
	}
	return Attributes{}, nil
}
