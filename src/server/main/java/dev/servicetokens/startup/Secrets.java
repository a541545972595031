package dev.servicetokens.startup;

import dev.servicetokens.text.TokenText;
import java.util.regex.Pattern;

/** Takes credentials out of texts that other people's code has written. */
final class Secrets {
  private static final Pattern PARAMETER =
      Pattern.compile("(?i)(password|passwd|pwd)=[^&\\s\\])'\"]*");
  private static final Pattern USER_INFORMATION = Pattern.compile("//[^/@\\s]*@");

  private Secrets() {}

  /** Returns the text with token strings, password parameters and user information masked. */
  static String mask(String text) {
    String masked = PARAMETER.matcher(TokenText.mask(text)).replaceAll("$1=***");
    return USER_INFORMATION.matcher(masked).replaceAll("//***@");
  }
}
