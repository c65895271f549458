package deskpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// grantLimits bound a grant in JSON.
var grantLimits = strictjson.Limits{Bytes: 1 << 20, Values: 1 << 17, Depth: 8} // more than one of maxGrant bytes has

// grantJSON is a grant as it is written.
type grantJSON struct {
	ID         SupportGrantID           `json:"id"`
	Account    AccountID                `json:"account"`
	By         AgentID                  `json:"by"`
	Start      string                   `json:"start"`
	End        string                   `json:"end"`
	Revoked    string                   `json:"revoked,omitempty"`
	Roles      []string                 `json:"roles"`
	Workspaces map[WorkspaceID][]string `json:"workspaces,omitempty"`
	Engineers  []engineerJSON           `json:"engineers"`
}

type engineerJSON struct {
	ID    SupportEngineerID `json:"id"`
	Name  string            `json:"name,omitempty"`
	Email string            `json:"email"`
}

// MarshalJSON writes the grant with the names of its roles and its instants in
// UTC as RFC 3339. The zero SupportGrant is an error.
func (g SupportGrant) MarshalJSON() ([]byte, error) {
	if g.def == nil {
		return nil, errors.New("deskpolicy: the zero Grant is no grant")
	}
	w := grantJSON{
		ID: g.ID(), Account: g.Account(), By: g.CreatedBy(), Start: text(g.Start()), End: text(g.End()),
		Roles: namesOf(g.def.roles), Engineers: make([]engineerJSON, len(g.def.engineers)),
	}
	for i, e := range g.def.engineers {
		w.Engineers[i] = engineerJSON(e)
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

// UnmarshalJSON refuses: what roles a name stands for is known to [DecodeSupportGrant] only.
func (*SupportGrant) UnmarshalJSON([]byte) error {
	return errors.New("deskpolicy: a grant is read by DecodeGrant")
}

func namesOf(roles []Role) []string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = role.Name()
	}
	return names
}

// DecodeSupportGrant reads a grant as MarshalJSON writes it. The role function finds
// the account's roles by name; nil finds the built-in ones.
//
// It refuses whatever it does not know, what occurs twice, what is missing, and
// what no grant can be, with all problems, each with its line, or a thousand of
// them. A grant of more than 1 MiB, or of more than 131,072 values, is refused. What
// was true at one instant only, such as the authority of who made it, is not asked
// again.
func DecodeSupportGrant(data []byte, role func(name string) (Role, error)) (SupportGrant, error) {
	return strictjson.Decode(data, grantLimits, grantReader(role))
}

func grantReader(role func(name string) (Role, error)) func(*strictjson.Value) SupportGrant {
	if role == nil {
		role = BuiltInRole
	}
	roles := func(v *strictjson.Value) []Role {
		return strictjson.List(v, func(v *strictjson.Value) Role { return strictjson.As(v, role) })
	}
	return func(v *strictjson.Value) SupportGrant {
		def := &grantDef{
			id:         SupportGrantID(v.Required("id").Text()),
			account:    AccountID(v.Required("account").Text()),
			by:         AgentID(v.Required("by").Text()),
			start:      strictjson.As(v.Required("start"), parseInstant),
			end:        strictjson.As(v.Required("end"), parseInstant),
			revoked:    strictjson.As(v.Optional("revoked"), parseInstant),
			roles:      roles(v.Required("roles")),
			workspaces: make(map[WorkspaceID][]Role),
			engineers:  strictjson.List(v.Required("engineers"), readEngineer),
		}
		for workspace, held := range v.Optional("workspaces").Members() {
			def.workspaces[WorkspaceID(workspace)] = roles(held)
		}
		if !v.Sound() {
			return SupportGrant{}
		}
		def.hold()
		if err := errors.Join(def.check(), def.checkOrigin()); err != nil {
			v.Refuse(err)
		}
		return SupportGrant{def}
	}
}

func readEngineer(v *strictjson.Value) SupportEngineer {
	return SupportEngineer{SupportEngineerID(v.Required("id").Text()), v.Optional("name").Text(), v.Required("email").Text()}
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

// parseInstant reads an instant as it is written: in UTC, with no more digits than it needs.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || text(t) != s {
		return time.Time{}, fmt.Errorf("%.*q is no instant such as %q", maxQuoted, s, "2026-11-21T09:30:00Z")
	}
	return t, checkInstant(t) // with a Z it is in UTC
}
