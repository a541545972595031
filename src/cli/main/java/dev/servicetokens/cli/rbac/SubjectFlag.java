package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.failure.UsageFailure;
import picocli.CommandLine.Option;

/** The flag that names the one subject that a command is about. */
final class SubjectFlag {

  /** Where a path wants a handle, this word leads to another operation. */
  private static final String NOT_A_HANDLE = "list";

  @Option(
      names = "--subject",
      required = true,
      paramLabel = "string",
      description = "Handle of the subject")
  private String handle = "";

  /**
   * The handle.
   *
   * @throws UsageFailure if no subject can have it, and the request would go elsewhere
   */
  String handle() {
    if (handle.isEmpty() || handle.equals(NOT_A_HANDLE)) {
      throw new UsageFailure(
          "No subject can have the handle \"" + handle + "\"; give another --subject");
    }
    return handle;
  }
}
