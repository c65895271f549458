package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// onEach runs a test on each database, filled with the seed.
func onEach(t *testing.T, test func(*testing.T, *service)) {
	testdb.Each(t, func(t *testing.T, source string) { test(t, newService(t, source)) })
}

// A service is a running service with its store.
type service struct {
	*store.Store
	url string
}

func newService(t *testing.T, source string) *service {
	t.Helper()
	s, err := store.Open(t.Context(), source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, seed.Fill(t.Context(), s, time.Now()))
	server := httptest.NewServer(newHandler(s, time.Now, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return &service{s, server.URL}
}

// A browser is a person who uses a service.
type browser struct {
	t    testing.TB
	url  string
	http *http.Client
	key  string // the secret of an API key, or ""
	next string // where the last response redirected to
}

// withKey returns a program that uses the service with the secret of an API key.
func withKey(t testing.TB, at, secret string) *browser {
	return &browser{t: t, url: at, http: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, key: secret}
}

// login returns the browser of somebody who is logged in. The name of a support engineer is
// followed by a slash and the support grant, that of a customer by a question mark.
func login(t testing.TB, at, who string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	b := &browser{t: t, url: at, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	name, grant, _ := strings.Cut(who, "/")
	form := url.Values{"account": {seed.Account}, "who": {strings.TrimSuffix(name, "?")}, "grant": {grant}}
	if strings.HasSuffix(name, "?") {
		form.Set("customer", "yes")
	}
	status, text := b.post("/login", form)
	require.Equal(t, http.StatusSeeOther, status, "%s: %s", who, text)
	return b
}

func (b *browser) get(path string) (int, string) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, b.url+path, nil)
	require.NoError(b.t, err)
	return b.do(request)
}

func (b *browser) post(path string, form url.Values) (int, string) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	require.NoError(b.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(request)
}

func (b *browser) do(request *http.Request) (int, string) {
	b.t.Helper()
	if b.key != "" {
		request.Header.Set("Authorization", "Bearer "+b.key)
	}
	response, err := b.http.Do(request)
	require.NoError(b.t, err)
	defer response.Body.Close()
	b.next = response.Header.Get("Location")
	text, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return response.StatusCode, string(text)
}

// follow gets the page that the last response redirected to.
func (b *browser) follow() (int, string) {
	b.t.Helper()
	return b.get(b.next)
}
