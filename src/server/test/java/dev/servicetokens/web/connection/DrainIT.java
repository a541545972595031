package dev.servicetokens.web.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.Postgres;
import dev.servicetokens.fixtures.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes behind nginx, of which one is ended under load, as each new version does. */
final class DrainIT {

  private static final Path CONFIGURATION = Path.of("../deploy/load-balancer/nginx.conf");
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int POSTS_A_SECOND = 200;
  private static final int MOST_AT_ONCE = 64;

  /** A first token of the test's choice, because both nodes must know it. */
  private static final String ADMINISTRATOR = "administrator-of-two-nodes-0123456789";

  @TempDir private Path folder;

  private final AtomicInteger sent = new AtomicInteger();
  private final Queue<String> answers = new ConcurrentLinkedQueue<>();

  @Test
  void losesNoPostAndMakesNoTokenTwice() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (PackagedServer ending = PackagedServer.start(folder.resolve("a"), variables(database));
        PackagedServer staying = PackagedServer.start(folder.resolve("b"), variables(database));
        Nginx nginx = Nginx.start(folder, ending.url(), staying.url());
        HttpClient client = HttpClient.newHttpClient();
        ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          load.scheduleAtFixedRate(
              () -> post(client, nginx.uri()),
              0,
              1_000_000 / POSTS_A_SECOND,
              TimeUnit.MICROSECONDS);
      awaitAnswers(300);
      ending.terminate();
      assertThat(ending.exitCode()).isEqualTo(128 + 15);
      awaitAnswers(answers.size() + 300);
      load.shutdown();
      await().atMost(LIMIT).until(() -> answers.size() == sent.get());

      assertThat(answers).as(nginx.log()).containsOnly("200");
      assertThat(
              database.texts(
                  "SELECT count(*) || ' ' || count(DISTINCT name) FROM service_token WHERE name LIKE 'load-%'"))
          .containsExactly(sent + " " + sent);
      assertThat(database.texts("SELECT count(*)::text FROM node")).containsExactly("1");
      assertThat(ending.errors()).doesNotContain("cut off");
    }
  }

  private void post(HttpClient client, URI uri) {
    if (sent.get() - answers.size() >= MOST_AT_ONCE) {
      return; // This machine does not manage so many now.
    }
    String body =
        "{\"name\":\"load-%d\",\"roles\":[\"stackstate-guest\"]}".formatted(sent.incrementAndGet());
    var _ =
        client
            .sendAsync(
                HttpRequest.newBuilder(uri.resolve("/api/security/tokens"))
                    .header("X-API-Key", ADMINISTRATOR)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .whenComplete(
                (answer, failure) ->
                    answers.add(
                        failure == null
                            ? Integer.toString(answer.statusCode())
                            : failure.toString()));
  }

  private void awaitAnswers(int count) {
    await().atMost(LIMIT).until(() -> answers.size() >= count);
  }

  private static Map<String, String> variables(TestDatabase database) {
    Map<String, String> variables = new HashMap<>();
    database
        .properties()
        .forEach(
            (name, value) ->
                variables.put(
                    name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_"), value.toString()));
    variables.put("SERVICE_TOKENS_BOOTSTRAP_TOKEN", ADMINISTRATOR);
    variables.put("SERVICE_TOKENS_DRAIN", "2s");
    return variables;
  }

  /** With the configuration that operators copy, in which names and ports are replaced. */
  private record Nginx(Process process, Path errors, URI uri) implements AutoCloseable {

    static Nginx start(Path folder, URI first, URI second) throws IOException {
      Path program =
          Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx")
              .map(Path::of)
              .filter(Files::isExecutable)
              .findFirst()
              .orElseGet(DrainIT::missing);
      int port = Postgres.freePort();
      String text =
          Files.readString(CONFIGURATION)
              .replace("tokens-1.internal:8080", "127.0.0.1:" + first.getPort())
              .replace("tokens-2.internal:8080", "127.0.0.1:" + second.getPort())
              .replace("listen 8000", "listen 127.0.0.1:" + port)
              .replace("http {", "http { access_log off; keepalive_requests 1000000;");
      Files.writeString(
          folder.resolve("nginx.conf"), "pid nginx.pid;\nworker_processes 1;\n" + text);
      Path errors = folder.resolve("nginx.err");
      Process process =
          new ProcessBuilder(
                  program.toString(),
                  "-p",
                  ".",
                  "-c",
                  "nginx.conf",
                  "-e",
                  "stderr",
                  "-g",
                  "daemon off;")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(errors.toFile())
              .start();
      Nginx nginx = new Nginx(process, errors, URI.create("http://127.0.0.1:" + port));
      await().atMost(LIMIT).until(() -> !process.isAlive() || nginx.listens());
      assertThat(process.isAlive()).as(nginx.log()).isTrue();
      return nginx;
    }

    private boolean listens() {
      try (Socket _ = new Socket(uri.getHost(), uri.getPort())) {
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    String log() throws IOException {
      return Files.readString(errors, UTF_8);
    }

    @Override
    public void close() {
      List<ProcessHandle> workers = process.descendants().toList();
      process.destroyForcibly();
      workers.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static Path missing() {
    String missing = "Needs nginx; install it to run this test";
    return Boolean.parseBoolean(System.getenv("CI")) ? fail(missing) : abort(missing);
  }
}
