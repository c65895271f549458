package oracle

import (
	"maps"
	"slices"
	"strings"
)

// ranks are the ranks of the reasons, higher for later ones. Steps are their steps.
var ranks, Steps = func() (reasons map[string]int, steps map[string]int) {
	reasons, steps = map[string]int{}, map[string]int{}
	for step, names := range []string{
		1: "no_subject unknown_action wrong_resource incomplete_delegate",
		2: "other_account",
		3: "deactivated crm_inactive not_integrated not_an_agent limit_not_in_force",
		4: "built_in_immutable role_authoring_reserved own_authority beyond_authority " +
			"shared_never_assigned shared_no_channels shared_no_administration shared_only_from_crm last_administrator shared_role_not_allowed not_for_customers delegate_no_administration",
		5: "plan_lacks_feature",
		6: "limit_lacks_permission limit_other_workspace no_role no_permission other_workspace outside_window",
		7: "out_of_limit out_of_scope view_only confidential",
		8: "not_own ineligible_target",
		9: "allowed_own allowed_company allowed_contact allowed_mentioned allowed_participating allowed_requested " +
			"allowed_unrouted allowed_unassigned allowed_queue allowed_assigned allowed_group allowed_all",
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

	Own       bool // only on the subject's own things
	Anywhere  bool // a role counts wherever in the account it is held (A31)
	Creates   bool // creates its thing (A34)
	Authority bool // class AgentMutation: changes what agents can do [G14]
	Assigns   bool // gives its thing to an agent, or to nobody (A50)
	Routes    bool // puts its thing into a group (A50)
	Authoring bool // class RoleAuthoring: makes, changes, deletes custom roles [R9]
	Channel   bool // class Channel: phone and chat [S43]
	Public    bool // open to customers (A62)
}

// Administers reports whether the action is administrative, so that shared agents cannot have it (A21).
func (a *Action) Administers() bool {
	return slices.Contains([]string{"people", "roles", "account", "support access"}, a.Category)
}

// vocabulary lists the actions under their categories: name, kind of resource, needed
// access and special properties [S22].
const vocabulary = `
[tickets]
ticket.view                 ticket                  view  public
ticket.create               workspace               edit  public
ticket.reply                ticket                  edit  public
ticket.note.public          ticket                  edit  public
ticket.note.private         ticket                  view
ticket.mention              ticket                  view
ticket.print                ticket                  view
ticket.watch                ticket                  view
ticket.child.create         ticket                  view
ticket.forward              ticket                  view
ticket.properties.edit      ticket                  edit
ticket.status.set           ticket                  edit
ticket.close                ticket                  edit  public
ticket.reopen               ticket                  edit  public
ticket.tag.edit             ticket                  edit
ticket.link                 ticket_pair             edit
ticket.assign               ticket_assignment       edit  assigns
ticket.route                ticket_assignment       edit  routes
ticket.be_assigned          ticket                  edit
ticket.move                 ticket_pair             edit
ticket.merge                ticket_pair             edit
ticket.split                ticket                  edit
ticket.note.read            note                    view
ticket.note.edit_own        note                    edit  own
ticket.note.edit_any        note                    edit
ticket.message.delete       ticket                  edit
ticket.spam                 ticket                  edit
ticket.delete               ticket                  edit
ticket.restore              ticket                  edit
ticket.purge                ticket                  edit
ticket.export               ticket                  view
ticket.attach               ticket                  edit  feature:attachments  public
ticket.template.use         ticket                  edit  feature:ticket_templates
ticket.field.dependent.use  ticket                  edit  feature:dependent_fields
ticket.section.dynamic.use  ticket                  edit  feature:dynamic_sections
ticket.collaborate          ticket                  view  feature:collaboration
ticket.confidential         ticket                  view  public
canned_response.use         canned_response         view  feature:canned_responses
canned_response.manage      canned_response         edit
scenario.run                ticket                  edit
scenario.manage             settings                edit
ticket.list.manage_own      ticket_list             edit  own
ticket.list.manage_shared   ticket_list             edit
time.view                   time_entry              view
time.log_own                time_entry              edit  own
time.edit_any               time_entry              edit

[conversations]
conversation.view           conversation            view
conversation.reply          conversation            edit
conversation.note.private   conversation            view
conversation.take           conversation            edit
conversation.assign         conversation_assignment edit  assigns
conversation.route          conversation_assignment edit  routes
conversation.resolve        conversation            edit
conversation.export         conversation            view

[channels]
channel.phone.use           channel                 view  channel
channel.chat.use            channel                 view  channel

[knowledge]
article.view                article                 view  public
article.draft               article                 edit  creates
article.edit                article                 edit
article.approve             article                 edit
article.publish             article                 edit
article.delete              article                 edit
article.category.manage     settings                edit
faq.view                    faq                     view  public
faq.create                  faq                     edit  creates
faq.edit                    faq                     edit

[forums]
topic.view                  topic                   view  public
topic.create                topic                   edit  creates
topic.edit_own              topic                   edit  own
topic.edit_any              topic                   edit
topic.delete                topic                   edit
topic.moderate              topic                   edit
forum.manage                settings                edit

[customers]
contact.view                contact                 view
contact.create              contact                 edit  creates
contact.edit                contact                 edit
contact.delete              contact                 edit
contact.purge               contact                 edit
contact.merge               contact_pair            edit
contact.import              account                 edit
contact.export              contact                 view
contact.impersonate         contact                 edit
company.view                company                 view
company.edit                company                 edit
segment.manage              account                 edit
people.view                 account                 view

[campaigns]
campaign.view               campaign                view
campaign.create             campaign                edit  creates
campaign.edit               campaign                edit
campaign.launch             campaign                edit

[analytics]
report.view                 report                  view
report.create               report                  edit  creates
report.edit                 report                  edit
report.schedule             report                  view
report.export               report                  view
dashboard.view              dashboard               view
dashboard.manage            dashboard               edit

[apps]
app.use                     app                     view
app.manage                  app                     edit

[general]
profile.edit_own            agent_profile           edit  own anywhere
session.login               account                 view  anywhere
portal.login                account                 view  anywhere public

[people]
agent.view                  agent                   view
agent.create                agent                   edit  authority
agent.edit                  agent                   edit  authority
agent.deactivate            agent                   edit  authority
agent.delete                agent                   edit  authority
agent.impersonate           agent                   edit  authority
agent.key.manage            agent                   edit  authority
agent.role.assign           role_assignment         edit  authority
agent.role.remove           role_assignment         edit  authority
agent.scope.edit            role_assignment         edit  authority
agent.group.assign          group_membership        edit  authority
shared_agent.view           shared_agent            view
shared_agent.edit           shared_agent            edit  authority
shared_agent.delete         shared_agent            edit  authority
shared_agent.key.manage     shared_agent            edit  authority
contact.key.manage          contact                 edit  authority

[roles]
role.view                   role                    view
role.custom.create          role                    edit  authority authoring feature:custom_roles
role.custom.update          role                    edit  authority authoring feature:custom_roles
role.custom.delete          role                    edit  authority authoring
role.custom.clone           role                    edit  authority authoring feature:custom_roles

[operations]
group.manage                settings                edit
automation.manage           settings                edit
assignment_rule.manage      settings                edit
sla.manage                  settings                edit
settings.manage             settings                edit
portal.manage               settings                edit
channel.manage              channel                 edit
workspace.manage            workspace               edit

[account]
account.manage              account                 edit
billing.manage              account                 edit
audit.view                  account                 view
data.export                 account                 view

[support access]
support_grant.view          support_grant           view
support_grant.create        support_grant           edit  authority
support_grant.extend        support_grant           edit  authority
support_grant.revoke        support_grant           edit

[host]
host.inspect                ticket                  view
host.change                 ticket                  edit
host.bill                   invoice                 edit
host.extract                invoice                 view
host.call                   channel                 edit  channel
host.act                    agent                   edit  authority authoring channel
host.amend                  task                    edit  own
host.attend                 visit                   view
host.follow                 task                    view  public
host.rate                   article                 edit  public
`

// Actions has the actions of the vocabulary by name.
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
			a.Anywhere = a.Anywhere || word == "anywhere"
			a.Creates = a.Creates || word == "creates"
			a.Assigns = a.Assigns || word == "assigns"
			a.Routes = a.Routes || word == "routes"
			a.Authority = a.Authority || word == "authority"
			a.Authoring = a.Authoring || word == "authoring"
			a.Channel = a.Channel || word == "channel"
			a.Public = a.Public || word == "public"
			if feature, ok := strings.CutPrefix(word, "feature:"); ok {
				a.Feature = feature
			}
		}
		actions[a.Name] = a
	}
	return actions
}()

// Names lists the names of the actions in the vocabulary's order.
var Names = func() (names []string) {
	for line := range strings.Lines(vocabulary) {
		if words := strings.Fields(line); len(words) > 2 { // not a heading
			names = append(names, words[0])
		}
	}
	return names
}()

// Grantable reports whether a custom role can hold the permission: logging in is not
// one (A31).
func Grantable(name string) bool { return !slices.Contains(logins, name) }

// logins are the actions for which any role that permits anything is enough (A31).
var logins = []string{"session.login", "portal.login"}

// Scopeless reports whether the action takes no scope: its things have no group, assignee or
// author, so only Global reaches them (A34).
func (a *Action) Scopeless() bool {
	k := Kinds[a.Kind]
	if part := Parts[a.Kind]; part != "" {
		k = Kinds[part]
	}
	return a.Category != "host" && !k.Group && !k.Assignee && !k.Author
}

// Takes returns the level at which a role holds the permission if it is given at that level:
// an action that takes no scope is held at Global or not at all (A34).
func (a *Action) Takes(level Held) Held {
	if a != nil && a.Scopeless() {
		return Held{Global: level != Held{}}
	}
	return level
}

// A Kind lists the fields of a thing that count.
type Kind struct {
	Ticket     bool // limited by the binding's ticket scope
	Workspace  bool
	Group      bool
	Assignee   bool
	Assignable bool // can be assigned to nobody
	Author     bool // without an assignee, the author counts as the assignee
	People     bool // has a requester, participants, contacts in CC and mentions, and can be confidential
	Record     bool // is a CRM record
}

var Kinds = map[string]Kind{
	"ticket":           {Ticket: true, Workspace: true, Group: true, Assignee: true, Assignable: true, People: true},
	"note":             {Ticket: true, Workspace: true, Group: true, Assignee: true, Assignable: true, Author: true, People: true},
	"time_entry":       {Ticket: true, Workspace: true, Group: true, Assignee: true, Assignable: true, Author: true, People: true},
	"conversation":     {Workspace: true, Group: true, Assignee: true, Assignable: true, People: true},
	"channel":          {Workspace: true, Group: true},
	"settings":         {Workspace: true, Group: true},
	"canned_response":  {Workspace: true, Group: true},
	"ticket_list":      {Workspace: true, Group: true, Author: true},
	"report":           {Workspace: true, Group: true, Author: true},
	"dashboard":        {Workspace: true, Group: true, Author: true},
	"article":          {Workspace: true, Author: true},
	"faq":              {Workspace: true, Author: true},
	"topic":            {Workspace: true, Author: true},
	"campaign":         {Workspace: true, Author: true},
	"agent_profile":    {Author: true},
	"contact":          {Author: true, Record: true},
	"company":          {Author: true, Record: true},
	"app":              {Workspace: true},
	"workspace":        {Workspace: true},
	"account":          {},
	"support_grant":    {},
	"role":             {},
	"agent":            {},
	"shared_agent":     {},
	"role_assignment":  {},
	"group_membership": {},

	// The host's own types:
	"invoice": {Workspace: true, Group: true, Assignee: true},
	"task":    {Ticket: true, Workspace: true, Group: true, Assignee: true, Assignable: true, Author: true, People: true},
	"visit":   {Ticket: true, Workspace: true, Group: true, Assignee: true, Author: true, People: true}, // never assigned

	// Judged by their parts:
	"ticket_pair":             {},
	"contact_pair":            {},
	"ticket_assignment":       {},
	"conversation_assignment": {},
}

// openToCustomers are the kinds of thing that customers can act on (A62).
var openToCustomers = append([]string{"ticket", "article", "faq", "topic", "workspace", "account"}, HostKinds...)

// HostKinds are the kinds of the host's own types.
var HostKinds = []string{"invoice", "task", "visit"}

// kinds returns the kinds of thing that the action is judged on, part by part. A host action
// can be on any kind; of kinds with the same fields it has one.
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

// Parts has the kind of part of each kind that is judged by its parts.
var Parts = map[string]string{"ticket_pair": "ticket", "contact_pair": "contact", "ticket_assignment": "ticket", "conversation_assignment": "conversation"}

// hostKinds are the kinds that a host's action is judged on: one of the kinds with the same
// fields, and every kind of the host's own.
var hostKinds = func() (kinds []string) {
	alike := map[Kind]bool{}
	for _, kind := range slices.Concat(HostKinds, slices.Sorted(maps.Keys(ofHosts)), slices.Sorted(maps.Keys(Kinds))) {
		if kind == "conversation" || Parts[kind] == "" && !alike[kindOf(kind)] { // conversations are forbidden to shared agents
			kinds, alike[kindOf(kind)] = append(kinds, kind), true
		}
	}
	return kinds
}()

// ofHosts are further kinds that a host can have of its own: not on tickets.
var ofHosts = map[string]Kind{
	"a host's":             {Workspace: true, Group: true, Assignee: true, Author: true, People: true},
	"a host's, assignable": {Workspace: true, Group: true, Assignee: true, Assignable: true, Author: true, People: true},
}

// kindOf returns the kind with the name.
func kindOf(name string) Kind {
	if kind, ok := Kinds[name]; ok {
		return kind
	}
	return ofHosts[name]
}
