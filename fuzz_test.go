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

// The targets of the fuzzer: whatever reads text or bytes from outside. Their seeds
// are in testdata/fuzz, each with its reason; verify/fuzz/run runs them.

// FuzzAuthorize asks whatever questions bytes can stand for. Each has an answer,
// the same one however it is asked, and none that breaks what holds of all.
func FuzzAuthorize(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		who, action, about := (&byteSource{data: data}).question()
		d := about.authorize(who.subject, action)
		require.True(t, d == about.authorize(who.subject, action), "asked again")
		requireLawful(t, d, who, action, about)
		requireExplained(t, d, about.explain(who.subject, action))
		if !action.IsHost() && !about.wrapped {
			r := Request{Subject: who.subject, Action: action, Resource: about.value}
			erased := r.Authorize()
			require.True(t, d == erased, "%v, but with its types erased %v", d, erased)
		}
		if listed := about.match(who.subject, action); about.listable || listed {
			require.Equal(t, d.Allowed(), listed, "%v, but in the list: %v", d, listed)
		}
	})
}

// requireLawful holds a decision against what is known of all, without the rules in detail.
func requireLawful(t *testing.T, d Decision, who asker, action ActionID, about asked) {
	t.Helper()
	require.True(t, d.Reason.String() != "unknown" && d.Reason != Undecided, "no reason, but %d", d.Reason)
	require.True(t, (d.Reason.Step() == 9) == d.Allowed())
	require.True(t, d.Scope.Valid() || d.Scope == 0)
	if who.nobody || !action.Valid() || about.missing {
		require.Equal(t, OutcomeMalformed, d.Reason.Outcome(), "nothing is asked, but %v", d)
		return
	}
	if !d.Until().IsZero() {
		require.True(t, who.session && d.Until().After(who.now) && slices.ContainsFunc(who.window[:], d.Until().Equal), "until %v", d.Until())
	}
	if !d.Allowed() {
		return
	}
	require.False(t, who.dead, "who is not live is allowed")
	require.NotEmpty(t, who.account)
	for _, account := range about.accounts {
		require.Equal(t, who.account, account, "what is another account's is allowed")
	}
	require.True(t, slices.ContainsFunc(who.roles, func(role Role) bool {
		return role.Name() == d.Role && (role.BuiltIn() || role.Account() == who.account) && permits(role, action)
	}), "no role of that name gives %v, but %v", action, d)
	if who.shared {
		require.False(t, action.InClass(ClassChannel) || strings.HasPrefix(action.String(), "conversation."), "a shared agent has chat")
	}
	if who.session {
		start, end, revoked := who.window[0], who.window[1], who.window[2]
		require.False(t, who.now.Before(start) || !who.now.Before(end) || !revoked.IsZero() && !who.now.Before(revoked), "outside of the grant's window")
		require.False(t, action.InClass(ClassExport|ClassAgentMutation|ClassRoleAuthoring), "support does what it never may")
	}
}

// permits reports whether the role permits the action at any scope: logging in, if it permits anything (A31).
func permits(role Role, action ActionID) bool {
	held := role.Permissions()
	return held.Has(action.At(ScopeRestricted)) || held.Has(action.At(ScopeGroup)) || action == SessionLogin.ID() && !held.Empty()
}

// requireExplained holds an explanation against the decision, and that it can be written.
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

// What a seed's reason says that comes of it does. FuzzAuthorize has a test of its own.
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
				came := outcome(seed.Values)
				assert.Equal(t, map[bool]string{true: "accepted", false: "refused"}[came == nil], seed.Outcome(), "%s: %v", seed.Name, came)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// number returns a seed's number.
func number(t *testing.T, value any) int64 {
	n, err := strconv.ParseInt(value.(string), 10, 64)
	require.NoError(t, err)
	return n
}

// nameError returns why the name is none at all, nil if it is one of anything.
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

// FuzzDecodeRoles reads whatever is sent for a file of roles.
func FuzzDecodeRoles(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := DecodeRoles(data, nil)
		unmarshalled := interns(t)
		if json.Valid(data) { // encoding/json asks nobody about what is not
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
			require.Equal(t, RoleSet{}, set, "what is refused gives nothing")
			requireSameRoles(t, interns(t), unmarshalled)
			return
		}
		require.NoError(t, hostErr, "more names refuse nothing")
		requireSameRoles(t, set, withHosts)
		requireSameRoles(t, set, unmarshalled)
		requireFixed(t, data)
		requireSameDecisions(t, set)
	})
}

// fuzzVocabulary names a host's actions.
var fuzzVocabulary = func() *Vocabulary {
	v, err := NewVocabulary(NewHostAction(invoiceView, "invoice.view"), NewHostAction(invoiceAnnul, "invoice.annul"), NewHostAction(ticketEscalate, "ticket.escalate"))
	if err != nil {
		panic(err)
	}
	return v
}()

// requireSameDecisions holds what the roles of a set let their holders do against
// what the same roles do after they were written and read.
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

// samples are a resource of each type, of the account.
func samples(account AccountID) (all []asked) {
	for _, about := range resources {
		all = append(all, about(&byteSource{home: account}))
	}
	return all
}

// holder is an agent of the account who holds a role.
func holder(account AccountID, role Role, scope Scope) *Agent {
	return &Agent{
		ID: "riya", Account: Account{ID: account, Plan: Plan{Features: AllFeatures}, Workspaces: []WorkspaceID{"it"}},
		Bindings: []Binding{{role, AccountWide, scope}}, Groups: map[GroupID]Access{"billing": View},
	}
}

// FuzzDecodeGrant reads whatever is sent for a grant.
func FuzzDecodeGrant(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		grant, err := DecodeSupportGrant(data, nil)
		if err != nil {
			require.Equal(t, SupportGrant{}, grant, "what is refused gives nothing")
			return
		}
		requireSound(t, grant)
	})
}

// FuzzDecodeGrantEvent reads whatever is sent for a change of a grant.
func FuzzDecodeGrantEvent(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		event, err := DecodeSupportGrantEvent(data, nil)
		if err != nil {
			require.Equal(t, SupportGrantEvent{}, event, "what is refused gives nothing")
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
		require.NoError(t, err, "accepted once, accepted again")
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
	})
}

// FuzzAccessLog reads whatever is sent for an access log. What is one is written and read
// to the same.
func FuzzAccessLog(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		var log SupportAccessLog
		if err := json.Unmarshal(data, &log); err != nil {
			require.Empty(t, log.Entries(noon), "what is refused gives nothing")
			return
		}
		require.Equal(t, log.Entries(noon), stored(t, log).Entries(noon))
		for _, e := range log.Entries(noon) {
			require.NotEmpty(t, e.Engineer.ID)
			require.True(t, e.Uses > 0 || e.Attempts > 0)
		}
		log.Merge(log)
		stored(t, log)
	})
}

// FuzzNewGrant makes grants of whatever terms. What is made can be written and is
// read as the same; what is refused gives nothing.
func FuzzNewGrant(f *testing.F) {
	f.Fuzz(func(t *testing.T, id, workspace, name string, start, end, now int64) {
		grant, event, err := newGrant(id, workspace, name, start, end, now)
		if err != nil {
			require.Equal(t, SupportGrant{}, grant, "what is refused gives nothing")
			require.Equal(t, SupportGrantEvent{}, event)
			return
		}
		requireSound(t, grant)
		require.False(t, grant.End().After(SupportGrantTerms{}.LatestEnd(event.At)))
		require.False(t, grant.Start().Before(event.At))
		written, err := json.Marshal(event)
		require.NoError(t, err)
		read, err := DecodeSupportGrantEvent(written, nil)
		require.NoError(t, err, "what is made can be read")
		require.Equal(t, writtenAs(t, grant), writtenAs(t, read.After))
		require.Equal(t, name, read.After.Engineers()[1].Name)
		require.Contains(t, read.After.Workspaces(), WorkspaceID(workspace))
	})
}

// newGrant makes a grant at so many nanoseconds after noon; 0 leaves an instant out.
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

// FuzzNames reads whatever is sent for a name. What is one is written as it was
// read; what is none gives nothing, and nothing is suggested that is none either.
func FuzzNames(f *testing.F) {
	custom := interns(f)
	f.Fuzz(func(t *testing.T, name string) {
		if 40 < len(name) && len(name) <= 100 {
			t.Skip("it takes long to find what is like it; longer names are like none")
		}
		requireName(t, name, read[Scope], "")
		requireName(t, name, read[Access], "")
		requireName(t, name, read[Features], "")
		requireName(t, name, read[Reason], "")
		requireName(t, name, library.ParsePermission, "@restricted") // and so ParseAction
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

// requireName holds what a function reads against the name, to which it may add
// what is usual.
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
	require.Equal(t, none, value, "what is refused gives nothing")
	_, hint, hinted := strings.Cut(err.Error(), `(did you mean "`)
	if hint = strings.Split(hint, `"`)[0]; hinted && !strings.Contains(name, "@") {
		_, err = parse(hint)
		require.NoError(t, err, "what is suggested for %q is a name", name)
	}
}

// FuzzNewRole names roles in whatever way. What may be a name is written and read;
// two names go together unless they differ in upper and lower case only.
func FuzzNewRole(f *testing.F) {
	f.Fuzz(func(t *testing.T, account, name, other string) {
		one, err := NewRole(AccountID(account), name, NewPermissions(TicketView.At(ScopeGroup)), nil)
		if err != nil {
			require.Equal(t, Role{}, one, "what is refused gives nothing")
			return
		}
		require.NotEmpty(t, account)
		require.True(t, utf8.ValidString(name) && strings.TrimSpace(name) == name && utf8.RuneCountInString(name) <= 100)
		for builtIn := range acme.BuiltInRoles() {
			require.False(t, strings.EqualFold(builtIn.Name(), name), "as %q, which is built in", builtIn)
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

// FuzzNewVocabulary names a host's action in whatever way. What may be a name is
// that action's wherever names are read.
func FuzzNewVocabulary(f *testing.F) {
	f.Fuzz(func(t *testing.T, number uint16, name string) {
		v, err := NewVocabulary(NewHostAction(invoiceAnnul, "invoice.annul"), NewHostAction(Action[Ticket](number), name))
		if err != nil {
			require.Nil(t, v, "what is refused gives nothing")
			return
		}
		id := ActionID(number)
		require.True(t, id.IsHost() && id != invoiceAnnul.ID())
		require.Equal(t, name, v.Name(id))
		parsed, err := v.ParseAction(name)
		require.NoError(t, err)
		require.Equal(t, id, parsed)
		_, err = library.ParseAction(name)
		require.Error(t, err, "it is no name of the library's")
		for _, scope := range []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal} {
			p, err := v.ParsePermission(v.PermissionName(id.At(scope)))
			require.NoError(t, err)
			require.Equal(t, id.At(scope), p)
		}
		role, err := NewRole("acme", "Hosts", NewPermissions(id.At(ScopeGroup)), nil)
		if id.InClass(ClassRoleAuthoring) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		set := setOf(t, role)
		written, err := set.Encode(v)
		require.NoError(t, err)
		read, err := DecodeRoles(written, v)
		require.NoError(t, err, "%s", written)
		requireSameRoles(t, set, read)
	})
}
