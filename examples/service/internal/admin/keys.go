package admin

import (
	"slices"
	"strconv"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// keysView is the API keys, with the form to make one.
type keysView struct {
	SeesKeys   bool
	KeysOf     roster.Who // whose keys are shown; everybody's, if it is zero
	Keys       []keyRow
	MoreKeys   string          // the page with the next keys, or ""
	AllKeys    int             // how many there are
	Holders    []roster.Person // to make a key for
	MayMakeFor bool            // whether it can be for a customer
	Workspaces []choice        // where it may act
}

// shownKeys is how many keys a page shows: it asks about each who may revoke it.
const shownKeys = 8

// A keyRow is an API key.
type keyRow struct {
	keyOf
	Href        string // of who it acts for
	End         time.Time
	Ended       bool
	Permissions []string
	Places      []string // where it may act
	MayRevoke   bool
}

// keys returns the keys of the people that the subject can view.
func (v *visit) keys() (data keysView) {
	people, anybody := v.visiblePeople(), roster.Person{Subject: &deskpolicy.Agent{ID: "somebody without a role", Account: v.desk.Account}}
	data.SeesKeys, data.Workspaces, data.KeysOf = len(people) > 0, v.workspaces(), v.who(v.Form)
	data.MayMakeFor = sees(v, deskpolicy.ContactKeyManage)
	if v.managesKeys(anybody) && slices.ContainsFunc(people, v.managesKeys) { // to ask about all takes long
		data.Holders = people
	}
	keys := slices.DeleteFunc(v.visibleKeys(), func(k keyOf) bool { return data.KeysOf != roster.Who{} && k.Who != data.KeysOf })
	data.AllKeys = len(keys)
	from, _ := strconv.Atoi(v.FormValue("from")) // or 0
	keys = keys[min(max(from, 0), len(keys)):]
	if len(keys) > shownKeys {
		data.MoreKeys = link("access", "person", string(data.KeysOf.Person), "customer", string(data.KeysOf.Customer), "from", strconv.Itoa(data.AllKeys-len(keys)+shownKeys)) + "#keys"
		keys = keys[:shownKeys]
	}
	for _, key := range keys {
		data.Keys = append(data.Keys, v.keyRow(key, data.Workspaces))
	}
	return data
}

// managesKeys reports whether the subject may make and revoke keys of the person.
func (v *visit) managesKeys(p roster.Person) bool { return v.may(p, roster.ManageKeys) }

func (v *visit) keyRow(key keyOf, places []choice) keyRow {
	row := keyRow{keyOf: key, Href: personLink(key.Who), End: key.Limit.Window.Until(), Ended: key.Ended(v.now), MayRevoke: v.managesKeys(key.Holder)}
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
	key := roster.NewKey{Who: v.who(v.PostForm), Name: v.PostFormValue("name"), Permissions: permissions, End: end}
	for _, w := range v.PostForm["workspace"] {
		key.Workspaces = append(key.Workspaces, deskpolicy.WorkspaceID(w))
	}
	secret, err := v.Changes.MakeKey(v.Context(), key)
	return view{secretPage, "The new key", struct{ Name, Secret string }{key.Name, secret}}, err
}

func revokeKey(v *visit) (string, error) {
	return "access", v.Changes.RevokeKey(v.Context(), v.PostFormValue("id"))
}
