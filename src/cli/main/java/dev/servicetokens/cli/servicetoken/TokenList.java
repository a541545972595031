package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.output.NameAndId;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.client.model.ServiceToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The service tokens as the documented table, or as JSON.
 *
 * @param wide whether the table has more than the documented columns
 */
record TokenList(List<ServiceToken> tokens, boolean wide) implements Report {

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
    if (wide) {
      header.addAll(List.of("CREATED", "CREATOR", "LAST USED", "FROM", "USES"));
    }
    Table table = new Table(header);
    for (ServiceToken token : tokens) {
      table.row(cells(token, dedicated));
    }
    out.table(table);
  }

  private List<String> cells(ServiceToken token, boolean dedicated) {
    List<String> cells = new ArrayList<>();
    cells.add(token.getId().toString());
    cells.add(token.getName());
    cells.add(UtcTime.dateOf(token.getExpiration()));
    cells.add("[" + String.join(", ", token.getRoles()) + "]");
    if (dedicated) {
      cells.add(token.getDedicatedSubject() == null ? "-" : token.getDedicatedSubject());
    }
    if (wide) {
      cells.add(UtcTime.of(token.getCreationTimestamp()));
      cells.add(NameAndId.of(token.getCreatorName(), token.getCreatorId()));
      Long uses = token.getUseCount();
      cells.add(uses == null ? "never" : UtcTime.of(token.getLastUsedTimestamp()));
      cells.add(Objects.requireNonNullElse(token.getLastUsedAddress(), ""));
      cells.add(uses == null ? "0" : uses.toString());
    }
    return cells;
  }

  @Override
  public Map<String, ?> json() {
    return Map.of("service-tokens", tokens.stream().map(TokenFields::of).toList());
  }
}
