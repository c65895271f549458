package deskpolicy_test

import (
	"go/scanner"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A stilted expression is one that our English does without, with what to write instead.
type stilted struct {
	pattern *regexp.Regexp
	instead string
}

// stiltedWords are written with a letter in brackets, so that they do not match themselves.
var stiltedWords = []stilted{
	{wordPattern(`who[m](ever)?`), `name the person: "the recipient", "the agent"`},
	{wordPattern(`whoeve[r]`), `name the person: "the caller", "every user who"`},
	{wordPattern(`beside[s]`), `"also", "as well" or "except"`},
	{wordPattern(`les[t]`), `"so that ... not"`},
	{wordPattern(`b[y] itself`), `"alone" or "on its own"`},
	{wordPattern(`fo[r] want of`), `"without" or "because there is no"`},
	{wordPattern(`sav[e] for`), `"except"`},
	{wordPattern(`a[s] it were`), `nothing instead`},
	{wordPattern(`com[e]s? to`), `"is", "amounts to" or "results in"`},
	{wordPattern(`cam[e] to`), `"was", "amounted to" or "resulted in"`},
}

// wordPattern returns a pattern of lower-case words. It begins with a literal, which makes
// it fast to find, and takes a line break in a text or a comment for a space.
func wordPattern(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(words, " ", `[\s/]+`) + `\b`)
}

// find returns the start and the end of each place where the expression is in the text.
func (s stilted) find(lowered string) (places [][]int) {
	for _, at := range s.pattern.FindAllStringIndex(lowered, -1) {
		if at[0] == 0 || !isWordByte(lowered[at[0]-1]) {
			places = append(places, at)
		}
	}
	return places
}

func isWordByte(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '_' }

// lowerASCII lowers ASCII letters only, so that offsets stay the same.
func lowerASCII(text string) string {
	lowered := []byte(text)
	for i, b := range lowered {
		if 'A' <= b && b <= 'Z' {
			lowered[i] += 'a' - 'A'
		}
	}
	return string(lowered)
}

// Comments, string literals and documents do without the stilted words.
func TestPlainWords(t *testing.T) {
	for path, text := range sourcesAndDocuments(t) {
		var isProse func(offset int) bool
		switch filepath.Ext(path) {
		case ".go":
			isProse = commentsAndStrings(text)
		case ".md":
			isProse = outsideCodeSpans(text)
		default:
			continue
		}
		lowered := lowerASCII(text)
		for _, words := range stiltedWords {
			for _, at := range words.find(lowered) {
				if isProse(at[0]) {
					t.Errorf("%s:%d: %q is stilted; write %s", path, 1+strings.Count(text[:at[0]], "\n"), text[at[0]:at[1]], words.instead)
				}
			}
		}
	}
}

// The expressions are found in any case and across lines, and only as whole words.
func TestStiltedWords(t *testing.T) {
	isStilted := func(text string) bool {
		return slices.ContainsFunc(stiltedWords, func(s stilted) bool { return len(s.find(lowerASCII(text))) > 0 })
	}
	for _, text := range []string{
		"Who" + "m", "who" + "mever", "WHO" + "EVER", "beside" + "s", "les" + "t", "by" + "\n// itself", "for" + " want\nof", "(save" + " for)",
		"as" + " it were", "come" + " to", "come" + "s to", "came" + " to",
	} {
		assert.True(t, isStilted(text), "%q", text)
	}
	for _, text := range []string{"becomes to", "lesser", "wholesome", "saved for", "overcame to", "by it", "comes today"} {
		assert.False(t, isStilted(text), "%q", text)
	}
}

// outsideCodeSpans returns a function that reports whether an offset of a document is not
// between backquotes: code in a report has names, not words.
func outsideCodeSpans(document string) func(offset int) bool {
	return func(offset int) bool {
		line := document[1+strings.LastIndexByte(document[:offset], '\n') : offset]
		return strings.Count(line, "`")%2 == 0
	}
}

// commentsAndStrings returns a function that reports whether an offset of the Go source is
// in a comment or a string literal.
func commentsAndStrings(source string) func(offset int) bool {
	var prose [][2]int // filled at the first call: few files have a match
	return func(offset int) bool {
		if prose == nil {
			prose = proseOf(source)
		}
		for _, part := range prose {
			if part[0] <= offset && offset < part[1] {
				return true
			}
		}
		return false
	}
}

// proseOf returns the start and the end of each comment and string literal.
func proseOf(source string) (prose [][2]int) {
	files := token.NewFileSet()
	file := files.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), nil, scanner.ScanComments)
	for {
		at, kind, text := s.Scan()
		switch kind {
		case token.EOF:
			return prose
		case token.COMMENT, token.STRING:
			start := file.Offset(at)
			prose = append(prose, [2]int{start, start + len(text)})
		}
	}
}
