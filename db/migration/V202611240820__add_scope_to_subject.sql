-- What existing clients say of a subject when they make it; kept, and without a meaning here.
ALTER TABLE subject
  ADD COLUMN scope_query text NULL,
  ADD COLUMN scope_version text NULL,
  ADD CONSTRAINT subject_scope_query_ck CHECK (char_length(scope_query) <= 10000),
  ADD CONSTRAINT subject_scope_version_ck CHECK (char_length(scope_version) <= 255);
