package dev.servicetokens.client;

/**
 * The two clocks of a lease. The first stands still while a machine is suspended, the second may be
 * set: a lease holds only while it does by both.
 */
interface VerifierTime {

  /** Those of this machine. */
  VerifierTime SYSTEM =
      new VerifierTime() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public long wallMillis() {
          return System.currentTimeMillis();
        }
      };

  /** As {@link System#nanoTime}. */
  long nanoTime();

  /** As {@link System#currentTimeMillis}. */
  long wallMillis();
}
