package dev.servicetokens.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.servicetokens.client.invoker.ApiException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong in a call, read from the {@link ApiException} that the generated APIs throw.
 *
 * <p>No message holds a credential. Immutable.
 */
public sealed interface ServiceTokensError {

  /** One line for people: what is wrong, and what to do. */
  String message();

  /**
   * The server answered and said no.
   *
   * @param status the HTTP status, other than 2xx
   * @param message the server's own message, or one that names the status if it gave none
   * @param trackingKey stands in the server's log beside the cause; null if the answer was not one
   *     of this server, or a refused expiry
   */
  record Refused(int status, String message, @Nullable String trackingKey)
      implements ServiceTokensError {}

  /** No answer came: no connection, no trust in the certificate, or not in time. */
  record Unreachable(String message) implements ServiceTokensError {}

  /** An answer came that is not of this API, although its status was 2xx. */
  record Unreadable(String message) implements ServiceTokensError {}

  /** Tells which of the three it was. */
  static ServiceTokensError from(ApiException exception) {
    if (exception.getCause() instanceof JsonProcessingException) {
      // Jackson's message quotes the answer, and the answer may hold a new token.
      return new Unreadable("The answer is not one of a Service Tokens server; check the URL");
    }
    if (exception.getCause() instanceof WholeBody.AnswerTooLarge cause) {
      return new Unreadable(String.valueOf(cause.getMessage()));
    }
    if (exception.getCause() instanceof IOException cause) {
      return new Unreachable(reason(cause));
    }
    if (exception.getCause() instanceof InterruptedException) {
      return new Unreachable("the call was interrupted");
    }
    if (exception.getCode() / 100 == 3) {
      return new Refused(exception.getCode(), elsewhere(exception.getResponseHeaders()), null);
    }
    return ErrorBody.read(exception.getCode(), exception.getResponseBody());
  }

  /** Says in plain words why no answer came; the JDK's own messages are often empty. */
  static String reason(IOException failure) {
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

  /** A redirect is not followed, as the credential would go to wherever it leads. */
  private static String elsewhere(@Nullable HttpHeaders headers) {
    String location = headers == null ? "" : headers.firstValue("Location").orElse("");
    String plain = location.replaceAll("[^!-~]|[<>]", "?");
    return plain.isEmpty()
        ? "The server sends elsewhere without saying where; check the URL"
        : "The server sends to "
            + plain.substring(0, Math.min(plain.length(), 300))
            + ", where nothing was sent; if it is right, use its address as the URL";
  }
}
