package deskpolicy

import (
	"maps"
	"slices"
)

// A schema is as much of a JSON Schema, draft 2020-12, as RolesJSONSchema needs.
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
	Not         *schema           `json:"not,omitempty"`
	Enum        []string          `json:"enum,omitempty"`
	Default     string            `json:"default,omitempty"`
	Items       *schema           `json:"items,omitempty"`
	UniqueItems bool              `json:"uniqueItems,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Properties  map[string]schema `json:"properties,omitempty"`
	Additional  *bool             `json:"additionalProperties,omitempty"`
	Defs        map[string]schema `json:"$defs,omitempty"`
}

// RolesJSONSchema returns the JSON Schema, draft 2020-12, of the files that
// [DecodeRoles] reads with that vocabulary, for editors to complete and check
// what is typed. It names every permission that a custom role may hold, without
// a scope and at each. What a schema cannot say, such as that names differ in
// more than case, DecodeRoles alone refuses.
func RolesJSONSchema(v *Vocabulary) []byte {
	file := closed(map[string]schema{
		"$schema": {Description: "Where this schema is, for editors.", Type: "string"},
		"version": {Description: "The version of the format.", Const: roleVersion},
		"account": {Description: "The ID of the account whose roles they are.", Type: "string", MinLength: 1},
		"roles":   {Description: "The custom roles, with distinct names.", Type: "array", Items: &schema{Ref: "#/$defs/role"}},
	}, "version", "account", "roles")
	file.Schema = "https://json-schema.org/draft/2020-12/schema"
	file.Title = "deskpolicy: the custom roles of an account"
	file.Defs = map[string]schema{
		"role": closed(map[string]schema{
			"name": {
				Description: "A name that no other role of the account has in upper or lower case, nor a built-in one.", Type: "string",
				MinLength: 1, MaxLength: maxRoleName, Pattern: `^\S(.*\S)?$`, Not: &schema{Enum: append(namesOf(builtIns), slices.Sorted(maps.Keys(aliases))...)},
			},
			"level": {
				Description: "The scope of the permissions that name none.", Type: "string",
				Enum: scopeNames[ScopeRestricted:], Default: ScopeRestricted.String(),
			},
			"permissions": {
				Description: "What the role permits: nothing else.", Type: "array",
				Items: &schema{Ref: "#/$defs/permission"}, UniqueItems: true,
			},
		}, "name", "permissions"),
		"permission": {
			Description: "An action, and after an @ how far it reaches: restricted, what is assigned to oneself; group, what is of one's groups; global, everything. An action that takes no scope is written by its name.",
			Type:        "string", Enum: v.customisable(),
		},
	}
	return indented(file)
}

// closed is the schema of an object that has the properties and no others.
func closed(properties map[string]schema, required ...string) schema {
	return schema{Type: "object", Required: required, Properties: properties, Additional: new(bool)}
}

// customisable returns the names of the permissions that custom roles may hold,
// without a scope and at each, in the vocabulary's order.
func (v *Vocabulary) customisable() (names []string) {
	for _, id := range slices.Sorted(slices.Values(v.actions())) {
		if !customisable.Has(id.At(ScopeGlobal)) {
			continue
		}
		names = append(names, v.Name(id))
		for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
			if v.checkScope(id.At(scope)) == nil {
				names = append(names, v.Name(id)+"@"+scope.String())
			}
		}
	}
	return names
}
