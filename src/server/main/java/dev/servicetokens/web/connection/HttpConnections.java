package dev.servicetokens.web.connection;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.AbstractNioChannel;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All connections of a port, and what they may cost together. Nobody needs a token to open one, so
 * none may cost more than a few buffers, whatever is sent on it and whatever is not taken from it.
 * Puts an {@link HttpConnection} round the codec in each connection's pipeline. Thread-safe.
 *
 * <p>The bean is that of the framework's server; another port has one of its own, so that neither
 * can use up what is there for the other.
 */
@Singleton
public final class HttpConnections
    implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  /**
   * So many bytes are read from a socket at once, and therefore held of a connection before anybody
   * looks at them.
   */
  private static final int MOST_READ = 16 * 1024;

  private static final int USUALLY_READ = 2048;
  private static final int LEAST_READ = 64;

  /** So many bytes may wait for a client before its answer stops growing, and its requests wait. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(8 * 1024, 16 * 1024);

  /** How often some that wait are taken in; each time there are 16 at most. */
  private static final int MOST_WAITING = 16;

  private final HttpLimits limits;
  private final HttpServerConfiguration server;
  private final BeanProvider<EarlyRefusals> refusals;
  private final BeanProvider<Clock> clock;
  private final long idleMs;
  private final long memory;
  private final Map<EventLoop, ConnectionLoop> loops = new ConcurrentHashMap<>();
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong bodies = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private volatile boolean ending;

  /** Providers, because what is made for a listener is made before all other beans. */
  HttpConnections(
      HttpLimits limits,
      HttpServerConfiguration server,
      BeanProvider<EarlyRefusals> refusals,
      BeanProvider<Clock> clock) {
    this.limits = limits;
    this.server = server;
    this.refusals = refusals;
    this.clock = clock;
    Duration idle = server.getIdleTimeout();
    this.idleMs = idle.isNegative() ? Long.MAX_VALUE : idle.toMillis();
    this.memory = limits.memoryBytes();
  }

  /** Returns one for a port that is not the framework's: the same limits, and none counted yet. */
  public HttpConnections ofAnotherPort() {
    return new HttpConnections(limits, server, refusals, clock);
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Listener());
    return event.getBean();
  }

  /** Lets every answer from now on be the last of its connection. */
  void endEachWithItsAnswer() {
    ending = true;
    loops.values().forEach(ConnectionLoop::endEachWithItsAnswer);
  }

  boolean areEnding() {
    return ending;
  }

  /** Takes no new connections, and lets go of those on which nothing happens any more. */
  void stopListening() {
    for (Channel listener : listeners) {
      listener.eventLoop().execute(() -> takeInAndClose(listener));
      listener.closeFuture().awaitUninterruptibly();
    }
    loops.values().forEach(ConnectionLoop::endIdle);
  }

  /**
   * Takes in those that the kernel has accepted and the server not yet, which it would reset, and
   * closes at once. What comes in the microseconds between is lost; no call does both.
   */
  private static void takeInAndClose(Channel listener) {
    if (listener.unsafe() instanceof AbstractNioChannel.NioUnsafe waiting) {
      for (int i = 0; i < MOST_WAITING && listener.isOpen(); i++) {
        waiting.read();
      }
    }
    var _ = listener.close();
  }

  /** How many are open. */
  int open() {
    return open.get();
  }

  /** Sees every new channel of the server. */
  private final class Listener implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      if (role == ChannelRole.LISTENER) {
        listeners.add(channel);
      }
      return role == ChannelRole.CONNECTION ? new Connection(channel) : this;
    }
  }

  /** Sees one connection's pipeline when it is complete. */
  private final class Connection implements NettyServerCustomizer {

    private final Channel channel;

    Connection(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onStreamPipelineBuilt() {
      ChannelPipeline pipeline = channel.pipeline();
      if (pipeline.get(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC) == null) {
        return; // Not HTTP/1.1, which is what the server speaks unless somebody configures more.
      }
      if (pipeline.get(ChannelPipelineCustomizer.HANDLER_IDLE_STATE) != null) {
        pipeline.remove(ChannelPipelineCustomizer.HANDLER_IDLE_STATE); // HttpConnection knows more.
      }
      guard(channel);
    }
  }

  /**
   * Takes a new connection in, or closes it if there are too many. Called on its event loop.
   *
   * @param channel has the codec of HTTP/1.1 in its pipeline, under the framework's name for it,
   *     and does not read by itself
   */
  public void guard(Channel channel) {
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel
        .config()
        .setRecvByteBufAllocator(
            new AdaptiveRecvByteBufAllocator(LEAST_READ, USUALLY_READ, MOST_READ)
                .maxMessagesPerRead(1));
    ConnectionLoop loop =
        loops.computeIfAbsent(
            channel.eventLoop(), executor -> new ConnectionLoop(this, executor, clock.get()));
    new HttpConnection(this, loop, channel).insert();
  }

  long deadlineMs() {
    return limits.requestDeadline().toMillis();
  }

  long idleMs() {
    return idleMs;
  }

  EarlyRefusals refusals() {
    return refusals.get();
  }

  /** Counts a new connection; false if there is one too many now. */
  boolean opened() {
    return open.incrementAndGet() <= limits.maximumConnections();
  }

  void closed() {
    open.decrementAndGet();
  }

  /**
   * Closes an idle connection of the fullest other event loop, for one whose own has none. If no
   * loop has one, the newcomer is closed. It is there meanwhile: one more for a moment costs less
   * than to make it wait, and whoever fills the places of one loop keeps nobody out who comes to
   * another.
   */
  void makeRoomElsewhere(ConnectionLoop own, HttpConnection newcomer) {
    askForRoom(
        loops.values().stream()
            .filter(loop -> loop != own)
            .sorted(Comparator.comparingInt(ConnectionLoop::size).reversed())
            .toList()
            .iterator(),
        () -> own.execute(newcomer::abort));
  }

  private static void askForRoom(Iterator<ConnectionLoop> loops, Runnable otherwise) {
    if (!loops.hasNext()) {
      otherwise.run();
      return;
    }
    ConnectionLoop loop = loops.next();
    loop.execute(
        () -> {
          if (!loop.closeIdle()) {
            askForRoom(loops, otherwise);
          }
        });
  }

  /** Counts bytes of bodies that came, or, below zero, went; false if there are too many now. */
  boolean holdBodies(long bytes) {
    return bodies.addAndGet(bytes) <= memory;
  }

  /** Counts bytes of answers that wait, or, below zero, wait no longer. */
  void holdAnswers(long bytes) {
    if (answers.addAndGet(bytes) > memory && bytes > 0) {
      loops.values().forEach(ConnectionLoop::relieve);
    }
  }

  /** How many times too many bytes of answers wait: above 1 somebody must go. */
  double answersExcess() {
    return (double) answers.get() / memory;
  }
}
