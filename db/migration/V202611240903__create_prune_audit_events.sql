-- Removes the oldest part of the chain: from its beginning, in its order, sealed events only, up to
-- the first that is not older than before_instant or not there, and max_events at most. What is left
-- can still be verified: the anchor keeps the last place that was removed and the hash there, and an
-- event audit.prune in the chain says the same. Returns how many events were removed.
CREATE FUNCTION prune_audit_events(
  before_instant timestamptz,
  pruned_at timestamptz,
  max_events integer
) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  last_number bigint;
  last_hash bytea;
  removed bigint;
  prune_event_id bigint;
BEGIN
  -- The sealer's lock: the chain stands still meanwhile, and one node prunes at a time.
  PERFORM pg_advisory_xact_lock('audit_seal'::regclass::oid::bigint);

  -- The oldest seals by their primary key, and the first of them that stays.
  SELECT coalesce(
           min(oldest.sequence_number) FILTER (WHERE oldest.stays) - 1,
           max(oldest.sequence_number)
         )
  INTO last_number
  FROM (
    SELECT seal.sequence_number,
           event.occurred_at IS NULL OR event.occurred_at >= before_instant AS stays
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
  VALUES (pruned_at, 'audit.prune', 'success', last_number::text, encode(last_hash, 'hex'), removed)
  RETURNING id INTO prune_event_id;

  INSERT INTO audit_unsealed (event_id, queued_at)
  VALUES (prune_event_id, pruned_at);

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
