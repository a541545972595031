package dev.servicetokens.web.management;

import dev.servicetokens.web.connection.UnfinishedRequestException;
import dev.servicetokens.web.management.ManagementAnswers.Answer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * Answers the requests of one connection of the management port. What a request asks for is its
 * method and its path, character by character; no header changes it. The connection's guard has
 * looked at the head, has made a GET of HEAD, gives one request at a time and closes where it must.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Who could do more about it than close?
final class ManagementHandler extends SimpleChannelInboundHandler<HttpObject> {

  private static final Answer MALFORMED = text(400, "The request is not HTTP/1.1; correct it.\n");
  private static final Answer NOT_ALLOWED = text(405, "Only GET and HEAD are allowed here.\n");
  private static final Answer NOTHING =
      text(404, "Here are /health, /health/readiness, /health/liveness and /prometheus only.\n");

  private final ManagementAnswers answers;

  ManagementHandler(ManagementAnswers answers) {
    this.answers = answers;
  }

  private static Answer text(int status, String sentence) {
    return new Answer(status, "text/plain", sentence.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.read();
  }

  /** A body is let go of unread: nothing here has any use for one. */
  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (!(message instanceof HttpRequest request)) {
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    if (request.decoderResult().isFailure()) {
      write(context, MALFORMED, keepAlive);
      return;
    }
    String path = path(request);
    if (!answers.has(path)) {
      write(context, NOTHING, keepAlive);
    } else if (!HttpMethod.GET.equals(request.method())) {
      write(context, NOT_ALLOWED, keepAlive);
    } else {
      answers
          .at(path)
          .thenAccept(made -> context.executor().execute(() -> write(context, made, keepAlive)));
    }
  }

  private static String path(HttpRequest request) {
    int query = request.uri().indexOf('?');
    return query < 0 ? request.uri() : request.uri().substring(0, query);
  }

  private static void write(ChannelHandlerContext context, Answer answer, boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    if (answer.status() == NOT_ALLOWED.status()) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    context.writeAndFlush(response, context.voidPromise());
  }

  /** Of a body that does not end, the answer is on its way already, and the guard closes. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    if (!(failure instanceof UnfinishedRequestException)) {
      context.close();
    }
  }
}
