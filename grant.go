package deskpolicy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// DefaultSupportGrantDuration is how long a support grant lasts if its terms do not set
// End [G11].
const DefaultSupportGrantDuration = 7 * 24 * time.Hour

// A SupportGrant gives support engineers of the vendor access to an account for a limited
// time [G1]. While it is active, they hold the roles that it names, but cannot do what no
// support engineer can: see [SupportSession].
//
// A SupportGrant is immutable and safe for concurrent use: [ExtendSupportGrant] and
// [RevokeSupportGrant] return a new value. It stays in force when its creator loses their
// roles or leaves; to end it, revoke it. The zero SupportGrant belongs to no account and
// gives no access.
type SupportGrant struct {
	def *grantDef
}

// A SupportGrantID identifies a support grant within an account.
type SupportGrantID string

// SupportGrantTerms are the terms of a new support grant: who has access, when, and with
// which roles.
type SupportGrantTerms struct {
	ID SupportGrantID

	// Start is the first instant of access. The zero time means now. So does an instant
	// up to five minutes ago, because a user may take a while to submit a form.
	Start time.Time
	// End is the first instant without access [G10]. The zero time means
	// [DefaultSupportGrantDuration] after Start, but no later than LatestEnd.
	End time.Time

	// Roles are the roles held in the account and in the granted workspaces. At least
	// one is required [G13].
	Roles []Role
	// Workspaces are the granted workspaces [G16], each with the additional roles held
	// there [G17]. The support grant does not reach other workspaces (A11).
	Workspaces map[WorkspaceID][]Role

	// Engineers are the support engineers who get access. At least one is required, and
	// each has an ID and an e-mail address of their own. The host must notify each of
	// them [G19]: the library sends nothing, but lists them in the SupportGrantEvent.
	Engineers []SupportEngineer

	// Vocabulary has the names of the host's actions, for errors. It can be nil.
	Vocabulary *Vocabulary
}

// A grantDef is the contents of a SupportGrant. It does not change once a SupportGrant
// points to it.
type grantDef struct {
	id         SupportGrantID
	account    AccountID
	by         AgentID
	start, end time.Time // half-open [start, end), UTC
	revoked    time.Time // the zero time if it was not revoked
	roles      []Role
	workspaces map[WorkspaceID][]Role
	engineers  []SupportEngineer
	bindings   map[WorkspaceID][]Binding // the bindings of a session in each granted workspace and, under "", outside of them
	anywhere   []Binding                 // all bindings
}

// NewSupportGrant returns a support grant that the subject creates at the instant now,
// and the event to record and to send notifications from. The subject must be allowed
// [SupportGrantCreate], which requires that its own authority covers everything that the
// support grant gives.
//
// The error reports every problem:
//
//   - a denial (see [ErrDenied]), with each role that exceeds the subject's authority
//   - no ID, no roles, or no support engineers
//   - a support engineer without an ID or an e-mail address of their own
//   - more than 65,536 roles, counting each role in each workspace
//   - a role of another account, or two different roles with the same name
//   - a start in the past, an end that is not after the start, or an end later than
//     [SupportGrantTerms.LatestEnd]
//   - text that cannot be written as JSON and read back
//   - a JSON form of more than 500,000 bytes
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
	def.setBindings()
	grant := SupportGrant{def}
	err := errors.Join(
		def.checkInstant("current time", now),
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

// ExtendSupportGrant returns g with a later end, which the subject sets at the instant
// now, and the event to record. The subject must be allowed [SupportGrantExtend], which
// requires that its own authority covers everything that g gives. The end can be as late
// as that of a support grant created now, with months counted in now's location: see
// [SupportGrantTerms.LatestEnd]. A revoked or expired support grant cannot be extended.
// The error uses v's names for the host's actions; v can be nil.
//
// ExtendSupportGrant and RevokeSupportGrant are functions, not methods, so that a
// program that creates no support grants does not link the comparison of authorities.
func ExtendSupportGrant(by Subject, g SupportGrant, end, now time.Time, v *Vocabulary) (SupportGrant, SupportGrantEvent, error) {
	var who actor
	who.set(by)
	def, latest := g.copy(), SupportGrantTerms{}.LatestEnd(now)
	now, def.end = instant(now), instant(end)
	err := errors.Join(
		def.checkInstant("current time", now),
		def.denied(by, SupportGrantExtend, &SupportGrant{def}, v), // until the new end (A55)
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

// RevokeSupportGrant returns g as revoked by the subject at the instant now [G23], and the
// event to record. The subject must be allowed [SupportGrantRevoke]. If a support grant is
// revoked more than once, the earliest revocation counts. A revoked support grant cannot
// be extended or restored (A12). The host must end the open sessions of the support
// engineers, both when a support grant is revoked and when it expires [G24].
func RevokeSupportGrant(by Subject, g SupportGrant, now time.Time) (SupportGrant, SupportGrantEvent, error) {
	var who actor
	who.set(by)
	now = instant(now)
	if err := errors.Join(g.known().checkInstant("current time", now), Authorize(by, SupportGrantRevoke, &g).Err(), checkBy(g, who.id)); err != nil {
		return SupportGrant{}, SupportGrantEvent{}, err
	}
	def := g.copy()
	def.revoke(now)
	return SupportGrant{def}, SupportGrantEvent{SupportGrantRevoke.ID(), who.id, now, g, SupportGrant{def}}, nil
}

// A SupportGrantStatus is the status of a support grant at an instant. The zero
// SupportGrantStatus means that there is no status: see [SupportGrant.Status].
type SupportGrantStatus uint8

const (
	SupportGrantScheduled SupportGrantStatus = 1 + iota // not yet started
	SupportGrantActive                                  // gives access
	SupportGrantExpired                                 // reached its end
	SupportGrantRevoked                                 // revoked before its end
)

var grantStatusNames = [...]string{"none", "scheduled", "active", "expired", "revoked"}

// String returns the name of the status: "none" for the zero SupportGrantStatus, and
// "unknown" for an undefined one.
func (s SupportGrantStatus) String() string { return nameOf(grantStatusNames[:], s) }

// Status returns the status of g at an instant. A support grant is already active at the
// instant of its start, and no longer active at the instant of its end or revocation.
// Status returns the zero SupportGrantStatus for the zero SupportGrant, and for an instant
// outside the years 1970 to 2199.
func (g SupportGrant) Status(at time.Time) SupportGrantStatus {
	if g.def == nil || !validInstant(at) {
		return 0
	}
	switch w, now := g.def.window(), at.UnixNano(); {
	case w.holds(momentAt(now)):
		return SupportGrantActive
	case now < w.end():
		return SupportGrantScheduled
	case g.def.revoked.IsZero() || !g.def.revoked.Before(g.def.end):
		return SupportGrantExpired
	default:
		return SupportGrantRevoked
	}
}

// window returns when the support grant gives access: from its start until its end or, if that
// is earlier, its revocation.
func (d *grantDef) window() Window {
	if !d.revoked.IsZero() && d.revoked.Before(d.end) {
		return NewWindow(d.start, d.revoked)
	}
	return NewWindow(d.start, d.end)
}

// nextChange returns the first instant after at when the status changes, or the zero time
// if it never does.
func (g SupportGrant) nextChange(at time.Time) time.Time {
	w := g.def.window()
	if w.isEmpty() { // revoked before it started
		w.from = 0
	}
	return timeOf(w.nextBoundary(at.UnixNano()))
}

// ID returns the ID of g.
func (g SupportGrant) ID() SupportGrantID { return g.known().id }

// Account returns the ID of the account that g gives access to.
func (g SupportGrant) Account() AccountID { return g.known().account }

// CreatedBy returns the ID of the agent who created g.
func (g SupportGrant) CreatedBy() AgentID { return g.known().by }

// Start returns the first instant of access, in UTC.
func (g SupportGrant) Start() time.Time { return g.known().start }

// End returns the first instant without access, in UTC.
func (g SupportGrant) End() time.Time { return g.known().end }

// RevokedAt returns the instant of the revocation, in UTC, or the zero time if g was
// not revoked.
func (g SupportGrant) RevokedAt() time.Time { return g.known().revoked }

// Roles returns the roles that g gives in the account and in the granted workspaces.
func (g SupportGrant) Roles() []Role { return slices.Clone(g.known().roles) }

// Workspaces returns the granted workspaces, each with the additional roles given there.
func (g SupportGrant) Workspaces() map[WorkspaceID][]Role {
	return cloneWorkspaces(g.known().workspaces)
}

// Engineers returns the support engineers who have access, and who must be notified.
func (g SupportGrant) Engineers() []SupportEngineer { return slices.Clone(g.known().engineers) }

// String returns g as one line, with the host's text quoted.
func (g SupportGrant) String() string {
	if g.def == nil {
		return "no support grant"
	}
	line := fmt.Sprintf("support grant %q for account %q from %s until %s", g.ID(), g.Account(), g.Start().Format(layout), g.End().Format(layout))
	if at := g.RevokedAt(); !at.IsZero() {
		line += ", revoked at " + at.Format(layout)
	}
	return line
}

// Attributes returns the facts about g that the rules use when g is the resource.
func (g SupportGrant) Attributes() Attributes {
	return Attributes{Account: g.Account(), kind: kindSupportGrant}
}

func (g SupportGrant) ids() (id, second string) { return string(g.ID()), "" }

// known returns the contents of g, which are empty for the zero SupportGrant.
func (g SupportGrant) known() *grantDef {
	if g.def == nil {
		return &grantDef{}
	}
	return g.def
}

// copy returns a copy of the contents of g, for a changed support grant.
func (g SupportGrant) copy() *grantDef {
	def := *g.known()
	return &def
}

// revoke revokes the support grant at an instant, unless it was revoked earlier.
func (d *grantDef) revoke(at time.Time) {
	if d.revoked.IsZero() || at.Before(d.revoked) {
		d.revoked = at
	}
}

// maxHeld is the maximum number of roles in a support grant, counting each role in each
// workspace. Without the limit, a short file with many roles and many workspaces would
// need millions of bindings.
const maxHeld = 1 << 16

// withinMaxHeld reports whether the support grant gives at most maxHeld roles.
func (d *grantDef) withinMaxHeld() bool {
	held := len(d.roles) * (1 + len(d.workspaces))
	for _, roles := range d.workspaces {
		held += len(roles)
	}
	return held <= maxHeld
}

// setBindings sets the bindings of a session. The roles for the account are held in the
// account and in each granted workspace; the roles for a workspace, only there. It sets
// none if there are too many, which check reports.
func (d *grantDef) setBindings() {
	if !d.withinMaxHeld() {
		return
	}
	d.bindings = map[WorkspaceID][]Binding{"": bindingsOf(AccountWide, d.roles)}
	for w, roles := range d.workspaces {
		d.bindings[w] = append(bindingsOf(w, d.roles), bindingsOf(w, roles)...)
	}
	d.setAnywhere()
}

// setAnywhere fills anywhere from bindings.
func (d *grantDef) setAnywhere() {
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

// bindingsFor returns the bindings of a session that apply to the question.
func (d *grantDef) bindingsFor(q *question) []Binding {
	if q.rule.class&anyPlace != 0 {
		return d.anywhere
	}
	return d.bindingsIn(q.what.Workspace)
}

// bindingsIn returns the bindings of a session in the workspace. If the workspace is not
// granted, it returns the account-wide bindings, which do not reach the workspace.
func (d *grantDef) bindingsIn(w WorkspaceID) []Binding {
	if bindings, granted := d.bindings[w]; granted {
		return bindings
	}
	return d.bindings[""]
}

// check reports the problems that do not depend on the subject or on the current time.
func (d *grantDef) check() error {
	var wrong problems
	if d.id == "" {
		wrong.add(d.problem("the ID is empty; set it"))
	}
	d.checkText(&wrong)
	if len(d.roles) == 0 {
		wrong.add(d.problem("no role is named for the account; name at least one"))
	}
	if !d.withinMaxHeld() {
		wrong.add(d.problem("more than %d roles are named, counting each in each workspace; name fewer roles or workspaces", maxHeld))
	}
	d.checkRoles(AccountWide, d.roles, &wrong)
	for _, w := range slices.Sorted(maps.Keys(d.workspaces)) {
		if !w.single() {
			wrong.add(d.problem("%q is not the ID of a workspace; name a single workspace", w))
		}
		d.checkRoles(w, d.workspaces[w], &wrong)
	}
	d.checkEngineers(&wrong)
	if !d.end.After(d.start) {
		wrong.add(d.problem("the end %s is not after the start %s; choose a later end", text(d.end), text(d.start)))
	}
	wrong.add(d.checkInstant("start", d.start), d.checkInstant("end", d.end), checkBy(SupportGrant{d}, d.by))
	if len(wrong) == 0 { // only then, because checkSize writes the JSON form
		wrong.add(d.checkSize())
	}
	return wrong.err()
}

const (
	maxGrant = 500_000 // bytes of JSON; an event with two such support grants is within eventLimits
	maxBy    = 1_000   // bytes of an agent's ID; with JSON escapes it takes up to six times as many
)

// checkSize reports a support grant with a JSON form, or events, too long to be read back.
// It does not count the times that an extension or a revocation changes.
func (d *grantDef) checkSize() error {
	same := *d
	same.start, same.end, same.revoked = time.Unix(0, 0), time.Unix(0, 0), time.Time{}
	if n := len(same.written()); n > maxGrant {
		return d.problem("its JSON form takes %d bytes and the limit is %d; split it into several support grants", n, maxGrant)
	}
	return nil
}

// checkBy reports an agent's ID that would make an event too long to be read back.
func checkBy(g SupportGrant, by AgentID) error {
	if len(by) > maxBy {
		return g.known().problem("the ID of the agent who makes the change is longer than %d bytes; use a shorter ID", maxBy)
	}
	return nil
}

// checkText reports text that encoding/json would replace, or that strictjson refuses.
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
			wrong.add(d.problem("%.*q has NUL, U+FFFD or invalid UTF-8; remove it", maxQuoted, s))
		}
	}
}

func (d *grantDef) checkRoles(w WorkspaceID, roles []Role, wrong *problems) {
	for _, role := range roles {
		if (role.def == nil || !role.BuiltIn() && role.Account() != d.account) && !wrong.full() {
			wrong.add(d.problem("role %q in %.*q does not belong to account %.*q; name a built-in role or a role of the account", role, maxQuoted, w, maxQuoted, d.account))
		}
	}
}

// checkRoleNames reports different roles with the same name. The JSON form has only the
// names, so a reader could not tell the roles apart.
func (d *grantDef) checkRoleNames() error {
	var wrong problems
	named := make(map[string]Role)
	check := func(roles []Role) {
		for _, role := range roles {
			if known, is := named[role.Name()]; is && !known.Equal(role) {
				wrong.add(d.problem("two different roles are named %q and cannot be told apart when read back; rename one", role.Name()))
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

// denied returns the denial as an error, or nil. If the support grant exceeds the
// subject's authority, the error also names each role that exceeds it, with the first
// thing that the subject lacks for that role: see [MissingAuthority].
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
				wrong.add(d.problem("only the first %d roles were compared with the authority of %q; there may be more that exceed it", maxCompared, q.who.id))
				return wrong.err()
			}
			wrong.add(d.exceeds(by, &q, b, v))
		}
	}
	return wrong.err()
}

// maxCompared is the maximum number of roles that denied compares.
const maxCompared = 100

// exceeds returns an error that names the first thing that the binding gives and the
// subject lacks, or nil if there is none.
func (d *grantDef) exceeds(by Subject, q *question, b Binding, v *Vocabulary) error {
	for missing := range q.missing(by, actor{bindings: []Binding{b}}, revision{during: d.window()}, v) {
		return d.problem("role %q in %q exceeds the authority of %q, who lacks %v", b.Role, b.Workspace, q.who.id, missing)
	}
	return nil
}

// problem returns an error about the support grant.
func (d *grantDef) problem(format string, args ...any) error {
	return fmt.Errorf("deskpolicy: support grant %.*q: "+format, append([]any{maxQuoted, d.id}, args...)...)
}

func cloneWorkspaces(from map[WorkspaceID][]Role) map[WorkspaceID][]Role {
	to := make(map[WorkspaceID][]Role, len(from))
	for w, roles := range from {
		to[w] = slices.Clone(roles)
	}
	return to
}
