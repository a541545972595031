package dev.servicetokens.audit;

import dev.servicetokens.text.TokenText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened, without when and from where. No field ever holds a secret. Immutable.
 *
 * @param action what was done
 * @param actor who did it; null where nobody was known
 * @param target to what; null for nothing in particular
 * @param roles roles that a token got; null where that is not what happened
 * @param permission the permission that was given, taken or missing; null if none was
 * @param resource the resource of that permission; null if none was
 * @param reason why a credential was refused, or what of a token was changed; null if neither
 */
public record AuditEntry(
    AuditAction action,
    @Nullable Actor actor,
    @Nullable AuditTarget target,
    @Nullable List<String> roles,
    @Nullable String permission,
    @Nullable String resource,
    @Nullable String reason) {

  /** Masks token strings: callers choose names, handles and resources. */
  public AuditEntry {
    actor = actor == null ? null : new Actor(actor.id(), TokenText.mask(actor.name()));
    target = target == null ? null : target.masked();
    roles = roles == null ? null : roles.stream().map(TokenText::mask).toList();
    permission = mask(permission);
    resource = mask(resource);
  }

  private static @Nullable String mask(@Nullable String text) {
    return text == null ? null : TokenText.mask(text);
  }

  /** A token was created. */
  public static AuditEntry tokenCreated(Actor actor, AuditTarget.Token token, List<String> roles) {
    return new AuditEntry(AuditAction.TOKEN_CREATE, actor, token, roles, null, null, null);
  }

  /** A token got another secret. */
  public static AuditEntry tokenRotated(Actor actor, AuditTarget.Token token) {
    return new AuditEntry(AuditAction.TOKEN_ROTATE, actor, token, null, null, null, null);
  }

  /**
   * A token was changed.
   *
   * @param roles the roles that it has now; null if they are what they were
   * @param what names what has changed, without what it was and is
   */
  public static AuditEntry tokenUpdated(
      Actor actor, AuditTarget.Token token, @Nullable List<String> roles, List<String> what) {
    return new AuditEntry(
        AuditAction.TOKEN_UPDATE, actor, token, roles, null, null, String.join(",", what));
  }

  /** A token was put in place by the server itself when it started. */
  public static AuditEntry bootstrapCreated(
      Actor server, AuditTarget.Token token, List<String> roles) {
    return new AuditEntry(AuditAction.BOOTSTRAP_CREATE, server, token, roles, null, null, null);
  }

  /** A token was deleted. */
  public static AuditEntry tokenDeleted(Actor actor, AuditTarget.Token token) {
    return new AuditEntry(AuditAction.TOKEN_DELETE, actor, token, null, null, null, null);
  }

  /** A subject was made. */
  public static AuditEntry subjectCreated(Actor actor, String subject) {
    return of(AuditAction.SUBJECT_CREATE, actor, subject, null, null);
  }

  /** A subject was changed, or dedicated to a token. */
  public static AuditEntry subjectUpdated(Actor actor, String subject) {
    return of(AuditAction.SUBJECT_UPDATE, actor, subject, null, null);
  }

  /** A subject was deleted. */
  public static AuditEntry subjectDeleted(Actor actor, String subject) {
    return of(AuditAction.SUBJECT_DELETE, actor, subject, null, null);
  }

  /** A permission was defined. */
  public static AuditEntry permissionCreated(Actor actor, String permission) {
    return of(AuditAction.PERMISSION_CREATE, actor, permission, null, null);
  }

  /** The definition of a permission was given another description. */
  public static AuditEntry permissionUpdated(Actor actor, String permission) {
    return of(AuditAction.PERMISSION_UPDATE, actor, permission, null, null);
  }

  /** The definition of a permission was deleted; nobody holds it any more. */
  public static AuditEntry permissionDeleted(Actor actor, String permission) {
    return of(AuditAction.PERMISSION_DELETE, actor, permission, null, null);
  }

  /** A subject got a permission. */
  public static AuditEntry permissionGranted(
      Actor actor, String subject, String permission, String resource) {
    return of(AuditAction.PERMISSION_GRANT, actor, subject, permission, resource);
  }

  /** A subject lost a permission. */
  public static AuditEntry permissionRevoked(
      Actor actor, String subject, String permission, String resource) {
    return of(AuditAction.PERMISSION_REVOKE, actor, subject, permission, resource);
  }

  /** A caller lacked a permission that an operation asked for. */
  static AuditEntry authorizationDenied(
      @Nullable Actor actor,
      String operation,
      @Nullable String permission,
      @Nullable String resource) {
    return of(AuditAction.AUTHORIZATION_DENIED, actor, operation, permission, resource);
  }

  /** A credential was refused; the token is known where it was only too old. */
  static AuditEntry authenticationFailed(String reason, @Nullable Actor token) {
    return new AuditEntry(
        AuditAction.AUTHENTICATION_FAILED,
        null,
        token == null ? null : new AuditTarget.Token(token.id(), token.name()),
        null,
        null,
        null,
        reason);
  }

  private static AuditEntry of(
      AuditAction action,
      @Nullable Actor actor,
      String target,
      @Nullable String permission,
      @Nullable String resource) {
    return new AuditEntry(
        action, actor, new AuditTarget.Named(target, null), null, permission, resource, null);
  }
}
