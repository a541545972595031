package dev.servicetokens.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Stands in the place of standard output or error where every line is to be an object: what is
 * printed at once, of however many lines, becomes one event. Thread-safe.
 */
public final class LoggedOutput extends OutputStream {

  /** A name of its own, because what a start prints does not depend on the level of the log. */
  private static final Logger LOG = LoggerFactory.getLogger("console");

  /** Longer ones come in pieces. */
  private static final int LONGEST = 8_000;

  private final Level level;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private LoggedOutput(Level level) {
    this.level = level;
  }

  /** Makes one whose events have that level. */
  public static PrintStream at(Level level) {
    return new PrintStream(new LoggedOutput(level), true, UTF_8);
  }

  @Override
  public synchronized void write(int b) {
    printed.write(b);
    if (printed.size() >= LONGEST) {
      flush();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    printed.write(bytes, offset, length);
    if (printed.size() >= LONGEST) {
      flush();
    }
  }

  /** Makes an event of what was printed, unless that is nothing to be seen. */
  @Override
  public synchronized void flush() {
    String text = printed.toString(UTF_8).strip();
    printed.reset();
    if (!text.isEmpty()) {
      LOG.atLevel(level).log(text);
    }
  }
}
