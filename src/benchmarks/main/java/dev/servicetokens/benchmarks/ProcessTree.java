package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The processes that some processes have started, and they themselves, as Linux's {@code /proc}
 * shows them. Those that have ended count for nothing.
 *
 * @param roots their process ids
 */
record ProcessTree(List<Long> roots) {

  private static final double TICKS_A_SECOND = 100;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  static ProcessTree of(long... roots) {
    return new ProcessTree(LongStream.of(roots).boxed().toList());
  }

  /** User and system time so far, in seconds. */
  double cpuSeconds() {
    return processes().stream().mapToLong(ProcessTree::ticks).sum() / TICKS_A_SECOND;
  }

  /** Resident memory of the roots alone, in MiB: now ({@code VmRSS}) or at most ({@code VmHWM}). */
  double memory(String which) throws IOException {
    long kibibytes = 0;
    for (long root : roots) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(root), "status"))) {
        if (line.startsWith(which + ":")) {
          kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kibibytes / 1024.0;
  }

  private Set<Long> processes() {
    return roots.stream()
        .flatMap(root -> ProcessHandle.of(root).stream())
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  private static long ticks(long process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
    } catch (IOException e) {
      return 0;
    }
  }
}
