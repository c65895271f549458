package cedarexport

import "strings"

// Policies returns the policies in Cedar's syntax: first the forbids, then the permits of each
// role. The same roles and vocabulary give the same bytes. Each policy has annotations: a unique
// "id"; for a forbid, its "reason" and "source"; for a permit, the name of its "role".
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
