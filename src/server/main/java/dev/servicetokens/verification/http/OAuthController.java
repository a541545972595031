package dev.servicetokens.verification.http;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.audit.DeniedOperations;
import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.verification.AmbiguousCredentialsException;
import dev.servicetokens.verification.Credential;
import dev.servicetokens.verification.InvalidClientException;
import dev.servicetokens.verification.LiveToken;
import dev.servicetokens.verification.MayNotVerifyException;
import dev.servicetokens.verification.Purpose;
import dev.servicetokens.verification.RateLimitedException;
import dev.servicetokens.verification.TokenRevocations;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.verification.TooManyUnknownTokensException;
import dev.servicetokens.verification.Verification;
import dev.servicetokens.web.ClientAddresses;
import dev.servicetokens.web.OAuthRequests;
import dev.servicetokens.web.RefusalAnswers;
import dev.servicetokens.web.RequestBody;
import dev.servicetokens.web.UnreadableBodyException;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What OAuth's clients ask about the tokens of their callers: introspection (RFC 7662), which
 * happens on the event loop where memory knows the tokens, and revocation (RFC 7009). Who asks is
 * read here, because the form may say it. Thread-safe.
 */
@Controller(OAuthRequests.PATH)
@Secured(SecurityRule.IS_ANONYMOUS)
final class OAuthController {

  private final OAuthCredentials credentials;
  private final TokenVerifier verifier;
  private final IntrospectionAnswers introspections;
  private final TokenRevocations revocations;
  private final ClientAddresses addresses;
  private final RefusedCredentials refused;
  private final DeniedOperations denied;
  private final RefusalAnswers refusals;

  OAuthController(
      OAuthCredentials credentials,
      TokenVerifier verifier,
      IntrospectionAnswers introspections,
      TokenRevocations revocations,
      ClientAddresses addresses,
      RefusedCredentials refused,
      DeniedOperations denied,
      RefusalAnswers refusals) {
    this.credentials = credentials;
    this.verifier = verifier;
    this.introspections = introspections;
    this.revocations = revocations;
    this.addresses = addresses;
    this.refused = refused;
    this.denied = denied;
    this.refusals = refusals;
  }

  /** Whether a token string is live, and whose it is. */
  @Post("introspect")
  @Consumes(MediaType.ALL)
  CompletionStage<HttpResponse<?>> introspectToken(HttpRequest<?> request) {
    return answer(request, form -> introspect(request, form));
  }

  private CompletionStage<HttpResponse<?>> introspect(HttpRequest<?> request, OAuthForm form) {
    TokenString caller = credential(request, form);
    return then(
        verifier.verify(caller, addresses.of(request), Purpose.REQUEST),
        outcome -> {
          LiveToken asking = live(outcome);
          TokenString token = form.token();
          if (token.isSameAs(caller)) { // Whose it is, its holder may know.
            return json(introspections.live(asking));
          }
          requireMayVerify(asking.principal(), "introspectToken");
          return then(
              verifier.verify(token, form.address(), Purpose.STATEMENT), this::introspection);
        });
  }

  private CompletionStage<HttpResponse<?>> introspection(Verification.Outcome outcome) {
    return switch (outcome) {
      case LiveToken token -> json(introspections.live(token));
      case Verification.NotLive _ -> json(introspections.notLive());
      case Verification.Unavailable(var cause) -> throw cause; // It may be live.
    };
  }

  private static CompletionStage<HttpResponse<?>> json(byte[] body) {
    return CompletableFuture.completedStage(
        HttpResponse.ok(body)
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store"));
  }

  /**
   * Ends a token for whoever has its token string, with or without a credential beside it. When it
   * answers, the token is dead on every node, also if it was before.
   */
  @Post("revoke")
  @Consumes(MediaType.ALL)
  CompletionStage<HttpResponse<?>> revokeToken(HttpRequest<?> request) {
    return answer(request, form -> revoke(request, form));
  }

  private CompletionStage<HttpResponse<?>> revoke(HttpRequest<?> request, OAuthForm form) {
    TokenString token = form.token();
    boolean force = form.force();
    return switch (credentials.read(request.getHeaders(), form)) {
      case Credential.None() -> revoke(token, force, null, addresses.of(request));
      case Credential.Presented(var same) when same.isSameAs(token) ->
          revoke(token, force, null, addresses.of(request));
      case Credential.Presented(var beside) ->
          then(
              verifier.verify(beside, addresses.of(request), Purpose.REQUEST),
              outcome -> {
                Principal caller = live(outcome).principal();
                boolean forOthers = caller.may(Permission.VERIFY_SERVICE_TOKENS);
                return revoke(
                    token, force, caller, forOthers ? form.address() : addresses.of(request));
              });
      case Credential.Ambiguous() -> throw ambiguous();
    };
  }

  private CompletionStage<HttpResponse<?>> revoke(
      TokenString token, boolean force, @Nullable Principal caller, @Nullable InetAddress address) {
    return then(
        verifier.verify(token, address, Purpose.LOOKUP),
        outcome ->
            switch (outcome) {
              case LiveToken live ->
                  revocations
                      .revoke(live, caller, force, PropagatedContext::wrapCurrent)
                      .thenApply(done -> empty());
              case Verification.Unavailable(var cause) -> throw cause;
              case Verification.Throttled() -> throw new TooManyUnknownTokensException();
              case Verification.Expired _,
                  Verification.Disabled _,
                  Verification.OutsideAddresses _,
                  Verification.UsedUp _,
                  Verification.Limited _ ->
                  CompletableFuture.completedStage(empty());
              case Verification.Unknown _, Verification.Malformed _ ->
                  then(revocations.unknown(address), this::revoked);
            });
  }

  private CompletionStage<HttpResponse<?>> revoked(Verification.Outcome outcome) {
    return switch (outcome) {
      case Verification.Unavailable(var cause) -> throw cause;
      case Verification.Throttled() -> throw new TooManyUnknownTokensException();
      case LiveToken _, Verification.NotLive _ -> CompletableFuture.completedStage(empty());
    };
  }

  private static HttpResponse<?> empty() {
    return HttpResponse.ok().header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  /**
   * The token string by which the caller says who it is.
   *
   * @throws InvalidClientException if there is none
   * @throws AmbiguousCredentialsException if there are two
   */
  private TokenString credential(HttpRequest<?> request, OAuthForm form) {
    return switch (credentials.read(request.getHeaders(), form)) {
      case Credential.None() -> throw new InvalidClientException();
      case Credential.Ambiguous() -> throw ambiguous();
      case Credential.Presented(var token) -> token;
    };
  }

  private AmbiguousCredentialsException ambiguous() {
    refused.ambiguous();
    return new AmbiguousCredentialsException();
  }

  /**
   * The caller's token.
   *
   * @throws RuntimeException if it is not live, or nobody can tell now
   */
  private LiveToken live(Verification.Outcome outcome) {
    return switch (outcome) {
      case LiveToken token -> token;
      case Verification.Unavailable(var cause) -> throw cause;
      case Verification.Throttled() -> throw new TooManyUnknownTokensException();
      case Verification.Limited limited -> {
        limited.countIn(refused);
        throw new RateLimitedException(limited.exceeded());
      }
      case Verification.NotLive notLive -> {
        notLive.countIn(refused);
        throw new InvalidClientException();
      }
    };
  }

  /** The route names no permission, because one's own token needs none; so it is audited here. */
  private void requireMayVerify(Principal asking, String operation) {
    if (!asking.may(Permission.VERIFY_SERVICE_TOKENS)) {
      denied.add(
          asking.actor(),
          operation,
          Permission.VERIFY_SERVICE_TOKENS.permissionName(),
          PermissionSet.SYSTEM);
      throw new MayNotVerifyException();
    }
  }

  /**
   * Reads the form, and answers failures here: thrown, the framework would search for a handler.
   */
  private CompletionStage<HttpResponse<?>> answer(
      HttpRequest<?> request, Function<OAuthForm, CompletionStage<HttpResponse<?>>> operation) {
    PropagatedContext context = PropagatedContext.getOrEmpty();
    return orRefusal(
            request,
            () ->
                body(request)
                    .thenCompose(
                        body ->
                            context.propagate(
                                () ->
                                    orRefusal(request, () -> operation.apply(OAuthForm.of(body))))))
        .exceptionally(
            failure -> context.propagate(() -> refusals.answer(request, causeOf(failure))));
  }

  /** Here rather than in the stage, which would wrap a failure in another, each with its trace. */
  private CompletionStage<HttpResponse<?>> orRefusal(
      HttpRequest<?> request, Supplier<CompletionStage<HttpResponse<?>>> operation) {
    try {
      return operation.get();
    } catch (RuntimeException e) {
      return CompletableFuture.completedStage(refusals.answer(request, e));
    }
  }

  private static CompletionStage<byte[]> body(HttpRequest<?> request) {
    OAuthForm.requireNoneInUrl(request);
    boolean isForm =
        request
            .getContentType()
            .filter(type -> type.getName().equalsIgnoreCase(MediaType.APPLICATION_FORM_URLENCODED))
            .isPresent();
    if (!isForm || !(request instanceof ServerHttpRequest<?> withBody)) {
      throw UnreadableBodyException.notForm();
    }
    return RequestBody.read(withBody);
  }

  /** Goes on at once with what memory knows; else later, but still as part of the request. */
  private static CompletionStage<HttpResponse<?>> then(
      Verification verification,
      Function<Verification.Outcome, CompletionStage<HttpResponse<?>>> step) {
    return switch (verification) {
      case Verification.Outcome outcome -> step.apply(outcome);
      case Verification.Later(var outcome) -> {
        PropagatedContext context = PropagatedContext.getOrEmpty();
        yield outcome.thenCompose(found -> context.propagate(() -> step.apply(found)));
      }
    };
  }

  private static Throwable causeOf(Throwable failure) {
    @Nullable Throwable cause =
        failure instanceof CompletionException ? failure.getCause() : failure;
    return cause == null ? failure : cause;
  }
}
