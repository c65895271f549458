package deskpolicy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// Decisions do not allocate, for any reason.
func TestNoAllocations(t *testing.T) {
	var reached []Reason
	for _, c := range everyReason(t) {
		require.Equal(t, c.want, c.authorize().Reason)
		assert.Zero(t, testing.AllocsPerRun(100, func() { c.authorize() }), c.want)
		reached = append(reached, c.want)
	}
	assert.Equal(t, slices.Collect(Reasons())[1:], reached, "every reason but undecided")
}

// Decisions about values on the stack or host types, and operations on sets, do not allocate.
func TestNoAllocationsElsewhere(t *testing.T) {
	me := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	set, other := SupervisorRole.Role().Permissions(), AgentRole.Role().Permissions()
	inPortal := inPortal()
	agent, customer := keyWith(riya(wide(AgentRole.Role(), ScopeGroup)), anything(), anything()), keyWith(inPortal, anything())
	lists := map[string]Filter[Ticket]{
		"a customer": FilterFor(inPortal, TicketReply), "an agent's key": FilterFor(agent, TicketReply), "a customer's key": FilterFor(customer, TicketReply),
	}
	for name, do := range map[string]func(){
		"a ticket on the stack": func() {
			ticket := ticketOf("billing", "bob")
			Authorize(me, TicketReply, &ticket)
		},
		"two tickets": func() {
			pair := TicketPair{ticketOf("billing", "bob"), ticketOf("apac", "")}
			Authorize(me, TicketMerge, &pair)
		},
		"a customer's ticket": func() {
			ticket := from(nil)
			Authorize(inPortal, TicketReply, &ticket)
		},
		"a ticket, by an agent's key": func() {
			ticket := ticketOf("billing", "bob")
			Authorize(agent, TicketReply, &ticket)
		},
		"a ticket, by a customer's key": func() {
			ticket := from(nil)
			Authorize(customer, TicketReply, &ticket)
		},
		"a ticket, by lists of customers and keys": func() {
			ticket := ticketOf("billing", "bob")
			for _, f := range lists {
				f.Match(&ticket)
			}
		},
		"a host resource": func() {
			bill := invoice{"acme", "billing", ""}
			Authorize(me, invoiceRefund, &bill)
		},
		"a request without static types": func() {
			_ = Request{Subject: me, Action: TicketReply.ID(), Resource: &Ticket{}}.Authorize()
		},
		"has":       func() { set.Has(TicketReply.At(ScopeGroup)) },
		"covers":    func() { set.Covers(other) },
		"union":     func() { set.Union(other) },
		"intersect": func() { set.Intersect(other) },
		"minus":     func() { set.Minus(other) },
		"all": func() {
			for range set.All() {
			}
		},
	} {
		allowed := 0.0
		if name == "a request without static types" {
			allowed = 1 // the interface moves the caller's ticket to the heap
		}
		assert.Equal(t, allowed, testing.AllocsPerRun(100, do), name)
	}
}

// A Decision is returned in registers. With one word more it would be returned through
// memory and take twice the time.
func TestDecisionIsSmall(t *testing.T) {
	assert.LessOrEqual(t, int(unsafe.Sizeof(Decision{})), 4*int(unsafe.Sizeof(uintptr(0))))
}

// BenchmarkReasons measures a decision for each reason.
func BenchmarkReasons(b *testing.B) {
	for _, c := range everyReason(b) {
		b.Run(c.want.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.authorize()
			}
		})
	}
}

// BenchmarkAgainstBitset compares Authorize with a minimal hand-written check on the same
// request in the same run.
func BenchmarkAgainstBitset(b *testing.B) {
	for _, roles := range []int{1, 4, 16} {
		me := riya(slices.Repeat([]Binding{wide(AgentRole.Role(), ScopeGroup)}, roles)...)
		bare := newBitsetSubject(me)
		for _, ticket := range []Ticket{ticketOf("billing", "bob"), ticketOf("refunds", "bob"), ticketOf("apac", "bob"), ticketOf("apac", "riya")} {
			b.Run(fmt.Sprintf("roles=%d/%v", roles, Authorize(me, TicketReply, &ticket).Reason), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Authorize(me, TicketReply, &ticket)
				}
				ours := b.Elapsed()
				start := time.Now()
				for range b.N {
					sink = bare.allowed(TicketReply.ID(), &ticket)
				}
				b.ReportMetric(float64(ours)/float64(time.Since(start)), "x-bitset")
			})
		}
	}
}

// The bitset decides every ticket action as Authorize does.
func TestBitsetAgrees(t *testing.T) {
	var allowed, asked int
	for role := range acme.BuiltInRoles() {
		for _, scope := range append([]Scope{0}, levels...) {
			for _, workspace := range []WorkspaceID{AccountWide, "it", "legal", ""} {
				me := riya(Binding{Role: role, Workspace: workspace, TicketScope: scope}, Binding{Role: TicketCollaboratorRole.Role(), Workspace: "it", TicketScope: ScopeRestricted})
				bare := newBitsetSubject(me)
				for id := range Actions() {
					if id.String() == "ticket.attach" {
						me.Account.Plan, bare.features = Plan{}, 0
					}
					for _, ticket := range []Ticket{
						ticketOf("billing", "bob"), ticketOf("refunds", ""), ticketOf("apac", "riya"), ticketOf("", ""),
						{Account: "acme", Workspace: "it", Group: "billing"}, {Account: "acme", Workspace: "legal", Assignee: "riya"}, {Account: "initech", Group: "billing"}, {},
					} {
						d := Request{Subject: me, Action: id, Resource: &ticket}.Authorize()
						if d.Reason == WrongResource {
							continue
						}
						require.Equal(t, d.Allowed(), bare.allowed(id, &ticket), "%s, %v, %+v: %v", nameOf(me), id, ticket, d)
						asked++
						if d.Allowed() {
							allowed++
						}
					}
					me.Account.Plan, bare.features = acme.Plan, acme.Plan.Features
				}
			}
		}
	}
	assert.Greater(t, asked, 40_000)
	assert.Greater(t, allowed, 1_500)
}

// BenchmarkCustomers compares a customer's decision with that of an agent who is limited to
// groups: on what each reaches, and on what neither does. In the last case, the agent holds the
// same role and asks by the same contact. "x-agent" is the customer's time in that of the agent.
func BenchmarkCustomers(b *testing.B) {
	asking := riya(wide(CustomerRole.Role(), ScopeGlobal))
	asking.Contact, asking.Company = "c-1", "initech"
	for name, asked := range map[string]struct {
		customer *Customer
		agent    *Agent
		ticket   Ticket
	}{
		"own":              {inPortal(), riya(wide(AgentRole.Role(), ScopeGroup)), Ticket{Account: "acme", Group: "billing", Requester: carlas()}},
		"in CC":            {inPortal(), riya(wide(AgentRole.Role(), ScopeGroup)), Ticket{Account: "acme", Group: "billing", Requester: strangers(), CCs: map[ContactID]Access{"c-1": Edit}}},
		"of another":       {inPortal(), riya(wide(AgentRole.Role(), ScopeGroup)), Ticket{Account: "acme", Group: "apac", Requester: strangers()}},
		"by the same role": {inPortal(), asking, Ticket{Account: "acme", Requester: carlas()}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var customers, agents time.Duration
			for b.Loop() { // in turns, so that both see the same load
				began := time.Now()
				for range 100 {
					Authorize(asked.customer, TicketReply, &asked.ticket)
				}
				between := time.Now()
				for range 100 {
					Authorize(asked.agent, TicketReply, &asked.ticket)
				}
				customers, agents = customers+between.Sub(began), agents+time.Since(between)
			}
			b.ReportMetric(float64(customers)/float64(agents), "x-agent")
		})
	}
}

// BenchmarkDelegates compares a delegate's decision with its principal's on the same ticket.
// "x-principal" is the delegate's time in that of the principal, of the fastest hundred of each,
// which other programs disturb least.
func BenchmarkDelegates(b *testing.B) {
	narrow := limitOf(TicketView.At(Anything), TicketReply.At(ScopeGroup))
	narrow.Workspaces = []WorkspaceID{AccountWide}
	ended := narrow
	ended.Window = NewWindow(day(1), day(9))
	me := riya(wide(AgentRole.Role(), ScopeGroup))
	me.Now = day(4)
	seen := limitOf(TicketReply.At(MyCustomers | Mentioned | InGroup))
	for _, c := range []struct {
		name      string
		principal Subject
		limits    []Limit
		ticket    Ticket
	}{
		{"agent", me, []Limit{narrow}, ticketOf("billing", "bob")},
		{"agent, with an end", me, []Limit{ended}, ticketOf("billing", "bob")},
		{"agent, two limits", me, []Limit{ended, narrow}, ticketOf("billing", "bob")},
		{"agent, four limits", me, []Limit{ended, narrow, narrow, narrow}, ticketOf("billing", "bob")},
		{"agent, out of reach", me, []Limit{ended}, ticketOf("apac", "bob")},
		{"shared agent", sam(), []Limit{seen}, from(customer("emea"))},
		{"customer", inPortal(), []Limit{limitOf(TicketReply.At(Requested))}, from(carlas())},
	} {
		key := keyWith(c.principal, c.limits...)
		require.Equal(b, Authorize(c.principal, TicketReply, &c.ticket).Allowed(), Authorize(key, TicketReply, &c.ticket).Allowed())
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			keys, principals := time.Hour, time.Hour
			for b.Loop() { // in turns, so that both see the same load
				began := time.Now()
				for range 100 {
					Authorize(key, TicketReply, &c.ticket)
				}
				between := time.Now()
				for range 100 {
					Authorize(c.principal, TicketReply, &c.ticket)
				}
				keys, principals = min(keys, between.Sub(began)), min(principals, time.Since(between))
			}
			b.ReportMetric(float64(keys)/float64(principals), "x-principal")
		})
	}
}

// BenchmarkGroups shows that the number of groups does not change the time.
func BenchmarkGroups(b *testing.B) {
	for _, groups := range []int{1, 10, 100, 1000} {
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		for i := range groups - 1 {
			me.Groups[GroupID(fmt.Sprintf("group-%d", i))] = Edit
		}
		ticket := ticketOf("billing", "bob")
		b.Run(fmt.Sprint(groups), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Authorize(me, TicketReply, &ticket)
			}
		})
	}
}

var sink bool

// A bitsetSubject is a minimal hand-written check: the permissions of each role as bits
// for each scope, already limited by the ticket scope, and a bool as the answer.
type bitsetSubject struct {
	id          AgentID
	account     AccountID
	deactivated bool
	features    Features
	open        []WorkspaceID
	bindings    []bitsetBinding
	groups      map[GroupID]Access
}

type bitsetBinding struct {
	workspace WorkspaceID
	bits      [3][10]uint64
}

var bitsetNeeds = func() (needs [640]struct {
	access   Access
	features Features
}) {
	for id := range Actions() {
		needs[id].access, needs[id].features = id.RequiredAccess(), id.RequiredFeatures()
	}
	return needs
}()

func newBitsetSubject(agent *Agent) *bitsetSubject {
	s := &bitsetSubject{
		agent.ID, agent.Account.ID, agent.Deactivated, agent.Account.Plan.Features, agent.Account.OpenWorkspaces, nil, agent.Groups,
	}
	for _, b := range agent.Bindings {
		bare := bitsetBinding{workspace: b.Workspace}
		for p := range b.Role.Permissions().All() {
			for i, level := range [...]Scope{ScopeRestricted, ScopeGroup, ScopeGlobal} {
				if p.Scope.Covers(level) && b.TicketScope.Covers(level) {
					bare.bits[i][p.Action/64] |= 1 << (p.Action % 64)
				}
			}
		}
		s.bindings = append(s.bindings, bare)
	}
	return s
}

func (s *bitsetSubject) allowed(action ActionID, ticket *Ticket) bool {
	need := &bitsetNeeds[action]
	if s.account != ticket.Account || s.account == "" || s.deactivated || s.features&need.features != need.features {
		return false
	}
	word, bit := action/64, uint64(1)<<(action%64)
	for i := range s.bindings {
		b := &s.bindings[i]
		if b.workspace == AccountWide || b.workspace == OpenWorkspaces {
			if ticket.Workspace != "" && !(b.workspace == OpenWorkspaces && slices.Contains(s.open, ticket.Workspace)) {
				continue
			}
		} else if ticket.Workspace == "" || b.workspace != ticket.Workspace {
			continue
		}
		if b.bits[2][word]&bit != 0 ||
			b.bits[1][word]&bit != 0 && ticket.Group != "" && s.groups[ticket.Group] >= need.access ||
			b.bits[0][word]&bit != 0 && ticket.Assignee == s.id {
			return true
		}
	}
	return false
}

// manyGroups returns riya in ten groups.
func manyGroups() *Agent {
	me := riya(wide(AgentRole.Role(), ScopeGroup))
	for i := range 8 {
		me.Groups[GroupID(fmt.Sprintf("group-%d", i))] = Edit
	}
	return me
}

// BenchmarkFilterFor makes filters, from the empty one to a shared agent's.
func BenchmarkFilterFor(b *testing.B) {
	for name, who := range map[string]Subject{
		"ten groups": manyGroups(), "everything": riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), "nothing": riya(), "shared agent": sam(),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				FilterFor(who, TicketReply)
			}
		})
	}
}

// BenchmarkMatch matches one ticket.
func BenchmarkMatch(b *testing.B) {
	shared := from(customer("emea"))
	for name, c := range map[string]struct {
		who    Subject
		ticket Ticket
	}{
		"first of ten groups": {manyGroups(), ticketOf("billing", "bob")},
		"last of ten groups":  {manyGroups(), ticketOf("group-7", "bob")},
		"assigned":            {manyGroups(), ticketOf("apac", "riya")},
		"no":                  {manyGroups(), ticketOf("apac", "bob")},
		"everything":          {riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), ticketOf("apac", "bob")},
		"shared agent":        {sam(), shared},
	} {
		f := FilterFor(c.who, TicketReply)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Match(&c.ticket)
			}
		})
	}
}

// BenchmarkAuthority asks about changing agents, which compares all that two people can do.
func BenchmarkAuthority(b *testing.B) {
	permissions := append(slices.Collect(AgentRole.Role().Permissions().All()), AgentEdit.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal))
	lead := riya(wide(roleNamed(b, "Lead", permissions...), ScopeGlobal))
	usual, restricted := wide(AgentRole.Role(), ScopeGroup), wide(TicketCollaboratorRole.Role(), ScopeRestricted)
	one, two := bob(usual), bob(usual, restricted)
	one.Groups, two.Groups = map[GroupID]Access{"billing": Edit}, map[GroupID]Access{"billing": Edit, "refunds": View}
	gives, joins := RoleAssignment{one, restricted}, GroupMembership{one, AgentGroup{"refunds", "acme"}, View}
	boss, administrator := owner(), riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
	three := bob(usual, restricted, Binding{Role: SupervisorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal})
	three.Groups = two.Groups
	for name, ask := range map[string]func() Decision{
		"an account administrator edits": func() Decision { return Authorize(boss, AgentEdit, two) },
		"an administrator edits":         func() Decision { return Authorize(administrator, AgentEdit, three) },
		"a lead edits, one role":         func() Decision { return Authorize(lead, AgentEdit, one) },
		"a lead edits, two roles":        func() Decision { return Authorize(lead, AgentEdit, two) },
		"a lead edits themselves":        func() Decision { return Authorize(lead, AgentEdit, lead) },
		"a lead gives a role":            func() Decision { return Authorize(lead, AgentRoleAssign, &gives) },
		"a lead adds to a group":         func() Decision { return Authorize(lead, AgentGroupAssign, &joins) },
	} {
		b.Run(name, func(b *testing.B) {
			require.True(b, ask().Allowed(), "%v", ask())
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
		})
	}
}
