-- Nobody changes what is written here, the owner included. Rows go by one way only: the anchor is
-- moved first, which needs a seal to stand on and an event in the log that says so, and lets go of
-- what lies before it. prune_audit_events is that way. A setting or the name of a function could be
-- forged by anybody who can send SQL; an order of facts cannot.

CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'The table % is append-only; prune_audit_events removes what is too old', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE FUNCTION guard_audit_event() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (
    SELECT
    FROM audit_seal AS seal
    JOIN audit_anchor AS anchor ON seal.sequence_number <= anchor.sequence_number
    WHERE seal.event_id = OLD.id
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'The table audit_event is append-only; prune_audit_events removes what is too old'
    USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE FUNCTION guard_audit_seal() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT FROM audit_anchor WHERE sequence_number >= OLD.sequence_number)
    AND NOT EXISTS (SELECT FROM audit_event WHERE id = OLD.event_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'The table audit_seal is append-only; prune_audit_events removes what is too old'
    USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE FUNCTION guard_audit_unsealed() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF EXISTS (SELECT FROM audit_seal WHERE event_id = OLD.event_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'An event leaves audit_unsealed when it is sealed'
    USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE FUNCTION guard_audit_anchor() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.sequence_number > OLD.sequence_number
    AND EXISTS (
      SELECT
      FROM audit_seal
      WHERE sequence_number = NEW.sequence_number
        AND hash = NEW.hash
    )
    AND EXISTS (
      SELECT
      FROM audit_event AS event
      JOIN audit_unsealed AS unsealed ON unsealed.event_id = event.id
      WHERE event.action = 'audit.prune'
        AND event.target = NEW.sequence_number::text
        AND event.target_name = encode(NEW.hash, 'hex')
    ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Only prune_audit_events moves the anchor'
    USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE TRIGGER audit_event_append_only
BEFORE UPDATE OR TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TRIGGER audit_event_guard
BEFORE DELETE ON audit_event
FOR EACH ROW EXECUTE FUNCTION guard_audit_event();

CREATE TRIGGER audit_seal_append_only
BEFORE UPDATE OR TRUNCATE ON audit_seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TRIGGER audit_seal_guard
BEFORE DELETE ON audit_seal
FOR EACH ROW EXECUTE FUNCTION guard_audit_seal();

CREATE TRIGGER audit_unsealed_append_only
BEFORE UPDATE OR TRUNCATE ON audit_unsealed
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TRIGGER audit_unsealed_guard
BEFORE DELETE ON audit_unsealed
FOR EACH ROW EXECUTE FUNCTION guard_audit_unsealed();

CREATE TRIGGER audit_anchor_append_only
BEFORE DELETE OR TRUNCATE ON audit_anchor
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TRIGGER audit_anchor_guard
BEFORE UPDATE ON audit_anchor
FOR EACH ROW EXECUTE FUNCTION guard_audit_anchor();
