package dev.servicetokens.cli;

import org.jspecify.annotations.Nullable;

/** The version of this command line. */
final class Version {

  private Version() {}

  /** As the jar's manifest has it. */
  static String text() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
