package dev.servicetokens.audit;

/**
 * A place in the chain. Immutable.
 *
 * @param sequenceNumber 1 for the first; 0 stands before it
 * @param hash the hash at that place
 */
public record ChainLink(long sequenceNumber, ChainHash hash) {

  /** Before the first event. */
  public static final ChainLink START = new ChainLink(0, ChainHash.START);
}
