package dev.servicetokens.web;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where clients reach this server. A request's own {@code Host} is never taken for that: whoever
 * sends the request has written it.
 *
 * @param publicUrl what stands before {@code /api}, without a slash at the end; null if nobody has
 *     said it
 */
@Context
@ConfigurationProperties("service-tokens")
public record PublicUrlConfiguration(@Nullable String publicUrl) {

  /**
   * Takes slashes at the end away.
   *
   * @throws StartRefusal if it is not the URL of a server
   */
  public PublicUrlConfiguration {
    publicUrl = publicUrl == null ? null : publicUrl.strip().replaceAll("/+$", "");
    if (publicUrl != null && !isServer(publicUrl)) {
      throw StartRefusal.ofSetting(
          "service-tokens.public-url",
          "a URL such as https://tokens.example.com, without user, query and fragment");
    }
  }

  private static boolean isServer(String url) {
    try {
      URI uri = new URI(url);
      return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
