package dev.servicetokens.distribution;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Builds the image: a {@code .tar} that {@code docker load}, {@code skopeo} and {@code ctr} take.
 *
 * <p>In it are the server, its Java, and the files of the C library that the JVM asks for; no
 * shell, no package manager, no other program. It has no PostgreSQL either, whose initdb needs a
 * shell: it is given the address of one. It runs as user 65532 and writes below {@code /tmp} and
 * {@code /var/lib/service-tokens} only.
 *
 * <p>Jib writes it, without Docker and without a base image: two builds of the same folder with the
 * same C library are the same bytes.
 */
final class Image {

  private static final String HOME = "/opt/service-tokens/";
  private static final String DATA = "/var/lib/service-tokens";
  private static final String USER = "65532:65532";
  private static final String ROOT = "0:0";
  private static final String RECORDING = "server.jsa";

  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final FilePermissions FOR_ALL = FilePermissions.fromOctalString("777");
  private static final FilePermissions FOR_ITS_USER = FilePermissions.fromOctalString("700");

  /** The JVM's programs name it by this path. */
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

  private static final List<String> LIBRARIES =
      List.of("libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1");

  /** Where the loader of some system or other looks by itself. */
  private static final List<String> FOUND_IN =
      List.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64");

  private static final Map<String, String> TEXTS =
      Map.of(
          "/etc/passwd",
          """
          root:x:0:0:root:/:/none
          nonroot:x:65532:65532:Service Tokens:%s:/none
          """
              .formatted(DATA),
          "/etc/group",
          "root:x:0:\nnonroot:x:65532:\n",
          "/etc/nsswitch.conf",
          "passwd: files\ngroup: files\nhosts: files dns\n",
          HOME + "NOTICE.glibc",
          """
          The files in /lib64 and /lib/x86_64-linux-gnu are those of the GNU C Library, version 2.1 or later of the
          GNU Lesser General Public License, as the system has them that built this image. Source and licence:
          https://www.gnu.org/software/libc/
          """);

  private static final List<String> COMMAND =
      List.of(
          HOME + "runtime/bin/java",
          // The other half of the container's memory is for what is not on the heap.
          "-XX:MaxRAMPercentage=50",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          // A start takes half of the CPU with it; the JVM is not to say so where it cannot use it.
          "-XX:SharedArchiveFile=" + HOME + "lib/" + RECORDING,
          "-XX:+VerifySharedSpaces",
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "-Xlog:aot*=off:stderr",
          "-Xlog:cds*=off:stderr",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          // The server refuses a variable that only the launcher would have read.
          "-Dsts.image=true",
          "-jar",
          HOME + "lib/server.jar");

  private final Path work;
  private final Instant date;

  private Image(Path work, Instant date) {
    this.work = work;
    this.date = date;
  }

  /**
   * Builds one.
   *
   * @param folder the folder that users unpack, whole
   * @param classes the list of classes that a start loads
   * @param version of the image, which is its tag, too
   * @param date the date of all that is in it
   * @param tar where it is written
   * @return why there is none: this machine has not the C library that Linux on x64 has, or not
   *     where it is looked for
   */
  static Optional<String> build(Path folder, Path classes, String version, Instant date, Path tar)
      throws IOException, InterruptedException {
    for (String library : LIBRARIES) {
      if (find(library).isEmpty()) {
        return Optional.of("there is no %s in any of %s".formatted(library, FOUND_IN));
      }
    }
    if (!Files.isRegularFile(Path.of(LOADER))) {
      return Optional.of("there is no " + LOADER);
    }
    Path work = tar.resolveSibling("image");
    Tree.delete(work);
    Image image = new Image(Files.createDirectories(work), date);
    image.write(image.system(folder), image.server(folder, classes), version, tar);
    Tree.delete(work);
    return Optional.empty();
  }

  private static Optional<Path> find(String library) {
    return FOUND_IN.stream()
        .map(place -> Path.of(place, library))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** The layer that stays the same from one version of the server to the next. */
  private FileEntriesLayer system(Path folder) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("system");
    for (String library : LIBRARIES) {
      Path file = find(library).orElseThrow();
      add(layer, file, file.toString(), FILE, ROOT);
    }
    add(layer, Path.of(LOADER), LOADER, PROGRAM, ROOT);
    for (Map.Entry<String, String> text : TEXTS.entrySet()) {
      Path file = work.resolve(Path.of(text.getKey()).getFileName().toString());
      add(layer, Files.writeString(file, text.getValue()), text.getKey(), FILE, ROOT);
    }
    Path empty = Files.createDirectories(work.resolve("empty"));
    add(layer, empty, "/tmp", FOR_ALL, ROOT);
    add(layer, empty, DATA, FOR_ITS_USER, USER);
    // Where a container's runtime puts what the kernel tells, which it could not make on a
    // read-only root.
    for (String kernel : List.of("/dev", "/proc", "/sys")) {
      add(layer, empty, kernel, PROGRAM, ROOT);
    }
    addAll(layer, folder.resolve("runtime"), HOME + "runtime/");
    for (String about : List.of("LICENSE", "NOTICE")) {
      // A build of parts of the project has no list of what is in them, and so no notice.
      if (Files.exists(folder.resolve(about))) {
        add(layer, folder.resolve(about), HOME + about, FILE, ROOT);
      }
    }
    return layer.build();
  }

  private FileEntriesLayer server(Path folder, Path classes)
      throws IOException, InterruptedException {
    Path copy = copyServer(folder, work.resolve("server"));
    record(copy, classes);
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("server");
    addAll(layer, copy.resolve("lib"), HOME + "lib/");
    return layer.build();
  }

  /** Its Java and its jars, but for the PostgreSQL that nothing here could start. */
  private Path copyServer(Path from, Path to) throws IOException {
    Path lib = Files.createDirectories(to.resolve("lib"));
    Tree.copy(from.resolve("runtime"), to.resolve("runtime"));
    Path starter = from.resolve("lib").resolve("server.jar");
    Files.copy(starter, lib.resolve("server.jar"));
    try (JarFile jar = new JarFile(starter.toFile())) {
      String classPath = jar.getManifest().getMainAttributes().getValue("Class-Path");
      for (String name : classPath.split(" ", -1)) {
        // Java passes over what is named and not there.
        if (!name.startsWith(PostgresJar.PREFIX)) {
          Files.copy(from.resolve("lib").resolve(name), lib.resolve(name));
        }
      }
    }
    Tree.settle(to, date);
    return to;
  }

  /** The folder's own recording is of another class path. */
  private void record(Path server, Path classes) throws IOException, InterruptedException {
    List<String> options = COMMAND.stream().filter(option -> option.startsWith("--")).toList();
    Path recording = server.resolve("lib").resolve(RECORDING);
    StartRecording.make(server, recording, classes, options, "lib/server.jar");
    Tree.settle(server, date);
  }

  private void addAll(FileEntriesLayer.Builder layer, Path folder, String name) throws IOException {
    for (Path file : Tree.inOrder(folder)) {
      if (!Files.isDirectory(file)) {
        FilePermissions permissions = Files.isExecutable(file) ? PROGRAM : FILE;
        add(layer, file, name + folder.relativize(file), permissions, ROOT);
      }
    }
  }

  private void add(
      FileEntriesLayer.Builder layer,
      Path file,
      String name,
      FilePermissions permissions,
      String owner) {
    layer.addEntry(file, AbsoluteUnixPath.get(name), permissions, date, owner);
  }

  /** The commit that the server was built from; empty in a source tree without its history. */
  private String revision(String version) throws IOException {
    Path jar =
        work.resolve("server").resolve("lib").resolve("service-tokens-server-" + version + ".jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry entry = file.getEntry("dev/servicetokens/web/commit.properties");
      if (entry == null) {
        return "";
      }
      Properties properties = new Properties();
      properties.load(file.getInputStream(entry));
      return properties.getProperty("git.commit.id.describe", "").replaceAll("[^0-9a-zA-Z-]", "");
    }
  }

  /** Each JVM has another order of a map's entries, and the image would have other bytes. */
  private static Map<String, String> sorted(String... keysAndValues) {
    Map<String, String> sorted = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      sorted.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return sorted;
  }

  private void write(FileEntriesLayer system, FileEntriesLayer server, String version, Path tar)
      throws IOException, InterruptedException {
    try {
      Jib.fromScratch()
          .addPlatform("amd64", "linux")
          .setCreationTime(date)
          .setFileEntriesLayers(system, server)
          .setUser(USER)
          .setWorkingDirectory(AbsoluteUnixPath.get(DATA))
          .setEntrypoint(COMMAND)
          .setEnvironment(
              sorted(
                  "PATH",
                  HOME + "runtime/bin",
                  "LC_ALL",
                  "C.UTF-8",
                  "MICRONAUT_SERVER_HOST",
                  "0.0.0.0",
                  "SERVICE_TOKENS_DATA_DIRECTORY",
                  DATA))
          .setExposedPorts(Port.tcp(8080))
          .setVolumes(AbsoluteUnixPath.get(DATA), AbsoluteUnixPath.get("/tmp"))
          .setLabels(
              sorted(
                  "org.opencontainers.image.title",
                  "Service Tokens",
                  "org.opencontainers.image.licenses",
                  "Apache-2.0",
                  "org.opencontainers.image.version",
                  version,
                  "org.opencontainers.image.revision",
                  revision(version),
                  "org.opencontainers.image.created",
                  date.toString()))
          .containerize(
              Containerizer.to(TarImage.at(tar).named("service-tokens:" + version))
                  .setOfflineMode(true)
                  .setToolName("service-tokens")
                  .setBaseImageLayersCache(work.resolve("base"))
                  .setApplicationLayersCache(work.resolve("layers")));
    } catch (InvalidImageReferenceException
        | RegistryException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new IOException("The image cannot be written", e);
    }
  }
}
