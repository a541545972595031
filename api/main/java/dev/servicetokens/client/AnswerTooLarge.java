package dev.servicetokens.client;

import java.io.IOException;

/** An answer that had more bytes than any of this API has; the rest of it was not read. */
final class AnswerTooLarge extends IOException {

  private static final long serialVersionUID = 1L;

  AnswerTooLarge(long mostBytes) {
    super(
        "The answer is larger than "
            + (mostBytes >> 20)
            + " MiB; check the URL, or ask for less of a list");
  }
}
