package dev.servicetokens.client;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client whose time-out covers the whole exchange, and that tells of each one.
 *
 * <p>The JDK's own time-out ends when the headers have come: a server that stops in the middle of a
 * body would hold the caller for ever. Thread-safe if the listener is.
 */
final class TimedHttpClient extends HttpClient {

  /**
   * What carries requests: the JDK's client, or for hosts that it refuses {@link UnderscoreClient}.
   */
  @FunctionalInterface
  interface Transport {

    /** Begins to send a request. */
    <T> CompletableFuture<HttpResponse<T>> sendAsync(
        HttpRequest request, HttpResponse.BodyHandler<T> handler);
  }

  private final Transport transport;
  private final Duration timeout;
  private final Consumer<Exchange> listener;

  TimedHttpClient(Transport transport, Duration timeout, Consumer<Exchange> listener) {
    this.transport = transport;
    this.timeout = timeout;
    this.listener = listener;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    int status = 0;
    try {
      HttpResponse<T> response = sendWhole(request, handler);
      status = response.statusCode();
      return response;
    } finally {
      Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
      listener.accept(new Exchange(request.method(), request.uri().getRawPath(), status, duration));
    }
  }

  private <T> HttpResponse<T> sendWhole(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> answer =
        transport.sendAsync(request, new WholeBody<>(handler));
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no complete answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return transport.sendAsync(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.@Nullable PushPromiseHandler<T> pushPromiseHandler) {
    return sendAsync(request, handler);
  }

  // A client of the JDK can be asked for its settings. The generated operations never do.

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    throw new UnsupportedOperationException("only the transport knows its TLS");
  }

  @Override
  public SSLParameters sslParameters() {
    throw new UnsupportedOperationException("only the transport knows its TLS");
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_1_1;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }
}
