package dev.servicetokens.token.background;

import dev.servicetokens.token.Rotations;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes every hour what overlaps have left behind. Thread-safe. */
@Singleton
class EndedSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(EndedSecrets.class);

  private final Rotations rotations;

  EndedSecrets(Rotations rotations) {
    this.rotations = rotations;
  }

  @Scheduled(fixedDelay = "1h", initialDelay = "5m")
  void remove() {
    try {
      LOG.debug("{} ended secrets removed", rotations.removeEnded());
    } catch (RuntimeException e) {
      // They are refused whether they are there or not, and an hour later it is tried again.
      LOG.debug("Ended secrets cannot be removed now: {}", e.getClass().getSimpleName());
    }
  }
}
