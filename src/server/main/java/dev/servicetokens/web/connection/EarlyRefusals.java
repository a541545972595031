package dev.servicetokens.web.connection;

/**
 * Writes the body of a refusal of what never became a request. Here is only the port, because the
 * words belong to {@code error}, which asks this room. Thread-safe.
 */
public interface EarlyRefusals {

  /**
   * Returns the body that the contract has for that failure; it is logged with the same tracking
   * key.
   */
  byte[] body(RuntimeException failure);
}
