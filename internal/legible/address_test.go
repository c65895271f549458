package legible

import (
	"net/mail"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	m.Run()
}

func TestIsAddress(t *testing.T) {
	long := strings.Repeat("a", 63)
	for _, text := range []string{
		"eve@vendor.example", "Eve.Novak+desk@Vendor.Example", "o'brien@x", "a@b", "!#$%&'*+-/=?^_`{|}~@x.y", "jürgen@müller.example",
		"भारत@उदाहरण.परीक्षा", "x@xn--mller-kva.example", "x@my_desk.local", "1@2", "a@b-c", long + "a@x", "a@" + strings.Repeat(long+".", 3) + strings.Repeat("b", 60),
	} {
		assert.True(t, IsAddress(text), "%q", text)
	}
	for _, text := range []string{
		"", "eve", "@", "eve@", "@vendor.example", "eve@vendor.example.", "eve@.example", "eve@vendor..example", ".eve@x", "eve.@x", "e..ve@x",
		"eve@a@b", "eve @x", "eve@x ", " eve@x", "eve\n@x", "eve\x00@x", "eve@x\x00", "eve\xff@x", "eve@\xff", "eve@x\u200b", "e\u200bve@x", "eve@x\u3002y",
		"eve\u00a0@x", "\"eve\"@x", "eve(x)@x", "<eve@x>", "Eve <eve@x>", "eve@[127.0.0.1]", "eve@-x", "eve@x-.y", "eve@x!", "eve@\u2800", "eve@x\uff0ey",
		"e,ve@x", "e;ve@x", "e\\ve@x", "e:ve@x", long + "aa@x", "a@" + strings.Repeat(long+".", 3) + strings.Repeat("b", 61), "eve@x\U000E0041", "eve\ufffd@x",
	} {
		assert.False(t, IsAddress(text), "%q", text)
	}
	assert.True(t, SameAddress("Eve@Vendor.Example", "eve@vendor.example"))
	assert.False(t, SameAddress("eve@vendor.example", "eva@vendor.example"))
}

// Each address is the same address for net/mail. Text that net/mail reads unchanged but
// IsAddress refuses has a known reason.
func TestAddressesAgainstNetMail(t *testing.T) {
	alphabet := []rune("aZ09.@@..-_+'!\"\\[]()<>,;: \t\x00éж日\u0301\u200b\u3002\u2800\ufffd")
	odd := func(domain string) bool {
		for label := range strings.SplitSeq(domain, ".") {
			if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
				return true
			}
		}
		return strings.ContainsFunc(domain, func(r rune) bool {
			return r < utf8.RuneSelf && strings.ContainsRune("!\"#$%&'*+/=?^`{|}~[]:", r) || r >= utf8.RuneSelf && !unicode.In(r, unicode.L, unicode.M, unicode.N)
		})
	}
	accepted := 0
	effort.Checks(t, 500, 5_000, 50_000)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.StringMatching(`[a-z.'+]{1,6}@[a-z.-]{1,6}`), rapid.StringOf(rapid.SampledFrom(alphabet)), rapid.String())
		text := words.Draw(t, "text")
		if rapid.Bool().Draw(t, "long") {
			text = strings.Repeat("a", rapid.IntRange(0, 260).Draw(t, "length")) + text
		}
		parsed, err := mail.ParseAddress(text)
		reads := err == nil && parsed.Address == text && parsed.Name == ""
		if IsAddress(text) {
			accepted++
			require.True(t, reads, "%q: %v", text, err)
			return
		}
		if !reads {
			return
		}
		local, domain, _ := strings.Cut(text, "@")
		require.True(t, len(text) > 254 || len(local) > 64 || strings.ContainsFunc(text, Hidden) || strings.Contains(local, `"`) || odd(domain), "%q", text)
	})
	assert.Positive(t, accepted)
}

// Each seed has the outcome that its reason names.
func TestSeeds(t *testing.T) {
	kept, err := seeds.Of(".", "FuzzIsAddress")
	require.NoError(t, err)
	for _, seed := range kept {
		assert.Equal(t, seed.Outcome() == "accepted", IsAddress(seed.Values[0].(string)), seed.Name)
	}
}

// FuzzIsAddress compares IsAddress with net/mail on any text.
func FuzzIsAddress(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		if !IsAddress(text) {
			return
		}
		parsed, err := mail.ParseAddress(text)
		require.NoError(t, err)
		require.Equal(t, mail.Address{Address: text}, *parsed)
	})
}
