package deskpolicy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F31"] = loginAndProfile
}

// An agent, a shared agent or a support engineer who holds a role with any
// permission anywhere in the account can log in, and changes their own profile by
// the permission, wherever it is held.
func loginAndProfile(t *testing.T) {
	replies, profile, nothing := custom(t, TicketReply.At(Restricted)).Role, custom(t, ProfileEditOwn.At(Restricted)).Role, custom(t).Role
	in := func(role Role, w WorkspaceID) Binding { return Binding{role, w, 0} } // ticket scopes do not matter
	gives := func(account Role, workspace ...Role) *SupportSession {
		return at(granted(t, Terms{Roles: []Role{account}, Workspaces: map[WorkspaceID][]Role{"hr": workspace}}), noon)
	}
	gone := bob(in(replies, "it"))
	gone.Deactivated = true
	for name, c := range map[string]struct {
		who            Subject
		login, profile Reason
	}{
		"in one workspace":                      {bob(in(replies, "it")), AllowedAll, NoPermission},
		"in a closed one":                       {bob(in(profile, "legal")), AllowedAll, AllowedOwn},
		"account-wide":                          {bob(in(profile, AccountWide)), AllowedAll, AllowedOwn},
		"by one of two":                         {bob(in(nothing, AccountWide), in(profile, "it")), AllowedAll, AllowedOwn},
		"a shared agent in one workspace":       {sam(in(profile, "it")), AllowedAll, AllowedOwn},
		"an engineer in a workspace":            {gives(nothing, profile), AllowedAll, AllowedOwn}, // (A15)
		"an engineer outside of workspaces":     {gives(profile), AllowedAll, AllowedOwn},
		"an engineer with nothing":              {gives(nothing, nothing), NoPermission, NoPermission},
		"a role without permissions":            {bob(in(nothing, AccountWide), in(nothing, "it")), NoPermission, NoPermission},
		"a role that is held nowhere":           {bob(in(profile, "")), OtherWorkspace, OtherWorkspace},
		"another account's role":                {bob(wide(foreignRole(t), Global)), NoRole, NoRole},
		"no role":                               {bob(), NoRole, NoRole},
		"somebody who is deactivated":           {gone, Deactivated, Deactivated},
		"a user of the CRM who is not an agent": {&NonAgent{Account: acme, CRM: sam().CRM}, NotAnAgent, NotAnAgent},
	} {
		t.Run(name, func(t *testing.T) {
			own := Profile{"acme", idOf(c.who)}
			check(t, c.who, SessionLogin, acme, c.login)
			check(t, c.who, ProfileEditOwn, own, c.profile)
			assert.Equal(t, c.login.Outcome() == Allowed, ptr(FilterFor(c.who, SessionLogin)).Match(&acme))
			assert.Equal(t, c.profile.Outcome() == Allowed, ptr(FilterFor(c.who, ProfileEditOwn)).Match(&own))
			assert.Equal(t, c.login, Explain(c.who, SessionLogin, &acme).Decision.Reason)
		})
	}
	check(t, bob(in(profile, "it")), ProfileEditOwn, Profile{"acme", "riya"}, OutOfScope)
	check(t, bob(in(SupportAgentRole(), "it")), ProfileEditOwn, Profile{"acme", "riya"}, NotOwn)

	// Nobody has to hold it, so that taking it from a role would not keep them out.
	_, err := NewRole("acme", "Guests", PermissionsOf(SessionLogin.At(Global)))
	require.EqualError(t, err, `deskpolicy: role "Guests": no role holds session.login: every role that permits anything is enough for it`)
	for role := range BuiltInRoles() {
		assert.False(t, role.Permissions().Has(SessionLogin.At(Restricted)), role.Name())
	}
	for r := range BuiltInRoles() {
		for _, w := range []WorkspaceID{AccountWide, "it", "legal"} {
			check(t, bob(in(r, w)), SessionLogin, acme, AllowedAll)
		}
	}
	// Who may not log in is told what would let them.
	assert.Contains(t, said(Explain(bob(), SessionLogin, &acme).Remedies(replies, nothing)), `hold role "Custom" account-wide`)
}

func idOf(who Subject) AgentID {
	switch s := who.(type) {
	case *Agent:
		return s.ID
	case *SharedAgent:
		return s.ID
	case *SupportSession:
		return s.ID()
	}
	return ""
}
