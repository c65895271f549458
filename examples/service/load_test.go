//go:build unix

package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

var loadFor = flag.Duration("load", time.Second, "how long the load test runs on each database")

// While agents list and open tickets, 1 % of the requests revoke somebody's access. No request
// that begins after a revocation has returned, and ends before it is taken back, is allowed.
//
//	go test . -run Load -v -load 30s
//
// ends with the rows of the README's table.
func TestLoad(t *testing.T) {
	var rows strings.Builder
	testdb.Each(t, func(t *testing.T, source string) {
		s, err := store.Open(t.Context(), source)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		require.NoError(t, seed.Fill(t.Context(), s, time.Now()))
		full := httptest.NewServer(newHandler(s, time.Now, slog.New(slog.DiscardHandler)))
		t.Cleanup(full.Close)
		asking, bare := httptest.NewServer(withoutAsking(s)), httptest.NewServer(withoutPolicy(s, source))
		t.Cleanup(asking.Close)
		t.Cleanup(bare.Close)
		l := newLoad(t, full.URL)
		var with, same, none figures
		slice := max(*loadFor/30, 30*time.Millisecond) // in turns, so that all have the same machine
		for began := time.Now(); time.Since(began) < *loadFor || l.revocations == 0; {
			l.run(full.URL, slice, &with)
			l.run(asking.URL, slice, &same)
			l.run(bare.URL, slice, &none)
		}
		assert.Zero(t, l.wrong, "requests that were allowed what had been revoked")
		assert.Positive(t, l.revocations)
		t.Logf("%d revocations; %.2f times as many requests a second without asking", l.revocations, same.perSecond()/with.perSecond())
		_, database, _ := strings.Cut(t.Name(), "/")
		for _, row := range []struct {
			name string
			*figures
		}{{"the service", &with}, {"the same without asking", &same}, {"everything to everybody", &none}} {
			fmt.Fprintf(&rows, "| %s, %s %s %.2f |\n", database, row.name, row.figures, float64(row.work())/float64(same.work()))
		}
	})
	t.Logf("\n%s", &rows)
}

// A load is agents who work, and an administrator who takes access away and gives it back.
type load struct {
	*testing.T
	service string // where changes are made
	olga    *browser
	agents  []*worker
	wrong   int

	revocations int
	mu          sync.Mutex
}

// A worker is an agent. The epoch is odd while access is revoked: it changes after a revocation
// has returned, and before access is given back.
type worker struct {
	name    string
	session *browser
	mu      sync.RWMutex
	epoch   int
	busy    sync.Mutex // is held while access is changed
}

const (
	workers = 8
	agents  = 30
)

func newLoad(t *testing.T, service string) *load {
	l := &load{T: t, service: service, olga: login(t, service, "olga")}
	l.olga.http.Transport = &http.Transport{MaxIdleConnsPerHost: workers}
	for i := range agents {
		name := fmt.Sprintf("agent-%02d", i+1)
		session := login(t, service, name)
		session.http.Transport = l.olga.http.Transport
		l.agents = append(l.agents, &worker{name: name, session: session})
	}
	return l
}

// run runs the load at an address for a while, and adds what it measures.
func (l *load) run(at string, length time.Duration, to *figures) {
	var all sync.WaitGroup
	began, worked := time.Now(), processorTime()
	measured := make([][]time.Duration, workers)
	for i := range workers {
		all.Go(func() {
			for time.Since(began) < length {
				if rand.IntN(100) == 0 {
					l.revoke(l.agents[rand.IntN(agents)])
				}
				measured[i] = append(measured[i], l.ask(at, l.agents[rand.IntN(agents)]))
			}
		})
	}
	all.Wait()
	to.took += time.Since(began)
	to.worked += processorTime() - worked
	to.each = slices.Concat(append(measured, to.each)...)
}

// ask lists or opens tickets as the agent, and returns how long that took.
func (l *load) ask(at string, agent *worker) time.Duration {
	path := "/api/tickets"
	if rand.IntN(100) < 60 {
		path = fmt.Sprintf("/api/tickets/%d", 1+rand.IntN(seed.Tickets))
	}
	before, began := agent.now(), time.Now()
	status := l.get(agent.session.at(replica{url: at}), path)
	took := time.Since(began)
	if at == l.service && status == http.StatusOK && before%2 == 1 && agent.now() == before {
		l.mu.Lock()
		l.wrong++
		l.mu.Unlock()
	}
	return took
}

func (l *load) get(b *browser, path string) int {
	response, err := b.http.Get(b.url + path)
	if err != nil {
		l.Error(err)
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

func (w *worker) now() int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.epoch
}

func (w *worker) next() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.epoch++
}

// revoke takes the agent's access away, and gives it back a little later.
func (l *load) revoke(agent *worker) {
	if !agent.busy.TryLock() {
		return
	}
	defer agent.busy.Unlock()
	form := url.Values{"person": {agent.name}}
	status, text := l.olga.fresh().post("/admin/person/deactivate", form)
	assert.Equal(l, http.StatusSeeOther, status, text)
	agent.next()
	for range 2 { // a request of the agent that began after the revocation
		l.ask(l.service, agent)
	}
	agent.next()
	status, text = l.olga.fresh().post("/admin/person/activate", form)
	assert.Equal(l, http.StatusSeeOther, status, text)
	l.mu.Lock()
	l.revocations++
	l.mu.Unlock()
}

// fresh returns the same browser, for use at the same time.
func (b *browser) fresh() *browser { return &browser{t: b.t, url: b.url, http: b.http} }

// figures are what was measured of requests.
type figures struct {
	took, worked time.Duration // on the clock, and on the processors by this process, with its clients
	each         []time.Duration
}

func (f *figures) perSecond() float64 { return float64(len(f.each)) / f.took.Seconds() }

// work is the processor time of a request.
func (f *figures) work() time.Duration { return f.worked / time.Duration(len(f.each)) }

// String returns cells of a table: requests a second, p50, p99, and the processor time of a request.
func (f *figures) String() string {
	slices.Sort(f.each)
	at := func(part int) int64 { return f.each[len(f.each)*part/100].Round(time.Millisecond).Milliseconds() }
	return fmt.Sprintf("| %.0f | %d ms | %d ms | %.2f ms |", f.perSecond(), at(50), at(99), f.work().Seconds()*1000)
}

// processorTime returns the time that this process has used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
