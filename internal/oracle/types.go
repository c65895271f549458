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

	Administrators []string // who is known to hold the account administrator's role (step 4)
}

// A Held is the levels at which a role was given a permission, as given.
type Held struct{ Restricted, Group, Global bool }

// A Role is a role; nil is the zero Role.
type Role struct {
	Name    string
	Account string // "" for a built-in role
	BuiltIn bool
	May     map[string]Held // by action
}

// A Binding is a role as somebody holds it.
type Binding struct {
	Role        *Role
	Workspace   string // "*" is account-wide
	TicketScope string // "restricted", "group", "global"; all else reaches nothing
}

// Bound returns a binding of the role in the workspace with the ticket scope.
func Bound(role *Role, workspace, ticketScope string) Binding {
	return Binding{role, workspace, ticketScope}
}

// An Agent is an agent, as subject, as target or acted on.
type Agent struct {
	ID          string
	Account     Account
	Deactivated bool
	Bindings    []Binding
	Groups      map[string]string // group to "view" or "edit"; all else is nothing

	Kind string // "" for the desk's own, "shared_agent", or "non_agent": of whom only the CRM and the account count
	User User   // who a shared agent or a non-agent is in the CRM
}

// Shared reports that the agent is one of the CRM's.
func (s *Agent) Shared() bool { return s.Kind == "shared_agent" }

// Somebody reports that there is anybody at all (step 1).
func (s *Agent) Somebody() bool {
	switch {
	case s == nil:
		return false
	case s.Kind == "non_agent": // the desk does not know them; the CRM does [S4]
		return s.User.ID != ""
	default:
		return s.ID != ""
	}
}

// A User is somebody in the CRM; the zero one is nobody.
type User struct {
	ID          string
	Deactivated bool
	Scope       string // "restricted", "group", "global"; with all else no record counts
	Territories []string
	Parents     map[string]string // of territories, where access flows down [S36]

	// The records that the CRM said they see, to "view" or "edit"; all else is nothing.
	Contacts, Companies map[string]string
	Age, Limit          int
}

// A AuditRecord is what the CRM says of a contact or a company.
type Record struct {
	Owner, Territory string
	Team             map[string]string // user to "view" or "edit"; all else is nothing
}

// A TeamTable is a group of agents as a target.
type Team struct{ ID, Account string }

// A Thing is a resource of any kind. Which of its fields count depends on
// the kind: see Kinds.
type Thing struct {
	Kind      string
	ID        string // for the reader only, but for a contact's and a company's
	Account   string
	Workspace string
	Group     string
	Assignee  string // who has it
	Author    string // who wrote it, owns it, or whose time it is

	Record    Record          // of contact, company
	Requester *Thing          // of ticket: the contact, if any
	Mentions  map[string]bool // of ticket

	From, Into *Thing // of ticket_pair, contact_pair: the halves
	Part       *Thing // of assignment, transfer, note, time_entry: the ticket or conversation

	To      *Agent // of assignment, transfer
	NilTo   string // To, or an appointment's or a membership's Agent, is there, but a nil pointer to this kind
	Team    Team   // of assignment, transfer; zero if it stays where it is; of membership
	Agent   *Agent // of agent, shared_agent, appointment, membership
	Binding Binding
	Access  string // of membership: "view" or "edit"; all else is nothing
	Role    *Role  // of role

	Gives   []*Role            // of grant, in the account and in each granted workspace
	Granted map[string][]*Role // of grant: what it gives in a workspace besides
}

// A Request is a question.
type Request struct {
	Subject *Agent
	Action  string // a name of Actions; all else is unknown
	Thing   *Thing
}

// With returns the request as the changed subject asks it. The agents that the
// thing names stay as they are, even if one of them is the subject.
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

// Holding returns the request as asked by the subject with these bindings only.
func (q Request) Holding(bindings ...Binding) Request {
	return q.With(func(s *Agent) { s.Bindings = bindings })
}

// A Verdict is an answer.
type Verdict struct {
	Allowed             bool
	Reason, Role, Scope string
}
