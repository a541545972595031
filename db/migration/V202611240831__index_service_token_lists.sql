-- The order of every list, bytewise whatever the database's collation: a page begins where the one
-- before it ended, and a name's beginning is a range of it.
CREATE INDEX service_token_name_idx ON service_token (name COLLATE "C", id);

-- Tokens by one or several of their roles.
CREATE INDEX service_token_roles_idx ON service_token USING gin (roles);

CREATE INDEX service_token_expires_at_idx ON service_token (expires_at);

CREATE INDEX service_token_created_at_idx ON service_token (created_at);
