package dev.servicetokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever follows a story of CONTRIBUTING through the house finds each class and method that it
 * names, in as few files as it says.
 */
final class ContributingTest {

  private static final Path PAGE = Path.of("..", "..", ".github", "CONTRIBUTING.md");
  private static final Path SOURCES = Path.of("main", "java", "dev", "servicetokens");
  private static final String STORIES = "Five stories";
  private static final String CHANGES = "Three changes";
  private static final int MOST_FILES_OF_A_STORY = 5;
  private static final int MOST_FILES_OF_A_FIELD = 8;

  /** A list item that begins with a link: the name of a class or file, and where it is. */
  private static final Pattern STEP =
      Pattern.compile("(?m)^\\d+\\. \\[`([^`]+)`]\\(([^)]+)\\)((?:.|\\n(?!\\d+\\. |#|\\n))*)");

  private static final Pattern HEADING = Pattern.compile("(?m)^(##+) (.+)$");
  private static final Pattern METHOD = Pattern.compile("`([a-z][A-Za-z]*)\\(\\)`");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)[^)]*\\)");
  private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z]+)`");

  /** One file of a story, and what is said of it. */
  private record Step(String name, Path file, String text) {}

  @Test
  void tellsFiveStoriesOfFiveFilesAtMost() throws IOException {
    Map<String, List<Step>> stories = parts(STORIES);

    assertThat(stories).hasSize(5);
    stories.forEach(
        (title, steps) ->
            assertThat(files(steps))
                .as(title)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(MOST_FILES_OF_A_STORY));
  }

  @Test
  void tellsThreeChangesTheFirstOfEightFilesAtMost() throws IOException {
    Map<String, List<Step>> changes = parts(CHANGES);

    assertThat(changes).hasSize(3);
    assertThat(changes.keySet()).anyMatch(title -> title.contains("field"));
    changes.forEach(
        (title, steps) ->
            assertThat(files(steps))
                .as(title)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(MOST_FILES_OF_A_FIELD));
  }

  @Test
  void namesClassesAndMethodsThatAreThere() throws IOException {
    List<Step> steps = new ArrayList<>();
    parts(STORIES).values().forEach(steps::addAll);
    parts(CHANGES).values().forEach(steps::addAll);

    for (Step step : steps) {
      assertThat(step.file()).as(step.name()).exists();
      if (step.file().toString().endsWith(".java")) {
        String source = Files.readString(step.file());
        assertThat(source)
            .as(step.name())
            .containsPattern("(class|record|interface|enum) " + step.name() + "\\b");
        METHOD
            .matcher(step.text())
            .results()
            .forEach(
                method ->
                    assertThat(source)
                        .as("%s.%s", step.name(), method.group(1))
                        .containsPattern("\\b" + method.group(1) + "\\("));
      }
    }
  }

  @Test
  void namesNoTypeOrFileThatIsNotThere() throws IOException {
    String page = Files.readString(PAGE);
    Set<String> types = new TreeSet<>();
    for (Path root : List.of(Path.of("main"), Path.of("test"))) {
      try (Stream<Path> files = Files.walk(root)) {
        files.forEach(file -> types.add(file.getFileName().toString().replace(".java", "")));
      }
    }

    assertThat(types).containsAll(all(TYPE, page));
    assertThat(all(LINK, page))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(resolved(link)).exists());
  }

  @Test
  void saysWhatHappensInEachRoom() throws IOException {
    Set<String> rooms = new TreeSet<>();
    try (Stream<Path> folders = Files.list(SOURCES)) {
      folders.filter(Files::isDirectory).forEach(room -> rooms.add(room.getFileName().toString()));
    }

    assertThat(all(Pattern.compile("(?m)^\\| `([a-z]+)` \\|"), section("The rooms")))
        .containsExactlyInAnyOrderElementsOf(rooms);
  }

  private static Set<Path> files(List<Step> steps) {
    Set<Path> files = new TreeSet<>(Comparator.comparing(Path::toString));
    steps.forEach(step -> files.add(step.file()));
    return files;
  }

  /** The steps below each heading of a section, by that heading. */
  private static Map<String, List<Step>> parts(String title) throws IOException {
    Map<String, List<Step>> parts = new LinkedHashMap<>();
    String section = section(title);
    List<MatchResult> headings = HEADING.matcher(section).results().toList();
    for (int i = 0; i < headings.size(); i++) {
      int end = i + 1 < headings.size() ? headings.get(i + 1).start() : section.length();
      parts.put(
          headings.get(i).group(2),
          STEP.matcher(section.substring(headings.get(i).end(), end))
              .results()
              .map(step -> new Step(step.group(1), resolved(step.group(2)), step.group(3)))
              .toList());
    }
    return parts;
  }

  private static String section(String title) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("\n## " + title + "\n");
    assertThat(begin).as(title).isNotNegative();
    int text = page.indexOf('\n', begin + 1);
    int end = page.indexOf("\n## ", text);
    return page.substring(text, end < 0 ? page.length() : end);
  }

  private static Path resolved(String link) {
    return PAGE.resolveSibling(link).normalize();
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }
}
