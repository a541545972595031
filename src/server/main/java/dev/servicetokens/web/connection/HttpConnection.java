package dev.servicetokens.web.connection;

import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the framework's codec between two handlers of ours. {@link Wire} sees bytes and
 * gives the codec one request at a time, the next one when the answer before it is on its way and
 * the client takes it; {@link Exchange} sees requests and answers. Between them they know what the
 * connection waits for, so that {@link #look} can end what stands still.
 *
 * <p>Without it, the framework decodes all that a socket holds: a megabyte of small requests became
 * a hundred times as much in objects and answers. All of it belongs to the event loop's thread, and
 * on the way of an ordinary request it allocates nothing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Who could do more about it than close?
final class HttpConnection {

  /** A piece of this size is given to the codec unsearched, if it ends as a request's head does. */
  private static final int SMALL = 1024;

  /** So much of a body that nobody wants is thrown away for the sake of the connection. */
  private static final long WORTH_DROPPING = 64L * 1024;

  /** What holding a piece of a body costs beside its bytes, about. */
  private static final int PIECE_OVERHEAD = 300;

  /** So long a connection that sends request after request may keep its thread from others. */
  private static final long TURN_NS = 100_000;

  private static final long NEXT_TURN_MS = 1;

  /** A refusal gets so long to be written before the connection ends without it. */
  private static final long REFUSING_MS = 5000;

  /** After its last answer a connection reads on so long, so that no reset destroys the answer. */
  private static final long LINGERING_MS = 5000;

  private static final long SILENT_LINGERING_MS = 2000;

  private static final int EMPTY_LINE = 0x0D0A0D0A;
  private static final byte LF = '\n';
  private static final byte CR = '\r';

  private final HttpConnections all;
  private final ConnectionLoop loop;
  private final Channel channel;
  private final Wire wire = new Wire();
  private final Exchange exchange = new Exchange();
  private int place;

  /** Bytes that came and were not given to the codec; null for none. */
  private @Nullable ByteBuf held;

  /** What the codec made of bytes before the answer to an earlier request was on its way. */
  private final Queue<Object> decoded = new ArrayDeque<>(0);

  /** The framework wants to read. */
  private boolean wanted = true;

  private boolean pumping;
  private boolean pumpScheduled;

  /** The line that the codec has not seen the end of has no characters yet. */
  private boolean lineIsEmpty = true;

  /** What was given to the codec last ends where a request may end. */
  private boolean atEnd;

  /** The request whose last piece the codec has not seen; null for none. */
  private @Nullable HttpRequest decoding;

  /** Of {@link #decoding}'s body. */
  private long bodySeen;

  /** The request that the framework has begun to see is not complete there. */
  private boolean receiving;

  /** The framework has a request and its answer has not ended. */
  private boolean owing;

  /** The answer's head is written. */
  private boolean answering;

  private boolean continued;

  /** No further request is taken. */
  private boolean ending;

  /** What came last is no request, so nobody knows what the bytes after it are. */
  private boolean undecodable;

  private boolean refused;
  private long charged;
  private long dropped;

  /** When the first byte of the request that is not complete was given to the codec; 0 for none. */
  private long requestSince;

  private long lastActivity;

  /** Since when nothing was taken of the bytes that wait for the client; 0 if none wait. */
  private long stalledSince;

  private long waiting;
  private long progress;
  private int entry;

  /** Since when only the client's end is waited for; 0 if it is not. */
  private long lingeringSince;

  private boolean closed;

  HttpConnection(HttpConnections all, ConnectionLoop loop, Channel channel) {
    this.all = all;
    this.loop = loop;
    this.channel = channel;
    this.lastActivity = loop.now();
  }

  /** Takes its place in the pipeline, or closes the connection if there are too many. */
  void insert() {
    boolean hasRoom = all.opened();
    channel.closeFuture().addListener(ignored -> all.closed());
    if (!hasRoom && !loop.closeIdle()) {
      channel.close();
      return;
    }
    place = loop.add(this);
    channel
        .pipeline()
        .addBefore(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "wire", wire)
        .addAfter(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "exchange", exchange);
  }

  void moved(int newPlace) {
    place = newPlace;
  }

  /** Neither a request nor an answer is on its way. */
  boolean isIdle() {
    return requestSince == 0
        && !owing
        && !receiving
        && waiting == 0
        && lingeringSince == 0
        && held == null;
  }

  long lastActivity() {
    return lastActivity;
  }

  long stalledSince() {
    return stalledSince;
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
    } else if (requestSince != 0 && lingeringSince == 0 && decoded.isEmpty()) {
      long late = now - requestSince - all.deadlineMs();
      if (late > 0) {
        refuseLate(late);
      }
    } else if (isIdle() && now - lastActivity > all.idleMs()) {
      abort();
    }
  }

  private void refuseLate(long late) {
    if (late > REFUSING_MS) {
      abort();
    } else if (receiving && owing && !answering) {
      refuse(new RequestTooSlowException());
    } else if (decoding == null && !owing && !ending) {
      exchange.refuseEarly(new RequestTooSlowException());
    } else if (!refused) {
      abort();
    }
  }

  /** Makes the body that the framework waits for fail, so that it answers with a refusal. */
  private void refuse(RuntimeException failure) {
    if (!refused) {
      refused = true;
      exchange.context().fireExceptionCaught(failure);
    }
  }

  /** Closes the connection at once; what it holds counts no longer from then on. */
  void abort() {
    end();
    wire.context().close();
  }

  /**
   * Notes how much waits for the client, and whether it has taken something since the last look.
   */
  private void observeAnswer() {
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

  /** Gives on what is held, as far as the framework wants it and may have it. */
  private void pump() {
    if (pumping || closed) {
      return;
    }
    pumping = true;
    long begin = System.nanoTime();
    try {
      while (wanted && mayGiveOn()) {
        if (System.nanoTime() - begin > TURN_NS) {
          waitForTurn();
          return;
        }
        wanted = false;
        if (decoded.isEmpty()) {
          giveHeldToCodec();
        } else {
          exchange.giveDecodedOn();
        }
        wire.context().fireChannelReadComplete();
      }
    } finally {
      pumping = false;
    }
    if (wanted && !closed && !isAnythingHeld()) {
      wire.context().read();
    }
  }

  private void schedulePump() {
    if (!pumping && !pumpScheduled && !closed && isAnythingHeld()) {
      pumpScheduled = true;
      channel
          .eventLoop()
          .execute(
              () -> {
                pumpScheduled = false;
                pump();
              });
    }
  }

  /** A task that is due at once would run before the loop looks at other connections again. */
  private void waitForTurn() {
    pumpScheduled = true;
    channel
        .eventLoop()
        .schedule(
            () -> {
              pumpScheduled = false;
              pump();
            },
            NEXT_TURN_MS,
            TimeUnit.MILLISECONDS);
  }

  private boolean mayGiveOn() {
    if (lingeringSince != 0 || closed || !isAnythingHeld()) {
      return false;
    }
    return receiving || mayBegin();
  }

  private boolean isAnythingHeld() {
    return held != null || !decoded.isEmpty();
  }

  private boolean mayBegin() {
    return !owing && !ending && channel.isWritable();
  }

  /** At most to the end of a request. */
  private void giveHeldToCodec() {
    do {
      ByteBuf rest = Objects.requireNonNull(held);
      int length = pieceOf(rest);
      if (length == rest.readableBytes()) {
        held = null;
        giveToCodec(rest);
      } else {
        giveToCodec(rest.readRetainedSlice(length));
      }
    } while (held != null && receiving && decoded.isEmpty() && !closed);
  }

  private void giveToCodec(ByteBuf piece) {
    if (requestSince == 0) {
      requestSince = loop.now();
    }
    lastActivity = loop.now();
    wire.context().fireChannelRead(piece);
    if (decoding == null && atEnd) {
      requestSince = 0;
    }
  }

  /** How many of these bytes certainly hold no more than the end of one request. */
  private int pieceOf(ByteBuf bytes) {
    @Nullable HttpRequest body = decoding;
    if (body != null && !HttpUtil.isTransferEncodingChunked(body)) {
      long left = HttpUtil.getContentLength(body, 0L) - bodySeen;
      if (left > 0) {
        lineIsEmpty = true;
        atEnd = left <= bytes.readableBytes();
        return (int) Math.min(left, bytes.readableBytes());
      }
    }
    return throughEmptyLine(bytes);
  }

  /** A head ends with an empty line, and so does a chunked body. */
  private int throughEmptyLine(ByteBuf bytes) {
    int end = bytes.writerIndex();
    int line = bytes.readerIndex();
    while (true) {
      int lf = bytes.indexOf(line, end, LF);
      boolean empty = lineIsEmpty && isBlank(bytes, line, lf < 0 ? end : lf);
      lineIsEmpty = lf >= 0 || empty;
      atEnd = lf >= 0 && empty;
      if (lf < 0) {
        return bytes.readableBytes();
      }
      line = lf + 1;
      if (empty) {
        return line - bytes.readerIndex();
      }
    }
  }

  private static boolean isBlank(ByteBuf bytes, int from, int to) {
    return to == from || (to == from + 1 && bytes.getByte(from) == CR);
  }

  private void beginLingering() {
    if (lingeringSince != 0 || closed) {
      return;
    }
    lingeringSince = loop.now();
    lastActivity = lingeringSince;
    releaseHeld();
    if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      wire.context() // Behind what may wait there, which would be lost otherwise.
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(ignored -> duplex.shutdownOutput());
    }
    wire.context().read();
  }

  private void releaseHeld() {
    if (held != null) {
      held.release();
      held = null;
    }
    decoded.forEach(ReferenceCountUtil::release);
    decoded.clear();
  }

  private void end() {
    if (!closed) {
      closed = true;
      loop.remove(place);
      releaseHeld();
      releaseCharge();
      all.holdAnswers(-waiting);
      waiting = 0;
      stalledSince = 0;
    }
  }

  private void releaseCharge() {
    if (charged != 0) {
      all.holdBodies(-charged);
      charged = 0;
    }
  }

  /** Next to the socket. */
  private final class Wire extends ChannelDuplexHandler {

    private @Nullable ChannelHandlerContext context;

    ChannelHandlerContext context() {
      return Objects.requireNonNull(context);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
      context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
      end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
      if (receiving && owing && !answering) {
        refuse(BrokenFramingException.ofConnection());
      }
      end();
      inactive.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (lingeringSince != 0 || closed) {
        lastActivity = loop.now();
        bytes.release();
      } else if (held != null) {
        held = Unpooled.wrappedBuffer(held, bytes);
      } else if (isOneOrFewRequests(bytes) && mayBegin()) {
        wanted = false;
        atEnd = true;
        giveToCodec(bytes);
      } else {
        held = bytes;
      }
    }

    /** Also when they are several, they are so few that they may wait decoded. */
    private boolean isOneOrFewRequests(ByteBuf bytes) {
      int length = bytes.readableBytes();
      return length <= SMALL
          && length >= Integer.BYTES
          && decoding == null
          && decoded.isEmpty()
          && lineIsEmpty
          && bytes.getInt(bytes.writerIndex() - Integer.BYTES) == EMPTY_LINE;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reading) {
      if (lingeringSince != 0) {
        reading.read();
      } else if (held == null) {
        reading.fireChannelReadComplete();
      } else {
        pump();
      }
    }

    @Override
    public void read(ChannelHandlerContext reading) {
      wanted = true;
      if (!isAnythingHeld()) {
        reading.read();
      } else {
        schedulePump();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
      observeAnswer();
      changed.fireChannelWritabilityChanged();
      schedulePump();
    }

    @Override
    public void flush(ChannelHandlerContext flushing) {
      flushing.flush();
      observeAnswer();
    }

    /**
     * What the client still sends would be answered with a reset, and that can destroy the answer
     * before the client has read it (RFC 9112, section 9.6).
     */
    @Override
    public void close(ChannelHandlerContext closing, ChannelPromise promise) {
      if (channel.isActive() && (receiving || decoding != null || held != null || refused)) {
        channel.closeFuture().addListener(ignored -> promise.trySuccess());
        beginLingering();
      } else {
        closing.close(promise);
      }
    }
  }

  /** Next to the framework. */
  private final class Exchange extends ChannelDuplexHandler {

    private @Nullable ChannelHandlerContext context;

    ChannelHandlerContext context() {
      return Objects.requireNonNull(context);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
      context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
      if (undecodable) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpRequest request) {
        undecodable = !RequestHead.settle(request); // Then nothing after it will be read.
        decoding = undecodable || message instanceof LastHttpContent ? null : request;
        bodySeen = 0;
        if (decoding == null) {
          requestSince = 0;
        }
        if (owing || receiving || !decoded.isEmpty()) {
          decoded.add(message);
        } else {
          giveOn(request);
        }
      } else {
        bodySeen += ((HttpContent) message).content().readableBytes();
        if (message instanceof LastHttpContent) {
          decoding = null;
          requestSince = 0;
        }
        if (decoded.isEmpty()) {
          giveOn((HttpContent) message);
        } else {
          decoded.add(message);
        }
      }
    }

    /** One request, as far as it is here. */
    void giveDecodedOn() {
      if (decoding != null) {
        requestSince = loop.now();
      }
      giveOn((HttpRequest) decoded.remove());
      while (receiving && decoded.poll() instanceof HttpContent content) {
        giveOn(content);
      }
    }

    private void giveOn(HttpRequest request) {
      boolean failed = request.decoderResult().isFailure();
      owing = true;
      receiving = !failed && !(request instanceof LastHttpContent);
      answering = false;
      continued = false;
      refused = failed;
      ending |= failed;
      dropped = 0;
      context().fireChannelRead(request);
    }

    private void giveOn(HttpContent content) {
      boolean last = content instanceof LastHttpContent;
      int length = content.content().readableBytes();
      if (last) {
        receiving = false;
      }
      boolean answered = !owing;
      boolean answerable = owing && !answering;
      if (content.decoderResult().isFailure()) {
        ending = true;
        if (answerable) {
          refuse(BrokenFramingException.ofChunk());
        }
      } else if (answered) {
        dropped += length;
      } else if (length > 0 && !hasRoomFor(length) && answerable) {
        refuse(new NoRoomForBodyException());
      }
      if (refused) {
        content.release();
        if (last) {
          context().fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
      } else {
        context().fireChannelRead(content);
      }
      if (dropped > WORTH_DROPPING || (answered && ending)) {
        beginLingering();
      }
    }

    private boolean hasRoomFor(int length) {
      if (closed) {
        return true;
      }
      charged += length + PIECE_OVERHEAD;
      return all.holdBodies(length + PIECE_OVERHEAD);
    }

    @Override
    public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response) {
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
          continued = true;
          writing.write(message, promise);
          return;
        }
        beginAnswer(response);
      }
      boolean last = message instanceof LastHttpContent;
      writing.write(message, last && ending ? closingAfter(promise) : promise);
      if (last) {
        endAnswer();
      }
    }

    private void beginAnswer(HttpResponse response) {
      answering = true;
      response.headers().set(HttpHeaderNames.DATE, loop.date());
      if (ending || (receiving && (refused || !isRestWorthDropping()))) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
      ending |=
          response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    }

    /** One who was not told to go on may send the body or not: what comes next is uncertain. */
    private boolean isRestWorthDropping() {
      @Nullable HttpRequest request = decoding;
      return request != null
          && (continued || !HttpUtil.is100ContinueExpected(request))
          && HttpUtil.getContentLength(request, 0L) - bodySeen <= WORTH_DROPPING;
    }

    private ChannelPromise closingAfter(ChannelPromise promise) {
      ChannelPromise written = promise.unvoid();
      written.addListener(ignored -> channel.close());
      return written;
    }

    private void endAnswer() {
      owing = false;
      lastActivity = loop.now();
      releaseCharge();
      schedulePump();
    }

    /** Answers what never became a request. */
    void refuseEarly(RuntimeException failure) {
      ending = true;
      refused = true;
      FullHttpResponse answer =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.REQUEST_TIMEOUT,
              Unpooled.wrappedBuffer(all.refusals().body(failure)));
      answer
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
          .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          .set(HttpHeaderNames.DATE, loop.date())
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context().writeAndFlush(answer).addListener(ignored -> channel.close());
    }
  }
}
