package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.servicetokens.fixtures.PackagedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector reads of a server from its first byte to its last. */
final class LogsIT {

  private static final Map<String, String> JSON = Map.of("SERVICE_TOKENS_LOG_FORMAT", "json");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @TempDir private Path folder;

  @Test
  void writesNothingButObjectsFromTheStartToTheEnd() throws Exception {
    try (PackagedServer server = PackagedServer.start(folder, JSON);
        HttpClient client = HttpClient.newHttpClient()) {
      String token = Files.readString(folder.resolve("admin-token")).strip();
      HttpResponse<String> refused =
          client.send(
              HttpRequest.newBuilder(server.url().resolve("/api/security/tokens"))
                  .header("X-API-Key", "wrong")
                  .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(401);
      await().until(() -> server.errors().contains("401 GET"));
      assertThat(server.stop()).isEqualTo(128 + 15);

      assertThat(server.output()).isEmpty();
      List<JsonNode> lines = lines(server);
      assertThat(lines)
          .extracting(line -> line.get("message").textValue())
          .anyMatch(message -> message.startsWith("First start"))
          .anyMatch(message -> message.startsWith("Service Tokens is ready.\n"));
      assertThat(lines)
          .filteredOn(line -> line.get("message").textValue().contains("401 GET"))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.get("trace.id").textValue()).isEqualTo(TRACE);
                assertThat(line.get("span.id").textValue()).isEqualTo("00f067aa0ba902b7");
              });
      assertThat(server.errors()).doesNotContain(token);
    }
  }

  @Test
  void refusesAStartInAnObject() throws IOException {
    PackagedServer server =
        PackagedServer.fail(
            folder,
            Map.of("SERVICE_TOKENS_LOG_FORMAT", "json", "SERVICE_TOKENS_AUDIT_RETENTIONS", "1d"));
    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.output()).isEmpty();
    assertThat(lines(server))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.get("log.level").textValue()).isEqualTo("ERROR");
              assertThat(line.get("message").textValue())
                  .contains("did you mean SERVICE_TOKENS_AUDIT_RETENTION?");
            });
  }

  /** A file is read later than variables, but before anything is started. */
  @Test
  void takesFormAndLevelFromAFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("settings.yml"), "service-tokens.log: {format: json, level: warn}");
    try (PackagedServer server =
        PackagedServer.start(
            folder.resolve("data"), Map.of("MICRONAUT_CONFIG_FILES", file.toString()))) {
      server.stop();
      assertThat(server.output()).isEmpty();
      assertThat(lines(server))
          .extracting(line -> line.get("log.logger").textValue())
          .containsOnly("console");
    }
  }

  @Test
  void refusesAFormOrLevelThatThereIsNot() {
    for (String value : List.of("xml", "JSON", "json,text")) {
      PackagedServer server =
          PackagedServer.fail(folder, Map.of("SERVICE_TOKENS_LOG_FORMAT", value));
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.errors())
          .startsWith(
              "The setting SERVICE_TOKENS_LOG_FORMAT (service-tokens.log.format) must be text or json");
    }
    PackagedServer server =
        PackagedServer.fail(folder, Map.of("SERVICE_TOKENS_LOG_LEVEL", "trace"));
    assertThat(server.errors()).contains("must be error or warn or info or debug");
    assertThat(folder).isEmptyDirectory();
  }

  private static List<JsonNode> lines(PackagedServer server) throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : server.errors().lines().toList()) {
      lines.add(json.readTree(line));
    }
    return lines;
  }
}
