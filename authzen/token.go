package authzen

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// minPageKey is the minimum length of Config.PageKey in bytes.
const minPageKey = 32

// tokens makes and reads the tokens of pages. A token is the encrypted position in a search.
// It has the ID of a candidate, which may be of something that the subject cannot see, so it
// is encrypted; and it can be used only with the search that it is from, so it is bound to
// that. A position gives no access: what the next page has is decided like everything else.
type tokens struct {
	sealer   cipher.AEAD
	nonceKey []byte
}

// tokenText writes the bytes of a token as text. open refuses every other text of them.
var tokenText = base64.RawURLEncoding

// newTokens returns the tokens under the key, or under a random one if it is nil.
func newTokens(key []byte) (*tokens, error) {
	switch {
	case key == nil:
		key = make([]byte, minPageKey)
		_, _ = rand.Read(key) // never an error
	case len(key) < minPageKey:
		return nil, fmt.Errorf("authzen: PageKey has %d bytes; use %d random bytes or more", len(key), minPageKey)
	}
	block, _ := aes.NewCipher(derive(key, "encryption")) // 32 bytes are a key
	sealer, _ := cipher.NewGCM(block)                    // the block is of AES
	return &tokens{sealer, derive(key, "nonce")}, nil
}

// derive returns a key for one purpose.
func derive(key []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("deskpolicy authzen page token: " + purpose))
	return mac.Sum(nil)
}

// A position is the contents of a token.
type position struct {
	Limit      int    `json:"l"`
	Properties string `json:"p,omitempty"`
	After      []byte `json:"a"` // any bytes
}

// seal returns the token of the page. Its nonce is a code of the contents, so that equal
// pages have equal tokens and different ones no equal nonces.
func (t *tokens) seal(p page) string {
	contents, _ := json.Marshal(position{p.limit, p.properties, []byte(p.after)}) // it can be JSON
	mac := hmac.New(sha256.New, t.nonceKey)
	mac.Write(fmt.Appendf(nil, "%d %s%s", len(p.bound), p.bound, contents))
	nonce := mac.Sum(nil)[:t.sealer.NonceSize()]
	return tokenText.EncodeToString(t.sealer.Seal(nonce, nonce, contents, p.bound))
}

// open returns the page of the token, which must be from the search that it is bound to.
func (t *tokens) open(given any, bound []byte) (page, error) {
	const foreign = fault("page.token: it is not from this search; begin again without a token")
	token, err := text("page.token", given)
	if err != nil {
		return page{}, err
	}
	sealed, err := tokenText.DecodeString(token)
	size := t.sealer.NonceSize()
	if err != nil || tokenText.EncodeToString(sealed) != token || len(sealed) < size { // a decoder ignores line breaks
		return page{}, foreign
	}
	contents, err := t.sealer.Open(nil, sealed[:size], sealed[size:], bound)
	if err != nil {
		return page{}, foreign
	}
	var p position
	_ = json.Unmarshal(contents, &p) // seal wrote it
	return page{p.Limit, p.Properties, string(p.After), bound}, nil
}
