package dev.servicetokens.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that was just rotated, with its new secret, which is shown once.
 *
 * @param id its id
 * @param name its name
 * @param expiresAt the instant from which it is refused; null if it never ends
 * @param secret its new token string, which is stored nowhere
 * @param overlapEnds when its old secret ends at the latest; null if that has ended
 */
public record RotatedToken(
    TokenId id,
    String name,
    @Nullable Instant expiresAt,
    TokenString secret,
    @Nullable Instant overlapEnds) {}
