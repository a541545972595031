package dev.servicetokens.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the parameters of the list let through; the tokens are made once and only read. */
final class FilterServiceTokensTest {

  private static final Duration DAY = Duration.ofDays(1);

  private static TestServer server;
  private static Api api;
  private static String admin;
  private static long start;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = server.api();
    admin = server.administrator();
    start = server.clock().millis();
    String other = api.createdWithRole(admin, "other", "stackstate-admin");
    for (String name : List.of("ci", "CI", "ci-1", "ci-%", "ci_%", "c!i", "Ü", "Üb", "a*b")) {
      api.createdWithRole(admin, name, "stackstate-guest");
    }
    create(other, "ends-soon", "stackstate-guest", start + Duration.ofHours(2).toMillis());
    create(other, "ends-later", "stackstate-power-user", start + DAY.toMillis());
    create(other, "ended", "stackstate-guest", start + 1);
    server.clock().move(Duration.ofHours(1));
    api.createdWithRole(admin, "late", "stackstate-guest");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ci, ci",
    "CI, CI",
    "ci*, ci ci-% ci-1 ci_%",
    "ci-%, ci-%",
    "ci_%, ci_%",
    "c!i, c!i",
    "*i, c!i ci",
    "*-%, ci-%",
    "c**i, c!i ci",
    "c*i*, c!i ci ci-% ci-1 ci_%",
    "Ü*, Ü Üb",
    "*b, a*b Üb",
    "a*b, a*b",
    "nobody, ''",
    "nobody*, ''",
  })
  void namesAreMatchedExactlyButForAsterisks(String pattern, String expected) {
    assertThat(names("name", pattern)).containsExactly(split(expected));
  }

  @Test
  void oneAsteriskIsEveryName() {
    assertThat(names("name", "*")).hasSize(15);
  }

  @Test
  void rolesAreMatchedExactly() {
    assertThat(names("role", "stackstate-power-user")).containsExactly("ends-later");
    assertThat(names("role", "stackstate-admin")).containsExactly("administrator", "other");
    assertThat(names("role", "stackstate-power")).isEmpty();
    assertThat(names("role", "Stackstate-Admin")).isEmpty();
  }

  @Test
  void creatorsAreMatchedByIdOrName() {
    String[] made = {"ended", "ends-later", "ends-soon"};

    assertThat(names("creator", "other")).containsExactly(made);
    assertThat(names("creator", api.idOf(admin, "other"))).containsExactly(made);
    assertThat(names("creator", "oth")).isEmpty();
    assertThat(names("creator", "123456789012345")).isEmpty();
  }

  @Test
  void expiringOnesAreLiveAndEndBefore() {
    long hours2 = start + Duration.ofHours(2).toMillis();

    assertThat(names("expiringBefore", hours2)).isEmpty();
    assertThat(names("expiringBefore", hours2 + 1)).containsExactly("ends-soon");
    assertThat(names("expiringBefore", start + 2 * DAY.toMillis()))
        .containsExactly("administrator", "ends-later", "ends-soon");
    assertThat(names("expiringBefore", start)).isEmpty();
  }

  @Test
  void expiredOnesAreThoseWhoseEndIsReached() {
    assertThat(names("expired", "true")).containsExactly("ended");
    assertThat(names("expired", "false")).hasSize(14).doesNotContain("ended");
  }

  @Test
  void oldOnesWereCreatedBefore() {
    long late = server.clock().millis();

    assertThat(names("createdBefore", late)).hasSize(14).doesNotContain("late");
    assertThat(names("createdBefore", late + 1)).hasSize(15);
    assertThat(names("createdBefore", start)).isEmpty();
  }

  @Test
  void allParametersTogetherNarrow() {
    assertThat(namesOf("?name=e*&role=stackstate-guest&creator=other&expired=false&limit=5"))
        .containsExactly("ends-soon");
    assertThat(namesOf("?expired=true&expiringBefore=" + (start + DAY.toMillis()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "name,''",
    "name,%00",
    "name,a%0Ab",
    "role,''",
    "role,list",
    "creator,''",
    "creator,%20",
    "creator,a%09",
    "expiringBefore,soon",
    "expiringBefore,1.5",
    "expiringBefore,-1",
    "expiringBefore,253402300800000",
    "expiringBefore,9223372036854775808",
    "createdBefore,x",
    "createdBefore,9223372036854775807",
    "unusedSince,x",
    "unusedSince,-1",
    "violating,1",
    "violating,''",
    "expired,''",
    "limit,''",
    "expiringBefore,''",
    "expired,maybe",
    "expired,1",
    "expired,TRUE",
    "limit,0",
    "limit,-1",
    "limit,1001",
    "limit,x",
    "limit,1.5",
    "limit,%2B1%201",
    "limit,99999999999",
    "cursor,''",
    "cursor,abc",
    "cursor,AQ",
    "cursor,not%20base64",
  })
  void refusesWhatNoParameterCanMean(String parameter, String value) {
    HttpResponse<String> refused =
        api.get("/api/security/tokens?%s=%s".formatted(parameter, value), admin);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Json.message(refused.body())).isNotBlank();
  }

  @Test
  void refusesATooLongName() {
    assertThat(api.get("/api/security/tokens?name=" + "a".repeat(256), admin).statusCode())
        .isEqualTo(400);
    assertThat(names("name", "a".repeat(255))).isEmpty();
  }

  private static void create(String token, String name, String role, long end) {
    api.created(
        token, "{\"name\":\"%s\",\"roles\":[\"%s\"],\"expiryDate\":%d}".formatted(name, role, end));
  }

  private static List<String> names(String parameter, Object value) {
    return namesOf("?" + parameter + "=" + URLEncoder.encode(value.toString(), UTF_8));
  }

  private static List<String> namesOf(String query) {
    HttpResponse<String> answer = api.get("/api/security/tokens" + query, admin);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    for (JsonNode token : Json.read(answer.body())) {
      names.add(token.get("name").asText());
    }
    return names;
  }

  private static String[] split(String names) {
    return names.isEmpty() ? new String[0] : names.split(" ");
  }
}
