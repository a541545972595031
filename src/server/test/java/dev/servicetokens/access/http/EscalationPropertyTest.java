package dev.servicetokens.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** No sequence of calls by a limited caller ever yields a permission that it did not have. */
final class EscalationPropertyTest {

  private static final List<String> OWN =
      List.of("create-service-tokens", "delete-service-tokens", "update-permissions", "get-views");
  private static final List<String> PERMISSIONS =
      List.of("get-views", "create-service-tokens", "update-permissions", "get-topology");
  private static final List<String> RESOURCES = List.of("system", "view:1");

  private static TestServer server;
  private static Access admin;

  @BeforeContainer
  static void start() {
    server = TestServer.start();
    admin = new Access(server.api(), server.administrator());
  }

  @AfterContainer
  static void stop() {
    server.close();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void holds(@ForAll("sequences") List<Call> calls) {
    World world = new World();

    for (Call call : calls) {
      world.execute(call);
    }

    for (Access caller : world.callers) {
      assertThat(world.allowed).as(calls.toString()).containsAll(heldBy(caller));
    }
  }

  @Provide
  Arbitrary<List<Call>> sequences() {
    Arbitrary<Integer> small = Arbitraries.integers().between(0, 5);
    return Combinators.combine(
            Arbitraries.of(Kind.values()),
            small,
            small,
            Arbitraries.of(PERMISSIONS),
            Arbitraries.of(RESOURCES))
        .as(Call::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }

  private static Set<String> heldBy(Access caller) {
    HttpResponse<String> session = caller.api().get("/api/user/session", caller.token());
    Set<String> held = new HashSet<>();
    if (session.statusCode() == 200) {
      JsonNode permissions = Json.read(session.body()).get("permissions");
      permissions
          .fieldNames()
          .forEachRemaining(
              resource ->
                  permissions
                      .get(resource)
                      .forEach(permission -> held.add(permission.asText() + " on " + resource)));
    }
    return held;
  }

  /** What somebody may try. */
  enum Kind {
    PUT,
    DELETE,
    GRANT,
    REVOKE,
    CREATE_TOKEN,
    CREATE_TOKEN_WITH_DEDICATED_SUBJECT
  }

  /** One try: by which of the callers so far, on which subject. */
  record Call(Kind kind, int caller, int subject, String permission, String resource) {}

  /** Subjects that others made, and all tokens that the limited caller came to have. */
  private static final class World {

    private final List<String> subjects = new ArrayList<>();
    private final List<Access> callers = new ArrayList<>();
    private final Set<String> allowed = new HashSet<>();

    World() {
      Access limited = admin.with(OWN.toArray(String[]::new));
      callers.add(limited);
      for (String permission : OWN) {
        RESOURCES.forEach(resource -> allowed.add(permission + " on " + resource));
      }
      subjects.add(admin.subjectWith("get-topology"));
      subjects.add(admin.subjectWith("get-views", "get-topology"));
      subjects.add(admin.subjectWith());
      subjects.add("stackstate-guest");
      subjects.add("stackstate-admin");
      subjects.add("new of " + subjects.getFirst());
    }

    void execute(Call call) {
      Access by = callers.get(call.caller() % callers.size());
      String subject = subjects.get(call.subject());
      switch (call.kind()) {
        case PUT -> by.put(subject);
        case DELETE -> by.delete(subject);
        case GRANT -> by.grant(subject, call.permission(), call.resource());
        case REVOKE -> by.revoke(subject, call.permission(), call.resource());
        case CREATE_TOKEN -> create(by, subject, "");
        case CREATE_TOKEN_WITH_DEDICATED_SUBJECT ->
            create(by, subject, ",\"dedicatedSubject\":\"%s\"".formatted(subject));
      }
    }

    private void create(Access by, String role, String more) {
      HttpResponse<String> answer =
          by.api()
              .create(by.token(), "{\"name\":\"x\",\"roles\":[\"%s\"]%s}".formatted(role, more));
      if (answer.statusCode() == 200) {
        callers.add(new Access(by.api(), Json.text(answer.body(), "/token")));
      }
    }
  }
}
