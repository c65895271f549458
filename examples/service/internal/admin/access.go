package admin

import (
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// accessView is who of the vendor has access, and which programs.
type accessView struct {
	Now        time.Time
	SeesGrants bool // whether the subject can view support access at all
	Grants     []grantRow
	MayGive    bool
	Roles      []deskpolicy.Role
	Places     []roster.Workspace
	Latest     time.Time // the latest end of access that is given now
	keysView
}

// A grantRow is support access with its use.
type grantRow struct {
	deskpolicy.SupportGrant
	Status               deskpolicy.SupportGrantStatus
	Turns                time.Time // when the status changes next, or zero
	Use                  []deskpolicy.SupportAccessEntry
	MayExtend, MayRevoke bool
}

func showAccess(v *visit) (view, error) {
	filter, err := deskhttp.FilterFor(v.Context(), deskpolicy.SupportGrantView)
	if err != nil {
		return view{}, err
	}
	data := accessView{Now: v.now, SeesGrants: filter.Kind() != deskpolicy.FilterNone, keysView: v.keys()}
	if !data.SeesGrants && !data.SeesKeys {
		return view{}, deskhttp.ErrNotFound
	}
	if data.SeesGrants {
		err = v.addGrants(&data, filter)
	}
	return view{accessPage, "Support access and keys", data}, err
}

// addGrants adds the support access that the filter selects.
func (v *visit) addGrants(data *accessView, filter deskpolicy.Filter[deskpolicy.SupportGrant]) error {
	log, err := v.Records.SupportLog(v.Context())
	if err != nil {
		return err
	}
	entries := log.Entries(v.now, v.desk.Grants...)
	data.MayGive = sees(v, deskpolicy.SupportGrantCreate) || mayGiveAccess(v)
	data.Roles, data.Places, data.Latest = slices.Collect(v.desk.Roles.All()), v.desk.Workspaces, deskpolicy.SupportGrantTerms{}.LatestEnd(v.now)
	for _, grant := range v.desk.Grants {
		if filter.Match(&grant) {
			data.Grants = append(data.Grants, v.grantRow(grant, entries))
		}
	}
	return nil
}

func (v *visit) grantRow(grant deskpolicy.SupportGrant, entries []deskpolicy.SupportAccessEntry) grantRow {
	row := grantRow{SupportGrant: grant, Status: grant.Status(v.now)}
	for _, e := range entries {
		if e.Grant == grant.ID() {
			row.Use, row.Turns = append(row.Use, e), e.StatusUntil
		}
	}
	over := row.Status == deskpolicy.SupportGrantExpired || row.Status == deskpolicy.SupportGrantRevoked
	row.MayExtend = !over && deskpolicy.Authorize(v.subject, deskpolicy.SupportGrantExtend, &grant).Allowed()
	row.MayRevoke = !over && deskpolicy.Authorize(v.subject, deskpolicy.SupportGrantRevoke, &grant).Allowed()
	return row
}

// mayGiveAccess reports whether the subject may give support access with any role.
func mayGiveAccess(v *visit) bool {
	for role := range v.desk.Roles.All() {
		terms := deskpolicy.SupportGrantTerms{ID: "new", Roles: []deskpolicy.Role{role}, Engineers: []deskpolicy.SupportEngineer{{ID: "new", Email: "new@vendor.example"}}}
		if _, _, err := deskpolicy.NewSupportGrant(v.subject, terms, v.now); err == nil {
			return true
		}
	}
	return false
}

// timeInput is the format of the input of a browser, which we take as UTC.
const timeInput = "2006-01-02T15:04"

// instant returns the instant that a form has, or zero if it has none.
func (v *visit) instant(name string) (time.Time, error) {
	text := v.PostFormValue(name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(timeInput, text)
	if err != nil {
		return at, roster.Refusal("The " + name + " is not a date and a time.")
	}
	return at, nil
}

func giveAccess(v *visit) (string, error) {
	end, err := v.instant("end")
	if err != nil {
		return "", err
	}
	access := roster.SupportAccess{
		ID: deskpolicy.SupportGrantID(strings.TrimSpace(v.PostFormValue("id"))), Roles: v.PostForm["role"], End: end,
		Engineer: deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(v.PostFormValue("engineer")), Name: v.PostFormValue("name"), Email: v.PostFormValue("email")},
	}
	for _, id := range v.PostForm["workspace"] {
		access.Workspaces = append(access.Workspaces, deskpolicy.WorkspaceID(id))
	}
	return "access", v.Changes.GiveAccess(v.Context(), access)
}

func extendAccess(v *visit) (string, error) {
	end, err := v.instant("end")
	if err != nil {
		return "", err
	}
	return "access", v.Changes.ExtendAccess(v.Context(), deskpolicy.SupportGrantID(v.PostFormValue("id")), end)
}

func revokeAccess(v *visit) (string, error) {
	return "access", v.Changes.RevokeAccess(v.Context(), deskpolicy.SupportGrantID(v.PostFormValue("id")))
}
