package dev.servicetokens.error;

import static io.micronaut.http.HttpStatus.BAD_REQUEST;
import static io.micronaut.http.HttpStatus.CONFLICT;
import static io.micronaut.http.HttpStatus.FORBIDDEN;
import static io.micronaut.http.HttpStatus.INTERNAL_SERVER_ERROR;
import static io.micronaut.http.HttpStatus.NOT_FOUND;
import static io.micronaut.http.HttpStatus.REQUEST_ENTITY_TOO_LARGE;
import static io.micronaut.http.HttpStatus.REQUEST_TIMEOUT;
import static io.micronaut.http.HttpStatus.SERVICE_UNAVAILABLE;
import static io.micronaut.http.HttpStatus.TOO_MANY_REQUESTS;
import static io.micronaut.http.HttpStatus.UNAUTHORIZED;
import static io.micronaut.http.HttpStatus.UNSUPPORTED_MEDIA_TYPE;

import dev.servicetokens.access.ActorNotLiveException;
import dev.servicetokens.access.LastAdministratorException;
import dev.servicetokens.access.NoSuchPermissionException;
import dev.servicetokens.access.NoSuchSubjectException;
import dev.servicetokens.access.PermissionDeniedException;
import dev.servicetokens.access.PermissionHeldException;
import dev.servicetokens.access.SubjectNotFreeException;
import dev.servicetokens.access.UnknownRoleException;
import dev.servicetokens.cluster.HolderSupersededException;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.NothingLentException;
import dev.servicetokens.cluster.UnavailableException;
import dev.servicetokens.database.DatabaseUnavailable;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.ExpiryNotInFutureException;
import dev.servicetokens.token.NoSuchServiceTokenException;
import dev.servicetokens.token.NotRotatableException;
import dev.servicetokens.token.UpgradeUnfinishedException;
import dev.servicetokens.verification.AmbiguousCredentialsException;
import dev.servicetokens.verification.InvalidClientException;
import dev.servicetokens.verification.LookupRefusedException;
import dev.servicetokens.verification.MayNotVerifyException;
import dev.servicetokens.verification.RateLimitedException;
import dev.servicetokens.verification.TooManyUnknownTokensException;
import dev.servicetokens.web.QueryParameters;
import dev.servicetokens.web.UnreadableBodyException;
import dev.servicetokens.web.connection.MalformedRequestException;
import dev.servicetokens.web.connection.UnfinishedRequestException;
import dev.servicetokens.web.json.WrongTypeException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The table: which failure has which status and words. The only place that knows statuses. */
public final class Refusals {

  private static final String UNEXPECTED =
      "Something went wrong on our side; give the tracking key to whoever runs the server.";
  private static final String UNAVAILABLE =
      "The server's database does not serve it now, so that it cannot decide; try again in a moment.";

  /** Made once: to make sure that a text may be shown costs more than all the rest of a refusal. */
  private static final Refusal NOBODY =
      Refusal.of(
          UNAUTHORIZED,
          "Authentication needed: send a live service token as 'Authorization: ApiKey TOKEN' or as 'X-API-Key: TOKEN'.");

  private static final Refusal INVALID_CLIENT =
      Refusal.of(UNAUTHORIZED, text(new InvalidClientException()));
  private static final Refusal MAY_NOT_VERIFY =
      Refusal.of(FORBIDDEN, text(new MayNotVerifyException()));

  private static final Pattern UNKNOWN_FIELD = Pattern.compile("Unknown property \\[([^]]*)]");
  private static final Pattern REPEATED_FIELD = Pattern.compile("Duplicate property \\[([^]]*)]");

  private Refusals() {}

  /** What the caller is told of that failure; of one that nobody foresaw, a fixed text. */
  public static Refusal of(Throwable failure) {
    return switch (failure) {
      case ExpiryNotInFutureException _ ->
          new Refusal(BAD_REQUEST, Refusal.Kind.INVALID_EXPIRY, text(failure));
      case InvalidInputException _,
          SubjectNotFreeException _,
          UnknownRoleException _,
          AmbiguousCredentialsException _ ->
          Refusal.of(BAD_REQUEST, text(failure));
      case ActorNotLiveException _ -> unauthorized();
      case InvalidClientException _ -> INVALID_CLIENT;
      case MayNotVerifyException _ -> MAY_NOT_VERIFY;
      case PermissionDeniedException _ -> Refusal.of(FORBIDDEN, text(failure));
      case NoSuchServiceTokenException _, NoSuchSubjectException _, NoSuchPermissionException _ ->
          Refusal.of(NOT_FOUND, text(failure));
      case LastAdministratorException _,
          PermissionHeldException _,
          HolderSupersededException _,
          UpgradeUnfinishedException _,
          NotRotatableException _ ->
          Refusal.of(CONFLICT, text(failure));
      case UnreadableBodyException _ -> Refusal.of(UNSUPPORTED_MEDIA_TYPE, text(failure));
      case TooManyUnknownTokensException _ -> Refusal.of(TOO_MANY_REQUESTS, text(failure));
      case RateLimitedException limited ->
          new Refusal(
              TOO_MANY_REQUESTS,
              Refusal.Kind.GENERAL,
              text(failure),
              (int) limited.exceeded().retryAfterSeconds());
      case NothingLentException nothing ->
          new Refusal(
              TOO_MANY_REQUESTS, Refusal.Kind.GENERAL, text(failure), nothing.waitSeconds());
      case LookupRefusedException _, UnavailableException _ ->
          Refusal.of(SERVICE_UNAVAILABLE, text(failure));
      case UnfinishedRequestException unfinished ->
          Refusal.of(
              switch (unfinished.reason()) {
                case BROKEN_FRAMING -> BAD_REQUEST;
                case TOO_SLOW -> REQUEST_TIMEOUT;
                case NO_ROOM -> SERVICE_UNAVAILABLE;
              },
              text(failure));
      case ContentLengthExceededException _ -> ofFramework(REQUEST_ENTITY_TOO_LARGE, failure);
      case LogUnavailableException _ -> Refusal.of(SERVICE_UNAVAILABLE, UNAVAILABLE);
      case Throwable _ when DatabaseUnavailable.isCauseOf(failure) ->
          Refusal.of(SERVICE_UNAVAILABLE, UNAVAILABLE);
      default -> Refusal.of(INTERNAL_SERVER_ERROR, UNEXPECTED);
    };
  }

  /** No live token, whatever the reason: one text, so that nobody learns more from it. */
  public static Refusal unauthorized() {
    return NOBODY;
  }

  /** A live token without one of the permissions that the operation asks for. */
  public static Refusal forbidden(List<String> permissions) {
    return Refusal.of(
        FORBIDDEN,
        permissions.isEmpty()
            ? "This token lacks a permission; ask an administrator for a role that has it."
            : "This token lacks the permission %s; ask an administrator for a role that has it."
                .formatted(String.join(", ", permissions)));
  }

  /** What the framework refused with that status, because of that failure. */
  public static Refusal ofFramework(HttpStatus status, Throwable cause) {
    HttpStatus told = isPathOfNothing(cause) ? NOT_FOUND : status;
    return Refusal.of(
        told,
        switch (told) {
          case BAD_REQUEST -> faultOf(cause);
          case NOT_FOUND -> "There is nothing at this path; the operations are listed under /docs.";
          case METHOD_NOT_ALLOWED ->
              "This path has no such method; the header Allow lists those that it has.";
          case NOT_ACCEPTABLE -> "Only application/json is served here; accept it.";
          case REQUEST_ENTITY_TOO_LARGE ->
              "The request is too large; the body may have 1 MiB, the headers 8 KiB.";
          case UNSUPPORTED_MEDIA_TYPE ->
              "Send the body as application/json, and say so in Content-Type.";
          case INTERNAL_SERVER_ERROR -> UNEXPECTED;
          default -> "The request was refused: %s.".formatted(told.getReason());
        });
  }

  /**
   * The code by which OAuth's clients know a refusal of that status (RFC 6749, sections 4.1.2.1 and
   * 5.2; RFC 6750, section 3.1).
   */
  public static String oauthCode(HttpStatus status) {
    return switch (status) {
      case UNAUTHORIZED -> "invalid_client";
      case FORBIDDEN -> "insufficient_scope";
      case TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE -> "temporarily_unavailable";
      case INTERNAL_SERVER_ERROR -> "server_error";
      default -> "invalid_request";
    };
  }

  /** For the framework {@code /health/x} lacks what it cannot read; but nobody serves that path. */
  private static boolean isPathOfNothing(Throwable failure) {
    return failure instanceof UnsatisfiedRouteException missing
        && missing.getArgument().getAnnotationMetadata().hasAnnotation(Selector.class);
  }

  /** What is wrong with a request that the framework could not read. */
  private static String faultOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WrongTypeException wrong) {
        return wrong.getMessage() + "; correct it.";
      }
    }
    return switch (failure) {
      case UnsatisfiedRouteException missing when isBody(missing.getArgument()) ->
          "The request has no body; send a JSON object.";
      case UnsatisfiedRouteException missing ->
          "The request lacks '%s'; give it.".formatted(missing.getArgument().getName());
      case MalformedRequestException malformed -> String.valueOf(malformed.getMessage());
      case ConversionErrorException unreadable -> faultOf(unreadable);
      default -> "The request cannot be read; /docs shows what this operation takes.";
    };
  }

  private static String faultOf(ConversionErrorException unreadable) {
    if (unreadable.getCause() instanceof QueryParameters.WrongParameterException wrong) {
      return "'%s' must be %s; correct it."
          .formatted(unreadable.getArgument().getName(), wrong.expected());
    }
    String detail = String.valueOf(unreadable.getMessage());
    Matcher unknown = UNKNOWN_FIELD.matcher(detail);
    if (unknown.find()) {
      return "The field '%s' is unknown here; remove it or correct its name."
          .formatted(unknown.group(1));
    }
    Matcher repeated = REPEATED_FIELD.matcher(detail);
    if (repeated.find()) {
      return "The field '%s' is given twice; give it once.".formatted(repeated.group(1));
    }
    return isBody(unreadable.getArgument())
        ? "The body is not the JSON object that this operation takes; /docs shows it."
        : "'%s' has a value of the wrong type; /docs shows the right one."
            .formatted(unreadable.getArgument().getName());
  }

  private static boolean isBody(Argument<?> argument) {
    return argument.getAnnotationMetadata().hasAnnotation(Body.class);
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
