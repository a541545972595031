package dev.servicetokens;

import dev.servicetokens.database.DatabaseCheck;
import dev.servicetokens.startup.StartFailure;
import io.micronaut.context.env.Environment;
import java.io.PrintStream;
import java.util.Map;

/** {@code sts serve --check}: what a start would do, and whether it could, without one. */
final class StartPreview {

  private StartPreview() {}

  /**
   * Prints it. Nothing is started, made or written.
   *
   * @return whether a start would work, as far as can be known without one
   */
  static boolean print(
      Map<String, String> settings,
      Map<String, String> variables,
      PrintStream out,
      PrintStream err) {
    try {
      Preparation prepared = Preparation.of(settings, variables);
      print(prepared, out);
      DatabaseCheck.look(prepared.environment(), prepared.directory(), out::println);
      out.println("A start would work.");
      return true;
    } catch (Exception e) {
      out.flush();
      err.println(StartFailure.of(e).line());
      return false;
    }
  }

  private static void print(Preparation prepared, PrintStream out) {
    Environment environment = prepared.environment();
    String scheme = prepared.tls().isEmpty() ? "http" : "https";
    out.printf(
        "Address: %s on %s, port %s%n",
        scheme,
        environment.getProperty("micronaut.server.host", String.class).orElse("every address"),
        port(environment.getProperty("micronaut.server.port", Integer.class).orElse(0)));
    environment
        .getProperty("service-tokens.management.port", Integer.class)
        .ifPresent(
            port ->
                out.printf(
                    "Management: http on %s, port %s%n",
                    environment
                        .getProperty("service-tokens.management.host", String.class)
                        .orElse("127.0.0.1"),
                    port(port)));
    prepared.exposure().ifPresent(line -> out.println("Warning: " + line));
    for (int i = 0; i < prepared.tls().size(); i++) {
      out.println((i == 0 ? "TLS certificate: " : "Warning: ") + prepared.tls().get(i));
    }
    out.println(
        "Trusted proxies: "
            + (prepared.proxies().isEmpty() ? "none" : String.join(", ", prepared.proxies())));
    out.println("First token: " + prepared.firstToken());
    out.println("Of your own: " + prepared.roles());
  }

  private static String port(int number) {
    return number > 0 ? Integer.toString(number) : "any that is free";
  }
}
