package corpus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is decided of the corpus's requests is what CHANGELOG.md says it is: the last
// revision that it names under "Decisions changed", with a reason. Requests that were added
// since are not part of it until a version is released. Accepting other decisions gives
// another revision, which a person has to name.
func TestRevision(t *testing.T) {
	changelog, err := os.ReadFile(filepath.Join("..", "..", "CHANGELOG.md"))
	require.NoError(t, err)
	c, named := read(t), lastRevision(string(changelog))
	all := len(c.Requests)
	if unreleased.Match(changelog) {
		all = min(named.requests, all)
	}
	assert.Equal(t, c.Revision(all), named.revision, "decisions have changed: CHANGELOG.md has to say why, in a line under Decisions changed:\n\n"+
		"- Corpus revision `%s` of %d requests: ...\n", c.Revision(len(c.Requests)), len(c.Requests))
	assert.Greater(t, len(named.why), 10, "and why")
}

// A namedRevision is a revision as the changelog names it.
type namedRevision struct {
	revision string
	requests int
	why      string
}

var unreleased = regexp.MustCompile(`(?m)^## .*unreleased$`)

var revision = regexp.MustCompile("(?m)^- Corpus revision `([0-9a-f]{12})` of ([0-9,]+) requests: (.*)$")

// lastRevision returns the first revision in the changelog, whose newest version comes
// first, that is under a version's "Decisions changed".
func lastRevision(changelog string) namedRevision {
	for _, version := range strings.Split(changelog, "\n## ")[1:] {
		_, section, _ := strings.Cut(version, "**Decisions changed**")
		section, _, _ = strings.Cut(section, "\nAdded\n")
		if found := revision.FindStringSubmatch(section); found != nil {
			n, err := strconv.Atoi(strings.ReplaceAll(found[2], ",", ""))
			if err != nil {
				panic(fmt.Sprintf("%s: %v", found[0], err))
			}
			return namedRevision{found[1], n, found[3]}
		}
	}
	return namedRevision{}
}

func TestLastRevision(t *testing.T) {
	const line = "- Corpus revision `0123456789ab` of 14,775 requests: who is deactivated is denied later\n"
	for changelog, want := range map[string]string{
		"# Changelog\n\n## Unreleased\n\n**Decisions changed**\n\n" + line:                                                                            "0123456789ab",
		"# Changelog\n\n## Unreleased\n\n**Decisions changed** since then:\n\n- x\n" + line + strings.ReplaceAll(line, "01", "aa"):                    "0123456789ab",
		"# Changelog\n\n## Unreleased\n\nAdded\n\n- x\n\n## 1.0\n\n**Decisions changed**\n\n" + line:                                                  "0123456789ab",
		"# Changelog\n\n## Unreleased\n\nAdded\n\n" + line:                                                                                            "",
		"# Changelog\n\n## Unreleased\n\n**Decisions changed**\n\n- none\n\nAdded\n\n" + line:                                                         "",
		"# Changelog\n\n## Unreleased\n\n**Decisions changed**\n\n" + strings.ReplaceAll(line, "01", "bb") + "\n## 1\n\n**Decisions changed**" + line: "bb23456789ab",
	} {
		got := lastRevision(changelog)
		assert.Equal(t, want, got.revision, changelog)
		if want != "" {
			assert.Equal(t, namedRevision{want, 14775, "who is deactivated is denied later"}, got)
		}
	}
}
