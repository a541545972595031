-- The order of the list of subjects, bytewise whatever the database's collation: a page begins where
-- the one before it ended, and costs its own rows.
CREATE INDEX subject_handle_idx ON subject (handle COLLATE "C");
