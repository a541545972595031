package dev.servicetokens.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the JVM finds out anew at each start, found out when the distribution is built: an archive
 * of class data (CDS). With it a start takes less than half of its CPU.
 *
 * <p>Two of the same jars, Java and list are the same bytes, wherever and whenever they are made.
 * The classes come from a list in the repository and not from a run of the program. Objects are
 * recorded with their hash codes, of which the JVM draws one after another from a fixed seed; so
 * nothing may be thrown away and made again meanwhile, whose time depends on the machine: the heap
 * is large enough to be collected only at the end. And the Java lies in a folder whose name has no
 * sign that a URL must escape, since the JVM would do that with classes which it then records, too.
 *
 * <p>Linked classes ({@code -XX:+AOTClassLinking}) would spare another fifth, but then the JVM
 * writes the time into it, and cannot start from it in another folder than that of the build. Why
 * there is no cache of what starts have taught beside it: ADR 8.
 */
final class StartRecording {

  /** Programs may start from it with any collector and heap. */
  private static final List<String> COLLECTED_AT_THE_END =
      List.of("-XX:+UseSerialGC", "-Xms1g", "-Xmx1g", "-Xmn700m", "-XX:MetaspaceSize=1g");

  private static final Pattern NEEDS_NO_ESCAPE = Pattern.compile("[A-Za-z0-9/._-]+");

  private StartRecording() {}

  /**
   * Makes one.
   *
   * @param folder the distribution's folder; what it has is named from there, so that it may be
   *     moved
   * @param recording where to write it
   * @param classes the list of classes
   * @param options of the JVM, as the launcher gives them
   * @param jar the program
   * @throws IOException if the JVM makes none
   */
  static void make(Path folder, Path recording, Path classes, List<String> options, String jar)
      throws IOException, InterruptedException {
    if (NEEDS_NO_ESCAPE.matcher(folder.toString()).matches()) {
      dump(folder, recording, classes, options, jar);
      return;
    }
    Path copy = Files.createTempDirectory("recording");
    try {
      for (String part : List.of("runtime", "lib")) {
        Tree.copy(folder.resolve(part), copy.resolve(part));
      }
      dump(copy, recording, classes, options, jar);
    } finally {
      Tree.delete(copy);
    }
  }

  private static void dump(
      Path folder, Path recording, Path classes, List<String> options, String jar)
      throws IOException, InterruptedException {
    Path java = folder.resolve("runtime").resolve("bin").resolve("java");
    List<String> command =
        new ArrayList<>(List.of(java.toString(), "-Xlog:disable", "-Xshare:dump"));
    command.addAll(options);
    command.addAll(COLLECTED_AT_THE_END);
    command.add("-XX:SharedClassListFile=" + classes);
    command.add("-XX:SharedArchiveFile=" + recording);
    command.add("-cp");
    command.add(jar);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(new File("/dev/null"));
    // Whoever builds may have options of their own, which must not change what others get.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    int code = builder.start().waitFor();
    if (code != 0 || !Files.exists(recording)) {
      throw new IOException("No recording of a start: java ended with " + code + ", " + command);
    }
  }
}
