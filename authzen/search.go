package authzen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// The limits of a page of results.
const (
	defaultLimit  = 100
	maxLimit      = 1000
	maxCandidates = 2000 // about which a page decides
	fewCandidates = 100  // that are listed at a time, if the page does not have room for more
)

// A found is a subject, a resource or an action that a search found.
type found struct {
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// A foundPage is the response to a search. The page is its first key (8.3).
type foundPage struct {
	Page struct {
		NextToken string `json:"next_token"`
		Count     int    `json:"count"`
	} `json:"page"`
	Results []found `json:"results"`
}

// A search is a question with one part left out, and how to complete it.
type search struct {
	q        question
	page     page
	kind     string                // what is listed, for errors
	list     lister                // nil if nothing can be found
	complete func(string) question // returns the question about a candidate
	result   func(string) found    // returns a candidate as a result
}

// readSearch returns the search in a request for the part with that name.
func (h *handler) readSearch(in map[string]any, searched string) (*search, error) {
	if err := checkCase("", in, searchKeys); err != nil {
		return nil, err
	}
	s := new(search)
	if err := s.q.read(in, searched); err != nil {
		return nil, err
	}
	if err := s.q.check(searched); err != nil {
		return nil, err
	}
	var err error
	s.page, err = h.readPage(in, searched, &s.q)
	return s, err
}

// searchSubject answers a Subject Search request (8.4).
func (h *handler) searchSubject(ctx context.Context, in map[string]any) (any, error) {
	s, err := h.readSearch(in, "subject")
	if err != nil {
		return nil, err
	}
	typ := s.q.subject.typ
	s.kind = fmt.Sprintf("subjects of type %q", typ)
	if t := h.subjects[typ]; t != nil && t.list != nil && h.actionOf(&s.q) != nil {
		on, err := h.resourceOf(ctx, &s.q)
		if err != nil {
			return nil, err
		}
		if on != nil {
			s.list = t.list
		}
	}
	s.complete = func(id string) question {
		q := s.q
		q.subject = &entity{typ: typ, id: id}
		return q
	}
	s.result = func(id string) found { return found{Type: typ, ID: id} }
	return h.find(ctx, s)
}

// searchResource answers a Resource Search request (8.5).
func (h *handler) searchResource(ctx context.Context, in map[string]any) (any, error) {
	s, err := h.readSearch(in, "resource")
	if err != nil {
		return nil, err
	}
	typ := s.q.resource.typ
	s.kind = fmt.Sprintf("resources of type %q", typ)
	if t := h.resources[typ]; h.actionOf(&s.q) != nil && t.list != nil {
		who, err := h.subjectOf(ctx, &s.q)
		if err != nil {
			return nil, err
		}
		if who != nil {
			s.list = t.list(who, s.q.action.name)
		}
	}
	s.complete = func(id string) question {
		q := s.q
		q.resource = &entity{typ: typ, id: id}
		return q
	}
	s.result = func(id string) found { return found{Type: typ, ID: id} }
	return h.find(ctx, s)
}

// searchAction answers an Action Search request (8.6). It asks about each action without
// properties.
func (h *handler) searchAction(ctx context.Context, in map[string]any) (any, error) {
	s, err := h.readSearch(in, "action")
	if err != nil {
		return nil, err
	}
	if t := h.resources[s.q.resource.typ]; t != nil {
		s.list = among(t.names)
	}
	s.complete = func(name string) question {
		q := s.q
		q.action = &action{name: name}
		return q
	}
	s.result = func(name string) found { return found{Name: name} }
	return h.find(ctx, s)
}

// among returns the lister of sorted names.
func among(sorted []string) lister {
	return func(_ context.Context, after string, limit int) ([]string, error) {
		at, exists := slices.BinarySearch(sorted, after)
		if exists {
			at++
		}
		return sorted[at:min(at+limit, len(sorted))], nil
	}
}

// find returns a page of what the search finds. It decides about candidates until it knows
// one more result than the page has room for, so that the token is empty if there are no
// more results. If it has decided about too many before, the next page goes on from there.
// A page without room for a result has none, and no token: it would be the same for ever.
func (h *handler) find(ctx context.Context, s *search) (any, error) {
	p, after := foundPage{Results: []found{}}, s.page.after
	for decided := 0; s.list != nil && s.page.limit > 0; {
		names, err := s.list(ctx, after, max(fewCandidates, s.page.limit+1-len(p.Results)))
		if err == nil {
			err = checkList(names, after)
		}
		if err != nil {
			return nil, fmt.Errorf("list %s after %q: %w", s.kind, after, err)
		}
		if len(names) == 0 {
			break
		}
		for _, name := range names {
			if decided == maxCandidates {
				return h.unfinished(p, s, after), nil
			}
			allowed, err := h.allows(ctx, s, name)
			switch {
			case err != nil:
				return nil, err
			case allowed && len(p.Results) == s.page.limit:
				return h.unfinished(p, s, after), nil
			case allowed:
				p.Results = append(p.Results, s.result(name))
			}
			after, decided = name, decided+1
		}
	}
	p.Page.Count = len(p.Results)
	return p, nil
}

// checkList returns what is wrong with the names that a host lists after the given one. A list
// that has that name again would make a search endless.
func checkList(names []string, after string) error {
	switch {
	case slices.Contains(names, ""):
		return errors.New("the list has an empty ID; leave it out")
	case slices.Contains(names, after):
		return errors.New("the list has that ID itself; list only what follows it")
	}
	return nil
}

// unfinished returns the page with a token for the candidates that follow the last one.
func (h *handler) unfinished(p foundPage, s *search, last string) foundPage {
	next := s.page
	next.after = last
	p.Page.Count, p.Page.NextToken = len(p.Results), h.tokens.seal(next)
	return p
}

// allows reports whether the candidate is a result. A name that is not UTF-8 is none, because
// a response cannot have it and a request cannot ask about it.
func (h *handler) allows(ctx context.Context, s *search, name string) (bool, error) {
	if err := ctx.Err(); err != nil || !utf8.ValidString(name) {
		return false, err
	}
	q := s.complete(name)
	d, err := h.decide(ctx, &q)
	return d.Allowed(), err
}

// A page is the part of a search's results that a request asks for.
type page struct {
	limit      int
	properties string // a digest of page.properties, which are ignored; "" without
	after      string // the candidate that the previous page ended with; "" on the first page
	bound      []byte // the search that its tokens are for
}

// readPage returns the page that the request asks for (8.2.1). A request with a token goes on
// with the search that the token is from. What it does not repeat of the page is unchanged.
func (h *handler) readPage(in map[string]any, searched string, q *question) (page, error) {
	p := page{limit: defaultLimit, bound: append([]byte(searched+" "), q.identity()...)}
	given, has := in["page"]
	if !has {
		return p, nil
	}
	asked, err := object("page", given, pageKeys...)
	if err != nil {
		return p, err
	}
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		if !slices.Contains(pageKeys, key) { // it would need a capability
			return p, faultf("page: there is no capability for the key %.40q", key)
		}
	}
	token, continued := asked["token"]
	if continued {
		if p, err = h.tokens.open(token, p.bound); err != nil {
			return p, err
		}
	}
	if given, has := asked["limit"]; has {
		if err := p.setLimit(given, continued); err != nil {
			return p, err
		}
	}
	if given, has := asked["properties"]; has {
		return p, p.setProperties(given, continued)
	}
	return p, nil
}

// setLimit sets the limit. A page that continues a search must have the same.
func (p *page) setLimit(given any, continued bool) error {
	number, _ := given.(json.Number)
	limit, err := strconv.ParseUint(string(number), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return fault("page.limit: want a whole number that is not negative")
	}
	limit = min(limit, maxLimit)
	if continued && int(limit) != p.limit {
		return fault("page.limit: the search began with another limit; leave it as it was")
	}
	p.limit = int(limit)
	return nil
}

// setProperties sets the properties. A page that continues a search must have the same.
func (p *page) setProperties(given any, continued bool) error {
	in, err := object("page.properties", given)
	if err != nil {
		return err
	}
	properties, _ := json.Marshal(in) // it was JSON
	sum := sha256.Sum256(properties)
	digest := hex.EncodeToString(sum[:])
	if continued && digest != p.properties {
		return fault("page.properties: the search began with other properties; leave them as they were")
	}
	p.properties = digest
	return nil
}
