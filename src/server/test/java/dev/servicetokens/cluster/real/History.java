package dev.servicetokens.cluster.real;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** What all clients have noted in a round. Thread-safe. */
final class History {

  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Queue<FaultWindow> faults = new ConcurrentLinkedQueue<>();

  /** Notes a request when it has ended. */
  void add(Call call) {
    calls.add(call);
  }

  /** Notes a fault when it has ended. */
  void add(FaultWindow fault) {
    faults.add(fault);
  }

  /** All requests. */
  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** All faults. */
  List<FaultWindow> faults() {
    return List.copyOf(faults);
  }

  /** How many requests are of that kind. */
  long count(Predicate<Call> kind) {
    return calls.stream().filter(kind).count();
  }
}
