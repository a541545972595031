package dev.servicetokens.token;

import org.jspecify.annotations.Nullable;

/**
 * By which of its secrets a token was found. Immutable.
 *
 * @param id names the secret, and tells nothing of it
 * @param pending whether a rotation made it and it has never been accepted: until that is committed
 *     and every node knows it, no node answers it from memory
 * @param firstUseChange the change that made its first acceptance known; null if no rotation made
 *     it, or it is pending
 */
public record PresentedSecret(long id, boolean pending, @Nullable Long firstUseChange) {}
