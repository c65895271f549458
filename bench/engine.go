package main

import "errors"

// An engine answers the questions that it was prepared for.
type engine interface {
	// ask answers the question of that number. It may be called from several
	// goroutines at once.
	ask(n int) (bool, error)
	// list returns how many of the first tickets somebody may view, found in the
	// quickest way that the engine has for many of them.
	list(who, tickets int) (int, error)
}

// loaded is an engine that has its policy and what it keeps of the helpdesk.
type loaded interface {
	// prepare returns the engine with the questions in the form in which it is
	// asked, so that nothing is converted or parsed while it is timed.
	prepare([]question) (engine, error)
}

// A maker makes an engine.
type maker struct {
	name    string
	module  string // whose version the report names; "" if it is no module's
	general bool   // made for any domain
	binds   bool   // works out itself what is held, from roles and bindings
	load    func(*helpdesk) (loaded, error)

	most   int // so many of the questions it is timed with; 0 is all
	agrees int // so many it has to agree on first; 0 is all
	listed int // so many tickets are listed; 0 is all
	lists  string
}

// makers are what is compared. The first is the library, the next are the bitsets
// that it is compared with.
var makers = []maker{
	{name: "deskpolicy", module: "github.com/deskpolicy/deskpolicy", binds: true, load: loadDesk, lists: "loop of `Authorize`"},
	{name: "bitset", load: loadBits, lists: "loop"},
	{name: "bitset of records", load: loadRecordBits, lists: "loop"},
	{name: "maps of strings", binds: true, load: loadMaps, lists: "loop"},
	{name: "cedar-go", module: "github.com/cedar-policy/cedar-go", general: true, load: loadCedar, lists: "`batch.Authorize`"},
	{name: "cedar-go exported", general: true, binds: true, load: loadExported, most: 20_000, lists: "`batch.Authorize`"},
	{name: "casbin", module: "github.com/casbin/casbin/v3", general: true, load: loadCasbin, lists: "`BatchEnforce`"},
	{name: "OPA", module: "github.com/open-policy-agent/opa", general: true, load: loadOPA, most: 20_000, lists: "loop of `Eval`"},
	{name: "OpenFGA", module: "github.com/openfga/openfga", general: true, load: loadFGA, most: 2_000, agrees: 20_000, listed: 500, lists: "loop of `Check`"},
}

// bitsets is where the bitsets end among the makers.
const bitsets = 3

// of returns the maker of that name.
func makerOf(name string) (maker, error) {
	for _, m := range makers {
		if m.name == name {
			return m, nil
		}
	}
	return maker{}, errors.New("there is no engine " + name)
}

// prepared returns the engine with the questions.
func (m maker) prepared(h *helpdesk, questions []question) (engine, error) {
	l, err := m.load(h)
	if err != nil {
		return nil, err
	}
	return l.prepare(questions)
}

// upTo returns n, or all if it is less or n is 0.
func upTo(n, all int) int {
	if n == 0 {
		return all
	}
	return min(n, all)
}
