package authzen

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/deskpolicy/deskpolicy"
)

// A decision is a decision of a response (5.5).
type decision struct {
	Decision bool             `json:"decision"`
	Context  *decisionContext `json:"context,omitempty"`
}

// A decisionContext has the reasons for a decision by HTTP status, in the form of 5.5.1.
type decisionContext struct {
	Error       *evaluationError     `json:"error,omitempty"`
	ReasonUser  map[string]string    `json:"reason_user,omitempty"`
	ReasonAdmin map[string]string    `json:"reason_admin,omitempty"`
	Policy      *deskpolicy.Decision `json:"policy,omitempty"`
}

// An evaluationError is why one evaluation of a batch could not be decided, in the form of
// 7.2.1.
type evaluationError struct {
	Status  int    `json:"status"`
	Message string `json:"message"`
}

// evaluation answers an Access Evaluation request (6).
func (h *handler) evaluation(ctx context.Context, in map[string]any) (any, error) {
	if err := checkCase("", in, questionKeys); err != nil {
		return nil, err
	}
	var q question
	if err := q.complete(in); err != nil {
		return nil, err
	}
	return h.evaluate(ctx, &q)
}

// evaluate decides the question.
func (h *handler) evaluate(ctx context.Context, q *question) (decision, error) {
	d, err := h.decide(ctx, q)
	if err != nil {
		return decision{}, err
	}
	return h.explained(d), nil
}

// explained returns the decision with its reasons.
func (h *handler) explained(d deskpolicy.Decision) decision {
	allowed, status := d.Allowed(), strconv.Itoa(http.StatusOK)
	var reasons decisionContext
	if !allowed {
		status = strconv.Itoa(http.StatusForbidden)
		reasons.ReasonUser = map[string]string{status: userMessage(d)}
	}
	if h.operatorReasons {
		reasons.ReasonAdmin, reasons.Policy = map[string]string{status: d.String()}, &d
	}
	if allowed && !h.operatorReasons {
		return decision{Decision: true}
	}
	return decision{allowed, &reasons}
}

// userMessage returns the sentence for the user who asked. An unknown subject and an unknown
// action have that of an unknown resource, so that none can be told from what is hidden.
func userMessage(d deskpolicy.Decision) string {
	if d.Reason == deskpolicy.NoSubject || d.Reason == deskpolicy.UnknownAction {
		d.Reason = deskpolicy.WrongResource
	}
	return d.UserMessage()
}

// A semantic reports whether a decision of a batch is the last (7.1.2.1).
type semantic func(decision bool) bool

var semantics = map[string]semantic{
	"execute_all":            func(bool) bool { return false },
	"deny_on_first_deny":     func(decision bool) bool { return !decision },
	"permit_on_first_permit": func(decision bool) bool { return decision },
}

// evaluations answers an Access Evaluations request (7). A fault of one evaluation denies
// that evaluation; a fault above them is the request's.
func (h *handler) evaluations(ctx context.Context, in map[string]any) (any, error) {
	if err := checkCase("", in, batchKeys); err != nil {
		return nil, err
	}
	isLast, err := readSemantic(in)
	if err != nil {
		return nil, err
	}
	items, err := readEvaluations(in)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 { // 7.1
		return h.evaluation(ctx, in)
	}
	b := batch{entities: make(map[entityKey]*entity)}
	if err := b.defaults.read(in, ""); err != nil {
		return nil, err
	}
	var answer struct {
		Evaluations []decision `json:"evaluations"`
	}
	for i := range items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d := h.evaluateItem(ctx, &b, items[i])
		answer.Evaluations = append(answer.Evaluations, d)
		if isLast(d.Decision) {
			break
		}
	}
	return answer, nil
}

// A batch is what the evaluations of a request share.
type batch struct {
	defaults question
	entities map[entityKey]*entity // those of the evaluations so far
}

// An entityKey is equal for equal entities. The properties are JSON.
type entityKey struct{ part, typ, id, properties string }

// question returns the question of one evaluation.
func (b *batch) question(item any) (q question, err error) {
	in, err := object("evaluation", item, questionKeys...)
	if err != nil {
		return q, err
	}
	q = b.defaults
	if err := q.complete(in); err != nil {
		return q, err
	}
	q.subject, q.resource = b.share("subject", q.subject), b.share("resource", q.resource)
	return q, nil
}

// share returns the entity of an earlier evaluation if one has an equal one, so that it is
// loaded once.
func (b *batch) share(part string, e *entity) *entity {
	key := entityKey{part: part, typ: e.typ, id: e.id}
	if e.properties != nil {
		properties, _ := json.Marshal(e.properties) // they were JSON
		key.properties = string(properties)
	}
	if b.entities[key] == nil {
		b.entities[key] = e
	}
	return b.entities[key]
}

// evaluateItem decides one evaluation of a batch. One that cannot be decided is denied (7.2.1).
func (h *handler) evaluateItem(ctx context.Context, b *batch, item any) decision {
	q, err := b.question(item)
	if err == nil {
		var d decision
		if d, err = h.evaluate(ctx, &q); err == nil {
			return d
		}
	}
	status, message := h.failure(ctx, err)
	return decision{Context: &decisionContext{Error: &evaluationError{status, message}}}
}

// readSemantic returns the semantic that the options of a batch name.
func readSemantic(in map[string]any) (semantic, error) {
	given, has := in["options"]
	if !has {
		return semantics["execute_all"], nil
	}
	options, err := object("options", given, optionKeys...)
	if err != nil {
		return nil, err
	}
	if given, has = options["evaluations_semantic"]; !has {
		return semantics["execute_all"], nil
	}
	name, err := text("options.evaluations_semantic", given)
	if err != nil {
		return nil, err
	}
	isLast, known := semantics[name]
	if !known {
		return nil, faultf("options.evaluations_semantic: want execute_all, deny_on_first_deny or permit_on_first_permit, not %.40q", name)
	}
	return isLast, nil
}

// readEvaluations returns the evaluations of a batch, none if the request has none.
func readEvaluations(in map[string]any) ([]any, error) {
	given, has := in["evaluations"]
	if !has {
		return nil, nil
	}
	items, isArray := given.([]any)
	switch {
	case !isArray:
		return nil, faultf("evaluations: want an array, not %s", kindOf(given))
	case len(items) > maxEvaluations:
		return nil, faultf("evaluations: there are %d, more than %d; split them", len(items), maxEvaluations)
	}
	return items, nil
}
