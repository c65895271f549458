package main

import "errors"

// An engine answers the questions that it was prepared with.
type engine interface {
	// ask answers the n-th question. It is safe for concurrent use.
	ask(n int) (bool, error)
	// list returns how many of the first tickets the person can view. It uses the
	// engine's fastest way to check many tickets.
	list(who, tickets int) (int, error)
}

// loaded is an engine that has loaded its policy and its data of the helpdesk.
type loaded interface {
	// prepare converts the questions to the engine's own form, so that nothing is
	// converted or parsed while the engine is timed.
	prepare([]question) (engine, error)
}

// A maker makes an engine.
type maker struct {
	name    string
	module  string // the module whose version the report names, or ""
	general bool   // a general policy engine
	load    func(*helpdesk) (loaded, error)

	most   int    // the number of questions to time; 0 means all
	agrees int    // the number of questions that it must answer correctly first; 0 means all
	listed int    // the number of tickets to list; 0 means all
	lists  string // how it lists, for the report
}

// makers has the engines to compare: first the library, then the bitsets, which are its
// yardstick, then the others.
var makers = []maker{
	{name: "deskpolicy", module: "github.com/deskpolicy/deskpolicy", load: loadDesk, lists: "loop of `Authorize`"},
	{name: "bitset", load: loadBits, lists: "loop"},
	{name: "bitset of records", load: loadRecordBits, lists: "loop"},
	{name: "maps of strings", load: loadMaps, lists: "loop"},
	{name: "cedar-go", module: "github.com/cedar-policy/cedar-go", general: true, load: loadCedar, lists: "`batch.Authorize`"},
	{name: "cedar-go exported", general: true, load: loadExported, most: 20_000, lists: "`batch.Authorize`"},
	{name: "casbin", module: "github.com/casbin/casbin/v3", general: true, load: loadCasbin, lists: "`BatchEnforce`"},
	{name: "OPA", module: "github.com/open-policy-agent/opa", general: true, load: loadOPA, most: 20_000, lists: "loop of `Eval`"},
	{name: "OpenFGA", module: "github.com/openfga/openfga", general: true, load: loadFGA, most: 2_000, agrees: 20_000, listed: 500, lists: "loop of `Check`"},
}

// bitsets is the index in makers after the last bitset.
const bitsets = 3

// makerOf returns the maker with that name.
func makerOf(name string) (maker, error) {
	for _, m := range makers {
		if m.name == name {
			return m, nil
		}
	}
	return maker{}, errors.New("unknown engine " + name)
}

// prepared loads the engine and prepares it with the questions.
func (m maker) prepared(h *helpdesk, questions []question) (engine, error) {
	l, err := m.load(h)
	if err != nil {
		return nil, err
	}
	return l.prepare(questions)
}

// upTo returns the smaller of n and all, or all if n is 0.
func upTo(n, all int) int {
	if n == 0 {
		return all
	}
	return min(n, all)
}
