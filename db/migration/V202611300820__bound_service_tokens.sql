-- What a token may do, from where, how often and how long. A node of the release before knows none
-- of it and writes the defaults, which bound nothing.
ALTER TABLE service_token
  ADD COLUMN enabled boolean NOT NULL DEFAULT true,
  -- When it was disabled or enabled last; NULL: never.
  ADD COLUMN enabled_changed_at timestamptz NULL,
  -- Addresses and blocks as text, in the order in which they were given; NULL: from anywhere.
  ADD COLUMN allowed_cidrs text[] NULL,
  -- So many accepted requests in each period; both NULL: as many as come.
  ADD COLUMN rate_limit integer NULL,
  ADD COLUMN rate_limit_period_ms bigint NULL,
  -- So many uses in all, and how many there were; NULL: not counted.
  ADD COLUMN maximum_uses bigint NULL,
  ADD COLUMN uses bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT service_token_allowed_cidrs_ck
    CHECK (cardinality(allowed_cidrs) BETWEEN 1 AND 64),
  ADD CONSTRAINT service_token_rate_limit_ck
    CHECK (
      (rate_limit IS NULL) = (rate_limit_period_ms IS NULL)
      AND rate_limit > 0
      AND rate_limit_period_ms > 0
    ),
  ADD CONSTRAINT service_token_maximum_uses_ck CHECK (maximum_uses > 0),
  ADD CONSTRAINT service_token_uses_ck CHECK (uses >= 0);

-- A token has a second secret while a rotation overlaps.
ALTER TABLE service_token_secret
  -- Names a secret without telling its digest.
  ADD COLUMN secret_id bigint GENERATED ALWAYS AS IDENTITY,
  -- The instant from which it is refused though its token lives; NULL: with the token.
  ADD COLUMN ends_at timestamptz NULL,
  -- A rotation made it. Until it is accepted for the first time it is pending: no node answers it
  -- from memory.
  ADD COLUMN rotated boolean NOT NULL DEFAULT false,
  ADD COLUMN first_used_at timestamptz NULL,
  -- The change that made its first acceptance known to every node.
  ADD COLUMN first_use_change bigint NULL,
  -- Its first acceptance ends the token's other secrets.
  ADD COLUMN ends_others_on_first_use boolean NOT NULL DEFAULT false,
  -- By which its rotation was asked for, so that one that is asked for twice is done once.
  ADD COLUMN idempotency_key text NULL,
  ADD CONSTRAINT service_token_secret_secret_id_uq UNIQUE (secret_id),
  ADD CONSTRAINT service_token_secret_first_use_ck
    CHECK ((first_used_at IS NULL) = (first_use_change IS NULL)),
  ADD CONSTRAINT service_token_secret_idempotency_key_ck
    CHECK (char_length(idempotency_key) BETWEEN 1 AND 100);

-- What a node knows how to bound: 0 before there were bounds.
ALTER TABLE node
  ADD COLUMN release integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT node_release_ck CHECK (release >= 0);
