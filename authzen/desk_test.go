package authzen_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

// A desk is what most tests ask about. It counts what is loaded.
//
//	riya   edits in the group billing, views in refunds
//	bob    works on what is assigned to him
//	olga   administers the desk
//	zoe    is deactivated
//
// Tickets t1 to t4 are in billing, t5 is in refunds, t6 is assigned to bob, and g1 is another
// account's.
type desk struct {
	users   map[string]*deskpolicy.Agent
	tickets map[string]*deskpolicy.Ticket

	loaded atomic.Int64 // subjects and resources
	listed atomic.Int64 // lists of candidates
}

// errBroken is the error of a desk for the IDs that begin with "broken".
var errBroken = errors.New("the database is gone: password hunter2")

func newDesk() *desk {
	d := &desk{users: make(map[string]*deskpolicy.Agent), tickets: make(map[string]*deskpolicy.Ticket)}
	for id, role := range map[string]deskpolicy.BuiltInRoleName{
		"riya": deskpolicy.AgentRole, "bob": deskpolicy.AgentRole, "olga": deskpolicy.AdministratorRole, "zoe": deskpolicy.AgentRole,
	} {
		d.users[id] = &deskpolicy.Agent{ID: deskpolicy.AgentID(id), Account: acme, Bindings: []deskpolicy.Binding{
			{Role: role.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup},
		}}
	}
	d.users["riya"].Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View}
	d.users["bob"].Bindings[0].TicketScope = deskpolicy.ScopeRestricted
	d.users["olga"].Bindings[0].TicketScope = deskpolicy.ScopeGlobal
	d.users["zoe"].Deactivated = true
	for _, id := range []string{"t1", "t2", "t3", "t4"} {
		d.tickets[id] = &deskpolicy.Ticket{ID: deskpolicy.TicketID(id), Account: "acme", Group: "billing"}
	}
	d.tickets["t5"] = &deskpolicy.Ticket{ID: "t5", Account: "acme", Group: "refunds"}
	d.tickets["t6"] = &deskpolicy.Ticket{ID: "t6", Account: "acme", Assignee: "bob"}
	d.tickets["g1"] = &deskpolicy.Ticket{ID: "g1", Account: "globex", Group: "billing"}
	return d
}

func (d *desk) user(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
	d.loaded.Add(1)
	if isBroken(id) {
		return nil, errBroken
	}
	user := d.users[id]
	if user == nil {
		return nil, nil
	}
	return user, nil
}

func (d *desk) ticket(_ context.Context, id string, _ map[string]any) (*deskpolicy.Ticket, error) {
	d.loaded.Add(1)
	if isBroken(id) {
		return nil, errBroken
	}
	return d.tickets[id], nil
}

func isBroken(id string) bool { return len(id) >= 6 && id[:6] == "broken" }

func (d *desk) userIDs(_ context.Context, after string, limit int) ([]string, error) {
	d.listed.Add(1)
	return among(slices.Sorted(slices.Values(keys(d.users))), after, limit), nil
}

func (d *desk) ticketIDs(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
	d.listed.Add(1)
	return among(slices.Sorted(slices.Values(keys(d.tickets))), s.After, s.Limit), nil
}

// assign asks whether the ticket can be assigned to the user that the action's property "to"
// names, or to nobody.
func (d *desk) assign(_ context.Context, who deskpolicy.Subject, on *deskpolicy.Ticket, believed map[string]any) (deskpolicy.Request, error) {
	assignment := deskpolicy.TicketAssignment{Ticket: *on}
	switch to := believed["to"].(type) {
	case nil:
	case string:
		if isBroken(to) {
			return deskpolicy.Request{}, errBroken
		}
		assignment.To = d.users[to]
	default:
		return deskpolicy.Request{}, nil
	}
	return deskpolicy.NewRequest(who, deskpolicy.TicketAssign, &assignment), nil
}

func (d *desk) config() authzen.Config {
	return authzen.Config{
		URL: "https://pdp.example",
		Subjects: map[string]authzen.Subjects{
			"user":    {Load: d.user, List: d.userIDs},
			"service": {Load: d.user},
		},
		Resources: map[string]authzen.ResourceType{
			"ticket": authzen.Resources[deskpolicy.Ticket]{
				Load: d.ticket,
				List: d.ticketIDs,
				Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{
					"read": deskpolicy.TicketView, "reply": deskpolicy.TicketReply, "delete": deskpolicy.TicketDelete,
				},
				Questions: map[string]authzen.Question[deskpolicy.Ticket]{"assign": {Ask: d.assign, Believe: []string{"to"}}},
			},
			"archive": authzen.Resources[deskpolicy.Ticket]{
				Load:    d.ticket,
				Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
			},
		},
		PageKey: []byte("a key for tests with just 32 byt"),
	}
}

// handler returns the handler of the config.
func handler(t testing.TB, c authzen.Config) http.Handler {
	t.Helper()
	pdp, err := authzen.Handler(c)
	require.NoError(t, err)
	return pdp
}

// The endpoints of a desk.
const (
	evaluation     = "/access/v1/evaluation"
	evaluations    = "/access/v1/evaluations"
	searchSubject  = "/access/v1/search/subject"
	searchResource = "/access/v1/search/resource"
	searchAction   = "/access/v1/search/action"
)

// The parts of requests and responses.
const (
	riya   = `"subject":{"type":"user","id":"riya"}`
	bob    = `"subject":{"type":"user","id":"bob"}`
	read   = `"action":{"name":"read"}`
	reply  = `"action":{"name":"reply"}`
	t1     = `"resource":{"type":"ticket","id":"t1"}`
	t5     = `"resource":{"type":"ticket","id":"t5"}`
	hidden = `"This does not exist, or you do not have access to it."`
	no     = `{"decision":false,"context":{"reason_user":{"403":` + hidden + `}}}`
	yes    = `{"decision":true}`
)

// refused is the response for one evaluation of a batch that cannot be decided.
func refused(message string) string {
	return fmt.Sprintf(`{"decision":false,"context":{"error":{"status":400,"message":%q}}}`, message)
}
