package dev.servicetokens.token;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import java.util.List;

/**
 * Which names are meant: each {@code *} stands for any characters, also none, and everything else
 * for itself.
 *
 * @param text 1 to 255 code points on one line
 */
public record NamePattern(String text) {

  /**
   * @throws InvalidInputException if no name can be meant
   */
  public NamePattern {
    if (text.isEmpty()
        || PlainText.length(text) > NewServiceToken.MAX_NAME_LENGTH
        || !PlainText.isOneLine(text)) {
      throw new InvalidInputException(
          "'name' is a name of 1 to %d characters without control characters, with * for any of them."
              .formatted(NewServiceToken.MAX_NAME_LENGTH));
    }
  }

  /** Whether one name is meant, the text itself. */
  public boolean isExact() {
    return text.indexOf('*') < 0;
  }

  /** What stands before, between and after the asterisks; one part more than there are of them. */
  public List<String> parts() {
    return List.of(text.split("\\*", -1));
  }
}
