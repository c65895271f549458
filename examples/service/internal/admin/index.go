package admin

import (
	"embed"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/page"
)

//go:embed pages/*.html
var files embed.FS

var (
	indexPage   = page.Parse(files, "pages/index.html")
	refusedPage = page.Parse(files, "pages/refused.html")
	rolesPage   = page.Parse(files, "pages/roles.html")
	rolePage    = page.Parse(files, "pages/role.html")
	previewPage = page.Parse(files, "pages/preview.html")
	whyPage     = page.Parse(files, "pages/why.html")
	whoPage     = page.Parse(files, "pages/who.html")
	peoplePage  = page.Parse(files, "pages/people.html")
	personPage  = page.Parse(files, "pages/person.html")
	accessPage  = page.Parse(files, "pages/access.html")
	secretPage  = page.Parse(files, "pages/secret.html")
	logPage     = page.Parse(files, "pages/log.html")
)

// An entry is a page of the menu.
type entry struct{ Href, Text, About string }

// entries are the pages that the subject may open.
func (v *visit) entries() (entries []entry) {
	people := sees(v, deskpolicy.AgentView) || sees(v, deskpolicy.SharedAgentView)
	for _, e := range []struct {
		entry
		open bool
	}{
		{entry{"roles", "Roles", "What each role permits, and what a change of one would do."}, sees(v, deskpolicy.RoleView)},
		{entry{"people", "People", "Who holds which roles and is in which groups."}, people},
		{entry{"why", "Why?", "Why somebody may do something or may not, and what would help."}, people},
		{entry{"who", "Who may?", "Everybody who may do something."}, people},
		{entry{"access", "Support access and keys", "Which engineers of the vendor and which programs have access, and for how long."}, people || sees(v, deskpolicy.SupportGrantView)},
		{entry{"log", "Log", "What was changed, by who, and why they could."}, deskpolicy.Authorize(v.subject, deskpolicy.AuditView, &v.desk.Account).Allowed()},
	} {
		if e.open {
			entries = append(entries, e.entry)
		}
	}
	return entries
}

// sees reports whether the subject may do the action to anything.
func sees[R deskpolicy.Resource](v *visit, action deskpolicy.Action[R]) bool {
	return deskpolicy.FilterFor(v.subject, action).Kind() != deskpolicy.FilterNone
}

// menu returns the links of the program and of the pages.
func (v *visit) menu() []page.Link {
	links := slices.Clone(v.Links)
	current, _, _ := strings.Cut(strings.TrimPrefix(v.URL.Path, v.Prefix), "/")
	if v.desk != nil {
		for _, e := range v.entries() {
			links = append(links, page.Link{Href: v.Prefix + e.Href, Text: e.Text, Current: e.Href == current})
		}
	}
	return links
}

func showIndex(v *visit) (view, error) {
	err := deskhttp.Authorize(v.Context(), deskpolicy.SessionLogin, &v.desk.Account)
	return view{indexPage, "Administration", v.entries()}, err
}

func containsSlash(path string) bool { return strings.Contains(path, "/") }
