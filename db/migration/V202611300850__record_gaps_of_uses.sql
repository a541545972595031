-- Whether every use of tokens is recorded: whoever disables what nobody uses must know that. Uses of
-- before this migration may be missing, and nobody would know.
CREATE TABLE service_token_use_record (
  id smallint NOT NULL,
  -- Uses from then on are recorded, but for what a node has in memory now.
  complete_since timestamptz NOT NULL,
  CONSTRAINT service_token_use_record_pk PRIMARY KEY (id),
  CONSTRAINT service_token_use_record_id_ck CHECK (id = 1)
);

INSERT INTO service_token_use_record (id, complete_since)
VALUES (1, now());

-- The processes that have had uses in memory for a while that they cannot store. A row that is not
-- touched any more is of one that has died, and its uses are lost.
CREATE TABLE service_token_use_backlog (
  recorder_id uuid NOT NULL,
  seen_at timestamptz NOT NULL,
  CONSTRAINT service_token_use_backlog_pk PRIMARY KEY (recorder_id)
);
