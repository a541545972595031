package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Runs the real code over simulated ports, in virtual time, many times with another seed.
 *
 * <p>{@code -Dcoherence.seed=N} runs one seed alone, the one that a failure has named; {@code
 * -Dcoherence.seeds=N} runs so many.
 */
final class CoherenceSimulationTest {

  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(CoherenceNode.class.getPackageName());
  private static final long SEEDS = Long.getLong("coherence.seeds", 10_000);
  private static final long MOST_SEEDS_OF_A_MUTANT = 20_000;
  private static final long SEEDS_RUN_TWICE = 500;

  /** What the nodes say of their misfortunes is not for whoever reads the build's output. */
  @BeforeAll
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void endSilence() {
    LOG.setLevel(null);
  }

  @Test
  void keepsThePromiseWithEverySeed() {
    Long seed = Long.getLong("coherence.seed");
    LongStream seeds = seed == null ? LongStream.range(0, SEEDS) : LongStream.of(seed);
    ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
    LongAdder requests = new LongAdder();
    LongAdder fromMemory = new LongAdder();
    LongAdder byHolders = new LongAdder();

    seeds
        .parallel()
        .forEach(
            one -> {
              Simulation simulation = new Simulation(one, Mutant.NONE);
              run(simulation, one).ifPresent(broken::add);
              requests.add(simulation.requests());
              fromMemory.add(simulation.answersFromMemory());
              byHolders.add(simulation.answersOfHolders());
            });

    assertThat(broken).as("run one again with -Dcoherence.seed=N").isEmpty();
    assertThat(fromMemory.sum()).isGreaterThan(requests.sum() / 4);
    assertThat(byHolders.sum()).isGreaterThan(requests.sum() / 10);
  }

  /** The seed that a failure names is of use only if it fails again. */
  @Test
  void doesTheSameAgainWithTheSameSeed() {
    LongStream.range(0, SEEDS_RUN_TWICE)
        .parallel()
        .forEach(seed -> assertThat(traces(seed)).as("seed " + seed).isEqualTo(traces(seed)));
  }

  private static List<Object> traces(long seed) {
    Simulation simulation = new Simulation(seed, Mutant.NOT_FOUND_NOT_DURABLE);
    Optional<String> violation = run(simulation, seed);
    return List.of(
        violation, simulation.requests(), simulation.answersFromMemory(), simulation.events());
  }

  /** A simulation that would not notice a mistake would prove nothing. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void noticesWhenARuleIsBroken(Mutant mutant) {
    assertThat(
            LongStream.range(0, MOST_SEEDS_OF_A_MUTANT)
                .parallel()
                .anyMatch(seed -> run(new Simulation(seed, mutant), seed).isPresent()))
        .isTrue();
  }

  private static Optional<String> run(Simulation simulation, long seed) {
    try {
      return simulation.run().map(violation -> "seed " + seed + ": " + violation);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("seed " + seed, e);
    }
  }
}
