package dev.servicetokens.startup;

import dev.servicetokens.startup.AdministratorTokenNotice.Notice;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a person reads once the server listens: where it is and what to try.
 *
 * @param scheme {@code http} or {@code https}
 * @param host what the server was told to listen on
 * @param listening the addresses that it really listens on; none if it is a socket in the file
 *     system
 * @param management the address of the management port; empty if there is none
 * @param notice where an administrator token lies, if one was written; never the token itself
 * @param warnings what keeps people out, and what to do
 */
public record StartReport(
    String scheme,
    String host,
    List<InetSocketAddress> listening,
    Optional<InetSocketAddress> management,
    Optional<Notice> notice,
    List<String> warnings) {
  private static final DateTimeFormatter UTC_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Copies the lists. */
  public StartReport {
    listening = List.copyOf(listening);
    warnings = List.copyOf(warnings);
  }

  /** Returns the report, with a line end. */
  public String text() {
    StringBuilder text = new StringBuilder("\nService Tokens is ready.\n\n");
    line(text, "Address", url());
    listening.forEach(address -> line(text, "Listens on", shown(host, address)));
    machineAddresses().forEach(address -> line(text, "", address));
    management.ifPresent(
        address ->
            line(
                text,
                "Management",
                shown(address.getAddress().getHostAddress(), address)
                    + " (health and metrics, without a token)"));
    line(text, "Swagger UI", url() + "/docs");
    notice.ifPresent(token -> tokenLines(text, token.file(), token.expiresAt()));
    warnings.forEach(warning -> text.append('\n').append(warning.indent(2)));
    return text.append("\nCtrl-C ends it.\n\n").toString();
  }

  private void tokenLines(StringBuilder text, Path file, Instant expiresAt) {
    line(text, "Admin token", "%s (ends %s)".formatted(file, UTC_MINUTE.format(expiresAt)));
    String token = "\"$(cat " + quoted(file) + ")\"";
    text.append("\n  Try next, in another terminal:\n");
    text.append(
        "    curl -H \"X-API-Key: $(cat %s)\" %s/api/server/status%n"
            .formatted(quoted(file), url()));
    text.append(
        "    STS_CLI_URL=%s STS_CLI_SERVICE_TOKEN=%s ./sts service-token list%n"
            .formatted(url(), token));
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-13s%s%n".formatted(name, value));
  }

  private String url() {
    if (listening.isEmpty()) {
      return scheme + "://" + bracketed(host);
    }
    InetSocketAddress first = listening.getFirst();
    InetAddress address = first.getAddress();
    boolean isEverywhere = address.isAnyLocalAddress();
    boolean isLocalhost = isEverywhere || address.getHostAddress().equals("127.0.0.1");
    return scheme + "://" + (isLocalhost ? "localhost" : bracketed(host)) + ":" + first.getPort();
  }

  /** In numbers, because a name may have other addresses that nobody listens on. */
  private static String shown(String host, InetSocketAddress address) {
    return address.getAddress().isAnyLocalAddress()
        ? "%s:%d, every address of this machine".formatted(bracketed(host), address.getPort())
        : bracketed(address.getAddress().getHostAddress()) + ":" + address.getPort();
  }

  /** By which URLs others reach a server that listens everywhere, as far as this machine knows. */
  private List<String> machineAddresses() {
    List<String> urls = new ArrayList<>();
    for (InetSocketAddress address : listening) {
      if (address.getAddress().isAnyLocalAddress()) {
        try {
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(own -> !own.isLoopbackAddress() && !own.isLinkLocalAddress())
              .map(
                  own -> scheme + "://" + bracketed(own.getHostAddress()) + ":" + address.getPort())
              .sorted()
              .forEach(urls::add);
        } catch (SocketException _) {
          return urls; // The report is of use without them.
        }
      }
    }
    return urls;
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static String quoted(Path file) {
    return "'" + file.toString().replace("'", "'\\''") + "'";
  }

  /**
   * Takes down the channels by which the HTTP server listens: what was configured is not always
   * what is listened on, and only the channels know. Thread-safe.
   */
  public static final class Listeners implements NettyServerCustomizer {
    private final List<Channel> channels = new CopyOnWriteArrayList<>();

    /** Makes one that has seen none; it is registered before the server starts. */
    public Listeners() {}

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      if (role == ChannelRole.LISTENER) {
        channels.add(channel);
      }
      return this;
    }

    /** The addresses that are listened on, once the server has started. */
    public List<InetSocketAddress> addresses() {
      return channels.stream()
          .map(Channel::localAddress)
          .filter(InetSocketAddress.class::isInstance)
          .map(InetSocketAddress.class::cast)
          .toList();
    }
  }
}
