package dev.servicetokens.verification.http;

import dev.servicetokens.access.Principal;
import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.verification.Credential;
import dev.servicetokens.verification.CredentialReader;
import dev.servicetokens.verification.LiveToken;
import dev.servicetokens.verification.Purpose;
import dev.servicetokens.verification.RateLimitExceeded;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.verification.Verification;
import dev.servicetokens.web.BasePath;
import dev.servicetokens.web.ClientAddresses;
import dev.servicetokens.web.UnroutedRequests;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The proxy check, {@code /api/check}: a reverse proxy asks it with the credential headers of its
 * client before it passes a request on. It has every method, because some proxies send the client's
 * own, and reads its path as it was sent, because some glue the client's own path to it.
 *
 * <p>Yes is 200, since Envoy takes nothing else for a yes, with four headers that name the caller
 * for the application: always all of them, because a header that is left out would let the client's
 * own one through. No is 401, 403, 429 or 503 with an empty body, because nginx opens another
 * connection after one with a body. Thread-safe.
 */
@Singleton
final class CheckEndpoint implements UnroutedRequests {

  private static final String PATH = "/api/check";
  private static final String OPERATION = "check";
  private static final String ID = "Tokenid";
  private static final String NAME = "Tokenname";
  private static final String ROLES = "Tokenroles";
  private static final String EXPIRES = "Tokenexpires";

  /** What a proxy's buffer of 4 KiB takes beside other headers. */
  private static final int MAX_ROLES_LENGTH = 2048;

  private static final String RETRY_AFTER = "1";

  private static final Collector<CharSequence, ?, String> COMMAS = Collectors.joining(",");

  private final CredentialReader credentials;
  private final TokenVerifier verifier;
  private final ClientAddresses addresses;
  private final RefusedCredentials refused;
  private final CheckFaults faults;
  private final String path;

  CheckEndpoint(
      CredentialReader credentials,
      TokenVerifier verifier,
      ClientAddresses addresses,
      RefusedCredentials refused,
      CheckFaults faults,
      HttpServerConfiguration configuration) {
    this.credentials = credentials;
    this.verifier = verifier;
    this.addresses = addresses;
    this.refused = refused;
    this.faults = faults;
    this.path = BasePath.of(configuration) + PATH;
  }

  @Override
  public @Nullable CompletionStage<Optional<HttpResponse<?>>> answer(HttpRequest<?> request) {
    String target = request.getUri().toString();
    return isQuestion(target)
        ? answer(request, CheckQuestion.parse(target.substring(path.length())))
        : null;
  }

  @Override
  public List<String> operations() {
    return List.of(OPERATION);
  }

  @Override
  public @Nullable String operation(HttpRequest<?> request) {
    return isQuestion(request.getUri().toString()) ? OPERATION : null;
  }

  private boolean isQuestion(String target) {
    int end = path.length();
    return target.startsWith(path)
        && (target.length() == end || target.charAt(end) == '/' || target.charAt(end) == '?');
  }

  private CompletionStage<Optional<HttpResponse<?>>> answer(
      HttpRequest<?> request, CheckQuestion question) {
    return switch (credentials.read(request.getHeaders())) {
      case Credential.None() -> ready(unauthorized(question));
      case Credential.Ambiguous() -> {
        refused.ambiguous();
        yield ready(unauthorized(question)); // nginx would make a 400 a 500.
      }
      case Credential.Presented(var token) ->
          answer(
              question,
              verifier.verify(token, clientOf(request), question.application(), Purpose.CHECK));
    };
  }

  private CompletionStage<Optional<HttpResponse<?>>> answer(
      CheckQuestion question, Verification verification) {
    return switch (verification) {
      case Verification.Later(var outcome) -> {
        PropagatedContext context = PropagatedContext.getOrEmpty();
        yield outcome.thenApply(
            found -> context.propagate(() -> Optional.of(outcome(question, found))));
      }
      case Verification.Outcome outcome -> ready(outcome(question, outcome));
    };
  }

  private HttpResponse<?> outcome(CheckQuestion question, Verification.Outcome outcome) {
    return switch (outcome) {
      case LiveToken token -> decide(question, token);
      case Verification.Limited limited -> {
        limited.countIn(refused);
        yield limited(limited.exceeded());
      }
      case Verification.Throttled() -> tryAgain(HttpStatus.TOO_MANY_REQUESTS);
      case Verification.Unavailable(var _) -> tryAgain(HttpStatus.SERVICE_UNAVAILABLE);
      case Verification.NotLive notLive -> {
        notLive.countIn(refused);
        yield unauthorized(question);
      }
    };
  }

  private HttpResponse<?> decide(CheckQuestion question, LiveToken token) {
    if (question.fault() != null) {
      throw fault(question.fault());
    }
    if (!question.isAllowed(token.principal(), token.shownRoles())) {
      Optional<String> undefined = question.undefined(token.principal().defined());
      if (undefined.isPresent()) {
        throw fault(undefined.get());
      }
      MutableHttpResponse<?> answer = empty(HttpStatus.FORBIDDEN);
      question
          .insufficientScope()
          .ifPresent(scope -> answer.header(HttpHeaders.WWW_AUTHENTICATE, scope));
      return answer;
    }
    return yes(token);
  }

  private InvalidInputException fault(String sentence) {
    faults.question(sentence);
    return new InvalidInputException(sentence);
  }

  private HttpResponse<?> yes(LiveToken token) {
    Principal caller = token.principal();
    Instant end = caller.expiresAt();
    String roles = token.shownRoles().stream().map(CheckEndpoint::encoded).collect(COMMAS);
    if (roles.length() > MAX_ROLES_LENGTH) {
      faults.tooManyRoles(caller.actor());
      roles = "";
    }
    return empty(HttpStatus.OK)
        .header(ID, Long.toString(caller.tokenId()))
        .header(NAME, encoded(caller.name()))
        .header(ROLES, roles)
        .header(EXPIRES, end == null ? "" : end.toString());
  }

  private static HttpResponse<?> unauthorized(CheckQuestion question) {
    return empty(HttpStatus.UNAUTHORIZED)
        .header(HttpHeaders.WWW_AUTHENTICATE, question.challenge());
  }

  private static HttpResponse<?> tryAgain(HttpStatus status) {
    return empty(status).header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
  }

  private static HttpResponse<?> limited(RateLimitExceeded exceeded) {
    return empty(HttpStatus.TOO_MANY_REQUESTS)
        .header(HttpHeaders.RETRY_AFTER, Long.toString(exceeded.retryAfterSeconds()))
        .header(RateLimitExceeded.STATE, exceeded.state())
        .header(RateLimitExceeded.POLICY, exceeded.policy());
  }

  private static MutableHttpResponse<?> empty(HttpStatus status) {
    return HttpResponse.status(status).header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  /** In UTF-8, percent-encoded but for what RFC 3986 leaves unreserved; a blank is {@code %20}. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** Null where the proxy is not trusted: its own address is not its client's. */
  private @Nullable InetAddress clientOf(HttpRequest<?> request) {
    InetAddress client = addresses.behindTrustedProxy(request);
    if (client == null) {
      faults.untrustedProxy();
    }
    return client;
  }

  private static CompletionStage<Optional<HttpResponse<?>>> ready(HttpResponse<?> answer) {
    return CompletableFuture.completedFuture(Optional.of(answer));
  }
}
