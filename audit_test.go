package deskpolicy_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// An accessVisit is what an AccessLog is told.
type accessVisit struct {
	who     Engineer
	now     time.Time
	allowed bool
}

// recordAll tells a new log of the visits, in their order.
func recordAll(t testing.TB, visits []accessVisit) []AccessEntry {
	grant := granted(t, Terms{Roles: []Role{AgentRole()}})
	var log AccessLog
	for _, v := range visits {
		session := grant.Session(v.who, acme, v.now)
		action := TicketView
		if !v.allowed {
			action = TicketPurge
		}
		log.Record(session, Authorize(session, action, &Ticket{Account: "acme"}))
	}
	return log.Entries()
}

func TestAccessLog(t *testing.T) {
	renamed := Engineer{ID: "eve", Name: "Eve Okafor", Email: "eve.okafor@vendor.example"}
	zoe := Engineer{ID: "zoe", Name: "Zoe"}
	after := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	for _, c := range []struct {
		name   string
		visits []accessVisit
		want   []AccessEntry
	}{
		{"nobody", nil, []AccessEntry{}},
		{"one use", []accessVisit{{eve, noon, true}}, []AccessEntry{{Engineer: eve, LastActive: noon, Uses: 1}}},
		{"one attempt", []accessVisit{{eve, noon, false}}, []AccessEntry{{Engineer: eve, LastAttempt: noon, Attempts: 1}}},
		{"uses and attempts", []accessVisit{{eve, after(1), true}, {eve, after(2), false}, {eve, after(3), true}, {eve, after(4), false}, {eve, after(5), false}},
			[]AccessEntry{{Engineer: eve, LastActive: after(3), Uses: 2, LastAttempt: after(5), Attempts: 3}}},
		{"told late", []accessVisit{{eve, after(3), true}, {eve, after(1), true}, {eve, after(2), true}, {eve, after(9), false}, {eve, after(8), false}},
			[]AccessEntry{{Engineer: eve, LastActive: after(3), Uses: 3, LastAttempt: after(9), Attempts: 2}}},
		{"at one instant", []accessVisit{{eve, noon, true}, {eve, noon, false}, {renamed, noon, true}},
			[]AccessEntry{{Engineer: renamed, LastActive: noon, Uses: 2, LastAttempt: noon, Attempts: 1}}},
		{"renamed", []accessVisit{{eve, noon, true}, {renamed, after(1), false}},
			[]AccessEntry{{Engineer: renamed, LastActive: noon, Uses: 1, LastAttempt: after(1), Attempts: 1}}},
		{"renamed, and told late of before", []accessVisit{{renamed, after(1), false}, {eve, noon, true}},
			[]AccessEntry{{Engineer: renamed, LastActive: noon, Uses: 1, LastAttempt: after(1), Attempts: 1}}},
		{"several", []accessVisit{{zoe, noon, true}, {eve, after(1), true}, {Engineer{ID: "Zoe"}, after(2), false}}, []AccessEntry{
			{Engineer: Engineer{ID: "Zoe"}, LastAttempt: after(2), Attempts: 1},
			{Engineer: eve, LastActive: after(1), Uses: 1},
			{Engineer: zoe, LastActive: noon, Uses: 1},
		}},
		{"nobody in particular", []accessVisit{{Engineer{Name: "Eve"}, noon, true}}, []AccessEntry{}},
		{"after the end", []accessVisit{{eve, noon.Add(7 * 24 * time.Hour), true}},
			[]AccessEntry{{Engineer: eve, LastAttempt: noon.Add(7 * 24 * time.Hour), Attempts: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, recordAll(t, c.visits)) })
	}
	for _, absurd := range absurdInstants() {
		assert.Equal(t, []AccessEntry{{Engineer: eve, LastActive: noon, Uses: 1}},
			recordAll(t, []accessVisit{{renamed, absurd, true}, {eve, noon, true}, {renamed, absurd, false}}), "what was at no instant is not the last")
	}
}

// The entries depend on what was decided and not on the order in which it is told.
func TestAccessLogOrder(t *testing.T) {
	var visits []accessVisit
	for i := range 40 {
		id := EngineerID([]string{"b", "a", "zoe", "eve"}[i%4])
		visits = append(visits, accessVisit{Engineer{ID: id, Name: string(rune('A' + i))}, noon.Add(time.Duration(i) * time.Hour), i%3 > 0})
	}
	want := recordAll(t, visits)
	require.Len(t, want, 4)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		random.Shuffle(len(visits), func(i, j int) { visits[i], visits[j] = visits[j], visits[i] })
		require.Equal(t, want, recordAll(t, visits))
	}
}

// What Entries returns is the caller's.
func TestAccessLogEntriesAreCopies(t *testing.T) {
	var log AccessLog
	session := at(granted(t, Terms{}), noon)
	log.Record(session, Authorize(session, TicketView, &Ticket{Account: "acme"}))
	log.Record(nil, Decision{})
	log.Entries()[0].Uses = 7
	assert.Equal(t, []AccessEntry{{Engineer: eve, LastActive: noon, Uses: 1}}, log.Entries())
}
