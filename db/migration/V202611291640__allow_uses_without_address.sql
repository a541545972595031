-- A use that a proxy asks about may come from an address that nobody knows. An older node takes a
-- row without an address for one that says nothing, and writes addresses as before.
ALTER TABLE service_token_use
  ALTER COLUMN last_used_address DROP NOT NULL;
