package sqlfilter

import (
	"errors"
	"fmt"
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// Params are a filter as plain values, for the arguments of a static query, such
// as one of sqlc's. Its lists are nil where nothing is selected in that way; the
// zero Params select nothing. The query has to say, here in PostgreSQL and
// with a table of tickets:
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
// What the host lacks, the query leaves out. A single value is compared beside a
// list only, which is nil if there is no such value; so what is empty in a row
// meets nothing.
type Params struct {
	Account string
	Agent   string // in AssignedIn and MentionedIn; empty if in neither

	// The workspaces in which everything is selected, the groups' own, and so on.
	// The empty one stands for what is outside of workspaces, and for all that
	// is never in one.
	EverythingIn, GroupsIn, AssignedIn, MentionedIn, CustomersIn []string

	Groups []string

	// WholeAccount selects everything in whatever workspace, for who holds a role
	// [deskpolicy.Everywhere]. What is never in a workspace is in EverythingIn instead.
	WholeAccount bool

	// Who is selected of the customers: all, or in any of these ways.
	EveryCustomer  bool
	CustomerOwners []string
	Territories    []string
	Member         string // who is on the team, with one of the accesses
	MemberAccess   []string
	Contacts       []string
	Companies      []string
}

// ParamsOf returns the filter as plain values. What they cannot say is an error:
// an action on one's own things only, whose query would select more if it forgot,
// and less than everything that is held everywhere.
func ParamsOf[R deskpolicy.Resource](filter deskpolicy.Filter[R]) (Params, error) {
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

// mayHaveWorkspace reports whether resources of the type may be in a workspace.
func mayHaveWorkspace[R deskpolicy.Resource]() bool {
	switch any(*new(R)).(type) {
	case deskpolicy.Contact, deskpolicy.Company, deskpolicy.AgentProfile, deskpolicy.Account,
		deskpolicy.Agent, deskpolicy.SharedAgent, deskpolicy.Role, deskpolicy.SupportGrant:
		return false
	}
	return true
}

// addClause adds an arm, of things that may be in a workspace or are never.
func (p *Params) addClause(cl deskpolicy.Clause, placed bool) error {
	in, bound, ground := []string{""}, !placed, &p.EverythingIn
	for c := range cl.Conditions() {
		switch c.Kind {
		case deskpolicy.ConditionWorkspace:
			in, bound = slices.Clone(c.IDs), true
		case deskpolicy.ConditionOwner:
			return errors.New("sqlfilter: parameters cannot say that only the agent's own is selected")
		case deskpolicy.ConditionGroup:
			ground, p.Groups = &p.GroupsIn, slices.Clone(c.IDs)
		case deskpolicy.ConditionAssignee:
			ground, p.Agent = &p.AssignedIn, c.IDs[0]
		case deskpolicy.ConditionMentions:
			ground, p.Agent = &p.MentionedIn, c.IDs[0]
		default:
			ground = &p.CustomersIn
			if err := p.addCustomers(c); err != nil {
				return err
			}
		}
	}
	if !bound {
		return errors.New("sqlfilter: parameters cannot say that a ground holds in every workspace")
	}
	if *ground != nil && !slices.Equal(*ground, in) {
		return errors.New("sqlfilter: parameters cannot say that one ground holds in different workspaces")
	}
	*ground = in
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
		return fmt.Errorf("sqlfilter: parameters cannot say %v (condition kind %d)", c.Kind, c.Kind)
	}
	return nil
}
