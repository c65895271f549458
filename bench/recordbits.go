package main

import "github.com/deskpolicy/deskpolicy"

// recordBits is the bitset of a program without numbers for IDs. Held actions are computed
// beforehand as bits; everything else is read from the records that the library gets. It
// implements all the rules that the questions test.
type recordBits struct {
	*helpdesk
	actionBits
	people []recordPerson
	now    int64
}

// A recordPerson is what a program keeps about a person in addition to the record, such as
// in a session.
type recordPerson struct {
	id          deskpolicy.AgentID
	account     deskpolicy.AccountID
	kind        subjectKind
	from, until int64
	held        placeBits
	groups      map[deskpolicy.GroupID]deskpolicy.Access // the record's own
	crm         recordUser
}

// A recordUser is the CRM user of a shared agent.
type recordUser struct {
	id          deskpolicy.CRMUserID
	sees        crmWays
	territories map[deskpolicy.TerritoryID]bool            // with those below
	visible     map[deskpolicy.ContactID]deskpolicy.Access // the record's own; nil if it has gone stale
}

func loadRecordBits(h *helpdesk) (loaded, error) {
	b := &recordBits{helpdesk: h, actionBits: newActionBits(), now: now.Unix()}
	for who := range h.people {
		b.people = append(b.people, h.recordPerson(who))
	}
	return b, nil
}

func (h *helpdesk) recordPerson(who int) recordPerson {
	row := &h.people[who]
	p := recordPerson{kind: row.kind, held: h.placeBits(who)}
	p.from, p.until = row.span()
	switch s := h.subjects[who].(type) {
	case *deskpolicy.Agent:
		p.id, p.account, p.groups = s.ID, s.Account.ID, s.Groups
	case *deskpolicy.SharedAgent:
		p.id, p.account, p.groups, p.crm = s.ID, s.Account.ID, s.Groups, recordUserOf(&s.CRM, row.crm.territories)
	case *deskpolicy.SupportSession:
		p.id, p.account = s.ID(), s.Account().ID
	case *deskpolicy.CRMOnlyUser:
		p.account = s.Account.ID
	}
	return p
}

func recordUserOf(user *deskpolicy.CRMUser, territories []int) recordUser {
	u := recordUser{id: user.ID, sees: crmWaysOf(user.Sees), territories: make(map[deskpolicy.TerritoryID]bool)}
	for _, n := range territories {
		u.territories[territory(n)] = true
	}
	if answer := &user.Visibility; !now.Before(answer.AsOf) && now.Before(answer.AsOf.Add(answer.MaxAge)) {
		u.visible = user.Visibility.Contacts
	}
	return u
}

// allowed decides one part of a question.
func (b *recordBits) allowed(p *recordPerson, bit uint64, resource deskpolicy.Resource) bool {
	if b.now < p.from || b.now >= p.until {
		return false
	}
	switch r := resource.(type) {
	case *deskpolicy.Ticket:
		return b.onTicket(p, bit, r)
	case *deskpolicy.Contact:
		return b.onContact(p, bit, r)
	case *deskpolicy.Note:
		return b.mayOwn(p, bit, r.Author) && b.onTicket(p, bit, &r.Ticket)
	case *deskpolicy.TicketAssignment:
		return b.onTicket(p, bit, &r.Ticket)
	case *deskpolicy.Account:
		return p.in(r.ID, "")[2]&bit != 0
	case *deskpolicy.Agent:
		return p.in(r.Account.ID, "")[2]&bit != 0
	case *deskpolicy.Role:
		return b.onRole(p, bit, r)
	case *deskpolicy.SupportGrant:
		return p.in(r.Account(), "")[2]&bit != 0
	}
	return b.onPlaced(p, bit, resource)
}

// onPlaced decides on a resource in a workspace.
func (b *recordBits) onPlaced(p *recordPerson, bit uint64, resource deskpolicy.Resource) bool {
	switch r := resource.(type) {
	case *deskpolicy.Conversation:
		return b.reaches(p, p.in(r.Account, r.Workspace), bit, r.Group, r.Assignee)
	case *deskpolicy.Channel:
		return b.reaches(p, p.in(r.Account, r.Workspace), bit, r.Group, "")
	case *deskpolicy.Article:
		return b.reaches(p, p.in(r.Account, r.Workspace), bit, "", r.Author)
	case *deskpolicy.Topic:
		return b.mayOwn(p, bit, r.Author) && b.reaches(p, p.in(r.Account, r.Workspace), bit, "", r.Author)
	case *deskpolicy.Report:
		return b.reaches(p, p.in(r.Account, r.Workspace), bit, r.Team, r.Owner)
	case *deskpolicy.Settings:
		return b.reaches(p, p.in(r.Account, r.Workspace), bit, r.Team, "")
	}
	return false
}

// noBits is empty: a person holds no actions in another account.
var noBits [3]uint64

// in returns the actions that the person holds in the account's workspace.
func (p *recordPerson) in(account deskpolicy.AccountID, workspace deskpolicy.WorkspaceID) *[3]uint64 {
	if account == p.account {
		for i := range workspaces {
			if workspaces[i] == workspace {
				return &p.held[i]
			}
		}
	}
	return &noBits
}

// mayOwn reports whether the person owns the thing, or the action does not require that.
func (b *recordBits) mayOwn(p *recordPerson, bit uint64, owner deskpolicy.AgentID) bool {
	return b.own&bit == 0 || owner == p.id
}

// reaches reports whether the held actions reach a thing with that group and holder.
func (b *recordBits) reaches(p *recordPerson, held *[3]uint64, bit uint64, group deskpolicy.GroupID, holder deskpolicy.AgentID) bool {
	return held[2]&bit != 0 || held[1]&bit != 0 && b.inGroup(p, bit, group) || held[0]&bit != 0 && holder == p.id
}

// inGroup reports whether the person has enough access to the group for the action.
func (b *recordBits) inGroup(p *recordPerson, bit uint64, group deskpolicy.GroupID) bool {
	return group != "" && b.enough(bit, p.groups[group])
}

// enough reports whether the access is enough for the action.
func (b *recordBits) enough(bit uint64, access deskpolicy.Access) bool {
	return access == deskpolicy.Edit || access == deskpolicy.View && b.needEdit&bit == 0
}

func (b *recordBits) onTicket(p *recordPerson, bit uint64, t *deskpolicy.Ticket) bool {
	held := p.in(t.Account, t.Workspace)
	if p.kind != sharedAgent || held[2]&bit != 0 {
		return b.reaches(p, held, bit, t.Group, t.Assignee)
	}
	return (held[0]|held[1])&bit != 0 && b.inGroup(p, bit, t.Group) || held[0]&bit != 0 && (t.Mentions[p.id] || t.Requester != nil && p.crm.access(t.Requester) != deskpolicy.NoAccess)
}

func (b *recordBits) onContact(p *recordPerson, bit uint64, c *deskpolicy.Contact) bool {
	held := p.in(c.Account, "")
	if p.kind != sharedAgent {
		return b.reaches(p, held, bit, "", c.Owner)
	}
	return (held[0]|held[1]|held[2])&bit != 0 && b.enough(bit, p.crm.access(c))
}

func (b *recordBits) onRole(p *recordPerson, bit uint64, r *deskpolicy.Role) bool {
	if r.BuiltIn() { // belongs to every account
		return b.locked&bit == 0 && p.held[outside][2]&bit != 0
	}
	return p.in(r.Account(), "")[2]&bit != 0
}

// access returns the user's access to the contact in the CRM.
func (u *recordUser) access(c *deskpolicy.Contact) (access deskpolicy.Access) {
	if u.sees&seesAll != 0 || u.sees&seesOwn != 0 && c.CRM.Owner == u.id || u.sees&seesTerritories != 0 && u.territories[c.CRM.Territory] {
		return deskpolicy.Edit
	}
	if u.sees&seesTeams != 0 {
		access = c.CRM.Team[u.id]
	}
	return max(access, u.visible[c.ID])
}

// takes reports whether the ticket can be assigned to the person: they could work on it as
// its assignee, and their groups do not limit them to viewing it.
func (p *recordPerson) takes(t *deskpolicy.Ticket) bool {
	bit := uint64(1) << beAssigned
	held := p.in(t.Account, t.Workspace)
	if p.kind != anyAgent || held[0]&bit == 0 {
		return false
	}
	return held[2]&bit != 0 || held[1]&bit == 0 || p.groups[t.Group] != deskpolicy.View
}

// A recordQuestion is a question with its records.
type recordQuestion struct {
	who, to  *recordPerson // to is nil unless the resource is an assignment
	bit      uint64
	resource deskpolicy.Resource
}

func (b *recordBits) prepare(questions []question) (engine, error) {
	e := recordEngine{b, make([]recordQuestion, len(questions))}
	for i, q := range questions {
		e.questions[i] = recordQuestion{who: &b.people[q.who], bit: 1 << q.act, resource: b.request(q).Resource}
		if q.to >= 0 {
			e.questions[i].to = &b.people[q.to]
		}
	}
	return e, nil
}

type recordEngine struct {
	*recordBits
	questions []recordQuestion
}

func (e recordEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	return e.allowed(q.who, q.bit, q.resource) && (q.to == nil || q.to.takes(&q.resource.(*deskpolicy.TicketAssignment).Ticket)), nil
}

func (e recordEngine) list(who, tickets int) (n int, err error) {
	for _, r := range e.resources[:tickets] {
		if e.allowed(&e.people[who], 1, r) {
			n++
		}
	}
	return n, nil
}
