package deskpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// grantLimits bounds the JSON form of a support grant. It is more than a support grant of
// maxGrant bytes needs.
var grantLimits = strictjson.Limits{Bytes: 1 << 20, Values: 1 << 17, Depth: 8}

// grantJSON is the JSON form of a support grant.
type grantJSON struct {
	ID         SupportGrantID           `json:"id"`
	Account    AccountID                `json:"account"`
	By         AgentID                  `json:"by"`
	Start      string                   `json:"start"`
	End        string                   `json:"end"`
	Revoked    string                   `json:"revoked,omitempty"`
	Roles      []string                 `json:"roles"`
	BuiltIn    []string                 `json:"built_in,omitempty"` // those of the names that are built-in roles
	Workspaces map[WorkspaceID][]string `json:"workspaces,omitempty"`
	Engineers  []engineerJSON           `json:"engineers"`
}

type engineerJSON struct {
	ID    SupportEngineerID `json:"id"`
	Name  string            `json:"name,omitempty"`
	Email string            `json:"email"`
}

// MarshalJSON returns g as JSON, with the names of its roles, which of them are built-in
// roles, and with instants in UTC as RFC 3339. It returns an error for the zero SupportGrant. [DecodeSupportGrant] reads the
// result.
func (g SupportGrant) MarshalJSON() ([]byte, error) {
	if g.def == nil {
		return nil, errors.New("deskpolicy: the zero SupportGrant cannot be written as JSON; use one that NewSupportGrant returned")
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
	given := slices.Clone(g.def.roles)
	for workspace, roles := range g.def.workspaces {
		given = append(given, roles...)
		if w.Workspaces == nil {
			w.Workspaces = make(map[WorkspaceID][]string)
		}
		w.Workspaces[workspace] = namesOf(roles)
	}
	given = slices.DeleteFunc(given, func(role Role) bool { return !role.BuiltIn() })
	slices.SortFunc(given, byName)
	w.BuiltIn = namesOf(slices.Compact(given))
	return json.Marshal(w)
}

// UnmarshalJSON always returns an error, because it cannot look up custom roles by name.
// Use [DecodeSupportGrant].
func (*SupportGrant) UnmarshalJSON([]byte) error {
	return errors.New("deskpolicy: a SupportGrant cannot be unmarshaled; use DecodeSupportGrant")
}

func namesOf(roles []Role) []string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = role.Name()
	}
	return names
}

// DecodeSupportGrant reads a support grant from JSON in the form that
// [SupportGrant.MarshalJSON] writes. The role function looks up a role of the account by
// its name, as [RoleSet.Role] does. It is not asked for the names that the document says are
// built-in roles: these hold although the account may not offer them (A67). A nil function
// finds only built-in roles.
//
// DecodeSupportGrant refuses unknown, duplicate and missing keys, support grants that
// [NewSupportGrant] would not create, and documents of more than 1 MiB or 131,072 values.
// The error lists up to a thousand problems, each with its line. DecodeSupportGrant does
// not check what depended on the time of creation, such as the creator's authority.
func DecodeSupportGrant(data []byte, role func(name string) (Role, error)) (SupportGrant, error) {
	return strictjson.Decode(data, grantLimits, grantReader(role))
}

func grantReader(role func(name string) (Role, error)) func(*strictjson.Value) SupportGrant {
	if role == nil {
		role = BuiltInRole
	}
	return func(v *strictjson.Value) SupportGrant {
		builtIn := make(map[string]Role)
		for _, role := range strictjson.List(v.Optional("built_in"), readBuiltIn) {
			builtIn[role.Name()] = role
		}
		find := func(name string) (Role, error) {
			if role, known := builtIn[name]; known {
				return role, nil
			}
			return role(name)
		}
		roles := func(v *strictjson.Value) []Role {
			return strictjson.List(v, func(v *strictjson.Value) Role { return strictjson.As(v, find) })
		}
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
		def.setBindings()
		if err := errors.Join(def.check(), def.checkOrigin()); err != nil {
			v.Refuse(err)
		}
		return SupportGrant{def}
	}
}

// readBuiltIn reads the name of a built-in role, and not another name that it has.
func readBuiltIn(v *strictjson.Value) Role {
	return strictjson.As(v, func(name string) (Role, error) { return parseOne("built-in role", name, builtIns) })
}

func readEngineer(v *strictjson.Value) SupportEngineer {
	return SupportEngineer{SupportEngineerID(v.Required("id").Text()), v.Optional("name").Text(), v.Required("email").Text()}
}

// checkOrigin reports a support grant without an account or without a creator.
func (d *grantDef) checkOrigin() (err error) {
	if d.account == "" {
		err = d.problem(`"account" is empty; set it to the ID of the account`)
	}
	if d.by == "" {
		err = errors.Join(err, d.problem(`"by" is empty; set it to the ID of the agent who created the support grant`))
	}
	return err
}

// parseInstant reads an instant in the form that text writes: in UTC and without trailing zeros.
func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || text(t) != s {
		return time.Time{}, fmt.Errorf("%.*q is not an instant in UTC such as %q", maxQuoted, s, "2026-11-21T09:30:00Z")
	}
	if !validInstant(t) {
		return time.Time{}, fmt.Errorf("%s is %s", s, instantRange)
	}
	return t, nil
}
