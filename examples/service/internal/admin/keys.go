package admin

import (
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// keysView is the API keys, with the form to make one.
type keysView struct {
	SeesKeys bool
	Keys     []keyRow
	Agents   []roster.Person // to make a key for
	KeyFor   []choice        // workspaces
}

// A keyRow is an API key of an agent.
type keyRow struct {
	roster.Key
	Agent       roster.Person
	End         time.Time
	Ended       bool
	Permissions []string
	Places      []string // where it may act
	MayRevoke   bool
}

// keys returns the keys of the agents that the subject can view.
func (v *visit) keys() (data keysView) {
	data.SeesKeys, data.KeyFor = sees(v, deskpolicy.AgentView), v.workspaces()
	manages := func(agent *deskpolicy.Agent) bool {
		return deskpolicy.Authorize(v.subject, deskpolicy.AgentKeyManage, agent).Allowed()
	}
	visible := slices.DeleteFunc(v.visiblePeople(), func(p roster.Person) bool { return p.Agent() == nil })
	if slices.ContainsFunc(visible, func(p roster.Person) bool { return manages(p.Agent()) }) { // to ask about all takes long
		data.Agents = visible
	}
	agents := deskpolicy.FilterFor(v.subject, deskpolicy.AgentView)
	for _, key := range v.desk.Keys {
		p, _ := v.desk.Person(key.Person)
		agent := p.Agent()
		if agent == nil || !agents.Match(agent) {
			continue
		}
		data.Keys = append(data.Keys, v.keyRow(key, p, data.KeyFor, manages(agent)))
	}
	return data
}

func (v *visit) keyRow(key roster.Key, agent roster.Person, places []choice, mayRevoke bool) keyRow {
	row := keyRow{Key: key, Agent: agent, End: key.Limit.Window.Until(), Ended: !key.Limit.Window.Holds(v.now), MayRevoke: mayRevoke}
	for permission := range key.Limit.Permissions.All() {
		row.Permissions = append(row.Permissions, permission.String())
	}
	for _, place := range places {
		if slices.Contains(key.Limit.Workspaces, deskpolicy.WorkspaceID(place.Value)) {
			row.Places = append(row.Places, place.Text)
		}
	}
	return row
}

// makeKey makes a key, and shows its secret this once.
func makeKey(v *visit) (view, error) {
	end, err := v.instant("end")
	if err != nil {
		return view{}, err
	}
	permissions, err := parsePermissions(v.PostFormValue("permissions"))
	if err != nil {
		return view{}, err
	}
	key := roster.NewKey{Person: deskpolicy.AgentID(v.PostFormValue("person")), Name: v.PostFormValue("name"), Permissions: permissions, End: end}
	for _, w := range v.PostForm["workspace"] {
		key.Workspaces = append(key.Workspaces, deskpolicy.WorkspaceID(w))
	}
	secret, err := v.Changes.MakeKey(v.Context(), key)
	return view{secretPage, "The new key", struct{ Name, Secret string }{key.Name, secret}}, err
}

func revokeKey(v *visit) (string, error) {
	return "access", v.Changes.RevokeKey(v.Context(), v.PostFormValue("id"))
}
