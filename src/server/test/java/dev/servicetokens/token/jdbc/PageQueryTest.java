package dev.servicetokens.token.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PageQueryTest {

  @ParameterizedTest
  @CsvSource({"a, b", "ci-, ci.", "a\uD7FF, a\uE000", "ü, ý", "\uFFFF, \uD800\uDC00"})
  void endsBeforeTheNextCharacter(String prefix, String bound) {
    assertThat(PageQuery.boundOf(prefix)).isEqualTo(bound);
  }

  /** Nothing is behind the last character; then the one before it decides. */
  @Test
  void hasNoEndBehindTheLastCharacter() {
    String last = Character.toString(Character.MAX_CODE_POINT);

    assertThat(PageQuery.boundOf(last + last)).isNull();
    assertThat(PageQuery.boundOf("a" + last)).isEqualTo("b");
  }

  @Test
  void takesNothingButAsterisksForPatterns() {
    assertThat(PageQuery.like(List.of("50%_!", ""))).isEqualTo("50!%!_!!%");
    assertThat(PageQuery.like(List.of("", "a", ""))).isEqualTo("%a%");
  }
}
