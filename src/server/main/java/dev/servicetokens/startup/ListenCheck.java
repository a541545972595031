package dev.servicetokens.startup;

import io.micronaut.core.value.PropertyResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Finds out whether the HTTP server will be able to listen, before a start has written anything: a
 * refusal after a first start would leave an administrator token behind that nobody was told of.
 */
public final class ListenCheck {
  /** What the variables of the server's own address begin with. */
  static final String SERVER = "MICRONAUT_SERVER";

  private static final String MANAGEMENT = "SERVICE_TOKENS_MANAGEMENT";
  private static final String MANAGEMENT_PORT = "service-tokens.management.port";
  private static final int ANY_PORT = 0;

  private ListenCheck() {}

  /**
   * Tries the configured addresses, the management port's too if there is one; one of TLS or of
   * listeners of their own is left to the HTTP server.
   *
   * @throws StartRefusal when one is in use, not ours, or needs more rights
   */
  public static void require(PropertyResolver properties) {
    int port = properties.getProperty("micronaut.server.port", Integer.class).orElse(ANY_PORT);
    Settings.require("micronaut.server.port", port);
    if (isPlain(properties)) {
      String host =
          properties.getProperty("micronaut.server.host", String.class).orElse("127.0.0.1");
      require(SERVER, host, Math.max(port, ANY_PORT));
    }
    properties
        .getProperty(MANAGEMENT_PORT, Integer.class)
        .ifPresent(management -> requireManagement(properties, management, port));
  }

  private static void requireManagement(PropertyResolver properties, int port, int serverPort) {
    Settings.require(MANAGEMENT_PORT, port);
    if (port == serverPort && port > ANY_PORT) {
      throw new StartRefusal(
          "SERVICE_TOKENS_MANAGEMENT_PORT is the server's own port %d, which asks for a token where the management port does not: set it to another one, or remove it"
              .formatted(port));
    }
    String host =
        properties.getProperty("service-tokens.management.host", String.class).orElse("127.0.0.1");
    require(MANAGEMENT, host, Math.max(port, ANY_PORT));
  }

  /**
   * Says what goes over the wire, if others than this machine can connect and nothing that we know
   * of hides it from them.
   *
   * @param trustsProxies whether somebody has named a proxy, which speaks TLS then
   * @return a line for people; empty if nothing is open, or it is hidden
   */
  public static Optional<String> exposure(PropertyResolver properties, boolean trustsProxies) {
    String host = properties.getProperty("micronaut.server.host", String.class).orElse("127.0.0.1");
    boolean speaksTls =
        properties.containsProperty("service-tokens.tls.certificate") || !isPlain(properties);
    return speaksTls || trustsProxies || isLoopback(host)
        ? Optional.empty()
        : Optional.of(
            "MICRONAUT_SERVER_HOST is %s and the server speaks plain HTTP: whoever can read the wire reads every token that is sent, and may use it. Set SERVICE_TOKENS_TLS_CERTIFICATE and SERVICE_TOKENS_TLS_KEY, or let a proxy speak TLS and name it in SERVICE_TOKENS_TRUSTED_PROXIES"
                .formatted(host));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false; // The server will not listen there, and say so.
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
  static void require(String settings, String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    try (Socket socket = new Socket()) {
      if (address.isUnresolved()) {
        throw new UnknownHostException(host);
      }
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new StartRefusal(
          StartFailure.notListening(settings, host, Integer.toString(port), e), e);
    }
  }
}
