package dev.servicetokens.startup;

import io.micronaut.http.server.exceptions.ServerStartupException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An address that the HTTP server cannot listen on. */
final class ListenFailure {
  private static final Pattern ADDRESS = Pattern.compile(" on (.+):(\\d+)$");

  private ListenFailure() {}

  /** Returns the line if this is such a failure. */
  static Optional<String> line(Throwable failure) {
    if (!(failure instanceof ServerStartupException)) {
      return Optional.empty();
    }
    Matcher matcher = ADDRESS.matcher(String.valueOf(failure.getMessage()));
    return matcher.find()
        ? Optional.of(line(matcher.group(1), matcher.group(2), failure.getCause()))
        : Optional.empty();
  }

  /** Returns the line for an address that cannot be listened on because of {@code cause}. */
  static String line(String host, String port, @Nullable Throwable cause) {
    String reason = cause == null ? "" : String.valueOf(cause.getMessage());
    if (reason.contains("Permission denied")) {
      return "Port %s needs more rights than this user has: set MICRONAUT_SERVER_PORT to a port from 1024"
          .formatted(port);
    }
    boolean unknown =
        cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException;
    if (unknown || reason.contains("Cannot assign") || reason.contains("Can't assign")) {
      return "The address %s is none of this machine: set MICRONAUT_SERVER_HOST to one that is, or to 127.0.0.1"
          .formatted(host);
    }
    if (cause instanceof BindException) {
      return "Port %s of %s is in use by another program: stop that one, or set MICRONAUT_SERVER_PORT to a free port"
          .formatted(port, host);
    }
    return "The server cannot listen on %s:%s (%s): check MICRONAUT_SERVER_HOST and MICRONAUT_SERVER_PORT"
        .formatted(host, port, reason);
  }
}
