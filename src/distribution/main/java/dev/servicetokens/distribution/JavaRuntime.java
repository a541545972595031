package dev.servicetokens.distribution;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;

/**
 * A Java of its own for the programs, of the modules that they need and no others.
 *
 * <p>Linking takes seconds, and what comes out depends on nothing but the JDK and the list, so it
 * is kept until one of them changes.
 */
final class JavaRuntime {

  /**
   * What {@code jdeps} finds in the jars, without {@code java.desktop}, of which some libraries
   * name classes that are never loaded here; and what no tool finds: {@code jdk.zipfs} to look into
   * jars for resources.
   */
  private static final List<String> COMMON =
      List.of(
          "java.base",
          "java.logging",
          "java.naming",
          "java.net.http",
          "java.security.jgss",
          "java.sql",
          "java.xml",
          "jdk.net",
          "jdk.unsupported",
          "jdk.zipfs");

  /**
   * For the server: {@code java.instrument} and {@code java.management} for agents such as
   * OpenTelemetry's, {@code jdk.jfr} and {@code jdk.jcmd} for whoever must find out why it is slow.
   */
  private static final List<String> OF_THE_SERVER =
      List.of(
          "java.instrument",
          "java.management",
          "java.security.sasl",
          "jdk.jcmd",
          "jdk.jfr",
          "jdk.management",
          "jdk.security.auth");

  private JavaRuntime() {}

  static List<String> forServer() {
    List<String> modules = new ArrayList<>(COMMON);
    modules.addAll(OF_THE_SERVER);
    return modules;
  }

  static List<String> forCommandLine() {
    return COMMON;
  }

  /**
   * Links one, or takes the one that was linked before.
   *
   * @param modules its modules
   * @param cache where it is kept; beside it a file that says of what it was made
   * @return why there is none: some packages of the JDK have no {@code jlink}, or not what it needs
   */
  static Optional<String> link(List<String> modules, Path cache) throws IOException {
    Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
    if (jlink.isEmpty()) {
      return Optional.of("this JDK has no jlink");
    }
    Path made = cache.resolveSibling(cache.getFileName() + ".made");
    String of = System.getProperty("java.vm.version") + " " + String.join(",", modules) + "\n";
    if (Files.isRegularFile(made) && Files.readString(made).equals(of)) {
      return Optional.empty();
    }
    Tree.delete(cache);
    Files.deleteIfExists(made);
    Files.createDirectories(cache.getParent());
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int code =
        jlink
            .get()
            .run(
                out,
                out,
                "--add-modules",
                String.join(",", modules),
                "--no-header-files",
                "--no-man-pages",
                "--strip-debug",
                "--output",
                cache.toString());
    if (code != 0) {
      Tree.delete(cache);
      return Optional.of("jlink failed: " + said.toString().strip());
    }
    // Whom the machine that builds trusts is nobody else's business: see the launcher.
    Files.deleteIfExists(cache.resolve("lib").resolve("security").resolve("cacerts"));
    Files.writeString(made, of);
    return Optional.empty();
  }
}
