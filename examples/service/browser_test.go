package main

import (
	"cmp"
	"context"
	"flag"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// A tab is a tab of a real browser.
type tab struct {
	*testing.T
	ctx context.Context
	url string

	mu      sync.Mutex
	asked   map[string]bool // the hosts that it made requests to
	dialogs int
}

// openTab starts a browser. With -short, or if there is none, it skips the test.
func openTab(t *testing.T, at string) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes long: not with -short")
	}
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no browser: install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1200, 900))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(cancel)
	b := &tab{T: t, ctx: ctx, url: at, asked: make(map[string]bool)}
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	return b
}

// hear notes requests and dialogs.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if at, err := url.Parse(e.Request.URL); err == nil && at.Scheme != "data" {
			b.asked[at.Scheme+"://"+at.Host] = true
		}
	case *cdpage.EventJavascriptDialogOpening:
		b.dialogs++
	}
}

func (b *tab) open(path string) {
	b.Helper()
	require.NoError(b, chromedp.Do(b.ctx, chromedp.Navigate(b.url+path)), path)
}

// enter logs in without the page for it.
func (b *tab) enter(who string) { b.become(login(b, b.url, who)) }

// become takes the session of the other browser.
func (b *tab) become(as *browser) {
	b.Helper()
	at, err := url.Parse(b.url)
	require.NoError(b, err)
	for _, cookie := range as.http.Jar.Cookies(at) {
		_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: b.url})
		require.NoError(b, err)
	}
}

// in sets light or dark.
func (b *tab) in(scheme string) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(b, err)
}

// resize makes the window of the page as wide.
func (b *tab) resize(width int64) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
	require.NoError(b, err)
}

func evaluate[T any](b *tab, script string, options ...chromedp.EvaluateOption) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, options...))
	require.NoError(b, err, "%.200s", script)
	return value
}

func (b *tab) press(keys string) {
	b.Helper()
	require.NoError(b, chromedp.Do(b.ctx, chromedp.KeyEvent(keys)))
}

// wait waits until the page has the text. Meanwhile, the browser may be on its way to it.
func (b *tab) wait(text string) {
	b.Helper()
	require.Eventually(b, func() bool { return strings.Contains(b.complete(), text) }, 20*time.Second, 50*time.Millisecond, "%q does not appear", text)
}

// waitWithout waits until a page does not have the text.
func (b *tab) waitWithout(text string) {
	b.Helper()
	require.Eventually(b, func() bool {
		page := b.complete()
		return page != "" && !strings.Contains(page, text)
	}, 20*time.Second, 50*time.Millisecond, "%q does not go away", text)
}

// complete returns the address and the text of the page, or "" while it is loaded.
func (b *tab) complete() string {
	page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.href + document.body.innerText : ""`))
	return page
}

// pages are those that olga sees, one of each kind.
var pages = []string{
	"/", "/tickets", "/tickets/17", "/tickets/nothing", "/admin/", "/admin/roles", "/admin/role?role=Replier", "/admin/role?role=Agent", "/admin/role?new=yes",
	"/admin/people", "/admin/person?person=bob", "/admin/why", "/admin/why?person=bob&action=ticket.reply&about=17",
	"/admin/why?person=bob&action=ticket.reply&about=17&remedy=assign+it+to+the+agent+%28by+an+administrator%29", "/admin/why?customer=c-001&action=ticket.view&about=17", "/admin/why?key=k-1&action=ticket.reply&about=17", "/admin/who?action=ticket.view&about=17", "/admin/person?person=dora", "/admin/person?customer=c-002", "/admin/why?key=k-4&action=ticket.view&about=17", "/admin/access", "/admin/log",
}

// axe returns the script of axe-core, or skips the test if it is not here.
func axe(t *testing.T) string {
	t.Helper()
	home, err := os.UserCacheDir()
	require.NoError(t, err)
	path := cmp.Or(os.Getenv("DESKPOLICY_AXE"), filepath.Join(home, "deskpolicy", "axe-core-4.14.1", "axe.min.js"))
	script, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("axe-core is not here: %v", err)
	}
	return string(script)
}

// No page violates WCAG 2.2 A or AA as far as axe-core can tell, in light and dark, which differ
// in colours only. None loads anything from elsewhere.
func TestAxe(t *testing.T) {
	t.Parallel()
	script := axe(t)
	s := newService(t, testdb.SQLite(t))
	b := openTab(t, s.url)
	b.open("/style.css")
	b.enter("olga")
	for _, path := range pages {
		b.open(path)
		b.in("light")
		evaluate[chromedp.Void](b, script+";undefined")
		assert.Empty(t, b.violations(wcag), path)
		b.in("dark")
		assert.Empty(t, b.violations(`{runOnly: ["color-contrast"]}`), "%s in dark", path)
	}
	assert.Equal(t, map[string]bool{s.url: true}, b.asked, "requests go here only")

	b.in("light")
	b.open("/admin/access")
	b.makeKey()
	b.wait("It is shown this once")
	evaluate[chromedp.Void](b, script+";undefined")
	assert.Empty(t, b.violations(wcag), "the page with the secret of a new key")

	// It finds what is planted.
	evaluate[chromedp.Void](b, `document.body.append(new Image()); document.body.insertAdjacentHTML("beforeend", '<p id="grey">grey on grey</p>');
		Object.assign(document.getElementById("grey").style, {color: "#777", background: "#888"}); undefined`)
	for scheme, options := range map[string]string{"light": wcag, "dark": `{runOnly: ["color-contrast"]}`} {
		b.in(scheme)
		found := strings.Join(b.violations(options), "\n")
		assert.Contains(t, found, "color-contrast", scheme)
		assert.Equal(t, scheme == "light", strings.Contains(found, "image-alt"), scheme)
	}

	for _, who := range []string{"c-001?", "tia"} {
		b.enter(who)
		b.open("/tickets")
		evaluate[chromedp.Void](b, script+";undefined")
		assert.Empty(t, b.violations(wcag), who)
	}
}

// wcag are the options of axe-core for WCAG 2.2 A and AA.
const wcag = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}`

// violations returns what axe-core, which has to be loaded, finds on the page.
func (b *tab) violations(options string) []string {
	b.Helper()
	return evaluate[[]string](b, `axe.run(`+options+`).then(r =>
		r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(" | ")))`, chromedp.EvalAwaitPromise)
}

// interactive marks everything on the page that can be operated and is visible, and returns how
// many there are.
const interactive = `(() => {
	let n = 0;
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
		if (e.checkVisibility()) e.dataset.n = n++;
	}
	return n;
})()`

// focused returns the number of what has the focus, and whether one sees that it has it.
const focused = `(() => {
	const e = document.activeElement, style = getComputedStyle(e);
	return [e.dataset.n ?? "", e.dataset.n === undefined || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? "visible" : "invisible"];
})()`

// Everything on each page can be reached with the Tab key, and shows that it has the focus.
func TestTab(t *testing.T) {
	t.Parallel()
	s := newService(t, testdb.SQLite(t))
	b := openTab(t, s.url)
	b.open("/style.css")
	b.enter("olga")
	for _, path := range pages {
		switch path {
		case "/admin/role?role=Replier":
			path = "/admin/role?role=Auditor" // which has fewer boxes
		case "/admin/why", "/tickets/nothing":
			continue // as others
		}
		b.open(path)
		n, reached := evaluate[int](b, interactive), make(map[string]bool)
		for i := 0; i < 3*n+20 && len(reached) < n; i++ {
			b.press(kb.Tab)
			at := evaluate[[]string](b, focused)
			if at[0] != "" {
				assert.Equal(t, "visible", at[1], "%s: the focus on element %s", path, at[0])
				reached[at[0]] = true
			}
		}
		assert.Len(t, reached, n, "%s: the Tab key does not reach everything", path)
	}
}

// focus presses the Tab key until what has the text as its name has the focus.
func (b *tab) focus(name string) {
	b.Helper()
	for range 600 {
		b.press(kb.Tab)
		got := evaluate[string](b, `(() => { const e = document.activeElement; return e.ariaLabel ?? e.labels?.[0]?.innerText ?? e.innerText ?? "" })()`)
		if strings.HasPrefix(strings.TrimSpace(got), name) {
			return
		}
	}
	b.Fatalf("the Tab key does not reach %q on %s", name, evaluate[string](b, "location.href"))
}

// Olga logs in, makes a role, carries out a remedy and revokes support access, by keyboard alone.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := newService(t, testdb.SQLite(t))
	b := openTab(t, s.url)
	b.open("/")
	b.focus("Log in as Olga Petrova")
	b.press(kb.Enter)
	b.wait("The newest tickets")

	b.open("/admin/roles")
	b.focus("New role")
	b.press(kb.Enter)
	b.wait("Show what this would change")
	b.focus("Name")
	b.press("Printers")
	b.focus("tickets")
	b.press(kb.Enter) // opens the category
	b.focus("in group")
	b.press(" ")
	b.focus("Show what this would change")
	b.press(kb.Enter)
	b.wait("ticket.view@in_group")
	b.focus("Save")
	b.press(kb.Enter)
	b.wait("Held by 0")

	b.open("/admin/why?person=bob&action=ticket.reply&about=17")
	b.focus("Preview: assign it to the agent")
	b.press(kb.Enter)
	b.wait("gains nothing on other tickets")
	b.focus("Do it: assign it to the agent")
	b.press(kb.Enter)
	b.wait("The remedy was carried out.")
	assert.Contains(t, evaluate[string](b, "document.body.innerText"), "Yes")

	b.open("/admin/access")
	b.focus("Revoke slow-app")
	b.press(kb.Enter)
	b.wait("slow-app: revoked")

	b.open("/admin/access")
	b.focus("Revoke the key Weekly figures of Riya Shah")
	b.press(kb.Enter)
	b.waitWithout("Weekly figures")
	b.makeKey()
	b.wait("It is shown this once")
	events, err := s.Events(t.Context(), "acme", 10)
	require.NoError(t, err)
	assert.Len(t, events, 5)
	assert.Len(t, deskOf(t, s.Store).Keys, 4)
}

// makeKey makes a key on the page for it.
func (b *tab) makeKey() {
	b.Helper()
	b.focus("Name of the key")
	b.press("Importer")
	b.focus("Acts for")
	b.press("Bob")
	b.focus("Ends at (UTC)")
	b.press("12312030")
	b.press(kb.ArrowRight) // the year can have more digits
	b.press("1130PM")
	b.focus("Permissions, one a line")
	b.press("ticket.view@global")
	b.focus("outside of workspaces")
	b.press(" ")
	b.focus("Make the key")
	b.press(kb.Enter)
}

// The script only counts down, and is short.
func TestScript(t *testing.T) {
	t.Parallel()
	s := newService(t, testdb.SQLite(t))
	_, text := login(t, s.url, "olga").get("/admin/access")
	_, script, found := strings.Cut(text, "<script nonce=")
	require.True(t, found)
	script, _, _ = strings.Cut(script, "</script>")
	assert.Less(t, len(script), 1000)
	assert.Equal(t, 1, strings.Count(text, "<script"))

	b := openTab(t, s.url)
	b.open("/style.css")
	b.enter("olga")
	b.open("/admin/access")
	counts := func() string { return evaluate[string](b, `document.querySelector("time[data-left]").innerText`) }
	first := counts()
	assert.Regexp(t, `^\d d \d\d:\d\d:\d\d$`, first)
	require.Eventually(t, func() bool { return counts() != first }, 5*time.Second, 100*time.Millisecond)
}

var screenshots = flag.String("screenshots", "", "write the README's pictures to this `directory`")

// TestScreenshots writes the pictures of the README:
//
//	go test . -run Screenshots -screenshots screenshots
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("there is no -screenshots")
	}
	s := newService(t, testdb.SQLite(t))
	b := openTab(t, s.url)
	b.open("/style.css")
	b.enter("olga")
	for name, path := range map[string]string{
		"roles": "/admin/roles?q=a", "why": "/admin/why?person=bob&action=ticket.reply&about=17", "who": "/admin/who?action=ticket.view&about=991", "access": "/admin/access", "keys": "/admin/access#keys",
	} {
		b.in(map[string]string{"why": "dark", "who": "dark"}[name])
		b.open(path)
		picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o644))
	}
}
