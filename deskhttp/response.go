package deskhttp

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"time"
)

// A response is the writer that a Guard gives to a handler. It stops the response before its
// first byte if that succeeds and must not. It has no method Unwrap, because a handler could
// write past it.
type response struct {
	http.ResponseWriter
	record  record
	request *http.Request
	before  http.Header // what was set outside of the Guard

	status   int  // the final status, or 0
	answered bool // whether Problem has written the response
	stopped  bool // whether a fault was found; then nothing more is written
	cut      bool // whether the handler's response had begun by then
	hijacked bool
}

// errStopped is the error of writing to a response that a Guard has stopped.
var errStopped = errors.New("deskhttp: the response was stopped, see the log")

// succeeds reports whether the status means success: 2xx, the 304 in place of a 200, a change
// of protocols, or the redirect with which a form is answered. A user who is not logged in is
// redirected to the login page.
func (w *response) succeeds(status int) bool {
	switch status {
	case http.StatusNotModified, http.StatusSwitchingProtocols:
		return true
	case http.StatusFound, http.StatusSeeOther:
		return w.request.Method != http.MethodGet && w.request.Method != http.MethodHead && loggedIn(w.request.Context())
	}
	return status/100 == 2
}

// passes reports whether the response can go on. The status counts if there is none yet. If
// the response must not succeed, passes stops it: with a 500 if it has not begun.
func (w *response) passes(status int) bool {
	begun := w.status != 0
	if !begun {
		w.status = status
	}
	if w.stopped || !w.succeeds(w.status) && status != http.StatusSwitchingProtocols {
		return !w.stopped
	}
	fault := w.record.fault()
	if fault == "" {
		return true
	}
	w.stop(fault)
	w.cut = begun
	if !begun {
		w.restore(w.Header())
		clearRepresentation(w.Header())
		writeProblem(w.ResponseWriter, http.StatusInternalServerError)
	}
	return false
}

// stop logs the fault and lets nothing more be written.
func (w *response) stop(fault string) {
	w.stopped = true
	w.record.of.log(w.request, slog.LevelError, fault, slog.Int("status", w.status))
}

// continues is passes for a handler, which must not write after Problem.
func (w *response) continues(status int) bool {
	if w.answered && !w.stopped {
		w.stop("deskhttp: the handler writes after Problem; return after it")
	}
	return w.passes(status)
}

// restore sets the header to what it was outside of the Guard.
func (w *response) restore(header http.Header) {
	clear(header)
	maps.Copy(header, w.before.Clone())
}

// finish ends the response when the handler returns. If it wrote nothing, net/http writes 200.
func (w *response) finish() {
	if w.hijacked {
		return
	}
	if !w.passes(http.StatusOK) && w.cut {
		panic(http.ErrAbortHandler) // so that the client does not take what it has for the whole
	}
	if w.stopped || w.answered {
		maps.DeleteFunc(w.Header(), func(name string, _ []string) bool { return strings.HasPrefix(name, http.TrailerPrefix) })
	}
}

// WriteHeader implements [http.ResponseWriter]. Informational responses, such as early hints,
// have headers of the handler's. Until it may succeed they are left out.
func (w *response) WriteHeader(status int) {
	informational := status/100 == 1 && status != http.StatusSwitchingProtocols
	if informational && w.record.fault() == "" || !informational && w.continues(status) {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements [http.ResponseWriter].
func (w *response) Write(data []byte) (int, error) {
	if !w.continues(http.StatusOK) {
		return 0, errStopped
	}
	return w.ResponseWriter.Write(data)
}

// WriteString implements [io.StringWriter].
func (w *response) WriteString(text string) (int, error) {
	if !w.continues(http.StatusOK) {
		return 0, errStopped
	}
	return io.WriteString(w.ResponseWriter, text)
}

// ReadFrom implements [io.ReaderFrom], so that files are sent as without a Guard.
func (w *response) ReadFrom(from io.Reader) (int64, error) {
	if !w.continues(http.StatusOK) {
		return 0, errStopped
	}
	return io.Copy(w.ResponseWriter, from)
}

// Flush implements [http.Flusher].
func (w *response) Flush() { _ = w.FlushError() }

// FlushError is Flush for [http.ResponseController].
func (w *response) FlushError() error {
	if !w.passes(http.StatusOK) {
		return errStopped
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker].
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.continues(http.StatusSwitchingProtocols) {
		return nil, nil, errStopped
	}
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.hijacked = err == nil
	return conn, buffered, err
}

// SetReadDeadline is for [http.ResponseController].
func (w *response) SetReadDeadline(deadline time.Time) error {
	return http.NewResponseController(w.ResponseWriter).SetReadDeadline(deadline)
}

// SetWriteDeadline is for [http.ResponseController].
func (w *response) SetWriteDeadline(deadline time.Time) error {
	return http.NewResponseController(w.ResponseWriter).SetWriteDeadline(deadline)
}

// EnableFullDuplex is for [http.ResponseController].
func (w *response) EnableFullDuplex() error {
	return http.NewResponseController(w.ResponseWriter).EnableFullDuplex()
}
