package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F23"] = eventEndsTooLate
	faults["F24"] = grantsCanBeReadBack
	faults["F26"] = idsThatAreNotUTF8
	faults["F27"] = namesThatLookAlike
	faults["F35"] = accessLists
	faults["F37"] = anAddressForEachEngineer
	faults["F36"] = oneMonth
}

// requireReadBack decodes the event from its JSON and compares the two.
func requireReadBack(t require.TestingT, event SupportGrantEvent) {
	written, err := json.Marshal(event)
	require.NoError(t, err)
	read, err := DecodeSupportGrantEvent(written, nil)
	require.NoError(t, err)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(written), string(again))
}

// The decoder refuses an end that NewSupportGrant and Extend refuse at the event's time.
func eventEndsTooLate(t *testing.T) {
	far := strings.Replace(leastGrant, "2026-11-09", "2199-11-09", 1)
	_, err := DecodeSupportGrantEvent([]byte(`{"action":"support_grant.create","by":"riya","at":"2026-11-02T12:00:00Z","after":`+far+`}`), nil)
	require.EqualError(t, err, `line 1: support grant "g1": the end 2199-11-09T12:00:00Z is more than a month ahead; the latest is 2026-12-04T12:00:00Z`)
	_, err = DecodeSupportGrantEvent([]byte(`{"action":"support_grant.extend","by":"riya","at":"2026-11-03T12:00:00Z","before":`+leastGrant+`,"after":`+far+`}`), nil)
	require.EqualError(t, err, `line 1: support grant "g1": the end 2199-11-09T12:00:00Z is more than a month ahead; the latest is 2026-12-05T12:00:00Z`)
	_, err = DecodeSupportGrant([]byte(far), nil) // which may have been extended a thousand times
	require.NoError(t, err)
}

// A month is 30 days or a calendar month, whichever is longer, in the administrator's time zone.
func oneMonth(t *testing.T) {
	terms := SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}}
	for month := range time.Month(12) {
		now := time.Date(2026, 1+month, 15, 9, 0, 0, 0, time.UTC)
		terms.End = now.AddDate(0, 1, 0)
		_, _, err := NewSupportGrant(owner(), terms, now)
		require.NoError(t, err, "%v", now)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	now := time.Date(2026, 10, 1, 9, 0, 0, 0, berlin)
	terms.End = time.Date(2026, 10, 31, 9, 0, 0, 0, berlin)
	_, _, err = NewSupportGrant(owner(), terms, now)
	require.NoError(t, err)
	terms.Start, terms.End = now, time.Date(2026, 11, 1, 9, 0, 0, 0, berlin)
	_, _, err = NewSupportGrant(owner(), terms, now.UTC()) // the service's clock
	require.NoError(t, err)

	grant := granted(t, SupportGrantTerms{Start: noon.Add(25 * days)})
	assert.Equal(t, noon.Add(30*days), grant.End())
	grant = granted(t, SupportGrantTerms{Start: noon.Add(-40 * time.Second)})
	assert.Equal(t, noon, grant.Start())
}

// Names that look alike are the same name, for roles and for host actions.
func namesThatLookAlike(t *testing.T) {
	for _, hidden := range "\u2800\U0001D159\U00016FE4\U00013441\U00013442\u200b\u00ad\ufe0f\u3164\U000E0100" {
		name := "Night" + string(hidden) + "Shift"
		_, err := NewRole("acme", name, Permissions{}, nil)
		require.ErrorContains(t, err, "the name contains an invisible character; remove it", "%U", hidden)
		_, err = DecodeRoles([]byte(`{"version":1,"account":"acme","roles":[{"name":"`+name+`","permissions":[]}]}`), nil)
		require.ErrorContains(t, err, "the name contains an invisible character; remove it", "%U", hidden)
		_, err = NewVocabulary(NewHostAction(invoiceView, name))
		require.ErrorContains(t, err, "an invisible character", "%U", hidden)
	}
	one, two := newRole(t, "Night Shift"), newRole(t, "night  shift")
	require.EqualError(t, roleNames(one, two), `deskpolicy: role "night  shift": the name is taken by role "Night Shift"; choose another name`)
	_, err := NewRoleSet("acme", one, two)
	require.Error(t, err)
	_, err = DecodeRoles([]byte(`{"version":1,"account":"acme","roles":[{"name":"Night Shift","permissions":[]},{"name":"Night   Shift","permissions":[]}]}`), nil)
	require.EqualError(t, err, `line 1: roles[1].name: role "Night   Shift": the name is taken by role "Night Shift"; choose another name`)
	_, err = NewRoleSet("acme", AccountAdministratorRole.Role(), newRole(t, "Account  Administrator"))
	require.ErrorContains(t, err, `the name is taken by the built-in role "Account Administrator"; choose another name`)

	for _, like := range []string{"Invoice.View", "invoice  view"} {
		_, err = NewVocabulary(NewHostAction(invoiceView, "invoice.view"), NewHostAction(invoiceRefund, "invoice view"), NewHostAction(invoiceAnnul, like))
		require.ErrorContains(t, err, "the name is taken by action", like)
	}
	_, err = NewVocabulary(NewHostAction(invoiceView, "Ticket.View"))
	require.ErrorContains(t, err, "the name is taken by action")
	for _, spaced := range []string{" invoice.view", "invoice.view "} {
		_, err = NewVocabulary(NewHostAction(invoiceView, spaced))
		require.ErrorContains(t, err, "the name begins or ends with a space; remove it")
	}
	require.NoError(t, roleNames(newRole(t, "Caf\u00e9"), newRole(t, "Cafe\u0301")), "the host normalises Unicode")
}

// Each support engineer of a support grant has their own address.
func anAddressForEachEngineer(t *testing.T) {
	zoe := SupportEngineer{ID: "zoe", Name: "Zoe", Email: "zoe@vendor.example"}
	for _, engineers := range [][]SupportEngineer{
		nil,
		{{ID: "eve"}},
		{{ID: "eve", Email: "not an address"}},
		{{ID: "eve", Email: "Eve <eve@vendor.example>"}},
		{{ID: "eve", Email: "eve@vendor.example."}},
		{eve, {ID: "zoe", Email: "Eve@Vendor.example"}},
		{eve, {ID: "eve", Email: "zoe@vendor.example"}},
		{zoe, {Email: "eve@vendor.example"}},
	} {
		_, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Roles: []Role{AgentRole.Role()}, Engineers: engineers}, noon)
		require.Error(t, err, "%+v", engineers)
		fields, err := json.Marshal(engineers)
		require.NoError(t, err)
		_, err = DecodeSupportGrant([]byte(strings.Replace(leastGrant, leastEngineers, `"engineers":`+strings.ToLower(string(fields)), 1)), nil)
		require.Error(t, err, "%s", fields)
	}
	grant := granted(t, SupportGrantTerms{Engineers: []SupportEngineer{eve, zoe}})
	require.Equal(t, []SupportEngineer{eve, zoe}, grant.Engineers())
}

// Every support grant and event that can be made can be read back, up to the largest.
func grantsCanBeReadBack(t *testing.T) {
	crowd := func(n int) SupportGrantTerms {
		terms := SupportGrantTerms{ID: "g1", Roles: []Role{AgentRole.Role()}}
		for i := range n {
			id := fmt.Sprint("e", i)
			terms.Engineers = append(terms.Engineers, SupportEngineer{SupportEngineerID(id), "", id + "@vendor.example"})
		}
		return terms
	}
	_, _, err := NewSupportGrant(owner(), crowd(40_000), noon)
	require.ErrorContains(t, err, `support grant "g1": its JSON form takes `)
	require.ErrorContains(t, err, `bytes and the limit is 500000; split it into several support grants`)

	fits := sort.Search(12_000, func(n int) bool { // the first that does not
		_, _, err := NewSupportGrant(owner(), crowd(n+1), noon)
		return n > 1_000 && err != nil
	})
	grant, created, err := NewSupportGrant(owner(), crowd(fits), noon)
	require.NoError(t, err)
	require.Greater(t, len(writtenAs(t, grant)), 499_900)
	long := owner()
	long.ID = AgentID(strings.Repeat("\x01", 1_000)) // six bytes each in JSON
	longer, extended, err := ExtendSupportGrant(long, grant, grant.End().Add(1), noon.Add(1), nil)
	require.NoError(t, err)
	_, revoked, err := RevokeSupportGrant(long, longer, noon.Add(2))
	require.NoError(t, err)
	for _, event := range []SupportGrantEvent{created, extended, revoked} {
		requireReadBack(t, event)
		_, err := DecodeSupportGrant([]byte(writtenAs(t, event.After)), nil)
		require.NoError(t, err)
	}
	_, err = DecodeSupportGrant([]byte(strings.Replace(writtenAs(t, grant), `"email"`, `"name":"of no great length","email"`, 500)), nil)
	require.ErrorContains(t, err, "bytes and the limit is", "or its events could not be read")

	long.ID += "x"
	_, _, err = ExtendSupportGrant(long, grant, grant.End().Add(1), noon, nil)
	require.EqualError(t, err, `deskpolicy: support grant "g1": the ID of the agent who makes the change is longer than 1000 bytes; use a shorter ID`)
	_, _, err = RevokeSupportGrant(long, grant, noon)
	require.EqualError(t, err, `deskpolicy: support grant "g1": the ID of the agent who makes the change is longer than 1000 bytes; use a shorter ID`)
	_, _, err = NewSupportGrant(long, crowd(1), noon)
	require.ErrorContains(t, err, `deskpolicy: support grant "g1": the ID of the agent who makes the change is longer than 1000 bytes; use a shorter ID`)
	odd := owner()
	odd.ID = "riya\xff\x00\ufffd" // access can still be revoked
	_, event, err := RevokeSupportGrant(odd, grant, noon)
	require.NoError(t, err)
	requireReadBack(t, event)
	written, err := json.Marshal(event)
	require.NoError(t, err)
	read, err := DecodeSupportGrantEvent(written, nil)
	require.NoError(t, err)
	require.Equal(t, odd.ID, read.By)
}

// IDs that differ as bytes differ in every record, explanation and log.
func idsThatAreNotUTF8(t *testing.T) {
	written := func(id string) []string {
		who := &Agent{ID: AgentID(id), Account: acme, Groups: map[GroupID]Access{GroupID(id): View}, Bindings: []Binding{wide(AgentRole.Role(), ScopeGlobal), {Role: AgentRole.Role(), Workspace: WorkspaceID(id), TicketScope: ScopeGlobal}}}
		ticket := Ticket{ID: TicketID(id), Account: "acme", Group: GroupID(id)}
		session := at(granted(t, SupportGrantTerms{}), noon).Grant().Session(SupportEngineer{SupportEngineerID(id), "", ""}, acme, noon)
		var log SupportAccessLog
		AuthorizeAndLogSupport(&log, session, TicketView, &ticket)
		d := Authorize(who, TicketView, &ticket)
		e := Explain(NewRequest(who, TicketView, &ticket))
		fix := Fix{Kind: FixGroupAccess, Group: GroupID(id), Access: View}
		hold := Fix{Kind: FixAssignRole, Binding: Binding{Role: AgentRole.Role(), Workspace: WorkspaceID(id), TicketScope: ScopeGlobal}}
		var texts []string
		for _, value := range []any{NewRequest(who, TicketView, &Ticket{Account: "acme"}).AuditRecord(d), NewRequest(riya(), TicketView, &ticket).AuditRecord(d), e, fix, hold, log} {
			data, err := json.Marshal(value)
			require.NoError(t, err)
			texts = append(texts, string(data))
		}
		for _, part := range e.Parts { // parts are read without the record
			part.Bindings = nil
			data, err := json.Marshal(Explanation{Parts: []ExplainedPart{part}})
			require.NoError(t, err)
			texts = append(texts, string(data))
		}
		return append(texts, loggedAsJSON(t, e), loggedAsJSON(t, session), loggedAsJSON(t, NewRequest(who, TicketView, &ticket).AuditRecord(d)), log.String())
	}
	ids := []string{"a\xff", "a\xfe", "a\ufffd", "a\ufffdff", "a\\xff", "a"}
	for i, id := range ids {
		for _, other := range ids[:i] {
			one, two := written(id), written(other)
			for j := range one {
				assert.NotEqual(t, one[j], two[j], "%q and %q", id, other)
			}
		}
	}
}

// A stored and merged log reports who has access, who had it, and when they last used it.
func accessLists(t *testing.T) {
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Engineers: []SupportEngineer{eve, zoe}})
	ticket := Ticket{Account: "acme"}
	var log SupportAccessLog
	session := at(grant, noon.Add(hour))
	d := AuthorizeAndLogSupport(&log, session, TicketView, &ticket)
	now := noon.Add(2 * hour)

	came := SupportAccessEntry{Account: "acme", Grant: "g1", Engineer: eve, Status: SupportGrantActive, StatusUntil: grant.End(), LastActive: noon.Add(hour), AllowedCount: 1}
	invited := SupportAccessEntry{Account: "acme", Grant: "g1", Engineer: zoe, Status: SupportGrantActive, StatusUntil: grant.End()}
	require.Equal(t, []SupportAccessEntry{came, invited}, log.WhoHasAccess(now, grant), "support engineers who have not logged in are included")

	record := NewRequest(session, TicketView, &ticket).AuditRecord(d)
	require.Equal(t, eve, SupportEngineer{record.Engineer, record.EngineerName, record.EngineerEmail})
	again := logFrom(kept(t, record))
	var merged SupportAccessLog
	merged.Merge(again)
	for _, other := range []SupportAccessLog{stored(t, log), again, merged} {
		require.Equal(t, log.Entries(now, grant), other.Entries(now, grant))
	}

	ended, _, err := RevokeSupportGrant(owner(), grant, now)
	require.NoError(t, err)
	require.Empty(t, log.WhoHasAccess(now, ended))
	came.Status, came.StatusUntil, invited.Status, invited.StatusUntil = SupportGrantRevoked, time.Time{}, SupportGrantRevoked, time.Time{}
	require.Equal(t, []SupportAccessEntry{came, invited}, log.Entries(now, ended), "the support grant has ended")

	forged := record // the decision of another subject
	forged.Engineer = zoe.ID
	log.Add(forged)
	require.Equal(t, []SupportAccessEntry{came, invited}, log.Entries(now, ended))
}
