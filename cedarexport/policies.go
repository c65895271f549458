package cedarexport

import "strings"

// Policies returns the policies in Cedar's syntax: first what forbids, then what
// each role permits. They are the same bytes for the same roles and vocabulary.
// Each policy has an ID of its own as the annotation "id"; a forbid has its
// reason and the documents' numbers as "reason" and "source", a permit its
// role's name as "role".
func (e *Exporter) Policies() []byte {
	policies := e.forbids()
	for _, role := range e.roles {
		policies = append(policies, e.permits(role)...)
	}
	var b strings.Builder
	for i := range policies {
		if i > 0 {
			b.WriteByte('\n')
		}
		policies[i].write(&b)
	}
	return []byte(b.String())
}
