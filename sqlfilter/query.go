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
	dialect Dialect
	of      deskpolicy.AccountID
	alias   string
	names   string // how our own aliases begin, and no name of the host's
	arms    []arm  // none if nothing is selected; one without terms for the whole account
	inline  int    // how many values of a list are an argument each in MariaDB
}

// An arm is an arm of the filter: all of its terms are met.
type arm []term

// newQuery returns the filter as rows of the table meet it.
func newQuery[R deskpolicy.Resource](filter deskpolicy.Filter[R], of Table[R], d Dialect) (*query, error) {
	if d < PostgreSQL || d > SQLite {
		return nil, fmt.Errorf("sqlfilter: no such dialect: %d", d)
	}
	t := tableOf(of)
	if err := t.check(d); err != nil {
		return nil, err
	}
	q := &query{table: t, dialect: d, of: filter.Account(), alias: t.alias(), names: t.otherNames()}
	if err := q.lower(filter.Kind(), filter.Arms()); err != nil {
		return nil, err
	}
	return q, nil
}

// lower takes over the arms.
func (q *query) lower(kind deskpolicy.FilterKind, arms iter.Seq[deskpolicy.Arm]) error {
	ours := q.ours()
	for from := range arms {
		to := arm{}
		met := true // by some row
		for condition := range from.Conditions() {
			terms, some, err := q.terms(condition)
			if err != nil {
				return err
			}
			to, met = append(to, terms...), met && some
		}
		if met && ours && kind != deskpolicy.Never {
			q.arms = append(q.arms, to)
		}
	}
	q.absorb()
	q.sort()
	q.inline = q.fits()
	return nil
}

// fits returns how many values of a list may be an argument each in MariaDB: all
// of them, if all lists are few enough together, and otherwise those of short ones.
func (q *query) fits() int {
	all := 0
	for _, a := range q.arms {
		for _, t := range a {
			all += arguments(t)
		}
	}
	if all <= thresholds.Inline {
		return thresholds.Inline
	}
	return thresholds.MariaDB
}

// arguments returns how many values the term has.
func arguments(t term) (n int) {
	switch t := t.(type) {
	case oneOf:
		n = len(t.values)
	case inSide:
		for _, is := range t.rows.where {
			n += len(is.values)
		}
	}
	return n
}

// sort has the arms come first that an index counts, and those last whose rows
// are read one by one to be tested for what the others select.
func (q *query) sort() {
	slices.SortStableFunc(q.arms, func(a, b arm) int { return q.rank(a) - q.rank(b) })
}

func (q *query) rank(a arm) (rank int) {
	for _, t := range a {
		switch in, is := t.(inSide); {
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

// absorb drops all other arms where one asks nothing.
func (q *query) absorb() {
	for _, a := range q.arms {
		if len(a) == 0 {
			q.arms = []arm{a}
			break
		}
	}
}

// ours reports whether the table has rows of the filter's account.
func (q *query) ours() bool {
	if q.OnlyOf != "" {
		return q.of == q.OnlyOf
	}
	return len(values(q.dialect, q.Account, q.of)) == 1
}

// terms returns what the condition asks of a row, and whether any can meet it.
func (q *query) terms(condition deskpolicy.Condition) (terms []term, some bool, err error) {
	switch c := condition.(type) {
	case deskpolicy.InWorkspaces:
		terms, some = q.inWorkspaces(c.IDs)
	case deskpolicy.InGroups:
		terms, some = among(q, q.Group, c.IDs...)
	case deskpolicy.AssignedTo:
		terms, some = among(q, q.Assignee, c.Agent)
	case deskpolicy.Unowned:
		terms, some = q.unowned()
	case deskpolicy.OwnedBy:
		terms, some = among(q, q.Owner, c.Agent)
	case deskpolicy.Mentioning:
		terms, some = q.mentioning(c.Agent)
	case deskpolicy.CompanyAmong:
		if q.customer == theCompany {
			terms, some = among(q, q.ID, c.IDs...)
		}
	default:
		return q.ofCustomer(condition)
	}
	return terms, some, nil
}

// inWorkspaces asks for one of the workspaces. What has none is NULL or empty.
func (q *query) inWorkspaces(ids []deskpolicy.WorkspaceID) ([]term, bool) {
	outside := false
	for _, id := range ids {
		outside = outside || id == ""
	}
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
func among[ID ~string](q *query, c Column, ids ...ID) ([]term, bool) {
	in := oneOf{column: c, values: values(q.dialect, c, ids...)}
	return []term{in}, len(in.values) > 0
}

// unowned asks that the row has no assignee, as no row has without such a column.
func (q *query) unowned() ([]term, bool) {
	if !q.Assignee.exists() {
		return nil, true
	}
	return []term{missing{q.Assignee}}, true
}

// mentioning asks for a mention of the agent.
func (q *query) mentioning(agent deskpolicy.AgentID) ([]term, bool) {
	m := &q.Mentions
	switch {
	case m.Array.exists():
		id := values(q.dialect, m.Array, agent)
		return []term{inArray{m.Array, id}}, len(id) > 0
	case m.JSON.exists():
		id := values(q.dialect, m.JSON, agent)
		return []term{inJSON{m.JSON, id}}, len(id) > 0
	case m.Table != "":
		rows := side{table: m.Table, key: m.Ticket, account: m.Account}
		some := rows.have(m.Agent, values(q.dialect, m.Agent, agent))
		return []term{inSide{q.ID, rows}}, some
	}
	return nil, false
}

// ofCustomer returns what a condition about a customer asks.
func (q *query) ofCustomer(condition deskpolicy.Condition) ([]term, bool, error) {
	var (
		terms []term
		some  bool
		crm   = &q.CRM
	)
	switch c := condition.(type) {
	case deskpolicy.CustomerKnown:
		terms, some = nil, true
		if q.customer == requester {
			terms = append(terms, known{})
		}
	case deskpolicy.CustomerOwnedBy:
		if q.key().exists() && !crm.Owner.exists() {
			return nil, false, q.cannotSay(c)
		}
		terms, some = q.inCRM(crm.Owner, values(q.dialect, crm.Owner, c.User))
	case deskpolicy.CustomerIn:
		if q.key().exists() && !crm.Territory.exists() {
			return nil, false, q.cannotSay(c)
		}
		terms, some = q.inCRM(crm.Territory, values(q.dialect, crm.Territory, c.Territories...))
	case deskpolicy.CustomerTeam:
		if q.key().exists() && crm.Team.Table == "" {
			return nil, false, q.cannotSay(c)
		}
		terms, some = q.onTeam(c)
	case deskpolicy.ContactAmong:
		if q.customer == theCompany {
			return nil, false, nil
		}
		if q.looksUp() {
			terms, some = q.inCRM(crm.ID, values(q.dialect, crm.ID, c.IDs...))
		} else {
			terms, some = among(q, q.key(), c.IDs...)
		}
	default:
		return nil, false, q.cannotSay(condition)
	}
	return terms, some && q.key().exists(), nil
}

func (q *query) cannotSay(condition deskpolicy.Condition) error {
	return fmt.Errorf("sqlfilter: table %q: its description cannot say %T", q.Name, condition)
}

// inCRM asks that the customer has one of the values in a column of the CRM's.
func (q *query) inCRM(c Column, values []any) ([]term, bool) {
	if q.CRM.Table == "" {
		terms := []term{oneOf{column: c, values: values}}
		if q.customer == requester {
			terms = append(terms, known{})
		}
		return terms, len(values) > 0
	}
	rows := q.customers()
	some := rows.have(c, values)
	return []term{inSide{q.key(), rows}}, some
}

// onTeam asks that the user is on the customer's team.
func (q *query) onTeam(c deskpolicy.CustomerTeam) ([]term, bool) {
	team := &q.CRM.Team
	rows := side{table: team.Table, key: team.Customer, account: team.Account}
	rows.customers = q.looksUp()
	member := rows.have(team.User, values(q.dialect, team.User, c.User))
	enough := rows.have(team.Access, team.Access.accesses(c.AtLeast))
	return []term{inSide{q.key(), rows}}, member && enough
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
