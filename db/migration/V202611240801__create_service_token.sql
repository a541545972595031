CREATE TABLE service_token (
  id bigint NOT NULL,
  name text NOT NULL,
  description text NULL,
  -- Handles of subjects, static ones included, in the order in which they were given.
  roles text[] NOT NULL,
  -- The instant from which the token is refused; NULL: never.
  expires_at timestamptz NULL,
  dedicated_subject text NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT service_token_pk PRIMARY KEY (id),
  CONSTRAINT service_token_dedicated_subject_fk FOREIGN KEY (dedicated_subject)
    REFERENCES subject (handle) ON DELETE SET NULL,
  CONSTRAINT service_token_dedicated_subject_uq UNIQUE (dedicated_subject),
  -- 15 digits: never guessable, and exact in JavaScript.
  CONSTRAINT service_token_id_ck CHECK (id BETWEEN 100000000000000 AND 999999999999999),
  CONSTRAINT service_token_name_ck CHECK (char_length(name) BETWEEN 1 AND 255),
  CONSTRAINT service_token_description_ck CHECK (char_length(description) BETWEEN 1 AND 1000),
  CONSTRAINT service_token_roles_ck CHECK (cardinality(roles) BETWEEN 1 AND 100)
);

-- What is stored of a token string: its SHA-256 and nothing else.
CREATE TABLE service_token_secret (
  digest bytea NOT NULL,
  token_id bigint NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT service_token_secret_pk PRIMARY KEY (digest),
  CONSTRAINT service_token_secret_token_fk FOREIGN KEY (token_id)
    REFERENCES service_token (id) ON DELETE CASCADE,
  CONSTRAINT service_token_secret_digest_ck CHECK (octet_length(digest) = 32)
);

-- Deleting a token finds its secrets by it.
CREATE INDEX service_token_secret_token_idx ON service_token_secret (token_id);
