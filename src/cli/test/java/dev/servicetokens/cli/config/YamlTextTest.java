package dev.servicetokens.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class YamlTextTest {

  private static Object read(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "plain",
        "svctok-aZ09",
        "http://localhost:8080",
        "/api",
        "a:",
        "a: b",
        "a #b",
        "#a",
        "true",
        "No",
        "null",
        "~",
        "1",
        "1.5",
        "0x1f",
        "1e3",
        "1_000",
        ".inf",
        "-",
        "- a",
        "? a",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "[a]",
        "{a}",
        "'a'",
        "\"a\"",
        "a\"b\\c",
        "a\nb",
        "a\tb",
        "a\u0000b",
        "a\u0085b",
        "ü",
        "\ud83d\ude00",
        "2027-01-31",
        "=",
        "<<",
        "---",
        "a,b",
        "e",
        "E1"
      })
  void everyTextComesBackAsItWas(String text) {
    Map<String, ?> map = Map.of("key", text, "list", List.of(text));

    assertThat(read(YamlText.of(map))).isEqualTo(map);
    assertThat(read(YamlText.of(Map.of(text, 1)))).isEqualTo(Map.of(text, 1));
  }

  @Test
  void everyShapeComesBackAsItWas() {
    Map<String, ?> map =
        Map.of(
            "a", List.of(Map.of("x", List.of(List.of(1, 2), Map.of())), List.of(), true, 2.5),
            "b", Map.of("c", Map.of("d", -7)));

    assertThat(read(YamlText.of(map))).isEqualTo(map);
  }

  /** Readers of YAML 1.1, like the published command line's, see more than texts in these. */
  @ParameterizedTest
  @ValueSource(strings = {"yes", "off", "y", "0777", "1:30", "0b1", "2027-01-31"})
  void quotesWhatOlderReadersTakeForSomethingElse(String text) {
    assertThat(YamlText.of(Map.of("key", text))).isEqualTo("key: \"" + text + "\"\n");
  }
}
