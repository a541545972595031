-- Finds the few tokens that live longer than a policy allows; without statistics of this difference
-- the planner thinks that a third of all do, and reads a million rows in the order of names.
CREATE INDEX service_token_lifetime_idx ON service_token ((expires_at - created_at));
