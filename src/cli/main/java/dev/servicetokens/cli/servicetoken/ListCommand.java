package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.client.model.ServiceToken;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;

/** {@code sts service-token list}. */
@CommandLine.Command(name = "list", description = "List service tokens")
final class ListCommand implements Command {

  /** Code points compare like the bytes of UTF-8, chars do not. */
  private static final Comparator<String> BYTEWISE =
      (left, right) -> Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

  private static final Comparator<ServiceToken> ORDER =
      Comparator.comparing(ServiceToken::getName, BYTEWISE).thenComparing(ServiceToken::getId);

  @Override
  public Report run(Session session) {
    List<ServiceToken> tokens =
        session.connect().ask(client -> client.serviceTokens().listServiceTokens());
    return new TokenList(tokens.stream().sorted(ORDER).toList());
  }
}
