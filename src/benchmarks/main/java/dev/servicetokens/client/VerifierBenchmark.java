package dev.servicetokens.client;

import dev.servicetokens.client.HolderMemory.Answer;
import dev.servicetokens.client.HolderMemory.Place;
import dev.servicetokens.client.HolderMemory.Told;
import dev.servicetokens.client.Verification.Live;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the SDK's verifier costs a service whose callers' tokens are in its memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(2)
public class VerifierBenchmark {

  private static final Place PLACE = new Place(1, null, "start");

  /** How many live tokens are in memory. */
  @Param({"1000", "100000"})
  public int tokens;

  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final ServiceTokenVerifier verifier =
      ServiceTokenVerifier.builder("http://localhost:1", "svctok-own").askEveryTime().build();
  private String[] strings = {};
  private int next;

  /** Fills memory, and lends a lease again and again, as a node does. */
  @Setup
  public void fill() {
    HolderMemory memory = verifier.memory();
    memory.apply(memory.request(), new Answer(5000, PLACE, true, List.of()));
    strings = new String[tokens];
    long before = usedBytes();
    for (int i = 0; i < tokens; i++) {
      strings[i] = "svctok-%032dabcdef".formatted(i);
      Live live =
          new Live(
              i,
              "token " + i,
              Set.of("deployer"),
              Map.of("system", Set.of("read"), "cluster-1", Set.of("deploy:prod")),
              null);
      List<String> keys = List.of("token:" + i, "subject:abcdefghijklmnop");
      if (!memory.fill(TokenDigest.of(strings[i]), new Told(live, keys, PLACE))) {
        throw new IllegalStateException("not kept");
      }
    }
    System.out.printf(
        "%d bytes for each token, its string (72 bytes) included%n",
        (usedBytes() - before) / tokens);
    lend(memory);
    var _ = renewal.scheduleAtFixedRate(() -> lend(memory), 150, 150, TimeUnit.MILLISECONDS);
  }

  private static void lend(HolderMemory memory) {
    memory.apply(memory.request(), new Answer(5000, PLACE, false, List.of()));
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Ends the thread. */
  @TearDown
  public void end() {
    renewal.shutdownNow();
    verifier.close();
  }

  /** Verifies tokens that are in memory, one after the other. */
  @Benchmark
  public Verification verify() {
    next = next + 1 < strings.length ? next + 1 : 0;
    Verification told = verifier.verify(strings[next], "192.0.2.7");
    if (!(told instanceof Live)) {
      throw new IllegalStateException(told.toString());
    }
    return told;
  }
}
