package deskhttp

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
)

// A response is the writer that a Guard gives to a handler. It stops the response before its
// first byte if that succeeds and must not.
type response struct {
	http.ResponseWriter
	record  record
	request *http.Request

	status   int  // the final status, or 0
	stopped  bool // whether a fault was found; then nothing more is written
	begun    bool // whether the handler's response had begun by then
	hijacked bool
}

// errStopped is the error of writing to a response that a Guard has stopped.
var errStopped = errors.New("deskhttp: the response was stopped, see the log")

// succeeds reports whether the status means success: 2xx, the 304 in place of a 200, or a
// change of protocols.
func succeeds(status int) bool {
	return status/100 == 2 || status == http.StatusNotModified || status == http.StatusSwitchingProtocols
}

// passes reports whether the response can go on. The status counts if there is none yet. If
// the response must not succeed, passes stops it: with a 500 if it has not begun.
func (w *response) passes(status int) bool {
	begun := w.status != 0
	if !begun {
		w.status = status
	}
	if w.stopped || !succeeds(w.status) {
		return !w.stopped
	}
	fault := w.record.fault()
	if fault == "" {
		return true
	}
	w.stopped, w.begun = true, begun
	w.record.of.log(w.request, slog.LevelError, fault, slog.Int("status", w.status))
	if !begun {
		clearRepresentation(w.Header())
		writeProblem(w.ResponseWriter, http.StatusInternalServerError)
	}
	return false
}

// finish ends the response when the handler returns. If it wrote nothing, net/http writes 200.
func (w *response) finish() {
	if w.hijacked {
		return
	}
	if !w.passes(http.StatusOK) && w.begun {
		panic(http.ErrAbortHandler) // so that the client does not take what it has for the whole
	}
}

// WriteHeader implements [http.ResponseWriter]. Informational statuses pass.
func (w *response) WriteHeader(status int) {
	informational := status/100 == 1 && status != http.StatusSwitchingProtocols
	if informational && !w.stopped || w.passes(status) {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements [http.ResponseWriter].
func (w *response) Write(data []byte) (int, error) {
	if !w.passes(http.StatusOK) {
		return 0, errStopped
	}
	return w.ResponseWriter.Write(data)
}

// WriteString implements [io.StringWriter].
func (w *response) WriteString(text string) (int, error) {
	if !w.passes(http.StatusOK) {
		return 0, errStopped
	}
	return io.WriteString(w.ResponseWriter, text)
}

// ReadFrom implements [io.ReaderFrom], so that files are sent as without a Guard.
func (w *response) ReadFrom(from io.Reader) (int64, error) {
	if !w.passes(http.StatusOK) {
		return 0, errStopped
	}
	return io.Copy(w.ResponseWriter, from)
}

// Flush implements [http.Flusher].
func (w *response) Flush() { _ = w.FlushError() }

// FlushError is Flush for [http.ResponseController], which would otherwise unwrap the writer.
func (w *response) FlushError() error {
	if !w.passes(http.StatusOK) {
		return errStopped
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker].
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.passes(http.StatusSwitchingProtocols) {
		return nil, nil, errStopped
	}
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.hijacked = err == nil
	return conn, buffered, err
}

// Unwrap returns the writer, for [http.ResponseController].
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
