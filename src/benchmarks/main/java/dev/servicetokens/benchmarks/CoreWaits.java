package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How often the event loops of a server came to run so far, and how long they had waited for a core
 * that something else had, as Linux tells it ({@code /proc/…/schedstat}).
 *
 * @param nanoseconds of waiting in all
 * @param times how often they ran; each time one wait precedes it, if only of no time
 */
record CoreWaits(long nanoseconds, long times) {

  /** The kernel keeps fifteen characters of a thread's name. */
  private static final String EVENT_LOOP = "default-eventLo";

  private static final int WAITED = 1;
  private static final int TIMES = 2;

  static CoreWaits of(long process) throws IOException {
    long nanoseconds = 0;
    long times = 0;
    for (Path thread : eventLoops(process)) {
      String[] fields = Files.readString(thread.resolve("schedstat")).strip().split(" ", -1);
      nanoseconds += Long.parseLong(fields[WAITED]);
      times += Long.parseLong(fields[TIMES]);
    }
    return new CoreWaits(nanoseconds, times);
  }

  /** Microseconds of a wait since an earlier look; not a number if nothing ran. */
  double microsecondsSince(CoreWaits earlier) {
    return (nanoseconds - earlier.nanoseconds) / 1e3 / (times - earlier.times);
  }

  private static List<Path> eventLoops(long process) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process), "task"))) {
      return threads.filter(CoreWaits::isEventLoop).toList();
    }
  }

  private static boolean isEventLoop(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).startsWith(EVENT_LOOP);
    } catch (IOException e) {
      return false;
    }
  }
}
