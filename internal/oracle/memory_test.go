package oracle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A cached answer equals a fresh one, whatever was asked in between.
func TestMemory(t *testing.T) {
	day := &Role{Name: "Day Shift", Account: "acme", May: map[string]Held{"ticket.view": {Group: true}, "ticket.note.edit_own": {Restricted: true}}}
	lead := &Role{Name: "Lead", Account: "acme", May: map[string]Held{"ticket.view": {Global: true}, "settings.manage": {Global: true}, "ticket.reply": {Restricted: true}}}
	author := &Role{Name: "Account Administrator", BuiltIn: true, May: map[string]Held{"role.custom.create": {Global: true}, "agent.edit": {Global: true}}}
	agents := func(id string, bindings ...[]Binding) (agents []*Agent) {
		for _, kind := range []string{"shared_agent", ""} {
			for _, open := range [][]string{nil, {"it"}} {
				for _, held := range bindings {
					for _, in := range []map[string]string{nil, {"billing": "view"}, {"billing": "edit"}} {
						account := Account{ID: "acme", Open: open, Integrated: true}
						agents = append(agents, &Agent{ID: id, Kind: kind, Account: account, Bindings: held, Groups: in, User: User{ID: "ursa", Sees: "territory"}})
					}
				}
			}
		}
		return agents
	}
	ours := []Binding{Bound(day, "*", "group"), Bound(lead, "it", "restricted"), Bound(lead, "*", "global")}
	theirs := []Binding{Bound(day, "*", "group"), Bound(day, "it", "group"), Bound(author, "it", "global"), Bound(author, "*", "global")}
	subjects := agents("riya", nil, ours[:1], ours[1:2], ours[2:], ours[1:], ours[:2])
	others := agents("tom", theirs[:1], theirs[1:2], theirs[1:3], theirs[2:], []Binding{Bound(lead, "*", "global")})
	var requests []Request
	for _, s := range subjects {
		for _, other := range others {
			for _, action := range []string{"agent.edit", "agent.impersonate", "shared_agent.edit"} {
				if other.Shared() == (action == "shared_agent.edit") {
					requests = append(requests, Request{s, action, &Thing{Kind: Actions[action].Kind, Agent: other}})
				}
			}
		}
	}
	forget()
	var cached []Verdict
	for _, q := range requests {
		cached = append(cached, Decide(q))
	}
	reasons := map[string]int{}
	for i, q := range requests {
		forget()
		afresh := Decide(q)
		require.Equal(t, afresh, cached[i], "%#v", q)
		reasons[afresh.Reason]++
	}
	t.Log(reasons)
	assert.Greater(t, reasons["beyond_authority"], 1000)
	assert.Greater(t, reasons["no_role"]+reasons["no_permission"]+reasons["other_workspace"], 300, "covered, and no more")
}

func forget() {
	remembered.lock.Lock()
	defer remembered.lock.Unlock()
	remembered.known = nil
}
