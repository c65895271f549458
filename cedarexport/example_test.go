package cedarexport_test

import (
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
)

// A custom role becomes one permit for each scope at which it permits actions, and another for
// people who hold the role only in the resource's group.
func ExampleExporter_Policies() {
	nights, err := deskpolicy.NewRole("acme", "Night Shift", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.ScopeGlobal),
		deskpolicy.ReportView.At(deskpolicy.ScopeGroup),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	exporter, err := cedarexport.New(nil, nights)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, policy := range strings.Split(string(exporter.Policies()), "\n\n") {
		if strings.HasPrefix(policy, `@id("not_own")`) || strings.HasPrefix(policy, `@id("role/acme/Night Shift/others`) {
			fmt.Println(policy)
		}
	}
	// Output:
	// @id("not_own")
	// @reason("not_own")
	// @source("S33 B21")
	// forbid (
	//   principal,
	//   action in [
	//     Desk::Action::"profile.edit_own",
	//     Desk::Action::"ticket.list.manage_own",
	//     Desk::Action::"ticket.note.edit_own",
	//     Desk::Action::"time.log_own",
	//     Desk::Action::"topic.edit_own"
	//   ],
	//   resource
	// )
	// unless {
	//   resource has owner &&
	//   resource.owner == principal.id
	// };
	// @id("role/acme/Night Shift/others-group-view")
	// @role("Night Shift")
	// permit (
	//   principal in Desk::Role::"acme/Night Shift",
	//   action == Desk::Action::"report.view",
	//   resource
	// )
	// when {
	//   principal has account &&
	//   principal.account == Desk::Account::"acme" &&
	//   ((!((principal is Desk::SharedAgent && (resource has assignable && resource.assignable))) &&
	//       resource has assignee &&
	//       resource.assignee == principal.id) ||
	//     (principal has groups && resource has group && principal.groups.view.contains(resource.group))) &&
	//   (principal.roles.contains({role: Desk::Role::"acme/Night Shift", workspace: resource.workspace, group: ""}) ||
	//     principal.roles.contains({role: Desk::Role::"acme/Night Shift", workspace: "*everywhere", group: ""}) ||
	//     (principal.roles.contains({role: Desk::Role::"acme/Night Shift", workspace: "*open", group: ""}) &&
	//       (resource.workspace == "*" || (principal has account && principal.account.workspaces.contains(resource.workspace)))))
	// };
	// @id("role/acme/Night Shift/others-group-view-held-in-group")
	// @role("Night Shift")
	// permit (
	//   principal in Desk::Role::"acme/Night Shift",
	//   action == Desk::Action::"report.view",
	//   resource
	// )
	// when {
	//   principal has account &&
	//   principal.account == Desk::Account::"acme" &&
	//   resource has group &&
	//   principal.roleGroups.contains(resource.group) &&
	//   ((!((principal is Desk::SharedAgent && (resource has assignable && resource.assignable))) &&
	//       resource has assignee &&
	//       resource.assignee == principal.id) ||
	//     (principal has groups && resource has group && principal.groups.view.contains(resource.group))) &&
	//   (principal.roles.contains({role: Desk::Role::"acme/Night Shift", workspace: resource.workspace, group: resource.group}) ||
	//     principal.roles.contains({role: Desk::Role::"acme/Night Shift", workspace: "*everywhere", group: resource.group}) ||
	//     (principal.roles.contains({role: Desk::Role::"acme/Night Shift", workspace: "*open", group: resource.group}) &&
	//       (resource.workspace == "*" || (principal has account && principal.account.workspaces.contains(resource.workspace)))))
	// };
}

// A question is a Cedar request, with the entities that the answer depends on.
func ExampleExporter_Questions() {
	exporter, err := cedarexport.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	agent := &deskpolicy.Agent{
		ID:      "riya",
		Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{
			Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup,
		}},
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
	}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "billing"}

	questions, err := exporter.Questions(agent, deskpolicy.TicketReply.ID(), ticket)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, q := range questions {
		fmt.Println(q.Principal, q.Action, q.Resource)
		fmt.Printf("%s\n%s", q.Context, q.Entities)
	}
	// Output:
	// Desk::Agent::"acme/riya" Desk::Action::"ticket.reply" Desk::Ticket::"acme/4711"
	// {}
	// [{"uid":{"type":"Desk::Account","id":"acme"},"attrs":{"account":{"__entity":{"type":"Desk::Account","id":"acme"}},"administrators":[],"authorsByPermission":false,"features":[],"integrated":false,"workspace":"*","workspaces":[]},"parents":[]},
	// {"uid":{"type":"Desk::Agent","id":"acme/riya"},"attrs":{"account":{"__entity":{"type":"Desk::Account","id":"acme"}},"deactivated":false,"groups":{"edit":["billing"],"view":["billing"]},"hasCRMRole":false,"hasCustomRole":false,"id":"riya","roleGroups":[],"roles":[{"group":"","role":{"__entity":{"type":"Desk::Role","id":"Agent"}},"workspace":"*"}],"rolesAnywhere":[{"__entity":{"type":"Desk::Role","id":"Agent"}}],"ticketRoles":{"anything":[],"assigned":[{"group":"","role":{"__entity":{"type":"Desk::Role","id":"Agent"}},"workspace":"*"}],"groupQueue":[],"inGroup":[{"group":"","role":{"__entity":{"type":"Desk::Role","id":"Agent"}},"workspace":"*"}],"mentioned":[],"myCustomers":[],"participating":[],"requested":[],"sameCompany":[],"unassigned":[],"unrouted":[]},"workspace":"*"},"parents":[{"type":"Desk::Role","id":"Agent"}]},
	// {"uid":{"type":"Desk::Role","id":"Agent"},"attrs":{"builtIn":true,"workspace":"*"},"parents":[]},
	// {"uid":{"type":"Desk::Ticket","id":"acme/4711"},"attrs":{"account":{"__entity":{"type":"Desk::Account","id":"acme"}},"assignable":true,"ccs":{"edit":[],"view":[]},"confidential":false,"group":"billing","mentions":[],"participants":{"edit":[],"view":[]},"workspace":"*"},"parents":[]}]
}
