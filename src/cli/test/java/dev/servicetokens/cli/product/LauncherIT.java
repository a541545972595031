package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script of this checkout. */
final class LauncherIT {

  @TempDir private Path folder;

  /** A help flag behind another one once started a server. */
  @Test
  void showsTheHelpOfServeWhereverTheFlagStands() throws Exception {
    assertThat(sts("serve", "-o", "json", "--help")).startsWith("Start the server.\n");
  }

  /** The JVM would crash over it: a recording only makes a start faster. */
  @Test
  void startsWithADamagedRecording() throws Exception {
    String version = sts("--version");
    Path builds = Readme.TOP.resolve(".sts");
    Path recording =
        builds.resolve(Files.readString(builds.resolve("current")).strip()).resolve("lib/cli.jsa");
    byte[] good = Files.readAllBytes(recording);
    try {
      Files.write(recording, damaged(good));
      assertThat(sts("--version")).isEqualTo(version).startsWith("sts version ");
    } finally {
      Files.write(recording, good);
    }
  }

  private static byte[] damaged(byte[] good) {
    byte[] bad = good.clone();
    for (int i = bad.length / 100; i < bad.length; i += 10_007) {
      bad[i] ^= (byte) 0xff;
    }
    return bad;
  }

  private String sts(String... args) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    String[] command = new String[args.length + 1];
    command[0] = Readme.TOP.resolve("sts").toString();
    System.arraycopy(args, 0, command, 1, args.length);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(6, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroy();
    }
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("errors"))).isZero();
    return Files.readString(output, UTF_8);
  }
}
