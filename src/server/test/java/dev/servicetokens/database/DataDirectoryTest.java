package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final Path HOME = Path.of("/home/ann");

  @TempDir Path folder;

  @Test
  void isInTheHomeFolderByDefault() {
    assertThat(DataDirectory.locate(Optional.empty(), Map.of(), HOME).path())
        .isEqualTo(HOME.resolve(".local/share/service-tokens"));
  }

  @Test
  void followsXdgDataHomeWhenItIsAbsolute() {
    assertThat(locate(Optional.empty(), "/data")).isEqualTo(Path.of("/data/service-tokens"));
    assertThat(locate(Optional.empty(), "data"))
        .isEqualTo(HOME.resolve(".local/share/service-tokens"));
  }

  @Test
  void prefersTheConfiguredFolderUnlessItIsBlank() {
    assertThat(locate(Optional.of("/srv/tokens"), "/data")).isEqualTo(Path.of("/srv/tokens"));
    assertThat(locate(Optional.of(" "), "/data")).isEqualTo(Path.of("/data/service-tokens"));
  }

  @Test
  void isForItsOwnerOnly() throws Exception {
    DataDirectory directory = new DataDirectory(folder.resolve("a").resolve("b"));
    directory.create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
  }

  @Test
  void refusesAFileInItsPlace() throws Exception {
    DataDirectory directory = new DataDirectory(Files.createFile(folder.resolve("file")));
    assertThatThrownBy(directory::create)
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("is not a folder")
        .hasMessageContaining("SERVICE_TOKENS_DATA_DIRECTORY");
  }

  private static Path locate(Optional<String> configured, String xdgDataHome) {
    return DataDirectory.locate(configured, Map.of("XDG_DATA_HOME", xdgDataHome), HOME).path();
  }

  /** Secrets lie in it: an administrator's token and the database's password. */
  @Test
  void refusesAFolderThatOthersMayWrite() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (Path path : new Path[] {open, open.resolve("data")}) {
      assertThatThrownBy(new DataDirectory(path)::create)
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining("other users may write to " + open.toRealPath())
          .hasMessageContaining("SERVICE_TOKENS_DATA_DIRECTORY");
    }
  }
}
