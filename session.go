package deskpolicy

import (
	"log/slog"
	"time"
)

// A SupportSession is a support engineer acting under a support grant at an instant. If
// the support grant is active then, the session can do what its roles permit, in the
// account and in the granted workspaces [G16]. Whatever the roles, it cannot modify
// agents [G14], export data [G15], act on support grants, or create, change or delete
// roles.
//
// Use [SupportGrant.Session] to create one; the zero SupportSession is denied everything.
// A SupportSession is immutable and safe for concurrent use. Its instant is fixed, so
// create a new session for each request. It does not combine the support grants of a
// support engineer.
type SupportSession struct {
	grant    SupportGrant
	engineer SupportEngineer
	account  Account
	now      time.Time
	id       AgentID
	dead     Reason // why the session is denied everything, or Undecided
	until    int64  // when dead changes next, in nanoseconds since 1970; 0 if never
}

// Session returns a session of the support engineer under g at the instant now. The
// session is denied everything unless g is active then, names a support engineer with
// that ID, and is for that account. Pass the account in its current state, because its
// current plan counts.
func (g SupportGrant) Session(engineer SupportEngineer, account Account, now time.Time) *SupportSession {
	account.OpenWorkspaces = nil // open workspaces do not extend a support grant (A11)
	s := &SupportSession{
		grant: g, engineer: engineer, account: account, now: instant(now),
		id: supportID(engineer.ID), dead: NoGrant,
	}
	if g.Account() == account.ID && g.known().hasEngineer(engineer.ID) { // otherwise the answer does not change with time
		s.dead = g.denialAt(now)
		if next := g.nextChange(now); !next.IsZero() {
			s.until = next.UnixNano()
		}
	}
	return s
}

// supportID returns the agent ID under which the support engineer acts on the desk.
func supportID(engineer SupportEngineerID) AgentID { return AgentID("support:" + string(engineer)) }

// denialAt returns the reason why g gives no access at an instant, or Undecided if it
// gives access.
func (g SupportGrant) denialAt(now time.Time) Reason {
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

// ID returns the agent ID under which the support engineer acts on the desk, for example
// as the author of notes: "support:" followed by the support engineer's ID. Do not give
// such an ID to an agent.
func (s *SupportSession) ID() AgentID { return s.id }

// Engineer returns the support engineer.
func (s *SupportSession) Engineer() SupportEngineer { return s.engineer }

// Account returns the account as the host passed it, but without open workspaces: the
// support grant decides which workspaces the session reaches.
func (s *SupportSession) Account() Account { return s.account }

// Grant returns the support grant under which the support engineer acts.
func (s *SupportSession) Grant() SupportGrant { return s.grant }

// Now returns the instant of the session, in UTC.
func (s *SupportSession) Now() time.Time { return s.now }

// String describes the session by its support engineer, support grant and instant, with
// the host's text quoted.
func (s *SupportSession) String() string {
	var r AuditRecord
	r.setSubject(s)
	return r.subject()
}

// LogValue returns the IDs of the support grant and the support engineer, and the instant,
// as a group for log/slog. Log it next to the decision [G2].
func (s *SupportSession) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("grant", jsonText(string(s.grant.ID()))),
		slog.String("engineer", jsonText(string(s.engineer.ID))),
		slog.Time("at", s.now),
	)
}

func (*SupportSession) subject() {}

// setSession fills who from s and reports whether the support engineer has an ID.
func (who *actor) setSession(s *SupportSession) bool {
	who.id, who.account, who.session, who.dead, who.at = s.id, &s.account, s, s.dead, momentOf(s.now)
	return s.engineer.ID != ""
}

// forbiddenToSupport returns the guardrail that forbids the action to every support
// engineer, whatever the roles, or Undecided.
func (q *question) forbiddenToSupport() Reason {
	class := q.rule.class
	switch {
	case q.what.kind == kindSupportGrant:
		return SupportNoGrants
	case class&ClassRoleAuthoring != 0:
		return SupportNoRoles
	case class&ClassAccessChange != 0:
		return SupportNoAgents
	case class&ClassExport != 0:
		return SupportNoExport
	}
	return Undecided
}
