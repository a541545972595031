package dev.servicetokens.web;

/** A body comes in a form that is not read here; the message says which form is. */
public final class UnreadableBodyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private UnreadableBodyException(String message) {
    super(message);
  }

  /** It is compressed or otherwise encoded (RFC 9110, section 8.4). */
  public static UnreadableBodyException encoded() {
    return new UnreadableBodyException(
        "No encoded body is read here; send it as it is, without Content-Encoding.");
  }

  /** It is said to be something else than a form. */
  public static UnreadableBodyException notForm() {
    return new UnreadableBodyException(
        "This operation takes a form; send it as application/x-www-form-urlencoded, and say so in Content-Type.");
  }

  /** It is said to be in another encoding of characters than UTF-8. */
  public static UnreadableBodyException notUtf8() {
    return new UnreadableBodyException(
        "A body is read as UTF-8 only; send it so, without another charset in Content-Type.");
  }
}
