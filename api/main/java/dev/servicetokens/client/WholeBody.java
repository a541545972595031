package dev.servicetokens.client;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** Hands the body on only when all of it has come, so that a time-out can cover it. */
final class WholeBody<T> implements BodyHandler<T> {

  private static final Flow.Subscription NOTHING_TO_ASK_FOR =
      new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
      };

  private final BodyHandler<T> handler;

  WholeBody(BodyHandler<T> handler) {
    this.handler = handler;
  }

  @Override
  public BodySubscriber<T> apply(HttpResponse.ResponseInfo info) {
    return BodySubscribers.mapping(
        BodySubscribers.ofByteArray(), bytes -> replay(bytes, handler.apply(info)));
  }

  private static <T> T replay(byte[] bytes, BodySubscriber<T> subscriber) {
    subscriber.onSubscribe(NOTHING_TO_ASK_FOR);
    subscriber.onNext(List.of(ByteBuffer.wrap(bytes)));
    subscriber.onComplete();
    return subscriber.getBody().toCompletableFuture().join();
  }
}
