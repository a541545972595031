package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every page links to files and headings that there are. */
final class LinksTest {
  private static final Path DOCS = Readme.TOP.resolve("src/docs");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s:]*)(#[^)\\s]*)?\\)");

  @Test
  void leadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (MatchResult link : links(page)) {
        Path target =
            link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
        boolean isThere =
            Files.exists(target)
                && (link.group(2) == null || headings(target).contains(link.group(2)));
        if (!isThere) {
          broken.add(Readme.TOP.relativize(page) + ": " + link.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Two screens: who wants more follows a link. */
  @Test
  void keepTheReadmeShort() throws IOException {
    assertThat(Files.readAllLines(Readme.TOP.resolve("README.md"))).hasSizeLessThan(130);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String page : List.of("README.md", "SECURITY.md", "CHANGELOG.md")) {
      pages.add(Readme.TOP.resolve(page));
    }
    try (Stream<Path> files = Files.walk(DOCS)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private static List<MatchResult> links(Path page) throws IOException {
    String prose = Files.readString(page, UTF_8).replaceAll("(?ms)^ *```.*?^ *```$", "");
    return LINK.matcher(prose).results().toList();
  }

  /** As the usual hosts of repositories name them. */
  private static List<String> headings(Path page) throws IOException {
    return Files.readAllLines(page, UTF_8).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ +", "").toLowerCase(Locale.ROOT))
        .map(line -> "#" + line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
