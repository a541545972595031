package dev.servicetokens.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Says in plain words why no answer came; the JDK's own messages are often empty. */
final class ConnectionFailure {

  private ConnectionFailure() {}

  static String describe(IOException failure) {
    if (has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class)) {
      return "unknown host name; check the URL";
    }
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection in time; check the URL and the network";
    }
    if (failure instanceof HttpTimeoutException) {
      return "no complete answer in time; try again";
    }
    if (failure instanceof ConnectException) {
      return "connection refused; check the URL and that the server runs";
    }
    if (failure instanceof SSLHandshakeException) {
      return "a certificate that is not trusted or not for this host ("
          + failure.getMessage()
          + ")";
    }
    if (failure instanceof SSLException) {
      return "a server that does not speak TLS here; check http and https in the URL";
    }
    String message = failure.getMessage();
    return "a broken connection ("
        + (message == null ? failure.getClass().getSimpleName() : message)
        + ")";
  }

  private static boolean has(@Nullable Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
