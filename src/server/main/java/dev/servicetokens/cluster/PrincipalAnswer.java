package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.token.PresentedSecret;
import dev.servicetokens.token.TokenBounds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the database said of a digest: whose it is, or that it is nobody's. It is made once and kept
 * in memory for many requests, so implementations are safe to share between threads.
 */
public sealed interface PrincipalAnswer {

  /** The digest is nobody's. */
  PrincipalAnswer NOBODY = new Nobody();

  /** Whose it is, though that token may have ended; empty if nobody's. Allocates. */
  Optional<Principal> found();

  /** No token has the digest. */
  record Nobody() implements PrincipalAnswer {
    @Override
    public Optional<Principal> found() {
      return Optional.empty();
    }
  }

  /** A token has the digest. It may have ended: whoever asks compares its end with the clock. */
  non-sealed interface Found extends PrincipalAnswer {

    /** Whose the digest is. */
    Principal principal();

    /**
     * Whether memory may answer it again. False of what is accepted only by a commit of its own: a
     * secret that was never accepted, a token whose uses are counted.
     */
    default boolean mayBeKept() {
      return true;
    }

    /**
     * The change by which every node knows that a rotated secret was accepted first (rule 8a); null
     * if no rotation made the secret, or nobody was ever accepted by it.
     */
    default @Nullable Long firstUseChange() {
      return null;
    }

    @Override
    default Optional<Principal> found() {
      return Optional.of(principal());
    }
  }

  /**
   * Makes what a node keeps in memory of a principal. Whoever verifies tokens implements it, and
   * keeps beside the principal what it needs at each request. Thread-safe.
   */
  @FunctionalInterface
  interface Factory {

    /**
     * The answer that gives that principal.
     *
     * @param shownRoles those of its roles, in their order, that others may be told: they exist,
     *     and are no token's dedicated subject, whose name its creator has chosen
     * @param createdAt when the token was created
     * @param secret by which of its secrets it was found
     * @param bounds what bounds the token
     */
    Found of(
        Principal principal,
        List<String> shownRoles,
        Instant createdAt,
        PresentedSecret secret,
        TokenBounds bounds);
  }
}
