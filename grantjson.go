package deskpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// grantLimits bound a grant or an event in JSON.
var grantLimits = strictjson.Limits{Bytes: 1 << 20, Values: 1 << 16, Depth: 8}

// grantJSON is a grant as it is written.
type grantJSON struct {
	ID         GrantID                  `json:"id"`
	Account    AccountID                `json:"account"`
	By         AgentID                  `json:"by"`
	Start      string                   `json:"start"`
	End        string                   `json:"end"`
	Revoked    string                   `json:"revoked,omitempty"`
	Roles      []string                 `json:"roles"`
	Workspaces map[WorkspaceID][]string `json:"workspaces,omitempty"`
	Notify     []string                 `json:"notify,omitempty"`
}

// MarshalJSON writes the grant with the names of its roles and its instants in
// UTC as RFC 3339. The zero Grant is an error.
func (g Grant) MarshalJSON() ([]byte, error) {
	if g.def == nil {
		return nil, errors.New("deskpolicy: the zero Grant is no grant")
	}
	w := grantJSON{
		ID: g.ID(), Account: g.Account(), By: g.By(), Start: text(g.Start()), End: text(g.End()),
		Roles: namesOf(g.def.roles), Notify: g.def.notify,
	}
	if !g.RevokedAt().IsZero() {
		w.Revoked = text(g.RevokedAt())
	}
	for workspace, roles := range g.def.workspaces {
		if w.Workspaces == nil {
			w.Workspaces = make(map[WorkspaceID][]string)
		}
		w.Workspaces[workspace] = namesOf(roles)
	}
	return json.Marshal(w)
}

// UnmarshalJSON refuses: what roles a name stands for is known to [DecodeGrant] only.
func (*Grant) UnmarshalJSON([]byte) error {
	return errors.New("deskpolicy: a grant is read by DecodeGrant")
}

func namesOf(roles []Role) []string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = role.Name()
	}
	return names
}

// DecodeGrant reads a grant as MarshalJSON writes it. The role function finds
// the account's roles by name; nil finds the built-in ones.
//
// It refuses whatever it does not know, what occurs twice, what is missing, and
// what no grant can be, with all problems, each with its line, or a thousand of
// them. A grant of more than 1 MiB, or of more than 65,536 values, is refused. What was true at
// one instant only, such as the authority of who made it, is not asked again.
func DecodeGrant(data []byte, role func(name string) (Role, error)) (Grant, error) {
	return strictjson.Decode(data, grantLimits, grantReader(role))
}

func grantReader(role func(name string) (Role, error)) func(*strictjson.Value) Grant {
	if role == nil {
		role = BuiltInRole
	}
	roles := func(v *strictjson.Value) []Role {
		return strictjson.List(v, func(v *strictjson.Value) Role { return strictjson.As(v, role) })
	}
	return func(v *strictjson.Value) Grant {
		def := &grantDef{
			id:         GrantID(v.Required("id").Text()),
			account:    AccountID(v.Required("account").Text()),
			by:         AgentID(v.Required("by").Text()),
			start:      strictjson.As(v.Required("start"), parseInstant),
			end:        strictjson.As(v.Required("end"), parseInstant),
			revoked:    strictjson.As(v.Optional("revoked"), parseInstant),
			roles:      roles(v.Required("roles")),
			workspaces: make(map[WorkspaceID][]Role),
			notify:     strictjson.List(v.Optional("notify"), (*strictjson.Value).Text),
		}
		for workspace, held := range v.Optional("workspaces").Members() {
			def.workspaces[WorkspaceID(workspace)] = roles(held)
		}
		if !v.Sound() {
			return Grant{}
		}
		def.hold()
		if err := errors.Join(def.check(), def.checkOrigin()); err != nil {
			v.Refuse(err)
		}
		return Grant{def}
	}
}

// checkOrigin reports a grant of nobody's: nobody could have made it.
func (d *grantDef) checkOrigin() (err error) {
	if d.account == "" {
		err = d.problem("it is of no account")
	}
	if d.by == "" {
		err = errors.Join(err, d.problem("nobody made it"))
	}
	return err
}

// MarshalJSON writes the event with the grant before and after it.
func (e GrantEvent) MarshalJSON() ([]byte, error) {
	fields := struct {
		Action string  `json:"action"`
		By     AgentID `json:"by"`
		At     string  `json:"at"`
		Before *Grant  `json:"before,omitempty"`
		After  Grant   `json:"after"`
	}{Action: e.Action.String(), By: e.By, At: text(e.At), After: e.After}
	if e.Before != (Grant{}) {
		fields.Before = &e.Before
	}
	return json.Marshal(fields)
}

// DecodeGrantEvent reads an event as MarshalJSON writes it; see [DecodeGrant]. It
// refuses an event whose change does not make the grant after it of the one before.
func DecodeGrantEvent(data []byte, role func(name string) (Role, error)) (GrantEvent, error) {
	grant := grantReader(role)
	return strictjson.Decode(data, grantLimits, func(v *strictjson.Value) GrantEvent {
		e := GrantEvent{
			Action: strictjson.As(v.Required("action"), parseGrantAction),
			By:     AgentID(v.Required("by").Text()),
			At:     strictjson.As(v.Required("at"), parseInstant),
			After:  grant(v.Required("after")),
		}
		if before := v.Optional("before"); before.Present() {
			e.Before = grant(before)
		}
		if v.Sound() {
			if err := e.check(); err != nil {
				v.Refuse(err)
			}
		}
		return e
	})
}

// check reports an event that no change of a grant leaves.
func (e GrantEvent) check() (err error) {
	if e.By == "" {
		err = errors.New("nobody made the change")
	}
	if created := e.Action == GrantCreate.ID(); created != (e.Before == Grant{}) {
		return errors.Join(err, errors.New("a grant has a state before each change but the first"))
	}
	after, want := e.After.def, e.Before.copy()
	switch e.Action {
	case GrantCreate.ID():
		*want = *after
		want.by, want.revoked = e.By, time.Time{}
		err = errors.Join(err, after.checkStart(e.At))
	case GrantExtend.ID():
		want.end = after.end
		err = errors.Join(err, e.Before.checkAlive(e.At), e.Before.checkLater(after.end))
	case GrantRevoke.ID():
		want.revoke(e.At)
	}
	if want.written() != after.written() {
		err = errors.Join(err, errors.New("the grant after it is not what the change makes of the one before"))
	}
	return err
}

// written returns the grant as JSON, in which equal ones are equal.
func (d *grantDef) written() string {
	data, _ := Grant{d}.MarshalJSON() // it fails for no grant only
	return string(data)
}

// parseGrantAction reads the name of an action that changes a grant.
func parseGrantAction(name string) (ActionID, error) {
	return parseOne("change of a grant", name, []ActionID{GrantCreate.ID(), GrantExtend.ID(), GrantRevoke.ID()})
}

// parseInstant reads an instant as it is written: in UTC, with no more digits than it needs.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || text(t) != s {
		return time.Time{}, fmt.Errorf("%.*q is no instant such as %q", maxQuoted, s, "2026-11-21T09:30:00Z")
	}
	return t, checkInstant(t) // with a Z it is in UTC
}
