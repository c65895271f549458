package deskpolicy

// A kind tells the library's resource types apart. A host's types are kind 0.
type kind uint8

const (
	kindHost kind = iota
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
	kindAppointment
	kindRole
	kindGrant
	kindSettings
	kindWorkspace
	kindAccount
)

// ticketLike reports whether a binding's ticket scope bounds the reach.
func (k kind) ticketLike() bool { return kindTicket <= k && k <= kindTimeEntry }

// compound reports whether the resource has a second part to check.
func (k kind) compound() bool {
	return k == kindTicketPair || k == kindAssignment || k == kindTransfer || k == kindContactPair
}

// attributesOf returns what the rules look at in the resource. Naming the
// library's types spares a call through a table, which would move what they
// point to onto the heap.
func attributesOf[R Resource](resource *R) Attributes {
	switch r := any(resource).(type) {
	case *Ticket:
		return r.Attributes()
	case *TicketPair:
		return r.Attributes()
	case *Assignment:
		return r.Attributes()
	case *Note:
		return r.Attributes()
	case *TimeEntry:
		return r.Attributes()
	case *Conversation:
		return r.Attributes()
	case *Transfer:
		return r.Attributes()
	case *Channel:
		return r.Attributes()
	case *CannedResponse:
		return r.Attributes()
	case *TicketList:
		return r.Attributes()
	case *Article:
		return r.Attributes()
	case *FAQ:
		return r.Attributes()
	case *Topic:
		return r.Attributes()
	case *Contact:
		return r.Attributes()
	case *ContactPair:
		return r.Attributes()
	case *Company:
		return r.Attributes()
	case *Campaign:
		return r.Attributes()
	case *Report:
		return r.Attributes()
	case *Dashboard:
		return r.Attributes()
	case *App:
		return r.Attributes()
	case *Agent:
		return r.Attributes()
	case *Appointment:
		return r.Attributes()
	case *Role:
		return r.Attributes()
	case *Grant:
		return r.Attributes()
	case *Settings:
		return r.Attributes()
	case *Workspace:
		return r.Attributes()
	case *Account:
		return r.Attributes()
	}
	return (*resource).Attributes()
}

// openers take the library's resources out of their interface, by kind.
var openers = [...]func(Resource) (Attributes, any, bool){
	kindHost:           func(Resource) (what Attributes, thing any, ok bool) { return },
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
	kindAppointment:    open[Appointment],
	kindRole:           open[Role],
	kindGrant:          open[Grant],
	kindSettings:       open[Settings],
	kindWorkspace:      open[Workspace],
	kindAccount:        open[Account],
}

// open returns what the rules look at in a resource that should be an R or a
// *R, a pointer to it, and whether it is one.
func open[R Resource](resource Resource) (Attributes, any, bool) {
	switch r := any(resource).(type) {
	case *R:
		if r != nil {
			return (*r).Attributes(), r, true
		}
	case R:
		return r.Attributes(), &r, true
	}
	return Attributes{}, nil, false
}
