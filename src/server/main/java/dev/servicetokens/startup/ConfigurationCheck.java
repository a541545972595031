package dev.servicetokens.startup;

import dev.servicetokens.startup.Setting.OneOf;
import dev.servicetokens.startup.Setting.OpenMap;
import dev.servicetokens.startup.Setting.Time;
import dev.servicetokens.startup.Setting.WholeNumber;
import dev.servicetokens.startup.Setting.Words;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySource.PropertyConvention;
import io.micronaut.core.naming.NameUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every setting before anything is started or written, and refuses what can only be a
 * mistake: a name that there is not, a value that is empty or of another type. What a mistake
 * leaves out would otherwise be replaced by a default, and a default may let more people in.
 */
public final class ConfigurationCheck {
  private static final String OWN_DEFAULTS = "application.yml";
  private static final String URL = "DATASOURCES_DEFAULT_URL";
  private static final String PASSWORD = "DATASOURCES_DEFAULT_PASSWORD";
  private static final String JAVA_OPTS = "SERVICE_TOKENS_JAVA_OPTS";

  /** Set by the image, which starts Java without the launcher that would read that variable. */
  private static final String IMAGE = "sts.image";

  private static final List<String> DOCUMENTS =
      List.of("MICRONAUT_APPLICATION_JSON", "SPRING_APPLICATION_JSON");
  private static final List<String> BOOTSTRAP_TOKEN =
      List.of(
          "SERVICE_TOKENS_BOOTSTRAP_TOKEN",
          "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE",
          "SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256");
  private static final String BOOTSTRAP = "SERVICE_TOKENS_BOOTSTRAP_";
  private static final String MIGRATION = "FLYWAY_DATASOURCES_DEFAULT_";
  private static final String FILE = "_FILE";

  private static final Pattern PLACE = Pattern.compile("line:? \\d+");

  private static final Pattern INDEX = Pattern.compile("\\[[^]]*]");

  private final Environment environment;
  private final KnownSettings known;
  private final List<Key> keys = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * A setting that somebody has made.
   *
   * @param shown its name as it was written
   * @param variable its name, or what it would be, as a variable
   * @param isVariable whether it was written as one
   * @param value null if a file has nothing there
   */
  private record Key(
      PropertySource source,
      String shown,
      String variable,
      boolean isVariable,
      @Nullable Object value) {

    static Key of(PropertySource source, String key) {
      boolean isVariable = source.getConvention() == PropertyConvention.ENVIRONMENT_VARIABLE;
      String name = INDEX.matcher(key).replaceAll("");
      return new Key(
          source,
          isVariable ? ConfigurationSources.variable(key) : key,
          (isVariable ? name : NameUtils.hyphenate(name, true))
              .toUpperCase(Locale.ROOT)
              .replaceAll("[^A-Z0-9]", "_"),
          isVariable,
          source.get(key));
    }

    /** Variables are spelt in one way only, so that none of two is overlooked. */
    boolean isSpeltOtherwise() {
      return isVariable && !shown.startsWith(variable);
    }

    boolean isBlank() {
      return value == null || value.toString().isBlank();
    }
  }

  private ConfigurationCheck(Environment environment) {
    this.environment = environment;
    known = KnownSettings.load();
    for (PropertySource source : environment.getPropertySources()) {
      if (!source.getOrigin().location().equals(OWN_DEFAULTS)) {
        source.forEach(key -> keys.add(Key.of(source, key)));
      }
    }
  }

  /**
   * Starts the environment, which reads all sources.
   *
   * @throws StartRefusal if one cannot be read; shows nothing of it
   */
  public static Environment start(Environment environment) {
    try {
      return environment.start();
    } catch (RuntimeException e) {
      Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
      throw new StartRefusal(
          "The configuration cannot be read%s: each file that MICRONAUT_CONFIG_FILES names must exist and be correct YAML, JSON or properties, as its name says, and so must a document in %s"
              .formatted(
                  place.find() ? " (" + place.group() + ")" : "", String.join(" or ", DOCUMENTS)),
          e);
    }
  }

  /**
   * Checks all settings.
   *
   * @param environment has been started, so that it knows every source
   * @throws StartRefusal if something is wrong; its line names all of it, and no value
   */
  public static void require(Environment environment) {
    ConfigurationCheck check = new ConfigurationCheck(environment);
    check.look();
    if (!check.problems.isEmpty()) {
      throw new StartRefusal(String.join("; ", new TreeSet<>(check.problems)));
    }
  }

  private void look() {
    keys.forEach(key -> problem(key).ifPresent(problems::add));
    lookAtBootstrap();
    lookAtPasswords();
  }

  private Optional<String> problem(Key key) {
    if (key.variable().equals(JAVA_OPTS) && !key.isBlank() && Boolean.getBoolean(IMAGE)) {
      return Optional.of(
          key.shown()
              + " is for the launcher, which the image has not: set JDK_JAVA_OPTIONS instead");
    }
    if (DOCUMENTS.contains(key.variable()) && String.valueOf(key.value()).contains("${")) {
      return Optional.of(
          key.shown()
              + " has a placeholder, which only a file may have: write its content to a file and"
              + " name that in MICRONAUT_CONFIG_FILES");
    }
    return unknown(key).or(() -> empty(key)).or(() -> unresolved(key)).or(() -> wrongType(key));
  }

  private Optional<String> unknown(Key key) {
    String variable = key.variable();
    boolean isOurs = KnownSettings.isComplete(variable);
    boolean isKnown =
        known.has(variable)
            && !(isOurs && key.isSpeltOtherwise())
            && (key.isVariable() || !variable.equals(JAVA_OPTS));
    boolean isLink =
        key.isVariable() && ConfigurationSources.isServiceAddress(String.valueOf(key.value()));
    if (isKnown || isLink) {
      return Optional.empty();
    }
    return (isOurs ? Optional.of(known.nearest(variable)) : known.meant(variable))
        .map(
            name ->
                "%s is no setting: did you mean %s? Correct it or remove it"
                    .formatted(key.shown(), key.isVariable() ? name : property(name)));
  }

  private String property(String variable) {
    return known.named(variable).map(Setting::property).orElse(variable);
  }

  private Optional<String> empty(Key key) {
    String variable = key.variable();
    boolean isLookedAt =
        KnownSettings.isComplete(variable)
            || variable.startsWith("MICRONAUT_SERVER_")
            || variable.equals("MICRONAUT_CONFIG_FILES");
    boolean mayBeEmpty =
        variable.equals(PASSWORD) || variable.equals(JAVA_OPTS) || known.isInOpenMap(variable);
    return isLookedAt && !mayBeEmpty && key.isBlank()
        ? Optional.of(key.shown() + " is empty: give it a value, or remove it to use the default")
        : Optional.empty();
  }

  /** Finds a file's placeholder that has no value; the text around it may be a secret. */
  private Optional<String> unresolved(Key key) {
    return texts(key.value())
            .allMatch(
                text -> environment.getPlaceholderResolver().resolvePlaceholders(text).isPresent())
        ? Optional.empty()
        : Optional.of(
            "%s in %s has a placeholder for which there is no value: set what it names, or give it a default as in ${NAME:default}"
                .formatted(key.shown(), key.source().getOrigin().location()));
  }

  private static Stream<String> texts(@Nullable Object value) {
    return switch (value) {
      case CharSequence text -> Stream.of(text.toString());
      case Collection<?> several -> several.stream().flatMap(ConfigurationCheck::texts);
      case null, default -> Stream.empty();
    };
  }

  private Optional<String> wrongType(Key key) {
    return known.named(key.variable()).filter(setting -> !fits(setting, key)).map(Setting::refusal);
  }

  private boolean fits(Setting setting, Key key) {
    String property = setting.property();
    return switch (setting.kind()) {
      case OneOf one -> one.words().contains(String.valueOf(key.value()));
      case WholeNumber number ->
          environment.getProperty(property, Integer.class).filter(number::contains).isPresent();
      case Time time ->
          environment.getProperty(property, Duration.class).filter(time::contains).isPresent();
      case Words _, OpenMap _ -> true;
    };
  }

  /**
   * Refuses a password in two forms, and a part of what it takes to migrate as another user: the
   * rest would be as if it were not there, and the server's own user would migrate.
   */
  private void lookAtPasswords() {
    for (String password : List.of(PASSWORD, MIGRATION + "PASSWORD")) {
      if (isSet(password) && isSet(password + FILE)) {
        problems.add("Set only one of %s and %s".formatted(password, password + FILE));
      }
    }
    if (isSet(PASSWORD + FILE) && !isSet(URL)) {
      problems.add(
          "%s is set without %s, and the embedded database has a password of its own: set both, or remove it"
              .formatted(PASSWORD + FILE, URL));
    }
    List<Boolean> parts =
        List.of(
            isSet(MIGRATION + "URL"),
            isSet(MIGRATION + "USERNAME") || isSet(MIGRATION + "USER"),
            isSet(MIGRATION + "PASSWORD") || isSet(MIGRATION + "PASSWORD" + FILE));
    if (parts.contains(true) && parts.contains(false)) {
      problems.add(
          "Only a part of %1$sURL, %1$sUSERNAME and %1$sPASSWORD (or _PASSWORD_FILE) is set: set all three, or none to migrate as the server's own user"
              .formatted(MIGRATION));
    }
  }

  private boolean isSet(String variable) {
    return keys.stream().anyMatch(key -> key.variable().equals(variable));
  }

  /** Refuses two forms of the bootstrap token, and settings of one that nobody has set. */
  private void lookAtBootstrap() {
    long forms =
        keys.stream().map(Key::variable).filter(BOOTSTRAP_TOKEN::contains).distinct().count();
    if (forms > 1) {
      problems.add("Set only one of " + String.join(", ", BOOTSTRAP_TOKEN));
    } else if (forms == 0) {
      keys.stream()
          .filter(key -> key.variable().startsWith(BOOTSTRAP) && known.has(key.variable()))
          .forEach(
              key ->
                  problems.add(
                      key.shown()
                          + " is set without a bootstrap token: set one of %s, or remove it"
                              .formatted(String.join(", ", BOOTSTRAP_TOKEN))));
    }
  }
}
