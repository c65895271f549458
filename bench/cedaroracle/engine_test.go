package cedaroracle

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// An engine is cedar-go with the policies of one exporter, in the order of the file.
type engine struct {
	exporter *cedarexport.Exporter
	policies []*parsed
}

// A parsed policy and its ID.
type parsed struct {
	*cedar.Policy
	id cedar.PolicyID
}

// newEngine parses the policies. It parses those that every exporter has only once.
func newEngine(exporter *cedarexport.Exporter) (*engine, error) {
	e := &engine{exporter: exporter}
	known := common()
	for text := range each(exporter) {
		p, ok := known[text]
		if !ok {
			var err error
			if p, err = parse(text); err != nil {
				return nil, err
			}
		}
		e.policies = append(e.policies, p)
	}
	return e, nil
}

// common has the parsed policies of an exporter without custom roles, by text.
var common = sync.OnceValue(func() map[string]*parsed {
	exporter, err := cedarexport.New(worlds.HostVocabulary)
	if err != nil {
		panic(err)
	}
	known := map[string]*parsed{}
	for text := range each(exporter) {
		if known[text], err = parse(text); err != nil {
			panic(err)
		}
	}
	return known
})

// each yields the policies' texts. No string in them has a line break.
func each(exporter *cedarexport.Exporter) iter.Seq[string] {
	return strings.SplitSeq(string(exporter.Policies()), "\n\n")
}

func parse(text string) (*parsed, error) {
	list, err := cedar.NewPolicyListFromBytes("", []byte(text))
	if err != nil || len(list) != 1 {
		return nil, fmt.Errorf("%d policies, %w, in:\n%s", len(list), err, text)
	}
	return &parsed{list[0], cedar.PolicyID(list[0].Annotations()["id"])}, nil
}

// All yields the policies in order.
func (e *engine) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, p := range e.policies {
			if !yield(p.id, p.Policy) {
				return
			}
		}
	}
}

// An answer is Cedar's answer to one question.
type answer struct {
	question cedarexport.Question
	allowed  bool
	reason   string   // of the first forbid that applies, in the order of the file
	by       []string // the policies that determined the answer
}

// ask asks the questions one by one.
func (e *engine) ask(questions []cedarexport.Question) (answers []answer, err error) {
	for _, q := range questions {
		request, entities, err := read(q)
		if err != nil {
			return nil, err
		}
		decision, diagnostic := cedar.Authorize(e, entities, request)
		if len(diagnostic.Errors) > 0 {
			return nil, fmt.Errorf("policies fail: %v", diagnostic.Errors)
		}
		a := answer{question: q, allowed: decision == cedar.Allow}
		for _, reason := range diagnostic.Reasons {
			a.by = append(a.by, string(reason.PolicyID))
		}
		if !a.allowed && len(a.by) > 0 {
			a.reason, _, _ = strings.Cut(a.by[0], "/")
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// read parses the question's JSON.
func read(q cedarexport.Question) (cedar.Request, cedar.EntityMap, error) {
	var (
		entities cedar.EntityMap
		context  cedar.Record
	)
	err := errors.Join(entities.UnmarshalJSON(q.Entities), context.UnmarshalJSON(q.Context))
	request := cedar.Request{Principal: uid(q.Principal), Action: uid(q.Action), Resource: uid(q.Resource), Context: context}
	return request, entities, err
}

func uid(u cedarexport.UID) types.EntityUID {
	return types.NewEntityUID(types.EntityType(u.Type), types.String(u.ID))
}

// allowed reports whether Cedar allows each part.
func allowed(answers []answer) bool {
	for _, a := range answers {
		if !a.allowed {
			return false
		}
	}
	return len(answers) > 0
}

// forbidden returns the reason if an answer forbids the request at steps 2 to 5. The earlier
// step counts, and the first part at the same step. A recipient who cannot take the resource
// does not count, because that is decided at a later step.
func forbidden(answers []answer) string {
	first, earliest := "", 6
	for _, a := range answers {
		reason := a.reason
		if strings.Contains(string(a.question.Context), "receives") && reason != deskpolicy.OtherAccount.String() {
			continue
		}
		if step := stepOf[reason]; step > 0 && step < earliest {
			first, earliest = reason, step
		}
	}
	return first
}

var stepOf = func() map[string]int {
	steps := map[string]int{}
	for reason := range deskpolicy.Reasons() {
		steps[reason.String()] = reason.Step()
	}
	return steps
}()
