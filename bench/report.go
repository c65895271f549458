package main

import (
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// The numbers of cores that decisions are timed on.
var cores = [...]int{1, 2}

// few is the number of questions that are repeated so that their records stay in the
// processor's cache, like those of one request.
const few = 2_000

// A result holds the measurements of one engine.
type result struct {
	maker
	asked, agreed int
	times         [len(cores)]sample
	warm          sample // few questions on one core
	footprint     footprint
	weight        *weight // nil if it was not weighed
}

// A share is a part of the questions with the times of the library and the bitset.
type share struct {
	name  string
	n     int
	times [2]sample
}

// A listing is a way to list with its times, each the mean over the people.
type listing struct {
	way
	sample
}

// A report holds all measurements.
type report struct {
	options
	helpdesk  *helpdesk
	asked     []question
	results   []result
	loop      sample // of the loop itself
	kinds     []share
	reasons   []share
	sequences []sequence      // of questions of an agent with one or two roles about a ticket
	subjects  []subjectSample // of kinds of subject about the same tickets
	session   sample          // of making a support session
	compared  sample          // of a question that compares authorities
	listers   int
	listings  []listing
	took      time.Duration
	log       io.Writer
}

// begin prints the next step, because the whole run takes minutes.
func (r *report) begin(what string) { fmt.Fprintln(r.log, what) }

// measureAll measures everything and returns the report.
func (o options) measureAll(stderr io.Writer) (r *report, err error) {
	began := time.Now()
	r = &report{options: o, log: stderr}
	r.begin("building the helpdesk")
	if r.helpdesk, err = build(o.seed); err != nil {
		return nil, err
	}
	r.asked = r.helpdesk.ask(o.seed, o.questions)
	contestants, err := r.agree()
	if err != nil {
		return nil, err
	}
	if err := r.time(contestants); err != nil {
		return nil, err
	}
	if err := r.timeUsual(contestants); err != nil {
		return nil, err
	}
	if err := r.timeSubjects(); err != nil {
		return nil, err
	}
	if err := r.divide(contestants); err != nil {
		return nil, err
	}
	if err := r.list(contestants); err != nil {
		return nil, err
	}
	for i := range r.results {
		m := r.results[i].maker
		r.begin("memory of " + m.name)
		if r.results[i].footprint, err = measureFootprint(m, o.seed); err != nil {
			return nil, err
		}
	}
	if err := r.weigh(); err != nil {
		return nil, err
	}
	r.took = time.Since(began)
	return r, nil
}

// agree prepares the engines and verifies that each gives the library's answers.
func (r *report) agree() (contestants []contestant, err error) {
	for _, m := range r.engines {
		c := contestant{maker: m, asked: upTo(m.most, len(r.asked)), agreed: upTo(m.agrees, len(r.asked))}
		if c.engine, err = m.prepared(r.helpdesk, r.asked[:c.agreed]); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		r.begin("verifying the answers of " + m.name)
		if err = r.helpdesk.agree(m.name, c.engine, r.asked[:c.agreed]); err != nil {
			return nil, err
		}
		if c.asked < c.agreed { // do not keep questions that are not timed: they slow down garbage collection
			if c.engine, err = m.prepared(r.helpdesk, r.asked[:c.asked]); err != nil {
				return nil, fmt.Errorf("%s: %w", m.name, err)
			}
		}
		contestants = append(contestants, c)
		r.results = append(r.results, result{maker: m, asked: c.asked, agreed: c.agreed})
	}
	return contestants, nil
}

// time times the engines in turn, in an order that rotates.
func (r *report) time(contestants []contestant) error {
	for repetition := range r.repetitions {
		r.begin(fmt.Sprintf("timing all engines, %d of %d", repetition+1, r.repetitions))
		for i := range contestants {
			i = (i + repetition) % len(contestants)
			for at, n := range cores {
				if err := r.results[i].times[at].measure(contestants[i].engine, contestants[i].asked, n); err != nil {
					return err
				}
			}
		}
		for i := range contestants {
			if err := r.results[i].warm.measure(contestants[i].engine, min(few, contestants[i].asked), 1); err != nil {
				return err
			}
		}
		if err := r.loop.add(nothing(r.asked), len(r.asked), 1); err != nil {
			return err
		}
	}
	return nil
}

// divide times the library and the bitset by kind of subject and by reason.
func (r *report) divide(contestants []contestant) error {
	r.begin("timing by kind and reason")
	kinds, reasons := make(map[subjectKind][]int32), make(map[deskpolicy.Reason][]int32)
	for i, q := range r.asked {
		kind := r.helpdesk.people[q.who].kind
		kinds[kind], reasons[q.reason] = append(kinds[kind], int32(i)), append(reasons[q.reason], int32(i))
	}
	for kind := range subjectKinds {
		if err := r.part(&r.kinds, subjectNames[kind], kinds[kind], contestants); err != nil {
			return err
		}
	}
	for reason := range deskpolicy.Reasons() {
		if err := r.part(&r.reasons, reason.String(), reasons[reason], contestants); err != nil {
			return err
		}
	}
	for range r.repetitions {
		if err := r.session.measure(newSessions(r.helpdesk), grants, 1); err != nil {
			return err
		}
		if err := r.compared.add(comparisons{r.helpdesk}, agents, 1); err != nil {
			return err
		}
	}
	return nil
}

// part adds a part of the questions, unless it is empty.
func (r *report) part(to *[]share, name string, of []int32, contestants []contestant) error {
	if len(of) == 0 {
		return nil
	}
	s := share{name: name, n: len(of)}
	for range min(3, r.repetitions) {
		for i := range s.times {
			if err := s.times[i].add(subset{contestants[i].engine, of}, len(of), 1); err != nil {
				return err
			}
		}
	}
	*to = append(*to, s)
	return nil
}

// sessions is an engine that makes a support session for each question.
type sessions struct {
	grants   []deskpolicy.SupportGrant
	account  deskpolicy.Account
	engineer deskpolicy.SupportEngineer
}

func newSessions(h *helpdesk) sessions {
	return sessions{h.grants, h.account, deskpolicy.SupportEngineer{ID: "eve"}}
}

func (s sessions) ask(n int) (bool, error) {
	return s.grants[n].Session(s.engineer, s.account, now).ID() != "", nil
}

func (sessions) list(who, tickets int) (int, error) { return 0, nil }

// comparisons are questions that only the library is asked: whether an administrator who is
// not an account administrator can change an agent.
type comparisons struct{ *helpdesk }

func (c comparisons) ask(n int) (bool, error) {
	administrator := deskpolicy.Agent{
		ID: "admin", Account: c.account,
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal}},
	}
	return deskpolicy.Authorize(&administrator, deskpolicy.AgentEdit, c.subjects[n].(*deskpolicy.Agent)).Allowed(), nil
}

func (comparisons) list(who, tickets int) (int, error) { return 0, nil }

// list times each way to list.
func (r *report) list(contestants []contestant) error {
	r.begin("filling SQLite")
	store, err := r.helpdesk.store()
	if err != nil {
		return err
	}
	defer store.Close()
	people := r.helpdesk.listers()
	r.listers = len(people)
	ways := r.helpdesk.ways(contestants, store)
	r.listings = make([]listing, len(ways))
	for i, w := range ways {
		r.listings[i].way = w
	}
	for repetition := range r.repetitions {
		r.begin(fmt.Sprintf("timing lists, %d of %d", repetition+1, r.repetitions))
		if err := r.listOnce(people, repetition < fewest); err != nil {
			return err
		}
	}
	return nil
}

// fewest is the number of repetitions of the ways to list that are not quick.
const fewest = 3

// listOnce times each way to list, or each quick one, in turn for each person.
func (r *report) listOnce(people []int, all bool) error {
	var timed []*listing
	for i := range r.listings {
		if l := &r.listings[i]; all || l.quick {
			l.ns = append(l.ns, 0)
			timed = append(timed, l)
		}
	}
	for _, who := range people {
		runtime.GC()
		for _, l := range timed {
			took, err := r.helpdesk.measureListing(l.way, who)
			if err != nil {
				return err
			}
			l.ns[len(l.ns)-1] += float64(took) / float64(len(people))
		}
	}
	return nil
}

// weigh builds the programs and sets the weights of the engines.
func (r *report) weigh() error {
	if !r.weighs {
		return nil
	}
	for i := range r.results {
		if !weighed(r.results[i].name) {
			continue
		}
		r.begin("binaries with " + r.results[i].name)
		w, err := weigh(r.results[i].name, r.results[i].module)
		if err != nil {
			return err
		}
		r.results[i].weight = &w
	}
	return nil
}
