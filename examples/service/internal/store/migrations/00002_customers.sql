-- +goose Up

CREATE TABLE customers ( -- contacts who can log in to the portal
	account_id  TEXT NOT NULL,
	contact_id  TEXT NOT NULL,
	deactivated BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (account_id, contact_id),
	FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);

CREATE TABLE customer_bindings (
	account_id   TEXT NOT NULL,
	contact_id   TEXT NOT NULL,
	role         TEXT NOT NULL,
	workspace_id TEXT NOT NULL,
	ticket_scope TEXT NOT NULL,
	PRIMARY KEY (account_id, contact_id, role, workspace_id, ticket_scope),
	FOREIGN KEY (account_id, contact_id) REFERENCES customers (account_id, contact_id)
);

-- Sessions can be of customers. Everybody logs in again.
DROP TABLE sessions;
CREATE TABLE sessions (
	token      TEXT PRIMARY KEY, -- the SHA-256 of the cookie
	account_id TEXT NOT NULL REFERENCES accounts (id),
	kind       TEXT NOT NULL CHECK (kind IN ('person', 'engineer', 'customer')),
	subject_id TEXT NOT NULL,
	grant_id   TEXT NOT NULL DEFAULT '', -- the support grant of an engineer
	expires_at BIGINT NOT NULL           -- in milliseconds since 1970
);
