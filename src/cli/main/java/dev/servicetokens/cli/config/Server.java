package dev.servicetokens.cli.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a URL leads, so that two ways to write the same compare equal. Holds no password.
 *
 * @param origin scheme, host and port in small letters, the usual port left out
 * @param path without a slash at its end
 */
record Server(String origin, String path) {

  private static final Pattern URL =
      Pattern.compile("(?i)(https?)://(?:[^/@]*@)?(\\[[^\\]]*\\]|[^:/]*)(:[0-9]*)?(/.*)?");

  static Server of(String url) {
    Matcher parts = URL.matcher(url.strip());
    if (!parts.matches()) {
      return new Server("an unknown address", "");
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String port = parts.group(3) == null ? "" : parts.group(3);
    boolean usual = port.length() < 2 || port.equals(scheme.equals("http") ? ":80" : ":443");
    return new Server(
        scheme + "://" + parts.group(2).toLowerCase(Locale.ROOT) + (usual ? "" : port),
        parts.group(4) == null ? "" : parts.group(4).replaceFirst("/+$", ""));
  }

  @Override
  public String toString() {
    return origin + path;
  }
}
