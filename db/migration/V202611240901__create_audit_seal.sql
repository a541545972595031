-- Events that wait for their seal. The statement that adds an event adds its id here; whoever adds
-- one without is found by the verification.
CREATE TABLE audit_unsealed (
  event_id bigint NOT NULL,
  queued_at timestamptz NOT NULL,
  CONSTRAINT audit_unsealed_pk PRIMARY KEY (event_id)
);

-- The chain: each hash covers its event and the hash before it. No foreign key: that an event is
-- missing must be found by the verification, not hidden by a cascade.
CREATE TABLE audit_seal (
  sequence_number bigint NOT NULL,
  event_id bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_seal_pk PRIMARY KEY (sequence_number),
  CONSTRAINT audit_seal_event_uq UNIQUE (event_id),
  CONSTRAINT audit_seal_sequence_number_ck CHECK (sequence_number >= 1),
  CONSTRAINT audit_seal_hash_ck CHECK (octet_length(hash) = 32)
);

-- Where the kept part of the chain begins: the last place that was pruned, and the hash there.
CREATE TABLE audit_anchor (
  id smallint NOT NULL,
  sequence_number bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_anchor_pk PRIMARY KEY (id),
  CONSTRAINT audit_anchor_id_ck CHECK (id = 1),
  CONSTRAINT audit_anchor_hash_ck CHECK (octet_length(hash) = 32)
);

INSERT INTO audit_anchor (id, sequence_number, hash)
VALUES (1, 0, decode(repeat('00', 32), 'hex'));
