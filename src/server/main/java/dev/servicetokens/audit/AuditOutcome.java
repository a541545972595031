package dev.servicetokens.audit;

import java.util.Arrays;
import java.util.Optional;

/** How something that is audited ended. */
public enum AuditOutcome {
  SUCCESS("success"),
  DENIED("denied"),
  FAILURE("failure");

  private final String outcomeName;

  AuditOutcome(String outcomeName) {
    this.outcomeName = outcomeName;
  }

  /** The name on the wire and in the database. */
  public String outcomeName() {
    return outcomeName;
  }

  /** The outcome of that name, compared exactly; empty if there is none. */
  public static Optional<AuditOutcome> named(String name) {
    return Arrays.stream(values()).filter(outcome -> outcome.outcomeName.equals(name)).findFirst();
  }
}
