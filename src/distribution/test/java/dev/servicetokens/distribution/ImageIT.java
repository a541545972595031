package dev.servicetokens.distribution;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The image, unpacked, and started as a container is: as its user, with no privileges, nothing to
 * see but what is in it, and its root read-only. Its database is that of another node.
 */
class ImageIT {

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final int USER = 65532;

  /** Needs root, or a kernel that gives users namespaces of their own. */
  private static final boolean ROOT = new UnixSystem().getUid() == 0;

  /** Prepares the folders of a container as its runtime would; then becomes its user. */
  private static final String ENTER =
      """
      set -eu
      root=$1 data=$2 temporary=$3; shift 3
      mount --bind "$root" "$root"
      mount -o remount,bind,ro "$root"
      mount --bind "$data" "$root/var/lib/service-tokens"
      mount --bind "$temporary" "$root/tmp"
      mount --rbind /proc "$root/proc"
      mount --rbind /dev "$root/dev"
      """
          + (ROOT
                  ? "exec setpriv --no-new-privs chroot --userspec=%1$d:%1$d --groups= \"$root\""
                      + " \"$@\""
                  : "exec unshare --user --map-user=%1$d --map-group=%1$d --root=\"$root\" \"$@\"")
              .formatted(USER);

  @TempDir static Path folder;
  private static Path root;
  private static Map<String, String> parts;
  private static Node neighbour;

  /** A server as a process. */
  private record Node(Process process, Path out, Path err) {
    static Node start(List<String> command, Map<String, String> variables, String name)
        throws IOException {
      Path out = folder.resolve(name + ".out");
      Path err = folder.resolve(name + ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().keySet().removeIf(key -> !key.equals("PATH") && !key.equals("HOME"));
      builder.environment().putAll(variables);
      return new Node(builder.start(), out, err);
    }

    URI address() {
      Pattern line = Pattern.compile("(http://localhost:\\d+)\\s");
      await()
          .atMost(90, SECONDS)
          .pollInterval(20, MILLISECONDS)
          .until(() -> !process.isAlive() || line.matcher(text(out)).find());
      Matcher found = line.matcher(text(out));
      if (!found.find()) {
        throw new AssertionError(text(out) + text(err));
      }
      return URI.create(found.group(1));
    }
  }

  @BeforeAll
  static void unpackAndStartTheDatabase() throws IOException {
    Path tar = image();
    parts = new HashMap<>();
    List<byte[]> layers = new ArrayList<>();
    try (TarArchiveInputStream in = open(Files.newInputStream(tar))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().endsWith(".tar.gz")) {
          layers.add(in.readAllBytes());
        } else {
          parts.put(
              entry.getName().endsWith("manifest.json") ? "manifest" : "configuration",
              new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    root = Files.createDirectory(folder.resolve("root"));
    for (byte[] layer : layers) {
      unpack(layer);
    }
    Path data = Files.createDirectory(folder.resolve("neighbour"));
    neighbour =
        Node.start(
            List.of(TARGET.resolve(built()).resolve("bin/sts").toString(), "serve"),
            Map.of("MICRONAUT_SERVER_PORT", "-1", "SERVICE_TOKENS_DATA_DIRECTORY", data.toString()),
            "neighbour");
    neighbour.address();
  }

  @AfterAll
  static void stopTheDatabase() throws InterruptedException {
    if (neighbour != null) {
      neighbour.process().destroy();
      assertThat(neighbour.process().waitFor(30, SECONDS)).isTrue();
    }
  }

  private static Path image() throws IOException {
    Path image = TARGET.resolve(built().replaceFirst("-[a-z]+-[a-z0-9]+$", "-image.tar"));
    if (!Files.exists(image)) {
      String missing = "No image was built on this platform";
      return Boolean.parseBoolean(System.getenv("CI")) ? fail(missing) : abort(missing);
    }
    return image;
  }

  /**
   * The name of the folder that was built last, with its version; older ones may lie there, too.
   */
  private static String built() throws IOException {
    return Files.readString(TARGET.resolve("built")).replaceFirst("\\s(?s:.*)", "");
  }

  private static TarArchiveInputStream open(InputStream in) {
    return new TarArchiveInputStream(new BufferedInputStream(in), "UTF-8");
  }

  private static void unpack(byte[] layer) throws IOException {
    try (TarArchiveInputStream in = open(new GZIPInputStream(new ByteArrayInputStream(layer)))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path path = root.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.copy(in, path);
          Files.setLastModifiedTime(path, FileTime.from(entry.getLastModifiedTime().toInstant()));
        }
        Files.setAttribute(path, "unix:mode", entry.getMode() & 07777);
        if (ROOT) {
          Files.setAttribute(path, "unix:uid", (int) entry.getLongUserId());
          Files.setAttribute(path, "unix:gid", (int) entry.getLongGroupId());
        }
      }
    }
  }

  /**
   * A container's own writable folders stay empty: there is nothing that the next one would need.
   */
  @Test
  void servesAsItsUserOnAReadOnlyRoot() throws Exception {
    String secret = "a-first-token-of-the-image-0123456789";
    Node image = start("first", Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN", secret));
    URI address = image.address();
    assertThat(status(address, "/health", "")).isEqualTo(200);
    assertThat(status(address, "/api/server/status", secret)).isEqualTo(200);
    assertThat(status(neighbour.address(), "/api/server/status", secret)).isEqualTo(200);
    String process = Files.readString(Path.of("/proc", image.process().pid() + "", "status"));
    assertThat(process)
        .containsPattern("CapEff:\\s+0000000000000000\n")
        .doesNotContainPattern("Cap(Inh|Prm|Amb):\\s+0*[1-9a-f]");
    if (ROOT) {
      assertThat(process).containsPattern("Groups:\\s*\n");
      assertThat(process).containsPattern("Uid:\\s+65532\\s+65532\\s+65532\\s+65532\n");
      assertThat(process).containsPattern("NoNewPrivs:\\s+1\n");
    }
    image.process().destroy();
    assertThat(image.process().waitFor(30, SECONDS)).isTrue();
    assertThat(image.process().exitValue()).isEqualTo(143);
    for (String writable : List.of("data-first", "tmp-first")) {
      assertThat(folder.resolve(writable)).isEmptyDirectory();
    }
    assertThat(text(image.err())).doesNotContain("ERROR", secret).doesNotContain("Exception");
  }

  /** What it cannot do is said, not passed over. */
  @ParameterizedTest
  @CsvSource({
    "STS_UNUSED, DATASOURCES_DEFAULT_URL",
    "SERVICE_TOKENS_JAVA_OPTS, JDK_JAVA_OPTIONS",
  })
  void saysWhatToDoInstead(String variable, String words) throws Exception {
    Map<String, String> variables = environment(Map.of(variable, "-Xmx1g"));
    Node image =
        Node.start(command(empty("data-" + words), empty("tmp-" + words)), variables, words);
    assertThat(image.process().waitFor(60, SECONDS)).isTrue();
    assertThat(image.process().exitValue()).isEqualTo(1);
    assertThat(text(image.err())).contains(words);
  }

  @Test
  void hasNoProgramButJava() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(
              files
                  .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                  .filter(Files::isExecutable)
                  .map(file -> root.relativize(file).toString())
                  .filter(file -> !file.endsWith(".so")))
          .allMatch(
              file ->
                  file.startsWith("opt/service-tokens/runtime/")
                      || file.matches("lib(64)?/.*\\.so\\.\\d|usr/lib.*\\.so\\.\\d"))
          .noneMatch(file -> file.matches(".*/(sh|bash|dash|busybox|perl|python.*)"));
    }
    assertThat(root.resolve("bin")).doesNotExist();
  }

  /** What is there cannot be changed by whom it runs as, and has no special rights. */
  @Test
  void nothingInItIsItsUsersButTheData() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(file -> !file.equals(root)))
          .allSatisfy(
              file -> {
                String name = root.relativize(file).toString();
                int mode = (int) Files.getAttribute(file, "unix:mode") & 07777;
                assertThat(mode & 06000).as(name).isZero();
                if (!name.equals("tmp")) {
                  assertThat(mode & 0022).as(name).isZero();
                }
                if (ROOT) {
                  assertThat(Files.getAttribute(file, "unix:uid"))
                      .as(name)
                      .isEqualTo(name.equals("var/lib/service-tokens") ? USER : 0);
                }
              });
    }
  }

  @Test
  void saysWhatItIs() throws IOException {
    assertThat(parts.get("configuration"))
        .contains("\"User\":\"65532:65532\"", "MICRONAUT_SERVER_HOST=0.0.0.0")
        .contains("org.opencontainers.image.licenses", "org.opencontainers.image.revision")
        .doesNotContain("Healthcheck");
    assertThat(parts.get("manifest")).contains("service-tokens:");
    assertThat(Files.size(image())).isLessThan(90_000_000);
  }

  private static Node start(String name, Map<String, String> more) throws IOException {
    Path data = folder.resolve("neighbour");
    String port = Files.readAllLines(postmaster(data)).get(3);
    Map<String, String> variables = new HashMap<>(more);
    variables.put("DATASOURCES_DEFAULT_URL", "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
    variables.put("DATASOURCES_DEFAULT_USERNAME", "postgres");
    variables.put(
        "DATASOURCES_DEFAULT_PASSWORD",
        Files.readString(data.resolve("postgresql-password")).strip());
    return Node.start(
        command(empty("data-" + name), empty("tmp-" + name)), environment(variables), name);
  }

  private static Path postmaster(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files.filter(file -> file.endsWith("postmaster.pid")).findFirst().orElseThrow();
    }
  }

  private static Path empty(String name) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
    if (ROOT) {
      Files.setAttribute(made, "unix:uid", USER);
    }
    return made;
  }

  private static List<String> command(Path data, Path temporary) {
    List<String> command =
        new ArrayList<>(
            ROOT
                ? List.of("unshare", "--mount")
                : List.of("unshare", "--user", "--map-root-user", "--mount"));
    command.addAll(List.of("sh", "-c", ENTER, "enter", root.toString()));
    command.addAll(List.of(data.toString(), temporary.toString()));
    command.addAll(list("Entrypoint"));
    return command;
  }

  private static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>();
    for (String variable : list("Env")) {
      variables.put(
          variable.substring(0, variable.indexOf('=')),
          variable.substring(variable.indexOf('=') + 1));
    }
    // The test's programs are found by it, and the image's have none to find.
    variables.put("PATH", System.getenv("PATH"));
    variables.put("MICRONAUT_SERVER_PORT", "-1");
    variables.putAll(more);
    return variables;
  }

  private static List<String> list(String name) {
    Matcher list =
        Pattern.compile("\"" + name + "\":\\[([^]]*)]").matcher(parts.get("configuration"));
    assertThat(list.find()).isTrue();
    return Pattern.compile("\"([^\"]*)\"")
        .matcher(list.group(1))
        .results()
        .map(text -> text.group(1))
        .toList();
  }

  private static int status(URI address, String path, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(20));
    if (!token.isEmpty()) {
      request.header("X-API-Key", token);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString()).statusCode();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
