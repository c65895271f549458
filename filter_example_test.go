package deskpolicy_test

import (
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// Riya's list of tickets: matched one by one, and as the host's own query.
func ExampleFilterFor() {
	riya := &deskpolicy.Agent{
		ID:      "riya",
		Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{
			Role:        deskpolicy.AgentRole.Role(),
			Workspace:   deskpolicy.AccountWide,
			TicketScope: deskpolicy.ScopeGroup,
		}},
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
	f := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	for _, ticket := range []deskpolicy.Ticket{
		{ID: "1", Account: "acme", Group: "refunds"},
		{ID: "2", Account: "acme", Group: "sales", Assignee: "riya"},
		{ID: "3", Account: "acme", Group: "sales"},
		{ID: "4", Account: "globex", Group: "refunds"},
	} {
		fmt.Println(ticket.ID, f.Match(&ticket))
	}

	// The table has no columns for the conditions of shared agents. A workspace "" stands
	// for tickets outside of workspaces.
	where := func(c deskpolicy.Condition) (string, error) {
		switch c.Kind {
		case deskpolicy.ConditionWorkspace:
			return fmt.Sprintf("workspace in %q", c.IDs), nil
		case deskpolicy.ConditionGroup:
			return fmt.Sprintf("group in %q", c.IDs), nil
		case deskpolicy.ConditionAssignee:
			return fmt.Sprintf("assignee in %q", c.IDs), nil
		case deskpolicy.ConditionNotConfidential:
			return "not confidential", nil
		case deskpolicy.ConditionMentions, deskpolicy.ConditionParticipant:
			return fmt.Sprintf("%v %q", c.Kind, c.IDs), nil
		default:
			return "", fmt.Errorf("no column for %v conditions", c.Kind)
		}
	}
	var clauses []string
	for clause := range f.Clauses() {
		all := []string{"true"}
		for c := range clause.Conditions() {
			condition, err := where(c)
			if err != nil {
				fmt.Println(err)
				return
			}
			all = append(all, condition)
		}
		clauses = append(clauses, "("+strings.Join(all, " and ")+")")
	}
	fmt.Printf("account = %q and (\n  %s)\n", f.Account(), strings.Join(append(clauses, "false"), "\n  or "))

	// Output:
	// 1 true
	// 2 true
	// 3 false
	// 4 false
	// account = "acme" and (
	//   (true and workspace in [""] and group in ["billing" "refunds"] and not confidential)
	//   or (true and workspace in [""] and assignee in ["riya"])
	//   or (true and workspace in [""] and group in ["billing" "refunds"] and participant ["riya"])
	//   or (true and workspace in [""] and group in ["billing" "refunds"] and mentions ["riya"])
	//   or false)
}

// A filter that selects nothing says why.
func ExampleFilter_Reason() {
	tom := &deskpolicy.Agent{ID: "tom", Account: deskpolicy.Account{ID: "acme"}, Deactivated: true}
	f := deskpolicy.FilterFor(tom, deskpolicy.TicketView)
	fmt.Println(f.Kind(), f.Reason())

	// Output:
	// none deactivated
}

// To show a menu, ask whether the agent could do something anywhere at all: whether a filter
// selects nothing.
func ExampleFilter_Kind() {
	role, err := deskpolicy.NewRole("acme", "Team Lead", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.ScopeGroup), deskpolicy.ReportView.At(deskpolicy.InGroup),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	agent := &deskpolicy.Agent{ID: "lea", Account: deskpolicy.Account{ID: "acme"}}
	show := deskpolicy.FilterFor(agent, deskpolicy.ReportView).Kind() != deskpolicy.FilterNone
	fmt.Println("reports, without a role:", show)

	agent.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View}
	agent.Bindings = []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}
	fmt.Println("tickets:", deskpolicy.FilterFor(agent, deskpolicy.TicketView).Kind() != deskpolicy.FilterNone)
	fmt.Println("reports:", deskpolicy.FilterFor(agent, deskpolicy.ReportView).Kind() != deskpolicy.FilterNone)
	fmt.Println("settings:", deskpolicy.FilterFor(agent, deskpolicy.SettingsManage).Kind() != deskpolicy.FilterNone)

	agent.Groups = nil // so that no report is in a group of the agent's
	fmt.Println("reports, in no group:", deskpolicy.FilterFor(agent, deskpolicy.ReportView).Kind() != deskpolicy.FilterNone)

	// What changes people and roles has no filter.
	agent.Account.Plan.Features = deskpolicy.FeatureCustomRoles
	agent.Bindings = append(agent.Bindings, deskpolicy.Binding{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal})
	nobody := &deskpolicy.Agent{ID: "new", Account: agent.Account}
	mayAddPeople := deskpolicy.Authorize(agent, deskpolicy.AgentCreate, nobody).Allowed()
	empty, err := deskpolicy.NewRole(agent.Account.ID, "new", deskpolicy.Permissions{}, nil)
	mayMakeRoles := err == nil && deskpolicy.Authorize(agent, deskpolicy.RoleCreate, &empty).Allowed()
	fmt.Println("people and roles, with the administrator's role:", mayAddPeople, mayMakeRoles)

	// Output:
	// reports, without a role: false
	// tickets: true
	// reports: true
	// settings: false
	// reports, in no group: false
	// people and roles, with the administrator's role: true true
}
