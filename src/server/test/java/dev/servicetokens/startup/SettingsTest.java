package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.servicetokens.startup.Setting.OneOf;
import dev.servicetokens.startup.Setting.Time;
import dev.servicetokens.startup.Setting.WholeNumber;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The one list of settings is whole, and the page that is made of it is the list's. A setting that
 * the code reads and nobody is told of can only be found by accident.
 */
final class SettingsTest {
  private static final Path TOP = Path.of("..", "..");
  private static final Path PAGE = TOP.resolve("src/docs/configuration.md");
  private static final Path SOURCES = Path.of("main", "java");

  private static final String BEGIN = "<!-- begin of what Settings.java says -->";
  private static final String END = "<!-- end of what Settings.java says -->";

  private static final String PROPERTY = "service-tokens\\.[a-z0-9.-]*[a-z0-9]";
  private static final String VARIABLE =
      "\\b(?:SERVICE_TOKENS|DATASOURCES_DEFAULT)_[A-Z0-9_]*[A-Z0-9]\\b(?!_|…|<)";

  /** Names that stand for a setting by their beginning only, or for none. */
  private static final Set<String> BEGINNINGS =
      Set.of(
          "service-tokens.roles",
          "service-tokens.policy.roles",
          "service-tokens.bootstrap",
          "service-tokens.http",
          "service-tokens.log",
          "service-tokens.throttle",
          "service-tokens.cache",
          "service-tokens.lending",
          "service-tokens.audit",
          "service-tokens.metrics",
          "service-tokens.tls",
          "service-tokens.management",
          "service-tokens.literal"); // Has no value: see ConfigurationSources.

  @Test
  void haveAPageThatIsMadeOfThem() throws IOException {
    String page = Files.readString(PAGE);
    String wanted =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + tables()
            + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("settings.write")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE))
        .as(
            "src/docs/configuration.md is not what Settings.java says; this writes it anew: ./mvnw"
                + " test -pl api,src/server -Dtest=SettingsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsettings.write=true")
        .isEqualTo(wanted);
  }

  /** What the configuration classes hold is written down when they are compiled. */
  @Test
  void areAllThatConfigurationClassesHold() throws IOException {
    Map<String, String> held = new TreeMap<>();
    Path written = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
    try (InputStream in = Files.newInputStream(written);
        JsonParser parser = new JsonFactory().createParser(in)) {
      held.putAll(KnownSettings.read(parser));
    }

    assertThat(held).isNotEmpty();
    held.forEach(
        (property, type) -> {
          Setting setting = Settings.of(property).orElseThrow(() -> new AssertionError(property));
          Class<?> kind =
              switch (type) {
                case "int", "java.lang.Integer" -> WholeNumber.class;
                case "java.time.Duration" -> Time.class;
                case "boolean", "java.lang.Boolean" -> OneOf.class;
                default -> Setting.Kind.class;
              };
          assertThat(setting.kind()).as(property).isInstanceOf(kind);
        });
  }

  /** Some are read by their names, before there are classes for them, or named in messages. */
  @Test
  void areAllThatTheCodeNames() throws IOException {
    Set<String> properties = new TreeSet<>();
    Set<String> variables = new TreeSet<>();
    for (String source : texts(SOURCES, ".java")) {
      properties.addAll(found("\"" + PROPERTY, source));
      variables.addAll(found(VARIABLE, source));
    }
    properties.removeIf(name -> BEGINNINGS.contains(name.substring(1)));
    variables.removeAll(
        Set.of(
            "SERVICE_TOKENS_ROLES",
            "SERVICE_TOKENS_POLICY_ROLES",
            "SERVICE_TOKENS_PORT",
            "SERVICE_TOKENS_MANAGEMENT"));

    assertThat(properties)
        .isNotEmpty()
        .allMatch(name -> Settings.of(name.substring(1)).isPresent());
    assertThat(variables).isNotEmpty().allMatch(KnownSettings.load()::has);
  }

  @Test
  void areAllThatPagesName() throws IOException {
    Set<String> named = new TreeSet<>(found(VARIABLE, Files.readString(TOP.resolve("README.md"))));
    for (String page : texts(TOP.resolve("src/docs"), ".md")) {
      named.addAll(found(VARIABLE, page));
    }
    named.remove("SERVICE_TOKENS_ROLES");

    assertThat(named).isNotEmpty().allMatch(KnownSettings.load()::has);
  }

  @Test
  void haveTheDefaultsThatHold() throws IOException {
    Map<String, Object> defaults;
    try (InputStream in = SettingsTest.class.getResourceAsStream("/application.yml")) {
      defaults = new YamlPropertySourceLoader().read("application", in);
    }
    Settings.all()
        .filter(setting -> defaults.containsKey(setting.property()))
        .forEach(
            setting ->
                assertThat(setting.standard())
                    .as(setting.property())
                    .isEqualTo("`" + defaults.get(setting.property()) + "`"));
    assertThat(defaults.keySet().stream().filter(name -> name.startsWith("service-tokens.")))
        .allMatch(name -> Settings.of(name).isPresent());
  }

  private static String tables() {
    StringBuilder text = new StringBuilder("\n");
    for (Settings.Group group : Settings.GROUPS) {
      text.append("\n### ").append(group.title()).append("\n\n");
      text.append("| variable, property, option | what it sets | value | default |\n");
      text.append("| --- | --- | --- | --- |\n");
      group.settings().forEach(setting -> text.append(row(setting)));
    }
    return text.append('\n').toString();
  }

  private static String row(Setting setting) {
    List<String> names = new ArrayList<>(List.of(setting.variable()));
    if (!setting.meaning().endsWith("a variable only")) {
      names.add(setting.property());
    }
    setting.optionName().ifPresent(names::add);
    return "| %s | %s | %s | %s |\n"
        .formatted(
            String.join("<br>", names.stream().map(name -> "`" + name + "`").toList()),
            setting.meaning(),
            setting.kind().needed(),
            setting.standard());
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(result -> result.group()).toList();
  }

  private static List<String> texts(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .map(
              file -> {
                try {
                  return Files.readString(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }
}
