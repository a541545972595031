package dev.servicetokens.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import org.jspecify.annotations.Nullable;

/**
 * Writes stack traces as Java does, but each message in one line, so that no message can pass for a
 * line of the log or of the trace.
 */
final class StackTraces {

  /** What comes behind is left out: a few causes have hundreds of lines at most. */
  private static final int LONGEST = 64_000;

  private StackTraces() {}

  static void append(StringBuilder to, IThrowableProxy thrown) {
    append(to, thrown, "", "", to.length() + LONGEST);
  }

  private static void append(
      StringBuilder to, IThrowableProxy thrown, String indent, String relation, int end) {
    to.append(indent).append(relation).append(thrown.getClassName());
    if (thrown.getMessage() != null) {
      to.append(": ");
      VisibleText.append(to, LineEncoder.masked(thrown.getMessage()), false);
    }
    if (thrown.isCyclic()) {
      to.append(" (written above)\n");
      return;
    }
    to.append('\n');
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    int own = frames.length - thrown.getCommonFrames();
    for (int i = 0; i < own && to.length() < end; i++) {
      to.append(indent).append('\t').append(frames[i].getSTEAsString()).append('\n');
    }
    if (own < frames.length) {
      to.append(indent).append("\t... ").append(frames.length - own).append(" more\n");
    }
    for (IThrowableProxy suppressed : thrown.getSuppressed()) {
      if (to.length() < end) {
        append(to, suppressed, indent + "\t", "Suppressed: ", end);
      }
    }
    @Nullable IThrowableProxy cause = thrown.getCause();
    if (cause != null && to.length() < end) {
      append(to, cause, indent, "Caused by: ", end);
    }
  }
}
