package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The code blocks of README.md. */
final class Readme {

  /** The top of the checkout, from the module's folder, in which tests run. */
  static final Path TOP = Path.of("../..").toAbsolutePath().normalize();

  private Readme() {}

  /** The blocks of that language, in their order. */
  static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(Files.readString(TOP.resolve("README.md"), UTF_8))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /**
   * The text without what differs from run to run: tokens, ids, keys and times, and the numbers of
   * audit events, of which refusals are written a little later.
   */
  static String withoutWhatDiffers(String text) {
    return text.replaceAll("svctok-(…|[0-9A-Za-z]+)", "TOKEN")
        .replaceAll("\\b[0-9]{15}\\b", "ID")
        .replaceAll("\"trackingKey\":\"[^\"]*\"", "KEY")
        .replaceAll("\"serverTimestamp\":[0-9]+", "TIME")
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC", "TIME")
        .replaceAll("(?m)^[0-9]+ +\\| TIME", "NUMBER | TIME")
        .strip();
  }
}
