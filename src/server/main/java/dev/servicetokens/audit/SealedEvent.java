package dev.servicetokens.audit;

import org.jspecify.annotations.Nullable;

/**
 * A seal with what is stored of its event now.
 *
 * @param seal the seal
 * @param content the event; null if it is not there any more
 */
public record SealedEvent(Seal seal, @Nullable EventContent content) {}
