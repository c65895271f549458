package sqlfilter_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A role held everywhere lists the whole account. Params cannot represent anything
// less in every workspace.
func TestParamsEverywhere(t *testing.T) {
	owner := *riya
	held := func(role deskpolicy.Role, scope deskpolicy.Scope) *deskpolicy.Agent {
		owner.Bindings = []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.Everywhere, TicketScope: scope}}
		return &owner
	}
	p, err := sqlfilter.NewParams(deskpolicy.FilterFor(held(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal), deskpolicy.TicketView).NoneConfidential())
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", WholeAccount: true}, p)
	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(held(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal), deskpolicy.ContactView))
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", EverythingIn: []string{""}}, p)
	_, err = sqlfilter.NewParams(deskpolicy.FilterFor(held(deskpolicy.AgentRole.Role(), deskpolicy.ScopeRestricted), deskpolicy.TicketView).NoneConfidential())
	require.EqualError(t, err, "sqlfilter: Params cannot represent a clause that holds in every workspace; use Where or Page")
}

// Each way in which a filter selects has a parameter.
func TestEveryParam(t *testing.T) {
	outside := []string{""}
	own := *riya
	own.Account.OpenWorkspaces, own.Groups = []deskpolicy.WorkspaceID{"it"}, nil
	own.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeRestricted}}
	p, err := sqlfilter.NewParams(deskpolicy.FilterFor(&own, deskpolicy.TicketView).NoneConfidential())
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", Agent: "riya", AssignedIn: []string{"", "it"}}, p)

	all := sam("sam", "c1")
	all.CRM.Sees, all.Groups = deskpolicy.AllRecords, nil
	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(all, deskpolicy.TicketView).NoneConfidential())
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", Agent: "sam", MentionedIn: outside, CustomersIn: outside, EveryCustomer: true}, p)

	companies := sam("sam", "c1")
	companies.CRM.Visibility.Companies = map[deskpolicy.CompanyID]deskpolicy.Access{"k2": deskpolicy.View, "k1": deskpolicy.Edit}
	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(companies, deskpolicy.CompanyView))
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{
		Account: "acme", Agent: "sam", AssignedIn: outside, CustomersIn: outside, CustomerOwners: []string{"u1"}, Territories: []string{"apac", "emea"},
		Member: "u1", MemberAccess: []string{"view", "edit"}, Companies: []string{"k1", "k2"},
	}, p)

	editor := sam("sam", "c1")
	p, err = sqlfilter.NewParams(deskpolicy.FilterFor(editor, deskpolicy.ContactEdit))
	require.NoError(t, err)
	assert.Equal(t, []string{"edit"}, p.MemberAccess)
	assert.Equal(t, []string{"c1"}, p.Contacts)
}

// Params share no memory with the filter: changing them does not change it.
func TestParamsAreCopies(t *testing.T) {
	who := sam("sam", "c1")
	who.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit}
	filter := deskpolicy.FilterFor(who, deskpolicy.TicketView).NoneConfidential()
	made := func() sqlfilter.Params {
		p, err := sqlfilter.NewParams(filter)
		require.NoError(t, err)
		return p
	}
	p := made()
	want := fmt.Sprint(p)
	for _, list := range [][]string{p.GroupsIn, p.AssignedIn, p.MentionedIn, p.CustomersIn, p.Groups, p.CustomerOwners, p.Territories, p.Contacts} {
		for i := range list {
			list[i] = "other"
		}
	}
	require.NotEqual(t, want, fmt.Sprint(p))
	assert.Equal(t, want, fmt.Sprint(made()))
}
