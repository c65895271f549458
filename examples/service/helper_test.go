package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// databases are those that the tests run on. Each call returns a new, empty one.
var databases = []struct {
	name   string
	source func(*testing.T) string
}{
	{"SQLite", func(t *testing.T) string { return filepath.Join(t.TempDir(), "service.db") }},
	{"PostgreSQL", postgres},
}

// postgres creates a database on the server at DESKPOLICY_POSTGRES, for one test.
func postgres(t *testing.T) string {
	t.Helper()
	server := cmp.Or(os.Getenv("DESKPOLICY_POSTGRES"), source("postgres"))
	config, err := pgx.ParseConfig(server)
	require.NoError(t, err)
	admin := stdlib.OpenDB(*config)
	if err := admin.Ping(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("PostgreSQL is not here: %v", err)
		}
		t.Skipf("PostgreSQL is not here: %v", err)
	}
	name := fmt.Sprintf("deskpolicy_service_%d", rand.Uint64())
	_, err = admin.Exec("CREATE DATABASE " + name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	at, err := url.Parse(server)
	require.NoError(t, err)
	at.Path = "/" + name
	return at.String()
}

// onEach runs a test on each database, filled with the seed.
func onEach(t *testing.T, test func(*testing.T, *service)) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) { test(t, newService(t, database.source(t))) })
	}
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
	next string // where the last response redirected to
}

// login returns the browser of somebody who is logged in. The name of a support engineer is
// followed by a slash and the support grant.
func login(t testing.TB, at, who string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	b := &browser{t: t, url: at, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	name, grant, _ := strings.Cut(who, "/")
	status, text := b.post("/login", url.Values{"account": {seed.Account}, "who": {name}, "grant": {grant}})
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
