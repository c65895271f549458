package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
)

// TestMain runs the command when measureFootprint starts this binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-footprint" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// put is the number of questions in these tests; the command asks more.
const put = 4_000

func drawn(t testing.TB, seed uint64, n int) (*helpdesk, []question) {
	t.Helper()
	h, err := build(seed)
	require.NoError(t, err)
	return h, h.ask(seed, n)
}

// Every engine gives the library's answers, on other helpdesks than the report's too.
func TestAgreement(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		h, questions := drawn(t, seed, put)
		for _, m := range makers {
			t.Run(fmt.Sprint(m.name, "/", seed), func(t *testing.T) {
				asked := questions
				if m.agrees > 0 {
					asked = questions[:put/2] // it is slow
				}
				e, err := m.prepared(h, asked)
				require.NoError(t, err)
				require.NoError(t, h.agree(m.name, e, asked))
			})
		}
	}
}

// Half of the questions are allowed. They have all kinds of subject, all actions and most
// reasons. The same seed gives the same questions.
func TestQuestions(t *testing.T) {
	h, questions := drawn(t, 1, 20_000)
	allowed, kinds, asked, reasons := 0, make(map[subjectKind]int), make(map[uint8]int), make(map[deskpolicy.Reason]int)
	for _, q := range questions {
		if q.allowed() {
			allowed++
		}
		kinds[h.people[q.who].kind]++
		asked[q.act]++
		reasons[q.reason]++
	}
	assert.Equal(t, len(questions)/2, allowed)
	assert.Len(t, kinds, int(subjectKinds))
	assert.Len(t, asked, len(acts)-1)
	assert.NotContains(t, asked, beAssigned)
	assert.GreaterOrEqual(t, len(reasons), 28)
	for reason, n := range reasons {
		assert.Less(t, n, len(questions)/3, "%v", reason)
	}
	_, again := drawn(t, 1, 20_000)
	assert.Equal(t, questions, again)
	_, others := drawn(t, 2, 20_000)
	assert.NotEqual(t, questions, others)
}

// The helpdesk is as large as the report says, and its roles, grants and people are used.
func TestHelpdesk(t *testing.T) {
	h, _ := drawn(t, 1, 100)
	assert.Len(t, h.roles, 30)
	assert.Len(t, h.people, 1_060)
	assert.Len(t, h.subjects, len(h.people))
	assert.Len(t, h.grants, 50)
	assert.Len(t, h.of[aTicket], tickets)
	assert.Len(t, h.of[aContact], contacts)
	custom := h.roles[len(h.roles)-customs:]
	_, err := deskpolicy.NewRoleSet(custom[0].Account(), custom...)
	assert.NoError(t, err)
	held, statuses := make(map[int]bool), make(map[deskpolicy.SupportGrantStatus]bool)
	for _, p := range h.people {
		for _, b := range p.bindings {
			held[b.role] = true
		}
	}
	for _, g := range h.grants {
		statuses[g.Status(now)] = true
	}
	assert.Len(t, held, len(h.roles), "every role is held by somebody")
	assert.Len(t, statuses, 4, "grants are in every state")
}

// A contrary engine answers one question differently.
type contrary struct {
	engine
	n int
}

func (c contrary) ask(n int) (bool, error) {
	allowed, err := c.engine.ask(n)
	return allowed != (n == c.n), err
}

// An engine that answers one question differently is reported, with the question and the
// library's explanation.
func TestDisagreement(t *testing.T) {
	h, questions := drawn(t, 1, 100)
	e, err := makers[1].prepared(h, questions)
	require.NoError(t, err)
	err = h.agree("contrary", contrary{e, 73}, questions)
	require.Error(t, err)
	assert.Contains(t, err.Error(), fmt.Sprintf("contrary says %t: %s", !questions[73].allowed(), h.String(questions[73])))
	assert.Contains(t, err.Error(), deskpolicy.Explain(h.request(questions[73])).String())
}

// Every way to list finds the tickets that the library allows one by one.
func TestLists(t *testing.T) {
	h, questions := drawn(t, 1, 100)
	store, err := h.store()
	require.NoError(t, err)
	defer store.Close()
	var contestants []contestant
	for _, m := range makers {
		e, err := m.prepared(h, questions)
		require.NoError(t, err)
		if m.general {
			m.listed = 200 // the other engines are fast
		}
		contestants = append(contestants, contestant{maker: m, engine: e})
	}
	people := h.listers()
	require.Len(t, people, 18)
	for _, w := range h.ways(contestants, store) {
		for _, who := range people {
			_, err := h.measureListing(w, who)
			assert.NoError(t, err)
		}
	}
}

// The library decides the questions without allocating.
func TestNoAllocations(t *testing.T) {
	h, questions := drawn(t, 1, put)
	e, err := makers[0].prepared(h, questions)
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(3, func() { require.NoError(t, askSome(e, 0, put)) }))
}

// The command measures, and writes its report and its plot.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	args := []string{"-questions", "200", "-repetitions", "1", "-engines", "cedar-go,maps of strings", "-sizes=false", "-out", dir, "-machine", "a test", "-date", "2026-11-05"}
	require.Zero(t, run(args, &stdout, &stderr), &stderr)
	report, err := os.ReadFile(filepath.Join(dir, "report.md"))
	require.NoError(t, err)
	plot, err := os.ReadFile(filepath.Join(dir, "report.svg"))
	require.NoError(t, err)
	for _, text := range []string{"on 2026-11-05: a test", "| deskpolicy | ", "| bitset | ", "| bitset of records | ", "| maps of strings | ", "| cedar-go | ", "200 questions on 42 actions", "Allowed: 100 of 200", notes} {
		assert.Contains(t, string(report), text)
	}
	assert.NotContains(t, string(report)+string(plot)+stdout.String(), "%!")
	assert.NotContains(t, string(report), "OPA |")
	for _, name := range []string{"deskpolicy", "bitset", "cedar-go"} {
		assert.Contains(t, string(plot), ">"+name+"<")
		assert.Contains(t, stdout.String(), name)
	}
}

// Each engine that is a module has a program to measure.
func TestPrograms(t *testing.T) {
	programs, err := filepath.Glob("size/*.txt")
	require.NoError(t, err)
	for _, m := range makers {
		assert.Equal(t, m.module != "", weighed(m.name), m.name)
	}
	assert.Len(t, programs, 5)
}

// Modules are counted once, and the engine's own is not.
func TestSums(t *testing.T) {
	dir := t.TempDir()
	n, err := sumsIn(dir, "example.com/own")
	require.NoError(t, err)
	assert.Zero(t, n)
	sums := "example.com/a v1.0.0 h1:x\nexample.com/a v1.0.0/go.mod h1:x\nexample.com/own v1.0.0 h1:x\nexample.com/b v1.0.0/go.mod h1:x\n"
	require.NoError(t, write(filepath.Join(dir, "go.sum"), sums))
	n, err = sumsIn(dir, "example.com/own")
	require.NoError(t, err)
	assert.Equal(t, 2, n)
}

// The library adds hardly more to a service with text/template, where the linker keeps all
// methods of values in interfaces.
func TestTextTemplate(t *testing.T) {
	desk, err := weighDesk(t.TempDir())
	require.NoError(t, err)
	assert.Positive(t, desk.plain)
	assert.LessOrEqual(t, desk.ratio(), 1.2, "%+v; by what, tells: go build -tags template ./size/desk && go tool nm -size -sort size desk", desk)
}

// A service with text/template that only decides and lists links nothing else.
func TestUncalledIsNotLinked(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "desk")
	_, err := goTool(".", "build", "-tags", "template", "-o", binary, "./size/desk")
	require.NoError(t, err)
	symbols, err := goTool(".", "tool", "nm", binary)
	require.NoError(t, err)
	linked := func(name string) bool { return strings.Contains(symbols, " github.com/deskpolicy/deskpolicy."+name) }
	for _, called := range []string{"authorize[", "filterFor[", "Decision.MarshalJSON"} {
		assert.True(t, linked(called), called)
	}
	var sources strings.Builder
	files, err := filepath.Glob("../*.go")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sources.Write(text)
	}
	for _, not := range []string{
		"Explain", "(*finder)", "(*authorityPair).difference", "NewRole", "CloneRole", "NewSupportGrant", "ExtendSupportGrant",
		"DecodeRoles", "NewVocabulary", "Request.Authorize", "examples", "aliases", "scopePattern",
	} {
		assert.False(t, linked(not), not)
		for _, name := range regexp.MustCompile(`\w+`).FindAllString(not, -1) { // a name that is nowhere is not linked either
			assert.Regexp(t, `(func|type|var) (\([^)]*\) )?`+name+`\b|\n\t`+name+`\b`, sources.String(), "the library has no %s", name)
		}
	}
}

// With -only sizes, the sizes are updated in each row of an existing report.
func TestOnlySizes(t *testing.T) {
	text, err := os.ReadFile("report.md")
	require.NoError(t, err)
	report := tables{lines: strings.Split(string(text), "\n")}
	w := weight{smallest: 9_111_000, slog: 9_222_000, service: 9_333_000, compiled: 94, sums: 95, desk: gain{9_000_000, 9_900_000}}
	for _, m := range makers {
		if weighed(m.name) {
			report.put(m.name, &w)
		}
	}
	require.Empty(t, report.missing)
	assert.Len(t, report.lines, strings.Count(string(text), "\n")+1)
	after := strings.Join(report.lines, "\n")
	for row, n := range map[string]int{
		" | 9,111 kB | 94 |\n": 5, " | 9,111 kB | 9,333 kB | 94 | 95 |\n": 5, "| ≤ 1.2 × | 1.10 × (9,900 kB and 9,000 kB) | met |\n": 1, "| ≤ 150 kB | 9,333 kB | missed |\n": 1,
	} {
		assert.Equal(t, n, strings.Count(after, row), row)
	}
	report.put("another", &w)
	assert.Equal(t, []string{"another", "another"}, report.missing)
}

func TestWrongArguments(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"more"}, {"-questions", "3"}, {"-repetitions", "0"}, {"-engines", "oracle"}, {"-only", "speed"}} {
		assert.Equal(t, 2, run(args, io.Discard, io.Discard), "%q", args)
	}
}

// Figures are met or missed according to the measurements.
func TestFigures(t *testing.T) {
	once := func(ns float64) sample { return sample{ns: []float64{ns}, wall: []float64{ns}} }
	listed := func(name string, ns float64) listing {
		return listing{way{name: name}, once(ns)}
	}
	r := &report{
		results: []result{
			{maker: makers[0], times: [2]sample{once(40), once(22)}, warm: once(36), weight: &weight{service: 150_000, desk: gain{100_000, 120_000}}},
			{maker: makers[1], times: [2]sample{once(4), once(2)}, warm: once(2)},
			{maker: makers[2], times: [2]sample{once(20), once(10)}, warm: once(15)},
		},
		sequences: []sequence{inTurn: {times: [2]sample{once(38), once(20)}}},
		subjects:  []subjectSample{{name: "agent", sample: once(100)}, {name: "delegate", sample: once(130)}, {name: "customer", sample: once(100)}},
		listings:  []listing{listed("deskpolicy: loop of `Authorize`", 1800), listed("deskpolicy: `Filter.Match`", 1200), listed("bitset of records: loop", 1000)},
	}
	verdicts := func() (met []bool) {
		for _, f := range r.figures() {
			met = append(met, f.met)
		}
		return met
	}
	assert.Equal(t, slices.Repeat([]bool{true}, 12), verdicts())
	assert.Contains(t, r.summary(), "met    an agent with one or two roles about a ticket, warm, beside the bitset of records: 1.90 × (1.90–1.90; 38 ns and 20 ns); wanted ≤ 1.9 ×")
	for _, s := range []*sample{&r.results[0].warm, &r.results[0].times[0], &r.sequences[inTurn].times[0], &r.subjects[1].sample, &r.subjects[2].sample} {
		s.ns[0] *= 1.01
	}
	r.results[0].times[1] = once(30)
	r.listings[0].ns[0], r.listings[1].ns[0] = 1801, 1201
	r.results[0].weight = &weight{service: 150_001, compiled: 1, desk: gain{100_000, 120_001}}
	r.reasons = []share{{times: [2]sample{{allocs: 1}}}}
	assert.Equal(t, slices.Repeat([]bool{false}, 12), verdicts())
	assert.True(t, strings.HasPrefix(r.summary(), "deskpolicy             40 ns (40 ns–40 ns), two cores 1.33 x, 0 B"), r.summary())
}

// Symbols are counted for their packages, the largest first, and the others are summed up.
func TestSymbols(t *testing.T) {
	for name, path := range map[string]string{
		"github.com/deskpolicy/deskpolicy.(*question).judge":                "github.com/deskpolicy/deskpolicy",
		"github.com/deskpolicy/deskpolicy.authorize[go.shape.struct { A }]": "github.com/deskpolicy/deskpolicy",
		"type:.eq.github.com/deskpolicy/deskpolicy.Window":                  "github.com/deskpolicy/deskpolicy",
		"slices.stableCmpFunc[go.shape.int]":                                "slices",
		"runtime.pclntab":                                                   "runtime",
		"go:itab":                                                           "the linker's tables",
	} {
		assert.Equal(t, path, packageOf(name), name)
	}
	sizes := map[string]int{"a": 1, "b": 9}
	for i := range symbolsShown {
		sizes[fmt.Sprint(i)] = 5
	}
	shown := most(sizes)
	assert.Len(t, shown, symbolsShown+1)
	assert.Equal(t, []symbol{{"b", 9}, {"0", 5}}, shown[:2])
	assert.Equal(t, symbol{"2 others", 6}, shown[symbolsShown])
}

// The kinds of subject are asked about the same tickets. A delegate with a wide limit is allowed what
// its principal is, and customers are allowed what they requested.
func TestViewers(t *testing.T) {
	h, questions := drawn(t, 1, put)
	r := &report{helpdesk: h, asked: questions}
	of := r.usual()
	require.Greater(t, len(of), 100)
	all := h.viewers(questions, of)
	allowed := make([]int, len(all))
	for n := range of {
		agent, err := all[0].asks.ask(n)
		require.NoError(t, err)
		delegate, err := all[1].asks.ask(n)
		require.NoError(t, err)
		require.Equal(t, agent, delegate)
		for i := range all {
			if is, _ := all[i].asks.ask(n); is {
				allowed[i]++
			}
		}
	}
	assert.Greater(t, allowed[0], len(of)/10)
	assert.Greater(t, allowed[2], len(of)/10)
}

// The sequences have only the usual questions, those of the first rows only some of them, and the
// figure's has each once.
func TestSequences(t *testing.T) {
	h, questions := drawn(t, 1, put)
	r := &report{helpdesk: h, asked: questions}
	of := r.usual()
	all := sequences(of, 1)
	assert.Equal(t, of, all[inTurn].of)
	for i, s := range all {
		from := of
		if i < inTurn {
			from = of[:64]
		}
		assert.Subset(t, from, s.of, s.name)
		assert.Subset(t, s.of, from, s.name)
	}
}

func TestMiddle(t *testing.T) {
	assert.Equal(t, 2.0, middle([]float64{1, 2, 9}))
	assert.Equal(t, 3.0, middle([]float64{1, 2, 4, 9}))
	s := sample{ns: []float64{3, 1, 2}, wall: []float64{6, 2, 4}}
	median, least, most := s.spread()
	assert.Equal(t, [...]float64{2, 1, 3}, [...]float64{median, least, most})
	assert.Equal(t, .5, s.calm())
}

func TestScale(t *testing.T) {
	assert.Equal(t, labels, scale(3))
	assert.Equal(t, labels+2*decade, scale(1000))
	assert.Equal(t, plotEnds, scale(1e9))
}

func TestNumbers(t *testing.T) {
	for ns, text := range map[float64]string{3.21: "3.2 ns", 99.6: "100 ns", 4321: "4,321 ns", 12_345: "12.3 µs", 2e6: "2.0 ms", 3e9: "3.0 s"} {
		assert.Equal(t, text, nanoseconds(ns))
	}
	for x, text := range map[float64]string{.25: "0.25", 1: "1.0", 12.4: "12", 1234: "1,234"} {
		assert.Equal(t, text, times2(x))
	}
	assert.Equal(t, []string{"0", "1.5"}, []string{allocations(.0001), allocations(1.5)})
	assert.Equal(t, []string{"0", "1.2 MB", "2.0 GB"}, []string{bytesKept(5000), bytesKept(1_234_567), bytesKept(2e9)})
	assert.Equal(t, []string{"0", "1.5 ms"}, []string{loadTime(time.Microsecond), loadTime(1500 * time.Microsecond)})
	assert.Equal(t, "1,235 kB", kilobytes(1_234_567))
}

// The questions of the report, for profiles and for comparing two versions of the
// library: cold asks them all in turn, warm a few again and again.
func BenchmarkDecisions(b *testing.B) {
	h, questions := drawn(b, 1, 100_000)
	for _, m := range makers[:bitsets+1] {
		e, err := m.prepared(h, questions)
		require.NoError(b, err)
		for name, n := range map[string]int{"cold": len(questions), "warm": few} {
			b.Run(m.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if _, err := e.ask(i % n); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
