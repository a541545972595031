package dev.servicetokens.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void indentsByTwoAndSortsKeys() {
    assertThat(JsonText.of(Map.of("b", List.of(1L, true), "a", Map.of("c", "d"), "e", List.of())))
        .isEqualTo(
            """
            {
              "a": {
                "c": "d"
              },
              "b": [
                1,
                true
              ],
              "e": []
            }
            """);
  }

  @Test
  void writesALineForOneOfMany() {
    assertThat(JsonText.lineOf(Map.of("b", List.of(1L, "x\ny"), "a", Map.of("c", List.of()))))
        .isEqualTo("{\"a\":{\"c\":[]},\"b\":[1,\"x\\ny\"]}\n");
  }

  @Test
  void everyTextComesBackAsItWas() throws Exception {
    StringBuilder all = new StringBuilder("\ud83d\ude00");
    for (char character = 0; character < 0x300; character++) {
      all.append(character);
    }

    var read = new ObjectMapper().readValue(JsonText.of(Map.of("k", all.toString())), Map.class);

    assertThat(read.get("k")).isEqualTo(all.toString());
  }
}
