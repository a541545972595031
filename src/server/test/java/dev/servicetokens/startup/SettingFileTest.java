package dev.servicetokens.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a setting names, a start comes to an end, and shows nothing of it. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
final class SettingFileTest {
  private static final int MOST = 100;

  @TempDir private Path folder;

  /** A volume's files are links to a folder that is a link, and is changed for another one. */
  @Test
  void readsALinkAsKubernetesMountsIt() throws IOException {
    Path version = Files.createDirectory(folder.resolve("..2027_01_01"));
    Files.writeString(version.resolve("password"), "hunter2\n");
    Files.createSymbolicLink(folder.resolve("..data"), version.getFileName());
    Path link = Files.createSymbolicLink(folder.resolve("password"), Path.of("..data/password"));
    assertThat(read(link)).isEqualTo("hunter2\n");
  }

  @Test
  void readsAFileOfTheLargestSizeAndAnEmptyOne() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[MOST]);
    assertThat(read(file)).hasSize(MOST);
    assertThat(read(Files.write(file, new byte[0]))).isEmpty();
  }

  /** Nobody may ever write to it. */
  @Test
  void refusesAPipeWithoutWaiting() throws Exception {
    Path pipe = folder.resolve("hunter2");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertRefused(pipe.toString(), "names a folder, a pipe or a device");
    Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
    assertRefused(link.toString(), "names a folder, a pipe or a device");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/dev/zero", "/dev/null", "/dev/tty"})
  void refusesFoldersAndDevices(String path) {
    assertRefused(path, "names a folder, a pipe or a device");
  }

  @Test
  void readsNoMoreThanAFileOfItsKindHas() throws IOException {
    Path large = folder.resolve("hunter2");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertRefused(large.toString(), "names a file of more than 100 bytes");
    // Its size is said to be nothing.
    assertRefused("/proc/self/maps", "names a file of more than 100 bytes");
  }

  @Test
  void refusesAFileThatIsNotThere() throws IOException {
    assertRefused("/nowhere/hunter2", "names a file that is not there");
    Path link = Files.createSymbolicLink(folder.resolve("hunter2"), folder.resolve("nothing"));
    assertRefused(link.toString(), "names a file that is not there");
  }

  @Test
  void refusesWhatIsNoPath() {
    assertRefused("hunter2\0", "names a file that cannot be read");
    assertRefused("hunter2".repeat(1000), "names a file that");
  }

  private static String read(Path file) {
    return new String(SettingFile.read("THE_SETTING", file.toString(), MOST), UTF_8);
  }

  private static void assertRefused(String file, String part) {
    assertThatThrownBy(() -> SettingFile.read("THE_SETTING", file, MOST))
        .isInstanceOf(StartRefusal.class)
        .hasNoCause()
        .hasMessageStartingWith("THE_SETTING " + part)
        .hasMessageNotContainingAny("hunter", "junit");
  }
}
