package deskpolicy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// DefaultSupportGrantDuration is how long a grant lives if its terms set no end [G11].
const DefaultSupportGrantDuration = 7 * 24 * time.Hour

// A SupportGrant is leave for the vendor's support engineers to enter an account for a
// while [G1]. It gives the roles that it names, for as long as it lives, less
// what no support engineer may do: see [SupportSession].
//
// A SupportGrant is immutable and safe to share: [ExtendSupportGrant] and [RevokeSupportGrant] return another one.
// It outlives what its maker may do: who leaves, leaves their grants to be revoked.
// The zero SupportGrant is of no account and gives nothing.
type SupportGrant struct {
	def *grantDef
}

// A SupportGrantID identifies a grant within an account.
type SupportGrantID string

// SupportGrantTerms are what a grant is to give, and when.
type SupportGrantTerms struct {
	ID SupportGrantID

	// Start is the instant from which on the grant gives access; zero is now, and so
	// is an instant up to five minutes ago, which a form may have been open for.
	Start time.Time
	// End is the first instant at which it no longer does [G10]; zero is
	// [DefaultSupportGrantDuration] after Start, but no later than LatestEnd.
	End time.Time

	// Roles are held in the account and in the granted workspaces: at least one [G13].
	Roles []Role
	// Workspaces are the granted ones [G16], each with the roles that are held
	// there besides [G17]. What is in no granted workspace stays closed (A11).
	Workspaces map[WorkspaceID][]Role

	// Engineers are the support engineers that the grant lets in, at least one, each
	// with an ID and an e-mail address that no other has. Each is to be told [G19]: the
	// library sends nothing, they are in the event.
	Engineers []SupportEngineer

	// Vocabulary is how the host's actions are called in errors; nil if there are none.
	Vocabulary *Vocabulary
}

// grantDef is what a SupportGrant stands for. It never changes once a SupportGrant points to it.
type grantDef struct {
	id         SupportGrantID
	account    AccountID
	by         AgentID
	start, end time.Time // half-open [start, end), UTC
	revoked    time.Time // zero if it is not
	roles      []Role
	workspaces map[WorkspaceID][]Role
	engineers  []SupportEngineer
	bindings   map[WorkspaceID][]Binding // what a session holds in each granted workspace, and outside of them
	anywhere   []Binding                 // all of these
}

// NewSupportGrant returns a grant that the subject makes at the instant now, and the
// event to record and to notify by. The subject must be allowed [SupportGrantCreate],
// which takes covering with its own authority all that the grant gives.
//
// It reports every problem: a denial (see [ErrDenied]), a grant without ID, roles or
// engineers, more than 65,536 roles, each counted in each workspace, engineers without
// an ID or address of their own, an end that is not after the start or is later than
// [SupportGrantTerms.LatestEnd], a start in the past, a role of another account, two different
// roles with one name, text that could not be written and read again, a grant that
// takes more than 500,000 bytes to write, and what exceeds the subject's authority.
func NewSupportGrant(by Subject, terms SupportGrantTerms, now time.Time) (SupportGrant, SupportGrantEvent, error) {
	def := &grantDef{
		id:    terms.ID,
		roles: slices.Clone(terms.Roles), workspaces: cloneWorkspaces(terms.Workspaces), engineers: slices.Clone(terms.Engineers),
	}
	latest := terms.LatestEnd(now)
	now = instant(now)
	def.start, def.end = windowOf(terms, now, latest)
	var who actor
	if who.set(by) {
		def.account, def.by = who.account.ID, who.id
	}
	def.hold()
	grant := SupportGrant{def}
	err := errors.Join(
		checkInstant(now),
		def.denied(by, SupportGrantCreate, &grant, terms.Vocabulary),
		def.check(),
		def.checkRoleNames(),
		def.checkStart(now),
		def.checkEnd(now, latest),
	)
	if err != nil {
		return SupportGrant{}, SupportGrantEvent{}, err
	}
	return grant, SupportGrantEvent{SupportGrantCreate.ID(), def.by, now, SupportGrant{}, grant}, nil
}

// ExtendSupportGrant returns the grant with a later end, as the subject decides at the
// instant now, and the event to record. It is a new decision: the subject must
// be allowed [SupportGrantExtend] and cover what the grant gives, and the end may be as late
// as that of a grant made now, by a month in now's location: see [SupportGrantTerms.LatestEnd]. A
// grant that is revoked or expired is not revived. The error calls the host's actions
// as v does, which may be nil.
//
// It is a function, as RevokeSupportGrant is, so that a program that makes no grants does
// not carry what compares authorities.
func ExtendSupportGrant(by Subject, g SupportGrant, end, now time.Time, v *Vocabulary) (SupportGrant, SupportGrantEvent, error) {
	var who actor
	who.set(by)
	def, latest := g.copy(), SupportGrantTerms{}.LatestEnd(now)
	now, def.end = instant(now), instant(end)
	err := errors.Join(
		checkInstant(now),
		def.denied(by, SupportGrantExtend, &g, v),
		checkBy(g, who.id),
		g.checkAlive(now),
		def.checkEnd(now, latest),
		g.checkLater(def.end),
	)
	if err != nil {
		return SupportGrant{}, SupportGrantEvent{}, err
	}
	return SupportGrant{def}, SupportGrantEvent{SupportGrantExtend.ID(), who.id, now, g, SupportGrant{def}}, nil
}

// RevokeSupportGrant returns the grant without effect from the instant now on [G23], as the
// subject decides, and the event to record. Of several revocations the earliest
// counts; nothing revives a revoked grant (A12). Sessions that the engineers have
// open at the host are the host's to end, now and when the end of a grant comes [G24].
func RevokeSupportGrant(by Subject, g SupportGrant, now time.Time) (SupportGrant, SupportGrantEvent, error) {
	var who actor
	who.set(by)
	now = instant(now)
	if err := errors.Join(checkInstant(now), Authorize(by, SupportGrantRevoke, &g).Err(), checkBy(g, who.id)); err != nil {
		return SupportGrant{}, SupportGrantEvent{}, err
	}
	def := g.copy()
	def.revoke(now)
	return SupportGrant{def}, SupportGrantEvent{SupportGrantRevoke.ID(), who.id, now, g, SupportGrant{def}}, nil
}

// A SupportGrantStatus is where a grant is in its life. The zero SupportGrantStatus is none.
type SupportGrantStatus uint8

const (
	SupportGrantScheduled SupportGrantStatus = 1 + iota // it has not started
	SupportGrantActive                                  // it gives access
	SupportGrantExpired                                 // its end has come
	SupportGrantRevoked                                 // it was revoked before its end
)

var grantStatusNames = [...]string{"none", "scheduled", "active", "expired", "revoked"}

// String returns the status's name; "none" for the zero SupportGrantStatus.
func (s SupportGrantStatus) String() string { return nameOf(grantStatusNames[:], s) }

// Status returns where the grant is in its life at the instant: at its start it
// is active, at its end and at its revocation it is not. A zero Grant, or a zero
// instant, has none.
func (g SupportGrant) Status(at time.Time) SupportGrantStatus {
	switch {
	case g.def == nil || !validInstant(at):
		return 0
	case !g.def.revoked.IsZero() && g.def.revoked.Before(g.def.end) && !at.Before(g.def.revoked):
		return SupportGrantRevoked
	case !at.Before(g.def.end):
		return SupportGrantExpired
	case at.Before(g.def.start):
		return SupportGrantScheduled
	default:
		return SupportGrantActive
	}
}

// nextChange returns the first instant after at at which the status changes,
// or the zero time.
func (g SupportGrant) nextChange(at time.Time) (next time.Time) {
	status := g.Status(at)
	for _, boundary := range [...]time.Time{g.def.start, g.def.end, g.def.revoked} {
		if boundary.After(at) && (next.IsZero() || boundary.Before(next)) && g.Status(boundary) != status {
			next = boundary
		}
	}
	return next
}

// ID returns the grant's ID.
func (g SupportGrant) ID() SupportGrantID { return g.known().id }

// Account returns the account that the grant lets support engineers into.
func (g SupportGrant) Account() AccountID { return g.known().account }

// CreatedBy returns who made the grant.
func (g SupportGrant) CreatedBy() AgentID { return g.known().by }

// Start returns the first instant at which the grant gives access, in UTC.
func (g SupportGrant) Start() time.Time { return g.known().start }

// End returns the first instant at which the grant no longer gives access, in UTC.
func (g SupportGrant) End() time.Time { return g.known().end }

// RevokedAt returns the instant of the revocation, in UTC; zero if there was none.
func (g SupportGrant) RevokedAt() time.Time { return g.known().revoked }

// Roles returns the roles that the grant gives in the account and in its workspaces.
func (g SupportGrant) Roles() []Role { return slices.Clone(g.known().roles) }

// Workspaces returns the granted workspaces, each with the roles that it gives there besides.
func (g SupportGrant) Workspaces() map[WorkspaceID][]Role {
	return cloneWorkspaces(g.known().workspaces)
}

// Engineers returns the support engineers that the grant lets in, and who are to be told.
func (g SupportGrant) Engineers() []SupportEngineer { return slices.Clone(g.known().engineers) }

// String returns the grant as a line, with all text of a host quoted.
func (g SupportGrant) String() string {
	if g.def == nil {
		return "no grant"
	}
	line := fmt.Sprintf("grant %q of account %q from %s until %s", g.ID(), g.Account(), g.Start().Format(layout), g.End().Format(layout))
	if at := g.RevokedAt(); !at.IsZero() {
		line += ", revoked at " + at.Format(layout)
	}
	return line
}

// Attributes returns what the rules look at when the grant is acted on.
func (g SupportGrant) Attributes() Attributes {
	return Attributes{Account: g.Account(), kind: kindSupportGrant}
}

func (g SupportGrant) ids() (id, second string) { return string(g.ID()), "" }

// known returns what the grant stands for; for a zero Grant, nothing.
func (g SupportGrant) known() *grantDef {
	if g.def == nil {
		return &grantDef{}
	}
	return g.def
}

// copy returns a copy of what the grant stands for, to be changed into another grant.
func (g SupportGrant) copy() *grantDef {
	def := *g.known()
	return &def
}

// revoke ends the grant at the instant, unless that was done before.
func (d *grantDef) revoke(at time.Time) {
	if d.revoked.IsZero() || at.Before(d.revoked) {
		d.revoked = at
	}
}

// maxHeld is how many roles a grant may give, each counted in each workspace: a
// short file of many roles and many workspaces would give millions.
const maxHeld = 1 << 16

// holdable reports whether the grant gives no more than a session may hold.
func (d *grantDef) holdable() bool {
	held := len(d.roles) * (1 + len(d.workspaces))
	for _, roles := range d.workspaces {
		held += len(roles)
	}
	return held <= maxHeld
}

// hold works out what a session holds: the account's roles everywhere that the
// grant reaches, a workspace's roles there. If that is too much it is nothing.
func (d *grantDef) hold() {
	if !d.holdable() {
		return // see check
	}
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
		bindings = append(bindings, Binding{Role: role, Workspace: w, TicketScope: ScopeGlobal})
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
func (d *grantDef) check() error {
	var wrong problems
	if d.id == "" {
		wrong.add(d.problem("it has no ID"))
	}
	d.checkText(&wrong)
	if len(d.roles) == 0 {
		wrong.add(d.problem("it gives no role"))
	}
	if !d.holdable() {
		wrong.add(d.problem("it gives more than %d roles, each counted in each workspace; name fewer roles or workspaces", maxHeld))
	}
	d.checkRoles(AccountWide, d.roles, &wrong)
	for _, w := range slices.Sorted(maps.Keys(d.workspaces)) {
		if !w.single() {
			wrong.add(d.problem("%q is no workspace", w))
		}
		d.checkRoles(w, d.workspaces[w], &wrong)
	}
	d.checkEngineers(&wrong)
	if !d.end.After(d.start) {
		wrong.add(d.problem("the end %s is not after the start %s", text(d.end), text(d.start)))
	}
	wrong.add(checkInstant(d.start), checkInstant(d.end), checkBy(SupportGrant{d}, d.by))
	if len(wrong) == 0 { // as it takes writing it
		wrong.add(d.checkSize())
	}
	return wrong.err()
}

const (
	maxGrant = 500_000 // bytes of JSON: an event, which has a grant twice, is then within its limit as well
	maxBy    = 1_000   // bytes of an ID, of which JSON makes six times as many at the most
)

// checkSize reports a grant that could not be read back, or whose events could not. What
// extending and revoking change does not count.
func (d *grantDef) checkSize() error {
	same := *d
	same.start, same.end, same.revoked = firstInstant, firstInstant, time.Time{}
	if n := len(same.written()); n > maxGrant {
		return d.problem("it takes %d bytes to write, which is more than %d; make several", n, maxGrant)
	}
	return nil
}

// checkBy reports an ID that is too long for the event of a change to be read back.
func checkBy(g SupportGrant, by AgentID) error {
	if len(by) > maxBy {
		return g.known().problem("the ID of who changes it is longer than %d bytes", maxBy)
	}
	return nil
}

// checkText reports what JSON would put right in silence, or strictjson refuse.
func (d *grantDef) checkText(wrong *problems) {
	texts := []string{string(d.id), string(d.account), string(d.by)}
	for _, e := range d.engineers {
		texts = append(texts, string(e.ID), e.Name)
	}
	for _, w := range slices.Sorted(maps.Keys(d.workspaces)) {
		texts = append(texts, string(w))
	}
	for _, s := range texts {
		if strictjson.BadText(s) && !wrong.full() {
			wrong.add(d.problem("%.*q has NUL, U+FFFD or invalid UTF-8", maxQuoted, s))
		}
	}
}

func (d *grantDef) checkRoles(w WorkspaceID, roles []Role, wrong *problems) {
	for _, role := range roles {
		if (role.def == nil || !role.BuiltIn() && role.Account() != d.account) && !wrong.full() {
			wrong.add(d.problem("role %q in %.*q is not of account %.*q", role, maxQuoted, w, maxQuoted, d.account))
		}
	}
}

// checkRoleNames reports a second role of one name: by the name a reader finds one only.
func (d *grantDef) checkRoleNames() error {
	var wrong problems
	named := make(map[string]Role)
	check := func(roles []Role) {
		for _, role := range roles {
			if known, is := named[role.Name()]; is && !known.Equal(role) {
				wrong.add(d.problem("it gives two roles with the name %q, of which one only could be read back", role.Name()))
			}
			named[role.Name()] = role
		}
	}
	check(d.roles)
	for _, w := range slices.Sorted(maps.Keys(d.workspaces)) {
		check(d.workspaces[w])
	}
	return wrong.err()
}

// denied returns the denial as an error. If it is for want of authority, it says
// which roles exceed it, and the first thing that is missing for each: see [MissingAuthority].
func (d *grantDef) denied(by Subject, action Action[SupportGrant], g *SupportGrant, v *Vocabulary) error {
	decision := Authorize(by, action, g)
	if decision.Reason != BeyondAuthority {
		return decision.Err()
	}
	var wrong problems
	wrong.add(decision.Err())
	var q question
	q.who.set(by)
	compared := 0
	for _, w := range slices.Sorted(maps.Keys(d.bindings)) {
		for _, b := range d.bindings[w] {
			if compared++; compared > maxCompared {
				wrong.add(d.problem("not each of its roles was compared with the authority of %q", q.who.id))
				return wrong.err()
			}
			wrong.add(d.exceeds(by, &q, b, v))
		}
	}
	return wrong.err()
}

// maxCompared is of how many roles a denial says whether they are too much.
const maxCompared = 100

// exceeds returns an error with the first thing that the binding gives and the subject lacks.
func (d *grantDef) exceeds(by Subject, q *question, b Binding, v *Vocabulary) error {
	for missing := range q.missing(by, actor{bindings: []Binding{b}}, revision{}, v) {
		return d.problem("role %q in %q exceeds the authority of %q, who lacks %v", b.Role, b.Workspace, q.who.id, missing)
	}
	return nil
}

func (d *grantDef) problem(format string, args ...any) error {
	return fmt.Errorf("deskpolicy: grant %.*q: "+format, append([]any{maxQuoted, d.id}, args...)...)
}

func cloneWorkspaces(from map[WorkspaceID][]Role) map[WorkspaceID][]Role {
	to := make(map[WorkspaceID][]Role, len(from))
	for w, roles := range from {
		to[w] = slices.Clone(roles)
	}
	return to
}
