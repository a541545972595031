package dev.servicetokens.web.connection;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and when it ends: what it waits for, since when, and what is done when that takes
 * too long. It puts two handlers round the framework's codec, which tell it what happens: {@link
 * CodecInput} gives the codec the bytes of one request at a time, {@link Exchange} sees requests
 * and answers.
 *
 * <p>All of it belongs to the event loop's thread. On the way of an ordinary request it allocates
 * nothing, because every answer would pay for that.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Who could do more about it than close?
final class HttpConnection {

  /** A refusal gets so long to be written before the connection ends without it. */
  private static final long REFUSING_MS = 5000;

  /** After its last answer a connection reads on so long, so that no reset destroys the answer. */
  private static final long LINGERING_MS = 5000;

  /** It reads on no longer than this after the client has last sent something. */
  private static final long SILENT_LINGERING_MS = 2000;

  private final HttpConnections all;
  private final ConnectionLoop loop;
  private final Channel channel;
  private final Exchange exchange;
  private final CodecInput input;
  private final long number;
  private int place;

  /** When the first byte of the request that is not complete was given to the codec; 0 for none. */
  private long requestSince;

  private long lastActivity;

  /** Since when nothing was taken of the bytes that wait for the client; 0 if none wait. */
  private long stalledSince;

  /** How many bytes waited for the client when they were last observed. */
  private long waiting;

  /** Which of the waiting pieces was the first then, and how much of it was taken. */
  private int entry;

  private long progress;

  /** Since when only the client's end is waited for; 0 if it is not. */
  private long lingeringSince;

  private boolean closed;

  HttpConnection(HttpConnections all, ConnectionLoop loop, Channel channel) {
    this.all = all;
    this.loop = loop;
    this.channel = channel;
    this.exchange = new Exchange(all, this, loop, channel);
    this.input = new CodecInput(this, exchange);
    this.number = loop.nextNumber();
    this.lastActivity = loop.now();
  }

  /** Takes its place in the pipeline; if there are too many, one that is idle makes room for it. */
  void insert() {
    boolean hasRoom = all.opened();
    channel.closeFuture().addListener(ignored -> all.closed());
    if (!hasRoom && !loop.closeIdle()) {
      all.makeRoomElsewhere(loop, this);
    }
    place = loop.add(this);
    channel
        .pipeline()
        .addBefore(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "codec-input", input)
        .addAfter(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "exchange", exchange);
  }

  void moved(int newPlace) {
    place = newPlace;
  }

  /** Whether neither a request nor an answer is on its way. */
  boolean isIdle() {
    return requestSince == 0
        && exchange.isIdle()
        && waiting == 0
        && lingeringSince == 0
        && !input.isHolding();
  }

  /** Returns its number among those of its event loop, in the order of their coming. */
  long number() {
    return number;
  }

  long lastActivity() {
    return lastActivity;
  }

  long stalledSince() {
    return stalledSince;
  }

  /** Whether only the client's end is waited for; what it still sends is thrown away. */
  boolean isLingering() {
    return lingeringSince != 0;
  }

  boolean isClosed() {
    return closed;
  }

  void noteActivity() {
    lastActivity = loop.now();
  }

  /** Notes that the codec is given bytes, of a new request if none was begun. */
  void noteRequestBytes() {
    if (requestSince == 0) {
      requestSince = loop.now();
    }
    lastActivity = loop.now();
  }

  /** Notes that a request that had to wait begins only now, so that its time begins, too. */
  void noteRequestBegins() {
    requestSince = loop.now();
  }

  void noteRequestComplete() {
    requestSince = 0;
  }

  /** Takes the next request, if its bytes are here already: the answer before it has ended. */
  void resume() {
    input.schedulePump();
  }

  /** Ends what has stood still too long. Called some times a second. */
  void look() {
    if (closed) {
      return;
    }
    observeAnswer();
    long now = loop.now();
    if (lingeringSince != 0 && waiting == 0) {
      if (now - lingeringSince > LINGERING_MS || now - lastActivity > SILENT_LINGERING_MS) {
        abort();
      }
    } else if (stalledSince != 0 && now - stalledSince > all.deadlineMs()) {
      abort();
    } else if (requestSince != 0 && lingeringSince == 0 && !exchange.holdsDecoded()) {
      long late = now - requestSince - all.deadlineMs();
      if (late > 0) {
        refuseLate(late);
      }
    } else if (isIdle() && (now - lastActivity > all.idleMs() || loop.endsIdle(lastActivity))) {
      abort();
    }
  }

  private void refuseLate(long late) {
    if (late > REFUSING_MS) {
      abort();
    } else if (exchange.waitsForBody()) {
      exchange.refuse(UnfinishedRequestException.tooSlow());
    } else if (exchange.hasNotBegun()) {
      exchange.refuseEarly(UnfinishedRequestException.tooSlow());
    } else if (!exchange.isRefused()) {
      abort();
    }
  }

  /**
   * Notes how much waits for the client, and whether it has taken something since the last look.
   */
  void observeAnswer() {
    @Nullable ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long nowWaiting = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (nowWaiting == 0 && waiting == 0) {
      return;
    }
    long nowProgress = buffer == null ? 0 : buffer.currentProgress();
    int nowEntry = buffer == null ? 0 : System.identityHashCode(buffer.current());
    if (nowWaiting != waiting || nowProgress != progress || nowEntry != entry) {
      all.holdAnswers(nowWaiting - waiting);
      waiting = nowWaiting;
      progress = nowProgress;
      entry = nowEntry;
      stalledSince = nowWaiting == 0 ? 0 : loop.now();
      lastActivity = loop.now();
    }
  }

  /**
   * Whether the client may still be sending. That would be answered with a reset if the connection
   * were closed at once, and a reset can destroy the answer before the client has read it (RFC
   * 9112, section 9.6).
   */
  boolean mustLingerBeforeClosing() {
    return channel.isActive() && (exchange.isCutShort() || input.isHolding());
  }

  /** Ends only when the client does, or after a while; {@code closing} is told then. */
  void lingerBeforeClosing(ChannelPromise closing) {
    channel.closeFuture().addListener(ignored -> closing.trySuccess());
    beginLingering();
  }

  /** Says that no more will be written, and reads on only to throw away what comes. */
  void beginLingering() {
    if (lingeringSince != 0 || closed) {
      return;
    }
    lingeringSince = loop.now();
    lastActivity = lingeringSince;
    releaseHeld();
    if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      input
          .context() // Behind what may wait there, which would be lost otherwise.
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(ignored -> duplex.shutdownOutput());
    }
    input.context().read();
  }

  /** The client has gone, or we have closed: an operation that waits for a body is told. */
  void disconnected() {
    if (exchange.waitsForBody()) {
      exchange.refuse(UnfinishedRequestException.connectionEnded());
    }
    end();
  }

  /** Closes the connection at once; what it holds counts no longer from then on. */
  void abort() {
    end();
    input.context().close();
  }

  /** Gives back its place and all that it holds. */
  void end() {
    if (!closed) {
      closed = true;
      loop.remove(place);
      releaseHeld();
      exchange.releaseCharge();
      all.holdAnswers(-waiting);
      waiting = 0;
      stalledSince = 0;
    }
  }

  private void releaseHeld() {
    input.release();
    exchange.releaseDecoded();
  }
}
