package dev.servicetokens.web.connection;

/** Words a refusal of what never became a request. Thread-safe. */
public interface EarlyRefusals {

  /** The body that the contract has for that failure; it is logged with the same tracking key. */
  byte[] body(RuntimeException failure);
}
