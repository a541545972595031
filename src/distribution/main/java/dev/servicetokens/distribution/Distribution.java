package dev.servicetokens.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Builds the folder that users unpack and that a clone runs, from what Maven has built; on Linux
 * x64 also its archive and the smaller one of the command line alone.
 *
 * <p>Two builds of the same jars with the same JDK are the same bytes: everything has one date, and
 * nothing of the machine that builds is in it.
 */
public final class Distribution {

  private static final String ARCHIVED = "linux-x64";

  private final Path top;
  private final Path target;
  private final String version;
  private final Instant date;
  private final String platform = platform();

  private Distribution(Path top, Path target, String version, Instant date) {
    this.top = top;
    this.target = target;
    this.version = version;
    this.date = date;
  }

  /**
   * Builds.
   *
   * @param arguments the folder of the whole project, where to build, the version, the date that
   *     everything gets (ISO 8601), and {@code true} if archives are wanted where there are any
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path top = Path.of(arguments[0]).toRealPath();
    Path target = Files.createDirectories(Path.of(arguments[1])).toRealPath();
    Distribution distribution =
        new Distribution(top, target, arguments[2], Instant.parse(arguments[3]));
    distribution.build(Boolean.parseBoolean(arguments[4]));
  }

  private void build(boolean archives) throws IOException, InterruptedException {
    Path marker = target.resolve("built");
    Files.deleteIfExists(marker);
    Path sums = target.resolve("SHA256SUMS");
    Files.deleteIfExists(sums);
    String name = "service-tokens-" + version + "-" + platform;
    boolean complete = assemble(target.resolve(name), true);
    if (archives && complete && platform.equals(ARCHIVED)) {
      pack(name, sums);
      Path image = target.resolve("service-tokens-" + version + "-image.tar");
      Files.deleteIfExists(image);
      Path classes = top.resolve("src/distribution/main/start/server.classes");
      Image.build(target.resolve(name), classes, version, date, image)
          .ifPresent(why -> System.err.println("No image: " + why));
    }
    // Last: whoever finds it finds all of the folder.
    Files.writeString(marker, name + " " + digest(target.resolve(name)).substring(0, 16) + "\n");
  }

  private void pack(String name, Path sums) throws IOException, InterruptedException {
    if (!Files.exists(target.resolve(name).resolve("NOTICE"))) {
      System.err.println("No archives: Maven makes no bill of materials offline");
      return;
    }
    String small = "service-tokens-cli-" + version + "-" + platform;
    assemble(target.resolve(small), false);
    StringBuilder lines = new StringBuilder();
    for (String archived : List.of(small, name)) {
      Path archive = target.resolve(archived + ".tar.gz");
      Archive.pack(target.resolve(archived), date, archive);
      lines.append(digest(archive)).append("  ").append(archive.getFileName()).append('\n');
    }
    Files.writeString(sums, lines);
  }

  /**
   * Makes the folder anew.
   *
   * @return whether it has a Java of its own; without, only a clone can use it
   */
  private boolean assemble(Path folder, boolean withServer)
      throws IOException, InterruptedException {
    Tree.delete(folder);
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.copy(top.resolve("LICENSE"), folder.resolve("LICENSE"));
    Path launcher = Files.createDirectories(folder.resolve("bin")).resolve("sts");
    Files.copy(top.resolve("src/distribution/main/sh/sts"), launcher);
    launcher.toFile().setExecutable(true, false);
    if (withServer) {
      addProgram("server", "dev.servicetokens.Application", lib);
      Tree.copy(top.resolve("src/deploy/systemd"), folder.resolve("share").resolve("systemd"));
    }
    addProgram("cli", "dev.servicetokens.cli.Sts", lib);
    Optional<String> missing = addJava(folder, withServer);
    addBills(folder, withServer, missing.isEmpty());
    Tree.settle(folder, date);
    if (missing.isPresent()) {
      System.err.println("No Java of its own, and no archive: " + missing.get());
      return false;
    }
    addRecordings(folder, withServer);
    addPages(folder);
    Tree.settle(folder, date);
    return true;
  }

  private Optional<String> addJava(Path folder, boolean withServer) throws IOException {
    Path cache = target.resolve(withServer ? "runtime" : "runtime-cli");
    List<String> modules = withServer ? JavaRuntime.forServer() : JavaRuntime.forCommandLine();
    Optional<String> missing = JavaRuntime.link(modules, cache);
    if (missing.isEmpty()) {
      Tree.copy(cache, folder.resolve("runtime"));
    }
    return missing;
  }

  /** Copies the jars of a module and what it needs, and makes a small one that names them all. */
  private void addProgram(String module, String mainClass, Path lib) throws IOException {
    Path built = top.resolve("src").resolve(module).resolve("target");
    Path own = built.resolve("service-tokens-%s-%s.jar".formatted(module, version));
    List<Path> jars = new ArrayList<>(List.of(own));
    try (Stream<Path> libraries = Files.list(built.resolve("lib"))) {
      jars.addAll(libraries.sorted().toList());
    }
    List<String> names = new ArrayList<>();
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      names.add(name);
      Path copy = lib.resolve(name);
      if (name.startsWith(PostgresJar.PREFIX)) {
        PostgresJar.write(jar, copy, date);
      } else if (!Files.exists(copy)) {
        Files.copy(jar, copy);
      } else if (Files.mismatch(jar, copy) >= 0) {
        throw new IOException("The server and the command line have different files " + name);
      }
    }
    writeStarter(lib.resolve(module + ".jar"), mainClass, names);
  }

  private void writeStarter(Path jar, String mainClass, List<String> classPath) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      ZipEntry entry = new ZipEntry("META-INF/MANIFEST.MF");
      entry.setTimeLocal(LocalDateTime.ofInstant(date, ZoneOffset.UTC));
      out.putNextEntry(entry);
      manifest.write(out);
      out.closeEntry();
    }
  }

  /** What others have written: nothing is said of it where Maven has not found out. */
  private void addBills(Path folder, boolean withServer, boolean ownJava) throws IOException {
    List<Path> bills = new ArrayList<>();
    for (String module : withServer ? List.of("server", "cli") : List.of("cli")) {
      Path bill = top.resolve("src").resolve(module).resolve("target").resolve("bom.json");
      if (!Files.exists(bill)) {
        return;
      }
      Path sbom = Files.createDirectories(folder.resolve("sbom"));
      Files.copy(bill, sbom.resolve("service-tokens-" + module + ".cdx.json"));
      bills.add(bill);
    }
    Files.writeString(folder.resolve("NOTICE"), Notice.of(bills, withServer, ownJava));
  }

  /** The JVM's options for them are those of the launcher. */
  private void addRecordings(Path folder, boolean withServer)
      throws IOException, InterruptedException {
    if (!platform.equals(ARCHIVED)) {
      return;
    }
    if (withServer) {
      record(folder, "server", launcherOptions("server"));
    }
    List<String> options = new ArrayList<>(launcherOptions("cli"));
    try (Stream<Path> jars = Files.list(folder.resolve("lib"))) {
      Path parser =
          jars.filter(jar -> jar.getFileName().toString().startsWith("picocli-"))
              .findFirst()
              .orElseThrow();
      options.add("-Xbootclasspath/a:lib/" + parser.getFileName());
    }
    record(folder, "cli", options);
  }

  private void record(Path folder, String program, List<String> options)
      throws IOException, InterruptedException {
    StartRecording.make(
        folder,
        folder.resolve("lib").resolve(program + ".jsa"),
        top.resolve("src/distribution/main/start").resolve(program + ".classes"),
        options,
        "lib/" + program + ".jar");
  }

  private List<String> launcherOptions(String program) throws IOException {
    String launcher = Files.readString(top.resolve("src/distribution/main/sh/sts"));
    MatchResult line =
        Pattern.compile("(?m)^" + program + "_flags=\"(.*)\"$")
            .matcher(launcher)
            .results()
            .findFirst()
            .orElseThrow();
    return List.of(line.group(1).split(" "));
  }

  /** What the command line prints of itself: scripts for shells, and the manual page. */
  private void addPages(Path folder) throws IOException, InterruptedException {
    Path completions = Files.createDirectories(folder.resolve("share").resolve("completions"));
    for (String shell : List.of("bash", "fish", "zsh")) {
      print(folder, shell, completions.resolve("sts." + shell));
    }
    Path man = folder.resolve("share").resolve("man").resolve("man1");
    print(folder, "man", Files.createDirectories(man).resolve("sts.1"));
  }

  private static void print(Path folder, String what, Path file)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(folder.resolve("bin").resolve("sts").toString(), "completion", what)
            .redirectOutput(file.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("STS_CLI_"));
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IOException("sts completion " + what + " ended with " + code);
    }
  }

  /** SHA-256 of a file, or of all files of a folder with their names and executable bits. */
  private static String digest(Path top) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    try (DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (Path file : Tree.inOrder(top)) {
        if (Files.isRegularFile(file)) {
          if (!file.equals(top)) {
            String name = top.relativize(file) + "\0" + Files.isExecutable(file) + "\0";
            out.write((name + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
          }
          try (InputStream in = Files.newInputStream(file)) {
            in.transferTo(out);
          }
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The name of this platform as archives have it. */
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    boolean musl = Files.exists(Path.of("/etc/alpine-release"));
    String family =
        system.startsWith("mac") ? "macos" : musl ? "alpine" : system.replaceAll("[^a-z0-9]", "");
    return family
        + "-"
        + switch (processor) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "arm64";
          default -> processor;
        };
  }
}
