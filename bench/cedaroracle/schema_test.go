package cedaroracle

import (
	"slices"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/cedarexport"
)

// Cedar's strict validation accepts the policies and the questions, so no policy can fail on
// input that the schema admits.
func TestSchema(t *testing.T) {
	requests, exporter, err := draw(0)
	require.NoError(t, err)
	validator := validatorFor(t, exporter)

	e, err := newEngine(exporter)
	require.NoError(t, err)
	for id, p := range e.All() {
		assert.NoError(t, validator.Policy(string(id), (*ast.Policy)(p.AST())), "%s", p.MarshalCedar())
	}
	valid := 0
	for first := 0; first < 40*perEngine; first += perEngine {
		if first > 0 {
			requests, exporter, err = draw(first)
			require.NoError(t, err)
		}
		for _, r := range requests {
			asked, _ := exporter.Questions(r.Subject, r.Action, r.Resource.Pointer)
			for _, q := range asked {
				request, entities, err := read(q)
				require.NoError(t, err)
				require.NoError(t, validator.Request(request), "%v", q)
				require.NoError(t, validator.Entities(entities), "%s", q.Entities)
				require.False(t, circular(entities), "%s", q.Entities)
				valid++
			}
		}
	}
	require.Greater(t, valid, 1500)
}

// circular reports whether an entity is its own ancestor, which Cedar refuses.
func circular(entities cedar.EntityMap) bool {
	for start, entity := range entities {
		seen := map[cedar.EntityUID]bool{}
		above := slices.Collect(entity.Parents.All())
		for len(above) > 0 {
			up := above[0]
			above = above[1:]
			if up == start {
				return true
			}
			if !seen[up] {
				seen[up] = true
				above = slices.AppendSeq(above, entities[up].Parents.All())
			}
		}
	}
	return false
}

func validatorFor(t *testing.T, exporter *cedarexport.Exporter) *validate.Validator {
	t.Helper()
	var s schema.Schema
	require.NoError(t, s.UnmarshalJSON(exporter.Schema()))
	resolved, err := s.Resolve()
	require.NoError(t, err)
	return validate.New(resolved)
}
