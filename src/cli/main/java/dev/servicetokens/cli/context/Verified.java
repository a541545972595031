package dev.servicetokens.cli.context;

import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.ServerInfo;
import dev.servicetokens.client.model.ServerVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server that answered, as the commands that check a connection report it. */
record Verified(String url, ServerInfo info) {

  void writeText(TextOutput out) {
    out.success(
        "Connection verified to " + url + " (Platform version: " + info.getPlatformVersion() + ")");
  }

  Map<String, ?> json() {
    ServerVersion version = info.getVersion();
    return Map.of(
        "version",
        Map.of(
            "major", version.getMajor(),
            "minor", version.getMinor(),
            "patch", version.getPatch(),
            "diff", orEmpty(version.getDiff()),
            "commit", orEmpty(version.getCommit()),
            "isDev", Boolean.TRUE.equals(version.getIsDev())),
        "deploymentMode",
        orEmpty(info.getDeploymentMode()),
        "platformVersion",
        orEmpty(info.getPlatformVersion()),
        "applicationDomains",
        info.getApplicationDomains().stream().map(Object::toString).toList());
  }

  private static String orEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
