package dev.servicetokens.cli.server;

import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.client.ServiceTokensError;
import dev.servicetokens.client.invoker.ApiException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words for a server that could not be reached or did not let us in, as scripts know them. */
final class FirstRequestFailure {

  private static final Pattern INFO =
      Pattern.compile("(https?://[A-Za-z0-9._:\\[\\]/-]+?)(/api)?/server/info");

  private FirstRequestFailure() {}

  static CommandFailure of(String baseUrl, ApiException exception) {
    return switch (ServiceTokensError.from(exception)) {
      case ServiceTokensError.Refused refused when refused.status() == 401 ->
          failure("Authentication failed when connecting to " + baseUrl + ": " + refused.message());
      case ServiceTokensError.Refused refused when refused.status() / 100 == 3 ->
          failure(
              "Could not connect to "
                  + baseUrl
                  + (" (" + StatusLine.of(refused.status()) + "): ")
                  + refused.message()
                  + suggestion(exception));
      case ServiceTokensError.Refused refused ->
          failure(
              "Could not connect to "
                  + baseUrl
                  + " ("
                  + StatusLine.of(refused.status())
                  + "): "
                  + body(exception.getResponseBody(), refused));
      case ServiceTokensError.Unreachable error -> unreachable(baseUrl, error);
      case ServiceTokensError.Unreadable error ->
          failure(
              "Could not connect to " + baseUrl + " due to an unknown answer. " + error.message());
    };
  }

  static CommandFailure unreachable(String baseUrl, ServiceTokensError.Unreachable error) {
    return failure("Could not connect to " + baseUrl + " due to " + error.message());
  }

  static CommandFailure withoutVersion(String baseUrl) {
    return failure(
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

  private static CommandFailure failure(String message) {
    return new CommandFailure(ExitCode.NO_CONNECTION, message);
  }
}
