package dev.servicetokens.cli.server;

import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.client.Exchange;
import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.ServerInfo;
import dev.servicetokens.client.model.ServerVersion;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server that has answered, accepted the token and speaks a version of the API that we know. */
public final class ServerConnection {

  /** One request through the generated client. */
  @FunctionalInterface
  public interface Request<T> {

    /** Sends it; null is an answer without a body. */
    @Nullable T send(ServiceTokensClient client) throws ApiException;
  }

  /** One request whose answer has no body. */
  @FunctionalInterface
  public interface SilentRequest {

    /** Sends it. */
    void send(ServiceTokensClient client) throws ApiException;
  }

  private final ServiceTokensClient client;
  private final ServerInfo serverInfo;

  private ServerConnection(ServiceTokensClient client, ServerInfo serverInfo) {
    this.client = client;
    this.serverInfo = serverInfo;
  }

  /**
   * Asks the server who it is.
   *
   * @param settings with a URL and one token
   * @param environment may ask for a proxy and for trust
   * @param listener is told of every exchange
   * @throws CommandFailure if the settings cannot be used, no answer came, the token was refused or
   *     the version is too old
   */
  public static ServerConnection open(
      Settings settings, Environment environment, Consumer<Exchange> listener) {
    ServiceTokensClient client = client(settings, environment, listener);
    ServerInfo info;
    try {
      info = client.server().getServerInfo();
    } catch (ApiException e) {
      throw RequestFailure.ofFirst(client.baseUrl(), e);
    }
    if (info == null || info.getVersion() == null) {
      throw RequestFailure.withoutVersion(client.baseUrl());
    }
    ApiVersion version = ApiVersion.of(info.getVersion());
    if (version.compareTo(ApiVersion.OLDEST) < 0) {
      throw new CommandFailure(
          ExitCode.API_VERSION,
          client.baseUrl()
              + " speaks version "
              + version
              + " of the API, sts needs "
              + ApiVersion.OLDEST
              + " or later; update the server");
    }
    return new ServerConnection(client, info);
  }

  private static ServiceTokensClient client(
      Settings settings, Environment environment, Consumer<Exchange> listener) {
    try {
      ServiceTokensClient.Builder builder =
          ServiceTokensClient.builder(settings.url())
              .userAgent("sts/" + Environment.version())
              .onExchange(listener);
      if (!settings.apiPath().isEmpty()) {
        builder.apiPath(settings.apiPath());
      }
      if (settings.apiToken().isEmpty()) {
        builder.serviceToken(settings.serviceToken());
      } else {
        builder.apiToken(settings.apiToken());
      }
      Trust.of(settings, environment).ifPresent(builder::sslContext);
      if (settings.skipSsl()) {
        builder.hostnameVerifier((host, session) -> true);
      }
      ProxyVariables.apply(settings.url(), environment, builder);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
    }
  }

  /** What the server said about itself. */
  public ServerInfo serverInfo() {
    return serverInfo;
  }

  /**
   * Sends a request and gives its answer.
   *
   * @throws CommandFailure if the server refuses, does not answer, or answers something else
   */
  public <T> T ask(Request<T> request) {
    T answer;
    try {
      answer = request.send(client);
    } catch (ApiException e) {
      throw RequestFailure.of(client.baseUrl(), e);
    }
    if (answer == null) {
      throw emptyAnswer();
    }
    return answer;
  }

  /**
   * Sends a request whose answer has no body.
   *
   * @throws CommandFailure if the server refuses or does not answer
   */
  public void send(SilentRequest request) {
    try {
      request.send(client);
    } catch (ApiException e) {
      throw RequestFailure.of(client.baseUrl(), e);
    }
  }

  /** For an answer that should have had a body. */
  public static CommandFailure emptyAnswer() {
    return RequestFailure.unreadable("The server's answer is empty; check the URL");
  }

  /**
   * The version of the API that a server speaks.
   *
   * @param preRelease whether it comes before the release of the same number
   */
  private record ApiVersion(int major, int minor, int patch, boolean preRelease)
      implements Comparable<ApiVersion> {

    /** The first version that this command line works with. */
    static final ApiVersion OLDEST = new ApiVersion(5, 0, 0, false);

    private static final Comparator<ApiVersion> ORDER =
        Comparator.comparingInt(ApiVersion::major)
            .thenComparingInt(ApiVersion::minor)
            .thenComparingInt(ApiVersion::patch)
            .thenComparing(version -> !version.preRelease);

    /** Reads a version; a commit without a diff, or a development build, is a pre-release. */
    static ApiVersion of(ServerVersion version) {
      boolean preRelease =
          Boolean.TRUE.equals(version.getIsDev())
              || (isEmpty(version.getDiff()) && !isEmpty(version.getCommit()));
      return new ApiVersion(version.getMajor(), version.getMinor(), version.getPatch(), preRelease);
    }

    private static boolean isEmpty(String text) {
      return text == null || text.isEmpty();
    }

    @Override
    public int compareTo(ApiVersion other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + patch + (preRelease ? " (a pre-release)" : "");
    }
  }
}
