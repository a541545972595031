package dev.servicetokens.web.connection;

/** A request was not complete in time; whoever sent half of it is told, and disconnected. */
public final class RequestTooSlowException extends BodyAbandonedException {

  private static final long serialVersionUID = 1L;

  RequestTooSlowException() {
    super(
        "The request was not complete in time and the connection is closed; send it again, as a whole.");
  }
}
