package deskpolicy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A likeA is a host's type that embeds one of the library's and changes what it says.
type likeA[R Resource, C change] struct {
	of R
	by func(*Attributes)
}

func (l likeA[R, C]) Attributes() Attributes {
	what := l.of.Attributes()
	if l.by != nil {
		l.by(&what)
	}
	var c C
	what.Assignable, what.OnTicket = what.Assignable != c.assignable(), what.OnTicket != c.onTicket()
	return what
}

// A change says what a type changes for all its values, because the zero value determines it.
type change interface {
	assignable() bool
	onTicket() bool
}

type (
	changesNothing    struct{}
	changesAssignable struct{}
	changesOnTicket   struct{}
)

func (changesNothing) assignable() bool    { return false }
func (changesNothing) onTicket() bool      { return false }
func (changesAssignable) assignable() bool { return true }
func (changesAssignable) onTicket() bool   { return false }
func (changesOnTicket) assignable() bool   { return false }
func (changesOnTicket) onTicket() bool     { return true }

// likes asks about a likeA[R, C] that is changed by a function.
type likes func(subject Subject, action ActionID, by func(*Attributes)) (allowed, listed bool)

// likesOf returns three such types: one that changes neither what can be assigned nor what is
// on tickets, and two that do.
func likesOf[R Resource](of R) []likes {
	return append(likeOf(of), asLike[R, changesAssignable](of), asLike[R, changesOnTicket](of))
}

func likeOf[R Resource](of R) []likes { return []likes{asLike[R, changesNothing](of)} }

func asLike[R Resource, C change](of R) likes {
	return func(subject Subject, action ActionID, by func(*Attributes)) (allowed, listed bool) {
		thing := likeA[R, C]{of, by}
		f := FilterFor(subject, Action[likeA[R, C]](action))
		return Authorize(subject, Action[likeA[R, C]](action), &thing).Allowed(), f.Match(&thing)
	}
}

// likesOfEach has the library's types of which FilterFor can list a host's types that embed them:
// not pairs, and not those whose zero value is incomplete.
var likesOfEach = map[string][]likes{
	"ticket": likesOf(Ticket{}), "note": likeOf(Note{}), "time entry": likeOf(TimeEntry{}), "conversation": likesOf(Conversation{}),
	"channel": likeOf(Channel{}), "canned response": likeOf(CannedResponse{}), "ticket list": likeOf(TicketList{}), "article": likesOf(Article{}),
	"FAQ": likeOf(FAQ{}), "topic": likeOf(Topic{}), "contact": likesOf(Contact{}), "company": likesOf(Company{}), "campaign": likeOf(Campaign{}),
	"report": likeOf(Report{}), "dashboard": likeOf(Dashboard{}), "app": likeOf(App{}), "settings": likeOf(Settings{}), "workspace": likeOf(Workspace{}),
	"account": likeOf(Account{}), "profile": likeOf(AgentProfile{}), "agent": likeOf(Agent{}), "shared agent": likeOf(SharedAgent{}),
	"role": likeOf(Role{}), "built-in role": likeOf(AgentRole.Role()), "grant": likeOf(SupportGrant{}), "host's own": likesOf(hostTicket{}),
}

// TestFilterOfEmbeddedTypes checks that the filter agrees with Authorize on host types that
// embed each of the library's types and set any of the Attributes.
func TestFilterOfEmbeddedTypes(tt *testing.T) {
	effort.Checks(tt, 50, 500, 5000)
	scope := rapid.SampledFrom([]Scope{Anything, InGroup, Assigned, GroupQueue, Unassigned, Unrouted, Requested, Participating, Mentioned, MyCustomers, SameCompany, ScopeGroup, ScopeShared})
	actions := rapid.SampledFrom([]ActionID{FirstHostOwn, FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel, FirstHostPublicView, FirstHostPublicEdit})
	workspace := rapid.SampledFrom([]WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, "it", "legal"})
	group := rapid.SampledFrom([]GroupID{"", "", "billing", "refunds", "apac"})
	person := rapid.SampledFrom([]AgentID{"", "riya", "sam", "bob"})
	access := rapid.SampledFrom([]Access{NoAccess, View, Edit})
	asked, allowed := make(map[string]int), make(map[string]int)
	rapid.Check(tt, func(t *rapid.T) {
		action := actions.Draw(t, "action")
		var bindings []Binding
		for range rapid.IntRange(1, 2).Draw(t, "bindings") {
			role := roleNamed(tt, "Hosts", action.At(scope.Draw(t, "scope")|scope.Draw(t, "further scope")), TicketConfidential.At(scope.Draw(t, "confidential")))
			bindings = append(bindings, Binding{Role: role, Workspace: workspace.Draw(t, "held"), Group: group.Draw(t, "in"), TicketScope: scope.Draw(t, "ticket scope")})
		}
		agent, shared := riya(bindings...), sam(bindings...)
		agent.Contact, agent.Company = rapid.SampledFrom([]ContactID{"", "c-1"}).Draw(t, "contact"), rapid.SampledFrom([]CompanyID{"", "initech"}).Draw(t, "company")
		end := &Customer{ID: "c-1", Account: acme, Company: agent.Company, Bindings: bindings}
		shared.Groups, shared.CRM.Sees = agent.Groups, rapid.SampledFrom([]CRMRecords{OwnRecords, TerritoryRecords, AllRecords}).Draw(t, "sees")

		what := Attributes{
			Workspace: rapid.SampledFrom([]WorkspaceID{"", "it", "legal"}).Draw(t, "workspace"), Group: group.Draw(t, "group"), Assignee: person.Draw(t, "assignee"), Owner: person.Draw(t, "owner"),
			Participants: map[AgentID]Access{"riya": access.Draw(t, "riya takes part"), "sam": access.Draw(t, "sam takes part")}, CCs: map[ContactID]Access{"c-1": access.Draw(t, "in CC")},
			Mentions: map[AgentID]bool{person.Draw(t, "mentioned"): true}, Confidential: rapid.Bool().Draw(t, "confidential"),
		}
		if requester := customer(rapid.SampledFrom([]TerritoryID{"", "emea"}).Draw(t, "territory")); rapid.Bool().Draw(t, "requested") {
			requester.Company, requester.Owner = rapid.SampledFrom([]CompanyID{"", "initech"}).Draw(t, "requester's company"), person.Draw(t, "requester's owner")
			what.Requester = requester
		}
		set := rapid.IntRange(0, 1<<9-1).Draw(t, "set") // the fields that the type sets
		by := func(a *Attributes) {
			a.Account = "acme"
			for i, set1 := range []func(){
				func() { a.Workspace = what.Workspace }, func() { a.Group = what.Group }, func() { a.Assignee = what.Assignee }, func() { a.Owner = what.Owner }, func() { a.Participants = what.Participants },
				func() { a.CCs = what.CCs }, func() { a.Mentions = what.Mentions }, func() { a.Confidential = what.Confidential }, func() { a.Requester = what.Requester },
			} {
				if set>>i&1 == 1 {
					set1()
				}
			}
		}
		for name, like := range likesOfEach {
			for i, ask := range like {
				for _, subject := range []Subject{agent, shared, end} {
					may, listed := ask(subject, action, by)
					require.Equal(t, may, listed, "%s, variant %d, %T", name, i, subject)
					asked[name]++
					if may {
						allowed[name]++
					}
				}
			}
		}
	})
	for name := range likesOfEach {
		assert.Positive(tt, allowed[name], fmt.Sprintf("%s of %d", name, asked[name]))
	}
}
