package dev.servicetokens.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes lines to the process's standard error, past {@link System#err}, which may lead to the log
 * itself. Each line is one write, so that those of other processes do not get into it. Thread-safe.
 */
public final class ErrorOutput extends OutputStreamAppender<ILoggingEvent> {

  /** Made by Logback. */
  public ErrorOutput() {}

  @Override
  public void start() {
    setOutputStream(new Unclosed(new FileOutputStream(FileDescriptor.err)));
    super.start();
  }

  /** Standard error stays open when the log is configured anew. */
  private static final class Unclosed extends FilterOutputStream {

    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() {
      // Not ours.
    }
  }
}
