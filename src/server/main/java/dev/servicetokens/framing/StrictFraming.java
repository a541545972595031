package dev.servicetokens.framing;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what Netty's decoder still lets through where the end of a request could be found in two
 * ways (RFC 9112, sections 6.1 and 11.2): a transfer coding that is not {@code chunked} alone in
 * one field line, and chunks that are none. Such a request is answered 400, nothing behind it is
 * read, and its connection is closed, so that nobody hides a request in the body of another's.
 */
@Singleton
final class StrictFraming implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    NettyServerCustomizer.Registry registry = event.getBean();
    registry.register(new Customizer(null));
    return registry;
  }

  /** Puts a handler of its own into each connection, right behind the decoder. */
  private record Customizer(@Nullable Channel channel) implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel of, ChannelRole role) {
      return new Customizer(of);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null) {
        channel
            .pipeline()
            .addAfter(
                ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                "strict-framing",
                new Handler());
      }
    }
  }

  /** Used by one connection, on its event loop. */
  private static final class Handler extends ChannelInboundHandlerAdapter {

    private @Nullable HttpRequest current;
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (refused) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpRequest request) {
        current = request;
        if (request.decoderResult().isFailure()) {
          refused = true;
        } else if (!isFramedInOneWay(request)) {
          refused = true;
          // As the decoder does it: the framework answers 400 and closes.
          request.setDecoderResult(
              DecoderResult.failure(
                  new IllegalArgumentException("The only transfer coding is chunked")));
        }
        context.fireChannelRead(message);
      } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
        refused = true;
        content.release();
        context.fireChannelRead(brokenEnd());
      } else {
        context.fireChannelRead(message);
      }
    }

    /**
     * The end of a body that never properly ended. The decoder reports it as an end like any other,
     * and what came until then would pass for the whole; a NUL makes sure that it is no JSON.
     */
    private DefaultLastHttpContent brokenEnd() {
      if (current != null) {
        current.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
      ByteBuf noJson = Unpooled.wrappedBuffer(new byte[] {0});
      return new DefaultLastHttpContent(noJson);
    }

    private static boolean isFramedInOneWay(HttpRequest request) {
      if (!request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
        return true; // The decoder has seen to it that there is one length at most.
      }
      List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
      return codings.size() == 1
          && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst());
    }
  }
}
