package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// The matrix shows what the helpdesk's custom roles allow, for review: go test . -update.
func TestRoles(t *testing.T) { policytest.AssertMatrix(t, "testdata/roles.matrix", customRoles(t)...) }

// customRoles returns the custom roles that the helpdesk's agents hold, by name.
func customRoles(t *testing.T) (roles []deskpolicy.Role) {
	t.Helper()
	for _, q := range load(t) {
		if agent, ok := q.Request.Subject.(*deskpolicy.Agent); ok {
			for _, b := range agent.Bindings {
				if !b.Role.BuiltIn() && !slices.Contains(roles, b.Role) {
					roles = append(roles, b.Role)
				}
			}
		}
	}
	slices.SortFunc(roles, func(a, b deskpolicy.Role) int { return strings.Compare(a.Name(), b.Name()) })
	return roles
}

func load(t *testing.T) []helpdesk.Question {
	t.Helper()
	questions, err := helpdesk.Load(helpdesk.Sample)
	require.NoError(t, err)
	return questions
}

// who returns the subject with that name in the table.
func who(t *testing.T, name string) deskpolicy.Subject {
	t.Helper()
	questions := load(t)
	i := slices.IndexFunc(questions, func(q helpdesk.Question) bool { return q.Who == name })
	require.NotEqual(t, -1, i, "%s asks something", name)
	return questions[i].Request.Subject
}

// These decisions must stay the same whenever roles change.
func TestPromises(t *testing.T) {
	elsa, ivan, otto := who(t, "Elsa of EMEA"), who(t, "Ivan, intern"), who(t, "Otto, second owner")
	emea := &deskpolicy.Conversation{Account: "acme", Group: "emea"}
	amer := &deskpolicy.Conversation{Account: "acme", Group: "amer"}
	custom := &customRoles(t)[0]

	policytest.AssertAllowed(t, deskpolicy.NewRequest(elsa, deskpolicy.ConversationReply, emea))
	policytest.AssertDenied(t, deskpolicy.NewRequest(elsa, deskpolicy.ConversationReply, amer), deskpolicy.OutOfScope)
	policytest.AssertAllowed(t, deskpolicy.NewRequest(ivan, deskpolicy.ConversationView, amer))
	policytest.AssertDenied(t, deskpolicy.NewRequest(ivan, deskpolicy.ConversationReply, amer), deskpolicy.NoPermission)
	policytest.AssertDenied(t, deskpolicy.NewRequest(otto, deskpolicy.RoleUpdate, custom), deskpolicy.RoleAuthoringReserved)
}
