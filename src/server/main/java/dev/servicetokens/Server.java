package dev.servicetokens;

import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.database.EmbeddedDatabase;
import dev.servicetokens.startup.AdministratorTokenNotice;
import dev.servicetokens.startup.Shutdown;
import dev.servicetokens.startup.StartReport;
import dev.servicetokens.startup.SystemdReadiness;
import dev.servicetokens.web.connection.Drain;
import dev.servicetokens.web.management.ManagementPort;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a running server, and the order in which they start and end. */
final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /** Longer than a deletion waits for all nodes; shorter than whoever ends processes waits. */
  private static final Duration LONGEST_REQUEST_AT_END = Duration.ofSeconds(10);

  private static final String DATABASE_URL = "datasources.default.url";

  private final Map<String, String> settings;
  private final Map<String, String> variables;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Shutdown shutdown = Shutdown.onSignal();
  private @Nullable DataDirectory dataDirectory;

  /**
   * Makes one that has not started.
   *
   * @param settings the properties that the command line sets
   * @param variables the environment variables
   */
  Server(Map<String, String> settings, Map<String, String> variables) {
    this.settings = Map.copyOf(settings);
    this.variables = variables;
  }

  /** Starts it and prints where it is; what was started ends by itself with the process. */
  void start() {
    shutdown.add("waiting", end::countDown);
    Preparation prepared = Preparation.of(settings, variables);
    ApplicationContext context = prepared.context();
    Environment environment = prepared.environment();
    Duration drainTime = Drain.time(environment);
    DataDirectory directory = prepared.directory();
    dataDirectory = directory;
    context.registerSingleton(DataDirectory.class, directory);
    Optional<EmbeddedDatabase> embedded = Optional.empty();
    if (environment
        .getProperty(DATABASE_URL, String.class)
        .filter(url -> !url.isBlank())
        .isEmpty()) {
      Path programs =
          environment
              .getProperty(EmbeddedDatabase.PROGRAMS_PROPERTY, Path.class)
              .orElseGet(() -> directory.resolve("programs"));
      EmbeddedDatabase database = EmbeddedDatabase.begin(directory, programs, System.out);
      shutdown.add("PostgreSQL", database);
      use(database, context);
      embedded = Optional.of(database);
    }
    shutdown.add("application", context);
    // Before the application, which cannot end while it waits for the database.
    embedded.ifPresent(database -> shutdown.add("the start", database::giveUpStarting));
    try {
      context.start();
    } catch (RuntimeException e) {
      throw embedded.<RuntimeException>flatMap(database -> database.refusalOfFullDisk(e)).orElse(e);
    }
    NettyEmbeddedServer http = context.getBean(NettyEmbeddedServer.class);
    StartReport.Listeners listeners = new StartReport.Listeners();
    http.register(listeners);
    ManagementPort management = context.getBean(ManagementPort.class);
    shutdown.add("management port", management);
    shutdown.add("HTTP server", http::stop);
    http.start();
    management.start();
    Drain drain = context.getBean(Drain.class);
    shutdown.add("requests", () -> finishRequests(drain, drainTime));
    report(context, http, listeners, management);
    prepared.exposure().ifPresent(LOG::warn);
    SystemdReadiness.tell(variables);
  }

  /** Goes on for the time of the drain, then leaves requests that have begun some time to end. */
  private void finishRequests(Drain drain, Duration time) throws InterruptedException {
    if (!time.isZero()) {
      LOG.info(
          "Told to end: not ready from now on, and requests are taken for {} s", time.toSeconds());
    }
    drain.begin(time, shutdown.hurried());
    int left = drain.finish(LONGEST_REQUEST_AT_END, shutdown.hurried());
    if (left > 0) {
      LOG.info("The end does not wait any longer: {} connections are cut off", left);
    }
  }

  private static void use(EmbeddedDatabase database, ApplicationContext context) {
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

  private void report(
      ApplicationContext context,
      EmbeddedServer http,
      StartReport.Listeners listeners,
      ManagementPort management) {
    AdministratorTokenNotice waysIn = context.getBean(AdministratorTokenNotice.class);
    StartReport report =
        new StartReport(
            http.getScheme(),
            http.getHost(),
            listeners.addresses(),
            management.address(),
            waysIn.notice(),
            waysIn.warnings());
    System.out.print(report.text());
    System.out.flush();
  }

  /** Waits until the process is told to end; the shutdown hook does the rest. */
  void awaitEnd() throws InterruptedException {
    end.await();
  }

  /** Whether it has been told to end: what fails from then on is no news. */
  boolean isEnding() {
    return shutdown.isClosed();
  }

  /** Returns the data directory, if it is known by now. */
  Optional<DataDirectory> dataDirectory() {
    return Optional.ofNullable(dataDirectory);
  }
}
