package dev.servicetokens.client;

import dev.servicetokens.client.api.AuditApi;
import dev.servicetokens.client.api.PermissionsApi;
import dev.servicetokens.client.api.RotationApi;
import dev.servicetokens.client.api.ServerApi;
import dev.servicetokens.client.api.SubjectsApi;
import dev.servicetokens.client.api.UserSessionApi;
import dev.servicetokens.client.api.VerificationApi;
import dev.servicetokens.client.invoker.ApiClient;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Service Tokens server, with one credential.
 *
 * <pre>{@code
 * var client = ServiceTokensClient.connect("http://localhost:8080", System.getenv("SERVICE_TOKEN"));
 * try {
 *   for (var token : client.serviceTokens().listServiceTokens()) {
 *     System.out.println(token.getId() + " " + token.getName());
 *   }
 * } catch (ApiException e) {
 *   System.err.println(ServiceTokensError.from(e).message());
 * }
 * }</pre>
 *
 * <p>Making one sends nothing and costs little: those with the same settings share their
 * connections and threads, whatever their credentials; one for a whole process is still simplest.
 * Redirects are never followed, so that the credential goes to no other address. Fields that this
 * version does not know are ignored. Immutable and safe for use by several threads.
 */
public final class ServiceTokensClient {

  private final String baseUrl;
  private final ServerApi server;
  private final ServiceTokenOperations serviceTokens;
  private final RotationApi rotation;
  private final UserSessionApi userSession;
  private final SubjectsApi subjects;
  private final PermissionsApi permissions;
  private final VerificationApi verification;
  private final AuditApi audit;
  private final OAuthOperations oauth;

  private ServiceTokensClient(ApiClient apiClient, String baseUrl) {
    this.baseUrl = baseUrl;
    this.server = new ServerApi(apiClient);
    this.serviceTokens = new ServiceTokenOperations(apiClient);
    this.rotation = new RotationApi(apiClient);
    this.userSession = new UserSessionApi(apiClient);
    this.subjects = new SubjectsApi(apiClient);
    this.permissions = new PermissionsApi(apiClient);
    this.verification = new VerificationApi(apiClient);
    this.audit = new AuditApi(apiClient);
    this.oauth = new OAuthOperations(apiClient);
  }

  /**
   * Makes a client with the defaults of {@link #builder(String)}.
   *
   * @param url where the server listens, for example {@code http://localhost:8080}
   * @param token the token string, sent as {@code X-API-Key}
   * @throws IllegalArgumentException if the URL or the token cannot be used; the message never
   *     holds the token
   */
  public static ServiceTokensClient connect(String url, String token) {
    return builder(url).serviceToken(token).build();
  }

  /**
   * Begins a client whose settings differ from the defaults.
   *
   * @param url where the server listens: {@code http} or {@code https}, a host, perhaps a port and
   *     a path in front of the API path
   * @throws IllegalArgumentException if the URL is not of this form
   */
  public static Builder builder(String url) {
    return new Builder(ServerUrl.parse(url));
  }

  /** The operations that tell whether the server answers, and which versions it speaks. */
  public ServerApi server() {
    return server;
  }

  /** The operations that create, list, show and delete service tokens. */
  public ServiceTokenOperations serviceTokens() {
    return serviceTokens;
  }

  /** The operations that give service tokens other token strings. */
  public RotationApi rotation() {
    return rotation;
  }

  /** The operations that tell who the caller is. */
  public UserSessionApi userSession() {
    return userSession;
  }

  /** The operations that make, list and delete subjects. */
  public SubjectsApi subjects() {
    return subjects;
  }

  /** The operations that tell, give and take what subjects may do. */
  public PermissionsApi permissions() {
    return permissions;
  }

  /** The operations that tell whether a token is live, and what it may do. */
  public VerificationApi verification() {
    return verification;
  }

  /** The operations that tell who did what, and check that nobody changed it. */
  public AuditApi audit() {
    return audit;
  }

  /** The operations that ask about the tokens of others, and end them. */
  public OAuthOperations oauth() {
    return oauth;
  }

  /**
   * The address in front of every operation's path, for example {@code http://localhost:8080/api}.
   */
  public String baseUrl() {
    return baseUrl;
  }

  /** Names the server, never the credential. */
  @Override
  public String toString() {
    return "ServiceTokensClient[" + baseUrl() + "]";
  }

  /**
   * The settings of a client to be. Not safe for use by several threads.
   *
   * <p>Defaults: API path {@code /api}, 10 s to connect, 30 s for a whole exchange, the JVM's own
   * trust in certificates, the JVM's own proxies, no credential, nobody listening to exchanges.
   */
  public static final class Builder {

    private final ServerUrl url;
    private String apiPath = "/api";
    private String userAgent = SdkVersion.USER_AGENT;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private @Nullable Credential credential;
    private @Nullable HttpProxy proxy;
    private boolean straight;
    private @Nullable SSLContext sslContext;
    private HostnameVerifier hostNames = UnderscoreClient::isNamed;
    private Consumer<Exchange> listener = exchange -> {};

    private Builder(ServerUrl url) {
      this.url = url;
    }

    /**
     * Sends this token string as {@code X-API-Key}.
     *
     * @throws IllegalArgumentException if it is empty or not of visible ASCII characters
     */
    public Builder serviceToken(String token) {
      this.credential = new Credential("X-API-Key", token);
      return this;
    }

    /**
     * Sends this token string as {@code X-API-Token}, as clients of an API token do.
     *
     * @throws IllegalArgumentException if it is empty or not of visible ASCII characters
     */
    public Builder apiToken(String token) {
      this.credential = new Credential("X-API-Token", token);
      return this;
    }

    /**
     * Sets the path between the URL and the operations; a missing slash in front is added.
     *
     * @throws IllegalArgumentException if it is not a plain path
     */
    public Builder apiPath(String path) {
      this.apiPath = ServerUrl.parsePath(path);
      return this;
    }

    /** Sets the longest time to wait for a connection, TLS included; more than zero. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = timeout;
      return this;
    }

    /** Sets the longest time for a whole exchange, the answer's body included; more than zero. */
    public Builder requestTimeout(Duration timeout) {
      this.requestTimeout = timeout;
      return this;
    }

    /** Decides which certificates to trust. */
    public Builder sslContext(SSLContext context) {
      this.sslContext = context;
      return this;
    }

    /**
     * Decides whether a certificate is one of the host where the host's name has an underscore,
     * which the JVM itself finds in no certificate; by default its alternative names do. All other
     * names are up to {@link #sslContext}.
     */
    public Builder hostnameVerifier(HostnameVerifier verifier) {
      this.hostNames = verifier;
      return this;
    }

    /**
     * Sends all requests through a proxy, in a tunnel if the server's URL begins with {@code
     * https}. A user name and a password are sent to the proxy alone. Where a proxy wants them for
     * a tunnel, the JVM has to allow that before its first HTTP request; this sets the system
     * property {@code jdk.http.auth.tunneling.disabledSchemes} unless it is set.
     *
     * @param proxyUrl {@code http://[user:password@]host[:port]}, percent-encoded
     * @throws IllegalArgumentException if it is not of this form; the message holds nothing of it
     */
    public Builder proxy(String proxyUrl) {
      this.proxy = HttpProxy.parse(proxyUrl);
      this.straight = false;
      return this;
    }

    /** Goes straight to the server, whatever the JVM's own settings say. */
    public Builder noProxy() {
      this.proxy = null;
      this.straight = true;
      return this;
    }

    /**
     * Names the program in each request, as {@code User-Agent}.
     *
     * @param name for example {@code ci/1.2}
     * @throws IllegalArgumentException if it is empty or not of visible ASCII characters and spaces
     */
    public Builder userAgent(String name) {
      if (!name.matches("[!-~]([ -~]*[!-~])?")) {
        throw new IllegalArgumentException("The user agent is not a name like ci/1.2");
      }
      this.userAgent = name;
      return this;
    }

    /**
     * Tells of every exchange when it has ended, on the thread that made the call. An exchange has
     * no credential in it.
     */
    public Builder onExchange(Consumer<Exchange> listener) {
      this.listener = Objects.requireNonNull(listener);
      return this;
    }

    /** Makes the client. */
    public ServiceTokensClient build() {
      HttpClient client = new TimedHttpClient(transport(), requestTimeout, listener);
      ApiClient apiClient = new SharedApiClient(client, url.uri() + apiPath);
      apiClient.setRequestInterceptor(headers(userAgent, proxy, credential));
      return new ServiceTokensClient(apiClient, url + apiPath);
    }

    private TimedHttpClient.Transport transport() {
      if (url.hasUnderscore()) {
        return new UnderscoreClient(
            url.host(),
            connectTimeout,
            proxy == null ? Proxy.NO_PROXY : proxy.proxy(),
            sslContext == null ? defaultTrust() : sslContext,
            hostNames);
      }
      SSLContext trust = sslContext == null || !url.isSecure() ? defaultTrust() : sslContext;
      ProxySelector proxies = straight ? HttpProxy.NONE : ProxySelector.getDefault();
      return SharedConnections.with(trust, proxy, proxies, connectTimeout)::sendAsync;
    }

    private SSLContext defaultTrust() {
      try {
        return url.isSecure() ? SSLContext.getDefault() : SharedConnections.NO_TLS;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Consumer<HttpRequest.Builder> headers(
        String userAgent, @Nullable HttpProxy proxy, @Nullable Credential credential) {
      return request -> {
        request.setHeader("User-Agent", userAgent);
        if (proxy != null && proxy.authorization() != null) {
          request.setHeader("Proxy-Authorization", proxy.authorization());
        }
        if (credential != null) {
          credential.addTo(request);
        }
      };
    }
  }
}
