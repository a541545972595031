package dev.servicetokens.web.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
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
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The handler between the framework's codec and the framework: it gives on one decoded request at a
 * time and sees its answer leave. It refuses a body that breaks off or for which there is no room,
 * and knows after which answer the connection must close.
 *
 * <p>A request is <i>decoding</i> until the codec has made its last piece, and <i>receiving</i>
 * until the framework has that piece; its answer is <i>owing</i> until the answer's last piece is
 * written.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Who could do more about it than close?
final class Exchange extends ChannelDuplexHandler {

  /** So much of a body that nobody wants is thrown away for the sake of the connection. */
  private static final long WORTH_DROPPING = 64L * 1024;

  /** What holding a piece of a body costs beside its bytes, about. */
  private static final int PIECE_OVERHEAD = 300;

  private final HttpConnections all;
  private final HttpConnection connection;
  private final ConnectionLoop loop;
  private final Channel channel;

  private @Nullable ChannelHandlerContext context;

  /** What the codec made of bytes before the answer to an earlier request was on its way. */
  private final Queue<Object> decoded = new ArrayDeque<>(0);

  /** The request whose last piece the codec has not seen; null for none. */
  private @Nullable HttpRequest decoding;

  /** How many bytes of {@link #decoding}'s body the codec has seen. */
  private long bodySeen;

  /** What came last is no request, so nobody knows what the bytes after it are. */
  private boolean undecodable;

  /** The request that the framework has begun to see is not complete there. */
  private boolean receiving;

  /** The framework has a request and its answer has not ended. */
  private boolean owing;

  /** The answer's head is written. */
  private boolean answering;

  /** The client was told to go on with the body (100 Continue). */
  private boolean continued;

  /** The request is refused, so that the framework is given no more of its body. */
  private boolean refused;

  /** No further request is taken on this connection. */
  private boolean ending;

  /** How many bytes of this request's body count in what all connections hold. */
  private long charged;

  /** How many bytes of this request's body came after its answer had ended. */
  private long dropped;

  Exchange(HttpConnections all, HttpConnection connection, ConnectionLoop loop, Channel channel) {
    this.all = all;
    this.connection = connection;
    this.loop = loop;
    this.channel = channel;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /** Whether the codec has begun a request and not seen its last piece. */
  boolean isDecoding() {
    return decoding != null;
  }

  /** Whether the framework has begun to see a request that is not complete there. */
  boolean isReceiving() {
    return receiving;
  }

  /** Whether decoded pieces wait for the answer to an earlier request. */
  boolean holdsDecoded() {
    return !decoded.isEmpty();
  }

  /** Whether the framework may be given another request. */
  boolean mayBegin() {
    return !owing && !ending && channel.isWritable();
  }

  /** Whether neither a request nor an answer is on its way through the framework. */
  boolean isIdle() {
    return !owing && !receiving;
  }

  /** Whether an operation waits for a body and can still be refused. */
  boolean waitsForBody() {
    return receiving && owing && !answering;
  }

  /** Whether no head of a request has come, nor will be taken. */
  boolean hasNotBegun() {
    return decoding == null && !owing && !ending;
  }

  boolean isRefused() {
    return refused;
  }

  /** Whether the client may still be sending a request that nobody reads to its end. */
  boolean isCutShort() {
    return receiving || decoding != null || refused;
  }

  /** Returns how many bytes of a body of known length the codec has not seen; else 0. */
  long bodyBytesLeft() {
    @Nullable HttpRequest body = decoding;
    return body == null || HttpUtil.isTransferEncodingChunked(body)
        ? 0
        : HttpUtil.getContentLength(body, 0L) - bodySeen;
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
        connection.noteRequestComplete();
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
        connection.noteRequestComplete();
      }
      if (decoded.isEmpty()) {
        giveOn((HttpContent) message);
      } else {
        decoded.add(message);
      }
    }
  }

  /** Gives the framework one request that waited decoded, as far as it is here. */
  void giveDecodedOn() {
    if (decoding != null) {
      connection.noteRequestBegins();
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
        refuse(UnfinishedRequestException.brokenChunk());
      }
    } else if (answered) {
      dropped += length;
    } else if (length > 0 && !hasRoomFor(length) && answerable) {
      refuse(UnfinishedRequestException.noRoom());
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
      connection.beginLingering();
    }
  }

  private boolean hasRoomFor(int length) {
    if (connection.isClosed()) {
      return true;
    }
    charged += length + PIECE_OVERHEAD;
    return all.holdBodies(length + PIECE_OVERHEAD);
  }

  /** Makes the body that the framework waits for fail, so that it answers with a refusal. */
  void refuse(UnfinishedRequestException failure) {
    if (!refused) {
      refused = true;
      context().fireExceptionCaught(failure);
    }
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
    if (ending || loop.isEnding() || (receiving && (refused || !isRestWorthDropping()))) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    ending |= response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }

  /**
   * Whether so little of the body is left that the connection can be kept; nothing is if the codec
   * has seen its end. A client that was not told to go on may send the body or not, so that nobody
   * knows what its next bytes are.
   */
  private boolean isRestWorthDropping() {
    @Nullable HttpRequest request = decoding;
    return request == null
        || ((continued || !HttpUtil.is100ContinueExpected(request))
            && HttpUtil.getContentLength(request, 0L) - bodySeen <= WORTH_DROPPING);
  }

  private ChannelPromise closingAfter(ChannelPromise promise) {
    ChannelPromise written = promise.unvoid();
    written.addListener(ignored -> channel.close());
    return written;
  }

  private void endAnswer() {
    owing = false;
    connection.noteActivity();
    releaseCharge();
    connection.resume();
  }

  /** Answers what never became a request, and closes. */
  void refuseEarly(UnfinishedRequestException failure) {
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

  /** Throws away the decoded pieces that wait. */
  void releaseDecoded() {
    decoded.forEach(ReferenceCountUtil::release);
    decoded.clear();
  }

  /** Counts the body's bytes no longer among what all connections hold. */
  void releaseCharge() {
    if (charged != 0) {
      all.holdBodies(-charged);
      charged = 0;
    }
  }
}
