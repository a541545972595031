package dev.servicetokens.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the JVM finds out anew at each start, found out when the distribution is built: an archive
 * of class data (CDS). With it a start takes less than half of its CPU.
 *
 * <p>Two of the same jars, Java and list are the same bytes, wherever and whenever they are made.
 * The classes come from a list in the repository and not from a run of the program. Objects are
 * recorded with their hash codes, of which the JVM draws one after another from a fixed seed, so it
 * must not draw one more here than there:
 *
 * <ul>
 *   <li>The heap is large enough to be collected only at the end. What is thrown away in between is
 *       made again, and when that happens depends on the machine's memory.
 *   <li>The Java lies in a folder whose name has no sign that a URL must escape; the JVM would do
 *       that with classes which it then records, too.
 *   <li>Java finds open jars by a hash of the number that the file system has given them. Where
 *       those of many jars collide it makes a tree of them, ordered by hash codes that it draws.
 *       The jars are copied then: copies have other numbers.
 * </ul>
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

  private static final int SMALLEST_WITH_TREES = 64;
  private static final int LARGEST_WITHOUT_TREE = 8;
  private static final int COPIES = 20;

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
    Path lib = folder.resolve("lib");
    if (NEEDS_NO_ESCAPE.matcher(folder.toString()).matches() && areSpread(lib)) {
      dump(folder, recording, classes, options, jar);
      return;
    }
    Path copy = Files.createTempDirectory("recording");
    try {
      Tree.copy(folder.resolve("runtime"), copy.resolve("runtime"));
      Path copies = copyJars(lib, copy.resolve("lib"));
      for (int number = 0; !areSpread(copies) && number < COPIES; number++) {
        // What is removed would give its numbers to the next ones.
        Files.move(copies, copy.resolve("lib." + number));
        copyJars(lib, copies);
      }
      dump(copy, recording, classes, options, jar);
    } finally {
      Tree.delete(copy);
    }
  }

  private static Path copyJars(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (Path jar : jars(from)) {
      Files.copy(jar, to.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    }
    return to;
  }

  private static List<Path> jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** Whether no part of a {@link HashMap} gets so many jars that it becomes a tree. */
  private static boolean areSpread(Path lib) throws IOException {
    Map<Integer, Integer> parts = new HashMap<>();
    for (Path jar : jars(lib)) {
      BasicFileAttributes attributes = Files.readAttributes(jar, BasicFileAttributes.class);
      int hash =
          Long.hashCode(attributes.lastModifiedTime().toMillis())
              + Objects.hashCode(attributes.fileKey());
      // As in the smallest table that has trees; a larger one only divides its parts further.
      int part = (hash ^ (hash >>> 16)) & (SMALLEST_WITH_TREES - 1);
      if (parts.merge(part, 1, Integer::sum) >= LARGEST_WITHOUT_TREE) {
        return false;
      }
    }
    return true;
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
