package dev.servicetokens.audit;

import dev.servicetokens.audit.RefusalWriter.Batch;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts in memory why credentials were refused, which their senders are not told. Refusals of one
 * address for one reason are one event a second; {@link RefusalWriter} writes them. Thread-safe. A
 * request waits while it counts here; so counting never blocks and never fails.
 */
@Singleton
public final class RefusedCredentials implements RefusalWriter.Source {

  /** Stands for the addresses that are too many to be kept apart. */
  public static final String OTHER_ADDRESSES = "other addresses";

  private static final Origin OTHERS = new Origin(OTHER_ADDRESSES, null, null);
  private static final int CAPACITY = 1000;
  private static final int REFILL = 2;
  private static final int TOKENS_OF_AN_ADDRESS = 60;
  private static final int WRITES_UNTIL_FORGOTTEN = 60;

  private final Origin.Current origins;
  private final Clock clock;
  private final BoundedCounts<Key> refused = new BoundedCounts<>(CAPACITY);

  /** How many tokens of an address were told apart lately; empty again a while later. */
  private final ConcurrentHashMap<String, Integer> tokensOfAddress = new ConcurrentHashMap<>();

  private final AtomicInteger writes = new AtomicInteger();

  private record Key(String reason, @Nullable String address, @Nullable Actor token) {}

  RefusedCredentials(Origin.Current origins, Clock clock) {
    this.origins = origins;
    this.clock = clock;
  }

  /** It has not the shape or checksum of a token string of ours. */
  public void malformed() {
    add("malformed", null);
  }

  /** No token has it: it was made up, or its token is deleted. */
  public void unknown() {
    add("unknown", null);
  }

  /** Its token has ended. */
  public void expired(Actor token) {
    add("expired", token);
  }

  /** Its token was deleted while its request was under way. */
  public void deleted(Actor token) {
    add("unknown", token);
  }

  /** The request carried two different ones. */
  public void ambiguous() {
    add("ambiguous", null);
  }

  private void add(String reason, @Nullable Actor token) {
    @Nullable String address = origins.address();
    refused.add(
        new Key(reason, address, token != null && mayTellApart(address) ? token : null),
        new Key(reason, OTHER_ADDRESSES, null),
        clock.instant(),
        origins::get,
        OTHERS);
  }

  /** Whoever has many ended tokens must not use up with them what is there for all addresses. */
  private boolean mayTellApart(@Nullable String address) {
    String of = address == null ? "" : address;
    if (tokensOfAddress.size() >= CAPACITY && !tokensOfAddress.containsKey(of)) {
      return false;
    }
    return tokensOfAddress.merge(of, 1, Math::addExact) <= TOKENS_OF_AN_ADDRESS;
  }

  private void written() {
    refused.refill(REFILL);
    if (writes.incrementAndGet() % WRITES_UNTIL_FORGOTTEN == 0) {
      tokensOfAddress.clear();
    }
  }

  @Override
  public Batch take() {
    BoundedCounts.Drained<Key> drained = refused.drain();
    return new Batch(
        drained.occurrences(key -> AuditEntry.authenticationFailed(key.reason, key.token)),
        this::written,
        () -> refused.giveBack(drained));
  }
}
