package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// asService makes the test program the service itself, so that tests can start processes.
const asService = "DESKPOLICY_TEST_SERVICE"

func TestMain(m *testing.M) {
	if database := os.Getenv(asService); database != "" {
		os.Exit(run(context.Background(), []string{"-address", "127.0.0.1:0", "-database", database}, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// A replica is a process that serves.
type replica struct {
	url     string
	process *os.Process
}

func startReplica(t *testing.T, source string) replica {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	command := exec.Command(program)
	command.Env = append(os.Environ(), asService+"="+source)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _, _ = command.Process.Kill(), command.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	return replica{strings.TrimSpace(strings.TrimPrefix(line, "Serving at ")), command.Process}
}

// at returns the same browser, with the same session or key, at another replica.
func (b *browser) at(r replica) *browser {
	if b.key != "" {
		return &browser{t: b.t, url: r.url, http: b.http, key: b.key}
	}
	from, _ := url.Parse(b.url)
	to, _ := url.Parse(r.url)
	b.http.Jar.SetCookies(to, b.http.Jar.Cookies(from))
	return &browser{t: b.t, url: r.url, http: b.http}
}

// A watcher asks a replica for something again and again, and notes when it began and whether it
// was allowed.
type watcher struct {
	answers []answer
	asked   atomic.Int64  // how many answers there are
	allowed chan struct{} // closed after the first answer that allows
	stop    chan struct{}
	done    sync.WaitGroup
}

type answer struct {
	began   time.Time
	allowed bool
}

// watch starts a watcher.
func watch(b *browser, path string) *watcher {
	w := &watcher{allowed: make(chan struct{}), stop: make(chan struct{})}
	first := sync.OnceFunc(func() { close(w.allowed) })
	w.done.Go(func() {
		for {
			select {
			case <-w.stop:
				return
			default:
			}
			began := time.Now()
			response, err := b.open(path)
			if err != nil {
				continue
			}
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			w.answers = append(w.answers, answer{began, response.StatusCode == http.StatusOK})
			w.asked.Add(1)
			if response.StatusCode == http.StatusOK {
				first()
			}
		}
	})
	return w
}

// open gets the path.
func (b *browser) open(path string) (*http.Response, error) {
	request, err := http.NewRequest(http.MethodGet, b.url+path, nil)
	if err != nil {
		return nil, err
	}
	if b.key != "" {
		request.Header.Set("Authorization", "Bearer "+b.key)
	}
	return b.http.Do(request)
}

// end stops the watcher, and returns how many requests were allowed that began before the
// instant, and after it.
func (w *watcher) end(revoked time.Time) (before, after int) {
	close(w.stop)
	w.done.Wait()
	for _, a := range w.answers {
		if a.allowed && a.began.Before(revoked) {
			before++
		} else if a.allowed {
			after++
		}
	}
	return before, after
}

// A revocation on one replica holds on all: no request that begins after it has returned is
// allowed what it took.
func TestRevocationHoldsOnAll(t *testing.T) {
	source := testdb.PostgreSQL(t)
	replicas := []replica{startReplica(t, source), startReplica(t, source), startReplica(t, source)}
	olga := login(t, replicas[0].url, "olga")
	for _, c := range []struct {
		name, who, path string
		revoke, restore press
	}{
		{"a support grant", "eve/slow-app", "/api/tickets", press{path: "access/revoke", form: url.Values{"id": {"slow-app"}}}, press{}},
		{"an agent", "bob", "/api/tickets", press{path: "person/deactivate", form: url.Values{"person": {"bob"}}}, press{path: "person/activate", form: url.Values{"person": {"bob"}}}},
		{"the agent of a key", seed.ReadingKey, "/api/tickets", press{path: "person/deactivate", form: url.Values{"person": {"riya"}}}, press{path: "person/activate", form: url.Values{"person": {"riya"}}}},
		{"a key", seed.ReadingKey, "/api/tickets", press{path: "key/revoke", form: url.Values{"id": {"k-1"}}}, press{}},
		{"a role", "gus", "/api/tickets", press{path: "person/take", form: url.Values{"person": {"gus"}, "role": {"Agent"}, "workspace": {"hr"}, "group": {""}, "scope": {"global"}}},
			press{path: "person/give", form: url.Values{"person": {"gus"}, "role": {"Agent"}, "workspace": {"hr"}, "group": {""}, "scope": {"global"}}}},
		{"a permission", "fay", "/admin/roles", press{path: "role/save", form: url.Values{"role": {"Auditor"}, "before": {auditor}, "after": {strings.Replace(auditor, "role.view\n", "", 1)}}},
			press{path: "role/save", form: url.Values{"role": {"Auditor"}, "after": {auditor}, "before": {strings.Replace(auditor, "role.view\n", "", 1)}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			who := withKey(t, replicas[0].url, c.who)
			if c.who != seed.ReadingKey {
				who = login(t, replicas[0].url, c.who)
			}
			for range effort.Of(1, 2, 10) {
				var watchers []*watcher
				for _, r := range replicas {
					watchers = append(watchers, watch(who.at(r), c.path), watch(who.at(r), c.path))
				}
				for _, w := range watchers {
					<-w.allowed
				}
				status, text := olga.post("/admin/"+c.revoke.path, c.revoke.form)
				revoked := time.Now()
				require.Equal(t, http.StatusSeeOther, status, text)
				for i, w := range watchers {
					asked := w.asked.Load() + 2 // the second one begins after now
					require.Eventually(t, func() bool { return w.asked.Load() >= asked }, time.Minute, time.Millisecond)
					before, after := w.end(revoked)
					assert.Positive(t, before, "watcher %d", i)
					assert.Zero(t, after, "watcher %d: requests that began after the revocation had returned", i)
				}
				if c.restore.path == "" {
					return
				}
				status, text = olga.post("/admin/"+c.restore.path, c.restore.form)
				require.Equal(t, http.StatusSeeOther, status, text)
			}
		})
	}
}

const auditor = "ticket.view@global\nreport.view@global\nagent.view\nrole.view\naudit.view\nsupport_grant.view\n"

// Two administrators who take each other's role, or give up their own, at the same time on two
// replicas: one of them stays.
func TestLastAdministrators(t *testing.T) {
	source := testdb.PostgreSQL(t)
	replicas := []replica{startReplica(t, source), startReplica(t, source)}
	s, err := store.Open(t.Context(), source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	take := func(who, workspace string) url.Values {
		return url.Values{"person": {who}, "role": {"Account Administrator"}, "workspace": {workspace}, "group": {""}, "scope": {"global"}}
	}
	olga, aiko := take("olga", "**"), take("aiko", "*open*")
	for round := range effort.Of(4, 6, 40) {
		first, second := login(t, replicas[0].url, "olga"), login(t, replicas[1].url, "aiko")
		forms := []url.Values{aiko, olga} // they take each other's role
		if round%2 == 1 {
			slices.Reverse(forms) // they give up their own
		}
		status := make([]int, 2)
		var both sync.WaitGroup
		for i, b := range []*browser{first, second} {
			both.Go(func() { status[i], _ = b.post("/admin/person/take", forms[i]) })
		}
		both.Wait()
		slices.Sort(status)
		assert.Equal(t, http.StatusSeeOther, status[0], "one succeeds")
		assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status[1], "and the other one is denied")
		left := administrators(t, s)
		require.Len(t, left, 1, "round %d", round)
		restored, by := olga, second
		if left[0] == "olga" {
			restored, by = aiko, first
		}
		got, text := by.post("/admin/person/give", restored)
		require.Equal(t, http.StatusSeeOther, got, text)
	}
}

// administrators returns the people who hold the role.
func administrators(t *testing.T, s *store.Store) (ids []string) {
	t.Helper()
	for _, p := range deskOf(t, s).Holders("Account Administrator") {
		ids = append(ids, string(p.ID))
	}
	return ids
}

func deskOf(t *testing.T, s *store.Store) *roster.Desk {
	t.Helper()
	token, err := s.Login(t.Context(), store.Login{Account: seed.Account, Subject: "olga"}, time.Now().Add(time.Minute))
	require.NoError(t, err)
	desk, err := s.Desk(t.Context(), token, time.Now())
	require.NoError(t, err)
	return desk
}

// A process that is killed in the middle of changes leaves each as it was or as it was to be,
// with its event.
func TestKilled(t *testing.T) {
	testdb.Each(t, func(t *testing.T, source string) {
		s, err := store.Open(t.Context(), source)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		for range effort.Of(2, 3, 20) {
			r := startReplica(t, source)
			olga := login(t, r.url, "olga")
			go func() {
				time.Sleep(100*time.Millisecond + rand.N(100*time.Millisecond))
				_ = r.process.Kill()
			}()
			for i := 0; ; i++ { // each change deletes riya's roles and groups and writes them anew
				access := []string{"edit", "view", "none"}[i%3]
				response, err := olga.http.PostForm(r.url+"/admin/person/group", url.Values{"person": {"riya"}, "group": {"sales"}, "access": {access}})
				if err != nil {
					break
				}
				response.Body.Close()
			}
			riya, found := deskOf(t, s).Person("riya")
			require.True(t, found)
			assert.Len(t, riya.Bindings(), 2)
			assert.Equal(t, "edit", riya.Groups()["billing"].String())
			assert.Equal(t, "view", riya.Groups()["refunds"].String())
			events, err := s.Events(t.Context(), seed.Account, 10_000)
			require.NoError(t, err)
			require.NotEmpty(t, events)
			assert.Len(t, events, int(events[0].Version), "each version has its event")
			assert.Equal(t, fmt.Sprintf("give riya %s access in group sales", riya.Groups()["sales"]), events[0].What, "the last event is the last change")
		}
	})
}
