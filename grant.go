package deskpolicy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

const (
	// DefaultGrantLife is how long a grant lives if its terms set no end [G11].
	DefaultGrantLife = 7 * 24 * time.Hour
	// MaxGrantLife is how far ahead of now a grant's end may be set. It is a
	// duration, not a calendar month: 31 days are refused [G12] (A10).
	MaxGrantLife = 30 * 24 * time.Hour
)

// A Grant is leave for the vendor's support engineers to enter an account for a
// while [G1]. It gives the roles that it names, for as long as it lives, less
// what no support engineer may do: see [SupportSession].
//
// A Grant is immutable and safe to share: Extend and Revoke return another one.
// It outlives what its maker may do: who leaves, leaves their grants to be revoked.
// The zero Grant is of no account and gives nothing.
type Grant struct {
	def *grantDef
}

// A GrantID identifies a grant within an account.
type GrantID string

// Terms are what a grant is to give, and when.
type Terms struct {
	ID GrantID

	// Start is the instant from which on the grant gives access; zero is now.
	Start time.Time
	// End is the first instant at which it no longer does [G10]; zero is
	// [DefaultGrantLife] after Start.
	End time.Time

	// Roles are held in the account and in the granted workspaces: at least one [G13].
	Roles []Role
	// Workspaces are the granted ones [G16], each with the roles that are held
	// there besides [G17]. What is in no granted workspace stays closed (A11).
	Workspaces map[WorkspaceID][]Role

	// Notify are the addresses of those who are to be told [G19]. The library
	// sends nothing: they are in the event.
	Notify []string
}

// grantDef is what a Grant stands for. It never changes once a Grant points to it.
type grantDef struct {
	id         GrantID
	account    AccountID
	by         AgentID
	start, end time.Time // half-open [start, end), UTC
	revoked    time.Time // zero if it is not
	roles      []Role
	workspaces map[WorkspaceID][]Role
	notify     []string
	bindings   map[WorkspaceID][]Binding // what a session holds in each granted workspace, and outside of them
	anywhere   []Binding                 // all of these
}

// NewGrant returns a grant that the subject makes at the instant now, and the
// event to record and to notify by. The subject must be allowed [GrantCreate],
// which takes covering with its own authority all that the grant gives.
//
// It reports every problem: a denial (see [ErrDenied]), a grant without ID or
// roles, an end that is not after the start or is more than [MaxGrantLife] ahead,
// a start in the past, a role of another account, text that could not be written
// and read again, and what exceeds the subject's authority.
func NewGrant(by Subject, terms Terms, now time.Time) (Grant, GrantEvent, error) {
	def := &grantDef{
		id: terms.ID, start: instant(terms.Start), end: instant(terms.End),
		roles: slices.Clone(terms.Roles), workspaces: cloneWorkspaces(terms.Workspaces), notify: slices.Clone(terms.Notify),
	}
	now = instant(now)
	if def.start.IsZero() {
		def.start = now
	}
	if def.end.IsZero() {
		def.end = def.start.Add(DefaultGrantLife)
	}
	var who actor
	if who.is(by) {
		def.account, def.by = who.account.ID, who.id
	}
	def.hold()
	grant := Grant{def}
	err := errors.Join(
		checkInstant(now),
		def.denied(by, GrantCreate, &grant),
		def.check(),
		def.checkStart(now),
		def.checkEnd(now),
	)
	if err != nil {
		return Grant{}, GrantEvent{}, err
	}
	return grant, GrantEvent{GrantCreate.ID(), def.by, now, Grant{}, grant}, nil
}

// Extend returns the grant with a later end, as the subject decides at the
// instant now, and the event to record. It is a new decision: the subject must
// be allowed [GrantExtend] and cover what the grant gives, and the end may be at
// most [MaxGrantLife] ahead. A grant that is revoked or expired is not revived.
func (g Grant) Extend(by Subject, end, now time.Time) (Grant, GrantEvent, error) {
	var who actor
	who.is(by)
	def := g.copy()
	now, def.end = instant(now), instant(end)
	err := errors.Join(
		checkInstant(now),
		def.denied(by, GrantExtend, &g),
		g.checkAlive(now),
		def.checkEnd(now),
		g.checkLater(def.end),
	)
	if err != nil {
		return Grant{}, GrantEvent{}, err
	}
	return Grant{def}, GrantEvent{GrantExtend.ID(), who.id, now, g, Grant{def}}, nil
}

// Revoke returns the grant without effect from the instant now on [G23], as the
// subject decides, and the event to record. Of several revocations the earliest
// counts; nothing revives a revoked grant (A12). Sessions that the engineers have
// open at the host are the host's to end, now and when the end of a grant comes [G24].
func (g Grant) Revoke(by Subject, now time.Time) (Grant, GrantEvent, error) {
	now = instant(now)
	if err := errors.Join(checkInstant(now), Authorize(by, GrantRevoke, &g).Err()); err != nil {
		return Grant{}, GrantEvent{}, err
	}
	var who actor
	who.is(by)
	def := g.copy()
	def.revoke(now)
	return Grant{def}, GrantEvent{GrantRevoke.ID(), who.id, now, g, Grant{def}}, nil
}

// A GrantStatus is where a grant is in its life. The zero GrantStatus is none.
type GrantStatus uint8

const (
	StatusScheduled GrantStatus = 1 + iota // it has not started
	StatusActive                           // it gives access
	StatusExpired                          // its end has come
	StatusRevoked                          // it was revoked before its end
)

var grantStatusNames = [...]string{"none", "scheduled", "active", "expired", "revoked"}

// String returns the status's name; "none" for the zero GrantStatus.
func (s GrantStatus) String() string { return nameOf(grantStatusNames[:], s) }

// Status returns where the grant is in its life at the instant: at its start it
// is active, at its end and at its revocation it is not. A zero Grant, or a zero
// instant, has none.
func (g Grant) Status(at time.Time) GrantStatus {
	switch {
	case g.def == nil || !validInstant(at):
		return 0
	case !g.def.revoked.IsZero() && g.def.revoked.Before(g.def.end) && !at.Before(g.def.revoked):
		return StatusRevoked
	case !at.Before(g.def.end):
		return StatusExpired
	case at.Before(g.def.start):
		return StatusScheduled
	default:
		return StatusActive
	}
}

// nextChange returns the first instant after at at which the status changes,
// or the zero time.
func (g Grant) nextChange(at time.Time) (next time.Time) {
	if g.def == nil {
		return next
	}
	status := g.Status(at)
	for _, boundary := range [...]time.Time{g.def.start, g.def.end, g.def.revoked} {
		if boundary.After(at) && (next.IsZero() || boundary.Before(next)) && g.Status(boundary) != status {
			next = boundary
		}
	}
	return next
}

// ID returns the grant's ID.
func (g Grant) ID() GrantID { return g.known().id }

// Account returns the account that the grant lets support engineers into.
func (g Grant) Account() AccountID { return g.known().account }

// By returns who made the grant.
func (g Grant) By() AgentID { return g.known().by }

// Start returns the first instant at which the grant gives access, in UTC.
func (g Grant) Start() time.Time { return g.known().start }

// End returns the first instant at which the grant no longer gives access, in UTC.
func (g Grant) End() time.Time { return g.known().end }

// RevokedAt returns the instant of the revocation, in UTC; zero if there was none.
func (g Grant) RevokedAt() time.Time { return g.known().revoked }

// Roles returns the roles that the grant gives in the account and in its workspaces.
func (g Grant) Roles() []Role { return slices.Clone(g.known().roles) }

// Workspaces returns the granted workspaces, each with the roles that it gives there besides.
func (g Grant) Workspaces() map[WorkspaceID][]Role { return cloneWorkspaces(g.known().workspaces) }

// Notify returns the addresses of those who are to be told of the grant.
func (g Grant) Notify() []string { return slices.Clone(g.known().notify) }

// Attributes returns what the rules look at when the grant is acted on.
func (g Grant) Attributes() Attributes { return Attributes{Account: g.Account(), kind: kindGrant} }

func (g Grant) ids() (id, second string) { return string(g.ID()), "" }

// known returns what the grant stands for; for a zero Grant, nothing.
func (g Grant) known() *grantDef {
	if g.def == nil {
		return &grantDef{}
	}
	return g.def
}

// copy returns a copy of what the grant stands for, to be changed into another grant.
func (g Grant) copy() *grantDef {
	def := *g.known()
	return &def
}

// revoke ends the grant at the instant, unless that was done before.
func (d *grantDef) revoke(at time.Time) {
	if d.revoked.IsZero() || at.Before(d.revoked) {
		d.revoked = at
	}
}

// hold works out what a session holds: the account's roles everywhere that the
// grant reaches, a workspace's roles there.
func (d *grantDef) hold() {
	d.bindings = map[WorkspaceID][]Binding{"": bindingsOf(AccountWide, d.roles)}
	for w, roles := range d.workspaces {
		d.bindings[w] = append(bindingsOf(w, d.roles), bindingsOf(w, roles)...)
	}
	d.gather()
}

// gather makes anywhere all of the bindings.
func (d *grantDef) gather() {
	d.anywhere = nil
	for _, bindings := range d.bindings {
		d.anywhere = append(d.anywhere, bindings...)
	}
}

func bindingsOf(w WorkspaceID, roles []Role) (bindings []Binding) {
	for _, role := range roles {
		bindings = append(bindings, Binding{Role: role, Workspace: w, TicketScope: Global})
	}
	return bindings
}

// heldFor returns what a session holds where the question is about.
func (d *grantDef) heldFor(q *question) []Binding {
	if q.rule.class&anyPlace != 0 {
		return d.anywhere
	}
	return d.heldIn(q.what.Workspace)
}

// heldIn returns what a session holds in the workspace; where the grant does
// not reach, what it holds elsewhere, which is not held there.
func (d *grantDef) heldIn(w WorkspaceID) []Binding {
	if bindings, granted := d.bindings[w]; granted {
		return bindings
	}
	return d.bindings[""]
}

// check reports what is wrong with the grant whoever makes it.
func (d *grantDef) check() (err error) {
	if d.id == "" {
		err = errors.Join(err, d.problem("it has no ID"))
	}
	err = errors.Join(err, d.checkText())
	if len(d.roles) == 0 {
		err = errors.Join(err, d.problem("it gives no role"))
	}
	err = errors.Join(err, d.checkRoles(AccountWide, d.roles))
	for _, w := range slices.Sorted(maps.Keys(d.workspaces)) {
		if !w.single() {
			err = errors.Join(err, d.problem("%q is no workspace", w))
		}
		err = errors.Join(err, d.checkRoles(w, d.workspaces[w]))
	}
	if !d.end.After(d.start) {
		err = errors.Join(err, d.problem("the end %s is not after the start %s", text(d.end), text(d.start)))
	}
	return errors.Join(err, checkInstant(d.start), checkInstant(d.end))
}

// checkText reports what JSON would put right in silence, or strictjson refuse.
func (d *grantDef) checkText() (err error) {
	texts := append([]string{string(d.id), string(d.account), string(d.by)}, d.notify...)
	for _, w := range slices.Sorted(maps.Keys(d.workspaces)) {
		texts = append(texts, string(w))
	}
	for _, s := range texts {
		if strictjson.BadText(s) {
			err = errors.Join(err, d.problem("%q has NUL, U+FFFD or invalid UTF-8", s))
		}
	}
	return err
}

func (d *grantDef) checkRoles(w WorkspaceID, roles []Role) (err error) {
	for _, role := range roles {
		if role.def == nil || !role.BuiltIn() && role.Account() != d.account {
			err = errors.Join(err, d.problem("role %q in %q is not of account %q", role, w, d.account))
		}
	}
	return err
}

func (d *grantDef) checkStart(now time.Time) error {
	if d.start.Before(now) {
		return d.problem("the start %s is in the past", text(d.start))
	}
	return nil
}

// checkEnd reports an end that is past or too far ahead. It is never moved instead [G12].
func (d *grantDef) checkEnd(now time.Time) error {
	switch {
	case !d.end.After(now):
		return d.problem("the end %s is in the past", text(d.end))
	case d.end.Sub(now) > MaxGrantLife:
		return d.problem("the end %s is more than 30 days ahead", text(d.end))
	}
	return nil
}

// denied returns the denial as an error. If it is for want of authority, it says
// which roles exceed it, and the first thing that is missing for each: see [Missing].
func (d *grantDef) denied(by Subject, action Action[Grant], g *Grant) error {
	decision := Authorize(by, action, g)
	err := decision.Err()
	if decision.Reason != BeyondAuthority {
		return err
	}
	var q question
	q.who.is(by)
	for _, w := range slices.Sorted(maps.Keys(d.bindings)) {
		for i := range d.bindings[w] {
			b := d.bindings[w][i]
			alone := actor{bindings: []Binding{b}}
			for missing := range q.missing(by, alone, revision{}) {
				err = errors.Join(err, d.problem("role %q in %q exceeds the authority of %q, who lacks %v", b.Role, b.Workspace, q.who.id, missing))
				break
			}
		}
	}
	return err
}

// checkAlive reports a grant that has come to its end.
func (g Grant) checkAlive(now time.Time) error {
	if status := g.Status(now); status == StatusRevoked || status == StatusExpired {
		return g.known().problem("it is %v, and nothing revives it", status)
	}
	return nil
}

// checkLater reports a new end that is not after the present one.
func (g Grant) checkLater(end time.Time) error {
	if !end.After(g.End()) {
		return g.known().problem("the end %s is not after the present one, %s", text(end), text(g.End()))
	}
	return nil
}

func (d *grantDef) problem(format string, args ...any) error {
	return fmt.Errorf("deskpolicy: grant %q: "+format, append([]any{d.id}, args...)...)
}

// firstInstant and lastInstant bound the times that mean something: a zero time
// is a forgotten one, and the far future does not compare.
var (
	firstInstant = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	lastInstant  = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func validInstant(t time.Time) bool { return !t.Before(firstInstant) && t.Before(lastInstant) }

func checkInstant(t time.Time) error {
	if !validInstant(t) {
		return fmt.Errorf("deskpolicy: %s is no instant between 1970 and 2200", text(t))
	}
	return nil
}

// instant returns t without zone and monotonic reading, so that equal instants are ==.
func instant(t time.Time) time.Time { return t.UTC() }

func text(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func cloneWorkspaces(from map[WorkspaceID][]Role) map[WorkspaceID][]Role {
	to := make(map[WorkspaceID][]Role, len(from))
	for w, roles := range from {
		to[w] = slices.Clone(roles)
	}
	return to
}
