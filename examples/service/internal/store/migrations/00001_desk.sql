-- Both PostgreSQL and SQLite run these statements.

-- +goose Up

CREATE TABLE accounts (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	features   TEXT NOT NULL,    -- of its plan, such as "attachments|custom_roles"
	integrated BOOLEAN NOT NULL, -- whether the desk is connected to the CRM
	version    BIGINT NOT NULL   -- the number of the last change; every change locks the row
);

CREATE TABLE workspaces (
	account_id TEXT NOT NULL REFERENCES accounts (id),
	id         TEXT NOT NULL,
	name       TEXT NOT NULL,
	open       BOOLEAN NOT NULL,
	PRIMARY KEY (account_id, id)
);

CREATE TABLE agent_groups (
	account_id TEXT NOT NULL REFERENCES accounts (id),
	id         TEXT NOT NULL,
	name       TEXT NOT NULL,
	PRIMARY KEY (account_id, id)
);

CREATE TABLE roles ( -- custom roles; those that are built in are in the library
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	name        TEXT NOT NULL,
	permissions TEXT NOT NULL, -- one a line, such as "ticket.reply@group"
	PRIMARY KEY (account_id, name)
);

CREATE TABLE crm_users (
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	id          TEXT NOT NULL,
	deactivated BOOLEAN NOT NULL,
	sees        TEXT NOT NULL, -- none, own, territory or all
	territory   TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (account_id, id)
);

CREATE TABLE companies (
	account_id TEXT NOT NULL REFERENCES accounts (id),
	id         TEXT NOT NULL,
	name       TEXT NOT NULL,
	PRIMARY KEY (account_id, id)
);

CREATE TABLE people ( -- agents and shared agents
	account_id  TEXT NOT NULL REFERENCES accounts (id),
	id          TEXT NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('agent', 'shared_agent')),
	name        TEXT NOT NULL,
	deactivated BOOLEAN NOT NULL DEFAULT FALSE,
	crm_user_id TEXT, -- of a shared agent
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, crm_user_id) REFERENCES crm_users (account_id, id),
	CHECK ((kind = 'shared_agent') = (crm_user_id IS NOT NULL))
);

CREATE TABLE bindings ( -- who holds which role where
	account_id   TEXT NOT NULL,
	person_id    TEXT NOT NULL,
	role         TEXT NOT NULL,            -- a custom role or a built-in one: their names differ
	workspace_id TEXT NOT NULL,            -- or * outside of workspaces, *open* also in open ones, ** everywhere
	group_id     TEXT NOT NULL DEFAULT '', -- the only group in which it is held, if it is
	ticket_scope TEXT NOT NULL,
	PRIMARY KEY (account_id, person_id, role, workspace_id, group_id, ticket_scope),
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id)
);
CREATE INDEX bindings_of_role ON bindings (account_id, role);

CREATE TABLE memberships (
	account_id TEXT NOT NULL,
	person_id  TEXT NOT NULL,
	group_id   TEXT NOT NULL,
	access     TEXT NOT NULL CHECK (access IN ('view', 'edit')),
	PRIMARY KEY (account_id, person_id, group_id),
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id),
	FOREIGN KEY (account_id, group_id) REFERENCES agent_groups (account_id, id)
);

CREATE TABLE contacts (
	account_id    TEXT NOT NULL REFERENCES accounts (id),
	id            TEXT NOT NULL,
	name          TEXT NOT NULL,
	company_id    TEXT,
	owner_id      TEXT, -- the agent who owns the contact on the desk
	crm_owner     TEXT, -- the CRM user who owns it in the CRM
	crm_territory TEXT,
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, company_id) REFERENCES companies (account_id, id),
	FOREIGN KEY (account_id, owner_id) REFERENCES people (account_id, id),
	FOREIGN KEY (account_id, crm_owner) REFERENCES crm_users (account_id, id)
);

CREATE TABLE crm_teams ( -- CRM users who work on a contact beside its owner
	account_id TEXT NOT NULL,
	contact_id TEXT NOT NULL,
	user_id    TEXT NOT NULL,
	access     TEXT NOT NULL CHECK (access IN ('view', 'edit')),
	PRIMARY KEY (account_id, contact_id, user_id),
	FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id),
	FOREIGN KEY (account_id, user_id) REFERENCES crm_users (account_id, id)
);

CREATE TABLE tickets (
	account_id   TEXT NOT NULL REFERENCES accounts (id),
	id           TEXT NOT NULL,
	workspace_id TEXT,
	group_id     TEXT,
	assignee_id  TEXT,
	requester_id TEXT NOT NULL,
	confidential BOOLEAN NOT NULL DEFAULT FALSE,
	subject      TEXT NOT NULL,
	status       TEXT NOT NULL,
	updated_at   BIGINT NOT NULL, -- in milliseconds since 1970
	PRIMARY KEY (account_id, id),
	FOREIGN KEY (account_id, workspace_id) REFERENCES workspaces (account_id, id),
	FOREIGN KEY (account_id, group_id) REFERENCES agent_groups (account_id, id),
	FOREIGN KEY (account_id, assignee_id) REFERENCES people (account_id, id),
	FOREIGN KEY (account_id, requester_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX tickets_newest ON tickets (account_id, updated_at, id);
CREATE INDEX tickets_of_workspace ON tickets (account_id, workspace_id, updated_at, id);
CREATE INDEX tickets_of_group ON tickets (account_id, workspace_id, group_id, updated_at, id);
CREATE INDEX tickets_of_assignee ON tickets (account_id, workspace_id, assignee_id, updated_at, id);
CREATE INDEX tickets_of_requester ON tickets (account_id, workspace_id, requester_id, updated_at, id);
CREATE INDEX tickets_queues ON tickets (account_id, workspace_id, group_id, updated_at, id) WHERE assignee_id IS NULL OR assignee_id = '';

CREATE TABLE participants ( -- agents who take part in a ticket beside its assignee
	account_id TEXT NOT NULL,
	ticket_id  TEXT NOT NULL,
	person_id  TEXT NOT NULL,
	access     TEXT NOT NULL CHECK (access IN ('view', 'edit')),
	PRIMARY KEY (account_id, person_id, ticket_id),
	FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id),
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id)
);
CREATE INDEX participants_of_ticket ON participants (account_id, ticket_id);

CREATE TABLE ccs (
	account_id TEXT NOT NULL,
	ticket_id  TEXT NOT NULL,
	contact_id TEXT NOT NULL,
	access     TEXT NOT NULL CHECK (access IN ('view', 'edit')),
	PRIMARY KEY (account_id, contact_id, ticket_id),
	FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id),
	FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id)
);
CREATE INDEX ccs_of_ticket ON ccs (account_id, ticket_id);

CREATE TABLE mentions (
	account_id TEXT NOT NULL,
	ticket_id  TEXT NOT NULL,
	person_id  TEXT NOT NULL,
	PRIMARY KEY (account_id, person_id, ticket_id),
	FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id),
	FOREIGN KEY (account_id, person_id) REFERENCES people (account_id, id)
);
CREATE INDEX mentions_of_ticket ON mentions (account_id, ticket_id);

CREATE TABLE messages (
	account_id TEXT NOT NULL,
	ticket_id  TEXT NOT NULL,
	id         TEXT NOT NULL,
	at         BIGINT NOT NULL, -- in milliseconds since 1970
	author     TEXT NOT NULL,   -- an agent, a support engineer or a contact
	text       TEXT NOT NULL,
	PRIMARY KEY (account_id, ticket_id, at, id),
	FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id)
);

CREATE TABLE support_grants (
	account_id TEXT NOT NULL REFERENCES accounts (id),
	id         TEXT NOT NULL,
	document   TEXT NOT NULL, -- JSON, as the library writes it
	PRIMARY KEY (account_id, id)
);

CREATE TABLE sessions ( -- who has logged in
	token      TEXT PRIMARY KEY, -- the SHA-256 of the cookie
	account_id TEXT NOT NULL REFERENCES accounts (id),
	kind       TEXT NOT NULL CHECK (kind IN ('person', 'engineer')),
	subject_id TEXT NOT NULL,
	grant_id   TEXT NOT NULL DEFAULT '', -- the support grant of an engineer
	expires_at BIGINT NOT NULL           -- in milliseconds since 1970
);

CREATE TABLE events ( -- one for each change
	account_id TEXT NOT NULL REFERENCES accounts (id),
	version    BIGINT NOT NULL, -- of the account after the change
	at         BIGINT NOT NULL, -- in milliseconds since 1970
	actor      TEXT NOT NULL,
	what       TEXT NOT NULL,
	records    TEXT NOT NULL, -- the decisions that allowed it, as JSON
	PRIMARY KEY (account_id, version)
);

CREATE TABLE support_records ( -- the decisions on support engineers
	account_id TEXT NOT NULL REFERENCES accounts (id),
	id         TEXT NOT NULL,
	record     TEXT NOT NULL, -- JSON
	PRIMARY KEY (account_id, id)
);
