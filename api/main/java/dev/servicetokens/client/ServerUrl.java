package dev.servicetokens.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a server.
 *
 * @param uri where requests go; if its host is {@link #STAND_IN}, that stands for the real one
 * @param host the host as it was given
 */
record ServerUrl(URI uri, String host) {

  /**
   * {@link URI} knows no host with an underscore, although such names are common in container
   * networks, and the JDK's client takes no URI without a host.
   */
  private static final String STAND_IN = "named-host";

  private static final Pattern WITH_UNDERSCORE =
      Pattern.compile("(?i)(https?://)([a-z0-9_.-]*_[a-z0-9_.-]*)((?::[0-9]+)?(?:/.*)?)");

  /**
   * Reads a URL and takes the slash off its end.
   *
   * @throws IllegalArgumentException if it is not {@code http(s)://host[:port][/path]}
   */
  static ServerUrl parse(String url) {
    String trimmed = url.strip().replaceFirst("/+$", "");
    Matcher named = WITH_UNDERSCORE.matcher(trimmed);
    try {
      URI uri = new URI(named.matches() ? named.replaceFirst("$1" + STAND_IN + "$3") : trimmed);
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      boolean plain =
          uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
      if (web && plain && uri.getHost() != null && uri.getPort() <= 65535) {
        return new ServerUrl(uri, named.matches() ? named.group(2) : uri.getHost());
      }
    } catch (URISyntaxException e) {
      // The message below says all that matters, and a URL may hold a password.
    }
    throw new IllegalArgumentException(
        "The URL is not one of a server; write it like http://localhost:8080, without user name,"
            + " query or fragment");
  }

  boolean isSecure() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** Whether the host has a name that only {@link UnderscoreClient} can call. */
  boolean hasUnderscore() {
    return !host.equals(uri.getHost());
  }

  /** The address with the real host. */
  @Override
  public String toString() {
    return hasUnderscore() ? uri.toString().replaceFirst(STAND_IN, host) : uri.toString();
  }

  /**
   * Reads a path; empty stays empty, otherwise it begins with a slash and ends without one.
   *
   * @throws IllegalArgumentException if it has a query, a fragment or a character that no path has
   */
  static String parsePath(String path) {
    String trimmed = path.strip().replaceFirst("^/+", "").replaceFirst("/+$", "");
    if (!trimmed.matches("[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")) {
      throw new IllegalArgumentException("The API path is not a path; write it like /api");
    }
    return trimmed.isEmpty() ? "" : "/" + trimmed;
  }
}
