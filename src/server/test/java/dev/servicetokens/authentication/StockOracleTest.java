package dev.servicetokens.authentication;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.MemoryPrincipals;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.NewServiceToken;
import dev.servicetokens.token.ServiceTokens;
import dev.servicetokens.token.TokenString;
import io.micronaut.security.filters.SecurityFilter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Our filter answers what Micronaut Security's own answers, to every kind of caller on every kind
 * of route under every kind of setting. Whatever stock does is right: that is what the framework's
 * users rely on.
 */
final class StockOracleTest {

  private static final Logger REFUSALS =
      (Logger) LoggerFactory.getLogger("dev.servicetokens.error");
  private static final Duration LIFE = Duration.ofMillis(1);

  private static final List<String> ROUTES =
      List.of(
          "GET /oracle/anyone",
          "GET /oracle/anyone/who",
          "GET /oracle/authenticated",
          "GET /oracle/denied",
          "GET /oracle/permission",
          "GET /oracle/either",
          "GET /oracle/expression",
          "GET /oracle/authentication",
          "GET /oracle/principal",
          "GET /oracle/service",
          "GET /oracle/service/blocking",
          "GET /oracle/unannotated",
          "GET /oracle/mapped",
          "GET /oracle/api/by-class",
          "GET /oracle/api/by-method",
          "GET /api/server/status",
          "GET /api/security/tokens?x",
          "POST /api/security/tokens",
          "PUT /api/security/tokens",
          "GET /api/user/authorization/for?permission=get-topology",
          "GET /api/nowhere",
          "GET /nowhere",
          "GET /prometheus",
          "HEAD /oracle/authenticated",
          "OPTIONS /oracle/authenticated",
          "GET /health");

  /** Settings, each with what it adds to the configuration. */
  private static final Map<String, Map<String, Object>> SETTINGS =
      Map.ofEntries(
          entry("plain", Map.of()),
          entry("late-rule", Map.of()),
          entry("late-fetcher", Map.of()),
          entry("failing-rule", Map.of()),
          entry("early-filter", Map.of()),
          entry("open-not-found", Map.of("micronaut.security.reject-not-found", false)),
          entry("our-address", Map.of("micronaut.security.ip-patterns", List.of("127.0.0.1"))),
          entry("other-address", Map.of("micronaut.security.ip-patterns", List.of("192.0.2.1"))),
          entry(
              "url-map",
              Map.of(
                  "micronaut.security.intercept-url-map",
                  List.of(
                      Map.of("pattern", "/oracle/expression", "access", List.of("isAnonymous()")),
                      Map.of("pattern", "/oracle/mapped", "access", List.of("get-topology")),
                      Map.of("pattern", "/oracle/**", "access", List.of("isAuthenticated()"))))));

  private final TestDatabase database = TestDatabase.create();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Map<String, String>> callers = new TreeMap<>();

  /** Rules that fail are logged with their stack traces, some hundred times. */
  @BeforeEach
  void silence() {
    REFUSALS.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    REFUSALS.setLevel(null);
    client.shutdownNow();
  }

  static List<String> settings() {
    return SETTINGS.keySet().stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void answersAsStockDoes(String setting) {
    Map<String, String> stock = new TreeMap<>();
    try (TestServer server = start(setting, true)) {
      assertThat(server.bean(SecurityFilter.class)).isNotNull();
      makeCallers(server);
      warmUp(server);
      stock.putAll(answers(server));
    }
    try (TestServer server = start(setting, false)) {
      warmUp(server);
      Map<String, String> ours = answers(server);
      assertThat(ours.keySet()).isEqualTo(stock.keySet());
      assertThat(ours.entrySet())
          .filteredOn(answer -> !answer.getValue().equals(stock.get(answer.getKey())))
          .isEmpty();
    }
    assertThat(stock).hasSize(ROUTES.size() * callers.size());
  }

  /** With a filter that keeps nothing between requests, no caller can get another's answer. */
  @Test
  void givesEachOfManyConcurrentCallersItsOwnAnswer() {
    try (TestServer server = start("late-fetcher", false)) {
      makeCallers(server);
      warmUp(server);
      Map<String, String> alone = new HashMap<>();
      List<String> routes =
          List.of("GET /oracle/anyone/who", "GET /oracle/authentication", "GET /oracle/service");
      Random random = new Random(1);
      for (String caller : callers.keySet()) {
        for (String route : routes) {
          alone.put(caller + route, answer(send(server, route, caller).join()));
        }
      }
      List<String> names = List.copyOf(callers.keySet());
      List<CompletableFuture<?>> calls = new ArrayList<>();
      Map<String, Integer> wrong = new HashMap<>();
      for (int i = 0; i < 3000; i++) {
        String caller = names.get(random.nextInt(names.size()));
        String route = routes.get(random.nextInt(routes.size()));
        calls.add(
            send(server, route, caller)
                .thenAccept(
                    got -> {
                      if (!answer(got).equals(alone.get(caller + route))) {
                        synchronized (wrong) {
                          wrong.merge(caller + " " + route + " " + answer(got), 1, Integer::sum);
                        }
                      }
                    }));
        if (calls.size() == 100) {
          calls.forEach(CompletableFuture::join);
          calls.clear();
        }
      }
      calls.forEach(CompletableFuture::join);
      assertThat(wrong).isEmpty();
    }
  }

  private TestServer start(String setting, boolean stock) {
    Map<String, Object> properties = new HashMap<>(SETTINGS.get(setting));
    properties.put("oracle", setting);
    properties.put(AuthorizationFilterCheck.STOCK_FILTER, stock);
    return TestServer.start(database, properties, MemoryPrincipals.beans());
  }

  private void makeCallers(TestServer server) {
    String alice = create(server, "alice", "stackstate-admin", null);
    String bob = create(server, "bob", "stackstate-guest", null);
    String carol = create(server, MemoryPrincipals.NEVER_KEPT, "stackstate-power-user", null);
    Instant soon = server.clock().instant().plus(LIFE);
    String ended = create(server, "ended", "stackstate-admin", soon);
    callers.put("nobody", Map.of());
    callers.put("alice, in memory", Map.of("X-API-Key", alice));
    callers.put("bob, in memory", Map.of("Authorization", "ApiKey " + bob));
    callers.put("carol, in the database only", Map.of("X-API-Token", carol));
    callers.put("ended", Map.of("X-API-Key", ended));
    callers.put("unknown", Map.of("X-API-Key", TokenString.generate(new SecureRandom()).reveal()));
    callers.put("malformed", Map.of("X-API-Key", "svctok-garbage"));
    callers.put("two", Map.of("X-API-Key", alice, "Authorization", "ApiKey " + bob));
    callers.put("bearer", Map.of("Authorization", "Bearer " + alice));
    callers.put("another way", Map.of("X-Oracle", "yes"));
  }

  private String create(TestServer server, String name, String role, @Nullable Instant expiresAt) {
    return server
        .bean(ServiceTokens.class)
        .create(
            administrator(),
            new NewServiceToken(name, null, List.of(new SubjectHandle(role)), expiresAt))
        .secret()
        .reveal();
  }

  /** The token of the first start, which is live as one that changes something has to be. */
  private Principal administrator() {
    long id =
        Long.parseLong(
            database
                .texts("SELECT id::text FROM service_token ORDER BY created_at LIMIT 1")
                .getFirst());
    return new Principal(
        id,
        "administrator",
        List.of(),
        PermissionSet.onSystem(Permission.predefined()),
        null,
        DefinedPermissions.PREDEFINED);
  }

  /** Brings both servers to the same time, with the same in memory. */
  private void warmUp(TestServer server) {
    server.clock().move(LIFE);
    send(server, "GET /oracle/anyone", "alice, in memory").join();
    send(server, "GET /oracle/anyone", "bob, in memory").join();
  }

  private Map<String, String> answers(TestServer server) {
    Map<String, String> answers = new TreeMap<>();
    for (String route : ROUTES) {
      for (String caller : callers.keySet()) {
        answers.put(route + " by " + caller, answer(send(server, route, caller).join()));
      }
    }
    return answers;
  }

  private CompletableFuture<HttpResponse<String>> send(
      TestServer server, String route, String caller) {
    String[] parts = route.split(" ", 2);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri().resolve(URI.create(parts[1])))
            .timeout(Duration.ofSeconds(30));
    callers.get(caller).forEach(request::header);
    if (parts[0].equals("POST")) {
      request.header("Content-Type", "text/plain").POST(BodyPublishers.ofString("{}"));
    } else {
      request.method(parts[0], BodyPublishers.noBody());
    }
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private static String answer(HttpResponse<String> response) {
    Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
    headers.remove("date");
    headers.remove("content-length");
    String body =
        response.request().uri().getPath().equals("/prometheus") && response.statusCode() == 200
            ? "metrics"
            : response.body();
    return response.statusCode()
        + " "
        + headers
        + " "
        + body.replaceAll("\"trackingKey\":\"[^\"]*\"", "KEY")
            .replaceAll("\"serverTimestamp\":[0-9]+", "TIME")
            .replaceAll(",?\"lastUsed[^}]*\"useCount\":[0-9]+", "");
  }
}
