CREATE TABLE contacts (
  account_id text NOT NULL,
  id         text NOT NULL,
  owner      text, -- the CRM user
  territory  text,
  PRIMARY KEY (account_id, id)
);

CREATE TABLE contact_team (
  account_id text NOT NULL,
  contact_id text NOT NULL,
  user_id    text NOT NULL,
  access     text NOT NULL, -- view or edit
  PRIMARY KEY (account_id, contact_id, user_id)
);

CREATE TABLE tickets (
  id           bigint PRIMARY KEY,
  account_id   text NOT NULL,
  workspace_id text,
  group_id     text,
  assignee_id  text,
  requester_id text,
  status       text NOT NULL,
  subject      text NOT NULL,
  updated_at   bigint NOT NULL
);

CREATE TABLE ticket_mentions (
  ticket_id bigint NOT NULL,
  agent_id  text NOT NULL,
  PRIMARY KEY (ticket_id, agent_id)
);
