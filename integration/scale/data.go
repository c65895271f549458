package main

import (
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// Sizes are the numbers of rows in the database.
type Sizes struct{ Tickets, Groups, Agents, Contacts, Mentions int }

var (
	full  = Sizes{Tickets: 1_000_000, Groups: 200, Agents: 5_000, Contacts: 500_000, Mentions: 300_000}
	quick = Sizes{Tickets: 100_000, Groups: 200, Agents: 500, Contacts: 50_000, Mentions: 30_000}
)

// IDs and sizes of the exceptional rows. IDs start at 1. The upper half of the agents
// are shared agents, and the last two groups have only old tickets.
const (
	ours      = 1 // the account of the subjects; the other one has a twentieth of everything
	theirs    = 2
	support   = 1 // the workspace with most tickets; a tenth is outside workspaces
	me        = 1 // the agent who lists tickets
	big       = 3 // groups, from 1 on, with a thirtieth of the tickets each
	middling  = big + 1
	chatty    = 1 // the contact who requested a fiftieth of the tickets
	region    = 1 // the territory with a tenth of the contacts
	areas     = 200
	mentioned = 60 // one mention in 60 is of one shared agent
)

// A row is a ticket as it is stored. 0 means NULL.
type row struct {
	id, account, workspace, group, assignee, requester int64
	mentions                                           []int64
	updated                                            time.Time
}

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// rows yields the tickets, which are the same in every call.
func (s Sizes) rows() iter.Seq[row] {
	return func(yield func(row) bool) {
		r := rand.New(rand.NewPCG(1, 1))
		for i := range s.Tickets {
			if !yield(s.row(r, i)) {
				return
			}
		}
	}
}

func (s Sizes) row(r *rand.Rand, i int) row {
	t := row{
		id:      int64(i + 1),
		account: ours, workspace: support,
		group: s.group(r, i), assignee: s.assignee(r), requester: chatty,
		// Created over two years, and updated up to a week later; to the minute, so that there are ties.
		updated: epoch.Add(time.Duration((int64(i)*2*365*24*60/int64(s.Tickets) + r.Int64N(7*24*60)) * int64(time.Minute))),
	}
	switch n := r.IntN(100); {
	case n < 10:
		t.workspace = 0
	case n < 15:
		t.workspace = support + 1
	}
	if r.IntN(50) > 0 {
		t.requester = 1 + r.Int64N(int64(s.Contacts))
	}
	if r.IntN(20) == 0 {
		t.account = theirs
		t.requester = max(20, t.requester-t.requester%20)
	} else if accountOf(t.requester) != ours {
		t.requester--
	}
	for range (i+1)*s.Mentions/s.Tickets - i*s.Mentions/s.Tickets {
		t.mentions = append(t.mentions, s.mention(r, t.mentions))
	}
	return t
}

func (s Sizes) group(r *rand.Rand, i int) int64 {
	switch n := r.IntN(1000); {
	case n < 96:
		return int64(1 + n%big)
	case n < 126:
		return middling
	case n < 220:
		return 0
	case n < 280 && i < s.Tickets/50:
		return int64(s.Groups - n%2)
	}
	return middling + 1 + r.Int64N(int64(s.Groups-middling-2))
}

func (s Sizes) assignee(r *rand.Rand) int64 {
	switch n := r.IntN(1000); {
	case n < 250:
		return 0
	case n < 252:
		return me
	}
	return me + 1 + r.Int64N(int64(s.Agents/2-1))
}

// mention returns an agent to mention who is not among the others.
func (s Sizes) mention(r *rand.Rand, others []int64) int64 {
	agent := int64(s.Agents) // the agent with many mentions
	if r.IntN(mentioned) > 0 {
		agent = 1 + r.Int64N(int64(s.Agents-1))
	}
	for _, other := range others {
		if other == agent {
			return s.mention(r, others)
		}
	}
	return agent
}

// accountOf returns the contact's account.
func accountOf(contact int64) int64 {
	if contact%20 == 0 {
		return theirs
	}
	return ours
}

// territoryOf returns the contact's territory.
func territoryOf(contact int64) int64 {
	if contact%10 == 3 {
		return region
	}
	return region + 1 + contact/10%(areas-1)
}

// ownerOf returns the CRM user who owns the contact.
func ownerOf(contact int64) int64 { return 1 + contact%1000 }

// memberOf returns the CRM user on the contact's team, or 0.
func memberOf(contact int64) int64 {
	if contact%10 == 7 {
		return 1 + contact/10%1000
	}
	return 0
}

// ticket returns the row as a resource of the library.
func (t *row) ticket() deskpolicy.Ticket {
	ticket := deskpolicy.Ticket{
		ID: deskpolicy.TicketID(text(t.id)), Account: deskpolicy.AccountID(text(t.account)), Workspace: deskpolicy.WorkspaceID(text(t.workspace)),
		Group: deskpolicy.GroupID(text(t.group)), Assignee: deskpolicy.AgentID(text(t.assignee)),
		Requester: &deskpolicy.Contact{
			ID: deskpolicy.ContactID(text(t.requester)), Account: deskpolicy.AccountID(text(accountOf(t.requester))),
			CRM: deskpolicy.CRMRecord{
				Owner:     deskpolicy.CRMUserID(text(ownerOf(t.requester))),
				Territory: deskpolicy.TerritoryID(text(territoryOf(t.requester))),
			},
		},
	}
	if user := memberOf(t.requester); user != 0 {
		ticket.Requester.CRM.Team = map[deskpolicy.CRMUserID]deskpolicy.Access{deskpolicy.CRMUserID(text(user)): deskpolicy.View}
	}
	for _, agent := range t.mentions {
		if ticket.Mentions == nil {
			ticket.Mentions, ticket.Participants = map[deskpolicy.AgentID]bool{}, map[deskpolicy.AgentID]deskpolicy.Access{}
		}
		id := deskpolicy.AgentID(text(agent))
		ticket.Mentions[id], ticket.Participants[id] = true, deskpolicy.View
	}
	return ticket
}

// text returns the ID as the library's text; "" for 0.
func text(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
