package dev.servicetokens.web;

import io.micronaut.http.server.HttpServerConfiguration;
import org.jspecify.annotations.Nullable;

/** The path below which everything is served, where configuration sets one. */
public final class BasePath {

  private BasePath() {}

  /** Empty, or a slash and what follows it, without a slash at the end. */
  public static String of(HttpServerConfiguration configuration) {
    @Nullable String contextPath = configuration.getContextPath();
    String path = contextPath == null ? "" : contextPath.replaceAll("^/+|/+$", "");
    return path.isEmpty() ? "" : "/" + path;
  }
}
