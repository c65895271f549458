package helpdesk

import (
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A person is somebody on the desk or in the CRM.
type person struct {
	id      string
	name    string // what the table shows
	account account
	kind    string // what they are on the desk, as messages have it
	subject deskpolicy.Subject
}

func (h *helpdesk) readPerson(v *strictjson.Value) person {
	p := person{id: strictjson.As(v.Required("id"), identifier), account: h.accountOf(v)}
	p.name = p.id
	if name := v.Optional("name"); name.Present() {
		p.name = strictjson.As(name, printable)
	}
	return p
}

func (p person) home() deskpolicy.AccountID { return p.account.record.ID }

func (h *helpdesk) readAgent(v *strictjson.Value) {
	p := h.readPerson(v)
	agent := &deskpolicy.Agent{
		ID:          deskpolicy.AgentID(p.id),
		Account:     p.account.record,
		Deactivated: v.Optional("deactivated").Bool(),
		Bindings:    strictjson.List(v.Required("bindings"), p.account.readBinding),
		Groups:      readAccess(v.Optional("groups"), p.account.groups.find),
	}
	p.kind, p.subject = "an agent", agent
	h.addAgent(v.Required("id"), p)
	h.resources.put("agent:"+p.id, agent)
}

func (h *helpdesk) readSharedAgent(v *strictjson.Value) {
	p := h.readPerson(v)
	agent := deskpolicy.NewSharedAgent(deskpolicy.AgentID(p.id), p.account.record, h.readIdentity(v, p))
	agent.Deactivated = v.Optional("deactivated").Bool()
	agent.Groups = readAccess(v.Optional("groups"), p.account.groups.find)
	if bindings := v.Optional("bindings"); bindings.Present() { // instead of what the CRM gives [S13]
		agent.Bindings = strictjson.List(bindings, p.account.readBinding)
	}
	p.kind, p.subject = "a shared agent", agent
	h.addAgent(v.Required("id"), p)
	h.resources.put("shared_agent:"+p.id, agent)
}

// addAgent enters an agent or a shared agent. Nobody is both.
func (h *helpdesk) addAgent(id *strictjson.Value, p person) {
	if other, err := h.agents.find(p.id); err == nil && other.kind != p.kind {
		id.Refuse(fmt.Errorf("%q is %s, and cannot be %s as well", p.id, other.kind, p.kind))
		return
	}
	h.agents.add("", id, p)
	h.resources.put("profile:"+p.id, deskpolicy.AgentProfile{Account: p.home(), Agent: deskpolicy.AgentID(p.id)})
}

// readWho returns who asks about the resource: after "engineer:" a support
// engineer, who alone asks under a grant and at an instant.
func (h *helpdesk) readWho(v *strictjson.Value, on deskpolicy.Resource) person {
	ref := v.Required("who")
	if strings.HasPrefix(ref.Text(), engineerPrefix) {
		return h.readSession(v, on)
	}
	return strictjson.As(ref, h.who)
}

// who returns who asks: an agent, a shared agent or, after "crm_user:", a user
// of the CRM who is neither [S4].
func (h *helpdesk) who(ref string) (person, error) {
	id, inCRM := strings.CutPrefix(ref, "crm_user:")
	if !inCRM {
		return h.agents.find(ref)
	}
	user, err := h.crmUsers.find(id)
	if shared := h.sharedAs[user.record.ID]; shared != "" {
		return person{}, fmt.Errorf("CRM user %q is the shared agent %q, and asks as that", id, shared)
	}
	return user.person, err
}

func (a account) readBinding(v *strictjson.Value) deskpolicy.Binding {
	return deskpolicy.Binding{
		Role:        strictjson.As(v.Required("role"), a.role),
		Workspace:   strictjson.As(v.Required("workspace"), a.workspaceOrWide),
		TicketScope: strictjson.AsText[deskpolicy.Scope](v.Required("ticket_scope")),
	}
}
