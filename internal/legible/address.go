package legible

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxAddress = 254 // bytes of an address that mail servers accept
	maxLocal   = 64  // bytes before the "@"
)

// IsAddress reports whether the text is an e-mail address that a form accepts, such as
// eve@vendor.example or jürgen@müller.example: without a display name, quotes, comments, an
// IP address or hidden characters. net/mail parses each as the same address; it is not used
// because it links package net.
func IsAddress(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	if !found || len(text) > maxAddress || len(local) > maxLocal || !utf8.ValidString(text) {
		return false
	}
	for part := range strings.SplitSeq(local, ".") {
		if part == "" || strings.ContainsFunc(part, notInLocal) {
			return false
		}
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsFunc(label, notInDomain) {
			return false
		}
	}
	return true
}

// SameAddress reports whether two addresses are equal under case folding, and so reach the
// same mailbox.
func SameAddress(a, b string) bool { return strings.EqualFold(a, b) }

func notInLocal(r rune) bool {
	return !isAlphanumeric(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) && (r < utf8.RuneSelf || Hidden(r))
}

// notInDomain also reports the other dots of Unicode, which a resolver takes for one.
func notInDomain(r rune) bool {
	return !isAlphanumeric(r) && r != '-' && r != '_' && (r < utf8.RuneSelf || Hidden(r) || !unicode.In(r, unicode.L, unicode.M, unicode.N))
}

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
