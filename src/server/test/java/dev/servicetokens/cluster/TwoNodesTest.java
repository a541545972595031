package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.access.ActorNotLiveException;
import dev.servicetokens.access.Commits;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionAdministration;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.Rotations;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.token.UpgradeUnfinishedException;
import dev.servicetokens.verification.LiveToken;
import dev.servicetokens.verification.Purpose;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.verification.Verification;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.health.HealthStatus;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.scheduling.annotation.Scheduled;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Two nodes, as the server puts them together, on one PostgreSQL. */
final class TwoNodesTest {

  private static final long TOKEN = 123_456_789_012_345L;
  private static final TokenDigest DIGEST = TokenDigest.of(TokenString.of("the token's"));

  private final TestDatabase database = TestDatabase.create();
  private Node one;
  private Node other;

  /** One of them. */
  private static final class Node {
    private final ApplicationContext context;

    private Node(TestDatabase database, Path folder) {
      context =
          ApplicationContext.builder()
              .properties(database.properties())
              .banner(false)
              .deduceEnvironment(false)
              .environmentPropertySource(false)
              .build();
      context.registerSingleton(DataDirectory.class, new DataDirectory(folder));
      context.start();
    }

    private CoherentPrincipals principals() {
      return context.getBean(CoherentPrincipals.class);
    }

    private Commits commits() {
      return context.getBean(Commits.class);
    }

    private LeaseHolder leases() {
      return context.getBean(LeaseHolder.class);
    }

    private void awaitLease() {
      await().atMost(Duration.ofSeconds(10)).until(leases()::holds);
    }

    /** Asks until memory answers by itself. */
    private void warm(boolean known) {
      await()
          .atMost(Duration.ofSeconds(10))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                principals().ask(DIGEST, true);
                PrincipalAnswer answer = principals().ifInMemory(DIGEST, true);
                return answer != null && answer.found().isPresent() == known;
              });
    }

    private boolean accepts() {
      PrincipalAnswer answer = principals().ifInMemory(DIGEST, true);
      return answer == null
          ? principals().ask(DIGEST, true).found().isPresent()
          : answer.found().isPresent();
    }
  }

  @BeforeEach
  void start(@TempDir Path folder, @TempDir Path otherFolder) {
    one = new Node(database, folder);
    other = new Node(database, otherFolder);
    one.awaitLease();
    other.awaitLease();
  }

  @AfterEach
  void stop() {
    one.context.close();
    other.context.close();
  }

  @Test
  void refusesADeletedTokenOnTheOtherNodeAtOnce() {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      insertToken();
      one.commits().onEveryNode(this::changeEverything);
      one.warm(true);
      other.warm(true);

      long begun = System.nanoTime();
      one.commits().onEveryNode(this::delete);
      fastest = Math.min(fastest, System.nanoTime() - begun);

      assertThat(other.accepts()).isFalse();
      assertThat(one.accepts()).isFalse();
    }
    assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(100));
  }

  @Test
  void seesAGrantOnTheOtherNodeAtOnce() {
    database.execute("INSERT INTO subject VALUES ('team', now())");
    insertToken();
    other.warm(true);

    one.commits()
        .onEveryNode(
            changed -> {
              database.execute(
                  "INSERT INTO subject_permission VALUES ('team', 'get-service-tokens', 'system')");
              changed.subject(new SubjectHandle("team"));
              return true;
            });

    assertThat(other.principals().ask(DIGEST, true).found().orElseThrow().permissions())
        .matches(held -> held.allows(Permission.GET_SERVICE_TOKENS, "system"));
  }

  /** Whoever holds every permission holds a new one, and loses a deleted one, on every node. */
  @Test
  void knowsOnTheOtherNodeAtOnceWhichPermissionsThereAre() {
    insertToken();
    database.execute("UPDATE service_token SET roles = ARRAY['stackstate-admin']");
    Permission own = Permission.of("deploy:prod");
    PermissionAdministration permissions = one.context.getBean(PermissionAdministration.class);
    other.warm(true);
    assertThat(onTheOther().defined().contain(own)).isFalse();

    permissions.define(onTheOther(), "deploy:prod", null);
    assertThat(onTheOther().defined().contain(own)).isTrue();
    assertThat(onTheOther().permissions().allows(own, "cluster-1")).isTrue();

    other.warm(true);
    permissions.delete(onTheOther(), "deploy:prod", false);
    assertThat(onTheOther().permissions().allows(own, "cluster-1")).isFalse();
  }

  private Principal onTheOther() {
    PrincipalAnswer known = other.principals().ifInMemory(DIGEST, true);
    return (known == null ? other.principals().ask(DIGEST, true) : known).found().orElseThrow();
  }

  /** Rule 8: somebody may have presented it before. */
  @Test
  void acceptsAConfiguredTokenStringOnTheOtherNodeAtOnce() {
    assertThat(other.principals().ifInMemory(DIGEST, false)).isEqualTo(PrincipalAnswer.NOBODY);
    other.warm(false);

    one.commits()
        .onEveryNode(
            changed -> {
              insertToken();
              database.execute(
                  "INSERT INTO bootstrap_secret VALUES (sha256('the token''s'), now())");
              changed.everything();
              return true;
            });

    assertThat(other.principals().ask(DIGEST, false).found()).isPresent();
  }

  @Test
  void holdsItsLeaseAgainAfterItsConnectionBroke() {
    insertToken();
    other.warm(true);
    breakConnections();
    one.commits().onEveryNode(this::delete);

    assertThat(other.accepts()).isFalse();
    other.awaitLease();
    other.warm(false);
  }

  /** Rule 11: what the database has lost, memory must not go on with. */
  @Test
  void beginsAgainWhenTheDatabaseLostChanges() {
    insertToken();
    one.commits().onEveryNode(this::delete);
    other.warm(false);
    List<String> before = database.texts("SELECT node_id FROM node");
    insertToken();

    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(AppliedChanges.class);
    logger.addAppender(lines);
    logger.setAdditive(false);
    database.execute(
        "BEGIN; DELETE FROM change; UPDATE latest_change SET change_number = 0; COMMIT");

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> other.accepts() && database.texts("SELECT node_id FROM node").size() == 4);
    logger.detachAppender(lines);
    logger.setAdditive(true);
    assertThat(database.texts("SELECT node_id FROM node")).containsAll(before);
    assertThat(lines.list)
        .hasSize(2)
        .allMatch(
            line -> line.getFormattedMessage().startsWith("The database lost changes from 1"));
  }

  /** The promise, with real threads and real connections, some of which break. */
  @Test
  void neverAcceptsADeletedTokenWhileManyAsk() throws Exception {
    AtomicLong live = new AtomicLong();
    AtomicLong asked = new AtomicLong();
    AtomicLong fromMemory = new AtomicLong();
    AtomicBoolean end = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> clients = new ArrayList<>();
      for (Node node : List.of(one, one, other, other)) {
        clients.add(
            threads.submit(
                () -> {
                  while (!end.get()) {
                    long latest = live.get(); // All tokens before this one are deleted.
                    long token = Math.max(0, latest - asked.incrementAndGet() % 2);
                    TokenDigest digest = new TokenDigest(token, 0, 0, 0);
                    PrincipalAnswer answer = node.principals().ifInMemory(digest, true);
                    if (answer != null) {
                      fromMemory.incrementAndGet();
                    }
                    boolean accepted =
                        answer == null
                            ? node.principals().ask(digest, true).found().isPresent()
                            : answer.found().isPresent();
                    assertThat(accepted && token < latest).isFalse();
                    LockSupport.parkNanos(20_000); // Two cores are for the server, too.
                  }
                }));
      }
      for (int i = 1; i <= 60; i++) {
        insertToken(TOKEN + i, new TokenDigest(i, 0, 0, 0));
        one.commits().onEveryNode(this::changeEverything);
        long token = TOKEN + i;
        (i % 2 == 0 ? one : other)
            .commits()
            .onEveryNode(
                changed -> {
                  database.execute("DELETE FROM service_token WHERE id = " + token);
                  changed.token(token);
                  return true;
                });
        live.set(i + 1);
        if (i % 20 == 0) {
          breakConnections();
        }
      }
      end.set(true);
      for (Future<?> client : clients) {
        client.get();
      }
    }
    assertThat(fromMemory.get()).isGreaterThan(asked.get() / 4);
  }

  /** Rule 8a: whatever node has the old secret in memory, and wherever the new one comes first. */
  @Test
  void refusesTheOldSecretOnTheOtherNodeWhenTheNewOneIsAccepted() {
    for (int i = 0; i < 10; i++) {
      TokenString old = insertAdministrator(TOKEN + i);
      TokenString fresh = rotated(old);
      await().until(() -> isInMemory(other, old) && isInMemory(one, old));

      assertThat(verified(one, fresh)).isInstanceOf(LiveToken.class);

      assertThat(verified(other, old)).isInstanceOf(Verification.Unknown.class);
      assertThat(verified(one, old)).isInstanceOf(Verification.Unknown.class);
      assertThat(verified(other, fresh)).isInstanceOf(LiveToken.class);
    }
  }

  /** One of the two commits it, and the other one waits for that. */
  @Test
  void acceptsANewSecretOnceThoughItComesToBothNodesAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 10; i++) {
        TokenString old = insertAdministrator(TOKEN + i);
        TokenString fresh = rotated(old);
        await().until(() -> isInMemory(other, old) && isInMemory(one, old));
        List<String> before = database.texts("SELECT change_number FROM change");

        List<Future<Boolean>> answers = new ArrayList<>();
        for (Node node : List.of(one, other, one, other)) {
          answers.add(
              threads.submit(
                  () ->
                      verified(node, fresh) instanceof LiveToken
                          && !(verified(one, old) instanceof LiveToken)
                          && !(verified(other, old) instanceof LiveToken)));
        }
        for (Future<Boolean> answer : answers) {
          assertThat(answer.get()).isTrue();
        }

        assertThat(database.texts("SELECT change_number FROM change")).hasSize(before.size() + 1);
      }
    }
  }

  /** However many a service asks about at once: one commit and one wait, and none without them. */
  @Test
  void acceptsTheNewSecretsOfABatchByOneCommit() throws Exception {
    List<TokenString> old = new ArrayList<>();
    List<TokenString> fresh = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      TokenString before = insertAdministrator(TOKEN + i);
      old.add(before);
      fresh.add(rotated(before));
      await().until(() -> isInMemory(other, before));
    }
    TokenVerifier verifier = one.context.getBean(TokenVerifier.class);
    List<LiveToken> found = new ArrayList<>();
    for (TokenString each : fresh) {
      Verification.Later later = (Verification.Later) verifier.verify(each, null, Purpose.ITEM);
      found.add((LiveToken) later.outcome().toCompletableFuture().get());
    }
    assertThat(found).allMatch(token -> token.secret().pending());
    assertThat(old).allMatch(each -> verified(other, each) instanceof LiveToken);

    Set<Long> accepted = verifier.acceptPending(found).toCompletableFuture().get();

    assertThat(accepted).hasSize(5);
    assertThat(old).noneMatch(each -> verified(other, each) instanceof LiveToken);
    assertThat(
            database.texts(
                "SELECT DISTINCT first_use_change::text FROM service_token_secret WHERE first_use_change IS NOT NULL"))
        .hasSize(1);
  }

  /** Nothing is said of a new secret whose first acceptance cannot be committed. */
  @Test
  void neitherAcceptsNorRefusesANewSecretThatCannotBeRecorded() {
    TokenString old = insertAdministrator(TOKEN);
    TokenString fresh = rotated(old);
    database.execute(
        "ALTER TABLE service_token_secret ADD CONSTRAINT poison_ck CHECK (first_used_at IS NULL)");

    assertThat(verified(one, fresh)).isInstanceOf(Verification.Unavailable.class);
    assertThat(verified(other, old)).isInstanceOf(LiveToken.class);

    database.execute("ALTER TABLE service_token_secret DROP CONSTRAINT poison_ck");
    assertThat(verified(one, fresh)).isInstanceOf(LiveToken.class);
    assertThat(verified(other, old)).isInstanceOf(Verification.Unknown.class);
  }

  /** Whoever asked by the old one before may not change anything by it afterwards. */
  @Test
  void changesNothingByAnOldSecretWhenTheNewOneWasAccepted() {
    TokenString old = insertAdministrator(TOKEN);
    TokenString fresh = rotated(old);
    Principal asking = ((LiveToken) verified(other, old)).principal();
    assertThat(verified(one, fresh)).isInstanceOf(LiveToken.class);

    PermissionAdministration permissions = other.context.getBean(PermissionAdministration.class);

    assertThatThrownBy(() -> permissions.define(asking, "deploy:prod", null))
        .isInstanceOf(ActorNotLiveException.class);
  }

  /** It would go on with the old one for ever. */
  @Test
  void rotatesNothingWhileANodeRunsThatKnowsNoEndsOfSecrets() {
    TokenString old = insertAdministrator(TOKEN);
    assertThat(verified(one, old)).isInstanceOf(LiveToken.class);
    database.execute("UPDATE node SET release = 0");

    assertThatThrownBy(() -> rotated(old)).isInstanceOf(UpgradeUnfinishedException.class);

    assertThat(secretsOf(TOKEN)).hasSize(1);
    database.execute("UPDATE node SET release = 1");
    assertThat(verified(other, rotated(old))).isInstanceOf(LiveToken.class);
  }

  @Test
  void removesWhatEndedLongAgoAndNothingElse() {
    TokenString old = insertAdministrator(TOKEN);
    TokenString fresh = rotated(old);
    Rotations rotations = one.context.getBean(Rotations.class);
    assertThat(rotations.removeEnded()).isZero();

    database.execute(
        "UPDATE service_token_secret SET ends_at = now() - interval '61 minutes' WHERE ends_at IS NOT NULL");

    assertThat(rotations.removeEnded()).isEqualTo(1);
    assertThat(verified(one, fresh)).isInstanceOf(LiveToken.class);
    assertThat(secretsOf(TOKEN)).hasSize(1);
  }

  private List<String> secretsOf(long id) {
    return database.texts("SELECT secret_id FROM service_token_secret WHERE token_id = " + id);
  }

  private TokenString insertAdministrator(long id) {
    TokenString secret = TokenString.generate(new SecureRandom());
    insertToken(id, TokenDigest.of(secret));
    database.execute("UPDATE service_token SET roles = ARRAY['stackstate-admin'] WHERE id = " + id);
    return secret;
  }

  /** The new secret, whose first use ends that one. */
  private TokenString rotated(TokenString old) {
    Principal actor = ((LiveToken) verified(one, old)).principal();
    return one.context
        .getBean(Rotations.class)
        .rotateOwn(actor, new Rotations.Wanted(Duration.ofHours(1), true, null, null))
        .secret();
  }

  private static Verification.Outcome verified(Node node, TokenString token) {
    Verification verification =
        node.context.getBean(TokenVerifier.class).verify(token, null, Purpose.REQUEST);
    return verification instanceof Verification.Later(var outcome)
        ? outcome.toCompletableFuture().join()
        : (Verification.Outcome) verification;
  }

  /** Asks, so that it comes to be there. */
  private static boolean isInMemory(Node node, TokenString token) {
    assertThat(verified(node, token)).isInstanceOf(LiveToken.class);
    PrincipalAnswer known = node.principals().ifInMemory(TokenDigest.of(token), true);
    return known != null && known.found().isPresent();
  }

  /** Rule 20 needs somebody to call it. */
  @Test
  void tidiesByItself() {
    BeanDefinition<Membership> definition = one.context.getBeanDefinition(Membership.class);

    assertThat(definition.requiresMethodProcessing()).isTrue();
    assertThat(definition.getExecutableMethods())
        .anyMatch(method -> method.hasAnnotation(Scheduled.class));
  }

  @Test
  void isReadyWhileItHoldsItsLeaseAndLeavesWhenItEnds() {
    assertThat(readiness(one)).isEqualTo(HealthStatus.UP);
    LeaseHolder leases = one.leases();

    one.context.close();

    assertThat(leases.holds()).isFalse();
    assertThat(database.texts("SELECT node_id FROM node")).hasSize(1);
  }

  @Test
  void tellsOperatorsHowItFares() {
    one.commits().onEveryNode(this::changeEverything);
    MeterRegistry registry = one.context.getBean(MeterRegistry.class);

    assertThat(registry.get("service_tokens_lease_held").gauge().value()).isEqualTo(1);
    assertThat(registry.get("service_tokens_renewal_age").gauge().value()).isBetween(0.0, 1.0);
    assertThat(registry.get("service_tokens_log_lag").gauge().value()).isZero();
    assertThat(registry.get("service_tokens_change_wait").timer().count()).isPositive();
    assertThat(registry.get("service_tokens_silent_nodes").gauge().value()).isZero();
    assertThat(registry.get("service_tokens_queries_without_lease").functionCounter().count())
        .isNotNegative();
  }

  /** However often a node tries again meanwhile. */
  @Test
  void saysOnceThatTheDatabaseIsAwayAndOnceThatItIsBack() {
    Logger logger = (Logger) LoggerFactory.getLogger(CoherenceNode.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    MeterRegistry registry = one.context.getBean(MeterRegistry.class);
    try {
      database.close();
      await().until(() -> !one.leases().holds() && !other.leases().holds());
      await().pollDelay(Duration.ofSeconds(3)).until(() -> lines.list.size() >= 2);
      assertThat(registry.get("service_tokens_renewal_age").gauge().value()).isNaN();

      database.open();
      one.awaitLease();
      other.awaitLease();
      await().until(() -> lines.list.size() >= 4);
    } finally {
      database.open();
      logger.setLevel(null);
      logger.detachAppender(lines);
    }

    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.WARN, Level.INFO, Level.INFO);
    assertThat(lines.list).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
  }

  private static HealthStatus readiness(Node node) {
    LeaseReadiness readiness = node.context.getBean(LeaseReadiness.class);
    HealthResult result = Mono.from(readiness.getResult()).block();
    return Objects.requireNonNull(result).getStatus();
  }

  private void breakConnections() {
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'service-tokens %' AND datname = current_database()");
  }

  private boolean changeEverything(Commits.Changed changed) {
    changed.everything();
    return true;
  }

  private boolean delete(Commits.Changed changed) {
    database.execute("DELETE FROM service_token WHERE id = " + TOKEN);
    changed.token(TOKEN);
    return true;
  }

  private void insertToken() {
    insertToken(TOKEN, DIGEST);
  }

  private void insertToken(long id, TokenDigest digest) {
    database.execute(
        "INSERT INTO service_token VALUES (%d, 'name', NULL, ARRAY['team'], NULL, NULL, now(), now())"
            .formatted(id));
    database.execute(
        "INSERT INTO service_token_secret VALUES (decode('%s', 'hex'), %d, now())"
            .formatted(HexFormat.of().formatHex(digest.toBytes()), id));
  }
}
