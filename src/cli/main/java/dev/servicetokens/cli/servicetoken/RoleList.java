package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.failure.UsageFailure;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of a flag with several roles: a line of CSV (RFC 4180), as the published command line
 * reads it, so that a role may have a comma in its name.
 */
final class RoleList {

  private static final String BAD_QUOTES =
      "--roles has a quote where none can be; put a role with a comma or a quote in its name in"
          + " quotes, and write each quote in it twice";

  private final String line;
  private int place;

  private RoleList(String line) {
    this.line = line;
  }

  /**
   * Reads the values of a flag that may be given several times.
   *
   * @throws UsageFailure if one is no line of CSV, or has an empty role
   */
  static List<String> read(List<String> values) {
    List<String> roles = new ArrayList<>();
    for (String value : values) {
      if (value.chars().anyMatch(character -> character == '\n' || character == '\r')) {
        throw new UsageFailure("--roles has more than one line; put a comma between roles");
      }
      new RoleList(value).addTo(roles);
    }
    return roles;
  }

  private void addTo(List<String> roles) {
    boolean more;
    do {
      boolean quoted = line.startsWith("\"", place);
      // The blank in "a, b" is for people.
      String role = quoted ? quoted() : unquoted().strip();
      if (role.isBlank()) {
        throw new UsageFailure("--roles has an empty role; give one, or leave out its comma");
      }
      roles.add(role);
      more = place < line.length();
      place++;
    } while (more);
  }

  private String unquoted() {
    int comma = line.indexOf(',', place);
    String role = line.substring(place, comma < 0 ? line.length() : comma);
    if (role.contains("\"")) {
      throw new UsageFailure(BAD_QUOTES);
    }
    place += role.length();
    return role;
  }

  private String quoted() {
    StringBuilder role = new StringBuilder();
    place++;
    while (true) {
      int quote = line.indexOf('"', place);
      if (quote < 0) {
        throw new UsageFailure(BAD_QUOTES);
      }
      role.append(line, place, quote);
      place = quote + 1;
      if (!line.startsWith("\"", place)) {
        break;
      }
      role.append('"');
      place++;
    }
    if (place < line.length() && line.charAt(place) != ',') {
      throw new UsageFailure(BAD_QUOTES);
    }
    return role.toString();
  }
}
