-- Secrets that end before their tokens are few, and are removed when they have ended.
CREATE INDEX service_token_secret_ends_at_idx ON service_token_secret (ends_at)
  WHERE ends_at IS NOT NULL;
