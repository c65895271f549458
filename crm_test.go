package deskpolicy_test

import (
	"fmt"
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
	me := NewSharedAgent("sam", acme, user)
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
	user.Visibility = CRMVisibility{Contacts: map[ContactID]Access{"c": View}, MaxAge: 1}
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

// Visibility counts at ages from zero up to, but not including, MaxAge.
func TestVisibleRecords(t *testing.T) {
	answer := func(age, limit time.Duration) CRMVisibility {
		return CRMVisibility{
			Contacts:  map[ContactID]Access{"c": View, "": Edit, "odd": 9},
			Companies: map[CompanyID]Access{"co": Edit, "": Edit, "odd": 9},
			Age:       age, MaxAge: limit,
		}
	}
	for _, test := range []struct {
		age, limit time.Duration
		counts     bool
	}{
		{0, time.Hour, true}, {time.Hour - 1, time.Hour, true}, {time.Hour, time.Hour, false}, {time.Hour + 1, time.Hour, false},
		{0, 0, false}, {-1, time.Hour, false}, {0, -1, false}, {0, 1, true},
	} {
		user := CRMUser{ID: "u", Visibility: answer(test.age, test.limit)}
		want := NoAccess
		if test.counts {
			want = View
		}
		assert.Equal(t, want, crmAccess(user, Contact{ID: "c", Account: "acme"}), "%v of %v", test.age, test.limit)
		company := Company{ID: "co", Account: "acme"}
		assert.Equal(t, test.counts, Authorize(NewSharedAgent("sam", acme, user), CompanyView, &company).Allowed())
	}

	user := CRMUser{ID: "u", Sees: OwnRecords, Visibility: answer(0, 1)}
	assert.Equal(t, NoAccess, crmAccess(user, Contact{Account: "acme"}), "an empty ID matches nothing")
	assert.Equal(t, NoAccess, crmAccess(user, Contact{ID: "odd", Account: "acme"}))
	check(t, NewSharedAgent("sam", acme, user), CompanyView, Company{ID: "odd", Account: "acme"}, OutOfScope)
	companies := FilterFor(NewSharedAgent("sam", acme, user), CompanyView)
	assert.True(t, companies.Match(&Company{ID: "co", Account: "acme"}))
	assert.False(t, companies.Match(&Company{ID: "odd", Account: "acme"}))
	assert.False(t, companies.Match(&Company{Account: "acme", CRM: CRMRecord{Team: map[CRMUserID]Access{"u": 9}}}))
	assert.Equal(t, NoAccess, crmAccess(user, Contact{ID: "C", Account: "acme"}))
	assert.Equal(t, Edit, crmAccess(user, Contact{ID: "c", Account: "acme", CRM: CRMRecord{Owner: "u"}}), "the record adds to the answer")
	assert.Equal(t, View, crmAccess(user, Contact{ID: "c", Account: "acme", CRM: CRMRecord{Team: map[CRMUserID]Access{"u": View}}}))
	me := NewSharedAgent("sam", acme, user)
	assert.Equal(t, OutOfScope, Authorize(me, CompanyView, &Company{Account: "acme"}).Reason)
	ticket := from(&Contact{ID: "c", Account: "acme"})
	assert.Equal(t, AllowedContact, Authorize(me, TicketReply, &ticket).Reason, "seeing the contact allows work on its tickets (A6)")
}

// BenchmarkShared compares the decision on a shared agent with that on an agent, with
// 10,000 visible contacts and 50 mentions.
func BenchmarkShared(b *testing.B) {
	visible := CRMVisibility{Contacts: make(map[ContactID]Access), MaxAge: time.Hour}
	for i := range 10_000 {
		visible.Contacts[ContactID(fmt.Sprintf("contact-%d", i))] = Edit
	}
	shared := NewSharedAgent("sam", acme, CRMUser{ID: "u", Visibility: visible})
	shared.Groups = riya().Groups
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
