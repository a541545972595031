package dev.servicetokens.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Which version of this library runs, as the build wrote it beside this class. */
final class SdkVersion {

  /** What requests name as their program where the caller names none. */
  static final String USER_AGENT = "service-tokens-java/" + read();

  private SdkVersion() {}

  private static String read() {
    try (InputStream in = SdkVersion.class.getResourceAsStream("version.txt")) {
      String version =
          in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      return version.matches("[0-9A-Za-z.+-]{1,40}") ? version : "unknown";
    } catch (IOException e) {
      return "unknown"; // Packed anew by somebody; no reason to fail.
    }
  }
}
