package plaintype_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

func TestAll(t *testing.T) {
	made, has := make(map[string]deskpolicy.Resource), make(map[string][3]bool)
	for _, of := range plaintype.All() {
		made[of.Name()] = of.New(plaintype.Place{Account: "acme", Workspace: "it", Group: "billing", Owner: "riya"})
		has[of.Name()] = [3]bool{of.Placed, of.Grouped, of.Owned}
	}
	for name, want := range map[string]struct {
		resource deskpolicy.Resource
		has      [3]bool
	}{
		"Workspace":    {&deskpolicy.Workspace{ID: "it", Account: "acme"}, [3]bool{true, false, false}},
		"Channel":      {&deskpolicy.Channel{Account: "acme", Workspace: "it", Group: "billing"}, [3]bool{true, true, false}},
		"Report":       {&deskpolicy.Report{Account: "acme", Workspace: "it", Team: "billing", Owner: "riya"}, [3]bool{true, true, true}},
		"Article":      {&deskpolicy.Article{Account: "acme", Workspace: "it", Author: "riya"}, [3]bool{true, false, true}},
		"App":          {&deskpolicy.App{Account: "acme", Workspace: "it"}, [3]bool{true, false, false}},
		"AgentProfile": {&deskpolicy.AgentProfile{Account: "acme", Agent: "riya"}, [3]bool{false, false, true}},
	} {
		assert.Equal(t, want.resource, made[name])
		assert.Equal(t, want.has, has[name], name)
	}
	for _, not := range []string{"Ticket", "Note", "Company", "Account", "Role", "GroupMembership"} {
		assert.NotContains(t, made, not)
	}
}
