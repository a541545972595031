package dev.servicetokens.web;

import dev.servicetokens.text.AddressBlock;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says where a request comes from: who is at the other end of the connection, or, where that is a
 * trusted proxy, the last address in {@code X-Forwarded-For} that no trusted proxy has. Whatever
 * stands before it anybody may have written. Thread-safe; without trusted proxies it allocates
 * nothing.
 */
@Singleton
public class ClientAddresses {

  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private final TrustedProxies proxies;

  ClientAddresses(AddressConfiguration configuration) {
    this.proxies = configuration.proxies();
  }

  /**
   * Returns the address that a text is, as people write it: no name, no block, no port, no zone.
   * Never asks a name server.
   *
   * @return empty if it is none
   */
  public static Optional<InetAddress> parse(String text) {
    return AddressBlock.parseAddress(text);
  }

  /** Returns the client's address; the loopback address where the connection has none. */
  public InetAddress of(HttpRequest<?> request) {
    InetAddress peer = request.getRemoteAddress().getAddress();
    if (peer == null) {
      return InetAddress.getLoopbackAddress();
    }
    if (peer instanceof Inet6Address six && six.getScopeId() != 0) {
      peer = withoutScope(six);
    }
    return proxies.areNone()
        ? peer
        : behindProxies(peer, request.getHeaders().getAll(FORWARDED_FOR));
  }

  /**
   * The client's address as a trusted proxy says it. Where every request comes from a proxy, the
   * address of the connection is nobody's whom it asks for.
   *
   * @return null if the connection is no trusted proxy's, or that names no client
   */
  public @Nullable InetAddress behindTrustedProxy(HttpRequest<?> request) {
    InetAddress client = of(request);
    return proxies.areNone() || proxies.contain(client) || client.equals(peer(request))
        ? null
        : client;
  }

  private static @Nullable InetAddress peer(HttpRequest<?> request) {
    InetAddress peer = request.getRemoteAddress().getAddress();
    return peer instanceof Inet6Address six && six.getScopeId() != 0 ? withoutScope(six) : peer;
  }

  /**
   * Takes the scope away from a link-local address: the network interface by which a request came
   * is no part of the client's address.
   */
  private static InetAddress withoutScope(Inet6Address address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An IPv6 address has 16 bytes.", e);
    }
  }

  private InetAddress behindProxies(InetAddress peer, List<String> headers) {
    InetAddress nearest = peer;
    for (String header : headers.reversed()) {
      String[] hops = header.split(",", -1);
      for (int i = hops.length - 1; i >= 0; i--) {
        if (!proxies.contain(nearest)) {
          return nearest;
        }
        Optional<InetAddress> hop = AddressBlock.parseAddress(withoutPort(hops[i].strip()));
        if (hop.isEmpty()) {
          return nearest;
        }
        nearest = hop.get();
      }
    }
    return nearest;
  }

  /** Some proxies write {@code 192.0.2.1:4711} and {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
