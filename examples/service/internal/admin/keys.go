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
	Holders  []roster.Person // to make a key for
	KeyFor   []choice        // workspaces
}

// A keyRow is an API key.
type keyRow struct {
	keyOf
	End         time.Time
	Ended       bool
	Permissions []string
	Places      []string // where it may act
	MayRevoke   bool
}

// keys returns the keys of the people that the subject can view.
func (v *visit) keys() (data keysView) {
	people := v.visiblePeople()
	data.SeesKeys, data.KeyFor = len(people) > 0, v.workspaces()
	if slices.ContainsFunc(people, v.managesKeys) { // to ask about all takes long
		data.Holders = people
	}
	for _, key := range v.visibleKeys() {
		data.Keys = append(data.Keys, v.keyRow(key, data.KeyFor))
	}
	return data
}

// managesKeys reports whether the subject may make and revoke keys of the person.
func (v *visit) managesKeys(p roster.Person) bool {
	return v.may(p, deskpolicy.AgentKeyManage, deskpolicy.SharedAgentEdit) && (p.Shared() == nil || roster.MayHaveKeysBy(v.subject, p.Shared()))
}

func (v *visit) keyRow(key keyOf, places []choice) keyRow {
	row := keyRow{keyOf: key, End: key.Limit.Window.Until(), Ended: key.Ended(v.now), MayRevoke: v.managesKeys(key.Holder)}
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
