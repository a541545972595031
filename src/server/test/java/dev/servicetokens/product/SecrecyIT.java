package dev.servicetokens.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.PackagedServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Token strings take every way through the packaged server, those that fail too, while all loggers
 * are at TRACE; then nothing that it has said or kept may hold one of them or a digest.
 */
class SecrecyIT {

  private static final String BOOTSTRAP = "bootstrap=marker&0123456789;abc/def";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "SERVICE_TOKENS_BOOTSTRAP_TOKEN", BOOTSTRAP,
          "LOGGER_LEVELS_ROOT", "TRACE",
          "LOGGER_LEVELS_IO_MICRONAUT", "TRACE",
          "LOGGER_LEVELS_DEV_SERVICETOKENS", "TRACE");

  @TempDir Path folder;

  @Test
  void keepsTokenStringsAndDigestsToItself() throws Exception {
    try (PackagedServer server = PackagedServer.start(folder, SETTINGS);
        Caller caller = new Caller(server.url())) {
      String token = caller.create(BOOTSTRAP, "marker");
      Secrets secrets = new Secrets(List.of(BOOTSTRAP, token));
      List<String> answers = new ArrayList<>();
      accepted(caller, token, answers);
      refused(caller, token, answers);
      answers.add(caller.send("GET", "/prometheus", "X-API-Key", BOOTSTRAP).body());
      List<Path> processes = processFiles(server);
      assertThat(processes).hasSizeGreaterThan(3);
      assertThat(processes).flatMap(secrets::in).isEmpty();
      server.stop();
      assertThat(answers).flatMap(secrets::in).isEmpty();
      assertThat(secrets.in(server.output() + server.errors())).isEmpty();
      assertThat(server.errors()).contains(" INFO ");
      assertThat(files()).hasSizeGreaterThan(100).flatMap(secrets::in).isEmpty();
    }
  }

  @Test
  void keepsTheAdministratorTokenInItsFileOnly() throws Exception {
    try (PackagedServer server =
            PackagedServer.start(folder, Map.of("LOGGER_LEVELS_DEV_SERVICETOKENS", "TRACE"));
        Caller caller = new Caller(server.url())) {
      Path file = folder.resolve("admin-token");
      String token = Files.readString(file).strip();
      Secrets secrets = new Secrets(List.of(token));
      assertThat(caller.status(token)).isEqualTo(200);
      server.stop();
      assertThat(secrets.in(server.output() + server.errors())).isEmpty();
      assertThat(files().stream().filter(kept -> !kept.equals(file)))
          .flatMap(secrets::in)
          .isEmpty();
    }
  }

  private static void accepted(Caller caller, String token, List<String> answers)
      throws IOException, InterruptedException {
    for (String[] headers : credentials(token)) {
      for (String path : List.of("/api/server/status", "/api/security/tokens", "/prometheus")) {
        answers.add(caller.send("GET", path, headers).body());
      }
    }
    answers.add(caller.send("GET", "/api/security/tokens", "X-API-Key", BOOTSTRAP).body());
    answers.add(caller.send("GET", "/api/user/session/availableRoles", "X-API-Key", token).body());
  }

  /** Good ones, those of other schemes, and a token string where none belongs. */
  private static List<String[]> credentials(String token) {
    return List.of(
        new String[] {"Authorization", "ApiKey " + token},
        new String[] {"Authorization", "apikey   " + token},
        new String[] {"X-API-Key", token},
        new String[] {"X-API-Token", token},
        new String[] {"X-API-Key", token + "x"},
        new String[] {"X-API-ServiceBearer", token},
        new String[] {"Authorization", "Bearer " + token},
        new String[] {"Authorization", "Basic " + token},
        new String[] {"Authorization", token},
        new String[] {"Authorization", "ApiKey " + token, "X-API-Key", BOOTSTRAP},
        new String[] {"User-Agent", "agent/1 " + token, "X-API-Key", "garbage"},
        new String[] {"User-Agent", token, "X-API-Key", token},
        new String[] {"User-Agent", "agent/1 " + BOOTSTRAP, "X-API-Key", "garbage"},
        new String[] {"User-Agent", "x=1&token=" + BOOTSTRAP + "&y=2", "X-API-Key", "garbage"},
        new String[] {"X-Forwarded-For", BOOTSTRAP, "Referer", "/?token=" + BOOTSTRAP},
        new String[] {"Cookie", "token=" + token});
  }

  private static void refused(Caller caller, String token, List<String> answers)
      throws IOException, InterruptedException {
    String json = "application/json";
    for (String body :
        List.of(
            token,
            "{\"name\":\"" + token + "\",\"roles\":[\"stackstate-guest\"]}",
            "{\"name\":\"x\",\"roles\":[\"" + token + "\"]}",
            "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],\"" + token + "\":1}",
            "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],\"expiryDate\":\"" + token + "\"}",
            "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],\"description\":\"" + token + "\"}",
            "{\"name\":\"x\",\"roles\":[\"stackstate-guest\"],\"dedicatedSubject\":\""
                + token
                + "\"}")) {
      HttpResponse<String> response = caller.post(BOOTSTRAP, json, body);
      assertThat(response.statusCode()).as(body.replace(token, "TOKEN")).isEqualTo(400);
      answers.add(response.body());
    }
    answers.add(caller.post(BOOTSTRAP, "text/" + token, token).body());
    for (String path : List.of("/api/security/tokens/", "/api/", "/docs/", "/health/", "/")) {
      for (String method : List.of("GET", "DELETE", "PATCH")) {
        answers.add(caller.send(method, path + token + "?x=" + token).body());
        answers.add(
            caller.send(method, path + token + "?x=" + token, "X-API-Key", BOOTSTRAP).body());
      }
    }
  }

  /** The arguments of the server; arguments and surroundings of all that it has started. */
  private static List<Path> processFiles(PackagedServer server) {
    Stream<Path> arguments =
        Stream.of(Path.of("/proc", Long.toString(server.processId()), "cmdline"));
    // PostgreSQL leaves its parent, so it is not among the server's descendants.
    ProcessHandle postgres = ProcessHandle.of(server.postgresProcessId()).orElseThrow();
    Stream<Path> below =
        Stream.concat(Stream.of(postgres), postgres.descendants())
            .map(process -> Path.of("/proc", Long.toString(process.pid())))
            .flatMap(process -> Stream.of(process.resolve("cmdline"), process.resolve("environ")));
    return Stream.concat(arguments, below).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
