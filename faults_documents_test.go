package deskpolicy_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

func init() {
	faults["F31"] = loginAndProfile
	faults["F32"] = levelsOnlyWhereNeeded
	faults["F33"] = oneAdministrator
	faults["F34"] = administratorsAdminister
	faults["F40"] = peopleViewNeedsContactView
	faults["F41"] = editingIncludesViewing
	faults["F42"] = sharedAgentPermissionsAreUseful
	faults["F43"] = viewersAddPrivateNotes
	faults["F44"] = ownerReachesEveryWorkspace
}

// An agent, a shared agent or a support engineer whose role permits anything,
// anywhere in the account, can log in. The permission to edit their own profile
// counts in any workspace.
func loginAndProfile(t *testing.T) {
	replies, profile := custom(t, TicketReply.At(ScopeRestricted)).Role, custom(t, ProfileEditOwn.At(ScopeRestricted)).Role
	nothing := roleNamed(t, "Nothing")
	in := func(role Role, w WorkspaceID) Binding { return Binding{Role: role, Workspace: w, TicketScope: 0} } // ticket scopes do not matter
	gives := func(account Role, workspace ...Role) *SupportSession {
		return at(granted(t, SupportGrantTerms{Roles: []Role{account}, Workspaces: map[WorkspaceID][]Role{"hr": workspace}}), noon)
	}
	gone := bob(in(replies, "it"))
	gone.Deactivated = true
	for name, c := range map[string]struct {
		who            Subject
		login, profile Reason
	}{
		"in one workspace":                      {bob(in(replies, "it")), AllowedAll, NoPermission},
		"in a closed one":                       {bob(in(profile, "legal")), AllowedAll, AllowedOwn},
		"account-wide":                          {bob(in(profile, AccountWide)), AllowedAll, AllowedOwn},
		"by one of two":                         {bob(in(nothing, AccountWide), in(profile, "it")), AllowedAll, AllowedOwn},
		"a shared agent in one workspace":       {sam(in(profile, "it")), AllowedAll, AllowedOwn},
		"an engineer in a workspace":            {gives(nothing, profile), AllowedAll, AllowedOwn}, // (A15)
		"an engineer outside of workspaces":     {gives(profile), AllowedAll, AllowedOwn},
		"an engineer with nothing":              {gives(nothing, nothing), NoPermission, NoPermission},
		"a role without permissions":            {bob(in(nothing, AccountWide), in(nothing, "it")), NoPermission, NoPermission},
		"a role that is held nowhere":           {bob(in(profile, "")), OtherWorkspace, OtherWorkspace},
		"another account's role":                {bob(wide(foreignRole(t), ScopeGlobal)), NoRole, NoRole},
		"no role":                               {bob(), NoRole, NoRole},
		"a deactivated agent":                   {gone, Deactivated, Deactivated},
		"a user of the CRM who is not an agent": {&CRMOnlyUser{Account: acme, CRM: sam().CRM}, NotAnAgent, NotAnAgent},
	} {
		t.Run(name, func(t *testing.T) {
			own := AgentProfile{"acme", idOf(c.who)}
			check(t, c.who, SessionLogin, acme, c.login)
			check(t, c.who, ProfileEditOwn, own, c.profile)
			assert.Equal(t, c.login.Outcome() == OutcomeAllowed, ptr(FilterFor(c.who, SessionLogin)).Match(&acme))
			assert.Equal(t, c.profile.Outcome() == OutcomeAllowed, ptr(FilterFor(c.who, ProfileEditOwn)).Match(&own))
			assert.Equal(t, c.login, Explain(NewRequest(c.who, SessionLogin, &acme)).Decision.Reason)
		})
	}
	check(t, bob(in(profile, "it")), ProfileEditOwn, AgentProfile{"acme", "riya"}, OutOfScope)
	check(t, bob(in(SupportAgentRole.Role(), "it")), ProfileEditOwn, AgentProfile{"acme", "riya"}, NotOwn)

	// session.login is not needed in a role, so removing it would not keep the holder out.
	_, err := NewRole("acme", "Guests", NewPermissions(SessionLogin.At(ScopeGlobal)), nil)
	require.EqualError(t, err, `deskpolicy: role "Guests": a role cannot hold session.login, which any role that permits something allows; remove it`)
	for role := range acme.BuiltInRoles() {
		assert.False(t, role.Permissions().Has(SessionLogin.At(ScopeRestricted)), role.Name())
	}
	for r := range acme.BuiltInRoles() {
		for _, w := range []WorkspaceID{AccountWide, "it", "legal"} {
			check(t, bob(in(r, w)), SessionLogin, acme, AllowedAll)
		}
	}
	// Who may not log in is told what would let them.
	assert.Contains(t, said(Remedies(Explain(NewRequest(bob(), SessionLogin, &acme)), replies, nothing)), `give the agent the role "Custom" account-wide`)
}

// people.view is useful only with the permission to view people.
func peopleViewNeedsContactView(t *testing.T) {
	for role := range acme.BuiltInRoles() {
		if !role.Permissions().Has(PeopleView.At(ScopeGlobal)) {
			continue
		}
		who := riya(wide(role, 0))
		check(t, who, PeopleView, acme, AllowedAll)
		assert.True(t, Authorize(who, ContactView, &Contact{Account: "acme", Owner: "riya"}).Allowed(), role.Name())
	}
	check(t, riya(wide(SupportAgentRole.Role(), 0)), ContactView, Contact{Account: "acme"}, AllowedAll)
	assert.Equal(t, []string{"people.view is of full use only with contact.view@restricted"}, warnings(roleNamed(t, "R", PeopleView.At(ScopeGlobal))))
	assert.Empty(t, roleNamed(t, "R", PeopleView.At(ScopeGlobal), CompanyView.At(ScopeRestricted)).Warnings())
}

// A role that permits a change permits viewing the same resource, and each of its
// permissions is useful: in built-in roles, and in custom roles without a warning (A36).
func editingIncludesViewing(t *testing.T) {
	manager := riya(wide(SupportManagerRole.Role(), 0))
	check(t, manager, FAQView, FAQ{Account: "acme"}, AllowedAll)
	check(t, manager, CampaignView, Campaign{Account: "acme"}, AllowedAll)
	for role := range acme.BuiltInRoles() {
		assert.Empty(t, role.Warnings(), role.Name())
		checkUseful(t, role)
		checkViewsWhatItChanges(t, role)
	}
	for id := range Actions() {
		for _, scope := range levels {
			if !grantable(id) || scoped(id, scope) != id.At(scope) {
				continue
			}
			checkUseful(t, roleNamed(t, "R", id.At(scope)))
			for view := range viewedWith {
				for _, at := range levels {
					if scoped(view, at) == view.At(at) && viewedWith[view][id] {
						checkViewsWhatItChanges(t, roleNamed(t, "R", id.At(scope), view.At(at)))
					}
				}
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		var held Permissions
		for range rapid.IntRange(1, 12).Draw(rt, "permissions") {
			id := rapid.SampledFrom(slices.Collect(Actions())).Draw(rt, "action")
			if scopes := relationsOf(id.Relations()); len(scopes) > 0 {
				held = held.Union(NewPermissions(id.At(rapid.SampledFrom(scopes).Draw(rt, "scope"))))
			}
		}
		role := must(NewRole("acme", "R", held, nil))
		checkUseful(t, role)
		checkViewsWhatItChanges(t, role)
	})

	// The warnings, and where they are shown.
	for want, role := range map[string]Role{
		"settings.manage@restricted reaches nothing":                                         roleNamed(t, "R", SettingsManage.At(ScopeRestricted)),
		"faq.edit@global is of full use only with faq.view@global":                           roleNamed(t, "R", FAQEdit.At(ScopeGlobal), FAQView.At(ScopeGroup)),
		"topic.edit_own@global is of full use only with topic.create@restricted":             roleNamed(t, "R", TopicEditOwn.At(ScopeGlobal), TopicView.At(ScopeRestricted)),
		"contact.create@global is of full use only with contact.view@restricted":             roleNamed(t, "R", ContactCreate.At(ScopeGlobal)),
		"agent.edit is of full use only with agent.view":                                     roleNamed(t, "R", AgentEdit.At(ScopeGlobal)),
		"conversation.reply@in_group is of full use only with conversation.view@in_group":    roleNamed(t, "R", ConversationReply.At(InGroup), ConversationView.At(ScopeRestricted)),
		"ticket.note.edit_own@group is of full use only with ticket.note.private@restricted": roleNamed(t, "R", TicketNoteEditOwn.At(ScopeGroup), TicketView.At(ScopeGroup)),
	} {
		assert.Equal(t, []string{want}, warnings(role))
		change := setOf(t).Diff(setOf(t, role))
		require.Len(t, change, 1)
		assert.Equal(t, role.Warnings(), change[0].Warnings())
		assert.Empty(t, RoleChange{role.Name(), role, role}.Warnings(), "unchanged permissions do not warn again")
	}
	assert.Empty(t, roleNamed(t, "R", TicketExport.At(ScopeGlobal), ReportSchedule.At(ScopeGroup), ArticleView.At(ScopeGroup)).Warnings())
	assert.Empty(t, Role{}.Warnings())
}

func warnings(role Role) (all []string) {
	for _, w := range role.Warnings() {
		all = append(all, w.String())
	}
	return all
}

// checkUseful checks that each permission of the role that carries no warning allows
// some request, that the others allow none if they reach nothing, and that the holder
// can log in.
func checkUseful(t *testing.T, role Role) {
	t.Helper()
	holder, used := riya(wide(role, ScopeGlobal)), map[ActionID]bool{}
	holder.Contact, holder.Company = "c-riya", "m-riya" // so that she can be a requester
	holder.Account.RoleAuthors = AuthorsByPermission    // so that making roles counts
	for d := range Compare(bob(), holder).Gained() {
		require.True(t, d.Allowed.Authorize().Allowed(), "%v", d)
		used[d.Permission.Action] = true
	}
	reachesNothing := map[ActionID]bool{}
	for _, w := range role.Warnings() {
		if w.Needs == (Permission{}) {
			reachesNothing[w.Permission.Action] = true
		}
	}
	for p := range role.Permissions().All() {
		require.Equal(t, !reachesNothing[p.Action], used[p.Action], "%v of %v", p, role)
	}
	check(t, holder, SessionLogin, acme, map[bool]Reason{false: AllowedAll, true: NoPermission}[role.Permissions().Empty()])
}

// viewedWith maps each viewing action to the actions on the same resources.
var viewedWith = func() map[ActionID]map[ActionID]bool {
	with := map[ActionID]map[ActionID]bool{}
	for name, a := range oracle.Actions {
		kind := cmp.Or(oracle.Parts[a.Kind], map[string]string{"note": "ticket", "role_assignment": "agent", "group_membership": "agent"}[a.Kind], a.Kind)
		view := map[string]string{"time_entry": "time", "canned_response": "", "shared_agent": "shared_agent"}
		prefix, renamed := view[kind]
		if !renamed {
			prefix = kind
		}
		id, err := library.ParseAction(prefix + ".view")
		if err != nil || a.Category == "host" || !slices.Contains([]string{kind, a.Kind}, oracle.Actions[id.String()].Kind) {
			continue
		}
		if with[id] == nil {
			with[id] = map[ActionID]bool{}
		}
		with[id][worlds.ActionID(name)] = true
	}
	return with
}()

// checkViewsWhatItChanges checks over many resources, in and out of groups and
// workspaces, owned or not, that the role permits viewing whatever it permits
// changing, unless it warns of the permission.
func checkViewsWhatItChanges(t *testing.T, role Role) {
	t.Helper()
	holder := riya(wide(role, ScopeGlobal))
	warned := map[ActionID]bool{}
	for _, w := range role.Warnings() {
		warned[w.Permission.Action] = true
	}
	for p := range role.Permissions().All() {
		if id := p.Action; id.RequiredAccess() != Edit || warned[id] || id.IsHost() {
			continue
		}
		for view, of := range viewedWith {
			if !of[p.Action] {
				continue
			}
			for _, thing := range viewables(p.Action) {
				if thing.whole.Authorize(holder, p.Action).Allowed() {
					require.True(t, thing.viewed.Authorize(holder, view).Allowed(), "%v allows %v and not %v on %+v", role, p.Action, view, thing.viewed.Value)
				}
			}
		}
	}
}

// A viewable is a resource that an action changes, and the resource to view for it.
type viewable struct{ whole, viewed worlds.Resource }

// viewables returns resources for the action.
func viewables(id ActionID) []viewable {
	viewableLock.Lock()
	defer viewableLock.Unlock()
	if known, ok := viewableThings[id]; ok {
		return known
	}
	b, all := worlds.NewBuilder(map[*oracle.Role]Role{}), []viewable{}
	for _, thing := range enumThings(oracle.Actions[id.String()].Kind, []string{"acme"}, []string{"", "it"}, []string{"", "billing", "refunds", "apac"}, []string{"", "riya", "tom"}) {
		viewed := thing
		switch {
		case oracle.Actions[id.String()].Creates: // the creator owns it
			made := *thing
			made.Author, viewed = "riya", &made
		case thing.Kind == "note", thing.Kind == "ticket_assignment", thing.Kind == "conversation_assignment":
			viewed = thing.Part
		case thing.From != nil:
			viewed = thing.From
		case thing.Kind == "role_assignment", thing.Kind == "group_membership":
			viewed = &oracle.Thing{Kind: "agent", Agent: thing.Agent}
		}
		all = append(all, viewable{b.Resource(thing), b.Resource(viewed)})
	}
	viewableThings[id] = all
	return all
}

var (
	viewableLock   sync.Mutex
	viewableThings = map[ActionID][]viewable{}
)

// A shared agent edits its own topics, uses templates without creating tickets, and
// views the contacts that it adds (A35).
func sharedAgentPermissionsAreUseful(t *testing.T) {
	topic := Topic{Account: "acme", Author: "sam"}
	check(t, sam(), TopicCreate, topic, AllowedAll)
	check(t, sam(), TopicEditOwn, topic, AllowedOwn)
	check(t, sam(), TopicEditOwn, Topic{Account: "acme", Author: "bob"}, NotOwn)

	mine, unseen := from(customer("emea")), from(customer("apac"))
	check(t, sam(), TicketCreate, Workspace{Account: "acme"}, NoPermission) // [S44]
	check(t, sam(), TicketTemplateUse, mine, AllowedContact)                // [S5]
	check(t, sam(), TicketTemplateUse, unseen, OutOfScope)
	check(t, riya(wide(AgentRole.Role(), ScopeGroup)), TicketTemplateUse, ticketOf("refunds", ""), ViewOnly) // a template edits the ticket

	added, theirs := *customer("apac"), *customer("apac")
	added.Owner, theirs.Owner = "sam", "bob"
	for _, scope := range []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal} {
		who := sam(wide(SharedAgentRole.Role(), scope))
		check(t, who, ContactCreate, added, AllowedAll)
		for _, action := range []Action[Contact]{ContactView, ContactEdit} { // [S36] [S37]
			check(t, who, action, added, AllowedOwn)
			check(t, who, action, theirs, OutOfScope) // at every scope
			check(t, who, action, *customer("emea"), AllowedContact)
			assert.True(t, ptr(FilterFor(who, action)).Match(&added))
			assert.False(t, ptr(FilterFor(who, action)).Match(&theirs))
		}
		check(t, who, CompanyView, Company{Account: "acme", Owner: "sam"}, AllowedOwn)
	}
	check(t, sam(custom(t, ContactView.At(ScopeGlobal))), ContactView, theirs, OutOfScope)
	// It reaches the tickets of contacts that the CRM shows it [S16].
	check(t, sam(), TicketView, from(&added), OutOfScope)
}

// View access to a group is enough to add private notes, to a conversation as to a
// ticket. Each action on both types requires the same access.
func viewersAddPrivateNotes(t *testing.T) {
	notes := custom(t, ConversationNotePrivate.At(InGroup), TicketNotePrivate.At(ScopeGroup))
	check(t, riya(notes), TicketNotePrivate, ticketOf("refunds", ""), AllowedGroup) // view access only
	check(t, riya(notes), ConversationNotePrivate, chatOf("refunds", ""), AllowedGroup)
	check(t, riya(notes), ConversationNotePrivate, chatOf("apac", ""), OutOfScope)
	check(t, riya(custom(t, ConversationReply.At(InGroup))), ConversationReply, chatOf("refunds", ""), ViewOnly)
	lists(t, riya(notes), ConversationNotePrivate, clause(outside, both))
	for conversation, ticket := range map[ActionID]ActionID{
		ConversationView.ID(): TicketView.ID(), ConversationReply.ID(): TicketReply.ID(), ConversationNotePrivate.ID(): TicketNotePrivate.ID(),
		ConversationAssign.ID(): TicketAssign.ID(), ConversationTake.ID(): TicketBeAssigned.ID(), ConversationResolve.ID(): TicketStatusSet.ID(),
		ConversationExport.ID(): TicketExport.ID(),
	} {
		assert.Equal(t, ticket.RequiredAccess(), conversation.RequiredAccess(), "%v as %v", conversation, ticket)
	}
}

// The account administrator's role held Everywhere reaches every workspace, open or
// closed. Only its holders can give it that way (A32).
func ownerReachesEveryWorkspace(t *testing.T) {
	everywhere := func(role Role, scope Scope) Binding {
		return Binding{Role: role, Workspace: Everywhere, TicketScope: scope}
	}
	boss := AccountAdministratorRole.Role()
	owner := riya(everywhere(boss, ScopeGlobal))
	for _, w := range []WorkspaceID{"", "it", "legal", "founded meanwhile"} {
		check(t, owner, TicketReply, Ticket{Account: "acme", Workspace: w}, AllowedAll)
		check(t, owner, SettingsManage, Settings{Account: "acme", Workspace: w}, AllowedAll)
		check(t, owner, WorkspaceManage, Workspace{ID: w, Account: "acme"}, AllowedAll)
		check(t, riya(everywhere(AgentRole.Role(), ScopeGroup)), TicketReply, Ticket{Account: "acme", Workspace: w, Group: "billing"}, AllowedGroup)
		check(t, riya(everywhere(AgentRole.Role(), ScopeGroup)), TicketReply, Ticket{Account: "acme", Workspace: w, Group: "apac"}, OutOfScope)
	}
	check(t, owner, ContactView, Contact{Account: "acme"}, AllowedAll)
	check(t, owner, RoleCreate, newRole(t, "Tier 2"), AllowedAll)
	check(t, owner, TicketView, Ticket{Account: "initech", Workspace: "it"}, OtherAccount)
	check(t, riya(wide(boss, ScopeGlobal)), TicketReply, Ticket{Account: "acme", Workspace: "legal"}, OtherWorkspace) // account-wide is not Everywhere

	// The filter does not restrict the workspace.
	lists(t, owner, TicketView, clause())
	lists(t, owner, ContactView, clause())
	lists(t, riya(everywhere(AgentRole.Role(), ScopeGroup)), TicketReply, clause(billing), clause(mine))
	lists(t, riya(everywhere(AgentRole.Role(), ScopeRestricted), inWorkspace("it", AgentRole.Role())), TicketReply, clause(asks(ConditionWorkspace, "it")), clause(mine))
	lists(t, riya(everywhere(AgentRole.Role(), ScopeGlobal), Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGroup}), TicketReply, clause())

	// It has more authority than the role held account-wide, in every closed workspace.
	assert.Equal(t, []string{`ticket.view@global in workspace "example"`, `ticket.view@global in workspace "it"`}, sentences(Compare(
		riya(wide(custom(t, TicketView.At(ScopeGlobal)).Role, ScopeGlobal)), riya(everywhere(custom(t, TicketView.At(ScopeGlobal)).Role, ScopeGlobal))).Gained()))
	lead := roleNamed(t, "Lead", AgentRoleAssign.At(ScopeGlobal), TicketView.At(ScopeGlobal))
	view := custom(t, TicketView.At(ScopeGlobal)).Role
	check(t, riya(wide(lead, ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), everywhere(view, ScopeGlobal)}, BeyondAuthority)
	check(t, riya(wide(lead, ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), wide(view, ScopeGlobal)}, AllowedAll)
	check(t, riya(everywhere(lead, ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), everywhere(view, ScopeGlobal)}, AllowedAll)
	check(t, owner, AgentRoleAssign, RoleAssignment{bob(), everywhere(boss, ScopeGlobal)}, AllowedAll)

	// The last account administrator can hold it both ways, and can give up one of them only.
	one, both := bob(everywhere(boss, ScopeGlobal)), bob(everywhere(boss, ScopeGlobal), wide(boss, ScopeGlobal))
	check(t, owner, AgentDelete, *one, LastAdministrator)
	check(t, owner, AgentRoleRemove, RoleAssignment{one, one.Bindings[0]}, LastAdministrator)
	check(t, owner, AgentRoleRemove, RoleAssignment{both, both.Bindings[0]}, AllowedAll)
	check(t, owner, AgentRoleRemove, RoleAssignment{both, both.Bindings[1]}, AllowedAll)

	// A support grant is limited to its workspaces (A11).
	_, _, err := NewSupportGrant(owner, SupportGrantTerms{ID: "g1", Roles: []Role{boss}, Workspaces: map[WorkspaceID][]Role{Everywhere: nil}, Engineers: letIn}, noon)
	require.EqualError(t, err, `deskpolicy: support grant "g1": "**" is not the ID of a workspace; name a single workspace`)
	check(t, at(granted(t, SupportGrantTerms{Roles: []Role{boss}}), noon), TicketView, Ticket{Account: "acme", Workspace: "it"}, OtherWorkspace)
}

// A permission without a level in a file gets the scope that is useful for it, and a
// level that is not useful is refused. A resource to be created counts as the
// subject's own while it has no assignee.
func levelsOnlyWhereNeeded(t *testing.T) {
	file := func(level, permission string) (Role, error) {
		set, err := DecodeRoles([]byte(fmt.Sprintf(`{"version": 1, "account": "acme", "roles": [{"name": "R", %s"permissions": [%q]}]}`, level, permission)), nil)
		if err != nil {
			return Role{}, err
		}
		return set.Role("R")
	}
	scopeless := 0
	for id := range Actions() {
		if !grantable(id) || id.Relations() != Anything {
			continue
		}
		scopeless++
		want := NewPermissions(id.At(ScopeGlobal))
		for _, level := range []string{"", `"level": "restricted", `, `"level": "group", `, `"level": "global", `} {
			for _, text := range []string{id.String(), id.String() + "@global"} {
				role, err := file(level, text)
				require.NoError(t, err)
				require.Equal(t, want, role.Permissions(), "%s%s", level, text)
			}
		}
		for _, scope := range []Scope{ScopeRestricted, ScopeGroup} {
			refused := fmt.Sprintf("%v takes no scope", id)
			_, err := file("", id.String()+"@"+scope.String())
			require.ErrorContains(t, err, refused)
			_, err = NewRole("acme", "R", NewPermissions(id.At(scope)), nil)
			require.ErrorContains(t, err, refused)
		}
		data, err := must(NewRoleSet("acme", roleNamed(t, "R", id.At(ScopeGlobal)))).Encode(nil)
		require.NoError(t, err)
		assert.Contains(t, string(data), fmt.Sprintf("%q\n", id.String()))
	}
	assert.GreaterOrEqual(t, scopeless, 30)

	interns, err := file("", "conversation.view@global")
	require.NoError(t, err)
	check(t, riya(wide(interns, 0)), SessionLogin, acme, AllowedAll)

	creates(t, FAQCreate, func(author AgentID) FAQ { return FAQ{Account: "acme", Author: author} })
	creates(t, ArticleDraft, func(author AgentID) Article { return Article{Account: "acme", Author: author} })
	creates(t, TopicCreate, func(author AgentID) Topic { return Topic{Account: "acme", Author: author} })
	creates(t, CampaignCreate, func(author AgentID) Campaign { return Campaign{Account: "acme", Author: author} })
	creates(t, ReportCreate, func(owner AgentID) Report { return Report{Account: "acme", Team: "apac", Owner: owner} })
	creates(t, ContactCreate, func(owner AgentID) Contact { return Contact{Account: "acme", Owner: owner} })
	check(t, riya(custom(t, FAQEdit.At(ScopeRestricted))), FAQEdit, FAQ{Account: "acme"}, OutOfScope) // an existing article
}

// creates tests a creating action at each of its scopes, on a resource without an
// assignee, one assigned to the subject and one assigned to another agent.
func creates[R Resource](t *testing.T, action Action[R], thing func(AgentID) R) {
	t.Helper()
	held := func(scope Scope) (Subject, Subject) {
		b := custom(t, action.At(scope))
		return riya(b), sam(b)
	}
	for _, scope := range levels {
		if action.ID().Relations()&scope == 0 {
			continue
		}
		agent, shared := held(scope)
		for _, who := range []Subject{agent, shared} {
			for owner, allowed := range map[AgentID]bool{"": true, idOf(who): true, "somebody": scope == ScopeGlobal} {
				it := thing(owner)
				d := Authorize(who, action, &it)
				assert.Equal(t, allowed, d.Allowed(), "%v@%v of %q: %v", action, scope, owner, d)
				assert.Equal(t, allowed, ptr(FilterFor(who, action)).Match(&it), "%v@%v of %q", action, scope, owner)
			}
		}
	}
	restricted, _ := held(ScopeRestricted)
	global, _ := held(ScopeGlobal)
	assert.Equal(t, OrderingWider, Compare(restricted, global).Ordering())
	assert.Equal(t, []string{action.At(ScopeGlobal).String()}, sentences(Compare(restricted, global).Gained()))
	for d := range Compare(restricted, global).Gained() {
		replays(t, d)
	}
}

// There is one Administrator role, with every permission of the account administrator
// except making roles. Each role name in the documents refers to one built-in role (A25) (A33).
func oneAdministrator(t *testing.T) {
	missing := AccountAdministratorRole.Role().Permissions().Minus(AdministratorRole.Role().Permissions())
	for p := range missing.All() {
		assert.True(t, p.Action.InClass(ClassRoleAuthoring), "%v", p)
	}
	assert.True(t, missing.Has(RoleCreate.At(ScopeGlobal)) && missing.Has(RoleClone.At(ScopeGlobal)))
	set, offersAll := setOf(t, newRole(t, "Tier 2")), setOf(t, append(everyBuiltIn, newRole(t, "Tier 2"))...)
	for name, want := range map[string]Role{
		"Account Admin": AccountAdministratorRole.Role(), "Owner": AccountAdministratorRole.Role(), // [R5] [R16]
		"Admin": AdministratorRole.Role(), "Administrator": AdministratorRole.Role(), // [R4] [G13] [R16]
		"Support Agent": SupportAgentRole.Role(), "Support Manager": SupportManagerRole.Role(),
		"Marketing User": MarketingUserRole.Role(), "Marketing Manager": MarketingManagerRole.Role(), "Restricted User": RestrictedUserRole.Role(),
		"Sales User": SalesUserRole.Role(), "Sales Manager": SalesManagerRole.Role(),
		"Shared agent": SharedAgentRole.Role(), // [S1]
	} {
		role, err := BuiltInRole(name)
		require.NoError(t, err)
		assert.Equal(t, want, role, name)
		role, err = offersAll.Role(name)
		require.NoError(t, err)
		assert.Equal(t, want, role, name)
		_, err = set.Role(name)
		require.ErrorContains(t, err, "unknown role", "a set that offers none")
		for _, taken := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
			refused := fmt.Sprintf("role %q: the name is taken by the built-in role %q; choose another name", taken, want)
			_, err := NewRoleSet("acme", newRole(t, taken), want)
			require.EqualError(t, err, "deskpolicy: "+refused)
			_, err = DecodeRoles([]byte(fmt.Sprintf(`{"version": 1, "account": "acme", "roles": [{"name": %q, "permissions": []}], "built_in": [%q]}`, taken, want)), nil)
			require.ErrorContains(t, err, refused)
		}
	}
	_, err := BuiltInRole("Messenger Administrator")
	require.Error(t, err)
}

// An agent who administers agents can administer those with less authority. The
// Administrator can administer holders of every built-in role except the account
// administrator's.
func administratorsAdminister(t *testing.T) {
	adam := &Agent{ID: "adam", Account: acme, Bindings: []Binding{inOpen(AdministratorRole.Role(), ScopeGlobal)}}
	for _, role := range rolesOfAgents() {
		want := AllowedAll
		if role == AccountAdministratorRole.Role() {
			want = BeyondAuthority
		}
		for _, held := range []Binding{wide(role, ScopeRestricted), wide(role, ScopeGroup), wide(role, ScopeGlobal)} {
			administers(t, adam, held, want)
		}
		administers(t, adam, inWorkspace("it", role), AllowedAll) // it does not make roles there
	}
	administers(t, adam, inWorkspace("legal", AgentRole.Role()), BeyondAuthority)                                           // a closed workspace
	administers(t, adam, Binding{Role: AgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}, BeyondAuthority) // more than account-wide
	administers(t, owner(), Binding{Role: AgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}, AllowedAll)   // the account administrator can
	// The holder of any custom role can administer holders of a part of it.
	rapid.Check(t, func(rt *rapid.T) {
		pick := rapid.SliceOfDistinct(rapid.SampledFrom(slices.Collect(Actions())), func(id ActionID) ActionID { return id })
		var all, part Permissions
		for i, id := range pick.Draw(rt, "permissions") {
			if p := NewPermissions(id.At(ScopeGlobal)); grantable(id) {
				if all = all.Union(p); i%2 == 0 {
					part = part.Union(p)
				}
			}
		}
		for p := range NewPermissions(AgentEdit.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentDelete.At(ScopeGlobal)).All() {
			all = all.Union(NewPermissions(p))
		}
		lead := riya(wide(must(NewRole("acme", "Lead", all, nil)), ScopeGlobal))
		administers(t, lead, wide(must(NewRole("acme", "Part", part, nil)), ScopeGroup), AllowedAll)
	})
}

// administers checks whether the subject can edit a holder of the binding, give the binding and take it away.
func administers(t *testing.T, by *Agent, held Binding, want Reason) {
	t.Helper()
	holder := &Agent{ID: "bob", Account: acme, Bindings: []Binding{held}}
	holder.Account.Administrators = nil
	check(t, by, AgentEdit, *holder, want)
	check(t, by, AgentRoleAssign, RoleAssignment{bob(), held}, want)
	check(t, by, AgentScopeEdit, RoleAssignment{holder, held}, want)
	if want == AllowedAll && held.Role == AccountAdministratorRole.Role() && held.Workspace != "it" {
		want = LastAdministrator
	}
	check(t, by, AgentDelete, *holder, want)
	check(t, by, AgentRoleRemove, RoleAssignment{holder, held}, want)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func idOf(who Subject) AgentID {
	switch s := who.(type) {
	case *Agent:
		return s.ID
	case *SharedAgent:
		return s.ID
	case *SupportSession:
		return s.ID()
	}
	return ""
}
