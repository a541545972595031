package dev.servicetokens.audit;

import static dev.servicetokens.audit.AuditOutcome.DENIED;
import static dev.servicetokens.audit.AuditOutcome.FAILURE;
import static dev.servicetokens.audit.AuditOutcome.SUCCESS;

import java.util.Arrays;
import java.util.Optional;

/** What is audited, each with how it ends: what fails and changes nothing leaves no event. */
public enum AuditAction {
  TOKEN_CREATE("token.create", SUCCESS),
  TOKEN_DELETE("token.delete", SUCCESS),
  PERMISSION_GRANT("permission.grant", SUCCESS),
  PERMISSION_REVOKE("permission.revoke", SUCCESS),
  SUBJECT_CREATE("subject.create", SUCCESS),
  SUBJECT_UPDATE("subject.update", SUCCESS),
  SUBJECT_DELETE("subject.delete", SUCCESS),
  BOOTSTRAP_CREATE("bootstrap.create", SUCCESS),
  AUTHORIZATION_DENIED("authorization.denied", DENIED),
  AUTHENTICATION_FAILED("authentication.failed", FAILURE),
  /** Written by the database's own function, together with what it removes. */
  AUDIT_PRUNE("audit.prune", SUCCESS);

  private final String actionName;
  private final AuditOutcome outcome;

  AuditAction(String actionName, AuditOutcome outcome) {
    this.actionName = actionName;
    this.outcome = outcome;
  }

  /** The name on the wire and in the database, {@code token.create} for example. */
  public String actionName() {
    return actionName;
  }

  /** How it ends. */
  public AuditOutcome outcome() {
    return outcome;
  }

  /** The action of that name, compared exactly; empty if there is none. */
  public static Optional<AuditAction> named(String name) {
    return Arrays.stream(values()).filter(action -> action.actionName.equals(name)).findFirst();
  }
}
