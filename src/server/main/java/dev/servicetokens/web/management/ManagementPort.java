package dev.servicetokens.web.management;

import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.web.connection.HttpConnections;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The second port, on which health and metrics are to be had without a token, and nothing else is.
 *
 * <p>It is no listener of the framework's server: behind it is no route, no filter and no rule,
 * only {@link ManagementHandler}, so that no header and no spelling of a path can lead from one
 * port to what is on the other. It has a thread, connections and limits of its own, so that neither
 * port can be starved through the other. Thread-safe.
 */
@Singleton
public final class ManagementPort implements AutoCloseable {

  private static final int ANY_PORT = 0;
  private static final long LONGEST_END_MS = 1000;

  private final ManagementConfiguration configuration;
  private final HttpConnections connections;
  private final ManagementAnswers answers;
  private @Nullable EventLoopGroup loop;
  private @Nullable Channel listener;

  ManagementPort(
      ManagementConfiguration configuration,
      HttpConnections connections,
      ManagementAnswers answers) {
    this.configuration = configuration;
    this.connections = connections.ofAnotherPort();
    this.answers = answers;
  }

  /**
   * Begins to listen, if there is to be a management port.
   *
   * @throws StartRefusal if it cannot
   */
  public synchronized void start() {
    Integer port = configuration.port();
    if (port == null || loop != null) {
      return;
    }
    EventLoopGroup one =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("management", true), NioIoHandler.newFactory());
    loop = one;
    try {
      listener =
          new ServerBootstrap()
              .group(one)
              .channel(NioServerSocketChannel.class)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.AUTO_READ, false) // HttpConnections says when.
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(new Pipeline())
              .bind(configuration.host(), Math.max(port, ANY_PORT))
              .sync()
              .channel();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefusal("The start was interrupted", e);
    } catch (Exception e) { // Netty throws what it does not declare.
      throw new StartRefusal(
          "The management port cannot listen on %s:%d (%s): check SERVICE_TOKENS_MANAGEMENT_HOST and SERVICE_TOKENS_MANAGEMENT_PORT"
              .formatted(configuration.host(), port, e.getMessage()),
          e);
    }
  }

  /** Returns the address that is listened on; empty while none is. */
  public synchronized Optional<InetSocketAddress> address() {
    return listener != null && listener.localAddress() instanceof InetSocketAddress address
        ? Optional.of(address)
        : Optional.empty();
  }

  /** Ends it with all its connections. A second call does nothing. */
  @Override
  @PreDestroy
  public synchronized void close() {
    listener = null;
    if (loop != null) {
      var _ =
          loop.shutdownGracefully(0, LONGEST_END_MS, TimeUnit.MILLISECONDS)
              .awaitUninterruptibly(LONGEST_END_MS);
    }
  }

  /** The pipeline of a connection. */
  private final class Pipeline extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, new HttpServerCodec())
          .addLast("management", new ManagementHandler(answers));
      connections.guard(channel);
    }
  }
}
