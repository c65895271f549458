package deskpolicy_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// crmAccess returns the user's access to a contact, according to what a shared agent can do
// to it.
func crmAccess(user CRMUser, contact Contact) Access {
	me := askingAs(user, day(4))
	switch {
	case Authorize(me, ContactEdit, &contact).Allowed():
		return Edit
	case Authorize(me, ContactView, &contact).Allowed():
		return View
	default:
		return NoAccess
	}
}

// UnmarshalText reads what MarshalText writes, for every level, and refuses other names.
func TestCRMRecordsTexts(t *testing.T) {
	for records, name := range map[CRMRecords]string{0: "none", OwnRecords: "own", TerritoryRecords: "territory", AllRecords: "all"} {
		assert.Equal(t, name, records.String())
		text, err := records.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, name, string(text))
		parsed, err := read[CRMRecords](name)
		require.NoError(t, err)
		assert.Equal(t, records, parsed)
	}
	assert.Equal(t, "unknown", (AllRecords + 1).String())
	_, err := (AllRecords + 1).MarshalText()
	require.EqualError(t, err, "deskpolicy: no level of CRM records has the number 4")

	for text, want := range map[string]string{
		"teritory": `deskpolicy: unknown level of CRM records "teritory" (did you mean "territory"?)`,
		"group":    `deskpolicy: unknown level of CRM records "group"; write one of none, own, territory, all`,
		"":         `deskpolicy: unknown level of CRM records ""; write one of none, own, territory, all`,
	} {
		records := AllRecords
		require.EqualError(t, records.UnmarshalText([]byte(text)), want)
		assert.Zero(t, records)
	}
}

// The zero CRMRecords includes no record: not the user's own, not those in their territories
// or with their team. What the CRM's answer shows is visible all the same.
func TestZeroCRMRecords(t *testing.T) {
	contact := Contact{ID: "c", Account: "acme", CRM: CRMRecord{Owner: "u", Territory: "emea", Team: map[CRMUserID]Access{"u": Edit}}}
	user := CRMUser{ID: "u", Territories: []TerritoryID{"emea"}}
	assert.Equal(t, NoAccess, crmAccess(user, contact))
	assert.False(t, FilterFor(NewSharedAgent("sam", acme, user), ContactView).Match(&contact))
	user.Visibility = CRMVisibility{Contacts: map[ContactID]Access{"c": View}, AsOf: day(4), MaxAge: 1}
	assert.Equal(t, View, crmAccess(user, contact))
}

func TestContactVisibility(t *testing.T) {
	mine := CRMRecord{Owner: "u", Territory: "apac"}
	emea := CRMRecord{Owner: "else", Territory: "emea"}
	viewed := CRMRecord{Owner: "else", Territory: "apac", Team: map[CRMUserID]Access{"u": View, "": Edit}}
	edited := CRMRecord{Owner: "else", Territory: "apac", Team: map[CRMUserID]Access{"u": Edit}}
	broken := CRMRecord{Team: map[CRMUserID]Access{"u": 7}}
	territory := []TerritoryID{"emea", ""}

	for _, test := range []struct {
		name   string
		user   CRMUser
		record CRMRecord
		want   Access
	}{
		{"who sees all records sees a record of nobody", CRMUser{ID: "u", Sees: AllRecords}, CRMRecord{}, Edit},
		{"without an ID sees nothing", CRMUser{Sees: AllRecords}, CRMRecord{}, NoAccess},
		{"deactivated sees nothing", CRMUser{ID: "u", Sees: AllRecords, Deactivated: true}, mine, NoAccess},
		{"the zero level includes nothing", CRMUser{ID: "u"}, mine, NoAccess},
		{"an unknown level includes nothing", CRMUser{ID: "u", Sees: 4}, edited, NoAccess},

		{"who sees own records sees their own", CRMUser{ID: "u", Sees: OwnRecords}, mine, Edit},
		{"who sees own records sees no other", CRMUser{ID: "u", Sees: OwnRecords, Territories: territory}, emea, NoAccess},
		{"a record without an owner is nobody's own", CRMUser{ID: "u", Sees: OwnRecords}, CRMRecord{}, NoAccess},

		{"who sees territories sees records there", CRMUser{ID: "u", Sees: TerritoryRecords, Territories: territory}, emea, Edit},
		{"who sees territories sees their own records elsewhere", CRMUser{ID: "u", Sees: TerritoryRecords, Territories: territory}, mine, Edit},
		{"who sees territories sees no others", CRMUser{ID: "u", Sees: TerritoryRecords, Territories: territory}, CRMRecord{Territory: "apac"}, NoAccess},
		{"the empty territory matches nothing", CRMUser{ID: "u", Sees: TerritoryRecords, Territories: territory}, CRMRecord{}, NoAccess},

		{"a team member views", CRMUser{ID: "u", Sees: OwnRecords}, viewed, View},
		{"a team member edits", CRMUser{ID: "u", Sees: OwnRecords}, edited, Edit},
		{"an unknown access is none", CRMUser{ID: "u", Sees: OwnRecords}, broken, NoAccess},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, crmAccess(test.user, Contact{ID: "c", Account: "acme", CRM: test.record}))
		})
	}
}

// Access extends down the hierarchy, never up, and cycles do not matter.
func TestTerritoryHierarchy(t *testing.T) {
	tree := map[TerritoryID]TerritoryID{"berlin": "germany", "germany": "emea", "emea": "world", "loop": "pool", "pool": "loop", "self": "self", "tail": "loop"}
	sees := func(holds, record TerritoryID, tree map[TerritoryID]TerritoryID) bool {
		user := CRMUser{ID: "u", Sees: TerritoryRecords, Territories: []TerritoryID{holds}, Hierarchy: tree}
		return crmAccess(user, Contact{Account: "acme", CRM: CRMRecord{Territory: record}}) == Edit
	}
	assert.True(t, sees("emea", "berlin", tree), "from parent to child")
	assert.False(t, sees("emea", "berlin", nil), "only if the CRM says so")
	assert.False(t, sees("berlin", "emea", tree), "never from child to parent")
	assert.True(t, sees("loop", "tail", tree))
	assert.True(t, sees("pool", "tail", tree))
	assert.False(t, sees("emea", "tail", tree))
	assert.False(t, sees("emea", "self", tree))
	assert.True(t, sees("self", "self", tree))
}

// The walk up a hierarchy agrees with a search for all ancestors.
func TestTerritoryHierarchyIsReachability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		territory := rapid.Custom(func(t *rapid.T) TerritoryID {
			return TerritoryID(rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}).Draw(t, "territory"))
		})
		tree := rapid.MapOf(territory, territory).Draw(t, "hierarchy")
		holds, record := territory.Draw(t, "held"), territory.Draw(t, "record")

		ancestors := make(map[TerritoryID]bool)
		for at := record; at != "" && !ancestors[at]; at = tree[at] {
			ancestors[at] = true
		}
		user := CRMUser{ID: "u", Sees: TerritoryRecords, Territories: []TerritoryID{holds}, Hierarchy: tree}
		got := crmAccess(user, Contact{Account: "acme", CRM: CRMRecord{Territory: record}}) == Edit
		if want := ancestors[holds]; got != want {
			t.Fatalf("who holds %q sees %q under %v: %v, want %v", holds, record, tree, got, want)
		}
	})
}

// The host's list of territories is not appended to.
func TestTerritoriesAreNotWrittenTo(t *testing.T) {
	room := make([]TerritoryID, 1, 4)
	room[0] = "emea"
	user := CRMUser{ID: "u", Sees: TerritoryRecords, Territories: room, Hierarchy: map[TerritoryID]TerritoryID{"berlin": "emea", "apac": "world"}}
	assert.Equal(t, FilterSome, FilterFor(NewSharedAgent("sam", acme, user), ContactView).Kind())
	assert.Equal(t, []TerritoryID{"emea", "", "", ""}, room[:4])
}

// answeredAt returns an answer of the CRM about a contact and a company.
func answeredAt(asOf time.Time, limit time.Duration) CRMVisibility {
	return CRMVisibility{
		Contacts:  map[ContactID]Access{"c": View, "": Edit, "odd": 9},
		Companies: map[CompanyID]Access{"co": Edit, "": Edit, "odd": 9},
		AsOf:      asOf, MaxAge: limit,
	}
}

// askingAs returns the shared agent of the CRM user as it asks at the instant.
func askingAs(user CRMUser, at time.Time) *SharedAgent {
	me := NewSharedAgent("sam", acme, user)
	me.Now = at
	return me
}

// An answer of the CRM counts from AsOf up to, but not including, MaxAge later, at the shared
// agent's instant (A57).
func TestVisibilityCounts(t *testing.T) {
	const longest = math.MaxInt64
	first, last := time.Unix(0, 0), time.Date(2199, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	for name, of := range map[string]struct {
		now, asOf time.Time
		limit     time.Duration
		counts    bool
		until     time.Time // when that changes
	}{
		"new":                                  {day(4), day(4), time.Hour, true, day(4).Add(time.Hour)},
		"for a nanosecond":                     {day(4), day(4), 1, true, day(4).Add(1)},
		"in another zone":                      {day(4).In(time.FixedZone("", 3600)), day(4), time.Hour, true, day(4).Add(time.Hour)},
		"about to expire":                      {day(4).Add(time.Hour - 1), day(4), time.Hour, true, day(4).Add(time.Hour)},
		"expired":                              {day(4).Add(time.Hour), day(4), time.Hour, false, time.Time{}},
		"expired long ago":                     {day(9), day(4), time.Hour, false, time.Time{}},
		"of the next nanosecond":               {day(4), day(4).Add(1), time.Hour, false, day(4).Add(1)},
		"of another day":                       {day(4), day(5), time.Hour, false, day(5)},
		"with no MaxAge":                       {day(4), day(4), 0, false, time.Time{}},
		"with a negative MaxAge":               {day(4), day(4), -1, false, time.Time{}},
		"with the most negative MaxAge":        {day(4), day(4), math.MinInt64, false, time.Time{}},
		"with the longest MaxAge":              {day(4), day(4), longest, true, time.Time{}},
		"that expires in 2200":                 {day(4), day(4), last.Sub(day(4)) + 1, true, time.Time{}},
		"that expires in 2199":                 {day(4), day(4), last.Sub(day(4)), true, last},
		"without AsOf":                         {day(4), time.Time{}, longest, false, time.Time{}},
		"from before 1970":                     {day(4), first.Add(-1), longest, false, time.Time{}},
		"from 1970":                            {day(4), first, longest, true, time.Time{}},
		"from 1970, for a while":               {first.Add(1), first, 2, true, first.Add(2)},
		"at the first instant":                 {first, first, 1, true, first.Add(1)},
		"at the last instant":                  {last, last, longest, true, time.Time{}},
		"from after 2199":                      {last, last.Add(1), longest, false, time.Time{}},
		"asked at no instant":                  {time.Time{}, day(4), longest, false, time.Time{}},
		"from 1970, asked at no instant":       {time.Time{}, first, longest, false, time.Time{}},
		"asked before 1970":                    {first.Add(-1), first, longest, false, time.Time{}},
		"asked after 2199":                     {last.Add(1), day(4), longest, false, time.Time{}},
		"from and asked after 2199":            {last.Add(2), last.Add(1), longest, false, time.Time{}},
		"with neither AsOf nor Now nor an age": {time.Time{}, time.Time{}, 0, false, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			me := askingAs(CRMUser{ID: "u", Visibility: answeredAt(of.asOf, of.limit)}, of.now)
			ticket, contact, company := from(&Contact{ID: "c", Account: "acme"}), Contact{ID: "c", Account: "acme"}, Company{ID: "co", Account: "acme"}
			for _, d := range []Decision{Authorize(me, ContactView, &contact), Authorize(me, TicketReply, &ticket), Authorize(me, CompanyView, &company)} {
				assert.Equal(t, of.counts, d.Allowed(), d)
				assert.True(t, of.until.Equal(d.Until()), d.Until())
			}
			f, g, h := FilterFor(me, ContactView), FilterFor(me, TicketReply), FilterFor(me, CompanyView)
			assert.Equal(t, [3]bool{of.counts, of.counts, of.counts}, [3]bool{f.Match(&contact), g.Match(&ticket), h.Match(&company)})
			for _, until := range []time.Time{f.Until(), g.Until(), h.Until()} {
				assert.True(t, of.until.Equal(until), until)
			}
			assert.Equal(t, of.counts, !Covers(NewSharedAgent("sam", acme, CRMUser{ID: "u"}), me), "the comparison counts it in the same way")
		})
	}
}

// Until is the instant at which the answer starts or ceases to count only if that changes the
// decision.
func TestVisibilityUntil(t *testing.T) {
	counts, ends := day(4), day(6)
	seeing := func(edit func(*SharedAgent)) *SharedAgent {
		me := askingAs(CRMUser{ID: "u", Visibility: answeredAt(counts, ends.Sub(counts))}, day(5))
		edit(me)
		return me
	}
	team := func(access Access) CRMRecord { return CRMRecord{Team: map[CRMUserID]Access{"u": access}} }
	contact, company := Contact{ID: "c", Account: "acme"}, Company{ID: "co", Account: "acme"}
	ticket, editor := from(&contact), custom(t, CompanyEdit.At(MyCustomers))
	for name, of := range map[string]struct {
		d     Decision
		until time.Time
	}{
		"by the answer": {Authorize(seeing(func(*SharedAgent) {}), TicketReply, &ticket), ends},
		"about another contact": {func() Decision {
			other := from(&Contact{ID: "d", Account: "acme"})
			return Authorize(seeing(func(*SharedAgent) {}), TicketReply, &other)
		}(), time.Time{}},
		"about a ticket that mentions it, by another ground": {func() Decision {
			mentioned := ticket
			mentioned.Mentions = map[AgentID]bool{"sam": true}
			return Authorize(seeing(func(*SharedAgent) {}), TicketReply, &mentioned)
		}(), time.Time{}},
		"about what the user sees anyway":    {Authorize(seeing(func(me *SharedAgent) { me.CRM.Sees = AllRecords }), TicketReply, &ticket), time.Time{}},
		"at a scope that does not depend on": {Authorize(seeing(func(me *SharedAgent) { me.Bindings = []Binding{wide(SharedAgentRole.Role(), Anything)} }), TicketReply, &ticket), time.Time{}},
		"denied before":                      {Authorize(seeing(func(me *SharedAgent) { me.Deactivated = true }), TicketReply, &ticket), time.Time{}},
		"by a record with a team that may view, of a contact": {func() Decision {
			viewed := Contact{ID: "c", Account: "acme", CRM: team(View)}
			return Authorize(seeing(func(me *SharedAgent) { me.CRM.Sees = OwnRecords }), ContactView, &viewed)
		}(), time.Time{}},
		"to edit a company that the team may view": {func() Decision {
			viewed := Company{ID: "co", Account: "acme", CRM: team(View)}
			return Authorize(seeing(func(me *SharedAgent) { me.CRM.Sees, me.Bindings = OwnRecords, []Binding{editor} }), CompanyEdit, &viewed)
		}(), ends},
		"to view a company that the team may view": {func() Decision {
			viewed := Company{ID: "co", Account: "acme", CRM: team(View)}
			return Authorize(seeing(func(me *SharedAgent) { me.CRM.Sees = OwnRecords }), CompanyView, &viewed)
		}(), time.Time{}},
		"to edit a contact that the answer shows for viewing": {Authorize(seeing(func(*SharedAgent) {}), ContactEdit, &contact), ends}, // view_only, and then out_of_scope
		"of a company":                {Authorize(seeing(func(*SharedAgent) {}), CompanyView, &company), ends},
		"by a role that ends before":  {Authorize(seeing(func(me *SharedAgent) { me.Bindings[0].Window = NewWindow(time.Time{}, day(5).Add(1)) }), TicketReply, &ticket), day(5).Add(1)},
		"by a role that ends after":   {Authorize(seeing(func(me *SharedAgent) { me.Bindings[0].Window = NewWindow(time.Time{}, day(7)) }), TicketReply, &ticket), ends},
		"by a role that starts after": {Authorize(seeing(func(me *SharedAgent) { me.Bindings[0].Window = NewWindow(day(7), time.Time{}) }), TicketReply, &ticket), day(7)},
		"by a role in another window while it counts": {Authorize(seeing(func(me *SharedAgent) {
			me.Bindings[0].Window = NewWindow(day(6), time.Time{})
			me.CRM.Visibility.AsOf = day(8)
		}), TicketReply, &ticket), day(6)},
		"of two contacts": {func() Decision {
			pair := ContactPair{Contact{ID: "odd", Account: "acme", Owner: "sam"}, Contact{ID: "c", Account: "acme"}}
			me := seeing(func(me *SharedAgent) {
				me.Bindings = []Binding{custom(t, ContactMerge.At(MyCustomers))}
				me.CRM.Visibility.Contacts = map[ContactID]Access{"odd": Edit, "c": Edit}
			})
			return Authorize(me, ContactMerge, &pair)
		}(), ends},
		"by a delegate": {Authorize(&Delegate{
			Principal: seeing(func(*SharedAgent) {}), Actor: Actor{Kind: ActorKey, ID: "k"},
			Limits: []Limit{{Permissions: NewPermissions(TicketReply.At(MyCustomers)), Workspaces: []WorkspaceID{Everywhere}}},
		}, TicketReply, &ticket), ends},
		"by a delegate whose limit ends": {Authorize(&Delegate{
			Principal: seeing(func(*SharedAgent) {}), Actor: Actor{Kind: ActorKey, ID: "k"},
			Limits: []Limit{{Permissions: NewPermissions(TicketReply.At(MyCustomers)), Workspaces: []WorkspaceID{Everywhere}, Window: NewWindow(time.Time{}, day(5).Add(2))}},
		}, TicketReply, &ticket), day(5).Add(2)},
	} {
		t.Run(name, func(t *testing.T) { assert.True(t, of.until.Equal(of.d.Until()), "%v: %v", of.d, of.d.Until()) })
	}
	assert.Equal(t, ViewOnly, Authorize(seeing(func(*SharedAgent) {}), ContactEdit, &contact).Reason)
}

// A list changes when the answer starts to count, also if no role is held yet.
func TestFilterUntilAnswerAndRole(t *testing.T) {
	me := askingAs(CRMUser{ID: "u", Visibility: answeredAt(day(6), time.Hour)}, day(4))
	me.Bindings = []Binding{during(5, 0, custom(t, TicketReply.At(MyCustomers)))}
	assert.Equal(t, day(6), FilterFor(me, TicketReply).Until())
}

// The shared agent that a CRM-only user becomes asks at the user's instant, at which the CRM's answer
// counts or not. Without an instant, no remedy adds to an answer.
func TestRemediesOfAnAnswer(t *testing.T) {
	ticket := from(&Contact{ID: "c", Account: "acme"})
	first := func(subject Subject) string {
		remedies := Remedies(Explain(NewRequest(subject, TicketReply, &ticket)), SharedAgentRole.Role())
		require.NotEmpty(t, remedies)
		return remedies[0].String()
	}
	const become = "make the CRM user a shared agent (by the CRM owner)"
	user := CRMUser{ID: "u", Visibility: answeredAt(day(4), time.Hour)}
	assert.Equal(t, become, first(&CRMOnlyUser{Account: acme, CRM: user, Now: day(4)}))
	assert.NotEqual(t, become, first(&CRMOnlyUser{Account: acme, CRM: user, Now: day(5)}), "it has expired")
	assert.NotEqual(t, become, first(&CRMOnlyUser{Account: acme, CRM: user}))
	shows := func(subject Subject) bool {
		return slices.ContainsFunc(Remedies(Explain(NewRequest(subject, TicketReply, &ticket))), func(r Remedy) bool {
			return slices.ContainsFunc(r, func(f Fix) bool { return f.Kind == FixCustomerAccess })
		})
	}
	assert.True(t, shows(askingAs(user, day(5))))
	assert.False(t, shows(askingAs(user, time.Time{})), "no answer counts at no instant")
}

// Explain says what the CRM's answer would give, and why it does not count.
func TestExplainAnswer(t *testing.T) {
	contact := Contact{ID: "c", Account: "acme"}
	edits := custom(t, ContactEdit.At(MyCustomers), TicketReply.At(MyCustomers|InGroup))
	asks := func(now time.Time, edit func(*SharedAgent)) *SharedAgent {
		me := askingAs(CRMUser{ID: "u", Visibility: answeredAt(day(4), time.Hour)}, now)
		me.Bindings = []Binding{edits}
		if edit != nil {
			edit(me)
		}
		return me
	}
	const counts = "from 2026-11-04 12:00:00Z until 2026-11-04 13:00:00Z"
	for name, of := range map[string]struct {
		me             *SharedAgent
		missing, lines string // "" if there is none
	}{
		"in force":                {asks(day(4), nil), "the right to edit the contact in the CRM", "CRM     view access to the customer\n  answer  view access to the customer, " + counts},
		"expired":                 {asks(day(5), nil), "access to the contact in the CRM; the CRM's answer expired at 2026-11-04 13:00:00Z", "answer  view access to the customer, " + counts},
		"to come":                 {asks(day(3), nil), "access to the contact in the CRM; the CRM's answer counts only from 2026-11-04 12:00:00Z", "answer  view access to the customer, " + counts},
		"no instant":              {asks(time.Time{}, nil), "access to the contact in the CRM; the CRM's answer counts at an instant only, and the subject does not say when it asks", "answer  view access to the customer, " + counts},
		"never":                   {asks(day(4), func(me *SharedAgent) { me.CRM.Visibility.MaxAge = 0 }), "access to the contact in the CRM; the CRM's answer never counts: it needs an AsOf from 1970 to 2199 and a positive MaxAge", "answer  view access to the customer, never"},
		"about another":           {asks(day(5), func(me *SharedAgent) { me.CRM.Visibility.Contacts = map[ContactID]Access{"d": Edit} }), "access to the contact in the CRM", ""},
		"no more than the record": {asks(day(5), func(me *SharedAgent) { me.CRM.ID, me.CRM.Sees = "viewer", OwnRecords }), "the right to edit the contact in the CRM", ""},
	} {
		t.Run(name, func(t *testing.T) {
			viewed := contact
			viewed.CRM.Team = map[CRMUserID]Access{"viewer": View}
			e := Explain(NewRequest(of.me, ContactEdit, &viewed))
			assert.Contains(t, e.String(), "  missing "+of.missing+"\n")
			assert.Equal(t, of.lines != "", strings.Contains(e.String(), "answer "), e)
			assert.Contains(t, e.String(), of.lines)
			data, err := e.MarshalJSON()
			require.NoError(t, err)
			assert.Equal(t, of.lines != "", strings.Contains(string(data), `"crm_answer":{"access":"view","window":"`), string(data))
			ticket := from(&contact)
			ticket.Group = "billing"
			of.me.Groups = map[GroupID]Access{"billing": View}
			if of.missing != "" && !Authorize(of.me, TicketReply, &ticket).Allowed() && of.lines != "" {
				_, why, _ := strings.Cut(of.missing, "; ")
				assert.Contains(t, Explain(NewRequest(of.me, TicketReply, &ticket)).String(), "  missing access to the requester in the CRM; "+why+"\n")
			}
		})
	}
	other := asks(day(5), func(me *SharedAgent) { me.Bindings = nil })
	assert.NotContains(t, Explain(NewRequest(other, ContactEdit, &contact)).String(), "expired", "that is not why")
}

// An answer of the CRM adds to what the record gives, by the IDs that it has.
func TestVisibleRecords(t *testing.T) {
	user := CRMUser{ID: "u", Sees: OwnRecords, Visibility: answeredAt(day(4), 1)}
	assert.Equal(t, NoAccess, crmAccess(user, Contact{Account: "acme"}), "an empty ID matches nothing")
	assert.Equal(t, NoAccess, crmAccess(user, Contact{ID: "odd", Account: "acme"}))
	me := askingAs(user, day(4))
	check(t, me, CompanyView, Company{ID: "odd", Account: "acme"}, OutOfScope)
	companies := FilterFor(me, CompanyView)
	assert.True(t, companies.Match(&Company{ID: "co", Account: "acme"}))
	assert.False(t, companies.Match(&Company{ID: "odd", Account: "acme"}))
	assert.False(t, companies.Match(&Company{Account: "acme", CRM: CRMRecord{Team: map[CRMUserID]Access{"u": 9}}}))
	assert.Equal(t, NoAccess, crmAccess(user, Contact{ID: "C", Account: "acme"}))
	assert.Equal(t, Edit, crmAccess(user, Contact{ID: "c", Account: "acme", CRM: CRMRecord{Owner: "u"}}), "the record adds to the answer")
	assert.Equal(t, View, crmAccess(user, Contact{ID: "c", Account: "acme", CRM: CRMRecord{Team: map[CRMUserID]Access{"u": View}}}))
	assert.Equal(t, OutOfScope, Authorize(me, CompanyView, &Company{Account: "acme"}).Reason)
	ticket := from(&Contact{ID: "c", Account: "acme"})
	assert.Equal(t, AllowedContact, Authorize(me, TicketReply, &ticket).Reason, "seeing the contact allows work on its tickets (A6)")
}

// BenchmarkShared compares the decision on a shared agent with that on an agent, with
// 10,000 visible contacts and 50 mentions.
func BenchmarkShared(b *testing.B) {
	visible := CRMVisibility{Contacts: make(map[ContactID]Access), AsOf: day(4), MaxAge: time.Hour}
	for i := range 10_000 {
		visible.Contacts[ContactID(fmt.Sprintf("contact-%d", i))] = Edit
	}
	shared := NewSharedAgent("sam", acme, CRMUser{ID: "u", Visibility: visible})
	shared.Groups, shared.Now = riya().Groups, day(4)
	agent := riya(wide(AgentRole.Role(), ScopeGroup))
	ticket := ticketOf("apac", "riya")
	ticket.Requester = &Contact{ID: "contact-77", Account: "acme"}
	ticket.Mentions = make(map[AgentID]bool)
	for i := range 50 {
		ticket.Mentions[AgentID(fmt.Sprintf("agent-%d", i))] = true
	}
	elsewhere := ticket
	elsewhere.Requester = &Contact{ID: "contact-10001", Account: "acme"}
	mentioned := ticket
	mentioned.Mentions = map[AgentID]bool{"sam": true}
	for _, c := range []struct {
		name    string
		subject Subject
		ticket  Ticket
	}{
		{"agent", agent, ticket}, {"mentioned", shared, mentioned}, {"contact", shared, ticket}, {"neither", shared, elsewhere},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Authorize(c.subject, TicketReply, &c.ticket)
			}
		})
	}
}
