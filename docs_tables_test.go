package deskpolicy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// Tables of pages that the code determines. With -update they are written.

// generated stands in a page before what is generated.
const generated = "<!-- Generated from the code by `go test . -update`. Do not edit what follows. -->\n"

// checkGenerated compares what a page has after the mark with the text.
func checkGenerated(t *testing.T, page, text string) {
	t.Helper()
	before, _, found := strings.Cut(readFile(t, "docs/"+page), generated)
	require.True(t, found, "docs/%s has the mark", page)
	golden.File(t, "../docs/"+page, before+generated+text)
}

// plainComment returns the comment without the numbers of its sources and with its links as code.
func plainComment(comment string) string {
	comment = regexp.MustCompile(` ?(\[[A-Z]+[0-9]+\]|\((, )?([AB][0-9]+(, )?)+\))`).ReplaceAllString(comment, "")
	return regexp.MustCompile(`\[([A-Z][\w.]*)\]`).ReplaceAllString(strings.Join(strings.Fields(comment), " "), "`$1`")
}

// The page of the actions has every action.
func TestActionsPage(t *testing.T) {
	declared, category := declaredActions(t), ""
	var text strings.Builder
	for i, id := range slices.Collect(Actions()) {
		if id.Category() != category {
			category = id.Category()
			fmt.Fprintf(&text, "\n## %s\n\n| action | constant | on | access | what | |\n| --- | --- | --- | --- | --- | --- |\n", strings.ToUpper(category[:1])+category[1:])
		}
		var notes []string
		switch id.Relations() {
		case 0:
			notes = append(notes, "not a permission")
		case Anything:
			notes = append(notes, "no scope")
		}
		for class := ClassExport; class <= ClassRoleAuthoring; class <<= 1 {
			if id.InClass(class) {
				notes = append(notes, classes[class])
			}
		}
		if needs := id.RequiredFeatures(); needs != 0 {
			notes = append(notes, fmt.Sprintf("plan: `%v`", needs))
		}
		fmt.Fprintf(&text, "| `%v` | `%s` | `%s` | %v | %s | %s |\n", id, declared[i].name, resourceOf(t, id), id.RequiredAccess(), plainComment(declared[i].doc), strings.Join(notes, ", "))
	}
	checkGenerated(t, "actions.md", text.String())
}

// The page of the reasons has every reason.
func TestReasonsPage(t *testing.T) {
	declared := declaredReasons(t)
	require.Len(t, slices.Collect(Reasons()), len(declared))
	var text strings.Builder
	text.WriteString("\n| step | constant | code | means | `ViewerMessage` |\n| --- | --- | --- | --- | --- |\n")
	for i, reason := range slices.Collect(Reasons()) {
		d, viewer := Decision{Reason: reason}, ""
		if d.ViewerMessage() != d.UserMessage() {
			viewer = d.ViewerMessage()
		}
		fmt.Fprintf(&text, "| %d | `%s` | `%v` | %s | %s |\n", reason.Step(), declared[i].name, reason, plainComment(declared[i].doc), viewer)
	}
	checkGenerated(t, "reasons.md", text.String())
}

// declaredReasons returns the constants of reason.go with what their comments say, in order.
func declaredReasons(t *testing.T) (reasons []declaredAction) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, parser.ParseComments)
	require.NoError(t, err)
	ast.Inspect(file, func(node ast.Node) bool {
		spec, isValue := node.(*ast.ValueSpec)
		if typ, named := (*ast.Ident)(nil), false; isValue {
			if typ, named = spec.Type.(*ast.Ident); named && typ.Name == "Reason" {
				_, says, found := strings.Cut(strings.Join(strings.Fields(spec.Doc.Text()), " "), ": ")
				assert.True(t, found, "%s: %s", spec.Names[0].Name, spec.Doc.Text())
				reasons = append(reasons, declaredAction{name: spec.Names[0].Name, doc: strings.TrimSuffix(says, ".")})
			}
		}
		return true
	})
	return reasons
}

// The page about tests has every switch of a desk.
func TestTestingPage(t *testing.T) {
	var switches []string
	desk := reflect.TypeFor[policytest.Desk]()
	for i := range desk.NumField() {
		if field := desk.Field(i); field.Type.Kind() == reflect.Bool {
			switches = append(switches, field.Name)
		}
	}
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(No\\w+)` \\|").FindAllStringSubmatch(readFile(t, "docs/testing.md"), -1) {
		rows = append(rows, row[1])
	}
	assert.Equal(t, switches, rows)
}
