package sqlfilter

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy"
)

// Every kind of condition has SQL. Any other number is an error, as is zero: a
// statement without the condition would select more.
func TestConditionKinds(t *testing.T) {
	text := func(name string) Column { return TextColumn(name) }
	tickets := Table[deskpolicy.Ticket]{
		Name: "tickets", ID: text("id"), SingleAccount: "acme", Workspace: text("workspace"), Group: text("grp"), Assignee: text("assignee"), Owner: text("owner"),
		Confidential: "confidential", Mentions: MentionColumns{Array: text("mentions")}, Requester: text("requester"),
		Participants: ParticipantTable{"participants", text("ticket"), text("agent"), text("access"), Column{}},
		CCs:          ParticipantTable{"ccs", text("ticket"), text("contact"), text("access"), Column{}},
		CRM:          CRMTable{Company: text("company"), DeskOwner: text("desk_owner"), Owner: text("crm_owner"), Territory: text("territory"), Team: TeamTable{"team", text("customer"), text("member"), text("access"), Column{}}},
	}
	companies := Table[deskpolicy.Company]{Name: "companies", ID: text("id"), SingleAccount: "acme"}
	var none deskpolicy.ConditionKind
	for n := range 256 {
		c := deskpolicy.Condition{Kind: deskpolicy.ConditionKind(n), IDs: []string{"x"}, Access: deskpolicy.View}
		q := query{table: tableOf(tickets), dialect: PostgreSQL}
		if c.Kind == deskpolicy.ConditionCompany {
			q.table = tableOf(companies)
		}
		terms, possible, err := q.terms(c)
		if known := c.Kind != none && c.Kind.String() != "unknown"; !known {
			assert.Empty(t, terms, c.Kind)
			assert.False(t, possible, c.Kind)
			assert.ErrorContains(t, err, "is unknown", n)
			assert.ErrorContains(t, new(Params).addCustomers(c), "condition kind", n)
			continue
		}
		assert.NoError(t, err, c.Kind)
		assert.NotEmpty(t, terms, c.Kind)
		assert.True(t, possible, c.Kind)
	}
}
