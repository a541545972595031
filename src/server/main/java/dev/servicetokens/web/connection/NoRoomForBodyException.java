package dev.servicetokens.web.connection;

/** The bodies of all requests together need more memory than is set aside for them. */
public final class NoRoomForBodyException extends BodyAbandonedException {

  private static final long serialVersionUID = 1L;

  NoRoomForBodyException() {
    super("The server holds as many requests' bodies as it can now; try again in a moment.");
  }
}
