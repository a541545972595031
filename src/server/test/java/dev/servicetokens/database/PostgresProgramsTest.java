package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs that run are those that ship, whatever lies in their folder. */
class PostgresProgramsTest {
  @TempDir private static Path parent;
  private static Path record;

  @BeforeAll
  static void unpack() throws Exception {
    record = parent.resolve("record");
    PostgresPrograms.unpack(parent, record);
  }

  /** Ways in which a folder comes to hold something else than what ships. */
  private enum Damage {
    TRUNCATED {
      @Override
      void to(Path folder) throws IOException {
        try (FileChannel file = FileChannel.open(postgres(folder), StandardOpenOption.WRITE)) {
          file.truncate(file.size() - 1);
        }
      }
    },
    EMPTY {
      @Override
      void to(Path folder) throws IOException {
        FileChannel.open(
                postgres(folder), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
    },
    SAME_SIZE_AND_TIME {
      @Override
      void to(Path folder) throws IOException {
        FileTime before = Files.getLastModifiedTime(postgres(folder));
        try (FileChannel file = FileChannel.open(postgres(folder), StandardOpenOption.WRITE)) {
          file.write(ByteBuffer.wrap(new byte[] {'#', '!'}), 0);
        }
        Files.setLastModifiedTime(postgres(folder), before);
      }
    },
    MISSING {
      @Override
      void to(Path folder) throws IOException {
        Files.delete(postgres(folder));
      }
    },
    LINK_IN_ITS_PLACE {
      @Override
      void to(Path folder) throws IOException {
        Path aside = folder.resolveSibling("aside");
        Files.move(postgres(folder), aside, StandardCopyOption.REPLACE_EXISTING);
        Files.createSymbolicLink(postgres(folder), aside);
      }
    },
    LINK_TO_ELSEWHERE {
      @Override
      void to(Path folder) throws IOException {
        Path link = folder.resolve("lib/planted.so");
        Files.createSymbolicLink(link, Path.of("/dev/null"));
      }
    },
    PLANTED_LIBRARY {
      @Override
      void to(Path folder) throws IOException {
        // The loader looks here first, even for the C library.
        Files.writeString(folder.resolve("lib/libc.so.6"), "planted");
      }
    },
    PLANTED_FOLDER {
      @Override
      void to(Path folder) throws IOException {
        Path planted = Files.createDirectories(folder.resolve("lib/glibc-hwcaps/x86-64-v2"));
        Files.writeString(planted.resolve("libz.so.1"), "planted");
      }
    };

    abstract void to(Path folder) throws IOException;

    static Path postgres(Path folder) {
      return folder.resolve("bin/postgres");
    }
  }

  @ParameterizedTest
  @EnumSource
  void unpacksAgainWhatIsNotWhatShips(Damage damage) throws Exception {
    List<String> shipped = describe();
    damage.to(folder());
    assertThat(describe()).isNotEqualTo(shipped);
    PostgresPrograms programs = PostgresPrograms.unpack(parent, record);
    assertThat(describe()).isEqualTo(shipped);
    assertThat(version(programs)).startsWith("postgres (PostgreSQL)");
  }

  /** Somebody may have prepared the folder before this server first saw it. */
  @ParameterizedTest
  @EnumSource(names = {"TRUNCATED", "SAME_SIZE_AND_TIME", "PLANTED_LIBRARY"})
  void believesAFolderWithoutARecordAsLittle(Damage damage) throws Exception {
    List<String> shipped = describe();
    damage.to(folder());
    PostgresPrograms.unpack(parent, parent.resolve("record-of-" + damage));
    assertThat(describe()).isEqualTo(shipped);
  }

  @Test
  void believesNoRecordThatWasNotWrittenToItsEnd() throws Exception {
    List<String> shipped = describe();
    List<String> lines = Files.readAllLines(record);
    Path half = parent.resolve("half");
    for (int kept : List.of(0, lines.size() - 1)) {
      Files.write(half, lines.subList(0, kept));
      Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-------"));
      PostgresPrograms.unpack(parent, half);
      assertThat(describe()).isEqualTo(shipped);
    }
  }

  @Test
  void leavesAloneWhatIsWhole() throws Exception {
    FileTime before = (FileTime) Files.getAttribute(folder().resolve("bin/postgres"), "unix:ctime");
    PostgresPrograms.unpack(parent, record);
    PostgresPrograms.unpack(parent, parent.resolve("another"));
    assertThat(Files.getAttribute(folder().resolve("bin/postgres"), "unix:ctime"))
        .isEqualTo(before);
  }

  @Test
  void isForItsOwnerOnly() throws Exception {
    try (Stream<Path> files = Files.walk(folder())) {
      assertThat(files.filter(file -> !Files.isSymbolicLink(file)))
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .endsWith("------"));
    }
  }

  @Test
  void refusesWhatOthersMayWrite() throws Exception {
    Path program = folder().resolve("bin/pg_ctl");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwx---"));
    try {
      assertThatThrownBy(() -> PostgresPrograms.unpack(parent, record))
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining(program.toString());
    } finally {
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatBelongsToAnotherUser(Foreign foreign) throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0 || System.getenv("CI") != null, "needs root");
    Path planted = folder().resolve(foreign.path);
    boolean made = !Files.exists(planted, LinkOption.NOFOLLOW_LINKS);
    if (made) {
      Files.createSymbolicLink(planted, Path.of("/tmp"));
    }
    Files.setAttribute(planted, "unix:uid", 54321, LinkOption.NOFOLLOW_LINKS);
    try {
      assertThatThrownBy(() -> PostgresPrograms.unpack(parent, record))
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining(planted.toString());
    } finally {
      Files.setAttribute(planted, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
      if (made) {
        Files.delete(planted);
      }
    }
  }

  private enum Foreign {
    PROGRAM("bin/pg_ctl"),
    LIBRARY("lib/postgresql/plpgsql.so"),
    FOLDER("share/postgresql/extension"),
    LINK("lib/planted");

    final String path;

    Foreign(String path) {
      this.path = path;
    }
  }

  /** Told to end, a server does not first finish what takes seconds; half a folder is no harm. */
  @Test
  void canBeInterruptedAndGoesOnNextTime(@TempDir Path other) throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> PostgresPrograms.unpack(other, other.resolve("record")))
        .isInstanceOfAny(IOException.class, InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
    Files.createDirectories(other.resolve(folder().getFileName() + ".unpacking/bin"));
    assertThat(version(PostgresPrograms.unpack(other, other.resolve("record"))))
        .startsWith("postgres (PostgreSQL)");
    try (Stream<Path> left = Files.list(other)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "record", folder().getFileName().toString());
    }
  }

  /** They start each other through a shell. */
  @Test
  void refusesAFolderThatAShellWouldReadOtherwise() {
    assertThatThrownBy(() -> PostgresPrograms.unpack(parent.resolve("$(touch x)"), record))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("SERVICE_TOKENS_POSTGRESQL_PROGRAMS_DIRECTORY");
  }

  /** Secrets come in variables, and a database may run for longer than its server. */
  @Test
  void passesOnNothingOfTheEnvironment() throws Exception {
    ProcessBuilder command =
        PostgresPrograms.unpack(parent, record).command("postgres", List.of("--version"));
    assertThat(command.environment().keySet())
        .isSubsetOf("PATH", "TZ", "LD_LIBRARY_PATH", "LC_ALL");
  }

  private static String version(PostgresPrograms programs) throws IOException {
    Process process = programs.command("postgres", List.of("--version")).start();
    return new String(process.getInputStream().readAllBytes());
  }

  private static Path folder() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("postgresql-"))
          .findFirst()
          .orElseThrow()
          .toRealPath();
    }
  }

  /** Each file with its size and the bytes that tests change. */
  private static List<String> describe() throws IOException {
    Path folder = folder();
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> folder.relativize(file) + " " + content(file))
          .sorted()
          .toList();
    }
  }

  private static String content(Path file) {
    try {
      if (Files.isSymbolicLink(file)) {
        return "-> " + Files.readSymbolicLink(file);
      }
      try (var in = Files.newInputStream(file)) {
        return Files.size(file) + " " + Arrays.toString(in.readNBytes(4));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
