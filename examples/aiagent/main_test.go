package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestOutput(t *testing.T) {
	before := keys["tk-1"]
	defer func() { keys["tk-1"] = before }()
	var out bytes.Buffer
	run(&out)
	golden.File(t, "output.golden", out.String())
}

// What riya loses, the AI agent loses at once.
func TestTheKeyFollowsItsPrincipal(t *testing.T) {
	d := newDesk()
	by, err := delegateOf(d.agents["riya"], "tk-1", now)
	require.NoError(t, err)
	decision := deskpolicy.Authorize(by, deskpolicy.TicketView, d.tickets["7"])
	assert.True(t, decision.Allowed())
	assert.Equal(t, keys["tk-1"].limit.Window.Until(), decision.Until())

	d.agents["riya"].Bindings = nil
	by, err = delegateOf(d.agents["riya"], "tk-1", now)
	require.NoError(t, err)
	assert.Equal(t, deskpolicy.NoRole, deskpolicy.Authorize(by, deskpolicy.TicketView, d.tickets["7"]).Reason)
}

// A key that is unknown, revoked or not in its window, and one of an agent who is gone, is answered 401.
func TestUnauthorized(t *testing.T) {
	d := newDesk()
	riya, valid := d.agents["riya"], keys["tk-1"]
	keys["revoked"] = key{limit: valid.limit, revoked: true}
	defer delete(keys, "revoked")
	gone := *riya
	gone.Deactivated = true
	for name, c := range map[string]struct {
		agent *deskpolicy.Agent
		id    string
		at    time.Time
	}{
		"unknown":     {riya, "tk-2", now},
		"revoked":     {riya, "revoked", now},
		"before":      {riya, "tk-1", now.Add(-1)},
		"ended":       {riya, "tk-1", valid.limit.Window.Until()},
		"nobody's":    {nil, "tk-1", now},
		"deactivated": {&gone, "tk-1", now},
	} {
		by, err := delegateOf(c.agent, c.id, c.at)
		assert.Nil(t, by, name)
		assert.ErrorIs(t, err, errUnauthorized, name)
	}
}
