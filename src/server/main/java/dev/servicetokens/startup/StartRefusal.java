package dev.servicetokens.startup;

import org.jspecify.annotations.Nullable;

/**
 * A start that cannot go on for a reason that the person who started it can remove.
 *
 * <p>The message is shown to that person as it is: one line that says what is wrong and what to do,
 * without secrets.
 */
public final class StartRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Refuses with this line. */
  public StartRefusal(String message) {
    this(message, null);
  }

  /** Refuses with this line, because of {@code cause}, which is not shown. */
  public StartRefusal(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
