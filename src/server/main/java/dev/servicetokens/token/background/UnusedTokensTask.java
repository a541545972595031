package dev.servicetokens.token.background;

import dev.servicetokens.log.Outage;
import dev.servicetokens.token.UnusedTokens;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the policy for unused tokens each hour, on each node: whoever comes second finds nothing.
 */
@Singleton
class UnusedTokensTask {

  private static final Logger LOG = LoggerFactory.getLogger(UnusedTokensTask.class);

  private final UnusedTokens unused;
  private final Outage outage = new Outage(LOG);

  UnusedTokensTask(UnusedTokens unused) {
    this.unused = unused;
  }

  /** What fails now is tried again in an hour. */
  @Scheduled(initialDelay = "5m", fixedDelay = "1h", scheduler = TaskExecutors.SCHEDULED)
  synchronized void run() {
    try {
      unused.applyPolicy();
      outage.isOver("The policy for unused tokens is applied again");
    } catch (RuntimeException e) {
      // Not the message: a driver may quote a statement with its values in it.
      outage.goesOn(
          "The policy for unused tokens cannot be applied now: %s"
              .formatted(e.getClass().getSimpleName()));
    }
  }
}
