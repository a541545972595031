package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares creating tokens over HTTP with the same inserts alone, in alternating rounds: {@code
 * Creates SCRIPT [PGBENCH]}.
 */
final class Creates {

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final String RATE = ", creates/s";

  private final Figures figures = new Figures();
  private final Server server;
  private final Inserts inserts;
  private final String pgbench;

  private Creates(Server server, Inserts inserts, String pgbench) {
    this.server = server;
    this.inserts = inserts;
    this.pgbench = pgbench;
  }

  static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException, SQLException {
    Inserts inserts = new Inserts(Path.of(arguments[0]), Environment.number("CONNECTIONS"));
    new Creates(Server.of("SERVER"), inserts, arguments.length > 1 ? arguments[1] : "").run();
  }

  private void run() throws IOException, InterruptedException, ExecutionException, SQLException {
    String other = pgbench.isEmpty() ? "JDBC loop" : "pgbench";
    System.out.println("warming up …");
    http(new Figures(), Environment.warmUp());
    inserts();
    for (int round = 1; round <= Environment.rounds(); round++) {
      System.out.println("round " + round + " …");
      awaitSeals();
      http(figures, Environment.burst());
      awaitSeals();
      figures.add(other + RATE, inserts());
    }
    figures.print("HTTP" + RATE, "");
    figures.print(other + RATE, "");
    figures.printRatio("HTTP ÷ " + other, "HTTP" + RATE, other + RATE);
    figures.print("HTTP, p50 ms", "");
    figures.print("HTTP, p99 ms", "");
    figures.print("HTTP, CPU µs", "of server and database for each create");
    figures.print("HTTP, bytes", "allocated by the server for each create");
  }

  private void http(Figures into, Duration time) throws IOException {
    Server.Spent before = server.spent();
    Latencies created =
        Load.closed(
            server.urls(),
            inserts.connections(),
            time,
            (connection, i) -> server.create(connection, "created-" + i) != null);
    before.addTo(into, "HTTP", server.spent(), created.count());
    created.printFailures("creates");
    into.add("HTTP" + RATE, created.count() / (double) time.toSeconds());
    into.add("HTTP, p50 ms", created.percentile(0.5));
    into.add("HTTP, p99 ms", created.percentile(0.99));
  }

  private double inserts() throws IOException, InterruptedException, ExecutionException {
    return pgbench.isEmpty()
        ? inserts.loop(Environment.burst())
        : inserts.pgbench(pgbench, Environment.burst());
  }

  /** What one round has left for the audit trail's sealer must not slow the next one down. */
  private static void awaitSeals() throws SQLException {
    long begin = System.nanoTime();
    try (Connection connection = Database.connect();
        Statement statement = connection.createStatement()) {
      while (System.nanoTime() - begin < LONGEST_WAIT.toNanos()) {
        try (ResultSet found =
            statement.executeQuery("SELECT EXISTS (SELECT FROM audit_unsealed)")) {
          if (found.next() && !found.getBoolean(1)) {
            return;
          }
        }
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
    System.out.println("events still wait for their seal");
  }
}
