package authzen_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

// A specRow is a rule of the specification with a request that shows it.
type specRow struct {
	section, rule string
	path, body    string
	want          string // the body of a response with status 200, or the message of an error 400
}

// quoted returns the message as a response has it.
func quoted(message string) string { return fmt.Sprintf("%q", message) }

// specRows has the rules about requests and responses.
var specRows = []specRow{
	{"5.1", "a subject has a type and an ID", evaluation, `{` + riya + `,` + read + `,` + t1 + `}`, yes},
	{"5.1", "a subject without a type is refused", evaluation, `{"subject":{"id":"riya"},` + read + `,` + t1 + `}`, "subject.type: missing"},
	{"5.1", "a subject without an ID is refused", evaluation, `{"subject":{"type":"user"},` + read + `,` + t1 + `}`, "subject.id: missing"},
	{"5.1", "an ID is a string", evaluation, `{"subject":{"type":"user","id":7},` + read + `,` + t1 + `}`, "subject.id: want a string, not a number"},
	{"5.1", "a type is a string", evaluation, `{"subject":{"type":["user"],"id":"riya"},` + read + `,` + t1 + `}`, "subject.type: want a string, not an array"},
	{"5.1", "a subject is an object", evaluation, `{"subject":"riya",` + read + `,` + t1 + `}`, "subject: want an object, not a string"},
	{"5.1", "null is no subject", evaluation, `{"subject":null,` + read + `,` + t1 + `}`, "subject: want an object, not null"},
	{"5.1", "an ID is scoped to its type", evaluation, `{"subject":{"type":"robot","id":"riya"},` + read + `,` + t1 + `}`, no},
	{"5.1.1", "a subject can have properties", evaluation, `{"subject":{"type":"user","id":"riya","properties":{"department":"Sales","x":[null,{"y":1.5}]}},` + read + `,` + t1 + `}`, yes},
	{"5.1.1", "properties are an object", evaluation, `{"subject":{"type":"user","id":"riya","properties":[]},` + read + `,` + t1 + `}`, "subject.properties: want an object, not an array"},
	{"5.1.1", "properties that nobody believes change nothing", evaluation, `{"subject":{"type":"user","id":"bob","properties":{"role":"Administrator","groups":["billing"]}},` + read + `,` + t1 + `}`, no},
	{"5.2", "a resource without a type is refused", evaluation, `{` + riya + `,` + read + `,"resource":{"id":"t1"}}`, "resource.type: missing"},
	{"5.2", "a resource without an ID is refused", evaluation, `{` + riya + `,` + read + `,"resource":{"type":"ticket"}}`, "resource.id: missing"},
	{"5.2", "a resource is an object", evaluation, `{` + riya + `,` + read + `,"resource":true}`, "resource: want an object, not a boolean"},
	{"5.2", "a wrong resource is refused also before a context", evaluation, `{` + riya + `,` + read + `,"resource":1,"context":{}}`, "resource: want an object, not a number"},
	{"5.2.1", "a resource can have properties", evaluation, `{` + bob + `,` + read + `,"resource":{"type":"ticket","id":"t1","properties":{"assignee":"bob"}}}`, no},
	{"5.2.1", "properties are an object", evaluation, `{` + riya + `,` + read + `,"resource":{"type":"ticket","id":"t1","properties":1}}`, "resource.properties: want an object, not a number"},
	{"5.3", "an action without a name is refused", evaluation, `{` + riya + `,"action":{},` + t1 + `}`, "action.name: missing"},
	{"5.3", "a name is a string", evaluation, `{` + riya + `,"action":{"name":123},` + t1 + `}`, "action.name: want a string, not a number"},
	{"5.3", "an action is an object", evaluation, `{` + riya + `,"action":"read",` + t1 + `}`, "action: want an object, not a string"},
	{"5.3.1", "an action can have properties", evaluation, `{` + riya + `,"action":{"name":"assign","properties":{"to":"riya"}},` + t1 + `}`, yes},
	{"5.3.1", "properties of an action count if they are believed", evaluation, `{` + riya + `,"action":{"name":"assign","properties":{"to":"zoe"}},` + t1 + `}`, no},
	{"5.3.1", "properties are an object", evaluation, `{` + riya + `,"action":{"name":"read","properties":"x"},` + t1 + `}`, "action.properties: want an object, not a string"},
	{"5.4", "a context is ignored", evaluation, `{` + riya + `,` + read + `,` + t1 + `,"context":{"time":"1985-10-26T01:22-07:00","subject":{"type":1},"x":null}}`, yes},
	{"5.4", "a context is an object", evaluation, `{` + riya + `,` + read + `,` + t1 + `,"context":"x"}`, "context: want an object, not a string"},
	{"5.5", "a denial is a decision and no error", evaluation, `{` + bob + `,` + read + `,` + t1 + `}`, no},
	{"5.5", "an unknown subject is denied", evaluation, `{"subject":{"type":"user","id":"nobody"},` + read + `,` + t1 + `}`, no},
	{"5.5", "an unknown resource is denied", evaluation, `{` + riya + `,` + read + `,"resource":{"type":"ticket","id":"t99"}}`, no},
	{"5.5", "an unknown type of resource is denied", evaluation, `{` + riya + `,` + read + `,"resource":{"type":"spaceship","id":"t1"}}`, no},
	{"5.5", "an unknown action is denied", evaluation, `{` + riya + `,"action":{"name":"fly"},` + t1 + `}`, no},
	{"5.5", "an action of another type is denied", evaluation, `{` + riya + `,` + reply + `,"resource":{"type":"archive","id":"t1"}}`, no},
	{"5.5", "an empty ID is unknown", evaluation, `{"subject":{"type":"user","id":""},` + read + `,"resource":{"type":"ticket","id":""}}`, no},
	{"5.5", "another account's resource is denied", evaluation, `{` + riya + `,` + read + `,"resource":{"type":"ticket","id":"g1"}}`, no},
	{"5.5", "a deactivated subject is denied", evaluation, `{"subject":{"type":"user","id":"zoe"},` + read + `,` + t1 + `}`, no},
	{"5.5", "a question that the host cannot make sense of is denied", evaluation, `{` + riya + `,"action":{"name":"assign","properties":{"to":7}},` + t1 + `}`,
		`{"decision":false,"context":{"reason_user":{"403":` + hidden + `}}}`},
	{"6.1", "a request needs a subject", evaluation, `{` + read + `,` + t1 + `}`, "subject: missing"},
	{"6.1", "a request needs an action", evaluation, `{` + riya + `,` + t1 + `}`, "action: missing"},
	{"6.1", "a request needs a resource", evaluation, `{` + riya + `,` + read + `}`, "resource: missing"},
	{"6.1", "what is missing is named in the order of the specification", evaluation, `{}`, "subject: missing"},
	{"6.1", "what is missing is named in the order of the specification", evaluation, `{` + riya + `}`, "action: missing"},
	{"6.1", "one evaluation has no batch", evaluation, `{` + riya + `,` + read + `,` + t1 + `,"evaluations":[{}],"options":{"evaluations_semantic":"x"}}`, yes},

	{"7.1", "without evaluations, a batch is one evaluation", evaluations, `{` + riya + `,` + read + `,` + t1 + `}`, yes},
	{"7.1", "with empty evaluations, a batch is one evaluation", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"evaluations":[]}`, yes},
	{"7.1", "one evaluation must be complete", evaluations, `{` + riya + `,` + read + `}`, "resource: missing"},
	{"7.1", "evaluations can have everything", evaluations, `{"evaluations":[{` + riya + `,` + read + `,` + t1 + `},{` + bob + `,` + read + `,` + t1 + `}]}`, `{"evaluations":[` + yes + `,` + no + `]}`},
	{"7.1", "evaluations are an array", evaluations, `{"evaluations":{}}`, "evaluations: want an array, not an object"},
	{"7.1", "null is no array", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"evaluations":null}`, "evaluations: want an array, not null"},
	{"7.1.1", "the top level has defaults", evaluations, `{` + riya + `,` + read + `,"evaluations":[{` + t1 + `},{` + t5 + `}]}`, `{"evaluations":[` + yes + `,` + yes + `]}`},
	{"7.1.1", "an evaluation overrides them", evaluations, `{` + riya + `,` + read + `,` + t5 + `,"evaluations":[{},{` + reply + `},{` + bob + `},{` + reply + `,` + t1 + `}]}`, `{"evaluations":[` + yes + `,` + no + `,` + no + `,` + yes + `]}`},
	{"7.1.1", "an object is overridden as a whole", evaluations, `{` + riya + `,"action":{"name":"assign","properties":{"to":"zoe"}},` + t1 + `,"evaluations":[{},{"action":{"name":"assign"}}]}`, `{"evaluations":[` + no + `,` + yes + `]}`},
	{"7.1.1", "no key is taken from the default of an object", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"evaluations":[{"resource":{"id":"t5"}}]}`, `{"evaluations":[` + refused("resource.type: missing") + `]}`},
	{"7.1.1", "a context can be a default", evaluations, `{` + riya + `,` + read + `,"context":{"time":"now"},"evaluations":[{` + t1 + `},{` + t1 + `,"context":{}}]}`, `{"evaluations":[` + yes + `,` + yes + `]}`},
	{"7.1.1", "a default must be right, because it is in no evaluation", evaluations, `{"subject":{"type":"user"},"evaluations":[{` + riya + `,` + read + `,` + t1 + `}]}`, "subject.id: missing"},
	{"7.1.1", "a default context must be an object", evaluations, `{"context":1,"evaluations":[{` + riya + `,` + read + `,` + t1 + `}]}`, "context: want an object, not a number"},
	{"7.1.2", "unknown options are ignored", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"options":{"another_option":"value"}}`, yes},
	{"7.1.2", "without a semantic, the options change nothing", evaluations, batchOf(`"options":{"another_option":"value"},`), `{"evaluations":[` + yes + `,` + no + `,` + yes + `]}`},
	{"7.1.2", "options are an object", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"options":[]}`, "options: want an object, not an array"},
	{"7.1.2.1", "a semantic is a string", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"options":{"evaluations_semantic":true}}`, "options.evaluations_semantic: want a string, not a boolean"},
	{"7.1.2.1", "an unknown semantic is refused", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"options":{"evaluations_semantic":"Execute_All"}}`,
		`options.evaluations_semantic: want execute_all, deny_on_first_deny or permit_on_first_permit, not "Execute_All"`},
	{"7.1.2.1", "by default all are executed", evaluations, batchOf(``), `{"evaluations":[` + yes + `,` + no + `,` + yes + `]}`},
	{"7.1.2.1", "execute_all", evaluations, batchOf(`"options":{"evaluations_semantic":"execute_all"},`), `{"evaluations":[` + yes + `,` + no + `,` + yes + `]}`},
	{"7.1.2.1", "deny_on_first_deny ends with the denial", evaluations, batchOf(`"options":{"evaluations_semantic":"deny_on_first_deny"},`), `{"evaluations":[` + yes + `,` + no + `]}`},
	{"7.1.2.1", "permit_on_first_permit ends with the permit", evaluations, batchOf(`"options":{"evaluations_semantic":"permit_on_first_permit"},`), `{"evaluations":[` + yes + `]}`},
	{"7.1.2.1", "deny_on_first_deny ends with a failure", evaluations, `{` + riya + `,` + read + `,"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[{},{` + t1 + `}]}`, `{"evaluations":[` + refused("resource: missing") + `]}`},
	{"7.1.2.1", "permit_on_first_permit goes on after a failure", evaluations, `{` + riya + `,` + read + `,"options":{"evaluations_semantic":"permit_on_first_permit"},"evaluations":[{},{` + t1 + `},{` + t1 + `}]}`, `{"evaluations":[` + refused("resource: missing") + `,` + yes + `]}`},
	{"7.2.1", "an incomplete evaluation is denied", evaluations, `{` + riya + `,` + read + `,"evaluations":[{` + t1 + `},{}]}`, `{"evaluations":[` + yes + `,` + refused("resource: missing") + `]}`},
	{"7.2.1", "a malformed evaluation is denied", evaluations, `{` + riya + `,` + read + `,"evaluations":[{"resource":"t1"},{` + t1 + `}]}`, `{"evaluations":[` + refused("resource: want an object, not a string") + `,` + yes + `]}`},
	{"7.2.1", "what is no object is denied", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"evaluations":[null,1,{}]}`, `{"evaluations":[` + refused("evaluation: want an object, not null") + `,` + refused("evaluation: want an object, not a number") + `,` + yes + `]}`},
	{"7.2.1", "an evaluation with a key in another case is denied", evaluations, `{` + riya + `,` + read + `,` + t1 + `,"evaluations":[{"Resource":{}},{}]}`, `{"evaluations":[` + refused(`evaluation: the key "Resource" differs from "resource" in case`) + `,` + yes + `]}`},

	{"8", "an unknown resource has no subjects", searchSubject, `{"subject":{"type":"user"},` + read + `,"resource":{"type":"ticket","id":"t99"}}`, page("")},
	{"8", "an unknown action has no subjects", searchSubject, `{"subject":{"type":"user"},"action":{"name":"fly"},` + t1 + `}`, page("")},
	{"8", "an unknown type has no subjects", searchSubject, `{"subject":{"type":"spaceship"},` + read + `,` + t1 + `}`, page("")},
	{"8", "a type that is not listed has no subjects", searchSubject, `{"subject":{"type":"service"},` + read + `,` + t1 + `}`, page("")},
	{"8", "an unknown subject has no resources", searchResource, `{"subject":{"type":"user","id":"nobody"},` + read + `,"resource":{"type":"ticket"}}`, page("")},
	{"8", "an unknown action has no resources", searchResource, `{` + riya + `,"action":{"name":"fly"},"resource":{"type":"ticket"}}`, page("")},
	{"8", "an unknown type has no resources", searchResource, `{` + riya + `,` + read + `,"resource":{"type":"spaceship"}}`, page("")},
	{"8", "a type that is not listed has no resources", searchResource, `{` + riya + `,` + read + `,"resource":{"type":"archive"}}`, page("")},
	{"8", "an unknown subject has no actions", searchAction, `{"subject":{"type":"user","id":"nobody"},` + t1 + `}`, page("")},
	{"8", "an unknown resource has no actions", searchAction, `{` + riya + `,"resource":{"type":"ticket","id":"t99"}}`, page("")},
	{"8", "an unknown type has no actions", searchAction, `{` + riya + `,"resource":{"type":"spaceship","id":"t1"}}`, page("")},
	{"8.1", "a search finds the subjects that are allowed", searchSubject, `{"subject":{"type":"user"},` + read + `,` + t1 + `}`, page("", subject("olga"), subject("riya"))},
	{"8.1", "a search finds the resources that are allowed", searchResource, `{` + riya + `,` + reply + `,"resource":{"type":"ticket"}}`, page("", ticket("t1"), ticket("t2"), ticket("t3"), ticket("t4"))},
	{"8.1", "a search finds the actions that are allowed", searchAction, `{` + riya + `,` + t5 + `}`, page("", action("read"))},
	{"8.1", "actions are asked about without properties", searchAction, `{` + riya + `,` + t1 + `}`, page("", action("assign"), action("read"), action("reply"))},
	{"8.2.1", "a limit is no string", searchAction, `{` + riya + `,` + t1 + `,"page":{"limit":"1"}}`, "page.limit: want a whole number that is not negative"},
	{"8.2.1", "a limit is not negative", searchAction, `{` + riya + `,` + t1 + `,"page":{"limit":-1}}`, "page.limit: want a whole number that is not negative"},
	{"8.2.1", "a limit has no fraction", searchAction, `{` + riya + `,` + t1 + `,"page":{"limit":1.5}}`, "page.limit: want a whole number that is not negative"},
	{"8.2.1", "a limit is not null", searchAction, `{` + riya + `,` + t1 + `,"page":{"limit":null}}`, "page.limit: want a whole number that is not negative"},
	{"8.2.1", "a limit beyond the server's is the server's", searchAction, `{` + riya + `,` + t1 + `,"page":{"limit":99999999999999999999999}}`, page("", action("assign"), action("read"), action("reply"))},
	{"8.2.1", "a page can have properties", searchAction, `{` + riya + `,` + t5 + `,"page":{"properties":{"sort":"name"}}}`, page("", action("read"))},
	{"8.2.1", "properties of a page are an object", searchAction, `{` + riya + `,` + t5 + `,"page":{"properties":"name"}}`, "page.properties: want an object, not a string"},
	{"8.2.1", "another key needs a capability", searchAction, `{` + riya + `,` + t1 + `,"page":{"sort":1,"offset":1,"token":7}}`, `page: there is no capability for the key "offset"`},
	{"8.2.1", "also beside others", searchAction, `{` + riya + `,` + t1 + `,"page":{"limit":1,"offset":1}}`, `page: there is no capability for the key "offset"`},
	{"8.2.1", "a page is an object", searchAction, `{` + riya + `,` + t1 + `,"page":1}`, "page: want an object, not a number"},
	{"8.2.1", "a token is a string", searchAction, `{` + riya + `,` + t1 + `,"page":{"token":1}}`, "page.token: want a string, not a number"},
	{"8.2.1", "a token is from an earlier page", searchAction, `{` + riya + `,` + t1 + `,"page":{"token":""}}`, "page.token: it is not from this search; begin again without a token"},
	{"8.2.1", "a key in another case is refused", searchAction, `{` + riya + `,` + t1 + `,"page":{"Limit":1}}`, `page: the key "Limit" differs from "limit" in case`},
	{"8.4", "the ID of the subject is ignored", searchSubject, `{"subject":{"type":"user","id":"bob"},` + read + `,` + t1 + `}`, page("", subject("olga"), subject("riya"))},
	{"8.4", "whatever it is", searchSubject, `{"subject":{"type":"user","id":[{"x":1}]},` + read + `,` + t1 + `}`, page("", subject("olga"), subject("riya"))},
	{"8.4", "the subject needs a type", searchSubject, `{"subject":{"id":"bob"},` + read + `,` + t1 + `}`, "subject.type: missing"},
	{"8.4", "a search for subjects needs a subject", searchSubject, `{` + read + `,` + t1 + `}`, "subject: missing"},
	{"8.4", "a search for subjects needs an action", searchSubject, `{"subject":{"type":"user"},` + t1 + `}`, "action: missing"},
	{"8.4", "a search for subjects needs a resource with an ID", searchSubject, `{"subject":{"type":"user"},` + read + `,"resource":{"type":"ticket"}}`, "resource.id: missing"},
	{"8.5", "the ID of the resource is ignored", searchResource, `{` + bob + `,` + read + `,"resource":{"type":"ticket","id":"t1"}}`, page("", ticket("t6"))},
	{"8.5", "the resource needs a type", searchResource, `{` + riya + `,` + read + `,"resource":{}}`, "resource.type: missing"},
	{"8.5", "a search for resources needs a resource", searchResource, `{` + riya + `,` + read + `}`, "resource: missing"},
	{"8.5", "a search for resources needs a subject with an ID", searchResource, `{"subject":{"type":"user"},` + read + `,"resource":{"type":"ticket"}}`, "subject.id: missing"},
	{"8.5", "a search for resources needs an action", searchResource, `{` + riya + `,"resource":{"type":"ticket"}}`, "action: missing"},
	{"8.6", "the action is ignored", searchAction, `{` + riya + `,"action":{"name":7},` + t5 + `}`, page("", action("read"))},
	{"8.6", "a search for actions needs a resource", searchAction, `{` + riya + `}`, "resource: missing"},
	{"8.6", "a search for actions needs a subject with an ID", searchAction, `{"subject":{"type":"user"},` + t1 + `}`, "subject.id: missing"},
	{"8.6", "a context is an object", searchAction, `{` + riya + `,` + t1 + `,"context":0}`, "context: want an object, not a number"},

	{"10.1", "the body is an object", evaluation, `[{` + riya + `,` + read + `,` + t1 + `}]`, "want an object, not an array"},
	{"10.1.1", "unknown fields are ignored", evaluation, `{"foo":"bar",` + riya + `,` + read + `,"resource":{"type":"ticket","id":"t1","note":null},"futureField":{"nested":true}}`, yes},
	{"10.1.1", "keys have no order", evaluation, `{"resource":{"id":"t1","type":"ticket"},` + read + `,"subject":{"id":"riya","type":"user"}}`, yes},
}

// batchOf returns a batch of a permit, a denial and a permit.
func batchOf(options string) string {
	return `{` + riya + `,` + reply + `,` + options + `"evaluations":[{` + t1 + `},{` + t5 + `},{` + t1 + `}]}`
}

// page returns a page of results.
func page(token string, results ...string) string {
	return fmt.Sprintf(`{"page":{"next_token":%q,"count":%d},"results":[%s]}`, token, len(results), strings.Join(results, ","))
}

func subject(id string) string  { return fmt.Sprintf(`{"type":"user","id":%q}`, id) }
func ticket(id string) string   { return fmt.Sprintf(`{"type":"ticket","id":%q}`, id) }
func action(name string) string { return fmt.Sprintf(`{"name":%q}`, name) }

func TestSpecification(t *testing.T) {
	pdp := handler(t, newDesk().config())
	for _, row := range specRows {
		t.Run(row.section+" "+row.rule, func(t *testing.T) {
			got := post(t, pdp, row.path, row.body)
			if strings.HasPrefix(row.want, "{") {
				assert.Equal(t, http.StatusOK, got.status)
				assert.Equal(t, row.want, got.text) // also the order of keys (8.3)
				return
			}
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, quoted(row.want), got.text)
		})
	}
}

// strictRows are texts that two readers can understand differently, or that take too much
// work (11.5, 11.7). All are refused whole.
var strictRows = []struct{ name, body, want string }{
	{"nothing", ``, "the document is empty"},
	{"white space", " \n", "the document is empty"},
	{"no JSON", `{` + riya, "line 1: unexpected end of JSON input"},
	{"JSON and more", `{` + riya + `,` + read + `,` + t1 + `} {}`, "line 1: invalid character '{' after top-level value"},
	{"a comment", `{` + riya + `,` + read + `,` + t1 + `} // x`, "line 1: invalid character '/' after top-level value"},
	{"a trailing comma", `{` + riya + `,` + read + `,` + t1 + `,}`, "line 1: invalid character '}' looking for beginning of object key string"},
	{"a key twice", `{` + riya + `,` + bob + `,` + read + `,` + t1 + `}`, "line 1: subject: duplicate key"},
	{"a key twice, once escaped", `{` + riya + `,` + read + `,` + t1 + `,"\u0073ubject":{"type":"user","id":"bob"}}`, "line 1: subject: duplicate key"},
	{"an ID twice", `{"subject":{"type":"user","id":"bob","id":"riya"},` + read + `,` + t1 + `}`, "line 1: subject.id: duplicate key"},
	{"a property twice", `{` + riya + `,` + read + `,"resource":{"type":"ticket","id":"t1","properties":{"a":{"b":1,"b":1}}}}`, "line 1: resource.properties.a.b: duplicate key"},
	{"an unknown key twice", `{` + riya + `,` + read + `,` + t1 + `,"x":1,"x":1}`, "line 1: x: duplicate key"},
	{"a key in another case", `{"Subject":{"type":"user","id":"bob"},` + riya + `,` + read + `,` + t1 + `}`, `the key "Subject" differs from "subject" in case`},
	{"the first of several such keys", `{"Subject":1,"ACTION":1,"Resource":1,` + riya + `,` + read + `,` + t1 + `}`, `the key "ACTION" differs from "action" in case`},
	{"a key with a long s", `{"\u017fubject":1,` + riya + `,` + read + `,` + t1 + `}`, "the key \"\u017fubject\" differs from \"subject\" in case"},
	{"a key of a subject in another case", `{"subject":{"type":"user","id":"riya","ID":"bob"},` + read + `,` + t1 + `}`, `subject: the key "ID" differs from "id" in case`},
	{"a key of an action in another case", `{` + riya + `,"action":{"name":"read","Properties":{}},` + t1 + `}`, `action: the key "Properties" differs from "properties" in case`},
	{"a key of a resource in another case", `{` + riya + `,` + read + `,"resource":{"Type":"ticket","type":"ticket","id":"t1"}}`, `resource: the key "Type" differs from "type" in case`},
	{"invalid UTF-8", `{"subject":{"type":"user","id":"riya` + "\xff" + `"},` + read + `,` + t1 + `}`, "line 1: invalid UTF-8"},
	{"half a surrogate pair", `{"subject":{"type":"user","id":"riya\ud800"},` + read + `,` + t1 + `}`, "line 1: subject.id: the string has half a surrogate pair"},
	{"half a surrogate pair in a context", `{` + riya + `,` + read + `,` + t1 + `,"context":{"\udc00":1}}`, "line 1: context[\"\ufffd\"]: the key has half a surrogate pair"},
	{"too deep", `{` + riya + `,` + read + `,` + t1 + `,"context":{"x":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}}`,
		"line 1: context.x" + strings.Repeat("[0]", 30) + ": more than 32 objects and arrays within one another"},
	{"very deep", `{` + riya + `,` + read + `,` + t1 + `,"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"line 1: x" + strings.Repeat("[0]", 31) + ": more than 32 objects and arrays within one another"},
	{"deeper than encoding/json reads", strings.Repeat("[", 100_000), "line 1: invalid character '[' exceeded max depth"},
	{"too many values", `{` + riya + `,` + read + `,` + t1 + `,"context":{"x":[` + strings.Repeat("1,", 65_536) + `1]}}`, "line 1: there are more than 65536 values in the document; split it"},
}

func TestStrictJSON(t *testing.T) {
	pdp := handler(t, newDesk().config())
	for _, row := range strictRows {
		t.Run(row.name, func(t *testing.T) {
			for _, path := range []string{evaluation, evaluations, searchSubject, searchResource} {
				got := post(t, pdp, path, row.body)
				assert.Equal(t, http.StatusBadRequest, got.status, path)
				assert.Equal(t, quoted(row.want), got.text, path)
			}
		})
	}
}

// A key that differs from any key of the specification in case is refused, wherever it is.
func TestKeysInAnotherCase(t *testing.T) {
	pdp := handler(t, newDesk().config())
	entity := map[string]any{"type": "ticket", "id": "t1", "properties": map[string]any{}}
	question := map[string]any{"subject": entity, "action": map[string]any{"name": "read", "properties": map[string]any{}}, "resource": entity, "context": map[string]any{}}
	batch, search := maps.Clone(question), maps.Clone(question)
	batch["evaluations"], batch["options"] = []any{map[string]any{}}, map[string]any{"evaluations_semantic": "execute_all"}
	search["page"] = map[string]any{"token": "", "limit": 1, "properties": map[string]any{}}
	count := 0
	for path, body := range map[string]map[string]any{evaluation: question, evaluations: batch, searchSubject: search, searchResource: search, searchAction: search} {
		for name, part := range body {
			refuses := func(where string, body map[string]any, key string) {
				text, err := json.Marshal(body)
				require.NoError(t, err)
				got := post(t, pdp, path, string(text))
				assert.Equal(t, quoted(fmt.Sprintf("%sthe key %q differs from %q in case", where, strings.ToUpper(key), key)), got.text, "%s %s", path, text)
				count++
			}
			changed := maps.Clone(body)
			changed[strings.ToUpper(name)] = part
			refuses("", changed, name)
			if in, isObject := part.(map[string]any); isObject && (name != "action" || path != searchAction) {
				for key, value := range in {
					inner, changed := maps.Clone(in), maps.Clone(body)
					inner[strings.ToUpper(key)] = value
					changed[name] = inner
					refuses(name+": ", changed, key)
				}
			}
		}
	}
	require.Equal(t, 73, count, "keys")
}

// What is at the limits is answered, and what is over them is not.
func TestLimits(t *testing.T) {
	pdp := handler(t, newDesk().config())
	padded := func(length int) string {
		body := `{` + riya + `,` + read + `,` + t1 + `,"context":{"x":"`
		return body + strings.Repeat("x", length-len(body)-len(`"}}`)) + `"}}`
	}
	got := post(t, pdp, evaluation, padded(1<<20))
	assert.Equal(t, yes, got.text)
	got = post(t, pdp, evaluation, padded(1<<20+1))
	assert.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	assert.Equal(t, `"the body is longer than 1048576 bytes"`, got.text)

	batch := func(items int) string {
		return `{` + riya + `,` + read + `,` + t1 + `,"evaluations":[{}` + strings.Repeat(",{}", items-1) + `]}`
	}
	got = post(t, pdp, evaluations, batch(1000))
	assert.Equal(t, http.StatusOK, got.status)
	assert.Len(t, got.Evaluations, 1000)
	got = post(t, pdp, evaluations, batch(1001))
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, `"evaluations: there are 1001, more than 1000; split them"`, got.text)

	deep := strings.Repeat("[", 30) + strings.Repeat("]", 30)
	assert.Equal(t, yes, post(t, pdp, evaluation, `{`+riya+`,`+read+`,`+t1+`,"context":{"x":`+deep+`}}`).text)
}

// A body that ends before its length is refused.
func TestBodyThatBreaksOff(t *testing.T) {
	request := httptest.NewRequest(http.MethodPost, evaluation, brokenBody{})
	request.Header.Set("Content-Type", "application/json")
	got := send(t, handler(t, newDesk().config()), request)
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, `"the body cannot be read"`, got.text)
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errBroken }

// The HTTP binding, by its section.
func TestTransport(t *testing.T) {
	const body = `{` + riya + `,` + read + `,` + t1 + `}`
	for _, row := range []struct {
		section, rule string
		method, path  string
		contentType   []string
		status        int
	}{
		{"10.1", "JSON is answered", "POST", evaluation, []string{"application/json"}, 200},
		{"10.1", "a charset is accepted", "POST", evaluation, []string{"application/json; charset=utf-8"}, 200},
		{"10.1", "the type has no case", "POST", evaluation, []string{"Application/JSON;Charset=UTF-8"}, 200},
		{"10.1", "another type is refused", "POST", evaluation, []string{"text/plain"}, 400},
		{"10.1", "a type that contains JSON is refused", "POST", evaluation, []string{"application/json-patch+json"}, 400},
		{"10.1", "a form is refused", "POST", evaluation, []string{"application/x-www-form-urlencoded"}, 400},
		{"10.1", "a malformed type is refused", "POST", evaluation, []string{"application/json; charset"}, 400},
		{"10.1", "a request without a type is refused", "POST", evaluation, nil, 400},
		{"10.1", "a request with two types is refused", "POST", evaluation, []string{"application/json", "text/plain"}, 400},
		{"10.1", "only POST is answered", "GET", evaluation, []string{"application/json"}, 405},
		{"10.1", "only POST is answered", "PUT", evaluations, []string{"application/json"}, 405},
		{"10.1", "only POST is answered", "DELETE", searchAction, []string{"application/json"}, 405},
		{"10.1", "paths are exact", "POST", "/access/v1/evaluation/", []string{"application/json"}, 404},
		{"10.1", "paths are exact", "POST", "/access/v1//evaluation", []string{"application/json"}, 404},
		{"10.1", "paths have a case", "POST", "/access/v1/Evaluation", []string{"application/json"}, 404},
		{"10.1", "there is nothing else", "POST", "/", []string{"application/json"}, 404},
		{"9.2.1", "the metadata are read with GET", "GET", "/.well-known/authzen-configuration", nil, 200},
		{"9.2.1", "or asked about", "HEAD", "/.well-known/authzen-configuration", nil, 200},
		{"9.2.1", "and not changed", "POST", "/.well-known/authzen-configuration", []string{"application/json"}, 405},
	} {
		t.Run(row.section+" "+row.rule+" "+row.method+row.path, func(t *testing.T) {
			request := httptest.NewRequest(row.method, row.path, strings.NewReader(body))
			request.Header["Content-Type"] = row.contentType
			request.Header.Set("X-Request-ID", "bfe9eb29 \t é")
			got := send(t, handler(t, newDesk().config()), request)
			assert.Equal(t, row.status, got.status)
			assert.Equal(t, []string{"bfe9eb29 \t é"}, got.header.Values("X-Request-ID"), "10.1.3: also with an error")
			assert.Equal(t, row.status == http.StatusMethodNotAllowed, got.header.Get("Allow") != "")
			assert.Equal(t, row.status == http.StatusBadRequest, got.text == `"the Content-Type is not application/json"`)
		})
	}
}

func TestRequestIDIsNotMadeUp(t *testing.T) {
	got := post(t, handler(t, newDesk().config()), evaluation, `{`+riya+`,`+read+`,`+t1+`}`)
	assert.NotContains(t, got.header, "X-Request-Id", "10.1.3")
	assert.Equal(t, "no-store", got.header.Get("Cache-Control"), "a decision is not cached")
}

func TestMetadata(t *testing.T) {
	at := func(c authzen.Config, path string) response {
		return send(t, handler(t, c), httptest.NewRequest(http.MethodGet, path, nil))
	}
	c := newDesk().config()
	got := at(c, "/.well-known/authzen-configuration")
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "max-age=3600", got.header.Get("Cache-Control"), "11.9")
	assert.JSONEq(t, `{
		"policy_decision_point": "https://pdp.example",
		"access_evaluation_endpoint": "https://pdp.example/access/v1/evaluation",
		"access_evaluations_endpoint": "https://pdp.example/access/v1/evaluations",
		"search_subject_endpoint": "https://pdp.example/access/v1/search/subject",
		"search_resource_endpoint": "https://pdp.example/access/v1/search/resource",
		"search_action_endpoint": "https://pdp.example/access/v1/search/action"
	}`, got.text, "9.1.1")

	c.URL = "https://pdp.example:8443/tenants/acme"
	got = at(c, "/.well-known/authzen-configuration/tenants/acme")
	assert.Contains(t, got.text, `"policy_decision_point":"https://pdp.example:8443/tenants/acme","access_evaluation_endpoint":"https://pdp.example:8443/tenants/acme/access/v1/evaluation"`, "9.2: a tenant's")
	for _, path := range []string{evaluation, evaluations, searchSubject, searchResource, searchAction} {
		got := post(t, handler(t, c), "/tenants/acme"+path, `{`+riya+`,`+read+`,`+t1+`}`)
		assert.Equal(t, http.StatusOK, got.status, path)
		assert.Equal(t, http.StatusNotFound, post(t, handler(t, c), path, `{`+riya+`,`+read+`,`+t1+`}`).status, path)
	}
	assert.Equal(t, http.StatusNotFound, at(c, "/.well-known/authzen-configuration").status)
}

// What no type can list is not searched for, and the metadata do not say so (9.1.1).
func TestMetadataWithoutLists(t *testing.T) {
	d := newDesk()
	pdp := handler(t, authzen.Config{
		URL:      "https://pdp.example",
		Subjects: map[string]authzen.Subjects{"user": {Load: d.user}},
		Resources: map[string]authzen.ResourceType{"ticket": authzen.Resources[deskpolicy.Ticket]{
			Load: d.ticket, Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
		}},
	})
	got := send(t, pdp, httptest.NewRequest(http.MethodGet, "/.well-known/authzen-configuration", nil))
	require.Contains(t, got.text, "search_action_endpoint")
	assert.NotContains(t, got.text, "search_subject")
	assert.NotContains(t, got.text, "search_resource")
	assert.Equal(t, http.StatusNotFound, post(t, pdp, searchSubject, `{}`).status)
	assert.Equal(t, http.StatusNotFound, post(t, pdp, searchResource, `{}`).status)
	assert.Equal(t, page("", action("read")), post(t, pdp, searchAction, `{`+riya+`,`+t1+`}`).text)
}
