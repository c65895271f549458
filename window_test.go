package deskpolicy_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// day returns noon of a day in November 2026.
func day(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }

// during returns the binding as held from one day until another; 0 leaves a side open.
func during(from, until int, b Binding) Binding {
	var sides [2]time.Time
	for i, n := range [...]int{from, until} {
		if n != 0 {
			sides[i] = day(n)
		}
	}
	b.Window = NewWindow(sides[0], sides[1])
	return b
}

// askingOn returns the agent as it asks on the day.
func askingOn(n int, a *Agent) *Agent {
	a.Now = day(n)
	return a
}

// A window holds from its first instant up to, but not including, its last. The instant is the
// subject's (A54).
func TestWindow(t *testing.T) {
	old, far := time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	first := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	berlin := time.FixedZone("Berlin", 3600)
	for name, of := range map[string]struct {
		window    Window
		held      []int // of the days 1 to 5
		text, iso string
	}{
		"the zero window":        {Window{}, []int{1, 2, 3, 4, 5}, "always", "../.."},
		"of two zero times":      {NewWindow(time.Time{}, time.Time{}), []int{1, 2, 3, 4, 5}, "always", "../.."},
		"from and until":         {NewWindow(day(2), day(4)), []int{2, 3}, "from 2026-11-02 12:00:00Z until 2026-11-04 12:00:00Z", "2026-11-02T12:00:00Z/2026-11-04T12:00:00Z"},
		"in another zone":        {NewWindow(day(2).In(berlin), day(4).In(berlin)), []int{2, 3}, "from 2026-11-02 12:00:00Z until 2026-11-04 12:00:00Z", "2026-11-02T12:00:00Z/2026-11-04T12:00:00Z"},
		"from":                   {NewWindow(day(4), time.Time{}), []int{4, 5}, "from 2026-11-04 12:00:00Z", "2026-11-04T12:00:00Z/.."},
		"until":                  {NewWindow(time.Time{}, day(2)), []int{1}, "until 2026-11-02 12:00:00Z", "../2026-11-02T12:00:00Z"},
		"of the first instant":   {NewWindow(first, day(2)), []int{1}, "until 2026-11-02 12:00:00Z", "../2026-11-02T12:00:00Z"},
		"empty":                  {NewWindow(day(2), day(2)), nil, "never", "2026-11-02T12:00:00Z/2026-11-02T12:00:00Z"},
		"inverted":               {NewWindow(day(4), day(2)), nil, "never", "2026-11-04T12:00:00Z/2026-11-02T12:00:00Z"},
		"from before 1970":       {NewWindow(old, day(4)), nil, "never", "never"},
		"until before 1970":      {NewWindow(day(2), old), nil, "never", "never"},
		"until 1970":             {NewWindow(time.Time{}, first), nil, "never", "never"},
		"until after 2199":       {NewWindow(day(2), far), nil, "never", "never"},
		"open, until after 2199": {NewWindow(time.Time{}, far), nil, "never", "never"},
	} {
		t.Run(name, func(t *testing.T) {
			var held []int
			for n := 1; n <= 5; n++ {
				if of.window.Holds(day(n)) {
					held = append(held, n)
				}
				b := wide(AgentRole.Role(), ScopeGlobal)
				b.Window = of.window
				ticket := ticketOf("", "")
				assert.Equal(t, of.window.Holds(day(n)), Authorize(askingOn(n, riya(b)), TicketReply, &ticket).Allowed(), n)
			}
			assert.Equal(t, of.held, held)
			assert.Equal(t, of.text, of.window.String())
			text, err := of.window.MarshalText()
			require.NoError(t, err)
			assert.Equal(t, of.iso, string(text))
			var read Window
			require.NoError(t, read.UnmarshalText(text))
			assert.Equal(t, of.window, read)
			for _, invalid := range []time.Time{{}, old, far} {
				assert.Equal(t, of.window == Window{}, of.window.Holds(invalid), invalid)
			}
		})
	}
	limits := NewWindow(day(2), day(4))
	assert.Equal(t, [2]time.Time{day(2), day(4)}, [2]time.Time{limits.From(), limits.Until()})
	assert.True(t, Window{}.From().IsZero() && Window{}.Until().IsZero())
	for text, want := range map[string]string{
		"":                        `deskpolicy: "" is not a window such as "2026-11-21T09:30:00Z/.."; use two instants in UTC, or .. for an open side`,
		"2026-11-02/..":           `deskpolicy: window: "2026-11-02" is not an instant in UTC such as "2026-11-21T09:30:00Z"`,
		"../2026-11-02T12:00:00":  `deskpolicy: window: "2026-11-02T12:00:00" is not an instant in UTC such as "2026-11-21T09:30:00Z"`,
		"../2300-11-02T12:00:00Z": `deskpolicy: window: 2300-11-02T12:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
	} {
		window := limits
		require.EqualError(t, window.UnmarshalText([]byte(text)), want)
		assert.False(t, window.Holds(day(3)), "it is read as never")
	}
}

// A role outside of its window is denied with a reason of its own, by the decision, the
// explanation and the list, and a remedy gives it anew.
func TestOutsideWindow(t *testing.T) {
	ticket := ticketOf("", "")
	past, soon, later := during(0, 2, wide(AgentRole.Role(), ScopeGlobal)), during(6, 8, wide(AgentRole.Role(), ScopeGlobal)), during(7, 0, wide(AgentRole.Role(), ScopeGlobal))
	for name, of := range map[string]struct {
		subject *Agent
		missing string
		until   time.Time
	}{
		"not any more":  {askingOn(4, riya(past)), `role "Agent" at this time; it is held until 2026-11-02 12:00:00Z`, time.Time{}},
		"not yet":       {askingOn(4, riya(later, past, soon)), `role "Agent" at this time; it is held from 2026-11-06 12:00:00Z until 2026-11-08 12:00:00Z`, day(6)},
		"the last time": {askingOn(9, riya(past, soon)), `role "Agent" at this time; it is held from 2026-11-06 12:00:00Z until 2026-11-08 12:00:00Z`, time.Time{}},
		"never":         {askingOn(4, riya(during(8, 6, past))), `role "Agent" at this time; it is held never`, time.Time{}},
		"no instant":    {riya(later, past, soon), `role "Agent" now; the subject does not say when it asks`, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			d := Authorize(of.subject, TicketReply, &ticket)
			assert.Equal(t, OutsideWindow, d.Reason)
			assert.Equal(t, "Agent", d.Role)
			assert.Zero(t, d.Scope)
			assert.Equal(t, of.until, d.Until())
			assert.Equal(t, `denied: role "Agent" has the permission here, but is not held at this time`, d.String())
			e := Explain(NewRequest(of.subject, TicketReply, &ticket))
			assert.Contains(t, e.String(), "missing "+of.missing+"\n")
			f := FilterFor(of.subject, TicketReply)
			assert.Equal(t, FilterNone, f.Kind())
			assert.Equal(t, of.until, f.Until())
			remedies := Remedies(e, AgentRole.Role())
			require.NotEmpty(t, remedies)
			assert.Equal(t, `give the agent the role "Agent" account-wide, tickets at global (by an administrator)`, remedies[0].String())
		})
	}
	t.Run("a list says so if it is so for all", func(t *testing.T) {
		asks := func(b Binding) Reason { return FilterFor(askingOn(4, riya(b)), TicketReply).Reason() }
		everywhere, inGroup := past, past
		everywhere.Workspace, inGroup.Group = Everywhere, "billing"
		assert.Equal(t, OutsideWindow, asks(everywhere))
		assert.Equal(t, Undecided, asks(past), "in a workspace, it is for another reason")
		everywhere.Group = "billing"
		assert.Equal(t, Undecided, asks(everywhere), "in another group, it is for another reason")
		assert.Equal(t, OutsideWindow, FilterFor(askingOn(4, riya(past)), ContactView).Reason())
		assert.Equal(t, OtherWorkspace, FilterFor(askingOn(4, riya(inGroup)), ContactView).Reason(), "a contact is in no group")
		inGroup.Workspace = "it"
		assert.Equal(t, OutsideWindow, FilterFor(askingOn(4, riya(inGroup)), ProfileEditOwn).Reason())
	})
	t.Run("the record says when", func(t *testing.T) {
		agent, shared := askingOn(4, riya(past)), sam()
		shared.Now = day(5)
		assert.Equal(t, day(4), NewRequest(agent, TicketReply, &ticket).AuditRecord(Decision{}).At)
		assert.Equal(t, day(5), NewRequest(shared, TicketReply, &ticket).AuditRecord(Decision{}).At)
		assert.Zero(t, NewRequest(riya(), TicketReply, &ticket).AuditRecord(Decision{}).At)
	})
	t.Run("the explanation lists the windows", func(t *testing.T) {
		e := Explain(NewRequest(askingOn(7, riya(soon, later, wide(AgentRole.Role(), ScopeRestricted))), TicketReply, &ticket))
		assert.Contains(t, e.String(), `"Agent" account-wide, tickets at global, from 2026-11-07 12:00:00Z: allowed_all at global`)
		data, err := e.MarshalJSON()
		require.NoError(t, err)
		assert.Contains(t, string(data), `"window":"2026-11-06T12:00:00Z/2026-11-08T12:00:00Z"`)
		assert.Equal(t, 2, strings.Count(string(data), `"window"`), "none for one that is always held")
		assert.True(t, e.Parts[0].Decision.Until().IsZero())
	})
}

// Who gives a role, acts on an agent or makes a support grant must hold as much for as long
// (A55).
func TestGivingForATime(t *testing.T) {
	lead := custom(t, AgentRoleAssign.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal), AgentImpersonate.At(ScopeGlobal),
		SupportGrantCreate.At(ScopeGlobal), SupportGrantExtend.At(ScopeGlobal), TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal))
	reply := custom(t, TicketReply.At(ScopeGlobal))
	administrator := wide(AccountAdministratorRole.Role(), ScopeGlobal)
	tom := func(bindings ...Binding) *Agent { return &Agent{ID: "tom", Account: acme, Bindings: bindings} }
	assign := func(by *Agent, b Binding) Decision {
		return Authorize(by, AgentRoleAssign, &RoleAssignment{Holder: tom(), Binding: b})
	}
	for name, of := range map[string]struct {
		d       Decision
		allowed bool
		until   int // 0 if it never changes
	}{
		"for as long":                           {assign(askingOn(4, riya(during(0, 8, lead))), during(0, 8, reply)), true, 8},
		"for longer":                            {assign(askingOn(4, riya(during(0, 8, lead))), during(0, 9, reply)), false, 9},
		"for good":                              {assign(askingOn(4, riya(during(0, 8, lead))), reply), false, 0},
		"what both never hold again":            {assign(askingOn(4, riya(lead, during(0, 8, lead))), during(0, 9, reply)), true, 0},
		"what will be held as well":             {assign(askingOn(4, riya(during(0, 8, lead), during(6, 9, lead))), during(0, 9, reply)), true, 9},
		"with a gap":                            {assign(askingOn(4, riya(during(0, 6, lead), during(7, 9, lead))), during(5, 8, reply)), false, 7},
		"after the gap":                         {assign(askingOn(4, riya(during(0, 6, lead), during(7, 9, lead))), during(7, 9, reply)), true, 6},
		"before the gap is over":                {assign(askingOn(7, riya(during(0, 6, lead), during(7, 9, lead))), during(5, 9, reply)), true, 9},
		"what comes later":                      {assign(askingOn(4, riya(custom(t, AgentRoleAssign.At(ScopeGlobal)), during(7, 9, lead))), during(8, 9, reply)), true, 0},
		"what came before":                      {assign(askingOn(4, riya(custom(t, AgentRoleAssign.At(ScopeGlobal)), during(0, 3, lead))), during(0, 3, reply)), true, 0},
		"what is never held":                    {assign(askingOn(4, riya(custom(t, AgentRoleAssign.At(ScopeGlobal)))), during(3, 2, reply)), true, 0},
		"what is not held yet":                  {assign(askingOn(4, riya(custom(t, AgentRoleAssign.At(ScopeGlobal)), during(7, 9, lead))), during(6, 9, reply)), false, 7},
		"without an instant, what has a window": {assign(riya(lead), during(3, 8, reply)), true, 0},
		"without an instant, by what has one":   {assign(riya(custom(t, AgentRoleAssign.At(ScopeGlobal)), during(0, 8, lead)), during(3, 5, reply)), false, 0},
		"without an instant, of no instant":     {assign(riya(custom(t, AgentRoleAssign.At(ScopeGlobal)), during(0, 8, lead)), during(0, 1, reply)), false, 0},
		"an administrator for a time":           {assign(askingOn(4, riya(during(0, 8, administrator))), during(0, 8, wide(AdministratorRole.Role(), ScopeGlobal))), true, 8},
		"an administrator, for longer":          {assign(askingOn(4, riya(during(0, 8, administrator))), wide(AdministratorRole.Role(), ScopeGlobal)), false, 0},
		"an agent who stays longer":             {Authorize(askingOn(4, riya(during(0, 8, lead))), AgentEdit, tom(during(0, 9, reply))), false, 9},
		"an agent who leaves before":            {Authorize(askingOn(4, riya(during(0, 8, lead))), AgentEdit, tom(during(0, 7, reply))), true, 8},
		"an agent whose role has ended":         {Authorize(askingOn(4, riya(lead)), AgentEdit, tom(during(0, 4, administrator))), true, 0},
		"an agent whose role has not ended":     {Authorize(askingOn(4, riya(lead)), AgentEdit, tom(during(0, 5, administrator))), false, 5},
		"in the name of one who stays":          {Authorize(askingOn(4, riya(during(0, 8, lead))), AgentImpersonate, tom(during(0, 9, reply))), false, 9},
	} {
		t.Run(name, func(t *testing.T) {
			if of.allowed {
				assert.True(t, of.d.Allowed(), of.d)
			} else {
				assert.Equal(t, BeyondAuthority, of.d.Reason)
			}
			until := time.Time{}
			if of.until != 0 {
				until = day(of.until)
			}
			assert.Equal(t, until, of.d.Until())
		})
	}
	t.Run("the missing authority is at an instant at which it is missing", func(t *testing.T) {
		for _, by := range []*Agent{askingOn(4, riya(during(0, 8, lead))), riya(custom(t, AgentRoleAssign.At(ScopeGlobal)), during(0, 8, lead))} {
			missing := slices.Collect(MissingAuthority(NewRequest(by, AgentRoleAssign, &RoleAssignment{Holder: tom(), Binding: during(0, 9, reply)})))
			require.NotEmpty(t, missing)
			for _, d := range missing {
				assert.True(t, d.Allowed.Authorize().Allowed(), d)
				assert.False(t, d.Denied.Authorize().Allowed(), d)
			}
		}
	})
	t.Run("the own role, for a shorter time", func(t *testing.T) {
		editor := custom(t, AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal))
		edit := func(held, to Binding) Reason {
			me := askingOn(4, riya(held, editor))
			d, _ := AuthorizeAgentChange(me, me, askingOn(4, riya(to, editor)))
			return d.Reason
		}
		agents := wide(AgentRole.Role(), ScopeGlobal)
		assert.Equal(t, AllowedAll, edit(agents, during(0, 8, agents)))
		assert.Equal(t, AllowedAll, edit(during(0, 9, agents), during(5, 8, agents)))
		assert.Equal(t, AllowedAll, edit(during(0, 9, agents), during(9, 8, agents)), "never")
		assert.Equal(t, OwnAuthority, edit(during(0, 8, agents), during(0, 9, agents)))
		assert.Equal(t, OwnAuthority, edit(during(5, 0, agents), agents))
	})
	t.Run("support grants", func(t *testing.T) {
		terms := SupportGrantTerms{
			ID: "g", Roles: []Role{reply.Role}, End: day(8), Engineers: []SupportEngineer{{ID: "eve", Email: "eve@vendor.example"}},
		}
		_, _, err := NewSupportGrant(askingOn(4, riya(during(0, 8, lead))), terms, day(4))
		require.NoError(t, err)
		_, _, err = NewSupportGrant(askingOn(4, riya(during(0, 7, lead))), terms, day(4))
		require.ErrorIs(t, err, ErrDenied)
		assert.Contains(t, err.Error(), `role "Custom" in "*" exceeds the authority of "riya", who lacks ticket.reply@global`)
		grant, _, err := NewSupportGrant(askingOn(4, riya(lead)), terms, day(4))
		require.NoError(t, err)
		by := askingOn(5, riya(custom(t, SupportGrantExtend.At(ScopeGlobal)), during(0, 9, reply)))
		assert.Equal(t, day(8), Authorize(askingOn(5, riya(during(0, 9, lead))), SupportGrantExtend, &grant).Until())
		assert.True(t, Authorize(by, SupportGrantExtend, &grant).Allowed())
		assert.Equal(t, day(8), Authorize(by, SupportGrantExtend, &grant).Until(), "what has ended counts as if it were extended")
		_, _, err = ExtendSupportGrant(by, grant, day(9), day(5), nil)
		require.NoError(t, err)
		_, _, err = ExtendSupportGrant(by, grant, day(10), day(5), nil)
		require.ErrorIs(t, err, ErrDenied)
	})
}

// A role that ends keeps no account its administrator (A56).
func TestAdministratorForATime(t *testing.T) {
	administrator := wide(AccountAdministratorRole.Role(), ScopeGlobal)
	ends, other := during(0, 9, administrator), administrator
	other.Workspace = OpenWorkspaces
	tom := func(bindings ...Binding) *Agent { return &Agent{ID: "tom", Account: acme, Bindings: bindings} }
	by := askingOn(4, riya(administrator))
	by.Account.Administrators = []AgentID{"tom"}
	ask := func(action Action[RoleAssignment], holder *Agent, b Binding) Reason {
		return Authorize(by, action, &RoleAssignment{Holder: holder, Binding: b}).Reason
	}
	assert.Equal(t, LastAdministrator, ask(AgentRoleRemove, tom(administrator, during(0, 9, other)), administrator))
	assert.Equal(t, AllowedAll, ask(AgentRoleRemove, tom(administrator, other), administrator))
	assert.Equal(t, LastAdministrator, ask(AgentRoleRemove, tom(ends), ends))
	assert.Equal(t, WrongResource, ask(AgentScopeEdit, tom(administrator), ends), "it is not held in that window (A40)")
	assert.False(t, allowedChange(by, tom(administrator), tom(ends)))
	assert.Equal(t, AllowedAll, ask(AgentScopeEdit, tom(administrator), administrator))
	assert.True(t, allowedChange(by, tom(administrator, other), tom(ends, other)))
	assert.Equal(t, LastAdministrator, Authorize(by, AgentDeactivate, tom(ends)).Reason)
	role := newRole(t, "Tier 2")
	author := askingOn(4, riya(ends))
	d := Authorize(author, RoleCreate, &role)
	assert.Equal(t, AllowedAll, d.Reason)
	assert.Equal(t, day(9), d.Until())
	author.Now = day(9)
	assert.Equal(t, RoleAuthoringReserved, Authorize(author, RoleCreate, &role).Reason)
}

// Compare, Covers and Impact compare subjects at their instants.
func TestCompareAtInstants(t *testing.T) {
	agents := wide(AgentRole.Role(), ScopeGlobal)
	ends := riya(during(0, 5, agents))
	before, after := *askingOn(4, ends), *askingOn(5, ends)
	before.Now = day(4)
	c := Compare(&before, &after)
	assert.Equal(t, OrderingNarrower, c.Ordering())
	for d := range c.Lost() {
		assert.True(t, d.Allowed.Authorize().Allowed() && !d.Denied.Authorize().Allowed(), d)
	}
	assert.True(t, Covers(&before, askingOn(4, riya(agents))))
	assert.False(t, Covers(riya(during(0, 5, agents)), askingOn(4, riya(agents))), "without an instant")
	ticket := ticketOf("", "")
	assert.Len(t, WhoCan(TicketReply, &ticket, &before, &after), 1)
	many := make([]Binding, 70) // with an index
	for i := range many {
		many[i] = during(0, 5, Binding{Role: AgentRole.Role(), Workspace: WorkspaceID(fmt.Sprint(i)), TicketScope: ScopeGlobal})
	}
	assert.Equal(t, OrderingEqual, Compare(askingOn(6, riya(many...)), riya()).Ordering())
	assert.Equal(t, OrderingNarrower, Compare(askingOn(4, riya(many...)), riya()).Ordering())
}

// addWindows adds bindings like those of the agent, or takes some of them, in other windows.
func addWindows(t *rapid.T, s *oracle.Agent) {
	bindings := slices.Clone(s.Bindings)
	for range rapid.IntRange(0, 5).Draw(t, "more bindings") {
		b := rapid.SampledFrom(append(slices.Clone(bindings), oracle.Binding{})).Draw(t, "like")
		b.From, b.Until = rapid.IntRange(0, 9).Draw(t, "from"), rapid.IntRange(0, 9).Draw(t, "until")
		bindings = append(bindings, b)
	}
	if rapid.Bool().Draw(t, "only these") {
		bindings = bindings[len(s.Bindings):]
	}
	s.Bindings = bindings
}

// addAnswer gives a shared agent a role and another answer of the CRM by IDs, which mostly shows it the
// customer of the request's thing.
func addAnswer(t *rapid.T, q oracle.Request) (adds bool) {
	s := q.Subject
	if s.Kind != "shared_agent" || q.Thing == nil || rapid.IntRange(0, 4).Draw(t, "no answer") == 0 {
		return false
	}
	answer := rapid.MapOfN(rapid.SampledFrom([]string{"1", "2", cmp.Or(customerID(q.Thing), "1")}), rapid.SampledFrom([]string{"edit", "view"}), 1, 3)
	s.User.ID, s.User.Sees, s.User.Deactivated = "ursa", rapid.SampledFrom([]string{"none", "own"}).Draw(t, "sees"), false
	s.User.Contacts, s.User.Companies = answer.Draw(t, "contacts"), answer.Draw(t, "companies")
	s.User.AsOf, s.User.Limit = rapid.IntRange(1, 9).Draw(t, "as of"), rapid.IntRange(1, 4).Draw(t, "limit")
	s.Deactivated, s.Account.Integrated = false, true
	s.Bindings = append(slices.Clone(s.Bindings), oracle.Bound(worlds.BuiltIn("Account Administrator"), "**", "restricted"))
	return true
}

// customerID returns the ID of a contact or company, or of the requester of a ticket.
func customerID(r *oracle.Thing) string {
	for _, part := range []*oracle.Thing{r.Part, r.From} {
		if part != nil {
			return customerID(part)
		}
	}
	if r.Requester != nil {
		return r.Requester.ID
	}
	return r.ID
}

// ends reports whether something of the subject, other than the CRM's answer, starts or ends on the day.
func ends(s *oracle.Agent, day int) bool {
	return slices.ContainsFunc(s.Bindings, func(b oracle.Binding) bool { return b.From == day || b.Until == day }) ||
		s.Acts != nil && slices.ContainsFunc(s.Acts.Limits, func(l oracle.Limit) bool { return l.From == day || l.Until == day })
}

// Until is the first later instant at which the decision is another one: its reason, scope or
// role, for every request of a drawn world, by the oracle.
func TestDecisionUntil(t *testing.T) {
	effort.Alone(t)
	effort.Checks(t, 3_000, 4_000, 500_000)
	changes, answers := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.OneOf(worlds.Drawn, worlds.SharedRequests).Draw(t, "request")
		if q.Subject == nil || q.Subject.Kind == "non_agent" {
			return
		}
		addWindows(t, q.Subject)
		answered := addAnswer(t, q)
		d, until := worlds.Build(q).Authorize(), time.Time{}
		for n := max(q.Subject.Now, 0) + 1; n <= 12 && q.Subject.Now > 0 && until.IsZero(); n++ {
			if oracle.Decide(q) != oracle.Decide(q.With(func(s *oracle.Agent) { s.Now = n })) {
				until = worlds.Day(n)
				if answered && !ends(q.Subject, n) {
					answers++
				}
			}
		}
		if !until.IsZero() {
			changes++
		}
		require.Equal(t, until, d.Until(), "%#v: %v", q, d)
	})
	t.Logf("%d changes, %d by an answer of the CRM", changes, answers)
	assert.Greater(t, changes, 20)
	assert.Greater(t, answers, 10)
}

// Until of a filter is the first later instant at which its clauses or its reason are others.
func TestFilterUntil(t *testing.T) {
	effort.Checks(t, 5_000, 20_000, 200_000)
	changes, answers := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.OneOf(worlds.Drawn, worlds.SharedRequests).Draw(t, "request")
		if q.Subject == nil || q.Subject.Kind == "non_agent" || q.Subject.Now <= 0 {
			return
		}
		addWindows(t, q.Subject)
		answered := addAnswer(t, q)
		filter := func(n int) worlds.Filter {
			asked := worlds.Build(q.With(func(s *oracle.Agent) { s.Now = n }))
			f := asked.Resource.Filter(asked.Subject, asked.Action)
			f.Match = nil
			return f
		}
		first, until := filter(q.Subject.Now), time.Time{}
		for n := q.Subject.Now + 1; n <= 12 && until.IsZero(); n++ {
			if f := filter(n); f.Reason != first.Reason || !assert.ObjectsAreEqual(f.Clauses, first.Clauses) {
				until, changes = worlds.Day(n), changes+1
				if answered && !ends(q.Subject, n) {
					answers++
				}
			}
		}
		require.Equal(t, until, first.Until, "%#v", q)
	})
	t.Logf("%d changes, %d by an answer of the CRM", changes, answers)
	assert.Greater(t, changes, 20)
	assert.Greater(t, answers, 10)
}

// What a shared agent may do, and its list, is on each day what it is with an endless answer of the
// CRM while the answer counts, and without an answer otherwise (A57).
func TestAnswerIsAWindow(t *testing.T) {
	effort.Checks(t, 10_000, 10_000, 100_000)
	decided := 0
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.SharedRequests.Draw(t, "request")
		if q.Subject == nil || !addAnswer(t, q) {
			return
		}
		user, now := q.Subject.User, rapid.IntRange(-1, 12).Draw(t, "asks on day")
		counts := now > 0 && user.AsOf <= now && now < user.AsOf+user.Limit
		ask := func(u oracle.User) (Decision, worlds.Filter) {
			asked := worlds.Build(q.With(func(s *oracle.Agent) { s.Now, s.User = now, u }))
			f := asked.Resource.Filter(asked.Subject, asked.Action)
			f.Match, f.Until = nil, time.Time{}
			return asked.Authorize(), f
		}
		endless, none := user, user
		endless.AsOf, endless.Limit = 1, worlds.Endless
		none.Contacts, none.Companies = nil, nil
		like := none
		if counts {
			like = endless
		}
		got, list := ask(user)
		want, likeList := ask(like)
		require.Equal(t, [3]any{want.Reason, want.Role, want.Scope}, [3]any{got.Reason, got.Role, got.Scope}, "%#v on day %d", q, now)
		require.Equal(t, likeList, list, "%#v on day %d", q, now)
		if other, _ := ask(map[bool]oracle.User{true: none, false: endless}[counts]); other.Reason != got.Reason {
			decided++
		}
	})
	t.Logf("the answer decided %d", decided)
	assert.Greater(t, decided, 20)
}

// A thousand windows that change nothing cost what a thousand bindings do, however they
// follow on each other.
func TestWindowBounds(t *testing.T) {
	start, ticket := day(1), ticketOf("", "")
	ticket.Confidential = true
	agent := wide(AgentRole.Role(), ScopeGlobal)
	secret := custom(t, TicketView.At(ScopeGlobal), TicketConfidential.At(ScopeGlobal))
	hours := func(b Binding, from, until int) Binding { // until 0 is open
		end := start.Add(time.Duration(until) * time.Hour)
		if until == 0 {
			end = time.Time{}
		}
		b.Window = NewWindow(start.Add(time.Duration(from)*time.Hour), end)
		return b
	}
	for name, bindings := range map[string]func(n int) []Binding{
		"beside one that is always held": func(n int) []Binding {
			all := []Binding{secret, agent}
			for i := range n {
				all = append(all, hours(agent, i, i+2))
			}
			return all
		},
		"one after the other, in no order": func(n int) (all []Binding) {
			for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(n) {
				all = append(all, hours(secret, i, i+1))
			}
			return append(all, hours(secret, n, 0))
		},
		"in workspaces of their own": func(n int) []Binding {
			all := []Binding{secret, {Role: AgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}}
			for i := range n {
				b := hours(agent, i, i+2)
				b.Workspace = WorkspaceID(fmt.Sprint("w", i))
				all = append(all, b)
			}
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			work := func(ask func(a *Agent)) bounds.Work {
				return func(n int) func() {
					a := riya(bindings(n)...)
					a.Now = start
					return func() { ask(a) }
				}
			}
			bounds.Check(t, 4000, 1<<20, work(func(a *Agent) { require.True(t, Authorize(a, TicketView, &ticket).Until().IsZero()) }))
			bounds.Check(t, 4000, 1<<27, work(func(a *Agent) { FilterFor(a, TicketView) }))
		})
	}
}

// However the windows are listed, a decision stays until the first hour that differs in whether
// one of them holds. The latest is listed first, which takes the most steps.
func TestWindowsInAnyOrder(t *testing.T) {
	ticket := ticketOf("", "")
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 0))
		var bindings []Binding
		var held [50]bool
		for from := 40; from >= 0; from-- {
			until := from + random.IntN(4) - random.IntN(2) // some windows are empty
			b := wide(AgentRole.Role(), ScopeGlobal)
			b.Window = NewWindow(day(1).Add(time.Duration(from)*time.Hour), day(1).Add(time.Duration(until)*time.Hour))
			bindings = append(bindings, b)
			for hour := from; hour < until; hour++ {
				held[hour] = true
			}
		}
		d := Authorize(askingOn(1, riya(bindings...)), TicketView, &ticket)
		require.Equal(t, held[0], d.Allowed(), seed)
		changes := slices.Index(held[:], !held[0])
		require.Equal(t, day(1).Add(time.Duration(changes)*time.Hour), d.Until(), seed)
	}
}

// A decision with windows allocates nothing.
func TestWindowsAllocateNothing(t *testing.T) {
	ticket := ticketOf("", "")
	a := askingOn(4, riya(during(0, 8, wide(AgentRole.Role(), ScopeGlobal)), during(6, 0, wide(AdministratorRole.Role(), ScopeGlobal))))
	assert.Equal(t, day(6), Authorize(a, TicketReply, &ticket).Until())
	assert.Zero(t, testing.AllocsPerRun(100, func() { Authorize(a, TicketReply, &ticket) }))
	me, of := askingAs(CRMUser{ID: "u", Visibility: answeredAt(day(4), time.Hour)}, day(4)), from(&Contact{ID: "c", Account: "acme"})
	assert.Equal(t, day(4).Add(time.Hour), Authorize(me, TicketReply, &of).Until())
	assert.Zero(t, testing.AllocsPerRun(100, func() { Authorize(me, TicketReply, &of) }))
}

// A list stays the same when one role ends and another that reaches as far starts.
func TestFilterStaysByAnotherRole(t *testing.T) {
	first := during(1, 5, wide(roleNamed(t, "First", TicketReply.At(ScopeGroup)), ScopeGlobal))
	second := during(5, 0, wide(roleNamed(t, "Second", TicketReply.At(ScopeGlobal)), ScopeGroup))
	f := FilterFor(askingOn(4, riya(first, second)), TicketReply)
	assert.True(t, f.Until().IsZero())
	assert.Equal(t, day(5), FilterFor(askingOn(4, riya(first)), TicketReply).Until())
}
