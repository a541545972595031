package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.product.Clone.Run;
import dev.servicetokens.cli.product.Clone.Started;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher builds and runs in clones of the repository, while they change. */
final class LauncherBuildIT {

  private static final String NEWER = "The sources are newer than this build";

  @TempDir private static Path folder;
  private static Clone clone;

  /** Two people, or two jobs, run it at once in a new clone; and a third in another one. */
  @BeforeAll
  static void firstRuns() throws Exception {
    clone = Clone.make(folder.resolve("clone"));
    Clone other = Clone.make(folder.resolve("other"));
    List<Started> starts =
        List.of(
            clone.begin(Map.of(), "--version"),
            clone.begin(Map.of(), "service-token", "--help"),
            other.begin(Map.of(), "--version"));
    for (Started start : starts) {
      Run run = Clone.end(start);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).isNotEmpty();
    }
    // Both waited for one of them, and what Maven had built already was not built again.
    assertThat(clone.versions()).hasSize(1).isEqualTo(other.versions());
    assertThat(clone.builds() + other.builds()).isZero();
    assertThat(clone.top().resolve(".sts/lock")).doesNotExist();
  }

  /**
   * {@code ./mvnw clean}, and a build that fails half-way or succeeds, once took the jar from under
   * a server: what it had not loaded yet hung.
   */
  @Test
  void aServerOutlivesWhateverIsBuiltBesideIt() throws Exception {
    Started server = clone.begin(Map.of(), "serve");
    try {
      URI address = URI.create(server.awaitAddress());
      clone.sh("rm -rf src/*/target api/target");
      assertServes(address);

      clone.sh("touch pom.xml");
      clone.letMavenDo("exit 1");
      Run failed = clone.sts(Map.of(), "--version");
      assertThat(failed.exitCode()).isEqualTo(1);
      assertThat(failed.err()).contains("The build failed");
      assertServes(address);

      String running = clone.versions().getFirst();
      clone.letMavenDo(mavenMakes("one"));
      assertThat(clone.sts(Map.of(), "--version").exitCode()).isZero();
      assertThat(clone.versions()).hasSize(2).contains(running);
      clone.sh("touch pom.xml");
      clone.letMavenDo(mavenMakes("two"));
      assertThat(clone.sts(Map.of(), "--version").exitCode()).isZero();
      assertThat(clone.versions())
          .as("the one in use, and the newest")
          .hasSize(2)
          .contains(running);
      assertServes(address);

      server.process().destroy();
      assertThat(Clone.end(server).exitCode()).isEqualTo(128 + 15);
      clone.sh("touch pom.xml");
      clone.letMavenDo(mavenMakes("three"));
      assertThat(clone.sts(Map.of(), "--version").exitCode()).isZero();
      assertThat(clone.versions()).hasSize(1).doesNotContain(running);
    } finally {
      server.process().destroy();
    }
  }

  /** A script must neither wait for a build nor fail by one because somebody has pulled. */
  @Test
  void aClientCommandNeverBuildsWhatCanBeRun() throws Exception {
    int before = clone.builds();
    clone.sh("touch db src/cli/main");
    try {
      for (String[] command :
          new String[][] {{"context", "list"}, {"serve", "--help"}, {"--help"}}) {
        Run run = clone.sts(Map.of(), command);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err().lines()).singleElement().asString().startsWith(NEWER);
      }
      assertThat(clone.builds()).isEqualTo(before);
    } finally {
      clone.sh("touch -t 202001010000 db src/cli/main");
    }
    assertThat(clone.sts(Map.of(), "context", "list").err()).isEmpty();
  }

  /** Containers, cron and CI have no locale, or one in which Java reads other signs. */
  @Test
  void readsAndWritesUtf8WhateverTheLocale() throws Exception {
    for (String locale : List.of("POSIX", "xx_YY.ISO-8859-1")) {
      Path parent = Files.createTempDirectory(folder, "data");
      String odd =
          "MICRONAUT_SERVER_PORT=-1 SERVICE_TOKENS_BOOTSTRAP_TOKEN=abcdefghijklmnopqrstuvwxyz";
      Started server =
          clone.beginInShell(
              Map.of("LC_ALL", locale),
              "cd '%s' && %s SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT=\"$(printf 'caf\\303\\251')\" SERVICE_TOKENS_BOOTSTRAP_ROLES=\"stackstate-admin,$(printf 'caf\\303\\251')\" SERVICE_TOKENS_DATA_DIRECTORY=\"$PWD/$(printf 'd\\303\\251p')\" exec \"$1\" serve"
                  .formatted(parent, odd));
      try {
        String url = server.awaitAddress();
        Map<String, String> variables =
            Map.of(
                "LC_ALL",
                locale,
                "STS_CLI_URL",
                url,
                "STS_CLI_SERVICE_TOKEN",
                "abcdefghijklmnopqrstuvwxyz");
        Run create =
            Clone.end(
                clone.beginInShell(
                    variables,
                    "exec \"$1\" service-token create -n \"$(printf"
                        + " 'backup-\\303\\251-\\360\\237\\230\\200')\" --roles stackstate-guest"));
        assertThat(create.exitCode()).as(create.err()).isZero();
        Run list = clone.sts(variables, "service-token", "list");
        assertThat(list.out()).contains("backup-\u00e9-\ud83d\ude00", "caf\u00e9");
        try (var files = Files.list(parent)) {
          assertThat(files).hasSize(1);
        }
      } finally {
        server.process().destroy();
        Clone.end(server);
      }
    }
  }

  @Test
  void refusesVariablesThatAreNotUtf8() throws Exception {
    Started server =
        clone.beginInShell(
            Map.of(),
            "SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT=\"$(printf 'caf\\351')\" exec \"$1\""
                + " serve");
    Run run = Clone.end(server);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("The variable SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT is not UTF-8");
  }

  /** A build that has one file more than the present one. */
  private static String mavenMakes(String name) {
    return """
    folder=src/distribution/target/service-tokens-test
    rm -rf "$folder"
    mkdir -p src/distribution/target
    cp -Rp .sts/"$(cat .sts/current)" "$folder"
    rm "$folder/built"
    echo %1$s >"$folder/more.txt"
    echo "service-tokens-test %1$s" >src/distribution/target/built
    """
        .formatted(name);
  }

  /** Asks for things that a server loads only when somebody asks for them. */
  private static void assertServes(URI address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (Map.Entry<String, Integer> page :
          Map.of(
                  "/docs",
                  200,
                  "/api/openapi.yaml",
                  200,
                  "/health",
                  200,
                  "/api/nothing",
                  401,
                  "/api/server/status",
                  401)
              .entrySet()) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(address.resolve(page.getKey())).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(page.getKey()).isEqualTo(page.getValue());
      }
    }
  }
}
