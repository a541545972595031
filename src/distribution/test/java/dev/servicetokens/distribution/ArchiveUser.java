package dev.servicetokens.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An ordinary user of a machine without Java, in a home folder that is empty at first. Where the
 * tests run as root it is {@code nobody}, so that what root may do proves nothing.
 *
 * @param home the folder
 */
record ArchiveUser(Path home) {

  private static final String NOBODY = "65534";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern ADDRESS = Pattern.compile("(http://localhost:\\d+)\\s");
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  /** What a program has left behind. */
  record Run(int exitCode, String out, String err) {}

  /** A program that runs. */
  record Started(Process process, Path out, Path err) {
    String awaitAddress() throws IOException {
      await()
          .atMost(LIMIT)
          .until(() -> !process.isAlive() || ADDRESS.matcher(Files.readString(out)).find());
      Matcher address = ADDRESS.matcher(Files.readString(out));
      assertThat(address.find()).as(Files.readString(err)).isTrue();
      return address.group(1);
    }

    Run end() throws IOException, InterruptedException {
      try {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroy();
      }
      return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  /** Gives a folder that we own to the user. */
  static ArchiveUser of(Path home) throws IOException, InterruptedException {
    Files.createDirectories(home);
    if (ROOT) {
      Process chown = new ProcessBuilder("chown", NOBODY + ":" + NOBODY, home.toString()).start();
      assertThat(chown.waitFor()).isZero();
    }
    return new ArchiveUser(home);
  }

  /** Runs a program to its end. */
  Run run(Map<String, String> variables, String... command)
      throws IOException, InterruptedException {
    return start(variables, command).end();
  }

  /** Starts a program with nothing but these variables and a path without Java. */
  Started start(Map<String, String> variables, String... command) throws IOException {
    Path out = Files.createTempFile("sts", ".out");
    Path err = Files.createTempFile("sts", ".err");
    List<String> line = new ArrayList<>();
    if (ROOT) {
      line.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    line.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("HOME", home.toString());
    builder.environment().putAll(variables);
    return new Started(builder.start(), out, err);
  }
}
