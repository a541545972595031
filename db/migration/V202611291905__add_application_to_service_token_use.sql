-- What a token was used for last, as a proxy says that asks about it. An older node does not know the
-- column: where it stores a later use, the application of the use before stays. No row has one yet, so
-- that none needs to be read to say so.
ALTER TABLE service_token_use
  ADD COLUMN last_used_application text,
  ADD CONSTRAINT service_token_use_last_used_application_ck
    CHECK (char_length(last_used_application) BETWEEN 1 AND 100) NOT VALID;
