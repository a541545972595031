package dev.servicetokens.startup;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the server is ready, where systemd waits for that ({@code Type=notify}): what
 * is ordered after the server then starts when it answers, not when its process is there.
 *
 * <p>The message is a datagram to a Unix socket, which Java cannot send; {@code systemd-notify}
 * can, and is where systemd is.
 */
public final class SystemdReadiness {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdReadiness.class);
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final long LONGEST_SECONDS = 10;

  private SystemdReadiness() {}

  /**
   * Tells it once; does nothing where nobody waits. A failure is logged, because systemd ends a
   * server of which it hears nothing.
   *
   * @param variables the environment variables of this process
   */
  public static void tell(Map<String, String> variables) {
    @Nullable String socket = variables.get(SOCKET);
    if (socket == null || socket.isEmpty()) {
      return;
    }
    ProcessBuilder notify = new ProcessBuilder("systemd-notify", "--ready");
    // It needs nothing else, least of all passwords.
    notify.environment().clear();
    notify.environment().put(SOCKET, socket);
    notify.environment().put("PATH", variables.getOrDefault("PATH", "/usr/bin:/bin"));
    try {
      Process process =
          notify.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      if (process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return;
      }
      process.destroyForcibly();
      LOG.warn("systemd-notify failed: systemd does not know that the server is ready");
    } catch (IOException e) {
      LOG.warn(
          "systemd-notify cannot be run, so systemd does not know that the server is ready: set Type=exec in its unit");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
