package dev.servicetokens.text;

import java.util.regex.Pattern;

/** Finds token strings of our shape in other texts, where they have no business. */
public final class TokenText {

  private static final Pattern WHOLE = Pattern.compile("svctok-[0-9A-Za-z]{38}");
  private static final Pattern ANY_PART = Pattern.compile("svctok-[0-9A-Za-z]+");

  private TokenText() {}

  /** Whether a whole token string stands in the text, real or not. */
  public static boolean occursIn(String text) {
    return WHOLE.matcher(text).find();
  }

  /** The text with every token string, whole or cut off, masked. */
  public static String mask(String text) {
    return ANY_PART.matcher(text).replaceAll("svctok-…");
  }
}
