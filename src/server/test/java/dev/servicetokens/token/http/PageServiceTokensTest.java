package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The list in pages; its tokens are 300, several of one name, beside the administrator's. */
final class PageServiceTokensTest {

  private static final String TOKENS = "/api/security/tokens";
  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static Api api;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    api = server.api();
    admin = server.administrator();
    DATABASE.execute(
        """
        INSERT INTO service_token (id, name, roles, created_at, updated_at)
        SELECT 999999999999999 - n, 'k' || lpad((n / 3)::text, 3, '0'), '{r}', now(), now()
        FROM generate_series(0, 299) AS n
        """);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void pagesOfAnySizeHaveTogetherWhatThePlainListHas() {
    List<Long> all = ids(api.get(TOKENS, admin));

    for (int limit : new int[] {1, 7, 100, 300, 301, 1000}) {
      assertThat(idsInPages("?limit=" + limit)).as("limit %d", limit).isEqualTo(all);
    }
  }

  @Test
  void theLastPageHasNoCursor() {
    assertThat(cursor(api.get(TOKENS + "?limit=301", admin))).isEmpty();
    assertThat(cursor(api.get(TOKENS + "?limit=300", admin))).isPresent();
    assertThat(cursor(api.get(TOKENS, admin))).isEmpty();
    assertThat(cursor(api.get(TOKENS + "?limit=1&name=nobody", admin))).isEmpty();
  }

  @Test
  void aCursorWithoutALimitGivesAllThatIsLeft() {
    HttpResponse<String> first = api.get(TOKENS + "?limit=100", admin);
    String rest = TOKENS + "?cursor=" + cursor(first).orElseThrow();

    assertThat(ids(api.get(rest, admin))).hasSize(201).doesNotContainAnyElementsOf(ids(first));
  }

  @Test
  void filtersHoldOnEveryPage() {
    assertThat(idsInPages("?limit=4&name=k00*")).hasSize(30);
  }

  /** One that looks like ours and is not must not list from anywhere. */
  @Test
  void refusesACursorThatWasChanged() {
    String cursor = cursor(api.get(TOKENS + "?limit=5", admin)).orElseThrow();

    for (int i = 0; i < cursor.length(); i++) {
      char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      String changed = cursor.substring(0, i) + other + cursor.substring(i + 1);
      assertThat(api.get(TOKENS + "?limit=5&cursor=" + changed, admin).statusCode()).isEqualTo(400);
      assertThat(api.get(TOKENS + "?limit=5&cursor=" + cursor.substring(0, i), admin).statusCode())
          .isEqualTo(400);
    }
    assertThat(api.get(TOKENS + "?limit=5&cursor=" + cursor + "A", admin).statusCode())
        .isEqualTo(400);
    assertThat(api.get(TOKENS + "?limit=5&cursor=" + cursor + "%3D", admin).statusCode())
        .isEqualTo(400);
  }

  @Test
  void aCursorStaysGoodWhenItsTokenIsDeleted() {
    String name = "a-cursor";
    api.createdWithRole(admin, name, "stackstate-guest");
    HttpResponse<String> page = api.get(TOKENS + "?limit=1", admin);
    assertThat(Json.text(page.body(), "/0/name")).isEqualTo(name);
    api.delete(admin, Json.text(page.body(), "/0/id"));

    HttpResponse<String> next =
        api.get(TOKENS + "?limit=1&cursor=" + cursor(page).orElseThrow(), admin);

    assertThat(Json.text(next.body(), "/0/name")).isEqualTo("administrator");
  }

  /**
   * Offsets would skip a token for each one that is deleted before it, and repeat for created ones.
   */
  @Test
  void tokensThatStayAreEachOnOnePageWhileOthersComeAndGo() throws Exception {
    AtomicBoolean paged = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> others =
          threads.submit(
              () -> {
                for (int i = 0; !paged.get(); i++) {
                  String name = "k%03d-%d".formatted(i * 37 % 100, i);
                  api.createdWithRole(admin, name, "stackstate-guest");
                  api.delete(admin, idByName(name));
                }
              });
      for (int round = 0; round < 3; round++) {
        List<Long> seen = idsInPages("?limit=7");
        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen.stream().filter(id -> id > 999_999_999_999_999L - 300)).hasSize(300);
      }
      paged.set(true);
      others.get();
    }
  }

  private static String idByName(String name) {
    return Json.text(api.get(TOKENS + "?name=" + name, admin).body(), "/0/id");
  }

  private static List<Long> idsInPages(String query) {
    List<Long> ids = new ArrayList<>();
    Optional<String> cursor = Optional.of("");
    while (cursor.isPresent()) {
      HttpResponse<String> page =
          api.get(
              TOKENS + query + (cursor.get().isEmpty() ? "" : "&cursor=" + cursor.get()), admin);
      ids.addAll(ids(page));
      cursor = cursor(page);
    }
    return ids;
  }

  private static List<Long> ids(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Long> ids = new ArrayList<>();
    for (JsonNode token : Json.read(answer.body())) {
      ids.add(token.get("id").asLong());
    }
    return ids;
  }

  private static Optional<String> cursor(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Next-Cursor");
  }
}
