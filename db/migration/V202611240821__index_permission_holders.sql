-- Who may create tokens is asked whenever somebody's right to is taken away.
CREATE INDEX subject_permission_permission_idx ON subject_permission (permission, resource);
