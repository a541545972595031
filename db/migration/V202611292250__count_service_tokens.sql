-- How many tokens there are, as some node has counted them last: it counts for all, because with ten
-- million of them that takes seconds. The one row says when somebody began, so that nobody else does.
CREATE TABLE service_token_count (
  id smallint NOT NULL,
  begun_at timestamptz NULL,
  counted_at timestamptz NULL,
  -- Who has counted rests a hundred times as long.
  took interval NOT NULL,
  live bigint NOT NULL,
  -- Of the live ones: ending within seven days, without an end, and never used.
  expiring bigint NOT NULL,
  without_end bigint NOT NULL,
  never_used bigint NOT NULL,
  CONSTRAINT service_token_count_pk PRIMARY KEY (id),
  CONSTRAINT service_token_count_id_ck CHECK (id = 1)
);

INSERT INTO service_token_count (id, took, live, expiring, without_end, never_used)
VALUES (1, interval '0', 0, 0, 0, 0);
