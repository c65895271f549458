-- +goose Up

-- A role can be held for a time, and more than once at different times.
CREATE TABLE timed_bindings (
	account_id   TEXT NOT NULL,
	person_id    TEXT NOT NULL,
	role         TEXT NOT NULL,            -- a custom role or a built-in one: their names differ
	workspace_id TEXT NOT NULL,            -- or * outside of workspaces, *open* also in open ones, ** everywhere
	group_id     TEXT NOT NULL DEFAULT '', -- the only group in which it is held, if it is
	ticket_scope TEXT NOT NULL,
	starts_at    BIGINT,                   -- in milliseconds since 1970; NULL for always
	ends_at      BIGINT,                   -- NULL for never
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id),
	CHECK (ends_at > COALESCE(starts_at, 0))
);
INSERT INTO timed_bindings (account_id, person_id, role, workspace_id, group_id, ticket_scope)
SELECT account_id, person_id, role, workspace_id, group_id, ticket_scope FROM bindings;
DROP TABLE bindings;
ALTER TABLE timed_bindings RENAME TO bindings;
CREATE UNIQUE INDEX bindings_of_person ON bindings (account_id, person_id, role, workspace_id, group_id, ticket_scope, COALESCE(starts_at, 0), COALESCE(ends_at, 0));
CREATE INDEX bindings_of_role ON bindings (account_id, role);
