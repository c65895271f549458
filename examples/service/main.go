// Service is a small helpdesk: people list and answer the tickets that they can view, and an
// administrator looks at and changes what roles permit, who has them, and who has support
// access and API keys. It runs on SQLite or, in as many processes as one likes, on PostgreSQL.
//
//	go run .                                      # prints its address
//	go run . -database postgres                   # on PostgreSQL
//	go run . -database postgres://host/desk -address localhost:8081
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the command until the context ends, and returns its exit status: 0 for success, 1
// for an error and 2 for wrong arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("service", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("address", "localhost:8080", "serve at the `address`")
	database := flags.String("database", "service.db", "a `file` of SQLite, the URL of a PostgreSQL database, or \"postgres\" for the one at DESKPOLICY_POSTGRES or 127.0.0.1:5432")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		flags.Usage()
		return 2
	}
	if err := serve(ctx, *address, source(*database), stdout, stderr); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// source returns the database that the flag means.
func source(database string) string {
	if database == "postgres" {
		return cmp.Or(os.Getenv("DESKPOLICY_POSTGRES"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable")
	}
	return database
}

// serve opens the database, fills it if it is new, and serves until the context ends.
func serve(ctx context.Context, address, source string, stdout, stderr io.Writer) error {
	s, err := store.Open(ctx, source)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := seed.Fill(ctx, s, time.Now()); err != nil {
		return fmt.Errorf("fill the database: %w", err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           newHandler(s, time.Now, slog.New(slog.NewTextHandler(stderr, nil))),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
	}
	fmt.Fprintf(stdout, "Serving at http://%s\n", listener.Addr())
	return untilDone(ctx, server, listener)
}

// untilDone serves until the context ends, and lets requests finish.
func untilDone(ctx context.Context, server *http.Server, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(deadline)
	if ended := <-ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
