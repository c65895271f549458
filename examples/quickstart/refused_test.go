package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
)

// small is a helpdesk with one of most kinds of resource.
const small = `{
"accounts": [
	{"id": "acme", "plan": {"features": ["custom_roles"]},
		"open_workspaces": ["it"], "restricted_workspaces": ["hr"], "groups": ["emea"],
		"integrated": true, "territories": [{"id": "europe"}, {"id": "france", "parent": "europe"}]},
	{"id": "initech", "plan": {"features": []}}
],
"roles": [
	{"account": "acme", "name": "Intern", "level": "global", "permissions": ["conversation.view", "ticket.reply@group"]},
	{"account": "acme", "name": "Helper", "clone": "Agent"}
],
"crm_users": [
	{"id": "u-sam", "account": "acme", "sees": "territory", "territories": ["europe"]},
	{"id": "u-nora", "account": "acme", "visible": {
		"contacts": {"c1": "view"}, "companies": {"c2": "edit"}, "as_of": "2026-11-02T12:00:00Z", "max_age": "24h"}}
],
"agents": [
	{"id": "riya", "account": "acme", "groups": {"emea": "edit"}, "deactivated": false, "bindings": [
		{"role": "Intern", "workspace": "*", "ticket_scope": "group"},
		{"role": "Supervisor", "workspace": "it", "ticket_scope": "global"}
	]},
	{"id": "olga", "account": "acme", "bindings": [{"role": "Account Administrator", "workspace": "*", "ticket_scope": "global"}]}
],
"shared_agents": [
	{"id": "sam", "account": "acme", "crm_user": "u-sam", "groups": {"emea": "view"}, "bindings": [
		{"role": "Shared Agent", "workspace": "*", "ticket_scope": "restricted"}
	]}
],
"resources": {
	"contact": [
		{"id": "c1", "account": "acme", "owner": "riya", "crm_owner": "u-sam", "territory": "france", "team": {"u-nora": "view"}}
	],
	"company": [
		{"id": "c2", "account": "acme", "owner": "sam"}
	],
	"ticket": [
		{"id": "4711", "account": "acme", "group": "emea", "assignee": "riya", "requester": "c1", "mentions": ["sam"]},
		{"id": "it", "account": "acme", "workspace": "it"}
	],
	"ticket_assignment": [
		{"id": "a1", "ticket": "4711", "to": "riya"}
	]
},
"engineers": [
	{"id": "eve", "name": "Eve Novak", "email": "eve@vendor.example"}
],
"grants": [
	{"id": "g1", "account": "acme", "by": "olga", "at": "2026-11-02T12:00:00Z",
		"start": "2026-11-03T08:00:00Z", "end": "2026-11-04T08:00:00Z",
		"roles": ["Intern"], "workspaces": {"it": ["Agent"]}, "engineers": ["eve"],
		"changes": [
			{"extend": {"by": "olga", "at": "2026-11-03T12:00:00Z", "end": "2026-11-06T08:00:00Z"}},
			{"revoke": {"by": "olga", "at": "2026-11-05T12:00:00Z"}}
		]}
],
"questions": [
	{"who": "riya", "may": "ticket.reply", "on": "ticket:4711", "source": "R11"},
	{"who": "engineer:eve", "under": "g1", "at": "2026-11-03T08:00:00Z", "may": "ticket.reply", "on": "ticket:it", "source": "G17"}
]
}
`

func TestBadFilesAreRefused(t *testing.T) {
	tests := []struct {
		name     string
		old, new string // what is changed in the small helpdesk
		problems string
	}{
		{
			"an unknown built-in role", `"Supervisor"`, `"Supervsor"`,
			`line 20: agents[0].bindings[1].role: unknown built-in role "Supervsor" (did you mean "Supervisor"?)`,
		},
		{
			"an unknown action", `"may": "ticket.reply"`, `"may": "ticket.repl"`,
			`line 57: questions[0].may: unknown action "ticket.repl" (did you mean "ticket.reply"?)`,
		},
		{
			"an unknown scope", `"ticket_scope": "group"`, `"ticket_scope": "groups"`,
			`line 19: agents[0].bindings[0].ticket_scope: unknown scope "groups" (did you mean "group"?)`,
		},
		{
			"an unknown group access", `{"emea": "edit"}`, `{"emea": "Edit"}`,
			`line 18: agents[0].groups.emea: unknown access "Edit" (did you mean "edit"?)`,
		},
		{
			"an unknown access in a team", `"u-nora": "view"`, `"u-nora": "read"`,
			`line 31: resources.contact[0].team["u-nora"]: unknown access "read"; write one of none, view, edit`,
		},
		{
			"an unknown access in an answer of the CRM", `"c1": "view"`, `"c1": "views"`,
			`line 15: crm_users[1].visible.contacts.c1: unknown access "views" (did you mean "view"?)`,
		},
		{
			"an unknown level of CRM records", `"sees": "territory"`, `"sees": "teritory"`,
			`line 13: crm_users[0].sees: unknown level of CRM records "teritory" (did you mean "territory"?)`,
		},
		{
			"an answer of the CRM without an instant and an age", `, "as_of": "2026-11-02T12:00:00Z", "max_age": "24h"`, ``,
			`line 14: crm_users[1].visible.as_of: missing
line 14: crm_users[1].visible.max_age: missing`,
		},
		{
			"an answer of the CRM at no instant", `"as_of": "2026-11-02T12:00:00Z"`, `"as_of": "noon"`,
			`line 15: crm_users[1].visible.as_of: "noon" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199`,
		},
		{
			"an age that is no duration", `"max_age": "24h"`, `"max_age": "24 hours"`,
			`line 15: crm_users[1].visible.max_age: "24 hours" is not an age; give one such as "2h" or "90m"`,
		},
		{
			"a negative age", `"max_age": "24h"`, `"max_age": "-24h"`,
			`line 15: crm_users[1].visible.max_age: "-24h" is not an age; give one such as "2h" or "90m"`,
		},
		{
			"an unknown feature", `"features": ["custom_roles"]`, `"features": ["custom_role", "phone"]`,
			`line 3: accounts[0].plan.features[0]: unknown feature "custom_role" (did you mean "custom_roles"?)
line 3: accounts[0].plan.features[1]: unknown feature "phone"; write one of attachments, ticket_templates, canned_responses, dependent_fields, dynamic_sections, collaboration, custom_roles`,
		},
		{
			"an unknown action and scope of a permission", `"ticket.reply@group"`, `"ticket.repl@grup"`,
			`line 9: roles[0].permissions[1]: unknown action "ticket.repl" (did you mean "ticket.reply"?)
line 9: roles[0].permissions[1]: unknown scope "grup" (did you mean "group"?)`,
		},
		{
			"a permission with an empty scope", `"conversation.view"`, `"conversation.view@"`,
			`line 9: roles[0].permissions[0]: unknown scope ""; write one of restricted, group, shared, global, in_group, assigned, group_queue, unassigned, unrouted, requested, participating, mentioned, my_customers, same_company`,
		},
		{
			"an unknown level", `"level": "global"`, `"level": "all"`,
			`line 9: roles[0].level: unknown scope "all"; write one of restricted, group, shared, global, in_group, assigned, group_queue, unassigned, unrouted, requested, participating, mentioned, my_customers, same_company`,
		},
		{
			"a permission that no custom role may hold", `"ticket.reply@group"`, `"session.login"`,
			`line 9: roles[0]: role "Intern": a role cannot hold session.login, which any role that permits something allows; remove it`,
		},

		{
			"a built-in role's name", `"Helper"`, `"agent"`,
			`line 8: roles: role "agent": the name is taken by the built-in role "Agent"; choose another name`,
		},
		{
			"a name in other case", `"Helper"`, `"INTERN"`,
			`line 8: roles: role "INTERN": the name is taken by role "Intern"; choose another name`,
		},
		{
			"a clone of nothing", `"clone": "Agent"`, `"clone": "Agnt"`,
			`line 10: roles[1].clone: unknown built-in role "Agnt" (did you mean "Agent"?)`,
		},
		{
			"a clone with permissions of its own", `"clone": "Agent"`, `"clone": "Agent", "permissions": []`,
			`line 10: roles[1].permissions: unknown key`,
		},
		{
			"a name on two lines", `"Helper"`, `"Hel\nper"`,
			`line 10: roles[1].name: "Hel\nper" is not a name; use one line of text`,
		},
		{
			"an empty name", `"R11"`, `" "`,
			`line 57: questions[0].source: " " is not a name; use one line of text`,
		},

		{
			"a duplicate account", `{"id": "initech",`, `{"id": "acme", `,
			`line 6: accounts[1].id: duplicate account "acme"`,
		},
		{
			"a duplicate workspace", `"restricted_workspaces": ["hr"]`, `"restricted_workspaces": ["it"]`,
			`line 4: accounts[0].restricted_workspaces[0]: duplicate workspace "it"`,
		},
		{
			"a duplicate group", `"groups": ["emea"]`, `"groups": ["emea", "emea"]`,
			`line 4: accounts[0].groups[1]: duplicate group "emea"`,
		},
		{
			"a duplicate agent", `"agents": [`, `"agents": [{"id": "riya", "account": "acme", "bindings": []},`,
			`line 18: agents[1].id: duplicate agent "riya"`,
		},
		{
			"a duplicate shared agent", `"shared_agents": [`, `"shared_agents": [{"id": "sam", "account": "acme", "crm_user": "u-sam"},`,
			`line 25: shared_agents[1].id: duplicate agent "sam"`,
		},
		{
			"a duplicate CRM user", `"crm_users": [`, `"crm_users": [{"id": "u-sam", "account": "acme"},`,
			`line 13: crm_users[1].id: duplicate CRM user "u-sam"`,
		},
		{
			"a duplicate territory", `"id": "france"`, `"id": "europe"`,
			`line 5: accounts[0].territories[1].id: duplicate territory "europe"
line 31: resources.contact[0].territory: unknown territory "france"`,
		},
		{
			"a duplicate contact", `"contact": [`, `"contact": [{"id": "c1", "account": "acme"},`,
			`line 31: resources.contact[1].id: duplicate resource "contact:c1"`,
		},
		{
			"a duplicate ticket", `"ticket": [`, `"ticket": [{"id": "4711", "account": "acme"},`,
			`line 37: resources.ticket[1].id: duplicate resource "ticket:4711"`,
		},
		{
			"an ID like a reference", `"id": "a1"`, `"id": "a:1"`,
			`line 41: resources.ticket_assignment[0].id: "a:1" is not an ID; use letters, digits and ._-`,
		},
		{
			"two bad IDs", `"groups": ["emea"]`, `"groups": ["", "emea", ""]`,
			`line 4: accounts[0].groups[0]: "" is not an ID; use letters, digits and ._-
line 4: accounts[0].groups[2]: "" is not an ID; use letters, digits and ._-`,
		},

		{
			"an agent who is a shared agent", `"shared_agents": [`, `"shared_agents": [{"id": "riya", "account": "acme", "crm_user": "u-nora"},`,
			`line 24: shared_agents[0].id: "riya" is already an agent; give a shared agent another ID`,
		},
		{
			"a shared agent without a CRM user", `, "crm_user": "u-sam"`, ``,
			`line 25: shared_agents[0].crm_user: shared agent "sam" has no CRM user; add crm_user`,
		},
		{
			"a CRM user who is two shared agents", `"shared_agents": [`, `"shared_agents": [{"id": "sue", "account": "acme", "crm_user": "u-sam"},`,
			`line 25: shared_agents[1].crm_user: CRM user "u-sam" is already the shared agent "sue"; give "sam" another CRM user`,
		},
		{
			"a shared agent who asks as a CRM user", `"who": "riya"`, `"who": "crm_user:u-sam"`,
			`line 57: questions[0].who: CRM user "u-sam" is the shared agent "sam"; ask as that agent`,
		},
		{
			"a territory below itself", `{"id": "europe"}`, `{"id": "europe", "parent": "france"}`,
			`line 5: accounts[0].territories[0].parent: unknown territory "france"`,
		},
		{
			"a territory that is its own parent", `{"id": "europe"}`, `{"id": "europe", "parent": "europe"}`,
			`line 5: accounts[0].territories[0].parent: unknown territory "europe"`,
		},

		{
			"an agent of no account", `"id": "riya", "account": "acme"`, `"id": "riya", "account": "acne"`,
			`line 18: agents[0].account: unknown account "acne"`,
		},
		{
			"a role of no account", `{"account": "acme", "name": "Helper"`, `{"account": "acne", "name": "Helper"`,
			`line 10: roles[1].account: unknown account "acne"`,
		},
		{
			"a ticket of no account", `"4711", "account": "acme"`, `"4711", "account": "acne"`,
			`line 37: resources.ticket[0].account: unknown account "acne"`,
		},
		{
			"a CRM user of no account", `"u-sam", "account": "acme"`, `"u-sam", "account": "acne"`,
			`line 13: crm_users[0].account: unknown account "acne"`,
		},
		{
			"a shared agent of no account", `{"id": "sam", "account": "acme"`, `{"id": "sam", "account": "acne"`,
			`line 25: shared_agents[0].account: unknown account "acne"`,
		},
		{
			"a contact of no account", `"c1", "account": "acme"`, `"c1", "account": "acne"`,
			`line 31: resources.contact[0].account: unknown account "acne"`,
		},
		{
			"a CRM user of another account", `"u-sam", "account": "acme"`, `"u-sam", "account": "initech"`,
			`line 13: crm_users[0].territories[0]: unknown territory "europe"
line 25: shared_agents[0].crm_user: "u-sam" belongs to account "initech", not "acme"
line 31: resources.contact[0].crm_owner: "u-sam" belongs to account "initech", not "acme"`,
		},
		{
			"a contact of another account", `"c1", "account": "acme"`, `"c1", "account": "initech"`,
			`line 15: crm_users[1].visible.contacts.c1: "c1" belongs to account "initech", not "acme"
line 31: resources.contact[0].owner: "riya" belongs to account "acme", not "initech"
line 31: resources.contact[0].crm_owner: "u-sam" belongs to account "acme", not "initech"
line 31: resources.contact[0].territory: unknown territory "france"
line 31: resources.contact[0].team["u-nora"]: "u-nora" belongs to account "acme", not "initech"
line 37: resources.ticket[0].requester: "c1" belongs to account "initech", not "acme"`,
		},
		{
			"a company of another account", `"c2", "account": "acme"`, `"c2", "account": "initech"`,
			`line 15: crm_users[1].visible.companies.c2: "c2" belongs to account "initech", not "acme"
line 34: resources.company[0].owner: "sam" belongs to account "acme", not "initech"`,
		},
		{
			"a ticket of another account", `"4711", "account": "acme"`, `"4711", "account": "initech"`,
			`line 37: resources.ticket[0].group: unknown group "emea"
line 37: resources.ticket[0].assignee: "riya" belongs to account "acme", not "initech"
line 37: resources.ticket[0].requester: "c1" belongs to account "acme", not "initech"
line 37: resources.ticket[0].mentions[0]: "sam" belongs to account "acme", not "initech"`,
		},
		{
			"a binding in no workspace", `"workspace": "it"`, `"workspace": "IT"`,
			`line 20: agents[0].bindings[1].workspace: unknown workspace "IT"`,
		},
		{
			"a ticket in no workspace", `"assignee": "riya"`, `"workspace": "*"`,
			`line 37: resources.ticket[0].workspace: unknown workspace "*"`,
		},
		{
			"an agent in no group", `{"emea": "edit"}`, `{"emea": "edit", "amer": "edit"}`,
			`line 18: agents[0].groups.amer: unknown group "amer"`,
		},
		{
			"a ticket of no group", `"group": "emea"`, `"group": "amer"`,
			`line 37: resources.ticket[0].group: unknown group "amer"`,
		},
		{
			"a CRM user in no territory", `"territories": ["europe"]`, `"territories": ["europe", "asia"]`,
			`line 13: crm_users[0].territories[1]: unknown territory "asia"`,
		},
		{
			"a contact in no territory", `"territory": "france"`, `"territory": "asia"`,
			`line 31: resources.contact[0].territory: unknown territory "asia"`,
		},
		{
			"a shared agent in no group", `{"emea": "view"}`, `{"amer": "view"}`,
			`line 25: shared_agents[0].groups.amer: unknown group "amer"`,
		},
		{
			"a shared agent of no CRM user", `"crm_user": "u-sam"`, `"crm_user": "sam"`,
			`line 25: shared_agents[0].crm_user: unknown CRM user "sam"`,
		},
		{
			"two shared agents of no CRM user", `{"id": "sam", "account": "acme", "crm_user": "u-sam"`, `{"id": "sue", "account": "acme", "crm_user": "x"}, {"id": "sam", "account": "acme", "crm_user": "x"`,
			`line 25: shared_agents[0].crm_user: unknown CRM user "x"
line 25: shared_agents[1].crm_user: unknown CRM user "x"`,
		},
		{
			"a contact of no CRM user", `"crm_owner": "u-sam"`, `"crm_owner": "riya"`,
			`line 31: resources.contact[0].crm_owner: unknown CRM user "riya"`,
		},
		{
			"a team of no CRM user", `{"u-nora": "view"}`, `{"nora": "view"}`,
			`line 31: resources.contact[0].team.nora: unknown CRM user "nora"`,
		},
		{
			"an answer of the CRM about no contact", `{"c1": "view"}`, `{"c2": "view"}`,
			`line 15: crm_users[1].visible.contacts.c2: unknown resource "contact:c2"`,
		},
		{
			"an answer of the CRM about no company", `{"c2": "edit"}`, `{"c1": "edit"}`,
			`line 15: crm_users[1].visible.companies.c1: unknown resource "company:c1"`,
		},
		{
			"a ticket from no contact", `"requester": "c1"`, `"requester": "c2"`,
			`line 37: resources.ticket[0].requester: unknown resource "contact:c2"`,
		},
		{
			"a mention of no agent", `"mentions": ["sam"]`, `"mentions": ["riya", "u-sam"]`,
			`line 37: resources.ticket[0].mentions[1]: unknown agent "u-sam"`,
		},
		{
			"a ticket of no agent", `"assignee": "riya"`, `"assignee": "Riya"`,
			`line 37: resources.ticket[0].assignee: unknown agent "Riya"`,
		},
		{
			"a ticket assignment of no ticket", `"ticket": "4711"`, `"ticket": "4712"`,
			`line 41: resources.ticket_assignment[0].ticket: unknown resource "ticket:4712"`,
		},
		{
			"a ticket assignment to no agent", `"to": "riya"`, `"to": "bob"`,
			`line 41: resources.ticket_assignment[0].to: unknown agent "bob"`,
		},
		{
			"a ticket assignment to a CRM user", `"to": "riya"`, `"to": "crm_user:u-nora"`,
			`line 41: resources.ticket_assignment[0].to: unknown agent "crm_user:u-nora"`,
		},
		{
			"a question by no agent", `"who": "riya"`, `"who": "bob"`,
			`line 57: questions[0].who: unknown agent "bob"`,
		},
		{
			"a question by no CRM user", `"who": "riya"`, `"who": "crm_user:nora"`,
			`line 57: questions[0].who: unknown CRM user "nora"`,
		},
		{
			"a question by a CRM user without saying so", `"who": "riya"`, `"who": "u-nora"`,
			`line 57: questions[0].who: unknown agent "u-nora"`,
		},
		{
			"a question about the profile of a CRM user", `"ticket:4711"`, `"agent_profile:u-nora"`,
			`line 57: questions[0].on: unknown resource "agent_profile:u-nora"`,
		},
		{
			"a question about nothing", `"ticket:4711"`, `"ticket:4712"`,
			`line 57: questions[0].on: unknown resource "ticket:4712"`,
		},
		{
			"a question without sense", `"ticket:4711"`, `"ticket_assignment:a1"`,
			`line 57: questions[0].on: ticket.reply is not an action on "ticket_assignment:a1"; name a resource of another type`,
		},

		{
			"an engineer without an address", `, "email": "eve@vendor.example"`, ``,
			`line 45: engineers[0].email: missing`,
		},
		{
			"an address with a name", `"email": "eve@vendor.example"`, `"email": "Eve <eve@vendor.example>"`,
			`line 45: engineers[0].email: "Eve <eve@vendor.example>" is not an address; give one such as "eve@vendor.example"`,
		},
		{
			"an unknown engineer", `"engineers": ["eve"]`, `"engineers": ["eve", "adam"]`,
			`line 50: grants[0].engineers[1]: unknown engineer "adam"`,
		},
		{
			"an engineer without a name", `"name": "Eve Novak", `, ``,
			`line 45: engineers[0].name: missing`,
		},
		{
			"a duplicate engineer", `"engineers": [`, `"engineers": [{"id": "eve", "name": "Eve", "email": "eve@x"},`,
			`line 45: engineers[1].id: duplicate engineer "eve"`,
		},
		{
			"a duplicate grant", `"grants": [`, `"grants": [{"id": "g1", "account": "acme", "by": "olga", "at": "2026-11-02T12:00:00Z", "roles": ["Agent"], "engineers": ["eve"]},`,
			`line 48: grants[1].id: duplicate resource "support_grant:g1"`,
		},

		{
			"a grant of no account", `"g1", "account": "acme"`, `"g1", "account": "acne"`,
			`line 48: grants[0].account: unknown account "acne"`,
		},
		{
			"a grant of another account", `"g1", "account": "acme"`, `"g1", "account": "initech"`,
			`line 48: grants[0].by: "olga" belongs to account "acme", not "initech"
line 50: grants[0].roles[0]: unknown built-in role "Intern"
line 50: grants[0].workspaces.it: unknown workspace "it"
line 52: grants[0].changes[0].extend.by: "olga" belongs to account "acme", not "initech"
line 53: grants[0].changes[1].revoke.by: "olga" belongs to account "acme", not "initech"`,
		},
		{
			"a grant by no agent", `"by": "olga"`, `"by": "engineer:eve"`,
			`line 48: grants[0].by: unknown agent "engineer:eve"`,
		},
		{
			"a grant by an agent of no role", `"Account Administrator"`, `"Account Administrators"`,
			`line 22: agents[1].bindings[0].role: unknown built-in role "Account Administrators" (did you mean "Account Administrator"?)`,
		},
		{
			"a grant of an unknown role", `"roles": ["Intern"]`, `"roles": ["Internal"]`,
			`line 50: grants[0].roles[0]: unknown built-in role "Internal"`,
		},
		{
			"a grant of an unknown role in a workspace", `{"it": ["Agent"]}`, `{"it": ["Agnt"]}`,
			`line 50: grants[0].workspaces.it[0]: unknown built-in role "Agnt" (did you mean "Agent"?)`,
		},
		{
			"a grant in no workspace", `{"it": ["Agent"]}`, `{"*": ["Agent"], "IT": []}`,
			`line 50: grants[0].workspaces["*"]: unknown workspace "*"
line 50: grants[0].workspaces.IT: unknown workspace "IT"`,
		},
		{
			"a grant at no instants", "\"at\": \"2026-11-02T12:00:00Z\",\n\t\t\"start\": \"2026-11-03T08:00:00Z\", \"end\": \"2026-11-04T08:00:00Z\"", "\"at\": \"2026-11-02 12:00\",\n\t\t\"start\": \"now\", \"end\": \"\"",
			`line 48: grants[0].at: "2026-11-02 12:00" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199
line 49: grants[0].start: "now" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199
line 49: grants[0].end: "" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199`,
		},
		{
			"changes at no instants", "\"at\": \"2026-11-03T12:00:00Z\", \"end\": \"2026-11-06T08:00:00Z\"}},\n\t\t\t{\"revoke\": {\"by\": \"olga\", \"at\": \"2026-11-05T12:00:00Z\"", "\"at\": \"2026-11-03T12:00Z\", \"end\": \"2026-11-31T08:00:00Z\"}},\n\t\t\t{\"revoke\": {\"by\": \"olga\", \"at\": \"noon\"",
			`line 52: grants[0].changes[0].extend.at: "2026-11-03T12:00Z" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199
line 52: grants[0].changes[0].extend.end: "2026-11-31T08:00:00Z" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199
line 53: grants[0].changes[1].revoke.at: "noon" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199`,
		},
		{
			"a support grant without by, at and roles", "\"by\": \"olga\", \"at\": \"2026-11-02T12:00:00Z\",\n\t\t\"start\": \"2026-11-03T08:00:00Z\", \"end\": \"2026-11-04T08:00:00Z\",\n\t\t\"roles\": [\"Intern\"], ", ``,
			`line 48: grants[0].roles: missing
line 48: grants[0].by: missing
line 48: grants[0].at: missing`,
		},
		{
			"an extension without an end", `, "end": "2026-11-06T08:00:00Z"`, ``,
			`line 52: grants[0].changes[0].extend.end: missing`,
		},
		{
			"a revocation with an end", `"at": "2026-11-05T12:00:00Z"`, `"at": "2026-11-05T12:00:00Z", "end": "2026-11-05T12:00:00Z"`,
			`line 53: grants[0].changes[1].revoke.end: unknown key`,
		},
		{
			"a change of nothing", `{"revoke": {"by": "olga", "at": "2026-11-05T12:00:00Z"}}`, `{}`,
			`line 53: grants[0].changes[1].revoke: missing`,
		},
		{
			"two changes in one", "\"end\": \"2026-11-06T08:00:00Z\"}},\n\t\t\t{\"revoke\"", "\"end\": \"2026-11-06T08:00:00Z\"},\n\t\t\t\"revoke\"",
			`line 53: grants[0].changes[0].revoke: unknown key`,
		},
		{
			"an unknown change", `{"revoke": `, `{"renew": `,
			`line 53: grants[0].changes[1].revoke: missing
line 53: grants[0].changes[1].renew: unknown key`,
		},
		{
			"a change before the grant", `"at": "2026-11-03T12:00:00Z"`, `"at": "2026-11-02T11:59:59Z"`,
			`line 52: grants[0].changes[0].extend.at: "2026-11-02T11:59:59Z" is before "2026-11-02T12:00:00Z", when the support grant was made or last changed; list changes in order`,
		},
		{
			"a change before another", `"at": "2026-11-05T12:00:00Z"`, `"at": "2026-11-03T11:00:00Z"`,
			`line 53: grants[0].changes[1].revoke.at: "2026-11-03T11:00:00Z" is before "2026-11-03T12:00:00Z", when the support grant was made or last changed; list changes in order`,
		},

		{
			"a grant that its maker may not make", `"by": "olga"`, `"by": "riya"`,
			`line 48: grants[0]: denied: this takes authority that the subject does not have
line 48: grants[0]: support grant "g1": role "Intern" in "it" exceeds the authority of "riya", who lacks conversation.view@global in workspace "it"`,
		},
		{
			"a grant of no role", `"roles": ["Intern"]`, `"roles": []`,
			`line 48: grants[0]: support grant "g1": no role is named for the account; name at least one`,
		},
		{
			"a grant from the past, backwards", `"start": "2026-11-03T08:00:00Z", "end": "2026-11-04`, `"start": "2026-11-01T08:00:00Z", "end": "2026-10-04`,
			`line 48: grants[0]: support grant "g1": the end 2026-10-04T08:00:00Z is not after the start 2026-11-01T08:00:00Z; choose a later end
line 48: grants[0]: support grant "g1": the start 2026-11-01T08:00:00Z is in the past; start now or later
line 48: grants[0]: support grant "g1": the end 2026-10-04T08:00:00Z is in the past; choose a later end`,
		},
		{
			"a grant for more than a month", `"end": "2026-11-04T08:00:00Z"`, `"end": "2026-12-02T12:00:01Z"`,
			`line 48: grants[0]: support grant "g1": the end 2026-12-02T12:00:01Z is more than a month ahead; the latest is 2026-12-02T12:00:00Z`,
		},
		{
			"an extension for more than a month", `"end": "2026-11-06T08:00:00Z"`, `"end": "2026-12-03T12:00:01Z"`,
			`line 52: grants[0].changes[0].extend: support grant "g1": the end 2026-12-03T12:00:01Z is more than a month ahead; the latest is 2026-12-03T12:00:00Z`,
		},
		{
			"an extension that shortens", `"end": "2026-11-06T08:00:00Z"`, `"end": "2026-11-04T07:00:00Z"`,
			`line 52: grants[0].changes[0].extend: support grant "g1": the new end 2026-11-04T07:00:00Z is not after the current end 2026-11-04T08:00:00Z; choose a later end`,
		},
		{
			"an extension after the end", `"at": "2026-11-03T12:00:00Z", "end": "2026-11-06T08:00:00Z"`, `"at": "2026-11-04T08:00:00Z", "end": "2026-11-06T08:00:00Z"`,
			`line 52: grants[0].changes[0].extend: support grant "g1": expired support grants cannot be extended; create a new one`,
		},
		{
			"an extension after the revocation", `"at": "2026-11-05T12:00:00Z"}}`, "\"at\": \"2026-11-05T12:00:00Z\"}},\n\t\t\t{\"extend\": {\"by\": \"olga\", \"at\": \"2026-11-05T12:00:00Z\", \"end\": \"2026-11-09T12:00:00Z\"}}",
			`line 54: grants[0].changes[2].extend: support grant "g1": revoked support grants cannot be extended; create a new one`,
		},
		{
			"two changes by an agent without the permission", "\"extend\": {\"by\": \"olga\", \"at\": \"2026-11-03T12:00:00Z\", \"end\": \"2026-11-06T08:00:00Z\"}},\n\t\t\t{\"revoke\": {\"by\": \"olga\"", "\"extend\": {\"by\": \"riya\", \"at\": \"2026-11-03T12:00:00Z\", \"end\": \"2026-11-06T08:00:00Z\"}},\n\t\t\t{\"revoke\": {\"by\": \"riya\"",
			`line 52: grants[0].changes[0].extend: denied: this takes authority that the subject does not have
line 52: grants[0].changes[0].extend: support grant "g1": role "Intern" in "it" exceeds the authority of "riya", who lacks conversation.view@global in workspace "it"
line 53: grants[0].changes[1].revoke: denied: none of the subject's roles has the permission here`,
		},
		{
			"two grants that are refused", `"grants": [`, "\"grants\": [{\"id\": \"g0\", \"account\": \"acme\", \"by\": \"olga\", \"at\": \"2026-11-02T12:00:00Z\", \"end\": \"2026-11-02T12:00:00Z\", \"roles\": [], \"engineers\": [\"eve\"], \"changes\": [\n\t\t{\"revoke\": {\"by\": \"riya\", \"at\": \"2026-11-02T12:00:00Z\"}}]},\n\t{\"id\": \"g2\", \"account\": \"acme\", \"by\": \"sam\", \"at\": \"2026-11-02T12:00:00Z\", \"roles\": [\"Intern\"], \"engineers\": [\"eve\"]},",
			`line 47: grants[0]: support grant "g0": no role is named for the account; name at least one
line 47: grants[0]: support grant "g0": the end 2026-11-02T12:00:00Z is not after the start 2026-11-02T12:00:00Z; choose a later end
line 47: grants[0]: support grant "g0": the end 2026-11-02T12:00:00Z is in the past; choose a later end
line 49: grants[1]: denied: a shared agent cannot administer people, roles, support access or the account`,
		},

		{
			"a question by no engineer", `"engineer:eve"`, `"engineer:bob"`,
			`line 58: questions[1].who: unknown engineer "bob"`,
		},
		{
			"a question by an engineer without saying so", `"engineer:eve"`, `"eve"`,
			`line 58: questions[1].who: unknown agent "eve"
line 58: questions[1].under: unknown key
line 58: questions[1].at: unknown key`,
		},
		{
			"a question under nothing, at no time", `"under": "g1", "at": "2026-11-03T08:00:00Z", `, ``,
			`line 58: questions[1].under: missing
line 58: questions[1].at: missing`,
		},
		{
			"a question under no grant", `"under": "g1"`, `"under": "g2"`,
			`line 58: questions[1].under: unknown resource "support_grant:g2"`,
		},
		{
			"a question at no instant", `"at": "2026-11-03T08:00:00Z"`, `"at": "2026-11-03"`,
			`line 58: questions[1].at: "2026-11-03" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199`,
		},
		{
			"a question under a grant by an agent", `"who": "riya"`, `"who": "riya", "under": "g1", "at": "2026-11-03T08:00:00Z"`,
			`line 57: questions[0].under: unknown key
line 57: questions[0].at: unknown key`,
		},
		{
			"a question under a grant by a CRM user", `"who": "riya"`, `"who": "crm_user:u-nora", "under": "g1", "at": "2026-11-03T08:00:00Z"`,
			`line 57: questions[0].under: unknown key
line 57: questions[0].at: unknown key`,
		},
		{
			"a question by an engineer about nothing", `"ticket:it"`, `"ticket:hr"`,
			`line 58: questions[1].on: unknown resource "ticket:hr"`,
		},
		{
			"a question without sense about a grant", `"ticket:4711"`, `"support_grant:g1"`,
			`line 57: questions[0].on: ticket.reply is not an action on "support_grant:g1"; name a resource of another type`,
		},

		{
			"a missing field", `, "source": "R11"`, ``,
			`line 57: questions[0].source: missing`,
		},
		{
			"a missing section", `"questions": [`, `"question": [`,
			"line 1: questions: missing\nline 56: question: unknown key",
		},
		{
			"a missing ticket scope", `, "ticket_scope": "group"`, ``,
			`line 19: agents[0].bindings[0].ticket_scope: missing`,
		},
		{
			"a null field", `"deactivated": false`, `"deactivated": null`,
			`line 18: agents[0].deactivated: null`,
		},
		{
			"a number for a boolean", `"deactivated": false`, `"deactivated": 0`,
			`line 18: agents[0].deactivated: want a boolean, not a number`,
		},
		{
			"a string for a boolean", `"integrated": true`, `"integrated": "true"`,
			`line 5: accounts[0].integrated: want a boolean, not a string`,
		},
		{
			"a string for an array", `"features": ["custom_roles"]`, `"features": "custom_roles"`,
			`line 3: accounts[0].plan.features: want an array, not a string`,
		},
		{
			"a number for a shared agent", `"shared_agents": [`, `"shared_agents": [7,`,
			`line 24: shared_agents[0]: want an object, not a number`,
		},
		{
			"an array for an object", `{"emea": "edit"}`, `["emea"]`,
			`line 18: agents[0].groups: want an object, not an array`,
		},
		{
			"a duplicate key", `"deactivated": false`, `"deactivated": true, "deactivated": false`,
			`line 18: agents[0].deactivated: duplicate key`,
		},
		{
			"an unknown key", `"assignee": "riya"`, `"Assignee": "riya"`,
			`line 37: resources.ticket[0].Assignee: unknown key`,
		},
		{
			"an unknown type of resource", `"ticket_assignment": [`, `"assigment": [`,
			`line 40: resources.assigment: unknown key`,
		},
		{
			"trailing data", "]\n}\n", "]\n}\n{}\n",
			`line 61: invalid character '{' after top-level value`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad := strings.Replace(small, test.old, test.new, 1)
			require.NotEqual(t, small, bad)
			path := file(t, bad)
			var stdout, stderr bytes.Buffer
			require.Equal(t, 1, run([]string{path}, &stdout, &stderr))
			require.Empty(t, stdout.String())
			require.Equal(t, path+" is refused:\n"+test.problems+"\n", stderr.String())
		})
	}
}

func TestABadFileIsRefusedWithAllItsProblems(t *testing.T) {
	bad := strings.NewReplacer(
		`"custom_roles"`, `"custom_role"`,
		`"Helper"`, `"Agent"`,
		`"Supervisor"`, `"Supervsor"`,
		`"group": "emea"`, `"group": "amer", "colour": "red"`,
		`"start": "2026-11-03T08:00:00Z"`, `"start": "2026-11-03"`,
		`"under": "g1"`, `"under": "g2"`,
		`"who": "riya", "may": "ticket.reply"`, `"who": "bob", "who": "riya"`,
	).Replace(small)
	_, err := helpdesk.Load([]byte(bad))
	require.EqualError(t, err, `line 3: accounts[0].plan.features[0]: unknown feature "custom_role" (did you mean "custom_roles"?)
line 8: roles: role "Agent": the name is taken by the built-in role "Agent"; choose another name
line 20: agents[0].bindings[1].role: unknown built-in role "Supervsor" (did you mean "Supervisor"?)
line 37: resources.ticket[0].group: unknown group "amer"
line 37: resources.ticket[0].colour: unknown key
line 49: grants[0].start: "2026-11-03" is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199
line 57: questions[0].may: missing
line 57: questions[0].who: unknown agent "bob"
line 57: questions[0].who: duplicate key
line 58: questions[1].under: unknown resource "support_grant:g2"`)
}

// An error in a support grant does not hide later errors, and later errors do not hide it.
func TestARefusedGrantIsNotTheOnlyProblem(t *testing.T) {
	_, err := helpdesk.Load([]byte(strings.NewReplacer(
		`"roles": ["Intern"]`, `"roles": []`,
		`"group": "emea"`, `"group": "amer"`,
		`"source": "R11"`, `"source": ""`,
	).Replace(small)))
	require.EqualError(t, err, `line 37: resources.ticket[0].group: unknown group "amer"
line 48: grants[0]: support grant "g1": no role is named for the account; name at least one
line 57: questions[0].source: "" is not a name; use one line of text`)
}

// An unknown account is one problem, with no more problems for what belongs to it or refers to that.
func TestAProblemDoesNotCauseOthers(t *testing.T) {
	sections, people, _ := strings.Cut(small, `"crm_users"`)
	const known, unknown = `"account": "acme"`, `"account": "acne"`
	parts := strings.Split(people, known)
	require.Len(t, parts, 11)
	for i := 1; i < len(parts); i++ {
		bad := sections + `"crm_users"` + strings.Join(parts[:i], known) + unknown + strings.Join(parts[i:], known)
		_, err := helpdesk.Load([]byte(bad))
		require.ErrorContains(t, err, `account: unknown account "acne"`)
		require.NotContains(t, err.Error(), "\n", "one problem alone")
	}
}

// A file has no numbers, and no object with the key "x". Wherever one of these is put, the file must be
// refused, and Load must not panic.
func TestNothingIsLetThroughAnywhere(t *testing.T) {
	var root any
	require.NoError(t, json.Unmarshal([]byte(small), &root))
	places := 0
	everywhere(root, func(value any) { root = value }, func(old any, put func(any)) {
		places++
		wrong := []any{7, nil, []any{7}, map[string]any{"x": "x"}}
		if object, ok := old.(map[string]any); ok {
			more := maps.Clone(object)
			more["x"] = "x"
			wrong = append(wrong, more)
		}
		for _, value := range wrong {
			put(value)
			data, err := json.Marshal(root)
			require.NoError(t, err)
			_, err = helpdesk.Load(data)
			require.Error(t, err, "%s", data)
		}
		put(old)
	})
	require.Greater(t, places, 100)
}

// everywhere calls visit with each value in the tree, and a function that replaces it.
func everywhere(value any, put func(any), visit func(value any, put func(any))) {
	visit(value, put)
	switch value := value.(type) {
	case []any:
		for i := range value {
			everywhere(value[i], func(v any) { value[i] = v }, visit)
		}
	case map[string]any:
		for key := range value {
			everywhere(value[key], func(v any) { value[key] = v }, visit)
		}
	}
}
