package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// pageSize is the number of rows on a page, and most the limit of a capped count.
const (
	pageSize = 50
	most     = 1000
)

// ---- expected answers

// A key is a row's position in the order of pages, the newest first.
type key struct{ updated, id int64 }

// visible returns the keys of the rows that each scope can see, newest first. It asks
// the library about each ticket.
func (s Sizes) visible(scopes []scope) [][]key {
	filters := make([]deskpolicy.Filter[deskpolicy.Ticket], len(scopes))
	for i := range scopes {
		filters[i] = deskpolicy.FilterFor(scopes[i].subject, deskpolicy.TicketView)
	}
	seen := make([][]key, len(scopes))
	for row := range s.rows() {
		ticket := row.ticket()
		for i, filter := range filters {
			if filter.Match(&ticket) {
				seen[i] = append(seen[i], key{row.updated.Unix(), row.id})
			}
		}
	}
	for _, keys := range seen {
		slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(b.updated, a.updated), cmp.Compare(b.id, a.id)) })
	}
	return seen
}

// ---- statements

// A question is asked for each scope.
type question uint8

const (
	firstPage question = iota
	laterPage
	count
	countUpTo
)

// A statement is a statement to prepare. Its answer is the IDs of a page or one
// number.
type statement struct {
	text string
	args []any
}

// library returns the library's statement for the question.
func (of scope) library(q question, after key) (statement, error) {
	filter := deskpolicy.FilterFor(of.subject, deskpolicy.TicketView)
	var f sqlfilter.Fragment
	var err error
	switch page := (sqlfilter.PageRequest{Order: "updated_at", Limit: pageSize, Columns: []string{"subject"}}); q {
	case count:
		f, err = sqlfilter.Count(filter, of.table, sqlfilter.PostgreSQL)
	case countUpTo:
		f, err = sqlfilter.CountUpTo(filter, of.table, sqlfilter.PostgreSQL, most)
	case laterPage:
		if page.After, err = page.CursorAfter(time.Unix(after.updated, 0), text(after.id)); err != nil {
			return statement{}, err
		}
		fallthrough
	default:
		f, err = sqlfilter.Page(filter, of.table, sqlfilter.PostgreSQL, page)
	}
	text, args := f.SQL(1)
	return statement{text, args}, err
}

// byHand returns the statement written by hand for the question.
func (of scope) byHand(q question, after key) (statement, error) {
	args := append([]any{int64(ours)}, of.args...)
	switch q {
	case count:
		return statement{of.hand.count, args}, nil
	case countUpTo:
		return statement{of.hand.countUpTo, args}, nil
	case laterPage:
		condition := fmt.Sprintf("AND (updated_at, id) < ($%d, $%d)", len(args)+1, len(args)+2)
		return statement{of.hand.after(condition), append(args, time.Unix(after.updated, 0).UTC(), after.id)}, nil
	default:
		return statement{of.hand.after(""), args}, nil
	}
}

// plain returns a statement with the filter as a condition: all clauses in one OR.
func (of scope) plain(q question, after key) (statement, error) {
	where, err := sqlfilter.Where(deskpolicy.FilterFor(of.subject, deskpolicy.TicketView), of.table, sqlfilter.PostgreSQL)
	condition, args := where.SQL(1)
	switch from := " FROM tickets WHERE " + condition; q {
	case count:
		return statement{"SELECT count(*)" + from, args}, err
	case countUpTo:
		return statement{capped("SELECT" + from), args}, err
	case laterPage:
		from += fmt.Sprintf(" AND (updated_at, id) < ($%d, $%d)", len(args)+1, len(args)+2)
		args = append(args, time.Unix(after.updated, 0).UTC(), after.id)
		fallthrough
	default:
		return statement{"SELECT id, updated_at, subject" + from + fmt.Sprint(" ORDER BY updated_at DESC, id DESC LIMIT ", pageSize), args}, err
	}
}

// ---- sessions

// A session is a connection with one plan_cache_mode.
type session struct {
	*pgx.Conn
	plans    string // the mode
	prepared int
}

func connect(ctx context.Context, server *pgx.ConnConfig, plans string) (*session, error) {
	config := server.Copy()
	config.RuntimeParams["plan_cache_mode"] = plans
	config.RuntimeParams["timezone"] = "UTC"
	db, err := pgx.ConnectConfig(ctx, config)
	return &session{Conn: db, plans: plans}, err
}

// A prepared is a prepared statement whose answer was verified.
type prepared struct {
	on   *session
	name string
	args []any
	page bool
}

func (on *session) prepare(ctx context.Context, s statement, q question) (prepared, error) {
	on.prepared++
	p := prepared{on, fmt.Sprintf("s%d", on.prepared), s.args, q == firstPage || q == laterPage}
	_, err := on.Prepare(ctx, p.name, s.text)
	if err != nil {
		err = fmt.Errorf("%w in\n%s", err, s.text)
	}
	return p, err
}

// run runs the statement, and returns the IDs of the page or the one number.
func (p prepared) run(ctx context.Context) (answer []int64, err error) {
	rows, err := p.on.Query(ctx, p.name, p.args...)
	if err != nil {
		return nil, err
	}
	var id int64
	var updated time.Time
	var subject string
	into := []any{&id, &updated, &subject}
	if !p.page {
		into = into[:1]
	}
	_, err = pgx.ForEachRow(rows, into, func() error {
		answer = append(answer, id)
		return nil
	})
	return answer, err
}

// ---- measuring

// A figure is the measurement of a statement.
type figure struct {
	times   []time.Duration // sorted; empty if it was not measured
	plan    plan
	tooLong bool // it did not finish in time
}

// quantile returns the quantile of the times.
func (f figure) quantile(q float64) time.Duration {
	return f.times[int(math.Round(q*float64(len(f.times)-1)))]
}

// effort says how long statements are run repeatedly: until the time is up, at least
// least times and at most most times.
type effort struct {
	time        time.Duration
	least, most int
}

// settled is the number of runs after which PostgreSQL has decided whether to use a
// generic plan.
const settled = 6

// measure runs the statements in turn. It returns an error for a wrong answer.
func measure(ctx context.Context, right []int64, effort effort, statements ...prepared) ([]figure, error) {
	figures := make([]figure, len(statements))
	for i, p := range statements {
		for range settled {
			got, err := p.run(ctx)
			if err != nil {
				return nil, err
			}
			if !slices.Equal(got, right) {
				return nil, fmt.Errorf("statement %d answers %v instead of %v", i, got, right)
			}
		}
	}
	until := time.Now().Add(effort.time)
	for n := 0; n < effort.least || n < effort.most && time.Now().Before(until); n++ {
		for i := range statements {
			i = (i + n) % len(statements) // so that no statement is always first
			start := time.Now()
			_, err := statements[i].run(ctx)
			figures[i].times = append(figures[i].times, time.Since(start))
			if err != nil {
				return nil, err
			}
		}
	}
	for i, p := range statements {
		slices.Sort(figures[i].times)
		var err error
		if figures[i].plan, err = p.explain(ctx); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

// ---- plans

// A plan is what EXPLAIN ANALYZE reports about a statement.
type plan struct {
	buffers int            // shared buffers that were read or hit
	removed int            // rows that were read and removed by a filter or a join's filter
	read    int            // rows that were read from tables and indexes, including removed ones
	of      map[string]int // read, by table
	nodes   map[string]int
	jit     bool
	text    string
}

// A node is a node of a plan as PostgreSQL explains it.
type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Rows     float64 `json:"Actual Rows"` // this and the next are per loop
	Loops    float64 `json:"Actual Loops"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Joined   float64 `json:"Rows Removed by Join Filter"`
	Checked  float64 `json:"Rows Removed by Index Recheck"`
	Hit      int     `json:"Shared Hit Blocks"`
	Read     int     `json:"Shared Read Blocks"`
	Plans    []node
}

// explain returns the current plan of the prepared statement.
func (p prepared) explain(ctx context.Context) (plan, error) {
	execute := "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE " + p.name
	for i, arg := range p.args {
		execute += []string{"(", ", "}[min(i, 1)] + literal(arg)
	}
	if len(p.args) > 0 {
		execute += ")"
	}
	var explained []struct {
		Plan node
		JIT  any
	}
	var text []byte
	err := p.on.QueryRow(ctx, execute, pgx.QueryExecModeSimpleProtocol).Scan(&text)
	if err != nil {
		return plan{}, err
	}
	if err := json.Unmarshal(text, &explained); err != nil || len(explained) != 1 {
		return plan{}, errors.Join(err, fmt.Errorf("explained %s", text))
	}
	root := explained[0].Plan
	of := plan{buffers: root.Hit + root.Read, nodes: map[string]int{}, of: map[string]int{}, jit: explained[0].JIT != nil, text: string(text)}
	of.add(root)
	return of, nil
}

func (of *plan) add(n node) {
	of.nodes[strings.TrimSpace(n.Type+" "+n.Relation)]++
	removed := int((n.Filtered + n.Joined + n.Checked) * n.Loops)
	of.removed += removed
	if n.Relation != "" && n.Type != "Bitmap Heap Scan" || n.Type == "Bitmap Index Scan" {
		read := int(n.Rows*n.Loops) + removed
		of.read += read
		of.of[n.Relation] += read
	}
	for _, child := range n.Plans {
		of.add(child)
	}
}

// literal returns the argument as an SQL literal.
func literal(arg any) string {
	switch arg := arg.(type) {
	case time.Time:
		return "'" + arg.Format(time.RFC3339Nano) + "'"
	case string:
		return "'" + strings.ReplaceAll(arg, "'", "''") + "'"
	default:
		return fmt.Sprint(arg)
	}
}
