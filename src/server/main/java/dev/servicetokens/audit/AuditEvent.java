package dev.servicetokens.audit;

import java.time.Instant;

/**
 * An event of the audit log. Immutable.
 *
 * @param id its id; a later event usually has a greater one
 * @param occurrence what happened
 * @param outcome how it ended, by its name, which may be one of a later release
 */
public record AuditEvent(long id, Occurrence occurrence, String outcome) {

  /**
   * Something that happened, as it is written. Immutable.
   *
   * @param at when, written exact to the millisecond; the first time if it stands for several
   * @param entry what
   * @param count how many equal ones it stands for, 1 or more
   * @param origin from where
   */
  public record Occurrence(Instant at, AuditEntry entry, long count, Origin origin) {}
}
