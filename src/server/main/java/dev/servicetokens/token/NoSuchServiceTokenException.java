package dev.servicetokens.token;

/** There is no token of that id: there never was, or it has been deleted. */
public final class NoSuchServiceTokenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NoSuchServiceTokenException(TokenId id) {
    super("There is no service token with the id %s; list them to see the ids.".formatted(id));
  }
}
