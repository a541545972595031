package dev.servicetokens.startup;

import io.micronaut.core.value.PropertyResolver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;

/**
 * Finds out whether the HTTP server will be able to listen, before a start has written anything: a
 * refusal after a first start would leave an administrator token behind that nobody was told of.
 */
public final class ListenCheck {
  private static final int ANY_PORT = 0;

  private ListenCheck() {}

  /**
   * Tries the configured address; one of TLS or of listeners of their own is left to the HTTP
   * server.
   *
   * @throws StartRefusal when it is in use, not ours, or needs more rights
   */
  public static void require(PropertyResolver properties) {
    int port = properties.getProperty("micronaut.server.port", Integer.class).orElse(ANY_PORT);
    Settings.require("micronaut.server.port", port);
    if (isPlain(properties)) {
      String host =
          properties.getProperty("micronaut.server.host", String.class).orElse("127.0.0.1");
      require(host, Math.max(port, ANY_PORT));
    }
  }

  private static boolean isPlain(PropertyResolver properties) {
    return !isSet(properties, "micronaut.server.ssl.enabled")
        && !isSet(properties, "micronaut.ssl.enabled")
        && !properties.containsProperties("micronaut.server.netty.listeners");
  }

  private static boolean isSet(PropertyResolver properties, String name) {
    return properties.getProperty(name, Boolean.class).orElse(false);
  }

  /** Binds without listening, so that no caller reaches a port that closes again. */
  static void require(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    try (Socket socket = new Socket()) {
      if (address.isUnresolved()) {
        throw new UnknownHostException(host);
      }
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new StartRefusal(StartFailure.notListening(host, Integer.toString(port), e), e);
    }
  }
}
