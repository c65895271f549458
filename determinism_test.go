package deskpolicy_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// digestVariable is the environment variable that makes a process of the test print its
// digest. Its value is the seed of the order of maps and sets, and the number of requests.
const digestVariable = "DESKPOLICY_DIGEST"

// TestDigest asks the same requests on one processor and on many, in this process and in
// others. Each time, roles, groups, mentions and everything else without an order is in a
// different one. The digest of all answers must be the same: of the reason, the role, the
// scope, the instant and the text of the explanation.
//
// With -long it runs a hundred processes:
//
//	go test -run TestDigest -long -timeout 0 -v .
func TestDigest(t *testing.T) {
	engineers := newEngineers(t)
	var seed, requests uint64
	if n, _ := fmt.Sscan(os.Getenv(digestVariable), &seed, &requests); n == 2 { // this is one of the other processes
		fmt.Printf("digest %x\n", engineers.digest(seed, requests))
		return
	}
	processes := effort.Of(1, 2, 4)
	requests = effort.Of[uint64](100, 200, 1_000)
	if *long {
		requests, processes = 10_000, 100
	}
	want := engineers.digest(0, requests)
	was := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(was) })
	for i, processors := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(processors)
		require.Equal(t, want, engineers.digest(uint64(i)+1, requests), "on %d processors", processors)
	}
	runtime.GOMAXPROCS(was)
	for i := range processes {
		processors := []int{1, 2, 8}[i%3]
		got := digestElsewhere(t, uint64(i)+4, requests, processors)
		require.Equal(t, fmt.Sprintf("%x", want), got, "in process %d, on %d processors", i, processors)
	}
	t.Logf("%d requests, in 4 orders and on 1, 2 and 8 processors, and in %d processes: %x", requests, processes, want)
}

// digestElsewhere returns the digest of another process.
func digestElsewhere(t *testing.T, seed, requests uint64, processors int) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-test.run=^TestDigest$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d", digestVariable, seed, requests), "GOMAXPROCS="+strconv.Itoa(processors))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	digest := regexp.MustCompile(`(?m)^digest ([0-9a-f]{64})$`).FindSubmatch(out)
	require.NotNil(t, digest, "%s", out)
	return string(digest[1])
}

// The support engineers ask under support grants.
type engineers struct {
	grants []deskpolicy.SupportGrant
	asks   []supportAsk
}

func newEngineers(t testing.TB) (e engineers) {
	t.Helper()
	e.asks = supportQuestions(t)
	for _, life := range supportLives() {
		if len(life.Revoked) < 2 {
			life.Roles, life.Workspaces = []*oracle.GivenRole{supportNight, supportDay}, map[string][]*oracle.GivenRole{"it": {supportNarrow}}
			e.grants = append(e.grants, issued(t, &life))
		}
	}
	return e
}

// digest asks all requests, several at a time, and returns a digest of the answers.
func (e engineers) digest(seed, requests uint64) [sha256.Size]byte {
	answers := make([]bytes.Buffer, requests)
	var askers sync.WaitGroup
	const share = 50
	for from := uint64(0); from < requests; from += share {
		askers.Add(1)
		go func() {
			defer askers.Done()
			for i := from; i < min(from+share, requests); i++ {
				order := rand.New(rand.NewPCG(seed, i))
				writeAnswer(&answers[i], reordered(worlds.Requests.Example(int(i)), order))
			}
		}()
	}
	askers.Wait()
	digest := sha256.New()
	for i := range answers {
		digest.Write(answers[i].Bytes())
	}
	e.write(digest)
	return [sha256.Size]byte(digest.Sum(nil))
}

// writeAnswer writes the whole answer to the request.
func writeAnswer(to io.Writer, q oracle.Request) {
	b := worlds.Build(q)
	e, d := deskpolicy.Explain(b.Request()), b.Authorize()
	fmt.Fprintln(to, d.Allowed(), d.Reason, d.Role, d.Scope, d.Until(), e.Decision)
	fmt.Fprintln(to, e)
	for _, remedy := range deskpolicy.Remedies(e, everyBuiltIn...) {
		fmt.Fprintln(to, remedy)
	}
}

// write writes the answers to the engineers at every stage of the support grants' lives.
func (e engineers) write(to io.Writer) {
	for _, grant := range e.grants {
		for _, now := range supportMoments() {
			session := grant.Session(eve, acme, noon.Add(time.Duration(now)))
			for _, a := range e.asks {
				d := a.ask(session)
				fmt.Fprintln(to, d.Allowed(), d.Reason, d.Role, d.Scope, d.Until())
			}
		}
	}
}

// reordered returns the request with everything that has no order in a different order.
func reordered(q oracle.Request, order *rand.Rand) oracle.Request {
	people := map[*oracle.Agent]*oracle.Agent{nil: nil}
	person := func(s *oracle.Agent) *oracle.Agent { // the same person stays the same
		if _, known := people[s]; !known {
			of := *s
			of.Bindings, of.Groups = inAnyOrder(s.Bindings, order), mapInAnyOrder(s.Groups, order)
			of.Account.Features, of.Account.Open = inAnyOrder(s.Account.Features, order), inAnyOrder(s.Account.Open, order)
			of.Account.Administrators = inAnyOrder(s.Account.Administrators, order)
			of.User.Territories, of.User.Parents = inAnyOrder(s.User.Territories, order), mapInAnyOrder(s.User.Parents, order)
			of.User.Contacts, of.User.Companies = mapInAnyOrder(s.User.Contacts, order), mapInAnyOrder(s.User.Companies, order)
			people[s] = &of
		}
		return people[s]
	}
	q.Subject = person(q.Subject)
	if q.Thing != nil {
		thing := *q.Thing
		thing.To, thing.Agent = person(thing.To), person(thing.Agent)
		thing.Mentions, thing.Record.Team = mapInAnyOrder(thing.Mentions, order), mapInAnyOrder(thing.Record.Team, order)
		thing.Gives = inAnyOrder(thing.Gives, order)
		q.Thing = &thing
	}
	return q
}

func inAnyOrder[T any](values []T, order *rand.Rand) []T {
	values = slices.Clone(values)
	order.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	return values
}

// mapInAnyOrder returns a copy of the map that was filled in a random order.
func mapInAnyOrder[V any](m map[string]V, order *rand.Rand) map[string]V {
	if m == nil {
		return nil
	}
	filled := map[string]V{}
	for _, key := range inAnyOrder(slices.Sorted(maps.Keys(m)), order) {
		filled[key] = m[key]
	}
	return filled
}
