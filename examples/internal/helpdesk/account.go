package helpdesk

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

type account struct {
	record      deskpolicy.Account
	workspaces  *register[deskpolicy.WorkspaceID]
	groups      *register[deskpolicy.GroupID]
	roles       *register[deskpolicy.Role] // the custom roles
	territories *register[deskpolicy.TerritoryID]
	hierarchy   map[deskpolicy.TerritoryID]deskpolicy.TerritoryID // the parent of each territory
}

func (h *helpdesk) readAccount(v *strictjson.Value) {
	a := account{
		workspaces:  newRegister[deskpolicy.WorkspaceID]("workspace"),
		groups:      newRegister[deskpolicy.GroupID]("group"),
		roles:       newRegister[deskpolicy.Role]("role"),
		territories: newRegister[deskpolicy.TerritoryID]("territory"),
		hierarchy:   make(map[deskpolicy.TerritoryID]deskpolicy.TerritoryID),
	}
	a.record = deskpolicy.Account{
		ID:             deskpolicy.AccountID(strictjson.As(v.Required("id"), identifier)),
		Plan:           readPlan(v.Required("plan")),
		Integrated:     v.Optional("integrated").Bool(),
		OpenWorkspaces: newIDs(v.Optional("open_workspaces"), a.workspaces),
		Administrators: strictjson.List(v.Optional("administrators"), func(v *strictjson.Value) deskpolicy.AgentID {
			return deskpolicy.AgentID(strictjson.As(v, identifier))
		}),
	}
	newIDs(v.Optional("restricted_workspaces"), a.workspaces)
	newIDs(v.Optional("groups"), a.groups)
	forEach(v.Optional("territories"), a.readTerritory)
	h.accounts.add("", v.Required("id"), a)

	h.resources.set(fmt.Sprintf("account:%s", a.record.ID), a.record)
	h.resources.set(fmt.Sprintf("workspace:%s", a.record.ID), deskpolicy.Workspace{Account: a.record.ID}) // outside of workspaces
	for id, workspace := range a.workspaces.byID {
		h.resources.set(fmt.Sprintf("workspace:%s/%s", a.record.ID, id), deskpolicy.Workspace{ID: workspace, Account: a.record.ID})
	}
}

func readPlan(v *strictjson.Value) (plan deskpolicy.Plan) {
	for feature := range v.Required("features").Elements() {
		plan.Features |= strictjson.AsText[deskpolicy.Features](feature)
	}
	return plan
}

// readTerritory accepts a parent only if it is listed before, so that there are no cycles.
func (a account) readTerritory(v *strictjson.Value) {
	parent := strictjson.As(v.Optional("parent"), a.territories.find)
	a.hierarchy[newID(v.Required("id"), a.territories)] = parent
}

func (a account) workspaceOrWide(id string) (deskpolicy.WorkspaceID, error) {
	if w := deskpolicy.WorkspaceID(id); w == deskpolicy.AccountWide || w == deskpolicy.OpenWorkspaces || w == deskpolicy.Everywhere {
		return w, nil
	}
	return a.workspaces.find(id)
}
