package dev.servicetokens.distribution;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.servicetokens.distribution.ArchiveUser.Run;
import dev.servicetokens.distribution.ArchiveUser.Started;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

/** The archives as users get them. Skipped where none are built, but not where {@code CI=true}. */
final class DistributionIT {

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path TOP = TARGET.getParent().getParent().getParent();

  /** A start is slower when it must look for more classes than these on the class path. */
  private static final double KNOWN_CLASSES = 0.85;

  private static final long LARGEST_COMMAND_LINE = 60_000_000;

  @TempDir private static Path folder;

  /** Both archives, unpacked by the owner of the machine: those who use them cannot write there. */
  private static Path server;

  private static Path commandLine;

  @BeforeAll
  static void unpack() throws Exception {
    boolean built = Files.exists(TARGET.resolve("SHA256SUMS"));
    assumeTrue(built || "true".equals(System.getenv("CI")), "no archives on this platform");
    sh(TARGET, "sha256sum --check --strict SHA256SUMS");
    // Others must be able to look into what they use.
    sh(folder, "chmod 755 . && mkdir opt");
    for (Path archive : archives()) {
      sh(folder.resolve("opt"), "tar xzf '" + archive + "'");
    }
    try (Stream<Path> folders = Files.list(folder.resolve("opt"))) {
      for (Path unpacked : folders.toList()) {
        if (unpacked.getFileName().toString().startsWith("service-tokens-cli-")) {
          commandLine = unpacked;
        } else {
          server = unpacked;
        }
      }
    }
  }

  @AfterAll
  static void giveBack() throws Exception {
    sh(folder, "chmod -R u+rwX .");
  }

  @Test
  void anOrdinaryUserNeedsNothingElse() throws Exception {
    ArchiveUser user = ArchiveUser.of(folder.resolve("user"));
    // As an administrator puts it on everybody's path.
    Files.createDirectory(folder.resolve("bin"));
    Path link =
        Files.createSymbolicLink(folder.resolve("bin/serve-sts"), server.resolve("bin/sts"));
    Path sts = Files.createSymbolicLink(folder.resolve("bin/sts"), commandLine.resolve("bin/sts"));
    Path loaded = user.home().resolve("loaded");
    Map<String, String> settings =
        Map.of(
            "MICRONAUT_SERVER_PORT",
            "-1",
            "SERVICE_TOKENS_JAVA_OPTS",
            "-Xlog:class+load:file=" + loaded);
    Started started = user.start(settings, link.toString(), "serve");
    try {
      String url = started.awaitAddress();
      assertThat(exe(started.process())).isEqualTo(server.resolve("runtime/bin/java").toRealPath());
      Run token =
          user.run(Map.of(), "cat", user.home() + "/.local/share/service-tokens/admin-token");
      Map<String, String> variables =
          new HashMap<>(Map.of("STS_CLI_URL", url, "STS_CLI_SERVICE_TOKEN", token.out().strip()));
      Run created =
          user.run(
              variables,
              sts.toString(),
              "service-token",
              "create",
              "--name",
              "caf\u00e9",
              "--roles",
              "stackstate-guest");
      assertThat(created.err()).isEmpty();
      assertThat(created.exitCode()).isZero();
      assertThat(user.run(variables, sts.toString(), "service-token", "list").out())
          .contains("administrator", "[stackstate-guest]");
      assertThat(user.run(variables, link.toString(), "whoami").exitCode()).isZero();
      assertKnown(loaded);
    } finally {
      started.process().destroy();
    }
    assertThat(started.end().exitCode()).isEqualTo(128 + 15);
  }

  /** Where the machine's variables name another Java, or none that there is. */
  @Test
  void takesNoOtherJava() throws Exception {
    ArchiveUser user = ArchiveUser.of(folder.resolve("other"));
    Run run =
        user.run(
            Map.of("JAVA_HOME", "/nowhere"),
            commandLine.resolve("bin/sts").toString(),
            "--version");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("sts version " + version());
  }

  @Test
  void theSmallOneSaysWhereTheServerIs() throws Exception {
    ArchiveUser user = ArchiveUser.of(folder.resolve("client"));
    Run run = user.run(Map.of(), commandLine.resolve("bin/sts").toString(), "serve");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("command line only", "service-tokens-");
    assertThat(Files.size(TARGET.resolve(commandLine.getFileName() + ".tar.gz")))
        .isLessThan(LARGEST_COMMAND_LINE);
  }

  @Test
  void theCommandLineKnowsItsClasses() throws Exception {
    Path loaded = folder.resolve("loaded-by-command-line");
    sh(
        commandLine,
        "STS_CLI_URL=http://localhost:1 STS_CLI_SERVICE_TOKEN=t runtime/bin/java"
            + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:SharedArchiveFile=lib/cli.jsa"
            + " -Xbootclasspath/a:$(echo lib/picocli-*.jar) -Xlog:class+load:file="
            + loaded
            + " -jar lib/cli.jar service-token list 2>/dev/null || true");
    assertKnown(loaded);
  }

  private static void assertKnown(Path loaded) throws IOException {
    List<String> lines = Files.readAllLines(loaded);
    long known =
        lines.stream().filter(line -> line.contains("source: shared objects file")).count();
    assertThat((double) known / lines.size())
        .as("If this fails, src/distribution/record-start makes the lists of classes anew")
        .isGreaterThan(KNOWN_CLASSES);
  }

  /** What every archive has, and what must be in none. */
  @Test
  void theArchivesAreFitForEverybody() throws Exception {
    for (Path archive : archives()) {
      List<String> names = new ArrayList<>();
      String top = archive.getFileName().toString().replace(".tar.gz", "/");
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          String name = entry.getName();
          names.add(name);
          assertThat(name).startsWith(top).doesNotContain("..");
          assertThat(entry.isFile() || entry.isDirectory()).as(name).isTrue();
          assertThat(entry.getMode() & 07777).as(name).isIn(0644, 0755);
          assertThat(entry.getLongUserId() + entry.getLongGroupId()).as(name).isZero();
          assertThat(entry.getUserName() + entry.getGroupName()).as(name).isEmpty();
          if (entry.isFile()) {
            assertNothingOfThisMachine(name, tar.readAllBytes());
          }
        }
      }
      assertThat(names)
          .contains(
              top + "LICENSE",
              top + "NOTICE",
              top + "bin/sts",
              top + "runtime/bin/java",
              top + "sbom/service-tokens-cli.cdx.json",
              top + "share/man/man1/sts.1",
              top + "share/completions/sts.bash",
              top + "share/completions/sts.fish",
              top + "share/completions/sts.zsh")
          // Whom the machine that builds trusts.
          .doesNotContain(top + "runtime/lib/security/cacerts")
          .isSorted();
      String unit = top + "share/systemd/service-tokens.service";
      assertThat(names.contains(unit)).isEqualTo(!top.contains("-cli-"));
    }
  }

  private static void assertNothingOfThisMachine(String name, byte[] content) throws IOException {
    String text = new String(content, ISO_8859_1);
    assertThat(text.contains(TOP.toString())).as(name + " names " + TOP).isFalse();
    assertThat(text.contains(System.getProperty("java.home"))).as(name).isFalse();
    if (name.endsWith(".jar") && name.contains("/service-tokens-")) {
      try (ZipInputStream jar = new ZipInputStream(new ByteArrayInputStream(content))) {
        for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
          assertNothingOfThisMachine(name + "!" + entry.getName(), jar.readAllBytes());
        }
      }
    }
  }

  /** By the digest of what Maven brought a server knows what it has unpacked already. */
  @Test
  void postgresqlIsThatOfMaven() throws Exception {
    Path jar;
    try (Stream<Path> jars = Files.list(server.resolve("lib"))) {
      jar =
          jars.filter(file -> file.toString().contains(PostgresJar.PREFIX))
              .findFirst()
              .orElseThrow();
    }
    Path original = TOP.resolve("src/server/target/lib").resolve(jar.getFileName());
    try (JarFile shipped = new JarFile(jar.toFile());
        JarFile brought = new JarFile(original.toFile())) {
      String name = "postgres-linux-x86_64";
      byte[] packed = content(brought, name + ".txz");
      assertThat(new String(content(shipped, name + ".txz.sha256"), UTF_8))
          .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(packed)));
      try (InputStream tar = new XZInputStream(new ByteArrayInputStream(packed))) {
        assertThat(Arrays.equals(content(shipped, name + ".tar"), tar.readAllBytes())).isTrue();
      }
    }
  }

  private static byte[] content(JarFile jar, String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  /** The same jars make the same files, however often, and wherever: this folder has a space. */
  @Test
  void madeAgainElsewhereTheyAreTheSame() throws Exception {
    Path again = Files.createDirectories(folder.resolve("made again"));
    Distribution.main(
        new String[] {
          TOP.toString(),
          again.toString(),
          version(),
          Files.getLastModifiedTime(server.resolve("LICENSE")).toString(),
          "false"
        });
    Path made = again.resolve(server.getFileName());
    assertThat(files(made)).isEqualTo(files(server));
    for (String name : files(server)) {
      assertThat(Files.mismatch(made.resolve(name), server.resolve(name))).as(name).isEqualTo(-1);
    }
  }

  private static List<String> files(Path top) throws IOException {
    return Tree.inOrder(top).stream()
        .filter(Files::isRegularFile)
        .map(file -> top.relativize(file).toString())
        .toList();
  }

  private static String version() throws IOException {
    String built = Files.readString(TARGET.resolve("built"));
    return built.substring("service-tokens-".length(), built.indexOf("-linux"));
  }

  private static List<Path> archives() throws IOException {
    return Files.readAllLines(TARGET.resolve("SHA256SUMS")).stream()
        .map(line -> TARGET.resolve(line.substring(line.indexOf("  ") + 2)))
        .toList();
  }

  private static Path exe(Process process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/exe"));
  }

  private static void sh(Path folder, String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    try (InputStream in = process.getInputStream()) {
      String said = new String(in.readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }
}
