package sqlfilter

import (
	"fmt"
	"iter"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// A query is a filter expressed in the columns of a table.
type query struct {
	table
	dialect     Dialect
	accountID   deskpolicy.AccountID
	alias       string
	prefix      string   // the prefix of generated aliases; no name of the host's begins with it
	clauses     []clause // none if nothing is selected; one without terms selects the whole account
	inlineLimit int      // MariaDB: the longest list with a separate argument for each value
}

// A clause is a clause of the filter: a conjunction of terms.
type clause []term

// newQuery returns the filter expressed in the columns of the table.
func newQuery[R deskpolicy.Resource](filter deskpolicy.Filter[R], described Table[R], d Dialect) (*query, error) {
	if d < PostgreSQL || d > SQLite {
		return nil, fmt.Errorf("sqlfilter: dialect %d is unknown; use PostgreSQL, MariaDB or SQLite", d)
	}
	t := tableOf(described)
	if err := t.check(d); err != nil {
		return nil, err
	}
	if t.NoneConfidential {
		filter = filter.NoneConfidential()
	}
	q := &query{table: t, dialect: d, accountID: filter.Account(), alias: t.alias(), prefix: t.unusedPrefix()}
	if err := q.addClauses(filter.Kind(), filter.Clauses()); err != nil {
		return nil, err
	}
	return q, nil
}

// addClauses adds the filter's clauses, without those that no row can meet.
func (q *query) addClauses(kind deskpolicy.FilterKind, clauses iter.Seq[deskpolicy.Clause]) error {
	hasAccount := q.hasAccount()
	for from := range clauses {
		to := clause{}
		canMatch := true
		for condition := range from.Conditions() {
			terms, possible, err := q.terms(condition)
			if err != nil {
				return err
			}
			to, canMatch = append(to, terms...), canMatch && possible
		}
		if canMatch && hasAccount && kind != deskpolicy.FilterNone {
			q.clauses = append(q.clauses, to)
		}
	}
	q.dropRedundant()
	q.sort()
	q.inlineLimit = q.chooseInlineLimit()
	return nil
}

// chooseInlineLimit returns the length of the longest list that is passed to MariaDB
// with a separate argument for each value. The limit is lower if the lists are long in
// total.
func (q *query) chooseInlineLimit() int {
	all := 0
	for _, cl := range q.clauses {
		for _, t := range cl {
			all += valueCount(t)
		}
	}
	if all <= thresholds.Inline {
		return thresholds.Inline
	}
	return thresholds.MariaDB
}

// valueCount returns the number of values in the term.
func valueCount(t term) (n int) {
	switch t := t.(type) {
	case oneOf:
		n = len(t.values)
	case inRelated:
		for _, condition := range t.rows.where {
			n += len(condition.values)
		}
	}
	return n
}

// sort puts clauses that can be counted with an index first. Clauses whose rows are
// read one by one, and tested against the clauses before them, go last.
func (q *query) sort() {
	slices.SortStableFunc(q.clauses, func(x, y clause) int { return q.rank(x) - q.rank(y) })
}

func (q *query) rank(cl clause) (rank int) {
	for _, t := range cl {
		switch in, ok := t.(inRelated); {
		case searches(t):
			return 3
		case ok && in.column == q.ID:
			return 2
		case ok:
			rank = 1
		}
	}
	return rank
}

// dropRedundant drops all other clauses if one has no terms: it selects every row.
func (q *query) dropRedundant() {
	for _, cl := range q.clauses {
		if len(cl) == 0 {
			q.clauses = []clause{cl}
			break
		}
	}
}

// hasAccount reports whether the table can have rows of the filter's account.
func (q *query) hasAccount() bool {
	if q.SingleAccount != "" {
		return q.accountID == q.SingleAccount
	}
	return len(values(q.dialect, q.Account, q.accountID)) == 1
}

// terms returns the condition as terms, and reports whether any row can meet it.
func (q *query) terms(c deskpolicy.Condition) (terms []term, possible bool, err error) {
	switch c.Kind {
	case deskpolicy.ConditionWorkspace:
		terms, possible = q.inWorkspaces(c.IDs)
	case deskpolicy.ConditionGroup:
		terms, possible = q.among(q.Group, c.IDs)
	case deskpolicy.ConditionAssignee:
		terms, possible = q.among(q.Assignee, c.IDs)
	case deskpolicy.ConditionUnassigned:
		return q.empty(q.Assignee, "Assignee", c)
	case deskpolicy.ConditionNoGroup:
		return q.empty(q.Group, "Group", c)
	case deskpolicy.ConditionNotConfidential:
		return q.notConfidential(c)
	case deskpolicy.ConditionOwn:
		terms, possible = q.among(q.Owner, c.IDs)
	case deskpolicy.ConditionMentions:
		terms, possible = q.mentioning(c.IDs)
	case deskpolicy.ConditionParticipant:
		return q.participating(&q.Participants, "Participants", c)
	case deskpolicy.ConditionCC:
		return q.participating(&q.CCs, "CCs", c)
	case deskpolicy.ConditionRequester, deskpolicy.ConditionRequesterCompany, deskpolicy.ConditionRequesterOwner:
		return q.requestedBy(c)
	default:
		return q.customerTerms(c)
	}
	return terms, possible, nil
}

// customerTerms is like terms, for conditions about customers.
func (q *query) customerTerms(c deskpolicy.Condition) (terms []term, possible bool, err error) {
	switch c.Kind {
	case deskpolicy.ConditionCustomerKnown:
		terms, possible = q.customerKnown()
	case deskpolicy.ConditionCustomerOwner:
		return q.inCRM(q.CRM.Owner, c)
	case deskpolicy.ConditionCustomerTerritory:
		return q.inCRM(q.CRM.Territory, c)
	case deskpolicy.ConditionCustomerTeam:
		return q.onTeam(c)
	case deskpolicy.ConditionContact:
		return q.customerAmong(c)
	case deskpolicy.ConditionCompany:
		if q.customer == companyRow {
			terms, possible = q.among(q.ID, c.IDs)
		}
	default:
		err = fmt.Errorf("sqlfilter: condition kind %d is unknown; this version of the package cannot write it", c.Kind)
	}
	return terms, possible, err
}

// inWorkspaces requires one of the workspaces. Outside workspaces, the column is
// NULL or empty.
func (q *query) inWorkspaces(ids []string) ([]term, bool) {
	outside := slices.Contains(ids, "")
	if !q.Workspace.exists() {
		return nil, outside
	}
	in := oneOf{column: q.Workspace, values: values(q.dialect, q.Workspace, ids...), orNull: outside && !q.Workspace.notNull}
	if outside && q.Workspace.kind == text {
		in.values = append([]any{""}, in.values...)
	}
	return []term{in}, in.orNull || len(in.values) > 0
}

// among requires one of the IDs in the column.
func (q *query) among(c Column, ids []string) ([]term, bool) {
	in := oneOf{column: c, values: values(q.dialect, c, ids...)}
	return []term{in}, len(in.values) > 0
}

// empty requires that the column, which the field of the description names, has no ID.
func (q *query) empty(column Column, field string, c deskpolicy.Condition) ([]term, bool, error) {
	if !column.exists() {
		return nil, false, q.missing(field, c)
	}
	return []term{isEmpty{column}}, true, nil
}

// notConfidential requires that the row is not confidential.
func (q *query) notConfidential(c deskpolicy.Condition) ([]term, bool, error) {
	if q.Confidential == "" {
		return nil, false, q.missing("Confidential or NoneConfidential", c)
	}
	return []term{isFalse{q.Confidential}}, true, nil
}

// participating requires that the condition's agent or contact is in the table with
// enough access.
func (q *query) participating(p *ParticipantTable, field string, c deskpolicy.Condition) ([]term, bool, error) {
	if p.Table == "" {
		return nil, false, q.missing(field, c)
	}
	rows := relatedRows{table: p.Table, key: p.Ticket, account: p.Account}
	member := rows.restrict(p.Participant, values(q.dialect, p.Participant, c.IDs...))
	enough := rows.restrict(p.Access, p.Access.accesses(c.Access))
	return []term{inRelated{q.ID, rows}}, member && enough, nil
}

// requestedBy requires that the requester is the contact, belongs to the company or is
// owned by the agent. Contacts and companies have no requester.
func (q *query) requestedBy(c deskpolicy.Condition) ([]term, bool, error) {
	switch {
	case q.customer != requester:
		return nil, false, nil
	case c.Kind == deskpolicy.ConditionRequester:
		return q.customerAmong(c)
	case c.Kind == deskpolicy.ConditionRequesterCompany:
		return q.inColumn(q.CRM.Company, "CRM.Company", c)
	}
	return q.inColumn(q.CRM.DeskOwner, "CRM.DeskOwner", c)
}

// inColumn is like inCRM. If the column is missing, the error names the field.
func (q *query) inColumn(column Column, field string, c deskpolicy.Condition) ([]term, bool, error) {
	if q.Requester.exists() && !column.exists() {
		return nil, false, q.missing(field, c)
	}
	return q.inCRM(column, c)
}

// missing returns the error for a condition that needs a field of the description.
func (q *query) missing(field string, c deskpolicy.Condition) error {
	return fmt.Errorf("sqlfilter: table %q: the condition %v of the filter needs %s; set it", q.Name, c.Kind, field)
}

// mentioning requires a mention of the agent; ids has one element.
func (q *query) mentioning(ids []string) ([]term, bool) {
	m := &q.Mentions
	switch {
	case m.Array.exists():
		id := values(q.dialect, m.Array, ids...)
		return []term{inArray{m.Array, id}}, len(id) > 0
	case m.JSON.exists():
		id := values(q.dialect, m.JSON, ids...)
		return []term{inJSON{m.JSON, id}}, len(id) > 0
	case m.Table != "":
		rows := relatedRows{table: m.Table, key: m.Ticket, account: m.Account}
		possible := rows.restrict(m.Agent, values(q.dialect, m.Agent, ids...))
		return []term{inRelated{q.ID, rows}}, possible
	}
	return nil, false
}

// customerKnown requires that a ticket has a requester. Contacts and companies always
// meet the condition.
func (q *query) customerKnown() ([]term, bool) {
	if q.customer != requester {
		return nil, true
	}
	return []term{hasRequester{}}, q.Requester.exists()
}

// customerAmong requires that the customer is one of the contacts.
func (q *query) customerAmong(c deskpolicy.Condition) ([]term, bool, error) {
	switch {
	case q.customer == companyRow:
		return nil, false, nil
	case q.looksUpRequester():
		return q.inCRM(q.CRM.ID, c)
	}
	terms, possible := q.among(q.customerColumn(), c.IDs)
	return terms, possible, nil
}

// inCRM requires one of the condition's IDs in a column that describes the customer.
func (q *query) inCRM(column Column, c deskpolicy.Condition) ([]term, bool, error) {
	if !q.customerColumn().exists() {
		return nil, false, nil
	}
	if !column.exists() {
		return nil, false, q.notDescribed(c)
	}
	values := values(q.dialect, column, c.IDs...)
	if q.CRM.Table == "" {
		terms := []term{oneOf{column: column, values: values}}
		if q.customer == requester {
			terms = append(terms, hasRequester{})
		}
		return terms, len(values) > 0, nil
	}
	rows := q.customers()
	possible := rows.restrict(column, values)
	return []term{inRelated{q.customerColumn(), rows}}, possible, nil
}

// onTeam requires that the user is on the customer's team with enough access.
func (q *query) onTeam(c deskpolicy.Condition) ([]term, bool, error) {
	team := &q.CRM.Team
	if !q.customerColumn().exists() {
		return nil, false, nil
	}
	if team.Table == "" {
		return nil, false, q.notDescribed(c)
	}
	rows := relatedRows{table: team.Table, key: team.Customer, account: team.Account}
	rows.onlyCustomers = q.looksUpRequester()
	member := rows.restrict(team.User, values(q.dialect, team.User, c.IDs...))
	enough := rows.restrict(team.Access, team.Access.accesses(c.Access))
	return []term{inRelated{q.customerColumn(), rows}}, member && enough, nil
}

// notDescribed returns the error for a condition on data that the table's CRM field
// does not describe.
func (q *query) notDescribed(c deskpolicy.Condition) error {
	return fmt.Errorf("sqlfilter: table %q: the filter has a %v condition; set its columns in CRM", q.Name, c.Kind)
}

// accesses returns the column's values for at least the given access.
func (c Column) accesses(atLeast deskpolicy.Access) (enough []any) {
	if atLeast < deskpolicy.View {
		return nil
	}
	for access := atLeast; access <= deskpolicy.Edit; access++ {
		if c.kind == integer {
			enough = append(enough, int64(access))
		} else {
			enough = append(enough, access.String())
		}
	}
	return enough
}
