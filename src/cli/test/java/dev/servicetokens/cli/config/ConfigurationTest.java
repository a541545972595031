package dev.servicetokens.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The file belongs to its user, who wrote comments into it, and to another program. */
class ConfigurationTest {

  private static final String COMMENTED =
      """
      # our servers
      theme: dark # not ours
      contexts: # all of them
          # the first
          - name: other
            colour: red
            context:
                url: http://other # where
                api-token: kept

          # the second
          - name: default
            note: "7"
            context:
                # before the address
                url: 'http://old' # old
                api-token: replaced # why
                later: {a: [1, 2.5, true, null], b: {}} # kept
            # behind the second
          # the third
          - {name: third, context: {url: http://third, service-token: t, api-path: /v5}}
      # the one in use
      current-context: other # chosen
      # the end
      """;

  private static Context context(String name) {
    return new Context(name, new Settings("http://new", "", "svctok-new", "/api", false, "", ""));
  }

  private static String change(String text, Consumer<Configuration> change) {
    Configuration configuration = new Configuration(text);
    change.accept(configuration);
    return configuration.text();
  }

  @Nested
  class AnExistingContext {

    @Test
    void isChangedInItsPlace() {
      assertThat(change(COMMENTED, file -> file.put(context("default"))))
          .isEqualTo(
              COMMENTED
                  .replace(
                      "'http://old' # old",
                      "http://new # old\n          service-token: "
                          + "svctok-new\n          api-path: /api\n          admin-api-path: \"\"\n"
                          + "          skip-ssl: false")
                  .replace("api-token: replaced # why", "# why"));
    }

    @Test
    void isChangedBetweenBraces() {
      assertThat(change(COMMENTED, file -> file.put(context("third"))))
          .isEqualTo(
              COMMENTED.replace(
                  "{url: http://third, service-token: t, api-path: /v5}",
                  "{url: http://new, service-token: svctok-new, api-path: /api,"
                      + " admin-api-path: \"\", skip-ssl: false}"));
    }

    @Test
    void isTakenOut() {
      assertThat(change(COMMENTED, file -> file.remove("default")))
          .isEqualTo(
              COMMENTED.substring(0, COMMENTED.indexOf("    - name: default"))
                  + COMMENTED.substring(COMMENTED.indexOf("      # behind the second")));
    }

    @Test
    void becomesTheCurrentOne() {
      assertThat(change(COMMENTED, file -> file.setCurrent("third")))
          .isEqualTo(COMMENTED.replace("current-context: other", "current-context: third"));
      assertThat(change(COMMENTED, file -> file.setCurrent("other"))).isEqualTo(COMMENTED);
    }
  }

  /** How people and programs lay such files out. */
  static Stream<Arguments> layouts() {
    return Stream.of(
            COMMENTED,
            "contexts:\n- name: default\n  context:\n    url: u\n    service-token: t\ncurrent-context: default",
            "contexts:\n- name: default\n  context: {url: u, service-token: t}\n- name: b\n  context: {url: v}\n",
            "contexts:\n-\n  # c\n  name: default\n  context:\n    url: u\n",
            "contexts:\n    - context:\n          url: u\n      name: default\n",
            "contexts: []\ncurrent-context: \"\"\n",
            "contexts: [] # none\n",
            "contexts:\n# none\ncurrent-context:\n",
            "contexts: ~\n",
            "# nothing\n",
            "# nothing",
            "",
            "---\n",
            "---\n# c\ncontexts:\n    - name: b\n      context: {}\n",
            "{}",
            "theme: dark",
            "{\"contexts\": [{\"name\": \"default\", \"context\": {\"url\": \"u\", \"service-token\": \"t\"}}],\n"
                + " \"current-context\": \"default\"}\n",
            "{contexts: []}\n",
            "url: http://old\napi-token: a # of the oldest form\nother: 1\n",
            "# c\nother: 1\nurl: \"http://old\"\nservice-token: a",
            """
            base: &base
                api-path: /v9 # everywhere
                skip-ssl: true
                api-token: a
            contexts:
                - name: default
                  context:
                      <<: *base # as above
                      url: http://one
                - name: two
                  context: *base
                - name: three
                  context: &three
                      <<: [*base, {url: http://three}]
                - name: four
                  context:
                      <<: *three
                      url: &u http://four
                - {name: five, context: {url: *u, service-token: x}}
            current-context: five
            """,
            """
            contexts:
                - name: first
                  context: &first
                      url: &url http://first
                      service-token: &token |
                          svctok-first
                      api-path: /first
                - name: default
                  context:
                      service-token: "svctok-second"
                      <<: *first
                - name: third
                  context: {url: *url, service-token: *token}
            current-context: &name first
            """)
        .flatMap(text -> Stream.of(text, text.replace("\n", "\r\n"), "\ufeff" + text))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyChangeLeavesTheRest(String text) {
    for (String name : List.of("default", "new", "first", "two", "five", "u: \u00fc\ud83d\ude00")) {
      for (Settings settings :
          List.of(
              new Settings("http://new", "", "svctok-new", "/api", false, "", ""),
              new Settings("http://new", "1.50", "", "", true, "", "QUJD"))) {
        requireSafe(text, file -> file.put(new Context(name, settings)), false);
      }
      requireSafe(text, file -> file.setCurrent(name), false);
    }
    for (Context context : new Configuration(text).contexts()) {
      requireSafe(text, file -> file.remove(context.name()), true);
    }
  }

  /** Either the change does what it should and no more, or it is not made. */
  private static void requireSafe(String text, Consumer<Configuration> change, boolean mayRefuse) {
    Configuration file = new Configuration(text);
    List<Context> before = file.contexts();
    try {
      change.accept(file);
    } catch (YamlEdit.Impossible e) {
      assertThat(mayRefuse || text.startsWith("{}") || text.startsWith("\ufeff{}"))
          .as(text)
          .isTrue();
      return;
    }
    String changed = file.text();
    Configuration again = new Configuration(changed);
    assertThat(again.contexts()).isEqualTo(file.contexts());
    assertThat(again.currentName()).isEqualTo(file.currentName());
    assertThat(before.stream().filter(old -> !file.contexts().contains(old)).count())
        .as("others are as they were in\n%s", changed)
        .isLessThanOrEqualTo(1);
    // Another reader of YAML takes it, too.
    assertThat(
            new Load(LoadSettings.builder().setSchema(new CoreSchema()).build())
                .loadFromString(changed))
        .isNotNull();
    text.lines()
        .filter(line -> line.contains("#") && !mayRefuse)
        .forEach(line -> assertThat(changed).contains(line.substring(line.indexOf('#')).strip()));
    assertThat(changed.contains("\r\n") && changed.replace("\r\n", "").contains("\n")).isFalse();
    assertThat(changed.startsWith("\ufeff")).isEqualTo(text.startsWith("\ufeff"));
  }

  @Test
  void takesValuesThatAreMergedIn() {
    var file =
        new Configuration(
            """
            base: &base {api-path: /v9, skip-ssl: true, service-token: t}
            contexts: [{name: a, context: {<<: *base, api-path: /own, url: 1.50}}]
            """);

    assertThat(file.contexts())
        .containsExactly(new Context("a", new Settings("1.50", "", "t", "/own", true, "", "")));
  }

  @Test
  void readsTheOldestForm() {
    var file = new Configuration("url: http://old\napi-token: a\n");

    assertThat(file.currentName()).isEqualTo("default");
    assertThat(file.contexts())
        .containsExactly(
            new Context("default", new Settings("http://old", "a", "", "/api", false, "", "")));
  }

  @Test
  void bringsTheOldestFormIntoTheNewOne() {
    assertThat(
            change(
                "# mine\nurl: http://old # here\napi-token: a\ntheme: dark\n",
                file -> file.put(context("new"))))
        .isEqualTo(
            """
            # mine
            contexts:
                - name: default
                  context:
                      url: http://old
                      api-token: a
                      api-path: /api
                      admin-api-path: ""
                      skip-ssl: false
                - name: new
                  context:
                      url: http://new
                      service-token: svctok-new
                      api-path: /api
                      admin-api-path: ""
                      skip-ssl: false
            current-context: default
            # here
            theme: dark
            """);
  }

  /** What one context has would become what another has. */
  @Test
  void takesOutNothingThatOthersBuildOn() {
    String text =
        """
        contexts:
            - name: first
              context: &first {url: u}
            - name: second
              context: *first
        """;

    assertThatThrownBy(() -> change(text, file -> file.remove("first")))
        .isInstanceOf(YamlEdit.Impossible.class);
    assertThat(change(text, file -> file.remove("second")))
        .isEqualTo(text.substring(0, text.indexOf("    - name: second")));
  }
}
