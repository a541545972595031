package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.failure.UsageFailure;
import java.util.Set;
import picocli.CommandLine.Option;

/** The flag that names the one subject that a command is about. */
final class SubjectFlag {

  /** Where a path wants a handle, these lead to another operation or to another folder. */
  private static final Set<String> NOT_HANDLES = Set.of("", "list", ".", "..");

  /** Where a path wants permissions of a subject, this leads to those that are defined. */
  private static final String DEFINITIONS = "definitions";

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
    if (handle.equals(DEFINITIONS)) {
      throw noHandle();
    }
    return handleToDelete();
  }

  /**
   * The same for a subject that is to go: one that was called {@code definitions} while that was a
   * handle can still be deleted.
   *
   * @throws UsageFailure if the request would go elsewhere
   */
  String handleToDelete() {
    if (NOT_HANDLES.contains(handle)) {
      throw noHandle();
    }
    return handle;
  }

  private UsageFailure noHandle() {
    return new UsageFailure(
        "No subject can have the handle \"" + handle + "\"; give another --subject");
  }
}
