package main

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A contestant is an engine to measure.
type contestant struct {
	maker
	engine engine
	asked  int // the number of questions to time
	agreed int // the number of questions that it answered correctly
}

// agree asks the engine the questions. It returns an error for the first answer that
// differs from the library's.
func (h *helpdesk) agree(name string, e engine, questions []question) error {
	for n, q := range questions {
		allowed, err := e.ask(n)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", name, h.String(q), err)
		}
		if allowed != q.allowed() {
			return fmt.Errorf("%s says %t: %s\n%s", name, allowed, h.String(q), deskpolicy.Explain(h.request(q)))
		}
	}
	return nil
}

// A sample holds the measurements of one engine on a number of cores.
type sample struct {
	ns            []float64 // processor time per decision, by repetition; other programs affect it least
	wall          []float64 // wall time per decision
	bytes, allocs float64   // per decision
}

// passed returns the sample of wall times.
func (s sample) passed() sample { return sample{ns: s.wall} }

// calm returns the ratio of processor time to wall time.
func (s sample) calm() float64 {
	return middle(slices.Sorted(slices.Values(ratios(&s, &sample{ns: s.wall}).ns)))
}

// spread returns the median, the least and the most.
func (s sample) spread() (median, least, most float64) {
	sorted := slices.Sorted(slices.Values(s.ns))
	return middle(sorted), sorted[0], sorted[len(sorted)-1]
}

func (s sample) median() float64 { return middle(slices.Sorted(slices.Values(s.ns))) }

// middle returns the median of sorted numbers.
func middle(sorted []float64) float64 {
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// least is the minimum duration of a measurement. The questions are repeated until then.
const least = 100 * time.Millisecond

// measure collects garbage, asks the questions on that many cores, and adds the result.
func (s *sample) measure(e engine, questions, cores int) error {
	runtime.GC()
	return s.add(e, questions, cores)
}

// add is like measure, but does not collect garbage first.
func (s *sample) add(e engine, questions, cores int) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, worked, asked := time.Now(), processorTime(), 0
	for asked == 0 || time.Since(start) < least {
		if err := askAll(e, questions, cores); err != nil {
			return err
		}
		asked += questions
	}
	worked, took := processorTime()-worked, time.Since(start)
	runtime.ReadMemStats(&after)
	s.ns = append(s.ns, float64(worked.Nanoseconds())/float64(asked))
	s.wall = append(s.wall, float64(took.Nanoseconds())/float64(asked))
	s.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(asked)
	s.allocs = float64(after.Mallocs-before.Mallocs) / float64(asked)
	return nil
}

// chunk is the number of questions that a goroutine takes at a time.
const chunk = 250

// askAll asks the first questions once, in one goroutine for each core.
func askAll(e engine, questions, cores int) error {
	if cores == 1 {
		return askSome(e, 0, questions)
	}
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range cores {
		all.Go(func() {
			for {
				from := int(next.Add(chunk)) - chunk
				if from >= questions {
					return
				}
				if err := askSome(e, from, min(from+chunk, questions)); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// answered keeps the answers from being optimised away.
var answered atomic.Int64

func askSome(e engine, from, to int) error {
	allowed := int64(0)
	for n := from; n < to; n++ {
		is, err := e.ask(n)
		if err != nil {
			return err
		}
		if is {
			allowed++
		}
	}
	answered.Add(allowed)
	return nil
}

// nothing is an engine that only looks up the expected answer, to measure the loop.
type nothing []question

func (q nothing) ask(n int) (bool, error)          { return q[n].allowed(), nil }
func (nothing) list(who, tickets int) (int, error) { return 0, nil }

// A subset is an engine with only some of its questions.
type subset struct {
	engine
	of []int32
}

func (s subset) ask(n int) (bool, error) { return s.engine.ask(int(s.of[n])) }
