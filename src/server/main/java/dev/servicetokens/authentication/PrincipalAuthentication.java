package dev.servicetokens.authentication;

import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Answer;
import io.micronaut.security.authentication.Authentication;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * A principal as Micronaut Security sees it: its name is the token's, its roles are the names of
 * the permissions on {@code system}, so that {@code @Secured} names permissions. Immutable, but for
 * the uses that it counts; one serves every request of its token.
 */
final class PrincipalAuthentication implements Authentication, Answer {

  private static final long serialVersionUID = 1L;
  private static final int BYTES_PER_OBJECT = 32;

  private final transient Principal principal;
  private final transient Set<String> permissions;
  private final transient TokenUse use;
  private final transient Mono<Authentication> ready;
  private final long endMillis;

  PrincipalAuthentication(Principal principal, Set<String> permissions) {
    this.principal = principal;
    this.permissions = permissions;
    this.use = new TokenUse(principal.tokenId());
    this.ready = Mono.just(this);
    Instant end = principal.expiresAt();
    this.endMillis = end == null ? Long.MAX_VALUE : end.toEpochMilli();
  }

  Principal principal() {
    return principal;
  }

  @Override
  public Optional<Principal> found() {
    return Optional.of(principal);
  }

  /** How many bytes its texts take, about; what it shares with others counts in full. */
  int bytes() {
    Principal of = principal;
    long bytes = of.name().length();
    for (SubjectHandle role : of.roles()) {
      bytes += BYTES_PER_OBJECT + role.value().length();
    }
    for (String resource : of.permissions().byResource().keySet()) {
      bytes += 2 * BYTES_PER_OBJECT + resource.length();
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes * Character.BYTES);
  }

  /** What its uses are counted in. */
  TokenUse use() {
    return use;
  }

  /** This one as the answer of a fetcher, made once. */
  Mono<Authentication> ready() {
    return ready;
  }

  /** Whether the token still lives at that millisecond of the epoch: the end itself is excluded. */
  boolean isLiveAt(long millis) {
    return millis < endMillis;
  }

  @Override
  public String getName() {
    return principal.name();
  }

  @Override
  public Collection<String> getRoles() {
    return permissions;
  }

  @Override
  public Map<String, Object> getAttributes() {
    return Map.of();
  }
}
