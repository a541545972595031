-- Token strings that were put in place at a start, by configuration or on the first start. A row
-- outlives its token: what was put in place once, and perhaps deleted, is never put in place again.
CREATE TABLE bootstrap_secret (
  digest bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT bootstrap_secret_pk PRIMARY KEY (digest),
  CONSTRAINT bootstrap_secret_digest_ck CHECK (octet_length(digest) = 32)
);
