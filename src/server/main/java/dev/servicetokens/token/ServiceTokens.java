package dev.servicetokens.token;

import dev.servicetokens.access.DedicatedSubjectRefusedException;
import dev.servicetokens.access.LastAdministrator;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and deletes service tokens, each in one transaction. Thread-safe. */
@Singleton
public class ServiceTokens {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceTokens.class);

  private final TokenRepository repository;
  private final Subjects subjects;
  private final LastAdministrator lastAdministrator;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  ServiceTokens(
      TokenRepository repository,
      Subjects subjects,
      LastAdministrator lastAdministrator,
      Clock clock) {
    this.repository = repository;
    this.subjects = subjects;
    this.lastAdministrator = lastAdministrator;
    this.clock = clock;
  }

  /**
   * Creates a token with a token string that nobody has seen.
   *
   * @return the token with its secret, which is nowhere else
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not create tokens,
   *     lacks something that the roles allow, or may not take the dedicated subject
   * @throws ExpiryNotInFutureException if it would be expired already
   * @throws dev.servicetokens.access.UnknownRoleException if a role is no subject's handle
   * @throws DedicatedSubjectRefusedException if the dedicated subject is static or another token's
   */
  @Transactional
  public IssuedToken create(Principal caller, NewServiceToken wanted) {
    TokenString secret = TokenString.generate(random);
    ServiceToken token = create(caller, wanted, TokenDigest.of(secret));
    return new IssuedToken(token, secret);
  }

  /**
   * Creates a token whose token string somebody else made, and of which we may only know the
   * digest. Otherwise as {@link #create(Principal, NewServiceToken)}.
   */
  @Transactional
  public ServiceToken create(Principal caller, NewServiceToken wanted, TokenDigest digest) {
    caller.require(Permission.CREATE_SERVICE_TOKENS);
    subjects.requireWithin(caller, wanted.roles());
    if (wanted.dedicatedSubject() != null) {
      dedicate(caller, wanted.dedicatedSubject());
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (wanted.expiresAt() != null && !now.isBefore(wanted.expiresAt())) {
      throw new ExpiryNotInFutureException();
    }
    subjects.requireExisting(wanted.roles());
    ServiceToken token = addWithFreeId(caller, wanted, digest, now);
    LOG.info(
        "Token {} '{}' created by {} '{}'",
        token.id(),
        token.name(),
        caller.tokenId(),
        caller.name());
    return token;
  }

  /**
   * Deletes a token and its dedicated subject, for good.
   *
   * @param force whether the last administrator may go, too
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not delete tokens
   * @throws NoSuchServiceTokenException if there is none of that id
   * @throws dev.servicetokens.access.LastAdministratorException if no live token could create
   *     tokens afterwards
   */
  @Transactional
  public void delete(Principal caller, TokenId id, boolean force) {
    caller.require(Permission.DELETE_SERVICE_TOKENS);
    ServiceToken token = repository.lock(id).orElseThrow(() -> new NoSuchServiceTokenException(id));
    lastAdministrator.guard(
        subjects.permissionsOf(withDedicated(token)), force, () -> remove(token));
    LOG.info("Token {} '{}' deleted by {} '{}'", id, token.name(), caller.tokenId(), caller.name());
  }

  private void remove(ServiceToken token) {
    repository.remove(token.id());
    if (token.dedicatedSubject() != null) {
      subjects.removeDedicated(token.dedicatedSubject());
    }
  }

  /** The roles that some token may lose when this one goes. */
  private static List<SubjectHandle> withDedicated(ServiceToken token) {
    return token.dedicatedSubject() == null
        ? token.roles()
        : Stream.concat(token.roles().stream(), Stream.of(token.dedicatedSubject())).toList();
  }

  private void dedicate(Principal caller, SubjectHandle subject) {
    subjects.dedicate(caller, subject);
    if (repository.isDedicated(subject)) {
      throw DedicatedSubjectRefusedException.isTaken(subject);
    }
  }

  private ServiceToken addWithFreeId(
      Principal caller, NewServiceToken wanted, TokenDigest digest, Instant now) {
    while (true) {
      ServiceToken token =
          new ServiceToken(
              TokenId.random(random),
              wanted.name(),
              wanted.description(),
              wanted.roles(),
              wanted.expiresAt(),
              wanted.dedicatedSubject(),
              Creator.of(caller),
              now,
              now);
      if (repository.add(token, digest)) {
        return token;
      }
    }
  }
}
