package oracle

import (
	"maps"
	"slices"
)

// An Account is an account, its plan's features and its open workspaces.
type Account struct {
	ID         string
	Features   []string
	Open       []string
	Integrated bool // with the CRM [S12]
	Authors    bool // whether custom roles permit making roles (A68)

	Administrators []string // the known holders of the account administrator's role (step 4)
}

// A Role is a role; nil is the zero Role.
type Role struct {
	Name    string
	Account string // "" for a built-in role
	BuiltIn bool
	May     map[string]Held // by action
}

// A Binding is a role that an agent holds.
type Binding struct {
	Role        *Role
	Workspace   string // "*" is account-wide, "*open*" also in open workspaces, "**" everywhere
	Group       string // the only group that it is held for; "" is whatever the group (A49)
	TicketScope string // see ScopeOf
	From, Until int    // the first day on which it is held, and the first after; 0 if open
}

// For returns the binding as held for the group only.
func (b Binding) For(group string) Binding {
	b.Group = group
	return b
}

// Bound returns a binding of the role in the workspace with the ticket scope.
func Bound(role *Role, workspace, ticketScope string) Binding {
	return Binding{Role: role, Workspace: workspace, TicketScope: ticketScope}
}

// An Agent is a subject, a recipient or an agent that is acted on.
type Agent struct {
	ID          string
	Account     Account
	Deactivated bool
	Now         int // the day on which it asks; 0 if it does not say
	Bindings    []Binding
	Groups      map[string]string // group to "view" or "edit"; other values give no access

	Contact, Company string // of an agent: its own record as a contact and its company; a customer has Company only

	Clearing []Binding // those that reach what is confidential, if they are not Bindings (A52)

	Acts *Acting // who acts for the agent; nil if it asks itself

	Kind string // "" for an agent, "shared_agent", "customer", whose ID is that of its contact, or "non_agent" for a CRM-only user, who has only User and Account
	User User   // the CRM user of a shared agent or CRM-only user
}

// Shared reports whether the agent is a shared agent.
func (s *Agent) Shared() bool { return s.Kind == "shared_agent" }

// Customer reports whether the agent is a customer (A61).
func (s *Agent) Customer() bool { return s.Kind == "customer" }

// Somebody reports whether the agent is valid as a subject (step 1).
func (s *Agent) Somebody() bool {
	switch {
	case s == nil:
		return false
	case s.Acts != nil:
		return s.delegated()
	case s.Kind == "non_agent": // has an ID in the CRM only [S4]
		return s.User.ID != ""
	default:
		return s.ID != ""
	}
}

// A User is a CRM user. The zero User is no user.
type User struct {
	ID          string
	Deactivated bool
	Sees        string // "own", "territory", "all"; with other values no record counts
	Territories []string
	Parents     map[string]string // of territories, where access flows down [S36]

	// The records that the CRM says the user sees, to "view" or "edit"; other values give no access.
	Contacts, Companies map[string]string
	AsOf, Limit         int // the day on which it says so, and how many days that counts (A57)
}

// A Record is the CRM record of a contact or company.
type Record struct {
	Owner, Territory string
	Team             map[string]string // user to "view" or "edit"; other values give no access
}

// A Team is a group of agents as a recipient.
type Team struct{ ID, Account string }

// A Thing is a resource of any kind. The kind determines which fields count: see Kinds.
type Thing struct {
	Kind      string
	ID        string // only for reports, except for contacts and companies
	Account   string
	Workspace string
	Group     string
	Assignee  string
	Author    string // the author or owner, or the agent of a time entry

	Record  Record // of contact, company
	Company string // of contact: the ID

	// Of what somebody can ask for, as a ticket.
	Requester         *Thing            // the contact, or nil
	Participants, CCs map[string]string // agents and contacts to "view" or "edit"; other values give no access
	Mentions          map[string]bool
	Confidential      bool

	Of         string // of a part while it is judged: the kind of the pair or the assignment
	From, Into *Thing // of ticket_pair, contact_pair: the halves
	Part       *Thing // of ticket_assignment, conversation_assignment, note, time_entry: the ticket or conversation

	To      *Agent // of ticket_assignment, conversation_assignment
	NilTo   string // if not "", To (or Agent, of role_assignment and group_membership) is a nil pointer to this kind
	Team    Team   // of group_membership and the two assignments; zero if the group stays
	Agent   *Agent // of agent, shared_agent, role_assignment, group_membership
	Binding Binding
	Access  string // of group_membership: "view" or "edit"; other values give no access
	Role    *Role  // of role

	Gives   []*Role            // of support_grant: the roles in the account and in each granted workspace
	Granted map[string][]*Role // of support_grant: additional roles in a workspace
}

// A Request is a question.
type Request struct {
	Subject *Agent
	Action  string // a name in Actions; other names are unknown
	Thing   *Thing
}

// With returns the request with a changed copy of the subject. Agents in the thing do not
// change, even if one of them is the subject.
func (q Request) With(change func(s *Agent)) Request {
	s := *q.Subject
	s.Bindings, s.Groups = slices.Clone(s.Bindings), maps.Clone(s.Groups)
	s.Account.Features, s.Account.Open = slices.Clone(s.Account.Features), slices.Clone(s.Account.Open)
	s.User.Territories, s.User.Parents = slices.Clone(s.User.Territories), maps.Clone(s.User.Parents)
	s.User.Contacts, s.User.Companies = maps.Clone(s.User.Contacts), maps.Clone(s.User.Companies)
	change(&s)
	q.Subject = &s
	return q
}

// Holding returns the request with these bindings in place of the subject's.
func (q Request) Holding(bindings ...Binding) Request {
	return q.With(func(s *Agent) { s.Bindings = bindings })
}

// A Verdict is a decision.
type Verdict struct {
	Allowed             bool
	Reason, Role, Scope string
}
