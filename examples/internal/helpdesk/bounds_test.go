package helpdesk

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/bounds"
)

// A small file can take long: roles that a person holds, questions about them, and support grants that
// they make, whose decisions are repeated when the file is read.
func TestHostileFiles(t *testing.T) {
	const account = `{"accounts":[{"id":"acme","plan":{"features":[]},"administrators":["olga"]}],`
	questions := func(n int, on string) string {
		return `"questions":[` + strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"who":"olga","may":"agent.edit","on":"agent:%s","source":"R1"},`, on), n), ",") + `]`
	}
	bindings := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(`{"role":"Account Administrator","workspace":"*","ticket_scope":"global"},`, n), ",")
	}
	for name, c := range map[string]struct {
		refused bool
		file    func(n int) string
	}{
		"nothing but numbers": {true, func(n int) string { return account + `"agents":[` + strings.Repeat("1,", n) + `1],"questions":[]}` }},
		"unknown agents":      {true, func(n int) string { return account + `"agents":[],` + questions(n/6, "x") + `}` }},
		"much is asked of somebody who holds much": {false, func(n int) string {
			return account + `"agents":[{"id":"olga","account":"acme","bindings":[` + bindings(n/12) + `]},{"id":"ned","account":"acme","bindings":[` + bindings(n/12) + `]}],` + questions(n/16, "ned") + `}`
		}},
		"support grants of an agent with many roles": {false, func(n int) string {
			grant := `{"id":"g%d","account":"acme","by":"olga","at":"2026-11-02T12:00:00Z","roles":["Agent"],"engineers":["eve"]},`
			var grants strings.Builder
			for i := range n / 160 {
				fmt.Fprintf(&grants, grant, i)
			}
			return account + `"agents":[{"id":"olga","account":"acme","bindings":[` + bindings(n/64) + `]}],"engineers":[{"id":"eve","name":"Eve","email":"eve@vendor.example"}],"grants":[` + strings.TrimSuffix(grants.String(), ",") + `],"questions":[]}`
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bounds.Check(t, 16_000, 32<<20, func(n int) func() {
				file := []byte(c.file(n))
				return func() {
					_, err := Load(file)
					require.Equal(t, c.refused, err != nil, "%v", err)
				}
			})
		})
	}
}
