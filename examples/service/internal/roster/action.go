package roster

import "github.com/deskpolicy/deskpolicy"

// Actions are one thing to do to a person, which has an action for each kind.
type Actions struct {
	Agent       deskpolicy.Action[deskpolicy.Agent]
	SharedAgent deskpolicy.Action[deskpolicy.SharedAgent]
	Contact     deskpolicy.Action[deskpolicy.Contact] // of a customer, whose record is its contact's
}

// What is done to a person.
var (
	Activate   = Actions{deskpolicy.AgentEdit, deskpolicy.SharedAgentEdit, deskpolicy.ContactEdit}
	Deactivate = Actions{deskpolicy.AgentDeactivate, deskpolicy.SharedAgentEdit, deskpolicy.ContactEdit}
	ManageKeys = Actions{deskpolicy.AgentKeyManage, deskpolicy.SharedAgentKeyManage, deskpolicy.ContactKeyManage}
)
