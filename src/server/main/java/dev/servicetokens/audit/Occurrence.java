package dev.servicetokens.audit;

import java.time.Instant;

/**
 * Something that happened, as it is written. Immutable.
 *
 * @param at when, written exact to the millisecond; the first time if it stands for several
 * @param entry what
 * @param count how many equal ones it stands for, 1 or more
 * @param origin from where
 */
public record Occurrence(Instant at, AuditEntry entry, long count, Origin origin) {}
