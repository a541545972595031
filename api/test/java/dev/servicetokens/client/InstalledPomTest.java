package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What a project fetches that uses the SDK. The parent of this build imports lists of versions with
 * 75 files, of which the SDK needs none.
 */
class InstalledPomTest {

  @Test
  void bringsItsOwnFewDependenciesAndNothingElse() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("target/installed-pom.xml").toFile());

    assertThat(texts(pom, "artifactId"))
        .containsExactlyInAnyOrder(
            "service-tokens-client",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "jackson-datatype-jsr310",
            "jakarta.annotation-api",
            "jspecify");
    assertThat(texts(pom, "scope")).containsOnly("compile", "provided");
    assertThat(texts(pom, "version")).hasSize(7).noneMatch(version -> version.contains("$"));
    for (String none : List.of("parent", "dependencyManagement", "repositories", "build")) {
      assertThat(pom.getElementsByTagName(none).getLength()).isZero();
    }
  }

  private static List<String> texts(Document pom, String name) {
    NodeList found = pom.getElementsByTagName(name);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> ((Element) found.item(i)).getTextContent())
        .toList();
  }
}
