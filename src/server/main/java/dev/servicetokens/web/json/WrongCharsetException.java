package dev.servicetokens.web.json;

/** A body is said to be in another encoding than UTF-8. */
public final class WrongCharsetException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongCharsetException() {
    super("JSON is read as UTF-8 only; send it so, without another charset in Content-Type.");
  }
}
