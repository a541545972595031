package dev.servicetokens.token;

import dev.servicetokens.access.SubjectHandle;
import java.util.List;
import java.util.Optional;

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

  /** All tokens, expired ones too, by name (bytewise), then by id. */
  List<ServiceToken> list();

  /**
   * Keeps others from removing the token until the transaction ends; of two that remove it at once,
   * one gets it.
   *
   * @return the token; empty if there is none
   */
  Optional<ServiceToken> lock(TokenId id);

  /** Removes a token and its secrets; none of that id is fine. */
  void remove(TokenId id);

  /** Whether there is any token. */
  boolean isEmpty();

  /** Whether the subject is dedicated to a token. */
  boolean isDedicated(SubjectHandle subject);
}
