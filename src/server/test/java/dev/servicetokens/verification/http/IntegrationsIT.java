package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Api;
import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example services of {@code src/integrations}, which verify tokens in their own processes,
 * against the packaged server: a token lives, dies, and the server is away and comes back.
 */
final class IntegrationsIT {

  private static final String ADMINISTRATOR = "only-for-tests-of-integrations-1";

  @TempDir private Path folder;

  @Test
  void refuseWhatIsDeletedAndWaitForAServerThatIsAway() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    PackagedServer tokens =
        PackagedServer.start(data, Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN", ADMINISTRATOR));
    List<Service> services = List.of();
    try (Api api = new Api(tokens.url())) {
      Access administrator = new Access(api, ADMINISTRATOR);
      assertThat(
              api.send(
                      "PUT",
                      "/api/security/permissions/definitions/deploy:prod",
                      ADMINISTRATOR,
                      "{}")
                  .statusCode())
          .isEqualTo(204);
      String own = api.createdWithRole(ADMINISTRATOR, "services", "token-verifier");
      services =
          Arrays.stream(Example.values())
              .map(example -> Service.launch(example, folder, tokens.url(), own))
              .toList();
      for (Service service : services) {
        service.awaitLease();
      }

      String left = letInWhoMay(services, administrator);
      doNotChooseBetweenCredentials(services, administrator, left);
      keepLiveOnesInAFlood(services, left);
      refuseWhatWasDeletedWhileTheyStoodStill(services, administrator, left);
      String port = Integer.toString(tokens.url().getPort());
      tokens.stop();
      sayThatTheyCannotTell(services, left);
      try (PackagedServer again =
          PackagedServer.start(
              data,
              Map.of(
                  "SERVICE_TOKENS_BOOTSTRAP_TOKEN",
                  ADMINISTRATOR,
                  "MICRONAUT_SERVER_PORT",
                  port))) {
        for (Service service : services) {
          await()
              .atMost(Duration.ofSeconds(30))
              .untilAsserted(() -> assertThat(service.deploy(left).status()).isEqualTo(200));
        }
        assertThat(again.errors()).doesNotContain(left);
      }
      for (Service service : services) {
        assertThat(service.log()).doesNotContain("svctok-");
      }
    } finally {
      services.forEach(Service::close);
      tokens.close();
    }
  }

  /** Gives a token that is live in the end and may deploy everywhere. */
  private static String letInWhoMay(List<Service> services, Access administrator) {
    Api api = administrator.api();
    String everywhere = administrator.subjectWith("deploy:prod");
    administrator.put("on-cluster-1");
    administrator.grant("on-cluster-1", "deploy:prod", "cluster-1");
    String onCluster1 = api.createdWithRole(ADMINISTRATOR, "on cluster-1", "on-cluster-1");
    String deleted = api.createdWithRole(ADMINISTRATOR, "deleted", everywhere);
    String id = api.idOf(ADMINISTRATOR, "deleted");
    String leaving = administrator.subjectWith("deploy:prod");
    String changing = api.createdWithRole(ADMINISTRATOR, "changing", leaving);
    // Its role has the name of a permission, which it has not.
    administrator.put("deploy:prod");
    String pretending = api.createdWithRole(ADMINISTRATOR, "deploy:prod", "deploy:prod");

    for (Service service : services) {
      Answer none = service.post("/deployments");
      assertThat(none.status()).isEqualTo(401);
      assertThat(none.header("www-authenticate")).startsWith("ApiKey realm=");
      for (int i = 0; i < 2; i++) { // The first time it is asked for, then it is in memory.
        Answer deployed = service.deploy(deleted);
        assertThat(deployed.status()).as(service.log()).isEqualTo(200);
        assertThat(deployed.body()).isEqualTo("deployed everywhere by " + id);
      }
      assertThat(service.deployOn("cluster-1", onCluster1).status()).isEqualTo(200);
      assertThat(service.deployOn("cluster-2", onCluster1).status()).isEqualTo(403);
      assertThat(service.deploy(onCluster1).status()).isEqualTo(403);
      assertThat(service.deploy(changing).status()).isEqualTo(200);
      assertThat(service.deploy(pretending).status()).isEqualTo(403);
    }
    assertThat(administrator.revoke(leaving, "deploy:prod", "system").statusCode()).isEqualTo(200);
    assertThat(api.delete(ADMINISTRATOR, id).statusCode()).isEqualTo(204);
    for (Service service : services) {
      assertThat(service.deploy(deleted).status()).isEqualTo(401);
      assertThat(service.deploy(changing).status()).isEqualTo(403);
    }
    String left = api.createdWithRole(ADMINISTRATOR, "left", everywhere);
    for (Service service : services) {
      assertThat(service.deploy(left).status()).isEqualTo(200);
    }
    return left;
  }

  private static void doNotChooseBetweenCredentials(
      List<Service> services, Access administrator, String live) {
    String other = administrator.api().createdWithRole(ADMINISTRATOR, "other", "on-cluster-1");
    String key = "X-API-Key: " + live;
    for (Service service : services) {
      assertThat(service.post("/deployments", key, "X-API-Key: " + other).status()).isEqualTo(401);
      assertThat(service.post("/deployments", key, "Authorization: ApiKey " + other).status())
          .isEqualTo(401);
      assertThat(service.post("/deployments", key, "Authorization: Bearer a.b.c").status())
          .isEqualTo(200);
      assertThat(service.post("/deployments", key, "Authorization: Basic YTpi").status())
          .isEqualTo(200);
      assertThat(service.post("/deployments", "X-API-Key: \u00ff\u0001").status())
          .isBetween(400, 401);
      assertThat(service.post("/deployments", "X-API-Key: " + "x".repeat(100_000)).status())
          .isBetween(400, 431);
    }
  }

  /** Unknown tokens are asked for, and counted by the server against who sends them. */
  private static void keepLiveOnesInAFlood(List<Service> services, String live) {
    for (Service service : services) {
      for (int i = 0; i < 50; i++) {
        assertThat(service.deploy("svctok-wrong-" + i).status()).isIn(401, 503);
      }
      assertThat(service.deploy(live).status()).isEqualTo(200);
    }
  }

  /** DELETE returns while they stand still: their leases end without them. */
  private static void refuseWhatWasDeletedWhileTheyStoodStill(
      List<Service> services, Access administrator, String left) {
    Api api = administrator.api();
    String role = administrator.subjectWith("deploy:prod");
    String deleted = api.createdWithRole(ADMINISTRATOR, "deleted meanwhile", role);
    String id = api.idOf(ADMINISTRATOR, "deleted meanwhile");
    for (Service service : services) {
      assertThat(service.deploy(deleted).status()).isEqualTo(200);
    }
    services.forEach(service -> service.signal("STOP"));
    try {
      assertThat(api.delete(ADMINISTRATOR, id).statusCode()).isEqualTo(204);
    } finally {
      services.forEach(service -> service.signal("CONT"));
    }
    for (Service service : services) {
      assertThat(service.deploy(deleted).status()).isEqualTo(401);
      assertThat(service.deploy(left).status()).isEqualTo(200);
    }
  }

  private static void sayThatTheyCannotTell(List<Service> services, String live) {
    for (Service service : services) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                int status = service.deploy(live).status();
                assertThat(status).as("never 401: its token is good").isIn(200, 503);
                return status == 503;
              });
      Answer away = service.deploy(live);
      assertThat(away.status()).isEqualTo(503);
      assertThat(Integer.parseInt(away.header("retry-after"))).isPositive();
      assertThat(service.post("/deployments").status()).isEqualTo(401);
      assertThat(service.get("/open", "X-API-Key: " + live).status()).isEqualTo(200);
      assertThat(service.get(service.example().health).body()).contains("\"leaseHeld\":false");
    }
  }

  /** What is built, how it is started, and how it says on which port it listens. */
  enum Example {
    MICRONAUT("micronaut", "example.Clusters", "/health", "Server Running: http://[^:]+:(\\d+)"),
    SPRING(
        "spring", "example.servlet.Clusters", "/actuator/health", "Tomcat started on port (\\d+)"),
    SPRING_REACTIVE(
        "spring",
        "example.reactive.ReactiveClusters",
        "/actuator/health",
        "(?:Tomcat|Netty) started on port (\\d+)"),
    SPRING_BOOT_4(
        "spring/boot-4",
        "example.servlet.Clusters",
        "/actuator/health",
        "Tomcat started on port (\\d+)"),
    SPRING_BOOT_4_REACTIVE(
        "spring/boot-4",
        "example.reactive.ReactiveClusters",
        "/actuator/health",
        "(?:Tomcat|Netty) started on port (\\d+)");

    private final Path built;
    private final String main;
    private final String health;
    private final Pattern ready;

    Example(String folder, String main, String health, String ready) {
      this.built = Path.of("..", "integrations").resolve(folder).resolve("target");
      this.main = main;
      this.health = health;
      this.ready = Pattern.compile(ready);
    }

    private String classPath() {
      assertThat(built.resolve("lib")).as("Package the integrations before this test").exists();
      return Stream.of("test-classes", "classes", "lib/*")
          .map(part -> built.toAbsolutePath().normalize() + "/" + part)
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
  }

  /** A running one. */
  private record Service(Example example, Process process, Path output) implements AutoCloseable {

    static Service launch(Example example, Path folder, URI tokens, String ownToken) {
      Path output = folder.resolve(example + ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx128m",
                  "-cp",
                  example.classPath(),
                  example.main)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      Map<String, String> settings = new HashMap<>();
      settings.put("SERVICE_TOKENS_URL", tokens.toString());
      settings.put("SERVICE_TOKENS_TOKEN", ownToken);
      settings.put("SERVER_ADDRESS", "127.0.0.1");
      settings.put("SERVER_PORT", "0");
      settings.put("MICRONAUT_SERVER_HOST", "127.0.0.1");
      settings.put("MICRONAUT_SERVER_PORT", "-1");
      settings.put("ENDPOINTS_HEALTH_DETAILS_VISIBLE", "ANONYMOUS");
      // What frameworks log of their security, they log of ours, too.
      settings.put("LOGGER_LEVELS_IO_MICRONAUT_SECURITY", "TRACE");
      settings.put("LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_SECURITY", "TRACE");
      builder.environment().putAll(settings);
      try {
        return new Service(example, builder.start(), output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void awaitLease() {
      await()
          .atMost(Duration.ofSeconds(120))
          .until(() -> !process.isAlive() || example.ready.matcher(log()).find());
      assertThat(process.isAlive()).as(log()).isTrue();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(get(example.health).body()).contains("\"leaseHeld\":true"));
    }

    Answer deploy(String token) {
      return post("/deployments", "X-API-Key: " + token);
    }

    Answer deployOn(String cluster, String token) {
      return post("/clusters/" + cluster + "/deployments", "Authorization: Bearer " + token);
    }

    Answer get(String path, String... headers) {
      return send("GET", path, headers);
    }

    Answer post(String path, String... headers) {
      return send("POST", path, headers);
    }

    private Answer send(String method, String path, String... headers) {
      Matcher ready = example.ready.matcher(log());
      assertThat(ready.find()).isTrue();
      String request =
          "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n%s\r\n"
              .formatted(
                  method, path, String.join("", Stream.of(headers).map(h -> h + "\r\n").toList()));
      try (RawConnection connection =
          RawConnection.to(URI.create("http://127.0.0.1:" + ready.group(1)))) {
        return connection.send(request).read();
      }
    }

    void signal(String name) {
      try {
        int code =
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).isZero();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    String log() {
      try {
        return Files.readString(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
