package dev.servicetokens.verification;

import dev.servicetokens.text.TokenText;
import dev.servicetokens.verification.TokenUseRepository.RecordedUse;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the uses of one token that nobody has stored yet. Recording allocates nothing but a place
 * in the queue for the first use after each {@link #take}. Of uses at the same moment any may be
 * the last. Thread-safe.
 */
final class TokenUse {

  private static final VarHandle QUEUED = queued();

  private final long tokenId;
  private final LongAdder count = new LongAdder();
  private volatile boolean queued;
  private volatile long lastMillis;
  private volatile @Nullable InetAddress lastAddress;
  private volatile @Nullable String lastApplication;

  TokenUse(long tokenId) {
    this.tokenId = tokenId;
  }

  /**
   * Counts a use at that millisecond of the epoch, and queues this one unless it is queued.
   *
   * @param address null if nobody knows it
   * @param application what the token was used for; null if nobody said
   */
  void record(
      long millis,
      @Nullable InetAddress address,
      @Nullable String application,
      Queue<TokenUse> pending) {
    if (lastMillis < millis) {
      lastMillis = millis;
    }
    if (!Objects.equals(address, lastAddress)) {
      lastAddress = address;
    }
    if (!Objects.equals(application, lastApplication)) {
      lastApplication = application;
    }
    count.increment();
    if (!queued && QUEUED.compareAndSet(this, false, true)) {
      pending.add(this);
    }
  }

  /**
   * Takes what was counted, so that the next use queues this one again; empty if nothing was. A
   * token string in the application's name is masked here, once a second and not for each use.
   */
  Optional<RecordedUse> take() {
    queued = false; // Before the count is taken: a use in between queues it once too often.
    long taken = count.sumThenReset();
    InetAddress address = lastAddress;
    String application = lastApplication;
    return taken == 0
        ? Optional.empty()
        : Optional.of(
            new RecordedUse(
                tokenId,
                lastMillis,
                address == null ? null : address.getHostAddress(),
                application == null ? null : TokenText.mask(application),
                taken));
  }

  private static VarHandle queued() {
    try {
      return MethodHandles.lookup().findVarHandle(TokenUse.class, "queued", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
