package dev.servicetokens.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.servicetokens.fixtures.PackagedServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link InventoryService} as a process of its own, compiled and run with the SDK's jar and what
 * that needs, against the packaged server.
 */
class SdkServiceIT {

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @TempDir private static Path folder;
  private static PackagedServer server;

  @BeforeAll
  static void startServer() {
    server = PackagedServer.start(folder.resolve("data"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void createsListsAndDeletesTokens() throws Exception {
    try (Service service = Service.start(administratorToken(), server.url().toString());
        Caller caller = new Caller(service.url())) {
      assertThat(caller.send("GET", "/status").body()).isEqualTo("OK");
      String token = caller.send("POST", "/nightly-build/stackstate-guest").body();
      assertThat(token).startsWith("svctok-");
      assertThat(caller.send("GET", "/tokens").body().lines())
          .containsExactly("administrator", "nightly-build");
      caller.send("DELETE", "/nightly-build");
      assertThat(caller.send("GET", "/tokens").body()).isEqualTo("administrator");
      assertThat(server.errors()).doesNotContain(token);
    }
  }

  @Test
  void showsMessageStatusAndTrackingKeyOfARefusal() throws Exception {
    try (Service service = Service.start(administratorToken(), server.url().toString());
        Caller caller = new Caller(service.url())) {
      HttpResponse<String> refused = caller.send("POST", "/nightly-build/nobody");
      List<String> lines = refused.body().lines().toList();
      assertThat(refused.statusCode()).isEqualTo(502);
      assertThat(lines).hasSize(3);
      assertThat(lines.get(0)).isEqualTo("400");
      assertThat(lines.get(1)).matches(Pattern.compile(UUID));
      assertThat(lines.get(2)).contains("There is no role 'nobody'");
      assertThat(server.errors()).contains(lines.get(1));
    }
  }

  @Test
  void givesUpOnAServerThatNeverAnswers() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Service service =
            Service.start("any-token", "http://127.0.0.1:" + silent.getLocalPort(), "300");
        Caller caller = new Caller(service.url())) {
      assertThat(caller.send("GET", "/status").body()).contains("no complete answer in time");
    }
  }

  /** As java.md has it, but for the address, and a role that there is at the second time. */
  @Test
  void doesWhatThePageSays() throws Exception {
    Matcher block =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs/java.md")));
    assertThat(block.find()).isTrue();
    String code = block.group(1).replace("http://localhost:8080", server.url().toString());
    assertThat(run(code)).matches("400 There is no role 'deployer'.* " + UUID + "\n");
    assertThat(run(code.replace("\"deployer\"", "\"stackstate-guest\""))).isEmpty();
    try (Service service = Service.start(administratorToken(), server.url().toString());
        Caller caller = new Caller(service.url())) {
      assertThat(caller.send("GET", "/tokens").body().lines())
          .containsExactly("administrator", "ci");
      caller.send("DELETE", "/ci");
    }
  }

  /** What statements print when they run with the SDK. */
  private static String run(String statements) throws Exception {
    Path page =
        Files.writeString(
            folder.resolve("Page.java"),
            """
            import dev.servicetokens.client.*;
            import dev.servicetokens.client.invoker.*;
            import dev.servicetokens.client.model.*;

            void main() throws Exception {
            %s
            }
            """
                .formatted(statements));
    ProcessBuilder builder =
        new ProcessBuilder(Service.java(), "-cp", Service.classPath(), page.toString())
            .redirectErrorStream(true);
    builder.environment().put("SERVICE_TOKEN", administratorToken());
    Process process = builder.start();
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(words).isZero();
    return words;
  }

  private static String administratorToken() throws IOException {
    return Files.readString(folder.resolve("data/admin-token")).strip();
  }

  /** The running service. */
  private record Service(Process process, URI url) implements AutoCloseable {

    static Service start(String token, String... arguments) throws Exception {
      List<String> command =
          Stream.concat(
                  Stream.of(
                      java(),
                      "-cp",
                      classPath(),
                      "test/java/dev/servicetokens/product/InventoryService.java"),
                  Stream.of(arguments))
              .toList();
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("SERVICE_TOKEN", token);
      Process process = builder.start();
      String port = process.inputReader().readLine();
      return new Service(process, URI.create("http://localhost:" + port));
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }

    private static String java() {
      return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() throws IOException, URISyntaxException {
      Stream<Path> libraries =
          Stream.of(
              locate(JsonProperty.class),
              locate(JsonFactory.class),
              locate(ObjectMapper.class),
              locate(JavaTimeModule.class));
      return Stream.concat(Stream.of(sdk()), libraries)
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path locate(Class<?> type) throws URISyntaxException {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Path sdk() throws IOException {
      Path folder = Path.of("..", "..", "api", "target");
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(
                file ->
                    file.getFileName()
                        .toString()
                        .matches("service-tokens-client-[0-9.]+(-SNAPSHOT)?\\.jar"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("Package the SDK before this test"));
      }
    }
  }
}
