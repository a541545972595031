package dev.servicetokens.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.PackagedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the packaged server does with a token that it does not know, and keeps of one that it does.
 */
final class HeapSecrecyIT {

  private static final String STATUS = "/api/server/status";

  @TempDir private Path folder;

  /** A filter that is missing from the package would leave everything open. */
  @Test
  void refusesWithoutATokenAndKeepsNoneInItsHeap() throws Exception {
    try (PackagedServer server = PackagedServer.start(folder.resolve("data"))) {
      assertThat(get(server, STATUS, "")).isEqualTo(401);
      assertThat(get(server, "/api/security/tokens", "")).isEqualTo(401);
      assertThat(get(server, "/nowhere", "")).isEqualTo(401);

      String admin = Files.readString(server.dataDirectory().resolve("admin-token")).strip();
      String guest = create(server, admin);
      for (int i = 0; i < 200; i++) {
        assertThat(get(server, STATUS, guest)).isEqualTo(200);
        assertThat(get(server, STATUS, guest + "x")).isEqualTo(401);
      }

      Path heap = dump(server);
      assertThat(contains(heap, "service-tokens.trusted-proxies")).isTrue();
      assertThat(contains(heap, guest)).isFalse();
      assertThat(contains(heap, admin)).isFalse();
    }
  }

  private static int get(PackagedServer server, String path, String token) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(server.url().resolve(path));
      if (!token.isEmpty()) {
        request.header("X-API-Key", token);
      }
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  private static String create(PackagedServer server, String admin) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.url().resolve("/api/security/tokens"))
              .header("X-API-Key", admin)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"name\":\"g\",\"roles\":[\"stackstate-guest\"]}"))
              .build();
      return Json.text(client.send(request, BodyHandlers.ofString()).body(), "/token");
    }
  }

  /** Only what is reachable: the virtual machine collects garbage before it writes. */
  private Path dump(PackagedServer server) throws Exception {
    Path heap = folder.resolve("heap.hprof");
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, Long.toString(server.processId()), "GC.heap_dump", heap.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(process.waitFor()).as(output).isZero();
    return heap;
  }

  private static boolean contains(Path file, String text) throws IOException {
    return Files.readString(file, ISO_8859_1).contains(text);
  }
}
