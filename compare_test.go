package deskpolicy_test

import (
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// roleHolders returns an agent with n custom roles, held account-wide and in two
// workspaces, and the same agent with one more permission in the last role.
func roleHolders(t testing.TB, n int) (before, after *Agent) {
	t.Helper()
	var bindings []Binding
	for i := range n {
		var permissions []Permission
		for id := range Actions() {
			if int(id)%n == i && grantable(id) {
				permissions = append(permissions, scoped(id, levels[id%3]))
			}
		}
		role, err := NewRole("acme", fmt.Sprintf("Role %d", i), NewPermissions(permissions...), nil)
		require.NoError(t, err)
		bindings = append(bindings, Binding{Role: role, Workspace: []WorkspaceID{AccountWide, "it", "legal"}[i%3], TicketScope: ScopeGlobal})
	}
	before, after = riya(bindings...), riya(append([]Binding{}, bindings...)...)
	last := &after.Bindings[n-1]
	role, err := NewRole("acme", last.Role.Name(), last.Role.Permissions().Union(NewPermissions(TicketPurge.At(ScopeGlobal))), nil)
	require.NoError(t, err)
	last.Role = role
	return before, after
}

// TestCompare compares pairs of subjects and checks the ordering and the first difference
// each way.
func TestCompare(t *testing.T) {
	agent := wide(AgentRole.Role(), ScopeGlobal)
	inIT, inLegal := Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}, Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal}
	gone, elsewhere, unconnected := bob(agent), bob(agent), sam()
	gone.Deactivated, elsewhere.Account.ID, unconnected.Account.Integrated = true, "initech", false
	closed := riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
	closed.Account.OpenWorkspaces = nil
	poor := riya(agent)
	poor.Account.Plan = Plan{}
	seeing := func(user CRMUser) *SharedAgent {
		s := sam()
		s.CRM, s.Now = user, day(4)
		return s
	}
	inHR := map[WorkspaceID][]Role{"hr": {AgentRole.Role()}}
	inBoth := map[WorkspaceID][]Role{"hr": {AgentRole.Role()}, "legal": {AgentRole.Role()}}
	team := sam(custom(t, DashboardView.At(ScopeGroup)))
	team.Groups = map[GroupID]Access{"apac": Edit}
	narrow := func(p Permission) Binding { // the ticket scope limits only tickets
		role := custom(t, p).Role
		return Binding{Role: role, Workspace: "it", TicketScope: ScopeRestricted}
	}
	alone, grouped := sam(narrow(ActionID(FirstHostEdit).At(ScopeRestricted))), sam(narrow(ActionID(FirstHostEdit).At(ScopeGroup)))
	alone.Groups = map[GroupID]Access{"apac": Edit}
	grouped.Groups = alone.Groups
	viewer := custom(t, TicketView.At(ScopeGlobal)).Role
	poorMore := riya(custom(t, TicketAttach.At(ScopeGlobal)))
	poorMore.Account.Plan = Plan{}
	poorSam := sam(custom(t, TicketAttach.At(ScopeShared)))
	poorSam.Account.Plan = Plan{}
	poorSession := granted(t, SupportGrantTerms{}).Session(eve, poor.Account, noon)
	named := sam(custom(t, TicketReply.At(ScopeShared)))
	named.ID = "tom"
	theirs, err := NewRole("initech", "Sales", NewPermissions(ContactView.At(ScopeRestricted)), nil)
	require.NoError(t, err)
	elsewhereSam := sam(wide(theirs, ScopeGlobal))
	elsewhereSam.Account.ID = "initech"
	clerk := wide(roleNamed(t, "Clerks", AppUse.At(ScopeGlobal)), ScopeGlobal)
	refund := wide(roleNamed(t, "Refunds", ActionID(invoiceRefund).At(ScopeGlobal)), ScopeGlobal)
	secrets := Binding{Role: roleNamed(t, "Secrets", TicketConfidential.At(Anything)), Workspace: "it", TicketScope: ScopeGlobal}
	chats := Binding{Role: custom(t, ConversationReply.At(Anything)).Role, Workspace: "it", TicketScope: ScopeGlobal}
	ownRefund := refund
	ownRefund.TicketScope = ScopeRestricted

	onTicket := wide(roleNamed(t, "Refunds", ActionID(invoiceRefund).At(ScopeRestricted)), ScopeRestricted)
	onNoTicket := onTicket
	onNoTicket.TicketScope = 0

	for name, c := range map[string]struct {
		before, after Subject
		relation      Ordering
		gained, lost  string // the first difference, or ""
	}{
		"the same":                                      {riya(agent), riya(agent), OrderingEqual, "", ""},
		"another agent with the same roles":             {bob(agent), &Agent{ID: "zoe", Account: acme, Bindings: []Binding{agent}}, OrderingEqual, "", ""},
		"in another order, twice":                       {bob(agent, inIT), bob(inIT, agent, agent), OrderingEqual, "", ""},
		"no subject and no subject":                     {nil, nil, OrderingEqual, "", ""},
		"no subject and an agent":                       {nil, bob(agent), OrderingWider, "ticket.view@global", ""},
		"an agent and no subject":                       {bob(agent), (*Agent)(nil), OrderingNarrower, "", "ticket.view@global"},
		"a deactivated agent":                           {bob(agent), gone, OrderingNarrower, "", "ticket.view@global"},
		"one role more":                                 {bob(agent), bob(agent, wide(SupervisorRole.Role(), ScopeGlobal)), OrderingWider, "ticket.note.edit_any@global", ""},
		"a lower ticket scope":                          {bob(agent), bob(wide(AgentRole.Role(), ScopeGroup)), OrderingNarrower, "", "ticket.view@global"},
		"two roles for one":                             {bob(custom(t, TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup))), bob(custom(t, TicketView.At(ScopeGlobal)), custom(t, TicketReply.At(ScopeGroup))), OrderingEqual, "", ""},
		"a role that reaches nothing":                   {bob(), bob(custom(t, SettingsManage.At(ScopeRestricted))), OrderingWider, "session.login", ""},
		"a group without a role for it":                 {bob(agent), riya(agent), OrderingEqual, "", ""},
		"a group, by a role for it":                     {bob(wide(AgentRole.Role(), ScopeGroup)), riya(wide(AgentRole.Role(), ScopeGroup)), OrderingWider, `ticket.view@group in group "refunds"`, ""},
		"a workspace":                                   {bob(agent), bob(agent, inLegal), OrderingWider, `ticket.view@global in workspace "legal"`, ""},
		"a workspace for another":                       {bob(inIT), bob(inLegal), OrderingIncomparable, `ticket.view@global in workspace "legal"`, `ticket.view@global in workspace "it"`},
		"a workspace that administrators reach":         {bob(inOpen(AdministratorRole.Role(), ScopeGlobal)), bob(inOpen(AdministratorRole.Role(), ScopeGlobal), inIT), OrderingEqual, "", ""},
		"a workspace that is closed":                    {riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), closed, OrderingNarrower, "", `ticket.view@global in workspace "it"`},
		"groups without what is assigned":               {bob(custom(t, ConversationView.At(ScopeRestricted))), bob(custom(t, ConversationView.At(InGroup))), OrderingNarrower, "", "conversation.view@restricted"},
		"another account":                               {bob(agent), elsewhere, OrderingIncomparable, "ticket.view@global", "ticket.view@global"},
		"a smaller plan":                                {riya(agent), poor, OrderingEqual, "", ""},
		"a shared agent with an agent's role":           {bob(agent), sam(agent), OrderingNarrower, "", "ticket.view@global on what is confidential"},
		"an agent with a shared agent's role":           {sam(), bob(wide(SharedAgentRole.Role(), ScopeRestricted)), OrderingIncomparable, "ticket.view@restricted", "ticket.view@shared"},
		"a shared agent who sees everybody":             {sam(), seeing(CRMUser{ID: "u-sam", Sees: AllRecords}), OrderingWider, "ticket.view@shared", ""},
		"a shared agent who sees its own":               {sam(), seeing(CRMUser{ID: "u-sam", Sees: OwnRecords}), OrderingNarrower, "", "ticket.view@shared"},
		"a shared agent who is another":                 {sam(), seeing(CRMUser{ID: "u-2", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}}), OrderingIncomparable, "ticket.view@shared", "ticket.view@shared"},
		"a shared agent of a desk without a CRM":        {sam(), unconnected, OrderingNarrower, "", "ticket.view@shared"},
		"an account administrator and an administrator": {bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), bob(inOpen(AdministratorRole.Role(), ScopeGlobal)), OrderingNarrower, "", "role.custom.create"},
		"administrators who cannot make roles":          {bob(Binding{Role: AccountAdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}), bob(Binding{Role: AdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}), OrderingEqual, "", ""},
		"what is confidential, by another role":         {bob(chats), bob(chats, secrets), OrderingWider, `ticket.confidential@global in workspace "it"`, ""},
		"a support engineer with the role":              {bob(inOpen(AdministratorRole.Role(), ScopeGlobal)), at(granted(t, SupportGrantTerms{}), noon), OrderingNarrower, "", "ticket.forward@global"},
		"a support engineer too late":                   {at(granted(t, SupportGrantTerms{}), noon), at(granted(t, SupportGrantTerms{}), granted(t, SupportGrantTerms{}).End()), OrderingNarrower, "", "ticket.view@global"},
		"merging in a group":                            {riya(custom(t, TicketMerge.At(ScopeRestricted))), riya(custom(t, TicketMerge.At(ScopeGroup))), OrderingWider, `ticket.merge@group in group "billing"`, ""},
		"assigning in a group":                          {riya(custom(t, TicketAssign.At(ScopeRestricted))), riya(custom(t, TicketAssign.At(ScopeGroup))), OrderingWider, `ticket.assign@group in group "billing"`, ""},
		"assigning out of the groups":                   {riya(custom(t, TicketAssign.At(ScopeGroup))), riya(wide(custom(t, TicketAssign.At(Anything)).Role, ScopeGroup)), OrderingWider, `ticket.assign@group in group "billing"`, ""},
		"routing out of the groups":                     {riya(wide(custom(t, ConversationRoute.At(Anything)).Role, ScopeGroup)), riya(custom(t, ConversationRoute.At(InGroup))), OrderingNarrower, "", "conversation.route@global"},
		"a host's type in a group":                      {alone, grouped, OrderingWider, `host(304)@group in group "apac" in workspace "it"`, ""},
		"a host's type on a ticket, never assigned":     {bob(onNoTicket), sam(onTicket), OrderingIncomparable, "host(304)@restricted", "host(304)@restricted"},
		"a host's type in a workspace":                  {sam(clerk), sam(clerk, narrow(ActionID(FirstHostEdit).At(ScopeGlobal))), OrderingWider, `host(304)@global in workspace "it"`, ""},
		"a workspace to log in by":                      {bob(custom(t)), bob(custom(t), narrow(SettingsManage.At(ScopeRestricted))), OrderingWider, "session.login", ""},
		"a workspace to change the own profile by":      {bob(clerk), bob(clerk, narrow(ProfileEditOwn.At(ScopeRestricted))), OrderingWider, "profile.edit_own@restricted", ""},
		"the own profile by two workspaces":             {bob(narrow(ProfileEditOwn.At(ScopeGlobal))), bob(wide(custom(t, ProfileEditOwn.At(ScopeGlobal)).Role, 0)), OrderingEqual, "", ""},
		"a role that is held nowhere":                   {bob(), bob(Binding{Role: AgentRole.Role(), Workspace: "", TicketScope: ScopeGlobal}), OrderingEqual, "", ""},
		"a host's action in a session":                  {at(granted(t, SupportGrantTerms{Roles: []Role{viewer}}), noon), at(granted(t, SupportGrantTerms{Roles: []Role{viewer, roleNamed(t, "Host", ActionID(FirstHostView).At(ScopeGlobal))}}), noon), OrderingWider, "host(256)@global", ""},
		"a shared agent with a smaller plan":            {sam(custom(t)), poorSam, OrderingWider, "ticket.attach@shared", ""},
		"more permissions on a smaller plan":            {riya(), poorMore, OrderingWider, "ticket.attach@global", ""},
		"a support engineer with what is theirs":        {bob(), at(granted(t, SupportGrantTerms{Roles: []Role{roleNamed(t, "Chats", ConversationView.At(ScopeRestricted))}}), noon), OrderingWider, "conversation.view@restricted", ""},
		"a support engineer with a smaller plan":        {nil, poorSession, OrderingWider, "ticket.view@global", ""},
		"another shared agent with more":                {sam(custom(t, TicketView.At(ScopeShared))), named, OrderingIncomparable, "ticket.reply@shared", "ticket.view@shared"},
		"a shared agent of another account":             {sam(custom(t, ContactView.At(ScopeRestricted))), elsewhereSam, OrderingIncomparable, "contact.view@restricted", "contact.view@restricted"},
		"a shared agent and no subject":                 {sam(custom(t, ContactView.At(ScopeRestricted))), (*SharedAgent)(nil), OrderingNarrower, "", "contact.view@restricted"},
		"a support engineer and no subject":             {at(granted(t, SupportGrantTerms{}), noon), (*SupportSession)(nil), OrderingNarrower, "", "ticket.view@global"},
		"an agent without an ID":                        {bob(agent), &Agent{Account: acme, Bindings: []Binding{agent}}, OrderingNarrower, "", "ticket.view@global"},
		"a shared agent without an ID":                  {bob(agent), NewSharedAgent("", acme, sam().CRM), OrderingNarrower, "", "ticket.view@global"},
		"a CRM-only user":                               {&CRMOnlyUser{Account: acme, CRM: sam().CRM}, bob(agent), OrderingWider, "ticket.view@global", ""},
		"an agent without an account":                   {nil, &Agent{ID: "bob", Bindings: []Binding{agent}}, OrderingEqual, "", ""},
		"two workspaces, and an open one":               {nil, bob(inOpen(AdministratorRole.Role(), ScopeGlobal), inLegal, inIT), OrderingWider, "ticket.view@global", ""},
		"two workspaces":                                {nil, bob(inLegal, inIT), OrderingWider, "profile.edit_own@global", ""},
		"a support engineer in two workspaces":          {at(granted(t, SupportGrantTerms{Workspaces: inHR}), noon), at(granted(t, SupportGrantTerms{Workspaces: inBoth}), noon), OrderingWider, `ticket.view@global in workspace "legal"`, ""},
		"a support engineer in one of the two":          {at(granted(t, SupportGrantTerms{Workspaces: inBoth}), noon), at(granted(t, SupportGrantTerms{Workspaces: inHR}), noon), OrderingNarrower, "", `ticket.view@global in workspace "legal"`},
		"a shared agent's group":                        {team, sam(custom(t)), OrderingNarrower, "", `dashboard.view@group in group "apac"`},
		"a host's action":                               {bob(agent), bob(agent, refund), OrderingWider, "host(304)@global", ""},
		"a host's action on the own things":             {bob(clerk), bob(clerk, custom(t, ActionID(invoiceRefund).At(ScopeRestricted))), OrderingWider, "host(304)@restricted", ""},
		"a host's action by a grant":                    {bob(clerk), at(granted(t, SupportGrantTerms{Roles: []Role{clerk.Role, refund.Role}}), noon), OrderingWider, "host(304)@global", ""},
		"a host's action on the library's ticket":       {bob(refund), bob(ownRefund), OrderingNarrower, "", "host(304)@global"},
	} {
		t.Run(name, func(t *testing.T) {
			comparison := Compare(c.before, c.after)
			assert.Equal(t, c.relation, comparison.Ordering())
			assert.Equal(t, c.gained, first(sentences(comparison.Gained())))
			assert.Equal(t, c.lost, first(sentences(comparison.Lost())))
			assert.Equal(t, c.relation == OrderingEqual || c.relation == OrderingNarrower, Covers(c.before, c.after))
			told := map[string]bool{}
			for d := range comparison.Gained() {
				replays(t, d)
				assert.False(t, told[d.String()], "%v is yielded twice", d)
				told[d.String()] = true
			}
			for d := range comparison.Lost() {
				replays(t, d)
			}
		})
	}
	assert.Equal(t, OrderingIncomparable, Comparison{}.Ordering())
}

// The iterators stop when the caller does.
func TestCompareStops(t *testing.T) {
	elsewhere := bob(wide(AgentRole.Role(), ScopeGlobal))
	elsewhere.Account.ID = "initech"
	for _, pair := range [][2]Subject{{bob(wide(AgentRole.Role(), ScopeGlobal)), elsewhere}, {bob(), bob(wide(AgentRole.Role(), ScopeGlobal))}} {
		c := Compare(pair[0], pair[1])
		for _, differences := range []iter.Seq[Difference]{c.Gained(), c.Lost()} {
			n := 0
			for range differences {
				n++
				break
			}
			assert.LessOrEqual(t, n, 1)
		}
	}
}

// Compare also compares what the CRM shows to shared agents, for every customer that
// distinguishes them.
func TestCompareCustomers(t *testing.T) {
	const seen = Assigned | MyCustomers
	customers := custom(t, ContactView.At(seen), ContactEdit.At(seen), CompanyView.At(seen), CompanyEdit.At(seen))
	seeing := func(user CRMUser, bindings ...Binding) *SharedAgent {
		s := sam(append(bindings, customers)...)
		s.CRM, s.Now = user, day(4)
		return s
	}
	told := func(id CRMUserID, sees CRMRecords, contacts map[ContactID]Access, companies map[CompanyID]Access, bindings ...Binding) *SharedAgent {
		return seeing(CRMUser{ID: id, Sees: sees, Visibility: CRMVisibility{Contacts: contacts, Companies: companies, AsOf: day(4), MaxAge: 1}}, bindings...)
	}
	hosts := custom(t, ActionID(FirstHostEdit).At(seen))
	type (
		contacts  = map[ContactID]Access
		companies = map[CompanyID]Access
	)
	const (
		all        = "contact.view@assigned|my_customers, contact.edit@assigned|my_customers, company.view@assigned|my_customers, company.edit@assigned|my_customers"
		everything = AllRecords
		theirOwn   = OwnRecords
	)
	tickets, everyTicket := custom(t, TicketView.At(ScopeShared)), custom(t, TicketView.At(ScopeGlobal))
	below := map[TerritoryID]TerritoryID{"berlin": "emea"}
	for name, c := range map[string]struct {
		before, after Subject
		gained, lost  string
	}{
		"the same":                        {seeing(CRMUser{ID: "u-1", Sees: theirOwn}), seeing(CRMUser{ID: "u-1", Sees: theirOwn}), "", ""},
		"nothing":                         {seeing(CRMUser{ID: "u-1"}), seeing(CRMUser{ID: "u-2"}), "", ""},
		"nothing and one's own":           {seeing(CRMUser{ID: "u-1"}), seeing(CRMUser{ID: "u-1", Sees: theirOwn}), all, ""},
		"the own of two":                  {seeing(CRMUser{ID: "u-1", Sees: theirOwn}), seeing(CRMUser{ID: "u-2", Sees: theirOwn}), all, all},
		"one's own and everything":        {seeing(CRMUser{ID: "u-1", Sees: theirOwn}), seeing(CRMUser{ID: "u-2", Sees: everything}), all, ""},
		"a territory":                     {seeing(CRMUser{ID: "u-1", Sees: theirOwn}), seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}}), all, ""},
		"a territory more":                {seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}}), seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"emea", "apac"}}), all, ""},
		"a territory for another":         {seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}}), seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"apac"}}), all, all},
		"what is below a territory":       {seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}}), seeing(CRMUser{ID: "u-1", Sees: TerritoryRecords, Territories: []TerritoryID{"emea"}, Hierarchy: below}), all, ""},
		"a contact":                       {told("u-1", 0, nil, nil), told("u-1", 0, contacts{"c-1": View}, nil), "contact.view@assigned|my_customers", ""},
		"a contact, to edit":              {told("u-1", 0, contacts{"c-1": View}, nil), told("u-1", 0, contacts{"c-1": Edit}, nil), "contact.edit@assigned|my_customers", ""},
		"a contact for another":           {told("u-1", 0, contacts{"c-1": View, "c-2": Edit}, nil), told("u-1", 0, contacts{"c-1": Edit, "c-2": View}, nil), "contact.edit@assigned|my_customers", "contact.edit@assigned|my_customers"},
		"a company":                       {told("u-1", 0, nil, nil), told("u-1", 0, nil, companies{"m-1": View}), "company.view@assigned|my_customers", ""},
		"a company for another":           {told("u-1", 0, nil, companies{"m-1": Edit}), told("u-1", 0, nil, companies{"m-1": View, "m-2": View}), "company.view@assigned|my_customers", "company.edit@assigned|my_customers"},
		"a contact without an ID":         {told("u-1", 0, nil, nil), told("u-1", 0, contacts{"": Edit}, nil), "", ""},
		"a contact and one without an ID": {told("u-1", 0, nil, nil), told("u-1", 0, contacts{"": Edit, "c-1": Edit}, nil), "contact.view@assigned|my_customers, contact.edit@assigned|my_customers", ""},
		"a contact with the ID example":   {told("u-1", theirOwn, contacts{"example": Edit, "example'": Edit}, companies{"example": Edit}), told("u-2", theirOwn, nil, nil), all, all},
		"all tickets, and seen tickets":   {seeing(CRMUser{ID: "u-1", Sees: everything}, tickets), seeing(CRMUser{ID: "u-1", Sees: everything}, everyTicket), "ticket.view@global", ""},
		"every customer, and an agent's":  {seeing(CRMUser{ID: "u-1", Sees: everything}), bob(custom(t, ContactView.At(ScopeGlobal))), "", "contact.edit@assigned|my_customers, company.view@assigned|my_customers, company.edit@assigned|my_customers"},
		"a host's action on a contact":    {told("u-1", 0, contacts{"c-1": View}, nil, hosts), told("u-1", 0, contacts{"c-1": Edit}, nil, hosts), "contact.edit@assigned|my_customers, host(304)@assigned|my_customers", ""},
		"a host's action on a company":    {told("u-1", 0, nil, companies{"m-1": View}, hosts), told("u-1", 0, nil, companies{"m-1": Edit}, hosts), "company.edit@assigned|my_customers, host(304)@assigned|my_customers", ""},
		"none, and a contact":             {bob(), told("u-1", 0, contacts{"c-1": View}, nil), all + ", session.login, portal.login", ""},
		"a contact, and none":             {told("u-1", 0, contacts{"c-1": View}, nil), bob(), "", all + ", session.login, portal.login"},
		"no subject, and a company":       {nil, told("u-1", 0, nil, companies{"m-1": View}), all + ", session.login, portal.login", ""},
		"a company, and no subject":       {told("u-1", 0, nil, companies{"m-1": View}), nil, "", all + ", session.login, portal.login"},
		"tickets that mention the agent":  {seeing(CRMUser{ID: "u-1"}), seeing(CRMUser{ID: "u-1"}, tickets), "ticket.view@shared", ""},
		"tickets of the own customers":    {seeing(CRMUser{ID: "u-1"}, tickets), seeing(CRMUser{ID: "u-1", Sees: theirOwn}, tickets), "ticket.view@shared, " + all, ""},
	} {
		t.Run(name, func(t *testing.T) {
			comparison := Compare(c.before, c.after)
			assert.Equal(t, c.gained, strings.Join(sentences(comparison.Gained()), ", "))
			assert.Equal(t, c.lost, strings.Join(sentences(comparison.Lost()), ", "))
			assert.Equal(t, c.lost == "", Covers(c.after, c.before))
			assert.Equal(t, c.gained == "", Covers(c.before, c.after))
			for d := range comparison.Gained() {
				replays(t, d)
			}
			for d := range comparison.Lost() {
				replays(t, d)
			}
		})
	}
}

// The customers in examples have only the fields that distinguish the two subjects.
func TestCompareExamplesOfCustomers(t *testing.T) {
	seeing := func(user CRMUser) *SharedAgent {
		s := sam(custom(t, ContactView.At(MyCustomers)))
		s.CRM, s.Now = user, day(4)
		return s
	}
	for _, c := range []struct {
		before, after CRMUser
		example       Contact
	}{
		{CRMUser{ID: "u-1"}, CRMUser{ID: "u-2", Sees: OwnRecords}, Contact{ID: "example", CRM: CRMRecord{Owner: "u-2"}}},
		{CRMUser{ID: "u-1"}, CRMUser{ID: "u-2", Sees: AllRecords}, Contact{ID: "example"}},
		{CRMUser{ID: "u-1"}, CRMUser{ID: "u-2", Sees: TerritoryRecords, Territories: []TerritoryID{"emea", "apac", "dach"}}, Contact{ID: "example", CRM: CRMRecord{Territory: "apac"}}},
		{
			CRMUser{ID: "u-1", Visibility: CRMVisibility{Contacts: map[ContactID]Access{"example": Edit, "example'": Edit}, AsOf: day(4), MaxAge: 1}},
			CRMUser{ID: "u-2", Sees: OwnRecords}, Contact{ID: "example''", CRM: CRMRecord{Owner: "u-2"}},
		},
		{
			CRMUser{ID: "u-1", Sees: OwnRecords},
			CRMUser{ID: "u-2", Visibility: CRMVisibility{Contacts: map[ContactID]Access{"c-3": Edit, "c-1": NoAccess, "c-2": Edit}, AsOf: day(4), MaxAge: 1}}, Contact{ID: "c-2"},
		},
	} {
		c.example.Account = "acme"
		var examples []Resource
		for d := range Compare(seeing(c.before), seeing(c.after)).Gained() {
			examples = append(examples, d.Allowed.Resource)
		}
		assert.Equal(t, []Resource{c.example}, examples)
	}
}

// The example requests are made by the two compared subjects, with the ID of the first
// subject that has one.
func TestCompareAsks(t *testing.T) {
	her, him := riya(), bob(wide(AgentRole.Role(), ScopeGlobal))
	stranger := &CRMOnlyUser{Account: acme, CRM: sam().CRM}
	for _, c := range []struct {
		before, after Subject
		name          AgentID
		denied        Reason
	}{
		{her, him, "riya", NoRole},
		{nil, him, "bob", NoSubject},
		{stranger, him, "bob", NotAnAgent},
	} {
		n := 0
		for d := range Compare(c.before, c.after).Gained() {
			assert.Equal(t, c.name, d.Allowed.Subject.(*Agent).ID)
			assert.Equal(t, c.denied, d.Denied.Authorize().Reason)
			n++
		}
		assert.NotZero(t, n)
	}
}

// The other agent in an example never has the subject's ID.
func TestCompareSomebody(t *testing.T) {
	for _, id := range []AgentID{"somebody", "somebody else"} {
		before, after := bob(), bob(inOpen(AdministratorRole.Role(), ScopeGlobal))
		before.ID, after.ID = id, id
		for d := range Compare(before, after).Gained() {
			require.True(t, d.Allowed.Authorize().Allowed(), d)
			require.False(t, d.Denied.Authorize().Allowed(), d)
		}
	}
}

// Two agents with a contact and a company each are compared as one person, who asks by the
// first one's, in the requests of the differences too.
func TestCompareTwoContacts(t *testing.T) {
	before, after := riya(), riya(custom(t, TicketView.At(Requested), TicketReply.At(SameCompany)))
	before.Contact, before.Company = "c-riya", "k-riya"
	after.ID, after.Contact, after.Company = "bob", "c-bob", "k-bob"
	gained := 0
	for d := range Compare(before, after).Gained() {
		require.True(t, d.Allowed.Authorize().Allowed(), d)
		require.False(t, d.Denied.Authorize().Allowed(), d)
		gained++
	}
	require.Greater(t, gained, 1)
}

// One agent or customer before and after a change of its contact or company reaches by the new
// one what it did not reach by the old one.
func TestCompareNewContact(t *testing.T) {
	role := custom(t, TicketView.At(Requested), TicketReply.At(SameCompany), TicketTagEdit.At(Participating))
	person := func(contact ContactID, company CompanyID) *Agent {
		a := riya(role)
		a.Contact, a.Company = contact, company
		return a
	}
	asks, replies, edits := "ticket.view@requested", "ticket.reply@same_company", "ticket.tag.edit@participating"
	for _, c := range []struct {
		before, after Subject
		gained, lost  []string
	}{
		{person("c-1", "k-1"), person("c-1", "k-1"), nil, nil},
		{person("", "k-1"), person("c-1", "k-1"), []string{asks, edits}, nil},
		{person("c-1", "k-1"), person("c-2", "k-1"), []string{asks, edits}, []string{asks, edits}},
		{person("c-1", "k-1"), person("c-1", "k-2"), []string{replies}, []string{replies}},
		{person("c-1", ""), person("c-2", "k-2"), []string{asks, replies, edits}, []string{asks, edits}},
		{&Customer{ID: "c-1", Company: "k-1", Account: acme, Bindings: person("", "").Bindings}, &Customer{ID: "c-1", Company: "k-2", Account: acme, Bindings: person("", "").Bindings}, []string{replies}, []string{replies}},
	} {
		for _, side := range []struct {
			differences iter.Seq[Difference]
			want        []string
		}{{Compare(c.before, c.after).Gained(), c.gained}, {Compare(c.before, c.after).Lost(), c.lost}} {
			var found []string
			for d := range side.differences {
				require.True(t, d.Allowed.Authorize().Allowed(), d)
				require.False(t, d.Denied.Authorize().Allowed(), d)
				if d.Workspace == "" {
					found = append(found, d.Permission.String())
				}
			}
			assert.Equal(t, side.want, found, "%v, then %v", c.before, c.after)
		}
		assert.Equal(t, len(c.gained) == 0, Covers(c.before, c.after))
	}
}

// A support session without an instant has no authority, in comparisons too.
func TestCompareWithoutAnInstant(t *testing.T) {
	grant := granted(t, SupportGrantTerms{})
	assert.Equal(t, OrderingWider, Compare(nil, at(grant, noon)).Ordering())
	assert.Equal(t, OrderingEqual, Compare(nil, at(grant, time.Time{})).Ordering())
}

// A binding with an empty workspace gives nothing.
func TestCompareHeldNowhere(t *testing.T) {
	nowhere := Binding{Role: TicketCollaboratorRole.Role(), Workspace: "", TicketScope: ScopeGlobal}
	all := sentences(Compare(nil, bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal), nowhere)).Gained())
	assert.Equal(t, sentences(Compare(nil, bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))).Gained()), all)
	assert.Equal(t, OrderingEqual, Compare(bob(), bob(nowhere)).Ordering())
}

// The example of an unnamed workspace never has the name of a workspace with bindings.
func TestCompareEverywhere(t *testing.T) {
	everywhere := Binding{Role: AgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}
	here := Binding{Role: AgentRole.Role(), Workspace: "example", TicketScope: ScopeGlobal}
	assert.Equal(t, OrderingEqual, Compare(bob(everywhere), bob(everywhere, here)).Ordering())
	assert.Equal(t, OrderingWider, Compare(bob(here), bob(everywhere)).Ordering())
	assert.Contains(t, sentences(Compare(bob(here), bob(everywhere)).Gained()), `ticket.reply@global in workspace "example'"`)
}

// The differences for an agent without an ID replay like all others.
func TestMissingOfNobody(t *testing.T) {
	lead := riya(custom(t, AgentCreate.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal)))
	n := 0
	for d := range MissingAuthority(NewRequest(lead, AgentCreate, &Agent{Account: acme, Bindings: []Binding{{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal}}})) {
		require.True(t, d.Allowed.Authorize().Allowed(), d)
		require.False(t, d.Denied.Authorize().Allowed(), d)
		n++
	}
	assert.NotZero(t, n)
}

// MissingAuthority stops when the caller does, and assumes the membership that is to be given.
func TestMissingStops(t *testing.T) {
	lead := riya(custom(t, SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal)))
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{"it": {AgentRole.Role()}}})
	for d := range MissingAuthority(NewRequest(lead, SupportGrantExtend, &grant)) {
		assert.Equal(t, "ticket.view@global", d.String())
		break
	}
	everywhere := inGroup(bob(wide(AgentRole.Role(), ScopeGroup)), "apac", View)
	assert.Contains(t, sentences(MissingAuthority(NewRequest(lead, AgentGroupAssign, &everywhere))), `ticket.view@group in group "apac"`)
}

// An agent can narrow their own ticket scope with a second copy of the role.
func TestLettingGoOfARoleReadTwice(t *testing.T) {
	held, read := wide(roleNamed(t, "Lead", AgentScopeEdit.At(ScopeGlobal)), ScopeGlobal), wide(roleNamed(t, "Lead", AgentScopeEdit.At(ScopeGlobal)), ScopeRestricted)
	wider := wide(roleNamed(t, "Lead", AgentScopeEdit.At(ScopeGlobal), TicketPurge.At(ScopeGlobal)), ScopeRestricted)
	check(t, riya(held), AgentScopeEdit, RoleAssignment{riya(held), read}, AllowedAll)
	check(t, riya(held), AgentScopeEdit, RoleAssignment{riya(held), wider}, OwnAuthority)

	// She can also give up a role that was added since her record was read.
	before := wide(roleNamed(t, "Lead", AgentRoleRemove.At(ScopeGlobal)), ScopeGlobal)
	since := wide(roleNamed(t, "Cleaner", TicketPurge.At(ScopeGlobal)), ScopeGlobal)
	check(t, riya(before), AgentRoleRemove, RoleAssignment{riya(before, since), since}, AllowedAll)
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// Compare allocates nothing.
func TestCompareAllocatesNothing(t *testing.T) {
	before, after := roleHolders(t, 30)
	assert.Zero(t, testing.AllocsPerRun(100, func() { Compare(before, after) }))
}

func BenchmarkCompare(b *testing.B) {
	before, after := roleHolders(b, 30)
	for name, pair := range map[string][2]*Agent{"equal": {before, before}, "wider": {before, after}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Compare(pair[0], pair[1])
			}
		})
	}
	assert.Equal(b, OrderingWider, Compare(before, after).Ordering())
}

// Among open workspaces that are alike, the first is the example.
func TestCompareNamesWorkspaces(t *testing.T) {
	before, after := riya(wide(AgentRole.Role(), ScopeGlobal)), riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
	before.Account.OpenWorkspaces, after.Account.OpenWorkspaces = []WorkspaceID{"it", "hr"}, []WorkspaceID{"hr", "it"}
	named := make(map[WorkspaceID]bool)
	for d := range Compare(before, after).Gained() {
		named[d.Workspace] = true
	}
	assert.Equal(t, map[WorkspaceID]bool{"": true, "it": true}, named)
}

// Every host action can be on tickets, where a binding's ticket scope limits it. Account
// administrators also hold the unclassified actions, which no custom role can have.
func TestCompareHostsOnTickets(t *testing.T) {
	for _, first := range []ActionID{FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel} {
		for id := first; id < first+HostRangeLength; id++ {
			role, err := NewRole("acme", "Host", NewPermissions(id.At(ScopeGlobal)), nil)
			require.NoError(t, err)
			held := func(limit Scope) *Agent { return riya(Binding{Role: role, Workspace: AccountWide, TicketScope: limit}) }
			require.Equal(t, OrderingNarrower, Compare(held(ScopeGlobal), held(ScopeRestricted)).Ordering(), "%d", id)
		}
	}
	held := func(limit Scope) *Agent {
		return riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: AccountWide, TicketScope: limit})
	}
	lost := sentences(Compare(held(ScopeGlobal), held(ScopeRestricted)).Lost())
	for _, first := range []ActionID{FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel, FirstHostInAllClasses, FirstHostPublicView, FirstHostPublicEdit} {
		for id := first; id < first+HostRangeLength; id++ {
			require.Contains(t, lost, id.At(ScopeGlobal).String())
		}
	}
}

// What one set of permissions reaches altogether does not count for those who reach some of it only in
// person, within limits or not at all.
func TestCompareEverythingReached(t *testing.T) {
	all := func(ids ...ActionID) Binding {
		permissions := []Permission{TicketConfidential.At(ScopeGlobal)}
		for _, id := range ids {
			permissions = append(permissions, id.At(ScopeGlobal))
		}
		return wide(roleNamed(t, "All", permissions...), ScopeGlobal)
	}
	contacts, tickets := all(ContactView.ID()), all(TicketView.ID())
	blind, seeing := sam(contacts), sam(contacts)
	blind.CRM, seeing.CRM = CRMUser{ID: "u-sam"}, CRMUser{ID: "u-sam", Sees: AllRecords}
	alone := &Customer{ID: "c-1", Account: acme, Bindings: []Binding{tickets}}
	ofCompany := *alone
	ofCompany.Company = "globex"
	cloned, err := CloneRole(AccountAdministratorRole.Role(), "acme", "Boss")
	require.NoError(t, err)
	boss := Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}
	notBoss := Binding{Role: cloned, Workspace: Everywhere, TicketScope: ScopeGlobal}
	restricted := tickets
	restricted.TicketScope = ScopeRestricted
	open := wide(roleNamed(t, "Open", TicketView.At(ScopeGlobal)), ScopeGlobal)
	host := wide(roleNamed(t, "Host", TicketView.At(ScopeGlobal), TicketConfidential.At(ScopeGlobal), invoiceView.At(ScopeGlobal)), ScopeGlobal)
	for name, c := range map[string]struct{ less, more Subject }{
		"contacts that the CRM does not show":    {blind, seeing},
		"tickets of another company":             {alone, &ofCompany},
		"outside of a limit":                     {keyWith(riya(tickets), Limit{Permissions: NewPermissions(TicketView.At(Assigned)), Workspaces: []WorkspaceID{Everywhere}}), riya(tickets)},
		"roles, which a clone may not make":      {riya(notBoss), riya(boss)},
		"beyond a ticket scope":                  {riya(restricted), riya(tickets)},
		"what is confidential":                   {riya(open), riya(tickets)},
		"a permission that is not at everything": {riya(wide(roleNamed(t, "Some", TicketView.At(Assigned), TicketConfidential.At(ScopeGlobal)), ScopeGlobal)), riya(tickets)},
		"a host's action":                        {riya(tickets), riya(host)},
	} {
		assert.Equal(t, OrderingWider, Compare(c.less, c.more).Ordering(), name)
		assert.Equal(t, OrderingNarrower, Compare(c.more, c.less).Ordering(), name)
	}
}

// A permission counts however many ticket scopes the subject's roles are held at.
func TestCompareManyTicketScopes(t *testing.T) {
	var less []Binding
	for _, scope := range []Scope{Assigned, Requested, Participating, Mentioned} {
		less = append(less, wide(roleNamed(t, "Reader", TicketView.At(ScopeGlobal)), scope))
	}
	more := append(less, wide(roleNamed(t, "Writer", TicketReply.At(ScopeGlobal)), ScopeGlobal))
	assert.Equal(t, OrderingWider, Compare(riya(less...), riya(more...)).Ordering())
	assert.Equal(t, OrderingNarrower, Compare(riya(more...), riya(less...)).Ordering())
}
