package deskpolicy

import (
	"slices"
	"strings"
)

// A schema is a JSON Schema, draft 2020-12, with the keywords that RolesJSONSchema needs.
type schema struct {
	Schema      string            `json:"$schema,omitempty"`
	Ref         string            `json:"$ref,omitempty"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Type        string            `json:"type,omitempty"`
	Const       int               `json:"const,omitempty"`
	MinLength   int               `json:"minLength,omitempty"`
	MaxLength   int               `json:"maxLength,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	Enum        []string          `json:"enum,omitempty"`
	AnyOf       []schema          `json:"anyOf,omitempty"`
	Default     string            `json:"default,omitempty"`
	Items       *schema           `json:"items,omitempty"`
	UniqueItems bool              `json:"uniqueItems,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Properties  map[string]schema `json:"properties,omitempty"`
	Additional  *bool             `json:"additionalProperties,omitempty"`
	Defs        map[string]schema `json:"$defs,omitempty"`
}

// RolesJSONSchema returns the JSON Schema, draft 2020-12, for the files that [DecodeRoles]
// reads with the same vocabulary. Editors use it to complete and check a file. The schema
// lists every permission that a custom role can hold, without a scope and at each scope.
// DecodeRoles also checks what a schema cannot express, such as that names differ in more
// than case, and from those of the built-in roles that are offered.
func RolesJSONSchema(v *Vocabulary) []byte {
	file := closedObject(map[string]schema{
		"$schema": {Description: "The location of this schema, for editors.", Type: "string"},
		"version": {Description: "The version of the format.", Const: roleVersion},
		"account": {Description: "The ID of the account that the roles belong to.", Type: "string", MinLength: 1},
		"built_in": {
			Description: "The built-in roles that the account offers; without the key, it offers none.", Type: "array",
			Items: &schema{Enum: namesOf(builtIns)}, UniqueItems: true,
		},
		"roles": {Description: "The custom roles, with distinct names.", Type: "array", Items: &schema{Ref: "#/$defs/role"}},
	}, "version", "account", "roles")
	file.Schema = "https://json-schema.org/draft/2020-12/schema"
	file.Title = "deskpolicy: the roles of an account"
	file.Defs = map[string]schema{
		"role": closedObject(map[string]schema{
			"name": {
				Description: "The name of the role. It differs in more than case from the names of the account's other roles and of the built-in roles that it offers.", Type: "string",
				MinLength: 1, MaxLength: maxRoleName, Pattern: `^\S(.*\S)?$`,
			},
			"level": {
				Description: "The scope of the permissions that are written without one.", Type: "string",
				Pattern: "^" + scopePattern() + "$", Default: ScopeRestricted.String(),
			},
			"permissions": {
				Description: "Everything that the role permits.", Type: "array",
				Items: &schema{Ref: "#/$defs/permission"}, UniqueItems: true,
			},
		}, "name", "permissions"),
		"permission": {
			Description: "An action and, after an @, its scope: restricted reaches what is assigned to the agent; group, also what is in the agent's groups; global, everything; shared, what a shared agent reaches. The other names are relations; join several with a |. An action that takes no scope is written without one.",
			Type:        "string", AnyOf: []schema{{Enum: v.customPermissions()}, {Pattern: v.scopedPattern()}},
		},
	}
	return indentedJSON(file)
}

// scopePattern returns a pattern that matches scopes of one or more parts.
func scopePattern() string {
	part := "(" + strings.Join(scopeNames(), "|") + ")"
	return part + `(\|` + part + ")*"
}

// scopedPattern returns a pattern that matches the actions that take a scope, at any scope.
func (v *Vocabulary) scopedPattern() string {
	var names []string
	for _, id := range v.actions() {
		if id.Relations() != 0 && !id.scopeless() {
			names = append(names, quoted(v.Name(id)))
		}
	}
	return "^(" + strings.Join(names, "|") + ")@" + scopePattern() + "$"
}

// quoted returns a pattern that matches the name only.
func quoted(name string) string {
	var pattern strings.Builder
	for _, r := range name {
		if strings.ContainsRune(`\.+*?()|[]{}^$/-`, r) {
			pattern.WriteByte('\\')
		}
		pattern.WriteRune(r)
	}
	return pattern.String()
}

// closedObject returns the schema of an object with these properties and no others.
func closedObject(properties map[string]schema, required ...string) schema {
	return schema{Type: "object", Required: required, Properties: properties, Additional: new(bool)}
}

// customPermissions returns the names of the permissions that a custom role can hold,
// without a scope and at each named scope, in the order of the action numbers.
func (v *Vocabulary) customPermissions() (names []string) {
	for _, id := range slices.Sorted(slices.Values(v.actions())) {
		if !everything.Has(id.At(ScopeGlobal)) {
			continue
		}
		names = append(names, v.Name(id))
		for _, set := range namedScopes {
			if v.checkScope(id.At(set.scope)) == nil {
				names = append(names, v.Name(id)+"@"+set.name)
			}
		}
	}
	return names
}
