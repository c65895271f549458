package deskhttp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/deskpolicy/deskpolicy"
)

// Problem answers the request with what the error means, as application/problem+json
// (RFC 9457):
//
//	400  [ErrBadRequest]
//	401  denied or [ErrNotFound], without a valid subject; on Public routes,
//	     ErrNotFound is 404
//	403  denied, and the subject can view the resource
//	404  denied, and it cannot; or ErrNotFound
//	503  [ErrUnavailable], or the context's time is over
//	500  anything else
//
// The response depends on the status alone. The error's text goes to the log of the [Guard],
// for 500 as an error and for 503 as a warning, unless the client is gone.
//
// Problem removes headers that describe another representation, such as ETag. Set other
// headers that depend on the resource only after the question has been allowed.
func Problem(w http.ResponseWriter, r *http.Request, err error) {
	asked, status := recordFrom(r.Context()), statusOf(err)
	if status == http.StatusNotFound && !asked.isPublic() && !loggedIn(r.Context()) {
		status = http.StatusUnauthorized
	}
	guard := asked.guard()
	switch {
	case status == http.StatusInternalServerError:
		guard.log(r, slog.LevelError, "deskhttp: the request failed", slog.Any("error", err))
	case status == http.StatusServiceUnavailable && r.Context().Err() == nil:
		guard.log(r, slog.LevelWarn, "deskhttp: the data cannot be had", slog.Any("error", err))
	}
	clearRepresentation(w.Header())
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", cmp.Or(guard.Challenge, "Bearer"))
	}
	if guard.Answer != nil {
		guard.Answer(w, r, status)
		return
	}
	writeProblem(w, status)
}

// statusOf returns the status of the response to the error.
func statusOf(err error) int {
	var denied *denial
	switch {
	case errors.As(err, &denied):
		return denied.status()
	case errors.Is(err, deskpolicy.ErrDenied), errors.Is(err, ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, ErrBadRequest):
		return http.StatusBadRequest
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// clearRepresentation removes the headers that describe a representation of the resource.
func clearRepresentation(header http.Header) {
	for _, name := range ofRepresentation {
		header.Del(name)
	}
}

var ofRepresentation = [...]string{
	"Accept-Ranges", "Age", "Cache-Control", "Content-Digest", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
	"Content-Location", "Content-Range", "Content-Type", "Etag", "Expires", "Last-Modified", "Link", "Location", "Repr-Digest",
}

// details are the sentences for the user, by status.
var details = map[int]string{
	http.StatusBadRequest:          "This request is not valid.",
	http.StatusUnauthorized:        "You are not logged in.",
	http.StatusForbidden:           "You can view this, but you cannot do this to it.",
	http.StatusNotFound:            deskpolicy.Decision{Reason: deskpolicy.WrongResource}.UserMessage(),
	http.StatusInternalServerError: "Something went wrong.",
	http.StatusServiceUnavailable:  "This cannot be answered now. Try again later.",
}

// writeProblem writes the response with the status. It is the same for each status.
func writeProblem(w http.ResponseWriter, status int) {
	body, _ := json.Marshal(struct { // which cannot fail
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"about:blank", http.StatusText(status), status, details[status]})
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Content-Type", "application/problem+json")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client is gone
}
