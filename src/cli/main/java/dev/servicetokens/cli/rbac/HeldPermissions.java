package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a subject or a caller holds, by resource. */
public record HeldPermissions(Map<String, List<String>> byResource) {

  /** Sorts them. */
  public HeldPermissions {
    Map<String, List<String>> sorted = new TreeMap<>();
    byResource.forEach(
        (resource, permissions) -> sorted.put(resource, permissions.stream().sorted().toList()));
    byResource = sorted;
  }

  /**
   * Prints the documented table.
   *
   * @param none what is printed where there are none
   */
  public void writeText(TextOutput out, String none) {
    if (byResource.isEmpty()) {
      out.line(none);
      return;
    }
    Table table = new Table(List.of("PERMISSION", "RESOURCE"));
    byResource.forEach(
        (resource, permissions) ->
            permissions.forEach(permission -> table.row(List.of(permission, resource))));
    out.table(table);
  }
}
