package dev.servicetokens.audit;

import dev.servicetokens.audit.RefusalWriter.Batch;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private final Map<Reason, LongAdder> totals =
      Stream.of(Reason.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), reason -> new LongAdder()));

  /** Why a credential was refused. */
  public enum Reason {
    /** It has not the shape or checksum of a token string of ours. */
    MALFORMED,

    /** No token has it, or none any more. */
    UNKNOWN,

    /** Its token has ended. */
    EXPIRED,

    /** Its token is disabled. */
    DISABLED,

    /** Its token may not be used from where it came. */
    ADDRESS,

    /** Its token has been used as many times as it may be. */
    USED_UP,

    /** Its token is used more often than it may be. */
    LIMITED,

    /** The request carried two different ones. */
    AMBIGUOUS;

    /** Its name in the audit log. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Key(Reason reason, @Nullable String address, @Nullable Actor token) {}

  RefusedCredentials(Origin.Current origins, Clock clock) {
    this.origins = origins;
    this.clock = clock;
  }

  /** It has not the shape or checksum of a token string of ours. */
  public void malformed() {
    add(Reason.MALFORMED, null);
  }

  /** No token has it: it was made up, or its token is deleted. */
  public void unknown() {
    add(Reason.UNKNOWN, null);
  }

  /** Its token has ended. */
  public void expired(Actor token) {
    add(Reason.EXPIRED, token);
  }

  /** Its token is disabled. */
  public void disabled(Actor token) {
    add(Reason.DISABLED, token);
  }

  /** Its token has been used as many times as it may be. */
  public void usedUp(Actor token) {
    add(Reason.USED_UP, token);
  }

  /** Its token is used more often than it may be. */
  public void limited(Actor token) {
    add(Reason.LIMITED, token);
  }

  /** Its token may not be used from where it came, or nobody knows from where. */
  public void outsideAddresses(Actor token) {
    add(Reason.ADDRESS, token);
  }

  /** Its token was deleted while its request was under way. */
  public void deleted(Actor token) {
    add(Reason.UNKNOWN, token);
  }

  /** The request carried two different ones. */
  public void ambiguous() {
    add(Reason.AMBIGUOUS, null);
  }

  /** How many were refused for that reason since the start. */
  public long total(Reason reason) {
    return adder(reason).sum();
  }

  private LongAdder adder(Reason reason) {
    return Objects.requireNonNull(totals.get(reason));
  }

  private void add(Reason reason, @Nullable Actor token) {
    adder(reason).increment();
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
        drained.occurrences(key -> AuditEntry.authenticationFailed(key.reason.text(), key.token)),
        this::written,
        () -> refused.giveBack(drained));
  }
}
