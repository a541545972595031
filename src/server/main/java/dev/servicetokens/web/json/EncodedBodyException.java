package dev.servicetokens.web.json;

/** A body comes compressed or otherwise encoded (RFC 9110, section 8.4). */
public final class EncodedBodyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EncodedBodyException() {
    super("No encoded body is read here; send it as it is, without Content-Encoding.");
  }
}
