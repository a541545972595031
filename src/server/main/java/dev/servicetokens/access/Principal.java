package dev.servicetokens.access;

import dev.servicetokens.audit.Actor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verified caller: what a live token says of whoever sent it. Nothing behind the border of
 * authentication sees a header or a token string. Immutable.
 *
 * @param tokenId id of the service token
 * @param name name of the service token
 * @param roles its roles in their order
 * @param permissions what its roles allow together
 * @param expiresAt the instant from which it is refused: the end of the token, or of the secret
 *     that was presented, whichever comes first; null if neither ends
 * @param defined the permissions that there were when this was read
 * @param secretId which secret of the token was presented; {@link #NO_SECRET} if none was
 */
public record Principal(
    long tokenId,
    String name,
    List<SubjectHandle> roles,
    PermissionSet permissions,
    @Nullable Instant expiresAt,
    DefinedPermissions defined,
    long secretId) {

  /** Stands for the secret of one that acts without presenting any. */
  public static final long NO_SECRET = 0;

  /** Copies the roles. */
  public Principal {
    roles = List.copyOf(roles);
  }

  /** One that acts without presenting a secret. */
  public Principal(
      long tokenId,
      String name,
      List<SubjectHandle> roles,
      PermissionSet permissions,
      @Nullable Instant expiresAt,
      DefinedPermissions defined) {
    this(tokenId, name, roles, permissions, expiresAt, defined, NO_SECRET);
  }

  /** Who this is to the audit log. */
  public Actor actor() {
    return new Actor(tokenId, name);
  }

  /** Whether the token still lives at that instant: the end itself is excluded. */
  public boolean isLiveAt(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }

  /** Whether the caller has the permission on {@link PermissionSet#SYSTEM}. */
  public boolean may(Permission permission) {
    return permissions.allows(permission, PermissionSet.SYSTEM);
  }

  /**
   * Returns if the caller has the permission on {@link PermissionSet#SYSTEM}.
   *
   * @throws PermissionDeniedException otherwise
   */
  public void require(Permission permission) {
    require(new Grant(permission, PermissionSet.SYSTEM));
  }

  /**
   * Returns if the caller has the permission on that resource or on {@link PermissionSet#SYSTEM}.
   *
   * @throws PermissionDeniedException otherwise
   */
  public void require(Grant grant) {
    if (!permissions.allows(grant.permission(), grant.resource())) {
      throw new PermissionDeniedException(grant);
    }
  }

  /**
   * Returns if the caller has every one of the permissions.
   *
   * @throws PermissionDeniedException otherwise, naming the first that is missing
   */
  public void requireAll(PermissionSet required) {
    permissions
        .firstMissing(required)
        .ifPresent(
            missing -> {
              throw new PermissionDeniedException(missing);
            });
  }
}
