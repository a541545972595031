package dev.servicetokens.audit;

import static dev.servicetokens.audit.AuditAction.Outcome.DENIED;
import static dev.servicetokens.audit.AuditAction.Outcome.FAILURE;
import static dev.servicetokens.audit.AuditAction.Outcome.SUCCESS;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is audited, each with how it ends: what fails and changes nothing leaves no event. Those of
 * this release are the constants; the audit log may hold others, which a later one has written.
 *
 * @param actionName the name on the wire and in the database, {@code token.create} for example
 * @param outcome how it ends when this release writes it
 */
public record AuditAction(String actionName, Outcome outcome) {

  public static final AuditAction TOKEN_CREATE = new AuditAction("token.create", SUCCESS);
  public static final AuditAction TOKEN_UPDATE = new AuditAction("token.update", SUCCESS);
  public static final AuditAction TOKEN_DELETE = new AuditAction("token.delete", SUCCESS);
  public static final AuditAction TOKEN_ROTATE = new AuditAction("token.rotate", SUCCESS);
  public static final AuditAction PERMISSION_GRANT = new AuditAction("permission.grant", SUCCESS);
  public static final AuditAction PERMISSION_REVOKE = new AuditAction("permission.revoke", SUCCESS);
  public static final AuditAction PERMISSION_CREATE = new AuditAction("permission.create", SUCCESS);
  public static final AuditAction PERMISSION_UPDATE = new AuditAction("permission.update", SUCCESS);
  public static final AuditAction PERMISSION_DELETE = new AuditAction("permission.delete", SUCCESS);
  public static final AuditAction SUBJECT_CREATE = new AuditAction("subject.create", SUCCESS);
  public static final AuditAction SUBJECT_UPDATE = new AuditAction("subject.update", SUCCESS);
  public static final AuditAction SUBJECT_DELETE = new AuditAction("subject.delete", SUCCESS);
  public static final AuditAction BOOTSTRAP_CREATE = new AuditAction("bootstrap.create", SUCCESS);
  public static final AuditAction AUTHORIZATION_DENIED =
      new AuditAction("authorization.denied", DENIED);
  public static final AuditAction AUTHENTICATION_FAILED =
      new AuditAction("authentication.failed", FAILURE);

  /** Written by the database's own function, together with what it removes. */
  public static final AuditAction AUDIT_PRUNE = new AuditAction("audit.prune", SUCCESS);

  private static final List<AuditAction> OF_THIS_RELEASE =
      List.of(
          TOKEN_CREATE,
          TOKEN_UPDATE,
          TOKEN_DELETE,
          TOKEN_ROTATE,
          PERMISSION_GRANT,
          PERMISSION_REVOKE,
          PERMISSION_CREATE,
          PERMISSION_UPDATE,
          PERMISSION_DELETE,
          SUBJECT_CREATE,
          SUBJECT_UPDATE,
          SUBJECT_DELETE,
          BOOTSTRAP_CREATE,
          AUTHORIZATION_DENIED,
          AUTHENTICATION_FAILED,
          AUDIT_PRUNE);

  /** The action of that name, compared exactly; one that only has a name if no constant has it. */
  public static AuditAction named(String name) {
    return OF_THIS_RELEASE.stream()
        .filter(action -> action.actionName.equals(name))
        .findFirst()
        .orElseGet(() -> new AuditAction(name, SUCCESS));
  }

  /** How something that is audited ended. */
  public enum Outcome {
    SUCCESS("success"),
    DENIED("denied"),
    FAILURE("failure");

    private final String outcomeName;

    Outcome(String outcomeName) {
      this.outcomeName = outcomeName;
    }

    /** The name on the wire and in the database. */
    public String outcomeName() {
      return outcomeName;
    }

    /** The outcome of that name, compared exactly; empty if there is none. */
    public static Optional<Outcome> named(String name) {
      return Arrays.stream(values())
          .filter(outcome -> outcome.outcomeName.equals(name))
          .findFirst();
    }
  }
}
