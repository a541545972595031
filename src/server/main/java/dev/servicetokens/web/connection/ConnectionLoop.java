package dev.servicetokens.web.connection;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connections of one event loop and a clock that is good enough for them: it is read on every
 * request, so it only moves when all are looked at, some times a second. For the event loop's
 * thread, unless a method says otherwise.
 */
final class ConnectionLoop {

  private static final long LOOK_EVERY_MS = 250;

  /** Who has taken something within this time is spared while others have not. */
  private static final long SPARED_MS = 1000;

  /** So long may a request be on its way to a server that ends. */
  private static final long ENDING_IDLE_MS = 400;

  /** Beyond so many times the memory for answers, nobody is spared. */
  private static final double NOBODY_SPARED = 2;

  private final HttpConnections all;
  private final EventLoop executor;
  private final Clock clock;
  private final List<HttpConnection> connections = new ArrayList<>();
  private final AtomicBoolean relieving = new AtomicBoolean();
  private final long origin = System.nanoTime();
  private long now = 1;
  private AsciiString date;
  private long dateSecond;
  private boolean ending;
  private long lastNumber;
  private volatile int size;

  /** Since when connections end on which nothing happens; 0 if they do not. */
  private long endingIdleSince;

  ConnectionLoop(HttpConnections all, EventLoop executor, Clock clock) {
    this.all = all;
    this.executor = executor;
    this.clock = clock;
    Instant created = clock.instant();
    this.date = httpDate(created);
    this.dateSecond = created.getEpochSecond();
    this.ending = all.areEnding();
    var _ =
        executor.scheduleWithFixedDelay(
            this::look, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  /** Returns milliseconds since some moment, never 0; they move only when all are looked at. */
  long now() {
    return now;
  }

  /**
   * Returns the time of day as the header {@code Date} has it (RFC 9110, section 6.6.1), of the
   * last look at all connections. To write it anew for each answer would cost six per cent of one.
   */
  AsciiString date() {
    return date;
  }

  private static AsciiString httpDate(Instant time) {
    return AsciiString.of(DateFormatter.format(Date.from(time)));
  }

  /** Lets every answer be the last of its connection. For any thread. */
  void endEachWithItsAnswer() {
    executor.execute(() -> ending = true);
  }

  /** Whether an answer is the last of its connection. */
  boolean isEnding() {
    return ending;
  }

  /** Lets connections end on which nothing happens. For any thread. */
  void endIdle() {
    executor.execute(
        () -> {
          look();
          endingIdleSince = now;
        });
  }

  /**
   * Whether a connection on which nothing has happened since then is to end. It gets a moment,
   * because a request may be on its way that its sender will not send again.
   */
  boolean endsIdle(long since) {
    return endingIdleSince != 0 && now - Math.max(since, endingIdleSince) > ENDING_IDLE_MS;
  }

  /** Returns the next number of the connections of this loop, in the order of their coming. */
  long nextNumber() {
    return ++lastNumber;
  }

  /** Returns the place at which the connection is now. */
  int add(HttpConnection connection) {
    connections.add(connection);
    size = connections.size();
    return connections.size() - 1;
  }

  /** The last one takes the place that becomes free. */
  void remove(int place) {
    HttpConnection last = connections.removeLast();
    size = connections.size();
    if (place < connections.size()) {
      connections.set(place, last);
      last.moved(place);
    }
  }

  /**
   * Closes the connection that has been idle longest; false if there is none. Of those that have
   * been so since the same look, the one that came first goes, not the newest.
   */
  boolean closeIdle() {
    Optional<HttpConnection> longest =
        connections.stream()
            .filter(HttpConnection::isIdle)
            .min(
                Comparator.comparingLong(HttpConnection::lastActivity)
                    .thenComparingLong(HttpConnection::number));
    longest.ifPresent(HttpConnection::abort);
    return longest.isPresent();
  }

  /** Returns how many connections it has. For any thread. */
  int size() {
    return size;
  }

  /** Runs it on the event loop's thread. For any thread. */
  void execute(Runnable task) {
    executor.execute(task);
  }

  /**
   * Closes the connections that hold bytes of answers longest, until there is room again. For any
   * thread.
   */
  void relieve() {
    if (relieving.compareAndSet(false, true)) {
      executor.execute(this::closeStalled);
    }
  }

  private void closeStalled() {
    relieving.set(false);
    look();
    List<HttpConnection> stalled =
        connections.stream()
            .filter(connection -> connection.stalledSince() != 0)
            .sorted(Comparator.comparingLong(HttpConnection::stalledSince))
            .toList();
    for (HttpConnection connection : stalled) {
      double excess = all.answersExcess();
      boolean spared = now - connection.stalledSince() < SPARED_MS;
      if (excess <= (spared ? NOBODY_SPARED : 1)) {
        return;
      }
      connection.abort();
    }
  }

  private void look() {
    now = 1 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - origin);
    Instant time = clock.instant();
    if (time.getEpochSecond() != dateSecond) {
      dateSecond = time.getEpochSecond();
      date = httpDate(time);
    }
    for (int i = connections.size() - 1; i >= 0; i--) { // Those that go take later ones' places.
      connections.get(i).look();
    }
  }
}
