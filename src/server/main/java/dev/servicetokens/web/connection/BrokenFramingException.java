package dev.servicetokens.web.connection;

/** A body does not come to an end as HTTP/1.1 has it (RFC 9112, sections 6.3 and 7.1). */
public final class BrokenFramingException extends BodyAbandonedException {

  private static final long serialVersionUID = 1L;

  private BrokenFramingException(String message) {
    super(message);
  }

  static BrokenFramingException ofChunk() {
    return new BrokenFramingException(
        "The body's chunks are not as HTTP/1.1 has them; correct its framing.");
  }

  /** Nobody reads this but who reads the log. */
  static BrokenFramingException ofConnection() {
    return new BrokenFramingException("The connection ended before the request did.");
  }
}
