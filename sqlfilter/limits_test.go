package sqlfilter_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A cursor is of what can be written and read again as it was.
func TestCursorLimits(t *testing.T) {
	request := sqlfilter.PageRequest{Order: "updated_at"}
	year := func(n int) time.Time { return time.Date(n, 6, 1, 12, 0, 0, 0, time.UTC) }
	for _, value := range []any{year(0), year(9999), "", int32(-1)} {
		_, err := request.Next(value, "1")
		assert.NoError(t, err, "%v", value)
	}
	for _, refused := range []struct {
		value any
		why   string
	}{
		{1.5, "sqlfilter: no cursor goes by a float64"},
		{"\xff", "sqlfilter: a cursor's text is not UTF-8"},
		{year(10000), "sqlfilter: a cursor of a time that cannot be written"},
		{year(-1), "sqlfilter: a cursor of a time that cannot be written"},
	} {
		_, err := request.Next(refused.value, "1")
		assert.EqualError(t, err, refused.why)
	}
	for _, made := range []struct {
		request sqlfilter.PageRequest
		id      string
	}{{request, "\xff"}, {request, "a\x00"}, {sqlfilter.PageRequest{Order: "\xff"}, "1"}} {
		_, err := made.request.Next(1, made.id)
		assert.EqualError(t, err, "sqlfilter: a cursor's text is not UTF-8")
	}
	_, err := request.Next("x", "")
	assert.EqualError(t, err, "sqlfilter: a cursor without an ID")
	assert.EqualError(t, sqlfilter.ErrCursor, "sqlfilter: this is no cursor of the page")

	small, err := request.Next(int32(7), "1")
	require.NoError(t, err)
	plain, err := request.Next(7, "1")
	require.NoError(t, err)
	large, err := request.Next(int64(7), "1")
	require.NoError(t, err)
	assert.Equal(t, []sqlfilter.Cursor{large, large}, []sqlfilter.Cursor{small, plain})
	noon, err := request.Next(year(2026), "1")
	require.NoError(t, err)
	elsewhere, err := request.Next(year(2026).In(time.FixedZone("", 3600)), "1")
	require.NoError(t, err)
	assert.Equal(t, noon, elsewhere)
}

// What a client sends as a cursor is one only if it is written as MarshalText writes it.
func TestForeignCursors(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"i":""}`, `{"i":"1","k":"i","v":"x"}`, `{"i":"1","k":"t","v":"today"}`, `{"i":"1","k":"t","v":"2026-06-01T12:00:00+01:00"}`,
		`{"i":"1","k":"x"}`, `{"i":"1","k":"s","v":"\u0000"}`, `{"i":"1","i":"2"}`, `{"i":1}`, `{"i":"1"} `, `{"i":"1"`, `null`, ``, "\xff",
	} {
		var c sqlfilter.Cursor
		if encoded := base64.RawURLEncoding.EncodeToString([]byte(text)); encoded != "" {
			assert.ErrorIs(t, c.UnmarshalText([]byte(encoded)), sqlfilter.ErrCursor, text)
		}
		assert.Zero(t, c, text)
	}
	var c sqlfilter.Cursor
	assert.ErrorIs(t, c.UnmarshalText([]byte("*")), sqlfilter.ErrCursor)
	require.NoError(t, c.UnmarshalText([]byte(base64.RawURLEncoding.EncodeToString([]byte(`{"i":"1"}`)))))
	byID, err := sqlfilter.PageRequest{}.Next(nil, "1")
	require.NoError(t, err)
	assert.Equal(t, byID, c)
}

// A host's condition stays within its parentheses, or is refused with the reason.
func TestRaw(t *testing.T) {
	for text, want := range map[string]string{
		"a = ?":  "0 arguments",
		"":       "it is not whole",
		" ":      "it is not whole",
		"(a":     "it is not whole",
		"a'":     "it is not whole",
		`a"`:     "it is not whole",
		"a`":     "it is not whole",
		"a)(":    "it is not whole",
		"a; b":   `"; " is not allowed`,
		"a # b":  `"# " is not allowed`,
		"$1":     `"$1" is not allowed`,
		"a--b":   `"--" is not allowed`,
		"a/*b*/": `"/*" is not allowed`,
		`'\'`:    `'\\' is not allowed`,
		"a\x00":  `'\x00' is not allowed`,
	} {
		f, err := sqlfilter.Raw(text)
		require.ErrorContains(t, err, "sqlfilter: condition ", "%q", text)
		assert.ErrorContains(t, err, ": "+want, "%q", text)
		assert.Zero(t, f)
	}
	_, err := sqlfilter.Raw("a = 1", 1)
	assert.EqualError(t, err, `sqlfilter: condition "a = 1": 1 arguments`)
	for _, text := range []string{`'?;--/*#$()' = a`, `"?;--/*#$()" = a`, "`?;--/*#$()` = a", "(a - 1) / 2 > (b)", `'a"b' = "c'd"`} {
		raw, err := sqlfilter.Raw(text)
		require.NoError(t, err, text)
		got, args := raw.SQL(1)
		assert.Equal(t, text, got)
		assert.Empty(t, args)
	}
	raw, err := sqlfilter.Raw("? < a AND a < ?", 1, 2)
	require.NoError(t, err)
	got, args, err := raw.ToSql()
	require.NoError(t, err)
	assert.Equal(t, "? < a AND a < ?", got)
	assert.Equal(t, []any{1, 2}, args)
}

// Every way in which a filter selects has its parameter.
func TestEveryParam(t *testing.T) {
	outside := []string{""}
	own := *riya
	own.Account.Workspaces, own.Groups = []deskpolicy.WorkspaceID{"it"}, nil
	own.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Restricted}}
	p, err := sqlfilter.ParamsOf(deskpolicy.FilterFor(&own, deskpolicy.TicketView))
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", Agent: "riya", AssignedIn: []string{"", "it"}}, p)

	all := sam("sam", "c1")
	all.CRM.Scope, all.Groups = deskpolicy.Global, nil
	p, err = sqlfilter.ParamsOf(deskpolicy.FilterFor(all, deskpolicy.TicketView))
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{Account: "acme", Agent: "sam", MentionedIn: outside, CustomersIn: outside, EveryCustomer: true}, p)

	companies := sam("sam", "c1")
	companies.CRM.Visible.Companies = map[deskpolicy.CompanyID]deskpolicy.Access{"k2": deskpolicy.View, "k1": deskpolicy.Edit}
	p, err = sqlfilter.ParamsOf(deskpolicy.FilterFor(companies, deskpolicy.CompanyView))
	require.NoError(t, err)
	assert.Equal(t, sqlfilter.Params{
		Account: "acme", CustomersIn: outside, CustomerOwners: []string{"u1"}, Territories: []string{"apac", "emea"},
		Member: "u1", MemberAccess: []string{"view", "edit"}, Companies: []string{"k1", "k2"},
	}, p)

	editor := sam("sam", "c1")
	p, err = sqlfilter.ParamsOf(deskpolicy.FilterFor(editor, deskpolicy.ContactEdit))
	require.NoError(t, err)
	assert.Equal(t, []string{"edit"}, p.MemberAccess)
	assert.Equal(t, []string{"c1"}, p.Contacts)
}
