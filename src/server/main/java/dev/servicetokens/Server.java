package dev.servicetokens;

import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.database.EmbeddedDatabase;
import dev.servicetokens.startup.AdministratorTokenNotice;
import dev.servicetokens.startup.Shutdown;
import dev.servicetokens.startup.StartReport;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A server that listens, with what it is made of. */
final class Server {
  private static final String DATABASE_URL = "datasources.default.url";

  private final CountDownLatch end = new CountDownLatch(1);

  private Server(Shutdown shutdown) {
    shutdown.add("waiting", end::countDown);
  }

  /**
   * Starts one and prints where it is.
   *
   * @param arguments Micronaut's command line properties
   * @param variables the environment variables
   * @param out receives progress and the report
   */
  static Server start(String[] arguments, Map<String, String> variables, PrintStream out) {
    Shutdown shutdown = Shutdown.onSignal();
    ApplicationContext context =
        ApplicationContext.builder(Application.class)
            .args(arguments)
            .banner(false)
            .deduceEnvironment(false)
            .build();
    Environment environment = context.getEnvironment().start();
    DataDirectory directory =
        DataDirectory.locate(
            environment.getProperty(DataDirectory.PROPERTY, String.class),
            variables,
            Path.of(System.getProperty("user.home")));
    context.registerSingleton(DataDirectory.class, directory);
    if (!environment.containsProperty(DATABASE_URL)) {
      EmbeddedDatabase database = EmbeddedDatabase.begin(directory, out);
      shutdown.add("PostgreSQL", database);
      useEmbedded(context, database);
    }
    shutdown.add("application", context);
    context.start();
    EmbeddedServer http = context.getBean(EmbeddedServer.class);
    shutdown.add("HTTP server", http::stop);
    http.start();
    report(context, http, out);
    return new Server(shutdown);
  }

  private static void useEmbedded(ApplicationContext context, EmbeddedDatabase database) {
    context.registerSingleton(EmbeddedDatabase.class, database);
    context
        .getEnvironment()
        .addPropertySource(
            PropertySource.of(
                "embedded-database",
                Map.of(
                    DATABASE_URL,
                    database.url(),
                    "datasources.default.username",
                    database.username(),
                    "datasources.default.password",
                    database.password())));
  }

  private static void report(ApplicationContext context, EmbeddedServer http, PrintStream out) {
    StartReport report =
        new StartReport(
            http.getHost(),
            http.getPort(),
            context
                .findBean(AdministratorTokenNotice.class)
                .flatMap(AdministratorTokenNotice::notice));
    out.print(report.text());
    out.flush();
  }

  /** Waits until the process is told to end; the shutdown hook does the rest. */
  void awaitEnd() throws InterruptedException {
    end.await();
  }
}
