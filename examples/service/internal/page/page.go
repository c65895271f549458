// Package page renders the service's pages: a layout, one stylesheet and a script of a few
// lines. Everything works without the script.
package page

import (
	"bytes"
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:embed layout.html
var layout string

//go:embed style.css
var style []byte

// A Template renders one kind of page.
type Template struct{ template *template.Template }

// Parse returns the template of the file, which defines "main".
func Parse(files embed.FS, name string) *Template {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		panic(err) // the files are in the program
	}
	t := template.Must(template.New("layout").Funcs(functions).Parse(layout))
	return &Template{template.Must(t.New(name).Parse(string(text)))}
}

var functions = template.FuncMap{
	"instant":   func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
	"machine":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"countdown": countdown,
	"segment":   url.PathEscape,
	"lines":     func(text string) []string { return strings.Split(text, "\n") },
}

// countdown returns how long it is until an instant, in words.
func countdown(from, until time.Time) string {
	left := until.Sub(from).Round(time.Minute)
	days, hours, minutes := int(left.Hours())/24, int(left.Hours())%24, int(left.Minutes())%60
	switch {
	case left <= 0:
		return "over"
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d min", minutes)
}

// A Page is what the layout shows.
type Page struct {
	Title string
	Base  string // the path to the root of the pages, such as "" or "../"
	Who   string // who is logged in, or ""
	Exit  string // the path that ends the session of Who
	Links []Link
	Data  any

	Nonce string // set by Render
}

// A Link is an entry of the menu.
type Link struct {
	Href, Text string
	Current    bool
}

// Render writes the page with the status.
func (t *Template) Render(w http.ResponseWriter, r *http.Request, status int, p Page) error {
	p.Nonce, _ = r.Context().Value(nonceKey{}).(string)
	var text bytes.Buffer
	if err := t.template.ExecuteTemplate(&text, "layout", p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // an error means that the client is gone
	return nil
}

type nonceKey struct{}

// Secure returns a handler with headers that keep a browser from loading anything from
// elsewhere, from running scripts without the nonce of the response, and from showing the
// pages in a frame. It refuses unsafe requests, such as POST, from other origins.
func Secure(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := rand.Text()
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'nonce-"+nonce+
			"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), nonceKey{}, nonce)))
	})
}

// Style serves the stylesheet.
func Style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=300")
	_, _ = w.Write(style)
}
