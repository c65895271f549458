package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// author returns riya with the bindings, in an account where permissions to make roles count.
func author(bindings ...Binding) *Agent {
	me := riya(bindings...)
	me.Account.RoleAuthors, me.Account.Integrated = AuthorsByPermission, false
	return me
}

// authorOf returns a binding of a role with the permissions, held everywhere.
func authorOf(t testing.TB, permissions ...Permission) Binding {
	return Binding{Role: roleOf(t, "Author", permissions...), Workspace: Everywhere, TicketScope: ScopeGlobal}
}

var makesRoles = []Permission{RoleCreate.At(ScopeGlobal), RoleUpdate.At(ScopeGlobal), RoleDelete.At(ScopeGlobal), RoleClone.At(ScopeGlobal)}

// Where permissions to make roles count, an author makes and changes the roles that its own
// authority covers, and no others (A68).
func TestRoleAuthors(t *testing.T) {
	with := func(permissions ...Permission) *Agent {
		return author(authorOf(t, append(permissions, makesRoles...)...))
	}
	of := func(permissions ...Permission) Role { return roleOf(t, "Made", permissions...) }
	reply := TicketReply.At
	lead := with(reply(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal))
	for _, action := range []Action[Role]{RoleCreate, RoleUpdate, RoleDelete, RoleClone} {
		for _, scope := range []Scope{ScopeGlobal, ScopeGroup, ScopeRestricted, Unassigned, MyCustomers, SameCompany} {
			check(t, lead, action, of(reply(scope)), AllowedAll)
		}
		check(t, lead, action, of(), AllowedAll)
		check(t, lead, action, of(append(makesRoles, AgentRoleAssign.At(ScopeGlobal))...), AllowedAll)
		check(t, lead, action, of(reply(ScopeGlobal), TicketDelete.At(ScopeRestricted)), BeyondAuthority)
		check(t, author(authorOf(t, reply(ScopeGlobal))), action, of(reply(ScopeGlobal)), NoPermission)
		administrators := *lead
		administrators.Account.RoleAuthors = AuthorsAreAdministrators
		check(t, &administrators, action, of(reply(ScopeGlobal)), RoleAuthoringReserved)
		administrators.Account.RoleAuthors = AuthorsByPermission + 1
		check(t, &administrators, action, of(reply(ScopeGlobal)), RoleAuthoringReserved)
		check(t, author(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), action, of(TicketDelete.At(ScopeGlobal)), AllowedAll)
	}
	check(t, lead, RoleUpdate, AgentRole.Role(), BuiltInImmutable)
	check(t, lead, RoleClone, AgentRole.Role(), BeyondAuthority)
	check(t, with(slices.Collect(AgentRole.Role().Permissions().All())...), RoleClone, AgentRole.Role(), AllowedAll)

	// Another agent, in another group, could hold it.
	check(t, with(reply(InGroup)), RoleCreate, of(reply(InGroup)), BeyondAuthority)
	check(t, with(reply(SameCompany)), RoleCreate, of(reply(SameCompany)), BeyondAuthority)
	check(t, with(reply(Unassigned)), RoleCreate, of(reply(GroupQueue)), AllowedAll)
	check(t, with(reply(Assigned)), RoleCreate, of(reply(Assigned)), AllowedAll) // what is the holder's own
	// And they could hold it everywhere, at every ticket scope.
	for _, b := range []Binding{
		wide(of(append(makesRoles, reply(ScopeGlobal))...), ScopeGlobal), inOpen(of(append(makesRoles, reply(ScopeGlobal))...), ScopeGlobal),
		{Role: of(append(makesRoles, reply(ScopeGlobal))...), Workspace: Everywhere, TicketScope: ScopeGroup},
	} {
		check(t, author(b), RoleCreate, of(reply(ScopeGlobal)), BeyondAuthority)
	}
	check(t, author(wide(of(append(makesRoles, AuditView.At(ScopeGlobal))...), 0)), RoleCreate, of(AuditView.At(ScopeGlobal)), AllowedAll) // which is in no workspace
	inGroups := author(authorOf(t, append(makesRoles, reply(InGroup))...), Binding{Role: of(reply(ScopeGlobal)), Workspace: Everywhere, TicketScope: ScopeGlobal, Group: "a group of a holder"})
	inGroups.Groups = map[GroupID]Access{"a group of a holder'": Edit}
	check(t, inGroups, RoleCreate, of(reply(InGroup)), BeyondAuthority)

	// With a CRM, a shared agent could hold it, who sees other customers.
	mine := with(ContactView.At(MyCustomers))
	check(t, mine, RoleCreate, of(ContactView.At(MyCustomers)), AllowedAll)
	mine.Account.Integrated = true
	check(t, mine, RoleCreate, of(ContactView.At(MyCustomers)), BeyondAuthority)

	for _, c := range []struct {
		by   *Agent
		role Role
		want []string
	}{
		{lead, of(reply(ScopeGlobal), TicketDelete.At(ScopeRestricted)), []string{"ticket.delete@restricted"}},
		{with(reply(InGroup)), of(reply(InGroup)), []string{"ticket.reply@in_group"}},
		{mine, of(ContactView.At(MyCustomers)), []string{"contact.view@my_customers"}},
	} {
		var lacks []string
		for d := range MissingAuthority(NewRequest(c.by, RoleUpdate, &c.role)) {
			lacks = append(lacks, d.Permission.String())
		}
		assert.Equal(t, c.want, slices.Compact(lacks))
		for range MissingAuthority(NewRequest(c.by, RoleUpdate, &c.role)) {
			break // a form can show the first only
		}
	}
}

// The role of docs/roleeditor.md that permits everything covers every role that permits none of the host's actions,
// and those of the host that it is given.
func TestNewAdmin(t *testing.T) {
	admin, err := newAdmin("acme", InvoiceView.ID())
	require.NoError(t, err)
	for _, integrated := range []bool{false, true} {
		by := author(Binding{Role: admin, Workspace: Everywhere, TicketScope: ScopeGlobal})
		by.Account.Integrated = integrated
		check(t, by, RoleUpdate, admin, AllowedAll)
		check(t, by, RoleUpdate, roleOf(t, "Invoices", InvoiceView.At(ScopeGroup)), AllowedAll)
		check(t, by, RoleUpdate, roleOf(t, "Refunds", InvoiceRefund.At(ScopeGroup)), BeyondAuthority)
		for _, builtIn := range slices.Collect(by.Account.BuiltInRoles()) {
			var permissions []Permission
			for p := range builtIn.Permissions().All() {
				if !p.Action.IsHost() {
					permissions = append(permissions, p)
				}
			}
			check(t, by, RoleUpdate, roleOf(t, "Like "+builtIn.Name(), permissions...), AllowedAll)
		}
	}
}

// AuthorizeRoleChange asks about both sides of a change, so that a role above the author's
// cannot be cut down, and one within it not widened.
func TestAuthorizeRoleChange(t *testing.T) {
	lead := author(authorOf(t, append(makesRoles, TicketReply.At(ScopeGlobal))...))
	little, much := roleOf(t, "R", TicketReply.At(ScopeGroup)), roleOf(t, "R", TicketReply.At(ScopeGroup), TicketDelete.At(ScopeGroup))
	less := roleOf(t, "R")
	for _, c := range []struct {
		before, after Role
		want          Reason
	}{
		{Role{}, little, AllowedAll}, {Role{}, much, BeyondAuthority}, {little, Role{}, AllowedAll}, {much, Role{}, BeyondAuthority},
		{little, less, AllowedAll}, {little, much, BeyondAuthority}, {much, little, BeyondAuthority}, {Role{}, Role{}, WrongResource},
		{Role{}, AgentRole.Role(), BuiltInImmutable}, {AgentRole.Role(), Role{}, BuiltInImmutable},
	} {
		assert.Equal(t, c.want, AuthorizeRoleChange(lead, RoleChange{"R", c.before, c.after}).Reason, "%v to %v", c.before.Permissions(), c.after.Permissions())
	}
	for _, c := range setOf(t, little).Diff(setOf(t, less)) {
		assert.True(t, AuthorizeRoleChange(lead, c).Allowed())
		assert.Equal(t, BeyondAuthority, AuthorizeRoleChange(author(), c).Reason)
	}
}

// Changes of oneself are allowed exactly if the authority before covers that after (F19) (A69).
func TestOwnChangesAreExact(t *testing.T) {
	checkOften(t)
	changes := roleOf(t, "Changes", AgentRoleAssign.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal), AgentEdit.At(ScopeGlobal))
	work := rapid.SampledFrom([]Role{
		AgentRole.Role(), roleOf(t, "View", TicketView.At(ScopeGlobal)), roleOf(t, "Secret", TicketConfidential.At(ScopeGlobal)),
		roleOf(t, "Asks", TicketView.At(Requested|SameCompany|Assigned), ConversationReply.At(InGroup|Requested)),
		roleOf(t, "Follows", TicketView.At(Participating), ConversationReply.At(Participating|SameCompany)),
		roleOf(t, "Team", TicketView.At(InGroup), TicketReply.At(ScopeGroup), ConversationView.At(InGroup)),
	})
	made := map[Reason]int{}
	rapid.Check(t, func(t *rapid.T) {
		binding := rapid.Custom(func(t *rapid.T) Binding {
			return Binding{
				Role: work.Draw(t, "role"), Workspace: rapid.SampledFrom([]WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, "it"}).Draw(t, "workspace"),
				Group:       rapid.SampledFrom([]GroupID{"", "", "", "billing"}).Draw(t, "held in"),
				TicketScope: rapid.SampledFrom([]Scope{ScopeGlobal, ScopeGroup, ScopeRestricted, Requested | InGroup, Unassigned}).Draw(t, "ticket scope"),
			}
		})
		me := riya(append(rapid.SliceOfN(binding, 1, 4).Draw(t, "bindings"), Binding{Role: changes, Workspace: Everywhere, TicketScope: ScopeRestricted})...)
		me.Groups = rapid.MapOfN(rapid.SampledFrom([]GroupID{"billing", "refunds"}), rapid.SampledFrom([]Access{View, Edit}), 0, 2).Draw(t, "groups")
		me.Contact, me.Company = rapid.SampledFrom([]ContactID{"", "c-1"}).Draw(t, "contact"), rapid.SampledFrom([]CompanyID{"", "m-1"}).Draw(t, "company")
		after := *me
		var d Decision
		switch rapid.SampledFrom([]string{"assign", "scope", "group", "edit"}).Draw(t, "change") {
		case "assign":
			b := binding.Draw(t, "new")
			after.Bindings = append(slices.Clone(me.Bindings), b)
			d = Authorize(me, AgentRoleAssign, &RoleAssignment{me, b})
		case "scope":
			b := me.Bindings[0]
			b.TicketScope = binding.Draw(t, "new").TicketScope
			after.Bindings = append(slices.DeleteFunc(slices.Clone(me.Bindings), func(held Binding) bool {
				return held.Role == b.Role && held.Workspace == b.Workspace && held.Group == b.Group
			}), b)
			d = Authorize(me, AgentScopeEdit, &RoleAssignment{me, b})
		case "group":
			group, access := rapid.SampledFrom([]GroupID{"billing", "refunds", "apac"}).Draw(t, "group"), rapid.SampledFrom([]Access{NoAccess, View, Edit}).Draw(t, "access")
			after.Groups = map[GroupID]Access{}
			for g, a := range me.Groups {
				after.Groups[g] = a
			}
			after.Groups[group] = access
			d = Authorize(me, AgentGroupAssign, &GroupMembership{me, AgentGroup{group, "acme"}, access})
		default:
			after.Contact, after.Company = rapid.SampledFrom([]ContactID{"", "c-1", "c-2"}).Draw(t, "new contact"), rapid.SampledFrom([]CompanyID{"", "m-1", "m-2"}).Draw(t, "new company")
			d = Authorize(me, AgentEdit, &after)
		}
		covers := Covers(me, &after)
		want := map[bool]Reason{true: AllowedAll, false: OwnAuthority}[covers]
		require.Equal(t, want, d.Reason, "%v, then %v", me.Bindings, after.Bindings)
		require.False(t, covers && gainsByContact(me, &after), "%v %q %q, then %v %q %q", me.Bindings, me.Contact, me.Company, after.Bindings, after.Contact, after.Company)
		for gained := range Compare(me, &after).Gained() {
			require.True(t, gained.Allowed.Authorize().Allowed(), gained)
			require.False(t, gained.Denied.Authorize().Allowed(), gained)
		}
		made[want]++
	})
	assert.Positive(t, made[AllowedAll])
	assert.Positive(t, made[OwnAuthority])
}

// gainsByContact reports whether the agent reaches something by its new contact or company.
func gainsByContact(before, after *Agent) bool {
	for _, w := range []WorkspaceID{"", "it", "legal"} {
		for _, g := range []GroupID{"", "billing"} {
			for _, secret := range []bool{false, true} {
				for _, by := range []Contact{{ID: after.Contact, Account: "acme"}, {ID: "c-9", Account: "acme", Company: after.Company}} {
					ticket := Ticket{Account: "acme", Workspace: w, Group: g, Assignee: "bob", Requester: &by, Confidential: secret}
					chat := Conversation{Account: "acme", Workspace: w, Group: g, Assignee: "bob", Requester: &by, Confidential: secret}
					if by.ID != after.Contact { // in CC
						ticket.CCs = map[ContactID]Access{after.Contact: Edit}
						chat.CCs = ticket.CCs
					}
					if Authorize(after, TicketView, &ticket).Allowed() && !Authorize(before, TicketView, &ticket).Allowed() ||
						Authorize(after, ConversationReply, &chat).Allowed() && !Authorize(before, ConversationReply, &chat).Allowed() {
						return true
					}
				}
			}
		}
	}
	return false
}

func init() { faults["F19"] = ownRecord }

// The account administrator, alone on the desk, saves her own record, and joins groups that
// she reaches anyway (F19). Of another record of herself, and of a shared agent with her ID,
// she gets nothing.
func ownRecord(t *testing.T) {
	ada := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	ada.Account.Administrators = []AgentID{"riya"}
	for _, action := range []Action[Agent]{AgentEdit, AgentCreate, AgentImpersonate, AgentKeyManage} {
		check(t, ada, action, *ada, AllowedAll)
	}
	check(t, ada, AgentDelete, *ada, LastAdministrator)
	check(t, ada, AgentGroupAssign, inGroup(ada, "billing", Edit), AllowedAll)
	check(t, ada, AgentRoleAssign, RoleAssignment{ada, wide(SupervisorRole.Role(), ScopeGlobal)}, AllowedAll)
	check(t, ada, AgentRoleAssign, RoleAssignment{ada, Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal}}, OwnAuthority)
	more := *ada
	more.Bindings = append(slices.Clone(ada.Bindings), Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal})
	check(t, ada, AgentCreate, more, OwnAuthority)
	check(t, ada, AgentRoleAssign, RoleAssignment{&more, Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal}}, OwnAuthority)
	shared := sam()
	shared.ID = "riya"
	check(t, ada, SharedAgentEdit, *shared, OwnAuthority)
	check(t, ada, AgentGroupAssign, inGroup(shared, "billing", View), OwnAuthority)
	check(t, ada, AgentRoleAssign, RoleAssignment{shared, wide(SharedAgentRole.Role(), ScopeGlobal)}, OwnAuthority)
	check(t, ada, AgentRoleRemove, RoleAssignment{shared, wide(SharedAgentRole.Role(), ScopeGlobal)}, AllowedAll)
}

// Where two permissions work together, a role means more beside another. With its holders, a change
// of a role gives nobody what neither they nor the author had (A68).
func TestRoleChangeBesideOtherRoles(t *testing.T) {
	effort.Checks(t, 1_000, 5_000, 30_000)
	permissions := rapid.SampledFrom([]Permission{
		TicketView.At(ScopeGlobal), TicketView.At(Assigned), TicketView.At(InGroup), TicketConfidential.At(ScopeGlobal), TicketConfidential.At(InGroup),
		TicketMerge.At(ScopeGlobal), TicketMerge.At(Assigned), TicketMerge.At(Unassigned), ContactMerge.At(ScopeGlobal), ContactMerge.At(Assigned),
	})
	draw := func(t *rapid.T, name string) Role {
		return historyRole(name, rapid.SliceOfN(permissions, 0, 4).Draw(t, name)...)
	}
	var tickets []Ticket
	var contacts []Contact
	for _, assignee := range []AgentID{"", "bob", "tom"} {
		for _, secret := range []bool{false, true} {
			for _, group := range []GroupID{"", "billing", "refunds"} {
				tickets = append(tickets, Ticket{Account: "acme", Group: group, Assignee: assignee, Confidential: secret})
			}
		}
		contacts = append(contacts, Contact{ID: "1", Account: "acme", Owner: assignee})
	}
	reaches := func(who Subject) (all []bool) {
		for i := range tickets {
			all = append(all, Authorize(who, TicketView, &tickets[i]).Allowed())
			for j := range tickets {
				all = append(all, Authorize(who, TicketMerge, &TicketPair{tickets[i], tickets[j]}).Allowed())
			}
		}
		for i := range contacts {
			for j := range contacts {
				all = append(all, Authorize(who, ContactMerge, &ContactPair{contacts[i], contacts[j]}).Allowed())
			}
		}
		return all
	}
	gained, alone := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		c := RoleChange{Name: "Changed", Before: draw(t, "Changed"), After: draw(t, "Changed")}
		own := draw(t, "Own")
		if rapid.Bool().Draw(t, "covers the role alone") {
			own = historyRole("Own", slices.Collect(c.Before.Permissions().Union(c.After.Permissions()).All())...)
		}
		by := author(Binding{Role: historyRole("Author", makesRoles...), Workspace: Everywhere, TicketScope: ScopeGlobal}, Binding{Role: own, Workspace: Everywhere, TicketScope: ScopeGlobal})
		by.ID = "olga"
		hold := func(role Role) *Agent {
			return &Agent{ID: "bob", Account: by.Account, Bindings: []Binding{wide(role, ScopeGlobal), wide(draw(t, "Beside"), ScopeGlobal)}, Groups: map[GroupID]Access{"billing": Edit}}
		}
		before := hold(c.Before)
		after := *before
		after.Bindings = []Binding{wide(c.After, ScopeGlobal), before.Bindings[1]}
		asBob := *by
		asBob.ID, asBob.Groups = "bob", before.Groups // "assigned to me" and "my groups" mean the same for both
		had, has, could := reaches(before), reaches(&after), reaches(&asBob)
		widens := false
		for i := range has {
			widens = widens || has[i] && !had[i] && !could[i]
		}
		d := AuthorizeRoleChange(by, c, before)
		missing := slices.Collect(MissingRoleAuthority(by, c, nil, before))
		require.Equal(t, d.Reason == BeyondAuthority, len(missing) > 0, "%v, but missing are %v", d, missing)
		for _, d := range missing {
			require.True(t, d.Allowed.Authorize().Allowed() && !d.Denied.Authorize().Allowed(), "%v", d)
		}
		require.False(t, widens && d.Allowed(), "%v to %v beside %v by %v", c.Before.Permissions(), c.After.Permissions(), before.Bindings[1].Role.Permissions(), by.Bindings[1].Role.Permissions())
		if d.Allowed() && c.After.Permissions() != c.Before.Permissions() {
			gained++
		}
		if AuthorizeRoleChange(by, c).Allowed() && widens {
			alone++
		}
	})
	assert.Positive(t, gained, "some changes are allowed")
	assert.Positive(t, alone, "without its holders, the role alone counts")
}

// The holders of a role are agents and shared agents of the account who are on record.
func TestHoldersOfAChangedRole(t *testing.T) {
	secret, view := roleOf(t, "Secret", TicketConfidential.At(ScopeGlobal)), TicketView.At(ScopeGlobal)
	by := author(authorOf(t, append(makesRoles, view)...))
	c := RoleChange{"R", roleOf(t, "R"), roleOf(t, "R", view)}
	holding := func(others ...Binding) *Agent { return bob(append(others, wide(roleOf(t, "R"), ScopeGlobal))...) }
	foreign, gone := holding(), holding(wide(secret, ScopeGlobal))
	foreign.Account.ID, gone.Deactivated = "globex", true
	for _, test := range []struct {
		holder Subject
		want   Reason
	}{
		{holding(), AllowedAll}, {holding(wide(secret, ScopeGlobal)), BeyondAuthority}, {gone, BeyondAuthority}, {bob(wide(secret, ScopeGlobal)), AllowedAll},
		{holding(during(1, 9, wide(secret, ScopeGlobal))), BeyondAuthority},
		{sam(wide(roleOf(t, "R"), ScopeGlobal)), AllowedAll}, {sam(wide(roleOf(t, "R"), ScopeGlobal), wide(secret, ScopeGlobal)), BeyondAuthority},
		{nil, WrongResource}, {&Customer{ID: "c", Account: acme}, AllowedAll}, {&Customer{ID: "c"}, WrongResource}, {keyWith(holding()), WrongResource}, {holding(Binding{Workspace: AccountWide}), WrongResource}, {foreign, OtherAccount},
	} {
		assert.Equal(t, test.want, AuthorizeRoleChange(by, c, holding(), test.holder).Reason, "%v", test.holder)
	}
	lacks := func(c RoleChange, holders ...Subject) (lacks []string) {
		for d := range MissingRoleAuthority(by, c, nil, holders...) {
			lacks = append(lacks, d.String())
		}
		for range MissingRoleAuthority(by, c, nil, holders...) {
			break // a form can show the first only
		}
		return slices.Compact(lacks)
	}
	much := RoleChange{"R", roleOf(t, "R", view, TicketDelete.At(ScopeGroup)), roleOf(t, "R", view, TicketPurge.At(ScopeGroup))}
	assert.Equal(t, []string{"ticket.view@global on what is confidential", "ticket.confidential@global"}, lacks(c, holding(), gone))
	assert.Subset(t, lacks(much), []string{`ticket.delete@group in group "a group of a holder"`, `ticket.purge@group in group "a group of a holder"`}, "the role as it is counts as well as the role as it will be")
	assert.Empty(t, lacks(c, holding()))
	assert.Empty(t, lacks(c, foreign), "nothing would help")
	// A renamed role is another one, which nobody holds yet.
	renamed := RoleChange{"S", c.Before, roleOf(t, "S", view)}
	assert.Equal(t, BeyondAuthority, AuthorizeRoleChange(by, renamed, holding(wide(secret, ScopeGlobal))).Reason)
	for _, one := range setOf(t, renamed.Before).Diff(setOf(t, renamed.After)) {
		assert.Equal(t, one.Removed(), AuthorizeRoleChange(by, one, holding(wide(secret, ScopeGlobal))).Allowed(), one.Name)
		assert.True(t, AuthorizeRoleChange(by, one).Allowed(), one.Name)
	}
	back := RoleChange{"R", c.After, c.Before}
	assert.Equal(t, AllowedAll, AuthorizeRoleChange(by, back, nil).Reason, "nobody gains by less")
	assert.Equal(t, AllowedAll, AuthorizeRoleChange(author(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), c, holding(wide(secret, ScopeGlobal))).Reason)
}
