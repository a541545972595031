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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services of {@code src/examples}, which verify tokens with nothing but what their frameworks
 * bring, as processes of their own against the packaged server.
 */
final class ExampleServicesIT {

  private static final String ADMINISTRATOR = "only-for-tests-of-examples-1";

  @TempDir private Path folder;

  @Test
  void letInWhoMayAndNobodyElse() throws IOException {
    try (PackagedServer tokens =
            PackagedServer.start(
                Files.createDirectory(folder.resolve("data")),
                Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN", ADMINISTRATOR));
        Api api = new Api(tokens.url())) {
      Access administrator = new Access(api, ADMINISTRATOR);
      define(api, "deploy:prod");
      administrator.put("everywhere");
      administrator.grant("everywhere", "deploy:prod", "system");
      administrator.put("on-cluster-1");
      administrator.grant("on-cluster-1", "deploy:prod", "cluster-1");

      List<Service> services =
          Arrays.stream(Example.values())
              .map(
                  example ->
                      Service.launch(
                          example,
                          folder,
                          tokens.url(),
                          api.createdWithRole(ADMINISTRATOR, example.name(), "token-verifier")))
              .toList();
      try {
        for (Service service : services) {
          service.awaitReady();
          assertLetsInWhoMay(service, administrator);
        }
        String left = api.createdWithRole(ADMINISTRATOR, "left", "everywhere");
        for (Service service : services) {
          assertThat(service.deploy(left).status()).isEqualTo(200);
        }
        tokens.kill();
        for (Service service : services) {
          assertThat(service.deploy(left).status()).as(service.log()).isGreaterThanOrEqualTo(400);
          assertThat(service.log()).doesNotContain("svctok-");
        }
      } finally {
        services.forEach(Service::close);
      }
      assertThat(tokens.errors()).doesNotContain("svctok-");
    }
  }

  @Test
  void haveTheSettingsThatTheGuideShows() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "introspection.md"));
    List<String> shown =
        Pattern.compile("(?s)```properties\n(.*?)```")
            .matcher(guide.replace("https://tokens.example.com", "${SERVICE_TOKENS_URL}"))
            .results()
            .flatMap(block -> block.group(1).lines())
            .toList();
    List<String> used = new ArrayList<>();
    for (Example example : Example.values()) {
      used.addAll(
          Files.readAllLines(example.folder.resolve("main/resources/application.properties")));
    }
    used.removeIf(line -> line.startsWith("#"));
    assertThat(shown).isNotEmpty().containsExactlyInAnyOrderElementsOf(used);
  }

  private static void assertLetsInWhoMay(Service service, Access administrator) {
    Api api = administrator.api();
    String name = service.example().name();

    Answer none = service.post("/deployments");
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.header("www-authenticate")).startsWith("Bearer");
    assertThat(service.deploy("svctok-unknown").status()).isEqualTo(401);

    String everywhere =
        api.created(
            ADMINISTRATOR,
            "{\"name\":\"%s everywhere\",\"roles\":[\"everywhere\"],\"expiryDate\":%d}"
                .formatted(name, System.currentTimeMillis() + 3_600_000));
    String id = api.idOf(ADMINISTRATOR, name + " everywhere");
    Answer deployed = service.deploy(everywhere);
    assertThat(deployed.status()).as(service.log()).isEqualTo(200);
    assertThat(deployed.body()).isEqualTo("deployed everywhere by " + id);

    // Who may on one resource may neither on all nor on another one.
    String onCluster1 = api.createdWithRole(ADMINISTRATOR, name + " on cluster-1", "on-cluster-1");
    assertThat(service.deploy(onCluster1).status()).isEqualTo(403);
    assertThat(service.deployOn("cluster-1", onCluster1).status()).as(service.log()).isEqualTo(200);
    assertThat(service.deployOn("cluster-2", onCluster1).status()).isEqualTo(403);
    assertThat(service.deployOn("system", onCluster1).status()).isEqualTo(403);

    // What is taken or deleted between two requests is gone with the next.
    String leaving = administrator.subjectWith("deploy:prod");
    String changing = api.createdWithRole(ADMINISTRATOR, name + " changing", leaving);
    assertThat(service.deploy(changing).status()).isEqualTo(200);
    assertThat(administrator.revoke(leaving, "deploy:prod", "system").statusCode()).isEqualTo(200);
    assertThat(service.deploy(changing).status()).isEqualTo(403);
    assertThat(api.delete(ADMINISTRATOR, id).statusCode()).isEqualTo(204);
    assertThat(service.deploy(everywhere).status()).isEqualTo(401);
  }

  private static void define(Api api, String permission) {
    assertThat(
            api.send(
                    "PUT",
                    "/api/security/permissions/definitions/" + permission,
                    ADMINISTRATOR,
                    "{}")
                .statusCode())
        .isEqualTo(204);
  }

  /** What is built, and how it says on which port it listens. */
  enum Example {
    SPRING_BOOT(
        "spring-boot",
        "target",
        "service-tokens-example-spring-boot-.*\\.jar",
        "Tomcat started on port (\\d+)"),
    QUARKUS(
        "quarkus", "target/quarkus-app", "quarkus-run\\.jar", "Listening on: http://[^:]+:(\\d+)");

    private final Path folder;
    private final String built;
    private final Pattern jar;
    private final Pattern ready;

    Example(String folder, String built, String jar, String ready) {
      this.folder = Path.of("..", "examples", folder);
      this.built = built;
      this.jar = Pattern.compile(jar);
      this.ready = Pattern.compile(ready);
    }

    private Path jar() {
      try (Stream<Path> files = Files.list(folder.resolve(built))) {
        return files
            .filter(file -> jar.matcher(file.getFileName().toString()).matches())
            .findFirst()
            .orElseThrow()
            .toAbsolutePath()
            .normalize();
      } catch (IOException e) {
        throw new UncheckedIOException("Package the examples before this test", e);
      }
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
                  "-jar",
                  example.jar().toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "SERVICE_TOKENS_URL", tokens.toString(),
                  "SERVICE_TOKEN", ownToken,
                  "SERVER_ADDRESS", "127.0.0.1",
                  "SERVER_PORT", "0",
                  "QUARKUS_HTTP_HOST", "127.0.0.1",
                  "QUARKUS_HTTP_PORT", "0"));
      try {
        return new Service(example, builder.start(), output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void awaitReady() {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> !process.isAlive() || example.ready.matcher(log()).find());
      assertThat(process.isAlive()).as(log()).isTrue();
    }

    Answer deploy(String token) {
      return post("/deployments", "Authorization: Bearer " + token);
    }

    Answer deployOn(String cluster, String token) {
      return post("/clusters/" + cluster + "/deployments", "Authorization: Bearer " + token);
    }

    Answer post(String path, String... headers) {
      Matcher ready = example.ready.matcher(log());
      assertThat(ready.find()).isTrue();
      String request =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n%s\r\n"
              .formatted(path, String.join("", Stream.of(headers).map(h -> h + "\r\n").toList()));
      try (RawConnection connection =
          RawConnection.to(URI.create("http://127.0.0.1:" + ready.group(1)))) {
        return connection.send(request).read();
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
