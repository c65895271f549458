package deskpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// eventLimits bounds the JSON form of an event. It allows any text, because the ID of the
// agent who made the change is escaped.
var eventLimits = strictjson.Limits{Bytes: 1 << 20, Values: 1 << 18, Depth: 8, AnyText: true}

// A SupportGrantEvent records one change of a support grant, for the audit trail and for
// notifications [G2] [G19]. The zero SupportGrantEvent records no change.
type SupportGrantEvent struct {
	Action ActionID // SupportGrantCreate, SupportGrantExtend or SupportGrantRevoke
	By     AgentID  // the agent who made the change
	At     time.Time
	Before SupportGrant // the zero SupportGrant if Action is SupportGrantCreate
	After  SupportGrant // the support grant that the change returned
}

// String returns the event as one line, with the host's text quoted.
func (e SupportGrantEvent) String() string {
	return fmt.Sprintf("%v by %q at %s: %v", e.Action, e.By, e.At.Format(layout), e.After)
}

// MarshalJSON returns the event as JSON, with the support grant before and after the
// change. The ID of the agent who made the change is escaped like the text of an
// [AuditRecord].
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

// DecodeSupportGrantEvent reads an event from JSON in the form that
// [SupportGrantEvent.MarshalJSON] writes. The role function, the checks and the error are
// those of [DecodeSupportGrant]. DecodeSupportGrantEvent also refuses an event if its
// action does not turn Before into After.
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

// check reports an event that no change of a support grant produces.
func (e SupportGrantEvent) check() (err error) {
	if e.By == "" {
		err = e.After.known().problem(`"by" is empty; set it to the ID of the agent who made the change`)
	}
	err = errors.Join(err, checkBy(e.After, e.By))
	if created := e.Action == SupportGrantCreate.ID(); created != (e.Before == SupportGrant{}) {
		return errors.Join(err, e.After.known().problem(`"before" must be absent for %v and present for any other action`, SupportGrantCreate))
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
		err = errors.Join(err, after.problem(`"after" is not the support grant that the change returned; write that one`))
	}
	return err
}

// written returns the JSON form of the support grant, which is the same for equal ones.
func (d *grantDef) written() string {
	data, _ := SupportGrant{d}.MarshalJSON() // fails only for the zero SupportGrant
	return string(data)
}

// parseGrantAction reads the name of an action that changes a support grant.
func parseGrantAction(name string) (ActionID, error) {
	return parseOne("change of a support grant", name, []ActionID{SupportGrantCreate.ID(), SupportGrantExtend.ID(), SupportGrantRevoke.ID()})
}
