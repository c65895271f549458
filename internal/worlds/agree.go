package worlds

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
)

// Agree reports whether the library's decision is the oracle's verdict.
func Agree(got deskpolicy.Decision, want oracle.Verdict) bool {
	return got.Allowed() == want.Allowed && got.Reason.String() == want.Reason && got.Role == want.Role && got.Scope.String() == want.Scope
}

// Disagreement describes the request, the library's decision and the oracle's verdict.
func Disagreement(q oracle.Request, got deskpolicy.Decision, want oracle.Verdict) string {
	return fmt.Sprintf("%#v: library says %v (role %q, scope %v), oracle says %s (role %q, scope %s)",
		q, got.Reason, got.Role, got.Scope, want.Reason, want.Role, want.Scope)
}
