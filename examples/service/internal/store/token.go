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

// A Token is the secret of a session: who has it acts as its subject. The database has only
// its hash, so that reading the database is not enough to act as somebody.
type Token string

// NewToken returns a random token.
func NewToken() Token { return Token(rand.Text()) }

func (t Token) hash() string {
	sum := sha256.Sum256([]byte(t))
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
	token := NewToken()
	result, err := s.db.ExecContext(ctx, `INSERT INTO sessions (token, account_id, kind, subject_id, grant_id, expires_at)
		SELECT $1, id, $3, $4, $5, CAST($6 AS BIGINT) FROM accounts WHERE id = $2`,
		token.hash(), string(who.Account), who.kind(), who.Subject, string(who.Grant), until.UnixMilli())
	if err != nil {
		return "", err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return "", cmp.Or(err, ErrNoAccount)
	}
	return token, nil
}

// Logout ends the session.
func (s *Store) Logout(ctx context.Context, token Token) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE token = $1`, token.hash())
	return err
}
