package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.core.value.MapPropertyResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenCheckTest {
  @Test
  void refusesAPortOnWhichSomebodyListens() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> ListenCheck.require(ListenCheck.SERVER, "127.0.0.1", port))
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining("Port " + port + " of 127.0.0.1 is in use");
      assertThatThrownBy(() -> ListenCheck.require(ListenCheck.SERVER, "0.0.0.0", port))
          .isInstanceOf(StartRefusal.class);
    }
  }

  /** Whoever looks at the address twice must find it as free as before. */
  @Test
  void leavesAFreePortFree() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThatCode(() -> ListenCheck.require(ListenCheck.SERVER, "127.0.0.1", port))
        .doesNotThrowAnyException();
    assertThatCode(() -> ListenCheck.require(ListenCheck.SERVER, "127.0.0.1", port))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnAddressThatIsNotOurs() {
    assertThatThrownBy(() -> ListenCheck.require(ListenCheck.SERVER, "192.0.2.1", 18099))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("The address 192.0.2.1 is none of this machine");
    assertThatThrownBy(() -> ListenCheck.require(ListenCheck.SERVER, "nowhere.invalid", 18099))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("The address nowhere.invalid is none of this machine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not a host",
        "http://localhost",
        "localhost:8080",
        "127.0.0.1 ",
        "*",
        "256.1.1.1"
      })
  void refusesWhatIsNoAddressWhateverThePort(String host) {
    for (int port : new int[] {-1, 0, 18099}) {
      assertThatThrownBy(
              () -> check(Map.of("micronaut.server.host", host, "micronaut.server.port", port)))
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining("MICRONAUT_SERVER_HOST");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesAPortThatThereIsNot(int port) {
    assertThatThrownBy(() -> check(Map.of("micronaut.server.port", port)))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("MICRONAUT_SERVER_PORT");
  }

  @Test
  void leavesAnyPortAndTlsToTheServer() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      check(Map.of("micronaut.server.port", -1));
      check(
          Map.of(
              "micronaut.server.port", taken.getLocalPort(), "micronaut.server.ssl.enabled", true));
      assertThatThrownBy(() -> check(Map.of("micronaut.server.port", taken.getLocalPort())))
          .isInstanceOf(StartRefusal.class);
    }
  }

  /** Tokens in the clear are nobody's wish; who hides them otherwise says so by naming it. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, true",
    "'::', true",
    "0, true",
    "192.0.2.7, true",
    "127.0.0.1, false",
    "127.8.8.8, false",
    "localhost, false",
    "'::1', false"
  })
  void saysWhatGoesOverTheWire(String host, boolean open) {
    Map<String, Object> settings = Map.of("micronaut.server.host", host);
    assertThat(exposure(settings, false).isPresent()).isEqualTo(open);
    assertThat(exposure(settings, true)).isEmpty();
    assertThat(
            exposure(
                Map.of("micronaut.server.host", host, "service-tokens.tls.certificate", "x"),
                false))
        .isEmpty();
  }

  private static Optional<String> exposure(Map<String, Object> settings, boolean trustsProxies) {
    return ListenCheck.exposure(new MapPropertyResolver(settings), trustsProxies);
  }

  /** A program that holds the port already is found before anything is written. */
  @Test
  void looksAtTheManagementPortToo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> checkManagement(taken.getLocalPort(), "127.0.0.1"))
          .isInstanceOf(StartRefusal.class)
          .hasMessage(
              "Port %d of 127.0.0.1 is in use by another program: stop that one, or set SERVICE_TOKENS_MANAGEMENT_PORT to a free port",
              taken.getLocalPort());
    }
    assertThatThrownBy(() -> checkManagement(-1, "192.0.2.1"))
        .hasMessageContaining("set SERVICE_TOKENS_MANAGEMENT_HOST to one that is");
    checkManagement(-1, "127.0.0.1");
  }

  /** What needs no token there would seem to need none here. */
  @Test
  void refusesTheServersOwnPortForManagement() {
    assertThatThrownBy(() -> checkManagement(18_099, "127.0.0.2"))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("SERVICE_TOKENS_MANAGEMENT_PORT is the server's own port 18099");
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 65_536})
  void refusesAManagementPortThatThereIsNot(int port) {
    assertThatThrownBy(() -> checkManagement(port, "127.0.0.1"))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("SERVICE_TOKENS_MANAGEMENT_PORT");
  }

  private static void checkManagement(int port, String host) {
    check(
        Map.of(
            "micronaut.server.port", 18_099,
            "service-tokens.management.port", port,
            "service-tokens.management.host", host));
  }

  private static void check(Map<String, Object> properties) {
    ListenCheck.require(new MapPropertyResolver(properties));
  }
}
