-- +goose Up

CREATE TABLE api_keys ( -- what acts for an agent, within a limit; a revoked key has no row
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	id          TEXT NOT NULL,
	person_id   TEXT NOT NULL, -- the agent that it acts for
	name        TEXT NOT NULL,
	secret      TEXT NOT NULL UNIQUE CHECK (length(secret) = 64), -- its SHA-256: the secret is nowhere
	permissions TEXT NOT NULL,   -- one a line, as those of a role
	workspaces  TEXT NOT NULL,   -- a JSON array of IDs, or of * and the like, as in a binding
	starts_at   BIGINT NOT NULL, -- in milliseconds since 1970
	ends_at     BIGINT NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id)
);
