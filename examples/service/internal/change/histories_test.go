package change

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
)

// TestMain makes the draws the same in each run, and lowers their number, which a flag can raise.
func TestMain(m *testing.M) {
	pinned.Draws()
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "rapid.checks" })
	if !said {
		if err := flag.Set("rapid.checks", "10"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// members are the people of each history, by what they hold at first.
var members = map[string][]([5]string){
	"ann": {{"Account Administrator", "**", "", "global", ""}},
	"bea": {{"Account Administrator", "*open*", "", "global", ""}},
	"cem": {{"Administrator", "*open*", "", "global", ""}},
	"dan": {{"Supervisor", "*", "", "group", ""}, {"Administrator", "*open*", "", "global", "2030-01-02/2030-01-09"}},
	"eve": {{"Agent", "*", "", "group", ""}, {"Custom", "it", "", "restricted", ""}},
	"sam": {{"Shared Agent", "*", "", "restricted", ""}},

	"customer cam": {{"Customer", "*open*", "", "global", ""}, {"Portal", "it", "", "global", ""}},
	"customer eve": {{"Company Customer", "*", "", "global", ""}}, // who is not the agent eve
}

// Random histories of changes have the same outcomes, and leave the same desk, as an oracle in
// memory says, after each step.
func TestHistories(t *testing.T) {
	effort.Checks(t, 10, 25, 10_000)
	testdb.Each(t, func(t *testing.T, source string) {
		s, err := store.Open(t.Context(), source)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		accounts, took := 0, make(map[string]int)
		rapid.Check(t, func(t *rapid.T) {
			accounts++
			h := newHistory(t, s, fmt.Sprintf("account-%d", accounts))
			for range rapid.IntRange(1, 14).Draw(t, "steps") {
				h.now = h.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
				step := h.draw(t)
				want, got := h.oracle.take(step), h.take(step)
				took[step.kind+" "+got]++
				if want != got {
					t.Fatalf("%+v: got %s, want %s", step, got, want)
				}
				desk, err := s.Desk(context.Background(), h.tokens["ann"], h.now)
				require.NoError(t, err)
				require.Equal(t, h.oracle.dump(), dumpDesk(desk, h.customers(desk)), "after %+v", step)
			}
			events, err := s.Events(context.Background(), deskpolicy.AccountID(h.oracle.account), 100)
			require.NoError(t, err)
			require.Len(t, events, h.done)
		})
		t.Log(took)
	})
}

// A history is a desk in the store, and the same in memory.
type history struct {
	oracle *oracle
	tokens map[string]store.Token // of people and customers, and of all keys that were made, as "key " and their names
	maker  Maker
	now    time.Time
	steps  int
	done   int
}

type tokenKey struct{}

func newHistory(t *rapid.T, s *store.Store, account string) *history {
	start := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	h := &history{
		oracle: &oracle{deskpolicy.AccountID(account), map[string]deskpolicy.Permissions{"Custom": custom[0], "Portal": custom[3]}, make(map[string]*member), make(map[string]string), make(map[string]oracleKey), start},
		tokens: make(map[string]store.Token), now: start,
	}
	h.maker = Maker{Store: s, Now: func() time.Time { return h.now }, Token: func(ctx context.Context) store.Token {
		token, _ := ctx.Value(tokenKey{}).(store.Token)
		return token
	}}
	require.NoError(t, s.Fill(context.Background(), account, account, deskpolicy.Features(deskpolicy.AllFeatures).String(), func(f *store.Filler) {
		f.Insert("workspaces", "account_id, id, name, open", []any{account, "it", "IT", true}, []any{account, "hr", "HR", false})
		f.Insert("agent_groups", "account_id, id, name", []any{account, "billing", "Billing"}, []any{account, "sales", "Sales"})
		f.Insert("roles", "account_id, name, permissions", []any{account, "Custom", "ticket.view@group\n"}, []any{account, "Portal", "ticket.view@requested|same_company\nticket.reply@requested\n"})
		f.Insert("crm_users", "account_id, id, deactivated, sees", []any{account, "crm", false, "own"})
		f.Insert("companies", "account_id, id, name", []any{account, "co", "Company"})
		f.Insert("contacts", "account_id, id, name", []any{account, "con", "con"}) // no customer yet
		for _, id := range slices.Sorted(maps.Keys(members)) {
			bindings := members[id]
			m := &member{shared: id == "sam", bindings: make(map[[5]string]bool), groups: make(map[string]deskpolicy.Access)}
			kind, crm := "agent", any(nil)
			if m.shared {
				kind, crm = "shared_agent", "crm"
			}
			contact, isCustomer := contactIn(id)
			if m.customer = isCustomer; isCustomer {
				m.company = "co"
				f.Insert("contacts", "account_id, id, name, company_id", []any{account, string(contact), id, "co"})
				f.Insert("customers", "account_id, contact_id", []any{account, string(contact)})
			} else {
				f.Insert("people", "account_id, id, kind, name, crm_user_id", []any{account, id, kind, id, crm})
			}
			for _, b := range bindings {
				m.bindings[b] = true
				if isCustomer {
					f.Insert("customer_bindings", "account_id, contact_id, role, workspace_id, ticket_scope", []any{account, string(contact), b[0], b[1], b[3]})
					continue
				}
				var from, until any
				if start, end := daysOf(b[4]); b[4] != "" {
					from, until = start.UnixMilli(), end.UnixMilli()
				}
				f.Insert("bindings", "account_id, person_id, role, workspace_id, group_id, ticket_scope, starts_at, ends_at", []any{account, id, b[0], b[1], b[2], b[3], from, until})
			}
			h.oracle.people[id] = m
		}
		first := oracleKey{"eve", "*", custom[1], start, start.AddDate(0, 0, 20)}
		f.AddKey(h.oracle.account, roster.Key{ID: "first", Who: roster.Who{Person: "eve"}, Name: "first", Limit: deskpolicy.Limit{
			Permissions: first.permissions, Workspaces: []deskpolicy.WorkspaceID{deskpolicy.AccountWide}, Window: deskpolicy.NewWindow(first.made, first.end),
		}}, account)
		h.oracle.keys["first"], h.tokens["key first"] = first, store.KeyToken(account)
	}))
	for _, id := range append(slices.Collect(maps.Keys(members)), "customer con") {
		contact, isCustomer := contactIn(id)
		login := store.Login{Account: h.oracle.account, Subject: id}
		if isCustomer {
			login.Subject, login.IsCustomer = string(contact), true
		}
		token, err := s.Login(context.Background(), login, start.AddDate(10, 0, 0))
		require.NoError(t, err)
		h.tokens[id] = token
	}
	return h
}

// customers returns the customers that the store has.
func (h *history) customers(desk *roster.Desk) (found []roster.Person) {
	for _, id := range []deskpolicy.ContactID{"cam", "con", "eve", "nobody"} {
		p, err := h.maker.Store.Customer(context.Background(), desk, id)
		if err == nil {
			found = append(found, p)
		} else if !errors.Is(err, deskhttp.ErrNotFound) {
			panic(err)
		}
	}
	return found
}

// custom are the permissions that roles get.
var custom = []deskpolicy.Permissions{
	deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.ScopeGroup)),
	deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.ScopeGlobal), deskpolicy.AgentRoleAssign.At(deskpolicy.Anything), deskpolicy.AgentGroupAssign.At(deskpolicy.Anything)),
	deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Unassigned|deskpolicy.Assigned), deskpolicy.TicketReply.At(deskpolicy.Mentioned), deskpolicy.SupportGrantView.At(deskpolicy.Anything)),
	deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Requested|deskpolicy.SameCompany), deskpolicy.TicketReply.At(deskpolicy.Requested)),
	{},
}

// draw returns a step. The administrators act most often.
func (h *history) draw(t *rapid.T) step {
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	s := step{
		kind: pick("kind", "create role", "update role", "delete role", "give role", "give role", "take role", "take role", "set scope", "set group", "activate", "deactivate",
			"give access", "extend access", "revoke access", "make key", "make key", "revoke key", "ask", "ask", "admit", "set company"),
		actor:   pick("actor", "ann", "ann", "ann", "bea", "bea", "cem", "cem", "dan", "eve", "sam", "customer cam", "customer eve", "a key"),
		person:  pick("person", "ann", "bea", "cem", "dan", "eve", "sam", "nobody", "customer cam", "customer eve", "customer con", "customer nobody"),
		role:    pick("role", "Custom", "Other", "Portal", "Agent", "Account Administrator", "Administrator", "Supervisor", "Shared Agent", "Customer", "Company Customer", "No such"),
		company: pick("company", "", "co", "co", "nothing"),
		// most bindings that there are have these
		workspace:   pick("workspace", "*", "*", "**", "*open*", "it", "hr", "mars"),
		group:       pick("group", "", "", "", "billing", "sales", "mars"),
		scope:       pick("scope", "restricted", "group", "global", "assigned|unassigned"),
		to:          pick("to", "restricted", "group", "global", "group_queue"),
		permissions: rapid.SampledFrom(custom).Draw(t, "permissions"),
		access:      rapid.SampledFrom([]deskpolicy.Access{deskpolicy.NoAccess, deskpolicy.View, deskpolicy.Edit}).Draw(t, "access"),
		window:      pick("window", "", "", "", "/2030-01-20", "2030-01-05/", "2030-01-05/2030-01-15", "2030-01-15/2030-01-05", "/2029-12-01"),
		key:         fmt.Sprint(h.steps),
		end:         h.now.AddDate(0, 0, rapid.SampledFrom([]int{-1, 0, 1, 3, 3, 30}).Draw(t, "days")),
		now:         h.now,
	}
	h.steps++
	if keys := h.keys(); len(keys) > 0 && (s.actor == "a key" || s.kind == "ask" || s.kind == "revoke key") {
		key := rapid.SampledFrom(keys).Draw(t, "key")
		if s.kind == "revoke key" {
			s.key = key
		} else if s.actor == "a key" || rapid.IntRange(0, 3).Draw(t, "by key") > 0 {
			s.actor = "key " + key
		}
	}
	if s.kind == "ask" && s.actor == "sam" {
		s.actor = pick("customer", "customer cam", "customer eve", "customer con")
	}
	if s.kind == "admit" || s.kind == "set company" {
		s.person = pick("customer to change", "customer cam", "customer eve", "customer con", "customer con", "customer nobody", "eve")
	}
	if s.kind == "make key" && rapid.Bool().Draw(t, "a key that is fine") {
		s.actor, s.workspace, s.permissions, s.end = "ann", pick("key's workspace", "*", "it", "**"), custom[rapid.IntRange(0, 1).Draw(t, "key's")], h.now.AddDate(0, 0, 10)
	}
	if s.kind == "take role" || s.kind == "set scope" || s.kind == "extend access" || s.kind == "revoke access" {
		h.aim(t, &s)
	}
	return s
}

// keys returns the names of all keys that were made, also of those that were revoked.
func (h *history) keys() (names []string) {
	for name := range h.tokens {
		if key, isKey := strings.CutPrefix(name, "key "); isKey {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names
}

// aim changes the step so that it is about something that there is.
func (h *history) aim(t *rapid.T, s *step) {
	if !rapid.Bool().Draw(t, "aim") {
		return
	}
	if m := h.oracle.people[s.person]; m != nil && len(m.bindings) > 0 {
		held := slices.SortedFunc(maps.Keys(m.bindings), func(a, b [5]string) int { return slices.Compare(a[:], b[:]) })
		b := rapid.SampledFrom(held).Draw(t, "held")
		s.role, s.workspace, s.group, s.scope, s.window = b[0], b[1], b[2], b[3], b[4]
	}
	if given := slices.Sorted(maps.Keys(h.oracle.grants)); len(given) > 0 && strings.HasSuffix(s.kind, "access") {
		s.person = strings.TrimPrefix(rapid.SampledFrom(given).Draw(t, "given"), "g-")
	}
}

// take takes the step in the store, and returns its outcome.
func (h *history) take(s step) string {
	if s.kind == "ask" {
		by, err := h.maker.Store.Subject(context.Background(), h.tokens[s.actor], h.now)
		if err != nil {
			return err.Error()
		}
		return answersTo(by, h.oracle.account)
	}
	err := h.change(context.WithValue(context.Background(), tokenKey{}, h.tokens[s.actor]), s)
	var refusal roster.Refusal
	switch {
	case err == nil:
		h.done++
		return done
	case errors.As(err, &refusal):
		return refused
	case errors.Is(err, deskpolicy.ErrDenied), errors.Is(err, deskhttp.ErrNotFound):
		return denied
	}
	return err.Error()
}

func (h *history) change(ctx context.Context, s step) error {
	who, id := roster.Who{Person: deskpolicy.AgentID(s.person)}, deskpolicy.SupportGrantID("g-"+s.person)
	if contact, isCustomer := contactIn(s.person); isCustomer {
		who = roster.Who{Customer: contact}
	}
	holding := roster.Holding{Who: who, Role: s.role, Workspace: deskpolicy.WorkspaceID(s.workspace), Group: deskpolicy.GroupID(s.group)}
	holding.Window = windowOf(s.window)
	var to deskpolicy.Scope
	if err := errors.Join(holding.Scope.UnmarshalText([]byte(s.scope)), to.UnmarshalText([]byte(s.to))); err != nil {
		return err
	}
	switch s.kind {
	case "create role":
		return h.maker.CreateRole(ctx, s.role, s.permissions, "")
	case "update role":
		return h.maker.UpdateRole(ctx, s.role, h.before(s), s.permissions)
	case "delete role":
		return h.maker.DeleteRole(ctx, s.role)
	case "give role":
		return h.maker.GiveRole(ctx, holding)
	case "take role":
		return h.maker.TakeRole(ctx, holding)
	case "set scope":
		return h.maker.SetScope(ctx, holding, to)
	case "set group":
		return h.maker.SetGroup(ctx, deskpolicy.AgentID(s.person), deskpolicy.GroupID(s.group), s.access)
	case "activate":
		return h.maker.Activate(ctx, who)
	case "deactivate":
		return h.maker.Deactivate(ctx, who)
	case "admit":
		return h.maker.Admit(ctx, who.Customer)
	case "set company":
		return h.maker.SetCompany(ctx, who.Customer, deskpolicy.CompanyID(s.company))
	case "give access":
		return h.maker.GiveAccess(ctx, roster.SupportAccess{
			ID: id, Roles: []string{s.role}, Workspaces: []deskpolicy.WorkspaceID{"it"}, Engineer: deskpolicy.SupportEngineer{ID: "eve", Name: "Eve", Email: "eve@vendor.example"},
		})
	case "extend access":
		return h.maker.ExtendAccess(ctx, id, s.now.Add(20*24*time.Hour))
	case "make key":
		secret, err := h.maker.MakeKey(ctx, roster.NewKey{
			Who: who, Name: s.key, Permissions: s.permissions, Workspaces: []deskpolicy.WorkspaceID{deskpolicy.WorkspaceID(s.workspace)}, End: s.end,
		})
		if err == nil {
			h.tokens["key "+s.key] = store.KeyToken(secret)
		}
		return err
	case "revoke key":
		return h.maker.RevokeKey(ctx, h.keyID(s.key))
	}
	return h.maker.RevokeAccess(ctx, id)
}

// keyID returns the ID of the key with the name, or "".
func (h *history) keyID(name string) string {
	desk, err := h.maker.Store.Desk(context.Background(), h.tokens["ann"], h.now)
	if err != nil {
		panic(err)
	}
	for _, key := range desk.Keys {
		if key.Name == name {
			return key.ID
		}
	}
	return ""
}

// answersTo returns what the subject may do of a few things, as letters.
func answersTo(by deskpolicy.Subject, account deskpolicy.AccountID) string {
	answers := []byte("ask: ")
	note := func(allowed bool) {
		answers = append(answers, map[bool]byte{true: 'y', false: '-'}[allowed])
	}
	for _, workspace := range []deskpolicy.WorkspaceID{"", "it", "hr"} {
		for _, group := range []deskpolicy.GroupID{"", "billing"} {
			for _, assignee := range []deskpolicy.AgentID{"", "eve"} {
				ticket := deskpolicy.Ticket{ID: "1", Account: account, Workspace: workspace, Group: group, Assignee: assignee}
				if assignee == "" {
					ticket.Requester = &deskpolicy.Contact{ID: "cam", Account: account, Company: "co"}
				}
				note(deskpolicy.Authorize(by, deskpolicy.TicketView, &ticket).Allowed())
				note(deskpolicy.Authorize(by, deskpolicy.TicketReply, &ticket).Allowed())
			}
		}
	}
	note(deskpolicy.Authorize(by, deskpolicy.AgentRoleAssign, &deskpolicy.RoleAssignment{
		Holder:  &deskpolicy.Agent{ID: "dan", Account: deskpolicy.Account{ID: account}},
		Binding: deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted},
	}).Allowed())
	return string(answers)
}

// before returns the permissions that the role has in the store, as a form would show them.
func (h *history) before(s step) deskpolicy.Permissions {
	desk, err := h.maker.Store.Desk(context.Background(), h.tokens["ann"], h.now)
	if err != nil {
		panic(err)
	}
	role, err := desk.Roles.Role(s.role)
	if err != nil {
		return deskpolicy.Permissions{}
	}
	return role.Permissions()
}
