package store

import (
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// add adds what a row of ticketSQL says.
func (t *Ticket) add(r row, at time.Time) error {
	switch r.part {
	case "ticket":
		t.Workspace, t.Group, t.Assignee = deskpolicy.WorkspaceID(r.a), deskpolicy.GroupID(r.b), deskpolicy.AgentID(r.c)
		t.Confidential, t.Subject, t.Status = r.d != "", r.e, r.f
	case "requester":
		t.RequesterName = r.b
		requester := t.requester()
		requester.ID, requester.Company, requester.Owner = deskpolicy.ContactID(r.a), deskpolicy.CompanyID(r.c), deskpolicy.AgentID(r.d)
		requester.CRM.Owner, requester.CRM.Territory = deskpolicy.CRMUserID(r.e), deskpolicy.TerritoryID(r.f)
	case "team":
		return put(&t.requester().CRM.Team, deskpolicy.CRMUserID(r.a), r.b)
	case "participant":
		return put(&t.Participants, deskpolicy.AgentID(r.a), r.b)
	case "cc":
		return put(&t.CCs, deskpolicy.ContactID(r.a), r.b)
	case "mention":
		if t.Mentions == nil {
			t.Mentions = make(map[deskpolicy.AgentID]bool)
		}
		t.Mentions[deskpolicy.AgentID(r.a)] = true
	case "message":
		t.Messages = append(t.Messages, Message{Author: r.a, At: at, Text: r.b})
	}
	return nil
}

// requester returns the ticket's requester, which it makes if there is none.
func (t *Ticket) requester() *deskpolicy.Contact {
	if t.Requester == nil {
		t.Requester = &deskpolicy.Contact{Account: t.Account}
	}
	return t.Requester
}

// put adds the access that the text names to the map, which it makes if it is nil.
func put[K comparable](to *map[K]deskpolicy.Access, key K, text string) error {
	var access deskpolicy.Access
	if err := access.UnmarshalText([]byte(text)); err != nil {
		return err
	}
	if *to == nil {
		*to = make(map[K]deskpolicy.Access)
	}
	(*to)[key] = access
	return nil
}

// finish orders what rows came in any order.
func (t *Ticket) finish() {
	slices.SortStableFunc(t.Messages, func(a, b Message) int { return a.At.Compare(b.At) })
}
