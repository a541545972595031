package dev.servicetokens.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * Calls hosts whose names have an underscore, which the JDK's HTTP client cannot: it takes hosts
 * from {@link URI}, which knows none of these, and lets a program send another {@code Host} than
 * the URI's only by a system property that it reads once. Its older sibling {@link
 * HttpURLConnection} takes hosts from {@link URL}, but sends no such name in the TLS handshake, nor
 * finds it in a certificate; both are done here. A request has a thread of its own until it is
 * answered. Thread-safe.
 */
final class UnderscoreClient implements TimedHttpClient.Transport {

  private final String host;
  private final Duration connectTimeout;
  private final Proxy proxy;
  private final SSLContext sslContext;
  private final HostnameVerifier names;

  /**
   * @param proxy {@link Proxy#NO_PROXY} to go straight
   * @param names decides whether a certificate is one of the host
   */
  UnderscoreClient(
      String host,
      Duration connectTimeout,
      Proxy proxy,
      SSLContext sslContext,
      HostnameVerifier names) {
    this.host = host;
    this.connectTimeout = connectTimeout;
    this.proxy = proxy;
    this.sslContext = sslContext;
    this.names = names;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    CompletableFuture<HttpResponse<T>> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(exchange(request, handler, answer));
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            },
            "service-tokens-client");
    thread.setDaemon(true);
    thread.start();
    return answer;
  }

  private <T> HttpResponse<T> exchange(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, CompletableFuture<?> wanted)
      throws IOException {
    byte[] body = request.bodyPublisher().map(UnderscoreClient::bytes).orElse(new byte[0]);
    HttpURLConnection connection = connect(request, body.length);
    // Whoever does not wait any more takes the connection away under a read.
    wanted.whenComplete((answer, failure) -> connection.disconnect());
    if (body.length > 0) {
      connection.getOutputStream().write(body);
    }
    int status = status(connection);
    HttpHeaders headers =
        HttpHeaders.of(named(connection.getHeaderFields()), (name, value) -> true);
    HttpResponse.BodySubscriber<T> subscriber = handler.apply(new Info(status, headers));
    CompletableFuture<T> whole = subscriber.getBody().toCompletableFuture();
    pump(
        status < 400 ? connection.getInputStream() : connection.getErrorStream(),
        subscriber,
        whole);
    return new Answer<>(request, status, headers, whole.join());
  }

  private static int status(HttpURLConnection connection) throws IOException {
    try {
      return connection.getResponseCode();
    } catch (HttpRetryException e) {
      // A 401 to a request with a body, which it would like to send again with a password.
      return e.responseCode();
    }
  }

  /** The status line is there, too, without a name. */
  private static Map<String, List<String>> named(Map<String, List<String>> fields) {
    Map<String, List<String>> named = new TreeMap<>();
    fields.forEach(
        (name, values) -> {
          if (name != null) {
            named.put(name, values);
          }
        });
    return named;
  }

  /** A server that takes the name in the handshake for an error gets none; nothing was sent yet. */
  private HttpURLConnection connect(HttpRequest request, int length) throws IOException {
    HttpURLConnection connection = open(request, length, true);
    try {
      connection.connect();
      return connection;
    } catch (SSLException e) {
      HttpURLConnection nameless = open(request, length, false);
      nameless.connect();
      return nameless;
    }
  }

  private HttpURLConnection open(HttpRequest request, int length, boolean named)
      throws IOException {
    URI uri = request.uri();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    URL url = new URL(uri.getScheme(), host, uri.getPort(), uri.getRawPath() + query);
    HttpURLConnection connection = (HttpURLConnection) url.openConnection(proxy);
    if (request.method().equals("PATCH")) {
      throw new ProtocolException(
          "The JDK cannot send PATCH to a host with an underscore in its name; use another name of it, or its address");
    }
    connection.setRequestMethod(request.method());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout((int) Math.min(Integer.MAX_VALUE, connectTimeout.toMillis()));
    request
        .headers()
        .map()
        .forEach((name, values) -> connection.setRequestProperty(name, String.join(", ", values)));
    if (length > 0) {
      connection.setDoOutput(true);
      // Otherwise it would send a request again whose answer got lost, and make a second token.
      connection.setFixedLengthStreamingMode(length);
    }
    if (connection instanceof HttpsURLConnection secure) {
      SSLSocketFactory factory = sslContext.getSocketFactory();
      secure.setSSLSocketFactory(named ? new NamingSocketFactory(factory) : factory);
      secure.setHostnameVerifier(names);
    }
    return connection;
  }

  private static byte[] bytes(HttpRequest.BodyPublisher publisher) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(ByteBuffer buffer) {
            byte[] part = new byte[buffer.remaining()];
            buffer.get(part);
            bytes.write(part, 0, part.length);
          }

          @Override
          public void onError(Throwable failure) {}

          @Override
          public void onComplete() {}
        });
    return bytes.toByteArray();
  }

  /** Hands on what comes until all of it has come, or the subscriber has had enough. */
  private static void pump(
      @Nullable InputStream stream,
      HttpResponse.BodySubscriber<?> subscriber,
      CompletableFuture<?> whole)
      throws IOException {
    subscriber.onSubscribe(WholeBody.NOTHING_TO_ASK_FOR);
    if (stream != null) {
      try (stream) {
        byte[] part = new byte[8192];
        for (int count = stream.read(part); count >= 0; count = stream.read(part)) {
          subscriber.onNext(List.of(ByteBuffer.wrap(part.clone(), 0, count)));
          if (whole.isDone()) {
            return;
          }
        }
      }
    }
    subscriber.onComplete();
  }

  /** Whether a certificate has this name, itself or by a star in place of its first label. */
  static boolean isNamed(String host, SSLSession session) {
    try {
      Certificate certificate = session.getPeerCertificates()[0];
      @Nullable Collection<List<?>> names =
          certificate instanceof X509Certificate x509 ? x509.getSubjectAlternativeNames() : null;
      return names != null
          && names.stream()
              .filter(name -> Integer.valueOf(2).equals(name.get(0)))
              .anyMatch(name -> matches(host, String.valueOf(name.get(1))));
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return false;
    }
  }

  private static boolean matches(String host, String name) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String pattern = name.toLowerCase(Locale.ROOT);
    if (pattern.startsWith("*.")) {
      int dot = wanted.indexOf('.');
      // A star for all of a top-level domain would be no name.
      return dot > 0
          && pattern.indexOf('.', 2) > 0
          && wanted.substring(dot).equals(pattern.substring(1));
    }
    return wanted.equals(pattern);
  }

  private record Info(int statusCode, HttpHeaders headers) implements HttpResponse.ResponseInfo {

    @Override
    public HttpClient.Version version() {
      return HttpClient.Version.HTTP_1_1;
    }
  }

  private record Answer<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
      implements HttpResponse<T> {

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return request.uri();
    }

    @Override
    public HttpClient.Version version() {
      return HttpClient.Version.HTTP_1_1;
    }
  }

  /** The JDK's own class for host names lets none with an underscore through. */
  private static final class UncheckedName extends SNIServerName {

    UncheckedName(String host) {
      super(StandardConstants.SNI_HOST_NAME, host.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Names the host in the handshake, by which a server of several finds its certificate. */
  private static final class NamingSocketFactory extends SSLSocketFactory {

    private final SSLSocketFactory factory;

    NamingSocketFactory(SSLSocketFactory factory) {
      this.factory = factory;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      Socket secure = factory.createSocket(socket, host, port, autoClose);
      if (secure instanceof SSLSocket named) {
        SSLParameters parameters = named.getSSLParameters();
        parameters.setServerNames(List.of(new UncheckedName(host)));
        named.setSSLParameters(parameters);
      }
      return secure;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return createSocket(new Socket(host, port), host, port, true);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
        throws IOException {
      return createSocket(new Socket(host, port, localHost, localPort), host, port, true);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(
        InetAddress address, int port, InetAddress localAddress, int localPort) throws IOException {
      return factory.createSocket(address, port, localAddress, localPort);
    }
  }
}
