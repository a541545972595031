package dev.servicetokens.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and from where a token was used last, and how often so far. Immutable.
 *
 * @param at the last use; exact to the millisecond
 * @param address the address from where it came; null if nobody knows it
 * @param count how many requests it has authenticated, at least one
 */
public record LastUse(Instant at, @Nullable String address, long count) {}
