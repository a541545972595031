package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever meets "rule 14" in the code finds it on the protocol's page, and finds the code there.
 */
final class CoherencePageTest {

  private static final Path PAGE = Path.of("..", "docs", "coherence.md");
  private static final Pattern RULE = Pattern.compile("^(\\d+)\\. ");
  private static final Pattern CITED = Pattern.compile("[Rr]ules? (\\d+)");
  private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z]+)`");

  @Test
  void numbersItsRulesWithoutGaps() throws IOException {
    assertThat(rules()).containsExactlyElementsOf(IntStream.rangeClosed(1, 27).boxed().toList());
  }

  @Test
  void hasEveryRuleThatTheCodeCites() throws IOException {
    Set<Integer> cited = new TreeSet<>();
    for (Path file : sources()) {
      Matcher rule = CITED.matcher(Files.readString(file));
      while (rule.find()) {
        cited.add(Integer.parseInt(rule.group(1)));
      }
    }

    assertThat(cited).hasSizeGreaterThan(15);
    assertThat(rules()).containsAll(cited);
  }

  @Test
  void namesTypesThatExist() throws IOException {
    Set<String> types = new TreeSet<>();
    for (Path file : sources()) {
      types.add(file.getFileName().toString().replace(".java", ""));
    }
    List<String> named =
        TYPE.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)).toList();

    assertThat(named).isNotEmpty();
    assertThat(types).containsAll(named);
  }

  private static List<Integer> rules() throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      return lines
          .map(RULE::matcher)
          .filter(Matcher::find)
          .map(found -> Integer.valueOf(found.group(1)))
          .toList();
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> main = Files.walk(Path.of("main", "java"));
        Stream<Path> test = Files.walk(Path.of("test", "java"))) {
      return Stream.concat(main, test).filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
