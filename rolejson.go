package deskpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// roleLimits bounds a file of roles. It leaves room for 2,500 roles with 40 permissions
// each. Encode writes at least 18 bytes per value, so a file that fits Bytes fits Values.
var roleLimits = strictjson.Limits{Bytes: 4 << 20, Values: 1 << 18, Depth: 8}

// roleVersion is the version of the file format.
const roleVersion = 1

// DecodeRoles reads the roles of an account from JSON in the form that [RoleSet.Encode]
// writes: its custom roles, and the names of the built-in roles that it offers. Actions have the names in v; a nil Vocabulary has only the
// library's names.
//
//	{
//	  "version": 1,
//	  "account": "acme",
//	  "built_in": ["Agent", "Supervisor"],
//	  "roles": [
//	    {
//	      "name": "Interns",
//	      "permissions": ["conversation.view@global", "conversation.reply"]
//	    }
//	  ]
//	}
//
// Without "built_in", the account offers no built-in role (A67).
//
// A permission without a scope is at the role's "level", or at Restricted, the narrowest,
// if the role has no level [R17]. An action that takes no scope is written without one
// (A34). The optional string "$schema" at the top is for editors: see [RolesJSONSchema].
// There are no patterns: a file grants only the permissions that it names, so it never
// grants an action that a later version adds.
//
// DecodeRoles refuses unknown names and keys, duplicates, missing keys, and any role that
// [NewRole] or [NewRoleSet] refuses. It also refuses a file of more than 4 MiB or more
// than 262,144 values. The error lists up to a thousand problems, each with its line, and
// comes with the zero RoleSet.
//
// A role can have permissions that are of no use: see [Role.Warnings].
func DecodeRoles(data []byte, v *Vocabulary) (RoleSet, error) {
	r := roleReader{vocabulary: v, taken: make(takenNames)}
	return strictjson.Decode(data, roleLimits, r.set)
}

// UnmarshalJSON reads roles as [DecodeRoles] does with a nil Vocabulary. If it returns an
// error, s is unchanged.
func (s *RoleSet) UnmarshalJSON(data []byte) error {
	set, err := DecodeRoles(data, nil)
	if err != nil {
		return err
	}
	*s = set
	return nil
}

// A roleReader reads the roles of one file. It makes the checks of [NewRole] and
// [NewRoleSet] one by one, so that it can report the line of each problem.
type roleReader struct {
	vocabulary *Vocabulary
	account    AccountID
	taken      takenNames
}

func (r *roleReader) set(v *strictjson.Value) RoleSet {
	v.Optional("$schema").Text()
	checkVersion(v.Required("version"))
	r.account = strictjson.As(v.Required("account"), parseAccount)
	offered := strictjson.List(v.Optional("built_in"), r.builtIn) // before the custom roles, which cannot have these names
	return sortedRoleSet(r.account, append(offered, strictjson.List(v.Required("roles"), r.role)...))
}

func checkVersion(v *strictjson.Value) {
	if version, ok := v.Int(); ok && version != roleVersion {
		v.Refuse(fmt.Errorf("version %d is not supported; use version %d", version, roleVersion))
	}
}

func parseAccount(account string) (AccountID, error) {
	if account == "" {
		return "", errors.New("the account ID is empty; give the account that the roles belong to")
	}
	return AccountID(account), nil
}

func (r *roleReader) builtIn(v *strictjson.Value) Role {
	return strictjson.As(v, func(name string) (Role, error) {
		role, err := parseOne("built-in role", name, builtIns)
		if err == nil {
			err = r.taken.offer(role)
		}
		return role, err
	})
}

func (r *roleReader) role(v *strictjson.Value) Role {
	name := strictjson.As(v.Required("name"), r.name)
	level := ScopeRestricted
	if given := v.Optional("level"); given.Present() {
		level = strictjson.As(given, parseScope)
	}
	return Role{newRoleDef(name, r.account, r.permissions(v.Required("permissions"), level))}
}

func (r *roleReader) name(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	return name, r.taken.add(name)
}

func (r *roleReader) permissions(v *strictjson.Value, level Scope) (set Permissions) {
	seen, parse := make(map[Permission]bool), r.permissionAt(level)
	for element := range v.Elements() {
		p := strictjson.As(element, parse)
		switch {
		case !p.Scope.Valid(): // the permission or the level was refused
		case seen[p]:
			element.Refuse(fmt.Errorf("duplicate permission %s; remove it", r.vocabulary.PermissionName(p)))
		default:
			if problem := r.vocabulary.checkCustom(p); problem != nil {
				element.Refuse(problem)
			}
		}
		seen[p] = true
		set.add(p)
	}
	return set
}

// permissionAt returns a function that reads a permission such as "ticket.reply@group". A
// permission without a scope, such as "ticket.reply", gets the level as its scope.
func (r *roleReader) permissionAt(level Scope) func(string) (Permission, error) {
	return func(text string) (Permission, error) {
		p, err := r.vocabulary.ParsePermission(text)
		if !strings.Contains(text, "@") && !p.Action.scopeless() {
			p.Scope = level
		}
		return p, err
	}
}

// rolesJSON is the JSON form of a RoleSet.
type rolesJSON struct {
	Version int        `json:"version"`
	Account AccountID  `json:"account"`
	BuiltIn []string   `json:"built_in,omitempty"`
	Roles   []roleJSON `json:"roles"`
}

type roleJSON struct {
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
}

// Encode returns the set as JSON that [DecodeRoles] reads with the same vocabulary. Each
// permission is on its own line, with its scope, in a fixed order. Equal sets have equal
// encodings.
//
// Encode returns an error if DecodeRoles could not read the result: for the zero RoleSet,
// for an action of the host that v does not name, for an account ID that JSON cannot
// hold, and for a result of more than 4 MiB.
func (s RoleSet) Encode(v *Vocabulary) ([]byte, error) {
	var wrong problems
	wrong.add(s.checkAccount())
	w := rolesJSON{Version: roleVersion, Account: s.account, Roles: make([]roleJSON, 0)}
	for _, role := range s.roles {
		if role.BuiltIn() {
			w.BuiltIn = append(w.BuiltIn, role.Name())
			continue
		}
		one := roleJSON{role.Name(), make([]string, 0)}
		for p := range role.Permissions().All() {
			if id, _ := v.action(v.Name(p.Action)); id != p.Action {
				wrong.add(fmt.Errorf("deskpolicy: role %q: the vocabulary does not name %v; add it to the vocabulary", role.Name(), p.Action))
			}
			one.Permissions = append(one.Permissions, v.PermissionName(p))
		}
		w.Roles = append(w.Roles, one)
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	data := indentedJSON(w)
	if len(data) > roleLimits.Bytes {
		return nil, fmt.Errorf("deskpolicy: role set: the JSON is longer than %d bytes; remove roles or permissions", roleLimits.Bytes)
	}
	return data, nil
}

// MarshalJSON returns the result of [RoleSet.Encode] with a nil Vocabulary.
func (s RoleSet) MarshalJSON() ([]byte, error) { return s.Encode(nil) }

func (s RoleSet) checkAccount() error {
	switch id := string(s.account); {
	case id == "":
		return errors.New("deskpolicy: role set: the zero RoleSet has no account; use NewRoleSet")
	case strictjson.BadText(id):
		return fmt.Errorf("deskpolicy: account %q: JSON cannot hold the ID; use valid UTF-8 without NUL or U+FFFD", id)
	}
	return nil
}

// indentedJSON returns the value as indented JSON.
func indentedJSON(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value) // cannot fail for the types written here
	return buffer.Bytes()
}
