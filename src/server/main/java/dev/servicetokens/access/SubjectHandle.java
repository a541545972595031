package dev.servicetokens.access;

import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import java.util.Set;

/**
 * The name of a subject, by which a token names its role. Case counts and nothing is trimmed.
 *
 * @param value 1 to 255 characters, not blank, no control characters
 */
public record SubjectHandle(String value) {

  /** Longest handle, in Unicode code points. */
  public static final int MAX_LENGTH = 255;

  private static final String DEFINITIONS = "definitions";

  /** As path segments they are other operations', or what clients resolve before they send. */
  private static final Set<String> RESERVED = Set.of("list", DEFINITIONS, ".", "..");

  private static final String SECRET =
      "A token string cannot name a role or subject: it would be stored in the clear; choose another name.";

  /**
   * @throws InvalidSubjectHandleException if the value breaks the rules above
   */
  public SubjectHandle {
    if (PlainText.isBlank(value)) {
      throw new InvalidSubjectHandleException(
          "A role or subject needs a name; this one is empty or blank.");
    }
    if (PlainText.length(value) > MAX_LENGTH) {
      throw new InvalidSubjectHandleException(
          "The name of a role or subject is at most %d characters long.".formatted(MAX_LENGTH));
    }
    if (!PlainText.isOneLine(value)) {
      throw new InvalidSubjectHandleException(
          "The name of a role or subject has no control characters.");
    }
    if (TokenText.occursIn(value)) {
      throw new InvalidSubjectHandleException(SECRET);
    }
  }

  /**
   * The handle that somebody names. What is stored may be older than a rule, and is only read.
   *
   * @throws InvalidSubjectHandleException also if it could not be a segment of a path of its own
   */
  public static SubjectHandle of(String value) {
    if (RESERVED.contains(value)) {
      throw new InvalidSubjectHandleException(
          "A role or subject cannot be called '%s'; choose another name.".formatted(value));
    }
    return new SubjectHandle(value);
  }

  /**
   * The handle of a subject that somebody deletes. One called {@code definitions} may be older than
   * the path that took its name, and can still be deleted.
   *
   * @throws InvalidSubjectHandleException as {@link #of}
   */
  public static SubjectHandle ofDeleted(String value) {
    return value.equals(DEFINITIONS) ? new SubjectHandle(value) : of(value);
  }

  /**
   * Returns if no token string stands in it, a configured one included; asked before something gets
   * this name. A handle that exists is not asked: somebody may configure such a token later.
   *
   * @throws InvalidSubjectHandleException otherwise
   */
  void requireNoSecret() {
    if (TokenText.isRevealedBy(value)) {
      throw new InvalidSubjectHandleException(SECRET);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
