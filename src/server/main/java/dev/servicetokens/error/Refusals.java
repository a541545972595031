package dev.servicetokens.error;

import static io.micronaut.http.HttpStatus.BAD_REQUEST;
import static io.micronaut.http.HttpStatus.CONFLICT;
import static io.micronaut.http.HttpStatus.FORBIDDEN;
import static io.micronaut.http.HttpStatus.INTERNAL_SERVER_ERROR;
import static io.micronaut.http.HttpStatus.NOT_FOUND;
import static io.micronaut.http.HttpStatus.REQUEST_TIMEOUT;
import static io.micronaut.http.HttpStatus.SERVICE_UNAVAILABLE;
import static io.micronaut.http.HttpStatus.TOO_MANY_REQUESTS;
import static io.micronaut.http.HttpStatus.UNAUTHORIZED;
import static io.micronaut.http.HttpStatus.UNSUPPORTED_MEDIA_TYPE;

import dev.servicetokens.access.ActorNotLiveException;
import dev.servicetokens.access.DedicatedSubjectRefusedException;
import dev.servicetokens.access.InvalidResourceException;
import dev.servicetokens.access.InvalidSubjectHandleException;
import dev.servicetokens.access.InvalidSubjectScopeException;
import dev.servicetokens.access.LastAdministratorException;
import dev.servicetokens.access.NoSuchSubjectException;
import dev.servicetokens.access.PermissionDeniedException;
import dev.servicetokens.access.StaticSubjectException;
import dev.servicetokens.access.SubjectExistsException;
import dev.servicetokens.access.SubjectInUseException;
import dev.servicetokens.access.TooManyPermissionsException;
import dev.servicetokens.access.UnknownPermissionException;
import dev.servicetokens.access.UnknownRoleException;
import dev.servicetokens.audit.InvalidAuditQueryException;
import dev.servicetokens.authentication.AmbiguousCredentialsException;
import dev.servicetokens.authentication.LookupRefusedException;
import dev.servicetokens.authentication.TooManyUnknownTokensException;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.UnavailableException;
import dev.servicetokens.database.DatabaseUnavailable;
import dev.servicetokens.token.ExpiryNotInFutureException;
import dev.servicetokens.token.InvalidServiceTokenException;
import dev.servicetokens.token.InvalidTokenListException;
import dev.servicetokens.token.NoSuchServiceTokenException;
import dev.servicetokens.web.connection.UnfinishedRequestException;
import dev.servicetokens.web.json.EncodedBodyException;
import dev.servicetokens.web.json.MalformedJsonException;
import dev.servicetokens.web.json.MissingFieldException;
import dev.servicetokens.web.json.WrongCharsetException;
import io.micronaut.http.HttpStatus;
import java.util.List;

/** The table: which failure has which status. */
public final class Refusals {

  private static final String UNEXPECTED =
      "Something went wrong on our side; give the tracking key to whoever runs the server.";
  private static final String UNAVAILABLE =
      "The server's database does not serve it now, so that it cannot decide; try again in a moment.";

  private Refusals() {}

  /** What the caller is told of that failure; of one that nobody foresaw, a fixed text. */
  public static Refusal of(Throwable failure) {
    return switch (failure) {
      case WrongCharsetException e -> Refusal.of(UNSUPPORTED_MEDIA_TYPE, text(e));
      case MalformedJsonException e -> Refusal.of(BAD_REQUEST, text(e));
      case MissingFieldException e -> Refusal.of(BAD_REQUEST, text(e));
      case AmbiguousCredentialsException e -> Refusal.of(BAD_REQUEST, text(e));
      case InvalidServiceTokenException e -> Refusal.of(BAD_REQUEST, text(e));
      case InvalidTokenListException e -> Refusal.of(BAD_REQUEST, text(e));
      case ExpiryNotInFutureException e ->
          new Refusal(BAD_REQUEST, Refusal.Kind.INVALID_EXPIRY, text(e));
      case InvalidAuditQueryException e -> Refusal.of(BAD_REQUEST, text(e));
      case InvalidSubjectHandleException e -> Refusal.of(BAD_REQUEST, text(e));
      case InvalidSubjectScopeException e -> Refusal.of(BAD_REQUEST, text(e));
      case SubjectInUseException e -> Refusal.of(BAD_REQUEST, text(e));
      case SubjectExistsException e -> Refusal.of(BAD_REQUEST, text(e));
      case StaticSubjectException e -> Refusal.of(BAD_REQUEST, text(e));
      case InvalidResourceException e -> Refusal.of(BAD_REQUEST, text(e));
      case UnknownPermissionException e -> Refusal.of(BAD_REQUEST, text(e));
      case TooManyPermissionsException e -> Refusal.of(BAD_REQUEST, text(e));
      case UnknownRoleException e -> Refusal.of(BAD_REQUEST, text(e));
      case DedicatedSubjectRefusedException e -> Refusal.of(BAD_REQUEST, text(e));
      case ActorNotLiveException _ -> unauthorized();
      case PermissionDeniedException e -> Refusal.of(FORBIDDEN, text(e));
      case NoSuchSubjectException e -> Refusal.of(NOT_FOUND, text(e));
      case LastAdministratorException e -> Refusal.of(CONFLICT, text(e));
      case NoSuchServiceTokenException e -> Refusal.of(NOT_FOUND, text(e));
      case TooManyUnknownTokensException e -> Refusal.of(TOO_MANY_REQUESTS, text(e));
      case LookupRefusedException e -> Refusal.of(SERVICE_UNAVAILABLE, text(e));
      case UnavailableException e -> Refusal.of(SERVICE_UNAVAILABLE, text(e));
      case EncodedBodyException e -> Refusal.of(UNSUPPORTED_MEDIA_TYPE, text(e));
      case UnfinishedRequestException e ->
          Refusal.of(
              switch (e.reason()) {
                case BROKEN_FRAMING -> BAD_REQUEST;
                case TOO_SLOW -> REQUEST_TIMEOUT;
                case NO_ROOM -> SERVICE_UNAVAILABLE;
              },
              text(e));
      case LogUnavailableException _ -> Refusal.of(SERVICE_UNAVAILABLE, UNAVAILABLE);
      case Throwable e when DatabaseUnavailable.isCauseOf(e) ->
          Refusal.of(SERVICE_UNAVAILABLE, UNAVAILABLE);
      default -> Refusal.of(INTERNAL_SERVER_ERROR, UNEXPECTED);
    };
  }

  /** No live token, whatever the reason: one text, so that nobody learns more from it. */
  public static Refusal unauthorized() {
    return Refusal.of(
        UNAUTHORIZED,
        "Authentication needed: send a live service token as 'Authorization: ApiKey TOKEN' or as 'X-API-Key: TOKEN'.");
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
    return Refusal.of(
        status,
        switch (status) {
          case BAD_REQUEST -> RequestFaults.messageOf(cause);
          case NOT_FOUND -> "There is nothing at this path; the operations are listed under /docs.";
          case METHOD_NOT_ALLOWED ->
              "This path has no such method; the header Allow lists those that it has.";
          case NOT_ACCEPTABLE -> "Only application/json is served here; accept it.";
          case REQUEST_ENTITY_TOO_LARGE ->
              "The request is too large; the body may have 1 MiB, the headers 8 KiB.";
          case UNSUPPORTED_MEDIA_TYPE ->
              "Send the body as application/json, and say so in Content-Type.";
          case INTERNAL_SERVER_ERROR -> UNEXPECTED;
          default -> "The request was refused: %s.".formatted(status.getReason());
        });
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
