package deskpolicy_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// bot is an AI agent of acme.
var bot = deskpolicy.Actor{Kind: deskpolicy.ActorAI, Issuer: "acme", ID: "triage"}

// limitTo returns a limit of the permissions, everywhere and always.
func limitTo(permissions ...deskpolicy.Permission) deskpolicy.Limit {
	return deskpolicy.Limit{Permissions: deskpolicy.NewPermissions(permissions...), Workspaces: []deskpolicy.WorkspaceID{deskpolicy.Everywhere}}
}

// A delegate is never allowed more than its principal, and each limit has to reach (A58).
func TestDelegate(t *testing.T) {
	agent := deskpolicy.AgentRole.Role()
	me := riya(wide(agent, deskpolicy.ScopeGroup))
	me.Now = day(4)
	mine, others, elsewhere := ticketOf("billing", "riya"), ticketOf("billing", "bob"), ticketOf("sales", "bob")
	secret := mine
	secret.Confidential = true
	inIT := mine
	inIT.Workspace = "it"
	everything := limitTo(deskpolicy.TicketView.At(deskpolicy.Anything), deskpolicy.TicketReply.At(deskpolicy.Anything))
	gone := *me
	gone.Deactivated = true
	for name, of := range map[string]struct {
		principal deskpolicy.Subject
		limit     deskpolicy.Limit
		ticket    deskpolicy.Ticket
		want      deskpolicy.Reason
		missing   string
	}{
		"as its principal":            {me, everything, others, deskpolicy.AllowedGroup, ""},
		"not beyond its principal":    {me, everything, elsewhere, deskpolicy.OutOfScope, ""},
		"of one who is gone":          {&gone, everything, mine, deskpolicy.Deactivated, ""},
		"of one without a role":       {riya(), everything, mine, deskpolicy.NoRole, ""},
		"within its limit":            {me, limitTo(deskpolicy.TicketReply.At(deskpolicy.Assigned)), mine, deskpolicy.AllowedGroup, ""},
		"beyond its limit":            {me, limitTo(deskpolicy.TicketReply.At(deskpolicy.Assigned)), others, deskpolicy.OutOfLimit, "reach in limit 1 of the delegate, which is at restricted"},
		"without the permission":      {me, limitTo(deskpolicy.TicketView.At(deskpolicy.Anything)), mine, deskpolicy.LimitLacksPermission, "the permission in limit 1 of the delegate"},
		"in another workspace":        {riya(inOpen(agent, deskpolicy.ScopeGlobal)), deskpolicy.Limit{Permissions: everything.Permissions, Workspaces: []deskpolicy.WorkspaceID{"hr", ""}}, inIT, deskpolicy.LimitOtherWorkspace, `limit 1 of the delegate in workspace "it"`},
		"in its workspace":            {riya(inOpen(agent, deskpolicy.ScopeGlobal)), deskpolicy.Limit{Permissions: everything.Permissions, Workspaces: []deskpolicy.WorkspaceID{"hr", "it"}}, inIT, deskpolicy.AllowedAll, ""},
		"nowhere":                     {me, deskpolicy.Limit{Permissions: everything.Permissions}, mine, deskpolicy.LimitOtherWorkspace, "limit 1 of the delegate outside of workspaces"},
		"not in force any more":       {me, deskpolicy.Limit{Permissions: everything.Permissions, Workspaces: everything.Workspaces, Window: deskpolicy.NewWindow(day(1), day(4))}, mine, deskpolicy.LimitNotInForce, "limit 1 of the delegate at this time; it is in force from 2026-11-01 12:00:00Z until 2026-11-04 12:00:00Z"},
		"the secret, not named":       {me, everything, secret, deskpolicy.OutOfLimit, "ticket.confidential in limit 1 of the delegate"},
		"the secret, named":           {me, limitTo(deskpolicy.TicketReply.At(deskpolicy.Anything), deskpolicy.TicketConfidential.At(deskpolicy.Assigned)), secret, deskpolicy.AllowedGroup, ""},
		"the zero limit":              {me, deskpolicy.Limit{}, mine, deskpolicy.LimitLacksPermission, "the permission in limit 1 of the delegate"},
		"of nobody":                   {nil, everything, mine, deskpolicy.IncompleteDelegate, ""},
		"of a delegate":               {deskpolicy.NewDelegate(me, bot, everything), everything, mine, deskpolicy.IncompleteDelegate, ""},
		"of one without an ID":        {&deskpolicy.Agent{Account: acme}, everything, mine, deskpolicy.IncompleteDelegate, ""},
		"of a support engineer":       {at(deskpolicy.SupportGrant{}, noon), everything, mine, deskpolicy.IncompleteDelegate, ""},
		"of a shared agent, who sees": {sam(), limitTo(deskpolicy.TicketReply.At(deskpolicy.MyCustomers)), from(customer("emea")), deskpolicy.AllowedContact, ""},
		"of a shared agent":           {sam(), limitTo(deskpolicy.TicketReply.At(deskpolicy.MyCustomers)), from(customer("apac")), deskpolicy.OutOfScope, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := deskpolicy.NewDelegate(of.principal, bot, of.limit)
			decision := deskpolicy.Authorize(d, deskpolicy.TicketReply, &of.ticket)
			assert.Equal(t, of.want, decision.Reason)
			if decision.Allowed() {
				principal := deskpolicy.Authorize(of.principal, deskpolicy.TicketReply, &of.ticket)
				assert.Equal(t, principal.Role, decision.Role)
			}
			f := deskpolicy.FilterFor(d, deskpolicy.TicketReply)
			assert.Equal(t, decision.Allowed(), f.Match(&of.ticket))
			e := deskpolicy.Explain(deskpolicy.NewRequest(d, deskpolicy.TicketReply, &of.ticket))
			if of.missing != "" {
				assert.Contains(t, e.String(), "missing "+of.missing+"\n")
			}
		})
	}
	t.Run("an invalid actor or number of limits", func(t *testing.T) {
		chain := deskpolicy.NewDelegate(me, bot, everything)
		for range deskpolicy.MaxLimits - 1 {
			chain = chain.Narrow(bot, everything)
		}
		assert.True(t, deskpolicy.Authorize(chain, deskpolicy.TicketReply, &mine).Allowed())
		for _, d := range []*deskpolicy.Delegate{
			nil, {}, {Principal: me, Actor: bot}, chain.Narrow(bot, everything),
			deskpolicy.Delegate{Principal: me, Actor: bot}.Narrow(bot, everything), deskpolicy.Delegate{Principal: me, Actor: bot}.Narrow(bot, everything).Narrow(bot, everything),
			deskpolicy.NewDelegate(me, deskpolicy.Actor{}, everything).Narrow(bot, everything),
			deskpolicy.NewDelegate(me, deskpolicy.Actor{}, everything),
			deskpolicy.NewDelegate(me, deskpolicy.Actor{Kind: deskpolicy.ActorKey}, everything), deskpolicy.NewDelegate(me, deskpolicy.Actor{Kind: 99, ID: "k"}, everything),
		} {
			assert.Equal(t, deskpolicy.OutcomeMalformed, deskpolicy.Authorize(d, deskpolicy.TicketReply, &mine).Reason.Outcome())
			assert.Equal(t, deskpolicy.FilterNone, deskpolicy.FilterFor(d, deskpolicy.TicketReply).Kind())
		}
	})
	t.Run("until a limit ends or starts", func(t *testing.T) {
		limit := everything
		limit.Window = deskpolicy.NewWindow(day(5), day(7))
		d := deskpolicy.NewDelegate(me, bot, limit)
		assert.Equal(t, day(5), deskpolicy.Authorize(d, deskpolicy.TicketReply, &mine).Until())
		assert.Equal(t, day(5), deskpolicy.FilterFor(d, deskpolicy.TicketReply).Until())
		later := *me
		later.Now = day(5)
		d.Principal = &later
		assert.Equal(t, day(7), deskpolicy.Authorize(d, deskpolicy.TicketReply, &mine).Until())
		assert.Equal(t, day(7), deskpolicy.FilterFor(d, deskpolicy.TicketReply).Until())
		d.Principal = riya(wide(agent, deskpolicy.ScopeGroup))
		assert.Equal(t, deskpolicy.LimitNotInForce, deskpolicy.Authorize(d, deskpolicy.TicketReply, &mine).Reason, "without an instant")
		assert.Equal(t, deskpolicy.LimitNotInForce, deskpolicy.FilterFor(d, deskpolicy.TicketReply).Reason())
	})
	t.Run("a list says what no limit permits", func(t *testing.T) {
		d := deskpolicy.NewDelegate(me, bot, limitTo(deskpolicy.TicketView.At(deskpolicy.Anything)))
		assert.Equal(t, deskpolicy.LimitLacksPermission, deskpolicy.FilterFor(d, deskpolicy.TicketReply).Reason())
	})
	t.Run("a decision allocates nothing", func(t *testing.T) {
		d := deskpolicy.NewDelegate(me, bot, everything).Narrow(bot, everything)
		assert.Zero(t, testing.AllocsPerRun(100, func() { deskpolicy.Authorize(d, deskpolicy.TicketReply, &mine) }))
	})
}

// A denial by a limit names its narrowest relations, and lasts until a limit ends (A58).
func TestDeniedByLimit(t *testing.T) {
	owner := riya(wide(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal))
	owner.Now = day(4)
	limit := limitTo(deskpolicy.TicketView.At(deskpolicy.ScopeGroup), deskpolicy.TicketAttach.At(deskpolicy.Anything))
	limit.Window = deskpolicy.NewWindow(day(1), day(5))
	d, elsewhere := deskpolicy.NewDelegate(owner, bot, limit), ticketOf("sales", "bob")
	beyond := deskpolicy.Authorize(d, deskpolicy.TicketView, &elsewhere)
	assert.Equal(t, deskpolicy.OutOfLimit, beyond.Reason)
	assert.Equal(t, deskpolicy.ScopeGroup, beyond.Scope)
	assert.Equal(t, day(5), beyond.Until())
	lacking := deskpolicy.Authorize(d, deskpolicy.TicketDelete, &elsewhere)
	assert.Equal(t, deskpolicy.LimitLacksPermission, lacking.Reason)
	assert.Equal(t, day(5), lacking.Until())
	owner.Account.Plan.Features &^= deskpolicy.FeatureAttachments
	poor := deskpolicy.Authorize(d, deskpolicy.TicketAttach, &elsewhere)
	assert.Equal(t, deskpolicy.PlanLacksFeature, poor.Reason)
	assert.Equal(t, day(5), poor.Until())
}

// No delegate changes people, roles or grants, whatever its limits and its principal (A59).
func TestDelegateNeverAdministers(t *testing.T) {
	owner := riya(deskpolicy.Binding{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal})
	var all []deskpolicy.Permission
	for id := range deskpolicy.Actions() {
		all = append(all, id.At(deskpolicy.Anything))
	}
	d := deskpolicy.NewDelegate(owner, deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k"}, limitTo(all...))
	tom, grant := bob(), granted(t, deskpolicy.SupportGrantTerms{})
	check(t, d, deskpolicy.AgentEdit, *tom, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.AgentImpersonate, *tom, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.AgentKeyManage, *tom, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.AgentRoleAssign, deskpolicy.RoleAssignment{Holder: tom, Binding: wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)}, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.AgentGroupAssign, inGroup(tom, "billing", deskpolicy.View), deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.SupportGrantView, deskpolicy.SupportGrant{}, deskpolicy.OtherAccount)
	check(t, d, deskpolicy.SupportGrantView, grant, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.SupportGrantRevoke, grant, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.SessionLogin, acme, deskpolicy.DelegateNoAdministration)
	check(t, d, deskpolicy.AgentView, *tom, deskpolicy.AllowedAll)
	check(t, d, deskpolicy.DataExport, acme, deskpolicy.AllowedAll)
	assert.False(t, deskpolicy.FilterFor(d, deskpolicy.SessionLogin).Match(&acme))
	t.Run("nor is it an agent", func(t *testing.T) {
		check(t, owner, deskpolicy.TicketAssign, deskpolicy.TicketAssignment{Ticket: ticketOf("", ""), To: d}, deskpolicy.IneligibleTarget)
		check(t, owner, deskpolicy.AgentRoleAssign, deskpolicy.RoleAssignment{Holder: d, Binding: wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)}, deskpolicy.WrongResource)
	})
}

// A person who stands in does what the absent could, but the absent's own things stay theirs (A60).
func TestStandIn(t *testing.T) {
	absent := riya(wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup))
	limit := limitTo(deskpolicy.TicketReply.At(deskpolicy.Anything), deskpolicy.TicketNoteEditOwn.At(deskpolicy.Anything), deskpolicy.ProfileEditOwn.At(deskpolicy.Anything))
	standIn := deskpolicy.NewDelegate(absent, deskpolicy.Actor{Kind: deskpolicy.ActorPerson, ID: "bob"}, limit)
	key := deskpolicy.NewDelegate(absent, deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k"}, limit)
	mine := ticketOf("billing", "riya")
	note := deskpolicy.Note{Ticket: mine, Author: "riya"}
	check(t, standIn, deskpolicy.TicketReply, mine, deskpolicy.AllowedGroup)
	check(t, absent, deskpolicy.TicketNoteEditOwn, note, deskpolicy.AllowedOwn)
	check(t, key, deskpolicy.TicketNoteEditOwn, note, deskpolicy.AllowedOwn)
	check(t, standIn, deskpolicy.TicketNoteEditOwn, note, deskpolicy.NotOwn)
	check(t, standIn, deskpolicy.TicketNoteEditOwn, deskpolicy.Note{Ticket: mine, Author: "bob"}, deskpolicy.NotOwn)
	profile := deskpolicy.AgentProfile{Account: "acme", Agent: "riya"}
	check(t, standIn, deskpolicy.ProfileEditOwn, profile, deskpolicy.NotOwn)
	assert.False(t, deskpolicy.FilterFor(standIn, deskpolicy.TicketNoteEditOwn).Match(&note))
	assert.True(t, deskpolicy.FilterFor(key, deskpolicy.TicketNoteEditOwn).Match(&note))
	assert.False(t, deskpolicy.Covers(standIn, key))
	assert.True(t, deskpolicy.Covers(key, standIn))
	t.Run("in their own name nothing changes", func(t *testing.T) {
		check(t, bob(), deskpolicy.TicketReply, mine, deskpolicy.NoRole)
	})
}

// Decision, record, log and explanation name the principal and the actor.
func TestDelegateIsNamed(t *testing.T) {
	me := riya(wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup))
	d := deskpolicy.NewDelegate(me, bot, limitTo(deskpolicy.TicketReply.At(deskpolicy.Anything)))
	mine := ticketOf("billing", "riya")
	request := deskpolicy.NewRequest(d, deskpolicy.TicketReply, &mine)
	record := request.AuditRecord(request.Authorize())
	assert.Equal(t, `allowed: allowed_group: account "acme": ticket.reply on ticket "4711", by AI agent "triage" of "acme" for agent "riya", role "Agent" at group`, record.String())
	data, err := json.Marshal(record)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"subject_kind":"agent","subject":"riya"`)
	assert.Contains(t, string(data), `"actor_kind":"ai","actor_issuer":"acme","actor":"triage"`)
	var read deskpolicy.AuditRecord
	require.NoError(t, json.Unmarshal(data, &read))
	assert.Equal(t, record, read)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("asked", "by", d, "record", record)
	assert.Contains(t, log.String(), "by.actor_kind=ai by.actor_issuer=acme by.actor=triage by.subject_kind=agent by.subject=riya")
	assert.Contains(t, log.String(), "record.actor_kind=ai record.actor_issuer=acme record.actor=triage")
	assert.Contains(t, deskpolicy.Explain(request).String(), `by AI agent "triage" of "acme" for agent "riya"`)
	assert.Equal(t, `key "k" for shared agent "sam"`, deskpolicy.NewDelegate(sam(), deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k"}, deskpolicy.Limit{}).String())
	assert.Equal(t, "no subject", (&deskpolicy.Delegate{}).String())
	var kinds []string
	for k := range deskpolicy.ActorPerson + 2 {
		kinds = append(kinds, k.String())
	}
	assert.Equal(t, []string{"none", "key", "integration", "ai", "person", "unknown"}, kinds)
}

// Covers is exact for delegates, and Impact follows their principals.
func TestCompareDelegates(t *testing.T) {
	me := riya(wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup))
	narrow := limitTo(deskpolicy.TicketReply.At(deskpolicy.Assigned))
	d := deskpolicy.NewDelegate(me, bot, narrow)
	assert.Equal(t, deskpolicy.OrderingNarrower, deskpolicy.Compare(me, d).Ordering())
	var lost []string
	for difference := range deskpolicy.Compare(deskpolicy.NewDelegate(me, bot, limitTo(deskpolicy.TicketReply.At(deskpolicy.Anything))), d).Lost() {
		lost = append(lost, difference.String())
		assert.True(t, difference.Allowed.Authorize().Allowed() && !difference.Denied.Authorize().Allowed())
	}
	assert.Equal(t, []string{`ticket.reply@group in group "billing"`}, lost)
	ended := narrow
	ended.Window = deskpolicy.NewWindow(day(1), day(2))
	assert.Equal(t, deskpolicy.OrderingEqual, deskpolicy.Compare(deskpolicy.NewDelegate(me, bot, ended), riya()).Ordering())
	role := newRole(t, "Tier 2")
	set, err := deskpolicy.NewRoleSet("acme", role)
	require.NoError(t, err)
	without, err := set.Without("Tier 2")
	require.NoError(t, err)
	of := deskpolicy.NewDelegate(riya(wide(role, deskpolicy.ScopeGlobal)), bot, limitTo(deskpolicy.TicketView.At(deskpolicy.Anything), deskpolicy.TicketReply.At(deskpolicy.Anything)))
	affected := deskpolicy.Impact(set, without, of, d)
	require.Len(t, affected, 1)
	assert.Same(t, of, affected[0].Subject)
}

// The remedies of a delegate are its principal's, or say which limit to widen.
func TestRemediesOfDelegates(t *testing.T) {
	agent := deskpolicy.AgentRole.Role()
	me := riya(wide(agent, deskpolicy.ScopeGroup))
	me.Now = day(4)
	everything := limitTo(deskpolicy.TicketReply.At(deskpolicy.Anything))
	assigned := limitTo(deskpolicy.TicketReply.At(deskpolicy.Assigned))
	between := func(from, until int) deskpolicy.Limit {
		limit := everything
		limit.Window = deskpolicy.NewWindow(day(from), day(until))
		return limit
	}
	owner := riya(deskpolicy.Binding{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal})
	in := func(w deskpolicy.WorkspaceID) deskpolicy.Ticket {
		ticket := ticketOf("billing", "riya")
		ticket.Workspace = w
		return ticket
	}
	secret := in("it")
	secret.Confidential = true
	gone := *me
	gone.Deactivated = true
	reply := func(principal deskpolicy.Subject, ticket deskpolicy.Ticket, limits ...deskpolicy.Limit) deskpolicy.Request {
		return deskpolicy.NewRequest(&deskpolicy.Delegate{Principal: principal, Actor: bot, Limits: limits}, deskpolicy.TicketReply, &ticket)
	}
	for name, of := range map[string]struct {
		request deskpolicy.Request
		want    string
	}{
		"its principal's":       {reply(&gone, in(""), everything), "reactivate the agent (by an administrator)"},
		"the permission":        {reply(me, in(""), everything, limitTo(deskpolicy.TicketView.At(deskpolicy.Anything))), "widen limit 2 of the delegate to include ticket.reply@restricted (by an administrator)"},
		"the reach":             {reply(me, ticketOf("billing", "bob"), assigned), "widen limit 1 of the delegate to include ticket.reply@in_group (by an administrator)"},
		"the place":             {reply(me, in(""), deskpolicy.Limit{Permissions: everything.Permissions}), "widen limit 1 of the delegate to hold account-wide (by an administrator)"},
		"the workspace, secret": {reply(owner, secret, deskpolicy.Limit{Permissions: everything.Permissions}), `widen limit 1 of the delegate to include ticket.confidential@restricted (by an administrator) and widen limit 1 of the delegate to hold in workspace "it" (by an administrator)`},
		"the time, again":       {reply(me, in(""), between(1, 3)), "widen limit 1 of the delegate to be in force at 2026-11-04 12:00:00Z (by an administrator)"},
		"the time, not yet":     {reply(me, in(""), between(5, 0)), "widen limit 1 of the delegate to be in force at 2026-11-04 12:00:00Z (by an administrator)"},
		"the time, never":       {reply(me, in(""), between(5, 5)), "widen limit 1 of the delegate to be in force at 2026-11-04 12:00:00Z (by an administrator)"},
		"both":                  {reply(&gone, ticketOf("billing", "bob"), assigned), "reactivate the agent (by an administrator) and widen limit 1 of the delegate to include ticket.reply@in_group (by an administrator)"},
		"no instant":            {reply(riya(wide(agent, deskpolicy.ScopeGroup)), in(""), between(1, 9)), ""},
		"what none may":         {deskpolicy.NewRequest(deskpolicy.NewDelegate(owner, bot, everything), deskpolicy.AgentEdit, bob()), ""},
		"both of a pair": {deskpolicy.NewRequest(deskpolicy.NewDelegate(owner, bot, everything), deskpolicy.TicketMerge, &deskpolicy.TicketPair{From: in(""), Into: ticketOf("sales", "bob")}),
			"widen limit 1 of the delegate to include ticket.merge@global (by an administrator)"},
		"the group as well": {deskpolicy.NewRequest(deskpolicy.NewDelegate(owner, bot, everything), deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: in(""), Group: deskpolicy.AgentGroup{ID: "sales", Account: "acme"}}),
			"widen limit 1 of the delegate to include ticket.assign@restricted (by an administrator) and widen limit 1 of the delegate to include ticket.route@restricted (by an administrator)"},
	} {
		t.Run(name, func(t *testing.T) {
			e := deskpolicy.Explain(of.request)
			var got []string
			for _, r := range deskpolicy.Remedies(e, agent) {
				verify(t, of.request, r)
				got = append(got, r.String())
			}
			assert.Equal(t, of.want, strings.Join(got, "\n"))
		})
	}
	t.Run("by an administrator", func(t *testing.T) {
		e := deskpolicy.Explain(reply(me, in(""), assigned, deskpolicy.Limit{}))
		boss := bob(deskpolicy.Binding{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal})
		assert.Len(t, deskpolicy.RemediesBy(boss, e, agent), 1)
		assert.Empty(t, deskpolicy.RemediesBy(bob(wide(agent, deskpolicy.ScopeGlobal)), e, agent))

		// The principal lacks a role, which the administrator may give.
		e = deskpolicy.Explain(reply(riya(), in(""), everything))
		assert.Equal(t, deskpolicy.Remedies(e, agent), deskpolicy.RemediesBy(boss, e, agent))
		assert.NotEmpty(t, deskpolicy.RemediesBy(boss, e, agent))
	})
}

// A delegate is allowed what its principal is and what each limit allows as the only role of
// the principal's, by the oracle, and its list has the same.
func TestDelegateReach(t *testing.T) {
	effort.Checks(t, 5_000, 20_000, 50_000)
	allowed, limited := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		q := drawnDelegate(t)
		principal := q
		principal.Subject = q.Subject.ActedFor(nil)
		asked := worlds.Build(q)
		got := asked.Authorize()
		require.Equal(t, mayDelegate(principal, q.Subject.Acts), got.Allowed(), "%#v: %v", q, got)
		switch may := oracle.Decide(principal).Allowed; {
		case got.Allowed():
			allowed++
		case may:
			limited++
		}
		if q.Thing != nil && uniform(q.Action, q.Thing.Kind) {
			f := asked.Resource.Filter(asked.Subject, asked.Action)
			if problem := disagrees(f, got, asked.Resource, rowOf(asked.Resource.Pointer)); problem != "" {
				t.Fatalf("%#v: %v, but %s; the clauses are %v", q, got, problem, f.Clauses)
			}
		}
	})
	t.Logf("%d allowed, %d limited", allowed, limited)
	assert.Greater(t, allowed, 20)
	assert.Greater(t, limited, 20)
}

// mayDelegate reads A58 to A60 by what the oracle says of principals alone.
func mayDelegate(principal oracle.Request, acts *oracle.Acting) bool {
	a := oracle.Actions[principal.Action]
	complete := acts.ID != "" && acts.Kind != "nobody" && len(acts.Limits) > 0 && len(acts.Limits) <= deskpolicy.MaxLimits
	if !complete || !oracle.Decide(principal).Allowed || a.Authority || a.Authoring || !oracle.Grantable(a.Name) || principal.Thing.Kind == "support_grant" || acts.Kind == "person" && a.Own {
		return false
	}
	for _, l := range acts.Limits {
		role := &oracle.Role{Name: "Limit", Account: principal.Subject.Account.ID, May: l.May}
		var held []oracle.Binding
		for _, workspace := range l.Workspaces {
			b := oracle.Bound(role, workspace, "global")
			b.From, b.Until = l.From, l.Until
			held = append(held, b)
		}
		if !oracle.Decide(principal.Holding(held...)).Allowed {
			return false
		}
	}
	return true
}

// Compare is exact for delegates: what one covers it is allowed, and each difference is one.
func TestCompareDelegatesDrawn(t *testing.T) {
	effort.Checks(t, 1_000, 5_000, 50_000)
	covered := 0
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.Drawn.Draw(t, "request")
		if q.Subject == nil || q.Subject.Kind == "non_agent" || q.Subject.ID == "" {
			return
		}
		q.Subject = q.Subject.ActedFor(nil)
		q.Subject.Account.Features = []string{"custom_roles", "attachments", "collaboration", "canned_responses"}
		asked := worlds.Build(q)
		var sides [2]deskpolicy.Subject
		for i := range sides {
			sides[i] = worlds.Build(oracle.Request{Subject: q.Subject.ActedFor(worlds.DrawActing(t, q.Subject, q.Action)), Action: q.Action}).Subject
		}
		if rapid.Bool().Draw(t, "with the principal") {
			sides[0] = asked.Subject
		}
		c := deskpolicy.Compare(sides[0], sides[1])
		for i, differences := range []func(func(deskpolicy.Difference) bool){c.Lost(), c.Gained()} {
			for d := range differences {
				require.True(t, d.Allowed.Authorize().Allowed(), "%d %v", i, d)
				require.False(t, d.Denied.Authorize().Allowed(), "%d %v", i, d)
			}
		}
		if deskpolicy.Covers(sides[0], sides[1]) {
			covered++
			first, second := asked.Resource.Authorize(sides[0], asked.Action), asked.Resource.Authorize(sides[1], asked.Action)
			require.False(t, second.Allowed() && !first.Allowed(), "%#v: %v, %v", q, first, second)
		}
	})
	assert.Positive(t, covered)
}
