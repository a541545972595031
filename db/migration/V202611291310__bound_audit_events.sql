-- Lists of events show times from 1970 to 9999 and roles that are there. An event without such would
-- stop every list that holds it. Of rows that exist nothing is asked, so that this takes no time.
ALTER TABLE audit_event
  ADD CONSTRAINT audit_event_occurred_at_ck
    CHECK (occurred_at >= '1970-01-01T00:00:00Z' AND occurred_at < '10000-01-01T00:00:00Z') NOT VALID,
  ADD CONSTRAINT audit_event_roles_not_null_ck
    CHECK (array_position(roles, NULL) IS NULL) NOT VALID;
