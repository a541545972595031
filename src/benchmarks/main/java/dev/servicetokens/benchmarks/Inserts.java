package dev.servicetokens.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements of a script for pgbench, run by pgbench itself or, where there is none, by a loop
 * of our own with as many connections. The script may use the variable {@code id} only.
 */
record Inserts(Path script, int connections) {

  private static final Pattern VARIABLE = Pattern.compile(":id\\b");
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final long FIRST_ID = 100_000_000_000_000L;
  private static final long ID_BOUND = 1_000_000_000_000_000L;

  /** Transactions a second of pgbench, from the folder of PostgreSQL's programs. */
  double pgbench(String program, Duration time) throws IOException, InterruptedException {
    String[] address = Environment.require(Database.URL).replaceFirst(".*//", "").split("[:/]", -1);
    ProcessBuilder builder =
        new ProcessBuilder(
            program,
            "--no-vacuum",
            "--protocol=prepared",
            "--client=" + connections,
            "--time=" + time.toSeconds(),
            "--file=" + script,
            "--host=" + address[0],
            "--port=" + address[1],
            "--username=" + Environment.require(Database.USERNAME),
            address[2]);
    builder.environment().put("PGPASSWORD", Environment.require(Database.PASSWORD));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    Matcher rate = RATE.matcher(output);
    if (process.waitFor() != 0 || !rate.find()) {
      throw new IllegalStateException("pgbench failed: " + output);
    }
    return Double.parseDouble(rate.group(1));
  }

  /** Transactions a second of a loop over JDBC. */
  double loop(Duration time) throws IOException, InterruptedException, ExecutionException {
    List<String> statements = statements();
    List<Future<Integer>> counts = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        counts.add(threads.submit(() -> run(statements, time)));
      }
    }
    int all = 0;
    for (Future<Integer> count : counts) {
      all += count.get();
    }
    return all / (double) time.toSeconds();
  }

  private static int run(List<String> statements, Duration time) throws SQLException {
    int count = 0;
    try (Connection connection = Database.connect()) {
      connection.setAutoCommit(false);
      List<PreparedStatement> prepared = new ArrayList<>();
      for (String statement : statements) {
        prepared.add(connection.prepareStatement(statement));
      }
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        long id = ThreadLocalRandom.current().nextLong(FIRST_ID, ID_BOUND);
        for (PreparedStatement statement : prepared) {
          for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
            statement.setLong(i, id);
          }
          statement.execute();
        }
        connection.commit();
        count++;
      }
    }
    return count;
  }

  /** Without pgbench's own lines, and without BEGIN and COMMIT, which JDBC sends itself. */
  private List<String> statements() throws IOException {
    String sql =
        Files.readAllLines(script).stream()
            .filter(line -> !line.startsWith("\\") && !line.startsWith("--"))
            .collect(Collectors.joining("\n"));
    return Pattern.compile(";")
        .splitAsStream(VARIABLE.matcher(sql).replaceAll("?"))
        .map(String::strip)
        .filter(statement -> !statement.matches("|BEGIN|COMMIT"))
        .toList();
  }
}
