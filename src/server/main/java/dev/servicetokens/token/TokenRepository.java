package dev.servicetokens.token;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where service tokens and the digests of their secrets are kept. Each call runs in the caller's
 * transaction. Thread-safe.
 */
public interface TokenRepository {

  /**
   * Adds a token with one secret.
   *
   * @return false if its id is taken; nothing is stored then
   */
  boolean add(ServiceToken token, TokenDigest digest);

  /**
   * The first tokens that satisfy the filter and follow a position, by name (bytewise), then by id.
   *
   * <p>Fewer where they would weigh too much to be held, but always one if there is one.
   *
   * @param after null to begin with the first
   * @param until the last position that is wanted; null for none
   * @param limit the most to give back, 1 or more
   */
  TokenPage list(
      TokenFilter filter, @Nullable TokenPosition after, @Nullable TokenPosition until, int limit);

  /** The positions of the first tokens that satisfy the filter and follow a position. */
  List<TokenPosition> positions(TokenFilter filter, TokenPosition after, int limit);

  /** The token of that id; empty if there is none. */
  Optional<ServiceToken> find(TokenId id);

  /**
   * Keeps others from removing the token until the transaction ends; of two that remove it at once,
   * one gets it.
   *
   * @return the token; empty if there is none
   */
  Optional<ServiceToken> lock(TokenId id);

  /**
   * Stores what a token is now, but for when it was created and by whom. If its uses were not
   * bounded before, they are counted from now on.
   *
   * @param token one that is locked
   */
  void update(ServiceToken token);

  /** When the newest token string of a token that is locked was made. */
  Instant secretMadeAt(TokenId id);

  /** Removes a token and its secrets; none of that id is fine. */
  void remove(TokenId id);

  /** Whether there is any token. */
  boolean isEmpty();
}
