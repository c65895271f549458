// Package helpdesk reads a helpdesk that is described, with its CRM and its support
// grants, in a JSON file, and the questions about it. Programs under examples share it.
package helpdesk

import (
	_ "embed"
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// Sample is a helpdesk with a question, or several, for each rule.
//
//go:embed helpdesk.json
var Sample []byte

// A Question is what is to be decided, and how the file has it.
type Question struct {
	Who, On, Source string
	Request         deskpolicy.Request
}

// Load returns the questions of a file that describes a helpdesk. It refuses
// one with any mistake in it, and reports them all up to a thousand. It takes
// files of 1 MiB and 16,384 values: the decisions on grants are taken again, and
// what each takes grows with what is in the file.
func Load(data []byte) ([]Question, error) {
	return strictjson.Decode(data, strictjson.Limits{Bytes: 1 << 20, Values: 1 << 14, Depth: 8}, readHelpdesk)
}

// A helpdesk is what people, resources and questions refer to.
type helpdesk struct {
	accounts  *register[account]
	crmUsers  *register[crmUser]
	agents    *register[person] // shared agents, too
	engineers *register[deskpolicy.SupportEngineer]
	resources *register[deskpolicy.Resource]             // by type and ID, as in "ticket:4711"
	roles     map[deskpolicy.AccountID][]deskpolicy.Role // the custom ones
	sharedAs  map[deskpolicy.CRMUserID]string            // the shared agents that CRM users are
}

// readHelpdesk reads the sections in the order in which they refer to each
// other; in the file they may be in any.
func readHelpdesk(root *strictjson.Value) []Question {
	h := &helpdesk{
		accounts:  newRegister[account]("account"),
		crmUsers:  newRegister[crmUser]("CRM user"),
		agents:    newRegister[person]("agent"),
		engineers: newRegister[deskpolicy.SupportEngineer]("engineer"),
		resources: newRegister[deskpolicy.Resource]("resource"),
		roles:     make(map[deskpolicy.AccountID][]deskpolicy.Role),
		sharedAs:  make(map[deskpolicy.CRMUserID]string),
	}
	for role := range (deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles() {
		h.resources.put("role:"+role.Name(), role)
	}
	each(root.Required("accounts"), h.readAccount)
	roles, users := root.Optional("roles"), root.Optional("crm_users")
	each(roles, h.readRole)
	for account, custom := range h.roles {
		if _, err := deskpolicy.NewRoleSet(account, custom...); err != nil {
			roles.Refuse(err)
		}
	}
	each(users, h.readCRMUser)
	each(root.Required("agents"), h.readAgent)
	each(root.Optional("shared_agents"), h.readSharedAgent)
	each(root.Optional("engineers"), h.readEngineer)
	h.readGrants(root.Optional("grants"))
	h.readResources(root.Optional("resources"))
	each(users, h.checkVisible)
	return strictjson.List(root.Required("questions"), h.readQuestion)
}

func each(list *strictjson.Value, read func(*strictjson.Value)) {
	for v := range list.Elements() {
		read(v)
	}
}

func (h *helpdesk) readQuestion(v *strictjson.Value) Question {
	on := v.Required("on")
	resource := strictjson.As(on, h.resources.find)
	who := h.readWho(v, resource)
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
	anybody := q.Request // to be of another type comes before who asks
	anybody.Subject = &deskpolicy.Agent{ID: "anybody"}
	if q.Request.Resource != nil && anybody.Authorize().Reason == deskpolicy.WrongResource {
		on.Refuse(fmt.Errorf("%v cannot be asked about %q", q.Request.Action, q.On))
	}
	return q
}

// accountOf returns the account that v names as its own.
func (h *helpdesk) accountOf(v *strictjson.Value) account {
	return strictjson.As(v.Required("account"), h.accounts.find)
}
