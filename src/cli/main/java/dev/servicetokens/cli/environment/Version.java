package dev.servicetokens.cli.environment;

import org.jspecify.annotations.Nullable;

/** The version of this command line. */
public final class Version {

  private Version() {}

  /** As the jar's manifest has it. */
  public static String text() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
