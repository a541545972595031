package dev.servicetokens.cli.server;

import dev.servicetokens.client.model.ServerVersion;
import java.util.Comparator;

/**
 * The version of the API that a server speaks.
 *
 * @param preRelease whether it comes before the release of the same number
 */
record ApiVersion(int major, int minor, int patch, boolean preRelease)
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
