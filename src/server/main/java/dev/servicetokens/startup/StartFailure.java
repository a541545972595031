package dev.servicetokens.startup;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Why a start failed, for the person who started it.
 *
 * @param line what is wrong and what to do, in one line, without secrets
 * @param expected whether the line says all there is to say; otherwise the stack trace is of use
 */
public record StartFailure(String line, boolean expected) {
  private static final int DEEPEST_CAUSE = 30;

  private static final List<Function<Throwable, Optional<String>>> TABLE =
      List.of(
          StartFailure::refusal, PropertyFailure::line, ListenFailure::line, DatabaseFailure::line);

  /** Finds the line for an exception by it and its causes. */
  public static StartFailure of(Throwable failure) {
    List<Throwable> chain =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .limit(DEEPEST_CAUSE)
            .toList();
    return TABLE.stream()
        .flatMap(row -> chain.stream().map(row).flatMap(Optional::stream))
        .findFirst()
        .map(line -> new StartFailure(line, true))
        .orElseGet(() -> unexpected(chain.getLast()));
  }

  private static Optional<String> refusal(Throwable failure) {
    return failure instanceof StartRefusal refusal
        ? Optional.of(String.valueOf(refusal.getMessage()))
        : Optional.empty();
  }

  private static StartFailure unexpected(Throwable root) {
    String message = Secrets.mask(String.valueOf(root.getMessage())).lines().findFirst().orElse("");
    return new StartFailure(
        "The server cannot start, for a reason that it did not expect: %s: %s"
            .formatted(root.getClass().getSimpleName(), message),
        false);
  }
}
