package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another user can change is no place for programs that we run, or for secrets. */
class PrivateFolderTest {
  private static final int STRANGER = 54321;

  @TempDir Path top;

  @Test
  void makesFoldersForItsOwnerOnly() throws Exception {
    create(top.resolve("a/b/c"));
    for (String made : new String[] {"a", "a/b", "a/b/c"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve(made))))
          .isEqualTo("rwx------");
    }
    create(top.resolve("a/b/c"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0777, 0757, 0702, 0770, 0775, 01777, 02770})
  void refusesAFolderThatOthersMayWrite(int mode) throws Exception {
    Path folder = folder("open", mode);
    assertRefused(folder, folder);
  }

  @ParameterizedTest
  @ValueSource(ints = {0777, 0707, 0733})
  void refusesAFolderBelowOneThatOthersMayWrite(int mode) throws Exception {
    Path open = folder("open", mode);
    Path inside = Files.createDirectory(open.resolve("inside"));
    assertRefused(inside, open);
    assertRefused(open.resolve("missing"), open);
    assertRefused(inside.resolve("missing"), open);
    assertThat(open.resolve("missing")).doesNotExist();
  }

  @Test
  void looksThroughLinksAndPathsThatGoUp() throws Exception {
    Path open = folder("open", 0777);
    Path inside = Files.createDirectory(open.resolve("inside"));
    Path good = Files.createDirectory(top.resolve("good"));
    assertRefused(Files.createSymbolicLink(good.resolve("absolute"), inside), open);
    assertRefused(
        Files.createSymbolicLink(good.resolve("relative"), Path.of("../open/inside")), open);
    Files.createSymbolicLink(inside.resolve("back"), good);
    assertRefused(inside.resolve("back"), open);
    create(Files.createSymbolicLink(top.resolve("link"), good));
  }

  @Test
  void refusesLinksThatGoRound() throws Exception {
    Path round = Files.createSymbolicLink(top.resolve("round"), Path.of("round"));
    assertThatThrownBy(() -> create(round.resolve("x"))).isInstanceOf(StartRefusal.class);
  }

  /** As in /tmp: everybody makes folders there, and nobody touches those of others. */
  @Test
  void acceptsAFolderOfOursWhereNobodyRemovesThoseOfOthers() throws Exception {
    Path shared = folder("shared", 01777);
    create(shared.resolve("new"));
    create(shared.resolve("new"));
  }

  @Test
  void refusesWhatBelongsToAnotherUser() throws Exception {
    requireRoot();
    Path shared = folder("shared", 01777);
    Path theirs = give(Files.createDirectory(shared.resolve("theirs")));
    assertRefused(theirs, theirs);
    assertRefused(theirs.resolve("missing"), theirs);
    Path good = Files.createDirectory(top.resolve("good"));
    Path link = give(Files.createSymbolicLink(shared.resolve("link"), good));
    assertRefused(link, link);
    assertRefused(link.resolve("missing"), link);
  }

  private static void requireRoot() {
    boolean root = new UnixSystem().getUid() == 0;
    assumeTrue(root || System.getenv("CI") != null, "only root gives files away");
  }

  private static Path give(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
    return path;
  }

  private Path folder(String name, int mode) throws IOException {
    Path folder = Files.createDirectory(top.resolve(name));
    Files.setAttribute(folder, "unix:mode", mode);
    return folder;
  }

  private static void assertRefused(Path folder, Path culprit) throws IOException {
    assertThatThrownBy(() -> create(folder))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining(culprit.toRealPath(LinkOption.NOFOLLOW_LINKS).toString())
        .hasMessageContaining("WAY OUT");
  }

  private static void create(Path folder) throws IOException {
    PrivateFolder.create(folder, "WAY OUT");
  }
}
