package corpus_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
	"github.com/deskpolicy/deskpolicy/verify/corpus"
)

var update = flag.Bool("update", false, "accept what is decided of the requests now, and add requests of what there are too few of")

// TestMain updates the corpus before the tests, if that is wanted.
func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		if err := updateCorpus(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	m.Run()
}

// updateCorpus writes the corpus as the library decides it now, with what is drawn for new
// actions and reasons; a new corpus, if there is none.
func updateCorpus() error {
	c, err := corpus.Read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		c, err = &corpus.Corpus{}, nil
	}
	if err != nil {
		return err
	}
	if err := refresh(&c.World); err != nil {
		return err
	}
	changed, err := accept(c)
	if err != nil {
		return err
	}
	drawn := draw(c)
	if err := drawn.Write(dir); err != nil {
		return err
	}
	fmt.Printf("%v%d requests added: %d, revision %s\n", changed, len(drawn.Requests)-len(c.Requests), len(drawn.Requests), drawn.Revision(len(drawn.Requests)))
	return nil
}

// refresh takes the vocabulary and the built-in roles as they are now.
func refresh(w *corpus.World) error {
	for id := range deskpolicy.Actions() {
		if oracle.Actions[id.String()] == nil {
			return fmt.Errorf("the oracle does not know %v: it needs a line in internal/oracle/vocabulary.go", id)
		}
	}
	w.Actions = actions()
	for _, role := range w.Roles {
		if role.Account == "" {
			role.Permissions = spelled(worlds.BuiltIn(role.Name))
		}
	}
	return nil
}

// accept takes what is decided of the requests now for what is expected. The library and
// the oracle have to agree on it.
func accept(c *corpus.Corpus) (changed changes, err error) {
	changed = changes{}
	builder, ask := corpus.NewBuilder(&c.World, false), newAsker(&c.World)
	for _, r := range c.Requests {
		q, err := builder.Build(r)
		if err != nil {
			return nil, fmt.Errorf("request %d: %w", r.ID, err)
		}
		got := decided(q.Authorize())
		if want := ask.expect(r); got != want {
			return nil, fmt.Errorf("request %d: the library decides %+v, and the oracle %+v", r.ID, got, want)
		}
		changed.note(r, got)
	}
	return changed, nil
}

// changes are the requests that are decided otherwise than expected, by what was
// expected and what was decided.
type changes map[string][]int

// note takes what was decided for what is expected from now on.
func (c changes) note(r *corpus.Request, got corpus.Expected) {
	if r.Expected != got {
		change := fmt.Sprintf("%s -> %s", r.Reason, got.Reason)
		c[change] = append(c[change], r.ID)
		r.Expected = got
	}
}

// String lists the changes, each with the first few requests that are decided so.
func (c changes) String() string {
	var text strings.Builder
	for _, change := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&text, "%s: %d requests, such as %v\n", change, len(c[change]), c[change][:min(5, len(c[change]))])
	}
	return text.String()
}

// actions are all actions as the oracle and the library know them.
func actions() map[string]corpus.Action {
	all := map[string]corpus.Action{}
	for name, a := range oracle.Actions {
		var classes []string
		for class, of := range map[string]deskpolicy.Class{
			"export": deskpolicy.ClassExport, "access_change": deskpolicy.ClassAccessChange, "channel": deskpolicy.ClassChannel, "role_authoring": deskpolicy.ClassRoleAuthoring,
		} {
			if worlds.ActionID(name).InClass(of) {
				classes = append(classes, class)
			}
		}
		slices.Sort(classes)
		all[name] = corpus.Action{On: a.Kind, Need: a.Need, Category: a.Category, Feature: a.Feature, Own: a.Own, Public: a.Public, Classes: classes}
	}
	return all
}

// What is drawn for a new action or reason is added, and every line that was there stays.
func TestUpdateAdds(t *testing.T) {
	for name, removed := range map[string]func(r *corpus.Request) bool{
		"an action": func(r *corpus.Request) bool { return r.Action == "faq.edit" },
		"a reason":  func(r *corpus.Request) bool { return r.Reason == deskpolicy.SharedNoChannels.String() },
		"nothing":   func(r *corpus.Request) bool { return false },
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t)
			all := len(c.Requests)
			c.Requests = slices.DeleteFunc(c.Requests, removed)
			for i, r := range c.Requests {
				r.ID = i + 1
			}
			drop(c)
			gone := all - len(c.Requests)
			world, requests := lines(t, c)
			drawn := draw(c)
			worldNow, requestsNow := lines(t, drawn)

			require.Equal(t, requests, requestsNow[:len(requests)])
			require.Empty(t, leastShares().over(sharesOf(drawn)))
			for _, line := range worldNow {
				if len(world) > 0 && line == world[0] {
					world = world[1:]
				}
			}
			require.Empty(t, world, "in their order")
			require.Equal(t, gone > 0, len(requestsNow) > len(requests))
			for _, r := range drawn.Requests[len(requests):] {
				require.True(t, removed(r), "request %d adds nothing that was missing", r.ID)
			}
		})
	}
}

// lines returns the lines of the corpus's two files.
func lines(t *testing.T, c *corpus.Corpus) (world, requests []string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, c.Write(dir))
	_, err := corpus.Read(dir)
	require.NoError(t, err)
	for into, name := range map[*[]string]string{&world: "world.json", &requests: "requests.jsonl"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		*into = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	return world, requests
}
