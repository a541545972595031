-- When a token was used last, from where, and how often. Apart from the token's row, which it would
-- rewrite every second otherwise; half-filled pages keep these updates within their page.
CREATE TABLE service_token_use (
  token_id bigint NOT NULL,
  last_used_at timestamptz NOT NULL,
  last_used_address text NOT NULL,
  use_count bigint NOT NULL,
  CONSTRAINT service_token_use_pk PRIMARY KEY (token_id),
  CONSTRAINT service_token_use_token_fk FOREIGN KEY (token_id)
    REFERENCES service_token (id) ON DELETE CASCADE,
  CONSTRAINT service_token_use_last_used_address_ck
    CHECK (char_length(last_used_address) BETWEEN 1 AND 45),
  CONSTRAINT service_token_use_use_count_ck CHECK (use_count > 0)
) WITH (fillfactor = 50);
