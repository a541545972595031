package dev.servicetokens.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.servicetokens.client.invoker.ApiException;
import java.io.IOException;
import java.net.http.HttpHeaders;
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
    if (exception.getCause() instanceof AnswerTooLarge cause) {
      return new Unreadable(String.valueOf(cause.getMessage()));
    }
    if (exception.getCause() instanceof IOException cause) {
      return new Unreachable(ConnectionFailure.describe(cause));
    }
    if (exception.getCause() instanceof InterruptedException) {
      return new Unreachable("the call was interrupted");
    }
    if (exception.getCode() / 100 == 3) {
      return new Refused(exception.getCode(), elsewhere(exception.getResponseHeaders()), null);
    }
    return ErrorBody.read(exception.getCode(), exception.getResponseBody());
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
