// Package oracle decides requests a second time, for tests to compare with: the
// numbered steps of Authorize, read from its comment and docs/requirements.md.
//
// It shares no code and no type with the library, so that a slip would have to
// be made twice to go unseen. Its values are strings and maps, as one would say
// them. Each clause says which step or requirement it is.
package oracle

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
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

// A Record is what the CRM says of a contact or a company.
type Record struct {
	Owner, Territory string
	Team             map[string]string // user to "view" or "edit"; all else is nothing
}

// A Team is a group of agents as a target.
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

// ranks are the reasons' ranks, the later the higher; Steps their steps.
var ranks, Steps = func() (reasons map[string]int, steps map[string]int) {
	reasons, steps = map[string]int{}, map[string]int{}
	for step, names := range []string{
		1: "no_subject unknown_action wrong_resource",
		2: "other_account",
		3: "deactivated crm_inactive not_integrated not_an_agent",
		4: "built_in_immutable role_authoring_reserved own_authority beyond_authority " +
			"shared_never_assigned shared_no_channels shared_no_administration shared_only_from_crm last_administrator",
		5: "plan_lacks_feature",
		6: "no_role no_permission other_workspace",
		7: "out_of_scope view_only",
		8: "not_own ineligible_target",
		9: "allowed_own allowed_contact allowed_mentioned allowed_assigned allowed_group allowed_all",
	} {
		for _, name := range strings.Fields(names) {
			reasons[name], steps[name] = len(reasons)+1, step
		}
	}
	return reasons, steps
}()

// An Action is one line of the vocabulary.
type Action struct {
	Name, Kind, Need, Category, Feature string

	Own       bool // for one's own things only
	Authority bool // class AgentMutation: changes who may do what [G14]
	Authoring bool // class RoleAuthoring: makes, changes, deletes custom roles [R9]
	Channel   bool // class Channel: phone and chat [S43]
}

// Administers reports that the action is one that no shared agent is to have (A21).
func (a *Action) Administers() bool {
	return slices.Contains([]string{"people", "roles", "account", "support access"}, a.Category)
}

// Literal reports that the action's group scope is the groups' own and no more [R19] (A9).
func (a *Action) Literal() bool { return a.Kind == "conversation" || a.Kind == "transfer" }

// vocabulary is every action: name, kind of resource, need, and what is
// special about it, under the heading of its category [S22].
const vocabulary = `
[tickets]
ticket.view                 ticket          view
ticket.create               workspace       edit
ticket.reply                ticket          edit
ticket.note.public          ticket          edit
ticket.note.private         ticket          view
ticket.mention              ticket          view
ticket.print                ticket          view
ticket.watch                ticket          view
ticket.child.create         ticket          view
ticket.forward              ticket          view
ticket.properties.edit      ticket          edit
ticket.status.set           ticket          edit
ticket.tag.edit             ticket          edit
ticket.link                 ticket_pair     edit
ticket.assign               assignment      edit
ticket.be_assigned          ticket          edit
ticket.merge                ticket_pair     edit
ticket.split                ticket          edit
ticket.note.edit_own        note            edit  own
ticket.note.edit_any        note            edit
ticket.message.delete       ticket          edit
ticket.spam                 ticket          edit
ticket.delete               ticket          edit
ticket.restore              ticket          edit
ticket.purge                ticket          edit
ticket.export               ticket          view
ticket.attach               ticket          edit  feature:attachments
ticket.template.use         workspace       view  feature:ticket_templates
ticket.field.dependent.use  ticket          edit  feature:dependent_fields
ticket.section.dynamic.use  ticket          edit  feature:dynamic_sections
ticket.collaborate          ticket          view  feature:collaboration
canned_response.use         canned_response view  feature:canned_responses
canned_response.manage      canned_response edit
scenario.run                ticket          edit
scenario.manage             settings        edit
ticket.list.manage_own      ticket_list     edit  own
ticket.list.manage_shared   ticket_list     edit
time.view                   time_entry      view
time.log_own                time_entry      edit  own
time.edit_any               time_entry      edit

[conversations]
conversation.view           conversation    view
conversation.reply          conversation    edit
conversation.note.private   conversation    edit
conversation.take           conversation    edit
conversation.assign         transfer        edit
conversation.resolve        conversation    edit
conversation.export         conversation    view

[channels]
channel.phone.use           channel         view  channel
channel.chat.use            channel         view  channel

[knowledge]
article.view                article         view
article.draft               article         edit
article.edit                article         edit
article.approve             article         edit
article.publish             article         edit
article.delete              article         edit
article.category.manage     settings        edit
faq.view                    faq             view
faq.create                  faq             edit
faq.edit                    faq             edit

[forums]
topic.view                  topic           view
topic.create                topic           edit
topic.edit_own              topic           edit  own
topic.edit_any              topic           edit
topic.delete                topic           edit
topic.moderate              topic           edit
forum.manage                settings        edit

[customers]
contact.view                contact         view
contact.create              contact         edit
contact.edit                contact         edit
contact.delete              contact         edit
contact.purge               contact         edit
contact.merge               contact_pair    edit
contact.import              account         edit
contact.export              contact         view
contact.impersonate         contact         edit
company.view                company         view
company.edit                company         edit
segment.manage              account         edit
people.view                 account         view

[campaigns]
campaign.view               campaign        view
campaign.create             campaign        edit
campaign.edit               campaign        edit
campaign.launch             campaign        edit

[analytics]
report.view                 report          view
report.create               report          edit
report.edit                 report          edit
report.schedule             report          view
report.export               report          view
dashboard.view              dashboard       view
dashboard.manage            dashboard       edit

[apps]
app.use                     app             view
app.manage                  app             edit

[general]
profile.edit_own            profile         edit  own
session.login               account         view

[people]
agent.view                  agent           view
agent.create                agent           edit  authority
agent.edit                  agent           edit  authority
agent.deactivate            agent           edit  authority
agent.delete                agent           edit  authority
agent.impersonate           agent           edit  authority
agent.key.manage            agent           edit  authority
agent.role.assign           appointment     edit  authority
agent.role.remove           appointment     edit  authority
agent.scope.edit            appointment     edit  authority
agent.group.assign          membership      edit  authority
shared_agent.view           shared_agent    view
shared_agent.edit           shared_agent    edit  authority
shared_agent.delete         shared_agent    edit  authority

[roles]
role.view                   role            view
role.custom.create          role            edit  authority authoring feature:custom_roles
role.custom.update          role            edit  authority authoring feature:custom_roles
role.custom.delete          role            edit  authority authoring
role.custom.clone           role            edit  authority authoring feature:custom_roles

[operations]
group.manage                settings        edit
automation.manage           settings        edit
assignment_rule.manage      settings        edit
sla.manage                  settings        edit
settings.manage             settings        edit
portal.manage               settings        edit
channel.manage              channel         edit
workspace.manage            workspace       edit

[account]
account.manage              account         edit
billing.manage              account         edit
audit.view                  account         view
data.export                 account         view

[support access]
support_grant.view          grant           view
support_grant.create        grant           edit  authority
support_grant.extend        grant           edit  authority
support_grant.revoke        grant           edit

[host]
host.inspect                ticket          view
host.change                 ticket          edit
host.bill                   invoice         edit
host.extract                invoice         view
host.call                   channel         edit  channel
host.act                    agent           edit  authority authoring channel
`

// Actions is vocabulary by name.
var Actions = func() map[string]*Action {
	actions, category := map[string]*Action{}, ""
	for line := range strings.Lines(vocabulary) {
		if heading, ok := strings.CutPrefix(strings.TrimSpace(line), "["); ok {
			category = strings.TrimSuffix(heading, "]")
			continue
		}
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		a := &Action{Name: words[0], Kind: words[1], Need: words[2], Category: category}
		for _, word := range words[3:] {
			a.Own = a.Own || word == "own"
			a.Authority = a.Authority || word == "authority"
			a.Authoring = a.Authoring || word == "authoring"
			a.Channel = a.Channel || word == "channel"
			if feature, ok := strings.CutPrefix(word, "feature:"); ok {
				a.Feature = feature
			}
		}
		actions[a.Name] = a
	}
	return actions
}()

// Names is the vocabulary's names in its order.
var Names = func() (names []string) {
	for line := range strings.Lines(vocabulary) {
		if words := strings.Fields(line); len(words) > 2 { // not a heading
			names = append(names, words[0])
		}
	}
	return names
}()

// Grantable reports that a custom role may hold the permission [R9].
func Grantable(name string) bool { return !Actions[name].Authoring }

// A Kind says which fields of a thing count.
type Kind struct {
	Ticket    bool // the binding's ticket scope bounds it
	Workspace bool
	Group     bool
	Assignee  bool // who has it is the assignee
	Author    bool // it has an author; without an assignee, the author has it
	Record    bool // the CRM has it too
}

var Kinds = map[string]Kind{
	"ticket":          {Ticket: true, Workspace: true, Group: true, Assignee: true},
	"note":            {Ticket: true, Workspace: true, Group: true, Assignee: true, Author: true},
	"time_entry":      {Ticket: true, Workspace: true, Group: true, Assignee: true, Author: true},
	"conversation":    {Workspace: true, Group: true, Assignee: true},
	"channel":         {Workspace: true, Group: true},
	"settings":        {Workspace: true, Group: true},
	"canned_response": {Workspace: true, Group: true},
	"ticket_list":     {Workspace: true, Group: true, Author: true},
	"report":          {Workspace: true, Group: true, Author: true},
	"dashboard":       {Workspace: true, Group: true, Author: true},
	"article":         {Workspace: true, Author: true},
	"faq":             {Workspace: true, Author: true},
	"topic":           {Workspace: true, Author: true},
	"campaign":        {Workspace: true, Author: true},
	"profile":         {Author: true},
	"contact":         {Author: true, Record: true},
	"company":         {Author: true, Record: true},
	"app":             {Workspace: true},
	"workspace":       {Workspace: true},
	"account":         {},
	"grant":           {},
	"role":            {},
	"agent":           {},
	"shared_agent":    {},
	"appointment":     {},
	"membership":      {},
	"invoice":         {Workspace: true, Group: true, Assignee: true}, // the host's own type

	// These are judged by their parts.
	"ticket_pair":  {},
	"contact_pair": {},
	"assignment":   {},
	"transfer":     {},
}

// Decide decides the request.
func Decide(q Request) Verdict {
	a := Actions[q.Action]
	switch {
	case !q.Subject.Somebody(): // step 1
		return denied("no_subject")
	case a == nil: // step 1
		return denied("unknown_action")
	case q.Thing == nil || q.Thing.Kind != a.Kind && a.Category != "host" || !q.Thing.whole(): // step 1
		return denied("wrong_resource")
	}
	switch r := q.Thing; r.Kind {
	case "ticket_pair", "contact_pair": // both parts are judged (B13)
		return sooner(judge(q.Subject, a, r.From), judge(q.Subject, a, r.Into))
	case "assignment":
		given := judge(q.Subject, a, r.Part)
		return sooner(given, r.taken(q.Subject, "ticket.be_assigned", given))
	case "transfer":
		given := judge(q.Subject, a, r.Part)
		return sooner(given, r.taken(q.Subject, "conversation.reply", given))
	default:
		return judge(q.Subject, a, r)
	}
}

func denied(reason string) Verdict { return Verdict{Reason: reason, Scope: "none"} }

// sooner returns the part whose step is earlier; at the same step, the first.
func sooner(first, second Verdict) Verdict {
	if Steps[second.Reason] < Steps[first.Reason] {
		return second
	}
	return first
}

// whole reports that no part of the thing is missing (step 1).
func (r *Thing) whole() bool {
	switch r.Kind {
	case "assignment", "transfer":
		return (r.To != nil || r.Team.ID != "") && // neither an agent nor a group: nobody to go to
			r.NilTo == "" &&
			(r.To == nil || r.To.Somebody()) &&
			(r.Team == Team{} || r.Team.ID != "")
	case "appointment":
		return r.Agent.Somebody() && r.Agent.Kind != "non_agent" // who is no agent holds no role
	case "membership":
		return r.Agent.Somebody() && r.Agent.Kind != "non_agent" && r.Team.ID != "" // nor is in a group
	default:
		return true
	}
}

// taken judges the second part of an assignment or a transfer: whom it is to go
// to. If they can take it, it has nothing to say against what was given.
func (r *Thing) taken(s *Agent, by string, given Verdict) Verdict {
	moved := *r.Part
	if r.Team.ID != "" {
		moved.Group = r.Team.ID
	}
	a := Actions[by]
	switch {
	case r.To != nil && r.To.Account.ID != s.Account.ID, // step 2 (B05)
		r.Team.ID != "" && r.Team.Account != s.Account.ID: // step 2
		return denied("other_account")
	case r.To != nil && r.To.Shared(): // step 4, whoever asks and whatever its roles [S27] [S43] (A4)
		return denied("shared_never_assigned")
	case r.To != nil && judge(r.To, a, moved.assignedTo("")).Reason == "view_only", // step 8: a view-only group takes no part in assignment
		r.To != nil && !judge(r.To, a, moved.assignedTo(r.To.ID)).Allowed: // step 8
		return denied("ineligible_target") // no role of the subject's decided that
	}
	return given
}

func (r Thing) assignedTo(to string) *Thing {
	r.Assignee = to
	return &r
}

// judge takes steps 2 to 9 for one part.
func judge(s *Agent, a *Action, r *Thing) Verdict {
	f := r.facts()
	authority := a.Authority || a.Authoring
	onAgent := r.Kind == "agent" || r.Kind == "shared_agent" || r.Kind == "appointment" || r.Kind == "membership"
	switch {
	case s.Account.ID == "" || f.Account != s.Account.ID && !f.BuiltIn: // step 2, exactly (B09, B44)
		return denied("other_account")
	case s.Kind == "non_agent": // step 3 [S4]
		return denied("not_an_agent")
	case s.Deactivated: // step 3
		return denied("deactivated")
	case s.Shared() && (s.User.ID == "" || s.User.Deactivated): // step 3 [S53] (A29)
		return denied("crm_inactive")
	case s.Shared() && !s.Account.Integrated: // step 3 [S12] (A29)
		return denied("not_integrated")
	case s.limit(a, r.Kind) != "": // step 4
		return denied(s.limit(a, r.Kind))
	case authority && f.BuiltIn && a.Name != "role.custom.clone": // step 4 [S21]
		return denied("built_in_immutable")
	case a.Authoring && !s.makesRoles(): // step 4 [R9]
		return denied("role_authoring_reserved")
	case a.Name == "agent.create" && slices.ContainsFunc(r.Agent.Bindings, Binding.sharedAgents), // step 4 [S41] [S45]
		authority && a.Name != "agent.role.remove" && r.Kind == "appointment" && !r.Agent.Shared() && r.Binding.sharedAgents(): // step 4 [S41]
		return denied("shared_only_from_crm")
	case authority && onAgent && r.Agent.ID == s.ID && !r.LetsGo(a): // step 4 (B18)
		return denied("own_authority")
	case authority && onAgent && r.Agent.ID != s.ID && !s.mayAct(a, r), // step 4 (B26, B55)
		authority && r.Kind == "grant" && !s.mayGrant(r):
		return denied("beyond_authority")
	case authority && onAgent && r.unseats(a) && s.Account.onlyAdministrator(r.Agent.ID): // step 4
		return denied("last_administrator")
	case a.Feature != "" && !slices.Contains(s.Account.Features, a.Feature): // step 5 [S11] [R8]
		return denied("plan_lacks_feature")
	}
	best := denied("no_role") // step 6 [R1]
	for _, b := range s.Bindings {
		if b.holds(s.Account) {
			best = better(best, s.alone(b, a, f))
		}
	}
	return best
}

// alone takes steps 6 to 9 for one binding by itself: a scope travels with its role (B16).
func (s *Agent) alone(b Binding, a *Action, f facts) Verdict {
	may := b.Role.May[a.Name]

	// Step 7: the levels that count.
	global := may.Global && (!f.Ticket || b.TicketScope == "global")
	group := (may.Global || may.Group) && (!f.Ticket || b.TicketScope == "global" || b.TicketScope == "group")
	restricted := (may.Global || may.Restricted || may.Group && !a.Literal()) &&
		(!f.Ticket || b.TicketScope == "global" || b.TicketScope == "group" || b.TicketScope == "restricted")

	// Step 7: the grounds on which it is reached, the first one first.
	var grounds [4]ground
	switch {
	case s.Shared() && f.Record != nil && a.Name != "contact.create": // [S36] [S37] (A30); what is new the CRM does not know [S35]
		grounds = [4]ground{{"allowed_contact", s.User.sees(f.Record)}}
	case s.Shared() && f.Ticket: // never by assignment [S14]
		grounds = [4]ground{
			{"allowed_all", edit(global)},
			{"allowed_group", given(restricted, s.access(f.Group))},       // at any scope [S18] (A8)
			{"allowed_mentioned", edit(restricted && f.Mentions[s.ID])},   // [S15] (A6)
			{"allowed_contact", edit(restricted && s.knows(f.Requester))}, // [S16] (A6, A7)
		}
	default:
		grounds = [4]ground{
			{"allowed_all", edit(global)},                                // [R18]
			{"allowed_group", given(group, s.access(f.Group))},           // [S18]
			{"allowed_assigned", edit(restricted && f.Assignee == s.ID)}, // [R20]
		}
		if f.Author == s.ID {
			grounds[2].Reason = "allowed_own"
		}
	}
	reached, enough := false, ""
	for _, ground := range grounds {
		if ground.Access == "view" || ground.Access == "edit" {
			reached = true
			if enough == "" && (ground.Access == "edit" || a.Need == "view") {
				enough = ground.Reason
			}
		}
	}

	v := Verdict{Role: b.Role.Name, Scope: "none"}
	switch {
	case global:
		v.Scope = "global"
	case group:
		v.Scope = "group"
	case restricted:
		v.Scope = "restricted"
	}
	switch {
	case may == Held{}: // step 6
		return denied("no_permission")
	case !b.heldIn(f.Workspace, s.Account): // step 6
		return Verdict{Reason: "other_workspace", Role: b.Role.Name, Scope: "none"}
	case !reached: // step 7
		v.Reason = "out_of_scope"
	case enough == "": // step 7
		v.Reason = "view_only"
	case a.Own && f.Author != s.ID: // step 8 [S33]
		v.Reason = "not_own"
	case a.Own: // step 9
		v.Reason = "allowed_own"
	default: // step 9
		v.Reason = enough
	}
	v.Allowed = Steps[v.Reason] == 9
	return v
}

// A ground is what reaches a thing, and the access that it gives.
type ground struct{ Reason, Access string }

// edit is the access of a ground that is there or not.
func edit(there bool) string { return given(there, "edit") }

// given is the access that a ground gives if it is there.
func given(there bool, access string) string {
	if !there {
		return ""
	}
	return access
}

// access returns what the groups' members may do; belonging to no group matches nobody.
func (s *Agent) access(group string) string {
	return given(group != "", s.Groups[group])
}

// knows reports that the CRM shows the contact to the shared agent, in whatever way [S16].
func (s *Agent) knows(contact *Thing) bool {
	return contact != nil && s.User.sees(contact) != ""
}

// sees returns what the CRM lets the user do with a contact or a company: "", "view" or "edit".
func (u User) sees(r *Thing) string {
	onTeam, answered := r.Record.Team[u.ID], u.Contacts[r.ID]
	if r.Kind == "company" {
		answered = u.Companies[r.ID]
	}
	valid := u.Scope == "global" || u.Scope == "group" || u.Scope == "restricted"
	fresh := r.ID != "" && u.Age >= 0 && u.Age < u.Limit // an answer ages; nothing has no ID
	switch {
	case u.ID == "" || u.Deactivated: // (A29)
		return ""
	case u.Scope == "global",
		valid && r.Record.Owner == u.ID,
		u.Scope == "group" && u.covers(r.Record.Territory),
		valid && onTeam == "edit",
		fresh && answered == "edit":
		return "edit"
	case valid && onTeam == "view", fresh && answered == "view":
		return "view"
	default:
		return ""
	}
}

// covers reports that the territory is one of the user's, or below one. It takes
// no more steps up than there are parents, so that a cycle has an end.
func (u User) covers(territory string) bool {
	for range len(u.Parents) + 1 {
		if territory == "" {
			return false
		}
		if slices.Contains(u.Territories, territory) {
			return true
		}
		territory = u.Parents[territory]
	}
	return false
}

// better returns which of two bindings' verdicts is reported (step 9).
func better(v, w Verdict) Verdict {
	reasons := ranks[v.Reason] - ranks[w.Reason]
	widths := widths[v.Scope] - widths[w.Scope]
	if reasons > 0 || reasons == 0 && widths > 0 || reasons == 0 && widths == 0 && v.Role < w.Role {
		return v
	}
	return w
}

var widths = map[string]int{"none": 0, "restricted": 1, "group": 2, "global": 3}

// heldIn reports that the binding counts for what is in the workspace (step 6).
func (b Binding) heldIn(workspace string, account Account) bool {
	switch {
	case workspace == "": // outside of workspaces
		return b.Workspace == "*"
	case b.Workspace == "*": // an administrator's role, in an open workspace
		return b.Role.Administrative() && slices.Contains(account.Open, workspace)
	default:
		return b.Workspace == workspace
	}
}

// Administrative reports that the role is an administrator's: it holds something administrative over all (step 6).
func (r *Role) Administrative() bool {
	for name, held := range r.May {
		a := Actions[name] // none for a host's action that the vocabulary here does without
		if held.Global && a != nil && slices.Contains([]string{"people", "roles", "operations", "account", "support access"}, a.Category) {
			return true
		}
	}
	return false
}

// makesRoles reports that the agent is the built-in account administrator, account-wide (step 4) [R9].
func (s *Agent) makesRoles() bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool {
		return b.Role != nil && b.Role.BuiltIn && b.Role.Name == "Account Administrator" && b.Workspace == "*"
	})
}

// sharedAgents reports that the binding has the role that only the CRM gives [S41].
func (b Binding) sharedAgents() bool {
	return b.Role != nil && b.Role.BuiltIn && b.Role.Name == "Shared Agent"
}

// holds reports that the binding has a role, and not another account's custom one (step 6) (B09).
func (b Binding) holds(account Account) bool {
	return b.Role != nil && (b.Role.BuiltIn || b.Role.Account == account.ID)
}

// limit returns what the kind of the agent forbids it, whatever its roles (step 4).
func (s *Agent) limit(a *Action, kind string) string {
	switch {
	case s.Shared() && a.Name == "ticket.be_assigned": // [S19] [S27] [S43]
		return "shared_never_assigned"
	case s.Shared() && (a.Channel || kind == "conversation"): // [S28] [S29] [S43]
		return "shared_no_channels"
	case s.Shared() && a.Administers(): // [S39] (A20, A21)
		return "shared_no_administration"
	default:
		return ""
	}
}

// ---- who may act on whom (step 4)

// LetsGo reports that the agent only loses something (step 4).
func (r *Thing) LetsGo(a *Action) bool {
	rank := map[string]int{"view": 1, "edit": 2}
	switch {
	case r.Kind == "membership": // may not do more in the group than before
		return rank[r.Access] <= rank[r.Agent.Groups[r.Team.ID]]
	case a.Name == "agent.role.remove":
		return true
	case a.Name == "agent.scope.edit": // holds the role there, at the scope or a wider one
		return slices.ContainsFunc(r.Agent.Bindings, func(held Binding) bool {
			at, to := slices.Index(scopes, held.TicketScope), slices.Index(scopes, cmp.Or(r.Binding.TicketScope, "none"))
			return held.Like(r.Binding) && at > 0 && 0 <= to && to <= at
		})
	default:
		return false
	}
}

// scopes are the ticket scopes, and none before them.
var scopes = []string{"none", "restricted", "group", "global"}

// Like reports that the bindings are of one role, in one workspace.
func (b Binding) Like(other Binding) bool {
	return b.Workspace == other.Workspace && (b.Role == other.Role ||
		b.Role != nil && other.Role != nil && b.Role.BuiltIn && other.Role.BuiltIn && b.Role.Name == other.Role.Name)
}

// without returns the bindings but for those of that role in that workspace.
func (s *Agent) without(b Binding) []Binding {
	return slices.DeleteFunc(slices.Clone(s.Bindings), b.Like)
}

// after returns the agent that the thing is about as the action leaves them.
func (r *Thing) after(a *Action) *Agent {
	then := *r.Agent
	switch {
	case r.Kind == "membership":
		then.Groups = map[string]string{}
		maps.Copy(then.Groups, r.Agent.Groups)
		then.Groups[r.Team.ID] = r.Access
	case r.Kind != "appointment": // what they hold stays
	case a.Name == "agent.role.remove":
		then.Bindings = then.without(r.Binding)
	case a.Name == "agent.scope.edit":
		then.Bindings = append(then.without(r.Binding), r.Binding)
	default:
		then.Bindings = append(slices.Clone(then.Bindings), r.Binding)
	}
	return &then
}

// mayAct reports that the subject may act on the agent that the thing is about:
// it covers them before and after. Of the account administrator that is taken
// for granted; but acting in somebody's name wants of everybody that what is
// assigned to the other is within reach as well.
func (s *Agent) mayAct(a *Action, r *Thing) bool {
	if a.Name == "agent.impersonate" || a.Name == "agent.key.manage" {
		return s.covers(r.Agent, false) && (r.Agent.ID == "" || s.covers(r.Agent, true)) // to nobody nothing is assigned
	}
	return s.makesRoles() || s.covers(r.Agent, false) && s.covers(r.after(a), false)
}

// mayGrant reports that the subject may let somebody in with each of the grant's
// roles, as if it were to be an agent's.
func (s *Agent) mayGrant(r *Thing) bool {
	given := map[string][]*Role{"*": r.Gives}
	for workspace, roles := range r.Granted {
		given[workspace] = append(slices.Clone(r.Gives), roles...)
	}
	for workspace, roles := range given {
		for _, role := range roles {
			to := &Agent{Bindings: []Binding{{role, workspace, "global"}}}
			if !s.makesRoles() && !s.covers(to, false) {
				return false
			}
		}
	}
	return true
}

// unseats reports that the action takes the account administrator's role from
// somebody, or them from the account.
func (r *Thing) unseats(a *Action) bool {
	leaves := a.Name == "agent.deactivate" || a.Name == "agent.delete"
	taken := a.Name == "agent.role.remove" && (&Agent{Bindings: []Binding{r.Binding}}).makesRoles()
	return !r.Agent.Shared() && r.Agent.makesRoles() && (leaves || taken)
}

// onlyAdministrator reports that nobody else is known to administer the account.
func (m Account) onlyAdministrator(id string) bool {
	return !slices.ContainsFunc(m.Administrators, func(other string) bool { return other != "" && other != id })
}

// covers reports that the subject may do whatever the other may, with anything
// that there could be. The other is judged in the subject's account and, if
// shared, as if the CRM let it see everybody. The two are taken for one person,
// unless they are to be kept apart: then what is the other's is not the subject's.
func (s *Agent) covers(other *Agent, apart bool) bool {
	for _, their := range other.Bindings {
		if !their.holds(s.Account) {
			continue
		}
		meeting, short := s.meets(other, their, apart)
		covered, known := met.find(meeting)
		if !short || !known {
			covered = s.coversBinding(other, their, apart)
		}
		if short && !known {
			met.keep(meeting, covered)
		}
		if !covered {
			return false
		}
	}
	return true
}

// coversBinding reports that the subject may do whatever the other may by that binding.
func (s *Agent) coversBinding(other *Agent, their Binding, apart bool) bool {
	alike := Agent{ID: s.ID, Account: s.Account, Kind: other.Kind, Groups: other.Groups, Bindings: []Binding{their}}
	alike.User = User{ID: "everybody's", Scope: "global"}
	workspaces, groups := s.workspacesWith(other), s.groupsWith(other)
	for name, held := range their.Role.May {
		a := Actions[name]
		switch {
		case a == nil || held == Held{}: // another number of a host's, which is like the one that is named
			continue
		case apart && a.Own: // nobody's note is the other's
			continue
		case a.Authoring && !other.makesRoles(): // [R9]
			continue
		}
		for _, kind := range a.kinds() {
			if alike.limit(a, kind) != "" {
				continue
			}
			for f := range places(kind, workspaces, groups, s.ID, other.Shared()) {
				if !alike.reaches(a, f) {
					continue
				}
				if apart {
					f = f.notOf(s.ID)
				}
				if s.limit(a, kind) != "" || a.Authoring && !s.makesRoles() || !s.reaches(a, f) {
					return false
				}
			}
		}
	}
	return true
}

// reaches reports that any of the bindings allows it, whatever the plan.
func (s *Agent) reaches(a *Action, f facts) bool {
	return slices.ContainsFunc(s.Bindings, func(b Binding) bool {
		return b.holds(s.Account) && s.alone(b, a, f).Allowed
	})
}

// kinds are the kinds of thing that the action is judged on, part by part. A
// host may tie its actions to anything; of kinds that are alike, one will do.
func (a *Action) kinds() []string {
	switch {
	case a.Category == "host":
		return hostKinds
	case Parts[a.Kind] != "":
		return []string{Parts[a.Kind]}
	default:
		return []string{a.Kind}
	}
}

// Parts are the kinds of part of the things that are judged by their parts.
var Parts = map[string]string{"ticket_pair": "ticket", "contact_pair": "contact", "assignment": "ticket", "transfer": "conversation"}

var hostKinds = func() (kinds []string) {
	alike := map[Kind]bool{}
	for _, kind := range append([]string{"invoice"}, slices.Sorted(maps.Keys(Kinds))...) {
		if kind == "conversation" || Parts[kind] == "" && !alike[Kinds[kind]] { // conversations are never a shared agent's
			kinds, alike[Kinds[kind]] = append(kinds, kind), true
		}
	}
	return kinds
}()

// places yields all the ways in which a thing of the kind may stand to the
// person: in each workspace and group, assigned to them or not, written by them
// or not; and to a shared agent, with them mentioned or not, about a customer or not.
func places(kind string, workspaces, groups []string, me string, shared bool) iter.Seq[facts] {
	k, none, persons := Kinds[kind], []string{""}, []string{me, ""}
	either := func(has bool, values, otherwise []string) []string {
		if has {
			return values
		}
		return otherwise
	}
	customer := &Thing{Kind: kind, ID: "someone's"}
	f := facts{Ticket: k.Ticket}
	if k.Record {
		f.Record = customer
	}
	return func(yield func(facts) bool) {
		for _, f.Workspace = range either(k.Workspace, workspaces, none) {
			for _, f.Group = range either(k.Group, groups, none) {
				for _, f.Author = range either(k.Author, persons, none) {
					for _, f.Assignee = range either(k.Assignee, persons, []string{f.Author}) {
						if !yield(f) {
							return
						}
						if !k.Ticket || !shared {
							continue
						}
						mentioned, requested := f, f
						mentioned.Mentions, requested.Requester = map[string]bool{me: true}, customer
						if !yield(mentioned) || !yield(requested) {
							return
						}
					}
				}
			}
		}
	}
}

// notOf returns the place with somebody else in the person's.
func (f facts) notOf(me string) facts {
	if f.Assignee == me {
		f.Assignee = "somebody else"
	}
	if f.Author == me {
		f.Author = "somebody else"
	}
	f.Mentions = nil
	return f
}

// workspacesWith are all workspaces that mean anything to either, none, and one
// of which neither knows.
func (s *Agent) workspacesWith(other *Agent) []string {
	workspaces := append([]string{"", "a fresh one"}, s.Account.Open...)
	for _, b := range append(slices.Clone(s.Bindings), other.Bindings...) {
		workspaces = append(workspaces, b.Workspace)
	}
	return Distinct(workspaces)
}

// groupsWith are all groups that mean anything to either, none, and one of which neither knows.
func (s *Agent) groupsWith(other *Agent) []string {
	groups := slices.AppendSeq([]string{"", "a fresh one"}, maps.Keys(s.Groups))
	return Distinct(slices.AppendSeq(groups, maps.Keys(other.Groups)))
}

// Distinct returns the values in order, each once.
func Distinct(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}

// A encounter is all that matters of whether somebody covers somebody's
// binding, by which the answer is kept: in the enumerations few meet often.
type encounter struct {
	account, open     string
	bindings          [3]Binding
	groups            string
	their             Binding
	theirs, theirKind string
	author, apart     bool
}

// meets returns the meeting, and whether it is a short one, that is worth keeping.
func (s *Agent) meets(other *Agent, their Binding, apart bool) (meeting encounter, short bool) {
	if len(s.Bindings) > len(meeting.bindings) {
		return meeting, false
	}
	copy(meeting.bindings[:], s.Bindings)
	meeting.account, meeting.open, meeting.groups = s.Account.ID, strings.Join(s.Account.Open, "|"), keysOf(s.Groups)
	meeting.their, meeting.theirs, meeting.theirKind = their, keysOf(other.Groups), other.Kind
	meeting.author, meeting.apart = other.makesRoles(), apart
	return meeting, true
}

func keysOf(groups map[string]string) string {
	if len(groups) == 0 {
		return ""
	}
	return fmt.Sprint(groups)
}

// modelMeetings are the meetings that were judged before.
var met meetings

type meetings struct {
	lock  sync.Mutex
	known map[encounter]bool
}

func (m *meetings) find(meeting encounter) (covered, known bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	covered, known = m.known[meeting]
	return covered, known
}

func (m *meetings) keep(meeting encounter, covered bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.known == nil || len(m.known) > 1<<18 {
		m.known = map[encounter]bool{}
	}
	m.known[meeting] = covered
}

// facts are what the steps look at in a thing.
type facts struct {
	Account, Workspace, Group, Assignee, Author string

	Ticket  bool // the binding's ticket scope bounds it
	BuiltIn bool // a built-in role, of every account

	Record    *Thing          // itself, if the CRM has it too
	Requester *Thing          // of the ticket; nil if they are of another account
	Mentions  map[string]bool // in the ticket
}

func (r *Thing) facts() facts {
	kind, place := Kinds[r.Kind], r
	if r.Part != nil {
		place = r.Part // a note is reached as its ticket is (B21)
	}
	f := facts{Account: place.Account, Ticket: kind.Ticket, Mentions: place.Mentions}
	if place.Requester != nil && place.Requester.Account == place.Account {
		f.Requester = place.Requester
	}
	if kind.Record {
		f.Record = r
	}
	if kind.Workspace {
		f.Workspace = place.Workspace
	}
	if kind.Group {
		f.Group = place.Group
	}
	if kind.Author {
		f.Author, f.Assignee = r.Author, r.Author // what has no assignee is its author's
	}
	if kind.Assignee {
		f.Assignee = place.Assignee
	}
	switch r.Kind {
	case "agent", "shared_agent", "appointment", "membership":
		f.Account = r.Agent.Account.ID
		if r.Kind == "membership" && r.Team.Account != f.Account { // step 2: a part of it
			f.Account = ""
		}
		if r.Kind == "appointment" && r.Binding.Role != nil && !r.Binding.holds(r.Agent.Account) { // step 2: a part of it
			f.Account = ""
		}
	case "role":
		f.Account = ""
		if r.Role != nil {
			f.Account, f.BuiltIn = r.Role.Account, r.Role.BuiltIn
		}
	}
	return f
}
