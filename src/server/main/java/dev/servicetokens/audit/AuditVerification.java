package dev.servicetokens.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a check of a part of the chain has found. Immutable.
 *
 * @param last the last place that was checked and is intact
 * @param checkedEvents how many events were checked
 * @param unsealedEvents how many wait for their seals
 * @param isComplete whether the end of the chain is reached, or a break
 * @param fault the first break; null if there is none
 */
public record AuditVerification(
    ChainLink last,
    long checkedEvents,
    long unsealedEvents,
    boolean isComplete,
    @Nullable Fault fault) {

  /**
   * An event that is not as it was sealed.
   *
   * @param eventId its id; null where the break is at no event
   * @param problem what is wrong with it, in one line
   */
  public record Fault(@Nullable Long eventId, String problem) {}
}
