package dev.servicetokens.startup;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes the one clock that everything asks; tests bring their own and move it. */
@Factory
public final class ClockFactory {

  /** Makes one; the framework does so by itself. */
  public ClockFactory() {}

  /** The clock; what is checked before there are beans asks it, too. */
  @Singleton
  @Requires(missingBeans = Clock.class)
  public Clock clock() {
    return Clock.systemUTC();
  }
}
