package deskpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// accessLogVersion is the version of the JSON format.
const accessLogVersion = 1

// accessLogJSON is the JSON form of a SupportAccessLog.
type accessLogJSON struct {
	Version int               `json:"version"`
	Entries []accessEntryJSON `json:"entries"`
}

type accessEntryJSON struct {
	Account       string `json:"account"`
	Grant         string `json:"grant,omitempty"`
	Engineer      string `json:"engineer"`
	EngineerName  string `json:"engineer_name,omitempty"`
	EngineerEmail string `json:"engineer_email,omitempty"`
	LastActive    string `json:"last_active,omitempty"`
	AllowedCount  int    `json:"allowed,omitempty"`
	LastDenied    string `json:"last_denied,omitempty"`
	DeniedCount   int    `json:"denied,omitempty"`
}

// MarshalJSON returns the entries of the log as JSON, without the status of support
// grants. Equal logs have the same JSON form. Text is escaped as in an [AuditRecord].
func (l SupportAccessLog) MarshalJSON() ([]byte, error) {
	w := accessLogJSON{Version: accessLogVersion, Entries: []accessEntryJSON{}}
	for _, e := range l.Entries(time.Time{}) {
		w.Entries = append(w.Entries, accessEntryJSON{
			Account: jsonText(string(e.Account)), Grant: jsonText(string(e.Grant)),
			Engineer: jsonText(string(e.Engineer.ID)), EngineerName: jsonText(e.Engineer.Name), EngineerEmail: jsonText(e.Engineer.Email),
			LastActive: textOrNone(e.LastActive), AllowedCount: e.AllowedCount, LastDenied: textOrNone(e.LastDenied), DeniedCount: e.DeniedCount,
		})
	}
	return json.Marshal(w)
}

// textOrNone returns the instant as text, or "" for the zero time.
func textOrNone(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return text(at)
}

// UnmarshalJSON replaces the log with one that MarshalJSON wrote. It refuses unknown,
// duplicate and missing keys, and entries that no decisions could produce. The error lists
// the problems, each with its line. If UnmarshalJSON returns an error, l is unchanged.
func (l *SupportAccessLog) UnmarshalJSON(data []byte) error {
	limits := strictjson.Limits{Bytes: len(data), Values: len(data), Depth: 4, AnyText: true} // the length is not limited: data is in memory already, and reading takes linear time
	read, err := strictjson.Decode(data, limits, readAccessLog)
	if err == nil {
		*l = read
	}
	return err
}

func readAccessLog(v *strictjson.Value) SupportAccessLog {
	log := SupportAccessLog{entries: make(map[accessKey]*SupportAccessEntry)}
	if version, ok := v.Required("version").Int(); ok && version != accessLogVersion {
		v.Required("version").Refuse(fmt.Errorf("version %d is not supported; use version %d", version, accessLogVersion))
	}
	for element := range v.Required("entries").Elements() {
		e := readAccessEntry(element)
		if log.entries[e.key()] != nil {
			element.Refuse(errors.New("an earlier entry has the same account, grant and engineer; merge the two"))
		}
		log.entries[e.key()] = &e
	}
	return log
}

func readAccessEntry(v *strictjson.Value) SupportAccessEntry {
	text := func(v *strictjson.Value) string { return strictjson.As(v, parseJSONText) }
	count := func(v *strictjson.Value) int {
		n, ok := v.Int()
		if ok && n < 1 {
			v.Refuse(errors.New("want a count of 1 or more"))
		}
		return n
	}
	e := SupportAccessEntry{
		Account:      AccountID(text(v.Required("account"))),
		Grant:        SupportGrantID(text(v.Optional("grant"))),
		Engineer:     SupportEngineer{SupportEngineerID(text(v.Required("engineer"))), text(v.Optional("engineer_name")), text(v.Optional("engineer_email"))},
		LastActive:   strictjson.As(v.Optional("last_active"), parseInstant),
		AllowedCount: count(v.Optional("allowed")),
		LastDenied:   strictjson.As(v.Optional("last_denied"), parseInstant),
		DeniedCount:  count(v.Optional("denied")),
	}
	if v.Sound() {
		if err := e.check(); err != nil {
			v.Refuse(err)
		}
	}
	return e
}

// check reports an entry that no decisions could produce.
func (e *SupportAccessEntry) check() (err error) {
	if e.Engineer.ID == "" {
		err = errors.Join(err, errors.New("the entry has no support engineer; set \"engineer\""))
	}
	if e.AllowedCount == 0 && e.DeniedCount == 0 {
		err = errors.Join(err, errors.New("the entry counts no decision; remove it"))
	}
	if e.AllowedCount == 0 != e.LastActive.IsZero() || e.DeniedCount == 0 != e.LastDenied.IsZero() {
		err = errors.Join(err, errors.New("a count lacks its last instant, or an instant lacks its count; set both"))
	}
	if e.AllowedCount > 0 && e.Grant == "" {
		err = errors.Join(err, errors.New("the entry counts allowed decisions but has no support grant; set \"grant\""))
	}
	return err
}
