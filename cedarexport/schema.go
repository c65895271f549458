package cedarexport

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A declaration is a part of a schema in JSON.
type declaration map[string]any

// Schema returns a Cedar schema in JSON, with one line for each type and each action. A host
// action applies to every resource type.
func (e *Exporter) Schema() []byte {
	return fmt.Appendf(nil, `{
  %q: {
    "commonTypes": {
%s
    },
    "entityTypes": {
%s
    },
    "actions": {
%s
    }
  }
}
`, Namespace, lines(commonTypes()), lines(entityTypes()), lines(e.actionTypes()))
}

// lines returns the parts of a declaration, sorted.
func lines(d declaration) string {
	var text []string
	for _, name := range slices.Sorted(maps.Keys(d)) {
		line, _ := json.Marshal(declaration{name: d[name]}) // a declaration always has a JSON form
		text = append(text, "      "+string(line[1:len(line)-1]))
	}
	return strings.Join(text, ",\n")
}

var (
	textType   = declaration{"type": "String"}
	boolType   = declaration{"type": "Boolean"}
	numberType = declaration{"type": "Long"}
	textsType  = setOf(textType)
)

func setOf(element declaration) declaration { return declaration{"type": "Set", "element": element} }
func ref(name string) declaration           { return declaration{"type": "Entity", "name": name} }
func common(name string) declaration        { return declaration{"type": name} }

func recordOf(attributes declaration) declaration {
	return declaration{"type": "Record", "attributes": attributes}
}

// optional returns the type of an attribute that can be missing.
func optional(kind declaration) declaration {
	may := maps.Clone(kind)
	may["required"] = false
	return may
}

func commonTypes() declaration {
	return declaration{
		"Context":     recordOf(declaration{"now": optional(numberType), "receives": optional(boolType), "pair": optional(boolType)}),
		"Held":        recordOf(declaration{"role": ref("Role"), "workspace": textType, "group": textType}),
		"TicketRoles": recordOf(ticketRoles()),
		"Accesses":    recordOf(declaration{"view": textsType, "edit": textsType}),
		"Reaches":     recordOf(declaration{"all": textsType, "asOther": textsType}),
		"CRMUser": recordOf(declaration{
			"id": textType, "deactivated": boolType, "sees": textType, "territories": setOf(ref("Territory")),
			"contacts": common("Accesses"), "companies": common("Accesses"), "asOf": numberType, "until": numberType,
		}),
	}
}

// ticketRoles returns the attributes of the ticket roles: one for each relation.
func ticketRoles() declaration {
	sets := declaration{}
	for _, r := range relations {
		sets[string(r.name)] = setOf(common("Held"))
	}
	return sets
}

// entityTypes returns the entity types by name.
func entityTypes() declaration {
	types := declaration{
		"Territory":      entityType(declaration{}, "Territory"),
		"CRMOnlyUser":    entityType(declaration{"id": textType, "account": optional(ref("Account"))}),
		"Customer":       entityType(with(holderAttributes(), declaration{"deactivated": boolType, "contact": textType, "company": optional(textType)}), "Role"),
		"SupportSession": entityType(with(holderAttributes(), declaration{"grant": optional(ref("SupportGrant"))}), "Role"),
	}
	for _, k := range allKinds() {
		var groups []string
		if k.name == "Agent" || k.name == "SharedAgent" {
			groups = []string{"Role"}
		}
		types[k.name] = entityType(with(k.attributes(), extraAttributes[k.name]), groups...)
	}
	return types
}

func entityType(attributes declaration, memberOf ...string) declaration {
	t := declaration{"shape": recordOf(attributes)}
	if len(memberOf) > 0 {
		t["memberOfTypes"] = memberOf
	}
	return t
}

func with(attributes, more declaration) declaration {
	maps.Copy(attributes, more)
	return attributes
}

// attributes returns the attributes that resources of the kind have.
func (k *kind) attributes() declaration {
	attributes := declaration{"account": optional(ref("Account")), "workspace": textType}
	if k.grouped {
		attributes["group"] = optional(textType)
	}
	if k.held {
		attributes["assignee"] = optional(textType)
	}
	if k.owned || k.name == hostKind.name || k.name == "Note" || k.name == "TimeEntry" {
		attributes["owner"] = optional(textType)
	}
	if k.requested {
		maps.Copy(attributes, declaration{
			"assignable": boolType, "confidential": boolType, "requester": optional(ref("Contact")), "participants": common("Accesses"), "ccs": common("Accesses"), "mentions": textsType,
		})
	}
	if k.customer {
		maps.Copy(attributes, declaration{
			"id": textType, "crmOwner": optional(textType), "territory": optional(ref("Territory")), "crmTeam": common("Accesses"),
		})
	}
	return attributes
}

// holderAttributes returns the attributes of a principal or person who holds roles.
func holderAttributes() declaration {
	return declaration{
		"id": textType, "account": optional(ref("Account")), "workspace": textType,
		"roles": setOf(common("Held")), "roleGroups": textsType, "rolesAnywhere": setOf(ref("Role")), "ticketRoles": common("TicketRoles"),
	}
}

// memberAttributes returns the attributes of a person who holds roles and is in groups, and more.
func memberAttributes(more declaration) declaration {
	return with(with(holderAttributes(), declaration{"groups": common("Accesses"), "authority": optional(textsType)}), more)
}

var target = declaration{
	"moves": boolType, "groupAccount": optional(ref("Account")),
	"stays": boolType, "targetGroups": textsType,
	"targetKind": optional(textType), "targetAccount": optional(ref("Account")),
}

// extraAttributes are the attributes that only some types have.
var extraAttributes = map[string]declaration{
	"Account": {
		"features": textsType, "integrated": boolType, "authorsByPermission": boolType, "workspaces": textsType, "administrators": textsType,
	},
	"Role":         {"builtIn": boolType, "authority": optional(textsType)},
	"SupportGrant": {"start": numberType, "end": numberType, "revoked": optional(numberType), "authority": optional(textsType), "hasCustomRole": boolType, "hasCRMRole": boolType},
	"Agent": memberAttributes(declaration{
		"deactivated": boolType, "contact": optional(textType), "company": optional(textType), "reaches": optional(common("Reaches")), "hasCustomRole": boolType, "hasCRMRole": boolType,
	}),
	"SharedAgent":            memberAttributes(declaration{"deactivated": boolType, "crm": common("CRMUser")}),
	"Contact":                {"company": optional(textType)},
	"Thing":                  {"onTicket": boolType},
	"TicketAssignment":       target,
	"ConversationAssignment": target,
	"RoleAssignment": memberAttributes(declaration{
		"shared": boolType, "role": ref("Role"), "roleWorkspace": textType, "roleGroup": textType, "gives": optional(textsType),
	}),
	"GroupMembership": memberAttributes(declaration{
		"shared": boolType, "inGroup": textType, "groupAccount": optional(ref("Account")), "access": textType, "gives": optional(textsType),
	}),
}

// actionTypes returns the actions by name.
func (e *Exporter) actionTypes() declaration {
	var every []string
	for _, k := range allKinds() {
		every = append(every, k.name)
	}
	actions := declaration{}
	for _, id := range e.actions(func(deskpolicy.ActionID) bool { return true }) {
		on := every
		if !id.IsHost() {
			on = []string{kindOf()[id].name}
		}
		actions[e.vocabulary.Name(id)] = declaration{"appliesTo": declaration{
			"principalTypes": []string{"Agent", "SharedAgent", "SupportSession", "Customer", "CRMOnlyUser"},
			"resourceTypes":  on,
			"context":        common("Context"),
		}}
	}
	return actions
}
