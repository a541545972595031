package dev.servicetokens.audit;

import org.jspecify.annotations.Nullable;

/** Tells where the request that is being answered came from. Thread-safe. */
public interface CurrentOrigin {

  /** All that is known of it; {@link Origin#NONE} outside a request. */
  Origin get();

  /** Its sender's address alone, which costs less; null outside a request. */
  @Nullable String address();
}
