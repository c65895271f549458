// Whydenied answers a question about the helpdesk of the quickstart, explains the answer, and says
// what would change a denial.
//
//	go run ./examples/whydenied [-file helpdesk.json] [-by who] [who may on [under at]]
//
// Write a question as in the file, such as "gary ticket.reply ticket:amer"; a support engineer also
// needs the support grant and the instant. Without a question, whydenied answers a few samples. With
// -by, it lists only the changes that this administrator could make.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// offered are the roles that can be given: helpdesks of these files offer every built-in role.
var offered = slices.Collect(deskpolicy.Account{ID: "any", Integrated: true}.BuiltInRoles())

// samples are the questions to answer if none is given.
var samples = [][]string{
	{"gary", "ticket.reply", "ticket:amer"},
	{"paul", "ticket.reply", "ticket:emea"},
	{"shay", "ticket.reply", "ticket:from-aiko"},
	{"dana", "ticket.assign", "ticket_assignment:amer-to-gary"},
	{"olga", "ticket.assign", "ticket_assignment:from-emil-to-shay"},
	{"crm_user:nora", "ticket.collaborate", "ticket:from-emil"},
	{"engineer:eve", "settings.manage", "settings:all-teams", "week", "2026-11-10T08:00:00Z"},
}

const usage = "usage: whydenied [-file helpdesk.json] [-by who] [who may on [under at]]"

// run returns the exit status: 0 if the question is answered, allowed or not, 1 if it cannot be,
// and 2 for wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("whydenied", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprintln(stderr, usage) }
	file := flags.String("file", "", "the helpdesk")
	by := flags.String("by", "", "the administrator")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	asked := [][]string{flags.Args()}
	switch flags.NArg() {
	case 0:
		asked = samples
	case 3, 5:
	default:
		flags.Usage()
		return 2
	}
	if err := answer(stdout, *file, *by, asked); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// answer writes an explanation of each decision, and what would allow a denied request.
func answer(to io.Writer, file, by string, asked [][]string) error {
	data, err := read(file)
	if err != nil {
		return err
	}
	if by != "" { // one more question, so that load finds the administrator as its subject
		asked = append(asked, []string{by, asked[0][1], asked[0][2]})
	}
	questions, err := load(data, asked)
	if err != nil {
		return err
	}
	remedies := func(e deskpolicy.Explanation) []deskpolicy.Remedy { return deskpolicy.Remedies(e, offered...) }
	if by != "" {
		administrator := questions[len(questions)-1].Request.Subject
		remedies = func(e deskpolicy.Explanation) []deskpolicy.Remedy {
			return deskpolicy.RemediesBy(administrator, e, offered...)
		}
		questions = questions[:len(questions)-1]
	}
	var text strings.Builder
	for i, q := range questions {
		if i > 0 {
			text.WriteString("\n")
		}
		e := deskpolicy.Explain(q.Request)
		fmt.Fprintf(&text, "%s, %v, %s\n%v", q.Who, q.Request.Action, q.On, e)
		write(&text, e.Decision, remedies(e))
	}
	_, err = io.WriteString(to, text.String())
	return err
}

// write writes what would allow the request, or that nothing would.
func write(to io.Writer, d deskpolicy.Decision, remedies []deskpolicy.Remedy) {
	switch {
	case d.Allowed():
	case d.Reason.Outcome() == deskpolicy.OutcomeForbidden:
		fmt.Fprintln(to, "no role, scope or setting can allow this")
	case len(remedies) == 0:
		fmt.Fprintln(to, "no change found that would allow it")
	default:
		fmt.Fprintln(to, "any of these would allow it:")
		for _, remedy := range remedies {
			fmt.Fprintln(to, "-", remedy)
		}
	}
}

// read returns the named file, or the sample if there is no name.
func read(name string) ([]byte, error) {
	if name == "" {
		return helpdesk.Sample, nil
	}
	return os.ReadFile(name)
}

// A question is a helpdesk.Question in the file's format.
type question struct {
	Who    string `json:"who"`
	May    string `json:"may"`
	On     string `json:"on"`
	Source string `json:"source"`
	Under  string `json:"under,omitempty"`
	At     string `json:"at,omitempty"`
}

// load returns the asked questions about the file's helpdesk, which replace the file's questions.
func load(data []byte, asked [][]string) ([]helpdesk.Question, error) {
	var sections map[string]json.RawMessage
	if err := json.Unmarshal(data, &sections); err != nil {
		return nil, err
	}
	var questions []question
	for _, words := range asked {
		q := question{Who: words[0], May: words[1], On: words[2], Source: "asked"}
		if len(words) == 5 {
			q.Under, q.At = words[3], words[4]
		}
		questions = append(questions, q)
	}
	var err error
	if sections["questions"], err = json.Marshal(questions); err != nil {
		return nil, err
	}
	if data, err = json.Marshal(sections); err != nil {
		return nil, err
	}
	return helpdesk.Load(data)
}
