package store

import "github.com/deskpolicy/deskpolicy"

// AccountOf returns the account of the subject, or "" if there is none.
func AccountOf(subject deskpolicy.Subject) deskpolicy.AccountID {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		return s.Account.ID
	case *deskpolicy.SharedAgent:
		return s.Account.ID
	case *deskpolicy.Customer:
		return s.Account.ID
	case *deskpolicy.SupportSession:
		return s.Account().ID
	case *deskpolicy.Delegate:
		return AccountOf(s.Principal)
	}
	return ""
}

// LoginOf returns the action that lets the subject in: to the desk, or to the portal.
func LoginOf(subject deskpolicy.Subject) deskpolicy.Action[deskpolicy.Account] {
	if _, isCustomer := subject.(*deskpolicy.Customer); isCustomer {
		return deskpolicy.PortalLogin
	}
	return deskpolicy.SessionLogin
}

// IDOf returns the ID under which the subject works on the desk, or "" if there is none. A key
// works under that of its agent.
func IDOf(subject deskpolicy.Subject) string {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		return string(s.ID)
	case *deskpolicy.SharedAgent:
		return string(s.ID)
	case *deskpolicy.Customer:
		return string(s.ID)
	case *deskpolicy.SupportSession:
		return string(s.ID())
	case *deskpolicy.Delegate:
		return IDOf(s.Principal)
	}
	return ""
}
