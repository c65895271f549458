package deskpolicy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A saying is what a page says in some sentences or rows of a table, and the test of it. Without
// a test it only introduces something, or tells the host what to do.
type saying struct {
	sentences []string
	test      func(*testing.T)
}

// checkPage fails unless each sentence of the page is in one of the sayings, and the other way
// round. It runs the tests.
func checkPage(t *testing.T, path string, sayings []saying) {
	said := sentencesOf(readFile(t, path))
	require.NotEmpty(t, said)
	quoted := map[string]bool{}
	for _, s := range sayings {
		for _, sentence := range s.sentences {
			assert.False(t, quoted[sentence], "%s: %q is tested twice", path, sentence)
			quoted[sentence] = true
			assert.True(t, slices.Contains(said, sentence), "%s no longer says %q: remove it here, with what it tests", path, sentence)
		}
		if s.test != nil {
			t.Run(s.sentences[0], s.test)
		}
	}
	for _, sentence := range said {
		assert.True(t, quoted[sentence], "%s says %q, which no test quotes: add it with its test", path, sentence)
	}
}

// sentencesOf returns the sentences and the rows of tables of a page, without its headings, the
// heads of its tables and its code.
func sentencesOf(page string) (sentences []string) {
	page = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(page, "")
	for _, block := range regexp.MustCompile(`\n\s*\n`).Split(page, -1) {
		block = strings.TrimSpace(block)
		switch {
		case strings.HasPrefix(block, "#"), block == "":
		case strings.HasPrefix(block, "|"):
			sentences = append(sentences, strings.Split(block, "\n")[2:]...)
		default:
			for _, item := range regexp.MustCompile(`(?m)^(?:\d+\.|-) `).Split(block, -1) {
				sentences = append(sentences, splitSentences(strings.Join(strings.Fields(item), " "))...)
			}
		}
	}
	return sentences
}

// splitSentences splits the text after each full stop that a space follows.
func splitSentences(text string) (sentences []string) {
	for text != "" {
		end := regexp.MustCompile(`\. `).FindStringIndex(text)
		if end == nil {
			return append(sentences, text)
		}
		sentences, text = append(sentences, text[:end[0]+1]), text[end[1]:]
	}
	return sentences
}

// The pages are split where their sentences end.
func TestSentencesOf(t *testing.T) {
	assert.Equal(t, []string{"One, `a.b` and c.", "Two in two lines:", "| x | y |", "Three.", "Four.", "It goes on."}, sentencesOf(
		"# A title. Not said.\n\nOne, `a.b` and c. Two\nin two lines:\n\n```go\nNot. Said.\n```\n\n| head | of it |\n| --- | --- |\n| x | y |\n\n1. Three.\n2. Four. It\n   goes on.\n"))
}
