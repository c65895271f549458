package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

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

// What riya loses, the AI agent loses at once, and the key ends.
func TestTheKeyFollowsItsPrincipal(t *testing.T) {
	d := newDesk()
	asks := func(at time.Time) deskpolicy.Decision {
		return deskpolicy.Authorize(delegateOf(d.agents["riya"], "tk-1", at), deskpolicy.TicketView, d.tickets["7"])
	}
	end := keys["tk-1"].Window.Until()
	assert.True(t, asks(now).Allowed())
	assert.Equal(t, end, asks(now).Until())
	assert.Equal(t, deskpolicy.LimitNotInForce, asks(end).Reason)
	d.agents["riya"].Deactivated = true
	assert.Equal(t, deskpolicy.Deactivated, asks(now).Reason)
}
