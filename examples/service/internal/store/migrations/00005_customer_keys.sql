-- +goose Up

-- A key can act for a customer.
CREATE TABLE any_keys ( -- what acts for an agent or a customer, within a limit; a revoked key has no row
	account_id  TEXT NOT NULL,
	id          TEXT NOT NULL,
	person_id   TEXT, -- the agent or shared agent that it acts for
	contact_id  TEXT, -- or the customer
	name        TEXT NOT NULL,
	secret      TEXT NOT NULL UNIQUE CHECK (length(secret) = 64), -- its SHA-256: the secret is nowhere
	permissions TEXT NOT NULL,   -- one a line, as those of a role
	workspaces  TEXT NOT NULL,   -- a JSON array of IDs, or of * and the like, as in a binding
	starts_at   BIGINT NOT NULL, -- in milliseconds since 1970
	ends_at     BIGINT NOT NULL,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id),
	FOREIGN KEY (account_id, contact_id) REFERENCES customers (account_id, contact_id),
	CHECK ((person_id IS NULL) <> (contact_id IS NULL))
);
INSERT INTO any_keys (account_id, id, person_id, name, secret, permissions, workspaces, starts_at, ends_at)
SELECT account_id, id, person_id, name, secret, permissions, workspaces, starts_at, ends_at FROM api_keys;
DROP TABLE api_keys;
ALTER TABLE any_keys RENAME TO api_keys;
