package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTraceTest {
  @TempDir Path folder;

  @Test
  void keepsTheTraceForItsOwnerWithoutPasswords() throws Exception {
    Path file =
        StartTrace.write(folder, new IllegalStateException("jdbc:x://h/d?password=hunter2&a=b"))
            .orElseThrow();
    assertThat(Files.readString(file))
        .contains("IllegalStateException")
        .contains("password=***&a=b")
        .contains("\tat ")
        .doesNotContain("hunter2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void writesNothingWhereItCannot() {
    assertThat(StartTrace.write(folder.resolve("missing"), new IllegalStateException())).isEmpty();
  }
}
