package helpdesk

import (
	"cmp"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

func (h *helpdesk) readEngineer(v *strictjson.Value) {
	h.engineers.add("", v.Required("id"), deskpolicy.SupportEngineer{
		ID:    deskpolicy.SupportEngineerID(strictjson.As(v.Required("id"), identifier)),
		Name:  strictjson.As(v.Required("name"), printable),
		Email: strictjson.As(v.Required("email"), address),
	})
}

// A decision makes or changes a support grant.
type decision struct {
	in    *strictjson.Value
	by    deskpolicy.Subject
	at    time.Time
	apply func(by deskpolicy.Subject, grant deskpolicy.SupportGrant, at time.Time) (deskpolicy.SupportGrant, deskpolicy.SupportGrantEvent, error)
}

// readGrants repeats the decisions on the support grants. They depend on everything that was read
// before, so if there was a mistake, readGrants skips them: errors would only follow from it.
func (h *helpdesk) readGrants(v *strictjson.Value) {
	grants := strictjson.List(v, h.readGrant)
	sound := v.Sound()
	for _, decisions := range grants {
		id := decisions[0].in.Required("id") // required even if the support grant is refused
		var grant deskpolicy.SupportGrant
		if sound {
			grant = grantAfter(decisions)
		}
		h.resources.add("support_grant:", id, grant)
	}
}

// readGrant reads the decisions on a support grant: first the one that makes it.
func (h *helpdesk) readGrant(v *strictjson.Value) []decision {
	account := h.accountOf(v)
	terms := deskpolicy.SupportGrantTerms{
		ID:         deskpolicy.SupportGrantID(strictjson.As(v.Required("id"), identifier)),
		Start:      strictjson.As(v.Optional("start"), instant),
		End:        strictjson.As(v.Optional("end"), instant),
		Roles:      account.rolesIn(v.Required("roles")),
		Workspaces: keyed(v.Optional("workspaces"), account.workspaces.find, account.rolesIn),
		Engineers:  strictjson.List(v.Required("engineers"), func(v *strictjson.Value) deskpolicy.SupportEngineer { return strictjson.As(v, h.engineers.find) }),
	}
	create := h.readDecision(v, account)
	create.apply = func(by deskpolicy.Subject, _ deskpolicy.SupportGrant, at time.Time) (deskpolicy.SupportGrant, deskpolicy.SupportGrantEvent, error) {
		return deskpolicy.NewSupportGrant(by, terms, at)
	}
	changes := strictjson.List(v.Optional("changes"), func(v *strictjson.Value) decision { return h.readChange(v, account) })
	return append([]decision{create}, changes...)
}

func (h *helpdesk) readChange(v *strictjson.Value, account account) decision {
	if extend := v.Optional("extend"); extend.Present() {
		end := strictjson.As(extend.Required("end"), instant)
		change := h.readDecision(extend, account)
		change.apply = func(by deskpolicy.Subject, grant deskpolicy.SupportGrant, at time.Time) (deskpolicy.SupportGrant, deskpolicy.SupportGrantEvent, error) {
			return deskpolicy.ExtendSupportGrant(by, grant, end, at, nil)
		}
		return change
	}
	change := h.readDecision(v.Required("revoke"), account)
	change.apply = deskpolicy.RevokeSupportGrant
	return change
}

func (h *helpdesk) readDecision(v *strictjson.Value, account account) decision {
	return decision{
		in: v,
		by: strictjson.As(v.Required("by"), within(account, h.agents.find, person.accountID)).subject,
		at: strictjson.As(v.Required("at"), instant),
	}
}

// grantAfter returns the support grant after the decisions. A refused decision does not change it;
// if the first one is refused, grantAfter returns the zero SupportGrant.
func grantAfter(decisions []decision) (grant deskpolicy.SupportGrant) {
	last := decisions[0].at
	for _, d := range decisions {
		if d.at.Before(last) {
			at := d.in.Required("at")
			at.Refuse(fmt.Errorf("%q is before %q, when the support grant was made or last changed; list changes in order", at.Text(), last.Format(time.RFC3339)))
			continue
		}
		after, _, err := d.apply(d.by, grant, d.at)
		switch {
		case err == nil:
			grant, last = after, d.at
		case grant == deskpolicy.SupportGrant{}:
			d.in.Refuse(err)
			return grant
		default:
			d.in.Refuse(err)
		}
	}
	return grant
}

// readSession returns the support engineer who asks about the resource, under a support grant and
// at an instant. The session's account is the resource's; for a built-in role, which has no
// account, it is the support grant's.
func (h *helpdesk) readSession(v *strictjson.Value, on deskpolicy.Resource) person {
	engineer := strictjson.As(v.Required("who"), h.engineer)
	grant, _ := strictjson.As(v.Required("under"), h.resourceOf("support_grant")).(deskpolicy.SupportGrant)
	at := strictjson.As(v.Required("at"), instant)
	home := grant.Account()
	if on != nil {
		home = cmp.Or(accountOfResource(on), home)
	}
	account, _ := h.accounts.find(string(home)) // the zero account for a support grant that was refused
	return person{
		name:    fmt.Sprintf("%s at %s", engineer.Name, Shown(at)),
		subject: grant.Session(engineer, account.record, at),
	}
}

const engineerPrefix = "engineer:"

func (h *helpdesk) engineer(ref string) (deskpolicy.SupportEngineer, error) {
	return h.engineers.find(strings.TrimPrefix(ref, engineerPrefix))
}

// instant parses an instant in UTC, from 1970 to 2199, in its canonical form.
func instant(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.UTC().Format(time.RFC3339) != text || at.Year() < 1970 || at.Year() >= 2200 {
		return time.Time{}, fmt.Errorf(`%q is not an instant; give one such as "2026-11-02T12:00:00Z", from 1970 to 2199`, text)
	}
	return at, nil
}

// Shown returns the instant as text, without the seconds if they are zero; "" for the zero Time.
func Shown(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return strings.TrimSuffix(at.Format(time.DateTime), ":00")
}

func address(text string) (string, error) {
	if parsed, err := mail.ParseAddress(text); err != nil || parsed.Address != text {
		return "", fmt.Errorf(`%q is not an address; give one such as "eve@vendor.example"`, text)
	}
	return text, nil
}
