package dev.servicetokens.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When, from where and for what a token was used last, and how often so far. Immutable.
 *
 * @param at the last use; exact to the millisecond
 * @param address the address from where it came; null if nobody knows it
 * @param application what it was used for, as a proxy said that asked; null if nobody did
 * @param count how many requests it has authenticated, at least one
 */
public record LastUse(
    Instant at, @Nullable String address, @Nullable String application, long count) {}
