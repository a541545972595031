package dev.servicetokens.web.connection;

/** The head of a request is none by RFC 9112; the message says what is wrong with it. */
public final class MalformedRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedRequestException(String message) {
    super(message);
  }
}
