package main

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A question is what the program decides, and how the table shows it.
type question struct {
	who, on, source string
	request         deskpolicy.Request
}

// load returns the questions of a file that describes a helpdesk. It refuses
// one with any mistake in it, and reports them all.
func load(data []byte) ([]question, error) {
	return strictjson.Decode(data, strictjson.Limits{Bytes: 1 << 20, Depth: 8}, readHelpdesk)
}

// A helpdesk is what people, resources and questions refer to.
type helpdesk struct {
	accounts  *register[account]
	crmUsers  *register[crmUser]
	agents    *register[person] // shared agents, too
	engineers *register[deskpolicy.Engineer]
	resources *register[deskpolicy.Resource] // by type and ID, as in "ticket:4711"
	roles     []deskpolicy.Role
	sharedAs  map[deskpolicy.CRMUserID]string // the shared agents that CRM users are
}

// readHelpdesk reads the sections in the order in which they refer to each
// other; in the file they may be in any.
func readHelpdesk(root *strictjson.Value) []question {
	h := &helpdesk{
		accounts:  newRegister[account]("account"),
		crmUsers:  newRegister[crmUser]("CRM user"),
		agents:    newRegister[person]("agent"),
		engineers: newRegister[deskpolicy.Engineer]("engineer"),
		resources: newRegister[deskpolicy.Resource]("resource"),
		sharedAs:  make(map[deskpolicy.CRMUserID]string),
	}
	for role := range deskpolicy.BuiltInRoles() {
		h.resources.put("role:"+role.Name(), role)
	}
	each(root.Required("accounts"), h.readAccount)
	roles, users := root.Optional("roles"), root.Optional("crm_users")
	each(roles, h.readRole)
	if err := deskpolicy.DistinctNames(h.roles...); err != nil {
		roles.Refuse(err)
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

func (h *helpdesk) readQuestion(v *strictjson.Value) question {
	on := v.Required("on")
	resource := strictjson.As(on, h.resources.find)
	who := h.readWho(v, resource)
	q := question{
		who:    who.name,
		on:     on.Text(),
		source: strictjson.As(v.Required("source"), printable),
		request: deskpolicy.Request{
			Subject:  who.subject,
			Action:   strictjson.As(v.Required("may"), deskpolicy.ParseAction),
			Resource: resource,
		},
	}
	if q.request.Resource != nil && q.request.Decide().Reason == deskpolicy.WrongResource {
		on.Refuse(fmt.Errorf("%v cannot be asked about %q", q.request.Action, q.on))
	}
	return q
}

// accountOf returns the account that v names as its own.
func (h *helpdesk) accountOf(v *strictjson.Value) account {
	return strictjson.As(v.Required("account"), h.accounts.find)
}
