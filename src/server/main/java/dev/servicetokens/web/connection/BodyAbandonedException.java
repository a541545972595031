package dev.servicetokens.web.connection;

import java.nio.channels.ClosedChannelException;

/**
 * Why the rest of a body is not waited for. Where an operation waits for that body, it is refused
 * with this. Where none does any longer, the framework would log it as a fault of the server, with
 * a stack trace for whoever sends such bytes; of what comes from a closed channel it does not.
 */
abstract sealed class BodyAbandonedException extends RuntimeException
    permits BrokenFramingException, NoRoomForBodyException, RequestTooSlowException {

  private static final long serialVersionUID = 1L;

  BodyAbandonedException(String message) {
    super(message, new ClosedChannelException());
  }
}
