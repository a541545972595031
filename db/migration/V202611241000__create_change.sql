-- What nodes that answer from memory must forget, numbered in the order of commits. The one row of
-- latest_change gives the numbers: its lock, held to the end of a transaction, makes them visible in
-- order and without gaps, which a sequence does not.
CREATE TABLE latest_change (
  id smallint NOT NULL,
  change_number bigint NOT NULL,
  CONSTRAINT latest_change_pk PRIMARY KEY (id),
  CONSTRAINT latest_change_id_ck CHECK (id = 1),
  CONSTRAINT latest_change_change_number_ck CHECK (change_number >= 0)
)
WITH (
  -- Updated in place by every change: room for the new version on the same page, vacuumed early.
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 50,
  autovacuum_vacuum_cost_delay = 0
);

INSERT INTO latest_change (id, change_number)
VALUES (1, 0);

CREATE TABLE change (
  change_number bigint NOT NULL,
  -- Tells two changes of one number apart, when a fail-over has lost the first of them.
  change_id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL,
  token_id bigint NULL,
  subject text NULL,
  made_at timestamptz NOT NULL,
  CONSTRAINT change_pk PRIMARY KEY (change_number),
  CONSTRAINT change_change_number_ck CHECK (change_number > 0),
  CONSTRAINT change_kind_ck CHECK (kind IN ('token', 'subject', 'all')),
  CONSTRAINT change_token_id_ck CHECK ((kind = 'token') = (token_id IS NOT NULL)),
  CONSTRAINT change_subject_ck CHECK ((kind = 'subject') = (subject IS NOT NULL))
);

-- The nodes that may answer from memory. A row that is not renewed belongs to one that has died.
CREATE TABLE node (
  node_id uuid NOT NULL,
  -- How long it answers from memory after it has read the log, in milliseconds.
  lease_ms integer NOT NULL,
  -- Another value with each renewal.
  renewal uuid NOT NULL,
  -- The number of the last change that it has acknowledged.
  applied bigint NOT NULL,
  CONSTRAINT node_pk PRIMARY KEY (node_id),
  CONSTRAINT node_lease_ms_ck CHECK (lease_ms BETWEEN 100 AND 5000),
  CONSTRAINT node_applied_ck CHECK (applied >= 0)
)
WITH (
  -- Four updates a second and node.
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 50,
  autovacuum_vacuum_cost_delay = 0
);
