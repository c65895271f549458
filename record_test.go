package deskpolicy_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
)

// anyText draws text of the host: any bytes, often what JSON cannot hold.
var anyText = rapid.OneOf(
	rapid.SampledFrom([]string{"", "a", "a\xff", "a\xfe", "a\ufffd", "a\ufffdff", "a\\xff", "a\ufffd\ufffd", "\x00", "\xed\xa0\x80", "<é\u2028>"}),
	rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte{0xff, 0xfe, 0xef, 0xbf, 0xbd, 0xc3, 'f', 'e', '\\'}), 0, 8), func(b []byte) string { return string(b) }),
	rapid.String(),
)

// drawnRecord draws an audit record with any text in every field.
func drawnRecord(t *rapid.T) AuditRecord {
	text := func(of string) string { return anyText.Draw(t, of) }
	return AuditRecord{
		text("library"), time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "at"), 0).UTC(), text("subject kind"), AgentID(text("subject")),
		AccountID(text("account")), CRMUserID(text("CRM user")), SupportGrantID(text("grant")), SupportEngineerID(text("engineer")), text("address"), text("action"),
		text("resource kind"), text("resource"), text("second"), rapid.Bool().Draw(t, "allowed"), text("outcome"), text("reason"), text("role"), text("scope"), text("name"), rapid.Bool().Draw(t, "built in"), text("actor kind"), text("issuer"), text("actor"),
	}
}

// Different records are written differently, as JSON and in a log, and read back unchanged.
func TestDifferentRecordsAreWrittenDifferently(t *testing.T) {
	checkOften(t)
	rapid.Check(t, func(t *rapid.T) {
		one, two := drawnRecord(t), drawnRecord(t)
		if rapid.Bool().Draw(t, "alike but for one ID") {
			id := two.ResourceID
			two = one
			two.ResourceID = id
		}
		kept(t, one)
		written := func(r AuditRecord) string {
			data, err := json.Marshal(r)
			require.NoError(t, err)
			return string(data)
		}
		require.Equal(t, one == two, written(one) == written(two))
		require.Equal(t, one == two, loggedAsJSON(t, one) == loggedAsJSON(t, two))
	})
}

// loggedAsJSON returns the line that a JSON handler writes.
func loggedAsJSON(t require.TestingT, value any) string {
	var line bytes.Buffer
	handler := slog.NewJSONHandler(&line, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	slog.New(handler).Info("decided", "value", value)
	require.True(t, json.Valid(line.Bytes()))
	return line.String()
}

// UnmarshalJSON refuses text that jsonText never writes, and leaves the record unchanged.
func TestUnmarshalRecordRefuses(t *testing.T) {
	for _, id := range []string{"\ufffd", "\ufffdf", "\ufffdFF", "\ufffd7f", "\ufffdc3\ufffda9", "\ufffd\ufffd\ufffd", "\ufffd+f"} {
		document, err := json.Marshal(map[string]any{"subject": id})
		require.NoError(t, err)
		r := AuditRecord{Subject: "riya"}
		require.ErrorContains(t, json.Unmarshal(document, &r), "deskpolicy: audit record with text ", "%q", id)
		assert.Equal(t, AuditRecord{Subject: "riya"}, r)
	}
	r := AuditRecord{Subject: "riya"}
	require.Error(t, json.Unmarshal([]byte(`{"subject":7}`), &r))
	require.Error(t, json.Unmarshal([]byte(`{"subject":"\ud83d"}`), &r))
	assert.Equal(t, AuditRecord{Subject: "riya"}, r)
	require.NoError(t, json.Unmarshal([]byte(`{"subject":"a\ufffdff","of_a_later_version":true}`), &r))
	assert.Equal(t, AuditRecord{Subject: "a\xff"}, r)
}

// Reading a long escaped text takes memory in proportion to its length.
func TestRecordReadsInLinearMemory(t *testing.T) {
	allocated := func(n int) uint64 {
		document, err := json.Marshal(AuditRecord{ResourceID: strings.Repeat("\xff", n)})
		require.NoError(t, err)
		return bounds.Allocated(func() { require.NoError(t, json.Unmarshal(document, new(AuditRecord))) })
	}
	assert.Less(t, allocated(4<<14), 8*allocated(1<<14))
}
