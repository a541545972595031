package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  private final List<String> ended = new ArrayList<>();

  @Test
  void endsTheLastFirstAndEachOnce() {
    Shutdown shutdown = new Shutdown();
    shutdown.add("database", () -> ended.add("database"));
    shutdown.add("http", () -> ended.add("http"));
    shutdown.close();
    shutdown.close();
    assertThat(ended).containsExactly("http", "database");
  }

  @Test
  void goesOnAfterAFailure() {
    Shutdown shutdown = new Shutdown();
    shutdown.add("database", () -> ended.add("database"));
    shutdown.add(
        "http",
        () -> {
          throw new IllegalStateException("no");
        });
    shutdown.close();
    assertThat(ended).containsExactly("database");
  }

  @Test
  void endsAtOnceWhatStartsTooLate() {
    Shutdown shutdown = new Shutdown();
    shutdown.close();
    shutdown.add("late", () -> ended.add("late"));
    assertThat(ended).containsExactly("late");
  }
}
