package deskpolicy_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// takesSubjects returns the exported functions and methods that take subjects or requests.
func takesSubjects(t *testing.T) (names []string) {
	subjects := regexp.MustCompile(`\b(Subject|Request|Explanation)\b`)
	eachDeclaration(t, func(_ *ast.TypeSpec, f *ast.FuncDecl) {
		if f == nil || !f.Name.IsExported() {
			return
		}
		name, takes := f.Name.Name, ""
		for _, field := range f.Type.Params.List {
			takes += types.ExprString(field.Type) + " "
		}
		if f.Recv != nil {
			of := types.ExprString(f.Recv.List[0].Type)
			if !ast.IsExported(of) || regexp.MustCompile(`^(String|LogValue|MarshalJSON)$`).MatchString(name) {
				return
			}
			name, takes = of+"."+name, takes+of
		}
		if subjects.MatchString(takes) {
			names = append(names, name)
		}
	})
	require.Greater(t, len(names), 20)
	return names
}

// Everything that takes a subject takes delegates, of each kind of principal, and customers.
func TestEveryAPITakesDelegatesAndCustomers(t *testing.T) {
	ticket := from(customer2("emea"))
	ticket.Assignee, ticket.CCs = "riya", map[ContactID]Access{"c-1": Edit}
	boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
	limit := limitOf(TicketView.At(Anything), TicketReply.At(Anything))
	less := limitOf(TicketView.At(Anything))
	principals := []Subject{riya(wide(AgentRole.Role(), ScopeGroup)), sam(), inPortal()}
	for _, principal := range principals {
		t.Run(fmt.Sprintf("%T", principal), func(t *testing.T) {
			rows := rowsOfSubjects(t, boss, principal, keyWith(principal, limit), keyWith(principal, less), &ticket)
			for _, name := range takesSubjects(t) {
				require.Contains(t, rows, name, "%s takes a subject: add what it says about a delegate and a customer", name)
				t.Run(name, rows[name])
			}
			assert.Len(t, takesSubjects(t), len(rows))
		})
	}
}

// rowsOfSubjects returns for each function that takes subjects what it says about the principal
// and two keys of it, of which the first can reply to the ticket and both can view it.
func rowsOfSubjects(t *testing.T, boss *Agent, principal Subject, key, view *Delegate, ticket *Ticket) map[string]func(*testing.T) {
	reply := func(subject Subject) Request { return NewRequest(subject, TicketReply, ticket) }
	before, after := rolesOfAcme(t, newRole(t, "Tier 2")), rolesOfAcme(t, roleNamed(t, "Tier 2", TicketReply.At(Anything)))
	assign := &RoleAssignment{Holder: bob(), Binding: wide(AgentRole.Role(), ScopeGlobal)}
	return map[string]func(*testing.T){
		"Authorize": func(t *testing.T) {
			for subject, want := range map[Subject]bool{principal: true, key: true, view: false} {
				assert.Equal(t, want, Authorize(subject, TicketReply, ticket).Allowed())
			}
		},
		"Request.Authorize": func(t *testing.T) {
			for _, subject := range []Subject{principal, key, view} {
				assert.Equal(t, Authorize(subject, TicketReply, ticket), Request{Subject: subject, Action: TicketReply.ID(), Resource: *ticket}.Authorize())
			}
		},
		"NewRequest": func(t *testing.T) { assert.Equal(t, LimitLacksPermission, reply(view).Authorize().Reason) },
		"FilterFor": func(t *testing.T) {
			for _, subject := range []Subject{principal, key, view} {
				assert.Equal(t, reply(subject).Authorize().Allowed(), ptr(FilterFor(subject, TicketReply)).Match(ticket))
			}
		},
		"ActionsOn": func(t *testing.T) {
			for _, subject := range []Subject{principal, key, view} {
				for action, d := range ActionsOn(subject, ticket, nil) {
					assert.Equal(t, Authorize(subject, action, ticket), d, "%v", action)
				}
			}
		},
		"CanView": func(t *testing.T) {
			for _, subject := range []Subject{principal, key, view} {
				assert.True(t, CanView(subject, ticket))
			}
			assert.False(t, CanView(keyWith(principal, limitOf(TicketReply.At(Anything))), ticket))
		},
		"WhoCan": func(t *testing.T) {
			who := WhoCan(TicketReply, ticket, view, key, principal)
			require.Len(t, who, 2)
			assert.Equal(t, []Subject{principal, key}, []Subject{who[0].Subject, who[1].Subject})
			assert.Equal(t, Authorize(key, TicketReply, ticket), who[1].Decision)
		},
		"Explain": func(t *testing.T) {
			e := Explain(reply(view))
			assert.Equal(t, LimitLacksPermission, e.Decision.Reason)
			assert.Contains(t, e.String(), `key "k-1" of "acme" for `)
			assert.Contains(t, e.String(), "missing the permission in limit 1 of the delegate")
		},
		"Remedies": func(t *testing.T) {
			remedies := Remedies(Explain(reply(view)))
			require.Len(t, remedies, 1)
			assert.Equal(t, FixWidenLimit, remedies[0][0].Kind)
		},
		"RemediesBy": func(t *testing.T) {
			assert.Len(t, RemediesBy(boss, Explain(reply(view))), 1)
			assert.Empty(t, RemediesBy(key, Explain(reply(view))), "a key changes no key")
			manage := map[string]ActionID{"*deskpolicy.Agent": AgentKeyManage.ID(), "*deskpolicy.SharedAgent": SharedAgentKeyManage.ID(), "*deskpolicy.Customer": ContactKeyManage.ID()}
			for kind, action := range manage { // each kind of principal has its action
				without := bob(Binding{Role: newRoleOf(t, grantablePermissions(action)...), Workspace: Everywhere, TicketScope: ScopeGlobal})
				assert.Equal(t, kind != fmt.Sprintf("%T", principal), len(RemediesBy(without, Explain(reply(view)))) == 1, "without %v", action)
			}
		},
		"Remedy.Apply": func(t *testing.T) {
			changed, on := Remedies(Explain(reply(view)))[0].Apply(view, *ticket)
			assert.True(t, Request{Subject: changed, Action: TicketReply.ID(), Resource: on}.Authorize().Allowed())
		},
		"Request.AuditRecord": func(t *testing.T) {
			r := reply(key).AuditRecord(reply(key).Authorize())
			assert.Equal(t, []string{"key", "acme", "k-1"}, []string{r.ActorKind, r.ActorIssuer, r.Actor})
			own := reply(principal).AuditRecord(reply(principal).Authorize())
			assert.Equal(t, own.Subject, r.Subject)
			assert.Empty(t, own.Actor)
		},
		"Request.UserMessage": func(t *testing.T) {
			assert.Contains(t, reply(view).UserMessage(Decision{}), `key "k-1" of "acme" for `)
			assert.Equal(t, Decision{}.UserMessage(), reply(principal).UserMessage(Decision{}))
		},
		"Compare": func(t *testing.T) {
			assert.Equal(t, OrderingNarrower, Compare(key, view).Ordering())
			for d := range Compare(key, view).Lost() {
				assert.Equal(t, TicketReply.ID(), d.Permission.Action)
				replays(t, d)
			}
		},
		"Covers": func(t *testing.T) {
			assert.True(t, Covers(principal, key) && Covers(key, view))
			assert.False(t, Covers(view, key) || Covers(key, principal))
		},
		"Impact": func(t *testing.T) {
			holding := bob(wide(newRole(t, "Tier 2"), ScopeGlobal))
			affected := Impact(before, after, keyWith(holding, limitOf(TicketReply.At(Anything))), principal, key)
			require.Len(t, affected, 1)
			assert.Equal(t, `key "k-1" of "acme" for agent "bob": wider`, affected[0].String())
		},
		"MissingAuthority": func(t *testing.T) { // what is never given lacks nothing
			assert.Empty(t, slices.Collect(MissingAuthority(NewRequest(key, AgentRoleAssign, assign))))
			if principal, is := principal.(*Agent); is {
				assert.NotEmpty(t, slices.Collect(MissingAuthority(NewRequest(riya(custom(t, AgentRoleAssign.At(Anything))), AgentRoleAssign, assign))), principal)
			}
		},
		"AuthorizeAgentChange": func(t *testing.T) {
			d, _ := AuthorizeAgentChange(key, bob(), bob(assign.Binding))
			assert.Equal(t, DelegateNoAdministration, d.Reason)
			d, _ = AuthorizeAgentChange(boss, key, view)
			assert.Equal(t, WrongResource, d.Reason)
		},
		"AuthorizeRoleChange": func(t *testing.T) {
			assert.False(t, AuthorizeRoleChange(key, RoleChange{Name: "Tier 2", Before: newRole(t, "Tier 2"), After: roleNamed(t, "Tier 2")}).Allowed())
		},
		"MissingRoleAuthority": func(t *testing.T) {
			assert.Empty(t, slices.Collect(MissingRoleAuthority(key, RoleChange{Name: "Tier 2", Before: newRole(t, "Tier 2"), After: roleNamed(t, "Tier 2")}, nil)))
		},
		"AuthorizeAndLogSupport": func(t *testing.T) {
			var log SupportAccessLog
			assert.Equal(t, Authorize(key, TicketReply, ticket), AuthorizeAndLogSupport(&log, key, TicketReply, ticket))
			assert.Empty(t, log.Entries(noon), "the log is of support engineers")
		},
		"NewDelegate": func(t *testing.T) {
			assert.True(t, Authorize(NewDelegate(principal, key.Actor, key.Limits[0]), TicketReply, ticket).Allowed())
		},
		"NewSupportGrant": func(t *testing.T) {
			_, _, err := NewSupportGrant(key, SupportGrantTerms{ID: "g", Roles: []Role{AgentRole.Role()}}, noon)
			assert.ErrorIs(t, err, ErrDenied)
		},
		"ExtendSupportGrant": func(t *testing.T) {
			_, _, err := ExtendSupportGrant(key, granted(t, SupportGrantTerms{}), noon.AddDate(0, 0, 1), noon, nil)
			assert.ErrorIs(t, err, ErrDenied)
		},
		"RevokeSupportGrant": func(t *testing.T) {
			_, _, err := RevokeSupportGrant(key, granted(t, SupportGrantTerms{}), noon)
			assert.ErrorIs(t, err, ErrDenied)
		},
	}
}
