package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server that the script has started, and who may do everything there.
 *
 * @param url without a path
 * @param processes its own and those of its PostgreSQL
 * @param administrator a token string
 */
record Server(URI url, ProcessTree processes, String administrator) {

  static final String TOKENS = "/api/security/tokens";

  /** The one whose variables begin so. */
  static Server of(String prefix) {
    return new Server(
        URI.create(Environment.require(prefix + "_URL")),
        ProcessTree.of(Environment.number(prefix + "_PID"), databaseProcess(prefix)),
        Environment.require(prefix + "_TOKEN"));
  }

  private static long databaseProcess(String prefix) {
    return Environment.number(prefix + "_DATABASE_PID");
  }

  List<URI> urls() {
    return List.of(url);
  }

  /** What it has spent so far. */
  Spent spent() throws IOException {
    return new Spent(
        processes.cpuSeconds(), allocated(), CoreWaits.of(processes.roots().getFirst()));
  }

  private double allocated() throws IOException {
    try (HttpConnection connection = new HttpConnection(url)) {
      HttpConnection.Answer answer = get(connection, "/benchmark/allocated");
      return answer.status() == 200 ? Double.parseDouble(answer.body()) : Double.NaN;
    }
  }

  /** Makes a token and returns its token string, or null if that was refused. */
  @Nullable String create(HttpConnection connection, String name) throws IOException {
    HttpConnection.Answer answer =
        connection.exchange(
            HttpConnection.post(
                TOKENS,
                administrator,
                "{\"name\":\"" + name + "\",\"roles\":[\"stackstate-guest\"]}"));
    return answer.status() == 200 ? Json.text(answer.body(), "token") : null;
  }

  /** The ids of all tokens whose names begin so, by their names. */
  Map<String, Long> ids(String beginning) throws IOException {
    try (HttpConnection connection = new HttpConnection(url)) {
      return Json.ids(get(connection, TOKENS + "?name=" + beginning + "*").body());
    }
  }

  /** Deletes a token; whether it was there. */
  boolean delete(HttpConnection connection, long id) throws IOException {
    return connection
            .exchange(HttpConnection.request("DELETE", TOKENS + "/" + id, administrator))
            .status()
        == 204;
  }

  /** What a path answers to the administrator. */
  HttpConnection.Answer get(HttpConnection connection, String path) throws IOException {
    return connection.exchange(HttpConnection.request("GET", path, administrator));
  }

  /** The bytes that ask whether a token is live; the headers are whole lines. */
  static byte[] verification(String tokenString, String... headers) {
    return HttpConnection.request("GET", "/api/server/status", tokenString, headers);
  }

  /**
   * CPU and memory that a server has spent.
   *
   * @param cpuSeconds of the whole tree of processes
   * @param allocatedBytes on the heap; not a number if it does not say
   * @param waits of its event loops
   */
  record Spent(double cpuSeconds, double allocatedBytes, CoreWaits waits) {

    /** Adds what each of these requests has cost since then, and what a wait for a core took. */
    void addTo(Figures figures, String name, Spent now, int requests) {
      figures.add(name + ", CPU µs", (now.cpuSeconds - cpuSeconds) * 1e6 / requests);
      figures.add(name + ", bytes", (now.allocatedBytes - allocatedBytes) / requests);
      figures.add(name + ", wait µs", now.waits.microsecondsSince(waits));
    }
  }
}
