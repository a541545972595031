package dev.servicetokens.audit;

/**
 * An event of the log. Immutable.
 *
 * @param id its id; a later event usually has a greater one
 * @param occurrence what happened
 * @param outcome how it ended, by its name, which may be one of a later release
 */
public record AuditEvent(long id, Occurrence occurrence, String outcome) {}
