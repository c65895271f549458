package deskpolicy_test

import (
	"encoding/json"
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

var zoe = SupportEngineer{ID: "zoe", Name: "Zoe", Email: "zoe@vendor.example"}

// An accessVisit is a decision to add to a SupportAccessLog.
type accessVisit struct {
	who     SupportEngineer
	now     time.Time
	allowed bool
}

// logOf returns a log of the visits under the support grant.
func logOf(grant SupportGrant, visits []accessVisit) (log SupportAccessLog) {
	for _, v := range visits {
		action := TicketView
		if !v.allowed {
			action = TicketPurge
		}
		AuthorizeAndLogSupport(&log, grant.Session(v.who, acme, v.now), action, &Ticket{Account: "acme"})
	}
	return log
}

func TestAccessLog(t *testing.T) {
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Engineers: []SupportEngineer{eve, zoe}})
	renamed := SupportEngineer{ID: "eve", Name: "Eve Okafor", Email: "eve.okafor@vendor.example"}
	after := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	entry := func(e SupportAccessEntry) SupportAccessEntry {
		e.Account, e.Grant = "acme", "g1"
		return e
	}
	for _, c := range []struct {
		name   string
		visits []accessVisit
		want   []SupportAccessEntry
	}{
		{"no visit", nil, []SupportAccessEntry{}},
		{"one use", []accessVisit{{eve, noon, true}}, []SupportAccessEntry{{Engineer: eve, LastActive: noon, AllowedCount: 1}}},
		{"one attempt", []accessVisit{{eve, noon, false}}, []SupportAccessEntry{{Engineer: eve, LastDenied: noon, DeniedCount: 1}}},
		{"uses and attempts", []accessVisit{{eve, after(1), true}, {eve, after(2), false}, {eve, after(3), true}, {eve, after(4), false}, {eve, after(5), false}},
			[]SupportAccessEntry{{Engineer: eve, LastActive: after(3), AllowedCount: 2, LastDenied: after(5), DeniedCount: 3}}},
		{"added late", []accessVisit{{eve, after(3), true}, {eve, after(1), true}, {eve, after(2), true}, {eve, after(9), false}, {eve, after(8), false}},
			[]SupportAccessEntry{{Engineer: eve, LastActive: after(3), AllowedCount: 3, LastDenied: after(9), DeniedCount: 2}}},
		{"under two names at one instant", []accessVisit{{renamed, noon, true}, {eve, noon, true}, {eve, noon, false}},
			[]SupportAccessEntry{{Engineer: renamed, LastActive: noon, AllowedCount: 2, LastDenied: noon, DeniedCount: 1}}},
		{"renamed", []accessVisit{{eve, noon, true}, {renamed, after(1), false}},
			[]SupportAccessEntry{{Engineer: renamed, LastActive: noon, AllowedCount: 1, LastDenied: after(1), DeniedCount: 1}}},
		{"renamed, with an earlier decision added late", []accessVisit{{renamed, after(1), false}, {eve, noon, true}},
			[]SupportAccessEntry{{Engineer: renamed, LastActive: noon, AllowedCount: 1, LastDenied: after(1), DeniedCount: 1}}},
		{"several", []accessVisit{{zoe, noon, true}, {eve, after(1), true}, {SupportEngineer{ID: "Zoe"}, after(2), true}}, []SupportAccessEntry{
			{Engineer: SupportEngineer{ID: "Zoe"}, LastDenied: after(2), DeniedCount: 1},
			{Engineer: eve, LastActive: after(1), AllowedCount: 1},
			{Engineer: zoe, LastActive: noon, AllowedCount: 1},
		}},
		{"a support engineer without an ID", []accessVisit{{SupportEngineer{Name: "Eve"}, noon, true}}, []SupportAccessEntry{}},
		{"after the end", []accessVisit{{eve, noon.Add(7 * 24 * time.Hour), true}},
			[]SupportAccessEntry{{Engineer: eve, LastDenied: noon.Add(7 * 24 * time.Hour), DeniedCount: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.want {
				c.want[i] = entry(c.want[i])
			}
			assert.Equal(t, c.want, logOf(grant, c.visits).Entries(noon))
		})
	}
	for _, absurd := range absurdInstants() {
		log := logOf(grant, []accessVisit{{renamed, absurd, true}, {eve, noon, true}, {renamed, absurd, false}})
		assert.Equal(t, []SupportAccessEntry{entry(SupportAccessEntry{Engineer: eve, LastActive: noon, AllowedCount: 1})}, log.Entries(noon), "a decision without an instant is not added")
	}
}

// Add skips decisions on other subjects, and records that contradict themselves.
func TestAccessLogPassesOver(t *testing.T) {
	var log SupportAccessLog
	ticket := Ticket{Account: "acme"}
	for _, subject := range []Subject{nil, owner(), sam(), (*SupportSession)(nil), &SupportSession{}} {
		assert.Equal(t, Authorize(subject, TicketView, &ticket), AuthorizeAndLogSupport(&log, subject, TicketView, &ticket))
		log.Add(NewRequest(subject, TicketView, &ticket).AuditRecord(Authorize(subject, TicketView, &ticket)))
	}
	session := at(granted(t, SupportGrantTerms{}), noon)
	sound := NewRequest(session, TicketView, &ticket).AuditRecord(Authorize(session, TicketView, &ticket))
	for name, change := range map[string]func(*AuditRecord){
		"allowed, yet forbidden": func(r *AuditRecord) { r.Outcome = "forbidden" },
		"denied, yet allowed":    func(r *AuditRecord) { r.Allowed = false },
		"an unknown outcome":     func(r *AuditRecord) { r.Outcome = "unknown" },
		"without a grant":        func(r *AuditRecord) { r.Grant = "" },
		"without an engineer":    func(r *AuditRecord) { r.Engineer = "" },
		"under another's ID":     func(r *AuditRecord) { r.Subject = "support:zoe" },
		"of an agent":            func(r *AuditRecord) { r.SubjectKind = "agent" },
		"undecided":              func(r *AuditRecord) { r.Reason = "undecided" },
		"at no instant":          func(r *AuditRecord) { r.At = time.Time{} },
	} {
		r := sound
		change(&r)
		log.Add(r)
		assert.Empty(t, log.Entries(noon), name)
	}
	log.Add(sound)
	assert.Len(t, log.Entries(noon), 1)
	later := sound
	later.Reason, later.Library = "allowed_by_something_new", "7.0.0" // a later version has other reasons
	log.Add(later)
	assert.Equal(t, 2, log.Entries(noon)[0].AllowedCount)
}

// drawnGrants draws support grants of every status, with support engineers.
func drawnGrants(t *rapid.T) (grants []SupportGrant) {
	for i := range rapid.IntRange(0, 3).Draw(t, "grants") {
		named := rapid.SliceOfNDistinct(rapid.SampledFrom([]SupportEngineer{eve, zoe, {"max", "", "max@vendor.example"}}), 1, 3, rapid.ID).Draw(t, "engineers")
		start := noon.Add(rapid.SampledFrom([]time.Duration{0, hour}).Draw(t, "start"))
		grant, _, err := NewSupportGrant(owner(), SupportGrantTerms{
			ID: SupportGrantID(fmt.Sprint("g", i)), Roles: []Role{AgentRole.Role()}, Engineers: named, Start: start, End: start.Add(rapid.SampledFrom([]time.Duration{hour, days}).Draw(t, "life")),
		}, noon)
		require.NoError(t, err)
		if rapid.Bool().Draw(t, "revoked") {
			grant, _, err = RevokeSupportGrant(owner(), grant, start.Add(rapid.SampledFrom([]time.Duration{-1, hour / 2, days}).Draw(t, "when")))
			require.NoError(t, err)
		}
		grants = append(grants, grant)
	}
	return grants
}

// drawnInstant draws an instant near a change of status of drawnGrants.
func drawnInstant(t *rapid.T, label string) time.Time {
	edge := rapid.SampledFrom([]time.Duration{-1, 0, 1, hour / 2, hour, 2 * hour, days, days + hour, 3 * days}).Draw(t, label)
	return noon.Add(edge + rapid.SampledFrom([]time.Duration{0, 0, -1, 1}).Draw(t, label))
}

// WhoHasAccess lists exactly the support engineers whose sessions are allowed.
func TestWhoHasAccessIsExact(t *testing.T) {
	checkOften(t)
	met := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		grants, now := drawnGrants(t), drawnInstant(t, "now")
		log := logOf(pickGrant(t, grants), []accessVisit{{eve, drawnInstant(t, "visit"), true}, {SupportEngineer{ID: "max"}, noon, true}, {SupportEngineer{ID: "eva"}, noon, true}})
		listed := map[string]bool{}
		for _, e := range log.WhoHasAccess(now, grants...) {
			require.Equal(t, SupportGrantActive, e.Status)
			listed[fmt.Sprint(e.Grant, e.Engineer.ID)] = true
		}
		for _, grant := range append(grants, SupportGrant{}) {
			for _, who := range []SupportEngineerID{"eve", "zoe", "max", "eva", ""} {
				session := grant.Session(SupportEngineer{ID: who}, acme, now)
				d := Authorize(session, TicketView, &Ticket{Account: "acme"})
				met[d.Allowed()]++
				require.Equal(t, d.Allowed(), listed[fmt.Sprint(grant.ID(), who)], "%v: %v", session, d)
			}
		}
	})
	assert.Positive(t, met[true])
	assert.Positive(t, met[false])
}

func pickGrant(t *rapid.T, grants []SupportGrant) SupportGrant {
	return rapid.SampledFrom(append(slices.Clone(grants), SupportGrant{})).Draw(t, "grant")
}

// The contents of a log depend only on the decisions, not on their order, on how they are
// split over servers, or on how often the log is stored.
func TestAccessLogsMerge(t *testing.T) {
	checkOften(t)
	rapid.Check(t, func(t *rapid.T) {
		grants := drawnGrants(t)
		var records []AuditRecord
		var told SupportAccessLog
		for range rapid.IntRange(0, 12).Draw(t, "decisions") {
			who := rapid.SampledFrom([]SupportEngineer{eve, zoe, {"eve", "Eve Okafor", "okafor@vendor.example"}, {"a\xff", "\x00", "\ufffd"}, {"a\xfe", "", ""}}).Draw(t, "who")
			session := pickGrant(t, grants).Session(who, acme, drawnInstant(t, "now"))
			d := AuthorizeAndLogSupport(&told, session, TicketView, &Ticket{Account: "acme"})
			r := NewRequest(session, TicketView, &Ticket{Account: "acme"}).AuditRecord(d)
			if rapid.Bool().Draw(t, "redacted") {
				r = r.Redacted()
			}
			records = append(records, kept(t, r))
		}
		whole := logFrom(records...)
		var parts [3]SupportAccessLog
		for _, r := range rapid.Permutation(records).Draw(t, "order") {
			parts[rapid.IntRange(0, 2).Draw(t, "server")].Add(r)
		}
		var merged SupportAccessLog
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order of servers") {
			if rapid.Bool().Draw(t, "stored") {
				parts[i] = stored(t, parts[i])
			}
			merged.Merge(parts[i])
		}
		now := drawnInstant(t, "asked at")
		require.Equal(t, whole.Entries(now, grants...), merged.Entries(now, grants...))
		require.Equal(t, whole.Entries(now, grants...), stored(t, merged).Entries(now, grants...))
		require.Equal(t, counts(whole, now), counts(told, now))
		requireModelled(t, records, whole.Entries(now, grants...), now, grants)
	})
}

func logFrom(records ...AuditRecord) (log SupportAccessLog) {
	log.Add(records...)
	return log
}

// counts returns the entries without names and addresses, which records may lack.
func counts(log SupportAccessLog, now time.Time) (entries []SupportAccessEntry) {
	for _, e := range log.Entries(now) {
		e.Engineer = SupportEngineer{ID: e.Engineer.ID}
		entries = append(entries, e)
	}
	return entries
}

// kept returns the record as read back from JSON.
func kept(t require.TestingT, r AuditRecord) (read AuditRecord) {
	written, err := json.Marshal(r)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(written, &read))
	require.Equal(t, r, read)
	return read
}

// stored returns the log as read back from JSON, which has the same JSON form.
func stored(t require.TestingT, log SupportAccessLog) (read SupportAccessLog) {
	written, err := json.Marshal(log)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(written, &read), "%s", written)
	again, err := json.Marshal(&read)
	require.NoError(t, err)
	require.Equal(t, string(written), string(again))
	return read
}

// requireModelled compares the entries with a simple count over the records.
func requireModelled(t require.TestingT, records []AuditRecord, entries []SupportAccessEntry, now time.Time, grants []SupportGrant) {
	type key struct {
		grant    SupportGrantID
		engineer SupportEngineerID
	}
	want := map[key]SupportAccessEntry{}
	for _, r := range records {
		e := want[key{r.Grant, r.Engineer}]
		if r.Allowed {
			e.AllowedCount++
			e.LastActive = slices.MaxFunc([]time.Time{e.LastActive, r.At}, time.Time.Compare)
		} else {
			e.DeniedCount++
			e.LastDenied = slices.MaxFunc([]time.Time{e.LastDenied, r.At}, time.Time.Compare)
		}
		want[key{r.Grant, r.Engineer}] = e
	}
	for _, g := range grants {
		for _, e := range g.Engineers() {
			entry := want[key{g.ID(), e.ID}]
			entry.Status = g.Status(now)
			want[key{g.ID(), e.ID}] = entry
		}
	}
	require.Len(t, entries, len(want))
	for _, e := range entries {
		w := want[key{e.Grant, e.Engineer.ID}]
		require.Equal(t, []any{w.AllowedCount, w.LastActive, w.DeniedCount, w.LastDenied, w.Status}, []any{e.AllowedCount, e.LastActive, e.DeniedCount, e.LastDenied, e.Status})
		require.Equal(t, AccountID("acme"), e.Account)
	}
}

// A status lasts exactly until Until.
func TestAccessEntriesUntil(t *testing.T) {
	checkOften(t)
	rapid.Check(t, func(t *rapid.T) {
		grants, now := drawnGrants(t), drawnInstant(t, "now")
		for _, e := range new(SupportAccessLog).Entries(now, grants...) {
			of := func(at time.Time) SupportGrantStatus {
				for _, other := range new(SupportAccessLog).Entries(at, grants...) {
					if other.Grant == e.Grant && other.Engineer == e.Engineer {
						return other.Status
					}
				}
				return 0
			}
			if e.StatusUntil.IsZero() {
				require.Equal(t, e.Status, of(noon.Add(100*days)))
				continue
			}
			require.Equal(t, e.Status, of(e.StatusUntil.Add(-1)))
			require.NotEqual(t, e.Status, of(e.StatusUntil))
		}
	})
}

// Of two support grants with the same ID the last one counts. At no instant there is no status.
func TestAccessEntriesOfGrants(t *testing.T) {
	grant := granted(t, SupportGrantTerms{})
	ended, _, err := RevokeSupportGrant(owner(), grant, noon)
	require.NoError(t, err)
	var log SupportAccessLog
	assert.Empty(t, log.WhoHasAccess(noon, grant, ended))
	assert.Len(t, log.WhoHasAccess(noon, ended, grant), 1)
	assert.Empty(t, log.WhoHasAccess(noon))
	assert.Empty(t, log.WhoHasAccess(noon, SupportGrant{}))
	entry := SupportAccessEntry{Account: "acme", Grant: "g1", Engineer: eve}
	assert.Equal(t, []SupportAccessEntry{entry}, log.Entries(time.Time{}, grant))

	redacted := at(grant, noon)
	log.Add(NewRequest(redacted, TicketView, &Ticket{Account: "acme"}).AuditRecord(Authorize(redacted, TicketView, &Ticket{Account: "acme"})).Redacted())
	assert.Equal(t, SupportEngineer{ID: "eve"}, log.Entries(noon)[0].Engineer)
	assert.Equal(t, eve, log.Entries(noon, grant)[0].Engineer, "the support grant has the name")
}

// Changing what Entries returns, or a merged log, does not change the log.
func TestAccessLogEntriesAreCopies(t *testing.T) {
	log := logOf(granted(t, SupportGrantTerms{}), []accessVisit{{eve, noon, true}})
	var other SupportAccessLog
	other.Merge(log)
	log.Entries(noon)[0].AllowedCount = 7
	other.Merge(log)
	want := SupportAccessEntry{Account: "acme", Grant: "g1", Engineer: eve, LastActive: noon, AllowedCount: 1}
	assert.Equal(t, []SupportAccessEntry{want}, log.Entries(noon))
	other.Merge(other)
	want.AllowedCount = 4
	assert.Equal(t, []SupportAccessEntry{want}, other.Entries(noon))
}

const leastLog = `{"version":1,"entries":[{"account":"acme","grant":"g1","engineer":"eve","last_active":"2026-11-02T12:00:00Z","allowed":1}]}`

func TestAccessLogJSON(t *testing.T) {
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}})
	log := logOf(grant, []accessVisit{{eve, noon, true}, {eve, noon.Add(hour), true}, {eve, noon.Add(1), false}, {SupportEngineer{"<\xff>", "", "\ufffd"}, noon, true}})
	const want = `{"version":1,"entries":[{"account":"acme","grant":"g1","engineer":"\u003c�ff\u003e","engineer_email":"��","last_denied":"2026-11-02T12:00:00Z","denied":1},` +
		`{"account":"acme","grant":"g1","engineer":"eve","engineer_name":"Eve Novak","engineer_email":"eve@vendor.example",` +
		`"last_active":"2026-11-02T13:00:00Z","allowed":2,"last_denied":"2026-11-02T12:00:00.000000001Z","denied":1}]}`
	for _, value := range []any{log, &log} {
		written, err := json.Marshal(value)
		require.NoError(t, err)
		assert.Equal(t, want, string(written))
	}
	assert.Equal(t, log.Entries(noon, grant), stored(t, log).Entries(noon, grant))
	empty, err := json.Marshal(SupportAccessLog{})
	require.NoError(t, err)
	assert.Equal(t, `{"version":1,"entries":[]}`, string(empty))

	assert.Equal(t, `support engineer "<\xff>" ("", "�") under support grant "g1" for account "acme"; denied: 1, last at 2026-11-02 12:00:00Z
support engineer "eve" ("Eve Novak", "eve@vendor.example") under support grant "g1" for account "acme"; allowed: 2, last at 2026-11-02 13:00:00Z; denied: 1, last at 2026-11-02 12:00:00Z
`, log.String())
	assert.Equal(t, `support engineer "eve" ("Eve Novak", "eve@vendor.example") under support grant "g1" for account "acme": active until 2026-11-09 12:00:00Z; allowed: 2, last at 2026-11-02 13:00:00Z; denied: 1, last at 2026-11-02 12:00:00Z`,
		log.Entries(noon, grant)[1].String())
}

func TestAccessLogRefuses(t *testing.T) {
	const entry = `{"account":"acme","grant":"g1","engineer":"eve","last_active":"2026-11-02T12:00:00Z","allowed":1}`
	with := func(old, new string) string {
		require.Contains(t, leastLog, old)
		return strings.Replace(leastLog, old, new, 1)
	}
	for _, c := range []struct{ name, document, want string }{
		{"another version", with(`"version":1`, `"version":2`), `line 1: version: version 2 is not supported; use version 1`},
		{"no version", with(`"version":1,`, ``), `line 1: version: missing`},
		{"no entries", `{"version":1}`, `line 1: entries: missing`},
		{"an unknown key", with(`"allowed"`, `"status":"active","allowed"`), `line 1: entries[0].status: unknown key`},
		{"a key twice", with(`"allowed"`, `"grant":"g1","allowed"`), `line 1: entries[0].grant: duplicate key`},
		{"null", with(`"g1"`, `null`), `line 1: entries[0].grant: null`},
		{"an entry twice", with(entry, entry+",\n"+entry), `line 2: entries[1]: an earlier entry has the same account, grant and engineer; merge the two`},
		{"no engineer", with(`"eve"`, `""`), `line 1: entries[0]: the entry has no support engineer; set "engineer"`},
		{"no account", with(`"account":"acme",`, ``), `line 1: entries[0].account: missing`},
		{"a count without an instant", with(`"last_active":"2026-11-02T12:00:00Z",`, ``), `line 1: entries[0]: a count lacks its last instant, or an instant lacks its count; set both`},
		{"an instant without a count", with(`"allowed"`, `"last_denied":"2026-11-02T12:00:00Z","allowed"`), `line 1: entries[0]: a count lacks its last instant, or an instant lacks its count; set both`},
		{"no count", with(`,"last_active":"2026-11-02T12:00:00Z","allowed":1`, ``), `line 1: entries[0]: the entry counts no decision; remove it`},
		{"no use", with(`"allowed":1`, `"allowed":0`), `line 1: entries[0].allowed: want a count of 1 or more`},
		{"allowed decisions without a grant", with(`"grant":"g1",`, ``), `line 1: entries[0]: the entry counts allowed decisions but has no support grant; set "grant"`},
		{"an invalid instant", with(`2026-11-02T12:00:00Z`, `2026-11-02`), `line 1: entries[0].last_active: "2026-11-02" is not an instant in UTC such as "2026-11-21T09:30:00Z"`},
		{"half an escape", with(`"eve"`, `"�f"`), `line 1: entries[0].engineer: U+FFFD is neither doubled nor followed by the two hexadecimal digits of a byte that is not UTF-8`},
		{"half a surrogate pair", with(`"eve"`, `"\ud83d"`), `line 1: entries[0].engineer: U+FFFD is neither doubled nor followed by the two hexadecimal digits of a byte that is not UTF-8`},
		{"an array", `[]`, `line 1: want an object, not an array`},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := logOf(granted(t, SupportGrantTerms{}), []accessVisit{{zoe, noon, true}})
			want := log.String()
			require.EqualError(t, json.Unmarshal([]byte(c.document), &log), c.want)
			require.Equal(t, want, log.String(), "the log is unchanged")
		})
	}
	var log SupportAccessLog
	require.NoError(t, json.Unmarshal([]byte(strings.Replace(leastLog, `"allowed":1`, fmt.Sprintf(`"allowed":%d`, math.MaxInt), 1)), &log))
	log.Merge(log)
	require.Equal(t, math.MaxInt, log.Entries(noon)[0].AllowedCount, "a count does not overflow")
}

// Reading a log takes memory in proportion to its entries.
func TestAccessLogReadsInLinearMemory(t *testing.T) {
	allocated := func(n int) float64 {
		var entries []string
		for i := range n {
			entries = append(entries, strings.Replace(`{"account":"acme","grant":"g1","engineer":"eve","last_active":"2026-11-02T12:00:00Z","allowed":1}`, "eve", fmt.Sprint("e", i), 1))
		}
		document := []byte(`{"version":1,"entries":[` + strings.Join(entries, ",") + `]}`)
		return testing.AllocsPerRun(1, func() {
			var log SupportAccessLog
			require.NoError(t, json.Unmarshal(document, &log))
		})
	}
	assert.Less(t, allocated(4_000), 8*allocated(1_000))
}
