package dev.servicetokens.database;

import com.sun.security.auth.module.UnixSystem;
import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Folders in which nobody but this user and root can change anything.
 *
 * <p>Who may write to a folder, or to one above it, may put other files in place of those that we
 * have left there: programs that we run, a token, a password. So every folder on the way is looked
 * at, through symbolic links, by owner and permissions.
 */
final class PrivateFolder {
  private static final int ROOT = 0;
  private static final int KIND = 0170000;
  private static final int FOLDER = 0040000;
  private static final int LINK = 0120000;
  private static final int STICKY = 01000;
  private static final int GROUP_WRITES = 0020;
  private static final int ALL_WRITE = 0002;
  private static final int MOST_LINKS = 40;

  private PrivateFolder() {}

  /** What a look at one file says that matters here. */
  private record Look(Path path, int owner, int group, int mode) {
    static Look at(Path path) throws IOException {
      return new Look(path, number(path, "uid"), number(path, "gid"), number(path, "mode"));
    }

    boolean is(int kind) {
      return (mode & KIND) == kind;
    }

    boolean allows(int permission) {
      return (mode & permission) != 0;
    }

    /** Whoever owns the root of all folders can do as root can, as in a container of its own. */
    boolean belongsToAnother() throws IOException {
      return owner != ROOT
          && owner != new UnixSystem().getUid()
          && owner != number(Path.of("/"), "uid");
    }
  }

  /**
   * Returns the owner (uid), the group (gid) or the kind and permissions (mode), not of a link's
   * target.
   */
  private static int number(Path path, String name) throws IOException {
    return Integer.parseInt(
        String.valueOf(Files.getAttribute(path, "unix:" + name, LinkOption.NOFOLLOW_LINKS)));
  }

  /**
   * Creates a folder and its missing parents, for their owner only; one that exists is left as it
   * is.
   *
   * @param wayOut what to do about a folder that others can change: the end of a sentence
   * @throws StartRefusal when others can change it, or one above it
   */
  static void create(Path folder, String wayOut) throws IOException {
    require(folder, wayOut);
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // Somebody may have been faster in a folder where everybody makes folders, such as /tmp.
    require(folder, wayOut);
  }

  /**
   * Checks a folder, which need not exist.
   *
   * @throws StartRefusal when others can change it, or one above it
   */
  static void require(Path folder, String wayOut) throws IOException {
    Optional<String> danger = danger(folder.toAbsolutePath());
    if (danger.isPresent()) {
      throw new StartRefusal(
          "The folder %s is not safe: %s. Change that, or %s"
              .formatted(folder, danger.get(), wayOut));
    }
  }

  /** Says why others can change a folder of ours; empty when they cannot, or it does not exist. */
  private static Optional<String> danger(Path folder) throws IOException {
    Deque<Path> names = new ArrayDeque<>();
    folder.forEach(names::add);
    Path here = folder.getRoot();
    int links = 0;
    while (!names.isEmpty()) {
      Optional<String> found = danger(Look.at(here), false);
      if (found.isPresent()) {
        return found;
      }
      Path name = names.pop();
      if (name.toString().equals("..")) {
        here = Optional.ofNullable(here.getParent()).orElse(here);
        continue;
      }
      Path next = here.resolve(name);
      if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      Look look = Look.at(next);
      if (!look.is(LINK)) {
        here = next;
      } else if (look.belongsToAnother()) {
        return Optional.of(next + " is a link that belongs to another user");
      } else if (++links > MOST_LINKS) {
        return Optional.of(next + " is one of too many links");
      } else {
        Path target = Files.readSymbolicLink(next);
        List.copyOf(names(target)).reversed().forEach(names::push);
        here = target.isAbsolute() ? target.getRoot() : here;
      }
    }
    return danger(Look.at(here), true);
  }

  private static Deque<Path> names(Path path) {
    Deque<Path> names = new ArrayDeque<>();
    path.forEach(names::add);
    return names;
  }

  private static Optional<String> danger(Look look, boolean last) throws IOException {
    if (look.belongsToAnother()) {
      return Optional.of(look.path() + " belongs to another user");
    }
    // Where everybody makes files but nobody removes those of others, ours are safe; but what we
    // look for by itself would be taken from whoever has put it there.
    if (!look.is(FOLDER) || (look.allows(STICKY) && !last)) {
      return Optional.empty();
    }
    if (look.allows(ALL_WRITE) || (look.allows(GROUP_WRITES) && (last || !isOwnGroup(look)))) {
      return Optional.of("other users may write to " + look.path());
    }
    return Optional.empty();
  }

  /**
   * Whether a group has this user for its only member, as many systems make one for each user and
   * let it write to the user's folders. What the two files of the system do not know is taken for
   * one of many members, unless nothing at all knows it.
   */
  private static boolean isOwnGroup(Look look) throws IOException {
    if (new UnixSystem().getUid() == ROOT) {
      return false;
    }
    String user = System.getProperty("user.name");
    String group = Integer.toString(look.group());
    String name = Files.readAttributes(look.path(), PosixFileAttributes.class).group().getName();
    boolean known = name.equals(group);
    for (String line : lines("/etc/group")) {
      String[] fields = line.split(":", -1);
      if (fields.length > 3 && fields[2].equals(group)) {
        known = true;
        if (!fields[3].isEmpty() && !fields[3].equals(user)) {
          return false;
        }
      }
    }
    return known
        && lines("/etc/passwd").stream()
            .map(line -> line.split(":", -1))
            .noneMatch(
                fields -> fields.length > 3 && fields[3].equals(group) && !fields[0].equals(user));
  }

  private static List<String> lines(String file) throws IOException {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * Checks something that already lies in a folder of ours, without following a link: nobody else
   * may own it or write to it.
   *
   * @throws StartRefusal when somebody does; it is left alone, so that a person can look at it
   */
  static void requireOwn(Path file) throws IOException {
    Look look = Look.at(file);
    boolean writable = !look.is(LINK) && look.allows(GROUP_WRITES | ALL_WRITE);
    if (writable || look.belongsToAnother()) {
      throw new StartRefusal(
          "%s is not safe to use, because another user %s it: find out why, remove it and start again"
              .formatted(file, writable ? "may write to" : "owns"));
    }
  }
}
