package dev.servicetokens.web;

import org.jspecify.annotations.Nullable;

/** The release of this server. */
public final class Release {

  private Release() {}

  /** A semantic version, from the jar's manifest; {@code 0.0.0-dev} when run from classes. */
  public static String version() {
    @Nullable String version = Release.class.getPackage().getImplementationVersion();
    return version == null ? "0.0.0-dev" : version;
  }
}
