package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.CreateServiceTokenRequest;
import dev.servicetokens.client.model.CreatedServiceToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts service-token create}. */
@CommandLine.Command(name = "create", description = "Create a service token")
final class CreateCommand implements Command {

  @Option(
      names = {"-n", "--name"},
      required = true,
      paramLabel = "string",
      description = "Name of the service token")
  private String name = "";

  @Option(
      names = "--roles",
      required = true,
      split = ",",
      paramLabel = "strings",
      description = "Comma-separated roles of the service token")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--expiration",
      paramLabel = "yyyy-MM-dd",
      description = "Date from whose midnight in UTC the service token is refused")
  private String expiration = "";

  @Option(
      names = "--dedicatedSubject",
      paramLabel = "string",
      description = "Subject for this service token alone, deleted with it")
  private String dedicatedSubject = "";

  @Override
  public Report run(Session session) {
    CreateServiceTokenRequest request = request();
    return new Created(
        session.connect().ask(client -> client.serviceTokens().createServiceToken(request)));
  }

  private CreateServiceTokenRequest request() {
    CreateServiceTokenRequest request =
        new CreateServiceTokenRequest()
            .name(name)
            .roles(roles.stream().map(String::strip).filter(role -> !role.isEmpty()).toList());
    if (!expiration.isEmpty()) {
      request.expiryDate(ExpirationDate.parse(expiration));
    }
    if (!dedicatedSubject.isEmpty()) {
      request.dedicatedSubject(dedicatedSubject);
    }
    return request;
  }

  private record Created(CreatedServiceToken token) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Service token created: " + token.getToken());
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("name", token.getName());
      fields.put("token", token.getToken());
      if (token.getExpiration() != null) {
        fields.put("expiration", token.getExpiration());
      }
      return Map.of("service-token", fields);
    }
  }
}
