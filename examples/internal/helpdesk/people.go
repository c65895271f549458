package helpdesk

import (
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A person is an agent, a shared agent or a CRM user.
type person struct {
	id      string
	name    string // as shown in the table
	account account
	kind    string // the kind of agent, for messages
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

func (p person) accountID() deskpolicy.AccountID { return p.account.record.ID }

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
	h.resources.set("agent:"+p.id, agent)
}

func (h *helpdesk) readSharedAgent(v *strictjson.Value) {
	p := h.readPerson(v)
	agent := deskpolicy.NewSharedAgent(deskpolicy.AgentID(p.id), p.account.record, h.readCRMIdentity(v, p))
	agent.Deactivated = v.Optional("deactivated").Bool()
	agent.Groups = readAccess(v.Optional("groups"), p.account.groups.find)
	if now := v.Optional("now"); now.Present() {
		agent.Now = strictjson.As(now, instant)
	}
	if bindings := v.Optional("bindings"); bindings.Present() { // instead of those from the CRM [S13]
		agent.Bindings = strictjson.List(bindings, p.account.readBinding)
	}
	p.kind, p.subject = "a shared agent", agent
	h.addAgent(v.Required("id"), p)
	h.resources.set("shared_agent:"+p.id, agent)
}

// addAgent adds an agent or a shared agent. A person cannot be both.
func (h *helpdesk) addAgent(id *strictjson.Value, p person) {
	if other, err := h.agents.find(p.id); err == nil && other.kind != p.kind {
		id.Refuse(fmt.Errorf("%q is already %s; give %s another ID", p.id, other.kind, p.kind))
		return
	}
	h.agents.add("", id, p)
	h.resources.set("agent_profile:"+p.id, deskpolicy.AgentProfile{Account: p.accountID(), Agent: deskpolicy.AgentID(p.id)})
}

// readSubject returns the subject of a question. After "engineer:" it is a support engineer, the
// only subject with a support grant and an instant.
func (h *helpdesk) readSubject(v *strictjson.Value, on deskpolicy.Resource) person {
	ref := v.Required("who")
	if strings.HasPrefix(ref.Text(), engineerPrefix) {
		return h.readSession(v, on)
	}
	return strictjson.As(ref, h.subject)
}

// subject returns an agent, a shared agent or, after "crm_user:", a CRM-only user [S4].
func (h *helpdesk) subject(ref string) (person, error) {
	id, inCRM := strings.CutPrefix(ref, "crm_user:")
	if !inCRM {
		return h.agents.find(ref)
	}
	user, err := h.crmUsers.find(id)
	if shared := h.sharedAgentOf[user.record.ID]; shared != "" {
		return person{}, fmt.Errorf("CRM user %q is the shared agent %q; ask as that agent", id, shared)
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
