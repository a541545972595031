-- Which token created this one, as it was then: it may be gone, and no key refers to it. Nobody where
-- a server did so at its start, and on the rows of an older node, which knows no such columns.
ALTER TABLE service_token
  ADD COLUMN creator_id bigint NULL,
  ADD COLUMN creator_name text NULL,
  ADD CONSTRAINT service_token_creator_ck CHECK ((creator_id IS NULL) = (creator_name IS NULL));

CREATE INDEX service_token_creator_id_idx ON service_token (creator_id);

CREATE INDEX service_token_creator_name_idx ON service_token (creator_name);
