-- Subjects that were made through the API; the static ones live in configuration.
CREATE TABLE subject (
  handle text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT subject_pk PRIMARY KEY (handle),
  CONSTRAINT subject_handle_ck CHECK (char_length(handle) BETWEEN 1 AND 255)
);

CREATE TABLE subject_permission (
  subject text NOT NULL,
  permission text NOT NULL,
  resource text NOT NULL,
  CONSTRAINT subject_permission_pk PRIMARY KEY (subject, resource, permission),
  CONSTRAINT subject_permission_subject_fk FOREIGN KEY (subject)
    REFERENCES subject (handle) ON DELETE CASCADE,
  CONSTRAINT subject_permission_permission_ck CHECK (char_length(permission) BETWEEN 1 AND 255),
  CONSTRAINT subject_permission_resource_ck CHECK (char_length(resource) BETWEEN 1 AND 255)
);
