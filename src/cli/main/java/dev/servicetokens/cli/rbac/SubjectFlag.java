package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.failure.UsageFailure;
import java.util.Set;
import picocli.CommandLine.Option;

/** The flag that names the one subject that a command is about. */
final class SubjectFlag {

  /** Where a path wants a handle, these lead to another operation or to another folder. */
  private static final Set<String> NOT_HANDLES = Set.of("", "list", "definitions", ".", "..");

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
    if (NOT_HANDLES.contains(handle)) {
      throw new UsageFailure(
          "No subject can have the handle \"" + handle + "\"; give another --subject");
    }
    return handle;
  }
}
