package dev.servicetokens.startup;

import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes down the channels by which the HTTP server listens: what was configured is not always what
 * is listened on, and only they know that. Thread-safe.
 */
public final class Listeners implements NettyServerCustomizer {
  private final List<Channel> channels = new CopyOnWriteArrayList<>();

  /** Makes one that has seen none; it is registered before the server starts. */
  public Listeners() {}

  @Override
  public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
    if (role == ChannelRole.LISTENER) {
      channels.add(channel);
    }
    return this;
  }

  /** The addresses that are listened on, once the server has started. */
  public List<InetSocketAddress> addresses() {
    return channels.stream()
        .map(Channel::localAddress)
        .filter(InetSocketAddress.class::isInstance)
        .map(InetSocketAddress.class::cast)
        .toList();
  }
}
