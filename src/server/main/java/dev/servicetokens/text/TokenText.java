package dev.servicetokens.text;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds token strings in other texts, where they have no business: those of our shape, and those
 * that configuration put in place, which may look like anything.
 *
 * <p>A configured one that was given to this process in the clear is found wherever it stands. One
 * of which only the digest is known (another server's, an earlier start's, one given as a digest)
 * is found as a word: between blanks, or between the signs that part words in URLs, headers, JSON
 * and prose.
 *
 * <p>What is configured is known to the whole process, because the log is the process's, too.
 * Thread-safe.
 */
public final class TokenText {

  private static final Pattern WHOLE = Pattern.compile("svctok-[0-9A-Za-z]{38}");
  private static final Pattern ANY_PART = Pattern.compile("svctok(?:-|%2[Dd])[0-9A-Za-z]+");

  /** No configured token string is shorter. */
  private static final Pattern LONG_WORD = Pattern.compile("[!-~]{20,}");

  private static final int SHORTEST = 20;

  /** Signs at which a word may begin or end within a longer one. */
  private static final String PARTING = "=:;,&?/\"'`()<>[]{}|@#\\";

  /** Pairs of such signs that are tried in one word: enough for every header, not for an attack. */
  private static final int MOST_TRIED = 300;

  private static final String MASK = "…";

  private static final List<HiddenText> CONFIGURED = new CopyOnWriteArrayList<>();
  private static final List<Predicate<String>> KNOWN_BY_DIGEST = new CopyOnWriteArrayList<>();

  private TokenText() {}

  /**
   * Lets a configured token string be found from now on, as long as the process lives. It is not
   * kept itself.
   */
  public static void hide(String configured) {
    HiddenText hidden = HiddenText.of(configured);
    if (!CONFIGURED.contains(hidden)) {
      CONFIGURED.add(hidden);
    }
  }

  /**
   * Lets token strings be found of which somebody knows the digest.
   *
   * @param isSecret whether a word is one; called for words of 20 characters or more
   * @return takes {@code isSecret} away again
   */
  public static Runnable hideAllOf(Predicate<String> isSecret) {
    KNOWN_BY_DIGEST.add(isSecret);
    return () -> KNOWN_BY_DIGEST.remove(isSecret);
  }

  /** Whether a whole token string of our shape stands in the text, real or not. */
  public static boolean occursIn(String text) {
    return WHOLE.matcher(text).find();
  }

  /** Whether a whole token string of our shape or a configured one stands in the text. */
  public static boolean isRevealedBy(String text) {
    return occursIn(text) || !maskConfigured(text).equals(text);
  }

  /**
   * Returns the text with every token string masked; those of our shape also if they are cut off.
   */
  public static String mask(String text) {
    return maskConfigured(ANY_PART.matcher(text).replaceAll("svctok-" + MASK));
  }

  private static String maskConfigured(String text) {
    if (text.length() < SHORTEST) {
      return text;
    }
    String masked = text;
    for (HiddenText hidden : CONFIGURED) {
      masked = hidden.mask(masked, MASK);
    }
    for (Predicate<String> isSecret : KNOWN_BY_DIGEST) {
      masked = maskWords(masked, isSecret);
    }
    return masked;
  }

  private static String maskWords(String text, Predicate<String> isSecret) {
    return LONG_WORD
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(maskWord(found.group(), isSecret)));
  }

  /** Masks the first part of a word that is a secret, and then those behind it. */
  private static String maskWord(String word, Predicate<String> isSecret) {
    if (isSecret.test(word)) {
      return MASK;
    }
    int tried = 0;
    for (int begin = nextPart(word, -1); begin >= 0; begin = nextPart(word, begin)) {
      for (int end = word.length(); end - begin >= SHORTEST; end--) {
        boolean isEnd = end == word.length() || isParting(word.charAt(end));
        if (isEnd && tried++ < MOST_TRIED && isSecret.test(word.substring(begin, end))) {
          return word.substring(0, begin) + MASK + maskRest(word.substring(end), isSecret);
        }
      }
    }
    return word;
  }

  private static String maskRest(String rest, Predicate<String> isSecret) {
    return rest.length() < SHORTEST ? rest : maskWord(rest, isSecret);
  }

  /** Where the next part begins behind that place; -1 if none does. */
  private static int nextPart(String word, int after) {
    for (int begin = after + 1; word.length() - begin >= SHORTEST; begin++) {
      if (begin == 0 || isParting(word.charAt(begin - 1))) {
        return begin;
      }
    }
    return -1;
  }

  private static boolean isParting(char sign) {
    return PARTING.indexOf(sign) >= 0;
  }
}
