package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A Token is what a request brings to say who asks: the secret of a session, in a browser's
// cookie, or that of an API key. Who has it acts as its subject. The database has only the hashes,
// so that reading the database is not enough to act as somebody. The zero Token is nobody's.
type Token struct {
	secret string
	isKey  bool
}

// SessionToken returns the token of the session with the secret.
func SessionToken(secret string) Token { return Token{secret: secret} }

// KeyToken returns the token of the API key with the secret. A session's secret is none of a key,
// and a key's none of a session.
func KeyToken(secret string) Token { return Token{secret, true} }

// Secret returns the secret.
func (t Token) Secret() string { return t.secret }

// session returns the hash of a session's secret, or "" for a key.
func (t Token) session() string {
	if t.isKey {
		return ""
	}
	return hash(t.secret)
}

// key returns the hash of a key's secret, or "" for a session.
func (t Token) key() string {
	if !t.isKey {
		return ""
	}
	return hash(t.secret)
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// A Login says who a session is for: a person on the desk; with a Grant, the support engineer
// who acts under it; or a customer of the portal.
type Login struct {
	Account    deskpolicy.AccountID
	Subject    string
	Grant      deskpolicy.SupportGrantID
	IsCustomer bool
}

func (l Login) kind() string {
	switch {
	case l.Grant != "":
		return "engineer"
	case l.IsCustomer:
		return "customer"
	}
	return "person"
}

// Login starts a session that ends at the given instant, and returns its token.
func (s *Store) Login(ctx context.Context, who Login, until time.Time) (Token, error) {
	token := SessionToken(rand.Text())
	result, err := s.db.ExecContext(ctx, `INSERT INTO sessions (token, account_id, kind, subject_id, grant_id, expires_at)
		SELECT $1, id, $3, $4, $5, CAST($6 AS BIGINT) FROM accounts WHERE id = $2`,
		token.session(), string(who.Account), who.kind(), who.Subject, string(who.Grant), until.UnixMilli())
	if err != nil {
		return Token{}, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return Token{}, cmp.Or(err, ErrNoAccount)
	}
	return token, nil
}

// Logout ends the session. A key is no session: it is revoked.
func (s *Store) Logout(ctx context.Context, token Token) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE token = $1`, token.session())
	return err
}
