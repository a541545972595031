package dev.servicetokens.web.connection;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request line names (RFC 9112, section 3.2): a path and perhaps a query, of the
 * characters that RFC 3986 has for them, their octets UTF-8. The framework would take some other
 * characters, would route no path with a {@code +}, {@code &} or {@code ;} in it, and decodes
 * {@code +} to a blank, so those are percent-encoded on the way to it; to a reader of RFC 3986 both
 * forms of a target are the same.
 */
final class RequestTarget {

  private static final String UNRESERVED_AND_MARKS = "-._~!$'()*,=:@/";
  private static final String LEFT_ALONE = lettersAndDigits() + UNRESERVED_AND_MARKS;

  /** By character, what stands for it in a path; null where it may not stand in one. */
  private static final @Nullable String[] IN_PATH = new String[128];

  /** By character, whether it may stand in a query. */
  private static final boolean[] IN_QUERY = new boolean[128];

  /** By character, whether it may stand in a host, which an IPv6 address may be, or a port. */
  private static final boolean[] IN_AUTHORITY = new boolean[128];

  static {
    LEFT_ALONE
        .chars()
        .forEach(
            c -> {
              IN_PATH[c] = String.valueOf((char) c);
              IN_QUERY[c] = true;
            });
    IN_PATH['+'] = "%2B";
    IN_PATH['&'] = "%26";
    IN_PATH[';'] = "%3B";
    "+&;?".chars().forEach(c -> IN_QUERY[c] = true);
    System.arraycopy(IN_QUERY, 0, IN_AUTHORITY, 0, IN_QUERY.length);
    "/?@".chars().forEach(c -> IN_AUTHORITY[c] = false);
    "[]%".chars().forEach(c -> IN_AUTHORITY[c] = true);
  }

  private RequestTarget() {}

  /**
   * The target as the framework understands it, most often the very same.
   *
   * @param isForServer whether the method may concern the server as a whole ({@code *})
   * @return null if it is no target
   */
  static @Nullable String normalize(String target, boolean isForServer) {
    if (isForServer && target.equals("*")) {
      return target;
    }
    @Nullable String origin = target.startsWith("/") ? target : withoutAuthority(target);
    if (origin == null) {
      return null;
    }
    int query = origin.indexOf('?');
    int end = query < 0 ? origin.length() : query;
    boolean isEncoded = false;
    boolean isChanged = origin.startsWith("//"); // The framework would take it for an authority.
    for (int i = 0; i < origin.length(); i++) {
      char c = origin.charAt(i);
      if (c == '%') {
        if (!isOctet(origin, i)) {
          return null;
        }
        isEncoded = true;
        i += 2;
      } else if (c >= 128 || !(i < end ? IN_PATH[c] != null : IN_QUERY[c])) {
        return null;
      } else {
        isChanged |= i < end && (c == '+' || c == '&' || c == ';');
      }
    }
    if (isEncoded && !isUtf8(origin)) {
      return null;
    }
    return isChanged ? encoded(origin, end) : origin;
  }

  /** Of the absolute form, which every server must take, what stands behind the host. */
  private static @Nullable String withoutAuthority(String target) {
    int start = target.indexOf("://") + 3;
    String scheme = start < 3 ? "" : target.substring(0, start);
    if (!scheme.equalsIgnoreCase("http://") && !scheme.equalsIgnoreCase("https://")) {
      return null;
    }
    int end = start;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    if (end == start || !isAuthority(target.substring(start, end))) {
      return null;
    }
    String rest = target.substring(end);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /** Whether a text is a host and perhaps a port; no name is looked up (RFC 3986, section 3.2). */
  static boolean isAuthority(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 128 || !IN_AUTHORITY[c]) {
        return false;
      }
    }
    return true;
  }

  private static String encoded(String origin, int end) {
    StringBuilder target = new StringBuilder(origin.length() + 8);
    for (int i = 0; i < end; i++) {
      char c = origin.charAt(i);
      boolean isSecondSlash = i == 1 && c == '/';
      target.append(isSecondSlash ? "%2F" : c == '%' ? "%" : IN_PATH[c]);
    }
    return target.append(origin, end, origin.length()).toString();
  }

  private static boolean isOctet(String text, int percent) {
    return percent + 2 < text.length()
        && Character.digit(text.charAt(percent + 1), 16) >= 0
        && Character.digit(text.charAt(percent + 2), 16) >= 0
        && text.charAt(percent + 1) < 128
        && text.charAt(percent + 2) < 128;
  }

  /** Two names that are not UTF-8 would both become the same signs of replacement. */
  private static boolean isUtf8(String origin) {
    ByteBuffer octets = ByteBuffer.allocate(origin.length());
    for (int i = 0; i < origin.length(); i++) {
      char c = origin.charAt(i);
      if (c == '%') {
        octets.put((byte) Integer.parseInt(origin, i + 1, i + 3, 16));
        i += 2;
      } else {
        octets.put((byte) c);
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String lettersAndDigits() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 128; c++) {
      if (Character.isLetterOrDigit(c)) {
        all.append(c);
      }
    }
    return all.toString();
  }
}
