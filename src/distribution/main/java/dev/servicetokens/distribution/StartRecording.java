package dev.servicetokens.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the JVM finds out anew at each start, found out when the distribution is built: an archive
 * of class data (CDS). With it a start takes less than half of its CPU.
 *
 * <p>It is made from a list of classes that lies in the repository, and not from a run of the
 * program, so that it holds the same in each build. Some bytes still differ if the Java lay in
 * another folder, and rarely by the order in which its threads ran. Linked classes ({@code
 * -XX:+AOTClassLinking}) would spare another fifth, but then the JVM writes the time into it, and
 * cannot start from it in another folder than that of the build.
 */
final class StartRecording {

  /**
   * The collector with which the JVM writes the same bytes nearly each time: others have threads of
   * their own, by whose order the hash codes of recorded objects come out. Programs may start from
   * it with any.
   */
  static final String COLLECTOR = "-XX:+UseSerialGC";

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
    Path java = folder.resolve("runtime").resolve("bin").resolve("java");
    List<String> command =
        new ArrayList<>(List.of(java.toString(), "-Xlog:disable", "-Xshare:dump"));
    command.addAll(options);
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
