package deskpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// eventLimits bound an event in JSON. The ID of who made the change may be any text.
var eventLimits = strictjson.Limits{Bytes: 1 << 20, Values: 1 << 18, Depth: 8, AnyText: true}

// A SupportGrantEvent is one change of a grant, for the audit trail and for those who
// are to be told [G2] [G19].
type SupportGrantEvent struct {
	Action ActionID // SupportGrantCreate, SupportGrantExtend or SupportGrantRevoke
	By     AgentID  // who changed it
	At     time.Time
	Before SupportGrant // zero for a new grant
	After  SupportGrant
}

// String returns the event as a line, with all text of a host quoted.
func (e SupportGrantEvent) String() string {
	return fmt.Sprintf("%v by %q at %s: %v", e.Action, e.By, e.At.Format(layout), e.After)
}

// MarshalJSON writes the event with the grant before and after it. The ID of who made
// the change is written as text of a [AuditRecord] is.
func (e SupportGrantEvent) MarshalJSON() ([]byte, error) {
	fields := struct {
		Action string        `json:"action"`
		By     string        `json:"by"`
		At     string        `json:"at"`
		Before *SupportGrant `json:"before,omitempty"`
		After  SupportGrant  `json:"after"`
	}{Action: e.Action.String(), By: jsonText(string(e.By)), At: text(e.At), After: e.After}
	if e.Before != (SupportGrant{}) {
		fields.Before = &e.Before
	}
	return json.Marshal(fields)
}

// DecodeSupportGrantEvent reads an event as MarshalJSON writes it; see [DecodeSupportGrant]. It
// refuses an event whose change does not make the grant after it of the one before.
func DecodeSupportGrantEvent(data []byte, role func(name string) (Role, error)) (SupportGrantEvent, error) {
	grant := grantReader(role)
	return strictjson.Decode(data, eventLimits, func(v *strictjson.Value) SupportGrantEvent {
		e := SupportGrantEvent{
			Action: strictjson.As(v.Required("action"), parseGrantAction),
			By:     AgentID(strictjson.As(v.Required("by"), parseJSONText)),
			At:     strictjson.As(v.Required("at"), parseInstant),
			After:  grant(v.Required("after")),
		}
		if before := v.Optional("before"); before.Present() {
			e.Before = grant(before)
		}
		if v.Sound() {
			if err := e.check(); err != nil {
				v.Refuse(err)
			}
		}
		return e
	})
}

// check reports an event that no change of a grant leaves.
func (e SupportGrantEvent) check() (err error) {
	if e.By == "" {
		err = errors.New("nobody made the change")
	}
	err = errors.Join(err, checkBy(e.After, e.By))
	if created := e.Action == SupportGrantCreate.ID(); created != (e.Before == SupportGrant{}) {
		return errors.Join(err, errors.New("a grant has a state before each change but the first"))
	}
	after, want := e.After.def, e.Before.copy()
	switch e.Action {
	case SupportGrantCreate.ID():
		*want = *after
		want.by, want.revoked = e.By, time.Time{}
		err = errors.Join(err, after.checkStart(e.At), after.checkEnd(e.At, e.At.Add(longestMonth)))
	case SupportGrantExtend.ID():
		want.end = after.end
		err = errors.Join(err, e.Before.checkAlive(e.At), e.Before.checkLater(after.end), after.checkEnd(e.At, e.At.Add(longestMonth)))
	case SupportGrantRevoke.ID():
		want.revoke(e.At)
	}
	if want.written() != after.written() {
		err = errors.Join(err, errors.New("the grant after it is not what the change makes of the one before"))
	}
	return err
}

// written returns the grant as JSON, in which equal ones are equal.
func (d *grantDef) written() string {
	data, _ := SupportGrant{d}.MarshalJSON() // it fails for no grant only
	return string(data)
}

// parseGrantAction reads the name of an action that changes a grant.
func parseGrantAction(name string) (ActionID, error) {
	return parseOne("change of a grant", name, []ActionID{SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID()})
}
