package dev.servicetokens.cli.failure;

/** The exit codes that scripts rely on. */
public enum ExitCode {
  OK(0),
  /** The settings do not say, or contradict each other about, where to go and with which token. */
  CONFIGURATION(1),
  /** A command line that cannot be understood, and every refusal by the server. */
  USAGE_OR_REFUSAL(3),
  /** No connection, or a refusal of the first request. */
  NO_CONNECTION(4),
  CA_FILE_UNREADABLE(5),
  CONFIGURATION_NOT_WRITABLE(6),
  NOT_FOUND(8),
  API_VERSION(10),
  BAD_CA_CERTIFICATE(11);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** What the process ends with. */
  public int number() {
    return number;
  }
}
