package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Compares a server of few tokens with one of many, in alternating rounds: {@code Scale FEW MANY}.
 * Both hold generated tokens and run already.
 */
final class Scale {

  private static final int CONNECTIONS = 16;
  private static final int PAGE = 100;
  private static final int PAGES_BEFORE_LATER = 50;
  private static final int PAGE_CALLS = 100;
  private static final int DELETES = 50;

  private final Side few;
  private final Side many;
  private Figures figures = new Figures();

  private Scale(Side few, Side many) {
    this.few = few;
    this.many = many;
  }

  /** One of the two servers, with as many generated tokens. */
  private record Side(String name, Server server, int tokens, List<byte[]> workingSet) {}

  static void main(String[] arguments) throws IOException {
    int few = Integer.parseInt(arguments[0]);
    int many = Integer.parseInt(arguments[1]);
    Scale scale =
        new Scale(
            new Side("few", Server.of("FEW"), few, workingSet(few, few)),
            new Side("many", Server.of("MANY"), many, workingSet(few, many)));
    scale.run();
  }

  /** The same number of tokens from each, spread over all of them. */
  private static List<byte[]> workingSet(int size, int tokens) {
    return IntStream.range(0, size)
        .map(i -> (int) ((long) i * tokens / size))
        .mapToObj(Scale::verification)
        .toList();
  }

  private static byte[] verification(int number) {
    return Server.verification(GeneratedTokens.tokenString(number).reveal());
  }

  private void run() throws IOException {
    System.out.println("warming up …");
    long begin = System.nanoTime();
    askAll(few);
    askAll(many);
    while (System.nanoTime() - begin < Environment.warmUp().toNanos()) {
      round();
    }
    figures = new Figures();
    for (int round = 1; round <= Environment.rounds(); round++) {
      System.out.println("round " + round + " …");
      round();
      misses(many);
    }
    print();
    memory();
  }

  private void round() throws IOException {
    for (Side side : List.of(few, many)) {
      verify(side);
      lists(side);
      deletes(side);
    }
  }

  /** Everything of the working set is in memory afterwards. */
  private static void askAll(Side side) {
    Latencies asked =
        Load.counted(
            side.server().urls(),
            CONNECTIONS,
            side.workingSet().size(),
            (connection, i) -> isLive(connection, side.workingSet().get(i)));
    asked.printFailures("verifications of generated tokens");
  }

  private void verify(Side side) throws IOException {
    Server.Spent before = side.server().spent();
    Latencies verified =
        Load.paced(
            side.server().urls(),
            CONNECTIONS,
            Environment.number("VERIFICATIONS_A_SECOND"),
            Environment.burst(),
            (connection, i) -> isLive(connection, any(side.workingSet())));
    before.addTo(figures, side.name() + " verify", side.server().spent(), verified.count());
    figures.add(side.name() + " verify", verified);
  }

  private static byte[] any(List<byte[]> requests) {
    return requests.get(ThreadLocalRandom.current().nextInt(requests.size()));
  }

  private void misses(Side side) {
    Latencies missed =
        Load.closed(
            side.server().urls(),
            CONNECTIONS / 2,
            Environment.burst(),
            (connection, i) ->
                isLive(
                    connection, verification(ThreadLocalRandom.current().nextInt(side.tokens()))));
    figures.add(side.name() + " uniform", missed);
    figures.add(
        side.name() + " uniform, requests/s",
        missed.count() / (double) Environment.burst().toSeconds());
  }

  private void lists(Side side) throws IOException {
    String first = Server.TOKENS + "?limit=" + PAGE;
    String later = first;
    try (HttpConnection connection = new HttpConnection(side.server().url())) {
      for (int i = 0; i < PAGES_BEFORE_LATER; i++) {
        String cursor = side.server().get(connection, later).nextCursor();
        if (cursor == null) {
          break;
        }
        later = first + "&cursor=" + cursor;
      }
    }
    pages(side, "first page", first);
    pages(side, "later page", later);
  }

  private void pages(Side side, String which, String path) {
    Latencies read =
        Load.counted(
            side.server().urls(),
            1,
            PAGE_CALLS,
            (connection, i) -> side.server().get(connection, path).status() == 200);
    figures.add(side.name() + " " + which, read);
  }

  private void deletes(Side side) throws IOException {
    String names = "scale-" + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE) + "-";
    Load.counted(
        side.server().urls(),
        1,
        DELETES,
        (connection, i) -> side.server().create(connection, names + i) != null);
    List<Long> ids = List.copyOf(side.server().ids(names).values());
    Latencies deleted =
        Load.counted(
            side.server().urls(),
            1,
            ids.size(),
            (connection, i) -> side.server().delete(connection, ids.get(i)));
    figures.add(side.name() + " delete", deleted);
  }

  private static boolean isLive(HttpConnection connection, byte[] verification) throws IOException {
    return connection.exchange(verification).status() == 200;
  }

  private void print() {
    for (String what : List.of("verify", "first page", "later page", "delete")) {
      figures.printLatencies("few " + what, "many " + what);
    }
    for (String figure : List.of(", CPU µs", ", bytes")) {
      figures.print("few verify" + figure, "");
      figures.print("many verify" + figure, "");
    }
    for (String figure : List.of(", p50 ms", ", p99 ms", ", requests/s")) {
      figures.print("many uniform" + figure, "");
    }
  }

  /** Asks for more tokens than memory may hold by default, and looks how much that took. */
  private void memory() throws IOException {
    int asked = Math.min(many.tokens(), Environment.number("TOKENS_TO_REMEMBER"));
    long begin = System.nanoTime();
    Load.counted(
        many.server().urls(),
        CONNECTIONS / 2,
        asked,
        (connection, i) ->
            isLive(connection, verification((int) ((long) i * many.tokens() / asked))));
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    ProcessTree itself = ProcessTree.of(many.server().processes().roots().getFirst());
    System.out.printf(
        "memory after %d different tokens in %d s: %.0f MiB resident, at most %.0f MiB%n",
        asked, taken.toSeconds(), itself.memory("VmRSS"), itself.memory("VmHWM"));
  }
}
