-- What is younger than a day stays, whatever prune_audit_events is told and whoever moves the anchor:
-- time is the database's own here, never an argument's. So nobody who can send SQL prunes away what
-- they did today, or lets it look as if that had happened long ago.

-- A seal stands at the end of the chain and is for an event that waits for it. A place that was
-- pruned is not given away a second time, because guard_audit_event lets go of what is sealed there.
CREATE FUNCTION guard_new_audit_seal() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.sequence_number = 1 + greatest(
      (SELECT max(sequence_number) FROM audit_seal),
      (SELECT max(sequence_number) FROM audit_anchor)
    )
    AND EXISTS (SELECT FROM audit_unsealed WHERE event_id = NEW.event_id)
    AND EXISTS (SELECT FROM audit_event WHERE id = NEW.event_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A seal is for an event that waits for it, and stands at the end of the chain'
    USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE TRIGGER audit_seal_insert_guard
BEFORE INSERT ON audit_seal
FOR EACH ROW EXECUTE FUNCTION guard_new_audit_seal();

-- The anchor moves over events that are all there and all old, and an event of this very transaction
-- says how many they are.
CREATE OR REPLACE FUNCTION guard_audit_anchor() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.id = OLD.id
    AND NEW.sequence_number > OLD.sequence_number
    AND EXISTS (
      SELECT
      FROM audit_seal
      WHERE sequence_number = NEW.sequence_number
        AND hash = NEW.hash
    )
    AND NOT EXISTS (
      SELECT
      FROM audit_seal AS seal
      LEFT JOIN audit_event AS event ON event.id = seal.event_id
      WHERE seal.sequence_number <= NEW.sequence_number
        AND (
          event.occurred_at IS NULL
          OR event.occurred_at > clock_timestamp() - interval '1 day'
        )
    )
    AND EXISTS (
      SELECT
      FROM audit_event AS event
      JOIN audit_unsealed AS unsealed ON unsealed.event_id = event.id
      WHERE event.action = 'audit.prune'
        AND event.outcome = 'success'
        AND event.actor_id IS NULL
        AND event.actor_name IS NULL
        AND event.target = NEW.sequence_number::text
        AND event.target_name = encode(NEW.hash, 'hex')
        AND event.event_count = (
          SELECT count(*)
          FROM audit_seal
          WHERE sequence_number <= NEW.sequence_number
        )
        AND event.occurred_at
          BETWEEN date_trunc('milliseconds', transaction_timestamp()) AND clock_timestamp()
    ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Only prune_audit_events moves the anchor'
    USING ERRCODE = 'restrict_violation';
END;
$$;

-- As before, but for the clock: events go that are older than before_instant and than a day. The
-- argument pruned_at is left for servers of the release before and without effect.
CREATE OR REPLACE FUNCTION prune_audit_events(
  before_instant timestamptz,
  pruned_at timestamptz,
  max_events integer
) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  first_kept_instant timestamptz;
  really_pruned_at timestamptz;
  last_number bigint;
  last_hash bytea;
  removed bigint;
  prune_event_id bigint;
BEGIN
  IF before_instant IS NULL OR max_events IS NULL THEN
    RAISE EXCEPTION 'Say before which instant, and how many events at most'
      USING ERRCODE = 'null_value_not_allowed';
  END IF;

  -- The sealer's lock: the chain stands still meanwhile, and one node prunes at a time.
  PERFORM pg_advisory_xact_lock('audit_seal'::regclass::oid::bigint);

  first_kept_instant := least(before_instant, clock_timestamp() - interval '1 day');
  -- Events have milliseconds, and places in lists rely on it.
  really_pruned_at := date_trunc('milliseconds', clock_timestamp());

  -- The oldest seals by their primary key, and the first of them that stays.
  SELECT coalesce(
           min(oldest.sequence_number) FILTER (WHERE oldest.stays) - 1,
           max(oldest.sequence_number)
         )
  INTO last_number
  FROM (
    SELECT seal.sequence_number,
           event.occurred_at IS NULL OR event.occurred_at >= first_kept_instant AS stays
    FROM (
      SELECT sequence_number,
             event_id
      FROM audit_seal
      ORDER BY sequence_number
      LIMIT max_events
    ) AS seal
    LEFT JOIN audit_event AS event ON event.id = seal.event_id
  ) AS oldest;

  SELECT hash
  INTO last_hash
  FROM audit_seal
  WHERE sequence_number = last_number;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;

  SELECT count(*)
  INTO removed
  FROM audit_seal
  WHERE sequence_number <= last_number;

  INSERT INTO audit_event (occurred_at, action, outcome, target, target_name, event_count)
  VALUES (
    really_pruned_at,
    'audit.prune',
    'success',
    last_number::text,
    encode(last_hash, 'hex'),
    removed
  )
  RETURNING id INTO prune_event_id;

  INSERT INTO audit_unsealed (event_id, queued_at)
  VALUES (prune_event_id, really_pruned_at);

  UPDATE audit_anchor
  SET sequence_number = last_number,
      hash = last_hash
  WHERE id = 1;

  DELETE FROM audit_event
  USING audit_seal AS seal
  WHERE audit_event.id = seal.event_id
    AND seal.sequence_number <= last_number;

  DELETE FROM audit_seal
  WHERE sequence_number <= last_number;

  RETURN removed;
END;
$$;

-- Without this, a temporary table called audit_anchor would be asked instead of the real one.
DO $$
DECLARE
  guard text;
BEGIN
  FOREACH guard IN ARRAY ARRAY[
    'refuse_audit_change()',
    'guard_audit_event()',
    'guard_audit_seal()',
    'guard_new_audit_seal()',
    'guard_audit_unsealed()',
    'guard_audit_anchor()',
    'prune_audit_events(timestamptz, timestamptz, integer)'
  ] LOOP
    EXECUTE format(
      'ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', guard, current_schema());
  END LOOP;
END;
$$;
