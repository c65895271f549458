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

// A FixKind is a kind of [Fix]. The zero FixKind changes nothing.
type FixKind uint8

// The kinds of fix, in the order of the fixes in a remedy.
const (
	// FixMakeSharedAgent makes a CRM-only user a shared agent with the CRM user's ID [S1].
	FixMakeSharedAgent FixKind = 1 + iota
	// FixReactivate reactivates a deactivated agent or shared agent.
	FixReactivate
	// FixReactivateInCRM reactivates the CRM user of a shared agent (A29).
	FixReactivateInCRM
	// FixConnectCRM connects the account's desk to its CRM [S12].
	FixConnectCRM
	// FixCreateSupportGrant gives a support engineer a new support grant that starts now. The
	// support grant has the roles and workspaces of all fixes of this kind in the remedy, and
	// no others [G13] [G16].
	FixCreateSupportGrant
	// FixUpgradePlan adds Features to the account's plan [S11].
	FixUpgradePlan
	// FixAssign assigns the ticket or conversation to the subject. Only an agent who can be
	// assigned it gets this fix.
	FixAssign
	// FixMention mentions the agent or the shared agent in the ticket or conversation [S15].
	FixMention
	// FixAddParticipant makes the agent a participant of the ticket or conversation with
	// Access, or puts the customer in CC.
	FixAddParticipant
	// FixUnassign takes the ticket or conversation off its assignee, so that it is assigned
	// to nobody.
	FixUnassign
	// FixRoute moves the ticket or conversation to Group, one of the agent's groups.
	FixRoute
	// FixNotConfidential says that the ticket or conversation is no longer confidential (A52).
	FixNotConfidential
	// FixCustomerAccess gives Access in the CRM to the requester, contact or company [S16]: on
	// the record's team or, if the CRM user's Sees is zero, in the CRM's answer.
	FixCustomerAccess
	// FixGroupAccess gives Access to Group. If the agent is not a member yet, it also makes
	// the agent a member.
	FixGroupAccess
	// FixWidenScope replaces a held binding of the role in the workspace with Binding, which
	// has a wider ticket scope.
	FixWidenScope
	// FixAssignRole adds Binding to the held bindings.
	FixAssignRole
	// FixWidenLimit widens the limit of a delegate with that number: by Permission, by the
	// workspace of Binding or by the window of Binding, which is a single instant. What it
	// gives is an example: who makes the limit decides how far it reaches and until when.
	FixWidenLimit
)

var fixKindNames = [...]string{
	"none", "make_shared_agent", "reactivate", "reactivate_in_crm", "connect_crm", "create_support_grant", "upgrade_plan",
	"assign", "mention", "add_participant", "unassign", "route", "not_confidential", "customer_access", "group_access", "widen_scope", "assign_role", "widen_limit",
}

// String returns the kind's name, such as "group_access", or "unknown" for an undefined kind.
func (k FixKind) String() string { return nameOf(fixKindNames[:], k) }

// A FixOwner says who can usually carry out a [Fix]. The zero FixOwner means that there is
// nothing to carry out.
type FixOwner uint8

const (
	// FixOwnerAdministrator is an administrator, who can change agents, roles and groups.
	FixOwnerAdministrator FixOwner = 1 + iota
	// FixOwnerColleague is any agent who reaches the ticket or conversation.
	FixOwnerColleague
	// FixOwnerCRMOwner is an administrator of the CRM or the owner of the CRM record.
	FixOwnerCRMOwner
	// FixOwnerAccountAdministrator is the account administrator.
	FixOwnerAccountAdministrator
	// FixOwnerPlanOwner is the person who decides on the account's plan and pays for it.
	FixOwnerPlanOwner
)

var fixOwnerNames = [...]string{"nobody", "administrator", "colleague", "crm_owner", "account_administrator", "plan_owner"}

// String returns the name, such as "administrator". It returns "nobody" for the zero FixOwner and
// "unknown" for an undefined one.
func (p FixOwner) String() string { return nameOf(fixOwnerNames[:], p) }

var fixOwnerWords = [...]string{"no one", "an administrator", "a colleague", "the CRM owner", "the account administrator", "the plan owner"}

// words returns the name with an article, for operators.
func (p FixOwner) words() string { return nameOf(fixOwnerWords[:], p) }

// A Fix is a single change in a [Remedy]. Fixes are comparable with ==. The zero Fix
// changes nothing.
type Fix struct {
	Kind         FixKind
	ForRecipient bool // the fix changes the recipient of the resource instead of the subject
	ForCustomer  bool // the subject that the fix changes is a customer
	ForSecond    bool // the fix is about the second resource of a pair

	Binding  Binding  // for FixAssignRole and FixWidenScope; for FixCreateSupportGrant, without ticket scope
	Group    GroupID  // for FixGroupAccess and FixRoute
	Access   Access   // for FixGroupAccess, FixCustomerAccess and FixAddParticipant
	Features Features // for FixUpgradePlan

	Limit      int        // for FixWidenLimit: the number of the limit, from 1
	Permission Permission // for FixWidenLimit
}

// By returns who can usually carry out the fix.
func (f Fix) By() FixOwner {
	switch f.Kind {
	case FixReactivate, FixAssign, FixUnassign, FixRoute, FixNotConfidential, FixGroupAccess, FixWidenScope, FixWidenLimit:
		return FixOwnerAdministrator
	case FixAssignRole:
		if f.Binding.makesRoles() {
			return FixOwnerAccountAdministrator
		}
		return FixOwnerAdministrator
	case FixMention, FixAddParticipant:
		return FixOwnerColleague
	case FixMakeSharedAgent, FixReactivateInCRM, FixCustomerAccess:
		return FixOwnerCRMOwner
	case FixConnectCRM, FixCreateSupportGrant:
		return FixOwnerAccountAdministrator
	case FixUpgradePlan:
		return FixOwnerPlanOwner
	}
	return 0
}

// String returns the fix as an instruction, such as `give the agent edit access in group "billing"`.
// It calls the subject "the agent" or "the customer", and the recipient "the recipient".
func (f Fix) String() string {
	who, thing := "agent", "it"
	switch {
	case f.ForRecipient:
		who = "recipient"
	case f.ForCustomer:
		who = "customer"
	}
	if f.ForSecond {
		thing = "the second ticket"
	}
	if f.Kind.changesResource() {
		return f.onResource(who, thing)
	}
	return f.instruction(who)
}

// changesResource reports whether fixes of the kind change the resource itself, or the
// customer of it.
func (k FixKind) changesResource() bool { return FixAssign <= k && k <= FixCustomerAccess }

// onResource returns the text of a fix that changes the resource, given the words for the
// subject and the resource.
func (f Fix) onResource(who, thing string) string {
	switch f.Kind {
	case FixAssign:
		return fmt.Sprintf("assign %s to the %s", thing, who)
	case FixMention:
		return fmt.Sprintf("mention the %s in %s", who, thing)
	case FixAddParticipant:
		if f.ForCustomer {
			return fmt.Sprintf("put the %s in CC of %s with %v access", who, thing, f.Access)
		}
		return fmt.Sprintf("make the %s a participant of %s with %v access", who, thing, f.Access)
	case FixUnassign:
		return fmt.Sprintf("take %s off its assignee", thing)
	case FixRoute:
		return fmt.Sprintf("route %s to group %q", thing, f.Group)
	case FixNotConfidential:
		return fmt.Sprintf("say that %s is no longer confidential", thing)
	}
	second := ""
	if f.ForSecond {
		second = "second "
	}
	return fmt.Sprintf("give the %s %v access to the %scustomer in the CRM", who, f.Access, second)
}

// instruction returns the text of any other fix, given the word for the subject.
func (f Fix) instruction(who string) string {
	switch f.Kind {
	case FixMakeSharedAgent:
		return "make the CRM user a shared agent"
	case FixReactivate:
		return fmt.Sprintf("reactivate the %s", who)
	case FixReactivateInCRM:
		return fmt.Sprintf("reactivate the %s in the CRM", who)
	case FixConnectCRM:
		return "connect the desk to the CRM"
	case FixCreateSupportGrant:
		return fmt.Sprintf("create a support grant with role %q %s", f.Binding.Role.Name(), f.Binding.where())
	case FixUpgradePlan:
		return fmt.Sprintf("move to a plan with %v", f.Features)
	case FixGroupAccess:
		return fmt.Sprintf("give the %s %v access in group %q", who, f.Access, f.Group)
	case FixWidenScope:
		return fmt.Sprintf("widen the %s's ticket scope for role %q %s to %v", who, f.Binding.Role.Name(), f.Binding.where(), f.Binding.TicketScope)
	case FixAssignRole:
		return fmt.Sprintf("give the %s the role %v", who, f.Binding)
	case FixWidenLimit:
		return f.limitInstruction()
	}
	return "change nothing"
}

// MarshalJSON returns the fix as JSON, with the names of its kind, role, scope, access and
// features, and of who can carry it out. It never returns an error.
func (f Fix) MarshalJSON() ([]byte, error) {
	fields := struct {
		Kind        string `json:"kind"`
		By          string `json:"by"`
		Recipient   bool   `json:"recipient,omitempty"`
		Customer    bool   `json:"customer,omitempty"`
		Second      bool   `json:"second,omitempty"`
		Role        string `json:"role,omitempty"`
		Workspace   string `json:"workspace,omitempty"`
		TicketScope string `json:"ticket_scope,omitempty"`
		Group       string `json:"group,omitempty"`
		Access      string `json:"access,omitempty"`
		Features    string `json:"features,omitempty"`
		Limit       int    `json:"limit,omitempty"`
		Permission  string `json:"permission,omitempty"`
		Window      string `json:"window,omitempty"`
	}{
		Kind: f.Kind.String(), By: f.By().String(), Recipient: f.ForRecipient, Customer: f.ForCustomer, Second: f.ForSecond,
		Role: f.Binding.Role.Name(), Workspace: jsonText(string(f.Binding.Workspace)), Group: jsonText(string(f.Group)),
		Limit: f.Limit, Window: f.Binding.Window.orNone(),
	}
	if f.Permission.Action.Valid() {
		fields.Permission = f.Permission.String()
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

// compare orders fixes by kind, by what they change and by how much access they give. It
// ignores Features, which are the same in all remedies of a denial.
func (f Fix) compare(other Fix) int {
	return cmp.Or(
		cmp.Compare(f.Kind, other.Kind),
		cmp.Compare(bit(f.ForRecipient), bit(other.ForRecipient)),
		cmp.Compare(bit(f.ForSecond), bit(other.ForSecond)),
		f.Binding.compare(other.Binding),
		strings.Compare(string(f.Group), string(other.Group)),
		cmp.Compare(f.Access, other.Access),
		cmp.Compare(f.Limit, other.Limit),
		cmp.Compare(f.Permission.Action, other.Permission.Action),
	)
}

// bit returns 1 for true and 0 for false.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sameTarget reports whether the fixes are equal, or have bindings that are equal except
// for their ticket scope.
func (f Fix) sameTarget(other Fix) bool { return f.target() == other.target() }

// hasBinding reports whether the fix has a binding: whether it gives a role or widens the
// ticket scope of one.
func (f Fix) hasBinding() bool { return f.Binding != Binding{} }

// within reports whether the fix permits no more than the other fix does.
func (f Fix) within(other Fix) bool {
	if f.hasBinding() {
		a, b := f.Binding, other.Binding
		inside := a.Workspace == b.Workspace || b.Workspace == Everywhere || b.reachesOpen() && a.Workspace != Everywhere // tried for open workspaces only
		inside = inside && (a.Group == b.Group || b.Group == "")
		return f.ForRecipient == other.ForRecipient && inside && b.TicketScope.Covers(a.TicketScope) && b.Role.covers(a.Role)
	}
	access := f.Access
	f.Access = other.Access
	return f == other && access <= other.Access
}

// merge returns f at the wider of the ticket scopes of two fixes with the same target. If
// f gives a role and other widens its ticket scope, the result gives the role at the wider
// scope.
func (f Fix) merge(other Fix) Fix {
	f.Binding.TicketScope = (f.Binding.TicketScope.closed() | other.Binding.TicketScope.closed()).reduced()
	return f
}

// Applying fixes to a subject.

// A subjectCopy is a copy of a subject, with pointers to the fields that fixes change. A
// pointer is nil if the kind of subject does not have the field.
type subjectCopy struct {
	subject     Subject
	id          AgentID
	account     *Account
	at          moment // when the subject asks
	deactivated *bool
	bindings    *[]Binding
	groups      *map[GroupID]Access
	crm         *CRMUser
	session     *SupportSession
	contact     ContactID // of a customer
	limits      *[]Limit  // of a delegate
}

// copySubject returns a copy of the subject. The copy shares slices and maps with the
// original; the methods of subjectCopy clone them before a change.
func copySubject(subject Subject) subjectCopy {
	var who actor
	if !who.set(subject) {
		return subjectCopy{subject: subject}
	}
	switch s := subject.(type) {
	case *Agent:
		a := *s
		return subjectCopy{subject: &a, id: a.ID, account: &a.Account, deactivated: &a.Deactivated, bindings: &a.Bindings, groups: &a.Groups}
	case *SharedAgent:
		a := *s
		return subjectCopy{subject: &a, id: a.ID, account: &a.Account, at: who.at, deactivated: &a.Deactivated, bindings: &a.Bindings, groups: &a.Groups, crm: &a.CRM}
	case *Customer:
		c := *s
		return subjectCopy{subject: &c, account: &c.Account, deactivated: &c.Deactivated, bindings: &c.Bindings, contact: c.ID}
	case *CRMOnlyUser:
		u := *s
		return subjectCopy{subject: &u, account: &u.Account, crm: &u.CRM}
	case *Delegate:
		d, c := *s, copySubject(s.Principal)
		d.Principal, c.subject, c.limits = c.subject, &d, &d.Limits
		return c
	}
	session := *who.session
	return subjectCopy{subject: &session, id: session.id, account: &session.account, session: &session}
}

// apply applies the fix if the subject has what the fix changes.
func (c *subjectCopy) apply(f Fix) {
	switch f.Kind {
	case FixMakeSharedAgent:
		if user, ok := c.subject.(*CRMOnlyUser); ok {
			shared := NewSharedAgent(AgentID(user.CRM.ID), user.Account, user.CRM)
			shared.Now = user.Now
			*c = copySubject(shared)
		}
	case FixReactivate:
		if c.deactivated != nil {
			*c.deactivated = false
		}
	case FixReactivateInCRM:
		if c.crm != nil {
			c.crm.Deactivated = false
		}
	case FixConnectCRM, FixUpgradePlan:
		c.applyToAccount(f)
	case FixGroupAccess, FixWidenScope, FixAssignRole:
		c.applyToHeld(f)
	case FixWidenLimit:
		if c.limits != nil && 0 < f.Limit && f.Limit <= len(*c.limits) {
			*c.limits = slices.Clone(*c.limits)
			(*c.limits)[f.Limit-1].widen(f)
		}
	}
}

// applyToAccount applies a fix that changes the subject's account.
func (c *subjectCopy) applyToAccount(f Fix) {
	switch {
	case c.account == nil:
	case f.Kind == FixConnectCRM:
		c.account.Integrated = true
	default:
		c.account.Plan.Features |= f.Features
	}
}

// applyToHeld applies a fix that changes the subject's groups or bindings.
func (c *subjectCopy) applyToHeld(f Fix) {
	switch {
	case c.bindings == nil, f.Kind == FixGroupAccess && c.groups == nil:
	case f.Kind == FixGroupAccess:
		*c.groups = with(*c.groups, f.Group, f.Access)
	case f.Kind == FixWidenScope:
		c.widen(f.Binding)
	default:
		*c.bindings = append(slices.Clip(*c.bindings), f.Binding)
	}
}

// with returns a copy of the map with the value added.
func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	changed := make(map[K]V)
	maps.Copy(changed, m)
	changed[key] = value
	return changed
}

// widen replaces the widest binding of the role in the workspace.
func (c *subjectCopy) widen(to Binding) {
	if i := widest(*c.bindings, to); i >= 0 {
		*c.bindings = slices.Clone(*c.bindings)
		(*c.bindings)[i] = to
	}
}

// widest returns the index of the widest binding of the same role in the same place, or -1.
func widest(bindings []Binding, like Binding) int {
	found := -1
	for i, b := range bindings {
		if b.unscoped() == like.unscoped() && (found < 0 || b.TicketScope.closed() > bindings[found].TicketScope.closed()) {
			found = i
		}
	}
	return found
}

// obtainGrant replaces a support session by one under a new support grant with the roles
// and workspaces of the bindings. It does nothing if there are no bindings.
func (c *subjectCopy) obtainGrant(bindings []Binding) {
	if c.session == nil || len(bindings) == 0 {
		return
	}
	s := c.session
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
	*c = copySubject(SupportGrant{def}.Session(s.engineer, s.account, s.now))
}

// addAccess gives the CRM user access to the record of a contact or a company: on the
// record's team or, if u.Sees includes no record, in the CRM's answer at the moment.
func (u *CRMUser) addAccess(record *CRMRecord, contact ContactID, company CompanyID, access Access, at moment) {
	switch {
	case u.Sees.crmReach() != 0:
		record.Team = with(record.Team, u.ID, access)
		return
	case !at.known():
		return
	case !u.Visibility.counts(at): // an outdated answer must not become valid again
		u.Visibility = CRMVisibility{AsOf: time.Unix(0, at.from).UTC(), MaxAge: time.Nanosecond}
	}
	if contact != "" {
		u.Visibility.Contacts = with(u.Visibility.Contacts, contact, access)
	}
	if company != "" {
		u.Visibility.Companies = with(u.Visibility.Companies, company, access)
	}
}

// Applying fixes to a resource.

// A resourceCopy is a copy of a resource, with pointers to the parts that fixes change.
type resourceCopy struct {
	resource     Resource
	tickets      [2]*Ticket
	conversation *Conversation
	contacts     [2]*Contact
	company      *Company
	to           *Subject // the recipient
}

// copyResource returns a copy of the thing, which is a pointer to a resource. It does not
// copy a resource of a kind that no fix changes.
func copyResource(thing any) resourceCopy {
	switch t := thing.(type) {
	case *Ticket:
		c := *t
		return resourceCopy{resource: &c, tickets: [2]*Ticket{&c}}
	case *TicketPair:
		c := *t
		return resourceCopy{resource: &c, tickets: [2]*Ticket{&c.From, &c.Into}}
	case *TicketAssignment:
		c := *t
		return resourceCopy{resource: &c, tickets: [2]*Ticket{&c.Ticket}, to: &c.To}
	case *Note:
		c := *t
		return resourceCopy{resource: &c, tickets: [2]*Ticket{&c.Ticket}}
	case *TimeEntry:
		c := *t
		return resourceCopy{resource: &c, tickets: [2]*Ticket{&c.Ticket}}
	case *Conversation:
		c := *t
		return resourceCopy{resource: &c, conversation: &c}
	case *ConversationAssignment:
		c := *t
		return resourceCopy{resource: &c, conversation: &c.Conversation, to: &c.To}
	case *Contact:
		c := *t
		return resourceCopy{resource: &c, contacts: [2]*Contact{&c}}
	case *ContactPair:
		c := *t
		return resourceCopy{resource: &c, contacts: [2]*Contact{&c.From, &c.Into}}
	case *Company:
		c := *t
		return resourceCopy{resource: &c, company: &c}
	}
	resource, _ := thing.(Resource)
	return resourceCopy{resource: resource}
}

// apply applies the fix to the resource for the subject or the recipient.
func (c *resourceCopy) apply(f Fix, who *subjectCopy) {
	i := bit(f.ForSecond)
	if f.Kind == FixCustomerAccess {
		c.showCustomer(i, who.crm, f.Access, who.at)
		return
	}
	if ticket := c.tickets[i]; ticket != nil && f.ForCustomer && f.Kind == FixAddParticipant {
		ticket.CCs = with(ticket.CCs, who.contact, f.Access)
	} else if ticket != nil {
		f.change(who.id, &ticket.Assignee, &ticket.Group, &ticket.Mentions, &ticket.Participants)
		ticket.Confidential = ticket.Confidential && f.Kind != FixNotConfidential
	} else if chat := c.conversation; chat != nil && !f.ForSecond {
		f.change(who.id, &chat.Assignee, &chat.Group, &chat.Mentions, &chat.Participants)
		chat.Confidential = chat.Confidential && f.Kind != FixNotConfidential
	}
}

// change applies the fix to the fields of a ticket or a conversation. It copies the maps.
func (f Fix) change(who AgentID, assignee *AgentID, group *GroupID, mentions *map[AgentID]bool, participants *map[AgentID]Access) {
	switch f.Kind {
	case FixAssign:
		*assignee = who
	case FixUnassign:
		*assignee = ""
	case FixRoute:
		*group = f.Group
	case FixMention:
		*mentions = with(*mentions, who, true)
	case FixAddParticipant:
		*participants = with(*participants, who, f.Access)
	}
}

// showCustomer gives the CRM user access in the moment to the customer of the part at index i.
func (c *resourceCopy) showCustomer(i int, user *CRMUser, access Access, at moment) {
	contact := c.contacts[i]
	if ticket := c.tickets[i]; ticket != nil && ticket.Requester != nil {
		requester := *ticket.Requester
		contact, ticket.Requester = &requester, &requester
	}
	switch {
	case user == nil:
	case contact != nil:
		user.addAccess(&contact.CRM, contact.ID, "", access, at)
	case c.company != nil && i == 0:
		user.addAccess(&c.company.CRM, "", c.company.ID, access, at)
	}
}
