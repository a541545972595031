package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.deploy.HelmChart;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySource.Origin;
import io.micronaut.context.env.PropertySource.PropertyConvention;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.core.naming.conventions.StringConvention;
import io.micronaut.core.value.PropertyResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from variables, properties and arguments, and what of it stops a start. */
final class ConfigurationTest {
  private static final KnownSettings KNOWN = KnownSettings.load();

  static final List<String> LITERALS =
      List.of(
          "abc${HOME}0123456789abcdef",
          "a${b}c",
          "${random.uuid}",
          "${ random.int(5) }",
          "${x:default}",
          "${a.b:`c`}",
          "${service-tokens.literal:`${`}",
          "${service-tokens.bootstrap.token}",
          "${",
          "}${",
          "$${HOME}",
          "$$",
          "#{1 + 1}",
          "\\${HOME}\\n",
          "`${HOME}`",
          "${${HOME}}");

  /**
   * A value that were replaced would put another token in place than the one its owner knows, and
   * connect with another password.
   */
  @ParameterizedTest
  @FieldSource("LITERALS")
  void takesValuesAsTheyAreWritten(String text) {
    String property = "service-tokens.bootstrap.token";
    try (ApplicationContext context =
        context(ConfigurationSources.variables(Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN", text)))) {
      assertThat(value(context, property)).isEqualTo(text);
    }
    try (ApplicationContext context =
        context(ConfigurationSources.commandLine(Map.of(property, text)))) {
      assertThat(value(context, property)).isEqualTo(text);
    }
    String map = "datasources.default.data-source-properties";
    try (ApplicationContext context =
        context(ConfigurationSources.commandLine(Map.of(map + ".options", text)))) {
      assertThat(context.getEnvironment().getProperties(map, StringConvention.RAW))
          .containsEntry("options", text);
    }
    Properties properties = new Properties();
    properties.setProperty(property, text);
    try (ApplicationContext context = context(ConfigurationSources.properties(properties))) {
      assertThat(value(context, property)).isEqualTo(text);
    }
  }

  /** The same through the framework's own binding. */
  @Test
  void bindsValuesAsTheyAreWritten() {
    try (TestServer server =
        TestServer.startWithVariables(
            TestDatabase.create(),
            Map.of(
                "SERVICE_TOKENS_BOOTSTRAP_TOKEN", "abc${HOME}0123456789abcdef",
                "DATASOURCES_DEFAULT_PASSWORD", "a${b}c"))) {
      DatasourceConfiguration datasource = server.bean(DatasourceConfiguration.class);

      assertThat(datasource.getPassword()).isEqualTo("a${b}c");
      assertThat(server.api().get("/api/server/status", "abc${HOME}0123456789abcdef").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void leavesPlaceholdersToFiles() throws IOException {
    PropertySource file = file("service-tokens: {bootstrap: {token: 'x${java.version}y'}}");
    try (ApplicationContext context =
        context(ConfigurationSources.properties(System.getProperties()), file)) {
      assertThat(value(context, "service-tokens.bootstrap.token"))
          .isEqualTo("x" + System.getProperty("java.version") + "y");
    }
  }

  @Test
  void refusesAPlaceholderThatNothingResolvesAndShowsNothingOfTheText() throws IOException {
    PropertySource file = file("datasources: {default: {password: 'hunter2${hunter3}'}}");
    assertThatThrownBy(() -> check(file))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("datasources.default.password in settings.yml")
        .hasMessageNotContaining("hunter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MICRONAUT_APPLICATION_JSON", "SPRING_APPLICATION_JSON"})
  void refusesPlaceholdersInADocumentThatAVariableHolds(String variable) {
    assertRefused(Map.of(variable, "{\"a\": \"hunter2${b}\"}"), variable);
    assertThatCode(() -> check(Map.of(variable, "{\"a\": \"b\"}"))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void refusesEveryVariableThatIsEmpty(String nothing) {
    List<String> variables = new ArrayList<>(ours());
    variables.addAll(
        List.of("MICRONAUT_SERVER_HOST", "MICRONAUT_SERVER_PORT", "MICRONAUT_SERVER_IDLE_TIMEOUT"));
    variables.add("MICRONAUT_CONFIG_FILES");
    variables.add("SERVICE_TOKENS_ROLES_CI_PERMISSIONS");
    variables.removeAll(List.of("DATASOURCES_DEFAULT_PASSWORD", "SERVICE_TOKENS_JAVA_OPTS"));
    Map<String, String> all = new HashMap<>();
    for (String variable : variables) {
      assertRefused(Map.of(variable, nothing), variable + " is empty");
      all.put(variable, nothing);
    }
    assertRefused(all, variables.toArray(String[]::new));
  }

  @Test
  void letsAPasswordBeEmpty() {
    check(Map.of("DATASOURCES_DEFAULT_PASSWORD", "", "SERVICE_TOKENS_JAVA_OPTS", ""));
  }

  @Test
  void refusesEmptySettingsOfOtherKinds() throws IOException {
    assertThatThrownBy(
            () -> check(ConfigurationSources.commandLine(Map.of("micronaut.server.host", ""))))
        .hasMessageContaining("micronaut.server.host is empty");
    PropertySource file = file("service-tokens: {bootstrap: {token: }, data-directory: ''}");
    assertThatThrownBy(() -> check(file))
        .hasMessageContaining("service-tokens.bootstrap.token is empty")
        .hasMessageContaining("service-tokens.data-directory is empty");
  }

  /** Each name with each letter of its last word left out, doubled or replaced. */
  @Test
  void refusesEveryTypingError() {
    List<String> names = new ArrayList<>(ours());
    names.addAll(List.of("MICRONAUT_SERVER_HOST", "MICRONAUT_SERVER_PORT"));
    Map<String, String> wrong = new HashMap<>();
    for (String name : names) {
      for (int i = name.lastIndexOf('_') + 1; i < name.length(); i++) {
        wrong.put(name.substring(0, i) + name.substring(i + 1), "x");
        wrong.put(name.substring(0, i) + name.charAt(i) + name.substring(i), "x");
        wrong.put(name.substring(0, i) + "Q" + name.substring(i + 1), "x");
      }
    }
    wrong.keySet().removeIf(KNOWN::has);
    assertRefused(
        wrong,
        wrong.keySet().stream()
            .map(name -> name + " is no setting: did you mean ")
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE_TOKENS_BOOTSTRAP_ROLE, SERVICE_TOKENS_BOOTSTRAP_ROLES",
    "SERVICE_TOKENS_BOOTSTRAP_TOKENS, SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "SERVICE_TOKENS_DATADIRECTORY, SERVICE_TOKENS_DATA_DIRECTORY",
    "SERVICE_TOKENS_PORT, MICRONAUT_SERVER_PORT",
    "SERVICE_TOKENS_HOST, MICRONAUT_SERVER_HOST",
    "SERVICE_TOKENS_ROLE_CI_PERMISSIONS, SERVICE_TOKENS_ROLES_<NAME>_PERMISSIONS",
    "SERVICE_TOKENS_ROLES_CI_PERMISSION, SERVICE_TOKENS_ROLES_<NAME>_PERMISSIONS",
    "SERVICE_TOKENS_LITERAL, SERVICE_TOKENS_",
    "service_tokens_bootstrap_token, SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "Service_Tokens_Metrics_Open, SERVICE_TOKENS_METRICS_OPEN",
    "service-tokens.bootstrap.token, SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "SERVICE_TOKEN_BOOTSTRAP_ROLES, SERVICE_TOKENS_BOOTSTRAP_ROLES",
    "DATASOURCES_DEFAULT_USER, DATASOURCES_DEFAULT_USERNAME",
    "DATASOURCES_DEFAULT_URI, DATASOURCES_DEFAULT_URL",
    "DATASOURCE_DEFAULT_URL, DATASOURCES_DEFAULT_URL",
    "DATASOURCES_DEFAULT_MAX_POOL_SIZE, DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE",
    "MICRONAUT_SERVER_HOTS, MICRONAUT_SERVER_HOST",
    "MICRONAUT_SERVER_PROT, MICRONAUT_SERVER_PORT",
    "MICRONAUT_SEVER_PORT, MICRONAUT_SERVER_PORT",
    "MICRONAUT_CONFIG_FILE, MICRONAUT_CONFIG_FILES",
  })
  void namesTheNearestSetting(String wrong, String meant) {
    assertRefused(
        Map.of(wrong, "stackstate-guest"), wrong + " is no setting: did you mean " + meant);
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    assertRefused(
        Map.of(
            "SERVICE_TOKENS_BOOTSTRAP_ROLE", "x",
            "DATASOURCES_DEFAULT_USER", "hunter2",
            "MICRONAUT_SERVER_HOST", "",
            "MICRONAUT_SERVER_PORT", "hunter2"),
        "SERVICE_TOKENS_BOOTSTRAP_ROLES",
        "DATASOURCES_DEFAULT_USERNAME",
        "MICRONAUT_SERVER_HOST is empty",
        "MICRONAUT_SERVER_PORT (micronaut.server.port) must be a whole number");
  }

  @Test
  void takesWhatThereIs() {
    Map<String, String> variables = new HashMap<>();
    for (String name : ours()) {
      variables.put(
          name,
          switch (KNOWN.named(name).orElseThrow().kind()) {
            case Setting.WholeNumber number -> Integer.toString(Math.max(number.least(), 7));
            case Setting.OneOf one -> one.words().getFirst();
            case Setting.Time time -> time.contains(Duration.ofMinutes(1)) ? "1m" : "24h";
            case Setting.Words _, Setting.OpenMap _ -> "x";
          });
    }
    variables.remove("SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE");
    variables.remove("SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256");
    variables.remove("DATASOURCES_DEFAULT_PASSWORD_FILE");
    variables.remove("FLYWAY_DATASOURCES_DEFAULT_PASSWORD_FILE");
    variables.put("SERVICE_TOKENS_TRUSTED_PROXIES_0", "10.0.0.1");
    variables.put("SERVICE_TOKENS_BOOTSTRAP_ROLES_12", "stackstate-guest");
    variables.put("SERVICE_TOKENS_ROLES_CI_0_READER_PERMISSIONS", "get-views");
    variables.put("SERVICE_TOKENS_ROLES_OPS_AS", "stackstate-guest");
    variables.put("DATASOURCES_DEFAULT_DATA_SOURCE_PROPERTIES_SSLMODE", "require");
    variables.put("DATASOURCES_DEFAULT_HEALTH_CHECK_PROPERTIES_ANYTHING", "");
    variables.put("DATASOURCES_OTHER_THING", "x");
    variables.put("MICRONAUT_SERVER_MAX_REQUEST_SIZE", "1MB");
    variables.put("MICRONAUT_SERVER_NETTY_WHATEVER", "x");
    variables.put("MICRONAUT_APPLICATION_NAME", "x");
    variables.put("PATH", "/bin");
    check(variables);
  }

  @Test
  void refusesUnknownSettingsOfOtherKinds() throws IOException {
    assertThatThrownBy(
            () ->
                check(
                    ConfigurationSources.commandLine(Map.of("service-tokens.bootstrap.role", "x"))))
        .hasMessageContaining(
            "service-tokens.bootstrap.role is no setting: did you mean"
                + " service-tokens.bootstrap.roles");
    Properties properties = new Properties();
    properties.setProperty("datasources.default.usrname", "x");
    assertThatThrownBy(() -> check(ConfigurationSources.properties(properties)))
        .hasMessageContaining("did you mean datasources.default.username");
    PropertySource file =
        file(
            """
            service-tokens:
              bootstrap: {tokn: hunter2, dedicatedSubject: x}
              roles:
                "CI reader.v2": {permissions: [get-views]}
                ops: {as: stackstate-guest, ass: x}
            """);
    assertThatThrownBy(() -> check(file))
        .hasMessageContaining("service-tokens.bootstrap.tokn is no setting")
        .hasMessageContaining("service-tokens.roles.ops.ass is no setting")
        .hasMessageNotContaining("CI reader")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "service-tokens",
        "service-tokens-metrics",
        "service-tokens-bootstrap",
        "service-tokens-bootstrap-token",
        "service-tokens-roles-ci",
        "service-tokens-2",
        "datasources-default",
        "micronaut-server"
      })
  void ignoresWhatKubernetesSaysOfServices(String service) {
    Map<String, String> variables = serviceLinks(service);
    try (ApplicationContext context = context(ConfigurationSources.variables(variables))) {
      Environment environment = context.getEnvironment();
      assertThatCode(() -> ConfigurationCheck.require(environment)).doesNotThrowAnyException();
      assertThat(environment.getProperty("micronaut.server.port", Integer.class)).contains(8080);
      String prefix =
          service.startsWith("service-tokens") ? "service-tokens" : service.replace('-', '.');
      for (String name : List.of("port", "service.host", "service-host", "bootstrap.token")) {
        assertThat(environment.containsProperties(prefix + "." + name))
            .isEqualTo(service.equals("micronaut-server") && name.equals("port"));
      }
      assertThat(environment.containsProperties("service-tokens.roles")).isFalse();
    }
    variables.put("SERVICE_TOKENS_BOOTSTRAP_ROLE", "x");
    assertRefused(variables, "SERVICE_TOKENS_BOOTSTRAP_ROLE is no setting");
  }

  /** A role's name may look like a Service's, and a token like its address. */
  @Test
  void takesSettingsThatOnlyLookLikeServices() {
    try (ApplicationContext context =
        context(
            ConfigurationSources.variables(
                Map.of(
                    "SERVICE_TOKENS_ROLES_A_SERVICE_PORT_PERMISSIONS", "get-views",
                    "SERVICE_TOKENS_BOOTSTRAP_TOKEN", "tcp://0123456789abcdef")))) {
      assertThat(context.getEnvironment().containsProperties("service-tokens.roles")).isTrue();
      assertThat(value(context, "service-tokens.bootstrap.token"))
          .isEqualTo("tcp://0123456789abcdef");
    }
    assertRefused(Map.of("SERVICE_TOKENS_PORT", "8080"), "SERVICE_TOKENS_PORT is no setting");
  }

  @Test
  void refusesTwoFormsOfABootstrapToken() {
    assertRefused(
        Map.of(
            "SERVICE_TOKENS_BOOTSTRAP_TOKEN", "hunter2",
            "SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256", "hunter3"),
        "Set only one of SERVICE_TOKENS_BOOTSTRAP_TOKEN,");
  }

  @ParameterizedTest
  @CsvSource({"TTL, 2h", "ROLES, stackstate-guest", "DEDICATED_SUBJECT, first"})
  void refusesABootstrapTokensSettingsWithoutTheToken(String name, String value) {
    String variable = "SERVICE_TOKENS_BOOTSTRAP_" + name;
    assertRefused(Map.of(variable, value), variable + " is set without a bootstrap token");
    check(Map.of(variable, value, "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE", "/x"));
  }

  /** Flyway would take no notice of a part, and migrate as the server's own user. */
  @ParameterizedTest
  @ValueSource(strings = {"URL", "USERNAME", "USER", "PASSWORD", "PASSWORD_FILE"})
  void refusesAPartOfAMigratingUser(String part) {
    assertRefused(
        Map.of("FLYWAY_DATASOURCES_DEFAULT_" + part, "hunter2"),
        "Only a part of FLYWAY_DATASOURCES_DEFAULT_URL");
    check(
        Map.of(
            "FLYWAY_DATASOURCES_DEFAULT_URL", "jdbc:postgresql://h/d",
            "FLYWAY_DATASOURCES_DEFAULT_USERNAME", "u",
            "FLYWAY_DATASOURCES_DEFAULT_PASSWORD_FILE", "/x"));
  }

  /** The embedded database would be used, and nobody would know that theirs is not. */
  @Test
  void refusesAPasswordFileWithoutItsDatabase() {
    assertRefused(
        Map.of("DATASOURCES_DEFAULT_PASSWORD_FILE", "/x"),
        "DATASOURCES_DEFAULT_PASSWORD_FILE is set without DATASOURCES_DEFAULT_URL");
    check(
        Map.of(
            "DATASOURCES_DEFAULT_PASSWORD_FILE", "/x",
            "DATASOURCES_DEFAULT_URL", "jdbc:postgresql://h/d"));
  }

  @Test
  void refusesAPasswordInTwoForms() {
    assertRefused(
        Map.of(
            "DATASOURCES_DEFAULT_PASSWORD", "hunter2",
            "DATASOURCES_DEFAULT_PASSWORD_FILE", "/x"),
        "Set only one of DATASOURCES_DEFAULT_PASSWORD and DATASOURCES_DEFAULT_PASSWORD_FILE");
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS, 1e3, a whole number",
    "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS, 99999999999, a whole number",
    "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS, 999, a whole number from 1000 to 10000000",
    "SERVICE_TOKENS_HTTP_REQUEST_DEADLINE, 2h, a duration from 1s to 1h",
    "SERVICE_TOKENS_METRICS_OPEN, yes, true or false",
    "MICRONAUT_SERVER_PORT, 65536, 'from 1 to 65535, or -1 for a free port'",
    "SERVICE_TOKENS_AUDIT_RETENTION, a year, a duration",
    "DATASOURCES_DEFAULT_AUTO_COMMIT, maybe, true or false",
    "MICRONAUT_SERVER_PORT, http, a whole number",
  })
  void refusesAValueOfAnotherType(String variable, String value, String type) {
    assertRefused(Map.of(variable, value), "The setting " + variable, type);
  }

  private static SortedSet<String> ours() {
    return KNOWN.names();
  }

  private static Map<String, String> serviceLinks(String service) {
    String name = service.toUpperCase(Locale.ROOT).replace('-', '_');
    Map<String, String> links = new HashMap<>();
    links.put(name + "_SERVICE_HOST", "10.96.0.12");
    links.put(name + "_SERVICE_PORT", "8080");
    links.put(name + "_SERVICE_PORT_HTTP", "8080");
    links.put(name + "_SERVICE_PORT_ROLES_AS", "9090");
    links.put(name + "_PORT", "tcp://10.96.0.12:8080");
    for (String protocol : List.of("tcp", "udp", "sctp")) {
      String port = name + "_PORT_8080_" + protocol.toUpperCase(Locale.ROOT);
      links.put(port, protocol + "://10.96.0.12:8080");
      links.put(port + "_PROTO", protocol);
      links.put(port + "_PORT", "8080");
      links.put(port + "_ADDR", "10.96.0.12");
    }
    return links;
  }

  private static PropertySource file(String yaml) throws IOException {
    Map<String, Object> settings =
        new YamlPropertySourceLoader().read("settings", yaml.getBytes(StandardCharsets.UTF_8));
    return PropertySource.of(
        "settings", settings, PropertyConvention.JAVA_PROPERTIES, Origin.of("settings.yml"));
  }

  private static String value(ApplicationContext context, String property) {
    PropertyResolver environment = context.getEnvironment();
    return environment.getRequiredProperty(property, String.class);
  }

  private static void assertRefused(Map<String, String> variables, String... parts) {
    assertThatThrownBy(() -> check(variables))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContainingAll(parts)
        .hasMessageMatching("[^\\n]+")
        .hasMessageNotContaining("hunter");
  }

  /**
   * What the chart says to the server is all it says: a mistake would keep each pod from starting.
   */
  @Test
  void takesWhatTheChartSays() {
    for (HelmChart chart : HelmChart.withEachHelm()) {
      for (String values : List.of(HelmChart.LEAST, HelmChart.EVERYTHING)) {
        Map<String, String> variables = chart.variables(values);
        assertThat(variables).containsKey("SERVICE_TOKENS_DRAIN").doesNotContainValue("");
        check(variables);
        KnownSettings known = KnownSettings.load();
        assertThat(variables.keySet())
            .allMatch(name -> known.has(name) || name.equals("JDK_JAVA_OPTIONS"));
      }
    }
  }

  private static void check(Map<String, String> variables) {
    check(ConfigurationSources.variables(variables));
  }

  private static void check(PropertySource... sources) {
    try (ApplicationContext context = context(sources)) {
      ConfigurationCheck.require(context.getEnvironment());
    }
  }

  private static ApplicationContext context(PropertySource... sources) {
    Map<String, PropertySource> all = new LinkedHashMap<>();
    for (PropertySource none :
        List.of(
            ConfigurationSources.commandLine(Map.of()),
            ConfigurationSources.properties(new Properties()),
            ConfigurationSources.variables(Map.of()))) {
      all.put(none.getName(), none);
    }
    for (PropertySource source : sources) {
      all.put(source.getName(), source);
    }
    ApplicationContext context =
        ApplicationContext.builder()
            .propertySources(all.values().toArray(PropertySource[]::new))
            .banner(false)
            .deduceEnvironment(false)
            .build();
    context.getEnvironment().start();
    return context;
  }
}
