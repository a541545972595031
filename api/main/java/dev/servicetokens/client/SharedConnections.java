package dev.servicetokens.client;

import java.lang.ref.WeakReference;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP clients, one for all clients of ours with the same settings: each has threads and
 * connections that outlive a request, and a program that makes a client for each of its requests
 * would drown in them. Credentials are no part of it. Thread-safe.
 */
final class SharedConnections {

  /** For those that never speak TLS. */
  static final SSLContext NO_TLS = new NoTls();

  private static final Map<Settings, WeakReference<HttpClient>> CLIENTS = new HashMap<>();

  private SharedConnections() {}

  private record Settings(
      SSLContext trust,
      @Nullable HttpProxy proxy,
      @Nullable ProxySelector proxies,
      Duration connectTimeout) {

    private HttpClient client() {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .sslContext(trust)
              .connectTimeout(connectTimeout);
      if (proxy != null) {
        builder.proxy(proxy.selector());
      } else if (proxies != null) {
        builder.proxy(proxies);
      }
      return builder.build();
    }
  }

  /**
   * One that somebody uses still, or a new one.
   *
   * @param proxy the only one to use; null to ask the proxies
   * @param proxies null if there are none
   */
  static HttpClient with(
      SSLContext trust,
      @Nullable HttpProxy proxy,
      @Nullable ProxySelector proxies,
      Duration connectTimeout) {
    Settings settings = new Settings(trust, proxy, proxies, connectTimeout);
    synchronized (CLIENTS) {
      WeakReference<HttpClient> known = CLIENTS.get(settings);
      HttpClient client = known == null ? null : known.get();
      if (client == null) {
        CLIENTS.values().removeIf(reference -> reference.get() == null);
        client = settings.client();
        CLIENTS.put(settings, new WeakReference<>(client));
      }
      return client;
    }
  }
}
