package sqlfilter_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Cursors are sent by clients, and filters can have many IDs: the time for both is
// linear in their length.
func TestHostileInputs(t *testing.T) {
	for name, text := range map[string]func(n int) string{
		"not a cursor":    func(n int) string { return strings.Repeat("=", n) },
		"nested lists":    func(n int) string { return encoded(strings.Repeat("[", n)) },
		"unknown members": func(n int) string { return encoded("{" + strings.Repeat(`"z":[],`, n/7) + `"i":"1"}`) },
		"one member":      func(n int) string { return encoded("{" + strings.Repeat(`"i":"1",`, n/8) + `"i":"1"}`) },
		"a long value": func(n int) string {
			return encoded(`{"o":"x","k":"s","v":"` + strings.Repeat("é", n/2) + `","i":"1"}`)
		},
		"a long number": func(n int) string { return encoded(`{"o":"x","k":"i","v":"` + strings.Repeat("9", n) + `","i":"1"}`) },
	} {
		t.Run("cursor, "+name, func(t *testing.T) {
			bounds.Check(t, 1<<18, 4<<20, func(n int) func() {
				cursor := []byte(text(n))
				return func() { _ = new(sqlfilter.Cursor).UnmarshalText(cursor) }
			})
		})
	}
	type statement func(deskpolicy.Filter[deskpolicy.Ticket], sqlfilter.Dialect) (sqlfilter.Fragment, error)
	for _, d := range dialects {
		for name, write := range map[string]statement{
			"a condition": func(f deskpolicy.Filter[deskpolicy.Ticket], d sqlfilter.Dialect) (sqlfilter.Fragment, error) {
				return sqlfilter.Where(f, whole(), d)
			},
			"a page": func(f deskpolicy.Filter[deskpolicy.Ticket], d sqlfilter.Dialect) (sqlfilter.Fragment, error) {
				return sqlfilter.Page(f, whole(), d, sqlfilter.PageRequest{Limit: 10})
			},
			"a count": func(f deskpolicy.Filter[deskpolicy.Ticket], d sqlfilter.Dialect) (sqlfilter.Fragment, error) {
				return sqlfilter.Count(f, whole(), d)
			},
		} {
			t.Run(fmt.Sprintf("%s in %v, with many territories, groups and workspaces", name, d), func(t *testing.T) {
				bounds.Check(t, 4000, 32<<20, func(n int) func() {
					filter := deskpolicy.FilterFor(many(n), deskpolicy.TicketView)
					return func() {
						f, err := write(filter, d)
						require.NoError(t, err)
						f.SQL(1)
					}
				})
			})
		}
	}
	t.Run("raw condition", func(t *testing.T) {
		bounds.Check(t, 1<<17, 64<<20, func(n int) func() {
			text, args := "("+strings.Repeat("?,", n/2)+"1)", make([]any, n/2)
			return func() {
				_, err := sqlfilter.Raw(text, args...)
				require.NoError(t, err)
			}
		})
	})
}

func encoded(plain string) string { return base64.RawURLEncoding.EncodeToString([]byte(plain)) }

// many returns a shared agent with n territories, groups and workspaces.
func many(n int) *deskpolicy.SharedAgent {
	s := sam("sam", "c1")
	for i := range n {
		id := fmt.Sprintf("%06d", i)
		s.Groups[deskpolicy.GroupID(id)] = deskpolicy.Edit
		s.CRM.Territories = append(s.CRM.Territories, deskpolicy.TerritoryID(id))
		s.Bindings = append(s.Bindings, deskpolicy.Binding{Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.WorkspaceID(id), TicketScope: deskpolicy.ScopeRestricted})
	}
	return s
}
