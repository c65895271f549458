package deskpolicy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// Nearly every reason has a seed of FuzzAuthorize, and the reason of each seed describes
// its request and decision. The flag -update makes both.
func TestAuthorizeSeeds(t *testing.T) {
	var outcomes []string
	for reason := range Reasons() {
		if reason != Undecided {
			outcomes = append(outcomes, reason.String())
		}
	}
	if golden.Updating() {
		require.NoError(t, seeds.Renew(".", "FuzzAuthorize", outcomes, describeSeed))
	}
	kept, err := seeds.Of(".", "FuzzAuthorize")
	require.NoError(t, err)
	for _, seed := range kept {
		assert.Equal(t, describeSeed(seed.Values[0].([]byte)), seed.Reason, "%s; go test . -update makes another", seed.Name)
	}
	assert.LessOrEqual(t, len(seeds.Without(kept, outcomes)), len(outcomes)/10, "go test . -update looks for seeds of %v", seeds.Without(kept, outcomes))
}

// describeSeed describes the request of a seed and its decision, as in
// "allowed_all: an agent asks for ticket.view on a Ticket".
func describeSeed(data []byte) string {
	who, action, about := (&byteSource{data: data}).question()
	reason := about.authorize(who.subject, action).Reason
	return fmt.Sprintf("%v: %s asks for %v on %s", reason, who.describe(), action, about.describe())
}

// describe returns the subject's type as text.
func (a asker) describe() string {
	kind := ""
	switch s := a.subject.(type) {
	case *Agent:
		kind = describeKind(s, "agent", a.nobody)
	case *SharedAgent:
		kind = describeKind(s, "shared agent", a.nobody)
	case *Customer:
		kind = describeKind(s, "customer", a.nobody)
	case *CRMOnlyUser:
		kind = describeKind(s, "crm user", a.nobody)
	case *SupportSession:
		kind = describeKind(s, "support session", a.nobody)
	case *Delegate:
		kind = describeKind(s, "delegate", a.nobody)
	case nil:
	default:
		kind = "stranger"
	}
	if kind == "" {
		return "nobody"
	}
	return withArticle(kind)
}

// describeKind returns the kind, or "" for a nil pointer.
func describeKind[S any](subject *S, kind string, nameless bool) string {
	switch {
	case subject == nil:
		return ""
	case nameless:
		return "nameless " + kind
	}
	return kind
}

// describe returns the resource's type as text.
func (a asked) describe() string {
	if a.missing {
		return "nothing"
	}
	name, libraries := strings.CutPrefix(fmt.Sprintf("%T", a.value), "deskpolicy.")
	if !libraries {
		return "a host's " + strings.TrimPrefix(name, "deskpolicy_test.")
	}
	return withArticle(name)
}

func withArticle(name string) string {
	if strings.ContainsRune("AEIOaeio", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}
