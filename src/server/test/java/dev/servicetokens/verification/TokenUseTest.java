package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.verification.TokenUseRepository.RecordedUse;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TokenUseTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final Queue<TokenUse> pending = new ConcurrentLinkedQueue<>();
  private final TokenUse use = new TokenUse(7);

  @Test
  void hasNothingToTakeBeforeItsFirstUse() {
    assertThat(use.take()).isEmpty();
  }

  @Test
  void countsAndKeepsTheLatest() {
    use.record(2, HERE, null, pending);
    use.record(1, HERE, null, pending);

    assertThat(use.take()).hasValue(new RecordedUse(7, 2, HERE.getHostAddress(), null, 2));
    assertThat(use.take()).isEmpty();
  }

  /** It is the last use's: an application that another use named says nothing of this one. */
  @Test
  void keepsTheApplicationOfTheLastUse() {
    use.record(1, HERE, "orders", pending);
    assertThat(use.take()).hasValue(new RecordedUse(7, 1, HERE.getHostAddress(), "orders", 1));

    use.record(2, HERE, null, pending);
    assertThat(use.take()).hasValue(new RecordedUse(7, 2, HERE.getHostAddress(), null, 1));
  }

  /** Whoever asks chooses the name, and what is stored is shown to others. */
  @Test
  void storesNoTokenStringAsAnApplication() {
    use.record(1, null, "a svctok-0123456789 b", pending);

    assertThat(use.take()).hasValue(new RecordedUse(7, 1, null, "a svctok-… b", 1));
  }

  @Test
  void isQueuedOnceUntilItIsTaken() {
    use.record(1, HERE, null, pending);
    use.record(2, HERE, null, pending);
    assertThat(pending).containsExactly(use);

    pending.clear();
    use.take();
    use.record(3, HERE, null, pending);
    assertThat(pending).containsExactly(use);
  }

  /** Every use counts, whoever takes what was counted meanwhile. */
  @Test
  void losesNoUseThatIsCountedWhileOthersTake() throws Exception {
    int each = 100_000;
    List<Thread> callers =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (int n = 0; n < each; n++) {
                                use.record(n, HERE, null, pending);
                              }
                            }))
            .toList();
    List<RecordedUse> taken = new ArrayList<>();
    while (callers.stream().anyMatch(Thread::isAlive) || !pending.isEmpty()) {
      TokenUse queued = pending.poll();
      if (queued != null) {
        queued.take().ifPresent(taken::add);
      }
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(taken.stream().mapToLong(RecordedUse::count).sum()).isEqualTo(4L * each);
  }
}
