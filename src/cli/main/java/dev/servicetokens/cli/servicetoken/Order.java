package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.client.model.ServiceToken;
import java.util.Arrays;
import java.util.Comparator;

/** The orders of a list, named as the flag's values are. */
enum Order {
  /** Bytewise. */
  name,
  /** The soonest first, those without an end last. */
  expiration,
  /** The oldest first, those of whom nobody knows last. */
  created,
  /** The smallest first. */
  id;

  /** Code points compare like the bytes of UTF-8, chars do not. */
  private static final Comparator<String> BYTEWISE =
      (left, right) -> Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

  private static final Comparator<Long> LAST_WITHOUT_VALUE =
      Comparator.nullsLast(Comparator.naturalOrder());

  /** Compares by this, then by name, then by id, so that a list never changes its order. */
  Comparator<ServiceToken> comparator() {
    Comparator<ServiceToken> byId = Comparator.comparing(ServiceToken::getId);
    Comparator<ServiceToken> byName =
        Comparator.comparing(ServiceToken::getName, BYTEWISE).thenComparing(byId);
    return switch (this) {
      case name -> byName;
      case id -> byId;
      case expiration ->
          Comparator.comparing(ServiceToken::getExpiration, LAST_WITHOUT_VALUE)
              .thenComparing(byName);
      case created ->
          Comparator.comparing(ServiceToken::getCreationTimestamp, LAST_WITHOUT_VALUE)
              .thenComparing(byName);
    };
  }
}
