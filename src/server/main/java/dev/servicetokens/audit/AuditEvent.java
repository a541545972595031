package dev.servicetokens.audit;

/**
 * An event of the log. Immutable.
 *
 * @param id its id; a later event usually has a greater one
 * @param occurrence what happened
 * @param outcome how it ended
 */
public record AuditEvent(long id, Occurrence occurrence, AuditOutcome outcome) {}
