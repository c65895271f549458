package deskpolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// roleLimits bound a file of roles: there is room for 2,500 roles of 40 permissions,
// and of values for whatever Encode writes, which takes 18 bytes for each or more.
var roleLimits = strictjson.Limits{Bytes: 4 << 20, Values: 1 << 18, Depth: 8}

// roleVersion is the version of the format that is read and written.
const roleVersion = 1

// DecodeRoles reads the custom roles of an account as [RoleSet.Encode] writes
// them, with the names that v knows. A nil Vocabulary knows the library's.
//
//	{
//	  "version": 1,
//	  "account": "acme",
//	  "roles": [
//	    {
//	      "name": "Interns",
//	      "permissions": ["conversation.view@global", "conversation.reply"]
//	    }
//	  ]
//	}
//
// A permission that names no scope is at the role's "level" if it has one, and
// at Restricted, the least, if not [R17]; an action that takes none is written by
// its name alone (A34). A string "$schema" at the top is for
// editors, which [RolesJSONSchema] helps. A file grants what it names: there are no
// patterns, so that an action that is new in the vocabulary is granted by none.
//
// It refuses whatever it does not know, what occurs twice, what is missing, and
// what no custom role or [RoleSet] can be, with all problems, each with its
// line, or a thousand of them; nothing is read then. What it reads may still be of
// no use: see [Role.Warnings]. A file of more than 4 MiB, or of more than 262,144
// values, is refused.
func DecodeRoles(data []byte, v *Vocabulary) (RoleSet, error) {
	r := roleReader{vocabulary: v, taken: make(takenNames)}
	return strictjson.Decode(data, roleLimits, r.set)
}

// UnmarshalJSON reads what MarshalJSON writes: it is [DecodeRoles] with the
// library's vocabulary. What is refused leaves s as it was.
func (s *RoleSet) UnmarshalJSON(data []byte) error {
	set, err := DecodeRoles(data, nil)
	if err != nil {
		return err
	}
	*s = set
	return nil
}

// A roleReader reads the roles of one file. It makes the checks of [NewRole] and
// [NewRoleSet] one by one, for each to have its line.
type roleReader struct {
	vocabulary *Vocabulary
	account    AccountID
	taken      takenNames
}

func (r *roleReader) set(v *strictjson.Value) RoleSet {
	v.Optional("$schema").Text()
	checkVersion(v.Required("version"))
	r.account = strictjson.As(v.Required("account"), parseOwner)
	return setOf(r.account, strictjson.List(v.Required("roles"), r.role))
}

func checkVersion(v *strictjson.Value) {
	if version, ok := v.Int(); ok && version != roleVersion {
		v.Refuse(fmt.Errorf("version %d is unknown; this reads version %d", version, roleVersion))
	}
}

func parseOwner(account string) (AccountID, error) {
	if account == "" {
		return "", errors.New("a set of roles is of an account")
	}
	return AccountID(account), nil
}

func (r *roleReader) role(v *strictjson.Value) Role {
	name := strictjson.As(v.Required("name"), r.name)
	level := ScopeRestricted
	if given := v.Optional("level"); given.Present() {
		level = strictjson.As(given, parseScope)
	}
	return Role{define(name, r.account, r.permissions(v.Required("permissions"), level))}
}

func (r *roleReader) name(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	return name, r.taken.take(name)
}

func (r *roleReader) permissions(v *strictjson.Value, level Scope) (set Permissions) {
	seen, parse := make(map[Permission]bool), r.permissionAt(level)
	for element := range v.Elements() {
		p := strictjson.As(element, parse)
		switch {
		case !p.Scope.Valid(): // it or the level was refused
		case seen[p]:
			element.Refuse(fmt.Errorf("duplicate permission %s", r.vocabulary.PermissionName(p)))
		default:
			if problem := r.vocabulary.refuses(p); problem != nil {
				element.Refuse(problem)
			}
		}
		seen[p] = true
		set.add(p)
	}
	return set
}

// permissionAt reads permissions such as "ticket.reply@group", or "ticket.reply"
// at the level.
func (r *roleReader) permissionAt(level Scope) func(string) (Permission, error) {
	return func(text string) (Permission, error) {
		p, err := r.vocabulary.ParsePermission(text)
		if !strings.Contains(text, "@") && !p.Action.scopeless() {
			p.Scope = level
		}
		return p, err
	}
}

// rolesJSON is a set of roles as it is written.
type rolesJSON struct {
	Version int        `json:"version"`
	Account AccountID  `json:"account"`
	Roles   []roleJSON `json:"roles"`
}

type roleJSON struct {
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
}

// Encode writes the set as [DecodeRoles] reads it with the same vocabulary: a
// permission a line, each with its scope, in a fixed order. Sets that are alike
// are written alike.
//
// The zero RoleSet is an error, and so is what could not be read back: a host's
// action that v does not name, an account whose ID JSON cannot hold, and more
// than 4 MiB.
func (s RoleSet) Encode(v *Vocabulary) ([]byte, error) {
	var wrong problems
	wrong.add(s.checkAccount())
	w := rolesJSON{Version: roleVersion, Account: s.account, Roles: make([]roleJSON, len(s.roles))}
	for i, role := range s.roles {
		w.Roles[i] = roleJSON{role.Name(), make([]string, 0)}
		for p := range role.Permissions().All() {
			if id, _ := v.action(v.Name(p.Action)); id != p.Action {
				wrong.add(fmt.Errorf("deskpolicy: role %q: the vocabulary has no name for %v", role.Name(), p.Action))
			}
			w.Roles[i].Permissions = append(w.Roles[i].Permissions, v.PermissionName(p))
		}
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	data := indented(w)
	if len(data) > roleLimits.Bytes {
		return nil, fmt.Errorf("deskpolicy: the roles take more than %d bytes", roleLimits.Bytes)
	}
	return data, nil
}

// MarshalJSON writes the set with the library's vocabulary: see Encode.
func (s RoleSet) MarshalJSON() ([]byte, error) { return s.Encode(nil) }

func (s RoleSet) checkAccount() error {
	switch id := string(s.account); {
	case id == "":
		return errors.New("deskpolicy: the zero RoleSet is of no account")
	case strictjson.BadText(id):
		return fmt.Errorf("deskpolicy: account %q cannot be written", id)
	}
	return nil
}

// indented returns the value as JSON for people to read.
func indented(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value) // it fails for no value of the types that are written here
	return buffer.Bytes()
}
