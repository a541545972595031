package dev.servicetokens.web.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The handler between the socket and the framework's codec: it gives the codec the bytes of one
 * request at a time, those of the next one when the answer before it is on its way and the client
 * takes it. Until then it holds the bytes and reads no more from the socket.
 *
 * <p>Without it, the codec decodes all that a socket holds: a megabyte of small requests became a
 * hundred times as much in objects and answers.
 *
 * <p>To find where a request ends it need not understand HTTP. A head ends with an empty line, so
 * does a chunked body, and the length of any other body is known once its head is decoded. So it
 * gives the codec bytes up to the next empty line or up to the end of the body, and looks what the
 * codec has made of them. It may cut too early, but never hands on bytes of two requests at once,
 * unless they are so few that it doesn't matter.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Who could do more about it than close?
final class CodecInput extends ChannelDuplexHandler {

  /** A read of at most this size is given to the codec unsearched, if it ends as a head does. */
  private static final int SMALL = 1024;

  /** A connection that sends request after request may keep its thread from others for so long. */
  private static final long TURN_NS = 100_000;

  private static final long NEXT_TURN_MS = 1;

  private static final int EMPTY_LINE = 0x0D0A0D0A;
  private static final byte LF = '\n';
  private static final byte CR = '\r';

  private final HttpConnection connection;
  private final Exchange exchange;

  private @Nullable ChannelHandlerContext context;

  /** Bytes that came from the socket and were not given to the codec; null for none. */
  private @Nullable ByteBuf held;

  /** The framework has asked to read and has been given nothing since. */
  private boolean wanted = true;

  private boolean pumping;
  private boolean pumpScheduled;

  /** The codec has seen no character yet of the line whose end it has not seen. */
  private boolean lineIsEmpty = true;

  /** What was given to the codec last ends where a request may end. */
  private boolean atEnd;

  CodecInput(HttpConnection connection, Exchange exchange) {
    this.connection = connection;
    this.exchange = exchange;
  }

  /** What is done with this context passes between the codec and the socket. */
  ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  boolean isHolding() {
    return held != null;
  }

  /** Throws away the bytes that are held. */
  void release() {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (connection.isLingering() || connection.isClosed()) {
      connection.noteActivity();
      bytes.release();
    } else if (held != null) {
      held = Unpooled.wrappedBuffer(held, bytes);
    } else if (isOneOrFewRequests(bytes) && exchange.mayBegin()) {
      wanted = false;
      atEnd = true;
      giveToCodec(bytes);
    } else {
      held = bytes;
    }
  }

  /**
   * Whether nothing of these bytes need be held: they end as a head does, and if they are several
   * requests nevertheless, those are so few that they may wait decoded. It is the way of an
   * ordinary request, which no byte of is searched.
   */
  private boolean isOneOrFewRequests(ByteBuf bytes) {
    int length = bytes.readableBytes();
    return length <= SMALL
        && length >= Integer.BYTES
        && !exchange.isDecoding()
        && !exchange.holdsDecoded()
        && lineIsEmpty
        && bytes.getInt(bytes.writerIndex() - Integer.BYTES) == EMPTY_LINE;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext reading) {
    if (connection.isLingering()) {
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

  /** Gives the codec what is held, as far as the framework wants it and may have it. */
  private void pump() {
    if (pumping || connection.isClosed()) {
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
        if (exchange.holdsDecoded()) {
          exchange.giveDecodedOn();
        } else {
          giveHeldToCodec();
        }
        context().fireChannelReadComplete();
      }
    } finally {
      pumping = false;
    }
    if (wanted && !connection.isClosed() && !isAnythingHeld()) {
      context().read();
    }
  }

  /** Pumps soon, if there is anything to give on; called when what held it up may have passed. */
  void schedulePump() {
    if (!pumping && !pumpScheduled && !connection.isClosed() && isAnythingHeld()) {
      pumpScheduled = true;
      context().channel().eventLoop().execute(this::pumpAsScheduled);
    }
  }

  /** A task that is due at once would run before the loop looks at other connections again. */
  private void waitForTurn() {
    pumpScheduled = true;
    context()
        .channel()
        .eventLoop()
        .schedule(this::pumpAsScheduled, NEXT_TURN_MS, TimeUnit.MILLISECONDS);
  }

  private void pumpAsScheduled() {
    pumpScheduled = false;
    pump();
  }

  private boolean mayGiveOn() {
    return !connection.isLingering()
        && !connection.isClosed()
        && isAnythingHeld()
        && (exchange.isReceiving() || exchange.mayBegin());
  }

  private boolean isAnythingHeld() {
    return held != null || exchange.holdsDecoded();
  }

  /** Gives the codec pieces of what is held, at most to the end of a request. */
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
    } while (held != null
        && exchange.isReceiving()
        && !exchange.holdsDecoded()
        && !connection.isClosed());
  }

  private void giveToCodec(ByteBuf piece) {
    connection.noteRequestBytes();
    context().fireChannelRead(piece);
    if (!exchange.isDecoding() && atEnd) {
      connection.noteRequestComplete();
    }
  }

  /** Returns how many of these bytes certainly hold no more than the end of one request. */
  private int pieceOf(ByteBuf bytes) {
    long left = exchange.bodyBytesLeft();
    if (left > 0) {
      lineIsEmpty = true;
      atEnd = left <= bytes.readableBytes();
      return (int) Math.min(left, bytes.readableBytes());
    }
    return throughEmptyLine(bytes);
  }

  /** Returns the length up to the end of the first empty line, or of all bytes if there is none. */
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

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    connection.observeAnswer();
    changed.fireChannelWritabilityChanged();
    schedulePump();
  }

  @Override
  public void flush(ChannelHandlerContext flushing) {
    flushing.flush();
    connection.observeAnswer();
  }

  @Override
  public void close(ChannelHandlerContext closing, ChannelPromise promise) {
    if (connection.mustLingerBeforeClosing()) {
      connection.lingerBeforeClosing(promise);
    } else {
      closing.close(promise);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    connection.disconnected();
    inactive.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    connection.end();
  }
}
