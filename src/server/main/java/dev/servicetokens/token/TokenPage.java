package dev.servicetokens.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. Immutable.
 *
 * @param tokens in the list's order
 * @param end where the part ends, if something followed it when it was read; null if nothing did
 */
public record TokenPage(List<ServiceToken> tokens, @Nullable TokenPosition end) {

  /** Copies the tokens. */
  public TokenPage {
    tokens = List.copyOf(tokens);
  }
}
