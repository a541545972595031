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
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * No sequence of calls gives a limited caller what nobody gave to it, whatever an administrator
 * does in between: subjects that come, are filled, go and come again, tokens that are deleted,
 * adoptions.
 *
 * <p>What the administrator gives to a handle is given to the limited caller only where that handle
 * was openly the caller's: a token of its own has it by the rules, in the present life of the
 * subject, or somebody adopted such a token.
 */
final class EscalationPropertyTest {

  private static final List<String> OWN =
      List.of("create-service-tokens", "delete-service-tokens", "get-views");
  private static final String CHANGES_SUBJECTS = "update-permissions";
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

  @Property(tries = 80, shrinking = ShrinkingMode.BOUNDED)
  void holds(@ForAll boolean changesSubjects, @ForAll("sequences") List<Call> calls) {
    World world = new World(changesSubjects);

    for (Call call : calls) {
      world.execute(call);
      for (Access caller : world.callers) {
        assertThat(world.allowed).as("after %s of %s", call, calls).containsAll(heldBy(caller));
      }
    }
  }

  /** The oracle notices when what was given is not what was deserved. */
  @Example
  void noticesWhatWasNotGiven() {
    World world = new World(false);
    String role = admin.subjectWith("get-topology");

    world.callers.add(admin.withRole(role));

    assertThat(world.allowed).doesNotContainAnyElementsOf(heldBy(world.callers.getLast()));
  }

  @Provide
  Arbitrary<List<Call>> sequences() {
    Arbitrary<Integer> small = Arbitraries.integers().between(0, 6);
    return Combinators.combine(
            Arbitraries.of(Kind.values()),
            small,
            small,
            Arbitraries.of(PERMISSIONS),
            Arbitraries.of(RESOURCES))
        .as(Call::new)
        .list()
        .ofMinSize(4)
        .ofMaxSize(24);
  }

  private static Set<String> heldBy(Access caller) {
    HttpResponse<String> session = caller.api().get("/api/user/session", caller.token());
    return session.statusCode() == 200
        ? grants(Json.read(session.body()).get("permissions"))
        : Set.of();
  }

  private static Set<String> grants(JsonNode permissions) {
    Set<String> held = new HashSet<>();
    permissions
        .fieldNames()
        .forEachRemaining(
            resource ->
                permissions
                    .get(resource)
                    .forEach(permission -> held.add(permission.asText() + " on " + resource)));
    return held;
  }

  /** What somebody may try. */
  enum Kind {
    PUT,
    ADOPT,
    DELETE,
    GRANT,
    REVOKE,
    CREATE_TOKEN,
    CREATE_TOKEN_WITH_DEDICATED_SUBJECT,
    CREATE_TOKEN_BESIDE_DEDICATED_SUBJECT,
    CHANGE_ROLES,
    DELETE_TOKEN,
    ROTATE_TOKEN,
    ROTATE_OTHERS_TOKEN,
    OTHERS_PUT,
    OTHERS_ADOPT,
    OTHERS_DELETE,
    OTHERS_GRANT,
    OTHERS_REVOKE,
    OTHERS_CREATE_TOKEN,
    OTHERS_CREATE_TOKEN_WITH_DEDICATED_SUBJECT,
    OTHERS_DELETE_TOKEN,
    OTHERS_MAKE_A_ROLE
  }

  /** One try: by which of the callers so far, on which subject. */
  record Call(Kind kind, int caller, int subject, String permission, String resource) {}

  /** Subjects, all tokens that the limited caller came to have, and some of others. */
  private static final class World {

    private final List<String> subjects = new ArrayList<>();
    private final List<Access> callers = new ArrayList<>();
    private final Set<String> allowed = new HashSet<>();

    /** Handles that some token of the limited caller has by the rules, in their present life. */
    private final Set<String> open = new HashSet<>();

    World(boolean changesSubjects) {
      List<String> own = new ArrayList<>(OWN);
      if (changesSubjects) {
        own.add(CHANGES_SUBJECTS);
      }
      callers.add(admin.with(own.toArray(String[]::new)));
      for (String permission : own) {
        RESOURCES.forEach(resource -> allowed.add(permission + " on " + resource));
      }
      subjects.add(admin.subjectWith("get-topology"));
      subjects.add(admin.subjectWith("get-views", "get-topology"));
      subjects.add(admin.subjectWith());
      subjects.add("stackstate-guest");
      subjects.add("stackstate-admin");
      subjects.add("new of " + subjects.getFirst());
      subjects.add("other of " + subjects.getFirst());
    }

    void execute(Call call) {
      Access by = callers.get(call.caller() % callers.size());
      String subject = subjects.get(call.subject());
      switch (call.kind()) {
        case PUT -> by.put(subject);
        case ADOPT -> adopt(by, subject);
        case DELETE -> by.delete(subject);
        case GRANT -> by.grant(subject, call.permission(), call.resource());
        case REVOKE -> by.revoke(subject, call.permission(), call.resource());
        case CREATE_TOKEN -> create(by, subject, "");
        case CREATE_TOKEN_WITH_DEDICATED_SUBJECT -> create(by, subject, subject);
        case CREATE_TOKEN_BESIDE_DEDICATED_SUBJECT ->
            create(by, subject, subjects.get((call.subject() + 1) % subjects.size()));
        case CHANGE_ROLES -> changeRoles(by, subject);
        case DELETE_TOKEN -> deleteToken(by, "mine of " + subjects.getFirst());
        case ROTATE_TOKEN -> rotateToken(by, "mine of " + subjects.getFirst());
        case ROTATE_OTHERS_TOKEN -> rotateToken(by, "theirs of " + subjects.getFirst());
        case OTHERS_PUT -> admin.put(subject);
        case OTHERS_ADOPT -> adopt(admin, subject);
        case OTHERS_DELETE -> admin.delete(subject);
        case OTHERS_GRANT -> give(subject, call);
        case OTHERS_REVOKE -> admin.revoke(subject, call.permission(), call.resource());
        case OTHERS_CREATE_TOKEN -> tryCreate(admin, "theirs", subject, "");
        case OTHERS_CREATE_TOKEN_WITH_DEDICATED_SUBJECT ->
            tryCreate(admin, "theirs", subject, subject);
        case OTHERS_DELETE_TOKEN -> deleteToken(admin, "theirs of " + subjects.getFirst());
        case OTHERS_MAKE_A_ROLE -> {
          if (admin.put(subject).statusCode() == 200) {
            give(subject, call);
          }
        }
      }
      open.removeIf(handle -> !exists(handle));
    }

    /** Whoever adopts is told who names the handle, and means it. */
    private void adopt(Access by, String subject) {
      int status =
          by.api()
              .send("PUT", Access.subjectPath(subject) + "?adopt=true", by.token(), "{}")
              .statusCode();
      if (status == 200 && callers.stream().anyMatch(caller -> rolesOf(caller).contains(subject))) {
        open.add(subject);
      }
    }

    private void give(String subject, Call call) {
      HttpResponse<String> given = admin.grant(subject, call.permission(), call.resource());
      if (given.statusCode() == 200 && open.contains(subject)) {
        allowed.add(call.permission() + " on " + call.resource());
        if (call.resource().equals("system")) {
          RESOURCES.forEach(resource -> allowed.add(call.permission() + " on " + resource));
        }
      }
    }

    private void create(Access by, String role, String dedicated) {
      boolean existed = exists(role);
      boolean deserved = existed ? mayName(by, role) : role.equals(dedicated);
      HttpResponse<String> answer = tryCreate(by, "mine", role, dedicated);
      if (answer.statusCode() == 200) {
        assertThat(deserved).as("%s names %s", rolesOf(by), role).isTrue();
        callers.add(new Access(by.api(), Json.text(answer.body(), "/token")));
        open.add(role);
      }
    }

    /** Gives the first of its tokens that role alone; to itself, if it is that token. */
    private void changeRoles(Access by, String role) {
      JsonNode tokens = tokensNamed("mine of " + subjects.getFirst());
      if (tokens.isEmpty()) {
        return;
      }
      JsonNode token = tokens.get(0);
      List<String> before = new ArrayList<>();
      token.get("roles").forEach(had -> before.add(had.asText()));
      boolean keepsItsOwn =
          role.equals(token.path("dedicatedSubject").asText())
              && before.contains(role)
              && idOf(by).equals(token.get("id").asText());
      boolean deserved = exists(role) && (keepsItsOwn || mayName(by, role));
      int status =
          by.api()
              .send(
                  "PATCH",
                  "/api/security/tokens/" + token.get("id").asText(),
                  by.token(),
                  "{\"roles\":[\"%s\"]}".formatted(role))
              .statusCode();
      if (status == 204) {
        assertThat(deserved).as("%s names %s", rolesOf(by), role).isTrue();
        open.add(role);
      }
    }

    /** Whoever rotates a token has it from then on, as if it had been created for that caller. */
    private void rotateToken(Access by, String name) {
      for (JsonNode token : tokensNamed(name)) {
        String id = token.get("id").asText();
        String role = token.get("roles").get(0).asText();
        boolean deserved =
            exists(role)
                ? mayName(by, role) || idOf(by).equals(id)
                : rolesOf(by).contains(role)
                    || heldBy(by).contains(CHANGES_SUBJECTS + " on system");
        HttpResponse<String> answer =
            by.api()
                .send(
                    "POST",
                    "/api/security/tokens/" + id + "/rotate",
                    by.token(),
                    "{\"overlap\":\"PT0S\"}");
        if (answer.statusCode() == 200) {
          assertThat(deserved).as("%s rotates a token with %s", rolesOf(by), role).isTrue();
          callers.add(new Access(by.api(), Json.text(answer.body(), "/token")));
          if (exists(role)) {
            open.add(role);
          }
        }
      }
    }

    private static String idOf(Access caller) {
      HttpResponse<String> session = caller.api().get("/api/user/session", caller.token());
      return session.statusCode() == 200 ? Json.read(session.body()).get("id").asText() : "";
    }

    private static JsonNode tokensNamed(String name) {
      return Json.read(
          admin
              .api()
              .get("/api/security/tokens?name=" + name.replace(" ", "%20"), admin.token())
              .body());
    }

    /** The rules, asked of what everybody can see. */
    private boolean mayName(Access by, String role) {
      JsonNode subject = Json.read(admin.api().get(Access.subjectPath(role), admin.token()).body());
      Set<String> wanted = grants(Json.read(admin.permissions(role).body()).get("permissions"));
      Set<String> held = heldBy(by);
      boolean isWithin =
          wanted.stream()
              .allMatch(
                  grant ->
                      held.contains(grant)
                          || held.contains(grant.replaceFirst(" on .*", " on system")));
      boolean isItsOwn = rolesOf(by).contains(role) && !subject.has("dedicatedTo");
      return isItsOwn
          || (isWithin && subject.get("source").asText().equals("Static"))
          || (isWithin && held.contains(CHANGES_SUBJECTS + " on system"));
    }

    private HttpResponse<String> tryCreate(Access by, String whose, String role, String dedicated) {
      return by.api()
          .create(
              by.token(),
              "{\"name\":\"%s of %s\",\"roles\":[\"%s\"],\"dedicatedSubject\":\"%s\"}"
                  .formatted(whose, subjects.getFirst(), role, dedicated));
    }

    /** Deletes a token of that name, if there is one. */
    private static void deleteToken(Access by, String name) {
      JsonNode tokens = tokensNamed(name);
      if (!tokens.isEmpty()) {
        by.api().delete(by.token(), tokens.get(0).get("id").asText());
      }
    }

    private static boolean exists(String handle) {
      return admin.api().get(Access.subjectPath(handle), admin.token()).statusCode() == 200;
    }

    private static List<String> rolesOf(Access caller) {
      HttpResponse<String> session = caller.api().get("/api/user/session", caller.token());
      List<String> roles = new ArrayList<>();
      if (session.statusCode() == 200) {
        Json.read(session.body()).get("roles").forEach(role -> roles.add(role.asText()));
      }
      return roles;
    }
  }
}
