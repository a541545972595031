package dev.servicetokens.audit;

/**
 * Binds an event to its place in the chain. Immutable.
 *
 * @param link the place and the hash there
 * @param eventId the event
 */
public record Seal(ChainLink link, long eventId) {

  /** The seal of an event that follows that place. */
  static Seal after(ChainLink before, EventContent event) {
    long number = before.sequenceNumber() + 1;
    return new Seal(
        new ChainLink(number, before.hash().next(number, event.bytes())), event.eventId());
  }
}
