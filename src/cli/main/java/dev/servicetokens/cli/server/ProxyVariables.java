package dev.servicetokens.cli.server;

import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.client.ServiceTokensClient;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} ask for, in capital
 * or else in small letters, read as the published command line reads them.
 */
final class ProxyVariables {

  private static final Pattern URL =
      Pattern.compile("(?i)(https?)://(\\[[^\\]]*\\]|[^:/]*)(?::(\\d*))?(?:/.*)?");
  private static final Pattern NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]*\\]|[^:]*)(?::(\\d+))?");

  private final String host;
  private final String port;
  private final @Nullable InetAddress address;

  private ProxyVariables(String host, String port) {
    this.host = host;
    this.port = port;
    this.address = literal(host);
  }

  /**
   * Sets a client up.
   *
   * @throws IllegalArgumentException if a variable is none of a proxy, or cannot be believed
   */
  static void apply(String url, Environment environment, ServiceTokensClient.Builder client) {
    boolean secure = url.strip().toLowerCase(Locale.ROOT).startsWith("https:");
    String variable = secure ? "HTTPS_PROXY" : "HTTP_PROXY";
    String proxy = either(environment, variable);
    if (proxy.isEmpty()) {
      return;
    }
    if (goesStraight(url, either(environment, "NO_PROXY"))) {
      client.noProxy();
      return;
    }
    // A web server's program gets a request's header "Proxy" as this variable (CVE-2016-5388).
    if (!secure && !environment.variable("REQUEST_METHOD").isEmpty()) {
      throw new IllegalArgumentException(
          "HTTP_PROXY is not used beside REQUEST_METHOD, as the caller of a web server could have"
              + " set it; unset one of them");
    }
    use(client, variable, proxy.strip());
  }

  private static void use(ServiceTokensClient.Builder client, String variable, String proxy) {
    try {
      client.proxy(proxy.contains("://") ? proxy : "http://" + proxy);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The variable " + variable + " cannot be used. " + e.getMessage(), e);
    }
  }

  private static String either(Environment environment, String name) {
    String value = environment.variable(name);
    return value.isEmpty() ? environment.variable(name.toLowerCase(Locale.ROOT)) : value;
  }

  /** Whether requests to a URL need no proxy, of itself or by a list of those that do not. */
  static boolean goesStraight(String url, String noProxy) {
    Matcher parts = URL.matcher(url.strip());
    if (!parts.matches()) {
      return true;
    }
    String port = parts.group(3) == null ? "" : parts.group(3);
    String usualPort = parts.group(1).equalsIgnoreCase("https") ? "443" : "80";
    return new ProxyVariables(
            parts.group(2).toLowerCase(Locale.ROOT), port.isEmpty() ? usualPort : port)
        .goesStraight(noProxy);
  }

  private boolean goesStraight(String noProxy) {
    return host.equals("localhost")
        || (address != null && address.isLoopbackAddress())
        || Stream.of(noProxy.split(","))
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .anyMatch(this::isMeantBy);
  }

  /** Whether an entry of the list means this server: {@code *}, a block, an address or a name. */
  private boolean isMeantBy(String entry) {
    if (entry.equals("*")) {
      return true;
    }
    int slash = entry.indexOf('/');
    if (slash > 0) {
      return isWithin(literal(entry.substring(0, slash)), entry.substring(slash + 1));
    }
    @Nullable InetAddress bare = literal(entry);
    Matcher parts = WITH_PORT.matcher(entry);
    if (bare != null) {
      return bare.equals(address);
    }
    if (!parts.matches() || parts.group(1).isEmpty()) {
      return false;
    }
    boolean samePort = parts.group(2) == null || parts.group(2).equals(port);
    @Nullable InetAddress wanted = literal(parts.group(1));
    return samePort && (wanted != null ? wanted.equals(address) : hasName(parts.group(1)));
  }

  /** A name means itself and all below it, one that begins with a dot only those. */
  private boolean hasName(String entry) {
    String name = entry.startsWith("*.") ? entry.substring(1) : entry;
    if (address != null) {
      return false;
    }
    return name.startsWith(".")
        ? host.endsWith(name)
        : host.equals(name) || host.endsWith("." + name);
  }

  private boolean isWithin(@Nullable InetAddress block, String length) {
    if (block == null || address == null || !length.matches("\\d{1,3}")) {
      return false;
    }
    byte[] left = block.getAddress();
    byte[] right = address.getAddress();
    int bits = Integer.parseInt(length);
    if (left.length != right.length || bits > left.length * 8) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((left[bit / 8] & mask) != (right[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The address that a text is; null for a name, which nobody is asked about. */
  private static @Nullable InetAddress literal(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (!bare.contains(":") && !NUMBERS.matcher(bare).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(bare);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
