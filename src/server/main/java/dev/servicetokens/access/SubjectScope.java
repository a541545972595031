package dev.servicetokens.access;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import org.jspecify.annotations.Nullable;

/**
 * The scope that existing clients give a subject. It is kept and means nothing here.
 *
 * @param query up to 10 000 code points, line breaks and tabs allowed; null for none
 * @param version the version of the query's language, up to 255 code points; null for none
 */
public record SubjectScope(@Nullable String query, @Nullable String version) {

  /** Longest query, in Unicode code points. */
  public static final int MAX_QUERY_LENGTH = 10_000;

  /** Longest version, in Unicode code points. */
  public static final int MAX_VERSION_LENGTH = 255;

  /** Nothing was said. */
  public static final SubjectScope NONE = new SubjectScope(null, null);

  /**
   * @throws InvalidInputException if a limit above is not kept, or a token string is in it
   */
  public SubjectScope {
    check("query", query, MAX_QUERY_LENGTH);
    check("version", version, MAX_VERSION_LENGTH);
  }

  /**
   * Returns if no token string stands in it, a configured one included; asked before it is stored.
   *
   * @throws InvalidInputException otherwise
   */
  void requireNoSecret() {
    if (query != null && TokenText.isRevealedBy(query)) {
      throw invalid("query", MAX_QUERY_LENGTH);
    }
    if (version != null && TokenText.isRevealedBy(version)) {
      throw invalid("version", MAX_VERSION_LENGTH);
    }
  }

  private static void check(String field, @Nullable String text, int maxLength) {
    if (text != null
        && (PlainText.length(text) > maxLength
            || !PlainText.isSeveralLines(text)
            || TokenText.occursIn(text))) {
      throw invalid(field, maxLength);
    }
  }

  private static InvalidInputException invalid(String field, int maxLength) {
    return new InvalidInputException(
        "The %s has at most %d characters, no control characters but line breaks and tabs, and no token string; correct it."
            .formatted(field, maxLength));
  }
}
