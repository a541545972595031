package dev.servicetokens.client;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a token string is a live token, and of whom. {@link ServiceTokenVerifier} is the
 * one that asks a server; tests of a service have {@link TestTokens}. Implementations are
 * thread-safe, and never throw for what a caller sends or the network does.
 */
public interface Verifier {

  /**
   * What that token string is now.
   *
   * @param token what a caller presents as its token, whatever it looks like; null is not live
   * @param address the caller's IP address, for the token's last use, and against the addresses
   *     from which it may be used; null if it is not known, which such a token does not allow
   */
  Verification verify(@Nullable String token, @Nullable String address);

  /** As {@link #verify}, for callers that must not block: complete already if nobody is asked. */
  CompletionStage<Verification> verifyAsync(@Nullable String token, @Nullable String address);
}
