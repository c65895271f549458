// Package authzen answers other services and gateways by the OpenID AuthZEN Authorization
// API 1.0. They ask over HTTP, with the names and IDs of the host, and each answer is a
// decision of [deskpolicy.Authorize].
//
//	pdp, err := authzen.Handler(authzen.Config{
//		URL: "https://desk.example",
//		Subjects: map[string]authzen.Subjects{
//			"user": {Load: desk.agent, List: desk.agentIDs},
//		},
//		Resources: map[string]authzen.ResourceType{
//			"ticket": authzen.Resources[deskpolicy.Ticket]{
//				Load:    desk.ticket,
//				List:    desk.ticketIDs,
//				Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
//			},
//		},
//	})
//
// Numbers of sections in the comments are those of the specification,
// https://openid.net/specs/authorization-api-1_0.html. docs/authzen.md is the guide.
package authzen

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// A Config says what a [Handler] serves. The zero Config is refused.
type Config struct {
	// URL is the identifier of the decision point, such as "https://desk.example" (9.1.1). The
	// handler serves the paths of the specification below the path of the URL.
	URL string

	// Subjects and Resources have the types by the names that requests use. What has another
	// type is unknown, and denied.
	Subjects  map[string]Subjects
	Resources map[string]ResourceType

	// OperatorReasons adds the reason for each decision that operators see, with the names of
	// roles. Set it only if everything that asks keeps that from the users it asks for.
	// Without it, a denial has [deskpolicy.Decision.UserMessage] alone.
	OperatorReasons bool

	// PageKey encrypts the tokens of search pages. Processes that answer for one URL need the
	// same key of at least 32 random bytes. Without a key the handler makes one, so that its
	// tokens are good for this handler only.
	PageKey []byte

	// Log gets the errors and panics of the host's functions. A nil Log discards them.
	Log *slog.Logger
}

// Handler returns the handler for the API: five endpoints that answer POST requests, and the
// metadata. It does not authenticate: wrap it, so that only services that are trusted with
// every subject's permissions can ask (11.2).
//
// The error lists everything that is wrong with the Config. The handler keeps the Config's
// maps, which must not change any more. It is safe for concurrent use if the host's
// functions are.
func Handler(c Config) (http.Handler, error) {
	h := &handler{
		subjects: make(map[string]*subjectType), resources: make(map[string]*resourceType),
		operatorReasons: c.OperatorReasons, log: c.Log,
	}
	tokens, keyErr := newTokens(c.PageKey)
	base, urlErr := parseURL(c.URL)
	if err := errors.Join(urlErr, h.addSubjects(c.Subjects), h.addResources(c.Resources), keyErr); err != nil {
		return nil, err
	}
	if h.tokens = tokens; h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.route(c.URL, base.Path)
	return h, nil
}

// parseURL returns the URL of a decision point. The text must be the URL's only form, because
// clients compare it (9.2.3).
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("authzen: URL %q: %w", text, errors.Unwrap(err))
	}
	switch {
	case u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("authzen: URL %q does not begin with \"https://\" and a host", text)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		return nil, fmt.Errorf("authzen: URL %q has a user, a query or a fragment; remove it", text)
	case u.String() != text || u.Path != u.EscapedPath() || u.Path != "" && path.Clean(u.Path) != u.Path || u.Path == "/":
		return nil, fmt.Errorf("authzen: URL %q has an escape, a slash at its end or a path that is not clean; remove that", text)
	}
	return u, nil
}

// checkName returns an error if no request can have the name of something that the owner has.
func checkName(owner, something, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("authzen: %s has %s without a name; give it one", owner, something)
	case !utf8.ValidString(name):
		return fmt.Errorf("authzen: %s has %s %q, which is not valid UTF-8, so no request can have it; choose another name", owner, something, name)
	}
	return nil
}
