package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// Fuzz targets for everything that reads text or bytes from outside. Their seeds are in
// testdata/fuzz, each with its reason; verify/fuzz/run runs them.

// FuzzAuthorize decides the request that the bytes describe. The answer must be the same
// through every function, and must keep the rules that hold for every request.
func FuzzAuthorize(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		who, action, about := (&byteSource{data: data}).question()
		d := about.authorize(who.subject, action)
		require.True(t, d == about.authorize(who.subject, action), "the same request again")
		requireGeneralRules(t, d, who, action, about)
		requireExplained(t, d, about.explain(who.subject, action))
		if !action.IsHost() && !about.wrapped {
			r := Request{Subject: who.subject, Action: action, Resource: about.value}
			erased := r.Authorize()
			require.True(t, d == erased, "%v, but %v as a Request", d, erased)
		}
		if listed := about.match(who.subject, action); about.listable || listed {
			require.Equal(t, d.Allowed(), listed, "%v, but the filter's match is %v", d, listed)
		}
	})
}

// requireGeneralRules checks a decision against rules that hold for every request.
func requireGeneralRules(t *testing.T, d Decision, who asker, action ActionID, about asked) {
	t.Helper()
	require.True(t, d.Reason.String() != "unknown" && d.Reason != Undecided, "unknown reason %d", d.Reason)
	require.True(t, (d.Reason.Step() == 9) == d.Allowed())
	require.True(t, d.Scope.Valid() || d.Scope == 0)
	if who.nobody || !action.Valid() || about.missing {
		require.Equal(t, OutcomeMalformed, d.Reason.Outcome(), "a malformed request gets %v", d)
		return
	}
	if !d.Until().IsZero() {
		require.True(t, d.Until().After(who.now) && (!who.session || slices.ContainsFunc(who.window[:], d.Until().Equal)), "until %v", d.Until())
	}
	if !d.Allowed() {
		return
	}
	require.False(t, who.dead, "an inactive subject is allowed")
	require.NotEmpty(t, who.account)
	for _, account := range about.accounts {
		require.Equal(t, who.account, account, "a resource of another account is allowed")
	}
	require.True(t, slices.ContainsFunc(who.roles, func(role Role) bool {
		return role.Name() == d.Role && (role.BuiltIn() || role.Account() == who.account) && permits(role, action)
	}), "no role with that name permits %v, but %v", action, d)
	if who.shared {
		require.False(t, action.InClass(ClassChannel) || strings.HasPrefix(action.String(), "conversation."), "a shared agent uses a channel")
	}
	if who.customer {
		require.True(t, slices.Contains(portalActions, action) || action >= FirstHostPublicView, "a customer is inside the desk")
	}
	if who.session {
		start, end, revoked := who.window[0], who.window[1], who.window[2]
		require.False(t, who.now.Before(start) || !who.now.Before(end) || !revoked.IsZero() && !who.now.Before(revoked), "outside of the support grant's time")
		require.False(t, action.InClass(ClassExport|ClassAccessChange|ClassRoleAuthoring), "a support engineer does what is always denied")
	}
}

// permits reports whether the role permits the action at any scope. Every permission permits logging in (A31).
func permits(role Role, action ActionID) bool {
	held := role.Permissions()
	return held.Scope(action) != 0 || (action == SessionLogin.ID() || action == PortalLogin.ID()) && !held.Empty()
}

// requireExplained checks that the explanation has the same decision and can be written.
func requireExplained(t *testing.T, d Decision, e Explanation) {
	t.Helper()
	require.True(t, d == e.Decision, "%v, but explained %v", d, e.Decision)
	require.NotEmpty(t, e.String())
	data, err := json.Marshal(e)
	require.NoError(t, err)
	require.True(t, json.Valid(data))
	if d.Allowed() {
		for _, part := range e.Parts {
			require.True(t, part.Decision.Allowed(), "allowed, but part %s is not", part.Name)
		}
	}
}

// A seed is accepted or refused as its reason says. TestAuthorizeSeeds tests the seeds of FuzzAuthorize.
func TestSeeds(t *testing.T) {
	for target, outcome := range map[string]func(v []any) error{
		"FuzzDecodeRoles":      func(v []any) error { return second(DecodeRoles(v[0].([]byte), nil)) },
		"FuzzDecodeGrant":      func(v []any) error { return second(DecodeSupportGrant(v[0].([]byte), nil)) },
		"FuzzDecodeGrantEvent": func(v []any) error { return second(DecodeSupportGrantEvent(v[0].([]byte), nil)) },
		"FuzzAccessLog":        func(v []any) error { return json.Unmarshal(v[0].([]byte), new(SupportAccessLog)) },
		"FuzzNewGrant": func(v []any) error {
			_, _, err := newGrant(v[0].(string), v[1].(string), v[2].(string), number(t, v[3]), number(t, v[4]), number(t, v[5]))
			return err
		},
		"FuzzNames": func(v []any) error { return nameError(v[0].(string)) },
		"FuzzNewRole": func(v []any) error {
			return second(NewRole(AccountID(v[0].(string)), v[1].(string), Permissions{}, nil))
		},
		"FuzzNewVocabulary": func(v []any) error {
			return second(NewVocabulary(NewHostAction(invoiceAnnul, "invoice.annul"), NewHostAction(Action[Ticket](number(t, v[0])), v[1].(string))))
		},
	} {
		t.Run(target, func(t *testing.T) {
			kept, err := seeds.Of(".", target)
			require.NoError(t, err)
			for _, seed := range kept {
				err := outcome(seed.Values)
				assert.Equal(t, map[bool]string{true: "accepted", false: "refused"}[err == nil], seed.Outcome(), "%s: %v", seed.Name, err)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// number parses a number of a seed.
func number(t *testing.T, value any) int64 {
	n, err := strconv.ParseInt(value.(string), 10, 64)
	require.NoError(t, err)
	return n
}

// nameError returns nil if any parser accepts the name, and otherwise an error.
func nameError(name string) (err error) {
	for _, refused := range []error{
		second(read[Scope](name)), second(read[Access](name)), second(read[Features](name)), second(read[Reason](name)),
		second(library.ParsePermission(name)), second(BuiltInRole(name)),
	} {
		if refused == nil {
			return nil
		}
		err = refused
	}
	return err
}

// FuzzDecodeRoles decodes any bytes as custom roles.
func FuzzDecodeRoles(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := DecodeRoles(data, nil)
		unmarshalled := interns(t)
		if json.Valid(data) { // encoding/json does not call UnmarshalJSON for invalid JSON
			require.Equal(t, err == nil, unmarshalled.UnmarshalJSON(data) == nil)
		}
		withHosts, hostErr := DecodeRoles(data, fuzzVocabulary)
		if hostErr == nil {
			written, err := withHosts.Encode(fuzzVocabulary)
			require.NoError(t, err)
			again, err := DecodeRoles(written, fuzzVocabulary)
			require.NoError(t, err)
			requireSameRoles(t, withHosts, again)
		}
		if err != nil {
			require.Equal(t, RoleSet{}, set, "a refused document yields the zero value")
			requireSameRoles(t, interns(t), unmarshalled)
			return
		}
		require.NoError(t, hostErr, "a larger vocabulary accepts what a smaller one does")
		requireSameRoles(t, set, withHosts)
		requireSameRoles(t, set, unmarshalled)
		requireFixed(t, data)
		requireSameDecisions(t, set)
	})
}

// fuzzVocabulary names host actions.
var fuzzVocabulary = func() *Vocabulary {
	v, err := NewVocabulary(NewHostAction(invoiceView, "invoice.view"), NewHostAction(invoiceAnnul, "invoice.annul"), NewHostAction(ticketEscalate, "ticket.escalate"))
	if err != nil {
		panic(err)
	}
	return v
}()

// requireSameDecisions checks that the roles decide the same after they are written and
// read back.
func requireSameDecisions(t *testing.T, set RoleSet) {
	t.Helper()
	written, err := set.Encode(nil)
	require.NoError(t, err)
	again, err := DecodeRoles(written, nil)
	require.NoError(t, err)
	for role := range set.All() {
		reread, err := again.Role(role.Name())
		require.NoError(t, err)
		for _, about := range samples(set.Account()) {
			for _, id := range actionsOn()[fmt.Sprintf("%T", about.value)] {
				for _, scope := range []Scope{ScopeRestricted, ScopeGlobal} {
					want := about.authorize(holder(set.Account(), role, scope), id)
					require.Equal(t, want, about.authorize(holder(set.Account(), reread, scope), id), "%v by role %q", id, role)
				}
			}
		}
	}
}

// samples returns a resource of each type in the account.
func samples(account AccountID) (all []asked) {
	for _, about := range resources {
		all = append(all, about(&byteSource{home: account}))
	}
	return all
}

// holder returns an agent of the account with the role.
func holder(account AccountID, role Role, scope Scope) *Agent {
	return &Agent{
		ID: "riya", Account: Account{ID: account, Plan: Plan{Features: AllFeatures}, OpenWorkspaces: []WorkspaceID{"it"}},
		Bindings: []Binding{{Role: role, Workspace: AccountWide, TicketScope: scope}}, Groups: map[GroupID]Access{"billing": View},
	}
}

// FuzzDecodeGrant decodes any bytes as a support grant.
func FuzzDecodeGrant(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		grant, err := DecodeSupportGrant(data, nil)
		if err != nil {
			require.Equal(t, SupportGrant{}, grant, "a refused document yields the zero value")
			return
		}
		requireSound(t, grant)
	})
}

// FuzzDecodeGrantEvent decodes any bytes as an event of a support grant.
func FuzzDecodeGrantEvent(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		event, err := DecodeSupportGrantEvent(data, nil)
		if err != nil {
			require.Equal(t, SupportGrantEvent{}, event, "a refused document yields the zero value")
			return
		}
		requireSound(t, event.After)
		require.NotEmpty(t, event.By)
		if event.Action == SupportGrantCreate.ID() {
			require.Equal(t, SupportGrant{}, event.Before)
		} else {
			requireSound(t, event.Before)
			require.Equal(t, event.Before.ID(), event.After.ID())
			require.Equal(t, event.Before.Account(), event.After.Account())
			require.Equal(t, event.Before.Roles(), event.After.Roles())
		}
		written, err := json.Marshal(event)
		require.NoError(t, err)
		again, err := DecodeSupportGrantEvent(written, nil)
		require.NoError(t, err, "an accepted event can be read back")
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
	})
}

// FuzzAccessLog decodes any bytes as an access log. A valid log is the same after it is
// written and read back.
func FuzzAccessLog(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		var log SupportAccessLog
		if err := json.Unmarshal(data, &log); err != nil {
			require.Empty(t, log.Entries(noon), "a refused document leaves the log empty")
			return
		}
		require.Equal(t, log.Entries(noon), stored(t, log).Entries(noon))
		for _, e := range log.Entries(noon) {
			require.NotEmpty(t, e.Engineer.ID)
			require.True(t, e.AllowedCount > 0 || e.DeniedCount > 0)
		}
		log.Merge(log)
		stored(t, log)
	})
}

// FuzzNewGrant makes support grants on any terms. A valid one can be written and read
// back.
func FuzzNewGrant(f *testing.F) {
	f.Fuzz(func(t *testing.T, id, workspace, name string, start, end, now int64) {
		grant, event, err := newGrant(id, workspace, name, start, end, now)
		if err != nil {
			require.Equal(t, SupportGrant{}, grant, "refused terms yield the zero value")
			require.Equal(t, SupportGrantEvent{}, event)
			return
		}
		requireSound(t, grant)
		require.False(t, grant.End().After(SupportGrantTerms{}.LatestEnd(event.At)))
		require.False(t, grant.Start().Before(event.At))
		written, err := json.Marshal(event)
		require.NoError(t, err)
		read, err := DecodeSupportGrantEvent(written, nil)
		require.NoError(t, err, "a support grant can be read back")
		require.Equal(t, writtenAs(t, grant), writtenAs(t, read.After))
		require.Equal(t, name, read.After.Engineers()[1].Name)
		require.Contains(t, read.After.Workspaces(), WorkspaceID(workspace))
	})
}

// newGrant makes a support grant. The times are in nanoseconds after noon; 0 is the zero time.
func newGrant(id, workspace, name string, start, end, now int64) (SupportGrant, SupportGrantEvent, error) {
	at := func(n int64) time.Time {
		if n == 0 {
			return time.Time{}
		}
		return noon.Add(time.Duration(n))
	}
	return NewSupportGrant(owner(), SupportGrantTerms{
		ID: SupportGrantID(id), Start: at(start), End: at(end), Roles: []Role{AgentRole.Role()},
		Workspaces: map[WorkspaceID][]Role{WorkspaceID(workspace): {SupervisorRole.Role()}}, Engineers: []SupportEngineer{eve, {"zoe", name, "zoe@vendor.example"}},
	}, noon.Add(time.Duration(now)))
}

// FuzzNames parses any text as every type of name. A valid name is printed as it was
// written; an invalid one yields the zero value, and only valid names are suggested.
func FuzzNames(f *testing.F) {
	custom := interns(f)
	f.Fuzz(func(t *testing.T, name string) {
		if 40 < len(name) && len(name) <= 100 {
			t.Skip("suggestions for long names take long; there are none for names over 100 bytes")
		}
		requireName(t, name, read[Scope], "")
		requireName(t, name, read[Access], "")
		requireName(t, name, read[Features], "")
		requireName(t, name, read[Reason], "")
		requireName(t, name, library.ParsePermission, "@restricted") // which calls ParseAction
		requireName(t, name, BuiltInRole, "")
		requireName(t, name, custom.Role, "")
		if id, err := fuzzVocabulary.ParseAction(name); err == nil {
			require.Equal(t, name, fuzzVocabulary.Name(id))
		}
		if _, err := custom.Without(name); name != "Interns" && name != "R&D <2>" {
			require.Error(t, err)
		}
	})
}

// requireName checks that parse returns a value that prints as the name, or as the name
// with the usual suffix.
func requireName[T interface {
	comparable
	fmt.Stringer
}](t *testing.T, name string, parse func(string) (T, error), usual string) {
	t.Helper()
	var none T
	value, err := parse(name)
	if err == nil {
		require.Contains(t, []string{name, name + usual}, value.String())
		return
	}
	require.Equal(t, none, value, "a refused name yields the zero value")
	_, hint, hinted := strings.Cut(err.Error(), `(did you mean "`)
	if hint = strings.Split(hint, `"`)[0]; hinted && !strings.Contains(name, "@") {
		_, err = parse(hint)
		require.NoError(t, err, "the suggestion for %q is a valid name", name)
	}
}

// FuzzNewRole gives roles any names. A valid role can be written and read back; two names
// are taken to be the same if they differ only in case.
func FuzzNewRole(f *testing.F) {
	f.Fuzz(func(t *testing.T, account, name, other string) {
		one, err := NewRole(AccountID(account), name, NewPermissions(TicketView.At(ScopeGroup)), nil)
		if err != nil {
			require.Equal(t, Role{}, one, "a refused role is the zero Role")
			return
		}
		require.NotEmpty(t, account)
		require.True(t, utf8.ValidString(name) && strings.TrimSpace(name) == name && utf8.RuneCountInString(name) <= 100)
		for _, builtIn := range everyBuiltIn {
			_, err := NewRoleSet(AccountID(account), one, builtIn)
			require.Equal(t, err != nil, taken(builtIn, name), "the built-in role %q: %v", builtIn, err)
		}
		set, err := NewRoleSet(AccountID(account), one)
		require.NoError(t, err)
		written, err := set.Encode(nil)
		require.Equal(t, err == nil, utf8.ValidString(account) && !strings.ContainsAny(account, "\x00\uFFFD"), "%v", err)
		if err == nil {
			read, err := DecodeRoles(written, nil)
			require.NoError(t, err)
			requireSameRoles(t, set, read)
		}
		if two, err := NewRole(AccountID(account), other, Permissions{}, nil); err == nil {
			require.Equal(t, strings.EqualFold(name, other), roleNames(one, two) != nil)
		}
	})
}

// taken reports whether the name, which has single spaces, is one of a built-in role's.
func taken(by Role, name string) bool {
	return slices.ContainsFunc([]string{by.Name(), "Account Admin", "Owner", "Admin", "Shared agent"}, func(of string) bool {
		role, err := BuiltInRole(of)
		return err == nil && role == by && strings.EqualFold(of, strings.Join(strings.Fields(name), " "))
	})
}

// FuzzNewVocabulary gives a host action any name. With a valid name, everything that
// reads names reads that action.
func FuzzNewVocabulary(f *testing.F) {
	f.Fuzz(func(t *testing.T, number uint16, name string) {
		v, err := NewVocabulary(NewHostAction(invoiceAnnul, "invoice.annul"), NewHostAction(Action[Ticket](number), name))
		if err != nil {
			require.Nil(t, v, "a refused vocabulary is nil")
			return
		}
		id := ActionID(number)
		require.True(t, id.IsHost() && id != invoiceAnnul.ID())
		require.Equal(t, name, v.Name(id))
		parsed, err := v.ParseAction(name)
		require.NoError(t, err)
		require.Equal(t, id, parsed)
		_, err = library.ParseAction(name)
		require.Error(t, err, "the name is a library action")
		for _, scope := range []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal} {
			p, err := v.ParsePermission(v.PermissionName(id.At(scope)))
			require.NoError(t, err)
			require.Equal(t, id.At(scope), p)
		}
		role, err := NewRole("acme", "Hosts", NewPermissions(id.At(ScopeGroup)), nil)
		require.NoError(t, err)
		set := setOf(t, role)
		written, err := set.Encode(v)
		require.NoError(t, err)
		read, err := DecodeRoles(written, v)
		require.NoError(t, err, "%s", written)
		requireSameRoles(t, set, read)
	})
}
