package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers in one process; two processes are tried with the packaged server. */
class DataDirectoryLockTest {
  @TempDir Path folder;

  @Test
  void refusesASecondServerAndNamesTheFirst() throws Exception {
    DataDirectory directory = new DataDirectory(folder);
    try (DataDirectoryLock held = DataDirectoryLock.acquire(directory)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> DataDirectoryLock.acquire(directory))
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("(process " + ProcessHandle.current().pid() + ")");
    }
  }

  @Test
  void letsTheNextServerInAfterwards() throws Exception {
    DataDirectory directory = new DataDirectory(folder);
    DataDirectoryLock.acquire(directory).close();
    DataDirectoryLock.acquire(directory).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("lock"))))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesAFolderThatItCannotWriteTo() throws Exception {
    Files.createDirectory(folder.resolve("lock"));
    assertThatThrownBy(() -> DataDirectoryLock.acquire(new DataDirectory(folder)))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("cannot be written to");
  }

  /** The lock's file is emptied when it is taken. */
  @Test
  void leavesAloneWhatALinkInItsPlacePointsAt() throws Exception {
    Path precious = Files.writeString(folder.resolve("precious"), "content");
    Files.createSymbolicLink(folder.resolve("lock"), precious);
    assertThatThrownBy(() -> DataDirectoryLock.acquire(new DataDirectory(folder)))
        .isInstanceOf(StartRefusal.class);
    assertThat(precious).hasContent("content");
  }
}
