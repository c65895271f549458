package deskpolicy

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
)

// A Delegate is something, or a person, that acts for a subject: an API key, an integration,
// an AI agent, or a colleague who stands in during leave. The principal is an [*Agent], a
// [*SharedAgent] or a [*Customer], as it is now, and asks at its own instant.
//
// A delegate is never allowed more than its principal is at that instant, and each of its
// limits has to reach what it asks about, by the principal's relations (A58). Whatever its
// limits, a delegate cannot change agents, their roles or groups, make roles, act on support
// grants, manage keys or log in (A59). A person who acts for another does not get at what is the other's
// own, such as editing their notes (A60).
//
// The zero Delegate is denied everything, and so is one with no limit or more than
// [MaxLimits]. A Delegate is safe for concurrent use as long as it is not changed.
//
// A delegate is a value for one request. Keys, where they are kept, how many there may be and
// how they are revoked are the host's: see docs/delegates.md.
type Delegate struct {
	Principal Subject
	Actor     Actor   // who acts; needed
	Limits    []Limit // all of which have to reach; see Narrow
}

// MaxLimits is the largest number of limits that a delegate can have.
const MaxLimits = 4

// An Actor is who acts for a principal, as the host knows it. It appears in decisions' records,
// logs and explanations and in [Request.UserMessage], as the act claim of RFC 8693 does in tokens. An actor needs a kind and an ID. The
// zero Actor is none.
type Actor struct {
	Kind   ActorKind
	Issuer string // who issued the ID, such as the host's name or the URL of an identity provider
	ID     string
}

// An ActorKind says what an actor is. The zero ActorKind is not one.
type ActorKind uint8

const (
	ActorKey         ActorKind = 1 + iota // an API key or a token
	ActorIntegration                      // another program
	ActorAI                               // an AI agent
	ActorPerson                           // a person, such as a colleague who stands in
)

var (
	actorKindNames = [...]string{"none", "key", "integration", "ai", "person"}
	actorKindWords = [...]string{"no actor", "key", "integration", "AI agent", "person"}
)

// MarshalText returns the name of k: "none", "key", "integration", "ai" or "person". It returns an
// error if k is not an ActorKind and not zero.
func (k ActorKind) MarshalText() ([]byte, error) { return textOf("actor kind", actorKindNames[:], k) }

// UnmarshalText sets k to the kind that text names. For an unknown name it returns an error that
// quotes the text and suggests the nearest name.
func (k *ActorKind) UnmarshalText(text []byte) error {
	i, err := parseName("actor kind", string(text), actorKindNames[:])
	*k = ActorKind(max(i, 0))
	return err
}

// String returns the kind's name, such as "key"; "unknown" if k is not an ActorKind.
func (k ActorKind) String() string { return nameOf(actorKindNames[:], k) }

// String returns the actor as `key "k-1" of "acme"`, with the host's text quoted.
func (a Actor) String() string {
	text := fmt.Sprintf("%s %q", nameOf(actorKindWords[:], a.Kind), a.ID)
	if a.Issuer != "" {
		text += fmt.Sprintf(" of %q", a.Issuer)
	}
	return text
}

// valid reports whether the actor has a kind and an ID.
func (a *Actor) valid() bool { return a.ID != "" && 0 < a.Kind && int(a.Kind) < len(actorKindNames) }

// compare orders actors by kind, issuer and ID. The zero Actor is first.
func (a Actor) compare(other Actor) int {
	return cmp.Or(cmp.Compare(a.Kind, other.Kind), cmp.Compare(a.Issuer, other.Issuer), cmp.Compare(a.ID, other.ID))
}

// A Limit bounds what a delegate may do. The zero Limit permits nothing.
type Limit struct {
	// Permissions are the actions that the delegate may do, each with the relations of the
	// principal by which it reaches a resource. What is confidential takes
	// ticket.confidential here as well. Exports, and actions on one's own things, are permitted
	// only if they are named like any other action.
	Permissions Permissions

	// Workspaces are where the delegate may act: workspaces, [AccountWide], [OpenWorkspaces]
	// or [Everywhere], as in a [Binding]. Without one it may act nowhere.
	Workspaces []WorkspaceID

	// Window is when the delegate may act; always, if it is zero.
	Window Window
}

// String returns the limit in words, such as `ticket.view@restricted in "it", always`.
func (l Limit) String() string {
	return fmt.Sprintf("%v in %q, %v", l.Permissions, l.Workspaces, l.Window)
}

// NewDelegate returns the delegate of the principal with one limit.
func NewDelegate(principal Subject, actor Actor, limit Limit) *Delegate {
	return &Delegate{Principal: principal, Actor: actor, Limits: []Limit{limit}}
}

// Narrow returns the delegate with a further limit, for an actor that acts for this one, such
// as an AI agent's tool. It may never do more than d. Narrow does not change d. A delegate that
// has [MaxLimits] cannot be narrowed further, nor one without a limit or an actor: the result is
// denied everything.
func (d Delegate) Narrow(actor Actor, limit Limit) *Delegate {
	narrowed := &Delegate{Principal: d.Principal, Actor: actor}
	if len(d.Limits) > 0 && d.Actor.valid() {
		narrowed.Limits = append(slices.Clip(d.Limits), limit)
	}
	return narrowed
}

func (*Delegate) subject() {}

// String returns the delegate as `key "k-1" of "acme" for agent "riya"`, with the host's text
// quoted.
func (d *Delegate) String() string { return nameOfSubject(d) }

// nameOfSubject returns what a record calls the subject.
func nameOfSubject(subject Subject) string {
	var r AuditRecord
	r.setSubject(subject)
	return r.subject()
}

// actorOf returns the actor of a delegate; the zero Actor for other subjects.
func actorOf(subject Subject) Actor {
	if d, acts := subject.(*Delegate); acts && d != nil {
		return d.Actor
	}
	return Actor{}
}

// LogValue returns the actor and the principal as a group for log/slog. Log it next to the
// decision.
func (d *Delegate) LogValue() slog.Value {
	var r AuditRecord
	r.setSubject(d)
	return slog.GroupValue(
		slog.String("actor_kind", r.ActorKind), slog.String("actor_issuer", jsonText(r.ActorIssuer)), slog.String("actor", jsonText(r.Actor)),
		slog.String("subject_kind", r.SubjectKind), slog.String("subject", jsonText(string(r.Subject))),
	)
}

// setDelegate fills who from the principal and reports whether the delegate is valid.
func (who *actor) setDelegate(d *Delegate) bool {
	who.delegate = d
	switch d.Principal.(type) {
	case *Agent, *SharedAgent, *Customer:
	default:
		return false
	}
	return who.set(d.Principal) && d.Actor.valid() && 0 < len(d.Limits) && len(d.Limits) <= MaxLimits
}

// limits returns the limits of a delegate; nil for other subjects.
func (who *actor) limits() []Limit {
	if who.delegate == nil {
		return nil
	}
	return who.delegate.Limits
}

// standsIn reports whether the subject is a person who acts for another.
func (who *actor) standsIn() bool {
	return who.delegate != nil && who.delegate.Actor.Kind == ActorPerson
}

// limitsInForce takes step 3 for the limits of a delegate: each has to be in force.
func (q *question) limitsInForce() Reason {
	timed, limits := false, q.who.delegate.Limits
	for i := range limits {
		if w := limits[i].Window; !w.isAlways() {
			timed = true
			q.soon(w.nextBoundary(q.who.at.from))
		}
	}
	if timed && !q.who.inForce() {
		return LimitNotInForce
	}
	return Undecided
}

// forbiddenToDelegate returns the guardrail that forbids the action to every delegate, or
// Undecided (A59).
func (q *question) forbiddenToDelegate() Reason {
	if q.rule.class&(ClassAccessChange|ClassRoleAuthoring) != 0 || q.what.kind == kindSupportGrant || q.action == SessionLogin.ID() || q.action == PortalLogin.ID() {
		return DelegateNoAdministration
	}
	return Undecided
}

// withinPermissions takes step 6 for the permissions of the limits.
func (q *question) withinPermissions() bool {
	limits := q.who.delegate.Limits
	for i := range limits {
		if limits[i].Permissions.scope(q.action) == 0 {
			return false
		}
	}
	return true
}

// byLimits takes steps 6 and 7 for each limit alone, and returns the result of the one that denies at
// the earliest step.
func (q *question) byLimits() weight {
	earliest, limits := weightOf(AllowedAll, 0), q.who.delegate.Limits
	for i := range limits {
		if w := limits[i].weigh(q); w.reason().Step() < earliest.reason().Step() {
			earliest = w
		}
	}
	return earliest
}

// weigh takes steps 6 and 7 for one limit, which has the permission.
func (l *Limit) weigh(q *question) weight {
	if !l.isFor(q) {
		return weightOf(LimitOtherWorkspace, 0)
	}
	scope := l.Permissions.scope(q.action)
	toward := scope
	if q.rule.moves() {
		toward = q.toward(scope)
	}
	if !q.isReachedBy(toward) || q.what.Confidential && !q.isReachedBy(l.Permissions.scope(TicketConfidential.ID())) {
		return weightOf(OutOfLimit, scope)
	}
	return weightOf(AllowedAll, 0)
}

// isFor reports whether the limit is for where the question's resource is.
func (l *Limit) isFor(q *question) bool {
	for _, held := range l.Workspaces {
		if q.isWhere(held, "") {
			return true
		}
	}
	return false
}

// isIn is isFor for a workspace, or for outside of workspaces if w is empty.
func (l *Limit) isIn(w WorkspaceID, open bool) bool {
	return slices.ContainsFunc(l.Workspaces, func(held WorkspaceID) bool { return held.includes(w, open) })
}

// isSomewhere reports whether the limit is for any place at all.
func (l *Limit) isSomewhere() bool {
	return slices.ContainsFunc(l.Workspaces, func(w WorkspaceID) bool { return w != "" })
}

// inForce reports whether all limits of a delegate are.
func (who *actor) inForce() bool {
	for i := range who.limits() {
		if !who.limits()[i].Window.holds(who.at) {
			return false
		}
	}
	return true
}

// withinLimits returns those of the stances in which each limit of a delegate reaches the
// resource. It says in terms of stances what [Limit.weigh] does.
func (a *authority) withinLimits(all stanceSet, c *comparedAction, at *standing) stanceSet {
	for i := range a.who.limits() {
		l := &a.who.limits()[i]
		scope := l.Permissions.scope(c.id)
		switch {
		case !a.limited[i] && !(c.rule.class&anyPlace != 0 && l.isSomewhere()):
			return stanceSet{}
		case at.leaves && c.rule.moves():
			scope = leaving(scope)
		}
		all = all.and(a.stancesIn(at, scope, c))
		if c.secret {
			all = all.and(openStances.or(a.stancesIn(at, l.Permissions.scope(TicketConfidential.ID()), c)))
		}
	}
	return all
}

// isReachedBy reports whether the closed scope reaches the resource with the access that the
// action needs.
func (q *question) isReachedBy(scope Scope) bool {
	return scope != 0 && q.reach(scope, everyRelation).Step() > 7
}
