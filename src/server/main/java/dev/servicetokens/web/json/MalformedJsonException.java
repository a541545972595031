package dev.servicetokens.web.json;

/** A body that is not one JSON value; the message says where it breaks off, not what it holds. */
public final class MalformedJsonException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedJsonException(String message) {
    super(message);
  }
}
