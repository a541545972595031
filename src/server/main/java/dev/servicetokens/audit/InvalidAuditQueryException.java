package dev.servicetokens.audit;

/** A question to the audit log that cannot be answered; the message says what to correct. */
public final class InvalidAuditQueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidAuditQueryException(String message) {
    super(message);
  }
}
