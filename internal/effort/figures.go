package effort

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Page is the document with the figures of the tests, relative to the root of the module.
const Page = "docs/verification.md"

// Documented fails the test if its counts at the highest level do not match the last cell of
// its row on the Page: see Matches. The row names the test in backticks; the counts are in
// the order of the cell. root is the path to the module's root.
func Documented(t testing.TB, root string, counts ...int) {
	t.Helper()
	if !Full() {
		return
	}
	page, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(Page)))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(line, "|"); len(cells) > 2 && strings.Contains(line, "`"+t.Name()+"`") {
			if said := Figures(cells[len(cells)-2]); !Matches(said, counts) {
				t.Errorf("%s says %v and %d were counted; mend its row of %s", Page, said, counts, t.Name())
			}
			return
		}
	}
	t.Errorf("%s has no row of %s; add one", Page, t.Name())
}

var figure = regexp.MustCompile(`(\d[\d,]*(?:\.\d+)?)( million| billion)?`)

// Figures returns the numbers in a text, such as "1,250" or "1.2 million".
func Figures(text string) (numbers []int) {
	for _, match := range figure.FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseFloat(strings.ReplaceAll(match[1], ",", ""), 64)
		if err == nil {
			numbers = append(numbers, int(n*map[string]float64{"": 1, " million": 1e6, " billion": 1e9}[match[2]]))
		}
	}
	return numbers
}

// Matches reports whether each number is a lower bound of its count, and at least three
// quarters of it, so that the page does not change with every new action.
func Matches(said, counts []int) bool {
	if len(said) != len(counts) {
		return false
	}
	for i, n := range said {
		if n > counts[i] || 4*n < 3*counts[i] {
			return false
		}
	}
	return true
}
