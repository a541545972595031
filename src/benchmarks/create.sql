-- What a server writes to create a token, for pgbench: the same statements in one transaction.
\set id random(100000000000000, 999999999999999)
BEGIN;
WITH token AS (
  INSERT INTO service_token (
    id,
    name,
    description,
    roles,
    expires_at,
    dedicated_subject,
    creator_id,
    creator_name,
    created_at,
    updated_at
  )
  VALUES (
    CAST(:id AS bigint),
    'created-' || CAST(CAST(:id AS bigint) AS text),
    NULL,
    ARRAY['stackstate-guest'],
    NULL,
    NULL,
    100000000000000,
    'bootstrap',
    now(),
    now()
  )
  ON CONFLICT (id) DO NOTHING
  RETURNING id
)
INSERT INTO service_token_secret (digest, token_id, created_at)
SELECT sha256(convert_to(CAST(id AS text), 'UTF8')),
       token.id,
       now()
FROM token
RETURNING token_id;
WITH event AS (
  INSERT INTO audit_event (
    occurred_at,
    action,
    outcome,
    actor_id,
    actor_name,
    target_id,
    target_name,
    roles,
    event_count,
    address
  )
  VALUES (
    now(),
    'token.create',
    'success',
    100000000000000,
    'bootstrap',
    CAST(:id AS bigint),
    'created-' || CAST(CAST(:id AS bigint) AS text),
    ARRAY['stackstate-guest'],
    1,
    '127.0.0.1'
  )
  RETURNING id
)
INSERT INTO audit_unsealed (event_id, queued_at)
SELECT id,
       now()
FROM event;
COMMIT;
