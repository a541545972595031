package dev.servicetokens.bootstrap;

import dev.servicetokens.access.Commits;
import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.InvalidSubjectHandleException;
import dev.servicetokens.access.PermissionAdministration;
import dev.servicetokens.access.PredefinedRole;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectNotFreeException;
import dev.servicetokens.access.UnknownRoleException;
import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.IssuedToken;
import dev.servicetokens.token.NewServiceToken;
import dev.servicetokens.token.ServiceTokens;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenRepository;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts the first credentials in place, each once for a database, whoever starts. Thread-safe. */
@Singleton
public class BootstrapTokens {

  private static final String ROLES = "SERVICE_TOKENS_BOOTSTRAP_ROLES";
  private static final String TTL = "SERVICE_TOKENS_BOOTSTRAP_TTL";
  private static final String DEDICATED_SUBJECT = "SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT";
  private static final Duration ADMINISTRATOR_TTL = Duration.ofHours(24);

  private final BootstrapSecretRepository secrets;
  private final TokenRepository tokens;
  private final ServiceTokens serviceTokens;
  private final PrincipalQuery principals;
  private final PermissionAdministration definitions;
  private final Commits commits;
  private final Clock clock;

  BootstrapTokens(
      BootstrapSecretRepository secrets,
      TokenRepository tokens,
      ServiceTokens serviceTokens,
      PrincipalQuery principals,
      PermissionAdministration definitions,
      Commits commits,
      Clock clock) {
    this.secrets = secrets;
    this.tokens = tokens;
    this.serviceTokens = serviceTokens;
    this.principals = principals;
    this.definitions = definitions;
    this.commits = commits;
    this.clock = clock;
  }

  /**
   * Creates the configured token, unless that token string was put in place before: its life is not
   * prolonged, and a deleted one stays deleted.
   *
   * @throws StartRefusal if what is configured cannot be; the message names the variable
   */
  public void putInPlace(TokenDigest digest, BootstrapConfiguration configuration) {
    if (secrets.all().contains(digest)) {
      return; // A start that changes nothing waits for nobody.
    }
    commits.onEveryNode(
        changed -> {
          if (secrets.add(digest)) {
            if (principals.find(digest).answer().found().isEmpty()) {
              create(digest, configuration);
            }
            // Rule 8: somebody may have presented it before, and a node may know it as nobody's.
            changed.everything();
          }
          return digest;
        });
  }

  private void create(TokenDigest digest, BootstrapConfiguration configuration) {
    try {
      serviceTokens.bootstrap(server(), wanted(configuration), digest);
    } catch (UnknownRoleException e) {
      throw new StartRefusal(ROLES + ": " + e.getMessage(), e);
    } catch (SubjectNotFreeException e) {
      throw new StartRefusal(DEDICATED_SUBJECT + ": " + e.getMessage(), e);
    } catch (InvalidInputException e) {
      throw new StartRefusal(ROLES + " or " + TTL + ": " + e.getMessage(), e);
    }
  }

  /**
   * Creates an administrator token in a database that never had a token.
   *
   * @param keep gets the token before it is committed: what nobody could keep, nobody gets
   */
  public void createAdministratorOnFirstStart(Consumer<IssuedToken> keep) {
    if (isFirst()) {
      commits.onEveryNode(changed -> createAdministratorIfFirst(keep));
    }
  }

  private boolean isFirst() {
    return secrets.all().isEmpty() && tokens.isEmpty();
  }

  private boolean createAdministratorIfFirst(Consumer<IssuedToken> keep) {
    secrets.lock();
    boolean first = isFirst();
    if (first) {
      IssuedToken issued =
          serviceTokens.bootstrap(
              server(),
              new NewServiceToken(
                  "administrator",
                  "Made on the first start; create tokens of your own with it.",
                  List.of(PredefinedRole.ADMIN.handle()),
                  clock.instant().plus(ADMINISTRATOR_TTL)));
      secrets.add(TokenDigest.of(issued.secret()));
      keep.accept(issued);
    }
    return first;
  }

  /** Who a server is to itself before anybody else is known to it. */
  private Principal server() {
    DefinedPermissions defined = definitions.now();
    return new Principal(
        0,
        "server start",
        List.of(PredefinedRole.ADMIN.handle()),
        defined.everyPermission(),
        null,
        defined);
  }

  /**
   * Checks the roles, the subject and the life of a configured token, of which only a database
   * knows more.
   */
  static void requireFirst(BootstrapConfiguration configuration) {
    configuration.roles().forEach(role -> handle(role.strip(), ROLES));
    @Nullable String dedicated = configuration.dedicatedSubject();
    if (dedicated != null && !dedicated.isBlank()) {
      var _ = handle(dedicated, DEDICATED_SUBJECT);
    }
    requireLife(configuration.ttl());
  }

  private static void requireLife(Duration ttl) {
    if (!ttl.isPositive()) {
      throw new StartRefusal(TTL + " must be longer than nothing, 24h for example");
    }
  }

  private NewServiceToken wanted(BootstrapConfiguration configuration) {
    List<SubjectHandle> roles =
        configuration.roles().stream().map(role -> handle(role.strip(), ROLES)).toList();
    @Nullable String dedicated = configuration.dedicatedSubject();
    return new NewServiceToken(
            "bootstrap", "Put in place by configuration.", roles, end(configuration.ttl()))
        .withDedicatedSubject(
            dedicated == null || dedicated.isBlank() ? null : handle(dedicated, DEDICATED_SUBJECT));
  }

  private static SubjectHandle handle(String value, String variable) {
    try {
      return SubjectHandle.of(value);
    } catch (InvalidSubjectHandleException e) {
      throw new StartRefusal(variable + ": " + e.getMessage(), e);
    }
  }

  private Instant end(Duration ttl) {
    requireLife(ttl);
    try {
      return clock.instant().plus(ttl);
    } catch (DateTimeException | ArithmeticException e) {
      throw new StartRefusal(TTL + " is too long; 24h is usual", e);
    }
  }
}
