package sqlfilter

import (
	"errors"
	"fmt"
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// Params is a filter as plain values, for the arguments of a static query, such as
// one that sqlc compiled. A list is nil if the filter does not use it. The zero Params
// selects nothing. For a table of tickets in PostgreSQL, the query is:
//
//	tickets.account_id = @account AND (
//	      COALESCE(workspace_id, '') = ANY (@everything_in::text[])
//	   OR COALESCE(workspace_id, '') = ANY (@groups_in::text[])    AND group_id = ANY (@groups::text[])
//	   OR COALESCE(workspace_id, '') = ANY (@assigned_in::text[])  AND assignee_id = @agent::text
//	   OR COALESCE(workspace_id, '') = ANY (@mentioned_in::text[]) AND @agent::text = ANY (mentions)
//	   OR COALESCE(workspace_id, '') = ANY (@customers_in::text[]) AND EXISTS (
//	         SELECT FROM contacts c WHERE c.account_id = tickets.account_id AND c.id = requester_id AND (
//	            @every_customer::boolean
//	         OR c.owner = ANY (@customer_owners::text[])
//	         OR c.territory = ANY (@territories::text[])
//	         OR c.id = ANY (@contacts::text[])
//	         OR EXISTS (SELECT FROM team m WHERE m.account_id = c.account_id AND m.contact_id = c.id
//	                     AND m.user_id = @member::text AND m.access = ANY (@member_access::text[]))))
//	   OR @whole_account::boolean
//	)
//
// Leave out the parts for which the host application has no columns. Compare a single
// value, such as Agent, only together with its list, as above. If there is no such
// value, the list is nil, so a row with an empty column does not match.
type Params struct {
	Account string
	Agent   string // for AssignedIn and MentionedIn; empty if both are nil

	// The workspaces where the filter selects everything, the groups' resources, and
	// so on. The empty workspace selects resources outside workspaces, and all
	// resources of a type that is never in a workspace.
	EverythingIn, GroupsIn, AssignedIn, MentionedIn, CustomersIn []string

	Groups []string

	// WholeAccount selects everything in every workspace, for an agent with a role
	// [deskpolicy.Everywhere]. For resources of a type that is never in a workspace,
	// EverythingIn is set instead.
	WholeAccount bool

	// The customers that CustomersIn applies to: every customer, or those that any of
	// the fields below selects.
	EveryCustomer  bool
	CustomerOwners []string
	Territories    []string
	Member         string // the CRM user on the customer's team, with one of the accesses
	MemberAccess   []string
	Contacts       []string
	Companies      []string
}

// NewParams returns the filter as plain values. It returns an error for filters that
// Params cannot represent: those that select only the agent's own resources, because a
// query that ignores a parameter would select more; those with a clause that holds in
// every workspace but does not select everything, or that has several conditions apart
// from the workspace; those that depend on what is confidential, unless they are from
// [deskpolicy.Filter.NoneConfidential]; those with clauses of one kind in different workspaces; and those
// with conditions of other kinds than the fields have.
func NewParams[R deskpolicy.Resource](filter deskpolicy.Filter[R]) (Params, error) {
	p := Params{Account: string(filter.Account())}
	if filter.Kind() == deskpolicy.FilterAll && mayHaveWorkspace[R]() {
		p.WholeAccount = true
		return p, nil
	}
	for cl := range filter.Clauses() {
		if err := p.addClause(cl, mayHaveWorkspace[R]()); err != nil {
			return Params{}, err
		}
	}
	return p, nil
}

// mayHaveWorkspace reports whether resources of the type can be in a workspace.
func mayHaveWorkspace[R deskpolicy.Resource]() bool {
	switch any(*new(R)).(type) {
	case deskpolicy.Contact, deskpolicy.Company, deskpolicy.AgentProfile, deskpolicy.Account,
		deskpolicy.Agent, deskpolicy.SharedAgent, deskpolicy.Role, deskpolicy.SupportGrant:
		return false
	}
	return true
}

// addClause adds a clause of the filter. mayHaveWorkspace reports whether the filter's
// resources can be in a workspace.
func (p *Params) addClause(cl deskpolicy.Clause, mayHaveWorkspace bool) error {
	in, bound, list := []string{""}, !mayHaveWorkspace, &p.EverythingIn
	grounds := 0
	for c := range cl.Conditions() {
		grounds++
		switch c.Kind {
		case deskpolicy.ConditionWorkspace:
			in, bound = slices.Clone(c.IDs), true
			grounds--
		case deskpolicy.ConditionNotConfidential:
			return errors.New("sqlfilter: Params cannot represent what is not confidential; if nothing is, pass filter.NoneConfidential(), otherwise use Where or Page")
		case deskpolicy.ConditionOwn:
			return errors.New("sqlfilter: Params cannot represent a filter for the agent's own resources; use Where or Page")
		case deskpolicy.ConditionGroup:
			list, p.Groups = &p.GroupsIn, slices.Clone(c.IDs)
		case deskpolicy.ConditionAssignee:
			list, p.Agent = &p.AssignedIn, c.IDs[0]
		case deskpolicy.ConditionMentions:
			list, p.Agent = &p.MentionedIn, c.IDs[0]
		default:
			list = &p.CustomersIn
			if err := p.addCustomers(c); err != nil {
				return err
			}
		}
	}
	if grounds > 1 {
		return errors.New("sqlfilter: Params cannot represent a clause with several conditions; use Where or Page")
	}
	if !bound {
		return errors.New("sqlfilter: Params cannot represent a clause that holds in every workspace; use Where or Page")
	}
	if *list != nil && !slices.Equal(*list, in) {
		return errors.New("sqlfilter: Params cannot represent clauses of one kind in different workspaces; use Where or Page")
	}
	*list = in
	return nil
}

// addCustomers adds a condition about customers.
func (p *Params) addCustomers(c deskpolicy.Condition) error {
	switch c.Kind {
	case deskpolicy.ConditionCustomerKnown:
		p.EveryCustomer = true
	case deskpolicy.ConditionCustomerOwner:
		p.CustomerOwners = slices.Clone(c.IDs)
	case deskpolicy.ConditionCustomerTerritory:
		p.Territories = slices.Clone(c.IDs)
	case deskpolicy.ConditionCustomerTeam:
		p.Member = c.IDs[0]
		for access := max(c.Access, deskpolicy.View); access <= deskpolicy.Edit; access++ {
			p.MemberAccess = append(p.MemberAccess, access.String())
		}
	case deskpolicy.ConditionContact:
		p.Contacts = slices.Clone(c.IDs)
	case deskpolicy.ConditionCompany:
		p.Companies = slices.Clone(c.IDs)
	default:
		return fmt.Errorf("sqlfilter: Params cannot represent condition kind %d (%v); use Where or Page", c.Kind, c.Kind)
	}
	return nil
}
