package dev.servicetokens.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that speaks HTTP; shows no password.
 *
 * @param authorization the value of {@code Proxy-Authorization}; null without user name
 */
record HttpProxy(String host, int port, @Nullable String authorization) {

  private static final String DISABLED_IN_TUNNELS = "jdk.http.auth.tunneling.disabledSchemes";

  /** No proxy, whatever the JVM was told by system properties. */
  static final ProxySelector NONE =
      new ProxySelector() {
        @Override
        public List<Proxy> select(URI uri) {
          return List.of(Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
      };

  /**
   * Reads {@code http://[user:password@]host[:port]}.
   *
   * @throws IllegalArgumentException if it is none; the message holds nothing of it
   */
  static HttpProxy parse(String url) {
    try {
      URI uri = new URI(url.strip());
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        @Nullable String user = uri.getRawUserInfo();
        if (user != null) {
          allowBasicInTunnels();
        }
        return new HttpProxy(
            uri.getHost(),
            uri.getPort() < 0 ? 80 : uri.getPort(),
            user == null ? null : basic(user));
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // The message below says all that matters, and the URL may hold a password.
    }
    throw new IllegalArgumentException(
        "The address of the proxy is not like http://proxy:3128 or http://user:password@proxy:3128;"
            + " proxies of other kinds are not supported");
  }

  private static String basic(String userInfo) {
    int colon = userInfo.indexOf(':');
    String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
    String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
    byte[] bytes = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** A plus is no space here, as it is in forms. */
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * The JDK withholds passwords from proxies of HTTPS unless it is told otherwise, once, before its
   * client is used first in the process. What the user has set stays.
   */
  private static void allowBasicInTunnels() {
    if (System.getProperty(DISABLED_IN_TUNNELS) == null) {
      System.setProperty(DISABLED_IN_TUNNELS, "");
    }
  }

  Proxy proxy() {
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host, port));
  }

  ProxySelector selector() {
    return ProxySelector.of(InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public String toString() {
    return "HttpProxy[" + host + ":" + port + "]";
  }
}
