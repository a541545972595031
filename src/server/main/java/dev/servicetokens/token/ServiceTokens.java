package dev.servicetokens.token;

import dev.servicetokens.access.ActorChanges;
import dev.servicetokens.access.ActorChanges.Touched;
import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.access.LastAdministrator;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import dev.servicetokens.access.UnknownRoleException;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.AuditTrail;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes and deletes service tokens, each in one transaction. Who does it is asked again
 * then, see {@link ActorChanges}. Thread-safe.
 */
@Singleton
public class ServiceTokens {

  private final TokenRepository repository;
  private final Subjects subjects;
  private final LastAdministrator lastAdministrator;
  private final TokenPolicy policy;
  private final Upgrade upgrade;
  private final AuditTrail audit;
  private final ActorChanges changes;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final LongAdder created = new LongAdder();
  private final LongAdder updated = new LongAdder();
  private final LongAdder deleted = new LongAdder();

  ServiceTokens(
      TokenRepository repository,
      Subjects subjects,
      LastAdministrator lastAdministrator,
      TokenPolicy policy,
      Upgrade upgrade,
      AuditTrail audit,
      ActorChanges changes,
      Clock clock) {
    this.repository = repository;
    this.subjects = subjects;
    this.lastAdministrator = lastAdministrator;
    this.policy = policy;
    this.upgrade = upgrade;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Creates a token with a token string that nobody has seen.
   *
   * @return the token with its secret, which is nowhere else
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not create tokens,
   *     may not give a role, or may not take the dedicated subject
   * @throws ExpiryNotInFutureException if it would be expired already
   * @throws dev.servicetokens.text.InvalidInputException if the policy does not allow its end
   * @throws UpgradeUnfinishedException if it is bounded and some node does not know that
   * @throws UnknownRoleException if a role is no subject's handle
   * @throws dev.servicetokens.access.SubjectNotFreeException if the dedicated subject is static or
   *     another token's, or other tokens name it
   */
  public IssuedToken create(Principal caller, NewServiceToken wanted) {
    if (!wanted.bounds().areNone()) {
      upgrade.requireRelease(Upgrade.BOUNDED_TOKENS);
    }
    TokenString secret = TokenString.generate(random);
    ServiceToken token =
        changes.durably(
            caller,
            new Touched.NewToken(wanted.roles(), wanted.dedicatedSubject()),
            actor -> create(actor, wanted, TokenDigest.of(secret)));
    created.increment();
    return new IssuedToken(token, secret);
  }

  private ServiceToken create(Principal caller, NewServiceToken wanted, TokenDigest digest) {
    ServiceToken token = store(caller, wanted, digest, policy);
    audit.append(AuditEntry.tokenCreated(caller.actor(), target(token), handles(token.roles())));
    return token;
  }

  /**
   * Creates a token on behalf of the server itself, when it starts; no policy holds for it.
   * Otherwise as {@link #create(Principal, NewServiceToken)}.
   */
  @Transactional
  public IssuedToken bootstrap(Principal server, NewServiceToken wanted) {
    TokenString secret = TokenString.generate(random);
    return new IssuedToken(bootstrap(server, wanted, TokenDigest.of(secret)), secret);
  }

  /**
   * Creates a token on behalf of the server itself whose token string somebody else made, and of
   * which we may only know the digest; no policy holds for it. Otherwise as {@link
   * #create(Principal, NewServiceToken)}.
   */
  @Transactional
  public ServiceToken bootstrap(Principal server, NewServiceToken wanted, TokenDigest digest) {
    ServiceToken token = store(server, wanted, digest, TokenPolicy.NONE);
    audit.append(
        AuditEntry.bootstrapCreated(server.actor(), target(token), handles(token.roles())));
    return token;
  }

  private ServiceToken store(
      Principal caller, NewServiceToken wanted, TokenDigest digest, TokenPolicy limits) {
    caller.require(Permission.CREATE_SERVICE_TOKENS);
    Set<SubjectHandle> known = subjects.requireNameable(caller, wanted.roles());
    if (wanted.dedicatedSubject() != null) {
      subjects.dedicate(caller, wanted.dedicatedSubject());
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (wanted.expiresAt() != null && !now.isBefore(wanted.expiresAt())) {
      throw new ExpiryNotInFutureException();
    }
    requireKnown(wanted.roles(), wanted.dedicatedSubject(), known);
    Instant end = limits.endFor(wanted.roles(), wanted.expiresAt(), now);
    return addWithFreeId(caller, wanted.endingAt(end), digest, now);
  }

  /**
   * Deletes a token and its dedicated subject, for good. When this has returned, or thrown that
   * there is none, no node accepts it any more.
   *
   * @param force whether the last administrator may go, too
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not delete tokens
   * @throws NoSuchServiceTokenException if there is none of that id
   * @throws dev.servicetokens.access.LastAdministratorException if no live token could administer
   *     afterwards
   */
  public void delete(Principal caller, TokenId id, boolean force) {
    Optional<ServiceToken> gone =
        changes.onEveryNode(
            caller,
            new Touched.DeletedToken(id.value()),
            (actor, changed) -> {
              actor.require(Permission.DELETE_SERVICE_TOKENS);
              return deleteIfPresent(actor, id, force, changed);
            });
    if (gone.isEmpty()) {
      throw new NoSuchServiceTokenException(id);
    }
    deleted.increment();
  }

  /**
   * Deletes a token because somebody has its token string, which suffices: no permission is asked.
   * When this has returned, no node accepts it any more, whoever deleted it.
   *
   * @param revoked the token, as the token string tells
   * @param caller who has sent the string: the token itself, or one that was sent beside it
   * @param force whether the last administrator may go, too
   * @throws dev.servicetokens.access.ActorNotLiveException if the caller is another token, which is
   *     not live any more
   * @throws dev.servicetokens.access.LastAdministratorException if no live token could administer
   *     afterwards
   */
  public void revoke(Principal revoked, Principal caller, boolean force) {
    TokenId id = new TokenId(revoked.tokenId());
    Optional<ServiceToken> gone =
        caller.tokenId() == revoked.tokenId()
            ? changes
                .onItselfOnEveryNode(
                    caller, (actor, changed) -> deleteIfPresent(actor, id, force, changed))
                .flatMap(token -> token)
            : changes.onEveryNode(
                caller,
                new Touched.DeletedToken(id.value()),
                (actor, changed) -> deleteIfPresent(actor, id, force, changed));
    gone.ifPresent(token -> deleted.increment());
  }

  /**
   * Changes a token. When this has returned, no node accepts it any more by what it was before.
   *
   * @param force whether the last administrator may go, too
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not disable
   *     tokens, or may not give a role that the token has or shall have
   * @throws NoSuchServiceTokenException if there is none of that id
   * @throws dev.servicetokens.text.InvalidInputException if it must not be what it would be
   * @throws ExpiryNotInFutureException if its new end has come already
   * @throws UnknownRoleException if a new role is no subject's handle
   * @throws UpgradeUnfinishedException if some node does not know the bounds that it would get
   * @throws dev.servicetokens.access.LastAdministratorException if no live token could administer
   *     afterwards
   */
  public void update(Principal caller, TokenId id, TokenUpdate update, boolean force) {
    if (update.bounds()) {
      upgrade.requireRelease(Upgrade.BOUNDED_TOKENS);
    }
    Optional<ServiceToken> present =
        changes.onEveryNode(
            caller,
            new Touched.ChangedToken(
                id.value(), Objects.requireNonNullElse(update.roles(), List.of())),
            (actor, changed) -> updateIfPresent(actor, id, update, force, changed));
    if (present.isEmpty()) {
      throw new NoSuchServiceTokenException(id);
    }
    updated.increment();
  }

  private Optional<ServiceToken> updateIfPresent(
      Principal caller, TokenId id, TokenUpdate update, boolean force, Changed changed) {
    if (update.disables()) {
      caller.require(Permission.DELETE_SERVICE_TOKENS);
    }
    if (update.doesMoreThanDisable()) {
      caller.require(Permission.CREATE_SERVICE_TOKENS);
    }
    Optional<ServiceToken> token = repository.lock(id);
    token.ifPresent(
        before -> {
          if (update.doesMoreThanDisable()) {
            requireMayChange(caller, before, update);
          }
          update(caller, before, update, force, changed);
        });
    return token;
  }

  /** Whoever changes a token could as well make such a one, before and after. */
  private void requireMayChange(Principal caller, ServiceToken before, TokenUpdate update) {
    subjects.requireNameableAsHeld(caller, rolesOfOthers(caller, before, before.roles()));
    List<SubjectHandle> wanted = update.roles();
    if (wanted != null) {
      Set<SubjectHandle> known =
          subjects.requireNameable(caller, rolesOfOthers(caller, before, wanted));
      requireKnown(wanted, before.dedicatedSubject(), known);
    }
  }

  /**
   * Those roles but the dedicated subject of a token that changes itself, which it has already:
   * what others were given with it since, it has not been given without it.
   */
  private static List<SubjectHandle> rolesOfOthers(
      Principal caller, ServiceToken token, List<SubjectHandle> roles) {
    SubjectHandle own = token.dedicatedSubject();
    return own != null && caller.tokenId() == token.id().value() && token.roles().contains(own)
        ? roles.stream().filter(role -> !role.equals(own)).toList()
        : roles;
  }

  /** Changes a token that is locked, whoever may do so. */
  void update(
      Principal caller, ServiceToken before, TokenUpdate update, boolean force, Changed changed) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    NewServiceToken wanted = allowed(before, update, now);
    ServiceToken after = before.updated(wanted, now);
    List<String> fields = before.fieldsThatDifferIn(after);
    if (fields.isEmpty()) {
      return;
    }
    lastAdministrator.guardDeletion(
        subjects.permissionsOf(before.roles(), caller.defined()),
        PermissionSet.NONE,
        force,
        () -> {
          repository.update(after);
          changed.token(after.id().value());
        });
    audit.append(
        AuditEntry.tokenUpdated(
            caller.actor(),
            target(after),
            before.roles().equals(after.roles()) ? null : handles(after.roles()),
            fields));
  }

  /** What is wanted, as far as the policy lets it be; what is not changed keeps its end. */
  private NewServiceToken allowed(ServiceToken before, TokenUpdate update, Instant now) {
    NewServiceToken wanted = update.of(before);
    Instant made = repository.secretMadeAt(before.id());
    if (update.expiresAt() == null) {
      if (!wanted.roles().equals(before.roles())) {
        policy.requireAllowed(wanted.roles(), before.expiresAt(), made);
      }
      return wanted;
    }
    Instant end = policy.endFor(wanted.roles(), wanted.expiresAt(), made);
    if (end != null && !now.isBefore(end)) {
      throw new ExpiryNotInFutureException();
    }
    return wanted.endingAt(end);
  }

  /** How many tokens this node was asked for and has created. */
  public long created() {
    return created.sum();
  }

  /** How many changes of tokens this node was asked for and has made. */
  public long updated() {
    return updated.sum();
  }

  /** How many tokens this node has deleted. */
  public long deleted() {
    return deleted.sum();
  }

  /** Returns when every node knows what is deleted now, whoever did it. */
  public void awaitDeletions() {
    changes.awaitEveryNode();
  }

  private Optional<ServiceToken> deleteIfPresent(
      Principal caller, TokenId id, boolean force, Changed changed) {
    Optional<ServiceToken> token = repository.lock(id);
    token.ifPresent(present -> delete(caller, present, force, changed));
    return token;
  }

  /** Deletes a token that is locked. */
  void delete(Principal caller, ServiceToken token, boolean force, Changed changed) {
    SubjectHandle dedicated = token.dedicatedSubject();
    lastAdministrator.guardDeletion(
        subjects.permissionsOf(token.roles(), caller.defined()),
        dedicated == null
            ? PermissionSet.NONE
            : subjects.permissionsOf(List.of(dedicated), caller.defined()),
        force,
        () -> remove(caller, token, changed));
    audit.append(AuditEntry.tokenDeleted(caller.actor(), target(token)));
  }

  private void remove(Principal caller, ServiceToken token, Changed changed) {
    repository.remove(token.id());
    changed.token(token.id().value());
    if (token.dedicatedSubject() != null) {
      subjects.removeDedicated(caller, token.dedicatedSubject());
      changed.subject(token.dedicatedSubject());
    }
  }

  private static AuditTarget.Token target(ServiceToken token) {
    return new AuditTarget.Token(token.id().value(), token.name());
  }

  private static List<String> handles(List<SubjectHandle> roles) {
    return roles.stream().map(SubjectHandle::value).toList();
  }

  /** What was no subject when it was looked at may have become one, but only the token's own. */
  private static void requireKnown(
      List<SubjectHandle> roles, @Nullable SubjectHandle dedicated, Set<SubjectHandle> known) {
    for (SubjectHandle role : roles) {
      if (!known.contains(role) && !role.equals(dedicated)) {
        throw new UnknownRoleException(role);
      }
    }
  }

  private ServiceToken addWithFreeId(
      Principal caller, NewServiceToken wanted, TokenDigest digest, Instant now) {
    while (true) {
      ServiceToken token =
          ServiceToken.created(TokenId.random(random), wanted, Creator.of(caller), now);
      if (repository.add(token, digest)) {
        return token;
      }
    }
  }
}
