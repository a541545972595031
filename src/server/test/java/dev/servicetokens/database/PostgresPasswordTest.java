package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresPasswordTest {
  @TempDir Path folder;

  @Test
  void staysTheSameForADirectory() {
    DataDirectory directory = new DataDirectory(folder);
    PostgresPassword made = PostgresPassword.of(directory, true);
    assertThat(made.value()).hasSizeGreaterThan(30);
    assertThat(PostgresPassword.of(directory, false)).isEqualTo(made);
  }

  @Test
  void isReadByItsOwnerOnlyAndNeverShown() throws Exception {
    PostgresPassword made = PostgresPassword.of(new DataDirectory(folder), true);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.file())))
        .isEqualTo("rw-------");
    assertThat(made.toString()).doesNotContain(made.value());
  }

  @Test
  void refusesADatabaseWhosePasswordIsLost() {
    assertThatThrownBy(() -> PostgresPassword.of(new DataDirectory(folder), false))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("postgresql-password is missing");
  }

  /** A disk that was full has once left an empty file, with which no cluster could be made. */
  @Test
  void isMadeAgainWhereOnlyAnEmptyFileIsLeft() throws Exception {
    Files.createFile(folder.resolve("postgresql-password"));
    assertThat(PostgresPassword.of(new DataDirectory(folder), true).value()).hasSizeGreaterThan(30);
  }

  @Test
  void refusesAPasswordThatOthersMayChoose() throws Exception {
    Path file = PostgresPassword.of(new DataDirectory(folder), true).file();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> PostgresPassword.of(new DataDirectory(folder), false))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("postgresql-password");
  }
}
