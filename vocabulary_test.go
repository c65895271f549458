package deskpolicy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// An invoice is a resource type of a host.
type invoice struct {
	account  AccountID
	team     GroupID
	approver AgentID
}

func (i invoice) Attributes() Attributes {
	return Attributes{Account: i.account, Group: i.team, Assignee: i.approver}
}

const (
	invoiceView    Action[invoice] = FirstHostView
	invoiceRefund  Action[invoice] = FirstHostEdit
	invoiceExport  Action[invoice] = FirstHostExport
	invoiceAnnul   Action[invoice] = FirstHostInAllClasses
	ticketEscalate Action[Ticket]  = FirstHostEdit + 1
)

func TestHostActions(t *testing.T) {
	me := riya(custom(t, invoiceView.At(ScopeGroup), invoiceRefund.At(ScopeGroup), invoiceExport.At(ScopeRestricted), ticketEscalate.At(ScopeGlobal)))
	check(t, me, invoiceView, invoice{"acme", "refunds", ""}, AllowedGroup)
	check(t, me, invoiceRefund, invoice{"acme", "refunds", ""}, ViewOnly)
	check(t, me, invoiceRefund, invoice{"acme", "billing", ""}, AllowedGroup)
	check(t, me, invoiceRefund, invoice{"acme", "apac", "riya"}, AllowedAssigned) // for a host's action, Group includes Restricted
	check(t, me, invoiceRefund, invoice{"acme", "apac", "bob"}, OutOfScope)
	check(t, me, invoiceExport, invoice{"acme", "billing", "riya"}, AllowedAssigned)
	check(t, me, invoiceExport, invoice{"acme", "billing", ""}, OutOfScope)
	check(t, me, invoiceRefund, invoice{"initech", "billing", ""}, OtherAccount)

	// The ticket scope limits a host's action on the library's tickets.
	check(t, me, ticketEscalate, ticketOf("apac", ""), AllowedAll)
	me.Bindings[0].TicketScope = ScopeGroup
	check(t, me, ticketEscalate, ticketOf("apac", ""), OutOfScope)

	// Only the account administrator can do an unclassified action.
	check(t, me, invoiceAnnul, invoice{"acme", "", ""}, RoleAuthoringReserved)
	check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), invoiceAnnul, invoice{"acme", "", ""}, RoleAuthoringReserved)
	check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), invoiceAnnul, invoice{"acme", "", ""}, AllowedAll)
	check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), invoiceRefund, invoice{"acme", "", ""}, AllowedAll)
}

func TestHostVocabulary(t *testing.T) {
	vocabulary, err := NewVocabulary(NewHostAction(invoiceRefund, "invoice.refund"), NewHostAction(ticketEscalate, "ticket.escalate"))
	require.NoError(t, err)

	id, err := vocabulary.ParseAction("invoice.refund")
	require.NoError(t, err)
	assert.Equal(t, invoiceRefund.ID(), id)
	assert.Equal(t, "invoice.refund", vocabulary.Name(id))
	assert.Equal(t, "host(306)", vocabulary.Name(ticketEscalate.ID()+1), "a number without a name")
	_, err = vocabulary.ParseAction("invoice.refnd")
	require.EqualError(t, err, `deskpolicy: unknown action "invoice.refnd" (did you mean "invoice.refund"?)`)
	id, err = vocabulary.ParseAction("ticket.reply")
	require.NoError(t, err)
	assert.Equal(t, TicketReply.ID(), id)
	assert.Equal(t, "ticket.reply", vocabulary.Name(id))

	// A Request knows a host's action only through its Vocabulary, and only on its own
	// resource type.
	me := riya(custom(t, invoiceRefund.At(ScopeGlobal), ticketEscalate.At(ScopeGlobal)))
	ask := func(v *Vocabulary, action ActionID, resource Resource) Reason {
		return Request{Subject: me, Action: action, Resource: resource, Vocabulary: v}.Authorize().Reason
	}
	mine := invoice{account: "acme"}
	assert.Equal(t, AllowedAll, ask(vocabulary, invoiceRefund.ID(), mine))
	assert.Equal(t, AllowedAll, ask(vocabulary, invoiceRefund.ID(), &mine))
	assert.Equal(t, AllowedAll, ask(vocabulary, ticketEscalate.ID(), ticketOf("", "")))
	assert.Equal(t, WrongResource, ask(vocabulary, invoiceRefund.ID(), ticketOf("", "")))
	assert.Equal(t, WrongResource, ask(vocabulary, invoiceRefund.ID(), (*invoice)(nil)))
	assert.Equal(t, WrongResource, ask(vocabulary, invoiceRefund.ID(), nil))
	assert.Equal(t, WrongResource, ask(vocabulary, TicketReply.ID(), mine))
	assert.Equal(t, UnknownAction, ask(vocabulary, invoiceView.ID(), mine))
	assert.Equal(t, UnknownAction, ask(nil, invoiceRefund.ID(), mine))
	assert.Equal(t, UnknownAction, ask(&Vocabulary{}, invoiceRefund.ID(), mine))
}

func TestNewVocabularyRefuses(t *testing.T) {
	vocabulary, err := NewVocabulary(
		NewHostAction(invoiceView, "invoice.view"),
		NewHostAction(Action[invoice](TicketReply), "invoice.reply"),
		NewHostAction(Action[invoice](TicketReply), ""),
		NewHostAction(invoiceRefund, ""),
		NewHostAction(invoiceRefund, "ticket.reply"),
		NewHostAction(invoiceRefund, "invoice.view"),
		NewHostAction(invoiceView, "invoice.list"),
		NewHostAction(invoiceView, "invoice.view"),
		NewHostAction(invoiceView, "invoice@view"),
		NewHostAction(Action[invoice](FirstHostView+HostRangeLength), "invoice.stray"),
		NewHostAction(invoiceExport, "invoice@export"),
		NewHostAction(invoiceExport, "invoice\x00export"),
	)
	assert.Nil(t, vocabulary)
	require.EqualError(t, err, `deskpolicy: action "invoice.reply": number 3 is outside the host ranges; count from a FirstHost constant
deskpolicy: action "": number 3 is outside the host ranges; count from a FirstHost constant
deskpolicy: action 304 has no name; give it one
deskpolicy: action "ticket.reply": the name is taken by action 3; choose another name
deskpolicy: action "invoice.view": the name is taken by action 256; choose another name
deskpolicy: action "invoice.list": number 256 is taken by action "invoice.view"; choose another number
deskpolicy: action "invoice.view": the name is taken by action 256; choose another name
deskpolicy: action "invoice@view": number 256 is taken by action "invoice.view"; choose another number
deskpolicy: action "invoice.stray": number 296 is outside the host ranges; count from a FirstHost constant
deskpolicy: action "invoice@export": the name contains "@" or an invisible character; remove it
deskpolicy: action "invoice\x00export": the name contains "@" or an invisible character; remove it`)
}

// A host's resource can be any type that has attributes. Malformed ones do not panic.
func TestMalformedHostResources(t *testing.T) {
	me := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	var nothing Resource
	assert.Equal(t, WrongResource, Authorize(me, Action[Resource](FirstHostView), &nothing).Reason)
	assert.Equal(t, WrongResource, Authorize(me, Action[Resource](FirstHostView), nil).Reason)
	for _, something := range []Resource{invoice{account: "acme"}, (*Ticket)(nil), ticketOf("", "")} {
		assert.Equal(t, WrongResource, Authorize(me, Action[Resource](FirstHostView), &something).Reason)
		assert.Equal(t, WrongResource, Authorize(me, Action[Resource](TicketView), &something).Reason)
	}

	// A host's type that embeds a library type has the kind of the embedded type.
	type vip struct{ Ticket }
	type pair struct{ TicketPair }
	assert.Equal(t, AllowedAll, Authorize(me, Action[vip](FirstHostView), &vip{ticketOf("", "")}).Reason)
	assert.Equal(t, WrongResource, Authorize(me, Action[pair](FirstHostView), &pair{TicketPair{ticketOf("", ""), ticketOf("", "")}}).Reason)
	assert.Equal(t, WrongResource, Authorize(me, Action[Contact](TicketReply), &Contact{Account: "acme"}).Reason)
}

// A host's type that embeds an agent, an assignment or a support grant does not get past
// a guardrail: a host's action that could change authority is refused on it.
func TestHostResourcesThatEmbedAuthority(t *testing.T) {
	grant, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}}, noon)
	require.NoError(t, err)
	checkEmbedded(t, struct{ Agent }{*bob()})
	checkEmbedded(t, struct{ SharedAgent }{*sam()})
	checkEmbedded(t, struct{ RoleAssignment }{RoleAssignment{bob(), wide(AgentRole.Role(), ScopeGlobal)}})
	checkEmbedded(t, struct{ GroupMembership }{inGroup(bob(), "billing", Edit)})
	checkEmbedded(t, struct{ SupportGrant }{grant})
}

func checkEmbedded[R Resource](t *testing.T, resource R) {
	t.Helper()
	check(t, owner(), Action[R](FirstHostInAllClasses), resource, WrongResource)
	check(t, owner(), Action[R](FirstHostView), resource, AllowedAll)
	check(t, owner(), Action[R](FirstHostChannel), resource, AllowedAll)
}

// allScopes is what the error for a scope adds if no name of a scope is near.
const allScopes = "; write one of restricted, group, shared, global, in_group, assigned, group_queue, unassigned, unrouted, requested, participating, mentioned, my_customers, same_company"

// ParsePermission reads what PermissionName writes.
func TestParsePermission(t *testing.T) {
	vocabulary, err := NewVocabulary(NewHostAction(invoiceRefund, "invoice.refund"), NewHostAction(invoiceView, "invoice.view"))
	require.NoError(t, err)
	for _, id := range append(slices.Collect(Actions()), invoiceRefund.ID(), invoiceView.ID()) {
		for _, scope := range levels {
			if grantable(id) && scoped(id, scope) != id.At(scope) {
				_, err := vocabulary.ParsePermission(vocabulary.PermissionName(id.At(scope)))
				require.ErrorContains(t, err, fmt.Sprintf("%v takes no scope", id)) // A34
				continue
			}
			p, err := vocabulary.ParsePermission(vocabulary.PermissionName(id.At(scope)))
			require.NoError(t, err)
			require.Equal(t, id.At(scope), p)
			if !id.IsHost() {
				p, err := library.ParsePermission(id.At(scope).String())
				require.NoError(t, err)
				require.Equal(t, id.At(scope), p)
				require.Equal(t, id.At(scope).String(), vocabulary.PermissionName(id.At(scope)))
			}
		}
		least, err := vocabulary.ParsePermission(vocabulary.Name(id))
		require.NoError(t, err)
		if id.Relations()&^Anything != 0 {
			require.Equal(t, id.At(ScopeRestricted), least) // R17
		} else {
			require.Equal(t, id.At(ScopeGlobal), least) // A34
			require.Equal(t, id.String(), id.At(ScopeGlobal).String())
		}
	}
	assert.Equal(t, "invoice.refund@group", vocabulary.PermissionName(invoiceRefund.At(ScopeGroup)))

	for text, want := range map[string]string{
		"ticket.repl@group":         `deskpolicy: unknown action "ticket.repl" (did you mean "ticket.reply"?)`,
		"ticket.reply@gruop":        `deskpolicy: unknown scope "gruop"` + allScopes,
		"ticket.repl@globl":         "deskpolicy: unknown action \"ticket.repl\" (did you mean \"ticket.reply\"?)\ndeskpolicy: unknown scope \"globl\" (did you mean \"global\"?)",
		"ticket.reply@":             `deskpolicy: unknown scope ""` + allScopes,
		"ticket.reply@none":         `deskpolicy: unknown scope "none"` + allScopes,
		"ticket.reply@group@global": `deskpolicy: unknown scope "group@global"` + allScopes,
		"@group":                    `deskpolicy: unknown action ""`,
		"":                          `deskpolicy: unknown action ""`,
		"Ticket.reply":              `deskpolicy: unknown action "Ticket.reply" (did you mean "ticket.reply"?)`,
		"ticket.*":                  `deskpolicy: unknown action "ticket.*"`,
		"*":                         `deskpolicy: unknown action "*"`,
		"people.view@group":         `deskpolicy: permission "people.view@group": people.view takes no scope; write "people.view"`,
		"host(304)@group":           `deskpolicy: unknown action "host(304)"`,
		"invoice.refund@group":      `deskpolicy: unknown action "invoice.refund"`,
	} {
		p, err := library.ParsePermission(text)
		require.EqualError(t, err, want)
		assert.Equal(t, Permission{}, p)
	}
}

// A nil pointer is not a resource, whatever its type.
func TestPointersToResources(t *testing.T) {
	for _, c := range everyType {
		c.missing(t)
	}
}

func missing[R Resource](t *testing.T) {
	t.Helper()
	assert.Equal(t, WrongResource, Authorize(owner(), Action[R](FirstHostView), new(R)).Reason, "%T", *new(R))
}
