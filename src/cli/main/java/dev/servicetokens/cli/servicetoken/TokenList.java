package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.ServiceToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The service tokens as the documented table, or as JSON. */
record TokenList(List<ServiceToken> tokens) implements Report {

  @Override
  public void writeText(TextOutput out) {
    if (tokens.isEmpty()) {
      out.line("No service tokens found.");
      return;
    }
    boolean dedicated = tokens.stream().anyMatch(token -> token.getDedicatedSubject() != null);
    List<String> header = new ArrayList<>(List.of("ID", "NAME", "EXPIRATION", "ROLES"));
    if (dedicated) {
      header.add("DEDICATED_SUBJECT");
    }
    Table table = new Table(header);
    for (ServiceToken token : tokens) {
      table.row(cells(token, dedicated));
    }
    out.table(table);
  }

  private static List<String> cells(ServiceToken token, boolean dedicated) {
    List<String> cells = new ArrayList<>();
    cells.add(token.getId().toString());
    cells.add(token.getName());
    cells.add(ExpirationDate.format(token.getExpiration()));
    cells.add("[" + String.join(", ", token.getRoles()) + "]");
    if (dedicated) {
      cells.add(token.getDedicatedSubject() == null ? "-" : token.getDedicatedSubject());
    }
    return cells;
  }

  @Override
  public Map<String, ?> json() {
    return Map.of("service-tokens", tokens.stream().map(TokenList::fields).toList());
  }

  private static Map<String, Object> fields(ServiceToken token) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("id", token.getId());
    fields.put("lastUpdateTimestamp", token.getLastUpdateTimestamp());
    fields.put("name", token.getName());
    fields.put("description", token.getDescription());
    fields.put("expiration", token.getExpiration());
    fields.put("roles", token.getRoles());
    fields.put("dedicatedSubject", token.getDedicatedSubject());
    fields.values().removeIf(Objects::isNull);
    return fields;
  }
}
