package dev.servicetokens.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpRequestWrapper;
import io.micronaut.http.MutableHttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientAddressesTest {

  @Test
  void isTheConnectionsUnlessAProxyIsTrusted() {
    assertThat(client(List.of(), "192.0.2.1", "198.51.100.7")).isEqualTo("192.0.2.1");
  }

  /** The last one that no trusted proxy has; what stands before it the client may have written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1 | 198.51.100.7 | 198.51.100.7",
        "10.0.0.1 | 203.0.113.9, 198.51.100.7 | 198.51.100.7",
        "10.0.0.1 | 198.51.100.7, 10.0.0.2 | 198.51.100.7",
        "10.0.0.1 | 198.51.100.7,10.0.0.2 , 10.0.0.3 | 198.51.100.7",
        "10.0.0.1 | 10.0.0.9, 10.0.0.2 | 10.0.0.9",
        "10.0.0.1 | 198.51.100.7:4711 | 198.51.100.7",
        "10.0.0.1 | 2001:db8::7 | 2001:db8:0:0:0:0:0:7",
        "10.0.0.1 | [2001:db8::7]:4711 | 2001:db8:0:0:0:0:0:7",
        "10.0.0.1 | ::ffff:198.51.100.7 | 198.51.100.7",
        "10.0.0.1 | 198.51.100.7, ::ffff:10.0.0.2 | 198.51.100.7",
        "fd00::1 | 198.51.100.7 | 198.51.100.7",
        "fe80::1%1 | 198.51.100.7 | fe80:0:0:0:0:0:0:1",
        "192.0.2.1 | 198.51.100.7 | 192.0.2.1"
      })
  void isTheLastThatNoTrustedProxyHas(String peer, String forwarded, String client) {
    assertThat(client(List.of("10.0.0.0/8", "fd00::/8"), peer, forwarded)).isEqualTo(client);
  }

  /** What is no address ends the search, and never asks a name server. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "_hidden",
        "localhost",
        "example.org",
        "1",
        "0x7f.1",
        "127.1",
        "010.0.0.1",
        "10.0.0.*",
        "10.0.0.0/8",
        "198.51.100.7, nonsense",
        "a, ,",
        "[::1",
        "::1%eth0%1",
        "1.2.3.4.5"
      })
  void staysWithTheProxyWhereTheHeaderIsNonsense(String forwarded) {
    assertThat(client(List.of("10.0.0.0/8"), "10.0.0.1", forwarded)).isEqualTo("10.0.0.1");
  }

  @Test
  void readsEveryHeaderFromTheLast() {
    MutableHttpRequest<Object> request = HttpRequest.GET("/");
    request.getHeaders().add("X-Forwarded-For", "203.0.113.9");
    request.getHeaders().add("X-Forwarded-For", "198.51.100.7");

    assertThat(of(List.of("10.0.0.1"), "10.0.0.1", request)).isEqualTo("198.51.100.7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy",
        "10.0.0.0/33",
        "10.0.0",
        "10",
        "*",
        "10.0.0.1-2",
        "fe80::1%eth0",
        "10.0.0.0/8/8",
        "/8"
      })
  void refusesProxiesThatAreNone(String text) {
    assertThatThrownBy(() -> new AddressConfiguration(List.of(text)))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("SERVICE_TOKENS_TRUSTED_PROXIES");
  }

  private static String client(List<String> proxies, String peer, String forwarded) {
    return of(proxies, peer, HttpRequest.GET("/").header("X-Forwarded-For", forwarded));
  }

  private static String of(List<String> proxies, String peer, HttpRequest<Object> request) {
    return new ClientAddresses(new AddressConfiguration(proxies))
        .of(
            new HttpRequestWrapper<>(request) {
              @Override
              public InetSocketAddress getRemoteAddress() {
                return new InetSocketAddress(address(peer), 4711);
              }
            })
        .getHostAddress();
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
