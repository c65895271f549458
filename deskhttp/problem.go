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
// What Problem writes depends on the status alone. Under a [Guard], so do the headers: those
// that were set outside of it stay, such as for CORS, and those of the handler do not, except
// Retry-After on a 503. Without a Guard, only headers that describe another representation are
// removed, such as ETag. Return after Problem: a Guard refuses and logs what is written after it.
//
// The error's text goes to the log of the Guard, for 500 as an error and for 503 as a warning,
// unless the client is gone.
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
	header := w.Header()
	retry := header["Retry-After"]
	asked.restore(header)
	clearRepresentation(header)
	switch {
	case status == http.StatusUnauthorized:
		header.Set("WWW-Authenticate", cmp.Or(guard.Challenge, "Bearer"))
	case status == http.StatusServiceUnavailable && retry != nil:
		header["Retry-After"] = retry
	}
	if guard.Answer != nil {
		writeAnswer(w, r, status, guard.Answer)
	} else {
		writeProblem(w, status)
	}
	asked.answered(w)
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
	header.Set("Content-Type", "application/problem+json")
	header.Set("X-Content-Type-Options", "nosniff")
	write(w, status, body)
}

// writeAnswer writes the response of the answer to the status.
func writeAnswer(w http.ResponseWriter, r *http.Request, status int, answer func(http.ResponseWriter, *http.Request, int)) {
	w.Header().Set("Cache-Control", "no-store")
	d := draft{ResponseWriter: w}
	answer(&d, r, status)
	write(w, cmp.Or(d.status, status), d.body)
}

// write writes a whole response. Its Content-Length keeps net/http from sending more.
func write(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client is gone
}

// A draft is a writer that keeps a response.
type draft struct {
	http.ResponseWriter // for its Header
	status              int
	body                []byte
}

// WriteHeader implements [http.ResponseWriter]. It ignores informational statuses.
func (d *draft) WriteHeader(status int) {
	if status/100 != 1 {
		d.status = cmp.Or(d.status, status)
	}
}

// Write implements [http.ResponseWriter].
func (d *draft) Write(data []byte) (int, error) {
	d.body = append(d.body, data...)
	return len(data), nil
}
