package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresArchiveTest {

  /** Java's names of a platform, and the one that the archive of that platform has. */
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, postgres-linux-x86_64.txz",
    "Linux, amd64, postgres-linux-x86_64-alpine_linux.txz",
    "Linux, aarch64, postgres-linux-arm_64.txz",
    "Mac OS X, x86_64, postgres-darwin-x86_64.txz",
    "Mac OS X, aarch64, postgres-darwin-arm_64.txz"
  })
  void isNamedAfterThePlatform(String system, String processor, String name) {
    assertThat(PostgresArchive.names(system, processor)).contains(name);
  }

  /** Each is 15 to 70 MB: a build brings that of its own platform. */
  @Test
  void isTheOnlyOneInTheBuild() {
    List<String> built =
        Stream.of("Linux", "Mac OS X", "Windows")
            .flatMap(
                system ->
                    Stream.of("amd64", "aarch64")
                        .flatMap(type -> PostgresArchive.names(system, type).stream()))
            .filter(name -> PostgresArchive.class.getResource("/" + name) != null)
            .toList();
    assertThat(built).containsExactly(PostgresArchive.find().resource());
  }

  @Test
  void saysWhatToDoWhereThereIsNone() {
    assertThatThrownBy(() -> PostgresArchive.find("Plan 9", "sparc"))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("Plan 9, sparc")
        .hasMessageContaining("DATASOURCES_DEFAULT_URL");
  }

  @Test
  void holdsTheProgramsThatWeRun() throws Exception {
    Set<String> programs = new TreeSet<>();
    PostgresArchive.find()
        .read(
            new PostgresArchive.Reader() {
              @Override
              public void file(String name, boolean executable, InputStream content) {
                if (executable && name.startsWith("bin/")) {
                  programs.add(name);
                }
              }

              @Override
              public void link(String name, String target) {
                assertThat(target).doesNotStartWith("/").doesNotContain("..");
              }
            });
    assertThat(programs).contains("bin/initdb", "bin/pg_ctl", "bin/postgres");
  }
}
