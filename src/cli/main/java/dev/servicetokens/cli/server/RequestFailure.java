package dev.servicetokens.cli.server;

import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.client.ServiceTokensError;
import dev.servicetokens.client.invoker.ApiException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Words for a request that got no good answer. The first one of a command has its own, which
 * scripts know: it tells whether the server can be reached and lets us in.
 */
final class RequestFailure {

  private static final Pattern INFO =
      Pattern.compile("(https?://[A-Za-z0-9._:\\[\\]/-]+?)(/api)?/server/info");

  private RequestFailure() {}

  /** What to say of the first request of a command. */
  static CommandFailure ofFirst(String baseUrl, ApiException exception) {
    return switch (ServiceTokensError.from(exception)) {
      case ServiceTokensError.Refused refused when refused.status() == 401 ->
          CommandFailure.firstRefusal(
              401,
              "Authentication failed when connecting to " + baseUrl + ": " + refused.message());
      case ServiceTokensError.Refused refused when refused.status() / 100 == 3 ->
          noConnection(
              "Could not connect to "
                  + baseUrl
                  + (" (" + statusLine(refused.status()) + "): ")
                  + refused.message()
                  + suggestion(exception));
      case ServiceTokensError.Refused refused ->
          noConnection(
              "Could not connect to "
                  + baseUrl
                  + " ("
                  + statusLine(refused.status())
                  + "): "
                  + body(exception.getResponseBody(), refused));
      case ServiceTokensError.Unreachable error -> noConnection(baseUrl, error);
      case ServiceTokensError.Unreadable error ->
          noConnection(
              "Could not connect to " + baseUrl + " due to an unknown answer. " + error.message());
    };
  }

  /** What to say of every later request. */
  static CommandFailure of(String baseUrl, ApiException exception) {
    return switch (ServiceTokensError.from(exception)) {
      case ServiceTokensError.Refused(int status, String message, @Nullable String trackingKey) ->
          CommandFailure.refusal(status, statusLine(status), message, trackingKey);
      case ServiceTokensError.Unreachable error -> noConnection(baseUrl, error);
      case ServiceTokensError.Unreadable error -> unreadable(error.message());
    };
  }

  /** What to say of an answer that cannot be what was asked for. */
  static CommandFailure unreadable(String message) {
    return new CommandFailure(ExitCode.USAGE_OR_REFUSAL, message);
  }

  private static CommandFailure noConnection(String baseUrl, ServiceTokensError.Unreachable error) {
    return noConnection("Could not connect to " + baseUrl + " due to " + error.message());
  }

  /** What to say of a first answer that does not tell the version, which every server tells. */
  static CommandFailure withoutVersion(String baseUrl) {
    return noConnection(
        "Could not connect to " + baseUrl + " due to an answer without a version; check the URL");
  }

  /** The new address, if it is the one of the same request. */
  private static String suggestion(ApiException exception) {
    Matcher elsewhere =
        INFO.matcher(exception.getResponseHeaders().firstValue("Location").orElse(""));
    return elsewhere.matches() ? " (--url " + elsewhere.group(1) + ")" : "";
  }

  /** The body as it came, for scripts that read it; a page of a proxy is cut off. */
  private static String body(@Nullable String body, ServiceTokensError.Refused refused) {
    if (body == null || body.isBlank() || body.length() > 1000) {
      return refused.message();
    }
    return body.strip();
  }

  private static CommandFailure noConnection(String message) {
    return new CommandFailure(ExitCode.NO_CONNECTION, message);
  }

  /** A status with its name: HTTP/2 has no names any more, and Java's client shows none. */
  private static String statusLine(int status) {
    String name =
        switch (status) {
          case 301 -> "Moved Permanently";
          case 302 -> "Found";
          case 307 -> "Temporary Redirect";
          case 308 -> "Permanent Redirect";
          case 400 -> "Bad Request";
          case 401 -> "Unauthorized";
          case 403 -> "Forbidden";
          case 404 -> "Not Found";
          case 405 -> "Method Not Allowed";
          case 409 -> "Conflict";
          case 413 -> "Request Entity Too Large";
          case 415 -> "Unsupported Media Type";
          case 429 -> "Too Many Requests";
          case 500 -> "Internal Server Error";
          case 502 -> "Bad Gateway";
          case 503 -> "Service Unavailable";
          case 504 -> "Gateway Timeout";
          default -> "";
        };
    return (status + " " + name).strip();
  }
}
