package dev.servicetokens.web.connection;

import java.nio.channels.ClosedChannelException;

/**
 * A request whose rest is not waited for. An operation that waits for the request's body is refused
 * with this. Where no operation waits any longer, the framework would log it as a fault of the
 * server, with a stack trace for whoever sends such bytes; it does not log what a closed channel
 * causes, so a closed channel is given as the cause.
 */
public final class UnfinishedRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why the rest is not waited for. */
  public enum Reason {
    /** The body does not come to an end as HTTP/1.1 has it (RFC 9112, sections 6.3 and 7.1). */
    BROKEN_FRAMING,

    /** The request was not complete in time; whoever sent half of it is told, and disconnected. */
    TOO_SLOW,

    /** The bodies of all requests together need more memory than is set aside for them. */
    NO_ROOM
  }

  private UnfinishedRequestException(Reason reason, String message) {
    super(message, new ClosedChannelException());
    this.reason = reason;
  }

  static UnfinishedRequestException brokenChunk() {
    return new UnfinishedRequestException(
        Reason.BROKEN_FRAMING,
        "The body's chunks are not as HTTP/1.1 has them; correct its framing.");
  }

  /** The client is gone, so that only the log can show this message. */
  static UnfinishedRequestException connectionEnded() {
    return new UnfinishedRequestException(
        Reason.BROKEN_FRAMING, "The connection ended before the request did.");
  }

  static UnfinishedRequestException tooSlow() {
    return new UnfinishedRequestException(
        Reason.TOO_SLOW,
        "The request was not complete in time and the connection is closed; send it again, as a whole.");
  }

  static UnfinishedRequestException noRoom() {
    return new UnfinishedRequestException(
        Reason.NO_ROOM,
        "The server holds as many requests' bodies as it can now; try again in a moment.");
  }

  /** Returns why the rest is not waited for; it decides the status. */
  public Reason reason() {
    return reason;
  }
}
