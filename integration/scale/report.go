package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The writers of statements, in the order of the report's columns.
const (
	library = iota
	byHand
	plain
	writers
)

// The values of plan_cache_mode, in the order of the report's columns.
var modes = [...]string{"auto", "force_generic_plan"}

// A result holds the figures of a scope and a question, by mode and by writer.
type result struct {
	figures [len(modes)][writers]figure // without times if not measured
}

// A report holds all results.
type report struct {
	options
	version string // of the server
	scopes  []scope
	visible []int
	results [][4]result // by scope, then by question
}

// measureAll measures the scopes.
func (o options) measureAll(ctx context.Context, at *pgx.ConnConfig, stdout, stderr io.Writer) (r report, err error) {
	r.options = o
	for _, s := range o.sizes.scopes() {
		if o.only == nil || o.only.MatchString(s.name) {
			r.scopes = append(r.scopes, s)
		}
	}
	var sessions [len(modes)]*session
	for i, mode := range modes {
		if sessions[i], err = connect(ctx, at, mode); err != nil {
			return r, err
		}
		defer sessions[i].Close(ctx)
	}
	if err := sessions[0].QueryRow(ctx, "SHOW server_version").Scan(&r.version); err != nil {
		return r, err
	}
	for i, seen := range o.sizes.visible(r.scopes) {
		r.visible = append(r.visible, len(seen))
		r.results = append(r.results, [4]result{})
		for q := range r.results[i] {
			fmt.Fprintf(stderr, "\r\x1b[K%s, %s", r.scopes[i].name, questions[q])
			if err := r.measureOne(ctx, sessions, i, question(q), seen); err != nil {
				return r, fmt.Errorf("%s, %s: %w", r.scopes[i].name, questions[q], err)
			}
			fmt.Fprint(stderr, "\r\x1b[K")
			fmt.Fprintf(stdout, "%-42s %-12s %s\n", r.scopes[i].name, questions[q], r.results[i][q])
			if o.explains {
				r.explain(stdout, i, question(q), seen)
			}
		}
	}
	return r, nil
}

// measureOne measures a question.
func (r *report) measureOne(ctx context.Context, sessions [len(modes)]*session, i int, q question, seen []key) error {
	right, after := expected(q, seen)
	for mode, on := range sessions {
		var pair []prepared
		for _, write := range []func(question, key) (statement, error){r.scopes[i].library, r.scopes[i].byHand} {
			s, err := write(q, after)
			if err != nil {
				return err
			}
			p, err := on.prepare(ctx, s, q)
			if err != nil {
				return err
			}
			pair = append(pair, p)
		}
		figures, err := measure(ctx, right, effort{r.time, 7, 201}, pair...)
		if err != nil {
			return err
		}
		copy(r.results[i][q].figures[mode][:], figures)
	}
	return r.measurePlain(ctx, sessions[0], i, q, seen)
}

// patience is the timeout of the condition's statement.
const patience = 5 * time.Second

// measurePlain measures the filter as a condition.
func (r *report) measurePlain(ctx context.Context, on *session, i int, q question, seen []key) error {
	right, after := expected(q, seen)
	s, err := r.scopes[i].plain(q, after)
	if err != nil {
		return err
	}
	p, err := on.prepare(ctx, s, q)
	if err != nil {
		return err
	}
	if _, err := on.Exec(ctx, fmt.Sprintf("SET statement_timeout = %d", patience.Milliseconds())); err != nil {
		return err
	}
	figures, err := measure(ctx, right, effort{r.time / 2, 3, 101}, p)
	if err != nil && ignore(err, "57014") == nil {
		figures, err = []figure{{tooLong: true}}, nil
	}
	if err == nil {
		r.results[i][q].figures[0][plain] = figures[0]
		_, err = on.Exec(ctx, "SET statement_timeout = 0")
	}
	return err
}

// expected returns the right answer, and the key of the row that the later page starts
// after.
func expected(q question, seen []key) (right []int64, after key) {
	switch q {
	case count:
		return []int64{int64(len(seen))}, after
	case countUpTo:
		return []int64{int64(min(len(seen), most+1))}, after
	case laterPage:
		n := min(len(seen)/2, 1000)
		after = key{epoch.AddDate(10, 0, 0).Unix(), 1} // newer than all, if the subject sees hardly any
		if n > 0 {
			after = seen[n-1]
		}
		seen = seen[n:]
	}
	for _, k := range seen[:min(len(seen), pageSize)] {
		right = append(right, k.id)
	}
	return right, after
}

// String returns the result as one line.
func (r result) String() string {
	var b strings.Builder
	for mode := range modes {
		l, h := r.figures[mode][library], r.figures[mode][byHand]
		fmt.Fprintf(&b, " | %8s %8s %5.2fx %6d %6d", milliseconds(l.quantile(.5)), milliseconds(h.quantile(.5)), r.ratio(mode), l.plan.buffers, h.plan.buffers)
	}
	l, p := r.worst(library), r.figures[0][plain]
	fmt.Fprintf(&b, " | removed %d, read %d", l.removed, l.read)
	if l.jit {
		b.WriteString(", JIT")
	}
	if !p.tooLong {
		fmt.Fprintf(&b, " | plain %s %d", milliseconds(p.quantile(.5)), p.plan.buffers)
	}
	return b.String()
}

// ratio returns the library's median divided by that of the statement by hand.
func (r result) ratio(mode int) float64 {
	of := r.figures[mode]
	return float64(of[library].quantile(.5)) / float64(of[byHand].quantile(.5))
}

// worst returns the maximum of the modes.
func (r result) worst(writer int) (w plan) {
	for mode := range modes {
		p := r.figures[mode][writer].plan
		w.buffers, w.removed, w.read, w.jit = max(w.buffers, p.buffers), max(w.removed, p.removed), max(w.read, p.read), w.jit || p.jit
	}
	return w
}

// explain prints the statements and the plans.
func (r *report) explain(to io.Writer, i int, q question, seen []key) {
	_, after := expected(q, seen)
	for writer, write := range []func(question, key) (statement, error){r.scopes[i].library, r.scopes[i].byHand, r.scopes[i].plain} {
		s, _ := write(q, after)
		fmt.Fprintf(to, "\n%s\n%.300q\n", s.text, s.args)
		for mode, name := range modes {
			if plan := r.results[i][q].figures[mode][writer].plan; plan.text != "" {
				fmt.Fprintf(to, "%s: %s\n", name, plan.text)
			}
		}
	}
}
