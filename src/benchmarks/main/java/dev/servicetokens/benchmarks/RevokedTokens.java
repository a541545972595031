package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks every node for every token whose DELETE has been answered: at once, and again and again.
 * Each question is sent after the answer to the DELETE has been read. Thread-safe.
 */
final class RevokedTokens implements AutoCloseable {

  private static final int UNAUTHORIZED = 401;
  private static final int OK = 200;

  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final List<BlockingQueue<byte[]>> queues = new ArrayList<>();
  private final List<Thread> askers = new ArrayList<>();

  /** One thread for each node asks once, so that it is never late; another goes on asking. */
  RevokedTokens(List<URI> nodes, int timesEach) {
    for (URI node : nodes) {
      start(node, 1);
      start(node, timesEach);
    }
  }

  private void start(URI node, int times) {
    BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    queues.add(queue);
    askers.add(Thread.ofPlatform().start(() -> ask(node, queue, times)));
  }

  /** A token whose DELETE has just answered. */
  void add(String tokenString) {
    byte[] request = Server.verification(tokenString);
    queues.forEach(queue -> queue.add(request));
  }

  /** How many questions were answered with 401. */
  long refused() {
    return refused.get();
  }

  /** How many were answered with 200: none, if the promise is kept. */
  long accepted() {
    return accepted.get();
  }

  /** How many got another answer, or none. */
  long unanswered() {
    return unanswered.get();
  }

  private void ask(URI node, BlockingQueue<byte[]> queue, int times) {
    try (HttpConnection connection = new HttpConnection(node)) {
      while (true) {
        byte[] request = queue.take();
        if (request.length == 0) {
          return;
        }
        for (int i = 0; i < times; i++) {
          count(connection, request);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void count(HttpConnection connection, byte[] request) {
    try {
      int status = connection.exchange(request).status();
      (status == UNAUTHORIZED ? refused : status == OK ? accepted : unanswered).incrementAndGet();
    } catch (IOException e) {
      unanswered.incrementAndGet();
    }
  }

  /** Waits until everything has been asked. */
  @Override
  public void close() {
    queues.forEach(queue -> queue.add(new byte[0]));
    try {
      for (Thread asker : askers) {
        asker.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
