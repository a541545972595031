package dev.servicetokens.token;

import dev.servicetokens.access.DedicatedSubjectRefusedException;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import io.micronaut.transaction.annotation.ReadOnly;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates, lists and deletes service tokens, each in one transaction. Thread-safe. */
@Singleton
public class ServiceTokens {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceTokens.class);

  private final TokenRepository repository;
  private final Subjects subjects;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  ServiceTokens(TokenRepository repository, Subjects subjects, Clock clock) {
    this.repository = repository;
    this.subjects = subjects;
    this.clock = clock;
  }

  /**
   * Creates a token with a token string that nobody has seen.
   *
   * @return the token with its secret, which is nowhere else
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not create tokens,
   *     or not take the dedicated subject
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
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (wanted.expiresAt() != null && !now.isBefore(wanted.expiresAt())) {
      throw new ExpiryNotInFutureException();
    }
    if (wanted.dedicatedSubject() != null) {
      dedicate(caller, wanted.dedicatedSubject());
    }
    subjects.requireExisting(wanted.roles());
    ServiceToken token = addWithFreeId(wanted, digest, now);
    LOG.info(
        "Token {} '{}' created by {} '{}'",
        token.id(),
        token.name(),
        caller.tokenId(),
        caller.name());
    return token;
  }

  /**
   * Lists all tokens, expired ones too, by name, then by id.
   *
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not see tokens
   */
  @ReadOnly
  public List<ServiceToken> list(Principal caller) {
    caller.require(Permission.GET_SERVICE_TOKENS);
    return repository.list();
  }

  /**
   * Deletes a token and its dedicated subject, for good.
   *
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not delete tokens
   * @throws NoSuchServiceTokenException if there is none of that id
   */
  @Transactional
  public void delete(Principal caller, TokenId id) {
    caller.require(Permission.DELETE_SERVICE_TOKENS);
    ServiceToken deleted =
        repository.remove(id).orElseThrow(() -> new NoSuchServiceTokenException(id));
    if (deleted.dedicatedSubject() != null) {
      subjects.removeDedicated(deleted.dedicatedSubject());
    }
    LOG.info(
        "Token {} '{}' deleted by {} '{}'", id, deleted.name(), caller.tokenId(), caller.name());
  }

  private void dedicate(Principal caller, SubjectHandle subject) {
    subjects.dedicate(caller, subject);
    if (repository.isDedicated(subject)) {
      throw DedicatedSubjectRefusedException.isTaken(subject);
    }
  }

  private ServiceToken addWithFreeId(NewServiceToken wanted, TokenDigest digest, Instant now) {
    while (true) {
      ServiceToken token =
          new ServiceToken(
              TokenId.random(random),
              wanted.name(),
              wanted.description(),
              wanted.roles(),
              wanted.expiresAt(),
              wanted.dedicatedSubject(),
              now,
              now,
              null);
      if (repository.add(token, digest)) {
        return token;
      }
    }
  }
}
