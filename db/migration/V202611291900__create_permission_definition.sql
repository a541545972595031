-- Permissions that were defined through the API; the predefined and the configured ones live in the
-- release and in configuration. subject_permission has no foreign key to them for that reason:
-- whoever reads it leaves out what is not defined. An older node knows none of these and leaves all
-- of them out.
CREATE TABLE permission_definition (
  name text NOT NULL,
  description text,
  created_at timestamptz NOT NULL,
  CONSTRAINT permission_definition_pk PRIMARY KEY (name),
  CONSTRAINT permission_definition_name_ck CHECK (name ~ '^[a-z0-9][a-z0-9._:-]{0,99}$'),
  CONSTRAINT permission_definition_description_ck CHECK (char_length(description) BETWEEN 1 AND 255)
);
