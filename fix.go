package deskpolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A FixKind is a kind of [Fix]. The zero FixKind is none.
type FixKind uint8

// The kinds, in the order in which a remedy has its fixes.
const (
	// FixBecomeSharedAgent is by a CRM user who is no agent, under the ID of the CRM user [S1].
	FixBecomeSharedAgent FixKind = 1 + iota
	// FixReactivate is of an agent or shared agent who is deactivated.
	FixReactivate
	// FixReactivateInCRM is of the CRM user that a shared agent is (A29).
	FixReactivateInCRM
	// FixConnectCRM connects the account's desk and CRM [S12].
	FixConnectCRM
	// FixObtainSupportGrant is of a support engineer: another grant, from now on, with the
	// roles and the workspaces of all such fixes of a remedy and no others [G13] [G16].
	FixObtainSupportGrant
	// FixUpgradePlan is to a plan that has Features besides [S11].
	FixUpgradePlan
	// FixBeAssigned is of the ticket or conversation. It is offered only to agents who can take it.
	FixBeAssigned
	// FixBeMentioned is of a shared agent in the ticket [S15].
	FixBeMentioned
	// FixSeeCustomer is Access to the requester, contact or company in the CRM [S16]: on
	// the record's team or, of a user whose scope is zero, in what the CRM answers.
	FixSeeCustomer
	// FixJoinGroup is being able to do Access in Group, whether in it before or not.
	FixJoinGroup
	// FixWidenScope is of the Binding that is held: it is to be as here.
	FixWidenScope
	// FixHoldRole is of the Binding, besides those that are held.
	FixHoldRole
)

var fixKindNames = [...]string{
	"none", "become_shared_agent", "reactivate", "reactivate_in_crm", "connect_crm", "obtain_grant", "upgrade_plan",
	"be_assigned", "be_mentioned", "see_customer", "join_group", "widen_scope", "hold_role",
}

// String returns the kind's name, such as "join_group"; "unknown" outside the kinds.
func (k FixKind) String() string { return nameOf(fixKindNames[:], k) }

// A FixedBy is who could carry out a [Fix]. The zero FixedBy is nobody.
type FixedBy uint8

const (
	// FixedByManager is who manages the agent: who may change agents, roles and groups.
	FixedByManager FixedBy = 1 + iota
	// FixedByColleague is anybody who reaches the ticket.
	FixedByColleague
	// FixedByCRMOwner is who administers the CRM, or owns the record there.
	FixedByCRMOwner
	// FixedByAccountAdministrator is the account administrator.
	FixedByAccountAdministrator
	// FixedByPlanOwner is who decides on the account's plan and pays for it.
	FixedByPlanOwner
)

var fixedByNames = [...]string{"nobody", "manager", "colleague", "crm_owner", "account_administrator", "plan_owner"}

// String returns the party's name, such as "manager"; "unknown" outside the parties.
func (p FixedBy) String() string { return nameOf(fixedByNames[:], p) }

var fixedByWords = [...]string{"nobody", "the agent's manager", "a colleague", "an owner in the CRM", "the account administrator", "the plan's owner"}

// words returns who the party is, for the operator.
func (p FixedBy) words() string { return nameOf(fixedByWords[:], p) }

// A Fix is one thing that could be made different. Fixes are comparable
// with ==. The zero Fix changes nothing.
type Fix struct {
	Kind         FixKind
	ForRecipient bool // it changes whoever is to receive the resource, and not who asks
	ForSecond    bool // it is about the second of a pair

	Binding  Binding  // of FixHoldRole and FixWidenScope; of FixObtainSupportGrant without ticket scope
	Group    GroupID  // of FixJoinGroup
	Access   Access   // of FixJoinGroup and FixSeeCustomer
	Features Features // of FixUpgradePlan
}

// By returns who could carry out the fix.
func (f Fix) By() FixedBy {
	switch f.Kind {
	case FixReactivate, FixBeAssigned, FixJoinGroup, FixWidenScope:
		return FixedByManager
	case FixHoldRole:
		if f.Binding.makesRoles() {
			return FixedByAccountAdministrator
		}
		return FixedByManager
	case FixBeMentioned:
		return FixedByColleague
	case FixBecomeSharedAgent, FixReactivateInCRM, FixSeeCustomer:
		return FixedByCRMOwner
	case FixConnectCRM, FixObtainSupportGrant:
		return FixedByAccountAdministrator
	case FixUpgradePlan:
		return FixedByPlanOwner
	}
	return 0
}

// String returns the fix as an order: `join group "billing" with edit`.
func (f Fix) String() string {
	text := f.order()
	if f.ForRecipient {
		text = "recipient: " + text
	}
	if f.ForSecond {
		text += " (the second)"
	}
	return text
}

func (f Fix) order() string {
	switch f.Kind {
	case FixBecomeSharedAgent:
		return "become a shared agent"
	case FixReactivate:
		return "be reactivated"
	case FixReactivateInCRM:
		return "be reactivated in the CRM"
	case FixConnectCRM:
		return "connect desk and CRM"
	case FixObtainSupportGrant:
		return fmt.Sprintf("obtain a grant of role %q %s", f.Binding.Role.Name(), f.Binding.where())
	case FixUpgradePlan:
		return fmt.Sprintf("move to a plan with %v", f.Features)
	case FixBeAssigned:
		return "be assigned"
	case FixBeMentioned:
		return "be mentioned"
	case FixSeeCustomer:
		return fmt.Sprintf("get access to the customer in the CRM: %v", f.Access)
	case FixJoinGroup:
		return fmt.Sprintf("join group %q with %v", f.Group, f.Access)
	case FixWidenScope:
		return fmt.Sprintf("widen the ticket scope of role %q %s to %v", f.Binding.Role.Name(), f.Binding.where(), f.Binding.TicketScope)
	case FixHoldRole:
		return fmt.Sprintf("hold role %v", f.Binding)
	}
	return "change nothing"
}

// MarshalJSON writes the fix with its names, and who could carry it out.
func (f Fix) MarshalJSON() ([]byte, error) {
	fields := struct {
		Kind        string `json:"kind"`
		By          string `json:"by"`
		Recipient   bool   `json:"recipient,omitempty"`
		Second      bool   `json:"second,omitempty"`
		Role        string `json:"role,omitempty"`
		Workspace   string `json:"workspace,omitempty"`
		TicketScope string `json:"ticket_scope,omitempty"`
		Group       string `json:"group,omitempty"`
		Access      string `json:"access,omitempty"`
		Features    string `json:"features,omitempty"`
	}{
		Kind: f.Kind.String(), By: f.By().String(), Recipient: f.ForRecipient, Second: f.ForSecond,
		Role: f.Binding.Role.Name(), Workspace: jsonText(string(f.Binding.Workspace)), Group: jsonText(string(f.Group)),
	}
	if f.Binding.TicketScope != 0 {
		fields.TicketScope = f.Binding.TicketScope.String()
	}
	if f.Access != NoAccess {
		fields.Access = f.Access.String()
	}
	if f.Features != 0 {
		fields.Features = f.Features.String()
	}
	return json.Marshal(fields)
}

// compare orders fixes by kind, whom and what they change, and how far. What a
// plan lacks is the same in all the remedies of a denial.
func (f Fix) compare(other Fix) int {
	return cmp.Or(
		cmp.Compare(f.Kind, other.Kind),
		cmp.Compare(bit(f.ForRecipient), bit(other.ForRecipient)),
		cmp.Compare(bit(f.ForSecond), bit(other.ForSecond)),
		f.Binding.compare(other.Binding),
		strings.Compare(string(f.Group), string(other.Group)),
		cmp.Compare(f.Access, other.Access),
	)
}

// bit returns 1 for true and 0 for false.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// alike reports whether the fixes are equal, or make the same binding and differ
// at most in how far it goes.
func (f Fix) alike(other Fix) bool { return f.thing() == other.thing() }

// binds reports whether the fix is of a binding or, for a grant, of something like it.
func (f Fix) binds() bool { return f.Binding != Binding{} }

// within reports whether the fix makes no more possible than the other does.
func (f Fix) within(other Fix) bool {
	if f.binds() {
		a, b := f.Binding, other.Binding
		inside := a.Workspace == b.Workspace || b.Workspace == Everywhere || b.Workspace == AccountWide && b.Role.Administrative() // which reaches into the open ones
		return f.ForRecipient == other.ForRecipient && inside && a.TicketScope <= b.TicketScope && b.Role.covers(a.Role)
	}
	access := f.Access
	f.Access = other.Access
	return f == other && access <= other.Access
}

// join returns the fix that goes as far as both of two that are alike do. What
// widens a binding comes after what makes it: the fix remains to hold the role.
func (f Fix) join(other Fix) Fix {
	f.Binding.TicketScope = max(f.Binding.TicketScope, other.Binding.TicketScope)
	return f
}

// ---- what fixes make of a subject

// A holder is a copy of a subject, to be changed.
type holder struct {
	subject     Subject
	id          AgentID
	account     *Account
	deactivated *bool
	bindings    *[]Binding
	groups      *map[GroupID]Access
	crm         *CRMUser
	session     *SupportSession
}

// holderOf returns a copy of the subject. What it leads to is copied when it is changed.
func holderOf(subject Subject) holder {
	var who actor
	if !who.set(subject) {
		return holder{subject: subject}
	}
	switch s := subject.(type) {
	case *Agent:
		a := *s
		return holder{subject: &a, id: a.ID, account: &a.Account, deactivated: &a.Deactivated, bindings: &a.Bindings, groups: &a.Groups}
	case *SharedAgent:
		a := *s
		return holder{subject: &a, id: a.ID, account: &a.Account, deactivated: &a.Deactivated, bindings: &a.Bindings, groups: &a.Groups, crm: &a.CRM}
	case *CRMOnlyUser:
		n := *s
		return holder{subject: &n, account: &n.Account, crm: &n.CRM}
	}
	session := *who.session
	return holder{subject: &session, id: session.id, account: &session.account, session: &session}
}

// fix makes the change, if it is one that the subject can undergo.
func (h *holder) fix(f Fix) {
	switch f.Kind {
	case FixBecomeSharedAgent:
		if n, ok := h.subject.(*CRMOnlyUser); ok {
			*h = holderOf(NewSharedAgent(AgentID(n.CRM.ID), n.Account, n.CRM))
		}
	case FixReactivate:
		if h.deactivated != nil {
			*h.deactivated = false
		}
	case FixReactivateInCRM:
		if h.crm != nil {
			h.crm.Deactivated = false
		}
	case FixConnectCRM:
		if h.account != nil {
			h.account.Integrated = true
		}
	case FixUpgradePlan:
		if h.account != nil {
			h.account.Plan.Features |= f.Features
		}
	case FixJoinGroup:
		if h.groups != nil {
			*h.groups = with(*h.groups, f.Group, f.Access)
		}
	case FixWidenScope:
		h.widen(f.Binding)
	case FixHoldRole:
		if h.bindings != nil {
			*h.bindings = append(slices.Clip(*h.bindings), f.Binding)
		}
	}
}

// with returns the map with the value, as another map.
func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	changed := make(map[K]V)
	maps.Copy(changed, m)
	changed[key] = value
	return changed
}

// widen replaces the widest of the bindings of that role in that workspace.
func (h *holder) widen(to Binding) {
	if h.bindings == nil {
		return
	}
	if i := widest(*h.bindings, to.Role, to.Workspace); i >= 0 {
		*h.bindings = slices.Clone(*h.bindings)
		(*h.bindings)[i] = to
	}
}

// widest returns the index of the widest binding of the role in the workspace, -1 if there is none.
func widest(bindings []Binding, role Role, workspace WorkspaceID) int {
	found := -1
	for i, b := range bindings {
		if b.Role == role && b.Workspace == workspace && (found < 0 || b.ticketScope() > bindings[found].ticketScope()) {
			found = i
		}
	}
	return found
}

// ticketScope returns the binding's ticket scope, zero for a number that is no Scope.
func (b Binding) ticketScope() Scope {
	if !b.TicketScope.Valid() {
		return 0
	}
	return b.TicketScope
}

// obtain lets the support engineer act under a grant of the roles and workspaces.
func (h *holder) obtain(bindings []Binding) {
	if h.session == nil || len(bindings) == 0 {
		return
	}
	s := h.session
	def := &grantDef{
		id: "requested", account: s.account.ID, start: s.now, end: s.now.Add(DefaultSupportGrantDuration), workspaces: make(map[WorkspaceID][]Role),
		engineers: []SupportEngineer{s.engineer},
	}
	for _, b := range bindings {
		if !slices.Contains(def.roles, b.Role) {
			def.roles = append(def.roles, b.Role)
		}
		if b.Workspace != AccountWide {
			def.workspaces[b.Workspace] = nil
		}
	}
	def.setBindings()
	*h = holderOf(SupportGrant{def}.Session(s.engineer, s.account, s.now))
}

// see lets the CRM user see the record of a customer.
func (u *CRMUser) see(record *CRMRecord, contact ContactID, company CompanyID, access Access) {
	if u.Scope.Valid() {
		record.Team = with(record.Team, u.ID, access)
		return
	}
	if !u.Visibility.isFresh() { // nothing of what the CRM said too long ago is to count again
		u.Visibility = CRMVisibility{MaxAge: time.Nanosecond}
	}
	if contact != "" {
		u.Visibility.Contacts = with(u.Visibility.Contacts, contact, access)
	}
	if company != "" {
		u.Visibility.Companies = with(u.Visibility.Companies, company, access)
	}
}

// ---- what fixes make of a resource

// A target is a copy of a resource, to be changed, and its parts.
type target struct {
	resource     Resource
	tickets      [2]*Ticket
	conversation *Conversation
	contacts     [2]*Contact
	company      *Company
	to           *Subject // who is to receive it
}

// targetOf returns a copy of the thing, a pointer to a resource. What no change is about stays itself.
func targetOf(thing any) target {
	switch t := thing.(type) {
	case *Ticket:
		c := *t
		return target{resource: &c, tickets: [2]*Ticket{&c}}
	case *TicketPair:
		c := *t
		return target{resource: &c, tickets: [2]*Ticket{&c.From, &c.Into}}
	case *TicketAssignment:
		c := *t
		return target{resource: &c, tickets: [2]*Ticket{&c.Ticket}, to: &c.To}
	case *Note:
		c := *t
		return target{resource: &c, tickets: [2]*Ticket{&c.Ticket}}
	case *TimeEntry:
		c := *t
		return target{resource: &c, tickets: [2]*Ticket{&c.Ticket}}
	case *Conversation:
		c := *t
		return target{resource: &c, conversation: &c}
	case *ConversationAssignment:
		c := *t
		return target{resource: &c, conversation: &c.Conversation, to: &c.To}
	case *Contact:
		c := *t
		return target{resource: &c, contacts: [2]*Contact{&c}}
	case *ContactPair:
		c := *t
		return target{resource: &c, contacts: [2]*Contact{&c.From, &c.Into}}
	case *Company:
		c := *t
		return target{resource: &c, company: &c}
	}
	resource, _ := thing.(Resource)
	return target{resource: resource}
}

// fix makes the change of the resource for who.
func (t *target) fix(f Fix, who *holder) {
	i := bit(f.ForSecond)
	switch ticket := t.tickets[i]; f.Kind {
	case FixBeAssigned:
		if ticket != nil {
			ticket.Assignee = who.id
		} else if t.conversation != nil && !f.ForSecond {
			t.conversation.Assignee = who.id
		}
	case FixBeMentioned:
		if ticket != nil {
			ticket.Mentions = with(ticket.Mentions, who.id, true)
		}
	case FixSeeCustomer:
		t.show(i, who.crm, f.Access)
	}
}

// show lets the CRM user see the customer whom the part is about.
func (t *target) show(i int, user *CRMUser, access Access) {
	contact := t.contacts[i]
	if ticket := t.tickets[i]; ticket != nil && ticket.Requester != nil {
		requester := *ticket.Requester
		contact, ticket.Requester = &requester, &requester
	}
	switch {
	case user == nil:
	case contact != nil:
		user.see(&contact.CRM, contact.ID, "", access)
	case t.company != nil && i == 0:
		user.see(&t.company.CRM, "", t.company.ID, access)
	}
}
