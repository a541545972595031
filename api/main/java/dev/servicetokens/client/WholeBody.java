package dev.servicetokens.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.zip.GZIPInputStream;

/**
 * Hands the body on only when all of it has come, so that a time-out can cover it, and gives up one
 * that does not end, before it has eaten the memory.
 */
final class WholeBody<T> implements BodyHandler<T> {

  /** Some hundred thousand service tokens. */
  static final long MOST_BYTES = 64L << 20;

  /** A refusal has some hundred bytes, a proxy's page some thousand. */
  static final long MOST_BYTES_OF_REFUSAL = 1L << 20;

  /** The subscription to a source that sends all it has without being asked. */
  static final Flow.Subscription NOTHING_TO_ASK_FOR =
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
    return BodySubscribers.mapping(new Bounded(info), bytes -> replay(bytes, handler.apply(info)));
  }

  private static <T> T replay(byte[] bytes, BodySubscriber<T> subscriber) {
    subscriber.onSubscribe(NOTHING_TO_ASK_FOR);
    subscriber.onNext(List.of(ByteBuffer.wrap(bytes)));
    subscriber.onComplete();
    return subscriber.getBody().toCompletableFuture().join();
  }

  /** Called by one thread at a time, as every subscriber. */
  private static final class Bounded implements BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final long mostBytes;
    private final boolean compressed;
    private Flow.Subscription subscription = NOTHING_TO_ASK_FOR;

    Bounded(HttpResponse.ResponseInfo info) {
      this.mostBytes = info.statusCode() / 100 == 2 ? MOST_BYTES : MOST_BYTES_OF_REFUSAL;
      this.compressed =
          info.headers().allValues("Content-Encoding").stream()
              .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("gzip"));
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (bytes.size() + (long) buffer.remaining() > mostBytes) {
          subscription.cancel();
          body.completeExceptionally(new AnswerTooLarge(mostBytes));
          return;
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.write(part, 0, part.length);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      try {
        byte[] all = bytes.toByteArray();
        if (compressed && all.length > 0) {
          requireSmallWhenInflated(all);
        }
        body.complete(all);
      } catch (IOException e) {
        body.completeExceptionally(e);
      }
    }

    /** Whoever reads the body inflates it, and a megabyte of zeros is a gigabyte then. */
    private void requireSmallWhenInflated(byte[] all) throws IOException {
      byte[] part = new byte[8192];
      long inflated = 0;
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(all))) {
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
          inflated += count;
          if (inflated > mostBytes) {
            throw new AnswerTooLarge(mostBytes);
          }
        }
      }
    }
  }

  /** An answer that had more bytes than any of this API has; the rest of it was not read. */
  static final class AnswerTooLarge extends IOException {

    private static final long serialVersionUID = 1L;

    AnswerTooLarge(long mostBytes) {
      super(
          "The answer is larger than "
              + (mostBytes >> 20)
              + " MiB; check the URL, or ask for less of a list");
    }
  }
}
