package dev.servicetokens.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The release of this server. */
public final class Release {

  private static final Properties COMMIT = readCommit();

  private Release() {}

  /** A semantic version, from the jar's manifest; {@code 0.0.0-dev} when run from classes. */
  public static String version() {
    @Nullable String version = Release.class.getPackage().getImplementationVersion();
    return version == null ? "0.0.0-dev" : version;
  }

  /**
   * The commit that it was built from: 12 hex digits, followed by {@code -changed} if files
   * differed from it; empty if it was built without the history.
   */
  public static String commit() {
    return COMMIT.getProperty("git.commit.id.describe", "");
  }

  /**
   * The day of that commit in UTC, {@code 2026-11-29}; empty if it was built without the history.
   */
  public static String commitDate() {
    return COMMIT.getProperty("git.commit.time", "");
  }

  private static Properties readCommit() {
    Properties commit = new Properties();
    try (@Nullable InputStream in = Release.class.getResourceAsStream("commit.properties")) {
      if (in != null) {
        commit.load(in);
      }
      return commit;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
