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

  private static final List<String> COMMAND_LINE =
      List.of("java.base", "java.logging", "java.net.http");

  /**
   * What {@code jdeps} finds in the server's jars, without {@code java.desktop}, of which some name
   * classes that are never loaded here; and what no tool finds: {@code jdk.zipfs} to look into jars
   * for resources, {@code java.instrument} for agents such as OpenTelemetry's, {@code jdk.jfr} and
   * {@code jdk.jcmd} for whoever must find out why a server is slow.
   */
  private static final List<String> SERVER =
      List.of(
          "java.instrument",
          "java.management",
          "java.naming",
          "java.security.jgss",
          "java.security.sasl",
          "java.sql",
          "java.xml",
          "jdk.jcmd",
          "jdk.jfr",
          "jdk.management",
          "jdk.net",
          "jdk.security.auth",
          "jdk.unsupported",
          "jdk.zipfs");

  private JavaRuntime() {}

  /** The modules for both programs. */
  static List<String> forServer() {
    List<String> modules = new ArrayList<>(COMMAND_LINE);
    modules.addAll(SERVER);
    return modules;
  }

  /** The modules for the command line alone. */
  static List<String> forCommandLine() {
    return COMMAND_LINE;
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
                // Its classes are not always the same bytes; a recording of a start makes them
                // anew.
                "--disable-plugin",
                "generate-jli-classes",
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
