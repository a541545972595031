package dev.servicetokens.startup;

import dev.servicetokens.startup.Setting.Kind;
import dev.servicetokens.startup.Setting.OneOf;
import dev.servicetokens.startup.Setting.Time;
import dev.servicetokens.startup.Setting.WholeNumber;
import dev.servicetokens.startup.Setting.Words;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one list of all settings that operators are told of. The checks of a start, {@code sts serve
 * --help} and {@code src/docs/configuration.md} come from it, so that a setting that is missing
 * here is none: a test compares it with what the configuration classes read.
 *
 * <p>A class that holds a number or a duration of it has its range checked by {@link #require}.
 */
public final class Settings {

  /**
   * Settings of one purpose.
   *
   * @param title the heading above them
   * @param isCommon whether {@code sts serve --help} tells of them, too
   */
  record Group(String title, boolean isCommon, List<Setting> settings) {}

  private static final Kind PATH = new Words("a path");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(365_000);
  private static final Time LIFETIME = Time.from(Duration.ofMinutes(1), LONGEST);

  /** In the order in which they are shown; the defaults are those of application.yml. */
  static final List<Group> GROUPS =
      List.of(
          new Group(
              "Where it listens",
              true,
              List.of(
                  setting(
                          "micronaut.server.host",
                          new Words("an address of this machine, or its name"),
                          "`127.0.0.1`",
                          "Address to listen on; `0.0.0.0` opens it to other machines")
                      .withOption("--host"),
                  setting(
                          "micronaut.server.port",
                          new WholeNumber(-1, 65_535, "", "-1 for a free port"),
                          "`8080`",
                          "Port to listen on")
                      .withOption("--port"),
                  setting(
                      "service-tokens.trusted-proxies",
                      new Words("addresses and CIDR blocks, separated by commas"),
                      "none",
                      "The proxies in front: from them `X-Forwarded-For` says who the client is"),
                  setting(
                      "service-tokens.public-url",
                      new Words(
                          "a URL such as https://tokens.example.com, without user, query and"
                              + " fragment"),
                      "none",
                      "Where clients reach the server: `/.well-known/oauth-authorization-server`"
                          + " names it; without it, that answers to this machine only"))),
          new Group(
              "TLS",
              true,
              List.of(
                  setting(
                      "service-tokens.tls.certificate",
                      PATH,
                      "none: plain HTTP",
                      "A file in PEM with the server's certificate and those that signed it; see"
                          + " [TLS](tls.md)"),
                  setting(
                      "service-tokens.tls.key",
                      PATH,
                      "none",
                      "A file in PEM with its private key, without a passphrase; both files may"
                          + " change at any time, without a restart"))),
          new Group(
              "Data and database",
              true,
              List.of(
                  setting(
                          "service-tokens.data-directory",
                          PATH,
                          "`$XDG_DATA_HOME/service-tokens` or `~/.local/share/service-tokens`",
                          "The administrator token's file and the embedded database (150 MB, on"
                              + " macOS 450, and what the data take); nobody else may write there"
                              + " or above")
                      .withOption("--data-directory"),
                  setting(
                      "datasources.default.url",
                      new Words("jdbc:postgresql://HOST:5432/DATABASE"),
                      "an embedded one",
                      "A PostgreSQL of yours, 15 or later; the driver's options belong into the"
                          + " URL"),
                  setting(
                      "datasources.default.username",
                      new Words("a user of the database"),
                      "the system's user",
                      "Who connects to it"),
                  setting(
                      "datasources.default.password",
                      new Words("that user's password; it may be empty"),
                      "none",
                      "Their password"),
                  setting(
                      "datasources.default.password-file",
                      PATH,
                      "none",
                      "The same in a file, with or without a newline; read at the start"),
                  setting(
                      "flyway.datasources.default.url",
                      new Words("jdbc:postgresql://HOST:5432/DATABASE"),
                      "the server's own",
                      "The same database, for a user who migrates it in place of the server's; this, that user and the password are set together"),
                  setting(
                      "flyway.datasources.default.username",
                      new Words("a user of the database"),
                      "the server's own",
                      "Who migrates"),
                  setting(
                      "flyway.datasources.default.password",
                      new Words("that user's password"),
                      "none",
                      "Their password"),
                  setting(
                      "flyway.datasources.default.password-file",
                      PATH,
                      "none",
                      "The same in a file"),
                  setting(
                      "datasources.default.maximum-pool-size",
                      number(1, 10_000),
                      "`10`",
                      "How many connections the pool has at most; a node has a few more of its"
                          + " own"),
                  setting(
                      "service-tokens.postgresql-programs-directory",
                      PATH,
                      "in the data directory",
                      "Where the embedded PostgreSQL's programs are unpacked, if the data directory"
                          + " allows no programs; nobody else may write there or above"))),
          new Group(
              "The first token",
              true,
              List.of(
                  setting(
                      "service-tokens.bootstrap.token",
                      new Words("20 to 1000 visible ASCII characters"),
                      "an administrator token in a file",
                      "A first token of your choice; only one of this and the next two is set"),
                  setting(
                      "service-tokens.bootstrap.token-file",
                      PATH,
                      "none",
                      "The same in a file, with or without a newline"),
                  setting(
                      "service-tokens.bootstrap.token-sha256",
                      new Words("64 hexadecimal digits"),
                      "none",
                      "The same by its SHA-256"),
                  setting(
                      "service-tokens.bootstrap.roles",
                      new Words("roles, separated by commas"),
                      "`stackstate-admin`",
                      "Its roles; like the next two only together with a token"),
                  setting("service-tokens.bootstrap.ttl", Time.ANY, "`24h`", "How long it lives"),
                  setting(
                      "service-tokens.bootstrap.dedicated-subject",
                      new Words("a name for a subject"),
                      "none",
                      "A subject for it alone"))),
          new Group(
              "Roles and permissions of your own",
              false,
              List.of(
                  setting(
                      "service-tokens.permissions",
                      new Words(
                          "names of 1 to 100 small letters, digits and `.` `_` `:` `-`, a letter or"
                              + " a digit first, separated by commas"),
                      "none",
                      "Permissions beside those that the API defines, `deploy:prod,deploy:test`;"
                          + " only this setting takes them away again"),
                  setting(
                      "service-tokens.roles.<name>.permissions",
                      new Words("permissions, separated by commas"),
                      "none",
                      "A role's permissions (`CI_READER` is `ci-reader`); each must be there:"
                          + " predefined, in the setting above, or defined through the API"),
                  setting(
                      "service-tokens.roles.<name>.as",
                      new Words("a predefined role"),
                      "none",
                      "Another name for a predefined role"))),
          new Group(
              "How long tokens live",
              false,
              List.of(
                  setting(
                      "service-tokens.policy.default-lifetime",
                      LIFETIME,
                      "the maximum",
                      "How long a token lives for which nobody asks an end; see [policy](policy.md)"),
                  setting(
                      "service-tokens.policy.maximum-lifetime",
                      LIFETIME,
                      "no limit",
                      "How long any token lives at most, from the moment at which its token string"
                          + " was made; tokens that are there are listed (`violating`), never cut"),
                  setting(
                      "service-tokens.policy.roles.<name>.maximum-lifetime",
                      LIFETIME,
                      "no limit",
                      "The same for tokens with a role (`CI_READER` is `ci-reader`); the shortest"
                          + " counts"),
                  setting(
                      "service-tokens.policy.require-expiration",
                      OneOf.BOOLEAN,
                      "`false`",
                      "`true`: a token for which nobody asks an end is refused"),
                  setting(
                      "service-tokens.policy.disable-unused-after",
                      Time.from(DAY, LONGEST),
                      "never",
                      "A token that nobody has used for so long is disabled, counted from its"
                          + " creation, its last use or when it was enabled last"),
                  setting(
                      "service-tokens.policy.delete-disabled-after",
                      Time.from(DAY, LONGEST),
                      "never",
                      "A token that has been disabled for so long is deleted, whoever disabled"
                          + " it"))),
          new Group(
              "What operators see",
              false,
              List.of(
                  setting(
                      "service-tokens.metrics.open",
                      OneOf.BOOLEAN,
                      "`false`",
                      "`true`: `/prometheus`, and nothing else, needs no token; other management"
                          + " endpoints, when switched on, need `manage-server`"),
                  setting(
                      "service-tokens.management.port",
                      new WholeNumber(-1, 65_535, "", "-1 for a free port"),
                      "no such port",
                      "A second port with `/health`, `/health/readiness`, `/health/liveness` and `/prometheus`, all without a token, and nothing else"),
                  setting(
                      "service-tokens.management.host",
                      new Words("an address of this machine, or its name"),
                      "`127.0.0.1`",
                      "The address of that port"),
                  setting(
                      "service-tokens.audit.retention",
                      Time.from(DAY, LONGEST),
                      "`365d`",
                      "How long audit events are kept; older ones are removed for good"),
                  setting(
                      "service-tokens.log.format",
                      new OneOf(List.of("text", "json")),
                      "`text`",
                      "`json`: every line that the server prints is one object, with the names of the Elastic Common Schema"),
                  setting(
                      "service-tokens.log.level",
                      new OneOf(List.of("error", "warn", "info", "debug")),
                      "`info`",
                      "From which level on the server's own lines are written; those of its libraries from `warn` on"))),
          new Group(
              "Limits",
              false,
              List.of(
                  setting(
                      "service-tokens.cache.maximum-tokens",
                      number(1000, 10_000_000),
                      "`200000`",
                      "Of how many live token strings a node keeps what it knows, about 0.5 kB"
                          + " each; for each 100000 more, give the JVM 50 MB more:"
                          + " `SERVICE_TOKENS_JAVA_OPTS=-Xmx512m` (272 MB by default)"),
                  setting(
                      "service-tokens.cache.maximum-unknown",
                      number(1000, 10_000_000),
                      "`10000`",
                      "Of how many token strings that are nobody's"),
                  setting(
                      "service-tokens.throttle.unknown-per-second",
                      number(1, 1_000_000),
                      "`1000`",
                      "How many unknown tokens an address may send a second before it is told to"
                          + " wait (429); live tokens are never throttled"),
                  setting(
                      "service-tokens.throttle.unknown-burst",
                      number(1, 10_000_000),
                      "`5000`",
                      "How many it may send at once"),
                  setting(
                      "service-tokens.throttle.maximum-addresses",
                      number(1000, 10_000_000),
                      "`100000`",
                      "Of how many addresses that is counted"),
                  setting(
                      "service-tokens.lending.maximum-holders",
                      number(1, 100_000),
                      "`1000`",
                      "How many services' processes verify tokens in their own memory under leases"
                          + " of this node; others are told to ask about each token (429)"),
                  setting(
                      "service-tokens.lending.maximum-holders-per-token",
                      number(1, 100_000),
                      "`200`",
                      "How many of them with one token"),
                  setting(
                      "service-tokens.http.request-deadline",
                      Time.from(Duration.ofSeconds(1), Duration.ofHours(1)),
                      "`30s`",
                      "How long a request may take from its first byte to its last (408), and an"
                          + " answer to be taken further; connections without a request live five"
                          + " minutes"),
                  setting(
                      "service-tokens.http.maximum-connections",
                      number(16, 1_000_000),
                      "`4096`",
                      "How many connections there may be; one more takes the place of the one that"
                          + " is idle longest"),
                  setting(
                      "service-tokens.http.maximum-memory",
                      new WholeNumber(2, 1_000_000, "megabytes", ""),
                      "a quarter of the JVM's",
                      "Room for the bodies of all requests (503 beyond), and as much for answers"
                          + " that are not taken yet"))),
          new Group(
              "The program",
              false,
              List.of(
                  setting(
                      "micronaut.config.files",
                      new Words("paths of YAML, JSON or properties files, separated by commas"),
                      "none",
                      "Files with settings by their names as properties; variables and arguments"
                          + " come before them"),
                  setting(
                      "service-tokens.drain",
                      Time.from(Duration.ZERO, Duration.ofMinutes(10)),
                      "`0s`",
                      "How long the server still takes requests, not ready any more, after SIGTERM or Ctrl-C; a second one ends that"),
                  setting(
                      "service-tokens.java-opts",
                      new Words("options of java, separated by blanks"),
                      "none",
                      "More options for the server's JVM; a variable only"))));

  private static final Map<String, Setting> BY_PROPERTY =
      all().collect(Collectors.toUnmodifiableMap(Setting::property, Function.identity()));

  private Settings() {}

  private static Setting setting(String property, Kind kind, String standard, String meaning) {
    return new Setting(property, kind, standard, meaning, null);
  }

  private static WholeNumber number(int least, int most) {
    return new WholeNumber(least, most, "", "");
  }

  /** All of them, in their order. */
  static Stream<Setting> all() {
    return GROUPS.stream().flatMap(group -> group.settings().stream());
  }

  /** The one with that name as a property; empty if we tell of none. */
  static Optional<Setting> of(String property) {
    return Optional.ofNullable(BY_PROPERTY.get(property));
  }

  /**
   * Returns if the number is in the range of that setting.
   *
   * @throws StartRefusal otherwise
   */
  public static void require(String property, int value) {
    Setting setting = BY_PROPERTY.get(property);
    if (setting == null
        || !(setting.kind() instanceof WholeNumber range)
        || !range.contains(value)) {
      throw refused(property);
    }
  }

  /**
   * Returns if the duration is in the range of that setting.
   *
   * @throws StartRefusal otherwise
   */
  public static void require(String property, Duration value) {
    if (!allows(property, value)) {
      throw refused(property);
    }
  }

  /** Whether the duration is in the range of that setting. */
  public static boolean allows(String property, Duration value) {
    Setting setting = BY_PROPERTY.get(property);
    return setting != null && setting.kind() instanceof Time range && range.contains(value);
  }

  private static StartRefusal refused(String property) {
    return new StartRefusal(
        of(property)
            .map(Setting::refusal)
            .orElseThrow(() -> new IllegalArgumentException(property + " is no setting")));
  }
}
