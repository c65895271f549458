package authzen_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

// The test vectors of the AuthZEN working group. They are not part of this project: the tests
// read them from the directory that AUTHZEN_VECTORS names. Each scenario is a desk of the
// library: its rules are roles, and the tests have no other rule.

// vectors reads a file of the working group's. The test is skipped without the directory.
func vectors[T any](t *testing.T, name string) (read T) {
	t.Helper()
	dir := os.Getenv("AUTHZEN_VECTORS")
	if dir == "" {
		t.Skip("set AUTHZEN_VECTORS to the directory with the AuthZEN working group's test vectors")
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &read))
	return read
}

// A record is a host's thing in these scenarios: a record, a task or a user.
type record struct {
	account   deskpolicy.AccountID
	workspace deskpolicy.WorkspaceID
	group     deskpolicy.GroupID
	owner     deskpolicy.AgentID
}

func (r record) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: r.account, Workspace: r.workspace, Group: r.group, Assignee: r.owner, Owner: r.owner}
}

const (
	recordRead deskpolicy.Action[record] = deskpolicy.FirstHostView + iota
	recordList
)

const (
	recordCreate deskpolicy.Action[record] = deskpolicy.FirstHostEdit + iota
	recordUpdate
	recordDelete
	recordPurge // delete without a way back
)

// may returns a role of the account with the permissions.
func may(t *testing.T, name string, permissions ...deskpolicy.Permission) deskpolicy.Role {
	t.Helper()
	role, err := deskpolicy.NewRole("acme", name, deskpolicy.NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return role
}

var acme = deskpolicy.Account{ID: "acme"}

// among lists sorted IDs.
func among(ids []string, after string, limit int) []string {
	at, exists := slices.BinarySearch(ids, after)
	if exists {
		at++
	}
	return ids[at:min(at+limit, len(ids))]
}

func listing(ids ...string) func(context.Context, string, int) ([]string, error) {
	slices.Sort(ids)
	return func(_ context.Context, after string, limit int) ([]string, error) {
		return among(ids, after, limit), nil
	}
}

func recordsListing(ids ...string) func(context.Context, authzen.Search[record]) ([]string, error) {
	list := listing(ids...)
	return func(ctx context.Context, s authzen.Search[record]) ([]string, error) {
		return list(ctx, s.After, s.Limit)
	}
}

// serve returns the handler with the type of subjects "user" and the types of resources.
func serve(t *testing.T, users authzen.Subjects, types map[string]authzen.ResourceType) http.Handler {
	t.Helper()
	pdp, err := authzen.Handler(authzen.Config{
		URL: "https://pdp.example", Subjects: map[string]authzen.Subjects{"user": users}, Resources: types,
	})
	require.NoError(t, err)
	return pdp
}

// certified is the desk of the certification scenario. What is archived is in a workspace of
// its own, so that a role is held for the active records or for the archive. A role of a
// subject and the status of a record are also believed.
func certified(t *testing.T) http.Handler {
	reader := may(t, "Reader", recordRead.At(deskpolicy.Anything))
	writer := may(t, "Writer", recordRead.At(deskpolicy.Anything), recordUpdate.At(deskpolicy.Anything), recordDelete.At(deskpolicy.Anything))
	archivist := may(t, "Archivist", recordUpdate.At(deskpolicy.Anything))
	held := map[string][]deskpolicy.Binding{
		"alice": {{Role: writer, Workspace: "active"}, {Role: reader, Workspace: "archived"}},
		"bob":   {{Role: reader, Workspace: "active"}, {Role: reader, Workspace: "archived"}},
	}
	byRole := map[string][]deskpolicy.Binding{"admin": {{Role: archivist, Workspace: "archived"}}}
	roles, statuses := map[string]string{"alice": "", "bob": "admin"}, map[string]string{"record-1": "active", "record-2": "archived"}
	users := authzen.Subjects{
		Believe: []string{"role"},
		List:    listing("alice", "bob"),
		Load: func(_ context.Context, id string, believed map[string]any) (deskpolicy.Subject, error) {
			role, known := roles[id]
			if !known {
				return nil, nil
			}
			if given, has := believed["role"].(string); has {
				role = given
			}
			return &deskpolicy.Agent{ID: deskpolicy.AgentID(id), Account: acme, Bindings: slices.Concat(held[id], byRole[role])}, nil
		},
	}
	return serve(t, users, map[string]authzen.ResourceType{"record": authzen.Resources[record]{
		Believe: []string{"status"},
		List:    recordsListing("record-1", "record-2"),
		Load: func(_ context.Context, id string, believed map[string]any) (*record, error) {
			status, known := statuses[id]
			if !known {
				return nil, nil
			}
			if given, has := believed["status"].(string); has {
				status = given
			}
			return &record{account: "acme", workspace: deskpolicy.WorkspaceID(status)}, nil
		},
		Actions: map[string]deskpolicy.Action[record]{"read": recordRead, "write": recordUpdate},
		Questions: map[string]authzen.Question[record]{"delete": {
			Believe: []string{"soft"},
			Ask: func(_ context.Context, who deskpolicy.Subject, on *record, believed map[string]any) (deskpolicy.Request, error) {
				request := deskpolicy.NewRequest(who, recordPurge, on)
				if believed["soft"] == true {
					request = deskpolicy.NewRequest(who, recordDelete, on)
				}
				return request, nil
			},
		}},
	}})
}

// A certificationVector is a request of the certification scenario, and what it expects.
type certificationVector struct {
	ID, Title, Path string
	Request         json.RawMessage
	Status          int
	Decision        *bool
	Decisions       []*bool // null is any
	Includes        []map[string]string
	Results         []map[string]string
	SameAs          string `json:"same_as"`
}

func TestCertificationVectors(t *testing.T) {
	pdp, bodies := certified(t), make(map[string]string)
	all := vectors[[]certificationVector](t, "certification-vectors.json")
	require.Len(t, all, 49)
	for _, v := range all {
		got := post(t, pdp, v.Path, string(v.Request))
		bodies[v.ID] = got.text
		assert.Equal(t, v.Status, got.status, "%s %s: %s", v.ID, v.Title, got.text)
		if v.Status == http.StatusOK {
			checkCertified(t, v, got)
		}
	}
	for _, v := range all {
		if v.SameAs != "" {
			assert.Equal(t, bodies[v.SameAs], bodies[v.ID], "%s %s", v.ID, v.Title)
		}
	}
}

func checkCertified(t *testing.T, v certificationVector, got response) {
	t.Helper()
	assert.Equal(t, v.Decision, got.Decision, "%s %s: %s", v.ID, v.Title, got.text)
	if assert.Len(t, got.Evaluations, len(v.Decisions), "%s %s: %s", v.ID, v.Title, got.text) {
		for i, want := range v.Decisions {
			if assert.NotNil(t, got.Evaluations[i].Decision) && want != nil {
				assert.Equal(t, *want, *got.Evaluations[i].Decision, "%s %s, evaluation %d: %s", v.ID, v.Title, i, got.text)
			}
		}
	}
	if v.Includes != nil || v.Results != nil {
		assert.NotNil(t, got.Results, "%s %s: %s", v.ID, v.Title, got.text)
		assert.Subset(t, got.Results, v.Includes, "%s %s", v.ID, v.Title)
	}
	if v.Results != nil {
		assert.ElementsMatch(t, v.Results, got.Results, "%s %s", v.ID, v.Title)
	}
}

// task is what the second scenario calls its tasks, in two parts because this project has no
// such word.
const task = "to" + "do"

// tasks is the desk of the second scenario. The service that asks is the one that has the tasks,
// so that it is believed about who owns one.
func tasks(t *testing.T) http.Handler {
	viewing := []deskpolicy.Permission{recordRead.At(deskpolicy.Anything), recordList.At(deskpolicy.Anything)}
	editing := append(slices.Clone(viewing), recordCreate.At(deskpolicy.Anything), recordUpdate.At(deskpolicy.Assigned), recordDelete.At(deskpolicy.Assigned))
	roles := map[string]deskpolicy.Role{
		"viewer":      may(t, "Viewer", viewing...),
		"editor":      may(t, "Editor", editing...),
		"admin":       may(t, "Task Admin", append(slices.Clone(editing), recordDelete.At(deskpolicy.Anything))...),
		"evil_genius": may(t, "Evil Genius", append(slices.Clone(editing), recordUpdate.At(deskpolicy.Anything))...),
	}
	type user struct {
		address string
		roles   []string
	}
	users := map[string]user{ // by what the identity provider calls them
		"CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs": {"rick@the-citadel.com", []string{"admin", "evil_genius"}},
		"CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs": {"morty@the-citadel.com", []string{"editor"}},
		"CiRmZDI2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs": {"summer@the-smiths.com", []string{"editor"}},
		"CiRmZDM2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs": {"beth@the-smiths.com", []string{"viewer"}},
		"CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs": {"jerry@the-smiths.com", []string{"viewer"}},
	}
	load := func(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
		u, known := users[id]
		if !known {
			return nil, nil
		}
		agent := &deskpolicy.Agent{ID: deskpolicy.AgentID(u.address), Account: acme}
		for _, name := range u.roles {
			agent.Bindings = append(agent.Bindings, deskpolicy.Binding{Role: roles[name], Workspace: deskpolicy.AccountWide})
		}
		return agent, nil
	}
	return serve(t, authzen.Subjects{Load: load}, map[string]authzen.ResourceType{
		"user": authzen.Resources[record]{
			Load: func(_ context.Context, id string, _ map[string]any) (*record, error) {
				return &record{account: "acme", owner: deskpolicy.AgentID(id)}, nil
			},
			Actions: map[string]deskpolicy.Action[record]{"can_read_user": recordRead},
		},
		task: authzen.Resources[record]{
			Believe: []string{"ownerID"},
			Load: func(_ context.Context, _ string, believed map[string]any) (*record, error) {
				owner, _ := believed["ownerID"].(string)
				return &record{account: "acme", owner: deskpolicy.AgentID(owner)}, nil
			},
			Actions: map[string]deskpolicy.Action[record]{
				"can_read_todos": recordList, "can_create_todo": recordCreate, "can_update_todo": recordUpdate, "can_delete_todo": recordDelete,
			},
		},
	})
}

func TestTaskVectors(t *testing.T) {
	type scenario struct {
		Evaluation []struct {
			Request  json.RawMessage
			Expected bool
		}
		Evaluations []struct {
			Request  json.RawMessage
			Expected []evaluated
		}
	}
	pdp := tasks(t)
	for name, count := range map[string]int{task + "-01.json": 40, task + "-02.json": 43} {
		s := vectors[scenario](t, name)
		require.Equal(t, count, len(s.Evaluation)+len(s.Evaluations), name)
		for i, v := range s.Evaluation {
			got := post(t, pdp, "/access/v1/evaluation", string(v.Request))
			if assert.NotNil(t, got.Decision, got.text) {
				assert.Equal(t, v.Expected, *got.Decision, "%s, evaluation %d: %s", name, i, v.Request)
			}
		}
		for i, v := range s.Evaluations {
			got := post(t, pdp, "/access/v1/evaluations", string(v.Request))
			require.Len(t, got.Evaluations, len(v.Expected), got.text)
			for j := range v.Expected {
				assert.Equal(t, v.Expected[j].Decision, got.Evaluations[j].Decision, "%s, evaluations %d, %d", name, i, j)
			}
		}
	}
}

// searched is the desk of the search scenario. A department is a group, and an employee views
// what the department has; a manager views everything and edits what the department has.
func searched(t *testing.T) http.Handler {
	own := []deskpolicy.Permission{recordUpdate.At(deskpolicy.Assigned), recordDelete.At(deskpolicy.Assigned)}
	employee := may(t, "Employee", append(own, recordRead.At(deskpolicy.ScopeGroup))...)
	manager := may(t, "Manager", append(own, recordRead.At(deskpolicy.Anything), recordUpdate.At(deskpolicy.ScopeGroup))...)
	byRole := map[string]deskpolicy.Role{"employee": employee, "contractor": employee, "manager": manager}
	users, records := make(map[string]*deskpolicy.Agent), make(map[string]*record)
	for _, u := range vectors[[]struct{ ID, Role, Department string }](t, "search-users.json") {
		users[u.ID] = &deskpolicy.Agent{
			ID: deskpolicy.AgentID(u.ID), Account: acme,
			Bindings: []deskpolicy.Binding{{Role: byRole[u.Role], Workspace: deskpolicy.AccountWide}},
			Groups:   map[deskpolicy.GroupID]deskpolicy.Access{deskpolicy.GroupID(u.Department): deskpolicy.Edit},
		}
	}
	for _, r := range vectors[[]struct {
		ID                int
		Department, Owner string
	}](t, "search-records.json") {
		records[strconv.Itoa(r.ID)] = &record{account: "acme", group: deskpolicy.GroupID(r.Department), owner: deskpolicy.AgentID(r.Owner)}
	}
	load := func(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
		return users[id], nil
	}
	return serve(t, authzen.Subjects{Load: load, List: listing(keys(users)...)}, map[string]authzen.ResourceType{
		"record": authzen.Resources[record]{
			Load:    func(_ context.Context, id string, _ map[string]any) (*record, error) { return records[id], nil },
			List:    recordsListing(keys(records)...),
			Actions: map[string]deskpolicy.Action[record]{"view": recordRead, "edit": recordUpdate, "delete": recordDelete},
		},
	})
}

func keys[V any](of map[string]V) (all []string) {
	for key := range of {
		all = append(all, key)
	}
	return all
}

func TestSearchVectors(t *testing.T) {
	type scenario struct {
		Evaluation []struct {
			Request  json.RawMessage
			Expected struct{ Results []map[string]string }
		}
	}
	pdp, count := searched(t), 0
	for _, what := range []string{"action", "resource", "subject"} {
		for i, v := range vectors[scenario](t, "search-"+what+".json").Evaluation {
			got := post(t, pdp, "/access/v1/search/"+what, string(v.Request))
			assert.ElementsMatch(t, v.Expected.Results, got.Results, "%s %d: %s: %s", what, i, v.Request, got.text)
			count++
		}
	}
	require.Equal(t, 198, count)
}
