package deskpolicy

import (
	"log/slog"
	"time"
)

// A SupportSession is a support engineer who acts under a grant, at an instant.
// It may do what the grant's roles permit, in the account and in the granted
// workspaces [G16], as long as the grant is active; and never, whatever the
// roles, modify agents [G14], export data [G15], act on grants or make roles.
//
// Only [SupportGrant.Session] makes one that may do anything, for an engineer of the grant's. A session is immutable
// and safe to share; time does not pass in it: ask for another one at each
// request. What the engineer holds otherwise does not add to it.
type SupportSession struct {
	grant    SupportGrant
	engineer SupportEngineer
	account  Account
	now      time.Time
	id       AgentID
	dead     Reason // why the engineer may do nothing at all, or Undecided
	until    int64  // when that changes next, in nanoseconds since 1970; 0 if never
}

// Session returns the engineer acting under the grant at the instant now. An engineer
// whose ID is not that of one of the grant's engineers may do nothing. The account is
// the one that the grant is for, as it is now: its plan counts.
func (g SupportGrant) Session(engineer SupportEngineer, account Account, now time.Time) *SupportSession {
	account.Workspaces = nil // which workspaces are open is no matter of a grant's (A11)
	s := &SupportSession{
		grant: g, engineer: engineer, account: account, now: instant(now),
		id: supportID(engineer.ID), dead: NoGrant,
	}
	if g.Account() == account.ID && g.known().names(engineer.ID) { // elsewhere time changes nothing
		s.dead = g.refuses(now)
		if next := g.nextChange(now); !next.IsZero() {
			s.until = next.UnixNano()
		}
	}
	return s
}

// supportID returns the ID under which the engineer acts on the desk.
func supportID(engineer SupportEngineerID) AgentID { return AgentID("support:" + string(engineer)) }

// refuses returns why the grant lets nobody in at the instant, or Undecided.
func (g SupportGrant) refuses(now time.Time) Reason {
	switch g.Status(now) {
	case SupportGrantActive:
		return Undecided
	case SupportGrantScheduled:
		return GrantNotStarted
	case SupportGrantExpired:
		return GrantExpired
	case SupportGrantRevoked:
		return GrantRevoked
	default:
		return NoGrant
	}
}

// ID returns the ID under which the engineer acts on the desk, as the author of
// notes for example: "support:" and the engineer's ID. No agent should have such an ID.
func (s *SupportSession) ID() AgentID { return s.id }

// SupportEngineer returns who acts.
func (s *SupportSession) Engineer() SupportEngineer { return s.engineer }

// Account returns the account in which the engineer acts, as the host passed it.
// It has no open workspaces: what is within reach there, the grant says.
func (s *SupportSession) Account() Account { return s.account }

// SupportGrant returns the grant that the engineer acts under.
func (s *SupportSession) Grant() SupportGrant { return s.grant }

// Now returns the instant at which the engineer acts, in UTC.
func (s *SupportSession) Now() time.Time { return s.now }

// String returns who acts, under which grant and when.
func (s *SupportSession) String() string {
	var r AuditRecord
	r.ofSubject(s)
	return r.subject()
}

// LogValue returns the grant, the engineer's ID and the instant for log/slog, to
// be logged beside the decision [G2].
func (s *SupportSession) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("grant", jsonText(string(s.grant.ID()))),
		slog.String("engineer", jsonText(string(s.engineer.ID))),
		slog.Time("at", s.now),
	)
}

func (*SupportSession) subject() {}

// setSession makes who the support engineer, and reports whether that is anybody.
func (who *actor) setSession(s *SupportSession) bool {
	who.id, who.account, who.session, who.dead = s.id, &s.account, s, s.dead
	return s.engineer.ID != ""
}

// forbiddenToSupport returns what is forbidden to support engineers whatever the roles.
func (q *question) forbiddenToSupport() Reason {
	class := q.rule.classes()
	switch {
	case q.what.kind == kindSupportGrant:
		return SupportNoGrants
	case class&ClassRoleAuthoring != 0:
		return SupportNoRoles
	case class&ClassAgentMutation != 0:
		return SupportNoAgents
	case class&ClassExport != 0:
		return SupportNoExport
	}
	return Undecided
}
