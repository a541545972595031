package dev.servicetokens.token;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.Principal;
import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows service tokens, expired ones too, never their secrets. A list is read in pages, each in a
 * short transaction of its own, so that nobody who reads slowly keeps a connection. Thread-safe.
 */
@Singleton
public class ServiceTokenLists {

  private final TokenRepository repository;

  ServiceTokenLists(TokenRepository repository) {
    this.repository = repository;
  }

  /**
   * Reads the tokens that follow a position, by name (bytewise), then by id. A token that is there
   * from the first to the last page is on exactly one of them, whatever is created or deleted
   * meanwhile. A page ends before its limit where it would weigh too much to be held.
   *
   * @param after null to begin with the first
   * @param until the last position that is wanted; null to go on to the end
   * @param limit the most tokens to read, 1 or more
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not see tokens
   */
  @ReadOnly
  public TokenPage page(
      Principal caller,
      TokenFilter filter,
      @Nullable TokenPosition after,
      @Nullable TokenPosition until,
      int limit) {
    caller.require(Permission.GET_SERVICE_TOKENS);
    return repository.list(filter, after, until, limit);
  }

  /**
   * Reads where the tokens are that follow a position, and nothing else of them.
   *
   * @param limit the most to read, 1 or more
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not see tokens
   */
  @ReadOnly
  public List<TokenPosition> positions(
      Principal caller, TokenFilter filter, TokenPosition after, int limit) {
    caller.require(Permission.GET_SERVICE_TOKENS);
    return repository.positions(filter, after, limit);
  }

  /**
   * Shows one token.
   *
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not see tokens
   * @throws NoSuchServiceTokenException if there is none of that id
   */
  @ReadOnly
  public ServiceToken get(Principal caller, TokenId id) {
    caller.require(Permission.GET_SERVICE_TOKENS);
    return repository.find(id).orElseThrow(() -> new NoSuchServiceTokenException(id));
  }
}
