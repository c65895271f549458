// Package helpdesk reads a JSON file that describes a helpdesk, its CRM and its support grants, and
// asks questions about it. Programs in examples share the package.
package helpdesk

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// Sample is a helpdesk with at least one question for each rule.
//
//go:embed helpdesk.json
var Sample []byte

// A Question is a request, with the file's names for its parts.
type Question struct {
	Who, On, Source string
	Request         deskpolicy.Request
}

// Load returns the questions of a file that describes a helpdesk. It refuses a file with any
// mistake, and reports all mistakes, up to a thousand. A file has at most 1 MiB and 16,384 values,
// to limit the time that repeating the decisions on support grants takes.
func Load(data []byte) ([]Question, error) {
	return strictjson.Decode(data, strictjson.Limits{Bytes: 1 << 20, Values: 1 << 14, Depth: 8}, readHelpdesk)
}

// A helpdesk holds what people, resources and questions refer to.
type helpdesk struct {
	accounts      *register[account]
	crmUsers      *register[crmUser]
	agents        *register[person] // including shared agents
	engineers     *register[deskpolicy.SupportEngineer]
	resources     *register[deskpolicy.Resource]             // by type and ID, as in "ticket:4711"
	roles         map[deskpolicy.AccountID][]deskpolicy.Role // the custom roles
	sharedAgentOf map[deskpolicy.CRMUserID]string            // the shared agent of each CRM user
}

// readHelpdesk reads each section after those that it refers to. In the file, they can be in any
// order.
func readHelpdesk(root *strictjson.Value) []Question {
	h := &helpdesk{
		accounts:      newRegister[account]("account"),
		crmUsers:      newRegister[crmUser]("CRM user"),
		agents:        newRegister[person]("agent"),
		engineers:     newRegister[deskpolicy.SupportEngineer]("engineer"),
		resources:     newRegister[deskpolicy.Resource]("resource"),
		roles:         make(map[deskpolicy.AccountID][]deskpolicy.Role),
		sharedAgentOf: make(map[deskpolicy.CRMUserID]string),
	}
	builtIn := slices.Collect((deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles())
	for _, role := range builtIn {
		h.resources.set("role:"+role.Name(), role)
	}
	forEach(root.Required("accounts"), h.readAccount)
	roles, users := root.Optional("roles"), root.Optional("crm_users")
	forEach(roles, h.readRole)
	for _, account := range slices.Sorted(maps.Keys(h.roles)) {
		if _, err := deskpolicy.NewRoleSet(account, slices.Concat(builtIn, h.roles[account])...); err != nil {
			roles.Refuse(err)
		}
	}
	forEach(users, h.readCRMUser)
	forEach(root.Required("agents"), h.readAgent)
	forEach(root.Optional("shared_agents"), h.readSharedAgent)
	forEach(root.Optional("engineers"), h.readEngineer)
	h.readGrants(root.Optional("grants"))
	h.readResources(root.Optional("resources"))
	forEach(users, h.checkVisibility)
	return strictjson.List(root.Required("questions"), h.readQuestion)
}

func forEach(list *strictjson.Value, read func(*strictjson.Value)) {
	for v := range list.Elements() {
		read(v)
	}
}

func (h *helpdesk) readQuestion(v *strictjson.Value) Question {
	on := v.Required("on")
	resource := strictjson.As(on, h.resources.find)
	who := h.readSubject(v, resource)
	q := Question{
		Who:    who.name,
		On:     on.Text(),
		Source: strictjson.As(v.Required("source"), printable),
		Request: deskpolicy.Request{
			Subject:  who.subject,
			Action:   strictjson.As(v.Required("may"), (*deskpolicy.Vocabulary)(nil).ParseAction),
			Resource: resource,
		},
	}
	anyone := q.Request // the type is wrong for every subject
	anyone.Subject = &deskpolicy.Agent{ID: "anyone"}
	if q.Request.Resource != nil && anyone.Authorize().Reason == deskpolicy.WrongResource {
		on.Refuse(fmt.Errorf("%v is not an action on %q; name a resource of another type", q.Request.Action, q.On))
	}
	return q
}

// accountOf returns the account that v belongs to.
func (h *helpdesk) accountOf(v *strictjson.Value) account {
	return strictjson.As(v.Required("account"), h.accounts.find)
}
