-- What happened, written in the transaction of the change itself, and never changed afterwards.
CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY,
  occurred_at timestamptz NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  -- The token that did it, as it was then: no foreign keys, because events outlive tokens.
  actor_id bigint NULL,
  actor_name text NULL,
  -- What it was done to: a token here, anything else (a subject, an operation) in target.
  target_id bigint NULL,
  target text NULL,
  target_name text NULL,
  roles text[] NULL,
  permission text NULL,
  resource text NULL,
  reason text NULL,
  event_count bigint NOT NULL,
  address text NULL,
  user_agent text NULL,
  tracking_key text NULL,
  CONSTRAINT audit_event_pk PRIMARY KEY (id),
  CONSTRAINT audit_event_action_ck CHECK (char_length(action) BETWEEN 1 AND 100),
  CONSTRAINT audit_event_outcome_ck CHECK (outcome IN ('success', 'denied', 'failure')),
  CONSTRAINT audit_event_actor_name_ck CHECK (char_length(actor_name) <= 255),
  CONSTRAINT audit_event_target_ck CHECK (target_id IS NULL OR target IS NULL),
  CONSTRAINT audit_event_target_length_ck CHECK (char_length(target) <= 255),
  CONSTRAINT audit_event_target_name_ck CHECK (char_length(target_name) <= 255),
  CONSTRAINT audit_event_roles_ck CHECK (cardinality(roles) <= 100),
  CONSTRAINT audit_event_permission_ck CHECK (char_length(permission) <= 255),
  CONSTRAINT audit_event_resource_ck CHECK (char_length(resource) <= 255),
  CONSTRAINT audit_event_reason_ck CHECK (char_length(reason) <= 255),
  CONSTRAINT audit_event_count_ck CHECK (event_count >= 1),
  CONSTRAINT audit_event_address_ck CHECK (char_length(address) <= 100),
  CONSTRAINT audit_event_user_agent_ck CHECK (char_length(user_agent) <= 255),
  CONSTRAINT audit_event_tracking_key_ck CHECK (char_length(tracking_key) <= 100)
);

-- Each serves one filter of the list, the newest first; what a row has no value for costs nothing.
CREATE INDEX audit_event_time_idx ON audit_event (occurred_at, id);
CREATE INDEX audit_event_action_idx ON audit_event (action, occurred_at, id);
CREATE INDEX audit_event_outcome_idx ON audit_event (outcome, occurred_at, id)
  WHERE outcome <> 'success';
CREATE INDEX audit_event_actor_idx ON audit_event (actor_id, occurred_at, id)
  WHERE actor_id IS NOT NULL;
CREATE INDEX audit_event_actor_name_idx ON audit_event (actor_name, occurred_at, id)
  WHERE actor_name IS NOT NULL;
CREATE INDEX audit_event_target_idx ON audit_event (target_id, occurred_at, id)
  WHERE target_id IS NOT NULL;
