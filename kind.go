package deskpolicy

// A kind tells the library's resource types apart. A host's types are kind 0.
type kind uint8

const (
	kindHost kind = iota
	// A resource that lacks a part: no action is on it.
	kindIncomplete
	// What a binding's ticket scope bounds.
	kindTicket
	kindTicketPair
	kindAssignment
	kindNote
	kindTimeEntry
	// What it does not.
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

// customer reports whether the CRM says who sees it.
func (k kind) customer() bool { return kindContact <= k && k <= kindCompany }

// ticketLike reports whether a binding's ticket scope bounds the reach.
func (k kind) ticketLike() bool { return kindTicket <= k && k <= kindTimeEntry }

// compound reports whether the resource has a second part to check.
func (k kind) compound() bool {
	return k == kindTicketPair || k == kindAssignment || k == kindTransfer || k == kindContactPair
}

// pair reports whether it is two things of one kind.
func (k kind) pair() bool { return k == kindTicketPair || k == kindContactPair }

// fields are what the resources of a kind may have, as bits. A rule about what they
// never have is always met, or never.
type fields uint8

const (
	aWorkspace fields = 1 << iota
	aGroup
	aHolder // an assignee or, if it is never assigned, an owner
	anOwner // who is the holder
	aRecord // in the CRM

	anything  = aWorkspace | aGroup | aHolder // a host's types may have, as tickets and conversations do
	ofContent = aWorkspace | aHolder | anOwner
	ofView    = ofContent | aGroup
	ofRecord  = aHolder | anOwner | aRecord
)

// fieldsOf says what resources have, by kind.
var fieldsOf = [...]fields{
	kindHost:           anything,
	kindTicket:         anything,
	kindTicketPair:     anything,
	kindAssignment:     anything,
	kindNote:           anything,
	kindTimeEntry:      anything,
	kindConversation:   anything,
	kindTransfer:       anything,
	kindChannel:        aWorkspace | aGroup,
	kindCannedResponse: aWorkspace | aGroup,
	kindTicketList:     ofView,
	kindArticle:        ofContent,
	kindFAQ:            ofContent,
	kindTopic:          ofContent,
	kindContact:        ofRecord,
	kindContactPair:    ofRecord,
	kindCompany:        ofRecord,
	kindCampaign:       ofContent,
	kindReport:         ofView,
	kindDashboard:      ofView,
	kindApp:            aWorkspace,
	kindProfile:        aHolder | anOwner,
	kindSettings:       aWorkspace | aGroup,
	kindWorkspace:      aWorkspace,
	kindAccount:        0, // nor have people, roles and grants any
}

// attributesOf fills in what the rules look at in the resource, and reports
// whether there is one.
func attributesOf[R Resource](resource *R, what *Attributes) bool {
	switch {
	case resource == nil:
		return false
	case ownAttributes(resource, what):
		return true
	case isReference(*new(R)):
		return false
	}
	*what = (*resource).Attributes()
	return true
}

// ownAttributes is attributesOf for a pointer to one of the library's resources,
// and reports whether it is that. To name the types spares a call through a table,
// a seventh of a decision, and filling in spares two copies.
func ownAttributes(resource any, what *Attributes) bool {
	switch r := resource.(type) {
	case *Ticket:
		r.fill(what, kindTicket)
	case *Conversation:
		r.fill(what, kindConversation)
	case *TicketPair:
		r.From.fill(what, kindTicketPair)
	case *Assignment:
		r.Ticket.fill(what, kindAssignment)
	case *Note:
		r.fill(what)
	case *TimeEntry:
		r.fill(what)
	case *Transfer:
		r.Conversation.fill(what, kindTransfer)
	case *Channel:
		r.fill(what)
	case *CannedResponse:
		r.fill(what)
	case *TicketList:
		r.fill(what)
	case *Article:
		r.fill(what)
	case *FAQ:
		r.fill(what)
	case *Topic:
		r.fill(what)
	case *Contact:
		r.fill(what, kindContact)
	case *ContactPair:
		r.From.fill(what, kindContactPair)
	case *Company:
		r.fill(what)
	case *Campaign:
		r.fill(what)
	case *Report:
		r.fill(what)
	case *Dashboard:
		r.fill(what)
	case *App:
		r.fill(what)
	case *Agent:
		*what = r.Attributes()
	case *SharedAgent:
		*what = r.Attributes()
	case *Profile:
		r.fill(what)
	case *Appointment:
		*what = r.Attributes()
	case *Membership:
		*what = r.Attributes()
	case *Role:
		r.fill(what)
	case *Grant:
		*what = r.Attributes()
	case *Settings:
		r.fill(what)
	case *Workspace:
		r.fill(what)
	case *Account:
		r.fill(what)
	default:
		return false
	}
	return true
}

// isReference reports whether a type, whose zero value it takes, is an interface or
// a pointer to one of the library's types: what such a thing leads to may be missing.
func isReference(zero any) bool {
	switch zero.(type) {
	case nil, *Ticket, *TicketPair, *Assignment, *Note, *TimeEntry, *Conversation, *Transfer, *Channel,
		*CannedResponse, *TicketList, *Article, *FAQ, *Topic, *Contact, *ContactPair, *Company, *Campaign, *Report,
		*Dashboard, *App, *Agent, *SharedAgent, *Profile, *Appointment, *Membership, *Role, *Grant, *Settings, *Workspace, *Account:
		return true
	default:
		return false
	}
}

// An opener takes a resource out of its interface: it returns what the rules
// look at and a pointer to the resource, nil if it is of another type.
type opener func(Resource) (what Attributes, thing any)

// openers are those of the library's resources, by kind.
var openers = [...]opener{
	kindHost:           nil,
	kindTicket:         open[Ticket],
	kindTicketPair:     open[TicketPair],
	kindAssignment:     open[Assignment],
	kindNote:           open[Note],
	kindTimeEntry:      open[TimeEntry],
	kindConversation:   open[Conversation],
	kindTransfer:       open[Transfer],
	kindChannel:        open[Channel],
	kindCannedResponse: open[CannedResponse],
	kindTicketList:     open[TicketList],
	kindArticle:        open[Article],
	kindFAQ:            open[FAQ],
	kindTopic:          open[Topic],
	kindContact:        open[Contact],
	kindContactPair:    open[ContactPair],
	kindCompany:        open[Company],
	kindCampaign:       open[Campaign],
	kindReport:         open[Report],
	kindDashboard:      open[Dashboard],
	kindApp:            open[App],
	kindAgent:          open[Agent],
	kindSharedAgent:    open[SharedAgent],
	kindProfile:        open[Profile],
	kindAppointment:    open[Appointment],
	kindMembership:     open[Membership],
	kindRole:           open[Role],
	kindGrant:          open[Grant],
	kindSettings:       open[Settings],
	kindWorkspace:      open[Workspace],
	kindAccount:        open[Account],
}

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
