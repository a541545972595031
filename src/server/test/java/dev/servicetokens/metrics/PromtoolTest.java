package dev.servicetokens.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Promtool;
import dev.servicetokens.fixtures.Scrape;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Prometheus finds the metrics to be named, and the rules to be written, as it wants them. */
@ExtendWith(Promtool.Required.class)
final class PromtoolTest {

  private static final Path MONITORING = Path.of("../deploy/monitoring");
  private static final Path ALERTS = MONITORING.resolve("alerts.yml");

  /** Names that the framework and its libraries have chosen. */
  private static final List<String> NOT_OURS = List.of("executor_", "process_", "system_", "jvm_");

  @Test
  void likesTheMetrics() {
    try (TestServer server = TestServer.start(TestDatabase.create(), Map.of())) {
      String text = Scrape.of(server).text();

      Promtool.Result result = Promtool.run(text, "check", "metrics");

      assertThat(result.exitCode()).as(result.output()).isIn(0, 3); // 3: it has found a fault.
      assertThat(result.output().lines())
          .allMatch(fault -> NOT_OURS.stream().anyMatch(fault::startsWith));
    }
  }

  @Test
  void findsThatEachAlertFiresAndStaysQuietAsItShould() throws IOException {
    for (String[] arguments :
        List.of(
            new String[] {"check", "rules", ALERTS.toString()},
            new String[] {"test", "rules", MONITORING.resolve("alerts.test.yml").toString()})) {
      Promtool.Result result = Promtool.run("", arguments);
      assertThat(result.exitCode()).as(result.output()).isZero();
    }
    String tests = Files.readString(MONITORING.resolve("alerts.test.yml"));
    for (String alert : alerts()) {
      String test = "alertname: " + alert + "\n        exp_alerts:";
      assertThat(tests).contains(test + " []\n", test + "\n          - exp_labels:");
    }
  }

  /** Who is woken must find what to do. */
  @Test
  void findsAPageForEachAlert() throws IOException {
    String page = Files.readString(Path.of("../../src/docs/monitoring.md"));
    String rules = Files.readString(ALERTS);
    assertThat(alerts()).hasSizeGreaterThan(10);
    for (String alert : alerts()) {
      assertThat(page).contains("\n### " + alert + "\n");
      assertThat(rules)
          .contains("runbook: src/docs/monitoring.md#" + alert.toLowerCase(Locale.ROOT) + "\n");
    }
  }

  /** A metric that was renamed would leave an alert that never fires, or a panel without a line. */
  @Test
  void findsEveryMetricThatIsAskedFor() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (String file : List.of("alerts.yml", "dashboard.json")) {
      asked.addAll(names(Files.readString(MONITORING.resolve(file))));
    }
    asked.remove("service_tokens"); // In sentences.
    try (TestServer server = TestServer.start(TestDatabase.create(), Map.of())) {
      assertThat(asked).hasSizeGreaterThan(15);
      assertThat(Scrape.of(server).names()).containsAll(asked);
    }
  }

  private static List<String> alerts() throws IOException {
    return Pattern.compile("- alert: (\\w+)")
        .matcher(Files.readString(ALERTS))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> names(String text) {
    return Pattern.compile("\\b(?:service_tokens|hikaricp|jvm|process)_\\w+")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  @Test
  void findsEachOfOurMetricsDescribed() {
    try (TestServer server = TestServer.start(TestDatabase.create(), Map.of())) {
      Scrape scrape = Scrape.of(server);
      Set<String> undescribed = new TreeSet<>(scrape.names());
      undescribed.removeIf(
          name ->
              !name.startsWith("service_tokens_")
                  || scrape
                      .text()
                      .contains("# HELP " + name.replaceFirst("_(bucket|count|sum)$", "") + " ")
                  || scrape.text().contains("# HELP " + name + " "));
      assertThat(undescribed).isEmpty();
    }
  }
}
