package dev.servicetokens.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The list of what others have written, with its licenses: from the bills of materials. */
final class Notice {

  private static final String BEGIN =
      """
      Service Tokens
      Licensed under the Apache License 2.0: see LICENSE.

      It comes with the following works of others, each under its own license. Those in lib/ are as
      their authors have published them; their texts of license and notices are in the jars, below META-INF.
      """;

  private static final String POSTGRESQL =
      """

      The embedded PostgreSQL in lib/ is Copyright (c) 1996-2025, The PostgreSQL Global Development Group, and
      Copyright (c) 1994, The Regents of the University of California, under the PostgreSQL License.
      """;

  private Notice() {}

  /**
   * Writes it.
   *
   * @param bills the bills of materials (CycloneDX) of what is in the folder
   * @param withServer whether PostgreSQL is in it
   * @param ownJava whether a Java is in it
   * @throws IOException if a bill cannot be read, or names a work without a license
   */
  static String of(List<Path> bills, boolean withServer, boolean ownJava) throws IOException {
    TreeSet<String> works = new TreeSet<>();
    for (Path bill : bills) {
      for (JsonNode component : new ObjectMapper().readTree(bill.toFile()).path("components")) {
        String group = component.path("group").asText();
        if (!group.equals("dev.servicetokens")) {
          works.add(
              "%s:%s %s: %s"
                  .formatted(
                      group,
                      component.path("name").asText(),
                      component.path("version").asText(),
                      licenses(component)));
        }
      }
    }
    String text = BEGIN + "\n" + String.join("\n", works) + "\n";
    if (withServer) {
      text += POSTGRESQL;
    }
    if (ownJava) {
      text +=
          """

          runtime/ is a part of %s (%s), which is under the GNU General Public License 2.0 with the
          Classpath Exception: see runtime/legal.
          """
              .formatted(
                  System.getProperty("java.vm.name"), System.getProperty("java.vendor.version"));
    }
    return text;
  }

  private static String licenses(JsonNode component) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode license = choice.path("license");
      names.add(
          choice.has("expression")
              ? choice.get("expression").asText()
              : license.path("id").asText(license.path("name").asText()));
    }
    if (names.isEmpty()) {
      throw new IOException("No license of " + component.path("name").asText() + " is known");
    }
    return String.join(" or ", names);
  }
}
