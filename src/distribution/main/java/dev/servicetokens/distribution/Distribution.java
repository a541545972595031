package dev.servicetokens.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Builds the folder that users unpack and that a clone runs, from what Maven has built; on Linux
 * x64 its archives, too.
 *
 * <p>Two builds of the same jars with the same JDK are the same bytes.
 */
public final class Distribution {

  private static final String ARCHIVED = "linux-x64";

  private final Path top;
  private final Path target;
  private final String version;
  private final Instant date;
  private final String platform = platform();

  private Distribution(Path top, String version, Instant date) {
    this.top = top;
    this.target = top.resolve("src/distribution/target");
    this.version = version;
    this.date = date;
  }

  /**
   * Builds.
   *
   * @param arguments the folder of the whole project, its version, the date that everything gets
   *     (ISO 8601), and {@code true} if archives are wanted where there are any
   */
  public static void main(String[] arguments) throws IOException {
    Path top = Path.of(arguments[0]).toRealPath();
    Distribution distribution = new Distribution(top, arguments[1], Instant.parse(arguments[2]));
    distribution.build(Boolean.parseBoolean(arguments[3]));
  }

  private void build(boolean archives) throws IOException {
    Path marker = target.resolve("built");
    Files.deleteIfExists(marker);
    String name = "service-tokens-" + version + "-" + platform;
    boolean complete = assemble(target.resolve(name), true);
    if (archives && complete && platform.equals(ARCHIVED)) {
      Archive.pack(target.resolve(name), date, target.resolve(name + ".tar.gz"));
      Path image = target.resolve("service-tokens-" + version + "-image.tar");
      Files.deleteIfExists(image);
      Image.build(target.resolve(name), version, date, image)
          .ifPresent(why -> System.err.println("No image: " + why));
    }
    Files.writeString(marker, name + "\n");
  }

  /**
   * Makes the folder anew.
   *
   * @return whether it has a Java of its own; without, only a clone can use it
   */
  private boolean assemble(Path folder, boolean withServer) throws IOException {
    Tree.delete(folder);
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.createDirectories(folder.resolve("bin"));
    Files.copy(top.resolve("LICENSE"), folder.resolve("LICENSE"));
    Path launcher = folder.resolve("bin").resolve("sts");
    Files.copy(top.resolve("src/distribution/main/sh/sts"), launcher);
    launcher.toFile().setExecutable(true, false);
    if (withServer) {
      addProgram("server", "dev.servicetokens.Application", lib);
    }
    addProgram("cli", "dev.servicetokens.cli.Sts", lib);
    Path cache = target.resolve(withServer ? "runtime" : "runtime-cli");
    Optional<String> missing =
        JavaRuntime.link(
            withServer ? JavaRuntime.forServer() : JavaRuntime.forCommandLine(), cache);
    if (missing.isPresent()) {
      System.err.println("No Java of its own, and no archive: " + missing.get());
    } else {
      Tree.copy(cache, folder.resolve("runtime"));
    }
    Tree.settle(folder, date);
    return missing.isEmpty();
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
      if (!Files.exists(copy)) {
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
      entry.setTimeLocal(java.time.LocalDateTime.ofInstant(date, java.time.ZoneOffset.UTC));
      out.putNextEntry(entry);
      manifest.write(out);
      out.closeEntry();
    }
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
