package dev.servicetokens.client;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the address of a server and refuses what would only fail later, and less clearly. */
final class ServerUrl {

  private ServerUrl() {}

  /**
   * Reads a URL and takes the slash off its end.
   *
   * @throws IllegalArgumentException if it is not {@code http(s)://host[:port][/path]}
   */
  static URI parse(String url) {
    try {
      URI uri = new URI(url.strip().replaceFirst("/+$", ""));
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      boolean plain =
          uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
      if (web && plain && uri.getHost() != null && uri.getPort() <= 65535) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The message below says all that matters, and a URL may hold a password.
    }
    throw new IllegalArgumentException(
        "The URL is not one of a server; write it like http://localhost:8080, without user name,"
            + " query or fragment");
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
