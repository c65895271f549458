package deskpolicy

// ExplainMissing explains why a list does not show the resource: the list of
// all on which the subject may do the action, as [FilterFor] has it.
//
// If missing is false, it is not the policy that leaves the resource out: the
// filter selects it, so look at what else the list asks for. If it is missing
// although the decision allows, the action is one of those for which FilterFor
// says that no filter answers.
func ExplainMissing[R Resource](subject Subject, action Action[R], resource *R) (why Explanation, missing bool) {
	return Explain(subject, action, resource), !FilterFor(subject, action).Match(resource)
}
