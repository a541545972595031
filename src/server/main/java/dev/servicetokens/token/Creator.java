package dev.servicetokens.token;

import dev.servicetokens.access.Principal;
import org.jspecify.annotations.Nullable;

/**
 * The token that created another one, as it was then; by now it may be deleted.
 *
 * @param id its id
 * @param name its name
 */
public record Creator(TokenId id, String name) {

  /** The caller as a creator; null where it is no token but the server at its start. */
  static @Nullable Creator of(Principal caller) {
    TokenId id = new TokenId(caller.tokenId());
    return id.isPossible() ? new Creator(id, caller.name()) : null;
  }
}
