package sqlfilter

import (
	"fmt"
	"iter"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// A query is a filter as the rows of a table meet it.
type query struct {
	table
	dialect     Dialect
	accountID   deskpolicy.AccountID
	alias       string
	prefix      string   // how our own aliases begin, and no name of the host's
	clauses     []clause // none if nothing is selected; one without terms for the whole account
	inlineLimit int      // how many values of a list are an argument each in MariaDB
}

// An clause is an arm of the filter: all of its terms are met.
type clause []term

// newQuery returns the filter as rows of the table meet it.
func newQuery[R deskpolicy.Resource](filter deskpolicy.Filter[R], of Table[R], d Dialect) (*query, error) {
	if d < PostgreSQL || d > SQLite {
		return nil, fmt.Errorf("sqlfilter: no such dialect: %d", d)
	}
	t := tableOf(of)
	if err := t.check(d); err != nil {
		return nil, err
	}
	q := &query{table: t, dialect: d, accountID: filter.Account(), alias: t.alias(), prefix: t.unusedPrefix()}
	if err := q.addClauses(filter.Kind(), filter.Clauses()); err != nil {
		return nil, err
	}
	return q, nil
}

// addClauses takes over the arms.
func (q *query) addClauses(kind deskpolicy.FilterKind, clauses iter.Seq[deskpolicy.Clause]) error {
	ours := q.hasAccount()
	for from := range clauses {
		to := clause{}
		met := true // by some row
		for condition := range from.Conditions() {
			terms, some, err := q.terms(condition)
			if err != nil {
				return err
			}
			to, met = append(to, terms...), met && some
		}
		if met && ours && kind != deskpolicy.FilterNone {
			q.clauses = append(q.clauses, to)
		}
	}
	q.dropRedundant()
	q.sort()
	q.inlineLimit = q.chooseInlineLimit()
	return nil
}

// chooseInlineLimit returns how many values of a list may be an argument each in MariaDB: all
// of them, if all lists are few enough together, and otherwise those of short ones.
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

// valueCount returns how many values the term has.
func valueCount(t term) (n int) {
	switch t := t.(type) {
	case oneOf:
		n = len(t.values)
	case inRelated:
		for _, is := range t.rows.where {
			n += len(is.values)
		}
	}
	return n
}

// sort has the arms come first that an index counts, and those last whose rows
// are read one by one to be tested for what the others select.
func (q *query) sort() {
	slices.SortStableFunc(q.clauses, func(x, y clause) int { return q.rank(x) - q.rank(y) })
}

func (q *query) rank(cl clause) (rank int) {
	for _, t := range cl {
		switch in, is := t.(inRelated); {
		case searches(t):
			return 3
		case is && in.column == q.ID:
			return 2
		case is:
			rank = 1
		}
	}
	return rank
}

// dropRedundant drops all other arms where one asks nothing.
func (q *query) dropRedundant() {
	for _, cl := range q.clauses {
		if len(cl) == 0 {
			q.clauses = []clause{cl}
			break
		}
	}
}

// hasAccount reports whether the table has rows of the filter's account.
func (q *query) hasAccount() bool {
	if q.SingleAccount != "" {
		return q.accountID == q.SingleAccount
	}
	return len(values(q.dialect, q.Account, q.accountID)) == 1
}

// terms returns what the condition asks of a row, and whether any can meet it.
func (q *query) terms(c deskpolicy.Condition) (terms []term, some bool, err error) {
	switch c.Kind {
	case deskpolicy.ConditionWorkspace:
		terms, some = q.inWorkspaces(c.IDs)
	case deskpolicy.ConditionGroup:
		terms, some = q.among(q.Group, c.IDs)
	case deskpolicy.ConditionAssignee:
		terms, some = q.among(q.Assignee, c.IDs)
	case deskpolicy.ConditionUnowned:
		terms, some = q.unowned()
	case deskpolicy.ConditionOwner:
		terms, some = q.among(q.Owner, c.IDs)
	case deskpolicy.ConditionMentions:
		terms, some = q.mentioning(c.IDs)
	case deskpolicy.ConditionCustomerKnown:
		terms, some = q.customerKnown()
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
			terms, some = q.among(q.ID, c.IDs)
		}
	default:
		err = fmt.Errorf("sqlfilter: unknown condition kind %d", c.Kind)
	}
	return terms, some, err
}

// inWorkspaces asks for one of the workspaces. What has none is NULL or empty.
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

// among asks for one of the IDs in the column.
func (q *query) among(c Column, ids []string) ([]term, bool) {
	in := oneOf{column: c, values: values(q.dialect, c, ids...)}
	return []term{in}, len(in.values) > 0
}

// unowned asks that the row has no assignee, as no row has without such a column.
func (q *query) unowned() ([]term, bool) {
	if !q.Assignee.exists() {
		return nil, true
	}
	return []term{isEmpty{q.Assignee}}, true
}

// mentioning asks for a mention of the agent, the one ID.
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
		some := rows.restrict(m.Agent, values(q.dialect, m.Agent, ids...))
		return []term{inRelated{q.ID, rows}}, some
	}
	return nil, false
}

// customerKnown asks that a ticket has a requester. A customer is known as such.
func (q *query) customerKnown() ([]term, bool) {
	if q.customer != requester {
		return nil, true
	}
	return []term{hasRequester{}}, q.Requester.exists()
}

// customerAmong asks that the customer is one of the contacts.
func (q *query) customerAmong(c deskpolicy.Condition) ([]term, bool, error) {
	switch {
	case q.customer == companyRow:
		return nil, false, nil
	case q.looksUpRequester():
		return q.inCRM(q.CRM.ID, c)
	}
	terms, some := q.among(q.customerColumn(), c.IDs)
	return terms, some, nil
}

// inCRM asks that the customer has one of the condition's IDs in a column of the CRM's.
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
	some := rows.restrict(column, values)
	return []term{inRelated{q.customerColumn(), rows}}, some, nil
}

// onTeam asks that the user is on the customer's team.
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

// notDescribed is the error of a condition about what the table's CRM leaves out.
func (q *query) notDescribed(c deskpolicy.Condition) error {
	return fmt.Errorf("sqlfilter: table %q: the filter has a %v condition; say in CRM where that is kept", q.Name, c.Kind)
}

// accesses returns how the column says that access or more.
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
