package dev.servicetokens.authentication;

import com.github.benmanes.caffeine.cache.Interner;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.KnownAnswers;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/**
 * Makes authentications of principals. Many tokens have the same roles and so the same permissions:
 * of equal ones it keeps one. Thread-safe.
 */
@Singleton
final class PrincipalAuthentications implements KnownAnswers {

  private final Interner<List<SubjectHandle>> roles = Interner.newWeakInterner();
  private final Interner<PermissionSet> permissions = Interner.newWeakInterner();
  private final Interner<Set<String>> names = Interner.newWeakInterner();

  @Override
  public PrincipalAuthentication of(Principal found) {
    Principal principal =
        new Principal(
            found.tokenId(),
            found.name(),
            roles.intern(found.roles()),
            permissions.intern(found.permissions()),
            found.expiresAt());
    return new PrincipalAuthentication(
        principal, names.intern(principal.permissions().systemPermissionNames()));
  }
}
